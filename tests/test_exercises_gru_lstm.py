"""Exercises of unit 06 against independent truth: Keras, Biopython, SciPy, plain loops."""

import itertools
import math

from bioseq_course.exercises import find_exercise, verdict
from bioseq_course.exercises import gru_lstm as answers

import numpy as np
import pytest
import scipy.special
from Bio.Seq import Seq
from hypothesis import given, settings
from hypothesis import strategies as st

seeds = st.integers(0, 2**32 - 1)
CODONS = ["".join(letters) for letters in itertools.product("ACGT", repeat=3)]
STOPS = {CODONS.index(stop) + 1 for stop in ("TAA", "TAG", "TGA")}


def random_mask(rng, B=3, L=6, *, filled=True):
    mask = rng.random((B, L)) < 0.5
    if filled:
        mask[np.arange(B), rng.integers(L, size=B)] = True
    return mask


def test_at_most_four_must_and_each_name_once():
    assert sum(exercise.level == "must" for exercise in answers.EXERCISES) <= 4
    assert len({exercise.name for exercise in answers.EXERCISES}) == len(answers.EXERCISES) >= 7


# Right answers


def test_codon_numbers_number_all_codons_once():
    assert answers.codon_numbers("".join(CODONS)) == list(range(1, 65))


@given(st.text("ACGTN", max_size=40))
def test_codon_numbers_are_places_in_the_list_of_codons(text):
    numbers = answers.codon_numbers(text)
    assert len(numbers) == len(text) // 3
    for place, number in enumerate(numbers):
        codon = text[3 * place : 3 * place + 3]
        assert number == (65 if "N" in codon else CODONS.index(codon) + 1)


def test_codon_numbers_of_a_gene_are_its_protein():
    text = "ATGGCTAAACGTTTTGGATAG"
    protein = {n: str(Seq(codon).translate()) for n, codon in enumerate(CODONS, start=1)}
    read = "".join(protein[number] for number in answers.codon_numbers(text))
    assert read == str(Seq(text).translate()) == "MAKRFG*"


def test_split_gates_finds_the_forget_bias_of_keras():
    keras = pytest.importorskip("keras")
    layer = keras.layers.LSTM(3)
    layer.build((None, None, 5))
    kernel, recurrent, bias = map(answers.split_gates, layer.get_weights())
    assert {gate: part.tolist() for gate, part in bias.items()} == {
        "i": [0, 0, 0], "f": [1, 1, 1], "c": [0, 0, 0], "o": [0, 0, 0]
    }  # fmt: skip
    assert {part.shape for part in kernel.values()} == {(5, 3)}
    assert {part.shape for part in recurrent.values()} == {(3, 3)}


def test_lstm_step_by_hand():
    # One unit, weights 0 but for biases: keeps s(log 3) = 3/4 of C = 2, writes s(0) = 1/2 of
    # tanh(log 2) = (4 - 1) / (4 + 1) = 3/5, together 1.8; shows s(-log 3) = 1/4 of tanh(1.8).
    nothing = dict.fromkeys("ifco", np.zeros((1, 1)))
    biases = {"i": 0, "f": math.log(3), "c": math.log(2), "o": -math.log(3)}
    H, C = answers.lstm_step(
        np.ones((1, 1)), np.ones((1, 1)), np.array([[2.0]]), nothing, nothing, biases
    )
    assert C.item() == pytest.approx(1.8)
    assert H.item() == pytest.approx(math.tanh(1.8) / 4)


def test_lstm_steps_are_keras_lstm():
    keras = pytest.importorskip("keras")
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(3, 7, 4)).astype("float32")
    layer = keras.layers.LSTM(5, return_sequences=True, return_state=True)
    layer.build((None, 7, 4))
    layer.set_weights([rng.normal(size=w.shape) for w in layer.get_weights()])
    parts = [answers.split_gates(array) for array in layer.get_weights()]
    H = C = np.zeros((3, 5))
    states = []
    for X in np.swapaxes(inputs, 0, 1):
        H, C = answers.lstm_step(X, H, C, *parts)
        states.append(H)
    theirs, last_state, last_memory = map(keras.ops.convert_to_numpy, layer(inputs))
    np.testing.assert_allclose(np.stack(states, axis=1), theirs, atol=1e-5)
    np.testing.assert_allclose(H, last_state, atol=1e-5)
    np.testing.assert_allclose(C, last_memory, atol=1e-5)


def test_padding_mask_is_that_of_keras_embedding():
    keras = pytest.importorskip("keras")
    numbers = np.random.default_rng(0).integers(0, 66, size=(4, 9)) * (np.arange(9) < 6)
    numbers[0, :2] = 1, 65  # AAA and an unknown codon
    layer = keras.layers.Embedding(66, 2, mask_zero=True)
    theirs = keras.ops.convert_to_numpy(layer.compute_mask(numbers))
    assert answers.padding_mask(numbers).tolist() == theirs.tolist()


@given(seeds)
def test_last_valid_state_is_found_by_walking_along(number):
    rng = np.random.default_rng(number)
    states, mask = rng.normal(size=(3, 6, 2)), random_mask(rng)
    walked = np.zeros((3, 2))
    for row, place in zip(*np.nonzero(mask), strict=True):
        walked[row] = states[row, place]
    np.testing.assert_array_equal(answers.last_valid_state(states, mask), walked)


@pytest.mark.parametrize("side", ["left", "right"])
def test_last_valid_state_of_a_masked_keras_lstm(side):
    keras = pytest.importorskip("keras")
    rng = np.random.default_rng(1)
    inputs, lengths = rng.normal(size=(3, 6, 4)).astype("float32"), np.array([2, 6, 4])
    mask = np.arange(6) < lengths[:, None]
    mask = mask[:, ::-1] if side == "left" else mask
    layer = keras.layers.LSTM(5, return_sequences=True, return_state=True)
    states, last, _ = layer(inputs, mask=keras.ops.convert_to_tensor(mask))
    ours = answers.last_valid_state(keras.ops.convert_to_numpy(states), mask)
    np.testing.assert_allclose(ours, keras.ops.convert_to_numpy(last), atol=1e-6)


@given(seeds)
def test_pooled_mean_is_numpys_masked_mean(number):
    rng = np.random.default_rng(number)
    states, mask = rng.normal(size=(3, 6, 2)), random_mask(rng, filled=False)
    hidden = np.repeat(~mask[:, :, None], 2, axis=2)
    theirs = np.ma.masked_array(states, hidden).mean(axis=1).filled(0)
    np.testing.assert_allclose(answers.pooled_mean(states, mask), theirs, atol=1e-12)


def test_pooled_mean_is_keras_pooling():
    keras = pytest.importorskip("keras")
    rng = np.random.default_rng(2)
    states, mask = rng.normal(size=(3, 6, 2)).astype("float32"), random_mask(rng)
    theirs = keras.layers.GlobalAveragePooling1D()(states, mask=keras.ops.convert_to_tensor(mask))
    ours = answers.pooled_mean(states, mask)
    np.testing.assert_allclose(ours, keras.ops.convert_to_numpy(theirs), atol=1e-5)


@given(st.text("ACGT", max_size=40), st.integers(3, 30), st.sampled_from(("left", "right")))
def test_cut_in_frame_keeps_the_frame_and_all_that_fits(text, most, side):
    cut = answers.cut_in_frame(text, most, side)
    assert len(cut) <= most
    if side == "right":
        assert text.startswith(cut)
        assert len(cut) == min(most, len(text))
    else:
        lost = len(text) - len(cut)
        assert text.endswith(cut)
        assert lost % 3 == 0
        assert lost == 0 or len(cut) + 3 > most


@given(st.text("ACGT", min_size=30, max_size=60))
def test_cutting_in_frame_leaves_the_codons_as_they_were(text):
    before = answers.codon_numbers(text)
    after = answers.codon_numbers(answers.cut_in_frame(text, 20, "left"))
    assert after == before[len(before) - len(after) :]


@given(st.integers(1, 500), st.floats(0.05, 0.95))
def test_gate_bias_for_leaves_the_share_asked(num_steps, share):
    memory = 1.0
    for _ in range(num_steps):
        memory *= scipy.special.expit(answers.gate_bias_for(num_steps, share))
    assert memory == pytest.approx(share, rel=1e-6)


def test_gate_bias_for_long_memories_is_about_the_rule_of_thumb():
    # With 1/e left, f = exp(-1/n) = 1 - 1/n + 1/(2 n^2) - ..., so f / (1 - f) is about n - 1/2.
    for num_steps in (10, 100, 1000):
        bias = answers.gate_bias_for(num_steps, math.exp(-1))
        assert bias == pytest.approx(math.log(num_steps - 0.5), abs=0.01 / num_steps)


@given(seeds)
def test_attention_pool_is_a_weighted_mean_by_loops(number):
    rng = np.random.default_rng(number)
    states, scores, mask = rng.normal(size=(3, 6, 2)), rng.normal(size=(3, 6)), random_mask(rng)
    ours = answers.attention_pool(states, scores, mask)
    for row in range(3):
        places = np.flatnonzero(mask[row])
        shares = scipy.special.softmax(scores[row, places])
        np.testing.assert_allclose(ours[row], shares @ states[row, places], atol=1e-12)


def test_attention_pool_is_the_courses_layer():
    pytest.importorskip("keras")
    from bioseq_course.layers import AttentionPooling1D

    import keras

    rng = np.random.default_rng(3)
    states, mask = rng.normal(size=(3, 6, 2)).astype("float32"), random_mask(rng)
    layer = AttentionPooling1D(4)
    layer.build((None, 6, 2))
    hidden, score = (rng.normal(size=w.shape) for w in layer.get_weights())
    layer.set_weights([hidden, score])
    theirs = layer(states, mask=keras.ops.convert_to_tensor(mask))
    ours = answers.attention_pool(states, (np.tanh(states @ hidden) @ score)[:, :, 0], mask)
    np.testing.assert_allclose(ours, keras.ops.convert_to_numpy(theirs), atol=1e-5)


@settings(max_examples=30)
@given(seeds, st.integers(0, 5))
def test_how_much_padding_there_is_changes_nothing(number, more):
    rng = np.random.default_rng(number)
    states, scores, mask = rng.normal(size=(3, 6, 2)), rng.normal(size=(3, 6)), random_mask(rng)
    wide = rng.normal(size=(3, 6 + more, 2)), rng.normal(size=(3, 6 + more))
    wide[0][:, :6], wide[1][:, :6] = states, scores
    longer = np.pad(mask, ((0, 0), (0, more)))
    for ours, theirs in (
        (answers.last_valid_state(states, mask), answers.last_valid_state(wide[0], longer)),
        (answers.pooled_mean(states, mask), answers.pooled_mean(wide[0], longer)),
        (answers.attention_pool(states, scores, mask), answers.attention_pool(*wide, longer)),
    ):
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


# What students may write instead


def codons_by_a_table(text):
    table = {codon: number for number, codon in enumerate(CODONS, start=1)}
    return np.array([table.get(text[3 * i : 3 * i + 3], 65) for i in range(len(text) // 3)])


def gates_by_slices(array):
    units = array.shape[-1] // 4
    return {gate: array[..., n * units : (n + 1) * units] for n, gate in enumerate("ifco")}


def step_with_one_product(X, H, C, W_x, W_h, b):
    both = np.concatenate([X, H], axis=1)
    i, f, c, o = (both @ np.concatenate([W_x[g], W_h[g]]) + b[g] for g in "ifco")
    C = scipy.special.expit(f) * C + scipy.special.expit(i) * np.tanh(c)
    return [scipy.special.expit(o) * np.tanh(C), C]


def last_by_a_loop(states, mask):
    return [row[np.flatnonzero(keep)[-1]] for row, keep in zip(states, mask, strict=True)]


def last_by_largest_place(states, mask):
    last = (mask * np.arange(mask.shape[1])).max(axis=1)
    return np.take_along_axis(states, last[:, None, None], axis=1)[:, 0]


def mean_by_a_loop(states, mask):
    nothing = np.zeros(states.shape[2])
    pairs = zip(states, mask, strict=True)
    return np.array([row[keep].mean(axis=0) if keep.any() else nothing for row, keep in pairs])


def cut_letter_by_letter(text, max_letters, side):
    while len(text) > max_letters:
        text = text[:-1] if side == "right" else text[3:]
    return text


def attention_with_large_negative(states, scores, mask):
    shares = scipy.special.softmax(np.where(mask, scores, -1e9), axis=1)
    return (shares[:, :, None] * states).sum(axis=1)


def attention_in_single_precision(states, scores, mask):
    single = attention_with_large_negative(states.astype("float32"), scores.astype("float32"), mask)
    return single.tolist()


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("codon_numbers", codons_by_a_table),
        ("split_gates", gates_by_slices),
        ("lstm_step", step_with_one_product),
        ("padding_mask", lambda numbers: (numbers > 0).tolist()),
        ("padding_mask", lambda numbers: np.array(numbers, dtype=bool)),
        ("last_valid_state", last_by_a_loop),
        ("last_valid_state", last_by_largest_place),
        ("pooled_mean", mean_by_a_loop),
        ("cut_in_frame", cut_letter_by_letter),
        ("gate_bias_for", lambda n, share: scipy.special.logit(share ** (1 / n))),
        ("gate_bias_for", lambda n, share: -math.log(share ** (-1 / n) - 1)),
        ("attention_pool", attention_with_large_negative),
        ("attention_pool", attention_in_single_precision),
    ],
)
def test_other_right_ways_are_accepted(name, function):
    def written_by_a_student(*arguments):
        return function(*arguments)

    right, text = verdict(find_exercise(name), written_by_a_student)
    assert right, text


@pytest.mark.parametrize(
    ("name", "function", "remark"),
    [
        ("codon_numbers", lambda t: [n - 1 for n in codons_by_a_table(t)], "Begin with 1"),
        ("split_gates", lambda a: dict(zip("ifoc", np.split(a, 4, -1), strict=True)), "i, f, c, o"),
        (
            "lstm_step",
            lambda X, H, C, W_x, W_h, b: step_with_one_product(X, H, C, W_x, W_h, b)[0],
            "Return H and C",
        ),
        ("padding_mask", lambda numbers: ~numbers.astype(bool), "True means: count this place"),
        ("last_valid_state", lambda states, mask: states[:, -1, :], "the colleague's mistake"),
        (
            "last_valid_state",
            lambda s, m: [row[keep.sum() - 1] for row, keep in zip(s, m, strict=True)],
            "stands on the right",
        ),
        (
            "pooled_mean",
            lambda s, m: np.where(m[:, :, None], s, 0).sum(axis=1) / s.shape[1],
            "padded length",
        ),
        ("cut_in_frame", lambda t, n, s: t[:n] if s == "right" else t[-n:], "the colleague's"),
        ("gate_bias_for", lambda n, share: math.log(n), "rule of thumb"),
        (
            "attention_pool",
            lambda s, a, m: np.einsum("bl,bld->bd", scipy.special.softmax(a, axis=1), s),
            "over the padding too",
        ),
        ("attention_pool", lambda s, a, m: s, None),
        (
            "attention_pool",
            lambda s, a, m: np.stack(
                [
                    np.exp(b - b.max()) * k / (np.exp(b - b.max()) * k).sum() @ r
                    for r, b, k in zip(s, a, m, strict=True)
                ]
            ),
            "Mask first",
        ),
        (
            "codon_numbers",
            lambda t: list(itertools.takewhile(lambda n: n not in STOPS, codons_by_a_table(t))),
            "end at a stop codon",
        ),
        (
            "split_gates",
            lambda a: dict(zip("ifco", np.hsplit(a[:, :], 4), strict=True)),
            "one axis",
        ),
        (
            "pooled_mean",
            lambda s, m: np.array(
                [
                    r[k].sum(axis=0) / np.maximum(np.count_nonzero(r[k], axis=0), 1)
                    for r, k in zip(s, m, strict=True)
                ]
            ),
            "count the True of the mask",
        ),
        (
            "cut_in_frame",
            lambda t, n, s: t[: n // 3 * 3] if s == "right" else t[-(n // 3 * 3) :],
            "round max_letters down",
        ),
    ],
)
def test_a_mistake_written_another_way_gets_its_remark(name, function, remark):
    right, text = verdict(find_exercise(name), function)
    assert not right
    assert remark is None or remark in text.partition("  remark    ")[2], text


def step_in_place(X, H, C, W_x, W_h, b):
    state, memory = answers.lstm_step(X, H, C, W_x, W_h, b)
    C[...] = memory
    return state, memory


def mean_in_place(states, mask):
    states[~mask] = 0
    return answers.pooled_mean(states, mask)


@pytest.mark.parametrize(
    ("name", "function", "argument"),
    [("lstm_step", step_in_place, "C"), ("pooled_mean", mean_in_place, "states")],
)
def test_right_values_do_not_excuse_a_changed_argument(name, function, argument):
    right, text = verdict(find_exercise(name), function)
    assert not right
    assert f"changed its argument `{argument}`," in text
