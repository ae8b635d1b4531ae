"""Do codon vectors know the genetic code? Scores that compare them with what codons mean.

The 61 sense codons of the standard code come in alphabetical order everywhere (`SENSE_CODONS`);
stops are left out, since they stand only at the end of a gene. D is the width of a vector.

A high score may have a humble reason: synonyms share letters (GAA and GAG differ in the last one),
and words that share letters stand in similar places even when read out of frame. Hence
`shared_letters=2`, which compares synonyms only with pairs that are as alike in spelling.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from bioseq_course.alphabet import DNA, PROTEIN, STOP, translate

import numpy as np

if TYPE_CHECKING:
    from gensim.models import KeyedVectors

__all__ = [
    "SENSE_CODONS",
    "amino_acid_similarity",
    "blosum62_similarity",
    "codon_vectors",
    "cosine_matrix",
    "nearest_synonymous_share",
    "spearman_of_pairs",
    "synonymous_auc",
    "synonymous_pairs",
]

SENSE_CODONS: tuple[str, ...]  # made when first asked for, since the code comes from Biopython


def __getattr__(name: str):
    if name == "SENSE_CODONS":
        return _sense_codons()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def codon_vectors(vectors: KeyedVectors | Mapping[str, np.ndarray]) -> np.ndarray:
    """Stack the vectors of the 61 sense codons in alphabetical order.

    Args:
        vectors: codon to vector `(D,)`: gensim `KeyedVectors` or a dictionary.

    Returns:
        float array `(61, D)`.

    Raises:
        ValueError: a sense codon has no vector.

    >>> codon_vectors({codon: [1.0, 0.0] for codon in _sense_codons()}).shape
    (61, 2)
    """
    missing = [codon for codon in _sense_codons() if codon not in vectors]
    if missing:
        raise ValueError(
            f"{len(missing)} of 61 sense codons have no vector, the first is {missing[0]}. Train "
            "on more genes, with min_count=1."
        )
    return np.array([vectors[codon] for codon in _sense_codons()], dtype=float)


def cosine_matrix(vectors: np.ndarray) -> np.ndarray:
    """Cosine of the angle between every two vectors.

    Args:
        vectors: `(N, D)`.

    Returns:
        `(N, N)`, from -1 to 1.

    Raises:
        ValueError: the vectors are no matrix, or one of them is all zeros and so has no direction.

    >>> cosine_matrix([[2.0, 0.0], [0.0, 1.0], [3.0, 0.0]])[0].tolist()
    [1.0, 0.0, 1.0]
    """
    directions = _directions(vectors)
    return directions @ directions.T


def synonymous_pairs() -> tuple[np.ndarray, np.ndarray]:
    """Tell which codons mean the same amino acid, and how many letters they share.

    Returns:
        Two arrays `(61, 61)`: True for synonyms (and on the diagonal), and the number of places,
        0 to 3, that hold the same letter.

    >>> same, shared = synonymous_pairs()
    >>> (int(same.sum()) - 61) // 2, int(same[shared == 2].sum()) // 2  # pairs of synonyms
    (87, 67)
    """
    residues = _codon_residues()
    letters = np.array([list(codon) for codon in _sense_codons()])  # (61, 3)
    shared = (letters[:, None] == letters[None]).sum(axis=2)
    return residues[:, None] == residues, shared


def synonymous_auc(similarity: np.ndarray, *, shared_letters: int | None = None) -> float:
    """Area under the ROC curve of "synonymous" told from similarity.

    Args:
        similarity: `(61, 61)`, symmetric, larger for more alike; only pairs of different codons
            count, each once.
        shared_letters: compare only pairs that share this many letters, 0 to 2; None takes all.

    Returns:
        The chance that a pair of synonyms is more alike than another pair, 0 to 1; 0.5 is chance.

    Raises:
        ValueError: another shape, or pairs without or with nothing but synonyms.

    >>> same, shared = synonymous_pairs()
    >>> synonymous_auc(same), synonymous_auc(same, shared_letters=2)
    (1.0, 1.0)
    """
    from sklearn.metrics import roc_auc_score

    similarity = _require_square(similarity, 61)
    same, shared = synonymous_pairs()
    chosen = np.triu(np.ones((61, 61), dtype=bool), k=1)
    if shared_letters is not None:
        chosen &= shared == shared_letters
    if len(set(same[chosen])) < 2:
        raise ValueError(
            f"shared_letters={shared_letters!r} leaves no synonyms or nothing else to compare. "
            "Pass 1 or 2, or None for all pairs."
        )
    return float(roc_auc_score(same[chosen], similarity[chosen]))


def nearest_synonymous_share(similarity: np.ndarray) -> float:
    """Part of the codons whose most similar codon is a synonym.

    ATG and TGG have no synonym and are not counted, so 59 codons are; as neighbours they count.

    Args:
        similarity: `(61, 61)`, larger for more alike.

    Returns:
        A share, 0 to 1.

    Raises:
        ValueError: another shape.

    >>> same, _ = synonymous_pairs()
    >>> nearest_synonymous_share(same)
    1.0
    """
    similarity = _require_square(similarity, 61).copy()
    np.fill_diagonal(similarity, -np.inf)
    same, _ = synonymous_pairs()
    has_synonym = same.sum(axis=1) > 1
    nearest = similarity.argmax(axis=1)
    return float(same[np.arange(61), nearest][has_synonym].mean())


def amino_acid_similarity(vectors: np.ndarray) -> np.ndarray:
    """Cosines between amino acids, each the mean of the directions of its codons.

    Args:
        vectors: `(61, D)` in the order of `SENSE_CODONS`.

    Returns:
        `(20, 20)` in the order of `PROTEIN`.

    Raises:
        ValueError: there are not 61 vectors, or one is all zeros.

    >>> amino_acid_similarity(np.eye(61)).shape
    (20, 20)
    """
    directions = _directions(vectors)
    if len(directions) != 61:
        raise ValueError(
            f"Expected 61 vectors, one for each sense codon. Received {len(directions)}."
        )
    residues = _codon_residues()
    return cosine_matrix([directions[residues == residue].mean(axis=0) for residue in PROTEIN])


def blosum62_similarity() -> np.ndarray:
    """BLOSUM62 scores of the 20 amino acids, `(20, 20)` in the order of `PROTEIN`.

    How much more often than by chance two residues stand in one column of aligned proteins, in
    half bits: Henikoff and Henikoff (1992), doi:10.1073/pnas.89.22.10915.

    >>> blosum62_similarity()[PROTEIN.index("W"), PROTEIN.index("W")]
    np.float64(11.0)
    """
    from Bio.Align import substitution_matrices

    scores = substitution_matrices.load("BLOSUM62")
    return np.array([[scores[left, right] for right in PROTEIN] for left in PROTEIN])


def spearman_of_pairs(left: np.ndarray, right: np.ndarray) -> float:
    """Rank correlation of two similarities over all pairs of different things.

    Args:
        left, right: symmetric `(N, N)`; each pair above the diagonal counts once.

    Returns:
        Spearman's coefficient, -1 to 1.

    Raises:
        ValueError: the shapes differ or are not square.

    >>> scores = blosum62_similarity()
    >>> round(spearman_of_pairs(scores, scores), 6)
    1.0
    """
    from scipy.stats import spearmanr

    left = np.asarray(left)
    left, right = (_require_square(matrix, len(left)) for matrix in (left, right))
    upper = np.triu_indices(len(left), k=1)
    return float(spearmanr(left[upper], right[upper]).statistic)


@cache
def _sense_codons() -> tuple[str, ...]:
    codons = map("".join, product(DNA, repeat=3))
    return tuple(codon for codon in codons if translate(codon) != STOP)


def _codon_residues() -> np.ndarray:
    """The amino acid of each sense codon: one letter each, `(61,)`."""
    return np.array(list(translate("".join(_sense_codons()))))


def _directions(vectors: np.ndarray) -> np.ndarray:
    """Divide each of N vectors by its length, `(N, D)`; refuse one without a direction."""
    vectors = np.asarray(vectors, dtype=float)
    if vectors.ndim != 2:
        raise ValueError(f"vectors must have shape (N, D). Received shape {vectors.shape}.")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if (lengths == 0).any():
        row = int(np.flatnonzero(lengths == 0)[0]) + 1
        raise ValueError(f"Vector {row} (counting from 1) is all zeros: leave it out.")
    return vectors / lengths


def _require_square(matrix: np.ndarray, size: int) -> np.ndarray:
    matrix = np.asarray(matrix, dtype=float)
    if matrix.shape != (size, size):
        raise ValueError(
            f"Expected a similarity for every two of {size}, shape ({size}, {size}). Received "
            f"shape {matrix.shape}: see codon_vectors and cosine_matrix."
        )
    return matrix
