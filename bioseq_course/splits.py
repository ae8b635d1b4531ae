"""Splits that keep relatives together, and a report of what still leaks.

A random split is fair for one question only: how well does a model do on new sequences that are
close relatives of its training data? To ask about sequences *without* a close relative, related
sequences are first joined to clusters, and whole clusters go to one side. "Related" always has a
threshold, and a result holds at that threshold only: say which one.

Two sequences are *linked* when the smaller one shares at least ``min_shared`` of its distinct
words with the other, and at least ``min_words`` of them. Identical sequences are always linked.
A cluster is a set of sequences that are linked, directly or through others (single linkage). So
no test sequence has a linked relative in training. It may still have a relative below the
threshold, and one that shares few words but has the same fold.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from bioseq_course.alphabet import Alphabet
from bioseq_course.leakage import (
    LeakageReport,
    NearestNeighbours,
    leakage_report,
    nearest_neighbour_predict,
)
from bioseq_course.relatives import Closest, SharedWords, guess_alphabet, shared_words

import numpy as np

__all__ = [
    "Closest",
    "LeakageReport",
    "NearestNeighbours",
    "SharedWords",
    "cluster_folds",
    "cluster_sequences",
    "cluster_split",
    "clusters_from",
    "guess_alphabet",
    "leakage_report",
    "nearest_neighbour_predict",
    "random_folds",
    "shared_words",
]


def cluster_sequences(
    sequences: Sequence[str],
    *,
    k: int = 5,
    min_shared: float = 0.2,
    min_words: int = 10,
    mask_low_complexity: bool = True,
    alphabet: Alphabet | None = None,
) -> np.ndarray:
    """Join related sequences to clusters.

    Args:
        sequences: B strings in upper case.
        k: length of the words; 5 for proteins, 12 or more for DNA.
        min_shared: part of the smaller sequence's distinct words that must be shared, 0 to 1.
        min_words: how many distinct words must be shared as well. With very short sequences
            lower it: a sequence with fewer words than this is linked to its exact copies only.
        mask_low_complexity: do not count words with fewer than ``min(3, k)`` distinct letters.
        alphabet: which letters make a word; None guesses DNA, RNA or protein from the letters.

    Returns:
        int32 of shape ``(B,)``: cluster ids 0, 1, 2, ... in the order of first appearance.

    Raises:
        ValueError: for a bare string, lower-case letters, ``k``, ``min_shared`` or ``min_words``
            out of range.

    Warns:
        UserWarning: when words are so short that unrelated sequences share them by chance.

    Examples:
        >>> genes = ["MKVLATGGCHWWQE", "MKVLATGGCHWWQR", "PLNDFYREKSTMIV", "MKVLATGGCHWWQE"]
        >>> cluster_sequences(genes, min_words=5).tolist()
        [0, 0, 1, 0]
        >>> cluster_sequences(genes, min_shared=0.95, min_words=5).tolist()
        [0, 1, 2, 0]
    """
    alphabet = guess_alphabet(sequences) if alphabet is None else alphabet
    _check_thresholds(min_shared, min_words)
    shared = shared_words(
        sequences, k=k, mask_low_complexity=mask_low_complexity, alphabet=alphabet
    )
    _warn_of_chance(sequences, k, min_shared, alphabet)
    return clusters_from(shared, min_shared, min_words)


def clusters_from(shared: SharedWords, min_shared: float = 0.2, min_words: int = 10) -> np.ndarray:
    """Join sequences whose shared words were counted before, so that a dial counts them once.

    Args:
        shared: result of ``shared_words``.
        min_shared: as in ``cluster_sequences``.
        min_words: as in ``cluster_sequences``.

    Returns:
        int32 of shape ``(B,)``: cluster ids in the order of first appearance.

    Raises:
        ValueError: for a threshold out of range.

    Examples:
        >>> shared = shared_words(["MKVLATGG", "MKVLATGS", "WYWHCFWY"])
        >>> [clusters_from(shared, dial, min_words=2).tolist() for dial in (0.9, 0.5)]
        [[0, 1, 2], [0, 0, 1]]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    _check_thresholds(min_shared, min_words)
    linked = (shared.shares >= min_shared) & (shared.counts >= min_words)
    everyone = np.arange(len(shared), dtype=np.int32)
    rows = np.concatenate([shared.first[linked], everyone])
    columns = np.concatenate([shared.second[linked], shared.first_copy])
    links = coo_array((np.ones(len(rows)), (rows, columns)), shape=(len(shared), len(shared)))
    _, labels = connected_components(links, directed=False)
    return _number_by_appearance(labels)


def cluster_folds(
    clusters: Sequence[int], labels: Sequence[int], *, num_folds: int = 5, seed: int = 0
) -> np.ndarray:
    """Deal whole clusters into folds, with the classes as even as whole clusters allow.

    scikit-learn's ``StratifiedGroupKFold``, shuffled with the seed.

    Args:
        clusters: ``(B,)`` cluster ids.
        labels: ``(B,)`` class numbers.
        num_folds: at least 2.
        seed: which deal.

    Returns:
        int32 of shape ``(B,)``: the fold, 0 to ``num_folds - 1``, in which each row is tested.

    Raises:
        ValueError: when lengths differ, or there are fewer clusters than folds.

    Examples:
        >>> folds = cluster_folds([0, 0, 1, 1, 2, 3], [0, 0, 0, 0, 1, 1], num_folds=2)
        >>> bool(folds[0] == folds[1]), bool(folds[2] == folds[3]), sorted(folds[4:].tolist())
        (True, True, [0, 1])
    """
    from sklearn.model_selection import StratifiedGroupKFold

    clusters, labels = _check_rows(clusters, labels)
    num_clusters = len(np.unique(clusters))
    if not 2 <= num_folds <= num_clusters:
        raise ValueError(
            f"num_folds is {num_folds} for {num_clusters} clusters, expected 2 to the number of "
            "clusters. Use fewer folds or a higher min_shared, which makes more clusters."
        )
    splitter = StratifiedGroupKFold(num_folds, shuffle=True, random_state=seed)
    return _as_folds(splitter.split(labels, labels, clusters), len(labels))


def random_folds(labels: Sequence[int], *, num_folds: int = 5, seed: int = 0) -> np.ndarray:
    """Deal single rows into folds, classes even: relatives end up on both sides.

    scikit-learn's ``StratifiedKFold``, shuffled with the seed.

    Args:
        labels: ``(B,)`` class numbers.
        num_folds: at least 2.
        seed: which deal.

    Returns:
        int32 of shape ``(B,)``: the fold in which each row is tested.

    Raises:
        ValueError: when there are fewer rows than folds in every class.

    Examples:
        >>> folds = random_folds([0, 0, 1, 1], num_folds=2)
        >>> sorted(folds[:2].tolist()), sorted(folds[2:].tolist())
        ([0, 1], [0, 1])
    """
    from sklearn.model_selection import StratifiedKFold

    labels = np.asarray(labels)
    splitter = StratifiedKFold(num_folds, shuffle=True, random_state=seed)
    return _as_folds(splitter.split(labels, labels), len(labels))


def cluster_split(
    clusters: Sequence[int], labels: Sequence[int], *, test_share: float = 0.2, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Hold out whole clusters until each class has given about ``test_share`` of its rows.

    Clusters come in random order. One goes to the test part when that brings the counts of the
    classes there closer (in squared distance) to ``test_share`` of each class. So a cluster that
    is much larger than the test part always stays in training.

    Args:
        clusters: ``(B,)`` cluster ids.
        labels: ``(B,)`` class numbers.
        test_share: part of the rows to hold out, between 0 and 1.
        seed: which order of clusters.

    Returns:
        ``(train_indices, test_indices)``, both sorted; together all rows, no cluster in both.

    Raises:
        ValueError: when lengths differ, ``test_share`` is out of range, or no cluster is small
            enough to be held out.

    Examples:
        >>> train, test = cluster_split([0, 0, 1, 2, 3, 3], [0, 0, 0, 1, 1, 1], test_share=0.34)
        >>> train.tolist(), test.tolist()
        ([2, 4, 5], [0, 1, 3])
    """
    clusters, labels = _check_rows(clusters, labels)
    if not 0 < test_share < 1:
        raise ValueError(f"test_share is {test_share}, expected a part between 0 and 1.")
    held_out = _choose_clusters(_class_table(clusters, labels), test_share, seed)
    in_test = held_out[np.unique(clusters, return_inverse=True)[1]]
    if not in_test.any() or in_test.all():
        raise ValueError(
            f"No set of whole clusters comes near {test_share:.0%} of {len(labels)} rows: there "
            f"are {len(held_out)} clusters. Hold out a larger part, or raise min_shared, which "
            "makes smaller clusters."
        )
    return np.flatnonzero(~in_test), np.flatnonzero(in_test)


def _class_table(clusters: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Count the rows of each class in each cluster: shape ``(clusters, classes)``."""
    ids, rows = np.unique(clusters, return_inverse=True)
    classes, columns = np.unique(labels, return_inverse=True)
    table = np.zeros((len(ids), len(classes)))
    np.add.at(table, (rows, columns), 1)
    return table


def _choose_clusters(table: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Mark the clusters to hold out: bool of shape ``(clusters,)``."""
    missing = share * table.sum(axis=0)  # (classes,) rows still wanted in the test part
    chosen = np.zeros(len(table), dtype=bool)
    for cluster in np.random.default_rng(seed).permutation(len(table)):
        after = missing - table[cluster]
        if (after**2).sum() < (missing**2).sum():
            chosen[cluster] = True
            missing = after
    return chosen


def _number_by_appearance(labels: np.ndarray) -> np.ndarray:
    _, firsts, inverse = np.unique(labels, return_index=True, return_inverse=True)
    ranks = np.empty(len(firsts), dtype=np.int32)
    ranks[np.argsort(firsts)] = np.arange(len(firsts))
    return ranks[inverse]


def _as_folds(splits, num_rows: int) -> np.ndarray:
    folds = np.full(num_rows, -1, dtype=np.int32)
    for fold, (_, test) in enumerate(splits):
        folds[test] = fold
    return folds


def _check_rows(clusters, labels) -> tuple[np.ndarray, np.ndarray]:
    clusters, labels = np.asarray(clusters), np.asarray(labels)
    if clusters.ndim != 1 or clusters.shape != labels.shape:
        raise ValueError(
            f"clusters has shape {clusters.shape} and labels {labels.shape}, expected (B,) for "
            "both: one cluster and one label for each sequence."
        )
    return clusters, labels


def _check_thresholds(min_shared: float, min_words: int) -> None:
    if not 0 <= min_shared <= 1 or min_words < 1:
        raise ValueError(
            f"min_shared is {min_shared} and min_words is {min_words}, expected a part from 0 to "
            "1 (20 % is 0.2) and a count of at least 1."
        )


def _warn_of_chance(sequences, k: int, min_shared: float, alphabet: Alphabet) -> None:
    """Warn where one long random sequence would hold half the threshold's words by chance."""
    longest = max(map(len, sequences), default=0)
    if longest / len(alphabet) ** k > min_shared / 2:
        enough = int(np.ceil(np.log(20 * longest / max(min_shared, 0.01)) / np.log(len(alphabet))))
        warnings.warn(
            f"There are only {len(alphabet) ** k:,} {alphabet.name} words of {k} letters, and the "
            f"longest sequence has {longest:,} letters: unrelated sequences are linked by chance. "
            f"Take longer words, k={enough} or more.",
            stacklevel=3,
        )
