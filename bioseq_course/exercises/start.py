"""Exercises of unit 00 ``start``: one step of learning, and the numbers that judge a classifier.

Each reference is the plainest right answer, in NumPy; ``tests/test_exercises_start.py`` holds
hand-worked values and compares them with scikit-learn. Labels are 1 (positive) and 0 (negative)
throughout, and a row is called positive when its score is at least the threshold.
"""

from __future__ import annotations

from bioseq_course.exercises.base import Case, Exercise, WrongAnswer, close, equal

import numpy as np

# ---------------------------------------------------------------- balanced_accuracy


def balanced_accuracy(labels, predicted):
    """Average the share of positives found and the share of negatives found.

    Args:
        labels: B true labels, 0 or 1; both occur.
        predicted: B predicted labels, 0 or 1.

    Returns:
        A number between 0 and 1; 0.5 for any constant answer.

    References:
        Brodersen et al. (2010), doi:10.1109/ICPR.2010.764.

    Examples:
        >>> balanced_accuracy([1, 0, 0, 0], [0, 0, 0, 0])
        0.5
    """
    labels, predicted = np.asarray(labels), np.asarray(predicted)
    recall = (predicted[labels == 1] == 1).mean()
    specificity = (predicted[labels == 0] == 0).mean()
    return float((recall + specificity) / 2)


def _plain_accuracy(labels, predicted):
    return float((np.asarray(labels) == np.asarray(predicted)).mean())


def _recall_only(labels, predicted):
    labels, predicted = np.asarray(labels), np.asarray(predicted)
    return float((predicted[labels == 1] == 1).mean())


def _precision_and_recall(labels, predicted):
    labels, predicted = np.asarray(labels), np.asarray(predicted)
    hits = ((labels == 1) & (predicted == 1)).sum()
    return float((hits / (labels == 1).sum() + hits / max((predicted == 1).sum(), 1)) / 2)


def _tilde_on_integers(labels, predicted):
    labels, predicted = np.asarray(labels), np.asarray(predicted)
    return float(((predicted[labels == 1]).mean() + (~predicted[labels == 0]).mean()) / 2)


def _in_percent(labels, predicted):
    return 100 * balanced_accuracy(labels, predicted)


def _balanced_accuracy_cases(rng):
    labels = rng.permutation(np.repeat([0, 1], [30, 10])).tolist()
    return [
        Case(
            ([1, 1, 1, 1, 0, 0, 0], [1, 1, 1, 0, 1, 1, 0]),
            "three of four positives, one of three negatives",
        ),
        Case(([0] * 99 + [1], [0] * 100), "99 negatives, 1 positive, the answer is always 0"),
        Case(([1, 0, 0], [0, 1, 1]), "everything wrong"),
        Case((labels, rng.integers(0, 2, 40).tolist()), "random answers"),
        Case((labels, labels), "everything right"),
    ]


# ---------------------------------------------------------------- gradient_step


def gradient_step(weights, bias, windows, labels, learning_rate):
    """Take one step of gradient descent on the mean cross-entropy of logistic regression.

    Args:
        weights: ``(F,)``, one number a feature.
        bias: a number.
        windows: ``(B, F)``, one row an example.
        labels: ``(B,)``, 0 or 1.
        learning_rate: a positive number.

    Returns:
        The new weights ``(F,)`` and the new bias.

    Examples:
        >>> gradient_step([0.0], 0.0, [[1.0], [1.0]], [1, 1], 1.0)
        (array([0.5]), 0.5)
    """
    weights, windows = np.asarray(weights, float), np.asarray(windows, float)
    probabilities = 1 / (1 + np.exp(-(windows @ weights + bias)))
    errors = probabilities - np.asarray(labels)
    new_weights = weights - learning_rate * windows.T @ errors / len(errors)
    return new_weights, float(bias - learning_rate * errors.mean())


def _uphill_step(weights, bias, windows, labels, learning_rate):
    return gradient_step(weights, bias, windows, labels, -learning_rate)


def _summed_step(weights, bias, windows, labels, learning_rate):
    return gradient_step(weights, bias, windows, labels, learning_rate * len(labels))


def _step_without_sigmoid(weights, bias, windows, labels, learning_rate):
    weights, windows = np.asarray(weights, float), np.asarray(windows, float)
    errors = windows @ weights + bias - np.asarray(labels)
    new_weights = weights - learning_rate * windows.T @ errors / len(errors)
    return new_weights, float(bias - learning_rate * errors.mean())


def _step_without_bias(weights, bias, windows, labels, learning_rate):
    return gradient_step(weights, bias, windows, labels, learning_rate)[0], bias


def _gradient_step_cases(rng):
    windows = rng.integers(0, 2, (12, 5)).astype(float)
    labels = rng.permutation([0, 1] * 6)
    return [
        Case(([0.0, 0.0], 0.0, [[1.0, 0.0], [0.0, 1.0]], [1, 0], 1.0), "two examples, weights 0"),
        Case(([1.0], -1.0, [[1.0], [2.0]], [0, 0], 0.5), "both labels are 0"),
        Case((rng.normal(size=5), 0.3, windows, labels, 0.1), "random windows and weights"),
        Case((rng.normal(size=5), -0.7, windows, labels, 2.0), "a large learning rate"),
    ]


# ---------------------------------------------------------------- best_epoch


def best_epoch(validation_losses, patience):
    """Follow early stopping: give up after ``patience`` epochs without a new lowest loss.

    Args:
        validation_losses: one loss an epoch, in order; at least one.
        patience: number of epochs to wait after the best one, at least 1.

    Returns:
        ``(best, last)``, both counted from 1: the epoch with the lowest loss among those that
        were run (the earlier one of equals), and the last epoch that was run.

    Examples:
        >>> best_epoch([0.6, 0.5, 0.7, 0.8, 0.1], patience=2)
        (2, 4)
    """
    best = 0
    for epoch, loss in enumerate(validation_losses):
        if loss < validation_losses[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best + 1, epoch + 1


def _best_of_all_epochs(validation_losses, patience):
    return int(np.argmin(validation_losses)) + 1, len(validation_losses)


def _stop_at_first_rise(validation_losses, patience):
    return best_epoch(validation_losses, 1)


def _best_epoch_from_zero(validation_losses, patience):
    best, last = best_epoch(validation_losses, patience)
    return best - 1, last - 1


def _patience_never_reset(validation_losses, patience):
    best = waited = 0
    for epoch, loss in enumerate(validation_losses):
        if loss < validation_losses[best]:
            best = epoch
        elif epoch:
            waited += 1
        if waited >= patience:
            break
    return best + 1, epoch + 1


def _compare_with_last_loss(validation_losses, patience):
    best = 0
    for epoch, loss in enumerate(validation_losses):
        if epoch and loss < validation_losses[epoch - 1]:
            best = epoch
        if epoch - best >= patience:
            break
    return best + 1, epoch + 1


def _lowest_of_all_but_right_stop(validation_losses, patience):
    return int(np.argmin(validation_losses)) + 1, best_epoch(validation_losses, patience)[1]


def _one_epoch_too_patient(validation_losses, patience):
    return best_epoch(validation_losses, patience + 1)


def _later_of_equals(validation_losses, patience):
    best = 0
    for epoch, loss in enumerate(validation_losses):
        if loss <= validation_losses[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best + 1, epoch + 1


def _best_epoch_cases(rng):
    noisy = (np.linspace(0.7, 0.3, 30) + 0.05 * rng.normal(size=30)).round(3).tolist()
    return [
        Case(([0.6, 0.5, 0.7, 0.8, 0.1], 2), "the lowest loss comes after the stop"),
        Case(([0.9, 0.8, 0.7], 2), "the loss falls to the end"),
        Case(([0.5, 0.9, 0.8, 0.7], 2), "better than the last loss is not better than the best"),
        Case(([0.6, 0.7, 0.5, 0.6, 0.4, 0.5, 0.6, 0.7], 3), "small rises on the way down"),
        Case(([0.5, 0.5, 0.5, 0.5], 2), "equal losses: the earlier epoch counts"),
        Case((noisy, 3), "a noisy curve"),
    ]


# ---------------------------------------------------------------- auroc_by_pairs


def auroc_by_pairs(labels, scores):
    """Share of pairs (one positive, one negative) in which the positive has the higher score.

    An equal score counts one half. With ranks ``r`` from 1 (equal scores share the mean rank),
    P positives and N negatives it is ``(sum of r over positives - P (P + 1) / 2) / (P N)``.

    Args:
        labels: B labels, 0 or 1; both occur.
        scores: B numbers, higher means "more likely positive".

    Returns:
        A number between 0 and 1; 0.5 when the scores say nothing.

    References:
        Fawcett (2006), doi:10.1016/j.patrec.2005.10.010.

    Examples:
        >>> auroc_by_pairs([1, 0, 1, 0], [0.9, 0.5, 0.5, 0.1])
        0.875
    """
    labels, scores = np.asarray(labels), np.asarray(scores)
    differences = scores[labels == 1][:, None] - scores[labels == 0][None, :]  # (P, N)
    return float((differences > 0).mean() + 0.5 * (differences == 0).mean())


def _ties_lose(labels, scores):
    labels, scores = np.asarray(labels), np.asarray(scores)
    return float((scores[labels == 1][:, None] > scores[labels == 0][None, :]).mean())


def _ties_win(labels, scores):
    labels, scores = np.asarray(labels), np.asarray(scores)
    return float((scores[labels == 1][:, None] >= scores[labels == 0][None, :]).mean())


def _lowest_score_first(labels, scores):
    return 1 - auroc_by_pairs(labels, scores)


def _ranks_by_row_order(labels, scores):
    labels, order = np.asarray(labels), np.argsort(scores, kind="stable")
    ranks = np.empty(len(order))
    ranks[order] = np.arange(1, len(order) + 1)
    positives = (labels == 1).sum()
    wins = ranks[labels == 1].sum() - positives * (positives + 1) / 2
    return float(wins / (positives * (len(labels) - positives)))


def _lowest_shared_rank(labels, scores):
    labels, scores = np.asarray(labels), np.asarray(scores)
    ranks = 1 + (scores[:, None] > scores[None, :]).sum(axis=1)
    positives = (labels == 1).sum()
    wins = ranks[labels == 1].sum() - positives * (positives + 1) / 2
    return float(wins / (positives * (len(labels) - positives)))


def _ranking_cases(rng):
    labels = rng.permutation(np.repeat([0, 1], [25, 10])).tolist()
    coarse = (rng.integers(0, 6, 35) / 5).tolist()
    fine = (rng.normal(size=35) + np.asarray(labels)).round(4).tolist()
    return [
        Case(([1, 0, 1, 0], [0.9, 0.8, 0.3, 0.1]), "four rows, no equal scores"),
        Case(([0, 1, 0, 0], [0.2, 0.2, 0.2, 0.2]), "all scores equal"),
        Case((labels, coarse), "many equal scores"),
        Case((labels, fine), "scores with signal, none equal"),
        Case(([0, 0, 1], [5.0, 3.0, 9.0]), "perfect order, scores above 1"),
    ]


# ---------------------------------------------------------------- average_precision


def average_precision(labels, scores):
    """Mean precision over the positives, each taken at the threshold that just includes it.

    With thresholds from high to low, precision ``p_n`` and recall ``r_n``, it is the sum of
    ``(r_n - r_(n-1)) p_n``. Rows with equal scores enter together.

    Args:
        labels: B labels, 0 or 1; at least one 1.
        scores: B numbers, higher means "more likely positive".

    Returns:
        A number between 0 and 1; useless scores give about the share of positives.

    References:
        Davis and Goadrich (2006), doi:10.1145/1143844.1143874, on curves of precision and recall.

    Examples:
        >>> round(average_precision([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1]), 4)
        0.8333
    """
    labels, scores = np.asarray(labels), np.asarray(scores)
    at_positives = scores[labels == 1]
    precisions = [labels[scores >= threshold].mean() for threshold in at_positives]
    return float(np.mean(precisions))


def _ties_by_row_order(labels, scores):
    ordered = np.asarray(labels)[np.argsort(-np.asarray(scores), kind="stable")]
    precision = np.cumsum(ordered) / np.arange(1, len(ordered) + 1)
    return float(precision[ordered == 1].mean())


def _ties_by_reversed_order(labels, scores):
    ordered = np.asarray(labels)[np.argsort(np.asarray(scores), kind="stable")[::-1]]
    precision = np.cumsum(ordered) / np.arange(1, len(ordered) + 1)
    return float(precision[ordered == 1].mean())


def _running_precision_of_all_rows(labels, scores):
    ordered = np.asarray(labels)[np.argsort(-np.asarray(scores), kind="stable")]
    return float((np.cumsum(ordered) / np.arange(1, len(ordered) + 1)).mean())


def _mean_over_all_rows(labels, scores):
    labels, scores = np.asarray(labels), np.asarray(scores)
    return float(np.mean([labels[scores >= threshold].mean() for threshold in scores]))


def _lowest_score_counts_most(labels, scores):
    return average_precision(labels, -np.asarray(scores))


# ---------------------------------------------------------------- honest_threshold


def honest_threshold(validation_labels, validation_scores, test_labels, test_scores):
    """Choose the threshold on the validation part, then use it once on the test part.

    Args:
        validation_labels: labels of the validation part, 0 or 1; both occur.
        validation_scores: its scores. Every one of them is a candidate; a row is positive when
            its score is at least the threshold.
        test_labels: labels of the test part; both occur.
        test_scores: its scores.

    Returns:
        ``(threshold, result)``: the candidate with the highest balanced accuracy on the
        validation part (the lowest of equals), and the balanced accuracy that it has on the
        test part.

    Examples:
        >>> honest_threshold([0, 0, 1, 1], [0.1, 0.4, 0.6, 0.9], [0, 1], [0.2, 0.5])
        (0.6, 0.5)
    """
    threshold = _best_threshold(validation_labels, validation_scores, balanced_accuracy)
    predicted = np.asarray(test_scores) >= threshold
    return threshold, balanced_accuracy(test_labels, predicted)


def _best_threshold(labels, scores, quality):
    """Return the candidate with the highest quality, the lowest of equals."""
    scores = np.asarray(scores)
    candidates = sorted(set(scores.tolist()))
    return max(candidates, key=lambda candidate: quality(labels, scores >= candidate))


def _threshold_from_test(validation_labels, validation_scores, test_labels, test_scores):
    return honest_threshold(test_labels, test_scores, test_labels, test_scores)


def _threshold_from_both(validation_labels, validation_scores, test_labels, test_scores):
    labels = np.concatenate([validation_labels, test_labels])
    scores = np.concatenate([validation_scores, test_scores])
    return honest_threshold(labels, scores, test_labels, test_scores)


def _result_on_validation(validation_labels, validation_scores, test_labels, test_scores):
    return honest_threshold(
        validation_labels, validation_scores, validation_labels, validation_scores
    )


def _threshold_by_accuracy(validation_labels, validation_scores, test_labels, test_scores):
    threshold = _best_threshold(validation_labels, validation_scores, _plain_accuracy)
    return threshold, balanced_accuracy(test_labels, np.asarray(test_scores) >= threshold)


def _highest_of_equals(validation_labels, validation_scores, test_labels, test_scores):
    scores = np.asarray(validation_scores)
    candidates = sorted(set(scores.tolist()), reverse=True)
    threshold = max(candidates, key=lambda t: balanced_accuracy(validation_labels, scores >= t))
    return threshold, balanced_accuracy(test_labels, np.asarray(test_scores) >= threshold)


def _called_above_threshold(validation_labels, validation_scores, test_labels, test_scores):
    scores = np.asarray(validation_scores)
    candidates = sorted(set(scores.tolist()))
    threshold = max(candidates, key=lambda t: balanced_accuracy(validation_labels, scores > t))
    return threshold, balanced_accuracy(test_labels, np.asarray(test_scores) > threshold)


def _honest_threshold_cases(rng):
    labels = np.repeat([0, 1], [24, 6])
    parts = [(rng.normal(size=30) + 1.2 * labels).round(1) for _ in range(4)]
    plain = ([0, 0, 1, 1], [0.1, 0.4, 0.6, 0.9], [0, 1], [0.2, 0.5])
    tied = ([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4], [0, 1, 0], [0.1, 0.3, 0.2])
    return [
        Case(plain, "the best threshold of validation is not that of the test"),
        Case(tied, "two thresholds are equally good on validation: take the lowest"),
        Case((labels, parts[0], labels, parts[1]), "one positive in five, random scores"),
        Case((labels, parts[2], labels, parts[3]), "the same with other scores"),
    ]


# ---------------------------------------------------------------- precision_at_recall


def precision_at_recall(labels, scores, recall):
    """Best precision of any threshold that still finds the asked share of the positives.

    Args:
        labels: B labels, 0 or 1; at least one 1.
        scores: B numbers; a row is positive when its score is at least the threshold.
        recall: share of the positives that must be found, above 0 and at most 1.

    Returns:
        The highest precision among the thresholds (taken from ``scores``) whose recall is at
        least ``recall``.

    Examples:
        >>> precision_at_recall([1, 0, 1, 1, 0], [0.9, 0.8, 0.7, 0.6, 0.1], 0.5)
        0.75
    """
    labels, scores = np.asarray(labels), np.asarray(scores)
    precisions = [
        labels[scores >= threshold].mean()
        for threshold in scores
        if labels[scores >= threshold].sum() >= recall * labels.sum() - 1e-9  # 0.7 * 10 > 7
    ]
    return float(max(precisions))


def _first_threshold_that_reaches(labels, scores, recall):
    labels, scores = np.asarray(labels), np.asarray(scores)
    for threshold in sorted(set(scores.tolist()), reverse=True):
        found = labels[scores >= threshold]
        if found.sum() >= recall * labels.sum() - 1e-9:
            return float(found.mean())


def _best_precision_anywhere(labels, scores, recall):
    labels, scores = np.asarray(labels), np.asarray(scores)
    return float(max(labels[scores >= threshold].mean() for threshold in scores))


def _share_of_rows(labels, scores, recall):
    labels, order = np.asarray(labels), np.argsort(-np.asarray(scores), kind="stable")
    return float(labels[order][: max(1, round(recall * len(labels)))].mean())


def _only_above_threshold(labels, scores, recall):
    labels, scores = np.asarray(labels), np.asarray(scores)
    kept = [labels[scores > t] for t in scores if (scores > t).any()]
    return float(max(k.mean() for k in kept if k.sum() >= recall * labels.sum() - 1e-9))


def _precision_at_recall_cases(rng):
    labels = rng.permutation(np.repeat([0, 1], [40, 10])).tolist()
    scores = (rng.normal(size=50) + np.asarray(labels)).round(1).tolist()
    return [
        Case(
            ([1, 0, 1, 1, 0], [0.9, 0.8, 0.7, 0.6, 0.1], 0.5),
            "a lower threshold has a higher precision",
        ),
        Case(([1, 0, 0, 0], [0.4, 0.4, 0.2, 0.1], 1.0), "a positive and a negative score equal"),
        Case(([0, 1], [0.9, 0.1], 1.0), "the lowest score is a threshold too"),
        Case((labels, scores, 0.3), "find 3 of 10 positives"),
        Case((labels, scores, 0.7), "find 7 of 10 positives"),
        Case((labels, scores, 1.0), "find every positive"),
    ]


EXERCISES = (
    Exercise(
        name="balanced_accuracy",
        title="A number that a constant answer cannot win",
        unit="start",
        points=2,
        level="must",
        minutes=8,
        reference=balanced_accuracy,
        make_cases=_balanced_accuracy_cases,
        compare=close,
        hints=(
            "Work out two shares, one for the rows whose label is 1 and one for the rest.",
            "Recall is the share of label 1 that was predicted 1; specificity the share of label "
            "0 that was predicted 0. Average the two.",
            "The check passes plain lists, so begin with labels = np.asarray(labels) and predicted "
            "= np.asarray(predicted); then (predicted[labels == 1] == 1).mean() is the first "
            "share; write the second the same way, and return half of their sum.",
        ),
        wrong_answers=(
            WrongAnswer(
                _plain_accuracy,
                "This is plain accuracy: every row counts the same, so the common class "
                "decides. Work out a share for each class first, then average the two.",
            ),
            WrongAnswer(
                _recall_only,
                "This is the recall: it looks at the positives only. Average it with the share "
                "of negatives that were left alone.",
            ),
            WrongAnswer(
                _precision_and_recall,
                "You averaged recall and precision. Precision divides by the rows called "
                "positive; the second share must divide by the rows that are negative.",
            ),
            WrongAnswer(
                _tilde_on_integers,
                "On the integers 0 and 1 the sign ~ gives -1 and -2. Compare with 0 instead: "
                "predicted == 0.",
            ),
            WrongAnswer(_in_percent, "This is in percent. Return a share, from 0 to 1."),
        ),
    ),
    Exercise(
        name="gradient_step",
        title="One step downhill",
        unit="start",
        points=3,
        level="must",
        minutes=15,
        reference=gradient_step,
        make_cases=_gradient_step_cases,
        compare=close,
        hints=(
            "Four lines: scores, probabilities, errors, and the two updates.",
            "The error of an example is its probability minus its label. The gradient of a "
            "weight is the mean over examples of error times feature; of the bias, the mean error.",
            "Begin with np.asarray for weights, windows and labels: the check may pass lists. "
            "probabilities = 1 / (1 + np.exp(-(windows @ weights + bias))); errors = "
            "probabilities - labels; gradient = windows.T @ errors / len(errors); subtract "
            "learning_rate times it, and learning_rate * errors.mean() from the bias.",
        ),
        wrong_answers=(
            WrongAnswer(
                _uphill_step,
                "Your step goes uphill: the loss grows. Subtract the gradient, with error = "
                "probability - label.",
            ),
            WrongAnswer(
                _summed_step,
                "You summed the gradient over the examples. The loss is a mean: divide by the "
                "number of examples, or the step grows with the batch.",
            ),
            WrongAnswer(
                _step_without_sigmoid,
                "You compared the raw score with the label. Turn the score into a probability "
                "with the sigmoid first.",
            ),
            WrongAnswer(
                _step_without_bias,
                "The weights are right, but the bias stayed where it was. Its gradient is the "
                "mean error.",
            ),
        ),
    ),
    Exercise(
        name="best_epoch",
        title="Know when to stop",
        unit="start",
        points=2,
        level="should",
        minutes=10,
        reference=best_epoch,
        make_cases=_best_epoch_cases,
        compare=equal,
        hints=(
            "Walk through the losses once and remember the best epoch so far.",
            "After each epoch ask how many epochs ago the best one was; at `patience`, stop. "
            "Nothing after the stop may be looked at.",
            "for epoch, loss in enumerate(validation_losses, start=1): update best when loss is "
            "strictly lower; if epoch - best >= patience: break. Return (best, epoch).",
        ),
        wrong_answers=(
            WrongAnswer(
                _best_of_all_epochs,
                "You looked at all losses. Training that stops early never sees the later ones: "
                "stop at the patience, then take the best of what was run.",
            ),
            WrongAnswer(
                _stop_at_first_rise,
                "You stopped at the first epoch that was not better. Wait `patience` epochs "
                "after the best one: curves are noisy.",
            ),
            WrongAnswer(
                _best_epoch_from_zero,
                "Your epochs count from 0; here, as in the plots, they count from 1.",
            ),
            WrongAnswer(
                _patience_never_reset,
                "You count all epochs without improvement. A new best loss sets the count "
                "back to 0.",
            ),
            WrongAnswer(
                _compare_with_last_loss,
                "Compare with the best loss so far, not the last one.",
            ),
            WrongAnswer(
                _lowest_of_all_but_right_stop,
                "You stop at the right epoch, but np.argmin of the whole list also sees losses "
                "after the stop. Take the best of the epochs that were run.",
            ),
            WrongAnswer(
                _one_epoch_too_patient,
                "You run one epoch too many: stop as soon as the best epoch lies `patience` "
                "epochs back.",
            ),
            WrongAnswer(
                _later_of_equals,
                "An equal loss is no improvement: use <, not <=.",
            ),
        ),
    ),
    Exercise(
        name="auroc_by_pairs",
        title="How often does the positive win?",
        unit="start",
        points=3,
        level="must",
        minutes=12,
        reference=auroc_by_pairs,
        make_cases=_ranking_cases,
        compare=close,
        hints=(
            "Split the scores into those of positives and those of negatives, and compare every "
            "one with every other.",
            "positives[:, None] - negatives[None, :] has a row a positive and a column a "
            "negative. Count where it is above 0, and half of where it is 0.",
            "Begin with np.asarray for labels and scores: the check may pass lists. positives = "
            "scores[labels == 1], negatives likewise; differences = positives[:, None] - "
            "negatives[None, :]; return (differences > 0).mean() + 0.5 * "
            "(differences == 0).mean().",
        ),
        wrong_answers=(
            WrongAnswer(
                _ties_lose,
                "Pairs with equal scores count as lost. Each such pair counts one half, or "
                "constant scores would get 0 and not 0.5.",
            ),
            WrongAnswer(
                _ties_win,
                "Pairs with equal scores count as won. Each such pair counts one half, or "
                "constant scores would get 1 and not 0.5.",
            ),
            WrongAnswer(
                _lowest_score_first,
                "You counted the pairs that the negative wins: this is 1 - AUROC.",
            ),
            WrongAnswer(
                _ranks_by_row_order,
                "Tied scores must share the mean of their ranks. Yours got different ranks, so "
                "your answer depends on the order of the rows.",
            ),
            WrongAnswer(
                _lowest_shared_rank,
                "Tied scores must share the mean of their ranks, not the lowest of them.",
            ),
        ),
    ),
    Exercise(
        name="average_precision",
        title="How clean is the top of the list?",
        unit="start",
        points=3,
        level="should",
        minutes=20,
        reference=average_precision,
        make_cases=_ranking_cases,
        compare=close,
        hints=(
            "Take each positive row in turn and put the threshold exactly at its score.",
            "At that threshold the precision is the share of 1 among the labels of all rows that "
            "score at least as much. Average these precisions over the positives.",
            "Begin with np.asarray for labels and scores: the check may pass lists. precisions = "
            "[labels[scores >= threshold].mean() for threshold in scores[labels == 1]]; "
            "return float(np.mean(precisions)).",
        ),
        wrong_answers=(
            WrongAnswer(
                _ties_by_row_order,
                "Rows with equal scores must enter together: no threshold can separate them. "
                "Your answer depends on the order of the rows.",
            ),
            WrongAnswer(
                _ties_by_reversed_order,
                "Rows with equal scores must enter together. Yours enter one by one, in the "
                "reversed order of the rows.",
            ),
            WrongAnswer(
                _mean_over_all_rows,
                "You averaged the precision over all rows. Recall only grows at the positives: "
                "average over these.",
            ),
            WrongAnswer(
                _running_precision_of_all_rows,
                "You averaged the precision over all rows, and let equal scores enter one by one. "
                "Average over the positives, and let equal scores enter together.",
            ),
            WrongAnswer(
                _lowest_score_counts_most,
                "You started at the lowest score. Go from the highest score down.",
            ),
        ),
    ),
    Exercise(
        name="honest_threshold",
        title="Find the bug",
        unit="start",
        points=3,
        level="must",
        minutes=20,
        reference=honest_threshold,
        make_cases=_honest_threshold_cases,
        compare=close,
        hints=(
            "List which lines of Robin's function look at test_labels or test_scores.",
            "The test part may be used once: to score the one threshold that was already chosen. "
            "You may call usable_balanced_accuracy.",
            "Begin with np.asarray for all four: the check may pass lists. In "
            "the loop over candidates replace the test part by the validation part; after the "
            "loop work out the balanced accuracy of the chosen threshold on the test part.",
        ),
        wrong_answers=(
            WrongAnswer(
                _threshold_from_test,
                "The threshold is still chosen on the test part. Choose it with the validation "
                "labels and scores, and only then look at the test.",
            ),
            WrongAnswer(
                _threshold_from_both,
                "You chose the threshold on validation and test together. The test labels still "
                "take part in the choice: leave them out of it.",
            ),
            WrongAnswer(
                _result_on_validation,
                "The threshold is right, but the result comes from the validation part, which "
                "chose it and so flatters it. Score the test part.",
            ),
            WrongAnswer(
                _threshold_by_accuracy,
                "You chose the threshold with the highest plain accuracy. With rare positives "
                "this favours calling nothing positive: use balanced accuracy.",
            ),
            WrongAnswer(
                _highest_of_equals,
                "Of equally good thresholds you took the highest. Take the lowest.",
            ),
            WrongAnswer(
                _called_above_threshold,
                "You call a row positive when its score is above the threshold. A score equal to "
                "the threshold counts too: use >=.",
            ),
        ),
    ),
    Exercise(
        name="precision_at_recall",
        title="What would the bench have to check?",
        unit="start",
        points=2,
        level="stretch",
        minutes=12,
        reference=precision_at_recall,
        make_cases=_precision_at_recall_cases,
        compare=close,
        hints=(
            "Every score is a possible threshold. For each, work out recall and precision.",
            "Keep the thresholds whose recall is at least the asked one; of these return the "
            "highest precision, which need not belong to the highest threshold.",
            "Begin with np.asarray for labels and scores: the check may pass lists. "
            "for threshold in scores: chosen = labels[scores >= threshold]; keep chosen.mean() "
            "when chosen.sum() >= recall * labels.sum() - 1e-9. Return the largest one kept.",
        ),
        wrong_answers=(
            WrongAnswer(
                _first_threshold_that_reaches,
                "You took the first threshold that reaches the recall. A lower one may reach "
                "it with a higher precision: look at all of them.",
            ),
            WrongAnswer(
                _best_precision_anywhere,
                "You took the best precision of all thresholds. Only those count that find the "
                "asked share of the positives.",
            ),
            WrongAnswer(
                _share_of_rows,
                "You took the top share of the rows. Recall is a share of the positives: go "
                "down until enough of them are found.",
            ),
            WrongAnswer(
                _only_above_threshold,
                "You call a row positive when its score is above the threshold. A score equal to "
                "the threshold counts too: use >=.",
            ),
        ),
    ),
)
