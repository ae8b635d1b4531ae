"""Profiles, seeds and the course folder."""

import os

from bioseq_course import run

import pytest


def test_profile_follows_the_environment(monkeypatch):
    monkeypatch.setenv("BIOSEQ_PROFILE", "full")
    assert run.profile() == "full"
    assert run.choose(quick=4, full=40) == 40
    monkeypatch.setenv("BIOSEQ_PROFILE", "quick")
    assert run.choose(quick=4, full=40) == 4


@pytest.mark.parametrize(("gpus", "expected"), [((), "quick"), (("a GPU",), "full")])
def test_profile_without_the_variable_follows_the_machine(monkeypatch, gpus, expected):
    monkeypatch.delenv("BIOSEQ_PROFILE", raising=False)
    monkeypatch.setattr(run, "gpu_names", lambda: gpus)
    assert run.profile() == expected


def test_unknown_profile_is_refused_with_the_cure(monkeypatch):
    monkeypatch.setenv("BIOSEQ_PROFILE", "fast")
    with pytest.raises(ValueError, match=r"'fast'.*'quick' and 'full'.*unset"):
        run.profile()


def test_seed(monkeypatch):
    monkeypatch.delenv("BIOSEQ_SEED", raising=False)
    assert run.seed() == 0
    monkeypatch.setenv("BIOSEQ_SEED", "3")
    assert run.seed() == 3
    monkeypatch.setenv("BIOSEQ_SEED", "-1")
    with pytest.raises(ValueError, match="whole number of at least 0"):
        run.seed()


def test_course_root_is_found_from_below(toy_course, monkeypatch):
    below = toy_course / "solutions" / "90_toy"
    assert run.course_root(below) == toy_course
    monkeypatch.chdir(below)
    assert run.course_root() == toy_course


def test_results_go_where_they_are_sent(results):
    assert run.results_folder() == results


def test_quiet_start_hides_the_file_descriptor_and_gives_it_back(capfd):
    with run.quiet_start():
        os.write(2, b"chatter of a compiled library\n")
    os.write(2, b"a real error\n")
    assert capfd.readouterr().err == "a real error\n"
    with pytest.raises(ImportError), run.quiet_start():
        import no_such_module  # noqa: F401
    os.write(2, b"still there\n")
    assert capfd.readouterr().err == "still there\n"
