"""Exercises of unit 03 `kmer_embeddings`: a hundred labels and thousands of unlabelled genes.

Every exercise is a small function on plain lists and arrays. The functions below without an
underscore are the course's own answers; those whose names begin with an underscore make the
mistakes that the remarks beside them describe. Shape letters: V or K words, D numbers in a vector,
B sequences, L places.
"""

from collections import Counter
from itertools import product

from bioseq_course.exercises.base import Case, Exercise, WrongAnswer, close, equal

import numpy as np

# --- context_pairs -------------------------------------------------------------------------------


def context_pairs(sentences: list[list[str]], window: int) -> list[tuple[str, str]]:
    """List every word with each word at most ``window`` places away in the same sentence.

    Args:
        sentences: lists of words.
        window: places on each side.

    Returns:
        Pairs (centre, context); each pair of places comes twice, once from either side.

    >>> context_pairs([["ATG", "GAA", "TAA"], ["CCC"]], 1)
    [('ATG', 'GAA'), ('GAA', 'ATG'), ('GAA', 'TAA'), ('TAA', 'GAA')]
    """
    return _pairs(sentences, lambda i, j: 0 < abs(i - j) <= window)


def _pairs(sentences, belongs):
    """Pairs of words at places i and j for which ``belongs(i, j)`` is true."""
    return [
        (sentence[i], sentence[j])
        for sentence in sentences
        for i in range(len(sentence))
        for j in range(len(sentence))
        if belongs(i, j)
    ]


def _pairs_across_sentences(sentences, window):
    return context_pairs([[word for sentence in sentences for word in sentence]], window)


def _pairs_with_itself(sentences, window):
    return _pairs(sentences, lambda i, j: abs(i - j) <= window)


def _pairs_of_different_words(sentences, window):
    return [(centre, word) for centre, word in context_pairs(sentences, window) if centre != word]


def _pairs_on_one_side(sentences, window):
    return _pairs(sentences, lambda i, j: 0 < j - i <= window)


def _pairs_stop_early(sentences, window):
    return _pairs(sentences, lambda i, j: i != j and -window <= j - i < window)


def _pairs_at_the_edge_only(sentences, window):
    return _pairs(sentences, lambda i, j: window > 0 and abs(i - j) == window)


def _pairs_of_half_window(sentences, window):
    return context_pairs(sentences, window // 2)


def _pairs_wrap_around(sentences, window):
    steps = [*range(-window, 0), *range(1, window + 1)]
    return [
        (sentence[i], sentence[i + step])
        for sentence in sentences
        for i in range(len(sentence))
        for step in steps
        if -len(sentence) <= i + step < len(sentence)
    ]


def _pairs_wrap_around_and_fall_off(sentences, window):
    """Minds the right end only: negative places wrap, and too negative ones are an IndexError."""
    return [
        (sentence[i], sentence[j])
        for sentence in sentences
        for i in range(len(sentence))
        for j in range(i - window, min(len(sentence), i + window + 1))
        if i != j
    ]


def _pairs_lose_left_edge(sentences, window):
    """What slices with a negative start give: an empty left side."""
    return [
        (sentence[i], word)
        for sentence in sentences
        for i in range(len(sentence))
        for word in sentence[i - window : i] + sentence[i + 1 : i + 1 + window]
    ]


def _pairs_once_each(sentences, window):
    return sorted(set(context_pairs(sentences, window)))


def _pairs_grouped(sentences, window):
    groups: dict[str, list[str]] = {}
    for centre, word in context_pairs(sentences, window):
        groups.setdefault(centre, []).append(word)
    return groups


def _same_pairs(expected, received) -> bool:
    """The same pairs, each as often, in any order."""
    if not isinstance(expected, list):  # what a wrong answer gave
        return equal(expected, received)
    if not isinstance(received, list | tuple | set | np.ndarray):
        return False
    pairs = [
        tuple(map(str, pair)) for pair in received if isinstance(pair, list | tuple | np.ndarray)
    ]
    return len(pairs) == len(received) and Counter(pairs) == Counter(map(tuple, expected))


def _make_context_pairs_cases(rng):
    words = ["AAA", "ACG", "GAA", "GAG", "TTT"]
    sentences = [rng.choice(words, size=size).tolist() for size in (6, 1, 8)]
    return [
        Case(([["ATG", "GAA", "TAA"]], 1), "three words, one place on each side"),
        Case(([["A", "B", "C", "D", "E"]], 2), "two places on each side, fewer at the ends"),
        Case(([["ATG", "GAA"], ["CCC", "GGG"]], 1), "two genes: no pair reaches across"),
        Case(([["GAA", "GAA", "GAG"]], 1), "a word may stand beside itself"),
        Case(([["GAA"], []], 3), "a single word and an empty sentence have no pairs"),
        Case(([["ATG", "GAA"]], 5), "the window is wider than the sentence"),
        Case((sentences, 3), "random sentences"),
    ]


CONTEXT_PAIRS = Exercise(
    name="context_pairs",
    title="Pairs from a window",
    unit="kmer_embeddings",
    points=2,
    level="must",
    minutes=10,
    reference=context_pairs,
    make_cases=_make_context_pairs_cases,
    compare=_same_pairs,
    hints=(
        "Work with places, not with words: a word at place i has neighbours at the places "
        "i - window to i + window. Which of these places do not exist, and which one is no "
        "neighbour?",
        "Three nested loops: over sentences, over places i, over places j of the same sentence "
        "from max(0, i - window) to the smaller of i + window and the last place. Leave out i.",
        "The inner loop is range(max(0, i - window), min(len(sentence), i + window + 1)); append "
        "the two words as a tuple whenever the two places differ.",
    ),
    wrong_answers=(
        WrongAnswer(
            _pairs_across_sentences,
            "Some pairs reach from one sentence into the next. Two genes that stand beside each "
            "other in a file are no neighbours in a genome: begin anew for each sentence.",
        ),
        WrongAnswer(
            _pairs_with_itself,
            "Each word is paired with its own place as well. Leave out the place i itself.",
        ),
        WrongAnswer(
            _pairs_of_different_words,
            "Pairs of two equal words are missing. A codon may follow itself: compare places "
            "(j != i), not words.",
        ),
        WrongAnswer(
            _pairs_on_one_side,
            "Only one side of the window is read, so each pair of places comes once. Look to the "
            "left and to the right: it comes twice, with the roles swapped.",
        ),
        WrongAnswer(
            _pairs_stop_early,
            "The right side is one place short: range excludes its end, so it must be "
            "i + window + 1.",
        ),
        WrongAnswer(
            _pairs_at_the_edge_only,
            "You take only the words exactly `window` places away. All distances from 1 to "
            "`window` count.",
        ),
        WrongAnswer(
            _pairs_of_half_window,
            "Your window is half as wide. Here `window` is the number of places on each side, not "
            "of both sides together.",
        ),
        WrongAnswer(
            _pairs_wrap_around,
            "A negative place counts from the end in Python, so the first word gets the last ones "
            "as neighbours. Begin at max(0, i - window).",
        ),
        WrongAnswer(
            _pairs_wrap_around_and_fall_off,
            "The right end is minded, the left one is not: a negative place counts from the end in "
            "Python. Begin at max(0, i - window).",
        ),
        WrongAnswer(
            _pairs_lose_left_edge,
            "The first words of a sentence have lost their left neighbours: a slice such as "
            "sentence[-1:1] does not begin at place 0. Use max(0, i - window).",
        ),
        WrongAnswer(
            _pairs_once_each,
            "Every pair is listed once. How often a pair occurs is what the model learns from: "
            "keep a list, not a set.",
        ),
        WrongAnswer(
            _pairs_grouped,
            "This is a dictionary of contexts. Return a list of pairs (centre, context).",
        ),
    ),
)


# --- skip_gram_probabilities ---------------------------------------------------------------------


def skip_gram_probabilities(centre: int, W_in: np.ndarray, W_out: np.ndarray) -> np.ndarray:
    """Return the probability of each word to stand in the context of ``centre``.

    Args:
        centre: number of a word, from 0.
        W_in: `(V, D)`, vectors of centres.
        W_out: `(V, D)`, vectors of contexts.

    Returns:
        `(V,)`: the softmax of the scalar products of the centre's vector with all rows of W_out.

    Source: Mikolov et al. (2013), arXiv:1310.4546, equation 2.

    >>> skip_gram_probabilities(0, np.array([[1.0], [5.0]]), np.array([[0.0], [0.0]])).tolist()
    [0.5, 0.5]
    """
    return _stable_softmax(np.asarray(W_out) @ np.asarray(W_in)[centre])


def _stable_softmax(scores):
    grown = np.exp(scores - scores.max())
    return grown / grown.sum()


def _probabilities_of_one_matrix(centre, W_in, W_out):
    return _stable_softmax(W_in @ W_in[centre])


def _probabilities_swapped(centre, W_in, W_out):
    return _stable_softmax(W_in @ W_out[centre])


def _probabilities_overflow(centre, W_in, W_out):
    grown = np.exp(W_out @ W_in[centre])
    return grown / grown.sum()


def _probabilities_shifted_by_mean(centre, W_in, W_out):
    scores = W_out @ W_in[centre]
    grown = np.exp(scores - scores.mean())
    return grown / grown.sum()


def _probabilities_of_clipped_scores(centre, W_in, W_out):
    grown = np.exp(np.clip(W_out @ W_in[centre], -500, 500))
    return grown / grown.sum()


def _probabilities_not_normalised(centre, W_in, W_out):
    return np.exp(W_out @ W_in[centre])


def _probabilities_are_scores(centre, W_in, W_out):
    return W_out @ W_in[centre]


def _probabilities_by_sigmoid(centre, W_in, W_out):
    return 1 / (1 + np.exp(-(W_out @ W_in[centre])))


def _probabilities_as_logs(centre, W_in, W_out):
    scores = W_out @ W_in[centre]
    scores = scores - scores.max()
    return scores - np.log(np.exp(scores).sum())


def _probabilities_without_centre(centre, W_in, W_out):
    scores = W_out @ W_in[centre]
    grown = np.exp(scores - scores.max())
    grown[centre] = 0
    return grown / grown.sum()


def _probabilities_of_all_centres(centre, W_in, W_out):
    return np.array([skip_gram_probabilities(word, W_in, W_out) for word in range(len(W_in))])


def _probabilities_of_wrong_axis(centre, W_in, W_out):
    """The softmax over centres: for each context word the centres add to 1."""
    scores = W_in @ W_out.T
    grown = np.exp(scores - scores.max(axis=0))
    return (grown / grown.sum(axis=0))[centre]


def _probabilities_of_rows(centre, W_in, W_out):
    return skip_gram_probabilities(centre, W_in, W_out)[None]


def _make_probabilities_cases(rng):
    W_in, W_out = rng.normal(size=(6, 4)), rng.normal(size=(6, 4))
    return [
        Case(
            (0, np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.0, 2.0], [np.log(3), 0.0]])),
            "scores 0 and log 3: probabilities 1/4 and 3/4",
        ),
        Case(
            (1, np.array([[2.0], [1.0], [0.5]]), np.array([[1.0], [0.0], [-1.0]])),
            "scores 1, 0 and -1; the centre may stand in its own context",
        ),
        Case((3, W_in, W_out), "six words, four numbers in a vector"),
        Case((5, W_in * 3, W_out * 3), "larger scores"),
        Case(
            (0, np.array([[100.0], [1.0]]), np.array([[10.0], [9.99]])),
            "scores 1000 and 999: exp of them is too large for a number",
        ),
        Case(
            (2, np.array([[1.0], [2.0], [50.0]]), np.array([[0.0], [-100.0], [-100.0]])),
            "scores 0, -5000 and -5000",
        ),
    ]


SKIP_GRAM_PROBABILITIES = Exercise(
    name="skip_gram_probabilities",
    title="Which word stands beside this one?",
    unit="kmer_embeddings",
    points=2,
    level="must",
    minutes=10,
    reference=skip_gram_probabilities,
    make_cases=_make_probabilities_cases,
    compare=close,
    hints=(
        "Take the formula apart: one vector (the centre's), one number for each word (the score), "
        "one probability for each word. Which matrix gives the first, which one the scores?",
        "A matrix (V, D) times a vector (D,) gives all V scores at once. Before the exponential, "
        "subtract the largest score: the probabilities stay the same, and nothing overflows.",
        "The scores are W_out @ W_in[centre]. Subtract their max, take np.exp, and divide by the "
        "sum over all V words.",
    ),
    wrong_answers=(
        WrongAnswer(
            _probabilities_of_one_matrix,
            "Both vectors come from W_in. A context word has its vector in W_out.",
        ),
        WrongAnswer(
            _probabilities_swapped,
            "The matrices are swapped: the centre's vector is a row of W_in, the contexts' are "
            "the rows of W_out.",
        ),
        WrongAnswer(
            _probabilities_overflow,
            "The exponential overflows for large scores (inf / inf is nan). Subtract the largest "
            "score first.",
        ),
        WrongAnswer(
            _probabilities_shifted_by_mean,
            "Subtracting the mean (or the smallest score) does not keep the exponential from "
            "overflowing: one score may lie thousands above it. Subtract the largest score.",
        ),
        WrongAnswer(
            _probabilities_of_clipped_scores,
            "Nothing overflows, but two scores beyond the limit become equal, and so do their "
            "probabilities. Do not clip: subtract the largest score.",
        ),
        WrongAnswer(
            _probabilities_not_normalised,
            "These do not add to 1. Divide by their sum over all words.",
        ),
        WrongAnswer(
            _probabilities_are_scores,
            "These are the scores. Make probabilities of them: exponential, then divide by the "
            "sum.",
        ),
        WrongAnswer(
            _probabilities_by_sigmoid,
            "A sigmoid answers yes or no for each word alone, as negative sampling does. Here the "
            "words compete: softmax.",
        ),
        WrongAnswer(
            _probabilities_as_logs,
            "These are the logarithms of the probabilities. Return the probabilities.",
        ),
        WrongAnswer(
            _probabilities_without_centre,
            "The centre itself has probability 0. A word may stand in its own context: keep it.",
        ),
        WrongAnswer(
            _probabilities_of_all_centres,
            "This is one row for each possible centre. Return the row of this centre only, (V,).",
        ),
        WrongAnswer(
            _probabilities_of_wrong_axis,
            "The sum runs over the centres. It runs over the words of the context: over the V "
            "scores of this one centre.",
        ),
        WrongAnswer(
            _probabilities_of_rows,
            "The numbers are right, but they stand in a matrix of one row. Return shape (V,): "
            "W_out @ W_in[centre] has it.",
        ),
    ),
)


# --- negative_probabilities ----------------------------------------------------------------------


def negative_probabilities(counts: np.ndarray, context: int, power: float) -> np.ndarray:
    """Return how probable each word is to be drawn as a negative.

    Args:
        counts: `(V,)`, how often each word occurs.
        context: number of the true context word, which is never drawn.
        power: exponent of the counts, 0 to 1; 0.75 in word2vec.

    Returns:
        `(V,)`, adding to 1: in proportion to count to the power; 0 for the true context and for
        words that do not occur.

    Source: Mikolov et al. (2013), arXiv:1310.4546, section 2.2.

    >>> negative_probabilities(np.array([16, 1, 9]), 2, 0.5).tolist()
    [0.8, 0.2, 0.0]
    """
    counts = np.asarray(counts)
    allowed = (counts > 0) & (np.arange(len(counts)) != context)
    weights = np.where(allowed, counts**power, 0.0)
    return weights / weights.sum()


def _without_context(weights, context):
    return np.where(np.arange(len(weights)) == context, 0.0, weights)


def _negatives_without_power(counts, context, power):
    return negative_probabilities(counts, context, 1.0)


def _negatives_always_three_quarters(counts, context, power):
    return negative_probabilities(counts, context, 0.75)


def _negatives_with_context(counts, context, power):
    weights = np.where(counts > 0, counts**power, 0.0)
    return weights / weights.sum()


def _negatives_not_renormalised(counts, context, power):
    return _without_context(_negatives_with_context(counts, context, power), context)


def _negatives_all_words(counts, context, power):
    return counts**power / (counts**power).sum()


def _negatives_all_words_then_zero(counts, context, power):
    return _without_context(_negatives_all_words(counts, context, power), context)


def _negatives_power_last(counts, context, power):
    weights = _without_context(counts, context)
    return np.where(weights > 0, (weights / weights.sum()) ** power, 0.0)


def _negatives_never_seen(counts, context, power):
    weights = _without_context(counts**power, context)
    return weights / weights.sum()


def _negatives_uniform(counts, context, power):
    return negative_probabilities(counts, context, 0.0)


def _negatives_as_weights(counts, context, power):
    return _without_context(np.where(counts > 0, counts**power, 0.0), context)


def _negatives_power_of_zero(counts, context, power):
    weights = _without_context(counts, context) ** power
    return weights / weights.sum()


def _negatives_shortened(counts, context, power):
    return np.delete(negative_probabilities(counts, context, power), context)


def _make_negatives_cases(rng):
    return [
        Case((np.array([16, 1, 9]), 2, 0.5), "roots 4 and 1; word 2 is the true context"),
        Case((np.array([81, 16, 1, 1]), 3, 0.75), "81 to the power 3/4 is 27, 16 gives 8"),
        Case((np.array([5, 3, 2]), 0, 1.0), "power 1: as often as they occur"),
        Case((np.array([5, 0, 2, 4]), 0, 0.75), "word 1 never occurs"),
        Case((np.array([5, 0, 2, 4]), 0, 0.0), "power 0: all words that occur alike"),
        Case((rng.integers(0, 500, size=10), 4, 0.75), "random counts"),
    ]


NEGATIVE_PROBABILITIES = Exercise(
    name="negative_probabilities",
    title="What to draw as a negative",
    unit="kmer_embeddings",
    points=1,
    level="should",
    minutes=8,
    reference=negative_probabilities,
    make_cases=_make_negatives_cases,
    compare=close,
    hints=(
        "Two kinds of words must not be drawn: which? All the others get a weight, and weights "
        "become probabilities by a division at the very end.",
        "Raise the counts to the power, set the weights of the true context and of words without "
        "a count to 0 in an array of your own, then divide by the sum. What is 0.0 ** 0?",
        "weights = counts.astype(float) ** power makes a new array; weights[context] = 0 and "
        "weights[counts == 0] = 0; the last step is the division by weights.sum().",
    ),
    wrong_answers=(
        WrongAnswer(
            _negatives_without_power,
            "The counts stand there as they are. Raise them to the power first: rare words are "
            "then drawn more often than they occur.",
        ),
        WrongAnswer(
            _negatives_always_three_quarters,
            "The exponent is 0.75 whatever `power` says. Use the argument.",
        ),
        WrongAnswer(
            _negatives_with_context,
            "The true context can be drawn, and the model would be told in one breath that it "
            "belongs there and that it does not. Give it 0.",
        ),
        WrongAnswer(
            _negatives_not_renormalised,
            "The probabilities add to less than 1: you divided first and took the true context "
            "out afterwards. Divide last.",
        ),
        WrongAnswer(
            _negatives_all_words,
            "Every word can be drawn. Two kinds must not: the true context, and, which shows with "
            "power 0, words that never occur. Give both the weight 0 before you divide.",
        ),
        WrongAnswer(
            _negatives_all_words_then_zero,
            "You divided first and took the true context out afterwards, so what is left adds to "
            "less than 1. Set weights to 0 first (those of words that never occur, too), then "
            "divide.",
        ),
        WrongAnswer(
            _negatives_power_last,
            "You divided first and raised to the power afterwards, so they do not add to 1. "
            "Divide last.",
        ),
        WrongAnswer(
            _negatives_never_seen,
            "With power 0 a word that never occurs is drawn: 0 ** 0 is 1. Set the weight of words "
            "without a count to 0.",
        ),
        WrongAnswer(
            _negatives_power_of_zero,
            "With power 0 the forbidden words come back, the true context among them: 0 ** 0 is "
            "1. Set their weights to 0 after raising to the power.",
        ),
        WrongAnswer(
            _negatives_uniform,
            "All words are drawn alike, as with power 0. Weigh them by count to the power.",
        ),
        WrongAnswer(
            _negatives_as_weights,
            "These are the weights. Divide by their sum to make probabilities.",
        ),
        WrongAnswer(
            _negatives_shortened,
            "The true context was removed from the array, so every later word has a new number. "
            "Keep V numbers and give it 0.",
        ),
    ),
)


# --- cosine_similarities -------------------------------------------------------------------------


def cosine_similarities(vectors: np.ndarray) -> np.ndarray:
    """Return the cosine of the angle between every two vectors.

    Args:
        vectors: `(N, D)`.

    Returns:
        `(N, N)`; a vector of zeros has cosine 0 with all, itself included.

    >>> cosine_similarities(np.array([[3.0, 0.0], [1.0, 1.0], [0.0, 0.0]])).round(3).tolist()
    [[1.0, 0.707, 0.0], [0.707, 1.0, 0.0], [0.0, 0.0, 0.0]]
    """
    vectors = np.asarray(vectors, dtype=float)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    directions = vectors / np.where(lengths > 0, lengths, 1.0)
    return directions @ directions.T


def _cosine_without_norm(vectors):
    return vectors @ vectors.T


def _cosine_divided_once(vectors):
    return vectors @ vectors.T / np.linalg.norm(vectors, axis=1, keepdims=True)


def _cosine_divided_once_guarded(vectors):
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors @ vectors.T / np.where(lengths > 0, lengths, 1.0)


def _cosine_zero_is_nan(vectors):
    directions = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return directions @ directions.T


def _cosine_divided_once_across(vectors):
    """The same with lengths of shape (N,), which NumPy lays along the columns."""
    return vectors @ vectors.T / np.linalg.norm(vectors, axis=1)


def _cosine_of_columns(vectors):
    directions = vectors / np.linalg.norm(vectors, axis=0)
    return directions @ directions.T


def _cosine_over_everything(vectors):
    scaled = vectors / max(np.linalg.norm(vectors), 1e-300)
    return scaled @ scaled.T


def _cosine_squared_lengths(vectors):
    squares = (vectors**2).sum(axis=1, keepdims=True)
    directions = vectors / np.where(squares > 0, squares, 1.0)
    return directions @ directions.T


def _cosine_distance(vectors):
    return 1 - cosine_similarities(vectors)


def _cosine_centred(vectors):
    return cosine_similarities(vectors - vectors.mean(axis=1, keepdims=True))


def _cosine_angle(vectors):
    return np.arccos(np.clip(cosine_similarities(vectors), -1, 1))


def _cosine_shifted_length(vectors, small=1e-8):
    directions = vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + small)
    return directions @ directions.T


def _cosine_shifted_a_little(vectors):
    return _cosine_shifted_length(vectors, 1e-12)


def _cosine_least_length(vectors):
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    directions = vectors / np.maximum(lengths, 1e-8)
    return directions @ directions.T


def _cosine_ones_on_diagonal(vectors):
    cosines = cosine_similarities(vectors)
    np.fill_diagonal(cosines, 1.0)
    return cosines


def _make_cosine_cases(rng):
    return [
        Case((np.array([[3.0, 0.0], [1.0, 1.0], [0.0, 2.0]]),), "45 and 90 degrees"),
        Case((np.array([[1.0, 2.0], [-2.0, -4.0]]),), "opposite directions, other lengths"),
        Case((np.array([[1.0, 0.0], [0.0, 0.0]]),), "a word without a vector: all zeros"),
        Case((rng.normal(size=(4, 6)),), "random vectors"),
        Case((np.array([[1e-9, 0.0], [1e-9, 1e-9]]),), "very short vectors have a direction too"),
    ]


COSINE_SIMILARITIES = Exercise(
    name="cosine_similarities",
    title="Angles between words",
    unit="kmer_embeddings",
    points=2,
    level="should",
    minutes=8,
    reference=cosine_similarities,
    make_cases=_make_cosine_cases,
    compare=close,
    hints=(
        "Two steps: make every row one unit long, then take the scalar product of every two rows. "
        "Which row cannot be made one unit long?",
        "np.linalg.norm(vectors, axis=1, keepdims=True) has shape (N, 1). Where a length is 0, "
        "divide by 1 instead: the row stays zero.",
        "Replace the lengths by np.where(lengths > 0, lengths, 1), divide the vectors by them, and "
        "multiply the result (N, D) with its own transpose (D, N).",
    ),
    wrong_answers=(
        WrongAnswer(
            _cosine_without_norm,
            "These are scalar products: long vectors look alike because they are long. Divide by "
            "both lengths.",
        ),
        WrongAnswer(
            _cosine_divided_once,
            "You divide by one of the two lengths only (the result is not symmetric). Divide by "
            "both: make the rows one unit long before multiplying.",
        ),
        WrongAnswer(
            _cosine_divided_once_across,
            "Each column is divided by one length, and the rows are not (the result is not "
            "symmetric). Divide by both: make the rows one unit long before multiplying.",
        ),
        WrongAnswer(
            _cosine_divided_once_guarded,
            "The zero vector is treated well, but you divide by one of the two lengths only (the "
            "result is not symmetric). Divide by both.",
        ),
        WrongAnswer(
            _cosine_zero_is_nan,
            "A vector of zeros gives 0 / 0, which is nan, and nan spoils every later sum and "
            "sort. Its cosines are to be 0.",
        ),
        WrongAnswer(
            _cosine_of_columns,
            "You made the columns one unit long. The words are the rows: axis=1.",
        ),
        WrongAnswer(
            _cosine_over_everything,
            "Without axis=1, np.linalg.norm gives one number for the whole matrix. Each row needs "
            "its own length.",
        ),
        WrongAnswer(
            _cosine_squared_lengths,
            "You divide by the squared lengths. The root is missing: np.linalg.norm takes it.",
        ),
        WrongAnswer(
            _cosine_distance,
            "These are distances, 1 - cosine. Return the cosines: 1 for the same direction.",
        ),
        WrongAnswer(
            _cosine_centred,
            "You subtracted each row's mean: that is the correlation. Leave the vectors where "
            "they are.",
        ),
        WrongAnswer(_cosine_angle, "These are the angles. Return their cosines."),
        WrongAnswer(
            _cosine_shifted_length,
            "The small number added to the lengths changes the cosines, most of all those of "
            "short vectors. Replace only the lengths that are 0.",
        ),
        WrongAnswer(
            _cosine_shifted_a_little,
            "Even 1e-12, added to every length, shows in vectors that are very short. Replace only "
            "the lengths that are 0.",
        ),
        WrongAnswer(
            _cosine_least_length,
            "A least length of 1e-8 makes short vectors look unlike themselves. Replace only the "
            "lengths that are 0.",
        ),
        WrongAnswer(
            _cosine_ones_on_diagonal,
            "The diagonal is 1 even for a vector of zeros, which has no direction: its cosine "
            "with itself is to be 0 as well.",
        ),
    ),
)


# --- synonymous_neighbours -----------------------------------------------------------------------


def synonymous_neighbours(similarities: np.ndarray, amino_acids: str) -> float:
    """Return the share of words whose most similar other word has the same amino acid.

    Args:
        similarities: `(N, N)`, larger for more alike.
        amino_acids: N letters, one for each word.

    Returns:
        A number from 0 to 1, over the words that have a synonym at all.

    >>> synonymous_neighbours(np.array([[1, 0.9, 0.2], [0.9, 1, 0.3], [0.2, 0.3, 1]]), "EED")
    1.0
    """
    return _neighbour_share(np.asarray(similarities, dtype=float), amino_acids)


def _synonyms(amino_acids):
    letters = np.array(list(amino_acids))
    same = letters[:, None] == letters
    return same, same.sum(axis=1) > 1


def _neighbour_share(similarities, amino_acids, *, all_words=False, nearest=np.argmax):
    same, has_synonym = _synonyms(amino_acids)
    off = -np.inf if nearest is np.argmax else np.inf
    others = np.where(np.eye(len(same), dtype=bool), off, similarities)
    right = same[np.arange(len(same)), nearest(others, axis=1)]
    return float(right.mean() if all_words else right[has_synonym].mean())


def _neighbours_with_itself(similarities, amino_acids):
    same, has_synonym = _synonyms(amino_acids)
    nearest = np.argmax(similarities, axis=1)
    return float(same[np.arange(len(same)), nearest][has_synonym].mean())


def _neighbours_of_all_words(similarities, amino_acids):
    return _neighbour_share(similarities, amino_acids, all_words=True)


def _neighbours_farthest(similarities, amino_acids):
    return _neighbour_share(similarities, amino_acids, nearest=np.argmin)


def _neighbours_among_synonymous_words(similarities, amino_acids):
    _, has_synonym = _synonyms(amino_acids)
    kept = "".join(np.array(list(amino_acids))[has_synonym])
    return _neighbour_share(np.asarray(similarities)[np.ix_(has_synonym, has_synonym)], kept)


def _neighbours_zero_diagonal(similarities, amino_acids):
    zeroed = np.where(np.eye(len(similarities), dtype=bool), 0.0, similarities)
    return _neighbours_with_itself(zeroed, amino_acids)


def _neighbours_diagonal_minus_one(similarities, amino_acids):
    lowered = np.where(np.eye(len(similarities), dtype=bool), -1.0, similarities)
    return _neighbours_with_itself(lowered, amino_acids)


def _neighbours_number(similarities, amino_acids):
    return round(_neighbour_share(similarities, amino_acids) * _synonyms(amino_acids)[1].sum())


def _neighbours_as_percent(similarities, amino_acids):
    return 100 * _neighbour_share(similarities, amino_acids)


def _neighbours_second_in_row(similarities, amino_acids):
    """The second largest, whatever the diagonal holds: wrong where a word is not its own best."""
    same, has_synonym = _synonyms(amino_acids)
    second = np.argsort(similarities, axis=1)[:, -2]
    return float(same[np.arange(len(same)), second][has_synonym].mean())


def _make_neighbours_cases(rng):
    vectors = rng.normal(size=(10, 3))
    return [
        Case(
            (np.array([[1.0, 0.9, 0.2], [0.9, 1.0, 0.3], [0.2, 0.3, 1.0]]), "EED"),
            "two synonyms beside each other; D has no synonym and is not counted",
        ),
        Case(
            (
                np.array(
                    [
                        [1.0, 0.2, 0.8, 0.1],
                        [0.2, 1.0, 0.3, 0.7],
                        [0.8, 0.3, 1.0, 0.4],
                        [0.1, 0.7, 0.4, 1.0],
                    ]
                ),
                "EEMD",
            ),
            "a word without a synonym may still be somebody's nearest",
        ),
        Case(
            (np.array([[1.0, -0.5, -0.2], [-0.5, 1.0, -0.9], [-0.2, -0.9, 1.0]]), "EEE"),
            "all similarities are negative",
        ),
        Case(
            (np.array([[1.0, -0.4, -0.1], [-0.4, 1.0, -0.6], [-0.1, -0.6, 1.0]]), "EED"),
            "negative again, with a word of another meaning",
        ),
        Case(
            (np.array([[4.0, -3.0, -2.0], [-3.0, 5.0, -6.0], [-2.0, -6.0, 4.0]]), "EED"),
            "scalar products: they may lie below -1",
        ),
        Case((vectors @ vectors.T, "EEDDKKKLLW"), "scalar products: the diagonal is not always 1"),
        Case((rng.normal(size=(8, 8)), "EEDDKKLM"), "any similarities, not symmetric"),
    ]


SYNONYMOUS_NEIGHBOURS = Exercise(
    name="synonymous_neighbours",
    title="Is the nearest codon a synonym?",
    unit="kmer_embeddings",
    points=2,
    level="should",
    minutes=10,
    reference=synonymous_neighbours,
    make_cases=_make_neighbours_cases,
    compare=close,
    hints=(
        "Which column of each row must not win? And which words cannot have a synonymous "
        "neighbour, whatever the vectors are?",
        "In a copy, give the diagonal minus infinity, then take the argmax of each row. Count over "
        "the rows whose letter occurs at least twice; as neighbours all words may win.",
        "Work on np.array(similarities, dtype=float), which is a copy; np.fill_diagonal(it, "
        "-np.inf); nearest = it.argmax(axis=1); average amino_acids[i] == amino_acids[nearest[i]] "
        "over the i with amino_acids.count(amino_acids[i]) > 1.",
    ),
    wrong_answers=(
        WrongAnswer(
            _neighbours_with_itself,
            "Each word may be its own nearest neighbour, and then all is perfect. Take the "
            "diagonal out before argmax.",
        ),
        WrongAnswer(
            _neighbours_of_all_words,
            "Words without a synonym are counted, and they can only lose. Average over the words "
            "whose amino acid occurs at least twice.",
        ),
        WrongAnswer(
            _neighbours_farthest,
            "You take the least similar word. Larger means more alike: argmax.",
        ),
        WrongAnswer(
            _neighbours_among_synonymous_words,
            "Words without a synonym were removed altogether, so they cannot be anybody's "
            "nearest, which makes the task easier. Keep them as neighbours; only do not average "
            "over them.",
        ),
        WrongAnswer(
            _neighbours_zero_diagonal,
            "A diagonal of 0 still wins where all other similarities are negative. Use -np.inf.",
        ),
        WrongAnswer(
            _neighbours_diagonal_minus_one,
            "A diagonal of -1 is enough for cosines only: scalar products may lie below it. Use "
            "-np.inf.",
        ),
        WrongAnswer(
            _neighbours_second_in_row,
            "The second largest of a row is the nearest other word only where the word itself is "
            "the largest. With scalar products it need not be: take the diagonal out.",
        ),
        WrongAnswer(_neighbours_number, "This is a number of words. Return the share, 0 to 1."),
        WrongAnswer(_neighbours_as_percent, "This is in percent. Return the share, 0 to 1."),
    ),
)


# --- embedding_rows (find the bug) ---------------------------------------------------------------


def embedding_rows(k: int, vectors: dict[str, np.ndarray], dim: int) -> np.ndarray:
    """Lay word vectors out as the rows of an embedding layer.

    Args:
        k: letters in a word; the K = 4^k words stand in alphabetical order.
        vectors: from words to their vectors `(D,)`; some words may be missing, one is there.
        dim: D.

    Returns:
        `(K + 2, D)`: row 0 zeros (padding), rows 1 to K the words, row K + 1 unknown words.
        Unknown words, and words without a vector, get the mean of the vectors that are there.

    >>> embedding_rows(1, {"A": np.array([1.0]), "G": np.array([3.0])}, 1).ravel().tolist()
    [0.0, 1.0, 2.0, 3.0, 2.0, 2.0]
    """
    return _rows(k, vectors, dim, 4**k + 2, first=1)


def _rows(k, vectors, dim, num_rows, *, first, missing="mean", unknown="mean"):
    """Rows in the alphabetical order of words; what else the mistakes below vary."""
    fills = {"mean": np.mean(list(vectors.values()), axis=0), "zero": np.zeros(dim)}
    matrix = np.zeros((num_rows, dim))
    for row, word in enumerate(map("".join, product("ACGT", repeat=k)), start=first):
        matrix[row] = vectors.get(word, fills[missing])
    matrix[first + 4**k :] = fills[unknown]
    return matrix


def _rows_as_found(k, vectors, dim):
    return _rows(k, vectors, dim, 4 * k, first=0, missing="zero", unknown="zero")


def _rows_loud_bug_mended(k, vectors, dim):
    return _rows(k, vectors, dim, 4**k, first=0, missing="zero", unknown="zero")


def _rows_right_size_only(k, vectors, dim):
    return _rows(k, vectors, dim, 4**k + 2, first=0, missing="zero", unknown="zero")


def _rows_filled_but_shifted(k, vectors, dim):
    return _rows(k, vectors, dim, 4**k + 2, first=0)


def _rows_shifted_with_unknown(k, vectors, dim):
    matrix = _rows(k, vectors, dim, 4**k + 2, first=0)
    matrix[-2] = 0
    return matrix


def _rows_without_unknown(k, vectors, dim):
    return _rows(k, vectors, dim, 4**k + 1, first=1)


def _rows_unknown_is_zero(k, vectors, dim):
    return _rows(k, vectors, dim, 4**k + 2, first=1, unknown="zero")


def _rows_missing_is_zero(k, vectors, dim):
    return _rows(k, vectors, dim, 4**k + 2, first=1, missing="zero")


def _rows_both_are_zero(k, vectors, dim):
    return _rows(k, vectors, dim, 4**k + 2, first=1, missing="zero", unknown="zero")


def _rows_padding_is_mean(k, vectors, dim):
    matrix = _rows(k, vectors, dim, 4**k + 2, first=1)
    matrix[0] = matrix[-1]
    return matrix


def _rows_mean_with_zeros(k, vectors, dim):
    matrix = _rows(k, vectors, dim, 4**k + 2, first=1, missing="zero", unknown="zero")
    words = list(map("".join, product("ACGT", repeat=k)))
    mean = matrix[1:-1].mean(axis=0)
    for row, word in enumerate(words, start=1):
        if word not in vectors:
            matrix[row] = mean
    matrix[-1] = mean
    return matrix


def _rows_mean_over_the_matrix(k, vectors, dim):
    """Fills with the mean of all K + 2 rows, those of padding and of unknown words included."""
    matrix = _rows(k, vectors, dim, 4**k + 2, first=1, missing="zero", unknown="zero")
    empty = ~matrix.any(axis=1)
    matrix[empty] = matrix.mean(axis=0)
    matrix[0] = 0
    return matrix


def _rows_of_words_only(k, vectors, dim):
    return _rows(k, vectors, dim, 4**k, first=0)


def _rows_in_order_of_dictionary(k, vectors, dim):
    matrix = np.zeros((4**k + 2, dim))
    matrix[1:] = np.mean(list(vectors.values()), axis=0)
    matrix[1 : 1 + len(vectors)] = list(vectors.values())
    return matrix


def _make_rows_cases(rng):
    words = list(map("".join, product("ACGT", repeat=2)))
    chosen = rng.permutation(words)[:11].tolist()
    return [
        Case(
            (1, {"A": np.array([1.0]), "C": np.array([2.0]), "G": np.array([4.0]),
                 "T": np.array([5.0])}, 1),
            "four words of one letter, all known: mean 3",
        ),
        Case(
            (1, {"G": np.array([3.0, 1.0]), "A": np.array([1.0, 5.0])}, 2),
            "two words without a vector; the dictionary is in no order",
        ),
        Case(
            (2, {word: rng.normal(size=3) for word in words}, 3),
            "16 words of two letters, where 4 * k is 8",
        ),
        Case((2, {word: rng.normal(size=3) for word in chosen}, 3), "11 of the 16 words"),
    ]  # fmt: skip


EMBEDDING_ROWS = Exercise(
    name="embedding_rows",
    title="Find the bug: whose vector is this?",
    unit="kmer_embeddings",
    points=3,
    level="must",
    minutes=14,
    reference=embedding_rows,
    make_cases=_make_rows_cases,
    compare=close,
    hints=(
        "Write down, for words of one letter, which number each of A, C, G, T has in "
        "kmer_indices, and which row of the colleague's matrix this number picks out.",
        "The matrix needs 4 ** k + 2 rows. Row 0 belongs to padding, so the first word has row 1; "
        "the last row is for unknown words. Fill all rows but row 0 with the mean first.",
        "mean = np.mean(list(vectors.values()), axis=0); matrix[1:] = mean; then "
        "enumerate(words, start=1) writes each word that has a vector over it.",
    ),
    wrong_answers=(
        WrongAnswer(
            _rows_as_found,
            "This is still the colleague's matrix: 4 * k rows where there are 4 ** k words. That "
            "is the loud bug; there is a silent one, too.",
        ),
        WrongAnswer(
            _rows_loud_bug_mended,
            "The loud bug is mended, 4 ** k words have room. The silent one is still there: "
            "number 0 means padding, so word number 1 reads the row of the next word. And two "
            "rows are missing.",
        ),
        WrongAnswer(
            _rows_right_size_only,
            "The size is right, the rows are not: the first word stands in row 0, which is "
            "padding. Every word reads the vector of the word after it.",
        ),
        WrongAnswer(
            _rows_filled_but_shifted,
            "All rows are filled, but shifted: the first word stands in row 0, which is padding. "
            "Begin with enumerate(words, start=1).",
        ),
        WrongAnswer(
            _rows_shifted_with_unknown,
            "The words begin at row 0. Padding has row 0, and the first word row 1.",
        ),
        WrongAnswer(
            _rows_without_unknown,
            "The row for unknown words is missing: number K + 1 would be refused, or, worse on "
            "some machines, read as anything. The matrix has K + 2 rows.",
        ),
        WrongAnswer(
            _rows_unknown_is_zero,
            "The last row, for unknown words, holds zeros. It is to hold the mean vector.",
        ),
        WrongAnswer(
            _rows_missing_is_zero,
            "Words without a vector hold zeros. They are to hold the mean vector: zeros would "
            "pull every gene that uses them towards the origin.",
        ),
        WrongAnswer(
            _rows_both_are_zero,
            "The rows are in place. What is left: unknown words (last row) and words without a "
            "vector are to hold the mean vector, not zeros.",
        ),
        WrongAnswer(
            _rows_padding_is_mean,
            "Row 0 holds the mean, too. Padding is no word: zeros.",
        ),
        WrongAnswer(
            _rows_mean_with_zeros,
            "Your mean counts the zeros of words without a vector. Take the mean of the vectors "
            "that are there.",
        ),
        WrongAnswer(
            _rows_mean_over_the_matrix,
            "Your mean runs over all rows of the matrix, the empty ones among them (padding, "
            "unknown, words without a vector). Take the mean of the vectors that are there.",
        ),
        WrongAnswer(
            _rows_of_words_only,
            "The words are in order, and two rows are missing: one of zeros before them, for "
            "padding, and one after them, for unknown words.",
        ),
        WrongAnswer(
            _rows_in_order_of_dictionary,
            "The rows follow the order of the dictionary. They must follow the vocabulary: "
            "alphabetical order, whatever order the vectors come in.",
        ),
    ),
)


# --- masked_mean ---------------------------------------------------------------------------------


def masked_mean(indices: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Return the mean vector of the words of each sequence, padding left out.

    Args:
        indices: whole numbers `(B, L)`; 0 is padding.
        matrix: `(K + 2, D)`; row i belongs to number i. Row 0 may hold anything.

    Returns:
        `(B, D)`; zeros for a row of padding alone.

    >>> masked_mean(np.array([[1, 2, 0, 0]]), np.array([[9.0], [2.0], [4.0]])).tolist()
    [[3.0]]
    """
    indices, matrix = np.asarray(indices), np.asarray(matrix)
    known = (indices != 0)[:, :, None]
    return (matrix[indices] * known).sum(axis=1) / np.maximum(known.sum(axis=1), 1)


def _mean_over_length(indices, matrix):
    known = (indices != 0)[:, :, None]
    return (matrix[indices] * known).sum(axis=1) / indices.shape[1]


def _mean_with_padding(indices, matrix):
    return matrix[indices].mean(axis=1)


def _mean_sum_with_padding(indices, matrix):
    known = np.maximum((indices != 0).sum(axis=1, keepdims=True), 1)
    return matrix[indices].sum(axis=1) / known


def _mean_of_empty_is_nan(indices, matrix):
    known = (indices != 0)[:, :, None]
    return (matrix[indices] * known).sum(axis=1) / known.sum(axis=1)


def _mean_is_sum(indices, matrix):
    return (matrix[indices] * (indices != 0)[:, :, None]).sum(axis=1)


def _mean_is_maximum(indices, matrix):
    return np.array(
        [matrix[row[row != 0]].max(axis=0) if row.any() else 0 * matrix[0] for row in indices]
    )


def _mean_of_distinct(indices, matrix):
    return masked_mean(np.array([_each_once(row) for row in indices]), matrix)


def _each_once(row):
    once = np.unique(row[row != 0])
    return np.pad(once, (0, len(row) - len(once)))


def _mean_over_sequences(indices, matrix):
    return matrix[indices].mean(axis=0)


def _mean_shifted(indices, matrix):
    known = (indices != 0)[:, :, None]
    return (matrix[indices - 1] * known).sum(axis=1) / np.maximum(known.sum(axis=1), 1)


def _mean_over_batch(indices, matrix):
    known = (indices != 0)[:, :, None]
    return (matrix[indices] * known).sum(axis=1) / max(known.sum(), 1)


def _mean_without_unknown(indices, matrix):
    return masked_mean(np.where(indices == len(matrix) - 1, 0, indices), matrix)


def _mean_skips_zero_vectors(indices, matrix):
    known = (matrix[indices] != 0).any(axis=2, keepdims=True) & (indices != 0)[:, :, None]
    return (matrix[indices] * known).sum(axis=1) / np.maximum(known.sum(axis=1), 1)


def _make_masked_mean_cases(rng):
    matrix = rng.normal(size=(7, 3))
    return [
        Case(
            (np.array([[1, 2], [2, 2]]), np.array([[0.0], [2.0], [4.0], [8.0]])),
            "no padding: (2 + 4) / 2, and one word twice",
        ),
        Case(
            (np.array([[1, 2, 0, 0], [3, 0, 0, 0]]), np.array([[0.0], [2.0], [4.0], [8.0]])),
            "two words and one word; the last row is for unknown words, which count",
        ),
        Case(
            (np.array([[1, 2, 0]]), np.array([[9.0, -9.0], [2.0, 0.0], [4.0, 1.0], [0.0, 0.0]])),
            "row 0 is not zero: padding must be left out all the same",
        ),
        Case(
            (np.array([[0, 0], [1, 0]]), np.array([[5.0], [3.0], [1.0]])),
            "a sequence of padding alone gets zeros",
        ),
        Case(
            (np.array([[1, 3, 3, 2]]), np.array([[0.0], [0.0], [6.0], [3.0], [1.0]])),
            "a word whose vector is zero is a word, and a repeated word counts each time",
        ),
        Case(
            (rng.integers(1, 7, size=(4, 6)) * (np.arange(6) < np.array([[6], [4], [1], [3]])),
             matrix),
            "random sequences of 6, 4, 1 and 3 words",
        ),
    ]  # fmt: skip


MASKED_MEAN = Exercise(
    name="masked_mean",
    title="One vector for a gene",
    unit="kmer_embeddings",
    points=2,
    level="must",
    minutes=10,
    reference=masked_mean,
    make_cases=_make_masked_mean_cases,
    compare=close,
    hints=(
        "matrix[indices] looks all words up at once and has shape (B, L, D). Which of its vectors "
        "must not count, and by how many do you divide?",
        "A mask known = indices != 0 has shape (B, L). Multiply the vectors by known[:, :, None] "
        "before summing over axis 1, and divide by the number of known words of each row.",
        "Sum (matrix[indices] * known[:, :, None]) over axis=1 and divide by np.maximum("
        "known.sum(axis=1, keepdims=True), 1), which keeps rows without a word at zero.",
    ),
    wrong_answers=(
        WrongAnswer(
            _mean_over_length,
            "Padding is left out of the sum but counted in the division, so short genes get short "
            "vectors. Divide by the number of words.",
        ),
        WrongAnswer(
            _mean_with_padding,
            "Padding is averaged as if it were a word: a gene would change when a longer one "
            "joins the batch. Leave the places with index 0 out.",
        ),
        WrongAnswer(
            _mean_sum_with_padding,
            "You divide by the number of words, but the vector of row 0 is still in the sum. It "
            "need not be zero: multiply by the mask.",
        ),
        WrongAnswer(
            _mean_of_empty_is_nan,
            "A row of padding alone gives 0 / 0. Return zeros for it: divide by at least 1.",
        ),
        WrongAnswer(
            _mean_is_sum,
            "This is the sum. Divide by the number of words, or long genes get long vectors.",
        ),
        WrongAnswer(_mean_is_maximum, "This is the maximum over the words. Take the mean."),
        WrongAnswer(
            _mean_of_distinct,
            "A word that occurs twice counts once. Average over places, not over distinct words.",
        ),
        WrongAnswer(
            _mean_over_sequences,
            "You averaged over the sequences (axis 0). Average over the places, axis 1.",
        ),
        WrongAnswer(
            _mean_shifted,
            "You read row i - 1 for number i. The rows already count the padding: number i is row "
            "i.",
        ),
        WrongAnswer(
            _mean_over_batch,
            "You divide by the number of words of the whole batch. Each sequence has its own: sum "
            "the mask over axis 1 only.",
        ),
        WrongAnswer(
            _mean_without_unknown,
            "The last row, for unknown words, is left out. Only 0 is padding.",
        ),
        WrongAnswer(
            _mean_skips_zero_vectors,
            "You find padding by its vector of zeros. A word may have such a vector: look at the "
            "index, not at the vector.",
        ),
    ),
)


# --- profile_vectors -----------------------------------------------------------------------------


def profile_vectors(counts: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Return the mean vector of each sequence from its word counts: U = XV.

    Args:
        counts: `(B, K)`, how often each word occurs.
        matrix: `(K + 2, D)`: padding, the K words, unknown.

    Returns:
        `(B, D)`; zeros for a sequence without words.

    >>> profile_vectors(np.array([[1, 3]]), np.array([[0.0], [2.0], [6.0], [9.0]])).tolist()
    [[5.0]]
    """
    counts = np.asarray(counts, dtype=float)
    return counts @ np.asarray(matrix)[1:-1] / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def _profile_is_sum(counts, matrix):
    return counts @ matrix[1:-1]


def _profile_first_rows(counts, matrix):
    return profile_vectors(counts, np.vstack([matrix[:1], matrix[:-2], matrix[-1:]]))


def _profile_last_rows(counts, matrix):
    return profile_vectors(counts, np.vstack([matrix[:1], matrix[2:], matrix[-1:]]))


def _profile_over_vocabulary(counts, matrix):
    return counts @ matrix[1:-1] / counts.shape[1]


def _profile_over_distinct(counts, matrix):
    return counts @ matrix[1:-1] / np.maximum((counts > 0).sum(axis=1, keepdims=True), 1)


def _profile_presence(counts, matrix):
    return profile_vectors((np.asarray(counts) > 0).astype(float), matrix)


def _profile_over_batch(counts, matrix):
    return counts @ matrix[1:-1] / max(counts.sum(), 1)


def _profile_empty_is_nan(counts, matrix):
    return counts @ matrix[1:-1] / counts.sum(axis=1, keepdims=True)


def _profile_over_length(counts, matrix):
    lengths = np.linalg.norm(counts, axis=1, keepdims=True)
    return counts @ matrix[1:-1] / np.where(lengths > 0, lengths, 1)


def _make_profile_vectors_cases(rng):
    counts = rng.poisson(1.2, size=(3, 5))
    counts[:, 0] += 1
    return [
        Case(
            (np.array([[1, 3]]), np.array([[0.0], [2.0], [6.0], [9.0]])),
            "(1 · 2 + 3 · 6) / 4; the first row is padding, the last is unknown",
        ),
        Case(
            (np.array([[2, 0], [0, 0]]), np.array([[0.0], [2.0], [6.0], [4.0]])),
            "the second sequence has no known word",
        ),
        Case((counts, rng.normal(size=(7, 4))), "random counts and vectors"),
    ]


PROFILE_VECTORS = Exercise(
    name="profile_vectors",
    title="The same vector from a profile",
    unit="kmer_embeddings",
    points=1,
    level="should",
    minutes=6,
    reference=profile_vectors,
    make_cases=_make_profile_vectors_cases,
    compare=close,
    hints=(
        "A word that occurs three times adds its vector three times. Which product of two matrices "
        "does that for all words and all sequences at once?",
        "Of the K + 2 rows, only K belong to the columns of the profile: leave out the first and "
        "the last. The product is a sum; divide each row by its number of words.",
        "counts @ matrix[1:-1] has shape (B, D). Divide it by np.maximum(the row sums of counts, "
        "1), with keepdims=True.",
    ),
    wrong_answers=(
        WrongAnswer(
            _profile_is_sum,
            "This is the sum of the vectors. Divide each row by its number of words.",
        ),
        WrongAnswer(
            _profile_first_rows,
            "You used rows 0 to K - 1. Row 0 is padding: the words stand in rows 1 to K.",
        ),
        WrongAnswer(
            _profile_last_rows,
            "You used the last K rows. The last one is for unknown words: the words stand in rows "
            "1 to K.",
        ),
        WrongAnswer(
            _profile_over_vocabulary,
            "You divide by the size of the vocabulary. Divide by the number of words that the "
            "sequence has: the sum of its counts.",
        ),
        WrongAnswer(
            _profile_over_distinct,
            "You divide by the number of different words. A word that occurs three times counts "
            "three times: divide by the sum of the counts.",
        ),
        WrongAnswer(
            _profile_presence,
            "Each word counts once here. Use the counts as they are.",
        ),
        WrongAnswer(
            _profile_over_batch,
            "One sum for the whole batch. Each sequence has its own: axis=1, keepdims=True.",
        ),
        WrongAnswer(
            _profile_empty_is_nan,
            "A sequence without words gives 0 / 0. Divide by at least 1.",
        ),
        WrongAnswer(
            _profile_over_length,
            "You divide by the Euclidean length of the counts. A mean divides by their sum.",
        ),
    ),
)


# --- cbow_gradient -------------------------------------------------------------------------------


def cbow_gradient(
    contexts: list[int], centre: int, W_in: np.ndarray, W_out: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients of -log P(centre | mean of the context's vectors) for one window.

    Args:
        contexts: numbers of the words around the centre; a word may occur twice.
        centre: number of the word to guess.
        W_in: `(V, D)`, vectors of the words in the context.
        W_out: `(V, D)`, vectors of the centres.

    Returns:
        dW_in and dW_out, each `(V, D)`.

    Source: Mikolov et al. (2013), arXiv:1301.3781 (the model).

    >>> dW_in, dW_out = cbow_gradient([0], 1, np.zeros((2, 1)), np.array([[1.0], [3.0]]))
    >>> dW_in[0].tolist(), (dW_out == 0).all()  # (1 + 3) / 2 - 3 = -1
    ([-1.0], np.True_)
    """
    return _cbow(contexts, centre, np.asarray(W_in), np.asarray(W_out))


def _cbow(contexts, centre, W_in, W_out, *, error=None, shares=None):
    hidden = W_in[contexts].mean(axis=0)
    if error is None:
        error = _cbow_error(hidden, centre, W_out)
    uses = np.bincount(contexts, minlength=len(W_in))
    shares = uses / len(contexts) if shares is None else shares
    dW_in = np.outer(shares, error @ W_out) + 0.0  # 0 times a negative number prints as -0.
    return dW_in, np.outer(error, hidden)


def _cbow_error(hidden, centre, W_out):
    error = _stable_softmax(W_out @ hidden)
    error[centre] -= 1
    return error


def _cbow_not_divided(contexts, centre, W_in, W_out):
    return _cbow(contexts, centre, W_in, W_out, shares=np.bincount(contexts, minlength=len(W_in)))


def _cbow_repeats_lost(contexts, centre, W_in, W_out):
    uses = np.bincount(contexts, minlength=len(W_in)) > 0
    return _cbow(contexts, centre, W_in, W_out, shares=uses / len(contexts))


def _cbow_of_distinct_words(contexts, centre, W_in, W_out):
    return cbow_gradient(sorted(set(contexts)), centre, W_in, W_out)


def _cbow_in_the_row_of_the_centre(contexts, centre, W_in, W_out):
    dW_in, dW_out = cbow_gradient(contexts, centre, W_in, W_out)
    return np.where(np.arange(len(W_in))[:, None] == centre, dW_in.sum(axis=0), 0.0), dW_out


def _cbow_uphill(contexts, centre, W_in, W_out):
    return tuple(-gradient for gradient in cbow_gradient(contexts, centre, W_in, W_out))


def _cbow_target_forgotten(contexts, centre, W_in, W_out):
    probabilities = _stable_softmax(W_out @ W_in[contexts].mean(axis=0))
    return _cbow(contexts, centre, W_in, W_out, error=probabilities)


def _cbow_sums_context(contexts, centre, W_in, W_out):
    hidden = W_in[contexts].sum(axis=0)
    error = _cbow_error(hidden, centre, W_out)
    uses = np.bincount(contexts, minlength=len(W_in))
    return np.outer(uses, error @ W_out), np.outer(error, hidden)


def _cbow_one_row_of_out(contexts, centre, W_in, W_out):
    dW_in, dW_out = cbow_gradient(contexts, centre, W_in, W_out)
    return dW_in, np.where(np.arange(len(W_in))[:, None] == centre, dW_out, 0.0)


def _cbow_swapped(contexts, centre, W_in, W_out):
    return cbow_gradient(contexts, centre, W_in, W_out)[::-1]


def _cbow_is_skip_gram(contexts, centre, W_in, W_out):
    """The gradient of skip-gram's mean loss over the same window."""
    errors = [_cbow_error(W_in[centre], word, W_out) for word in contexts]
    error = np.mean(errors, axis=0)
    dW_in = np.zeros_like(W_in)
    dW_in[centre] = error @ W_out
    return dW_in, np.outer(error, W_in[centre])


def _make_cbow_cases(rng):
    W_in, W_out = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
    return [
        Case(
            ([0], 1, np.array([[0.5], [1.0]]), np.array([[1.0], [3.0]])),
            "two words, one context, one number in a vector",
        ),
        Case(([0, 2], 1, W_in[:4], W_out[:4]), "two context words"),
        Case(([3, 3, 5], 0, W_in, W_out), "a context word that stands on both sides"),
        Case(([4, 2, 4, 4], 2, W_in, W_out), "the centre stands in its own context, too"),
    ]


CBOW_GRADIENT = Exercise(
    name="cbow_gradient",
    title="The gradient of CBOW",
    unit="kmer_embeddings",
    points=3,
    level="stretch",
    minutes=25,
    reference=cbow_gradient,
    make_cases=_make_cbow_cases,
    compare=close,
    hints=(
        "Forwards first: the mean of the context's vectors (D,), the scores of all words (V,), "
        "their softmax (V,). Then backwards, one step at a time. The gradient of -log P in the "
        "scores is short.",
        "It is error = P - one-hot(centre), shape (V,). Each score is a row of W_out times the "
        "mean: dW_out has rows error[v] * mean. The mean itself gets error @ W_out, and each of "
        "the n context words gets 1/n of that.",
        "dW_out = np.outer(error, mean). For dW_in begin with zeros and go through the contexts "
        "in a loop, adding error @ W_out / len(contexts) to the row of each: a word that stands "
        "twice is added twice.",
    ),
    wrong_answers=(
        WrongAnswer(
            _cbow_not_divided,
            "dW_in is n times too large: each of the n context words has a share of 1/n in the "
            "mean, and gets 1/n of its gradient.",
        ),
        WrongAnswer(
            _cbow_repeats_lost,
            "A context word that stands twice gets its share once: dW_in[contexts] += ... adds "
            "only once to a row that is named twice. Use a loop or np.add.at.",
        ),
        WrongAnswer(
            _cbow_of_distinct_words,
            "A context word that stands twice is averaged once. It counts twice in the mean.",
        ),
        WrongAnswer(
            _cbow_in_the_row_of_the_centre,
            "The gradient of the mean stands in the centre's row of dW_in. The centre is what is "
            "guessed: what was put in, and what gets the gradient, are the words of the context.",
        ),
        WrongAnswer(
            _cbow_uphill,
            "The sign is reversed: this is the gradient of +log P. The loss is -log P, whose "
            "gradient in the scores is P - one-hot.",
        ),
        WrongAnswer(
            _cbow_target_forgotten,
            "The centre is not used: the gradient in the scores is P minus 1 at the centre's "
            "place.",
        ),
        WrongAnswer(
            _cbow_sums_context,
            "Your model sums the context's vectors. Here they are averaged.",
        ),
        WrongAnswer(
            _cbow_one_row_of_out,
            "Only the centre's row of dW_out is filled. The softmax has all words in its "
            "denominator, so every row gets a gradient. (Negative sampling exists to avoid that.)",
        ),
        WrongAnswer(_cbow_swapped, "These are the right gradients in the wrong order."),
        WrongAnswer(
            _cbow_is_skip_gram,
            "This is skip-gram: the centre guesses its context. In CBOW the mean of the context "
            "guesses the centre.",
        ),
    ),
)


EXERCISES = (
    CONTEXT_PAIRS,
    SKIP_GRAM_PROBABILITIES,
    NEGATIVE_PROBABILITIES,
    COSINE_SIMILARITIES,
    SYNONYMOUS_NEIGHBOURS,
    EMBEDDING_ROWS,
    MASKED_MEAN,
    PROFILE_VECTORS,
    CBOW_GRADIENT,
)
