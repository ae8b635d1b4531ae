"""A first two-class task made of real sequences: 5' splice sites against look-alikes."""

from __future__ import annotations

import re
from functools import cache

from bioseq_course.datasets._records import SequenceData
from bioseq_course.datasets.gene_families import load_gene_families
from bioseq_course.datasets.logomaker_sites import load_splice_sites

import numpy as np

CLASS_NAMES = ("decoy", "5' splice site")
DEFECTS = (
    "Windows spelled like a listed site were left out of the decoys (43 % of all): the task is "
    "easier than finding sites in a genome.",
    "66 % of the sites but 41 % of the decoys have GT, the others GC: letter 5 alone tells "
    "something.",
    "Spellings that differ in one letter fall on both sides of a random split.",
)
# Look-ahead, so that overlapping windows are all found.
_WINDOW = re.compile("(?=([ACGT]{3}G[CT][ACGT]{4}))")


def make_splice_task(num_examples: int | None = None, seed: int = 0) -> SequenceData:
    """Make a balanced set of real 5' splice sites (label 1) and decoys (label 0).

    ========== ==============================================================
    Rows       20,454 at most, half of each class, all distinct
    Letters    9 each, pattern ``NNNGYNNNN``
    Sites      drawn from 10,227 human 5' splice sites, each at most once
    Decoys     drawn from 18,762 windows of coding DNA, each at most once
    ========== ==============================================================

    A decoy **is** a distinct nine-letter window of the coding DNA of ``load_gene_families``
    (given strand, any frame) that has the pattern ``NNNGYNNNN`` and is no listed splice site.
    A decoy **is not** a typical window: 43 % of all such windows in coding DNA are spelled like
    a listed site and were left out. It is not proven never to be spliced, it is not a window of
    an intron or of the genome, and as the genes are without introns it may straddle the seam
    of two exons.

    Sites and decoys are drawn by spelling, not by frequency: the commonest site (3,729
    occurrences) counts as much as one seen once. So a score on this task says how well
    spellings are told apart, not how well genes could be annotated.

    Args:
        num_examples: rows in total, an even number; None takes all sites and as many decoys.
        seed: decides which rows are drawn and in which order they come.

    Returns:
        A ``SequenceData`` with ``class_names`` ``("decoy", "5' splice site")``, in random
        order. A decoy is named after the first place where it was met:
        ``gene-0012:345`` is position 345, from 1, of that row of the gene families.

    Raises:
        ValueError: when ``num_examples`` is odd, less than 2 or more than there are.

    Examples:
        >>> task = make_splice_task(1000, seed=1)
        >>> task
        SequenceData(1,000 sequences of 9 letters; decoy 500, 5' splice site 500)
        >>> {sequence[3] for sequence in task.sequences}
        {'G'}
    """
    sites = dict(zip(load_splice_sites().sequences, load_splice_sites().names, strict=True))
    decoys = _decoys()
    per_class = _per_class(num_examples, min(len(sites), len(decoys)))
    rng = np.random.default_rng(seed)
    chosen = _draw(decoys, per_class, rng) + _draw(sites, per_class, rng)
    order = rng.permutation(2 * per_class)
    return SequenceData(
        sequences=tuple(chosen[row][0] for row in order),
        names=tuple(chosen[row][1] for row in order),
        labels=(order >= per_class).astype(int),
        class_names=CLASS_NAMES,
        source=f"Sites: {load_splice_sites().source} Decoys: {load_gene_families().source}",
        licence=f"Sites: {load_splice_sites().licence} Decoys: {load_gene_families().licence}",
        citation=f"{load_splice_sites().citation} {load_gene_families().citation}",
        defects=(*DEFECTS, *load_splice_sites().defects[:3]),
    )


@cache
def _decoys() -> dict[str, str]:
    """Map each decoy to the name of the first place where it was met, in reading order."""
    listed = set(load_splice_sites().sequences)
    genes = load_gene_families()
    decoys: dict[str, str] = {}
    for name, dna in zip(genes.names, genes.sequences, strict=True):
        for match in _WINDOW.finditer(dna):
            if match[1] not in listed:
                decoys.setdefault(match[1], f"{name}:{match.start() + 1}")
    return decoys


def _per_class(num_examples: int | None, available: int) -> int:
    """Turn the number asked for into rows of each class."""
    if num_examples is None:
        return available
    if num_examples % 2 or not 2 <= num_examples <= 2 * available:
        raise ValueError(
            f"num_examples is {num_examples}, expected an even number from 2 to {2 * available:,} "
            "(half of each class), or None for all."
        )
    return num_examples // 2


def _draw(windows: dict[str, str], count: int, rng: np.random.Generator) -> list[tuple[str, str]]:
    """Draw ``(sequence, name)`` pairs without putting back."""
    pairs = list(windows.items())
    return [pairs[row] for row in rng.choice(len(pairs), size=count, replace=False)]
