# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: all
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   bioseq: {unit: sequences, kind: core, minutes: 85,
#     title: "What is a sequence to a learning machine?"}
# ---

# %% [markdown]
# # 01 · What is a sequence to a learning machine?
#
# ## Why
#
# Every model in this course reads DNA, RNA or protein. Before a model can be trusted we need to
# know what it was given: which letters, in which order, read in which frame, cut to which length.
# And we need to know what it was *asked*. Two ways of choosing test sequences, applied to one
# method on one data set, give accuracies of about 0.97 and about 0.47. Both numbers are right.
# They answer different questions, and only one of them is the question most people think they
# asked.
#
# ## Objectives
#
# After this lecture you can
#
# - name the alphabets of DNA, RNA and protein, and read an alphabet error;
# - translate a coding sequence by hand, in the right frame and with the right genetic code;
# - read and write FASTA and GenBank, and say what each of the two loses;
# - say what padding and truncation cost on real genes, in numbers;
# - measure relatedness by shared words, remove duplicates and find near-duplicates;
# - choose between a random split and held-out clusters, and say what each is fair for.
#
# ## Prerequisites
#
# Unit 00: arrays and their shapes, one-hot, training and test data, accuracy and balanced
# accuracy.
#
# ## Time
#
# 85 minutes with a class: 15 alphabets, 20 reading frames and files, 15 scale and lengths,
# 35 relatives and splits.

# %% [markdown]
# ## Biology card
#
# | term | what it means here |
# |---|---|
# | **gene** | a stretch of a chromosome that is read out; some lead to a protein (all in our data do), many to a functional RNA |
# | **transcript** | one RNA copy of a gene after processing (splicing above all); one gene may give several |
# | **isoform** | one of the versions of a gene's product: some exons in, some out, or another start or end. Isoforms share long stretches letter for letter |
# | **coding sequence (CDS)** | the part of a transcript that is translated, from the start codon to the stop codon. Each row of our data is one, or a fragment of one |
# | **codon** | three bases that stand for one amino acid, or for stop |
# | **reading frame** | where the cutting into threes begins: three ways on each strand, six in all |
# | **open reading frame (ORF)** | a start codon (ATG), codons without a stop, then a stop, all in one frame |
# | **homology** | descent from a common ancestor. It is there or it is not: "60 % homologous" is a slip of the tongue for "60 % *identical*" |
# | **paralogues** | homologous genes parted by a duplication. **Orthologues** are homologous genes parted by a speciation |
# | **synthetase, synthase** | enzymes named by what they make. A synthetase spends ATP (or a like molecule) for it; a synthase need not |
#
# Similar letters are *evidence* of homology, not the thing itself: after long enough, homologous
# proteins share hardly more letters than unrelated ones (Rost 1999).

# %%
import io
import tempfile
from collections import Counter
from itertools import product
from pathlib import Path

from bioseq_course.alphabet import DNA, PROTEIN, RNA, AlphabetError, reverse_complement, transcribe
from bioseq_course.alphabet import translate as course_translate
from bioseq_course.datasets import load_gene_families
from bioseq_course.encode import index_encode, one_hot_encode, pad_sequences
from bioseq_course.fasta import FastaRecord, read_fasta, write_fasta
from bioseq_course.ladder import load_ladder
from bioseq_course.plots import PALETTE, show_figure, use_course_style
from bioseq_course.run import seed
from bioseq_course.scoreboard import record
from bioseq_course.splits import (
    cluster_folds,
    clusters_from,
    leakage_report,
    nearest_neighbour_predict,
    random_folds,
    shared_words,
)
from bioseq_course.thresholds import assert_threshold

import matplotlib.pyplot as plt
import numpy as np
from Bio import SeqIO
from Bio.Align import PairwiseAligner, substitution_matrices
from Bio.Seq import Seq
from Bio.SeqFeature import SeqFeature, SimpleLocation
from Bio.SeqRecord import SeqRecord
from sklearn.metrics import balanced_accuracy_score

use_course_style()
SEED = seed()

# %% [markdown]
# ## 1 · Letters, and their order
#
# A sequence is a string over an **alphabet**: four letters for DNA, four for RNA, twenty for
# protein. (A rare twenty-first residue, selenocysteine, U, turns up in section 2.) The order of
# the *alphabet* decides which column of an array belongs to which letter. The order of the
# *sequence* is the message.

# %% tags=["nbval-check-output"]
for alphabet in (DNA, RNA, PROTEIN):
    print(f"{alphabet.name:8s} {len(alphabet):2d} symbols  {alphabet.symbols}")

# %% [markdown]
# Two sequences with the same letters in another order have the same composition. A one-hot array
# $X$ of shape `(B, L, A)` (sequences, positions, alphabet) tells them apart; its sum over
# positions, shape `(B, A)`, does not.
#
# Nor are the letters independent draws: neighbours depend on one another, and the composition
# drifts along a gene. Deep dive 01a measures both; here it is enough that order carries
# information.

# %% tags=["nbval-check-output"]
pair = one_hot_encode(["GATTACA", "CATAGAT"])  # (B, L, A)
print("shape", pair.shape, "type", pair.dtype)
print("letters in all:", pair.sum(axis=1).astype(int).tolist())
print("positions that differ:", int((pair[0] != pair[1]).any(axis=-1).sum()), "of 7")

# %% [markdown]
# ### An error worth reading
#
# A letter that is not in the alphabet is refused. The message says **what** (the symbol),
# **where** (position, counted from 1, and the sequence's name), **what was expected** (the
# alphabet) and the **cure**. The alternative, zeros or an A in its place without a word, is worse:
# nobody looks.


# %% tags=["nbval-check-output"]
def show_refusal(sequence, name):
    try:
        one_hot_encode([sequence], names=[name])
    except AlphabetError as error:
        print(error)


refused = {"seq7": "ACGZ", "masked": "ACgT", "rna1": "ACGU", "unknown1": "ACGN"}
for name, sequence in refused.items():
    show_refusal(sequence, name)

# %% [markdown]
# The last letter was no accident. The IUPAC **ambiguity codes** name sets of bases (Cornish-Bowden
# 1985): R is A or G, N is any base. There are three honest ways to feed one to a machine: refuse
# it, write a row of zeros ("nothing known"), or spread the 1 over what it may be.

# %% tags=["nbval-check-output"]
print("R:", DNA.ambiguity["R"], " N:", DNA.ambiguity["N"], " protein B:", PROTEIN.ambiguity["B"])
print(one_hot_encode(["ARN"], unknown="uniform")[0])

# %% [markdown]
# Now the data that climbs through the whole course: coding sequences of human transcripts in seven
# classes. The record says where they come from and, more important, what is wrong with them.

# %% tags=["nbval-check-output"]
genes = load_gene_families()
print(genes)
print("source:", genes.source)
for defect in genes.defects:
    print("-", defect)

# %% [markdown]
# ## 2 · From DNA to protein
#
# The **central dogma** (Crick 1970): information goes from DNA to RNA to protein, at times from
# RNA back to DNA, and never out of protein. In letters: transcription writes T as U; translation
# reads three bases at a time and writes one amino acid. (Python counts rows from 0, names count
# from 1: row 237 is `gene-0238`.)

# %% tags=["nbval-check-output"]
example = genes.sequences[237]
print(genes.names[237], "a", genes.class_names[genes.labels[237]])
print("DNA    ", example[:30], f"... {len(example)} bases")
print("RNA    ", transcribe(example)[:30])
print("protein", "  ".join(course_translate(example)[:10]))

# %% [markdown]
# The **genetic code** is a table of 64 rows. Written in the textbook order (T, C, A, G at each of
# the three positions) it fits in one string. Translation by hand is then one line. Is it right?
# Compare it with Biopython (Cock et al. 2009) on every gene that has no N in it.

# %% tags=["nbval-check-output"]
RESIDUES = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
CODON_TABLE = dict(zip(map("".join, product("TCAG", repeat=3)), RESIDUES, strict=True))


def translate_by_hand(dna):
    return "".join(CODON_TABLE[dna[i : i + 3]] for i in range(0, len(dna) - 2, 3))


plain = [dna for dna in genes.sequences if "N" not in dna]
biopython = [str(Seq(dna[: len(dna) // 3 * 3]).translate()) for dna in plain]
same = sum(translate_by_hand(dna) == other for dna, other in zip(plain, biopython, strict=True))
print(f"{same} of {len(plain)} translations equal Biopython's")

# %% [markdown] tags=["predict"]
# **Predict, then run.** The example gene has 384 bases. Read it in each of the six frames: three
# on the strand as given, three on the other strand. How many stop codons do you expect in frame 1?
# How many in each of the others, if bases came at random (3 of 64 codons are stops)? Write down
# both.


# %% tags=["nbval-check-output"]
def six_frames(dna):
    strands = {"+": dna, "-": reverse_complement(dna)}
    return {
        f"{sign}{f + 1}": course_translate(s[f:]) for sign, s in strands.items() for f in range(3)
    }


for frame, protein in six_frames(example).items():
    print(frame, protein.count("*"), "stops ", protein[:40])

# %% [markdown]
# Frame +1 has a single stop, its last codon. That holds by definition: a coding sequence *is* what
# is read up to the stop. At random, 128 codons would hold 128 × 3/64 = 6 stops on average; the
# other frames, which nobody reads, have 2 to 7. A long stretch without a stop is therefore a
# *sign* of a gene, and the picture of the six frames shows it: the one lane that stays empty from
# an ATG to a stop. Such a stretch is an **open reading frame**; in the lab you write the function
# that finds them.


# %%
def draw_stops(dna, ax):
    for lane, (frame, protein) in enumerate(six_frames(dna).items()):
        offset = int(frame[1]) - 1
        stops = np.array([offset + 3 * i + 1.5 for i, aa in enumerate(protein) if aa == "*"])
        stops = stops if frame[0] == "+" else len(dna) - stops
        colour = PALETTE[1] if frame == "+1" else PALETTE[0]
        ax.hlines(lane, 0, len(dna), color=colour, lw=1)
        ax.plot(stops, [lane] * len(stops), "|", color=colour, ms=20, mew=3)
    ax.set_yticks(range(6), six_frames(dna))
    ax.set_ylim(5.6, -0.6)  # +1 on top


fig, ax = plt.subplots(figsize=(9, 3.6))
draw_stops(example, ax)
ax.set(title="Stop codons in the six frames of one gene", ylabel="frame")
ax.set_xlabel("position on the strand as given (bases)")
show_figure(
    fig,
    alt="Six horizontal lanes, one a reading frame, with a tick at each stop codon. Lane +1 has "
    "one tick, at its very end. Lanes +2, +3 and -3 have four to seven, spread out; lane -1 has "
    "four, all before base 220, and lane -2 only two, near 260 and 300.",
)

# %% [markdown]
# One gene is an anecdote. Over every sixth distinct row, stop codons per 100 codons in each frame
# (the last codon, where a stop belongs, left out):

# %% tags=["nbval-check-output"]
stops, codons = Counter(), Counter()
for dna in sorted(set(genes.sequences))[::6]:
    for frame, protein in six_frames(dna).items():
        stops[frame] += protein[:-1].count("*")
        codons[frame] += len(protein[:-1])
print({frame: round(100 * stops[frame] / codons[frame], 2) for frame in codons})
print(f"if bases came at random: {300 / 64:.2f}")
no_stop = (61 / 64) ** 127
print(f"chance that 127 random codons hold no stop: {no_stop:.4f}")
starts = 2 * 4_641_652 * 3 / 64  # in a random genome as long as E. coli's, both strands
print(f"a random E. coli: {starts:,.0f} stops, {starts * no_stop:,.0f} with such a run behind them")

# %% [markdown]
# The 0 in frame +1 is there by definition again, not a discovery. The other frames are near the
# random 4.7, but not equal to it: bases in genes do not come at random. And mind the last two
# lines. At *one* place a run without a stop is rare. A genome has six frames and very many places:
# random letters of the length of *E. coli*'s chromosome would hold hundreds of them by chance.

# %% [markdown]
# Three distinct rows of the data do have a stop inside frame +1. Data with a defect, or biology?
# Look before you delete.

# %% tags=["nbval-check-output"]
proteins = load_gene_families("protein").sequences
for row in [row for row, protein in enumerate(proteins) if "*" in protein]:
    dna = genes.sequences[row]
    codons = Counter(dna[i : i + 3] for i in range(0, len(dna) - 5, 3))  # without the last
    print(genes.names[row], {codon: codons[codon] for codon in ("TGA", "ATA", "AGA", "AGG")})
    for table in (1, 2):
        protein = course_translate(dna, table=table)
        print(f"  code {table}: {protein[:-1].count('*')} stops inside, {protein[:66]}")

# %% [markdown]
# The first two are read without a stop by genetic code 2, that of vertebrate *mitochondria*: there
# TGA is tryptophan (W for each `*`), ATA is methionine (M where the standard code has I), and AGA
# and AGG are stops. They begin like subunits 8 and 6 of ATP synthase, which mitochondria encode
# (P03928, P00846; UniProt Consortium 2025). The third has a single TGA inside, in `KG*GC`. Code 2
# does not cure it: its five AGA and one AGG, arginine in the standard code, become six stops. It
# begins like selenophosphate synthetase 2 (SEPHS2, Q99611), in which that TGA is read as
# **selenocysteine**, the twenty-first residue, U. What tells the cell so is a hairpin in the
# transcript (SECIS), which lies behind the coding sequence and so outside our rows. Nothing is
# broken: for two of them the standard code is the wrong one, and no table tells the third's TGA
# from a stop. The course leaves these rows out because later units use the standard code alone; a
# clean-up script that calls them "corrupt" would teach you something false.

# %% [markdown]
# ## 3 · Files: FASTA and GenBank
#
# **FASTA** (Pearson and Lipman 1988) is a header line `>name description` and then letters. It
# keeps the letters, with their case, and one line of free text. It loses *what is where*: no
# features, no molecule type, no genetic code.

# %% tags=["nbval-check-output"]
path = Path(tempfile.mkdtemp()) / "three.fasta"
data = genes.take([237, 0, 1679])
kinds = [data.class_names[label] for label in data.labels]
records = [FastaRecord(*entry) for entry in zip(data.names, kinds, data.sequences, strict=True)]
write_fasta(path, records)
print(path.read_text()[:150])
print("round trip:", read_fasta(path) == records)

# %% [markdown]
# **GenBank** keeps *features* as well: where on the molecule something is, and what. Let us make
# the record that a transcript would have, with untranslated ends around the coding sequence, write
# it, and read it back. (The two ends are made up; the gene is real.)

# %% tags=["nbval-check-output"]
left, right = "AGCCACGTTGACC", "TGCCAATAAAGC"
transcript = SeqRecord(Seq(left + example + right), "TOY001", "TOY001")
transcript.annotations = {"molecule_type": "mRNA"}
where = SimpleLocation(len(left), len(left) + len(example), strand=1)
notes = {"product": ["a synthase"], "translation": [course_translate(example, to_stop=True)]}
transcript.features.append(SeqFeature(where, type="CDS", qualifiers=notes))
SeqIO.write(transcript, genbank := io.StringIO(), "genbank")
print("\n".join(line.rstrip() for line in genbank.getvalue().splitlines()))

# %% [markdown]
# Locations in the file count from 1 and include both ends (`14..397`); Biopython counts from 0 and
# leaves the end out, like Python. Off-by-one errors live at this border, so check them by what the
# feature *says*:

# %% tags=["nbval-check-output"]
genbank.seek(0)
back = SeqIO.read(genbank, "genbank")
coding = back.features[0]
protein = str(coding.extract(back.seq).translate(to_stop=True))
print(coding.type, coding.location, protein == coding.qualifiers["translation"][0], protein[:20])
print("whole transcript read from its first base:", course_translate(str(back.seq))[:20], "...")
masked = SeqRecord(Seq("ACgtAC"), "masked", annotations={"molecule_type": "DNA"})
print("ACgtAC comes back as", SeqIO.read(io.StringIO(masked.format("genbank")), "genbank").seq)

# %% [markdown]
# The leader has 13 bases, not a multiple of three, so the transcript read from its first base is
# out of frame: the feature is needed. GenBank loses something too: case. Its letters are written
# small and read back large, so a soft-masked stretch is gone.
#
# Our gene families come without such features: no gene name, no accession, no transcript number.
# That is why we cannot ask the file *which rows are the same gene*. We will have to measure it
# (section 7).

# %% [markdown]
# ## 4 · The scale of things
#
# How large does a sequence become when it is one-hot encoded in 32-bit floats? Memory = L × A × 4
# bytes. *E. coli* K-12: Blattner et al. 1997. Chromosome 1: assembly GRCh38 (Schneider et al.
# 2017). The human genome is rounded (International Human Genome Sequencing Consortium 2001).

# %% tags=["nbval-check-output"]
lengths = {
    "one gene (median CDS)": int(np.median([len(dna) for dna in genes.sequences])),
    "all 4,380 rows": sum(len(dna) for dna in genes.sequences),
    "E. coli chromosome": 4_641_652,
    "human chromosome 1": 248_956_422,
    "human genome": 3_000_000_000,
}
for what, length in lengths.items():
    as_text, one_hot, two_bits = length / 1e6, length * 4 * 4 / 1e6, length / 4 / 1e6
    print(f"{what:22s} {length:13,d} bases {as_text:9,.3f} MB as text", end=" ")
    print(f"{one_hot:9,.2f} MB one-hot {two_bits:6,.2f} MB at 2 bits")

# %% [markdown]
# One-hot costs 16 bytes a base where 2 bits would do: 64 times more, and 48 GB for a human genome.
# So do not encode a genome as a whole: read it in windows, and encode each when its turn comes.

# %% [markdown]
# ## 5 · Four ways to feed a sequence to a learner
#
# | way | shape, for one sequence of length L | gains | costs | met in unit |
# |---|---|---|---|---|
# | **word counts** (k-mers) | `(A^k,)` | one size whatever the length; fast; a strong start on little data | order beyond k is gone; grows as A^k | 02 |
# | **embeddings** (index, then a learned vector a symbol or word) | `(L,)` whole numbers → `(L, D)` | words can become similar; vectors can be learned without labels | alone it adds nothing: it is a matrix product; vectors must be learned | 03 |
# | **one-hot** | `(L, A)` | nothing lost, nothing assumed | long; every sequence must be padded; all letters equally far apart | 04 |
# | **recurrent** (one letter at a time, a state carried along) | `(L, A)` in, `(D,)` carried | any length; order counts | step by step, so slow; may forget | 05, 06 |
#
# Strictly, the first three are *encodings* (what the numbers are), and the fourth is a kind of
# *reader*: it takes an encoding, one-hot or embedded, one letter at a time. All four stand in one
# table because each answers the same practical question: in what shape does the sequence reach the
# learner, and what is lost on the way? Later units put measured numbers of *this*
# data set, on *the same* split, behind each row. Attention (07, 08) is a reader too, one that lets
# every position look at every other.

# %% tags=["nbval-check-output"]
words = {example[i : i + 3] for i in range(len(example) - 2)}
print("word counts, k = 3:", (4**3,), f"of which {len(words)} are not 0")
print("index:             ", index_encode([example])[0].shape, index_encode([example])[0, :6])
print("one-hot:           ", one_hot_encode([example])[0].shape)
print(f"recurrent:          {len(example)} steps of shape", one_hot_encode([example])[0, 0].shape)

# %% [markdown]
# ## 6 · Lengths
#
# A network reads rectangles: every row of a batch has the same length. Genes do not. From here on
# we use the course's **ladder**: distinct DNA, no stop inside, at least 20 residues.

# %% tags=["nbval-check-output"]
ladder = load_ladder()
residues = np.array([len(protein) for protein in ladder.protein])
print(ladder)
print("residues at 1, 25, 50, 75, 99 %:", np.percentile(residues, [1, 25, 50, 75, 99]).round())

# %%
fig, ax = plt.subplots(figsize=(8, 3.8))
ax.hist(residues, bins=np.geomspace(20, 7000, 45), color=PALETTE[0])
ax.axvline(np.median(residues), color=PALETTE[1], ls="--")
ax.text(np.median(residues) * 1.06, ax.get_ylim()[1] * 0.94, "median", color=PALETTE[1])
ax.set_xscale("log")
ax.set_xticks([20, 50, 100, 200, 500, 1000, 2000, 5000], [20, 50, 100, 200, 500, 1000, 2000, 5000])
ax.set(title="How long are the proteins?", xlabel="length (residues, log scale)", ylabel="proteins")
show_figure(
    fig,
    alt="Histogram of protein lengths on a logarithmic axis, from 20 to over 6,000 residues: two "
    "humps, near 140 and near 450; the median, 265, is marked and lies in the dip between them.",
)

# %% [markdown]
# **Padding** fills up the short ones. **Truncation** cuts the long ones. Which end is which is a
# choice, and it must be said.

# %% tags=["nbval-check-output"]
toy = ["MKVLAT", "MKV", "GG"]
print("pad right:          ", pad_sequences(toy, length=6))
print("pad left:           ", pad_sequences(toy, length=6, side="left"))
print("to 4, end cut off:  ", pad_sequences(toy, length=4, truncate="right"))
print("to 4, start cut off:", pad_sequences(toy, length=4, truncate="left"))


# %% [markdown]
# What does padding cost? The share of a batch's cells that hold nothing, for batches of 32 in
# random order, in order of length, and for one rectangle around everything:


# %%
def padding_share(order, batch_size=32):
    batches = [residues[order[i : i + batch_size]] for i in range(0, len(order), batch_size)]
    return 1 - residues.sum() / sum(batch.max() * len(batch) for batch in batches)


shuffled = np.random.default_rng(SEED).permutation(len(residues))
waste = {
    "one rectangle": padding_share(shuffled, batch_size=len(residues)),
    "batches, shuffled": padding_share(shuffled),
    "batches, sorted by length": padding_share(np.argsort(residues)),
}
for how, share in waste.items():
    print(f"{how:26s} {share:.0%} of the cells are padding")
# seeds 0-4: worst 0.765
assert_threshold("sequences.padding_shuffled", waste["batches, shuffled"], at_least=0.7)

# %% [markdown]
# Sorting is nearly free of waste, at a price of its own: batches are no longer random samples of
# the data, which stochastic gradient descent assumes. A compromise: sort within large random
# blocks.
#
# About the last line of that output, and all lines like it below. The bound was set *after* seeing
# the values of seeds 0 to 4. It guards the sentence beside it against later changes; it is not a
# statistical test.
#
# Truncation looks cheaper. It has a price that is easy to miss: sequences that differ only behind
# the cut become **the same row**.

# %% tags=["nbval-check-output"]
print(f"not cut: {len(set(ladder.protein)):,} distinct proteins in {len(ladder):,} rows")
for length in (100, 256, 512, 1024, 2048):
    cut = pad_sequences(ladder.protein, length=length, truncate="right")
    lost = np.maximum(residues - length, 0).sum() / residues.sum()
    empty = np.maximum(length - residues, 0).sum() / (length * len(residues))
    print(f"to {length:4d}: {(residues > length).mean():4.0%} cut, ", end="")
    print(f"{lost:4.0%} of residues lost, {empty:4.0%} padding, {len(set(cut)):,} distinct")

# %% [markdown]
# Cut to 100 residues, the number of distinct proteins falls by a third: many begin alike, as
# isoforms of one gene do. (Section 9 checks that they are relatives.) If one copy sits in training
# and its twin in test, a model that memorises is rewarded. Length decisions are *split* decisions
# too.

# %% [markdown]
# ## 7 · Relatives: how similar are two sequences?
#
# Take the set $W(s)$ of distinct words of k letters in a sequence $s$. The **share of words** of
# two sequences is
#
# $$ \mathrm{share}(a, b) = \frac{|W(a) \cap W(b)|}{\min(|W(a)|,\ |W(b)|)} $$
#
# the part of the poorer one's words found in both: 1 for a fragment of a longer protein, near 0
# for unrelated ones. It is a similarity; **the distance of this unit is 1 − share**. Here k = 5 on
# proteins, and words of fewer than three different letters (**low complexity**) are left out,
# because runs such as `QQQQQ` turn up in unrelated proteins. (Edgar 2004 finds relatives by words
# over *compressed* alphabets, where chemically alike residues are one letter. We keep all twenty.)


# %% tags=["nbval-check-output"]
def distinct_words(protein, k=5):
    words = {protein[i : i + k] for i in range(len(protein) - k + 1)}
    return {word for word in words if len(set(word)) >= 3 and set(word) <= set(PROTEIN.symbols)}


def share_of_words(a, b):
    return len(a & b) / max(1, min(len(a), len(b)))


one, other = distinct_words("MKVLATGGHE"), distinct_words("MKVLATGGRR")
print(sorted(one), "\n", sorted(other))
print(f"{len(one & other)} shared; share of words {share_of_words(one, other):.3f}")

# %% [markdown]
# A share of words is **not** an identity. A word survives only if all five letters survive, so at
# identity $p$, with changes *scattered at random*, we expect a share near $p^5$. Let us scatter
# changes over a real protein and see.

# %%
rng = np.random.default_rng(SEED)
protein = ladder.protein[int(np.argmax((residues > 1000) & (residues < 1100)))]
original = distinct_words(protein)
for identity in (0.98, 0.9, 0.8, 0.63, 0.5):
    letters = np.array(list(protein))
    changed = rng.permutation(len(letters))[: round((1 - identity) * len(letters))]
    shift = rng.integers(1, 20, size=len(changed))  # to one of the 19 other residues
    codes = [(PROTEIN.index(letters[i]) + s) % 20 for i, s in zip(changed, shift, strict=True)]
    letters[changed] = [PROTEIN.symbols[code] for code in codes]
    share = share_of_words(original, distinct_words("".join(letters)))
    print(f"identity {identity:.0%}: share of words {share:.2f}, p^5 = {identity**5:.2f}")

# %% [markdown]
# *If* changes are scattered, a share of 90 % means about 98 % identity, and a share of 10 % still
# about 63 %. Are they scattered between real relatives? We come to that in a moment.
#
# 3,590 proteins make 6.4 million pairs. `bioseq_course.splits` counts the shared words of all of
# them in one sparse matrix product. Is it the same number?

# %% tags=["nbval-check-output"]
shared, labels = ladder.shared, ladder.labels
checked = np.arange(0, len(shared.counts), len(shared.counts) // 200)
by_hand = [
    share_of_words(distinct_words(ladder.protein[i]), distinct_words(ladder.protein[j]))
    for i, j in zip(shared.first[checked], shared.second[checked], strict=True)
]
print(shared)
print(f"equal on {len(checked)} pairs:", np.allclose(by_hand, shared.shares[checked]))

# %% [markdown]
# Now align real pairs (BLOSUM62, Henikoff and Henikoff 1992), 20 at each share, both proteins
# shorter than 900 residues. Identity is identical letters over the length of the *shorter*
# protein. With **free ends**, what hangs over at an end costs nothing, so a fragment that fits
# scores 1.


# %%
SCORES = {"open_gap_score": -11, "extend_gap_score": -1}
SCORES["substitution_matrix"] = substitution_matrices.load("BLOSUM62")
ends_charged, ends_free = PairwiseAligner(**SCORES), PairwiseAligner(**SCORES)
ends_free.end_gap_score = 0


def identity(pair, aligner):
    one, other = (ladder.protein[row] for row in pair)
    return aligner.align(one, other)[0].counts().identities / min(len(one), len(other))


rng = np.random.default_rng(SEED)
short = np.maximum(residues[shared.first], residues[shared.second]) < 900
for low, high in ((0.05, 0.06), (0.2, 0.25), (0.45, 0.55), (0.88, 0.92)):
    rows = np.flatnonzero(short & (shared.shares >= low) & (shared.shares <= high))
    pairs = [(shared.first[row], shared.second[row]) for row in rng.choice(rows, 20, replace=False)]
    quartiles = np.quantile([identity(pair, ends_free) for pair in pairs], (0.25, 0.5, 0.75))
    print(f"share {low:.2f}-{high:.2f}: identity quartiles {quartiles.round(2)}, ", end="")
    print(f"scattered: {low**0.2:.2f}-{high**0.2:.2f}")
    if low == 0.2:
        # seeds 0-4: worst 0.6219
        assert_threshold("sequences.identity_at_share_20", quartiles[1], at_most=0.7)
pairs = [rng.choice(np.flatnonzero(residues < 900), 2, replace=False) for _ in range(20)]
free, charged = ([identity(p, aligner) for p in pairs] for aligner in (ends_free, ends_charged))
print(f"random pairs: median {np.median(free):.2f} with free ends, ", end="")
print(f"{np.median(charged):.2f} with ends charged like other gaps")

# %% [markdown]
# There is **no fixed exchange rate**. Real relatives are less identical than scattered changes
# would make them at the same share: changes crowd in some stretches and spare others (or a whole
# stretch is another one), and what is spared keeps its words. So say always which of the two you
# mean. **All thresholds below are shares of words.**
#
# Mind the last line too. "Identity of two random proteins" depends on the way of aligning: with
# free ends the aligner slides them apart until little overlaps; forced to lie on one another, they
# agree in far more places by chance.

# %% [markdown]
# ## 8 · Duplicates and near-duplicates
#
# First the plainest leak of all: the same row twice.

# %%
distinct = set(genes.sequences)
labelled = set(zip(genes.sequences, genes.labels.tolist(), strict=True))
print(f"{len(genes):,} rows, {len(distinct):,} distinct", end="; ")
print(f"sequences with two labels: {len(labelled) - len(distinct)}")
print(f"ladder: rows that repeat a protein: {len(ladder) - len(set(ladder.protein))}")
record("sequences.duplicate_sequences", len(genes) - len(distinct))

# %% [markdown]
# No duplicate carries two labels, so copying never misleads here. And the ladder is free of equal
# *DNA* only: different codons can spell the same protein, and the rows that do are kept.
#
# How much are duplicates worth on a random split? Take a machine that has learned nothing: a
# dictionary of the training rows. It can answer only when it has seen the very same string.


# %%
def lookup_coverage(folds):
    known = [{genes.sequences[i] for i in np.flatnonzero(folds != fold)} for fold in range(5)]
    return np.mean([dna in known[fold] for dna, fold in zip(genes.sequences, folds, strict=True)])


coverage = lookup_coverage(random_folds(genes.labels, seed=SEED))
print(f"answered by looking up the identical string: {coverage:.1%} of test rows")
# seeds 0-4: worst 0.2427
assert_threshold("sequences.lookup_coverage", coverage, at_least=0.22)

# %% [markdown]
# A quarter of the test set is answered without learning anything. Information about the answers
# that will not be there when the model is used is called **leakage** (Kaufman et al. 2012).
# Dependent examples on both sides of a split are one of the pitfalls listed for genomics by Whalen
# et al. (2022), and whether the two sides are independent is one of the things a paper should
# report (Walsh et al. 2021). So duplicates go first, *before* any split. That is the easy part:
# near-duplicates remain. On the ladder, where every DNA row is distinct, look for the closest
# relative of each test protein among the training proteins:

# %%
folds = random_folds(labels, seed=SEED)  # (B,) the fold in which each row is tested
train, test = np.flatnonzero(folds != 0), np.flatnonzero(folds == 0)
closest = shared.closest(test, train).shares
for threshold in (1.0, 0.9, 0.5, 0.2):
    print(f"closest training relative shares >= {threshold:4.0%} of the words: ", end="")
    print(f"{(closest >= threshold).mean():.0%} of test proteins")
# seeds 0-4: worst 0.7646
assert_threshold("sequences.random_near_copies", (closest >= 0.9).mean(), at_least=0.72)

# %% [markdown]
# ## 9 · A nearest neighbour on two splits
#
# The simplest learner that can use this: **copy the label of the training protein with the largest
# share of words**. No training, no parameters. By hand, for twenty test proteins and the first 300
# training proteins, beside the package:


# %% tags=["nbval-check-output"]
known = train[:300]
known_words = [distinct_words(ladder.protein[row]) for row in known]


def copy_closest(protein):
    own = distinct_words(protein)
    # Ties: the pair with more shared words, then the lower row number.
    ranks = [(share_of_words(own, w), len(own & w), -i) for i, w in enumerate(known_words)]
    best = max(ranks)
    return labels[known[-best[2]]] if best[1] else np.bincount(labels[known]).argmax()


by_hand = [copy_closest(ladder.protein[row]) for row in test[:20]]
found = nearest_neighbour_predict(shared, labels, known, test[:20])
print("by hand = package:", (np.array(by_hand) == found.labels).all())

# %% [markdown]
# Five folds: every protein is tested once, by a nearest neighbour that knows the other four
# fifths.


# %%
def score_folds(folds):
    """Accuracy and balanced accuracy of each fold (F, 2); hits and closest shares of rows (B,)."""
    hit, closest, scores = np.zeros(len(labels), bool), np.zeros(len(labels)), []
    for fold in range(5):
        train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        found = nearest_neighbour_predict(shared, labels, train, test)
        hit[test], closest[test] = found.labels == labels[test], found.shares
        scores.append((hit[test].mean(), balanced_accuracy_score(labels[test], found.labels)))
    return np.array(scores), hit, closest


def describe(name, scores):
    mean, spread = scores.mean(axis=0), scores.std(axis=0, ddof=1)
    print(f"{name}: accuracy {mean[0]:.3f} ± {spread[0]:.3f}, ", end="")
    print(f"balanced {mean[1]:.3f} ± {spread[1]:.3f}")


random_scores, random_hit, random_closest = score_folds(folds)
majority = np.bincount(labels).max() / len(labels)
print(f"majority class ({ladder.class_names[np.bincount(labels).argmax()]}): {majority:.3f}")
describe("random split", random_scores)
record("sequences.nearest_neighbour_random", random_scores[:, 0].mean())
record("sequences.nearest_neighbour_random_balanced", random_scores[:, 1].mean())
# seeds 0-4: worst 0.9688
assert_threshold("sequences.nearest_neighbour_random", random_scores[:, 0].mean(), at_least=0.96)

# %% [markdown]
# Seven classes, majority 0.31, and copying gives 0.97. (± is the standard deviation over the five
# folds: a spread, not a confidence interval.) It would be tempting to stop here.
#
# Now link two proteins when the smaller shares **at least 20 % of its words, and at least 10
# words**, with the other. A **cluster** is everything that is linked, directly or through others.
# Whole clusters go to one side of the split. **Held-out clusters are not held-out homology**:
# relatives below the threshold, and those that only a fold or an alignment shows, stay on both
# sides.

# %% tags=["nbval-check-output"]
clusters = ladder.clusters  # (B,) at 20 %
sizes = np.bincount(clusters)


def tabulate(groups):
    """Count the rows of each class in each cluster: (clusters, classes)."""
    table = np.zeros((groups.max() + 1, len(ladder.class_names)), int)
    np.add.at(table, (groups, labels), 1)
    return table


print(f"{len(sizes)} clusters, the largest of {sizes.max()}, {(sizes == 1).sum()} of one protein")
for name, column in zip(ladder.class_names, tabulate(clusters).T, strict=True):
    print(f"  {name:27s} {column.sum():5d} proteins in {(column > 0).sum():3d} clusters")
alike = {}  # proteins that begin with the same 100 residues: which proteins, which clusters
for protein, cluster in zip(ladder.protein, clusters, strict=True):
    alike.setdefault(protein[:100], set()).add((protein, cluster))
merged = [{cluster for _, cluster in group} for group in alike.values() if len(group) > 1]
print(f"{len(merged)} beginnings of 100 residues belong to several proteins, ", end="")
print(f"{sum(len(found) == 1 for found in merged)} of them within one cluster")

# %% [markdown] tags=["predict"]
# **Predict, then run.** The same 3,590 proteins, the same nearest neighbour, the same number of
# training rows, give or take a cluster. But now no test protein has a training relative that is
# linked to it. The random split gave 0.97; always guessing the largest class gives 0.31. Which
# accuracy do you expect? Write down a number, and how surprised you would be if you were off by
# 0.2.

# %%
honest_folds = cluster_folds(clusters, labels, seed=SEED)
across = honest_folds[shared.first] != honest_folds[shared.second]
nearest = shared.shares[across & (shared.counts >= 10)].max()
print(f"largest share of at least 10 words across the border: {nearest:.3f}")
cluster_scores, cluster_hit, cluster_closest = score_folds(honest_folds)

# %%
describe("random split     ", random_scores)
describe("clusters held out", cluster_scores)
print(f"majority class   : accuracy {majority:.3f}, balanced {1 / 7:.3f}")
drawn = np.random.default_rng(SEED).integers(len(sizes), size=(1000, len(sizes)))
for name, hit in (("random split", random_hit), ("clusters held out", cluster_hit)):
    right = np.bincount(clusters, weights=hit)[drawn].sum(axis=1)  # (1000,) of clusters drawn again
    scores = right / sizes[drawn].sum(axis=1)
    effective = hit.mean() * (1 - hit.mean()) / scores.var()
    low, high = np.quantile(scores, (0.025, 0.975))
    print(f"{name}: {low:.3f} to {high:.3f} in 95 % of draws, ", end="")
    print(f"standard error {scores.std():.3f}, as of {effective:,.0f} independent rows")
record("sequences.nearest_neighbour_cluster", cluster_scores[:, 0].mean())
record("sequences.nearest_neighbour_cluster_balanced", cluster_scores[:, 1].mean())
# seeds 0-4: worst 0.4875
assert_threshold("sequences.nearest_neighbour_cluster", cluster_scores[:, 0].mean(), at_most=0.52)

# %% [markdown]
# The belief that breaks: **"a random split is fair."** About half of the score is gone. The lines
# with a standard error are a **cluster bootstrap**: draw the 617 clusters anew, with replacement,
# a thousand times, and see how the accuracy moves. Rows of one family are right or wrong together,
# so the error is larger than for as many independent rows; the number of independent rows with the
# same error is the *effective* sample. (It leaves out the chance of another deal into folds.)
#
# Did the second experiment give the learner less, or ask it about harder proteins? Neither: the
# same proteins are tested, once each, and about as many are known. What changed is the *company*
# in training. Check it on the proteins that never had company, linked to no other: clusters of
# one.

# %%
company = sizes[clusters]
print("training rows per fold:", [int((folds != f).sum()) for f in range(5)], "random")
print("                       ", [int((honest_folds != f).sum()) for f in range(5)], "clusters")
for low, high in ((1, 1), (2, 2), (3, 5), (6, 20), (21, 100)):
    rows = (company >= low) & (company <= high)
    print(f"cluster size {low:2d}-{high:3d}: {rows.sum():5d} proteins, accuracy ", end="")
    print(f"{random_hit[rows].mean():.2f} random, {cluster_hit[rows].mean():.2f} clusters held out")
alone = random_hit[company == 1].astype(int) - cluster_hit[company == 1]  # -1, 0 or 1 a protein
error = alone.std(ddof=1) / np.sqrt(len(alone))
print(f"clusters of one: random minus clusters {alone.mean():+.3f} ± {error:.3f} (standard error)")
gap_alone = abs(alone.mean())
gap_company = random_hit[company > 5].mean() - cluster_hit[company > 5].mean()
# seeds 0-4: worst 0.0451
assert_threshold("sequences.gap_without_relatives", gap_alone, at_most=0.12)
# seeds 0-4: worst 0.5129
assert_threshold("sequences.gap_with_relatives", gap_company, at_least=0.45)

# %% [markdown]
# Proteins without a near relative (none linked at 20 %) score alike under both splits, within the
# error printed. The 0.97 was never a property of the method alone: it was a property of how many
# near relatives the test set had in training.

# %% [markdown]
# ## 10 · The dial
#
# Why 20 %? There is no right threshold. So turn it: 90, 70, 50, 30, 20 and 10 % of the words
# (always at least 10 words), and look at all of them. At each setting, also count the clusters
# that mix classes: if clusters chained unrelated proteins together, the test would be harsher than
# it claims.

# %%
DIAL = (0.9, 0.7, 0.5, 0.3, 0.2, 0.1)
dial = {}


def describe_mixture(groups):
    table = tabulate(groups)
    mixed = (table > 0).sum(axis=1) > 1
    return f"{len(table):5d} clusters, {mixed.sum()} mixed ({table[mixed].sum()} rows)"


for threshold in DIAL:
    groups = clusters_from(shared, threshold)
    dial[threshold] = score_folds(cluster_folds(groups, labels, seed=SEED))
    print(f"{threshold:4.0%}: {describe_mixture(groups)}; ", end="")
    describe("held out", dial[threshold][0])
every_word = shared_words(ladder.protein, mask_low_complexity=False)
for threshold, least in product((0.2, 0.1), (10, 1)):
    for name, pairs in (("low complexity masked", shared), ("all words counted", every_word)):
        groups = clusters_from(pairs, threshold, min_words=least)
        print(
            f"{threshold:4.0%}, at least {least:2d} words, {name:21s}: {describe_mixture(groups)}"
        )

# %% [markdown]
# No cluster mixes classes down to 20 %, and hardly any at 10 %. Which rule does it? The table at
# the end switches both. At 20 % neither is needed. At 10 % the rule of 10 words does nearly all of
# it, and masking low complexity adds little. What ties the mixed clusters is not shown here:
# chance matches and real domains shared across classes would look the same. And purity cannot see
# chaining *within* a class: unrelated synthases in one cluster would go unnoticed.
#
# Now the picture of this unit.

# %%
EDGES = np.array([0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.01])
BIN_NAMES = ["0–5", "5–10", "10–20", "20–30", "30–50", "50–70", "70–90", "90–100"]
SHOWN = {  # hits and closest shares of all rows, marker, line, hatch
    "random split": (random_hit, random_closest, "o", "-", ""),
    "50 % clusters": (*dial[0.5][1:], "s", "--", "//"),
    "20 % clusters": (*dial[0.2][1:], "^", ":", "xx"),
    "10 % clusters": (*dial[0.1][1:], "D", "-.", ".."),
}


def bin_rows(hit, closest):
    """Test rows and their accuracy, both (8,), by share of words with the closest relative."""
    bins = np.digitize(closest, EDGES) - 1
    counts = np.bincount(bins, minlength=8)
    hits = np.bincount(bins, weights=hit, minlength=8)
    return counts, np.divide(hits, counts, out=np.full(8, np.nan), where=counts >= 25)


def wilson(p, n, z=1.96):
    """Centre and half width of a 95 % interval for a proportion (Wilson 1927)."""
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    return centre, z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))


# %%
def draw_dial(ax):
    scores = np.stack([random_scores] + [dial[t][0] for t in DIAL])  # (settings, folds, 2)
    mean, spread = scores.mean(axis=1), scores.std(axis=1, ddof=1)
    for column, name in enumerate(("accuracy", "balanced accuracy")):
        look = {"marker": "os"[column], "ls": ("-", "--")[column], "capsize": 4, "label": name}
        ax.errorbar(np.arange(7) + 0.12 * column, mean[:, column], spread[:, column], **look)
    for level, name in (
        (majority, "accuracy of the majority class"),
        (1 / 7, "its balanced accuracy"),
    ):
        ax.axhline(level, color="black", ls=":")
        ax.text(6.2, level - 0.045, name, ha="right")
    ax.set_xticks(range(7), ["random\nsplit"] + [f"{t:.0%}" for t in DIAL])
    ax.set(title="The dial", ylim=(0, 1.03), ylabel="1-nearest-neighbour, mean ± SD of 5 folds")
    ax.set_xlabel("relatives held out: sharing this part of their words (and 10 words)")
    ax.legend(loc="upper right")


def draw_by_share(top, bottom):
    for i, (name, (hit, closest, marker, line, hatch)) in enumerate(SHOWN.items()):
        counts, accuracy = bin_rows(hit, closest)
        look = {"color": (*PALETTE[2:5], "black")[i], "label": name}
        centre, half = wilson(accuracy, np.maximum(counts, 1))
        place = np.arange(8) + 0.08 * (i - 1.5)
        top.vlines(place, centre - half, centre + half, color=look["color"], lw=1.5)
        top.plot(place, accuracy, marker=marker, ls=line, mfc="none" if i == 3 else None, **look)
        bottom.bar(np.arange(8) + 0.21 * (i - 1.5), counts, 0.2, hatch=hatch, ec="white", **look)
    top.axhline(majority, color="black", ls=":")
    top.set(title="Accuracy against closeness, four splits", ylim=(0, 1.05), ylabel="accuracy")
    top.legend(loc="center right")
    bottom.set(ylabel="test rows", xlabel="share of words with the closest training protein (%)")
    bottom.set_xticks(range(8), BIN_NAMES)


# %%
fig = plt.figure(figsize=(13.5, 6.6))
grid = fig.add_gridspec(2, 2, height_ratios=(1.9, 1))
draw_dial(fig.add_subplot(grid[:, 0]))
top = fig.add_subplot(grid[0, 1])
draw_by_share(top, fig.add_subplot(grid[1, 1], sharex=top))
top.tick_params(labelbottom=False)
show_figure(
    fig,
    alt="Left: accuracy and balanced accuracy of a nearest neighbour, with the spread of five folds, "
    "fall steadily from 0.97 on a random split to about 0.4 when relatives sharing 10 % of the words "
    "are held out; dotted lines mark what naming the majority class gives, 0.31 and 0.14. Right, "
    "above: accuracy against the share of words with the closest training protein, with 95 % "
    "intervals. The random split, the 50 % and the 20 % clusters lie on one another: about the "
    "majority class at 0 to 5 %, near 1 from 20 % on. The 10 % clusters, hollow, follow up to 10 % "
    "and then drop to about 0.4. Right, below: the test rows of the random split crowd at 90 to "
    "100 %, those of the 20 % and 10 % clusters at 0 to 10 %.",
)

# %% [markdown]
# Read the right side first. **How good the nearest neighbour is depends on how far from its
# training data it is asked**. It is much the same curve under the first three splits; the fourth
# leaves it. A split decides *where on the curve the test rows sit* (the bars). Is that all of the
# difference between 0.97 and 0.47? Take the curve of the random split, weigh it with the bars of
# the 20 % clusters, and compare:

# %%
binned = {name: bin_rows(hit, closest) for name, (hit, closest, *_) in SHOWN.items()}
print("accuracy (and test rows) at 0–5, 5–10 and 10–20 % shared words:")
for name, (counts, accuracy) in binned.items():
    print(f"  {name:14s}", accuracy[:3].round(2), counts[:3])
far, near = cluster_closest < 0.05, random_closest >= 0.3
print(f"20 % clusters, 0–5 %: largest class {np.bincount(labels[far]).max() / far.sum():.2f}")
print(f"random split, 30 % and more: {(~random_hit[near]).sum()} errors in {near.sum():,} rows")
centre, half = wilson(binned["random split"][1][0], binned["random split"][0][0])
print(f"random split, 0–5 %: 95 % interval {centre - half:.2f} to {centre + half:.2f}")
weights = binned["20 % clusters"][0] / len(labels)
foretold = np.nansum(weights * binned["random split"][1])
found = cluster_scores[:, 0].mean()
print(f"20 % clusters: {foretold:.3f} foretold by the random split's curve, {found:.3f} found")
fall = random_scores[:, 0].mean() - np.array([foretold, found])
print(f"fall from the random split: {fall[0]:.2f} foretold, {fall[1]:.2f} found")
# seeds 0-4: worst 0.0845
assert_threshold("sequences.foretold_gap", abs(foretold - found), at_most=0.15)
# seeds 0-4: worst 0.3174
assert_threshold("sequences.without_near_relative", binned["20 % clusters"][1][0], at_most=0.36)
# seeds 0-4: worst 0.7802
assert_threshold("sequences.dial_90", dial[0.9][0][:, 0].mean(), at_most=0.82)
# seeds 0-4: worst 0.405
assert_threshold("sequences.dial_10", dial[0.1][0][:, 0].mean(), at_most=0.44)
record("sequences.nearest_neighbour_dial_10", dial[0.1][0][:, 0].mean())

# %% [markdown]
# The curve foretells the whole fall, here slightly too much of it; its first point rests on the
# few rows of the random split that have no near relative (see the interval). Below a share of 5 %
# the method is about as good as naming the largest class there. Between 5 and 10 % it is right
# about two times in three.
#
# Do the 10 % clusters lie on the curve too? Up to 10 %, yes. Above it they hold only rows that
# share *fewer than 10 words* with their closest relative, for otherwise they would be linked:
# short fragments, for which a share of 20 % may be three words. There the curve breaks off, and
# that is why the rule has two parts.

# %% [markdown]
# ### Is it the measure?
#
# The nearest neighbour copies the protein with the largest share *of the smaller one's* words. A
# short fragment can win by chance. Divide by the words of both together (the Jaccard index) and
# such matches weigh less. Does the collapse go away? (A row without any shared word counts as
# wrong here; the nearest neighbour names the majority class for it. The output says how many there
# are.)


# %%
def jaccard_hits(folds):
    """Whether copying by the Jaccard index is right, (B,); and how many rows found nothing."""
    a = np.concatenate([shared.first, shared.second])
    b = np.concatenate([shared.second, shared.first])
    counts = np.tile(shared.counts, 2)
    jaccard = counts / (shared.num_words[a] + shared.num_words[b] - counts)
    across = folds[a] != folds[b]  # only pairs of a test and a training row
    order = np.flatnonzero(across)[np.argsort(jaccard[across], kind="stable")]
    best = np.full(len(labels), -1)
    best[a[order]] = b[order]  # the last one written has the highest score
    return (best >= 0) & (labels[best] == labels), (best < 0).sum()


jaccard, gains = [], []
for name, dealt, hit in (("random", folds, random_hit), ("clusters", honest_folds, cluster_hit)):
    better, wordless = jaccard_hits(dealt)
    jaccard.append(better.mean())
    gains.append(better.mean() - hit.mean())
    print(
        f"{name:8s}: {better.mean():.3f} by Jaccard, {gains[-1]:+.3f} over the share of words: ",
        end="",
    )
    print(
        f"{(better & ~hit).sum()} rows won, {(hit & ~better).sum()} lost; {wordless} without a word"
    )
record("sequences.nearest_neighbour_jaccard_cluster", jaccard[1])
# seeds 0-4: worst 0.4234
assert_threshold("sequences.jaccard_drop", jaccard[0] - jaccard[1], at_least=0.38)
# seeds 0-4: worst 0.0577
assert_threshold("sequences.jaccard_gain_cluster", gains[1], at_least=0.03)
# seeds 0-4: worst 0.0089
assert_threshold("sequences.jaccard_gain_random", gains[0], at_most=0.02)

# %% [markdown]
# The collapse stays. Now compare the two gains. Both splits prefer Jaccard, and the paired counts
# (won, lost) say so on either. But the random split shows a gain of less than a point, the
# held-out clusters one of several points: the split decides *how much* the choice of a method
# seems to matter.
#
# ### And by alignment?
#
# Shared words are a quick stand-in. For a sample of test proteins, the closest relative by words
# is aligned with free ends, as in section 7; identity = identical letters / length of the shorter
# (a fragment that fits scores 1). A random training protein, aligned in the same way, gives the
# scale; its low value is partly an artefact of free ends, as we saw there.


# %%
def report_fold(assigned):
    known = [ladder.protein[row] for row in np.flatnonzero(assigned != 0)]
    asked = [ladder.protein[row] for row in np.flatnonzero(assigned == 0)]
    return leakage_report(known, asked, num_aligned=40, seed=SEED)


QUARTILES = (0.25, 0.5, 0.75)
reports = {"random split": report_fold(folds), "20 % clusters": report_fold(honest_folds)}
for name, report in reports.items():
    for what in ("identities", "random_identities"):
        found = getattr(report, what)
        print(
            f"{name}, {what:17s}: n {len(found)}, quartiles", np.quantile(found, QUARTILES).round(2)
        )
# seeds 0-4: worst 0.9995
assert_threshold(
    "sequences.identity_random", np.median(reports["random split"].identities), at_least=0.9
)
# seeds 0-4: worst 0.2707
assert_threshold(
    "sequences.identity_cluster", np.median(reports["20 % clusters"].identities), at_most=0.45
)

# %% [markdown]
# ### What a random split is fair for, and what nobody knows
#
# - A random split answers: *how well do we do on new **isoforms** and near-copies of genes we
#   already have?* If that is your task (naming transcripts of a well-studied genome), 0.97 is the
#   right number.
# - Held-out clusters answer: *how well do we do on a protein without a near relative?* Near has a
#   threshold: name it, and the measure, each time: "linked at 20 % of 5-letter words, at least
#   10".
# - **A class is not always a family.** Synthase, synthetase, ion channel and transcription factor
#   are functional names: "synthase" has more than a hundred clusters, proteins that do a similar
#   kind of chemistry, often without a common ancestor that anyone can see. Tyrosine kinases are
#   one superfamily by descent; G protein-coupled receptors and tyrosine phosphatases are a few
#   each. How much of a functional name can be read off a sequence at all is unknown, so **the
#   ceiling is unknown**. When a later model reaches 0.6 here, do not read it as "0.4 to go".
# - 3,590 rows are 617 clusters. The bootstrap of section 9 put the effective sample, for the
#   accuracy on held-out clusters, at several hundred rows: closer to the second number.

# %% [markdown]
# ## Take-aways
#
# 1. A sequence is an ordered string over a stated alphabet. Refuse odd letters by name and
#    position.
# 2. The frame and the genetic code are part of the data. A stop inside may be a mitochondrion.
# 3. FASTA keeps letters, GenBank keeps places too (and loses case). Off-by-one errors live between
#    1-based files and 0-based code.
# 4. Padding wastes most of a shuffled batch; truncation makes different sequences equal.
# 5. Remove duplicates *before* splitting, then measure near-duplicates: after that, most test
#    proteins of a random split still had a near-copy in training.
# 6. A score belongs to a method **and** a distance from its training data (here 1 − share of words
#    with the closest training protein). State the distance.
#
# Where to go from here: the deep dives *01a* (what a base knows about its neighbours: entropies,
# period three, drift), *01b* (restriction sites as a first feature vector) and *01c* (aligned
# sequences, 5 and 21 letters). Then the lab.
#
# ## What this representation cannot see
#
# A share of words is exact matching: one changed letter breaks up to five words, and D → E,
# chemically alike, costs as much as D → W. It gives *one number a pair*; it cannot say *which*
# words speak for which class, and below a share of about 5 % it has almost nothing left to say.
# Unit 02 keeps the words but lets a classifier weigh them.
#
# ## References
#
# - Crick F. Central dogma of molecular biology. Nature 1970. doi:10.1038/227561a0
# - Cornish-Bowden A. Nomenclature for incompletely specified bases in nucleic acid sequences:
#   recommendations 1984. Nucleic Acids Res. 1985. doi:10.1093/nar/13.9.3021
# - Pearson W. R., Lipman D. J. Improved tools for biological sequence comparison. PNAS 1988.
#   doi:10.1073/pnas.85.8.2444
# - Cock P. J. A. et al. Biopython: freely available Python tools for computational molecular
#   biology and bioinformatics. Bioinformatics 2009. doi:10.1093/bioinformatics/btp163
# - UniProt Consortium. UniProt: the Universal Protein Knowledgebase in 2025. Nucleic Acids Res.
#   2025. doi:10.1093/nar/gkae1010
# - Blattner F. R. et al. The complete genome sequence of Escherichia coli K-12. Science 1997.
#   doi:10.1126/science.277.5331.1453
# - Schneider V. A. et al. Evaluation of GRCh38 and de novo haploid genome assemblies demonstrates
#   the enduring quality of the reference assembly. Genome Res. 2017. doi:10.1101/gr.213611.116
# - International Human Genome Sequencing Consortium. Initial sequencing and analysis of the human
#   genome. Nature 2001. doi:10.1038/35057062
# - Henikoff S., Henikoff J. G. Amino acid substitution matrices from protein blocks. PNAS 1992.
#   doi:10.1073/pnas.89.22.10915
# - Rost B. Twilight zone of protein sequence alignments. Protein Eng. 1999.
#   doi:10.1093/protein/12.2.85
# - Edgar R. C. Local homology recognition and distance measures in linear time using compressed
#   amino acid alphabets. Nucleic Acids Res. 2004. doi:10.1093/nar/gkh180
# - Kaufman S. et al. Leakage in data mining: formulation, detection, and avoidance. ACM TKDD 2012.
#   doi:10.1145/2382577.2382579
# - Wilson E. B. Probable inference, the law of succession, and statistical inference. J. Am. Stat.
#   Assoc. 1927. doi:10.1080/01621459.1927.10502953
# - Walsh I. et al. DOME: recommendations for supervised machine learning validation in biology.
#   Nat. Methods 2021. doi:10.1038/s41592-021-01205-4
# - Whalen S. et al. Navigating the pitfalls of applying machine learning in genomics. Nat. Rev.
#   Genet. 2022. doi:10.1038/s41576-021-00434-9
