"""Motif matrices, scanning and score distributions against Biopython, brute force and hand work."""

from itertools import product

from bioseq_course.alphabet import PROTEIN, AlphabetError, reverse_complement
from bioseq_course.datasets import load_crp_sites, load_jaspar_motifs, load_splice_sites
from bioseq_course.encode import one_hot_encode
from bioseq_course.motif_scores import score_distribution, score_threshold
from bioseq_course.motifs import (
    count_matrix,
    information_content,
    log_odds_matrix,
    logo_heights,
    probability_matrix,
    reverse_complement_matrix,
    scan,
)

import numpy as np
import pytest
from Bio import motifs as biopython
from hypothesis import given, settings
from hypothesis import strategies as st

SITES = ["ACGT", "ACGA", "ACTT", "AGGT", "TCGT"]
SKEWED = np.array([0.3, 0.2, 0.2, 0.3])
dna = st.text("ACGT", min_size=4, max_size=4)


def biopython_motif(sites):
    return biopython.create(sites)


def columns(matrix):
    """A Biopython matrix {letter: values} as (W, 4)."""
    return np.array([matrix[base] for base in "ACGT"]).T


# Matrices


@given(st.lists(dna, min_size=1, max_size=20))
def test_counts_probabilities_and_log_odds_are_biopythons(sites):
    motif = biopython_motif(sites)
    counts = count_matrix(sites)
    assert np.array_equal(counts, columns(motif.counts))
    theirs = motif.counts.normalize(pseudocounts=0.5)
    ours = probability_matrix(counts, pseudocount=0.5)
    assert np.allclose(ours, columns(theirs))
    background = dict(zip("ACGT", SKEWED, strict=True))
    pssm = theirs.log_odds(background)
    assert np.allclose(log_odds_matrix(ours, background=SKEWED), columns(pssm))
    expected = sum(information_content(ours, background=SKEWED))
    assert expected == pytest.approx(pssm.mean(background), abs=1e-9)


def test_real_splice_sites_weigh_by_their_occurrences():
    sites = load_splice_sites()
    counts = count_matrix(sites.sequences, weights=sites.counts)
    assert counts.sum(axis=1) == pytest.approx(np.full(9, sites.counts.sum()))
    # By hand: letters 4 and 5 are GT or GC, so place 4 holds nothing but G.
    assert counts[3].tolist() == [0, 0, sites.counts.sum(), 0]
    by_hand = sum(
        int(count)
        for site, count in zip(sites.sequences, sites.counts, strict=True)
        if site[4] == "C"
    )
    assert counts[4, 1] == by_hand


def test_hand_worked_information():
    # p = (1/2, 1/4, 1/8, 1/8): entropy 1/2*1 + 1/4*2 + 2 * 1/8*3 = 1.75 bits, so 2 - 1.75 = 0.25.
    row = [[0.5, 0.25, 0.125, 0.125]]
    assert information_content(row) == pytest.approx([0.25])
    assert logo_heights(row)[0] == pytest.approx([0.125, 0.0625, 0.03125, 0.03125])
    # The background itself tells nothing.
    assert information_content([SKEWED], background=SKEWED) == pytest.approx([0.0])


def test_pseudocount_by_hand():
    # 5 sites, place 1: A 4, T 1. With 1 added to each letter: 5/9, 1/9, 1/9, 2/9.
    assert probability_matrix(count_matrix(SITES))[0] == pytest.approx([5 / 9, 1 / 9, 1 / 9, 2 / 9])
    assert log_odds_matrix(probability_matrix(count_matrix(SITES), pseudocount=0))[0, 1] == -np.inf


def test_protein_sites_have_twenty_columns():
    counts = count_matrix(["WY", "WF"], alphabet=PROTEIN)
    assert counts.shape == (2, 20)
    assert counts[0, PROTEIN.index("W")] == 2


@given(st.lists(dna, min_size=1, max_size=8))
def test_turning_the_sites_round_turns_the_matrix_round(sites):
    turned = count_matrix([reverse_complement(site) for site in sites])
    assert np.array_equal(turned, reverse_complement_matrix(count_matrix(sites)))
    twice = reverse_complement_matrix(reverse_complement_matrix(count_matrix(sites)))
    assert np.array_equal(twice, count_matrix(sites))


# Scanning


def pwm(sites=tuple(SITES)):
    return log_odds_matrix(probability_matrix(count_matrix(sites)))


@settings(max_examples=30)
@given(st.lists(st.text("ACGT", min_size=9, max_size=9), min_size=1, max_size=4))
def test_scan_is_biopythons_and_brute_force(texts):
    matrix = pwm()
    pssm = biopython_motif(SITES).counts.normalize(pseudocounts=1).log_odds()
    expected = np.array([pssm.calculate(text) for text in texts])
    assert np.allclose(scan(texts, matrix), expected, atol=1e-4)  # theirs is float32
    place = {base: index for index, base in enumerate("ACGT")}
    brute = [
        [sum(matrix[w, place[text[i + w]]] for w in range(4)) for i in range(6)] for text in texts
    ]
    assert np.allclose(scan(texts, matrix), brute, atol=1e-9)


@settings(max_examples=30)
@given(st.text("ACGT", min_size=4, max_size=40))
def test_both_strands_is_the_larger_and_mirrors(text):
    matrix = pwm()
    both = scan([text], matrix, both_strands=True)
    forward = scan([text], matrix)
    backward = scan([reverse_complement(text)], matrix)[:, ::-1]
    assert np.allclose(both, np.maximum(forward, backward))
    assert np.allclose(both, scan([reverse_complement(text)], matrix, both_strands=True)[:, ::-1])


def test_scan_takes_one_hot_and_skips_zero_rows():
    one_hot = one_hot_encode(["ACGTN"], unknown="zero")
    scores = scan(one_hot, pwm())
    assert scores[0, 0] == pytest.approx(scan(["ACGT"], pwm())[0, 0])
    matrix = pwm()
    # Window CGT + unknown: place 1 C, place 2 G, place 3 T, nothing for place 4.
    assert scores[0, 1] == pytest.approx(matrix[0, 1] + matrix[1, 2] + matrix[2, 3])


def test_scan_finds_real_sites():
    crp = load_crp_sites()
    matrix = log_odds_matrix(probability_matrix(count_matrix(crp.sequences)))
    padded = ["A" * 10 + site + "A" * 10 for site in crp.sequences]
    at_site = scan(padded, matrix).argmax(axis=1) == 10
    # A tail of A's looks like the A-rich ends of a site; by chance 1 in 21 would be right.
    assert at_site.mean() > 0.7


# Scores


@pytest.mark.parametrize("background", [None, SKEWED], ids=["equal", "skewed"])
def test_distribution_is_brute_force_over_all_words(background):
    matrix = np.round(pwm(), 2)  # entries are multiples of the bin, so nothing is rounded away
    scores, chances = score_distribution(matrix, background=background)
    shares = np.full(4, 0.25) if background is None else background
    brute = {}
    for word in product(range(4), repeat=4):  # all 256 words
        score = round(sum(matrix[w, letter] for w, letter in enumerate(word)) / 0.01)
        brute[score] = brute.get(score, 0) + np.prod(shares[list(word)])
    ours = {round(s / 0.01): p for s, p in zip(scores, chances, strict=True) if p > 0}
    assert ours.keys() == brute.keys()
    assert all(ours[score] == pytest.approx(brute[score]) for score in brute)
    assert chances.sum() == pytest.approx(1)


def test_mean_of_the_distribution_under_the_background():
    matrix = log_odds_matrix(probability_matrix(load_jaspar_motifs(["MA0139.2"])[0].counts))
    scores, chances = score_distribution(matrix, background=SKEWED)
    assert scores @ chances == pytest.approx((matrix @ SKEWED).sum(), abs=0.005 * len(matrix))


@pytest.mark.parametrize("p_value", [0.05, 1e-3, 1e-5])
def test_threshold_is_near_biopythons(p_value):
    counts = load_jaspar_motifs(["MA0062.4"])[0].counts
    ours = score_threshold(log_odds_matrix(probability_matrix(counts)), p_value)
    letters = {base: counts[:, index] for index, base in enumerate("ACGT")}
    motif = biopython.Motif(counts=letters)
    pssm = motif.counts.normalize(pseudocounts=1).log_odds()
    theirs = pssm.distribution(precision=10**4).threshold_fpr(p_value)
    # Theirs is an approximation on a grid of its own: half a bit of some 15 bits.
    assert ours == pytest.approx(theirs, abs=0.5)


def test_threshold_keeps_its_promise_on_random_dna():
    matrix = log_odds_matrix(probability_matrix(load_jaspar_motifs(["MA0062.4"])[0].counts))
    cut = score_threshold(matrix, 1e-3)
    letters = np.random.default_rng(0).integers(4, size=200_000)
    one_hot = np.eye(4, dtype=np.float32)[letters][None]
    hits = (scan(one_hot, matrix) >= cut).mean()
    # Expected at most 0.001; with 200,000 windows the standard deviation is below 0.0001.
    assert 0.0005 < hits < 0.0014


# Refusals

CASES = {
    "no site": (lambda: count_matrix([]), "There is no site"),
    "one string": (lambda: count_matrix("ACGT"), "Expected a list"),
    "ragged": (lambda: count_matrix(["ACG", "AC"]), "Sequence 2 .* has 2 letters"),
    "weights": (lambda: count_matrix(["ACG"], weights=[1, 2]), "each of the 1 sites"),
    "negative counts": (lambda: probability_matrix([[-1, 0, 0, 0]]), "not log-odds"),
    "empty row": (
        lambda: probability_matrix([[1, 0, 0, 0], [0, 0, 0, 0]], pseudocount=0),
        "Place 2 .* no counts",
    ),
    "counts for probabilities": (lambda: log_odds_matrix([[3, 1, 0, 0]]), "has sum 4"),
    "background": (
        lambda: log_odds_matrix([[0.25] * 4], background=[0.5, 0.5]),
        "must hold 4 shares",
    ),
    "flat matrix": (lambda: information_content([0.25] * 4), r"shape \(W, A\)"),
    "protein strand": (lambda: reverse_complement_matrix(np.ones((2, 20))), "20 columns"),
    "infinite": (lambda: scan(["ACGT"], [[0, -np.inf, 0, 0]]), "pseudocount"),
    "too short": (lambda: scan(["AC"], np.ones((3, 4))), "no whole window"),
    "letters": (lambda: scan(np.ones((1, 5, 20)), np.ones((2, 4))), "20 letters"),
    "bin": (lambda: score_distribution(np.ones((2, 4)), bin_width=0), "above 0"),
    "p-value": (lambda: score_threshold(np.ones((2, 4)), 0), "above 0 and at most 1"),
    "too rare": (lambda: score_threshold([[1, 0, 0, 0]], 0.1), "probability 0.25"),
}


@pytest.mark.parametrize("case", CASES)
def test_refusals_say_what_and_how(case):
    call, message = CASES[case]
    with pytest.raises(ValueError, match=message):
        call()


def test_unknown_letter_is_named():
    with pytest.raises(AlphabetError, match="N"):
        scan(["ACGN"], np.ones((2, 4)))
