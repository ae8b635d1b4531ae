"""How close the test part comes to the training part, and what a copyist makes of that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bioseq_course.alphabet import PROTEIN, Alphabet
from bioseq_course.relatives import Closest, SharedWords, guess_alphabet, shared_words

import numpy as np

# An alignment fills one table cell for each pair of letters; beyond this a pair is left out of
# the sample (25 million cells are two proteins of 5,000 residues, about a second).
MAX_CELLS = 25_000_000
_QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True, eq=False, repr=False)
class NearestNeighbours:
    """Predictions copied from the closest training sequence.

    Args:
        labels: ``(T,)``, predicted class numbers.
        neighbours: ``(T,)``, index of the training sequence that was copied; -1 where none shares
            a word and the majority class of the training part was taken.
        shares: float64 ``(T,)``, part of the smaller one's words shared with it; 0.0 there.
        num_fallback: how many rows got the majority class.
    """

    labels: np.ndarray
    neighbours: np.ndarray
    shares: np.ndarray
    num_fallback: int

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return (
            f"NearestNeighbours({len(self):,} predictions, {self.num_fallback:,} of them the "
            "majority class for want of a shared word)"
        )


def nearest_neighbour_predict(
    shared: SharedWords,
    labels: Sequence[int],
    train: Sequence[int],
    test: Sequence[int],
) -> NearestNeighbours:
    """Copy the label of the closest training sequence: a 1-nearest-neighbour by shared words.

    Closest is the training sequence with the highest share (shared words over the distinct words
    of the smaller one). Ties go to the pair that shares more words, then to the lower index. A
    test sequence that shares no word with any training sequence gets the majority class of the
    training part (the lowest number where classes are equally common); ``num_fallback`` says how
    many did.

    Args:
        shared: result of ``shared_words`` on all B sequences.
        labels: ``(B,)`` class numbers; those of ``test`` are not looked at.
        train: indices of the training part.
        test: T indices to predict.

    Returns:
        A ``NearestNeighbours``.

    Raises:
        ValueError: when labels and sequences differ in number, ``train`` is empty, or an index is
            out of range or in both parts.

    Examples:
        >>> shared = shared_words(["MKVLATGG", "MKVLATGS", "WYWHCFWY", "PPQNDERT"])
        >>> found = nearest_neighbour_predict(shared, [1, 0, 0, 0], train=[0, 2], test=[1, 3])
        >>> found.labels.tolist(), found.neighbours.tolist(), found.num_fallback
        ([1, 0], [0, -1], 1)
    """
    labels = np.asarray(labels)
    if labels.shape != (len(shared),) or not len(train):
        raise ValueError(
            f"labels has shape {labels.shape} and train {len(train)} entries, expected one label "
            f"for each of the {len(shared)} sequences and at least one training row."
        )
    closest = shared.closest(test, train)
    found = closest.indices >= 0
    majority = _majority(labels[np.asarray(train)])
    predicted = np.where(found, labels[closest.indices], majority)
    return NearestNeighbours(predicted, closest.indices, closest.shares, int((~found).sum()))


def _majority(labels: np.ndarray) -> int:
    values, counts = np.unique(labels, return_counts=True)
    return values[counts.argmax()]


@dataclass(frozen=True, eq=False, repr=False)
class LeakageReport:
    """What the training part knows about the test part; print it to read it.

    Args:
        closest: ``(T,)``, index into the training part of each test sequence's closest relative;
            -1 where none shares a word.
        shares: float64 ``(T,)``, part of the smaller one's distinct words that the two share.
        counts: ``(T,)``, how many distinct words they share.
        copies: bool ``(T,)``, whether the very same sequence is in the training part.
        aligned: ``(S,)``, indices of the test sequences in the aligned sample.
        identities: float64 ``(S,)``, identity to the closest relative: letters that are aligned
            with the same letter, over the length of the shorter sequence.
        random_identities: float64 ``(S,)``, the same against a training sequence drawn at random,
            for scale.
        k: length of the words.
    """

    closest: np.ndarray
    shares: np.ndarray
    counts: np.ndarray
    copies: np.ndarray
    aligned: np.ndarray
    identities: np.ndarray
    random_identities: np.ndarray
    k: int

    def __len__(self) -> int:
        return len(self.closest)

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return (
            f"LeakageReport({len(self):,} test sequences, {self.copies.mean():.1%} with an exact "
            f"copy in training, median share of words {np.median(self.shares):.2f})"
        )

    def share_at_least(self, threshold: float) -> float:
        """Part of the test sequences whose closest relative shares at least this much.

        Args:
            threshold: part of the smaller one's words, 0 to 1.

        Returns:
            A number from 0 to 1.

        Examples:
            >>> leakage_report(["MKVLATGGHE"], ["MKVLATGGRR", "WYWHCFWY"]).share_at_least(0.5)
            0.5
        """
        return float((self.shares >= threshold).mean())

    def summary(self) -> str:
        """Write the report in a few lines of plain text."""
        lines = [
            f"{len(self):,} test sequences, words of {self.k} letters",
            f"exact copy in training:       {self.copies.mean():6.1%} of test sequences",
            f"no shared word with training: {(self.closest < 0).mean():6.1%}",
            "share of words with the closest training relative:",
        ]
        lines.append("  " + _quantile_line(self.shares))
        lines += [
            f"  at least {dial:.0%}: {self.share_at_least(dial):.1%} of test sequences"
            for dial in (0.9, 0.5, 0.2, 0.1)
        ]
        return "\n".join(lines + self._identity_lines())

    def _identity_lines(self) -> list[str]:
        if not len(self.aligned):
            return ["identity by alignment: no pair was aligned"]
        return [
            f"identity by alignment (over the shorter one), {len(self.aligned)} test sequences "
            "drawn from those with a relative:",
            "  to the closest relative:  " + _quantile_line(self.identities),
            "  to a random one in training: median " + f"{np.median(self.random_identities):.2f}",
        ]


def _quantile_line(values: np.ndarray) -> str:
    quantiles = np.quantile(values, _QUANTILES)
    parts = (f"{p:.0%} {value:.2f}" for p, value in zip(_QUANTILES, quantiles, strict=True))
    return "quantiles " + ", ".join(parts)


def leakage_report(
    train: Sequence[str],
    test: Sequence[str],
    *,
    k: int = 5,
    num_aligned: int = 50,
    seed: int = 0,
    alphabet: Alphabet | None = None,
) -> LeakageReport:
    """Look for the closest training relative of every test sequence.

    Relatives are found by shared words, low-complexity words left out (see
    ``bioseq_course.relatives``). A sample of the test sequences that have one is aligned with it,
    globally but with free ends, so that a fragment costs nothing: proteins with BLOSUM62, a gap
    costing 11 and 1 for each further letter (Henikoff and Henikoff 1992,
    doi:10.1073/pnas.89.22.10915); DNA and RNA with +2 for a match, -3 for a mismatch, 5 and 2
    for gaps. Shares of a few per cent are mostly chance, and then the "closest relative" is
    often just a very long sequence: compare with the identity to a random one.

    Args:
        train: N strings in upper case.
        test: T strings in upper case.
        k: length of the words; 5 for proteins, 12 or more for DNA.
        num_aligned: how many test sequences to align, at most. Pairs of more than 25 million
            letter pairs are left out.
        seed: which sample.
        alphabet: None guesses DNA, RNA or protein from the letters.

    Returns:
        A ``LeakageReport``.

    Raises:
        ValueError: when a part is empty, a bare string, or has lower-case letters.

    Examples:
        >>> report = leakage_report(["MKVLATGGHE", "WYWHCFWYQQ"], ["MKVLATGGHE", "MKVLATGGRR"])
        >>> report
        LeakageReport(2 test sequences, 50.0% with an exact copy in training, median share of \
words 0.83)
        >>> report.closest.tolist(), report.identities.tolist()
        ([0, 0], [1.0, 0.8])
    """
    train, test = _check_part(train, "train"), _check_part(test, "test")
    alphabet = guess_alphabet([*train, *test]) if alphabet is None else alphabet
    shared = shared_words([*train, *test], k=k, alphabet=alphabet)
    relatives = shared.closest(np.arange(len(train), len(train) + len(test)), np.arange(len(train)))
    rng = np.random.default_rng(seed)
    aligned = _draw_pairs(train, test, relatives, num_aligned, rng)
    strangers = rng.integers(len(train), size=len(aligned))
    align = _make_aligner(alphabet)
    return LeakageReport(
        closest=relatives.indices,
        shares=relatives.shares,
        counts=relatives.counts,
        copies=np.isin(test, train),
        aligned=aligned,
        identities=_identities(align, test, aligned, train, relatives.indices[aligned]),
        random_identities=_identities(align, test, aligned, train, strangers),
        k=k,
    )


def _check_part(sequences: Sequence[str], name: str) -> tuple[str, ...]:
    if isinstance(sequences, str):
        raise ValueError(f"{name} is a bare string, expected a list. Write [{sequences[:20]!r}].")
    if not len(sequences):
        raise ValueError(f"{name} is empty, expected at least one sequence.")
    return tuple(sequences)


def _draw_pairs(
    train: Sequence[str],
    test: Sequence[str],
    relatives: Closest,
    num_aligned: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw test sequences that have a relative, and are short enough to be aligned with it."""
    train_lengths = np.array([len(sequence) for sequence in train])
    test_lengths = np.array([len(sequence) for sequence in test])
    small = test_lengths * train_lengths[relatives.indices] <= MAX_CELLS
    candidates = np.flatnonzero(small & (relatives.indices >= 0))
    drawn = rng.choice(candidates, size=min(num_aligned, len(candidates)), replace=False)
    return np.sort(drawn)


def _make_aligner(alphabet: Alphabet):
    """Make Biopython's aligner for global alignments with free ends over an alphabet."""
    from Bio.Align import PairwiseAligner, substitution_matrices

    if alphabet == PROTEIN:
        matrix = substitution_matrices.load("BLOSUM62")
        aligner = PairwiseAligner(
            mode="global", substitution_matrix=matrix, open_gap_score=-11, extend_gap_score=-1
        )
    else:
        aligner = PairwiseAligner(
            mode="global", match_score=2, mismatch_score=-3, open_gap_score=-5, extend_gap_score=-2
        )
    aligner.end_gap_score = 0
    return aligner


def _identities(aligner, test, rows, train, partners) -> np.ndarray:
    pairs = zip(rows, partners, strict=True)
    return np.array([_identity(aligner, test[row], train[other]) for row, other in pairs])


def _identity(aligner, one: str, other: str) -> float:
    """Identical letters of the first best alignment over the length of the shorter sequence."""
    if aligner.substitution_matrix is not None:
        known = set(aligner.substitution_matrix.alphabet)
        one, other = ("".join(c if c in known else "X" for c in s) for s in (one, other))
    return aligner.align(one, other)[0].counts().identities / min(len(one), len(other))
