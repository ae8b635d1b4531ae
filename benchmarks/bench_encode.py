"""How fast is one-hot encoding? Beside a plain Python loop and tangermeme.

20 million random bases, as 2,000 x 10,000 and as 20,000 x 1,000, in one thread. Targets: no slower
than tangermeme's one_hot_encode stacked to (B, L, A) float32, 5 times as fast as the loop, peak
memory at most 1.2 times the result. tangermeme encodes one sequence as int8, and `torch.stack` then
moves all of it once more; written straight into one float32 array it is faster, so that is shown
too, without a target. Then a figure of how the times grow. tangermeme comes with `make bench`;
without it, its lines are left out.

    python benchmarks/bench_encode.py
"""

import importlib.util

from bioseq_course.encode import one_hot_encode

import numpy as np
from measuring import SHAPES, Contestant, compare, plot_growth, random_sequences

COLUMNS = {"A": 0, "C": 1, "G": 2, "T": 3}


def encode_with_loop(sequences: list[str]) -> np.ndarray:
    """Encode as a beginner would: one assignment per base."""
    encoded = np.zeros((len(sequences), len(sequences[0]), 4), dtype=np.float32)
    for row, sequence in enumerate(sequences):
        for position, base in enumerate(sequence):
            encoded[row, position, COLUMNS[base]] = 1
    return encoded


def encode_and_stack(sequences: list[str]) -> np.ndarray:
    """Encode with tangermeme, stack as int8, then convert: faster than stacking float32."""
    import torch
    from tangermeme.utils import one_hot_encode as encode_one

    return torch.stack([encode_one(sequence).T for sequence in sequences]).float().numpy()


def encode_into_array(sequences: list[str]) -> np.ndarray:
    """Encode with tangermeme and convert while writing into the array of all sequences."""
    from tangermeme.utils import one_hot_encode as encode_one

    encoded = np.empty((len(sequences), len(sequences[0]), 4), dtype=np.float32)
    for row, sequence in enumerate(sequences):
        encoded[row] = encode_one(sequence).numpy().T
    return encoded


def contestants() -> list[Contestant]:
    entries = [
        Contestant("bioseq_course", one_hot_encode),
        Contestant("plain Python loop", encode_with_loop, part=0.02, target=5),
    ]
    if importlib.util.find_spec("tangermeme"):
        import torch

        torch.set_num_threads(1)
        entries.append(Contestant("tangermeme, stacked", encode_and_stack, target=1))
        entries.append(Contestant("tangermeme, into one array", encode_into_array))
    else:
        print("tangermeme is not installed: pip install -c constraints.txt -e '.[bench]'")
    return entries


def main() -> None:
    entries = contestants()
    for shape in SHAPES:
        sequences = random_sequences("ACGT", *shape)
        compare("One-hot encoding of DNA, float32", entries, sequences)
    print("\nGrowth of one-hot encoding")
    plot_growth("One-hot encoding of DNA", entries, "ACGT", "encode_growth.png")


if __name__ == "__main__":
    main()
