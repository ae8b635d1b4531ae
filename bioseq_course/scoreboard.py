"""The scoreboard: every number that the course claims, beside the published figure.

Claims are listed in ``data/claims.toml``. A notebook measures one with :func:`record`. Quick
values belong to the last run on this machine; full values live in ``data/full_values.json`` and
are written by ``bioseq-course run --profile full`` alone, never by hand.
"""

import functools
import math
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

from bioseq_course.records import read_json, write_json
from bioseq_course.run import course_root, profile, results_folder, seed

DATA = Path(__file__).parent / "data"
FULL_VALUES = DATA / "full_values.json"
NOT_MEASURED = "not yet measured"


@dataclass(frozen=True)
class Claim:
    """One row of the scoreboard, as written in ``data/claims.toml``.

    Attributes:
        id: ``unit.what``; never changes once published.
        unit: name of the unit that measures it.
        statement: one sentence, what the number says.
        published: the figure in the literature for the same task, or None.
        source: where that figure, or the course's own first measurement, comes from.
        better: ``"higher"``, ``"lower"`` or ``"equal"``: how ours is compared with it.
        tolerance: how far below (above) the published figure still counts as reaching it.
        measure: ``"share"`` (of 1: accuracies, AUROC ...), or what else the number counts.
        headline: a short name, for the rows that README's picture shows; empty for the others.
    """

    id: str
    unit: str
    statement: str
    published: float | None = None
    source: str = ""
    better: str = "higher"
    tolerance: float = 0.0
    measure: str = "share"
    headline: str = ""


@dataclass(frozen=True)
class Row:
    """A claim with what was measured: the values ``quick`` and ``full``, or None."""

    claim: Claim
    quick: float | None
    full: float | None

    @property
    def ours(self) -> float | None:
        """The value to compare: the full one where there is one, else the quick one."""
        return self.quick if self.full is None else self.full

    @property
    def verdict(self) -> str:
        """One of ``not yet measured``, ``measured``, ``reached`` and ``falls short``."""
        return judge(self.claim, self.ours)

    def as_dict(self) -> dict[str, object]:
        """Return the row as plain JSON: id, unit, statement, published, source, quick, full."""
        fields = asdict(self.claim)
        keep = ("id", "unit", "statement", "published", "source")
        return {
            **{key: fields[key] for key in keep},
            "quick": self.quick,
            "full": self.full,
            "verdict": self.verdict,
        }


@functools.cache
def read_claims() -> dict[str, Claim]:
    """Return all claims by id, in the order of the file.

    >>> read_claims()["start.splice_auroc"].unit
    'start'
    """
    text = (DATA / "claims.toml").read_text(encoding="utf-8")
    claims = [Claim(**entry) for entry in tomllib.loads(text)["claim"]]
    return {claim.id: claim for claim in claims}


def judge(claim: Claim, value: float | None) -> str:
    """Compare a measured value with the published one.

    >>> claim = Claim("u.x", "u", "accuracy", published=0.90, better="higher", tolerance=0.01)
    >>> judge(claim, 0.895), judge(claim, 0.85), judge(claim, None)
    ('reached', 'falls short', 'not yet measured')
    """
    if value is None:
        return NOT_MEASURED
    if claim.published is None:
        return "measured"
    gap = {
        "higher": claim.published - value,
        "lower": value - claim.published,
        "equal": abs(value - claim.published),
    }[claim.better]
    # 0.90 - 0.89 is a hair more than 0.01 in floating point
    return "reached" if gap <= claim.tolerance + 1e-9 else "falls short"


def record(claim_id: str, value: float) -> None:
    """Keep ``value`` as this run's measurement of a claim, and print it beside what is known.

    Raises:
        ValueError: the id is not in ``data/claims.toml``, or the value is not a finite number.
    """
    claims = read_claims()
    if claim_id not in claims:
        raise ValueError(
            f"No claim {claim_id!r} in bioseq_course/data/claims.toml. Known ids: "
            f"{', '.join(claims)}. Add an entry there first."
        )
    value = float(value)
    if not math.isfinite(value):
        raise ValueError(f"Claim {claim_id!r} was measured as {value}: expected a finite number.")
    entry = {"id": claim_id, "value": value, "profile": profile(), "seed": seed()}
    write_json(results_folder() / "claims" / f"{claim_id}.json", entry)
    claim = claims[claim_id]
    beside = "" if claim.published is None else f", published {claim.published:g}"
    print(f"scoreboard · {claim.id} = {value:.4g} ({profile()}{beside}) · {claim.statement}")


def read_measured(folder: Path) -> dict[str, float]:
    """Return ``{claim id: value}`` of the run whose results lie in ``folder``."""
    entries = [read_json(path) for path in sorted((Path(folder) / "claims").glob("*.json"))]
    return {entry["id"]: entry["value"] for entry in entries}


def read_full_values() -> dict:
    """Return the committed full values: ``{"values": {id: {...}}}`` with how each was run."""
    return read_json(FULL_VALUES, default={"values": {}})


def rows(quick_folder: Path | None = None) -> list[Row]:
    """Return the scoreboard, one row a claim.

    Args:
        quick_folder: results of a quick run; default ``build/results/quick`` of the course.
    """
    quick = read_measured(quick_folder or course_root() / "build" / "results" / "quick")
    full = read_full_values()["values"]
    return [
        Row(claim, quick.get(claim.id), full.get(claim.id, {}).get("value"))
        for claim in read_claims().values()
    ]
