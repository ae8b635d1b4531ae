"""Delayed recall: the label is the first base and nothing else tells it."""

from bioseq_course.datasets import RecallData, make_delayed_recall
from bioseq_course.encode import one_hot_decode

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, chisquare


@settings(max_examples=25)
@given(num=st.integers(1, 20), lag=st.integers(1, 30), seed=st.integers(0, 2**31))
def test_the_label_is_the_letter_that_each_sequence_begins_with(num, lag, seed):
    data = make_delayed_recall(num, lag, seed=seed)
    assert isinstance(data, RecallData) and data.lag == lag
    assert data.one_hot.shape == (num, lag + 1, 4) and data.one_hot.dtype == np.float32
    assert data.labels.shape == (num,) and data.labels.dtype.kind == "i"
    texts = one_hot_decode(data.one_hot)  # refuses a row that is not one-hot
    assert {len(text) for text in texts} == {lag + 1}
    assert "".join(text[0] for text in texts) == "".join("ACGT"[i] for i in data.labels)


def test_bases_are_even_and_no_later_base_tells_the_label():
    data = make_delayed_recall(20_000, 5, seed=0)
    bases = data.one_hot.argmax(axis=2)
    assert chisquare(np.bincount(data.labels, minlength=4)).pvalue > 0.001
    for position in range(1, 6):
        table = np.zeros((4, 4))
        np.add.at(table, (data.labels, bases[:, position]), 1)
        assert chi2_contingency(table).pvalue > 0.001 / 5


def test_a_seed_fixes_the_data_and_another_one_changes_them():
    first, again, other = (make_delayed_recall(50, 9, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.one_hot, again.one_hot)
    assert np.array_equal(first.labels, again.labels)
    assert not np.array_equal(first.one_hot, other.one_hot)


@pytest.mark.parametrize("sizes", [(0, 3), (5, 0), (5, -1), (5, 2.5), (True, 3)], ids=str)
def test_sizes_out_of_range_are_refused(sizes):
    with pytest.raises(ValueError, match=r"must be a whole number of at least 1.*Pass for"):
        make_delayed_recall(*sizes)
