"""What training a network by hand needs: loss, check by differences, clipping, Adam. NumPy only.

Parameters and their gradients are named arrays: a NamedTuple such as `rnn.RNNWeights`, or a dict.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

_OF_STATES = ("initial_state", "states")  # in RNNGradients, but not learned


def require_array(name: str, value: Any, shape: tuple[str, ...], sizes: dict) -> np.ndarray:
    """Return a finite float64 array whose axes are as long as `sizes` says for their letters.

    Args:
        name: what the message calls the array.
        value: an array, or nested lists.
        shape: a letter for each axis.
        sizes: letter to length; letters not yet in it are added.

    Raises:
        ValueError: another shape, no numbers, or NaN or infinity.

    >>> require_array("states", [[1, 2]], ("B", "D"), {"D": 3})
    Traceback (most recent call last):
        ...
    ValueError: states must have the shape (B, D) = (?, 3). Received: (1, 2). Give all arrays the \
same sizes: B batch, L steps, A inputs, D units, Q outputs.
    """
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be an array of numbers: {error}. Pass an array.") from None
    known = [sizes.get(letter, "?") for letter in shape]
    if array.ndim == len(shape):
        fits = all(
            sizes.setdefault(*pair) == pair[1] for pair in zip(shape, array.shape, strict=True)
        )
    if array.ndim != len(shape) or not fits:
        asked = ", ".join(shape) + "," * (len(shape) == 1), ", ".join(map(str, known))
        raise ValueError(
            f"{name} must have the shape ({asked[0]}) = ({asked[1]}). Received: {array.shape}. "
            "Give all arrays the same sizes: B batch, L steps, A inputs, D units, Q outputs."
        )
    if not np.isfinite(array).all():
        place = tuple(int(i) + 1 for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(
            f"{name} holds {array[tuple(i - 1 for i in place)]} at {place} (counting from 1). "
            "If it comes out of training, it diverged: clip the gradient or take smaller steps."
        )
    return array


def softmax_cross_entropy(
    outputs: np.ndarray, targets: np.ndarray, *, weights: np.ndarray | None = None
) -> tuple[float, np.ndarray]:
    """Compare outputs with the right classes: -ln softmax(o_t)[target], summed over time.

    Args:
        outputs: o `(B, L, Q)`, any real numbers.
        targets: `(B, L)`, whole numbers from 0 to Q - 1; -1 where nothing is asked.
        weights: `(B, L)`, factors of the single losses; 1 by default.

    Returns:
        The loss in nats, a mean over the batch, and its gradient `(B, L, Q)`.

    Raises:
        ValueError: a shape does not fit, a target is none of the classes, or NaN comes in.

    >>> loss, gradient = softmax_cross_entropy(np.zeros((1, 2, 4)), [[3, -1]])
    >>> round(loss, 4), gradient.tolist()  # ln 4: nothing is known
    (1.3863, [[[0.25, 0.25, 0.25, -0.75], [0.0, 0.0, 0.0, 0.0]]])
    """
    outputs = require_array("outputs", outputs, ("B", "L", "Q"), sizes := {})
    targets = require_array("targets", targets, ("B", "L"), sizes)
    if not np.isin(targets, np.arange(-1, sizes["Q"])).all():
        raise ValueError(
            f"targets must be whole numbers from 0 to Q - 1 = {sizes['Q'] - 1}, or -1 for no "
            f"target. Received values from {targets.min():g} to {targets.max():g}. Number the "
            "letters anew."
        )
    factors = (targets >= 0) / max(1, sizes["B"])  # (B, L)
    if weights is not None:
        factors = factors * require_array("weights", weights, ("B", "L"), sizes)
    shifted = outputs - outputs.max(axis=2, keepdims=True)
    log_shares = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    right = np.arange(sizes["Q"]) == targets[:, :, None]  # one-hot, all False without a target
    loss = -(log_shares * right).sum(axis=2) * factors
    return float(loss.sum()), (np.exp(log_shares) - right) * factors[:, :, None]


def gradient_check(
    function: Callable[[Any], float],
    parameters: Any,
    gradients: Any,
    *,
    step: float = 1e-5,
    max_entries: int | None = None,
    rng: np.random.Generator | None = None,
) -> float:
    """Compare gradients with central differences, (f(p + ε) - f(p - ε)) / 2ε, entry by entry.

    Args:
        function: takes what `parameters` is and returns the loss.
        parameters: a NamedTuple or dict of arrays.
        gradients: has an array for each name of `parameters`, and may have more.
        step: ε. Smaller means less curvature and more rounding.
        max_entries: check so many random entries of each array; None for all.
        rng: needed with `max_entries`.

    Returns:
        The largest difference, relative to the largest gradient of its array (or to a hundredth of
        the largest of all, where that is more: differences of tiny gradients are all rounding).

    Raises:
        ValueError: a gradient is missing or has another shape, or `rng` is.

    >>> at = {"x": np.array([1.0, -2.0])}
    >>> gradient_check(lambda p: (p["x"] ** 3).sum(), at, {"x": 3 * at["x"] ** 2}) < 1e-9
    True
    """
    given = _named(gradients)
    pairs = []  # for each array, (2, entries): by formula and by differences
    for name, array in _named(parameters).items():
        array = np.array(array, dtype=np.float64)
        if np.shape(given.get(name)) != array.shape or name not in given:
            raise ValueError(f"gradients must have {name} with shape {array.shape}. Add it.")
        entries = np.arange(array.size)
        if max_entries is not None and max_entries < array.size:
            if rng is None:
                raise ValueError("max_entries needs rng: pass np.random.default_rng(seed).")
            entries = rng.choice(array.size, max_entries, replace=False)
        slopes = [_difference(function, parameters, name, array, i, step) for i in entries]
        pairs.append(np.array([np.ravel(given[name])[entries], slopes], dtype=np.float64))
    largest = [np.abs(pair).max(initial=0.0) for pair in pairs]
    floor = max(max(largest) / 100, np.finfo(float).tiny)
    errors = [np.abs(pair[0] - pair[1]).max(initial=0.0) for pair in pairs]
    return float(max(e / max(size, floor) for e, size in zip(errors, largest, strict=True)))


def clip_by_global_norm(gradients: Any, max_norm: float) -> tuple[Any, float]:
    """Shorten the gradient to a norm of at most `max_norm`; its direction stays.

    The norm is taken over all arrays together (gradients of states do not count, but are shortened
    too). Source: Pascanu, Mikolov, Bengio (2013), arXiv:1211.5063.

    Returns:
        The gradients, unchanged if they are short enough, and the norm that they had.

    Raises:
        ValueError: `max_norm` is not positive, or the norm is NaN or infinite.

    >>> clip_by_global_norm({"w": np.array([3.0]), "b": np.array([4.0])}, 1.0)
    ({'w': array([0.6]), 'b': array([0.8])}, 5.0)
    """
    if not max_norm > 0:
        raise ValueError(f"max_norm must be positive. Received: {max_norm!r}. Pass e.g. 1.0.")
    named = _named(gradients)
    squares = [np.square(array).sum() for name, array in named.items() if name not in _OF_STATES]
    norm = float(np.sqrt(sum(squares)))
    if not np.isfinite(norm):
        raise ValueError(
            f"The norm of the gradient is {norm}: no factor mends that. Clip from the first step, "
            "take shorter sequences or smaller starting weights."
        )
    if norm <= max_norm:
        return gradients, norm
    return _rebuild(gradients, {k: v * (max_norm / norm) for k, v in named.items()}), norm


class AdamState(NamedTuple):
    """What Adam remembers: the number of steps, running means of gradients and of their squares."""

    steps: int
    means: dict[str, np.ndarray]
    squares: dict[str, np.ndarray]


def adam_step(
    weights: Any,
    gradients: Any,
    state: AdamState | None,
    *,
    learning_rate: float = 1e-3,
    decay: tuple[float, float] = (0.9, 0.999),
    epsilon: float = 1e-7,
) -> tuple[Any, AdamState]:
    """Take one step of Adam (Kingma and Ba 2015, arXiv:1412.6980), with Keras's defaults.

    Args:
        weights: a NamedTuple or dict of arrays; not changed in place.
        gradients: has an array for each name of `weights`, and may have more.
        state: what the last step returned, None at the first.
        learning_rate, decay, epsilon: α, (β₁, β₂), ε.

    Raises:
        ValueError: a gradient is missing.

    >>> new, state = adam_step({"w": np.array([1.0])}, {"w": np.array([8.0])}, None)
    >>> new["w"].round(6).tolist(), state.steps  # the first step is α, however long the gradient
    ([0.999], 1)
    """
    named, given = _named(weights), _named(gradients)
    if missing := sorted(named.keys() - given.keys()):
        raise ValueError(f"gradients has no {missing[0]!r}. Pass one array for each weight.")
    steps, means, squares = state or (0, dict.fromkeys(named, 0.0), dict.fromkeys(named, 0.0))
    steps, (slow, slower) = steps + 1, decay
    means = {k: slow * means[k] + (1 - slow) * given[k] for k in named}
    squares = {k: slower * squares[k] + (1 - slower) * np.square(given[k]) for k in named}
    rate = learning_rate * np.sqrt(1 - slower**steps) / (1 - slow**steps)
    new = {k: named[k] - rate * means[k] / (np.sqrt(squares[k]) + epsilon) for k in named}
    return _rebuild(weights, new), AdamState(steps, means, squares)


def _named(arrays: Any) -> dict[str, np.ndarray]:
    if isinstance(arrays, Mapping):
        return dict(arrays)
    if hasattr(arrays, "_asdict"):
        return arrays._asdict()
    raise ValueError(
        f"Expected a dict or NamedTuple of arrays. Received: {type(arrays).__name__}. Give each "
        "array a name, such as {'w': w}."
    )


def _rebuild(like: Any, named: dict[str, np.ndarray]) -> Any:
    return named if isinstance(like, Mapping) else like._replace(**named)


def _difference(function, parameters, name, array, index, step) -> float:
    moved = []
    for sign in (1, -1):
        shifted = array.copy()
        shifted.flat[index] += sign * step
        moved.append(function(_rebuild(parameters, {**_named(parameters), name: shifted})))
    return (moved[0] - moved[1]) / (2 * step)
