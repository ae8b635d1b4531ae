"""Three small sets of aligned sequences that the package logomaker ships as examples."""

from __future__ import annotations

from functools import cache

from bioseq_course.datasets._records import SequenceData, packaged_file

_SHIPPED = "shipped in the Python package logomaker (examples/datafiles)"
_LOGOMAKER = "A. Tareen and J. B. Kinney (2020), Logomaker, doi:10.1093/bioinformatics/btz921"
# Columns of the WW alignment (from 0) that the file writes with '.' or lower-case letters: they
# hold insertions, everything else is a position of the Pfam model ("match column").
WW_INSERT_COLUMNS = (5, 6, 10, 16, 17, 18, 29, 30, 31, 32, 33, 34, 35)


@cache
def load_splice_sites() -> SequenceData:
    """Load the human 5' splice sites of the form ``NNNGYNNNN``, with how often each occurs.

    ========== =====================================================================
    Rows       10,227 distinct sites, 298,479 occurrences in the genome
    Letters    9 each: the last 3 of the exon, then the first 6 of the intron
    Pattern    letters 4 and 5 are GT (6,762 rows) or GC (3,465 rows)
    Classes    none (``make_splice_task`` adds decoys)
    ========== =====================================================================

    The file holds RNA; here U is written as T. The order is that of the file.

    Returns:
        A ``SequenceData`` without labels; ``counts`` (B,) says how often each site occurs in
        the annotated human genome.

    Raises:
        ValueError: when logomaker is not installed.

    Examples:
        >>> sites = load_splice_sites()
        >>> len(sites), sites.sequences[0], int(sites.counts[0])
        (10227, 'CAGGTGAGT', 3729)
    """
    lines = packaged_file("logomaker", "examples", "datafiles", "ss_sequences.txt")
    rows = [line.split("\t") for line in _content_lines(lines)][1:]
    return SequenceData(
        sequences=tuple(site.replace("U", "T") for site, _ in rows),
        names=tuple(f"site-{number:05d}" for number in range(1, len(rows) + 1)),
        counts=[int(count) for _, count in rows],
        source=f"5' splice sites parsed from hg38 with the GENCODE annotation; {_SHIPPED}.",
        licence="logomaker is MIT. The terms of GENCODE for the underlying annotation were not "
        "checked here.",
        citation=f"A. Frankish et al. (2019), GENCODE, doi:10.1093/nar/gky955; {_LOGOMAKER}.",
        defects=(
            "Only sites of the form NNNGYNNNN are listed; rarer kinds of intron (AT-AC) are not.",
            "4,956 sites, nearly half, occur once: some of them may be errors of the annotation.",
            "A third of the distinct sites are GC sites, but GC sites are 2.8 % of all "
            "occurrences: a distinct site is not a typical site.",
            "Nothing says in which gene a site lies, so relatives cannot be held out together.",
        ),
    )


@cache
def load_crp_sites() -> SequenceData:
    """Load the binding sites of the E. coli regulator CRP, one promoter entry each.

    ========== =========================================================
    Rows       358 (308 distinct)
    Letters    26 each, A C G T
    Classes    none
    ========== =========================================================

    Returns:
        A ``SequenceData`` without labels. Names are ``number|promoter|position``, the position
        of the site's centre relative to the start of transcription, as the file gives it.

    Raises:
        ValueError: when logomaker is not installed.

    Examples:
        >>> sites = load_crp_sites()
        >>> len(sites), sites.names[0], sites.sequences[0]
        (358, '0|caiFp|-41.5', 'ATAAGCAGGATTTAGCTCACACTTAT')
    """
    names, sequences = _read_example_fasta("crp_sites.fa")
    return SequenceData(
        sequences=sequences,
        names=tuple(name.replace("\t", "|") for name in names),
        source=f"CRP binding sites of RegulonDB v8.0; {_SHIPPED}.",
        licence="logomaker is MIT. The terms of RegulonDB for the underlying data were not "
        "checked here (academic use, by what is commonly said).",
        citation=f"H. Salgado et al. (2013), RegulonDB v8.0, doi:10.1093/nar/gks1201; "
        f"{_LOGOMAKER}.",
        defects=(
            "50 rows repeat an earlier sequence: one site that serves several promoters is "
            "listed once for each.",
            "89 rows have their reverse complement in the list as well: sites are not all "
            "written on one strand, and the motif is nearly its own reverse complement.",
            "Sites come from experiments of very different strength; the file does not say which.",
        ),
    )


@cache
def load_ww_domains(*, match_only: bool = False) -> SequenceData:
    """Load an alignment of WW domains (Pfam PF00397).

    ========== ================================================================
    Rows       4,025 (3,390 distinct) from 2,786 proteins
    Letters    44 columns, of which 31 match columns; 20 residues, gap ``-``
    Classes    none
    ========== ================================================================

    In the file a dot is a gap in an insert column, a dash a gap in a match column (a deletion),
    and a lower-case letter an inserted residue. Here every gap is ``-`` and every letter is
    upper case, so that one column means one thing to an encoder.

    Args:
        match_only: True leaves out the 13 insert columns, where more than 98 % of the rows have
            a gap.

    Returns:
        A ``SequenceData`` without labels; all sequences have 44 (or 31) letters. Names are
        ``accession/start-end`` as in Pfam. Encode it with ``GAPPED_PROTEIN`` (21 symbols).

    Raises:
        ValueError: when logomaker is not installed.

    Examples:
        >>> load_ww_domains().sequences[0]
        'LPPQW--TEA-VDVDT---GKFYFVHVET-------KETRWERP'
        >>> load_ww_domains(match_only=True).sequences[0]
        'LPPQWTEAVDVDTGKFYFVHVETKETRWERP'
    """
    names, rows = _read_example_fasta("ww_sequences.fa")
    kept = [column for column in range(44) if not (match_only and column in WW_INSERT_COLUMNS)]
    aligned = (row.replace(".", "-").upper() for row in rows)
    return SequenceData(
        sequences=tuple("".join(row[column] for column in kept) for row in aligned),
        names=names,
        source=f"Pfam PF00397 (WW domain), representative proteomes RP15; {_SHIPPED}.",
        licence="logomaker is MIT; Pfam is released under CC0.",
        citation=f"R. D. Finn et al. (2014), Pfam, doi:10.1093/nar/gkt1223; {_LOGOMAKER}.",
        defects=(
            "635 rows repeat an earlier row letter for letter.",
            "One row, I2JUE5/3-28, holds the letter X (residue unknown), which is not in "
            "GAPPED_PROTEIN: drop it or encode it with unknown='zero' or 'uniform'.",
            "Many proteins hold several WW domains, and most rows have relatives: rows are not "
            "independent of one another.",
            "The first four columns are gaps in 11 % to 36 % of the rows, because domains were "
            "cut short there.",
        ),
    )


def _content_lines(path) -> list[str]:
    """Read the lines that are neither empty nor a comment."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def _read_example_fasta(filename: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Read names and sequences of a FASTA file that starts with comment lines."""
    names, parts = [], []
    for line in _content_lines(packaged_file("logomaker", "examples", "datafiles", filename)):
        if line.startswith(">"):
            names.append(line[1:].strip())
            parts.append([])
        else:
            parts[-1].append(line.strip())
    return tuple(names), tuple("".join(part) for part in parts)
