"""Sequences drawn from a Markov chain that is known to the last digit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bioseq_course.alphabet import DNA, Alphabet
from bioseq_course.datasets._records import SequenceData

import numpy as np

_MAX_CONTEXTS = 1_000_000


@dataclass(frozen=True, eq=False, repr=False)
class MarkovData(SequenceData):
    """Simulated sequences together with the chain that made them: the planted truth.

    Args:
        transitions: float64 of shape ``(A**order, A)``, read-only. Row ``i`` holds the
            probabilities of the next symbol after context ``i``. Contexts are counted like
            numbers written with the alphabet's symbols as digits, the last symbol running
            fastest: for DNA of order 2, AA is 0, AC is 1, CA is 4.
        start: float64 of shape ``(A**order,)``, read-only: how often the chain is in each
            context in the long run; the first ``order`` symbols are drawn from it.
        order: how many symbols back the chain looks.

    The other fields are those of ``SequenceData``.
    """

    transitions: np.ndarray | None = None
    start: np.ndarray | None = None
    order: int = 1


def make_markov_sequences(
    num_sequences: int,
    length: int,
    *,
    order: int = 1,
    transitions: np.ndarray | None = None,
    fit_to: Sequence[str] | None = None,
    alphabet: Alphabet = DNA,
    seed: int = 0,
) -> MarkovData:
    """Draw sequences from a Markov chain of a given order.

    ============= =======================================================
    Rows          ``num_sequences``, of ``length`` symbols each
    Classes       none
    Truth         ``.transitions`` of shape ``(A**order, A)``, ``.start``
    ============= =======================================================

    The probability of symbol ``x_t`` depends on the ``order`` symbols before it,
    ``P(x_t | x_{t-order} ... x_{t-1})``; order 0 draws every symbol by itself. The chain comes
    from the first of these that is given:

    - ``transitions``: taken as it is;
    - ``fit_to``: relative frequencies counted in those sequences (words with a symbol outside
      the alphabet are skipped; a context that was never seen gets equal probabilities);
    - neither: every row drawn from a flat Dirichlet distribution with the seed.

    The first ``order`` symbols are drawn from the long-run distribution of contexts, so the
    composition does not drift. When the chain cannot forget where it began (it falls apart into
    separate parts), that is the distribution it reaches from equally likely contexts.

    Args:
        num_sequences: B, at least 1.
        length: L, at least ``order`` and 1.
        order: 0, 1, 2, ...; ``A**order`` may not pass a million.
        transitions: shape ``(A**order, A)``, rows sum to 1.
        fit_to: sequences to imitate.
        alphabet: which symbols; A is their number.
        seed: the same seed gives the same sequences.

    Returns:
        A ``MarkovData``: a ``SequenceData`` with ``transitions``, ``start`` and ``order``.

    Raises:
        ValueError: for sizes out of range, when both ``transitions`` and ``fit_to`` are given,
            when ``transitions`` has the wrong shape or rows that do not sum to 1, or when
            ``fit_to`` has no word of ``order + 1`` symbols.

    Examples:
        >>> cycle = np.roll(np.eye(4), 1, axis=1)  # A -> C -> G -> T -> A
        >>> make_markov_sequences(1, 8, transitions=cycle, seed=3).sequences[0] in "ACGT" * 3
        True
        >>> make_markov_sequences(2, 6, order=1, fit_to=["ACACACAC"], seed=0).sequences
        ('CACACA', 'ACACAC')
    """
    _check_sizes(num_sequences, length, order, alphabet)
    rng = np.random.default_rng(seed)
    transitions = _choose_transitions(transitions, fit_to, order, alphabet, rng)
    start = long_run_contexts(transitions)
    codes = _draw_codes(num_sequences, length, order, transitions, start, rng)
    return MarkovData(
        sequences=_spell(codes, alphabet),
        source=f"Simulated: Markov chain of order {order}, seed {seed}.",
        licence="Made by the course; no rights attached.",
        citation="This course.",
        defects=("Simulated: no gene, no selection, no memory beyond the order of the chain.",),
        transitions=_frozen(transitions),
        start=_frozen(start),
        order=order,
    )


def long_run_contexts(transitions: np.ndarray) -> np.ndarray:
    """Find how often a chain is in each of its contexts in the long run.

    Iterates ``p <- (p + p T) / 2`` from equal probabilities; the half step keeps a chain that
    goes round in a circle from swinging for ever, and leaves the solution of ``p = p T`` as it
    is.

    Args:
        transitions: shape ``(A**order, A)``, rows sum to 1.

    Returns:
        Probabilities of shape ``(A**order,)``.

    Examples:
        >>> long_run_contexts(np.array([[0.9, 0.1], [0.3, 0.7]])).round(6).tolist()
        [0.75, 0.25]
    """
    contexts, symbols = transitions.shape
    probabilities = np.full(contexts, 1.0 / contexts)
    for _ in range(100_000):
        step = (probabilities + _advance(probabilities, transitions, symbols)) / 2
        change = np.abs(step - probabilities).sum()
        probabilities = step
        if change < 1e-13:
            break
    return probabilities / probabilities.sum()


def _advance(probabilities: np.ndarray, transitions: np.ndarray, symbols: int) -> np.ndarray:
    """Move the distribution over contexts by one symbol: the oldest symbol drops out."""
    contexts = len(probabilities)
    if contexts == 1:
        return probabilities
    flow = probabilities[:, None] * transitions  # (A**order, A)
    return flow.reshape(symbols, contexts).sum(axis=0)


def _check_sizes(num_sequences: int, length: int, order: int, alphabet: Alphabet) -> None:
    if order < 0 or len(alphabet) ** order > _MAX_CONTEXTS:
        raise ValueError(
            f"order is {order}, which means {len(alphabet)}**{order} contexts; expected 0 or "
            f"more and at most {_MAX_CONTEXTS:,} contexts. Take a lower order."
        )
    if num_sequences < 1 or length < max(order, 1):
        raise ValueError(
            f"num_sequences is {num_sequences} and length is {length}, expected at least 1 and "
            f"at least {max(order, 1)} (the order of the chain)."
        )


def _choose_transitions(transitions, fit_to, order, alphabet, rng) -> np.ndarray:
    """Take, count or draw the chain: shape ``(A**order, A)``."""
    if transitions is not None and fit_to is not None:
        raise ValueError("Both transitions and fit_to are given, expected one. Leave one out.")
    shape = (len(alphabet) ** order, len(alphabet))
    if transitions is not None:
        return _checked(np.array(transitions, dtype=np.float64), shape, order, alphabet)
    if fit_to is not None:
        return _count(fit_to, shape, order, alphabet)
    return rng.dirichlet(np.ones(shape[1]), size=shape[0])


def _checked(transitions: np.ndarray, shape: tuple, order: int, alphabet: Alphabet) -> np.ndarray:
    if order == 0 and transitions.shape == shape[1:]:
        transitions = transitions[None, :]
    if transitions.shape != shape:
        raise ValueError(
            f"transitions has shape {transitions.shape}, expected {shape}: one row for each of "
            f"the {shape[0]} contexts of order {order} over {alphabet.symbols!r}."
        )
    sums = transitions.sum(axis=1)
    wrong = ~np.isclose(sums, 1.0) | (transitions < 0).any(axis=1) | ~np.isfinite(sums)
    if wrong.any():
        row = int(wrong.argmax())
        raise ValueError(
            f"Row {row} of transitions (counted from 0) is {transitions[row].tolist()}, expected "
            "probabilities: none negative, sum 1. Divide each row by its sum."
        )
    return transitions


def _count(fit_to: Sequence[str], shape: tuple, order: int, alphabet: Alphabet) -> np.ndarray:
    """Count words of ``order + 1`` symbols and turn rows of counts into probabilities."""
    if isinstance(fit_to, str):
        raise ValueError(f"fit_to is a bare string, expected a list. Write [{fit_to[:20]!r}].")
    words = np.lib.stride_tricks.sliding_window_view(_codes(fit_to, order, alphabet), order + 1)
    words = words[(words >= 0).all(axis=1)]
    if not len(words):
        raise ValueError(
            f"fit_to has no word of {order + 1} symbols of {alphabet.symbols!r} to count. "
            "Give longer sequences, a lower order or the right alphabet."
        )
    numbers = words @ (len(alphabet) ** np.arange(order, -1, -1))
    counts = np.bincount(numbers, minlength=shape[0] * shape[1]).reshape(shape)
    return _normalised(counts)


def _codes(sequences: Sequence[str], order: int, alphabet: Alphabet) -> np.ndarray:
    """Number the symbols of all sequences in one row, -1 outside the alphabet and in between."""
    table = np.full(256, -1, dtype=np.int64)
    table[np.frombuffer(alphabet.symbols.encode("ascii"), dtype=np.uint8)] = range(len(alphabet))
    # A symbol outside the alphabet between two sequences keeps words from crossing over; those
    # at the end make the row long enough for one word.
    text = "\0".join([*sequences, "\0" * (order + 1)])
    return table[np.frombuffer(text.encode("ascii", errors="replace"), dtype=np.uint8)]


def _normalised(counts: np.ndarray) -> np.ndarray:
    """Divide rows by their sums; equal probabilities where nothing was counted."""
    totals = counts.sum(axis=1, keepdims=True)
    return np.where(totals > 0, counts / np.maximum(totals, 1), 1.0 / counts.shape[1])


def _draw_codes(num_sequences, length, order, transitions, start, rng) -> np.ndarray:
    """Draw symbol numbers, all sequences side by side: shape ``(B, L)``."""
    symbols = transitions.shape[1]
    context = rng.choice(len(start), size=num_sequences, p=start)  # (B,)
    codes = np.empty((num_sequences, length), dtype=np.int64)
    codes[:, :order] = context[:, None] // symbols ** np.arange(order - 1, -1, -1) % symbols
    cumulative = np.cumsum(transitions, axis=1)
    for position in range(order, length):
        reached = rng.random((num_sequences, 1)) * cumulative[context, -1:]
        codes[:, position] = (cumulative[context] <= reached).sum(axis=1)
        context = (context * symbols + codes[:, position]) % len(start)
    return codes


def _spell(codes: np.ndarray, alphabet: Alphabet) -> tuple[str, ...]:
    symbols = np.frombuffer(alphabet.symbols.encode("ascii"), dtype=np.uint8)
    return tuple(row.tobytes().decode("ascii") for row in symbols[codes])


def _frozen(array: np.ndarray) -> np.ndarray:
    array = np.array(array)
    array.flags.writeable = False
    return array
