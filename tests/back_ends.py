"""Where other back ends of Keras are, for tests that run in a process of their own."""

import importlib.util
import os
import sys
from pathlib import Path

import pytest

# `make test` puts JAX into a folder of its own, so that notebooks do not import it (see Makefile).
BESIDE = Path(sys.prefix) / "jax"


def environment_of(backend: str) -> dict[str, str]:
    """The environment of a process that runs Keras on this back end; skips where it is missing."""
    paths = [os.environ.get("PYTHONPATH", "")]
    if importlib.util.find_spec(backend) is None:
        if not (BESIDE / backend).is_dir():
            pytest.skip(f"{backend} is not installed")
        paths.append(str(BESIDE))
    path = os.pathsep.join(filter(None, paths))
    return os.environ | {"KERAS_BACKEND": backend, "PYTHONPATH": path}
