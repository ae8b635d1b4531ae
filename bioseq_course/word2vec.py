"""Word vectors: training pairs from a window, skip-gram and CBOW by hand, and gensim.

Shape letters: V words, D numbers in a vector (width), P training pairs, B windows, w words on each
side of a centre. A *sentence* is a list of words in order: for a gene, its codons.

Two matrices are learned. Row v of `W_in` `(V, D)` is the vector of word v; row v of `W_out`
`(V, D)` is the vector of the same word when it stands in a context. There is no activation between
them. Skip-gram guesses each context word from the centre, CBOW the centre from the mean of its
context. The two losses here take the softmax over all V words, which is exact and fine for 64
codons; gensim and `models.skip_gram_model` draw a few negatives instead, which is what makes large
vocabularies possible. What needs gensim, and the way to an embedding
layer and back, stands in `word_vectors` and can be imported from here as well.

Source: Mikolov et al. (2013), arXiv:1301.3781 (the two models) and arXiv:1310.4546 (negative
sampling, subsampling of frequent words).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count

from bioseq_course.alphabet import DNA, require_string
from bioseq_course.inputs import require_list, require_positive
from bioseq_course.word_vectors import (
    EmbeddingMatrix,
    embedding_matrix,
    embedding_vectors,
    train_word2vec,
)

import numpy as np

__all__ = [
    "NO_WORD",
    "EmbeddingMatrix",
    "cbow_loss",
    "codon_sentences",
    "draw_negatives",
    "embedding_matrix",
    "embedding_vectors",
    "skip_gram_loss",
    "train_word2vec",
    "training_pairs",
    "training_windows",
]

NO_WORD = -1  # fills up a window at the border of a sentence


# Sentences, pairs and windows


def codon_sentences(dna: Iterable[str], *, frame: int = 0) -> list[list[str]]:
    """Cut coding sequences into codons, one sentence for each.

    Args:
        dna: B sequences; letters outside A, C, G, T make a codon be skipped.
        frame: letters left out at the start: 0 reads the codons, 1 and 2 read across them.

    Returns:
        B lists of words of three letters; the one or two letters left at the end are dropped.

    Raises:
        ValueError: `dna` is not a list of strings, or `frame` is not 0, 1 or 2.

    >>> codon_sentences(["ATGGANTAA", "ATGGAATAA"])
    [['ATG', 'TAA'], ['ATG', 'GAA', 'TAA']]
    >>> codon_sentences(["ATGGAATAA"], frame=1)
    [['TGG', 'AAT']]
    """
    if frame not in (0, 1, 2) or isinstance(frame, bool):
        raise ValueError(f"frame must be 0, 1 or 2. Received: {frame!r}. Frame 0 reads codons.")
    texts = require_list(dna)
    for number, text in enumerate(texts, start=1):
        require_string(text, number)
    known = set(DNA.symbols)
    return [
        [
            text[i : i + 3]
            for i in range(frame, len(text) - 2, 3)
            if known.issuperset(text[i : i + 3])
        ]
        for text in texts
    ]


def training_windows(
    sentences: Iterable[Sequence[int]], window: int
) -> tuple[np.ndarray, np.ndarray]:
    """List each word with the words around it: what CBOW is trained on.

    Args:
        sentences: lists of word numbers of at least 0.
        window: w, words on each side. It ends at the border of the sentence. (gensim draws a
            narrower window at random each time; this one is always whole.)

    Returns:
        Contexts `(B, 2w)`, left to right, -1 where the sentence has no word, and centres `(B,)`.
        A sentence of one word has no context and is left out.

    Raises:
        ValueError: `window` is not a whole number of at least 1, or a sentence holds anything but
            whole numbers of at least 0.

    >>> contexts, centres = training_windows([[5, 6, 7], [8, 9]], window=1)
    >>> contexts.tolist(), centres.tolist()
    ([[-1, 6], [5, 7], [6, -1], [-1, 9], [8, -1]], [5, 6, 7, 8, 9])
    """
    window = require_positive("window", window, "Pass for example window=5.")
    steps = [*range(-window, 0), *range(1, window + 1)]
    rows = [np.zeros((0, 1 + 2 * window), dtype=np.int64)]
    for sentence in map(_require_numbers, require_list(sentences), count(1)):
        if len(sentence) > 1:
            padded = np.pad(sentence, window, constant_values=NO_WORD)
            places = np.arange(len(sentence))[:, None] + window
            rows.append(padded[places + np.array([0, *steps])])  # (L, 1 + 2w)
    joined = np.concatenate(rows)
    return joined[:, 1:], joined[:, 0]


def training_pairs(sentences: Iterable[Sequence[int]], window: int) -> np.ndarray:
    """List all pairs of a word and a word at most `window` places away: for skip-gram.

    Args:
        sentences, window: as in `training_windows`. No pair reaches across sentences.

    Returns:
        int64 `(P, 2)`: centre, context. Each pair of places comes twice, once from either side.

    Raises:
        ValueError: as in `training_windows`.

    >>> training_pairs([[5, 6, 7], [8]], window=1).tolist()
    [[5, 6], [6, 5], [6, 7], [7, 6]]
    """
    contexts, centres = training_windows(sentences, window)
    row, column = np.nonzero(contexts != NO_WORD)
    return np.stack([centres[row], contexts[row, column]], axis=1)


def draw_negatives(
    counts: np.ndarray, size: int | tuple[int, ...], *, seed: int = 0, power: float = 0.75
) -> np.ndarray:
    """Draw word numbers by their counts to a power: negatives of negative sampling.

    Args:
        counts: `(V,)`, how often each word occurs.
        size: shape of the result.
        seed: of the draw.
        power: 0.75 as in arXiv:1310.4546, section 2.2; 1 draws as often as a word occurs, 0 all
            words alike.

    Returns:
        int64, of shape `size`. The true context may be among them, as in word2vec itself.

    Raises:
        ValueError: a count is negative, or all are 0.

    >>> draw_negatives(np.array([0, 3, 0]), 4).tolist()
    [1, 1, 1, 1]
    """
    counts = np.asarray(counts, dtype=float)
    if counts.ndim != 1 or not len(counts) or counts.min() < 0 or counts.max() == 0:
        raise ValueError(
            "counts must be one number of at least 0 for each word, not all of them 0. Received "
            f"shape {counts.shape}. Pass np.bincount(words, minlength=V)."
        )
    weights = np.where(counts > 0, counts**power, 0)
    return np.random.default_rng(seed).choice(len(counts), size=size, p=weights / weights.sum())


# The two models, with the softmax over all words


def skip_gram_loss(
    pairs: np.ndarray, W_in: np.ndarray, W_out: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Mean of -log P(context | centre) over the pairs, with P a softmax over all words.

    P(o | c) = exp(W_out[o] · W_in[c]) / Σ_v exp(W_out[v] · W_in[c]), arXiv:1310.4546, equation 2.

    Args:
        pairs: whole numbers `(P, 2)`: centre, context.
        W_in: `(V, D)`, vectors of the centres.
        W_out: `(V, D)`, vectors of the contexts.

    Returns:
        The loss in nats and its gradients in `W_in` and `W_out`, each `(V, D)`.

    Raises:
        ValueError: shapes do not fit, or a number is outside 0 to V - 1.

    >>> loss, dW_in, dW_out = skip_gram_loss([[0, 1]], np.ones((2, 3)), np.zeros((2, 3)))
    >>> round(loss, 4), dW_out.tolist()  # P = 1/2 for both words, log 2 = 0.6931
    (0.6931, [[0.5, 0.5, 0.5], [-0.5, -0.5, -0.5]])
    """
    W_in, W_out = _require_matrices(W_in, W_out)
    pairs = _require_words("pairs", pairs, (None, 2), 0, len(W_in))
    centres = pairs[:, 0]
    loss, slope_hidden, dW_out = _softmax_loss(W_in[centres], pairs[:, 1], W_out)
    dW_in = np.zeros_like(W_in)
    np.add.at(dW_in, centres, slope_hidden)  # a word may be the centre of many pairs
    return loss, dW_in, dW_out


def cbow_loss(
    contexts: np.ndarray, centres: np.ndarray, W_in: np.ndarray, W_out: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Mean of -log P(centre | mean of the context's vectors): continuous bag of words.

    Args:
        contexts: whole numbers `(B, 2w)`, -1 where there is no word.
        centres: whole numbers `(B,)`.
        W_in: `(V, D)`, vectors of the words in the context.
        W_out: `(V, D)`, vectors of the centres.

    Returns:
        The loss in nats and its gradients in `W_in` and `W_out`, each `(V, D)`.

    Raises:
        ValueError: shapes do not fit, a number is out of range, or a window has no word.

    >>> loss, dW_in, _ = cbow_loss([[0, -1]], [1], np.zeros((2, 1)), np.array([[1.0], [3.0]]))
    >>> round(loss, 4), dW_in.tolist()  # (1 + 3) / 2 - 3 = -1: towards the centre's vector
    (0.6931, [[-1.0], [0.0]])
    """
    W_in, W_out = _require_matrices(W_in, W_out)
    contexts = _require_words("contexts", contexts, (None, None), NO_WORD, len(W_in))
    centres = _require_words("centres", centres, (len(contexts),), 0, len(W_in))
    known = contexts != NO_WORD
    sizes = known.sum(axis=1, keepdims=True)  # (B, 1)
    if (sizes == 0).any():
        empty = int(np.flatnonzero(sizes == 0)[0]) + 1
        raise ValueError(f"Window {empty} (counting from 1) has no word at all: leave it out.")
    shares = known / sizes  # (B, 2w)
    hidden = np.einsum("bw,bwd->bd", shares, W_in[contexts])  # shares of NO_WORD are 0
    loss, slope_hidden, dW_out = _softmax_loss(hidden, centres, W_out)
    dW_in = np.zeros_like(W_in)
    np.add.at(dW_in, contexts[known], (shares[:, :, None] * slope_hidden[:, None])[known])
    return loss, dW_in, dW_out


def _softmax_loss(hidden, targets, W_out) -> tuple[float, np.ndarray, np.ndarray]:
    """Cross-entropy of `hidden` `(B, D)` against word numbers `(B,)`, with both gradients."""
    logits = hidden @ W_out.T  # (B, V)
    logits -= logits.max(axis=1, keepdims=True)
    log_P = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    rows = np.arange(len(targets))
    error = np.exp(log_P)
    error[rows, targets] -= 1
    error /= len(targets)
    return float(-log_P[rows, targets].mean()), error @ W_out, error.T @ hidden


# Checks


def _require_numbers(sentence: Sequence[int], number: int) -> np.ndarray:
    """Return a sentence as an array `(L,)`; `number` counts from 1."""
    words = np.asarray(sentence)
    if words.size == 0:
        return np.zeros(0, dtype=np.int64)
    if words.ndim != 1 or words.dtype.kind not in "iu" or words.min() < 0:
        raise ValueError(
            f"Sentence {number} (counting from 1) must be a list of whole numbers of at least 0. "
            f"Received: {sentence!r:.60}. Number its words with vocabulary.index(word)."
        )
    return words.astype(np.int64)


def _require_matrices(W_in: np.ndarray, W_out: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    W_in, W_out = np.asarray(W_in, dtype=float), np.asarray(W_out, dtype=float)
    if W_in.shape != W_out.shape or W_in.ndim != 2:
        raise ValueError(
            f"W_in and W_out must both have shape (V, D). Received {W_in.shape} and "
            f"{W_out.shape}: one row for each word, one column for each dimension."
        )
    return W_in, W_out


def _require_words(argument: str, words, shape: tuple, lowest: int, num_words: int) -> np.ndarray:
    """Return word numbers as an array; None in `shape` stands for any size of at least 1."""
    words = np.asarray(words)
    fits = words.ndim == len(shape) and words.size > 0
    fits = fits and all(a in (None, b) for a, b in zip(shape, words.shape, strict=True))
    if not fits or words.dtype.kind not in "iu":
        wanted = ", ".join("any" if size is None else str(size) for size in shape)
        raise ValueError(
            f"{argument} must be whole numbers of shape ({wanted}), at least one. Received shape "
            f"{words.shape} of type {words.dtype}: see training_pairs and training_windows."
        )
    if words.min() < lowest or words.max() >= num_words:
        raise ValueError(
            f"{argument} holds word numbers {words.min()} to {words.max()}, expected {lowest} to "
            f"{num_words - 1}: the matrices have {num_words} rows, one for each word."
        )
    return words
