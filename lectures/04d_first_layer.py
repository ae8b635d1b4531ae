# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: all
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   bioseq: {unit: cnn_motifs, kind: dive,
#     title: "Does the first layer learn whole motifs?", minutes: 25}
# ---

# %% [markdown]
# # Does the first layer learn whole motifs?
#
# Deep dive 04d of the unit *cnn_motifs*.
#
# ## Why
# The core lecture read filters as motifs. Dive 04c found a network with two layers that classifies
# well and has hardly a motif in its first layer. So the belief that breaks here is **"the network
# classifies well, so its filters are motifs."**
#
# Two remedies are published: a wide pool behind the first layer (Koo and Eddy 2019), and an
# exponential in the place of the ReLU (Koo and Ploenzke 2021). We cross them, two activations by
# two pools. Then we ask a question about the ruler: how much of the difference lies in the filters,
# and how much in the way in which we read them?
#
# ## Objectives
# After this deep dive you can
#
# - explain why a small pool lets the next layer put a motif together, and show it in NumPy;
# - compare two activations from the same start, and count filters that match a planted motif;
# - explain why an exponential makes a layer sparse;
# - tell a property of a filter from a property of the rule that reads it.
#
# ## Prerequisites
# The core lecture `04_cnn_motifs` (scan, filters read as motifs, Tomtom), the end of section 3 in
# dive 04c.
#
# ## Time
# 25 minutes. The notebook runs in about a minute.

# %%
from bioseq_course.alphabet import reverse_complement
from bioseq_course.datasets import (
    load_jaspar_motifs,
    load_jaspar_vertebrates,
    make_motif_dataset,
)
from bioseq_course.encode import one_hot_encode
from bioseq_course.motif_matching import filters_to_motifs, match_motifs, trim_motif
from bioseq_course.motifs import (
    log_odds_matrix,
    logo_heights,
    probability_matrix,
    reverse_complement_matrix,
    scan,
)
from bioseq_course.plots import (
    LINE_STYLES,
    MARKERS,
    PALETTE,
    plot_logo,
    show_figure,
    use_course_style,
)
from bioseq_course.run import choose, quiet_start, seed
from bioseq_course.scoreboard import record
from bioseq_course.thresholds import assert_threshold

with quiet_start():  # hides what TensorFlow says about itself
    from bioseq_course.models import conv_cascade

    import keras

import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import roc_auc_score

# %%
use_course_style()
SEED = seed()
DRAWS = choose(quick=2, full=5)
NUM_TRAIN, NUM_TEST, EPOCHS = choose(quick=(1500, 500, 10), full=(8000, 1000, 20))
LENGTH, WIDE_POOL, NUM_FILTERS = choose(quick=(100, 25, 16), full=(200, 50, 32))
WIDTH = 15
PLANTED = ["MA0139.2", "MA0062.4", "MA0083.3", "MA0093.4"]  # CTCF, GABPA, SRF, USF1
known = load_jaspar_vertebrates()

# %% [markdown]
# ## 1 · A motif cut in two
# A second layer reads what the pool lets through. Suppose no filter holds the motif of CTCF (15
# letters): one holds its first 7, another its last 8. Their scores at place $i$ are $u_i$ and
# $v_i$. The whole motif at place $i$ scores $u_i + v_{i+7}$. So a second layer that adds the two,
# 7 places apart, has the whole motif back, **as long as it can see "7 places apart"**.
#
# A pool of $p$ keeps the largest of every $p$ places: $U_j = \max(u_{jp}, \dots, u_{jp+p-1})$, and
# $V_j$ alike, shape $(L'/p,)$. Behind it, 7 letters are $7/p$ places, rounded down or up. The
# second layer can ask for
#
# $$y = \max_j \big(U_j + \max(V_{j + \lfloor 7/p \rfloor},\, V_{j + \lceil 7/p \rceil})\big).$$
#
# The test: sequences with the whole site against sequences with *both halves, apart*.

# %%
ctcf = load_jaspar_motifs(["MA0139.2"])[0]
CUT, NUM_CUT, LENGTH_CUT = 7, 500, 150
pwm = log_odds_matrix(probability_matrix(ctcf.counts))  # (15, 4)
planted = make_motif_dataset([ctcf], 2 * NUM_CUT, LENGTH_CUT, seed=SEED)
whole = planted.take(np.flatnonzero(planted.labels == 1))
empty = planted.take(np.flatnonzero(planted.labels == 0)).sequences


# %%
def set_apart(text, site, rng):
    """Write the second half first, and the first half at least 30 letters to its right."""
    left, right = site[:CUT], site[CUT:]
    second = rng.integers(0, 20)
    first = rng.integers(second + 30, LENGTH_CUT - CUT)
    text = text[:second] + right + text[second + len(right) :]
    return text[:first] + left + text[first + len(left) :]


# %%
rng = np.random.default_rng(SEED)
apart = [set_apart(text, site, rng) for text, (site,) in zip(empty, whole.instances, strict=True)]
forward = [
    text if strand == 1 else reverse_complement(text)
    for text, strand in zip(whole.sequences, whole.strands[:, 0], strict=True)
]  # all sites on the given strand
both = one_hot_encode([*forward, *apart])  # (2 * 500, 150, 4)
is_whole = np.repeat([1, 0], NUM_CUT)


# %%
def second_layer(u, v, pool):
    """The best sum of the two halves, `(B,)`, from scores `(B, L')` of each."""
    short = -u.shape[1] % pool  # fill the last pool up, so that no place is dropped
    u, v = (np.pad(x, ((0, 0), (0, short)), constant_values=-99) for x in (u, v))
    places = u.shape[1] // pool
    pooled = [x.reshape(len(x), places, pool).max(axis=2) for x in (u, v)]
    sums = [
        pooled[0][:, : places - shift] + pooled[1][:, shift:]
        for shift in {CUT // pool, -(-CUT // pool)}
    ]
    return np.max([total.max(axis=1) for total in sums], axis=0)


# %% [markdown]
# With no pool this is the scan with the whole matrix, number for number:

# %% tags=["nbval-check-output"]
first_half, second_half = scan(both, pwm[:CUT]), scan(both, pwm[CUT:])
num_windows = LENGTH_CUT - len(pwm) + 1
first_half = np.pad(first_half[:, :num_windows], ((0, 0), (0, CUT)), constant_values=-99)
second_half = second_half[:, : first_half.shape[1]]
by_one_filter = scan(both, pwm).max(axis=1)
assert np.abs(second_layer(first_half, second_half, 1) - by_one_filter).max() < 1e-5
print(f"two halves, added {CUT} places apart, are one scan: {by_one_filter.shape} scores, to 1e-5")

# %% [markdown] tags=["predict"]
# ### Predict, then run
# We score the same sequences behind pools of 1, 2, 5, 10, 25 and 50 places, and measure how well
# the sum tells the whole site from its halves apart (AUC: one half is guessing). **Before you run
# the next cell**: what does a pool of 2 cost? And a pool of 25? (AUC is the AUROC of the core
# lecture.)

# %%
POOLS = (1, 2, 5, 10, 25, 50)
cut_auc = {p: roc_auc_score(is_whole, second_layer(first_half, second_half, p)) for p in POOLS}
fig, ax = plt.subplots(figsize=(8, 4))
ax.plot(POOLS, list(cut_auc.values()), color=PALETTE[0], marker=MARKERS[0])
ax.axhline(0.5, color="black", ls=":")
ax.text(50, 0.515, "guessing", ha="right", fontsize=11)
ax.set_xscale("log", base=2)
ax.set_xticks(POOLS, POOLS)
ax.set(xlabel="pool behind the first layer (letters)", ylabel="AUROC, whole or apart")
ax.set(ylim=(0.45, 1.03), title="A small pool lets the next layer join the halves")
show_figure(
    fig,
    alt="AUC of telling a whole CTCF site from its two halves apart, against the size of the pool. "
    "Near 1 with pools of 1 and 2, it falls steadily towards pools of 25 and 50.",
)

# %%
# All bounds here were set after seeing seeds 0 to 4: guards against regressions, no tests.
# seeds 0-4: worst 0.9579
assert_threshold("cnn_motifs.halves_pool_2", cut_auc[2], at_least=0.93)
# seeds 0-4: worst 0.1022
assert_threshold("cnn_motifs.halves_lost_by_pool", cut_auc[2] - cut_auc[25], at_least=0.08)

# %% [markdown]
# Behind a pool of 2 the halves lose little: hardly anything presses a filter to hold the whole
# motif. Behind a pool of 25 a true half is added to the *best of up to 50* scores beside it, and
# the best of so many chance scores often comes close to the other half. There a filter that holds
# all 15 letters is worth something.
#
# This shows what a small pool *permits*. Whether training makes use of it is another question.
#
# ## 2 · Two activations
# A filter scores the window at place $i$ of sequence $b$ with $z_{bi}$, shape $(B, L')$. Batch
# normalisation shifts and stretches the scores, so that on a training batch they have mean
# $\beta$ and a standard deviation of about $\gamma$, two trained numbers of each filter: call the
# result $s_{bi}$. Then comes
#
# $$a_{bi} = \max(0, s_{bi}) \quad\text{(ReLU)}\qquad\text{or}\qquad a_{bi} = e^{s_{bi}}
# \quad\text{(exponential)}.$$
#
# Some scores in standard deviations, and the answers as a part of the largest:

# %% tags=["nbval-check-output"]
ANSWER = {"relu": lambda s: np.maximum(s, 0), "exponential": np.exp}
some_scores = np.array([-1.0, 0.0, 1.0, 2.0, 3.0, 5.0])
print("score        ", some_scores)
for name, answer in ANSWER.items():
    print(f"{name:13s}", (answer(some_scores) / answer(5.0)).round(2))

# %% [markdown]
# To a ReLU a window at 2 is 40 % of one at 5; to the exponential it is 5 %. Half a motif excites a
# ReLU half as much, and an exponential hardly at all.
#
# ## 3 · Four networks
# One of four motifs in each sequence (both strands); the network says which. Two convolutions, the
# pools in one order or the other, so that their product is the same: 2 then wide, or wide then 2.
# Like Koo and Ploenzke we normalise before the activation.
#
# **The start must be the same.** The package starts filters small (standard deviation 0.005) for an
# exponential and larger (Glorot) for a ReLU, each as is usual. Here *all* start from the
# same small numbers; section 6 asks whether that decided anything. Optimiser, epochs and data are
# the same for all, too.

# %%
NETWORKS = {
    "ReLU, pool 2": ("relu", [2, WIDE_POOL]),
    "ReLU, wide pool": ("relu", [WIDE_POOL, 2]),
    "exponential, pool 2": ("exponential", [2, WIDE_POOL]),
    "exponential, wide pool": ("exponential", [WIDE_POOL, 2]),
}


# %%
def draw_data(number):
    """One-hot sequences with a motif, which one, and one-hot random DNA without."""
    data = make_motif_dataset(
        PLANTED, 2 * (NUM_TRAIN + NUM_TEST), LENGTH, plant="one", seed=10 * SEED + number
    )
    rows = [np.flatnonzero(data.labels == label) for label in (1, 0)]
    with_motif, without = (one_hot_encode(data.take(part).sequences) for part in rows)
    return with_motif, data.motif_index[rows[0]], without


# %%
def train(name, data, number, scale=0.005):
    """Train one network; its filters start as normal numbers of standard deviation `scale`."""
    activation, pools = NETWORKS[name]
    keras.utils.set_random_seed(10 * SEED + number)
    model = conv_cascade(
        LENGTH, [NUM_FILTERS, 32], [WIDTH, 5], pools, activation=activation, dense_units=32,
        num_outputs=len(PLANTED), seed=10 * SEED + number,
    )  # fmt: skip
    filters = model.get_layer("filters")
    rng = np.random.default_rng(10 * SEED + number)
    filters.set_weights([rng.normal(0, scale, filters.get_weights()[0].shape)])
    model.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy")
    x, y = data[0][:NUM_TRAIN], data[1][:NUM_TRAIN]
    model.fit(x, y, batch_size=64, epochs=EPOCHS, verbose=0)
    return model


# %% [markdown]
# From each network we keep its accuracy on held-out sequences and the scores $s$ of its first
# layer, before the activation. With `padding="same"` the 7 windows at each end hang over the
# border: off.


# %%
def first_layer(model, one_hot, layer="norm_1"):
    part = keras.Model(model.input, model.get_layer(layer).output)
    edge = WIDTH // 2
    return keras.ops.convert_to_numpy(part(one_hot))[:, edge:-edge]  # (B, L - 14, F)


def accuracy(model, one_hot, labels):
    return (keras.ops.convert_to_numpy(model(one_hot)).argmax(axis=1) == labels).mean()


# %%
def tomtom(motifs):
    """Compare the motifs of F filters with all of JASPAR's."""
    return match_motifs([trim_motif(motif.probabilities) for motif in motifs], known)


def mean_match(results, name):
    """Share of the filters that match a planted motif, mean of the draws."""
    return np.mean([results[name, n].matches(PLANTED).mean() for n in range(DRAWS)])


# %%
draws = [draw_data(number) for number in range(DRAWS)]
held_out = [with_motif[NUM_TRAIN:] for with_motif, _, _ in draws]
held_labels = [which[NUM_TRAIN:] for _, which, _ in draws]
random_dna = [without for _, _, without in draws]
models = {(name, 0): train(name, draws[0], 0) for name in NETWORKS}

# %%
for number in range(1, DRAWS):
    models |= {(name, number): train(name, draws[number], number) for name in NETWORKS}
scores = {key: first_layer(model, held_out[key[1]]) for key, model in models.items()}

# %% tags=["nbval-check-output"]
for name, (activation, _) in NETWORKS.items():
    by_keras = first_layer(models[name, 0], held_out[0], "activation_1")
    by_hand = ANSWER[activation](scores[name, 0])
    assert np.allclose(by_keras, by_hand, rtol=1e-5, atol=1e-5), name
print("the first layer's answers are those two functions of s, to 1e-5")

# %% [markdown] tags=["predict"]
# ### Predict, then run
# A filter's motif: the letters of all held-out windows to which it answers with more than half of
# its largest answer. It matches when Tomtom gives a planted motif an E-value of at most 0.05 among
# 879 motifs of vertebrates. **Before you run the next cells**: which of the four networks is the
# most accurate, which has the most filters that match, and is it the same one?


# %%
def read_half_maximum(name, number):
    """The usual rule: windows with more than half of the filter's largest answer."""
    answers = ANSWER[NETWORKS[name][0]](scores[name, number])
    return filters_to_motifs(answers, held_out[number], WIDTH)


# %%
right = {
    name: [accuracy(models[name, n], held_out[n], held_labels[n]) for n in range(DRAWS)]
    for name in NETWORKS
}
half_maximum = {key: read_half_maximum(*key) for key in models}
matched = {key: tomtom(motifs) for key, motifs in half_maximum.items()}

# %%
for name in NETWORKS:
    found = [
        sum(bool(matched[name, n].matches([one]).any()) for one in PLANTED) for n in range(DRAWS)
    ]
    print(f"{name:23s}accuracy {np.mean(right[name]):.3f}", end="  ")
    print(f"match {mean_match(matched, name):.2f}  motifs found, of 4: {found}")

# %%
fig, ax = plt.subplots(figsize=(8.5, 4.5))
for i, name in enumerate(NETWORKS):
    share = [matched[name, n].matches(PLANTED).mean() for n in range(DRAWS)]
    ax.scatter(right[name], share, s=90, color=PALETTE[i], marker=MARKERS[i], label=name)
ax.set(
    xlabel="accuracy on held-out sequences", ylabel="filters that match\na planted motif (share)"
)
ax.set(xlim=(0.6, 1), ylim=(-0.05, 1.02), title="Accuracy does not tell what the filters hold")
ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
show_figure(
    fig,
    alt="Share of matching filters against accuracy, a point for each trained network. ReLU with "
    "pool 2 lies near the bottom. ReLU with a wide pool has a similar or lower accuracy and is "
    "much higher. Both exponential networks lie in the middle and furthest to the right.",
)

# %%
relu, relu_wide, exponential, exponential_wide = (mean_match(matched, name) for name in NETWORKS)
record("cnn_motifs.filter_match_relu", relu)
record("cnn_motifs.filter_match_relu_wide_pool", relu_wide)
record("cnn_motifs.filter_match_exponential", exponential)
record("cnn_motifs.filter_match_exponential_wide_pool", exponential_wide)

# %%
# seeds 0-4: worst 0.125
assert_threshold("cnn_motifs.filters_relu", relu, at_most=0.2)
# seeds 0-4: worst 0.375
assert_threshold("cnn_motifs.filters_exponential_minus_relu", exponential - relu, at_least=0.15)
# seeds 0-4: worst 0.3125
assert_threshold("cnn_motifs.filters_wide_minus_small_pool", relu_wide - relu, at_least=0.15)
both_remedies = exponential_wide - max(relu_wide, exponential)
# seeds 0-4: worst 0.0625
assert_threshold("cnn_motifs.filters_both_remedies", both_remedies, at_most=0.15)
mean_right = {name: np.mean(values) for name, values in right.items()}
# seeds 0-4: worst 0.816
assert_threshold("cnn_motifs.accuracy_without_motifs", mean_right["ReLU, pool 2"], at_least=0.65)
gained = mean_right["ReLU, wide pool"] - mean_right["ReLU, pool 2"]
# seeds 0-4: worst 0.013
assert_threshold("cnn_motifs.accuracy_gained_by_wide_pool", gained, at_most=0.1)
ahead = mean_right["exponential, pool 2"] - mean_right["ReLU, pool 2"]
# seeds 0-4: worst 0.058
assert_threshold("cnn_motifs.accuracy_gained_by_exponential", ahead, at_least=0.01)

# %% [markdown]
# - With a ReLU and a pool of 2 hardly a filter matches. The network classifies all the same: a
#   guess would be right in a quarter of the cases. The same network with the wide pool has several
#   times as many motifs in its filters and an accuracy near by.
# - Either remedy brings motifs back, the wide pool or the exponential. Both together bring little
#   or nothing more than the better one alone.
# - With a pool of 2 the exponential is also more accurate than the ReLU, in this short training. So
#   accuracy and motifs are not strangers; but the ReLU with the wide pool shows that one does not
#   tell the other.
#
# Published medians, read off a plot by Koo and Ploenzke: ReLU about 0 (pool 2) and 0.76 (pool 50),
# exponential about 0.97 and 0.84. The measure is of the same kind; the rest differs: twelve labels,
# sequences of 200 letters, 32 filters 19 letters wide, JASPAR of 2016, E-values up to 0.1. That a
# ReLU with a pool of 2 stays near 0 and each remedy lifts it agrees with ours. Our exponential
# networks do not come near 0.9.
#
# ### The filters as logos
# For each planted motif, on draw 1, the filter that fits its matrix best by Tomtom.


# %%
def turn_to(probabilities, target):
    """The orientation, of two, that fits the target better at its best shift."""

    def fit(matrix):
        pairs = zip((matrix - 0.25).T, (target - 0.25).T, strict=True)
        return sum(np.correlate(a, b, mode="full") for a, b in pairs).max()

    return max(probabilities, reverse_complement_matrix(probabilities), key=fit)


# %%
shown = ("ReLU, pool 2", "exponential, pool 2")
fig, axes = plt.subplots(3, 4, figsize=(14, 6.2), sharey=True)
for column, motif in enumerate(load_jaspar_motifs(PLANTED)):
    target = probability_matrix(motif.counts)
    plot_logo(logo_heights(target), ax=axes[0, column], ylabel="")
    axes[0, column].set_title(f"JASPAR: {motif.name}")
    index = [one.id for one in known].index(motif.id)
    for row, name in enumerate(shown, start=1):
        e_values = matched[name, 0].e_values[:, index]  # (F,)
        found = turn_to(half_maximum[name, 0][e_values.argmin()].probabilities, target)
        plot_logo(logo_heights(found), ax=axes[row, column], ylabel="")
        axes[row, column].set_title(f"{name}: E = {e_values.min():.0e}", fontsize=12)
for ax in axes.flat:
    ax.set(ylim=(0, 2), xlabel="", xticks=[1, 5, 10, 15])
fig.supxlabel("position")
fig.supylabel("bits")
show_figure(
    fig,
    alt="Twelve logos. Top: the JASPAR matrices of CTCF, GABPA, SRF and USF1, up to two bits high. "
    "Middle: the best filters of the ReLU network with pool 2, low and blurred: single letters and "
    "pieces. Bottom: the best filters of the exponential network with pool 2. Most are tall and "
    "spell the matrix above; a motif that no filter found stays low.",
)

# %% [markdown]
# ## 4 · Why the exponential: it is quiet
# How loud is the ground? For each filter, the share of windows of random DNA, without a motif,
# whose answer is above a given part of the filter's largest answer to held-out sequences.

# %%
LEVELS = np.linspace(0, 0.9, 46)
background = {key: first_layer(models[key], random_dna[key[1]]) for key in models}


def loud_share(name, number):
    """Share of windows of random DNA above each level, mean of the filters, `(46,)`."""
    answer = ANSWER[NETWORKS[name][0]]
    largest = answer(scores[name, number].max(axis=(0, 1)))  # (F,)
    relative = answer(background[name, number]) / largest
    return np.array([(relative > level).mean() for level in LEVELS])


loud = {name: np.mean([loud_share(name, n) for n in range(DRAWS)], axis=0) for name in NETWORKS}

# %%
fig, ax = plt.subplots(figsize=(8.5, 4.3))
for i, (name, values) in enumerate(loud.items()):
    ax.plot(LEVELS, values, color=PALETTE[i], ls=LINE_STYLES[i], label=name)
ax.axvline(0.5, color="black", ls=":", lw=1.5)
ax.text(0.51, 0.3, "half of the largest:\na window is read above this", fontsize=11)
ax.set(yscale="log", ylim=(1e-5, 1.2), xlabel="part of the filter's largest answer")
ax.set(ylabel="windows above it (share)", title="How loud is random DNA?")
ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
show_figure(
    fig,
    alt="Share of windows of random DNA above a part of the largest answer: four falling lines on "
    "a logarithmic axis. Both ReLU networks lie more than ten times above both exponential ones "
    "over most of the range: at one half, about one window in a hundred or more against less than "
    "one in a thousand.",
)

# %%
tenth = np.searchsorted(LEVELS, 0.1)
ratio = loud["ReLU, pool 2"][tenth] / loud["exponential, pool 2"][tenth]
print(
    {name: f"{values[tenth]:.1%} of random windows above a tenth" for name, values in loud.items()}
)
# seeds 0-4: worst 9.292
assert_threshold("cnn_motifs.ground_relu_over_exponential", ratio, at_least=3)

# %% [markdown]
# The ReLU layer murmurs all the time, and the second layer has to add and subtract many weak
# answers. The exponential layer is nearly silent until a filter fits well; the second layer gets
# little from filters that fit a piece. That would press a filter towards the whole motif: an
# explanation that fits the figures, not one that they prove.
#
# ## 5 · The filters, or the ruler?
# Look at the picture above once more. The rule "more than half of the largest answer" cuts all four
# layers at the dotted line, and takes in far more windows from a ReLU than from an exponential. It
# is the same wording and not the same rule: $e^s > \tfrac12 e^{s_{\max}}$ means $s > s_{\max} -
# 0.69$, the very best windows alone. So part of the difference may be made by the ruler.
#
# Two fairer ways to read, which look at the order of the scores only, and not at the activation:
#
# - **50 best held-out windows** of each filter. Danger: held-out sequences hold motifs. A filter
#   that knows six letters of a motif picks true sites by them, and the other letters of these sites
#   come along for the ride into the logo.
# - **50 best windows of random DNA** in which nothing was planted. Nothing can ride along: only
#   letters that the filter itself asks for can show. The price: the best 50 of $n$ windows can show
#   about $\log_2(n / 50)$ bits and no more, so a wide motif stays incomplete. Compare networks
#   within this rule, not with the others.

# %%
NUM_WINDOWS = 50


def read_best(scores, one_hot):
    """Read each filter from its 50 highest-scoring windows."""
    flat = scores.reshape(-1, scores.shape[2])
    lowest = np.partition(flat, -NUM_WINDOWS, axis=0)[-NUM_WINDOWS]  # (F,)
    return filters_to_motifs((scores >= lowest).astype(float), one_hot, WIDTH)


# %% [markdown] tags=["predict"]
# ### Predict, then run
# **Before you run the next cells**: which networks gain by the second rule, and which of the gains
# survive the third? If the ReLU network with a pool of 2 has whole motifs after all, the third rule
# must show them.

# %%
few = {key: tomtom(read_best(scores[key], held_out[key[1]])) for key in models}
plain = {key: tomtom(read_best(background[key], random_dna[key[1]])) for key in models}
readings = {
    "above half, held-out": matched,
    "50 best, held-out": few,
    "50 best, random DNA": plain,
}

# %%
table = {
    (name, rule): mean_match(results, name)
    for name in NETWORKS
    for rule, results in readings.items()
}
bits = np.log2(background["ReLU, pool 2", 0][..., 0].size / NUM_WINDOWS)
print(f"random DNA can show about {bits:.0f} bits")
for name in NETWORKS:
    print(f"{name:23s}", *(f"{rule}: {table[name, rule]:.2f} " for rule in readings))

# %% [markdown]
# And a test without any reading: is there *one filter* whose largest score tells the sequences with
# a motif from the others? For each motif we take the best filter by AUC on one half of the held-out
# sequences and measure it on the other half.


# %%
def one_filter_auc(name, number):
    """Mean over the motifs: AUC of the filter that was best on the other half."""
    largest, held = scores[name, number].max(axis=1), held_labels[number]
    half = NUM_TEST // 2
    values = []
    for m in range(len(PLANTED)):
        chosen = max(largest.T, key=lambda one, m=m: roc_auc_score(held[:half] == m, one[:half]))
        values.append(roc_auc_score(held[half:] == m, chosen[half:]))
    return np.mean(values)


detector = {name: np.mean([one_filter_auc(name, n) for n in range(DRAWS)]) for name in NETWORKS}
print({name: round(float(value), 3) for name, value in detector.items()})

# %%
fig, (ax, right_ax) = plt.subplots(1, 2, figsize=(12, 4.8), width_ratios=[2.2, 1])
places = np.arange(len(NETWORKS))
labels = [name.replace(", ", ",\n") for name in NETWORKS]
for i, (rule, hatch) in enumerate(zip(readings, ("", "//", ".."), strict=True)):
    heights = [table[name, rule] for name in NETWORKS]
    ax.bar(places + 0.27 * (i - 1), heights, 0.25, color=PALETTE[i], hatch=hatch, label=rule)
ax.set_xticks(places, labels, fontsize=11)
ax.set(ylim=(0, 1), ylabel="filters that match (share)", title="Three ways to read one filter")
ax.legend(loc="upper left")
right_ax.plot(list(detector.values()), places[::-1], "D", color=PALETTE[3], ms=10)
right_ax.set_yticks(places[::-1], labels, fontsize=11)
right_ax.set(xlim=(0.45, 1), ylim=(-0.5, 3.5), xlabel="AUROC", title="One filter as a detector")
show_figure(
    fig,
    alt="Left: share of matching filters under three rules for four networks. ReLU with pool 2 "
    "rises from near 0 to below the middle with the 50 best held-out windows and falls back in "
    "random "
    "DNA. The other three fall less and stay above it. Right: the best single filter tells its "
    "motif worst in the ReLU network with pool 2.",
)

# %%
rules = list(readings)
record("cnn_motifs.filter_match_relu_few_windows", table["ReLU, pool 2", rules[1]])
record("cnn_motifs.filter_match_relu_random_dna", table["ReLU, pool 2", rules[2]])
own_letters = {
    name: table[name, rules[2]] / max(table[name, rules[1]], 1 / NUM_FILTERS) for name in NETWORKS
}
print("kept in random DNA:", {name: round(float(part), 2) for name, part in own_letters.items()})
others = min(part for name, part in own_letters.items() if name != "ReLU, pool 2")
# seeds 0-4: worst 0.3125
assert_threshold("cnn_motifs.own_letters", others - own_letters["ReLU, pool 2"], at_least=0.05)
gaps = [table["exponential, pool 2", rule] - table["ReLU, pool 2", rule] for rule in rules]
# seeds 0-4: worst 0.2188
assert_threshold("cnn_motifs.gap_by_the_ruler", gaps[0] - gaps[1], at_least=0.1)
lead = max(abs(table["ReLU, wide pool", r] - table["exponential, pool 2", r]) for r in rules)
# seeds 0-4: worst 0.25
assert_threshold("cnn_motifs.one_remedy_over_the_other", lead, at_most=0.35)
# seeds 0-4: worst 0.0625
assert_threshold("cnn_motifs.filters_relu_random", table["ReLU, pool 2", rules[2]], at_most=0.2)
others = min(table[name, rules[2]] for name in NETWORKS if name != "ReLU, pool 2")
last = others - table["ReLU, pool 2", rules[2]]
# seeds 0-4: worst 0.2188
assert_threshold("cnn_motifs.filters_relu_last_random", last, at_least=0.05)
others = min(value for name, value in detector.items() if name != "ReLU, pool 2")
# seeds 0-4: worst 0.1174
assert_threshold("cnn_motifs.one_filter", others - detector["ReLU, pool 2"], at_least=0.01)

# %% [markdown]
# So both are true.
#
# - **It is the filters.** Under the rule that cannot borrow letters, ReLU with a pool of 2 comes
#   last, and its best single filters are the worst detectors of the four.
# - **It is also the ruler.** Read from equally many windows, the ReLU filters come much closer to
#   the exponential ones. But most of this gain is borrowed: from held-out windows to random DNA
#   ReLU with a pool of 2 keeps the smallest part of its matches, and few are left.
# - **Which single remedy is better we cannot tell.** The order of the wide pool and the
#   exponential changes with the ruler or the seed. (Koo and Ploenzke varied the threshold too, for
#   their deepest network.)
#
# ## 6 · Did the start decide?
# Batch normalisation divides by $\sqrt{\text{variance} + 0.001}$, so it undoes most of the scale of
# the filters (not all: scores of our small start vary so little that the 0.001 counts). The scale
# changes the training all the same: a step of the optimiser is as long for small filters as for
# large ones, and small ones turn faster. So we train the two networks with pool 2 on draw 1 once
# more, from a start 16 times as large (about Glorot's).

# %%
restarted = {}
for name in shown:
    model = train(name, draws[0], 0, scale=0.08)
    answers = first_layer(model, held_out[0], "activation_1")
    restarted[name] = tomtom(filters_to_motifs(answers, held_out[0], WIDTH)).matches(PLANTED).mean()
    score = accuracy(model, held_out[0], held_labels[0])
    print(f"{name:20s} accuracy {score:.3f}, match {restarted[name]:.2f}", end="")
    print(f" (small start {right[name][0]:.3f}, {matched[name, 0].matches(PLANTED).mean():.2f})")
gap = restarted["exponential, pool 2"] - restarted["ReLU, pool 2"]
# seeds 0-4: worst 0.25
assert_threshold("cnn_motifs.filters_large_start", gap, at_least=0.1)

# %% [markdown]
# The order stays, on this one draw: the difference between the activations is not made by their
# starts.
#
# ## Take-aways
# - Accuracy does not tell what a single filter holds. A network can classify with hardly a motif in
#   its first layer.
# - A small pool lets the second layer join pieces: behind a pool of 2 two halves are nearly as good
#   as the whole. A wide pool blurs where the pieces stand.
# - An exponential keeps a layer quiet until a filter fits well. It brings motifs back where the
#   pool is small.
# - If the filters are to be read, choose one remedy before training. In our runs a wide pool and an
#   exponential together brought little or nothing more than one of them.
# - "Above half of the largest" is a different rule for each activation. Compare filters by equally
#   many windows, and check in random DNA that the letters are their own.
# - All this is one simulated task with one motif in a sequence, small networks and short training.
#
# ## References
# - P. K. Koo, M. Ploenzke (2021), *Improving representations of genomic sequence motifs in
#   convolutional networks with exponential activations*,
#   doi:[10.1038/s42256-020-00291-x](https://doi.org/10.1038/s42256-020-00291-x); medians read off a
#   plot in the authors' notebooks
# - P. K. Koo, S. R. Eddy (2019), *Representation learning of genomic sequence motifs with
#   convolutional neural networks*,
#   doi:[10.1371/journal.pcbi.1007560](https://doi.org/10.1371/journal.pcbi.1007560)
# - S. Gupta and others (2007), *Quantifying similarity between motifs* (Tomtom),
#   doi:[10.1186/gb-2007-8-2-r24](https://doi.org/10.1186/gb-2007-8-2-r24)
# - S. Ioffe, C. Szegedy (2015), *Batch normalization*,
#   [arXiv:1502.03167](https://arxiv.org/abs/1502.03167)
