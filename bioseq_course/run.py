"""Profiles, seeds and the course folder: how big a run is and where its results go.

A notebook asks for its sizes in one visible cell::

    EPOCHS = choose(quick=4, full=40)
    SEED = seed()

``quick`` is meant for a laptop CPU, ``full`` for a GPU or a patient CPU.
"""

import contextlib
import functools
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeVar

PROFILES = ("quick", "full")
T = TypeVar("T")


@functools.cache
def gpu_names() -> tuple[str, ...]:
    """Return the names of the NVIDIA GPUs that the driver lists, without importing a framework.

    >>> isinstance(gpu_names(), tuple)
    True
    """
    if shutil.which("nvidia-smi") is None:
        return ()
    command = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):  # a driver without a device answers like this
        return ()
    return tuple(line.strip() for line in answer.stdout.splitlines() if line.strip())


def installed_version(package: str) -> str | None:
    """Return the version of an installed package, or None where it is not installed.

    >>> installed_version("no-such-package") is None
    True
    """
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def describe_versions(*packages: str) -> str:
    """Return Python's version and those of the packages that are installed, for a report.

    >>> describe_versions("no-such-package").startswith("Python 3.")
    True
    """
    known = [(name, installed_version(name)) for name in packages]
    listed = [f"{name} {number}" for name, number in known if number]
    return ", ".join([f"Python {platform.python_version()}", *listed])


def profile() -> str:
    """Return ``"quick"`` or ``"full"``.

    The environment variable ``BIOSEQ_PROFILE`` decides; without it a machine with a GPU
    runs ``full`` and every other machine ``quick``.

    Raises:
        ValueError: ``BIOSEQ_PROFILE`` is neither ``quick`` nor ``full``.
    """
    asked = os.environ.get("BIOSEQ_PROFILE")
    if not asked:
        return "full" if gpu_names() else "quick"
    if asked not in PROFILES:
        raise ValueError(
            f"BIOSEQ_PROFILE is {asked!r}, but the profiles are 'quick' and 'full'. "
            "Set it to one of the two, or unset it."
        )
    return asked


def choose(*, quick: T, full: T) -> T:
    """Return ``quick`` or ``full``, whichever the current profile asks for.

    >>> import os; os.environ["BIOSEQ_PROFILE"] = "quick"
    >>> choose(quick=4, full=40)
    4
    >>> del os.environ["BIOSEQ_PROFILE"]
    """
    return quick if profile() == "quick" else full


def seed() -> int:
    """Return the seed of this run: ``BIOSEQ_SEED``, or 0.

    ``bioseq-course seeds UNIT`` runs the notebooks of a unit under seeds 0, 1, 2 ...; a
    threshold in a notebook is one that held for all of them.

    Raises:
        ValueError: ``BIOSEQ_SEED`` is not a whole number of at least 0.
    """
    asked = os.environ.get("BIOSEQ_SEED", "0")
    if not asked.isdecimal():
        raise ValueError(
            f"BIOSEQ_SEED is {asked!r}, but a seed is a whole number of at least 0. "
            "Set it to a number such as 0, or unset it."
        )
    return int(asked)


@contextlib.contextmanager
def quiet_start() -> Iterator[None]:
    """Hide what a framework's compiled code writes to the error stream while it is imported.

    TensorFlow tells of devices and rounding before its own log level is read, which would stand in
    red above every lesson. Python's errors and warnings still come through::

        with quiet_start():
            import keras
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    kept = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def course_root(start: Path | None = None) -> Path:
    """Return the folder of the course: the nearest one that holds ``lectures`` and ``solutions``.

    Looks upwards from ``start`` (default: the working directory), then beside the package.

    Raises:
        ValueError: no such folder exists; the message says what to do.
    """
    start = Path(start or Path.cwd()).resolve()
    beside_package = Path(__file__).resolve().parent.parent
    for folder in (start, *start.parents, beside_package):
        if (folder / "lectures").is_dir() and (folder / "solutions").is_dir():
            return folder
    raise ValueError(
        f"No course folder found from {start} upwards: expected one with 'lectures' and "
        "'solutions' in it. Change into your clone of the course and run the command again."
    )


def results_folder() -> Path:
    """Return the folder where a run leaves its measured values.

    ``BIOSEQ_COURSE_RESULTS`` decides; without it ``build/results/<profile>`` of the course
    folder. The folder need not exist yet.
    """
    asked = os.environ.get("BIOSEQ_COURSE_RESULTS")
    return Path(asked) if asked else course_root() / "build" / "results" / profile()
