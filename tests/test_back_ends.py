"""Whatever touches Keras holds on the other back ends too, each in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from back_ends import environment_of

HERE = Path(__file__).parent
FILES = ("test_gradients.py", "test_layers.py", "test_models.py")


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_everything_that_uses_keras(backend):
    if os.environ.get("KERAS_BACKEND", "tensorflow") == backend:
        pytest.skip(f"{backend} is the back end of this process")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, *(str(HERE / name) for name in FILES)],
        env=environment_of(backend), capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert " passed" in done.stdout
