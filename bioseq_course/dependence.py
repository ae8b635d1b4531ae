"""How much a base knows about its neighbours: contexts, entropies in bits, the spectrum.

A context of order k is the k bases before a position. Its counts are a table of shape
``(4**k, 4)``: one row a context, in alphabetical order, one column a following base (A, C, G, T).
With ``by_codon_position`` there are three such tables, ``(3, 4**k, 4)``. Positions whose base or
context holds any other letter, N for example, are left out.

Used by lecture ``01a_dependence``; entropies after Shannon (1951),
doi:10.1002/j.1538-7305.1951.tb01366.x.
"""

from collections.abc import Iterable

import numpy as np

BASES = b"ACGT"
UNKNOWN = 4
_CODES = np.full(256, UNKNOWN, dtype=np.int64)
_CODES[list(BASES)] = range(4)
_NOTHING = np.empty(0, dtype=np.int64)


def count_contexts(
    sequences: Iterable[str], order: int, *, by_codon_position: bool = False
) -> np.ndarray:
    """Count which base follows which context of ``order`` bases, over all sequences.

    Args:
        sequences: DNA sequences in upper case.
        order: number of bases in the context, k = 0, 1, 2 ... 12.
        by_codon_position: one table for each place of the following base in its codon; the
            sequences must then start in frame.

    Returns:
        Counts, int64: ``(4**k, 4)``, or ``(3, 4**k, 4)`` by codon position.

    Raises:
        TypeError: ``sequences`` is one string.
        ValueError: ``order`` is negative or above 12 (a table of 67 million numbers).

    >>> count_contexts(["AACA"], 0)  # A three times, C once
    array([[3, 1, 0, 0]])
    >>> count_contexts(["AACA"], 1)[:2]  # after A: one A, one C; after C: one A
    array([[1, 1, 0, 0],
           [1, 0, 0, 0]])
    """
    if isinstance(sequences, str):
        raise TypeError("count_contexts takes a list of sequences; write [sequence] for one.")
    if not 0 <= order <= 12:
        raise ValueError(f"order is {order}: expected a context of 0 to 12 bases.")
    cells = [_cells(sequence, order) for sequence in sequences]
    counts = np.bincount(np.concatenate([*cells, _NOTHING]), minlength=3 * 4 ** (order + 1))
    tables = counts.reshape(3, -1, 4)
    return tables if by_codon_position else tables.sum(axis=0)


def _cells(sequence, order):
    """Return for every word of order + 1 known bases its cell in the flattened three tables."""
    codes = _CODES[np.frombuffer(sequence.encode("ascii"), dtype=np.uint8)]  # (L,)
    num_words = max(0, len(codes) - order)
    cells = (np.arange(num_words) + order) % 3  # place of the last base in its codon
    known = np.ones(num_words, dtype=bool)
    for shift in range(order + 1):
        letters = codes[shift : shift + num_words]
        cells = 4 * cells + letters
        known &= letters != UNKNOWN
    return cells[known]


def plug_in_entropy(counts: np.ndarray) -> float:
    """Return the entropy of the next base given its context, with counts taken for the truth.

    ``H = -sum over contexts c and bases b of p(c, b) log2 p(b | c)``, p being relative counts.
    It is too low on finite data: rare contexts look more certain than they are. The bias is
    about ``(number of filled cells - filled contexts) / (2 N ln 2)`` bits (Miller and Madow;
    Paninski 2003, doi:10.1162/089976603321780272).

    Args:
        counts: ``(..., 4**k, 4)`` as from :func:`count_contexts`.

    Returns:
        Bits per base, between 0 and 2.

    Raises:
        ValueError: all counts are zero.

    >>> plug_in_entropy(np.array([[1, 1, 1, 1]]))
    2.0
    >>> plug_in_entropy(np.array([[5, 0, 0, 0], [0, 0, 0, 5]]))
    0.0
    """
    counts = _checked(counts)
    per_context = counts.sum(axis=-1, keepdims=True)
    filled = counts > 0
    probabilities = np.divide(counts, per_context, out=np.ones(counts.shape), where=filled)
    return float(np.abs((counts * np.log2(probabilities)).sum() / counts.sum()))


def held_out_entropy(
    train_counts: np.ndarray, test_counts: np.ndarray, *, pseudo_count: float = 1.0
) -> float:
    """Return the bits per base that a table learned from one set needs on another set.

    ``-sum p_test(c, b) log2 q(b | c)`` with ``q = (n_train + a) / (row sum + 4 a)``: the cross
    entropy of a Markov chain. Its expectation is never below the true conditional entropy, so it
    errs to the other side than :func:`plug_in_entropy`.

    Args:
        train_counts: ``(..., 4**k, 4)``.
        test_counts: the same shape, counted on sequences that are not relatives of the first.
        pseudo_count: a > 0, added to every cell, so that nothing has probability zero.

    Returns:
        Bits per base; 2.0 is as good as guessing.

    Raises:
        ValueError: the shapes differ, ``pseudo_count`` is not positive, or no base was counted
            in the test set.

    >>> train, test = np.array([[3, 0, 0, 1]]), np.array([[1, 0, 0, 1]])
    >>> held_out_entropy(train, test)  # q = 1/2, 1/8, 1/8, 1/4
    1.5
    """
    train_counts, test_counts = np.asarray(train_counts, dtype=float), _checked(test_counts)
    if train_counts.shape != test_counts.shape:
        raise ValueError(
            f"Training counts have shape {train_counts.shape}, test counts {test_counts.shape}: "
            "count both with the same order and the same by_codon_position."
        )
    if pseudo_count <= 0:
        raise ValueError(f"pseudo_count is {pseudo_count}: expected more than 0, 1.0 for example.")
    smoothed = train_counts + pseudo_count
    log_q = np.log2(smoothed / smoothed.sum(axis=-1, keepdims=True))
    return float(-(test_counts * log_q).sum() / test_counts.sum())


def _checked(counts):
    """Return the counts as floats; refuse an empty table."""
    counts = np.asarray(counts, dtype=float)
    if not counts.sum() > 0:
        raise ValueError(
            "No base was counted: the sequences are empty, shorter than the context, or in lower "
            "case. Check them, or take a lower order."
        )
    return counts


def power_spectrum(sequence: str) -> np.ndarray:
    """Return the power of every frequency in a DNA sequence, summed over its four bases.

    For each base b a row of zeros and ones ``u_b`` (L,) says where it stands. With its mean taken
    off, ``S(j) = sum over b of |sum over t of u_b(t) exp(-2 pi i j t / L)|^2 / L``. The value at
    j = L / 3 is the part that repeats every third base (Fickett 1982,
    doi:10.1093/nar/10.17.5303; Tiwari and others 1997, doi:10.1093/bioinformatics/13.3.263).

    Args:
        sequence: L bases in upper case; other letters count as no base.

    Returns:
        Power, float64 ``(L // 2 + 1,)``; entry j has the frequency j / L per base. For bases in
        random order every entry but the first is near ``1 - sum of squared base frequencies``.

    Raises:
        ValueError: the sequence is empty.

    >>> spectrum = power_spectrum("ACGACGACGACG")
    >>> int(spectrum.argmax()), len(spectrum)  # 4 / 12: once every three bases
    (4, 7)
    """
    if not sequence:
        raise ValueError("power_spectrum got an empty sequence: pass at least one base.")
    letters = np.frombuffer(sequence.encode("ascii"), dtype=np.uint8)
    indicators = (letters[:, None] == np.frombuffer(BASES, dtype=np.uint8)).astype(float)  # (L, 4)
    transformed = np.fft.rfft(indicators - indicators.mean(axis=0), axis=0)
    return (np.abs(transformed) ** 2).sum(axis=1) / len(sequence)
