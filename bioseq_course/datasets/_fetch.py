"""Downloaded data sets: where they are stored, which mirror is asked first, what is said.

``fetch_*`` looks in the cache folder, then in the mirror, then at the original addresses. The
folder is that of the operating system for caches, or ``BIOSEQ_COURSE_DATA``. A mirror is a folder
or an http address in ``BIOSEQ_COURSE_MIRROR``.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bioseq_course.datasets._transfer import Refused, RemoteFile, holds, transfer

DATA_VARIABLE, MIRROR_VARIABLE = "BIOSEQ_COURSE_DATA", "BIOSEQ_COURSE_MIRROR"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


class DataMissing(ValueError):
    """A data set is not on this computer and could not be brought here; the text has the cure."""


@dataclass(frozen=True)
class Download:
    """A data set that is downloaded: its files and its history.

    Args:
        name: as in ``bioseq-course data fetch NAME``.
        files: what is stored, in a fixed order.
        source: where the sequences come from.
        licence: what is known about the right to use them, unknowns said aloud.
        citation: what to cite.
        defects: known faults, one sentence each.

    Examples:
        >>> Download("toy", (), "nowhere", "none", "nobody").history()["licence"]
        'none'
    """

    name: str
    files: tuple[RemoteFile, ...]
    source: str
    licence: str
    citation: str
    defects: tuple[str, ...] = ()

    def history(self) -> dict:
        """Return source, licence, citation and defects as arguments of ``SequenceData``."""
        return {
            "source": self.source,
            "licence": self.licence,
            "citation": self.citation,
            "defects": self.defects,
        }

    def obtain(self, *, download: bool = True) -> tuple[Path, ...]:
        """Return the paths of all files, verified; bring what is missing.

        Args:
            download: ask the original addresses too, not only cache and mirror.

        Raises:
            DataMissing: a file is not to be had.
        """
        folder, mirror = data_folder(), mirror_address()
        return tuple(obtain(file, folder, mirror, download=download) for file in self.files)

    def state(self) -> str:
        """Return ``"cached"``, ``"damaged"`` or ``"to download"``; changes nothing."""
        paths = [data_folder() / file.name for file in self.files]
        if any(
            path.exists() and not holds(path, file)
            for path, file in zip(paths, self.files, strict=True)
        ):
            return "damaged"
        return "cached" if all(path.exists() for path in paths) else "to download"

    def size_text(self) -> str:
        """Return how much travels, in MB; where nobody has looked, how much is stored."""
        sizes = [file.download_bytes for file in self.files]
        if None in sizes:
            return f"{sum(file.num_bytes for file in self.files) / 1e6:.2f} MB stored"
        return f"{sum(sizes) / 1e6:.2f} MB"


def data_folder() -> Path:
    """Return the folder that holds downloaded data; it need not exist yet.

    Examples:
        >>> isinstance(data_folder(), Path)
        True
    """
    asked = os.environ.get(DATA_VARIABLE)
    if asked:
        return Path(asked).expanduser().absolute()
    import pooch

    return pooch.os_cache("bioseq-course")


def mirror_address() -> str:
    """Return the mirror that is set, a folder or an http address; empty without one.

    Raises:
        ValueError: the variable holds neither.
    """
    asked = os.environ.get(MIRROR_VARIABLE, "").strip()
    if not asked or asked.startswith(("http://", "https://")):
        return asked.rstrip("/")
    folder = Path(asked).expanduser().absolute()
    if not folder.is_dir():
        raise ValueError(
            f"{MIRROR_VARIABLE} is {asked!r}, expected a folder that exists, or an address that "
            f"begins with http:// or https://. Correct it, or unset {MIRROR_VARIABLE}."
        )
    return str(folder)


def obtain(file: RemoteFile, folder: Path, mirror: str, *, download: bool = True) -> Path:
    """Return the path of one verified file; bring it where it is missing or damaged.

    Args:
        file: what is wanted.
        folder: the cache folder.
        mirror: a folder or an http address, or empty.
        download: ask the original addresses too.

    Raises:
        DataMissing: it is not to be had, or cannot be stored.
    """
    target = folder / file.name
    if holds(target, file):
        return target
    failures = []
    for address in _addresses(file, mirror, download):
        try:
            transfer(address, file, target)
            return target
        except Refused as refusal:
            failures.append(f"{address}: {refusal}.")
        except OSError as error:
            raise DataMissing(_storage_text(file, target, error)) from error
    raise DataMissing(_missing_text(file, target, failures))


def _addresses(file: RemoteFile, mirror: str, download: bool) -> list[str]:
    addresses = []
    if mirror.startswith(("http://", "https://")):
        addresses.append(f"{mirror}/{quote(file.mirror)}")
    elif mirror:
        addresses.append(str(Path(mirror) / file.mirror))
    return addresses + (list(file.urls) if download else [])


def _missing_text(file: RemoteFile, target: Path, failures: list[str]) -> str:
    state = "is damaged" if target.exists() else "is not on this computer yet"
    text = f"The data set {file.data_set} {state} (its place is {target})."
    if failures:
        text += " Tried: " + " ".join(failures) + " Nothing was stored."
        text += " Look at the network connection, or name a copy with BIOSEQ_COURSE_MIRROR."
    return f"{text} To fetch it, run in a terminal: bioseq-course data fetch {file.data_set}"


def _storage_text(file: RemoteFile, target: Path, error: OSError) -> str:
    if error.errno in _FULL:
        problem = f"The disk is full. Free {2 * file.num_bytes / 1e6:.1f} MB or more"
    elif error.errno in _FORBIDDEN:
        problem = f"You may not write there ({error.strerror}). Make the folder writable"
    else:
        problem = f"The system said: {error.strerror or error}. Look at this folder"
    return (
        f"The data set {file.data_set} cannot be stored in {target.parent}. {problem}, or set "
        f"{DATA_VARIABLE} to another folder, then run: bioseq-course data fetch {file.data_set}"
    )


def fetch_if_available(fetch: Callable, *arguments, **options) -> Any:
    """Call a ``fetch_*`` function without the network, as a notebook does.

    Cache and mirror are asked, the original addresses are not: a notebook never waits for a
    network. Where a mirror is set (as in continuous integration), missing data are an error.

    Args:
        fetch: for example ``fetch_uci_splice``.
        arguments: its arguments.
        options: its named arguments.

    Returns:
        The data; or None after printing which command fetches them.

    Raises:
        DataMissing: they are missing although a mirror is set.

    Examples:
        >>> def fetch_toy(*, download):
        ...     raise DataMissing("Run: bioseq-course data fetch toy")
        >>> import os; saved = os.environ.pop("BIOSEQ_COURSE_MIRROR", None)
        >>> fetch_if_available(fetch_toy)
        Run: bioseq-course data fetch toy
        Without it, the cells that need this data set are left out.
        >>> if saved: os.environ["BIOSEQ_COURSE_MIRROR"] = saved
    """
    try:
        return fetch(*arguments, download=False, **options)
    except DataMissing as missing:
        if mirror_address():
            raise
        print(f"{missing}\nWithout it, the cells that need this data set are left out.")
        return None
