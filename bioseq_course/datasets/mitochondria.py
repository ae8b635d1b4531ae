"""Mitochondrial genomes of mammals: 830 genomes in 8 classes, of which 148 are primates."""

from __future__ import annotations

from pathlib import PurePosixPath

from bioseq_course.datasets._fetch import Download
from bioseq_course.datasets._records import SequenceData
from bioseq_course.datasets._transfer import RemoteFile
from bioseq_course.fasta import FastaRecord, read_fasta
from bioseq_course.inputs import require_choice

# Upstream has one file for each genome. So the whole repository is fetched and the files are put
# together, in the order of their paths; the result is compared with the SHA-256 below.
_REPOSITORY = (
    "https://codeload.github.com/grandhawa/MLDSP/tar.gz/69be63e520d127dd08837267f60a32abbd9183cb"
)


def _join_genomes(files: dict[str, bytes]) -> bytes:
    """Put all genomes into one FASTA file whose headers begin with the class (the folder)."""
    records = []
    for path, content in files.items():
        folder = PurePosixPath(path).parent.name.replace(" ", "_").encode()
        records.append(b">" + folder + b"|" + content.strip().removeprefix(b">") + b"\n")
    return b"".join(records)


def _list_suborders(files: dict[str, bytes]) -> bytes:
    """Make a table of accession and suborder (the folder) from one file for each genome."""
    lines = [b"accession\tsuborder\n"]
    for path, content in files.items():
        accession = content.split(maxsplit=1)[0].removeprefix(b">")
        lines.append(accession + b"\t" + PurePosixPath(path).parent.name.encode() + b"\n")
    return b"".join(lines)


DOWNLOAD = Download(
    name="mitochondrial_genomes",
    files=(
        RemoteFile(
            name="mitochondrial_genomes/mammalia.fa",
            urls=(_REPOSITORY + "#DataBase/Mammalia/*/*",),
            sha256="417efef52dfa1df216a328428ae5e5d53f99bc454d4d1aa47bae256f079026e7",
            num_bytes=13_976_991,
            mirror="mtdna_mldsp/mammalia_mtdna.fa.gz",
            download_bytes=None,
            build=_join_genomes,
        ),
        RemoteFile(
            name="mitochondrial_genomes/primates_suborder.tsv",
            urls=(_REPOSITORY + "#DataBase/Primates/*/*",),
            sha256="40d5d2dbd88d87bfe7740ecd68717146bb368f1272344fe68b1005811ad9e833",
            num_bytes=3637,
            mirror="mtdna_mldsp/primates_suborder.tsv",
            download_bytes=None,
            build=_list_suborders,
        ),
    ),
    source=(
        "RefSeq records of NCBI, collected in https://github.com/grandhawa/MLDSP (DataBase/"
        "Mammalia and DataBase/Primates)."
    ),
    licence="The repository is MIT; NCBI places no restriction on the records as far as we know.",
    citation="G. S. Randhawa, K. A. Hill and L. Kari (2019), doi:10.1186/s12864-019-5571-y.",
    defects=(
        "Letters other than A C G T were removed by the collectors: lengths and positions are not "
        "always those of the record.",
        "The rows have accession numbers, but no names of species.",
        "Classes are uneven: from 30 (xenarthrans) to 242 (even-toed ungulates).",
        "Close relatives stand side by side: about a third of the rows share half of their words "
        "of 21 letters, or more, with another row, so a random split leaks.",
        "The circular genomes are cut open at one place and given on one strand.",
    ),
)
CLASS_NAMES = (
    "Bats",
    "Carnivores",
    "Even-toed Ungulates",
    "Insectivores",
    "Marsupials",
    "Primates",
    "Rodents and Rabbits",
    "Xenarthrans",
)
SUBORDERS = ("Haplorrhini", "Strepsirrhini")


def fetch_mitochondrial_genomes(group: str = "mammals", *, download: bool = True) -> SequenceData:
    """Fetch mitochondrial genomes of mammals in 8 classes, or of primates in 2 suborders.

    ========== ==== ==================================================================
    Group      Rows Classes
    ========== ==== ==================================================================
    mammals    830  bats 54, carnivores 135, even-toed ungulates 242, insectivores 40,
                    marsupials 34, primates 148, rodents and rabbits 147, xenarthrans 30
    primates   148  Haplorrhini 115, Strepsirrhini 33
    ========== ==== ==================================================================

    Args:
        group: ``"mammals"`` or ``"primates"``; the primates are rows of the mammals.
        download: ask the original addresses too, not only cache and mirror.

    Returns:
        A ``SequenceData`` of all distinct sequences of 15,289 to 17,734 letters A C G T, named
        by accession number.

    Raises:
        ValueError: for another group.
        DataMissing: a file is not here and cannot be brought here.
    """
    require_choice("group", group, ("mammals", "primates"))
    genomes, suborders = DOWNLOAD.obtain(download=download)
    records = read_fasta(genomes)
    if group == "mammals":
        return _record([(*_class_and_name(record), record.sequence) for record in records])
    lines = suborders.read_text(encoding="ascii").splitlines()[1:]
    suborder = dict(line.split("\t") for line in lines)
    named = [(_class_and_name(record)[1], record.sequence) for record in records]
    rows = [(suborder[name], name, text) for name, text in named if name in suborder]
    return _record(rows, SUBORDERS)


def _class_and_name(record: FastaRecord) -> tuple[str, str]:
    group, _, accession = record.name.partition("|")
    return group.replace("_", " "), accession


def _record(rows: list, class_names: tuple[str, ...] = CLASS_NAMES) -> SequenceData:
    kinds, names, sequences = zip(*rows, strict=True)
    labels = [class_names.index(kind) for kind in kinds]
    return SequenceData(sequences, labels, class_names, names, **DOWNLOAD.history())
