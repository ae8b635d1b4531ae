"""The README agrees with the course that it describes."""

import re

from bioseq_course.cli import app
from bioseq_course.notebooks import find_sources


def readme(root):
    return (root / "README.md").read_text(encoding="utf-8")


def test_unit_table_has_the_minutes_of_every_notebook(root):
    rows = {line[2:4]: line for line in readme(root).splitlines() if re.match(r"\| \d\d ", line)}
    for source in find_sources(root):
        row = rows[source.number]
        assert source.unit in row
        assert f"{source.minutes} min" in row, f"{source.name}: {source.minutes} min"


def test_placement_quiz_has_twelve_questions_with_answers(root):
    quiz = readme(root).split("### Where to start")[1].split("## Get help")[0]
    assert re.findall(r"^(\d+)\. ", quiz, flags=re.M) == [str(n) for n in range(1, 13)]
    assert quiz.count("<details><summary>Answer</summary>") == quiz.count("</details>") == 12


def test_named_make_targets_commands_and_files_exist(root):
    text = readme(root)
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), flags=re.M))
    assert set(re.findall(r"(?:`|^)make ([a-z]+)", text, flags=re.M)) <= targets
    commands = {command.callback.__name__ for command in app.registered_commands} | {"data"}
    assert set(re.findall(r"`(?:\.venv/bin/)?bioseq-course ([a-z]+)", text)) <= commands
    for link in re.findall(r"\]\(([^)#]+)", text):
        if not link.startswith("http"):
            assert (root / link).exists(), link


def test_schedules_for_6_12_and_22_meetings(root):
    schedules = readme(root).split("### Schedules")[1].split("###")[0]
    for number in (6, 12, 22):
        assert f"| **{number}** |" in schedules
