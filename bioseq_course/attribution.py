"""Which letters did a model use? Mutate them, cover them, or ask for the slope.

Shape letters: B sequences, L places, A letters, W places covered at once.

All functions take a score as a function of one-hot sequences, so they work with any model: a
network, a regression, a sum written by hand. Score with the *logit* where there is one: behind a
sigmoid near 0 or 1 every change looks small.
"""

from __future__ import annotations

from collections.abc import Callable

from bioseq_course.inputs import require_positive

import numpy as np

Score = Callable[[np.ndarray], np.ndarray]


def in_silico_mutagenesis(score: Score, one_hot: np.ndarray) -> np.ndarray:
    """Exchange every letter for every other one, and note how the score changes.

    Source: Zhou and Troyanskaya (2015), doi:10.1038/nmeth.3547.

    Args:
        score: takes one-hot `(B, L, A)` float32, returns one number for each, `(B,)` or `(B, 1)`.
            It is called once with all L·A mutants.
        one_hot: `(L, A)`, one sequence.

    Returns:
        float64 `(L, A)`: score of the mutant with this letter at this place, minus the score of
        the sequence; 0 for the letter that stands there. Negative: the letter there matters.

    Raises:
        ValueError: the sequence is not `(L, A)` with one 1 a place, or the score returns other
            than one number for each sequence.

    The score here counts G's, so a mutation to G adds 1 and one away from G takes 1:

    >>> count_g = lambda sequences: sequences[:, :, 2].sum(axis=1)
    >>> in_silico_mutagenesis(count_g, np.eye(4)[[0, 2]])  # AG
    array([[ 0.,  0.,  1.,  0.],
           [-1., -1.,  0., -1.]])
    """
    one_hot = _require_one_hot(one_hot)
    length, letters = one_hot.shape
    mutants = np.tile(one_hot, (length, letters, 1, 1))  # (place, letter, L, A)
    places = np.arange(length)
    mutants[places, :, places] = np.eye(letters, dtype=np.float32)
    changed = _call(score, mutants.reshape(-1, length, letters)).reshape(length, letters)
    changed -= _call(score, one_hot[None])
    changed[one_hot == 1] = 0  # the same sequence; a model may differ in its last digit
    return changed


def mutation_effect(changes: np.ndarray) -> np.ndarray:
    """Sum a table of mutations up: how much worse is a random other letter at each place?

    Args:
        changes: `(L, A)`, from `in_silico_mutagenesis`.

    Returns:
        float64 `(L,)`: minus the mean change over the A - 1 other letters. Above 0 where the
        letter that stands there helps the score.

    Raises:
        ValueError: another shape.

    >>> mutation_effect([[0, 0, 1, 0], [-1, -1, 0, -1]])
    array([-0.33333333,  1.        ])
    """
    changes = np.asarray(changes, dtype=np.float64)
    if changes.ndim != 2 or changes.shape[1] < 2:
        raise ValueError(
            f"changes must have shape (L, A). Received {changes.shape}. Make them with "
            "in_silico_mutagenesis(score, one_hot)."
        )
    return -changes.sum(axis=1) / (changes.shape[1] - 1)


def occlusion(score: Score, one_hot: np.ndarray, width: int) -> np.ndarray:
    """Cover a window of the sequence, everywhere in turn, and note what the score loses.

    A covered place holds equal shares of all letters: no letter, and no hole either. (Rows of
    zeros would be a sequence of another kind.) Source: Zeiler and Fergus (2013), arXiv:1311.2901.

    Args:
        score: as in `in_silico_mutagenesis`; called once with all L - W + 1 covered copies.
        one_hot: `(L, A)`, one sequence.
        width: W, places that are covered at once.

    Returns:
        float64 `(L,)`: what the score loses when a place is covered, the mean over the windows
        that cover it. Above 0 where the letters help the score.

    Raises:
        ValueError: as `in_silico_mutagenesis`; or `width` is more than L.

    >>> count_g = lambda sequences: sequences[:, :, 2].sum(axis=1)
    >>> occlusion(count_g, np.eye(4)[[0, 2, 0]], width=1)  # AGA: only a quarter of G is left
    array([-0.25,  0.75, -0.25])
    """
    one_hot = _require_one_hot(one_hot)
    length, letters = one_hot.shape
    width = require_positive("width", width, "Pass about the width of a motif.")
    if width > length:
        raise ValueError(f"width={width} is more than the {length} places. Pass {length} or less.")
    starts = np.arange(length - width + 1)
    covered_by = (starts[:, None] <= np.arange(length)) & (
        np.arange(length) < starts[:, None] + width
    )  # (windows, L)
    copies = np.where(covered_by[..., None], np.float32(1 / letters), one_hot)
    losses = _call(score, one_hot[None]) - _call(score, copies)  # (windows,)
    return losses @ covered_by / covered_by.sum(axis=0)


def gradient_times_input(gradient: np.ndarray, one_hot: np.ndarray) -> np.ndarray:
    """Read off, at each place, the slope of the letter that stands there.

    Before that, the mean over the letters is taken from each place's slopes. A sequence always has
    exactly one letter at a place, so a model may add anything to all A slopes of a place; the
    mean takes that out. Source: Shrikumar et al. (2017), arXiv:1704.02685 (gradient times input);
    Majdandzic et al. (2023), doi:10.1186/s13059-023-02956-3 (the mean).

    Args:
        gradient: `(L, A)`, or `(B, L, A)`, from `gradients.gradient`.
        one_hot: of the same shape.

    Returns:
        float64 `(L,)` or `(B, L)`.

    Raises:
        ValueError: the shapes differ.

    >>> gradient_times_input([[3, 0, 0, 1]], [[1, 0, 0, 0]])  # mean 1: the slopes are 2 -1 -1 0
    array([2.])
    """
    gradient, one_hot = np.asarray(gradient, dtype=np.float64), np.asarray(one_hot)
    if gradient.shape != one_hot.shape or gradient.ndim not in (2, 3):
        raise ValueError(
            f"gradient and one_hot must both have shape (L, A) or (B, L, A). Received "
            f"{gradient.shape} and {one_hot.shape}. Ask gradient(fn, one_hot) for it."
        )
    centred = gradient - gradient.mean(axis=-1, keepdims=True)
    return (centred * one_hot).sum(axis=-1)


def share_on_motif(attributions: np.ndarray, on_motif: np.ndarray) -> np.ndarray:
    """Return which part of all attribution lies on the planted places.

    Args:
        attributions: `(B, L)`; the sign is left aside.
        on_motif: bool `(B, L)`, True where a site was planted.

    Returns:
        float64 `(B,)` from 0 to 1. Attribution spread evenly gives the part of places that is
        planted. NaN for a row without any attribution.

    Raises:
        ValueError: the shapes differ.

    >>> share_on_motif([[0.0, 3.0, -1.0]], [[False, True, False]])
    array([0.75])
    """
    sizes, on_motif = np.abs(np.asarray(attributions, dtype=np.float64)), np.asarray(on_motif)
    if sizes.shape != on_motif.shape or sizes.ndim != 2:
        raise ValueError(
            f"attributions and on_motif must both have shape (B, L). Received {sizes.shape} and "
            f"{on_motif.shape}. Add an axis for a single sequence."
        )
    with np.errstate(invalid="ignore"):  # 0 / 0 is NaN, as announced
        return (sizes * on_motif).sum(axis=1) / sizes.sum(axis=1)


def _require_one_hot(one_hot: np.ndarray) -> np.ndarray:
    one_hot = np.asarray(one_hot, dtype=np.float32)
    fits = one_hot.ndim == 2 and np.isin(one_hot, (0, 1)).all()
    if not fits or (one_hot.sum(axis=1) != 1).any():
        raise ValueError(
            f"one_hot must be one sequence, shape (L, A), with a single 1 a place. Received shape "
            f"{one_hot.shape}. Take one row of one_hot_encode(sequences), without padding."
        )
    return one_hot


def _call(score: Score, sequences: np.ndarray) -> np.ndarray:
    scores = np.asarray(score(sequences), dtype=np.float64)
    if scores.shape not in ((len(sequences),), (len(sequences), 1)):
        raise ValueError(
            f"score returned shape {scores.shape} for {len(sequences)} sequences, expected one "
            "number for each. Choose one output, and convert tensors to NumPy."
        )
    return scores.reshape(-1)
