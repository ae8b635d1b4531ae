"""Read motifs out of trained filters, and look them up among known ones.

Shape letters: B sequences of L letters, W places of a filter, A letters, F filters, Q query motifs,
T target motifs. L' = L - W + 1 windows.

A filter's weights are not probabilities: their scale is free, and a column may be shifted against
the bias. So one asks what the filter *answers to*: collect the windows that excite it and count
their letters (Alipanahi et al. 2015, doi:10.1038/nbt.3300); windows above half of the largest
answer count (Kelley et al. 2016, doi:10.1101/gr.200535.115). The comparison with known motifs is
Tomtom (Gupta et al. 2007, doi:10.1186/gb-2007-8-2-r24) as the package memelite computes it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bioseq_course.datasets.jaspar import Motif
from bioseq_course.motifs import information_content, probability_matrix

import numpy as np

MIN_TARGETS = 50  # Tomtom takes its background from the targets: fewer say too little


@dataclass(frozen=True, eq=False, repr=False)
class FilterMotif:
    """The windows that excite one filter. Made by `filters_to_motifs`.

    Args:
        counts: `(W, A)`, letters of the windows at each place; zeros for a silent filter.
        num_sites: how many windows were counted.
        num_sequences: in how many sequences they lie.
        maximum: the largest activation of the filter.
    """

    counts: np.ndarray
    num_sites: int
    num_sequences: int
    maximum: float

    @property
    def probabilities(self) -> np.ndarray:
        """`(W, A)`: the counts with one pseudocount for each letter."""
        return probability_matrix(self.counts, pseudocount=1.0)

    def __repr__(self) -> str:
        return f"FilterMotif({self.num_sites} sites in {self.num_sequences} sequences)"


def filters_to_motifs(
    activations: np.ndarray, one_hot: np.ndarray, width: int, *, threshold: float = 0.5
) -> tuple[FilterMotif, ...]:
    """Count the letters of the windows that excite each filter.

    Args:
        activations: `(B, L', F)`, what the first layer answers to each window (no padding added).
        one_hot: `(B, L, A)`, the same sequences.
        width: W, places of a filter.
        threshold: a window counts when its activation is above this part of the filter's largest;
            from 0, below 1. A filter whose activations are never above 0 is silent: no window.

    Returns:
        F `FilterMotif`s.

    Raises:
        ValueError: the shapes do not fit together, or `threshold` is out of range.

    >>> one_hot = np.eye(4)[[[0, 1, 2, 3]]]  # ACGT
    >>> activations = np.array([[[0.1], [0.9], [0.8]]])  # windows AC, CG, GT
    >>> motif, = filters_to_motifs(activations, one_hot, 2)
    >>> motif, motif.counts.tolist()
    (FilterMotif(2 sites in 1 sequences), [[0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0]])
    """
    activations, one_hot = np.asarray(activations), np.asarray(one_hot)
    _require_fitting(activations, one_hot, width)
    if not 0 <= threshold < 1:
        raise ValueError(f"threshold must be from 0 and below 1. Received {threshold!r}: pass 0.5.")
    windows = np.lib.stride_tricks.sliding_window_view(one_hot, width, axis=1)  # (B, L', A, W)
    filters = np.moveaxis(activations, -1, 0)
    return tuple(_collect(answers, windows, threshold) for answers in filters)


def _collect(answers: np.ndarray, windows: np.ndarray, threshold: float) -> FilterMotif:
    """Count the letters where one filter's answers `(B, L')` are high."""
    maximum = float(answers.max())
    excited = (answers > threshold * maximum) & (maximum > 0)
    counts = windows[excited].sum(axis=0, dtype=np.float64).T  # (W, A)
    return FilterMotif(counts, int(excited.sum()), int(excited.any(axis=1).sum()), maximum)


def trim_motif(probabilities: np.ndarray, *, min_bits: float = 0.2) -> np.ndarray:
    """Cut places that say little off both ends of a motif.

    A filter is usually wider than the motif that it found; the rest is background.

    Args:
        probabilities: `(W, A)`, rows of sum 1.
        min_bits: places of less information content are cut, from the ends inwards.

    Returns:
        `(W', A)`, W' from 1 to W: when no place reaches `min_bits`, the best one is kept.

    Raises:
        ValueError: rows do not sum to 1.

    >>> flat, sharp = [0.25] * 4, [1, 0, 0, 0]
    >>> trim_motif([flat, sharp, flat, sharp, flat]).shape
    (3, 4)
    """
    bits = information_content(probabilities)
    kept = np.flatnonzero(bits >= min(min_bits, bits.max()))
    return np.asarray(probabilities)[kept[0] : kept[-1] + 1]


@dataclass(frozen=True, eq=False, repr=False)
class MotifMatches:
    """How well Q motifs agree with T known ones. Made by `match_motifs`.

    Args:
        p_values: `(Q, T)`, the chance that a random motif agrees as well as this with the target,
            at the best shift and strand.
        targets: the T known motifs.
    """

    p_values: np.ndarray
    targets: tuple[Motif, ...]

    @property
    def e_values(self) -> np.ndarray:
        """`(Q, T)`: p-values times T, the number of as good matches expected by chance."""
        return self.p_values * len(self.targets)

    @property
    def best(self) -> np.ndarray:
        """`(Q,)`: index of the target with the smallest p-value."""
        return self.p_values.argmin(axis=1)

    @property
    def best_motifs(self) -> tuple[Motif, ...]:
        """Return the best target of each query."""
        return tuple(self.targets[index] for index in self.best)

    def matches(self, ids: Iterable[str], *, max_e_value: float = 0.05) -> np.ndarray:
        """Say which queries agree with at least one of some targets.

        Args:
            ids: matrix ids among the targets, such as `"MA0139.2"`.
            max_e_value: the largest E-value that counts.

        Returns:
            bool `(Q,)`.

        Raises:
            ValueError: a bare string, no id, or an id that is not among the targets.
        """
        if isinstance(ids, str) or not (ids := list(ids)):
            raise ValueError(f"ids is {ids!r}, expected a list of matrix ids: ['MA0139.2'].")
        known = {motif.id: index for index, motif in enumerate(self.targets)}
        missing = [name for name in ids if name not in known]
        if missing:
            raise ValueError(
                f"{missing[0]!r} is not among the {len(known)} targets. Add the motif to the "
                "targets of match_motifs, or look up its newest version."
            )
        columns = [known[name] for name in ids]
        return (self.e_values[:, columns] <= max_e_value).any(axis=1)


def match_motifs(queries: Sequence[np.ndarray], targets: Sequence[Motif]) -> MotifMatches:
    """Compare motifs with known ones by Tomtom, at every shift and on both strands.

    The first call of a fresh installation compiles memelite for about a minute; the result is
    kept on disk. `make setup` does it beforehand, and so does `bioseq-course doctor`.

    Args:
        queries: Q probability matrices `(W, 4)`; widths may differ.
        targets: T motifs, at least 50: the chances are worked out from their columns. They get one
            pseudocount for each letter.

    Returns:
        `MotifMatches`.

    Raises:
        ValueError: no query, a query whose rows do not sum to 1, too few targets, or memelite is
            not installed.
    """
    targets = tuple(targets)
    if len(queries) == 0 or len(targets) < MIN_TARGETS:
        raise ValueError(
            f"Received {len(queries)} queries and {len(targets)} targets, expected at least 1 and "
            f"{MIN_TARGETS}. Pass targets=load_jaspar_vertebrates()."
        )
    for query in queries:
        information_content(query)  # refuses what is no probability matrix
    tomtom = _import_tomtom()
    known = [probability_matrix(motif.counts).T for motif in targets]  # memelite wants (4, W)
    asked = [np.ascontiguousarray(np.asarray(query, dtype=np.float64).T) for query in queries]
    return MotifMatches(tomtom(asked, known, n_jobs=1)[0], targets)


def compile_tomtom() -> float:
    """Compile memelite's Tomtom unless it is on disk already, and return the seconds that took.

    Raises:
        ValueError: memelite is not installed.
    """
    began = time.perf_counter()
    _import_tomtom()([np.full((4, 6), 0.25)], [np.eye(4)[:, [0, 1, 2, 3, 0]]] * MIN_TARGETS)
    return time.perf_counter() - began


def _import_tomtom():
    try:
        from memelite import tomtom
    except ImportError as error:
        raise ValueError(
            "The package memelite, which compares motifs, is not installed. Install it: "
            "pip install memelite"
        ) from error
    return tomtom


def _require_fitting(activations: np.ndarray, one_hot: np.ndarray, width: int) -> None:
    if activations.ndim != 3 or one_hot.ndim != 3:
        raise ValueError(
            f"Expected activations (B, L', F) and one_hot (B, L, A). Received shapes "
            f"{activations.shape} and {one_hot.shape}. Add an axis for a single filter or sequence."
        )
    expected = len(one_hot), one_hot.shape[1] - width + 1
    if width < 1 or activations.shape[:2] != expected or expected[1] < 1:
        raise ValueError(
            f"{one_hot.shape[1]} letters have {expected[1]} windows of width {width} in "
            f"{len(one_hot)} sequences, but the activations have shape {activations.shape}. Take "
            'them from a layer with padding="valid", before any pooling, of the same sequences.'
        )
