"""Exercises of unit 01 `sequences`: a colleague's FASTA, cleaned and then judged.

Every exercise is a small function on plain strings, lists and arrays. The functions below without
an underscore are the course's own answers; those whose names begin with an underscore make the
mistakes that the remarks beside them describe.
"""

import math
import re
from collections import Counter

from bioseq_course.exercises.base import Case, Exercise, WrongAnswer, close, equal

import numpy as np

# The standard genetic code in the order of the textbook table: T, C, A, G at each position.
_TCAG = "TCAG"
_RESIDUES = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
CODON_TABLE = dict(
    zip((a + b + c for a in _TCAG for b in _TCAG for c in _TCAG), _RESIDUES, strict=True)
)
STOP_CODONS = ("TAA", "TAG", "TGA")
# Genetic code 2, of vertebrate mitochondria.
_MITOCHONDRIAL_TABLE = CODON_TABLE | {"TGA": "W", "ATA": "M", "AGA": "*", "AGG": "*"}


def _random_dna(rng: np.random.Generator, length: int, letters: str = "ACGT") -> str:
    return "".join(rng.choice(list(letters), size=length))


# --- clean_sequence ------------------------------------------------------------------------------


def clean_sequence(text: str) -> str:
    """Return DNA in upper case: white space and gap signs removed, U written as T.

    Args:
        text: letters as they come in a file: lower case for masked repeats, U for T, `-` and `.`
            for gaps, spaces and line ends between them.

    Returns:
        The same bases in the same order. Letters that are none of these cases (N, R ...) stay:
        they are the alphabet check's business.

    >>> clean_sequence("acG-UN ta")
    'ACGTNTA'
    """
    kept = (letter for letter in text.upper() if not letter.isspace() and letter not in "-.")
    return "".join(kept).replace("U", "T")


def _clean_drops_lower_case(text):
    return "".join(letter for letter in text.replace("U", "") if letter in "ACGTN")


def _clean_drops_uracil(text):
    return "".join(letter for letter in text.upper() if letter in "ACGTN")


def _clean_forgets_small_u(text):
    return "".join(letter for letter in text.replace("U", "T").upper() if letter.isalpha())


def _clean_keeps_gaps(text):
    return "".join(text.upper().split()).replace("U", "T")


def _clean_knows_two_spaces(text):
    return text.upper().translate(str.maketrans("U", "T", " \n-."))


def _clean_drops_ambiguity(text):
    return "".join(letter for letter in clean_sequence(text) if letter in "ACGT")


def _make_clean_sequence_cases(rng):
    messy = "".join(rng.choice(list("ACGTUacgtuN-"), size=40))
    return [
        Case(("ATGGCC",), "nothing to do"),
        Case(("ATGgccAAA",), "a soft-masked stretch: lower-case letters are bases"),
        Case(("AUGGCC",), "RNA: U is the base that DNA spells T"),
        Case(("augGCC",), "lower case and RNA together"),
        Case(("ATG-GC.C",), "gap signs"),
        Case((" ATG GCC\n",), "spaces and a line end"),
        Case(("ATG\tGCC\r\n",), "a tab, and the line end of another system"),
        Case(("ATGNNRCC",), "N and R are real letters: an unknown base, and A or G"),
        Case(("",), "an empty text"),
        Case((messy,), "a random mixture"),
    ]


CLEAN_SEQUENCE = Exercise(
    name="clean_sequence",
    title="Find the bug: the clean-up that loses bases",
    unit="sequences",
    points=2,
    level="must",
    minutes=8,
    reference=clean_sequence,
    make_cases=_make_clean_sequence_cases,
    compare=equal,
    hints=(
        "Call the colleague's function with 'ATGgccAAA' and with 'AUG', and count letters.",
        "Change the spelling first (upper case, U to T), then throw away only white space and "
        "the two gap signs. Which letters may be thrown away is a short list; which may stay is "
        "a long one.",
        'Start with text.upper().replace("U", "T"), then join every letter of it that is neither '
        "white space (letter.isspace()) nor one of '-' and '.'.",
    ),
    wrong_answers=(
        WrongAnswer(
            _clean_drops_lower_case,
            "This is still the colleague's behaviour: lower-case bases and U vanish, and every "
            "codon behind them shifts. Upper-case the text and write U as T before you throw "
            "anything away.",
        ),
        WrongAnswer(
            _clean_drops_uracil,
            "Lower case is right now, but U still vanishes: an RNA loses about a quarter of its "
            "bases. Write it as T. And letters such as R stay: they are for the alphabet check "
            "to name.",
        ),
        WrongAnswer(
            _clean_forgets_small_u,
            "A lower-case u survives as U: you replace U before you upper-case. Swap the order.",
        ),
        WrongAnswer(
            _clean_keeps_gaps,
            "Gap signs are still there. A gap is a column of an alignment, not a base: remove "
            "'-' and '.'.",
        ),
        WrongAnswer(
            _clean_knows_two_spaces,
            "A tab or a carriage return is still there. White space is more than the space and "
            "the line end: letter.isspace() knows all of it.",
        ),
        WrongAnswer(
            _clean_drops_ambiguity,
            "N and R are letters of the sequence: a base was there, only its name is not known. "
            "Removing them shifts the reading frame. Keep them.",
        ),
    ),
)


# --- reverse_complement --------------------------------------------------------------------------


def reverse_complement(dna: str) -> str:
    """Return the other strand of upper-case DNA, read in its own direction; N stays N.

    >>> reverse_complement("AACGN")
    'NCGTT'
    """
    return dna.translate(str.maketrans("ACGT", "TGCA"))[::-1]


def _complement_only(dna):
    return dna.translate(str.maketrans("ACGT", "TGCA"))


def _reverse_only(dna):
    return dna[::-1]


def _complement_by_turns(dna):
    for base, partner in zip("ACGT", "TGCA", strict=True):
        dna = dna.replace(base, partner)
    return dna[::-1]


def _reversed_but_not_joined(dna):
    return reversed([{"A": "T", "C": "G", "G": "C", "T": "A"}.get(base, base) for base in dna])


def _complement_knows_four_letters(dna):
    return "".join({"A": "T", "C": "G", "G": "C", "T": "A"}[base] for base in reversed(dna))


def _same_text(expected, received):
    """Equal strings; or no string either time (a list or a `reversed` object), nor None."""
    if isinstance(expected, str) or isinstance(received, str):
        return isinstance(expected, str) and isinstance(received, str) and expected == received
    return (expected is None) == (received is None)


def _make_reverse_complement_cases(rng):
    return [
        Case(("AACG",), "each base once or twice"),
        Case(("GAATTC",), "a palindrome: both strands read alike"),
        Case(("ATGNNT",), "N stays N, and moves with its position"),
        Case(("",), "an empty sequence"),
        Case((_random_dna(rng, 30),), "a random sequence"),
    ]


REVERSE_COMPLEMENT = Exercise(
    name="reverse_complement",
    title="Read the other strand",
    unit="sequences",
    points=1,
    level="should",
    minutes=5,
    reference=reverse_complement,
    make_cases=_make_reverse_complement_cases,
    compare=_same_text,
    hints=(
        "Two things happen: each base is replaced by its partner, and the order turns round.",
        "Look each base up in a table (a dictionary, or str.maketrans); all at once, not one "
        "replacement after the other. A base without a partner in the table stays.",
        'dna.translate(str.maketrans("ACGT", "TGCA")) is the complement; [::-1] turns it round.',
    ),
    wrong_answers=(
        WrongAnswer(
            _complement_only,
            "You complemented the bases but did not reverse them. The two strands run in "
            "opposite directions, and a sequence is always written 5' to 3'.",
        ),
        WrongAnswer(
            _reverse_only,
            "You reversed the order but kept the bases. Opposite A stands T, opposite C stands G.",
        ),
        WrongAnswer(
            _complement_by_turns,
            "After every A has become T, the next step turns those T back into A. Replace all "
            "letters in one pass: str.translate with a table does that.",
        ),
        WrongAnswer(
            _reversed_but_not_joined,
            "This is not a string: reversed() gives an object that hands out letters, and a list "
            'is no string either. Join them: "".join(...), or turn a string round with [::-1].',
        ),
        WrongAnswer(
            _complement_knows_four_letters,
            "Your table has no N, so N raises KeyError. A base without a partner stays as it is: "
            "table.get(base, base).",
        ),
    ),
)


# --- translate -----------------------------------------------------------------------------------


def translate(dna: str, codon_table: dict[str, str]) -> str:
    """Return the protein of a coding sequence, one letter a codon from the first base on.

    Args:
        dna: upper-case DNA; one or two bases left over at the end are ignored.
        codon_table: codon to one-letter residue, `*` for a stop.

    Returns:
        One letter for each whole codon; `X` for a codon that the table lacks.

    >>> translate("ATGAANTAAT", CODON_TABLE)
    'MX*'
    """
    codons = (dna[start : start + 3] for start in range(0, len(dna) - 2, 3))
    return "".join(codon_table.get(codon, "X") for codon in codons)


def _translate_every_base(dna, codon_table):
    return "".join(codon_table.get(dna[i : i + 3], "X") for i in range(len(dna) - 2))


def _translate_keeps_the_rest(dna, codon_table):
    return "".join(codon_table.get(dna[i : i + 3], "X") for i in range(0, len(dna), 3))


def _translate_loses_last_codon(dna, codon_table):
    return "".join(codon_table.get(dna[i : i + 3], "X") for i in range(0, len(dna) - 3, 3))


def _translate_to_stop(dna, codon_table):
    return translate(dna, codon_table).partition("*")[0]


def _translate_skips_unknown(dna, codon_table):
    return "".join(codon_table.get(dna[i : i + 3], "") for i in range(0, len(dna) - 2, 3))


def _translate_from_first_start(dna, codon_table):
    return translate(dna[max(dna.find("ATG"), 0) :], codon_table)


def _translate_standard_only(dna, codon_table):
    return translate(dna, CODON_TABLE)


def _make_translate_cases(rng):
    sequences = (
        ("ATGGCC", "two codons"),
        ("ATGGCCTAA", "a stop is written as *"),
        (
            "GCCATGGCC",
            "the first ATG is not at the first base: translation begins there all the same",
        ),
        ("ATGTAAGCC", "a stop inside does not end the translation"),
        ("ATGGCCA", "one base left over"),
        ("ATGGCCAA", "two bases left over"),
        ("ATGNNNGCC", "a codon that is not in the table"),
        ("AT", "less than a codon"),
        ("", "an empty sequence"),
        (_random_dna(rng, 47), "a random sequence"),
    )
    cases = [Case((dna, CODON_TABLE), note) for dna, note in sequences]
    note = "the mitochondrial table: here TGA is W and ATA is M"
    return [*cases, Case(("ATGTGAATA", _MITOCHONDRIAL_TABLE), note)]


TRANSLATE = Exercise(
    name="translate",
    title="From codons to residues",
    unit="sequences",
    points=2,
    level="must",
    minutes=10,
    reference=translate,
    make_cases=_make_translate_cases,
    compare=equal,
    hints=(
        "Cut the sequence into pieces of three, then look each piece up.",
        "The starts of the codons are 0, 3, 6 ...; the last start that leaves a whole codon is "
        'len(dna) - 3. A dictionary has .get(key, "X").',
        "for start in range(0, len(dna) - 2, 3): look up dna[start : start + 3], X where it is "
        "missing; join the letters.",
    ),
    wrong_answers=(
        WrongAnswer(
            _translate_every_base,
            "You move on by one base instead of three: that mixes the three reading frames into "
            "one string. Use range(..., 3).",
        ),
        WrongAnswer(
            _translate_keeps_the_rest,
            "One or two bases left over at the end become an X. They are no codon: stop the range "
            "at len(dna) - 2.",
        ),
        WrongAnswer(
            _translate_loses_last_codon,
            "The last whole codon is missing. range excludes its end, so the end must be "
            "len(dna) - 2, not len(dna) - 3.",
        ),
        WrongAnswer(
            _translate_to_stop,
            "You end at the first stop. Here a stop is written as * and reading goes on: a stop "
            "inside is how we notice that a record is out of frame.",
        ),
        WrongAnswer(
            _translate_skips_unknown,
            "A codon that the table lacks vanishes, and every residue behind it moves. Write X.",
        ),
        WrongAnswer(
            _translate_from_first_start,
            "You begin at the first ATG. Begin at the first base: whether the frame is right is "
            "what we want to find out.",
        ),
        WrongAnswer(
            _translate_standard_only,
            "You look codons up in a table of your own, not in the one that is handed in. Use "
            "the argument codon_table: mitochondria read TGA as W.",
        ),
    ),
)


# --- find_orfs -----------------------------------------------------------------------------------


def find_orfs(dna: str, min_codons: int = 10) -> list[tuple[int, int]]:
    """Return the open reading frames of one strand.

    An open reading frame begins with ATG and ends with the first stop codon in the same frame,
    which belongs to it. Of several ATG before the same stop only the first counts.

    Args:
        dna: upper-case DNA, read from left to right in its three frames.
        min_codons: smallest number of codons, ATG included, stop not included.

    Returns:
        `(start, end)` pairs with `dna[start:end]` the open reading frame, sorted by start.

    >>> find_orfs("CATGAAATAAC", min_codons=2)
    [(1, 10)]
    """
    found = []
    for frame in range(3):
        start = None
        for position in range(frame, len(dna) - 2, 3):
            codon = dna[position : position + 3]
            if codon == "ATG" and start is None:
                start = position
            elif codon in STOP_CODONS:
                if start is not None and position - start >= 3 * min_codons:
                    found.append((start, position + 3))
                start = None
    return sorted(found)


def _orfs_first_frame(dna, min_codons=10):
    return [(start, end) for start, end in find_orfs(dna, min_codons) if start % 3 == 0]


def _orfs_every_start(dna, min_codons=10):
    found = []
    for start in range(len(dna) - 2):
        if dna[start : start + 3] == "ATG":
            end = _next_stop(dna, start)
            if end is not None and end - start >= 3 * min_codons:
                found.append((start, end + 3))
    return found


def _orfs_without_stop_codon(dna, min_codons=10):
    return [(start, end - 3) for start, end in find_orfs(dna, min_codons)]


def _orfs_inclusive_end(dna, min_codons=10):
    return [(start, end - 1) for start, end in find_orfs(dna, min_codons)]


def _orfs_last_start(dna, min_codons=10):
    found = []
    for frame in range(3):
        start = None
        for position in range(frame, len(dna) - 2, 3):
            codon = dna[position : position + 3]
            if codon == "ATG":
                start = position
            elif codon in STOP_CODONS:
                if start is not None and position - start >= 3 * min_codons:
                    found.append((start, position + 3))
                start = None
    return sorted(found)


def _orfs_frame_by_frame(dna, min_codons=10):
    return sorted(find_orfs(dna, min_codons), key=lambda orf: (orf[0] % 3, orf[0]))


def _orfs_sorted_by_end(dna, min_codons=10):
    return sorted(find_orfs(dna, min_codons), key=lambda orf: orf[1])


def _orfs_without_overlap(dna, min_codons=10):
    matches = re.finditer("ATG(?:...)*?(?:TAA|TAG|TGA)", dna)
    return [match.span() for match in matches if len(match.group()) // 3 - 1 >= min_codons]


def _orfs_count_the_stop(dna, min_codons=10):
    return find_orfs(dna, min_codons - 1)


def _orfs_open_at_the_end(dna, min_codons=10):
    found = find_orfs(dna, min_codons)
    for frame in range(3):
        after = max((end for start, end in find_orfs(dna, 1) if start % 3 == frame), default=frame)
        starts = [i for i in range(after, len(dna) - 2, 3) if dna[i : i + 3] == "ATG"]
        if starts and _next_stop(dna, starts[0]) is None:
            end = starts[0] + (len(dna) - starts[0]) // 3 * 3
            if end - starts[0] >= 3 * min_codons:
                found.append((starts[0], end))
    return sorted(found)


def _next_stop(dna, start):
    codons = range(start, len(dna) - 2, 3)
    return next((i for i in codons if dna[i : i + 3] in STOP_CODONS), None)


def _make_find_orfs_cases(rng):
    random_dna = _random_dna(rng, 400)
    planted = _random_dna(rng, 20, "CG") + "ATG" + _random_dna(rng, 60, "CG") + "TAG" + "CC"
    return [
        Case(("ATGAAATAA", 2), "one open reading frame, first frame"),
        Case(("CCATGAAATAACC", 2), "third frame"),
        Case(("ATGATGAAATAA", 2), "two ATG before the same stop: the first counts"),
        Case(("ATGAAATAA", 3), "too short: the stop does not count as a codon"),
        Case(("ATGAAAAAACCC", 2), "no stop: not reported"),
        Case(("TAAATGCCCTGAATGCCCTAG", 2), "a stop before any ATG, then two in a row"),
        Case(("CATGCCCTAACCATGCCCTAG", 2), "two frames: sorted by start, not frame by frame"),
        Case(("ATGCATGCCCTAGCCTAA", 2), "one inside the other, in another frame: sorted by start"),
        Case(("AT", 1), "less than a codon"),
        Case((planted, 10), "a planted open reading frame"),
        Case((random_dna, 5), "a random sequence, all three frames"),
    ]


FIND_ORFS = Exercise(
    name="find_orfs",
    title="Find the open reading frames",
    unit="sequences",
    points=3,
    level="should",
    minutes=25,
    reference=find_orfs,
    make_cases=_make_find_orfs_cases,
    compare=equal,
    hints=(
        "Walk through one frame, codon by codon, and remember where the current open reading "
        "frame began (None while there is none).",
        "At ATG: remember the position if none is remembered. At a stop: report when one is "
        "remembered and long enough, then forget it in any case. Do this for frames 0, 1, 2 and "
        "sort.",
        "for frame in range(3): start = None; for position in range(frame, len(dna) - 2, 3): "
        "... if codon is a stop: if start is not None and position - start >= 3 * min_codons: "
        "append (start, position + 3); start = None. Return sorted(found).",
    ),
    wrong_answers=(
        WrongAnswer(
            _orfs_first_frame,
            "Only the first frame is searched. Start at 0, 1 and 2.",
        ),
        WrongAnswer(
            _orfs_every_start,
            "Every ATG opens a frame of its own, so nested ones are reported. Of several ATG "
            "before the same stop only the first counts.",
        ),
        WrongAnswer(
            _orfs_without_stop_codon,
            "The stop codon belongs to the open reading frame: dna[start:end] must end with it.",
        ),
        WrongAnswer(
            _orfs_inclusive_end,
            "The end is the place of the last base; it must be one more, so that dna[start:end] "
            "holds the whole stop codon.",
        ),
        WrongAnswer(
            _orfs_last_start,
            "You take the last ATG before the stop: a later one overwrites the first. Remember "
            "a start only while none is remembered.",
        ),
        WrongAnswer(
            _orfs_frame_by_frame,
            "All are found, but listed frame by frame. Sort the list by start at the end.",
        ),
        WrongAnswer(
            _orfs_sorted_by_end,
            "All are found, but sorted by end. Sort by start: sorted(found) of the pairs does it.",
        ),
        WrongAnswer(
            _orfs_without_overlap,
            "Frames that overlap are missing: re.finditer goes on behind a match, so what begins "
            "inside it, in another frame, is never seen. Walk through each frame by itself.",
        ),
        WrongAnswer(
            _orfs_count_the_stop,
            "The stop is counted as a codon: min_codons counts ATG and what follows, without the "
            "stop.",
        ),
        WrongAnswer(
            _orfs_open_at_the_end,
            "A frame that runs to the end without a stop is reported. It is not closed: leave it "
            "out.",
        ),
    ),
)


# --- conditional_entropy -------------------------------------------------------------------------


def conditional_entropy(sequence: str, order: int) -> float:
    """Return how uncertain the next letter is when `order` letters before it are known, in bits.

    H = -sum over contexts c and letters x of p(c, x) log2 p(x | c), with p from the counts of
    the sequence itself (Shannon 1951, doi:10.1002/j.1538-7305.1951.tb01366.x).

    Args:
        sequence: any string, longer than `order`.
        order: number of known letters; 0 gives the entropy of the composition.

    >>> conditional_entropy("ACACACAC", 0), conditional_entropy("ACACACAC", 1)
    (1.0, 0.0)
    """
    words = Counter(sequence[i : i + order + 1] for i in range(len(sequence) - order))
    contexts = Counter()
    for word, count in words.items():
        contexts[word[:order]] += count
    total = sum(words.values())
    surprise = (n * math.log2(contexts[word[:order]] / n) for word, n in words.items())
    return sum(surprise) / total


def _entropy_in_nats(sequence, order):
    return conditional_entropy(sequence, order) * math.log(2)


def _entropy_of_words(sequence, order):
    return conditional_entropy("".join(sequence), 0) if order == 0 else _joint(sequence, order)


def _joint(sequence, order):
    words = Counter(sequence[i : i + order + 1] for i in range(len(sequence) - order))
    total = sum(words.values())
    return sum(n / total * math.log2(total / n) for n in words.values())


def _entropy_unweighted(sequence, order):
    contexts = sorted({sequence[i : i + order] for i in range(len(sequence) - order)})
    entropies = []
    for context in contexts:
        places = range(len(sequence) - order)
        follows = [sequence[i + order] for i in places if sequence[i : i + order] == context]
        entropies.append(conditional_entropy("".join(follows), 0))
    return sum(entropies) / len(entropies)


def _entropy_loose_contexts(sequence, order):
    if order == 0:
        return conditional_entropy(sequence, 0)
    return _joint(sequence, order) - _joint(sequence, order - 1)


def _entropy_wrong_sign(sequence, order):
    return -conditional_entropy(sequence, order)


def _entropy_over_all_letters(sequence, order):
    return conditional_entropy(sequence, order) * (len(sequence) - order) / len(sequence)


def _make_conditional_entropy_cases(rng):
    skewed = "".join(rng.choice(list("ACGT"), size=200, p=[0.5, 0.25, 0.125, 0.125]))
    return [
        Case(("ACGT" * 4, 0), "four letters, equally often: 2 bits"),
        Case(("AAAAAAAA", 0), "one letter: nothing to learn"),
        Case(("ACACACAC", 0), "two letters, equally often"),
        Case(("ACACACAC", 1), "the letter before decides"),
        Case(("AACAGATA", 1), "worked by hand in the text"),
        Case((skewed, 0), "a random sequence with uneven letters"),
        Case((skewed, 2), "the same, two letters known"),
    ]


CONDITIONAL_ENTROPY = Exercise(
    name="conditional_entropy",
    title="How surprising is the next base?",
    unit="sequences",
    points=3,
    level="stretch",
    minutes=25,
    reference=conditional_entropy,
    make_cases=_make_conditional_entropy_cases,
    compare=close,
    hints=(
        "Count words of order + 1 letters. The last letter of a word is the next letter, the "
        "letters before it are the context.",
        "p(x | context) is the count of the word divided by the count of its context, and a "
        "context counts only where a next letter follows it. Weight each word by its own share.",
        "words = Counter(sequence[i : i + order + 1] for i in range(len(sequence) - order)); sum "
        "the counts of words with the same word[:order]; then add up "
        "n / total * log2(context_count / n) over the words.",
    ),
    wrong_answers=(
        WrongAnswer(
            _entropy_in_nats,
            "The numbers are right in another unit: natural logarithms give nats. Use log2 for "
            "bits.",
        ),
        WrongAnswer(
            _entropy_of_words,
            "This is the entropy of whole words. The context is known already: take p(letter | "
            "context), not p(word), inside the logarithm.",
        ),
        WrongAnswer(
            _entropy_unweighted,
            "You average over contexts as if all were equally frequent. Weight each context by "
            "how often it occurs.",
        ),
        WrongAnswer(
            _entropy_loose_contexts,
            "Almost: the contexts are counted once too often, since the last letters of the "
            "sequence have no next letter. Count a context only where one follows.",
        ),
        WrongAnswer(
            _entropy_wrong_sign,
            "The sign is wrong: log2 of a probability is negative, and the formula begins with a "
            "minus. An entropy is never below 0.",
        ),
        WrongAnswer(
            _entropy_over_all_letters,
            "You divide by len(sequence). The first `order` letters have no full context before "
            "them, so there are only len(sequence) - order places.",
        ),
    ),
)


# --- pad_batch -----------------------------------------------------------------------------------


def pad_batch(sequences: list[str], length: int) -> np.ndarray:
    """Return DNA as a rectangular array of whole numbers.

    Args:
        sequences: B upper-case DNA strings.
        length: L, the length of every row.

    Returns:
        Whole numbers of shape `(B, L)`: A 1, C 2, G 3, T 4, any other letter 5, and 0 for the
        padding on the right. Of a longer sequence the first L letters are kept.

    >>> pad_batch(["ACGTN", "G"], 4)
    array([[1, 2, 3, 4],
           [3, 0, 0, 0]], dtype=int32)
    """
    batch = np.zeros((len(sequences), length), dtype=np.int32)  # (B, L)
    for row, sequence in enumerate(sequences):
        codes = ["ACGT".find(base) + 1 or 5 for base in sequence[:length]]
        batch[row, : len(codes)] = codes
    return batch


def _pad_left(sequences, length):
    batch = np.zeros((len(sequences), length), dtype=np.int32)
    for row, sequence in enumerate(sequences):
        codes = pad_batch([sequence[:length]], min(length, len(sequence)))[0]
        batch[row, length - len(codes) :] = codes
    return batch


def _pad_keeps_the_end(sequences, length):
    return pad_batch([sequence[-length:] for sequence in sequences], length)


def _pad_counts_from_zero(sequences, length):
    return np.maximum(pad_batch(sequences, length) - 1, 0)


def _pad_loses_unknown(sequences, length):
    batch = pad_batch(sequences, length)
    return np.where(batch == 5, 0, batch)


def _pad_to_longest(sequences, length):
    return pad_batch(sequences, max((len(sequence) for sequence in sequences), default=0))


def _pad_as_lists(sequences, length):
    return pad_batch(sequences, length).tolist()


def _pad_as_floats(sequences, length):
    return pad_batch(sequences, length).astype(float)


def _same_array(expected, received):
    """Equal values in the same kind of container: whole numbers, floats, or no array."""
    return _container(expected) == _container(received) and equal(expected, received)


def _container(value):
    if not isinstance(value, np.ndarray):
        return "no array"
    return "whole numbers" if np.issubdtype(value.dtype, np.integer) else value.dtype.kind


def _make_pad_batch_cases(rng):
    lengths = rng.integers(1, 12, size=6)
    mixed = [_random_dna(rng, int(length), "ACGTN") for length in lengths]
    return [
        Case((["ACGT"], 4), "fits exactly: A is 1, so that 0 is free for padding"),
        Case((["AC", "GTTA"], 4), "one sequence is shorter"),
        Case((["ACGTTT"], 4), "one is longer: the first letters are kept"),
        Case((["ANRT"], 4), "unknown letters are 5, not padding"),
        Case((["", "A"], 2), "an empty sequence is all padding"),
        Case((mixed, 7), "a random batch"),
    ]


PAD_BATCH = Exercise(
    name="pad_batch",
    title="Make a rectangle of unequal rows",
    unit="sequences",
    points=2,
    level="stretch",
    minutes=10,
    reference=pad_batch,
    make_cases=_make_pad_batch_cases,
    compare=_same_array,
    hints=(
        "Begin with the whole rectangle filled with the padding, then write each sequence into "
        "its row.",
        'np.zeros((B, L), dtype=int) is the rectangle. "ACGT".find(base) is 0 to 3, and -1 for '
        "another letter, which must become 5 (adding 1 to -1 would give 0, the padding).",
        "for row, sequence in enumerate(sequences): codes = [number of each base of "
        "sequence[:length]]; batch[row, : len(codes)] = codes.",
    ),
    wrong_answers=(
        WrongAnswer(
            _pad_left,
            "The padding stands on the left. Here it goes to the right, behind the sequence.",
        ),
        WrongAnswer(
            _pad_keeps_the_end,
            "You keep the end of a long sequence. Keep its first letters: sequence[:length].",
        ),
        WrongAnswer(
            _pad_counts_from_zero,
            "A has become 0, the number of the padding: nobody can tell A from nothing any more. "
            "Count the bases from 1.",
        ),
        WrongAnswer(
            _pad_loses_unknown,
            "Unknown letters are written as 0, as if the sequence were not there. They are 5: a "
            "base stood there, we do not know which.",
        ),
        WrongAnswer(
            _pad_to_longest,
            "The width of the array follows the longest sequence. It must be `length`, so that "
            "every batch has the same shape.",
        ),
        WrongAnswer(
            _pad_as_lists,
            "The numbers are right, but this is a list of lists. Return a NumPy array: begin "
            "with np.zeros(..., dtype=int), or wrap the lists in np.array.",
        ),
        WrongAnswer(
            _pad_as_floats,
            "The numbers are right, but they are floats (1.0): np.zeros makes floats unless told "
            "otherwise. Write dtype=int.",
        ),
    ),
)


# --- shared_word_fraction ------------------------------------------------------------------------


def shared_word_fraction(first: str, second: str, k: int = 5) -> float:
    """Return which share of its distinct words the poorer of two sequences has in common.

    Args:
        first: a sequence.
        second: another one.
        k: word length; words overlap.

    Returns:
        Number of distinct words found in both, divided by the number of distinct words of the
        sequence that has fewer; 0.0 when one of them has no word.

    >>> shared_word_fraction("MKVLAT", "GMKVLA", k=5)
    0.5
    """
    words = [{s[i : i + k] for i in range(len(s) - k + 1)} for s in (first, second)]
    fewer = min(len(words[0]), len(words[1]))
    return len(words[0] & words[1]) / fewer if fewer else 0.0


def _word_sets(first, second, k):
    return [{s[i : i + k] for i in range(len(s) - k + 1)} for s in (first, second)]


def _shared_over_union(first, second, k=5):
    a, b = _word_sets(first, second, k)
    return len(a & b) / len(a | b) if a and b else 0.0


def _shared_over_first(first, second, k=5):
    a, b = _word_sets(first, second, k)
    return len(a & b) / len(a) if a and b else 0.0


def _shared_blocks(first, second, k=5):
    a, b = ({s[i : i + k] for i in range(0, len(s) - k + 1, k)} for s in (first, second))
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def _shared_with_repeats(first, second, k=5):
    a, b = (Counter(s[i : i + k] for i in range(len(s) - k + 1)) for s in (first, second))
    fewer = min(a.total(), b.total())
    return (a & b).total() / fewer if fewer else 0.0


def _shared_over_larger(first, second, k=5):
    a, b = _word_sets(first, second, k)
    return len(a & b) / max(len(a), len(b)) if a and b else 0.0


def _shared_without_last(first, second, k=5):
    a, b = ({s[i : i + k] for i in range(len(s) - k)} for s in (first, second))
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def _make_shared_word_fraction_cases(rng):
    protein = _random_dna(rng, 60, "ACDEFGHIKLMNPQRSTVWY")
    relative = protein[:25] + "W" + protein[26:45]
    return [
        Case(("MKVLAT", "MKVLAT", 5), "the same sequence"),
        Case(("MKVLAT", "GMKVLA", 5), "one of two words"),
        Case(("MKVLATGGHE", "MKVLA", 5), "a fragment: its only word is found"),
        Case(("MKVLA", "MKVLATGGHE", 5), "the fragment first: the answer must not change"),
        Case(("AAAAAAAA", "AAAAACCC", 3), "a repeated word counts once"),
        Case(("MKV", "MKVLAT", 5), "shorter than a word"),
        Case(("MKVLAT", "GHEWSP", 5), "nothing in common"),
        Case((protein, relative, 3), "a random protein and a relative of it"),
    ]


SHARED_WORD_FRACTION = Exercise(
    name="shared_word_fraction",
    title="How related are two sequences?",
    unit="sequences",
    points=2,
    level="must",
    minutes=8,
    reference=shared_word_fraction,
    make_cases=_make_shared_word_fraction_cases,
    compare=close,
    hints=(
        "Which words has each sequence? A Python set keeps each word once.",
        "Intersect the two sets with & and divide by the size of the smaller one. What if the "
        "smaller one is empty?",
        "{sequence[i : i + k] for i in range(len(sequence) - k + 1)} are the words. Return "
        "len(a & b) / min(len(a), len(b)), or 0.0 when that minimum is 0.",
    ),
    wrong_answers=(
        WrongAnswer(
            _shared_over_union,
            "You divide by the words of both together (the Jaccard index): a fragment then looks "
            "unrelated to the protein it was cut from. Divide by the smaller set.",
        ),
        WrongAnswer(
            _shared_over_first,
            "You divide by the words of the first sequence, so the answer depends on the order. "
            "Divide by the smaller set.",
        ),
        WrongAnswer(
            _shared_blocks,
            "Your words do not overlap: one inserted letter shifts them all. Start a word at "
            "every position.",
        ),
        WrongAnswer(
            _shared_with_repeats,
            "Repeated words count several times, so a run of one letter looks like a relative. "
            "Use sets: each word once.",
        ),
        WrongAnswer(
            _shared_over_larger,
            "You divide by the larger set. A fragment of a long protein then scores near 0. "
            "Divide by the smaller one: min, not max.",
        ),
        WrongAnswer(
            _shared_without_last,
            "The last word of each sequence is missing. There are len(sequence) - k + 1 words: "
            "range excludes its end.",
        ),
    ),
)


# --- cluster_split -------------------------------------------------------------------------------


def cluster_split(
    clusters: list[int], order: list[int], test_share: float
) -> tuple[list[int], list[int]]:
    """Split rows into training and test so that no cluster is in both.

    Args:
        clusters: the cluster of each row.
        order: every cluster once, in the order in which they go into the test set.
        test_share: add whole clusters until at least this share of the rows is in the test set,
            then no more.

    Returns:
        `(train_rows, test_rows)`, row numbers from 0, both ascending.

    >>> cluster_split([7, 7, 3, 3, 5], order=[3, 7, 5], test_share=0.25)
    ([0, 1, 4], [2, 3])
    """
    held_out, num_test = set(), 0
    for cluster in order:
        if num_test >= test_share * len(clusters):
            break
        held_out.add(cluster)
        num_test += list(clusters).count(cluster)
    test = [row for row, cluster in enumerate(clusters) if cluster in held_out]
    return [row for row, cluster in enumerate(clusters) if cluster not in held_out], test


def _split_cuts_the_last(clusters, order, test_share):
    rows = sorted(range(len(clusters)), key=lambda row: order.index(clusters[row]))
    test = sorted(rows[: math.ceil(test_share * len(clusters))])
    return sorted(set(rows) - set(test)), test


def _split_share_of_clusters(clusters, order, test_share):
    held_out = set(order[: math.ceil(test_share * len(order))])
    return _rows_of(clusters, held_out)


def _split_share_of_clusters_cut(clusters, order, test_share):
    return _rows_of(clusters, set(order[: int(test_share * len(order))]))


def _split_share_of_clusters_at_least_one(clusters, order, test_share):
    return _rows_of(clusters, set(order[: max(1, int(test_share * len(order)))]))


def _split_counts_clusters_against_rows(clusters, order, test_share):
    return _rows_of(clusters, set(order[: math.ceil(test_share * len(clusters))]))


def _split_one_too_many(clusters, order, test_share):
    held_out, num_test = set(), 0
    for cluster in order:
        if num_test > test_share * len(clusters):
            break
        held_out.add(cluster)
        num_test += list(clusters).count(cluster)
    return _rows_of(clusters, held_out)


def _split_overshoots(clusters, order, test_share):
    _, test = cluster_split(clusters, order, test_share)
    taken = {clusters[row] for row in test}
    return _rows_of(clusters, set(order[: len(taken) + 1]))


def _split_gives_clusters_of_rows(clusters, order, test_share):
    parts = cluster_split(clusters, order, test_share)
    return tuple([clusters[row] for row in part] for part in parts)


def _split_gives_clusters(clusters, order, test_share):
    _, test = cluster_split(clusters, order, test_share)
    taken = {clusters[row] for row in test}
    return [c for c in order if c not in taken], [c for c in order if c in taken]


def _split_gives_test_only(clusters, order, test_share):
    return cluster_split(clusters, order, test_share)[1]


def _split_never_above(clusters, order, test_share):
    held_out, num_test = set(), 0
    for cluster in order:
        size = list(clusters).count(cluster)
        if num_test + size > test_share * len(clusters):
            break
        held_out.add(cluster)
        num_test += size
    return _rows_of(clusters, held_out)


def _split_turned_round(clusters, order, test_share):
    train, test = cluster_split(clusters, order, test_share)
    return test, train


def _rows_of(clusters, held_out):
    train = [row for row, cluster in enumerate(clusters) if cluster not in held_out]
    return train, [row for row, cluster in enumerate(clusters) if cluster in held_out]


def _make_cluster_split_cases(rng):
    # Cluster numbers do not follow the rows, and big clusters come late in the order.
    clusters = [int(c) for c in rng.integers(0, 8, size=40)]
    order = [int(c) for c in rng.permutation(sorted(set(clusters)))]
    return [
        Case(([0, 0, 1, 1], [0, 1], 0.5), "one cluster is exactly enough"),
        Case(([0, 0, 1, 1], [1, 0], 0.5), "the order decides which"),
        Case(([7, 7, 3, 3, 5], [3, 7, 5], 0.25), "a cluster is never cut"),
        Case(([0, 1, 2, 2, 2, 2, 2, 2], [0, 1, 2], 0.5), "two small clusters do not suffice"),
        Case(([4, 9, 4, 9, 4, 9, 2, 2], [9, 2, 4], 0.25), "clusters are mixed among the rows"),
        Case((clusters, order, 0.25), "a random clustering"),
    ]


_SHARE_OF_CLUSTERS = (
    "You take that share of the clusters, but clusters differ in size. Count rows: add clusters "
    "until the rows in them are at least test_share * len(clusters)."
)
_CLUSTERS_NOT_ROWS = (
    "These are cluster numbers. Return row numbers: the positions in `clusters` at which a "
    "held-out cluster stands (enumerate gives them)."
)

CLUSTER_SPLIT = Exercise(
    name="cluster_split",
    title="Hold out whole families",
    unit="sequences",
    points=3,
    level="must",
    minutes=12,
    reference=cluster_split,
    make_cases=_make_cluster_split_cases,
    compare=equal,
    hints=(
        "Choose clusters, not rows: first decide which clusters are held out, then sort the rows "
        "by that decision.",
        "Go through `order`. Before adding a cluster, ask whether the rows held out so far are "
        "enough; if so, stop. Keep the held-out clusters in a set.",
        "for cluster in order: if num_test >= test_share * len(clusters): break; add the cluster "
        "and its number of rows. Then two list comprehensions over enumerate(clusters).",
    ),
    wrong_answers=(
        WrongAnswer(
            _split_cuts_the_last,
            "The last cluster is cut to hit the share exactly, so relatives sit on both sides: "
            "the leak is back. Add whole clusters and accept a larger share.",
        ),
        WrongAnswer(
            _split_share_of_clusters,
            _SHARE_OF_CLUSTERS,
        ),
        WrongAnswer(_split_share_of_clusters_cut, _SHARE_OF_CLUSTERS),
        WrongAnswer(_split_share_of_clusters_at_least_one, _SHARE_OF_CLUSTERS),
        WrongAnswer(
            _split_counts_clusters_against_rows,
            "You compare the number of clusters with a number of rows, so far too many clusters "
            "are held out. Count the rows held out so far.",
        ),
        WrongAnswer(
            _split_one_too_many,
            "Where the share is reached exactly, you take one cluster more. Stop when the rows "
            "held out are at least enough: >=, not >.",
        ),
        WrongAnswer(
            _split_overshoots,
            "You take one cluster too many: ask whether there are enough rows *before* you add "
            "the next cluster, not after.",
        ),
        WrongAnswer(_split_gives_clusters_of_rows, _CLUSTERS_NOT_ROWS),
        WrongAnswer(_split_gives_clusters, _CLUSTERS_NOT_ROWS),
        WrongAnswer(
            _split_gives_test_only,
            "Only the test rows come back. Return two lists: train_rows, test_rows.",
        ),
        WrongAnswer(
            _split_never_above,
            "You stop before the share is reached. Add clusters until it is reached at least.",
        ),
        WrongAnswer(
            _split_turned_round,
            "Training and test are swapped: return (train_rows, test_rows).",
        ),
    ),
)


EXERCISES = (
    CLEAN_SEQUENCE,
    TRANSLATE,
    REVERSE_COMPLEMENT,
    FIND_ORFS,
    CONDITIONAL_ENTROPY,
    PAD_BATCH,
    SHARED_WORD_FRACTION,
    CLUSTER_SPLIT,
)
