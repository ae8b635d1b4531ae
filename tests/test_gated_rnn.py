"""GRU and LSTM in NumPy: single steps by hand, and Keras's layers with the same weights."""

from bioseq_course.gated_rnn import (
    GRUWeights,
    LSTMWeights,
    gru_forward,
    gru_weights_from_keras,
    lstm_forward,
    lstm_weights_from_keras,
    sigmoid,
)

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

B, L, A, D = 3, 7, 4, 5


def draw_inputs(seed=0):
    return np.random.default_rng(seed).normal(size=(B, L, A)).astype(np.float32)


def randomize(layer, seed=1):
    """Give every weight, biases too, a value that no test would hit by chance."""
    layer.build((None, None, A))
    rng = np.random.default_rng(seed)
    layer.set_weights([rng.normal(scale=0.7, size=w.shape) for w in layer.get_weights()])
    return layer


def one_unit(kind, numbers):
    """Weights of one unit and one feature from single numbers."""
    return kind(
        *(np.reshape(n, (1,) if name.endswith("bias") else (1, 1)) for name, n in numbers.items())
    )


def as_numpy(tensor):
    import keras

    return keras.ops.convert_to_numpy(tensor)


# By hand

GRU_NUMBERS = {
    "input_to_update": 0.0,
    "hidden_to_update": 0.0,
    "update_bias": np.log(3),  # sigma(log 3) = 3/4
    "input_to_reset": 0.0,
    "hidden_to_reset": 0.0,
    "reset_bias": -np.log(3),  # 1/4
    "input_to_candidate": 1.0,
    "hidden_to_candidate": 2.0,
    "candidate_bias": 0.5,
    "candidate_state_bias": 4.0,
}


def test_one_step_of_a_gru_by_hand():
    weights = one_unit(GRUWeights, GRU_NUMBERS)
    inputs, start = np.array([[[0.25]]]), np.array([[1.0]])
    # before: tanh(0.25 + (1/4 * 1) * 2 + 0.5) = tanh(1.25); H = 3/4 * 1 + 1/4 * tanh(1.25)
    run = gru_forward(inputs, weights, initial_state=start)
    assert run.update.item() == pytest.approx(0.75)
    assert run.reset.item() == pytest.approx(0.25)
    assert run.candidate.item() == pytest.approx(np.tanh(1.25))
    assert run.states[0, :, 0].tolist() == pytest.approx([1, 0.75 + 0.25 * np.tanh(1.25)])
    # after: tanh(0.25 + 0.5 + 1/4 * (1 * 2 + 4)) = tanh(2.25)
    after = gru_forward(inputs, weights, initial_state=start, reset_after=True)
    assert after.candidate.item() == pytest.approx(np.tanh(2.25))


def test_one_step_of_an_lstm_by_hand():
    names = LSTMWeights._fields
    numbers = dict.fromkeys(names, 0.0) | {
        "input_bias": 0.0,  # 1/2
        "forget_bias": np.log(3),  # 3/4
        "output_bias": -np.log(3),  # 1/4
        "input_to_candidate": 1.0,
        "hidden_to_candidate": 2.0,
        "candidate_bias": 0.5,
    }
    run = lstm_forward(
        np.array([[[0.25]]]), one_unit(LSTMWeights, numbers),
        initial_state=np.array([[1.0]]), initial_memory=np.array([[2.0]]),
    )  # fmt: skip
    # C' = tanh(0.25 + 2 + 0.5); C = 3/4 * 2 + 1/2 * C'; H = 1/4 * tanh(C)
    memory = 1.5 + 0.5 * np.tanh(2.75)
    assert run.memory[0, :, 0].tolist() == pytest.approx([2, memory])
    assert run.states[0, :, 0].tolist() == pytest.approx([1, np.tanh(memory) / 4])
    assert (run.input.item(), run.forget.item(), run.output.item()) == pytest.approx(
        (0.5, 0.75, 0.25)
    )


def test_open_and_closed_gates_keep_for_ever():
    rng = np.random.default_rng(2)
    start = rng.uniform(-1, 1, size=(B, D))
    parts = [rng.normal(size=(A, D)), rng.normal(size=(D, D)), np.zeros(D)]
    gate_open = [np.zeros((A, D)), np.zeros((D, D)), np.full(D, 100.0)]
    gate_shut = [np.zeros((A, D)), np.zeros((D, D)), np.full(D, -100.0)]
    gru = gru_forward(
        draw_inputs(), GRUWeights(*gate_open, *parts, *parts, np.zeros(D)), initial_state=start
    )
    np.testing.assert_allclose(gru.states, np.repeat(start[:, None], L + 1, axis=1), atol=1e-12)
    lstm = lstm_forward(
        draw_inputs(), LSTMWeights(*gate_shut, *gate_open, *parts, *gate_open), initial_memory=start
    )
    np.testing.assert_allclose(lstm.memory, np.repeat(start[:, None], L + 1, axis=1), atol=1e-12)
    np.testing.assert_allclose(lstm.states[:, -1], np.tanh(start), atol=1e-12)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8))
def test_sigmoid_is_a_share_and_has_no_overflow(values):
    with np.errstate(all="raise", under="ignore"):
        shares = sigmoid(np.array(values))
    assert ((shares >= 0) & (shares <= 1)).all()
    np.testing.assert_allclose(shares + sigmoid(-np.array(values)), 1, atol=1e-12)
    middle = np.clip(values, -30, 30)
    np.testing.assert_allclose(sigmoid(middle), 1 / (1 + np.exp(-middle)), atol=1e-12)


# Against Keras


@pytest.mark.parametrize("reset_after", [False, True], ids=["reset-before", "reset-after"])
@pytest.mark.parametrize("start", [False, True], ids=["from-zeros", "from-a-state"])
def test_gru_equals_keras(reset_after, start):
    import keras

    layer = randomize(keras.layers.GRU(D, reset_after=reset_after, return_sequences=True))
    first = np.random.default_rng(3).normal(size=(B, D)).astype(np.float32) if start else None
    expected = as_numpy(layer(draw_inputs(), initial_state=first))
    weights = gru_weights_from_keras(layer.get_weights())
    run = gru_forward(draw_inputs(), weights, initial_state=first, reset_after=reset_after)
    np.testing.assert_allclose(run.states[:, 1:], expected, atol=1e-5)
    other = gru_forward(draw_inputs(), weights, initial_state=first, reset_after=not reset_after)
    assert np.abs(other.states[:, 1:] - expected).max() > 0.01


@pytest.mark.parametrize("start", [False, True], ids=["from-zeros", "from-a-state"])
def test_lstm_equals_keras(start):
    import keras

    layer = randomize(keras.layers.LSTM(D, return_sequences=True, return_state=True))
    rng = np.random.default_rng(3)
    first = [rng.normal(size=(B, D)).astype(np.float32) for _ in range(2)] if start else None
    states, last_state, last_memory = map(as_numpy, layer(draw_inputs(), initial_state=first))
    run = lstm_forward(
        draw_inputs(), lstm_weights_from_keras(layer.get_weights()),
        **({} if first is None else dict(initial_state=first[0], initial_memory=first[1])),
    )  # fmt: skip
    np.testing.assert_allclose(run.states[:, 1:], states, atol=1e-5)
    np.testing.assert_allclose(run.states[:, -1], last_state, atol=1e-5)
    np.testing.assert_allclose(run.memory[:, -1], last_memory, atol=1e-5)


def test_order_of_the_gates_is_kerass():
    import keras

    lstm = keras.layers.LSTM(2)  # unit_forget_bias: the forget gate begins with 1
    lstm.build((None, None, A))
    weights = lstm_weights_from_keras(lstm.get_weights())
    assert weights.forget_bias.tolist() == [1, 1]
    assert not any(
        b.any() for b in (weights.input_bias, weights.candidate_bias, weights.output_bias)
    )
    gru = keras.layers.GRU(2, reset_after=False)
    gru.build((None, None, A))
    kernel, recurrent, _ = gru.get_weights()
    gru.set_weights([kernel, recurrent, np.array([50.0, 50, 0, 0, 0, 0])])
    run = gru_forward(draw_inputs(), gru_weights_from_keras(gru.get_weights()))
    assert run.update.min() > 0.999 and run.reset.max() < 0.999
    start = np.array([[0.3, -0.6]] * B, dtype=np.float32)  # an open update gate keeps
    np.testing.assert_allclose(as_numpy(gru(draw_inputs(), initial_state=start)), start, atol=1e-5)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**16), st.integers(1, L - 1))
def test_a_run_can_be_cut_and_taken_up_again(seed, cut):
    rng = np.random.default_rng(seed)
    gate = [(A, D), (D, D), (D,)]
    gru = GRUWeights(*(rng.normal(size=s) for s in [*3 * gate, (D,)]))
    lstm = LSTMWeights(*(rng.normal(size=s) for s in 4 * gate))
    inputs = rng.normal(size=(B, L, A))
    whole, head = (gru_forward(x, gru, reset_after=True) for x in (inputs, inputs[:, :cut]))
    tail = gru_forward(inputs[:, cut:], gru, initial_state=head.states[:, -1], reset_after=True)
    np.testing.assert_allclose(tail.states, whole.states[:, cut:], atol=1e-12)
    whole, head = (lstm_forward(x, lstm) for x in (inputs, inputs[:, :cut]))
    tail = lstm_forward(
        inputs[:, cut:], lstm,
        initial_state=head.states[:, -1], initial_memory=head.memory[:, -1],
    )  # fmt: skip
    np.testing.assert_allclose(tail.memory, whole.memory[:, cut:], atol=1e-12)
    np.testing.assert_allclose(tail.states, whole.states[:, cut:], atol=1e-12)


def test_shapes_and_precision():
    gate = [(A, D), (D, D), (D,)]
    for kind in (np.float32, np.float64):
        lstm = LSTMWeights(*(np.ones(s, kind) for s in 4 * gate))
        run = lstm_forward(draw_inputs(), lstm)
        assert run.states.shape == run.memory.shape == (B, L + 1, D)
        assert run.forget.shape == run.candidate.shape == (B, L, D)
        assert run.states.dtype == run.forget.dtype == kind
        gru = gru_forward(draw_inputs(), GRUWeights(*(np.ones(s, kind) for s in [*3 * gate, (D,)])))
        assert gru.states.shape == (B, L + 1, D) and gru.update.shape == (B, L, D)
        assert gru.states.dtype == kind


# Refusals


def zeros(kind):
    gate = [(A, D), (D, D), (D,)]
    shapes = [*3 * gate, (D,)] if kind is GRUWeights else 4 * gate
    return kind(*map(np.zeros, shapes))


GRU, LSTM = zeros(GRUWeights), zeros(LSTMWeights)
X = np.zeros((B, L, A))
KERAS = [np.zeros((A, 4 * D)), np.zeros((D, 4 * D)), np.zeros(4 * D)]
REFUSED = {
    "other-cell": (
        lambda: gru_forward(X, LSTM),
        "weights must be GRUWeights. Received LSTMWeights",
    ),
    "plain-list": (lambda: lstm_forward(X, KERAS), r"pass lstm_weights_from_keras\(layer.get_w"),
    "one-sequence": (
        lambda: gru_forward(X[0], GRU),
        r"inputs must have shape \(B, L, 4\).*\[None\]",
    ),
    "features": (lambda: lstm_forward(X[..., :3], LSTM), "as many features as the weights"),
    "first-state": (
        lambda: gru_forward(X, GRU, initial_state=np.zeros(D)),
        r"initial_state must have shape \(3, 5\).*Received shape \(5,\)",
    ),
    "first-memory": (
        lambda: lstm_forward(X, LSTM, initial_memory=np.zeros((1, D))),
        "initial_memory must have shape",
    ),
    "one-gate-differs": (
        lambda: lstm_forward(X, LSTM._replace(forget_bias=np.zeros(1))),
        r"forget_bias has shape \(1,\), beside \(4, 5\)",
    ),
    "all-gates-alike-but-wrong": (
        lambda: gru_forward(X, GRUWeights(*3 * [X[0].T, X[0].T, np.zeros(D)], np.zeros(D))),
        "The weights do not fit together",
    ),
    "gru-from-lstm": (lambda: gru_weights_from_keras(KERAS), r"a Keras GRU: a kernel \(A, 3 D\)"),
    "both-directions": (
        lambda: lstm_weights_from_keras(2 * KERAS),
        "Bidirectional layer holds two",
    ),
    "no-bias": (lambda: lstm_weights_from_keras(KERAS[:2]), "layer with a bias"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_refused(name):
    call, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        call()
