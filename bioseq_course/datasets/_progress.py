"""A progress bar in the form that pooch asks for, drawn by rich (pooch's own needs tqdm)."""

from __future__ import annotations


class ProgressBar:
    """A bar on a terminal, nothing elsewhere; pooch sets ``total`` and calls the methods.

    Args:
        label: what stands before the bar.

    Examples:
        >>> with ProgressBar("toy.txt") as bar:
        ...     bar.total = 10
        ...     bar.update(4)
        >>> bar.fraction
        0.4
    """

    def __init__(self, label: str):
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
        # Without a terminal (a log, a notebook) rich would write a new line again and again.
        self._progress = Progress(*columns, console=console, disable=not console.is_terminal)
        self._task = self._progress.add_task(label, total=None)
        self.total = 0

    def __enter__(self) -> ProgressBar:
        self._progress.start()
        return self

    def __exit__(self, *_) -> None:
        self._progress.stop()

    @property
    def fraction(self) -> float:
        """What has come, as a part of the whole; 0 where the whole is unknown."""
        return self._progress.tasks[0].completed / self.total if self.total else 0.0

    def update(self, num_bytes: int) -> None:
        """Count bytes that have come."""
        self._progress.update(self._task, total=self.total or None, advance=num_bytes)

    def reset(self) -> None:
        """Count from 0 again."""
        self._progress.reset(self._task)

    def close(self) -> None:
        """Do nothing: leaving the ``with`` block ends the bar."""
