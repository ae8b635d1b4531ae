"""Score one method on the folds of the ladder, and say how sure the score is.

A method is a function of three sets of rows. It fits on the first, may choose on the second, and
names a class for each row of the third. It never sees a label of the third set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bioseq_course.inputs import require_choice, require_positive
from bioseq_course.ladder import NUM_FOLDS, Ladder

import numpy as np


@dataclass(frozen=True, eq=False, repr=False)
class FoldScores:
    """Scores of one method on F folds with C classes. Made by ``score_folds``.

    Args:
        recall: ``(F, C)``, the part of the test rows of each class that was found; NaN where a
            fold tests no row of the class.
        accuracy: ``(F,)``, the part of all test rows that was right.
    """

    recall: np.ndarray
    accuracy: np.ndarray

    @property
    def balanced_accuracy(self) -> np.ndarray:
        """``(F,)``: the mean recall of the classes that the fold tests."""
        return np.nanmean(self.recall, axis=1)

    def __repr__(self) -> str:
        folds = len(self.accuracy)
        counted = "1 fold" if folds == 1 else f"{folds} folds"
        counted = counted if folds < 3 else f"mean ± SD of {counted}"
        accuracy, balanced = _summarise(self.accuracy), _summarise(self.balanced_accuracy)
        return f"accuracy {accuracy}, balanced {balanced} ({counted})"


def _summarise(values: np.ndarray) -> str:
    """Return the values themselves for one or two folds, mean and spread for more."""
    if len(values) < 3:  # a spread of one or two values says nothing
        return " and ".join(f"{value:.3f}" for value in values)
    return f"{values.mean():.3f} ± {spread(values):.3f}"


def spread(values: np.ndarray) -> float:
    """Return the sample standard deviation of ``(F,)`` values; NaN for a single one.

    >>> spread(np.array([1.0, 3.0])) == 2**0.5, spread(np.array([1.0]))
    (True, nan)
    """
    return float(np.std(values, ddof=1)) if len(values) > 1 else float("nan")


def score_folds(
    fit_predict: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
    ladder: Ladder,
    *,
    split: str = "cluster",
    folds: Iterable[int] = range(NUM_FOLDS),
) -> FoldScores:
    """Run a method on some folds of the ladder and score its test predictions.

    Args:
        fit_predict: takes three arrays of row indices, ``train``, ``validation`` and ``test``, and
            returns a class number for each test row, ``(N,)``.
        ladder: rows, labels and splits, from ``load_ladder``.
        split: ``"cluster"`` holds out whole clusters, ``"random"`` deals row by row.
        folds: which folds, 0 to 4; a fold takes as long as ``fit_predict`` does.

    Returns:
        ``FoldScores`` with one entry a fold, in the order asked for.

    Raises:
        ValueError: another ``split`` or fold, no fold at all, or predictions of another shape.

    Examples:
        >>> from bioseq_course.ladder import load_ladder
        >>> ladder = load_ladder()
        >>> def majority(train, validation, test):
        ...     return np.full(len(test), np.bincount(ladder.labels[train]).argmax())
        >>> score_folds(majority, ladder, folds=[0, 1])
        accuracy 0.305 and 0.305, balanced 0.143 and 0.143 (2 folds)
    """
    require_choice("split", split, ("cluster", "random"))
    folds = list(folds)
    if not folds:
        raise ValueError("folds is empty. Give at least one fold, 0 to 4.")
    deal = ladder.split if split == "cluster" else ladder.random_split
    hits = [_score(fit_predict, ladder, deal(fold)) for fold in folds]
    recall, accuracy = zip(*hits, strict=True)
    return FoldScores(np.array(recall), np.array(accuracy))


def _score(fit_predict, ladder: Ladder, rows) -> tuple[np.ndarray, float]:
    """Return the recall of each class ``(C,)`` and the accuracy of one fold."""
    predicted = np.asarray(fit_predict(*rows))
    if predicted.shape != rows.test.shape:
        raise ValueError(
            f"fit_predict returned an array of shape {predicted.shape} for {len(rows.test)} test "
            f"rows. Return one class number for each test row, shape ({len(rows.test)},)."
        )
    labels = ladder.labels[rows.test]
    right = predicted == labels
    counts = np.bincount(labels, minlength=len(ladder.class_names))
    found = np.bincount(labels[right], minlength=len(ladder.class_names))
    recall = np.divide(found, counts, out=np.full(len(counts), np.nan), where=counts > 0)
    return recall, float(right.mean())


def redraw_clusters(
    values: np.ndarray, clusters: np.ndarray, *, draws: int = 1000, rng: np.random.Generator
) -> np.ndarray:
    """Return means over rows when whole clusters are drawn anew, with replacement.

    Rows of one cluster are right or wrong together, so clusters are what was sampled: the
    percentiles of the answer are a cluster bootstrap interval
    (Efron and Tibshirani 1993, doi:10.1201/9780429246593). To compare methods, give the columns of
    all in one call, or the difference of two: then each draw is the same for both.

    Args:
        values: ``(N,)`` or ``(N, M)``, a number for each row, such as 1 where a method is right
            and 0 where it is wrong; M methods side by side.
        clusters: ``(N,)``, the cluster of each row.
        draws: how many times as many clusters are drawn as there are.
        rng: source of the draws.

    Returns:
        ``(draws,)`` or ``(draws, M)``: for each draw the sum of the values of all drawn rows over
        their number. A cluster that was drawn twice counts twice.

    Raises:
        ValueError: values and clusters of different length, none at all, or draws below 1.

    Examples:
        >>> right, clusters = np.array([1, 1, 1, 0]), np.array([7, 7, 7, 9])
        >>> means = redraw_clusters(right, clusters, rng=np.random.default_rng(0))
        >>> np.unique(means)  # two of cluster 9, one of each, two of cluster 7
        array([0.  , 0.75, 1.  ])
    """
    values, clusters = np.asarray(values, dtype=float), np.asarray(clusters)
    if not len(values) or len(values) != len(clusters):
        raise ValueError(
            f"There are {len(values)} values and {len(clusters)} clusters. Give at least one row, "
            "and the cluster of each."
        )
    require_positive("draws", draws, "Pass for example draws=1000.", meaning="how often to draw")
    _, number = np.unique(clusters, return_inverse=True)
    size = np.bincount(number)
    total = np.zeros((len(size), *values.shape[1:]))
    np.add.at(total, number, values)
    times = rng.multinomial(len(size), np.full(len(size), 1 / len(size)), size=draws)
    return ((times @ total).T / (times @ size)).T
