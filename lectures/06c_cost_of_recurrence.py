# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: all
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   bioseq: {unit: gru_lstm, kind: dive, title: "What recurrence costs", minutes: 30}
# ---

# %% [markdown]
# # What recurrence costs
#
# Deep dive 06c of the unit *gru_lstm*.
#
# ## Why
# Recurrent networks have few weights, and yet they train slowly. The belief that breaks here:
# **"a network is as slow as its arithmetic is long."** An LSTM and a convolution with exactly the
# same number of multiplications take very different times, because the LSTM has to do its
# multiplications one after the other.
#
# This decides practical things: how long your sequences may be, whether to compile, how to make
# batches. And it is one of the reasons for the architecture of the next unit.
#
# ## Objectives
# After this deep dive you can
#
# - count the multiplications and the *sequential steps* of a layer;
# - measure time against length, and keep preparation and training apart;
# - work out after how many sequences compiling pays for itself;
# - use larger batches and length buckets, and say what each of them costs;
# - tell `dropout` from `recurrent_dropout` by what they do to a memory;
# - say which recurrences can be computed in parallel all the same, and why an LSTM cannot.
#
# ## Prerequisites
# The core lecture `06_gru_lstm`; length buckets (04e).
#
# ## Time
# 30 minutes. The notebook runs in about a minute.
#
# All times are **processor seconds** (`time.process_time`), each the best of several repeats, so
# that other programs on the same machine disturb them little. They differ between machines; what
# the text claims are wide ratios. Processor time adds up what several cores do, so it hides one
# more advantage of the convolution: its work can be shared among cores, and the LSTM's steps
# cannot.

# %%
from bioseq_course.alphabet import PROTEIN
from bioseq_course.batching import length_buckets, padding_share
from bioseq_course.encode import index_encode
from bioseq_course.ladder import load_ladder
from bioseq_course.plots import LINE_STYLES, MARKERS, PALETTE, show_figure, use_course_style
from bioseq_course.run import choose, quiet_start, seed
from bioseq_course.thresholds import assert_threshold

with quiet_start():
    from bioseq_course.models import recurrent_layer, sequence_tagger

    import keras

import time

import matplotlib.pyplot as plt
import numpy as np

use_course_style()
SEED = seed()
rng = np.random.default_rng(SEED)
as_numpy = keras.ops.convert_to_numpy
keras.utils.set_random_seed(SEED)


# %%
def best_seconds(run, repeats=5):
    """Least processor time of several calls."""
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return min(seconds)


# %% [markdown]
# ## 1 · Arithmetic and steps
# One sequence of $L$ letters, alphabet $A$. Multiplications in one pass forwards, biases and
# activations left out:
#
# | layer | multiplications | steps that must wait for one another |
# |---|---|---|
# | convolution, $F$ filters of width $W$ | $L \cdot W A F$ | 1 |
# | LSTM, $D$ units | $L \cdot 4 D (A + D)$ | $L$ |
# | GRU, $D$ units | $L \cdot 3 D (A + D)$ | $L$ |
#
# Step $t$ of a recurrent layer needs $H_{t-1}$, so it cannot begin before step $t - 1$ is done. All
# places of a convolution can be computed at once. We choose sizes with **equal arithmetic**:

# %% tags=["nbval-check-output"]
UNITS, FILTERS, WIDTH = 32, 64, 18
products = {
    "convolution": WIDTH * 4 * FILTERS,
    "LSTM": 4 * UNITS * (4 + UNITS),
    "GRU": 3 * UNITS * (4 + UNITS),
}
for name, number in products.items():
    steps = 1 if name == "convolution" else 200
    print(f"{name:12s}{number:6,} multiplications a letter; 200 letters: {steps:3d} steps in line")

# %% [markdown]
# ### The same arithmetic, in one piece and in 200
# Before any network: one sequence, a matrix product $X W$ with $X$ $(L, A + D)$ and $W$ $(A + D,
# 4 D)$. Once for all places together, and once place by place, as a recurrent layer has to. (Ten
# repeats make one measurement, since a single one is too short for the clock.)

# %%
inputs = rng.normal(size=(200, 4 + UNITS)).astype("float32")  # (L, A + D)
weights = rng.normal(size=(4 + UNITS, 4 * UNITS)).astype("float32")


def at_once():
    return inputs @ weights  # one product of 200 rows


def place_by_place():
    return np.stack([letter @ weights for letter in inputs])  # 200 products of one row


assert np.abs(at_once() - place_by_place()).max() <= 1e-4

# %%
seconds = {
    run.__name__: best_seconds(lambda run=run: [run() for _ in range(10)], 20) / 10
    for run in (at_once, place_by_place)
}
print({name: f"{1e6 * value:.0f} microseconds" for name, value in seconds.items()})
# All bounds here were set after seeing seeds 0 to 4: guards against regressions, no tests.
# seeds 0-4: worst 12.6813
assert_threshold(
    "gru_lstm.cost_pieces", seconds["place_by_place"] / seconds["at_once"], at_least=1.3
)

# %% [markdown]
# The same numbers, and place by place takes longer: each small product must be started anew, and
# reads all weights for a single row. (The loop of Python over the places is in this time, too.) On
# hardware with thousands of arithmetic units expect a larger difference: most of them have nothing
# to do while one small product is computed. We did not measure that.
#
# (A recurrent layer can do one half at once: $X_t W_{xh}$ does not need the past, so all places of
# it can be computed in one product. $H_{t-1} W_{hh}$ cannot. Appleyard and others 2016 describe
# what else is done on graphics cards.)

# %% [markdown] tags=["predict"]
# ### Predict, then run
# We time training steps of Keras: convolution, GRU and LSTM with the sizes above, sequences of 25
# to 400 letters (*full*: to 800), 64 in a batch. **Before you run the next cells**: convolution and
# LSTM have equal arithmetic; how many times as long does the LSTM take at the longest length? If
# the length doubles, what happens to each?


# %%
def network(name):
    """Keras model from one-hot `(B, L, 4)`, any L, to one probability; compiled without XLA."""
    if name == "convolution":
        layers = [
            keras.layers.Conv1D(FILTERS, WIDTH, padding="same", activation="relu"),
            keras.layers.GlobalMaxPooling1D(),
        ]
    else:
        layers = [recurrent_layer(name.lower(), UNITS, seed=SEED)]
    model = keras.Sequential(
        [keras.Input((None, 4)), *layers, keras.layers.Dense(1, activation="sigmoid")]
    )
    model.compile("adam", "binary_crossentropy", jit_compile=False)
    return model


# %%
def random_batch(number, length):
    letters = rng.integers(4, size=(number, length))
    return np.eye(4, dtype="float32")[letters], rng.integers(2, size=(number, 1))


# %%
LENGTHS = choose(quick=(25, 50, 100, 200, 400), full=(25, 50, 100, 200, 400, 800))
BATCH = 64


def time_steps(model, length, repeats=12):
    """Processor seconds of the first training step and of the best later one."""
    one_hot, labels = random_batch(BATCH, length)

    def step():
        model.train_on_batch(one_hot, labels)

    return best_seconds(step, repeats=1), best_seconds(step, repeats=repeats)


# %%
first, later = {}, {}  # (name, length): seconds of a step
for name in products:
    for length in LENGTHS:
        first[name, length], later[name, length] = time_steps(network(name), length)
    times = [f"{1000 * later[name, length]:.0f}" for length in LENGTHS]
    print(f"{name:12s} ms a step:", *times, f"  the first one {first[name, LENGTHS[-1]]:.1f} s")

# %%
fig, ax = plt.subplots(figsize=(8.5, 4.6))
for i, name in enumerate(products):
    values = [later[name, length] * 3000 / BATCH for length in LENGTHS]
    ax.plot(LENGTHS, values, color=PALETTE[i], marker=MARKERS[i], ls=LINE_STYLES[i], label=name)
ax.set(xscale="log", yscale="log", xlabel="letters in a sequence")
ax.set(ylabel="processor seconds", title="An epoch of 3,000 sequences")
ax.set_xticks(LENGTHS, LENGTHS)
ax.set_yticks((0.1, 0.2, 0.5, 1, 2, 5), ("0.1", "0.2", "0.5", "1", "2", "5"))
ax.minorticks_off()
ax.legend()
show_figure(
    fig,
    alt="Processor seconds of an epoch of 3,000 sequences, against 25 to 400 letters, both scales "
    "logarithmic. The lines of LSTM and GRU lie close together and rise with the length. "
    "The convolution's line lies several times lower.",
)

# %%
longest = LENGTHS[-1]
ratio = later["LSTM", longest] / later["convolution", longest]
growth = later["LSTM", longest] / later["LSTM", LENGTHS[0]]
print(f"{longest} letters: the LSTM takes {ratio:.1f} times as long as the convolution")
print(f"{longest // LENGTHS[0]} times the length: {growth:.1f} times the time of the LSTM")

# %%
small = choose(quick=1, full=0.1)  # bounds of a full run are wider: it may be on a GPU
# seeds 0-4: worst 4.2513
assert_threshold("gru_lstm.cost_lstm_by_convolution", ratio, at_least=2 * small)
# seeds 0-4: worst 7.9884
assert_threshold("gru_lstm.cost_growth_with_length", growth, at_least=3 * small)
gru = later["GRU", longest] / later["LSTM", longest]
# seeds 0-4: worst 1.2184
assert_threshold("gru_lstm.cost_gru_by_lstm", gru, at_least=0.6 * small)

# %% [markdown]
# Equal arithmetic, and the LSTM takes several times as long. Its time grows with the length, more
# slowly than the length itself, since a batch has fixed costs as well. The GRU has three quarters
# of the LSTM's arithmetic and is no winner; where the bounds were measured, it even took longer. A
# likely reason: a step consists mostly of small operations and of starting them, not of
# multiplying, and Keras's GRU has no fewer of them. (The convolution's time grows with the length
# as well, once the arithmetic outweighs the fixed costs of a batch. The difference is that its work
# *could* be shared among cores.)
#
# ## 2 · Larger batches
# If a step costs mostly its start, let it do more: more sequences in a batch. The LSTM, 50 letters,
# processor time *for one sequence*:

# %%
SIZES = (8, 32, 128, 512)
model = network("LSTM")
one_hot, labels = random_batch(512, 50)
per_sequence = []
for size in SIZES:
    batch = one_hot[:size], labels[:size]
    model.train_on_batch(*batch)  # prepares for this shape
    per_sequence.append(best_seconds(lambda batch=batch: model.train_on_batch(*batch)) / size)
print({size: f"{1000 * value:.2f} ms" for size, value in zip(SIZES, per_sequence, strict=True)})

# %%
# seeds 0-4: worst 13.6079
assert_threshold("gru_lstm.cost_batch_gain", per_sequence[0] / per_sequence[-1], at_least=3)

# %% [markdown]
# A sequence in a batch of 512 costs a fraction of a sequence in a batch of 8. The price: 64 times
# fewer steps of the descent in an epoch, and more memory, since the states of all places are kept
# for the way back. The batch size is a choice about *learning* as well as about time.
#
# ## 3 · Does compiling pay?
# Without a compiler the framework walks through the loop over the places and starts each small
# operation by itself. The compiler **XLA** (`jit_compile=True` in `compile`) makes one program of
# the whole training step: operations are fused, and starting them costs less. It takes seconds to
# do so, once for each model *and for each shape of a batch*.

# %%
LENGTH = 100
compiled = {}  # XLA: (seconds of the first step, of the best later one)
for xla in (False, True):
    model = network("LSTM")
    model.compile("adam", "binary_crossentropy", jit_compile=xla)
    compiled[xla] = time_steps(model, LENGTH)
    print(f"XLA {xla!s:5}: first step {compiled[xla][0]:.2f} s", end=", ")
    print(f"later {1000 * compiled[xla][1]:.1f} ms")
again, _ = time_steps(model, LENGTH + 1, repeats=1)
print(f"the compiled model, sequences one letter longer: first step {again:.2f} s")

# %%
gain = compiled[False][1] / compiled[True][1]
extra = compiled[True][0] - compiled[False][0]  # seconds, once
saved = compiled[False][1] - compiled[True][1]  # seconds in each step
print(f"compiling costs {extra:.1f} s more; each step saves {1000 * saved:.1f} ms")

# %%
pays_after = extra / max(saved, 1e-4) * BATCH
print(f"it pays after about {pays_after:,.0f} sequences, repeats counted")
# seeds 0-4: worst 1.4519
assert_threshold("gru_lstm.cost_xla_wait", extra, at_least=0.3)
# seeds 0-4: worst 329.8669
assert_threshold("gru_lstm.cost_xla_again", again / compiled[True][1], at_least=10)
# seeds 0-4: worst 1.7074
assert_threshold("gru_lstm.cost_xla_gain", gain, at_least=0.9 * small)
# seeds 0-4: worst 9640.1024
assert_threshold("gru_lstm.cost_xla_pays_after", pays_after, at_least=1000 * small)

# %% [markdown]
# A compiled step is cheaper, and the wait is worth thousands of sequences. (Count repeats: 3,000
# sequences read in 10 epochs are 30,000.) So compile where a model sees tens of thousands of
# sequences of *one* shape, and not in a short trial. A last batch that is
# smaller, or batches of different lengths, are new shapes, and each waits again.
# `benchmarks/bench_rnn.py` sets TensorFlow with and without XLA beside JAX, which compiles always
# and keeps the loop inside its own program.
#
# ## 4 · Two dropouts, inside the loop
# A recurrent layer takes `dropout` and `recurrent_dropout`. What does each drop, and when? Let a
# plain cell copy its input (identity matrix) or keep its state (identity matrix), and look at one
# training step: 5 places, 8 units, all numbers 1.

# %%
copies = {"activation": "linear", "return_sequences": True, "seed": SEED}
reads = keras.layers.SimpleRNN(
    8, dropout=0.5, kernel_initializer="identity", recurrent_initializer="zeros", **copies
)
keeps = keras.layers.SimpleRNN(
    8, recurrent_dropout=0.5, kernel_initializer="zeros", recurrent_initializer="identity", **copies
)
open_gru = recurrent_layer("gru", 8, gate_bias=50, recurrent_dropout=0.5, return_sequences=True)

# %%
ones, some = np.ones((1, 5, 8), "float32"), np.ones((1, 8), "float32")
anew = as_numpy(keras.layers.Dropout(0.5, seed=SEED)(ones, training=True))[0]  # (L, D)
read = as_numpy(reads(ones, training=True))[0]
print("Dropout layer, units kept at each place:    ", (anew > 0).sum(axis=1).tolist())
print("places alike?", (anew == anew[0]).all(), "; with dropout=0.5:", (read == read[0]).all())
assert (read == read[0]).all() and (anew != anew[0]).any()

# %%
kept = as_numpy(keeps(ones, initial_state=some, training=True))[0]
gated = as_numpy(open_gru(ones, initial_state=some, training=True))[0]
print("recurrent_dropout=0.5, plain cell, units after 5 places:", kept[-1].tolist())
print("recurrent_dropout=0.5, GRU with open gates:             ", gated[-1].round(3).tolist())
assert set(kept[-1]) <= {0, 32} and np.allclose(gated, 1)

# %% [markdown]
# Each draws its mask **once for a sequence** and uses it at every place (Gal and Ghahramani 2016);
# a `Dropout` layer draws anew at each place. `dropout` takes input features away;
# `recurrent_dropout` takes units of $H_{t-1}$ away before the matrix. In the plain cell, which
# should only keep, that ruins the memory: dropped units are 0, the others double at each place
# ($2^5 = 32$, since what stays is divided by 0.5; a tanh would keep them below 1, and would not
# bring back the dropped ones). In the GRU the road $Z \odot H$ of the core lecture is not touched:
# gates and candidate read a thinned state, the memory stays.
#
# There is a price. On a GPU, Keras has a fast program for a whole LSTM or GRU (cuDNN's), and among
# the conditions for it are the usual activations and **no** `recurrent_dropout`. One argument in
# the constructor moves a training from the fast road to the loop. (Not measured here: this notebook
# runs on processors without it.)
#
# ## 5 · Length buckets
# A recurrent layer walks to the end of the *longest* row of its batch, mask or no mask: masked
# steps are computed and thrown away. So the time goes with the places of a batch, padding included.
# `length_buckets` puts rows of similar length into a batch. We take proteins of the course, cut to
# 400 residues, and time one pass forwards, without training, of a tagger (an LSTM with an embedding
# and a mask) over all. Every batch is cut to its own longest row, with buckets and without.

# %%
ladder = load_ladder()
rows = rng.choice(len(ladder), size=choose(quick=512, full=2048), replace=False)
proteins = [ladder.protein[row][:400] for row in rows]
lengths = np.array([len(protein) for protein in proteins])

# %%
indices = index_encode(proteins, PROTEIN, unknown="index")  # (512, 400), 0 is padding
batches = {
    "as they come": np.array_split(rng.permutation(len(rows)), len(rows) // 32),
    "buckets": length_buckets(lengths, 32, rng=rng),
}
for name, groups in batches.items():
    print(f"{name:13s}{len(groups)} batches, {padding_share(lengths, groups):.0%} padding")

# %%
reader = sequence_tagger("lstm", UNITS, 2, num_letters=20, embedding=16, bidirectional=False)


def read_all(groups):
    for group in groups:
        reader.predict_on_batch(indices[group, : lengths[group].max()])


# %%
for groups in batches.values():
    read_all(groups)  # prepares
spent = {name: best_seconds(lambda g=groups: read_all(g), 3) for name, groups in batches.items()}
time_saved = 1 - spent["buckets"] / spent["as they come"]
print({name: f"{value:.2f} s" for name, value in spent.items()}, f"saved: {time_saved:.0%}")

# %%
less = padding_share(lengths, batches["as they come"]) - padding_share(lengths, batches["buckets"])
# seeds 0-4: worst 0.3153
assert_threshold("gru_lstm.cost_bucket_padding", less, at_least=0.1)
# seeds 0-4: worst 0.1807
assert_threshold("gru_lstm.cost_bucket_time_saved", time_saved, at_least=0.1 * small)

# %% [markdown]
# (What the first pass over new shapes costs is not in these times.)
#
# Buckets and compiling pull in opposite directions: a bucket has a length of its own, and each new
# length is a new shape. The usual peace: round lengths up to a few values (64, 128, 256 ...), so
# that there are a few shapes and little padding. And, as 04e said, the rows of a bucket are no fair
# draw: where class goes with length, a batch is one-sided.
#
# ## 6 · Which recurrences need not wait?
# Is it the recurrence itself? Take a *linear* one, with numbers $a_t$, $x_t$ and $h_0 = 0$:
#
# $$h_t = a_t h_{t-1} + x_t .$$
#
# Two steps in a row are again such a step: $h_{t+1} = (a_{t+1} a_t)\, h_{t-1} + (a_{t+1} x_t +
# x_{t+1})$. So pairs of steps can be joined, all pairs at the same time; then pairs of pairs. After
# $\lceil \log_2 L \rceil$ rounds all states are there (a **scan**, Blelloch 1989; for networks
# Martin and Cundy 2018). Waiting is bought with arithmetic: the simple form below works on all
# places in each round, about $L \log_2 L$ operations in place of $L$. Blelloch's form needs about
# twice as many rounds, and a number of operations in proportion to $L$.


# %%
def one_by_one(a, x):
    """Numbers `(L,)`, `(L,)` to states `(L,)` in L steps."""
    states = [0.0]
    for factor, value in zip(a, x, strict=True):
        states.append(factor * states[-1] + value)
    return np.array(states[1:])


# %%
def by_doubling(a, x):
    """The same in about log2(L) rounds; each round is one operation on whole arrays."""
    a, x, reach, rounds = a.copy(), x.copy(), 1, 0
    while reach < len(x):
        x[reach:] += a[reach:] * x[:-reach]
        a[reach:] *= a[:-reach]
        reach, rounds = 2 * reach, rounds + 1
    return x, rounds


# %% tags=["nbval-check-output"]
draw = np.random.default_rng(0)
a, x = draw.uniform(0.5, 1, 1000), draw.normal(size=1000)
states, rounds = by_doubling(a, x)
print("steps 1000, rounds", rounds, " equal:", np.abs(states - one_by_one(a, x)).max() <= 1e-10)

# %% [markdown] tags=["predict"]
# ### Predict, then run
# An LSTM's memory is $C_t = F_t \odot C_{t-1} + I_t \odot \tilde{C}_t$: that looks like the linear
# recurrence, with $a_t = F_t$. **Before you read on**: why can it not be computed by doubling?

# %% [markdown]
# Because $F_t$, $I_t$ and $\tilde{C}_t$ depend on $H_{t-1}$, which depends on $C_{t-1}$: the
# factors are not known before the step before is done. Let the gates and the candidate see the
# *input alone*, and all factors are known at once. The counts for 200 letters, a chain of waiting
# steps each (dilated convolutions: each layer three times as far as the one before; five layers see
# 243 letters, centred on the place that answers):

# %% tags=["nbval-check-output"]
L = 200
chains = {
    "LSTM, GRU": (L, "each state needs the one before"),
    "gates that see the input alone": (int(np.ceil(np.log2(L))), "doubling"),
    "one convolution": (1, "but it sees only its width"),
    "dilated convolutions of width 3": (int(np.ceil(np.log(L) / np.log(3))), "layers to see all"),
    "attention (unit 07)": (1, "every letter looks at every other one: L * L pairs"),
}
for name, (steps, remark) in chains.items():
    print(f"{name:32s}{steps:4d}  {remark}")

# %% [markdown]
# There are two ways out of the waiting, and both are in use. Give up the dependence of the gates on
# the state (quasi-recurrent networks, Bradbury and others 2016; selective state-space models such
# as Mamba, Gu and Dao 2023). Or give up the recurrence, and let every letter look at every other
# one: that is attention (Vaswani and others 2017), in exchange for $L^2$ pairs. The next unit
# begins there.
#
# What recurrence buys for its price stays true: memory of fixed size, whatever the length, and one
# cheap step for one more letter, however many came before. That is what counts where letters arrive
# one by one, or are written one by one (05b). Attention has to look back at all of them.
#
# ## Take-aways
# - Count sequential steps, not only multiplications. With equal arithmetic the LSTM took several
#   times the processor time of a convolution; parallel hardware can share out the convolution's
#   work, and not the LSTM's steps.
# - Larger batches make a recurrent step worth its start; they also change the learning.
# - Compiling costs seconds for each shape, and pays in long trainings with few shapes.
# - `recurrent_dropout` spares the memory of a gated cell and ruins that of a plain one; on a GPU it
#   costs the fast program.
# - Buckets save recurrent layers time, the more so the more padding they take away.
# - A linear recurrence needs about $\log_2 L$ rounds, on hardware that works on all places at
#   once. The LSTM's gates look at its own state, and that is what makes it wait.
#
# ## References
# - J. Appleyard, T. Kočiský, P. Blunsom (2016), *Optimizing performance of recurrent neural
#   networks on GPUs*, [arXiv:1604.01946](https://arxiv.org/abs/1604.01946)
# - E. Martin, C. Cundy (2018), *Parallelizing linear recurrent neural nets over sequence length*,
#   [arXiv:1709.04057](https://arxiv.org/abs/1709.04057)
# - G. E. Blelloch (1989), *Scans as primitive parallel operations*, IEEE Transactions on
#   Computers 38:1526–1538, doi:[10.1109/12.42122](https://doi.org/10.1109/12.42122)
# - J. Bradbury, S. Merity, C. Xiong, R. Socher (2016), *Quasi-recurrent neural networks*,
#   [arXiv:1611.01576](https://arxiv.org/abs/1611.01576)
# - A. Gu, T. Dao (2023), *Mamba: linear-time sequence modeling with selective state spaces*,
#   [arXiv:2312.00752](https://arxiv.org/abs/2312.00752)
# - Y. Gal, Z. Ghahramani (2016), *A theoretically grounded application of dropout in recurrent
#   neural networks*, [arXiv:1512.05287](https://arxiv.org/abs/1512.05287)
# - A. Vaswani and others (2017), *Attention is all you need*,
#   [arXiv:1706.03762](https://arxiv.org/abs/1706.03762): sequential steps and path lengths, table 1
