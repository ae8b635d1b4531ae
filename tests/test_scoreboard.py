"""The scoreboard: claims, verdicts, and where values come from."""

from bioseq_course import scoreboard
from bioseq_course.notebooks import find_sources
from bioseq_course.scoreboard import Claim, judge

import pytest

FIXED_IDS = {
    "start.splice_auroc",
    "sequences.duplicate_sequences",
    "sequences.nearest_neighbour_random",
    "sequences.nearest_neighbour_cluster",
}


def test_claims_belong_to_units_and_keep_their_ids(root):
    claims = scoreboard.read_claims()
    units = {source.unit for source in find_sources(root)}
    assert FIXED_IDS <= set(claims)
    for claim in claims.values():
        assert claim.id.split(".")[0] == claim.unit
        assert claim.unit in units, f"{claim.id} belongs to no unit"
        assert claim.source, f"{claim.id} names no source"


@pytest.mark.parametrize(
    ("better", "value", "verdict"),
    [
        ("higher", 0.90, "reached"),
        ("higher", 0.89, "reached"),  # inside the tolerance of 0.01
        ("higher", 0.88, "falls short"),
        ("lower", 0.91, "reached"),
        ("lower", 0.92, "falls short"),
        ("equal", 0.905, "reached"),
        ("equal", 0.93, "falls short"),
        ("higher", None, "not yet measured"),
    ],
)
def test_verdicts(better, value, verdict):
    claim = Claim("toy.x", "toy", "x", published=0.90, better=better, tolerance=0.01)
    assert judge(claim, value) == verdict


def test_without_a_published_figure_there_is_nothing_to_reach():
    assert judge(Claim("toy.x", "toy", "x"), 0.3) == "measured"


def test_record_keeps_the_value_for_the_table(results, capsys):
    scoreboard.record("start.splice_auroc", 0.875)
    assert "start.splice_auroc = 0.875" in capsys.readouterr().out
    assert scoreboard.read_measured(results) == {"start.splice_auroc": 0.875}
    row = {row.claim.id: row for row in scoreboard.rows(results)}["start.splice_auroc"]
    assert row.quick == 0.875


def test_a_full_value_wins_over_a_quick_one():
    row = scoreboard.Row(Claim("toy.x", "toy", "x", published=0.9), quick=0.8, full=0.95)
    assert (row.ours, row.verdict) == (0.95, "reached")
    fields = {"id", "unit", "statement", "published", "source", "quick", "full", "verdict"}
    assert set(row.as_dict()) == fields


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_only_numbers_are_recorded(results, value):
    with pytest.raises(ValueError, match="finite"):
        scoreboard.record("start.splice_auroc", value)


def test_an_unknown_claim_is_refused_with_the_cure(results):
    with pytest.raises(ValueError, match=r"No claim 'toy\.x'.*claims\.toml.*Add an entry"):
        scoreboard.record("toy.x", 1.0)


def test_full_values_say_how_they_were_measured():
    for claim_id, entry in scoreboard.read_full_values()["values"].items():
        assert claim_id in scoreboard.read_claims()
        assert {"value", "seed", "device", "versions", "commit", "date"} <= set(entry)
