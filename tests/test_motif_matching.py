"""Filters to motifs, by hand; Tomtom on motifs whose answer is known."""

from bioseq_course.datasets import load_jaspar_motifs, load_jaspar_vertebrates, make_motif_dataset
from bioseq_course.encode import one_hot_encode
from bioseq_course.motif_matching import (
    FilterMotif,
    MotifMatches,
    filters_to_motifs,
    match_motifs,
    trim_motif,
)
from bioseq_course.motifs import (
    log_odds_matrix,
    probability_matrix,
    reverse_complement_matrix,
    scan,
)

import numpy as np
import pytest


def test_windows_above_half_the_maximum_are_counted():
    one_hot = one_hot_encode(["ACGTA", "TTACG"])
    # Windows of 3: ACG CGT GTA | TTA TAC ACG. Largest answer 4, so above 2 counts: ACG, CGT, ACG.
    answers = np.array([[4.0, 2.1, 2.0], [0.0, 1.0, 3.0]])[..., None]
    (motif,) = filters_to_motifs(answers, one_hot, 3)
    assert motif.counts.tolist() == [[2, 1, 0, 0], [0, 2, 1, 0], [0, 0, 2, 1]]
    assert (motif.num_sites, motif.num_sequences, motif.maximum) == (3, 2, 4.0)
    # (count + 1) / (3 + 4)
    assert motif.probabilities[0] == pytest.approx(np.array([3, 2, 1, 1]) / 7)
    (more,) = filters_to_motifs(answers, one_hot, 3, threshold=0.25)
    assert more.num_sites == 4  # 2.0 is now above 1, and 1.0 is not


def test_a_silent_filter_has_no_sites():
    one_hot = one_hot_encode(["ACGT"])
    silent, loud = filters_to_motifs(np.array([[[0.0, 1.0], [0.0, 0.2]]]), one_hot, 3)
    assert (silent.num_sites, silent.counts.sum()) == (0, 0)
    assert np.array_equal(silent.probabilities, np.full((3, 4), 0.25))
    assert loud.num_sites == 1


def test_a_pwm_as_filter_gives_its_motif_back():
    (gabpa,) = load_jaspar_motifs(["MA0062.4"])
    data = make_motif_dataset(["MA0062.4"], 400, 60, seed=0)
    weights = log_odds_matrix(probability_matrix(gabpa.counts))
    answers = np.maximum(scan(data.sequences, weights), 0)[..., None]
    (motif,) = filters_to_motifs(answers, one_hot_encode(data.sequences), len(gabpa))
    matches = match_motifs([trim_motif(motif.probabilities)], load_jaspar_vertebrates())
    assert matches.matches(["MA0062.4"]).tolist() == [True]
    # Its relatives of the ETS family share the core GGAA, so the best one may be a sister.
    assert "Ets" in matches.best_motifs[0].tf_class[0] or matches.best_motifs[0].id == "MA0062.4"


def test_trimming_cuts_the_ends_only():
    flat, sharp = [0.25] * 4, [0.97, 0.01, 0.01, 0.01]
    trimmed = trim_motif([flat, flat, sharp, flat, sharp, flat])
    assert np.array_equal(trimmed, [sharp, flat, sharp])
    assert trim_motif([flat, flat]).shape == (2, 4)  # nothing stands out: nothing to cut


def test_each_jaspar_motif_finds_itself_on_either_strand():
    vertebrates = load_jaspar_vertebrates()
    asked = vertebrates[::90]
    forward = [probability_matrix(motif.counts) for motif in asked]
    backward = [reverse_complement_matrix(matrix) for matrix in forward]
    for queries in (forward, backward):
        matches = match_motifs(queries, vertebrates)
        # Some motifs have a twin of the same family that agrees as well: ask for a match.
        own = [matches.p_values[row, vertebrates.index(motif)] for row, motif in enumerate(asked)]
        assert np.allclose(own, matches.p_values.min(axis=1), atol=1e-6)
        assert matches.p_values.shape == (len(asked), 879)


def test_random_motifs_match_about_as_often_as_chance_says():
    rng = np.random.default_rng(0)
    random = [rng.dirichlet(np.full(4, 0.3), size=10) for _ in range(40)]
    matches = match_motifs(random, load_jaspar_vertebrates())
    # With max_e_value 0.05 about one query in twenty should find anything at all; Tomtom's
    # p-values are approximate, so five times as many are let pass.
    assert (matches.e_values.min(axis=1) <= 0.05).mean() <= 0.25


def test_matches_by_hand():
    motifs = load_jaspar_motifs(["MA0139.2", "MA0062.4"])
    matches = MotifMatches(np.array([[0.01, 0.5], [0.2, 0.03]]), motifs)
    assert matches.e_values.tolist() == [[0.02, 1.0], [0.4, 0.06]]
    assert [motif.id for motif in matches.best_motifs] == ["MA0139.2", "MA0062.4"]
    assert matches.matches(["MA0139.2", "MA0062.4"]).tolist() == [True, False]
    assert matches.matches(["MA0062.4"], max_e_value=0.1).tolist() == [False, True]


ONE_HOT = one_hot_encode(["ACGTA"])
CASES = {
    "axes": (lambda: filters_to_motifs(np.ones((1, 3)), ONE_HOT, 3), "axis"),
    "same padding": (lambda: filters_to_motifs(np.ones((1, 5, 2)), ONE_HOT, 3), "3 windows"),
    "too wide": (lambda: filters_to_motifs(np.ones((1, 0, 2)), ONE_HOT, 6), "width 6"),
    "threshold": (
        lambda: filters_to_motifs(np.ones((1, 3, 1)), ONE_HOT, 3, threshold=1),
        "below 1",
    ),
    "few targets": (
        lambda: match_motifs([np.full((5, 4), 0.25)], load_jaspar_motifs(["MA0139.2"])),
        "1 targets",
    ),
    "no query": (lambda: match_motifs([], load_jaspar_vertebrates()), "0 queries"),
    "counts": (
        lambda: match_motifs([np.ones((5, 4))], load_jaspar_vertebrates()),
        "has sum 4",
    ),
    "string of ids": (
        lambda: MotifMatches(np.ones((1, 1)), load_jaspar_motifs(["MA0139.2"])).matches("MA0139.2"),
        "a list of matrix ids",
    ),
    "unknown id": (
        lambda: MotifMatches(np.ones((1, 1)), load_jaspar_motifs(["MA0139.2"])).matches(["MA0001"]),
        "not among the 1 targets",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_refusals(case):
    call, message = CASES[case]
    with pytest.raises(ValueError, match=message):
        call()


def test_record_of_a_filter():
    assert repr(FilterMotif(np.ones((2, 4)), 4, 3, 1.0)) == "FilterMotif(4 sites in 3 sequences)"
