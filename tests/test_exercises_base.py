"""The exercise engine: comparison, verdicts, and what grading changes."""

import contextlib
import sys

from bioseq_course import exercises
from bioseq_course.exercises import check, hint, solution
from bioseq_course.exercises.base import Case, Exercise, WrongAnswer, close, equal, show

import numpy as np
import pytest


def double(number):
    return 2 * number


def squared(number):
    return number**2


def plus_two(number):
    return number + 2


DOUBLE = Exercise(
    name="double",
    title="Twice",
    unit="toy",
    points=2,
    level="must",
    minutes=1,
    reference=double,
    make_cases=lambda rng: [Case((2,)), Case((5,), "an odd number"), Case((int(rng.integers(9)),))],
    compare=close,
    hints=("look at the name", "multiply", "2 * number"),
    wrong_answers=(
        WrongAnswer(squared, "You squared the number."),
        WrongAnswer(plus_two, "You added two."),
    ),
)


@pytest.fixture(autouse=True)
def only_double(monkeypatch):
    monkeypatch.setattr(exercises, "all_exercises", lambda: {"double": DOUBLE})
    monkeypatch.setattr(exercises, "_hints_given", {})
    for key in ("NBGRADER_EXECUTION", "NBGRADER_VALIDATING"):
        monkeypatch.delenv(key, raising=False)


def stub(number):
    raise NotImplementedError("write your code here")


def right(number):
    return number + number


def test_right_answer_is_handed_back_itself(capsys):
    assert check("double", right) is right
    assert capsys.readouterr().out == "✓ double: correct (3 cases).\n"


@pytest.mark.parametrize("function", [stub, squared, lambda number: 1 / 0])
def test_otherwise_the_reference_comes_back(function):
    assert check("double", function) is double


def test_stub_is_not_attempted(capsys):
    check("double", stub)
    assert capsys.readouterr().out.startswith("○ double: not attempted yet.")


@pytest.mark.parametrize(("function", "remark"), [(squared, "squared"), (plus_two, "added two")])
def test_typical_mistake_is_recognised_by_what_it_does(capsys, function, remark):
    check("double", lambda number: function(number))
    out = capsys.readouterr().out
    assert "✗ double: not yet." in out and remark in out


def test_message_shows_call_expected_and_received(capsys):
    check("double", lambda number: number * 3 if number == 5 else number * 2)
    out = capsys.readouterr().out
    assert "an odd number" in out
    assert "double(5)" in out and "expected  10" in out and "received  15" in out


def test_exception_of_the_student_is_shown(capsys):
    def broken(number):
        half = number / 2
        return half / 0

    check("double", broken)
    out = capsys.readouterr().out
    assert "received  ZeroDivisionError: " in out and "in line 3 of your function" in out


def test_missing_return_is_named(capsys):
    check("double", lambda number: None)
    assert "Is a return statement missing?" in capsys.readouterr().out


def test_printing_is_not_returning_and_does_not_bury_the_verdict(capsys):
    check("double", lambda number: print("noise", 2 * number))
    out = capsys.readouterr().out
    assert out.startswith("✗ double") and "prints its answer. Return it" in out
    assert "noise" not in out


def test_the_name_comes_first():
    with pytest.raises(ValueError, match=r'check\("right", right\)'):
        check(right)


def test_a_result_instead_of_a_function(capsys):
    assert check("double", right(4)) is double
    assert 'Write check("double", double) without brackets' in capsys.readouterr().out


def test_the_courses_own_function_is_no_answer(capsys):
    assert check("double", exercises.hint) is double
    assert "function of the course" in capsys.readouterr().out


@pytest.mark.parametrize("variable", ["NBGRADER_EXECUTION", "NBGRADER_VALIDATING"])
@pytest.mark.parametrize("function", [stub, squared, 8, exercises.hint])
def test_under_grading_a_wrong_answer_raises_and_gives_nothing(monkeypatch, variable, function):
    monkeypatch.setenv(variable, "1")
    with pytest.raises(ValueError, match="double"):
        check("double", function)
    with pytest.raises(ValueError, match="not shown while a lab is graded"):
        solution("double")


def test_under_grading_a_right_answer_passes(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert check("double", right) is right


def test_student_cannot_spoil_the_case_for_the_comparison():
    def greedy(numbers):
        numbers.clear()
        return 0

    case = Case(([1, 2],))
    assert exercises.run_case(greedy, case).value == 0
    assert case.args == ([1, 2],)


def test_an_argument_given_twice_is_two_copies_for_the_student():
    numbers = [1, 2]
    outcome = exercises.run_case(lambda first, second: first.pop(), Case((numbers, numbers)))
    assert outcome.changed == (0,)  # and not both


def make_exercise(**fields):
    return Exercise(
        **{name: getattr(DOUBLE, name) for name in DOUBLE.__dataclass_fields__} | fields
    )


@pytest.fixture
def sum_exercise(monkeypatch):
    """An exercise on lists, arrays and a dictionary; nothing of these may be changed."""

    def make_cases(rng):
        return [Case(([1, [2, 3]], np.array([1.0, np.nan]), {"a": 1})), Case(([1], np.ones(1), {}))]

    exercise = make_exercise(
        name="total", reference=lambda numbers, array, table: len(numbers), make_cases=make_cases
    )
    monkeypatch.setattr(exercises, "all_exercises", lambda: {"total": exercise})


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (lambda numbers, array, table: numbers.append(4), "`numbers`,"),
        (
            lambda numbers, array, table: numbers[-1].clear() if len(numbers) > 1 else 0,
            "`numbers`,",
        ),
        (lambda numbers, array, table: array.__imul__(2), "`array`,"),
        (lambda numbers, array, table: table.update(b=2), "`table`,"),
        (lambda numbers, array, table: (numbers.pop(), table.clear()), "`numbers` and `table`,"),
    ],
)
def test_a_changed_argument_is_reported(capsys, sum_exercise, change, names):
    def changing(numbers, array, table):
        result = len(numbers)
        change(numbers, array, table)
        return result

    assert check("total", changing) is not changing
    out = capsys.readouterr().out
    assert out.startswith("✗ total: not yet.") and f"changed its argument {names}" in out


def test_an_untouched_nan_is_no_change(sum_exercise):
    def right_answer(numbers, array, table):
        return len(numbers)

    assert check("total", right_answer) is right_answer


def test_a_change_is_reported_beside_wrong_values_too(capsys, sum_exercise):
    check("total", lambda numbers, array, table: numbers.pop())
    assert "changed its argument `numbers`," in capsys.readouterr().out


def test_what_the_reference_changes_a_student_may_change(monkeypatch):
    def sort_in_place(numbers):
        numbers.sort()
        return numbers

    exercise = make_exercise(
        name="sort", reference=sort_in_place, make_cases=lambda rng: [Case(([2, 1],))] * 3
    )
    monkeypatch.setattr(exercises, "all_exercises", lambda: {"sort": exercise})

    def mine(numbers):
        numbers[:] = sorted(numbers)
        return numbers

    assert check("sort", mine) is mine


def endless(number):
    while True:
        with contextlib.suppress(Exception):
            number += 1


def test_a_limit_of_steps_stops_an_endless_loop(monkeypatch, capsys):
    seen = []

    def slow_from_five(number):
        seen.append(number)
        return endless(number) if number == 5 else 2 * number

    exercise = make_exercise(max_steps=1000)
    monkeypatch.setattr(exercises, "all_exercises", lambda: {"double": exercise})
    tracer = sys.gettrace()
    assert check("double", slow_from_five) is double
    out = capsys.readouterr().out
    assert "stopped after 1,000 steps" in out and "takes too many steps" in out
    assert seen == [2, 5], "the cases after it are not tried"
    assert sys.gettrace() is tracer
    assert check("double", right) is right


@pytest.mark.parametrize("name", ["claim_reply", "challenge_classifier"])
def test_a_hint_for_a_question_in_words_is_a_sentence(capsys, name):
    hint(name)
    out = capsys.readouterr().out
    assert out.startswith(f"There are no hints for {name!r}: ") and "rubric" in out
    assert "double" not in out


def test_a_misspelt_hint_is_told_the_name():
    with pytest.raises(ValueError, match="Did you mean 'double'"):
        hint("duoble")


def test_hints_come_one_by_one(capsys):
    for _ in range(4):
        hint("double")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0][:6] for line in lines] == ["Hint 1", "Hint 2", "Hint 3", "Hint 3"]
    with pytest.raises(ValueError, match="ask for 1, 2 or 3"):
        hint("double", 4)


@pytest.mark.parametrize(
    ("function", "remark"),
    [
        (lambda low, high: high - low, "2 values are asked for, you return one."),
        (lambda low, high: (high, low), "right values in the wrong order."),
        (lambda low, high: (low, high) if low else None, "returns None. Is a return"),
    ],
)
def test_slips_of_form_get_a_remark(capsys, pair_exercise, function, remark):
    check("pair", function)
    assert remark in capsys.readouterr().out


@pytest.mark.parametrize(
    "function",
    [
        lambda low, high: (low, high) if low else 5,  # a pair here, a number there
        lambda low, high: (np.array([low, 9]), high),  # arrays have no single truth value
        lambda low, high: [high, high],
    ],
)
def test_a_slip_nobody_foresaw_is_not_called_a_wrong_order(capsys, pair_exercise, function):
    assert check("pair", function) is pair_exercise.reference
    out = capsys.readouterr().out
    assert out.startswith("✗ pair: not yet.") and "wrong order" not in out


@pytest.fixture
def pair_exercise(monkeypatch):
    """An exercise that asks for two values, the only one there is."""
    fields = {name: getattr(DOUBLE, name) for name in DOUBLE.__dataclass_fields__}
    fields |= {
        "name": "pair",
        "reference": lambda low, high: (low, high),
        "make_cases": lambda rng: [Case((1, 2)), Case((0, 5)), Case((3, 3))],
        "wrong_answers": (
            WrongAnswer(lambda low, high: (0, 0), "zeros"),
            WrongAnswer(lambda low, high: (1, 1), "ones"),
        ),
    }
    exercise = Exercise(**fields)
    monkeypatch.setattr(exercises, "all_exercises", lambda: {"pair": exercise})
    return exercise


def test_unknown_exercise_lists_the_known(capsys):
    with pytest.raises(
        ValueError, match=r"No exercise is called 'duble'\. Did you mean 'double'\?"
    ):
        check("duble", right)


@pytest.mark.parametrize(
    ("expected", "received", "alike"),
    [
        (1, 1.0, True),
        (1, True, False),
        (True, np.True_, True),
        ([1, 2], np.array([1, 2]), True),
        ([1, 2], [1, 2, 3], False),
        (np.zeros((2, 1)), np.zeros((1, 2)), False),
        (np.zeros((2, 1)), np.zeros(2), False),
        ("A", ("A",), False),
        ({"a": [1]}, {"a": (1,)}, True),
        ({"a": 1}, {"b": 1}, False),
        (None, 0, False),
        ("1", 1, False),
        ("CAA", np.str_("CAA"), True),
        ("CAA", np.str_("TTG"), False),
    ],
)
def test_equal(expected, received, alike):
    assert equal(expected, received) is alike
    assert close(expected, received) is alike


def test_close_forgives_rounding_and_no_more():
    assert close(0.3, 0.1 + 0.2) and not equal(0.3, 0.1 + 0.2)
    assert close(1000.0, 1000.0005) and not close(1000.0, 1000.01)
    assert close(float("nan"), float("nan"))


def test_show_is_short():
    assert len(show("A" * 10_000)) < 200
    assert show(np.arange(3)) == "array of shape (3,), [0 1 2]"


def test_an_exercise_needs_hints_and_wrong_answers():
    fields = {name: getattr(DOUBLE, name) for name in DOUBLE.__dataclass_fields__}
    with pytest.raises(ValueError, match="expected 3 and at least 2"):
        Exercise(**(fields | {"wrong_answers": ()}))
    with pytest.raises(ValueError, match="level 'easy'"):
        Exercise(**(fields | {"level": "easy"}))
