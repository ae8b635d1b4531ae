"""Time `cluster_sequences` on the 4,380 proteins of the gene families; target: under 15 s.

Run: OMP_NUM_THREADS=1 python benchmarks/bench_clusters.py
"""

import time

from bioseq_course.datasets import load_gene_families
from bioseq_course.splits import cluster_sequences

TARGET_SECONDS = 15.0


def main() -> None:
    proteins = load_gene_families("protein").sequences
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        clusters = cluster_sequences(proteins)
        seconds.append(time.perf_counter() - start)
    letters = sum(map(len, proteins))
    print(f"cluster_sequences: {len(proteins):,} proteins, {letters:,} residues")
    print(f"  {clusters.max() + 1:,} clusters at 20 % shared words of 5 letters, at least 10")
    # The first run includes the import of SciPy; the target is for a first run.
    print(f"  first run {seconds[0]:.2f} s, best of {len(seconds)} {min(seconds):.2f} s", end="")
    print(f" (target < {TARGET_SECONDS:.0f} s: {'met' if seconds[0] < 15 else 'MISSED'})")


if __name__ == "__main__":
    main()
