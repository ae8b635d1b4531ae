"""The PyTorch side of `bench_cnn.py`, in a process of its own: beside TensorFlow both would end.

Each of the two brings a copy of LLVM, and the second one to load refuses. Started by bench_cnn.py;
reads a model's layers, weights and answers from a folder, and prints epoch times as JSON.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch


def build(layers: list[dict], arrays) -> torch.nn.Sequential:
    """The same layers with the same weights; Keras's kernels are (W, A, F) and (N, units)."""
    parts = []
    for number, layer in enumerate(layers):
        kind = layer["kind"]
        if kind in ("Conv1D", "Dense"):
            kernel, bias = (torch.from_numpy(arrays[f"{number}_{i}"]) for i in range(2))
            is_conv = kind == "Conv1D"
            kernel = kernel.permute(2, 1, 0) if is_conv else kernel.T
            make = torch.nn.Conv1d if is_conv else torch.nn.Linear
            parts.append(make(kernel.shape[1], kernel.shape[0], *kernel.shape[2:]))
            parts[-1].weight.data, parts[-1].bias.data = kernel.contiguous(), bias
        parts += {
            "Activation": [torch.nn.ReLU()],
            "MaxPooling1D": [torch.nn.MaxPool1d(layer.get("pool") or 1)],
            "GlobalMaxPooling1D": [torch.nn.AdaptiveMaxPool1d(1), torch.nn.Flatten()],
            "Dense": [torch.nn.Sigmoid()],
        }.get(kind, [])
    return torch.nn.Sequential(*parts)


def main(folder: Path) -> None:
    arrays = np.load(folder / "arrays.npz")
    settings = json.loads((folder / "settings.json").read_text())
    rows = torch.from_numpy(arrays["one_hot"]).transpose(1, 2).contiguous()  # (B, A, L)
    labels, model = torch.from_numpy(arrays["labels"]), build(settings["layers"], arrays)
    with torch.no_grad():
        gap = np.abs(model(rows[:200]).numpy() - arrays["expected"]).max()
    if gap > 1e-4:
        sys.exit(f"PyTorch gives other probabilities than Keras: they differ by {gap:.1e}.")
    optimiser, loss = torch.optim.Adam(model.parameters(), lr=0.001), torch.nn.BCELoss()
    times = []
    for _ in range(settings["rounds"] + 1):
        start = time.perf_counter()
        for batch in torch.randperm(len(rows)).split(settings["batch"]):
            optimiser.zero_grad()
            loss(model(rows[batch]), labels[batch]).backward()
            optimiser.step()
        times.append(time.perf_counter() - start)
    print(json.dumps({"version": torch.__version__, "first": times[0], "best": min(times[1:])}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
