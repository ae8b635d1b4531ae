"""Every exercise of the course: stub, solution, wrong answers, hints."""

import itertools

from bioseq_course.exercises import PUBLIC_SEED, all_exercises, check, verdict
from bioseq_course.exercises.base import agrees, run_case

import numpy as np
import pytest

EXERCISES = list(all_exercises().values())
WRONG = [
    pytest.param(exercise, wrong, id=f"{exercise.name}-{number}")
    for exercise in EXERCISES
    for number, wrong in enumerate(exercise.wrong_answers, start=1)
]


def by_name(exercise):
    return exercise.name


def outside_the_course(function):
    """The same behaviour, as if a student had written it."""

    def written_by_a_student(*arguments):
        return function(*arguments)

    return written_by_a_student


@pytest.mark.parametrize("exercise", EXERCISES, ids=by_name)
def test_stub_is_not_attempted(exercise, capsys):
    def stub(*arguments):
        raise NotImplementedError("write your code here")

    assert check(exercise.name, stub) is exercise.reference
    assert "not attempted yet" in capsys.readouterr().out


@pytest.mark.parametrize("exercise", EXERCISES, ids=by_name)
def test_reference_is_correct_under_any_seed(exercise):
    right, text = verdict(exercise, outside_the_course(exercise.reference))
    assert right, text
    for seed in range(3):
        for case in exercise.make_cases(np.random.default_rng(seed)):
            outcome = run_case(exercise.reference, case)
            assert agrees(exercise, outcome, outcome), case


@pytest.mark.parametrize(("exercise", "wrong"), WRONG)
def test_wrong_answer_gets_its_remark(exercise, wrong):
    right, text = verdict(exercise, outside_the_course(wrong.function))
    assert not right
    assert wrong.remark in text


@pytest.mark.parametrize("exercise", EXERCISES, ids=by_name)
@pytest.mark.parametrize(
    "answer", [None, 7, "ACGT", [], {}, np.zeros(3), object()], ids=lambda a: type(a).__name__
)
def test_an_answer_of_the_wrong_kind_is_told_so(exercise, answer):
    right, text = verdict(exercise, lambda *arguments: answer)
    assert not right
    assert "expected" in text and "received" in text


@pytest.mark.parametrize("exercise", EXERCISES, ids=by_name)
def test_cases_are_reproducible_and_noted(exercise):
    first, second = (exercise.make_cases(np.random.default_rng(PUBLIC_SEED)) for _ in range(2))
    assert repr(first) == repr(second)
    assert len(first) >= 3
    assert any(case.note for case in first)


@pytest.mark.parametrize("exercise", EXERCISES, ids=by_name)
def test_hints_get_longer_looks_and_do_not_repeat(exercise):
    assert len(set(exercise.hints)) == 3
    assert all(len(hint) > 20 for hint in exercise.hints)


@pytest.mark.parametrize("exercise", EXERCISES, ids=by_name)
def test_no_two_wrong_answers_are_the_same_mistake(exercise):
    cases = exercise.make_cases(np.random.default_rng(0))
    outcomes = [[run_case(w.function, case) for case in cases] for w in exercise.wrong_answers]
    for one, other in itertools.combinations(outcomes, 2):
        assert not all(agrees(exercise, a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("exercise", EXERCISES, ids=by_name)
def test_reference_does_not_change_its_arguments(exercise):
    for case in exercise.make_cases(np.random.default_rng(3)):
        before = repr(case.args)
        exercise.reference(*case.args)
        assert repr(case.args) == before
