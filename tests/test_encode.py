"""Encoding and decoding: by hand, there and back, against a plain loop, and refusals."""

import re
from unittest.mock import patch

from bioseq_course import encode as encode_module
from bioseq_course import inputs, kernels
from bioseq_course.alphabet import (
    DNA,
    GAPPED_DNA,
    GAPPED_PROTEIN,
    PROTEIN,
    RNA,
    Alphabet,
    AlphabetError,
)
from bioseq_course.encode import index_decode, index_encode, one_hot_decode, one_hot_encode

import numpy as np
import pytest
from Bio.Seq import Seq
from hypothesis import given
from hypothesis import strategies as st

TOY = Alphabet("HP", "toy")
ALPHABETS = [DNA, RNA, PROTEIN, GAPPED_DNA, GAPPED_PROTEIN, TOY]
BOTH = [one_hot_encode, index_encode]


@pytest.fixture(autouse=True, scope="module", params=["numpy", "compiled"])
def way(request):
    """Every test here runs twice: in NumPy, and with the compiled functions of large inputs."""
    module = kernels if request.param == "compiled" else None
    with patch.object(encode_module, "load_kernels", lambda texts: module):
        yield


def exactly(text: str) -> str:
    """A pattern that matches this text and nothing longer."""
    return f"^{re.escape(text)}$"


def batches(letters: str):
    """Lists of one to five sequences of one to twelve of these letters."""
    return st.lists(st.text(alphabet=letters, min_size=1, max_size=12), min_size=1, max_size=5)


def encode_with_loops(sequences, alphabet):
    encoded = np.zeros((len(sequences), max(map(len, sequences)), len(alphabet)), np.float32)
    for row, sequence in enumerate(sequences):
        for position, symbol in enumerate(sequence):
            encoded[row, position, alphabet.symbols.index(symbol)] = 1
    return encoded


# By hand


def test_one_hot_by_hand():
    encoded = one_hot_encode(["ACG", "T"])
    expected = [
        [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]],
        [[0, 0, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0]],
    ]
    np.testing.assert_array_equal(encoded, np.array(expected, dtype=np.float32), strict=True)


def test_index_by_hand():
    encoded = index_encode(["ACGT", "GA"], length=5)
    expected = np.array([[1, 2, 3, 4, 0], [3, 1, 0, 0, 0]], dtype=np.int32)
    np.testing.assert_array_equal(encoded, expected, strict=True)


def test_the_order_of_the_alphabet_is_the_order_of_the_columns():
    encoded = one_hot_encode(["AT"], Alphabet("TGCA", "reversed"))
    np.testing.assert_array_equal(encoded[0], [[0, 0, 0, 1], [1, 0, 0, 0]])


def test_gaps_are_symbols_of_a_gapped_alphabet():
    np.testing.assert_array_equal(one_hot_encode(["-"], GAPPED_DNA), [[[0, 0, 0, 0, 1]]])
    np.testing.assert_array_equal(index_encode(["A-"], GAPPED_DNA), [[1, 5]])


def test_unknown_letters_as_zeros():
    encoded = one_hot_encode(["AZN-*R"], unknown="zero")
    np.testing.assert_array_equal(encoded.sum(axis=(0, 2)), [1, 0, 0, 0, 0, 0])


def test_unknown_letters_spread_over_their_bases():
    encoded = one_hot_encode(["ANRB"], unknown="uniform")
    third = np.float32(1 / 3)
    expected = [[1, 0, 0, 0], [0.25] * 4, [0.5, 0, 0.5, 0], [0, third, third, third]]
    np.testing.assert_array_equal(encoded[0], np.array(expected, dtype=np.float32), strict=True)


def test_ambiguous_amino_acids_spread_and_gaps_get_no_share():
    encoded = one_hot_encode(["BX"], GAPPED_PROTEIN, unknown="uniform")[0]
    assert {PROTEIN.symbols[column] for column in np.flatnonzero(encoded[0])} == {"D", "N"}
    np.testing.assert_allclose(encoded[1], [0.05] * 20 + [0])


def test_all_unknown_letters_share_one_index():
    np.testing.assert_array_equal(
        index_encode(["ANZ-*", "G"], unknown="index"), [[1, 5, 5, 5, 5], [3, 0, 0, 0, 0]]
    )


@pytest.mark.parametrize("encode", BOTH)
def test_length_makes_room(encode):
    encoded = encode(["ACG", "T"], length=np.int64(7))
    assert encoded.shape[:2] == (2, 7)
    np.testing.assert_array_equal(encoded[:, :3], encode(["ACG", "T"]))
    assert not encoded[:, 3:].any()


@pytest.mark.parametrize("encode", BOTH)
@pytest.mark.parametrize("container", [tuple, iter, np.array, lambda texts: (t for t in texts)])
def test_any_ordered_iterable_will_do(encode, container):
    np.testing.assert_array_equal(encode(container(["ACG", "T"])), encode(["ACG", "T"]))


def test_no_sequences_have_a_shape_once_the_length_is_given():
    assert one_hot_encode([], length=3).shape == (0, 3, 4)
    assert index_encode([], length=3).shape == (0, 3)
    assert one_hot_decode(one_hot_encode([], length=3)) == []
    assert index_decode(index_encode([], length=3)) == []


@pytest.mark.parametrize("encode", BOTH)
def test_results_are_fresh_and_writable(encode):
    sequences = ["ACG"]
    encode(sequences)[:] = 0
    assert sequences == ["ACG"]
    assert encode(sequences).any()


# There and back


@pytest.mark.parametrize("alphabet", ALPHABETS, ids=lambda alphabet: alphabet.name)
@given(data=st.data())
def test_decoding_undoes_encoding(alphabet, data):
    sequences = data.draw(batches(alphabet.symbols))
    assert one_hot_decode(one_hot_encode(sequences, alphabet), alphabet) == sequences
    assert index_decode(index_encode(sequences, alphabet), alphabet) == sequences


@pytest.mark.parametrize("alphabet", ALPHABETS, ids=lambda alphabet: alphabet.name)
@given(data=st.data())
def test_encoding_agrees_with_a_plain_loop(alphabet, data):
    sequences = data.draw(batches(alphabet.symbols))
    expected = encode_with_loops(sequences, alphabet)
    np.testing.assert_array_equal(one_hot_encode(sequences, alphabet), expected, strict=True)
    indices = index_encode(sequences, alphabet)
    np.testing.assert_array_equal(np.eye(len(alphabet) + 1)[indices][..., 1:], expected)


@pytest.mark.parametrize(
    ("alphabet", "letters"),
    [(DNA, "ACGTMRWSYKVHDBN"), (GAPPED_DNA, "ACGT-MRWSYKVHDBN"), (PROTEIN, "ACDEFGHIKLBJZX")],
)
@given(data=st.data())
def test_ambiguity_codes_survive_the_way_back(alphabet, letters, data):
    sequences = data.draw(batches(letters))
    encoded = one_hot_encode(sequences, alphabet, unknown="uniform")
    assert one_hot_decode(encoded, alphabet) == sequences


def test_what_decoding_cannot_tell():
    assert one_hot_decode(one_hot_encode(["ARGN"], unknown="zero")) == ["ANG"]
    assert one_hot_decode(one_hot_encode(["AX"], unknown="uniform")) == ["AN"]
    assert index_decode(index_encode(["ARGZ"], unknown="index")) == ["ANGN"]
    assert index_decode(index_encode(["MBK"], PROTEIN, unknown="index"), PROTEIN) == ["MXK"]


def test_padding_on_the_left():
    padded_left = one_hot_encode(["ACG", "T"])[:, ::-1]
    assert one_hot_decode(padded_left, side="left") == ["GCA", "T"]
    assert one_hot_decode(padded_left) == ["GCA", "NNT"]
    assert index_decode([[0, 0, 1, 2], [0, 3, 0, 0]]) == ["AC", "G"]


# Decoding what is no encoding


@pytest.mark.parametrize(
    "row", [[0.7, 0.1, 0.1, 0.1], [2, 0, 0, 0], [1, 1, 0, 0], [-1, 0, 0, 0], [np.nan, 0, 0, 0],
            [np.inf, 0, 0, 0], [1, -1, 0, 0], [0.5, 0, 0, 0]],
)  # fmt: skip
def test_rows_that_are_not_one_hot_are_refused(row):
    encoded = one_hot_encode(["AC", "GT"])
    encoded[1, 1] = row
    message = (
        "The row at position 2 of sequence 2 (counting from 1) is neither one-hot, nor zeros, nor "
        "spread evenly over the symbols of an ambiguity code of the DNA alphabet. Received: "
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        one_hot_decode(encoded)


def test_the_cure_for_predictions_works():
    predictions = np.array([[[0.7, 0.1, 0.1, 0.1], [0.1, 0.2, 0.1, 0.6]]])
    with pytest.raises(ValueError, match=r"index_decode\(predictions\.argmax\(axis=-1\) \+ 1\)"):
        one_hot_decode(predictions)
    assert index_decode(predictions.argmax(axis=-1) + 1) == ["AT"]


@pytest.mark.parametrize(
    ("shape", "cure"),
    [
        ((7, 4), "For a single sequence pass encoded[None]."),
        ((2, 4, 7), "If the alphabet is the second axis, pass encoded.transpose(0, 2, 1)."),
        ((2, 7, 5), "Pass numbers of shape (sequences, positions, 4)."),
        ((4,), "Pass numbers of shape (sequences, positions, 4)."),
    ],
)
def test_one_hot_arrays_of_another_shape_are_refused(shape, cure):
    message = (
        "Expected one-hot rows of the 4 symbols of the DNA alphabet. Received an array of shape "
        f"{shape} and type float64. {cure}"
    )
    with pytest.raises(ValueError, match=exactly(message)):
        one_hot_decode(np.zeros(shape))


def test_zeros_have_no_letter_where_the_alphabet_has_no_wildcard():
    encoded = np.zeros((1, 3, 2))
    encoded[0, [0, 2], 0] = 1
    message = r"position 2 of sequence 1 .* the toy alphabet has no code for an unknown symbol"
    with pytest.raises(AlphabetError, match=message):
        one_hot_decode(encoded, TOY)


@pytest.mark.parametrize(("index", "alphabet", "highest"), [(6, DNA, 5), (-1, DNA, 5), (3, TOY, 2)])
def test_indices_out_of_range_are_refused(index, alphabet, highest):
    message = (
        f"Index {index} at position 2 of sequence 1 (counting from 1) has no symbol in the "
        f"{alphabet.name} alphabet. Pass indices from 0 (padding) to {highest}."
    )
    with pytest.raises(ValueError, match=exactly(message)):
        index_decode([[1, index]], alphabet)


def test_indices_that_count_from_zero_are_noticed():
    message = "Index 0 at position 3 of sequence 2 (counting from 1) stands between symbols"
    with pytest.raises(ValueError, match=re.escape(message)):
        index_decode([[1, 2, 3, 4], [0, 1, 0, 1]])


@pytest.mark.parametrize("indices", [[1, 2], [[1.0, 2.0]], [["A"]], 3, None])
def test_index_arrays_of_another_kind_are_refused(indices):
    with pytest.raises(ValueError, match=r"^Expected whole numbers of shape \(sequences, positi"):
        index_decode(indices)


# Refused input


@pytest.mark.parametrize("encode", BOTH)
@pytest.mark.parametrize(("text", "kind"), [("ACGTACGTACGT", "str"), (b"ACGTACGTACGT", "bytes")])
def test_a_single_sequence_is_refused_with_the_cure(encode, text, kind):
    message = (
        f"Expected a list of sequences. Received a single {kind} that starts {text[:10]!r}: "
        "pass [sequence]."
    )
    with pytest.raises(ValueError, match=exactly(message)):
        encode(text)


@pytest.mark.parametrize("encode", BOTH)
@pytest.mark.parametrize("wrong", [None, 5, 1.5, {"a": "ACGT"}, {"ACGT"}, object()])
def test_what_is_no_list_is_refused(encode, wrong):
    message = (
        f"Expected a list of sequences. Received {type(wrong).__name__}: pass a list such as "
        '["ACGT", "GGA"], or data.sequences.'
    )
    with pytest.raises(ValueError, match=exactly(message)):
        encode(wrong)


@pytest.mark.parametrize("encode", BOTH)
@pytest.mark.parametrize("wrong", [None, b"ACGT", 5, float("nan"), ["A", "C"], Seq("ACGT")])
def test_items_that_are_no_strings_are_refused(encode, wrong):
    message = (
        rf"^Expected a string as sequence 2 \(counting from 1\)\. Received {type(wrong).__name__}"
    )
    with pytest.raises(ValueError, match=message):
        encode(["ACGT", wrong])


@pytest.mark.parametrize("encode", BOTH)
def test_no_sequences_without_a_length_are_refused(encode):
    message = "There are no sequences, so their length is unknown. Pass at least one, or length=."
    with pytest.raises(ValueError, match=exactly(message)):
        encode([])


@pytest.mark.parametrize("encode", BOTH)
def test_empty_sequences_are_refused(encode):
    message = "Sequence 'b' is empty. Remove it, and its label if it has one."
    with pytest.raises(ValueError, match=exactly(message)):
        encode(["ACGT", ""], names=["a", "b"])


@pytest.mark.parametrize("encode", BOTH)
def test_sequences_longer_than_the_length_are_never_cut(encode):
    message = (
        "Sequence 'b' has 4 symbols, more than length=3. Pass a larger length or none, or cut the "
        "sequences yourself: [sequence[:3] for sequence in sequences]."
    )
    with pytest.raises(ValueError, match=exactly(message)):
        encode(["AC", "ACGT"], length=3, names=["a", "b"])


@pytest.mark.parametrize("length", [0, -1, 2.0, "3", True, np.True_])
def test_impossible_lengths_are_refused(length):
    with pytest.raises(ValueError, match=r"^length must be a whole number of at least 1"):
        one_hot_encode(["A"], length=length)


@pytest.mark.parametrize("encode", BOTH)
@pytest.mark.parametrize("symbol", ["Z", "a", " ", "\n", "5", "\0", "?", "é", "𝔸", "U", "\ud800"])
def test_odd_symbols_are_named_in_a_batch(encode, symbol):
    message = f"Symbol {symbol!r} at position 3 of sequence 'second' is not in the DNA alphabet"
    with pytest.raises(AlphabetError, match=re.escape(message)):
        encode(["ACGTACGT", f"AC{symbol}ZT", "Z"], names=["first", "second", "third"])


@pytest.mark.parametrize("encode", BOTH)
def test_odd_symbols_are_named_in_a_later_block(encode):
    """Letters are checked in blocks; with blocks of one letter each sequence is its own."""
    with patch.object(inputs, "_BLOCK_LETTERS", 1):
        with pytest.raises(AlphabetError, match="Symbol 'a' at position 2 of sequence 'third'"):
            encode(["ACGT", "C", "Ga"], names=["first", "second", "third"])
        with pytest.raises(AlphabetError, match="Symbol 'a' at position 2 of sequence 3"):
            encode(["ACGT", "C", "Ga", "c"])


@pytest.mark.parametrize("symbol", ["a", " ", "5", "\0", "é", "U"])
def test_slips_are_refused_whatever_unknown_says(symbol):
    for encode, unknown in [(one_hot_encode, "zero"), (one_hot_encode, "uniform"),
                            (index_encode, "index")]:  # fmt: skip
        with pytest.raises(AlphabetError, match=re.escape(f"Symbol {symbol!r} at position 2")):
            encode(["A" + symbol], unknown=unknown)


def test_uniform_refuses_what_is_no_ambiguity_code():
    with pytest.raises(AlphabetError, match="Symbol 'Z' at position 2"):
        one_hot_encode(["NZ"], unknown="uniform")


def test_the_messages_of_the_specification():
    message = (
        "Symbol 'Z' at position 4 of sequence 'seq7' is not in the DNA alphabet 'ACGT'. "
        'Remove it, or pass unknown="zero" to encode it as all zeros.'
    )
    with pytest.raises(AlphabetError, match=exactly(message)):
        one_hot_encode(["ACGZ"], names=["seq7"])
    message = (
        "Symbol 'Z' at position 4 of sequence 1 (counting from 1) is not in the DNA alphabet "
        "'ACGT'. Remove it, or pass unknown=\"index\" to encode it as 5."
    )
    with pytest.raises(AlphabetError, match=exactly(message)):
        index_encode(["ACGZ"])


@pytest.mark.parametrize(
    ("encode", "unknown", "choices"),
    [
        (one_hot_encode, "index", '"error", "zero", "uniform"'),
        (one_hot_encode, None, '"error", "zero", "uniform"'),
        (index_encode, "zero", '"error", "index"'),
        (index_encode, ["index"], '"error", "index"'),
    ],
)
def test_impossible_policies_are_refused(encode, unknown, choices):
    message = f"unknown must be one of {choices}. Received: {unknown!r}."
    with pytest.raises(ValueError, match=exactly(message)):
        encode(["ACGT"], unknown=unknown)


def test_impossible_sides_are_refused():
    with pytest.raises(ValueError, match=r'^side must be one of "right", "left"'):
        one_hot_decode(one_hot_encode(["A"]), side="both")


def test_names_must_match():
    with pytest.raises(ValueError, match=r"^Received 1 names for 2 sequences\. Pass one name per"):
        one_hot_encode(["A", "C"], names=["a"])
    with pytest.raises(ValueError, match=r"^names must be a list, one name per seq.* Received str"):
        one_hot_encode(["A", "C"], names="ab")


@pytest.mark.parametrize("function", [one_hot_encode, one_hot_decode, index_encode, index_decode])
def test_the_alphabet_must_be_one(function):
    with pytest.raises(ValueError, match=r"^alphabet must be an Alphabet\. Received str"):
        function(["ACGT"], "ACGT")
