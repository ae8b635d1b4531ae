"""How fast is one-hot encoding? Against a plain Python loop, and peers where they are installed.

Encodes 20,000 random DNA sequences of 1,000 bases in one thread. All contestants encode the same
sequences, in one process, and must give the same array. The slow ones encode a stated part of the
batch and are compared by bases per second. Every time is the best of several rounds.

    python benchmarks/bench_encode.py
"""

import importlib.util
import time
from collections.abc import Callable

from bioseq_course.encode import one_hot_encode

import numpy as np

# One thread: of the contestants only PyTorch would use more, and it is told not to.

NUM_SEQUENCES, LENGTH, ROUNDS = 20_000, 1_000, 3
COLUMNS = {"A": 0, "C": 1, "G": 2, "T": 3}


def make_sequences() -> list[str]:
    """Random DNA from a fixed seed."""
    bases = np.frombuffer(b"ACGT", np.uint8)
    letters = np.random.default_rng(0).choice(bases, size=(NUM_SEQUENCES, LENGTH))
    return [row.tobytes().decode("ascii") for row in letters]


def encode_with_loop(sequences: list[str]) -> np.ndarray:
    """Encode as a beginner would: one assignment per base."""
    encoded = np.zeros((len(sequences), len(sequences[0]), 4), dtype=np.float32)
    for row, sequence in enumerate(sequences):
        for position, base in enumerate(sequence):
            encoded[row, position, COLUMNS[base]] = 1
    return encoded


def encode_with_tangermeme(sequences: list[str]) -> np.ndarray:
    """Encode with tangermeme, sequence by sequence, as its function takes them."""
    import torch
    from tangermeme.utils import one_hot_encode as encode_one

    encoded = torch.stack([encode_one(sequence, dtype=torch.float32) for sequence in sequences])
    return encoded.numpy().transpose(0, 2, 1)


def contestants() -> dict[str, tuple[Callable, int]]:
    """Functions by name, each with the number of sequences it gets."""
    entries = {
        "plain Python loop": (encode_with_loop, NUM_SEQUENCES // 50),
        "bioseq_course": (one_hot_encode, NUM_SEQUENCES),
    }
    if importlib.util.find_spec("tangermeme"):
        import torch

        torch.set_num_threads(1)
        entries["tangermeme"] = (encode_with_tangermeme, NUM_SEQUENCES // 10)
    return entries


def measure(encode: Callable, sequences: list[str]) -> float:
    """Best rate in bases per second, after one unmeasured call on a single sequence."""
    encode(sequences[:1])
    rates = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        encode(sequences)
        rates.append(len(sequences) * LENGTH / (time.perf_counter() - start))
    return max(rates)


def require_equal(encode: Callable, sequences: list[str]) -> None:
    """Stop if a contestant gives another array than the plain loop."""
    if not np.array_equal(encode(sequences), encode_with_loop(sequences)):
        raise SystemExit(f"{encode.__name__} gives another array than the plain loop.")


def main() -> None:
    """Print one row per contestant."""
    sequences = make_sequences()
    print(f"One-hot encoding, {NUM_SEQUENCES:,} sequences of {LENGTH:,} bases, float32, one thread")
    print(f"{'':20}{'sequences':>10}{'million bases/s':>18}{'times the loop':>16}")
    loop_rate = None
    for name, (encode, num_sequences) in contestants().items():
        require_equal(encode, sequences[:20])
        rate = measure(encode, sequences[:num_sequences])
        loop_rate = loop_rate or rate
        print(f"{name:20}{num_sequences:>10,}{rate / 1e6:>18.1f}{rate / loop_rate:>16.1f}")


if __name__ == "__main__":
    main()
