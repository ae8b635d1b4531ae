"""Hand-worked truths for the exercises of unit 00, and agreement with scikit-learn."""

from bioseq_course.exercises import start

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, balanced_accuracy_score, roc_auc_score

# The ten rows that the core lecture works out on paper.
LABELS = [1, 1, 0, 1, 0, 0, 1, 0, 0, 0]
SCORES = [0.95, 0.90, 0.80, 0.70, 0.60, 0.40, 0.30, 0.25, 0.20, 0.10]


def test_ten_rows_worked_by_hand():
    # 24 pairs; negatives above each positive, from the top: 0, 0, 1, 3 -> 20 pairs won
    assert start.auroc_by_pairs(LABELS, SCORES) == pytest.approx(20 / 24)
    # precision when the 1st, 2nd, 3rd, 4th positive enters: 1/1, 2/2, 3/4, 4/7
    expected = (1 + 1 + 3 / 4 + 4 / 7) / 4
    assert start.average_precision(LABELS, SCORES) == pytest.approx(expected)
    # threshold 0.5 calls 5 rows positive, 3 of them rightly: recall 3/4, specificity 4/6
    predicted = [int(score >= 0.5) for score in SCORES]
    assert start.balanced_accuracy(LABELS, predicted) == pytest.approx((3 / 4 + 4 / 6) / 2)
    # recall 3/4 is first reached with 4 rows, 3 of them positive
    assert start.precision_at_recall(LABELS, SCORES, 0.75) == pytest.approx(3 / 4)


rows = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 8)), min_size=2, max_size=40).filter(
    lambda pairs: len({label for label, _ in pairs}) == 2
)


@given(rows)
def test_metrics_agree_with_scikit_learn_ties_included(pairs):
    labels, scores = map(list, zip(*pairs, strict=True))
    predicted = [int(score >= 4) for score in scores]
    ours = (
        start.auroc_by_pairs(labels, scores),
        start.average_precision(labels, scores),
        start.balanced_accuracy(labels, predicted),
    )
    theirs = (
        roc_auc_score(labels, scores),
        average_precision_score(labels, scores),
        balanced_accuracy_score(labels, predicted),
    )
    assert ours == pytest.approx(theirs)


@given(rows, st.sampled_from([0.25, 0.5, 0.7, 1.0]))
def test_precision_at_recall_is_on_the_curve_of_scikit_learn(pairs, recall):
    from sklearn.metrics import precision_recall_curve

    labels, scores = map(list, zip(*pairs, strict=True))
    precision, found, _ = precision_recall_curve(labels, scores)
    expected = precision[:-1][found[:-1] >= recall - 1e-9].max()
    assert start.precision_at_recall(labels, scores, recall) == pytest.approx(expected)


def test_gradient_step_follows_finite_differences():
    rng = np.random.default_rng(0)
    weights, bias = rng.normal(size=4), 0.2
    windows, labels = rng.normal(size=(9, 4)), rng.integers(0, 2, 9)

    def loss(parameters):
        scores = windows @ parameters[:-1] + parameters[-1]
        return np.mean(np.log1p(np.exp(scores)) - labels * scores)

    at = np.append(weights, bias)
    nudges = 1e-6 * np.eye(5)
    slope = np.array([(loss(at + nudge) - loss(at - nudge)) / 2e-6 for nudge in nudges])
    new_weights, new_bias = start.gradient_step(weights, bias, windows, labels, 0.5)
    np.testing.assert_allclose(np.append(new_weights, new_bias), at - 0.5 * slope, atol=1e-8)


def test_best_epoch_agrees_with_early_stopping_rule_written_as_a_search():
    rng = np.random.default_rng(1)
    for _ in range(50):
        losses = rng.integers(0, 6, 12).tolist()
        patience = int(rng.integers(1, 4))
        stops = [
            last
            for last in range(1, 13)
            if last - 1 - int(np.argmin(losses[:last])) >= patience or last == 12
        ]
        expected = (int(np.argmin(losses[: stops[0]])) + 1, stops[0])
        assert start.best_epoch(losses, patience) == expected


def test_honest_threshold_never_uses_the_test_labels_to_choose():
    rng = np.random.default_rng(2)
    labels, scores = rng.integers(0, 2, 30), rng.normal(size=30)
    first, _ = start.honest_threshold(labels, scores, [0, 1], [0.0, 1.0])
    second, _ = start.honest_threshold(labels, scores, [1, 0], [5.0, -5.0])
    assert first == second


def test_of_equally_good_thresholds_the_lowest_is_chosen_and_its_test_result_reported():
    # validation: 0.2 finds both positives and one false alarm, 0.4 one positive and none: 3/4 each
    threshold, result = start.honest_threshold(
        [0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4], [0, 1, 0], [0.1, 0.3, 0.2]
    )
    assert threshold == 0.2
    assert result == pytest.approx((1 + 1 / 2) / 2)


def test_best_epoch_compares_with_the_best_loss_not_the_last():
    assert start.best_epoch([0.5, 0.9, 0.8, 0.7], 2) == (1, 3)


def test_precision_at_recall_may_need_the_lowest_score():
    assert start.precision_at_recall([0, 1], [0.9, 0.1], 1) == pytest.approx(1 / 2)
