"""Exercises of unit 06 `gru_lstm`: a padded batch that gives silly answers, and what mends it.

Every exercise is a small function on plain strings, lists, dictionaries and arrays. The functions
below without an underscore are the course's own answers; those whose names begin with an underscore
make the mistakes that the remarks beside them describe. Shape letters: B sequences, L places, A
numbers that a place is read as, D units. States are rows, as in Keras; the gates of an LSTM have
Keras's letters and order, i f c o (doi:10.1162/089976600300015015). In a mask, True stands where
there is a letter.
"""

from bioseq_course.exercises.base import Case, Exercise, WrongAnswer, close, equal

import numpy as np

_GATES = "ifco"


# --- codon_numbers -------------------------------------------------------------------------------


def codon_numbers(text: str) -> list[int]:
    """Number the codons of DNA that is read from its first letter.

    Args:
        text: DNA; letters other than A, C, G, T are unknown.

    Returns:
        AAA 1, AAC 2, AAG 3, AAT 4, ACA 5 ... TTT 64; a codon with an unknown letter 65. Letters at
        the end that make no whole codon are left out. 0 is kept for padding.

    >>> codon_numbers("AAATTTANAC")
    [1, 64, 65]
    """
    codons = [text[i : i + 3] for i in range(0, len(text) - 2, 3)]
    return [_codon_number(codon) for codon in codons]


def _codon_number(codon, letters="ACGT", first=1, unknown=65):
    if not set(codon) <= set(letters):
        return unknown
    number = 0
    for letter in codon:
        number = 4 * number + letters.index(letter)
    return first + number


def _codons_of(text):
    return [text[i : i + 3] for i in range(0, len(text) - 2, 3)]


def _codons_from_zero(text):
    return [_codon_number(codon, first=0, unknown=64) for codon in _codons_of(text)]


def _codons_from_zero_unknown_65(text):
    return [_codon_number(codon, first=0) for codon in _codons_of(text)]


def _codons_overlap(text):
    return [_codon_number(text[i : i + 3]) for i in range(len(text) - 2)]


def _codons_last_one_lost(text):
    return [_codon_number(text[i : i + 3]) for i in range(0, len(text) - 3, 3)]


def _codons_keep_rest(text):
    rest = [65] if len(text) % 3 else []
    return codon_numbers(text) + rest


def _codons_unknown_is_padding(text):
    return [_codon_number(codon, unknown=0) for codon in _codons_of(text)]


def _codons_unknown_left_out(text):
    return [number for number in codon_numbers(text) if number != 65]


def _codons_other_order(text):
    return [_codon_number(codon, letters="TCAG") for codon in _codons_of(text)]


def _codons_order_acgt_swapped(text):
    return [_codon_number(codon, letters="ATGC") for codon in _codons_of(text)]


def _codons_read_backwards(text):
    return [_codon_number(codon[::-1]) for codon in _codons_of(text)]


def _codons_end_aligned(text):
    return codon_numbers(text[len(text) % 3 :])


def _codons_until_a_stop(text):
    codons = _codons_of(text)
    stops = [place for place, codon in enumerate(codons) if codon in ("TAA", "TAG", "TGA")]
    return [_codon_number(codon) for codon in codons[: min(stops, default=len(codons))]]


def _make_codon_cases(rng):
    return [
        Case(("AAATTT",), "the first codon of the list and the last one"),
        Case(("ACAACC",), "AAA 1 to AAT 4, then ACA is 5, ACC is 6"),
        Case(("CATG",), "one letter too many at the end"),
        Case(("GANTTG",), "the first codon holds an unknown letter"),
        Case(("AC",), "no whole codon"),
        Case(("TAAAGRCCC",), "a stop codon, then R (A or G), an unknown letter too"),
        Case(("".join(rng.choice(list("ACGT"), size=31)),), "31 random letters"),
        Case(("".join(rng.choice(list("ACGTN"), size=24)),), "24 letters, some unknown"),
    ]


CODON_NUMBERS = Exercise(
    name="codon_numbers",
    title="Codons as numbers, with 0 kept free",
    unit="gru_lstm",
    points=2,
    level="should",
    minutes=8,
    reference=codon_numbers,
    make_cases=_make_codon_cases,
    compare=equal,
    hints=(
        "Cut first, number then. Where does the last whole codon begin in a text of 10 letters, "
        "and in one of 9?",
        "range(0, len(text) - 2, 3) gives where whole codons begin. A codon is a number with three "
        "digits 0 to 3 in base four; add 1.",
        '16 * "ACGT".index(first) + 4 * "ACGT".index(second) + "ACGT".index(third) + 1; where a '
        "letter is none of the four, 65.",
    ),
    wrong_answers=(
        WrongAnswer(
            _codons_from_zero,
            "AAA has number 0. Padding is 0 as well: behind a mask every lysine AAA would vanish, "
            "without one the padding would read as lysine. Begin with 1.",
        ),
        WrongAnswer(
            _codons_from_zero_unknown_65,
            "AAA has number 0, which is kept for padding, and no codon has 64. Add 1.",
        ),
        WrongAnswer(
            _codons_overlap,
            "You move on by one letter. Codons do not overlap: steps of three.",
        ),
        WrongAnswer(
            _codons_last_one_lost,
            "The last codon is lost where the length is a multiple of 3. The last whole codon may "
            "begin at len(text) - 3, so range must go up to len(text) - 2.",
        ),
        WrongAnswer(
            _codons_keep_rest,
            "One or two letters at the end are no codon. Leave them out; 65 is for an unknown "
            "letter inside a codon.",
        ),
        WrongAnswer(
            _codons_unknown_is_padding,
            "An unknown codon is not padding: something stands there. Its number is 65.",
        ),
        WrongAnswer(
            _codons_unknown_left_out,
            "You leave unknown codons out. They keep their place, with number 65.",
        ),
        WrongAnswer(
            _codons_other_order,
            "The order of the letters is that of the printed codon tables, T C A G. Here it is A C "
            "G T, so AAA comes first and TTT last.",
        ),
        WrongAnswer(
            _codons_order_acgt_swapped,
            "The letters are in the order A, T, G, C. Here it is A, C, G, T.",
        ),
        WrongAnswer(
            _codons_read_backwards,
            "The first letter of a codon counts most (16), the last one least (1). Yours are the "
            "other way round.",
        ),
        WrongAnswer(
            _codons_end_aligned,
            "You leave letters out at the beginning. That changes the reading frame: read from the "
            "first letter and leave out at the end.",
        ),
        WrongAnswer(
            _codons_until_a_stop,
            "You end at a stop codon. Nothing is translated here: every codon has its number, and "
            "a stop among them is evidence.",
        ),
    ),
)


# --- split_gates ---------------------------------------------------------------------------------


def split_gates(array: np.ndarray) -> dict[str, np.ndarray]:
    """Take one of the three arrays of a Keras LSTM apart.

    Args:
        array: kernel `(A, 4 D)`, recurrent kernel `(D, 4 D)` or bias `(4 D,)`, the gates side by
            side in the order i, f, c, o.

    Returns:
        For each of these letters the part that belongs to it: `(A, D)`, `(D, D)` or `(D,)`.

    >>> {gate: part.tolist() for gate, part in split_gates(np.arange(8)).items()}
    {'i': [0, 1], 'f': [2, 3], 'c': [4, 5], 'o': [6, 7]}
    """
    return dict(zip(_GATES, np.split(array, 4, axis=-1), strict=True))


def _gates_named(array, order):
    parts = dict(zip(order, np.split(array, 4, axis=-1), strict=True))
    return {gate: parts[gate] for gate in _GATES}


def _gates_candidate_last(array):
    return _gates_named(array, "ifoc")


def _gates_candidate_second(array):
    return _gates_named(array, "icfo")


def _gates_forget_first(array):
    return _gates_named(array, "fico")


def _gates_forget_first_candidate_last(array):
    return _gates_named(array, "fioc")


def _gates_alphabetical(array):
    return _gates_named(array, "cfio")


def _gates_along_rows(array):
    return dict(zip(_GATES, np.split(array, 4, axis=0), strict=True))


def _gates_every_fourth(array):
    return {gate: array[..., number::4] for number, gate in enumerate(_GATES)}


def _gates_by_size(array):
    """Four columns to each gate, right for four units only."""
    return {gate: array[..., 4 * n : 4 * n + 4] for n, gate in enumerate(_GATES)}


def _gates_by_rows(array):
    """As wide as the array is high: right for the recurrent kernel alone."""
    units = array.shape[0]
    return {gate: array[..., units * n : units * (n + 1)] for n, gate in enumerate(_GATES)}


def _gates_without_names(array):
    return np.split(array, 4, axis=-1)


def _gates_of_tables_only(array):
    """Fails for the bias, which has one axis."""
    return dict(zip(_GATES, np.split(array, 4, axis=1), strict=True))


def _make_gates_cases(rng):
    return [
        Case((np.arange(8.0),), "a bias of two units: 0 1 | 2 3 | 4 5 | 6 7"),
        Case((np.arange(4.0)[None],), "one letter, one unit"),
        Case((np.arange(32.0).reshape(4, 8),), "a kernel: four letters, two units"),
        Case((rng.normal(size=(3, 12)),), "a recurrent kernel of three units"),
        Case((rng.normal(size=(8, 16)),), "eight letters, four units"),
    ]


SPLIT_GATES = Exercise(
    name="split_gates",
    title="Whose numbers are these?",
    unit="gru_lstm",
    points=1,
    level="should",
    minutes=6,
    reference=split_gates,
    make_cases=_make_gates_cases,
    compare=close,
    hints=(
        "An LSTM of D units keeps four gates side by side in each of its arrays. Along which axis, "
        "and how many numbers belong to each?",
        "The last axis has 4 D numbers: D for i, D for f, D for c, D for o. np.split can cut along "
        "any axis, axis=-1 is the last one.",
        'np.split(array, 4, axis=-1) gives four parts; dict(zip("ifco", ...)) names them.',
    ),
    wrong_answers=(
        WrongAnswer(
            _gates_candidate_last,
            "The order i, f, o, c is that of many papers. Keras has i, f, c, o: with yours the "
            "candidate goes through a sigmoid and the output gate through a tanh.",
        ),
        WrongAnswer(
            _gates_candidate_second,
            "Second comes the forget gate: i, f, c, o. Keras's biases show it, ones in the second "
            "quarter.",
        ),
        WrongAnswer(
            _gates_forget_first,
            "Input and forget gate are swapped: i comes first. (The ones among Keras's biases "
            "stand in the second quarter, at f.)",
        ),
        WrongAnswer(
            _gates_forget_first_candidate_last,
            "This is the order f, i, o, c in which many pages write the formulas. Keras keeps them "
            "as i, f, c, o.",
        ),
        WrongAnswer(
            _gates_alphabetical,
            "The gates are not in alphabetical order, but i, f, c, o.",
        ),
        WrongAnswer(
            _gates_along_rows,
            "You cut along the rows, which are what comes in. The gates stand side by side: cut "
            "along the last axis.",
        ),
        WrongAnswer(
            _gates_every_fourth,
            "You take every fourth column. The D columns of one gate stand together.",
        ),
        WrongAnswer(
            _gates_by_size,
            "You cut four columns for each gate. There are four gates, each with D columns: a "
            "quarter of the last axis.",
        ),
        WrongAnswer(
            _gates_by_rows,
            "You take the number of rows for D. That holds for the recurrent kernel only; D is a "
            "quarter of the last axis.",
        ),
        WrongAnswer(
            _gates_without_names,
            "These are the four parts, without their names. Return a dictionary with the letters "
            "i, f, c, o.",
        ),
        WrongAnswer(
            _gates_of_tables_only,
            "This fails for the bias, which has one axis only. axis=-1 is the last axis of any "
            "array, and array[..., a:b] cuts along it.",
        ),
    ),
)


# --- lstm_step -----------------------------------------------------------------------------------


def lstm_step(
    X: np.ndarray,
    H: np.ndarray,
    C: np.ndarray,
    W_x: dict[str, np.ndarray],
    W_h: dict[str, np.ndarray],
    b: dict[str, np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    """Let an LSTM read one place.

    Args:
        X: what is read, `(B, A)`.
        H, C: state and memory before it, each `(B, D)`.
        W_x, W_h, b: for each of the letters i, f, c, o: `(A, D)`, `(D, D)`, `(D,)`.

    Returns:
        State and memory behind it, in this order.

    >>> one = np.ones((1, 1))
    >>> zero = dict.fromkeys("ifco", 0 * one)
    >>> H, C = lstm_step(one, one, 4 * one, zero, zero, zero)
    >>> C.item()  # half of it is kept, nothing is written
    2.0
    """
    total = {gate: X @ W_x[gate] + H @ W_h[gate] + b[gate] for gate in _GATES}
    write, keep, show = (1 / (1 + np.exp(-total[gate])) for gate in "ifo")
    memory = keep * C + write * np.tanh(total["c"])
    return show * np.tanh(memory), memory


def _renamed(arrays, order):
    """The arrays under other names: order[n] is what is taken for the n-th of i, f, c, o."""
    return {gate: arrays[other] for gate, other in zip(_GATES, order, strict=True)}


def _lstm_with(X, H, C, W_x, W_h, b, *, order=_GATES, candidate=np.tanh, shown=np.tanh):
    W_x, W_h, b = (_renamed(arrays, order) for arrays in (W_x, W_h, b))
    total = {gate: X @ W_x[gate] + H @ W_h[gate] + b[gate] for gate in _GATES}
    write, keep, show = (_shares(total[gate]) for gate in "ifo")
    memory = keep * C + write * candidate(total["c"])
    return show * shown(memory), memory


def _shares(numbers):
    return 1 / (1 + np.exp(-numbers))


def _same(numbers):
    return numbers


def _lstm_input_and_forget_swapped(*arguments):
    return _lstm_with(*arguments, order="fico")


def _lstm_input_and_output_swapped(*arguments):
    return _lstm_with(*arguments, order="ofci")


def _lstm_forget_and_output_swapped(*arguments):
    return _lstm_with(*arguments, order="iocf")


def _lstm_memory_not_squashed(*arguments):
    return _lstm_with(*arguments, shown=_same)


def _lstm_candidate_not_squashed(*arguments):
    return _lstm_with(*arguments, candidate=_same)


def _lstm_candidate_sigmoid(*arguments):
    return _lstm_with(*arguments, candidate=_shares)


def _lstm_shows_sigmoid(*arguments):
    return _lstm_with(*arguments, shown=_shares)


def _lstm_forgets_what_it_should_keep(X, H, C, W_x, W_h, b):
    turned = [arrays | {"f": -arrays["f"]} for arrays in (W_x, W_h, b)]
    return _lstm_with(X, H, C, *turned)


def _lstm_memory_first(*arguments):
    return lstm_step(*arguments)[::-1]


def _lstm_state_only(*arguments):
    return lstm_step(*arguments)[0]


def _lstm_gates_read_memory(X, H, C, W_x, W_h, b):
    return lstm_step(X, C, C, W_x, W_h, b)


def _lstm_keeps_state(X, H, C, W_x, W_h, b):
    return lstm_step(X, H, H, W_x, W_h, b)


def _lstm_shows_old_memory(X, H, C, W_x, W_h, b):
    show = _shares(X @ W_x["o"] + H @ W_h["o"] + b["o"])
    return show * np.tanh(C), lstm_step(X, H, C, W_x, W_h, b)[1]


def _lstm_writes_the_rest(X, H, C, W_x, W_h, b):
    """As a GRU does: what is not kept is written."""
    W_x, W_h, b = (arrays | {"i": -arrays["f"]} for arrays in (W_x, W_h, b))
    return lstm_step(X, H, C, W_x, W_h, b)


def _lstm_without_bias(X, H, C, W_x, W_h, b):
    return lstm_step(X, H, C, W_x, W_h, {gate: 0 * part for gate, part in b.items()})


def _lstm_without_state(X, H, C, W_x, W_h, b):
    return lstm_step(X, 0 * H, C, W_x, W_h, b)


def _lstm_recurrent_turned(X, H, C, W_x, W_h, b):
    return lstm_step(X, H, C, W_x, {gate: part.T for gate, part in W_h.items()}, b)


def _lstm_memory_squashed_for_good(*arguments):
    H, C = lstm_step(*arguments)
    return H, np.tanh(C)


def _make_lstm_cases(rng):
    one = np.ones((1, 1))
    nothing = dict.fromkeys(_GATES, 0 * one)
    closed = {
        gate: np.array([bias]) for gate, bias in zip(_GATES, (-9.0, 9.0, 0.0, 9.0), strict=True)
    }
    opened = {
        gate: np.array([bias]) for gate, bias in zip(_GATES, (9.0, -9.0, 2.0, 9.0), strict=True)
    }

    def weights(*shape):
        return {gate: rng.normal(size=shape) for gate in _GATES}

    drawn = rng.normal(size=(3, 4)), rng.normal(size=(3, 5)), 2 * rng.normal(size=(3, 5))
    zero = {gate: np.zeros(1) for gate in _GATES}
    return [
        Case((one, one, 4 * one, nothing, nothing, zero), "weights 0: half of C = 4 is kept"),
        Case((one, 0 * one, 3 * one, nothing, nothing, closed), "nothing is written, C = 3 stays"),
        Case(
            (one, 0 * one, 3 * one, nothing, nothing, opened),
            "C = 3 is thrown away, tanh(2) written",
        ),
        Case((*drawn, weights(4, 5), weights(5, 5), weights(5)), "B = 3, A = 4, D = 5"),
        Case(
            (*(-part for part in drawn), weights(4, 5), weights(5, 5), weights(5)),
            "B = 3, A = 4, D = 5, other weights",
        ),
    ]


LSTM_STEP = Exercise(
    name="lstm_step",
    title="The cell reads one codon",
    unit="gru_lstm",
    points=3,
    level="must",
    minutes=12,
    reference=lstm_step,
    make_cases=_make_lstm_cases,
    compare=close,
    hints=(
        "Four sums of the same form, X W_x + H W_h + b, one for each letter. Which three of them "
        "become shares between 0 and 1, and which one a number between -1 and 1?",
        "The new memory is (share kept) times the old memory plus (share written) times the "
        "candidate. The new state is a share of tanh(new memory).",
        "With total[g] = X @ W_x[g] + H @ W_h[g] + b[g] and s(z) = 1 / (1 + np.exp(-z)): memory = "
        's(total["f"]) * C + s(total["i"]) * np.tanh(total["c"]); state = s(total["o"]) * '
        "np.tanh(memory).",
    ),
    wrong_answers=(
        WrongAnswer(
            _lstm_memory_first,
            "The memory comes first in yours. Return the state H, then the memory C.",
        ),
        WrongAnswer(
            _lstm_state_only,
            "The memory is missing: the next step needs both. Return H and C.",
        ),
        WrongAnswer(
            _lstm_memory_not_squashed,
            "The state is a share of tanh(C), not of C: the tanh is forgotten.",
        ),
        WrongAnswer(
            _lstm_candidate_not_squashed,
            "The candidate is not squashed. What is written is a share of tanh(total of c).",
        ),
        WrongAnswer(
            _lstm_candidate_sigmoid,
            "The candidate goes through a tanh, not a sigmoid: it must be able to take away.",
        ),
        WrongAnswer(
            _lstm_shows_sigmoid,
            "The memory goes through a tanh before it is shown, not through a sigmoid.",
        ),
        WrongAnswer(
            _lstm_input_and_forget_swapped,
            "Input and forget gate are swapped: f belongs to the old memory, i to the candidate.",
        ),
        WrongAnswer(
            _lstm_input_and_output_swapped,
            "Input and output gate are swapped: i says how much is written, o how much is shown.",
        ),
        WrongAnswer(
            _lstm_forget_and_output_swapped,
            "Forget and output gate are swapped: f says how much stays, o how much is shown.",
        ),
        WrongAnswer(
            _lstm_forgets_what_it_should_keep,
            "The forget gate's share is what *stays*, despite its name: f * C, not (1 - f) * C.",
        ),
        WrongAnswer(
            _lstm_gates_read_memory,
            "Your gates read the memory C. They read the state H, which is what the cell shows.",
        ),
        WrongAnswer(
            _lstm_keeps_state,
            "The forget gate is applied to the old state H. It belongs to the old memory C.",
        ),
        WrongAnswer(
            _lstm_shows_old_memory,
            "The state shows the memory of the step before. Write first, then show.",
        ),
        WrongAnswer(
            _lstm_writes_the_rest,
            "You write 1 - f. That is a GRU's way; the LSTM has an input gate of its own.",
        ),
        WrongAnswer(_lstm_without_bias, "The biases are missing: add b of each gate."),
        WrongAnswer(
            _lstm_without_state,
            "The old state does not come in: add H @ W_h of each gate.",
        ),
        WrongAnswer(
            _lstm_recurrent_turned,
            "W_h is turned round. States are rows: H @ W_h, without a .T.",
        ),
        WrongAnswer(
            _lstm_memory_squashed_for_good,
            "The memory itself stays as it is, without limits. Only what is shown of it goes "
            "through the tanh.",
        ),
    ),
)


# --- padding_mask --------------------------------------------------------------------------------


def padding_mask(numbers: np.ndarray) -> np.ndarray:
    """Tell where something stands.

    Args:
        numbers: `(B, L)`, whole numbers, 0 for padding.

    Returns:
        Boolean `(B, L)`: True where there is no padding.

    >>> padding_mask(np.array([[7, 65, 0]])).tolist()
    [[True, True, False]]
    """
    return numbers != 0


def _mask_inverted(numbers):
    return numbers == 0


def _mask_without_unknown(numbers):
    return (numbers != 0) & (numbers != 65)


def _mask_without_unknown_64(numbers):
    return (numbers > 0) & (numbers < 64)


def _mask_without_first(numbers):
    return numbers > 1


def _mask_numbers(numbers):
    return (numbers != 0).astype(int)


def _mask_three_axes(numbers):
    return (numbers != 0)[:, :, None]


def _mask_of_columns(numbers):
    return np.broadcast_to((numbers != 0).all(axis=0), numbers.shape)


def _mask_of_any_row(numbers):
    return np.broadcast_to((numbers != 0).any(axis=0), numbers.shape)


def _mask_of_first_row(numbers):
    return np.broadcast_to(numbers[0] != 0, numbers.shape)


def _mask_lengths(numbers):
    return (numbers != 0).sum(axis=1)


def _mask_one_short(numbers):
    places = np.arange(numbers.shape[1])
    return places < (numbers != 0).sum(axis=1, keepdims=True) - 1


def _mask_one_more(numbers):
    places = np.arange(numbers.shape[1])
    return places <= (numbers != 0).sum(axis=1, keepdims=True)


def _mask_by_length(numbers):
    """Right for padding on the right, wrong for padding on the left."""
    places = np.arange(numbers.shape[1])
    return places < (numbers != 0).sum(axis=1, keepdims=True)


def _make_mask_cases(rng):
    drawn = rng.integers(1, 66, size=(4, 7))
    drawn[:, -1] = [0, 0, 5, 0]
    drawn[1, 3:] = 0
    return [
        Case((np.array([[7, 12, 64, 0, 0]]),), "three codons, two places of padding"),
        Case((np.array([[3, 65, 1, 0]]),), "an unknown codon (65) and AAA (1) are no padding"),
        Case((np.array([[2, 0, 0], [9, 9, 9], [8, 4, 0]]),), "three lengths"),
        Case((np.array([[0, 0, 5, 2]]),), "padding on the left"),
        Case((drawn,), "four sequences"),
    ]


PADDING_MASK = Exercise(
    name="padding_mask",
    title="Where does something stand?",
    unit="gru_lstm",
    points=1,
    level="must",
    minutes=5,
    reference=padding_mask,
    make_cases=_make_mask_cases,
    compare=equal,
    hints=(
        "Which number stands at padding, and at nothing else?",
        "A comparison of an array with a number gives True and False at every place.",
        "numbers != 0 does it, for all rows at once.",
    ),
    wrong_answers=(
        WrongAnswer(
            _mask_inverted,
            "True stands at the padding. In Keras's masks, and here, True means: count this place.",
        ),
        WrongAnswer(
            _mask_without_unknown,
            "An unknown codon (65) is masked too. Something stands there; whether to trust it is "
            "for the network to learn.",
        ),
        WrongAnswer(
            _mask_without_unknown_64,
            "Numbers 64 and 65 are masked: TTT is a codon, and so is an unknown one.",
        ),
        WrongAnswer(
            _mask_without_first,
            "AAA (number 1) is masked. Only 0 is padding.",
        ),
        WrongAnswer(_mask_numbers, "Return True and False, not 1 and 0."),
        WrongAnswer(
            _mask_three_axes,
            "Yours has a third axis. A mask has one entry for each place: (B, L).",
        ),
        WrongAnswer(
            _mask_of_columns,
            "A place is masked in all rows as soon as one row has padding there. Each row has its "
            "own mask.",
        ),
        WrongAnswer(
            _mask_of_any_row,
            "A place counts in all rows as soon as one row has a codon there. Each row has its own "
            "mask.",
        ),
        WrongAnswer(
            _mask_of_first_row,
            "All rows get the mask of the first one.",
        ),
        WrongAnswer(
            _mask_lengths,
            "These are the lengths, (B,). Asked is one entry for each place, (B, L).",
        ),
        WrongAnswer(_mask_one_short, "The last codon of each row is masked: one place short."),
        WrongAnswer(_mask_one_more, "One place too many: the first one of the padding counts."),
        WrongAnswer(
            _mask_by_length,
            "You take the first places of each row, as many as there are codons. With padding on "
            "the left they are the wrong ones. Compare place by place.",
        ),
    ),
)


# --- last_valid_state ----------------------------------------------------------------------------


def last_valid_state(states: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Take from each sequence the state behind its last letter.

    Args:
        states: `(B, L, D)`.
        mask: `(B, L)`, True where a letter stands, at least once in each row.

    Returns:
        `(B, D)`.

    >>> states = np.array([[[1.0], [2.0], [9.0]]])
    >>> last_valid_state(states, np.array([[True, True, False]])).tolist()
    [[2.0]]
    """
    last = mask.shape[1] - 1 - mask[:, ::-1].argmax(axis=1)
    return states[np.arange(len(states)), last]


def _last_at_the_end(states, mask):
    return states[:, -1]


def _last_one_before(states, mask):
    return states[np.arange(len(states)), np.maximum(mask.sum(axis=1) - 2, 0)]


def _last_one_behind(states, mask):
    return states[np.arange(len(states)), mask.sum(axis=1)]


def _last_one_behind_at_most_the_end(states, mask):
    places = np.minimum(mask.sum(axis=1), mask.shape[1] - 1)
    return states[np.arange(len(states)), places]


def _last_by_count(states, mask):
    return states[np.arange(len(states)), mask.sum(axis=1) - 1]


def _last_first(states, mask):
    return states[np.arange(len(states)), mask.argmax(axis=1)]


def _last_of_all_rows(states, mask):
    return states[:, np.flatnonzero(mask.any(axis=0))[-1]]


def _last_common(states, mask):
    return states[:, mask.sum(axis=1).min() - 1]


def _last_without_pairs(states, mask):
    last = mask.shape[1] - 1 - mask[:, ::-1].argmax(axis=1)
    return states[:, last]


def _last_wrong_turn(states, mask):
    return states[np.arange(len(states)), mask[:, ::-1].argmax(axis=1)]


def _last_turned_without_one(states, mask):
    return states[np.arange(len(states)), mask.shape[1] - mask[:, ::-1].argmax(axis=1)]


def _last_times_mask(states, mask):
    return (states * mask[:, :, None])[:, -1]


def _last_sum(states, mask):
    return (states * mask[:, :, None]).sum(axis=1)


def _last_places(states, mask):
    return mask.shape[1] - 1 - mask[:, ::-1].argmax(axis=1)


def _last_row_only(states, mask):
    return last_valid_state(states, mask)[-1]


def _make_last_cases(rng):
    count = np.arange(1.0, 6.0)[None, :, None]
    three = rng.normal(size=(3, 5, 2))
    lengths = np.array([2, 5, 4])
    holes = np.array([[True, False, True, False], [True, True, True, True]])
    return [
        Case((count, np.array([[True, True, True, False, False]])), "three letters: state 3"),
        Case((count, np.ones((1, 5), bool)), "no padding: state 5"),
        Case((three, np.arange(5) < lengths[:, None]), "lengths 2, 5 and 4"),
        Case((count, np.array([[False, False, True, True, True]])), "padding on the left: state 5"),
        Case(
            (count, np.array([[False, True, True, True, False]])), "padding on both sides: state 4"
        ),
        Case((rng.normal(size=(2, 4, 3)), holes), "a gap inside"),
    ]


LAST_VALID_STATE = Exercise(
    name="last_valid_state",
    title="The state behind the last letter",
    unit="gru_lstm",
    points=2,
    level="must",
    minutes=10,
    reference=last_valid_state,
    make_cases=_make_last_cases,
    compare=close,
    hints=(
        "For each row one place is wanted, and the rows differ. How can you find, in a row of True "
        "and False, the *last* True? (argmax finds the first.)",
        "Turn the mask round, mask[:, ::-1]; argmax(axis=1) then says how many places from the end "
        "the last True is. To pick one place for each row, index with two arrays of length B.",
        "last = L - 1 - mask[:, ::-1].argmax(axis=1), then states[np.arange(B), last].",
    ),
    wrong_answers=(
        WrongAnswer(
            _last_at_the_end,
            "states[:, -1] is the state behind the padding: the network went on reading after the "
            "sequence was over. This is the colleague's mistake.",
        ),
        WrongAnswer(
            _last_by_count,
            "The number of letters less 1 is the last place only where all padding stands on the "
            "right. Look for the last True itself.",
        ),
        WrongAnswer(
            _last_one_before,
            "One place too early: with n letters on the left the last one has index n - 1.",
        ),
        WrongAnswer(
            _last_one_behind,
            "One place too late: with n letters on the left the last one has index n - 1, since "
            "places count from 0.",
        ),
        WrongAnswer(
            _last_one_behind_at_most_the_end,
            "One place too late wherever there is padding: with n letters the last one has index "
            "n - 1.",
        ),
        WrongAnswer(
            _last_first,
            "mask.argmax finds the first True, not the last.",
        ),
        WrongAnswer(
            _last_of_all_rows,
            "You take the last place of the longest sequence for all of them.",
        ),
        WrongAnswer(
            _last_common,
            "You take the last place of the shortest sequence for all of them: the others lose "
            "their ends.",
        ),
        WrongAnswer(
            _last_without_pairs,
            "states[:, last] takes every row at every one of these places: (B, B, D). Pair rows "
            "and places: states[np.arange(B), last].",
        ),
        WrongAnswer(
            _last_wrong_turn,
            "argmax of the reversed mask counts from the end. Turn it back: L - 1 minus it.",
        ),
        WrongAnswer(
            _last_turned_without_one,
            "L minus the argmax is one place too late: the last index is L - 1.",
        ),
        WrongAnswer(
            _last_times_mask,
            "States times mask, then the last place: that is 0 wherever there is padding.",
        ),
        WrongAnswer(_last_sum, "You add all states up. Asked is one of them."),
        WrongAnswer(_last_row_only, "This is the answer for the last row only."),
        WrongAnswer(
            _last_places,
            "These are the places, (B,). Asked are the states that stand there, (B, D).",
        ),
    ),
)


# --- pooled_mean ---------------------------------------------------------------------------------


def pooled_mean(states: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Average the states of each sequence over its letters.

    Args:
        states: `(B, L, D)`.
        mask: `(B, L)`, True where a letter stands.

    Returns:
        `(B, D)`; zeros for a row without any True.

    >>> states = np.array([[[1.0], [3.0], [9.0]]])
    >>> pooled_mean(states, np.array([[True, True, False]])).tolist()
    [[2.0]]
    """
    counts = np.maximum(mask.sum(axis=1, keepdims=True), 1)
    return (states * mask[:, :, None]).sum(axis=1) / counts


def _pooled_over_padded_length(states, mask):
    return (states * mask[:, :, None]).mean(axis=1)


def _pooled_with_padding(states, mask):
    return states.mean(axis=1)


def _pooled_padding_in_sum(states, mask):
    return states.sum(axis=1) / np.maximum(mask.sum(axis=1, keepdims=True), 1)


def _pooled_nan(states, mask):
    return (states * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)


def _pooled_sum(states, mask):
    return (states * mask[:, :, None]).sum(axis=1)


def _pooled_whole_count(states, mask):
    return (states * mask[:, :, None]).sum(axis=1) / max(mask.sum(), 1)


def _pooled_whole_batch(states, mask):
    return np.broadcast_to(states[mask].mean(axis=0), (len(states), states.shape[2]))


def _pooled_over_units(states, mask):
    return (states * mask[:, :, None]).mean(axis=2)


def _pooled_one_more(states, mask):
    return (states * mask[:, :, None]).sum(axis=1) / (mask.sum(axis=1, keepdims=True) + 1)


def _pooled_inverted(states, mask):
    return pooled_mean(states, ~mask)


def _pooled_max(states, mask):
    highest = np.where(mask[:, :, None], states, -np.inf).max(axis=1)
    return np.where(mask.any(axis=1, keepdims=True), highest, 0)


def _pooled_count_not_zero(states, mask):
    kept = states * mask[:, :, None]
    return kept.sum(axis=1) / np.maximum((kept != 0).sum(axis=1), 1)


def _pooled_to_one_number(states, mask):
    return pooled_mean(states, mask).mean(axis=1)


def _make_pooled_cases(rng):
    states = np.array([[[1.0], [3.0], [9.0], [7.0]]])
    with_zero = np.array([[[0.0], [4.0], [9.0]]])
    lengths = np.array([1, 6, 3])
    return [
        Case((states, np.array([[True, True, False, False]])), "two letters: (1 + 3) / 2"),
        Case((states, np.ones((1, 4), bool)), "no padding: 20 / 4"),
        Case((states, np.zeros((1, 4), bool)), "padding alone"),
        Case((with_zero, np.array([[True, True, False]])), "a state of 0 at a letter: (0 + 4) / 2"),
        Case((rng.normal(size=(3, 6, 2)), np.arange(6) < lengths[:, None]), "lengths 1, 6 and 3"),
        Case((rng.normal(size=(2, 5, 5)), rng.random((2, 5)) < 0.5), "any places"),
    ]


POOLED_MEAN = Exercise(
    name="pooled_mean",
    title="A mean over letters alone",
    unit="gru_lstm",
    points=2,
    level="should",
    minutes=8,
    reference=pooled_mean,
    make_cases=_make_pooled_cases,
    compare=close,
    hints=(
        "A mean is a sum divided by a number. What must be left out of the sum, and which number "
        "divides?",
        "Set the states at padding to 0 (times the mask, with a third axis), sum over the places, "
        "and divide by the number of True in the row. Where that is 0, divide by 1.",
        "(states * mask[:, :, None]).sum(axis=1), and np.maximum(mask.sum(axis=1, keepdims=True), "
        "1).",
    ),
    wrong_answers=(
        WrongAnswer(
            _pooled_over_padded_length,
            "You divide by the padded length L: the same sequence gets smaller numbers in a batch "
            "with a longer one. Divide by the number of its letters.",
        ),
        WrongAnswer(
            _pooled_with_padding,
            "The padding counts like letters. Use the mask.",
        ),
        WrongAnswer(
            _pooled_padding_in_sum,
            "You divide by the right number, but the states at padding are still in the sum.",
        ),
        WrongAnswer(
            _pooled_nan,
            "A row of padding alone gives 0 / 0, which is nan, and one nan in a loss ruins all "
            "weights. Divide by 1 there.",
        ),
        WrongAnswer(_pooled_sum, "This is the sum. Divide by the number of letters."),
        WrongAnswer(
            _pooled_whole_count,
            "You divide by the letters of the whole batch. Each row has its own number.",
        ),
        WrongAnswer(
            _pooled_whole_batch,
            "All rows get the mean of the batch. Average each sequence by itself.",
        ),
        WrongAnswer(
            _pooled_over_units,
            "You average over the units. The places are the second axis.",
        ),
        WrongAnswer(
            _pooled_one_more,
            "You divide by one more than there are letters. To avoid 0, use np.maximum(..., 1).",
        ),
        WrongAnswer(_pooled_inverted, "You average over the padding: True is where letters are."),
        WrongAnswer(_pooled_max, "This is the maximum. Asked is the mean."),
        WrongAnswer(
            _pooled_count_not_zero,
            "You divide by the number of states that are not 0. A state may be 0 at a letter too: "
            "count the True of the mask.",
        ),
        WrongAnswer(
            _pooled_to_one_number,
            "Yours is one number for each row: you average over the units too. Over the places "
            "alone, the result is (B, D).",
        ),
    ),
)


# --- cut_in_frame --------------------------------------------------------------------------------


def cut_in_frame(text: str, max_letters: int, side: str) -> str:
    """Shorten DNA to at most so many letters, and leave it in the reading frame it was in.

    Args:
        text: DNA whose first letter has some place in a codon.
        max_letters: how many letters may be left, at least 3.
        side: the end at which letters are cut off, `"left"` or `"right"`.

    Returns:
        As many letters as possible, the first of them at the same place in its codon as before.

    >>> cut_in_frame("AAACCCGGGT", 6, "right"), cut_in_frame("AAACCCGGGT", 6, "left")
    ('AAACCC', 'GGGT')
    """
    if side == "right":
        return text[:max_letters]
    too_many = max(0, len(text) - max_letters)
    return text[3 * -(-too_many // 3) :]


def _cut_as_the_colleague(text, max_letters, side):
    return text[:max_letters] if side == "right" else text[-max_letters:]


def _cut_always_right(text, max_letters, side):
    return text[:max_letters]


def _cut_sides_swapped(text, max_letters, side):
    return cut_in_frame(text, max_letters, "left" if side == "right" else "right")


def _cut_too_little(text, max_letters, side):
    if side == "right":
        return text[:max_letters]
    return text[3 * (max(0, len(text) - max_letters) // 3) :]


def _cut_to_whole_codons_from_the_end(text, max_letters, side):
    """A multiple of three letters is left, counted from the wrong end."""
    if len(text) <= max_letters:
        return text
    kept = max_letters - max_letters % 3
    return text[:kept] if side == "right" else text[-kept:]


def _cut_rounds_the_limit(text, max_letters, side):
    kept = max_letters - max_letters % 3
    return text[:kept] if side == "right" else text[-kept:]


def _cut_until_a_multiple_is_left(text, max_letters, side):
    if side == "right":
        return text[:max_letters]
    too_many = max(0, len(text) - max_letters)
    return text[too_many + (len(text) - too_many) % 3 :]


def _cut_always_left(text, max_letters, side):
    return cut_in_frame(text, max_letters, "left")


def _cut_one_codon_more(text, max_letters, side):
    if side == "right" or len(text) <= max_letters:
        return text[:max_letters]
    return text[3 * ((len(text) - max_letters) // 3 + 1) :]


def _cut_always_a_codon_more(text, max_letters, side):
    if side == "right":
        return text[:max_letters]
    return text[3 * (max(0, len(text) - max_letters) // 3 + 1) :]


def _cut_short_ones_too(text, max_letters, side):
    cut = cut_in_frame(text, max_letters, side)
    return cut[: len(cut) - len(cut) % 3]


def _cut_right_in_threes(text, max_letters, side):
    if side == "right" and len(text) > max_letters:
        return text[: max_letters - max_letters % 3]
    return cut_in_frame(text, max_letters, side)


def _cut_negative_start(text, max_letters, side):
    """Short texts get a negative start, which counts from the end."""
    if side == "right":
        return text[:max_letters]
    return text[3 * -(-(len(text) - max_letters) // 3) :]


def _make_cut_cases(rng):
    letters = "".join(rng.choice(list("ACGT"), size=47))
    return [
        Case(("AAACCCGGG", 6, "right"), "three codons, the last one is cut off"),
        Case(("AAACCCGGG", 6, "left"), "three codons, the first one is cut off"),
        Case(("AAACCCGGGT", 6, "left"), "four letters too many: six must go"),
        Case(("AAACCCGGGT", 7, "right"), "on the right any letter may go"),
        Case(("AAACCCGGGTT", 8, "left"), "three letters too many: three go, eight are left"),
        Case(("ACGTACG", 20, "left"), "short enough: nothing is cut"),
        Case(("ACGTACG", 7, "left"), "just short enough"),
        Case((letters, 30, "left"), "47 letters, 30 allowed"),
        Case((letters, 31, "right"), "47 letters, 31 allowed"),
        Case((letters[:13], 20, "left"), "13 letters, 20 allowed"),
    ]


CUT_IN_FRAME = Exercise(
    name="cut_in_frame",
    title="Cut without moving the frame",
    unit="gru_lstm",
    points=2,
    level="must",
    minutes=10,
    reference=cut_in_frame,
    make_cases=_make_cut_cases,
    compare=equal,
    hints=(
        "Take a text of ten letters that begins with a codon, and cut four off at the left. Which "
        "letter of a codon comes first now?",
        "On the left only whole codons may go: a multiple of 3, and enough of it. How many letters "
        "are too many, and what is the next multiple of 3?",
        "too_many = max(0, len(text) - max_letters); the next multiple of 3 is 3 * ((too_many + 2) "
        "// 3). On the right, text[:max_letters] is fine.",
    ),
    wrong_answers=(
        WrongAnswer(
            _cut_as_the_colleague,
            "This is the colleague's function: text[-max_letters:] cuts off any number of letters "
            "at the left, and two times in three the frame moves. Cut off a multiple of 3.",
        ),
        WrongAnswer(
            _cut_always_right,
            "You cut at the right whatever `side` says.",
        ),
        WrongAnswer(
            _cut_sides_swapped,
            '`side` names the end at which letters are cut off: with "left" the end of the text '
            "stays.",
        ),
        WrongAnswer(
            _cut_too_little,
            "You round down: up to two letters too many are left. Cut off the next multiple of 3.",
        ),
        WrongAnswer(
            _cut_to_whole_codons_from_the_end,
            "You leave a multiple of 3 letters. That keeps the frame only where the whole text has "
            "a multiple of 3. It is the number cut off at the left that must be one.",
        ),
        WrongAnswer(
            _cut_rounds_the_limit,
            "You round max_letters down to a multiple of 3. That keeps the frame only where the "
            "whole text has a multiple of 3. The number cut off at the left must be one.",
        ),
        WrongAnswer(
            _cut_until_a_multiple_is_left,
            "You cut at the left until a multiple of 3 is left. The number that is cut off must be "
            "a multiple of 3, not the number that is left.",
        ),
        WrongAnswer(
            _cut_always_left,
            "You cut at the left whatever `side` says.",
        ),
        WrongAnswer(
            _cut_one_codon_more,
            "Where the number of letters too many is a multiple of 3 already, you cut off one "
            "codon more than needed.",
        ),
        WrongAnswer(
            _cut_always_a_codon_more,
            "You cut off a codon more than needed, even from a text that is short enough. Round up "
            "to a multiple of 3.",
        ),
        WrongAnswer(
            _cut_short_ones_too,
            "You also drop an unfinished codon at the end. That is not asked: whoever reads codons "
            "leaves it out anyway.",
        ),
        WrongAnswer(
            _cut_right_in_threes,
            "At the right you cut more than needed: only the first letter decides the frame, so "
            "any number of letters may go there.",
        ),
        WrongAnswer(
            _cut_negative_start,
            "For a short text the number of letters too many is below 0, and a negative start "
            "counts from the end. Take max(0, ...).",
        ),
    ),
)


# --- gate_bias_for -------------------------------------------------------------------------------


def gate_bias_for(num_steps: int, share: float) -> float:
    """Return the bias with which a gate keeps a share of a memory over many steps.

    Args:
        num_steps: n, at least 1.
        share: what is left after n steps, between 0 and 1.

    Returns:
        b with sigmoid(b)^n = share.

    >>> gate_bias_for(2, 0.25)  # keeps one half at each step
    0.0
    """
    keep = share ** (1 / num_steps)
    return float(np.log(keep / (1 - keep)))


def _bias_keep_itself(num_steps, share):
    return float(share ** (1 / num_steps))


def _bias_share_divided(num_steps, share):
    keep = share / num_steps
    return float(np.log(keep / (1 - keep)))


def _bias_for_one_step(num_steps, share):
    return float(np.log(share / (1 - share)))


def _bias_power(num_steps, share):
    keep = share**num_steps
    return float(np.log(keep / (1 - keep)))


def _bias_sign(num_steps, share):
    return -gate_bias_for(num_steps, share)


def _bias_rule_of_thumb(num_steps, share):
    return float(np.log(num_steps))


def _bias_rule_less_one(num_steps, share):
    return float(np.log(num_steps - 1))


def _bias_steps(num_steps, share):
    return float(num_steps)


def _bias_log_of_keep(num_steps, share):
    return float(np.log(share ** (1 / num_steps)))


def _bias_log10(num_steps, share):
    return gate_bias_for(num_steps, share) / float(np.log(10))


def _bias_log2(num_steps, share):
    return gate_bias_for(num_steps, share) / float(np.log(2))


def _bias_sigmoid(num_steps, share):
    keep = share ** (1 / num_steps)
    return float(1 / (1 + np.exp(-keep)))


def _bias_for_one_half(num_steps, share):
    return gate_bias_for(num_steps, 0.5)


def _bias_loses_evenly(num_steps, share):
    keep = 1 - (1 - share) / num_steps
    return float(np.log(keep / (1 - keep)))


def _make_bias_cases(rng):
    return [
        Case((1, 0.5), "one step, half is left: a bias of 0"),
        Case((2, 0.25), "two steps, half is kept at each"),
        Case((1, 0.9), "one step, 0.9 is left: log(0.9 / 0.1)"),
        Case((40, 0.5), "half is left after 40 steps"),
        Case((100, 0.9), "0.9 is left after 100 steps"),
        Case((int(rng.integers(5, 60)), float(rng.uniform(0.2, 0.8))), "any numbers"),
    ]


GATE_BIAS_FOR = Exercise(
    name="gate_bias_for",
    title="How nearly open must a gate be?",
    unit="gru_lstm",
    points=2,
    level="should",
    minutes=8,
    reference=gate_bias_for,
    make_cases=_make_bias_cases,
    compare=close,
    hints=(
        "Two questions, one after the other. Which share must be kept at *each* step, so that "
        "`share` is left after n of them? And which bias makes a sigmoid give that?",
        "At each step the memory is multiplied by f, so f ** n = share. The sigmoid 1 / (1 + "
        "exp(-b)) = f is solved for b by a logarithm of f and 1 - f.",
        "f = share ** (1 / num_steps), and b = np.log(f / (1 - f)).",
    ),
    wrong_answers=(
        WrongAnswer(
            _bias_keep_itself,
            "This is the share that the gate keeps at each step. The bias is what the sigmoid "
            "turns into it: log(f / (1 - f)).",
        ),
        WrongAnswer(
            _bias_share_divided,
            "You divide the share by the number of steps. It is multiplied at each step: f ** n = "
            "share, so f is the n-th root.",
        ),
        WrongAnswer(
            _bias_for_one_step,
            "The number of steps does not come in: this is the bias for a single step.",
        ),
        WrongAnswer(
            _bias_for_one_half,
            "The share does not come in: this is the bias that leaves one half.",
        ),
        WrongAnswer(
            _bias_power,
            "You take the n-th power of the share. Its n-th root is kept at each step.",
        ),
        WrongAnswer(
            _bias_sign,
            "The sign is turned: this bias throws away what should stay. log(f / (1 - f)).",
        ),
        WrongAnswer(
            _bias_rule_of_thumb,
            "log n is the lecture's rule of thumb for a long memory, with about 1/e left. Here the "
            "share is given: solve for it.",
        ),
        WrongAnswer(
            _bias_rule_less_one,
            "log(n - 1) is the lecture's rule, with about 1/e left at the end. Here the share is "
            "given: solve for it.",
        ),
        WrongAnswer(
            _bias_steps,
            "A bias of n keeps 1 - exp(-n) at each step, so the gate would hardly ever move again. "
            "It grows with the logarithm of n.",
        ),
        WrongAnswer(
            _bias_log_of_keep,
            "The logarithm of f alone is not the inverse of the sigmoid: log(f / (1 - f)).",
        ),
        WrongAnswer(
            _bias_log10,
            "You use log10. The sigmoid has exp in it: np.log, the natural logarithm.",
        ),
        WrongAnswer(
            _bias_log2,
            "You use log2. The sigmoid has exp in it: np.log, the natural logarithm.",
        ),
        WrongAnswer(
            _bias_sigmoid,
            "You apply the sigmoid to the share. Its inverse is needed: log(f / (1 - f)).",
        ),
        WrongAnswer(
            _bias_loses_evenly,
            "You let the memory lose the same amount at each step. It loses the same *share*: "
            "f ** n = share.",
        ),
    ),
)


# --- attention_pool ------------------------------------------------------------------------------


def attention_pool(states: np.ndarray, scores: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Average the states of each sequence with shares that come from scores.

    Args:
        states: `(B, L, D)`.
        scores: `(B, L)`, any numbers.
        mask: `(B, L)`, True where a letter stands, at least once in each row.

    Returns:
        `(B, D)`: the sum over letters of share times state; the shares are the softmax of the
        scores over the letters (arXiv:1703.03130).

    >>> states = np.array([[[1.0], [3.0], [9.0]]])
    >>> mask = np.array([[True, True, False]])
    >>> attention_pool(states, np.zeros((1, 3)), mask).tolist()  # equal scores: the mean
    [[2.0]]
    """
    shares = _softmax(np.where(mask, scores, -np.inf))
    return np.einsum("bl,bld->bd", shares, states)


def _softmax(scores, axis=1):
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _weighted(shares, states):
    return np.einsum("bl,bld->bd", shares, states)


def _attention_over_padding(states, scores, mask):
    return _weighted(_softmax(scores), states)


def _attention_masked_behind(states, scores, mask):
    return _weighted(_softmax(scores) * mask, states)


def _attention_masked_scores(states, scores, mask):
    return _weighted(_softmax(scores * mask), states)


def _attention_over_batch(states, scores, mask):
    return _weighted(_softmax(np.where(mask, scores, -1e9), axis=0) * mask, states)


def _attention_overflows(states, scores, mask):
    powers = np.exp(scores) * mask
    return _weighted(powers / powers.sum(axis=1, keepdims=True), states)


def _attention_of_shares(states, scores, mask):
    return _softmax(np.where(mask, scores, -np.inf))


def _attention_not_normalised(states, scores, mask):
    shifted = np.where(mask, scores, -np.inf)
    return _weighted(np.exp(shifted - shifted.max(axis=1, keepdims=True)), states)


def _attention_plain_scores(states, scores, mask):
    return _weighted(scores * mask, states)


def _attention_scores_over_sum(states, scores, mask):
    return _weighted(scores * mask / (scores * mask).sum(axis=1, keepdims=True), states)


def _attention_mean_of_weighted(states, scores, mask):
    return attention_pool(states, scores, mask) / mask.sum(axis=1, keepdims=True)


def _attention_mean(states, scores, mask):
    return pooled_mean(states, mask)


def _attention_best_only(states, scores, mask):
    best = np.where(mask, scores, -np.inf).argmax(axis=1)
    return states[np.arange(len(states)), best]


def _attention_not_summed(states, scores, mask):
    return _softmax(np.where(mask, scores, -np.inf))[:, :, None] * states


def _attention_inverted(states, scores, mask):
    return _weighted(_softmax(np.where(mask, -1e9, scores)), states)


def _attention_largest_with_padding(states, scores, mask):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True)) * mask
    return _weighted(powers / powers.sum(axis=1, keepdims=True), states)


def _attention_largest_of_batch(states, scores, mask):
    powers = np.exp(scores - scores[mask].max()) * mask
    return _weighted(powers / powers.sum(axis=1, keepdims=True), states)


def _make_attention_cases(rng):
    states = np.array([[[1.0], [3.0], [9.0]]])
    both, far_apart = np.concatenate([states, states]), np.array([[0.0, 0.0, 5.0], [2e3, 2e3, 5.0]])
    two = np.array([[True, True, False]])
    lengths = np.array([2, 6, 4])
    return [
        Case((states, np.zeros((1, 3)), two), "equal scores: the mean of 1 and 3"),
        Case((states, np.array([[0.0, np.log(3), 5.0]]), two), "shares 1/4 and 3/4"),
        Case(
            (states, np.array([[900.0, 901.0, 0.0]]), two),
            "large scores: shares 1 / (1 + e), e / (1 + e)",
        ),
        Case((states, np.array([[1.0, 1.0, 2e3]]), two), "a much larger score at the padding"),
        Case((both, far_apart, two[[0, 0]]), "a row with much larger scores than another"),
        Case((states, np.array([[-3.0, -1.0, -2.0]]), np.ones((1, 3), bool)), "no padding"),
        Case(
            (rng.normal(size=(3, 6, 2)), rng.normal(size=(3, 6)), np.arange(6) < lengths[:, None]),
            "lengths 2, 6 and 4",
        ),
    ]


ATTENTION_POOL = Exercise(
    name="attention_pool",
    title="Shares for letters, none for padding",
    unit="gru_lstm",
    points=3,
    level="stretch",
    minutes=18,
    reference=attention_pool,
    make_cases=_make_attention_cases,
    compare=close,
    hints=(
        "Two steps: scores to shares, shares and states to one row. The shares of a sequence add "
        "up to 1. Which places may have one?",
        "What must a score be so that exp(score) is 0? Put that in at the padding, *before* the "
        "softmax. Then subtract the largest score of each row, so that exp does not overflow.",
        "scores = np.where(mask, scores, -np.inf); powers = np.exp(scores - scores.max(axis=1, "
        "keepdims=True)); divide by their sum over axis 1; then multiply with states, the shares "
        "having a third axis, and sum over the places.",
    ),
    wrong_answers=(
        WrongAnswer(
            _attention_over_padding,
            "The softmax runs over the padding too, so padding gets shares. Use the mask.",
        ),
        WrongAnswer(
            _attention_masked_behind,
            "You take the padding's shares away *after* the softmax: those of the letters no "
            "longer add up to 1. Mask the scores before.",
        ),
        WrongAnswer(
            _attention_masked_scores,
            "A score of 0 is not a share of 0: exp(0) is 1. At the padding the score must be "
            "minus infinity (or -1e9).",
        ),
        WrongAnswer(
            _attention_over_batch,
            "The softmax runs over the batch: sequences share out among each other. The places are "
            "axis 1.",
        ),
        WrongAnswer(
            _attention_overflows,
            "With large scores exp overflows and the result is nan. Subtract the largest score "
            "of the row's letters first; the shares stay the same.",
        ),
        WrongAnswer(
            _attention_of_shares,
            "These are the shares, (B, L). Multiply the states by them and sum over the places.",
        ),
        WrongAnswer(
            _attention_not_normalised,
            "The shares of a row do not add up to 1: divide by their sum.",
        ),
        WrongAnswer(
            _attention_plain_scores,
            "You use the scores as they are. A softmax makes shares of them: above 0, in sum 1.",
        ),
        WrongAnswer(
            _attention_scores_over_sum,
            "Scores divided by their sum are no softmax: below 0 they give no shares. Take exp "
            "first.",
        ),
        WrongAnswer(
            _attention_mean_of_weighted,
            "The shares add up to 1 already. Sum over the places, and do not divide again.",
        ),
        WrongAnswer(_attention_mean, "This is the plain mean; the scores do not come in."),
        WrongAnswer(
            _attention_best_only,
            "You take the place with the largest score alone. All letters have a share.",
        ),
        WrongAnswer(
            _attention_not_summed,
            "States times shares, (B, L, D): sum over the places.",
        ),
        WrongAnswer(_attention_inverted, "The padding gets the shares: True is where letters are."),
        WrongAnswer(
            _attention_largest_with_padding,
            "You subtract the largest score of the whole row. Where it stands at the padding, "
            "each letter gets exp(-large) = 0, and 0 / 0 is nan. Mask first, then take the "
            "largest.",
        ),
        WrongAnswer(
            _attention_largest_of_batch,
            "You subtract the largest score of the batch. In a row with much smaller ones every "
            "letter gets exp(-large) = 0, and 0 / 0 is nan. Each row has its own largest score.",
        ),
    ),
)


EXERCISES = (
    CODON_NUMBERS,
    SPLIT_GATES,
    LSTM_STEP,
    PADDING_MASK,
    LAST_VALID_STATE,
    POOLED_MEAN,
    CUT_IN_FRAME,
    GATE_BIAS_FOR,
    ATTENTION_POOL,
)
