"""Figures of the course: one accessible palette, one style, one way to show a picture.

Every figure of a notebook ends in :func:`show_figure`, which needs the text that a reader who
cannot see it will hear. Colours are those of Okabe and Ito (2008, "Color universal design"),
told apart by the common kinds of colour blindness; letters and markers carry the same
information once more, so that no colour is ever the only sign.
"""

import base64
import html
import io
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:  # matplotlib takes half a second: it is imported when something is drawn
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
LINE_STYLES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
BASE_COLOURS = {"A": "#009E73", "C": "#0072B2", "G": "#B8860B", "T": "#D55E00", "U": "#D55E00"}
# Amino acids by what their side chain does.
RESIDUE_COLOURS = (
    dict.fromkeys("AFILMPVW", "#000000")  # hydrophobic
    | dict.fromkeys("CGSTY", "#00795A")  # small or polar
    | dict.fromkeys("NQ", "#8E4585")  # amide
    | dict.fromkeys("HKR", "#0072B2")  # basic
    | dict.fromkeys("DE", "#D55E00")  # acidic
)
STYLE = {
    "figure.figsize": (8.0, 4.5),
    "figure.dpi": 100,
    "figure.constrained_layout.use": True,
    "font.size": 13,
    "axes.titlesize": 15,
    "axes.labelsize": 13,
    "legend.fontsize": 12,
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "lines.linewidth": 2.2,
    "lines.markersize": 7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.3,
}


def use_course_style() -> None:
    """Set the course's fonts, sizes and colour cycle for all later figures of this process."""
    import matplotlib.pyplot as plt

    plt.rcParams.update(STYLE)
    plt.rcParams["axes.prop_cycle"] = plt.cycler(color=PALETTE)


def figure_html(figure: "Figure", *, alt: str) -> str:
    """Return ``figure`` as an HTML ``<figure>`` with an embedded PNG and its alternative text.

    Args:
        figure: a matplotlib figure.
        alt: what the picture shows, for a reader who cannot see it; at least 20 characters.

    Raises:
        ValueError: ``alt`` is missing or too short to say anything.
    """
    if len(alt.strip()) < 20:
        raise ValueError(
            f"The alternative text {alt!r} is too short: say in a sentence what the figure "
            'shows, for example alt="Loss over epochs: training falls, validation turns at 12".'
        )
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    image = f'<img alt="{html.escape(alt.strip(), quote=True)}" style="max-width:100%"'
    return f'<figure>{image} src="data:image/png;base64,{data}"></figure>'


def show_figure(figure: "Figure", *, alt: str) -> None:
    """Display a finished figure with its alternative text, then close it.

    A plain notebook picture drops its alternative text on the way to HTML; an HTML figure keeps
    it.

    Raises:
        ValueError: ``alt`` is missing or too short.
    """
    import matplotlib.pyplot as plt
    from IPython.display import HTML, display

    display(HTML(figure_html(figure, alt=alt)))
    plt.close(figure)


def plot_logo(
    matrix: np.ndarray,
    *,
    symbols: str = "ACGT",
    ax: "Axes | None" = None,
    ylabel: str = "bits",
    start: int = 1,
) -> "Axes":
    """Draw a sequence logo: at each position the letters, stacked by height.

    Args:
        matrix: heights ``(L, A)``; negative ones hang below the axis.
        symbols: the ``A`` letters of the columns.
        ax: axes to draw on; new ones without.
        ylabel: unit of the heights.
        start: number of the first position.

    Returns:
        The axes, for titles and notes.

    Raises:
        ValueError: the matrix does not have one column a symbol.
    """
    matrix = np.asarray(matrix, dtype=float)
    if matrix.ndim != 2 or matrix.shape[1] != len(symbols):
        raise ValueError(
            f"plot_logo got a matrix of shape {matrix.shape} for the {len(symbols)} symbols "
            f"{symbols!r}: expected (positions, {len(symbols)}). Transpose it, or pass symbols=."
        )
    import logomaker
    import matplotlib.pyplot as plt
    import pandas as pd

    if ax is None:
        ax = plt.subplots(figsize=(max(4, 0.55 * len(matrix) + 1.5), 2.8))[1]
    frame = pd.DataFrame(matrix, columns=list(symbols), index=range(start, start + len(matrix)))
    bases = set(symbols) <= set(BASE_COLOURS)
    scheme = BASE_COLOURS if bases else RESIDUE_COLOURS | {"-": "#777777", "*": "#777777"}
    logomaker.Logo(frame, ax=ax, color_scheme=scheme)
    ax.grid(False)
    ax.set_xlabel("position")
    ax.set_ylabel(ylabel)
    return ax
