"""Which sequences are related, as far as shared words can tell.

A *word* (k-mer) is a run of ``k`` letters. Two sequences that share many distinct words are
related, or one is a piece of the other; two that share none may still be distant relatives. The
count of shared words of all pairs is one sparse matrix product: with ``M[i, w] = 1`` where
sequence ``i`` holds word ``w``, the entry ``(M @ M.T)[i, j]`` is the number of words that ``i``
and ``j`` share.

**Low complexity.** A word with fewer than ``min(3, k)`` distinct letters, such as ``AAAAA`` or
``SASSA``, is not counted when ``mask_low_complexity`` is True. Runs of one or two letters turn
up in unrelated sequences and would tie them together.

Words with a letter outside the alphabet (``N``, ``X``, ``*``, gaps) are never counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bioseq_course.alphabet import DNA, PROTEIN, RNA, Alphabet

import numpy as np

if TYPE_CHECKING:
    import scipy.sparse

MIN_DISTINCT_LETTERS = 3


@dataclass(frozen=True, eq=False, repr=False)
class SharedWords:
    """All pairs of sequences that share at least one word.

    Args:
        first: int32 ``(P,)``, index of the first sequence of each of P pairs.
        second: int32 ``(P,)``, index of the second; always ``first < second``.
        counts: int32 ``(P,)``, how many distinct words the pair shares, at least 1.
        num_words: int32 ``(B,)``, distinct counted words of each sequence. A sequence without
            any (shorter than k, or masked as a whole) is given one word, itself, so that its
            exact copies still find it.
        first_copy: int32 ``(B,)``, index of the first sequence that is identical (its own index
            when there is none before).
        k: length of the words.

    Examples:
        >>> pairs = shared_words(["MKVLAT", "MKVLAG", "WWWWWW"], k=3)
        >>> pairs
        SharedWords(3 sequences, 1 pair shares a word of 3 letters)
        >>> pairs.counts.tolist(), pairs.num_words.tolist(), pairs.shares.tolist()
        ([3], [4, 4, 1], [0.75])
    """

    first: np.ndarray
    second: np.ndarray
    counts: np.ndarray
    num_words: np.ndarray
    first_copy: np.ndarray
    k: int

    def __post_init__(self):
        for field in ("first", "second", "counts", "num_words", "first_copy"):
            getattr(self, field).flags.writeable = False

    def __len__(self) -> int:
        return len(self.num_words)

    def __repr__(self) -> str:
        pairs = f"{len(self.counts):,} pair{' shares' if len(self.counts) == 1 else 's share'}"
        return f"SharedWords({len(self):,} sequences, {pairs} a word of {self.k} letters)"

    @property
    def shares(self) -> np.ndarray:
        """Part of the smaller one's distinct words that each pair shares: float64 ``(P,)``."""
        smaller = np.minimum(self.num_words[self.first], self.num_words[self.second])
        return self.counts / smaller

    def closest(self, queries: Sequence[int], among: Sequence[int]) -> Closest:
        """Find the closest relative of some sequences among others.

        The closest has the highest share of words; of several, the one that shares most words;
        of those still equal, the one with the lowest index.

        Args:
            queries: Q indices.
            among: indices to search, none of them in ``queries``.

        Returns:
            A ``Closest`` with three arrays ``(Q,)``: ``indices`` (-1 where no sequence shares a
            word), ``shares`` (0.0 there) and ``counts`` (0 there).

        Raises:
            ValueError: for an index out of range, or one that stands in both lists.

        Examples:
            >>> pairs = shared_words(["MKVLAT", "MKVLAG", "WWWWWW"], k=3)
            >>> found = pairs.closest([0, 2], among=[1])
            >>> found.indices.tolist(), found.shares.tolist()
            ([1, -1], [0.75, 0.0])
        """
        queries, among = (
            self._check_indices(queries, "queries"),
            self._check_indices(among, "among"),
        )
        twice = np.intersect1d(queries, among)
        if len(twice):
            raise ValueError(
                f"Sequence {twice[0]} (counted from 0) stands on both sides, and would find "
                "itself. Make the two lists of indices disjoint."
            )
        best = self._best_pairs(queries, among)  # (3, B)
        return Closest(best[0, queries].astype(int), best[1, queries], best[2, queries].astype(int))

    def _best_pairs(self, queries: np.ndarray, among: np.ndarray) -> np.ndarray:
        """Best index, share and count for each sequence that is a query: shape ``(3, B)``."""
        asks, may_answer = np.zeros((2, len(self)), dtype=bool)
        asks[queries], may_answer[among] = True, True
        asker = np.concatenate([self.first, self.second])
        answer = np.concatenate([self.second, self.first])
        kept = asks[asker] & may_answer[answer]
        asker, answer = asker[kept], answer[kept]
        shares, counts = np.tile(self.shares, 2)[kept], np.tile(self.counts, 2)[kept]
        order = np.lexsort((answer, -counts, -shares, asker))
        asker, chosen = np.unique(asker[order], return_index=True)
        best = np.zeros((3, len(self)))
        best[0] = -1
        best[:, asker] = answer[order][chosen], shares[order][chosen], counts[order][chosen]
        return best

    def _check_indices(self, indices: Sequence[int], name: str) -> np.ndarray:
        indices = np.asarray(indices, dtype=np.int64)
        wrong = (indices < 0) | (indices >= len(self))
        if wrong.any():
            raise ValueError(
                f"{name} holds the index {indices[wrong][0]}, expected 0 to {len(self) - 1}."
            )
        return indices


@dataclass(frozen=True, eq=False)
class Closest:
    """The closest relative of each of Q sequences.

    Args:
        indices: ``(Q,)``, which sequence it is; -1 where none shares a word.
        shares: float64 ``(Q,)``, part of the smaller one's distinct words that is shared.
        counts: ``(Q,)``, how many distinct words are shared.
    """

    indices: np.ndarray
    shares: np.ndarray
    counts: np.ndarray


def shared_words(
    sequences: Sequence[str],
    *,
    k: int = 5,
    mask_low_complexity: bool = True,
    alphabet: Alphabet = PROTEIN,
) -> SharedWords:
    """Count the distinct words that every pair of sequences shares.

    Args:
        sequences: B strings in upper case.
        k: length of the words. 5 suits proteins; DNA needs 12 or more, because there are only
            ``4**k`` words and long sequences share short ones by chance.
        mask_low_complexity: leave out words with fewer than ``min(3, k)`` distinct letters.
        alphabet: words with any other letter are not counted.

    Returns:
        A ``SharedWords``.

    Raises:
        ValueError: for a bare string, for lower-case letters (a word in lower case would be left
            out unseen), or when ``k`` is below 1 or so large that words cannot be numbered in 63
            bits.

    Examples:
        >>> shared_words(["ACGTAC", "TACGTA"], k=3, alphabet=DNA).counts.tolist()
        [4]
    """
    _check_words(k, alphabet)
    text, ends = _join(sequences)
    rows, words = _list_words(text, ends, k, mask_low_complexity, alphabet)
    rows, words, first_copy = _add_whole_sequences(sequences, rows, words)
    incidence = _incidence(rows, words, len(sequences))
    product = incidence @ incidence.T  # (B, B)
    return SharedWords(
        *_upper_triangle(product),
        num_words=product.diagonal().astype(np.int32),
        first_copy=first_copy,
        k=k,
    )


def guess_alphabet(sequences: Sequence[str]) -> Alphabet:
    """Tell DNA, RNA and protein apart by their letters.

    Args:
        sequences: any number of strings.

    Returns:
        ``DNA`` when no letter but A C G T N occurs, else ``RNA`` when none but A C G U N
        occurs, else ``PROTEIN``.

    Examples:
        >>> guess_alphabet(["ACGN", "TTT"]).name, guess_alphabet(["ACGT", "MKV"]).name
        ('DNA', 'protein')
    """
    letters = set().union(*sequences)
    for alphabet in (DNA, RNA):
        if letters <= set(alphabet.symbols + "N"):
            return alphabet
    return PROTEIN


def _check_words(k: int, alphabet: Alphabet) -> None:
    if k < 1 or len(alphabet) ** k >= 2**62:
        longest = int(62 * np.log(2) / np.log(max(len(alphabet), 2)))
        raise ValueError(
            f"k is {k}, expected 1 to {longest} letters for the {len(alphabet)} symbols of the "
            f"{alphabet.name} alphabet."
        )


def _join(sequences: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Lay all sequences end to end, each followed by a zero byte: letters and ends."""
    if isinstance(sequences, str):
        raise ValueError(
            f"sequences is a bare string, expected a list. Write [{sequences[:20]!r}]."
        )
    joined = "".join(sequence + "\0" for sequence in sequences)
    text = np.frombuffer(joined.encode("ascii", errors="replace"), dtype=np.uint8)
    ends = np.cumsum([len(sequence) + 1 for sequence in sequences], dtype=np.int64)
    _refuse_lower_case(text, ends)
    return text, ends


def _refuse_lower_case(text: np.ndarray, ends: np.ndarray) -> None:
    lower = (text >= ord("a")) & (text <= ord("z"))
    if lower.any():
        place = int(lower.argmax())
        row = int(np.searchsorted(ends, place, side="right"))
        position = place - (ends[row - 1] if row else 0) + 1
        raise ValueError(
            f"Lower-case letter {chr(text[place])!r} at position {position} of sequence {row} "
            "(counted from 0): words in lower case would be left out unseen. Upper-case the "
            "sequences: [sequence.upper() for sequence in sequences]."
        )


def _list_words(text, ends, k, mask_low_complexity, alphabet) -> tuple[np.ndarray, np.ndarray]:
    """Number every counted word and the sequence it lies in: two arrays ``(W,)``."""
    table = np.full(256, -1, dtype=np.int64)
    table[np.frombuffer(alphabet.symbols.encode("ascii"), dtype=np.uint8)] = range(len(alphabet))
    codes = table[text]
    num_windows = max(len(codes) - k + 1, 0)
    words, letters = np.zeros((2, num_windows), dtype=np.int64)
    counted = np.ones(num_windows, dtype=bool)
    for offset in range(k):
        column = codes[offset : offset + num_windows]
        counted &= column >= 0
        words = words * len(alphabet) + column
        letters |= np.int64(1) << np.maximum(column, 0)  # one bit for each letter met
    if mask_low_complexity:
        counted &= np.bitwise_count(letters) >= min(MIN_DISTINCT_LETTERS, k)
    starts = np.flatnonzero(counted)
    return np.searchsorted(ends, starts, side="right"), words[starts]


def _add_whole_sequences(
    sequences: Sequence[str], rows: np.ndarray, words: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give every sequence without a counted word one word of its own: the whole sequence."""
    seen: dict[str, int] = {}
    copies = [seen.setdefault(sequence, row) for row, sequence in enumerate(sequences)]
    first_copy = np.array(copies, dtype=np.int32)
    wordless = np.setdiff1d(np.arange(len(sequences)), rows)
    # Negative numbers, so that they can never equal the number of a real word.
    own_words = -1 - first_copy[wordless].astype(np.int64)
    return np.append(rows, wordless), np.append(words, own_words), first_copy


def _incidence(rows: np.ndarray, words: np.ndarray, num_rows: int) -> scipy.sparse.csr_array:
    """Mark which sequence holds which word: ones in a sparse ``(B, distinct words)``."""
    from scipy.sparse import coo_array

    vocabulary, columns = np.unique(words, return_inverse=True)
    ones = np.ones(len(rows), dtype=np.int32)
    shape = (num_rows, len(vocabulary))
    incidence = coo_array((ones, (rows, columns)), shape=shape).tocsr()
    incidence.data[:] = 1  # a word that occurs twice in one sequence counts once
    return incidence


def _upper_triangle(product) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """List the pairs above the diagonal, sorted: first, second, counts."""
    from scipy.sparse import triu

    pairs = triu(product, k=1).tocoo()
    first, second = pairs.coords
    order = np.lexsort((second, first))
    columns = (first[order], second[order], pairs.data[order])
    return tuple(column.astype(np.int32) for column in columns)
