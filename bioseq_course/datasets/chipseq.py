"""Peaks of six human transcription factors: ChIP-seq of ENCODE, cut to 101 letters by DeepBind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple
from urllib.parse import quote

from bioseq_course.alphabet import DNA
from bioseq_course.datasets._fetch import Download
from bioseq_course.datasets._records import SequenceData
from bioseq_course.datasets._transfer import RemoteFile
from bioseq_course.inputs import require_choice, require_positive
from bioseq_course.shuffle import shuffle_sequence

import numpy as np

LENGTH = 101
CLASS_NAMES = ("shuffle", "peak")
_HEADER = "FoldID\tEventID\tseq\tBound"
_EVENT = re.compile(r"seq_(\d{5})_(peak|shuf)")
_ROW = re.compile(rf"[^\t]*\t{_EVENT.pattern}\t([ACGT]{{{LENGTH}}})\t([01])")
_CURE = "Fetch it anew: bioseq-course data fetch chipseq"
_DEEPBIND = "jisraeli/DeepBind/a9bbf5ffcdf62f2832b0bbdede43a36f4dc19426/data/encode/"
_DEEPRAM = "MedChaabane/deepRAM/87014f400d9bdeb96f04f7ae977071188deaebeb/datasets/ChIP-seq/"


class Experiment(NamedTuple):
    """One ChIP-seq experiment.

    Attributes:
        cell_line: cells in which binding was measured.
        jaspar_id: motif of the factor in JASPAR 2024.
        num_peaks: how many peaks the training part has.
        files: training part and test half.

    Examples:
        >>> EXPERIMENTS["REST"].cell_line, EXPERIMENTS["REST"].num_peaks
        ('GM12878', 6406)
    """

    cell_line: str
    jaspar_id: str
    num_peaks: int
    files: tuple[RemoteFile, RemoteFile]


def _files(factor: str, start: str, *parts: tuple[str, int, int]) -> tuple[RemoteFile, ...]:
    """Describe the two files of an experiment by SHA-256, bytes of the content, bytes packed."""
    experiment = re.sub("[()]", "", start.rpartition("/")[2])
    return tuple(
        RemoteFile(
            name=f"chipseq/{factor}_{part}.seq",
            urls=(f"https://raw.githubusercontent.com/{quote(start)}_{part}.seq.gz",),
            sha256=sha256,
            num_bytes=num_bytes,
            mirror=f"chipseq_deepbind/{experiment}_{part}.seq.gz",
            download_bytes=packed_bytes,
        )
        for part, (sha256, num_bytes, packed_bytes) in zip(("AC", "B"), parts, strict=True)
    )


EXPERIMENTS = {
    "CTCFL": Experiment(
        "K562",
        "MA1102.3",
        11_033,
        _files(
            "CTCFL",
            _DEEPBIND + "CTCFL_K562_CTCFL_(SC-98982)_HudsonAlpha",
            (
                "8c318c1d55cfc2956b3c7ef69300649400121b89feadf78bdf427c6fceac2c01",
                1_335_018,
                364_744,
            ),
            ("966b26d94815e2f10652e51f12d4d21469b0c9e1ba260da9b194ab46181d8226", 121_025, 33_265),
        ),
    ),
    "ELK1": Experiment(
        "GM12878",
        "MA0028.3",
        5_084,
        _files(
            "ELK1",
            _DEEPBIND + "ELK1_GM12878_ELK1_(1277-1)_Stanford",
            ("1c3339f9af2a10ffd1015c0ff274a0be1e30a8ee4802ab69ce0723fd98b14555", 615_189, 170_519),
            ("d16a667933666b0d46ba3e1c95dbec558b171d0d32a572c0aeb35b29e5dd75ae", 121_025, 34_350),
        ),
    ),
    "GABPA": Experiment(
        "GM12878",
        "MA0062.4",
        6_066,
        _files(
            "GABPA",
            _DEEPBIND + "GABPA_GM12878_GABP_HudsonAlpha",
            ("dbcc5920ec4ab6333b5ac4e71f6e14804ab8ec9aa37f04618e94c69c51813db8", 734_011, 199_708),
            ("4431c78ce56779aa17aa3fb59607f04695cb09b3a8d75d8329ea13ea27764210", 121_025, 33_969),
        ),
    ),
    "REST": Experiment(
        "GM12878",
        "MA0138.3",
        6_406,
        _files(
            "REST",
            _DEEPBIND + "REST_GM12878_NRSF_HudsonAlpha",
            ("52104ae9ab452dac8cd72467a5e782385e2cfaaf410ed87ce3f51ecb9fbd8569", 775_151, 212_992),
            ("c4bbaf2e13f78b25901bc24eee1cc8103dad08d4e27d6663f4a251380452ec49", 121_025, 33_837),
        ),
    ),
    "SRF": Experiment(
        "H1-hESC",
        "MA0083.3",
        4_605,
        _files(
            "SRF",
            _DEEPRAM + "SRF_H1-hESC_SRF_HudsonAlpha",
            ("95ab5eff060895c5a53414f82ab6862134f2fd4030c1ec85a10d74cdf5049c81", 557_230, 152_258),
            ("d6e2ebd1e94585be561c8236c1b420a0e850fe512dbff2bda8ce122f7f26c078", 121_025, 34_307),
        ),
    ),
    "USF1": Experiment(
        "HepG2",
        "MA0093.4",
        21_390,
        _files(
            "USF1",
            _DEEPBIND + "USF1_HepG2_USF-1_HudsonAlpha",
            (
                "fa309c66696d846cba741fc1901e1b4f8d3bb8acba7a880d72962ed51ab04735",
                2_588_215,
                711_171,
            ),
            ("1be9c5fba77fdf2d1a7fd365c9e35031dfaf3cb8d7c49b8c20d661b6a33fbf44", 121_025, 34_091),
        ),
    ),
}
DOWNLOAD = Download(
    name="chipseq",
    files=tuple(file for experiment in EXPERIMENTS.values() for file in experiment.files),
    source=(
        "ChIP-seq peaks of ENCODE as prepared for DeepBind, http://tools.genes.toronto.edu/"
        "deepbind/nbtcode/, as carried by github.com/jisraeli/DeepBind (SRF: github.com/"
        "MedChaabane/deepRAM)."
    ),
    licence=(
        "ENCODE data are free to use with citation as far as we know (not seen with the files). "
        "The carrying repositories state no licence for the files."
    ),
    citation=(
        "B. Alipanahi, A. Delong, M. T. Weirauch and B. J. Frey (2015), DeepBind, "
        "doi:10.1038/nbt.3300; the ENCODE Project Consortium (2012), doi:10.1038/nature11247."
    ),
    defects=(
        "The training part has peaks alone. Its negatives are made here: one shuffle of each peak "
        "that keeps the counts of letter pairs, as in the test half.",
        "Shuffles are not genome: they hold neither repeats nor the motifs of other factors, so "
        "telling them from peaks is easier than finding peaks in a genome.",
        "The test half holds the even ranks of the 1,000 strongest peaks. It is stronger than the "
        "training part behind its first 500 rows: a score on it flatters.",
        "No sequence stands in both parts, but windows overlap: 10 of 500 test peaks of SRF, and "
        "one of CTCFL and of REST, share 50 letters in a row with a training peak, on either "
        "strand. Within the training part 125 of 4,605 peaks of SRF share as much.",
        "Peaks 2001 and 2263 of REST are reverse complements of each other.",
        "The factors share places: 2,458 of 5,584 peaks of ELK1 share 30 letters in a row with a "
        "peak of GABPA, on either strand. Remove such peaks before those of one factor serve as "
        "negatives of another.",
        "The peaks differ in composition: G and C are 55 % of the letters in the test half of SRF "
        "and 71 % in that of CTCFL.",
    ),
)


@dataclass(frozen=True, eq=False, repr=False)
class PeakData(SequenceData):
    """Peaks and shuffles with the number that they share.

    Args:
        groups: integers of shape ``(B,)``, read-only: the rank of the peak, from 1 for the
            strongest. A peak and its shuffle have one number; a split that keeps groups together
            has no such pair across it.

    The other fields are those of ``SequenceData``.

    Examples:
        >>> data = PeakData(("ACGT", "GGCA"), [1, 1], CLASS_NAMES, groups=[1, 3])
        >>> data.take([1]).groups.tolist()
        [3]
    """

    ROW_FIELDS: ClassVar = ("groups",)

    groups: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class ChipSeqData:
    """Peaks of one factor: a part for training and the published test half.

    Args:
        factor: name of the factor.
        cell_line: cells in which binding was measured.
        jaspar_id: motif of the factor in JASPAR 2024.
        train: the training part.
        test: the test half.
    """

    factor: str
    cell_line: str
    jaspar_id: str
    train: PeakData
    test: PeakData


class Row(NamedTuple):
    """One line of a file.

    Attributes:
        rank: of the peak, from 1 for the strongest.
        is_peak: True for the peak, False for its shuffle.
        sequence: 101 letters.

    Examples:
        >>> Row(1, True, "ACGT" * 25 + "A").rank
        1
    """

    rank: int
    is_peak: bool
    sequence: str


def fetch_chipseq(
    factor: str,
    *,
    num_peaks: int | None = None,
    negatives: str = "shuffle",
    seed: int = 0,
    download: bool = True,
) -> ChipSeqData:
    """Fetch the ChIP-seq peaks of a transcription factor, and make negatives for them.

    ====== ======== ======== ============== =======================
    Factor Cells    Motif    Training peaks Test half
    ====== ======== ======== ============== =======================
    CTCFL  K562     MA1102.3 11,033         500 peaks, 500 shuffles
    ELK1   GM12878  MA0028.3 5,084          500 peaks, 500 shuffles
    GABPA  GM12878  MA0062.4 6,066          500 peaks, 500 shuffles
    REST   GM12878  MA0138.3 6,406          500 peaks, 500 shuffles
    SRF    H1-hESC  MA0083.3 4,605          500 peaks, 500 shuffles
    USF1   HepG2    MA0093.4 21,390         500 peaks, 500 shuffles
    ====== ======== ======== ============== =======================

    All rows have 101 letters A C G T. Class 0 is a shuffle, class 1 a peak. A shuffle has the
    letter pairs, the first and the last letter of its peak (see ``shuffle_sequence``).

    The authors ranked the peaks by strength (doi:10.1038/nbt.3300, Supplementary Figure 6); the
    files hold the ranks, not the strengths. The test half has the even ranks of the first 1,000.
    The training part has the odd ones, in its first 500 rows, then all others, so its first rows
    are its strongest. The motif agrees: with its best score in a window, the first 500
    training peaks of each factor are told from shuffles better than the last 500.

    Licence: ENCODE data are free to use with citation as far as we know; the carrying
    repositories state no licence. Defects: see ``.train.defects``. The first call brings all
    six factors, 2.0 MB; the name for ``bioseq-course data fetch`` is ``chipseq``.

    Args:
        factor: ``"CTCFL"``, ``"ELK1"``, ``"GABPA"``, ``"REST"``, ``"SRF"`` or ``"USF1"``.
        num_peaks: take only so many training peaks, the first ones; None for all.
        negatives: ``"shuffle"`` for one shuffle of each peak; ``"none"`` for peaks alone, in
            both parts, so that other sequences can serve as negatives.
        seed: of the shuffles in the training part. A peak has the same shuffle for any
            ``num_peaks``. Those of the test half are published and do not change.
        download: ask the original addresses too, not only cache and mirror.

    Returns:
        A ``ChipSeqData``. Both parts have all peaks first, in the order of the file, and then the
        shuffles in the same order: mix the rows before the last ones become a validation set.

    Raises:
        ValueError: for another factor or kind of negatives, or more peaks than there are.
        DataMissing: a file is not here and cannot be brought here.

    Examples:
        >>> fetch_chipseq("P53")
        Traceback (most recent call last):
            ...
        ValueError: factor must be one of "CTCFL", "ELK1", "GABPA", "REST", "SRF", "USF1". \
Received: 'P53'.
    """
    require_choice("factor", factor, tuple(EXPERIMENTS))
    require_choice("negatives", negatives, ("shuffle", "none"))
    experiment = EXPERIMENTS[factor]
    num_peaks = _check_num_peaks(factor, num_peaks)
    train, test = _read_factor(factor, download=download)
    peaks = train[:num_peaks]
    if negatives == "shuffle":
        peaks += _shuffle(peaks, seed)
    else:
        test = [row for row in test if row.is_peak]
    return ChipSeqData(
        factor,
        experiment.cell_line,
        experiment.jaspar_id,
        _record(factor, peaks),
        _record(factor, test),
    )


def read_all(*, download: bool = True) -> list[Row]:
    """Read the rows of all files: 54,584 training peaks and six test halves of 1,000 rows.

    Args:
        download: ask the original addresses too, not only cache and mirror.

    Raises:
        DataMissing: a file is not here and cannot be brought here.
    """
    paths = DOWNLOAD.obtain(download=download)
    return [row for path in paths for row in _read(path)]


def _check_num_peaks(factor: str, num_peaks: int | None) -> int:
    available = EXPERIMENTS[factor].num_peaks
    if num_peaks is None:
        return available
    number = require_positive("num_peaks", num_peaks, "Pass one, or leave it out for all peaks.")
    if number > available:
        raise ValueError(
            f"num_peaks is {number}, but the training part of {factor} has {available} peaks. "
            "Pass a smaller number, or leave it out for all peaks."
        )
    return number


def _read_factor(factor: str, *, download: bool) -> tuple[list[Row], list[Row]]:
    """Read training part and test half of a factor."""
    paths = dict(zip(DOWNLOAD.files, DOWNLOAD.obtain(download=download), strict=True))
    train, test = (_read(paths[file]) for file in EXPERIMENTS[factor].files)
    return train, test


def _read(path: Path) -> list[Row]:
    """Read a table of peaks and check every row."""
    header, *lines = path.read_text(encoding="ascii").splitlines() or [""]
    if header != _HEADER:
        raise ValueError(
            f"{path.name} begins with {header[:60]!r}, expected the header {_HEADER!r}. {_CURE}"
        )
    return [_parse(line, path.name, number) for number, line in enumerate(lines, start=1)]


def _parse(line: str, file_name: str, number: int) -> Row:
    """Take a row apart: EventID says rank and kind, Bound says the kind once more."""
    match = _ROW.fullmatch(line)
    if match is None or (match[2] == "peak") != (match[4] == "1"):
        raise ValueError(
            f"Row {number} of {file_name} (counting from 1 below the header) {_fault(line)}. "
            f"{_CURE}"
        )
    return Row(int(match[1]), match[2] == "peak", match[3])


def _fault(line: str) -> str:
    """Say what is wrong with a row."""
    fields = line.split("\t")
    if len(fields) != 4:
        return f"has {len(fields)} columns, expected 4 (FoldID, EventID, seq, Bound)"
    _, event, letters, bound = fields
    if not _EVENT.fullmatch(event):
        return f"is called {event!r}, expected a name such as 'seq_00001_peak'"
    wrong = next((place for place, letter in enumerate(letters) if letter not in DNA), None)
    if wrong is not None:
        return f"has {letters[wrong]!r} at position {wrong + 1}, expected A, C, G or T"
    if len(letters) != LENGTH:
        return f"has {len(letters)} letters, expected {LENGTH}"
    return f"is {event} with {bound!r} under Bound, expected 1 for a peak and 0 for a shuffle"


def _shuffle(peaks: list[Row], seed: int) -> list[Row]:
    """Make one shuffle of each peak, one after the other: the first ones never depend on more."""
    rng = np.random.default_rng(seed)
    return [Row(peak.rank, False, shuffle_sequence(peak.sequence, k=2, rng=rng)) for peak in peaks]


def _record(factor: str, rows: list[Row]) -> PeakData:
    ranks, are_peaks, sequences = zip(*rows, strict=True)
    names = (f"{factor}-{rank:05d}-{CLASS_NAMES[is_peak]}" for rank, is_peak, _ in rows)
    return PeakData(
        sequences=sequences,
        labels=[int(is_peak) for is_peak in are_peaks],
        class_names=CLASS_NAMES,
        names=tuple(names),
        groups=ranks,
        **DOWNLOAD.history(),
    )
