"""Exercises of unit 05 against independent truth: Keras, SciPy, differences, sums over paths."""

import itertools

from bioseq_course import rnn
from bioseq_course.exercises import find_exercise, verdict
from bioseq_course.exercises import rnn_bptt as answers

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st

seeds = st.integers(0, 2**32 - 1)
ACTIVATIONS = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0), "linear": lambda z: z}


def random_network(rng, A=4, D=3, Q=4):
    shapes = ((A, D), (D, D), (D,), (D, Q), (Q,))
    return rnn.RNNWeights(*(0.7 * rng.normal(size=shape) for shape in shapes))


def random_pieces(number, B=2, L=5, D=3):
    """States, slopes, direct errors and W_hh of any size: nothing here need come from a network."""
    rng = np.random.default_rng(number)
    shapes = ((B, L + 1, D), (B, L, D), (B, L, D), (D, D))
    return tuple(rng.normal(size=shape) for shape in shapes)


def sum_over_paths(states, slopes, direct, W_hh, reach):
    """Each output t and each step t - k by itself: the chain rule, written out for single rows."""
    gradient = np.zeros(W_hh.shape)
    for b, t in itertools.product(range(len(direct)), range(direct.shape[1])):
        error = direct[b, t]
        for step in range(t, max(t - reach, 0) - 1, -1):
            at_sum = error * slopes[b, step]
            gradient += np.outer(states[b, step], at_sum)
            error = np.array([(W_hh[i] * at_sum).sum() for i in range(len(W_hh))])
    return gradient


@pytest.mark.parametrize("exercise", answers.EXERCISES, ids=lambda exercise: exercise.name)
def test_no_two_arguments_of_a_case_are_the_same_array(exercise):
    # A function that changes one of them would be told that it changed the other as well.
    for case in exercise.make_cases(np.random.default_rng(0)):
        arrays = [argument for argument in case.args if isinstance(argument, np.ndarray)]
        for one, other in itertools.combinations(arrays, 2):
            assert not np.shares_memory(one, other), case.note


def test_at_most_four_must_and_each_name_once():
    assert sum(exercise.level == "must" for exercise in answers.EXERCISES) <= 4
    assert len({exercise.name for exercise in answers.EXERCISES}) == len(answers.EXERCISES) >= 7


# Right answers


@given(st.lists(st.text("ACGT", min_size=5, max_size=5), min_size=1, max_size=4))
def test_next_letter_targets_pair_each_letter_with_its_follower(texts):
    letters = np.array([["ACGT".index(letter) for letter in text] for text in texts])
    inputs, targets = answers.next_letter_targets(letters)
    for row, text in enumerate(texts):
        for place, (here, following) in enumerate(itertools.pairwise(text)):
            assert inputs[row, place].tolist() == [float(base == here) for base in "ACGT"]
            assert "ACGT"[targets[row, place]] == following
    assert inputs.shape[:2] == targets.shape == (len(texts), 4)


def test_rnn_step_by_hand():
    # 1 * 2 + 0 * 3 + 0.5 * 4 - 1 = 3 for unit 1; 1 * (-2) + 0.5 * 2 + 0.5 = -0.5 for unit 2.
    weights = np.array([[2.0, -2.0], [3.0, 7.0]]), np.array([[4.0, 2.0], [9.0, 9.0]])
    state = answers.rnn_step(
        np.array([[1.0, 0.0]]), np.array([[0.5, 0.0]]), *weights, np.array([-1.0, 0.5]), np.abs
    )
    assert state.tolist() == [[3.0, 0.5]]


@given(seeds, st.integers(1, 6), st.sampled_from(sorted(ACTIVATIONS)))
def test_unroll_rnn_is_the_packages_forward_run(number, length, name):
    rng = np.random.default_rng(number)
    weights, inputs = random_network(rng), rng.normal(size=(2, length, 4))
    ours = answers.unroll_rnn(inputs, *weights[:3], ACTIVATIONS[name])
    np.testing.assert_allclose(ours, rnn.rnn_forward(inputs, weights, activation=name).states)


def test_unroll_rnn_is_keras_simple_rnn():
    keras = pytest.importorskip("keras")
    rng = np.random.default_rng(0)
    weights, inputs = random_network(rng, D=5), rng.normal(size=(3, 7, 4))
    layer = keras.layers.SimpleRNN(5, return_sequences=True)
    layer.build((None, 7, 4))
    layer.set_weights(list(weights[:3]))
    theirs = keras.ops.convert_to_numpy(layer(inputs.astype("float32")))
    ours = answers.unroll_rnn(inputs, *weights[:3], np.tanh)
    np.testing.assert_allclose(ours[:, 1:], theirs, atol=1e-5)


@given(seeds)
def test_central_differences_of_a_quadratic_form_are_exact(number):
    # f(w) = sum of w M w / 2 has the gradient (M + Mᵀ) w / 2, and no third derivative.
    rng = np.random.default_rng(number)
    matrix, point = rng.normal(size=(6, 6)), rng.normal(size=(2, 3))
    slopes = answers.central_differences(
        lambda w: w.ravel() @ matrix @ w.ravel() / 2, point, step=0.25
    )
    exact = (matrix + matrix.T) @ point.ravel() / 2
    np.testing.assert_allclose(slopes, exact.reshape(2, 3), atol=1e-9)


@given(seeds)
def test_backward_step_is_the_slope_of_a_forward_step(number):
    rng = np.random.default_rng(number)
    before, driven = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    W_hh, error = rng.normal(size=(3, 3)), rng.normal(size=(2, 3))

    def loss(earlier):
        return (error * np.tanh(driven + earlier @ W_hh)).sum()

    ours = answers.backward_step(error, np.tanh(driven + before @ W_hh), W_hh)
    eps = 1e-6 * np.eye(6).reshape(6, 2, 3)
    theirs = [(loss(before + move) - loss(before - move)) / 2e-6 for move in eps]
    np.testing.assert_allclose(ours.ravel(), theirs, atol=1e-7)


def test_backpropagate_through_time_by_hand():
    # One unit, W = 2, slopes 1, direct errors 1 and 10 at the two steps, states 3, 5, 7:
    # step 2: 5 * 10; step 1: 3 * (1 + 2 * 10). Together 50 + 63.
    states = np.array([[[3.0], [5.0], [7.0]]])
    direct = np.array([[[1.0], [10.0]]])
    gradient = answers.backpropagate_through_time(
        states, np.ones((1, 2, 1)), direct, np.array([[2.0]])
    )
    assert gradient.tolist() == [[113.0]]


@given(seeds, st.integers(1, 6))
def test_backpropagate_through_time_is_a_sum_over_all_paths(number, length):
    pieces = random_pieces(number, L=length)
    ours = answers.backpropagate_through_time(*pieces)
    np.testing.assert_allclose(ours, sum_over_paths(*pieces, reach=length), atol=1e-9)


@settings(max_examples=20)
@given(seeds, st.sampled_from(("tanh", "linear")))
def test_backpropagate_through_time_passes_a_gradient_check(number, name):
    rng = np.random.default_rng(number)
    weights, inputs = random_network(rng), np.eye(4)[rng.integers(4, size=(2, 5))]
    targets = rng.integers(4, size=(2, 5))

    def loss(W_hh):
        changed = weights._replace(hidden_to_hidden=W_hh)
        outputs = rnn.rnn_forward(inputs, changed, activation=name).outputs
        return rnn.softmax_cross_entropy(outputs, targets)[0]

    run = rnn.rnn_forward(inputs, weights, activation=name)
    direct = rnn.softmax_cross_entropy(run.outputs, targets)[1] @ weights.hidden_to_output.T
    slopes = 1 - run.states[:, 1:] ** 2 if name == "tanh" else np.ones((2, 5, 3))
    ours = answers.backpropagate_through_time(run.states, slopes, direct, weights[1])
    theirs = answers.central_differences(loss, weights.hidden_to_hidden, 1e-5)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7)


def test_the_colleagues_loop_is_right_for_two_steps_and_wrong_from_three():
    weights = random_network(np.random.default_rng(2))
    for length in (1, 2, 3, 6):
        inputs = np.eye(4)[np.random.default_rng(3).integers(4, size=(2, length))]
        run = rnn.rnn_forward(inputs, weights)
        direct = np.ones((2, length, 3))
        pieces = run.states, 1 - run.states[:, 1:] ** 2, direct, weights.hidden_to_hidden
        right = answers.backpropagate_through_time(*pieces)
        assert np.allclose(answers._bptt_as_the_colleague(*pieces), right) == (length <= 2)


@given(seeds, st.floats(0.1, 20))
def test_clip_gradients_keeps_the_direction_and_limits_the_length(number, max_norm):
    rng = np.random.default_rng(number)
    gradients = [rng.normal(size=shape) for shape in ((3, 2), (2, 2), (2,))]
    before = np.concatenate([array.ravel() for array in gradients])
    after = np.concatenate([array.ravel() for array in answers.clip_gradients(gradients, max_norm)])
    length = scipy.linalg.norm(before)
    assert scipy.linalg.norm(after) == pytest.approx(min(length, max_norm))
    np.testing.assert_allclose(after / scipy.linalg.norm(after), before / length, atol=1e-12)


@given(seeds, st.floats(0.1, 3))
def test_scaled_matrices_grow_at_the_rate_asked(number, radius):
    matrix = np.random.default_rng(number).normal(size=(4, 4))
    scaled = answers.scale_recurrent_matrix(matrix, radius)
    assert np.abs(scipy.linalg.eigvals(scaled)).max() == pytest.approx(radius)
    ratio = scaled / matrix
    assert ratio.min() == pytest.approx(ratio.max())


def test_the_radius_is_the_growth_over_many_steps():
    # Gelfand: the n-th root of the norm of M^n tends to the spectral radius.
    matrix = np.random.default_rng(1).normal(size=(5, 5))
    scaled = answers.scale_recurrent_matrix(matrix, 0.98)
    power = np.linalg.matrix_power(scaled, 2000)
    assert np.linalg.norm(power, 2) ** (1 / 2000) == pytest.approx(0.98, abs=2e-3)


@given(seeds, st.integers(0, 7))
def test_truncated_gradient_is_a_sum_over_short_paths(number, reach):
    pieces = random_pieces(number, L=6)
    ours = answers.truncated_gradient(*pieces, reach)
    np.testing.assert_allclose(ours, sum_over_paths(*pieces, reach), atol=1e-9)


@given(seeds, st.integers(0, 7))
def test_truncated_gradient_is_the_packages(number, reach):
    rng = np.random.default_rng(number)
    weights, inputs = random_network(rng), rng.normal(size=(2, 6, 4))
    run, errors = rnn.rnn_forward(inputs, weights), rng.normal(size=(2, 6, 4))
    theirs = rnn.rnn_backward(inputs, run, errors, weights, truncate=reach).hidden_to_hidden
    direct = errors @ weights.hidden_to_output.T
    slopes = 1 - run.states[:, 1:] ** 2
    ours = answers.truncated_gradient(run.states, slopes, direct, weights[1], reach)
    np.testing.assert_allclose(ours, theirs, atol=1e-9)


# What students may write instead


def unroll_row_by_row(inputs, W_xh, W_hh, b_h, activation):
    found = []
    for row in inputs:
        state = np.zeros(len(b_h))
        found.append([state])
        for letter in row:
            state = activation(letter @ W_xh + state @ W_hh + b_h)
            found[-1].append(state)
    return found


def step_in_one_product(inputs, state, W_xh, W_hh, b_h, activation):
    both = np.concatenate([inputs, state], axis=1)
    return activation(both @ np.concatenate([W_xh, W_hh]) + b_h)


def differences_on_a_flat_copy(function, array, step):
    flat, slopes = array.ravel().copy(), []
    for index, value in enumerate(flat.tolist()):
        flat[index] = value + step
        up = function(flat.reshape(array.shape))
        flat[index] = value - step
        slopes.append((up - function(flat.reshape(array.shape))) / (2 * step))
        flat[index] = value
    return np.reshape(slopes, array.shape)


def truncated_from_each_output(states, slopes, direct, W_hh, reach):
    return sum_over_paths(states, slopes, direct, W_hh, reach).tolist()


def clip_with_a_factor(gradients, max_norm):
    norm = np.linalg.norm(np.concatenate([np.ravel(g) for g in gradients]))
    return tuple(g * min(1.0, max_norm / (norm + 1e-12)) for g in gradients)


def back_with_einsum(error, state, W_hh):
    return np.einsum("bj,bj,ij->bi", error, 1 - state * state, W_hh)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("next_letter_targets", lambda x: [np.eye(4)[x][:, :-1], x[:, 1:].tolist()]),
        ("next_letter_targets", lambda x: (x[:, :-1, None] == np.arange(4), x[:, 1:])),
        ("next_letter_targets", lambda x: (np.eye(4, dtype="float32")[x[:, :-1]], 1.0 * x[:, 1:])),
        ("rnn_step", step_in_one_product),
        ("rnn_step", lambda *a: step_in_one_product(*a).astype("float32")),
        ("unroll_rnn", unroll_row_by_row),
        ("central_differences", differences_on_a_flat_copy),
        ("backward_step", back_with_einsum),
        ("backward_step", lambda e, h, w: ((w * (1 - h**2)[:, None, :]) @ e[:, :, None])[:, :, 0]),
        ("backpropagate_through_time", lambda *a: sum_over_paths(*a, reach=99)),
        ("clip_gradients", clip_with_a_factor),
        ("scale_recurrent_matrix", rnn.scale_to_radius),
        ("truncated_gradient", truncated_from_each_output),
    ],
)
def test_other_right_ways_are_accepted(name, function):
    def written_by_a_student(*arguments):
        return function(*arguments)

    right, text = verdict(find_exercise(name), written_by_a_student)
    assert right, text


def unroll_with_a_list_of_one_array(inputs, W_xh, W_hh, b_h, activation):
    state = np.zeros((len(inputs), len(b_h)))
    states = [state]
    for t in range(inputs.shape[1]):
        state[:] = activation(inputs[:, t] @ W_xh + state @ W_hh + b_h)
        states.append(state)
    return np.stack(states, axis=1)


def differences_row_by_row(function, array, step, size=lambda array: array.shape):
    slopes, (rows, columns) = np.zeros(array.shape), size(array)
    for i in range(rows):
        for j in range(columns):
            up, down = array.copy(), array.copy()
            up[i, j], down[i, j] = array[i, j] + step, array[i, j] - step
            slopes[i, j] = (function(up) - function(down)) / (2 * step)
    return slopes


def paths_past_the_start(states, slopes, direct, W_hh, reach):
    gradient = np.zeros(W_hh.shape)
    for t in range(direct.shape[1]):
        error = direct[:, t]
        for back in range(reach + 1):
            sums = error * slopes[:, t - back]
            gradient += states[:, t - back].T @ sums
            error = sums @ W_hh.T
    return gradient


def loop(states, slopes, direct, W_hh, *, keep=1.0, matrix=None, shift=0):
    error, gradient = 0.0, np.zeros(W_hh.shape)
    for t in range(direct.shape[1] - 1, -1, -1):
        sums = (direct[:, t] + error) * slopes[:, t]
        gradient = keep * gradient + states[:, t + shift].T @ sums
        error = sums @ (W_hh.T if matrix is None else matrix(W_hh))
    return gradient


@pytest.mark.parametrize(
    ("name", "function", "remark"),
    [
        ("next_letter_targets", lambda x: (np.eye(4)[x[:, :-1]], x[:, :-1]), "same letters"),
        ("next_letter_targets", lambda x: (x[:, :-1], x[:, 1:]), "three times C"),
        ("next_letter_targets", lambda x: (np.identity(4)[x], x), "Nothing is cut off"),
        (
            "next_letter_targets",
            lambda x: ((x[:, None, :-1] == np.arange(4)[:, None]) * 1, x[:, 1:]),
            "They come last",
        ),
        ("next_letter_targets", lambda x: "ACGT", None),
        ("rnn_step", lambda x, h, U, W, b, f: f(U.dot(x) + W.dot(h) + b), "column vectors"),
        ("rnn_step", lambda x, h, U, W, b, f: f(np.multiply(x, U) + h * W + b), "entry by entry"),
        ("rnn_step", lambda x, h, U, W, b, f: f(x @ U + b), "previous state is missing"),
        ("rnn_step", lambda x, h, U, W, b, f: f(x @ U + (W @ h.T).T + b), "is transposed"),
        ("rnn_step", lambda x, h, U, W, b, f: f(x @ U + b) + h @ W, "behind the activation"),
        ("unroll_rnn", unroll_with_a_list_of_one_array, "changed in place"),
        ("unroll_rnn", lambda *a: np.stack(unroll_row_by_row(*a))[:, 1:], "L + 1"),
        (
            "central_differences",
            lambda f, w, s: np.full(w.shape, (f(w + s) - f(w - s)) / (2 * s)),
            "one entry at a time",
        ),
        (
            "central_differences",
            lambda f, w, s: (f(w + s) - f(w - s)) / (2 * s),
            "each has a slope of its own",
        ),
        (
            "central_differences",
            lambda f, w, s: answers.central_differences(f, w, s) * (2 * s) / 2 * s,
            "Brackets",
        ),
        (
            "central_differences",
            lambda f, w, s: np.reshape(
                [(f(w.ravel() + e) - f(w.ravel() - e)) / (2 * s) for e in s * np.eye(w.size)],
                w.shape,
            ),
            "one long row",
        ),
        ("central_differences", differences_row_by_row, "any shape"),
        (
            "central_differences",
            lambda *a: differences_row_by_row(*a, size=lambda w: (w.shape[0], w.shape[1])),
            "any shape",
        ),
        (
            "central_differences",
            lambda *a: differences_row_by_row(*a, size=lambda w: (len(w), len(w[0]))),
            "any shape",
        ),
        ("backward_step", lambda e, h, W: (e * np.square(1 - h)) @ W.T, "Only h is squared"),
        ("backward_step", lambda e, h, W: (e * (1 - h**2)) @ W, "not transposed"),
        ("backward_step", lambda e, h, W: e / np.cosh(h) ** 2 @ W.T, "already the output"),
        (
            "backpropagate_through_time",
            lambda h, s, d, W: sum_over_paths(h, 0 * s + 1, d, W, reach=99),
            "The slopes are not used",
        ),
        ("backpropagate_through_time", lambda *a: loop(*a, keep=0), "replaces"),
        ("backpropagate_through_time", lambda *a: loop(*a, shift=1), "came out of it"),
        ("backpropagate_through_time", lambda *a: loop(*a, matrix=lambda w: w), "sums @ W_hh.T"),
        ("backpropagate_through_time", lambda *a: sum_over_paths(*a, reach=0), "colleague"),
        ("backpropagate_through_time", lambda *a: sum_over_paths(*a, reach=1), "and stops"),
        (
            "clip_gradients",
            lambda g, m: [a * min(1, m / max(np.linalg.norm(a), 1e-12)) for a in g],
            "by itself",
        ),
        ("clip_gradients", lambda g, m: [np.clip(a, -m, m) for a in g], "turns the direction"),
        (
            "clip_gradients",
            lambda g, m: np.hstack([np.ravel(a) for a in clip_with_a_factor(g, m)]),
            "in one long vector",
        ),
        ("scale_recurrent_matrix", lambda w, r: w * r / np.linalg.norm(w, 2), "singular value"),
        ("truncated_gradient", lambda *a: sum_over_paths(*a[:4], a[4] + 1), "One step too far"),
        ("truncated_gradient", lambda *a: loop(*a[:4]), "Nothing is cut"),
        ("truncated_gradient", paths_past_the_start, "counts from the end"),
        ("truncated_gradient", lambda *a: a[0], None),
    ],
)
def test_a_mistake_written_another_way_gets_its_remark(name, function, remark):
    right, text = verdict(find_exercise(name), function)
    assert not right
    assert remark is None or remark in text.partition("  remark    ")[2], text


def differences_in_place(function, array, step):
    slopes = answers.central_differences(function, array, step)
    array += step
    return slopes


def clip_in_place(gradients, max_norm):
    clipped = answers.clip_gradients(gradients, max_norm)
    for array, short in zip(gradients, clipped, strict=True):
        array[...] = short
    return clipped


@pytest.mark.parametrize(
    ("name", "function", "argument"),
    [
        ("central_differences", differences_in_place, "array"),
        ("clip_gradients", clip_in_place, "gradients"),
    ],
)
def test_right_values_do_not_excuse_a_changed_argument(name, function, argument):
    right, text = verdict(find_exercise(name), function)
    assert not right
    assert f"changed its argument `{argument}`," in text
