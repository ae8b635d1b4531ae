"""How rare a motif's score is: the exact distribution over random windows, and a cut-off.

Shape letters: W places of a motif, A letters, N bins of the score.

Source: Rahmann, Mueller and Vingron (2003), doi:10.2202/1544-6115.1032.
"""

from bioseq_course.motifs import require_background, require_finite, require_matrix

import numpy as np


def score_distribution(
    log_odds: np.ndarray, *, background: np.ndarray | None = None, bin_width: float = 0.01
) -> tuple[np.ndarray, np.ndarray]:
    """Compute how likely each score of a random window is, without drawing any.

    Entries are rounded to multiples of `bin_width`. Then place by place: the distribution of the
    score so far, moved by the entry of each letter, times that letter's share (a convolution).

    Args:
        log_odds: `(W, A)`, finite.
        background: `(A,)`, shares of the letters, drawn independently; equal shares without.
        bin_width: in bits, above 0. The rounding moves a score by W / 2 bins at most.

    Returns:
        scores: float64 `(N,)` in bits, ascending, N bins from the smallest to the largest.
        probabilities: float64 `(N,)` of sum 1.

    Raises:
        ValueError: an entry is not finite, the background does not fit, or `bin_width` is not
            above 0.

    >>> score_distribution([[1, 0, 0, -1]], bin_width=1)
    (array([-1.,  0.,  1.]), array([0.25, 0.5 , 0.25]))
    """
    log_odds = require_finite(require_matrix("log_odds", log_odds))
    background = require_background(background, log_odds.shape[1])
    if not bin_width > 0:
        raise ValueError(f"bin_width must be above 0, in bits. Received {bin_width!r}: pass 0.01.")
    steps = np.rint(log_odds / bin_width).astype(int)  # (W, A)
    probabilities = np.ones(1)
    for row in steps - steps.min(axis=1, keepdims=True):
        moves = np.bincount(row, weights=background)
        probabilities = np.convolve(probabilities, moves)
    lowest = steps.min(axis=1).sum()
    return (lowest + np.arange(len(probabilities))) * float(bin_width), probabilities


def score_threshold(
    log_odds: np.ndarray,
    p_value: float,
    *,
    background: np.ndarray | None = None,
    bin_width: float = 0.01,
) -> float:
    """Return the smallest score that a random window reaches with probability `p_value` at most.

    Args:
        log_odds: `(W, A)`, finite.
        p_value: above 0, at most 1. It is per window: L - W + 1 windows (twice as many on both
            strands) give that many chances of a false hit.
        background: `(A,)`; equal shares without.
        bin_width: in bits, as in `score_distribution`.

    Returns:
        The cut-off in bits.

    Raises:
        ValueError: as `score_distribution`; `p_value` is out of range, or so small that not even
            the best window reaches it.

    >>> score_threshold([[1, 0, 0, -1]], 0.25, bin_width=1)
    1.0
    """
    if not 0 < p_value <= 1:
        raise ValueError(f"p_value must be above 0 and at most 1. Received {p_value!r}.")
    scores, chances = score_distribution(log_odds, background=background, bin_width=bin_width)
    reached = np.cumsum(chances[::-1])[::-1]  # chance of this score or more
    allowed = (reached <= p_value * (1 + 1e-12)) & (chances > 0)
    if not allowed.any():
        raise ValueError(
            f"No score is as rare as p_value={p_value:g}: the best window has probability "
            f"{chances[-1]:.3g}. Pass a larger p_value; a short motif cannot be rarer."
        )
    return float(scores[np.argmax(allowed)])
