# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: all
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   bioseq: {unit: gru_lstm, kind: dive, title: "Order, tested honestly", minutes: 40}
# ---

# %% [markdown]
# # Order, tested honestly
#
# Deep dive 06d of the unit *gru_lstm*.
#
# ## Why
# A recurrent network reads letters one after the other, so it can know their order. A bag of words
# forgets it. Hence the belief that breaks here: **"it reads order, so it beats word counts."**
#
# We build two tasks on real genes in which nothing but order tells the answer. In the first, order
# matters only in steps of three, and counting in steps of three is enough. In the second, something
# must be carried along the sequence, and must change once. Beside the networks stand methods that
# know how genes are read. Such methods belong in every comparison of this kind, and they are
# often left out.
#
# ## Objectives
# After this deep dive you can
#
# - build a task that only order can solve, and check that a bag of words is blind to it;
# - say which count is blind and which is not, and why global pooling makes a convolution blind;
# - write a hidden Markov model whose state is the reading frame, and estimate it by counting;
# - compare it with convolutions and recurrent networks on the same windows, by several measures;
# - say what a network has to discover that the baseline was told.
#
# ## Prerequisites
# The core lecture `06_gru_lstm`; receptive fields and dilation (04c); the forward recursion of a
# hidden Markov model (05c); Markov chains with period 3 (05a); clusters (01).
#
# ## Time
# 40 minutes. The notebook runs in about a minute.
#
# ## Biology card
# - **Codon**: three letters that are read as one amino acid, or as **stop** (TAA, TAG, TGA).
# - **Reading frame**: codons do not overlap and there is no mark between them. Where the reading
#   begins decides all: there are three ways to cut one strand into threes, three frames.
# - **Phase** of a letter: its place in its codon, 0, 1 or 2.
# - **Frame shift**: one letter is inserted or deleted (a mutation, or an error of the sequencing
#   machine). Everything behind it is read in another frame.

# %%
from bioseq_course.datasets import make_coding_windows, make_frame_shifts
from bioseq_course.encode import one_hot_encode
from bioseq_course.kmers import kmer_profile
from bioseq_course.ladder import load_ladder
from bioseq_course.markov import MarkovChain
from bioseq_course.plots import LINE_STYLES, MARKERS, PALETTE, show_figure, use_course_style
from bioseq_course.run import choose, quiet_start, seed
from bioseq_course.scoreboard import record
from bioseq_course.thresholds import assert_threshold

with quiet_start():
    from bioseq_course.models import receptive_field, recurrent_layer

    import keras

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression

use_course_style()
SEED = seed()
ladder = load_ladder()
split = ladder.split(0)  # rows of genes: train, validation, test; whole clusters


def parts(genes):
    """Rows of windows whose gene is for training, validation, test."""
    return [np.flatnonzero(np.isin(genes, rows)) for rows in split]


# %% [markdown]
# ## 1 · A bag with the same words
# From each gene that is drawn we cut two windows: one begins with a codon, the other one or two
# letters further on. The first is *in frame*, the second *shifted*. The question is which of the
# two we hold. Genes of a cluster never stand on two sides of the split: no test gene shares 20 % of
# its protein words or more with a training gene (unit 01).

# %%
LENGTH = 90  # letters: 30 codons
NUM_WINDOWS, EPOCHS = choose(quick=(6000, 12), full=(20_000, 60))
windows = make_coding_windows(NUM_WINDOWS, length=LENGTH, seed=SEED)
train, validation, test = parts(windows.genes)
labels = windows.labels  # (N,): 1 in frame, 0 shifted
print(windows)
print(f"{len(train):,} for training, {len(validation)} for validation, {len(test):,} for the test")

# %% [markdown]
# The same in small, with a sentence of codons. All words of three letters, wherever they stand
# (**overlapping**), and the codons (**stride 3**):


# %% tags=["nbval-check-output"]
def cut(text, stride):
    return [text[i : i + 3] for i in range(0, len(text) - 2, stride)]


gene = "ATGGCATTAGCC"
for start in (0, 1):
    window = gene[start : start + 10]
    print(f"window from {start}: overlapping {sorted(cut(window, 1))}, stride 3 {cut(window, 3)}")

# %% [markdown] tags=["predict"]
# ### Predict, then run
# The two bags of overlapping words differ in one word; the words at stride 3 have nothing in
# common, and those of the shifted window show a stop, TAG. On real windows of 90 letters, three
# baselines:
#
# - counts of the 64 overlapping words, logistic regression;
# - **a rule without training**: "in frame" unless one of the 30 words at stride 3 is a stop;
# - counts of the 64 words at stride 3, logistic regression.
#
# **Before you run the next cells**: what accuracy do you expect of each (chance is 0.5)? Would an
# LSTM that reads all 90 letters in order be better than the third?


# %%
def stride_counts(texts):
    """Counts of the 64 words at stride 3, `(N, 64)`."""
    letters = one_hot_encode(texts).argmax(axis=2)  # (N, L)
    codons = letters.reshape(len(texts), -1, 3) @ np.array([16, 4, 1])  # (N, L / 3)
    return (codons[:, :, None] == np.arange(64)).sum(axis=1)


def fit_counts(counts):
    """Logistic regression on square roots of counts; C by validation. Answers of all rows."""
    roots = np.sqrt(counts)
    models = [
        LogisticRegression(C=c, max_iter=500).fit(roots[train], labels[train])
        for c in (0.001, 0.01, 0.1, 1)
    ]
    best = max(models, key=lambda model: model.score(roots[validation], labels[validation]))
    return best.predict(roots)


# %%
STOPS = [48, 50, 56]  # TAA, TAG, TGA as numbers: 16 · first + 4 · second + third
codons = stride_counts(windows.sequences)
answers = {
    "overlapping words": fit_counts(kmer_profile(windows.sequences, 3, sparse=False)),
    "no stop at stride 3": (codons[:, STOPS].sum(axis=1) == 0).astype(int),
    "words at stride 3": fit_counts(codons),
}


# %%
def accuracy(name, rows):
    return (answers[name][rows] == labels[rows]).mean()


for name in answers:
    print(f"{name:22s} training {accuracy(name, train):.3f}  test {accuracy(name, test):.3f}")

# %%
blind, rule, counted = (accuracy(name, test) for name in answers)
record("gru_lstm.coding_frame_word_counts", blind)
record("gru_lstm.coding_frame_stop_rule", rule)
record("gru_lstm.coding_frame_codon_counts", counted)

# %%
# All bounds here were set after seeing seeds 0 to 4: guards against regressions, no tests.
# seeds 0-4: worst 0.5358
assert_threshold("gru_lstm.coding_frame_word_counts", blind, at_most=0.6)
# seeds 0-4: worst 0.8439
assert_threshold("gru_lstm.coding_frame_stop_rule", rule, at_least=0.75)
# seeds 0-4: worst 0.9148
assert_threshold("gru_lstm.coding_frame_codon_counts", counted, at_least=0.85)

# %% [markdown]
# Overlapping counts are almost blind: the two bags of a pair share all but one or two of 88 words.
# (Not wholly: a window in frame holds 30 whole codons, a shifted one 29.) The stop rule is right on
# every window in frame, since these genes were chosen to have no stop inside, and misses the
# shifted ones without a stop. And codon counts know more than stops: some codons are common in
# genes, and the words that the same letters give one place further on are not.
#
# So order is needed, but of a modest kind: **place modulo 3**. Counting can know it. "Order against
# counting" was a false choice; the question was *which* words to count.
#
# ### Networks
# Three of them, with 32 filters or units each:
#
# - a convolution with filters of 15 letters and the **maximum over all places**. It cannot know the
#   frame: a filter gives the same answers on both windows of a pair, one place apart, and the
#   maximum forgets the place (04c). Only the two ends differ;
# - a convolution of width 3 that moves **3 letters at a time**, and the mean of its places. This is
#   much like a codon count whose 64 words have been replaced by 32 learned ones;
# - an **LSTM** that reads 90 letters and answers from its last state. It is told nothing of threes,
#   and its gates begin with Keras's default biases (other biases, as in the core lecture, may do
#   better: not tried here).


# %%
def network(name):
    layers = {
        "CNN, maximum": [
            keras.layers.Conv1D(32, 15, activation="relu"),
            keras.layers.GlobalMaxPooling1D(),
        ],
        "CNN, stride 3": [
            keras.layers.Conv1D(32, 3, strides=3, activation="relu"),
            keras.layers.GlobalAveragePooling1D(),
        ],
        "LSTM": [recurrent_layer("lstm", 32, seed=SEED)],
        "GRU": [recurrent_layer("gru", 32, seed=SEED)],
    }
    keras.utils.set_random_seed(SEED)
    output = keras.layers.Dense(1, activation="sigmoid")
    return keras.Sequential([keras.Input((LENGTH, 4)), *layers[name], output])


# %% [markdown]
# The epoch is chosen on validation clusters. (Sizes and learning rates, here and below, were
# settled in trials on these same genes: the scores compare methods, they are no fresh test of one.
# Each network has one start of its weights for each seed.)
# `jit_compile=True` costs some seconds at the beginning and makes each epoch of the recurrent loop
# faster (06c); for the small convolutions it would not pay.


# %%
def train_classifier(name):
    """Train, keep the epoch with the lowest validation loss; answers of all rows, and losses."""
    model, recurrent = network(name), name in ("LSTM", "GRU")
    adam = keras.optimizers.Adam(0.003 if recurrent else 0.01, clipnorm=1.0)
    model.compile(adam, "binary_crossentropy", jit_compile=recurrent)
    best = keras.callbacks.EarlyStopping(patience=EPOCHS, restore_best_weights=True)
    history = model.fit(
        one_hot[train], labels[train], validation_data=(one_hot[validation], labels[validation]),
        batch_size=64, epochs=EPOCHS, callbacks=[best], verbose=0,
    )  # fmt: skip
    answers[name] = model.predict(one_hot, batch_size=500, verbose=0)[:, 0] > 0.5
    return history.history


one_hot = one_hot_encode(windows.sequences)  # (N, 90, 4)
losses = {name: train_classifier(name) for name in ("CNN, maximum", "CNN, stride 3")}

# %%
for name in choose(quick=("LSTM",), full=("LSTM", "GRU")):
    losses[name] = train_classifier(name)
for name in answers:
    print(f"{name:22s} training {accuracy(name, train):.3f}  test {accuracy(name, test):.3f}")

# %%
fig, ax = plt.subplots(figsize=(9, 4.4))
names = sorted(answers, key=lambda name: accuracy(name, test))
scores = np.array([accuracy(name, test) for name in names])
spread = 1.96 * np.sqrt(scores * (1 - scores) / len(test))
colours = [PALETTE[1] if name in losses else PALETTE[0] for name in names]
ax.barh(names, scores, xerr=spread, color=colours, ecolor="black", capsize=4)
ax.axvline(0.5, color="black", ls="--")
ax.set(xlim=(0.4, 1), xlabel="accuracy on test windows (dashed: chance)")
ax.set_title("In frame or shifted? Networks (orange), counts and rules (blue)", fontsize=14)
show_figure(
    fig,
    alt="Bars of test accuracy. Overlapping words and the convolution with a maximum stand near "
    "one half. The LSTM and then the rule without a stop stand between 0.7 and 0.9. The "
    "convolution with stride 3 and, longest, the words at stride 3 are near 0.9.",
)

# %%
record("gru_lstm.coding_frame_lstm", accuracy("LSTM", test))
record("gru_lstm.coding_frame_cnn", accuracy("CNN, maximum", test))
record("gru_lstm.coding_frame_cnn_stride", accuracy("CNN, stride 3", test))
lead = accuracy("words at stride 3", test) - accuracy("LSTM", test)
bound = choose(quick=0.03, full=-0.05)
# seeds 0-4: worst 0.1209
assert_threshold("gru_lstm.coding_frame_lead_of_counts", lead, at_least=bound)
below = rule - accuracy("LSTM", test)
# seeds 0-4: worst 0.0501
assert_threshold(
    "gru_lstm.coding_frame_lead_of_stop_rule", below, at_least=choose(quick=0, full=-0.2)
)
# seeds 0-4: worst 0.7632
assert_threshold("gru_lstm.coding_frame_lstm", accuracy("LSTM", test), at_least=0.58)
# seeds 0-4: worst 0.506
assert_threshold("gru_lstm.coding_frame_cnn", accuracy("CNN, maximum", test), at_most=0.6)
# seeds 0-4: worst 0.8698
assert_threshold("gru_lstm.coding_frame_cnn_stride", accuracy("CNN, stride 3", test), at_least=0.8)
over = accuracy("words at stride 3", test) - accuracy("CNN, stride 3", test)
# seeds 0-4: worst 0.0307
assert_threshold(
    "gru_lstm.coding_frame_lead_over_stride", over, at_least=choose(quick=0, full=-0.05)
)
fitted = accuracy("LSTM", train) - accuracy("LSTM", test)
# seeds 0-4: worst 0.0398
assert_threshold("gru_lstm.coding_frame_lstm_gap", fitted, at_most=choose(quick=0.08, full=0.3))

# %% [markdown]
# The best network is the one that was built in steps of three; in the quick profile it comes near
# the counts and does not pass them. The LSTM has learned something real, and in the quick profile
# it stays below the codon counts, and below the stop rule too, on every seed that we tried. Is it
# over-fitted? Its training accuracy is not much higher than its test accuracy: it has not found the
# rest even where the answers were given. (The
# black lines span 95 % if test windows were independent draws. Windows of one gene, or of one
# pair, are not quite that.)
#
# What makes it hard is likely this: nothing in the LSTM begins as a counter modulo 3. As long as it
# has no counter, codons tell it little, and as long as codons tell it little, there is no reason to
# build a counter. That is an explanation, not a measurement. There are two ways to test it. One is
# an LSTM that is told, because it reads codons instead of letters: the lab of this unit. The other
# is more windows and epochs. In the *full* profile, run once, with 13,378 training windows and up
# to 60 epochs, the LSTM reached .93: above the stop rule (.85), and level with the counts and the
# convolution in steps of three (.92 both). **So it can find the counter; with 4,000 windows and 12
# epochs it did not.** What a baseline is *told* and a network must *discover* belongs beside every
# such comparison, and how many windows the discovery took.
#
# ## 2 · A state that must change
# The second task is the one for which memory is made. A window of a gene begins **anywhere** in a
# codon. In two thirds of the windows one letter was inserted or deleted, at least 40 letters away
# from both ends. Asked for is the phase of *every* letter: 0, 1 or 2.
#
# With index $t$ from 0 and phase $p_t$, the **frame** is $f_t = (p_t - t) \bmod 3$. It is constant
# as long as nothing happens and changes once where something did: the frame is what must be
# carried along. (A phase is easier for networks, since it does not need $t$; phases and frames say
# the same.)

# %%
WINDOW, MARGIN = 180, 40
NUM_SHIFTS = choose(quick=2400, full=20_000)
data = make_frame_shifts(NUM_SHIFTS, length=WINDOW, margin=MARGIN, seed=SEED)
train, validation, test = parts(data.genes)
clean = data.labels == 0  # (N,)
print(data)
print(f"{len(train):,} for training, {len(validation)} for validation, {len(test):,} for the test")

# %% tags=["nbval-check-output"]
example = make_frame_shifts(3, length=24, margin=9, seed=5)
for text, phases, frames, kind in zip(
    example.sequences, example.phases, example.frames, example.labels, strict=True
):
    print(example.class_names[kind], text, sep="\n")
    print("".join(map(str, phases)), " phase")
    print("".join(map(str, frames)), " frame")

# %% [markdown]
# ### A model that is told the mechanism
# A **hidden Markov model**. Its state is the frame, $f_t \in \{0, 1, 2\}$.
#
# - *Emission*: letter $x_t$ has the probability that a Markov chain of period 3 gives it, after the
#   $k$ letters before it and in phase $(t + f) \bmod 3$. We estimate the chain by counting in the
#   training genes, and choose $k$ on the validation genes.
# - *Transition*: the frame stays with probability $1 - \varepsilon$ and becomes one of the others
#   with $\varepsilon / 2$ each; $\varepsilon$ is the share of letters in the training windows that
#   begin a new frame.
#
# If a row of $N$s (unknown) stands before the text, the chain begins in another phase. So the three
# scores $e_{tf} = \log p(x_t \mid \text{context, frame } f)$, $(L, 3)$, are three calls:

# %%
genes = {
    part: [ladder.dna[row] for row in getattr(split, part)] for part in ("train", "validation")
}
chains = [MarkovChain(order, period=3).fit(genes["train"]) for order in (0, 1, 2, 3, 4, 5)]
bits = [chain.bits_per_letter(genes["validation"]) for chain in chains]
chain = chains[int(np.argmin(bits))]
print("bits per letter on validation genes, order 0 to 5:", np.round(bits, 3))
print("order chosen:", chain.order)


# %%
def emission_scores(text):
    """Log probability of each letter in each of the three frames, `(L, 3)`."""
    scores = [chain.log2_probabilities("N" * frame + text)[frame:] for frame in range(3)]
    return np.log(2) * np.stack(scores, axis=1)


emissions = np.stack([emission_scores(text) for text in data.sequences])  # (N, L, 3)
shift_rate = np.mean(np.diff(data.frames[train], axis=1) != 0)
print(f"one letter in {1 / shift_rate:.0f} begins a new frame")

# %% [markdown]
# How probable is each frame at each letter, given the *whole* window? The forward recursion of 05c
# carries $p(f_t \mid x_1 \dots x_t)$ to the right, a second one carries the evidence of all later
# letters to the left; their product, divided by its sum, is the **posterior**. Compare the forward
# line with a recurrent network's step: a state $(B, 3)$ times a matrix $(3, 3)$, then a product
# with what the letter says.


# %%
def frame_posteriors(scores, rate):
    """Log scores `(B, L, 3)` to probabilities of the frames given the whole window."""
    stay = np.full((3, 3), rate / 2) + np.eye(3) * (1 - 1.5 * rate)  # rows sum to 1
    evidence = np.exp(scores - scores.max(axis=2, keepdims=True))
    forward, backward = evidence.copy(), np.ones_like(evidence)
    for t in range(1, scores.shape[1]):
        forward[:, t] *= forward[:, t - 1] @ stay
        forward[:, t] /= forward[:, t].sum(axis=1, keepdims=True)
    for t in range(scores.shape[1] - 2, -1, -1):
        backward[:, t] = (evidence[:, t + 1] * backward[:, t + 1]) @ stay.T
        backward[:, t] /= backward[:, t].sum(axis=1, keepdims=True)
    both = forward * backward
    return both / both.sum(axis=2, keepdims=True)


# %% [markdown]
# Checked against the definition on five letters: all $3^5$ paths, each with its probability.

# %% tags=["nbval-check-output"]
few, rate = emissions[0, 60:65], 0.1
total = np.zeros((5, 3))
for path in np.ndindex(3, 3, 3, 3, 3):
    moves = [1 - rate if a == b else rate / 2 for a, b in zip(path, path[1:], strict=False)]
    total[range(5), path] += np.exp(few[range(5), path].sum()) * np.prod(moves)
gap = np.abs(total / total.sum(axis=1, keepdims=True) - frame_posteriors(few[None], rate)[0]).max()
assert gap <= 1e-12
print("paths:", 3**5, " equal:", gap <= 1e-12)

# %% [markdown]
# ### Where is the shift?
# One search for all methods. Every method gives each letter three log scores. Take frame $f$ before
# place $c$ and frame $g \ne f$ from there on: the best sum over all $c$, $f$, $g$ is the **located
# shift**. (With the emissions of the hidden Markov model the sum is the log likelihood of a path
# with one shift, but for a constant.) The **gain** over the best single frame says how much the
# window asks for a shift at all. All methods are told that a shift keeps 40 letters away from the
# ends.


# %%
def locate(scores):
    """Log scores `(B, L, 3)`: gain of one shift over none, `(B,)`, and its place, `(B,)`."""
    before = np.concatenate([np.zeros_like(scores[:, :1]), scores.cumsum(axis=1)], axis=1)
    total = before[:, -1]  # (B, 3)
    places = np.arange(MARGIN, WINDOW - MARGIN + 1)
    sums = before[:, places, :, None] + (total[:, None] - before[:, places])[:, :, None, :]
    sums[..., range(3), range(3)] = -np.inf  # (B, places, 3, 3): the frame must change
    best = sums.max(axis=(2, 3))
    return best.max(axis=1) - total.max(axis=1), places[best.argmax(axis=1)]


# %% tags=["nbval-check-output"]
toy = np.zeros((1, WINDOW, 3))
toy[0, :100, 2] = toy[0, 100:, 0] = 1.0  # frame 2 for 100 letters, then frame 0
gain, place = locate(toy)
print("place", place, "gain", gain)  # two pieces explain 180 letters, one explains 100

# %% [markdown] tags=["predict"]
# ### Predict, then run
# Three networks, all with the phase of each letter as target and all trained on the same windows:
#
# - a **convolution that sees 9 letters** around the letter that it tags;
# - **five convolutions, dilated** so that a letter's tag depends on the letters within 64 places;
# - a **BiLSTM**: two LSTMs, one reads from the left, one from the right.
#
# Only the third carries a state from end to end; the second looks far, at many places at once.
# **Before you run the next cells**: who will tag more letters correctly? Who will come closest to
# the shift? Will one of them pass the hidden Markov model, whose tables come from counting?


# %%
def tagger(name):
    """Keras model from one-hot `(B, L, 4)` to probabilities of the phases, `(B, L, 3)`."""
    convolution = {"padding": "same", "activation": "relu"}
    first = keras.layers.Conv1D(32, 9, **convolution)
    wide = [keras.layers.Conv1D(32, 5, dilation_rate=d, **convolution) for d in DILATIONS]
    forward, backward = (
        recurrent_layer(
            "lstm", UNITS, return_sequences=True, seed=2 * SEED + i, go_backwards=i == 1
        )
        for i in range(2)
    )
    both = keras.layers.Bidirectional(forward, backward_layer=backward)
    layers = {NEAR: [first], WIDE: [first, *wide], BILSTM: [both]}[name]
    softmax = keras.layers.Dense(3, activation="softmax")
    return keras.Sequential([keras.Input((WINDOW, 4)), *layers, softmax])


DILATIONS, UNITS = [2, 4, 8, 16], choose(quick=16, full=32)
field = receptive_field([9, 5, 5, 5, 5], dilations=[1, *DILATIONS])
NEAR, WIDE, BILSTM, HMM = "CNN, sees 9", f"CNN, sees {field}", "BiLSTM", "HMM"
SETTINGS = {  # epochs at most, learning rate
    NEAR: (choose(quick=6, full=20), 0.01),
    WIDE: (choose(quick=10, full=20), 0.005),
    BILSTM: choose(quick=(8, 0.01), full=(60, 0.005)),
}
for name in (NEAR, WIDE, BILSTM):
    print(f"{name:14s}{tagger(name).count_params():7,} weights, {SETTINGS[name][0]} epochs at most")
print(f"{HMM:14s}{chain.tables[-1][..., 1:].size + 1:7,} numbers, counted")


# %%
def frame_scores(log_phases):
    """Log probabilities of the phases `(B, L, 3)`, arranged by frame."""
    phase = (np.arange(WINDOW)[:, None] + np.arange(3)) % 3  # (L, 3): of frame f at letter t
    return np.take_along_axis(log_phases, np.broadcast_to(phase, log_phases.shape), axis=2)


def train_tagger(name):
    """Train, keep the epoch with the lowest validation loss; log scores of the frames."""
    keras.utils.set_random_seed(SEED)
    model, (epochs, rate) = tagger(name), SETTINGS[name]
    adam = keras.optimizers.Adam(rate, clipnorm=1.0)
    model.compile(adam, "sparse_categorical_crossentropy", jit_compile=name == BILSTM)
    best = keras.callbacks.EarlyStopping(patience=epochs, restore_best_weights=True)
    model.fit(
        one_hot[train], data.phases[train], batch_size=64, epochs=epochs, verbose=0,
        validation_data=(one_hot[validation], data.phases[validation]), callbacks=[best],
    )  # fmt: skip
    return frame_scores(np.log(model.predict(one_hot, batch_size=400, verbose=0) + 1e-9))


# %%
one_hot = one_hot_encode(data.sequences)  # (N, 180, 4)
scores = {HMM: emissions}  # name: log scores for the search, (N, L, 3)
posteriors = {HMM: frame_posteriors(emissions, shift_rate)}  # name: probabilities, (N, L, 3)
for name in (NEAR, WIDE):
    scores[name] = train_tagger(name)
    posteriors[name] = np.exp(scores[name])

# %%
scores[BILSTM] = train_tagger(BILSTM)
posteriors[BILSTM] = np.exp(scores[BILSTM])

# %% [markdown]
# Four measures, on test windows. (The true place of a shift is the first letter that is read in the
# new frame.)
#
# - **letters**: share of letters with the right frame (chance 1/3), clean windows included;
# - **median** and **mean** distance between the located and the true place, in bases, shifted
#   windows only. The bar to pass is to answer always with the middle of the window;
# - **found**: share of the shifted windows whose gain passes a threshold, which is set on the clean
#   validation windows such that 5 % of them pass;
# - **false**: share of the clean test windows that pass it, too.


# %%
def measure(name):
    """Letters right, median and mean error, found, false: a dictionary of test values."""
    gain, place = locate(scores[name])
    shifted = test[~clean[test]]
    error = np.abs(place[shifted] - data.places[shifted])
    bar = np.quantile(gain[validation][clean[validation]], 0.95)
    return {
        "letters": np.mean(posteriors[name][test].argmax(axis=2) == data.frames[test]),
        "median": np.median(error),
        "mean": error.mean(),
        "found": np.mean(gain[shifted] > bar),
        "false": np.mean(gain[test][clean[test]] > bar),
    }


measured = {name: measure(name) for name in scores}
middle = np.abs(data.places[test][~clean[test]] - WINDOW / 2)
for name, values in measured.items():
    print(f"{name:14s}", *(f"{key} {value:6.3g}  " for key, value in values.items()))
print(f"{'the middle':14s} {'':16s}median {np.median(middle):6.3g}   mean {middle.mean():6.3g}")

# %%
record("gru_lstm.frame_shift_hmm", measured[HMM]["median"])
record("gru_lstm.frame_shift_cnn", measured[WIDE]["median"])
record("gru_lstm.frame_shift_lstm", measured[BILSTM]["median"])
record("gru_lstm.frame_letters_hmm", measured[HMM]["letters"])
record("gru_lstm.frame_letters_cnn", measured[WIDE]["letters"])
record("gru_lstm.frame_letters_lstm", measured[BILSTM]["letters"])
# seeds 0-4: worst 0.5514
assert_threshold("gru_lstm.frame_letters_near", measured[NEAR]["letters"], at_most=0.62)
nearer = np.median(middle) - max(measured[name]["median"] for name in (WIDE, BILSTM))
# seeds 0-4: worst 7
assert_threshold("gru_lstm.frame_shift_nearer_than_middle", nearer, at_least=2)
wide_lead = measured[WIDE]["letters"] - measured[BILSTM]["letters"]
# seeds 0-4: worst 0.1019
assert_threshold("gru_lstm.frame_letters_wide_lead", wide_lead, at_least=choose(quick=0, full=-1))
# seeds 0-4: worst 8
assert_threshold("gru_lstm.frame_shift_hmm", measured[HMM]["median"], at_most=11)
# seeds 0-4: worst 0.8486
assert_threshold("gru_lstm.frame_letters_hmm", measured[HMM]["letters"], at_least=0.8)
behind = measured[HMM]["letters"] - max(measured[name]["letters"] for name in (WIDE, BILSTM))
bound = choose(quick=0.0, full=-0.1)  # with many more windows a network may draw level
# seeds 0-4: worst 0.024
assert_threshold("gru_lstm.frame_letters_lead_of_hmm", behind, at_least=bound)
closer = min(measured[name]["median"] for name in (WIDE, BILSTM)) - measured[HMM]["median"]
# seeds 0-4: worst 4
assert_threshold("gru_lstm.frame_shift_lead_of_hmm", closer, at_least=bound)

# %% [markdown]
# Belief and measurement part again: the hidden Markov model tags more letters correctly and comes
# nearer to the shift (by the median) than the two networks that look far. It was told that there is
# a frame, that it seldom changes, and that codons have three letters; all that was left to learn
# was a table, and counting fills it. It also had more to count: the training genes as a whole,
# where the networks saw windows of them. The recurrent network, the one that *could* carry a state
# from end to end, does not do it well yet: with these few windows it stays behind the convolution
# that only looks far. Compare its *mean* distance with that of the middle, too: misses that are far
# off weigh there.
#
# Now look at the convolution that sees 9 letters. Hardly more than half of its letters are right,
# and yet the *search* places the shift with it about as near, by the median, as with the network
# that looks 14 times as far. (Whether it *notices* as many shifts is another question: compare
# *found*.) So two things were mixed up in "who finds the shift": **local evidence**, and something
# that **carries and adds it**. The carrying need not be a network.
#
# ### How sharp is the change?
# The frame before the shift should have probability 1 up to the shift and 0 from there on. The mean
# over the shifted test windows, lined up at the true place:

# %%
rows = test[~clean[test]]
offsets = np.arange(-MARGIN, MARGIN)
lined_up = data.places[rows, None] + offsets  # (rows, 80)
old_frame = data.frames[rows, 0]

fig, (left, right) = plt.subplots(1, 2, figsize=(12.5, 4.6))
for i, name in enumerate(scores):
    style = {"color": PALETTE[i], "ls": LINE_STYLES[i], "marker": MARKERS[i], "label": name}
    old = posteriors[name][rows[:, None], lined_up, old_frame[:, None]].mean(axis=0)
    left.plot(offsets, old, markevery=10, **style)
    error = np.abs(locate(scores[name][rows])[1] - data.places[rows])
    within = [np.mean(error <= bases) for bases in range(0, 41)]
    right.plot(range(0, 41), within, markevery=8, **style)
error = np.abs(WINDOW / 2 - data.places[rows])
within = [np.mean(error <= bases) for bases in range(0, 41)]
right.plot(range(0, 41), within, color="black", lw=1.2, label="always the middle")
left.axvline(0, color="black", lw=1)
left.set(xlabel="letters behind the shift", ylabel="probability of the old frame, mean")
left.set(ylim=(0, 1), title="The belief about the frame")
right.set(xlabel="distance allowed (bases)", ylabel="share of shifts located", ylim=(0, 1))
right.set_title("How near is the located shift?")
right.legend(fontsize=11)
show_figure(
    fig,
    alt="Left: mean probability of the old frame from 40 letters before the shift to 40 behind. "
    "The hidden Markov model falls from about 0.8 to below 0.2 and is half-way down near the "
    "shift. The wide convolution falls nearly as far, the BiLSTM less, the narrow convolution is a "
    "low step from about 0.45 to 0.3. Right: share of shifts located within 0 to 40 bases. The "
    "line of the hidden Markov model is the highest, the two convolutions follow close together, "
    "then the BiLSTM, which meets the line of always the middle at large distances.",
)

# %% [markdown]
# No line is a cliff, not even that of the model that knows the mechanism. A few letters look alike
# in two frames, so the place is not written in the sequence to the letter. (An A put into a run of
# As leaves no trace at all of where it stands in the run.)
#
# ### Local evidence from a network, carried by the Markov model
# If evidence and carrying are two things, they can be taken from two sources. We give the hidden
# Markov model the answers of the 9-letter convolution in the place of its emissions. (With equally
# frequent phases, $p(\text{phase} \mid x)$ is proportional to $p(x \mid \text{phase})$; Bourlard
# and Morgan 1994 built speech recognisers in this way.) Neighbouring answers look at overlapping
# letters, so they repeat one another: a weight below 1 on the log scores, chosen on validation
# windows, allows for that.


# %%
def letters_right(chances, rows):
    return np.mean(chances.argmax(axis=2) == data.frames[rows])


WEIGHTS = (0.1, 0.2, 0.4, 0.7, 1)
carried = {w: frame_posteriors(w * scores[NEAR], shift_rate) for w in WEIGHTS}
on_validation = {w: letters_right(carried[w][validation], validation) for w in WEIGHTS}
print("validation:", {w: round(float(value), 3) for w, value in on_validation.items()})

# %%
weight = max(on_validation, key=on_validation.get)
hybrid, alone = letters_right(carried[weight][test], test), measured[NEAR]["letters"]
print(f"test, weight {weight}: {hybrid:.3f}; the convolution alone {alone:.3f}")
record("gru_lstm.frame_letters_hybrid", hybrid)
# seeds 0-4: worst 0.2469
assert_threshold("gru_lstm.frame_letters_hybrid_gain", hybrid - alone, at_least=0.1)

# %%
lead = hybrid - max(measured[name]["letters"] for name in (WIDE, BILSTM))
low = choose(quick=-0.06, full=-0.2)
# seeds 0-4: worst -0.0332
assert_threshold("gru_lstm.frame_letters_hybrid_lead", lead, at_least=low)
farther = measured[NEAR]["median"] - measured[WIDE]["median"]
# seeds 0-4: worst -2
assert_threshold("gru_lstm.frame_shift_near_minus_wide", farther, at_most=4)

# %% [markdown]
# A network of one layer, with a state of three numbers behind it, now tags far more letters
# correctly than it does alone, and is close to the best of the networks that had to learn the
# carrying too. Pairing learned evidence with a known mechanism is worth a thought wherever the
# mechanism *is* known.
#
# ### What this does not say
# The networks are small, and their training in the quick profile is a few hundred steps. Windows
# for this task cost nothing, since we make them: the full profile gives the networks eight times as
# many and more epochs, and it may end otherwise. So the order above is one of small training sets,
# not a law. Also, the chain saw the training genes whole, the networks only windows of them. And
# where nobody knows the mechanism, there is no such baseline to lose against.
#
# ## Take-aways
# - "Order" has kinds. Place modulo 3 can be counted; a bag of *overlapping* words is blind to it,
#   a bag of words at stride 3 is not.
# - A convolution with global pooling gives nearly the same answer to a window and to the same
#   window moved by a letter, whatever it learns. Build the step of three in, and it learns
#   something like codon counts.
# - On windows in frame against shifted ones the LSTM, trained on a few thousand windows, stays below
#   the codon counts and below a rule without training. With more windows and epochs it came level
#   with the counts (.93 and .92, one run).
# - Where a state must be carried and changed, a hidden Markov model that knows the mechanism was
#   ahead of every network trained on few windows, with numbers that come from counting whole genes.
# - Share of letters and distance to the shift are different questions: the network with the worst
#   letters can locate about as well, if a search adds up its evidence.
# - Ask of each baseline what it was told, and of each network what it had to discover.
#
# ## References
# - M. Borodovsky, J. McIninch (1993), *GENMARK: parallel gene recognition for both DNA strands*,
#   doi:[10.1016/0097-8485(93)85004-V](https://doi.org/10.1016/0097-8485%2893%2985004-V): chains of
#   period 3 that tell frames apart
# - J. W. Fickett (1982), *Recognition of protein coding regions in DNA sequences*,
#   doi:[10.1093/nar/10.17.5303](https://doi.org/10.1093/nar/10.17.5303): counting by position in
#   the codon
# - M. Rho, H. Tang, Y. Ye (2010), *FragGeneScan: predicting genes in short and error-prone reads*,
#   doi:[10.1093/nar/gkq747](https://doi.org/10.1093/nar/gkq747): a hidden Markov model with
#   insertions and deletions, for real data
# - L. R. Rabiner (1989), *A tutorial on hidden Markov models and selected applications in speech
#   recognition*, doi:[10.1109/5.18626](https://doi.org/10.1109/5.18626)
# - H. Bourlard, N. Morgan (1994), *Connectionist speech recognition: a hybrid approach*,
#   doi:[10.1007/978-1-4615-3210-1](https://doi.org/10.1007/978-1-4615-3210-1)
# - S. Hochreiter, J. Schmidhuber (1997), *Long short-term memory*,
#   doi:[10.1162/neco.1997.9.8.1735](https://doi.org/10.1162/neco.1997.9.8.1735)
# - M. Schuster, K. K. Paliwal (1997), *Bidirectional recurrent neural networks*,
#   doi:[10.1109/78.650093](https://doi.org/10.1109/78.650093)
