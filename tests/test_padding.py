"""Bringing sequences to one length."""

import re

from bioseq_course.encode import index_encode, one_hot_encode, pad_sequences

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st


def exactly(text: str) -> str:
    """A pattern that matches this text and nothing longer."""
    return f"^{re.escape(text)}$"


@pytest.mark.parametrize(
    ("side", "truncate", "expected"),
    [
        ("right", "right", ["ABC", "X--"]),
        ("right", "left", ["CDE", "X--"]),
        ("left", "right", ["ABC", "--X"]),
        ("left", "left", ["CDE", "--X"]),
    ],
)
def test_side_and_truncation_by_hand(side, truncate, expected):
    assert pad_sequences(["ABCDE", "X"], length=3, side=side, truncate=truncate) == expected
    numbers = {letter: number for number, letter in enumerate("-ABCDEX")}
    arrays = [[numbers[letter] for letter in text] for text in ["ABCDE", "X"]]
    padded = pad_sequences(arrays, length=3, side=side, truncate=truncate)
    np.testing.assert_array_equal(padded, [[numbers[x] for x in text] for text in expected])


def test_without_a_length_nothing_is_cut():
    for truncate in ["right", "left", "error"]:
        assert pad_sequences(["ACGT", "G"], truncate=truncate) == ["ACGT", "G---"]
    assert pad_sequences(["ACGT", "G"], value="N") == ["ACGT", "GNNN"]
    assert pad_sequences(["", "AC"]) == ["--", "AC"]


@given(st.lists(st.text(alphabet="ACGT", min_size=1, max_size=9), min_size=1, max_size=5))
def test_padding_encoded_sequences_equals_encoding_the_batch(sequences):
    rows = [index_encode([sequence])[0] for sequence in sequences]
    np.testing.assert_array_equal(pad_sequences(rows), index_encode(sequences), strict=True)
    rows = [one_hot_encode([sequence])[0] for sequence in sequences]
    np.testing.assert_array_equal(pad_sequences(rows), one_hot_encode(sequences), strict=True)


@given(
    st.lists(st.text(alphabet="ACGT", max_size=9), min_size=1, max_size=5),
    st.integers(1, 12),
    st.sampled_from(["right", "left"]),
)
def test_every_result_has_the_length_and_keeps_what_fits(sequences, length, side):
    padded = pad_sequences(sequences, length=length, side=side, truncate="right")
    assert {len(text) for text in padded} == {length}
    assert [text.strip("-") for text in padded] == [text[:length] for text in sequences]


def test_values_and_types():
    padded = pad_sequences([np.array([1, 2], np.int8), np.array([3], np.int8)], value=-1)
    np.testing.assert_array_equal(padded, np.array([[1, 2], [3, -1]], np.int8), strict=True)
    padded = pad_sequences([[0.5], []], value=np.nan)
    np.testing.assert_array_equal(padded, [[0.5], [np.nan]])
    assert pad_sequences([[1], [0.5, 2]]).dtype == np.float64
    assert pad_sequences([], length=3).shape == (0, 3)


def test_the_input_stays_as_it_is():
    array = np.array([1, 2, 3])
    pad_sequences([array], length=3)[0, 0] = 9
    np.testing.assert_array_equal(array, [1, 2, 3])


def test_cutting_has_to_be_asked_for():
    message = (
        'Sequence 2 (counting from 1) has length 4, more than length=3. Pass truncate="right" to '
        'cut off its end, or truncate="left" to cut off its start.'
    )
    for sequences in (["AC", "ACGT"], [[1, 2], [1, 2, 3, 4]]):
        with pytest.raises(ValueError, match=exactly(message)):
            pad_sequences(sequences, length=3)


@pytest.mark.parametrize(
    ("sequences", "message"),
    [
        ("ACGT", "Received a single str that starts 'ACGT': pass [sequence]."),
        (None, "Expected a list of sequences. Received NoneType"),
        ([], "There are no sequences, so their length is unknown."),
        ([1, 2, 3], "Received int: 1. For a single sequence pass [sequence]."),
        ([[1], None], "as sequence 2 (counting from 1). Received NoneType: None."),
        ([[1], [[2], [3, 4]]], "as sequence 2 (counting from 1). Received list: [[2], [3, 4]]."),
        ([["A", "C"]], "Received list: ['A', 'C']."),
        ([b"AC"], "Received bytes: b'AC'."),
        (["AC", [1]], "Expected a string as sequence 2 (counting from 1). Received list"),
        ([[1], "AC"], "Expected a string as sequence 1 (counting from 1). Received list"),
        (
            [np.zeros((2, 4)), np.zeros((3, 5))],
            "Sequence 2 (counting from 1) has shape (3, 5), but sequence 1 has shape (2, 4). "
            "Only the first axis, the length, may differ.",
        ),
    ],
)
def test_refused_sequences(sequences, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        pad_sequences(sequences)


@pytest.mark.parametrize("value", ["", "NN", 0, b"N"])
def test_refused_values_for_strings(value):
    message = f"value must be one character to pad strings. Received: {value!r}."
    with pytest.raises(ValueError, match=exactly(message)):
        pad_sequences(["A", "AC"], value=value)


@pytest.mark.parametrize("value", [0.5, np.nan, "N", 1000, [0, 1]])
def test_values_that_would_change_are_refused(value):
    sequences = [np.array([1, 2], np.int8), np.array([3], np.int8)]
    with pytest.raises(ValueError, match=r"cannot be held by sequences of type int8\. Pass a"):
        pad_sequences(sequences, value=value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"side": "pre"}, 'side must be one of "right", "left". Received: \'pre\'.'),
        (
            {"truncate": "post"},
            'truncate must be one of "right", "left", "error". Received: \'post\'.',
        ),
        (
            {"length": 0},
            "length must be a whole number of at least 1. Received: 0. Pass one, or leave it out "
            "for the longest sequence.",
        ),
    ],
)
def test_refused_arguments(arguments, message):
    with pytest.raises(ValueError, match=exactly(message)):
        pad_sequences(["AC"], **arguments)
