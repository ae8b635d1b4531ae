"""Compiled loops: by hand, against their NumPy twins, at block borders, without numba or a cache.

`test_kmers.py` and `test_encode.py` run all their tests on both ways as well.
"""

import os
import shutil
import subprocess
import sys
import tracemalloc
from pathlib import Path
from unittest.mock import patch

from bioseq_course import encode, inputs, kernels, kmers
from bioseq_course.alphabet import DNA, GAPPED_PROTEIN, PROTEIN, RNA, Alphabet
from bioseq_course.kmers import KmerVocabulary

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

TOY = Alphabet("HP", "toy")
BACKWARDS = Alphabet("TGCA", "backwards")
# An alphabet, letters that its sequences are drawn from, and the longest word to try.
KINDS = [
    (DNA, "ACGTN", 6),
    (BACKWARDS, "ACGT-", 4),
    (RNA, "ACGUR", 4),
    (PROTEIN, "ACDWYX*", 3),
    (TOY, "HPX", 9),
]
kinds = pytest.mark.parametrize(("alphabet", "letters", "longest"), KINDS)


def texts_of(letters: str):
    """Lists of one to six sequences of one to 25 of these letters."""
    return st.lists(st.text(alphabet=letters, min_size=1, max_size=25), min_size=1, max_size=6)


def in_blocks_of(num_letters: int):
    """Cut the texts after so many letters, so that a few texts make several blocks."""
    return patch.object(inputs, "_BLOCK_LETTERS", num_letters)


def rule_of(vocabulary: KmerVocabulary) -> kernels.WordRule:
    return kmers._word_rule(kernels, vocabulary)


def random_dna(num_sequences: int, length: int) -> list[str]:
    bases = np.frombuffer(b"ACGT", np.uint8)
    rows = np.random.default_rng(0).choice(bases, size=(num_sequences, length))
    return [row.tobytes().decode("ascii") for row in rows]


# By hand


def test_word_numbers_by_hand():
    """AAC 0 0 1: AA 0, AC 1. N breaks the word. GT is 2 * 4 + 3 = 11. The text ends with a mark."""
    letters = np.frombuffer(b"AACNGT\0TT\0", np.uint8)
    codes = kmers._code_table(DNA)
    codes[0] = -2
    columns = np.full(len(letters), 99, dtype=np.int32)
    kernels._number_words(letters, codes, 4, 2, columns)
    assert columns.tolist() == [-1, 0, 1, -1, -1, 11, -2, -1, 15, -2]


def test_columns_on_both_strands_by_hand():
    """Canonical AA AC AG AT CA CC CG GA GC TA: GT is AC (1), TT is AA (0), TA is itself (9)."""
    rule = rule_of(KmerVocabulary(2, canonical=True))
    blocks = list(kernels._word_blocks(["GTTA", "AN"], rule))
    assert [start for start, _ in blocks] == [0]
    assert blocks[0][1].tolist() == [-1, 1, 0, 9, -2, -1, -1, -2]


@pytest.mark.parametrize("num_columns", [2, 256, 257, 70_000, 21**7])
def test_sort_in_as_many_bytes_as_the_columns_need(num_columns):
    """256 columns need one byte, 257 need two, 21^7 = 1,801,088,541 need four."""
    words = np.random.default_rng(0).integers(num_columns, size=500).astype(np.int32)
    words[:2] = num_columns - 1, 0
    expected = sorted(words.tolist())
    kernels._sort(words, np.empty_like(words), num_columns)
    assert words.tolist() == expected


def test_sparse_rows_are_in_order_and_hold_each_word_once():
    """TTTAA: TT 15 twice, TA 12, AA 0; the second text is shorter than a word."""
    profile = kernels.profile_sparse(["TTTAA", "A", "CC"], rule_of(KmerVocabulary(2)), 16)
    assert profile.indices.tolist() == [0, 12, 15, 5]
    assert profile.data.tolist() == [1, 1, 2, 1]
    assert profile.indptr.tolist() == [0, 3, 3, 4]


# Against the NumPy twins


@pytest.mark.parametrize("unknown", ["zero", "uniform"])
@kinds
@given(data=st.data())
@settings(max_examples=30)
def test_one_hot_equals_its_twin(alphabet, letters, longest, unknown, data):
    texts = data.draw(texts_of(letters))
    length = max(map(len, texts)) + data.draw(st.integers(0, 3))
    table = encode._one_hot_table(alphabet, unknown)
    with in_blocks_of(data.draw(st.integers(1, 40))):
        received = kernels.one_hot(texts, length, table)
    expected = encode._one_hot_with_numpy(texts, length, table)
    np.testing.assert_array_equal(received, expected, strict=True)


@kinds
@given(data=st.data())
@settings(max_examples=60)
def test_profiles_equal_their_twin(alphabet, letters, longest, data):
    texts = data.draw(texts_of(letters))
    canonical = alphabet in (DNA, RNA, BACKWARDS) and data.draw(st.booleans())
    vocabulary = KmerVocabulary(data.draw(st.integers(1, longest)), alphabet, canonical)
    with in_blocks_of(data.draw(st.integers(1, 40))):
        dense = kernels.profile_dense(texts, rule_of(vocabulary), len(vocabulary))
        sparse = kernels.profile_sparse(texts, rule_of(vocabulary), len(vocabulary))
    expected = kmers._profile_with_numpy(texts, vocabulary, sparse=False)
    np.testing.assert_array_equal(dense, expected, strict=True)
    assert_same_sparse(sparse, kmers._profile_with_numpy(texts, vocabulary, sparse=True))


@kinds
@given(data=st.data())
@settings(max_examples=60)
def test_indices_equal_their_twin(alphabet, letters, longest, data):
    texts = data.draw(texts_of(letters))
    canonical = alphabet in (DNA, RNA, BACKWARDS) and data.draw(st.booleans())
    vocabulary = KmerVocabulary(data.draw(st.integers(1, longest)), alphabet, canonical)
    length = max(map(len, texts)) + data.draw(st.integers(0, 3))
    with in_blocks_of(data.draw(st.integers(1, 40))):
        received = kernels.kmer_indices(texts, length, rule_of(vocabulary), len(vocabulary))
    expected = kmers._indices_with_numpy(texts, length, vocabulary)
    np.testing.assert_array_equal(received, expected, strict=True)


def assert_same_sparse(received, expected):
    """Also the same types, so that nobody downstream notices which way was taken."""
    assert type(received) is type(expected) and received.shape == expected.shape
    assert received.has_canonical_format and expected.has_canonical_format
    for part in ("indptr", "indices", "data"):
        np.testing.assert_array_equal(getattr(received, part), getattr(expected, part), strict=True)


@pytest.mark.parametrize(
    ("k", "alphabet", "text"),
    [(15, DNA, "T" * 16 + "ACGT" * 9), (7, GAPPED_PROTEIN, "-" * 9 + "MKVW"), (30, TOY, "P" * 31)],
)
def test_the_longest_words_that_can_be_numbered(k, alphabet, text):
    """The last word of the vocabulary comes first: its column is K - 1, and it occurs twice."""
    vocabulary = KmerVocabulary(k, alphabet)
    with pytest.raises(ValueError, match=f"pass k up to {k}"):
        KmerVocabulary(k + 1, alphabet)
    sparse = kernels.profile_sparse([text, text], rule_of(vocabulary), len(vocabulary))
    assert_same_sparse(sparse, kmers._profile_with_numpy([text, text], vocabulary, sparse=True))
    assert sparse.indices[-1] == len(vocabulary) - 1 and sparse.data[-1] >= 2


@pytest.mark.parametrize(("k", "canonical"), [(6, False), (7, True), (8, False)])
def test_many_blocks_of_their_real_size(k, canonical):
    """700 texts of 1,000 letters are three blocks of 2^18 letters, with unknown letters here."""
    texts = [text.replace("ACCA", "ACNA") for text in random_dna(700, 1_000)]
    assert len(list(inputs.text_blocks(texts))) == 3
    vocabulary = KmerVocabulary(k, canonical=canonical)
    sparse = kernels.profile_sparse(texts, rule_of(vocabulary), len(vocabulary))
    assert_same_sparse(sparse, kmers._profile_with_numpy(texts, vocabulary, sparse=True))
    dense = kernels.profile_dense(texts, rule_of(vocabulary), len(vocabulary))
    np.testing.assert_array_equal(dense, sparse.toarray())


def test_no_texts_give_no_rows():
    vocabulary = KmerVocabulary(2)
    assert kernels.one_hot([], 3, encode._one_hot_table(DNA, "error")).shape == (0, 3, 4)
    assert kernels.profile_dense([], rule_of(vocabulary), 16).shape == (0, 16)
    sparse = kernels.profile_sparse([], rule_of(vocabulary), 16)
    assert_same_sparse(sparse, kmers._profile_with_numpy([], vocabulary, sparse=True))
    assert kernels.kmer_indices([], 3, rule_of(vocabulary), 16).shape == (0, 2)


# Memory


@pytest.mark.parametrize(
    "call",
    [
        encode.one_hot_encode,
        lambda texts: kmers.kmer_profile(texts, 6),
        lambda texts: kmers.kmer_profile(texts, 6, binary=True),
        lambda texts: kmers.kmer_profile(texts, 6, normalize="frequency"),
        lambda texts: kmers.kmer_profile(texts, 6, normalize="l2"),
    ],
)
def test_little_memory_is_needed_beside_the_result(call):
    """2,000 texts of 1,000 letters give 32 MB; checks and blocks may take a fifth more."""
    texts = random_dna(2_000, 1_000)
    call(texts[:1])  # what is kept between calls is not counted
    tracemalloc.start()
    try:
        result = call(texts)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert result.nbytes > 30e6
    assert peak <= 1.2 * result.nbytes


def test_little_memory_is_needed_beside_a_sparse_result():
    """Of 8,000 words a random protein of 10,000 residues holds 1 - e^(-10 / 8) = 71 %.

    Room for all possible words would be 1 / 0.71 = 1.4 times the result.
    """
    rows = np.random.default_rng(0).choice(list(PROTEIN.symbols), size=(900, 10_000))
    texts = ["".join(row) for row in rows]
    rule = rule_of(KmerVocabulary(3, PROTEIN))
    kernels.profile_sparse(texts[:1], rule, 8_000)
    tracemalloc.start()
    try:
        profile = kernels.profile_sparse(texts, rule, 8_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    size = profile.data.nbytes + profile.indices.nbytes + profile.indptr.nbytes
    assert 0.70 < profile.nnz / (900 * 8_000) < 0.73
    assert peak <= 1.25 * size  # a block is a larger share of this result than of a large one


@pytest.mark.parametrize("order", [1, -1])
def test_room_is_made_as_it_is_needed(order):
    """What the first blocks hold says little about the later ones: few words first, or last."""
    texts = ["A" * 300] * 9 + random_dna(9, 300) + ["AN" * 99] * 3
    vocabulary = KmerVocabulary(7)
    with in_blocks_of(300):
        sparse = kernels.profile_sparse(texts[::order], rule_of(vocabulary), len(vocabulary))
    assert_same_sparse(sparse, kmers._profile_with_numpy(texts[::order], vocabulary, sparse=True))


# When the compiled loops are used


def test_small_inputs_do_not_wait_for_numba(monkeypatch):
    """The loops are loaded by a large input; from then on they serve small ones too."""
    loaded = sys.modules["bioseq_course.kernels"]
    assert encode.load_kernels(["ACGT"]) is loaded
    monkeypatch.delitem(sys.modules, "bioseq_course.kernels")
    assert encode.load_kernels(["ACGT"]) is None
    monkeypatch.setattr(encode, "MIN_KERNEL_LETTERS", 4)
    assert encode.load_kernels(["AC", "G"]) is None
    assert encode.load_kernels(["AC", "GT"]) is loaded


CODE = """
import sys
{before}
from bioseq_course import encode
from bioseq_course.kmers import kmer_indices, kmer_profile
encode.MIN_KERNEL_LETTERS = 1
print(encode.one_hot_encode(["GA"]).argmax(axis=2).tolist())
print(kmer_profile(["AACAA"], 1).tolist(), kmer_profile(["AAC"], 7).nnz)
print(kmer_indices(["AACGT"], 2).tolist())
print("bioseq_course.kernels" in sys.modules, encode.__file__)
"""


def run(code: str, *, folder: Path | None = None, **environment: str) -> list[str]:
    """Run code in a fresh process; nothing may appear among its warnings and errors."""
    clean = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=folder,
        env=clean | environment,
    )  # fmt: skip
    assert (answer.returncode, answer.stderr) == (0, "")
    *results, last = answer.stdout.splitlines()
    assert results == ["[[2, 0]]", "[[4.0, 1.0, 0.0, 0.0]] 0", "[[1, 2, 7, 12]]"]
    return last.split()


@pytest.mark.parametrize(
    "before",
    [
        'sys.modules["numba"] = None  # import numba now raises ImportError',
        # The shared library of llvmlite is there and cannot be loaded.
        "class Broken:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'numba':\n"
        "            raise OSError('Could not find/load shared object file')\n"
        "sys.meta_path.insert(0, Broken())",
    ],
)
def test_without_numba_the_results_are_the_same(before):
    assert run(CODE.format(before=before))[0] == "False"


@pytest.fixture
def read_only_package(tmp_path) -> Path:
    """A folder with a copy of the package in which no compiled code can be kept.

    A file stands where the folder of compiled code would be, which stops an administrator too.
    """
    source = Path(encode.__file__).parent
    copy = tmp_path / "installed" / "bioseq_course"
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "__pycache__").touch()
    return copy.parent


def test_compiled_code_goes_to_the_users_cache(read_only_package, tmp_path):
    cache = tmp_path / "cache"
    folders = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(cache)}
    code = CODE.format(before="")
    used, path = run(code, folder=read_only_package, **folders)
    assert used == "True" and Path(path).is_relative_to(read_only_package)
    if sys.platform.startswith("linux"):  # elsewhere the user's cache is in other places
        kept = {file.name.split("-")[0] for file in cache.rglob("*.nbi")}
        assert {"kernels._fill_one_hot", "kernels._count_dense"} <= kept


def test_without_any_cache_the_loops_still_work(read_only_package, tmp_path):
    (tmp_path / "file").touch()
    nowhere = {"HOME": str(tmp_path / "file"), "XDG_CACHE_HOME": str(tmp_path / "file" / "cache")}
    used, path = run(CODE.format(before=""), folder=read_only_package, **nowhere)
    assert used == "True" and Path(path).is_relative_to(read_only_package)
    assert not list(tmp_path.rglob("*.nbi"))
