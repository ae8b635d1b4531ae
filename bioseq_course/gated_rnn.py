"""Gated recurrent cells in NumPy: GRU and LSTM, gate by gate, as Keras computes them.

Shape letters: B sequences, L places (times), A letters or features, D units.

All is written for row vectors, as in `rnn`: a state times a matrix. sigma(x) = 1 / (1 + exp(-x))
turns any number into a share between 0 and 1, and `*` multiplies entry by entry.

GRU, arXiv:1406.1078, with update gate Z, reset gate R and candidate H':

    Z_t = sigma(X_t W_xz + H_{t-1} W_hz + b_z)
    R_t = sigma(X_t W_xr + H_{t-1} W_hr + b_r)
    H'_t = tanh(X_t W_xh + (R_t * H_{t-1}) W_hh + b_h)
    H_t = Z_t * H_{t-1} + (1 - Z_t) * H'_t

With `reset_after`, Keras's default and the form that fast kernels use (arXiv:1406.1078, version 1),
the reset gate comes behind the matrix, where a second bias c_h stands:

    H'_t = tanh(X_t W_xh + b_h + R_t * (H_{t-1} W_hh + c_h))

LSTM, doi:10.1162/neco.1997.9.8.1735, with the forget gate of doi:10.1162/089976600300015015:
gates I (input), F (forget), O (output), candidate C', memory C and state H:

    I_t, F_t, O_t = sigma(X_t W_x. + H_{t-1} W_h. + b_.), each with weights of its own
    C'_t = tanh(X_t W_xc + H_{t-1} W_hc + b_c)
    C_t = F_t * C_{t-1} + I_t * C'_t
    H_t = O_t * tanh(C_t)
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class GRUWeights(NamedTuple):
    """Weights of a GRU: matrices from the inputs (A, D), from the state (D, D), biases (D,).

    `candidate_state_bias` is c_h, which stands inside the reset gate with `reset_after=True` and
    is left out without.
    """

    input_to_update: np.ndarray
    hidden_to_update: np.ndarray
    update_bias: np.ndarray
    input_to_reset: np.ndarray
    hidden_to_reset: np.ndarray
    reset_bias: np.ndarray
    input_to_candidate: np.ndarray
    hidden_to_candidate: np.ndarray
    candidate_bias: np.ndarray
    candidate_state_bias: np.ndarray


class LSTMWeights(NamedTuple):
    """Weights of an LSTM: matrices from the inputs (A, D), from the state (D, D), biases (D,)."""

    input_to_input: np.ndarray
    hidden_to_input: np.ndarray
    input_bias: np.ndarray
    input_to_forget: np.ndarray
    hidden_to_forget: np.ndarray
    forget_bias: np.ndarray
    input_to_candidate: np.ndarray
    hidden_to_candidate: np.ndarray
    candidate_bias: np.ndarray
    input_to_output: np.ndarray
    hidden_to_output: np.ndarray
    output_bias: np.ndarray


class GRURun(NamedTuple):
    """What a GRU went through: states `(B, L + 1, D)`, the first one included; gates `(B, L, D)`.

    `states[:, t + 1]`, `reset[:, t]`, `update[:, t]` and `candidate[:, t]` belong to input t.
    """

    states: np.ndarray
    reset: np.ndarray
    update: np.ndarray
    candidate: np.ndarray


class LSTMRun(NamedTuple):
    """What an LSTM went through: states and memory `(B, L + 1, D)`, gates `(B, L, D)`.

    `states[:, t + 1]`, `memory[:, t + 1]` and entry t of the gates belong to input t.
    """

    states: np.ndarray
    memory: np.ndarray
    input: np.ndarray
    forget: np.ndarray
    output: np.ndarray
    candidate: np.ndarray


def sigmoid(values: np.ndarray) -> np.ndarray:
    """Turn numbers into shares: 1 / (1 + exp(-x)), without overflow on either side.

    >>> sigmoid(np.array([0.0, 4.0, -1000.0])).round(3).tolist()
    [0.5, 0.982, 0.0]
    """
    return (1 + np.tanh(np.asarray(values) / 2)) / 2


def gru_forward(
    inputs: np.ndarray,
    weights: GRUWeights,
    *,
    initial_state: np.ndarray | None = None,
    reset_after: bool = False,
) -> GRURun:
    """Run a GRU along sequences; the formulas stand at the top of this file.

    Args:
        inputs: `(B, L, A)`.
        weights: for A features and D units.
        initial_state: `(B, D)`; zeros when left out.
        reset_after: False resets the state before the matrix, as in the paper; True behind it, as
            Keras does unless told otherwise. With weights of one kind the other gives other
            numbers.

    Returns:
        A `GRURun`, in the precision of the inputs and weights together.

    Raises:
        ValueError: inputs, weights or first state do not fit together.

    >>> weights = GRUWeights(*3 * [np.zeros((4, 2)), np.zeros((2, 2)), np.zeros(2)], np.zeros(2))
    >>> gru_forward(np.ones((1, 3, 4)), weights, initial_state=np.ones((1, 2))).states[0, :, 0]
    array([1.   , 0.5  , 0.25 , 0.125])
    """
    w = _require_weights(weights, GRUWeights)
    inputs, state = _require_inputs(inputs, initial_state, w.input_to_update)
    states, resets, updates, candidates = [state], [], [], []
    for X in np.swapaxes(inputs, 0, 1):  # (B, A), one time after the other
        Z = sigmoid(X @ w.input_to_update + state @ w.hidden_to_update + w.update_bias)
        R = sigmoid(X @ w.input_to_reset + state @ w.hidden_to_reset + w.reset_bias)
        if reset_after:
            past = R * (state @ w.hidden_to_candidate + w.candidate_state_bias)
        else:
            past = (R * state) @ w.hidden_to_candidate
        candidate = np.tanh(X @ w.input_to_candidate + past + w.candidate_bias)
        state = Z * state + (1 - Z) * candidate
        for kept, value in zip(
            (states, resets, updates, candidates), (state, R, Z, candidate), strict=True
        ):
            kept.append(value)
    return GRURun(*(np.stack(kept, axis=1) for kept in (states, resets, updates, candidates)))


def lstm_forward(
    inputs: np.ndarray,
    weights: LSTMWeights,
    *,
    initial_state: np.ndarray | None = None,
    initial_memory: np.ndarray | None = None,
) -> LSTMRun:
    """Run an LSTM along sequences; the formulas stand at the top of this file.

    Args:
        inputs: `(B, L, A)`.
        weights: for A features and D units.
        initial_state, initial_memory: H and C before the first input, each `(B, D)`; zeros when
            left out.

    Returns:
        An `LSTMRun`, in the precision of the inputs and weights together.

    Raises:
        ValueError: inputs, weights, first state or first memory do not fit together.

    >>> weights = LSTMWeights(*4 * [np.zeros((4, 2)), np.zeros((2, 2)), np.zeros(2)])
    >>> lstm_forward(np.ones((1, 2, 4)), weights, initial_memory=np.ones((1, 2))).memory[0, :, 0]
    array([1.  , 0.5 , 0.25])
    """
    w = _require_weights(weights, LSTMWeights)
    sequences, state = _require_inputs(inputs, initial_state, w.input_to_input)
    _, memory = _require_inputs(inputs, initial_memory, w.input_to_input, "initial_memory")
    steps = [(state, memory)]
    for X in np.swapaxes(sequences, 0, 1):  # (B, A), one time after the other
        gate_in = sigmoid(X @ w.input_to_input + state @ w.hidden_to_input + w.input_bias)
        forget = sigmoid(X @ w.input_to_forget + state @ w.hidden_to_forget + w.forget_bias)
        gate_out = sigmoid(X @ w.input_to_output + state @ w.hidden_to_output + w.output_bias)
        new = np.tanh(X @ w.input_to_candidate + state @ w.hidden_to_candidate + w.candidate_bias)
        memory = forget * memory + gate_in * new
        state = gate_out * np.tanh(memory)
        steps.append((state, memory, gate_in, forget, gate_out, new))
    kept = [[step[n] for step in steps[n > 1 :]] for n in range(6)]  # gates have no first entry
    return LSTMRun(*(np.stack(values, axis=1) for values in kept))


def gru_weights_from_keras(arrays: Sequence[np.ndarray]) -> GRUWeights:
    """Take the weights of a Keras GRU apart: its order of the gates is z, r, h.

    Args:
        arrays: `layer.get_weights()`: kernel `(A, 3 D)`, recurrent kernel `(D, 3 D)`, and a bias
            `(2, 3 D)` with `reset_after=True`, `(3 D,)` without.

    Returns:
        `GRUWeights`. Of the two biases Keras keeps for update and reset gate, the sum.

    Raises:
        ValueError: the arrays are not three of such shapes.

    >>> arrays = [np.zeros((4, 6)), np.zeros((2, 6)), np.arange(12.0).reshape(2, 6)]
    >>> gru_weights_from_keras(arrays).reset_bias  # 2 + 8, 3 + 9
    array([10., 12.])
    """
    kernel, recurrent, bias = _require_arrays(arrays, 3, "GRU")
    from_inputs, from_state = np.split(kernel, 3, axis=1), np.split(recurrent, 3, axis=1)
    first, second = bias if bias.ndim == 2 else (bias, np.zeros_like(bias))
    units = len(recurrent)
    total = first + second
    biases = [total[:units], total[units : 2 * units], first[2 * units :]]
    gates = [part for gate in zip(from_inputs, from_state, biases, strict=True) for part in gate]
    return GRUWeights(*gates, second[2 * units :])


def lstm_weights_from_keras(arrays: Sequence[np.ndarray]) -> LSTMWeights:
    """Take the weights of a Keras LSTM apart: its order of the gates is i, f, c, o.

    Args:
        arrays: `layer.get_weights()`: kernel `(A, 4 D)`, recurrent kernel `(D, 4 D)`, bias
            `(4 D,)`.

    Returns:
        `LSTMWeights`.

    Raises:
        ValueError: the arrays are not three of such shapes.

    >>> lstm_weights_from_keras([np.zeros((4, 8)), np.zeros((2, 8)), np.arange(8)]).forget_bias
    array([2, 3])
    """
    parts = [np.split(array, 4, axis=-1) for array in _require_arrays(arrays, 4, "LSTM")]
    return LSTMWeights(*(part for gate in zip(*parts, strict=True) for part in gate))


# Checks


def _require_weights(weights: object, kind: type) -> NamedTuple:
    if not isinstance(weights, kind):
        function = "gru_weights_from_keras" if kind is GRUWeights else "lstm_weights_from_keras"
        raise ValueError(
            f"weights must be {kind.__name__}. Received {type(weights).__name__}: pass "
            f"{function}(layer.get_weights())."
        )
    arrays = kind(*map(np.asarray, weights))
    shapes = [arrays[0].shape, arrays[1].shape, arrays[2].shape]  # of the first gate
    for number, (name, array) in enumerate(zip(kind._fields, arrays, strict=True)):
        expected = shapes[2] if number == 9 and kind is GRUWeights else shapes[number % 3]
        if (
            array.shape != expected
            or shapes[1] != 2 * (shapes[0][-1:])
            or shapes[2] != shapes[1][:1]
        ):
            raise ValueError(
                f"The weights do not fit together: {name} has shape {array.shape}, beside "
                f"{shapes[0]} from the inputs, {shapes[1]} from the state and biases {shapes[2]}. "
                "Pass matrices (A, D), (D, D) and biases (D,), alike for all gates."
            )
    return arrays


def _require_inputs(
    inputs: np.ndarray, start: np.ndarray | None, kernel: np.ndarray, name: str = "initial_state"
) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs (B, L, A) and a first state (B, D), checked."""
    inputs = np.asarray(inputs)
    num_features, num_units = kernel.shape
    if inputs.ndim != 3 or inputs.shape[2] != num_features:
        raise ValueError(
            f"inputs must have shape (B, L, {num_features}), as many features as the weights. "
            f"Received shape {inputs.shape}. For a single sequence pass sequence[None]."
        )
    kind = np.result_type(inputs, kernel)
    start = np.zeros((len(inputs), num_units), kind) if start is None else np.asarray(start)
    if start.shape != (len(inputs), num_units):
        raise ValueError(
            f"{name} must have shape ({len(inputs)}, {num_units}): one row for each sequence. "
            f"Received shape {start.shape}."
        )
    return inputs, start


def _require_arrays(arrays: Sequence[np.ndarray], num_gates: int, cell: str) -> list[np.ndarray]:
    arrays = [np.asarray(array) for array in arrays]
    if len(arrays) == 3 and arrays[1].ndim == 2:
        kernel, recurrent, bias = arrays
        width = num_gates * len(recurrent)
        biases = [(width,), (2, width)] if cell == "GRU" else [(width,)]
        fits = kernel.ndim == 2 and kernel.shape[1] == recurrent.shape[1] == width
        if fits and bias.shape in biases:
            return arrays
    raise ValueError(
        f"Expected the weights of a Keras {cell}: a kernel (A, {num_gates} D), a recurrent kernel "
        f"(D, {num_gates} D) and a bias. Received shapes {[array.shape for array in arrays]}. Pass "
        f"layer.get_weights() of one {cell} layer with a bias; a Bidirectional layer holds two."
    )
