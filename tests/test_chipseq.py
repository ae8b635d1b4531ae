"""ChIP-seq peaks: a tiny file written by hand, each refusal, facts counted in the real files."""

import gzip
import hashlib
import os
from collections import Counter
from itertools import pairwise
from pathlib import Path

from bioseq_course.datasets import chipseq, fetch_chipseq, fetch_if_available, load_jaspar_motifs
from bioseq_course.datasets._fetch import DataMissing, Download
from bioseq_course.datasets._transfer import RemoteFile

import numpy as np
import pytest
from Bio.Seq import reverse_complement
from sklearn.metrics import roc_auc_score

FACTORS = ("CTCFL", "ELK1", "GABPA", "REST", "SRF", "USF1")
HEADER = "FoldID\tEventID\tseq\tBound\n"
# 101 letters each.
PEAKS = ["AACGATCT" * 12 + "ACGTA", "GGCA" * 25 + "T", "TTAG" * 25 + "C"]
SHUFFLE = "GTAC" * 25 + "G"
TRAIN = HEADER + (
    f"A\tseq_00001_peak\t{PEAKS[0]}\t1\n"
    f"A\tseq_00003_peak\t{PEAKS[1]}\t1\n"
    f"A\tseq_01001_peak\t{PEAKS[2]}\t1\n"
)
TEST = HEADER + f"A\tseq_00002_peak\t{PEAKS[1]}\t1\nA\tseq_00002_shuf\t{SHUFFLE}\t0\n"


def pairs(sequence):
    return Counter(a + b for a, b in pairwise(sequence))


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Let the course believe that ELK1 consists of two files with these texts, as a mirror has."""
    monkeypatch.setenv("BIOSEQ_COURSE_DATA", str(tmp_path / "cache"))
    monkeypatch.setenv("BIOSEQ_COURSE_MIRROR", str(tmp_path))

    def put(train=TRAIN, test=TEST):
        files = []
        for part, text in (("AC", train), ("B", test)):
            content = text.encode()
            (tmp_path / f"{part}.seq.gz").write_bytes(gzip.compress(content))
            digest = hashlib.sha256(content).hexdigest()
            name, mirror = f"chipseq/ELK1_{part}.seq", f"{part}.seq.gz"
            files.append(RemoteFile(name, (), digest, len(content), mirror, None))
        toy = chipseq.EXPERIMENTS["ELK1"]._replace(num_peaks=3, files=tuple(files))
        monkeypatch.setitem(chipseq.EXPERIMENTS, "ELK1", toy)
        monkeypatch.setattr(chipseq, "DOWNLOAD", Download("chipseq", tuple(files), "", "", ""))

    return put


class TestTinyFile:
    def test_peaks_alone(self, write):
        write()
        data = fetch_chipseq("ELK1", negatives="none")
        assert (data.factor, data.cell_line, data.jaspar_id) == ("ELK1", "GM12878", "MA0028.3")
        assert data.train.sequences == tuple(PEAKS) and data.train.labels.tolist() == [1, 1, 1]
        assert data.train.groups.tolist() == [1, 3, 1001]
        assert data.train.names == ("ELK1-00001-peak", "ELK1-00003-peak", "ELK1-01001-peak")
        assert data.test.sequences == (PEAKS[1],) and data.test.names == ("ELK1-00002-peak",)

    def test_a_peak_and_its_shuffle_share_pairs_and_group(self, write):
        write()
        data = fetch_chipseq("ELK1")
        assert data.train.labels.tolist() == [1, 1, 1, 0, 0, 0]
        assert data.train.groups.tolist() == [1, 3, 1001, 1, 3, 1001]
        assert data.train.class_counts() == {"shuffle": 3, "peak": 3}
        assert data.train.names[3] == "ELK1-00001-shuffle"
        for peak, shuffle in zip(PEAKS, data.train.sequences[3:], strict=True):
            assert pairs(peak) == pairs(shuffle) and peak != shuffle
        # the published shuffle of the test half is taken as it stands
        assert data.test.sequences == (PEAKS[1], SHUFFLE) and data.test.labels.tolist() == [1, 0]
        assert data.test.groups.tolist() == [2, 2]

    def test_the_first_peaks_and_their_shuffles_do_not_depend_on_how_many(self, write):
        write()
        few, many = fetch_chipseq("ELK1", num_peaks=2).train, fetch_chipseq("ELK1").train
        assert few.sequences == many.take([0, 1, 3, 4]).sequences
        assert few.groups.tolist() == [1, 3, 1, 3]

    def test_the_seed_decides(self, write):
        write()
        one, same, other = (fetch_chipseq("ELK1", seed=seed).train for seed in (1, 1, 2))
        assert one.sequences == same.sequences and one.sequences[3:] != other.sequences[3:]

    @pytest.mark.parametrize(("groups", "message"), [(None, "missing"), ([1], "1 entries for 2")])
    def test_every_row_needs_its_group(self, groups, message):
        with pytest.raises(ValueError, match=f"groups .*{message}"):
            chipseq.PeakData(("ACGT", "GGCA"), [1, 1], chipseq.CLASS_NAMES, groups=groups)

    def test_some_rows_keep_their_groups_and_nothing_can_be_written(self, write):
        write()
        part = fetch_chipseq("ELK1").train.take([5, 0])
        assert part.groups.tolist() == [1001, 1] and part.labels.tolist() == [0, 1]
        with pytest.raises(ValueError, match="read-only"):
            part.groups[0] = 7


BAD_ROWS = {
    "a letter": (
        TRAIN.replace("TTAG", "TTAN", 1),
        r"Row 3 of ELK1_AC\.seq \(counting from 1 below the header\) has 'N' at position 4, exp",
    ),
    "lower case": (TRAIN.replace("GGCA", "GgCA", 1), r"Row 2 .* has 'g' at position 2, expected A"),
    "too short": (TRAIN.replace("GTA\t1", "GT\t1"), r"Row 1 .* has 100 letters, expected 101"),
    "a column less": (
        TRAIN.replace("A\tseq_00003", "seq_00003"),
        r"Row 2 .* has 3 columns, expected 4 \(FoldID, EventID, seq, Bound\)",
    ),
    "a column more": (TRAIN.replace("C\t1", "C\t1\t0.5"), r"Row 3 .* has 5 columns, expected 4"),
    "columns in another order": (
        HEADER + f"A\t{PEAKS[0]}\tseq_00001_peak\t1\n",
        r"Row 1 .* is called 'AACG.*A', expected a name such as 'seq_00001_peak'",
    ),
    "a peak that is not bound": (
        TRAIN.replace("A\t1", "A\t0", 1),
        r"Row 1 .* is seq_00001_peak with '0' under Bound, expected 1 for a peak and 0 for a sh",
    ),
    "no class": (TRAIN.replace("C\t1", "C\t2"), r"Row 3 .* with '2' under Bound, expected 1"),
    "an empty row": (TRAIN + "\n", r"Row 4 .* has 1 columns, expected 4"),
    "another header": (
        TRAIN.replace("EventID", "Name"),
        r"ELK1_AC\.seq begins with 'FoldID\\tName\\tseq\\tBound', expected the header 'FoldID",
    ),
    "nothing": ("", r"ELK1_AC\.seq begins with '', expected the header"),
}


class TestRefusals:
    @pytest.mark.parametrize(("text", "message"), BAD_ROWS.values(), ids=BAD_ROWS)
    def test_a_damaged_table(self, write, text, message):
        write(train=text)
        with pytest.raises(ValueError, match=message) as caught:
            fetch_chipseq("ELK1")
        assert str(caught.value).endswith("Fetch it anew: bioseq-course data fetch chipseq")

    def test_the_test_half_is_checked_too(self, write):
        write(test=TEST.replace("GTAC", "GTAX", 1))
        with pytest.raises(ValueError, match=r"Row 2 of ELK1_B\.seq .* has 'X' at position 4"):
            fetch_chipseq("ELK1")

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (
                {"factor": "MYC"},
                'factor must be one of "CTCFL", "ELK1", "GABPA", "REST", "SRF", "USF1". '
                "Received: 'MYC'",
            ),
            ({"negatives": "genome"}, 'negatives must be one of "shuffle", "none"'),
            ({"num_peaks": 0}, "num_peaks must be a whole number of at least 1. Received: 0"),
            ({"num_peaks": 2.5}, "num_peaks must be a whole number of at least 1. Received: 2.5"),
            ({"num_peaks": 4}, "num_peaks is 4, but the training part of ELK1 has 3 peaks"),
        ],
        ids=["factor", "negatives", "zero", "fraction", "too many"],
    )
    def test_arguments(self, write, arguments, message):
        write()
        with pytest.raises(ValueError) as caught:
            fetch_chipseq(**{"factor": "ELK1"} | arguments)
        assert str(caught.value).startswith(message)

    def test_missing_says_the_command(self, tmp_path, monkeypatch, capsys):
        monkeypatch.setenv("BIOSEQ_COURSE_DATA", str(tmp_path))
        monkeypatch.delenv("BIOSEQ_COURSE_MIRROR", raising=False)
        with pytest.raises(DataMissing, match="bioseq-course data fetch chipseq"):
            fetch_chipseq("SRF", download=False)
        assert fetch_if_available(fetch_chipseq, "SRF") is None
        assert "bioseq-course data fetch chipseq" in capsys.readouterr().out


@pytest.fixture(scope="module")
def fetched(tmp_path_factory):
    """Read all peaks and test halves of the mirror; skip where there is none."""
    named = os.environ.get("BIOSEQ_COURSE_MIRROR")
    folder = Path(named or Path(__file__).parents[2] / "shared/datasets")
    if not named and not (folder / "chipseq_deepbind").is_dir():
        pytest.skip("no folder of real files beside the course")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BIOSEQ_COURSE_MIRROR", str(named or folder.resolve()))
        patch.setenv("BIOSEQ_COURSE_DATA", str(tmp_path_factory.mktemp("fetched")))
        yield {
            factor: (
                fetch_chipseq(factor, negatives="none", download=False).train,
                fetch_chipseq(factor, num_peaks=1, download=False).test,
            )
            for factor in FACTORS
        }


def words_of(sequences, length):
    """List all words of both strands."""
    strands = [strand for text in sequences for strand in (text, reverse_complement(text))]
    return {text[i : i + length] for text in strands for i in range(len(text) - length + 1)}


def share_words(sequences, words):
    """Tell which sequences hold one of the words."""
    length = len(next(iter(words)))
    return [
        any(text[i : i + length] in words for i in range(len(text) - length + 1))
        for text in sequences
    ]


def defect(data, words):
    return next(text for text in data.defects if words in text)


class TestRealFiles:
    def test_rows_and_letters(self, fetched):
        # rows counted with wc -l, less the header
        numbers = {"CTCFL": 11033, "ELK1": 5084, "GABPA": 6066, "REST": 6406, "SRF": 4605}
        assert {f: len(fetched[f][0]) for f in FACTORS} == numbers | {"USF1": 21390}
        for train, test in fetched.values():
            assert test.labels.tolist() == [1] * 500 + [0] * 500
            for data in (train, test):
                assert {len(text) for text in data.sequences} == {101}
                assert set("".join(data.sequences)) == set("ACGT")
        # copied by hand out of the first row behind the header of two files
        assert fetched["SRF"][0].sequences[0].startswith("CAATGGAAGAAATGGGAGG")
        assert fetched["REST"][1].sequences[0].startswith("GACCCTGCGCTTGGATTTCAGCACCGCGGACAG")

    def test_ranks_go_up_without_a_gap_odd_ones_here_even_ones_there(self, fetched):
        for train, test in fetched.values():
            top_odd, top_even = list(range(1, 1001, 2)), list(range(2, 1001, 2))
            rest = list(range(1001, len(train) + 501))
            assert train.groups.tolist() == top_odd + rest
            assert test.groups.tolist() == top_even * 2

    def test_every_published_negative_is_a_shuffle_of_its_peak(self, fetched):
        for _, test in fetched.values():
            for peak, shuffle in zip(test.sequences[:500], test.sequences[500:], strict=True):
                assert pairs(peak) == pairs(shuffle) and peak != shuffle
                assert (peak[0], peak[-1]) == (shuffle[0], shuffle[-1])

    def test_no_sequence_stands_twice(self, fetched):
        for train, test in fetched.values():
            together = train.sequences + test.sequences
            assert len(set(together)) == len(together)

    def test_reverse_complements(self, fetched):
        found = {}
        for factor, (train, test) in fetched.items():
            name = dict(zip(train.sequences + test.sequences, train.names + test.names))  # noqa: B905
            turned = ((reverse_complement(text), own) for text, own in name.items())
            found[factor] = sorted(own for text, own in turned if text in name)
        twins = ["REST-02001-peak", "REST-02263-peak"]
        assert found == {factor: [] for factor in FACTORS} | {"REST": twins}
        assert "2001 and 2263 of REST" in defect(fetched["REST"][0], "reverse complements")

    def test_windows_that_overlap_across_the_parts(self, fetched):
        shared = {}
        for factor, (train, test) in fetched.items():
            peaks = test.sequences[:500]
            sought = words_of(peaks, 50)
            windows = (text[i : i + 50] for text in train.sequences for i in range(52))
            found = {window for window in windows if window in sought}
            found |= {reverse_complement(window) for window in found}
            shared[factor] = sum(share_words(peaks, found or {"-" * 50}))
        assert shared == {"CTCFL": 1, "ELK1": 0, "GABPA": 0, "REST": 1, "SRF": 10, "USF1": 0}
        text = defect(fetched["SRF"][0], "windows overlap")
        assert "10 of 500 test peaks of SRF, and one of CTCFL and of REST" in text

    def test_windows_that_overlap_within_the_training_part(self, fetched):
        train, _ = fetched["SRF"]
        seen = Counter(word for text in train.sequences for word in words_of([text], 50))
        twice = {word for word, count in seen.items() if count > 1}
        assert sum(share_words(train.sequences, twice)) == 125
        assert "125 of 4,605" in defect(train, "windows overlap")

    def test_factors_share_places(self, fetched):
        peaks = {f: fetched[f][0].sequences + fetched[f][1].sequences[:500] for f in FACTORS[1:3]}
        shared = sum(share_words(peaks["ELK1"], words_of(peaks["GABPA"], 30)))
        assert (shared, len(peaks["ELK1"])) == (2458, 5584)
        assert "2,458 of 5,584" in defect(fetched["ELK1"][0], "share places")

    def test_share_of_g_and_c(self, fetched):
        letters = {f: Counter("".join(fetched[f][1].sequences[:500])) for f in FACTORS}
        share = {f: (count["G"] + count["C"]) / 50_500 for f, count in letters.items()}
        assert min(share, key=share.get) == "SRF" and max(share, key=share.get) == "CTCFL"
        assert f"{share['SRF']:.0%} {share['CTCFL']:.0%}" == "55% 71%"
        assert "55 %" in defect(fetched["SRF"][0], "composition")

    @pytest.mark.parametrize("factor", FACTORS)
    def test_the_motif_agrees_with_factor_and_rank(self, fetched, factor):
        train, test = fetched[factor]
        counts = load_jaspar_motifs([chipseq.EXPERIMENTS[factor].jaspar_id])[0].counts + 1
        weights = np.log2(4 * counts / counts.sum(axis=1, keepdims=True))
        shuffles = best_scores(test.sequences[500:], weights)

        def separates(sequences):
            scores = best_scores(sequences, weights)
            return roc_auc_score([1] * len(scores) + [0] * 500, [*scores, *shuffles])

        first, last = separates(train.sequences[:500]), separates(train.sequences[-500:])
        assert separates(test.sequences[:500]) > 0.7 and first > 0.7
        assert first > last + 0.1
        print(f"{factor}: {first:.3f} first, {last:.3f} last")


def best_scores(sequences, weights):
    """Score the best window of each sequence, on either strand."""
    letters = np.array([["ACGT".index(letter) for letter in text] for text in sequences])
    best = []
    for matrix in (weights, weights[::-1, ::-1]):  # the second reads the other strand
        windows = np.lib.stride_tricks.sliding_window_view(letters, len(matrix), axis=1)
        best.append(matrix[np.arange(len(matrix)), windows].sum(axis=-1).max(axis=1))
    return np.maximum(*best)
