"""Bring one file from one address into the cache folder: whole and verified, or not at all.

The content travels in three steps. What arrives goes to a temporary file in the cache folder; it is
unpacked into a second one, whose size and SHA-256 are compared with the record; only then is that
one renamed to its final name, which the operating system does in one step. A process that is
killed on the way leaves temporary files, which the next transfer into the folder removes.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import itertools
import lzma
import os
import platform
import re
import shutil
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

CHUNK = 1 << 16
CONNECT_SECONDS, READ_SECONDS = 5, 30
_STALE_SECONDS = 24 * 3600
_UNFINISHED = re.compile(r"\.(?P<host>[\w-]+)-(?P<process>\d+)-\d+\.unfinished$")
_BROKEN_ARCHIVE = (
    gzip.BadGzipFile,
    lzma.LZMAError,
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    EOFError,
)
_counter = itertools.count(1)


class Refused(Exception):
    """An address did not give the content that the record describes; the text says why."""


@dataclass(frozen=True)
class RemoteFile:
    """One file of a data set: where it comes from and what it must be.

    Args:
        name: its place below the cache folder, beginning with the name of the data set.
        urls: addresses, tried in order. Behind a ``#`` stands which file of an archive (zip or
            tar.gz) is meant, where ``*`` stands for any name. A file compressed with gzip or xz
            is decompressed.
        sha256: of the content, decompressed.
        num_bytes: of the content, decompressed.
        mirror: its place below a mirror.
        download_bytes: how much travels from ``urls[0]``; None where nobody has looked.
        build: makes the content from the files of the archive, ``{path: content}`` in the order
            of their paths; None where the archive holds the content as one file.

    Examples:
        >>> address = "https://example.org/a.txt"
        >>> RemoteFile("toy/a.txt", (address,), "0" * 64, 12, "a.txt", 12).data_set
        'toy'
    """

    name: str
    urls: tuple[str, ...]
    sha256: str
    num_bytes: int
    mirror: str
    download_bytes: int | None
    build: Callable[[dict[str, bytes]], bytes] | None = None

    @property
    def data_set(self) -> str:
        """Name of the data set that the file belongs to."""
        return self.name.partition("/")[0]


def holds(path: Path, file: RemoteFile) -> bool:
    """Tell whether a path holds exactly the content that the record describes.

    Examples:
        >>> holds(Path("no such file"), RemoteFile("toy/a.txt", (), "0" * 64, 12, "a.txt", 12))
        False
    """
    try:
        if path.stat().st_size != file.num_bytes:
            return False
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == file.sha256
    except OSError:
        return False


def transfer(address: str, file: RemoteFile, target: Path) -> None:
    """Bring the content of ``file`` from one address to ``target``.

    Args:
        address: an http or https address, or the path of a file.
        file: what must come.
        target: where it is stored.

    Raises:
        Refused: the address does not give it.
        OSError: it cannot be stored.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(target.parent)
    with _unfinished(target) as arrived, _unfinished(target) as content:
        member = _bring(address, arrived)
        _unpack(arrived, content, member, file)
        _compare(content, arrived, file)
        try:
            os.replace(content, target)
        except PermissionError:
            # Windows refuses while another process reads the target, which it then has stored.
            if not holds(target, file):
                raise


def _bring(address: str, arrived: Path) -> str:
    """Copy or download; return which file of an archive is meant, empty for none."""
    if not address.startswith(("http://", "https://")):
        _copy(address, arrived)  # a folder may well have a # in its name
        return ""
    url, _, member = address.partition("#")
    _download(url, arrived)
    return member


@contextlib.contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """Lend the name of a temporary file beside the target and remove the file afterwards."""
    maker = f"{_host()}-{os.getpid()}-{next(_counter)}"
    path = target.with_name(f".{target.name}.{maker}.unfinished")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _host() -> str:
    """Name this machine: a cache folder may be shared, and process numbers are its own."""
    return re.sub(r"[^\w-]", "_", platform.node()) or "host"


def _remove_leftovers(folder: Path) -> None:
    """Remove temporary files of processes that ended without doing so themselves."""
    for path in folder.glob(".*.unfinished"):
        with contextlib.suppress(OSError):  # another process may remove it at the same moment
            if _is_leftover(path):
                path.unlink()


def _is_leftover(path: Path) -> bool:
    """Tell whether nobody writes the file: its process is gone, or it is old."""
    import psutil

    maker = _UNFINISHED.search(path.name)
    if maker and maker["host"] == _host() and not psutil.pid_exists(int(maker["process"])):
        return True
    return time.time() - path.stat().st_mtime > _STALE_SECONDS


def _download(url: str, arrived: Path) -> None:
    """Fetch over HTTP with pooch, drawing a progress bar on a terminal."""
    from bioseq_course.datasets._progress import ProgressBar

    import pooch
    import requests

    name = PurePosixPath(url).name
    with ProgressBar(name) as bar:
        get = pooch.HTTPDownloader(
            progressbar=bar, chunk_size=CHUNK // 8, timeout=(CONNECT_SECONDS, READ_SECONDS)
        )
        try:
            get(url, str(arrived), None)
        except requests.HTTPError as error:
            answer = error.response
            raise Refused(f"the server answered {answer.status_code} {answer.reason}") from error
        except (requests.RequestException, ConnectionError, TimeoutError) as error:
            came = arrived.stat().st_size
            reason = f"the connection broke after {came:,} bytes" if came else "no connection"
            raise Refused(reason) from error


def _copy(source: str, arrived: Path) -> None:
    """Copy a file of a mirror folder."""
    try:
        stream = Path(source).open("rb")
    except OSError as error:
        raise Refused(f"the file cannot be read ({error.strerror})") from error
    with stream, arrived.open("wb") as out:
        shutil.copyfileobj(stream, out, CHUNK)


def _unpack(arrived: Path, content: Path, member: str, file: RemoteFile) -> None:
    """Write the content of what arrived; stop when there is more than the record says."""
    written = 0
    with content.open("wb") as out, contextlib.closing(_chunks(arrived, member, file)) as chunks:
        while written <= file.num_bytes and (chunk := _next_chunk(chunks)):
            written += out.write(chunk)


def _next_chunk(chunks: Iterator[bytes]) -> bytes:
    """Take the next chunk, empty at the end."""
    try:
        return next(chunks, b"")
    except _BROKEN_ARCHIVE as error:
        raise Refused("a truncated or damaged archive came") from error


def _chunks(arrived: Path, member: str, file: RemoteFile) -> Iterator[bytes]:
    if member:
        yield _read_archive(arrived, member, file)
        return
    with _opener(arrived)(arrived, "rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _opener(arrived: Path) -> Callable:
    """Recognise the compression by content: a server may have undone it on the way."""
    with arrived.open("rb") as stream:
        start = stream.read(6)
    if start.startswith(b"\x1f\x8b"):
        return gzip.open
    return lzma.open if start == b"\xfd7zXZ\0" else open


def _read_archive(arrived: Path, member: str, file: RemoteFile) -> bytes:
    """Return the content that the record wants from an archive."""
    if _opener(arrived) is gzip.open:
        members = _tar_members(arrived, member)
    elif zipfile.is_zipfile(arrived):
        members = _zip_members(arrived, member)
    else:
        raise Refused(f"no archive came{_web_page_text(arrived)}")
    if not members or (file.build is None and len(members) != 1):
        raise Refused(f"the archive has {len(members)} files {member}")
    ordered = {path: members[path] for path in sorted(members)}
    return file.build(ordered) if file.build else next(iter(ordered.values()))


def _tar_members(arrived: Path, pattern: str) -> dict[str, bytes]:
    with tarfile.open(arrived, "r:gz") as archive:
        return {
            entry.name: archive.extractfile(entry).read()
            for entry in archive
            if entry.isfile() and PurePosixPath(entry.name).match(pattern)
        }


def _zip_members(arrived: Path, pattern: str) -> dict[str, bytes]:
    with zipfile.ZipFile(arrived) as archive:
        return {
            name: archive.read(name)
            for name in archive.namelist()
            if not name.endswith("/") and PurePosixPath(name).match(pattern)
        }


def _compare(content: Path, arrived: Path, file: RemoteFile) -> None:
    """Refuse content that differs from the record, and say how."""
    if holds(content, file):
        return
    size = content.stat().st_size
    if size > file.num_bytes:
        reason = f"more than the expected {file.num_bytes:,} bytes came"
    elif size < file.num_bytes:
        reason = f"{size:,} bytes came, expected {file.num_bytes:,}"
    else:
        reason = "the size is right, but the SHA-256 is another: something was altered"
    raise Refused(reason + _web_page_text(arrived))


def _web_page_text(arrived: Path) -> str:
    """Name the commonest thing that comes instead of data."""
    with arrived.open("rb") as stream:
        start = stream.read(512).lstrip().lower()
    is_page = start.startswith((b"<!doctype html", b"<html"))
    return "; it is a web page, perhaps of a network that wants a login" if is_page else ""
