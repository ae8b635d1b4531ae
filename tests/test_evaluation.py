"""Scores of folds, against scikit-learn and numbers worked out by hand."""

from bioseq_course.evaluation import FoldScores, redraw_clusters, score_folds, spread
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


def test_redrawn_clusters_equal_rows_put_together_one_by_one():
    """The same draws as lists of rows: an independent, slow way."""
    rng = np.random.default_rng(3)
    clusters = rng.choice([5, 2, 9, 11], size=40)
    right = rng.integers(0, 2, size=(40, 3))
    means = redraw_clusters(right, clusters, draws=50, rng=np.random.default_rng(8))
    names = np.unique(clusters)
    times = np.random.default_rng(8).multinomial(4, [0.25] * 4, size=50)
    for drawn, mean in zip(times, means, strict=True):
        rows = [
            row
            for name, n in zip(names, drawn, strict=True)
            for row in np.flatnonzero(clusters == name).repeat(n)
        ]
        assert np.allclose(right[rows].mean(axis=0), mean)


def test_one_column_of_many_is_the_column_alone():
    rng = np.random.default_rng(0)
    right, clusters = rng.integers(0, 2, size=(30, 2)), rng.integers(0, 6, size=30)
    both = redraw_clusters(right, clusters, draws=20, rng=np.random.default_rng(1))
    alone = redraw_clusters(right[:, 1], clusters, draws=20, rng=np.random.default_rng(1))
    assert np.allclose(both[:, 1], alone)


def test_rows_of_one_cluster_widen_the_interval():
    """40 rows in 4 clusters, each wholly right or wrong: SD of a mean of 4, not of 40 values.

    Half of the clusters are right: SD = sqrt(1/4 / 4) = 0.25; 40 free rows would have 0.079.
    """
    clusters = np.repeat([0, 1, 2, 3], 10)
    right = (clusters < 2).astype(float)
    means = redraw_clusters(right, clusters, draws=4000, rng=np.random.default_rng(0))
    assert means.mean() == pytest.approx(0.5, abs=0.02)
    assert means.std() == pytest.approx(0.25, abs=0.02)
    free = redraw_clusters(right, np.arange(40), draws=4000, rng=np.random.default_rng(0))
    assert free.std() == pytest.approx(0.079, abs=0.01)


@pytest.mark.parametrize(
    ("values", "clusters", "draws", "message"),
    [
        ([1, 0], [1], 10, "2 values and 1 clusters"),
        ([], [], 10, "0 values and 0 clusters"),
        ([1], [1], 0, "draws"),
    ],
)
def test_redraw_clusters_refuses_bad_input(values, clusters, draws, message):
    with pytest.raises(ValueError, match=message):
        redraw_clusters(values, clusters, draws=draws, rng=np.random.default_rng(0))
