# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: all
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   bioseq: {unit: gru_lstm, kind: core, minutes: 90,
#     title: "How can a network decide to remember?"}
# ---

# %% [markdown]
# # 06 · How can a network decide to remember?
#
# ## Why
#
# The plain recurrent network of unit 05 rewrites its whole state at every letter. What it should
# keep is multiplied by the same matrix again and again, and so is the gradient on its way back. A
# **gate** is a number between 0 and 1 that the network computes for each unit at each letter: keep,
# drop, or let in. The LSTM dates from 1997, the GRU from 2014. Until transformers came (2017) they
# were the usual networks for reading text, and they still sit in gene finders (Helixer), base
# callers (Bonito) and predictors of protein structure (NetSurfP).
#
# One plausible belief breaks on the way: **"an LSTM remembers"**. It has what it needs to remember.
# How soon it learns to, or whether it does at all in the time it gets, depends on the numbers with
# which its gates begin.
#
# ## Objectives
#
# After this lecture you can
#
# - write one step of a GRU and of an LSTM with the shape of every array, equal to Keras to 1e-5;
# - say what Keras does differently from the page: order of gates, `reset_after`, what is returned;
# - work out the gate bias that a given span of memory needs, and show what it decides;
# - read gates: draw them along a sequence and say what was written where;
# - choose how many states become one answer, and measure the choice over several starts;
# - find out where padding gets into an answer, and which of these faults are silent.
#
# ## Prerequisites
#
# Unit 05: the recurrent cell, gradients through time, delayed recall. Unit 04: pooling, networks
# trained side by side.
#
# ## Time
#
# 90 minutes with a class: 10 why gates, 25 the two cells, 20 delayed recall, 10 gates to look at,
# 15 one answer from many states, 10 padding.

# %% [markdown]
# ## Biology card
#
# | term | what it means here |
# |---|---|
# | **marker base** | a base that decides something to be said much later; here the first of a random sequence |
# | **lag** | how many letters lie between the letter that matters and the answer |
# | **restriction enzyme** | a protein of bacteria that cuts DNA where a short word stands (methyl groups on it may prevent that) |
# | **restriction site** | that word. GATC, the site of *Mbo*I and *Dpn*II, is its own reverse complement: a site on one strand is one on the other |
# | **coding sequence** | the part of a gene that is translated; ours are human, of seven families |
# | **fragment** | a piece cut out of a longer sequence; its length is an accident, so a batch of them must be padded |
# | **paralogues** | related genes of one genome. Pieces of two of them may be alike, so whole groups of relatives are held out |

# %%
import time
import warnings

from bioseq_course.alphabet import PROTEIN
from bioseq_course.datasets.delayed_recall import make_delayed_recall
from bioseq_course.datasets.gene_families import load_gene_families
from bioseq_course.encode import one_hot_encode, pad_sequences
from bioseq_course.gated_rnn import (
    LSTMWeights,
    gru_forward,
    gru_weights_from_keras,
    lstm_forward,
    lstm_weights_from_keras,
    sigmoid,
)
from bioseq_course.gradients import gradient
from bioseq_course.plots import LINE_STYLES, MARKERS, PALETTE, show_figure, use_course_style
from bioseq_course.run import choose, quiet_start, seed
from bioseq_course.scoreboard import record
from bioseq_course.splits import cluster_sequences, cluster_split
from bioseq_course.thresholds import assert_threshold

import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import roc_auc_score

with quiet_start():  # hides what TensorFlow says about itself
    from bioseq_course.layers import MaskedConv1D
    from bioseq_course.models import (
        recall_model,
        recurrent_classifier,
        recurrent_layer,
        sequence_tagger,
    )

    import keras

SEED = seed()
use_course_style()
as_numpy = keras.ops.convert_to_numpy

# %% [markdown]
# All sizes in one place. The *full* profile asks for a longer memory, lag 100, from more random
# starts; the task and the networks stay the same.

# %%
LAG = choose(quick=40, full=100)
STARTS, PATIENT_STARTS = choose(quick=3, full=8), choose(quick=1, full=8)
RECALL_EPOCHS = choose(quick=8, full=16)
POOLING_STARTS, POOLING_EPOCHS = choose(quick=2, full=5), choose(quick=5, full=8)
UNITS = 16
rng = np.random.default_rng(SEED)
text = one_hot_encode(["GATTACAGGC", "CCGTAGATCT"]).astype("float32")  # (B, L, A) = (2, 10, 4)

# %% [markdown]
# ## 1 · Why gates
#
# Three things go wrong with a state that is rewritten at every step. An observation that matters
# for ever is hard to **keep**: it is mixed with all that follows. (The latch of unit 05 kept it,
# but training did not find the latch.) Letters that do not matter are not **left out**: each moves
# the state. And a state that has become useless, at the end of a gene say, is not **reset** at
# once.
#
# A gate makes each of them a decision. Let $f$ be the share of its value that a unit keeps at one
# step. After $k$ steps $f^k$ of it is left, and the unit's *span*, the number of steps until a
# fraction 1/e is left, is about $1/(1-f)$ for f near 1. The gate is a sigmoid, $f = \sigma(b)$ with
# $\sigma(x) = 1/(1+e^{-x})$. At the start of training $b$ is mostly a bias; letters and state move
# it a little to either side.

# %% tags=["nbval-check-output"]
print("bias  kept at one step  span  left after 40 steps  after 100")
for bias in (0, 1, 2, 4, 5):
    keep = sigmoid(bias)
    print(f"{bias:4d}  {keep:16.3f}  {1 / (1 - keep):4.0f}  {keep**40:19.1e}  {keep**100:9.1e}")

# %% [markdown]
# Solve $1/(1-\sigma(b)) = T$ for the bias: $b = \log(T - 1)$. **A memory of T steps needs a bias of
# about log T.** For 100 steps that is 4.6. Keras begins the gate of the GRU with 0 and that of the
# LSTM with 1: a span of 2 steps, or 4. Keep these two numbers in mind: section 5 asks what such a
# cell remembers.
#
# ## 2 · GRU, step by step
#
# Row vectors, as in unit 05: B sequences, A letters, D units; $X_t: (B, A)$, $H_t: (B, D)$, all
# $W_{x\cdot}: (A, D)$, $W_{h\cdot}: (D, D)$, $b_\cdot: (D,)$; $\odot$ multiplies entry by entry.
#
# $$R_t = \sigma(X_t W_{xr} + H_{t-1} W_{hr} + b_r) \qquad Z_t = \sigma(X_t W_{xz} + H_{t-1} W_{hz}
# + b_z)$$
#
# $$\tilde H_t = \tanh(X_t W_{xh} + (R_t \odot H_{t-1}) W_{hh} + b_h)$$
#
# $$H_t = Z_t \odot H_{t-1} + (1 - Z_t) \odot \tilde H_t$$
#
# **Reset** R: how much of the past the candidate may use. **Candidate** $\tilde H$: the plain cell
# of unit 05, when R = 1. **Update** Z: how much of the old state stays; Z = 1 keeps everything.
# (Some books call $1 - Z$ the update gate. Cho and others 2014, Keras and we have the sign above.)
#
# All four have the shape (B, D): every unit decides for itself. We take a Keras layer,
# draw all its weights anew, so that its biases are not 0, and do one step.


# %%
def keras_layer(cell, num_units=3, **options):
    """A recurrent layer of Keras with random weights, biases included."""
    layer = recurrent_layer(cell, num_units, return_sequences=True, seed=SEED, **options)
    layer.build((None, None, 4))
    layer.set_weights([rng.normal(size=w.shape) for w in layer.get_weights()])
    return layer


gru = keras_layer("gru", reset_after=False)
w = gru_weights_from_keras(gru.get_weights())

# %%
X, H = text[:, 0], rng.normal(size=(2, 3))  # first letters, and some state before them
R = sigmoid(X @ w.input_to_reset + H @ w.hidden_to_reset + w.reset_bias)
Z = sigmoid(X @ w.input_to_update + H @ w.hidden_to_update + w.update_bias)
candidate = np.tanh(X @ w.input_to_candidate + (R * H) @ w.hidden_to_candidate + w.candidate_bias)
H_new = Z * H + (1 - Z) * candidate
for name, array in dict(X=X, H=H, R=R, Z=Z, candidate=candidate, H_new=H_new).items():
    print(f"{name:9s} {array.shape}  first row", array[0].round(2).tolist())
assert ((np.minimum(H, candidate) < H_new) & (H_new < np.maximum(H, candidate))).all()

# %% [markdown]
# Each new entry lies between the old one and the candidate. Where Z is near 1 the past goes through
# untouched, with no matrix and no tanh in its way; the gradient takes the same road back.
#
# `gru_forward` repeats this step for each letter. Is it what Keras computes?

# %% [markdown] tags=["predict"]
# **Predict, then run.** Keras has a switch, `reset_after`. With False it computes the formula
# above; its default is True, where the reset gate stands *behind* the matrix,
# $R_t \odot (H_{t-1} W_{hh} + c_h)$, with a second bias $c_h: (D,)$. Same weights, ten letters, no
# $c_h$. Do the two give the same states? If not, from which letter on do they differ? (The state
# begins with zeros.)

# %%
by_hand = gru_forward(text, w).states[:, 1:]  # without the state before the first letter
print("as on the page:", np.abs(by_hand - as_numpy(gru(text))).max())
assert np.allclose(by_hand, as_numpy(gru(text)), atol=1e-5)
after = keras_layer("gru")  # reset_after=True, as Keras makes it
kernel, recurrent, bias = gru.get_weights()
after.set_weights([kernel, recurrent, np.stack([bias, 0 * bias])])

# %%
after_states = as_numpy(after(text))
run = gru_forward(text, gru_weights_from_keras(after.get_weights()), reset_after=True)
assert np.allclose(run.states[:, 1:], after_states, atol=1e-5)
gaps = np.abs(after_states - by_hand).max(axis=(0, 2))  # (L,)
print("the two forms, letter by letter:", gaps.round(3).tolist())
assert gaps[0] < 1e-6 and gaps[1] > 1e-4

# %% [markdown]
# Equal at the first letter, where there is no past to reset, and different from the second on. The
# two forms are two models: neither is wrong, but weights of one do not fit the other. With
# `reset_after=True` all products with $H_{t-1}$ can be done at once, which fast kernels on GPUs
# use. **This is the real difference between Keras's GRU and the one of most pages.**
#
# ## 3 · LSTM, step by step
#
# The LSTM has two things to carry: a **memory** $C_t: (B, D)$ that nothing squashes, and a
# **state** $H_t: (B, D)$ that it shows. Three gates, each from $X_t$ and $H_{t-1}$ with weights of
# its own:
#
# $$I_t, F_t, O_t = \sigma(X_t W_{x\cdot} + H_{t-1} W_{h\cdot} + b_\cdot) \qquad
# \tilde C_t = \tanh(X_t W_{xc} + H_{t-1} W_{hc} + b_c)$$
#
# $$C_t = F_t \odot C_{t-1} + I_t \odot \tilde C_t \qquad H_t = O_t \odot \tanh(C_t)$$
#
# **Input** I: how much is written. **Forget** F: how much stays (1 keeps, despite its name).
# **Output** O: how much is shown. In the GRU writing and keeping add up to 1; here they are free,
# and C may grow beyond 1.
#
# The LSTM of 1997 (Hochreiter and Schmidhuber) had **no forget gate**: F = 1, the memory could only
# be added to. Gers, Schmidhuber and Cummins added it in 2000, so that a network that reads without
# end can clear what is over. That gate made forgetting a thing to be learned, and remembering too.

# %%
lstm = keras_layer("lstm", return_state=True)
w = lstm_weights_from_keras(lstm.get_weights())
states, last_state, last_memory = map(as_numpy, lstm(text))

# %%
H, C = np.zeros((2, 3)), np.zeros((2, 3))
for X in np.swapaxes(text, 0, 1):  # (B, A), ten times
    gate_in = sigmoid(X @ w.input_to_input + H @ w.hidden_to_input + w.input_bias)
    forget = sigmoid(X @ w.input_to_forget + H @ w.hidden_to_forget + w.forget_bias)
    gate_out = sigmoid(X @ w.input_to_output + H @ w.hidden_to_output + w.output_bias)
    new = np.tanh(X @ w.input_to_candidate + H @ w.hidden_to_candidate + w.candidate_bias)
    C = forget * C + gate_in * new
    H = gate_out * np.tanh(C)

# %%
print("state: ", np.abs(H - last_state).max(), " memory:", np.abs(C - last_memory).max())
assert np.allclose(H, last_state, atol=1e-5) and np.allclose(C, last_memory, atol=1e-5)
assert np.allclose(lstm_forward(text, w).states[:, 1:], states, atol=1e-5)

# %% [markdown]
# What does Keras hand back? Take 32 sequences of 10 steps with 8 features, and 4 units.

# %% tags=["nbval-check-output"]
inputs = np.zeros((32, 10, 8), dtype="float32")
for name, kind in (("GRU", keras.layers.GRU), ("LSTM", keras.layers.LSTM)):
    print(f"{name:4s} nothing asked      ", tuple(kind(4)(inputs).shape))
    print("     return_sequences    ", tuple(kind(4, return_sequences=True)(inputs).shape))
    both = kind(4, return_sequences=True, return_state=True)(inputs)
    print("     ... and return_state", [tuple(part.shape) for part in both])

# %% [markdown]
# The LSTM returns **three** things, in the order: all states, last H, last C. Many pages call the
# second "final memory state" and the third "final carry state". By the formulas above the second is
# the state H, and the third the memory C; the cell above has checked it.
#
# Which gate is which in `get_weights()`, and with which numbers do they begin?

# %% tags=["nbval-check-output"]
for kind, gates in ((keras.layers.GRU, "z r h"), (keras.layers.LSTM, "i f c o")):
    layer = kind(2)
    layer.build((None, None, 4))
    kernel, recurrent, bias = layer.get_weights()
    print(f"{kind.__name__}: kernel {kernel.shape}, gates {gates}, biases", bias.tolist())
    across = recurrent @ recurrent.T  # (D, D), the identity where rows are orthogonal
    print("   rows of the recurrent kernel orthogonal:", np.allclose(across, np.eye(2), atol=1e-5))

# %% [markdown]
# Order z, r, h in the GRU and i, f, c, o in the LSTM. The ones in the biases of the LSTM stand at
# its forget gate (`unit_forget_bias=True`); all other biases begin with 0, kernels with Glorot's
# uniform numbers, recurrent kernels with orthogonal rows, (D, 3 D) or (D, 4 D) numbers at once: the
# (D, D) block of one gate alone is not orthogonal. The two rows of biases in the GRU are $b$ and
# $c$ of `reset_after`. For z and r they are added; only for h does $c$ stand inside the reset gate.
#
# (The two dropouts of Keras's layers, `dropout` and `recurrent_dropout`, are in deep dive 06c.)
#
# ## 4 · How far back does a gradient reach, before any training?
#
# Unit 05 followed an error k steps back and saw it shrink or grow. The same for gated cells: the
# derivative of the last state (its product with fixed random numbers) by the input k steps earlier,
# relative to k = 0. The gates begin as Keras begins them, or with **chrono initialisation** (Tallec
# and Ollivier 2018): each unit draws a span $\tau$ evenly from 1 to n − 1, and its keeping gate
# begins with $\log\tau$ (in the LSTM its input gate with $-\log\tau$). So there are short and long
# memories side by side, up to the n that the task needs.

# %%
STEPS = 100
spans = {"orthogonal": None, "default": None, "chrono": STEPS + 1}
cells = [("simple", "orthogonal")]
cells += [(cell, start) for cell in ("gru", "lstm") for start in ("default", "chrono")]
letters = make_delayed_recall(8, STEPS, seed=SEED).one_hot  # (B, 101, 4)
direction = rng.normal(size=(8, UNITS)).astype("float32")

# %%
reach = {}
for cell, start in cells:
    layer = recurrent_layer(cell, UNITS, memory_span=spans[start], seed=SEED)
    slopes = gradient(lambda x, layer=layer: keras.ops.sum(layer(x) * direction), letters)
    norms = np.linalg.norm(slopes, axis=(0, 2))[::-1]  # entry k: k steps back
    reach[cell, start] = norms / norms[0]

# %%
fig, ax = plt.subplots(figsize=(8.5, 4.8))
for number, ((cell, start), norms) in enumerate(reach.items()):
    ax.semilogy(norms, ls=LINE_STYLES[number], color=PALETTE[number], label=f"{cell}, {start}")
ax.set(title="What a letter k steps back still does to the last state", ylim=(1e-22, 30))
ax.set(xlabel="k (steps back)", ylabel="norm of the gradient, k = 0 is 1")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
show_figure(
    fig,
    alt="Norm of the gradient against steps back, logarithmic. GRU and LSTM with default biases "
    "fall steeply and nearly straight, the GRU the more steeply of the two. The plain cell falls "
    "too. GRU and LSTM with chrono biases fall by far the least.",
)
for (cell, start), norms in reach.items():
    print(f"{cell:6s} {start:10s} gradient 100 steps back: 10^{np.log10(norms[STEPS]):.1f}")
log_reach = {name: np.log10(norms[STEPS]) for name, norms in reach.items()}
# seeds 0-4: worst -6.8186
assert_threshold(
    "gru_lstm.reach_default", max(log_reach[c, "default"] for c in ("gru", "lstm")), at_most=-5
)
# seeds 0-4: worst -10.3308
assert_threshold(
    "gru_lstm.reach_gru_plain",
    log_reach["gru", "default"] - log_reach["simple", "orthogonal"],
    at_most=-1,
)
# seeds 0-4: worst -1.6787
assert_threshold(
    "gru_lstm.reach_chrono", min(log_reach[c, "chrono"] for c in ("gru", "lstm")), at_least=-4
)

# %% [markdown]
# Compare the numbers printed. With its default biases the GRU forgets, before training, *faster*
# than the plain cell with its orthogonal matrix: Z is near a half, so about half of the past is
# thrown away at each step. The LSTM, whose bias is 1, loses less than the GRU, and still more than
# five powers of ten. (Both lose less than the table of section 1 says. It counts one road, what the
# gate keeps; the state is also read by gates and candidate, and that is a second road back.) With
# chrono biases it arrives, weaker and not gone. **Gates alone do not cure vanishing; open gates
# do.**
#
# ## 5 · Delayed recall again
#
# Random bases; after the last one, name the first. Two cells, two ways to begin, the same training
# for all: 16 units, Adam with rate 0.01, gradients clipped to norm 1, batches of 64. Each runs from
# several random starts. `jit_compile=True` makes one program of the whole loop over the letters: it
# costs some seconds once for each shape (deep dive 06c), so all starts use the same compiled model.
# (A plain cell, and more time, follow below. The plain network of unit 05 had 32 units and a tenth
# of this rate: its lags and these are not one comparison.)


# %%
def compiled(model, **options):
    """Compile a model, and keep its optimizer as it is before the first step."""
    optimizer = keras.optimizers.Adam(0.01, **options)
    model.compile(optimizer, "sparse_categorical_crossentropy", jit_compile=True)
    optimizer.build(model.trainable_variables)
    return model, [as_numpy(variable) for variable in optimizer.variables]


def start_again(model, fresh, weights):
    """Put a model and its optimizer back to a start, without compiling again."""
    model.set_weights(weights)
    for variable, value in zip(model.optimizer.variables, fresh, strict=True):
        variable.assign(value)


# %%
def recall_task(cell, lag):
    """Cell, compiled model, its optimizer at the beginning, 3,968 and 500 texts."""
    texts = (
        make_delayed_recall(3968, lag, seed=SEED),
        make_delayed_recall(500, lag, seed=SEED + 1000),
    )
    return cell, *compiled(recall_model(cell, UNITS), global_clipnorm=1.0), *texts


def recall_accuracy(task, span, starts=STARTS, epochs=RECALL_EPOCHS, rate=0.01):
    """Train every start for so many epochs: accuracy on the test texts, (starts,)."""
    cell, model, fresh, train, test = task
    accuracy = []
    for start in range(starts):
        begin = recall_model(cell, UNITS, memory_span=span, seed=100 * SEED + start)
        start_again(model, fresh, begin.get_weights())
        model.optimizer.learning_rate = rate
        model.fit(train.one_hot, train.labels, batch_size=64, epochs=epochs, verbose=0)
        answers = as_numpy(model(test.one_hot)).argmax(axis=1)
        accuracy.append(np.mean(answers == test.labels))
    return np.array(accuracy)


# %% [markdown] tags=["predict"]
# **Predict, then run.** A lag of 40 (100 in the full profile). Which of the four reach an accuracy
# near 1: GRU and LSTM as Keras makes them, GRU and LSTM with chrono biases? From how many of the
# starts? And what do the others reach?

# %%
starts = {"default": None, "chrono": LAG + 1}
tasks = {cell: recall_task(cell, LAG) for cell in ("gru", "lstm")}
recalled = {cell: {} for cell in tasks}
began = time.perf_counter()
recalled["gru"]["default"] = recall_accuracy(tasks["gru"], starts["default"])
print("GRU", recalled["gru"], f"{time.perf_counter() - began:.0f} s for {STARTS} trainings")

# %%
recalled["gru"]["chrono"] = recall_accuracy(tasks["gru"], starts["chrono"])
print("GRU", recalled["gru"])

# %%
recalled["lstm"]["default"] = recall_accuracy(tasks["lstm"], starts["default"])
print("LSTM", recalled["lstm"])

# %%
recalled["lstm"]["chrono"] = recall_accuracy(tasks["lstm"], starts["chrono"])
lstm_trained = tasks["lstm"][1].get_weights()
print("LSTM", recalled["lstm"])

# %% [markdown]
# A question to ask before anyone concludes that those gates begin wrongly: are 8 epochs (16 in the
# full profile) enough for the default biases, with a rate that was not sought for them? We give
# both cells three times the epochs and a third of the rate. (*Quick* does so from one start, *full*
# from eight.)

# %%
print(f"{3 * RECALL_EPOCHS} epochs, rate 0.003, default biases:")
patient = {}
for cell, task in tasks.items():
    patient[cell] = recall_accuracy(task, None, PATIENT_STARTS, 3 * RECALL_EPOCHS, rate=0.003)
    print(cell, patient[cell])

# %% [markdown]
# What does the plain cell do in the short training? And at which lag are the default biases of the
# LSTM enough in it?

# %%
recalled["simple"] = {"orthogonal": recall_accuracy(recall_task("simple", LAG), None)}
print("plain cell", recalled["simple"])
SHORT_LAGS = choose(quick=(10,), full=(10, 20, 40))
default_lstm = {lag: recall_accuracy(recall_task("lstm", lag), None) for lag in SHORT_LAGS}
default_lstm[LAG] = recalled["lstm"]["default"]
for lag, accuracy in default_lstm.items():
    print(f"default LSTM, lag {lag:3d}:", accuracy.round(2).tolist())

# %%
fig, ax = plt.subplots(figsize=(8, 4.4))
columns = [("simple", "orthogonal"), *[(c, name) for c in ("gru", "lstm") for name in starts]]
for number, (cell, name) in enumerate(columns):
    values = recalled[cell][name]
    at = number + np.linspace(-0.15, 0.15, STARTS)
    ax.plot(at, values, MARKERS[number], color=PALETTE[number], ms=10, clip_on=False)
ax.axhline(0.25, color="black", ls=":", label="guessing")
short = {"simple": "plain", "gru": "GRU", "lstm": "LSTM"}
ax.set_xticks(range(5), [f"{short[cell]}\n{name}" for cell, name in columns])
ax.set(title=f"Name the first base, {LAG} letters later: each point one start", ylim=(0, 1.02))
ax.set(xlabel="cell, and how its matrix or its gates begin", ylabel="accuracy, 500 test texts")
ax.legend(loc="center right")
show_figure(
    fig,
    alt="Accuracy of each start in five columns. GRU and LSTM with default biases: all points at "
    "the dotted line of guessing, 0.25. GRU and LSTM with chrono biases: nearly all points at 1. "
    "The plain cell: points at guessing, with some seeds one or two of them at 1.",
)
shares = {column: np.mean(recalled[column[0]][column[1]] > 0.9) for column in columns}
print(
    {f"{cell} {name}": f"{share:.0%} of starts above 0.9" for (cell, name), share in shares.items()}
)


# %%
def longest(accuracies):
    """The longest lag at which the median start is right in over nine of ten texts, or 0."""
    return max((lag for lag, values in accuracies.items() if np.median(values) > 0.9), default=0)


record("gru_lstm.recall_lag_gru", longest({LAG: recalled["gru"]["chrono"]}))
record("gru_lstm.recall_lag_lstm", longest({LAG: recalled["lstm"]["chrono"]}))
record("gru_lstm.recall_lag_lstm_default_bias", longest(default_lstm))
chrono = np.concatenate([recalled[cell]["chrono"] for cell in tasks])
default = np.concatenate([recalled[cell]["default"] for cell in tasks])
# seeds 0-4: worst 0.9517
assert_threshold("gru_lstm.recall_chrono", chrono.mean(), at_least=0.75)
# seeds 0-4: worst 0.274
assert_threshold("gru_lstm.recall_patient_gru", patient["gru"].max(), at_most=0.4)
# seeds 0-4: worst 0.286
assert_threshold("gru_lstm.recall_default", default.max(), at_most=0.4)

# %% [markdown]
# **"An LSTM remembers"** is not true of every LSTM: in this training GRU and LSTM with Keras's
# biases stay at guessing, from every start, while the same cells with other *biases* succeed from
# nearly all. Gates do not help by being there. The *plain* cell, whose orthogonal matrix by itself
# shrinks nothing (its tanh does), learned lag 40 from some starts with two of the five seeds that
# we measured (seed 0 is one of them), and from none with the other three; in this training neither
# gated cell with default biases learned it from any. At lag 100, in the full profile that we ran,
# the plain cell succeeded from one start of eight, the default biases from none, the chrono biases
# from all. (A start that is still on its way may show a half or three quarters: it tells some bases
# and not yet all.)
#
# Was the training unfair to the default biases? Rate, clipping and batch size were found by trying
# with the chrono biases. With three times the epochs at a third of the rate, the LSTM learned lag
# 40 after all with most seeds; the GRU with none. (Which of the two it was, epochs or rate, is not
# taken apart.) That fits section 4: the LSTM's bias of 1 loses less than the GRU's 0. So for the
# LSTM, at this lag, the bias decides *how soon*, not whether. Of the GRU we know only that this
# much time is not enough. And at lag 100, in the full profile, eight starts of each cell stood at
# guessing after the longer training too.
#
# The gates could have learned those numbers. Why so late, or not at all? The likely reason: at the
# start the gradient from the first letter is tiny beside that from the last ones, which carry
# nothing. Knowing the span the task needs, you tell the network; here n was the lag plus 1. If you
# do not know it, chrono initialisation asks for an upper bound. How much too large it may be is not
# measured here: try ten times the lag. Change a setting, and report the share of the starts that
# succeed, not the best of them.

# %% [markdown]
# ## 6 · Gates to look at
#
# How *could* an LSTM do it? Set one by hand, five units. Four have a letter each as their
# candidate; their forget gates are always open. The fifth keeps nothing and writes 1 at every
# letter: "occupied". The input gates of the four read its state, and are open only while it is 0.
# Nothing marks the first letter but an empty memory.


# %%
def gate(bias, letters=0.0, occupied=0.0):
    """Weights of one gate or of the candidate: from letters, from the fifth unit, and a bias."""
    from_letters, from_state = np.zeros((4, 5)), np.zeros((5, 5))
    from_letters[:, :4] = letters * np.eye(4)
    from_state[4, :4] = occupied
    return from_letters, from_state, np.asarray(bias, dtype=float)


by_hand = LSTMWeights(
    *gate([10.0] * 5, occupied=-40), *gate([20, 20, 20, 20, -20]), *gate([0, 0, 0, 0, 9], letters=9),
    *gate([20.0] * 5),
)  # fmt: skip
far = make_delayed_recall(200, 1000, seed=SEED)
remembered = lstm_forward(far.one_hot, by_hand).memory[:, -1, :4].argmax(axis=1)
print("lag 1,000, set by hand: accuracy", (remembered == far.labels).mean())
assert (remembered == far.labels).all()

# %% [markdown]
# So it can store, as the latch of unit 05 could. Beside it the LSTM that was trained from chrono
# biases (its last start), on one text: input gate, forget gate, memory.

# %%
shown = make_delayed_recall(400, LAG, seed=SEED + 2000)
runs = {
    "set by hand": lstm_forward(shown.one_hot, by_hand),
    "trained": lstm_forward(shown.one_hot, lstm_weights_from_keras(lstm_trained[:3])),
}
fig, axes = plt.subplots(2, 3, figsize=(14, 7), sharex=True)
for row, (name, run) in zip(axes, runs.items(), strict=True):
    order = np.argsort(-run.forget.mean(axis=(0, 1)), kind="stable")
    highest = np.abs(run.memory[0]).max()
    parts = (
        ("input gate", run.input, 0, 1, "viridis"),
        ("forget gate", run.forget, 0, 1, "viridis"),
    )
    parts += (("memory C", run.memory[:, 1:], -highest, highest, "PuOr"),)
    for ax, (title, values, low, high, colours) in zip(row, parts, strict=True):
        image = ax.imshow(
            values[0][:, order].T, aspect="auto", vmin=low, vmax=high, cmap=colours,
            interpolation="none",
        )  # fmt: skip
        ax.set(title=f"{name}: {title}", xlabel="place (0: marker base)", ylabel="unit")
        ax.grid(False)
        fig.colorbar(image, ax=ax)
show_figure(
    fig,
    alt="Six panels, units by places. Set by hand: the input gates are bright at place 0 and dark "
    "afterwards, but for the fifth unit; the forget gates are bright but for the fifth; the "
    "memory of one letter is a level stripe, and so is the fifth unit's. Trained: most input gates "
    "are dim and not quite shut, most forget gates bright to the end, memories grow along the "
    "sequence.",
)

# %%
run = runs["trained"]
open_units = np.mean(run.forget.mean(axis=(0, 1)) > 0.9)
growth = np.abs(run.memory[:, -1]).max(axis=1).mean() / np.abs(run.memory[:, 1]).max(axis=1).mean()
print(f"open forget gates: {open_units:.0%}; the largest memory grows {growth:.0f} times")
# seeds 0-4: worst 0.6875
assert_threshold("gru_lstm.open_units", open_units, at_least=0.3)
# seeds 0-4: worst 56.2955
assert_threshold("gru_lstm.memory_growth", growth, at_least=2)

# %% [markdown]
# Above, the picture of a decision: gates open at the marker base, then shut, and what was written
# lies untouched. Below, what training found: most forget gates stay open, as the biases began them,
# and in the picture many input gates never quite shut. The largest memory is small after the marker
# base and **grows** along the text. A likely reading: the states read what is stored and write more
# of the same, until the letters that follow cannot turn it over. The growth alone does not show
# that: draw the mean memory of a unit for each of the four marker bases, and see whether the four
# lines part early or late. The network is right and works another way than we would have drawn it.
# Look before you explain. (In section 7 a network comes nearer to what we drew.)
#
# ## 7 · One answer from many states
#
# A layer that reads L letters has L states; the answer needs one row of numbers. **Last** state,
# **all** states side by side, **max** or **mean** over places, or **attention pooling**: a mean
# whose weights the network computes. With $H: (L, D)$, $W_1: (D, U)$, $w_2: (U, 1)$, U the width
# of a small network that scores each place, and the softmax over the L places,
#
# $$a = \mathrm{softmax}(\tanh(H W_1)\, w_2) : (L, 1), \qquad \text{pooled} = a^\top H : (1, D).$$
#
# Which is best? As in unit 04: ask what it believes. Real fragments of human coding sequences, 20
# to 40 bases long, half of them with the restriction site GATC somewhere, half without. (A count of
# words of four letters would answer at once: that is the rule the labels were made with. The
# networks are told nothing of words.) Fragments of relatives stay on one side of the split.
#
# Two cautions. A longer fragment has more room for a site, so those with one are a little longer on
# average: an AUROC somewhat above 0.5 needs no site at all. And the curves below are drawn on the
# test fragments, after every epoch: no epoch, start or pooling is chosen by them.

# %%
genes = load_gene_families("dna")
proteins = load_gene_families("protein").sequences
clusters = cluster_sequences(proteins, alphabet=PROTEIN)
train_genes, test_genes = cluster_split(clusters, genes.labels, seed=SEED)


def cut_fragments(rows, number, low=20, high=40):
    """Random fragments of these genes, half with GATC and half without; labels 1 and 0."""
    found = {False: [], True: []}
    while min(map(len, found.values())) < number // 2:
        gene, length = genes.sequences[rng.choice(rows)], rng.integers(low, high + 1)
        start = rng.integers(max(1, len(gene) - length))
        fragment = gene[start : start + length]
        if set(fragment) <= set("ACGT"):
            found["GATC" in fragment].append(fragment)
    texts = [*found[False][: number // 2], *found[True][: number // 2]]
    shuffled = rng.permutation(len(texts))
    return [texts[i] for i in shuffled], (shuffled >= number // 2).astype(int)


# %%
train_texts, train_labels = cut_fragments(train_genes, 3000)
test_texts, test_labels = cut_fragments(test_genes, 600)
train_inputs = one_hot_encode(train_texts, length=40).astype("float32")  # padded on the right
test_inputs = one_hot_encode(test_texts, length=40).astype("float32")
letters = np.array(list(map(len, test_texts)))
print(train_inputs.shape, "padding:", f"{1 - train_inputs.sum() / (3000 * 40):.0%} of all places")
for text, label in zip(test_texts[:4], test_labels, strict=False):
    print(label, text.replace("GATC", "[GATC]"))

# %% [markdown]
# `recurrent_classifier` builds all five; padding is masked. They are trained side by side, one text
# in and five answers out, with nothing shared, as in unit 04. The next cell compiles.

# %%
POOLINGS = ("last", "all", "max", "mean", "attention")


def five_poolings(start):
    """One model with five networks in it: one-hot (B, 40, 4) to probabilities (B, 5, 2)."""
    one_hot = keras.Input((40, 4))
    networks = []
    for pooling in POOLINGS:
        network = recurrent_classifier("gru", 12, 2, pooling=pooling, length=40, seed=start)
        network.name = pooling
        networks.append(network)
    return keras.Model(one_hot, keras.ops.stack([network(one_hot) for network in networks], axis=1))


five, fresh = compiled(five_poolings(0), clipnorm=1.0)
five_labels = np.repeat(train_labels[:, None], 5, axis=1)
_ = five.train_on_batch(train_inputs[:50], five_labels[:50])

# %% [markdown] tags=["predict"]
# **Predict, then run.** A GRU of 12 units with its default biases reads up to 40 letters. The site
# may stand anywhere. Which pooling learns first, which last? Which weights must learn the same
# thing 40 times over, and which network has to hold what it found until the end?

# %%
aurocs = np.zeros((POOLING_STARTS, POOLING_EPOCHS, 5))


def train_poolings(start):
    """Train all five from one start; the AUROC of each after every epoch; the last answers."""
    start_again(five, fresh, five_poolings(100 * SEED + start).get_weights())
    for epoch in range(POOLING_EPOCHS):
        five.fit(train_inputs, five_labels, batch_size=50, verbose=0)
        answers = five.predict(test_inputs, batch_size=600, verbose=0)[..., 1]  # (B, 5)
        aurocs[start, epoch] = [roc_auc_score(test_labels, column) for column in answers.T]
    return answers


answers = train_poolings(0)

# %%
for start in range(1, POOLING_STARTS):
    answers = train_poolings(start)

# %%
middle, low, high = aurocs.mean(axis=0).T, aurocs.min(axis=0).T, aurocs.max(axis=0).T
epochs = np.arange(1, POOLING_EPOCHS + 1)
fig, ax = plt.subplots(figsize=(8.5, 4.6))
for number, pooling in enumerate(POOLINGS):
    at = epochs + 0.06 * (number - 2)
    bars = np.abs(np.stack([low[number], high[number]]) - middle[number])
    look = dict(color=PALETTE[number], ls=LINE_STYLES[number], marker=MARKERS[number])
    ax.errorbar(at, middle[number], yerr=bars, capsize=4, label=pooling, **look)
ax.axhline(0.5, color="black", ls=":")
ax.set(title="Is there a GATC? Five ways to one answer", xticks=epochs, ylim=(0.45, 1.03))
ax.set(xlabel="epochs", ylabel="AUROC, 600 test fragments")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), title="mean and range\nof the starts")
show_figure(
    fig,
    alt="AUROC after each epoch for five poolings, with bars from the lowest to the highest start. "
    "Max and attention rise first; the last state and all states side by side rise later. At the "
    "last epoch the five lie close together or nearly so.",
)
rise = {pooling: column.mean() for pooling, column in zip(POOLINGS, middle, strict=True)}
print(
    {pooling: round(float(value), 3) for pooling, value in rise.items()}, "(mean over the epochs)"
)
# seeds 0-4: worst 0.0637
assert_threshold("gru_lstm.attention_all", rise["attention"] - rise["all"], at_least=0.02)
# seeds 0-4: worst 0.0866
assert_threshold("gru_lstm.attention_last", rise["attention"] - rise["last"], at_least=0.02)
# seeds 0-4: worst 0.9919
assert_threshold("gru_lstm.pooling_end", middle[4, -1], at_least=0.85)

# %% [markdown]
# Max and attention say "somewhere", which is true, and learn early. The mean dilutes one good place
# among all others and learns all the same; one place that says "found" can be loud. The last state
# must carry the find to the end. All states side by side have weights for each of 40 places, and
# must learn for each of them what a site there looks like. Both can, and learned it later than
# attention did. (The measurement is the order; the reasons are what we think of it.) With more
# epochs the differences shrink: here a pooling decides how *soon* the network learns. Does it
# decide more when there are fewer fragments? Train on 500 of them, and see.
#
# Now the gates of the network with the last state, on the test fragment of which it is surest (one
# site, well inside), and where attention looked.

# %%
networks = {pooling: five.get_layer(pooling) for pooling in POOLINGS}
reads = gru_weights_from_keras(networks["last"].get_layer("memory_1").get_weights())
fits = [t.count("GATC") == 1 and 8 <= t.find("GATC") <= len(t) - 14 for t in test_texts]
certain = np.where(fits, answers[:, 0], -1).argmax()  # a site with letters on both sides
text, one_hot = test_texts[certain], test_inputs[[certain]]
run = gru_forward(one_hot[:, : len(text)], reads, reset_after=True)
memory = networks["attention"].get_layer("memory_1")
states = keras.Model(networks["attention"].input, memory.output)(one_hot)[:, : len(text)]
shares = as_numpy(networks["attention"].get_layer("pooling").shares(states))[0]
fig, axes = plt.subplots(3, 1, figsize=(13, 7), sharex=True, height_ratios=(3, 3, 2))
pictures = (
    (run.update[0], "update gate Z", 0, "viridis"),
    (run.states[0, 1:], "state H", -1, "PuOr"),
)
for ax, (values, title, lowest, colours) in zip(axes, pictures, strict=False):
    image = ax.imshow(values.T, aspect="auto", vmin=lowest, vmax=1, cmap=colours)
    ax.set(title=f"network with the last state: {title}", ylabel="unit", yticks=range(0, 12, 3))
    ax.grid(False)
    fig.colorbar(image, ax=ax)
axes[2].bar(range(len(text)), shares, color=PALETTE[1])
axes[2].set(title="network with attention pooling: share of each place", ylabel="share")
axes[2].set_xticks(range(len(text)), text)
axes[2].set_xlabel("the fragment")
sites = [i for i in range(len(text)) if text[i : i + 4] == "GATC"]
for site in sites:
    for ax in axes:
        ax.axvspan(site - 0.5, site + 3.5, fill=False, ec="red", lw=2.5)
show_figure(
    fig,
    alt="A real fragment of a gene with its GATC framed. Top, update gates: before the site they "
    "change from letter to letter, behind it those of some units are bright to the end. Middle, "
    "states: stripes that begin at the site and keep their colour. Bottom: the shares of "
    "attention, with most seeds highest at the end of the site or behind it.",
)
behind = shares[sites[0] + 3 :].sum()
print(f"share of attention at the C of the first site and behind it: {behind:.2f}")

# %% [markdown]
# The gates of some units turn at the site. Is that so on other fragments? Take those whose first
# site has letters on both sides, and the unit whose gate changes most.

# %%
places = {i: text.find("GATC") for i, text in enumerate(test_texts)}
inner = {i: at for i, at in places.items() if 8 <= at <= letters[i] - 12}
gates = gru_forward(test_inputs, reads, reset_after=True).update  # (B, 40, 12)


def before_and_behind(places):
    """Mean gate of each unit before and behind the place of each fragment, (2, D)."""
    cuts = [(gates[i, :at], gates[i, at + 4 : letters[i]]) for i, at in places.items()]
    return np.mean([[part.mean(axis=0) for part in parts] for parts in cuts], axis=0)


ahead, after = before_and_behind(inner)
holder = (after - ahead).argmax()
without = [i for i, label in enumerate(test_labels) if label == 0 and letters[i] >= 20]
elsewhere = {i: rng.integers(8, letters[i] - 11) for i in without}
control_ahead, control_after = before_and_behind(elsewhere)
print(f"unit {holder} keeps of its state at each letter, before and behind")
print(f"the site, {len(inner)} fragments: {ahead[holder]:.2f} {after[holder]:.2f}")
print(f"a place without: {control_ahead[holder]:.2f} {control_after[holder]:.2f}")
turned, control = (after - ahead)[holder], (control_after - control_ahead)[holder]
# seeds 0-4: worst 0.6136
assert_threshold("gru_lstm.gate_turns", turned, at_least=0.15)
# seeds 0-4: worst 0.3278
assert_threshold("gru_lstm.gate_turns_elsewhere", abs(control) / turned, at_most=0.5)

# %% [markdown]
# **This is the decision.** Before the site the gate lets this unit be rewritten; behind it, it says
# "keep", on average over all these fragments. Nobody told the network when, and the bias at the
# start was 0. Could it be the place in the fragment and not the site? In fragments without GATC,
# cut anywhere, the same gate changes by less than half as much, up or down. (The unit was picked
# for its change on the fragments with a site, which flatters that change a little; the other
# fragments had no part in picking it.)
#
# Why did a bias of 0 suffice here, and not in section 5? Likely because the marker there always
# stood at the far end. Here the site stands anywhere, in many fragments near the end, from where a
# gradient arrives (section 4).
#
# The lowest row of the picture shows where attention looked, in this one fragment. With four of the
# five seeds that we measured it gave nearly all its shares to the end of the site and what lies
# behind it; with one it looked before the site. It shows *where*, and not why; unit 07 begins here,
# and asks what such a picture is worth.
#
# ## 8 · More layers, and two directions
#
# Layers can be stacked: the second reads the states of the first (`num_layers=2`). And a second
# network may read from the end (`bidirectional=True`), its states set beside the first one's. What
# does a place know then? Change the last of ten letters and see which answers move.

# %% tags=["nbval-check-output"]
pair = one_hot_encode(["GATTACAGGC", "GATTACAGGA"])
for layers, both in ((1, False), (2, False), (1, True)):
    tagger = sequence_tagger("gru", 8, 2, num_layers=layers, bidirectional=both, seed=1)
    first, second = as_numpy(tagger(pair))
    moved = np.flatnonzero(np.abs(first - second).max(axis=1) > 1e-7)
    print(
        f"layers {layers}, both directions {both!s:5s}: {tagger.count_params():5d} weights,",
        end=" ",
    )
    print("answers that move:", moved.tolist())

# %% [markdown]
# With two directions every place knows the whole sequence. For tagging letters or for one answer
# that is what we want (deep dive 06a). To **generate**, or to predict the next letter, it is
# forbidden: the second direction would read the letter that it is to predict. And a stream that has
# not ended, a DNA molecule in a nanopore, has no end to begin from.
#
# ## 9 · Padding, and who sees it
#
# Sequences of a batch must have one length, so short ones are filled up with zeros. A **mask**,
# (B, L) of True and False, tells a recurrent layer which steps to leave out: it hands on the old
# state. Keras attaches the mask to the numbers (`Masking`, or `Embedding(mask_zero=True)`), and
# each layer hands it on, or does not.


# %% tags=["nbval-check-output"]
class Probe(keras.layers.Layer):
    """Hands on what comes, and notes whether a mask came with it."""

    supports_masking = True

    def call(self, x, mask=None):
        self.found = mask is not None
        return x


ways = {
    "Dense": keras.layers.Dense(4),
    "Conv1D": keras.layers.Conv1D(4, 3, padding="same"),
    "Reshape": keras.layers.Reshape((40, 4)),
    "GlobalMaxPooling1D": keras.layers.GlobalMaxPooling1D(),
    "keras.ops.reshape": lambda x: keras.ops.reshape(x, (-1, 40, 4)),
    "MaskedConv1D (this course)": MaskedConv1D(4, 3),
}
for name, way in ways.items():
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        probe = Probe()
        probe(way(keras.layers.Masking()(keras.Input((40, 4)))))
    warned = any("destroy the mask" in str(warning.message) for warning in heard)
    print(f"{name:28s} mask arrives behind it: {probe.found!s:5s}  Keras warns: {warned}")

# %% [markdown]
# Keras 3 warns where a *layer* loses the mask; `GlobalMaxPooling1D`, for one, lets padding into the
# maximum. Functions of `keras.ops`, here `reshape`, lose it **without a word**. And nothing warns
# of what is right by the rules and wrong for the question. We take two of the trained networks, the
# last state and the mean, with the mask and without it.


# %%
def same_weights(pooling, masked):
    """A trained network anew, with or without its mask, for any length."""
    one_hot = keras.Input((None, 4))
    x = keras.layers.Masking()(one_hot) if masked else one_hot
    memory = keras.layers.GRU(12, return_sequences=pooling == "mean")
    output = keras.layers.Dense(2, activation="softmax")
    x = memory(x)
    if pooling == "mean":
        x = keras.layers.GlobalAveragePooling1D()(x)
    model = keras.Model(one_hot, output(x))
    for layer, name in ((memory, "memory_1"), (output, "output")):
        layer.set_weights(networks[pooling].get_layer(name).get_weights())
    return model


def pad(texts, **options):
    """One-hot fragments, padded or cut as the options of pad_sequences say."""
    gaps = pad_sequences(texts, **options)  # the gap - becomes a row of zeros
    return np.array([[[x == base for base in "ACGT"] for x in text] for text in gaps], "float32")


# %% [markdown] tags=["predict"]
# **Predict, then run.** Both networks were trained with right padding to 40 and a mask. What
# happens to their accuracy when the mask is missing? When there are 160 more zeros, since one
# sequence of the batch is long? When the padding stands on the left? When fragments are cut to 20
# letters?

# %%
experiments = {
    "right padding, mask": (True, dict(length=40)),
    "right padding, no mask": (False, dict(length=40)),
    "160 more zeros, no mask": (False, dict(length=200)),
    "left padding, mask": (True, dict(length=40, side="left")),
    "left padding, no mask": (False, dict(length=40, side="left")),
    "cut to the first 20, mask": (True, dict(length=20, truncate="right")),
    "cut to the last 20, mask": (True, dict(length=20, truncate="left")),
}
padded = {}
for name, (masked, options) in experiments.items():
    for pooling in ("last", "mean"):
        chances = as_numpy(same_weights(pooling, masked)(pad(test_texts, **options)))[:, 1]
        move = np.abs(chances - padded.get(("right padding, mask", pooling), (0, 0, chances))[2])
        padded[name, pooling] = np.mean((chances > 0.5) == test_labels), move.max(), chances
    told = [f"{pooling} {padded[name, pooling][0]:.3f}" for pooling in ("last", "mean")]
    told += [f"{pooling} {padded[name, pooling][1]:.3f}" for pooling in ("last", "mean")]
    print(f"{name:24s} accuracy {told[0]} {told[1]}; largest move {told[2]} {told[3]}")

# %%
for pooling in ("last", "mean"):
    assert padded["left padding, mask", pooling][1] < 1e-3
zeros_move = max(padded["160 more zeros, no mask", pooling][1] for pooling in ("last", "mean"))
whole, first, last = (
    padded[name, "last"][0]
    for name in ("right padding, mask", "cut to the first 20, mask", "cut to the last 20, mask")
)
# seeds 0-4: worst 0.7684
assert_threshold("gru_lstm.zeros_move", zeros_move, at_least=0.1)
# seeds 0-4: worst 0.1533
assert_threshold("gru_lstm.cut_cost", whole - max(first, last), at_least=0.03)

# %% [markdown]
# The move is the largest change of one fragment's probability against the first line. With the mask
# the side of the padding does not matter. Without it the answer to a fragment depends on how long
# the longest sequence of its batch happens to be, and single answers move by more than 0.1. **The
# accuracy need not show it**: it may fall, or even rise by luck. Cutting hurts, and no mask helps:
# what was cut off is gone, and a label that spoke of it is now wrong. Here the site may stand
# anywhere, so neither end is the better one to cut. Where the evidence stands at one end, as a
# signal peptide does in a protein, **which end** is cut is a decision about biology, often made by
# the default of a function.
#
# The last one is the most silent. One row of a batch is empty, a sequence that a filter upstream
# emptied. What do the networks say, and what does one step of training do?

# %%
empty = np.concatenate([test_inputs[:7], np.zeros((1, 40, 4), "float32")])
for pooling in ("last", "max", "mean", "attention"):
    print(f"{pooling:9s} answers to an empty row:", as_numpy(networks[pooling](empty))[-1].round(3))
mean_network = recurrent_classifier("gru", 12, 2, pooling="mean")
mean_network.compile("adam", "sparse_categorical_crossentropy")
loss = mean_network.train_on_batch(empty, np.append(test_labels[:7], 0))
afterwards = as_numpy(mean_network(test_inputs[:7]))  # the seven rows that are not empty
print("loss of the batch:", loss, " answers to the other rows afterwards:", np.unique(afterwards))
assert np.isnan(loss) and np.isnan(afterwards).all()

# %% [markdown]
# Three give probabilities for nothing, without complaint; the mean divides 0 by 0, and one empty
# row in one batch spoils the weights for all rows that follow. Check before training:
# `lengths.min() > 0`. The lab is about a batch whose padding nobody masked. Batches of similar
# lengths, which need little padding in the first place, are in deep dive 06c.
#
# ## Take-aways
#
# 1. A gate is a share between 0 and 1, computed from the letter and the state. GRU: one gate keeps
#    and, as its complement, writes. LSTM: keep, write and show are free, and the memory is not the
#    state.
# 2. Keras: z, r, h and i, f, c, o; `reset_after=True` is another model than the page's; an LSTM
#    hands back H before C.
# 3. A gate whose bias is about log T keeps for about T steps. **In the training of section 5 GRU
#    and LSTM with default biases stayed at guessing from every start; with chrono biases nearly
#    every start succeeded.** Gates *and* bias. More time at a smaller rate helped the LSTM at lag
#    40, and not the GRU.
# 4. Gates can be drawn. One network kept its memory open and let it grow; another had a gate that
#    turned to "keep" behind the restriction site it was looking for.
# 5. A pooling is a belief about where the evidence stands; with it went how soon a network learned.
# 6. Two directions know all of the sequence: right for tags, forbidden for generation.
# 7. Masks get lost: layers of Keras warn, functions do not. Empty rows, cut ends and unmasked
#    padding are silent.
#
# From here: *06a* (secondary structure, a tag for each residue), *06b* (a language model of proteins,
# and whether its weights help another task), *06c* (what recurrence costs), *06d* (reading frames:
# does what reads order beat word counts?), *06e* (recurrent networks on the
# ladder), and the lab.
#
# ## What this representation cannot see
#
# All that a recurrent network knows of the past is D numbers, 2 D in an LSTM. To compare letter 3
# with letter 300, letter 3 must have been kept, before anything said that it would be needed. It
# cannot look back. And it must read one letter after the other: no computer, however wide, reads a
# sequence of 10,000 letters in fewer than 10,000 steps that way (deep dive 06c). Unit 07 drops the
# state and lets every place look at every other.
#
# ## References
#
# - Hochreiter S., Schmidhuber J. Long short-term memory. Neural Comput. 1997.
#   doi:10.1162/neco.1997.9.8.1735 (no forget gate yet)
# - Gers F. A., Schmidhuber J., Cummins F. Learning to forget: continual prediction with LSTM.
#   Neural Comput. 2000. doi:10.1162/089976600300015015 (the forget gate)
# - Cho K. et al. Learning phrase representations using RNN encoder-decoder for statistical machine
#   translation. EMNLP 2014. arXiv:1406.1078 (the GRU; its versions differ in where the reset
#   stands)
# - Tallec C., Ollivier Y. Can recurrent neural networks warp time? ICLR 2018. arXiv:1804.11188
#   (chrono initialisation)
# - Jozefowicz R., Zaremba W., Sutskever I. An empirical exploration of recurrent network
#   architectures. ICML 2015, PMLR 37. ISBN 978-1-5108-1058-7 (a forget bias of 1)
# - Schuster M., Paliwal K. K. Bidirectional recurrent neural networks. IEEE Trans. Signal Process.
#   1997. doi:10.1109/78.650093
# - Lin Z. et al. A structured self-attentive sentence embedding. ICLR 2017. arXiv:1703.03130
#   (attention pooling)
