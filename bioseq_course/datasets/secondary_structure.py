"""Secondary structure, one letter for each residue: 11,156 protein chains, and CB513 beside."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from bioseq_course.datasets._fetch import Download
from bioseq_course.datasets._records import SequenceData
from bioseq_course.datasets._transfer import RemoteFile

import numpy as np

STRUCTURES = "HEC"  # helix, strand, anything else
_CURE = "Fetch it anew: bioseq-course data fetch secondary_structure"
_PARTS = ("SET=train VALIDATION=False", "SET=train VALIDATION=True", "SET=test VALIDATION=False")
DOWNLOAD = Download(
    name="secondary_structure",
    files=(
        RemoteFile(
            name="secondary_structure/flip_splits.zip",
            urls=(
                "https://raw.githubusercontent.com/J-SNACKKB/FLIP/"
                "62cace8735f5610e2743cf06ce0f944b37fffaa6/splits/secondary_structure/splits.zip",
            ),
            sha256="2e9bbbfd18a055bcac7edd4e059a6bf4bb35ca3ad8f8fa4fc3106422652a4726",
            num_bytes=2_321_037,
            mirror="protein_secondary_structure/flip_secondary_structure_splits.zip",
            download_bytes=2_321_037,
        ),
        RemoteFile(
            name="secondary_structure/cb513.csv",
            urls=(
                "https://raw.githubusercontent.com/nadavbra/protein_bert/"
                "83198c99f18147c126f16f504e53e2201a6256e4/protein_benchmarks/"
                "secondary_structure.test.csv",
            ),
            sha256="b643ae12a320ee2a025be29a20d8bcf2ad499fa6a4b285c095b7b37044fccc5a",
            num_bytes=289_756,
            mirror="protein_secondary_structure/tape_cb513_secondary_structure.test.csv.gz",
            download_bytes=289_756,
        ),
    ),
    source=(
        "Chains of the Protein Data Bank with structures by DSSP, prepared for NetSurfP-2.0 "
        "(train and validation) and for ProtTrans (test, entries since 2019), as carried by "
        "github.com/J-SNACKKB/FLIP; CB513 as carried by github.com/nadavbra/protein_bert."
    ),
    licence=(
        "FLIP states AFL-3.0 for its own data; terms of NetSurfP-2.0's data and of CB513 were not "
        "seen with the files. The Protein Data Bank is in the public domain (CC0). protein_bert "
        "has the MIT licence."
    ),
    citation=(
        "M. S. Klausen and others (2019), NetSurfP-2.0, doi:10.1002/prot.25674; C. Dallago and "
        "others (2021), FLIP, doi:10.1101/2021.11.09.467890; A. Elnaggar and others (2021), "
        "ProtTrans, doi:10.1109/TPAMI.2021.3095381; J. A. Cuff and G. J. Barton (1999), "
        "CB513, doi:10.1002/(SICI)1097-0134(19990301)34:4<508::AID-PROT10>3.0.CO;2-4; R. Rao and "
        "others (2019), TAPE, arXiv:1906.08230."
    ),
    defects=(
        "6.6 % of FLIP's residues are not resolved in the structure. The file calls them C; here "
        "they are C as well, and False in resolved: leave them out of losses and scores.",
        "79 of the 513 rows of CB513 repeat an earlier row, letters and structure: a row is a "
        "whole chain, CB513 was made of domains. Here each chain stands once.",
        "2 chains of CB513 are also in FLIP, one in the training and one in the validation part. "
        "They are left out here, so 432 chains remain. Published scores are on all 513 rows.",
        "This copy of CB513 says nothing about residues that are not resolved: all are True in "
        "resolved. Its share of C, 44 %, lies above the 39 % of FLIP's resolved residues.",
        "The file of CB513 writes 0, 1, 2 without a key. 0 is H, 1 is E and 2 is C: the chain "
        "that it shares with FLIP's training part is one long helix in both, and in the words of "
        "eight residues that both hold nine of ten letters agree.",
        "11 chains of CB513 share a fifth or more of their words of five letters with a chain of "
        "FLIP's training or validation part; 10 of these share half or more.",
        "The 364 test chains of FLIP come from 331 entries: some are parts of one complex.",
        "Letters outside the 20 amino acids: X (166 in FLIP, 130 in CB513), U (10) and O (1).",
        "Eight states of DSSP were merged into three by the sources.",
    ),
)


@dataclass(frozen=True, eq=False, repr=False)
class StructureData(SequenceData):
    """Protein chains with a structure for each residue.

    Args:
        structures: B strings over H (helix), E (strand) and C (anything else), each as long as
            its sequence.
        resolved: B boolean arrays ``(L_i,)``, read-only: False where the structure of a residue
            was not seen. Its letter C means nothing then.

    The other fields are those of ``SequenceData``; there are no labels.

    Raises:
        ValueError: as ``SequenceData``, or where structures or resolved do not fit a sequence.

    Examples:
        >>> data = StructureData(("MKV", "GG"), structures=("CEE", "CC"), resolved=([0, 1, 1], [1, 1]))
        >>> data.take([0]).structures, data.resolved[0].tolist()
        (('CEE',), [False, True, True])
    """  # noqa: E501

    structures: tuple[str, ...] = ()
    resolved: tuple[np.ndarray, ...] = ()

    def __post_init__(self):
        object.__setattr__(self, "structures", tuple(self.structures))
        object.__setattr__(self, "resolved", tuple(_read_only(row) for row in self.resolved))
        super().__post_init__()

    def _check(self):
        super()._check()
        sizes = [len(sequence) for sequence in self.sequences]
        for field in ("structures", "resolved"):
            found = [len(row) for row in getattr(self, field)]
            if len(found) != len(sizes):
                raise ValueError(f"{field} has {len(found)} entries for {len(self)} sequences.")
            for name, size, number in zip(self.names, sizes, found, strict=True):
                if size != number:
                    raise ValueError(
                        f"{field} of {name} has {number} entries for {size} residues. Give one "
                        "entry for each residue."
                    )

    def take(self, rows: Sequence[int]) -> StructureData:
        """Make a record of some of the rows, in the order asked for.

        Args:
            rows: N indices, from 0.

        Returns:
            A ``StructureData`` with N rows; source, licence and defects stay.

        Examples:
            >>> StructureData(("A", "C"), structures="HE", resolved=([1], [1])).take([1]).sequences
            ('C',)
        """
        chosen = {
            field: tuple(getattr(self, field)[row] for row in np.asarray(rows, dtype=int))
            for field in ("sequences", "names", "structures", "resolved")
        }
        return replace(self, **chosen)


@dataclass(frozen=True, eq=False)
class SecondaryStructureData:
    """Four sets of chains.

    Args:
        train: chains to fit on.
        validation: chains to choose with.
        test: FLIP's test chains, new entries of the Protein Data Bank.
        cb513: the set of chains with which methods have been compared since 1999.
    """

    train: StructureData
    validation: StructureData
    test: StructureData
    cb513: StructureData


class Chain(NamedTuple):
    """One protein chain.

    Attributes:
        name: entry and chain, such as ``"1es5-A"``.
        sequence: L letters.
        structure: L letters out of H, E and C.
        resolved: boolean array ``(L,)``.

    Examples:
        >>> Chain("toy-A", "MK", "CC", np.array([False, True])).sequence
        'MK'
    """

    name: str
    sequence: str
    structure: str
    resolved: np.ndarray


def fetch_secondary_structure(*, download: bool = True) -> SecondaryStructureData:
    """Fetch protein chains with their secondary structure.

    ========== ====== ========= ================================================
    Part       Chains Residues  From
    ========== ====== ========= ================================================
    train      9,712  2,479,773 FLIP (NetSurfP-2.0)
    validation 1,080  280,780   FLIP (NetSurfP-2.0), FLIP's own choice
    test       364    84,541    FLIP, newer entries
    cb513      432    106,681   CB513 without repeats and without chains of FLIP
    ========== ====== ========= ================================================

    The structures come from DSSP, eight states merged into H (helix), E (strand) and C. NetSurfP-2.0
    left out of its training set what agrees with CB513 in more than 25 % of the residues
    (doi:10.1002/prot.25674); see ``.cb513.defects`` for what is found all the same.

    Licence: FLIP states AFL-3.0; other terms were not seen. 2.6 MB travel; the name for
    ``bioseq-course data fetch`` is ``secondary_structure``.

    Args:
        download: ask the original addresses too, not only cache and mirror.

    Returns:
        A ``SecondaryStructureData``, rows in the order of the files.

    Raises:
        ValueError: a file is not what it should be.
        DataMissing: a file is not here and cannot be brought here.
    """  # noqa: E501
    archive, table = DOWNLOAD.obtain(download=download)
    parts = _read_flip(archive)
    known = {chain.sequence for part in _PARTS[:2] for chain in parts[part]}
    old = [chain for chain in _first_of_equals(_read_cb513(table)) if chain.sequence not in known]
    return SecondaryStructureData(*(_record(parts[part]) for part in _PARTS), _record(old))


def read_all(*, download: bool = True) -> list[str]:
    """List the names of all chains of the four parts: 11,588.

    Args:
        download: ask the original addresses too, not only cache and mirror.

    Raises:
        DataMissing: a file is not here and cannot be brought here.
    """
    data = fetch_secondary_structure(download=download)
    parts = (data.train, data.validation, data.test, data.cb513)
    return [name for part in parts for name in part.names]


def _read_flip(path: Path) -> dict[str, list[Chain]]:
    """Read the three files of the archive: part -> chains."""
    with zipfile.ZipFile(path) as archive:
        texts = [
            _read_records(archive.read(f"splits/{name}.fasta").decode("ascii"))
            for name in ("sequences", "sampled", "mask")
        ]
    parts: dict[str, list[Chain]] = {part: [] for part in _PARTS}
    for (name, sequence), (head, structure), (_, mask) in zip(*texts, strict=True):
        own_name, _, part = head.partition(" ")
        if own_name != name or part not in parts:
            raise ValueError(
                f"{path.name}, chain {name}: the structures belong to {head!r}, expected the same "
                f"name and one of {', '.join(_PARTS)}. {_CURE}"
            )
        parts[part].append(_chain(path.name, name, sequence, structure, mask))
    return parts


def _read_records(text: str) -> list[tuple[str, str]]:
    """Take a FASTA text apart: (header, letters)."""
    records = (record.partition("\n") for record in text.split(">")[1:])
    return [(head.strip(), body.replace("\n", "")) for head, _, body in records]


def _chain(file_name: str, name: str, sequence: str, structure: str, mask: str) -> Chain:
    """Check a chain and turn its mask of 0 and 1 into an array."""
    for what, letters, allowed in (("structure", structure, STRUCTURES), ("mask", mask, "01")):
        if len(letters) != len(sequence):
            raise ValueError(
                f"{file_name}, chain {name}: {what} of {len(letters)} letters for "
                f"{len(sequence)} residues. {_CURE}"
            )
        wrong = next((i for i, letter in enumerate(letters) if letter not in allowed), None)
        if wrong is not None:
            raise ValueError(
                f"{file_name}, chain {name}: {what} has {letters[wrong]!r} at position "
                f"{wrong + 1}, expected one of {', '.join(allowed)}. {_CURE}"
            )
    seen = np.frombuffer(mask.encode("ascii"), dtype="S1") == b"1"
    return Chain(name, sequence, structure, seen)


def _read_cb513(path: Path) -> list[Chain]:
    """Read the table of CB513; its rows have no names, so they are numbered."""
    with path.open(encoding="ascii", newline="") as stream:
        header, *rows = list(csv.reader(stream)) or [[]]
    if header != ["seq", "label"]:
        raise ValueError(f"{path.name} begins with {header}, expected seq,label. {_CURE}")
    chains = []
    for number, row in enumerate(rows, start=1):
        if len(row) != 2:
            raise ValueError(
                f"Row {number} of {path.name} (counting from 1 below the header) has {len(row)} "
                f"columns, expected 2 (seq, label). {_CURE}"
            )
        structure = row[1].translate(str.maketrans("012", STRUCTURES))
        chains.append(
            _chain(path.name, f"CB513-{number:03d}", row[0], structure, "1" * len(row[0]))
        )
    return chains


def _first_of_equals(chains: Iterable[Chain]) -> list[Chain]:
    """Keep the first of chains with equal letters."""
    first: dict[str, Chain] = {}
    for chain in chains:
        first.setdefault(chain.sequence, chain)
    return list(first.values())


def _record(chains: list[Chain]) -> StructureData:
    names, sequences, structures, resolved = zip(*chains, strict=True)
    return StructureData(
        sequences=sequences,
        names=names,
        structures=structures,
        resolved=resolved,
        **DOWNLOAD.history(),
    )


def _read_only(values: Sequence[bool]) -> np.ndarray:
    array = np.array(values, dtype=bool)
    array.flags.writeable = False
    return array
