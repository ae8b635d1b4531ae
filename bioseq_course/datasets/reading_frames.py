"""Windows of real genes whose reading frame is known: in frame or not, and with a frame shift.

Both tasks can be solved by order alone. In the first one the two classes hold the same letters
and, but for two at the ends, the same words. In the second one a letter is inserted or deleted,
and every letter behind it is read in another frame.

Shape letters: N windows, L letters each.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from bioseq_course.datasets._records import SequenceData
from bioseq_course.datasets.gene_families import load_gene_families
from bioseq_course.inputs import require_positive

import numpy as np

CODING_CLASSES = ("shifted", "in frame")
SHIFT_CLASSES = ("clean", "insertion", "deletion")
_DEFECTS = (
    "The genes were chosen to have no stop inside their first frame (see load_ladder), and windows "
    "end before the stop at the end: no window holds a stop in the gene's own frame.",
    "Genes with an unknown base (N) or shorter than a window are left out.",
    "Long genes give no more windows than short ones; windows of one gene may overlap, or repeat.",
)
_SHIFT_DEFECTS = (
    "A letter put into a run of equal letters, or taken out of one, leaves no trace of its exact "
    "place.",
    "All places are equally likely; real insertions and deletions prefer runs and repeats.",
)


@dataclass(frozen=True, eq=False, repr=False)
class CodingWindows(SequenceData):
    """Windows of genes, in frame (label 1) or moved by one or two letters (label 0).

    Args:
        genes: integers of shape ``(N,)``: the row of ``load_ladder()`` a window was cut from.
            ``ladder.clusters[genes]`` are groups for a split, ``ladder.split`` is a ready one.
        starts: integers of shape ``(N,)``: where in the gene the window begins, from 0.
        shifts: integers of shape ``(N,)``: letters by which it was moved; 0 is in frame.

    The other fields are those of ``SequenceData``.
    """

    ROW_FIELDS: ClassVar = ("genes", "starts", "shifts")

    genes: np.ndarray | None = None
    starts: np.ndarray | None = None
    shifts: np.ndarray | None = None


@dataclass(frozen=True, eq=False, repr=False)
class FrameShiftData(SequenceData):
    """Windows of genes with at most one letter inserted or deleted, and the frame of each letter.

    Args:
        genes: integers of shape ``(N,)``: the row of ``load_ladder()`` a window was cut from.
        starts: integers of shape ``(N,)``: where in the gene the window begins, from 0.
        phases: integers of shape ``(N, L)``, read-only: which letter of its codon each letter is,
            0, 1 or 2. An inserted letter belongs to no codon; it gets the number that the frame
            before it gives it.
        places: integers of shape ``(N,)``: index of the first letter that is read in the new
            frame; -1 in clean windows.

    The label says what was done (``SHIFT_CLASSES``). The other fields are those of
    ``SequenceData``.
    """

    ROW_FIELDS: ClassVar = ("genes", "starts", "phases", "places")

    genes: np.ndarray | None = None
    starts: np.ndarray | None = None
    phases: np.ndarray | None = None
    places: np.ndarray | None = None

    @property
    def frames(self) -> np.ndarray:
        """The frame of each letter, ``(N, L)``: its phase less its index, modulo 3.

        It stays the same along a clean window and changes once where a letter was put in or
        taken out: by -1 behind an insertion, by +1 behind a deletion (modulo 3).

        Examples:
            >>> data = make_frame_shifts(3, length=60, margin=20, seed=1)
            >>> changes = np.diff(data.frames, axis=1) != 0
            >>> changes.sum(axis=1).tolist() == (data.labels > 0).tolist()
            True
        """
        return (self.phases - np.arange(self.phases.shape[1])) % 3


def make_coding_windows(
    num_windows: int = 3000, *, length: int = 150, seed: int = 0
) -> CodingWindows:
    """Cut pairs of windows from real genes: one in frame, one moved by one or two letters.

    ========== ==============================================================
    Rows       ``num_windows``, half of each class, in random order
    Letters    ``length`` each, A C G T
    Classes    shifted 0, in frame 1
    Truth      ``.shifts`` (0, 1, 2), ``.genes``, ``.starts``
    ========== ==============================================================

    The second window of a pair begins 1 or 2 letters behind the first, so the two hold the same
    words of three letters but for the 1 or 2 at each end. What differs is which of these words
    are codons.

    Args:
        num_windows: N, an even number.
        length: L, at least 3.
        seed: the same seed gives the same windows.

    Returns:
        A ``CodingWindows``.

    Raises:
        ValueError: when the number is odd or less than 2, or no gene holds such a window.

    Examples:
        >>> data = make_coding_windows(8, length=60, seed=1)
        >>> data
        CodingWindows(8 sequences of 60 letters; shifted 4, in frame 4)
        >>> sorted(set(data.shifts.tolist()) - {0, 1, 2})
        []
    """
    per_class = _half(num_windows)
    require_positive("length", length, "Pass for example length=150.")
    rng = np.random.default_rng(seed)
    genes = _draw_genes(per_class, length + 2, rng)
    codons = _draw_starts(genes, length + 2, 3, rng)
    shifts = np.concatenate([0 * genes, rng.integers(1, 3, size=per_class)])  # (N,)
    genes, starts = np.tile(genes, 2), np.tile(codons, 2) + shifts
    order = rng.permutation(num_windows)
    return CodingWindows(
        sequences=[_cut(genes[row], starts[row], length) for row in order],
        labels=(shifts[order] == 0).astype(int),
        class_names=CODING_CLASSES,
        genes=genes[order],
        starts=starts[order],
        shifts=shifts[order],
        defects=_DEFECTS,
        **_history(seed),
    )


def make_frame_shifts(
    num_windows: int = 3000, *, length: int = 300, margin: int = 60, seed: int = 0
) -> FrameShiftData:
    """Cut windows from real genes and put one letter in, take one out, or leave them clean.

    ========== ==============================================================
    Rows       ``num_windows``, a third of each class (as near as it goes), in random order
    Letters    ``length`` each, A C G T
    Classes    clean 0, insertion 1, deletion 2
    Truth      ``.phases`` ``(N, L)``, ``.frames`` ``(N, L)``, ``.places`` ``(N,)``
    ========== ==============================================================

    A window begins anywhere in a codon. Its place of change is drawn evenly from
    ``margin, ..., length - margin``; an inserted letter is A, C, G or T with equal probability.

    Args:
        num_windows: N.
        length: L.
        margin: the least number of letters on either side of the change.
        seed: the same seed gives the same windows.

    Returns:
        A ``FrameShiftData``.

    Raises:
        ValueError: when a number is out of range, the margins leave no place, or no gene is
            long enough.

    Examples:
        >>> data = make_frame_shifts(9, length=90, margin=30, seed=1)
        >>> data
        FrameShiftData(9 sequences of 90 letters; clean 3, insertion 3, deletion 3)
        >>> row = int(data.labels.argmax())  # a deletion: one letter of its codon is missing
        >>> place = data.places[row]
        >>> int(data.phases[row, place] - data.phases[row, place - 1]) % 3
        2
    """
    require_positive("num_windows", num_windows, "Pass for example num_windows=3000.")
    _check_margin(length, margin)
    rng = np.random.default_rng(seed)
    genes = _draw_genes(num_windows, length + 1, rng)
    starts = _draw_starts(genes, length + 1, 1, rng)
    labels = rng.permutation(np.arange(num_windows) % 3)
    places = np.where(labels == 0, -1, rng.integers(margin, length - margin + 1, num_windows))
    new = rng.choice(list("ACGT"), size=num_windows).tolist()
    rows = zip(genes, starts, labels.tolist(), places.tolist(), new, strict=True)
    return FrameShiftData(
        sequences=[
            _edit(_cut(g, s, length + 1), kind, at, letter) for g, s, kind, at, letter in rows
        ],
        labels=labels,
        class_names=SHIFT_CLASSES,
        genes=genes,
        starts=starts,
        phases=_phases(starts, labels, places, length),
        places=places,
        defects=(*_DEFECTS, *_SHIFT_DEFECTS),
        **_history(seed),
    )


# Parts


def _half(num_windows: int) -> int:
    number = require_positive("num_windows", num_windows, "Pass for example num_windows=3000.")
    if number % 2:
        raise ValueError(
            f"num_windows is {number}, expected an even number: windows come in pairs, one in "
            f"frame and one shifted. Pass {number + 1}."
        )
    return number // 2


def _check_margin(length: int, margin: int) -> None:
    require_positive("length", length, "Pass for example length=300.")
    require_positive("margin", margin, "Pass for example margin=60.")
    if 2 * margin > length:
        raise ValueError(
            f"margin is {margin} and length is {length}: two margins leave no place for a change. "
            f"Pass a margin of {length // 2} or less, or a length of {2 * margin} or more."
        )


@cache
def _clean_genes() -> tuple[tuple[str, ...], np.ndarray]:
    """The genes of the ladder, and how many letters of each can be used: 0 where one is an N."""
    from bioseq_course.ladder import load_ladder  # it imports this folder: at the top, a circle

    ladder = load_ladder()
    usable = [3 * len(protein) for protein in ladder.protein]  # without the stop at the end
    known = [not set(dna) - set("ACGT") for dna in ladder.dna]
    return ladder.dna, np.array(usable) * np.array(known)


def _draw_genes(number: int, letters: int, rng: np.random.Generator) -> np.ndarray:
    """Draw genes with at least so many letters, each as often as any other (or once more)."""
    usable = _clean_genes()[1]
    enough = np.flatnonzero(usable >= letters)
    if not len(enough):
        raise ValueError(
            f"A window needs {letters:,} letters of a gene, and the longest has {usable.max():,}. "
            "Pass a smaller length."
        )
    rounds = -(-number // len(enough))
    return np.concatenate([rng.permutation(enough) for _ in range(rounds)])[:number]


def _draw_starts(genes: np.ndarray, letters: int, step: int, rng) -> np.ndarray:
    """Draw one start for each gene from 0, step, 2 step ... that leaves so many letters."""
    choices = (_clean_genes()[1][genes] - letters) // step + 1
    return step * rng.integers(choices)


def _cut(gene: int, start: int, letters: int) -> str:
    return _clean_genes()[0][gene][start : start + letters]


def _edit(text: str, kind: int, place: int, letter: str) -> str:
    """Turn L + 1 letters into L; those from `place` on are read in another frame than before."""
    if kind == 1:
        return text[: place - 1] + letter + text[place - 1 : -2]
    return text[:place] + text[place + 1 :] if kind == 2 else text[:-1]


def _phases(starts, labels, places, length: int) -> np.ndarray:
    """Which letter of its codon each letter is, `(N, L)`."""
    index = np.arange(length)
    step = np.choose(labels, [0, -1, 1])[:, None]
    return (starts[:, None] + index + step * (index >= places[:, None])) % 3


def _history(seed: int) -> dict[str, str]:
    genes = load_gene_families()
    return {
        "source": f"Windows drawn with seed {seed} from: {genes.source}",
        "licence": genes.licence,
        "citation": genes.citation,
    }
