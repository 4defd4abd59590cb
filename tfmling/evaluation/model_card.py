"""README.md of an exported folder: a model card in Hugging Face's layout.

After "Model Cards for Model Reporting" (Mitchell et al. 2019). The YAML front matter holds what
https://huggingface.co/docs/hub/model-cards reads: languages, license, base model, scores.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from tfmling.conversion.settings import ModelCard
from tfmling.core import files
from tfmling.core.config import ConfigError
from tfmling.core.json_values import read_json
from tfmling.evaluation import KINDS
from tfmling.evaluation.card_uses import USES
from tfmling.evaluation.report import JsonScores, shown, truncated_share
from tfmling.modeling.encoder import Encoder
from tfmling.reports.markdown import markdown_table

LONGEST = "longest input"  # key of a fact; an export may read less than the encoder


class CardScore(NamedTuple):
    """One score of the model: `scores[metric]` with its interval.

    Example:
        >>> score = CardScore("retrieval", "news", "sw-en", "p_at_1", {"p_at_1": 0.9, "count": 100})
        >>> score.scores[score.metric]
        0.9
    """

    kind: str
    set: str
    languages: str
    metric: str
    scores: JsonScores


def write_model_card(
    folder: str,
    card: ModelCard,
    encoder: Encoder,
    use: str,
    *,
    name: str = "Sentence encoder",
    facts: Mapping[str, str | int] | None = None,
) -> None:
    """Write README.md into a local folder.

    Args:
        folder: of the model.
        card: languages, license, data, scores.
        encoder: its sizes are listed.
        use: the kind of folder, a key of USES.
        name: of the model if `card` has none.
        facts: further rows of the table of sizes.

    Raises:
        ConfigError: a folder named by `card` lacks the expected file.

    Example:
        >>> card = ModelCard(languages=["sw"], name="Kiswahili")
        >>> write_model_card(folder, card, encoder, "keras_hub")
        >>> [line for line in open("README.md") if line.startswith("# ")]
        ['# Kiswahili\\n']
    """
    name = card.name or name
    scores = list(_read_scores(card))
    front_matter = yaml.safe_dump(
        _front_matter(name, card, use, scores), sort_keys=False, allow_unicode=True
    )
    lines = [f"---\n{front_matter}---", "", f"# {name}", "", USES[use].summary, ""]
    lines += markdown_table(("", ""), list((_sizes(encoder) | dict(facts or {})).items()))
    lines += ["", "## Use", "", USES[use].code, ""]
    lines += _languages(card) + _data(card) + _scores(scores) + _limits(card)
    files.write_text(files.join(folder, "README.md"), "\n".join(lines).rstrip() + "\n")


def _front_matter(
    name: str, card: ModelCard, use: str, scores: Sequence[CardScore]
) -> dict[str, Any]:
    values: dict[str, Any] = {
        "language": card.languages,
        "license": card.license,
        "library_name": USES[use].library,
        "pipeline_tag": "sentence-similarity",
        "tags": ["sentence-similarity", "feature-extraction", *USES[use].tags],
        "base_model": card.base_model,
        "model-index": [{"name": name, "results": list(map(_result, scores))}] if scores else None,
    }
    return {key: value for key, value in values.items() if value}


def _result(score: CardScore) -> dict[str, Any]:
    value = score.scores[score.metric]
    assert value is not None, "scores that are null are not read"
    kind = KINDS[score.kind]
    metric = {"type": score.metric, "value": round(value, 4), "name": kind.METRICS[score.metric]}
    name = f"{score.set} {score.languages}"
    return {
        "task": {"type": score.kind, "name": kind.TITLE.partition(":")[0]},
        "dataset": {"type": score.set, "name": name, "config": score.languages},
        "metrics": [metric],
    }


def _sizes(encoder: Encoder) -> dict[str, str | int]:
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


def _read_scores(card: ModelCard) -> Iterator[CardScore]:
    """Yield the scores of one model in scores.json, except those that are null.

    Raises:
        ConfigError: the folder has no scores, or none of that model.
    """
    if card.scores is None:
        return
    by_kind = _read(card.scores, "scores.json", "scores")
    models = [model for by_model in by_kind.values() for model in by_model]
    name = card.scored_as or next(reversed(models), None)
    if name not in models:
        raise ConfigError(f"scored_as: expected one of {sorted(set(models))}, got {name!r}")
    for kind, by_model in by_kind.items():
        for set_name, by_languages in by_model.get(name, {}).items():
            for languages, scores in by_languages.items():
                for metric in KINDS[kind].METRICS:
                    if scores[metric] is not None:
                        yield CardScore(kind, set_name, languages, metric, scores)


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
    data_cards = [_read(folder, "data_card.json", "data") for folder in card.data]
    sources = [
        (
            own["title"],
            str(source["file"]).rpartition("/")[2],
            "-".join(source["languages"]),
            source["license"] or "not stated",
        )
        for own in data_cards
        for source in own["sources"]
    ]
    kept = [
        (own["title"], language, unit, f"{number:,}")
        for own in data_cards
        for language, counts in own["counts"].items()
        for unit, number in counts.get("kept", {}).items()
    ]
    lines = ["## Data", "", *markdown_table(("corpus", "file", "languages", "license"), sources)]
    header = ("corpus", "language", "what", "number")
    return [*lines, "", "Kept after cleaning:", "", *markdown_table(header, kept), ""]


def _scores(scores: Sequence[CardScore]) -> list[str]:
    if not scores:
        return []
    header = ("kind", "set", "languages", "metric", "value (95 % interval)", "truncated")
    rows = [
        (
            *(own.kind, own.set, own.languages),
            KINDS[own.kind].METRICS[own.metric],
            shown(own.scores, own.metric),
            truncated_share(own.scores),
            own.scores["count"],
        )
        for own in scores
    ]
    return ["## Scores", "", *markdown_table((*header, "sentences"), rows), ""]


def _limits(card: ModelCard) -> list[str]:
    limits = [
        *card.limits,
        "Texts beyond the longest input are truncated, so a long document is represented by its "
        "beginning. `truncated` is the share of a test set's sentences that were.",
        "Texts in languages other than those above get vectors too, of unknown quality.",
    ]
    return ["## Limits", "", *(f"- {limit}" for limit in limits), ""]
