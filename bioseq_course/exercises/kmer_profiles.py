"""Exercises of unit 02 `kmer_profiles`: a claim of 98 % accuracy, rebuilt and then checked.

Every exercise is a small function on plain strings, lists and arrays. The functions below without
an underscore are the course's own answers; those whose names begin with an underscore make the
mistakes that the remarks beside them describe.
"""

import functools
import itertools
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from bioseq_course.exercises.base import Case, Exercise, WrongAnswer, close, equal

import numpy as np

_COMPLEMENT = str.maketrans("ACGT", "TGCA")


def _random_dna(rng: np.random.Generator, length: int, letters: str = "ACGT") -> str:
    return "".join(rng.choice(list(letters), size=length))


def _words_of(sequence: str, k: int) -> list[str]:
    return [sequence[start : start + k] for start in range(len(sequence) - k + 1)]


class _Kind(NamedTuple):
    """What a mistake with many outcomes gives: one example, and a test for the others."""

    example: Any
    fits: Callable[[Any], bool]


def _or_kind(compare):
    """The same comparison, which knows a ``_Kind`` on the side of the expected outcome."""

    @functools.wraps(compare)
    def compared(expected, received):
        received = received.example if isinstance(received, _Kind) else received
        return (
            expected.fits(received) if isinstance(expected, _Kind) else compare(expected, received)
        )

    return compared


# --- count_kmers ---------------------------------------------------------------------------------


def count_kmers(sequence: str, k: int) -> dict[str, int]:
    """Count the overlapping words of k letters of a DNA sequence.

    Args:
        sequence: L upper-case letters; some may be other than A, C, G and T.
        k: letters in a word.

    Returns:
        From each word that occurs to its number; words with another letter are skipped.

    >>> count_kmers("AACAACNA", 2)
    {'AA': 2, 'AC': 2, 'CA': 1}
    """
    counts: dict[str, int] = {}
    for word in _words_of(sequence, k):
        if set(word) <= set("ACGT"):
            counts[word] = counts.get(word, 0) + 1
    return counts


def _known(words):
    return dict(Counter(word for word in words if set(word) <= set("ACGT")))


def _count_with_unknown(sequence, k):
    return dict(Counter(_words_of(sequence, k)))


def _count_across_unknown(sequence, k):
    return dict(Counter(_words_of("".join(b for b in sequence if b in "ACGT"), k)))


def _count_stops_early(sequence, k):
    return _known(sequence[start : start + k] for start in range(len(sequence) - k))


def _count_runs_over(sequence, k):
    return _known(sequence[start : start + k] for start in range(len(sequence)))


def _count_steps_of_k(sequence, k):
    return _known(sequence[start : start + k] for start in range(0, len(sequence) - k + 1, k))


def _count_by_str_count(sequence, k):
    return {word: sequence.count(word) for word in count_kmers(sequence, k)}


def _count_presence(sequence, k):
    return dict.fromkeys(count_kmers(sequence, k), 1)


def _count_by_str_count_with_unknown(sequence, k):
    return {word: sequence.count(word) for word in _words_of(sequence, k)}


def _count_skips_n_alone(sequence, k):
    return dict(Counter(word for word in _words_of(sequence, k) if "N" not in word))


def _count_with_zeros(sequence, k):
    every_word = map("".join, itertools.product("ACGT", repeat=k))
    return dict.fromkeys(every_word, 0) | count_kmers(sequence, k)


def _count_pairs(sequence, k):
    pairs = sorted(count_kmers(sequence, k).items())
    return _Kind(pairs, lambda received: sorted(map(tuple, received)) == pairs)


def _count_lists_words(sequence, k):
    return [word for word in _words_of(sequence, k) if set(word) <= set("ACGT")]


def _make_count_kmers_cases(rng):
    return [
        Case(("ACGTAC", 2), "five words, one of them twice"),
        Case(("AAAA", 2), "a word may overlap itself"),
        Case(("ACGNACG", 2), "N is an unknown base: no word holds it or reaches across it"),
        Case(("ACGRAC", 2), "R stands for A or G: another unknown"),
        Case(("ACGRAC", 1), "R stands for A or G: another unknown"),
        Case(("ACG", 3), "one word exactly"),
        Case(("AC", 3), "shorter than a word"),
        Case(("NNNN", 2), "nothing known"),
        Case((_random_dna(rng, 40, "ACGTN"), 3), "a random sequence"),
    ]


COUNT_KMERS = Exercise(
    name="count_kmers",
    title="Count the words",
    unit="kmer_profiles",
    points=2,
    level="must",
    minutes=8,
    reference=count_kmers,
    make_cases=_make_count_kmers_cases,
    compare=_or_kind(equal),
    hints=(
        "At how many places can a word of k letters begin in a sequence of L letters? Try it with "
        "L = 3 and k = 3.",
        "Go through the places 0 to L - k, both included, cut the word out with a slice, and skip "
        "it when one of its letters is not A, C, G or T.",
        "range(len(sequence) - k + 1) are the places, and sequence[start : start + k] is the word "
        'at one of them. set(word) <= set("ACGT") tells whether all of it is known; '
        "counts.get(word, 0) is what the dictionary says so far.",
    ),
    wrong_answers=(
        WrongAnswer(
            _count_with_unknown,
            "You counted the windows that contain N (or another letter outside A, C, G and T). "
            "Nobody knows which words these are: skip them.",
        ),
        WrongAnswer(
            _count_skips_n_alone,
            "You skip the words with an N. R, Y and other letters stand for unknown bases too: "
            "keep a word only when all its letters are A, C, G or T.",
        ),
        WrongAnswer(
            _count_with_zeros,
            "The numbers are right, but words that do not occur stand there with a 0. Of words of "
            "9 letters there are 262,144: keep those that occur.",
        ),
        WrongAnswer(
            _count_across_unknown,
            "You removed N before cutting, so words arise that reach across the hole and stand "
            "nowhere in the sequence. Cut first, then skip the words with an N.",
        ),
        WrongAnswer(
            _count_stops_early,
            "The last word is missing. There are L - k + 1 places, and range excludes its end: "
            "range(len(sequence) - k + 1).",
        ),
        WrongAnswer(
            _count_runs_over,
            "The stumps at the end are counted too: the last slices are shorter than k. Stop "
            "after place L - k.",
        ),
        WrongAnswer(
            _count_steps_of_k,
            "Your words stand side by side. They overlap here: a word begins at every place, not "
            "at every k-th.",
        ),
        WrongAnswer(
            _count_by_str_count,
            "str.count does not count overlaps: 'AAAA'.count('AA') is 2, and there are 3. Step "
            "through the places yourself.",
        ),
        WrongAnswer(
            _count_by_str_count_with_unknown,
            "str.count does not count overlaps: 'AAAA'.count('AA') is 2, and there are 3. Step "
            "through the places yourself. Words with an N or another unknown letter do not count.",
        ),
        WrongAnswer(
            _count_presence,
            "Every word has the number 1, however often it occurs: it is set, not raised. Add 1 "
            "to what was there: counts.get(word, 0) + 1.",
        ),
        WrongAnswer(
            _count_lists_words,
            "This is a list of the words. Return a dictionary from each word to its number.",
        ),
        WrongAnswer(
            _count_pairs,
            "These are the right pairs of word and number. Return a dictionary: dict(...) of them.",
        ),
    ),
)


# --- naive_bayes_log_scores ----------------------------------------------------------------------


def naive_bayes_log_scores(
    train_counts: np.ndarray, train_labels: np.ndarray, test_counts: np.ndarray, alpha: float
) -> np.ndarray:
    """Return the log scores of multinomial naive Bayes.

    Args:
        train_counts: `(B, K)`, how often each of K words occurs in each training row.
        train_labels: `(B,)`, classes 0 to C - 1, each of which occurs.
        test_counts: `(N, K)`.
        alpha: added to the count of every word in every class, above 0.

    Returns:
        `(N, C)`: log p(c) + the sum over words of count times log p(word | c).

    Source: McCallum and Nigam (1998), A comparison of event models for naive Bayes text
    classification, AAAI-98 workshop on learning for text categorization.

    >>> np.exp(naive_bayes_log_scores([[3, 1], [0, 2]], [0, 1], [[1, 0]], 1.0)).round(4).tolist()
    [[0.3333, 0.125]]
    """
    log_words, log_prior = _fit_naive_bayes(train_counts, train_labels, alpha)
    return np.asarray(test_counts) @ log_words.T + log_prior


def _class_totals(counts, labels):
    """Word counts of each class, `(C, K)`, and its rows, `(C,)`."""
    counts, labels = np.asarray(counts, dtype=float), np.asarray(labels)
    membership = np.eye(labels.max() + 1)[labels]
    return membership.T @ counts, membership.sum(axis=0)


def _fit_naive_bayes(counts, labels, alpha):
    totals, rows = _class_totals(counts, labels)
    smoothed = totals + alpha
    return np.log(smoothed / smoothed.sum(axis=1, keepdims=True)), np.log(rows / rows.sum())


def _bayes_without_smoothing(train_counts, train_labels, test_counts, alpha):
    return naive_bayes_log_scores(train_counts, train_labels, test_counts, 0.0)


def _bayes_smooths_numerator(train_counts, train_labels, test_counts, alpha):
    totals, rows = _class_totals(train_counts, train_labels)
    log_words = np.log((totals + alpha) / totals.sum(axis=1, keepdims=True))
    return np.asarray(test_counts) @ log_words.T + np.log(rows / rows.sum())


def _bayes_smooths_denominator_once(train_counts, train_labels, test_counts, alpha):
    totals, rows = _class_totals(train_counts, train_labels)
    log_words = np.log((totals + alpha) / (totals.sum(axis=1, keepdims=True) + alpha))
    return np.asarray(test_counts) @ log_words.T + np.log(rows / rows.sum())


def _bayes_smooths_with_one(train_counts, train_labels, test_counts, alpha):
    return naive_bayes_log_scores(train_counts, train_labels, test_counts, 1.0)


def _bayes_without_prior(train_counts, train_labels, test_counts, alpha):
    return np.asarray(test_counts) @ _fit_naive_bayes(train_counts, train_labels, alpha)[0].T


def _bayes_prior_of_words(train_counts, train_labels, test_counts, alpha):
    totals, _ = _class_totals(train_counts, train_labels)
    log_words, _ = _fit_naive_bayes(train_counts, train_labels, alpha)
    return np.asarray(test_counts) @ log_words.T + np.log(totals.sum(axis=1) / totals.sum())


def _bayes_over_classes(train_counts, train_labels, test_counts, alpha):
    totals, rows = _class_totals(train_counts, train_labels)
    smoothed = totals + alpha
    log_words = np.log(smoothed / smoothed.sum(axis=0))
    return np.asarray(test_counts) @ log_words.T + np.log(rows / rows.sum())


def _bayes_over_everything(train_counts, train_labels, test_counts, alpha):
    totals, rows = _class_totals(train_counts, train_labels)
    smoothed = totals + alpha
    log_words = np.log(smoothed / smoothed.sum())
    return np.asarray(test_counts) @ log_words.T + np.log(rows / rows.sum())


def _bayes_presence(train_counts, train_labels, test_counts, alpha):
    present = (np.asarray(test_counts) > 0).astype(float)
    return naive_bayes_log_scores(train_counts, train_labels, present, alpha)


def _bayes_with_uniform_prior(train_counts, train_labels, test_counts, alpha):
    num_classes = int(np.max(train_labels)) + 1
    return _bayes_without_prior(train_counts, train_labels, test_counts, alpha) - np.log(
        num_classes
    )


def _bayes_with_means(train_counts, train_labels, test_counts, alpha):
    totals, rows = _class_totals(train_counts, train_labels)
    smoothed = totals / rows[:, None] + alpha
    log_words = np.log(smoothed / smoothed.sum(axis=1, keepdims=True))
    return np.asarray(test_counts) @ log_words.T + np.log(rows / rows.sum())


def _bayes_posterior(train_counts, train_labels, test_counts, alpha):
    scores = naive_bayes_log_scores(train_counts, train_labels, test_counts, alpha)
    return np.log(softmax(scores))


def _bayes_probabilities(train_counts, train_labels, test_counts, alpha):
    return softmax(naive_bayes_log_scores(train_counts, train_labels, test_counts, alpha))


def _bayes_without_logarithm(train_counts, train_labels, test_counts, alpha):
    return np.exp(naive_bayes_log_scores(train_counts, train_labels, test_counts, alpha))


def _bayes_in_bits(train_counts, train_labels, test_counts, alpha):
    return naive_bayes_log_scores(train_counts, train_labels, test_counts, alpha) / np.log(2)


def _bayes_in_log10(train_counts, train_labels, test_counts, alpha):
    return naive_bayes_log_scores(train_counts, train_labels, test_counts, alpha) / np.log(10)


def _bayes_turned(train_counts, train_labels, test_counts, alpha):
    return naive_bayes_log_scores(train_counts, train_labels, test_counts, alpha).T


def _bayes_names_classes(train_counts, train_labels, test_counts, alpha):
    scores = naive_bayes_log_scores(train_counts, train_labels, test_counts, alpha)
    return scores.argmax(axis=1)


def _make_naive_bayes_cases(rng):
    rates = rng.dirichlet(np.full(12, 0.3), size=3) * 20
    labels = np.array([0, 1, 2, 2, 0, 2, 1])
    return [
        Case(
            (np.array([[3, 1], [0, 2]]), np.array([0, 1]), np.array([[1, 0]]), 1.0),
            "by hand: words 4/6 and 2/6 in class 0, 1/4 and 3/4 in class 1",
        ),
        Case(
            (np.array([[3, 1], [0, 2]]), np.array([0, 1]), np.array([[2, 1], [0, 4]]), 0.1),
            "two test rows, words that occur several times, a smaller alpha",
        ),
        Case(
            (
                np.array([[1, 0, 0], [5, 1, 0], [0, 2, 0]]),
                np.array([0, 0, 1]),
                np.array([[0, 0, 2]]),
                0.5,
            ),
            "a word that no training row holds; the classes differ in rows and in words",
        ),
        Case((rng.poisson(rates[labels]), labels, rng.poisson(rates), 0.1), "three random classes"),
    ]


NAIVE_BAYES_LOG_SCORES = Exercise(
    name="naive_bayes_log_scores",
    title="The colleague's classifier, by hand",
    unit="kmer_profiles",
    points=3,
    level="stretch",
    minutes=25,
    reference=naive_bayes_log_scores,
    make_cases=_make_naive_bayes_cases,
    compare=close,
    hints=(
        "Work class by class. From the training rows of one class you need two things: how many "
        "rows there are, and how often each word occurs in all of them together.",
        "train_counts[train_labels == c].sum(axis=0) + alpha are the smoothed counts, (K,). "
        "Divided by their own sum they are probabilities, which add to 1 over the words. The "
        "prior is the share of rows.",
        "np.log(smoothed / smoothed.sum()) is one row of an array log_words (C, K), and "
        "np.log((train_labels == c).mean()) one entry of log_prior (C,). The sum over words of "
        "count times log probability is a matrix product: (N, K) @ (K, C). Then add the prior.",
    ),
    wrong_answers=(
        WrongAnswer(
            _bayes_without_smoothing,
            "There is no smoothing: a word that a class never showed gets the logarithm of 0, and "
            "one such word rules the class out for good. Add alpha to every count.",
        ),
        WrongAnswer(
            _bayes_smooths_numerator,
            "Smoothing stands in the numerator only, so the probabilities of a class add to more "
            "than 1. Divide by the sum of the smoothed counts.",
        ),
        WrongAnswer(
            _bayes_smooths_denominator_once,
            "The denominator got alpha once. Every one of the K words got it, so the sum grows by "
            "K times alpha: divide by the sum of the smoothed counts.",
        ),
        WrongAnswer(
            _bayes_smooths_with_one,
            "You add 1 whatever alpha is. Add alpha.",
        ),
        WrongAnswer(
            _bayes_without_prior,
            "The prior is missing: before any word is read, a class with more training rows is "
            "more probable. Add the log of its share of the rows.",
        ),
        WrongAnswer(
            _bayes_with_uniform_prior,
            "Every class gets the same prior. Before any word is read, a class with more training "
            "rows is more probable: use its share of the rows.",
        ),
        WrongAnswer(
            _bayes_with_means,
            "You average the counts over the rows of a class before adding alpha, so alpha weighs "
            "more where there are more rows. Add the rows up: n_cw is a sum.",
        ),
        WrongAnswer(
            _bayes_posterior,
            "Each row was normalised: these are log probabilities of the classes "
            "(predict_log_proba). Return the scores as they come from the formula; exercise 3 "
            "normalises them.",
        ),
        WrongAnswer(
            _bayes_probabilities,
            "These are probabilities of the classes. Return the scores, which are logarithms; "
            "exercise 3 makes probabilities of them.",
        ),
        WrongAnswer(
            _bayes_without_logarithm,
            "You return exp of the scores. For a real gene this is exp(-10000), which the computer "
            "rounds to 0: keep the logarithms.",
        ),
        WrongAnswer(
            _bayes_in_bits,
            "These are logarithms to base 2. Use the natural logarithm, np.log.",
        ),
        WrongAnswer(
            _bayes_in_log10,
            "These are logarithms to base 10. Use the natural logarithm, np.log.",
        ),
        WrongAnswer(
            _bayes_prior_of_words,
            "Your prior is the share of words, so a class of long genes counts more. It is the "
            "share of training rows.",
        ),
        WrongAnswer(
            _bayes_over_classes,
            "You divide over the classes: for each word the classes add to 1. It must be the "
            "other axis: within a class the words add to 1.",
        ),
        WrongAnswer(
            _bayes_over_everything,
            "You divide by the sum over all classes. Within each class the words must add to 1: "
            "sum over the words only, with keepdims=True.",
        ),
        WrongAnswer(
            _bayes_presence,
            "A word that occurs three times in a test row counts once. Multiply its log "
            "probability by its count.",
        ),
        WrongAnswer(
            _bayes_turned,
            "These are the right numbers with the axes swapped. One row for each test row, one "
            "column for each class: (N, C).",
        ),
        WrongAnswer(
            _bayes_names_classes,
            "These are the predicted classes. Return the scores (N, C); argmax comes later.",
        ),
    ),
)


# --- softmax -------------------------------------------------------------------------------------


def softmax(scores: np.ndarray) -> np.ndarray:
    """Turn rows of scores into probabilities.

    Args:
        scores: `(N, C)` numbers of any size.

    Returns:
        `(N, C)`: exp(score) over the sum of its row, computed so that nothing overflows.

    >>> softmax([[0.0, 0.0], [-5000.0, -9000.0]]).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    scores = np.asarray(scores, dtype=float)
    grown = np.exp(scores - scores.max(axis=1, keepdims=True))
    return grown / grown.sum(axis=1, keepdims=True)


def _softmax_overflows(scores):
    grown = np.exp(np.asarray(scores, dtype=float))
    return grown / grown.sum(axis=1, keepdims=True)


def _softmax_of_columns(scores):
    return softmax(np.asarray(scores).T).T


def _softmax_not_normalised(scores):
    scores = np.asarray(scores, dtype=float)
    return np.exp(scores - scores.max(axis=1, keepdims=True))


def _softmax_over_everything(scores):
    scores = np.asarray(scores, dtype=float)
    grown = np.exp(scores - scores.max())
    return grown / grown.sum()


def _softmax_shifts_by_global_maximum(scores):
    scores = np.asarray(scores, dtype=float)
    grown = np.exp(scores - scores.max())
    return grown / grown.sum(axis=1, keepdims=True)


def _softmax_without_exponential(scores):
    scores = np.asarray(scores, dtype=float)
    return scores / scores.sum(axis=1, keepdims=True)


def _softmax_in_logs(scores):
    scores = np.asarray(scores, dtype=float)
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _softmax_shifts_by_mean(scores):
    scores = np.asarray(scores, dtype=float)
    return _softmax_overflows(scores - scores.mean(axis=1, keepdims=True))


def _softmax_shifts_by_minimum(scores):
    scores = np.asarray(scores, dtype=float)
    return _softmax_overflows(scores - scores.min(axis=1, keepdims=True))


def _softmax_without_keepdims(scores):
    grown = np.exp(scores - np.max(scores, axis=1))
    return grown / grown.sum(axis=1)


def _softmax_without_keepdims_in_sum(scores):
    grown = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    return grown / grown.sum(axis=1)


def _softmax_without_keepdims_in_maximum(scores):
    return _softmax_overflows(scores - np.max(scores, axis=1))


def _softmax_with_epsilon(scores):
    grown = np.exp(scores)
    return grown / (grown.sum(axis=1, keepdims=True) + 1e-12)


def _softmax_hides_nan(scores):
    return np.nan_to_num(_softmax_overflows(scores))


def _softmax_clips(scores):
    return softmax(np.clip(scores, -700, 700))


def _make_softmax_cases(rng):
    return [
        Case((np.log([[1.0, 2.0, 5.0]]),), "by hand: 1/8, 2/8 and 5/8"),
        Case((np.array([[0.0, 0.0], [1.0, 4.0]]),), "two rows"),
        Case(
            (np.array([[-9000.0, -9001.0]]),),
            "log scores of a gene: exp gives 0 for both",
        ),
        Case((np.array([[800.0, 790.0, 0.0]]),), "large scores: exp overflows"),
        Case(
            (np.array([[-9000.0, -9001.0], [-50.0, -51.0]]),),
            "a long gene and a short one in one array",
        ),
        Case(
            (np.array([[0.0, -5000.0, -5000.0]]),),
            "scores of one gene may lie thousands apart: the mean is no safe zero",
        ),
        Case((rng.normal(0, 3, size=(4, 7)),), "random scores"),
    ]


SOFTMAX = Exercise(
    name="softmax",
    title="From scores to probabilities",
    unit="kmer_profiles",
    points=2,
    level="should",
    minutes=6,
    reference=softmax,
    make_cases=_make_softmax_cases,
    compare=close,
    hints=(
        "What is np.exp(-9000)? And np.exp(800)? Yet only differences between the scores of a row "
        "matter: adding the same number to all of them changes no probability.",
        "Subtract from each row its own maximum before you take the exponential. The largest "
        "entry of the row is then exp(0) = 1.",
        "scores.max(axis=1, keepdims=True) has shape (N, 1), so it can be subtracted from every "
        "column. After np.exp, divide by the sums of the rows, which need the same shape.",
    ),
    wrong_answers=(
        WrongAnswer(
            _softmax_overflows,
            "exp of large scores overflows, and exp of very small ones is 0, so that 0 / 0 "
            "remains. Subtract the row's maximum first: the probabilities stay the same.",
        ),
        WrongAnswer(
            _softmax_shifts_by_mean,
            "You subtract the row's mean. A score can stand thousands above the mean, and exp of "
            "that overflows. Subtract the row's maximum: then nothing is above 0.",
        ),
        WrongAnswer(
            _softmax_shifts_by_minimum,
            "You subtract the row's minimum, so all scores are above 0 and exp overflows. Subtract "
            "the row's maximum: then nothing is above 0.",
        ),
        *(
            WrongAnswer(
                function,
                "The rows do not add to 1, or the shapes do not fit: a maximum or a sum of the "
                "rows has shape (N,), and NumPy lays it along the columns. keepdims=True makes it "
                "(N, 1). Both need it.",
            )
            for function in (
                _softmax_without_keepdims,
                _softmax_without_keepdims_in_sum,
                _softmax_without_keepdims_in_maximum,
            )
        ),
        WrongAnswer(
            _softmax_with_epsilon,
            "A small number in the denominator turns 0 / 0 into 0, and the rows of long genes add "
            "to 0. Subtract the row's maximum first: then the sum is at least 1.",
        ),
        WrongAnswer(
            _softmax_hides_nan,
            "The NaN are hidden, not avoided: these rows add to 0. Subtract the row's maximum "
            "first, and none arises.",
        ),
        WrongAnswer(
            _softmax_clips,
            "Clipping makes different scores equal: -9000 and -9001 become the same number. "
            "Subtract the row's maximum: the differences stay.",
        ),
        WrongAnswer(
            _softmax_of_columns,
            "The columns add to 1. Each *row* is one gene, and its probabilities must: axis=1.",
        ),
        WrongAnswer(
            _softmax_not_normalised,
            "The rows do not add to 1 yet: divide by their sums.",
        ),
        WrongAnswer(
            _softmax_over_everything,
            "All numbers together add to 1. Each row must by itself: sum with axis=1 and "
            "keepdims=True.",
        ),
        WrongAnswer(
            _softmax_shifts_by_global_maximum,
            "You subtract the maximum of the whole array, so a long gene beside a short one still "
            "ends as 0 / 0. Subtract each row's own maximum: axis=1, keepdims=True.",
        ),
        WrongAnswer(
            _softmax_without_exponential,
            "The scores are divided by their sum, without the exponential. With log scores, which "
            "are negative, the least probable class then comes out on top.",
        ),
        WrongAnswer(
            _softmax_in_logs,
            "These are log probabilities. Take the exponential once more.",
        ),
    ),
)


# --- share_seen_in_training ----------------------------------------------------------------------


def share_seen_in_training(train: list[str], test: list[str]) -> float:
    """Return which share of the test rows has an exact copy in the training part.

    Args:
        train: training sequences.
        test: test sequences, at least one; a sequence may stand there several times.

    Returns:
        A number from 0 to 1.

    >>> share_seen_in_training(["ACG", "TTT"], ["ACG", "GGG", "ACG", "CCC"])
    0.5
    """
    known = set(train)
    return sum(sequence in known for sequence in test) / len(test)


def _seen_of_distinct(train, test):
    return len(set(train) & set(test)) / len(set(test))


def _seen_distinct_over_rows(train, test):
    return len(set(train) & set(test)) / len(test)


def _seen_of_training(train, test):
    return share_seen_in_training(test, train)


def _seen_at_same_place(train, test):
    return sum(a == b for a, b in zip(train, test, strict=False)) / len(test)


def _seen_counts_pairs(train, test):
    return sum(one == other for one in test for other in train) / len(test)


def _seen_at_same_place_of_shorter(train, test):
    return sum(a == b for a, b in zip(train, test, strict=False)) / min(len(train), len(test))


def _seen_training_rows_over_test(train, test):
    return sum(sequence in test for sequence in train) / len(test)


def _seen_as_part(train, test):
    return sum(any(sequence in known for known in train) for sequence in test) / len(test)


def _seen_rounded(digits):
    def rounded(train, test):
        return round(share_seen_in_training(train, test), digits)

    return rounded


def _seen_within_test(train, test):
    return 1 - len(set(test)) / len(test)


def _seen_as_number(train, test):
    return sum(sequence in set(train) for sequence in test)


def _seen_as_percent(train, test):
    return 100 * share_seen_in_training(train, test)


def _make_share_seen_cases(rng):
    pool = [_random_dna(rng, 6) for _ in range(9)]
    train = [pool[i] for i in rng.integers(0, 7, size=14)]
    test = [pool[i] for i in rng.integers(3, 9, size=8)]
    return [
        Case((["ACG", "TTT"], ["ACG", "GGG"]), "one of two"),
        Case(
            (["ACG", "TTT"], ["ACG", "GGG", "ACG", "CCC"]), "a copy that stands in the test twice"
        ),
        Case((["ACG", "ACG", "TTT"], ["GGG", "ACG"]), "a copy that stands in training twice"),
        Case((["AAA", "CCC"], ["GGG", "GGG"]), "repeats within the test part are no leak"),
        Case((["ACG", "TTT", "TTT"], ["TTT", "ACG", "GGG"]), "two of three, not rounded"),
        Case((["ACGT"], ["ACG"]), "a part of a training sequence is no exact copy"),
        Case((train, test), "random rows"),
    ]


SHARE_SEEN_IN_TRAINING = Exercise(
    name="share_seen_in_training",
    title="Which test rows does the training part know?",
    unit="kmer_profiles",
    points=1,
    level="must",
    minutes=5,
    reference=share_seen_in_training,
    make_cases=_make_share_seen_cases,
    compare=close,
    hints=(
        "Every test row is asked one question with the answer yes or no: is this very sequence in "
        "the training part?",
        "Put the training sequences into a set, ask for each test row whether it is in there, and "
        "divide the number of yes by the number of test rows.",
        "known = set(train); then `sequence in known` is True or False, and in a sum True counts "
        "as 1. What do you go through, and what do you divide by?",
    ),
    wrong_answers=(
        WrongAnswer(
            _seen_of_distinct,
            "You count distinct sequences. The accuracy was taken over test *rows*, so a copied "
            "sequence that is tested twice helps twice: go through the rows.",
        ),
        WrongAnswer(
            _seen_distinct_over_rows,
            "Above the line stand distinct sequences, below it rows. Count rows in both places.",
        ),
        WrongAnswer(
            _seen_of_training,
            "This is the share of training rows that stand in the test part. Ask it the other way "
            "round: which test rows are known from training?",
        ),
        WrongAnswer(
            _seen_at_same_place,
            "You compare row by row, first with first. A copy may stand anywhere in training.",
        ),
        WrongAnswer(
            _seen_at_same_place_of_shorter,
            "You compare row by row, first with first. A copy may stand anywhere in training; and "
            "divide by the number of test rows.",
        ),
        WrongAnswer(
            _seen_training_rows_over_test,
            "Above the line you count training rows, so a copy that stands there twice counts "
            "twice. Go through the *test* rows and ask for each whether it is in training.",
        ),
        WrongAnswer(
            _seen_as_part,
            "A test row that is a part of a longer training sequence counts too: `in` between two "
            "strings looks for parts. Ask whether the row is in the set of training sequences.",
        ),
        *(
            WrongAnswer(_seen_rounded(digits), "This is rounded. Return the share as it is.")
            for digits in (1, 2, 3, 4)
        ),
        WrongAnswer(
            _seen_counts_pairs,
            "A test row with two copies in training counts twice, so the share may pass 1. One "
            "copy is enough: ask `in`, and count the row once.",
        ),
        WrongAnswer(
            _seen_within_test,
            "This is how much the test part repeats itself. The leak is between the two parts.",
        ),
        WrongAnswer(
            _seen_as_number,
            "This is the number of rows. Divide by the number of test rows.",
        ),
        WrongAnswer(
            _seen_as_percent,
            "This is in per cent. Return the share, a number from 0 to 1.",
        ),
    ),
)


# --- vocabulary_from_training --------------------------------------------------------------------


def vocabulary_from_training(train_sequences: list[str], k: int, min_sequences: int) -> set[str]:
    """Return the words that occur in at least `min_sequences` training sequences.

    Args:
        train_sequences: B strings.
        k: letters in a word; words overlap, and any letter may stand in one.
        min_sequences: in how many different rows a word must occur.

    Returns:
        A set of words.

    >>> sorted(vocabulary_from_training(["ACAC", "ACT", "GG"], 2, 2))
    ['AC']
    """
    numbers = Counter(word for sequence in train_sequences for word in set(_words_of(sequence, k)))
    return {word for word, number in numbers.items() if number >= min_sequences}


def _vocabulary_by_occurrences(train_sequences, k, min_sequences):
    numbers = Counter(word for sequence in train_sequences for word in _words_of(sequence, k))
    return {word for word, number in numbers.items() if number >= min_sequences}


def _vocabulary_above(train_sequences, k, min_sequences):
    return vocabulary_from_training(train_sequences, k, min_sequences + 1)


def _vocabulary_of_all(train_sequences, k, min_sequences):
    return vocabulary_from_training(train_sequences, k, 1)


def _vocabulary_stops_early(train_sequences, k, min_sequences):
    return vocabulary_from_training([s[:-1] for s in train_sequences], k, min_sequences)


def _vocabulary_of_blocks(train_sequences, k, min_sequences):
    blocks = [{s[i : i + k] for i in range(0, len(s) - k + 1, k)} for s in train_sequences]
    numbers = Counter(word for words in blocks for word in words)
    return {word for word, number in numbers.items() if number >= min_sequences}


def _vocabulary_of_joined(train_sequences, k, min_sequences):
    numbers = Counter(_words_of("".join(train_sequences), k))
    return {word for word, number in numbers.items() if number >= min_sequences}


def _vocabulary_of_distinct(train_sequences, k, min_sequences):
    return vocabulary_from_training(sorted(set(train_sequences)), k, min_sequences)


def _vocabulary_with_numbers(train_sequences, k, min_sequences):
    kept = vocabulary_from_training(train_sequences, k, min_sequences)
    return _Kind(dict.fromkeys(kept, 1), lambda got: isinstance(got, dict) and got.keys() == kept)


def _vocabulary_exactly(train_sequences, k, min_sequences):
    more = vocabulary_from_training(train_sequences, k, min_sequences + 1)
    return vocabulary_from_training(train_sequences, k, min_sequences) - more


def _vocabulary_of_known_letters(train_sequences, k, min_sequences):
    kept = vocabulary_from_training(train_sequences, k, min_sequences)
    return {word for word in kept if set(word) <= set("ACGT")}


def _vocabulary_without_n(train_sequences, k, min_sequences):
    kept = vocabulary_from_training(train_sequences, k, min_sequences)
    return {word for word in kept if "N" not in word}


@_or_kind
def _same_words(expected, received) -> bool:
    """The same words, in a set or in any list without repeats."""
    if not isinstance(expected, set):  # what a wrong answer gave
        return equal(expected, received)
    if not isinstance(received, set | frozenset | list | tuple | np.ndarray | type({}.keys())):
        return False
    words = [str(word) for word in received]
    return sorted(words) == sorted(expected)


def _make_vocabulary_cases(rng):
    sequences = [_random_dna(rng, int(length)) for length in rng.integers(5, 16, size=8)]
    return [
        Case((["ACAC", "ACT", "GG"], 2, 2), "AC is in two sequences"),
        Case((["ACAC", "GTT"], 2, 2), "AC occurs twice, but in one sequence only"),
        Case((["ACG", "TACG", "CGA"], 2, 3), "CG is in three: at least 3 includes 3"),
        Case((["ACG", "TGA"], 2, 1), "every word that occurs"),
        Case((["ACG", "ACG", "TT"], 3, 2), "two equal rows are two rows"),
        Case((["ANCR", "CANC", "TCR"], 2, 2), "any letter may stand in a word: N and R as well"),
        Case((["AC", "ACGT"], 3, 1), "one sequence is shorter than a word"),
        Case((sequences, 2, 4), "random sequences"),
    ]


VOCABULARY_FROM_TRAINING = Exercise(
    name="vocabulary_from_training",
    title="Words known from training",
    unit="kmer_profiles",
    points=2,
    level="should",
    minutes=8,
    reference=vocabulary_from_training,
    make_cases=_make_vocabulary_cases,
    compare=_same_words,
    hints=(
        "A gene that repeats a word a hundred times is still one gene. How do you make it count "
        "once for that word?",
        "The set of a sequence's words holds each of them once. Count over these sets, not over "
        "the words.",
        "With numbers = Counter(), numbers.update(a set of words) adds 1 for each word of the set. "
        "The words of a sequence are sequence[i : i + k] for i in range(len(sequence) - k + 1). "
        "Which of numbers.items() do you keep?",
    ),
    wrong_answers=(
        WrongAnswer(
            _vocabulary_by_occurrences,
            "You count occurrences, so one repetitive sequence brings its words in by itself. "
            "Count sequences: take the set of each sequence's words first.",
        ),
        WrongAnswer(
            _vocabulary_above,
            "A word in exactly min_sequences sequences is missing: at least means >=, not >.",
        ),
        WrongAnswer(
            _vocabulary_exactly,
            "Words in more than min_sequences sequences are missing: at least means >=, not ==.",
        ),
        WrongAnswer(
            _vocabulary_of_known_letters,
            "Words with N or another letter were left out. In exercise 1 that was asked for; here "
            "any letter may stand in a word.",
        ),
        WrongAnswer(
            _vocabulary_without_n,
            "Words with an N were left out. In exercise 1 that was asked for; here any letter may "
            "stand in a word.",
        ),
        WrongAnswer(
            _vocabulary_of_all,
            "min_sequences is not used: every word of the training part comes back.",
        ),
        WrongAnswer(
            _vocabulary_stops_early,
            "The last word of each sequence is missing: there are len(sequence) - k + 1 of them.",
        ),
        WrongAnswer(
            _vocabulary_of_blocks,
            "Your words stand side by side. Start a word at every place.",
        ),
        WrongAnswer(
            _vocabulary_of_joined,
            "The sequences were joined to one text: words arise where two of them meet, and "
            "nobody can tell any more how many sequences hold a word. Go row by row.",
        ),
        WrongAnswer(
            _vocabulary_of_distinct,
            "Equal rows were merged. That may be wise, but it is another step: here every row "
            "counts.",
        ),
        WrongAnswer(
            _vocabulary_with_numbers,
            "The words are right, but this is a dictionary with their numbers. Return the set of "
            "words: set(...) of it.",
        ),
    ),
)


# --- balanced_split ------------------------------------------------------------------------------


def balanced_split(
    labels: list[int], order: list[int], num_test: int
) -> tuple[list[int], list[int]]:
    """Hold out the first rows of an order, then repeat rows of small classes in training.

    Args:
        labels: `(B,)` class numbers of the rows.
        order: the row numbers 0 to B - 1 in the order in which they are dealt.
        num_test: the first so many rows of `order` are the test part.

    Returns:
        `(train_rows, test_rows)`. In the training part each class has as many rows as the largest
        class had there before; its rows are repeated in turn. A class that has no row there
        stays without one.

    >>> balanced_split([0, 0, 0, 0, 1, 1], order=[4, 0, 1, 2, 5, 3], num_test=2)
    ([1, 5, 2, 5, 3, 5], [4, 0])
    """
    test, train = order[:num_test], order[num_test:]
    return _fill_up(labels, train), list(test)


def _by_class(labels, rows):
    classes = sorted({labels[row] for row in rows})
    return [[row for row in rows if labels[row] == c] for c in classes]


def _fill_up(labels, rows, number=None):
    """Repeat the rows of each class in turn until it has `number`, or as many as the largest."""
    groups = _by_class(labels, rows)
    number = number or max(len(group) for group in groups)
    return [group[i % len(group)] for i in range(number) for group in groups]


def _balanced_before_dealing(labels, order, num_test):
    pool = _fill_up(labels, order)
    return pool[num_test:], pool[:num_test]


def _balanced_then_cleaned_training(labels, order, num_test):
    train, test = _balanced_before_dealing(labels, order, num_test)
    return [row for row in train if row not in test], test


def _balanced_then_cleaned_test(labels, order, num_test):
    train, test = _balanced_before_dealing(labels, order, num_test)
    return train, [row for row in test if row not in train]


def _balanced_all_then_cleaned(labels, order, num_test):
    test = list(order[:num_test])
    return [row for row in _fill_up(labels, order) if row not in test], test


def _balanced_all(labels, order, num_test):
    return _fill_up(labels, order), list(order[:num_test])


def _balanced_both_parts(labels, order, num_test):
    return _fill_up(labels, order[num_test:]), _fill_up(labels, order[:num_test])


def _balanced_by_dropping(labels, order, num_test):
    groups = _by_class(labels, order[num_test:])
    fewest = min(len(group) for group in groups)
    return [row for group in groups for row in group[:fewest]], list(order[:num_test])


def _balanced_not_at_all(labels, order, num_test):
    return list(order[num_test:]), list(order[:num_test])


def _balanced_to_size_in_all(labels, order, num_test):
    number = max(len(group) for group in _by_class(labels, order))
    return _fill_up(labels, order[num_test:], number), list(order[:num_test])


def _balanced_by_whole_repeats(labels, order, num_test):
    groups = _by_class(labels, order[num_test:])
    most = max(len(group) for group in groups)
    train = [row for group in groups for row in group * (most // len(group))]
    return train, list(order[:num_test])


def _balanced_repeats_first(labels, order, num_test):
    groups = _by_class(labels, order[num_test:])
    most = max(len(group) for group in groups)
    train = [row for group in groups for row in group + group[:1] * (most - len(group))]
    return train, list(order[:num_test])


def _balanced_every_class(labels, order, num_test):
    groups = [[row for row in order[num_test:] if labels[row] == c] for c in sorted(set(labels))]
    most = max(len(group) for group in groups)
    train = [group[i % len(group)] for group in groups for i in range(most)]
    return train, list(order[:num_test])


def _balanced_at_random(labels, order, num_test):
    rng = np.random.default_rng(0)
    test, rest = list(order[:num_test]), list(order[num_test:])
    groups = _by_class(labels, rest)
    most = max(len(group) for group in groups)

    def fits(received):
        train, tested = (np.asarray(part).tolist() for part in received)
        numbers = Counter(labels[row] for row in train)
        sizes_fit = len(numbers) == len(groups) and set(numbers.values()) == {most}
        return sorted(tested) == sorted(test) and set(train) <= set(rest) and sizes_fit

    return _Kind(([int(row) for g in groups for row in rng.choice(g, size=most)], test), fits)


def _balanced_turned_round(labels, order, num_test):
    return balanced_split(labels, order, num_test)[::-1]


def _balanced_gives_labels(labels, order, num_test):
    parts = balanced_split(labels, order, num_test)
    return tuple([labels[row] for row in part] for part in parts)


@_or_kind
def _same_parts(expected, received) -> bool:
    """The same rows as often, in any order, in lists or arrays."""
    return (
        isinstance(received, list | tuple)
        and len(received) == 2
        and all(
            equal(sorted(a), np.sort(np.asarray(b)).tolist())
            for a, b in zip(expected, received, strict=True)
        )
    )


def _make_balanced_split_cases(rng):
    labels = [int(label) for label in rng.choice(3, size=30, p=[0.6, 0.25, 0.15])] + [0, 1, 2] * 2
    order = [int(row) for row in rng.permutation(36)]
    return [
        Case(([0, 0, 0, 1, 1, 1], [0, 3, 1, 4, 2, 5], 2), "nothing to repeat"),
        Case(
            ([0, 0, 0, 0, 1, 1], [4, 0, 1, 2, 5, 3], 2),
            "rows 4 and 0 are tested; in training row 5 is the only one of class 1",
        ),
        Case(
            ([0, 0, 0, 0, 0, 0, 1, 1, 1], [0, 6, 1, 2, 3, 7, 4, 5, 8], 3),
            "in training 4 of class 0, 2 of class 1: each of these twice",
        ),
        Case(
            ([0, 0, 0, 0, 0, 0, 0, 1, 1, 1], [0, 6, 1, 2, 7, 3, 4, 8, 5, 9], 2),
            "5 against 3: two of the three are repeated",
        ),
        Case(
            ([0, 0, 0, 1, 1, 2], [5, 0, 1, 3, 2, 4], 2),
            "the only row of class 2 is tested: none is there to be repeated",
        ),
        Case((labels, order, 8), "three random classes"),
    ]


BALANCED_SPLIT = Exercise(
    name="balanced_split",
    title="Find the bug: balance, then split",
    unit="kmer_profiles",
    points=3,
    level="must",
    minutes=20,
    reference=balanced_split,
    make_cases=_make_balanced_split_cases,
    compare=_same_parts,
    hints=(
        "Run colleagues_balanced_split([0, 0, 0, 1], [0, 1, 2, 3], 2), four rows of which three "
        "are of class 0, and look for a row number that stands in both lists.",
        "Two steps are in the wrong order. Deal the rows first; then repeat rows, in the training "
        "part alone. The largest class is that of the training part.",
        "order[:num_test] is the test part. Do with the rest what the colleague did with `order`: "
        "collect the rows of each class from it, leave out a class that has none there, find the "
        "largest number, and repeat with rows[i % len(rows)].",
    ),
    wrong_answers=(
        WrongAnswer(
            _balanced_before_dealing,
            "This is still the colleague's behaviour: rows are repeated first, so copies of one "
            "row land in both parts. Deal first, repeat afterwards.",
        ),
        WrongAnswer(
            _balanced_then_cleaned_training,
            "Rows that are also tested were thrown out of training. That closes the leak, but "
            "neither part has the rows that were asked for any more. Deal first, repeat "
            "afterwards.",
        ),
        WrongAnswer(
            _balanced_then_cleaned_test,
            "Rows that are also in training were thrown out of the test part. Of the repeated "
            "classes hardly a row is tested then. Deal first, repeat afterwards.",
        ),
        WrongAnswer(
            _balanced_all,
            "The test part is right now, but the repeated rows are taken from `order`, so all "
            "test rows stand in training as well. Take them from the rows that are left.",
        ),
        WrongAnswer(
            _balanced_all_then_cleaned,
            "No row stands in both parts now, but the classes were counted before the test rows "
            "were taken out, so they are no longer equal. Deal first, then fill up.",
        ),
        WrongAnswer(
            _balanced_both_parts,
            "The test part is balanced as well, by repeating rows. It must stay as it came: a row "
            "that is tested five times is still one row. Repeat in the training part only.",
        ),
        WrongAnswer(
            _balanced_by_dropping,
            "You balance by dropping rows of the large classes. The task is to repeat rows of the "
            "small ones.",
        ),
        WrongAnswer(
            _balanced_not_at_all,
            "The split is clean now, but nothing is balanced any more. Repeat rows of the small "
            "classes, in the training part.",
        ),
        WrongAnswer(
            _balanced_to_size_in_all,
            "The classes are filled up to the largest class of *all* rows. Test rows are then "
            "counted in a decision about training: use the largest class of the training part.",
        ),
        WrongAnswer(
            _balanced_by_whole_repeats,
            "You repeat whole classes, so that 3 rows beside 5 stay 3. Go on row by row until the "
            "numbers are equal: rows[i % len(rows)] for i in range(most).",
        ),
        WrongAnswer(
            _balanced_repeats_first,
            "The numbers are right, but only the first row of a class is repeated, so that one "
            "gene outweighs its class. Repeat the rows in turn: rows[i % len(rows)].",
        ),
        WrongAnswer(
            _balanced_every_class,
            "You go through the classes of all rows, and one of them may have test rows only: then "
            "there is no row to repeat, and the remainder of a division by 0 is asked for. Go "
            "through the classes of the training rows.",
        ),
        WrongAnswer(
            _balanced_turned_round,
            "Training and test are swapped: return (train_rows, test_rows).",
        ),
        WrongAnswer(
            _balanced_gives_labels,
            "These are labels. Return row numbers.",
        ),
        WrongAnswer(
            _balanced_at_random,
            "The numbers are right, but the rows are repeated at random, so some come often and "
            "others once or never. Repeat them in turn, from the first again: "
            "rows[i % len(rows)].",
        ),
    ),
)


# --- per_class_recall ----------------------------------------------------------------------------


def per_class_recall(labels: np.ndarray, predictions: np.ndarray, num_classes: int) -> list[float]:
    """Return for each class which share of its rows was found.

    Args:
        labels: `(N,)` true classes, 0 to `num_classes` - 1.
        predictions: `(N,)` predicted classes.
        num_classes: C.

    Returns:
        C numbers: rows of the class that were predicted as it, over rows of the class; NaN for a
        class without a row.

    >>> per_class_recall(np.array([0, 0, 1]), np.array([0, 1, 1]), 3)
    [0.5, 1.0, nan]
    """
    labels, predictions = np.asarray(labels), np.asarray(predictions)
    return [_share(predictions[labels == c] == c) for c in range(num_classes)]


def _share(hits):
    return float(np.mean(hits)) if len(hits) else float("nan")


def _recall_is_precision(labels, predictions, num_classes):
    return per_class_recall(predictions, labels, num_classes)


def _recall_zero_where_absent(labels, predictions, num_classes):
    return [0.0 if np.isnan(r) else r for r in per_class_recall(labels, predictions, num_classes)]


def _recall_one_where_absent(labels, predictions, num_classes):
    return [1.0 if np.isnan(r) else r for r in per_class_recall(labels, predictions, num_classes)]


def _recall_leaves_absent_out(labels, predictions, num_classes):
    recall = per_class_recall(labels, predictions, num_classes)
    return [value for value in recall if not np.isnan(value)]


def _recall_none_where_absent(labels, predictions, num_classes):
    recall = per_class_recall(labels, predictions, num_classes)
    return [None if np.isnan(value) else value for value in recall]


def _recall_word_where_absent(labels, predictions, num_classes):
    recall = per_class_recall(labels, predictions, num_classes)
    example = ["nan" if np.isnan(value) else value for value in recall]

    def fits(received):
        # np.array([0.5, "nan"]) makes strings of all entries.
        texts = any(isinstance(value, str) for value in received) or "nan" not in example
        return texts and close(recall, [float(value) for value in received])

    return _Kind(example, fits)


def _recall_of_classes_that_occur(labels, predictions, num_classes):
    recall = _recall_zero_where_absent(labels, predictions, num_classes)
    return [recall[c] for c in np.union1d(labels, predictions)]


def _recall_against_the_rest(labels, predictions, num_classes):
    labels, predictions = np.asarray(labels), np.asarray(predictions)
    return [_share((labels == c) == (predictions == c)) for c in range(num_classes)]


def _recall_of_all_rows(labels, predictions, num_classes):
    labels, predictions = np.asarray(labels), np.asarray(predictions)
    return [_share((labels == c) & (predictions == c)) for c in range(num_classes)]


def _recall_share_predicted(labels, predictions, num_classes):
    predictions = np.asarray(predictions)
    return [_share(predictions == c) for c in range(num_classes)]


def _recall_mean(labels, predictions, num_classes):
    return float(np.nanmean(per_class_recall(labels, predictions, num_classes)))


def _recall_by_name(labels, predictions, num_classes):
    return dict(enumerate(per_class_recall(labels, predictions, num_classes)))


def _make_recall_cases(rng):
    labels = rng.integers(0, 4, size=25)
    guesses = np.where(rng.random(25) < 0.5, labels, rng.integers(0, 4, size=25))
    return [
        Case((np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]), 2), "2 of 3, and 1 of 1"),
        Case((np.array([0, 0, 1, 1]), np.array([0, 0, 0, 0]), 2), "class 1 is never predicted"),
        Case((np.array([0, 2, 2]), np.array([0, 2, 1]), 3), "class 1 has no row: not a number"),
        Case((np.array([0, 0]), np.array([1, 1]), 2), "nothing found"),
        Case((labels, guesses, 5), "four random classes, and a fifth without a row"),
    ]


PER_CLASS_RECALL = Exercise(
    name="per_class_recall",
    title="Who is found, class by class",
    unit="kmer_profiles",
    points=2,
    level="must",
    minutes=8,
    reference=per_class_recall,
    make_cases=_make_recall_cases,
    compare=_or_kind(close),
    hints=(
        "Take one class. Which rows are its own? Look at the predictions of those rows only.",
        "predictions[labels == c] are the predictions for the rows of class c. The recall is the "
        "share of them that equals c. What is a share of no rows?",
        "For one class c: of_class = predictions[labels == c]; np.mean(of_class == c) is its "
        "recall where of_class has entries, and np.nan stands in its place where len(of_class) is "
        "0. Collect these for c in range(num_classes).",
    ),
    wrong_answers=(
        WrongAnswer(
            _recall_is_precision,
            "This is precision: the share of the rows *predicted* as the class that belong to it. "
            "Recall asks about the rows that *are* of the class: labels == c chooses them.",
        ),
        WrongAnswer(
            _recall_zero_where_absent,
            "A class without a test row gets 0, as if all of it had been missed. Nothing was "
            "asked, so nothing can be said: NaN.",
        ),
        WrongAnswer(
            _recall_one_where_absent,
            "A class without a test row gets 1, as if all of it had been found. Nothing was "
            "asked, so nothing can be said: NaN.",
        ),
        WrongAnswer(
            _recall_none_where_absent,
            "A class without a test row gets None, with which nobody can calculate. NumPy's "
            'number for "not a number" is np.nan.',
        ),
        WrongAnswer(
            _recall_word_where_absent,
            "A class without a test row gets the word 'nan', which is text. NumPy's number for "
            '"not a number" is np.nan, without quotes.',
        ),
        WrongAnswer(
            _recall_of_classes_that_occur,
            "You go through the classes that occur, as recall_score does unless it is told the "
            "labels, and a class without a row gets 0 or no place. Go through range(num_classes).",
        ),
        WrongAnswer(
            _recall_leaves_absent_out,
            "A class without a test row is left out, so later numbers move to another class's "
            "place. Keep num_classes entries, with NaN there.",
        ),
        WrongAnswer(
            _recall_against_the_rest,
            "This is the accuracy of one class against the rest. A small class reaches nearly 1 "
            "by never being predicted. Look at the rows of the class only.",
        ),
        WrongAnswer(
            _recall_of_all_rows,
            "You divide by all rows. Divide by the rows of the class.",
        ),
        WrongAnswer(
            _recall_share_predicted,
            "This is how often each class is predicted, right or wrong. Compare with the labels.",
        ),
        WrongAnswer(
            _recall_mean,
            "This is one number, the balanced accuracy. Return one number for each class.",
        ),
        WrongAnswer(
            _recall_by_name,
            "The numbers are right, but this is a dictionary. Return a list or an array with one "
            "number for each class, in order.",
        ),
    ),
)


# --- canonical_kmer ------------------------------------------------------------------------------


def canonical_kmer(word: str) -> str:
    """Return the one name that a word and its reverse complement share.

    Args:
        word: letters A, C, G, T.

    Returns:
        The word or its reverse complement, whichever comes first in the alphabet.

    >>> canonical_kmer("TTG"), canonical_kmer("CAA")
    ('CAA', 'CAA')
    """
    return min(word, word.translate(_COMPLEMENT)[::-1])


def _canonical_reversed(word):
    return min(word, word[::-1])


def _canonical_complemented(word):
    return min(word, word.translate(_COMPLEMENT))


def _canonical_last(word):
    return max(word, word.translate(_COMPLEMENT)[::-1])


def _canonical_other_strand(word):
    return word.translate(_COMPLEMENT)[::-1]


def _canonical_both(word):
    return tuple(sorted((word, word.translate(_COMPLEMENT)[::-1])))


def _canonical_sorted_letters(word):
    return "".join(min(word, word.translate(_COMPLEMENT)[::-1], key=sorted))


def _canonical_as_list(word):
    return list(canonical_kmer(word))


def _canonical_by_first_letter(word):
    other = word.translate(_COMPLEMENT)[::-1]
    return word if word[0] <= other[0] else other


def _canonical_by_chain(*pairs):
    def chained(word):
        other = word
        for one, partner in pairs:
            other = other.replace(one, partner)
        return min(word, other[::-1])

    return chained


def _make_canonical_cases(rng):
    return [
        Case(("TTG",), "its reverse complement CAA comes first"),
        Case(("CAA",), "already the first of the two"),
        Case(("ACGT",), "its own reverse complement"),
        Case(("GGA",), "not the reverse AGG, which is another word; not the complement CCT"),
        Case(("CTC",), "the reverse of CTC is itself, its reverse complement is GAG"),
        Case(("T",), "one letter"),
        Case(("ATT",), "both spellings begin with A: AAT comes first"),
        Case(("CTG",), "both spellings begin with C: CAG comes first"),
        Case((_random_dna(rng, 9),), "a random word"),
        Case((_random_dna(rng, 9),), "another random word"),
    ]


CANONICAL_KMER = Exercise(
    name="canonical_kmer",
    title="One name for both strands",
    unit="kmer_profiles",
    points=1,
    level="should",
    minutes=4,
    reference=canonical_kmer,
    make_cases=_make_canonical_cases,
    compare=equal,
    hints=(
        "How does the word read on the other strand, in that strand's own direction? That gives "
        "two names for one thing. Choose one by a rule.",
        "Exchange A with T and C with G, then turn the word round. Python's min compares strings "
        "as a dictionary does.",
        'word.translate(str.maketrans("ACGT", "TGCA")) exchanges all four letters at once, and '
        "[::-1] turns a string round. Of the two spellings, which does min choose?",
    ),
    wrong_answers=(
        WrongAnswer(
            _canonical_reversed,
            "You reverse without the complement. On the other strand stand the partner bases: "
            "exchange A with T and C with G as well.",
        ),
        WrongAnswer(
            _canonical_complemented,
            "You take the complement without reversing. The other strand is read in the opposite "
            "direction: turn the word round as well.",
        ),
        WrongAnswer(
            _canonical_last,
            "You take the later of the two. That would do as well if everybody did it; the agreed "
            "one is the earlier: min, not max.",
        ),
        WrongAnswer(
            _canonical_other_strand,
            "You return the other strand always, so a word and its reverse complement still have "
            "two names. Return the earlier of the two.",
        ),
        WrongAnswer(
            _canonical_both,
            "These are both spellings. Return one of them, the earlier.",
        ),
        WrongAnswer(
            _canonical_sorted_letters,
            "The letters were sorted before the comparison, so their order in the word no longer "
            "counts. Compare the words themselves: min(word, other).",
        ),
        WrongAnswer(
            _canonical_by_first_letter,
            "You compare the first letters alone. ATT and AAT both begin with A: compare the words "
            "as a whole, which min does.",
        ),
        *(
            WrongAnswer(
                _canonical_by_chain(*pairs),
                "One replace undoes the other: once every A has become T, the next step turns "
                "these T into A as well. Exchange all letters in one step: str.translate, or a "
                "dictionary that is asked letter by letter.",
            )
            for pairs in (
                ("AT", "TA", "CG", "GC"),
                ("AT", "TA", "GC", "CG"),
                ("TA", "AT", "CG", "GC"),
                ("TA", "AT", "GC", "CG"),
            )
        ),
        WrongAnswer(
            _canonical_as_list,
            'The letters are right, but this is not a string. Join them: "".join(...).',
        ),
    ),
)


# --- sequences_with_profile ----------------------------------------------------------------------


def sequences_with_profile(profile: dict[str, int]) -> list[str]:
    """Return every sequence whose words are exactly those of a profile.

    Each word follows another when its first k - 1 letters are the other's last: so a sequence is a
    walk through the words that uses each of them as often as it is counted (Pevzner et al. 2001,
    doi:10.1073/pnas.171285098).

    Args:
        profile: from words of k letters A, C, G, T, all of one length, to their numbers, as from
            `count_kmers`; at least one word.

    Returns:
        All sequences with this profile, sorted; empty when there is none.

    >>> sequences_with_profile({"AC": 1, "CG": 1})
    ['ACG']
    >>> sequences_with_profile({"AC": 2, "CA": 1, "CC": 1})
    ['ACACC', 'ACCAC']
    """
    k = len(next(iter(profile)))
    found = []
    growing = [(word, _take(profile, word)) for word in profile]
    while growing:
        sequence, left = growing.pop()
        if not any(left.values()):
            found.append(sequence)
        following = (sequence[len(sequence) - k + 1 :] + base for base in "ACGT")
        growing += [(sequence + w[-1], _take(left, w)) for w in following if left.get(w)]
    return sorted(found)


def _take(counts, word):
    return {**counts, word: counts[word] - 1}


def _walks(profile, starts, *, complete=True):
    """All walks from some words, a list of sequences in the order of the search."""
    k = len(next(iter(profile)))
    found, growing = [], [(word, _take(profile, word)) for word in starts]
    while growing:
        sequence, left = growing.pop()
        following = (sequence[len(sequence) - k + 1 :] + base for base in "ACGT")
        longer = [(sequence + w[-1], _take(left, w)) for w in following if left.get(w)]
        if not any(left.values()) or (not complete and not longer):
            found.append(sequence)
        growing += longer
    return found


def _twins_first_only(profile):
    return sequences_with_profile(profile)[:1]


def _twins_from_first_word(profile):
    return sorted(_walks(profile, [next(iter(profile))]))


def _twins_each_word_once(profile):
    return sequences_with_profile(dict.fromkeys(profile, 1))


def _twins_dead_ends(profile):
    return sorted(set(_walks(profile, list(profile), complete=False)))


def _twins_repeated(profile):
    starts = [word for word, number in profile.items() for _ in range(number)]
    wanted = sequences_with_profile(profile)
    return _Kind(_walks(profile, starts), lambda got: sorted(set(map(str, got))) == wanted)


def _twins_unsorted(profile):
    wanted = sequences_with_profile(profile)
    return _Kind(set(wanted), lambda got: sorted(map(str, got)) == wanted)


def _forced_starts(profile):
    """The words that begin with letters with which more words begin than end."""
    surplus = Counter()
    for word, number in profile.items():
        surplus[word[:-1]] += number
        surplus[word[1:]] -= number
    return [word for word in profile if surplus[word[:-1]] > 0]


def _twins_no_circle(profile):
    return sorted(_walks(profile, _forced_starts(profile)))


def _twins_one_circle(profile):
    return sorted(_walks(profile, _forced_starts(profile) or list(profile)[:1]))


def _twins_joined(profile):
    return ["".join(word * number for word, number in sorted(profile.items()))]


def _twins_number(profile):
    return len(sequences_with_profile(profile))


def _make_twins_cases(rng):
    profiles = (
        (count_kmers("ACGT", 2), "three words, one order"),
        ({"GT": 1, "AC": 1, "CG": 1}, "the same words, listed in another order"),
        (count_kmers("ACACC", 2), "AC twice: two sequences"),
        (count_kmers("AAAA", 2), "one word, three times"),
        ({"AC": 1, "CG": 1, "GA": 1}, "a circle: it may begin anywhere"),
        ({"AAA": 1, "CCC": 1}, "no sequence has these words and no others"),
        (count_kmers(_random_dna(rng, 9, "ACG"), 3), "a random sequence"),
        (count_kmers("ACGTACCTACGG", 4), "words of four letters"),
        # Ten words, before more: whoever lists all orders is stopped while they fit into memory.
        (count_kmers("TACATAGATACA", 3), "ten words, which have 3,628,800 orders"),
        (count_kmers("GATACATAGATAC", 3), "the pieces between repeats change places"),
        (count_kmers("ACGTTGCAACGGACGTCTAACGA", 4), "20 words: their orders cannot be tried"),
    )
    return [Case((profile,), note) for profile, note in profiles]


SEQUENCES_WITH_PROFILE = Exercise(
    name="sequences_with_profile",
    title="From the words back to the sequence",
    unit="kmer_profiles",
    points=3,
    level="stretch",
    minutes=35,
    reference=sequences_with_profile,
    make_cases=_make_twins_cases,
    compare=_or_kind(equal),
    max_steps=1_000_000,
    hints=(
        "Begin with one word and lengthen it by one letter. Which words may come next, and which "
        "of them are still to be used?",
        "Keep a list of unfinished pairs: the sequence so far, and how often each word is left. "
        "Take one out, put in each way to lengthen it by a base whose word is left. It is finished "
        "when no word is left. Any word of the profile may be the first.",
        "With sequence, left = growing.pop(), the next word is sequence[len(sequence) - k + 1 :] + "
        "base, for each base of ACGT. Where left.get(word) is not 0 or None, append the longer "
        "sequence with {**left, word: left[word] - 1}, a new dictionary. When is a sequence "
        "finished, what does `growing` hold at the start, and in which order do you return?",
    ),
    wrong_answers=(
        WrongAnswer(
            _twins_first_only,
            "You stop at the first sequence. Go on searching: whether there is a second one is "
            "the question.",
        ),
        WrongAnswer(
            _twins_from_first_word,
            "You begin with the first word of the dictionary only. A profile does not say which "
            "word came first: try every one.",
        ),
        WrongAnswer(
            _twins_each_word_once,
            "Each word is used once, whatever its number. Use it as often as it is counted.",
        ),
        WrongAnswer(
            _twins_dead_ends,
            "Some of these sequences stop before every word is used. Keep a sequence only when "
            "nothing is left.",
        ),
        WrongAnswer(
            _twins_unsorted,
            "These are the right sequences. Return them as a sorted list: sorted(...).",
        ),
        WrongAnswer(
            _twins_repeated,
            "Some sequences come several times, since the copies of a word are taken for different "
            "words. Begin and go on once with each different word, or sort a set of them.",
        ),
        WrongAnswer(
            _twins_no_circle,
            "You look for the word that must come first. In a circle (AC, CG, GA) none must: the "
            "sequence may begin with each of them. Try every word.",
        ),
        WrongAnswer(
            _twins_one_circle,
            "In a circle (AC, CG, GA) you begin at one place only. The sequence may begin with "
            "each of the words: try every one.",
        ),
        WrongAnswer(
            _twins_joined,
            "You put the words behind one another. They overlap: the next word shares k - 1 "
            "letters with the one before.",
        ),
        WrongAnswer(
            _twins_number,
            "This is how many there are. Return the sequences themselves, in a sorted list.",
        ),
    ),
)


EXERCISES = (
    COUNT_KMERS,
    NAIVE_BAYES_LOG_SCORES,
    SOFTMAX,
    SHARE_SEEN_IN_TRAINING,
    VOCABULARY_FROM_TRAINING,
    BALANCED_SPLIT,
    PER_CLASS_RECALL,
    CANONICAL_KMER,
    SEQUENCES_WITH_PROFILE,
)
