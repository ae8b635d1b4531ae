"""The plain recurrent network: numbers by hand, Keras, and central differences as truths."""

from bioseq_course.gradients import gradient
from bioseq_course.rnn import (
    ACTIVATIONS,
    RNNGradients,
    RNNWeights,
    adam_step,
    clip_by_global_norm,
    gradient_check,
    jacobian_product_norms,
    latch_weights,
    make_rnn_weights,
    rnn_backward,
    rnn_forward,
    scale_to_radius,
    softmax_cross_entropy,
    spectral_radius,
    state_jacobians,
)

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

every_activation = pytest.mark.parametrize("activation", ACTIVATIONS)


def network(seed=0, batch=3, length=5, sizes=(4, 6, 2), **options):
    """Random inputs, weights with biases off 0, and targets, one in four not asked."""
    rng = np.random.default_rng(seed)
    weights = make_rnn_weights(*sizes, rng=rng, **options)
    weights = weights._replace(
        hidden_bias=rng.normal(size=sizes[1]), output_bias=rng.normal(size=sizes[2])
    )
    targets = rng.integers(sizes[2], size=(batch, length))
    targets[rng.random(targets.shape) < 0.25] = -1
    return rng.normal(size=(batch, length, sizes[0])), weights, targets, rng


def one_unit(w_xh, w_hh, w_hq, b_h=0.0, b_q=0.0):
    shapes = ((1, 1), (1, 1), (1,), (1, 1), (1,))
    values = (w_xh, w_hh, b_h, w_hq, b_q)
    return RNNWeights(*(np.full(*pair) for pair in zip(shapes, values, strict=True)))


# By hand


def test_two_linear_steps_by_hand():
    # h_0 = 4; h_1 = 3·1 + 0.5·4 = 5; h_2 = 3·2 + 0.5·5 = 8.5; o = 2h + 1 = 11 and 18
    weights, inputs = one_unit(3.0, 0.5, 2.0, b_q=1.0), [[[1.0], [2.0]]]
    run = rnn_forward(inputs, weights, initial_state=[[4.0]], activation="linear")
    assert run.states.ravel().tolist() == [4, 5, 8.5]
    assert run.outputs.ravel().tolist() == [11, 18]
    # loss = o_1 + o_2: δ_2 = 2; δ_1 = 2 + 0.5·2 = 3; δ_0 = 0.5·3 = 1.5
    back = rnn_backward(inputs, run, np.ones((1, 2, 1)), weights, activation="linear")
    assert back.states.ravel().tolist() == [1.5, 3, 2]
    assert back.hidden_to_hidden.item() == 3 * 4 + 2 * 5  # Σ δ_t h_{t-1}
    assert back.input_to_hidden.item() == 3 * 1 + 2 * 2  # Σ δ_t x_t
    assert back.hidden_bias.item() == 3 + 2
    assert back.hidden_to_output.item() == 5 + 8.5
    assert back.output_bias.item() == 2
    assert back.initial_state.item() == 1.5


def test_two_tanh_steps_by_hand():
    # h_1 = tanh(0.8·1) = 0.664037; h_2 = tanh(0.8·0.664037) = tanh(0.531229) = 0.486320
    # dh_1/dw = (1 - 0.664037²)·1 = 0.559055
    # dh_2/dw = (1 - 0.486320²)·(0.664037 + 0.8·0.559055) = 0.763493·1.111281 = 0.848455
    weights, inputs = one_unit(0.0, 0.8, 1.0), np.zeros((1, 2, 1))
    run = rnn_forward(inputs, weights, initial_state=[[1.0]])
    back = rnn_backward(inputs, run, [[[0.0], [1.0]]], weights)
    assert run.states.ravel() == pytest.approx([1, 0.664037, 0.486320], abs=1e-6)
    assert back.hidden_to_hidden.item() == pytest.approx(0.848455, abs=1e-6)


@pytest.mark.parametrize(
    ("truncate", "at_start", "recurrent"), [(0, 0.0, 18.0), (1, 1.0, 22.0), (2, 1.5, 22.0)]
)
def test_truncation_by_hand(truncate, at_start, recurrent):
    # As above. 0: δ_1 = 2, δ_0 = 0, so 2·4 + 2·5 = 18. 1: o_2 reaches h_1 (δ_1 = 3), o_1 reaches
    # h_0 (0.5·2 = 1). 2: everything.
    weights, inputs = one_unit(3.0, 0.5, 2.0), [[[1.0], [2.0]]]
    run = rnn_forward(inputs, weights, initial_state=[[4.0]], activation="linear")
    options = {"activation": "linear", "truncate": truncate}
    back = rnn_backward(inputs, run, np.ones((1, 2, 1)), weights, **options)
    assert back.initial_state.item() == at_start
    assert back.hidden_to_hidden.item() == recurrent


def test_truncation_is_a_sum_over_single_errors():
    # Another way to say it: each error alone, the states more than n steps before it held fixed.
    inputs, weights, _, rng = network(length=7)
    run, errors, n = rnn_forward(inputs, weights), rng.normal(size=(3, 7, 2)), 2
    total = np.zeros_like(weights.hidden_to_hidden)
    for t in range(7):
        start = max(0, t - n)
        piece = inputs[:, start : t + 1]
        short = rnn_forward(piece, weights, initial_state=run.states[:, start])
        alone = np.zeros((3, piece.shape[1], 2))
        alone[:, -1] = errors[:, t]
        total += rnn_backward(piece, short, alone, weights).hidden_to_hidden
    cut = rnn_backward(inputs, run, errors, weights, truncate=n)
    assert np.allclose(cut.hidden_to_hidden, total, rtol=1e-12, atol=1e-12)
    assert not np.allclose(rnn_backward(inputs, run, errors, weights).hidden_to_hidden, total)


# Against Keras and against differences


@every_activation
def test_forward_and_gradients_equal_keras(activation):
    inputs, weights, _, rng = network(seed=1)
    factors = rng.normal(size=(3, 5, 2))  # loss = Σ factors · outputs
    run = rnn_forward(inputs, weights, activation=activation)
    back = rnn_backward(inputs, run, factors, weights, activation=activation)
    layer = keras.layers.SimpleRNN(6, activation=activation, return_sequences=True)
    dense = keras.layers.Dense(2)
    layer.build(inputs.shape)
    dense.build((3, 5, 6))
    by_layer = [array.astype("float32") for array in weights]

    def outputs(*arrays):
        states, _ = layer.stateless_call(
            arrays[:3], layer.non_trainable_variables, inputs.astype("float32")
        )
        return dense.stateless_call(arrays[3:], [], states)[0]

    by_keras = keras.ops.convert_to_numpy(outputs(*by_layer))
    assert np.abs(by_keras - run.outputs).max() < 1e-5
    for number, name in enumerate(RNNWeights._fields):

        def loss(array, number=number):
            replaced = [*by_layer[:number], array, *by_layer[number + 1 :]]
            return keras.ops.sum(outputs(*replaced) * factors.astype("float32"))

        expected, mine = gradient(loss, by_layer[number]), getattr(back, name)
        assert np.abs(expected - mine).max() <= 1e-5 * max(1, np.abs(mine).max()), name


@every_activation
@pytest.mark.parametrize("length", [1, 6])
def test_every_gradient_equals_central_differences(activation, length):
    inputs, weights, targets, rng = network(seed=2, length=length)
    start = rng.normal(size=(3, 6))

    def loss(parameters):
        initial = parameters["initial_state"]
        shared = RNNWeights(*(parameters[name] for name in RNNWeights._fields))
        run = rnn_forward(inputs, shared, initial_state=initial, activation=activation)
        return softmax_cross_entropy(run.outputs, targets)[0]

    run = rnn_forward(inputs, weights, initial_state=start, activation=activation)
    errors = softmax_cross_entropy(run.outputs, targets)[1]
    back = rnn_backward(inputs, run, errors, weights, activation=activation)
    assert gradient_check(loss, weights._asdict() | {"initial_state": start}, back) <= 1e-6


def test_gradient_of_a_state_is_that_of_an_addition_to_it():
    inputs, weights, targets, _ = network(seed=3)
    run = rnn_forward(inputs, weights)
    errors = softmax_cross_entropy(run.outputs, targets)[1]
    back = rnn_backward(inputs, run, errors, weights)

    def loss_from(state):  # h_2 replaced: steps 3 to 5, and the output of step 2 itself
        later = rnn_forward(inputs[:, 2:], weights, initial_state=state["h"])
        at_two = state["h"] @ weights.hidden_to_output + weights.output_bias
        outputs = np.concatenate([run.outputs[:, :1], at_two[:, None], later.outputs], axis=1)
        return softmax_cross_entropy(outputs, targets)[0]

    assert gradient_check(loss_from, {"h": run.states[:, 2]}, {"h": back.states[:, 2]}) <= 1e-6


def test_softmax_cross_entropy_by_hand():
    # softmax(0, ln 3) = (1/4, 3/4): class 0 costs ln 4; half weight; mean over 2 rows
    outputs = np.array([[[0, np.log(3)], [9, 9]], [[0, 0], [0, 0]]])
    targets, factors = [[0, -1], [1, 0]], [[0.5, 1], [1, 0]]
    loss, errors = softmax_cross_entropy(outputs, targets, weights=factors)
    assert loss == pytest.approx((0.5 * np.log(4) + np.log(2)) / 2)
    assert errors[0].tolist() == [pytest.approx([-0.1875, 0.1875]), [0, 0]]
    assert errors[1].tolist() == [[0.25, -0.25], [0, 0]]
    far = softmax_cross_entropy([[[1000.0, -1000.0]]], [[1]])  # no overflow
    assert far[0] == 2000 and np.isfinite(far[1]).all()


def test_softmax_gradient_equals_differences():
    rng = np.random.default_rng(5)
    outputs, targets = rng.normal(size=(2, 4, 3)), rng.integers(-1, 3, size=(2, 4))
    weights = rng.random((2, 4))
    errors = softmax_cross_entropy(outputs, targets, weights=weights)[1]
    loss = lambda p: softmax_cross_entropy(p["o"], targets, weights=weights)[0]  # noqa: E731
    assert gradient_check(loss, {"o": outputs}, {"o": errors}) <= 1e-6


def test_gradient_check_sees_a_wrong_entry():
    at = {"a": np.array([1.0, 2.0]), "b": np.array([[3.0]])}
    right = {"a": 2 * at["a"], "b": 3 * at["b"] ** 2}
    loss = lambda p: (p["a"] ** 2).sum() + (p["b"] ** 3).sum()  # noqa: E731
    assert gradient_check(loss, at, right) < 1e-8
    wrong = right | {"a": np.array([2.0, 4.4])}  # 0.4 off; the largest in the array is 4.4
    assert gradient_check(loss, at, wrong) == pytest.approx(0.4 / 4.4, rel=1e-6)
    few = gradient_check(loss, at, right, max_entries=1, rng=np.random.default_rng(0))
    assert few < 1e-8
    assert at["a"].tolist() == [1.0, 2.0]  # nothing changed in place


# Jacobians, radius, latch


@every_activation
def test_jacobians_carry_errors_back(activation):
    inputs, weights, _, rng = network(seed=4)
    run = rnn_forward(inputs, weights, activation=activation)
    errors = np.zeros((3, 5, 2))
    errors[:, -1] = rng.normal(size=(3, 2))
    back = rnn_backward(inputs, run, errors, weights, activation=activation)
    jacobians = state_jacobians(run, weights, activation)
    for t in range(5, 0, -1):  # δ_{t-1} = δ_t J_tᵀ
        moved = np.einsum("bj,bij->bi", back.states[:, t], jacobians[:, t - 1])
        assert np.allclose(moved, back.states[:, t - 1])
    norms = jacobian_product_norms(run, weights, activation)
    assert norms.shape == (3, 5)
    sizes = np.linalg.norm(back.states, axis=2)  # no error grows by more than the norm
    assert (sizes[:, 4::-1] <= norms * sizes[:, 5:] + 1e-12).all()


def test_norms_of_a_linear_network_are_those_of_powers():
    _, weights, _, _ = network(spectral_radius=1.1)
    run = rnn_forward(np.zeros((1, 5, 4)), weights, activation="linear")
    norms = jacobian_product_norms(run, weights, "linear")[0]
    powers = [np.linalg.matrix_power(weights.hidden_to_hidden, k) for k in range(1, 6)]
    assert np.allclose(norms, [np.linalg.norm(power, ord=2) for power in powers])


def test_norms_of_products_are_those_of_differences():
    inputs, weights, _, _ = network(batch=1, length=4, sizes=(4, 3, 2))
    run = rnn_forward(inputs, weights)
    norms, step = jacobian_product_norms(run, weights)[0], 1e-6

    def last(k, shift):  # h_4 when h_{4-k} is shifted
        state = run.states[:, 4 - k] + shift
        return rnn_forward(inputs[:, 4 - k :], weights, initial_state=state).states[0, -1]

    for k in range(1, 5):
        shifts = step * np.eye(3)
        changes = np.array([last(k, shift) - last(k, -shift) for shift in shifts]) / (2 * step)
        assert norms[k - 1] == pytest.approx(np.linalg.norm(changes, ord=2), rel=1e-6)


@given(st.integers(1, 12), st.floats(0.01, 5), st.integers(0, 99))
def test_scaled_matrices_have_the_radius(size, radius, seed):
    matrix = np.random.default_rng(seed).normal(size=(size, size))
    scaled = scale_to_radius(matrix, radius)
    assert spectral_radius(scaled) == pytest.approx(radius)
    assert np.allclose(scaled * matrix[0, 0], matrix * scaled[0, 0])


def test_starting_weights_are_those_of_keras():
    weights = make_rnn_weights(200, 50, 100, rng=np.random.default_rng(0))
    recurrent = weights.hidden_to_hidden
    assert np.allclose(recurrent @ recurrent.T, np.eye(50)) and spectral_radius(
        recurrent
    ) == pytest.approx(1)
    for matrix in (weights.input_to_hidden, weights.hidden_to_output):
        limit = np.sqrt(6 / sum(matrix.shape))
        assert 0.97 * limit < np.abs(matrix).max() <= limit
        assert matrix.std() == pytest.approx(limit / np.sqrt(3), rel=0.05)
    assert not weights.hidden_bias.any() and not weights.output_bias.any()


@pytest.mark.parametrize("num_letters", [2, 4, 20])
def test_latch_keeps_the_first_letter_over_1000_steps(num_letters):
    rng = np.random.default_rng(0)
    letters = rng.integers(num_letters, size=(50, 1001))
    run = rnn_forward(np.eye(num_letters)[letters], latch_weights(num_letters))
    assert (run.outputs.argmax(axis=2) == letters[:, :1]).all()
    answers = run.outputs[:, -1]
    assert (np.sort(answers)[:, -1] - np.sort(answers)[:, -2] > 9).all()  # and is sure of it


# Training


def test_clipping_by_hand():
    kept = {"w": np.array([[3.0]]), "b": np.array([4.0])}
    clipped, norm = clip_by_global_norm(kept, 10.0)
    assert norm == 5 and clipped is kept
    clipped, norm = clip_by_global_norm(kept, 0.5)  # a tenth of (3, 4)
    assert norm == 5 and clipped["w"].item() == pytest.approx(0.3)
    assert clipped["b"].item() == pytest.approx(0.4)


def test_clipping_leaves_the_states_out_of_the_norm():
    inputs, weights, targets, _ = network()
    run = rnn_forward(inputs, weights)
    back = rnn_backward(inputs, run, softmax_cross_entropy(run.outputs, targets)[1], weights)
    of_weights = np.concatenate([array.ravel() for array in back[:5]])
    clipped, norm = clip_by_global_norm(back, 0.01)
    assert isinstance(clipped, RNNGradients)
    assert norm == pytest.approx(np.linalg.norm(of_weights))
    assert np.linalg.norm(np.concatenate([a.ravel() for a in clipped[:5]])) == pytest.approx(0.01)


def test_adam_equals_keras():
    start, rng = np.array([1.0, -2.0, 3.0]), np.random.default_rng(0)
    variable = keras.Variable(start.astype("float32"))
    optimizer, state, mine = keras.optimizers.Adam(0.1), None, {"w": start}
    for errors in rng.normal(size=(20, 3)):
        optimizer.apply([keras.ops.convert_to_tensor(errors.astype("float32"))], [variable])
        mine, state = adam_step(mine, {"w": errors}, state, learning_rate=0.1)
    assert state.steps == 20
    assert np.allclose(keras.ops.convert_to_numpy(variable.value), mine["w"], atol=1e-5)
    assert start.tolist() == [1, -2, 3]


def test_a_network_learns_to_copy_the_letter_before():
    rng, state = np.random.default_rng(0), None
    weights = make_rnn_weights(4, 16, 4, rng=rng)
    for _ in range(150):
        letters = rng.integers(4, size=(32, 8))
        run = rnn_forward(np.eye(4)[letters], weights)
        targets = np.concatenate([np.full((32, 1), -1), letters[:, :-1]], axis=1)
        loss, errors = softmax_cross_entropy(run.outputs, targets)
        back = rnn_backward(np.eye(4)[letters], run, errors, weights)
        back, _ = clip_by_global_norm(back, 5.0)
        weights, state = adam_step(weights, back, state, learning_rate=0.02)
    assert loss / 7 < 0.1 < np.log(4)


# Shapes, and what is refused


@given(*(st.integers(1, 4) for _ in range(5)), st.sampled_from(ACTIVATIONS))
def test_shapes(batch, length, A, D, Q, activation):
    inputs, weights, targets, _ = network(batch=batch, length=length, sizes=(A, D, Q))
    run = rnn_forward(inputs, weights, activation=activation)
    assert run.states.shape == (batch, length + 1, D) and run.outputs.shape == (batch, length, Q)
    loss, errors = softmax_cross_entropy(run.outputs, targets)
    assert np.isfinite(loss) and errors.shape == run.outputs.shape
    back = rnn_backward(inputs, run, errors, weights, activation=activation)
    for mine, weight in zip(back[:5], weights, strict=True):
        assert mine.shape == weight.shape
    assert back.initial_state.shape == (batch, D) and back.states.shape == run.states.shape
    longest = rnn_backward(inputs, run, errors, weights, activation=activation, truncate=length)
    assert all(np.allclose(*pair) for pair in zip(back, longest, strict=True))


def test_states_go_on_where_they_stopped():
    inputs, weights, _, _ = network()
    whole = rnn_forward(inputs, weights)
    first = rnn_forward(inputs[:, :2], weights)
    rest = rnn_forward(inputs[:, 2:], weights, initial_state=first.states[:, -1])
    assert np.array_equal(whole.states[:, 2:], rest.states)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"inputs": np.zeros((3, 5))}, r"inputs must have the shape \(B, L, A\)"),
        ({"inputs": np.zeros((3, 5, 7))}, r"input_to_hidden must have the shape \(A, D\) = \(7, "),
        ({"inputs": np.full((1, 1, 4), np.nan)}, r"inputs holds nan at \(1, 1, 1\).*clip"),
        ({"inputs": "ACGT"}, "inputs must be an array of numbers"),
        ({"initial_state": np.zeros((3, 5))}, r"initial_state must have .*\(3, 6\)"),
        ({"activation": "sigmoid"}, 'activation must be one of "tanh", "relu", "linear"'),
    ],
    ids=["two axes", "other letters", "nan", "text", "state", "activation"],
)
def test_forward_refuses(change, message):
    inputs, weights, _, _ = network()
    options = {"inputs": inputs, "weights": weights} | change
    with pytest.raises(ValueError, match=message):
        rnn_forward(**options)


@pytest.mark.parametrize("name", RNNWeights._fields)
def test_weights_that_do_not_fit_are_refused_by_name(name):
    inputs, weights, _, _ = network()
    rows = getattr(weights, name)
    with pytest.raises(ValueError, match=f"{name if name != 'input_to_hidden' else ''}.*shape"):
        rnn_forward(inputs, weights._replace(**{name: rows[:-1]}))
    broken = rows.copy()
    broken.flat[-1] = np.inf
    with pytest.raises(ValueError, match=f"{name} holds inf .*diverged"):
        rnn_forward(inputs, weights._replace(**{name: broken}))


@pytest.mark.parametrize("truncate", [-1, 1.5, "2"])
def test_truncate_is_refused(truncate):
    inputs, weights, _, _ = network()
    run = rnn_forward(inputs, weights)
    with pytest.raises(ValueError, match="truncate must be None or at least 0"):
        rnn_backward(inputs, run, np.zeros((3, 5, 2)), weights, truncate=truncate)


def test_backward_refuses_errors_of_another_shape():
    inputs, weights, _, _ = network()
    run = rnn_forward(inputs, weights)
    with pytest.raises(ValueError, match=r"output_gradients must have .* = \(3, 5, 2\)"):
        rnn_backward(inputs, run, np.zeros((3, 5, 4)), weights)
    with pytest.raises(
        ValueError, match=r"run.states must have .* = .3, 5, 6.. Received: .3, 6, 6."
    ):
        rnn_backward(inputs[:, :4], run, np.zeros((3, 4, 2)), weights)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: make_rnn_weights(4, 0, 2, rng=None), "num_units must be a whole number"),
        (lambda: scale_to_radius(np.eye(2), -1), "radius must be a positive number"),
        (lambda: scale_to_radius([[0.0, 1.0], [0.0, 0.0]], 1), "eigenvalues of the matrix are 0"),
        (lambda: spectral_radius(np.zeros((2, 3))), r"matrix must have the shape \(D, D\)"),
        (lambda: latch_weights(0), "num_letters must be a whole number of at least 1"),
        (lambda: softmax_cross_entropy(np.zeros((1, 1, 4)), [[4]]), "from 0 to Q - 1 = 3, or -1"),
        (lambda: softmax_cross_entropy(np.zeros((1, 1, 4)), [[0, 1]]), "targets must have the sha"),
        (lambda: clip_by_global_norm({"w": np.ones(2)}, 0), "max_norm must be positive"),
        (lambda: clip_by_global_norm({"w": np.array([np.nan])}, 1), "norm of the gradient is nan"),
        (lambda: clip_by_global_norm(np.ones(2), 1), "Expected a dict or NamedTuple"),
        (lambda: adam_step({"w": np.ones(2)}, {}, None), "gradients has no 'w'"),
        (lambda: gradient_check(sum, {"w": np.ones(2)}, {}), r"must have w with shape \(2,\)"),
        (
            lambda: gradient_check(sum, {"w": np.ones(2)}, {"w": np.ones(2)}, max_entries=1),
            "max_entries needs rng",
        ),
    ],
    ids=[
        *("no units", "negative radius", "nilpotent", "not square", "no letters", "class too high"),
        *(
            "other length",
            "clip at 0",
            "clip nan",
            "no names",
            "no gradient",
            "none to check",
            "rng",
        ),
    ],
)
def test_others_refuse(call, message):
    with pytest.raises(ValueError, match=message):
        call()
