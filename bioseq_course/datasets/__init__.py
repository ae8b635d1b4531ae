"""Data sets of the course.

``load_*`` read files that installed packages ship: they work without a network.
``fetch_*`` download, verify and store; ``fetch_if_available`` calls one without the network.
``make_*`` simulate from a seed, or mix what is shipped into a task.
"""

from bioseq_course.datasets._fetch import DataMissing, fetch_if_available
from bioseq_course.datasets._records import SequenceData, packaged_file
from bioseq_course.datasets.chipseq import ChipSeqData, PeakData, fetch_chipseq
from bioseq_course.datasets.delayed_recall import RecallData, make_delayed_recall
from bioseq_course.datasets.gene_families import load_gene_families
from bioseq_course.datasets.gene_families_other import fetch_gene_families
from bioseq_course.datasets.genomes import fetch_ecoli_genome, fetch_small_genomes
from bioseq_course.datasets.jaspar import Motif, load_jaspar_motifs, load_jaspar_vertebrates
from bioseq_course.datasets.logomaker_sites import (
    load_crp_sites,
    load_splice_sites,
    load_ww_domains,
)
from bioseq_course.datasets.mitochondria import fetch_mitochondrial_genomes
from bioseq_course.datasets.motif_dataset import MotifData, make_motif_dataset
from bioseq_course.datasets.reading_frames import (
    CodingWindows,
    FrameShiftData,
    make_coding_windows,
    make_frame_shifts,
)
from bioseq_course.datasets.secondary_structure import (
    SecondaryStructureData,
    StructureData,
    fetch_secondary_structure,
)
from bioseq_course.datasets.simulate import MarkovData, make_markov_sequences
from bioseq_course.datasets.splice_task import make_splice_task
from bioseq_course.datasets.uci_promoters import fetch_uci_promoters
from bioseq_course.datasets.uci_splice import fetch_uci_splice

__all__ = [
    "ChipSeqData",
    "CodingWindows",
    "DataMissing",
    "FrameShiftData",
    "MarkovData",
    "Motif",
    "MotifData",
    "PeakData",
    "RecallData",
    "SecondaryStructureData",
    "SequenceData",
    "StructureData",
    "fetch_chipseq",
    "fetch_ecoli_genome",
    "fetch_gene_families",
    "fetch_if_available",
    "fetch_mitochondrial_genomes",
    "fetch_secondary_structure",
    "fetch_small_genomes",
    "fetch_uci_promoters",
    "fetch_uci_splice",
    "load_crp_sites",
    "load_gene_families",
    "load_jaspar_motifs",
    "load_jaspar_vertebrates",
    "load_splice_sites",
    "load_ww_domains",
    "make_coding_windows",
    "make_delayed_recall",
    "make_frame_shifts",
    "make_markov_sequences",
    "make_motif_dataset",
    "make_splice_task",
    "packaged_file",
]
