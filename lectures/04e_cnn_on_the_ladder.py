# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: all
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   bioseq: {unit: cnn_motifs, kind: dive, title: "Can a convolution beat counted words?", minutes: 40}
# ---

# %% [markdown]
# # Can a convolution beat counted words?
#
# Deep dive 04e of the unit *cnn_motifs*.
#
# ## Why
# In the core lecture all sequences of a task had one length, and most signals were planted. Here
# convolutions meet the course's own data: proteins of seven classes, 20 to 6,306 residues long,
# with whole clusters of relatives held out. Two things are needed first: a way to handle different
# lengths that does not change the answer, and a baseline on the same rows and the same residues.
#
# Two plausible beliefs break: **"padding is nothing, so the network sees nothing there"**, and
# **"a filter can do all that a counted word can, and more, so the network must win."**
#
# ## Objectives
# After this deep dive you can
#
# - say what a filter answers on padding, and show how a model reads the length from it;
# - mask a pooling, and say what a mask does not hide;
# - batch sequences of similar length, and measure what that saves;
# - compare a network with counted words on equal terms: same rows, same residues, choices made on
#   validation clusters, one look at the test clusters;
# - try several cures and report all of them, also those that did not pay.
#
# ## Prerequisites
# The core lecture `04_cnn_motifs`: filters, global pooling. From unit 02 the 3-mer profile and its
# logistic regression, from unit 01 clusters and the two splits. For section 5 an alignment (01c).
#
# ## Time
# 40 minutes without sections 4 and 5, which can be read afterwards. The notebook runs in about a
# minute.
#
# ## Biology card
# - **Residue**: one amino acid of a protein.
# - **Domain**: a part of a protein that folds by itself and recurs in other proteins. Proteins of
#   one class may share a domain and nothing else, and it may stand anywhere.
# - **Cluster**: proteins linked by shared words, directly or through others (20 % of the smaller
#   one's five-letter words, at least 10). A *cluster split* never parts relatives of that degree; a
#   *random split* does.
# - **Conservative substitution**: an amino acid replaced by a similar one. BLOSUM62 scores how much
#   more often than by chance two amino acids face each other in related proteins.

# %%
from bioseq_course.alphabet import DNA, GAPPED_PROTEIN, PROTEIN
from bioseq_course.datasets import load_ww_domains
from bioseq_course.encode import index_encode, one_hot_encode
from bioseq_course.evaluation import redraw_clusters, score_folds
from bioseq_course.kmers import KmerVocabulary, kmer_indices, kmer_profile
from bioseq_course.ladder import load_ladder
from bioseq_course.plots import MARKERS, PALETTE, show_figure, use_course_style
from bioseq_course.run import choose, quiet_start, seed
from bioseq_course.scoreboard import record
from bioseq_course.thresholds import assert_threshold
from bioseq_course.word2vec import codon_sentences
from bioseq_course.word_vectors import embedding_matrix, train_word2vec

with quiet_start():  # hides what TensorFlow says about itself
    from bioseq_course.layers import MaskedMaxPooling1D
    from bioseq_course.models import motif_cnn, protein_cnn

    import keras

import time
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
from Bio.Align import substitution_matrices
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.preprocessing import normalize
from sklearn.tree import DecisionTreeClassifier

use_course_style()
SEED = seed()
rng = np.random.default_rng(SEED)
ladder = load_ladder()
labels = ladder.labels  # (B,)
lengths = np.array([len(protein) for protein in ladder.protein])  # (B,)

# %% [markdown]
# ## 1 · Sequences of different length
# A batch is an array, so all its rows have one length. Shorter ones are filled up with rows of
# zeros: **padding**. How much of it is there?

# %% tags=["nbval-check-output"]
print("quartiles of the length:", np.percentile(lengths, [25, 50, 75]).astype(int), end=", ")
print("longest:", lengths.max())
for longest in (lengths.max(), 512, 256, 128):
    share = np.minimum(lengths, longest).mean() / longest
    cut = np.mean(lengths > longest)
    print(f"first {longest:5,d} residues: {share:4.0%} of the array is letters, {cut:4.0%} are cut")

# %% [markdown]
# ### What a filter answers on padding
# A filter with weights $w$ $(W, A)$ and bias $b$ (a number) answers at place $i$
#
# $$h_i = \max\Big(0,\; b + \sum_{j,a} w_{ja}\, x_{i+j,a}\Big),$$
#
# with $x$ $(L, A)$ one-hot. Where all rows of the window are zeros the sum is 0, and what is left
# is $\max(0, b)$. **Zeros in do not mean zero out.** By hand on four letters and four places of
# padding, then with Keras:


# %%
def conv_relu(one_hot, weights, bias):
    """(L, A), (W, A, F), (F,) -> (L - W + 1, F)."""
    windows = np.lib.stride_tricks.sliding_window_view(one_hot, len(weights), axis=0)  # (., A, W)
    return np.maximum(0, bias + np.einsum("iaw,waf->if", windows, weights))


# %% tags=["nbval-check-output"]
padded = one_hot_encode(["GATC"], DNA, length=8)[0]  # (8, 4)
weights, bias = np.full((2, 4, 2), -1.0), np.array([0.5, -0.5])
weights[[0, 1], [2, 0]] = 1.0  # both filters look for GA
by_hand = conv_relu(padded, weights, bias)
layer = keras.layers.Conv1D(2, 2, activation="relu")
layer.build((1, 8, 4))
layer.set_weights([weights, bias])
by_keras = keras.ops.convert_to_numpy(layer(padded[None]))[0]
assert np.abs(by_hand - by_keras).max() <= 1e-5
for name, answers in zip(("bias +0.5", "bias -0.5"), by_hand.T, strict=True):
    print(f"{name}: {answers}  maximum {answers.max()}  mean {answers.mean():.3f}")

# %% [markdown]
# Both filters find GA at the first place. The first one also answers 0.5 in every window of
# padding, the second nothing. The maximum is not disturbed here, because GA is present; without it
# the first filter would report the padding, 0.5. The **mean** depends on how much padding there is
# even for the second filter, since it divides by all places.
#
# So the same protein gets another answer when its batch happens to be longer. We give an untrained
# network (random filters and biases) three proteins, padded to three lengths, and look at the
# pooled numbers. With `masked=True` the pooling leaves padding out.


# %%
def random_pooled(pooling, masked):
    """A protein_cnn up to its pooling, with random biases: one-hot (B, L, A) -> (B, 24)."""
    model = protein_cnn(20, 7, num_filters=8, pooling=pooling, masked=masked, seed=SEED)
    draw = np.random.default_rng(SEED)
    for layer in model.layers:
        if layer.name.startswith("filters"):
            kernel, bias = layer.get_weights()
            layer.set_weights([kernel, draw.normal(0, 0.5, bias.shape)])
    return keras.Model(model.input, model.get_layer("pooling").output)


# %%
short = [ladder.protein[row] for row in np.flatnonzero(lengths < 80)[:3]]
WAYS = [("max", False), ("max", True), ("mean", False), ("mean", True)]
pooled_by, change = {way: random_pooled(*way) for way in WAYS}, {}
for (pooling, masked), network in pooled_by.items():
    batches = [one_hot_encode(short, PROTEIN, length=length) for length in (100, 200, 400)]
    answers = [keras.ops.convert_to_numpy(network(batch)) for batch in batches]
    change[pooling, masked] = float(np.ptp(answers, axis=0).max())
    print(f"{pooling:4s} masked={masked!s:5}: moves by {change[pooling, masked]:.5f}")

# %%
assert max(change["max", True], change["mean", True]) <= 1e-5
# seeds 0-4: worst 0.0568
assert_threshold("cnn_motifs.padding_moves_mean", change["mean", False], at_least=0.02)

# %% [markdown]
# Masked networks give the same answer, whatever the batch. An unmasked mean moves. The unmasked
# maximum did not change between the three lengths, because each of them ends in padding: one
# window of it is enough, and more of them add nothing. (In a batch where the protein is the longest
# row there is no padding at all, and the maximum may be another.)
#
# `MaskedMaxPooling1D` replaces the answers on padding by $-\infty$ before it takes the maximum.
# The mask says which places are letters: `window_mask(one_hot, 1)` behind `padding="same"`,
# `window_mask(one_hot, W)` behind `padding="valid"`. In NumPy it is one line:

# %% tags=["nbval-check-output"]
features = np.array([[-2.0, 1.0], [-1.0, 0.0], [9.0, 9.0]], dtype="float32")  # (L, F)
is_letter = np.array([True, True, False])
by_hand = np.where(is_letter[:, None], features, -np.inf).max(axis=0)
by_keras = MaskedMaxPooling1D()(features[None], mask=is_letter[None])[0]
assert np.array_equal(by_hand, keras.ops.convert_to_numpy(by_keras))
print("masked maximum", by_hand, " plain maximum", features.max(axis=0))

# %% [markdown] tags=["predict"]
# ### Predict, then run
# 2,000 *random* sequences of 20 to 60 letters, all letters equally likely, padded to 64. The class
# is "longer than 40". There is nothing to learn but the length. Random filters with random biases,
# four ways to pool, then a logistic regression on the pooled numbers: 300 sequences are for
# testing. Chance is 0.5. **Which of the four can tell long from short?** Does a mask make it
# impossible?

# %%
sizes = rng.integers(20, 61, 2000)
is_long = sizes > 40
noise = ["".join(rng.choice(list(PROTEIN.symbols[:20]), size)) for size in sizes]
one_hot = one_hot_encode(noise, PROTEIN, length=64)
reads_length = {}
for pooling, masked in change:
    pooled = keras.ops.convert_to_numpy(pooled_by[pooling, masked](one_hot))  # (B, 24)
    pooled = (pooled - pooled.mean(axis=0)) / (pooled.std(axis=0) + 1e-6)
    reader = LogisticRegression(max_iter=2000).fit(pooled[300:], is_long[300:])
    reads_length[pooling, masked] = reader.score(pooled[:300], is_long[:300])
    print(f"{pooling:4s} masked={masked!s:5}: accuracy {reads_length[pooling, masked]:.2f}")

# %%
# seeds 0-4: worst 0.9267
assert_threshold("cnn_motifs.length_mean", reads_length["mean", False], at_least=0.85)
# seeds 0-4: worst 0.6133
assert_threshold("cnn_motifs.length_mean_masked", reads_length["mean", True], at_most=0.75)
# seeds 0-4: worst 0.7867
assert_threshold("cnn_motifs.length_max_masked", reads_length["max", True], at_least=0.65)

# %% [markdown]
# The unmasked mean is a ruler: its filters answer one thing on letters and another on padding. The
# mask takes most of the ruler away. Not all: with `padding="same"` the windows at both ends hang
# over the border, and in a short sequence these are a larger share. (That is one source of what is
# left; we did not look for others.) And look at the masked
# **maximum**: it still tells length far better than chance. This is not padding. The highest of
# sixty draws is on average higher than the highest of twenty, so the maximum of a long sequence is
# larger. *A mask hides padding; it does not hide length.*
#
# Would length help to name the class? A small decision tree that sees nothing but the length:

# %%
train, validation, test = ladder.split(0)
tree = DecisionTreeClassifier(max_leaf_nodes=12, random_state=SEED)
tree.fit(lengths[train, None], labels[train])
majority = np.bincount(labels[train]).argmax()
print(f"length alone: {tree.score(lengths[validation, None], labels[validation]):.3f}", end=", ")
print(f"majority class: {np.mean(labels[validation] == majority):.3f} of the validation rows")

# %% [markdown]
# Next to nothing, for this tree and in this fold. Length is a fact about a protein, and a model may
# use it. But it should be given on purpose, not by an accident of padding which changes with the
# batch.
#
# ### Buckets
# Padding also costs time: a filter works on zeros as hard as on letters. **Length buckets**: sort
# by length, cut into batches, pad each batch to its own longest row, and shuffle the order of the
# batches. We round lengths up to multiples of 64, because each new shape costs preparation time.


# %%
def bucket_batches(rows, longest, size=64, step=64):
    """Batches of rows of similar length, in random order, each with its padded length."""
    kept = np.minimum(lengths[rows], longest)
    ranked = rows[np.lexsort((rng.random(len(rows)), kept))]
    batches = [ranked[i : i + size] for i in range(0, len(ranked), size)]
    rng.shuffle(batches)
    padded = [-(-min(lengths[batch].max(), longest) // step) * step for batch in batches]
    return list(zip(batches, padded, strict=True))


# %%
buckets = bucket_batches(train, 512)
letters = np.minimum(lengths[train], 512).sum()
share = {"one length": 1 - letters / (512 * len(train))}
share["buckets"] = 1 - letters / sum(len(batch) * padded for batch, padded in buckets)
print({name: f"{value:.0%} padding" for name, value in share.items()})
# seeds 0-4: worst 0.0865
assert_threshold("cnn_motifs.bucket_padding", share["buckets"], at_most=0.15)

# %% [markdown]
# Time for one pass of prediction over the training rows, in seconds of processor time, the fastest
# of three passes (the first one also prepares).

# %%
indices = index_encode([protein[:512] for protein in ladder.protein], PROTEIN, unknown="index")
ONE_HOT = np.vstack([np.zeros(20), np.eye(20), np.zeros(20)]).astype("float32")  # unknown: zeros
timed = protein_cnn(20, 7, num_filters=16, seed=SEED)
plain = [(batch, 512) for batch in np.array_split(train, len(buckets))]


def pass_seconds(batches):
    start = time.process_time()
    for batch, padded in batches:
        timed.predict_on_batch(ONE_HOT[indices[batch, :padded]])
    return time.process_time() - start


passes = {"one length": plain, "buckets": buckets}
seconds = {name: min(pass_seconds(passes[name]) for _ in range(3)) for name in passes}
print({name: f"{value:.2f} s" for name, value in seconds.items()})

# %%
saved = 1 - seconds["buckets"] / seconds["one length"]
print(f"padding: {share['one length']:.0%} of the array; saved: {saved:.0%} of the time")
# seeds 0-4: worst 0.2986
assert_threshold("cnn_motifs.bucket_time_saved", saved, at_least=0.05)

# %% [markdown]
# Buckets take away most of the padding and a good part of the time. The price: the rows of a batch
# are no longer a fair draw. Where class goes with length, a batch is one-sided, and steps of the
# descent pull one way and then the other. And with an unmasked pooling each bucket would have its
# own amount of padding: buckets need masks. Below we cut proteins to their first residues, so that
# little padding is left, and do without buckets.

# %% [markdown]
# ## 2 · On the ladder
# The network: filters of three widths side by side, masked maximum, softmax (`protein_cnn`). Beside
# it stands what it has to beat: logistic regression on 3-mer counts, **of the same rows and the
# same residues**. A network that reads 128 residues must not be compared with counts of whole
# proteins, nor the other way round; that row is printed too, to show what cutting costs.
#
# All choices are made on the validation clusters of the fold: the strength C of the regression, the
# epoch at which a network stops, later the cure. *Quick*: one fold, the first 128 residues, 16
# filters of each width (3, 7 and 15), at most 6 epochs. *Full*: five folds, 512 residues, 64
# filters, at most 40 epochs. The learning rate is the same throughout and was not searched for, and
# six epochs are few: read the quick profile's distances as those of *these small networks*.

# %%
FOLDS = choose(quick=(0,), full=(0, 1, 2, 3, 4))
NUM_RESIDUES, NUM_FILTERS = choose(quick=128, full=512), choose(quick=16, full=64)
EPOCHS, PATIENCE = choose(quick=6, full=40), choose(quick=2, full=5)
heads = [protein[:NUM_RESIDUES] for protein in ladder.protein]
dna_heads = [dna[: 3 * NUM_RESIDUES] for dna in ladder.dna]
residues = index_encode(heads, PROTEIN, unknown="index")  # (B, N), 0 is padding
NUM_CLASSES = len(ladder.class_names)


# %% [markdown]
# (`jit_compile=False` below: on a CPU Keras would let the compiler XLA work on the model first. For
# trainings of a few seconds that takes longer than it saves: about 6 s for each model when we
# measured it, and no faster epochs.)


# %%
def train_network(model, read, train, validation, *, augment=None, rate=5e-3):
    """Train; go back to the epoch with the lowest loss on validation rows; (B, C) for all rows.

    `read(rows)` makes inputs of rows; `augment(rows)` does so for training, anew in each epoch.
    """
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", jit_compile=False)
    lowest, best, late = np.inf, None, 0
    for _ in range(EPOCHS):
        model.fit((augment or read)(train), labels[train], batch_size=64, verbose=0)
        found = model.predict(read(validation), batch_size=256, verbose=0)
        loss = log_loss(labels[validation], found, labels=range(NUM_CLASSES))
        late = 0 if loss < lowest else late + 1
        if late == 0:
            lowest, best = loss, model.get_weights()
        if late == PATIENCE:
            break
    model.set_weights(best)
    return model.predict(read(np.arange(len(labels))), batch_size=256, verbose=0)


def read_one_hot(rows):
    return ONE_HOT[residues[rows]]  # (b, N, 20)


def learn_cnn(
    train, validation, *, read=read_one_hot, letters=20, augment=None, rate=5e-3, **sizes
):
    keras.utils.set_random_seed(SEED)
    options = {"num_filters": NUM_FILTERS, "seed": SEED} | sizes
    model = protein_cnn(letters, NUM_CLASSES, **options)
    return train_network(model, read, train, validation, augment=augment, rate=rate)


# %% [markdown]
# And the network on DNA: three bases for each residue, so the same stretch of gene, with filters of
# 6, 12 and 24 bases (2, 4 and 8 codons). Beside it 6-mer counts.

# %%
bases = index_encode(dna_heads, DNA, unknown="index")  # (B, 3 N); 5: a base that was not read, N
FOUR = np.vstack([np.zeros(4), np.eye(4), np.zeros(4)]).astype("float32")
learn_dna_cnn = partial(
    learn_cnn, read=lambda rows: FOUR[bases[rows]], letters=4, widths=(6, 12, 24)
)


# %%
def words_of(sequences, k, alphabet):
    """Logarithms of word counts, rows of length 1, as in unit 02."""
    counts = kmer_profile(sequences, k, alphabet=alphabet, sparse=True)
    return normalize(counts.log1p().astype(float))


def learn_words(train, validation, *, features):
    """Logistic regression with the C that is best on validation rows; (B, C)."""
    models = [LogisticRegression(C=C, solver="newton-cg") for C in (1, 10, 100)]
    scored = [
        m.fit(features[train], labels[train]).score(features[validation], labels[validation])
        for m in models
    ]
    return models[np.argmax(scored)].predict_proba(features)


def learn_majority(train, validation):
    return np.tile(np.bincount(labels[train], minlength=NUM_CLASSES), (len(labels), 1))


kept, scores = {}, {}  # (name, split, fold) -> (B, C); (name, split) -> FoldScores


def score(name, learn, split="cluster"):
    """Learn on each fold, keep all probabilities, score the test rows."""
    number = iter(FOLDS)

    def fit_predict(train, validation, test):
        found = kept[name, split, next(number)] = learn(train, validation)
        return found[test].argmax(axis=1)

    scores[name, split] = score_folds(fit_predict, ladder, split=split, folds=FOLDS)
    print(f"{split:8s}{name:28s}", scores[name, split])


# %% [markdown] tags=["predict"]
# ### Predict, then run
# Majority class: 0.31. On the random split, where many test proteins have relatives in the training
# set, who wins, network or counts? And with whole clusters held out? Does the distance
# between the two grow or shrink?

# %%
protein_words = words_of(heads, 3, PROTEIN)
for split in ("random", "cluster"):
    score("majority class", learn_majority, split)
    score("3-mer counts", partial(learn_words, features=protein_words), split)
score("DNA 6-mer counts", partial(learn_words, features=words_of(dna_heads, 6, DNA)))
whole_words = words_of(ladder.protein, 3, PROTEIN)
score("3-mer counts, whole protein", partial(learn_words, features=whole_words))
score("CNN", learn_cnn, "random")

# %%
score("CNN", learn_cnn)
score("CNN on DNA", learn_dna_cnn)

# %%
shown = [("3-mer counts", "random"), ("CNN", "random"), ("3-mer counts", "cluster")]
shown += [("CNN", "cluster"), ("DNA 6-mer counts", "cluster"), ("CNN on DNA", "cluster")]
fig, ax = plt.subplots(figsize=(9.5, 4.6))
for i, measure in enumerate(("accuracy", "balanced_accuracy")):
    values = [getattr(scores[way], measure).mean() for way in shown]
    places = np.arange(len(shown))[::-1]
    style = {"color": PALETTE[i], "marker": MARKERS[i], "markersize": 10, "ls": "none"}
    ax.plot(values, places, label=measure.replace("_", " "), **style)
level = scores["majority class", "cluster"].accuracy.mean()
ax.axvline(level, color="black", ls="--", lw=1.3, label="majority class, accuracy")
ax.set_yticks(places, [f"{name} · {split}" for name, split in shown])
ax.set(xlabel=f"share of test rows ({len(FOLDS)} of 5 folds)", xlim=(0, 1), ylim=(-0.5, 5.5))
ax.set_title(f"Counts and filters on the first {NUM_RESIDUES} residues")
ax.legend(loc="lower right", fontsize=11)
show_figure(
    fig,
    alt="Six rows of two points, accuracy and balanced accuracy. On the random split 3-mer counts "
    "lie near 0.9 and the network below them. With clusters held out the counts fall to about 0.5 "
    "and the network lies below them again, at about 0.4. DNA 6-mer counts lie near the network; "
    "the network on DNA is the lowest, at or a little above the dashed line of the majority class.",
)

record("cnn_motifs.gene_families_cluster", scores["CNN", "cluster"].accuracy.mean())
record("cnn_motifs.gene_families_balanced", scores["CNN", "cluster"].balanced_accuracy.mean())
record("cnn_motifs.gene_families_random", scores["CNN", "random"].accuracy.mean())
record("cnn_motifs.gene_families_dna", scores["CNN on DNA", "cluster"].accuracy.mean())
words = scores["3-mer counts", "cluster"]
record("cnn_motifs.gene_families_words", words.accuracy.mean())
behind = (words.accuracy - scores["CNN", "cluster"].accuracy).mean()
drop = (scores["CNN", "random"].accuracy - scores["CNN", "cluster"].accuracy).mean()
print(f"counts lead by {behind:.3f}; the network loses {drop:.3f} from random to cluster split")
# seeds 0-4: worst 0.0724
assert_threshold("cnn_motifs.ladder_behind", behind, at_least=0.0)
# seeds 0-4: worst 0.3148
assert_threshold("cnn_motifs.ladder_drop", drop, at_least=0.2)
on_random = scores["3-mer counts", "random"].accuracy - scores["CNN", "random"].accuracy
# seeds 0-4: worst 0.1574
assert_threshold("cnn_motifs.ladder_behind_random", on_random.mean(), at_least=0.0)
on_dna = [scores[name, "cluster"].accuracy for name in ("DNA 6-mer counts", "CNN on DNA")]
# seeds 0-4: worst 0.0501
assert_threshold("cnn_motifs.ladder_behind_dna", np.mean(on_dna[0] - on_dna[1]), at_least=-0.03)

# %% [markdown]
# How sure is the order? Test rows of one cluster are right or wrong together, so the clusters are
# what was sampled. We draw whole **clusters** with replacement, 1,000 times, and look at the lead
# of the counts over the network each time.


# %%
def lead_by_cluster(first, second, draws=1000):
    """Accuracy lead of one set of probabilities over another, for redrawn test clusters."""
    draw, leads = np.random.default_rng(0), []
    for fold in FOLDS:
        test = ladder.split(fold).test
        right = [
            kept[name, "cluster", fold][test].argmax(1) == labels[test] for name in (first, second)
        ]
        lead = right[0].astype(float) - right[1]
        leads.append(redraw_clusters(lead, ladder.clusters[test], draws=draws, rng=draw))
    return np.mean(leads, axis=0)  # (draws,)


low, high = np.percentile(lead_by_cluster("3-mer counts", "CNN"), [2.5, 97.5])
num_train, num_test = (
    len(np.unique(ladder.clusters[rows])) for rows in ladder.split(FOLDS[0])[::2]
)
print(f"first fold: {num_train} training clusters, {num_test} test clusters")
print(f"lead of the counts: {low:+.3f} to {high:+.3f} (95 % of the draws)")


# %% [markdown]
# The counts lead on the rows that we have. The interval says how far that depends on which test
# clusters were drawn; it knows nothing of another training set or another start of the network. On
# the random split the network looks like a useful tool; with clusters held out the same
# architecture loses more than 20 points. On DNA the network does not clearly pass counts either.
# Where it stands at the majority class, it has hardly begun to learn in so few epochs, and its
# place says little about what DNA could give.
#
# ## 3 · What would close the gap?
# First, is it the network's *language* that is too poor? No. A filter of width 3 with weight 1 at
# the three letters of a word, 0 elsewhere, and bias $-2$ answers $\max(0, 3 - 2) = 1$ on the word
# and 0 on all others. The mean over the $n$ places, times $n$, is the word's count. A network of
# 8,000 such filters and mean pooling reads the 3-mer profile (our regression takes logarithms of
# the counts on top). The smallest code that shows it, on three words:

# %% tags=["nbval-check-output"]
vocabulary = ["LLL", "HTG", "GKP"]
protein = ladder.protein[int(np.argmax(["HTGEKP" in text for text in ladder.protein]))]
kernel = np.stack([one_hot_encode([word], PROTEIN)[0] for word in vocabulary], axis=2)  # (3, 20, 3)
answers = conv_relu(one_hot_encode([protein], PROTEIN)[0], kernel, np.full(3, -2.0))
profile = kmer_profile([protein], 3, alphabet=PROTEIN, sparse=False).ravel()
names = kmer_indices(vocabulary, 3, alphabet=PROTEIN).ravel() - 1
print(dict(zip(vocabulary, answers.sum(axis=0).astype(int).tolist(), strict=True)))
assert np.array_equal(answers.sum(axis=0), profile[names])

# %% [markdown]
# So the language is rich enough, given filters enough. What differs is what has to be *searched*.
# For the regression all 8,000 features are given and fixed, its loss has one minimum, and the
# penalty C says how cautiously to use them. The network must find its features (48 filters in the
# quick profile, 192 in the full one) from the same rows, and these are kin: as evidence they count
# for little more than the number of training clusters printed above.
#
# Cures that people try:
#
# - **mean, width 3**: filters of width 3 and mean pooling, close to counts (this one moves several
#   things at once: width, pooling, the number of filters, and twice the learning rate);
# - **substitutions**: in each epoch 15 % of the residues are replaced, with chances proportional to
#   BLOSUM62's odds $2^{S/2}$, since its scores $S$ are in half bits (how often each residue occurs
#   is left aside, so rare ones come more often than in nature);
# - **network on counts**: 3-mer counts, a hidden layer, a softmax: no search for features;
# - **counts + CNN**: the mean of the probabilities of both;
# - *in the full profile also*: **crops** (in each epoch a random stretch of each protein; it reads
#   more residues than the others: a kindness) and **dropout 0.5**.


# %%
whole = index_encode(ladder.protein, PROTEIN, unknown="index")


def crop(rows):
    """One-hot of a random stretch of N residues of each row; short proteins stay whole."""
    room = np.maximum(lengths[rows] - NUM_RESIDUES, 0)
    starts = (rng.random(len(rows)) * (room + 1)).astype(int)
    return ONE_HOT[whole[rows[:, None], starts[:, None] + np.arange(NUM_RESIDUES)]]


# %%
blosum = substitution_matrices.load("BLOSUM62")
twenty = PROTEIN.symbols[:20]
odds = np.array([[2.0 ** (blosum[a][b] / 2) * (a != b) for b in twenty] for a in twenty])
climbing = (odds / odds.sum(axis=1, keepdims=True)).cumsum(axis=1)  # (20, 20)


def substitute(rows, share=0.15):
    """One-hot of the rows with some residues replaced by similar ones."""
    changed = residues[rows].copy()
    where = (rng.random(changed.shape) < share) & (changed > 0) & (changed <= 20)
    new = (rng.random((where.sum(), 1)) > climbing[changed[where] - 1]).sum(axis=1)
    changed[where] = 1 + np.minimum(new, 19)
    return ONE_HOT[changed]


def learn_on_counts(train, validation):
    keras.utils.set_random_seed(SEED)
    seen = np.flatnonzero(protein_words[train].sum(axis=0))  # a word never seen teaches nothing
    columns = protein_words[:, seen].astype("float32")
    hidden = keras.layers.Dense(32, activation="relu")
    softmax = keras.layers.Dense(NUM_CLASSES, activation="softmax")
    model = keras.Sequential([hidden, keras.layers.Dropout(0.5), softmax])
    return train_network(model, lambda rows: columns[rows].toarray(), train, validation)


near_counts = {"widths": (3,), "num_filters": 4 * NUM_FILTERS, "pooling": "mean", "rate": 1e-2}
cures = {
    "mean, width 3": partial(learn_cnn, **near_counts),
    "substitutions": partial(learn_cnn, augment=substitute),
    "network on counts": learn_on_counts,
}
slow_cures = {
    "crops": partial(learn_cnn, augment=crop),
    "dropout 0.5": partial(learn_cnn, dropout=0.5),
}
cures |= choose(quick={}, full=slow_cures)

# %% [markdown] tags=["predict"]
# ### Predict, then run
# Rank the cures before you look. Which ones will pass the counts? The table shows **validation
# clusters only**. The test clusters were opened in section 2 for the counts and the plain network;
# for the cures they stay closed until one row is chosen.

# %%
for fold in FOLDS:
    train, validation, _ = ladder.split(fold)
    for name in cures:
        kept[name, "cluster", fold] = cures[name](train, validation)
    both = [kept[name, "cluster", fold] for name in ("3-mer counts", "CNN")]
    kept["counts + CNN", "cluster", fold] = np.mean(both, axis=0)


# %%
def on_validation(name):
    """Accuracy and balanced accuracy on validation clusters, means of the folds."""
    values = []
    for fold in FOLDS:
        rows = ladder.split(fold).validation
        right = kept[name, "cluster", fold][rows].argmax(axis=1) == labels[rows]
        recall = [right[labels[rows] == c].mean() for c in np.unique(labels[rows])]
        values.append((right.mean(), np.mean(recall)))
    return np.mean(values, axis=0)


tried = {name: on_validation(name) for name in ["3-mer counts", "CNN", *cures, "counts + CNN"]}
for name, (accuracy, balanced) in sorted(tried.items(), key=lambda item: -item[1][0]):
    print(f"{name:20s} accuracy {accuracy:.3f}  balanced {balanced:.3f}")
fig, ax = plt.subplots(figsize=(9.5, 4.8))
order = sorted(tried, key=lambda name: tried[name][0])
for i, measure in enumerate(("accuracy", "balanced accuracy")):
    style = {"color": PALETTE[i], "marker": MARKERS[i], "markersize": 10, "ls": "none"}
    ax.plot([tried[name][i] for name in order], range(len(order)), label=measure, **style)
    ax.axvline(tried["3-mer counts"][i], color=PALETTE[i], ls=":", lw=1.5)
ax.set_yticks(range(len(order)), order)
ax.set(xlabel="share of the rows of validation clusters", ylim=(-0.5, len(order) - 0.5))
ax.set_title("Cures, judged on validation clusters (dotted: 3-mer counts)")
ax.legend(loc="lower right", fontsize=11)
show_figure(
    fig,
    alt="Accuracy and balanced accuracy on validation clusters of 3-mer counts, the plain network "
    "and the cures, sorted by accuracy, between about 0.35 and 0.43. No cure lies clearly to the "
    "right of the dotted line of the counts; the plain network lies clearly to its left.",
)

# %% [markdown]
# Now the test clusters, once, for the cure with the highest accuracy on validation clusters.

# %%
candidates = [name for name in tried if name not in ("3-mer counts", "CNN")]
chosen = max(candidates, key=lambda name: tried[name][0])
number = iter(FOLDS)
score(chosen, lambda *rows: kept[chosen, "cluster", next(number)])
gain = scores[chosen, "cluster"].accuracy.mean() - words.accuracy.mean()
filters_only = [name for name in tried if "counts" not in name]
best_filters = max(tried[name][0] for name in filters_only) - tried["3-mer counts"][0]
print(f"chosen: {chosen}; over the counts on test clusters {gain:+.3f}")
print(f"best network on letters against the counts, validation clusters: {best_filters:+.3f}")
# seeds 0-4: worst 0
assert_threshold("cnn_motifs.cure_gain", gain, at_most=0.06)
near = tried["mean, width 3"][0] - tried["CNN"][0]
# seeds 0-4: worst 0.0284
assert_threshold("cnn_motifs.near_counts_over_cnn", near, at_least=-0.02)
# seeds 0-4: worst 0.0061
assert_threshold("cnn_motifs.letters_behind_counts", best_filters, at_most=0.03)
record("cnn_motifs.gene_families_best_cure", scores[chosen, "cluster"].accuracy.mean())

rows = ladder.split(FOLDS[0])
memory = {}
for name in ("3-mer counts", "CNN"):
    right = kept[name, "cluster", FOLDS[0]].argmax(axis=1) == labels
    memory[name] = right[rows.train].mean() - right[rows.validation].mean()
    print(
        f"{name:14s} training rows {right[rows.train].mean():.2f}, {memory[name]:.2f} more than new"
    )
# seeds 0-4: worst 0.419
assert_threshold("cnn_motifs.memory", min(memory.values()), at_least=0.15)

# %% [markdown]
# Compare the distances in the table with the width of the interval above: no network on letters
# passes the counts by more than a few hundredths, and another seed may order the rows anew. Filters
# of width 3 with a mean, the cure nearest to counting, are level with the plain network or ahead of
# it. The cure that validation chose gains a few hundredths on the test clusters at most, or loses a
# little: the best of several on validation is partly the luckiest there. **Nothing that we tried
# passed the counts in a way that lasts**, and the rows that come level mostly hold the counts
# themselves.
#
# Both know their training rows far better than new clusters, so a lack of capacity is not what
# holds them back. A reading that fits, though we did not test it: the regression, with its penalty,
# spreads small weights over thousands of words, so a new protein that shares a few scattered words
# with a class still gets a hint. The maximum keeps a few strongest patterns, and a pattern that
# helps in training may belong to a single cluster. On this reading more rows of the
# same clusters would not help; more *clusters*, or knowledge from proteins without labels, might.

# %% [markdown]
# ## 4 · Words or letters at the door?
# What should a convolution read: letters, or words with learned vectors? Trabelsi and others (2019)
# asked it for binding sites in DNA and RNA, with one-hot letters against k-mer embeddings. Here for
# genes (the codon filters span 3, 7 and 15 codons, the base filters of section 2 only 2, 4 and 8):
# **codons** in frame (64 words of three bases) through an embedding of width 16, then the same
# convolution. The vectors begin at random, or with word2vec's (unit 03), learned on one gene of
# each *training* cluster. On either side stand letters: bases one-hot (section 2), and residues
# one-hot, for which the genetic code is given.
#
# An embedding is a matrix product $(64, 16)$, and a filter on top is another. So a filter on
# one-hot codons, $(W, 64)$, could give every answer that this pair gives, and more: the pair has
# one table of 16 numbers a codon for all filters. What an embedding changes is the number of
# weights and where the descent begins, not what can be seen.


# %%
triplets = bases.reshape(len(ladder), NUM_RESIDUES, 3)
codons = np.where(triplets.min(axis=2) > 0, (triplets - 1) @ [16, 4, 1] + 1, 0)  # (B, N), 1 to 64
codons[triplets.max(axis=2) == 5] = 65  # an unknown base; 0 is padding
codon_names = list(KmerVocabulary(3, DNA))
assert codon_names[codons[0, 0] - 1] == ladder.dna[0][:3]


# %%
def codon_cnn(weights=None):
    """Codon numbers (B, N) -> vectors of width 16 -> the network of section 2."""
    words = keras.Input((None,), dtype="int32")
    embedding = keras.layers.Embedding(66, 16, name="vectors")
    is_codon = keras.ops.cast(keras.ops.expand_dims(words > 0, axis=2), "float32")
    reader = protein_cnn(16, NUM_CLASSES, num_filters=NUM_FILTERS, seed=SEED)
    model = keras.Model(words, reader(embedding(words) * is_codon))  # padding: rows of zeros
    if weights is not None:
        embedding.set_weights([weights])
    return model


def learn_codons(train, validation, pretrained=False):
    keras.utils.set_random_seed(SEED)
    weights = codon_vectors(train) if pretrained else None
    return train_network(codon_cnn(weights), lambda rows: codons[rows], train, validation)


def codon_vectors(train):
    """word2vec on one gene of each training cluster, scaled to SD 0.3: (66, 16)."""
    chosen = train[np.unique(ladder.clusters[train], return_index=True)[1]]
    sentences = codon_sentences([dna_heads[row] for row in chosen])
    vectors = train_word2vec(sentences, dim=16, epochs=10, seed=SEED)
    matrix, _ = embedding_matrix(codon_names, vectors)
    return (matrix - matrix[1:-1].mean(axis=0)) / matrix[1:-1].std() * 0.3


# %% [markdown] tags=["predict"]
# ### Predict, then run
# Order these by accuracy on validation clusters: bases, codons from random vectors, codons from
# word2vec, residues. Which comes last, and which first?

# %%
for fold in FOLDS:
    train, validation, _ = ladder.split(fold)
    kept["codons, random", "cluster", fold] = learn_codons(train, validation)
    kept["codons, word2vec", "cluster", fold] = learn_codons(train, validation, pretrained=True)
doors = {"bases, one-hot": "CNN on DNA", "residues, one-hot": "CNN"}
doors |= {name: name for name in ("codons, random", "codons, word2vec")}
at_door = {name: on_validation(key) for name, key in doors.items()}
for name, (accuracy, balanced) in at_door.items():
    print(f"{name:18s} accuracy {accuracy:.3f}  balanced {balanced:.3f}  (validation clusters)")

# %%
by_words = max(at_door["codons, random"][0], at_door["codons, word2vec"][0])
# seeds 0-4: worst 0.0284
assert_threshold(
    "cnn_motifs.codons_over_bases", by_words - at_door["bases, one-hot"][0], at_least=-0.04
)
# seeds 0-4: worst 0
assert_threshold("cnn_motifs.codons_best", by_words - tried["3-mer counts"][0], at_most=0.03)

# %% [markdown]
# The better of the two codon doors is level with bases or better, and it reads a third of the
# places. A reading that fits: a network on bases must first learn that three of them belong
# together, and in which step; with codons that is given. But the comparison is not even: there are
# two codon doors to choose from, their filters reach over more bases, and in few epochs the network
# on bases may hardly have begun. Whether word2vec's start helps is not settled by one fold. No door
# passes the counts of protein words by more than a few hundredths: another way in is not what was
# missing here.

# %% [markdown]
# ## 5 · Aligned rows: the gap is a letter
# So far a motif might stand anywhere. In an **alignment** it may not: column 5 means the same in
# every row. The gap is then one more symbol: 21 for proteins, and 5 for DNA, where all of this
# holds as well. WW domains (dive 01c): 31 match columns. Is a row a real domain? Two kinds of
# decoy:
#
# - **places**: the residues of a row, shuffled among its places (gaps stay): same composition;
# - **columns**: each column shuffled among the rows. Every column keeps its frequencies; only what
#   belongs together *within* a row is lost.
#
# A third comparison repeats the second on columns 14 to 31 alone, and on rows without any gap
# there. Test rows that agree with a training row in 70 % of the columns (two gaps agree as well)
# are left out. Decoys are made separately for training and test rows.


# %%
def two_parts(domains):
    """1,000 training rows, and test rows without a near relative there: symbols 0 to 20."""
    order = rng.permutation(len(domains))
    rows = index_encode([domains[i] for i in order], GAPPED_PROTEIN) - 1  # (B, L)
    flat = np.eye(21, dtype="float32")[rows].reshape(len(rows), -1)
    closest = (flat[1000:] @ flat[:1000].T).max(axis=1) / rows.shape[1]
    return rows[:1000], rows[1000:][closest < 0.7]


def shuffle_places(row):
    shuffled, is_residue = row.copy(), row < 20
    shuffled[is_residue] = rng.permutation(row[is_residue])
    return shuffled


domains = sorted({row for row in load_ww_domains(match_only=True).sequences if "X" not in row})
real = two_parts(domains)
gapless = two_parts(sorted({row[13:] for row in domains if "-" not in row[13:]}))
contests = {
    "places": (real, [np.array([shuffle_places(row) for row in part]) for part in real]),
    "columns": (real, [rng.permuted(part, axis=0) for part in real]),
    "columns, no gaps": (gapless, [rng.permuted(part, axis=0) for part in gapless]),
}
print(f"test rows: {len(real[1])} with gaps, {len(gapless[1])} without")

# %% [markdown] tags=["predict"]
# ### Predict, then run
# A regression with one weight for each letter in each column, and a network with filters of five
# columns that keeps all places (`"flatten"`). For which decoys can the regression do nothing but
# guess, whatever the data? And the network: does it need the gaps?


# %%
def aligned_accuracy(real, decoy):
    """Test accuracy of the two models, real rows against one kind of decoy."""
    data = [np.eye(21, dtype="float32")[np.vstack(pair)] for pair in zip(real, decoy, strict=True)]
    is_real = [np.repeat([1, 0], len(one_hot) // 2) for one_hot in data]
    flat = [one_hot.reshape(len(one_hot), -1) for one_hot in data]
    found = {
        "column by column": LogisticRegression(C=0.1).fit(flat[0], is_real[0]).predict(flat[1])
    }
    keras.utils.set_random_seed(SEED)
    options = {"num_letters": 21, "length": data[0].shape[1], "num_outputs": 2, "seed": SEED}
    model = motif_cnn(16, 5, pooling="flatten", **options)
    model.compile(keras.optimizers.Adam(5e-3), "sparse_categorical_crossentropy", jit_compile=False)
    model.fit(data[0], is_real[0], batch_size=64, epochs=8, verbose=0)
    found["CNN, all places"] = model.predict(data[1], verbose=0).argmax(axis=1)
    return {name: float(np.mean(answer == is_real[1])) for name, answer in found.items()}


aligned = {name: aligned_accuracy(*contest) for name, contest in contests.items()}
for name, values in aligned.items():
    print(f"{name:16s}", {model: round(value, 3) for model, value in values.items()})

# %%
places, columns = aligned["places"], aligned["columns"]
# seeds 0-4: worst 1
assert_threshold("cnn_motifs.ww_places_columns", places["column by column"], at_least=0.9)
# seeds 0-4: worst 0
assert_threshold(
    "cnn_motifs.ww_columns_chance", abs(columns["column by column"] - 0.5), at_most=0.1
)
# seeds 0-4: worst 0.7986
assert_threshold("cnn_motifs.ww_columns_cnn", columns["CNN, all places"], at_least=0.6)
gaps = columns["CNN, all places"] - aligned["columns, no gaps"]["CNN, all places"]
# seeds 0-4: worst 0.1702
assert_threshold("cnn_motifs.ww_gaps", gaps, at_least=0.05)
record("cnn_motifs.ww_columns_cnn", columns["CNN, all places"])
record("cnn_motifs.ww_columns_regression", columns["column by column"])

# %% [markdown]
# Against shuffled places one weight for each letter and column is nearly always right: the
# alignment has done the work that filters are for. Against shuffled columns it can only guess,
# since every letter is as frequent in every column of the decoys as in the real rows: its loss is
# lowest with all weights at 0. What is left
# is what columns say about each other, and there the filters of five columns find something.
#
# But *what* do they find? Not only which residues go together, as one would like to report. On
# columns without gaps much of the lead is gone (18 columns also have less to show than 31, and what
# is left may be residues that go together, or distant kin on both sides). In a real row gaps come
# in runs: a domain that was cut short lacks several columns in a row. The shuffle scatters them,
# and a lone gap gives the decoy away. Dive 01c said it: as a 21st letter the gap is a letter about
# the alignment, not about the protein.

# %% [markdown]
# ## Take-aways
# - Padding is not nothing: behind a bias and a ReLU, zeros answer. An unmasked mean reads the
#   length, and the same protein gets another answer in another batch.
# - A mask hides padding. It does not hide length: the maximum of a longer sequence is larger.
# - Buckets of similar length take away most of the padding and a good part of the time. They need
#   masks.
# - On 3,590 proteins counted words led the plain network on both splits, at the sizes that this
#   notebook trains. Filters can express counted words; from a few hundred training clusters the
#   descent finds others.
# - Cures are chosen on validation clusters and reported with those that failed. Here some come
#   level with counts, and none clearly passes them.
# - In aligned rows one weight for each letter and column is a strong model of what each column
#   holds, and blind to what columns say about each other. A filter over neighbouring columns can
#   see which symbols go together; here much of that was gap beside gap.
#
# ## What this cannot see
# A profile and a maximum over places both forget what stands where. And no cure here brought new
# *knowledge*: substitutions stand for little of what evolution tried. Unit 09 brings what can be
# learned from many proteins without labels.
#
# ## References
# - A. Trabelsi, M. Chaabane, A. Ben-Hur (2019), *Comprehensive evaluation of deep learning
#   architectures for prediction of DNA/RNA sequence binding specificities*, Bioinformatics
#   35(14):i269–i277,
#   doi:[10.1093/bioinformatics/btz339](https://doi.org/10.1093/bioinformatics/btz339)
# - S. Henikoff, J. G. Henikoff (1992), *Amino acid substitution matrices from protein blocks*, PNAS
#   89:10915–10919, doi:[10.1073/pnas.89.22.10915](https://doi.org/10.1073/pnas.89.22.10915)
# - R. D. Finn and others (2014), *Pfam: the protein families database*,
#   doi:[10.1093/nar/gkt1223](https://doi.org/10.1093/nar/gkt1223) (the WW domains)
