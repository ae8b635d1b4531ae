"""Files are written whole or not at all."""

import os

from bioseq_course import records

import pytest


def test_an_interrupted_write_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    records.write_text_atomically(path, "old")

    def break_down(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", break_down)
    with pytest.raises(OSError, match="disk full"):
        records.write_text_atomically(path, "new")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_json_round_trip_and_default(tmp_path):
    value = {"x": [1, 2.5, None], "y": "Å"}
    records.write_json(tmp_path / "deep" / "a.json", value)
    assert records.read_json(tmp_path / "deep" / "a.json") == value
    assert records.read_json(tmp_path / "none.json", default={}) == {}


def test_broken_json_names_the_file(tmp_path):
    (tmp_path / "a.json").write_text('{"x": 1')
    with pytest.raises(ValueError, match=r"a\.json is not valid JSON \(line 1"):
        records.read_json(tmp_path / "a.json")
