"""Score one method on the folds of the ladder: the same lines for every unit.

A method is a function of three sets of rows. It fits on the first, may choose on the second, and
names a class for each row of the third. It never sees a label of the third set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bioseq_course.inputs import require_choice
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
