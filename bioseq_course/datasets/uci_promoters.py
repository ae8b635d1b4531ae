"""E. coli promoters of the UCI repository: 106 windows of 57 bases, the classic small task."""

from __future__ import annotations

from bioseq_course.datasets._fetch import Download
from bioseq_course.datasets._records import SequenceData
from bioseq_course.datasets._transfer import RemoteFile

import numpy as np

DOWNLOAD = Download(
    name="uci_promoters",
    files=(
        RemoteFile(
            name="uci_promoters/promoters.data",
            urls=(
                "https://raw.githubusercontent.com/mat-analysis/datasets/"
                "f50572553419e667e0bd89173a3e9cbe5b32a99d/sequential/Promoters/"
                "Promoters%20original.zip#original/promoters.data",
                "https://archive.ics.uci.edu/ml/machine-learning-databases/molecular-biology/"
                "promoter-gene-sequences/promoters.data",
            ),
            sha256="edd5f6f266ee04a78d4a8d88594e335fb8b5e8f204e63244eec3c2a9e5befd9d",
            num_bytes=7130,
            mirror="uci_promoters/promoters.data",
            download_bytes=None,
        ),
    ),
    source=(
        "UCI Machine Learning Repository, Molecular Biology (Promoter Gene Sequences), "
        "https://archive.ics.uci.edu/dataset/67, as carried by github.com/mat-analysis/datasets."
    ),
    licence=(
        "CC BY 4.0 as far as we know (UCI's general terms; not seen with the file). The carrying "
        "repository has no licence."
    ),
    citation=(
        "C. Harley and R. Reynolds (1987), Nucleic Acids Research 15:2343-2361; G. Towell, "
        "J. Shavlik and M. Noordewier (1990), AAAI-90."
    ),
    defects=(
        "Small: 106 rows. Report leave-one-out or repeated cross-validation, never one split.",
        "All 53 non-promoters are windows of one stretch of about 1,500 bases, and each overlaps "
        "another one: a random split puts parts of most test windows into training.",
        "8 of the 53 promoters share a stretch of 20 letters with another promoter.",
        "The windows are given in lower case; here they are in upper case.",
    ),
)
CLASS_NAMES = ("non-promoter", "promoter")


def fetch_uci_promoters(*, download: bool = True) -> SequenceData:
    """Fetch the E. coli promoters of the UCI repository.

    ========== ==============================================================
    Rows       106: 53 promoters, 53 non-promoters, all distinct
    Letters    57 each, A C G T
    Place      position 51 of 57 is the start of transcription of a promoter
    ========== ==============================================================

    Args:
        download: ask the original addresses too, not only cache and mirror.

    Returns:
        A ``SequenceData`` in the order of the file, with its names (a gene, or the number of a
        window).

    Raises:
        DataMissing: the file is not here and cannot be brought here.
    """
    (path,) = DOWNLOAD.obtain(download=download)
    rows = [line.split(",") for line in path.read_text(encoding="ascii").splitlines()]
    return SequenceData(
        sequences=tuple(letters.strip().upper() for _, _, letters in rows),
        labels=np.array([sign == "+" for sign, _, _ in rows], dtype=int),
        class_names=CLASS_NAMES,
        names=tuple(name for _, name, _ in rows),
        **DOWNLOAD.history(),
    )
