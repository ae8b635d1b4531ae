"""Batches of sequences of similar length, so that little padding is computed."""

from collections.abc import Sequence

from bioseq_course.inputs import require_positive

import numpy as np


def length_buckets(
    lengths: Sequence[int], batch_size: int, *, rng: np.random.Generator
) -> list[np.ndarray]:
    """Group sequences of similar length into batches.

    Sort by length, equal lengths in random order; cut into runs of `batch_size`; shuffle the runs.
    Call it anew for each epoch, and pad each batch to its own longest sequence. The price: which
    sequences share a batch is no longer left to chance, so labels that go with length come in
    clumps.

    Args:
        lengths: N lengths.
        batch_size: sequences in a batch. One batch, somewhere in the list, may hold fewer.
        rng: source of randomness.

    Returns:
        A list of index arrays; each index from 0 to N - 1 stands in exactly one of them.

    Raises:
        ValueError: `batch_size` is not a whole number of at least 1, or the lengths are not one
            row of numbers of at least 0.

    >>> batches = length_buckets([9, 1, 8, 2], 2, rng=np.random.default_rng(0))
    >>> sorted(sorted(batch.tolist()) for batch in batches)
    [[0, 2], [1, 3]]
    """
    lengths = _require_lengths(lengths)
    batch_size = require_positive("batch_size", batch_size, "Pass for example batch_size=32.")
    shuffled = rng.permutation(len(lengths))
    in_order = shuffled[np.argsort(lengths[shuffled], kind="stable")]
    batches = [in_order[i : i + batch_size] for i in range(0, len(in_order), batch_size)]
    return [batches[number] for number in rng.permutation(len(batches))]


def padding_share(lengths: Sequence[int], batches: Sequence[Sequence[int]]) -> float:
    """Tell which share of all places is padding, each batch padded to its longest sequence.

    Args:
        lengths: N lengths.
        batches: index arrays, as from `length_buckets`.

    Returns:
        A number from 0 (no padding) up to below 1.

    Raises:
        ValueError: the lengths are not one row of numbers of at least 0, a batch is empty, or
            there is no place at all.

    >>> padding_share([9, 1, 8, 2], [[0, 1], [2, 3]])  # 34 places, 20 letters
    0.4117647058823529
    """
    lengths = _require_lengths(lengths)
    for number, batch in enumerate(batches, start=1):
        if len(batch) == 0:
            raise ValueError(f"Batch {number} (counting from 1) is empty. Leave it out.")
    places = sum(len(batch) * int(lengths[batch].max()) for batch in map(np.asarray, batches))
    letters = sum(int(lengths[np.asarray(batch)].sum()) for batch in batches)
    if places == 0:
        raise ValueError("The batches hold no places. Pass at least one sequence with letters.")
    return 1 - letters / places


def _require_lengths(lengths: Sequence[int]) -> np.ndarray:
    lengths = np.asarray(lengths)
    if lengths.ndim != 1 or (lengths.size and lengths.dtype.kind not in "iu"):
        raise ValueError(
            f"lengths must be one row of whole numbers. Received shape {lengths.shape}, type "
            f"{lengths.dtype}: pass [len(sequence) for sequence in sequences]."
        )
    if lengths.size and lengths.min() < 0:
        raise ValueError(
            f"lengths must be at least 0. Received {int(lengths.min())} at position "
            f"{int(lengths.argmin()) + 1} (counting from 1)."
        )
    return lengths
