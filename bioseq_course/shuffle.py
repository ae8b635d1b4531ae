"""Shuffle a sequence and keep its words: the control beside every claim about order.

A shuffle that keeps the counts of all words of length k answers the question "does my result
need more than k-mer counts?". For k = 1 it is a plain permutation. For k = 2 and 3 the sequence
is read as a walk: the places are its (k - 1)-mers, the steps are its k-mers. Every walk that uses
each step once (an Euler path) spells a sequence with the same k-mers, and we draw one of those
walks, each with the same probability.

Source: Altschul and Erickson (1985), doi:10.1093/oxfordjournals.molbev.a040370. The random tree
comes from Wilson (1996), doi:10.1145/237814.237880.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def shuffle_sequence(sequence: str, *, k: int = 1, rng: "np.random.Generator") -> str:
    """Return a random sequence with exactly the k-mer counts of ``sequence``.

    All sequences with these counts, this first and this last (k - 1)-mer are equally likely. So
    for k = 2 the first and the last letter stay where they are, for k = 3 the first two and the
    last two. Counts of all shorter words stay as well.

    Args:
        sequence: L letters of any alphabet.
        k: length of the words whose counts stay: 1, 2 or 3.
        rng: source of randomness, for example ``np.random.default_rng(0)``.

    Returns:
        A string of L letters. The time grows with L: about 0.5 ms for 1,000 bases.

    Raises:
        TypeError: ``sequence`` is not a string, for example a list of sequences.
        ValueError: ``k`` is not 1, 2 or 3.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> shuffled = shuffle_sequence("ATGGCGTGCAATGA", k=2, rng=rng)
    >>> words = lambda text: sorted(text[i : i + 2] for i in range(len(text) - 1))
    >>> words(shuffled) == words("ATGGCGTGCAATGA"), shuffled[0], shuffled[-1]
    (True, 'A', 'A')

    Taught in lecture ``01a_dependence``.
    """
    _check(sequence, k)
    if k == 1:
        return "".join(sequence[i] for i in rng.permutation(len(sequence)))
    if len(sequence) <= k:
        return sequence
    last_node = sequence[-(k - 1) :]
    exits = _shuffled_exits(sequence, k, rng)
    final_exits = _random_final_exits(exits, last_node, rng)
    return _walk(sequence[: k - 1], exits, final_exits)


def _check(sequence, k):
    """Refuse what is not one string, and word lengths other than 1, 2, 3."""
    if not isinstance(sequence, str):
        raise TypeError(
            f"shuffle_sequence takes one sequence as a string, not {type(sequence).__name__}. "
            "For several sequences, call it once for each."
        )
    if k not in (1, 2, 3):
        raise ValueError(
            f"k must be 1, 2 or 3 (words of one, two or three letters), not {k!r}. "
            "Longer words leave so few other orders that the shuffle hardly moves."
        )


def _shuffled_exits(sequence, k, rng):
    """Map each (k - 1)-mer to the letters that follow it, in random order."""
    exits = {}
    # One permutation of all steps puts the exits of every node in a uniformly random order.
    for start in rng.permutation(len(sequence) - k + 1).tolist():
        node = sequence[start : start + k - 1]
        exits.setdefault(node, []).append(sequence[start + k - 1])
    return exits


def _random_final_exits(exits, last_node, rng):
    """Choose for every node but the last which exit is taken last (Wilson's algorithm).

    A walk can use up all its steps only if these final exits lead from everywhere to the last
    node: they are a tree. Wilson's loop-erased random walks draw every such tree with the same
    probability: a choice that is overwritten later belonged to a loop. Returned is the place of
    the exit in the list of its node, not its letter: two exits with one letter are two exits.
    """
    chosen = {}
    done = {last_node}
    for start in exits:
        node = start
        while node not in done:
            chosen[node] = int(rng.random() * len(exits[node]))
            node = (node + exits[node][chosen[node]])[1:]
        node = start
        while node not in done:
            done.add(node)
            node = (node + exits[node][chosen[node]])[1:]
    return chosen


def _walk(first_node, exits, final_exits):
    """Follow the exits from the first node until none is left, and spell the walk."""
    for node, place in final_exits.items():
        exits[node].insert(0, exits[node].pop(place))  # steps are taken from the end of the list
    letters = list(first_node)
    node = first_node
    while exits.get(node):
        letters.append(exits[node].pop())
        node = (node + letters[-1])[1:]
    return "".join(letters)
