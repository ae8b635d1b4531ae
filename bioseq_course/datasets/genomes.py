"""Small complete genomes: phages, viruses, organelles, a plasmid; and that of E. coli."""

from __future__ import annotations

from pathlib import Path

from bioseq_course.datasets._fetch import Download
from bioseq_course.datasets._records import SequenceData
from bioseq_course.datasets._transfer import RemoteFile
from bioseq_course.fasta import read_fasta


def _genome(
    genome: str,
    place: str,
    sha256: str,
    num_bytes: int,
    mirror: str,
    download_bytes: int | None = None,
) -> tuple[str, RemoteFile]:
    """Pair the name of a genome with its file: repository/commit/path on GitHub."""
    file = RemoteFile(
        name=f"small_genomes/{mirror.removesuffix('.gz')}",
        urls=(f"https://raw.githubusercontent.com/{place}",),
        sha256=sha256,
        num_bytes=num_bytes,
        mirror=f"genomes_small/{mirror}",
        download_bytes=download_bytes or num_bytes,
    )
    return genome, file


_GENOMES = (
    _genome(
        "phiX174",
        "the-nemz/DNA-Indexing/286b455d524b784a532d9bd2719af74477c277ac/data/phix.fa",
        "a7cf48095ac039be24c14006b56989ea24c7b32d51102265f8c492c01bba80f4",
        5_604,
        "phix.fa",
    ),
    _genome(
        "phiX174 Illumina control",
        "BioInfoTools/BBMap/a9ceda047a7c918dc090de0fdbf6f924292d4a1f/resources/phix174_ill.ref.fa.gz",
        "afece5e8f27a1705a8d5be3cce9256f03a0c39602619a142c00e12cac36596bf",
        5_527,
        "phix174_ill.ref.fa.gz",
        1_825,
    ),
    _genome(
        "lambda",
        "DerrickWood/kraken2/6037ef7818f5d7004fb18fcaa9033f55fcda9912/data/Lambda.fa",
        "4a9661dd792bc0172f5094e7ea20446b54764c66d3994e31a2df7270a58690d5",
        49_186,
        "Lambda.fa",
    ),
    _genome(
        "SARS-CoV-2",
        "DerrickWood/kraken2/6037ef7818f5d7004fb18fcaa9033f55fcda9912/data/COVID_19.fa",
        "5db0ace638cccb78202ca0cf87daee86fc66bbe5fb8c284b293df4f1fe177a3b",
        30_395,
        "COVID_19.fa",
    ),
    _genome(
        "SARS-CoV",
        "DerrickWood/kraken2/6037ef7818f5d7004fb18fcaa9033f55fcda9912/data/SARS.fa",
        "639a1edcaef7c36605659994cfb82a410e0a8a400be2b522d12bfe9cc8537b60",
        30_190,
        "SARS.fa",
    ),
    _genome(
        "MERS-CoV",
        "DerrickWood/kraken2/6037ef7818f5d7004fb18fcaa9033f55fcda9912/data/MERS.fa",
        "9451e86a94c66e50c0829af02a747caadef162356d4315144617d3985ae31d3f",
        30_592,
        "MERS.fa",
    ),
    _genome(
        "HIV-1",
        "DerrickWood/kraken2/6037ef7818f5d7004fb18fcaa9033f55fcda9912/data/HIV_1.fa",
        "ab85d08e4b2abfd0021403353eb42f862524964bd35b6318b25b1a430cce3780",
        9_376,
        "HIV_1.fa",
    ),
    _genome(
        "HIV-2",
        "DerrickWood/kraken2/6037ef7818f5d7004fb18fcaa9033f55fcda9912/data/HIV_2.fa",
        "55d9ee595df6a43fe9d1339017cb314647dd8ee5edc2f74bc534d9e30840f2b4",
        10_569,
        "HIV_2.fa",
    ),
    _genome(
        "influenza A H1N1",
        "DerrickWood/kraken2/6037ef7818f5d7004fb18fcaa9033f55fcda9912/data/FluA_H1N1.fa",
        "d472b260a696083ea1f655d13a89608ef4160ecc55aa29901e69e24d75b4d050",
        14_634,
        "FluA_H1N1.fa",
    ),
    _genome(
        "influenza A H2N2",
        "DerrickWood/kraken2/6037ef7818f5d7004fb18fcaa9033f55fcda9912/data/FluA_H2N2.fa",
        "4ae7c0ddfe8331371e4d8f8f84c199a1c1cdbebf2c261f68def5c88d68d8cbb7",
        14_472,
        "FluA_H2N2.fa",
    ),
    _genome(
        "influenza A H3N2",
        "DerrickWood/kraken2/6037ef7818f5d7004fb18fcaa9033f55fcda9912/data/FluA_H3N2.fa",
        "c07d2583f438643a79655192df636c50126bc2b2aa99fa81c00aa89c8fe31a4c",
        14_666,
        "FluA_H3N2.fa",
    ),
    _genome(
        "influenza B",
        "DerrickWood/kraken2/6037ef7818f5d7004fb18fcaa9033f55fcda9912/data/FluB.fa",
        "cd63558cf2de423b5af1069f757450bcac8dc5bdd6cfada6eec1172ede9f7448",
        15_363,
        "FluB.fa",
    ),
    _genome(
        "human mitochondrion",
        "lh3/minimap2/e5066c79765f78fad9a288331f860d78670cc45f/test/MT-human.fa",
        "61d555747e94900b594911f556356f5a2b719fe193d44ea13138f7fe017bc63b",
        16_856,
        "MT-human.fa",
    ),
    _genome(
        "orang-utan mitochondrion",
        "lh3/minimap2/e5066c79765f78fad9a288331f860d78670cc45f/test/MT-orang.fa",
        "a3c28ab80821b706873f9a0b6983f9c949dd6bf56dd61a9b3e0347aa2a58fe57",
        16_797,
        "MT-orang.fa",
    ),
    _genome(
        "Arabidopsis chloroplast",
        "biopython/biopython/8b4d499f0e42567439e18a44986f342cc46e4faa/Tests/GenBank/NC_000932.gb",
        "a8b5d8239001f56a5b8b3ff047b10338b839329cf594aad36bfa4755a0dfb480",
        305_622,
        "NC_000932.gb.gz",
    ),
    _genome(
        "Yersinia pestis plasmid",
        "biopython/biopython/8b4d499f0e42567439e18a44986f342cc46e4faa/Tests/GenBank/NC_005816.gb",
        "f11a45c8abf0ae0b9340f3513595d50277ea2ae0f74acaef2666b2f42485f65a",
        31_838,
        "NC_005816.gb.gz",
    ),
)
CLASS_NAMES = tuple(genome for genome, _ in _GENOMES)
DOWNLOAD = Download(
    name="small_genomes",
    files=tuple(file for _, file in _GENOMES),
    source=(
        "GenBank and RefSeq records J02482 (phiX174), NC_001416 (lambda), NC_045512 (SARS-CoV-2), "
        "NC_004718 (SARS-CoV), NC_019843 (MERS-CoV), NC_001802 (HIV-1), NC_001722 (HIV-2), "
        "NC_002016-23 (H1N1), NC_007374-82 (H2N2), NC_007366-73 (H3N2), NC_002204-11 "
        "(influenza B), NC_000932 (chloroplast), NC_005816 (plasmid) and two mitochondria, as "
        "carried by kraken2, minimap2, Biopython, BBTools and the-nemz/DNA-Indexing on GitHub."
    ),
    licence=(
        "Public sequence records: NCBI places no restriction on them as far as we know. The "
        "carriers: kraken2 and minimap2 MIT, Biopython its own free licence, BBTools its own, "
        "the-nemz/DNA-Indexing none."
    ),
    citation="The accession numbers in the source; NCBI, https://www.ncbi.nlm.nih.gov/nuccore.",
    defects=(
        "phiX174 Illumina control says in its header that it is NC_001422.1, but it differs from "
        "the phiX174 of GenBank at 5 of 5,386 positions: 587, 833, 2731, 2793 and 2811.",
        "Both phiX174 rows are one virus: never put one in training and one in test.",
        "Segment 2 of influenza A H2N2 has one N (base unknown); all other letters are A C G T.",
        "Circular genomes are cut open at one place: words across the cut are missing.",
        "Viruses with RNA (coronaviruses, HIV, influenza) are written as DNA, with T for U.",
        "The two mitochondria carry no accession number in their files.",
    ),
)
ECOLI = Download(
    name="ecoli_genome",
    files=(
        RemoteFile(
            name="ecoli_genome/GCF_000005845.2_ASM584v2_genomic.fna",
            urls=(
                "https://ftp.ncbi.nlm.nih.gov/genomes/all/GCF/000/005/845/"
                "GCF_000005845.2_ASM584v2/GCF_000005845.2_ASM584v2_genomic.fna.gz",
                "https://raw.githubusercontent.com/iankorf/E.coli/"
                "a26209528446872e40964dc74e0527341e66d737/"
                "GCF_000005845.2_ASM584v2_genomic.fna.gz",
            ),
            sha256="53bb6a51b6e92139ced1e38f74b7938781027c52200922ff03718c2237d23bb4",
            num_bytes=4_699_745,
            mirror="genome_ecoli_k12/GCF_000005845.2_ASM584v2_genomic.fna.gz",
            download_bytes=1_424_935,
        ),
    ),
    source="NCBI RefSeq GCF_000005845.2 (ASM584v2), Escherichia coli K-12 MG1655.",
    licence="Public sequence record: NCBI places no restriction on it as far as we know.",
    citation="F. R. Blattner et al. (1997), doi:10.1126/science.277.5331.1453; NC_000913.3.",
    defects=("The circular chromosome is cut open at one place.",),
)


def fetch_small_genomes(*, download: bool = True) -> SequenceData:
    """Fetch small complete genomes, one row for each molecule.

    ========== ==============================================================
    Rows       44: 12 genomes of one molecule, 4 influenza viruses of 8
    Classes    16 genomes, such as ``"lambda"`` or ``"influenza A H1N1"``
    Letters    838 to 154,478 per row; A C G T and one N
    ========== ==============================================================

    Args:
        download: ask the original addresses too, not only cache and mirror.

    Returns:
        A ``SequenceData`` whose labels say which genome a row belongs to. A row is named like
        its genome; those of influenza have ``" segment 1"`` to ``" segment 8"`` behind it. So
        ``data.sequences[data.names.index("lambda")]`` is a genome.

    Raises:
        DataMissing: a file is not here and cannot be brought here.
    """
    rows = []
    paths = DOWNLOAD.obtain(download=download)
    for label, (genome, path) in enumerate(zip(CLASS_NAMES, paths, strict=True)):
        molecules = _read_molecules(path)
        for number, sequence in enumerate(molecules, 1):
            segment = f" segment {number}" if len(molecules) > 1 else ""
            rows.append((sequence, label, genome + segment))
    sequences, labels, names = zip(*rows, strict=True)
    return SequenceData(sequences, labels, CLASS_NAMES, names, **DOWNLOAD.history())


def fetch_ecoli_genome(*, download: bool = True) -> SequenceData:
    """Fetch the chromosome of Escherichia coli K-12 MG1655, 4,641,652 bases in one row.

    Args:
        download: ask the original addresses too, not only cache and mirror.

    Returns:
        A ``SequenceData`` of one row named ``"NC_000913.3"``, without labels.

    Raises:
        DataMissing: the file is not here and cannot be brought here.
    """
    (path,) = ECOLI.obtain(download=download)
    (record,) = read_fasta(path)
    return SequenceData([record.sequence], names=[record.name], **ECOLI.history())


def _read_molecules(path: Path) -> list[str]:
    """Read the sequences of a FASTA or GenBank file."""
    if path.suffix != ".gb":
        return [record.sequence for record in read_fasta(path, upper=True)]
    from Bio import SeqIO

    return [str(record.seq) for record in SeqIO.parse(path, "genbank")]
