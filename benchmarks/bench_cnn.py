"""How long does an epoch of a CNN take? Keras with and without XLA, beside the same in PyTorch.

Two models of unit 04 on 4,000 random sequences of 200 letters, batches of 128, Adam, all cores:
one layer of 32 filters 19 wide with global max pooling, and a cascade of two layers. Keras runs on
the back end of KERAS_BACKEND; `jit_compile=True` has XLA (the compiler of TensorFlow and JAX)
compile the training step, which costs a one-time delay, printed by itself.

PyTorch is an optional peer (`pip install -e '.[torch]'`); it is left out where it is not
installed. It runs in a process of its own (`torch_peer.py`), gets the weights of the Keras model
and has to give the same probabilities to 1e-4, or the program ends with status 1. Times are the
best of several epochs; the two of Keras take turns.

    python benchmarks/bench_cnn.py
"""

import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bioseq_course.run import describe_versions, quiet_start

import numpy as np

with quiet_start():
    from bioseq_course.models import conv_cascade, motif_cnn

    import keras

NUM_SEQUENCES, LENGTH, BATCH, ROUNDS = 4_000, 200, 128, 5
RNG = np.random.default_rng(0)
ONE_HOT = np.eye(4, dtype=np.float32)[RNG.integers(4, size=(NUM_SEQUENCES, LENGTH))]
LABELS = RNG.integers(2, size=(NUM_SEQUENCES, 1)).astype(np.float32)
CASCADE = {"dense_units": 0, "batch_norm": False, "dropout": 0.0, "padding": "valid"}
MODELS = {
    "one layer": lambda: motif_cnn(32, 19),
    "two layers": lambda: conv_cascade(LENGTH, 32, [19, 7], [4, "global"], **CASCADE),
}


@dataclass
class Contestant:
    """A name, one epoch of training, and how long the first epoch took."""

    name: str
    run_epoch: Callable[[], None]
    first: float = 0.0


def keras_contestant(make_model: Callable, jit_compile: bool) -> Contestant:
    model = make_model()
    model.compile(keras.optimizers.Adam(0.001), "binary_crossentropy", jit_compile=jit_compile)
    name = f"Keras on {keras.backend.backend()}, XLA {'on' if jit_compile else 'off'}"
    fit = {"batch_size": BATCH, "epochs": 1, "verbose": 0}
    return Contestant(name, lambda: model.fit(ONE_HOT, LABELS, **fit))


def torch_times(make_model: Callable) -> dict | None:
    """First and best epoch of the same model in PyTorch; None where it is not installed."""
    if importlib.util.find_spec("torch") is None:
        return None
    source, arrays, layers = make_model(), {"one_hot": ONE_HOT, "labels": LABELS}, []
    for number, layer in enumerate(source.layers):
        pool = layer.pool_size[0] if isinstance(layer, keras.layers.MaxPooling1D) else None
        layers.append({"kind": type(layer).__name__, "pool": pool})
        arrays |= {f"{number}_{i}": weights for i, weights in enumerate(layer.get_weights())}
    arrays["expected"] = source.predict(ONE_HOT[:200], verbose=0)
    with tempfile.TemporaryDirectory() as folder:
        np.savez(Path(folder, "arrays.npz"), **arrays)
        settings = {"layers": layers, "batch": BATCH, "rounds": ROUNDS}
        Path(folder, "settings.json").write_text(json.dumps(settings))
        peer = Path(__file__).with_name("torch_peer.py")
        run = subprocess.run([sys.executable, peer, folder], stdout=subprocess.PIPE, text=True)
    if run.returncode:
        sys.exit(run.returncode)
    return json.loads(run.stdout)


def seconds(run: Callable[[], None]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def compare(name: str, make_model: Callable) -> None:
    contestants = [keras_contestant(make_model, False), keras_contestant(make_model, True)]
    for contestant in contestants:
        contestant.first = seconds(contestant.run_epoch)
    rounds = [[seconds(one.run_epoch) for one in contestants] for _ in range(ROUNDS)]
    best = np.min(rounds, axis=0)
    print(f"\n{name}, {make_model().count_params():,} parameters")
    print(f"{'':32}{'s an epoch':>12}{'first epoch':>13}{'by the first':>14}")
    for contestant, epoch in zip(contestants, best, strict=True):
        ratio = f"{epoch / best[0]:.2f} x"
        print(f"{contestant.name:32}{epoch:>12.2f}{contestant.first:>13.2f}{ratio:>14}")
    if torch := torch_times(make_model):
        ratio = f"{torch['best'] / best[0]:.2f} x"
        name = f"PyTorch {torch['version']}"
        print(f"{name:32}{torch['best']:>12.2f}{torch['first']:>13.2f}{ratio:>14}")


def main() -> None:
    print(describe_versions("keras", "tensorflow", "jax", "numpy"))
    print(f"{NUM_SEQUENCES:,} sequences of {LENGTH} letters, batches of {BATCH}, best of {ROUNDS}")
    for name, make_model in MODELS.items():
        compare(name, make_model)


if __name__ == "__main__":
    main()
