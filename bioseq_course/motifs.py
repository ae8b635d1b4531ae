"""Probabilistic motifs: from aligned sites to counts, probabilities, log-odds and scores.

Shape letters: N sites, W places of a motif (its width), A letters, B sequences of L letters.

A chain of three matrices `(W, A)`, each with a row for a place and a column for a letter:

    counts -> probabilities -> log-odds in bits (position weight matrix, PWM)

Scoring a window is a sum of products with a PWM, and a filter of a convolution does the same sum.
How rare a score is stands in `motif_scores`; reading motifs out of trained filters, and looking
them up among known ones, in `motif_matching`.

Sources: Stormo (2000), doi:10.1093/bioinformatics/16.1.16 (counts to PWM); Schneider and Stephens
(1990), doi:10.1093/nar/18.20.6097 (information content, logos); Wasserman and Sandelin (2004),
doi:10.1038/nrg1315 (scanning).
"""

from __future__ import annotations

from collections.abc import Iterable

from bioseq_course.alphabet import DNA, Alphabet
from bioseq_course.encode import one_hot_encode
from bioseq_course.inputs import require_sequences

import numpy as np

_SUM_TOLERANCE = 1e-4  # probabilities in float32 still pass


# From sites to a matrix


def count_matrix(
    sites: Iterable[str], *, alphabet: Alphabet = DNA, weights: np.ndarray | None = None
) -> np.ndarray:
    """Count the letters at each place of aligned sites.

    Args:
        sites: N strings of W letters each.
        alphabet: its symbols are the columns.
        weights: `(N,)`, how often each site was seen; once without.

    Returns:
        float64 `(W, A)`.

    Raises:
        AlphabetError: a letter is not in the alphabet.
        ValueError: there is no site, the sites differ in length, or there is not one weight, at
            least 0, for each site.

    >>> count_matrix(["ACG", "ACT", "AGT"])
    array([[3., 0., 0., 0.],
           [0., 2., 1., 0.],
           [0., 0., 1., 2.]])
    """
    texts, names = require_sequences(sites)
    _require_one_length(texts)
    weights = _require_weights(weights, len(texts))
    encoded = one_hot_encode(texts, alphabet, names=names).astype(np.float64)
    return np.einsum("n,nwa->wa", weights, encoded)


def probability_matrix(counts: np.ndarray, *, pseudocount: float = 1.0) -> np.ndarray:
    """Turn counts into probabilities; every letter gets the pseudocount on top.

    Without one, a letter that was never seen gets probability 0 and a log-odds of minus infinity: a
    single unexpected letter would rule a site out.

    Args:
        counts: `(W, A)`, at least 0; rows need not have the same sum.
        pseudocount: at least 0. With 1, the Laplace rule: (count + 1) / (sum + A).

    Returns:
        float64 `(W, A)`, rows of sum 1.

    Raises:
        ValueError: the counts are no matrix of numbers at least 0, or a row has sum 0 and there is
            no pseudocount.

    >>> probability_matrix([[3, 0, 0, 0], [0, 2, 1, 0]])
    array([[0.57142857, 0.14285714, 0.14285714, 0.14285714],
           [0.14285714, 0.42857143, 0.28571429, 0.14285714]])
    """
    counts = require_matrix("counts", counts)
    if not np.isfinite(pseudocount) or pseudocount < 0 or (counts < 0).any():
        raise ValueError(
            f"Counts and pseudocount must be at least 0. Received a smallest count of "
            f"{counts.min():g} and pseudocount={pseudocount:g}. Pass counts, not log-odds."
        )
    raised = counts + pseudocount
    totals = raised.sum(axis=1, keepdims=True)
    if (totals == 0).any():
        place = int(np.argmax(totals[:, 0] == 0)) + 1
        raise ValueError(
            f"Place {place} (counting from 1) has no counts at all. Pass pseudocount=1, or leave "
            "the place out."
        )
    return raised / totals


def log_odds_matrix(
    probabilities: np.ndarray, *, background: np.ndarray | None = None
) -> np.ndarray:
    """Compare the probability of each letter with its share in the background: a PWM.

    Args:
        probabilities: `(W, A)`, rows of sum 1.
        background: `(A,)`, shares of the letters elsewhere, sum 1; equal shares without.

    Returns:
        float64 `(W, A)`, `log2(p / background)` in bits; minus infinity where p is 0.

    Raises:
        ValueError: rows do not sum to 1, or the background is not A positive shares of sum 1.

    >>> log_odds_matrix([[0.5, 0.25, 0.125, 0.125]])
    array([[ 1.,  0., -1., -1.]])
    """
    probabilities = _require_probabilities(probabilities)
    background = require_background(background, probabilities.shape[1])
    with np.errstate(divide="ignore"):  # log2(0) is minus infinity, as announced
        return np.log2(probabilities / background)


def information_content(
    probabilities: np.ndarray, *, background: np.ndarray | None = None
) -> np.ndarray:
    """Return how many bits each place tells: its relative entropy to the background.

    With equal shares of four letters this is 2 bits minus the entropy of the place: 2 where only
    one letter occurs, 0 where all are equally frequent.

    Args:
        probabilities: `(W, A)`, rows of sum 1.
        background: `(A,)`; equal shares without.

    Returns:
        float64 `(W,)`, `sum over letters of p log2(p / background)`; a letter with p = 0 adds 0.

    Raises:
        ValueError: as `log_odds_matrix`.

    >>> information_content([[1, 0, 0, 0], [0.5, 0, 0, 0.5], [0.25, 0.25, 0.25, 0.25]])
    array([2., 1., 0.])
    """
    probabilities = _require_probabilities(probabilities)
    odds = log_odds_matrix(probabilities, background=background)
    terms = np.where(probabilities > 0, probabilities, 0) * np.where(probabilities > 0, odds, 0)
    return terms.sum(axis=1)


def logo_heights(probabilities: np.ndarray) -> np.ndarray:
    """Return the heights of the letters of a sequence logo, for `plots.plot_logo`.

    Args:
        probabilities: `(W, A)`, rows of sum 1.

    Returns:
        float64 `(W, A)`: each row shares out its information content by its probabilities. The
        background is equal shares, as in the usual logo.

    Raises:
        ValueError: rows do not sum to 1.

    >>> logo_heights([[0.5, 0, 0, 0.5]])
    array([[0.5, 0. , 0. , 0.5]])
    """
    probabilities = _require_probabilities(probabilities)
    return probabilities * information_content(probabilities)[:, None]


def reverse_complement_matrix(matrix: np.ndarray) -> np.ndarray:
    """Turn a DNA matrix round: the motif as it reads on the other strand.

    In the order A C G T, complementing is the order of the columns read backwards.

    Args:
        matrix: `(W, 4)` of counts, probabilities or log-odds.

    Returns:
        `(W, 4)`, both axes reversed.

    Raises:
        ValueError: another number of columns.

    >>> reverse_complement_matrix([[1, 2, 3, 4], [5, 6, 7, 8]])
    array([[8., 7., 6., 5.],
           [4., 3., 2., 1.]])
    """
    matrix = require_matrix("matrix", matrix)
    if matrix.shape[1] != 4:
        raise ValueError(
            f"matrix has {matrix.shape[1]} columns, expected the four of DNA, A C G T. Other "
            "molecules have no complement."
        )
    return matrix[::-1, ::-1]


# Scoring


def scan(
    sequences: Iterable[str] | np.ndarray, weights: np.ndarray, *, both_strands: bool = False
) -> np.ndarray:
    """Score every window of DNA with a matrix: cut into windows, multiply, sum.

    Args:
        sequences: B strings of the same length L, or one-hot `(B, L, 4)`. A row of zeros
            (padding, or an unknown letter) adds nothing to a score.
        weights: `(W, 4)`, a PWM of finite numbers or any filter, columns A C G T.
        both_strands: True takes, at each place, the larger score of the window and of its reverse
            complement.

    Returns:
        float64 `(B, L - W + 1)`; entry i belongs to the window that begins at place i (from 0).

    Raises:
        AlphabetError: a string has a letter other than A, C, G, T.
        ValueError: strings of different length, sequences shorter than the matrix, or a matrix of
            another shape or with numbers that are not finite.

    >>> scan(["AACGT"], [[0, 1, 0, 0], [0, 0, 1, 0]])  # C scores 1, then G scores 1
    array([[0., 0., 2., 0.]])
    """
    encoded = _as_one_hot(sequences)
    weights = require_finite(require_matrix("weights", weights))
    if encoded.shape[2] != weights.shape[1]:
        raise ValueError(
            f"The sequences have {encoded.shape[2]} letters and the matrix {weights.shape[1]} "
            "columns. Both need the four columns A C G T."
        )
    if encoded.shape[1] < len(weights):
        raise ValueError(
            f"The sequences have {encoded.shape[1]} places and the matrix {len(weights)}: there is "
            "no whole window. Pass longer sequences or a shorter matrix."
        )
    scores = _score_windows(encoded, weights)
    if both_strands:
        reverse = _score_windows(encoded, reverse_complement_matrix(weights))
        scores = np.maximum(scores, reverse)
    return scores


def _score_windows(encoded: np.ndarray, weights: np.ndarray) -> np.ndarray:
    windows = np.lib.stride_tricks.sliding_window_view(encoded, len(weights), axis=1)
    return np.einsum("blaw,wa->bl", windows, weights, optimize=True)


# Checks


def require_background(background: np.ndarray | None, num_letters: int) -> np.ndarray:
    """Return the shares of the letters, equal ones for None.

    Raises:
        ValueError: not one share above 0 for each letter, or their sum is not 1.

    >>> require_background(None, 4)
    array([0.25, 0.25, 0.25, 0.25])
    """
    if background is None:
        return np.full(num_letters, 1 / num_letters)
    background = np.asarray(background, dtype=np.float64)
    fits = background.shape == (num_letters,)
    if not (fits and (background > 0).all() and abs(background.sum() - 1) < _SUM_TOLERANCE):
        raise ValueError(
            f"background must hold {num_letters} shares above 0 with sum 1. Received "
            f"{background.tolist()}. Divide letter counts by their sum."
        )
    return background


def require_matrix(name: str, matrix: np.ndarray) -> np.ndarray:
    """Return a matrix as float64 `(W, A)`.

    Raises:
        ValueError: another number of axes, or nothing in it.

    >>> require_matrix("counts", [[1, 2]]).shape
    (1, 2)
    """
    matrix = np.asarray(matrix, dtype=np.float64)
    if matrix.ndim != 2 or 0 in matrix.shape:
        raise ValueError(
            f"{name} must have shape (W, A): a row for each place, a column for each letter. "
            f"Received shape {matrix.shape}."
        )
    return matrix


def _require_probabilities(probabilities: np.ndarray) -> np.ndarray:
    probabilities = require_matrix("probabilities", probabilities)
    totals = probabilities.sum(axis=1)
    wrong = (np.abs(totals - 1) > _SUM_TOLERANCE) | (probabilities < 0).any(axis=1)
    if wrong.any():
        place = int(wrong.argmax())
        raise ValueError(
            f"Place {place + 1} (counting from 1) of the probabilities has sum {totals[place]:g} "
            f"and smallest entry {probabilities[place].min():g}, expected a sum of 1 and nothing "
            "below 0. Make them with probability_matrix(counts)."
        )
    return probabilities


def require_finite(matrix: np.ndarray) -> np.ndarray:
    """Return a matrix that has no infinite entry.

    Raises:
        ValueError: an entry is infinite or NaN.

    >>> require_finite(np.ones((2, 4))).shape
    (2, 4)
    """
    if not np.isfinite(matrix).all():
        raise ValueError(
            "The matrix has entries that are not finite. Give every letter a pseudocount: "
            "log_odds_matrix(probability_matrix(counts, pseudocount=1))."
        )
    return matrix


def _require_one_length(texts: list[str]) -> None:
    if not texts:
        raise ValueError("There is no site. Pass at least one string.")
    for number, text in enumerate(texts, start=1):
        if len(text) != len(texts[0]):
            raise ValueError(
                f"Sequence {number} (counting from 1) has {len(text)} letters and the first has "
                f"{len(texts[0])}. Pass strings of one length: aligned sites, or whole windows."
            )


def _require_weights(weights: np.ndarray | None, num_sites: int) -> np.ndarray:
    if weights is None:
        return np.ones(num_sites)
    weights = np.asarray(weights, dtype=np.float64)
    if weights.shape != (num_sites,) or not np.isfinite(weights).all() or (weights < 0).any():
        raise ValueError(
            f"weights must hold one number, at least 0, for each of the {num_sites} sites. "
            f"Received shape {weights.shape}. Pass for example data.counts."
        )
    return weights


def _as_one_hot(sequences: Iterable[str] | np.ndarray) -> np.ndarray:
    if isinstance(sequences, np.ndarray) and sequences.ndim == 3:
        return sequences.astype(np.float64)
    texts, names = require_sequences(sequences)
    _require_one_length(texts)
    return one_hot_encode(texts, names=names).astype(np.float64)
