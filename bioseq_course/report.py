"""The page ``build/course/index.html``: executed notebooks, times, and the scoreboard with plots.

Pages work offline: pictures are embedded and formulas become MathML, so no script is loaded.
"""

import html
import platform
from pathlib import Path

from bioseq_course.execute import executed_folder, read_times
from bioseq_course.plots import PALETTE, figure_html, use_course_style
from bioseq_course.records import write_text_atomically
from bioseq_course.run import describe_versions
from bioseq_course.scoreboard import NOT_MEASURED, Row, rows

import nbformat

PAGE_STYLE = """
body { font: 17px/1.55 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem;
  color: #1a1a1a; background: #fff; }
a { color: #00558a; }
h1, h2, h3 { line-height: 1.25; }
pre, code { font: 14px/1.45 ui-monospace, monospace; }
div.highlight { background: #f5f5f2; padding: .4rem .8rem; border-radius: 4px; overflow-x: auto; }
.output_area pre, .output_text pre { white-space: pre-wrap; margin: .4rem 0 .8rem .8rem; }
.prompt { display: none; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border-bottom: 1px solid #ccc; padding: .35rem .7rem; text-align: left;
  vertical-align: top; }
td.what { min-width: 22rem; }
td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
figure { margin: 1rem 0; }
img { max-width: 100%; height: auto; }
details { margin: .5rem 0; }
.falls-short { color: #8a3200; font-weight: 600; }
"""


def page(title: str, body: str) -> str:
    """Return a complete HTML page.

    >>> page("T", "<p>x</p>").count("<p>x</p>")
    1
    """
    from pygments.formatters import HtmlFormatter

    style = PAGE_STYLE + HtmlFormatter(style="friendly").get_style_defs(".highlight")
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _exporter():
    from jinja2 import pass_context
    from latex2mathml.converter import convert
    from nbconvert import HTMLExporter
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class MathMLRenderer(IPythonRenderer):
        def block_math(self, body):
            return convert(body, display="block")

        def inline_math(self, body):
            return convert(body)

        multiline_math = block_math

        def latex_environment(self, name, body):
            return convert(f"\\begin{{{name}}}{body}\\end{{{name}}}", display="block")

    class OfflineExporter(HTMLExporter):
        @pass_context
        def markdown2html(self, context, source):
            renderer = MathMLRenderer(escape=False, exclude_anchor_links=True)
            return MarkdownWithMath(renderer=renderer).render(source)

    return OfflineExporter(template_name="basic")


def notebook_page(path: Path) -> str:
    """Return an executed notebook as one HTML page that needs no network."""
    body, _ = _exporter().from_notebook_node(nbformat.read(path, as_version=4))
    back = '<p><a href="index.html">All notebooks and the scoreboard</a></p>'
    return page(path.stem, f"{back}\n{body}\n{back}")


def write_report(root: Path) -> Path:
    """Write ``build/course/`` from what has been executed, and return its index page."""
    folder = Path(root) / "build" / "course"
    times = read_times(root)
    for entry in times:
        text = notebook_page(executed_folder(root) / entry["notebook"])
        write_text_atomically(folder / _page_name(entry), text)
    board = rows(Path(root) / "build" / "results" / "quick")
    body = "\n".join(
        [
            "<h1>Deep learning on biological sequences</h1>",
            f"<p>{_versions()}</p>",
            "<h2>Notebooks of this run</h2>",
            _times_table(times),
            "<h2>Scoreboard</h2>",
            "<p>Quick values come from this run; full values are the committed ones.</p>",
            *scoreboard_figures(board),
            scoreboard_table(board),
        ]
    )
    index = folder / "index.html"
    write_text_atomically(index, page("Deep learning on biological sequences", body))
    return index


def _page_name(entry: dict) -> str:
    part, name = Path(entry["notebook"]).parts[0], Path(entry["notebook"]).stem
    return f"{part.rstrip('s')}-{name}.html"


def _versions() -> str:
    known = describe_versions("bioseq-course", "keras", "tensorflow", "numpy", "scikit-learn")
    return f"{known}; on {platform.system()}."


def _times_table(times: list[dict]) -> str:
    def line(entry):
        state = "failed" if entry["failed"] else "ran"
        link = f'<a href="{_page_name(entry)}">{entry["notebook"]}</a>'
        return (
            f'<tr><td>{link}</td><td>{entry["profile"]}</td><td class="number">'
            f'{entry["seconds"]:.0f} s</td><td class="number">'
            f"{entry['slowest_cell_seconds']:.1f} s</td><td>{state}</td></tr>"
        )

    head = "<tr><th>notebook</th><th>profile</th><th>time</th><th>slowest cell</th><th></th></tr>"
    return f"<table>{head}{''.join(map(line, times))}</table>"


def scoreboard_table(board: list[Row]) -> str:
    """Return the scoreboard as an HTML table."""

    def line(row):
        cells = [
            f"<td><code>{breakable(row.claim.id)}</code></td>",
            f'<td class="what">{html.escape(row.claim.statement)}</td>',
            *(
                f'<td class="number">{show_value(value)}</td>'
                for value in (row.claim.published, row.quick, row.full)
            ),
            f'<td class="{row.verdict.replace(" ", "-")}">{row.verdict}</td>',
            f"<td>{html.escape(row.claim.source)}</td>",
        ]
        return f"<tr>{''.join(cells)}</tr>"

    names = ("id", "what", "published", "quick", "full", "verdict", "source")
    head = "".join(f"<th>{name}</th>" for name in names)
    return f"<table><tr>{head}</tr>{''.join(map(line, board))}</table>"


def breakable(claim_id: str) -> str:
    """Return an id that a browser may break after a dot or an underscore.

    >>> breakable("toy.some_value")
    'toy.<wbr>some_<wbr>value'
    """
    return claim_id.replace(".", ".<wbr>").replace("_", "_<wbr>")


def show_value(value: float | None) -> str:
    """Return a value for a table: three digits, or a dash.

    >>> show_value(0.93456), show_value(751.0), show_value(None)
    ('0.935', '751', '–')
    """
    if value is None:
        return "–"
    return f"{value:.0f}" if float(value).is_integer() and abs(value) > 1 else f"{value:.3g}"


def scoreboard_figures(board: list[Row]) -> list[str]:
    """Return one ``<figure>`` a unit: the shares among its measured claims, published beside."""
    figures = []
    for unit in dict.fromkeys(row.claim.unit for row in board):
        shown = shares([row for row in board if row.claim.unit == unit])
        if shown:
            alt = f"Scoreboard of unit {unit}: " + "; ".join(
                f"{row.claim.id} {show_value(row.ours)}" for row in shown
            )
            figures.append(figure_html(draw_scoreboard(f"unit {unit}", shown), alt=alt))
    return figures


def shares(board: list[Row]) -> list[Row]:
    """Return the measured rows that are shares of 1, so that one axis fits all."""
    return [row for row in board if row.ours is not None and row.claim.measure == "share"]


def headlines(board: list[Row]) -> list[Row]:
    """Return the measured shares that have a short name: the rows of README's picture."""
    return [row for row in shares(board) if row.claim.headline]


def draw_scoreboard(title: str, shown: list[Row]):
    """Return a figure with one line a claim: our value, and the published one where there is one.

    Args:
        title: what the rows have in common.
        shown: measured rows with values between 0 and 1.
    """
    import matplotlib.pyplot as plt

    use_course_style()
    figure, ax = plt.subplots(figsize=(10, 1.6 + 0.42 * len(shown)))
    heights = range(len(shown))[::-1]
    ours = [row.ours for row in shown]
    ax.hlines(heights, 0, ours, color="#bbbbbb", linewidth=1.5, zorder=1)
    ax.plot(ours, heights, "o", color=PALETTE[0], label="ours", zorder=3)
    published = {
        height: row.claim.published
        for height, row in zip(heights, shown, strict=True)
        if row.claim.published is not None
    }
    for height, value in zip(heights, ours, strict=True):
        near = 0 < published.get(height, 0) - value < 0.15  # a figure would cover the other mark
        look = {"ha": "right", "backgroundcolor": "white"} if near else {}
        place = value - 0.025 if near else value + 0.015
        ax.text(place, height, show_value(value), va="center", fontsize=12, zorder=2, **look)
    if published:
        values, places = list(published.values()), list(published)
        ax.plot(values, places, "D", color=PALETTE[1], label="published", zorder=2)
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False)
    ax.set_yticks(list(heights), [row.claim.headline or row.claim.id for row in shown])
    ax.set(xlim=(0, 1.14), ylim=(-0.6, len(shown) - 0.4), xlabel="value (a share of 1)")
    ax.set_title(f"Scoreboard: {title}", pad=30 if published else 12)
    plt.close(figure)
    return figure


def scoreboard_text(board: list[Row]):
    """Return the scoreboard as a table for the terminal."""
    from rich.table import Table

    table = Table(title="Scoreboard", show_lines=False)
    table.add_column("id", overflow="fold")
    for name in ("published", "quick", "full"):
        table.add_column(name, justify="right")
    table.add_column("verdict")
    for row in board:
        values = (show_value(v) for v in (row.claim.published, row.quick, row.full))
        style = "dim" if row.verdict == NOT_MEASURED else ""
        table.add_row(row.claim.id, *values, row.verdict, style=style)
    return table
