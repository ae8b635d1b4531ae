"""What an exercise is: a reference, cases, hints, and the wrong answers a tutor has seen.

A wrong answer is recognised by what it *does*: when a student's function gives, on every case,
what a known wrong function gives, the remark of that wrong answer is shown.
"""

import contextlib
import copy
import io
import math
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Number
from typing import Any, NamedTuple

import numpy as np

LEVELS = ("must", "should", "stretch")


class Case(NamedTuple):
    """The arguments of one call, and a note on what the case is about."""

    args: tuple
    note: str = ""


class WrongAnswer(NamedTuple):
    """A function that makes a typical mistake, and what a tutor would say about it."""

    function: Callable
    remark: str


@dataclass(frozen=True)
class Exercise:
    """One exercise of a lab; see CONTRIBUTING.md for how to add one.

    Attributes:
        name: name of the student's function, unique in the course, never changed.
        title: a few words for the heading.
        unit: name of the unit, e.g. ``"sequences"``.
        points: marks for a right answer.
        level: ``"must"``, ``"should"`` or ``"stretch"``.
        minutes: what a class needs for it.
        reference: a right answer.
        make_cases: from a random generator to the calls that are tried.
        compare: ``compare(expected, received) -> bool``.
        hints: three, from where to look to almost the code.
        wrong_answers: at least two typical mistakes.
        max_steps: lines and calls that a student's function may take for one case, for an exercise
            in which a hopeless method would run for days; None for no limit.
    """

    name: str
    title: str
    unit: str
    points: int
    level: str
    minutes: int
    reference: Callable
    make_cases: Callable[[np.random.Generator], Sequence[Case]]
    compare: Callable[[Any, Any], bool]
    hints: tuple[str, str, str]
    wrong_answers: tuple[WrongAnswer, ...]
    max_steps: int | None = None

    def __post_init__(self):
        if self.level not in LEVELS:
            raise ValueError(
                f"Exercise {self.name!r} has level {self.level!r}: use one of {LEVELS}."
            )
        if len(self.hints) != 3 or len(self.wrong_answers) < 2:
            raise ValueError(
                f"Exercise {self.name!r} has {len(self.hints)} hints and "
                f"{len(self.wrong_answers)} wrong answers: expected 3 and at least 2."
            )


class Outcome(NamedTuple):
    """What one call gave: a value, or the exception that it raised; and what it did besides.

    Attributes:
        value: what came back.
        error: what was raised instead.
        printed: what was printed.
        changed: places, from 0, of the arguments that are no longer what was handed over.
    """

    value: Any = None
    error: BaseException | None = None
    printed: str = ""
    changed: tuple[int, ...] = ()


class TooManyStepsError(BaseException):
    """A function went past its limit; no Exception, so that a student's except lets it through."""


def run_case(function: Callable, case: Case, *, max_steps: int | None = None) -> Outcome:
    """Call ``function`` on a copy of the case's arguments and keep what happens.

    Args:
        function: what to call.
        case: its arguments.
        max_steps: stop after so many lines and calls in Python; None for no limit.

    Returns:
        An ``Outcome``; its error is a ``TooManyStepsError`` where the limit was reached.

    >>> run_case(len, Case(("ACGT",))).value
    4
    >>> run_case(lambda numbers: numbers.pop(), Case(([1, 2],))).changed
    (0,)
    """
    # One by one: an array that a case gives twice must not be one array for the student.
    printed, arguments = io.StringIO(), tuple(map(copy.deepcopy, case.args))
    value = error = None
    try:
        # A print in a loop, or NumPy's warnings, would bury the verdict.
        with contextlib.redirect_stdout(printed), warnings.catch_warnings(action="ignore"):
            value = _call(function, arguments, max_steps)
    except (Exception, TooManyStepsError) as raised:  # shown to the student, not hidden
        error = raised
    places = enumerate(zip(case.args, arguments, strict=True))
    changed = tuple(place for place, pair in places if not _is_unchanged(*pair))
    return Outcome(value, error, printed.getvalue(), changed)


def _call(function: Callable, arguments: tuple, max_steps: int | None) -> Any:
    """Call ``function``, and raise inside it once it has run ``max_steps`` lines and calls.

    Steps are counted rather than seconds, so that a verdict is the same on every machine.
    """
    if max_steps is None:
        return function(*arguments)
    steps = 0

    def count(frame, event, argument):
        nonlocal steps
        steps += event in ("call", "line")
        # Not where a generator is being closed: what is raised there is dropped.
        if steps > max_steps and event in ("call", "line"):
            raise TooManyStepsError(f"stopped after {max_steps:,} steps")
        return count

    before = sys.gettrace()  # a debugger's, or that of a coverage report
    sys.settrace(count)
    try:
        return function(*arguments)
    finally:
        sys.settrace(before)


def _is_unchanged(before: Any, after: Any) -> bool:
    """Tell whether an argument still is what it was; what cannot be compared passes."""
    if isinstance(before, np.ndarray):
        return before.dtype == after.dtype and _is_unchanged(before.tolist(), after.tolist())
    if isinstance(before, list | tuple):
        pairs = zip(before, after, strict=False)
        return len(before) == len(after) and all(_is_unchanged(*pair) for pair in pairs)
    if isinstance(before, dict):
        return list(before) == list(after) and all(
            _is_unchanged(before[k], after[k]) for k in before
        )
    if isinstance(before, set | str | Number):
        return before == after or (before != before and after != after)  # NaN is not itself
    return True


def where_it_failed(function: Callable, error: BaseException) -> str:
    """Return the line of ``function`` in which an exception arose, as words for a message.

    >>> def broken(number):
    ...     return number / 0
    >>> where_it_failed(broken, run_case(broken, Case((1,))).error)
    ', in line 2 of your function'
    """
    code = getattr(function, "__code__", None)
    frames = traceback.walk_tb(error.__traceback__)
    lines = [number for frame, number in frames if frame.f_code is code]
    return f", in line {lines[-1] - code.co_firstlineno + 1} of your function" if lines else ""


def agrees(exercise: Exercise, expected: Outcome, received: Outcome) -> bool:
    """Tell whether two outcomes are the same answer; a refusal matches the same kind of refusal.

    An answer on which the comparison itself fails is not the same answer.
    """
    if expected.error is not None or received.error is not None:
        return type(expected.error) is type(received.error)
    try:
        return bool(exercise.compare(expected.value, received.value))
    except Exception:  # comparing with something of a wholly different kind
        return False


def equal(expected: Any, received: Any) -> bool:
    """Same kind and same value; lists and tuples are alike, and so are NumPy's and Python's own.

    >>> equal([1, 2], (1, 2)), equal("A", ["A"]), equal(1, True), equal(2, np.int64(2))
    (True, False, False, True)
    >>> equal("CAA", np.str_("CAA"))
    True
    """
    return _same(expected, received, lambda a, b: bool(a == b))


def close(expected: Any, received: Any, *, tolerance: float = 1e-6) -> bool:
    """Like :func:`equal`, with numbers alike when they differ by less than ``tolerance``.

    The difference counts relative to the expected number where that is larger than 1.

    >>> close(1.0, 1.0 + 1e-9), close(1.0, 1.1), close([1.0], np.array([[1.0]]))
    (True, False, False)
    """

    def near(a, b):
        return bool(np.isclose(b, a, rtol=tolerance, atol=tolerance, equal_nan=True))

    return _same(expected, received, near)


def _same(expected, received, same_number) -> bool:
    if isinstance(expected, np.ndarray) or isinstance(received, np.ndarray):
        expected, received = (_as_list(value) for value in (expected, received))
    if isinstance(expected, list | tuple):
        return (
            isinstance(received, list | tuple)
            and len(expected) == len(received)
            and all(_same(a, b, same_number) for a, b in zip(expected, received, strict=True))
        )
    if isinstance(expected, dict):
        return (
            isinstance(received, dict)
            and expected.keys() == received.keys()
            and all(_same(expected[key], received[key], same_number) for key in expected)
        )
    if isinstance(expected, bool | np.bool_):
        return isinstance(received, bool | np.bool_) and bool(expected) == bool(received)
    if isinstance(expected, Number):
        is_number = isinstance(received, Number) and not isinstance(received, bool | np.bool_)
        return is_number and same_number(expected, received)
    if isinstance(expected, str):  # NumPy's strings are strings too
        return isinstance(received, str) and str(expected) == str(received)
    return type(expected) is type(received) and expected == received


def _as_list(value):
    return value.tolist() if isinstance(value, np.ndarray) else value


def show(value: Any, *, width: int = 160) -> str:
    """Return a short, readable form of a value for a message.

    >>> show("ACGT"), show(np.zeros((2, 3)))
    ("'ACGT'", 'array of shape (2, 3), [[0. 0. 0.] [0. 0. 0.]]')
    """
    if isinstance(value, np.ndarray):
        body = " ".join(np.array2string(value, threshold=24, precision=4).split())
        text = f"array of shape {value.shape}, {body}"
    elif isinstance(value, float) and not math.isnan(value):
        text = f"{value:.6g}"
    else:
        text = repr(value)
    return text if len(text) <= width else f"{text[: width - 12]} … ({len(text)} characters)"
