"""Words of k letters (k-mers): how often each occurs, and one index per word.

Shape letters: B sequences, L positions, A symbols of the alphabet, k letters in a word, K words in
the vocabulary. A sequence of L letters holds L - k + 1 overlapping words, one for each start.

The whole method is one number per word. Read the letters of a word as the digits of a number to
the base A (in DNA: A = 0, C = 1, G = 2, T = 3). Then `AA` is 0, `AC` is 1 and `TT` is 15, the
numbers are in lexicographic order, and a table of counts is an array with A^k places.

**Both strands.** A piece of double-stranded DNA may be read on either strand, and `AAC` on one is
`GTT` on the other. With `canonical=True` the two are one word, named after the one that comes
first. A word that is its own reverse complement (`ACGT`) exists only for even k. Hence K is 4^k / 2
for odd k and (4^k + 4^(k / 2)) / 2 for even k.

**Unknown letters.** A word with a letter outside the alphabet (`N`, `X`, `*`, a gap) is skipped in
a profile. Lower case, white space, digits, and `U` in DNA or `T` in RNA are refused.

The order of words is that of the letters in the alphabet, which is alphabetical for `DNA`, `RNA`
and `PROTEIN`. Large inputs are counted by compiled code (`kernels`), with the same result; the
functions here that end in `_with_numpy` are the ones to read. `KmerVectorizer`, the same profile as
a step of a scikit-learn pipeline, is loaded when first asked for, so that importing this module
stays quick.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from math import comb
from types import ModuleType
from typing import TYPE_CHECKING

from bioseq_course.alphabet import (
    DNA,
    Alphabet,
    require_alphabet,
    require_string,
    reverse_complement,
)
from bioseq_course.encode import letter_matrix, load_kernels, require_batch
from bioseq_course.inputs import (
    require_choice,
    require_mismatches,
    require_positive,
    require_sequences,
    require_symbols,
)

import numpy as np

if TYPE_CHECKING:
    import scipy.sparse

__all__ = [
    "MAX_CANONICAL_K",
    "MAX_DENSE_BYTES",
    "MAX_DENSE_WORDS",
    "MAX_WORDS",
    "KmerVocabulary",
    "kmer_indices",
    "kmer_profile",
    "split_kmers",
]

MAX_DENSE_WORDS = 4**6  # a larger vocabulary gives a sparse profile, unless the caller decides
MAX_DENSE_BYTES = 2**31  # a dense profile of more than 2 GiB is refused
MAX_WORDS = 2**31 - 2  # an index counts from 1, and K + 1 still fits into int32
MAX_CANONICAL_K = 12  # tables of canonical words are kept in memory: 134 MB for k = 12
MAX_NEIGHBOURS = 10**8  # entries of the table from words to their neighbours: about 2 GB

_NORMALIZATIONS = ("frequency", "l2")
_WORDS_AT_ONCE = 2**16  # words that iteration spells in one go


def __getattr__(name: str):
    # scikit-learn takes a second to import; only those who use the transformer wait for it.
    if name == "KmerVectorizer":
        from bioseq_course.kmer_vectorizer import KmerVectorizer

        return KmerVectorizer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def split_kmers(sequence: str, k: int) -> list[str]:
    """Return the L - k + 1 overlapping words of a sequence, in order.

    Args:
        sequence: L letters; they are not checked against an alphabet.
        k: letters in a word, at least 1.

    Returns:
        A list of strings, empty when the sequence is shorter than k.

    Raises:
        ValueError: `sequence` is not a string, or `k` is not a whole number of at least 1.

    >>> split_kmers("ACGTN", 3)
    ['ACG', 'CGT', 'GTN']
    >>> split_kmers("AC", 3)
    []
    """
    require_string(sequence)
    k = _require_k(k)
    return [sequence[start : start + k] for start in range(len(sequence) - k + 1)]


@dataclass(frozen=True, slots=True)
class KmerVocabulary:
    """All words of k letters in lexicographic order: index to word and back. Immutable.

    Args:
        k: letters in a word, at least 1.
        alphabet: its A symbols, whose order decides the order of the words.
        canonical: hold a word and its reverse complement as one word, the earlier of the two. Only
            for DNA and RNA without gaps, and for k up to 12.

    Raises:
        ValueError: `k` is not a whole number of at least 1 or leaves more than 2,147,483,646
            words, `alphabet` is no `Alphabet`, or `canonical` is asked where it has no meaning.

    >>> words = KmerVocabulary(2)
    >>> len(words), words[1], words.index("TT")
    (16, 'AC', 15)
    >>> list(KmerVocabulary(2, canonical=True))
    ['AA', 'AC', 'AG', 'AT', 'CA', 'CC', 'CG', 'GA', 'GC', 'TA']
    """

    k: int
    alphabet: Alphabet = DNA
    canonical: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "k", _require_k(self.k))
        require_alphabet(self.alphabet)
        _require_flag("canonical", self.canonical)
        _require_countable(self.k, self.alphabet)
        if self.canonical:
            _require_strands(self.k, self.alphabet)

    def __len__(self) -> int:
        num_words = len(self.alphabet) ** self.k
        if not self.canonical:
            return num_words
        num_palindromes = 4 ** (self.k // 2) if self.k % 2 == 0 else 0
        return (num_words + num_palindromes) // 2

    def __getitem__(self, index: int) -> str:
        """Return the word at an index; negative indices count from the end, as in a list."""
        try:
            number = operator.index(index)
        except TypeError:
            raise TypeError(
                f"An index must be a whole number. Received {type(index).__name__}: pass an int, "
                "or loop over the vocabulary."
            ) from None
        if not -len(self) <= number < len(self):
            raise IndexError(
                f"There is no word {number}: the vocabulary holds {len(self)} words, with indices "
                f"0 to {len(self) - 1}. Indices from kmer_indices count from 1: subtract 1."
            )
        return self._spell(np.array([number % len(self)]))[0]

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), _WORDS_AT_ONCE):
            yield from self._spell(np.arange(start, min(start + _WORDS_AT_ONCE, len(self))))

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, str) or len(word) != self.k or not set(word) <= set(self.alphabet):
            return False
        return not self.canonical or self[self.index(word)] == word

    def index(self, word: str) -> int:
        """Return the index of a word, counting from 0: the column of a profile.

        With `canonical=True` both spellings of a word have the same index, although only the
        earlier one is listed.

        Raises:
            AlphabetError: a letter is not in the alphabet.
            ValueError: `word` is not a string of k letters.

        >>> KmerVocabulary(3).index("AAC")
        1
        >>> words = KmerVocabulary(3, canonical=True)
        >>> words.index("AAC"), words.index("GTT"), "GTT" in words
        (1, 1, False)
        """
        self.alphabet.validate(word, name=f"{word}", options={})
        if len(word) != self.k:
            raise ValueError(
                f"Word {word!r} has {len(word)} letters, the vocabulary has words of {self.k}. "
                f"Pass a word of {self.k} letters, or make KmerVocabulary({max(len(word), 1)})."
            )
        numbers = _number_words(_letter_codes([word], self.alphabet)[:-1], self)  # (1,)
        return int(self._columns(numbers)[0])

    def _columns(self, numbers: np.ndarray) -> np.ndarray:
        """Turn numbers of words into indices of this vocabulary; -1 (unknown) stays -1."""
        if not self.canonical:
            return numbers
        other_strand = _reverse_complement_numbers(numbers, self.k, self.alphabet)
        columns = np.searchsorted(
            _canonical_numbers(self.k, self.alphabet), np.minimum(numbers, other_strand)
        )
        return np.where(numbers < 0, -1, columns)

    def _spell(self, columns: np.ndarray) -> list[str]:
        """Spell the words at some indices `(W,)`."""
        numbers = columns
        if self.canonical:
            numbers = _canonical_numbers(self.k, self.alphabet)[columns]
        symbols = np.frombuffer(self.alphabet.symbols.encode("ascii"), np.uint8)
        letters = symbols[_digits(numbers, self)]  # (W, k)
        return [row.tobytes().decode("ascii") for row in letters]


def kmer_profile(
    sequences: Iterable[str],
    k: int,
    *,
    alphabet: Alphabet = DNA,
    canonical: bool = False,
    binary: bool = False,
    mismatches: int = 0,
    normalize: str | None = None,
    sparse: bool | None = None,
    names: Iterable[str] | None = None,
) -> np.ndarray | scipy.sparse.csr_array:
    """Count the words of each sequence.

    Args:
        sequences: B non-empty strings; a generator is read once.
        k, alphabet, canonical: as in `KmerVocabulary`, which gives the order of the columns.
        binary: 1 for every word that occurs, however often.
        mismatches: m, from 0 to k - 1. Each word of a sequence then counts every word of the
            vocabulary that differs from it in at most m places: the feature map of the mismatch
            kernel. With `canonical=True` it counts those that are that close to it on either
            strand, each of them once.
        normalize: `"frequency"` divides each row by its sum, the number of counted words; `"l2"`
            by its Euclidean length; None leaves the counts. Done last; rows of zeros stay zeros.
        sparse: True for a sparse result, False for a dense one. None decides by the size of the
            vocabulary alone: dense up to 4,096 words (k = 6 in DNA, k = 2 in proteins).
        names: names of the sequences for messages; they are numbered from 1 when left out.

    Returns:
        float32 `(B, K)`, a NumPy array or a `scipy.sparse.csr_array` with 32-bit indices, which
        every scikit-learn model reads. Words with a letter outside the alphabet are skipped; a
        sequence shorter than k gives a row of zeros. Counts are exact up to 16,777,216.

    Raises:
        AlphabetError: a sequence holds lower case, white space, a digit, or `U` in DNA.
        ValueError: a single string or something else was given for the list, an argument has no
            such value, or the result could not fit into memory.

    Source of the mismatch kernel: Leslie et al. (2004), doi:10.1093/bioinformatics/btg431.

    >>> kmer_profile(["ACAC", "GNT"], 1)
    array([[2., 2., 0., 0.],
           [0., 0., 1., 1.]], dtype=float32)
    >>> kmer_profile(["ACAC"], 1, normalize="frequency")
    array([[0.5, 0.5, 0. , 0. ]], dtype=float32)
    >>> kmer_profile(["AAC"], 2, canonical=True).shape, kmer_profile(["ACGT"], 8).shape
    ((1, 10), (1, 65536))
    """
    vocabulary = KmerVocabulary(k, alphabet, canonical)
    mismatches = require_mismatches(mismatches, vocabulary.k)
    _require_flag("binary", binary)
    if normalize is not None:
        _require_normalization(normalize)
    texts = _require_sequences(sequences, alphabet, names)
    sparse = _decide_sparse(sparse, (len(texts), len(vocabulary)))
    if mismatches:
        profile = _count_neighbours(texts, vocabulary, mismatches)
        profile = profile if sparse else profile.toarray()
    elif kernels := load_kernels(texts):
        count = kernels.profile_sparse if sparse else kernels.profile_dense
        profile = count(texts, _word_rule(kernels, vocabulary), len(vocabulary))
    else:
        profile = _profile_with_numpy(texts, vocabulary, sparse)
    if binary:
        counts = profile.data if sparse else profile
        np.minimum(counts, 1, out=counts)
    return profile if normalize is None else _normalize_rows(profile, normalize)


def kmer_indices(
    sequences: Iterable[str],
    k: int,
    *,
    alphabet: Alphabet = DNA,
    canonical: bool = False,
    length: int | None = None,
    names: Iterable[str] | None = None,
) -> np.ndarray:
    """Encode each word as a whole number, as an embedding layer reads it.

    Args:
        sequences: B non-empty strings; a generator is read once.
        k, alphabet, canonical: as in `KmerVocabulary`.
        length: L, in letters; the longest sequence when left out. A longer one is refused.
        names: names of the sequences for messages; they are numbered from 1 when left out.

    Returns:
        int32 `(B, L - k + 1)`: 0 is padding (on the right), 1 to K the words in the order of the
        vocabulary, K + 1 every word with a letter outside the alphabet. An embedding layer thus
        needs K + 2 rows. A sequence shorter than k is a row of padding; with L < k the rows have
        no columns.

    Raises:
        AlphabetError, ValueError: as in `kmer_profile`; also for a sequence longer than `length`,
            and for an empty list without `length`.

    >>> kmer_indices(["AACGT", "ANC", "A"], 2)
    array([[ 1,  2,  7, 12],
           [17, 17,  0,  0],
           [ 0,  0,  0,  0]], dtype=int32)
    """
    vocabulary = KmerVocabulary(k, alphabet, canonical)
    texts, length = require_batch(sequences, alphabet, length, "index", names, {})
    if kernels := load_kernels(texts):
        rule = _word_rule(kernels, vocabulary)
        return kernels.kmer_indices(texts, length, rule, len(vocabulary))
    return _indices_with_numpy(texts, length, vocabulary)


# In NumPy: the readable twins of the compiled functions


def _profile_with_numpy(texts: list[str], vocabulary: KmerVocabulary, sparse: bool):
    """Count the words of checked texts: the twin of `kernels.profile_dense`, `profile_sparse`."""
    rows, numbers = _list_words(texts, vocabulary)  # (W,), (W,)
    count = _count_sparse if sparse else _count_dense
    return count(rows, vocabulary._columns(numbers), (len(texts), len(vocabulary)))


def _indices_with_numpy(texts: list[str], length: int, vocabulary: KmerVocabulary) -> np.ndarray:
    """Number the words of checked texts, unknown as K + 1: the twin of `kernels.kmer_indices`."""
    letters = letter_matrix(texts, length)  # (B, L), 0 where a sequence has ended
    codes = _code_table(vocabulary.alphabet)[letters]  # (B, L)
    indices = vocabulary._columns(_number_words(codes, vocabulary)) + 1  # (B, L - k + 1)
    indices[indices == 0] = len(vocabulary) + 1
    # Padding is on the right, so a word reaches into it exactly when its last letter is padding.
    indices[letters[:, vocabulary.k - 1 :] == 0] = 0
    return indices.astype(np.int32)


def _word_rule(kernels: ModuleType, vocabulary: KmerVocabulary):
    """Tell the compiled functions how letters become columns."""
    alphabet = vocabulary.alphabet
    rule = kernels.WordRule(vocabulary.k, len(alphabet), _code_table(alphabet))
    if not vocabulary.canonical:
        return rule
    columns = _canonical_columns(vocabulary.k, alphabet)
    return rule._replace(complements=_complement_codes(alphabet), columns=columns)


# From letters to numbers


def _code_table(alphabet: Alphabet) -> np.ndarray:
    """Places in the alphabet by ASCII code, 0 to A - 1, and -1 for what is not in it: `(256,)`."""
    table = np.full(256, -1, dtype=np.int64)
    table[list(alphabet.symbols.encode("ascii"))] = np.arange(len(alphabet))
    return table


def _letter_codes(texts: list[str], alphabet: Alphabet) -> np.ndarray:
    """Lay all sequences end to end, each followed by -1: codes 0 to A - 1, or -1, `(T,)` int64."""
    joined = "".join(text + "\0" for text in texts)
    return _code_table(alphabet)[np.frombuffer(joined.encode("ascii"), np.uint8)]


def _number_words(codes: np.ndarray, vocabulary: KmerVocabulary) -> np.ndarray:
    """Number the word at each start along the last axis, -1 where it holds an unknown letter."""
    num_words = max(codes.shape[-1] - vocabulary.k + 1, 0)
    numbers = np.zeros((*codes.shape[:-1], num_words), dtype=np.int64)
    known = np.ones(numbers.shape, dtype=bool)
    for offset in range(vocabulary.k):
        letter = codes[..., offset : offset + num_words]
        numbers = numbers * len(vocabulary.alphabet) + letter
        known &= letter >= 0
    return np.where(known, numbers, -1)


def _list_words(texts: list[str], vocabulary: KmerVocabulary) -> tuple[np.ndarray, np.ndarray]:
    """Return the row and the number of every known word of all sequences: two arrays `(W,)`."""
    numbers = _number_words(_letter_codes(texts, vocabulary.alphabet), vocabulary)
    starts = np.flatnonzero(numbers >= 0)
    places = np.array([len(text) + 1 for text in texts], dtype=np.int64)
    return np.repeat(np.arange(len(texts)), places)[starts], numbers[starts]


def _digits(numbers: np.ndarray, vocabulary: KmerVocabulary) -> np.ndarray:
    """Codes of the letters of some words: `(W,)` to `(W, k)`."""
    return numbers[:, None] // _place_values(vocabulary) % len(vocabulary.alphabet)


def _place_values(vocabulary: KmerVocabulary) -> np.ndarray:
    """What a step of each letter adds to the number of a word: A^(k-1), ..., A, 1, `(k,)`."""
    return len(vocabulary.alphabet) ** np.arange(vocabulary.k, dtype=np.int64)[::-1]


def _reverse_complement_numbers(numbers: np.ndarray, k: int, alphabet: Alphabet) -> np.ndarray:
    """Numbers of the words on the other strand."""
    complement = _complement_codes(alphabet)
    other_strand = np.zeros_like(numbers)
    for _ in range(k):  # the last letter of the word is the first on the other strand
        numbers, letter = np.divmod(numbers, len(alphabet))
        other_strand = other_strand * len(alphabet) + complement[letter]
    return other_strand


def _complement_codes(alphabet: Alphabet) -> np.ndarray:
    """Place of the complement of each symbol: `(A,)`."""
    complements = reverse_complement(alphabet.symbols[::-1], alphabet)  # in the alphabet's order
    return np.array([alphabet.index(symbol) for symbol in complements])


@lru_cache(maxsize=4)
def _canonical_columns(k: int, alphabet: Alphabet) -> np.ndarray:
    """Column of each canonical word by its number, `(A^k,)` int32; 0 for all other words."""
    numbers = _canonical_numbers(k, alphabet)
    columns = np.zeros(len(alphabet) ** k, dtype=np.int32)
    columns[numbers] = np.arange(len(numbers))
    columns.flags.writeable = False
    return columns


@lru_cache(maxsize=4)
def _canonical_numbers(k: int, alphabet: Alphabet) -> np.ndarray:
    """Numbers of all words that come no later than their reverse complement, in order."""
    numbers = np.arange(len(alphabet) ** k, dtype=np.int64)
    canonical = numbers[numbers <= _reverse_complement_numbers(numbers, k, alphabet)]
    canonical.flags.writeable = False
    return canonical


# Counting


def _count_dense(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    profile = np.zeros(shape, dtype=np.float32)
    # `profile[rows, columns] += 1` would count a word that occurs twice only once.
    np.add.at(profile.reshape(-1), rows * shape[1] + columns, np.float32(1))
    return profile


def _count_sparse(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]):
    from scipy.sparse import coo_array

    ones = np.ones(len(rows), dtype=np.float32)
    # 32 bits, as liblinear and the trees of scikit-learn ask for.
    places = (rows.astype(np.int32), columns.astype(np.int32))
    return coo_array((ones, places), shape=shape).tocsr()  # adds up equal places


def _count_neighbours(texts: list[str], vocabulary: KmerVocabulary, mismatches: int):
    """Count the words near each word: counts `(B, U)` times which is near which `(U, K)`."""
    rows, numbers = _list_words(texts, vocabulary)  # (W,), (W,)
    distinct, which = np.unique(numbers, return_inverse=True)  # (U,), (W,)
    counts = _count_sparse(rows, which, (len(texts), len(distinct)))
    _require_few_neighbours(len(distinct), vocabulary, mismatches)
    columns = vocabulary._columns(_neighbours(distinct, vocabulary, mismatches))  # (U, N)
    sources = np.repeat(np.arange(len(distinct)), columns.shape[1])
    near = _count_sparse(sources, columns.ravel(), (len(distinct), len(vocabulary)))
    near.data[:] = 1  # a canonical word that is near on both strands is one word
    profile = counts @ near
    profile.sort_indices()
    return profile


def _neighbours(numbers: np.ndarray, vocabulary: KmerVocabulary, mismatches: int) -> np.ndarray:
    """Numbers of all words within m changed letters of each of U words: `(U, N)`."""
    num_symbols, values = len(vocabulary.alphabet), _place_values(vocabulary)
    digits = _digits(numbers, vocabulary)  # (U, k)
    found = [numbers[:, None]]
    for changed in range(1, mismatches + 1):
        # A step of 1 to A - 1, round the end of the alphabet, reaches every other letter.
        steps = np.array(list(product(range(1, num_symbols), repeat=changed)), dtype=np.int64)
        steps = steps.reshape(-1, changed)  # (S, changed)
        for places in map(list, combinations(range(vocabulary.k), changed)):
            old = digits[:, places][:, None]  # (U, 1, changed)
            new = (old + steps) % num_symbols  # (U, S, changed)
            found.append(numbers[:, None] + (new - old) @ values[places])
    return np.concatenate(found, axis=1)


def _normalize_rows(profile, normalize: str):
    """Divide each row by its sum or its length; rows of zeros stay zeros."""
    if normalize == "frequency":
        scale = profile.sum(axis=1, dtype=np.float64)  # (B,)
    else:
        scale = _row_lengths(profile)
    scale[scale == 0] = 1
    counts = profile
    if not isinstance(profile, np.ndarray):
        counts, scale = profile.data, np.repeat(scale, np.diff(profile.indptr))
    # In place: the quotient of all rows at once would be a float64 array, twice the result.
    np.divide(counts, scale.reshape(-1, *[1] * (counts.ndim - 1)), out=counts, casting="same_kind")
    return profile


def _row_lengths(profile) -> np.ndarray:
    """Euclidean length of each row, `(B,)`: np.linalg.norm for both kinds of array."""
    if not isinstance(profile, np.ndarray):
        return np.sqrt((profile * profile).sum(axis=1, dtype=np.float64))
    # A hundred rows at a time: the squares of all rows would need as much memory as the profile.
    parts = np.array_split(profile, len(profile) // 100 + 1)
    squares = [np.square(part).sum(axis=1, dtype=np.float64) for part in parts]
    return np.sqrt(np.concatenate(squares))


# Checks


def _require_k(k: int) -> int:
    return require_positive("k", k, "Pass for example k=3.", meaning="the letters in a word")


def _require_flag(argument: str, value: object) -> None:
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{argument} must be True or False. Received: {value!r}.")


def _require_countable(k: int, alphabet: Alphabet) -> None:
    # Written so that a huge k is refused without working out a huge power.
    longest = 1
    while longest < 32 and len(alphabet) ** (longest + 1) <= MAX_WORDS:
        longest += 1
    if k > longest:
        raise ValueError(
            f"k={k} gives more words than can be numbered in 32 bits. The {alphabet.name} alphabet "
            f"has {len(alphabet)} symbols: pass k up to {longest}, or use split_kmers, which has "
            "no limit."
        )


def _require_strands(k: int, alphabet: Alphabet) -> None:
    if sorted(alphabet) not in (sorted("ACGT"), sorted("ACGU")):
        raise ValueError(
            f"canonical=True joins a word and its reverse complement, and the {alphabet.name} "
            f"alphabet {alphabet.symbols!r} has none. Pass alphabet=DNA or alphabet=RNA, or "
            "canonical=False."
        )
    if k > MAX_CANONICAL_K:
        raise ValueError(
            f"canonical=True keeps all words in memory and takes k up to {MAX_CANONICAL_K}. "
            f"Received k={k}. Pass a smaller k, or canonical=False."
        )


def _require_normalization(normalize: object) -> None:
    try:
        require_choice("normalize", normalize, _NORMALIZATIONS)
    except ValueError as error:
        raise ValueError(f"{error} Pass one of them, or None for plain counts.") from None


def _require_sequences(
    sequences: Iterable[str], alphabet: Alphabet, names: Iterable[str] | None
) -> list[str]:
    texts, called = require_sequences(sequences, names)
    require_symbols(texts, alphabet, "skip", called, {})
    return texts


def _decide_sparse(sparse: bool | None, shape: tuple[int, int]) -> bool:
    if sparse is None:
        sparse = shape[1] > MAX_DENSE_WORDS
    _require_flag("sparse", sparse)
    size = 4 * shape[0] * shape[1]  # 4 bytes in a float32
    if not sparse and size > MAX_DENSE_BYTES:
        raise ValueError(
            f"A dense profile of {shape[0]:,} sequences by {shape[1]:,} words takes "
            f"{size / 2**30:,.1f} GiB, more than the limit of {MAX_DENSE_BYTES / 2**30:.0f} GiB. "
            "Pass sparse=True, a smaller k, or fewer sequences at a time."
        )
    return bool(sparse)


def _require_few_neighbours(num_words: int, vocabulary: KmerVocabulary, mismatches: int) -> None:
    others = len(vocabulary.alphabet) - 1
    num_neighbours = sum(comb(vocabulary.k, m) * others**m for m in range(mismatches + 1))
    if num_words * num_neighbours > MAX_NEIGHBOURS:
        raise ValueError(
            f"{num_words:,} different words with {num_neighbours:,} words within {mismatches} "
            f"mismatches each are more than the limit of {MAX_NEIGHBOURS:,} neighbours. Pass fewer "
            "mismatches, a smaller k, or fewer sequences at a time."
        )
