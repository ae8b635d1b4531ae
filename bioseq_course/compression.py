"""Compressed sizes, and how far apart two sequences are by them.

A compressor writes a repeat as a reference to where it stood before. So if y repeats much of x,
the pair xy compresses to little more than x alone. The normalized compression distance turns that
into a number near 0 for copies and near 1 for sequences with nothing in common.

Four methods, all from Python's standard library, at one fixed level each:

=========  ============================  ==========  ========================  ============
method     idea                          level       sees repeats              nothing costs
=========  ============================  ==========  ========================  ============
``zlib``   references, then short codes  9           up to 32 KiB back          8 bytes
``gzip``   the same stream as ``zlib``   9           up to 32 KiB back         20 bytes
``bz2``    sorts the whole block         9           in blocks of 900 kB, but  14 bytes
                                                     a copy costs about half
``lzma``   references, adaptive codes    6 (``xz``)  up to 8 MiB back          32 bytes
=========  ============================  ==========  ========================  ============

"Nothing costs" is the size of the empty text. gzip and zlib hold the same DEFLATE stream, which is
2 bytes for the empty text, in another wrapper: gzip adds 10 bytes of header and 8 bytes of
checksum and length, zlib 2 and 4 bytes. So gzip is larger by exactly 12 bytes, whatever the text.
The header is always written with time 0: the size would be the same, but so are the bytes.

Sizes depend on the version of the compressor: a system may bring another zlib, whose sizes differ
by a few bytes. Formats: RFC 1950 to 1952, doi:10.17487/RFC1950, doi:10.17487/RFC1951 and
doi:10.17487/RFC1952.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Iterable

from bioseq_course.inputs import require_choice, require_sequences, require_texts

import numpy as np

__all__ = ["compressed_size", "compression_distances", "normalized_compression_distance"]

_COMPRESSORS = {
    "gzip": lambda data: gzip.compress(data, compresslevel=9, mtime=0),
    "lzma": lambda data: lzma.compress(data, preset=6),
    "bz2": lambda data: bz2.compress(data, compresslevel=9),
    "zlib": lambda data: zlib.compress(data, level=9),
}
METHODS = tuple(_COMPRESSORS)


def compressed_size(sequence: str, method: str = "gzip") -> int:
    """Return how many bytes a sequence takes once compressed.

    Args:
        sequence: a non-empty string of L letters; outside of ASCII a letter takes 2 to 4 bytes.
        method: ``"gzip"``, ``"lzma"``, ``"bz2"`` or ``"zlib"``; the module's text says how they
            differ.

    Returns:
        Bytes, the wrapper included.

    Raises:
        ValueError: the sequence is no string or is empty, or the method is another one.

    >>> compressed_size("ACGT" * 1000) < 60
    True
    >>> compressed_size("GATTACA", "gzip") - compressed_size("GATTACA", "zlib")
    12
    """
    require_choice("method", method, METHODS)
    require_texts([sequence], ["sequence"])
    return _size(sequence.encode(), method)


def normalized_compression_distance(x: str, y: str, method: str = "gzip") -> float:
    """Compare two sequences by what the second adds to the compressed first.

    NCD(x, y) = (C(xy) - min(C(x), C(y))) / max(C(x), C(y)), where C is the compressed size and xy
    is x followed by y, with nothing in between. About 0 for equal sequences, about 1 for unrelated
    ones. Real compressors bend the rules of a distance: NCD(x, x) is above 0, NCD(x, y) and
    NCD(y, x) may differ, and values slightly above 1 occur.

    Args:
        x: a non-empty string.
        y: a non-empty string.
        method: as in ``compressed_size``.

    Returns:
        The distance, a float.

    Raises:
        ValueError: a sequence is no string or is empty, or the method is another one.

    Sources: Li, Chen, Li, Ma, Vitanyi (2004), doi:10.1109/TIT.2004.838101; in this form Cilibrasi
    and Vitanyi (2005), doi:10.1109/TIT.2005.844059.

    >>> x, y = "GATTACA" * 30, "CCTGAGG" * 30
    >>> normalized_compression_distance(x, x) < 0.1 < normalized_compression_distance(x, y)
    True
    """
    require_choice("method", method, METHODS)
    require_texts([x, y], ["x", "y"])
    return float(compression_distances([x], [y], method=method)[0, 0])


def compression_distances(
    sequences: Iterable[str],
    others: Iterable[str] | None = None,
    *,
    method: str = "gzip",
) -> np.ndarray:
    """Return the normalized compression distance of every pair.

    Each sequence is compressed once on its own, and each pair once: N + M + N M compressions. On
    one core gzip does about 10,000 pairs of human coding sequences a second, and lzma a sixth.

    Args:
        sequences: N non-empty strings, the first of each pair.
        others: M non-empty strings, the second of each pair; the same N when left out.
        method: as in ``compressed_size``.

    Returns:
        float64 ``(N, M)``, ``normalized_compression_distance(sequences[i], others[j])`` at
        ``[i, j]``. Not exactly symmetric when both lists are the same.

    Raises:
        ValueError: the lists are no lists of non-empty sequences, or the method is another one.

    Sources: as in ``normalized_compression_distance``.

    >>> genes = ["GATTACA" * 30, "CCTGAGG" * 30, "GATTACC" * 30]
    >>> compression_distances(genes[:1], genes[1:]).argmin(axis=1)
    array([1])
    """
    require_choice("method", method, METHODS)
    first = _encode(sequences)
    first_sizes = _sizes(first, method)
    second, second_sizes = first, first_sizes
    if others is not None:
        second = _encode(others)
        second_sizes = _sizes(second, method)
    pair_sizes = np.array([[_size(x + y, method) for y in second] for x in first])
    smaller = np.minimum.outer(first_sizes, second_sizes)  # (N, M)
    larger = np.maximum.outer(first_sizes, second_sizes)
    return (pair_sizes.reshape(smaller.shape) - smaller) / larger


def _encode(sequences: Iterable[str]) -> list[bytes]:
    return [sequence.encode() for sequence in require_sequences(sequences)[0]]


def _sizes(texts: list[bytes], method: str) -> np.ndarray:
    return np.array([_size(text, method) for text in texts], dtype=int)


def _size(data: bytes, method: str) -> int:
    return len(_COMPRESSORS[method](data))
