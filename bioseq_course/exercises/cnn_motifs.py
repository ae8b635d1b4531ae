"""Exercises of unit 04 `cnn_motifs`: a tube without a label, and the factor whose peaks it holds.

Every exercise is a small function on plain strings, lists and arrays. The functions below without
an underscore are the course's own answers; those whose names begin with an underscore make the
mistakes that the remarks beside them describe. Shape letters: B sequences of L letters, W places of
a motif or filter, A letters (4, in the order A C G T), F filters, N sites.
"""

from collections.abc import Callable, Sequence

from bioseq_course.exercises.base import Case, Exercise, WrongAnswer, close, equal

import numpy as np

_COMPLEMENT = str.maketrans("ACGT", "TGCA")


def _random_dna(rng: np.random.Generator, length: int) -> str:
    return "".join(rng.choice(list("ACGT"), size=length))


def _other_strand(text: str) -> str:
    return text.translate(_COMPLEMENT)[::-1]


def _one_hot(sequences: Sequence[str]) -> np.ndarray:
    """Return float64 `(B, L, 4)`."""
    return np.eye(4)[[["ACGT".index(letter) for letter in text] for text in sequences]]


# --- grouped_split -------------------------------------------------------------------------------


def grouped_split(
    groups: Sequence[int], order: Sequence[int], num_test: int
) -> tuple[list[int], list[int]]:
    """Deal whole groups: all rows of a group go to the same part.

    Args:
        groups: number of the group of each row.
        order: every group once, in the order in which they were drawn.
        num_test: the first so many groups of ``order`` are the test part.

    Returns:
        Row numbers, from 0, of the training and of the test part.

    >>> grouped_split([7, 5, 7, 9, 5], [5, 9, 7], 1)
    ([0, 2, 3], [1, 4])
    """
    tested = set(order[:num_test])
    train = [row for row, group in enumerate(groups) if group not in tested]
    return train, [row for row, group in enumerate(groups) if group in tested]


def _split_rows(groups, order, num_test):
    rows = list(range(len(groups)))
    return rows[num_test:], rows[:num_test]


def _split_swapped(groups, order, num_test):
    return grouped_split(groups, order, num_test)[::-1]


def _split_returns_groups(groups, order, num_test):
    return list(order[num_test:]), list(order[:num_test])


def _split_first_row_of_a_group(groups, order, num_test):
    groups = list(groups)
    test = [groups.index(group) for group in order[:num_test]]
    return [row for row in range(len(groups)) if row not in test], test


def _split_by_number(groups, order, num_test):
    return grouped_split(groups, sorted(set(groups)), num_test)


def _split_last_groups(groups, order, num_test):
    return grouped_split(groups, list(order)[::-1], num_test)


def _split_groups_as_rows(groups, order, num_test):
    tested = set(order[:num_test])
    rows = range(len(groups))
    return [r for r in rows if r not in tested], [r for r in rows if r in tested]


def _split_drops_the_copies_from_training(groups, order, num_test):
    groups = list(groups)
    test = grouped_split(groups, order, num_test)[1]
    return [groups.index(group) for group in order[num_test:]], test


def _split_returns_groups_of_rows(groups, order, num_test):
    parts = grouped_split(groups, order, num_test)
    return tuple([groups[row] for row in part] for part in parts)


def _split_first_rows_alone(groups, order, num_test):
    groups = list(groups)
    test = [groups.index(group) for group in order[:num_test]]
    return grouped_split(groups, order, num_test)[0], test


def _split_as_masks(groups, order, num_test):
    tested = np.isin(groups, order[:num_test])
    return ~tested, tested


def _split_as_tuples_of_where(groups, order, num_test):
    return tuple(np.where(mask) for mask in _split_as_masks(groups, order, num_test))


def _same_rows(expected, received) -> bool:
    """The same rows in both parts, each once, in any order."""
    if equal(expected, received):
        return True
    if not isinstance(received, list | tuple) or len(received) != 2:
        return False
    pairs = zip(expected, received, strict=True)
    return all(equal(sorted(map(int, a)), sorted(map(int, b))) for a, b in pairs)


def _make_grouped_split_cases(rng):
    groups = rng.integers(10, 16, size=18).tolist()
    order = rng.permutation(sorted(set(groups))).tolist()
    return [
        Case(([0, 0, 1, 1], [1, 0], 1), "two peaks of two rows each; group 1 was drawn first"),
        Case(([7, 5, 7, 9, 5], [5, 9, 7], 1), "the rows of a group need not stand side by side"),
        Case(([7, 5, 7, 9, 5], [5, 9, 7], 2), "two groups, three rows"),
        Case(([0, 1, 2, 0, 1, 2], [2, 0, 1], 1), "peaks 0 to 2, then a shuffle of each"),
        Case(([4, 4, 4], [4], 1), "one group: nothing is left to train on"),
        Case((groups, order, 3), "random groups"),
    ]


GROUPED_SPLIT = Exercise(
    name="grouped_split",
    title="Whole groups",
    unit="cnn_motifs",
    points=2,
    level="must",
    minutes=8,
    reference=grouped_split,
    make_cases=_make_grouped_split_cases,
    compare=_same_rows,
    hints=(
        "Two lists have different lengths here: `groups` has an entry for each row, `order` one "
        "for each group. Decide first which groups are tested, then go through the rows.",
        "The tested groups are order[:num_test]. A row belongs to the test part when its own group "
        "is among them, and to the training part when it is not.",
        "enumerate(groups) gives the number of each row together with its group. Two list "
        "comprehensions over it, one with `in` and one with `not in` the set of tested groups.",
    ),
    wrong_answers=(
        WrongAnswer(
            _split_rows,
            "You deal rows, so a peak and its shuffle may be parted. Deal groups: every row of a "
            "tested group is a test row.",
        ),
        WrongAnswer(
            _split_swapped,
            "The parts are swapped: return the training rows first, then the test rows.",
        ),
        WrongAnswer(
            _split_returns_groups,
            "These are the groups. Asked for are the numbers of the rows that belong to them.",
        ),
        WrongAnswer(
            _split_first_row_of_a_group,
            "Only the first row of each tested group is tested; its copies stayed in training, "
            "which is the leak. list.index stops at the first one: go through all rows.",
        ),
        WrongAnswer(
            _split_by_number,
            "You take the groups with the smallest numbers. Which ones are tested was drawn: it "
            "stands in `order`.",
        ),
        WrongAnswer(
            _split_last_groups,
            "You test the last groups of `order`. The first num_test of them are the test part.",
        ),
        WrongAnswer(
            _split_groups_as_rows,
            "You use the numbers of the groups as if they were numbers of rows. Look up the group "
            "of each row: groups[row].",
        ),
        WrongAnswer(
            _split_drops_the_copies_from_training,
            "The test part is right. In training you keep one row of each group; keep all of them.",
        ),
        WrongAnswer(
            _split_returns_groups_of_rows,
            "You return the group of each row. Asked for are the numbers of the rows themselves: "
            "the places in `groups`, as enumerate counts them.",
        ),
        WrongAnswer(
            _split_first_rows_alone,
            "Only the first row of each tested group is in the test part, and its other rows are "
            "in neither. list.index stops at the first one: go through all rows.",
        ),
        WrongAnswer(
            _split_as_masks,
            "These are masks, True where a row belongs to the part. Return the numbers of the "
            "rows: np.flatnonzero(mask).",
        ),
        WrongAnswer(
            _split_as_tuples_of_where,
            "np.where hands back a tuple with an array inside. Take the array: np.where(mask)[0].",
        ),
    ),
)


# --- scan_windows --------------------------------------------------------------------------------


def scan_windows(one_hot: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Slide filters along sequences: cut into windows, multiply, add.

    Args:
        one_hot: `(B, L, A)`.
        weights: `(W, A, F)`, as Keras's `Conv1D` keeps them.
        bias: `(F,)`.

    Returns:
        `(B, L - W + 1, F)`: entry i belongs to the window that begins at place i.

    >>> scan_windows(np.eye(2)[[[0, 1, 1]]], np.array([[[1.0], [0.0]], [[0.0], [2.0]]]), [0.5])
    array([[[3.5],
            [2.5]]])
    """
    windows = np.lib.stride_tricks.sliding_window_view(one_hot, len(weights), axis=1)
    return np.einsum("blaw,waf->blf", windows, weights) + np.asarray(bias)


def _scan_without_bias(one_hot, weights, bias):
    return scan_windows(one_hot, weights, np.zeros_like(bias))


def _scan_true_convolution(one_hot, weights, bias):
    return scan_windows(one_hot, weights[::-1], bias)


def _scan_stops_early(one_hot, weights, bias):
    return scan_windows(one_hot, weights, bias)[:, :-1]


def _scan_stops_early_and_stacks(one_hot, weights, bias):
    """The same in a loop, which finds nothing to stack where there is one window only."""
    stops = one_hot.shape[1] - len(weights)
    scores = scan_windows(one_hot, weights, bias)
    return np.stack([scores[:, place] for place in range(stops)], axis=1)


def _scan_leaves_zeros(one_hot, weights, bias):
    scores = np.zeros((*one_hot.shape[:2], len(bias)))
    found = scan_windows(one_hot, weights, bias)
    scores[:, : found.shape[1]] = found
    return scores


def _scan_padded(one_hot, weights, bias):
    left = (len(weights) - 1) // 2
    padding = ((0, 0), (left, len(weights) - 1 - left), (0, 0))
    return scan_windows(np.pad(one_hot, padding), weights, bias)


def _scan_side_by_side(one_hot, weights, bias):
    return scan_windows(one_hot, weights, bias)[:, :: len(weights)]


def _scan_filters_first(one_hot, weights, bias):
    return np.moveaxis(scan_windows(one_hot, weights, bias), -1, 1)


def _scan_places_first(one_hot, weights, bias):
    return np.moveaxis(scan_windows(one_hot, weights, bias), 1, 0)


def _scan_adds_bias_often(one_hot, weights, bias):
    return scan_windows(one_hot, weights, len(weights) * np.asarray(bias))


def _scan_adds_sequences(one_hot, weights, bias):
    return scan_windows(one_hot, weights, np.zeros_like(bias)).sum(axis=0) + bias


def _scan_adds_filters(one_hot, weights, bias):
    return scan_windows(one_hot, weights, bias).sum(axis=-1)


def _scan_takes_maximum(one_hot, weights, bias):
    return scan_windows(one_hot, weights, bias).max(axis=1)


def _scan_with_relu(one_hot, weights, bias):
    return np.maximum(scan_windows(one_hot, weights, bias), 0)


def _scan_mixes_axes(one_hot, weights, bias):
    """Windows with the letters first, laid flat against weights with the places first."""
    windows = np.lib.stride_tricks.sliding_window_view(one_hot, len(weights), axis=1)
    batch, places = windows.shape[:2]
    flat = windows.reshape(batch, places, -1)
    return flat @ weights.reshape(-1, weights.shape[2]) + np.asarray(bias)


def _make_scan_cases(rng):
    step = np.zeros((2, 4, 1))
    step[0, 1], step[1, 2] = 1.0, 1.0  # C scores 1, then G scores 1
    return [
        Case(
            (_one_hot(["AACGT"]), step, np.zeros(1)),
            "one filter: C in its first place, G in its second",
        ),
        Case((_one_hot(["ACG", "CGG"]), step, np.array([0.5])), "two sequences and a bias"),
        Case(
            (_one_hot(["ACGT"]), rng.normal(size=(4, 4, 1)), np.zeros(1)),
            "the filter is as wide as the sequence: one window",
        ),
        Case(
            (_one_hot([_random_dna(rng, 9) for _ in range(3)]), rng.normal(size=(4, 4, 2)),
             rng.normal(size=2)),
            "three sequences, two filters",
        ),
        Case(
            (_one_hot(["ACGTAC"]), rng.normal(size=(1, 4, 3)), rng.normal(size=3)),
            "filters of width 1",
        ),
    ]  # fmt: skip


SCAN_WINDOWS = Exercise(
    name="scan_windows",
    title="A filter, window by window",
    unit="cnn_motifs",
    points=2,
    level="must",
    minutes=10,
    reference=scan_windows,
    make_cases=_make_scan_cases,
    compare=close,
    hints=(
        "Take one sequence, one filter and the first window. Which two arrays of shape (W, A) are "
        "multiplied, entry by entry, and what happens to the products? Then: how many windows are "
        "there?",
        "A loop over the L - W + 1 first places is enough. one_hot[:, start : start + W] has shape "
        "(B, W, A); summed against weights (W, A, F) over the places and the letters, it becomes "
        "(B, F).",
        'np.einsum("bwa,waf->bf", window, weights) + bias gives one place; np.stack(list, axis=1) '
        "puts the places side by side. W is len(weights).",
    ),
    wrong_answers=(
        WrongAnswer(
            _scan_without_bias,
            "The bias is missing: each filter adds its own number to all its scores.",
        ),
        WrongAnswer(
            _scan_true_convolution,
            "Your filter runs backwards (a convolution in the mathematical sense). Conv1D and a "
            "motif scan do not flip it: weights[0] meets the first letter of the window.",
        ),
        WrongAnswer(
            _scan_stops_early,
            "The last window is missing: there are L - W + 1 of them, and range excludes its end.",
        ),
        WrongAnswer(
            _scan_stops_early_and_stacks,
            "The last window is missing: there are L - W + 1 of them, and range excludes its end. "
            "(Where W is L, no window is left at all.)",
        ),
        WrongAnswer(
            _scan_leaves_zeros,
            "You made room for L scores, and the last W - 1 of them stayed 0. There are "
            "L - W + 1 whole windows.",
        ),
        WrongAnswer(
            _scan_padded,
            'You have L scores: zeros were added at the ends, as with padding="same". Take whole '
            "windows only, L - W + 1 of them, so that score i belongs to place i.",
        ),
        WrongAnswer(
            _scan_side_by_side,
            "Your windows stand side by side. A window begins at every place.",
        ),
        WrongAnswer(
            _scan_filters_first,
            "The axes are in another order: return (B, places, F).",
        ),
        WrongAnswer(
            _scan_places_first,
            "The numbers are right, but the places come first. Return (B, places, F): "
            "np.stack(list, axis=1) puts them second.",
        ),
        WrongAnswer(
            _scan_adds_bias_often,
            "You add the bias for every place of the window. It is added once to each score.",
        ),
        WrongAnswer(
            _scan_adds_sequences,
            "You added the sequences up. Sum over the places and the letters of a window only.",
        ),
        WrongAnswer(
            _scan_adds_filters,
            "You added the filters up. Each has scores of its own, in the last axis.",
        ),
        WrongAnswer(
            _scan_takes_maximum,
            "This is the largest score of each sequence. The maximum comes later, in the pooling "
            "layer; return the score of every window.",
        ),
        WrongAnswer(
            _scan_with_relu,
            "Scores below 0 have become 0. The activation is a layer of its own; return the scores "
            "as they are.",
        ),
        WrongAnswer(
            _scan_mixes_axes,
            "The numbers are mixed up: sliding_window_view puts the places of a window last, "
            "(B, places, A, W), while the weights are (W, A, F). Move the axis, or name the axes "
            "with einsum.",
        ),
    ),
)


# --- reverse_complement_filter -------------------------------------------------------------------


def reverse_complement_filter(weights: np.ndarray) -> np.ndarray:
    """Turn a filter round, so that it finds on this strand what it found on the other.

    Args:
        weights: `(W, 4)`, columns A C G T.

    Returns:
        `(W, 4)`: its score of a window is the old score of the window's reverse complement.

    >>> reverse_complement_filter(np.array([[1, 2, 3, 4], [5, 6, 7, 8]])).tolist()
    [[8, 7, 6, 5], [4, 3, 2, 1]]
    """
    return np.asarray(weights)[::-1, ::-1]


def _filter_reversed_only(weights):
    return weights[::-1]


def _filter_complemented_only(weights):
    return weights[:, ::-1]


def _filter_negated(weights):
    return -weights[::-1, ::-1]


def _filter_swaps_within_pairs(weights):
    return weights[::-1][:, [1, 0, 3, 2]]


def _filter_by_rotation(weights):
    return weights[::-1][:, [2, 3, 0, 1]]


def _filter_transposed(weights):
    return weights[::-1, ::-1].T


def _make_reverse_complement_filter_cases(rng):
    return [
        Case((np.array([[1.0, 0, 0, 0]]),), "one place that likes A: on the other strand it is T"),
        Case((np.eye(4)[[0, 0, 1]],), "the filter that likes AAC; the other strand reads GTT"),
        Case((np.eye(4)[[1, 0, 2, 3]] * 2 - 0.5,), "the filter that likes CAGT, with negatives"),
        Case((rng.normal(size=(5, 4)),), "random numbers"),
    ]


REVERSE_COMPLEMENT_FILTER = Exercise(
    name="reverse_complement_filter",
    title="The same motif from the other side",
    unit="cnn_motifs",
    points=1,
    level="should",
    minutes=4,
    reference=reverse_complement_filter,
    make_cases=_make_reverse_complement_filter_cases,
    compare=close,
    hints=(
        "A filter that likes AAC must become one that likes GTT. What happens to the order of its "
        "rows, and what to its columns A C G T?",
        "The last place comes first. And the column of A takes what stood in the column of T, that "
        "of C what stood under G, and the other way round.",
        "With the columns in the order A C G T, complementing is reading the columns backwards. "
        "Both axes are reversed: a slice with step -1 for each.",
    ),
    wrong_answers=(
        WrongAnswer(
            _filter_reversed_only,
            "You reversed the places but not the letters: AAC became CAA. On the other strand A "
            "pairs with T and C with G.",
        ),
        WrongAnswer(
            _filter_complemented_only,
            "You complemented the letters but kept their order: AAC became TTG. The other strand "
            "is read in the opposite direction, so the last place comes first.",
        ),
        WrongAnswer(
            _filter_negated,
            "The signs are turned. The other strand is no opposite: what scored high still does.",
        ),
        WrongAnswer(
            _filter_swaps_within_pairs,
            "You swapped A with C and G with T. A pairs with T, and C with G.",
        ),
        WrongAnswer(
            _filter_by_rotation,
            "You swapped A with G and C with T. A pairs with T, and C with G.",
        ),
        WrongAnswer(
            _filter_transposed,
            "The numbers are right, but the shape is (4, W). Return (W, 4): a row for each place.",
        ),
    ),
)


# --- exciting_windows ----------------------------------------------------------------------------


def exciting_windows(sequences: Sequence[str], scores: np.ndarray, share: float) -> list[str]:
    """Cut out the windows that excite a filter most.

    Args:
        sequences: B strings of L letters.
        scores: `(B, L - W + 1)`, the answer of one filter to each window.
        share: from 0, below 1.

    Returns:
        The windows of W letters whose score is above ``share`` times the largest score of all, row
        by row and from left to right; none when no score is above 0.

    Source: Alipanahi et al. (2015), doi:10.1038/nbt.3300; the share of the largest score: Kelley
    et al. (2016), doi:10.1101/gr.200535.115.

    >>> exciting_windows(["ACGT", "GGGG"], np.array([[0.1, 4.0, 1.0], [2.5, 0.0, 0.0]]), 0.5)
    ['CG', 'GG']
    """
    scores = np.asarray(scores)
    return _windows_where(sequences, scores, scores > share * scores.max())


def _windows_where(sequences, scores, chosen):
    """Windows at the places where a boolean `(B, L - W + 1)` is true."""
    width = len(sequences[0]) - scores.shape[1] + 1
    return [sequences[row][start : start + width] for row, start in np.argwhere(chosen)]


def _windows_above_own_maximum(sequences, scores, share):
    largest = scores.max(axis=1, keepdims=True)
    return _windows_where(sequences, scores, (scores > share * largest) & (largest > 0))


def _windows_best_of_each(sequences, scores, share):
    best = np.zeros(scores.shape, dtype=bool)
    best[np.arange(len(scores)), scores.argmax(axis=1)] = True
    return _windows_where(sequences, scores, best)


def _windows_best_of_each_above(sequences, scores, share):
    best = np.zeros(scores.shape, dtype=bool)
    best[np.arange(len(scores)), scores.argmax(axis=1)] = True
    return _windows_where(sequences, scores, best & (scores > max(share * scores.max(), 0)))


def _windows_above_share(sequences, scores, share):
    return _windows_where(sequences, scores, scores > share)


def _windows_above_quantile(sequences, scores, share):
    return _windows_where(sequences, scores, scores > np.quantile(scores, share))


def _windows_at_least(sequences, scores, share):
    return _windows_where(sequences, scores, scores >= share * scores.max())


def _windows_distinct(sequences, scores, share):
    return sorted(set(exciting_windows(sequences, scores, share)))


def _windows_distinct_in_order(sequences, scores, share):
    return list(dict.fromkeys(exciting_windows(sequences, scores, share)))


def _windows_as_set(sequences, scores, share):
    return set(exciting_windows(sequences, scores, share))


def _windows_of_each_sequence(sequences, scores, share):
    chosen = scores > share * scores.max()
    rows = zip(sequences, scores, chosen, strict=True)
    return [_windows_where([text], row[None], mask[None]) for text, row, mask in rows]


def _windows_place_by_place(sequences, scores, share):
    width = len(sequences[0]) - scores.shape[1] + 1
    pairs = np.argwhere((scores > share * scores.max()).T)
    return [sequences[row][start : start + width] for start, row in pairs]


def _windows_above_half(sequences, scores, share):
    return exciting_windows(sequences, scores, 0.5)


def _windows_too_short(sequences, scores, share):
    return [window[:-1] for window in exciting_windows(sequences, scores, share)]


def _windows_as_places(sequences, scores, share):
    return [list(map(int, pair)) for pair in np.argwhere(scores > max(share * scores.max(), 0))]


def _make_exciting_windows_cases(rng):
    texts = [_random_dna(rng, 8) for _ in range(4)]
    random = rng.normal(size=(4, 6)).round(2)
    random[1, 2] = 4.0
    return [
        Case(
            (["ACGT", "GGGG"], np.array([[0.1, 4.0, 1.0], [2.5, 0.0, 0.0]]), 0.5),
            "largest score 4: windows above 2",
        ),
        Case(
            (["ACGTT", "TTTTT"], np.array([[3.0, 0.2, 2.9], [1.0, 1.4, 0.0]]), 0.5),
            "a sequence may have two windows, or none; W is 3 here",
        ),
        Case(
            (["ACAC"], np.array([[2.0, -1.0, 2.0]]), 0.5),
            "the same letters twice: both windows count",
        ),
        Case(
            (["ACGT", "CCCC"], np.zeros((2, 3)), 0.5),
            "a silent filter: 0 everywhere, and no window is above 0",
        ),
        Case((texts, random, 0.25), "random numbers, a smaller share"),
    ]


EXCITING_WINDOWS = Exercise(
    name="exciting_windows",
    title="What does the filter answer to?",
    unit="cnn_motifs",
    points=2,
    level="should",
    minutes=8,
    reference=exciting_windows,
    make_cases=_make_exciting_windows_cases,
    compare=equal,
    hints=(
        "Three steps: the largest of all scores; the places where the score is above a share of "
        "it; the letters at these places. How wide is a window, if L letters have so many scores?",
        "W = len(sequences[0]) - scores.shape[1] + 1. Entry [row, start] of the scores belongs to "
        "sequences[row][start : start + W].",
        "np.argwhere(scores > share * scores.max()) lists the pairs (row, start), row by row. Cut "
        "out each window with a slice, and keep repeated ones.",
    ),
    wrong_answers=(
        WrongAnswer(
            _windows_above_own_maximum,
            "You measure each sequence against its own largest score, so every sequence gives a "
            "window, also one without a site. Take the largest score of all sequences.",
        ),
        WrongAnswer(
            _windows_best_of_each,
            "You take the best window of every sequence. A sequence without a site has a best "
            "window too: keep those above the share of the largest score of all.",
        ),
        WrongAnswer(
            _windows_best_of_each_above,
            "You keep one window of a sequence at most. There may be several above the limit.",
        ),
        WrongAnswer(
            _windows_above_share,
            "You compare the scores with `share` itself. The limit is share times the largest "
            "score: a filter's scale is its own.",
        ),
        WrongAnswer(
            _windows_above_quantile,
            "This is a quantile of the scores. The limit is share times the largest score.",
        ),
        WrongAnswer(
            _windows_at_least,
            "You also take windows exactly at the limit. For a silent filter, whose scores are all "
            "0 behind a ReLU, that is every window: above the limit, not at least.",
        ),
        WrongAnswer(
            _windows_distinct,
            "Each window is listed once. How often the same letters occur is what a motif is made "
            "of: keep them all, in the order of the rows.",
        ),
        WrongAnswer(
            _windows_distinct_in_order,
            "Each window is listed once. How often the same letters occur is what a motif is made "
            "of: keep them all.",
        ),
        WrongAnswer(
            _windows_as_set,
            "A set keeps each window once, and in no order. How often the same letters occur is "
            "what a motif is made of: return a list of them all.",
        ),
        WrongAnswer(
            _windows_of_each_sequence,
            "You return a list for each sequence. Return one list for all, row after row.",
        ),
        WrongAnswer(
            _windows_place_by_place,
            "The windows are right, but you go place by place. Go row by row: all windows of the "
            "first sequence, then those of the next.",
        ),
        WrongAnswer(
            _windows_above_half,
            "The limit is always half of the largest score here. Use the share that you are given.",
        ),
        WrongAnswer(
            _windows_too_short,
            "Your windows are one letter short: L letters have L - W + 1 windows, so W is "
            "L - (number of scores) + 1.",
        ),
        WrongAnswer(
            _windows_as_places,
            "These are the places. Return the letters that stand there: "
            "sequences[row][start : start + W].",
        ),
    ),
)


# --- log_odds_from_sites -------------------------------------------------------------------------


def log_odds_from_sites(
    sites: Sequence[str], background: np.ndarray, pseudocount: float
) -> np.ndarray:
    """Turn aligned sites into a position weight matrix in bits.

    Args:
        sites: N strings of W letters.
        background: `(4,)`, shares of A C G T elsewhere, sum 1.
        pseudocount: above 0; it is shared out among the letters by the background.

    Returns:
        `(W, 4)`: log2 of p / background, where p = (count + pseudocount * background) /
        (N + pseudocount).

    Source: Wasserman and Sandelin (2004), doi:10.1038/nrg1315.

    >>> log_odds_from_sites(["A", "A", "A", "C"], np.array([0.25] * 4), 4.0).round(3).tolist()
    [[1.0, 0.0, -1.0, -1.0]]
    """
    counts = _one_hot(sites).sum(axis=0)
    return _log_odds_of_counts(counts, np.asarray(background), pseudocount)


def _log_odds_of_counts(counts, background, pseudocount):
    raised = counts + pseudocount * background
    return np.log2(raised / raised.sum(axis=1, keepdims=True) / background)


def _odds_without_pseudocount(sites, background, pseudocount):
    return _log_odds_of_counts(_one_hot(sites).sum(axis=0), background, 0.0)


def _odds_whole_pseudocount(sites, background, pseudocount):
    raised = _one_hot(sites).sum(axis=0) + pseudocount
    return np.log2(raised / raised.sum(axis=1, keepdims=True) / background)


def _odds_whole_pseudocount_on_top(sites, background, pseudocount):
    raised = _one_hot(sites).sum(axis=0) + pseudocount
    return np.log2(raised / (len(sites) + pseudocount) / background)


def _odds_pseudocount_in_quarters(sites, background, pseudocount):
    raised = _one_hot(sites).sum(axis=0) + pseudocount / 4
    return np.log2(raised / raised.sum(axis=1, keepdims=True) / background)


def _odds_to_base_ten(sites, background, pseudocount):
    return log_odds_from_sites(sites, background, pseudocount) * np.log10(2)


def _odds_denominator_forgets(sites, background, pseudocount):
    raised = _one_hot(sites).sum(axis=0) + pseudocount * background
    return np.log2(raised / len(sites) / background)


def _odds_equal_background(sites, background, pseudocount):
    raised = _one_hot(sites).sum(axis=0) + pseudocount * background
    return np.log2(raised / raised.sum(axis=1, keepdims=True) / 0.25)


def _odds_natural_logarithm(sites, background, pseudocount):
    return log_odds_from_sites(sites, background, pseudocount) * np.log(2)


def _odds_are_probabilities(sites, background, pseudocount):
    return 2 ** log_odds_from_sites(sites, background, pseudocount) * background


def _odds_without_logarithm(sites, background, pseudocount):
    return 2 ** log_odds_from_sites(sites, background, pseudocount)


def _odds_logs_of_probabilities(sites, background, pseudocount):
    return np.log2(_odds_are_probabilities(sites, background, pseudocount))


def _odds_distinct_sites(sites, background, pseudocount):
    return log_odds_from_sites(sorted(set(sites)), background, pseudocount)


def _odds_transposed(sites, background, pseudocount):
    return log_odds_from_sites(sites, background, pseudocount).T


def _odds_over_all_places(sites, background, pseudocount):
    raised = _one_hot(sites).sum(axis=0) + pseudocount * background
    return np.log2(raised / raised.sum() / background)


def _make_log_odds_cases(rng):
    equal_shares = np.full(4, 0.25)
    sites = ["".join(rng.choice(list("ACGT"), p=[0.6, 0.1, 0.2, 0.1], size=5)) for _ in range(12)]
    return [
        Case(
            (["A", "A", "A", "C"], equal_shares, 4.0),
            "raised counts 4, 2, 1, 1 of 8; against 0.25 each: 1, 0, -1, -1 bits",
        ),
        Case(
            (["AC", "AC", "AG"], np.array([0.3, 0.2, 0.2, 0.3]), 1.0),
            "an uneven background: A and T are more frequent elsewhere",
        ),
        Case((["ACG"], equal_shares, 0.5), "a single site, a small pseudocount"),
        Case((sites, np.array([0.4, 0.1, 0.1, 0.4]), 2.0), "twelve sites of five letters"),
    ]


LOG_ODDS_FROM_SITES = Exercise(
    name="log_odds_from_sites",
    title="From sites to a matrix",
    unit="cnn_motifs",
    points=3,
    level="must",
    minutes=12,
    reference=log_odds_from_sites,
    make_cases=_make_log_odds_cases,
    compare=close,
    hints=(
        "Go place by place. How often does each of the four letters stand there? What share of the "
        "sites is that, with the pseudocount, and how does it compare with the background?",
        "Counts (W, 4) first. Add pseudocount times the background, (4,), to every row; divide by "
        "the number of sites plus the pseudocount; divide by the background; take log2.",
        "counts[w] = [sum(site[w] == letter for site in sites) for letter in 'ACGT'], for each "
        "place w. The rest works on the whole array at once: the background fits its columns.",
    ),
    wrong_answers=(
        WrongAnswer(
            _odds_without_pseudocount,
            "A letter that was never seen scores minus infinity: one unexpected letter would rule "
            "a site out. Add pseudocount times the background to the counts.",
        ),
        WrongAnswer(
            _odds_whole_pseudocount,
            "You gave the whole pseudocount to every letter. Here it is shared out by the "
            "background, so that a place without sites has the background's shares and scores 0.",
        ),
        WrongAnswer(
            _odds_whole_pseudocount_on_top,
            "You gave the whole pseudocount to every letter, so the shares of a place add to more "
            "than 1. Give each letter pseudocount times its background.",
        ),
        WrongAnswer(
            _odds_pseudocount_in_quarters,
            "You gave every letter a quarter of the pseudocount. Here it is shared out by the "
            "background: pseudocount times the letter's share.",
        ),
        WrongAnswer(
            _odds_to_base_ten,
            "These are logarithms to base 10. In bits it is log2.",
        ),
        WrongAnswer(
            _odds_denominator_forgets,
            "The shares of a place do not add to 1: the pseudocount belongs into the denominator "
            "too, N + pseudocount.",
        ),
        WrongAnswer(
            _odds_equal_background,
            "You compared with equal shares. A letter that is frequent everywhere says less: "
            "divide by the background that you were given.",
        ),
        WrongAnswer(
            _odds_natural_logarithm,
            "These are natural logarithms. In bits it is log2.",
        ),
        WrongAnswer(
            _odds_are_probabilities,
            "These are the probabilities. One step is left: log2 of each over the background.",
        ),
        WrongAnswer(
            _odds_without_logarithm,
            "These are the ratios p / background. Take log2 of them, so that a score is a sum.",
        ),
        WrongAnswer(
            _odds_logs_of_probabilities,
            "These are logarithms of the probabilities. Divide by the background first.",
        ),
        WrongAnswer(
            _odds_distinct_sites,
            "You counted each different site once. A site that occurs twice counts twice.",
        ),
        WrongAnswer(
            _odds_transposed,
            "The shape is (4, W). Return (W, 4): a row for each place, a column for each letter.",
        ),
        WrongAnswer(
            _odds_over_all_places,
            "You divided by the sum over the whole matrix. Each place has a distribution of its "
            "own: its four shares add to 1.",
        ),
    ),
)


# --- bits_per_place ------------------------------------------------------------------------------


def bits_per_place(probabilities: np.ndarray) -> np.ndarray:
    """Return the information content of each place, against equal shares of four letters.

    Args:
        probabilities: `(W, 4)`, rows of sum 1; a 0 may occur.

    Returns:
        `(W,)`: 2 + the sum over letters of p log2 p, from 0 to 2; a letter with p = 0 adds 0.

    Source: Schneider and Stephens (1990), doi:10.1093/nar/18.20.6097 (without the correction for
    small samples).

    >>> bits_per_place(np.array([[1, 0, 0, 0], [0.5, 0, 0, 0.5], [0.25, 0.25, 0.25, 0.25]]))
    array([2., 1., 0.])
    """
    return 2.0 - _entropy(np.asarray(probabilities, dtype=float))


def _entropy(probabilities, base=np.log2):
    safe = np.where(probabilities > 0, probabilities, 1.0)
    return -(probabilities * base(safe)).sum(axis=1)


def _bits_nan(probabilities):
    return 2 + (probabilities * np.log2(probabilities)).sum(axis=1)


def _bits_are_entropy(probabilities):
    return _entropy(probabilities)


def _bits_in_nats(probabilities):
    return np.log(4) - _entropy(probabilities, np.log)


def _bits_with_nats_inside(probabilities):
    return 2 - _entropy(probabilities, np.log)


def _bits_in_all(probabilities):
    return bits_per_place(probabilities).sum()


def _bits_as_heights(probabilities):
    return probabilities * bits_per_place(probabilities)[:, None]


def _bits_over_columns(probabilities):
    safe = np.where(probabilities > 0, probabilities, 1.0)
    return 2 + (probabilities * np.log2(safe)).sum(axis=0)


def _bits_of_largest(probabilities):
    return 2 + np.log2(probabilities.max(axis=1))


def _bits_wrong_sign(probabilities):
    return 2.0 + _entropy(probabilities)


def _bits_as_column(probabilities):
    return bits_per_place(probabilities)[:, None]


def _nearly(expected, received) -> bool:
    """A small number added inside the logarithm, up to one in a million, is forgiven."""
    return close(expected, received, tolerance=1e-5)


def _make_bits_cases(rng):
    return [
        Case((np.array([[1.0, 0, 0, 0]]),), "always A: 2 bits"),
        Case((np.array([[0.5, 0, 0, 0.5], [0.25] * 4]),), "A or T: 1 bit; any letter: 0"),
        Case((np.array([[0.7, 0.1, 0.1, 0.1], [0.125, 0.125, 0.25, 0.5]]),), "in between"),
        Case((rng.dirichlet(np.ones(4), size=6),), "six random places"),
    ]


BITS_PER_PLACE = Exercise(
    name="bits_per_place",
    title="Which places matter?",
    unit="cnn_motifs",
    points=1,
    level="should",
    minutes=6,
    reference=bits_per_place,
    make_cases=_make_bits_cases,
    compare=_nearly,
    hints=(
        "Four letters that are equally frequent need 2 bits to be told. What is left to be told at "
        "a place is its entropy, the sum of -p log2 p; the information is the difference.",
        "Sum along the letters, axis 1, and take care of p = 0: 0 times log2(0) is nan in NumPy "
        "and must count as 0.",
        "np.where(p > 0, p, 1) puts a 1, whose logarithm is 0, in the place of each 0. Use it "
        "inside the logarithm only.",
    ),
    wrong_answers=(
        WrongAnswer(
            _bits_nan,
            "A letter that never occurs gives nan, 0 times minus infinity. It adds nothing: let "
            "its term be 0.",
        ),
        WrongAnswer(
            _bits_are_entropy,
            "This is the entropy: 2 bits where any letter may stand, 0 where one must. The "
            "information is 2 minus it.",
        ),
        WrongAnswer(_bits_in_nats, "These are natural logarithms. In bits it is log2."),
        WrongAnswer(
            _bits_with_nats_inside,
            "The 2 is in bits, the sum in natural logarithms. Use log2 for both.",
        ),
        WrongAnswer(
            _bits_in_all,
            "This is one number for the whole motif. Return one for each place.",
        ),
        WrongAnswer(
            _bits_as_heights,
            "These are the heights of the letters in a logo. Asked for is the height of the whole "
            "stack: one number for each place.",
        ),
        WrongAnswer(
            _bits_over_columns,
            "You summed over the places. A place is a row: sum over its four letters, axis 1.",
        ),
        WrongAnswer(
            _bits_of_largest,
            "You used the most frequent letter only. All four enter, each weighted with its p.",
        ),
        WrongAnswer(
            _bits_wrong_sign,
            "The sign of the entropy is turned: a place that says nothing gets 4 bits, and more "
            "than 2 is not possible with four letters.",
        ),
        WrongAnswer(
            _bits_as_column,
            "The numbers are right, but the shape is (W, 1). Return (W,), without keepdims.",
        ),
    ),
)


# --- locate_sites --------------------------------------------------------------------------------


def locate_sites(sequences: Sequence[str], log_odds: np.ndarray) -> list[tuple[int, int, str]]:
    """Find the best window of each sequence on either strand.

    Args:
        sequences: B strings of A, C, G and T, at least W letters each.
        log_odds: `(W, 4)`.

    Returns:
        For each sequence a triple: where the window begins, its leftmost letter in the sequence
        as written, from 0; strand 1, or -1 where the motif is read in the reverse complement; the W
        letters as the motif reads them. Where both strands score the same the given one wins; of
        equal windows of one strand this function takes the first in its direction.

    >>> likes_aac = np.eye(4)[[0, 0, 1]]
    >>> locate_sites(["TAACTT", "CGTTCC"], likes_aac)
    [(1, 1, 'AAC'), (1, -1, 'AAC')]
    """
    return [_locate(text, np.asarray(log_odds)) for text in sequences]


def _score_text(text, log_odds):
    """Scores of all windows of one string, `(L - W + 1,)`."""
    return scan_windows(_one_hot([text]), log_odds[:, :, None], np.zeros(1))[0, :, 0]


def _best_window(text, log_odds):
    """(score, place, letters) of the best window, the first of several."""
    scores = _score_text(text, log_odds).round(9)
    place = int(scores.argmax())
    return scores[place], place, text[place : place + len(log_odds)]


def _locate(text, log_odds):
    score, start, letters = _best_window(text, log_odds)
    other_score, place, other_letters = _best_window(_other_strand(text), log_odds)
    if score >= other_score:
        return start, 1, letters
    return len(text) - len(log_odds) - place, -1, other_letters


def _locate_as_the_colleague(sequences, log_odds):
    """The bug: a place on the other strand is counted from the other end."""
    found = []
    for text in sequences:
        score, start, _ = _best_window(text, log_odds)
        other_score, other_start, _ = _best_window(_other_strand(text), log_odds)
        strand = 1 if score >= other_score else -1
        start = start if strand == 1 else other_start
        found.append((start, strand, text[start : start + len(log_odds)]))
    return found


def _locate_place_from_other_end(sequences, log_odds):
    """Half mended: the letters are right, the place is not."""
    found = []
    for text, (start, strand, letters) in zip(
        sequences, locate_sites(sequences, log_odds), strict=True
    ):
        place = start if strand == 1 else len(text) - len(log_odds) - start
        found.append((place, strand, letters))
    return found


def _locate_letters_as_written(sequences, log_odds):
    triples = zip(sequences, locate_sites(sequences, log_odds), strict=True)
    return [(s, strand, text[s : s + len(log_odds)]) for text, (s, strand, _) in triples]


def _locate_one_off(sequences, log_odds):
    return [
        (start if strand == 1 else start - 1, strand, letters)
        for start, strand, letters in locate_sites(sequences, log_odds)
    ]


def _locate_forgets_width(sequences, log_odds):
    width = len(log_odds)
    return [
        (start if strand == 1 else start + width, strand, letters)
        for start, strand, letters in locate_sites(sequences, log_odds)
    ]


def _locate_last_letter(sequences, log_odds):
    width = len(log_odds)
    return [
        (start if strand == 1 else start + width - 1, strand, letters)
        for start, strand, letters in locate_sites(sequences, log_odds)
    ]


def _locate_one_strand(sequences, log_odds):
    found = [_best_window(text, np.asarray(log_odds)) for text in sequences]
    return [(place, 1, letters) for _, place, letters in found]


def _locate_complements_only(sequences, log_odds):
    found = []
    for text in sequences:
        score, start, letters = _best_window(text, log_odds)
        other = _best_window(text.translate(_COMPLEMENT), log_odds)
        one = (start, 1, letters) if score >= other[0] else (other[1], -1, other[2])
        found.append(one)
    return found


def _locate_from_one(sequences, log_odds):
    return [(start + 1, *rest) for start, *rest in locate_sites(sequences, log_odds)]


def _locate_one_right(sequences, log_odds):
    return [
        (start if strand == 1 else start + 1, strand, letters)
        for start, strand, letters in locate_sites(sequences, log_odds)
    ]


def _locate_letters_reversed(sequences, log_odds):
    return [
        (start, strand, letters if strand == 1 else letters.translate(_COMPLEMENT))
        for start, strand, letters in locate_sites(sequences, log_odds)
    ]


def _locate_other_strand_on_ties(sequences, log_odds):
    """As `locate_sites`, with > where >= is asked."""
    turned = np.asarray(log_odds)[::-1, ::-1]
    other = locate_sites(sequences, turned)  # prefers the other strand, and reads there
    return [(start, -strand, _other_strand(letters)) for start, strand, letters in other]


def _locate_signs(sequences, log_odds):
    found = locate_sites(sequences, log_odds)
    return [(start, "+" if strand == 1 else "-", letters) for start, strand, letters in found]


def _locate_as_array(sequences, log_odds):
    return np.array(locate_sites(sequences, log_odds))


def _locate_strand_first(sequences, log_odds):
    return [
        (strand, start, letters) for start, strand, letters in locate_sites(sequences, log_odds)
    ]


def _dna_with_one_best_window(rng: np.random.Generator, length: int, log_odds) -> str:
    """Draw until no second window, on either strand, scores as much as the best."""
    while True:
        text = _random_dna(rng, length)
        strands = (text, _other_strand(text))
        scores = np.sort(np.concatenate([_score_text(one, log_odds) for one in strands]))
        if scores[-1] - scores[-2] > 1e-3:
            return text


def _make_locate_cases(rng):
    likes_aac = np.eye(4)[[0, 0, 1]] * 3 - 1
    four, five = rng.normal(size=(4, 4)), rng.normal(size=(5, 4))
    texts = [_dna_with_one_best_window(rng, 12, four) for _ in range(6)]
    return [
        Case((["TAACTT"], likes_aac), "the motif AAC as written"),
        Case((["CGTTCC"], likes_aac), "GTT at place 1: AAC on the other strand"),
        Case((["GTTCCCCC", "CCCCCGTT"], likes_aac), "on the other strand, at either end"),
        Case((["AACGGTT"], likes_aac), "equally good on both strands: the given strand wins"),
        Case((texts, four), "random sequences and matrix"),
        Case(([_dna_with_one_best_window(rng, 15, five)], five), "another width and length"),
    ]


LOCATE_SITES = Exercise(
    name="locate_sites",
    title="Find the bug: a list of sites",
    unit="cnn_motifs",
    points=3,
    level="must",
    minutes=18,
    reference=locate_sites,
    make_cases=_make_locate_cases,
    compare=equal,
    hints=(
        "Take a short sequence with the motif on the other strand, such as CGTTCC for AAC, and "
        "write its reverse complement below it. At which place is AAC found there, and where does "
        "GTT stand in the sequence as written?",
        "Place 0 of the reverse complement is the last letter of the sequence. A window that "
        "begins at place p there ends at place L - 1 - p here; where does it begin, if it is W "
        "wide? The letters that the motif reads are those of the reverse complement.",
        "start = len(sequence) - W - place for strand -1, and the letters are a slice of "
        "reverse_complement(sequence) at `place`. Strand 1 stays as it is.",
    ),
    wrong_answers=(
        WrongAnswer(
            _locate_as_the_colleague,
            "This is still the colleague's list. On strand -1 the place is counted from the other "
            "end of the sequence, and the letters are cut there.",
        ),
        WrongAnswer(
            _locate_place_from_other_end,
            "The letters are right now. The place on strand -1 is still counted from the other "
            "end: turn it round with the length and the width.",
        ),
        WrongAnswer(
            _locate_letters_as_written,
            "The places are right. The letters of strand -1 are given as written; the motif reads "
            "their reverse complement.",
        ),
        WrongAnswer(
            _locate_one_off,
            "On strand -1 you are one place too far to the left. The window that begins at place 0 "
            "of the other strand begins at L - W here.",
        ),
        WrongAnswer(
            _locate_forgets_width,
            "On strand -1 you return the place behind the window. L - place is where it ends; it "
            "begins W letters earlier.",
        ),
        WrongAnswer(
            _locate_last_letter,
            "On strand -1 you return the window's last letter, L - 1 - place, with which the motif "
            "begins. Asked for is its leftmost letter in the sequence as written.",
        ),
        WrongAnswer(
            _locate_one_strand,
            "You search the given strand only. Half of the sites stand on the other one.",
        ),
        WrongAnswer(
            _locate_complements_only,
            "You complemented the sequence and did not reverse it. The other strand is read in the "
            "opposite direction.",
        ),
        WrongAnswer(
            _locate_from_one,
            "Your places are counted from 1. Count from 0, as Python does.",
        ),
        WrongAnswer(
            _locate_one_right,
            "On strand -1 you are one place too far to the right. The window that begins at place "
            "0 of the other strand begins at L - W here.",
        ),
        WrongAnswer(
            _locate_letters_reversed,
            "The places are right. The letters of strand -1 are reversed and not complemented; "
            "the motif reads their reverse complement.",
        ),
        WrongAnswer(
            _locate_other_strand_on_ties,
            "All is right but the case in which both strands score the same: then the given "
            "strand wins, >= and not >.",
        ),
        WrongAnswer(
            _locate_signs,
            "All is right but the name of the strand: give it as the number 1 or -1.",
        ),
        WrongAnswer(
            _locate_as_array,
            "np.array has one type for all, so your numbers became strings. Return a list of "
            "triples.",
        ),
        WrongAnswer(
            _locate_strand_first,
            "The triples are in another order: (start, strand, letters).",
        ),
    ),
)


# --- chance_of_score -----------------------------------------------------------------------------


def chance_of_score(
    matrix: Sequence[Sequence[int]], cutoff: int, background: Sequence[float]
) -> float:
    """Return the chance that a random window reaches a score, without drawing any.

    Args:
        matrix: W rows of four whole numbers, the scores of A C G T at each place.
        cutoff: a whole number.
        background: shares of A C G T; the letters of a window are drawn independently.

    Returns:
        The probability of a score of at least ``cutoff``.

    Source: Rahmann, Mueller and Vingron (2003), doi:10.2202/1544-6115.1032.

    >>> chance_of_score([[1, 0, 0, -1], [2, 0, 0, 0]], 2, [0.25, 0.25, 0.25, 0.25])
    0.1875
    """
    chances = _distribution(matrix, background)
    return float(sum(chance for score, chance in chances.items() if score >= cutoff))


def _distribution(matrix, background):
    """From each score that a window can have to its chance, place by place."""
    chances = {0: 1.0}
    for row in matrix:
        longer: dict[int, float] = {}
        for score, chance in chances.items():
            for value, share in zip(row, background, strict=True):
                longer[score + int(value)] = longer.get(score + int(value), 0.0) + chance * share
        chances = longer
    return chances


def _chance_above(matrix, cutoff, background):
    chances = _distribution(matrix, background)
    return float(sum(chance for score, chance in chances.items() if score > cutoff))


def _chance_of_exactly(matrix, cutoff, background):
    return float(_distribution(matrix, background).get(cutoff, 0.0))


def _chance_at_most(matrix, cutoff, background):
    chances = _distribution(matrix, background)
    return float(sum(chance for score, chance in chances.items() if score <= cutoff))


def _chance_below(matrix, cutoff, background):
    return 1.0 - chance_of_score(matrix, cutoff, background)


def _chance_with_equal_shares(matrix, cutoff, background):
    return chance_of_score(matrix, cutoff, [0.25] * 4)


def _chance_of_scores_reached(matrix, cutoff, background):
    """Every score that can be reached counts once, whatever its chance."""
    scores = list(_distribution(matrix, background))
    return sum(score >= cutoff for score in scores) / len(scores)


def _chance_overwrites(matrix, cutoff, background):
    """Two ways to the same score: the second replaces the first."""
    chances = {0: 1.0}
    for row in matrix:
        longer = {}
        for score, chance in chances.items():
            for value, share in zip(row, background, strict=True):
                longer[score + int(value)] = chance * share
        chances = longer
    return float(sum(chance for score, chance in chances.items() if score >= cutoff))


def _chance_normal(matrix, cutoff, background):
    """A bell curve with the right mean and variance."""
    from math import erfc, sqrt

    matrix, background = np.asarray(matrix, float), np.asarray(background)
    means = matrix @ background
    spread = sqrt(((matrix**2) @ background - means**2).sum())
    return erfc((cutoff - means.sum()) / spread / sqrt(2)) / 2


def _chance_from_the_end(matrix, cutoff, background):
    """Chances in an array; a cut-off below its first entry counts from the array's end."""
    chances = _distribution(matrix, background)
    lowest = min(chances)
    in_order = np.zeros(max(chances) - lowest + 1)
    in_order[[score - lowest for score in chances]] = list(chances.values())
    return float(in_order[cutoff - lowest :].sum())


def _chance_in_percent(matrix, cutoff, background):
    return 100 * chance_of_score(matrix, cutoff, background)


def _make_chance_cases(rng):
    shares = [0.3, 0.2, 0.2, 0.3]
    wide = rng.integers(-12, 9, size=(14, 4))
    best = int(wide.max(axis=1).sum())
    return [
        Case(
            ([[1, 0, 0, -1]], 1, [0.25] * 4),
            "one place: only A reaches 1",
        ),
        Case(
            ([[1, 0, 0, -1], [2, 0, 0, 0]], 2, [0.25] * 4),
            "two places: AA, CA and GA, 3 of 16 windows",
        ),
        Case(([[1, 0, 0, -1], [2, 0, 0, 0]], 2, shares), "the same, with uneven shares"),
        Case(([[1, 0, 0, -1], [2, 0, 0, 0]], 4, shares), "more than the best window has"),
        Case(([[1, 0, 0, -1], [2, 0, 0, 0]], -1, shares), "every window reaches that"),
        Case(([[1, 0, 0, -1], [2, 0, 0, 0]], -3, shares), "less than the worst window has"),
        Case((rng.integers(-3, 4, size=(6, 4)).tolist(), 5, shares), "six places"),
        Case(
            (wide.tolist(), best - 20, shares),
            "14 places: 268 million windows, too many to try",
        ),
    ]


CHANCE_OF_SCORE = Exercise(
    name="chance_of_score",
    title="How rare is such a score?",
    unit="cnn_motifs",
    points=3,
    level="stretch",
    minutes=25,
    reference=chance_of_score,
    make_cases=_make_chance_cases,
    compare=close,
    max_steps=200_000,
    hints=(
        "There are 4 to the power W windows, but far fewer different scores. Keep, for the first "
        "places read so far, how likely each score is, and add one place at a time.",
        "Begin with {0: 1.0}. For the next place, each score so far splits into four: it moves by "
        "the entry of the letter, and its chance is multiplied by the letter's share. Different "
        "ways to the same score add up.",
        "new[score + row[letter]] = new.get(score + row[letter], 0) + chance * background[letter], "
        "for every score so far and each of the four letters. At the end add the chances of the "
        "scores of at least cutoff.",
    ),
    wrong_answers=(
        WrongAnswer(
            _chance_above,
            "A window with exactly the cut-off counts too: at least, not more than.",
        ),
        WrongAnswer(
            _chance_of_exactly,
            "This is the chance of exactly this score. Add up those of all scores from there on.",
        ),
        WrongAnswer(
            _chance_at_most, "You added up the low scores. Asked for are those at the top."
        ),
        WrongAnswer(
            _chance_below,
            "This is the chance to miss the cut-off. Return the chance to reach it.",
        ),
        WrongAnswer(
            _chance_with_equal_shares,
            "You gave each letter a quarter. Use the shares of the background.",
        ),
        WrongAnswer(
            _chance_of_scores_reached,
            "You counted different scores. Some are reached by many windows: carry the chance of "
            "each score along.",
        ),
        WrongAnswer(
            _chance_overwrites,
            "Two ways to the same score must add up: yours keeps the last one. Use "
            "new.get(score, 0) + chance.",
        ),
        WrongAnswer(
            _chance_normal,
            "A bell curve with the same mean and spread is far off in the tail, which is where the "
            "cut-off lies. Count exactly, place by place.",
        ),
        WrongAnswer(
            _chance_from_the_end,
            "A cut-off below the lowest score became a negative index, which counts from the end "
            "of the array. Every window reaches such a cut-off.",
        ),
        WrongAnswer(
            _chance_in_percent,
            "This is in per cent. Return a probability, from 0 to 1.",
        ),
    ),
)


# --- mutation_effects ----------------------------------------------------------------------------


class _Score:
    """A score for `make_cases` whose repr is the same in every process."""

    def __init__(self, name, weights, power=1):
        self.name, self.weights, self.power = name, np.asarray(weights, float), power

    def __repr__(self):
        return self.name

    def __call__(self, sequences):
        best = [_score_text(text, self.weights).max() for text in sequences]
        return np.array(best) ** self.power


def mutation_effects(score: Callable[[list[str]], np.ndarray], sequence: str) -> np.ndarray:
    """Change each letter into each other one, and see what it does to a score.

    Args:
        score: from a list of strings to one number for each.
        sequence: L letters A, C, G, T.

    Returns:
        `(L, 4)`: the score with letter A, C, G or T at place i, minus the score of the sequence as
        it is; 0 for the letter that stands there.

    Source: Zhou and Troyanskaya (2015), doi:10.1038/nmeth.3547.

    >>> def count_a(texts):
    ...     return np.array([text.count("A") for text in texts])
    >>> mutation_effects(count_a, "AG").tolist()
    [[0, -1, -1, -1], [1, 0, 0, 0]]
    """
    mutants = [
        sequence[:place] + letter + sequence[place + 1 :]
        for place in range(len(sequence))
        for letter in "ACGT"
    ]
    return _change_of(score, sequence, mutants)


def _change_of(score, sequence, mutants):
    before = np.asarray(score([sequence]))[0]
    return (np.asarray(score(mutants)) - before).reshape(len(sequence), 4)


def _effects_turned(score, sequence):
    return -mutation_effects(score, sequence)


def _effects_are_scores(score, sequence):
    return mutation_effects(score, sequence) + score([sequence])[0]


def _effects_pile_up(score, sequence):
    """Mutants are made from the mutant before, which is never restored."""
    letters, mutants = list(sequence), []
    for place in range(len(sequence)):
        for letter in "ACGT":
            letters[place] = letter
            mutants.append("".join(letters))
    return _change_of(score, sequence, mutants)


def _effects_replace_everywhere(score, sequence):
    mutants = [sequence.replace(old, letter) for old in sequence for letter in "ACGT"]
    return _change_of(score, sequence, mutants)


def _effects_insert(score, sequence):
    mutants = [
        sequence[:place] + letter + sequence[place:]
        for place in range(len(sequence))
        for letter in "ACGT"
    ]
    return _change_of(score, sequence, mutants)


def _effects_one_number(score, sequence):
    effects = mutation_effects(score, sequence)
    return effects.sum(axis=1) / 3


def _effects_largest(score, sequence):
    return np.abs(mutation_effects(score, sequence)).max(axis=1)


def _effects_absolute(score, sequence):
    return np.abs(mutation_effects(score, sequence))


def _effects_transposed(score, sequence):
    return mutation_effects(score, sequence).T


def _effects_without_own_letter(score, sequence):
    effects = mutation_effects(score, sequence)
    rows = zip(sequence, effects, strict=True)
    return np.array([np.delete(row, "ACGT".index(letter)) for letter, row in rows])


def _effects_letter_by_letter(score, sequence):
    """All places with A, then all with C ...; laid out as if the places were the outer loop."""
    in_order = mutation_effects(score, sequence).T
    return in_order.reshape(len(sequence), 4)


def _effects_of_single_letters(score, sequence):
    """The score gets a string, whose letters it takes for sequences."""
    return [
        [score(sequence[:i] + letter + sequence[i + 1 :]) - score(sequence) for letter in "ACGT"]
        for i in range(len(sequence))
    ]


def _make_mutation_cases(rng):
    likes_a = _Score("score_a", [[1, 0, 0, 0]])
    likes_acg = _Score("score_acg", np.eye(4)[[0, 1, 2]])
    squared = _Score("score_random", rng.normal(size=(3, 4)), power=2)
    return [
        Case((likes_a, "CG"), "1 where there is an A: every place can gain"),
        Case((likes_a, "AG"), "the only A can be lost"),
        Case((likes_acg, "TACGT"), "the best match to ACG: 3, or 2 with a letter changed"),
        Case((likes_acg, "ACGACG"), "two sites: with one spoilt, the other is still there"),
        Case((squared, _random_dna(rng, 9)), "a random score"),
    ]


MUTATION_EFFECTS = Exercise(
    name="mutation_effects",
    title="One letter at a time",
    unit="cnn_motifs",
    points=2,
    level="should",
    minutes=10,
    reference=mutation_effects,
    make_cases=_make_mutation_cases,
    compare=close,
    hints=(
        "How many mutants has a sequence of L letters, if each place gets each of the four "
        "letters? Make a list of them first, and score them in one call.",
        "A mutant is sequence[:place] + letter + sequence[place + 1 :]. Let the places be the "
        "outer loop and the letters A, C, G, T the inner one; then the scores, laid out as (L, 4), "
        "are in order.",
        "np.asarray(score(mutants)).reshape(len(sequence), 4), minus score([sequence])[0].",
    ),
    wrong_answers=(
        WrongAnswer(
            _effects_turned,
            "The sign is turned: a change that lowers the score must be negative. Mutant minus "
            "sequence.",
        ),
        WrongAnswer(
            _effects_are_scores,
            "These are the scores of the mutants. Subtract that of the sequence as it is.",
        ),
        WrongAnswer(
            _effects_pile_up,
            "Your mutations pile up: each mutant is made from the one before. Begin with the "
            "original sequence for every single change.",
        ),
        WrongAnswer(
            _effects_replace_everywhere,
            "str.replace changes all equal letters at once. Change the one place: slices before "
            "and after it.",
        ),
        WrongAnswer(
            _effects_insert,
            "You inserted a letter instead of replacing one. Go on behind the place: "
            "sequence[place + 1 :].",
        ),
        WrongAnswer(
            _effects_one_number,
            "This is the mean of a place. Return all four numbers, (L, 4).",
        ),
        WrongAnswer(
            _effects_largest,
            "This is the largest change of a place. Return all four numbers, (L, 4).",
        ),
        WrongAnswer(
            _effects_absolute,
            "The signs are gone. Whether a change raises or lowers the score matters.",
        ),
        WrongAnswer(
            _effects_transposed,
            "The shape is (4, L). Return (L, 4): a row for each place.",
        ),
        WrongAnswer(
            _effects_without_own_letter,
            "You left the letter out that stands there. Keep it, with 0, so that the columns are "
            "A C G T at every place.",
        ),
        WrongAnswer(
            _effects_letter_by_letter,
            "The numbers are mixed up: your outer loop goes over the letters, and reshape takes it "
            "for the places. Let the places be the outer loop.",
        ),
        WrongAnswer(
            _effects_of_single_letters,
            "`score` takes a list of strings. A string alone is read letter by letter: write "
            "score([mutant])[0].",
        ),
    ),
)


EXERCISES = (
    GROUPED_SPLIT,
    SCAN_WINDOWS,
    REVERSE_COMPLEMENT_FILTER,
    EXCITING_WINDOWS,
    LOG_ODDS_FROM_SITES,
    BITS_PER_PLACE,
    LOCATE_SITES,
    CHANCE_OF_SCORE,
    MUTATION_EFFECTS,
)
