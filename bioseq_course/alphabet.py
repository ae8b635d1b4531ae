"""Alphabets of DNA, RNA and protein, and the steps from one to the next.

An `Alphabet` is the fixed, ordered set of symbols that a sequence may contain. The order matters:
it is the order of the columns of a one-hot matrix. Everything that reads a sequence checks it
against an alphabet first, so that an odd letter is named where it stands and never turns into
zeros unseen. Positions in messages count from 1, as in biology; indices in code count from 0.

Source of the ambiguity codes: Cornish-Bowden (1985), doi:10.1093/nar/13.9.3021, as tabulated in
`Bio.Data.IUPACData`.
"""

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from types import MappingProxyType

GAP = "-"
STOP = "*"

# What the one-hot encoder offers for a letter outside the alphabet: value of `unknown`, effect.
ONE_HOT_OPTIONS = MappingProxyType(
    {"uniform": "to spread it over them", "zero": "to encode it as all zeros"}
)

# DNA and RNA spell one base differently; a foreign spelling is a mistake, not an unknown letter.
_OTHER_SPELLING = MappingProxyType({"ACGT": "U", "ACGU": "T"})
_ANY_SYMBOL = frozenset(string.ascii_uppercase + GAP + STOP)
_UNKNOWN_POLICIES = ("error", "uniform", "zero", "index", "skip")


class AlphabetError(ValueError):
    """A sequence holds a symbol that its alphabet lacks; the message names both and the cure."""


@dataclass(frozen=True, slots=True)
class Alphabet:
    """An immutable, ordered set of one-letter symbols.

    Args:
        symbols: the symbols in their order, for example `"ACGT"`: upper-case ASCII letters, `-`
            for a gap and `*` for a stop, none twice.
        name: what messages call the alphabet, for example `"DNA"`.

    Raises:
        ValueError: `symbols` is empty, repeats a symbol or holds one that is not allowed, or an
            argument is not a string.

    >>> toy = Alphabet("HP", name="hydrophobic or polar")
    >>> len(toy), "P" in toy, toy.index("P"), list(toy)
    (2, True, 1, ['H', 'P'])
    """

    symbols: str
    name: str

    def __post_init__(self) -> None:
        for field in ("symbols", "name"):
            _require_text(field, getattr(self, field))
        _require_allowed_symbols(self.symbols)
        _require_distinct_symbols(self.symbols)

    def __len__(self) -> int:
        return len(self.symbols)

    def __iter__(self) -> Iterator[str]:
        return iter(self.symbols)

    def __contains__(self, symbol: object) -> bool:
        # A plain `in` on the string would also accept "" and "AC".
        return isinstance(symbol, str) and len(symbol) == 1 and symbol in self.symbols

    def index(self, symbol: str) -> int:
        """Return the position of a symbol in the alphabet, counting from 0.

        Raises:
            AlphabetError: the symbol is not in the alphabet.

        >>> DNA.index("C")
        1
        """
        if symbol not in self:
            raise AlphabetError(
                f"{symbol!r} is not a symbol of the {self.name} alphabet {self.symbols!r}. "
                "Pass one of its symbols."
            )
        return self.symbols.index(symbol)

    @property
    def residues(self) -> str:
        """The symbols that stand for a base or an amino acid: all but the gap and the stop.

        >>> GAPPED_DNA.residues
        'ACGT'
        """
        return self.symbols.replace(GAP, "").replace(STOP, "")

    @property
    def ambiguity(self) -> Mapping[str, tuple[str, ...]]:
        """IUPAC codes for several symbols, each with the symbols it may stand for.

        Known for the letters of DNA, RNA and protein, with or without gaps and in any order;
        empty for any other alphabet.

        >>> DNA.ambiguity["R"], PROTEIN.ambiguity["B"]
        (('A', 'G'), ('D', 'N'))
        """
        return _ambiguity_codes(self.residues)

    @property
    def wildcard(self) -> str | None:
        """The code for "any residue": `N` for DNA and RNA, `X` for protein, otherwise None.

        >>> RNA.wildcard, PROTEIN.wildcard
        ('N', 'X')
        """
        codes = self.ambiguity.items()
        return next((code for code, meaning in codes if len(meaning) == len(self.residues)), None)

    def accepted_symbols(self, unknown: str = "error") -> frozenset[str]:
        """Return the symbols that a sequence may hold under a policy for unknown letters.

        Args:
            unknown: `"error"` accepts the alphabet alone; `"uniform"` its ambiguity codes too;
                `"zero"`, `"index"` and `"skip"` accept any upper-case letter, gap and stop, except
                `U` in DNA and `T` in RNA: these have an exact spelling in the alphabet. Lower
                case, white space and digits are never accepted.

        Raises:
            ValueError: `unknown` is none of these.

        >>> sorted(DNA.accepted_symbols("error"))
        ['A', 'C', 'G', 'T']
        >>> "N" in DNA.accepted_symbols("uniform"), "Z" in DNA.accepted_symbols("uniform")
        (True, False)
        """
        if unknown not in _UNKNOWN_POLICIES:
            raise ValueError(f"unknown must be one of {_UNKNOWN_POLICIES}. Received: {unknown!r}.")
        symbols = frozenset(self.symbols)
        if unknown == "error":
            return symbols
        if unknown == "uniform":
            return symbols | frozenset(self.ambiguity)
        return symbols | (_ANY_SYMBOL - {_other_spelling(self)})

    def validate(
        self,
        sequence: str,
        *,
        name: str | int | None = None,
        unknown: str = "error",
        options: Mapping[str, str] = ONE_HOT_OPTIONS,
    ) -> None:
        """Refuse a sequence that holds a symbol outside the alphabet; return nothing.

        Args:
            sequence: the sequence to check; the empty string passes.
            name: what the message calls the sequence: its name, or its number counting from 1.
            unknown: the policy, as in `accepted_symbols`.
            options: other values of `unknown` that the calling function offers, and what each
                does; the cure in the message lists them.

        Raises:
            AlphabetError: a symbol is not accepted; the first one is named, with its position.
            ValueError: the sequence is not a string, or `unknown` is no known policy.

        >>> DNA.validate("ACGT")
        >>> DNA.validate("ACGZ", name="seq7")  # doctest: +NORMALIZE_WHITESPACE
        Traceback (most recent call last):
            ...
        bioseq_course.alphabet.AlphabetError: Symbol 'Z' at position 4 of sequence 'seq7' is not
        in the DNA alphabet 'ACGT'. Remove it, or pass unknown="zero" to encode it as all zeros.
        """
        require_string(sequence, name)
        refused = set(sequence) - self.accepted_symbols(unknown)
        if refused:
            position = min(sequence.index(symbol) for symbol in refused)
            symbol = sequence[position]
            raise AlphabetError(
                f"Symbol {symbol!r} at position {position + 1} of {describe_sequence(name)} "
                f"is not in the {self.name} alphabet {self.symbols!r}. "
                f"{_cure(self, symbol, options)}"
            )


def describe_sequence(name: str | int | None) -> str:
    """Return how messages call a sequence: by its name, its number (from 1), or neither.

    >>> describe_sequence("seq7"), describe_sequence(2), describe_sequence(None)
    ("sequence 'seq7'", 'sequence 2 (counting from 1)', 'the sequence')
    """
    if name is None:
        return "the sequence"
    if isinstance(name, str):
        return f"sequence {name!r}"
    return f"sequence {name} (counting from 1)"


def require_string(sequence: object, name: str | int | None = None) -> None:
    """Refuse anything that is not a `str`, with the conversion that cures it.

    Raises:
        ValueError: `sequence` is bytes, a Biopython object, a number, None, a list ...

    >>> require_string(b"ACGT", "seq7")
    Traceback (most recent call last):
        ...
    ValueError: Expected a string as sequence 'seq7'. Received bytes: pass sequence.decode("ascii").
    """
    if isinstance(sequence, str):
        return
    kind = type(sequence).__name__
    cures = {
        "bytes": 'pass sequence.decode("ascii")',
        "bytearray": 'pass sequence.decode("ascii")',
        "Seq": "pass str(sequence)",
        "MutableSeq": "pass str(sequence)",
        "SeqRecord": "pass str(record.seq)",
        "FastaRecord": "pass record.sequence",
    }
    cure = cures.get(kind, 'pass a string such as "ACGT"')
    raise ValueError(f"Expected a string as {describe_sequence(name)}. Received {kind}: {cure}.")


def require_alphabet(alphabet: object) -> None:
    """Refuse anything that is not an `Alphabet`.

    Raises:
        ValueError: for example a plain string of symbols was passed.

    >>> require_alphabet("ACGT")  # doctest: +NORMALIZE_WHITESPACE
    Traceback (most recent call last):
        ...
    ValueError: alphabet must be an Alphabet. Received str: pass DNA, RNA or PROTEIN, or make one
    with Alphabet("ACGT", name="mine").
    """
    if not isinstance(alphabet, Alphabet):
        raise ValueError(
            f"alphabet must be an Alphabet. Received {type(alphabet).__name__}: pass DNA, RNA or "
            'PROTEIN, or make one with Alphabet("ACGT", name="mine").'
        )


def reverse_complement(sequence: str, alphabet: Alphabet | None = None) -> str:
    """Return the other strand, read in its own direction (5' to 3').

    Args:
        sequence: DNA or RNA; ambiguity codes are complemented too (`R`, A or G, becomes `Y`).
        alphabet: `DNA` (when left out), `RNA`, or a gapped variant; gaps stay gaps.

    Raises:
        AlphabetError: a symbol is neither in the alphabet nor one of its ambiguity codes.
        ValueError: the alphabet has no complement (protein), or `sequence` is not a string.

    >>> reverse_complement("AACGN")
    'NCGTT'
    >>> reverse_complement("AUG", alphabet=RNA)
    'CAU'
    """
    alphabet = DNA if alphabet is None else alphabet
    require_alphabet(alphabet)
    complement = _complement_table(alphabet)
    alphabet.validate(sequence, unknown="uniform", options={})
    return sequence.translate(complement)[::-1]


def transcribe(dna: str) -> str:
    """Return the RNA with the letters of a coding strand of DNA: `T` becomes `U`.

    Raises:
        AlphabetError: a symbol is neither in `DNA` nor an ambiguity code.

    >>> transcribe("ATGN")
    'AUGN'
    """
    DNA.validate(dna, unknown="uniform", options={})
    return dna.replace("T", "U")


def back_transcribe(rna: str) -> str:
    """Return the coding strand of DNA for an RNA: `U` becomes `T`. Inverse of `transcribe`.

    Raises:
        AlphabetError: a symbol is neither in `RNA` nor an ambiguity code.

    >>> back_transcribe("AUGN")
    'ATGN'
    """
    RNA.validate(rna, unknown="uniform", options={})
    return rna.replace("U", "T")


def translate(dna: str, *, table: int = 1, to_stop: bool = False) -> str:
    """Translate coding DNA, codon by codon from its first base, into a protein.

    Args:
        dna: coding strand in frame; one or two bases left over at the end are ignored.
        table: number of the NCBI genetic code; 1 is the standard code, 2 that of vertebrate
            mitochondria (https://www.ncbi.nlm.nih.gov/Taxonomy/Utils/wprintgc.cgi).
        to_stop: end before the first stop codon.

    Returns:
        One letter per codon: `*` for a stop, `X` for a codon whose ambiguous bases leave the
        residue open (`GCN` is alanine whatever the third base, `NNN` is `X`). The first codon is
        translated like any other. Where a code reads a codon both as an amino acid and as a stop
        (tables 27, 28 and 31), it is translated as the amino acid.

    Raises:
        AlphabetError: a symbol is neither in `DNA` nor an ambiguity code.
        ValueError: there is no such table, or `to_stop` is asked of a table that reads a codon
            both ways.

    >>> translate("ATGGCNTAAT"), translate("ATGGCNTAAT", to_stop=True)
    ('MA*', 'MA')
    >>> translate("ATA", table=1), translate("ATA", table=2)
    ('I', 'M')
    """
    DNA.validate(dna, unknown="uniform", options={})
    code = _genetic_code(table)
    if to_stop:
        _require_plain_stops(table)
    codons = (dna[start : start + 3] for start in range(0, len(dna) - 2, 3))
    protein = "".join(map(code.__getitem__, codons))
    return protein.partition(STOP)[0] if to_stop else protein


class _GeneticCode(dict):
    """Codon to residue; codons with ambiguous bases are worked out when first met."""

    def __missing__(self, codon: str) -> str:
        bases = (DNA.ambiguity.get(base, (base,)) for base in codon)
        residues = {self["".join(concrete)] for concrete in product(*bases)}
        self[codon] = residues.pop() if len(residues) == 1 else "X"
        return self[codon]


@cache
def _genetic_code(table: int) -> _GeneticCode:
    codon_table = _codon_table(table)
    stops = dict.fromkeys(codon_table.stop_codons, STOP)
    return _GeneticCode(stops | codon_table.forward_table)


def _codon_table(table: int):
    from Bio.Data.CodonTable import unambiguous_dna_by_id

    # `1.0` and `True` equal 1 as keys, so the type is checked as well.
    if type(table) is not int or table not in unambiguous_dna_by_id:
        known = ", ".join(map(str, sorted(unambiguous_dna_by_id)))
        raise ValueError(
            f"There is no genetic code with table={table!r}. Pass the number of an NCBI table: "
            f"{known}."
        )
    return unambiguous_dna_by_id[table]


def _require_plain_stops(table: int) -> None:
    codon_table = _codon_table(table)
    both = sorted(set(codon_table.stop_codons) & set(codon_table.forward_table))
    if both:
        raise ValueError(
            f"Genetic code {table} reads {', '.join(both)} both as a stop and as an amino acid, so "
            "where the protein ends is open. Pass to_stop=False."
        )


@cache
def _complement_table(alphabet: Alphabet) -> dict[int, str]:
    from Bio.Data import IUPACData

    kind = "".join(sorted(alphabet.residues))
    if kind not in _OTHER_SPELLING:
        raise ValueError(
            f"The {alphabet.name} alphabet {alphabet.symbols!r} has no complement: only DNA and "
            "RNA have one. Pass alphabet=DNA or alphabet=RNA."
        )
    rna = IUPACData.ambiguous_rna_complement
    return str.maketrans(IUPACData.ambiguous_dna_complement if kind == "ACGT" else rna)


@cache
def _ambiguity_codes(residues: str) -> Mapping[str, tuple[str, ...]]:
    from Bio.Data import IUPACData

    tables = {
        "ACGT": IUPACData.ambiguous_dna_values,
        "ACGU": IUPACData.ambiguous_rna_values,
        "ACDEFGHIKLMNPQRSTVWY": IUPACData.extended_protein_values,
    }
    values = tables.get("".join(sorted(residues)), {})
    # In the order of the letters, so that N comes before X, its rarer twin in DNA.
    codes = sorted(code for code, meaning in values.items() if len(meaning) > 1)
    return MappingProxyType({code: tuple(sorted(values[code])) for code in codes})


def _other_spelling(alphabet: Alphabet) -> str | None:
    return _OTHER_SPELLING.get("".join(sorted(alphabet.residues)))


def _cure(alphabet: Alphabet, symbol: str, options: Mapping[str, str]) -> str:
    """Say what to do about a refused symbol: first for slips, then for real symbols."""
    return _cure_slip(alphabet, symbol) or _cure_symbol(alphabet, symbol, options)


def _cure_slip(alphabet: Alphabet, symbol: str) -> str | None:
    """Cure of a symbol that no policy accepts, or None."""
    if not symbol.isascii():
        return f"It is not an ASCII character (U+{ord(symbol):04X}): retype it."
    if symbol.islower():
        return "It is lower case: pass sequence.upper()."
    if symbol.isspace():
        return 'It is white space: pass "".join(sequence.split()).'
    if symbol not in _ANY_SYMBOL:
        return "It is not a letter: remove it."
    if symbol == _other_spelling(alphabet):
        return _cure_other_spelling(symbol)
    return None


def _cure_other_spelling(symbol: str) -> str:
    if symbol == "U":
        return "It is a base of RNA: pass back_transcribe(sequence), or use the RNA alphabet."
    return "It is a base of DNA: pass transcribe(sequence), or use the DNA alphabet."


def _cure_symbol(alphabet: Alphabet, symbol: str, options: Mapping[str, str]) -> str:
    """Cure of a symbol that some policy accepts."""
    ambiguous = symbol in alphabet.ambiguity
    offers = [
        f'unknown="{policy}" {effect}'
        for policy, effect in options.items()
        if ambiguous or policy != "uniform"
    ]
    passes = f", or pass {', or '.join(offers)}" if offers else ""
    return f"{_advice(alphabet, symbol)}{passes}."


def _advice(alphabet: Alphabet, symbol: str) -> str:
    if symbol in alphabet.ambiguity:
        return f"It is the IUPAC code for {_meaning(alphabet, symbol)}. Replace it"
    if symbol == GAP:
        return "It is a gap: remove it, or use a gapped alphabet such as GAPPED_DNA"
    if symbol == STOP:
        return "It marks a stop: cut the sequence before it"
    return "Remove it"


def _meaning(alphabet: Alphabet, code: str) -> str:
    symbols = alphabet.ambiguity[code]
    if len(symbols) > 4:
        return f"any of the {len(symbols)} residues"
    return f"{', '.join(symbols[:-1])} or {symbols[-1]}"


def _require_text(field: str, value: object) -> None:
    if not isinstance(value, str):
        raise ValueError(
            f"{field} of an Alphabet must be a string. Received {type(value).__name__}: pass text, "
            'as in Alphabet("ACGT", name="DNA").'
        )
    if not value.strip():
        raise ValueError(
            f"{field} of an Alphabet must not be empty. Pass text, as in "
            'Alphabet("ACGT", name="DNA").'
        )


def _require_allowed_symbols(symbols: str) -> None:
    for position, symbol in enumerate(symbols, start=1):
        if symbol not in _ANY_SYMBOL:
            raise ValueError(
                f"Symbol {symbol!r} at position {position} of {symbols!r} is not allowed in an "
                "Alphabet. Use upper-case letters A to Z, '-' for a gap and '*' for a stop."
            )


def _require_distinct_symbols(symbols: str) -> None:
    for position, symbol in enumerate(symbols):
        if symbol in symbols[:position]:
            raise ValueError(
                f"Symbol {symbol!r} at position {position + 1} of {symbols!r} is there already, at "
                f"position {symbols.index(symbol) + 1}. Keep each symbol once."
            )


DNA = Alphabet("ACGT", name="DNA")
RNA = Alphabet("ACGU", name="RNA")
PROTEIN = Alphabet("ACDEFGHIKLMNPQRSTVWY", name="protein")
GAPPED_DNA = Alphabet(DNA.symbols + GAP, name="gapped DNA")
GAPPED_RNA = Alphabet(RNA.symbols + GAP, name="gapped RNA")
GAPPED_PROTEIN = Alphabet(PROTEIN.symbols + GAP, name="gapped protein")
