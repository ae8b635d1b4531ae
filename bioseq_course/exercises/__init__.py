"""Exercises that block nobody: check an answer, ask for a hint, read a solution.

In a lab::

    usable_reverse_complement = check("reverse_complement", reverse_complement)

``check`` prints a verdict and hands back the student's function when it is right, and the
course's own otherwise, so that the rest of the lab works. Under grading (nbgrader sets
``NBGRADER_EXECUTION`` or ``NBGRADER_VALIDATING``) it raises unless the answer is right, and hands
back nothing of the course's.
"""

import difflib
import functools
import importlib
import inspect
import os
import pkgutil
from collections.abc import Callable

from bioseq_course.exercises.base import (
    Exercise,
    Outcome,
    TooManyStepsError,
    agrees,
    run_case,
    show,
    where_it_failed,
)

import numpy as np

__all__ = ["all_exercises", "check", "find_exercise", "hint", "solution"]

# Public checks use this seed; a grader's hidden probes never do.
PUBLIC_SEED = 20_260
_hints_given: dict[str, int] = {}


class NotCorrectError(ValueError):
    """Under grading: the answer is missing or not right."""


@functools.cache
def all_exercises() -> dict[str, Exercise]:
    """Return every exercise of the course by name.

    Raises:
        ValueError: two exercises share a name.
    """
    found: dict[str, Exercise] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name == "base":
            continue
        for exercise in importlib.import_module(f"{__name__}.{module.name}").EXERCISES:
            if exercise.name in found:
                raise ValueError(f"Two exercises are called {exercise.name!r}; rename one.")
            found[exercise.name] = exercise
    return found


def find_exercise(name: str) -> Exercise:
    """Return the exercise called ``name``.

    Raises:
        ValueError: there is none; the message lists those there are.
    """
    exercises = all_exercises()
    if name not in exercises:
        near = _near(name)
        cure = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(exercises)}."
        raise ValueError(f"No exercise is called {name!r}. {cure}")
    return exercises[name]


def _near(name: str) -> list[str]:
    return difflib.get_close_matches(str(name), all_exercises(), n=1)


def under_grading() -> bool:
    """Tell whether nbgrader is running this notebook."""
    return any(os.environ.get(key) for key in ("NBGRADER_EXECUTION", "NBGRADER_VALIDATING"))


def check(name: str, function: Callable | None = None) -> Callable:
    """Try a student's function, print the verdict, and hand back a function that works.

    Args:
        name: name of the exercise.
        function: the student's function itself, without brackets behind it.

    Returns:
        ``function`` when it is right, else the course's reference (never under grading).

    Raises:
        NotCorrectError: under grading, unless the answer is right.
        ValueError: no exercise has this name.
    """
    if callable(name) and function is None:
        raise ValueError(
            "check() wants the name of the exercise first, in quotes, then your function: "
            f'check("{name.__name__}", {name.__name__}).'
        )
    exercise = find_exercise(name)
    right, text = verdict(exercise, function)
    if under_grading() and not right:
        raise NotCorrectError(text)
    print(text)
    return function if right else exercise.reference


def verdict(exercise: Exercise, function: object) -> tuple[bool, str]:
    """Return whether ``function`` is right, and the text that a student reads."""
    complaint = _not_usable(exercise, function)
    if complaint:
        return False, f"✗ {exercise.name}: not yet. {complaint}"
    cases = list(exercise.make_cases(np.random.default_rng(PUBLIC_SEED)))
    received = []
    for case in cases:
        received.append(run_case(function, case, max_steps=exercise.max_steps))
        if isinstance(received[-1].error, NotImplementedError):
            return False, _not_attempted(exercise)
        if isinstance(received[-1].error, TooManyStepsError):
            break  # later cases are larger: they might not even fit into memory
    cases = cases[: len(received)]
    expected = [run_case(exercise.reference, case) for case in cases]
    right = [agrees(exercise, *pair) for pair in zip(expected, received, strict=True)]
    if all(right):
        return _verdict_on_arguments(exercise, cases, expected, received)
    first = right.index(False)
    text = _describe(exercise, cases[first], expected[first], received[first])
    if received[first].error is not None:
        text += where_it_failed(function, received[first].error)
    return False, text + _remark(exercise, cases, expected, received)


def _verdict_on_arguments(exercise: Exercise, cases, expected, received) -> tuple[bool, str]:
    """Return the verdict on right values: right, unless arguments were changed on the way."""
    for case, wanted, got in zip(cases, expected, received, strict=True):
        # Where the course's own answer changes an argument, that is the exercise.
        if set(got.changed) - set(wanted.changed):
            text = _describe(exercise, case, wanted, got)
            return False, f"{text}\n  remark    {_remark_on_change(exercise, expected, received)}"
    return True, f"✓ {exercise.name}: correct ({len(cases)} cases)."


def _remark_on_change(exercise: Exercise, expected, received) -> str:
    """Return what to say about arguments that were changed, or nothing."""
    places = set().union(*(set(got.changed) for got in received))
    places -= set().union(*(set(wanted.changed) for wanted in expected))
    if not places:
        return ""
    names = list(inspect.signature(exercise.reference).parameters)
    changed = " and ".join(f"`{names[place]}`" for place in sorted(places))
    return (
        f"Your function changed its argument {changed}, which belongs to the caller: a later cell "
        "would find other values there. Build something new, or work on a copy."
    )


def _not_usable(exercise: Exercise, function: object) -> str:
    if not callable(function):
        return (
            f"check() wants the function itself, but got {show(function, width=60)}. "
            f'Write check("{exercise.name}", {exercise.name}) without brackets after the name.'
        )
    if (getattr(function, "__module__", "") or "").split(".")[0] == "bioseq_course":
        return "This is a function of the course. Write your own: that is the exercise."
    return ""


def _not_attempted(exercise: Exercise) -> str:
    return (
        f"○ {exercise.name}: not attempted yet. Replace the line that raises NotImplementedError "
        f'with your code, then run both cells again. Stuck? hint("{exercise.name}")'
    )


def _describe(exercise: Exercise, case, expected: Outcome, received: Outcome) -> str:
    width = max(48, 160 // max(1, len(case.args)))
    call = ", ".join(show(argument, width=width) for argument in case.args)
    lines = [f"✗ {exercise.name}: not yet."]
    if case.note:
        lines.append(f"  case      {case.note}")
    lines += [
        f"  call      {exercise.name}({call})",
        f"  expected  {_show_outcome(expected)}",
        f"  received  {_show_outcome(received)}",
    ]
    return "\n".join(lines)


def _show_outcome(outcome: Outcome) -> str:
    if outcome.error is not None:
        return f"{type(outcome.error).__name__}: {outcome.error}"
    return show(outcome.value)


def _remark(exercise: Exercise, cases, expected: list[Outcome], received: list[Outcome]) -> str:
    for wrong in exercise.wrong_answers:
        outcomes = [run_case(wrong.function, case) for case in cases]
        if all(agrees(exercise, *pair) for pair in zip(outcomes, received, strict=True)):
            return f"\n  remark    {wrong.remark}"
    remark = _remark_on_form(exercise, expected, received)
    change = _remark_on_change(exercise, expected, received)
    remark += f"  remark    {change}\n" if change else ""
    return f'\n{remark}  Stuck? hint("{exercise.name}")'


def _remark_on_form(exercise: Exercise, expected: list[Outcome], received: list[Outcome]) -> str:
    """Return a remark on slips that have nothing to do with the exercise itself, or nothing."""
    if any(isinstance(outcome.error, TooManyStepsError) for outcome in received):
        return (
            "  remark    This takes too many steps. Does the work multiply with every further "
            "piece, or does a loop never end?\n"
        )
    pairs = [(e, r) for e, r in zip(expected, received, strict=True) if r.error is None]
    if any(got.value is None and wanted.value is not None for wanted, got in pairs):
        if any(outcome.printed for outcome in received):
            return "  remark    Your function prints its answer. Return it instead.\n"
        return "  remark    Your function returns None. Is a return statement missing?\n"
    several = [(e, r) for e, r in pairs if isinstance(e.value, tuple) and len(e.value) > 1]
    if several and not any(isinstance(got.value, tuple | list) for _, got in several):
        return f"  remark    {len(several[0][0].value)} values are asked for, you return one.\n"
    wrong = [(e, r) for e, r in several if not agrees(exercise, e, r)]
    if wrong and all(agrees(exercise, wanted, _backwards(got)) for wanted, got in wrong):
        return "  remark    These are the right values in the wrong order.\n"
    return ""


def _backwards(outcome: Outcome) -> Outcome:
    if isinstance(outcome.value, tuple | list):
        return Outcome(value=tuple(reversed(outcome.value)))
    return outcome


def hint(name: str, step: int | None = None) -> None:
    """Print the next hint of an exercise, or hint number ``step`` (1 to 3).

    A name that is like none of the exercises', as that of a written question or of a challenge,
    is answered with a sentence.

    Raises:
        ValueError: the name is nearly that of an exercise, or there is no such step.
    """
    if not _near(name) and name not in all_exercises():
        print(
            f"There are no hints for {name!r}: only the numbered exercises of a lab have them. "
            "For a written question or a challenge, its rubric says what counts."
        )
        return
    exercise = find_exercise(name)
    if step is None:
        step = min(_hints_given.get(name, 0) + 1, len(exercise.hints))
    if step not in range(1, len(exercise.hints) + 1):
        raise ValueError(f"Hint {step} of {name!r} does not exist: ask for 1, 2 or 3.")
    last = " This was the last hint." if step == len(exercise.hints) else ""
    print(f"Hint {step} of {len(exercise.hints)} for {name}: {exercise.hints[step - 1]}{last}")
    _hints_given[name] = step


def solution(name: str) -> None:
    """Print a right answer, for self-study after an honest try.

    Raises:
        NotCorrectError: under grading.
        ValueError: no exercise has this name.
    """
    if under_grading():
        raise NotCorrectError(f"The solution of {name!r} is not shown while a lab is graded.")
    print(inspect.getsource(find_exercise(name).reference))
