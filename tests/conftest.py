"""Fixtures shared by the tests: a toy course folder and a clean environment."""

from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every machine, and no time limit: machines are shared and noisy.
settings.register_profile("course", deadline=None, derandomize=True)
settings.load_profile("course")

ROOT = Path(__file__).resolve().parent.parent

HEADER = """\
# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: all
#     text_representation: {{extension: .py, format_name: percent}}
#   kernelspec: {{display_name: Python 3, language: python, name: python3}}
#   bioseq: {{unit: toy, kind: {kind}, title: "A toy", minutes: 5}}
# ---

"""

LECTURE = """\
# %% [markdown]
# # A toy

# %% tags=["nbval-check-output"]
print(6 * 7)

# %%
print("nobody compares this")
"""

SOLUTION = '''\
# %% [markdown]
# # A toy lab

# %% tags=["nbval-check-output"]
print("before the first exercise")

# %% exercise="reverse_complement"
def reverse_complement(sequence):
    """Return the other strand."""
    ### BEGIN SOLUTION
    secret_of_the_toy = str.maketrans("ACGT", "TGCA")
    return sequence.translate(secret_of_the_toy)[::-1]
    ### END SOLUTION

# %% check="reverse_complement"
from bioseq_course.exercises import check
usable_reverse_complement = check("reverse_complement", reverse_complement)

# %% tags=["nbval-check-output"]
print(usable_reverse_complement("AACG"))

# %% [markdown] written="toy_reply" points=3
# ### BEGIN SOLUTION
# The model answer nobody may see.
# ### END SOLUTION
'''


@pytest.fixture
def root() -> Path:
    """The real course folder."""
    return ROOT


@pytest.fixture
def toy_course(tmp_path) -> Path:
    """A course folder with one lecture and one solution, nothing built yet."""
    files = {
        "lectures/90_toy.py": HEADER.format(kind="core") + LECTURE,
        "solutions/90_toy/90_toy.py": HEADER.format(kind="solution") + SOLUTION,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def results(tmp_path, monkeypatch) -> Path:
    """An empty results folder that this test's notebooks and records write to."""
    folder = tmp_path / "results"
    monkeypatch.setenv("BIOSEQ_COURSE_RESULTS", str(folder))
    return folder
