"""Exercises of unit 04 against independent truth: Keras, SciPy, scikit-learn, Biopython."""

import itertools

from bioseq_course import motif_scores, motifs
from bioseq_course.exercises import cnn_motifs as answers
from bioseq_course.exercises import find_exercise, verdict

import numpy as np
import pytest
import scipy.signal
import scipy.stats
from Bio.Seq import Seq
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.model_selection import LeavePGroupsOut

seeds = st.integers(0, 2**32 - 1)


def other_strand(text):
    return str(Seq(text).reverse_complement())


def encode(texts):
    return np.array([[[float(base == letter) for letter in "ACGT"] for base in t] for t in texts])


def random_texts(rng, number, length):
    return ["".join(row) for row in rng.choice(list("ACGT"), size=(number, length))]


def test_at_most_four_must_and_each_name_once():
    assert sum(exercise.level == "must" for exercise in answers.EXERCISES) <= 4
    assert len({exercise.name for exercise in answers.EXERCISES}) == len(answers.EXERCISES) >= 7


# Right answers


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12))
def test_grouped_split_is_one_of_scikit_learns(groups):
    order = sorted(set(groups))
    train, test = answers.grouped_split(groups, order, 1)
    if len(order) > 1:
        # Leave-one-group-out takes the groups in ascending order: the first leaves out order[0].
        theirs = next(LeavePGroupsOut(1).split(groups, groups=groups))
        assert (train, test) == tuple(map(list, theirs))
    assert sorted(train + test) == list(range(len(groups)))


@given(seeds, st.integers(1, 5), st.integers(1, 3))
def test_scan_windows_is_scipys_correlation(number, width, num_filters):
    rng = np.random.default_rng(number)
    texts = random_texts(rng, 3, 8)
    weights, bias = rng.normal(size=(width, 4, num_filters)), rng.normal(size=num_filters)
    scores = answers.scan_windows(encode(texts), weights, bias)
    for b, f in itertools.product(range(3), range(num_filters)):
        theirs = scipy.signal.correlate2d(encode(texts)[b], weights[:, :, f], mode="valid")
        np.testing.assert_allclose(scores[b, :, f], theirs[:, 0] + bias[f], atol=1e-12)


def test_scan_windows_is_keras_convolution():
    keras = pytest.importorskip("keras")
    rng = np.random.default_rng(0)
    one_hot = encode(random_texts(rng, 2, 20))
    layer = keras.layers.Conv1D(3, 6)
    layer.build((None, 20, 4))
    weights, bias = rng.normal(size=(6, 4, 3)), rng.normal(size=3)
    layer.set_weights([weights, bias])
    theirs = keras.ops.convert_to_numpy(layer(one_hot.astype("float32")))
    np.testing.assert_allclose(answers.scan_windows(one_hot, weights, bias), theirs, atol=1e-5)


@given(seeds, st.integers(1, 6))
def test_reverse_complement_filter_scores_the_other_strand(number, width):
    rng = np.random.default_rng(number)
    text, weights = random_texts(rng, 1, 9)[0], rng.normal(size=(width, 4))
    turned = answers.reverse_complement_filter(weights)
    here = motifs.scan([text], turned)[0]
    there = motifs.scan([other_strand(text)], weights)[0]
    np.testing.assert_allclose(here, there[::-1], atol=1e-12)


@given(seeds, st.sampled_from((0.0, 0.3, 0.5, 0.9)))
def test_exciting_windows_are_those_that_a_double_loop_finds(number, share):
    rng = np.random.default_rng(number)
    texts, scores = random_texts(rng, 4, 9), rng.normal(size=(4, 6))
    found = [
        texts[row][start : start + 4]
        for row in range(4)
        for start in range(6)
        if scores[row, start] > share * max(map(max, scores.tolist()))
    ]
    assert answers.exciting_windows(texts, scores, share) == found


@given(st.lists(st.text("ACGT", min_size=3, max_size=3), min_size=1, max_size=9))
def test_log_odds_from_sites_is_the_packages_chain(sites):
    # A pseudocount of 4 on equal shares is one for each letter.
    probabilities = motifs.probability_matrix(motifs.count_matrix(sites), pseudocount=1)
    theirs = motifs.log_odds_matrix(probabilities)
    ours = answers.log_odds_from_sites(sites, np.full(4, 0.25), 4.0)
    np.testing.assert_allclose(ours, theirs, atol=1e-12)


def test_log_odds_from_sites_by_hand():
    # Raised counts: A 2 + 2 * 0.4 = 2.8, C 0.2, G 1.2, T 0.8; their sum is 3 + 2 = 5.
    ours = answers.log_odds_from_sites(["A", "A", "G"], np.array([0.4, 0.1, 0.1, 0.4]), 2.0)
    by_hand = np.log2([[2.8 / 5 / 0.4, 0.2 / 5 / 0.1, 1.2 / 5 / 0.1, 0.8 / 5 / 0.4]])
    np.testing.assert_allclose(ours, by_hand)


@given(seeds)
def test_no_site_at_all_would_score_nothing(number):
    # With a pseudocount far above the number of sites the background is left, and scores 0.
    background = np.random.default_rng(number).dirichlet(np.full(4, 5.0))
    scores = answers.log_odds_from_sites(["ACGT"], background, 1e9)
    np.testing.assert_allclose(scores, 0, atol=1e-6)


@given(seeds)
def test_bits_per_place_are_two_minus_scipys_entropy(number):
    probabilities = np.random.default_rng(number).dirichlet(np.full(4, 0.4), size=5)
    probabilities[0] = [1, 0, 0, 0]
    theirs = 2 - scipy.stats.entropy(probabilities, base=2, axis=1)
    np.testing.assert_allclose(answers.bits_per_place(probabilities), theirs, atol=1e-9)


@given(seeds, st.integers(2, 5))
def test_located_letters_score_what_the_best_window_scores(number, width):
    rng = np.random.default_rng(number)
    texts, matrix = random_texts(rng, 4, 11), rng.normal(size=(width, 4))
    best = motifs.scan(texts, matrix, both_strands=True).max(axis=1)
    found = answers.locate_sites(texts, matrix)
    again = motifs.scan([letters for *_, letters in found], matrix)[:, 0]
    np.testing.assert_allclose(again, best, atol=1e-8)
    for text, (start, strand, letters) in zip(texts, found, strict=True):
        written = text[start : start + width]
        assert letters == (written if strand == 1 else other_strand(written))


@given(seeds)
def test_a_site_has_the_same_letters_from_either_side(number):
    rng = np.random.default_rng(number)
    text, matrix = random_texts(rng, 1, 14)[0], rng.normal(size=(4, 4))
    strands = motifs.scan([text, other_strand(text)], matrix).ravel()
    assume(np.diff(np.sort(strands)[-2:]) > 1e-6)  # one best window
    (start, strand, letters), (place, other, same) = answers.locate_sites(
        [text, other_strand(text)], matrix
    )
    assert letters == same and strand == -other and start + place == 14 - 4


def test_the_colleagues_list_is_right_on_the_given_strand_only():
    likes_aac = np.eye(4)[[0, 0, 1]]
    # AAC at place 1; and GTT at places 1 to 3 of CGTTCC, which is place 2 of GGAACG.
    wrong = answers._locate_as_the_colleague(["TAACTT", "CGTTCC"], likes_aac)
    assert wrong == [(1, 1, "AAC"), (2, -1, "TTC")]
    assert answers.locate_sites(["TAACTT", "CGTTCC"], likes_aac)[1] == (1, -1, "AAC")


@given(seeds, st.integers(1, 5))
def test_chance_of_score_is_a_count_over_all_windows(number, width):
    rng = np.random.default_rng(number)
    matrix = rng.integers(-3, 4, size=(width, 4))
    shares = rng.dirichlet(np.full(4, 5.0))
    cutoff = int(rng.integers(-4, 5))
    chance = 0.0
    for window in itertools.product(range(4), repeat=width):
        if sum(matrix[place, letter] for place, letter in enumerate(window)) >= cutoff:
            chance += np.prod(shares[list(window)])
    assert answers.chance_of_score(matrix, cutoff, shares) == pytest.approx(chance, abs=1e-12)


def test_chance_of_score_is_the_packages_distribution():
    matrix = np.random.default_rng(4).integers(-20, 15, size=(12, 4))
    scores, chances = motif_scores.score_distribution(matrix, bin_width=1)
    for cutoff in (-40, 0, 60):
        theirs = chances[scores >= cutoff - 0.5].sum()
        assert answers.chance_of_score(matrix, cutoff, [0.25] * 4) == pytest.approx(theirs)


@given(seeds)
def test_mutation_effects_of_a_sum_of_weights_are_differences_of_weights(number):
    rng = np.random.default_rng(number)
    text, weights = random_texts(rng, 1, 6)[0], rng.normal(size=(6, 4))

    def score(texts):
        return np.einsum("bla,la->b", encode(texts), weights)

    own = (encode([text])[0] * weights).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(answers.mutation_effects(score, text), weights - own, atol=1e-12)


# What students may write instead


def split_by_loops(groups, order, num_test):
    train, test = [], []
    for row in range(len(groups)):
        (test if groups[row] in order[:num_test] else train).append(row)
    return train, test


def scan_by_loops(one_hot, weights, bias):
    width = weights.shape[0]
    return [
        [
            [(row[i : i + width] * weights[:, :, f]).sum() + bias[f] for f in range(len(bias))]
            for i in range(len(row) - width + 1)
        ]
        for row in one_hot
    ]


def chance_by_convolution(matrix, cutoff, background):
    matrix = np.asarray(matrix)
    chances = np.ones(1)
    for row in matrix - matrix.min(axis=1, keepdims=True):
        chances = np.convolve(chances, np.bincount(row, weights=background))
    scores = np.arange(len(chances)) + matrix.min(axis=1).sum()
    return chances[scores >= cutoff].sum()


def chance_by_trying(matrix, cutoff, background):
    chance = 0.0
    for window in itertools.product(range(4), repeat=len(matrix)):
        total = sum(row[letter] for row, letter in zip(matrix, window, strict=True))
        if total >= cutoff:
            chance += np.prod([background[letter] for letter in window])
    return chance


def locate_leftmost_as_written(sequences, log_odds):
    """Of equal windows on the other strand the leftmost one: the lab leaves that open."""
    found, width = [], len(log_odds)
    for text in sequences:
        here = motifs.scan([text], log_odds)[0].round(6)
        there = motifs.scan([text], log_odds[::-1, ::-1])[0].round(6)
        strand = 1 if here.max() >= there.max() else -1
        start = int((here if strand == 1 else there).argmax())
        window = text[start : start + width]
        found.append((start, strand, window if strand == 1 else other_strand(window)))
    return found


def effects_one_by_one(score, sequence):
    before = score([sequence])[0]
    rows = []
    for i in range(len(sequence)):
        mutants = [sequence[:i] + letter + sequence[i + 1 :] for letter in "ACGT"]
        rows.append([score([mutant])[0] - before for mutant in mutants])
    return rows


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("grouped_split", split_by_loops),
        ("grouped_split", lambda *a: tuple(map(np.array, answers.grouped_split(*a)))),
        ("grouped_split", lambda *a: [set(part) for part in answers.grouped_split(*a)]),
        ("scan_windows", scan_by_loops),
        ("scan_windows", lambda *a: answers.scan_windows(*a).astype("float32")),
        ("reverse_complement_filter", lambda w: np.rot90(w, 2)),
        ("reverse_complement_filter", lambda w: w[::-1, [3, 2, 1, 0]].tolist()),
        ("exciting_windows", lambda *a: np.array(answers.exciting_windows(*a))),
        ("log_odds_from_sites", lambda *a: answers.log_odds_from_sites(*a).tolist()),
        ("bits_per_place", lambda p: 2 - scipy.stats.entropy(p, base=2, axis=1)),
        ("bits_per_place", lambda p: 2 + (p * np.log2(p + 1e-6)).sum(axis=1)),
        ("locate_sites", lambda *a: [list(row) for row in answers.locate_sites(*a)]),
        ("chance_of_score", chance_by_convolution),
        ("mutation_effects", effects_one_by_one),
    ],
)
def test_other_right_ways_are_accepted(name, function):
    right, text = verdict(find_exercise(name), function)
    assert right, text


@given(seeds)
def test_which_of_equal_windows_is_taken_decides_nothing(number):
    exercise = find_exercise("locate_sites")
    for case in exercise.make_cases(np.random.default_rng(number)):
        assert exercise.compare(
            answers.locate_sites(*case.args), locate_leftmost_as_written(*case.args)
        )


def naive_bits(probabilities):
    return [2 + sum(p * np.log2(p) for p in row) for row in probabilities]


def locate_by_turning_the_matrix(sequences, log_odds):
    """Places are right, since the matrix was turned; the letters are as written."""
    found = []
    for text in sequences:
        here = motifs.scan([text], log_odds)[0].round(9)
        there = motifs.scan([text], log_odds[::-1, ::-1])[0].round(9)
        strand = 1 if here.max() >= there.max() else -1
        # Of equal scores the first on its strand, which is the last as written.
        last = len(there) - 1 - int(there[::-1].argmax())
        start = int(here.argmax()) if strand == 1 else last
        found.append((start, strand, text[start : start + len(log_odds)]))
    return found


def odds_with_dictionaries(sites, background, pseudocount):
    rows = []
    for place in range(len(sites[0])):
        column = [site[place] for site in sites]
        shares = [column.count(letter) / len(sites) for letter in "ACGT"]
        rows.append([np.log2(p / b) for p, b in zip(shares, background, strict=True)])
    return rows


def scan_in_a_loop(one_hot, weights, bias, windows_left_out=0, axis=1):
    windows = one_hot.shape[1] - len(weights) + 1 - windows_left_out
    one = [np.tensordot(one_hot[:, i : i + len(weights)], weights, 2) for i in range(windows)]
    return np.stack(one, axis=axis) + bias


def windows_in_nested_lists(sequences, scores, share):
    width, limit = len(sequences[0]) - scores.shape[1] + 1, share * scores.max()
    return [
        [text[i : i + width] for i, score in enumerate(row) if score > limit]
        for text, row in zip(sequences, scores, strict=True)
    ]


def odds_in_quarters(sites, background, pseudocount):
    counts = encode(sites).sum(axis=0)
    return np.log2((counts + pseudocount / 4) / (len(sites) + pseudocount) / background)


def mend_one_line(sequences, log_odds, shift=0, beats=np.greater_equal):
    """The colleague's loop with the place turned round."""
    found, width = [], len(log_odds)
    for text in sequences:
        here, there = (motifs.scan([t], log_odds)[0].round(6) for t in (text, other_strand(text)))
        i, j = int(here.argmax()), int(there.argmax())
        if beats(here.max(), there.max()):
            found.append((i, 1, text[i : i + width]))
        else:
            letters = other_strand(text)[j : j + width]
            found.append((len(text) - width - j + shift, -1, letters))
    return found


def chance_from_an_offset(matrix, cutoff, background):
    matrix = np.asarray(matrix)
    chances = np.ones(1)
    for row in matrix - matrix.min(axis=1, keepdims=True):
        chances = np.convolve(chances, np.bincount(row, weights=background))
    return chances[cutoff - matrix.min(axis=1).sum() :].sum()


def mutate_letters_outside(score, sequence):
    mutants = [
        sequence[:i] + letter + sequence[i + 1 :] for letter in "ACGT" for i in range(len(sequence))
    ]
    return (score(mutants) - score([sequence])[0]).reshape(-1, 4)


def mutate_without_brackets(score, sequence):
    effects = np.zeros((len(sequence), 4)).tolist()
    for i, column in itertools.product(range(len(sequence)), range(4)):
        mutant = sequence[:i] + "ACGT"[column] + sequence[i + 1 :]
        effects[i][column] = score(mutant) - score(sequence)
    return effects


def mutate_in_one_list(score, sequence):
    letters, rows = list(sequence), []
    before = score([sequence])[0]
    for place in range(len(letters)):
        row = []
        for letter in "ACGT":
            letters[place] = letter
            row.append(score(["".join(letters)])[0] - before)
        rows.append(row)
    return rows


@pytest.mark.parametrize(
    ("name", "function", "remark"),
    [
        ("grouped_split", lambda g, o, n: (o[n:], o[:n]), "These are the groups"),
        ("grouped_split", lambda g, o, n: ([*range(n, len(g))], [*range(n)]), "You deal rows"),
        ("grouped_split", lambda g, o, n: (~np.isin(g, o[:n]), np.isin(g, o[:n])), "are masks"),
        (
            "grouped_split",
            lambda g, o, n: [np.where(np.isin(g, o[:n], invert=not test)) for test in (0, 1)],
            "np.where(mask)[0]",
        ),
        (
            "grouped_split",
            lambda g, o, n: ([x for x in g if x not in o[:n]], [x for x in g if x in o[:n]]),
            "group of each row",
        ),
        (
            "grouped_split",
            lambda g, o, n: (split_by_loops(g, o, n)[0], [g.index(x) for x in o[:n]]),
            "in neither",
        ),
        ("scan_windows", lambda x, w, b: np.array(scan_by_loops(x, w, b)).max(1), "pooling"),
        ("scan_windows", lambda x, w, b: np.array(scan_by_loops(x, w, 0 * b)), "bias is missing"),
        ("scan_windows", lambda x, w, b: scan_in_a_loop(x, w, b, 1), "last window is missing"),
        ("scan_windows", lambda x, w, b: scan_in_a_loop(x, w, b, axis=0), "places come first"),
        ("scan_windows", lambda x, w, b: scan_in_a_loop(x, w, len(w) * b), "for every place"),
        (
            "scan_windows",
            lambda x, w, b: np.pad(scan_in_a_loop(x, w, b), ((0, 0), (0, len(w) - 1), (0, 0))),
            "stayed 0",
        ),
        ("reverse_complement_filter", lambda w: np.flip(w, 0), "AAC became CAA"),
        ("reverse_complement_filter", lambda w: np.flip(w, 1), "AAC became TTG"),
        ("exciting_windows", lambda s, y, q: {*answers.exciting_windows(s, y, q)}, "A set"),
        ("exciting_windows", windows_in_nested_lists, "a list for each sequence"),
        ("log_odds_from_sites", odds_with_dictionaries, "minus infinity"),
        ("log_odds_from_sites", odds_in_quarters, "a quarter of the pseudocount"),
        ("bits_per_place", naive_bits, "gives nan"),
        ("locate_sites", locate_by_turning_the_matrix, "given as written"),
        ("locate_sites", lambda s, m: mend_one_line(s, m, 1), "too far to the right"),
        ("locate_sites", lambda s, m: mend_one_line(s, m, beats=np.greater), "given strand wins"),
        ("chance_of_score", chance_from_an_offset, "negative index"),
        ("chance_of_score", chance_by_trying, "too many steps"),
        ("mutation_effects", mutate_in_one_list, "pile up"),
        ("mutation_effects", mutate_letters_outside, "mixed up"),
        ("mutation_effects", mutate_without_brackets, "letter by letter"),
        ("mutation_effects", lambda f, s: f([s]), None),
    ],
)
def test_a_mistake_written_another_way_gets_its_remark(name, function, remark):
    right, text = verdict(find_exercise(name), function)
    assert not right
    assert remark is None or remark in text.partition("  remark    ")[2], text


def sort_order_in_place(groups, order, num_test):
    parts = answers.grouped_split(groups, order, num_test)
    del order[:num_test]
    return parts


def turn_in_place(weights):
    turned = answers.reverse_complement_filter(weights).copy()
    weights[:] = turned
    return turned


def hide_zeros_in_place(probabilities):
    bits = answers.bits_per_place(probabilities)
    probabilities[probabilities == 0] = 1e-9
    return bits


@pytest.mark.parametrize(
    ("name", "function", "argument"),
    [
        ("grouped_split", sort_order_in_place, "order"),
        ("reverse_complement_filter", turn_in_place, "weights"),
        ("bits_per_place", hide_zeros_in_place, "probabilities"),
    ],
)
def test_right_values_do_not_excuse_a_changed_argument(name, function, argument):
    right, text = verdict(find_exercise(name), function)
    assert not right
    assert f"changed its argument `{argument}`," in text
