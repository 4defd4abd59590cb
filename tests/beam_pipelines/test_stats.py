import json

from beam_pipelines.transforms.stats import COUNTS, REJECTED, Stats
from tfmling.corpora.documents import Rejected


def rejected(number, reason="script"):
    return Rejected(f"a:{number}", "sw", reason, f"text {number}", 0.5)


def outputs(stats, samples, tag):
    return [output.value for output in stats.outputs(samples) if output.tag == tag]


def test_counts_add_up():
    stats = Stats()
    stats.count("sw", "read", "sentences", 3)
    stats.count("sw", "read", "sentences", 2)
    stats.dropped(rejected(1))
    stats.unusable(rejected(2, "not_utf8"))
    assert dict(outputs(stats, 5, COUNTS)) == {
        ("sw", "read", "sentences"): 5,
        ("sw", "dropped", "script"): 1,
        ("sw", "unusable", "not_utf8"): 1,
    }


def test_a_sample_is_bounded_and_the_same_for_any_batches():
    whole, first, second = Stats(), Stats(), Stats()
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
