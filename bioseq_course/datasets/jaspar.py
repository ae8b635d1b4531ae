"""Binding motifs of transcription factors out of JASPAR 2024, which the package pyjaspar ships."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache

import numpy as np

RELEASE = "JASPAR2024"
SOURCE = "JASPAR 2024 database as shipped in the Python package pyjaspar."
LICENCE = "JASPAR is CC BY 4.0, pyjaspar is MIT."
CITATION = "I. Rauluseviciute et al. (2024), JASPAR 2024, doi:10.1093/nar/gkad1059."
_MATRIX_ID = re.compile(r"[A-Z]{2}\d{4,}(\.\d+)?")


@dataclass(frozen=True, eq=False, repr=False)
class Motif:
    """One motif: how often each base was seen at each position of its binding sites.

    Args:
        id: matrix id with version, such as ``"MA0139.2"``.
        name: name of the transcription factor.
        counts: float64 of shape ``(L, 4)``, read-only; columns in the order A C G T. Rows need
            not have the same sum, and 278 of the 5,278 matrices hold fractions.
        species: NCBI taxonomy numbers, may be empty.
        tf_class: structural class of the factor, may be empty.
        data_type: the experiment, such as ``"ChIP-seq"``.
        source: which release, shipped where.
        licence: of the data and of the package.
        citation: what to cite.

    Examples:
        >>> load_jaspar_motifs(["MA0139.2"])[0]
        Motif(MA0139.2 CTCF, 15 positions)
    """

    id: str
    name: str
    counts: np.ndarray
    species: tuple[str, ...] = ()
    tf_class: tuple[str, ...] = ()
    data_type: str = ""
    source: str = SOURCE
    licence: str = LICENCE
    citation: str = CITATION

    def __post_init__(self):
        counts = np.array(self.counts, dtype=np.float64)
        if counts.ndim != 2 or counts.shape[1] != 4:
            raise ValueError(
                f"counts of motif {self.id!r} has shape {counts.shape}, expected (L, 4) with "
                "columns A C G T. Transpose it if it is (4, L)."
            )
        counts.flags.writeable = False
        object.__setattr__(self, "counts", counts)

    def __len__(self) -> int:
        return len(self.counts)

    def __repr__(self) -> str:
        return f"Motif({self.id} {self.name}, {len(self)} positions)"

    @property
    def consensus(self) -> str:
        """The commonest base of each position, the first of A C G T where two are as common."""
        return "".join("ACGT"[column] for column in self.counts.argmax(axis=1))


def load_jaspar_motifs(ids: Sequence[str]) -> tuple[Motif, ...]:
    """Load motifs by their JASPAR ids.

    ========== =============================================================
    Release    JASPAR 2024, 5,278 matrices (versions included)
    Motif      counts of shape ``(L, 4)``, L from 4 to 35
    ========== =============================================================

    Args:
        ids: matrix ids, with a version (``"MA0139.2"``) or without (``"MA0139"``: the newest
            version of that release).

    Returns:
        One ``Motif`` for each id, in the order asked for.

    Raises:
        ValueError: for a bare string, for something that is no matrix id, for an id that the
            release does not have, or when pyjaspar is not installed.

    Examples:
        >>> ctcf, gabpa = load_jaspar_motifs(["MA0139", "MA0062.4"])
        >>> ctcf.id, ctcf.name, ctcf.counts.shape, gabpa.name
        ('MA0139.2', 'CTCF', (15, 4), 'GABPA')
    """
    if isinstance(ids, str):
        raise ValueError(f"ids is a bare string, expected a list of ids. Write [{ids!r}].")
    for matrix_id in ids:
        _check_id(matrix_id)
    database = _open_database()
    with closing(database.conn):
        return tuple(_load_one(database, matrix_id) for matrix_id in ids)


@cache
def load_jaspar_vertebrates() -> tuple[Motif, ...]:
    """Load the CORE motifs of vertebrates: what a discovered motif is compared with.

    ========== =============================================================
    Release    JASPAR 2024, CORE collection, vertebrates, newest versions
    Motifs     879, widths 5 to 33
    ========== =============================================================

    Returns:
        879 ``Motif`` records in the order of their ids.

    Raises:
        ValueError: when pyjaspar is not installed.

    Examples:
        >>> motifs = load_jaspar_vertebrates()
        >>> len(motifs), motifs[0]
        (879, Motif(MA0002.3 Runx1, 9 positions))
    """
    database = _open_database()
    with closing(database.conn):
        found = database.fetch_motifs(collection="CORE", tax_group=["vertebrates"])
    return tuple(sorted(map(_as_motif, found), key=lambda motif: motif.id))


def _check_id(matrix_id: str) -> None:
    if not _MATRIX_ID.fullmatch(matrix_id):
        raise ValueError(
            f"{matrix_id!r} is no JASPAR matrix id, expected two capital letters and four digits, "
            "with or without a version: 'MA0139' or 'MA0139.2'. Look the id up at "
            "https://jaspar.elixir.no"
        )


def _open_database():
    try:
        from pyjaspar import jaspardb
    except ImportError as error:
        raise ValueError(
            "The package pyjaspar, which ships the motifs, is not installed. "
            "Install it: pip install pyjaspar"
        ) from error
    return jaspardb(release=RELEASE)


def _load_one(database, matrix_id: str) -> Motif:
    with warnings.catch_warnings():
        # pyjaspar warns about an unknown id and returns None; the error below says it once.
        warnings.simplefilter("ignore")
        found = database.fetch_motif_by_id(matrix_id)
    if found is None:
        raise ValueError(
            f"{RELEASE} has no motif {matrix_id!r}. Leave the version out to get the newest one, "
            "or look the id up at https://jaspar.elixir.no"
        )
    return _as_motif(found)


def _as_motif(found) -> Motif:
    return Motif(
        id=found.matrix_id,
        name=found.name,
        counts=np.array([found.counts[base] for base in "ACGT"]).T,
        species=tuple(str(number) for number in found.species or ()),
        tf_class=tuple(found.tf_class or ()),
        data_type=found.data_type or "",
    )
