"""Data sets of the course.

``load_*`` read files that installed packages ship: they work without a network.
``make_*`` simulate from a seed, or mix what is shipped into a task.
"""

from bioseq_course.datasets._records import SequenceData, packaged_file
from bioseq_course.datasets.gene_families import load_gene_families
from bioseq_course.datasets.jaspar import Motif, load_jaspar_motifs
from bioseq_course.datasets.logomaker_sites import (
    load_crp_sites,
    load_splice_sites,
    load_ww_domains,
)
from bioseq_course.datasets.simulate import MarkovData, make_markov_sequences
from bioseq_course.datasets.splice_task import make_splice_task

__all__ = [
    "MarkovData",
    "Motif",
    "SequenceData",
    "load_crp_sites",
    "load_gene_families",
    "load_jaspar_motifs",
    "load_splice_sites",
    "load_ww_domains",
    "make_markov_sequences",
    "make_splice_task",
    "packaged_file",
]
