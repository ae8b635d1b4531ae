"""How long does an epoch of a CNN take? Keras with and without XLA, beside the same in PyTorch.

Two models of unit 04 on 4,000 random sequences of 200 letters, batches of 128, Adam, all cores:
one layer of 32 filters 19 wide with global max pooling, and a cascade of two layers. Keras runs on
the back end of KERAS_BACKEND; `jit_compile=True` has XLA (the compiler of TensorFlow and JAX)
compile the training step, which costs a one-time delay, printed by itself.

PyTorch is an optional peer (`pip install -e '.[torch]'`); it is left out where it is not
installed. Before anything is timed it gets the weights of the Keras model and has to give the same
probabilities to 1e-4, or the program ends with status 1. Times are the best of several epochs; the
contestants take turns, since the first one would otherwise have the cooler machine.

    python benchmarks/bench_cnn.py
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

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


def torch_contestant(make_model: Callable) -> Contestant | None:
    """The same layers in PyTorch, trained in the usual loop; None where it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    source = make_model()
    model = torch_twin(source, torch)
    rows = torch.from_numpy(ONE_HOT).transpose(1, 2).contiguous()  # PyTorch wants (B, A, L)
    labels = torch.from_numpy(LABELS)
    require_equal(source, model, rows[:200], torch)
    optimiser, loss = torch.optim.Adam(model.parameters(), lr=0.001), torch.nn.BCELoss()

    def run_epoch() -> None:
        for batch in torch.randperm(len(rows)).split(BATCH):
            optimiser.zero_grad()
            loss(model(rows[batch]), labels[batch]).backward()
            optimiser.step()

    return Contestant("PyTorch", run_epoch)


def torch_twin(source: keras.Model, torch):
    """Build the model layer by layer and copy the weights."""
    parts = []
    for layer in source.layers:
        weights = [torch.from_numpy(array) for array in layer.get_weights()]
        if isinstance(layer, keras.layers.Conv1D):
            kernel = weights[0].permute(2, 1, 0).contiguous()  # (W, A, F) to (F, A, W)
            conv = torch.nn.Conv1d(kernel.shape[1], kernel.shape[0], kernel.shape[2])
            parts.append(with_weights(conv, kernel, weights[1], torch))
        elif isinstance(layer, keras.layers.Activation):
            parts.append(torch.nn.ReLU())
        elif isinstance(layer, keras.layers.MaxPooling1D):
            parts.append(torch.nn.MaxPool1d(layer.pool_size[0]))
        elif isinstance(layer, keras.layers.GlobalMaxPooling1D):
            parts += [torch.nn.AdaptiveMaxPool1d(1), torch.nn.Flatten()]
        elif isinstance(layer, keras.layers.Dense):
            dense = torch.nn.Linear(*weights[0].shape)
            parts += [with_weights(dense, weights[0].T, weights[1], torch), torch.nn.Sigmoid()]
    return torch.nn.Sequential(*parts)


def with_weights(layer, kernel, bias, torch):
    with torch.no_grad():
        layer.weight.copy_(kernel)
        layer.bias.copy_(bias)
    return layer


def require_equal(source: keras.Model, twin, rows, torch) -> None:
    expected = source.predict(ONE_HOT[: len(rows)], verbose=0)
    with torch.no_grad():
        gap = np.abs(expected - twin(rows).numpy()).max()
    if gap > 1e-4:
        sys.exit(f"PyTorch gives other probabilities than Keras: they differ by {gap:.1e}.")


def seconds(run: Callable[[], None]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def compare(name: str, make_model: Callable) -> None:
    contestants = [keras_contestant(make_model, False), keras_contestant(make_model, True)]
    contestants += [torch_contestant(make_model)]
    contestants = [contestant for contestant in contestants if contestant]
    for contestant in contestants:
        contestant.first = seconds(contestant.run_epoch)
    rounds = [[seconds(one.run_epoch) for one in contestants] for _ in range(ROUNDS)]
    best = np.min(rounds, axis=0)
    print(f"\n{name}, {make_model().count_params():,} parameters")
    print(f"{'':32}{'s an epoch':>12}{'first epoch':>13}{'by the first':>14}")
    for contestant, epoch in zip(contestants, best, strict=True):
        ratio = f"{epoch / best[0]:.2f} x"
        print(f"{contestant.name:32}{epoch:>12.2f}{contestant.first:>13.2f}{ratio:>14}")


def main() -> None:
    print(describe_versions("keras", "tensorflow", "jax", "torch", "numpy"))
    print(f"{NUM_SEQUENCES:,} sequences of {LENGTH} letters, batches of {BATCH}, best of {ROUNDS}")
    for name, make_model in MODELS.items():
        compare(name, make_model)


if __name__ == "__main__":
    main()
