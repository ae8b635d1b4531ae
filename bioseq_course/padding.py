"""Sequences of different lengths to one length."""

from collections.abc import Iterable

from bioseq_course.alphabet import GAP, describe_sequence, require_string
from bioseq_course.inputs import (
    describe_at_start,
    require_choice,
    require_length,
    require_list,
    require_some,
)

import numpy as np


def pad_sequences(
    sequences: Iterable,
    *,
    length: int | None = None,
    side: str = "right",
    truncate: str = "error",
    value: object = None,
) -> list[str] | np.ndarray:
    """Bring sequences to one length: fill up the short ones and cut the long ones.

    Args:
        sequences: B strings, or B arrays or lists of numbers `(L_i, ...)` alike but for their
            lengths. Empty ones become padding throughout.
        length: L; the longest sequence when left out.
        side: the end, `"right"` or `"left"`, at which a short sequence is filled up.
        truncate: the end, `"right"` or `"left"`, at which a sequence longer than `length` is cut
            off; `"error"` refuses it.
        value: what to fill up with; the gap `-` for strings and 0 for numbers when left out.

    Returns:
        For strings a list of B strings of length L, for numbers an array `(B, L, ...)`.

    Raises:
        ValueError: a single string was given for the list, sequences of different kinds or shapes
            are mixed, a sequence is longer than `length`, or an argument has no such value.

    >>> pad_sequences(["ACGT", "GG"], length=3, truncate="right")
    ['ACG', 'GG-']
    >>> pad_sequences([[1, 2], [3]], side="left")
    array([[1, 2],
           [0, 3]])
    """
    require_choice("side", side, ("right", "left"))
    require_choice("truncate", truncate, ("right", "left", "error"))
    items = require_list(sequences)
    if any(isinstance(item, str) for item in items):
        return _pad_texts(items, length, side, truncate, value)
    return _pad_arrays(items, length, side, truncate, value)


def _pad_texts(items: list, length: int | None, side: str, truncate: str, value: object) -> list:
    for number, item in enumerate(items, start=1):
        require_string(item, number)
    value = GAP if value is None else value
    if not isinstance(value, str) or len(value) != 1:
        raise ValueError(f"value must be one character to pad strings. Received: {value!r}.")
    length, cut = _cut_all(items, length, truncate)
    if side == "right":
        return [text.ljust(length, value) for text in cut]
    return [text.rjust(length, value) for text in cut]


def _pad_arrays(
    items: list, length: int | None, side: str, truncate: str, value: object
) -> np.ndarray:
    arrays = [_require_array(item, number) for number, item in enumerate(items, start=1)]
    length, cut = _cut_all(arrays, length, truncate)
    widths = _require_one_shape(cut)
    padded = _filled((len(cut), length, *widths), np.result_type(*cut or [np.float32]), value)
    for row, array in zip(padded, cut, strict=True):
        start = 0 if side == "right" else length - len(array)
        row[start : start + len(array)] = array
    return padded  # (B, L, ...)


def _require_array(item: object, number: int) -> np.ndarray:
    try:
        array = np.asarray(item)
    except ValueError:  # NumPy's word for a ragged list
        array = np.asarray(None)
    # An empty list carries no numbers whose type could be wrong.
    if array.ndim > 0 and array.dtype.kind in "biuf":
        return array.astype(np.int8) if isinstance(item, list) and not item else array
    raise ValueError(
        f"Expected a string or an array of numbers as {describe_sequence(number)}. Received "
        f"{type(item).__name__}: {item!r:.60}. For a single sequence pass [sequence]."
    )


def _require_one_shape(arrays: list[np.ndarray]) -> tuple[int, ...]:
    """Return the shape of all arrays behind their first axis."""
    shapes = [array.shape[1:] for array in arrays] or [()]
    for number, shape in enumerate(shapes, start=1):
        if shape != shapes[0]:
            raise ValueError(
                f"{describe_at_start(number)} has shape {arrays[number - 1].shape}, but "
                f"sequence 1 has shape {arrays[0].shape}. Only the first axis, the "
                "length, may differ."
            )
    return shapes[0]


def _filled(shape: tuple[int, ...], dtype: np.dtype, value: object) -> np.ndarray:
    value = 0 if value is None else value
    if not _can_hold(dtype, value):
        raise ValueError(
            f"value={value!r} cannot be held by sequences of type {dtype}. Pass a value of that "
            "type, or convert the sequences first, as in sequence.astype(float)."
        )
    return np.full(shape, value, dtype=dtype)


def _can_hold(dtype: np.dtype, value: object) -> bool:
    """Tell whether a type holds a single value without changing it, but for rounding."""
    try:
        with np.errstate(invalid="ignore"):  # NaN as a whole number: caught by the comparison
            held = np.asarray(value).astype(dtype)
        return held.ndim == 0 and bool(np.isclose(held, value, equal_nan=True))
    except (TypeError, ValueError, OverflowError):
        return False


def _cut_all(items: list, length: int | None, truncate: str) -> tuple[int, list]:
    """Return the common length, and the sequences cut to it."""
    if length is None:
        require_some(items)
        return max(map(len, items)), items
    length = require_length(length)
    if truncate == "error":
        _refuse_long(items, length)
    if truncate == "left":
        return length, [item[max(len(item) - length, 0) :] for item in items]
    return length, [item[:length] for item in items]


def _refuse_long(items: list, length: int) -> None:
    for number, item in enumerate(items, start=1):
        if len(item) > length:
            raise ValueError(
                f"{describe_at_start(number)} has length {len(item)}, more than "
                f'length={length}. Pass truncate="right" to cut off its end, or truncate="left" '
                "to cut off its start."
            )
