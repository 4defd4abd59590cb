"""Main content of HTML pages: accuracy and speed of Resiliparse (ours) and trafilatura.

    python -m benchmarks.main_content

Pages are generated from real sentences in seven layouts, so the text of each article is known, as
are the menus, banners, related links, comments and footers around it. Accuracy is by words:
precision (share of the extracted text that is article), recall (share of the article that is
extracted) and F1. Needs the extra `web`, trafilatura, and the real data (TFMLING_DATA).
"""

import collections
import html as escaping
import random
import statistics

from benchmarks.harness import describe_machine, measure, parser, print_speeds
from benchmarks.texts import DATA, read_lines

LAYOUTS = {
    "semantic": "<header>{menu}</header><main><article>{article}</article></main>"
    "<aside>{links}</aside><footer>{footer}</footer>",
    "classes": '<div class="nav">{menu}</div><div class="content">{article}</div>'
    '<div class="sidebar">{links}</div><div class="footer">{footer}</div>',
    "ids": '<div id="header">{menu}</div><div id="main-content">{article}</div>'
    '<div id="related">{links}</div><div id="footer">{footer}</div>',
    "tables": "<table><tr><td colspan=2>{menu}</td></tr><tr><td>{links}</td><td>{article}</td></tr>"
    "<tr><td colspan=2>{footer}</td></tr></table>",
    "nameless": "<div><div>{menu}</div><div><div>{article}</div><div>{links}</div></div>"
    "<div>{footer}</div></div>",
    "comments": '<nav>{menu}</nav><article>{article}</article><div class="comments">{comments}'
    "</div><footer>{footer}</footer>",
    "banner": '<div class="cookie-banner">{banner}</div><nav>{menu}</nav><main>{article}</main>'
    "<footer>{footer}</footer>",
}
MENU = "<ul>" + "".join(f'<li><a href="/{n}">Menu {n}</a></li>' for n in range(12)) + "</ul>"
FOOTER = '<p>Copyright 2026 Example. All rights reserved.</p><a href="/p">Privacy policy</a>'
BANNER = "<p>This site uses cookies to improve your experience.</p><button>Accept all</button>"


def main() -> None:
    import trafilatura

    from tfmling.corpora.web_page import WebPage

    options = parser(__doc__, pages=20, rounds=3).parse_args()
    pages = _pages(options.pages)
    extractors = {
        "tfmling (Resiliparse)": lambda page: "\n".join(WebPage(page).main_content()),
        "trafilatura": lambda page: trafilatura.extract(page) or "",
        "trafilatura, precision": lambda page: trafilatura.extract(
            page, favor_precision=True, include_comments=False
        ) or "",
    }  # fmt: skip
    print(describe_machine(1))
    print(f"{len(pages)} pages, words: precision, recall, F1")
    for name, extract in extractors.items():
        print(name)
        for layout in [*LAYOUTS, None]:
            scores = [_scores(extract(p), t) for kind, p, t in pages if layout in (kind, None)]
            means = "  ".join(
                f"{statistics.mean(column):.3f}" for column in zip(*scores, strict=True)
            )
            print(f"  {layout or 'all':12} {means}")
    size = sum(len(page.encode()) for _, page, _ in pages) / 1e6
    contenders = {
        name: lambda e=extract: [e(page) for _, page, _ in pages]
        for name, extract in extractors.items()
    }
    print_speeds(measure(contenders, options.rounds), size, "MB")


def _pages(count: int) -> list[tuple[str, str, str]]:
    """Return layout, page and article text of `count` pages per layout."""
    lines = read_lines(DATA / "lafand/en-swa/train.swa.gz")
    sentences = [line.strip() for line in lines if len(line) >= 60]
    dice = random.Random(1)
    return [
        (layout, *_page(template, sentences, dice))
        for _ in range(count)
        for layout, template in LAYOUTS.items()
    ]


def _page(template: str, sentences: list[str], dice: random.Random) -> tuple[str, str]:
    title = " ".join(dice.choice(sentences).split()[:8])
    paragraphs = [" ".join(dice.sample(sentences, dice.randint(1, 5))) for _ in range(8)]
    points = dice.sample(sentences, 3)
    article = "".join([
        f"<h1>{escaping.escape(title)}</h1>",
        *(f"<p>{escaping.escape(paragraph)}</p>" for paragraph in paragraphs),
        "<ul>", *(f"<li>{escaping.escape(point)}</li>" for point in points), "</ul>",
    ])  # fmt: skip
    titles = [" ".join(sentence.split()[:7]) for sentence in dice.sample(sentences, 10)]
    links = "".join(f'<p><a href="/a">{escaping.escape(text)}</a></p>' for text in titles)
    comments = "".join(f"<p>{escaping.escape(text)}</p>" for text in dice.sample(sentences, 4))
    body = template.format(
        menu=MENU, article=article, links=links, footer=FOOTER, comments=comments, banner=BANNER
    )
    page = f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"
    return page, "\n".join([title, *paragraphs, *points])


def _scores(found: str, truth: str) -> tuple[float, float, float]:
    found_words, words = (collections.Counter(text.split()) for text in (found, truth))
    same = (found_words & words).total()
    precision = same / max(found_words.total(), 1)
    recall = same / words.total()
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


if __name__ == "__main__":
    main()
