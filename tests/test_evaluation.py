"""Scores of folds, against scikit-learn and numbers worked out by hand."""

from bioseq_course.evaluation import FoldScores, score_folds, spread
from bioseq_course.ladder import load_ladder

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, balanced_accuracy_score


@pytest.fixture(scope="module")
def ladder():
    return load_ladder()


def noisy_answers(ladder):
    """True labels, with three of ten replaced: some right, some wrong."""
    rng = np.random.default_rng(0)
    wrong = rng.random(len(ladder)) < 0.3
    return np.where(wrong, rng.integers(0, 7, len(ladder)), ladder.labels)


@pytest.mark.parametrize("split", ["cluster", "random"])
def test_scores_equal_scikit_learn(ladder, split):
    answers = noisy_answers(ladder)
    scores = score_folds(lambda train, valid, test: answers[test], ladder, split=split)
    deal = ladder.split if split == "cluster" else ladder.random_split
    for fold in range(5):
        test = deal(fold).test
        truth, given = ladder.labels[test], answers[test]
        assert scores.accuracy[fold] == pytest.approx(accuracy_score(truth, given))
        assert scores.balanced_accuracy[fold] == pytest.approx(
            balanced_accuracy_score(truth, given)
        )


def test_the_method_gets_disjoint_rows_of_the_split_asked_for(ladder):
    seen = []

    def remember(train, validation, test):
        seen.append((train, validation, test))
        return np.zeros(len(test), dtype=int)

    score_folds(remember, ladder, split="random", folds=[3])
    assert len(seen) == 1
    for given, expected in zip(seen[0], ladder.random_split(3), strict=True):
        assert np.array_equal(given, expected)


def test_a_method_that_names_one_class_finds_all_of_it_and_nothing_else(ladder):
    scores = score_folds(lambda train, valid, test: np.full(len(test), 5), ladder, folds=[0])
    assert scores.recall[0].tolist() == [0, 0, 0, 0, 0, 1, 0]
    assert scores.balanced_accuracy[0] == pytest.approx(1 / 7)


def test_spread_is_the_sample_standard_deviation():
    # (0.2, 0.4, 0.6): mean 0.4, squares 0.04 + 0 + 0.04 = 0.08, over 2 = 0.04, root 0.2
    assert spread(np.array([0.2, 0.4, 0.6])) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("accuracy", "expected"),
    [
        ([0.5], "accuracy 0.500, balanced 0.500 (1 fold)"),
        ([0.2, 0.4], "accuracy 0.200 and 0.400, balanced 0.200 and 0.400 (2 folds)"),
        # mean 0.4, sample standard deviation 0.2 as above
        ([0.2, 0.4, 0.6], "accuracy 0.400 ± 0.200, balanced 0.400 ± 0.200 (mean ± SD of 3 folds)"),
    ],
)
def test_few_folds_are_shown_one_by_one(accuracy, expected):
    recall = np.array(accuracy)[:, None]  # one class: its recall is the accuracy
    assert repr(FoldScores(recall, np.array(accuracy))) == expected


def test_messages(ladder):
    with pytest.raises(ValueError, match="cluster"):
        score_folds(lambda *rows: rows[2], ladder, split="clusters")
    with pytest.raises(ValueError, match=r"shape \(\) for \d+ test rows"):
        score_folds(lambda *rows: 0, ladder, folds=[0])
    with pytest.raises(ValueError, match="folds is empty"):
        score_folds(lambda *rows: rows[2], ladder, folds=[])
    with pytest.raises(ValueError, match="fold is 5"):
        score_folds(lambda *rows: rows[2], ladder, folds=[5])
