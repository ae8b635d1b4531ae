# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: all
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   bioseq: {unit: kmer_profiles, kind: dive, title: "What if a letter is wrong?", minutes: 40}
# ---

# %% [markdown]
# # What if a letter is wrong?
#
# Deep dive 02a of the unit *k-mer profiles*.
#
# ## Why
# A profile counts exact words. To it, `ACDEF` and `ACDEY` have no more in common than two words
# that differ in every letter. Evolution works by changing letters, so this looks like a serious
# fault, and for the profile of long words it is: in the core lecture the accuracy on new clusters
# *falls* when words get longer.
#
# The cure, from papers of 2000 to 2004, is called a **string kernel**: count words that *nearly*
# agree, or letters in order with gaps between them. On the way a plausible belief breaks:
# **"forgiving a wrong letter helps."** It depends on the length of the word and on who is asked.
#
# ## Objectives
# After this deep dive you can
#
# - write the spectrum, the mismatch and the gapped substring kernel as products of feature vectors;
# - compute a mismatch kernel without its feature vector, from pairs of words and their distance;
# - show that a linear model on profiles and a model on the Gram matrix are the same model;
# - plant a motif that exact words find only in part and mismatch words find;
# - measure where mismatches help on real proteins, and where they harm.
#
# ## Prerequisites
# The core lecture `02_kmer_profiles`: profile, sparse matrix, the two splits.
#
# ## Time
# 40 minutes. The notebook runs in about 35 seconds.
#
# ## Biology card
# - **Substitution**: one letter of a sequence replaced by another; **insertion** and **deletion**:
#   letters added or lost.
# - **Motif**: a short pattern that many sequences share because it does something, seldom letter
#   by letter the same.
# - **Cluster**: sequences joined because they share words: here at least 20 % of the smaller one's
#   distinct words of five residues, and at least 10 words. A *cluster split* tests on clusters of
#   which no member was trained on.

# %%
from collections import Counter
from itertools import combinations

from bioseq_course.alphabet import PROTEIN
from bioseq_course.evaluation import score_folds, spread
from bioseq_course.kmers import KmerVocabulary, kmer_profile, split_kmers
from bioseq_course.ladder import load_ladder
from bioseq_course.plots import LINE_STYLES, MARKERS, PALETTE, show_figure, use_course_style
from bioseq_course.run import choose, seed
from bioseq_course.scoreboard import record
from bioseq_course.string_kernels import (
    gapped_substring_kernel,
    mismatch_kernel,
    shared_neighbours,
    spectrum_kernel,
)
from bioseq_course.thresholds import assert_threshold

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

use_course_style()
SEED = seed()
FOLDS = {"random": choose(quick=[0, 1, 2], full=[0, 1, 2, 3, 4]), "cluster": [0, 1, 2, 3, 4]}
EXACT = [(3, 0), (4, 0), (5, 0)]  # pairs (k, m): letters in a word, letters that may be wrong
FORGIVING = choose(quick=[(3, 1), (4, 1)], full=[(3, 1), (4, 1), (5, 1)])
ladder = load_ladder()

# %% [markdown]
# ## A kernel is a product of two profiles
# Let $\phi(x)$ be the profile of sequence $x$, one number for each of $K$ words, shape $(K,)$. The
# **spectrum kernel** (Leslie, Eskin and Noble 2002) of two sequences is the inner product
#
# $$\kappa(x, y) = \sum_{w} \phi_w(x)\, \phi_w(y) = \phi(x) \cdot \phi(y).$$
#
# It is one number that says how much two sequences have in common. By hand, with words of two
# letters:

# %% tags=["nbval-check-output"]
x, y = "GATTACA", "TTATT"
counts_x, counts_y = Counter(split_kmers(x, 2)), Counter(split_kmers(y, 2))
print(x, dict(counts_x))
print(y, dict(counts_y))
common = {word: (counts_x[word], counts_y[word]) for word in counts_x if word in counts_y}
print("common", common, "kernel", sum(a * b for a, b in common.values()))

# %% [markdown]
# Read it another way: take each word of $x$ and each word of $y$, and count the pairs that are
# equal. This view will pay off soon. The package gives the same number.

# %%
profile = kmer_profile([x, y], 2)  # (2, 16)
by_package = spectrum_kernel([x], [y], k=2)[0, 0]
pairs = sum(word == other for word in split_kmers(x, 2) for other in split_kmers(y, 2))
assert abs(profile[0] @ profile[1] - by_package) < 1e-5 and abs(pairs - by_package) < 1e-5
print(
    "product of profiles, pairs of equal words, package:",
    profile[0] @ profile[1],
    pairs,
    by_package,
)

# %% [markdown]
# ## Forgive m letters
# In the **mismatch kernel** (Leslie and others 2004) each word of a sequence counts for *all* words
# that differ from it in at most $m$ places, its **neighbours**. With $k = 2$, $m = 1$ the word `AC`
# has seven of them:


# %% tags=["nbval-check-output"]
def distance(word, other):
    return sum(a != b for a, b in zip(word, other, strict=True))


def neighbours(word, mismatches):
    return [w for w in KmerVocabulary(len(word)) if distance(w, word) <= mismatches]


print("near AC:", neighbours("AC", 1))
for other in ("AC", "AG", "TG"):
    both = set(neighbours("AC", 1)) & set(neighbours(other, 1))
    print(f"AC and {other} differ in {distance('AC', other)}, near both: {sorted(both)}")

# %% [markdown]
# `AC` and `TG` agree nowhere, and still have two neighbours in common. How many neighbours two
# words share depends only on the number $d$ of places in which they differ; call it $s(d)$. So the
# mismatch kernel needs no feature vector. It is the sum over all *pairs of words*:
#
# $$\kappa(x, y) = \sum_{u \in x} \sum_{v \in y} s\big(d(u, v)\big)
#                 = \sum_{d=0}^{2m} s(d) \cdot \#\{\text{pairs at distance } d\}.$$

# %%
words_x, words_y = split_kmers(x, 3), split_kmers(y, 3)
pairs_at = Counter(distance(u, v) for u in words_x for v in words_y)
weights = [shared_neighbours(d, k=3, mismatches=1, num_symbols=4) for d in range(4)]
by_pairs = sum(weights[d] * pairs_at[d] for d in pairs_at)
features = kmer_profile([x, y], 3, mismatches=1)  # (2, 64)
by_package = mismatch_kernel([x], [y], k=3, mismatches=1)[0, 0]
assert abs(by_pairs - by_package) < 1e-5 and abs(features[0] @ features[1] - by_package) < 1e-5
print("pairs by distance", dict(sorted(pairs_at.items())), "weights s(d)", weights)
print("by pairs, by feature vectors, by package:", by_pairs, features[0] @ features[1], by_package)

# %% [markdown]
# For proteins, with 20 letters, the weights are these. A pair of equal words counts most, a pair
# with one wrong letter less, and so on.

# %% tags=["nbval-check-output"]
for k, m in [(3, 1), (4, 1), (5, 1)]:
    weights = [shared_neighbours(d, k=k, mismatches=m, num_symbols=20) for d in range(2 * m + 2)]
    print(f"k = {k}, m = {m}: s(0), s(1), s(2), s(3) =", weights, f"of {20**k:,} words")

# %% [markdown]
# ## Letters in order, with gaps
# A substitution leaves the other letters in their places. An insertion shifts them. The **gapped
# substring kernel** (Lodhi and others 2002) takes any $k$ letters in order; a pick that spans
# $\ell$ letters, from its first to its last, weighs $\lambda^{\ell}$ with a decay
# $0 < \lambda \le 1$. The example of that paper, two letters from `cat`, `car` and `bat`:


# %% tags=["nbval-check-output"]
def gapped_features(sequence, k, decay):
    features = Counter()
    for places in combinations(range(len(sequence)), k):
        span = places[-1] - places[0] + 1
        features["".join(sequence[place] for place in places)] += decay**span
    return features


for animal in ("cat", "car", "bat"):
    print(animal, dict(gapped_features(animal, 2, 0.5)))

# %% [markdown]
# `cat` and `car` share `ca`, so $\kappa = \lambda^2 \cdot \lambda^2 = \lambda^4$, and
# $\kappa(\text{cat}, \text{cat}) = 2 \lambda^4 + \lambda^6$.

# %%
decay = 0.5
by_package = gapped_substring_kernel(["cat"], ["car", "cat"], k=2, decay=decay)
assert np.allclose(by_package, [[decay**4, 2 * decay**4 + decay**6]], atol=1e-5)
print("cat with car and cat:", by_package)

# %% [markdown]
# Listing all picks is hopeless for real sequences: 300 letters have four million picks of three.
# **Dynamic programming** does it step by step. Let $M_i(a, b)$ be the weight of all pairs of
# picks of $i$ letters whose last letters are $x_a$ and $y_b$, shape $(L, L')$. A pick of one letter
# spans one letter in each sequence, so $M_1(a, b) = \lambda^2 \, [x_a = y_b]$. For each letter more
#
# $$M_i(a, b) = [x_a = y_b] \sum_{a' < a} \sum_{b' < b} \lambda^{a - a'} \lambda^{b - b'}
# M_{i-1}(a', b'), \qquad \kappa(x, y) = \sum_{a} \sum_{b} M_k(a, b).$$
#
# The double sum is carried along from row to row and from column to column; each step multiplies
# by $\lambda$ once.


# %%
def fade(weights, decay):
    """Sum over all earlier rows, each times decay to the power of its distance."""
    faded = np.zeros_like(weights)
    for row in range(1, len(weights)):
        faded[row] = decay * (faded[row - 1] + weights[row - 1])
    return faded


# %%
def gapped_by_hand(x, y, k, decay):
    equal = np.array(list(x))[:, None] == np.array(list(y))  # (L, L')
    ending = decay**2 * equal
    for _ in range(k - 1):
        ending = equal * fade(fade(ending, decay).T, decay).T
    return ending.sum()


# %%
left, right = ladder.protein[0][:25], ladder.protein[1][:25]
first, second = (gapped_features(protein, 3, 0.7) for protein in (left, right))
by_picks = sum(first[word] * second[word] for word in first)
by_steps = gapped_by_hand(left, right, 3, 0.7)
by_package = gapped_substring_kernel([left], [right], k=3, decay=0.7)[0, 0]
assert abs(by_picks - by_steps) < 1e-5 and abs(by_steps - by_package) < 1e-5
print(f"all picks, step by step, package: {by_picks:.5f} {by_steps:.5f} {by_package:.5f}")

# %% [markdown]
# ## The Gram matrix
# For $B$ sequences the kernel gives a **Gram matrix** $(B, B)$. Divided by the lengths of the
# feature vectors, $\kappa(x, y) / \sqrt{\kappa(x, x)\, \kappa(y, y)}$, it is the cosine between
# profiles, 1 on the diagonal. We take four proteins from each of three clusters: two of receptors
# (G protein-coupled receptors) and one of ion channels.


# %%
def four_of_a_cluster(label, rank):
    """Four rows of the cluster of a class that is the rank-th largest."""
    rows = np.flatnonzero(ladder.labels == label)
    sizes = np.bincount(ladder.clusters[rows])
    return rows[ladder.clusters[rows] == np.argsort(-sizes, kind="stable")[rank]][:4]


receptor = ladder.class_names.index("G protein-coupled receptor")
channel = ladder.class_names.index("ion channel")
chosen = np.concatenate(
    [four_of_a_cluster(*which) for which in [(receptor, 0), (receptor, 1), (channel, 0)]]
)
proteins = [ladder.protein[row][:150] for row in chosen]  # 150 residues: gaps take time

# %%
grams = {
    "exact words, k = 4": spectrum_kernel(proteins, k=4, alphabet=PROTEIN, normalize=True),
    "one mismatch, k = 4": mismatch_kernel(
        proteins, k=4, mismatches=1, alphabet=PROTEIN, normalize=True
    ),
    "gaps, k = 3, decay 0.5": gapped_substring_kernel(proteins, k=3, decay=0.5, normalize=True),
}
for name, gram in grams.items():
    print(f"{name:24s}symmetric: {np.allclose(gram, gram.T)}", end=", ")
    print(f"smallest eigenvalue not below 0: {np.linalg.eigvalsh(gram).min() > -1e-8}")
second = [ladder.protein[row] for row in chosen[4:8]]
whole = spectrum_kernel(second, k=4, alphabet=PROTEIN, normalize=True)
print("second block, residues in each protein", [len(protein) for protein in second])
print("short with long, exact words: cut", grams["exact words, k = 4"][4:6, 6:8].round(2).tolist())
print("                            whole", whole[:2, 2:].round(2).tolist())

# %%
fig, axes = plt.subplots(1, 3, figsize=(11, 4.4), sharey=True)
for ax, (name, gram) in zip(axes, grams.items(), strict=True):
    image = ax.imshow(gram, cmap="viridis", vmin=0, vmax=1)
    ax.set_title(name, fontsize=13)
    ax.set_xticks([1.5, 5.5, 9.5], ["receptors 1", "receptors 2", "channels"], fontsize=10)
    ax.grid(False)
axes[0].set_yticks([1.5, 5.5, 9.5], ["receptors 1", "receptors 2", "channels"])
fig.colorbar(image, ax=axes, label="normalised kernel", shrink=0.8)
fig.suptitle("Twelve proteins, three kernels: blocks are clusters")
show_figure(
    fig,
    alt="Three heat maps of twelve by twelve normalised kernel values. With exact words three "
    "bright blocks of related proteins lie on a black ground; the middle block falls into two "
    "pairs. With one mismatch and with gaps the blocks are the same and the ground is a faint haze.",
)

# %% [markdown]
# All three see the same blocks. They differ in the ground between the blocks: with exact words of
# four residues unrelated proteins share next to nothing; with a mismatch or with gaps any two
# proteins share something by chance, and a true distant relative has to stand out from that haze.
# The second block falls into two pairs by our own doing. Its proteins differ in length: what the
# two short ones share with the two long ones lies behind the first 150 residues of the long ones,
# and our cut hides it. The whole sequences have it, as the print above says.
#
# ## The kernel trick: the same model twice
# A linear classifier on profiles decides by the sign of $w \cdot \phi(x) + b$. Training a support
# vector machine (SVM) always ends with $w = \sum_i \alpha_i \phi(x_i)$, a weighted sum of training
# profiles. Put it in:
#
# $$w \cdot \phi(x) + b = \sum_i \alpha_i \, \phi(x_i) \cdot \phi(x) + b
#  = \sum_i \alpha_i \kappa(x_i, x) + b.$$
#
# So the model needs kernel values only, for training (the Gram matrix) and for deciding. We train
# both ways: on profiles of 8,000 columns, and on a matrix of 200 by 200 kernel values.


# %%
train, _, test = ladder.split(0)
two = np.flatnonzero(np.isin(ladder.labels, [receptor, channel]))
fit, score = np.intersect1d(train, two)[:200], np.intersect1d(test, two)
proteins_fit, proteins_score = ([ladder.protein[row] for row in rows] for rows in (fit, score))
profiles = kmer_profile(proteins_fit, 3, alphabet=PROTEIN, sparse=False, normalize="l2")  # (B, K)
profiles_score = kmer_profile(proteins_score, 3, alphabet=PROTEIN, sparse=False, normalize="l2")
gram = spectrum_kernel(proteins_fit, k=3, alphabet=PROTEIN, normalize=True)  # (B, B)
gram_score = spectrum_kernel(proteins_score, proteins_fit, k=3, alphabet=PROTEIN, normalize=True)
print("profiles", profiles.shape, " Gram matrix", gram.shape, " to decide", gram_score.shape)

# %%
on_profiles = SVC(kernel="linear", C=10, tol=1e-8).fit(profiles.astype(float), ladder.labels[fit])
on_gram = SVC(kernel="precomputed", C=10, tol=1e-8).fit(gram, ladder.labels[fit])

# %%
decisions = on_profiles.decision_function(profiles_score.astype(float))
alpha = np.zeros(len(fit))
alpha[on_gram.support_] = on_gram.dual_coef_[0]
by_hand = gram_score @ alpha + on_gram.intercept_[0]  # sum of alpha_i kappa(x_i, x), plus b
assert np.abs(decisions - on_gram.decision_function(gram_score)).max() < 1e-5
assert np.abs(decisions - by_hand).max() < 1e-5
print(f"{len(score)} decisions, largest difference {np.abs(decisions - by_hand).max():.1e}")

# %% [markdown]
# One model, two ways to write it. When is the second one cheaper? Look at the sizes for one
# mismatch in words of five residues.

# %%
num_words = np.mean([len(protein) - 4 for protein in ladder.protein])
near = 1 + 5 * 19
print(f"a protein has about {num_words:.0f} words, each with {near} neighbours")
print(f"feature vector: {20**5:,} columns, a protein touches at most {num_words * near:,.0f}")
print(f"Gram matrix of the ladder: {len(ladder):,} x {len(ladder):,} numbers, whatever k and m")

# %% [markdown]
# With few sequences and many features the Gram matrix wins; with a million sequences it would
# have $10^{12}$ entries, and the profile wins. (`mismatch_kernel` finds the pairs at each distance
# from words with *holes*: words that differ in one place are equal once this place is blanked.)
#
# ## A motif that is never spelled right
# Now a task made for mismatches. Proteins of 40 random residues. In half of them we plant a motif
# of six residues, of which **two, at random, are wrong in every copy**: one in each half. No copy
# is spelled right.

# %%
NUM_TRAIN, NUM_VALIDATION, NUM_TEST = 200, 100, 700
LENGTH, HALF = 40, 3


def plant_motifs(num_sequences, rng):
    codes = rng.integers(20, size=(num_sequences, LENGTH))
    motif = rng.integers(20, size=2 * HALF)
    for row in codes[1::2]:  # every second sequence is positive
        copy = motif.copy()
        wrong = [rng.integers(HALF), HALF + rng.integers(HALF)]
        copy[wrong] = (copy[wrong] + rng.integers(1, 20, size=2)) % 20
        start = rng.integers(LENGTH - 2 * HALF + 1)
        row[start : start + 2 * HALF] = copy
    return ["".join(PROTEIN.symbols[code] for code in row) for row in codes], motif


# %% [markdown] tags=["predict"]
# ### Predict, then run
# An SVM learns from 200 such sequences, once with exact words of $k = 1$ to 6 residues, once with
# mismatches. Guessing scores one half.
#
# **Before you run the next cells**: can exact words beat guessing at all? Which $k$ would you
# take, and how far does it get? Remember that a copy with two wrong letters still has right ones.

# %%
planted, motif = plant_motifs(NUM_TRAIN + NUM_VALIDATION + NUM_TEST, np.random.default_rng(SEED))
is_positive = np.arange(len(planted)) % 2
rows_train, rows_validation, rows_test = np.split(
    np.arange(len(planted)), [NUM_TRAIN, NUM_TRAIN + NUM_VALIDATION]
)
print("motif", "".join(PROTEIN.symbols[code] for code in motif), "somewhere in", planted[1])


# %%
def score_planted(k, mismatches):
    """Accuracy on validation and test rows."""
    gram = mismatch_kernel(
        planted, planted[:NUM_TRAIN], k=k, mismatches=mismatches, alphabet=PROTEIN, normalize=True
    )
    model = SVC(kernel="precomputed", C=10).fit(gram[rows_train], is_positive[rows_train])
    right = model.predict(gram) == is_positive
    return right[rows_validation].mean(), right[rows_test].mean()


# %%
words = {m: [k for k in range(1, 7) if k > 2 * m] for m in (0, 1, 2)}
planted_scores = {(k, m): score_planted(k, m) for m, ks in words.items() for k in ks}
exact_choice = max(
    (key for key in planted_scores if key[1] == 0), key=lambda key: planted_scores[key][0]
)
forgiving_choice = max(
    (key for key in planted_scores if key[1] > 0), key=lambda key: planted_scores[key][0]
)
for name, choice in (("exact", exact_choice), ("mismatch", forgiving_choice)):
    print(f"{name}: chosen on validation (k, m) = {choice}, test {planted_scores[choice][1]:.3f}")

# %%
fig, ax = plt.subplots(figsize=(8, 4.3))
for m, ks in words.items():
    values = [planted_scores[k, m][1] for k in ks]
    ax.plot(ks, values, marker=MARKERS[m], color=PALETTE[m], linestyle=LINE_STYLES[m])
    ax.annotate(f"m = {m}", (ks[-1], values[-1]), (8, -4), textcoords="offset points")
ax.axhline(0.5, color="black", linestyle=":", linewidth=1)
ax.set(
    xlim=(0.8, 6.8), ylim=(0.45, 1.02), xlabel="k, letters in a word", ylabel="accuracy, test rows"
)
ax.set_title("A motif with two wrong letters in every copy")
show_figure(
    fig,
    alt="Accuracy on test rows against word length. Exact words rise from about 0.6 to about 0.75 "
    "and fall to guessing at six letters. One mismatch lies between about 0.75 and 0.95, two "
    "mismatches at about 0.9 or above.",
)

# %%
planted_exact, planted_mismatch = (
    planted_scores[exact_choice][1],
    planted_scores[forgiving_choice][1],
)
record("kmer_profiles.planted_exact", planted_exact)
record("kmer_profiles.planted_mismatch", planted_mismatch)

# %%
# seeds 0-4: worst 0.7629
assert_threshold("kmer_profiles.planted_exact", planted_exact, at_most=0.82)
# seeds 0-4: worst 0.95
assert_threshold("kmer_profiles.planted_mismatch", planted_mismatch, at_least=0.90)
# seeds 0-4: worst 0.53
assert_threshold("kmer_profiles.planted_exact_whole", planted_scores[6, 0][1], at_most=0.60)

# %% [markdown]
# Exact words of the motif's own length are at the level of guessing: nearly all test copies are
# words that training never saw (a few recur by chance). Shorter exact words do find something,
# because a copy with two wrong letters still holds a right pair or triple. That is worth knowing:
# short exact words are the poor man's mismatch. But with mismatches the same SVM on the same 200
# sequences finds nearly all of it.
#
# ## Real proteins
# The same question on the ladder: normalised kernels, SVM with $C = 10$, exact words against one
# mismatch, random split against cluster split. The cluster split runs on all five folds; the random
# split, whose folds differ little, on three in the quick profile.


# %%
def evaluate(k, mismatches):
    """Validation accuracy and test scores on both splits, from one Gram matrix."""
    gram = mismatch_kernel(
        ladder.protein, k=k, mismatches=mismatches, alphabet=PROTEIN, normalize=True
    )
    validation_accuracy = {"random": [], "cluster": []}

    def fit_predict(train, validation, test):
        model = SVC(kernel="precomputed", C=10)
        model.fit(gram[np.ix_(train, train)], ladder.labels[train])
        right = model.predict(gram[np.ix_(validation, train)]) == ladder.labels[validation]
        validation_accuracy[split].append(right.mean())
        return model.predict(gram[np.ix_(test, train)])

    scores = {}
    for split in ("random", "cluster"):
        scores[split] = score_folds(fit_predict, ladder, split=split, folds=FOLDS[split])
    return validation_accuracy, scores


# %% [markdown] tags=["predict"]
# ### Predict, then run
# **Before you run the next cells**, fill in four guesses: does one forgiven letter raise or lower
# the accuracy, for words of *three* residues and of *four*, on the *random* split and on the
# *cluster* split? What would make it fall?

# %%
results = {key: evaluate(*key) for key in EXACT}

# %%
results |= {key: evaluate(*key) for key in FORGIVING}
for (k, m), (_, scores) in results.items():
    for split in ("random", "cluster"):
        print(f"k = {k}, m = {m}, {split:8s}{scores[split]}")

# %%
fig, axes = plt.subplots(1, 2, figsize=(10, 4.3), sharey=True)
for ax, split in zip(axes, ("random", "cluster"), strict=True):
    for m, keys in enumerate((EXACT, FORGIVING)):
        means = [results[key][1][split].accuracy.mean() for key in keys]
        spreads = [spread(results[key][1][split].accuracy) for key in keys]
        style = {"marker": MARKERS[m], "color": PALETTE[m], "linestyle": LINE_STYLES[m]}
        label = "exact" if m == 0 else "one mismatch"
        ax.errorbar([k for k, _ in keys], means, spreads, capsize=4, label=label, **style)
    ax.set(xticks=[3, 4, 5], ylim=(0, 1), xlabel="k, letters in a word", title=f"{split} split")
axes[0].set_ylabel("accuracy, mean ± SD of folds")
axes[0].legend(loc="lower left")
fig.suptitle("One forgiven letter: where does it matter?")
show_figure(
    fig,
    alt="Two panels of accuracy against word length. On the random split both lie near 0.9: at "
    "three letters one mismatch lies about 0.05 below exact words, at four level with them. On the "
    "cluster split exact words fall from about 0.55 at three letters to 0.3 at five, while one "
    "mismatch rises to about 0.58 at four letters; at five, in the full profile, it falls to about "
    "0.49, below exact words of three.",
)


# %% [markdown]
# Four answers, not one (the thresholds stand below):
#
# - **Three residues, random split: it harms.** There are only 8,000 words, and each now counts
#   for 58. The profile blurs.
# - **Three residues, cluster split: next to nothing** in accuracy.
# - **Four residues, random split: next to nothing.** Close relatives share plenty of exact words.
# - **Four residues, cluster split: a leap.** Distant relatives share few exact words of four
#   residues, but many with one letter wrong.
#
# Five residues with one mismatch run in the full profile only. On the cluster split they lie far
# above exact words of five and below exact words of three: even a forgiving word can be too long.
#
# A mismatch shortens the word where it needs to be shorter. It is no gift of its own; it moves the
# balance between being specific and being seen. Which pair $(k, m)$ to take is a choice, so we make
# it on the validation rows of each fold.


# %%
def choose_on_validation(keys, split):
    """Test scores of the pair (k, m) that is best on the validation rows, fold by fold."""
    best = [max(keys, key=lambda key: results[key][0][split][i]) for i in range(len(FOLDS[split]))]
    accuracy = np.array([results[key][1][split].accuracy[i] for i, key in enumerate(best)])
    balanced = np.array([results[key][1][split].balanced_accuracy[i] for i, key in enumerate(best)])
    return accuracy, balanced, best


# %%
logarithms = kmer_profile(ladder.protein, 3, alphabet=PROTEIN)
logarithms.data = np.log1p(logarithms.data)
lengths = np.sqrt((logarithms * logarithms).sum(axis=1))
logarithms = logarithms.multiply(1 / lengths[:, None]).tocsr()


def core_model(train, validation, test):
    """The core lecture's model: logistic regression on logarithms of 3-mer counts."""
    model = LogisticRegression(C=10, max_iter=300).fit(logarithms[train], ladder.labels[train])
    return model.predict(logarithms[test])


# %%
chosen_scores = {}
for split in ("random", "cluster"):
    for name, keys in (("exact", EXACT), ("one mismatch", FORGIVING)):
        chosen_scores[name, split] = accuracy, balanced, best = choose_on_validation(keys, split)
        print(
            f"{split:8s}{name:13s}accuracy {accuracy.mean():.3f} ± {spread(accuracy):.3f}", end=", "
        )
        print(f"balanced {balanced.mean():.3f} ± {spread(balanced):.3f}, chosen {best}")
    core_scores = score_folds(
        core_model, ladder, split=split, folds=FOLDS[split]
    )  # cluster comes last
    print(f"{split:8s}core model   {core_scores}")

# %%
exact, forgiving = (chosen_scores[name, "cluster"] for name in ("exact", "one mismatch"))
record("kmer_profiles.exact_cluster", exact[0].mean())
record("kmer_profiles.mismatch_cluster", forgiving[0].mean())
record("kmer_profiles.mismatch_cluster_balanced", forgiving[1].mean())

# %%
gain = (forgiving[0] - exact[0]).mean()
longer = results[4, 1][1]["cluster"].accuracy - results[3, 0][1]["cluster"].accuracy
print("same folds, chosen with one mismatch less chosen exact:", (forgiving[0] - exact[0]).round(3))
print("same folds, (4, 1) less (3, 0):                        ", longer.round(3))
# seeds 0-4: worst 0.022
assert_threshold("kmer_profiles.mismatch_gain_chosen", gain, at_least=0.01)
# seeds 0-4: worst 0.0125
assert_threshold("kmer_profiles.mismatch_gain_every_fold", longer.min(), at_least=0.005)
# seeds 0-4: worst 0.022
assert_threshold("kmer_profiles.mismatch_gain_largest", gain, at_most=0.06)
over_core = abs(forgiving[0].mean() - core_scores.accuracy.mean())
# seeds 0-4: worst 0.0053
assert_threshold("kmer_profiles.mismatch_over_core", over_core, at_most=0.03)
balanced_gain = (forgiving[1] - exact[1]).mean()
# seeds 0-4: worst 0.0392
assert_threshold("kmer_profiles.mismatch_gain_balanced", balanced_gain, at_least=0.02)


# %%
def difference(k, split):
    """Accuracy with one mismatch less accuracy with exact words, fold by fold."""
    return results[k, 1][1][split].accuracy - results[k, 0][1][split].accuracy


# seeds 0-4: worst 0.11
assert_threshold("kmer_profiles.mismatch_leap_of_4", difference(4, "cluster").min(), at_least=0.08)
# seeds 0-4: worst -0.0511
assert_threshold("kmer_profiles.mismatch_blur_of_3", difference(3, "random").mean(), at_most=-0.02)
small = max(abs(difference(4, "random").mean()), abs(difference(3, "cluster").mean()))
# seeds 0-4: worst 0.0056
assert_threshold("kmer_profiles.mismatch_small_differences", small, at_most=0.03)

# %% [markdown]
# **The honest balance.** Against exact words of the same length the gain is large. Against the best
# exact length it is about two points of accuracy and a little more in balanced accuracy. Both
# models answer the same folds, so compare them fold by fold, as printed above, and not with the
# spread between folds. Words of four with one mismatch are better than exact words of three on
# every fold, by a little; what the validation rows choose gains next to nothing on some folds. The
# folds share most of their training rows, so five of them are a description and no test of
# significance. (Folds and SVM do not use the seed: the thresholds of the ladder are the same number
# under every seed, and "worst of seeds" says nothing about chance there.) The core lecture's plain
# logistic regression on logarithms of 3-mer counts is level with it in accuracy. Mismatch kernels
# were made for finding remote relatives of one family among strangers; on our seven classes they
# are a small step, not a new floor.
#
# ## Take-aways
# - A string kernel is an inner product of feature vectors; it may be computed without them. The
#   mismatch kernel counts pairs of words, weighted by the letters in which they differ.
# - A linear SVM on profiles and an SVM on their Gram matrix are the same model. Take the smaller
#   matrix.
# - Mismatches pay where exact words are too long to be shared: long words, distant relatives. With
#   short words they blur, and on a random split there is little to gain.
# - Short exact words do part of the work of mismatches. Compare with the best exact $k$, not with
#   the same $k$.
# - All wrong letters cost the same here. That isoleucine resembles valine and not tryptophan, a
#   mismatch kernel cannot know. Unit 03 asks whether it can be learned.
#
# ## References
# - C. Leslie, E. Eskin, W. S. Noble (2002), *The spectrum kernel: a string kernel for SVM protein
#   classification*, Pacific Symposium on Biocomputing 2002, 564–575,
#   doi:[10.1142/9789812799623_0053](https://doi.org/10.1142/9789812799623_0053)
# - C. S. Leslie, E. Eskin, A. Cohen, J. Weston, W. S. Noble (2004), *Mismatch string kernels for
#   discriminative protein classification*, Bioinformatics 20(4), 467–476,
#   doi:[10.1093/bioinformatics/btg431](https://doi.org/10.1093/bioinformatics/btg431)
# - H. Lodhi, C. Saunders, J. Shawe-Taylor, N. Cristianini, C. Watkins (2002), *Text classification
#   using string kernels*, Journal of Machine Learning Research 2, 419–444,
#   doi:[10.1162/153244302760200687](https://doi.org/10.1162/153244302760200687)
