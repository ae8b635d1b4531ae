"""Make the notebooks from their py:percent sources: same bytes every time, no answer in a lab.

What a source says in one word becomes what the tools need:

- ``exercise="name"`` on a code cell and ``check="name"`` on the next: nbgrader's metadata for a
  solution and a locked test cell, with the points of the :class:`Exercise`.
- ``written="name" points=3`` on a markdown cell: an answer that a person marks.
- headings: slides.

A cell's id is a digest of its text, so two builds agree, and a stored output belongs to exactly
the text that made it.
"""

import hashlib
from pathlib import Path

from bioseq_course.exercises import find_exercise
from bioseq_course.notebooks import Source, find_sources, select_sources
from bioseq_course.records import write_text_atomically

import jupytext
import nbformat
from nbformat import NotebookNode

CHECKED = "nbval-check-output"
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
CODE_STUB = 'raise NotImplementedError("write your code here")'
TEXT_STUB = "*Write your answer here.*"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def is_checked(cell: NotebookNode) -> bool:
    """Tell whether nbval compares this cell's output with the stored one."""
    return CHECKED in cell.metadata.get("tags", [])


def build_notebook(source: Source) -> NotebookNode:
    """Return the notebook of a source: deterministic ids, no outputs."""
    notebook = jupytext.read(source.path, fmt="py:percent")
    about = {"unit": source.unit, "kind": source.kind, "minutes": source.minutes}
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": KERNEL, "language_info": {"name": "python"}, "bioseq": about}
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.cells = [cell for cell in notebook.cells if cell.source.strip()]
    for cell in notebook.cells:
        _mark_for_nbgrader(cell)
        _mark_for_slides(cell)
    _set_ids(notebook, source.name)
    return notebook


def _set_ids(notebook: NotebookNode, salt: str) -> None:
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        repeat = seen[cell.source] = seen.get(cell.source, -1) + 1
        text = f"{salt}\n{cell.cell_type}\n{repeat}\n{cell.source}"
        cell.id = hashlib.sha256(text.encode()).hexdigest()[:12]


def _mark_for_nbgrader(cell: NotebookNode) -> None:
    mark = {"schema_version": 3, "task": False, "cell_type": cell.cell_type}
    if "exercise" in cell.metadata or "challenge" in cell.metadata:
        name = cell.metadata.get("exercise") or cell.metadata["challenge"]
        mark |= {"grade": False, "solution": True, "locked": False, "grade_id": name}
    elif "check" in cell.metadata:
        name = cell.metadata["check"]
        mark |= {"grade": True, "solution": False, "locked": True, "grade_id": f"check_{name}"}
        mark["points"] = find_exercise(name).points
    elif "written" in cell.metadata:
        mark |= {"grade": True, "solution": True, "locked": False}
        mark |= {"grade_id": cell.metadata["written"], "points": cell.metadata["points"]}
        _hide_markers(cell)
    else:
        return
    cell.metadata["nbgrader"] = mark


def _hide_markers(cell: NotebookNode) -> None:
    # A line "### BEGIN SOLUTION" in markdown would show as a heading.
    for marker in (BEGIN, END):
        if f"<!-- {marker} -->" not in cell.source:
            cell.source = cell.source.replace(marker, f"<!-- {marker} -->")


def _mark_for_slides(cell: NotebookNode) -> None:
    if "slideshow" in cell.metadata:
        return
    kind = "-"
    if cell.cell_type == "markdown":
        heading = cell.source.lstrip().split(" ", 1)[0]
        kind = {"#": "slide", "##": "slide", "###": "subslide"}.get(heading, "-")
    cell.metadata["slideshow"] = {"slide_type": kind}


def make_lab(solution: NotebookNode, name: str) -> NotebookNode:
    """Return a lab: the solution notebook with every answer replaced by a stub.

    Outputs are kept only before the first exercise: what follows may show an answer.
    """
    lab = nbformat.from_dict(solution)
    reached = False
    for cell in lab.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            reached = True
            cell.source = remove_solution(cell.source, cell.cell_type)
        if reached and cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            _untag(cell)
        if "nbgrader" in cell.metadata:
            _lock(cell)
    _set_ids(lab, f"lab {name}")
    return lab


def _untag(cell: NotebookNode) -> None:
    tags = [tag for tag in cell.metadata.pop("tags", []) if tag != CHECKED]
    if tags:
        cell.metadata["tags"] = tags


def _lock(cell: NotebookNode) -> None:
    # What nbgrader writes into a release: a student cannot delete the cell, and a changed test
    # is noticed by its checksum.
    from nbgrader.utils import compute_checksum

    cell.metadata["deletable"] = False
    if cell.metadata["nbgrader"]["locked"]:
        cell.metadata["editable"] = False
    cell.metadata["nbgrader"]["checksum"] = compute_checksum(cell)


def remove_solution(text: str, cell_type: str) -> str:
    """Replace each region between the solution markers by a stub.

    >>> print(remove_solution("def f(x):\\n    ### BEGIN SOLUTION\\n    return x\\n"
    ...                       "    ### END SOLUTION", "code"))
    def f(x):
        raise NotImplementedError("write your code here")

    Raises:
        ValueError: markers are missing or do not pair up.
    """
    kept: list[str] = []
    inside = False
    for line in text.splitlines():
        if BEGIN in line or END in line:
            if (BEGIN in line) == inside:
                raise ValueError(f"Solution markers do not pair up in the cell:\n{text}")
            inside = not inside
            if inside:
                indent = line[: len(line) - len(line.lstrip())]
                kept.append(indent + CODE_STUB if cell_type == "code" else TEXT_STUB)
        elif not inside:
            kept.append(line)
    if inside or BEGIN not in text:
        raise ValueError(f"A cell with an answer needs '{BEGIN}' and '{END}':\n{text}")
    return "\n".join(kept)


def keep_outputs(notebook: NotebookNode, path: Path) -> None:
    """Copy the stored outputs of unchanged checked cells from the notebook at ``path``."""
    if not path.exists():
        return
    stored = {cell.get("id"): cell for cell in nbformat.read(path, as_version=4).cells}
    for cell in notebook.cells:
        if is_checked(cell) and cell.id in stored:
            cell.outputs = stored[cell.id].outputs
            cell.execution_count = stored[cell.id].execution_count


def store_outputs(notebook: NotebookNode, executed: NotebookNode) -> None:
    """Copy the outputs of checked cells from an executed copy of the same notebook."""
    for cell, run in zip(notebook.cells, executed.cells, strict=True):
        if is_checked(cell):
            cell.outputs = _plain(run.outputs)
            cell.execution_count = 1  # nbval compares only cells that have been run


def _plain(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return outputs without what depends on the run: counts, and where a stream was cut."""
    plain: list[NotebookNode] = []
    for output in nbformat.from_dict(outputs):
        if output.output_type == "execute_result":
            output.execution_count = 1
        last = plain[-1] if plain else None
        if last is not None and output.get("name") and output.get("name") == last.get("name"):
            last.text += output.text
        else:
            plain.append(output)
    return plain


def as_text(notebook: NotebookNode) -> str:
    """Return the notebook as the text of its file.

    Raises:
        nbformat.ValidationError: it is not a valid notebook.
    """
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def build_source(source: Source, executed: NotebookNode | None = None) -> dict[Path, str]:
    """Return ``{path: text}`` of all notebooks that one source makes.

    Args:
        source: what to build.
        executed: an executed copy whose outputs to store; without it the stored ones are kept.
    """
    notebook = build_notebook(source)
    if executed is None:
        keep_outputs(notebook, source.notebook)
    else:
        store_outputs(notebook, executed)
    files = {source.notebook: as_text(notebook)}
    if source.lab is not None:
        files[source.lab] = as_text(make_lab(notebook, source.name))
    return files


def write_files(files: dict[Path, str]) -> list[Path]:
    """Write what differs from the disk and return those paths."""
    changed = [path for path, text in files.items() if _read(path) != text]
    for path in changed:
        write_text_atomically(path, files[path])
    return changed


def build_course(root: Path, units: list[str], *, execute: bool = False) -> list[Path]:
    """Write the notebooks of the course and return the paths that changed.

    Args:
        root: the course folder.
        units: names of units or notebooks; empty for all.
        execute: run the notebooks (quick profile) and store the outputs of checked cells.

    Raises:
        ValueError: a notebook failed while it ran; the message holds its traceback.
    """
    sources = select_sources(find_sources(root), units)
    changed = [path for source in sources for path in write_files(build_source(source))]
    if execute:
        from bioseq_course.execute import execute_all

        paths = [source.notebook for source in sources]
        executions = execute_all(paths, root=root, profile="quick")
        failed = [execution.error for execution in executions if execution.error]
        if failed:
            raise ValueError("Nothing was stored, since a notebook failed. " + "\n".join(failed))
        for source, execution in zip(sources, executions, strict=True):
            changed += write_files(build_source(source, execution.notebook))
    return list(dict.fromkeys(changed))


def find_problems(root: Path) -> list[str]:
    """Return what is wrong with the generated notebooks of a course folder, a line each."""
    sources = find_sources(root)
    files = {path: text for source in sources for path, text in build_source(source).items()}
    present = [
        p for part in ("lectures", "solutions", "labs") for p in root.glob(f"{part}/**/*.ipynb")
    ]
    present = [path for path in present if ".ipynb_checkpoints" not in path.parts]
    problems = [
        f"{path.relative_to(root)} differs from its source: run bioseq-course build"
        for path, text in files.items()
        if _read(path) != text
    ]
    problems += [
        f"{path.relative_to(root)} has no source: delete it, or add the .py file"
        for path in present
        if path not in files
    ]
    return problems + [line for path, text in files.items() for line in _unstored(path, text, root)]


def _unstored(path: Path, text: str, root: Path) -> list[str]:
    cells = nbformat.reads(text, as_version=4).cells
    return [
        f"{path.relative_to(root)}, cell {number}: tagged {CHECKED} without a stored output, a "
        f"check that cannot fail: run bioseq-course build --execute {path.stem}"
        for number, cell in enumerate(cells, start=1)
        if is_checked(cell) and not (cell.get("outputs") and cell.get("execution_count"))
    ]


def _read(path: Path) -> str | None:
    return path.read_bytes().decode("utf-8") if path.exists() else None
