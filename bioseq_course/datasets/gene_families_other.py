"""The gene families of the ladder in two more species: chimpanzee and dog."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bioseq_course.datasets._fetch import Download
from bioseq_course.datasets._records import SequenceData
from bioseq_course.datasets._transfer import RemoteFile
from bioseq_course.datasets.gene_families import CLASS_NAMES, _translate_all
from bioseq_course.inputs import require_choice

_REPOSITORY = (
    "https://raw.githubusercontent.com/Mayank-5245/ML_Classifying-DNA-Sequence/"
    "ea3fa2138714cfe02d94fdd6849b49ecce8b0575/data/"
)
_SOURCE = (
    "{file} of https://www.kaggle.com/datasets/nageshsingh/dna-sequence-dataset, as carried by "
    "github.com/Mayank-5245/ML_Classifying-DNA-Sequence."
)
_LICENCE = (
    "Not clear: the origin of the sequences is undocumented and no licence of the data set was "
    "seen. The genes themselves are public (NCBI, Ensembl)."
)
_CITATION = "N. S. Chauhan (nageshsingh), DNA sequence dataset, Kaggle."
_DEFECTS = (
    "There are no gene names, accessions or transcript numbers, and isoforms and relatives stand "
    "side by side: a random split puts relatives of test rows into training.",
    "The classes have the faults of the human rows: see the defects of load_gene_families.",
)
DOWNLOADS = {
    "chimpanzee": Download(
        name="gene_families_chimpanzee",
        files=(
            RemoteFile(
                name="gene_families_chimpanzee/chimpanzee.txt",
                urls=(_REPOSITORY + "chimpanzee.txt",),
                sha256="c2617f43f3552c36ed535ab63d2ed97cf3257b0ee7d0207af0378e109e706f32",
                num_bytes=3_258_260,
                mirror="gene_families/chimp_data.txt.gz",
                download_bytes=3_258_260,
            ),
        ),
        source=_SOURCE.format(file="chimpanzee.txt"),
        licence=_LICENCE,
        citation=_CITATION,
        defects=(
            "7 of 1,682 rows are exact copies of an earlier row.",
            "60 rows are spelled like a human row: testing on them a model that was trained on "
            "the human genes measures memory.",
            *_DEFECTS,
        ),
    ),
    "dog": Download(
        name="gene_families_dog",
        files=(
            RemoteFile(
                name="gene_families_dog/dog.txt",
                urls=(_REPOSITORY + "dog.txt",),
                sha256="f3b58d6efc407d3ada103b59389aab5f2a54165cee52a5d4a3bced7086797c46",
                num_bytes=1_667_375,
                mirror="gene_families/dog_data.txt.gz",
                download_bytes=1_667_375,
            ),
        ),
        source=_SOURCE.format(file="dog.txt"),
        licence=_LICENCE,
        citation=_CITATION,
        defects=("3 of 820 rows are exact copies of an earlier row.", *_DEFECTS),
    ),
}


def fetch_gene_families(
    species: str, molecule: str = "dna", *, download: bool = True
) -> SequenceData:
    """Fetch the gene families of chimpanzee or dog, with the classes of the human ones.

    ============ ===== ======== ================================== ===================
    Species      Rows  Distinct Rows of the 7 classes              Letters as DNA
    ============ ===== ======== ================================== ===================
    chimpanzee   1,682 1,675    234, 185, 144, 228, 261, 109, 521  105 to 18,921
    dog          820   817      131, 75, 64, 95, 135, 60, 260      204 to 18,906
    ============ ===== ======== ================================== ===================

    Args:
        species: ``"chimpanzee"`` or ``"dog"``.
        molecule: ``"dna"``, or ``"protein"`` for the translation as in ``load_gene_families``.
        download: ask the original addresses too, not only cache and mirror.

    Returns:
        A ``SequenceData`` in the order of the file, duplicates included. Row ``i`` is named
        after the species and ``i + 1``: ``dog-0001``.

    Raises:
        ValueError: for another species or molecule.
        DataMissing: the file is not here and cannot be brought here.
    """
    require_choice("species", species, tuple(DOWNLOADS))
    require_choice("molecule", molecule, ("dna", "protein"))
    (path,) = DOWNLOADS[species].obtain(download=download)
    sequences, labels = _read(path)
    if molecule == "protein":
        sequences = _translate_all(sequences)
    return SequenceData(
        sequences=sequences,
        labels=labels,
        class_names=CLASS_NAMES,
        names=tuple(f"{species}-{number:04d}" for number in range(1, len(sequences) + 1)),
        **DOWNLOADS[species].history(),
    )


@cache
def _read(path: Path) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Read the table of sequences and classes below its header."""
    lines = path.read_text(encoding="ascii").splitlines()[1:]
    sequences, labels = zip(*(line.split("\t") for line in lines), strict=True)
    return sequences, tuple(int(label) for label in labels)
