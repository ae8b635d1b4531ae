"""Attributions of models whose answer is known by hand."""

from bioseq_course.attribution import (
    gradient_times_input,
    in_silico_mutagenesis,
    mutation_effect,
    occlusion,
    share_on_motif,
)

import numpy as np
import pytest

RNG = np.random.default_rng(0)
WEIGHTS = RNG.normal(size=(7, 4))
ONE_HOT = np.eye(4, dtype=np.float32)[RNG.integers(4, size=7)]


def linear(sequences):
    return (sequences * WEIGHTS).sum(axis=(1, 2))


def interacting(sequences):
    """Two letters count only together: no sum over places."""
    return sequences[:, 0, 0] * sequences[:, 3, 2] * 5 + linear(sequences) ** 2


def test_mutagenesis_of_a_linear_model_is_differences_of_weights():
    expected = WEIGHTS - (WEIGHTS * ONE_HOT).sum(axis=1, keepdims=True)
    assert np.allclose(in_silico_mutagenesis(linear, ONE_HOT), expected, atol=1e-5)


def test_mutagenesis_is_brute_force():
    expected = np.zeros((7, 4))
    before = interacting(ONE_HOT[None])[0]
    for place in range(7):
        for letter in range(4):
            mutant = ONE_HOT.copy()
            mutant[place] = np.eye(4)[letter]
            expected[place, letter] = interacting(mutant[None])[0] - before
    assert np.allclose(in_silico_mutagenesis(interacting, ONE_HOT), expected, atol=1e-4)


def test_the_three_methods_agree_on_a_linear_model():
    # Mean over the other letters: w_here - (sum - w_here) / 3 = 4/3 (w_here - mean).
    here = (WEIGHTS * ONE_HOT).sum(axis=1)
    centred = here - WEIGHTS.mean(axis=1)
    effect = mutation_effect(in_silico_mutagenesis(linear, ONE_HOT))
    assert np.allclose(effect, 4 / 3 * centred, atol=1e-5)
    assert np.allclose(gradient_times_input(WEIGHTS, ONE_HOT), centred)
    assert np.allclose(occlusion(linear, ONE_HOT, 1), centred, atol=1e-5)


def test_occlusion_of_two_places_by_hand():
    # Letters A C A; the score is 8 if places 1 and 2 are A and C, else their product of shares.
    def score(sequences):
        return 8 * sequences[:, 0, 0] * sequences[:, 1, 1]

    # Windows 1-2 and 2-3: 8 - 8/16 = 7.5 and 8 - 8/4 = 6; place 2 lies in both: 6.75.
    assert occlusion(score, np.eye(4)[[0, 1, 0]], 2) == pytest.approx([7.5, 6.75, 6.0])


def test_a_shift_of_all_slopes_of_a_place_changes_nothing():
    shifted = WEIGHTS + np.arange(7)[:, None]
    assert np.allclose(
        gradient_times_input(shifted, ONE_HOT), gradient_times_input(WEIGHTS, ONE_HOT)
    )
    batch = gradient_times_input(np.stack([WEIGHTS, shifted]), np.stack([ONE_HOT, ONE_HOT]))
    assert batch.shape == (2, 7)


def test_scores_of_shape_b_1_are_taken():
    as_keras = in_silico_mutagenesis(lambda sequences: linear(sequences)[:, None], ONE_HOT)
    assert np.array_equal(as_keras, in_silico_mutagenesis(linear, ONE_HOT))


def test_share_of_even_attribution_is_the_share_of_places():
    on_motif = np.arange(10)[None] < 3
    assert share_on_motif(np.full((1, 10), -2.0), on_motif) == pytest.approx([0.3])
    assert np.isnan(share_on_motif(np.zeros((1, 10)), on_motif)).all()


CASES = {
    "batch": (lambda: in_silico_mutagenesis(linear, ONE_HOT[None]), r"shape \(1, 7, 4\)"),
    "padding": (lambda: occlusion(linear, np.zeros((7, 4)), 1), "single 1 a place"),
    "probabilities": (lambda: occlusion(linear, np.full((7, 4), 0.25), 1), "single 1 a place"),
    "classes": (
        lambda: in_silico_mutagenesis(lambda rows: np.ones((len(rows), 3)), ONE_HOT),
        "one number for each",
    ),
    "width": (lambda: occlusion(linear, ONE_HOT, 8), "more than the 7 places"),
    "no width": (lambda: occlusion(linear, ONE_HOT, 0), "width"),
    "gradient": (lambda: gradient_times_input(WEIGHTS, ONE_HOT[:3]), r"\(7, 4\) and \(3, 4\)"),
    "effect": (lambda: mutation_effect(np.ones(4)), r"shape \(L, A\)"),
    "share": (lambda: share_on_motif(np.ones(4), np.ones(4)), r"\(B, L\)"),
}


@pytest.mark.parametrize("case", CASES)
def test_refusals(case):
    call, message = CASES[case]
    with pytest.raises(ValueError, match=message):
        call()
