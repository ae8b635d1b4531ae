"""Read and write FASTA files, strictly.

Biopython parses; this module refuses what Biopython lets pass or mends in silence: an empty file,
a name that occurs twice, a record without a sequence, digits or blanks inside a sequence, a
truncated `.gz`. A header is `>name description`: the name ends at the first white space.
Lines in messages count from 1, and so do positions, within their line.
"""

import gzip
import io
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from bioseq_course.records import write_bytes_atomically

_GZIP_START = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # some Windows editors put it before UTF-8 text
# Letters of any alphabet in either case, gap and stop: which of them is for an Alphabet to say.
_NOT_IN_SEQUENCE = re.compile(r"[^A-Za-z*-]")


class FastaRecord(NamedTuple):
    """One record of a FASTA file.

    Attributes:
        name: the header up to the first white space, without `>`.
        description: the rest of the header; often empty.
        sequence: the letters of all its lines.

    >>> FastaRecord("seq1", "a toy", "ACGT").sequence
    'ACGT'
    """

    name: str
    description: str
    sequence: str


def read_fasta(path: str | os.PathLike, *, upper: bool = False) -> list[FastaRecord]:
    """Read all records of a FASTA file, plain or compressed with gzip.

    Args:
        path: the file; compression is recognised by content. Text is UTF-8, with any kind of line
            ending. Blank lines, and blanks at the end of a line, are ignored.
        upper: upper-case the sequences. Lower case often marks repeats, so it is kept otherwise.

    Returns:
        The records in file order, at least one, with distinct names and non-empty sequences.

    Raises:
        ValueError: the file is empty, not plain text, or a truncated or damaged `.gz`; there is
            text before the first `>`; a name is missing or occurs twice; a record has no sequence,
            or a character in it that is neither a letter nor `-` nor `*`. The message names the
            line where there is one.
        OSError: the file cannot be opened.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "toy.fasta")
    ...     size = path.write_text(">seq1 a toy\\nACgt\\nAC\\n")
    ...     read_fasta(path, upper=True)
    [FastaRecord(name='seq1', description='a toy', sequence='ACGTAC')]
    """
    path = _require_path(path)
    text = _read_text(path)
    _check_lines(text.split("\n"), path)
    return list(_parse(text, upper))


def write_fasta(
    path: str | os.PathLike, records: Iterable[FastaRecord], *, width: int | None = 60
) -> None:
    """Write records so that `read_fasta` gives them back, compressed if the path ends in `.gz`.

    The file appears whole or not at all: it is written under another name and then moved. What it
    holds depends on the records alone, compressed or not, so equal records give equal bytes.

    Args:
        path: the file to make or replace; its folder must exist.
        records: at least one `FastaRecord`, or triple `(name, description, sequence)`.
        width: letters per line; None writes each sequence on one line.

    Raises:
        ValueError: there are no records, something else was given for one, a name is empty, holds
            white space or occurs twice, a description holds a line break, a sequence is empty or
            has a character that `read_fasta` would refuse, or `width` is not at least 1.
        OSError: the file cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "toy.fasta")
    ...     write_fasta(path, [FastaRecord("seq1", "a toy", "ACGTAC")], width=4)
    ...     print(path.read_text(), end="")
    >seq1 a toy
    ACGT
    AC
    """
    path = _require_path(path).resolve()  # a link stays a link: its target is replaced
    content = "".join(_format_all(records, _require_width(width))).encode("utf-8")
    if path.suffix == ".gz":
        content = gzip.compress(content, mtime=0)  # without the time of day
    write_bytes_atomically(path, content)


# Reading


def _require_path(path: str | os.PathLike) -> Path:
    if isinstance(path, str) and path.lstrip().startswith(">"):
        raise ValueError(
            "Expected the path of a FASTA file. Received FASTA text: write it to a file first, and "
            "pass the path of that file."
        )
    if not isinstance(path, (str, os.PathLike)) or not str(path):
        raise ValueError(
            f'Expected the path of a FASTA file. Received {path!r}: pass a path like "genes.fasta".'
        )
    return Path(path)


def _read_text(path: Path) -> str:
    content = path.read_bytes()
    if content.startswith(_GZIP_START):
        content = _decompress(content, path)
    elif path.suffix == ".gz" and content:
        raise ValueError(
            f"{path} is named .gz, but its content is not compressed with gzip. Take .gz off its "
            "name, or fetch the file again."
        )
    text = _decode(content.removeprefix(_BYTE_ORDER_MARK), path)
    if not text.strip():
        raise ValueError(f"{path} is empty. Expected at least one record: >name, then a sequence.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decompress(content: bytes, path: Path) -> bytes:
    try:
        return gzip.decompress(content)
    except EOFError as error:
        raise ValueError(
            f"{path} is truncated: its compressed content ends too early. Fetch the file again."
        ) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(
            f"{path} is a damaged .gz file ({error}). Fetch the file again."
        ) from error


def _decode(content: bytes, path: Path) -> str:
    position = content.find(b"\0")  # no text has it; UTF-16 text, read as bytes, has many
    try:
        if position < 0:
            return content.decode("utf-8")
    except UnicodeDecodeError as error:
        position = error.start
    line = _line_number(content[:position])
    raise ValueError(
        f"{path} is not plain text: byte 0x{content[position]:02x} on line {line}. If it is "
        "compressed, decompress it (only gzip is read as it is); if it is text, save it as UTF-8."
    )


def _line_number(before: bytes) -> int:
    """Return the number of the line on which something stands, given all bytes before it."""
    return before.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1


def _check_lines(lines: list[str], path: Path) -> None:
    """Refuse what Biopython would let pass; every message names a line."""
    header_lines: dict[str, int] = {}
    last_header, has_sequence = None, True
    for number, line in enumerate(lines, start=1):
        if line.startswith(">"):
            _require_sequence(has_sequence, last_header, path)
            _register_name(line, number, header_lines, path)
            last_header, has_sequence = (line, number), False
        elif line.strip():
            _require_header(last_header, line, number, path)
            _require_sequence_line(line.rstrip(), number, path)
            has_sequence = True
    _require_sequence(has_sequence, last_header, path)


def _require_header(header: tuple | None, line: str, number: int, path: Path) -> None:
    if header is None:
        raise ValueError(
            f"Line {number} of {path} stands before the first '>': {line[:40]!r}. A FASTA file "
            "starts with a header such as '>seq1'. Remove the line, or add its header."
        )


def _register_name(line: str, number: int, header_lines: dict[str, int], path: Path) -> None:
    name = _split_header(line[1:])[0]
    if not name:
        raise ValueError(
            f"The header on line {number} of {path} has no name. Write one behind the '>', as in "
            "'>seq1'."
        )
    if name in header_lines:
        raise ValueError(
            f"The name {name!r} on line {number} of {path} is there already, on line "
            f"{header_lines[name]}. Rename one of the records, or remove it."
        )
    header_lines[name] = number


def _require_sequence(has_sequence: bool, header: tuple | None, path: Path) -> None:
    if not has_sequence:
        line, number = header
        raise ValueError(
            f"The record {_split_header(line[1:])[0]!r} on line {number} of {path} has no "
            "sequence. Add its sequence, or remove its header."
        )


def _require_sequence_line(line: str, number: int, path: Path) -> None:
    wrong = _NOT_IN_SEQUENCE.search(line)
    if wrong:
        raise ValueError(
            f"Character {wrong.group()!r} at position {wrong.start() + 1} of line {number} of "
            f"{path} cannot be in a sequence. {_cure(wrong.group())}"
        )


def _cure(character: str) -> str:
    """Say what to do about a character that cannot be in a sequence."""
    if character == ">":
        return "A header starts on a line of its own: put a line break before it."
    if character == ";":
        return "Comments are not read: remove the line."
    if character.isspace():
        return "Remove the white space between the letters."
    if character.isdigit():
        return "Remove the numbers; of a GenBank file, make FASTA with Bio.SeqIO.convert."
    return "Keep letters, '-' for a gap and '*' for a stop."


def _parse(text: str, upper: bool) -> Iterator[FastaRecord]:
    from Bio.SeqIO.FastaIO import SimpleFastaParser

    for header, sequence in SimpleFastaParser(io.StringIO(text.lstrip())):
        name, description = _split_header(header)
        yield FastaRecord(name, description, sequence.upper() if upper else sequence)


def _split_header(header: str) -> tuple[str, str]:
    """Return the name and the description; both may be empty."""
    name, *description = header.split(maxsplit=1) or [""]
    return name, "".join(description).rstrip()


# Writing


def _require_width(width: int | None) -> int | None:
    if width is not None and (type(width) is not int or width < 1):
        raise ValueError(
            "width must be a whole number of at least 1, or None for one line per sequence. "
            f"Received: {width!r}."
        )
    return width


def _format_all(records: Iterable[FastaRecord], width: int | None) -> Iterator[str]:
    numbers_by_name: dict[str, int] = {}
    for number, record in enumerate(_require_records(records), start=1):
        record = _require_record(record, number)
        _require_new_name(record.name, number, numbers_by_name)
        yield _format(record, width)
    if not numbers_by_name:
        raise ValueError("There are no records to write. Pass at least one FastaRecord.")


def _require_records(records: Iterable[FastaRecord]) -> Iterable[FastaRecord]:
    # A single record is a tuple, hence iterable: each of its fields would pass for a record.
    if isinstance(records, (str, bytes, FastaRecord)) or not isinstance(records, Iterable):
        raise ValueError(
            f"Expected a list of FastaRecords. Received {type(records).__name__}: pass "
            '[FastaRecord("seq1", "", "ACGT")].'
        )
    return records


def _require_record(record: object, number: int) -> FastaRecord:
    fields = list(record) if isinstance(record, (tuple, list)) else []
    if len(fields) != 3 or not all(isinstance(field, str) for field in fields):
        raise ValueError(
            f"Record {number} (counting from 1) is not three strings. Received: {record!r:.60}. "
            'Pass FastaRecord(name, description, sequence); the description may be "".'
        )
    record = FastaRecord(*fields)
    _require_header_fields(record, number)
    _require_sequence_field(record)
    return record


def _require_header_fields(record: FastaRecord, number: int) -> None:
    if record.name.split() != [record.name]:
        raise ValueError(
            f"The name {record.name!r} of record {number} (counting from 1) is empty or holds "
            "white space, at which a name ends. Pass a name without it, such as 'seq1'."
        )
    if record.description != record.description.strip() or _breaks_line(record):
        raise ValueError(
            f"The description {record.description!r} of record {record.name!r} holds a line break, "
            "or white space at its ends. Pass ' '.join(description.split())."
        )


def _breaks_line(record: FastaRecord) -> bool:
    # NUL breaks no line, but a file that holds one is read as binary.
    return bool(re.search(r"[\n\r\0]", record.name + record.description))


def _require_sequence_field(record: FastaRecord) -> None:
    if not record.sequence:
        raise ValueError(f"The record {record.name!r} has no sequence. Leave the record out.")
    wrong = _NOT_IN_SEQUENCE.search(record.sequence)
    if wrong:
        raise ValueError(
            f"Character {wrong.group()!r} at position {wrong.start() + 1} of sequence "
            f"{record.name!r} cannot be in a sequence. {_cure(wrong.group())}"
        )


def _require_new_name(name: str, number: int, numbers_by_name: dict[str, int]) -> None:
    if name in numbers_by_name:
        raise ValueError(
            f"The name {name!r} of record {number} (counting from 1) is that of record "
            f"{numbers_by_name[name]} too. Rename one of the records."
        )
    numbers_by_name[name] = number


def _format(record: FastaRecord, width: int | None) -> str:
    header = f">{record.name} {record.description}".rstrip()
    width = width or len(record.sequence)
    starts = range(0, len(record.sequence), width)
    lines = [record.sequence[start : start + width] for start in starts]
    return "\n".join([header, *lines]) + "\n"
