"""The unit contract: what every lecture, deep dive and lab must have."""

import itertools
import re
import statistics
from pathlib import Path

from bioseq_course import thresholds
from bioseq_course.build import BEGIN, END, is_checked
from bioseq_course.exercises import all_exercises
from bioseq_course.notebooks import find_sources

import jupytext
import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = find_sources(ROOT)
LESSONS = [source for source in SOURCES if source.kind != "solution"]
LABS = [source for source in SOURCES if source.kind == "solution"]
# The units that must be here, and their least number of exercises.
UNITS = {
    "start": 6,
    "sequences": 7,
    "kmer_profiles": 8,
    "kmer_embeddings": 7,
    "cnn_motifs": 7,
    "rnn_bptt": 7,
    "gru_lstm": 7,
}

HEADINGS = {
    "core": (
        "Why",
        "Objectives",
        "Prerequisites",
        "Time",
        "Biology card",
        "Take-aways",
        "What this representation cannot see",
        "References",
    ),
    "dive": ("Why", "Objectives", "Prerequisites", "Time", "Take-aways", "References"),
    "solution": (
        "The afternoon",
        "Objectives",
        "Quiz",
        "Take-aways",
        "Why my plot may differ",
    ),
}
EXERCISE_HEADING = re.compile(
    r"^### Exercise (\d+) · `(\w+)` · (must|should|stretch) · (\d+) minutes · (\d+) points?$", re.M
)


def name_of(source):
    return source.path.stem + ("-lab" if source.kind == "solution" else "")


every_source = pytest.mark.parametrize("source", SOURCES, ids=name_of)
every_lesson = pytest.mark.parametrize("source", LESSONS, ids=name_of)
every_lab = pytest.mark.parametrize("source", LABS, ids=name_of)


def cells(source, kind=None):
    notebook = jupytext.read(source.path, fmt="py:percent")
    return [cell for cell in notebook.cells if kind in (None, cell.cell_type)]


def prose(source):
    return "\n\n".join(cell.source for cell in cells(source, "markdown"))


def section(text, heading):
    """The text below a second-level heading, up to the next one."""
    match = re.search(rf"^## {re.escape(heading)}\b.*?$(.*?)(?=^## |\Z)", text, flags=re.M | re.S)
    return match.group(1).strip() if match else ""


def body_lines(cell):
    return [line for line in cell.source.splitlines() if line.strip()]


def tagged(source, tag):
    return [cell for cell in cells(source) if tag in cell.metadata.get("tags", [])]


@pytest.mark.parametrize("unit", UNITS)
def test_unit_has_a_core_lecture_and_a_solution(unit):
    kinds = [source.kind for source in SOURCES if source.unit == unit]
    assert kinds.count("core") == 1 and kinds.count("solution") == 1


@every_source
def test_sections_are_there_and_say_something(source):
    text = prose(source)
    for heading in HEADINGS[source.kind]:
        assert len(section(text, heading)) > 40, f"{source.path.name}: ## {heading}"


@every_source
def test_title_and_heading_levels(source):
    text = re.sub(r"```.*?```", "", prose(source), flags=re.S)
    levels = [len(match) for match in re.findall(r"^(#{1,6}) ", text, flags=re.M)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


@every_source
def test_three_to_six_objectives(source):
    bullets = re.findall(r"^[-*] ", section(prose(source), "Objectives"), flags=re.M)
    assert 3 <= len(bullets) <= 6


@every_source
def test_code_cells_are_short(source):
    sizes = [len(body_lines(cell)) for cell in cells(source, "code")]
    assert statistics.median(sizes) <= 8
    assert max(sizes) <= 40


@every_lesson
def test_length_of_a_lesson(source):
    number = len(cells(source, "code"))
    assert number <= (42 if source.kind == "core" else 36)
    low, high = (60, 90) if source.kind == "core" else (20, 40)
    assert low <= source.minutes <= high
    assert str(source.minutes) in section(prose(source), "Time")


@every_lesson
def test_predict_then_run(source):
    questions = tagged(source, "predict")
    assert len(questions) >= (2 if source.kind == "core" else 1)
    assert all("?" in cell.source for cell in questions)


@every_lesson
def test_references_have_a_persistent_address(source):
    entries = re.findall(r"^[-*] .*(?:\n(?![-*] ).+)*", section(prose(source), "References"), re.M)
    assert entries
    for entry in entries:
        assert re.search(r"doi\.org/10\.|doi:10\.|arXiv:\d{4}\.\d{4,5}|ISBN", entry), entry


@every_source
def test_at_least_three_outputs_are_compared(source):
    checked = tagged(source, "nbval-check-output")
    assert len(checked) >= (3 if source.kind != "solution" else 1)
    stored = [c for c in nbformat.read(source.notebook, 4).cells if is_checked(c)]
    assert all(cell.outputs and cell.execution_count for cell in stored)
    assert len(stored) == len(checked)


@every_source
def test_every_figure_is_shown_with_words(source):
    for cell in cells(source, "code"):
        draws = re.search(r"plt\.(subplots|figure)\(", cell.source)
        assert not draws or "show_figure(" in cell.source, cell.source
        assert "plt.show(" not in cell.source
    for cell in cells(source, "code"):
        for call in re.findall(r"show_figure\((.*?)\)\s*$", cell.source, flags=re.S | re.M):
            assert "alt=" in call


@every_source
def test_figures_have_titles_and_labelled_axes(source):
    for cell in cells(source, "code"):
        if "show_figure(" in cell.source and re.search(r"plt\.subplots\(", cell.source):
            assert re.search(r"title", cell.source), cell.source
            assert re.search(r"xlabel|supxlabel|plot_logo|set_xticks|matshow|imshow", cell.source)


@every_source
def test_thresholds_are_measured_and_cited(source):
    known = thresholds.read_seed_values()
    text = source.path.read_text(encoding="utf-8")
    for name in re.findall(r'assert_threshold\(\s*"([^"]+)"', text):
        assert name in known, f"{name}: run bioseq-course seeds {source.unit}"
        assert len(known[name]["seeds"]) >= 5
    assert not re.search(r"# seeds [^\n]*worst (?![-\d])", text), "a comment without its value"
    calls = len(re.findall(r"^\s*assert_threshold\(", text, flags=re.M))
    cited = re.findall(r"# seeds 0[-–]\d+: worst", text)
    assert len(cited) >= calls, "each threshold cites its worst value in a comment above"


@every_source
def test_cited_worst_values_are_the_measured_ones(source):
    known = thresholds.read_seed_values()
    text = source.path.read_text(encoding="utf-8")
    pattern = r"# seeds 0[-–]\d+: worst ([-\d.]+)[^\n]*\n\s*assert_threshold\(\s*\"([^\"]+)\""
    for cited, name in re.findall(pattern, text):
        cited = cited.rstrip(".")
        digits = len(cited.split(".")[1]) if "." in cited else 0
        assert abs(float(cited) - known[name]["worst"]) <= 0.5 * 10**-digits + 1e-9, name


@every_source
def test_every_seed_comes_from_the_run(source):
    text = source.path.read_text(encoding="utf-8")
    if re.search(r"default_rng|set_random_seed|random_state", text):
        assert "SEED = seed()" in text
    assert not re.search(r"default_rng\(\s*\)|np\.random\.(seed|rand|normal|choice)\b", text)


@every_source
def test_language(source):
    text = prose(source)
    assert not re.search(r"\b(simply|obviously|trivial(ly)?|just (run|call|use))\b", text, re.I)
    sentences = re.sub(r"`[^`]*`|\$[^$]*\$|!\[|!=", "", re.sub(r"```.*?```", "", text, flags=re.S))
    assert "!" not in re.sub(r"<!--|-->", "", sentences), "no exclamation marks"


@every_lab
def test_length_of_a_lab(source):
    assert 90 <= source.minutes <= 120
    assert f"{source.minutes} minutes" in prose(source)


@every_lab
def test_exercises_match_their_records(source):
    text = prose(source)
    headings = EXERCISE_HEADING.findall(text)
    exercises = all_exercises()
    solutions = [c.metadata["exercise"] for c in cells(source) if "exercise" in c.metadata]
    checks = [c.metadata["check"] for c in cells(source) if "check" in c.metadata]
    assert solutions == checks
    assert UNITS.get(source.unit, 6) <= len(solutions) <= 10
    listed = {
        name: (level, int(minutes), int(points)) for _, name, level, minutes, points in headings
    }
    for name in solutions:
        exercise = exercises[name]
        assert exercise.unit == source.unit
        assert listed[name] == (exercise.level, exercise.minutes, exercise.points)
    assert [int(number) for number, *_ in headings] == list(range(1, len(headings) + 1))
    assert sum(level == "must" for _, _, level, _, _ in headings) <= 4
    mine = {exercise.name for exercise in exercises.values() if exercise.unit == source.unit}
    assert mine == set(solutions), "every exercise of the unit stands in its lab"


@every_lab
def test_lab_has_words_a_bug_a_challenge_and_a_quiz(source):
    text = prose(source)
    written = [c for c in cells(source) if "written" in c.metadata]
    assert written and all(isinstance(c.metadata["points"], int) for c in written)
    assert re.search(r"find the bug", text, re.I)
    assert [c for c in cells(source) if "challenge" in c.metadata]
    assert text.count("**Rubric**") >= 2, "for the written question and for the challenge"
    quiz = section(text, "Quiz")
    assert quiz.count("<details>") == quiz.count("</details>") >= 3
    assert "<summary>Answer</summary>" in quiz


@every_lab
def test_lab_uses_only_what_check_hands_back(source):
    names = [c.metadata["exercise"] for c in cells(source) if "exercise" in c.metadata]
    for cell in cells(source, "code"):
        if {"exercise", "check"} & set(cell.metadata):
            continue
        for name in names:
            assert not re.search(rf"(?<![\w.\"']){name}\(", cell.source), (
                f"use usable_{name}: an unsolved lab must run on\n{cell.source}"
            )


def solution_lines(source):
    """The lines inside solution regions that stand nowhere else in the source."""
    inside, regions, rest = False, [], []
    for line in source.path.read_text(encoding="utf-8").splitlines():
        if BEGIN in line or END in line:
            inside = BEGIN in line
        else:
            (regions if inside else rest).append(line.lstrip("# ").strip())
    return {line for line in regions if len(line) >= 12} - set(rest)


@every_lab
def test_no_answer_leaks_into_the_lab(source):
    lab = "\n".join(cell.source for cell in nbformat.read(source.lab, 4).cells)
    answers = solution_lines(source)
    assert len(answers) > 20
    leaked = {line for line in answers if line in lab}
    assert not leaked
    assert END not in lab and BEGIN not in lab
    names = sorted(path.name for path in source.lab.parent.iterdir() if path.name[0] != ".")
    assert names == [source.lab.name]


@every_lab
def test_written_answers_are_gone(source):
    lab = nbformat.read(source.lab, 4)
    for cell in lab.cells:
        if "written" in cell.metadata:
            assert cell.source.strip() == "*Write your answer here.*"
