"""The ladder: which rows, how clean its clusters are, and that nothing linked crosses a split."""

from bioseq_course.datasets import load_gene_families
from bioseq_course.ladder import load_ladder
from bioseq_course.splits import leakage_report, nearest_neighbour_predict

import numpy as np
import pytest
from Bio.Seq import Seq

FOLDS = range(5)


@pytest.fixture(scope="module")
def ladder():
    return load_ladder()


def words(protein):
    """Distinct 5-letter words with three distinct residues or more, by Python sets."""
    found = {protein[i : i + 5] for i in range(len(protein) - 4)}
    return {word for word in found if len(set(word)) >= 3 and "X" not in word}


def mixed_rows(clusters, labels):
    """Clusters with more than one class, and the rows in them."""
    table = np.zeros((clusters.max() + 1, labels.max() + 1), int)
    np.add.at(table, (clusters, labels), 1)
    mixed = (table > 0).sum(axis=1) > 1
    return int(mixed.sum()), int(table[mixed].sum())


def one_nearest_neighbour(ladder, folds):
    """Accuracy over all five folds."""
    right = 0
    for fold in FOLDS:
        test = np.flatnonzero(folds == fold)
        found = nearest_neighbour_predict(
            ladder.shared, ladder.labels, np.flatnonzero(folds != fold), test
        )
        right += (found.labels == ladder.labels[test]).sum()
    return right / len(ladder)


class TestRows:
    def test_numbers(self, ladder):
        assert len(ladder) == 3590 == len(set(ladder.dna))
        assert len(set(ladder.protein)) == 3546
        assert np.bincount(ladder.labels).max() / 3590 == pytest.approx(0.306, abs=0.001)

    def test_rows_are_those_that_the_rule_keeps(self, ladder):
        """The rule, applied with Biopython to the data as shipped."""
        genes, seen, rows = load_gene_families(), set(), []
        for row, dna in enumerate(genes.sequences):
            protein = str(Seq(dna[: len(dna) // 3 * 3]).translate()).removesuffix("*")
            if dna not in seen and "*" not in protein and len(protein) >= 20:
                rows.append(row)
            seen.add(dna)
        assert ladder.rows.tolist() == rows

    def test_columns_belong_together(self, ladder):
        genes, proteins = load_gene_families(), load_gene_families("protein")
        assert ladder.dna == tuple(genes.sequences[row] for row in ladder.rows)
        assert ladder.protein == tuple(proteins.sequences[row] for row in ladder.rows)
        assert np.array_equal(ladder.labels, genes.labels[ladder.rows])

    def test_nobody_can_change_it(self, ladder):
        for array in (ladder.labels, ladder.clusters, ladder.folds, ladder.random_folds):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0
        assert load_ladder() is ladder


class TestClusters:
    def test_default_clusters(self, ladder):
        assert ladder.clusters.max() + 1 == pytest.approx(617, abs=5)
        assert np.bincount(ladder.clusters).max() <= 100
        assert mixed_rows(ladder.clusters, ladder.labels) == (0, 0)

    def test_at_ten_percent_few_are_mixed(self):
        wide = load_ladder(min_shared=0.1)
        assert wide.clusters.max() + 1 == pytest.approx(535, abs=5)
        clusters, rows = mixed_rows(wide.clusters, wide.labels)
        assert clusters <= 5 and rows <= 0.03 * len(wide)

    def test_dial_is_monotonous(self):
        counts = [load_ladder(min_shared=dial).clusters.max() for dial in (0.9, 0.5, 0.2, 0.1)]
        assert counts == sorted(counts, reverse=True) and counts[0] > 1.5 * counts[-1]

    def test_identical_proteins_are_together(self, ladder):
        home = dict(zip(ladder.protein, ladder.clusters.tolist(), strict=True))
        assert [home[protein] for protein in ladder.protein] == ladder.clusters.tolist()


class TestSplits:
    @pytest.mark.parametrize("fold", FOLDS)
    def test_parts_are_a_partition_of_clusters(self, ladder, fold):
        split = ladder.split(fold)
        assert sorted(np.concatenate(split).tolist()) == list(range(len(ladder)))
        homes = [set(ladder.clusters[part].tolist()) for part in split]
        assert not homes[0] & homes[1] and not homes[0] & homes[2] and not homes[1] & homes[2]

    @pytest.mark.parametrize("split", ["split", "random_split"])
    def test_sizes_and_classes(self, ladder, split):
        whole = np.bincount(ladder.labels) / len(ladder)
        for fold in FOLDS:
            train, validation, test = getattr(ladder, split)(fold)
            assert len(test) == pytest.approx(718, abs=40)
            assert len(validation) / (len(train) + len(validation)) == pytest.approx(
                1 / 6, abs=0.02
            )
            for part in (train, validation, test):
                shares = np.bincount(ladder.labels[part], minlength=7) / len(part)
                assert shares == pytest.approx(whole, abs=0.03)

    def test_every_row_is_tested_once(self, ladder):
        for split in (ladder.split, ladder.random_split):
            tested = np.concatenate([split(fold).test for fold in FOLDS])
            assert sorted(tested.tolist()) == list(range(len(ladder)))

    def test_no_test_row_has_a_linked_relative_in_training(self, ladder):
        """By Python sets, on a sample, so that the sparse product is not its own witness."""
        rng = np.random.default_rng(0)
        all_words = [words(protein) for protein in ladder.protein]
        for fold in (0, 3):
            train, validation, test = ladder.split(fold)
            for row in rng.choice(test, 12, replace=False):
                for other in (*train, *validation):
                    count = len(all_words[row] & all_words[other])
                    smaller = min(len(all_words[row]), len(all_words[other]))
                    assert count < 10 or count < 0.2 * smaller

    @pytest.mark.parametrize("dial", [0.9, 0.5, 0.2, 0.1])
    def test_no_linked_pair_crosses_any_fold(self, dial):
        ladder = load_ladder(min_shared=dial)
        shared = ladder.shared
        linked = (shared.shares >= dial) & (shared.counts >= 10)
        crossing = ladder.folds[shared.first] != ladder.folds[shared.second]
        assert linked.sum() > 5000 and not (linked & crossing).any()

    def test_reports_of_the_two_splits(self, ladder):
        def report(split):
            train, _, test = split
            pick = lambda rows: [ladder.protein[row] for row in rows]  # noqa: E731
            return leakage_report(pick(train), pick(test), num_aligned=15)

        apart, mixed = report(ladder.split(0)), report(ladder.random_split(0))
        assert apart.copies.sum() == 0 and mixed.copies.sum() > 0
        assert apart.share_at_least(0.2) < 0.01 and mixed.share_at_least(0.2) > 0.85
        assert np.median(apart.shares) < 0.1 and np.median(mixed.shares) > 0.9
        assert np.median(apart.identities) < 0.5 < 0.9 < np.median(mixed.identities)

    @pytest.mark.parametrize("fold", [5, -1, "0"])
    def test_unknown_fold(self, ladder, fold):
        with pytest.raises(ValueError, match="expected 0 to 4"):
            ladder.split(fold)


class TestDial:
    def test_copyist_shines_on_random_folds_only(self, ladder):
        # Measured: random .972; clusters at 90 % .768, 50 % .621, 20 % .466, 10 % .399.
        assert one_nearest_neighbour(ladder, ladder.random_folds) > 0.95
        scores = [
            one_nearest_neighbour(ladder, load_ladder(min_shared=dial).folds)
            for dial in (0.9, 0.5, 0.2)
        ]
        assert scores[0] == pytest.approx(0.77, abs=0.05)
        assert scores[1] == pytest.approx(0.62, abs=0.06)
        assert scores[2] == pytest.approx(0.47, abs=0.06)
