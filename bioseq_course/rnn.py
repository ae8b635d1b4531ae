"""A plain recurrent network in NumPy: the cell forwards, and back-propagation through time.

Shape letters: B batch, L length (time steps), A input features (letters), D units (the width of
the state), Q outputs. One convention, row vectors: a state is a row, a matrix stands on its right,

    h_t = φ(x_t W_xh + h_{t-1} W_hh + b_h),    o_t = h_t W_hq + b_q,

with W_xh `(A, D)`, W_hh `(D, D)`, W_hq `(D, Q)`, as in Keras's layers. Everything is float64.
Weights (`rnn_weights`) and the loss, the check by differences, clipping and Adam (`rnn_training`)
can be imported from here as well.

Sources: Elman (1990), doi:10.1207/s15516709cog1402_1 (the cell); Werbos (1990),
doi:10.1109/5.58337 (back-propagation through time).
"""

from collections.abc import Callable
from typing import NamedTuple

from bioseq_course.inputs import require_choice
from bioseq_course.rnn_training import (
    AdamState,
    adam_step,
    clip_by_global_norm,
    gradient_check,
    require_array,
    softmax_cross_entropy,
)
from bioseq_course.rnn_weights import (
    RNNWeights,
    latch_weights,
    make_rnn_weights,
    scale_to_radius,
    spectral_radius,
)

import numpy as np

__all__ = [
    "ACTIVATIONS",
    "AdamState",
    "RNNGradients",
    "RNNStates",
    "RNNWeights",
    "adam_step",
    "clip_by_global_norm",
    "gradient_check",
    "jacobian_product_norms",
    "latch_weights",
    "make_rnn_weights",
    "rnn_backward",
    "rnn_forward",
    "scale_to_radius",
    "softmax_cross_entropy",
    "spectral_radius",
    "state_jacobians",
]

ACTIVATIONS = ("tanh", "relu", "linear")
_FUNCTIONS: dict[str, Callable] = {
    "tanh": np.tanh,
    "relu": lambda sums: np.maximum(sums, 0.0),
    "linear": lambda sums: sums,
}
_SLOPES: dict[str, Callable] = {  # φ' written with the state h = φ(...), not with the sum
    "tanh": lambda states: 1 - states**2,
    "relu": lambda states: (states > 0).astype(float),
    "linear": np.ones_like,
}


class RNNStates(NamedTuple):
    """What a forward run leaves: the states with the initial one in front, and the outputs."""

    states: np.ndarray  # (B, L + 1, D)
    outputs: np.ndarray  # (B, L, Q)


class RNNGradients(NamedTuple):
    """Gradients of a loss: of the weights by their names, and of the states."""

    input_to_hidden: np.ndarray
    hidden_to_hidden: np.ndarray
    hidden_bias: np.ndarray
    hidden_to_output: np.ndarray
    output_bias: np.ndarray
    initial_state: np.ndarray  # (B, D)
    states: np.ndarray  # (B, L + 1, D): ∂loss/∂h_t, all later losses included


# Forwards and backwards


def rnn_forward(
    inputs: np.ndarray,
    weights: RNNWeights,
    *,
    initial_state: np.ndarray | None = None,
    activation: str = "tanh",
) -> RNNStates:
    """Run the cell over the time steps.

    Args:
        inputs: `(B, L, A)`.
        weights: the shared weights.
        initial_state: h_0 `(B, D)`, 0 by default.
        activation: φ, "tanh", "relu" or "linear".

    Returns:
        States `(B, L + 1, D)`, the initial one first, and outputs `(B, L, Q)`.

    Raises:
        ValueError: a shape does not fit, or an array holds NaN or infinity.

    >>> one = np.ones((1, 1))
    >>> weights = RNNWeights(one, 0.5 * one, np.zeros(1), 2 * one, np.zeros(1))
    >>> run = rnn_forward([[[1.0], [0.0], [0.0]]], weights, activation="linear")
    >>> run.states.ravel().tolist(), run.outputs.ravel().tolist()
    ([0.0, 1.0, 0.5, 0.25], [2.0, 1.0, 0.5])
    """
    inputs, weights, sizes = _require_network(inputs, weights, activation)
    states = np.zeros((sizes["B"], sizes["L"] + 1, sizes["D"]))
    if initial_state is not None:
        states[:, 0] = require_array("initial_state", initial_state, ("B", "D"), sizes)
    driven = inputs @ weights.input_to_hidden + weights.hidden_bias  # (B, L, D)
    for t in range(sizes["L"]):
        sums = driven[:, t] + states[:, t] @ weights.hidden_to_hidden
        states[:, t + 1] = _FUNCTIONS[activation](sums)
    return RNNStates(states, states[:, 1:] @ weights.hidden_to_output + weights.output_bias)


def rnn_backward(
    inputs: np.ndarray,
    run: RNNStates,
    output_gradients: np.ndarray,
    weights: RNNWeights,
    *,
    activation: str = "tanh",
    truncate: int | None = None,
) -> RNNGradients:
    """Go back through time: δ_{t-1} = (δ_t ⊙ φ') W_hhᵀ, plus what the output at t - 1 adds.

    Args:
        inputs, weights, activation: as in `rnn_forward`.
        run: what `rnn_forward` returned for them.
        output_gradients: ∂loss/∂o_t `(B, L, Q)`, for example of `softmax_cross_entropy`.
        truncate: n ≥ 0: the error of the output at t reaches the states h_t, h_{t-1} ... h_{t-n}
            and no earlier one. None for all. The cost grows with n.

    Returns:
        Gradients, summed over the batch and over time for what all steps share.

    Raises:
        ValueError: as in `rnn_forward`; or `truncate` is not a whole number of at least 0.

    >>> one = np.ones((1, 1))
    >>> weights = RNNWeights(one, 0.5 * one, np.zeros(1), one, np.zeros(1))
    >>> text, errors = [[[1.0], [0.0], [0.0]]], [[[0.0], [0.0], [1.0]]]  # loss = o_3 = w²
    >>> run = rnn_forward(text, weights, activation="linear")
    >>> rnn_backward(text, run, errors, weights, activation="linear").hidden_to_hidden.tolist()
    [[1.0]]
    """
    inputs, weights, sizes = _require_network(inputs, weights, activation)
    states = require_array("run.states", run.states, ("B", "L + 1", "D"), sizes)
    errors = require_array("output_gradients", output_gradients, ("B", "L", "Q"), sizes)
    if truncate is not None and (not isinstance(truncate, (int, np.integer)) or truncate < 0):
        raise ValueError(f"truncate must be None or at least 0. Received: {truncate!r}. Pass 20.")
    slopes = _SLOPES[activation](states[:, 1:])
    direct = errors @ weights.hidden_to_output.T
    total = _carry_back(direct, slopes, weights.hidden_to_hidden, truncate)
    sums = total[:, 1:] * slopes  # ∂loss/∂(x_t W_xh + h_{t-1} W_hh + b_h)
    return RNNGradients(
        input_to_hidden=np.einsum("bta,btd->ad", inputs, sums),
        hidden_to_hidden=np.einsum("bti,btj->ij", states[:, :-1], sums),
        hidden_bias=sums.sum(axis=(0, 1)),
        hidden_to_output=np.einsum("btd,btq->dq", states[:, 1:], errors),
        output_bias=errors.sum(axis=(0, 1)),
        initial_state=total[:, 0],
        states=total,
    )


def _carry_back(direct, slopes, recurrent, truncate):
    """∂loss/∂h_t (B, L + 1, D). Row j of `arriving` is what comes from the output j steps later."""
    B, L, D = direct.shape
    total, older = np.zeros((B, L + 1, D)), np.zeros((0, B, D))
    for t in range(L, 0, -1):
        arriving = np.concatenate([direct[None, :, t - 1], older[:truncate]])
        if truncate is None:  # nobody asks how old an error is: one sum will do
            arriving = arriving.sum(axis=0, keepdims=True)
        total[:, t] = arriving.sum(axis=0)
        older = (arriving * slopes[:, t - 1]) @ recurrent.T
    total[:, 0] = older[:truncate].sum(axis=0)
    return total


# How an error grows or shrinks on its way


def state_jacobians(run: RNNStates, weights: RNNWeights, activation: str = "tanh") -> np.ndarray:
    """Return J_t = W_hh diag(φ'_t) for each step: entry (i, j) is ∂h_t[j] / ∂h_{t-1}[i].

    A small change of a state moves on as a row, dh_t = dh_{t-1} J_t; an error goes back as
    δ_{t-1} = δ_t J_tᵀ.

    Returns:
        `(B, L, D, D)`, the step from h_0 to h_1 first.

    Raises:
        ValueError: a shape does not fit, or the activation is unknown.

    >>> weights = latch_weights(4)  # the latch that keeps a letter lets no error through
    >>> run = rnn_forward(np.eye(4)[[[2, 0, 3]]], weights)
    >>> bool(np.abs(state_jacobians(run, weights)[0, 2]).max() < 1e-4)
    True
    """
    require_choice("activation", activation, ACTIVATIONS)
    recurrent = require_array("hidden_to_hidden", weights.hidden_to_hidden, ("D", "D"), sizes := {})
    states = require_array("run.states", run.states, ("B", "L + 1", "D"), sizes)
    return recurrent * _SLOPES[activation](states[:, 1:])[:, :, None, :]


def jacobian_product_norms(
    run: RNNStates, weights: RNNWeights, activation: str = "tanh"
) -> np.ndarray:
    """Return the largest factor by which an error can grow on k steps back from the last state.

    Returns:
        `(B, L)`: in column k - 1 the spectral norm (largest singular value) of ∂h_L/∂h_{L-k}.

    Raises:
        ValueError: as in `state_jacobians`.

    >>> one = np.ones((1, 1))
    >>> weights = RNNWeights(one, 0.5 * one, np.zeros(1), one, np.zeros(1))
    >>> run = rnn_forward(np.ones((1, 3, 1)), weights, activation="linear")
    >>> jacobian_product_norms(run, weights, "linear").tolist()
    [[0.5, 0.25, 0.125]]
    """
    jacobians = state_jacobians(run, weights, activation)
    product, norms = np.eye(jacobians.shape[-1]), []
    for step in np.moveaxis(jacobians, 1, 0)[::-1]:
        product = step @ product
        norms.append(np.linalg.norm(product, ord=2, axis=(1, 2)))
    return np.stack(norms, axis=1)


def _require_network(inputs, weights, activation):
    """Return checked float64 inputs and weights, and the sizes that they agree on."""
    require_choice("activation", activation, ACTIVATIONS)
    sizes = {}
    inputs = require_array("inputs", inputs, ("B", "L", "A"), sizes)
    sizes["L + 1"] = sizes["L"] + 1
    shapes = (("A", "D"), ("D", "D"), ("D",), ("D", "Q"), ("Q",))
    arrays = zip(RNNWeights._fields, weights, shapes, strict=True)
    return inputs, RNNWeights(*(require_array(*each, sizes) for each in arrays)), sizes
