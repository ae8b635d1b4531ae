"""Thresholds: a claim holds, or the notebook stops with what was missed."""

from bioseq_course import records, thresholds

import pytest


def test_a_value_above_its_bound_is_kept_and_printed(results, capsys):
    thresholds.assert_threshold("toy.accuracy", 0.93, at_least=0.9)
    assert capsys.readouterr().out.startswith("toy.accuracy: 0.93 ≥ 0.9 (other seeds: not yet")
    kept = records.read_json(results / "thresholds" / "toy.accuracy.json")
    assert (kept["value"], kept["bound"], kept["direction"]) == (0.93, 0.9, "at_least")


@pytest.mark.parametrize("bound", [{"at_least": 0.9}, {"at_most": 0.1}])
def test_a_missed_bound_stops_but_the_value_is_kept(results, bound):
    with pytest.raises(thresholds.ThresholdError, match=r"toy\.accuracy: 0\.5 "):
        thresholds.assert_threshold("toy.accuracy", 0.5, **bound)
    assert records.read_json(results / "thresholds" / "toy.accuracy.json")["value"] == 0.5


def test_not_a_number_never_holds(results):
    with pytest.raises(thresholds.ThresholdError):
        thresholds.assert_threshold("toy.accuracy", float("nan"), at_least=0.9)


@pytest.mark.parametrize("bounds", [{}, {"at_least": 0, "at_most": 1}])
def test_exactly_one_bound(results, bounds):
    with pytest.raises(ValueError, match="exactly one"):
        thresholds.assert_threshold("toy.accuracy", 0.5, **bounds)


def test_the_worst_of_the_seeds_is_cited(results, capsys, monkeypatch):
    known = {"toy.accuracy": {"seeds": [0, 1, 2, 3, 4], "worst": 0.912}}
    monkeypatch.setattr(thresholds, "read_seed_values", lambda: known)
    thresholds.assert_threshold("toy.accuracy", 0.93, at_least=0.9)
    assert "(worst of seeds 0–4: 0.912)" in capsys.readouterr().out


def test_committed_seed_values_hold_over_at_least_five_seeds():
    for name, entry in thresholds.read_seed_values().items():
        assert len(set(entry["seeds"])) >= 5, name
        assert entry["worst"] == thresholds.worst(entry["values"], entry["direction"]), name
        assert thresholds.holds(entry["worst"], entry["bound"], entry["direction"]), name
