"""How fast are k-mer profiles? Beside scikit-learn's CountVectorizer and biotite's KmerAlphabet.

20 million random letters, as 2,000 x 10,000 and as 20,000 x 1,000, in one thread. Targets: 6-mers
of DNA 20 times as fast as CountVectorizer and no slower than biotite, 3-mers of proteins 20 times
as fast as CountVectorizer, peak memory at most 1.2 times the result. Then a figure of how the times
grow, and what the first call costs. biotite comes with `make bench`; without it, its lines are
left out.

    python benchmarks/bench_kmers.py
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
from functools import cache, partial

from bioseq_course.alphabet import DNA, PROTEIN, Alphabet
from bioseq_course.kmers import KmerVocabulary, kmer_profile

import numpy as np
from measuring import SHAPES, Contestant, compare, plot_growth, random_sequences

K_DNA, K_PROTEIN = 6, 3


@cache
def make_vectorizer(k: int, alphabet: Alphabet):
    """CountVectorizer with the vocabulary given, so that it need not learn or sort one."""
    from sklearn.feature_extraction.text import CountVectorizer

    return CountVectorizer(
        analyzer="char", ngram_range=(k, k), lowercase=False, dtype=np.float32,
        vocabulary=list(KmerVocabulary(k, alphabet)),
    )  # fmt: skip


def count_with_scikit_learn(sequences: list[str], k: int, alphabet: Alphabet):
    """Sparse counts, which is what CountVectorizer gives; making them dense is not timed."""
    return make_vectorizer(k, alphabet).transform(sequences)


@cache
def make_kmer_alphabet():
    from biotite.sequence import NucleotideSequence
    from biotite.sequence.align import KmerAlphabet

    return KmerAlphabet(NucleotideSequence.alphabet_unamb, K_DNA)


def count_with_biotite(sequences: list[str]) -> np.ndarray:
    """KmerAlphabet and bincount, sequence by sequence, into one float32 array."""
    from biotite.sequence import NucleotideSequence

    kmers = make_kmer_alphabet()
    profile = np.empty((len(sequences), len(kmers)), dtype=np.float32)
    for row, sequence in enumerate(sequences):
        words = kmers.create_kmers(NucleotideSequence(sequence).code)
        profile[row] = np.bincount(words, minlength=len(kmers))
    return profile


def dna_contestants() -> list[Contestant]:
    vectorize = partial(count_with_scikit_learn, k=K_DNA, alphabet=DNA)
    entries = [
        Contestant("bioseq_course", partial(kmer_profile, k=K_DNA)),
        Contestant("scikit-learn CountVectorizer", vectorize, part=0.05, target=20),
    ]
    if importlib.util.find_spec("biotite"):
        entries.append(Contestant("biotite KmerAlphabet + bincount", count_with_biotite, target=1))
    else:
        print("biotite is not installed: pip install -c constraints.txt -e '.[bench]'")
    return entries


def protein_contestants() -> list[Contestant]:
    vectorize = partial(count_with_scikit_learn, k=K_PROTEIN, alphabet=PROTEIN)
    profile = partial(kmer_profile, k=K_PROTEIN, alphabet=PROTEIN)
    return [
        Contestant("bioseq_course", profile),
        Contestant("scikit-learn CountVectorizer", vectorize, part=0.05, target=20),
    ]


FIRST_CALL = """
import time
from bioseq_course.kmers import kmer_profile
sequences = ["ACGT" * 250] * 5000
start = time.perf_counter()
kmer_profile(sequences, 6)
first = time.perf_counter()
kmer_profile(sequences, 6)
print(2 * first - start - time.perf_counter())
"""


def print_first_calls() -> None:
    """What numba adds to the first large call of a process, before and after code is kept."""
    print("\nFirst 6-mer profile of 5 million letters in a fresh process, beyond the second:")
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"NUMBA_CACHE_DIR": folder}
        for when in ("compiling", "compiled code read from disk"):
            answer = subprocess.run(
                [sys.executable, "-c", FIRST_CALL], env=environment, check=True,
                capture_output=True, text=True,
            )  # fmt: skip
            print(f"  {when:30} {float(answer.stdout):5.2f} s")


def main() -> None:
    dna, protein = dna_contestants(), protein_contestants()
    for shape in SHAPES:
        compare(f"{K_DNA}-mers of DNA, dense float32", dna, random_sequences("ACGT", *shape))
    for shape in SHAPES:
        sequences = random_sequences(PROTEIN.symbols, *shape)
        compare(f"{K_PROTEIN}-mers of proteins, sparse float32", protein, sequences)
    print("\nGrowth of 6-mers of DNA")
    plot_growth("6-mer profiles of DNA", dna, "ACGT", "kmers_growth.png")
    print_first_calls()


if __name__ == "__main__":
    main()
