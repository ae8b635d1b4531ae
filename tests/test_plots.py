"""Figures: alternative text that reaches the page, logos that match their matrix."""

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")
from bioseq_course import plots

import matplotlib.pyplot as plt


@pytest.fixture(autouse=True)
def no_figures_left():
    yield
    plt.close("all")


def test_alternative_text_reaches_the_html():
    figure, ax = plt.subplots()
    ax.plot([0, 1])
    page = plots.figure_html(figure, alt='A line that rises from "0" to 1')
    assert 'alt="A line that rises from &quot;0&quot; to 1"' in page
    assert 'src="data:image/png;base64,iVBOR' in page


@pytest.mark.parametrize("alt", ["", "   ", "figure"])
def test_missing_alternative_text_is_refused(alt):
    with pytest.raises(ValueError, match="too short: say in a sentence"):
        plots.figure_html(plt.figure(), alt=alt)


def test_show_figure_displays_once_and_closes(capsys):
    figure, _ = plt.subplots()
    plots.show_figure(figure, alt="An empty pair of axes, for a test")
    assert not plt.fignum_exists(figure.number)


def test_logo_has_one_letter_a_positive_height():
    matrix = np.array([[2.0, 0, 0, 0], [0, 0.5, 0.5, 0]])
    ax = plots.plot_logo(matrix, ylabel="bits")
    assert ax.get_ylabel() == "bits"
    assert len(ax.patches) >= 3
    assert ax.get_ylim()[1] == pytest.approx(2.0, abs=0.2)


def test_every_residue_has_a_colour():
    from bioseq_course.alphabet import PROTEIN

    assert set(plots.RESIDUE_COLOURS) == set(PROTEIN.symbols)
    plots.plot_logo(np.eye(21), symbols=PROTEIN.symbols + "-")


def test_logo_refuses_the_wrong_axis_order():
    with pytest.raises(ValueError, match=r"shape \(4, 7\).*expected \(positions, 4\)"):
        plots.plot_logo(np.zeros((4, 7)))


def relative_luminance(colour):
    channels = np.array(mpl.colors.to_rgb(colour))
    linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("colour", [*plots.BASE_COLOURS.values(), *plots.RESIDUE_COLOURS.values()])
def test_letters_stand_out_from_white(colour):
    # WCAG 2.1 contrast for graphics: at least 3 : 1
    assert (1.0 + 0.05) / (relative_luminance(colour) + 0.05) >= 3


def test_palette_entries_differ_in_marker_and_line_too():
    for group in (plots.PALETTE, plots.MARKERS, plots.LINE_STYLES):
        assert len(set(group)) == len(group) == 7
