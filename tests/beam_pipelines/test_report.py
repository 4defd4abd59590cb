import json

from beam_pipelines.transforms.report import COUNTS, REJECTED, Report
from tfmling.corpora.documents import Rejected


def rejected(number, reason="script"):
    return Rejected(f"a:{number}", "sw", reason, f"text {number}", 0.5)


def outputs(report, samples, tag):
    return [output.value for output in report.outputs(samples) if output.tag == tag]


def test_counts_add_up():
    report = Report()
    report.count("sw", "read", "sentences", 3)
    report.count("sw", "read", "sentences", 2)
    report.dropped(rejected(1))
    report.unusable(rejected(2, "not_utf8"))
    assert dict(outputs(report, 5, COUNTS)) == {
        ("sw", "read", "sentences"): 5,
        ("sw", "dropped", "script"): 1,
        ("sw", "unusable", "not_utf8"): 1,
    }


def test_a_sample_is_bounded_and_the_same_for_any_batches():
    whole, first, second = Report(), Report(), Report()
    for number in range(100):
        whole.dropped(rejected(number))
        (first if number % 3 else second).dropped(rejected(number))
    sample = outputs(whole, 10, REJECTED)
    assert len(sample) == 10
    parts = outputs(first, 10, REJECTED) + outputs(second, 10, REJECTED)
    assert sorted(parts)[:10] == sorted(sample)
    # not the first ten, but as good as random ones
    lines = {json.loads(line)["location"] for _, (_, line) in sample}
    assert lines != {f"a:{number}" for number in range(10)}
