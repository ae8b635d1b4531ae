"""Word vectors from gensim, and their way into an embedding layer and back.

This is the one file that imports gensim, and only when a function needs it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from bioseq_course.inputs import require_choice, require_list, require_positive

import numpy as np

if TYPE_CHECKING:
    from gensim.models import KeyedVectors

_UNSEEN = ("mean", "zero", "random")


class EmbeddingMatrix(NamedTuple):
    """Weights for an embedding layer, and what they lack.

    Args:
        matrix: float32 `(K + 2, D)`: row 0 is padding (zeros), rows 1 to K the words in the
            vocabulary's order, row K + 1 every unknown word.
        unseen: words of the vocabulary without a vector, filled in as asked.
    """

    matrix: np.ndarray
    unseen: tuple[str, ...]


def train_word2vec(
    sentences: Iterable[Sequence[str]],
    *,
    dim: int = 16,
    window: int = 5,
    skip_gram: bool = True,
    negative: int = 5,
    epochs: int = 10,
    min_count: int = 1,
    sample: float = 1e-3,
    seed: int = 0,
    workers: int = 1,
) -> KeyedVectors:
    """Train word vectors with gensim: skip-gram or CBOW with negative sampling.

    Args:
        sentences: lists of words (strings).
        dim: D, numbers in a vector.
        window: widest window; gensim draws a narrower one at random for each centre.
        skip_gram: True for skip-gram, False for CBOW.
        negative: words drawn as negatives for each pair.
        epochs: passes over the sentences.
        min_count: rarer words get no vector.
        sample: words more frequent than this share are skipped at random; 0 keeps all.
        seed: of the first vectors and of all draws.
        workers: threads. The same seed gives the same vectors with one thread only.

    Returns:
        gensim `KeyedVectors`: `vectors["GAA"]` is float32 `(D,)`.

    Raises:
        ValueError: `sentences` is no list of lists of strings, or holds no word often enough.

    >>> vectors = train_word2vec([["ATG", "GAA"], ["ATG", "GAG"]], dim=4, epochs=1)
    >>> vectors["GAG"].shape, sorted(vectors.index_to_key)
    ((4,), ['ATG', 'GAA', 'GAG'])
    """
    from gensim.models import Word2Vec

    sentences = require_list(sentences)
    _require_sentences(sentences)
    for name, number in {"dim": dim, "window": window, "epochs": epochs}.items():
        require_positive(name, number, f"Pass for example {name}=10.")
    _require_frequent(sentences, min_count)
    return Word2Vec(
        sentences, vector_size=dim, window=window, sg=int(skip_gram), negative=negative,
        epochs=epochs, min_count=min_count, sample=sample, seed=seed, workers=workers,
    ).wv  # fmt: skip


def embedding_matrix(
    vocabulary: Iterable[str],
    vectors: KeyedVectors | Mapping[str, np.ndarray],
    *,
    unseen: str = "mean",
    seed: int = 0,
) -> EmbeddingMatrix:
    """Lay word vectors out as the weights of an embedding layer.

    The rows fit the numbers of `kmers.kmer_indices`: 0 padding, 1 to K words, K + 1 unknown.

    Args:
        vocabulary: K words, all different, such as a `KmerVocabulary`.
        vectors: word to vector `(D,)`: gensim `KeyedVectors` or a dictionary.
        unseen: what words without a vector and row K + 1 get: `"mean"` of the vectors that are
            there, `"zero"`, or `"random"` numbers with the standard deviation of those.
        seed: of the random numbers.

    Returns:
        `EmbeddingMatrix(matrix, unseen)`.

    Raises:
        ValueError: no word has a vector, a word is listed twice, or `unseen` has no such value.

    >>> matrix, unseen = embedding_matrix(["A", "C", "G"], {"A": [1.0, 0.0], "G": [3.0, 2.0]})
    >>> matrix.tolist(), unseen
    ([[0.0, 0.0], [1.0, 0.0], [2.0, 1.0], [3.0, 2.0], [2.0, 1.0]], ('C',))
    """
    require_choice("unseen", unseen, _UNSEEN)
    words = _require_vocabulary(vocabulary)
    seen = np.array([word in vectors for word in words])
    if not seen.any():
        raise ValueError(
            f"None of the {len(words)} words has a vector: the first one is {words[0]!r}. Train "
            "the vectors on words of the same kind as the vocabulary's."
        )
    known = np.array([vectors[word] for word in words if word in vectors], dtype=np.float32)
    matrix = np.zeros((len(words) + 2, known.shape[1]), dtype=np.float32)
    matrix[1:] = _fill(unseen, known, len(words) + 1, seed)
    matrix[1:-1][seen] = known
    return EmbeddingMatrix(matrix, tuple(np.array(words)[~seen].tolist()))


def embedding_vectors(vocabulary: Iterable[str], matrix: np.ndarray) -> KeyedVectors:
    """Make gensim vectors of the weights of an embedding layer: back from `embedding_matrix`.

    Args:
        vocabulary: the K words of rows 1 to K.
        matrix: `(K + 2, D)`; rows 0 (padding) and K + 1 (unknown) are left out.

    Returns:
        gensim `KeyedVectors` with K words.

    Raises:
        ValueError: the matrix has not K + 2 rows, or a word is listed twice.

    >>> embedding_vectors(["A", "C"], [[0.0], [1.0], [2.0], [9.0]])["C"].tolist()
    [2.0]
    """
    from gensim.models import KeyedVectors

    words = _require_vocabulary(vocabulary)
    matrix = np.asarray(matrix, dtype=np.float32)
    if matrix.ndim != 2 or len(matrix) != len(words) + 2:
        raise ValueError(
            f"The matrix has shape {matrix.shape}, expected {len(words) + 2} rows: padding, "
            f"{len(words)} words, unknown. Pass the weights of the layer for this vocabulary."
        )
    vectors = KeyedVectors(matrix.shape[1])
    vectors.add_vectors(words, matrix[1:-1])
    return vectors


def _fill(how: str, known: np.ndarray, num_rows: int, seed: int) -> np.ndarray:
    if how == "mean":
        return np.tile(known.mean(axis=0), (num_rows, 1))
    scale = known.std() if how == "random" else 0
    return np.random.default_rng(seed).normal(scale=scale, size=(num_rows, known.shape[1]))


def _require_vocabulary(vocabulary: Iterable[str]) -> list[str]:
    words = require_list(vocabulary)
    if not words or not all(isinstance(word, str) for word in words):
        raise ValueError(
            "The vocabulary must be a list of words, which are strings, at least one. Pass for "
            'example KmerVocabulary(3) or ["ATG", "GAA"].'
        )
    word, times = Counter(words).most_common(1)[0]
    if times > 1:
        raise ValueError(f"Word {word!r} is listed {times} times: list each word once.")
    return words


def _require_sentences(sentences: list) -> None:
    for number, sentence in enumerate(sentences, start=1):
        if isinstance(sentence, str) or not all(isinstance(word, str) for word in sentence):
            raise ValueError(
                f"Sentence {number} (counting from 1) must be a list of words, which are strings. "
                f"Received: {sentence!r:.60}. Cut it first: codon_sentences or split_kmers."
            )


def _require_frequent(sentences: list, min_count: int) -> None:
    counts = Counter(word for sentence in sentences for word in sentence)
    most = max(counts.values(), default=0)
    if most < min_count or not counts:
        raise ValueError(
            f"No word occurs min_count={min_count} times; the most frequent one occurs {most} "
            "times. Pass more sentences or a smaller min_count."
        )
