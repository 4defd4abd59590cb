"""The report sections that each kind of study adds."""

from tfmling.reports import Section
from tfmling.studies.comparison import Comparison, Probing
from tfmling.studies.curve_sections import curve_sections, layer_sections, size_sections
from tfmling.studies.extend_ner import ExtendNer
from tfmling.studies.extend_sections import gains_by_role
from tfmling.studies.ner_transfer import NerTransfer
from tfmling.studies.results import Results
from tfmling.studies.study import Study
from tfmling.studies.transfer_sections import transfer_sections


def sections(study: Study, results: Results) -> list[Section]:
    """Return the sections that the study's kind adds to the report.

    Example:
        >>> from tfmling.studies.metrics import Curve
        >>> study = Comparison(
        ...     kind="comparison", output="out", title="Steps", question="Do more help?",
        ...     stages=[dict(name="train", command="train")], variants={"few": {}, "many": {}},
        ...     metrics=[dict(name="p", title="P@1", stage="train", path="p")],
        ...     curves=[Curve(title="Loss", stage="train", y="loss")],
        ... )
        >>> [text] = sections(study, Results(["few", "many"], [], {}, {}, {}, {}, {}))
        >>> text.paragraphs
        ['No run has loss by step in history.jsonl of a stage train.']
    """
    if isinstance(study, ExtendNer):
        return [gains_by_role(study, results)]
    if isinstance(study, NerTransfer):
        return transfer_sections(study, results)
    found: list[Section] = []
    if isinstance(study, Comparison):
        found += [own for curve in study.curves for own in curve_sections(curve, results)]
    if isinstance(study, Probing):
        found += [own for curve in study.sizes for own in size_sections(curve, results)]
        found += [own for curve in study.layers for own in layer_sections(curve, results)]
    return found
