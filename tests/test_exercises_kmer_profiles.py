"""Exercises of unit 02 against independent truth: scikit-learn, SciPy, Biopython, brute force."""

import itertools
import re
from collections import Counter

from bioseq_course.exercises import find_exercise, verdict
from bioseq_course.exercises import kmer_profiles as answers
from bioseq_course.exercises.base import agrees, run_case

import numpy as np
import pytest
import scipy.special
from Bio.Seq import Seq
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import recall_score
from sklearn.naive_bayes import MultinomialNB

dna = st.text("ACGT", max_size=40)
words = st.text("ACGT", min_size=1, max_size=9)
rows = st.lists(st.text("ACG", min_size=2, max_size=4), min_size=1, max_size=12)


@pytest.mark.parametrize("exercise", answers.EXERCISES, ids=lambda exercise: exercise.name)
def test_no_two_wrong_answers_are_the_same_mistake(exercise):
    cases = exercise.make_cases(np.random.default_rng(0))
    outcomes = [[run_case(w.function, case) for case in cases] for w in exercise.wrong_answers]
    for one, other in itertools.combinations(outcomes, 2):
        assert not all(agrees(exercise, a, b) for a, b in zip(one, other, strict=True))


def test_at_most_four_must_and_each_name_once():
    assert sum(exercise.level == "must" for exercise in answers.EXERCISES) <= 4
    assert len({exercise.name for exercise in answers.EXERCISES}) == len(answers.EXERCISES) >= 8


def test_reference_does_not_change_its_arguments():
    for exercise in answers.EXERCISES:
        for case in exercise.make_cases(np.random.default_rng(3)):
            before = repr(case.args)
            exercise.reference(*case.args)
            assert repr(case.args) == before


@given(st.text("ACGTNR", max_size=60), st.integers(1, 5))
def test_count_kmers_is_a_pattern_that_looks_ahead(sequence, k):
    found = Counter(match[1] for match in re.finditer(f"(?=([ACGT]{{{k}}}))", sequence))
    assert answers.count_kmers(sequence, k) == found


@given(st.integers(0, 2**32 - 1), st.sampled_from((0.1, 0.5, 1.0)))
def test_naive_bayes_log_scores_are_scikit_learns(number, alpha):
    rng = np.random.default_rng(number)
    labels = np.concatenate([[0, 1, 2], rng.integers(0, 3, size=5)])
    train, test = rng.poisson(1.5, size=(8, 6)), rng.poisson(1.5, size=(4, 6))
    theirs = MultinomialNB(alpha=alpha).fit(train, labels).predict_joint_log_proba(test)
    ours = answers.naive_bayes_log_scores(train, labels, test, alpha)
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-10)


def test_naive_bayes_log_scores_by_hand():
    # Smoothed: class 0 has words 4/6 and 2/6, class 1 has 1/4 and 3/4; each prior is 1/2.
    scores = answers.naive_bayes_log_scores([[3, 1], [0, 2]], [0, 1], [[2, 1]], 1.0)
    by_hand = [0.5 * (4 / 6) ** 2 * (2 / 6), 0.5 * (1 / 4) ** 2 * (3 / 4)]
    np.testing.assert_allclose(np.exp(scores), [by_hand])


@given(
    st.lists(
        st.lists(st.floats(-1e4, 1e4), min_size=3, max_size=3),
        min_size=1,
        max_size=5,
    )
)
def test_softmax_is_scipys(scores):
    theirs = scipy.special.softmax(np.array(scores), axis=1)
    np.testing.assert_allclose(answers.softmax(scores), theirs, rtol=1e-12)


@given(rows, rows)
def test_share_seen_in_training_is_numpys_isin(train, test):
    assert answers.share_seen_in_training(train, test) == pytest.approx(np.isin(test, train).mean())


@given(
    st.lists(st.text("ACG", min_size=2, max_size=12), min_size=2, max_size=8),
    st.integers(1, 2),
    st.integers(1, 4),
)
def test_vocabulary_from_training_is_scikit_learns(sequences, k, least):
    # max_df=1.0 keeps all; where no word is left, scikit-learn refuses.
    vectorizer = CountVectorizer(
        analyzer="char", ngram_range=(k, k), lowercase=False, min_df=min(least, len(sequences))
    )
    try:
        theirs = set(vectorizer.fit(sequences).get_feature_names_out())
    except ValueError:
        theirs = set()
    assert answers.vocabulary_from_training(sequences, k, min(least, len(sequences))) == theirs


@given(
    st.lists(st.integers(0, 3), min_size=4, max_size=40),
    st.randoms(use_true_random=False),
    st.integers(1, 3),
)
def test_balanced_split_balances_training_and_leaves_the_test_part_alone(labels, random, num_test):
    order = list(range(len(labels)))
    random.shuffle(order)
    train, test = answers.balanced_split(labels, order, num_test)
    assert test == order[:num_test]
    assert set(train) == set(order) - set(test)
    uses = Counter(train)
    per_class = Counter(labels[row] for row in train)
    assert set(per_class.values()) == {max(Counter(labels[row] for row in uses).values())}
    for c in per_class:
        numbers = [uses[row] for row in uses if labels[row] == c]
        assert max(numbers) - min(numbers) <= 1


def test_the_colleagues_split_leaks_every_tested_row_of_a_small_class():
    labels, order = [0] * 30 + [1] * 5, list(range(35))
    train, test = answers._balanced_before_dealing(labels, order, 8)
    # The pool begins 0, 30, 1, 31, 2, 32, 3, 33: rows 30 to 33 come back five times later.
    assert test == [0, 30, 1, 31, 2, 32, 3, 33]
    assert {row for row in test if row in train} == {30, 31, 32, 33}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30))
def test_per_class_recall_is_scikit_learns(pairs):
    labels, predictions = np.array(pairs).T
    theirs = recall_score(labels, predictions, labels=range(4), average=None, zero_division=np.nan)
    np.testing.assert_allclose(answers.per_class_recall(labels, predictions, 4), theirs)


@given(words)
def test_canonical_kmer_names_both_strands_alike(word):
    other = str(Seq(word).reverse_complement())
    assert answers.canonical_kmer(word) == answers.canonical_kmer(other) == min(word, other)


@given(st.text("AC", min_size=3, max_size=8), st.integers(1, 3))
def test_sequences_with_profile_is_the_list_of_all_that_have_it(sequence, k):
    profile = answers.count_kmers(sequence, k)
    everything = map("".join, itertools.product("AC", repeat=len(sequence)))
    same = [other for other in everything if answers.count_kmers(other, k) == profile]
    assert answers.sequences_with_profile(profile) == same


@given(st.text("ACGT", min_size=4, max_size=16))
def test_sequences_with_profile_holds_the_sequence_itself(sequence):
    profile = answers.count_kmers(sequence, 4)
    found = answers.sequences_with_profile(profile)
    assert sequence in found
    assert all(answers.count_kmers(other, 4) == profile for other in found)


def repeat_then_deal(labels, order, num_test):
    """The leak as another student would write it."""
    most = max(labels.count(c) for c in labels)
    columns = []
    for c in sorted(set(labels)):
        rows_of_class = [row for row in order if labels[row] == c]
        columns.append((rows_of_class * most)[:most])
    pool = np.array(columns).T.ravel()
    return pool[num_test:], pool[:num_test]


def precision_by_loops(labels, predictions, num_classes):
    values = []
    for c in range(num_classes):
        named = [label for label, guess in zip(labels, predictions, strict=True) if guess == c]
        values.append(named.count(c) / len(named) if named else np.nan)
    return values


def plain_softmax(scores):
    return np.array([np.exp(row) / np.exp(row).sum() for row in scores])


@pytest.mark.parametrize(
    ("name", "function", "remark"),
    [
        ("count_kmers", lambda s, k: Counter(s[i : i + k] for i in range(len(s) - k)), None),
        (
            "count_kmers",
            lambda s, k: Counter(s[i : i + k] for i in range(len(s) - k + 1)),
            "contain N",
        ),
        ("softmax", plain_softmax, "overflows"),
        ("per_class_recall", precision_by_loops, "precision"),
        ("balanced_split", repeat_then_deal, "still the colleague's"),
        ("canonical_kmer", lambda w: min(w, w[::-1]), "without the complement"),
        ("share_seen_in_training", lambda a, b: len({*a} & {*b}) / len({*b}), "distinct"),
        ("vocabulary_from_training", lambda s, k, n: None, "returns None"),
        ("sequences_with_profile", lambda p: print(p), "Return it instead"),
    ],
)
def test_a_mistake_written_another_way_gets_its_remark(name, function, remark):
    right, text = verdict(find_exercise(name), function)
    assert not right
    assert remark is None or remark in text.partition("  remark    ")[2]


def sorted_words(sequences, k, least):
    return np.array(sorted(answers.vocabulary_from_training(sequences, k, least)))


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("count_kmers", lambda s, k: Counter(answers.count_kmers(s, k))),
        ("softmax", lambda scores: answers.softmax(scores).tolist()),
        (
            "naive_bayes_log_scores",
            lambda *arguments: answers.naive_bayes_log_scores(*arguments).tolist(),
        ),
        ("per_class_recall", lambda *arguments: np.array(answers.per_class_recall(*arguments))),
        ("vocabulary_from_training", sorted_words),
        (
            "balanced_split",
            lambda *arguments: tuple(map(np.array, answers.balanced_split(*arguments))),
        ),
        ("balanced_split", lambda *arguments: list(answers.balanced_split(*arguments))),
        ("sequences_with_profile", lambda profile: set(answers.sequences_with_profile(profile))),
    ],
)
def test_lists_arrays_and_sets_are_accepted_alike(name, function):
    right, text = verdict(find_exercise(name), function)
    assert right, text


@pytest.mark.parametrize("exercise", answers.EXERCISES, ids=lambda exercise: exercise.name)
@pytest.mark.parametrize("answer", [None, 7, "ACGT", [], {}, np.zeros(3), object()], ids=repr)
def test_an_answer_of_the_wrong_kind_is_told_so(exercise, answer):
    right, text = verdict(exercise, lambda *arguments: answer)
    assert not right
    assert "expected" in text and "received" in text
