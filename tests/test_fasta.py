"""FASTA files: there and back, agreement with Biopython, and everything that is refused."""

import gzip
import os
import random
import re

from bioseq_course.fasta import FastaRecord, read_fasta, write_fasta

import pytest
from Bio import SeqIO
from hypothesis import given, settings
from hypothesis import strategies as st

names = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=8
)
words = st.lists(st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1))
letters = st.text(alphabet="ACGTNacgtn*-MKVX", min_size=1, max_size=130)
record_lists = st.lists(
    st.builds(FastaRecord, names, words.map(" ".join), letters),
    min_size=1,
    max_size=4,
    unique_by=lambda record: record.name,
)

RECORDS = [FastaRecord("seq1", "a toy", "ACGTAC"), FastaRecord("seq2", "", "gg-*")]


def exactly(text: str) -> str:
    """A pattern that matches this text and nothing longer."""
    return f"^{re.escape(text)}$"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "toy.fasta"


def read(path, content):
    """Write bytes, and read them as FASTA."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_fasta(path)


def refuse(path, content, message):
    """Require that this content is refused with exactly this message."""
    with pytest.raises(ValueError, match=exactly(message.format(path=path))):
        read(path, content)


# Reading what is right


def test_reading_by_hand(path):
    assert read(path, ">seq1 a toy\nACGT\nAC\n>seq2\ngg-*\n") == RECORDS


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "\n", "\n\n  \n"])
@pytest.mark.parametrize("first", ["", "\n \n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_blank_lines_and_byte_order_mark_do_not_matter(path, line_end, last, first, mark):
    text = f"{first}>seq1 a toy\nACGT \n\nAC\t\n>seq2\ngg-*{last}".replace("\n", line_end)
    assert read(path, mark + text.encode()) == RECORDS


def test_lower_case_stays_unless_asked(path):
    assert read(path, ">a\nacGT\n")[0].sequence == "acGT"
    assert read_fasta(path, upper=True)[0].sequence == "ACGT"


def test_headers_are_split_at_the_first_white_space(path):
    records = read(path, ">a\tb  c \nA\n> d e\nA\n>>f|g;h=1\nA\n>ß é\nA\n")
    assert [(record.name, record.description) for record in records] == [
        ("a", "b  c"),
        ("d", "e"),
        (">f|g;h=1", ""),
        ("ß", "é"),
    ]


@pytest.mark.parametrize("name", ["toy.fasta.gz", "toy.fasta"])
def test_compression_is_known_by_content(tmp_path, name):
    content = gzip.compress(b">seq1 a toy\nACGT\n", mtime=0) + gzip.compress(b"AC\n>seq2\ngg-*\n")
    assert read(tmp_path / name, content) == RECORDS  # in two blocks, as bgzip makes them
    assert read_fasta(str(tmp_path / name)) == RECORDS


@given(
    records=record_lists, width=st.none() | st.integers(1, 70), suffix=st.sampled_from(["", ".gz"])
)
@settings(max_examples=60)
def test_round_trip_and_agreement_with_biopython(tmp_path_factory, records, width, suffix):
    path = tmp_path_factory.mktemp("fasta") / f"toy.fasta{suffix}"
    write_fasta(path, iter(records), width=width)
    assert read_fasta(path) == records
    opener = gzip.open if suffix else open
    with opener(path, "rt", encoding="utf-8", newline="\n") as handle:
        theirs = [(record.id, str(record.seq)) for record in SeqIO.parse(handle, "fasta")]
    assert theirs == [(record.name, record.sequence) for record in records]


# Refused files


@pytest.mark.parametrize(
    "content", [b"", b"\n \r\n\t", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0)]
)
def test_an_empty_file_is_refused(path, content):
    refuse(path, content, "{path} is empty. Expected at least one record: >name, then a sequence.")


def test_an_empty_gz_file_is_refused(tmp_path):
    path = tmp_path / "toy.fasta.gz"
    refuse(path, b"", "{path} is empty. Expected at least one record: >name, then a sequence.")


def test_text_before_the_first_header_is_refused(path):
    refuse(
        path,
        "\nJUNK\n>a\nGG\n",
        "Line 2 of {path} stands before the first '>': 'JUNK'. A FASTA file starts with a header "
        "such as '>seq1'. Remove the line, or add its header.",
    )
    with pytest.raises(ValueError, match=r"^Line 1 of .*';comment'"):
        read(path, ";comment\n>a\nGG\n")


def test_repeated_names_are_refused(path):
    refuse(
        path,
        ">a one\nAC\n>b\nAC\n>a two\nGT\n",
        "The name 'a' on line 5 of {path} is there already, on line 1. Rename one of the records, "
        "or remove it.",
    )


@pytest.mark.parametrize("header", [">", ">  ", ">\t"])
def test_a_header_without_a_name_is_refused(path, header):
    refuse(
        path,
        f">a\nAC\n{header}\nGT\n",
        "The header on line 3 of {path} has no name. Write one behind the '>', as in '>seq1'.",
    )


@pytest.mark.parametrize("content", [">a\nAC\n>b x\n>c\nAC\n", ">a\nAC\n>b\n\n", ">a\nAC\n>b"])
def test_a_record_without_a_sequence_is_refused(path, content):
    refuse(
        path,
        content,
        "The record 'b' on line 3 of {path} has no sequence. Add its sequence, or remove its "
        "header.",
    )


CURES = {
    " ": "Remove the white space between the letters.",
    "\t": "Remove the white space between the letters.",
    "1": "Remove the numbers; of a GenBank file, make FASTA with Bio.SeqIO.convert.",
    ">": "A header starts on a line of its own: put a line break before it.",
    ";": "Comments are not read: remove the line.",
    ".": "Keep letters, '-' for a gap and '*' for a stop.",
    "é": "Keep letters, '-' for a gap and '*' for a stop.",
    "\x0b": "Remove the white space between the letters.",
    "\x1a": "Keep letters, '-' for a gap and '*' for a stop.",
}


@pytest.mark.parametrize("character", CURES)
def test_characters_that_no_sequence_has_are_refused(path, character):
    refuse(
        path,
        f">a\r\nACGT\r\nAC{character}GT\r\n",
        f"Character {character!r} at position 3 of line 3 of {{path}} cannot be in a sequence. "
        f"{CURES[character]}",
    )


def test_a_blank_at_the_start_of_a_line_is_refused(path):
    with pytest.raises(ValueError, match="Character ' ' at position 1 of line 2"):
        read(path, ">a\n ACGT\n")


@pytest.mark.parametrize(
    ("content", "byte", "line"),
    [
        (b">a\nAC\0GT\n", "00", 2),
        (b">a\r\nAC\r\n>M\xfcller\r\nAC", "fc", 3),
        (">a\nAC\n".encode("utf-16"), "00", 1),
        (">a\nAC\n".encode("utf-16-le"), "00", 1),
        (b"\x89PNG\r\n\x1a\n\x0d", "89", 1),
        (b"PK\x03\x04\x14\x00\x00", "00", 1),
    ],
)
def test_a_binary_file_is_refused(path, content, byte, line):
    refuse(
        path,
        content,
        f"{{path}} is not plain text: byte 0x{byte} on line {line}. If it is compressed, "
        "decompress it (only gzip is read as it is); if it is text, save it as UTF-8.",
    )


@pytest.mark.parametrize("kept", [2, 5, 12, -1, -8, -9, -20])
def test_a_truncated_gz_is_refused(tmp_path, kept):
    letters = "".join(random.Random(0).choices("ACGT", k=800))
    whole = gzip.compress(f">seq1\n{letters}\n".encode())
    refuse(
        tmp_path / "toy.fasta.gz",
        whole[:kept],
        "{path} is truncated: its compressed content ends too early. Fetch the file again.",
    )


@pytest.mark.parametrize("place", [2, 15, -5, -1])
def test_a_damaged_gz_is_refused(tmp_path, place):
    damaged = bytearray(gzip.compress(b">seq1\nACGTTGCAACGGT\n", mtime=0))
    damaged[place] ^= 0xFF
    path = tmp_path / "toy.fasta.gz"
    with pytest.raises(ValueError, match=r"toy\.fasta\.gz is (a damaged \.gz file|truncated)"):
        read(path, bytes(damaged))


def test_a_gz_that_is_none_is_refused(tmp_path):
    refuse(
        tmp_path / "toy.fasta.gz",
        ">a\nAC\n",
        "{path} is named .gz, but its content is not compressed with gzip. Take .gz off its name, "
        "or fetch the file again.",
    )


def test_a_missing_file_and_a_folder_are_errors_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_fasta(tmp_path / "missing.fasta")
    with pytest.raises(OSError):
        read_fasta(tmp_path)


@pytest.mark.parametrize("wrong", [None, 3, "", b"toy.fasta", ["toy.fasta"]])
def test_what_is_no_path_is_refused(wrong):
    message = (
        f'Expected the path of a FASTA file. Received {wrong!r}: pass a path like "genes.fasta".'
    )
    with pytest.raises(ValueError, match=exactly(message)):
        read_fasta(wrong)


def test_fasta_text_is_no_path():
    with pytest.raises(ValueError, match="Received FASTA text: write it to a file first"):
        read_fasta("\n>a\nACGT\n")


# Writing


@pytest.mark.parametrize(
    ("width", "text"),
    [
        (4, ">seq1 a toy\nACGT\nAC\n>seq2\ngg-*\n"),
        (60, ">seq1 a toy\nACGTAC\n>seq2\ngg-*\n"),
        (None, ">seq1 a toy\nACGTAC\n>seq2\ngg-*\n"),
    ],
)
def test_writing_by_hand(path, width, text):
    write_fasta(path, RECORDS, width=width)
    assert path.read_bytes() == text.encode()


def test_lines_have_sixty_letters_by_default(path):
    write_fasta(path, [("a", "", "ACGT" * 40)])
    assert [len(line) for line in path.read_text().splitlines()[1:]] == [60, 60, 40]


def test_compressed_bytes_depend_on_the_records_alone(tmp_path, monkeypatch):
    for name, now in [("one.gz", 1.0), ("two.gz", 1e9)]:
        monkeypatch.setattr("time.time", lambda now=now: now)
        write_fasta(tmp_path / name, RECORDS)
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()


def test_a_failure_leaves_the_old_file_alone(path):
    write_fasta(path, RECORDS)
    before = path.read_bytes()

    def broken():
        yield RECORDS[0]
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError, match="the source broke"):
        write_fasta(path, broken())
    with pytest.raises(ValueError):
        write_fasta(path, [*RECORDS, ("bad", "", "AC GT")])
    assert path.read_bytes() == before
    assert [child.name for child in path.parent.iterdir()] == ["toy.fasta"]


def test_a_failing_move_leaves_nothing_behind(path, monkeypatch):
    def fail(source, target):
        raise OSError("the disk is gone")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="the disk is gone"):
        write_fasta(path, RECORDS)
    assert list(path.parent.iterdir()) == []


def test_a_link_stays_a_link(tmp_path, path):
    link = tmp_path / "link.fasta"
    path.write_text("old")
    link.symlink_to(path)
    write_fasta(link, RECORDS)
    assert link.is_symlink()
    assert read_fasta(path) == RECORDS


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([], "There are no records to write. Pass at least one FastaRecord."),
        (RECORDS[0], "Expected a list of FastaRecords. Received FastaRecord: pass"),
        (">a\nACGT", "Expected a list of FastaRecords. Received str: pass"),
        (None, "Expected a list of FastaRecords. Received NoneType: pass"),
        (["ACGT"], "Record 1 (counting from 1) is not three strings. Received: 'ACGT'."),
        ([("a", "ACGT")], "Record 1 (counting from 1) is not three strings."),
        ([RECORDS[0], ("a", None, "ACGT")], "Record 2 (counting from 1) is not three strings."),
        ([("a", "", b"ACGT")], "Record 1 (counting from 1) is not three strings."),
        (
            [("", "", "A")],
            "The name '' of record 1 (counting from 1) is empty or holds white space",
        ),
        ([("a b", "", "A")], "The name 'a b' of record 1 (counting from 1) is empty or holds"),
        ([("a", "b\nc", "A")], "The description 'b\\nc' of record 'a' holds a line break"),
        ([("a", "b\rc", "A")], "The description 'b\\rc' of record 'a' holds a line break"),
        ([("a", " b", "A")], "The description ' b' of record 'a' holds a line break"),
        ([("a", "", "")], "The record 'a' has no sequence. Leave the record out."),
        (
            [("a", "", "AC1")],
            "Character '1' at position 3 of sequence 'a' cannot be in a sequence.",
        ),
        ([("a", "", "AC\n")], "Character '\\n' at position 3 of sequence 'a' cannot be"),
        (
            [("a", "", "A"), ("b", "", "A"), ("a", "", "C")],
            "The name 'a' of record 3 (counting from 1) is that of record 1 too. Rename one of",
        ),
    ],
)
def test_records_that_could_not_be_read_back_are_refused(path, records, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        write_fasta(path, records)
    assert not path.exists()


@pytest.mark.parametrize("width", [0, -5, 2.0, "60", True])
def test_impossible_widths_are_refused(path, width):
    with pytest.raises(ValueError, match=r"^width must be a whole number of at least 1, or None"):
        write_fasta(path, RECORDS, width=width)
