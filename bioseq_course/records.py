"""Small JSON files: one value each, written whole or not at all.

Notebooks run in parallel and each leaves its values in a file of its own, so that no two
processes ever write the same file.
"""

import json
import os
import tempfile
from pathlib import Path


def write_text_atomically(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` through a temporary file in the same folder.

    >>> import tempfile; folder = Path(tempfile.mkdtemp())
    >>> write_text_atomically(folder / "a.txt", "ACGT")
    >>> (folder / "a.txt").read_text()
    'ACGT'
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        os.chmod(temporary, 0o644)  # mkstemp makes private files
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


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
