"""Thresholds: what a lesson may claim because it held for every seed that was tried.

A notebook never asserts digits. It asserts a level that the worst of at least five seeds still
cleared, and cites that worst value. ``bioseq-course seeds UNIT`` measures it and writes
``data/seed_values.json``.
"""

from pathlib import Path

from bioseq_course.records import read_json, write_json
from bioseq_course.run import profile, results_folder, seed

SEED_VALUES = Path(__file__).parent / "data" / "seed_values.json"


class ThresholdError(AssertionError):
    """A value that a lesson relies on missed the level that every tried seed had cleared."""


def read_seed_values() -> dict[str, dict]:
    """Return ``{name: {"bound", "direction", "seeds", "values", "worst"}}`` as committed."""
    return read_json(SEED_VALUES, default={})


def holds(value: float, bound: float, direction: str) -> bool:
    """Tell whether ``value`` is on the right side of ``bound``.

    >>> holds(0.93, 0.90, "at_least"), holds(0.93, 0.90, "at_most")
    (True, False)
    """
    return value >= bound if direction == "at_least" else value <= bound


def worst(values: list[float], direction: str) -> float:
    """Return the value that comes nearest to breaking the bound.

    >>> worst([0.93, 0.91, 0.95], "at_least"), worst([0.1, 0.3], "at_most")
    (0.91, 0.3)
    """
    return min(values) if direction == "at_least" else max(values)


def assert_threshold(
    name: str, value: float, *, at_least: float | None = None, at_most: float | None = None
) -> None:
    """Check that ``value`` clears its bound, print the comparison, and keep the value.

    Args:
        name: ``unit.what``, the key in ``data/seed_values.json``.
        value: the number measured by this run.
        at_least: lower bound; give this or ``at_most``.
        at_most: upper bound.

    Raises:
        ThresholdError: the bound is missed; NaN always misses it. The value is kept all the same.
        ValueError: both bounds or none were given.
    """
    if (at_least is None) == (at_most is None):
        raise ValueError(f"Threshold {name!r} needs exactly one of at_least= and at_most=.")
    direction = "at_least" if at_most is None else "at_most"
    bound = float(at_least if at_most is None else at_most)
    value = float(value)
    _keep(name, value, bound, direction)
    kept = holds(value, bound, direction)
    sign = ("≥" if kept else "<") if direction == "at_least" else ("≤" if kept else ">")
    line = f"{name}: {value:.4g} {sign} {bound:g}{_cite(name)}"
    if not kept:
        raise ThresholdError(
            f"{line}. The bound held for every seed tried so far on the {profile()} profile; "
            f"this run used seed {seed()}. If you changed nothing, please report it; if you "
            "changed the notebook, the sentence beside this cell is no longer supported."
        )
    print(line)


def _cite(name: str) -> str:
    known = read_seed_values().get(name)
    if known is None:
        return " (other seeds: not yet measured)"
    seeds = known["seeds"]
    return f" (worst of seeds {seeds[0]}–{seeds[-1]}: {known['worst']:.4g})"


def _keep(name: str, value: float, bound: float, direction: str) -> None:
    kept = {"name": name, "value": value, "bound": bound, "direction": direction, "seed": seed()}
    write_json(results_folder() / "thresholds" / f"{name}.json", kept)
