"""Exercises of unit 02 against independent truth: scikit-learn, SciPy, Biopython, brute force."""

import itertools
import re
from collections import Counter

from bioseq_course.exercises import find_exercise, verdict
from bioseq_course.exercises import kmer_profiles as answers

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


def test_at_most_four_must_and_each_name_once():
    assert sum(exercise.level == "must" for exercise in answers.EXERCISES) <= 4
    assert len({exercise.name for exercise in answers.EXERCISES}) == len(answers.EXERCISES) >= 8


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


def subtract_mean(scores):
    with np.errstate(over="ignore", invalid="ignore"):
        return plain_softmax(scores - scores.mean(axis=1, keepdims=True))


def softmax_in_place(scores):
    scores -= scores.max(axis=1, keepdims=True)
    return answers.softmax(scores)


def scores_then_doubles(train_counts, train_labels, test_counts, alpha):
    scores = answers.naive_bayes_log_scores(train_counts, train_labels, test_counts, alpha)
    test_counts *= 2
    return scores


def split_by_taking_out(labels, order, num_test):
    test = [order.pop(0) for _ in range(num_test)]
    return answers.balanced_split(labels, test + order, num_test)


def split_by_deleting(labels, order, num_test):
    parts = answers.balanced_split(labels, order, num_test)
    del order[:num_test]
    return parts


def twins_that_use_the_profile_up(profile):
    found = answers.sequences_with_profile(profile)
    profile.update(dict.fromkeys(profile, 0))
    return found


@pytest.mark.parametrize(
    ("name", "function", "argument"),
    [
        ("softmax", softmax_in_place, "scores"),
        ("naive_bayes_log_scores", scores_then_doubles, "test_counts"),
        ("balanced_split", split_by_taking_out, "order"),
        ("balanced_split", split_by_deleting, "order"),
        ("sequences_with_profile", twins_that_use_the_profile_up, "profile"),
    ],
)
def test_right_values_do_not_excuse_a_changed_argument(name, function, argument):
    right, text = verdict(find_exercise(name), function)
    assert not right
    assert f"changed its argument `{argument}`," in text


def split_with_classes_of_all_rows(labels, order, num_test):
    groups = {c: [row for row in order[num_test:] if labels[row] == c] for c in set(labels)}
    most = max(map(len, groups.values()))
    train = [rows[i % len(rows)] for rows in groups.values() for i in range(most)]
    return train, order[:num_test]


def split_with_choices(labels, order, num_test):
    rng = np.random.default_rng(5)
    train, test = list(order[num_test:]), order[:num_test]
    groups = [[row for row in train if labels[row] == c] for c in {labels[row] for row in train}]
    most = max(map(len, groups))
    return [*train, *(r for g in groups for r in rng.choice(g, size=most - len(g)))], test


def recall_of_scikit_learn(labels, predictions, num_classes):
    return recall_score(labels, predictions, average=None, zero_division=0)


def complement_in_steps(word):
    other = word.replace("G", "C").replace("C", "G").replace("A", "T").replace("T", "A")
    return min(word, other[::-1])


def one_name_by_first_letter(word):
    other = str(Seq(word).reverse_complement())
    return word if word[0] <= other[0] else other


def permuted(profile):
    """All orders of the words, each tried: the sequences, again and again for equal words."""
    words = [word for word, number in profile.items() for _ in range(number)]
    chains = itertools.permutations(words)
    fits = (c for c in chains if all(a[1:] == b[:-1] for a, b in itertools.pairwise(c)))
    return sorted("".join([chain[0][:-1], *(word[-1] for word in chain)]) for chain in fits)


def each_of_all_strings(profile):
    length = sum(profile.values()) + len(next(iter(profile))) - 1
    found = map("".join, itertools.product("ACGT", repeat=length))
    return sorted(s for s in found if answers.count_kmers(s, len(next(iter(profile)))) == profile)


@pytest.mark.parametrize(
    ("name", "function", "remark"),
    [
        ("count_kmers", lambda s, k: Counter(re.findall(f"(?=([^N]{{{k}}}))", s)), "R, Y"),
        ("count_kmers", lambda s, k: Counter(answers.count_kmers(s, k)).most_common(), "pairs"),
        (
            "count_kmers",
            lambda s, k: {w: s.count(w) for w in {s[i : i + k] for i in range(len(s) - k + 1)}},
            "does not count overlaps",
        ),
        (
            "naive_bayes_log_scores",
            lambda x, y, t, a: (
                MultinomialNB(alpha=a, fit_prior=False).fit(x, y).predict_joint_log_proba(t)
            ),
            "same prior",
        ),
        (
            "naive_bayes_log_scores",
            lambda x, y, t, a: MultinomialNB(alpha=a).fit(x, y).predict_log_proba(t),
            "normalised",
        ),
        (
            "naive_bayes_log_scores",
            lambda x, y, t, a: MultinomialNB(alpha=a).fit(x, y).predict_proba(t),
            "are probabilities",
        ),
        ("softmax", subtract_mean, "row's mean"),
        (
            "softmax",
            lambda s: np.exp(s.clip(-500, 500)) / np.exp(s.clip(-500, 500)).sum(1)[:, None],
            "Clipping",
        ),
        ("softmax", lambda s: np.exp(s) / (np.exp(s).sum(1, keepdims=True) + 1e-9), "0 / 0 into 0"),
        ("softmax", lambda s: np.nan_to_num(plain_softmax(s)), "hidden"),
        ("softmax", lambda s: np.exp(s - s.max(1)) / np.exp(s - s.max(1)).sum(1), "keepdims"),
        ("share_seen_in_training", lambda a, b: len([x for x in a if x in b]) / len(b), "*test*"),
        ("share_seen_in_training", lambda a, b: np.mean([*map(str.__eq__, a, b)]), "row by"),
        (
            "share_seen_in_training",
            lambda a, b: np.mean([any(y in x for x in a) for y in b]),
            "parts",
        ),
        ("share_seen_in_training", lambda a, b: round(np.isin(b, a).mean(), 3), "rounded"),
        (
            "vocabulary_from_training",
            lambda s, k, n: {
                w for w in answers.vocabulary_from_training(s, k, n) if re.fullmatch("[ACGT]*", w)
            },
            "any letter",
        ),
        (
            "vocabulary_from_training",
            lambda s, k, n: {w: n + 1 for w in answers.vocabulary_from_training(s, k, n)},
            "this is a dictionary",
        ),
        ("balanced_split", split_with_classes_of_all_rows, "test rows only"),
        ("balanced_split", split_with_choices, "at random"),
        ("per_class_recall", recall_of_scikit_learn, "recall_score"),
        (
            "per_class_recall",
            lambda *a: np.array([str(r) if r != r else r for r in answers.per_class_recall(*a)]),
            "without quotes",
        ),
        ("canonical_kmer", one_name_by_first_letter, "first letters alone"),
        ("canonical_kmer", complement_in_steps, "One replace undoes"),
        (
            "sequences_with_profile",
            lambda p: answers.sequences_with_profile(p)[::-1],
            "sorted list",
        ),
        ("sequences_with_profile", lambda p: {*answers.sequences_with_profile(p)}, "sorted list"),
        (
            "sequences_with_profile",
            lambda p: [
                s for s in answers.sequences_with_profile(p) for _ in range(sum(p.values()))
            ],
            "several times",
        ),
        ("sequences_with_profile", permuted, "too many steps"),
        ("sequences_with_profile", each_of_all_strings, "too many steps"),
    ],
)
def test_what_a_student_tried_gets_its_remark(name, function, remark):
    right, text = verdict(find_exercise(name), function)
    assert not right
    assert remark in text.partition("  remark    ")[2], text


def test_the_first_example_of_a_leak_shows_it():
    def colleagues(labels, order, num_test):
        train, test = repeat_then_deal(labels, order, num_test)
        return train.tolist(), test.tolist()

    _, text = verdict(find_exercise("balanced_split"), colleagues)
    assert "received  ([1, 5, 2, 4, 3, 5], [0, 4])" in text  # row 4 stands in both


def test_recall_examples_are_arrays_as_the_lab_says():
    for case in answers.PER_CLASS_RECALL.make_cases(np.random.default_rng(0)):
        assert all(isinstance(argument, np.ndarray) for argument in case.args[:2])


def test_twenty_words_are_within_the_steps_of_any_search_that_drops_dead_ends():
    def search(profile):
        k, found = len(next(iter(profile))), set()

        def go_on(text, left):
            if sum(left.values()) == 0:
                found.add(text)
            for word in left:
                if left[word] > 0 and text[len(text) - k + 1 :] == word[: k - 1]:
                    go_on(text + word[-1], {w: n - (w == word) for w, n in left.items()})

        for word in profile:
            go_on(word, {w: n - (w == word) for w, n in profile.items()})
        return sorted(found)

    right, text = verdict(find_exercise("sequences_with_profile"), search)
    assert right, text


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
        ("sequences_with_profile", lambda p: np.array(answers.sequences_with_profile(p))),
        ("canonical_kmer", lambda word: np.array([answers.canonical_kmer(word)])[0]),
    ],
)
def test_lists_arrays_sets_and_numpy_strings_are_accepted_alike(name, function):
    right, text = verdict(find_exercise(name), function)
    assert right, text


def test_the_lab_says_how_long_its_exercises_take(root):
    text = (root / "solutions/02_kmer_profiles/02_kmer_profiles.py").read_text(encoding="utf-8")
    text = " ".join(text.replace("\n# ", " ").split())
    minutes = {"must": 0, "should": 0, "stretch": []}
    for exercise in answers.EXERCISES:
        minutes[exercise.level] += (
            [exercise.minutes] if exercise.level == "stretch" else exercise.minutes
        )
    total, needed, written = (
        int(number)
        for number in re.search(
            r"Time:\*\* (\d+) minutes: (\d+) .*?, (\d+) for the written", text
        ).groups()
    )
    assert needed == minutes["must"] + minutes["should"]
    assert "({} and {} minutes)".format(*minutes["stretch"]) in text
    assert f"`claim_reply` · {written} minutes" in text
    assert total - needed - written >= 25, "reading and running take time as well"
    challenge = re.search(r"the challenge \((\d+)\)", text)[1]
    assert f"honestly · {challenge} minutes, optional" in text


def test_the_model_reply_keeps_to_the_words_allowed(root):
    text = (root / "solutions/02_kmer_profiles/02_kmer_profiles.py").read_text(encoding="utf-8")
    allowed = int(re.search(r"in at most (\d+) words", text)[1])
    reply = re.search(r"written=\"claim_reply\".*?SOLUTION\n(.*?)# ### END", text, re.S)[1]
    assert 100 < len(re.findall(r"\w[^\s]*", reply.replace("# ", ""))) <= allowed


def test_third_hints_are_not_the_solution():
    # A return statement or a loop with its body would be code to copy.
    for exercise in answers.EXERCISES:
        assert "return " not in exercise.hints[2].replace("do you return", "")
        assert not re.search(r"\bfor \w+ in [^,.]*: ", exercise.hints[2]), exercise.name
