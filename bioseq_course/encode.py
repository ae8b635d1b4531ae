"""Sequences to arrays and back: one-hot, indices, padding.

The axis order is `(batch, length, alphabet)` everywhere, the default of Keras's `Conv1D`. Shape
letters: B sequences, L positions, A symbols of the alphabet. Shorter sequences are padded on the
right: with rows of zeros in one-hot arrays, with the index 0 in index arrays. Positions in messages
count from 1.

All letters of a batch pass through one table of 256 entries, so no Python code runs per letter.
Large batches of one-hot arrays are filled by compiled code (`kernels`), with the same result.
"""

import sys
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType, ModuleType

from bioseq_course.alphabet import (
    DNA,
    ONE_HOT_OPTIONS,
    Alphabet,
    AlphabetError,
    describe_sequence,
    require_alphabet,
)
from bioseq_course.inputs import (
    require_choice,
    require_sequences,
    require_symbols,
    resolve_length,
)
from bioseq_course.padding import pad_sequences

import numpy as np

__all__ = ["index_decode", "index_encode", "one_hot_decode", "one_hot_encode", "pad_sequences"]

# Importing numba and reading the compiled code from disk takes 0.4 to 0.9 s, once in a process. For
# as many letters NumPy needs 0.1 to 0.6 s for words and 0.04 s for one-hot arrays (all measured on
# a busy machine with two cores): below, waiting for numba does not pay, and no lesson waits for it.
MIN_KERNEL_LETTERS = 2**22

_PADDING = "\0"  # stands for "no symbol here" while letters are held as bytes
_SHARE_TOLERANCE = 1e-4  # how far a decoded share may lie from 1, 1/2, 1/3 ..., relative to it


def one_hot_encode(
    sequences: Iterable[str],
    alphabet: Alphabet = DNA,
    *,
    length: int | None = None,
    unknown: str = "error",
    names: Iterable[str] | None = None,
) -> np.ndarray:
    """Encode each symbol as a row with a single 1, in the column of that symbol.

    Args:
        sequences: B non-empty strings; a generator is read once.
        alphabet: its symbols are the columns, in order.
        length: L; the longest sequence when left out. A longer sequence is refused, never cut.
        unknown: what becomes of a letter outside the alphabet. `"error"` refuses it; `"zero"`
            makes its row zeros; `"uniform"` spreads an ambiguity code evenly over the symbols that
            it stands for (`R` in DNA: one half for A, one half for G) and refuses any other.
            Lower case, white space, digits, and `U` in DNA or `T` in RNA are always refused.
        names: names of the sequences for messages; they are numbered from 1 when left out.

    Returns:
        float32 array `(B, L, A)`; positions beyond the end of a sequence are rows of zeros.

    Raises:
        AlphabetError: a letter is refused; the message names it, its place and the cure.
        ValueError: a single string or something else was given for the list, a sequence is empty or
            longer than `length`, or an argument has no such value.

    >>> one_hot_encode(["ACG", "T"]).shape
    (2, 3, 4)
    >>> one_hot_encode(["AR"], unknown="uniform")
    array([[[1. , 0. , 0. , 0. ],
            [0.5, 0. , 0.5, 0. ]]], dtype=float32)
    """
    require_alphabet(alphabet)
    require_choice("unknown", unknown, ("error", "zero", "uniform"))
    texts, length = require_batch(sequences, alphabet, length, unknown, names, ONE_HOT_OPTIONS)
    table = _one_hot_table(alphabet, unknown)  # (256, A)
    kernels = load_kernels(texts)
    encode = kernels.one_hot if kernels else _one_hot_with_numpy
    return encode(texts, length, table)


def one_hot_decode(
    encoded: np.ndarray, alphabet: Alphabet = DNA, *, side: str = "right"
) -> list[str]:
    """Read the sequences back out of a one-hot array: the inverse of `one_hot_encode`.

    Args:
        encoded: `(B, L, A)`; each row has a single 1, or equal shares that sum to 1 over the
            symbols of an ambiguity code, or zeros.
        alphabet: the symbols of the A columns.
        side: the side, `"right"` or `"left"`, on which rows of zeros are padding and are dropped.

    Returns:
        B strings. Other rows of zeros become the code for any symbol, `N` or `X`. What zeros cannot
        tell is lost: an unknown letter at the padded end looks like padding.

    Raises:
        ValueError: the shape does not fit, or a row is not of that form (a row of predicted
            probabilities, for example).

    >>> one_hot_decode(one_hot_encode(["ACG", "T"]))
    ['ACG', 'T']
    """
    require_alphabet(alphabet)
    require_choice("side", side, ("right", "left"))
    rows = _require_one_hot_shape(encoded, alphabet)  # (B, L, A)
    texts = _letters_of_rows(rows, alphabet)
    stripped = [
        text.rstrip(_PADDING) if side == "right" else text.lstrip(_PADDING) for text in texts
    ]
    return _fill_unknown(stripped, alphabet)


def index_encode(
    sequences: Iterable[str],
    alphabet: Alphabet = DNA,
    *,
    length: int | None = None,
    unknown: str = "error",
    names: Iterable[str] | None = None,
) -> np.ndarray:
    """Encode each symbol as a whole number, as an embedding layer reads it.

    Args:
        sequences, alphabet, length, names: as in `one_hot_encode`.
        unknown: `"error"` refuses a letter outside the alphabet; `"index"` gives every one of them
            the index A + 1.

    Returns:
        int32 array `(B, L)`: 0 is padding, 1 to A the symbols in order, A + 1 any unknown letter.
        An embedding layer thus needs A + 2 rows.

    Raises:
        AlphabetError, ValueError: as in `one_hot_encode`.

    >>> index_encode(["ACGT", "GN"], unknown="index")
    array([[1, 2, 3, 4],
           [3, 5, 0, 0]], dtype=int32)
    """
    require_alphabet(alphabet)
    # "zero" would be a lie here, since 0 is padding; the message therefore lists what there is.
    require_choice("unknown", unknown, ("error", "index"))
    options = MappingProxyType({"index": f"to encode it as {len(alphabet) + 1}"})
    texts, length = require_batch(sequences, alphabet, length, unknown, names, options)
    return np.take(_index_table(alphabet, unknown), letter_matrix(texts, length))  # (B, L)


def index_decode(indices: np.ndarray, alphabet: Alphabet = DNA) -> list[str]:
    """Read the sequences back out of an index array: the inverse of `index_encode`.

    Args:
        indices: integers `(B, L)`, each from 0 to A + 1, padded on either side.
        alphabet: the symbols of the indices 1 to A.

    Returns:
        B strings without padding; A + 1 becomes the code for any symbol, `N` or `X`.

    Raises:
        ValueError: the shape or type does not fit, an index is out of range, or padding stands
            between symbols.

    >>> index_decode([[1, 2, 3, 4], [3, 5, 0, 0]])
    ['ACGT', 'GN']
    """
    require_alphabet(alphabet)
    indices = _require_indices(indices, alphabet)  # (B, L)
    texts = _texts_of(np.take(_letters_by_index(alphabet), indices))
    stripped = [text.strip(_PADDING) for text in texts]
    _refuse_inner_padding(texts, stripped)
    return stripped


# Reading the input


def require_batch(
    sequences: Iterable[str],
    alphabet: Alphabet,
    length: int | None,
    unknown: str,
    names: Iterable[str] | None,
    options: Mapping[str, str],
) -> tuple[list[str], int]:
    """Return B checked strings and their common length L; arguments as in `one_hot_encode`.

    Raises:
        AlphabetError, ValueError: as in `one_hot_encode`.

    >>> require_batch(["ACG", "T"], DNA, None, "error", None, {})
    (['ACG', 'T'], 3)
    """
    texts, names = require_sequences(sequences, names)
    require_symbols(texts, alphabet, unknown, names, options)
    return texts, resolve_length(texts, length, names)


def letter_matrix(texts: list[str], length: int) -> np.ndarray:
    """Return the ASCII codes of all letters, `(B, L)` uint8, with 0 where a sequence has ended.

    >>> letter_matrix(["ACG", "T"], 3)
    array([[65, 67, 71],
           [84,  0,  0]], dtype=uint8)
    """
    padded = "".join(text.ljust(length, _PADDING) for text in texts)
    return np.frombuffer(padded.encode("ascii"), np.uint8).reshape(len(texts), length)


def load_kernels(texts: list[str]) -> ModuleType | None:
    """Return the module of compiled loops, or None where NumPy is to be used.

    The loops are used once they are loaded, and loaded by the first input of at least
    `MIN_KERNEL_LETTERS` letters. Where numba cannot be imported NumPy does all the work: the
    results are the same, only later.

    >>> load_kernels(["ACGT"]) is None or "bioseq_course.kernels" in sys.modules
    True
    """
    if "bioseq_course.kernels" in sys.modules or sum(map(len, texts)) >= MIN_KERNEL_LETTERS:
        return _import_kernels()
    return None


@cache  # a failing import is not tried again at every call
def _import_kernels() -> ModuleType | None:
    try:
        from bioseq_course import kernels
    except (ImportError, OSError):  # OSError: llvmlite's library is there and cannot be loaded
        return None
    return kernels


# One-hot rows in NumPy


def _one_hot_with_numpy(texts: list[str], length: int, table: np.ndarray) -> np.ndarray:
    """Look up the row `(A,)` of every letter at once: the readable twin of `kernels.one_hot`."""
    return np.take(table, letter_matrix(texts, length), axis=0)  # (B, L, A)


# Tables from a letter's ASCII code to its encoding


def _one_hot_table(alphabet: Alphabet, unknown: str) -> np.ndarray:
    table = np.zeros((256, len(alphabet)), dtype=np.float32)  # padding and unknown stay zeros
    for symbol, meaning in _meanings(alphabet).items():
        if symbol in alphabet or unknown == "uniform":
            table[ord(symbol), list(map(alphabet.index, meaning))] = 1 / len(meaning)
    return table


def _index_table(alphabet: Alphabet, unknown: str) -> np.ndarray:
    table = np.zeros(256, dtype=np.int32)
    for symbol in alphabet.accepted_symbols(unknown):
        table[ord(symbol)] = len(alphabet) + 1
    for index, symbol in enumerate(alphabet, start=1):
        table[ord(symbol)] = index
    return table


def _meanings(alphabet: Alphabet) -> dict[str, tuple[str, ...]]:
    """Symbols that each letter stands for: itself, or several for an ambiguity code."""
    return {symbol: (symbol,) for symbol in alphabet} | dict(alphabet.ambiguity)


# Decoding


def _require_one_hot_shape(encoded: np.ndarray, alphabet: Alphabet) -> np.ndarray:
    rows = np.asarray(encoded)
    if rows.ndim == 3 and rows.shape[2] == len(alphabet) and rows.dtype.kind in "biuf":
        return rows
    cure = f"Pass numbers of shape (sequences, positions, {len(alphabet)})"
    if rows.ndim == 2 and rows.shape[1] == len(alphabet):
        cure = "For a single sequence pass encoded[None]"
    elif rows.ndim == 3 and rows.shape[1] == len(alphabet):
        cure = "If the alphabet is the second axis, pass encoded.transpose(0, 2, 1)"
    raise ValueError(
        f"Expected one-hot rows of the {len(alphabet)} symbols of the {alphabet.name} alphabet. "
        f"Received an array of shape {rows.shape} and type {rows.dtype}. {cure}."
    )


def _letters_of_rows(rows: np.ndarray, alphabet: Alphabet) -> list[str]:
    """Return B strings of L letters, with the padding character for rows of zeros."""
    masks, shares, letters = _row_patterns(alphabet)
    present = rows > 0  # (B, L, A)
    row_masks = present @ (1 << np.arange(len(alphabet)))  # (B, L)
    nearest = np.searchsorted(masks, row_masks).clip(max=len(masks) - 1)  # (B, L)
    errors = np.abs(rows * shares[nearest][..., None] - present)  # (B, L, A)
    # Written so that NaN, for which every comparison is false, is refused as well.
    fits = (masks[nearest] == row_masks) & (errors <= _SHARE_TOLERANCE).all(axis=2)  # (B, L)
    if not fits.all():
        _refuse_row(rows, ~fits, alphabet)
    return _texts_of(letters[nearest])


def _row_patterns(alphabet: Alphabet) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the known sets of non-zero columns, sorted as bit masks: mask, size and letter."""
    patterns = {0: (1, _PADDING)}
    for letter, meaning in _meanings(alphabet).items():
        mask = sum(1 << alphabet.index(symbol) for symbol in meaning)
        patterns.setdefault(mask, (len(meaning), letter))
    masks = sorted(patterns)
    shares, letters = zip(*(patterns[mask] for mask in masks), strict=True)
    codes = np.array(list(map(ord, letters)), dtype=np.uint8)
    return np.array(masks), np.array(shares, dtype=np.float32), codes


def _refuse_row(rows: np.ndarray, wrong: np.ndarray, alphabet: Alphabet) -> None:
    sequence, position = np.argwhere(wrong)[0]
    received = np.array2string(rows[sequence, position], precision=3, threshold=8)
    raise ValueError(
        f"The row at position {position + 1} of {describe_sequence(int(sequence) + 1)} is neither "
        "one-hot, nor zeros, nor spread evenly over the symbols of an ambiguity code of the "
        f"{alphabet.name} alphabet. Received: {received}. To read predictions, take the most "
        "likely symbols: index_decode(predictions.argmax(axis=-1) + 1)."
    )


def _texts_of(letters: np.ndarray) -> list[str]:
    """Turn ASCII codes `(B, L)` into B strings."""
    return [row.tobytes().decode("ascii") for row in letters]


def _fill_unknown(texts: list[str], alphabet: Alphabet) -> list[str]:
    if alphabet.wildcard is not None:
        return [text.replace(_PADDING, alphabet.wildcard) for text in texts]
    for number, text in enumerate(texts, start=1):
        if _PADDING in text:
            raise AlphabetError(
                f"The row at position {text.index(_PADDING) + 1} of {describe_sequence(number)}, "
                f"counted without padding, is all zeros, and the {alphabet.name} alphabet has no "
                "code for an unknown symbol. Remove such rows first."
            )
    return texts


def _require_indices(indices: np.ndarray, alphabet: Alphabet) -> np.ndarray:
    indices = np.asarray(indices)
    if indices.ndim != 2 or indices.dtype.kind not in "iu":
        raise ValueError(
            "Expected whole numbers of shape (sequences, positions). Received an array of shape "
            f"{indices.shape} and type {indices.dtype}. For a single sequence pass indices[None]; "
            "turn floats into whole numbers with indices.astype(int)."
        )
    highest = len(alphabet) + (alphabet.wildcard is not None)
    wrong = (indices < 0) | (indices > highest)
    if wrong.any():
        sequence, position = np.argwhere(wrong)[0]
        raise ValueError(
            f"Index {indices[sequence, position]} at position {position + 1} of "
            f"{describe_sequence(int(sequence) + 1)} has no symbol in the {alphabet.name} "
            f"alphabet. Pass indices from 0 (padding) to {highest}."
        )
    return indices


def _letters_by_index(alphabet: Alphabet) -> np.ndarray:
    letters = _PADDING + alphabet.symbols + (alphabet.wildcard or "")
    return np.frombuffer(letters.encode("ascii"), np.uint8)


def _refuse_inner_padding(texts: list[str], stripped: list[str]) -> None:
    for number, (text, inner) in enumerate(zip(texts, stripped, strict=True), start=1):
        if _PADDING in inner:
            start = len(text) - len(text.lstrip(_PADDING))
            position = text.index(_PADDING, start) + 1
            raise ValueError(
                f"Index 0 at position {position} of {describe_sequence(number)} stands between "
                "symbols, but 0 is padding. Symbols count from 1: add 1 to indices that count "
                "from 0."
            )
