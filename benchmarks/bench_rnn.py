"""How long does an epoch of a recurrent network take? TensorFlow without and with XLA, and JAX.

An LSTM and a GRU of 32 units and a convolution with exactly the LSTM's number of multiplications,
on 3,000 random sequences, batches of 128, Adam, all cores. XLA is the compiler of TensorFlow and
JAX: `jit_compile=True` has it compile the training step, which costs a one-time delay, printed by
itself (the first epoch). Under JAX Keras compiles always, and the loop over the places is part of
the compiled program.

Each back end runs in a process of its own, this file once more with a folder as its argument. JAX
is an optional peer (`pip install -e '.[jax]'`); it is left out where it is not installed. It gets
the weights of the models of TensorFlow and has to give the same probabilities to 1e-4, or the
program ends with status 1. Times are the best of several epochs; those of one process take turns.

    python benchmarks/bench_rnn.py
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bioseq_course.run import describe_versions, quiet_start

import numpy as np

NUM_SEQUENCES, BATCH, ROUNDS = 3_000, 128, 3
UNITS, FILTERS, WIDTH = 32, 64, 18  # 4 * 32 * (4 + 32) = 18 * 4 * 64 multiplications a letter
MODELS = (("LSTM", 50), ("LSTM", 200), ("GRU", 200), ("convolution", 200))
BACK_ENDS = {"tensorflow": (False, True), "jax": (True,)}  # with XLA or without


def make_model(name: str):
    """Keras model from one-hot (B, L, 4) to one probability, weights from a fixed seed."""
    from bioseq_course.models import motif_cnn, recurrent_layer

    import keras

    if name == "convolution":
        return motif_cnn(FILTERS, WIDTH)
    layers = [recurrent_layer(name.lower(), UNITS), keras.layers.Dense(1, activation="sigmoid")]
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input((None, 4)), *layers])


def make_data(length: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    one_hot = np.eye(4, dtype=np.float32)[rng.integers(4, size=(NUM_SEQUENCES, length))]
    return one_hot, rng.integers(2, size=(NUM_SEQUENCES, 1)).astype(np.float32)


def seconds(run: Callable[[], None]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


# One back end, in a process of its own


def measure_all(folder: Path) -> None:
    """Print as JSON, for each model, [XLA, first epoch, best epoch] of each way to run it."""
    with quiet_start():
        import keras  # noqa: F401

        if importlib.util.find_spec("tensorflow"):
            import tensorflow  # noqa: F401  (under JAX, fit imports it, with its messages)
    print(json.dumps([measure(name, length, folder) for name, length in MODELS]))


def measure(name: str, length: int, folder: Path) -> list[list]:
    import keras

    ways = BACK_ENDS[keras.backend.backend()]
    one_hot, labels = make_data(length)
    models = [make_model(name) for _ in ways]
    require_same(models[0], one_hot[:200], folder / f"{name}{length}.npz")
    epochs = []
    for model, xla in zip(models, ways, strict=True):
        model.compile(keras.optimizers.Adam(0.001), "binary_crossentropy", jit_compile=xla)
        fit = {"batch_size": BATCH, "epochs": 1, "verbose": 0}
        epochs.append(lambda model=model, fit=fit: model.fit(one_hot, labels, **fit))
    first = [seconds(epoch) for epoch in epochs]
    best = np.min([[seconds(epoch) for epoch in epochs] for _ in range(ROUNDS)], axis=0)
    return [list(row) for row in zip(ways, first, best.tolist(), strict=True)]


def require_same(model, one_hot: np.ndarray, path: Path) -> None:
    """The first process leaves weights and answers; a later one has to give the same answers."""
    import keras

    if path.exists():
        kept = np.load(path)
        model.set_weights([kept[f"arr_{i}"] for i in range(len(model.weights))])
    answers = keras.ops.convert_to_numpy(model(one_hot))
    if not path.exists():
        np.savez(path, *model.get_weights(), answers=answers)
    elif (gap := np.abs(answers - kept["answers"]).max()) > 1e-4:
        sys.exit(f"{keras.backend.backend()} gives other probabilities, they differ by {gap:.1e}.")


# The comparison


def run_back_end(back_end: str, folder: str) -> list | None:
    """What `measure_all` prints in a process with this back end; None where it is missing."""
    if importlib.util.find_spec(back_end) is None:
        return None
    environment = os.environ | {"KERAS_BACKEND": back_end, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, __file__, folder]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment)
    if run.returncode:
        sys.exit(run.returncode)
    return json.loads(run.stdout.splitlines()[-1])


def main() -> None:
    print(describe_versions("keras", "tensorflow", "jax", "numpy"))
    print(f"{NUM_SEQUENCES:,} sequences, batches of {BATCH}, best of {ROUNDS} epochs")
    with tempfile.TemporaryDirectory() as folder:
        tables = {name: run_back_end(name, folder) for name in BACK_ENDS}
    for number, (name, length) in enumerate(MODELS):
        print(f"\n{name}, {length} letters")
        print(f"{'':26}{'s an epoch':>12}{'first epoch':>13}{'by the first':>14}")
        rows = [(b, *row) for b, table in tables.items() if table for row in table[number]]
        for back_end, xla, first, best in rows:
            called = f"{back_end}, XLA {'on' if xla else 'off'}"
            ratio = f"{best / rows[0][3]:.2f} x"
            print(f"{called:26}{best:>12.2f}{first:>13.2f}{ratio:>14}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure_all(Path(sys.argv[1]))
    else:
        main()
