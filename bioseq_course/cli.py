"""The command ``bioseq-course``. Each command is a few lines over the module that does the work."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Deep learning on biological sequences: build, run and check the course.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
data_app = typer.Typer(
    help="The data sets: what there is, fetching, verifying.", no_args_is_help=True
)
app.add_typer(data_app, name="data")

Units = Annotated[
    list[str] | None,
    typer.Argument(help="Units or notebooks: start, 01, 01a_dependence. Default: all."),
]


@app.command()
def doctor(
    training: Annotated[bool, typer.Option(help="Train a small model for about 5 seconds.")] = True,
) -> None:
    """Look at this installation and say what to do about each problem."""
    from bioseq_course.doctor import examine

    findings = examine(training=training)
    for finding in findings:
        typer.echo(str(finding))
    if any(finding.problem for finding in findings):
        raise typer.Exit(1)
    typer.echo("Everything that the course needs is here.")


@app.command()
def build(
    units: Units = None,
    check: Annotated[
        bool, typer.Option(help="Change nothing; fail if a file would change.")
    ] = False,
    execute: Annotated[
        bool, typer.Option(help="Run the notebooks; store checked outputs.")
    ] = False,
) -> None:
    """Make the notebooks and labs from their .py sources."""
    from bioseq_course.build import build_course, find_problems
    from bioseq_course.run import course_root

    if check:
        problems = find_problems(course_root())
        for problem in problems:
            typer.echo(problem, err=True)
        raise typer.Exit(1 if problems else 0)
    written = build_course(course_root(), units or [], execute=execute)
    for path in written:
        typer.echo(f"written: {path}")
    typer.echo(f"{len(written)} files changed.")


@app.command()
def run(
    units: Units = None,
    profile: Annotated[str | None, typer.Option(help="quick or full; default by machine.")] = None,
    dives: Annotated[bool, typer.Option("--all", help="Run the deep dives too.")] = False,
) -> None:
    """Execute lectures and solutions, print the scoreboard, write build/course/index.html."""
    from bioseq_course.course import run_course

    if not run_course(units or [], profile=profile, dives=dives):
        raise typer.Exit(1)


@app.command()
def report() -> None:
    """Write build/course/index.html from the notebooks executed last, running nothing."""
    from bioseq_course.report import write_report
    from bioseq_course.run import course_root

    typer.echo(f"written: {write_report(course_root())}")


@app.command()
def times(
    check: Annotated[bool, typer.Option(help="Fail at twice a budget (noise).")] = False,
) -> None:
    """Print how long the notebooks executed last took."""
    from bioseq_course.execute import over_budget, read_times, time_lines
    from bioseq_course.run import course_root

    entries = read_times(course_root())
    for line in time_lines(entries):
        typer.echo(line)
    for problem in over_budget(entries):
        typer.echo(problem, err=True)
    if check and (over_budget(entries, slack=2) or not entries):
        raise typer.Exit(1)


@app.command()
def scoreboard(
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows as JSON.")] = False,
    figure: Annotated[Path | None, typer.Option(help="Draw the main rows (PNG).")] = None,
) -> None:
    """Print every claim of the course beside the published figure."""
    from bioseq_course.report import draw_scoreboard, headlines, scoreboard_text
    from bioseq_course.scoreboard import rows

    from rich.console import Console

    if as_json:
        typer.echo(json.dumps([row.as_dict() for row in rows()], indent=1, ensure_ascii=False))
    else:
        Console().print(scoreboard_text(rows()))
    if figure is not None:
        draw_scoreboard("one task after the other", headlines(rows())).savefig(figure)


@app.command()
def seeds(
    unit: Annotated[str, typer.Argument(help="The unit, for example sequences.")],
    number: Annotated[int, typer.Option(help="How many seeds, from 0.", min=5)] = 5,
) -> None:
    """Run what a unit asserts under several seeds and keep the worst values."""
    from bioseq_course.course import measure_seeds

    for line in measure_seeds(unit, number):
        typer.echo(line)


@app.command()
def hint(
    exercise: Annotated[str, typer.Argument(help="Name of the exercise.")],
    step: Annotated[int, typer.Argument(help="1, 2 or 3.", min=1, max=3)] = 1,
) -> None:
    """Print a hint for an exercise."""
    from bioseq_course import exercises

    exercises.hint(exercise, step)


@data_app.command("list")
def data_list() -> None:
    """List the data sets: their rows, whether they are on this computer, and their licence."""
    from bioseq_course.datasets.catalogue import DATASETS

    for entry in DATASETS:
        where = entry.where()
        if where == "to download":
            where += f", {entry.download.size_text()}"
        line = f"{entry.name:<24} {entry.rows:>6} rows  {where:<25}"
        typer.echo(f"{line} licence: {entry.licence:<20} {entry.summary}")


@data_app.command("fetch")
def data_fetch(
    names: Annotated[list[str], typer.Argument(help="Data sets by name, or all.")],
) -> None:
    """Download data sets, verify them and store them; what is here already is not fetched."""
    from bioseq_course.datasets.catalogue import choose

    failed = False
    for entry in choose(names):
        try:
            paths = entry.download.obtain()
            typer.echo(f"{entry.name}: verified, in {paths[0].parent}")
        except ValueError as error:
            failed = True
            typer.echo(str(error), err=True)
    if failed:
        raise typer.Exit(1)


@data_app.command("verify")
def data_verify() -> None:
    """Load every data set that is here and compare it with what the course was written for."""
    from bioseq_course.datasets.catalogue import DATASETS

    here = [entry for entry in DATASETS if entry.where() != "to download"]
    wrong = [problem for entry in here if (problem := entry.verify())]
    for problem in wrong:
        typer.echo(problem, err=True)
    typer.echo(f"{len(here) - len(wrong)} of {len(here)} data sets are as expected.")
    if len(here) < len(DATASETS):
        typer.echo(f"{len(DATASETS) - len(here)} are not downloaded: bioseq-course data fetch all")
    if wrong:
        raise typer.Exit(1)


def main() -> None:
    """Run the command line; an expected problem is one line with its cure, exit status 1."""
    try:
        app()
    except ValueError as error:
        typer.echo(f"bioseq-course: {error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        typer.echo("bioseq-course: interrupted; nothing half-written was kept.", err=True)
        sys.exit(130)
