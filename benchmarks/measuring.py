"""What the benchmarks share: the same sequences for all, checks, times, memory, tables, figures.

All contestants of a table run in one process and one thread (of the libraries used here only
PyTorch would take more, and it is told not to), in turns, and each time is the best of several
rounds. A slow one gets a stated part of the sequences and is compared by letters a second.
Results are compared before anything is timed; a difference ends the program with status 1. A missed
target does not, since a busy machine can miss one: it is printed as MISSED.
"""

import multiprocessing
import resource
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bioseq_course.plots import LINE_STYLES, MARKERS, use_course_style

import numpy as np

ROUNDS = 5
MAX_MEMORY = 1.2  # target: peak memory by the size of the result
SHAPES = ((2_000, 10_000), (20_000, 1_000))  # sequences, letters in each
FOLDER = Path(__file__).resolve().parent.parent / "build" / "bench"


@dataclass(frozen=True)
class Contestant:
    """Name, function of a list of strings, part of the sequences it gets, and the target.

    The target says how many times as many letters a second the first contestant has to handle.
    """

    name: str
    encode: Callable
    part: float = 1.0
    target: float | None = None


def random_sequences(symbols: str, num_sequences: int, length: int) -> list[str]:
    """Letters from a fixed seed, all equally likely."""
    letters = np.frombuffer(symbols.encode("ascii"), np.uint8)
    rows = np.random.default_rng(0).choice(letters, size=(num_sequences, length))
    return [row.tobytes().decode("ascii") for row in rows]


def compare(title: str, contestants: Sequence[Contestant], sequences: list[str]) -> None:
    """Print one line for each contestant; the first is ours."""
    ours = contestants[0]
    ours.encode(sequences)  # from now on the compiled functions are loaded
    for other in contestants[1:]:
        require_equal(ours, other, sequences[:100])
    rates = letter_rates(contestants, sequences)
    print(f"\n{title}, {len(sequences):,} x {len(sequences[0]):,} letters")
    print(f"{'':36}{'part':>6}{'million/s':>11}{'ours is':>10}{'target':>9}{'':8}{'memory':>8}")
    for contestant in contestants:
        part = sequences[: num_given(contestant, sequences)]
        memory = peak_memory(contestant.encode, part)
        print(row_of(contestant, rates, rates[ours.name], memory, contestant is ours), flush=True)


def row_of(contestant: Contestant, rates: dict, our_rate: float, memory: float, ours: bool) -> str:
    """One line of the table: the ratio and the target of a peer, the memory of all."""
    ratio = our_rate / rates[contestant.name]
    target = contestant.target
    line = f"{contestant.name:36}{contestant.part:>6.0%}{rates[contestant.name] / 1e6:>11.1f}"
    line += f"{'' if ours else f'{ratio:.1f} x':>10}{f'{target:.0f} x' if target else '':>9}"
    line += f" {verdict(ratio >= target) if target else '':7}{memory:>8.2f}"
    return line + (f"  (target {MAX_MEMORY}: {verdict(memory <= MAX_MEMORY)})" if ours else "")


def verdict(met: bool) -> str:
    return "met" if met else "MISSED"


def num_given(contestant: Contestant, sequences: list[str]) -> int:
    return max(round(len(sequences) * contestant.part), 1)


def require_equal(ours: Contestant, other: Contestant, sequences: list[str]) -> None:
    """Stop if a contestant gives another array than we do."""
    left, right = (dense(entry.encode(sequences)) for entry in (ours, other))
    if left.shape != right.shape or not np.array_equal(left, right):
        sys.exit(f"{other.name} gives another array than {ours.name}.")


def dense(result) -> np.ndarray:
    return result if isinstance(result, np.ndarray) else result.toarray()


def letter_rates(contestants: Sequence[Contestant], sequences: list[str]) -> dict[str, float]:
    """Best letters a second by name; the contestants take turns, so a slow moment hits all."""
    rates = {contestant.name: 0.0 for contestant in contestants}
    for _ in range(ROUNDS):
        for contestant in contestants:
            part = sequences[: num_given(contestant, sequences)]
            rate = sum(map(len, part)) / seconds(contestant.encode, part)
            rates[contestant.name] = max(rates[contestant.name], rate)
    return rates


def seconds(encode: Callable, sequences: list[str]) -> float:
    start = time.perf_counter()
    encode(sequences)
    return time.perf_counter() - start


# Memory


def peak_memory(encode: Callable, sequences: list[str]) -> float:
    """Largest memory during a call, by the size of its result: the worse of two ways to measure.

    `tracemalloc` sees what Python and NumPy ask for; the peak of resident memory, in a process of
    its own, sees the rest as well (numba, PyTorch).
    """
    fork = multiprocessing.get_context("fork")
    shares = []
    for measure in (traced_peak, resident_peak):
        receiver, sender = fork.Pipe(duplex=False)
        child = fork.Process(target=lambda m=measure, s=sender: s.send(m(encode, sequences)))
        child.start()
        shares.append(receiver.recv())
        child.join()
    return max(shares)


def traced_peak(encode: Callable, sequences: list[str]) -> float:
    encode(sequences[:1])
    tracemalloc.start()
    size = num_bytes(encode(sequences))
    return tracemalloc.get_traced_memory()[1] / size


def resident_peak(encode: Callable, sequences: list[str]) -> float:
    import psutil

    encode(sequences[:1])
    before = psutil.Process().memory_info().rss
    size = num_bytes(encode(sequences))
    unit = 1 if sys.platform == "darwin" else 1024
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit - before) / size


def num_bytes(result) -> int:
    if isinstance(result, np.ndarray):
        return result.nbytes
    return sum(part.nbytes for part in (result.data, result.indices, result.indptr))


# Growth

FIXED_NUMBER, FIXED_LENGTH = 200, 1_000
LENGTHS = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)
NUMBERS = (10, 30, 100, 300, 1_000, 3_000, 10_000, 20_000)
SLOW_LETTERS = 600_000  # contestants that get a part only stop here


def plot_growth(
    title: str, contestants: Sequence[Contestant], symbols: str, file_name: str
) -> None:
    """Measure seconds against length and against the number of sequences, and draw both."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    use_course_style()
    figure, panels = plt.subplots(1, 2, figsize=(13, 5.5), sharey=True)
    sizes = ([(FIXED_NUMBER, length) for length in LENGTHS], [(n, FIXED_LENGTH) for n in NUMBERS])
    for axes, shapes, column in zip(panels, sizes, (1, 0), strict=True):
        draw_panel(axes, contestants, symbols, shapes, column)
    panels[0].set(xlabel="letters in a sequence", title=f"{FIXED_NUMBER} sequences")
    panels[1].set(xlabel="sequences", title=f"{FIXED_LENGTH:,} letters each")
    panels[0].set_ylabel("seconds (best of 3)")
    panels[0].legend()
    figure.suptitle(f"{title}: time against the size of the input, one thread")
    FOLDER.mkdir(parents=True, exist_ok=True)
    figure.savefig(FOLDER / file_name)
    plt.close(figure)
    print(f"  drawn: {FOLDER.name}/{file_name}")


def draw_panel(axes, contestants, symbols: str, shapes: list, column: int) -> None:
    for number, contestant in enumerate(contestants):
        sizes, times = [], []
        for shape in shapes:
            if contestant.part < 1 and shape[0] * shape[1] > SLOW_LETTERS:
                break
            sequences = random_sequences(symbols, *shape)
            sizes.append(shape[column])
            times.append(min(seconds(contestant.encode, sequences) for _ in range(3)))
        axes.loglog(sizes, times, LINE_STYLES[number], marker=MARKERS[number],
                    label=contestant.name)  # fmt: skip
        what = "number" if column == 0 else "length"
        print(f"  {contestant.name:36} time grows as {what}^{slope(sizes, times):.2f}")


def slope(sizes: list, times: list) -> float:
    """Exponent of the growth over the last four sizes."""
    return np.polyfit(np.log(sizes[-4:]), np.log(times[-4:]), 1)[0]
