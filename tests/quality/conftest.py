"""Pages of two invented sites with known main content."""

import random

import pytest
import yaml

from tfmling.cli.main import main

WORDS = ["watoto", "shule", "mvua", "mto", "samaki", "mwalimu", "jana", "leo", "mlima", "kubwa"]
MENU = "Home|Sign in|Share this|Next page »|Read more...|© 2020|Login / Register|Search|12 comments"
SITES = {
    "a": "<nav><ul>{menu}</ul></nav><main>{text}</main><footer>{foot}</footer>",
    "b": "<div class=x>{menu}</div><div class=side>{foot}</div><main><div>{text}</div></main>",
}


def make_page(site: str, number: int) -> tuple[str, list[str], list[str]]:
    """HTML, the sentences of its main content, and the texts around it."""
    draw = random.Random(f"{site} {number}")
    main = [
        f"{' '.join(draw.choices(WORDS, k=draw.randint(5, 12))).capitalize()}." for _ in range(4)
    ]
    around = [f"{each} {draw.randint(1, 99)}" for each in draw.sample(MENU.split("|"), 3)]
    items = "".join(f"<li>{each}</li>" for each in around[:-1])
    html = SITES[site].format(
        menu=items, text="".join(f"<p>{each}</p>" for each in main), foot=around[-1]
    )
    return f"<html><head><meta charset=utf-8></head><body>{html}</body></html>", main, around


@pytest.fixture
def write_pages(tmp_path):
    """Writes pages of a site into a folder of its own and returns it."""

    def write_pages(site, count):
        folder = tmp_path / site
        folder.mkdir()
        for number in range(count):
            html, _, _ = make_page(site, number)
            (folder / f"{number}.html").write_text(html, encoding="utf-8")
        return folder

    return write_pages


@pytest.fixture
def train(tmp_path):
    """Runs train_quality and returns its folder."""

    def train(sources, name="model", **settings):
        output = tmp_path / name
        path = tmp_path / f"{name}.yaml"
        classifier = {"kind": "ngrams", "bits": 14}
        values = {"output": str(output), "sources": sources, "classifier": classifier} | settings
        path.write_text(yaml.safe_dump(values))
        main(["train_quality", "--config", str(path)])
        return output

    return train


@pytest.fixture
def pages_source():
    def pages_source(folder, **values):
        main = {"kind": "element", "selector": "main"}
        path = f"{folder}/*.html"
        return dict(kind="pages", name=folder.name, path=path, language="sw", main=main) | values

    return pages_source
