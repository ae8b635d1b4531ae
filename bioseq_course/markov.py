"""Markov chains that fall back on shorter contexts: what comes next, judged from the last letters.

A context of order k is the k letters before a position. Where a context was seen often, its own
counts decide; where it was seen rarely or never, the shorter context that ends in the same letters
does. With ``period=3`` there is a table for each place in a codon (Borodovsky and McIninch 1993,
doi:10.1016/0097-8485(93)85004-V, find genes with such chains).

Letters are numbers from 0; -1 is a letter that is not known (N). Bases count A, C, G, T = 0 to 3.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Sequence

from bioseq_course.alphabet import DNA, describe_sequence
from bioseq_course.inputs import describe_at_start, require_list, require_positive

import numpy as np

MAX_CELLS = 20_000_000  # numbers in the largest table: 160 MB
_CODES = np.full(256, -1, dtype=np.int64)
_CODES[np.frombuffer(DNA.symbols.encode("ascii"), dtype=np.uint8)] = range(len(DNA))
_AMBIGUOUS = np.frombuffer(b"RYSWKMBDHVN", dtype=np.uint8)


class MarkovChain:
    r"""Probabilities of the next letter given the last ``order`` letters, with back-off.

    With :math:`n(c, b)` the number of times that letter b followed context c in the training
    sequences, and c' the context c without its first letter,

    .. math:: p(b \mid c) = \frac{n(c, b) + s\, p(b \mid c')}{n(c) + s}

    so ``strength`` s counts like s letters seen in proportions of the shorter context. The empty
    context falls back on equal probabilities. This is the posterior mean under a Dirichlet prior
    around the shorter context (MacKay and Peto 1995, doi:10.1017/S1351324900000218), a relative of
    the interpolated chains of gene finders (Salzberg and others 1998, doi:10.1093/nar/26.2.544).

    Args:
        order: longest context, k = 0, 1, 2 ...
        period: number P of tables; position t (from 0) uses table ``t % period``. Sequences must
            then begin at the same place of the period, in frame for ``period=3``.
        num_symbols: A, the size of the alphabet; 4 for DNA.
        strength: s > 0; a large one trusts short contexts, a small one long contexts.

    After ``fit``, ``tables[k]`` holds the probabilities of order k, float64 ``(P, A**k, A)``:
    contexts in alphabetical order, their last letter running fastest.

    Raises:
        ValueError: an argument is out of range, or the largest table would pass 20 million numbers.

    >>> chain = MarkovChain(1, strength=2).fit(["AACA"])
    >>> chain.tables[0].round(3)  # (3 + 2/4) / 6, (1 + 2/4) / 6, (0 + 2/4) / 6 twice
    array([[[0.583, 0.25 , 0.083, 0.083]]])
    >>> chain.probabilities("A").round(3)  # no letter before: order 0
    array([[0.583, 0.25 , 0.083, 0.083]])
    """

    def __init__(
        self, order: int, *, period: int = 1, num_symbols: int = 4, strength: float = 10.0
    ):
        self.order = _require_order(order)
        self.period = require_positive("period", period, "Pass 1, or 3 for codon positions.")
        self.num_symbols = require_positive("num_symbols", num_symbols, "Pass 4 for DNA.")
        if not 0 < strength < np.inf:
            raise ValueError(f"strength is {strength!r}: expected a number above 0, 10.0 say.")
        self.strength = float(strength)
        cells = self.period * self.num_symbols ** (self.order + 1)
        if cells > MAX_CELLS:
            raise ValueError(
                f"order is {order}: with {num_symbols} symbols and period {period} the table has "
                f"{cells:,} numbers, more than {MAX_CELLS:,}. Take a lower order."
            )
        self.tables: list[np.ndarray] = []

    def fit(self, sequences: Iterable[str | Sequence[int]]) -> MarkovChain:
        """Count all contexts up to the order, and mix each with the shorter one.

        Args:
            sequences: DNA strings in upper case (ambiguity codes are unknown letters), or arrays
                of numbers from 0 to A - 1 with -1 for unknown. Words with an unknown letter are
                left out.

        Returns:
            The chain itself.

        Raises:
            ValueError: no list was given, a letter is not allowed, or no letter is known.

        >>> MarkovChain(0, num_symbols=2, strength=1).fit([[0, 0, 1]]).tables[0]
        array([[[0.625, 0.375]]])
        """
        gap = np.full(self.order, -1)
        parts = [np.concatenate([codes, gap]) for codes in self._encode(sequences)]
        codes = np.concatenate([*parts, gap])  # no word crosses a gap
        if not (codes >= 0).any():
            raise ValueError("No known letter was found. Pass at least one sequence with letters.")
        phases = np.concatenate([np.arange(len(part)) % self.period for part in [*parts, gap]])
        self.tables = self._mix(self._count(codes, phases))
        return self

    def _count(self, codes: np.ndarray, phases: np.ndarray) -> Iterator[np.ndarray]:
        """Yield for order 0, 1 ... how often each letter followed each context, (P, A**k, A)."""
        for order, (contexts, known) in enumerate(self._contexts(codes)):
            shape = (self.period, self.num_symbols**order, self.num_symbols)
            seen = known & (codes >= 0)
            cells = np.ravel_multi_index((phases[seen], contexts[seen], codes[seen]), shape)
            yield np.bincount(cells, minlength=np.prod(shape)).reshape(shape)

    def _mix(self, counts: Iterable[np.ndarray]) -> list[np.ndarray]:
        """Turn counts into probabilities, the shortest context first."""
        shorter = np.full((self.period, 1, self.num_symbols), 1 / self.num_symbols)
        tables = []
        for count in counts:
            # The first letter of a context counts slowest: dropping it leaves the rest in order.
            repeats = count.shape[1] // shorter.shape[1]
            prior = np.tile(shorter, (1, repeats, 1))  # (P, A**k, A)
            total = count.sum(axis=-1, keepdims=True)
            shorter = (count + self.strength * prior) / (total + self.strength)
            tables.append(shorter)
        return tables

    def probabilities(self, sequence: str | Sequence[int]) -> np.ndarray:
        """Return at each position how likely each letter is, judged from the letters before it.

        The first positions, and those soon after an unknown letter, have a shorter context.

        Args:
            sequence: one DNA string or array of L numbers, as in ``fit``.

        Returns:
            float64 ``(L, A)``; rows sum to 1, and row t does not depend on letter t or later ones.

        Raises:
            ValueError: ``fit`` was not called, or a letter is not allowed.
        """
        self._require_fitted()
        (codes,) = self._encode([sequence])
        return self._probabilities(codes)

    def _probabilities(self, codes: np.ndarray) -> np.ndarray:
        phases = np.arange(len(codes)) % self.period
        answer = np.empty((len(codes), self.num_symbols))
        for table, (contexts, known) in zip(self.tables, self._contexts(codes), strict=True):
            answer[known] = table[phases[known], contexts[known]]
        return answer

    def log2_probabilities(self, sequence: str | Sequence[int]) -> np.ndarray:
        """Return the log2 probability of each letter of a sequence given the letters before it.

        Their sum is the log2 probability of the sequence.

        Args:
            sequence: one DNA string or array of L numbers, as in ``fit``.

        Returns:
            float64 ``(L,)``; NaN where the letter is unknown.

        Raises:
            ValueError: as in ``probabilities``.

        >>> chain = MarkovChain(0, strength=4).fit(["AAAC"])  # p(A) = (3 + 1) / 8
        >>> chain.log2_probabilities("AANC")
        array([-1., -1., nan, -2.])
        """
        self._require_fitted()
        (codes,) = self._encode([sequence])
        return self._log2_probabilities(codes)

    def _log2_probabilities(self, codes: np.ndarray) -> np.ndarray:
        picked = np.take_along_axis(self._probabilities(codes), codes.clip(0)[:, None], axis=1)
        return np.where(codes >= 0, np.log2(picked[:, 0]), np.nan)

    def bits_per_letter(self, sequences: Iterable[str | Sequence[int]]) -> float:
        """Return the mean of minus log2 probability over all known letters of all sequences.

        Args:
            sequences: as in ``fit``; for an honest number none is a relative of a training one.

        Returns:
            Bits per letter: log2 A is as good as guessing. ``2 ** bits`` is the perplexity.

        Raises:
            ValueError: as in ``probabilities``, or no letter is known.

        >>> MarkovChain(0, strength=4).fit(["AAAC"]).bits_per_letter(["AC", "A"])  # (1 + 2 + 1) / 3
        1.3333333333333333
        """
        self._require_fitted()
        scored = [self._log2_probabilities(codes) for codes in self._encode(sequences)]
        letters = np.concatenate([*scored, []])
        if np.isnan(letters).all():
            raise ValueError("No known letter was found. Pass at least one sequence with letters.")
        return float(-np.nanmean(letters))

    def sample(
        self, length: int, rng: np.random.Generator, *, num_sequences: int = 1
    ) -> np.ndarray:
        """Draw sequences letter by letter, each from the probabilities given the letters before.

        Args:
            length: L, letters in each sequence; the first one has no context.
            rng: source of chance.
            num_sequences: B, drawn side by side.

        Returns:
            int64 ``(B, L)``, numbers from 0 to A - 1.

        Raises:
            ValueError: ``fit`` was not called, or a size is no whole number of at least 1.

        >>> chain = MarkovChain(0, num_symbols=2, strength=1e-9).fit([[1, 1, 1]])
        >>> chain.sample(4, np.random.default_rng(0))
        array([[1, 1, 1, 1]])
        """
        self._require_fitted()
        length = require_positive("length", length, "Pass for example length=300.")
        num_sequences = require_positive("num_sequences", num_sequences, "Pass 1 or more.")
        letters = np.empty((num_sequences, length), dtype=np.int64)
        contexts = np.zeros(num_sequences, dtype=np.int64)
        for position in range(length):
            table = self.tables[min(position, self.order)][position % self.period]  # (A**k, A)
            letters[:, position] = _draw(table[contexts], rng)
            num_next = self.num_symbols ** min(position + 1, self.order)
            contexts = (contexts * self.num_symbols + letters[:, position]) % num_next
        return letters

    def _contexts(self, codes: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield for order 0, 1 ... the contexts as numbers (L,), and which are wholly known."""
        contexts, known = np.zeros(len(codes), dtype=np.int64), np.ones(len(codes), dtype=bool)
        yield contexts, known
        for order in range(1, self.order + 1):
            earlier = np.concatenate([np.full(order, -1), codes])[: len(codes)]  # (L,)
            contexts = contexts + earlier * self.num_symbols ** (order - 1)
            known = known & (earlier >= 0)
            yield contexts, known

    def _encode(self, sequences: Iterable[str | Sequence[int]]) -> Iterator[np.ndarray]:
        for number, sequence in enumerate(require_list(sequences), start=1):
            if isinstance(sequence, str):
                yield _encode_dna(sequence, number, self.num_symbols)
            else:
                yield _require_codes(sequence, number, self.num_symbols)

    def _require_fitted(self) -> None:
        if not self.tables:
            raise ValueError("This chain has counted nothing yet. Call fit(sequences) first.")


def _require_order(order: object) -> int:
    try:
        number = -1 if isinstance(order, bool) else operator.index(order)
    except TypeError:
        number = -1
    if number < 0:
        raise ValueError(
            f"order must be a whole number of at least 0, the letters in a context. Received: "
            f"{order!r}. Pass for example order=2."
        )
    return number


def _encode_dna(sequence: str, number: int, num_symbols: int) -> np.ndarray:
    """Return the bases as numbers (L,), -1 for ambiguity codes."""
    if num_symbols != len(DNA):
        raise ValueError(
            f"{describe_at_start(number)} is a string, but num_symbols is {num_symbols}: strings "
            "are read as DNA. Pass numbers, for example index_encode([text], PROTEIN)[0] - 1."
        )
    letters = np.frombuffer(sequence.encode("ascii", errors="replace"), dtype=np.uint8)
    codes = _CODES[letters]  # (L,)
    wrong = (codes < 0) & ~np.isin(letters, _AMBIGUOUS)
    if wrong.any():
        position = int(wrong.argmax())
        raise ValueError(
            f"Letter {sequence[position]!r} at position {position + 1} of "
            f"{describe_sequence(number)} is no base: expected A, C, G, T or an ambiguity code in "
            "upper case. Use sequence.upper(), or transcribe RNA back to DNA."
        )
    return codes


def _require_codes(sequence: Sequence[int], number: int, num_symbols: int) -> np.ndarray:
    """Return whole numbers (L,) from -1 to A - 1."""
    codes = np.asarray(sequence)
    if codes.ndim != 1 or (codes.size and codes.dtype.kind not in "iu"):
        raise ValueError(
            f"{describe_at_start(number)} has shape {codes.shape} and type {codes.dtype}: expected "
            "a string or whole numbers of shape (letters,). Pass a list of such sequences."
        )
    codes = codes.astype(np.int64)
    wrong = (codes < -1) | (codes >= num_symbols)
    if wrong.any():
        position = int(wrong.argmax())
        raise ValueError(
            f"Number {codes[position]} at position {position + 1} of {describe_sequence(number)}: "
            f"expected 0 to {num_symbols - 1}, or -1 for an unknown letter. index_encode counts "
            "from 1: subtract 1 from what it gives."
        )
    return codes


def _draw(probabilities: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw one letter (B,) from each row of (B, A)."""
    cumulative = probabilities.cumsum(axis=1)
    reached = rng.random((len(cumulative), 1)) * cumulative[:, -1:]
    return (cumulative <= reached).sum(axis=1)
