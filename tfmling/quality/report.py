"""report.html of train_quality: figures, curves, and the sentences that the model gets wrong."""

from tfmling.quality.measure import MEASURES
from tfmling.quality.plot import MOST_CURVES, draw_curves
from tfmling.quality.results import Results
from tfmling.reports import Plot, Samples, Table, Text, write_page

_SHOWN = 15


def write_report(path: str, results: Results) -> None:
    """Writes the page."""
    settings = results.settings
    write_page(
        path,
        title="Sentence quality",
        subtitle=f"main content or not; held-out pages; threshold {settings.threshold}",
        sections=[
            Text("What this is", _explained(results)),
            _figures(results),
            Plot(
                "Curves",
                draw_curves(_drawn(results), settings.threshold),
                note=f"The dot is the threshold, {settings.threshold}.",
            ),
            _sources(results),
            *(_mistakes(results, good) for good in (False, True)),
        ],
    )


def _explained(results: Results) -> list[str]:
    train, test = results.split.train, results.split.test
    return [
        f"{len(train):,} sentences of {len({e.page for e in train}):,} pages were learned from, "
        f"{len(test):,} of {len({e.page for e in test}):,} other pages are scored here. A sentence "
        "counts once a kind, however many pages repeat it.",
        f"{sum(results.split.seen):,} of the scored sentences also stand on a page of training, as "
        "menus do; the row “not in training” leaves them out.",
    ]


def _figures(results: Results) -> Table:
    counted = ("pages", "good", "bad")
    rows = [
        (name, *(figures[key] for key in counted), *_intervals(figures))
        for name, figures in results.figures.items()
    ]
    names = [name.replace("_", " ") for name in MEASURES]
    note = "In brackets 95 % intervals, by resampling pages. Empty: only one kind is there."
    return Table("Scores", ["set", "pages", "good", "bad", *names], rows, note)


def _intervals(figures: dict[str, float | int]) -> list[str]:
    shown = []
    for name in MEASURES:
        value = f"{figures[name]:.3f}" if name in figures else ""
        if f"{name}_low" in figures:
            value += f" ({figures[f'{name}_low']:.3f}–{figures[f'{name}_high']:.3f})"
        shown.append(value)
    return shown


def _drawn(results: Results) -> dict:
    both = {
        name: scored
        for name, scored in results.sets.items()
        if "auc" in results.figures[name] and not name.startswith("source ")
    }
    return dict(list(both.items())[:MOST_CURVES])


def _sources(results: Results) -> Table:
    rows = [
        (name, what, number)
        for name, counts in results.counts.items()
        for what, number in sorted(counts.items())
    ]
    return Table("What was read", ["source", "what", "number"], rows)


def _mistakes(results: Results, good: bool) -> Samples:
    title = "Main content that is rejected" if good else "The rest of pages that is kept"
    texts = [f"{p:.3f}  {text}" for p, text in results.mistakes(good, _SHOWN)]
    return Samples(title, texts, note="The probability that the model gives, and the sentence.")
