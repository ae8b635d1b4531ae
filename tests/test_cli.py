"""The command line: help everywhere, one line and a cure for an error, exit statuses."""

import json

from bioseq_course import cli, course, doctor, thresholds
from bioseq_course.build import build_course
from bioseq_course.records import read_json

import pytest
from typer.testing import CliRunner

runner = CliRunner()
COMMANDS = ("doctor", "build", "run", "report", "times", "scoreboard", "seeds", "hint", "data")


def call(*arguments):
    return runner.invoke(cli.app, list(arguments))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command):
    result = call(command, "--help")
    assert result.exit_code == 0 and "Usage" in result.output


def test_scoreboard_as_json():
    rows = json.loads(call("scoreboard", "--json").output)
    keys = {"id", "unit", "statement", "published", "source", "quick", "full", "verdict"}
    assert all(set(row) == keys for row in rows)
    assert "sequences.duplicate_sequences" in {row["id"] for row in rows}


def test_an_expected_problem_is_one_line_and_status_1(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["bioseq-course", "run", "nonsense"])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code == 1
    assert capsys.readouterr().err.startswith("bioseq-course: No unit or notebook is called")


def test_an_unknown_option_is_status_2():
    assert call("run", "--fast").exit_code == 2


def test_unknown_profile_is_refused(monkeypatch):
    with pytest.raises(ValueError, match="--profile quick or --profile full"):
        course.run_course([], profile="fast")


def test_hint_and_data(capsys):
    result = call("hint", "reverse_complement", "2")
    assert result.exit_code == 0 and result.output.startswith("Hint 2 of 3")
    assert "gene_families" in call("data", "list").output
    assert call("data", "verify").exit_code == 0


def test_build_check_fails_on_drift(toy_course, monkeypatch):
    monkeypatch.chdir(toy_course)
    assert call("build", "--check").exit_code == 1
    build_course(toy_course, [], execute=True)
    assert call("build", "--check").exit_code == 0


def test_run_shows_the_failing_cell_and_exits_1(toy_course, monkeypatch):
    monkeypatch.chdir(toy_course)
    path = toy_course / "lectures/90_toy.py"
    path.write_text(path.read_text().replace('print("nobody', 'print(missing_name, "nobody'))
    result = call("run")
    assert result.exit_code == 1
    assert "90_toy.ipynb, cell 3 of 3 failed" in result.output
    assert "NameError: name 'missing_name' is not defined" in result.output
    assert (toy_course / "build/course/index.html").exists()


def test_seeds_keeps_the_worst_of_five(toy_course, monkeypatch):
    monkeypatch.chdir(toy_course)
    monkeypatch.setattr(thresholds, "SEED_VALUES", toy_course / "seed_values.json")
    path = toy_course / "lectures/90_toy.py"
    path.write_text(
        path.read_text()
        + "\n# %%\nfrom bioseq_course.run import seed\n"
        + "from bioseq_course.thresholds import assert_threshold\n"
        + "# seeds 0-9: worst TODO\n"
        + 'assert_threshold("toy.level", 1 - seed() / 10, at_least=0.5)\n'
    )
    build_course(toy_course, [])
    (line,) = course.measure_seeds("90_toy", 5)
    # seeds 0 to 4 give 1.0, 0.9, 0.8, 0.7, 0.6
    assert line == "holds  toy.level: worst 0.6, bound 0.5 (at least)"
    entry = read_json(toy_course / "seed_values.json")["toy.level"]
    assert entry["seeds"] == [0, 1, 2, 3, 4] and entry["worst"] == pytest.approx(0.6)
    assert "# seeds 0-4: worst 0.6\nassert_threshold" in path.read_text()
    assert not (toy_course / "build/executed").exists()


def test_full_values_are_written_with_how_they_were_measured(tmp_path, monkeypatch):
    from bioseq_course import scoreboard
    from bioseq_course.records import write_json

    monkeypatch.setattr(scoreboard, "FULL_VALUES", tmp_path / "full_values.json")
    folder = tmp_path / "build/results/full/claims"
    write_json(
        folder / "start.splice_auroc.json", {"id": "start.splice_auroc", "value": 0.9, "seed": 0}
    )
    course.write_full_values(tmp_path)
    entry = read_json(tmp_path / "full_values.json")["values"]["start.splice_auroc"]
    assert entry["value"] == 0.9 and "keras" in entry["versions"] and entry["device"]


def test_a_full_run_does_not_stamp_what_an_earlier_one_measured(toy_course, monkeypatch):
    from bioseq_course import scoreboard
    from bioseq_course.records import write_json

    monkeypatch.chdir(toy_course)
    monkeypatch.setattr(scoreboard, "FULL_VALUES", toy_course / "full_values.json")
    kept = {"values": {"start.splice_auroc": {"value": 0.8, "commit": "earlier"}}}
    write_json(toy_course / "full_values.json", kept)
    left = toy_course / "build/results/full/claims/start.splice_auroc.json"
    write_json(left, {"id": "start.splice_auroc", "value": 0.8, "seed": 0})
    assert course.run_course(["90_toy"], profile="full")
    assert read_json(toy_course / "full_values.json") == kept


def test_doctor_names_a_cure_for_each_problem(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "theano")
    findings = doctor.examine(training=False)
    (backend,) = [finding for finding in findings if finding.topic == "backend"]
    assert backend.problem and "tensorflow, jax, torch" in backend.cure
    assert call("doctor", "--no-training").exit_code == 1
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    assert not any(finding.problem for finding in doctor.examine(training=False))


def test_doctor_reports_a_broken_framework(monkeypatch):
    def broken():
        raise ImportError("a library is missing")

    monkeypatch.setattr(doctor, "train_small_model", broken)
    finding = doctor.examine()[-1]
    assert finding.problem and "ImportError: a library is missing" in finding.text and finding.cure
