"""Keras models of the course, one function each; embeddings stand here.

Convolutions stand in `cnn_models`, recurrent networks in `recurrent_models`. All builders can be
imported from here. Shape letters: B sequences, L places, K words, D width of a vector, C classes.
"""

from bioseq_course.cnn_models import conv_cascade, motif_cnn, protein_cnn, receptive_field
from bioseq_course.inputs import require_positive
from bioseq_course.recurrent_models import (
    next_letter_model,
    recall_model,
    recurrent_classifier,
    recurrent_layer,
    sequence_tagger,
)

import keras
import numpy as np

__all__ = [
    "conv_cascade",
    "embedding_classifier",
    "motif_cnn",
    "next_letter_model",
    "protein_cnn",
    "recall_model",
    "receptive_field",
    "recurrent_classifier",
    "recurrent_layer",
    "sequence_tagger",
    "skip_gram_model",
]


def embedding_classifier(
    num_words: int,
    dim: int,
    num_classes: int,
    *,
    weights: np.ndarray | None = None,
    trainable: bool = True,
    seed: int = 0,
) -> keras.Model:
    """Look words up, average their vectors, and classify with a softmax.

    Without an activation between them the two layers are one matrix product: a logistic regression
    on word frequencies whose weights `(K, C)` have rank D at most.

    Args:
        num_words: K. The layer has K + 2 rows, as `kmers.kmer_indices` numbers them: 0 is padding
            and is left out of the mean; K + 1 stands for unknown words, has a vector of its own
            and counts.
        dim: D, numbers in a vector.
        num_classes: C.
        weights: `(K + 2, D)` to begin with, as from `embedding_matrix`; random ones without.
        trainable: False keeps the vectors as they are (only the softmax learns).
        seed: of the random weights.

    Returns:
        A `keras.Model` from whole numbers `(B, L)` to probabilities `(B, C)`, not yet compiled. A
        row of padding alone has no mean: leave it out.

    Raises:
        ValueError: a size is not a whole number of at least 1, or the weights have another shape.

    >>> embedding_classifier(4**5, 64, 10).count_params()  # (1024 + 2) * 64 + 64 * 10 + 10
    66314
    """
    for name, number in {"num_words": num_words, "dim": dim, "num_classes": num_classes}.items():
        require_positive(name, number, "See the Args of embedding_classifier.")
    embedding = keras.layers.Embedding(
        num_words + 2, dim, mask_zero=True, trainable=trainable, name="embedding",
        embeddings_initializer=keras.initializers.RandomUniform(-0.05, 0.05, seed=seed),
    )  # fmt: skip
    glorot = keras.initializers.GlorotUniform(seed=seed + 1)
    softmax = keras.layers.Dense(
        num_classes, activation="softmax", kernel_initializer=glorot, name="softmax"
    )
    pooling = keras.layers.GlobalAveragePooling1D(name="mean")
    model = keras.Sequential([keras.Input((None,), dtype="int32"), embedding, pooling, softmax])
    if weights is not None:
        embedding.set_weights([_require_weights(weights, (num_words + 2, dim))])
    return model


def skip_gram_model(num_words: int, dim: int, *, seed: int = 0) -> keras.Model:
    """Score a centre word against its true context and some negatives: arXiv:1310.4546.

    Train it with labels 1 for the true context and 0 for negatives (`word2vec.draw_negatives`) and
    `keras.losses.BinaryCrossentropy(from_logits=True)`; Keras takes the mean over the M words
    where the paper takes the sum.

    Args:
        num_words: K, numbered from 0. There is no padding here.
        dim: D, numbers in a vector.
        seed: of the random weights of the centres; those of the contexts begin at 0, as in
            word2vec.

    Returns:
        A `keras.Model` from `[centres (B, 1), words (B, M)]` to logits `(B, M)`, the scalar
        products of their vectors; layers `centre` and `context` hold the two matrices `(K, D)`.

    Raises:
        ValueError: a size is not a whole number of at least 1.

    >>> skip_gram_model(64, 16)([np.zeros((5, 1)), np.zeros((5, 3))]).shape == (5, 3)
    True
    """
    for name, number in {"num_words": num_words, "dim": dim}.items():
        require_positive(name, number, "See the Args of skip_gram_model.")
    centres = keras.Input((1,), dtype="int32", name="centres")
    words = keras.Input((None,), dtype="int32", name="words")
    start = keras.initializers.RandomUniform(-0.5 / dim, 0.5 / dim, seed=seed)
    centre = keras.layers.Embedding(num_words, dim, embeddings_initializer=start, name="centre")
    context = keras.layers.Embedding(num_words, dim, embeddings_initializer="zeros", name="context")
    scores = keras.layers.Dot(axes=2)([context(words), centre(centres)])  # (B, M, 1)
    return keras.Model([centres, words], keras.ops.squeeze(scores, axis=2))


def _require_weights(weights: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    weights = np.asarray(weights)
    if weights.shape != shape:
        raise ValueError(
            f"weights must have shape {shape}: padding, the words, unknown. Received shape "
            f"{weights.shape}. Make them with embedding_matrix(vocabulary, vectors).matrix."
        )
    return weights
