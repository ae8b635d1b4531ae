"""One execution for everything: what nbval runs is kept under ``build/executed/``.

nbval runs each notebook cell by cell as tests. The hooks below time the cells and keep what they
printed, so that the time report and the HTML pages need no second run.
"""

import os
import time
from pathlib import Path

from bioseq_course.execute import Execution, kernel_environment, save_execution

import nbformat
import pytest

ROOT = Path(__file__).parent
# Sources of notebooks are not modules: --doctest-modules must not import them.
collect_ignore_glob = ["lectures/*.py", "solutions/*/*.py", "benchmarks/*.py", "*_config.py"]


def pytest_configure(config):
    parallel = "PYTEST_XDIST_WORKER" in os.environ
    os.environ.update(kernel_environment(2 if parallel else 1, BIOSEQ_PROFILE="quick"))


def _is_notebook_cell(item) -> bool:
    return type(item).__name__ == "IPyNbCell"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item, nextitem):
    began = time.perf_counter()
    result = yield
    if _is_notebook_cell(item):
        file = item.parent
        file.cell_seconds = [*getattr(file, "cell_seconds", []), time.perf_counter() - began]
        file.began = getattr(file, "began", began)
        if nextitem is None or nextitem.parent is not file:
            _save(file, items=file.items_run, seconds=time.perf_counter() - file.began)
    return result


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    if _is_notebook_cell(item):
        item.parent.items_run = [*getattr(item.parent, "items_run", []), item]


def _save(file, items, seconds):
    """Write the executed copy of a notebook that nbval has just finished."""
    notebook = nbformat.from_dict(file.nb)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    failed = ""
    for item in items:
        outputs = item.test_outputs or []
        failed = failed or next((o.evalue for o in outputs if o.output_type == "error"), "")
        code[item.cell_num].outputs = outputs
        code[item.cell_num].execution_count = item.cell_num + 1
    execution = Execution(Path(file.path), notebook, seconds, file.cell_seconds, failed)
    save_execution(execution, root=ROOT, profile="quick")
