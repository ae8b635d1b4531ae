"""Compiled loops over letters: one-hot arrays, word counts and word indices of large inputs.

NumPy works in steps over whole arrays, and each step writes an array as long as the input. A loop
that looks at one letter at a time needs none of them, but is slow in Python. Here such loops are
turned into machine code by numba, once: the code is kept on disk for the next process. The results
are those of the NumPy functions beside each call (`_one_hot_with_numpy` in `encode`,
`_profile_with_numpy` and `_indices_with_numpy` in `kmers`), which are the ones to read first.

Importing this module imports numba, so it is only done through `encode.load_kernels`. Input has
been checked by then. The texts are walked through in blocks of about 260,000 letters, as ASCII
codes with a 0 behind each text. A block fits into the processor's cache, and what is needed beside
the result stays small.

Words are numbered as they pass: the number of the next word is the number of this one without its
first letter, times A, plus the new letter, as in Karp and Rabin (1987), doi:10.1147/rd.312.0249.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from bioseq_course.inputs import text_blocks

import numpy as np
from numba import njit

if TYPE_CHECKING:
    import scipy.sparse

__all__ = ["WordRule", "kmer_indices", "one_hot", "profile_dense", "profile_sparse"]

_SKIPPED = -1  # no known word ends at this letter
_END = -2  # here a text ends


class WordRule(NamedTuple):
    """How letters become columns.

    Args:
        k: letters in a word.
        num_symbols: A.
        codes: `(256,)` int64, the place of each letter in the alphabet, -1 for any other.
        complements: `(A,)` int64, the place of each symbol's complement; None for one strand.
        columns: `(A^k,)` int32, the column of each word that comes no later than its reverse
            complement; None for one strand, where the number of a word is its column.
    """

    k: int
    num_symbols: int
    codes: np.ndarray
    complements: np.ndarray | None = None
    columns: np.ndarray | None = None


def one_hot(texts: list[str], length: int, table: np.ndarray) -> np.ndarray:
    """Encode B checked texts by a table `(256, A)` of rows: float32 `(B, L, A)`.

    >>> table = np.zeros((256, 2), dtype=np.float32)
    >>> table[ord("H"), 0] = table[ord("P"), 1] = 1
    >>> one_hot(["HP"], 2, table)
    array([[[1., 0.],
            [0., 1.]]], dtype=float32)
    """
    single = (np.count_nonzero(table, axis=1) == 1) & (table.max(axis=1) == 1)
    columns = np.where(single, table.argmax(axis=1), -1)
    encoded = np.zeros((len(texts), length * table.shape[1]), dtype=np.float32)
    for start, letters in _letter_blocks(texts):
        _fill_one_hot(letters, columns, table, encoded[start:])
    return encoded.reshape(len(texts), length, table.shape[1])


def profile_dense(texts: list[str], rule: WordRule, num_columns: int) -> np.ndarray:
    """Count the words of B checked texts: float32 `(B, K)`.

    >>> codes = np.full(256, -1)
    >>> codes[[ord("H"), ord("P")]] = 0, 1
    >>> profile_dense(["HPP", "H"], WordRule(2, 2, codes), 4)
    array([[0., 1., 0., 1.],
           [0., 0., 0., 0.]], dtype=float32)
    """
    profile = np.zeros((len(texts), num_columns), dtype=np.float32)
    for start, columns in _word_blocks(texts, rule):
        _count_dense(columns, profile[start:])
    return profile


def profile_sparse(texts: list[str], rule: WordRule, num_columns: int) -> scipy.sparse.csr_array:
    """Count the words of B checked texts: float32 `(B, K)`, the columns of each row in order.

    >>> codes = np.full(256, -1)
    >>> codes[[ord("H"), ord("P")]] = 0, 1
    >>> profile_sparse(["HPP", "H"], WordRule(2, 2, codes), 4).toarray()
    array([[0., 1., 0., 1.],
           [0., 0., 0., 0.]], dtype=float32)
    """
    from scipy.sparse import csr_array

    # possible[i]: how many different words the first i texts can hold at most.
    each = (min(max(len(text) - rule.k + 1, 0), num_columns) for text in texts)
    possible = np.cumsum([0, *each], dtype=np.int64)
    indices, counts = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32)
    bounds = np.zeros(len(texts) + 1, dtype=np.int64)
    for start, columns in _word_blocks(texts, rule):
        rows = np.count_nonzero(columns == _END)
        if bounds[start] + possible[start + rows] - possible[start] > len(indices):
            size = _size_for(start, start + rows, bounds, possible)
            indices, counts = (_longer(array, bounds[start], size) for array in (indices, counts))
        _count_sparse(columns, num_columns, bounds[start:], indices, counts)
    for array in (indices, counts):
        array.resize(bounds[-1], refcheck=False)
    # With 32 bits in both, as liblinear and the trees of scikit-learn ask for; more than two
    # billion stored words need 64, and SciPy then widens the columns too.
    if bounds[-1] <= np.iinfo(np.int32).max:
        bounds = bounds.astype(np.int32)
    return csr_array((counts, indices, bounds), shape=(len(texts), num_columns))


def _size_for(start: int, stop: int, bounds: np.ndarray, possible: np.ndarray) -> int:
    """Places to have before rows `start` to `stop` are counted."""
    needed = bounds[start] + possible[stop] - possible[start]
    # So far this share of the possible words was stored; a little more is expected of all rows.
    share = bounds[start] / max(possible[start], 1)
    return max(needed, min(int(1.05 * share * possible[-1]), possible[-1]))


def _longer(array: np.ndarray, stored: int, size: int) -> np.ndarray:
    """Return an array of some size that starts with what is stored in this one."""
    if 10 * stored > size:  # a copy would need much memory beside the array itself
        array.resize(size, refcheck=False)
        return array
    longer = np.empty(size, dtype=array.dtype)  # quicker: not filled, and in large memory pages
    longer[:stored] = array[:stored]
    return longer


def kmer_indices(texts: list[str], length: int, rule: WordRule, num_columns: int) -> np.ndarray:
    """Number the words of B checked texts from 1; K + 1 is unknown: int32 `(B, L - k + 1)`.

    >>> codes = np.full(256, -1)
    >>> codes[[ord("H"), ord("P")]] = 0, 1
    >>> kmer_indices(["HPP", "HX"], 3, WordRule(2, 2, codes), 4)
    array([[2, 4],
           [5, 0]], dtype=int32)
    """
    indices = np.zeros((len(texts), max(length - rule.k + 1, 0)), dtype=np.int32)
    for start, columns in _word_blocks(texts, rule):
        _fill_indices(columns, rule.k, num_columns + 1, indices[start:])
    return indices


def _letter_blocks(texts: list[str]) -> Iterator[tuple[int, np.ndarray]]:
    """Give the texts block by block: the row of the first, and the letters `(T,)` uint8."""
    for start, stop in text_blocks(texts):
        letters = "\0".join([*texts[start:stop], ""]).encode("ascii")
        yield start, np.frombuffer(letters, np.uint8)


def _word_blocks(texts: list[str], rule: WordRule) -> Iterator[tuple[int, np.ndarray]]:
    """Give, block by block, the column of the word that ends at each letter: `(T,)` int32."""
    codes = rule.codes.copy()
    codes[0] = _END
    for start, letters in _letter_blocks(texts):
        columns = np.empty(len(letters), dtype=np.int32)
        if rule.columns is None:
            _number_words(letters, codes, rule.num_symbols, rule.k, columns)
        else:
            _number_on_both_strands(letters, codes, rule.complements, rule.k, rule.columns, columns)
        yield start, columns


# What numba compiles


def _compiled(function: Callable) -> Callable:
    """Let numba compile a function at its first call, and keep the machine code on disk."""
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # neither this folder nor the user's own cache can be written
        return njit(nogil=True)(function)


@_compiled
def _fill_one_hot(letters, columns, table, encoded):
    num_symbols = table.shape[1]
    row = place = 0  # place: of the letter's first column in a row of all positions
    for letter in letters:
        if letter == 0:
            row, place = row + 1, 0
            continue
        if columns[letter] >= 0:
            encoded[row, place + columns[letter]] = 1
        else:  # unknown, or an ambiguity code with several shares
            for column in range(num_symbols):
                encoded[row, place + column] = table[letter, column]
        place += num_symbols


@_compiled
def _number_words(letters, codes, num_symbols, k, columns):
    num_words = num_symbols**k
    number = known = 0  # known: letters since the last that is none of the alphabet, at most k
    for place in range(len(letters)):
        code = codes[letters[place]]
        if code < 0:
            number = known = 0
            columns[place] = code
            continue
        number = number * num_symbols + code
        if known < k:
            known += 1
        else:  # the letter before this word is still in the number
            number -= codes[letters[place - k]] * num_words
        columns[place] = number if known == k else _SKIPPED


@_compiled
def _number_on_both_strands(letters, codes, complements, k, columns_by_number, columns):
    first_digit = 2 * (k - 1)  # four letters: two bits for each
    forward = backward = known = 0
    for place in range(len(letters)):
        code = codes[letters[place]]
        if code < 0:
            forward = backward = known = 0
            columns[place] = code
            continue
        forward = (forward << 2 | code) & ((1 << 2 * k) - 1)
        backward = backward >> 2 | complements[code] << first_digit
        known = min(known + 1, k)
        columns[place] = columns_by_number[min(forward, backward)] if known == k else _SKIPPED


@_compiled
def _count_dense(columns, profile):
    row = 0
    for column in columns:
        if column >= 0:
            profile[row, column] += 1
        elif column == _END:
            row += 1


@_compiled
def _count_sparse(columns, num_columns, bounds, indices, counts):
    spare = np.empty_like(columns)
    row, stored, num_words = 0, bounds[0], 0
    for column in columns:
        if column >= 0:
            columns[num_words] = column  # gathered at the front of the array that is being read
            num_words += 1
        elif column == _END:
            words = columns[:num_words]
            if num_words >= num_columns:  # looking at every column costs less than sorting
                stored = _store_counts(words, num_columns, indices, counts, stored)
            else:
                _sort(words, spare[:num_words], num_columns)
                stored = _store_runs(words, indices, counts, stored)
            row, num_words = row + 1, 0
            bounds[row] = stored


@_compiled
def _store_counts(words, num_columns, indices, counts, stored):
    """Store each of some words once, with its count; return where the next one goes."""
    totals = np.zeros(num_columns, dtype=np.float32)
    for word in words:
        totals[word] += 1
    for column in range(num_columns):
        if totals[column] > 0:
            indices[stored] = column
            counts[stored] = totals[column]
            stored += 1
    return stored


@_compiled
def _store_runs(words, indices, counts, stored):
    """Store each of some sorted words once, with its count; return where the next one goes."""
    for place in range(len(words)):
        if place == 0 or words[place] != words[place - 1]:
            indices[stored] = words[place]
            counts[stored] = 0
            stored += 1
        counts[stored - 1] += 1
    return stored


@_compiled
def _sort(words, spare, num_columns):
    """Sort whole numbers below `num_columns` in place, one byte at a time from the lowest."""
    shift = 0
    while (num_columns - 1) >> shift > 0:
        starts = np.zeros(257, dtype=np.int64)  # where the words with each byte begin
        for word in words:
            starts[(word >> shift & 255) + 1] += 1
        for byte in range(256):
            starts[byte + 1] += starts[byte]
        for word in words:
            byte = word >> shift & 255
            spare[starts[byte]] = word
            starts[byte] += 1
        for place in range(len(words)):
            words[place] = spare[place]
        shift += 8


@_compiled
def _fill_indices(columns, k, unknown, indices):
    row = position = 0
    for column in columns:
        if column == _END:
            row, position = row + 1, 0
            continue
        position += 1
        if position >= k:
            indices[row, position - k] = column + 1 if column >= 0 else unknown
