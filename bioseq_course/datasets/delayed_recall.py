"""A test of memory: random bases, and a question about the first one asked after the last."""

from __future__ import annotations

from typing import NamedTuple

from bioseq_course.alphabet import DNA
from bioseq_course.inputs import require_positive

import numpy as np


class RecallData(NamedTuple):
    """Sequences of random bases, each with its first base as the label.

    Args:
        one_hot: float32 ``(N, lag + 1, 4)``, columns A, C, G, T.
        labels: int64 ``(N,)``: the first base, 0 to 3 for A, C, G, T.
        lag: how many bases are read after the first one before the answer is due.
    """

    one_hot: np.ndarray
    labels: np.ndarray
    lag: int


def make_delayed_recall(num_examples: int, lag: int, *, seed: int = 0) -> RecallData:
    """Draw random bases; the answer to give after the last base is the first one.

    ============ ==========================================================
    Rows         ``num_examples`` of ``lag + 1`` bases, all equally likely
    Classes      4: the first base, A, C, G or T; guessing scores 0.25
    Truth        nothing but the first base tells anything about the label
    ============ ==========================================================

    A network that reads one base at a time has to carry two bits through ``lag`` steps in which
    only irrelevant bases come in. Tasks of this kind showed that gradients of a recurrent network
    fade with distance: Bengio and others (1994, doi:10.1109/72.279181), Hochreiter and Schmidhuber
    (1997, doi:10.1162/neco.1997.9.8.1735).

    Args:
        num_examples: N.
        lag: steps between the first base and the answer, at least 1.
        seed: the same seed gives the same data. Take another one for test data.

    Returns:
        ``RecallData(one_hot (N, lag + 1, 4), labels (N,), lag)``.

    Raises:
        ValueError: ``num_examples`` or ``lag`` is no whole number of at least 1.

    Examples:
        >>> data = make_delayed_recall(3, 2, seed=1)
        >>> data.one_hot.shape, data.lag
        ((3, 3, 4), 2)
        >>> (data.one_hot[:, 0].argmax(axis=1) == data.labels).all()
        np.True_
    """
    num_examples = require_positive("num_examples", num_examples, "Pass for example 1000.")
    lag = require_positive("lag", lag, "Pass for example lag=10.", meaning="steps to remember")
    bases = np.random.default_rng(seed).integers(len(DNA), size=(num_examples, lag + 1))
    one_hot = np.eye(len(DNA), dtype=np.float32)[bases]
    return RecallData(one_hot, bases[:, 0].copy(), lag)
