"""Alphabets, their messages, and the steps from DNA to protein, against Biopython and by hand."""

import copy
import pickle
import re
import subprocess
import sys
from dataclasses import FrozenInstanceError

from bioseq_course.alphabet import (
    DNA,
    GAPPED_DNA,
    GAPPED_PROTEIN,
    GAPPED_RNA,
    PROTEIN,
    RNA,
    Alphabet,
    AlphabetError,
    back_transcribe,
    require_alphabet,
    reverse_complement,
    transcribe,
    translate,
)

import pytest
from Bio.Data.CodonTable import unambiguous_dna_by_id
from Bio.Seq import Seq
from hypothesis import given, settings
from hypothesis import strategies as st

IUPAC_DNA = "ACGTMRWSYKVHDBN"
dna_texts = st.text(alphabet=IUPAC_DNA)
rna_texts = st.text(alphabet=IUPAC_DNA.replace("T", "U"))


def exactly(text: str) -> str:
    """A pattern that matches this text and nothing longer."""
    return f"^{re.escape(text)}$"


# The alphabet as a set of symbols


@pytest.mark.parametrize(
    ("alphabet", "symbols", "size"),
    [
        (DNA, "ACGT", 4),
        (RNA, "ACGU", 4),
        (PROTEIN, "ACDEFGHIKLMNPQRSTVWY", 20),
        (GAPPED_DNA, "ACGT-", 5),
        (GAPPED_RNA, "ACGU-", 5),
        (GAPPED_PROTEIN, "ACDEFGHIKLMNPQRSTVWY-", 21),
    ],
)
def test_constants(alphabet, symbols, size):
    assert alphabet.symbols == symbols
    assert len(alphabet) == size
    assert list(alphabet) == list(symbols)
    assert [alphabet.index(symbol) for symbol in symbols] == list(range(size))


@pytest.mark.parametrize("stranger", ["", "AC", "N", "a", None, 65, b"A"])
def test_only_single_symbols_are_members(stranger):
    assert "A" in DNA
    assert stranger not in DNA
    with pytest.raises(AlphabetError, match=re.escape(f"{stranger!r} is not a symbol of the DNA")):
        DNA.index(stranger)


def test_alphabets_are_immutable_values():
    with pytest.raises(FrozenInstanceError):
        DNA.symbols = "TGCA"
    with pytest.raises(TypeError):
        DNA.ambiguity["N"] = ("A",)
    assert Alphabet("ACGT", "DNA") == DNA != Alphabet("ACGT", "mine")
    assert len({DNA, Alphabet("ACGT", "DNA")}) == 1
    assert pickle.loads(pickle.dumps(DNA)) == copy.deepcopy(DNA) == DNA


@pytest.mark.parametrize(
    ("symbols", "message"),
    [
        (
            "AAC",
            "Symbol 'A' at position 2 of 'AAC' is there already, at position 1. "
            "Keep each symbol once.",
        ),
        (
            "AcG",
            "Symbol 'c' at position 2 of 'AcG' is not allowed in an Alphabet. "
            "Use upper-case letters A to Z, '-' for a gap and '*' for a stop.",
        ),
        (
            "",
            "symbols of an Alphabet must not be empty. "
            'Pass text, as in Alphabet("ACGT", name="DNA").',
        ),
        (
            ["A", "C"],
            "symbols of an Alphabet must be a string. Received list: "
            'pass text, as in Alphabet("ACGT", name="DNA").',
        ),
    ],
)
def test_impossible_symbols_are_refused(symbols, message):
    with pytest.raises(ValueError, match=exactly(message)):
        Alphabet(symbols, name="mine")


@pytest.mark.parametrize("symbols", ["A C", "A1", "AÉ", "А", "A.", None, b"ACGT", 4])
def test_more_impossible_symbols_are_refused(symbols):
    with pytest.raises(ValueError):
        Alphabet(symbols, name="mine")


@pytest.mark.parametrize("name", ["", "  ", None, 7])
def test_impossible_names_are_refused(name):
    with pytest.raises(ValueError, match=r"^name of an Alphabet must"):
        Alphabet("ACGT", name=name)


# Ambiguity


def test_ambiguity_codes_of_dna_are_those_of_the_iupac_table():
    # NC-IUB 1984, table 1 (Cornish-Bowden 1985); X is Biopython's synonym of N.
    table = {
        "R": "AG", "Y": "CT", "S": "CG", "W": "AT", "K": "GT", "M": "AC",
        "B": "CGT", "D": "AGT", "H": "ACT", "V": "ACG", "N": "ACGT", "X": "ACGT",
    }  # fmt: skip
    assert dict(DNA.ambiguity) == {code: tuple(meaning) for code, meaning in table.items()}
    rna = {code: tuple(meaning.replace("T", "U")) for code, meaning in table.items()}
    assert dict(RNA.ambiguity) == rna


def test_ambiguity_codes_of_protein():
    assert dict(PROTEIN.ambiguity) == {
        "B": ("D", "N"),
        "J": ("I", "L"),
        "X": tuple(PROTEIN.symbols),
        "Z": ("E", "Q"),
    }


def test_gaps_stops_and_order_leave_ambiguity_as_it_is():
    assert GAPPED_DNA.ambiguity == DNA.ambiguity == Alphabet("TGCA", "reversed").ambiguity
    with_stop = Alphabet(PROTEIN.symbols + "*", "protein with stop")
    assert with_stop.ambiguity == GAPPED_PROTEIN.ambiguity == PROTEIN.ambiguity
    assert (with_stop.wildcard, GAPPED_RNA.wildcard) == ("X", "N")


def test_other_alphabets_have_no_ambiguity():
    toy = Alphabet("HP", "toy")
    assert dict(toy.ambiguity) == {}
    assert toy.wildcard is None


# Messages

ZERO = 'unknown="zero" to encode it as all zeros.'
CURES = {
    "Z": f"Remove it, or pass {ZERO}",
    "R": "It is the IUPAC code for A or G. Replace it, or pass "
    f'unknown="uniform" to spread it over them, or {ZERO}',
    "N": "It is the IUPAC code for A, C, G or T. Replace it, or pass "
    f'unknown="uniform" to spread it over them, or {ZERO}',
    "-": f"It is a gap: remove it, or use a gapped alphabet such as GAPPED_DNA, or pass {ZERO}",
    "*": f"It marks a stop: cut the sequence before it, or pass {ZERO}",
    "a": "It is lower case: pass sequence.upper().",
    "z": "It is lower case: pass sequence.upper().",
    "U": "It is a base of RNA: pass back_transcribe(sequence), or use the RNA alphabet.",
    " ": 'It is white space: pass "".join(sequence.split()).',
    "\n": 'It is white space: pass "".join(sequence.split()).',
    "7": "It is not a letter: remove it.",
    "\0": "It is not a letter: remove it.",
    "А": "It is not an ASCII character (U+0410): retype it.",  # Cyrillic
}


@pytest.mark.parametrize("symbol", CURES)
def test_a_refused_symbol_is_named_with_its_place_and_its_cure(symbol):
    message = (
        f"Symbol {symbol!r} at position 4 of sequence 'seq7' is not in the DNA alphabet 'ACGT'. "
        f"{CURES[symbol]}"
    )
    with pytest.raises(AlphabetError, match=exactly(message)):
        DNA.validate(f"ACG{symbol}ACZn", name="seq7")


def test_message_for_a_wildcard_of_protein_and_for_thymine_in_rna():
    with pytest.raises(AlphabetError, match="the IUPAC code for any of the 20 residues"):
        PROTEIN.validate("MX")
    with pytest.raises(AlphabetError, match="It is a base of DNA: pass transcribe"):
        RNA.validate("AUGT")


def test_sequences_without_a_name_are_told_apart_by_number():
    with pytest.raises(AlphabetError, match="at position 1 of the sequence is not"):
        DNA.validate("Z")
    with pytest.raises(AlphabetError, match=r"at position 1 of sequence 3 \(counting from 1\) is"):
        DNA.validate("Z", name=3)


def test_the_caller_says_which_policies_it_offers():
    options = {"skip": "to leave out its words"}
    with pytest.raises(AlphabetError, match=r'Remove it, or pass unknown="skip" to leave out its'):
        DNA.validate("Z", options=options)
    with pytest.raises(AlphabetError, match=r"A or G\. Replace it\.$"):
        DNA.validate("R", options={})


def test_an_alphabet_error_is_a_value_error():
    with pytest.raises(ValueError):
        DNA.validate("Z")


@pytest.mark.parametrize(
    ("unknown", "accepted", "refused"),
    [
        ("error", "ACGT", "NZ-*Una 1"),
        ("uniform", "ACGTNRX", "Z-*Una 1"),
        ("zero", "ACGTNRXZ-*", "Una 1"),
        ("index", "ACGTNRXZ-*", "Una 1"),
        ("skip", "ACGTNRXZ-*", "Una 1"),
    ],
)
def test_policies(unknown, accepted, refused):
    DNA.validate(accepted, unknown=unknown)
    for symbol in refused:
        with pytest.raises(AlphabetError, match=re.escape(f"Symbol {symbol!r} at position 1")):
            DNA.validate(symbol, unknown=unknown)


def test_thymine_in_protein_is_threonine_and_uracil_may_be_selenocysteine():
    PROTEIN.validate("MTU", unknown="zero")


def test_a_policy_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match=r"unknown must be one of .*Received: 'ignore'"):
        DNA.validate("ACGT", unknown="ignore")


NOT_STRINGS = {
    "bytes": (b"ACGT", 'pass sequence.decode("ascii")'),
    "Seq": (Seq("ACGT"), "pass str(sequence)"),
    "NoneType": (None, 'pass a string such as "ACGT"'),
    "int": (5, 'pass a string such as "ACGT"'),
    "float": (float("nan"), 'pass a string such as "ACGT"'),
    "list": (["A", "C"], 'pass a string such as "ACGT"'),
}
FUNCTIONS = [DNA.validate, reverse_complement, transcribe, back_transcribe, translate]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("kind", NOT_STRINGS)
def test_only_strings_are_sequences(function, kind):
    sequence, cure = NOT_STRINGS[kind]
    message = f"Expected a string as the sequence. Received {kind}: {cure}."
    with pytest.raises(ValueError, match=exactly(message)):
        function(sequence)


@pytest.mark.parametrize("function", FUNCTIONS[1:])
def test_lower_case_is_refused(function):
    with pytest.raises(AlphabetError, match=r"'a' at position 1 .*pass sequence\.upper\(\)\.$"):
        function("acg")


def test_require_alphabet():
    require_alphabet(DNA)
    with pytest.raises(ValueError, match="Received str: pass DNA, RNA or PROTEIN"):
        require_alphabet("ACGT")


# The other strand, transcription


@given(dna_texts)
def test_reverse_complement_agrees_with_biopython_and_undoes_itself(dna):
    assert reverse_complement(dna) == str(Seq(dna).reverse_complement())
    assert reverse_complement(reverse_complement(dna)) == dna


@given(rna_texts)
def test_reverse_complement_of_rna(rna):
    assert reverse_complement(rna, RNA) == str(Seq(rna).reverse_complement_rna())


def test_reverse_complement_keeps_gaps():
    # By hand: A-GR reads backwards R G - A, complemented Y C - T.
    assert reverse_complement("A-GR", GAPPED_DNA) == "YC-T"
    with pytest.raises(AlphabetError, match="'-' at position 2"):
        reverse_complement("A-GR")


def test_reverse_complement_refuses_what_has_no_other_strand():
    message = (
        "The protein alphabet 'ACDEFGHIKLMNPQRSTVWY' has no complement: only DNA and RNA have one. "
        "Pass alphabet=DNA or alphabet=RNA."
    )
    with pytest.raises(ValueError, match=exactly(message)):
        reverse_complement("ACGT", PROTEIN)
    with pytest.raises(ValueError, match="has no complement"):
        reverse_complement("", Alphabet("HP", "toy"))
    with pytest.raises(AlphabetError, match="'U' at position 2"):
        reverse_complement("AU")
    with pytest.raises(ValueError, match="alphabet must be an Alphabet"):
        reverse_complement("ACGT", "ACGT")


@given(dna_texts)
def test_transcription_agrees_with_biopython_and_has_an_inverse(dna):
    assert transcribe(dna) == str(Seq(dna).transcribe())
    assert back_transcribe(transcribe(dna)) == dna


def test_transcription_refuses_the_wrong_molecule():
    with pytest.raises(AlphabetError, match=r"'U' at position 2 .* base of RNA"):
        transcribe("AUG")
    with pytest.raises(AlphabetError, match=r"'T' at position 2 .* base of DNA"):
        back_transcribe("ATG")


# Translation


def test_translation_by_hand():
    # Standard code: ATG M, GCN A whatever N, TAR a stop whatever R, MGR (AGR or CGR) R,
    # RAY (AAY N or GAY D) undecided, NNN undecided; GG is left over.
    assert translate("ATGGCNTARMGRRAYNNNGG") == "MA*RXX"


@pytest.mark.parametrize("rest", ["", "A", "AC"])
def test_leftover_bases_are_ignored(rest):
    assert translate(rest) == ""
    assert translate("ATG" + rest) == "M"


def test_to_stop_ends_before_the_first_stop():
    assert translate("ATGTAAATGTGA") == "M*M*"
    assert translate("ATGTAAATGTGA", to_stop=True) == "M"
    assert translate("ATGATG", to_stop=True) == "MM"
    assert translate("TAA", to_stop=True) == ""


@pytest.mark.filterwarnings("ignore::Bio.BiopythonWarning")
@pytest.mark.parametrize("table", sorted(unambiguous_dna_by_id))
@given(dna=dna_texts)
@settings(max_examples=25)  # for each of the tables
def test_translation_agrees_with_biopython(table, dna):
    whole = dna[: len(dna) // 3 * 3]
    expected = str(Seq(whole).translate(table=table))
    # Biopython uses B, J and Z for two-way codons, we X. No codon means B, J or Z by itself.
    assert translate(dna, table=table) == expected.translate(str.maketrans("BJZ", "XXX"))


@pytest.mark.parametrize("table", [0, 7, -1, 1.0, True, "1", None])
def test_unknown_tables_are_refused(table):
    message = re.escape(f"There is no genetic code with table={table!r}. Pass the number of an")
    with pytest.raises(ValueError, match=message):
        translate("ATG", table=table)


def test_a_code_with_two_way_stops_cannot_end_at_one():
    assert translate("TGA", table=27) == "W"
    with pytest.raises(ValueError, match="Genetic code 27 reads TGA both as a stop and as an"):
        translate("TGA", table=27, to_stop=True)


def test_translate_refuses_rna_and_protein():
    with pytest.raises(AlphabetError, match="base of RNA: pass back_transcribe"):
        translate("AUG")
    with pytest.raises(AlphabetError, match=r"Symbol 'L' at position 3 .*Remove it\.$"):
        translate("MKL")


def test_importing_is_light():
    code = (
        "import sys, bioseq_course.alphabet, bioseq_course.encode, bioseq_course.fasta;"
        "heavy = {'keras', 'tensorflow', 'sklearn', 'pandas', 'matplotlib', 'Bio'};"
        "sys.exit(' '.join(heavy & set(sys.modules)) or None)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
