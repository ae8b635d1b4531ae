"""Exercises of unit 01 against independent truth: Biopython, brute force, hand arithmetic."""

import re

from bioseq_course import alphabet
from bioseq_course.encode import index_encode
from bioseq_course.exercises import find_exercise, verdict
from bioseq_course.exercises import sequences as answers
from bioseq_course.relatives import shared_words

import numpy as np
import pytest
from Bio.Data import CodonTable
from Bio.Seq import Seq
from hypothesis import given
from hypothesis import strategies as st

dna = st.text("ACGT", max_size=60)
dna_with_gaps_in_knowledge = st.text("ACGTN", max_size=60)
RNG = np.random.default_rng(1)


def random_protein(length):
    return "".join(RNG.choice(list("ACDEFGHIKLMNPQRSTVWY"), size=length))


def test_at_most_four_must_and_each_name_once():
    assert sum(exercise.level == "must" for exercise in answers.EXERCISES) <= 4
    assert len({exercise.name for exercise in answers.EXERCISES}) == len(answers.EXERCISES) >= 7


@given(dna_with_gaps_in_knowledge)
def test_clean_sequence_undoes_every_spelling(bases):
    spelled = bases.lower().replace("t", "u")
    assert answers.clean_sequence("-".join(spelled) + "\n") == bases


@given(dna_with_gaps_in_knowledge)
def test_reverse_complement_is_biopythons(bases):
    assert answers.reverse_complement(bases) == str(Seq(bases).reverse_complement())


@given(dna)
def test_translate_is_biopythons(bases):
    whole = bases[: len(bases) // 3 * 3]
    assert answers.translate(bases, answers.CODON_TABLE) == str(Seq(whole).translate())


def test_codon_table_is_the_standard_code():
    standard = CodonTable.unambiguous_dna_by_id[1]
    stops = dict.fromkeys(standard.stop_codons, "*")
    assert standard.forward_table | stops == answers.CODON_TABLE


def orfs_by_pattern(bases, min_codons):
    """From every ATG to its stop by a regular expression; of those with one stop the longest."""
    longest = {}
    for start in (match.start() for match in re.finditer("(?=ATG)", bases)):
        found = re.match(r"(?:(?!TAA|TAG|TGA)...)+(?:TAA|TAG|TGA)", bases[start:])
        if found:
            end = start + found.end()
            longest[end] = min(start, longest.get(end, start))
    return sorted((a, b) for b, a in longest.items() if (b - a) // 3 - 1 >= min_codons)


@given(st.text("ATG", max_size=120), st.integers(1, 4))
def test_find_orfs_is_the_pattern(bases, min_codons):
    # Without C, starts and stops are frequent: many frames, nested starts, open ends.
    assert answers.find_orfs(bases, min_codons) == orfs_by_pattern(bases, min_codons)


def test_conditional_entropy_by_hand():
    # A, C, G and T follow A once each (2 bits, 4 of 7 places); A follows the others (0 bits).
    assert answers.conditional_entropy("AACAGATA", 1) == pytest.approx(8 / 7)
    assert answers.conditional_entropy("AAB", 0) == pytest.approx(
        2 / 3 * np.log2(3 / 2) + 1 / 3 * np.log2(3)
    )


@given(st.text("ACGT", min_size=4, max_size=80), st.integers(0, 3))
def test_conditional_entropy_is_a_mean_over_places(sequence, order):
    places = range(order, len(sequence))
    words = [(sequence[i - order : i], sequence[i]) for i in places]
    contexts = [context for context, _ in words]
    bits = [np.log2(contexts.count(word[0]) / words.count(word)) for word in words]
    assert answers.conditional_entropy(sequence, order) == pytest.approx(np.mean(bits))


@given(st.lists(st.text("ACGTN", min_size=1, max_size=9), min_size=1, max_size=5))
def test_pad_batch_is_index_encode(batch):
    expected = index_encode(batch, unknown="index", length=9)
    assert answers.pad_batch(batch, 9).tolist() == expected.tolist()


def test_shared_word_fraction_is_the_packages():
    parent = random_protein(80)
    family = [parent, parent[:40], parent[10:50] + random_protein(30), random_protein(60)]
    pairs = shared_words(family, k=3, mask_low_complexity=False, alphabet=alphabet.PROTEIN)
    assert len(pairs.counts) >= 3
    for i, j, share in zip(pairs.first, pairs.second, pairs.shares, strict=True):
        assert answers.shared_word_fraction(family[i], family[j], 3) == pytest.approx(share)


@given(
    st.lists(st.integers(0, 6), min_size=1, max_size=40),
    st.randoms(use_true_random=False),
    st.sampled_from((0.125, 0.25, 0.5, 0.75)),
)
def test_cluster_split_keeps_clusters_whole_and_takes_no_more_than_needed(clusters, random, share):
    order = sorted(set(clusters))
    random.shuffle(order)
    train, test = answers.cluster_split(clusters, order, share)
    assert sorted(train + test) == list(range(len(clusters)))
    assert {clusters[row] for row in train}.isdisjoint(clusters[row] for row in test)
    taken = [cluster for cluster in order if clusters.index(cluster) in test]
    assert taken == order[: len(taken)]
    without_last = [row for row in test if clusters[row] != taken[-1]]
    assert len(without_last) < share * len(clusters) <= len(test)


PARTNER = {"A": "T", "C": "G", "G": "C", "T": "A"}


def held_out_until(enough):
    """A cluster split as a student writes it, with another idea of when there is enough."""

    def cluster_split(clusters, order, test_share):
        held_out = []
        for cluster in order:
            if enough(clusters, order, test_share, held_out):
                break
            held_out.append(cluster)
        rows = list(enumerate(clusters))
        test = [row for row, cluster in rows if cluster in held_out]
        return [row for row, cluster in rows if cluster not in held_out], test

    return cluster_split


def lists_of_numbers(sequences, length):
    rows = [["ACGT".find(base) + 1 or 5 for base in s[:length]] for s in sequences]
    return [row + [0] * (length - len(row)) for row in rows]


def orfs_by_finditer(bases, min_codons=10):
    matches = re.finditer("ATG(?:[ACGT]{3})*?(?:TAA|TAG|TGA)", bases)
    return [m.span() for m in matches if m.end() - m.start() >= 3 * (min_codons + 1)]


def from_first_start(bases, codon_table):
    bases = bases[bases.index("ATG") :] if "ATG" in bases else bases
    codons = [bases[i : i + 3] for i in range(0, len(bases) - 2, 3)]
    return "".join(codon_table.get(codon, "X") for codon in codons)


@pytest.mark.parametrize(
    ("name", "function", "remark"),
    [
        ("translate", from_first_start, "Begin at the first base"),
        ("reverse_complement", lambda s: reversed(s), "not a string"),
        ("reverse_complement", lambda s: [PARTNER.get(b, b) for b in s[::-1]], "not a string"),
        ("reverse_complement", lambda s: "".join(PARTNER[b] for b in s[::-1]), "KeyError"),
        ("find_orfs", orfs_by_finditer, "overlap"),
        ("pad_batch", lists_of_numbers, "list of lists"),
        ("pad_batch", lambda s, n: np.array(lists_of_numbers(s, n), dtype=float), "floats"),
        (
            "cluster_split",
            held_out_until(lambda clusters, order, share, held: len(held) >= share * len(order)),
            "Count rows",
        ),
        (
            "cluster_split",
            held_out_until(
                lambda clusters, order, share, held: len(held) >= round(share * len(order))
            ),
            "Count rows",
        ),
        (
            "cluster_split",
            held_out_until(lambda clusters, order, share, held: len(held) >= share * len(clusters)),
            "number of clusters with a number of rows",
        ),
        (
            "cluster_split",
            held_out_until(
                lambda clusters, order, share, held: (
                    sum(c in held for c in clusters) > share * len(clusters)
                )
            ),
            "one cluster more",
        ),
    ],
)
def test_a_mistake_written_another_way_gets_its_remark(name, function, remark):
    right, text = verdict(find_exercise(name), function)
    assert not right
    assert remark in text.partition("  remark    ")[2]


def test_pad_batch_accepts_any_array_of_whole_numbers():
    for kind in (np.int64, np.uint8):
        right, text = verdict(
            find_exercise("pad_batch"),
            lambda s, n, kind=kind: np.array(lists_of_numbers(s, n), kind),
        )
        assert right, text


def test_find_orfs_has_cases_in_which_every_wrong_order_shows():
    nested = answers.find_orfs("ATGCATGCCCTAGCCTAA", 2)
    assert nested == [(0, 18), (4, 13)] != sorted(nested, key=lambda orf: orf[1])
    apart = answers.find_orfs("CATGCCCTAACCATGCCCTAG", 2)
    assert apart == [(1, 10), (12, 21)] != sorted(apart, key=lambda orf: orf[0] % 3)
