"""String kernels: how alike two sequences are, as the inner product of two feature vectors.

A kernel is a function K(x, y) for which a feature map phi exists with K(x, y) = phi(x) . phi(y).
A linear model needs no more than these numbers, so phi need not be written down. Three kernels,
three kinds of word:

- ``spectrum_kernel``: runs of k letters;
- ``mismatch_kernel``: a run of k letters counts for all words within m changed letters;
- ``gapped_substring_kernel``: k letters in order with any letters in between, and the further
  they are spread, the less they count.

Shape letters: N and M sequences, K words, k letters in a word, A symbols of the alphabet. Every
function returns the Gram matrix ``(N, M)``, one number for each pair. With one list in place of
two it is symmetric and positive semidefinite: no eigenvalue is negative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations
from math import comb, isfinite
from numbers import Real
from typing import TYPE_CHECKING

from bioseq_course.alphabet import DNA, Alphabet
from bioseq_course.inputs import require_mismatches, require_positive, require_sequences
from bioseq_course.kmers import KmerVocabulary, kmer_profile

import numpy as np

if TYPE_CHECKING:
    import scipy.sparse

__all__ = ["gapped_substring_kernel", "mismatch_kernel", "shared_neighbours", "spectrum_kernel"]

_FEW_WORDS = 1024  # up to so many words a dense product is the faster one


def spectrum_kernel(
    sequences: Iterable[str],
    others: Iterable[str] | None = None,
    *,
    k: int,
    alphabet: Alphabet = DNA,
    normalize: bool = False,
) -> np.ndarray:
    """Count pairs of equal words of k letters, one from each of two sequences.

    The feature map is the profile: phi_w(x) is how often the word w occurs in x.

    Args:
        sequences: N non-empty strings.
        others: M non-empty strings; the N sequences themselves when left out.
        k: letters in a word, at least 1.
        alphabet: words with a letter outside of it are skipped.
        normalize: divide by the lengths of both feature vectors, so that K(x, x) = 1. A sequence
            without any word keeps its zeros.

    Returns:
        float64 ``(N, M)``, the Gram matrix.

    Raises:
        ValueError: an argument is no list of sequences, or ``k`` is not a whole number of at
            least 1.

    Source: Leslie, Eskin, Noble (2002), doi:10.1142/9789812799623_0053.

    >>> spectrum_kernel(["GATTA", "ATTAC"], k=2)
    array([[4., 3.],
           [3., 4.]])
    >>> spectrum_kernel(["GATTA"], ["ATTAC"], k=2, normalize=True)
    array([[0.75]])
    """
    return mismatch_kernel(
        sequences, others, k=k, mismatches=0, alphabet=alphabet, normalize=normalize
    )


def mismatch_kernel(
    sequences: Iterable[str],
    others: Iterable[str] | None = None,
    *,
    k: int,
    mismatches: int,
    alphabet: Alphabet = DNA,
    normalize: bool = False,
) -> np.ndarray:
    """Compare sequences by words of k letters of which up to m may be changed.

    The feature map is ``kmer_profile(..., mismatches=m)``: each word counts for every word that
    differs from it in at most m places. That large profile is never made. Two words that differ
    in d places have a number of such neighbours in common that depends on d alone
    (``shared_neighbours``), so K is the sum over d of this number times the pairs of words that
    differ in exactly d places.

    Args:
        sequences, others, k, alphabet, normalize: as in ``spectrum_kernel``.
        mismatches: m, from 0 to k - 1.

    Returns:
        float64 ``(N, M)``, the Gram matrix.

    Raises:
        ValueError: as in ``spectrum_kernel``, or ``mismatches`` is out of range.

    Source: Leslie et al. (2004), doi:10.1093/bioinformatics/btg431.

    >>> mismatch_kernel(["AC"], ["AG"], k=2, mismatches=1)  # near both: AA, AC, AG and AT
    array([[4.]])
    """
    vocabulary = KmerVocabulary(k, alphabet)
    mismatches = require_mismatches(mismatches, vocabulary.k)
    weights = [
        shared_neighbours(distance, vocabulary.k, mismatches, len(alphabet))
        for distance in range(min(2 * mismatches, vocabulary.k) + 1)
    ]
    left = kmer_profile(sequences, k, alphabet=alphabet, sparse=True)
    right = left if others is None else kmer_profile(others, k, alphabet=alphabet, sparse=True)
    gram = _weigh_pairs(left, right, vocabulary, weights, _all_with_all)
    if not normalize:
        return gram
    if others is None:
        return _divide_by_lengths(gram, gram.diagonal(), gram.diagonal())
    squares = [
        _weigh_pairs(profile, profile, vocabulary, weights, _each_with_itself)
        for profile in (left, right)
    ]
    return _divide_by_lengths(gram, *squares)


def gapped_substring_kernel(
    sequences: Iterable[str],
    others: Iterable[str] | None = None,
    *,
    k: int,
    decay: float = 0.5,
    normalize: bool = False,
) -> np.ndarray:
    """Compare sequences by k letters that stand in the same order, whatever lies in between.

    The feature map has one number for each word w of k letters: the sum, over all ways to pick
    the letters of w in order from x, of ``decay ** span``. The span counts all letters from the
    first picked one to the last, so a run of k letters gives ``decay ** k``.

    Args:
        sequences, others, normalize: as in ``spectrum_kernel``. Letters are compared as they
            stand, whatever the alphabet.
        k: letters in a word, at least 1.
        decay: above 0, at most 1; with 1 the gaps cost nothing.

    Returns:
        float64 ``(N, M)``, the Gram matrix. It takes k times L times L' steps for two sequences
        of L and L' letters.

    Raises:
        ValueError: an argument is no list of sequences, or ``k`` or ``decay`` is out of range.

    Source: Lodhi et al. (2002), doi:10.1162/153244302760200687, where "cat" and "car" share "ca".

    >>> gapped_substring_kernel(["cat"], ["car", "cat"], k=2, decay=0.5)  # 1/2^4, 2/2^4 + 1/2^6
    array([[0.0625  , 0.140625]])
    """
    k = require_positive("k", k, "Pass for example k=3.", meaning="the letters in a word")
    decay = _require_decay(decay)
    left, _ = require_sequences(sequences)
    right = left if others is None else require_sequences(others)[0]
    gram = np.array([[_gapped_pair(x, y, k, decay) for y in right] for x in left])
    gram = gram.reshape(len(left), len(right))  # also where a list is empty
    if not normalize:
        return gram
    squares = [np.array([_gapped_pair(x, x, k, decay) for x in side]) for side in (left, right)]
    return _divide_by_lengths(gram, *squares)


def shared_neighbours(distance: int, k: int, mismatches: int, num_symbols: int) -> int:
    """Count the words that lie within m changed letters of both of two words.

    Args:
        distance: d, the places in which the two words differ.
        k: letters in each.
        mismatches: m, from 0 to k - 1.
        num_symbols: A, the symbols of the alphabet.

    Returns:
        How many words of k letters differ from either in at most m places.

    Raises:
        ValueError: ``mismatches`` is out of range.

    >>> [shared_neighbours(d, k=3, mismatches=1, num_symbols=4) for d in (0, 1, 2, 3)]
    [10, 4, 2, 0]
    """
    mismatches = require_mismatches(mismatches, k)
    total = 0
    # Where the two words differ, a word near both follows the first in i places, the second in j,
    # and neither in the rest. Where they agree, it may leave both, in `left` places.
    for i in range(distance + 1):
        for j in range(distance - i + 1):
            rest = distance - i - j
            allowed = min(mismatches - distance + min(i, j), k - distance)
            split = comb(distance, i) * comb(distance - i, j) * (num_symbols - 2) ** rest
            total += split * sum(
                comb(k - distance, left) * (num_symbols - 1) ** left for left in range(allowed + 1)
            )
    return total


# Pairs of words by the number of places in which they differ


def _weigh_pairs(left, right, vocabulary: KmerVocabulary, weights: list[int], product: Callable):
    """Add up all pairs of words, a pair that differs in d places ``weights[d]`` times."""
    total = 0.0
    for holes, weight in enumerate(_weigh_holes(weights, vocabulary.k)):
        for kept in combinations(range(vocabulary.k), vocabulary.k - holes):
            first = _keep_places(left, kept, vocabulary)
            second = first if right is left else _keep_places(right, kept, vocabulary)
            total = total + weight * product(first, second)
    return total


def _weigh_holes(weights: list[int], k: int) -> list[int]:
    """Turn weights of distances into weights of holes.

    Punch j holes into all words, in every choice of places. Two words that differ in d places
    become equal when the holes cover them: comb(k - d, j - d) times. The weights of holes add up
    to ``weights[d]`` over these times; the one for most holes is known, and the others follow.
    """
    holes = list(weights)
    for distance in reversed(range(len(holes))):
        holes[distance] -= sum(
            comb(k - distance, more - distance) * holes[more]
            for more in range(distance + 1, len(holes))
        )
    return holes


def _keep_places(profile: scipy.sparse.csr_array, kept: tuple, vocabulary: KmerVocabulary):
    """Join the columns of words that agree in the kept places: ``(N, K)`` to ``(N, A^kept)``."""
    from scipy.sparse import csr_array

    num_symbols = len(vocabulary.alphabet)
    columns = np.zeros(profile.nnz, dtype=np.int64)
    for place in kept:
        letter = profile.indices // num_symbols ** (vocabulary.k - 1 - place) % num_symbols
        columns = columns * num_symbols + letter
    shape = (profile.shape[0], num_symbols ** len(kept))
    counts = profile.data.astype(np.float64)  # exact, where float32 ends at 16,777,216
    # Joining works in place: without the copy it would cut the profile that comes in.
    joined = csr_array((counts, columns, profile.indptr.copy()), shape=shape)
    if shape[1] <= _FEW_WORDS:
        return joined.toarray()
    joined.sum_duplicates()
    return joined


def _all_with_all(left, right) -> np.ndarray:
    product = left @ right.T  # (N, M)
    return product if isinstance(product, np.ndarray) else product.toarray()


def _each_with_itself(left, right) -> np.ndarray:
    return (left * right).sum(axis=1)  # (N,)


# Words with gaps


def _gapped_pair(x: str, y: str, k: int, decay: float) -> float:
    """Return the kernel of two sequences of L and L' letters."""
    equal = _codes(x)[:, None] == _codes(y)  # (L, L')
    # ending[a, b]: weights of all pairs of picks of i letters whose last ones are x[a] and y[b].
    ending = decay**2 * equal
    for _ in range(k - 1):
        ending = equal * _fade(_fade(ending, decay).T, decay).T
    return float(ending.sum())


def _fade(weights: np.ndarray, decay: float) -> np.ndarray:
    """Sum all earlier rows, each times ``decay`` to the power of its distance: ``(L, L')``."""
    faded = np.zeros_like(weights)
    for row in range(1, len(weights)):
        faded[row] = decay * (faded[row - 1] + weights[row - 1])
    return faded


def _codes(text: str) -> np.ndarray:
    return np.array([ord(letter) for letter in text])


# Shared


def _divide_by_lengths(gram: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Divide by the lengths of both feature vectors, given K(x, x) and K(y, y)."""
    lengths = np.sqrt(np.outer(left, right))
    return np.divide(gram, lengths, out=np.zeros_like(gram), where=lengths > 0)


def _require_decay(decay: object) -> float:
    known = isinstance(decay, (Real, np.floating)) and not isinstance(decay, bool)
    if not known or not isfinite(decay) or not 0 < decay <= 1:
        raise ValueError(
            f"decay must be a number above 0 and at most 1. Received: {decay!r}. Pass for example "
            "decay=0.5: each letter of the span halves the weight."
        )
    return float(decay)
