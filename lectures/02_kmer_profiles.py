# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: all
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   bioseq: {unit: kmer_profiles, kind: core, minutes: 90,
#     title: "How far does counting words go?"}
# ---

# %% [markdown]
# # 02 · How far does counting words go?
#
# ## Why
#
# Cut a sequence into words of k letters, count them, forget where they stood. It is the oldest
# representation in the field, it takes seconds, and on a random split of our seven gene classes it
# is right more than nine times in ten. A tutorial's recipe for these genes reaches 98 %: you
# rebuild it in the lab. Here you meet its cousin, and ask what such a number means.
#
# Unit 01 taught us to ask *which* split. Here we ask it of a real classifier, and twice a
# plausible belief breaks: **"98 % means solved"**, and **"the profile is the sequence"**.
#
# ## Objectives
#
# After this lecture you can
#
# - count words by hand, on one strand or both, and say how large the table is and how empty;
# - build two different sequences with one profile, and say when a profile fixes its sequence;
# - derive the gradient of softmax regression, check it, and train it without a library;
# - say exactly which objective scikit-learn's `LogisticRegression` minimises;
# - read a curve over k on two splits, and test the explanation that offers itself;
# - read a word model's weights without believing each of them.
#
# ## Prerequisites
#
# Unit 00: loss, gradient descent, a first Keras model, balanced accuracy. Unit 01: translation,
# clusters, random split against held-out clusters.
#
# ## Time
#
# 90 minutes with a class: 15 counting, 10 one profile and two sequences, 10 size and strands,
# 20 softmax regression, 20 curves over k, 15 other classifiers, classes, dial and weights.

# %% [markdown]
# ## Biology card
#
# | term | what it means here |
# |---|---|
# | **k-mer, word** | k letters in a row: `GAA` is a 3-mer of DNA, `TGE` one of protein |
# | **profile** | how often each word occurs in one sequence |
# | **sense (coding) strand** | the strand that reads like the messenger RNA. Our rows are coding sequences, so all are given on it; a sequencing read may come from either strand |
# | **isoform, paralogue** | versions of one gene's product; genes parted by a duplication. Isoforms and *recent* paralogues share long words |
# | **cluster** | proteins linked, directly or through others, by shared 5-letter words: at least 20 % of the smaller one's, and at least 10 of them. Held out as a whole in the *cluster split* |
# | **transcription factor** | a protein that binds DNA and turns genes on or off |
# | **tyrosine kinase** | an enzyme that puts a phosphate on the amino acid tyrosine. Its *catalytic loop* often reads `HRDLAARN`; a *tyrosine phosphatase* takes the phosphate off |
# | **zinc finger (C2H2)** | a small fold in which two cysteines (C) and two histidines (H) hold a zinc ion; it reads about three bases. In many transcription factors such fingers stand in long rows, joined by a *linker* that often reads `TGEKP` |
# | **G protein-coupled receptor** | a protein with seven helices through the cell membrane; it notices a substance outside and reports it to a G protein inside |
# | **ion channel** | a protein that lets ions through a membrane |
# | **synthase, synthetase** | enzymes that make a substance. By the older rule a synthetase spends ATP (or its like) on it and a synthase need not |
# | **contig** | a piece of a genome put together from overlapping reads |
# | **nat** | the unit of a loss taken with the natural logarithm; halving a probability costs log 2 = 0.69 nats |
#
# The data are the ladder of unit 01: 3,590 coding sequences of human transcripts in 617 clusters,
# seven classes. The largest class, transcription factor, has 31 % of the rows.

# %%
import re
from collections import Counter, defaultdict
from dataclasses import replace
from functools import partial
from itertools import permutations, product

from bioseq_course.alphabet import DNA, PROTEIN, reverse_complement, translate
from bioseq_course.evaluation import score_folds, spread
from bioseq_course.kmers import KmerVocabulary, kmer_profile, split_kmers
from bioseq_course.ladder import load_ladder
from bioseq_course.plots import LINE_STYLES, MARKERS, PALETTE, show_figure, use_course_style
from bioseq_course.run import choose, quiet_start, seed
from bioseq_course.scoreboard import record
from bioseq_course.shuffle import shuffle_sequence
from bioseq_course.splits import cluster_folds
from bioseq_course.thresholds import assert_threshold

import matplotlib.pyplot as plt
import numpy as np
from scipy.sparse import csr_array
from scipy.special import gammaln
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

SEED = seed()
with quiet_start():  # hides what TensorFlow says about itself
    from bioseq_course.gradients import gradient

    import keras

    keras.utils.set_random_seed(SEED)
use_course_style()

# %% [markdown]
# All sizes in one place. The *quick* profile runs the main curve of the cluster split on all five
# folds and the rest on the first one or two, without DNA words of 8; the *full* one runs
# everything on all five. Each printed line says how many folds it rests on.

# %%
ALL_FOLDS = (0, 1, 2, 3, 4)
FOLDS = {"random": choose(quick=(0, 1), full=ALL_FOLDS), "cluster": ALL_FOLDS}
DNA_KS = choose(quick=(2, 4, 6), full=(2, 4, 6, 8))
DNA_FOLDS = choose(quick={"random": (0,), "cluster": (0, 1)}, full=dict.fromkeys(FOLDS, ALL_FOLDS))
SLOW_FOLDS = choose(quick=(0,), full=ALL_FOLDS)  # forest and network
DIAL_FOLDS = choose(quick=(0, 1), full=ALL_FOLDS)
NUM_TREES, EPOCHS = choose(quick=25, full=300), choose(quick=6, full=30)
labels = (ladder := load_ladder()).labels

# %% [markdown]
# ## 1 · A bag of words
#
# A text can often be told from another by its words, whatever their order: that is the *bag of
# words* (Salton and others 1975). DNA has no spaces, so every place starts a word. A window of k
# letters slides along, one letter at a time. L letters have L − k + 1 places where it fits, so that
# many words.

# %% tags=["nbval-check-output"]
dna = "GATTACAGATTA"
words = [dna[start : start + 3] for start in range(len(dna) - 3 + 1)]
print(" ".join(words))
print(dict(Counter(words)))
assert len(words) == len(dna) - 3 + 1 == 10
assert words == split_kmers(dna, 3)

# %% [markdown]
# A classifier wants an array, not a dictionary. Number the letters A = 0, C = 1, G = 2, T = 3 and
# read the word as a number to the base 4:
#
# $$\text{index}(w) = \sum_{i=1}^{k} w_i\, 4^{\,k-i}, \qquad \text{GAT} = 2\cdot 16 + 0\cdot 4 + 3 =
# 35.$$
#
# Then $\Phi(x)$, the profile of sequence $x$, has shape $(4^k,)$, and entry $j$ says how often word
# $j$ occurs. B sequences give $(B, 4^k)$; proteins give $20^k$ columns. A window that holds an N
# (base unknown) is skipped: one N costs up to k words.


# %%
def count_words(sequence, k):
    """Profile (4^k,) of one DNA sequence, by hand."""
    profile = np.zeros(4**k)
    for word in split_kmers(sequence, k):
        if "N" not in word:
            profile[int(word.translate(str.maketrans("ACGT", "0123")), base=4)] += 1
    return profile


# %% tags=["nbval-check-output"]
for sequence in ("GATTACA", "GATNACA"):
    print(sequence, int(count_words(sequence, 3).sum()), "words of 3", end="; ")
    print("its first word is in column", int(count_words(sequence[:3], 3).argmax()))

# %% [markdown]
# The course's `kmer_profile` does the same for whole data sets. Equal on real genes, with their Ns?

# %% tags=["nbval-check-output"]
with_n = [dna for dna in ladder.dna if "N" in dna][:3]
some = [*with_n, *ladder.dna[::600]]
by_hand = np.stack([count_words(dna, 4) for dna in some])
assert np.array_equal(by_hand, kmer_profile(some, 4))
plain = [dna for dna in ladder.dna if "N" not in dna]
assert np.array_equal(kmer_profile(plain, 4).sum(axis=1), [len(dna) - 3 for dna in plain])
print(f"{len(some)} profiles equal, {len(with_n)} of them of genes with N; ", end="")
print(f"{len(plain):,} genes without N hold L - 3 words of 4 letters")

# %% [markdown]
# Three ways to write the same words down. **Counts** grow with the length of the sequence;
# **presence** (0 or 1) forgets how often; **frequency** divides by the number of words and forgets
# the length. A fourth counts neighbours too: with *mismatches* a word also counts for every word
# that differs in a letter or two (Leslie and others 2004; deep dive 02a).

# %% tags=["nbval-check-output"]
for how in ({}, {"binary": True}, {"normalize": "frequency"}):
    print(f"{how!s:28s}", kmer_profile(["GATTACA"], 1, **how)[0].round(2))

# %% [markdown]
# ## 2 · "The profile is the sequence"
#
# Take a real gene, `gene-0238` of unit 01, a synthase of 384 bases. It holds 382 words of three
# letters, overlapping by two: each word all but says what comes next.

# %% [markdown] tags=["predict"]
# **Predict, then run.** Can there be *another* sequence with exactly these 382 words, each as often
# as here? If so, how much of its protein will be the same: nearly all, half, or what chance gives
# (about 1 residue in 15)? And how many stop codons will stand inside?

# %%
rng = np.random.default_rng(SEED)
gene = ladder.dna[int(np.flatnonzero(ladder.rows == 237)[0])]
twins = {k: shuffle_sequence(gene, k=k, rng=rng) for k in (2, 3)}
for k, twin in twins.items():
    assert np.array_equal(kmer_profile([gene], k), kmer_profile([twin], k))
    same = np.mean([a == b for a, b in zip(translate(gene), translate(twin), strict=True)])
    print(f"same {k}-mer profile; {same:.2f} of the residues equal")
    print("  ", translate(gene)[:50], "\n  ", translate(twin)[:50])

# %%
stops = [translate(shuffle_sequence(gene, k=3, rng=rng))[:-1].count("*") for _ in range(200)]
print(f"200 such twins, k = 3: {np.mean(stops):.1f} stops inside on average, ", end="")
print(f"{np.mean(np.array(stops) == 0):.0%} without any")
# seeds 0-4: worst 3.305
assert_threshold("kmer_profiles.twin_stops", np.mean(stops), at_least=1.5)

# %% [markdown]
# There is, and it is no near copy: another protein, and most such twins are cut off by stops. How
# is it made? Read the gene as a walk. The places are the (k − 1)-mers, each word is a step from its
# first k − 1 letters to its last k − 1: the *de Bruijn graph*. Every walk that uses each step once
# (an **Euler path**) spells a sequence with the same words (Altschul and Erickson 1985; deep dive
# 01a uses the same shuffle as a control). How many are there? A theorem counts the walks of a graph
# by a determinant (the *BEST theorem*, named after its four finders; here we check it by listing).
# Let $A_{uv}$ be the number of steps from place $u$ to place $v$, one step added from the last
# place back to the first, and $d_u$ the number of steps that leave $u$. Then
#
# $$\text{sequences} = \det\big(\text{diag}(d) - A\big)_{\text{without one row and column}}
# \;\prod_u \Gamma(d_u) \;\Big/ \prod_{w} \Gamma(\text{count of word } w + 1),$$
#
# where $\Gamma(n + 1)$ is the factorial of $n$.


# %%
def log10_sequences(sequence, k):
    """log10 of the number of sequences with this k-mer profile and this beginning."""
    words = Counter(split_kmers(sequence, k))
    places = sorted({place for word in words for place in (word[:-1], word[1:])})
    steps = np.zeros((len(places), len(places)))
    for word, times in words.items():
        steps[places.index(word[:-1]), places.index(word[1:])] += times
    first, last = sequence[: k - 1], sequence[1 - k :]
    steps[places.index(last), places.index(first)] += 1  # the way back
    leaving = steps.sum(axis=1)
    trees = np.linalg.slogdet((np.diag(leaving) - steps)[1:, 1:])[1]
    orders = gammaln(leaving).sum() - gammaln(1 + np.array(list(words.values()))).sum()
    return (trees + orders) / np.log(10)


short, profile = "ATTAGATA", Counter(split_kmers("ATTAGATA", 2))
others = {"".join(letters) for letters in permutations(short) if letters[0] == short[0]}
listed = sum(Counter(split_kmers(other, 2)) == profile for other in others)
assert round(10 ** log10_sequences(short, 2), 6) == listed > 1
print(f"{short}, k = 2: {listed} sequences, by listing and by the theorem")
print(f"{dna}, k = 3: {10 ** log10_sequences(dna, 3):.0f}")
for k in (2, 3):
    print(f"the gene, k = {k}: 10 to the {log10_sequences(gene, k):.0f}")

# %% [markdown]
# So **any** classifier that reads 3-mer profiles, however deep, gives both the same answer.
# Section 5 shows it. What a profile keeps is composition up to k letters; what it loses is order
# beyond.
#
# When does the walk have no choice? Where a (k − 1)-mer is followed by two different letters, it
# branches. If every (k − 1)-mer occurs only once, there is no branch and the profile surely fixes
# the sequence (Pevzner 1989; for distances between profiles, Ukkonen 1992). The reverse does not
# hold:
# `GATTACAGATTA` repeats GA, AT, TT and TA and is the only one of its kind, because none of them
# branches. So the share without repeats is a lower bound. Measure both on real genes and proteins:


# %%
def branching(sequence, k):
    """Share of (k - 1)-mers with two different next letters; whether each occurs only once."""
    next_letters = defaultdict(set)
    for word in split_kmers(sequence, k):
        next_letters[word[:-1]].add(word[-1])
    places = split_kmers(sequence, k - 1)
    branches = np.mean([len(letters) > 1 for letters in next_letters.values()])
    return branches, len(set(places)) == len(places)


WORD_LENGTHS = (2, 3, 4, 5, 6, 8, 10, 12, 16, 24)
samples = {"genes": ladder.dna[::36], "proteins": ladder.protein[::36]}
curves = {  # (lengths, 2): mean share of branching places, share of sequences without a repeat
    name: np.array([np.mean([branching(x, k) for x in texts], axis=0) for k in WORD_LENGTHS])
    for name, texts in samples.items()
}
fig, axes = plt.subplots(1, 2, figsize=(11.5, 4.4), sharey=True)
for ax, (name, curve) in zip(axes, curves.items(), strict=True):
    ax.plot(WORD_LENGTHS, curve[:, 0], "o-", label="(k − 1)-mers that branch")
    ax.plot(WORD_LENGTHS, curve[:, 1], "s--", label="no (k − 1)-mer twice: surely fixed")
    ax.set(title=f"100 {name}", xlabel="word length k (letters)", ylim=(-0.03, 1.03))
axes[0].set_ylabel("share, mean over the sequences")
axes[1].legend(loc="center right")
show_figure(
    fig,
    alt="Two panels over word length k. Genes: the share of branching (k-1)-mers is near 1 up to k = 4, "
    "falls steeply and is near 0 from 10 on; the share of genes in which no (k-1)-mer occurs twice, "
    "so that the profile surely fixes them, is near 0 up to 8, then climbs to nearly 1 at 16. "
    "Proteins: branching falls from near 1 at k = 2 to near 0 at k = 5; the share without a repeat "
    "is 0 at k = 3, 0.4 at k = 5 and nearly 1 from 8 on.",
)
for k in (3, 5):
    share = curves["proteins"][WORD_LENGTHS.index(k)]
    print(
        f"proteins, k = {k}: {share[0]:.2f} of the places branch, at least {share[1]:.2f} are fixed"
    )

# %% [markdown]
# The belief is false for short words and comes true for long ones. At k = 5 about one place of a
# protein in a hundred still branches: next to nothing is lost. Keep this in mind for section 6,
# where we ask which k is *best* for a new protein. If keeping everything were what counts, the
# longest words would win.

# %% [markdown]
# ## 3 · A dictionary grows, a gene does not
#
# The table has $4^k$ columns. A gene with L letters fills at most L − k + 1 of them.

# %% tags=["nbval-check-output"]
lengths = np.array([len(dna) for dna in ladder.dna])
for k in (5, 8, 11):
    filled = (800 - k + 1) / 4**k
    print(f"k = {k:2d}: {4**k:9,d} words; a gene of 800 bases fills at most {min(filled, 1):.2%}")
print(f"median gene of the ladder: {int(np.median(lengths))} bases")

# %% [markdown]
# A **dense** array stores every zero. A **sparse** one (here *compressed sparse rows*) stores for
# each entry that is not zero its column and its value, and for each row where it begins.

# %%
SPARSE_KS = (2, 5, 8, 11)
profiles = [kmer_profile(ladder.dna, k, sparse=True) for k in SPARSE_KS]
dense = [4 * len(ladder) * 4**k / 1e6 for k in range(1, 12)]  # float32: 4 bytes, in MB
sparse = [(p.data.nbytes + p.indices.nbytes + p.indptr.nbytes) / 1e6 for p in profiles]
for k, profile, size in zip(SPARSE_KS, profiles, sparse, strict=True):
    filled = profile.nnz / np.prod(profile.shape)
    print(f"k = {k:2d}: dense {dense[k - 1]:10,.1f} MB, sparse {size:5.1f} MB, {filled:.3%} filled")
assert profiles[-1].nnz <= (lengths - 10).sum()
del profiles
fig, ax = plt.subplots(figsize=(8, 4.2))
ax.semilogy(range(1, 12), dense, "o-", label="dense, 4 bytes a cell")
ax.semilogy(SPARSE_KS, sparse, "s--", label="sparse, as measured")
ax.set(title="Memory for the profiles of 3,590 genes", xlabel="word length k (bases)")
ax.set_ylabel("megabytes (log scale)")
ax.legend()
show_figure(
    fig,
    alt="Memory in megabytes on a log scale against word length. The dense table is a straight line "
    "from less than a tenth of a megabyte at k = 1 to 60,000 megabytes at k = 11. The sparse table, "
    "measured at k = 2, 5, 8 and 11, lies above it at 2, meets it at 5, and stays level at some "
    "tens of megabytes from 8 to 11.",
)

# %% [markdown]
# The dense table grows fourfold a letter, without end. The sparse one stops growing when nearly
# every word of a gene is a new one: then its size is set by the number of letters in the data. A
# sparse entry has to name its column, 4 bytes more, so sparse pays where less than half of the
# table is filled: not at k = 2, barely at k = 5, from 6 on ever more.

# %% [markdown]
# ## 4 · Two strands
#
# DNA has two strands, and a sequencer reads either. The same molecule then gives `AAC` or `GTT`. A
# **canonical** word stands for both: the one that comes first in the alphabet. How many are left?
# For odd k no word is its own reverse complement (the middle base would have to be its own
# partner), so half: $4^k/2$. For even k, $4^{k/2}$ words are their own partner: the first half
# chooses the second. So $(4^k + 4^{k/2})/2$.

# %% tags=["nbval-check-output"]
for k in range(1, 7):
    listed = {min(word, reverse_complement(word)) for word in KmerVocabulary(k)}
    formula = 4**k // 2 if k % 2 else (4**k + 4 ** (k // 2)) // 2
    assert len(listed) == formula == len(KmerVocabulary(k, canonical=True))
    print(f"k = {k}: {4**k:5,d} words, {formula:5,d} canonical")

# %% tags=["nbval-check-output"]
other = reverse_complement(gene)
for canonical in (False, True):
    pair = kmer_profile([gene, other], 6, canonical=canonical)
    print(f"canonical={canonical!s:5s} columns {pair.shape[1]:,d}, ", end="")
    print("both strands alike:", bool(np.array_equal(*pair)))

# %% [markdown]
# Use canonical words wherever the strand is unknown: reads, contigs, whole genomes (deep dive
# 02c). Our rows are coding sequences, all on the sense strand, so *there* the strand is
# information. `GAA` codes for glutamate, its partner `TTC` for phenylalanine; to join them throws
# a difference away. Whether that costs anything is a question for validation rows (section 6).

# %% [markdown]
# ## 5 · Softmax regression, by hand
#
# What can be learned from a profile? The smallest model gives every word a weight for every class
# and adds up: B rows, K words, C classes,
#
# $$Z = XW + b, \qquad X: (B, K),\; W: (K, C),\; b: (C,),\; Z: (B, C).$$
#
# $Z$ are **logits**, scores of any size. **Softmax** makes them probabilities, and the
# **cross-entropy** is the mean of minus the log probability of the true class ($Y$ is one-hot):
#
# $$P_{ic} = \frac{e^{Z_{ic}}}{\sum_{d} e^{Z_{id}}}, \qquad
# \mathcal L = -\frac1B\sum_{i,c} Y_{ic}\log P_{ic}.$$
#
# We take the smallest profile that says something, DNA 3-mers (64 columns), training rows of fold
# 0 only. As everywhere in this course the features are log(1 + count), each row divided by its
# Euclidean length: a word seen 20 times should not weigh 20 times as much, nor a long gene more
# than a short one.


# %%
def log_rows(profile):  # log counts, rows of length 1: sparse (B, K)
    return normalize(profile.log1p().astype(float))


def word_features(sequences, k, alphabet=PROTEIN, canonical=False):
    return log_rows(kmer_profile(sequences, k, alphabet=alphabet, sparse=True, canonical=canonical))


train, validation, _ = ladder.split(0)
X = word_features(ladder.dna, 3, DNA)[train].toarray()  # (B, K)
Y = np.eye(7)[labels[train]]  # (B, C)

# %% [markdown]
# $e^{1000}$ does not fit into a floating-point number. But softmax does not change when the same
# number is subtracted from all logits of a row, so subtract the largest:


# %% tags=["nbval-check-output"]
def softmax(Z):
    powers = np.exp(Z - Z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


print(softmax(np.array([[1000.0, 1001.0, 999.0], [0.0, 1.0, -1.0]])).round(4))

# %% [markdown]
# **The gradient.** For one row, $\mathcal L = -z_y + \log\sum_d e^{z_d}$: the true class's logit,
# taken away, plus a smooth maximum. Differentiate by $z_c$. The first part gives −1 for the true
# class and 0 for the others, so $-Y_c$. The second gives $e^{z_c}/\sum_d e^{z_d} = P_c$. Together
# $P_c - Y_c$: **what was said minus what was true**. Every logit is a sum over words, so the chain
# rule hands this error to each word in proportion to its feature:
#
# $$\frac{\partial \mathcal L}{\partial Z} = \tfrac1B (P - Y), \qquad
# \frac{\partial \mathcal L}{\partial W} = \tfrac1B X^\top (P - Y), \qquad
# \frac{\partial \mathcal L}{\partial b} = \tfrac1B \textstyle\sum_i (P - Y)_i .$$
#
# Shapes: $(K, B)(B, C) = (K, C)$, that of $W$. We also want a **penalty** that keeps weights small,
# $\frac{1}{2CB}\lVert W\rVert^2$, with gradient $W/(CB)$; the constant $C$ (an unlucky name: it is
# not the number of classes) says how *little* is penalised. $b$ is left free.


# %%
def loss_and_gradient(W, b, X, Y, C=np.inf):
    """Mean cross-entropy plus penalty; its gradients (K, C) and (C,)."""
    P = softmax(X @ W + b)
    loss = -np.log((P * Y).sum(axis=1)).mean() + (W**2).sum() / (2 * C * len(X))
    return loss, X.T @ (P - Y) / len(X) + W / (C * len(X)), (P - Y).mean(axis=0)


start = np.random.default_rng(SEED).normal(size=(65, 7))  # 64 rows of W, then b
chance = loss_and_gradient(np.zeros((64, 7)), np.zeros(7), X, Y)[0]
print(f"X {X.shape}, Y {Y.shape}; all weights 0: loss {chance:.6f}, log 7 = {np.log(7):.6f}")

# %% [markdown]
# A derivation is a claim. Check it: move one weight at a time up and down a little, and compare
# the slope with the formula.


# %%
def slope(row, column, step=1e-5):
    """Central difference of the loss in one entry of the weights."""
    up, down = start.copy(), start.copy()
    up[row, column] += step
    down[row, column] -= step
    return (loss_at(up) - loss_at(down)) / (2 * step)


def loss_at(weights):
    return loss_and_gradient(weights[:64], weights[64], X[:200], Y[:200], C=10)[0]


measured = np.array([[slope(row, column) for column in range(7)] for row in range(65)])
derived = np.vstack(loss_and_gradient(start[:64], start[64], X[:200], Y[:200], C=10)[1:])
error = np.linalg.norm(measured - derived) / np.linalg.norm(measured + derived)
print(f"{derived.size} slopes, relative error {error:.1e}")
assert error <= 1e-6

# %% [markdown]
# **scikit-learn** calls this model `LogisticRegression`. Its objective is a *sum* where ours is a
# mean,
#
# $$\sum_i -\log P_{i y_i} + \frac{1}{2C}\lVert W\rVert^2,$$
#
# so it is B times ours, and its minimum is the same point: same penalty, none on $b$. If that is
# the exact correspondence, **our** gradient must vanish at **its** solution.
#
# Now train: step against the gradient, again and again. Once plainly, and once with **momentum**,
# where each step keeps 99 % of the step before, like a ball that rolls.

# %%
C, STEPS = 10, 1500


def descend(rate, momentum=0.0):
    """The objective at each step, from all weights 0."""
    W, b, step_W, step_b, losses = np.zeros((64, 7)), np.zeros(7), 0, 0, []
    for _ in range(STEPS):
        loss, slope_W, slope_b = loss_and_gradient(W, b, X, Y, C)
        step_W, step_b = momentum * step_W - rate * slope_W, momentum * step_b - rate * slope_b
        W, b = W + step_W, b + step_b
        losses.append(loss)
    return np.array(losses)


rates = {rate: descend(rate) for rate in (5.0, 6.0)}
plainly, rolling = rates[5.0], descend(1.0, momentum=0.99)
theirs = LogisticRegression(C=C, max_iter=5000, tol=1e-8).fit(X, labels[train])
best, *slopes = loss_and_gradient(theirs.coef_.T, theirs.intercept_, X, Y, C)
at_theirs = max(np.abs(s).max() for s in slopes)
print(f"objective {plainly[0]:.5f} -> {plainly[-1]:.5f} plainly, {rolling[-1]:.5f} with momentum")
ends = {rate: round(float(losses[-1] - best), 3) for rate, losses in rates.items()}
print(f"above the minimum after {STEPS:,} plain steps, by rate: {ends}")
cosine = (np.linalg.norm(X.sum(axis=0)) ** 2 - len(X)) / (len(X) * (len(X) - 1))
print(f"mean cosine of two training profiles: {cosine:.2f}")
print(f"steepest slope at scikit-learn's solution: {at_theirs:.1e}")
print(f"objective there: {best:.5f}; above it, plainly {plainly[-1] - best:.1e}, ", end="")
print(f"with momentum {rolling[-1] - best:.1e}")
assert at_theirs <= 1e-6
assert abs(rolling[-1] - best) <= 1e-5 < plainly[-1] - best
fig, ax = plt.subplots(figsize=(8, 4.2))
drawn = np.arange(0, STEPS, 15)
for i, (losses, name) in enumerate(((plainly, "plain, rate 5"), (rolling, "momentum, rate 1"))):
    look = {"ls": LINE_STYLES[i], "marker": MARKERS[i], "markevery": 7, "label": name}
    ax.semilogy(drawn + 1, (losses - best)[drawn], **look)
ax.set(title="Two ways down to scikit-learn's minimum", xlabel="step")
ax.set_ylabel("objective above the minimum\n(nats a row, log scale)")
ax.legend()
show_figure(
    fig,
    alt="How far the objective lies above the minimum that scikit-learn found, on a log scale, over "
    "1,500 steps. Plain descent (solid, circles) shakes at first and then creeps, still at some "
    "hundredths at the end. With momentum (dashed, squares) it falls in small waves along a straight "
    "line to less than a millionth.",
)

# %% [markdown]
# Same model, same minimum. Plain descent creeps because all profiles point nearly the same way (the
# common words are common everywhere; look at the cosine): one direction is steep and limits the
# step, the directions that tell classes apart are flat. A larger step is no way out: at rate 5 it
# shakes, at rate 6 it ends higher. Momentum cures much of it; scikit-learn's optimiser (L-BFGS)
# goes further and guesses the curvature from past slopes (Liu and Nocedal 1989). In **Keras** the
# model is one layer, `Dense(7, activation="softmax")`. Give it our weights: same loss, same
# gradient?

# %%
dense = keras.layers.Dense(7, activation="softmax", dtype="float64")
dense.build(X.shape)
dense.set_weights([start[:64], start[64]])
entropy = keras.losses.CategoricalCrossentropy()
keras_loss = float(entropy(Y, dense(X)))


def loss_of_weights(weights):
    return entropy(Y, dense.stateless_call([weights, start[64]], [], X)[0])


keras_slope = gradient(loss_of_weights, start[:64])
loss, slope_W, _ = loss_and_gradient(start[:64], start[64], X, Y)
gaps = abs(keras_loss - loss), np.abs(keras_slope - slope_W).max()
assert max(gaps) <= 1e-5
print(f"loss {keras_loss:.6f} and {loss:.6f}; largest difference of the gradients {gaps[1]:.0e}")

# %% [markdown]
# And the promise of section 2: the gene and its shuffled twin have one 3-mer profile, so this
# model must say the same of both, down to the last digit.

# %%
answers = theirs.predict_proba(word_features([gene, twins[3]], 3, DNA).toarray())
print("probabilities of the seven classes:", answers.round(3).tolist()[0])
assert np.array_equal(*answers) and gene != twins[3]
print(f"the twin, its protein cut by {translate(twins[3])[:-1].count('*')} stop(s): the same")

# %% [markdown]
# ## 6 · Which k? Two curves
#
# Long words have millions of columns. Two facts make the fit quick *without changing it*. A word
# that no training row holds gets weight exactly 0, because only the penalty sees it: leave it out.
# And words with the same column (they occur in the same training rows, equally often) get the same
# weight, by symmetry: n of them may be replaced by one column, multiplied by √n, since $n w^2 =
# (\sqrt n\,w)^2$ in the penalty too.


# %%
def merge_columns(features, train):
    """Leave out unseen words, join words with equal training columns: (B, K) to (B, bundles)."""
    # Equal columns have equal marks, others differ. The numbers are fixed: no result hangs on a seed.
    marks = np.random.default_rng(0).random(len(train)) @ features[train]
    seen = np.flatnonzero(marks)
    _, bundle, size = np.unique(marks[seen], return_inverse=True, return_counts=True)
    join = csr_array((1 / np.sqrt(size[bundle]), (seen, bundle)), (len(marks), len(size)))
    return features @ join


tables = {k: kmer_profile(ladder.protein, k, alphabet=PROTEIN, sparse=True) for k in range(1, 7)}
features = {k: log_rows(tables[k]) for k in (1, 2, 3, 4, 5)}
for k in (3, 4, 5):
    proteins = (tables[k][train] > 0).sum(axis=0)  # in how many training proteins a word stands
    proteins = proteins[proteins > 0]
    print(f"k = {k}: {20**k:9,d} words, training holds {len(proteins):7,d}, ", end="")
    print(f"in {merge_columns(features[k], train).shape[1]:6,d} bundles; a word stands in ", end="")
    print(f"{np.median(proteins):.0f} proteins (median), {np.mean(proteins == 1):.0%} in one only")
few = train[::6]  # a sixth of the rows is enough to check the claim
answers = []
for columns in (features[4], merge_columns(features[4], few)):
    exact = LogisticRegression(C=10, solver="newton-cg", tol=1e-8)
    answers.append(exact.fit(columns[few], labels[few]).predict_proba(columns[validation]))
gap = np.abs(answers[0] - answers[1]).max()
print(f"{columns.shape[1]:,} bundles instead of {20**4:,} words: probabilities differ by {gap:.0e}")
assert gap <= 1e-5


def fit_words(features, train, intercept=True):
    """Softmax regression on word features; the predicted classes of all rows, (B,)."""
    merged = merge_columns(features, train)
    model = LogisticRegression(C=10, solver="newton-cg", fit_intercept=intercept)
    return model.fit(merged[train], labels[train]).predict(merged)


kept = {}  # (what, k, split, fold) -> predicted classes of all rows


def score_words(what, k, features, split, folds, data=ladder):
    """Test scores, and accuracy on the validation rows (F,)."""
    valid, fold_numbers = [], iter(folds)

    def fit_predict(train, validation, test):
        predicted = fit_words(features, train)
        kept[what, k, split, next(fold_numbers)] = predicted
        valid.append((predicted == labels)[validation].mean())
        return predicted[test]

    return score_folds(fit_predict, data, split=split, folds=folds), np.array(valid)


# %% [markdown]
# At k = 5 a bundle holds about eight words: stretches that only ever occur together, in one
# protein, or in it and its relatives. That is a first hint of what long words know. (And since the
# minimum is the same whichever way one walks down, we take `newton-cg`, which uses the curvature:
# fewer, dearer steps than the default.)
#
# `C = 10` throughout, not tuned; below we turn it. No choice is made on test rows: the number that
# may *choose* k is the one on the validation rows of the same fold.

# %% [markdown] tags=["predict"]
# **Predict, then run.** Protein words, k = 1 to 5. Sketch two curves of test accuracy over k: one
# on the random split, one with whole clusters held out. Where is the best k of each? Mark the level
# of the majority class, 0.31, and say which points come near it.

# %%
curve = {}  # (what, k, split) -> scores, validation accuracies
for k in (1, 2, 3, 4, 5):
    for split, folds in FOLDS.items():
        curve["protein", k, split] = score_words("protein", k, features[k], split, folds)
        print(f"protein k = {k}, {split:7s}", curve["protein", k, split][0])

# %%
for k in DNA_KS:
    words = word_features(ladder.dna, k, DNA)
    for split, folds in DNA_FOLDS.items():
        curve["DNA", k, split] = score_words("DNA", k, words, split, folds)
        print(f"DNA k = {k}, {split:7s}", curve["DNA", k, split][0])


# %%
def majority_class(train, validation, test):
    return np.full(len(test), np.bincount(labels[train]).argmax())


majority = score_folds(majority_class, ladder)
fig, axes = plt.subplots(1, 2, figsize=(12, 5), sharey=True)
for ax, what, ks in zip(axes, ("protein", "DNA"), ((1, 2, 3, 4, 5), DNA_KS), strict=True):
    for i, split in enumerate(("random", "cluster")):
        scores = [curve[what, k, split][0] for k in ks]
        for measure, line in (("accuracy", "-"), ("balanced_accuracy", ":")):
            values = [getattr(s, measure) for s in scores]
            look = {"color": PALETTE[i], "marker": MARKERS[i], "ls": line, "capsize": 4}
            look["mfc"] = PALETTE[i] if line == "-" else "white"
            errors = [np.nan_to_num(spread(v)) for v in values]
            name = f"{split} split, {measure.replace('_', ' ')}"
            ax.errorbar(ks, [v.mean() for v in values], errors, label=name, **look)
    ax.axhline(majority.accuracy.mean(), color="black", ls="--", lw=1.3)
    ax.set(title=f"{what} words, C = 10", xlabel="word length k (letters)", xticks=ks, ylim=(0, 1))
axes[0].text(1.5, majority.accuracy.mean() - 0.06, "majority class")
axes[0].set_ylabel("test rows, mean ± SD over folds")
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=11)
show_figure(
    fig,
    alt="Accuracy (solid) and balanced accuracy (dotted) over word length on two splits. Protein "
    "words: on the random split accuracy climbs from about 0.5 at k = 1 to above 0.9 at k = 3 and "
    "4 and is a little lower at 5. With whole clusters held out it rises from 0.42 to 0.57 at k = 3 and then "
    "falls, at k = 5 to the dashed line of the majority class, 0.31; balanced accuracy falls to 0.16. "
    "DNA words: the random curve climbs to about 0.9 at k = 6, the cluster curve stays below 0.5.",
)

# %% [markdown]
# **This is the picture of the unit.** On the random split accuracy climbs up to k = 4, and loses
# about two points at k = 5. With relatives held out the curve rises and *falls*. The two curves do
# not differ by a constant: they disagree on what is best. Let each choose k as it should, on
# validation rows, fold by fold:

# %%
best_k = {split: [] for split in FOLDS}
for split, folds in FOLDS.items():
    for i, fold in enumerate(folds):
        valid = {k: round(float(curve["protein", k, split][1][i]), 3) for k in range(1, 6)}
        best_k[split].append(max(valid, key=valid.get))
        print(f"{split:7s} fold {fold}: validation accuracy by k {valid}, best {best_k[split][-1]}")
assert set(best_k["cluster"]) == {3}
on_test = {key: scores.accuracy.mean() for key, (scores, _) in curve.items()}
loss = on_test["protein", 3, "cluster"] - on_test["protein", 4, "cluster"]
differ = on_test["protein", 4, "random"] - on_test["protein", 3, "random"]
print(f"k = 4 instead of 3: {differ:+.3f} on random test rows, {-loss:+.3f} on new clusters")
for what, k in (("protein", 3), ("dna", 6)):
    for split in ("random", "cluster"):
        scores = curve[what.replace("dna", "DNA"), k, split][0]
        record(f"kmer_profiles.lr_{what}_{split}", scores.accuracy.mean())
        record(f"kmer_profiles.lr_{what}_{split}_balanced", scores.balanced_accuracy.mean())
record("kmer_profiles.majority", majority.accuracy.mean())
# seeds 0-4: worst 0.1368
assert_threshold("kmer_profiles.wrong_choice_cost", loss, at_least=0.08)
# seeds 0-4: worst 0.0084
assert_threshold("kmer_profiles.random_3_or_4", abs(differ), at_most=0.02)
falls = on_test["protein", 4, "random"] - on_test["protein", 5, "random"]
# seeds 0-4: worst 0.0181
assert_threshold("kmer_profiles.random_fall_k5", falls, at_least=0.008)

# %% [markdown]
# On held-out clusters k = 3 wins in every fold. The random split hardly tells k = 3 from k = 4.
# Whoever chooses there may take 4, and with it a model that is about 14 points worse on new
# clusters.

# %% [markdown]
# ### Why does it fall?
#
# A word that training never saw says nothing. So: which share of a test protein's words occurs in
# *any* training protein? And which share stands in the *one* training protein that shares most?


# %%
present = {k: (table > 0).astype("float32") for k, table in tables.items()}


def known_shares(k, rows):
    """Mean share of a test protein's words in any, and in the closest, training protein; share of
    test proteins that share 10 words with one of them."""
    tests, trained = present[k][rows.test], present[k][rows.train]
    num_words = tests.sum(axis=1)
    seen = trained.sum(axis=0) > 0
    closest = (tests @ trained.T).max(axis=1).toarray().ravel()
    return (tests @ seen / num_words).mean(), (closest / num_words).mean(), (closest >= 10).mean()


KNOWN_KS = (3, 4, 5, 6)
splits = {"random": ladder.random_split(0), "cluster": ladder.split(0)}
known = {name: np.array([known_shares(k, s) for k in KNOWN_KS]) for name, s in splits.items()}
fig, ax = plt.subplots(figsize=(10, 4.6))
for i, (name, shares) in enumerate(known.items()):
    for column, where in enumerate(("any training protein", "the closest one")):
        look = {"color": PALETTE[i], "marker": MARKERS[i], "ls": LINE_STYLES[column]}
        look["mfc"] = "white" if column else PALETTE[i]
        ax.plot(KNOWN_KS, shares[:, column], label=f"{name} split, in {where}", **look)
ax.set(title="How many words does training know? (fold 0)", ylim=(-0.03, 1.03))
ax.set(xlabel="word length k (residues)", ylabel="share of its words, mean", xticks=KNOWN_KS)
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
show_figure(
    fig,
    alt="Share of a test protein's words known from training, fold 0, over k from 3 to 6. In any training "
    "protein: 1 for both splits at k = 3; on the random split it stays above 0.8, on the cluster "
    "split it falls to about 0.87 at k = 4, 0.24 at k = 5 and 0.04 at k = 6. In the closest training "
    "protein: on the random split it levels off at about 0.8, on the cluster split it drops from "
    "about 0.4 at k = 3 to below 0.1 at k = 4.",
)
for k, low, high in zip(KNOWN_KS, known["cluster"], known["random"], strict=True):
    print(f"k = {k}: in any {high[0]:.2f} random, {low[0]:.2f} cluster; ", end="")
    print(f"closest {high[1]:.2f} random, {low[1]:.2f} cluster")
print("test rows that share 10 words of 5 letters with one training protein: ", end="")
print(f"{known['random'][2, 2]:.0%} random, {known['cluster'][2, 2]:.0%} cluster")

# %% [markdown]
# Up to k = 3 every word is known on both splits, and what differs is the *neighbour*: on the random
# split one training protein holds most of a test protein's words. At k = 4 most words still occur
# somewhere, scattered over unrelated proteins; no single one holds more than a few. From k = 5 on
# most are unknown. On the random split there is a relative, so long words work. On the cluster
# split there is no *close* one, none that shares 20 % of its words (distant ones remain: see the
# last line). So the curve falls because unknown words say nothing. The explanation fits. Is it
# true?

# %% [markdown] tags=["predict"]
# **Predict, then run.** An explanation makes predictions. If unknown words are the whole reason,
# other classifiers on these words must fall as well. Try two: the same regression without the
# intercept
# $b$, and **multinomial naive Bayes**, which multiplies up how frequent each known word is in a
# class. Will both fall to the majority class at k = 5, one of them, or neither?


# %%
def fit_bayes(k, train):
    """Naive Bayes on counts of the words seen in training; predicted classes (B,)."""
    counts = tables[k][:, np.flatnonzero(tables[k][train].sum(axis=0))]
    return MultinomialNB().fit(counts[train], labels[train]).predict(counts)


def fit_without_b(k, train):
    return fit_words(features[k], train, intercept=False)


rivals = {"no intercept": fit_without_b, "naive Bayes": fit_bayes}
for (name, method), k, (split, folds) in product(rivals.items(), range(1, 6), FOLDS.items()):

    def fit_predict(train, validation, test, k=k, method=method):
        return method(k, train)[test]

    curve[name, k, split] = score_folds(fit_predict, ladder, split=split, folds=folds), None

fig, axes = plt.subplots(1, 3, figsize=(13.5, 4.6), sharey=True)
panels = (("random", "accuracy"), ("cluster", "accuracy"), ("cluster", "balanced_accuracy"))
for i, name in enumerate(("protein", *rivals)):
    for ax, (split, measure) in zip(axes, panels, strict=True):
        values = [getattr(curve[name, k, split][0], measure) for k in range(1, 6)]
        look = {"color": PALETTE[i], "marker": MARKERS[i], "ls": LINE_STYLES[i], "capsize": 4}
        look["label"] = name.replace("protein", "regression as before")
        place = np.arange(1, 6) + 0.07 * (i - 1)
        ax.errorbar(place, [v.mean() for v in values], [spread(v) for v in values], **look)
        title = f"{split.capitalize()} split ({len(FOLDS[split])} folds)"
        ax.set(title=f"{title},\n{measure.replace('_', ' ')}", xlabel="word length k (residues)")
for ax, level in zip(axes, (majority.accuracy.mean(),) * 2 + (1 / 7,), strict=True):
    ax.axhline(level, color="black", lw=1.3, ls=(0, (1, 1)))
    ax.text(1, level - 0.06, "majority class")
axes[0].set(ylabel="test rows, mean ± SD over folds", ylim=(0, 1.02))
axes[0].legend(loc="lower right")
show_figure(
    fig,
    alt="Three models over word length. Accuracy on the random split: all climb to about 0.9 at "
    "k = 3; from k = 4 on, naive Bayes and the regression without intercept reach 0.97. Accuracy on "
    "the cluster split: the regression of before rises to 0.57 at k = 3 and falls to the majority "
    "class at k = 5; the one without intercept dips at k = 4 and is back at 0.56 at k = 5; naive "
    "Bayes stays near 0.55 from k = 3 to 5. Balanced accuracy on the cluster split: the regression of "
    "before falls to near 1/7, naive Bayes climbs from 0.50 at k = 3 to 0.57 at k = 5.",
)

# %%
mean = {key: scores.accuracy.mean() for key, (scores, _) in curve.items()}
for name, measure in product(("protein", *rivals), ("accuracy", "balanced_accuracy")):
    values = [getattr(curve[name, k, "cluster"][0], measure).mean() for k in (3, 4, 5)]
    print(f"{name:12s} {measure:17s}, clusters, 5 folds, k = 3, 4, 5:", np.round(values, 3))
cost, fell = {}, {}
for k in (4, 5):
    cost[k] = mean["no intercept", k, "cluster"] - mean["protein", k, "cluster"]
    fell[k] = mean["protein", 3, "cluster"] - mean["protein", k, "cluster"]
    print(
        f"k = {k}: falls by {fell[k]:.3f}; without b {cost[k]:.3f} of it, {cost[k] / fell[k]:.0%}"
    )
bayes = {k: curve["naive Bayes", k, "cluster"][0] for k in (3, 5)}
gains = bayes[5].balanced_accuracy - bayes[3].balanced_accuracy
print("naive Bayes, words of 5 minus words of 3, balanced accuracy by fold:", gains.round(3))
for k, scores in bayes.items():
    recall = np.nanmean(scores.recall, axis=0)
    print(
        f"   k = {k}: recall of the largest class {recall[6]:.2f}, of the others {recall[:6].mean():.2f}"
    )
tests = [(kept["protein", 5, "cluster", fold], ladder.split(fold).test) for fold in ALL_FOLDS]
called = np.mean([(predicted[test] == 6).mean() for predicted, test in tests])
gain = max(mean[name, k, "cluster"] for name, k in product(rivals, (4, 5)))
gain -= max(mean[name, 3, "cluster"] for name in ("protein", *rivals))
print(f"regression as before, k = 5: {called:.0%} of the test rows called transcription factor")
# seeds 0-4: worst 0.9827
assert_threshold("kmer_profiles.called_largest_k5", called, at_least=0.9)
# seeds 0-4: worst 0.234
assert_threshold("kmer_profiles.intercept_cost_k5", cost[5], at_least=0.12)
# seeds 0-4: worst 0.6151
assert_threshold("kmer_profiles.intercept_share_k4", cost[4] / fell[4], at_most=0.75)
# seeds 0-4: worst -0.0095
assert_threshold("kmer_profiles.longer_word_gain", gain, at_most=0.03)
# seeds 0-4: worst 0.0696
assert_threshold("kmer_profiles.balanced_gain_k5", gains.mean(), at_least=0.04)
# seeds 0-4: worst 0.9819
assert_threshold("kmer_profiles.famous_random", mean["naive Bayes", 5, "random"], at_least=0.96)
# seeds 0-4: worst 0.5443
assert_threshold("kmer_profiles.famous_cluster", mean["naive Bayes", 5, "cluster"], at_most=0.62)

# %% [markdown]
# Neither falls like that: naive Bayes not at all, the regression without $b$ only at k = 4 and less
# far. Yet at k = 4 most words are known, and at k = 5 most are not. So unknown words are *not*
# enough of an explanation. Look inside the fitted model, in fold 0: what do the words say, $XW$,
# and what does the intercept say?

# %%
said = {}
for k in (3, 4, 5):
    merged = merge_columns(features[k], train)
    model = LogisticRegression(C=10, solver="newton-cg").fit(merged[train], labels[train])
    words_say = merged @ model.coef_.T  # (B, C), the logits without b
    reach = [np.median(np.ptp(words_say[rows], axis=1)) for rows in (train, validation)]
    print(f"fold 0, k = {k}: logits of the words span {reach[0]:.1f} on training rows, ", end="")
    print(f"{reach[1]:.1f} on validation rows, b spans {np.ptp(model.intercept_):.1f};", end=" ")
    said[k] = [
        np.mean(logits[validation].argmax(axis=1) == labels[validation])
        for logits in (words_say + model.intercept_, words_say)
    ]
    print(f"validation accuracy {said[k][0]:.3f}, with b taken away {said[k][1]:.3f}")
# seeds 0-4: worst 0.1927
assert_threshold("kmer_profiles.without_b_gain_k5", said[5][1] - said[5][0], at_least=0.1)
CURES = {
    "C = 100": {"C": 100},
    "C = 1000": {"C": 1000},
    "equal classes": {"C": 10, "class_weight": "balanced"},
    "rescaled": {"C": 10},
}
cured = {}
for k, (cure, how) in product(choose(quick=(5,), full=(4, 5)), CURES.items()):
    for fold in SLOW_FOLDS:
        rows = ladder.split(fold)
        columns = features[k]
        if cure == "rescaled":
            columns = normalize(columns[:, np.flatnonzero(columns[rows.train].sum(axis=0))])
        merged = merge_columns(columns, rows.train)
        model = LogisticRegression(solver="newton-cg", **how).fit(
            merged[rows.train], labels[rows.train]
        )
        hits = model.predict(merged[rows.validation]) == labels[rows.validation]
        cured.setdefault((k, cure), []).append(hits.mean())
for k in sorted({k for k, _ in cured}):
    before = curve["protein", k, "cluster"][1][: len(SLOW_FOLDS)].mean()
    means = {cure: round(float(np.mean(cured[k, cure])), 3) for cure in CURES}
    print(f"k = {k}, validation rows of {len(SLOW_FOLDS)} fold(s): as before {before:.3f};", means)
# seeds 0-4: worst 0.3732
assert_threshold("kmer_profiles.cured_k5", max(np.mean(cured[5, c]) for c in CURES), at_most=0.46)

# %% [markdown]
# Long words fit the training rows by heart, each with its own family's words. A new protein brings
# words that are unknown, or known from somebody unrelated, so its logits $XW$ are small: at k = 5 a
# few per cent of those of a training row. The intercept $b$ is not multiplied by anything and stays
# as it was. It decides, and it says the largest class, for nearly every row. Take $b$ away from the
# *same* fitted model, and what the words say comes out. (At k = 3, where the words are heard, that
# costs accuracy: there $b$ is of use.) Naive Bayes, too, adds up what it knows, however little.
#
# So unknown words and $b$ act together: the ones shrink $XW$, the other does not shrink with it. At
# k = 5 leaving $b$ out undoes nearly the whole fall, at k = 4 about 60 % of it; the rest is open.
#
# Is there a milder cure? The last lines above try less penalty, classes of equal weight, and rows
# brought back to length 1 after the unknown words are left out. Each helps some, and at k = 5 none
# comes near what leaving $b$ out gave, not even rescaling, which undoes part of the shrinking.
#
# What is left for words longer than three letters on unseen clusters? **By accuracy they gain
# nothing**, with any of the three models. **By balanced accuracy naive Bayes gains** at every step
# (the regression without $b$ at k = 5), and with words of five it beats itself with words of three
# in all five folds, by some seven points in the mean: long words find members of rare classes, and
# the leaning to the largest class had hidden that. On the random split two of the three go on
# climbing to about 98 %. **An explanation that fits is not yet one that was tested**, and one
# measure is not yet a verdict.
#
# ### Is it the dealing of the folds? And the strands?
#
# The folds of the ladder are fixed and nothing in this section was drawn by chance, so its numbers
# do not depend on this run's seed. Deal the clusters anew, with this seed, and ask again: the rise
# and fall of the first curve (one fold), and the gain of naive Bayes (five).

# %%
redealt = cluster_folds(ladder.clusters, labels, num_folds=5, seed=100 + SEED)
again = replace(ladder, folds=redealt.astype(np.int32))
dealt = [
    score_words("redealt", k, features[k], "cluster", (0,), data=again)[0].accuracy[0]
    for k in (1, 3, 5)
]
print("folds dealt anew, fold 0: accuracy at k = 1, 3, 5:", np.round(dealt, 3))
bayes = [
    score_folds(lambda train, _, test, k=k: fit_bayes(k, train)[test], again).balanced_accuracy
    for k in (3, 5)
]
gains = bayes[1] - bayes[0]
print("naive Bayes, words of 5 minus words of 3, balanced accuracy by fold:", gains.round(3))
# seeds 0-4: worst 0.0613
assert_threshold("kmer_profiles.rise_to_k3", dealt[1] - dealt[0], at_least=0.03)
# seeds 0-4: worst 0.2228
assert_threshold("kmer_profiles.fall_to_k5", dealt[1] - dealt[2], at_least=0.12)
# seeds 0-4: worst 0.0762
assert_threshold("kmer_profiles.balanced_gain_redealt", gains.mean(), at_least=0.04)
joined = word_features(ladder.dna, 6, DNA, canonical=True)
costs = []
for fold in DNA_FOLDS["cluster"]:
    rows = ladder.split(fold)
    both = fit_words(joined, rows.train)
    as_given = kept["DNA", 6, "cluster", fold]
    hits = [(p == labels)[rows.validation].mean() for p in (as_given, both)]
    costs.append(hits[0] - hits[1])
    print(f"fold {fold}, validation rows: as given {hits[0]:.3f}, canonical {hits[1]:.3f}")
print(f"canonical words cost {np.mean(costs):.3f}, mean of {len(costs)} folds")
# seeds 0-4: worst 0.1176
assert_threshold("kmer_profiles.canonical_cost", np.mean(costs), at_least=0.05)

# %% [markdown]
# Canonical words cost several points in each of these folds, probably because on the sense strand
# `GAA` can speak of glutamate, and joined with `TTC` no longer does (the words are counted in all
# three frames, so this was not tested). Where the strand is known, keep it; where it is not, there
# is no choice.

# %% [markdown]
# ## 7 · Would another classifier rescue it?
#
# Perhaps a straight line is too little. Protein 3-mers again, four other methods: naive Bayes, a
# linear support vector machine (it asks for a margin instead of a probability), a random forest
# (the vote of many trees, each splitting on words), and a Keras network with a hidden layer of 64
# units, stopped when the validation loss turns.


# %%
def with_sklearn(model, columns):
    """A fit_predict of a scikit-learn model on some columns (B, K)."""
    return lambda train, validation, test: model.fit(columns[train], labels[train]).predict(
        columns[test]
    )


def with_network(train, validation, test):
    """A hidden layer of 64; keeps the weights of the best epoch on validation rows."""
    keras.utils.set_random_seed(SEED)
    layers = keras.layers
    hidden = [layers.Dense(64, activation="relu"), layers.Dropout(0.5)]
    model = keras.Sequential([layers.Input((8000,)), *hidden, layers.Dense(7, "softmax")])
    model.compile(keras.optimizers.Adam(2e-3), "sparse_categorical_crossentropy")
    stop = keras.callbacks.EarlyStopping(patience=2, restore_best_weights=True)
    parts = [(threes[rows], labels[rows]) for rows in (train, validation)]
    model.fit(
        *parts[0],
        validation_data=parts[1],
        epochs=EPOCHS,
        batch_size=128,
        verbose=0,
        callbacks=[stop],
    )
    return model.predict(threes[test], verbose=0).argmax(axis=1)


threes = features[3].toarray().astype("float32")
counts = tables[3]
forest = RandomForestClassifier(NUM_TREES, random_state=SEED)
methods = {  # name on the scoreboard: (name, method, folds)
    "nb": ("naive Bayes", with_sklearn(MultinomialNB(), counts), ALL_FOLDS),
    "svm": ("linear SVM", with_sklearn(LinearSVC(random_state=SEED), features[3]), ALL_FOLDS),
    "forest": (f"forest, {NUM_TREES} trees", with_sklearn(forest, features[3]), SLOW_FOLDS),
    "mlp": ("Keras network", with_network, SLOW_FOLDS),
}

# %% [markdown] tags=["predict"]
# **Predict, then run.** Order the five methods on the random split, then on the cluster split. How
# many points does the best of them gain over softmax regression on new clusters: none, five,
# fifteen?

# %%
table = {("lr", split): curve["protein", 3, split][0] for split in ("random", "cluster")}
for key, (name, method, folds) in methods.items():
    for split in ("random", "cluster"):
        scores = table[key, split] = score_folds(method, ladder, split=split, folds=folds)
        print(f"{name:17s} {split:7s}", scores)
        record(f"kmer_profiles.{key}_protein_{split}", scores.accuracy.mean())
        record(f"kmer_profiles.{key}_protein_{split}_balanced", scores.balanced_accuracy.mean())
# %%
gain = {}  # (method, measure) -> mean of the paired differences
for key, measure in product(methods, ("accuracy", "balanced_accuracy")):
    theirs = getattr(table[key, "cluster"], measure)
    gap = theirs - getattr(table["lr", "cluster"], measure)[: len(theirs)]  # the same folds
    gain[key, measure] = gap.mean()
    print(f"{methods[key][0]:17s} minus softmax regression, new clusters, {measure}:", end=" ")
    print(gap.round(3), f"{(gap > 0).sum()} of {len(gap)} folds positive")
rival = max(value for (_, measure), value in gain.items() if measure == "accuracy")
# seeds 0-4: worst 0.0306
assert_threshold("kmer_profiles.best_rival_gain", rival, at_most=0.06)
fall = table["lr", "random"].accuracy.mean() - table["lr", "cluster"].accuracy.mean()
# seeds 0-4: worst 0.3606
assert_threshold("kmer_profiles.split_gap", fall, at_least=0.3)
names = {"lr": "softmax regression"} | {key: name for key, (name, *_) in methods.items()}
fig, axes = plt.subplots(1, 2, figsize=(11.5, 4.4), sharey=True, sharex=True)
for ax, measure in zip(axes, ("accuracy", "balanced_accuracy"), strict=True):
    for i, split in enumerate(("random", "cluster")):
        for place, key in enumerate(names):
            values = getattr(table[key, split], measure)
            look = {"color": PALETTE[i], "label": f"{split} split" if place == 0 else None}
            heights = place + 0.11 * (np.arange(len(values)) - (len(values) - 1) / 2)
            ax.plot(values, heights, MARKERS[i], ms=6, mfc="none", **look)
            ax.plot(values.mean(), place, "|", ms=26, mew=3, color=PALETTE[i])
    ax.set(
        title=measure.replace("_", " ").capitalize(), xlim=(0, 1), xlabel="share of test rows found"
    )
axes[1].set_xlabel("mean share of each class found")
few = {key: " (fold 0)" for key, (*_, folds) in methods.items() if len(folds) == 1}
axes[0].set_yticks(range(5), [name + few.get(key, "") for key, name in names.items()])
axes[0].invert_yaxis()
axes[0].legend(loc="center left")
show_figure(
    fig,
    alt="Five classifiers on protein 3-mers, one row each, a marker for each fold and a bar at the "
    "mean; in the quick profile the forest and the network have fold 0 only. On the random split "
    "accuracy lies between 0.8 (forest) and 0.95. On the cluster split all five lie between 0.45 and "
    "0.65, the forest lowest, and balanced accuracy a little lower.",
)

# %% [markdown]
# Nothing restores the random split's figure: the *splits* differ by some thirty points. How do the
# methods compare? On the cluster split softmax regression's folds span ten points, but that is no
# yardstick: an easy fold is easy for all, and all methods have the same folds. The yardstick is the
# **paired difference**, fold by fold, printed above. The forest lies below on both splits. By
# accuracy the other three lie within a few points of softmax regression, before it in some folds
# and behind it in others; by balanced accuracy they are a little before it in the mean. A lead on
# one fold has shown nothing: count the folds with the same sign.
#
# Now the 98 %. The tutorial's recipe counts DNA words (four overlapping 6-mers in a row, so 9
# letters) by naive Bayes, on rows among which many stand twice; on its own random split it gets 862
# of 876 right, as you will see in the lab, and about 97 % without the copies. Here is its cousin,
# in our hands since section 6: naive Bayes on protein words of five, rows without exact copies. Two
# roads to one number: there copies and near-copies do it, here near-copies alone, found by words in
# which silent changes of the DNA do not show.

# %%
famous = {split: curve["naive Bayes", 5, split][0] for split in FOLDS}
for split, scores in famous.items():
    print(f"naive Bayes, protein 5-mers, {split:7s}", scores)
    record(f"kmer_profiles.nb_protein5_{split}", scores.accuracy.mean())
    record(f"kmer_profiles.nb_protein5_{split}_balanced", scores.balanced_accuracy.mean())
# %% [markdown]
# There it is, and beside it what the same model, untouched, does for proteins without a close
# relative (none that shares 20 % of its words). **98 % means that the relatives were found**;
# whether the classes were learned, it does not say. The lab takes such a claim apart, step by step.
#
# It is not a quirk of this file. Measured before the course was written on another one, 1,682
# chimpanzee genes in seven classes, DNA 6-mers, one split of each kind:
#
# | | random split | whole clusters held out |
# |---|---|---|
# | naive Bayes on 4-grams of 6-mer words | .917 | .404 |
# | softmax regression on log 6-mer counts | .920 | .602 |
#
# (Clusters there are linked by at least 30 % shared 16-letter words; 81 % of the random test rows
# lay in a cluster with training rows. The majority class is 31 %.)

# %% [markdown]
# ## 8 · One accuracy, seven classes

# %%
sure = {split: curve["protein", 3, split][0].recall for split in ("random", "cluster")}  # (F, C)
num_clusters = [len(set(ladder.clusters[labels == c])) for c in range(7)]
order = np.argsort(-sure["cluster"].mean(axis=0))
ticks = [f"{ladder.class_names[c]}\n{num_clusters[c]} clusters" for c in order]
fig, ax = plt.subplots(figsize=(9, 5))
for i, (split, recall) in enumerate(sure.items()):
    look = {"color": PALETTE[i], "fmt": MARKERS[i], "capsize": 4, "label": f"{split} split"}
    deviations = np.nanstd(recall[:, order], axis=0, ddof=1)
    ax.errorbar(np.nanmean(recall[:, order], axis=0), range(7), xerr=deviations, **look)
ax.set_yticks(range(7), ticks, fontsize=11)
ax.invert_yaxis()
ax.set(title="Recall of each class, protein 3-mers, softmax regression", xlim=(-0.05, 1.05))
ax.set_xlabel(f"recall, mean ± SD of folds (random {len(sure['random'])}, cluster 5)")
ax.legend(loc="upper left")
show_figure(
    fig,
    alt="Recall of the seven classes, on the random split above 0.8 for all. With clusters held out "
    "it spreads out: transcription factor and G protein-coupled receptor keep most, "
    "while synthase, tyrosine phosphatase, ion channel and the rest lose more than half. "
    "The bars of one SD over the folds reach from 0.04 to above 0.2 to either side.",
)

rng, own = np.random.default_rng(SEED), np.zeros(7)
rows = ladder.split(0)
size = np.bincount(labels[rows.train]).min()  # equally many training rows for each class
for c in range(7):
    tests = present[4][rows.test[labels[rows.test] == c]]
    mine = rows.train[labels[rows.train] == c]
    for _ in range(5):
        seen = present[4][rng.choice(mine, size, replace=False)].sum(axis=0) > 0
        own[c] += (tests @ seen / tests.sum(axis=1)).mean() / 5
said = np.concatenate([kept["protein", 3, "cluster", f][ladder.split(f).test] for f in ALL_FOLDS])
print(f"4-letter words known from {size} training rows of the own class: fold 0, mean of 5 draws")
for c in order:
    print(f"{ladder.class_names[c]:27s} recall {sure['cluster'][:, c].mean():.2f}; ", end="")
    print(f"{np.mean(said == c):.0%} of rows called so, {np.mean(labels == c):.0%} are; ", end="")
    print(f"words known from its class {own[c]:.2f}")

# %% [markdown]
# Two classes carry the average. **Transcription factor** owes part of its recall to the model's
# leaning: it calls far more rows so than there are, and a recall does not show that. (Recall of one
# class alone is never enough.) **G protein-coupled receptors** share one build, seven hydrophobic
# helices through the membrane, so a new cluster may still look like the training ones: a plausible
# reason, not tested here. Tyrosine kinases share a domain as well and do not profit. Given equally
# many training rows, these two classes know a little more 4-letter words of their own than the
# rest, but what is known from the own class does not tell the others apart. Synthase and synthetase
# name what is *made*, not what the protein is like. And where clusters are few, one large cluster
# in a fold or out of it moves the recall by a tenth or two: read the bars.

# %% [markdown]
# ## 9 · The dial
#
# Unit 01 turned the threshold of the clusters with a nearest neighbour. The same for 3-mers. Each
# setting has its own clusters and its own deal of folds (how many, the figure says), so steps
# between neighbours are no finer than the bars.

# %%
dial = {"random": curve["protein", 3, "random"][0]}
for threshold in (0.9, 0.5, 0.2, 0.1):
    data = load_ladder(min_shared=threshold)
    score = partial(score_words, f"dial {threshold}", 3, features[3], "cluster", data=data)
    dial[f"{threshold:.0%}"] = (
        curve["protein", 3, "cluster"][0] if threshold == 0.2 else score(DIAL_FOLDS)[0]
    )
    record(f"kmer_profiles.dial_{threshold:.0%}"[:-1], dial[f"{threshold:.0%}"].accuracy.mean())
for setting, scores in dial.items():
    print(f"{setting:6s}", scores)
fig, ax = plt.subplots(figsize=(8, 4.4))
for i, measure in enumerate(("accuracy", "balanced_accuracy")):
    values = [getattr(scores, measure) for scores in dial.values()]
    look = {"marker": MARKERS[i], "ls": LINE_STYLES[i], "capsize": 4}
    errors = [np.nan_to_num(spread(v)) for v in values]
    ax.errorbar(
        range(5), [v.mean() for v in values], errors, label=measure.replace("_", " "), **look
    )
ax.axhline(majority.accuracy.mean(), color="black", ls=":")
ax.text(4.2, majority.accuracy.mean() - 0.06, "majority class", ha="right")
ticks = [f"{setting}\n{len(scores.accuracy)} folds" for setting, scores in dial.items()]
ax.set_xticks(range(5), ticks)
ax.set(
    title="The dial, for 3-mers and softmax regression", ylim=(0, 1.03), ylabel="mean ± SD of folds"
)
ax.set_xlabel("relatives held out: sharing this part of their words (and 10 words)")
ax.legend()
show_figure(
    fig,
    alt="Accuracy and balanced accuracy at five settings of the dial. Both fall step by step: from "
    "0.92 and 0.9 on the random split over about 0.73 and 0.68 when relatives at 90 % are held out and "
    "0.63 and 0.55 at 50 % to about 0.55 and 0.45 at 10 %. A dotted line marks the majority class, 0.31.",
)
steps = np.array([scores.accuracy.mean() for scores in dial.values()])
print("accuracy:", steps.round(3))
# seeds 0-4: worst 0.3921
assert_threshold("kmer_profiles.dial_fall", steps[0] - steps[-1], at_least=0.3)

# %% [markdown]
# The nearest neighbour of unit 01 began higher (0.97) and ended lower (about 0.4 at 10 %): copying
# is better than weighing where there is a copy, and worse where there is none.

# %% [markdown]
# ## 10 · What does the model read?
#
# Every word has a weight for every class, so ask. Two guesses from the textbook: transcription
# factors by the linker of their zinc fingers, TGEKP (Wolfe and others 2000), and tyrosine kinases
# by their catalytic loop, HRDLAARN (Hanks and others 1988).

# %% [markdown] tags=["predict"]
# **Predict, then run.** Will TGE, GEK and EKP be among the hundred words of 8,000 that speak most
# for "transcription factor"? And HRD, RDL and AAR among those for "tyrosine kinase"?


# %%
def place(word, c):
    """Rank of a word's weight for class c, 1 is the largest."""
    return 1 + int((model.coef_[c] > model.coef_[c, vocabulary.index(word)]).sum())


rows = ladder.split(0)
model = LogisticRegression(C=10, solver="newton-cg")
model.fit(features[3][rows.train], labels[rows.train])
vocabulary = list(KmerVocabulary(3, PROTEIN))
for c, motif in ((6, "TGEKP"), (1, "HRDLAARN"), (1, "SDVWSFGV")):
    holds = np.mean([motif in ladder.protein[row] for row in np.flatnonzero(labels == c)])
    print(f"{ladder.class_names[c]}: {motif} as a whole stands in {holds:.0%} of the rows; places")
    print("  ", {word: place(word, c) for word in split_kmers(motif, 3)})
finger = re.compile("C.{2,4}C.{12}H.{3,5}H")  # the spacing of a C2H2 zinc finger
holds = np.mean([bool(finger.search(ladder.protein[row])) for row in np.flatnonzero(labels == 6)])
print(f"a C2H2 zinc finger pattern stands in {holds:.0%} of the transcription factors")

fig, axes = plt.subplots(1, 2, figsize=(11.5, 4.4), sharey=True)
for ax, c, motifs in ((axes[0], 6, "HTGEKPY"), (axes[1], 1, "HRDLAARN SDVWSFGV")):
    top = np.argsort(-model.coef_[c])[:12]
    for position, column in enumerate(top):
        look = {"color": PALETTE[0]}
        if vocabulary[column] in split_kmers(motifs, 3):
            look = {"color": PALETTE[1], "hatch": "//"}
        ax.bar(position, model.coef_[c, column], **look)
    ax.set_xticks(
        range(12), [vocabulary[column] for column in top], family="monospace", fontsize=11
    )
    ax.set(
        title=ladder.class_names[c], xlabel=f"word; hatched: part of {motifs.replace(' ', ' or ')}"
    )
axes[0].set_ylabel("weight (nats per unit of the feature)")
show_figure(
    fig,
    alt="Bars of the twelve largest weights for two classes. Transcription factor: RRR, SSS, SPP, "
    "KRR, RRK and other words of basic residues, serine, proline and glutamine; none is hatched. "
    "Tyrosine kinase: more than half of the bars are hatched, words of the catalytic loop HRDLAARN or of "
    "SDVWSFGV.",
)
# seeds 0-4: worst 16
assert_threshold(
    "kmer_profiles.loop_place", max(place(w, 1) for w in ("HRD", "RDL", "AAR")), at_most=60
)

# %% [markdown]
# One guess was right, one wrong. Kinases are read by a motif: their words chain up to the loop of
# the active site (all but LAA, which stands far down). The weights also show what we had not
# guessed: FGV, SDV and DVW belong to SDVWSFGV, a second conserved stretch of the same domain
# (Hanks's subdomain IX). Transcription factors are not read by the linker, because hardly any row
# of this file holds it: this collection has few zinc fingers, as the pattern shows. What speaks for
# them is *composition*: runs of basic residues (such runs can bind DNA, or steer a protein into the
# nucleus) and of serine, proline and glutamine. That is true of many nuclear proteins that are no
# transcription factors. **Look before you tell the story.**
#
# Nor is a weight the importance of its word. Overlapping words come together, and the penalty
# spreads one weight over all of them. Take three of the loop's words away and see what is lost:

# %%
loop, stay = ("HRD", "RDL", "AAR"), ("DLA", "ARN")
columns = [vocabulary.index(word) for word in (*loop, *stay)]
occurs = (features[3][rows.train][:, columns] > 0).toarray().astype(float)
for word, row in zip(loop, np.corrcoef(occurs.T)[:3].round(2), strict=True):
    print(f"{word}: correlation of presence with", dict(zip(stay, row[3:].tolist(), strict=True)))

# %%
keep = np.setdiff1d(np.arange(8000), columns[:3])
score_words("without", 3, features[3][:, keep], "cluster", ALL_FOLDS)
for name, what in (("with", "protein"), ("without", "without")):
    rounds = [(kept[what, 3, "cluster", fold] == labels, ladder.split(fold)) for fold in ALL_FOLDS]
    accuracy = np.mean([hits[rows.validation].mean() for hits, rows in rounds])
    kinases = [hits[rows.validation][labels[rows.validation] == 1] for hits, rows in rounds]
    print(f"{name:7s} them: accuracy {accuracy:.3f}, recall of tyrosine kinase ", end="")
    print(f"{np.concatenate(kinases).mean():.3f} (validation rows of 5 folds)")

# %% [markdown]
# Three of the most telling words can go, and little changes: words that stay, such as their
# neighbours DLA and ARN, say part of the same (the correlations are moderate). A large weight shows
# what the model *uses*. That it *needs* it, or that biology does, it does not show.
#
# ## Take-aways
#
# 1. A profile counts overlapping words: L − k + 1 of them, windows with N left out. The table has
#    $4^k$ or $20^k$ columns, a sequence fills at most as many as it has words: store it sparse as soon
#    as less than half is filled (DNA: from k ≈ 6 on).
# 2. The profile is not the sequence while (k − 1)-mers branch: a gene shares its 3-mer profile with
#    astronomically many others, and you can count them. Two sequences with one profile get
#    one answer from every model on profiles.
# 3. Canonical words halve the table and forget the strand. Use them where nobody knows it.
# 4. Softmax regression: gradient $X^\top(P - Y)/B$. scikit-learn minimises the sum of the losses
#    plus $\lVert W\rVert^2/(2C)$, without $b$: check, by the gradient, what a library minimises.
# 5. On a random split long words look about as good as short ones or better. With clusters held out,
#    words past k = 3 gain nothing in accuracy, and our standard model falls to the majority class; in
#    balanced accuracy naive Bayes gains some seven points. **98 % means that relatives were found.**
# 6. An explanation that fits must still be tested: unknown words alone did not make the curve fall;
#    at k = 5 an unscaled intercept did most of it, at k = 4 part of it.
# 7. Compare methods on the split that answers your question, by more than one measure, and fold by fold
#    on the same rows: the paired difference, not the scatter of the folds.
#
# From here: *02a* (kernels and mismatches: words that count for their neighbours), *02b* (a
# compressor as a classifier), *02c* (genomes by their words), and the lab, where a colleague claims
# 98 %.
#
# ## What this representation cannot see
#
# To a profile all words are equally far apart. As one-hot vectors any two different ones are √2
# apart: GAA and GAG, which mean the same amino acid, no nearer than GAA and CCC.

# %% tags=["nbval-check-output"]
one_each = kmer_profile(["GAA", "GAG", "CCC"], 3)
for other in (1, 2):
    distance = np.linalg.norm(one_each[0] - one_each[other])
    print("GAA to", ("GAG", "CCC")[other - 1], f"distance {distance:.3f}")

# %% [markdown]
# So what is learned about one word says nothing about its synonyms, and a word never seen says
# nothing at all. Nor does a profile see order beyond k, or where in a protein a word stands. Unit
# 03 gives words vectors in which some are nearer than others; units 04 and later read order.
#
# ## References
#
# - Salton G., Wong A., Yang C. S. A vector space model for automatic indexing. Commun. ACM 1975.
#   doi:10.1145/361219.361220
# - Pevzner P. A. l-Tuple DNA sequencing: computer analysis. J. Biomol. Struct. Dyn. 1989.
#   doi:10.1080/07391102.1989.10507752
# - Ukkonen E. Approximate string-matching with q-grams and maximal matches. Theor. Comput. Sci.
#   1992. doi:10.1016/0304-3975(92)90143-4
# - Altschul S. F., Erickson B. W. Significance of nucleotide sequence alignments: a method for
#   random sequence permutation that preserves dinucleotide and codon usage. Mol. Biol. Evol. 1985.
#   doi:10.1093/oxfordjournals.molbev.a040370
# - Hanks S. K., Quinn A. M., Hunter T. The protein kinase family: conserved features and deduced
#   phylogeny of the catalytic domains. Science 1988. doi:10.1126/science.3291115
# - Leslie C. S. et al. Mismatch string kernels for discriminative protein classification.
#   Bioinformatics 2004. doi:10.1093/bioinformatics/btg431
# - Liu D. C., Nocedal J. On the limited memory BFGS method for large scale optimization. Math.
#   Program. 1989. doi:10.1007/BF01589116
# - Wolfe S. A., Nekludova L., Pabo C. O. DNA recognition by Cys2His2 zinc finger proteins. Annu.
#   Rev. Biophys. Biomol. Struct. 2000. doi:10.1146/annurev.biophys.29.1.183
