"""The gradient of a function with respect to its input, for every back end of Keras.

`keras.ops` has no gradient, so this is the one file of the course that names a back end.
"""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np


def gradient(fn: Callable[[Any], Any], x: Any) -> np.ndarray:
    """Return the gradient of a scalar function at a point, by automatic differentiation.

    Args:
        fn: takes one tensor shaped like `x` and returns a scalar tensor, using `keras.ops` or a
            Keras model only. Call models with `training=False`.
        x: real numbers of any shape, as an array, a tensor or a list.

    Returns:
        NumPy array of the shape of `x`: how fast `fn(x)` grows with each entry of `x`. Its type is
        that of `x` as a tensor (float32 for Python numbers; JAX makes float32 of float64).

    Raises:
        ValueError: `fn` is not callable, `x` does not hold real floating-point numbers, `fn(x)` is
            not a scalar tensor or does not depend on `x` in a way that can be differentiated (JAX
            cannot tell and gives zeros), or the back end has no gradients.

    The gradient of the sum of squares is twice the input:

    >>> gradient(lambda x: keras.ops.sum(x**2), [1.0, -3.0])
    array([ 2., -6.], dtype=float32)
    """
    differentiate = _for_backend(keras.backend.backend())
    if not callable(fn):
        raise ValueError(
            f"fn must be a function. Received {type(fn).__name__}: call gradient(fn, x), the "
            "function first."
        )
    x = _require_real_tensor(x)
    return keras.ops.convert_to_numpy(differentiate(_with_checked_result(fn), x))


def _for_backend(backend: str) -> Callable:
    known = {"tensorflow": _tensorflow, "jax": _jax, "torch": _torch}
    if backend not in known:
        raise ValueError(
            f"The Keras back end {backend!r} has no gradients here. Set the environment variable "
            f"KERAS_BACKEND to one of {', '.join(known)} before Python starts."
        )
    return known[backend]


def _require_real_tensor(x: Any) -> Any:
    if isinstance(x, keras.Variable):
        x = keras.ops.convert_to_numpy(x)  # its value now; a tape would not watch a Variable
    try:
        tensor = keras.ops.convert_to_tensor(x)
    except Exception as error:  # each back end raises its own kinds
        raise ValueError(
            f"x must be an array of numbers. Received {type(x).__name__}: pass a NumPy array or a "
            "tensor."
        ) from error
    dtype = keras.backend.standardize_dtype(tensor.dtype)
    if not keras.backend.is_float_dtype(dtype):
        raise ValueError(
            "x must hold real floating-point numbers, since only these can change smoothly. "
            f'Received type {dtype}: pass np.asarray(x, dtype="float32").'
        )
    return tensor


def _with_checked_result(fn: Callable) -> Callable:
    """Wrap `fn` so that anything but a scalar tensor is refused."""

    def checked(x: Any) -> Any:
        result = fn(x)
        if not keras.ops.is_tensor(result):
            raise ValueError(
                f"fn must return a tensor. Received {type(result).__name__}: compute with "
                "keras.ops and leave out conversions to NumPy or to Python numbers."
            )
        if len(result.shape) > 0:
            raise ValueError(
                f"fn must return a scalar. Received shape {tuple(result.shape)}: choose one entry, "
                "or return keras.ops.sum(result)."
            )
        return result

    return checked


def _require_dependence(result: Any) -> Any:
    if result is None:
        raise ValueError(
            "fn(x) does not depend on x in a way that can be differentiated. Compute it from x "
            "with keras.ops, without rounding, comparisons, argmax or conversions to NumPy."
        )
    return result


def _tensorflow(fn: Callable, x: Any) -> Any:
    import tensorflow

    with tensorflow.GradientTape() as tape:
        tape.watch(x)
        result = fn(x)
    return _require_dependence(tape.gradient(result, x))


def _jax(fn: Callable, x: Any) -> Any:
    import jax

    return jax.grad(fn)(x)


def _torch(fn: Callable, x: Any) -> Any:
    import torch

    x = x.detach().clone().requires_grad_()  # the caller's tensor stays as it is
    with torch.enable_grad():
        result = fn(x)
    # Nothing to differentiate: autograd would raise its own error.
    if not result.requires_grad:
        return _require_dependence(None)
    (slope,) = torch.autograd.grad(result, x, allow_unused=True)
    return _require_dependence(slope)
