"""Exercises of unit 05 `rnn_bptt`: a training run that diverges, and what mends it.

Every exercise is a small function on plain arrays. The functions below without an underscore are
the course's own answers; those whose names begin with an underscore make the mistakes that the
remarks beside them describe. Shape letters: B sequences, L steps, A letters (4, in the order
A C G T), D units of the state. States are rows, as in Keras: h_t = φ(x_t W_xh + h_{t-1} W_hh + b_h)
(Elman 1990, doi:10.1207/s15516709cog1402_1).
"""

from collections.abc import Callable, Sequence

from bioseq_course.exercises.base import Case, Exercise, WrongAnswer, close

import numpy as np


class _Function:
    """A function for cases whose repr is the same in every process."""

    def __init__(self, name: str, call: Callable):
        self.name, self.call = name, call

    def __repr__(self):
        return self.name

    def __call__(self, values):
        return self.call(values)

    def __deepcopy__(self, memory):
        return self


def _rectify(sums):
    return np.maximum(sums, 0.0)


_TANH, _RELU = _Function("tanh", np.tanh), _Function("relu", _rectify)


# --- next_letter_targets -------------------------------------------------------------------------


def next_letter_targets(letters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Part windows into what a network reads and what it is asked.

    Args:
        letters: `(B, L + 1)`, whole numbers 0 to 3 for A, C, G, T.

    Returns:
        Inputs `(B, L, 4)`, one-hot, and targets `(B, L)`: at each place the letter that follows.

    >>> inputs, targets = next_letter_targets(np.array([[0, 2, 3]]))
    >>> inputs.argmax(axis=2).tolist(), targets.tolist()
    ([[0, 2]], [[2, 3]])
    """
    return np.eye(4)[letters[:, :-1]], letters[:, 1:]


def _close_targets(expected, received) -> bool:
    """Compare as numbers: a one-hot array of True and False works as well as one of 1 and 0."""
    try:
        received = [np.asarray(part, dtype=float) for part in received]
    except (TypeError, ValueError):  # not two arrays
        return False
    return close([np.asarray(part, dtype=float) for part in expected], received)


def _targets_uncut(letters):
    return np.eye(4)[letters], letters


def _targets_letters_first(letters):
    return np.moveaxis(np.eye(4)[letters[:, :-1]], 2, 1), letters[:, 1:]


def _targets_not_shifted(letters):
    return np.eye(4)[letters[:, :-1]], letters[:, :-1]


def _targets_backwards(letters):
    return np.eye(4)[letters[:, 1:]], letters[:, :-1]


def _targets_wrap_around(letters):
    return np.eye(4)[letters], np.roll(letters, -1, axis=1)


def _targets_wrap_backwards(letters):
    return np.eye(4)[letters], np.roll(letters, 1, axis=1)


def _targets_all_inputs(letters):
    return np.eye(4)[letters], letters[:, 1:]


def _targets_of_next_row(letters):
    return np.eye(4)[letters[:-1]], letters[1:]


def _targets_two_ahead(letters):
    return np.eye(4)[letters[:, :-2]], letters[:, 2:]


def _targets_one_hot(letters):
    return np.eye(4)[letters[:, :-1]], np.eye(4)[letters[:, 1:]]


def _targets_inputs_as_numbers(letters):
    return letters[:, :-1], letters[:, 1:]


def _targets_swapped(letters):
    return letters[:, 1:], np.eye(4)[letters[:, :-1]]


def _targets_last_letter_alone(letters):
    return np.eye(4)[letters[:, :-1]], letters[:, -1]


def _make_targets_cases(rng):
    return [
        Case((np.array([[0, 2, 3]]),), "one window, AGT: read A and G, asked for G and T"),
        Case((np.array([[0, 1, 2, 3], [3, 3, 0, 1]]),), "two windows of four letters"),
        Case((np.array([[1, 0]]),), "one letter is read, one is asked"),
        Case((rng.integers(4, size=(3, 8)),), "three random windows"),
    ]


NEXT_LETTER_TARGETS = Exercise(
    name="next_letter_targets",
    title="What is read, what is asked",
    unit="rnn_bptt",
    points=1,
    level="should",
    minutes=5,
    reference=next_letter_targets,
    make_cases=_make_targets_cases,
    compare=_close_targets,
    hints=(
        "Write a window of four letters on paper. Which of them can be read when the next one is "
        "asked? Which of them is never asked, which is never read?",
        "All letters but the last are read; all but the first are asked. The letters lie along the "
        "second axis of the array.",
        "letters[:, :-1] are read, letters[:, 1:] are asked. np.eye(4)[numbers] is their one-hot "
        "form.",
    ),
    wrong_answers=(
        WrongAnswer(
            _targets_not_shifted,
            "Inputs and targets are the same letters: the network would copy what it has just "
            "read. The target is the letter after it.",
        ),
        WrongAnswer(
            _targets_backwards,
            "Yours asks for the letter before the one that is read. Turn the two round: read "
            "letters 1 to L, ask for letters 2 to L + 1.",
        ),
        WrongAnswer(
            _targets_wrap_around,
            "np.roll carries the first letter to the end, where it is asked as if it came next. "
            "After the last letter nothing is known: it is not read.",
        ),
        WrongAnswer(
            _targets_wrap_backwards,
            "np.roll(letters, 1) moves the letters the other way, so yours asks for the letter "
            "before, and at the first place for the last one. Cut with slices.",
        ),
        WrongAnswer(
            _targets_all_inputs,
            "The last letter is read as well, and no letter follows it: inputs and targets have "
            "different lengths. Leave it out of the inputs.",
        ),
        WrongAnswer(
            _targets_of_next_row,
            "You shifted by one sequence instead of one letter. The letters lie along the second "
            "axis: letters[:, 1:].",
        ),
        WrongAnswer(
            _targets_two_ahead,
            "Your targets lie two letters ahead. Shift by one.",
        ),
        WrongAnswer(
            _targets_one_hot,
            "The targets are one-hot. Return them as numbers, (B, L); the loss looks them up.",
        ),
        WrongAnswer(
            _targets_inputs_as_numbers,
            "The inputs are still numbers, and the network would take T for three times C. Encode "
            "them: np.eye(4)[...].",
        ),
        WrongAnswer(
            _targets_swapped,
            "Inputs and targets are swapped: return the one-hot inputs first.",
        ),
        WrongAnswer(
            _targets_last_letter_alone,
            "You ask for the last letter only. Ask at every place: targets (B, L).",
        ),
        WrongAnswer(
            _targets_uncut,
            "Nothing is cut off: L + 1 letters are read and the same ones asked. Which letter has "
            "no follower, and which one follows none?",
        ),
        WrongAnswer(
            _targets_letters_first,
            "In your inputs the four letters are the second axis. They come last: (B, L, 4).",
        ),
    ),
)


# --- rnn_step ------------------------------------------------------------------------------------


def rnn_step(
    inputs: np.ndarray,
    state: np.ndarray,
    W_xh: np.ndarray,
    W_hh: np.ndarray,
    b_h: np.ndarray,
    activation: Callable,
) -> np.ndarray:
    """Let the cell read one letter.

    Args:
        inputs: x_t `(B, A)`.
        state: h_{t-1} `(B, D)`.
        W_xh, W_hh, b_h: `(A, D)`, `(D, D)`, `(D,)`.
        activation: φ, a function of an array.

    Returns:
        h_t `(B, D)`.

    >>> one = np.ones((1, 1))
    >>> rnn_step(3 * one, 2 * one, one, 10 * one, np.ones(1), lambda sums: 2 * sums).tolist()
    [[48.0]]
    """
    return activation(inputs @ W_xh + state @ W_hh + b_h)


def _step_forgets(inputs, state, W_xh, W_hh, b_h, activation):
    return activation(inputs @ W_xh + b_h)


def _step_transposed(inputs, state, W_xh, W_hh, b_h, activation):
    return activation(inputs @ W_xh + state @ W_hh.T + b_h)


def _step_without_activation(inputs, state, W_xh, W_hh, b_h, activation):
    return inputs @ W_xh + state @ W_hh + b_h


def _step_without_bias(inputs, state, W_xh, W_hh, b_h, activation):
    return activation(inputs @ W_xh + state @ W_hh)


def _step_adds_state_outside(inputs, state, W_xh, W_hh, b_h, activation):
    return activation(inputs @ W_xh + b_h) + state @ W_hh


def _step_activates_parts(inputs, state, W_xh, W_hh, b_h, activation):
    return activation(inputs @ W_xh) + activation(state @ W_hh) + b_h


def _step_keeps_state(inputs, state, W_xh, W_hh, b_h, activation):
    return state + rnn_step(inputs, state, W_xh, W_hh, b_h, activation)


def _step_adds_bias_twice(inputs, state, W_xh, W_hh, b_h, activation):
    return activation(inputs @ W_xh + b_h + state @ W_hh + b_h)


def _step_always_tanh(inputs, state, W_xh, W_hh, b_h, activation):
    return rnn_step(inputs, state, W_xh, W_hh, b_h, np.tanh)


def _step_activates_state_again(inputs, state, W_xh, W_hh, b_h, activation):
    return activation(inputs @ W_xh + activation(state) @ W_hh + b_h)


def _step_columns(inputs, state, W_xh, W_hh, b_h, activation):
    return activation(W_xh @ inputs + W_hh @ state + b_h)


def _step_entry_by_entry(inputs, state, W_xh, W_hh, b_h, activation):
    return activation(inputs * W_xh + state * W_hh + b_h)


def _make_step_cases(rng):
    one = np.ones((1, 1))
    turn = np.array([[0.0, 1.0], [-1.0, 0.0]])
    drawn = (rng.normal(size=shape) for shape in ((3, 4), (3, 5), (4, 5), (5, 5), (5,)))
    return [
        Case((one, 0 * one, 2 * one, 5 * one, np.zeros(1), _RELU), "one unit, no past: 1 · 2"),
        Case((one, 1 * one, 2 * one, 5 * one, np.ones(1), _RELU), "one unit: 1 · 2 + 1 · 5 + 1"),
        Case((0 * one, one, 2 * one, -5 * one, np.ones(1), _RELU), "1 · (−5) + 1 is below 0"),
        Case(
            (np.zeros((1, 2)), np.array([[0.5, 0.0]]), np.eye(2), turn, np.zeros(2), _TANH),
            "two units that pass their state on to each other",
        ),
        Case((*drawn, _TANH), "B = 3, A = 4, D = 5"),
    ]


RNN_STEP = Exercise(
    name="rnn_step",
    title="The cell reads one letter",
    unit="rnn_bptt",
    points=2,
    level="must",
    minutes=8,
    reference=rnn_step,
    make_cases=_make_step_cases,
    compare=close,
    hints=(
        "Three things are added up before the activation. What shape does each have, and how does "
        "(B, A) become (B, D)?",
        "Row vectors: the state stands on the left of its matrix, and the same for the input. The "
        "bias (D,) is added to every row.",
        "The sum is inputs @ W_xh + state @ W_hh + b_h; `activation` is a function and is applied "
        "once, to the whole of it.",
    ),
    wrong_answers=(
        WrongAnswer(
            _step_forgets,
            "The previous state is missing. Without h_{t-1} W_hh the cell is a plain layer that "
            "knows nothing of the letters before.",
        ),
        WrongAnswer(
            _step_transposed,
            "W_hh is transposed. With row vectors the state stands on the left: state @ W_hh. "
            "(W_hh @ state.T is the same mistake; the transpose belongs to the way back.)",
        ),
        WrongAnswer(
            _step_without_activation,
            "The activation is missing: without it the whole network is linear.",
        ),
        WrongAnswer(_step_without_bias, "The bias is missing: add b_h before the activation."),
        WrongAnswer(
            _step_adds_state_outside,
            "The past is added behind the activation. It belongs inside: φ takes the sum of "
            "everything.",
        ),
        WrongAnswer(
            _step_activates_parts,
            "You apply the activation to the parts. Add all three first, then apply it once.",
        ),
        WrongAnswer(
            _step_keeps_state,
            "You add the new state to the old one. The cell replaces it: the past comes in through "
            "W_hh only.",
        ),
        WrongAnswer(
            _step_adds_bias_twice,
            "The bias is added twice. There is one b_h for both products.",
        ),
        WrongAnswer(
            _step_always_tanh,
            "You always use tanh. Use the function that is handed over as `activation`.",
        ),
        WrongAnswer(
            _step_activates_state_again,
            "The old state has been through the activation already. Use it as it is.",
        ),
        WrongAnswer(
            _step_columns,
            "The matrices stand on the left, as for column vectors. Here each row is a sequence: "
            "inputs @ W_xh and state @ W_hh.",
        ),
        WrongAnswer(
            _step_entry_by_entry,
            "`*` multiplies entry by entry. A product with a matrix is @.",
        ),
    ),
)


# --- unroll_rnn ----------------------------------------------------------------------------------


def unroll_rnn(
    inputs: np.ndarray, W_xh: np.ndarray, W_hh: np.ndarray, b_h: np.ndarray, activation: Callable
) -> np.ndarray:
    """Let the cell read sequences from their first letter to their last.

    Args:
        inputs: `(B, L, A)`.
        W_xh, W_hh, b_h: `(A, D)`, `(D, D)`, `(D,)`, the same at every step.
        activation: φ, a function of an array.

    Returns:
        `(B, L + 1, D)`: the state before the first letter, which is 0, and those after each letter.

    >>> one = np.ones((1, 1))
    >>> unroll_rnn(np.array([[[1.0], [0.0]]]), one, one / 2, np.zeros(1), np.abs).tolist()
    [[[0.0], [1.0], [0.5]]]
    """
    states = [np.zeros((len(inputs), len(b_h)))]
    for t in range(inputs.shape[1]):
        states.append(rnn_step(inputs[:, t], states[-1], W_xh, W_hh, b_h, activation))
    return np.stack(states, axis=1)


def _unroll_without_start(inputs, *rest):
    return unroll_rnn(inputs, *rest)[:, 1:]


def _unroll_stops_early(inputs, *rest):
    return unroll_rnn(inputs, *rest)[:, :-1]


def _unroll_from_zero_each_time(inputs, W_xh, W_hh, b_h, activation):
    after = activation(inputs @ W_xh + b_h)
    return np.concatenate([np.zeros((len(inputs), 1, len(b_h))), after], axis=1)


def _unroll_time_first(inputs, *rest):
    return np.moveaxis(unroll_rnn(inputs, *rest), 1, 0)


def _unroll_last_state(inputs, *rest):
    return unroll_rnn(inputs, *rest)[:, -1]


def _unroll_backwards(inputs, *rest):
    return unroll_rnn(inputs[:, ::-1], *rest)


def _unroll_starts_at_one(inputs, W_xh, W_hh, b_h, activation):
    states = [np.ones((len(inputs), len(b_h)))]
    for t in range(inputs.shape[1]):
        states.append(rnn_step(inputs[:, t], states[-1], W_xh, W_hh, b_h, activation))
    return np.stack(states, axis=1)


def _unroll_state_into_next_sequence(inputs, W_xh, W_hh, b_h, activation):
    state, found = np.zeros((1, len(b_h))), []
    for row in inputs:
        found.append([state[0]])
        for letter in row:
            state = rnn_step(letter[None], state, W_xh, W_hh, b_h, activation)
            found[-1].append(state[0])
    return np.array(found)


def _unroll_over_batch(inputs, *rest):
    return unroll_rnn(np.moveaxis(inputs, 1, 0), *rest)


def _unroll_first_letter_only(inputs, *rest):
    return unroll_rnn(np.repeat(inputs[:, :1], inputs.shape[1], axis=1), *rest)


def _unroll_overwrites(inputs, *rest):
    """One array, appended L + 1 times and changed in place: every entry is the last state."""
    states = unroll_rnn(inputs, *rest)
    return np.repeat(states[:, -1:], states.shape[1], axis=1)


def _make_unroll_cases(rng):
    one = np.ones((1, 1))
    text = np.array([[[1.0], [0.0], [0.0]]])
    drawn = [rng.normal(size=shape) for shape in ((4, 5), (5, 5), (5,))]
    tiny = (np.eye(2), np.array([[0.5, 0.2], [-0.3, 0.4]]), np.array([0.1, 0.0]))
    return [
        Case((text, one, one / 2, np.zeros(1), _RELU), "one unit that halves: 0, 1, 1/2, 1/4"),
        Case((np.eye(2)[[[0, 1, 1], [1, 0, 0]]], *tiny, _TANH), "two sequences of three letters"),
        Case((np.eye(2)[[[1]]], *tiny, _TANH), "a single letter"),
        Case((rng.normal(size=(3, 6, 4)), *drawn, _TANH), "B = 3, L = 6, A = 4, D = 5"),
    ]


UNROLL_RNN = Exercise(
    name="unroll_rnn",
    title="From the first letter to the last",
    unit="rnn_bptt",
    points=2,
    level="should",
    minutes=8,
    reference=unroll_rnn,
    make_cases=_make_unroll_cases,
    compare=close,
    hints=(
        "The state after one letter is what the cell starts from at the next. What does it start "
        "from at the first letter, and how many states are there in all?",
        "Begin with a list that holds np.zeros((B, D)). A loop over the L places appends one state "
        "each time; all sequences of the batch move on together.",
        "At place t the cell reads inputs[:, t] and the last state of the list, states[-1]. "
        "np.stack(states, axis=1) gives (B, L + 1, D).",
    ),
    wrong_answers=(
        WrongAnswer(
            _unroll_without_start,
            "The state before the first letter is missing. The way back needs it: return L + 1 "
            "states, the first of them 0.",
        ),
        WrongAnswer(
            _unroll_stops_early,
            "The state after the last letter is missing: L letters make L + 1 states.",
        ),
        WrongAnswer(
            _unroll_from_zero_each_time,
            "The state is not carried on: every letter is read from 0, so nothing is remembered. "
            "Start each step from the state before.",
        ),
        WrongAnswer(
            _unroll_time_first,
            "Time comes first in yours. Return (B, L + 1, D): np.stack(states, axis=1).",
        ),
        WrongAnswer(
            _unroll_last_state,
            "This is the last state alone. Keep all of them: the loss and the way back need each.",
        ),
        WrongAnswer(
            _unroll_backwards,
            "You read from the last letter to the first. The next letter is to be told from those "
            "before it.",
        ),
        WrongAnswer(
            _unroll_starts_at_one,
            "The state before the first letter is 0, for every unit.",
        ),
        WrongAnswer(
            _unroll_state_into_next_sequence,
            "The state runs on from one sequence into the next, though these have nothing to do "
            "with each other. Each begins at 0.",
        ),
        WrongAnswer(
            _unroll_over_batch,
            "You walk along the first axis, which holds the sequences. Time is the second: "
            "inputs[:, t].",
        ),
        WrongAnswer(
            _unroll_first_letter_only,
            "Every step reads the first letter. At place t it is inputs[:, t].",
        ),
        WrongAnswer(
            _unroll_overwrites,
            "All states are the same: one array was changed in place, and the list holds it L + 1 "
            "times. Make a new array at each step.",
        ),
    ),
)


# --- central_differences -------------------------------------------------------------------------


def central_differences(function: Callable, array: np.ndarray, step: float) -> np.ndarray:
    """Measure a gradient: move each entry a little up and a little down.

    Args:
        function: from an array to a number.
        array: where the gradient is asked, of any shape.
        step: ε, how far an entry is moved.

    Returns:
        An array of the same shape.

    >>> central_differences(lambda w: (w**2).sum(), np.array([1.0, -3.0]), 0.5).tolist()
    [2.0, -6.0]
    """
    slopes = np.zeros(array.shape)
    for place in np.ndindex(array.shape):
        move = np.zeros(array.shape)
        move[place] = step
        slopes[place] = (function(array + move) - function(array - move)) / (2 * step)
    return slopes


def _differences(function, array, forward, backward, divisor):
    """(f(w + forward) − f(w − backward)) / divisor, entry by entry."""
    slopes = np.zeros(array.shape)
    for place in np.ndindex(array.shape):
        move = np.zeros(array.shape)
        move[place] = 1.0
        rise = function(array + forward * move) - function(array - backward * move)
        slopes[place] = rise / divisor
    return slopes


def _differences_one_sided(function, array, step):
    return _differences(function, array, step, 0, step)


def _differences_backward(function, array, step):
    return _differences(function, array, 0, step, step)


def _differences_divided_once(function, array, step):
    return 2 * central_differences(function, array, step)


def _differences_not_divided(function, array, step):
    return 2 * step * central_differences(function, array, step)


def _differences_halved(function, array, step):
    return step * central_differences(function, array, step)


def _differences_turned(function, array, step):
    return -central_differences(function, array, step)


def _differences_one_sided_halved(function, array, step):
    return _differences_one_sided(function, array, step) / 2


def _differences_all_at_once(function, array, step):
    slope = (function(array + step) - function(array - step)) / (2 * step)
    return np.full(array.shape, slope)


def _differences_pile_up(function, array, step):
    """Entries that were moved stay where the second move left them."""
    slopes, moved = np.zeros(array.shape), array.copy()
    for place in np.ndindex(array.shape):
        moved[place] = array[place] + step
        up = function(moved)
        moved[place] = array[place] - step
        slopes[place] = (up - function(moved)) / (2 * step)
    return slopes


def _differences_all_at_once_one_number(function, array, step):
    return (function(array + step) - function(array - step)) / (2 * step)


def _differences_without_brackets(function, array, step):
    return step**2 * central_differences(function, array, step)


def _differences_of_a_long_row(function, array, step):
    return central_differences(function, array.ravel(), step).reshape(array.shape)


def _differences_of_a_matrix(function, array, step):
    array.shape[1]  # an IndexError for a vector
    return central_differences(function, array, step)


def _differences_of_rows_and_columns(function, array, step):
    _, _ = array.shape  # a ValueError for a vector
    return central_differences(function, array, step)


def _differences_of_a_list_of_rows(function, array, step):
    len(array[0])  # a TypeError for a vector
    return central_differences(function, array, step)


def _differences_as_gradient_rows(function, array, step):
    return central_differences(function, array, step).ravel()


def _differences_absolute(function, array, step):
    return np.abs(central_differences(function, array, step))


def _differences_step_never_back(function, array, step):
    """+ε, then −ε from there: the second call is at the point itself."""
    return _differences(function, array, step, 0, 2 * step)


def _make_differences_cases(rng):
    square = _Function("sum_of_squares", lambda w: float((w**2).sum()))
    cube = _Function("sum_of_cubes", lambda w: float((w**3).sum()))
    product = _Function("product_of_4", lambda w: float(w[0, 0] * w[0, 1] * w[1, 0] * w[1, 1]))
    wave = _Function("sum_of_tanh", lambda w: float(np.tanh(w).sum() ** 2))
    return [
        Case((square, np.array([3.0]), 0.5), "3² changes by 6 for each unit"),
        Case((cube, np.array([1.0, -2.0]), 0.5), "1.5³ − 0.5³ = 3.25"),
        Case((product, np.array([[1.0, 2.0], [3.0, 4.0]]), 0.1), "a matrix: 24, 12, 8 and 6"),
        Case((square, np.zeros((2, 3)), 0.1), "at the bottom: 0"),
        Case((wave, rng.normal(size=(2, 3)), 1e-3), "a random matrix"),
    ]


CENTRAL_DIFFERENCES = Exercise(
    name="central_differences",
    title="Measure a gradient",
    unit="rnn_bptt",
    points=2,
    level="should",
    minutes=8,
    reference=central_differences,
    make_cases=_make_differences_cases,
    compare=close,
    hints=(
        "For one entry: how much does the function change between a little above and a little "
        "below, and how far apart are these two points?",
        "Go through the entries one at a time, each time from a fresh copy of the array. "
        "np.ndindex(array.shape) hands out the places, whatever the shape.",
        "Of two copies, one has place moved by +step, the other by −step; the slope is (function "
        "of the first minus function of the second) / (2 * step).",
    ),
    wrong_answers=(
        WrongAnswer(
            _differences_one_sided,
            "You look to one side only, and the function bends: half of its second derivative, "
            "times the step, stays in as an error. Go up and down by the step: these two errors "
            "cancel.",
        ),
        WrongAnswer(
            _differences_backward,
            "You look to one side only, downwards. Take both, and divide by twice the step.",
        ),
        WrongAnswer(
            _differences_divided_once,
            "Twice too large: the two points lie 2 · step apart, not one step.",
        ),
        WrongAnswer(
            _differences_not_divided,
            "This is the change of the function. Divide it by the distance of the points, "
            "2 · step.",
        ),
        WrongAnswer(
            _differences_halved,
            "You divide by 2 and not by the step. A slope is change over distance, 2 · step.",
        ),
        WrongAnswer(_differences_turned, "The sign is turned: upper point minus lower point."),
        WrongAnswer(
            _differences_one_sided_halved,
            "You look to one side and divide by twice the step: half of the slope. Use both sides.",
        ),
        WrongAnswer(
            _differences_all_at_once,
            "array + step moves all entries together, which gives the sum of the gradient. Move "
            "one entry at a time.",
        ),
        WrongAnswer(
            _differences_all_at_once_one_number,
            "array + step moves all entries together, and one number comes out. Move one entry at "
            "a time; each has a slope of its own.",
        ),
        WrongAnswer(
            _differences_without_brackets,
            "/ 2 * step divides by 2 and then multiplies by the step. Brackets: / (2 * step).",
        ),
        WrongAnswer(
            _differences_of_a_long_row,
            "You hand the function one long row. It expects the shape of the array.",
        ),
        *(
            WrongAnswer(
                fits_matrices_only,
                "Two loops fit a matrix only. np.ndindex(array.shape) goes through any shape.",
            )
            for fits_matrices_only in (
                _differences_of_a_matrix,
                _differences_of_rows_and_columns,
                _differences_of_a_list_of_rows,
            )
        ),
        WrongAnswer(
            _differences_pile_up,
            "The entries stay where you moved them, so the later ones are measured somewhere else. "
            "Begin with a fresh copy for each entry.",
        ),
        WrongAnswer(
            _differences_as_gradient_rows,
            "The numbers are right, in one long row. Return the shape of the array.",
        ),
        WrongAnswer(
            _differences_absolute, "The signs are gone. A slope may be negative: leave abs out."
        ),
    ),
)


# --- backward_step -------------------------------------------------------------------------------


def backward_step(error: np.ndarray, state: np.ndarray, W_hh: np.ndarray) -> np.ndarray:
    """Take an error one step back through h_t = tanh(... + h_{t-1} W_hh).

    Args:
        error: δ_t = ∂loss/∂h_t `(B, D)`.
        state: h_t `(B, D)`.
        W_hh: `(D, D)`.

    Returns:
        What this step adds to δ_{t-1}, `(B, D)`.

    Source: Werbos (1990), doi:10.1109/5.58337.

    >>> backward_step(np.array([[2.0]]), np.array([[0.5]]), np.array([[10.0]])).tolist()
    [[15.0]]
    """
    return (error * (1 - state**2)) @ W_hh.T


def _back_not_transposed(error, state, W_hh):
    return (error * (1 - state**2)) @ W_hh


def _back_tanh_twice(error, state, W_hh):
    return (error * (1 - np.tanh(state) ** 2)) @ W_hh.T


def _back_slope_after(error, state, W_hh):
    return (error @ W_hh.T) * (1 - state**2)


def _back_without_slope(error, state, W_hh):
    return error @ W_hh.T


def _back_without_matrix(error, state, W_hh):
    return error * (1 - state**2)


def _back_linear_slope(error, state, W_hh):
    return (error * (1 - state)) @ W_hh.T


def _back_square_of_all(error, state, W_hh):
    return (error * (1 - state) ** 2) @ W_hh.T


def _back_sigmoid_slope(error, state, W_hh):
    return (error * state * (1 - state)) @ W_hh.T


def _back_tanh_as_slope(error, state, W_hh):
    return (error * np.tanh(state)) @ W_hh.T


def _back_adds_error(error, state, W_hh):
    return error + backward_step(error, state, W_hh)


def _back_inverse(error, state, W_hh):
    return (error * (1 - state**2)) @ np.linalg.inv(W_hh)


def _back_turned(error, state, W_hh):
    return -backward_step(error, state, W_hh)


def _back_slope_after_not_transposed(error, state, W_hh):
    return (error @ W_hh) * (1 - state**2)


def _back_both(error, state, W_hh):
    return (error * (1 - np.tanh(state) ** 2)) @ W_hh


def _make_back_cases(rng):
    leads = np.array([[0.0, 1.0], [0.0, 0.0]])  # the old unit 1 drives the new unit 2
    drawn = rng.normal(size=(3, 4)), np.tanh(rng.normal(size=(3, 4))), rng.normal(size=(4, 4))
    return [
        Case(
            (np.array([[2.0]]), np.array([[0.5]]), np.array([[10.0]])),
            "one unit: 2 · (1 − 0.25) · 10",
        ),
        Case(
            (np.array([[0.0, 1.0]]), np.zeros((1, 2)), leads),
            "old unit 1 drives new unit 2: the error of unit 2 goes to unit 1",
        ),
        Case(
            (np.ones((1, 2)), np.array([[1.0, -1.0]]), np.array([[3.0, 1.0], [2.0, 5.0]])),
            "saturated units let no error through",
        ),
        Case(drawn, "B = 3, D = 4"),
    ]


BACKWARD_STEP = Exercise(
    name="backward_step",
    title="One step back",
    unit="rnn_bptt",
    points=3,
    level="must",
    minutes=12,
    reference=backward_step,
    make_cases=_make_back_cases,
    compare=close,
    hints=(
        "The step forward was: product with W_hh, then tanh. The way back takes the same two in "
        "the other order. What is the slope of tanh, written with its own output h?",
        "d tanh(z)/dz = 1 − tanh(z)², and tanh(z) is the state h that you are given. Multiply the "
        "error by it, entry by entry.",
        "Forward, entry (i, j) of W_hh led from old unit i to new unit j. Back, the error goes "
        "from j to i: (error times slope) @ W_hh.T.",
    ),
    wrong_answers=(
        WrongAnswer(
            _back_not_transposed,
            "W_hh is not transposed. Its entry (i, j) leads from old unit i to new unit j; the "
            "error goes the other way, so the transpose stands here.",
        ),
        WrongAnswer(
            _back_tanh_twice,
            "You take 1 − tanh(h)², but h is already the output of tanh. The slope is 1 − h².",
        ),
        WrongAnswer(
            _back_slope_after,
            "The order is turned: first through tanh (times the slope at h_t), then through the "
            "matrix.",
        ),
        WrongAnswer(
            _back_without_slope,
            "The slope of tanh is missing. A saturated unit (h near 1 or −1) lets hardly any "
            "error through.",
        ),
        WrongAnswer(
            _back_without_matrix,
            "This is the error before the activation. On to the state before it goes through W_hh "
            "as well.",
        ),
        WrongAnswer(_back_linear_slope, "The slope of tanh is 1 − h², with the square."),
        WrongAnswer(
            _back_square_of_all,
            "You square 1 − h. Only h is squared: the slope of tanh is 1 − h².",
        ),
        WrongAnswer(
            _back_sigmoid_slope,
            "h (1 − h) is the slope of the sigmoid. That of tanh is 1 − h².",
        ),
        WrongAnswer(
            _back_tanh_as_slope,
            "You multiply by tanh itself. Its derivative is asked: 1 − h².",
        ),
        WrongAnswer(
            _back_adds_error,
            "You add the error of h_t to what reaches h_{t-1}. Only what comes through the step is "
            "asked.",
        ),
        WrongAnswer(
            _back_inverse,
            "You use the inverse. Going back through a product takes the transpose: nothing is "
            "undone, errors are shared out.",
        ),
        WrongAnswer(_back_turned, "The sign is turned. There is no minus in the chain rule."),
        WrongAnswer(
            _back_slope_after_not_transposed,
            "Two things: the slope comes first, and W_hh must be transposed.",
        ),
        WrongAnswer(
            _back_both,
            "Two things: h is already the output of tanh (slope 1 − h²), and W_hh must be "
            "transposed.",
        ),
    ),
)


# --- backpropagate_through_time ------------------------------------------------------------------


def backpropagate_through_time(
    states: np.ndarray, slopes: np.ndarray, direct: np.ndarray, W_hh: np.ndarray
) -> np.ndarray:
    """Collect the gradient of W_hh over all steps, from the last to the first.

    Args:
        states: h_0 ... h_L `(B, L + 1, D)`.
        slopes: φ' at each step `(B, L, D)`; step 1 is at index 0.
        direct: what the output of each step adds to the error of its state, `(B, L, D)`.
        W_hh: `(D, D)`.

    Returns:
        ∂loss/∂W_hh `(D, D)`, summed over sequences and steps.

    Source: Werbos (1990), doi:10.1109/5.58337.

    >>> ones = np.ones((1, 2, 1))
    >>> backpropagate_through_time(np.ones((1, 3, 1)), ones, ones, np.array([[3.0]])).tolist()
    [[5.0]]
    """
    return _bptt(states, slopes, direct, W_hh)


def _bptt(states, slopes, direct, W_hh, *, change=lambda error: error):
    gradient, error = np.zeros(W_hh.shape), np.zeros_like(direct[:, 0])
    for t in reversed(range(direct.shape[1])):
        sums = change(direct[:, t] + error) * slopes[:, t]
        gradient = gradient + states[:, t].T @ sums
        error = sums @ W_hh.T
    return gradient


def _bptt_as_the_colleague(states, slopes, direct, W_hh):
    return np.einsum("bti,btj->ij", states[:, :-1], direct * slopes)


def _bptt_last_output_only(states, slopes, direct, W_hh):
    last = np.zeros_like(direct)
    last[:, -1] = direct[:, -1]
    return _bptt(states, slopes, last, W_hh)


def _bptt_overwrites(states, slopes, direct, W_hh):
    """`=` for `+=`: what is left is the term of the first step."""
    only = np.zeros_like(states)
    only[:, 0] = states[:, 0]
    return _bptt(only, slopes, direct, W_hh)


def _bptt_last_step_only(states, slopes, direct, W_hh):
    return states[:, -2].T @ (direct[:, -1] * slopes[:, -1])


def _bptt_mean_over_time(states, slopes, direct, W_hh):
    return _bptt(states, slopes, direct, W_hh) / direct.shape[1]


def _bptt_mean_over_batch(states, slopes, direct, W_hh):
    return _bptt(states, slopes, direct, W_hh) / len(states)


def _bptt_later_state(states, slopes, direct, W_hh):
    return _bptt(states[:, 1:], slopes, direct, W_hh)


def _bptt_transposed(states, slopes, direct, W_hh):
    return _bptt(states, slopes, direct, W_hh).T


def _bptt_matrix_not_transposed(states, slopes, direct, W_hh):
    gradient, error = np.zeros(W_hh.shape), 0.0
    for t in reversed(range(direct.shape[1])):
        sums = (direct[:, t] + error) * slopes[:, t]
        gradient, error = gradient + states[:, t].T @ sums, sums @ W_hh
    return gradient


def _bptt_clips_inside(states, slopes, direct, W_hh):
    return _bptt(states, slopes, direct, W_hh, change=lambda error: np.clip(error, -1, 1))


def _bptt_forwards(states, slopes, direct, W_hh):
    gradient, error = np.zeros(W_hh.shape), 0.0
    for t in range(direct.shape[1]):
        sums = (direct[:, t] + error) * slopes[:, t]
        gradient, error = gradient + states[:, t].T @ sums, sums @ W_hh.T
    return gradient


def _bptt_slope_missing_on_the_way(states, slopes, direct, W_hh):
    gradient, error = np.zeros(W_hh.shape), 0.0
    for t in reversed(range(direct.shape[1])):
        total = direct[:, t] + error
        gradient = gradient + states[:, t].T @ (total * slopes[:, t])
        error = total @ W_hh.T
    return gradient


def _bptt_without_slopes(states, slopes, direct, W_hh):
    return _bptt(states, np.ones(slopes.shape), direct, W_hh)


def _bptt_slope_missing_in_the_gradient(states, slopes, direct, W_hh):
    gradient, error = np.zeros(W_hh.shape), 0.0
    for t in reversed(range(direct.shape[1])):
        total = direct[:, t] + error
        gradient = gradient + states[:, t].T @ total
        error = (total * slopes[:, t]) @ W_hh.T
    return gradient


def _bptt_one_step_back(states, slopes, direct, W_hh):
    """The error of the next output alone comes back; what came to it from later is dropped."""
    sums = direct * slopes
    back = np.zeros_like(direct)
    back[:, :-1] = sums[:, 1:] @ W_hh.T
    return np.einsum("bti,btj->ij", states[:, :-1], (direct + back) * slopes)


def _bptt_adds_direct_after(states, slopes, direct, W_hh):
    """The output's own error does not go through the activation."""
    gradient, error = np.zeros(W_hh.shape), 0.0
    for t in reversed(range(direct.shape[1])):
        sums = direct[:, t] + error * slopes[:, t]
        gradient, error = gradient + states[:, t].T @ sums, sums @ W_hh.T
    return gradient


def _make_bptt_cases(rng):
    ones = np.ones((1, 2, 1))
    three = np.array([[[1.0], [2.0], [3.0], [9.0]]])
    halves = np.full((1, 3, 1), 0.5)
    asked_last = np.array([[[0.0], [0.0], [1.0]]])
    shapes = ((3, 6, 4), (3, 5, 4), (3, 5, 4), (4, 4))
    states, slopes, direct, matrix = (rng.normal(size=shape) for shape in shapes)
    return [
        Case(
            (np.ones((1, 2, 1)), np.ones((1, 1, 1)), np.ones((1, 1, 1)), np.array([[3.0]])),
            "a single step: nothing comes back from later",
        ),
        Case((np.ones((1, 3, 1)), ones, 1 * ones, np.array([[3.0]])), "two steps: 1 + (1 + 3)"),
        Case(
            (three, halves, asked_last, np.array([[4.0]])),
            "asked at the end only: 3 · 0.5 + 2 · (2 · 0.5) + 1 · (4 · 0.5)",
        ),
        Case((states, np.abs(np.tanh(slopes)), 2 * direct, matrix), "B = 3, L = 5, D = 4"),
    ]


BACKPROPAGATE_THROUGH_TIME = Exercise(
    name="backpropagate_through_time",
    title="All steps back",
    unit="rnn_bptt",
    points=3,
    level="must",
    minutes=15,
    reference=backpropagate_through_time,
    make_cases=_make_bptt_cases,
    compare=close,
    hints=(
        "A state has two ways to the loss: through its own output, and through the next state. "
        "Which of the two does the colleague's loop use?",
        "Go from the last step to the first. The error of a state is direct[:, t] plus what came "
        "back from the step after it (0 at the last step). Times the slope it is the error of the "
        "sum inside the activation; that times the state before is this step's share of the "
        "gradient.",
        "In the loop: sums = (direct[:, t] + error) * slopes[:, t], then the gradient grows by "
        "states[:, t].T @ sums, and error becomes sums @ W_hh.T.",
    ),
    wrong_answers=(
        WrongAnswer(
            _bptt_as_the_colleague,
            "This is what the colleague's loop computes: the error of each output stays at its own "
            "step. Add what came back from the step after it.",
        ),
        WrongAnswer(
            _bptt_last_output_only,
            "Only the error of the last output goes back. Each step adds its own: "
            "direct[:, t] + error.",
        ),
        WrongAnswer(
            _bptt_overwrites,
            "Each step replaces the gradient of the one before, and the first step is left. The "
            "matrix is shared: add the steps up.",
        ),
        WrongAnswer(
            _bptt_last_step_only,
            "This is the share of the last step. The same matrix was used at every step: add up "
            "all of them.",
        ),
        WrongAnswer(
            _bptt_mean_over_time,
            "You divide by the number of steps. The loss is a sum over time, so the gradient is "
            "one as well.",
        ),
        WrongAnswer(
            _bptt_mean_over_batch,
            "You divide by the number of sequences. That is done already, in `direct`.",
        ),
        WrongAnswer(
            _bptt_later_state,
            "Wrong state: at step t the matrix was multiplied with the state before, which is "
            "states[:, t] (the start stands at 0). states[:, t + 1] came out of it.",
        ),
        WrongAnswer(
            _bptt_transposed,
            "The gradient is transposed. Entry (i, j) of W_hh leads from old unit i to new unit j: "
            "state.T @ sums, in this order.",
        ),
        WrongAnswer(
            _bptt_matrix_not_transposed,
            "On the way back W_hh is not transposed: error = sums @ W_hh.T.",
        ),
        WrongAnswer(
            _bptt_clips_inside,
            "You clip the error on its way back, so this is the gradient of nothing, and a check "
            "must fail. Clip afterwards, the whole gradient at once.",
        ),
        WrongAnswer(
            _bptt_forwards,
            "You walk forwards in time. An error comes from later steps: begin with the last.",
        ),
        WrongAnswer(
            _bptt_slope_missing_on_the_way,
            "The share of each step is right, but on the way back the error skips the activation: "
            "error = sums @ W_hh.T, with the slope in sums.",
        ),
        WrongAnswer(
            _bptt_without_slopes,
            "The slopes are not used. An error goes back through the activation first: sums = "
            "(error of the state) * slopes[:, t].",
        ),
        WrongAnswer(
            _bptt_slope_missing_in_the_gradient,
            "In the share of each step the slope is missing: states[:, t].T @ (total times slope).",
        ),
        WrongAnswer(
            _bptt_one_step_back,
            "The error of an output goes one step back and stops. Carry the whole error on, with "
            "what came to it from later.",
        ),
        WrongAnswer(
            _bptt_adds_direct_after,
            "The output's own error goes through the activation as well: add first, then multiply "
            "by the slope.",
        ),
    ),
)


# --- clip_gradients ------------------------------------------------------------------------------


def clip_gradients(gradients: Sequence[np.ndarray], max_norm: float) -> list[np.ndarray]:
    """Shorten a gradient that is too long; its direction stays.

    Args:
        gradients: one array for each weight array.
        max_norm: the largest length allowed, of all arrays together.

    Returns:
        The arrays, all multiplied by the same number, which is 1 where they are short enough.

    Source: Pascanu, Mikolov and Bengio (2013), arXiv:1211.5063.

    >>> clip_gradients([np.array([3.0]), np.array([4.0])], 1.0)
    [array([0.6]), array([0.8])]
    """
    norm = _norm(gradients)
    factor = max_norm / norm if norm > max_norm else 1.0
    return [array * factor for array in gradients]


def _norm(gradients):
    return float(np.sqrt(sum(np.square(array).sum() for array in gradients)))


def _clip_each_array(gradients, max_norm):
    return [clip_gradients([array], max_norm)[0] for array in gradients]


def _clip_values(gradients, max_norm):
    return [np.clip(array, -max_norm, max_norm) for array in gradients]


def _clip_always(gradients, max_norm):
    norm = _norm(gradients)
    return [array * np.float64(max_norm) / norm for array in gradients]


def _clip_sum_of_norms(gradients, max_norm):
    total = sum(np.sqrt(np.square(array).sum()) for array in gradients)
    return [array * (max_norm / total if total > max_norm else 1.0) for array in gradients]


def _clip_squared_norm(gradients, max_norm):
    square = _norm(gradients) ** 2
    return [array * (max_norm / square if square > max_norm else 1.0) for array in gradients]


def _clip_largest_entry(gradients, max_norm):
    largest = max(np.abs(array).max() for array in gradients)
    return [array * (max_norm / largest if largest > max_norm else 1.0) for array in gradients]


def _clip_to_length_one(gradients, max_norm):
    norm = _norm(gradients)
    return [array / norm if norm > max_norm else array for array in gradients]


def _clip_drops(gradients, max_norm):
    keep = _norm(gradients) <= max_norm
    return [array * float(keep) for array in gradients]


def _clip_upper_only(gradients, max_norm):
    return [np.minimum(array, max_norm) for array in gradients]


def _clip_lengthens(gradients, max_norm):
    norm = _norm(gradients)
    return [array * (max_norm / norm if 0 < norm < max_norm else 1.0) for array in gradients]


def _clip_mean_square(gradients, max_norm):
    size = np.sqrt(np.mean(np.concatenate([np.ravel(array) for array in gradients]) ** 2))
    return [array * (max_norm / size if size > max_norm else 1.0) for array in gradients]


def _clip_returns_one_vector(gradients, max_norm):
    return np.concatenate([np.ravel(array) for array in clip_gradients(gradients, max_norm)])


def _clip_returns_norm_too(gradients, max_norm):
    return clip_gradients(gradients, max_norm), _norm(gradients)


def _make_clip_cases(rng):
    long = [rng.normal(size=shape) for shape in ((4, 3), (3, 3), (3,))]
    return [
        Case(([np.array([3.0]), np.array([4.0])], 1.0), "length 5, allowed 1: a fifth of each"),
        Case(([np.array([3.0]), np.array([-4.0])], 10.0), "short enough: nothing changes"),
        Case(([np.array([[6.0, 0.0]]), np.array([0.3, -8.0])], 2.5), "a matrix and a vector"),
        Case(([np.zeros((2, 2)), np.zeros(2)], 1.0), "a gradient of 0"),
        Case((long, 2.0), "three random arrays"),
    ]


CLIP_GRADIENTS = Exercise(
    name="clip_gradients",
    title="Shorten what is too long",
    unit="rnn_bptt",
    points=2,
    level="must",
    minutes=10,
    reference=clip_gradients,
    make_cases=_make_clip_cases,
    compare=close,
    hints=(
        "All arrays together are one long vector, and one number says how long it is. What must be "
        "done to it so that only its length changes?",
        "The length is the square root of the sum of the squares of all entries of all arrays. "
        "Where it is above max_norm, multiply every array by the same factor; else leave them.",
        "norm = np.sqrt(sum((g**2).sum() over the arrays)); the factor is max_norm / norm if "
        "norm > max_norm, and 1 otherwise.",
    ),
    wrong_answers=(
        WrongAnswer(
            _clip_each_array,
            "You shorten each array by itself, so the arrays change relative to one another and "
            "the step points elsewhere. One length, one factor for all.",
        ),
        WrongAnswer(
            _clip_values,
            "You clip each entry, which turns the direction: large entries shrink, small ones "
            "stay. Multiply all of them by one factor.",
        ),
        WrongAnswer(
            _clip_always,
            "You rescale short gradients too: near the minimum the steps would never get smaller, "
            "and a gradient of 0 becomes nan. Leave what is short enough.",
        ),
        WrongAnswer(
            _clip_sum_of_norms,
            "You add the lengths of the arrays. Add their squares, then take the root: it is the "
            "length of one long vector.",
        ),
        WrongAnswer(_clip_squared_norm, "The square root is missing: this is the squared length."),
        WrongAnswer(
            _clip_largest_entry,
            "You compare the largest entry with max_norm. Compare the length, the root of the sum "
            "of all squares.",
        ),
        WrongAnswer(
            _clip_to_length_one,
            "Yours are shortened to length 1. The length allowed is max_norm: multiply by it.",
        ),
        WrongAnswer(
            _clip_drops,
            "You throw long gradients away. Their direction is still good: keep it, and shorten "
            "them.",
        ),
        WrongAnswer(
            _clip_upper_only,
            "np.minimum cuts positive entries only, and turns the direction. One factor for all.",
        ),
        WrongAnswer(
            _clip_lengthens,
            "The comparison is turned: yours lengthens short gradients and leaves the long ones.",
        ),
        WrongAnswer(
            _clip_mean_square,
            "You take the mean of the squares. The length is the root of their sum.",
        ),
        WrongAnswer(
            _clip_returns_one_vector,
            "The numbers are right, in one long vector. Return a list: the arrays as they came, "
            "each in its own shape.",
        ),
        WrongAnswer(
            _clip_returns_norm_too,
            "You return the length as well. Return the list of arrays alone.",
        ),
    ),
)


# --- scale_recurrent_matrix ----------------------------------------------------------------------


def scale_recurrent_matrix(matrix: np.ndarray, radius: float) -> np.ndarray:
    """Multiply a matrix by one number so that its spectral radius is what is asked.

    Args:
        matrix: `(D, D)`.
        radius: the absolute value that its largest eigenvalue is to have.

    Returns:
        `(D, D)`.

    >>> scale_recurrent_matrix(np.array([[0.0, 4.0], [-4.0, 0.0]]), 1.0).tolist()
    [[0.0, 1.0], [-1.0, 0.0]]
    """
    return matrix * (radius / np.abs(np.linalg.eigvals(matrix)).max())


def _scale_by(matrix, radius, size):
    return matrix * (radius / size)


def _scale_largest_entry(matrix, radius):
    return _scale_by(matrix, radius, np.abs(matrix).max())


def _scale_singular_value(matrix, radius):
    return _scale_by(matrix, radius, np.linalg.norm(matrix, ord=2))


def _scale_frobenius(matrix, radius):
    return _scale_by(matrix, radius, np.linalg.norm(matrix))


def _scale_real_part(matrix, radius):
    return _scale_by(matrix, radius, np.linalg.eigvals(matrix).real.max())


def _scale_absolute_real_part(matrix, radius):
    return _scale_by(matrix, radius, np.abs(np.linalg.eigvals(matrix).real).max())


def _scale_largest_complex(matrix, radius):
    return _scale_by(matrix, radius, np.max(np.linalg.eigvals(matrix)))


def _scale_symmetric(matrix, radius):
    return _scale_by(matrix, radius, np.abs(np.linalg.eigvalsh(matrix)).max())


def _scale_multiplies(matrix, radius):
    return radius * matrix


def _scale_upside_down(matrix, radius):
    return matrix * (np.abs(np.linalg.eigvals(matrix)).max() / radius)


def _scale_to_one(matrix, radius):
    return scale_recurrent_matrix(matrix, 1.0)


def _scale_first_eigenvalue(matrix, radius):
    return _scale_by(matrix, radius, np.abs(np.linalg.eigvals(matrix)[0]))


def _make_scale_cases(rng):
    return [
        Case((np.diag([2.0, 0.5]), 1.0), "eigenvalues 2 and 1/2"),
        Case((np.array([[0.0, 4.0], [-4.0, 0.0]]), 0.5), "a turn: eigenvalues 4i and −4i"),
        Case((np.diag([1.0, -2.0]), 1.5), "the largest in absolute value is negative"),
        Case((np.array([[1.0, 30.0], [0.0, 0.5]]), 0.9), "a large entry beside eigenvalues 1, 1/2"),
        Case((rng.normal(size=(5, 5)), 1.2), "a random matrix"),
    ]


SCALE_RECURRENT_MATRIX = Exercise(
    name="scale_recurrent_matrix",
    title="Set the spectral radius",
    unit="rnn_bptt",
    points=1,
    level="should",
    minutes=6,
    reference=scale_recurrent_matrix,
    make_cases=_make_scale_cases,
    compare=close,
    hints=(
        "If a matrix is multiplied by a number, what happens to its eigenvalues? And how large is "
        "an eigenvalue that is complex?",
        "np.linalg.eigvals gives all eigenvalues, some of them complex. np.abs of a complex number "
        "is its length.",
        "The spectral radius is np.abs(np.linalg.eigvals(matrix)).max(); the factor is the radius "
        "asked for, divided by it.",
    ),
    wrong_answers=(
        WrongAnswer(
            _scale_largest_entry,
            "You take the largest entry. How a matrix grows when it is applied again and again is "
            "told by its eigenvalues.",
        ),
        WrongAnswer(
            _scale_singular_value,
            "This is the largest singular value: the most that one step can stretch. Over many "
            "steps the largest absolute eigenvalue counts.",
        ),
        WrongAnswer(
            _scale_frobenius,
            "np.linalg.norm(matrix) is the root of the sum of all squares. Take the largest "
            "absolute eigenvalue.",
        ),
        WrongAnswer(
            _scale_real_part,
            "You take the largest real part. Complex and negative eigenvalues count with their "
            "length: np.abs before max.",
        ),
        WrongAnswer(
            _scale_absolute_real_part,
            "The imaginary part is dropped. The length of a complex eigenvalue is np.abs of the "
            "whole number: a turn has no real part at all.",
        ),
        WrongAnswer(
            _scale_largest_complex,
            "np.max of complex numbers compares real parts, and what it returns may be complex or "
            "negative. np.abs first.",
        ),
        WrongAnswer(
            _scale_symmetric,
            "eigvalsh is for symmetric matrices and reads one half only. Use eigvals.",
        ),
        WrongAnswer(
            _scale_multiplies,
            "You multiply by the radius. Divide by the radius that the matrix has, too.",
        ),
        WrongAnswer(
            _scale_upside_down, "The factor is upside down: asked radius over present radius."
        ),
        WrongAnswer(
            _scale_to_one, "Yours always has the radius 1. Multiply by the radius asked for."
        ),
        WrongAnswer(
            _scale_first_eigenvalue,
            "You take the first eigenvalue of the list. They come in no order: take the largest.",
        ),
    ),
)


# --- truncated_gradient --------------------------------------------------------------------------


def truncated_gradient(
    states: np.ndarray, slopes: np.ndarray, direct: np.ndarray, W_hh: np.ndarray, reach: int
) -> np.ndarray:
    """Collect the gradient of W_hh, letting each output's error go back a few steps only.

    Args:
        states, slopes, direct, W_hh: as in ``backpropagate_through_time``.
        reach: the error of the output at t counts at the steps t, t - 1 ... t - reach; 0 for its
            own step alone.

    Returns:
        `(D, D)`.

    Source: Williams and Peng (1990), doi:10.1162/neco.1990.2.4.490.

    >>> ones = np.ones((1, 3, 1))
    >>> one = np.array([[1.0]])
    >>> [truncated_gradient(np.ones((1, 4, 1)), ones, ones, one, n).item() for n in (0, 1, 2)]
    [3.0, 5.0, 6.0]
    """
    gradient, arriving = np.zeros(W_hh.shape), direct
    for back in range(min(reach, direct.shape[1] - 1) + 1):
        steps = direct.shape[1] - back
        sums = arriving * slopes[:, :steps]
        gradient = gradient + np.einsum("bti,btj->ij", states[:, :steps], sums)
        arriving = (sums @ W_hh.T)[:, 1:]
    return gradient


def _truncated_one_short(states, slopes, direct, W_hh, reach):
    if reach == 0:
        return np.zeros(W_hh.shape)
    return truncated_gradient(states, slopes, direct, W_hh, reach - 1)


def _truncated_one_short_at_least_own(states, slopes, direct, W_hh, reach):
    return truncated_gradient(states, slopes, direct, W_hh, max(reach - 1, 0))


def _truncated_one_more(states, slopes, direct, W_hh, reach):
    return truncated_gradient(states, slopes, direct, W_hh, reach + 1)


def _truncated_not(states, slopes, direct, W_hh, reach):
    return _bptt(states, slopes, direct, W_hh)


def _truncated_in_segments(states, slopes, direct, W_hh, reach):
    """Pieces of reach + 1 steps; no error crosses their borders."""
    gradient = np.zeros(W_hh.shape)
    for first in range(0, direct.shape[1], reach + 1):
        piece = slice(first, first + reach + 1)
        border = states[:, first : first + reach + 2]
        gradient = gradient + _bptt(border, slopes[:, piece], direct[:, piece], W_hh)
    return gradient


def _truncated_last_steps(states, slopes, direct, W_hh, reach):
    """The last reach + 1 steps in full, the ones before not at all."""
    first = max(direct.shape[1] - reach - 1, 0)
    return _bptt(states[:, first:], slopes[:, first:], direct[:, first:], W_hh)


def _truncated_wraps_round(states, slopes, direct, W_hh, reach):
    """Steps before the first one are counted from the end, as NumPy does with negative places."""
    gradient = np.zeros(W_hh.shape)
    for t in range(direct.shape[1]):
        error = direct[:, t]
        for place in range(t, t - reach - 1, -1):
            sums = error * slopes[:, place]
            gradient = gradient + states[:, place].T @ sums
            error = sums @ W_hh.T
    return gradient


def _truncated_last_output(states, slopes, direct, W_hh, reach):
    last = np.zeros_like(direct)
    last[:, -1] = direct[:, -1]
    return truncated_gradient(states, slopes, last, W_hh, reach)


def _truncated_farthest_only(states, slopes, direct, W_hh, reach):
    nearer = _truncated_one_short(states, slopes, direct, W_hh, reach)
    return truncated_gradient(states, slopes, direct, W_hh, reach) - nearer


def _truncated_not_transposed(states, slopes, direct, W_hh, reach):
    gradient, arriving = np.zeros(W_hh.shape), direct
    for back in range(min(reach, direct.shape[1] - 1) + 1):
        steps = direct.shape[1] - back
        sums = arriving * slopes[:, :steps]
        gradient = gradient + np.einsum("bti,btj->ij", states[:, :steps], sums)
        arriving = (sums @ W_hh)[:, 1:]
    return gradient


def _truncated_transposed(states, slopes, direct, W_hh, reach):
    return truncated_gradient(states, slopes, direct, W_hh, reach).T


def _truncated_mean(states, slopes, direct, W_hh, reach):
    return truncated_gradient(states, slopes, direct, W_hh, reach) / (reach + 1)


def _make_truncated_cases(rng):
    ones = np.ones((1, 3, 1))
    shapes = ((2, 7, 3), (2, 6, 3), (2, 6, 3), (3, 3))
    states, slopes, direct, matrix = (rng.normal(size=shape) for shape in shapes)
    random = states, np.abs(np.tanh(slopes)), direct, matrix
    by_hand = np.ones((1, 4, 1)), ones, 1 * ones, np.array([[2.0]])
    return [
        Case((*by_hand, 0), "three steps, no error goes back: 1 + 1 + 1"),
        Case((*by_hand, 1), "one step back: 1 + 1 + 1, and twice 2"),
        Case((*by_hand, 2), "two steps back: 4 more"),
        Case((*by_hand, 9), "more than there are: the whole gradient"),
        Case((*random, 2), "L = 6, two steps back"),
        Case((*random, 4), "L = 6, four steps back"),
    ]


TRUNCATED_GRADIENT = Exercise(
    name="truncated_gradient",
    title="A few steps back, and no more",
    unit="rnn_bptt",
    points=3,
    level="stretch",
    minutes=25,
    reference=truncated_gradient,
    make_cases=_make_truncated_cases,
    compare=close,
    hints=(
        "One running error cannot do it: it is a sum of errors of different age, and the old ones "
        "have to be dropped. How could they be kept apart?",
        "Let all outputs go back together. With no step back, the errors are `direct`. One step "
        "back, the error of the output at t has reached step t - 1: an array with one step fewer. "
        "Add the shares of each round.",
        "In round n (0 to reach) the errors have shape (B, L - n, D) and belong to the first L - n "
        "steps: sums = arriving * slopes[:, :L - n], the share is the product with states[:, :L - "
        "n], and the next errors are (sums @ W_hh.T)[:, 1:].",
    ),
    wrong_answers=(
        WrongAnswer(
            _truncated_one_short,
            "One step short: with a reach of 0 the error still counts at its own step, with 1 also "
            "at the one before.",
        ),
        WrongAnswer(
            _truncated_one_short_at_least_own,
            "With a reach of 0 yours is right, then it is one step short: a reach of 1 means the "
            "own step and one before.",
        ),
        WrongAnswer(
            _truncated_one_more,
            "One step too far: a reach of 0 is the own step alone.",
        ),
        WrongAnswer(
            _truncated_not,
            "Nothing is cut: this is the whole gradient. An error older than `reach` steps must be "
            "dropped.",
        ),
        WrongAnswer(
            _truncated_in_segments,
            "You cut the sequence into pieces, so an output just behind a border hardly goes back "
            "at all. Here every output reaches back equally far. (Pieces are the cheaper kind of "
            "truncation, and are what most programs do.)",
        ),
        WrongAnswer(
            _truncated_last_steps,
            "You keep the last steps of the sequence and drop all others. Each output, early or "
            "late, goes back `reach` steps.",
        ),
        WrongAnswer(
            _truncated_wraps_round,
            "Before the first step there is none: t - reach can be below 0, and NumPy then counts "
            "from the end. Stop at step 0: max(t - reach, 0).",
        ),
        WrongAnswer(
            _truncated_last_output,
            "Only the last output's error goes back. Every output has one.",
        ),
        WrongAnswer(
            _truncated_farthest_only,
            "You keep the share of the farthest step alone. The nearer ones count as well: add up "
            "0 to `reach` steps back.",
        ),
        WrongAnswer(
            _truncated_not_transposed,
            "On the way back W_hh is not transposed: sums @ W_hh.T.",
        ),
        WrongAnswer(
            _truncated_transposed,
            "The gradient is transposed: state.T @ sums, in this order.",
        ),
        WrongAnswer(
            _truncated_mean,
            "You divide by the number of rounds. The shares are added up.",
        ),
    ),
)


EXERCISES = (
    NEXT_LETTER_TARGETS,
    RNN_STEP,
    UNROLL_RNN,
    CENTRAL_DIFFERENCES,
    BACKWARD_STEP,
    BACKPROPAGATE_THROUGH_TIME,
    CLIP_GRADIENTS,
    SCALE_RECURRENT_MATRIX,
    TRUNCATED_GRADIENT,
)
