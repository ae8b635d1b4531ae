"""The scores of codon vectors against counts by hand, brute force and planted codes."""

from bioseq_course.alphabet import PROTEIN, translate
from bioseq_course.genetic_code import (
    SENSE_CODONS,
    amino_acid_similarity,
    blosum62_similarity,
    codon_vectors,
    cosine_matrix,
    nearest_synonymous_share,
    spearman_of_pairs,
    synonymous_auc,
    synonymous_pairs,
)

import numpy as np
import pytest

RESIDUES = translate("".join(SENSE_CODONS))


def random_similarity(seed):
    vectors = np.random.default_rng(seed).normal(size=(61, 5))
    return cosine_matrix(vectors)


def planted_vectors(noise=0.0):
    """Synonyms have one vector: that of their amino acid."""
    rng = np.random.default_rng(0)
    residues = rng.normal(size=(20, 12))
    return residues[[PROTEIN.index(r) for r in RESIDUES]] + noise * rng.normal(size=(61, 12))


def test_the_sense_codons():
    assert len(SENSE_CODONS) == len(set(SENSE_CODONS)) == 61
    assert list(SENSE_CODONS) == sorted(SENSE_CODONS)
    assert not {"TAA", "TAG", "TGA"} & set(SENSE_CODONS)


def test_pairs_of_synonyms_by_hand():
    # L, S and R have 6 codons: 3 * 15 pairs; A, G, P, T and V have 4: 5 * 6; I has 3: 3; nine
    # amino acids have 2: 9. Together 45 + 30 + 3 + 9 = 87.
    # Sharing two letters: within a box of 4, 6 (8 boxes: 48); I, 3; the 9; within the pairs
    # TTA/TTG, AGA/AGG and AGC/AGT, 3; across the boxes of L and R, TTA-CTA, TTG-CTG, AGA-CGA and
    # AGG-CGG, 4: together 67.
    same, shared = synonymous_pairs()
    upper = np.triu(same, k=1)
    assert upper.sum() == 87 and (upper & (shared == 2)).sum() == 67
    left, right = SENSE_CODONS.index("GAA"), SENSE_CODONS.index("GAG")
    assert same[left, right] and shared[left, right] == 2
    assert (np.diag(shared) == 3).all()


@pytest.mark.parametrize("shared_letters", [None, 1, 2])
def test_auc_by_counting_pairs(shared_letters):
    similarity = random_similarity(1)
    scores = {True: [], False: []}
    for i in range(61):
        for j in range(i):
            letters = sum(a == b for a, b in zip(SENSE_CODONS[i], SENSE_CODONS[j], strict=True))
            if shared_letters in (None, letters):
                scores[RESIDUES[i] == RESIDUES[j]].append(similarity[i, j])
    wins = [synonym > other for synonym in scores[True] for other in scores[False]]
    got = synonymous_auc(similarity, shared_letters=shared_letters)
    assert got == pytest.approx(np.mean(wins), abs=1e-12)


def test_auc_knows_nothing_from_a_constant():
    assert synonymous_auc(np.ones((61, 61))) == 0.5


def test_pairs_without_a_shared_letter_have_too_few_synonyms_or_none():
    # Serine: TCA, TCC, TCG, TCT against AGC, AGT; TCA-AGC shares none, so there are synonyms
    assert 0 <= synonymous_auc(random_similarity(0), shared_letters=0) <= 1
    with pytest.raises(ValueError, match="shared_letters=3"):
        synonymous_auc(random_similarity(0), shared_letters=3)


def test_nearest_by_brute_force():
    similarity = random_similarity(2)
    hits = []
    for i, residue in enumerate(RESIDUES):
        if RESIDUES.count(residue) > 1:
            best = max((j for j in range(61) if j != i), key=lambda j: similarity[i, j])
            hits.append(RESIDUES[best] == residue)
    assert len(hits) == 59
    assert nearest_synonymous_share(similarity) == pytest.approx(np.mean(hits))


def test_planted_code_is_found_and_noise_hides_it():
    clear, noisy = (cosine_matrix(planted_vectors(noise)) for noise in (0.01, 20.0))
    assert synonymous_auc(clear) == nearest_synonymous_share(clear) == 1
    assert synonymous_auc(noisy) < 0.65 and nearest_synonymous_share(noisy) < 0.3


def test_cosine_by_hand():
    # (3, 4) and (4, 3): 24 / 25
    np.testing.assert_allclose(cosine_matrix([[3, 4], [4, 3]]), [[1, 0.96], [0.96, 1]])
    with pytest.raises(ValueError, match=r"Vector 2 \(counting from 1\) is all zeros"):
        cosine_matrix([[1, 0], [0, 0]])
    with pytest.raises(ValueError, match="shape"):
        cosine_matrix([1, 0])


def test_codon_vectors_are_in_order_and_complete():
    table = {codon: [float(i), 1.0] for i, codon in enumerate(SENSE_CODONS)}
    assert codon_vectors(table)[:, 0].tolist() == list(range(61))
    del table["GAA"]
    with pytest.raises(ValueError, match="1 of 61 sense codons have no vector, the first is GAA"):
        codon_vectors(table)


def test_amino_acids_are_means_of_directions():
    vectors = planted_vectors()
    scale = np.random.default_rng(1).uniform(0.1, 10, size=(61, 1))  # lengths must not matter
    expected = cosine_matrix([vectors[RESIDUES.index(residue)] for residue in PROTEIN])
    np.testing.assert_allclose(amino_acid_similarity(vectors * scale), expected, atol=1e-12)
    with pytest.raises(ValueError, match="Expected 61 vectors"):
        amino_acid_similarity(vectors[:60])


def test_a_long_vector_does_not_outweigh_its_synonyms():
    # Asp: GAC along x with length 100, GAT along y with length 1. The mean direction is halfway,
    # at 45 degrees to a residue along x; the mean of the vectors would lie along x itself.
    vectors = np.tile([1.0, 0.0], (61, 1))
    vectors[SENSE_CODONS.index("GAC")] = [100.0, 0.0]
    vectors[SENSE_CODONS.index("GAT")] = [0.0, 1.0]
    cosine = amino_acid_similarity(vectors)[PROTEIN.index("D"), PROTEIN.index("W")]
    assert cosine == pytest.approx(np.sqrt(0.5))


def test_blosum62_entries():
    # from the published table: W-W 11, I-V 3, I-L 2, D-E 2, C-E -4
    scores = blosum62_similarity()
    at = [scores[PROTEIN.index(a), PROTEIN.index(b)] for a, b in ("WW", "IV", "IL", "DE", "CE")]
    assert at == [11, 3, 2, 2, -4]
    assert np.array_equal(scores, scores.T)


def test_spearman_by_hand():
    # pairs (0,1), (0,2), (1,2): ranks 1 2 3 against 1 3 2: 1 - 6 * (0 + 1 + 1) / (3 * 8) = 0.5
    left = np.array([[9, 1, 2], [1, 9, 3], [2, 3, 9]])
    right = np.array([[0, 10, 30], [10, 0, 20], [30, 20, 0]])
    assert spearman_of_pairs(left, right) == pytest.approx(0.5)
    with pytest.raises(ValueError, match=r"shape \(3, 3\)"):
        spearman_of_pairs(left, right[:2])


@pytest.mark.parametrize("score", [synonymous_auc, nearest_synonymous_share])
def test_scores_refuse_other_shapes(score):
    with pytest.raises(ValueError, match=r"shape \(61, 61\)"):
        score(np.ones((64, 64)))
