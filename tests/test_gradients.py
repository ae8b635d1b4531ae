"""Gradients against finite differences; the only test file that imports Keras in this process.

The whole file runs on whatever back end KERAS_BACKEND names; `test_back_ends.py` runs it again, in
a process of its own, for each other back end that is installed.
"""

import re

from bioseq_course.gradients import gradient

import keras
import numpy as np
import pytest

BACKEND = keras.backend.backend()
# JAX computes in float32 unless told otherwise, and so does keras.ops.matmul on PyTorch.
PRECISION = np.float64 if BACKEND == "tensorflow" else np.float32


def exactly(text: str) -> str:
    """A pattern that matches this text and nothing longer."""
    return f"^{re.escape(text)}$"


def differences(fn, x, step):
    """Central differences, one entry of x after the other."""
    slopes = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        shift = np.zeros_like(x)
        shift[place] = step
        slopes[place] = (float(fn(x + shift)) - float(fn(x - shift))) / (2 * step)
    return slopes


def agrees_with_differences(fn, x, precision=PRECISION):
    x = x.astype(precision)
    step, tolerance = (1e-5, 1e-7) if precision == np.float64 else (1e-2, 1e-3)
    result = gradient(fn, x)
    assert isinstance(result, np.ndarray)
    assert (result.shape, result.dtype) == (x.shape, precision)
    np.testing.assert_allclose(result, differences(evaluate(fn), x, step), atol=tolerance)


def evaluate(fn):
    """The function on NumPy arrays and to NumPy numbers, away from the tensors of the back end."""
    return lambda x: keras.ops.convert_to_numpy(fn(keras.ops.convert_to_tensor(x)))


WEIGHTS = np.random.default_rng(1).normal(size=(4, 3))
FUNCTIONS = {
    "polynomial": lambda x: keras.ops.sum(x**3 - 2 * x),
    "matrix": lambda x: keras.ops.sum(
        keras.ops.tanh(keras.ops.matmul(x, keras.ops.convert_to_tensor(WEIGHTS.astype(PRECISION))))
    ),
    "softmax": lambda x: keras.ops.softmax(x, axis=-1)[0, 0, 0],
    "entropy": lambda x: -keras.ops.sum(keras.ops.softmax(x) * keras.ops.log_softmax(x)),
    "one entry": lambda x: keras.ops.exp(x[1, 2, 3]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_gradient_agrees_with_finite_differences(name):
    agrees_with_differences(FUNCTIONS[name], np.random.default_rng(0).normal(size=(2, 5, 4)))


def test_gradient_through_a_model_leaves_its_weights_alone():
    keras.utils.set_random_seed(0)
    layers = [
        keras.layers.Conv1D(3, 3, activation="tanh"),
        keras.layers.GlobalAveragePooling1D(),
        keras.layers.Dense(2, activation="softmax"),
    ]
    model = keras.Sequential([keras.Input((6, 4)), *layers])
    before = model.get_weights()
    x = np.random.default_rng(0).random((2, 6, 4))
    agrees_with_differences(lambda x: keras.ops.sum(model(x, training=False)[:, 1]), x, np.float32)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_gradient_by_hand():
    # d/dx (3 x0 + x1^2) at (5, -4) is (3, 2 x1) = (3, -8).
    expected = np.array([3, -8], dtype=np.float32)
    for x in ([5.0, -4.0], np.array([5, -4], np.float32), keras.ops.array([5.0, -4.0])):
        result = gradient(lambda x: 3 * x[0] + x[1] ** 2, x)
        np.testing.assert_array_equal(result, expected, strict=True)


def test_a_number_has_a_gradient_without_axes():
    result = gradient(lambda x: x**2, 3.0)
    np.testing.assert_array_equal(result, np.float32(6).reshape(()), strict=True)


def test_a_variable_is_read_and_kept():
    variable = keras.Variable([1.0, 2.0])
    np.testing.assert_array_equal(gradient(lambda x: keras.ops.sum(x * x), variable), [2, 4])
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(variable), [1, 2])


def test_the_input_stays_as_it_is():
    x = np.array([1.0, 2.0], dtype=np.float32)
    gradient(lambda x: keras.ops.sum(x * x), x)[:] = 7
    np.testing.assert_array_equal(x, [1, 2])


# Refusals


def test_a_function_that_is_no_scalar_is_refused():
    message = (
        "fn must return a scalar. Received shape (2,): choose one entry, or return "
        "keras.ops.sum(result)."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):  # JAX appends a note
        gradient(lambda x: x * 2, [1.0, 2.0])


@pytest.mark.parametrize(("result", "kind"), [(1.0, "float"), (None, "NoneType")])
def test_a_function_that_returns_no_tensor_is_refused(result, kind):
    message = (
        f"fn must return a tensor. Received {kind}: compute with keras.ops and leave out "
        "conversions to NumPy or to Python numbers."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):  # JAX appends a note
        gradient(lambda x: result, [1.0, 2.0])


@pytest.mark.parametrize("kind", ["constant", "rounded"])
def test_a_function_that_does_not_depend_on_its_input(kind):
    functions = {
        "constant": lambda x: keras.ops.sum(keras.ops.ones((2,))),
        "rounded": lambda x: keras.ops.cast(keras.ops.argmax(x), "float32"),
    }
    if BACKEND == "jax":  # it cannot tell "constant" from "flat"
        np.testing.assert_array_equal(gradient(functions[kind], [1.0, 2.0]), [0, 0])
        return
    with pytest.raises(ValueError, match=r"^fn\(x\) does not depend on x in a way that can be"):
        gradient(functions[kind], [1.0, 2.0])


def test_swapped_arguments_are_noticed():
    message = "fn must be a function. Received list: call gradient(fn, x), the function first."
    with pytest.raises(ValueError, match=exactly(message)):
        gradient([1.0], lambda x: x)


@pytest.mark.parametrize(
    ("x", "kind"),
    [([1, 2], "int32"), (np.array([1, 2]), "int64"), (np.array([True]), "bool")],
)
def test_whole_numbers_have_no_gradient(x, kind):
    kind = "int32" if BACKEND == "jax" and kind == "int64" else kind
    message = (
        "x must hold real floating-point numbers, since only these can change smoothly. Received "
        f'type {kind}: pass np.asarray(x, dtype="float32").'
    )
    with pytest.raises(ValueError, match=exactly(message)):
        gradient(lambda x: x[0], x)


@pytest.mark.parametrize("x", [None, "ACGT", ["A"], object(), [[1.0], [1.0, 2.0]]])
def test_what_is_no_array_of_numbers_is_refused(x):
    with pytest.raises(ValueError, match=r"^x must (be an array of|hold real floating-point) num"):
        gradient(lambda x: x[0], x)


def test_other_back_ends_are_refused(monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "numpy")
    message = (
        "The Keras back end 'numpy' has no gradients here. Set the environment variable "
        "KERAS_BACKEND to one of tensorflow, jax, torch before Python starts."
    )
    with pytest.raises(ValueError, match=exactly(message)):
        gradient(lambda x: x, 1.0)
