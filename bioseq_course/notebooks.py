"""Where the course's notebooks are: sources, and what is generated from them."""

from dataclasses import dataclass
from pathlib import Path

import yaml

KINDS = ("core", "dive", "solution")


@dataclass(frozen=True)
class Source:
    """One py:percent file that a person edits, and what its header says.

    Attributes:
        path: the ``.py`` file.
        root: the course folder.
        unit: name of the unit, e.g. ``"sequences"``.
        kind: ``"core"``, ``"dive"`` or ``"solution"``.
        title: title of the lesson.
        minutes: time with a class.
    """

    path: Path
    root: Path
    unit: str
    kind: str
    title: str
    minutes: int

    @property
    def name(self) -> str:
        """``01_sequences``, ``01a_dependence``: the file name without its ending."""
        return self.path.stem

    @property
    def number(self) -> str:
        """``01`` for every notebook of unit 01."""
        return self.name[:2]

    @property
    def notebook(self) -> Path:
        """The generated notebook, beside the source."""
        return self.path.with_suffix(".ipynb")

    @property
    def lab(self) -> Path | None:
        """The notebook without answers, for a solution; None for lectures."""
        if self.kind != "solution":
            return None
        return self.root / "labs" / self.name / f"{self.name}.ipynb"

    @property
    def is_stale(self) -> bool:
        """Whether the source was changed after its notebooks were made, or they are missing."""
        made = [path for path in (self.notebook, self.lab) if path is not None]
        changed = self.path.stat().st_mtime
        return not all(path.exists() and path.stat().st_mtime >= changed for path in made)


def read_header(path: Path) -> dict:
    """Return the YAML header of a py:percent source as a dictionary.

    Raises:
        ValueError: the file does not begin with a header (jupytext would drop the cells'
            metadata without a word).
    """
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].strip() != "# ---" or "# ---" not in lines[1:]:
        raise ValueError(
            f"{path}, line 1: expected a YAML header between two lines '# ---'. "
            "Copy the header of another notebook source and change its 'bioseq' line."
        )
    end = lines.index("# ---", 1)
    return yaml.safe_load("\n".join(line[2:] for line in lines[1:end]))


def read_source(path: Path, root: Path) -> Source:
    """Return the :class:`Source` of one file.

    Raises:
        ValueError: the header lacks what the build needs; the message says what.
    """
    jupyter = read_header(path).get("jupyter", {})
    about = jupyter.get("bioseq", {})
    missing = [key for key in ("unit", "kind", "title", "minutes") if key not in about]
    if missing or about["kind"] not in KINDS:
        raise ValueError(
            f"{path}: the header's 'bioseq' entry needs unit, kind ({', '.join(KINDS)}), title and "
            f"minutes; missing or wrong: {', '.join(missing) or about['kind']}."
        )
    if jupyter.get("jupytext", {}).get("cell_metadata_filter") != "all":
        raise ValueError(
            f"{path}: the header needs 'cell_metadata_filter: all', or cell metadata is lost."
        )
    return Source(path=Path(path), root=Path(root), **about)


def find_sources(root: Path) -> list[Source]:
    """Return all sources of the course: core, deep dives and solution of each unit in turn."""
    root = Path(root)
    paths = [*root.glob("lectures/*.py"), *root.glob("solutions/*/*.py")]
    sources = [read_source(path, root) for path in paths]
    order = {"core": 0, "dive": 1, "solution": 2}
    return sorted(sources, key=lambda s: (s.number, order[s.kind], s.name))


def select_sources(sources: list[Source], units: list[str]) -> list[Source]:
    """Return the sources of the named units; all of them when ``units`` is empty.

    Args:
        sources: what :func:`find_sources` found.
        units: names (``sequences``), numbers (``01``), notebooks (``01a_dependence``), or
            ``lectures/NN_name`` and ``solutions/NN_name`` where both have the same name.

    Raises:
        ValueError: a name matches nothing.
    """
    known = {key for source in sources for key in _keys(source)}
    for unit in units:
        if unit not in known:
            names = ", ".join(dict.fromkeys(s.unit for s in sources))
            raise ValueError(f"No unit or notebook is called {unit!r}. Units: {names}.")
    return [s for s in sources if not units or _keys(s) & set(units)]


def _keys(source: Source) -> set[str]:
    """Return everything that a source is called on the command line."""
    folder = "solutions" if source.kind == "solution" else "lectures"
    return {source.unit, source.number, source.name, f"{folder}/{source.name}"}
