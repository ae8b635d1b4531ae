"""Shared words, clusters, folds, the copyist and the leakage report."""

from itertools import combinations

from bioseq_course.alphabet import DNA, PROTEIN
from bioseq_course.datasets import load_gene_families
from bioseq_course.splits import (
    cluster_folds,
    cluster_sequences,
    cluster_split,
    clusters_from,
    guess_alphabet,
    leakage_report,
    nearest_neighbour_predict,
    random_folds,
    shared_words,
)

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st


def counted_words(sequence, k, mask, letters):
    """The definition, spelled out with Python sets."""
    words = {sequence[i : i + k] for i in range(len(sequence) - k + 1)}
    words = {word for word in words if set(word) <= set(letters)}
    return {word for word in words if not mask or len(set(word)) >= min(3, k)}


def slow_pairs(sequences, k, mask, letters):
    """Shares of all pairs by set intersection: {(i, j): (count, share)}."""
    words = [counted_words(s, k, mask, letters) or {("whole", s)} for s in sequences]
    pairs = {}
    for i, j in combinations(range(len(sequences)), 2):
        count = len(words[i] & words[j])
        if count:
            pairs[i, j] = count, count / min(len(words[i]), len(words[j]))
    return pairs


def slow_clusters(sequences, pairs, min_shared, min_words):
    """Single linkage by painting, ids by first appearance."""
    links = {p for p, (count, share) in pairs.items() if share >= min_shared and count >= min_words}
    indices = range(len(sequences))
    links |= {(i, j) for i, j in combinations(indices, 2) if sequences[i] == sequences[j]}
    colours = list(indices)
    for i, j in links:
        colours = [colours[i] if colour == colours[j] else colour for colour in colours]
    numbers = {colour: number for number, colour in enumerate(dict.fromkeys(colours))}
    return [numbers[colour] for colour in colours]


PROTEINS = st.lists(st.text("ACWX*", max_size=14), min_size=1, max_size=8)


class TestSharedWords:
    @settings(max_examples=200, deadline=None)
    @given(sequences=PROTEINS, k=st.integers(1, 4), mask=st.booleans())
    def test_equals_the_definition(self, sequences, k, mask):
        shared = shared_words(sequences, k=k, mask_low_complexity=mask)
        pairs = zip(shared.first.tolist(), shared.second.tolist(), strict=True)
        values = zip(shared.counts.tolist(), shared.shares.tolist(), strict=True)
        assert dict(zip(pairs, values, strict=True)) == slow_pairs(
            sequences, k, mask, PROTEIN.symbols
        )

    @settings(max_examples=200, deadline=None)
    @given(
        sequences=PROTEINS,
        k=st.integers(1, 4),
        min_shared=st.sampled_from([0.1, 0.5, 1.0]),
        min_words=st.integers(1, 3),
    )
    def test_clusters_equal_the_definition(self, sequences, k, min_shared, min_words):
        shared = shared_words(sequences, k=k)
        pairs = slow_pairs(sequences, k, True, PROTEIN.symbols)
        assert clusters_from(shared, min_shared, min_words).tolist() == slow_clusters(
            sequences, pairs, min_shared, min_words
        )

    def test_low_complexity_by_hand(self):
        # AAAAA and SASSA have fewer than 3 distinct letters, SATSA has 3.
        masked = shared_words(["AAAAASATSA", "AAAAAWSASSA"])
        plain = shared_words(["AAAAASATSA", "AAAAAWSASSA"], mask_low_complexity=False)
        # First: AAAAT is none; words AAAAA AAAAS AAASA AASAT ASATS SATSA, the last three count.
        assert masked.num_words[0] == 3 and plain.num_words[0] == 6
        assert len(masked.counts) == 0 and plain.counts.tolist() == [1]

    def test_big_words_do_not_overflow(self):
        long_word = "ACGTTGCAACGTTGCAACGTTGCAACGT"  # 28 letters, 56 bits
        shared = shared_words([long_word + "A", "T" + long_word], k=28, alphabet=DNA)
        assert shared.counts.tolist() == [1] and shared.num_words.tolist() == [2, 2]

    @pytest.mark.parametrize(
        ("sequences", "arguments", "message"),
        [
            ("MKV", {}, r"sequences is a bare string.*\['MKV'\]"),
            (["MKV", "MkV"], {}, "Lower-case letter 'k' at position 2 of sequence 1"),
            (["mKV"], {}, "letter 'm' at position 1 of sequence 0"),
            (["MKV"], {"k": 0}, "k is 0, expected 1 to"),
            (["MKV"], {"k": 15}, "k is 15, expected 1 to 14 letters for the 20 symbols"),
        ],
    )
    def test_refusals(self, sequences, arguments, message):
        with pytest.raises(ValueError, match=message):
            shared_words(sequences, **arguments)

    def test_alphabets_are_told_apart(self):
        assert guess_alphabet(["ACGTN"]).name == "DNA"
        assert guess_alphabet(["ACGU", "NN"]).name == "RNA"
        assert guess_alphabet(["ACGT", "ACE"]).name == PROTEIN.name


class TestClusters:
    def test_identical_sequences_always_together(self):
        sequences = ["MK", "AAAAAAAA", "MK", "", "AAAAAAAA", "MKV", ""]
        assert cluster_sequences(sequences).tolist() == [0, 1, 0, 2, 1, 3, 2]

    def test_both_thresholds_must_be_met(self):
        rng = np.random.default_rng(0)
        stem = "".join(rng.choice(list(PROTEIN.symbols), 14))  # 10 words of 5
        tails = ["".join(rng.choice(list(PROTEIN.symbols), 60)) for _ in range(2)]
        pair = [stem + tails[0], stem + tails[1]]  # 10 of 70 words: 14 %
        assert cluster_sequences(pair, min_shared=0.14).tolist() == [0, 0]
        assert cluster_sequences(pair, min_shared=0.15).tolist() == [0, 1]
        assert cluster_sequences(pair, min_shared=0.14, min_words=11).tolist() == [0, 1]

    def test_chains_make_one_cluster(self):
        rng = np.random.default_rng(1)
        parts = ["".join(rng.choice(list(PROTEIN.symbols), 30)) for _ in range(4)]
        chain = [parts[0] + parts[1], parts[2] + parts[3], parts[1] + parts[2]]
        assert cluster_sequences(chain).tolist() == [0, 0, 0]
        assert cluster_sequences(chain[:2]).tolist() == [0, 1]

    def test_short_dna_words_are_called_chance(self):
        rng = np.random.default_rng(2)
        genes = ["".join(rng.choice(list("ACGT"), 2000)) for _ in range(3)]
        with pytest.warns(UserWarning, match=r"1,024 DNA words of 5 letters.*linked by chance"):
            assert cluster_sequences(genes).tolist() == [0, 0, 0]
        assert cluster_sequences(genes, k=12).tolist() == [0, 1, 2]

    @pytest.mark.parametrize("thresholds", [{"min_shared": 20}, {"min_words": 0}])
    def test_thresholds_out_of_range(self, thresholds):
        with pytest.raises(ValueError, match=r"20 % is 0\.2"):
            cluster_sequences(["MKV"], **thresholds)

    def test_all_4380_proteins(self):
        proteins = load_gene_families("protein").sequences
        clusters = cluster_sequences(proteins)
        first = {protein: cluster for protein, cluster in zip(proteins, clusters, strict=True)}
        assert clusters.dtype == np.int32 and clusters.shape == (4380,)
        assert [first[protein] for protein in proteins] == clusters.tolist()


class TestSplits:
    @settings(max_examples=60, deadline=None)
    @given(
        clusters=st.lists(st.integers(0, 30), min_size=40, max_size=90),
        share=st.floats(0.15, 0.5),
        seed=st.integers(0, 9),
    )
    def test_split_is_a_partition_of_whole_clusters(self, clusters, share, seed):
        clusters = np.array(clusters)
        assume(len(np.unique(clusters)) >= 8)
        labels = clusters % 3
        train, test = cluster_split(clusters, labels, test_share=share, seed=seed)
        assert sorted([*train, *test]) == list(range(len(clusters)))
        assert not set(clusters[train]) & set(clusters[test])

    def test_split_is_stratified_where_clusters_are_small(self):
        clusters = np.arange(1000) // 2
        labels = (clusters % 10 == 0).astype(int)
        for seed in range(5):
            _, test = cluster_split(clusters, labels, test_share=0.3, seed=seed)
            assert len(test) == pytest.approx(300, abs=4)
            assert labels[test].sum() == pytest.approx(30, abs=3)

    def test_seed_decides(self):
        clusters, labels = np.arange(50), np.zeros(50, int)
        tests = [cluster_split(clusters, labels, seed=s)[1].tolist() for s in (0, 0, 1)]
        assert tests[0] == tests[1] != tests[2]

    def test_folds_hold_whole_clusters(self):
        rng = np.random.default_rng(0)
        clusters = rng.integers(0, 60, 300)
        labels = clusters % 4
        folds = cluster_folds(clusters, labels, seed=3)
        assert set(folds.tolist()) == {0, 1, 2, 3, 4}
        assert all(len(set(folds[clusters == cluster])) == 1 for cluster in clusters)

    def test_random_folds_are_even(self):
        labels = np.repeat([0, 1], [50, 100])
        folds = random_folds(labels, seed=1)
        assert np.bincount(folds).tolist() == [30] * 5
        assert np.bincount(folds[labels == 0]).tolist() == [10] * 5

    def test_refusals(self):
        with pytest.raises(ValueError, match=r"clusters has shape \(2,\) and labels \(3,\)"):
            cluster_folds([0, 1], [0, 1, 2])
        with pytest.raises(ValueError, match="num_folds is 5 for 2 clusters"):
            cluster_folds([0, 1], [0, 1])
        with pytest.raises(ValueError, match=r"test_share is 20"):
            cluster_split([0, 1], [0, 1], test_share=20)
        with pytest.raises(ValueError, match="No set of whole clusters comes near 20%"):
            cluster_split([0, 0, 0, 0], [0, 1, 0, 1])


class TestNearestNeighbour:
    @settings(max_examples=100, deadline=None)
    @given(
        sequences=st.lists(st.text("ACW", min_size=1, max_size=10), min_size=4, max_size=10),
        data=st.data(),
    )
    def test_equals_the_definition(self, sequences, data):
        size = len(sequences)
        labels = np.array(data.draw(st.lists(st.integers(0, 2), min_size=size, max_size=size)))
        order = data.draw(st.permutations(range(size)))
        train, test = order[: size // 2], order[size // 2 :]
        pairs = slow_pairs(sequences, 3, True, PROTEIN.symbols)
        got = nearest_neighbour_predict(shared_words(sequences, k=3), labels, train, test)
        majority = int(np.bincount(labels[train]).argmax())
        for row, index, predicted in zip(test, got.neighbours, got.labels, strict=True):
            ranked = [
                (-pairs[p][1], -pairs[p][0], t)
                for t in train
                for p in [(min(t, row), max(t, row))]
                if p in pairs
            ]
            expected = min(ranked)[2] if ranked else -1
            assert index == expected
            assert predicted == (labels[expected] if ranked else majority)
        assert got.num_fallback == (got.neighbours == -1).sum()

    def test_ties_by_hand(self):
        """Share first, then number of words, then the lower index (words of 1 letter)."""
        query = "ACDEFGHI"  # 8 words
        few, many = "ACKL", "ACDEFKLM"  # share 2 of 4 = 1/2, and 5 of 8 = 5/8
        half = "ACDEKLMN"  # 4 of 8 = 1/2: as high a share as few, more words
        small = "ACD" + "K"  # 3 of 4 = 3/4: fewer words than many, higher share
        shared = shared_words([query, few, many, half, half + "A", small], k=1)
        closest = lambda *among: int(shared.closest([0], among).indices[0])  # noqa: E731
        assert closest(2, 5) == 5 and closest(5, 2) == 5
        assert closest(1, 3) == 3 and closest(3, 1) == 3
        assert closest(4, 3) == 3 and closest(1, 2, 3, 4) == 2

    def test_repr_says_how_many_fell_back(self):
        shared = shared_words(["MKVLA", "MKVLA", "WYQHE"])
        found = nearest_neighbour_predict(shared, [1, 0, 0], [0], [1, 2])
        assert found.labels.tolist() == [1, 1] and found.num_fallback == 1
        assert repr(found).startswith("NearestNeighbours(2 predictions, 1 of them the majority")

    def test_refusals(self):
        shared = shared_words(["MKVLA", "MKVLA", "WYQHE"])
        with pytest.raises(ValueError, match=r"Sequence 0 .* stands on both sides"):
            nearest_neighbour_predict(shared, [1, 0, 0], [0, 1], [0])
        with pytest.raises(ValueError, match="holds the index 9, expected 0 to 2"):
            nearest_neighbour_predict(shared, [1, 0, 0], [0, 1], [9])
        with pytest.raises(ValueError, match=r"labels has shape \(2,\)"):
            nearest_neighbour_predict(shared, [1, 0], [0, 1], [2])
        with pytest.raises(ValueError, match="train 0 entries"):
            nearest_neighbour_predict(shared, [1, 0, 0], [], [2])


@pytest.fixture(scope="module")
def planted():
    """Ten strangers in training; test: a copy, a mutant, a fragment and a stranger."""
    rng = np.random.default_rng(4)
    train = ["".join(rng.choice(list(PROTEIN.symbols), 200)) for _ in range(10)]
    mutant = list(train[3])
    for place in range(0, 200, 10):
        mutant[place] = "A" if mutant[place] != "A" else "C"
    stranger = "".join(rng.choice(list(PROTEIN.symbols), 200))
    return train, [train[7], "".join(mutant), train[5][60:120], stranger]


class TestLeakageReport:
    def test_finds_what_was_planted(self, planted):
        report = leakage_report(*planted)
        assert report.closest.tolist() == [7, 3, 5, -1]
        assert report.copies.tolist() == [True, False, False, False]
        # 20 changes 10 letters apart spoil 5 words each, but for the first, which stands at the
        # edge and spoils 1: 196 - (19 * 5 + 1) = 100 of 196 words are left.
        assert report.shares == pytest.approx([1, 100 / 196, 1, 0])
        assert report.counts.tolist() == [196, 100, 56, 0]

    def test_identity_by_hand(self, planted):
        report = leakage_report(*planted)
        assert report.aligned.tolist() == [0, 1, 2]
        assert report.identities == pytest.approx([1.0, 0.9, 1.0])
        assert report.random_identities.shape == (3,)

    def test_random_partners_look_random(self):
        rng = np.random.default_rng(0)
        make = lambda n: ["".join(rng.choice(list(PROTEIN.symbols), 80)) for _ in range(n)]  # noqa: E731
        train = make(20)
        report = leakage_report(train, [sequence[:70] for sequence in train], seed=1)
        assert report.identities == pytest.approx(np.ones(20))
        assert np.median(report.random_identities) < 0.3

    def test_summary_is_readable(self, planted):
        text = str(leakage_report(*planted))
        assert "exact copy in training:        25.0% of test sequences" in text
        assert "at least 50%: 75.0% of test sequences" in text
        assert "no shared word with training:  25.0%" in text
        assert max(map(len, text.splitlines())) < 100

    def test_dna_and_odd_letters(self):
        rng = np.random.default_rng(5)
        gene = "".join(rng.choice(list("ACGT"), 90))
        report = leakage_report([gene], [gene[:45] + "N" + gene[46:]], k=12)
        assert report.identities == pytest.approx([89 / 90])
        protein = leakage_report(["MKVLATUGHE*"], ["MKVLATUGHEW"])
        assert protein.closest.tolist() == [0] and protein.identities[0] >= 9 / 11

    def test_nothing_to_align(self):
        report = leakage_report(["MKVLA"], ["WYQHE"])
        assert report.aligned.size == 0 and "no pair was aligned" in report.summary()

    def test_refusals(self):
        with pytest.raises(ValueError, match="train is a bare string"):
            leakage_report("MKV", ["MKV"])
        with pytest.raises(ValueError, match="test is empty"):
            leakage_report(["MKV"], [])
