"""Binding motifs planted in random sequences, with the truth of what stands where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from bioseq_course.alphabet import DNA, reverse_complement
from bioseq_course.datasets._records import SequenceData
from bioseq_course.datasets.jaspar import Motif, load_jaspar_motifs
from bioseq_course.datasets.simulate import make_markov_sequences
from bioseq_course.inputs import require_choice, require_positive
from bioseq_course.shuffle import shuffle_sequence

import numpy as np

CLASS_NAMES = ("background", "motif")


@dataclass(frozen=True, eq=False, repr=False)
class MotifData(SequenceData):
    """Simulated sequences together with what was planted in them.

    Args:
        motifs: the M motifs.
        positions: integers of shape ``(B, M)``, read-only: where in row ``b`` motif ``m`` begins
            (its leftmost letter, from 0); -1 where it was not planted.
        strands: integers of shape ``(B, M)``, read-only: 1 where the motif is read in the
            sequence, -1 where it is read in the reverse complement, 0 where it was not planted.
        instances: B tuples of M strings: the planted letters in the direction of the motif,
            empty where it was not planted.
        groups: integers of shape ``(B,)``, read-only. A row and the shuffle that was made of it
            have one number; a split that keeps groups together has no such pair across it.

    The other fields are those of ``SequenceData``.
    """

    ROW_FIELDS: ClassVar = ("positions", "strands", "groups")

    motifs: tuple[Motif, ...] = ()
    positions: np.ndarray | None = None
    strands: np.ndarray | None = None
    instances: tuple[tuple[str, ...], ...] = ()
    groups: np.ndarray | None = None

    @property
    def motif_index(self) -> np.ndarray:
        """Which motif a row holds, shape ``(B,)``: -1 for none, the first one of several."""
        planted = self.strands != 0  # (B, M)
        return np.where(planted.any(axis=1), planted.argmax(axis=1), -1)

    def take(self, rows: Sequence[int]) -> MotifData:
        """Make a record of some of the rows, with their truth, in the order asked for.

        Args:
            rows: N indices, from 0.

        Examples:
            >>> data = make_motif_dataset(["MA0139.2"], 4, 50, seed=1)
            >>> data.take([3, 0]).positions.tolist() == data.positions[[3, 0]].tolist()
            True
        """
        instances = tuple(self.instances[row] for row in np.asarray(rows, dtype=int))
        return replace(super().take(rows), instances=instances)


def make_motif_dataset(
    motifs: Sequence[str | Motif],
    num_sequences: int = 1000,
    length: int = 200,
    *,
    background: Sequence[str] | np.ndarray | None = None,
    order: int = 0,
    plant: str = "all",
    negatives: str = "background",
    seed: int = 0,
) -> MotifData:
    """Plant binding motifs in half of a set of random sequences.

    ========== ==============================================================
    Rows       ``num_sequences`` of ``length`` letters, in random order
    Classes    background 0, motif 1; half of the rows each
    Truth      ``.positions``, ``.strands``, ``.instances``, ``.groups``
    ========== ==============================================================

    A planted instance is drawn letter by letter from the frequencies of the motif's columns. Its
    strand is a coin toss; places are drawn so that all arrangements without overlap are equally
    likely.

    Args:
        motifs: M JASPAR ids (see ``load_jaspar_motifs``) or ``Motif`` records.
        num_sequences: B, an even number.
        length: L, at least the summed length of the motifs.
        background: sequences whose words of ``order + 1`` letters are imitated; or the
            transitions of a Markov chain, of shape ``(4**order, 4)``; or None for equal
            frequencies of A C G T.
        order: how many letters back the background looks (0: letters by themselves).
        plant: ``"all"`` motifs in each positive row, or ``"one"`` of them, drawn at random.
        negatives: ``"background"`` for fresh random sequences; ``"shuffle"`` for a shuffle of
            each positive row that keeps its counts of letter pairs (see ``shuffle_sequence``).
        seed: the same seed gives the same data.

    Returns:
        A ``MotifData``.

    Raises:
        ValueError: for a number that is odd or too small, a length that does not hold the
            motifs, or an unknown choice; and as ``make_markov_sequences`` for the background.

    Examples:
        >>> data = make_motif_dataset(["MA0139.2"], 10, 60, seed=3)
        >>> data
        MotifData(10 sequences of 60 letters; background 5, motif 5)
        >>> row = int(data.labels.argmax())
        >>> start, strand = data.positions[row, 0], data.strands[row, 0]
        >>> letters = data.sequences[row][start : start + 15]
        >>> data.instances[row][0] == (letters if strand == 1 else reverse_complement(letters))
        True
    """
    motifs = _load(motifs)
    require_choice("plant", plant, ("all", "one"))
    require_choice("negatives", negatives, ("background", "shuffle"))
    _check_sizes(num_sequences, length, motifs, plant)
    rng = np.random.default_rng(seed)
    half = num_sequences // 2
    letters = _draw_background(num_sequences, length, background, order, rng)
    planted = [_plant(text, motifs, plant, rng) for text in letters[:half]]
    if negatives == "shuffle":
        letters[half:] = [shuffle_sequence(row[0], k=2, rng=rng) for row in planted]
    nothing = ([-1] * len(motifs), [0] * len(motifs), ("",) * len(motifs))
    rows = planted + [(text, *nothing) for text in letters[half:]]
    groups = np.arange(num_sequences) % half if negatives == "shuffle" else range(num_sequences)
    return _shuffled_record(rows, list(groups), motifs, negatives, seed, rng)


def _load(motifs: Sequence[str | Motif]) -> tuple[Motif, ...]:
    """Look up the ids among the motifs."""
    if isinstance(motifs, (str, Motif)) or not motifs:
        raise ValueError(
            f"motifs is {motifs!r}, expected a list of at least one JASPAR id or Motif. Write "
            'for example ["MA0139.2"].'
        )
    return tuple(
        motif if isinstance(motif, Motif) else load_jaspar_motifs([motif])[0] for motif in motifs
    )


def _check_sizes(num_sequences: int, length: int, motifs: tuple[Motif, ...], plant: str) -> None:
    require_positive("num_sequences", num_sequences, "Pass for example num_sequences=1000.")
    require_positive("length", length, "Pass for example length=200.")
    if num_sequences % 2:
        raise ValueError(
            f"num_sequences is {num_sequences}, expected an even number: half of the rows get "
            f"motifs. Pass {num_sequences + 1}."
        )
    widths = [len(motif) for motif in motifs]
    needed = sum(widths) if plant == "all" else max(widths)
    if length < needed:
        raise ValueError(
            f"length is {length}, but the motifs to plant need {needed} letters. Pass "
            f"length={needed} or more, or fewer motifs."
        )


def _draw_background(num_sequences, length, background, order, rng) -> list[str]:
    chain = {"transitions": np.full((4**order, 4), 0.25)}
    if background is not None:
        is_array = isinstance(background, np.ndarray)
        chain = {"transitions": background} if is_array else {"fit_to": background}
    drawn = make_markov_sequences(
        num_sequences, length, order=order, alphabet=DNA, seed=int(rng.integers(2**31)), **chain
    )
    return list(drawn.sequences)


def _plant(text: str, motifs: tuple[Motif, ...], plant: str, rng: np.random.Generator) -> tuple:
    """Overwrite places of the text with instances; return text, positions, strands, instances."""
    count = len(motifs)
    chosen = rng.permutation(count) if plant == "all" else rng.integers(count, size=1)
    positions, strands, instances = [-1] * count, [0] * count, [""] * count
    starts = _draw_starts(len(text), [len(motifs[m]) for m in chosen], rng)
    for motif, start in zip(chosen.tolist(), starts, strict=True):
        instance = _draw_instance(motifs[motif], rng)
        strand = 1 if rng.random() < 0.5 else -1
        written = instance if strand == 1 else reverse_complement(instance)
        text = text[:start] + written + text[start + len(written) :]
        positions[motif], strands[motif], instances[motif] = start, strand, instance
    return text, positions, strands, tuple(instances)


def _draw_starts(length: int, widths: list[int], rng: np.random.Generator) -> list[int]:
    """Draw places from left to right: every way to share out the free letters is equally likely."""
    free = length - sum(widths)
    # Of free + M things in a row, M are motifs; before the i-th stand its letters and i motifs.
    places = np.sort(rng.choice(free + len(widths), size=len(widths), replace=False))
    gaps = places - np.arange(len(widths))
    return (gaps + np.cumsum([0, *widths[:-1]])).tolist()


def _draw_instance(motif: Motif, rng: np.random.Generator) -> str:
    """Draw one letter from the frequencies of each column."""
    cumulative = np.cumsum(motif.counts, axis=1)
    reached = rng.random((len(motif), 1)) * cumulative[:, -1:]
    return "".join("ACGT"[letter] for letter in (cumulative <= reached).sum(axis=1))


def _shuffled_record(rows, groups, motifs, negatives, seed, rng) -> MotifData:
    """Put the rows in random order, so that taking the first ones is a fair choice."""
    order = rng.permutation(len(rows)).tolist()
    sequences, positions, strands, instances = zip(*(rows[row] for row in order), strict=True)
    return MotifData(
        sequences=sequences,
        labels=[int(row < len(rows) // 2) for row in order],
        class_names=CLASS_NAMES,
        source=f"Simulated: {_names(motifs)} in random DNA, negatives: {negatives}, seed {seed}.",
        licence=f"Made by the course; the motifs: {motifs[0].licence}",
        citation=f"This course; {motifs[0].citation}",
        defects=(
            "Simulated: one copy of a motif at most, no partners, no chromatin, no evolution.",
            "A motif may also stand where nobody planted it, in either class, by chance.",
        ),
        motifs=motifs,
        positions=positions,
        strands=strands,
        instances=instances,
        groups=[groups[row] for row in order],
    )


def _names(motifs: tuple[Motif, ...]) -> str:
    return ", ".join(f"{motif.id} {motif.name}" for motif in motifs)
