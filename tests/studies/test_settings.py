import pydantic
import pytest

from tfmling.studies.study import SampledCorpus, TaggerSettings


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        (TaggerSettings, {"fit": 0}, "fit: expected a mapping of keys, got 0"),
        (TaggerSettings, {"fit": [["epochs"]]}, "fit: expected a mapping of keys"),
        (SampledCorpus, {"sample": 1.5}, r"sample: expected a list of samples, got 1\.5"),
        (SampledCorpus, {"sample": None}, "sample: expected a list of samples, got None"),
    ],
)
def test_a_part_of_another_kind(kind, values, said):
    with pytest.raises(pydantic.ValidationError, match=said):
        pydantic.TypeAdapter(kind).validate_python(values)


def test_parts_that_are_missing_or_right():
    for kind, values in [
        (TaggerSettings, {}),
        (TaggerSettings, {"fit": {}}),
        (SampledCorpus, {"sample": []}),
    ]:
        assert pydantic.TypeAdapter(kind).validate_python(values) == values
