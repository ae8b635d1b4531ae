"""Files written whole or not at all, and small JSON files of one value each.

Notebooks run in parallel and each leaves its values in a file of its own, so that no two
processes ever write the same file.
"""

import json
import os
from pathlib import Path


def write_bytes_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` through a temporary file in the same folder.

    >>> import tempfile; folder = Path(tempfile.mkdtemp())
    >>> write_bytes_atomically(folder / "a", b"ACGT")
    >>> (folder / "a").read_bytes()
    b'ACGT'
    """
    path = Path(path)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        unfinished.write_bytes(content)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_text_atomically(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` as UTF-8, whole or not at all; make its folder where needed.

    >>> import tempfile; folder = Path(tempfile.mkdtemp())
    >>> write_text_atomically(folder / "new" / "a.txt", "ACGT")
    >>> (folder / "new" / "a.txt").read_text()
    'ACGT'
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    write_bytes_atomically(path, text.encode("utf-8"))


def write_json(path: Path, value: object) -> None:
    """Write ``value`` as readable JSON with sorted keys, atomically.

    >>> import tempfile; folder = Path(tempfile.mkdtemp())
    >>> write_json(folder / "a.json", {"b": 1, "a": 2})
    >>> list(read_json(folder / "a.json"))
    ['a', 'b']
    """
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
    write_text_atomically(path, text + "\n")


def read_json(path: Path, default: object = None) -> object:
    """Return the value in ``path``, or ``default`` where the file does not exist.

    Raises:
        ValueError: the file is not JSON; the message names it.
    """
    path = Path(path)
    if not path.exists():
        return default
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(
            f"{path} is not valid JSON (line {error.lineno}: {error.msg}). "
            "Delete it if it is under build/, or restore it from version control."
        ) from error
