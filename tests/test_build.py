"""Building notebooks: the same bytes twice, drift found, no answer in a lab."""

import json
import os

from bioseq_course.build import (
    build_course,
    build_notebook,
    build_source,
    find_problems,
    is_checked,
    remove_solution,
    store_outputs,
)
from bioseq_course.execute import execute_all
from bioseq_course.notebooks import find_sources, read_source, select_sources
from bioseq_course.records import write_text_atomically

import nbformat
import pytest


@pytest.fixture
def built(toy_course):
    """The toy course with its checked outputs stored."""
    build_course(toy_course, [], execute=True)
    return toy_course


def files(folder):
    return {
        path: path.read_bytes() for path in folder.rglob("*.ipynb") if "build" not in path.parts
    }


def test_two_builds_give_identical_bytes(built):
    first = files(built)
    assert len(first) == 3
    assert build_course(built, []) == []
    for path in first:
        path.unlink()
    build_course(built, [], execute=True)
    assert files(built) == first


def test_real_course_is_built_and_clean(root):
    assert find_problems(root) == []


def test_stored_outputs_are_kept_where_the_cell_is_unchanged(built):
    path = built / "lectures" / "90_toy.ipynb"
    checked = next(c for c in nbformat.read(path, 4).cells if is_checked(c))
    assert checked.outputs[0].text == "42\n" and checked.execution_count == 1
    source = built / "lectures" / "90_toy.py"
    source.write_text(source.read_text().replace("nobody compares", "no one compares"))
    build_course(built, [])
    assert find_problems(built) == []


def test_a_stream_that_arrived_in_pieces_is_stored_whole(toy_course):
    (lecture,) = select_sources(find_sources(toy_course), ["90_toy"])[:1]
    notebook = build_notebook(lecture)
    executed = nbformat.from_dict(notebook)
    pieces = [nbformat.v4.new_output("stream", text=text) for text in ("4", "2\n")]
    executed.cells[1].outputs = pieces
    store_outputs(notebook, executed)
    assert [output.text for output in notebook.cells[1].outputs] == ["42\n"]


def test_only_checked_cells_keep_outputs(built):
    cells = nbformat.read(built / "lectures" / "90_toy.ipynb", 4).cells
    assert [len(c.outputs) for c in cells if c.cell_type == "code"] == [1, 0]


def test_changed_checked_cell_without_output_is_a_problem(built):
    source = built / "lectures" / "90_toy.py"
    source.write_text(source.read_text().replace("6 * 7", "6 * 8"))
    build_course(built, [])
    (problem,) = find_problems(built)
    assert "90_toy.ipynb, cell 2" in problem and "without a stored output" in problem


@pytest.mark.parametrize(
    "damage",
    [
        lambda root: (root / "labs/90_toy/90_toy.ipynb").unlink(),
        lambda root: (root / "labs/99_stray.ipynb").write_text("{}"),
        lambda root: edit(root / "labs/90_toy/90_toy.ipynb", "A toy lab", "A toy lap"),
        lambda root: edit(root / "lectures/90_toy.ipynb", "A toy", "A top"),
        lambda root: edit(root / "lectures/90_toy.py", "nobody", "no one"),
    ],
)
def test_every_drift_is_found(built, damage):
    assert find_problems(built) == []
    damage(built)
    assert len(find_problems(built)) == 1


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_lab_has_stubs_and_no_answer(built):
    text = (built / "labs/90_toy/90_toy.ipynb").read_text()
    assert "secret_of_the_toy" not in text and "model answer" not in text
    assert "BEGIN SOLUTION" not in text
    assert 'raise NotImplementedError(\\"write your code here\\")' in text
    assert "*Write your answer here.*" in text


def test_lab_keeps_no_checked_output_after_an_exercise(built):
    cells = nbformat.read(built / "labs/90_toy/90_toy.ipynb", 4).cells
    checked = [index for index, cell in enumerate(cells) if is_checked(cell)]
    first_exercise = next(i for i, cell in enumerate(cells) if "exercise" in cell.metadata)
    assert len(checked) == 1 and checked[0] < first_exercise
    later = [cell for cell in cells[first_exercise:] if cell.cell_type == "code"]
    assert all(not cell.outputs for cell in later)
    solution = nbformat.read(built / "solutions/90_toy/90_toy.ipynb", 4).cells
    assert sum(map(is_checked, solution)) == 2


def test_nbgrader_metadata(built):
    cells = nbformat.read(built / "labs/90_toy/90_toy.ipynb", 4).cells
    marks = {
        c.metadata.nbgrader.grade_id: c.metadata.nbgrader for c in cells if "nbgrader" in c.metadata
    }
    assert set(marks) == {"reverse_complement", "check_reverse_complement", "toy_reply"}
    assert marks["reverse_complement"].solution and not marks["reverse_complement"].grade
    assert marks["check_reverse_complement"].grade and marks["check_reverse_complement"].locked
    assert marks["toy_reply"].points == 3 and marks["toy_reply"].cell_type == "markdown"


def test_slides_follow_headings(built):
    cells = nbformat.read(built / "lectures/90_toy.ipynb", 4).cells
    assert [c.metadata.slideshow.slide_type for c in cells] == ["slide", "-", "-"]


def test_ids_are_unique_even_for_equal_cells(toy_course):
    source = toy_course / "lectures/90_toy.py"
    source.write_text(source.read_text() + "\n# %%\nx = 1\n\n# %%\nx = 1\n")
    (lecture,) = select_sources(find_sources(toy_course), ["90_toy"])[:1]
    cells = json.loads(build_source(lecture)[lecture.notebook])["cells"]
    assert len({cell["id"] for cell in cells}) == len(cells)


@pytest.mark.parametrize(
    "text",
    ["x = 1", "### BEGIN SOLUTION\nx = 1", "### END SOLUTION", "### BEGIN SOLUTION\n" * 2],
)
def test_markers_that_do_not_pair_are_refused(text):
    with pytest.raises(ValueError, match=r"SOLUTION|pair"):
        remove_solution(text, "code")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("# ---\n# jupyter", "# jupyter", "expected a YAML header"),
        ("cell_metadata_filter: all", "cell_metadata_filter: -all", "cell metadata is lost"),
        ("kind: core", "kind: talk", "missing or wrong: talk"),
        (", minutes: 5", "", "missing or wrong: minutes"),
    ],
)
def test_a_header_that_would_lose_metadata_is_refused(toy_course, old, new, message):
    path = toy_course / "lectures/90_toy.py"
    edit(path, old, new)
    with pytest.raises(ValueError, match=message):
        read_source(path, toy_course)


def test_a_failing_notebook_stores_nothing(toy_course):
    path = toy_course / "lectures/90_toy.py"
    edit(path, "nobody compares this", '" + 1 + "')
    with pytest.raises(
        ValueError, match=r"(?s)Nothing was stored.*90_toy.ipynb, cell 3.*TypeError"
    ):
        build_course(toy_course, ["90_toy"], execute=True)
    lecture = nbformat.read(toy_course / "lectures/90_toy.ipynb", 4)
    assert not any(cell.get("outputs") for cell in lecture.cells)


def test_execution_keeps_copy_times_and_progress(built):
    path = built / "lectures/90_toy.ipynb"
    seen = []
    (execution,) = execute_all(
        [path],
        root=built,
        profile="quick",
        on_cell=lambda p, done, total: seen.append((done, total)),
    )
    assert execution.error == "" and seen == [(0, 2), (1, 2), (2, 2)]
    assert len(execution.cell_seconds) == 2 and execution.seconds > sum(execution.cell_seconds)
    copy = nbformat.read(built / "build/executed/lectures/90_toy.ipynb", 4)
    assert [c.outputs[0].text for c in copy.cells if c.cell_type == "code"][1].startswith("nobody")


def test_failing_cell_is_shown_and_the_rest_goes_on(toy_course):
    path = toy_course / "lectures/90_toy.py"
    edit(path, "print(6 * 7)", "raise KeyError('lost')")
    write_text_atomically(
        toy_course / "lectures/91_toy.py",
        path.read_text().replace("raise KeyError('lost')", "1 + 1"),
    )
    build_course(toy_course, [])
    paths = sorted((toy_course / "lectures").glob("*.ipynb"))
    bad, good = execute_all(paths, root=toy_course, profile="quick")
    assert good.error == ""
    assert "90_toy.ipynb, cell 2 of 3 failed" in bad.error and "KeyError" in bad.error


def test_units_are_selected_by_name_number_or_notebook(toy_course):
    sources = find_sources(toy_course)
    assert [s.kind for s in sources] == ["core", "solution"]
    for name in ("toy", "90", "90_toy"):
        assert select_sources(sources, [name]) == sources
    assert select_sources(sources, ["lectures/90_toy"]) == sources[:1]
    assert select_sources(sources, ["solutions/90_toy"]) == sources[1:]
    with pytest.raises(ValueError, match=r"No unit or notebook is called 'tos'\. Units: toy"):
        select_sources(sources, ["tos"])


def test_a_source_is_stale_until_it_is_built(built):
    (lecture, solution) = find_sources(built)
    assert not lecture.is_stale and not solution.is_stale
    later = solution.lab.stat().st_mtime + 10
    os.utime(solution.path, (later, later))
    assert solution.is_stale and not lecture.is_stale
    lecture.notebook.unlink()
    assert lecture.is_stale
