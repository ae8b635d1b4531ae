# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: all
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   bioseq: {unit: gru_lstm, kind: dive, title: "A language model of proteins", minutes: 40}
# ---

# %% [markdown]
# # A language model of proteins
#
# Deep dive 06b of the unit *gru_lstm*.
#
# ## Why
# Labels are rare, sequences are not. A **language model** needs no label: it reads a protein and
# says at each place which residue comes next. Two questions follow. What has such a model learned,
# in bits and not in pictures? And are its weights a better start for another task, the family of a
# protein, than random numbers? One hears both **"transfer never worked for LSTMs"** and
# **"pretrained is better"**. On a small scale this can be tested in a minute: a network of 25,000
# weights, 2,400 proteins. The answer then holds for that scale only.
#
# ## Objectives
# After this deep dive you can
#
# - train a network on the next residue, and measure its perplexity on clusters that it never saw;
# - place that number beside counted pairs and triples, and find out where the gain comes from;
# - sample proteins at a temperature, and measure what the samples have in common with real ones;
# - start a classifier from a language model, and compare it with scratch and with frozen weights;
# - say what such a comparison must hold fixed.
#
# ## Prerequisites
# The core lecture `06_gru_lstm`. From dive 05a perplexity and back-off, from 05b sampling. Clusters
# and folds are from unit 01.
#
# ## Time
# 40 minutes. The notebook runs in about a minute in the quick profile.
#
# ## Biology card
# - **Residue**: one amino acid of a protein; 20 letters.
# - **Composition**: how frequent each letter is. Leucine is near 10 %, tryptophan near 1 %.
# - **Membrane segment**: about 20 residues that cross a membrane, nearly all of them greasy
#   (hydrophobic: L, I, V, F, A ...). Receptors of the class *G protein-coupled receptor* have
#   seven.
# - **Low complexity**: stretches with few different letters, such as `SSSPSSSS`; frequent in the
#   parts of transcription factors that do not fold.

# %%
from itertools import pairwise

from bioseq_course.alphabet import PROTEIN
from bioseq_course.encode import index_encode
from bioseq_course.gated_rnn import lstm_forward, lstm_weights_from_keras
from bioseq_course.kmers import kmer_profile
from bioseq_course.ladder import load_ladder
from bioseq_course.markov import MarkovChain
from bioseq_course.plots import LINE_STYLES, MARKERS, PALETTE, show_figure, use_course_style
from bioseq_course.run import choose, quiet_start, seed
from bioseq_course.scoreboard import record
from bioseq_course.thresholds import assert_threshold

# %%
with quiet_start():  # hides what TensorFlow says about itself
    from bioseq_course.recurrent_models import next_letter_model, recurrent_classifier

    import keras

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, normalize

use_course_style()
SEED = seed()
rng = np.random.default_rng(SEED)
ladder = load_ladder()
train, validation, test = ladder.split(0)
labels = ladder.labels  # (B,)

# %% [markdown]
# Sizes. Both profiles use the first fold of the ladder: the model learns from the training
# clusters, the validation clusters say when to stop, the test clusters are for the final scores
# (section 1: once for each model; section 3 says there how often). The split is the same on every
# seed. *Quick*: stretches of 100 residues, 64 units. *Full*: stretches of 256, 512 units. The
# sentences below describe the quick profile.

# %%
LENGTH, UNITS = choose(quick=100, full=256), choose(quick=64, full=512)
EPOCHS, BATCH = choose(quick=8, full=60), 64
NUM_DRAWS, MANY = choose(quick=4, full=10), choose(quick=8, full=20)  # labelled subsets
FEW = 140  # labels in each of them
FEW_EPOCHS, ALL_EPOCHS = choose(quick=10, full=40), choose(quick=3, full=30)
SYMBOLS = PROTEIN.symbols[:20]
SCORED = 400  # residues of each test protein that are read
UNKNOWN = 21  # number of a residue outside the 20

# %% [markdown]
# ## 1 · The next residue
# The model reads $x_1 \dots x_t$ and gives 20 probabilities for $x_{t+1}$. Over all predictions in
# a set of proteins, T in total,
#
# $$H = -\frac{1}{T} \sum_{t} \log_2 p(x_{t+1} \mid x_1 \dots x_t) \text{ bits}, \qquad
# \text{perplexity} = 2^{H}.$$
#
# A perplexity of 20 is guessing among 20 equal letters; a model that is as unsure as between 18
# equal letters has 18.

# %% tags=["nbval-check-output"]
frequencies = np.array([0.5, 0.25, 0.125, 0.125])
entropy = -(frequencies * np.log2(frequencies)).sum()
print(f"four letters, one in every second place: {entropy:.2f} bits, perplexity {2**entropy:.2f}")
print(f"four equal letters: {np.log2(4):.2f} bits, perplexity {2 ** np.log2(4):.2f}")

# %% [markdown]
# Each protein is read in a **stretch** of at most 101 residues (quick) that begins at a random
# place. What stands before it is not read. So the first residue of a stretch has no past and is
# not scored; the others are, if they are one of the 20 letters. The stretches for scoring are
# drawn here once: one of each validation protein, and one of 500 training proteins. Until the test
# clusters are opened, chains and network are scored on these same residues.

# %%
indices = [index_encode([text], PROTEIN, unknown="index")[0] for text in ladder.protein]
codes = [np.where(row == UNKNOWN, -1, row - 1) for row in indices]  # for the chains: -1 unknown


def stretches(rows, length=LENGTH):
    """Inputs (b, length), targets (b, length) and weights (b, length): random stretches."""
    found = np.zeros((len(rows), length + 1), dtype="int32")
    for i, row in enumerate(rows):
        start = rng.integers(max(len(indices[row]) - length, 1))
        piece = indices[row][start : start + length + 1]
        found[i, : len(piece)] = piece
    targets = found[:, 1:]
    weights = ((targets > 0) & (targets < UNKNOWN)).astype("float32")
    return found[:, :-1], np.clip(targets - 1, 0, 19), weights


pieces = {"training": stretches(train[:500]), "validation": stretches(validation)}

# %% [markdown]
# ### Counted letters, pairs and triples
# Markov chains with back-off (dive 05a): order 0 counts letters, order 1 pairs, order 2 triples,
# in all training proteins. The *strength* says how many observations the shorter context is worth;
# validation clusters choose it.


# %%
def chain_perplexity(chain, part):
    """Perplexity of a chain on the stretches of a part; it reads no more than the network does."""
    inputs, targets, weights = pieces[part]
    letters = np.column_stack([inputs, targets[:, -1] + 1])  # (b, LENGTH + 1)
    letters = np.where((letters > 0) & (letters < UNKNOWN), letters - 1, -1)
    found = np.array([chain.log2_probabilities(row)[1:] for row in letters])  # (b, LENGTH)
    return 2 ** -found[weights > 0].mean()


# %%
chains, counted = {}, {}
for order in (0, 1, 2):
    tried = [MarkovChain(order, num_symbols=20, strength=s) for s in (1000, 10_000, 100_000)]
    tried = [chain.fit([codes[row] for row in train]) for chain in tried]
    chains[order] = min(tried, key=lambda chain: chain_perplexity(chain, "validation"))
    counted[order] = np.array([chain_perplexity(chains[order], part) for part in pieces])
    print(f"order {order}: training {counted[order][0]:.2f}, new clusters {counted[order][1]:.2f}")
assert 17.8 < counted[0][1] < 18.6

# %%
pairs, triples = (counted[0] - counted[order] for order in (1, 2))  # gains: training, new clusters
# seeds 0-4: worst 0.1043
assert_threshold(
    "gru_lstm.lm_words_gain", max(pairs[1], triples[1]) / (20 - counted[0][1]), at_most=0.2
)
# seeds 0-4: worst 0.179
assert_threshold("gru_lstm.lm_words_remember", triples[0] - triples[1], at_least=0.1)

# %% [markdown]
# Letters alone bring 20 down to about 18. Compare the two columns. On new clusters pairs and
# triples add less than a fifth of what the letters brought. On the training proteins, on which they
# were counted, triples gain more: there are 8,000 of them, and a part of what their counts say
# holds for these proteins only.
#
# ### The network
# An embedding of 24 numbers a letter, one LSTM, 20 probabilities. In each pass it sees a new random
# stretch of each training protein.


# %%
def bits_of(model, pieces):
    """Bits per residue of some stretches, and how far the predictions move with the place."""
    inputs, targets, weights = pieces
    found = model.predict(inputs, batch_size=256, verbose=0)[weights > 0]  # (n, 20)
    bits = -np.log2(found[np.arange(len(found)), targets[weights > 0]]).mean()
    moved = (found * np.log2(found / found.mean(axis=0))).sum(axis=1).mean()
    return float(bits), float(moved)


# %%
keras.utils.set_random_seed(SEED)
model = next_letter_model("lstm", UNITS, 20, embedding=24, seed=SEED)
loss = keras.losses.SparseCategoricalCrossentropy(reduction="mean_with_sample_weight")
model.compile(keras.optimizers.Adam(4e-3), loss, jit_compile=False)
print(f"{model.count_params():,} weights; {sum(len(codes[row]) for row in train):,} residues")

# %% [markdown] tags=["predict"]
# ### Predict, then run
# Before training the perplexity is about 20. What will the network learn first: letters, pairs, or
# what kind of stretch it is in? Where will it stand after 16 batches, and after the first pass?

# %%
history, lowest, best = [], np.inf, None  # rows: batches, training, validation, moved
PASS = -(-len(train) // BATCH)  # batches in one pass


def read_on(drawn, first, last, epoch):
    """Train on some batches of a pass; note where the model stands; bits on validation."""
    inputs, targets, weights = (part[first * BATCH : last * BATCH] for part in drawn)
    model.fit(inputs, targets, sample_weight=weights, batch_size=BATCH, verbose=0)
    inside, _ = bits_of(model, pieces["training"])
    bits, moved = bits_of(model, pieces["validation"])
    history.append((epoch * PASS + last, 2**inside, 2**bits, moved))
    return bits


# %%
drawn = stretches(rng.permutation(train))
for first, last in pairwise((0, 4, 8, 16, PASS)):  # the first pass, in parts
    read_on(drawn, first, last, epoch=0)

# %%
for epoch in range(1, EPOCHS):
    bits = read_on(stretches(rng.permutation(train)), 0, PASS, epoch)
    if bits < lowest:
        lowest, best = bits, model.get_weights()
model.set_weights(best)

line = "{:4d} batches: training {:.2f}, validation clusters {:.2f}, moves by {:.3f} bits"
for stand in (*history[:5], history[-1]):
    print(line.format(*stand))

# %%
fig, ax = plt.subplots(figsize=(8.5, 4.6))
batches, *lines, moved = np.array(history).T
for i, (name, values) in enumerate(zip(pieces, lines, strict=True)):
    style = {"color": PALETTE[i], "marker": MARKERS[i], "ls": LINE_STYLES[i]}
    ax.plot(batches, values, label=f"LSTM, {name}", **style)
for i, order in enumerate((0, 2), start=2):
    label = {0: "letters", 2: "triples"}[order] + ", validation"
    ax.axhline(counted[order][1], color=PALETTE[i], ls=LINE_STYLES[i], label=label)
ax.set_xscale("log")
ax.set_xticks([4, 8, 16, 38, 100, 300], ["4", "8", "16", "38", "100", "300"])
ax.minorticks_off()
ax.set(xlabel=f"batches of {BATCH} proteins", ylabel="perplexity", ylim=(17, 20.2))
ax.set_title("The next residue: new clusters and old ones")
ax.legend(loc="upper right", fontsize=11)
show_figure(
    fig,
    alt="Perplexity against batches, logarithmic axis. Both lines of the network fall from above "
    "18.4 to the horizontal line of the letters, about 18.2, within 16 batches, and then slowly "
    "on: the training proteins to about 17.4, the validation clusters to between 17.5 and 17.8, "
    "more and more slowly. A second horizontal line marks triples at about 18.",
)
early = history[2]  # after 16 batches
# seeds 0-4: worst 0.1098
assert_threshold("gru_lstm.lm_early_move", early[3] / moved[-1], at_most=0.3)
# seeds 0-4: worst 0.0439
assert_threshold("gru_lstm.lm_early_gap", abs(early[2] - counted[0][1]), at_most=0.15)

# %% [markdown]
# The last column says how far the predictions at a place lie from their own mean over all places
# (the mean Kullback–Leibler divergence): 0 for a model that always says the same. After a few
# batches the network stands near the line of the letters, and its predictions move much less than
# at the end: the frequencies are learned first, and for them no state is needed. A model that
# always says the same can hardly pass that line. What comes later is context.
#
# Now the test clusters, once for each model: the first 400 residues of each protein. The network,
# trained on stretches of 100, reads on past that length here.


# %%
def bits_by_residue(rows):
    """For each protein the bits of residues 2 to SCORED, (L_i - 1,); unknown letters: NaN."""
    padded = np.zeros((len(rows), SCORED), dtype="int32")
    for i, row in enumerate(rows):
        padded[i, : len(indices[row])] = indices[row][:SCORED]
    answers, found = model.predict(padded[:, :-1], batch_size=128, verbose=0), []
    for row, answer in zip(rows, answers, strict=True):
        own = codes[row][1:SCORED]
        chosen = answer[np.arange(len(own)), own.clip(0)]
        found.append(np.where(own < 0, np.nan, -np.log2(chosen)))
    return found


def chain_bits_by_residue(order, rows):
    return [-chains[order].log2_probabilities(codes[row])[1:SCORED] for row in rows]


# %%
surprise = {"LSTM": bits_by_residue(test)}
surprise |= {f"order {order}": chain_bits_by_residue(order, test) for order in chains}
over_all = {name: 2 ** np.nanmean(np.concatenate(values)) for name, values in surprise.items()}
for name, value in over_all.items():
    print(f"{name:8s} perplexity on test clusters {value:.2f}")

# %%
ahead = min(over_all[f"order {order}"] for order in chains) - over_all["LSTM"]
# seeds 0-4: worst 0.4321
assert_threshold("gru_lstm.lm_gain", ahead, at_least=0.3)
record("gru_lstm.protein_lm_perplexity", over_all["LSTM"])
record("gru_lstm.protein_lm_perplexity_unigram", over_all["order 0"])
record("gru_lstm.protein_lm_perplexity_triples", over_all["order 2"])

# %% [markdown]
# ### Where does the gain come from?
# The network is ahead of counted pairs and triples. Has it learned grammar, that is, which letters
# follow which? A much smaller model shows how far one comes without. Proteins are uneven: segments
# in membranes are greasy, linkers are full of S, P and G. So letters that came lately come again.
# Let a state count them, and forget:
#
# $$c_t = \lambda\, c_{t-1} + x_t, \qquad p(x_{t+1} = a \mid c_t) =
# \frac{s\, p_a + c_{t,a}}{s + \sum_b c_{t,b}}, \qquad x_t, c_t, p: (20,).$$
#
# In the left formula $x_t$ is the one-hot row of the residue, and $c_0 = 0$. The fade $\lambda$,
# between 0 and 1, and the strength $s$ are two numbers; $p_a$ is the share of letter a in the
# training proteins. Counts of what came lately are called a *cache* (Kuhn and De Mori 1990).
#
# This is a recurrent cell too: linear, with a forget gate that stands at $\lambda$ for ever, and
# with two numbers to choose. It knows no pairs, and of the order only how long ago a letter came.

# %% tags=["nbval-check-output"]
state, usual = np.zeros(2), np.array([0.5, 0.5])  # two letters, S and L, equally usual
for letter in "SSSL":
    state = 0.5 * state + np.array([letter == "S", letter == "L"])
    chance = (1 * usual + state) / (1 + state.sum())  # strength 1, fade 0.5
    print(f"read {letter}: counts {state}, chance of S next {chance[0]:.3f}")


# %%
def fading_bits(rows, fade, strength):
    """Bits of residues 2 to SCORED by fading counts, (b, SCORED - 1); unknown or absent: NaN."""
    letters = np.array(
        [np.pad(codes[row][:SCORED] + 1, (0, max(0, SCORED - len(codes[row])))) for row in rows]
    )
    table = np.vstack([np.zeros(20), np.eye(20)])
    state, bits = np.zeros((len(rows), 20)), np.full((len(rows), SCORED - 1), np.nan)
    for t in range(1, SCORED):
        state = fade * state + table[letters[:, t - 1]]
        chances = (strength * usual + state) / (strength + state.sum(axis=1, keepdims=True))
        here = np.flatnonzero(letters[:, t] > 0)
        bits[here, t - 1] = -np.log2(chances[here, letters[here, t] - 1])
    return bits


# %%
usual = chains[0].tables[0][0, 0]  # (20,), the composition
settings = [(fade, strength) for fade in (0.95, 0.98, 0.99) for strength in (50, 100, 200)]
fade, strength = min(settings, key=lambda pair: np.nanmean(fading_bits(validation, *pair)))
surprise["fading counts"] = list(fading_bits(test, fade, strength))
over_all["fading counts"] = 2 ** np.nanmean(np.concatenate(surprise["fading counts"]))
print(f"fade {fade}, strength {strength}: perplexity on test clusters", end=" ")
print(f"{over_all['fading counts']:.2f}; LSTM {over_all['LSTM']:.2f}")
explained = (over_all["order 0"] - over_all["fading counts"]) / (
    over_all["order 0"] - over_all["LSTM"]
)
print(f"share of the LSTM's gain over letters: {explained:.0%}")
# seeds 0-4: worst 0.7427
assert_threshold("gru_lstm.lm_fading_share", explained, at_least=choose(quick=0.6, full=0.2))
# seeds 0-4: worst 0.7814
assert_threshold("gru_lstm.lm_fading_behind", explained, at_most=0.95)
record("gru_lstm.protein_lm_perplexity_fading", over_all["fading counts"])

# %%
names = ("order 0", "order 2", "fading counts", "LSTM")
by_class = {name: [] for name in names}
for name in names:
    for c in range(len(ladder.class_names)):
        rows = np.flatnonzero(labels[test] == c)
        values = np.concatenate([np.ravel(surprise[name][row]) for row in rows])
        by_class[name].append(2 ** np.nanmean(values))
fig, ax = plt.subplots(figsize=(9.5, 4.8))
for i, name in enumerate(names):
    style = {"color": PALETTE[i], "marker": MARKERS[i], "markersize": 9, "ls": "none"}
    label = {"order 0": "letters", "order 2": "triples"}.get(name, name)
    ax.plot(by_class[name], range(7), label=label, **style)
ax.set_yticks(range(7), ladder.class_names)
ax.set(xlabel="perplexity, test clusters", ylim=(-0.6, 6.6), title="Next residue, class by class")
ax.legend(loc="lower left", fontsize=11)
show_figure(
    fig,
    alt="Seven classes, four markers each: letters, triples, fading counts, LSTM. In most classes "
    "the fading counts lie left of triples and letters, and the LSTM a little further left. "
    "In tyrosine phosphatases it lies far left of all three, in tyrosine kinases it is not ahead "
    "of the fading counts. Transcription factors have the lowest perplexities, "
    "below 17 for the LSTM, and tyrosine kinases its highest.",
)

# %% [markdown]
# Over all residues most of the gain over letters can be had without any grammar: the network is a
# little ahead of two numbers and the composition. A reading that fits is that it keeps a tally of
# what kind of stretch it is in, and knows something more. (That the network *does* it in this way
# is not shown: two models may reach the same number by different means.) A perplexity without such
# a baseline says little about what was understood. And a mean over all residues hides the classes.
# Look for those in which the two lie far apart: on seeds 0 to 4 of the quick profile the network is
# well ahead of the fading counts in tyrosine phosphatases, where these hardly pass the triples,
# and it is not ahead in tyrosine kinases. Why the classes differ was not tested.

# %% [markdown]
# ## 2 · Sampling
# Draw a residue from the probabilities, feed it back, draw again (Sutskever and others 2011 did so
# with English letters). With a **temperature** $\tau$ the probabilities become
# $p_i^{1/\tau} / \sum_j p_j^{1/\tau}$: below 1 the likely letters gain.
#
# The step is the core lecture's LSTM. We take the weights out of Keras, run them in NumPy, and
# check that both agree before we sample with it. Each sample begins with M and has 200 residues,
# twice the length of a training stretch.


# %% tags=["nbval-check-output"]
for temperature in (0.5, 1.0, 2.0):
    chances = softmax(np.log([0.6, 0.3, 0.1]) / temperature)
    print(f"temperature {temperature}: {chances.round(3)}")

# %%
embedding = model.get_layer("embedding").get_weights()[0]  # (22, 24)
cell = lstm_weights_from_keras(model.get_layer("memory_1").get_weights())
kernel, bias = model.get_layer("output").get_weights()  # (D, 20), (20,)
one = indices[test[0]][None, :60]
scores = lstm_forward(embedding[one], cell).states[:, 1:] @ kernel + bias
by_hand = softmax(scores, axis=-1)  # (1, 60, 20)
assert np.abs(by_hand - keras.ops.convert_to_numpy(model(one))).max() <= 1e-5


# %%
def sample(number, length, temperature):
    """Draw proteins (number, length) as letter numbers 1 to 20; each begins with M."""
    letters = np.full((number, length), 1 + PROTEIN.index("M"))
    state = memory = None
    for place in range(1, length):
        seen = embedding[letters[:, place - 1 : place]]  # (number, 1, 24)
        run = lstm_forward(seen, cell, initial_state=state, initial_memory=memory)
        state, memory = run.states[:, -1], run.memory[:, -1]
        chances = softmax((state @ kernel + bias) / temperature, axis=1).cumsum(axis=1)
        drawn = (rng.random((number, 1)) > chances).sum(axis=1)
        letters[:, place] = 1 + np.minimum(drawn, 19)
    return letters


def as_text(rows):
    return ["".join(SYMBOLS[letter - 1] for letter in row) for row in rows]


# %%
TEMPERATURES = (0.5, 0.8, 1.0, 1.5)
samples = {temperature: as_text(sample(60, 200, temperature)) for temperature in TEMPERATURES}
for temperature, texts in samples.items():
    print(f"temperature {temperature}: {texts[0][:80]}")

# %% [markdown]
# Such lines invite stories. We measure five things instead, for samples, for stretches of real
# proteins from the test clusters, and for letters drawn from the composition:
#
# - **composition**: $\sum_a |q_a - p_a| / 2$ against the training proteins (0: the same);
# - **equal letters**: the same distance to 20 equal letters, $p_a = 1/20$;
# - **pairs**: how many bits a letter says about the next one (mutual information within the set);
# - **low complexity**: share of windows of 12 with at most 5 different letters;
# - **known words**: share of the five-letter words that stand in some training protein.

# %%
known_words = {
    text[i : i + 5] for text in (ladder.protein[row] for row in train) for i in range(len(text) - 4)
}
letters_of_train = kmer_profile(
    [ladder.protein[row] for row in train], 1, alphabet=PROTEIN, sparse=False
)
composition = letters_of_train.sum(axis=0) / letters_of_train.sum()  # (20,)
long_enough = [ladder.protein[row] for row in test if len(ladder.protein[row]) >= 200]


def describe(texts):
    """The five numbers, for a list of proteins."""
    pairs = kmer_profile(texts, 2, alphabet=PROTEIN, sparse=False).sum(axis=0).reshape(20, 20)
    pairs = pairs / pairs.sum()
    left, right = pairs.sum(axis=1), pairs.sum(axis=0)
    log_ratio = np.log2(np.maximum(pairs, 1e-12) / np.maximum(np.outer(left, right), 1e-12))
    windows = [text[i : i + 12] for text in texts for i in range(0, len(text) - 11, 4)]
    words = [text[i : i + 5] for text in texts for i in range(len(text) - 4)]
    return (
        np.abs(left - composition).sum() / 2,
        np.abs(left - 1 / 20).sum() / 2,
        (pairs * log_ratio).sum(),
        np.mean([len(set(window)) <= 5 for window in windows]),
        np.mean([word in known_words for word in words]),
    )


# %%
real = [long_enough[i][:200] for i in rng.permutation(len(long_enough))[:60]]
drawn = as_text(1 + rng.choice(20, (60, 200), p=composition))
sets = {"real, test clusters": real, "letters drawn": drawn}
sets |= {f"temperature {temperature}": texts for temperature, texts in samples.items()}
table = {name: describe(texts) for name, texts in sets.items()}
print(f"{'':20s}composition  equal  pairs  low complexity  known words")
for name, (away, equal, bits, low, known) in table.items():
    print(f"{name:20s}{away:11.2f}{equal:7.2f}{bits:7.2f}{low:16.2f}{known:13.2f}")

# %%
cold, _, at_one, hot = (table[f"temperature {temperature}"] for temperature in TEMPERATURES)
noise = table["letters drawn"]
# seeds 0-4: worst 0.0487
assert_threshold("gru_lstm.sample_composition", at_one[0], at_most=0.1)
known_bound = choose(quick=0.08, full=0.2)
# seeds 0-4: worst 0.0383
assert_threshold("gru_lstm.sample_known_words", at_one[4] - noise[4], at_most=known_bound)
# seeds 0-4: worst 0.4471
assert_threshold("gru_lstm.sample_cold_words", cold[4] - at_one[4], at_least=0.2)
# seeds 0-4: worst 0.2583
assert_threshold("gru_lstm.sample_cold", cold[0] - at_one[0], at_least=0.1)
# seeds 0-4: worst 0.0288
assert_threshold("gru_lstm.sample_hot", hot[0] - at_one[0], at_least=0.01)
# seeds 0-4: worst 0.0512
assert_threshold("gru_lstm.sample_hot_equal", at_one[1] - hot[1], at_least=0.02)
assert 0.01 < noise[2] < 0.05

# %% [markdown]
# (Pairs are counted on 12,000 letters, and 400 cells share them: even letters drawn one by one
# show a few hundredths of a bit.) At temperature 1 the samples have nearly the composition, and a
# few hundredths more of known words, at most, than letters drawn one by one. Cold samples have
# many known words, and that is no praise: they repeat a few likely letters and leave the
# composition. Hot ones leave it too, on the other side: they come nearer to equal letters. None of
# these numbers says that a sample folds.

# %% [markdown]
# ## 3 · Do the weights help another task?
# The task: the family of a protein from its first 100 residues (quick), 7 classes, test clusters of
# the ladder. The classifier: the same embedding and LSTM, the mean of its states, a softmax. Labels
# are few: 140 training proteins, drawn anew several times, and each draw has random weights of its
# own. Four starts:
#
# | start | embedding and LSTM | what learns |
# |---|---|---|
# | scratch | random | all |
# | language model | pretrained | all |
# | frozen, pretrained | pretrained | a logistic regression on the mean state |
# | frozen, random | random | a logistic regression on the mean state |
#
# What is held fixed between the two starts that learn: rows, stretches, epochs, batch and learning
# rate (that of pretraining; a lower one, which may suit pretrained weights better, is not tried
# here). Each seed has one language model, and as many random networks as draws. The language model
# has read the *training* clusters only, without labels (validation clusters chose its epoch). And
# two outsiders: logistic regression on the 3-mer counts of the same stretches, and on the
# frequencies of their 20 letters. The second belongs here because of section 1: a model that
# tallies letters should be compared with the tally. (Penalties and numbers of epochs are fixed for
# each method, not chosen on validation clusters. The test clusters answer here for each draw and
# each start; no method or setting is chosen from their answers. Only the number of draws, and that
# each has random weights of its own, was settled after seeing how far single runs scatter there;
# and so was the form of one comparison, see below.)

# %%
heads = np.zeros((len(ladder), LENGTH), dtype="int32")  # the first residues of each protein
for i, row in enumerate(indices):
    heads[i, : len(row)] = row[:LENGTH]
texts = [text[:LENGTH] for text in ladder.protein]
words = normalize(kmer_profile(texts, 3, alphabet=PROTEIN, sparse=True).log1p().astype(float))


# %%
def family_network(draw):
    """The classifier; each draw of labels has random weights of its own."""
    options = {"num_letters": 20, "embedding": 24, "pooling": "mean"}
    return recurrent_classifier("lstm", UNITS, 7, seed=100 * SEED + draw, **options)


random_starts = [family_network(draw).get_weights() for draw in range(MANY)]
assert [w.shape for w in best[:4]] == [w.shape for w in random_starts[0][:4]]
pretrained_starts = [[*best[:4], *weights[4:]] for weights in random_starts]
network = family_network(0)
loss = "sparse_categorical_crossentropy"
network.compile(keras.optimizers.Adam(4e-3), loss, jit_compile=False)
pooled = keras.Model(network.input, network.get_layer("pooling").output)
STARTS = {"scratch": random_starts, "language model": pretrained_starts}


# %%
def fine_tune(start, draw, rows, epochs):
    """Train all weights from a start; accuracy on the test rows."""
    network.set_weights(STARTS[start][draw])
    for variable in network.optimizer.variables:
        if "learning_rate" not in variable.path:
            variable.assign(keras.ops.zeros_like(variable))
    batch = 35 if len(rows) == FEW else 64
    network.fit(heads[rows], labels[rows], batch_size=batch, epochs=epochs, verbose=0)
    answers = network.predict(heads[test], batch_size=256, verbose=0)
    return np.mean(answers.argmax(axis=1) == labels[test])


# %%
def mean_states(weights, rows):
    """The mean state (b, D) of an LSTM with these weights over the first residues of proteins."""
    network.set_weights(weights)
    return pooled.predict(heads[rows], batch_size=512, verbose=0)


letters = kmer_profile(texts, 1, alphabet=PROTEIN, sparse=False)
letters = letters / letters.sum(axis=1, keepdims=True)  # (B, 20)
fixed = {"3-mer counts": words, "letter frequencies": letters}
fixed["frozen, pretrained"] = mean_states(pretrained_starts[0], np.arange(len(ladder)))


def linear(name, draw, rows):
    """Logistic regression on fixed numbers; accuracy on the test rows."""
    if name == "frozen, random":
        seen, new = (mean_states(random_starts[draw], part) for part in (rows, test))
    else:
        seen, new = fixed[name][rows], fixed[name][test]
    if name == "3-mer counts":
        fitted = LogisticRegression(C=10.0, max_iter=2000)
    else:
        fitted = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000))
    return fitted.fit(seen, labels[rows]).score(new, labels[test])


# %% [markdown] tags=["predict"]
# ### Predict, then run
# The majority class has .31. Order the six (two starts that learn, two frozen, two outsiders) by
# accuracy with 140 labels. How far is the pretrained start ahead of scratch, if at all? And how
# good are *random* LSTM weights that never learn?

# %%
draws = [
    np.random.default_rng([SEED, draw]).choice(train, FEW, replace=False) for draw in range(MANY)
]
few = {name: [] for name in (*STARTS, *fixed, "frozen, random")}
for name in (*fixed, "frozen, random"):
    few[name] = [linear(name, draw, rows) for draw, rows in enumerate(draws)]

# %%
for name in STARTS:
    few[name] = [fine_tune(name, draw, draws[draw], FEW_EPOCHS) for draw in range(NUM_DRAWS)]
majority = np.mean(labels[test] == np.bincount(labels[train]).argmax())
for name, values in few.items():
    print(f"{name:20s} {np.mean(values):.3f}  (draws from {min(values):.3f} to {max(values):.3f})")
print(f"{'majority class':20s} {majority:.3f}")

# %%
gains = np.subtract(few["language model"], few["scratch"])
frozen = np.subtract(few["frozen, pretrained"], few["frozen, random"])
print("language model over scratch:", np.round(gains, 3), f"mean {gains.mean():+.3f}")
print("pretrained over random, frozen:", np.round(frozen, 3), f"mean {frozen.mean():+.3f}")
print(f"gain and loss: {np.sum(gains > 0)} and {np.sum(gains < 0)} of {NUM_DRAWS} draws")
against_spread = abs(gains.mean()) / np.ptp(gains)  # largest gain minus smallest
# seeds 0-4: worst 0.4948
assert_threshold("gru_lstm.transfer_gain", against_spread, at_most=choose(quick=1.0, full=5.0))
over = max(np.mean(few[name]) for name in STARTS) - majority
# seeds 0-4: worst 0.0763
assert_threshold("gru_lstm.transfer_over_majority", over, at_most=choose(quick=0.1, full=0.5))
# seeds 0-4: worst 0.0153
assert_threshold("gru_lstm.transfer_frozen_gain", frozen.mean(), at_least=0.0)
record("gru_lstm.transfer", gains.mean())
record("gru_lstm.transfer_frozen", frozen.mean())
means = {name: np.mean(values) for name, values in few.items()}
tally = means["frozen, pretrained"] - means["letter frequencies"]
# seeds 0-4: worst 0.0153
assert_threshold("gru_lstm.transfer_over_letters", tally, at_most=choose(quick=0.06, full=0.3))
by_letters = means["letter frequencies"] - means["3-mer counts"]
# seeds 0-4: worst 0.0402
assert_threshold("gru_lstm.transfer_few_letters", by_letters, at_least=0.01)

# %%
more = {name: fine_tune(name, 0, train, ALL_EPOCHS) for name in STARTS}
more |= {name: linear(name, 0, train) for name in (*fixed, "frozen, random")}
for name, value in more.items():
    print(f"all labels: {name:20s} {value:.3f}")
others = ("letter frequencies", "frozen, pretrained", "frozen, random")
lead = more["3-mer counts"] - max(more[name] for name in others)
# seeds 0-4: worst 0.0279
assert_threshold("gru_lstm.transfer_counts_lead", lead, at_least=choose(quick=0.0, full=-0.3))
behind = more["3-mer counts"] - max(more[name] for name in STARTS)
# seeds 0-4: worst -0.0014
assert_threshold("gru_lstm.transfer_counts_tuned", behind, at_least=choose(quick=-0.05, full=-0.4))
left = more["frozen, pretrained"] - more["frozen, random"]
# seeds 0-4: worst -0.0111
assert_threshold("gru_lstm.transfer_frozen_left", left, at_most=choose(quick=0.0, full=0.3))
tally_ahead = more["letter frequencies"] - more["frozen, pretrained"]
# seeds 0-4: worst 0.039
assert_threshold("gru_lstm.transfer_tally", tally_ahead, at_least=choose(quick=0.0, full=-0.4))

fig, ax = plt.subplots(figsize=(9.5, 4.6))
for place, name in enumerate(reversed(few)):
    ax.plot(more[name], place, color=PALETTE[1], marker=MARKERS[1], ls="none", markersize=10)
    up_and_down = place + 0.2 * np.resize([-1, 0, 1], len(few[name]))  # equal values stay visible
    ax.plot(few[name], up_and_down, color=PALETTE[0], marker=MARKERS[0], ls="none")
ax.plot([], [], color=PALETTE[0], marker=MARKERS[0], ls="none", label=f"{FEW} labels, each draw")
label = f"all {len(train):,} labels"
ax.plot([], [], color=PALETTE[1], marker=MARKERS[1], ls="none", markersize=10, label=label)
ax.axvline(majority, color="black", ls="--", lw=1.3, label="majority class")
ax.set_yticks(range(len(few)), list(reversed(few)))
ax.set(xlabel="accuracy on test clusters", ylim=(-0.6, len(few) - 0.4))
ax.set_title(f"Starts for the family classifier, first {LENGTH} residues")
ax.legend(loc="upper center", bbox_to_anchor=(0.4, -0.17), ncols=3, fontsize=11)
show_figure(
    fig,
    alt="Six rows: scratch, language model, 3-mer counts, letter frequencies, frozen pretrained, "
    "frozen random. Each has a small point for each draw of 140 labels and one larger marker for "
    "all labels. With few labels nearly all points lie between 0.25 and 0.45; the 3-mer counts "
    "with all labels lie at the right end, near 0.49. Of the two frozen rows the random one has "
    "its large marker further right.",
)

# %% [markdown]
# What do these numbers allow us to say? (The bounds of this notebook were set after seeing seeds 0
# to 4: they guard against regressions and test nothing. The measure of the first comparison too,
# the mean gain against the spread of the gains, was chosen after a first pass over these seeds had
# been seen; before, the mean gain was held against the range of the accuracies, and its worst seed
# stood at .68 of a bound of 1.) All seeds share 718 test proteins: by chance alone an accuracy near
# .4 moves by about $\sqrt{.4 \cdot .6 / 718} \approx .02$, more if relatives err together. And
# other seeds draw other labels and weights, never other test proteins.
#
# - **Fine-tuned, 140 labels.** The gains of single draws lie further apart than their mean lies
#   from zero. (The guard is no test: four normally scattered gains without any effect pass .7 of
#   their spread about once in twenty times, Lord 1947; seeds 0 to 4 stay below .5.) On each of
#   the seeds 0 to 4 of the quick profile some draws gained and others lost: who had drawn labels
#   once could have told either story. On average neither start is a tenth above the majority class:
#   with 140 labels and ten passes neither learns much, so this comparison cannot see much.
# - **Fine-tuned, all labels** (the large markers; one run each, three passes only). Which of the
#   two starts is ahead changes with the random numbers: on seeds 0 to 4 of the quick profile both
#   orders occurred. One run shows neither a gain nor a loss.
# - **Frozen, 140 labels.** The pretrained states are on average a little better as a description of
#   a protein than those of random LSTMs. That is a mean: on each of the seeds 0 to 4 of the quick
#   profile at least one draw lost. And they are not ahead of the **frequencies of 20 letters** by
#   more than a few hundredths. A reading that fits section 1: much of what the model learned is a
#   tally, and the tally can be had without it.
# - **Frozen, all labels.** The lead of the pretrained over the random states does not last. On each
#   of the seeds 0 to 4 of the quick profile the random states are ahead here, and the letter
#   frequencies are ahead of both. As used here, the mean pretrained state serves a linear model
#   less well than a plain tally of 20 letters. We did not look for the cause; the penalty, the same
#   with 140 labels and with all, is one suspect.
# - **The outsiders.** With 140 labels the frequencies of 20 letters are ahead of the 3-mer counts.
#   With all labels the 3-mer counts lead the letters (by about 20 of the 718 test proteins) and
#   both frozen rows, and neither of the two networks that learn passes them clearly.
#
# ### For which scale does this hold?
# For this one. One LSTM of 64 units has read at most eight stretches of each of 2,400 proteins; one
# task, the first 100 residues, one recipe of fine-tuning that was not tuned for either start. Under
# these conditions we saw no clear gain from fine-tuning, and with frozen weights a small gain over
# random ones where labels were few, and none where they were many. About larger models this says
# nothing. (A reading that fits: a network that has learned little more than a tally has little else
# to hand on. We did not test it.) With millions of proteins LSTM language models did help other
# tasks: UniRep (Alley and others 2019), SeqVec (Heinzinger and others 2019), and the LSTM of TAPE
# (dive 06a). "Never worked for LSTMs" is not what the literature says; "worked here" is not what we
# saw.
#
# ## Take-aways
# - A language model needs no labels. Its measure is the perplexity on clusters that it never saw,
#   beside counted letters, pairs and triples.
# - Ask where a gain comes from. Here letters that are counted and fade, with two numbers to choose,
#   had most of it, though not in each class.
# - Temperature trades variety for likelihood. Samples are measured, not admired.
# - Whether pretraining helps is a question with conditions: how large a model, how much it has
#   read, which labels, how many, frozen or not, against what. Several draws of labels belong to the
#   answer, and an answer from a small network is one about small networks.
#
# ## References
# - I. Sutskever, J. Martens, G. Hinton (2011), *Generating text with recurrent neural networks*,
#   ICML, ISBN 978-1-4503-0619-5
# - E. C. Alley and others (2019), *Unified rational protein engineering with sequence-based deep
#   representation learning* (UniRep, an LSTM language model of proteins), Nature Methods
#   16:1315–1322, doi:[10.1038/s41592-019-0598-1](https://doi.org/10.1038/s41592-019-0598-1)
# - R. Rao and others (2019), *Evaluating protein transfer learning with TAPE*,
#   [arXiv:1906.08230](https://arxiv.org/abs/1906.08230)
# - M. Heinzinger and others (2019), *Modeling aspects of the language of life through
#   transfer-learning protein sequences*, BMC Bioinformatics 20:723,
#   doi:[10.1186/s12859-019-3220-8](https://doi.org/10.1186/s12859-019-3220-8)
# - R. Kuhn, R. De Mori (1990), *A cache-based natural language model for speech recognition*, IEEE
#   TPAMI 12:570–583, doi:[10.1109/34.56193](https://doi.org/10.1109/34.56193) (counts of what came
#   lately)
# - E. Lord (1947), *The use of range in place of standard deviation in the t-test*, Biometrika
#   34:41–67, doi:[10.2307/2332512](https://doi.org/10.2307/2332512) (a mean against a range)
