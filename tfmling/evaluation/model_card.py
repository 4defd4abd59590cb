"""README.md of an exported folder: a model card in Hugging Face's layout, from files that exist.

After "Model Cards for Model Reporting" (Mitchell et al. 2019). The YAML on top is what
https://huggingface.co/docs/hub/model-cards reads: languages, license, base model, scores.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from tfmling.conversion.settings import ModelCard
from tfmling.core import files
from tfmling.core.config import ConfigError
from tfmling.core.json_values import read_json
from tfmling.core.printed import markdown_text
from tfmling.evaluation import KINDS
from tfmling.evaluation.card_uses import USES
from tfmling.evaluation.report import shown, truncated_share
from tfmling.modeling.encoder import Encoder

LONGEST = "longest input"  # what of a text is read; an export may read less than the encoder

README, DATA_CARD, SCORES = "README.md", "data_card.json", "scores.json"

Facts = Mapping[str, str | int]
Score = tuple[str, str, str, str, Mapping[str, Any]]  # kind, set, languages, figure, figures


def write_model_card(
    folder: str,
    card: ModelCard,
    encoder: Encoder,
    use: str,
    *,
    name: str = "Sentence encoder",
    facts: Facts | None = None,
) -> None:
    """Writes README.md into a local folder.

    Args:
        folder: of the model.
        card: what is known of it.
        encoder: whose sizes are told.
        use: a key of USES: what the folder holds.
        name: of the model where `card` has none.
        facts: more to tell, by name.

    Raises:
        ConfigError: a folder of `card` does not hold what it should.
    """
    name = card.name or name
    scores = list(read_scores(card))
    text = yaml.safe_dump(
        front_matter(name, card, use, scores), sort_keys=False, allow_unicode=True
    )
    lines = [f"---\n{text}---", "", f"# {name}", "", USES[use].says, ""]
    lines += table(("", ""), list((sizes(encoder) | dict(facts or {})).items()))
    lines += ["", "## Use", "", USES[use].code, ""]
    lines += _languages(card) + _data(card) + _scores(scores) + _limits(card)
    files.write_text(files.join(folder, README), "\n".join(lines).rstrip() + "\n")


def front_matter(name: str, card: ModelCard, use: str, scores: Sequence[Score]) -> dict[str, Any]:
    """What Hugging Face's pages read."""
    known: dict[str, Any] = {
        "language": card.languages,
        "license": card.license,
        "library_name": USES[use].library,
        "pipeline_tag": "sentence-similarity",
        "tags": ["sentence-similarity", "feature-extraction", *USES[use].tags],
        "base_model": card.base_model,
        "model-index": [{"name": name, "results": [_result(*score) for score in scores]}],
    }
    if not scores:
        del known["model-index"]
    return {key: value for key, value in known.items() if value}


def _result(
    kind: str, set_name: str, languages: str, figure: str, figures: Mapping[str, Any]
) -> dict[str, Any]:
    metric = {"type": figure, "value": round(figures[figure], 4), "name": KINDS[kind].SHOWN[figure]}
    return {
        "task": {"type": kind, "name": KINDS[kind].TITLE.partition(":")[0]},
        "dataset": {"type": set_name, "name": f"{set_name} {languages}", "config": languages},
        "metrics": [metric],
    }


def sizes(encoder: Encoder) -> dict[str, str | int]:
    """What a reader asks of an encoder first."""
    backbone = encoder.backbone
    parameters = sum(variable.value.shape.num_elements() for variable in backbone.variables)
    return {
        "layers × width": f"{backbone.num_layers} × {encoder.hidden_dim}",
        "parameters": f"{parameters:,}",
        "vocabulary": f"{len(encoder.vocabulary):,} pieces"
        + (", lower-cased" if encoder.vocabulary.lowercase else ""),
        "pooling": encoder.pooling,
        LONGEST: f"{encoder.max_text_length} pieces",
    }


def read_scores(card: ModelCard) -> Iterator[Score]:
    """The figures of one model in scores.json; not those that are null.

    Raises:
        ConfigError: the folder holds no scores, or none of that model.
    """
    if card.scores is None:
        return
    by_kind = _read(card.scores, SCORES, "scores")
    models = [model for by_model in by_kind.values() for model in by_model]
    name = card.scored_as or next(reversed(models), None)
    if name not in models:
        raise ConfigError(f"scored_as: expected one of {sorted(set(models))}, got {name!r}")
    for kind, by_model in by_kind.items():
        for set_name, places in by_model.get(name, {}).items():
            for languages, figures in places.items():
                for figure in (name for name in KINDS[kind].SHOWN if figures[name] is not None):
                    yield kind, set_name, languages, figure, figures


def _read(folder: str, name: str, key: str) -> Any:
    path = files.join(folder, name)
    if not files.exists(path):
        raise ConfigError(f"{key}: expected {name} in {folder}, found none")
    return read_json(path)


def _languages(card: ModelCard) -> list[str]:
    return ["## Languages", "", ", ".join(card.languages), ""] if card.languages else []


def _data(card: ModelCard) -> list[str]:
    if not card.data:
        return []
    rows = [row for folder in card.data for row in _data_rows(_read(folder, DATA_CARD, "data"))]
    header = ("corpus", "file", "languages", "license")
    kept = [row for folder in card.data for row in _kept_rows(_read(folder, DATA_CARD, "data"))]
    return [
        "## Data", "", *table(header, rows), "", "Kept after cleaning:", "",
        *table(("corpus", "language", "what", "number"), kept), "",
    ]  # fmt: skip


def _data_rows(card: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for source in card["sources"]:
        name = str(source["file"]).rpartition("/")[2]
        languages = "-".join(source["languages"])
        yield card["title"], name, languages, source["license"] or "not stated"


def _kept_rows(card: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for language, counts in card["counts"].items():
        for what, number in counts.get("kept", {}).items():
            yield card["title"], language, what, f"{number:,}"


def _scores(scores: Sequence[Score]) -> list[str]:
    if not scores:
        return []
    rows = [
        (
            kind,
            name,
            languages,
            KINDS[kind].SHOWN[figure],
            shown(dict(figures), figure),
            truncated_share(dict(figures)),
            figures["count"],
        )
        for kind, name, languages, figure, figures in scores
    ]
    figure = ("figure", "value (95 % interval)", "truncated")
    header = ("kind", "set", "languages", *figure, "sentences")
    return ["## Scores", "", *table(header, rows), ""]


def _limits(card: ModelCard) -> list[str]:
    limits = [
        *card.limits,
        "What is longer than the longest input is cut; a long document is its beginning. "
        "`truncated` is the share of a test set's sentences that were.",
        "Texts in other languages than those above get vectors too; nothing is known of them.",
    ]
    return ["## Limits", "", *(f"- {limit}" for limit in limits), ""]


def table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """Lines of a Markdown table."""
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    for row in rows:
        cells = (markdown_text(str(cell)) for cell in row)
        lines.append(f"| {' | '.join(cells)} |")
    return lines
