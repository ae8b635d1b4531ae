"""The report: pages that work offline, a scoreboard that shows what was measured."""

import re

from bioseq_course import report, scoreboard
from bioseq_course.execute import Execution, over_budget, save_execution, time_lines
from bioseq_course.scoreboard import Claim, Row

import nbformat
import pytest


@pytest.fixture
def executed(tmp_path):
    """An executed notebook with a formula, code and a figure."""
    cells = [
        nbformat.v4.new_markdown_cell("# Title\n\nInline $x_t^2$ and\n\n$$\\sum_{i=1}^{n} x_i$$\n"),
        nbformat.v4.new_code_cell("print('hello')", execution_count=1),
    ]
    cells[1].outputs = [nbformat.v4.new_output("stream", text="hello\n")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    path = tmp_path / "lectures" / "90_toy.ipynb"
    save_execution(Execution(path, notebook, 12.0, [1.0]), root=tmp_path, profile="quick")
    return tmp_path


def test_formulas_become_mathml_and_nothing_is_loaded_from_elsewhere(executed):
    page = report.notebook_page(executed / "build/executed/lectures/90_toy.ipynb")
    assert page.count("<math") == 2 and "<msubsup>" in page
    assert "$" not in re.sub(r"<style>.*?</style>", "", page, flags=re.S)
    assert "<script" not in page and 'src="http' not in page and 'href="http' not in page
    assert "hello" in page


def test_report_links_every_notebook_and_shows_the_scoreboard(executed, monkeypatch):
    monkeypatch.setattr(scoreboard, "read_full_values", lambda: {"values": {}})
    index = report.write_report(executed)
    text = index.read_text()
    (link,) = set(re.findall(r'href="(lecture-[^"]+)"', text))
    assert (index.parent / link).exists()
    assert report.breakable("start.splice_auroc") in text and "not yet measured" in text


def test_figures_show_ours_and_published_with_alternative_text():
    claim = Claim("toy.accuracy", "toy", "x", published=0.9, source="somewhere")
    (figure,) = report.scoreboard_figures([Row(claim, 0.85, None)])
    assert 'alt="Scoreboard of unit toy: toy.accuracy 0.85"' in figure
    drawn = report.draw_scoreboard("unit toy", [Row(claim, 0.85, None)])
    series = {line.get_label(): line.get_xdata() for line in drawn.axes[0].lines}
    assert list(series["ours"]) == [0.85] and list(series["published"]) == [0.9]


def test_the_picture_in_readme_shows_measured_rows_with_a_short_name():
    named = Claim("toy.accuracy", "toy", "x", headline="a toy")
    other = Claim("toy.recall", "toy", "x")
    board = [Row(named, 0.85, None), Row(other, 0.7, None), Row(named, None, None)]
    assert report.headlines(board) == board[:1]
    drawn = report.draw_scoreboard("all", report.headlines(board))
    assert [label.get_text() for label in drawn.axes[0].get_yticklabels()] == ["a toy"]


def test_table_escapes_and_marks_what_falls_short():
    claim = Claim("toy.x", "toy", "a < b & c", published=0.9, source="s")
    table = report.scoreboard_table([Row(claim, 0.5, None)])
    assert "a &lt; b &amp; c" in table
    assert '<td class="falls-short">falls short</td>' in table


def test_times_and_budgets():
    entry = {"notebook": "a.ipynb", "seconds": 100.0, "slowest_cell_seconds": 26.0}
    assert time_lines([entry]) == [f"{'a.ipynb':<52}  100.0 s, slowest cell  26.0 s"]
    assert over_budget([entry]) == ["a.ipynb took 26 s: the budget is 25 s a cell"]
    assert over_budget([entry | {"slowest_cell_seconds": 25.0}]) == []
    assert over_budget([entry], slack=2) == []
    assert len(over_budget([entry | {"slowest_cell_seconds": 50.1}], slack=2)) == 1
