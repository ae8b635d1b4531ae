"""Checks of what a caller passed: lists of sequences, their names, lengths and choices.

Each refuses with a `ValueError` that says what was expected, what came and what to do about it.
"""

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from bioseq_course.alphabet import Alphabet, describe_sequence, require_string

_BLOCK_LETTERS = 2**18  # letters that are handled at once: they fit into a processor's cache


def require_list(sequences: Iterable) -> list:
    """Return the sequences as a list; a generator is read here, once.

    Raises:
        ValueError: a single string, a mapping, a set or nothing iterable was given.

    >>> require_list("ACGT")  # doctest: +NORMALIZE_WHITESPACE
    Traceback (most recent call last):
        ...
    ValueError: Expected a list of sequences. Received a single str that starts 'ACGT':
    pass [sequence].
    """
    if isinstance(sequences, (str, bytes, bytearray)):
        kind, start = type(sequences).__name__, sequences[:10]
        raise ValueError(
            f"Expected a list of sequences. Received a single {kind} that starts {start!r}: pass "
            "[sequence]."
        )
    # A set has no order and the items of a mapping are its keys: neither is a list of sequences.
    if isinstance(sequences, (Mapping, Set)) or not _is_iterable(sequences):
        raise ValueError(
            f"Expected a list of sequences. Received {type(sequences).__name__}: pass a list "
            'such as ["ACGT", "GGA"], or data.sequences.'
        )
    return list(sequences)


def _is_iterable(candidate: object) -> bool:
    try:
        iter(candidate)
    except TypeError:
        return False
    return True


def sequence_names(names: Iterable[str] | None, num_sequences: int) -> Sequence[str | int]:
    """Return what messages call each sequence: its name, or its number from 1 without names.

    Raises:
        ValueError: `names` is not a list, or has not one name per sequence.

    >>> sequence_names(None, 2), sequence_names(["left", "right"], 2)
    (range(1, 3), ['left', 'right'])
    """
    if names is None:
        return range(1, num_sequences + 1)
    if isinstance(names, (str, bytes)) or not _is_iterable(names):
        raise ValueError(
            f"names must be a list, one name per sequence. Received {type(names).__name__}: pass "
            'a list such as ["seq1", "seq2"].'
        )
    names = [str(name) for name in names]
    if len(names) != num_sequences:
        raise ValueError(
            f"Received {len(names)} names for {num_sequences} sequences. Pass one name per "
            "sequence, or leave names out."
        )
    return names


def require_texts(texts: list, names: Sequence[str | int]) -> None:
    """Refuse a list that holds anything but non-empty strings.

    Raises:
        ValueError: an item is no string, or is empty.

    >>> require_texts(["ACGT", ""], range(1, 3))
    Traceback (most recent call last):
        ...
    ValueError: Sequence 2 (counting from 1) is empty. Remove it, and its label if it has one.
    """
    for text, name in zip(texts, names, strict=True):
        require_string(text, name)
        if not text:
            raise ValueError(
                f"{describe_at_start(name)} is empty. Remove it, and its label if it has one."
            )


def require_sequences(
    sequences: Iterable, names: Iterable[str] | None = None
) -> tuple[list[str], Sequence[str | int]]:
    """Return B checked strings as a list, and what messages call them: names, or numbers from 1.

    Raises:
        ValueError: as in `require_list`, `sequence_names` and `require_texts`.

    >>> require_sequences(text for text in ("ACG", "T"))
    (['ACG', 'T'], range(1, 3))
    """
    texts = require_list(sequences)
    called = sequence_names(names, len(texts))
    require_texts(texts, called)
    return texts, called


def require_symbols(
    texts: list[str],
    alphabet: Alphabet,
    unknown: str,
    names: Sequence[str | int],
    options: Mapping[str, str],
) -> None:
    """Check all strings against an alphabet at once; arguments as in `Alphabet.validate`.

    Raises:
        AlphabetError: a symbol is not accepted.

    >>> from bioseq_course.alphabet import DNA
    >>> require_symbols(["ACGT", "GN"], DNA, "zero", range(1, 3), {})
    """
    accepted = "".join(alphabet.accepted_symbols(unknown)).encode("ascii")
    for start, stop in text_blocks(texts):
        # `replace` turns every other character into "?", which no alphabet holds.
        letters = "".join(texts[start:stop]).encode("ascii", errors="replace")
        if letters.translate(None, delete=accepted):
            for text, name in zip(texts[start:stop], names[start:stop], strict=True):
                alphabet.validate(text, name=name, unknown=unknown, options=options)


def text_blocks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Cut a list into runs of whole texts: slices with some 260,000 letters, or one long text.

    What is done block by block needs little memory beside its result.

    >>> list(text_blocks(["ACGT", "GG"])), list(text_blocks(["A" * 300_000, "C"]))
    ([(0, 2)], [(0, 1), (1, 2)])
    """
    start = num_letters = 0
    for stop, text in enumerate(texts, start=1):
        num_letters += len(text)
        if num_letters >= _BLOCK_LETTERS or stop == len(texts):
            yield start, stop
            start, num_letters = stop, 0


def resolve_length(texts: list[str], length: int | None, names: Sequence[str | int]) -> int:
    """Return the common length L: as asked, or that of the longest sequence.

    Raises:
        ValueError: a sequence is longer than asked, or there are neither sequences nor a length.

    >>> resolve_length(["ACG", "T"], None, range(1, 3))
    3
    """
    if length is None:
        require_some(texts)
        return max(map(len, texts))
    length = require_length(length)
    for text, name in zip(texts, names, strict=True):
        if len(text) > length:
            raise ValueError(
                f"{describe_at_start(name)} has {len(text)} symbols, more than "
                f"length={length}. Pass a larger length or none, or cut the sequences yourself: "
                f"[sequence[:{length}] for sequence in sequences]."
            )
    return length


def require_some(sequences: list) -> None:
    """Refuse an empty list where the sequences themselves have to tell the length.

    Raises:
        ValueError: the list is empty.

    >>> require_some(["ACGT"])
    """
    if not sequences:
        raise ValueError(
            "There are no sequences, so their length is unknown. Pass at least one, or length=."
        )


def require_length(length: int) -> int:
    """Return a length as an int.

    Raises:
        ValueError: it is not a whole number of at least 1; True and False are none.

    >>> require_length(3)
    3
    """
    return require_positive("length", length, "Pass one, or leave it out for the longest sequence.")


def require_positive(argument: str, value: object, cure: str, *, meaning: str = "") -> int:
    """Return a whole number of at least 1 as an int; True and False are none.

    Args:
        argument: what the message calls the value.
        value: an int, or what counts as one (a NumPy integer).
        cure: last sentence of the message.
        meaning: what the number counts, set behind a comma.

    Raises:
        ValueError: it is not such a number.

    >>> require_positive("k", 0, "Pass for example k=3.", meaning="the letters in a word")
    Traceback (most recent call last):
        ...
    ValueError: k must be a whole number of at least 1, the letters in a word. Received: 0. \
Pass for example k=3.
    """
    try:
        number = 0 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = 0
    if number < 1:
        counted = f", {meaning}" if meaning else ""
        raise ValueError(
            f"{argument} must be a whole number of at least 1{counted}. Received: {value!r}. {cure}"
        )
    return number


def require_mismatches(mismatches: object, k: int) -> int:
    """Return how many letters of a word may be changed, as an int from 0 to k - 1.

    Raises:
        ValueError: it is no such number.

    >>> require_mismatches(1, 3)
    1
    """
    try:
        number = -1 if isinstance(mismatches, bool) else operator.index(mismatches)
    except TypeError:
        number = -1
    if not 0 <= number < k:
        raise ValueError(
            f"mismatches must be a whole number from 0 to k - 1 = {k - 1}. Received: "
            f"{mismatches!r}. With k mismatches every word would be near every other."
        )
    return number


def require_choice(argument: str, value: object, choices: tuple[str, ...]) -> None:
    """Refuse a value that is not among the choices of an argument.

    Raises:
        ValueError: the value is none of them.

    >>> require_choice("side", "up", ("right", "left"))
    Traceback (most recent call last):
        ...
    ValueError: side must be one of "right", "left". Received: 'up'.
    """
    if not isinstance(value, str) or value not in choices:
        listed = ", ".join(f'"{choice}"' for choice in choices)
        raise ValueError(f"{argument} must be one of {listed}. Received: {value!r}.")


def describe_at_start(name: str | int) -> str:
    """Return `describe_sequence(name)` with a capital, for the beginning of a sentence.

    >>> describe_at_start("seq7")
    "Sequence 'seq7'"
    """
    description = describe_sequence(name)
    return description[0].upper() + description[1:]
