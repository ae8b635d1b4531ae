"""Secondary structure: tiny files written by hand, each refusal, facts of the real files."""

import csv
import gzip
import hashlib
import io
import os
import zipfile
from collections import Counter
from pathlib import Path

from bioseq_course.datasets import (
    StructureData,
    fetch_if_available,
    fetch_secondary_structure,
    secondary_structure,
)
from bioseq_course.datasets._fetch import DataMissing, Download
from bioseq_course.datasets._transfer import RemoteFile
from bioseq_course.relatives import shared_words

import numpy as np
import pytest

# Four chains; the second one is written over two lines, as FASTA allows.
SEQUENCES = ">1aaa-A\nMKVLA\n>1bbb-B\nGG\nWX\n>1ccc-A\nPPPEE\n>2ddd-C\nMKVLG\n"
STRUCTURES = (
    ">1aaa-A SET=train VALIDATION=False\nCHHHC\n>1bbb-B SET=train VALIDATION=True\nCEEC\n"
    ">1ccc-A SET=test VALIDATION=False\nCCCCE\n>2ddd-C SET=train VALIDATION=False\nHHHHH\n"
)
MASK = ">1aaa-A\n01111\n>1bbb-B\n1110\n>1ccc-A\n11111\n>2ddd-C\n11111\n"
# Row 2 repeats row 1, row 3 stands in train and row 5 in validation, row 4 only in test.
CB513 = "seq,label\nAYA,012\nAYA,012\nMKVLA,20002\nPPPEE,22221\nGGWX,2112\n"


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Let the course believe that the data set consists of these texts, as a mirror has them."""
    monkeypatch.setenv("BIOSEQ_COURSE_DATA", str(tmp_path / "cache"))
    monkeypatch.setenv("BIOSEQ_COURSE_MIRROR", str(tmp_path))

    def put(sequences=SEQUENCES, structures=STRUCTURES, mask=MASK, cb513=CB513):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name, text in (("sequences", sequences), ("sampled", structures), ("mask", mask)):
                archive.writestr(f"splits/{name}.fasta", text)
        contents = {"flip.zip": stream.getvalue(), "cb513.csv": cb513.encode()}
        for name, content in contents.items():
            (tmp_path / name).write_bytes(content)
        files = tuple(
            RemoteFile(
                f"secondary_structure/{name}",
                (),
                hashlib.sha256(content).hexdigest(),
                len(content),
                name,
                None,
            )
            for name, content in contents.items()
        )
        toy = Download("secondary_structure", files, "a test", "none", "nobody", ("small",))
        monkeypatch.setattr(secondary_structure, "DOWNLOAD", toy)

    return put


class TestTinyFiles:
    def test_four_parts(self, write):
        write()
        data = fetch_secondary_structure()
        assert data.train.names == ("1aaa-A", "2ddd-C")
        assert data.train.sequences == ("MKVLA", "MKVLG")
        assert data.train.structures == ("CHHHC", "HHHHH")
        assert data.validation.sequences == ("GGWX",) and data.validation.structures == ("CEEC",)
        assert data.test.names == ("1ccc-A",) and data.test.defects == ("small",)

    def test_masks(self, write):
        write()
        data = fetch_secondary_structure()
        assert data.train.resolved[0].tolist() == [False, True, True, True, True]
        assert data.validation.resolved[0].tolist() == [True, True, True, False]
        assert all(row.all() for row in data.cb513.resolved)

    def test_cb513_without_repeats_and_without_training_chains(self, write):
        # Rows 3 and 5 are in FLIP's training and validation part; row 4 is a test chain and stays.
        write()
        cb513 = fetch_secondary_structure().cb513
        assert cb513.names == ("CB513-001", "CB513-004")
        assert cb513.sequences == ("AYA", "PPPEE") and cb513.structures == ("HEC", "CCCCE")

    def test_names_of_all(self, write):
        write()
        names = ["1aaa-A", "2ddd-C", "1bbb-B", "1ccc-A", "CB513-001", "CB513-004"]
        assert secondary_structure.read_all() == names

    def test_some_rows(self, write):
        write()
        part = fetch_secondary_structure().train.take(np.array([1]))
        assert part.sequences == ("MKVLG",) and part.structures == ("HHHHH",)
        assert part.names == ("2ddd-C",) and part.resolved[0].all() and part.source == "a test"
        with pytest.raises(ValueError, match="read-only"):
            part.resolved[0][0] = False


BAD_FILES = {
    "structure of another chain": (
        {"structures": STRUCTURES.replace(">1bbb-B", ">1bbb-A")},
        r"flip\.zip, chain 1bbb-B: the structures belong to '1bbb-A SET=train VALIDATION=True'",
    ),
    "another part": (
        {"structures": STRUCTURES.replace("SET=test", "SET=old")},
        r"chain 1ccc-A: .*SET=old.*one of SET=train VALIDATION=False, ",
    ),
    "a letter less": (
        {"structures": STRUCTURES.replace("CHHHC", "CHHC")},
        r"chain 1aaa-A: structure of 4 letters for 5 residues",
    ),
    "an eighth state": (
        {"structures": STRUCTURES.replace("CEEC", "CEEB")},
        r"chain 1bbb-B: structure has 'B' at position 4, expected one of H, E, C",
    ),
    "a mask of another length": ({"mask": MASK.replace("1110", "111")}, "mask of 3 letters for 4"),
    "a mask with a gap": (
        {"mask": MASK.replace("1110", "11-0")},
        "mask has '-' at position 3, expected one of 0, 1",
    ),
    "another key in CB513": (
        {"cb513": CB513.replace("22221", "22223")},
        r"cb513\.csv, chain CB513-004: structure has '3' at position 5",
    ),
    "a label less in CB513": (
        {"cb513": CB513.replace("22221", "2222")},
        "chain CB513-004: structure of 4 letters for 5 residues",
    ),
    "a column less in CB513": (
        {"cb513": CB513.replace(",22221", "")},
        r"Row 4 of cb513\.csv \(counting from 1 below the header\) has 1 columns, expected 2",
    ),
    "another header": ({"cb513": CB513.replace("seq", "name", 1)}, r"begins with \['name', 'la"),
    "nothing": ({"cb513": ""}, r"begins with \[\], expected seq,label"),
}


class TestRefusals:
    @pytest.mark.parametrize(("texts", "message"), BAD_FILES.values(), ids=BAD_FILES)
    def test_damaged_files(self, write, texts, message):
        write(**texts)
        with pytest.raises(ValueError, match=message) as caught:
            fetch_secondary_structure()
        assert str(caught.value).endswith("bioseq-course data fetch secondary_structure")

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"structures": ("CC", "H")}, "structures of sequence-0001 has 2 entries for 3 resid"),
            ({"structures": ("CCC",)}, "structures has 1 entries for 2 sequences"),
            ({"resolved": ([True], [True])}, "resolved of sequence-0001 has 1 entries for 3 resi"),
            ({"resolved": ()}, "resolved has 0 entries for 2 sequences"),
        ],
        ids=["short", "missing", "short mask", "no mask"],
    )
    def test_records(self, fields, message):
        whole = {"structures": ("CEE", "H"), "resolved": ([1, 1, 1], [1])}
        with pytest.raises(ValueError, match=message):
            StructureData(("MKV", "G"), **whole | fields)

    def test_missing_says_the_command(self, tmp_path, monkeypatch, capsys):
        monkeypatch.setenv("BIOSEQ_COURSE_DATA", str(tmp_path))
        monkeypatch.delenv("BIOSEQ_COURSE_MIRROR", raising=False)
        with pytest.raises(DataMissing, match="data fetch secondary_structure"):
            fetch_secondary_structure(download=False)
        assert fetch_if_available(fetch_secondary_structure) is None
        assert "bioseq-course data fetch secondary_structure" in capsys.readouterr().out


@pytest.fixture(scope="module")
def mirror():
    """The folder of real files; skip where there is none."""
    named = os.environ.get("BIOSEQ_COURSE_MIRROR")
    folder = Path(named or Path(__file__).parents[2] / "shared/datasets")
    if not (folder / "protein_secondary_structure").is_dir():
        pytest.skip("no folder of real files beside the course")
    return folder.resolve()


@pytest.fixture(scope="module")
def fetched(mirror, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BIOSEQ_COURSE_MIRROR", str(mirror))
        patch.setenv("BIOSEQ_COURSE_DATA", str(tmp_path_factory.mktemp("fetched")))
        yield fetch_secondary_structure(download=False)


def defect(data, words):
    return next(text for text in data.defects if words in text)


class TestRealFiles:
    def test_chains_and_residues(self, fetched):
        parts = (fetched.train, fetched.validation, fetched.test, fetched.cb513)
        assert [len(part) for part in parts] == [9712, 1080, 364, 432]
        residues = [sum(map(len, part.sequences)) for part in parts]
        assert residues == [2_479_773, 280_780, 84_541, 106_681]
        for part, number in zip(parts, residues, strict=True):
            assert f"{number:,}" in fetch_secondary_structure.__doc__
            assert set("".join(part.structures)) == set("HEC")
        # the first residues of the first chain, read off the file by eye
        assert fetched.train.names[0] == "1es5-A"
        assert fetched.train.sequences[0].startswith("VTKPTIAAVGGYAMNNGTGTTLYTK")
        assert fetched.train.structures[0].startswith("CCCCCCCCCEEEEEECCCCCEEEEEC")
        assert fetched.train.resolved[0][:3].tolist() == [False, False, True]

    def test_no_chain_stands_twice(self, fetched):
        parts = (fetched.train, fetched.validation, fetched.test, fetched.cb513)
        together = [text for part in parts for text in part.sequences]
        assert len(together) - len(set(together)) == 0

    def test_residues_without_a_structure_are_called_c(self, fetched):
        parts = (fetched.train, fetched.validation, fetched.test)
        hidden = Counter(
            letter
            for part in parts
            for structure, seen in zip(part.structures, part.resolved, strict=True)
            for letter in np.array(list(structure))[~seen]
        )
        # counted in the files by another script: 186,876 of 2,845,094
        assert hidden == {"C": 186_876} and round(186_876 / 2_845_094, 3) == 0.066
        assert "6.6 %" in defect(fetched.train, "not resolved")

    def test_repeats_and_copies_in_the_file_of_cb513(self, fetched, mirror):
        path = mirror / "protein_secondary_structure/tape_cb513_secondary_structure.test.csv.gz"
        rows = list(csv.reader(io.StringIO(gzip.decompress(path.read_bytes()).decode())))[1:]
        distinct = {sequence for sequence, _ in rows}
        assert len(rows) == 513 and len(rows) - len(distinct) == 79
        assert len({tuple(row) for row in rows}) == len(distinct)  # structures repeat as well
        in_train = distinct & set(fetched.train.sequences)
        in_validation = distinct & set(fetched.validation.sequences)
        assert len(in_train) == len(in_validation) == 1
        assert distinct - in_train - in_validation == set(fetched.cb513.sequences)
        (copy,) = in_train  # one long helix, in both
        place = fetched.train.sequences.index(copy)
        here, there = dict(rows)[copy].strip("2"), fetched.train.structures[place].strip("C")
        assert set(here) == {"0"} and set(there) == {"H"}
        assert (len(here), len(there), len(copy)) == (35, 34, 38)

    def test_the_key_of_cb513_agrees_with_flip_where_both_hold_a_word(self, fetched):
        words = {}
        for text, structure in zip(fetched.cb513.sequences, fetched.cb513.structures, strict=True):
            for i in range(len(text) - 7):
                words[text[i : i + 8]] = structure[i : i + 8]
        agreed = Counter()
        rows = zip(fetched.train.sequences, fetched.train.structures, fetched.train.resolved)  # noqa: B905
        for text, structure, seen in rows:
            for i in range(len(text) - 7):
                word = text[i : i + 8]
                if word in words and len(set(word)) > 3 and seen[i : i + 8].all():
                    agreed.update(zip(words[word], structure[i : i + 8], strict=True))
        share = sum(agreed[letter, letter] for letter in "HEC") / agreed.total()
        assert agreed.total() > 2000 and 0.85 <= share <= 0.95
        for letter in "HEC":  # each of the three meets itself most often
            row = {other: agreed[letter, other] for other in "HEC"}
            assert max(row, key=row.get) == letter

    def test_relatives_of_cb513(self, fetched):
        known = fetched.train.sequences + fetched.validation.sequences
        pairs = shared_words([*known, *fetched.cb513.sequences], k=5)
        queries = np.arange(len(known), len(known) + len(fetched.cb513))
        shares = pairs.closest(queries, np.arange(len(known))).shares
        assert (shares >= 0.2).sum() == 11 and (shares >= 0.5).sum() == 10
        assert "11 chains" in defect(fetched.cb513, "words of five letters")

    def test_letters_outside_the_twenty(self, fetched):
        flip = Counter(
            "".join(fetched.train.sequences + fetched.validation.sequences + fetched.test.sequences)
        )
        assert (flip["X"], flip["U"], flip["O"]) == (166, 10, 1)
        cb513 = Counter("".join(fetched.cb513.sequences))
        assert cb513["X"] == 130 and "130 in CB513" in defect(fetched.cb513, "Letters outside")
        shares = Counter("".join(fetched.cb513.structures))
        assert round(shares["C"] / shares.total(), 2) == 0.44

    def test_test_chains_of_the_same_entries(self, fetched):
        assert len({name[:4] for name in fetched.test.names}) == 331
        assert "331 entries" in defect(fetched.test, "parts of one complex")
