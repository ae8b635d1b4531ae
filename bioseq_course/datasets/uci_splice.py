"""Splice junctions of the UCI repository: 3,190 windows of 60 bases of primate genes."""

from __future__ import annotations

from collections.abc import Iterable

from bioseq_course.datasets._fetch import Download
from bioseq_course.datasets._records import SequenceData
from bioseq_course.datasets._transfer import RemoteFile

DOWNLOAD = Download(
    name="uci_splice",
    files=(
        RemoteFile(
            name="uci_splice/splice.data",
            urls=(
                "https://raw.githubusercontent.com/joely-nelson/deep_learning_DNA_CNN/"
                "be2151282fbed7094e011c4e5713ba567699fcd5/splice.data",
                "https://archive.ics.uci.edu/ml/machine-learning-databases/molecular-biology/"
                "splice-junction-gene-sequences/splice.data",
            ),
            sha256="ebbae10c85d3c285e2a2489a37e42bc2ee8d91d15005e391a9962fa3389a114f",
            num_bytes=319_000,
            mirror="uci_splice/splice.data",
            download_bytes=319_000,
        ),
    ),
    source=(
        "UCI Machine Learning Repository, Molecular Biology (Splice-junction Gene Sequences), "
        "https://archive.ics.uci.edu/dataset/69, made from GenBank 64.1, as carried by "
        "github.com/joely-nelson/deep_learning_DNA_CNN."
    ),
    licence=(
        "CC BY 4.0 as far as we know (UCI's general terms; not seen with the file). The carrying "
        "repository has no licence that we know of."
    ),
    citation=(
        "M. Noordewier, G. Towell and J. Shavlik (1991), Advances in Neural Information "
        "Processing Systems 3."
    ),
    defects=(
        "185 of 3,190 rows repeat an earlier sequence (3,005 distinct): split by sequence.",
        "One sequence stands twice, once as an acceptor and once as neither.",
        "12 names occur twice; here the second one ends in -2.",
        "15 rows hold a code for an unknown base (N, D, R or S).",
        "An easy task: 759 of 767 donors have GT at positions 31-32 and 764 of 768 acceptors have "
        "AG at 29-30, but only 98 and 127 of 1,655 others.",
        "The description in the repository calls IE donors in one place; EI are the donors.",
    ),
)
CLASS_NAMES = ("neither", "donor (EI)", "acceptor (IE)")
_LABELS = {"N": 0, "EI": 1, "IE": 2}


def fetch_uci_splice(*, download: bool = True) -> SequenceData:
    """Fetch the splice junctions of the UCI repository.

    ========== ===============================================================
    Rows       3,190 (3,005 distinct): 1,655 neither, 767 donors, 768 acceptors
    Letters    60 each; the junction lies between positions 30 and 31
    ========== ===============================================================

    A donor (EI) is the border from an exon to an intron, an acceptor (IE) that from an intron to
    an exon.

    Args:
        download: ask the original addresses too, not only cache and mirror.

    Returns:
        A ``SequenceData`` in the order of the file, duplicates included.

    Raises:
        DataMissing: the file is not here and cannot be brought here.
    """
    (path,) = DOWNLOAD.obtain(download=download)
    lines = path.read_text(encoding="ascii").splitlines()
    rows = [[field.strip() for field in line.split(",")] for line in lines]
    return SequenceData(
        sequences=tuple(letters for _, _, letters in rows),
        labels=[_LABELS[kind] for kind, _, _ in rows],
        class_names=CLASS_NAMES,
        names=_distinct(name for _, name, _ in rows),
        **DOWNLOAD.history(),
    )


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Number the later ones of equal names."""
    seen: dict[str, int] = {}
    distinct = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        distinct.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return tuple(distinct)
