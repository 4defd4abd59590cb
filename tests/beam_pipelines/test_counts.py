from beam_pipelines.reports.counts import funnel_table, language_table, reasons, summary
from beam_pipelines.reports.page import plot_funnel, plot_lengths, plot_scripts

COUNTS = {
    "am": {
        "read": {"documents": 1, "sentences": 10},
        "dropped": {"script": 4},
        "kept": {"sentences": 6, "characters": 60},
    },
    "sw": {
        "read": {"documents": 3, "sentences": 200},
        "dropped": {"duplicate": 20, "script": 30},
        "kept": {"sentences": 150, "characters": 1500},
        "unusable": {"not_utf8": 2},
        "kept_lengths": {"8": 50, "16": 100},
        "kept_scripts": {"Latn": 1200, "Arab": 300},
    },
}


def test_the_largest_language_is_first():
    assert language_table(COUNTS).rows == [
        ("sw", 3, 200, 50, 150, 75.0, 1500),
        ("am", 1, 10, 4, 6, 60.0, 60),
    ]


def test_reasons_have_their_share_of_what_was_read():
    assert funnel_table(COUNTS).rows == [
        ("sw", "script", 30, 15.0),
        ("sw", "duplicate", 20, 10.0),
        ("am", "script", 4, 40.0),
    ]
    assert reasons(COUNTS) == ["script", "duplicate"]


def test_a_language_of_which_nothing_was_read():
    counts = {"und": {"unusable": {"truncated_gzip": 1}}}
    assert language_table(counts).rows == [("und", None, 0, 0, 0, None, 0)]
    assert plot_funnel(counts).axes


def test_bars_fill_the_axis():
    (axes,) = plot_funnel(COUNTS).axes
    by_row = {}
    for bar in axes.patches:
        by_row[round(bar.get_y(), 3)] = by_row.get(round(bar.get_y(), 3), 0) + bar.get_width()
    assert sorted(by_row.values()) == [100, 100]
    assert axes.get_legend_handles_labels()[1] == ["kept", "script", "duplicate"]


def test_lengths_are_shares_in_the_order_of_numbers():
    (axes,) = plot_lengths(COUNTS).axes
    (line,) = axes.lines
    assert list(line.get_xdata()) == [8, 16]
    assert [round(share, 2) for share in line.get_ydata()] == [33.33, 66.67]


def test_scripts_are_shares_of_letters():
    (axes,) = plot_scripts(COUNTS).axes
    assert [bar.get_width() for bar in axes.patches] == [80.0, 20.0]


def test_a_language_counted_in_the_other_unit_has_no_share():
    mixed = {"en": {"read": {"sentences": 4}}, "en-sw": {"dropped": {"copied": 2}}}
    assert funnel_table(mixed).rows == [("en-sw", "copied", 2, None)]


def test_the_summary():
    counts = {
        "sw": {
            "dropped": {"script": 2, "duplicate": 6},
            "kept": {"characters": 1200, "sentences": 12},
            "read": {"sentences": 20},
            "unusable": {"not_utf8": 1},
        }
    }
    assert summary(counts).splitlines() == [
        "language                        number  share",
        "sw        read      sentences       20",
        "sw        unusable  not_utf8         1",
        "sw        dropped   duplicate        6  30.0%",
        "sw        dropped   script           2  10.0%",
        "sw        kept      characters   1,200",
        "sw        kept      sentences       12  60.0%",
    ]
