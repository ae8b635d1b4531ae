"""How fast are word vectors learned? gensim, NumPy with the whole softmax, Keras with negatives.

One corpus for all: codons in frame, one gene of each cluster of the ladder (617 genes, 307,391
codons), width 16, window 5, one thread. A *word* is a codon of the corpus, a *pair* a centre and
one word of its context. gensim draws a narrower window at random and skips frequent codons, so it
meets fewer pairs of the same words: with subsampling off its pairs are about (window + 1) / (2
window) of all, which is the part assumed here. The NumPy and Keras contestants get whole windows
and a stated part of the pairs. The softmax over all words is cheap here because there are 64; its
cost grows with the vocabulary, that of negative sampling does not.

Before anything is timed, all must find the same: the rank correlation of the cosines with those of
gensim's skip-gram has to be at least 0.3, or the program ends with status 1.

    python benchmarks/bench_word2vec.py
"""

import os

os.environ.update(TF_NUM_INTEROP_THREADS="1", TF_NUM_INTRAOP_THREADS="1", OMP_NUM_THREADS="1")

import sys
import time
from collections.abc import Callable

from bioseq_course.genetic_code import SENSE_CODONS, cosine_matrix, spearman_of_pairs
from bioseq_course.kmers import KmerVocabulary
from bioseq_course.ladder import load_ladder
from bioseq_course.run import describe_versions, quiet_start
from bioseq_course.word2vec import (
    cbow_loss,
    codon_sentences,
    draw_negatives,
    skip_gram_loss,
    train_word2vec,
    training_pairs,
    training_windows,
)

import numpy as np

with quiet_start():
    from bioseq_course.models import skip_gram_model

    import keras

DIM, WINDOW, NEGATIVE, BATCH = 16, 5, 5, 1024
ROUNDS = 3
NUM_PAIRS = 500_000  # for NumPy and Keras
VOCABULARY = list(KmerVocabulary(3))
ROWS = [VOCABULARY.index(codon) for codon in SENSE_CODONS]


def load_corpus() -> tuple[list[list[str]], list[list[int]]]:
    ladder = load_ladder()
    first = np.unique(ladder.clusters, return_index=True)[1]
    corpus = codon_sentences([ladder.dna[row] for row in first])
    number = {codon: index for index, codon in enumerate(VOCABULARY)}
    return corpus, [[number[codon] for codon in sentence] for sentence in corpus]


def train_gensim(corpus: list[list[str]], skip_gram: bool, epochs: int = 1) -> np.ndarray:
    options = {"dim": DIM, "window": WINDOW, "negative": NEGATIVE, "sample": 0}
    vectors = train_word2vec(corpus, skip_gram=skip_gram, epochs=epochs, **options)
    return np.array([vectors[codon] for codon in VOCABULARY])


def descend(num_batches: int, slopes_of: Callable) -> np.ndarray:
    """Stochastic gradient descent with momentum on batches; returns W_in (V, D)."""
    W = np.random.default_rng(0).normal(scale=0.1, size=(2, 64, DIM))
    step = np.zeros_like(W)
    for number in range(num_batches):
        _, *slopes = slopes_of(number, *W)
        step = 0.9 * step - 2.0 * np.stack(slopes)
        W += step
    return W[0]


def train_skip_gram(pairs: np.ndarray) -> np.ndarray:
    batches = np.array_split(pairs, len(pairs) // BATCH)
    return descend(len(batches), lambda i, *W: skip_gram_loss(batches[i], *W))


def train_cbow(contexts: np.ndarray, centres: np.ndarray) -> np.ndarray:
    parts = len(centres) // BATCH
    batches = list(
        zip(np.array_split(contexts, parts), np.array_split(centres, parts), strict=True)
    )
    return descend(parts, lambda i, *W: cbow_loss(*batches[i], *W))


def train_keras(pairs: np.ndarray, counts: np.ndarray) -> np.ndarray:
    negatives = draw_negatives(counts, (len(pairs), NEGATIVE))
    words = np.column_stack([pairs[:, 1], negatives]).astype("int32")
    truth = np.zeros(words.shape, dtype="float32")
    truth[:, 0] = 1
    model = skip_gram_model(64, DIM)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss)
    model.fit([pairs[:, :1].astype("int32"), words], truth, batch_size=BATCH, verbose=0)
    return model.get_layer("centre").get_weights()[0]


def best_seconds(train: Callable[[], np.ndarray]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        train()
        times.append(time.perf_counter() - start)
    return min(times)


def agreement(vectors: np.ndarray, reference: np.ndarray) -> float:
    return spearman_of_pairs(cosine_matrix(vectors[ROWS]), cosine_matrix(reference[ROWS]))


def main() -> None:
    corpus, sentences = load_corpus()
    all_pairs = training_pairs(sentences, WINDOW)
    contexts, centres = training_windows(sentences, WINDOW)
    rng = np.random.default_rng(0)
    pairs = all_pairs[rng.permutation(len(all_pairs))[:NUM_PAIRS]]
    mixed = rng.permutation(len(centres))
    counts = np.bincount(centres, minlength=64)
    narrowed = len(all_pairs) * (WINDOW + 1) / (2 * WINDOW)
    words_of = len(centres) / len(all_pairs)  # words in a pair
    entries = [  # name, one pass, words, pairs
        ("gensim skip-gram", lambda: train_gensim(corpus, True), len(centres), narrowed),
        ("gensim CBOW", lambda: train_gensim(corpus, False), len(centres), narrowed),
        ("NumPy skip-gram, whole softmax", lambda: train_skip_gram(pairs),
         NUM_PAIRS * words_of, NUM_PAIRS),
        ("NumPy CBOW, whole softmax", lambda: train_cbow(contexts[mixed], centres[mixed]),
         len(centres), len(all_pairs)),
        ("Keras skip-gram, 5 negatives", lambda: train_keras(pairs, counts),
         NUM_PAIRS * words_of, NUM_PAIRS),
    ]  # fmt: skip
    print(describe_versions("gensim", "numpy", "keras", "tensorflow"), "one thread")
    print(f"{len(centres):,} words, {len(all_pairs):,} pairs, width {DIM}, best of {ROUNDS}\n")
    reference = train_gensim(corpus, True, epochs=5)
    print(f"{'':32}{'words/s':>12}{'pairs/s':>12}{'seconds':>9}{'agreement':>11}")
    for name, train, num_words, num_pairs in entries:
        agrees = agreement(train(), reference)
        if agrees < 0.3:
            sys.exit(f"{name}: rank correlation {agrees:.2f} with gensim, less than 0.3.")
        seconds = best_seconds(train)
        rates = f"{num_words / seconds:>12,.0f}{num_pairs / seconds:>12,.0f}"
        print(f"{name:32}{rates}{seconds:>9.2f}{agrees:>11.2f}", flush=True)


if __name__ == "__main__":
    main()
