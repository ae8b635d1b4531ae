"""Run the course: notebooks with a progress bar, then the scoreboard and the report."""

import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from bioseq_course import run, scoreboard, thresholds
from bioseq_course.execute import Execution, execute_all, read_times, time_lines
from bioseq_course.notebooks import Source, find_sources, select_sources
from bioseq_course.records import read_json, write_json, write_text_atomically
from bioseq_course.report import scoreboard_text, write_report

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


def run_course(units: list[str], *, profile: str | None = None, dives: bool = False) -> bool:
    """Execute notebooks, print times and scoreboard, write the report; True if all ran.

    Args:
        units: units or notebooks; all when empty. A deep dive named here runs in any case.
        profile: ``"quick"`` or ``"full"``; None for this machine's.
        dives: run the deep dives too.

    Raises:
        ValueError: an unknown unit or profile.
    """
    root = run.course_root()
    profile = _checked_profile(profile)
    chosen = select_sources(find_sources(root), units)
    sources = [s for s in chosen if dives or s.kind != "dive" or s.name in units]
    _build_stale(sources)
    if profile == "full":  # what an earlier run left must not get this run's stamp
        _clear_results(root / "build" / "results" / "full")
    console = Console()
    executions = _execute_with_progress(sources, root, profile, console)
    _print_times(root, executions, console)
    if profile == "full":
        write_full_values(root)
    console.print(scoreboard_text(scoreboard.rows()))
    console.print(f"Open {write_report(root).as_uri()}", soft_wrap=True)
    for execution in executions:
        if execution.error:
            console.print(execution.error, markup=False, style="red", highlight=False)
    return not any(execution.error for execution in executions)


def _build_stale(sources: list[Source]) -> None:
    stale = [source for source in sources if source.is_stale]
    if stale:  # jupytext and nbgrader take a second to import: only where there is work to do
        from bioseq_course.build import build_source, write_files

        for source in stale:
            write_files(build_source(source))
            source.notebook.touch()
            if source.lab is not None:
                source.lab.touch()


def _checked_profile(profile: str | None) -> str:
    if profile is None:
        return run.profile()
    if profile not in run.PROFILES:
        raise ValueError(
            f"No profile is called {profile!r}: use --profile quick or --profile full."
        )
    return profile


def _execute_with_progress(
    sources: list[Source], root: Path, profile: str, console: Console
) -> list[Execution]:
    columns = (
        TextColumn("{task.description:<34}"),
        TextColumn("cell {task.completed}/{task.total}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=console) as progress:
        tasks = {}

        def on_cell(path: Path, done: int, total: int) -> None:
            if path not in tasks:
                tasks[path] = progress.add_task(_label(path, root), total=total)
            progress.update(tasks[path], completed=done)

        def on_done(execution: Execution) -> None:
            if not console.is_terminal:  # a log shows a line a notebook instead of a bar
                state = "FAILED" if execution.error else "ran"
                label = _label(execution.path, root)
                console.print(f"{label:<40} {state} in {execution.seconds:.0f} s")

        paths = [source.notebook for source in sources]
        return execute_all(paths, root=root, profile=profile, on_cell=on_cell, on_done=on_done)


def _label(path: Path, root: Path) -> str:
    return f"{path.relative_to(root).parts[0]}/{path.stem}"


def _print_times(root: Path, executions: list[Execution], console: Console) -> None:
    ran = {e.path.relative_to(root).as_posix() for e in executions}
    for line in time_lines([entry for entry in read_times(root) if entry["notebook"] in ran]):
        console.print(line, highlight=False, soft_wrap=True)


def write_full_values(root: Path) -> None:
    """Merge what a full run measured into ``data/full_values.json``, with how it was run."""
    kept = scoreboard.read_full_values()
    stamp = run_stamp(root)
    for path in sorted((root / "build" / "results" / "full" / "claims").glob("*.json")):
        entry = read_json(path)
        kept["values"][entry["id"]] = {"value": entry["value"], "seed": entry["seed"], **stamp}
    write_json(scoreboard.FULL_VALUES, kept)


def run_stamp(root: Path) -> dict[str, str]:
    """Return device, versions, commit and date of this run."""
    return {
        "device": ", ".join(run.gpu_names()) or f"CPU, {platform.machine()}",
        "versions": run.describe_versions("keras", "tensorflow", "numpy", "scikit-learn"),
        "commit": _commit(root),
        "date": datetime.now(UTC).date().isoformat(),
    }


def _commit(root: Path) -> str:
    command = ["git", "-C", str(root), "rev-parse", "--short", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):  # a downloaded archive has no history
        return "unknown"


def measure_seeds(unit: str, number: int) -> list[str]:
    """Run a unit's notebooks under seeds 0 … number − 1; keep the worst value of each threshold.

    Values go to ``data/seed_values.json`` and into the comments that cite them. Each notebook
    runs to its end even where a threshold fails, so that one run shows them all.

    Returns:
        One line a threshold, for the terminal.

    Raises:
        ValueError: an unknown unit, or a threshold that some seed did not reach.
    """
    root = run.course_root()
    sources = select_sources(find_sources(root), [unit])
    measured: dict[str, list[dict]] = {}
    for seed in range(number):
        folder = root / "build" / "results" / "seeds" / unit / str(seed)
        _run_seed(sources, root, seed, folder)
        for path in sorted((folder / "thresholds").glob("*.json")):
            measured.setdefault(path.stem, []).append(read_json(path))
    lines = [_keep_worst(name, entries, number) for name, entries in measured.items()]
    for source in sources:
        cite_worst_values(source.path)
    return lines


def cite_worst_values(path: Path) -> None:
    """Write the measured worst values into the comments above a source's thresholds."""
    known = thresholds.read_seed_values()
    pattern = re.compile(r'(# seeds 0-)\d+(: worst )\S+(.*\n\s*assert_threshold\(\s*"([^"]+)")')

    def cite(match: re.Match) -> str:
        entry = known.get(match[4])
        if entry is None:
            return match[0]
        worst = f"{entry['worst']:.4f}".rstrip("0").rstrip(".")
        return f"{match[1]}{entry['seeds'][-1]}{match[2]}{worst}{match[3]}"

    text = path.read_text(encoding="utf-8")
    cited = pattern.sub(cite, text)
    if cited != text:
        write_text_atomically(path, cited)


def _run_seed(sources: list[Source], root: Path, seed: int, folder: Path) -> None:
    _clear_results(folder)
    execute_all(
        [source.notebook for source in sources],
        root=root,
        profile="quick",
        keep_going=True,
        save=False,  # executed copies belong to the course's own run, with seed 0
        extra={"BIOSEQ_SEED": str(seed), "BIOSEQ_COURSE_RESULTS": str(folder)},
        on_done=lambda e: print(f"seed {seed}: {e.path.stem} {e.seconds:.0f} s", file=sys.stderr),
    )


def _clear_results(folder: Path) -> None:
    for old in folder.glob("*/*.json"):
        old.unlink()


def _keep_worst(name: str, entries: list[dict], number: int) -> str:
    if len(entries) != number:
        raise ValueError(
            f"Threshold {name!r} was measured under {len(entries)} of {number} seeds: a cell "
            "before it failed. Run the notebook with BIOSEQ_SEED set to the missing seed and look."
        )
    direction, bound = entries[0]["direction"], entries[0]["bound"]
    values = [entry["value"] for entry in entries]
    worst = thresholds.worst(values, direction)
    known = thresholds.read_seed_values()
    known[name] = {
        "bound": bound,
        "direction": direction,
        "seeds": [entry["seed"] for entry in entries],
        "values": values,
        "worst": worst,
    }
    write_json(thresholds.SEED_VALUES, known)
    state = "holds" if thresholds.holds(worst, bound, direction) else "FAILS"
    return f"{state}  {name}: worst {worst:.4g}, bound {bound:g} ({direction.replace('_', ' ')})"
