# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: all
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   bioseq: {unit: kmer_profiles, kind: dive, title: "Can a genome be told by its words?", minutes: 40}
# ---

# %% [markdown]
# # Can a genome be told by its words?
#
# Deep dive 02c of the unit *k-mer profiles*.
#
# ## Why
# In 1995 Karlin and Burge showed that the pairs of neighbouring bases in a genome, compared with
# what its composition lets expect, are much the same all over the genome and differ between
# genomes. They called it a **genomic signature**. It needs no gene, no alignment and no
# annotation: count words, and you know whose DNA it is. So goes the belief:
# **"its words are its signature, and like words mean relatives."** How long a piece does that
# need, how much of it is plain composition, and are those with like words really relatives?
#
# ## Objectives
# After this deep dive you can
#
# - compute the relative abundance of base pairs by hand, and see the missing CG;
# - draw the words of a genome as a picture, with composition taken out;
# - measure how long a window must be to be told, and how much composition alone tells;
# - say when canonical words are right, and what they cost when the strand is known;
# - read a tree of genomes made from words, and find where it contradicts descent.
#
# ## Prerequisites
# The core lecture `02_kmer_profiles`: profile, canonical words, random and cluster split.
#
# ## Time
# 40 minutes. The notebook runs in about 15 seconds.
#
# ## Biology card
# - **Genome**: all the DNA of an organism (of some viruses, RNA). **Phage**: a virus of bacteria
#   (phiX174, lambda). **Plasmid**: a small ring of DNA in a bacterium.
# - **Mitochondrion**, **chloroplast**: parts of cells that keep a small genome of their own.
# - **CpG**: a C followed by a G on the same strand. In vertebrates most such Cs carry a methyl
#   group and easily mutate to T, so CG is rare in their DNA.
# - **Influenza** viruses carry eight separate pieces, *segments*. When two strains infect one cell,
#   their offspring can mix segments (*reassortment*).

# %%
from itertools import product

from bioseq_course.alphabet import reverse_complement
from bioseq_course.datasets import (
    fetch_if_available,
    fetch_mitochondrial_genomes,
    fetch_small_genomes,
    make_markov_sequences,
)
from bioseq_course.kmers import kmer_profile
from bioseq_course.ladder import load_ladder
from bioseq_course.plots import LINE_STYLES, MARKERS, PALETTE, show_figure, use_course_style
from bioseq_course.run import choose, seed
from bioseq_course.scoreboard import record
from bioseq_course.splits import cluster_folds, random_folds
from bioseq_course.thresholds import assert_threshold

import matplotlib.pyplot as plt
import numpy as np
from scipy.cluster.hierarchy import dendrogram, linkage
from scipy.sparse.csgraph import connected_components
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

use_course_style()
SEED = seed()
rng = np.random.default_rng(SEED)
NUM_WINDOWS = choose(quick=60, full=300)  # windows of each genome and length
ladder = load_ladder()

# %% [markdown]
# Small genomes and mammalian mitochondria are downloaded once. If they are not here, the next cell
# says which command fetches them. The notebook then runs on stand-ins that it simulates, and the
# cells on mitochondria stay silent.

# %%
genomes = fetch_if_available(fetch_small_genomes)
mammals = fetch_if_available(fetch_mitochondrial_genomes)
print(genomes, mammals, sep="\n")

# %% [markdown]
# ## More or less often than composition says
# If bases were drawn one by one, the pair $xy$ would have the frequency $f_x f_y$. The **relative
# abundance** is what is observed over that:
#
# $$\rho_{xy} = \frac{f_{xy}}{f_x f_y}, \qquad f: (4,) \text{ bases}, \; (4, 4) \text{ pairs}.$$
#
# By hand, in twelve bases:

# %% tags=["nbval-check-output"]
dna = "ACGTTGCAACGA"
pairs = [dna[i : i + 2] for i in range(len(dna) - 1)]
shares = {base: dna.count(base) / len(dna) for base in "ACGT"}
observed, expected = pairs.count("CG") / len(pairs), shares["C"] * shares["G"]
print(
    f"C {dna.count('C')}, G {dna.count('G')} of {len(dna)}; CG {pairs.count('CG')} of {len(pairs)}"
)
print(f"observed {observed:.4f}, expected {expected:.4f}, ratio {observed / expected:.2f}")


# %%
def relative_abundance(sequences):
    """Table (4, 4): observed over expected frequency of each pair, all sequences together."""
    bases = kmer_profile(sequences, 1).sum(axis=0, dtype=float)  # (4,)
    pairs = kmer_profile(sequences, 2).sum(axis=0, dtype=float).reshape(4, 4)
    bases, pairs = bases / bases.sum(), pairs / pairs.sum()
    return pairs / np.outer(bases, bases)


assert abs(relative_abundance([dna])[1, 2] - observed / expected) < 1e-5

# %% [markdown]
# Now human coding DNA (one gene of each cluster of the ladder), and beside it DNA drawn base by
# base with the same composition.

# %%
one_each = np.unique(ladder.clusters, return_index=True)[1]
human = [ladder.dna[row] for row in one_each]
drawn = make_markov_sequences(len(human), 1000, order=0, fit_to=human, seed=SEED).sequences

# %%
tables = {
    "human coding DNA": relative_abundance(human),
    "drawn base by base": relative_abundance(drawn),
}
for name, table in tables.items():
    listed = ", ".join(
        f"{pair} {table['ACGT'.index(pair[0]), 'ACGT'.index(pair[1])]:.2f}"
        for pair in ("CG", "TG", "CA", "TA", "GC")
    )
    print(f"{name:20s}{listed}")

# %% [markdown]
# CG is missing, and TG and CA, into which it mutates, are in excess. None of it is in the
# composition. A picture of all words shows it at once.
#
# ## A picture of all words
# Put the words of $k$ letters on a grid of $2^k$ by $2^k$ squares. The last letter picks a quarter
# (A lower left, C upper left, G upper right, T lower right), the letter before it a quarter of the
# quarter, and so on. This is the *chaos game* of Jeffrey (1990), counted in squares.


# %%
def grid_places(k):
    """Row from below and column of every word of k letters: two arrays (4^k,)."""
    numbers, rows, columns = np.arange(4**k), 0, 0
    for place in range(k):  # the last letter first
        letter = numbers // 4**place % 4
        rows = 2 * rows + np.isin(letter, [1, 2])  # C and G lie above
        columns = 2 * columns + np.isin(letter, [2, 3])  # G and T lie to the right
    return rows, columns


# %% tags=["nbval-check-output"]
rows, columns = grid_places(2)
grid = np.full((4, 4), "  ")
grid[rows, columns] = ["".join(letters) for letters in product("ACGT", repeat=2)]
print("\n".join(" ".join(line) for line in grid[::-1]))

# %% [markdown]
# Each square gets the logarithm of observed over expected: 0 where a word is as frequent as its
# letters say.


# %%
def expected_frequencies(sequences, k):
    """Frequency of each word if its letters were independent: (4^k,)."""
    bases = kmer_profile(sequences, 1).sum(axis=0, dtype=float)
    expected = np.array([1.0])
    for _ in range(k):
        expected = np.outer(expected, bases / bases.sum()).ravel()  # one letter more
    return expected


# %%
def word_grid(sequences, k=5):
    """Log2 of observed over expected frequency of each word, laid out as a grid (2^k, 2^k)."""
    counts = kmer_profile(sequences, k, sparse=False).sum(axis=0, dtype=float)
    counts += 1  # a word never seen is rare, not impossible
    grid = np.zeros((2**k, 2**k))
    grid[grid_places(k)] = np.log2(counts / counts.sum() / expected_frequencies(sequences, k))
    return grid


# %%
pictures = {"human coding DNA": human, "drawn base by base": drawn}
if genomes is not None:
    genome_of = dict(zip(genomes.names, genomes.sequences, strict=True))
    shown = ("lambda", "SARS-CoV-2", "Arabidopsis chloroplast", "human mitochondrion")
    pictures |= {name: [genome_of[name]] for name in shown}
fig, axes = plt.subplots(
    len(pictures) // 2, 2, figsize=(8, 3.9 * (len(pictures) // 2)), squeeze=False
)
for ax, (name, sequences) in zip(axes.flat, pictures.items(), strict=True):
    image = ax.imshow(word_grid(sequences), origin="lower", cmap="RdBu_r", vmin=-2, vmax=2)
    ax.set_title(name)
    ax.grid(False)
    ax.set_xticks([8, 24], ["A below, C above", "T below, G above"], fontsize=10)
    ax.set_yticks([])
fig.colorbar(image, ax=axes, label="log2 (observed / expected)", shrink=0.6)
show_figure(
    fig,
    alt="Grids of 32 by 32 squares, one square a word of five letters, red where a word is more "
    "frequent than its letters say, blue where it is rarer. Human coding DNA has clear blue patches "
    "at words with CG, the drawn control is blank, each further genome has a pattern of its own.",
)

# %% [markdown]
# The control is blank: nothing is left when the letters are independent. Human coding DNA has blue
# patches where words hold CG. The other genomes, if you have them, show patterns of their own. So
# there *is* something to recognise. How much of it do we need?
#
# ## Whose window is it?
# A window is a piece of a genome, cut at a random place, given on either strand. We keep apart what
# we learn from and what we ask about: **the first half of each genome is for learning, windows of
# the second half are the test**. Without the data, the stand-ins are drawn from five Markov chains
# of order 2, each four parts human coding DNA and one part its own; two "relatives" from each
# chain.

# %%
if genomes is not None:
    left_out = ("segment", "control")
    sources = {n: s for n, s in genome_of.items() if not any(word in n for word in left_out)}
else:
    sources = {}
    coding = make_markov_sequences(1, 10, order=2, fit_to=human).transitions  # (16, 4)
    for letter in "ABCDE":
        own = 0.8 * coding + 0.2 * rng.dirichlet(np.ones(4), size=16)
        pair = make_markov_sequences(2, 10_000, transitions=own, order=2, seed=SEED + ord(letter))
        sources |= {f"stand-in {letter}{copy + 1}": pair.sequences[copy] for copy in (0, 1)}
print(f"{len(sources)} genomes of {min(map(len, sources.values())):,} bases or more")


# %% [markdown]
# A window from the other strand shows every word as its reverse complement. **Canonical** words
# take both spellings as one, the alphabetically earlier.

# %% tags=["nbval-check-output"]
window = "AACGTC"
for strand in (window, reverse_complement(window)):
    spelled = [strand[i : i + 3] for i in range(len(strand) - 2)]
    canonical = sorted(min(word, reverse_complement(word)) for word in spelled)
    print(f"{strand} words {spelled}, canonical {canonical}")


# %%
def cut_windows(sequence, length, num_windows):
    starts = rng.integers(len(sequence) - length + 1, size=num_windows)
    return [sequence[start : start + length] for start in starts]


def either_strand(windows):
    turned = rng.random(len(windows)) < 0.5
    return [reverse_complement(w) if turn else w for w, turn in zip(windows, turned, strict=True)]


first_halves = [sequence[: len(sequence) // 2] for sequence in sources.values()]
second_halves = [sequence[len(sequence) // 2 :] for sequence in sources.values()]
truth = np.repeat(np.arange(len(sources)), NUM_WINDOWS)

# %% [markdown] tags=["predict"]
# ### Predict, then run
# A window belongs to the genome whose first half has the nearest profile: the largest cosine
# between the two. We try GC content alone (canonical words of one letter) and canonical words of
# two and of four letters, on windows of 100 to 2,500 bases.
#
# **Before you run the next cells**: guessing scores one in eleven (one in ten with the stand-ins).
# What does a window of 100 bases score, and how long must it be for 95 %? How much of the score is
# GC content?

# %%
LENGTHS = [100, 200, 500, 1000, 2500]


def nearest_genome(windows, k, canonical=True):
    """Index of the genome whose first half has the profile nearest to each window's."""
    options = {"canonical": canonical, "sparse": False, "normalize": "l2"}
    learned = kmer_profile(first_halves, k, **options)  # (genomes, K)
    return (kmer_profile(windows, k, **options) @ learned.T).argmax(axis=1)


# %%
accuracy = {}
for length in LENGTHS:
    windows = [w for half in second_halves for w in cut_windows(half, length, NUM_WINDOWS)]
    windows = either_strand(windows)
    for k in (1, 2, 4):
        accuracy[k, length] = (nearest_genome(windows, k) == truth).mean()
    accuracy["one strand", length] = (nearest_genome(windows, 4, canonical=False) == truth).mean()

# %%
fig, ax = plt.subplots(figsize=(8.5, 4.6))
labels = {
    1: "GC content alone",
    2: "pairs of bases",
    4: "words of four",
    "one strand": "words of four, not canonical",
}
for i, (key, label) in enumerate(labels.items()):
    style = {"marker": MARKERS[i], "color": PALETTE[i], "linestyle": LINE_STYLES[i]}
    ax.plot(LENGTHS, [accuracy[key, length] for length in LENGTHS], label=label, **style)
ax.axhline(1 / len(sources), color="black", linestyle=":", linewidth=1)
ax.set(
    xscale="log", ylim=(0, 1), xlabel="length of the window, bases (log scale)", ylabel="accuracy"
)
ax.set_xticks(LENGTHS, [f"{length:,}" for length in LENGTHS])
ax.minorticks_off()
ax.legend(loc="upper left")
ax.set_title("A window finds its genome (dotted: guessing)")
show_figure(
    fig,
    alt="Accuracy against window length, log axis. With the real genomes canonical words of four "
    "rise from about 0.35 at 100 bases to about 0.7 at 2,500, pairs lie below, words of four that "
    "are not canonical lower still, GC content alone stays near 0.2. Guessing is 0.09.",
)

# %% [markdown]
# With the real genomes (levels below): a window of 100 bases is told far better than by guessing,
# and is still wrong more often than right. At 2,500 bases, half of a small phage, it is far from 95
# %. GC content alone explains a part, and saturates.
#
# **Canonical words are right here.** A window comes from an unknown strand. Words that are not
# canonical compare a window of one strand with the other strand's profile half of the time, and
# lose.

# %%
if genomes is not None:
    record("kmer_profiles.window_2500", accuracy[4, 2500])
    record("kmer_profiles.window_2500_gc", accuracy[1, 2500])
    # seeds 0-4: worst 0.3439
    assert_threshold("kmer_profiles.window_100", accuracy[4, 100], at_most=0.45)
    # seeds 0-4: worst 0.2955
    assert_threshold("kmer_profiles.window_100_low", accuracy[4, 100], at_least=0.2)
    # seeds 0-4: worst 0.7197
    assert_threshold("kmer_profiles.window_2500_high", accuracy[4, 2500], at_most=0.85)
    # seeds 0-4: worst 0.2682
    assert_threshold("kmer_profiles.window_2500_gc", accuracy[1, 2500], at_most=0.4)
    # seeds 0-4: worst 0.6894
    assert_threshold("kmer_profiles.window_2500_low", accuracy[4, 2500], at_least=0.55)
    canonical_gain = accuracy[4, 1000] - accuracy["one strand", 1000]
    # seeds 0-4: worst 0.1182
    assert_threshold("kmer_profiles.window_canonical_gain", canonical_gain, at_least=0.05)

# %% [markdown]
# ### Where the errors go
# Which genome is taken for which? Rows are the truth.

# %%
called = nearest_genome(windows, 4)  # windows of the last length, 2,500
table = np.zeros((len(sources), len(sources)))
np.add.at(table, (truth, called), 1 / NUM_WINDOWS)
fig, ax = plt.subplots(figsize=(8, 6.4))
image = ax.imshow(table, cmap="Blues", vmin=0, vmax=1)
ax.set_xticks(range(len(sources)), sources, rotation=40, ha="right", fontsize=10)
ax.set_yticks(range(len(sources)), sources, fontsize=10)
for (row, column), share in np.ndenumerate(table):
    if share >= 0.05:
        ax.text(
            column,
            row,
            f"{share:.0%}",
            ha="center",
            va="center",
            fontsize=9,
            color="white" if share > 0.5 else "black",
        )
ax.grid(False)
ax.set(xlabel="called", ylabel="true genome", title="Windows of 2,500 bases, words of four")
show_figure(
    fig,
    alt="With the real genomes: a table of eleven true genomes by eleven called ones. Most weight "
    "lies on the diagonal, but the three coronaviruses, the two HIV and the two mitochondria are "
    "mixed up among themselves, and windows of lambda are called plasmid or phiX174, hardly ever "
    "lambda.",
)

# %% [markdown]
# Two kinds of error, in the real genomes. **Relatives** are taken for one another: coronaviruses,
# HIV, mitochondria. And *lambda* is lost: hardly any window of its second half is called lambda.
# (The second half of phiX174 is little longer than a window, so its windows are nearly all the
# same.) Look at the halves.

# %%
for name, first, second in zip(sources, first_halves, second_halves, strict=True):
    gc = [100 * sum(half.count(base) for base in "GC") / len(half) for half in (first, second)]
    print(f"{name:28s}GC content of the halves: {gc[0]:.1f} % and {gc[1]:.1f} %")

# %% [markdown]
# Lambda changes its composition on the way: what looked like "its words" was the composition of a
# region. So take the composition out of each profile: observed over expected of every word, less 1,
# with both strands counted. This is the relative abundance from above for longer words.


# %%
def signature(sequences, k=4):
    """Observed over expected frequency of each word on both strands, less 1, of length 1."""
    both = [*sequences, *map(reverse_complement, sequences)]
    counts = kmer_profile(both, k, sparse=False).sum(axis=0, dtype=float)
    excess = counts / counts.sum() / expected_frequencies(both, k) - 1
    return excess / np.linalg.norm(excess)


# %%
learned = {k: np.array([signature([half], k) for half in first_halves]) for k in (2, 3, 4)}
by_signature = {}
for k, table in learned.items():
    asked = np.array([signature([window], k) for window in windows])
    by_signature[k] = (asked @ table.T).argmax(axis=1)
    right = by_signature[k] == truth
    print(f"composition taken out, k = {k}: accuracy {right.mean():.3f}", end=", ")
    print(f"{list(sources)[1]} {right[truth == 1].mean():.0%}")

# %% [markdown]
# With the composition taken out, lambda finds itself again (in the real genomes, with words of
# four). The sum over all genomes does not get better: in a short window an expected count is a
# rough guess, and composition was information too, where it is steady.

# %%
if genomes is not None:
    lost = (called == truth)[truth == 1].mean()
    found = (by_signature[4] == truth)[truth == 1].mean()
    # seeds 0-4: worst 0.0333
    assert_threshold("kmer_profiles.lambda_lost", lost, at_most=0.2)
    # seeds 0-4: worst 0.8333
    assert_threshold("kmer_profiles.lambda_found", found, at_least=0.5)
    change = (by_signature[4] == truth).mean() - (called == truth).mean()
    # seeds 0-4: worst -0.0470
    assert_threshold("kmer_profiles.signature_change", change, at_most=0.05)

# %% [markdown]
# ## How to get a score that is too good
# The same windows, dealt at random in place of by halves: cut all windows anywhere, learn from one
# part, test on the other. Each test window now asks the nearest *window*, with canonical words of
# six letters.

# %% [markdown] tags=["predict"]
# ### Predict, then run
# **Before you run the next cell**: windows of 1,000 bases from a genome of 5,386, cut at random
# places. How many bases does a test window share with the nearest training window? What will that
# do to the accuracy?


# %%
def nearest_window(windows, labels, others, k=6):
    """Label of the nearest of some labelled windows, for each of the others."""
    known, asked = (
        kmer_profile(w, k, canonical=True, sparse=False, normalize="l2") for w in (windows, others)
    )
    return labels[(asked @ known.T).argmax(axis=1)]


def cut_all(sequences):
    return either_strand([w for s in sequences for w in cut_windows(s, 1000, NUM_WINDOWS)])


# %%
scores = {}
for split, (to_learn, to_test) in {
    "halves kept apart": (first_halves, second_halves),
    "dealt at random": (sources.values(), sources.values()),
}.items():
    known, asked = cut_all(to_learn), cut_all(to_test)
    scores[split] = (nearest_window(known, truth, asked) == truth).mean()
    print(f"{split:20s}{scores[split]:.3f}")

# %%
if genomes is not None:
    record("kmer_profiles.window_overlap", scores["dealt at random"])
    # seeds 0-4: worst 0.9652
    assert_threshold("kmer_profiles.window_overlap", scores["dealt at random"], at_least=0.9)
    # seeds 0-4: worst 0.4833
    assert_threshold("kmer_profiles.window_halves", scores["halves kept apart"], at_most=0.6)

# %% [markdown]
# Overlapping windows share letters, not style. The random deal measures recognition of *the same
# place*, and says nothing about a piece that was never seen. For windows, relatives means
# neighbours: split by genome, or by halves with a gap.
#
# ## A tree of genomes
# Distances between profiles can be drawn as a tree: join the two nearest, then the next, each time
# with the average distance between groups. The influenza genomes join in, their eight segments
# counted together.

# %%
whole = {name: [sequence] for name, sequence in sources.items()}
if genomes is not None:
    for virus in [name for name in genomes.class_names if name.startswith("influenza")]:
        whole[virus] = [s for name, s in genome_of.items() if name.startswith(virus)]


def genome_profiles(k, canonical=True):
    options = {"canonical": canonical, "sparse": False}
    counts = [kmer_profile(s, k, **options).sum(axis=0) for s in whole.values()]
    return np.array(counts, dtype=float) / np.linalg.norm(counts, axis=1, keepdims=True)


# %% [markdown] tags=["predict"]
# ### Predict, then run
# What is known about descent, from alignments of genes: SARS-CoV and SARS-CoV-2 are close kin
# (both *Sarbecovirus*), MERS-CoV is a more distant cousin of both. HIV-1 and HIV-2 are cousins.
# Influenza A strains are closer to one another than to B. Phages phiX174 and lambda are not related
# at all, and neither is kin of a bacterial plasmid.
#
# **Before you run the next cell**: which of these will a tree of words of four letters get wrong?

# %%
tables = {"word frequencies": genome_profiles(4)}
tables["composition taken out"] = np.array([signature(sequences) for sequences in whole.values()])
fig, axes = plt.subplots(2, 1, figsize=(8, 9.5))
for ax, (name, table) in zip(axes, tables.items(), strict=True):
    tree = linkage(table, method="average", metric="cosine")
    style = {"color_threshold": 0, "above_threshold_color": PALETTE[0], "orientation": "left"}
    dendrogram(tree, labels=list(whole), ax=ax, **style)
    ax.tick_params(axis="y", labelsize=11)
    ax.grid(False)
    ax.set(title=f"Like words join first: {name}", xlabel="1 - cosine, words of four, both strands")
show_figure(
    fig,
    alt="Two trees of fifteen genomes (the real ones). Above, by word frequencies, SARS-CoV joins "
    "MERS-CoV before SARS-CoV-2. Below, with composition taken out, SARS-CoV joins SARS-CoV-2. In "
    "both, HIV-1 and HIV-2, the influenza viruses and the two mitochondria join their kin, and the "
    "two phages join the bacterial plasmid.",
)


# %%
def nearest_names(table):
    """Name of the nearest other genome, for each genome."""
    likeness = table @ table.T
    np.fill_diagonal(likeness, -1)
    return dict(zip(whole, np.array(list(whole))[likeness.argmax(axis=1)], strict=True))


tables |= {"one strand": genome_profiles(4, canonical=False), "GC content": genome_profiles(1)}
examples = ("SARS-CoV", "HIV-1", "human", "phi", "stand-in A", "stand-in B")
asked = [name for name in whole if name.startswith(examples)]
for name, table in tables.items():
    nearest = nearest_names(table)
    print(f"{name:22s}" + ", ".join(f"{one} > {nearest[one]}" for one in asked))

# %% [markdown]
# Compare with descent:
#
# - **SARS-CoV goes to MERS-CoV** by word frequencies, the wrong sister. Its GC content is that of
#   MERS-CoV, while SARS-CoV-2 holds less GC. With composition taken out it joins SARS-CoV-2, as it
#   should. Words of the one strand that these RNA viruses carry get it right too: both strands
#   counted as one threw away something that was known.
# - **HIV-1 and HIV-2, human and orang-utan, influenza A before B**: right with words of four, and
#   wrong for two of them with GC content alone.
# - **The phages and the plasmid stay together** in both trees, and they are no relatives. They live
#   in related bacteria (*Escherichia*, *Yersinia*), and a common explanation is that DNA takes on
#   the habits of its host. Taking out the composition does not turn likeness of style into descent.
#
# ### Pieces of one virus
# If a genome had one signature, the eight segments of an influenza virus should be nearest to one
# another. Or is a segment nearest to the *same segment* of another strain, its kin by descent?

# %%
if genomes is not None:
    segments = [name for name in genome_of if name.startswith("influenza")]
    table = kmer_profile(
        [genome_of[name] for name in segments], 4, canonical=True, sparse=False, normalize="l2"
    )
    likeness = table @ table.T - 2 * np.eye(len(segments))
    nearest = [segments[column] for column in likeness.argmax(axis=1)]

# %%
if genomes is not None:
    strain_a = [(one, two) for one, two in zip(segments, nearest, strict=True) if " A " in one]
    same_segment = sum(one[-1] == two[-1] for one, two in strain_a)
    same_virus = sum(one.split(" segment")[0] == two.split(" segment")[0] for one, two in strain_a)
    print(f"of {len(strain_a)} segments of influenza A, the nearest is the same segment of another")
    print(f"strain for {same_segment}, another segment of its own virus for {same_virus}")

# %% [markdown]
# Descent wins over the signature of the whole. The strains exchange segments, so the same segment
# of another strain can be close kin. Whether a nearest profile shows a common ancestor or a common
# style depends on how close the nearest relative is.
#
# ## Where classes *are* descent: mitochondria of mammals
# Now 830 mitochondrial genomes in eight groups of mammals. Here, unlike in the gene families, the
# classes are groups of relatives. The set names accession numbers only; which species an error
# concerns, it does not say.
#
# Near copies first. We link genomes that share a part of their distinct words of twelve letters.
# One word in 17 is a fair sample for that (17 has no part in 4, so all letters are treated alike).

# %%
clusters = {}
if mammals is not None:
    words = kmer_profile(mammals.sequences, 12, sparse=True, binary=True)[:, ::17]
    common = (words @ words.T).toarray()  # (B, B), shared words
    shares = common / np.minimum.outer(common.diagonal(), common.diagonal())
    for threshold in (0.9, 0.5, 0.3, 0.2):
        clusters[threshold] = connected_components(shares >= threshold, directed=False)[1]
        print(f"linked by {threshold:.0%} of words: {clusters[threshold].max() + 1} clusters")
    more_c = sum(genome.count("C") > genome.count("G") for genome in mammals.sequences)
    print(f"more C than G, the sign of one and the same strand: {more_c} of {len(mammals)}")

# %% [markdown] tags=["predict"]
# ### Predict, then run
# In the core lecture, 3-mers of proteins fell from above 0.9 on a random split to about 0.6 with
# clusters held out. **Before you run the next cell**: will 5-mers of mitochondria fall as deep? And
# how far does the frequency of the four bases get, without any word?


# %%
def cross_validate(features, folds):
    """Accuracy and balanced accuracy of logistic regression over five folds."""
    called = np.zeros(len(folds), dtype=int)
    for fold in range(5):
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300))
        model.fit(features[folds != fold], mammals.labels[folds != fold])
        called[folds == fold] = model.predict(features[folds == fold])
    return (called == mammals.labels).mean(), balanced_accuracy_score(mammals.labels, called)


# %%
mitochondria = {}
if mammals is not None:
    folds = {"random": random_folds(mammals.labels, seed=SEED)}
    for threshold in (0.5, 0.3, 0.2):
        folds[f"{threshold:.0%}"] = cluster_folds(clusters[threshold], mammals.labels, seed=SEED)
    for k, canonical in ((1, False), (3, False), (5, False), (5, True)):
        options = {"canonical": canonical, "normalize": "frequency"}
        features = kmer_profile(mammals.sequences, k, **options)
        for split, parts in folds.items():
            mitochondria[k, canonical, split] = cross_validate(features, parts)

# %%
if mammals is not None:
    fig, ax = plt.subplots(figsize=(8, 4.4))
    for i, (k, canonical) in enumerate(((5, False), (5, True), (3, False), (1, False))):
        values = [mitochondria[k, canonical, split][0] for split in folds]
        style = {"marker": MARKERS[i], "color": PALETTE[i], "linestyle": LINE_STYLES[i]}
        label = f"k = {k}{', canonical' if canonical else ''}" if k > 1 else "four bases"
        ax.plot(range(4), values, label=label, **style)
        shift = (8, (2, -12, -4, -16)[i])
        ax.annotate(label, (3, values[-1]), shift, textcoords="offset points", fontsize=11)
    ax.axhline(np.bincount(mammals.labels).max() / len(mammals), color="black", linestyle=":")
    ax.set_xticks(range(4), ["random split", "50 %", "30 %", "20 %"])
    ax.set(xlim=(-0.2, 3.9), ylim=(0, 1.02), ylabel="accuracy")
    ax.set(
        xlabel="no training genome shares this part of its words", title="Eight groups of mammals"
    )
    show_figure(
        fig,
        alt="Accuracy against the distance to the training set. Words of five fall little, from "
        "near 1 to about 0.9. Canonical ones lie below, words of three lower, the four bases "
        "alone fall from about 0.5. The dotted line is the largest class, 0.29.",
    )

# %%
if mammals is not None:
    for (k, canonical, split), (plain, balanced) in mitochondria.items():
        kind = "canonical" if canonical else ""
        print(f"k = {k} {kind:10s}{split:8s}accuracy {plain:.3f}, balanced {balanced:.3f}")
    far = mitochondria[5, False, "20%"][0]
    record("kmer_profiles.mtdna_random", mitochondria[5, False, "random"][0])
    record("kmer_profiles.mtdna_cluster", far)
    record("kmer_profiles.mtdna_composition_cluster", mitochondria[1, False, "20%"][0])
    # seeds 0-4: worst 0.9952
    assert_threshold(
        "kmer_profiles.mtdna_random", mitochondria[5, False, "random"][0], at_least=0.97
    )
    # seeds 0-4: worst 0.9675
    assert_threshold("kmer_profiles.mtdna_cluster", far, at_least=0.92)
    bases_only = mitochondria[1, False, "20%"][0]
    # seeds 0-4: worst 0.2843
    assert_threshold("kmer_profiles.mtdna_bases_cluster", bases_only, at_most=0.40)
    canonical_loss = far - mitochondria[5, True, "20%"][0]
    # seeds 0-4: worst 0.0277
    assert_threshold("kmer_profiles.mtdna_canonical_loss", canonical_loss, at_least=0.01)

# %% [markdown]
# Words of five stay above 0.9 where no training genome shares 20 % of its words (k was not tuned:
# all that we tried stands above). The bases alone fall to the level of the largest class. So here
# the words carry more than composition, and more than close kin. The reason is in the labels.
# "Synthase" is a job that unrelated proteins do; "bat" is a branch of the tree of life, and the far
# relatives in it still share a style of words. A cluster split does not punish words. It asks a
# harder question, and this one has an answer in words.
#
# These genomes stand on the same strand (the count of C and G above says so), and canonical words
# lose a little: the opposite of the windows. Beside it, for scale and not for comparison: the study
# that collected the genomes reports an average above 97 % over many data sets and levels of the
# tree, with another method (Randhawa, Hill and Kari 2019).
#
# ## Take-aways
# - Genomes differ in their words beyond their composition. Observed over expected shows it, by hand
#   for pairs of bases, as a picture for longer words.
# - A window tells its genome far better than guessing, and far worse than the word *signature*
#   promises: relatives are mixed up, and a genome whose composition changes loses itself.
# - Overlapping windows on both sides of a split measure recognition of the place.
# - Canonical words are right when the strand is unknown. When it is known they throw away what is
#   known: compare both.
# - A tree of profiles shows likeness. Likeness is descent, composition and habitat together; only
#   other evidence says which.
# - Where classes are descent, words reach far beyond close relatives. Whether a cluster split
#   hurts depends on what the classes are.
#
# ## References
# - S. Karlin, C. Burge (1995), *Dinucleotide relative abundance extremes: a genomic signature*,
#   doi:[10.1016/S0168-9525(00)89076-9](https://doi.org/10.1016/S0168-9525(00)89076-9)
# - H. J. Jeffrey (1990), *Chaos game representation of gene structure*,
#   doi:[10.1093/nar/18.8.2163](https://doi.org/10.1093/nar/18.8.2163)
# - G. S. Randhawa, K. A. Hill, L. Kari (2019), *ML-DSP: Machine Learning with Digital Signal
#   Processing for ultrafast, accurate, and scalable genome classification at all taxonomic levels*,
#   doi:[10.1186/s12864-019-5571-y](https://doi.org/10.1186/s12864-019-5571-y): the source of the
#   mitochondrial genomes
