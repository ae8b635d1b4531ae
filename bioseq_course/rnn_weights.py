"""Weights of a plain recurrent network: drawn at random, scaled, or written down by hand.

Shape letters: A input features, D units, Q outputs. NumPy only.
"""

from typing import NamedTuple

from bioseq_course.inputs import require_positive
from bioseq_course.rnn_training import require_array

import numpy as np


class RNNWeights(NamedTuple):
    """The five arrays that all time steps share."""

    input_to_hidden: np.ndarray  # W_xh (A, D)
    hidden_to_hidden: np.ndarray  # W_hh (D, D)
    hidden_bias: np.ndarray  # b_h (D,)
    hidden_to_output: np.ndarray  # W_hq (D, Q)
    output_bias: np.ndarray  # b_q (Q,)


def make_rnn_weights(
    num_inputs: int,
    num_units: int,
    num_outputs: int,
    *,
    spectral_radius: float | None = None,
    rng: np.random.Generator,
) -> RNNWeights:
    """Draw starting weights; the biases are 0.

    Args:
        num_inputs, num_units, num_outputs: A, D, Q.
        spectral_radius: None for a random orthogonal W_hh; a number for one of independent normal
            entries, scaled so that its largest absolute eigenvalue is that number.
        rng: source of random numbers.

    Returns:
        Weights; W_xh and W_hq are Glorot uniform, within ±sqrt(6 / (rows + columns)). These and
        the orthogonal W_hh are the defaults of Keras's `SimpleRNN` and `Dense`.

    Raises:
        ValueError: a size is not a whole number of at least 1, or the radius is not positive.

    >>> weights = make_rnn_weights(4, 3, 2, rng=np.random.default_rng(0))
    >>> bool(np.allclose(weights.hidden_to_hidden @ weights.hidden_to_hidden.T, np.eye(3)))
    True
    """
    sizes = {"num_inputs": num_inputs, "num_units": num_units, "num_outputs": num_outputs}
    A, D, Q = (require_positive(*size, "Pass for example 16.") for size in sizes.items())
    square = rng.normal(size=(D, D))
    if spectral_radius is None:
        q, r = np.linalg.qr(square)
        recurrent = q * np.sign(np.diag(r))
    else:
        recurrent = scale_to_radius(square, spectral_radius)
    glorot = [rng.uniform(-1, 1, shape) * np.sqrt(6 / sum(shape)) for shape in ((A, D), (D, Q))]
    return RNNWeights(glorot[0], recurrent, np.zeros(D), glorot[1], np.zeros(Q))


def latch_weights(num_letters: int) -> RNNWeights:
    """Write down a tanh network that keeps the first letter of a text for ever, nothing learned.

    Unit j says +1 for "it was letter j" and -1 otherwise. From the state 0 the first letter alone
    decides (±2). After that each unit hears itself ten times: 10 tanh(2) > 9.6, and no letter,
    worth ±2, turns its sign.

    Args:
        num_letters: A = D = Q.

    Raises:
        ValueError: it is not a whole number of at least 1.

    >>> from bioseq_course.rnn import rnn_forward
    >>> text = np.eye(4)[[[2, 0, 3, 3, 1]]]
    >>> rnn_forward(text, latch_weights(4)).outputs.argmax(axis=2).tolist()
    [[2, 2, 2, 2, 2]]
    """
    A = require_positive("num_letters", num_letters, "Pass for example 4, for A, C, G, T.")
    own = np.eye(A)
    return RNNWeights(4 * own - 2, 10 * own, np.zeros(A), 5 * own, np.zeros(A))


def spectral_radius(matrix: np.ndarray) -> float:
    """Return the largest absolute eigenvalue of a matrix `(D, D)`.

    Raises:
        ValueError: it is not square, or holds NaN or infinity.

    >>> round(spectral_radius([[0.0, 2.0], [-2.0, 0.0]]), 9)  # eigenvalues 2i and -2i
    2.0
    """
    matrix = require_array("matrix", matrix, ("D", "D"), {})
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def scale_to_radius(matrix: np.ndarray, radius: float) -> np.ndarray:
    """Multiply a matrix `(D, D)` by one number so that its spectral radius becomes `radius`.

    Raises:
        ValueError: the matrix is as in `spectral_radius`, or its radius is 0, or `radius` is not
            a positive number.

    >>> scale_to_radius([[1.0, 0.0], [5.0, 2.0]], 0.5).tolist()
    [[0.25, 0.0], [1.25, 0.5]]
    """
    if not 0 < radius < np.inf:
        raise ValueError(f"radius must be a positive number. Received: {radius!r}. Pass e.g. 0.9.")
    now = spectral_radius(matrix)
    if now == 0:
        raise ValueError(
            "All eigenvalues of the matrix are 0, no factor changes that: draw another."
        )
    return np.asarray(matrix, dtype=float) * (radius / now)
