"""Run notebooks in kernels of this Python, with progress, and keep what they printed.

Executed copies go to ``build/executed/``, each with a small record of its times. The test
suite writes the same files from its own run, so that a report never runs anything twice.
"""

import contextlib
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bioseq_course.records import read_json, write_json, write_text_atomically

import nbformat
from nbformat import NotebookNode

CELL_TIMEOUT = {"quick": 120, "full": 4 * 3600}  # seconds
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)


@dataclass
class Execution:
    """What came of running one notebook.

    Attributes:
        path: the notebook.
        notebook: the executed copy.
        seconds: wall time, kernel start included.
        cell_seconds: wall time of each code cell.
        error: text for a person, with the failing cell and its traceback; empty when all is well.
    """

    path: Path
    notebook: NotebookNode
    seconds: float
    cell_seconds: list[float]
    error: str = ""


def kernel_environment(workers: int, **extra: str) -> dict[str, str]:
    """Return the environment of a notebook's kernel.

    With more than one worker each gets one thread: two unlimited fits at once are slower than
    one after the other.
    """
    environment = dict(os.environ)
    environment.setdefault("PYTHONHASHSEED", "0")
    if workers > 1:
        environment |= dict.fromkeys(THREAD_VARIABLES, "1")
    return environment | extra


@contextlib.contextmanager
def _kernel_manager() -> Iterator:
    # The kernel spec named "python3" may belong to another Python on this machine.
    from ipykernel.kernelspec import RESOURCES, get_kernel_dict
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

    class ThisPython(KernelSpecManager):
        def get_kernel_spec(self, kernel_name):
            return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())

    # Sockets in a folder of our own: kernels started at once cannot take each other's ports.
    with tempfile.TemporaryDirectory(prefix="kernel") as folder:
        yield AsyncKernelManager(
            kernel_name="python3",
            kernel_spec_manager=ThisPython(),
            connection_file=str(Path(folder) / "k.json"),
            transport="tcp" if sys.platform == "win32" else "ipc",
        )


def execute_notebook(
    path: Path,
    *,
    environment: dict[str, str],
    timeout: float,
    keep_going: bool = False,
    on_cell: Callable[[int, int], None] = lambda done, total: None,
) -> Execution:
    """Run a notebook from top to bottom in a new kernel.

    Args:
        path: the ``.ipynb`` file; it is not changed.
        environment: environment variables of the kernel.
        timeout: seconds that one cell may take.
        keep_going: go on after a cell that raises.
        on_cell: called with (code cells done, code cells in all) at the start and after each.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook = nbformat.read(path, as_version=4)
    code = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    clock = _Clock(code, on_cell)
    started, error = time.perf_counter(), ""
    with _kernel_manager() as manager:
        client = NotebookClient(
            notebook,
            km=manager,
            timeout=timeout,
            allow_errors=keep_going,
            extra_arguments=["--IPKernelApp.log_level=40"],  # start-up notices are not for readers
            resources={"metadata": {"path": str(path.parent)}},
            on_cell_start=clock.start,
            on_cell_executed=clock.stop,
        )
        on_cell(0, len(code))
        try:
            client.execute(env=environment)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as problem:
            error = _explain(path, notebook, clock.current, problem)
    seconds = time.perf_counter() - started
    return Execution(path, notebook, seconds, clock.seconds, error)


class _Clock:
    """Times the code cells of one run and reports progress."""

    def __init__(self, code: list[int], on_cell: Callable[[int, int], None]):
        self.code, self.on_cell = code, on_cell
        self.seconds: list[float] = []
        self.current, self.began = 0, 0.0

    def start(self, cell, cell_index, **_):
        self.current, self.began = cell_index, time.perf_counter()

    def stop(self, cell, cell_index, **_):
        if cell.cell_type == "code":
            self.seconds.append(time.perf_counter() - self.began)
            self.on_cell(len(self.seconds), len(self.code))


def _explain(path: Path, notebook: NotebookNode, index: int, problem: Exception) -> str:
    cell = notebook.cells[index]
    where = f"{path.name}, cell {index + 1} of {len(notebook.cells)}"
    tracebacks = [o.traceback for o in cell.get("outputs", []) if o.output_type == "error"]
    detail = "\n".join(tracebacks[0]) if tracebacks else str(problem)
    detail = re.sub(r"\x1b\[[0-9;]*m", "", detail)  # colours of the terminal
    return f"{where} failed.\n--- the cell\n{cell.source}\n--- the traceback\n{detail}"


def execute_all(
    paths: list[Path],
    *,
    root: Path,
    profile: str,
    workers: int | None = None,
    keep_going: bool = False,
    save: bool = True,
    extra: dict[str, str] | None = None,
    on_cell: Callable[[Path, int, int], None] = lambda path, done, total: None,
    on_done: Callable[[Execution], None] = lambda execution: None,
) -> list[Execution]:
    """Run several notebooks, a few at a time, in the order given.

    Args:
        paths: the notebooks.
        root: the course folder, for where executed copies go.
        profile: ``"quick"`` or ``"full"``.
        workers: how many at once; default 2 on a machine with 2 or more cores. One on a GPU.
        keep_going: go on after cells that raise.
        save: keep the executed copies and times under ``build/executed/``.
        extra: more environment variables for the kernels.
        on_cell: called with (path, code cells done, code cells in all).
        on_done: called with each finished :class:`Execution`.
    """
    workers = workers or default_workers(profile)
    environment = kernel_environment(workers, BIOSEQ_PROFILE=profile, **(extra or {}))

    def run_one(path: Path) -> Execution:
        execution = execute_notebook(
            path,
            environment=environment,
            timeout=CELL_TIMEOUT[profile],
            keep_going=keep_going,
            on_cell=lambda done, total: on_cell(path, done, total),
        )
        if save:
            save_execution(execution, root=root, profile=profile)
        on_done(execution)
        return execution

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run_one, paths))


def default_workers(profile: str) -> int:
    """Return how many notebooks run at once: two in quick, one in full (memory, one GPU)."""
    return 1 if profile == "full" else min(2, os.cpu_count() or 1)


def executed_folder(root: Path) -> Path:
    """Return where executed copies and their times lie."""
    return Path(root) / "build" / "executed"


def save_execution(execution: Execution, *, root: Path, profile: str) -> None:
    """Write the executed copy and its times under ``build/executed/``."""
    target = executed_folder(root) / execution.path.relative_to(root)
    write_text_atomically(target, nbformat.writes(execution.notebook) + "\n")
    slowest = max(execution.cell_seconds, default=0.0)
    times = {
        "notebook": execution.path.relative_to(root).as_posix(),
        "seconds": round(execution.seconds, 2),
        "slowest_cell_seconds": round(slowest, 2),
        "code_cells": len(execution.cell_seconds),
        "profile": profile,
        "failed": bool(execution.error),
    }
    write_json(target.with_suffix(".times.json"), times)


def read_times(root: Path) -> list[dict]:
    """Return the times of all executed notebooks, by path."""
    paths = sorted(executed_folder(root).rglob("*.times.json"))
    return [read_json(path) for path in paths]


def time_lines(times: list[dict]) -> list[str]:
    """Return the times of notebooks for the terminal, the slowest first.

    >>> time_lines([{"notebook": "a.ipynb", "seconds": 20, "slowest_cell_seconds": 3.0}])[0][:7]
    'a.ipynb'
    """
    return [
        f"{entry['notebook']:<52} {entry['seconds']:6.1f} s, "
        f"slowest cell {entry['slowest_cell_seconds']:5.1f} s"
        for entry in sorted(times, key=lambda entry: -entry["seconds"])
    ]


def over_budget(times: list[dict], *, slack: float = 1.0) -> list[str]:
    """Return one line for each notebook of the quick profile that takes too long.

    A notebook may take 3 minutes and a cell 25 seconds on two cores.

    Args:
        times: as `read_times` gives them.
        slack: how many times its budget may be used; more than 1 where machines are noisy.

    >>> over_budget([{"notebook": "a.ipynb", "seconds": 200, "slowest_cell_seconds": 3.0}])
    ['a.ipynb took 200 s: the budget is 180 s a notebook']
    """
    limits = (("seconds", 180, "a notebook"), ("slowest_cell_seconds", 25, "a cell"))
    return [
        f"{entry['notebook']} took {entry[key]:.0f} s: the budget is {limit} s {what}"
        for entry in times
        for key, limit, what in limits
        if entry[key] > slack * limit
    ]
