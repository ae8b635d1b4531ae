"""Compressed sizes against the formats, hand arithmetic and planted repeats."""

import bz2
import gzip
import lzma
import struct
import zlib

from bioseq_course import compression
from bioseq_course.compression import (
    METHODS,
    compressed_size,
    compression_distances,
    normalized_compression_distance,
)

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

WINDOW = 32 * 1024  # how far back DEFLATE may refer, RFC 1951
every_method = pytest.mark.parametrize("method", METHODS)


def random_dna(length, seed=0):
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


@settings(max_examples=40)
@given(text=st.text(alphabet="ACGTN-*é", min_size=1, max_size=300))
def test_gzip_is_the_stream_of_zlib_in_a_wrapper_of_12_bytes_more(text):
    # gzip: 10 header + 8 trailer (RFC 1952); zlib: 2 header + 4 trailer (RFC 1950): 18 - 6 = 12.
    assert compressed_size(text, "gzip") - compressed_size(text, "zlib") == 12


def test_sizes_of_a_text_that_can_be_counted_by_hand():
    # "A" in DEFLATE's fixed code: 3 bits of block header, 8 for the letter, 7 for the end:
    # 18 bits, so 3 bytes; with zlib's wrapper 3 + 6 = 9, with gzip's 3 + 18 = 21.
    assert (compressed_size("A", "zlib"), compressed_size("A", "gzip")) == (9, 21)


def test_gzip_bytes_are_deterministic_and_read_back():
    data = compression._COMPRESSORS["gzip"](b"GATTACA" * 20)
    assert gzip.decompress(data) == b"GATTACA" * 20
    assert data[:3] == b"\x1f\x8b\x08" and data[3] == 0  # magic, DEFLATE, no file name
    assert data[4:8] == bytes(4)  # time 0, so the same bytes at every hour
    assert struct.unpack("<II", data[-8:]) == (zlib.crc32(b"GATTACA" * 20), 140)


@every_method
def test_size_is_that_of_a_file_that_unpacks(method):
    unpack = {"gzip": gzip, "bz2": bz2, "lzma": lzma, "zlib": zlib}[method].decompress
    data = compression._COMPRESSORS[method](random_dna(500).encode())
    assert unpack(data).decode() == random_dna(500)
    assert len(data) == compressed_size(random_dna(500), method)


@every_method
def test_no_compressor_beats_two_bits_a_base_on_random_dna(method):
    # 4 equally likely letters carry log2(4) = 2 bits each; 20,000 letters are 5,000 bytes. No
    # lossless code does better by more than a few bytes; all stay below 3 bits a base.
    assert 5_000 <= compressed_size(random_dna(20_000), method) < 7_500


@every_method
def test_letters_outside_ascii_count_as_their_utf8_bytes(method):
    assert compressed_size("é", method) == len(compression._COMPRESSORS[method]("é".encode()))


@pytest.mark.parametrize(("method", "most"), [("gzip", 0.06), ("zlib", 0.06), ("lzma", 0.05)])
def test_a_copy_costs_next_to_nothing(method, most):
    x = random_dna(2_000)
    assert 0 <= normalized_compression_distance(x, x, method) < most


def test_block_sorting_pays_half_for_a_copy():
    # Sorting brings the two occurrences together but writes both: C(xx) is about 1.5 C(x).
    x = random_dna(20_000)
    assert 0.4 < normalized_compression_distance(x, x, "bz2") < 0.6


@every_method
def test_unrelated_sequences_are_far_apart(method):
    x, y = random_dna(20_000, seed=1), random_dna(20_000, seed=2)
    assert 0.9 < normalized_compression_distance(x, y, method) < 1.1


@every_method
def test_the_distance_falls_with_the_planted_share(method):
    x, y = random_dna(4_000, seed=1), random_dna(4_000, seed=2)
    mixed = [x[:cut] + y[cut:] for cut in (0, 1_000, 2_000, 3_000, 4_000)]
    distances = [normalized_compression_distance(x, m, method) for m in mixed]
    assert distances == sorted(distances, reverse=True) and len(set(distances)) == 5


@pytest.mark.parametrize("method", ["gzip", "zlib"])
def test_a_copy_beyond_the_window_is_not_found(method):
    inside, beyond = random_dna(WINDOW - 1_000), random_dna(WINDOW + 1_000)
    assert normalized_compression_distance(inside, inside, method) < 0.1
    assert normalized_compression_distance(beyond, beyond, method) > 0.9


def test_lzma_finds_the_copy_that_gzip_misses():
    beyond = random_dna(WINDOW + 1_000)
    assert normalized_compression_distance(beyond, beyond, "lzma") < 0.1


@settings(max_examples=40)
@given(
    x=st.text(alphabet="ACGT", min_size=1, max_size=200),
    y=st.text(alphabet="ACGT", min_size=1, max_size=200),
    method=st.sampled_from(METHODS),
)
def test_range_and_near_symmetry(x, y, method):
    one, other = (normalized_compression_distance(*pair, method) for pair in ((x, y), (y, x)))
    assert -0.1 <= one <= 1.1
    assert abs(one - other) <= 0.25  # only approximately symmetric, see the next test


def test_the_distance_is_not_exactly_symmetric():
    genes = [random_dna(400 + 50 * seed, seed) for seed in range(6)]
    genes += [gene[:200] + genes[0][100:300] for gene in genes[1:]]
    distances = compression_distances(genes)
    assert not np.array_equal(distances, distances.T)
    np.testing.assert_allclose(distances, distances.T, atol=0.05)


def test_the_distance_by_hand_with_a_compressor_of_known_sizes(monkeypatch):
    # A toy compressor that keeps each distinct letter once: C(AAC) = 2, C(CG) = 2, C(G) = 1.
    toy = {"gzip": lambda data: bytes(sorted(set(data)))}
    monkeypatch.setattr(compression, "_COMPRESSORS", toy)
    # C(AAC CG) = |{A, C, G}| = 3: (3 - 2) / 2; C(AAC G) = 3: (3 - 1) / 2 = 1.
    assert normalized_compression_distance("AAC", "CG") == 0.5
    np.testing.assert_array_equal(compression_distances(["AAC"], ["CG", "G"]), [[0.5, 1.0]])


def test_each_single_sequence_is_compressed_once(monkeypatch):
    calls = []
    toy = {"gzip": lambda data: calls.append(data) or data}
    monkeypatch.setattr(compression, "_COMPRESSORS", toy)
    compression_distances(["AC", "GT", "CA"], ["TTT", "GG"])
    assert len(calls) == len(set(calls)) == 3 + 2 + 3 * 2
    assert b"ACTTT" in calls and b"TTTAC" not in calls  # the row's sequence comes first
    calls.clear()
    compression_distances(["AC", "GT"])
    assert len(calls) == 2 + 2 * 2


@every_method
def test_matrix_equals_the_pairs(method):
    genes = [random_dna(100 + 30 * seed, seed) for seed in range(4)]
    distances = compression_distances(genes[:2], iter(genes[1:]), method=method)
    pairs = [[normalized_compression_distance(x, y, method) for y in genes[1:]] for x in genes[:2]]
    assert distances.dtype == np.float64
    np.testing.assert_array_equal(distances, pairs)


def test_empty_lists_give_empty_matrices():
    assert compression_distances([], ["ACGT"]).shape == (0, 1)
    assert compression_distances(["ACGT", "A"], []).shape == (2, 0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: compressed_size(""), "is empty"),
        (lambda: compressed_size(b"ACGT"), "bytes"),
        (lambda: compressed_size("ACGT", "zip"), 'method must be one of "gzip", "lzma"'),
        (lambda: normalized_compression_distance("ACGT", ""), "Sequence 'y' is empty"),
        (lambda: normalized_compression_distance("A", "C", "brotli"), "Received: 'brotli'"),
        (lambda: compression_distances("ACGT"), "a single str"),
        (lambda: compression_distances(["ACGT", ""]), r"Sequence 2 \(counting from 1\) is empty"),
        (lambda: compression_distances(["ACGT"], [3]), "sequence 1 .* Received int"),
        (lambda: compression_distances(["ACGT"], method=None), "Received: None"),
    ],
)
def test_refusals_say_what_was_expected(call, message):
    with pytest.raises(ValueError, match=message):
        call()
