"""Planted motifs: what the record says stands there, with the frequencies of the motif."""

from collections import Counter

from bioseq_course.alphabet import reverse_complement
from bioseq_course.datasets import Motif, load_jaspar_motifs, make_motif_dataset

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, chisquare

CTCF, GABPA = load_jaspar_motifs(["MA0139.2", "MA0062.3"])
POLY = Motif("XX0001.1", "only A", np.array([[7.0, 0, 0, 0]] * 12))


def pairs(text):
    return Counter(text[i : i + 2] for i in range(len(text) - 1))


def read(data, row, motif):
    """Read the planted letters in the direction of the motif from the sequence itself."""
    start, width = data.positions[row, motif], len(data.motifs[motif])
    letters = data.sequences[row][start : start + width]
    return letters if data.strands[row, motif] == 1 else reverse_complement(letters)


class TestPlanting:
    @given(
        seed=st.integers(0, 2**31),
        length=st.integers(15 + 12, 60),
        plant=st.sampled_from(["all", "one"]),
        negatives=st.sampled_from(["background", "shuffle"]),
    )
    def test_every_instance_stands_where_the_record_says(self, seed, length, plant, negatives):
        motifs = [CTCF, POLY]
        data = make_motif_dataset(motifs, 8, length, plant=plant, negatives=negatives, seed=seed)
        assert {len(sequence) for sequence in data.sequences} == {length}
        assert data.class_counts() == {"background": 4, "motif": 4}
        for row, label in enumerate(data.labels):
            planted = np.flatnonzero(data.strands[row])
            assert len(planted) == (0 if not label else 2 if plant == "all" else 1)
            assert data.motif_index[row] == (planted[0] if label else -1)
            for motif in range(2):
                if motif in planted:
                    assert read(data, row, motif) == data.instances[row][motif]
                else:
                    assert data.positions[row, motif] == -1 and data.instances[row][motif] == ""
        if plant == "all":  # no overlap: the later one begins behind the end of the earlier
            for a, b in data.positions[data.labels == 1]:
                assert a + 15 <= b or b + 12 <= a

    def test_a_motif_of_one_letter_is_known_beforehand(self):
        data = make_motif_dataset([POLY], 40, 30, seed=2)
        assert {instances for instances in data.instances} == {("A" * 12,), ("",)}
        for row in np.flatnonzero(data.labels):
            start, letter = data.positions[row, 0], "A" if data.strands[row, 0] == 1 else "T"
            assert data.sequences[row][start : start + 12] == letter * 12

    def test_letters_follow_the_columns_of_the_motif(self):
        data = make_motif_dataset([CTCF], 8000, 40, seed=0)
        instances = [instance for (instance,) in data.instances if instance]
        for column, counts in zip(zip(*instances, strict=True), CTCF.counts, strict=True):
            observed = np.array([Counter(column)[letter] for letter in "ACGT"])
            expected = counts / counts.sum() * 4000
            assert observed[expected == 0].sum() == 0
            some = expected > 0  # 0.001 shared out over the 15 columns
            assert chisquare(observed[some], expected[some]).pvalue > 0.001 / 15

    def test_strands_and_places_are_fair(self):
        # 2,000 positives of 20 letters with a motif of 12: 9 places, each 222 times on average.
        data = make_motif_dataset([POLY], 4000, 20, seed=1)
        planted = data.labels == 1
        forward = int((data.strands[planted, 0] == 1).sum())
        assert 0.001 < binom.cdf(forward, 2000, 0.5) < 0.999
        counts = np.bincount(data.positions[planted, 0], minlength=9)
        assert len(counts) == 9 and chisquare(counts).pvalue > 0.001

    def test_arrangements_of_two_motifs_are_equally_likely(self):
        # 4 + 3 letters in 9: 2 free letters go before, between or behind in C(4, 2) = 6 ways,
        # in 2 orders: 12 arrangements, each 2,400 / 12 = 200 times on average.
        short = [Motif("a", "a", np.ones((4, 4))), Motif("b", "b", np.ones((3, 4)))]
        data = make_motif_dataset(short, 4800, 9, seed=5)
        seen = Counter(map(tuple, data.positions[data.labels == 1].tolist()))
        assert len(seen) == 12 and chisquare(list(seen.values())).pvalue > 0.001

    def test_one_of_two_is_drawn_evenly(self):
        data = make_motif_dataset([CTCF, GABPA], 2000, 50, plant="one", seed=3)
        first = int((data.motif_index == 0).sum())
        assert first + int((data.motif_index == 1).sum()) == 1000
        assert 0.001 < binom.cdf(first, 1000, 0.5) < 0.999


class TestNegatives:
    def test_a_shuffle_has_the_letter_pairs_of_its_positive(self):
        data = make_motif_dataset([CTCF], 60, 80, negatives="shuffle", seed=4)
        moved = 0
        for group in range(30):
            (positive,) = np.flatnonzero((data.groups == group) & (data.labels == 1))
            (negative,) = np.flatnonzero((data.groups == group) & (data.labels == 0))
            first, second = data.sequences[positive], data.sequences[negative]
            assert pairs(first) == pairs(second)
            moved += first != second
        assert moved == 30

    def test_background_rows_are_groups_of_their_own(self):
        data = make_motif_dataset([CTCF], 20, 40)
        assert sorted(data.groups.tolist()) == list(range(20))


class TestBackground:
    def test_composition_of_given_sequences(self):
        data = make_motif_dataset([CTCF], 200, 100, background=["AAAT" * 50], seed=0)
        negatives = "".join(data.sequences[row] for row in np.flatnonzero(data.labels == 0))
        assert set(negatives) == {"A", "T"}
        assert negatives.count("A") / len(negatives) == pytest.approx(0.75, abs=0.02)

    def test_a_chain_of_order_1(self):
        cycle = np.roll(np.eye(4), 1, axis=1)  # A -> C -> G -> T -> A
        data = make_motif_dataset([CTCF], 10, 40, background=cycle, order=1)
        for row in np.flatnonzero(data.labels == 0):
            assert data.sequences[row] in "ACGT" * 11

    def test_without_one_all_letters_are_as_frequent(self):
        data = make_motif_dataset([CTCF], 400, 100, seed=6)
        negatives = "".join(data.sequences[row] for row in np.flatnonzero(data.labels == 0))
        counts = Counter(negatives)
        assert chisquare([counts[letter] for letter in "ACGT"]).pvalue > 0.001


class TestRecord:
    def test_the_same_seed_gives_the_same_data(self):
        first = make_motif_dataset(["MA0139.2"], 20, 50, negatives="shuffle", seed=7)
        again = make_motif_dataset([CTCF], 20, 50, negatives="shuffle", seed=7)
        other = make_motif_dataset([CTCF], 20, 50, negatives="shuffle", seed=8)
        assert first.sequences == again.sequences != other.sequences
        assert (first.positions == again.positions).all() and first.instances == again.instances

    def test_taking_rows_takes_their_truth(self):
        data = make_motif_dataset([CTCF], 20, 50, seed=7)
        rows = np.flatnonzero(data.labels)[::-1]
        some = data.take(rows)
        assert len(some) == 10 and some.labels.all() and some.motifs == data.motifs
        for row in range(10):
            assert read(some, row, 0) == some.instances[row][0]
        assert some.groups.tolist() == data.groups[rows].tolist()

    def test_nothing_can_be_changed(self):
        data = make_motif_dataset([CTCF], 4, 50)
        for array in (data.positions, data.strands, data.groups):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 1

    def test_history(self):
        data = make_motif_dataset([CTCF, GABPA], 4, 50, seed=9)
        assert "MA0139.2 CTCF, MA0062.3 GABPA" in data.source and "seed 9" in data.source
        assert "CC BY 4.0" in data.licence and data.defects and "JASPAR" in data.citation

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ((["MA0139.2"], 5), "num_sequences is 5, expected an even number.*Pass 6"),
            ((["MA0139.2"], 0), "num_sequences must be a whole number of at least 1"),
            ((["MA0139.2"], 4, 14), "length is 14, but the motifs to plant need 15 letters"),
            (([CTCF, GABPA], 4, 20), "need 29 letters"),
            (("MA0139.2",), "expected a list of at least one JASPAR id"),
            (([],), "expected a list of at least one JASPAR id"),
            ((["MA9999.9"],), "has no motif 'MA9999.9'"),
        ],
    )
    def test_refusals(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            make_motif_dataset(*arguments)

    @pytest.mark.parametrize("option", ["plant", "negatives"])
    def test_unknown_choices(self, option):
        with pytest.raises(ValueError, match=f"{option} must be one of \".*Received: 'other'"):
            make_motif_dataset([CTCF], 4, 50, **{option: "other"})
