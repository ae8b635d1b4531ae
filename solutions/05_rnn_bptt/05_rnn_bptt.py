# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: all
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   bioseq: {unit: rnn_bptt, kind: solution, minutes: 120,
#     title: "A training run that diverges"}
# ---

# %% [markdown]
# # Lab 05 · A training run that diverges
#
# ## The afternoon
#
# The message of one o'clock:
#
# > I wrote a **recurrent network in NumPy**: it reads 100 bases of a human gene, one after the
# > other, and says after each of them which base comes next. Version 1 was a disaster: the loss was
# > **NaN after a handful of steps** (log below; the code is overwritten). So there was a bug in my
# > back-propagation. I changed the loop until the NaN was gone, and took a smaller learning rate.
# > **Version 2 runs**, and is no better than counting short words. Can you find what is still
# > wrong, or are recurrent networks of no use for DNA? I need one number by five.
#
# ```
# version 1: ReLU, 32 units, random weights, spectral radius of W_hh 1,
# 16 windows a step, loss summed over the 100 places, learning rate 0.2
# step 1    2.1 bits per base
# step 2    4.7
# ...       nan
# ```
#
# By five you owe three things: which version has the bug, a run that neither diverges nor stands
# still, and the number, tested once, beside that of counting.
#
# ## Objectives
#
# - build a recurrent network from its single step, forwards and backwards;
# - check a gradient by differences, and use the check to find out *where* it is wrong;
# - tell a wrong gradient from a right one that is too long;
# - choose between a smaller learning rate, clipping and other starting weights, by measuring;
# - say what each of these cures does not cure.
#
# **Prerequisites:** lecture 05. **Time:** 120 minutes: 72 for the exercises marked *must* and
# *should*, 20 for the written answer, the rest for reading and running. The one marked *stretch*
# (25 minutes) and the challenge (30) come on top, and are optional. The four marked *must* come
# first if time is short; skip what you like, since `check` hands you a working function either way.
#
# Stuck? `hint("rnn_step")`, in a cell of your own, gives the first hint for that exercise; run it
# again for the next one. There are three for each. Leave the arguments of a function as they are:
# change a copy, never what was handed in.

# %%
from bioseq_course.datasets import make_delayed_recall
from bioseq_course.exercises import check, hint  # noqa: F401
from bioseq_course.ladder import load_ladder
from bioseq_course.markov import MarkovChain
from bioseq_course.plots import LINE_STYLES, MARKERS, PALETTE, show_figure, use_course_style
from bioseq_course.rnn import (
    RNNWeights,
    adam_step,
    make_rnn_weights,
    rnn_backward,
    rnn_forward,
    softmax_cross_entropy,
    spectral_radius,
)
from bioseq_course.run import choose, seed
from bioseq_course.scoreboard import record
from bioseq_course.thresholds import assert_threshold

import matplotlib.pyplot as plt
import numpy as np

use_course_style()
SEED = seed()
LENGTH, BATCH, NUM_UNITS = 100, 16, 32

# %% [markdown]
# ## 1 · Windows of genes
#
# The genes are those of the course's ladder, whole clusters of relatives held out: a fold for the
# test, and from the rest a part for choices, the **validation** part. Coding DNA is read in steps
# of three letters, the codons. A window begins at a random place, so the network is not told where
# a codon starts.

# %%
ladder = load_ladder()
split = ladder.split(0)
to_number = np.full(128, -1)
to_number[[ord(letter) for letter in "ACGT"]] = range(4)


# %%
def usable_rows(rows):
    """Rows whose gene has 200 letters or more, all of them A, C, G or T."""
    return [r for r in rows if len(ladder.dna[r]) >= 200 and set(ladder.dna[r]) <= set("ACGT")]


def as_numbers(row):
    return to_number[np.frombuffer(ladder.dna[row].encode(), dtype=np.uint8)]


# %% tags=["nbval-check-output"]
test_rows = usable_rows(split.test)
train_genes = [as_numbers(row) for row in usable_rows(split.train)]
validation_genes = [as_numbers(row) for row in usable_rows(split.validation)]
for name, genes in {"training": train_genes, "validation": validation_genes}.items():
    print(f"{name:11s}{len(genes):6,} genes, {sum(map(len, genes)):9,} bases")


# %%
def draw_windows(genes, number, rng):
    """Return letters (number, LENGTH + 1): random genes, random places."""
    chosen = [genes[index] for index in rng.integers(len(genes), size=number)]
    starts = [rng.integers(len(gene) - LENGTH) for gene in chosen]
    pairs = zip(chosen, starts, strict=True)
    return np.stack([gene[start : start + LENGTH + 1] for gene, start in pairs])


# %% tags=["nbval-check-output"]
NUM_VALIDATION = choose(quick=1500, full=6000)
validation = draw_windows(validation_genes, NUM_VALIDATION, np.random.default_rng([SEED, 0]))
print("validation windows:", validation.shape, "first:", "".join("ACGT"[i] for i in validation[0]))

# %% [markdown]
# ### Exercise 1 · `next_letter_targets` · should · 5 minutes · 1 point
#
# A window of L + 1 letters gives L questions. From letters `(B, L + 1)` (0 to 3 for A C G T) return
# the inputs, one-hot `(B, L, 4)`, and the targets, numbers `(B, L)`: at each place the letter that
# follows the one that is read.


# %% exercise="next_letter_targets"
def next_letter_targets(letters):
    """Return (inputs, targets).

    next_letter_targets(np.array([[0, 2, 3]])) -> one-hot of [[0, 2]], and [[2, 3]]
    """
    ### BEGIN SOLUTION
    read, asked = letters[:, :-1], letters[:, 1:]
    return np.eye(4)[read], asked
    ### END SOLUTION


# %% check="next_letter_targets"
usable_next_letter_targets = check("next_letter_targets", next_letter_targets)


# %%
def questions(letters):
    """Both arrays of exercise 1, whatever kind of numbers or lists a right answer holds."""
    inputs, targets = usable_next_letter_targets(letters)
    return np.asarray(inputs, dtype=float), np.asarray(targets, dtype=int)


# %% [markdown]
# ## 2 · Counting first
#
# A Markov chain of order $k$ predicts the next base from the last $k$ by counting (dive 05a); where
# a context was seldom seen, or fewer than $k$ letters have been read, it leans on shorter ones. The
# loss of a prediction is $-\log_2 p$ of the base that came: **bits per base**, 2 for a guess among
# four. The order is chosen on the validation windows.


# %%
def chain_bits(chain, windows):
    """Bits of letters 2 to L + 1 of each window, an array (B, L)."""
    return -np.stack([chain.log2_probabilities(letters)[1:] for letters in windows])


# %% tags=["nbval-check-output"]
chains = [MarkovChain(order).fit(train_genes) for order in range(7)]
by_order = [chain_bits(chain, validation).mean() for chain in chains]
for order, bits in enumerate(by_order):
    print(f"order {order}: {bits:.3f} bits per base")
best_order = int(np.argmin(by_order))
counted = by_order[best_order]
print("chosen order:", best_order)

# %%
# seeds 0-4: worst 0.0709
assert_threshold("rnn_bptt.lab_counts_gain", 2 - counted, at_most=0.1)

# %% [markdown]
# Less than a tenth of a bit below a guess: counts of a few letters tell little of the next, and
# more of them hardly help. The differences in this lab are hundredths of a bit.
#
# ## 3 · The network, forwards
#
# Lecture 05's cell, with rows for states: x is the letter read, D the number of units,
#
# $$ h_t = \varphi(x_t W_{xh} + h_{t-1} W_{hh} + b_h), \qquad o_t = h_t W_{hq} + b_q $$
#
# with B windows read side by side, one-hot letters $x_t$ `(B, A)`, A = 4, $h_t$ `(B, D)`, $W_{xh}$
# `(A, D)`, $W_{hh}$ `(D, D)`, $b_h$ `(D,)`, and outputs $o_t$ `(B, 4)` that softmax turns into
# chances.
#
# ### Exercise 2 · `rnn_step` · must · 8 minutes · 2 points
#
# One step. `inputs` is $x_t$, `state` is $h_{t-1}$, and `activation` is the function $\varphi$, for
# example `np.tanh`. Return $h_t$.


# %% exercise="rnn_step"
def rnn_step(inputs, state, W_xh, W_hh, b_h, activation):
    """Return the new state (B, D)."""
    ### BEGIN SOLUTION
    total = inputs @ W_xh + state @ W_hh + b_h
    return activation(total)
    ### END SOLUTION


# %% check="rnn_step"
usable_rnn_step = check("rnn_step", rnn_step)

# %% [markdown]
# ### Exercise 3 · `unroll_rnn` · should · 8 minutes · 2 points
#
# All steps. From inputs `(B, L, A)` return the states `(B, L + 1, D)`: first the state before the
# first letter, which is 0, then those after each letter. For a single step you may call
# `usable_rnn_step`, which works even where exercise 2 is still open.


# %% exercise="unroll_rnn"
def unroll_rnn(inputs, W_xh, W_hh, b_h, activation):
    """Return the states (B, L + 1, D)."""
    ### BEGIN SOLUTION
    num_sequences, length, _ = inputs.shape
    states = np.zeros((num_sequences, length + 1, len(b_h)))
    for t in range(length):
        now = inputs[:, t] @ W_xh + states[:, t] @ W_hh + b_h
        states[:, t + 1] = activation(now)
    return states
    ### END SOLUTION


# %% check="unroll_rnn"
usable_unroll_rnn = check("unroll_rnn", unroll_rnn)


# %%
def relu(sums):
    return np.maximum(sums, 0)


# %%
first_draw = np.random.default_rng([SEED, 1])
start = make_rnn_weights(4, NUM_UNITS, 4, spectral_radius=1.0, rng=first_draw)  # the colleague's
inputs, targets = questions(validation[:4])
by_hand = usable_unroll_rnn(inputs, *start[:3], relu)
theirs = rnn_forward(inputs, start, activation="relu").states
np.testing.assert_allclose(by_hand, theirs, rtol=1e-4, atol=1e-5)  # float32 is exact enough
print("your steps give what the course's rnn_forward gives:", by_hand.shape)

# %% [markdown]
# From here on, the course's `rnn_forward` runs the cell: it does the same, and stops with a message
# where a number is no longer finite. `softmax_cross_entropy` returns the loss, **summed over the
# places** and averaged over the windows, in nats (1 nat is 1.44 bits), and its gradient with
# respect to the outputs.
#
# ## 4 · Version 2 runs. Is it right?
#
# A state $h_t$ has an **error** $\delta_t = \partial J / \partial h_t$, which tells how the loss
# $J$ moves with it. What the output at $t$ adds to it is called `direct` here, and does not look at
# the past. All that is special in a recurrent network is the gradient of $W_{hh}$. The colleague's
# loop:


# %%
def version_2(states, slopes, direct, W_hh):
    """Gradient of W_hh. states (B, L + 1, D); slopes, direct (B, L, D); slopes hold φ'."""
    gradient = np.zeros_like(W_hh)
    error = np.zeros_like(direct[:, 0])
    for t in reversed(range(direct.shape[1])):
        error = direct[:, t]  # version 2: the NaN is gone
        before_activation = error * slopes[:, t]
        gradient = gradient + states[:, t].T @ before_activation
        error = before_activation @ W_hh.T
    return gradient


# %%
def pieces(weights, letters):
    """Return states, slopes (of ReLU) and direct errors for some windows."""
    inputs, targets = questions(letters)
    run = rnn_forward(inputs, weights, activation="relu")
    output_errors = softmax_cross_entropy(run.outputs, targets)[1]
    slopes = (run.states[:, 1:] > 0).astype(float)
    return run.states, slopes, output_errors @ weights.hidden_to_output.T


# %% [markdown]
# ### Exercise 4 · `central_differences` · should · 8 minutes · 2 points
#
# Whether a gradient is right can be measured without knowing how it was made. Move one entry of an
# array by $\varepsilon$ up and down: $(f(w + \varepsilon) - f(w - \varepsilon)) / 2\varepsilon$.
# `function` ($f$) takes an array of that shape and returns a number, `step` is $\varepsilon$. Do
# this for every entry, with the others in their old place, and return an array of the same shape,
# which may have one axis, two or more. Work on copies: $\varepsilon$ added and taken away again does
# not always give back the old number.


# %% exercise="central_differences"
def central_differences(function, array, step):
    """Return slopes, an array of the shape of `array`."""
    ### BEGIN SOLUTION
    slopes = np.empty(array.shape)
    for place in np.ndindex(array.shape):
        up, down = array.copy(), array.copy()
        up[place] += step
        down[place] -= step
        slopes[place] = (function(up) - function(down)) / (2 * step)
    return slopes
    ### END SOLUTION


# %% check="central_differences"
usable_central_differences = check("central_differences", central_differences)


# %%
def check_version(version, weights, letters):
    """Largest difference of the two gradients of W_hh, relative to the largest entry."""
    inputs, targets = questions(letters)

    def loss(W_hh):
        changed = weights._replace(hidden_to_hidden=W_hh)
        outputs = rnn_forward(inputs, changed, activation="relu").outputs
        return softmax_cross_entropy(outputs, targets)[0]

    measured = usable_central_differences(loss, weights.hidden_to_hidden, 1e-5)
    formula = version(*pieces(weights, letters), weights.hidden_to_hidden)
    return np.abs(np.subtract(formula, measured)).max() / max(np.abs(measured).max(), 1e-9)


# %% [markdown] tags=["predict"]
# **Predict, then run.** A small network of 6 units is enough for a check. We take windows of 2, 3,
# 4 and 9 letters, that is, 1, 2, 3 and 8 steps. If the loop forgets something *between* steps, for
# which of these lengths will the check pass? (Careful: at the first step the state before is 0.)

# %%
drawn = np.random.default_rng(5)
small = [0.5 * drawn.normal(size=shape) for shape in ((4, 6), (6, 6), (6,), (6, 4), (4,))]
small = RNNWeights(*small)
for steps in (1, 2, 3, 8):
    error = check_version(version_2, small, validation[:3, : steps + 1])
    print(f"number of steps {steps}: relative error of version 2 {error:.0e}")

# %%
wrong = check_version(version_2, small, validation[:3, :9])
# seeds 0-4: worst 0.3871
assert_threshold("rnn_bptt.lab_version_2_error", wrong, at_least=0.01)

# %% [markdown]
# With one or two steps it passes. With one, $W_{hh}$ only meets the first state, which is 0, and
# its gradient is 0. With two, it counts at the second step alone; an error that travels back to the
# first meets the 0 again. From three steps on it fails. **Version 2 runs, and its gradient is
# wrong.**
#
# ## 5 · The way back
#
# ### Exercise 5 · `backward_step` · must · 12 minutes · 3 points
#
# How does an error get from one state to the one before? Here for tanh: forwards,
# $h_t = \tanh(z_t)$ with $z_t = \ldots + h_{t-1} W_{hh}$; so backwards
#
# $$ \delta_{t-1} \mathrel{+}= \bigl( \delta_t \odot \tanh'(z_t) \bigr) W_{hh}^{\top} $$
#
# with $\odot$ entry by entry. You are given $\delta_t$ `(B, D)` and the *state* $h_t$ `(B, D)`.
# Return what the step adds to $\delta_{t-1}$.


# %% exercise="backward_step"
def backward_step(error, state, W_hh):
    """Return (B, D)."""
    ### BEGIN SOLUTION
    slope = 1 - np.square(state)
    return np.matmul(error * slope, W_hh.T)
    ### END SOLUTION


# %% check="backward_step"
usable_backward_step = check("backward_step", backward_step)

# %% [markdown]
# ### Exercise 6 · `backpropagate_through_time` · must · 15 minutes · 3 points
#
# **Find the bug** in `version_2`, and write the function that it should have been. The slopes
# $\varphi'$ are handed over, so it works for ReLU and for tanh. Index `t` of `slopes` and `direct`
# belongs to the step that leads from `states[:, t]` to `states[:, t + 1]`.


# %% exercise="backpropagate_through_time"
def backpropagate_through_time(states, slopes, direct, W_hh):
    """Return the gradient of W_hh, (D, D)."""
    ### BEGIN SOLUTION
    total = np.zeros_like(W_hh)
    from_later = np.zeros_like(direct[:, 0])
    for t in reversed(range(direct.shape[1])):
        at_sum = (from_later + direct[:, t]) * slopes[:, t]
        total = total + states[:, t].T @ at_sum
        from_later = at_sum @ W_hh.T
    return total
    ### END SOLUTION


# %% check="backpropagate_through_time"
usable_backpropagate_through_time = check("backpropagate_through_time", backpropagate_through_time)

# %%
for steps in (1, 2, 3, 8):
    error = check_version(usable_backpropagate_through_time, small, validation[:3, : steps + 1])
    print(f"number of steps {steps}: relative error of the mended loop {error:.0e}")
mended = check_version(usable_backpropagate_through_time, small, validation[:3, :9])
# seeds 0-4: worst 0
assert_threshold("rnn_bptt.lab_mended_error", mended, at_most=1e-4)


# %% [markdown]
# The course's `rnn_backward` does this for all five arrays. Its option `truncate=n` lets the error
# of an output go back n steps; with `truncate=0` it is the colleague's version 2.

# %%
inputs, targets = questions(validation[:4])
run = rnn_forward(inputs, start, activation="relu")
output_errors = softmax_cross_entropy(run.outputs, targets)[1]
states, slopes, direct = pieces(start, validation[:4])
loops = {None: usable_backpropagate_through_time, 0: version_2}
for truncate, loop in loops.items():
    theirs = rnn_backward(inputs, run, output_errors, start, activation="relu", truncate=truncate)
    ours = loop(states, slopes, direct, start.hidden_to_hidden)
    np.testing.assert_allclose(ours, theirs.hidden_to_hidden, rtol=1e-3, atol=1e-4)
print("the same as rnn_backward, for the mended loop and for version 2")


# %% [markdown]
# ## 6 · Right, and it diverges
#
# The loop is mended, so training should go well now. We take the colleague's settings from the log.


# %%
def gradients_of(weights, letters, activation="relu", truncate=None):
    """Return the loss in bits per base and the five gradients."""
    inputs, targets = questions(letters)
    run = rnn_forward(inputs, weights, activation=activation)
    loss, errors = softmax_cross_entropy(run.outputs, targets)
    options = {"activation": activation, "truncate": truncate}
    found = rnn_backward(inputs, run, errors, weights, **options)
    return loss / LENGTH / np.log(2), RNNWeights(*found[:5])


def length_of(gradients):
    return np.sqrt(sum(np.square(array).sum() for array in gradients))


# %%
rng, weights = np.random.default_rng([SEED, 2]), start
on_the_way = []  # the weights before each step
with np.errstate(over="ignore", invalid="ignore"):
    for step in range(1, 21):
        try:
            loss, gradients = gradients_of(weights, draw_windows(train_genes, BATCH, rng))
        except ValueError as error:
            print(f"step {step}: {str(error)[:50]}...")
            break
        radius = spectral_radius(weights.hidden_to_hidden)
        on_the_way.append(weights)
        print(
            f"step {step}: {loss:10.3g} bits, gradient's length {length_of(gradients):8.2g}, ",
            end="",
        )
        print(f"spectral radius {radius:.3g}")
        moved = zip(weights, gradients, strict=True)
        weights = RNNWeights(*(array - 0.2 * change for array, change in moved))
# seeds 0-4: worst 7
assert_threshold("rnn_bptt.lab_steps_until_it_diverged", step, at_most=15)
# seeds 0-4: worst 0.9918
assert_threshold("rnn_bptt.lab_radius_before_the_end", radius, at_least=0.9)

# %% [markdown]
# There is the NaN of version 1 (the course's functions stop where a plain NumPy loop would carry on
# with `nan`). With the **right** gradient, these settings give the NaN of the log, so the log is no
# evidence of a bug in version 1. (Nor of its absence: a wrong gradient can diverge as well, and the
# code is gone.) The bug that we can show is the change of the loop. A check that passes and a run
# that diverges do not contradict each other: the gradient tells how the loss falls *for a small
# step*.
#
# What made the step too long? Follow one error back: the one of the last output, in the networks
# before the first, the second ... step.


# %%
def sizes_on_the_way_back(weights, letters, activation):
    """Largest entry of ∂J_L/∂h_{L-k}, k = 0, 1 ..., J_L the loss of the last output alone."""
    inputs, targets = questions(letters)
    run = rnn_forward(inputs, weights, activation=activation)
    errors = softmax_cross_entropy(run.outputs, targets)[1]
    errors[:, :-1] = 0
    deltas = rnn_backward(inputs, run, errors, weights, activation=activation).states
    return np.minimum(np.abs(deltas).max(axis=2), 1e250).mean(axis=0)[:0:-1]


# %%
shown = [0, *range(max(1, len(on_the_way) - 3), len(on_the_way))]
backwards = {
    index: sizes_on_the_way_back(on_the_way[index], validation[:50], "relu") for index in shown
}
growth = {index: np.log10((sizes[-1] + 1e-99) / sizes[0]) for index, sizes in backwards.items()}
print("powers of ten in 99 steps back:", *(f"{value:.0f}" for value in growth.values()))
# seeds 0-4: worst -14.0937
assert_threshold("rnn_bptt.lab_growth_at_the_start", growth[0], at_most=0)
# seeds 0-4: worst 3.2827
assert_threshold("rnn_bptt.lab_growth_before_the_end", max(growth.values()), at_least=2)

# %%
fig, ax = plt.subplots(figsize=(9, 4.8))
for number, (index, sizes) in enumerate(backwards.items()):
    radius = spectral_radius(on_the_way[index].hidden_to_hidden)
    style = {"color": PALETTE[number], "ls": LINE_STYLES[number], "lw": 2.5}
    label = f"before step {index + 1}: radius {radius:.3g}"
    ax.semilogy(np.where(sizes > 1e-30 * sizes[0], sizes / sizes[0], np.nan), label=label, **style)
ax.set(
    title="One error on its way back, in the run that diverges",
    xlabel="steps back k", ylabel="largest entry of the error\n(1 at k = 0)",
)  # fmt: skip
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
show_figure(
    fig,
    alt="Size of one error against the steps back, on a logarithmic scale, in the network at the "
    "start and before each of the last steps. At the start the error shrinks on its way; late in "
    "the run one line rises by several powers of ten or by far more, depending on the seed.",
)

# %% [markdown]
# At the start the error fades. The gradient is a sum over 100 places and the rate is 0.2, so the
# first steps are long, and sooner or later one of them throws $W_{hh}$ where errors grow on their
# way back. In the last line with a loss the spectral radius is about 1 or more, with some seeds
# above 100. Once the error grows at every step back, 100 steps make it hundreds of times larger or
# far more, and the next update destroys the weights. States can explode in the same way going
# forwards, since ReLU has no upper limit. (The radius of the whole matrix is a hint, not a verdict:
# units that ReLU has switched off let nothing through, and among those that are on errors can grow
# at a radius a little below 1.)
#
# ## 7 · Cures
#
# ### Exercise 7 · `clip_gradients` · must · 10 minutes · 2 points
#
# The direction is good, the length is not. Take all arrays as one long vector; where it is longer
# than `max_norm`, multiply all of them by the same number so that it is exactly as long as that
# (Pascanu et al. 2013, arXiv:1211.5063). Shorter ones stay as they are. Return a list of arrays.


# %% exercise="clip_gradients"
def clip_gradients(gradients, max_norm):
    """Return a list of arrays: clip_gradients([[3.], [4.]] as arrays, 1.0) -> [[0.6], [0.8]]."""
    ### BEGIN SOLUTION
    squares = [np.square(gradient).sum() for gradient in gradients]
    size = np.sqrt(np.sum(squares))
    if size <= max_norm:
        return list(gradients)
    return [gradient * (max_norm / size) for gradient in gradients]
    ### END SOLUTION


# %% check="clip_gradients"
usable_clip_gradients = check("clip_gradients", clip_gradients)

# %% [markdown]
# Where does it belong? *After* the whole gradient, never inside the loop that goes back: an error
# that is clipped on its way gives a gradient of nothing, and the check of section 4 fails.
#
# Now the whole run as a function. All runs see the same windows in the same order.


# %%
def train(weights, rate, num_steps, *, max_norm=None, activation="relu", truncate=None, adam=False):
    """Return the trained weights, or None where the run diverged."""
    rng, memory = np.random.default_rng([SEED, 2]), None
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(num_steps):
            letters = draw_windows(train_genes, BATCH, rng)
            try:
                gradients = gradients_of(weights, letters, activation, truncate)[1]
            except ValueError:  # a number is no longer finite
                return None
            if max_norm is not None:
                gradients = RNNWeights(*map(np.asarray, usable_clip_gradients(gradients, max_norm)))
            if adam:
                weights, memory = adam_step(weights, gradients, memory, learning_rate=rate)
            else:
                pairs = zip(weights, gradients, strict=True)
                weights = RNNWeights(*(array - rate * change for array, change in pairs))
    return weights


# %%
def network_bits(weights, windows, activation="relu"):
    """Bits of letters 2 to L + 1 of each window, an array (B, L)."""
    inputs, targets = questions(windows)
    outputs = rnn_forward(inputs, weights, activation=activation).outputs
    outputs = outputs - outputs.max(axis=2, keepdims=True)
    picked = np.take_along_axis(outputs, targets[:, :, None], axis=2)[:, :, 0]
    return (np.log(np.exp(outputs).sum(axis=2)) - picked) / np.log(2)


def validation_bits(weights, activation="relu"):
    """Mean over the validation windows; nan where the run diverged."""
    return np.nan if weights is None else network_bits(weights, validation, activation).mean()


# %%
STEPS = choose(quick=250, full=1500)
second = train(start, 0.02, STEPS, truncate=0)
second_bits = validation_bits(second)
print(f"counts of order {best_order}: {counted:.3f} bits per base")
print(f"version 2, rate 0.02, {STEPS} steps: {second_bits:.3f}")
record("rnn_bptt.lab_version_2", second_bits)
# seeds 0-4: worst 0.0105
assert_threshold("rnn_bptt.lab_version_2_behind_counts", second_bits - counted, at_least=0.0)
# seeds 0-4: worst 0.0507
assert_threshold("rnn_bptt.lab_version_2_ahead_of_a_guess", 2 - second_bits, at_least=0.02)

# %%
old_rate = validation_bits(train(start, 0.2, STEPS, truncate=0))
print(f"version 2 at the rate of version 1, 0.2: {old_rate:.3f} (nan: it diverged)")
# seeds 0-4: worst 10.689
assert_threshold("rnn_bptt.lab_version_2_old_rate", np.nan_to_num(old_rate, nan=99), at_least=2.2)

# %% [markdown]
# It runs, and it is behind the counts. Nor did the new loop cure anything: at the old rate it fails
# as well. The smaller rate was the cure.
#
# To choose a length for clipping, look at how long the right gradient is where nothing explodes: at
# these weights, for 20 batches.

# %%
rng = np.random.default_rng([SEED, 9])
batches = [draw_windows(train_genes, BATCH, rng) for _ in range(20)]
quiet = [length_of(gradients_of(second, letters)[1]) for letters in batches]
print(
    f"length of the gradient: {min(quiet):.0f} to {max(quiet):.0f}, median {np.median(quiet):.0f}"
)
# seeds 0-4: worst 6.7477
assert_threshold("rnn_bptt.lab_quiet_length", np.median(quiet), at_least=4)

# %% [markdown] tags=["predict"]
# **Predict, then run.** The right gradient, four learning rates, with and without clipping at 2, so
# that most steps are shortened. Which of the eight runs diverge? Does the smallest rate cure the
# disease without clipping, and at what price?

# %%
RATES = (0.005, 0.02, 0.05, 0.2)
results = {
    max_norm: [validation_bits(train(start, rate, STEPS, max_norm=max_norm)) for rate in RATES]
    for max_norm in (None, 2.0)
}
for rate, plain, clipped in zip(RATES, results[None], results[2.0], strict=True):
    print(f"rate {rate:5}: without clipping {plain:.3f}, clipped at 2 {clipped:.3f}")

# %%
best_plain = np.nanmin([*results[None], 2.0])  # a guess, should all have diverged
best_clipped = min(results[2.0])
print(f"rate 0.02, no clipping: version 2 {second_bits:.3f}, right gradient {results[None][1]:.3f}")
# seeds 0-4: worst 4
assert_threshold("rnn_bptt.lab_clipped_runs", np.isfinite(results[2.0]).sum(), at_least=4)
# seeds 0-4: worst 0.0005
assert_threshold("rnn_bptt.lab_clipping_costs", best_clipped - best_plain, at_most=0.01)
# seeds 0-4: worst 0.0259
assert_threshold("rnn_bptt.lab_clipped_spread", np.ptp(results[2.0]), at_most=0.05)
# seeds 0-4: worst 0.0139
assert_threshold(
    "rnn_bptt.lab_smaller_rates_cost", max(results[None][:2]) - best_plain, at_most=0.05
)
# seeds 0-4: worst 0.0121
assert_threshold(
    "rnn_bptt.lab_loop_in_a_short_run", abs(second_bits - results[None][1]), at_most=0.03
)

# %%
fig, ax = plt.subplots(figsize=(9, 4.6))
for number, (name, max_norm) in enumerate({"without clipping": None, "clipped at 2": 2.0}.items()):
    style = {"color": PALETTE[number], "marker": MARKERS[number], "ls": LINE_STYLES[number]}
    ax.semilogx(RATES, results[max_norm], label=name, ms=10, lw=2.5, **style)
diverged = [rate for rate, bits in zip(RATES, results[None], strict=True) if np.isnan(bits)]
top = max(2.0, 1.005 * np.nanmax([results[None], results[2.0]]))
ax.plot(diverged, [top] * len(diverged), "x", color=PALETTE[0], ms=14, mew=3, label="diverged")
ax.axhline(counted, color="gray", lw=2, ls=":", label=f"counts, order {best_order}")
ax.set(
    title=f"The right gradient, {STEPS} steps", xlabel="learning rate",
    ylabel="validation (bits per base)",
)  # fmt: skip
ax.set_xticks(RATES, [str(rate) for rate in RATES])
ax.minorticks_off()
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
show_figure(
    fig,
    alt="Bits per base on the validation windows against the learning rate, with and without "
    "clipping, and a line for the counts. Without clipping the run at rate 0.2 diverged; with "
    "clipping all four runs end near the counts.",
)

# %% [markdown]
# Both cures end the NaN. Without clipping a smaller rate is needed: at 0.2 the run diverges, at
# 0.02 and 0.005 it does not, and after so few steps the smallest rate costs little, if anything.
# But nothing says beforehand which rate is small enough. Clipped at 2, no step is longer than 2
# times the rate, and no run diverges. The best run with clipping is about as good as the best
# without, or better: what clipping buys first of all is safety.
#
# The colleague had changed the loop *and* the rate. Two changes at once tell nothing about either.
# What did the loop alone cost? The line printed below the table compares the run at 0.02 without
# clipping with version 2: same start, same rate, same windows; only the gradient differs. After so
# short a run it is hundredths of a bit at most, with some seeds in favour of the wrong gradient.
# Section 9 repeats the comparison in a longer run.
#
# ## 8 · What clipping does not cure
#
# Clipping shortens. An error that has *faded* on its way back cannot be made longer by it. To see
# that, a task with nothing else in it: random bases, and the only question comes at the end: what
# was the first one? (`make_delayed_recall`, lecture 05.) Here with tanh, 12 steps between, clipping
# in every run. What differs is the spectral radius of $W_{hh}$ at the start.
#
# ### Exercise 8 · `scale_recurrent_matrix` · should · 6 minutes · 1 point
#
# Multiply a matrix by one number so that its **spectral radius**, the largest absolute value among
# its eigenvalues (some of them complex), is `radius`.


# %% exercise="scale_recurrent_matrix"
def scale_recurrent_matrix(matrix, radius):
    """Return a matrix (D, D)."""
    ### BEGIN SOLUTION
    eigenvalues = np.linalg.eigvals(matrix)
    return matrix / np.max(np.abs(eigenvalues)) * radius
    ### END SOLUTION


# %% check="scale_recurrent_matrix"
usable_scale_recurrent_matrix = check("scale_recurrent_matrix", scale_recurrent_matrix)

# %%
RADII, LAG = (0.3, 0.6, 1.0, 1.3), 12


def start_with_radius(radius):
    rng = np.random.default_rng([SEED, 3])
    weights = make_rnn_weights(4, NUM_UNITS, 4, rng=rng)
    W_hh = usable_scale_recurrent_matrix(rng.normal(size=(NUM_UNITS, NUM_UNITS)), radius)
    return weights._replace(hidden_to_hidden=np.asarray(W_hh))


# %%
def fading(weights, one_hot, num_back):
    """Mean length of an error of length 1 at the last state, 0 to num_back steps back."""
    states = rnn_forward(one_hot, weights).states
    error = np.random.default_rng(SEED).normal(size=states[:, -1].shape)
    error = error / np.linalg.norm(error, axis=1, keepdims=True)
    sizes = [1.0]
    for back in range(num_back):
        state = states[:, states.shape[1] - 1 - back]
        error = np.asarray(usable_backward_step(error, state, weights.hidden_to_hidden))
        sizes.append(np.linalg.norm(error, axis=1).mean())
    return sizes


# %%
def train_recall(weights, one_hot, labels, *, activation="tanh", rate=0.003, num_steps=500):
    """Adam, clipped; one question after the last letter. Return weights and steps taken."""
    rng, memory = np.random.default_rng([SEED, 4]), None
    for step in range(1, num_steps + 1):
        rows = rng.integers(len(labels), size=32)
        targets = np.full((32, one_hot.shape[1]), -1)
        targets[:, -1] = labels[rows]
        run = rnn_forward(one_hot[rows], weights, activation=activation)
        loss, errors = softmax_cross_entropy(run.outputs, targets)
        if loss < 0.02:
            return weights, step
        found = rnn_backward(one_hot[rows], run, errors, weights, activation=activation)
        gradients = RNNWeights(*map(np.asarray, usable_clip_gradients(found[:5], 1.0)))
        weights, memory = adam_step(weights, gradients, memory, learning_rate=rate)
    return weights, num_steps


def recall_accuracy(weights, one_hot, labels, activation="tanh"):
    answers = rnn_forward(one_hot, weights, activation=activation).outputs[:, -1].argmax(axis=1)
    return (answers == labels).mean()


# %% [markdown] tags=["predict"]
# **Predict, then run.** For each radius: how long is an error of length 1 after 12 steps back, and
# does the network learn in 500 steps to recall the first letter, or stay at chance (0.25)? Training
# stops early where the loss is near 0.

# %%
learn, ask = (make_delayed_recall(n, LAG, seed=2 * SEED + i) for i, n in enumerate((4000, 1000)))
faded, recalled, taken = {}, {}, {}
for radius in RADII:
    weights = start_with_radius(radius)
    faded[radius] = fading(weights, learn.one_hot[:50], LAG)
    trained, taken[radius] = train_recall(weights, learn.one_hot, learn.labels)
    recalled[radius] = recall_accuracy(trained, ask.one_hot, ask.labels)
    print(f"radius {radius}: error after {LAG} steps back {faded[radius][-1]:.0e}, ", end="")
    print(f"accuracy {recalled[radius]:.2f} after {taken[radius]} steps of training")

# %%
# seeds 0-4: worst 0.282
assert_threshold("rnn_bptt.lab_recall_small_radius", recalled[0.3], at_most=0.4)
# seeds 0-4: worst 1
assert_threshold("rnn_bptt.lab_recall_radius_one", recalled[1.0], at_least=0.9)
# seeds 0-4: worst 1.7941
assert_threshold("rnn_bptt.lab_recall_slower", taken[0.6] / taken[1.0], at_least=1.2)

# %%
fig, ax = plt.subplots(figsize=(9, 4.6))
for number, radius in enumerate(RADII):
    style = {"color": PALETTE[number], "marker": MARKERS[number], "ls": LINE_STYLES[number]}
    label = f"radius {radius}: {recalled[radius]:.2f} after {taken[radius]} steps"
    ax.semilogy(faded[radius], label=label, ms=7, lw=2, **style)
ax.set(
    title="An error that has faded teaches late, or not at all",
    xlabel="steps back from the question", ylabel="length of the error, untrained\n(1 at k = 0)",
)  # fmt: skip
legend = ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
legend.set_title("accuracy, steps of training")
show_figure(
    fig,
    alt="Length of an error against the steps back on a logarithmic scale, a line for each "
    "starting radius. With radius 0.3 it falls by many powers of ten over 12 steps, with 0.6 by "
    "several, with 1.0 and 1.3 little. The legend gives the accuracy after training: chance for "
    "0.3; near 1 after few steps for 1.0 and 1.3.",
)

# %% [markdown]
# Only the starting weights differ. A radius near 1 keeps errors alive over these 12 steps, so the
# network soon finds out what to store. With 0.6 it takes longer, if it gets there; with 0.3 it
# is still at chance after 500. The radius is no law: the activation counts too (lecture 05), and a
# start that is good enough for 12 steps need not be good enough for 50 (the challenge). But it is
# one line of code.
#
# ## 9 · The number
#
# Now the network for the colleague. Two candidates: ReLU and tanh, both with an orthogonal $W_{hh}$
# at the start (all eigenvalues of length 1), Adam, clipped at 2. The validation windows choose
# after a short run, and the one chosen is trained for longer.

# %%
SHORT, LONG = choose(quick=(400, 1500), full=(2000, 20000))
first_weights = make_rnn_weights(4, NUM_UNITS, 4, rng=np.random.default_rng([SEED, 5]))
options = {"max_norm": 2.0, "adam": True}
candidates = {
    name: train(first_weights, 0.003, SHORT, activation=name, **options)
    for name in ("relu", "tanh")
}

# %%
on_validation = {name: validation_bits(weights, name) for name, weights in candidates.items()}
chosen = min(on_validation, key=on_validation.get)
for name, bits in on_validation.items():
    print(f"{name}, {SHORT} steps: {bits:.3f} bits per base")

# %%
network = train(first_weights, 0.003, LONG, activation=chosen, **options)
network_validation = validation_bits(network, chosen)
print(f"{chosen}, {LONG} steps: {network_validation:.3f}; counts {counted:.3f}")

# %% [markdown] tags=["predict"]
# **Predict, then run.** The same run once more, with one change: no error goes back a step
# (`truncate=0`), as in version 2. Starting weights, windows, Adam, clipping and the number of steps
# stay. How much of the lead over the counts is left?

# %%
one_change = train(first_weights, 0.003, LONG, activation=chosen, truncate=0, **options)
one_change_bits = validation_bits(one_change, chosen)
lead_left = (counted - one_change_bits) / (counted - network_validation)
print(f"the same, no error goes back: {one_change_bits:.3f}")
# seeds 0-4: worst 0.0304
assert_threshold(
    "rnn_bptt.lab_price_of_the_loop", one_change_bits - network_validation, at_least=0.01
)
# seeds 0-4: worst -0.0149
assert_threshold("rnn_bptt.lab_lead_left_without_errors_back", lead_left, at_most=0.4)

# %% [markdown]
# Most of it is gone, or all of it: without errors that go back the same run ends close to the
# counts. **This is what the bug costs.** What may be left, with tanh or after many more steps, is an
# echo: states hold some of the past even where nobody trains them to.
#
# ### How far back does it look?
#
# Average the bits at each place of the windows, and compare with the counts at the *same* places:
# how far ahead is the network when one base has been read, when five, when fifty?

# %%
of_counts = chain_bits(chains[best_order], validation)
compared = {
    f"right gradient ({chosen}, {LONG} steps)": (network, chosen),
    "the same, no error goes back": (one_change, chosen),
    f"version 2 of section 7 ({STEPS} steps)": (second, "relu"),
}
ahead = {name: of_counts - network_bits(w, validation, f) for name, (w, f) in compared.items()}
parts = ((1, 2), (3, 5), (6, 10), (11, 20), (21, 40), (41, 70), (71, 100))
middles = [np.sqrt(a * b) for a, b in parts]

# %%
fig, ax = plt.subplots(figsize=(9, 4.6))
for number, (name, bits) in enumerate(ahead.items()):
    means = [bits[:, a - 1 : b].mean() for a, b in parts]
    style = {"color": PALETTE[number], "marker": MARKERS[number], "ls": LINE_STYLES[number]}
    ax.semilogx(middles, means, label=name, ms=8, lw=2.5, **style)
ax.axhline(0, color="gray", lw=2, ls=":", label=f"counts, order {best_order}")
ax.set(
    title="Most of the lead over the counts comes from errors that go back",
    xlabel="bases read before the question", ylabel="ahead of the counts\n(bits per base)",
)  # fmt: skip
ax.set_xticks([1, 3, 10, 30, 100], ["1", "3", "10", "30", "100"])
ax.minorticks_off()
ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2, frameon=False)
show_figure(
    fig,
    alt="Bits by which three networks are ahead of the counts, against the number of bases read. "
    "The network with the right gradient begins a little below 0 and rises until about thirty "
    "bases have been read. The same network trained with errors that do not go back stays close to "
    "0 or rises a little. Version 2 stays at 0 or below.",
)

# %%
curve, flat, _ = (bits.mean(axis=0) for bits in ahead.values())
late, early = curve[40:].mean(), curve[:5].mean()
print(f"ahead of the counts: {early:+.3f} bits after 1 to 5 bases, {late:+.3f} after 41 to 100")
print(f"where no error goes back: {flat[:5].mean():+.3f} and {flat[40:].mean():+.3f}")
# seeds 0-4: worst 0.0369
assert_threshold("rnn_bptt.lab_ahead_late", late, at_least=0.015)
# seeds 0-4: worst 0.05
assert_threshold("rnn_bptt.lab_ahead_late_minus_early", late - early, at_least=0.01)
# seeds 0-4: worst 0.0003
assert_threshold("rnn_bptt.lab_flat_late", flat[40:].mean(), at_most=0.02)

# %% [markdown]
# Counts use the last few bases and no more. The network's lead comes later, from bases further
# back. What is there to be learned from 30 bases that is not in the last few? One thing is the
# reading frame: the more bases have been read, the surer it is (dive 05a looks for it in the
# states). Another is how rich in C and G the gene is (dive 05b).
#
# The price of the wrong gradient is the distance between the first two lines, which differ in
# nothing else; only the choice of the activation was made with the right one. The line of version 2
# is not the one to subtract: its starting weights, its steps and their number are others too.
#
# ### Exercise 9 · `truncated_gradient` · stretch · 25 minutes · 3 points
#
# How much of the gradient comes from far back? Write the gradient of $W_{hh}$ in which the error of
# the output at t counts at the steps t, t − 1, ..., t − `reach` and no earlier (Williams and Peng
# 1990, doi:10.1162/neco.1990.2.4.490). With `reach=0` this is version 2, with a large `reach` it is
# exercise 6. The other arguments are those of exercise 6.


# %% exercise="truncated_gradient"
def truncated_gradient(states, slopes, direct, W_hh, reach):
    """Return (D, D)."""
    ### BEGIN SOLUTION
    num_steps, total = direct.shape[1], np.zeros_like(W_hh)
    travelling = direct * slopes
    for back in range(min(reach + 1, num_steps)):
        here = slice(0, num_steps - back)
        for t in range(num_steps - back):
            total = total + states[:, t].T @ travelling[:, t]
        earlier = (travelling @ W_hh.T)[:, 1:]
        travelling = earlier * slopes[:, here][:, :-1]
    return total
    ### END SOLUTION


# %% check="truncated_gradient"
usable_truncated_gradient = check("truncated_gradient", truncated_gradient)

# %%
parts_of_it = pieces(candidates["relu"], validation[:200])
W_hh = candidates["relu"].hidden_to_hidden
whole = usable_backpropagate_through_time(*parts_of_it, W_hh)
missing = {}
for reach in (0, 1, 3, 10, 30, 99):
    cut = usable_truncated_gradient(*parts_of_it, W_hh, reach)
    missing[reach] = np.linalg.norm(np.subtract(cut, whole)) / np.linalg.norm(whole)
    print(f"reach {reach:2d}: {missing[reach]:.1%} of the gradient's length is off")

# %%
# seeds 0-4: worst 0.9462
assert_threshold("rnn_bptt.lab_missing_at_reach_0", missing[0], at_least=0.5)

# %% [markdown]
# ### Tested once
#
# The test clusters, for the first time: counts, version 2, and the network as chosen. Beside them a
# chain that is *told* where the codons begin and keeps three tables, one for each place in a codon.
# It is no rival, since nobody told the network; it says what knowing the frame is worth.

# %%
rng = np.random.default_rng([SEED, 6])
NUM_TEST = choose(quick=2000, full=8000)
test_row = rng.choice(test_rows, size=NUM_TEST)
test_start = np.array([rng.integers(len(ladder.dna[row]) - LENGTH) for row in test_row])
test = np.stack([
    as_numbers(row)[begin : begin + LENGTH + 1]
    for row, begin in zip(test_row, test_start, strict=True)
])  # fmt: skip

# %%
told = MarkovChain(4, period=3).fit(train_genes)
told_bits = -np.stack([
    told.log2_probabilities(np.r_[np.full(begin % 3, -1), letters])[begin % 3 + 1 :]
    for letters, begin in zip(test, test_start, strict=True)
])  # fmt: skip

# %%
tested = {
    f"counts, order {best_order}": chain_bits(chains[best_order], test),
    "version 2": network_bits(second, test),
    f"network ({chosen})": network_bits(network, test, chosen),
    "counts, order 4, told the frame": told_bits,
}
tested = {name: bits.mean(axis=1) for name, bits in tested.items()}  # a mean for each window
for name, bits in tested.items():
    print(f"{name:32s}{bits.mean():.3f} bits per base")

# %% [markdown]
# How sure is the difference? Windows of one cluster are relatives, so whole clusters are drawn
# anew.

# %%
clusters = ladder.clusters[test_row]
gains = tested[f"counts, order {best_order}"] - tested[f"network ({chosen})"]
members = [gains[clusters == cluster] for cluster in np.unique(clusters)]
draws = rng.integers(len(members), size=(1000, len(members)))
sums, sizes = (np.array([f(group) for group in members]) for f in (np.sum, len))
low, high = np.quantile(sums[draws].sum(axis=1) / sizes[draws].sum(axis=1), (0.025, 0.975))
print(f"counts minus network: {gains.mean():.3f} bits, 95 % interval {low:.3f} to {high:.3f}")

# %%
record("rnn_bptt.lab_counts", tested[f"counts, order {best_order}"].mean())
record("rnn_bptt.lab_network", tested[f"network ({chosen})"].mean())
record("rnn_bptt.lab_counts_told_the_frame", tested["counts, order 4, told the frame"].mean())
# seeds 0-4: worst 0.0171
assert_threshold("rnn_bptt.lab_network_ahead", low, at_least=0.0)
told_gain = tested[f"network ({chosen})"].mean() - tested["counts, order 4, told the frame"].mean()
# seeds 0-4: worst 0.0167
assert_threshold("rnn_bptt.lab_network_behind_told_counts", told_gain, at_most=0.03)
# seeds 0-4: worst 0.0075
assert_threshold("rnn_bptt.lab_told_counts_ahead", told_gain, at_least=-0.005)

# %% [markdown]
# The recurrent network is ahead of counting, by a few hundredths of a bit, on genes of clusters
# that training has not seen, and the interval excludes 0. (It says what another draw of test
# clusters could change, for this one trained network; other starting weights are not in it.) The
# network comes close to the chain that is told the frame. Whoever knows the frame gets there with
# three tables; the network is for those who do not.
#
# ### Written question · `divergence_reply` · 20 minutes · 4 points
#
# Reply to the colleague in at most 200 words: which version had the bug, and how a check showed it;
# why a right gradient can diverge; what to change, and what clipping does *not* cure; and the
# number, with what it is compared to.
#
# **Rubric** (1 point each)
#
# - the bug: version 2 drops the error from later steps; the check passes for one and two steps and
#   fails from three on; two things (loop and rate) were changed at once, and with the loop alone
#   changed most of the lead over counting is gone;
# - the divergence: a step that is too long, then growth along the 100 steps (the spectral radius is
#   about 1 or far above it); no bug is needed for it;
# - the cure: clip the whole gradient after it is complete, with a measured comparison with smaller
#   rates; clipping does not bring back errors that have faded, starting weights (or other cells)
#   do;
# - the number: bits per base on held-out clusters, beside counts, with an interval or the size of
#   the difference, and what the frame-aware counts say.

# %% [markdown] written="divergence_reply" points=4
# ### BEGIN SOLUTION
# The bug is in version 2. Your loop overwrites the error from later steps. Compared with central
# differences, its gradient is right for one or two steps and wrong from three on. Nothing points to
# a bug in version 1: the mended loop passes the check, and with your settings it diverges as in
# your log.
#
# A right gradient promises a lower loss for small steps only. Yours was a sum over 100 places times
# 0.2; in my run one step threw the spectral radius of W_hh far above 1, and then states and errors
# grew at every step.
#
# Clip the whole gradient by its length, after the loop. All rates from 0.005 to 0.2 then trained.
# The smaller rate was what cured version 2 (at 0.2 it fails too), but which rate is small enough is
# luck. Clipping does not help where errors fade: a letter 12 steps back was learned from radius 1,
# not from 0.3.
#
# Orthogonal start, Adam, clipping: about 1.90 bits per base on clusters never seen, counts 1.93;
# the interval of the difference excludes 0. With your loop the same run ends level with counting.
# Counts that are told the reading frame reach 1.89.
# ### END SOLUTION

# %% [markdown]
# ### Challenge · fifty steps back · 30 minutes, optional
#
# Delayed recall again, with 50 bases between the first letter and the question. Write
# `recall_network`: from one-hot sequences `(N, 51, 4)` and their labels to the weights of a *plain*
# recurrent network and its activation (`"tanh"` or `"relu"`). Random or structured starting
# weights, the length of the sequences that you train on, rate, clipping: all is allowed, but the
# network must learn the task from the data (the latch of lecture 05, whose weights are written down
# by hand, does not count). It is scored by accuracy on 2,000 new sequences; chance is 0.25. Make
# your choices inside the sequences that you are given (set a part of them aside). The last cell
# tests once. This is a self-check; a teacher who wants to score it draws the sequences from another
# seed.
#
# **Rubric**
#
# - choices made on a validation part of the given sequences (1 point);
# - the accuracy: above 0.5 (1 point), above 0.9 (1 point more);
# - a sentence on *why* it works, in the terms of section 8: what keeps the error alive over 50
#   steps (1 point).


# %% challenge="recall_50"
def recall_network(one_hot, labels):
    """Return (RNNWeights, activation)."""
    ### BEGIN SOLUTION
    # ReLU with the identity as W_hh: a state that nobody changes stays, and so does its error
    # (Le, Jaitly and Hinton 2015, arXiv:1504.00941). Small input weights keep the letters between
    # from drowning it.
    best = (0.0, None)
    for restart in range(3):
        rng = np.random.default_rng([SEED, 7, restart])
        weights = make_rnn_weights(4, NUM_UNITS, 4, rng=rng)
        weights = weights._replace(
            hidden_to_hidden=np.eye(NUM_UNITS),
            input_to_hidden=0.1 * rng.normal(size=(4, NUM_UNITS)),
        )
        attempt, _ = train_recall(
            weights, one_hot[500:], labels[500:], activation="relu", rate=0.001, num_steps=600
        )
        quality = recall_accuracy(attempt, one_hot[:500], labels[:500], "relu")
        best = max(best, (quality, attempt), key=lambda pair: pair[0])
        if quality > 0.97:
            break
    print(f"accuracy on the 500 sequences set aside: {best[0]:.3f}, start {restart + 1}")
    return best[1], "relu"
    ### END SOLUTION


# %%
far = make_delayed_recall(4000, 50, seed=1000 * SEED + 11)
new = make_delayed_recall(2000, 50, seed=1000 * SEED + 12)
plain_start = make_rnn_weights(4, NUM_UNITS, 4, rng=np.random.default_rng([SEED, 8]))
usual, _ = train_recall(plain_start, far.one_hot, far.labels, num_steps=200)
print(f"orthogonal start, tanh, 200 steps: {recall_accuracy(usual, new.one_hot, new.labels):.2f}")


# %%
def score_challenge(method):
    answer = method(far.one_hot.copy(), far.labels.copy())
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise ValueError(
            f"recall_network returned {type(answer).__name__}, expected two things: the RNNWeights "
            'and "tanh" or "relu". Is a return statement missing?'
        )
    accuracy = recall_accuracy(answer[0], new.one_hot, new.labels, answer[1])
    margin = 1.96 * np.sqrt(accuracy * (1 - accuracy) / len(new.labels))
    print(f"accuracy on new sequences: {accuracy:.3f} ± {margin:.3f}")


# %%
try:
    score_challenge(recall_network)
except NotImplementedError:
    print("Not attempted yet: write recall_network, then run this cell again.")

# %% [markdown]
# ## Quiz
#
# **1.** A gradient check passes at the starting weights, and 100 steps later the loss is NaN. Which
# conclusion is right: the gradient is wrong, the check is useless, or neither?
#
# <details><summary>Answer</summary>
#
# Neither. The check says that the slope is right at a point. How far one may walk along it is not
# in the slope.
#
# </details>
#
# **2.** A colleague clips every error to ±1 on its way back through time. The run is stable. What
# does a gradient check say, and what does the run then minimise?
#
# <details><summary>Answer</summary>
#
# The check fails as soon as one error is clipped. The arrows followed are then no gradient of the
# loss, nor of anything that one could name. Clip the finished gradient: its direction stays.
#
# </details>
#
# **3.** All arrays are clipped together at 1, and the rate is 0.01. How far can the weights move in
# one step of plain gradient descent? And with Adam?
#
# <details><summary>Answer</summary>
#
# At most 0.01, all weights together as one vector. Adam divides by the running size of each entry,
# so its step does not get shorter when all gradients do; clipping then tames single outliers.
#
# </details>
#
# **4.** Without clipping, a rate ten times smaller did not diverge. Why not always do that?
#
# <details><summary>Answer</summary>
#
# The gradient's length changes by orders of magnitude during a run. A rate that is safe at the
# steepest place is slow everywhere else, and no rate is safe for certain.
#
# </details>
#
# **5.** Version 2 still learned something: it beat a guess of 2 bits. How, if no error ever went
# back a step?
#
# <details><summary>Answer</summary>
#
# The states depend on the past even when nobody trains them to: a random recurrent matrix mixes the
# last letters into the state, and the output layer learns to read it. What is not learned is what
# to keep.
#
# </details>
#
# **6.** A tanh network starts with spectral radius 0.3. The first letter of 13 decides the label.
# After 500 steps the accuracy is at chance. Would a longer run, or clipping at another length,
# help?
#
# <details><summary>Answer</summary>
#
# Clipping would not: the error of the first letter is many powers of ten smaller than that of the
# last ones. A much longer run might, if the radius grows on the way by chance; starting near 1
# costs one line.
#
# </details>

# %% [markdown]
# ## Take-aways
#
# 1. A run that diverges can have the right gradient, and a run that runs can have a wrong one.
#    Check by differences, over several lengths: the length at which it fails says where.
# 2. Change one thing at a time.
# 3. An exploding gradient is a right direction of a useless length. Clip the whole of it, at the
#    end.
# 4. Clipping makes a run safe. It gives back nothing that has faded: that is a matter of starting
#    weights, activation and cell (unit 06).
# 5. Plot the loss by place: it shows how much a model gains from a longer past.
# 6. On held-out clusters the recurrent network beat counting by a few hundredths of a bit. Counts
#    that are told the reading frame get as far or a little further, with three tables.
#
# ## Why my plot may differ
#
# Windows, starting weights and batches follow from the seed (`BIOSEQ_SEED`, 0 unless you set it),
# and the full profile trains longer. The number of steps until the run diverges, which of the
# middle rates diverge, and the activation chosen may differ; on other machines the sums round
# differently, and a run close to an explosion can turn out the other way. Your own correct
# functions give the same numbers as the course's, but for rounding (more of it in float32).
