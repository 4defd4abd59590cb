import pytest

from tfmling.probes.typology import by_order

ORDERS = {"en": {"81A": "SVO"}, "fr": {"81A": "SVO"}, "hi": {"81A": "SOV"}, "de": {}}


def test_means_by_order():
    scores = {
        ("en", "en"): 1.0,  # no transfer
        ("en", "fr"): 0.8,
        ("en", "hi"): 0.5,
        ("fr", "hi"): 0.6,
        ("hi", "en"): 0.4,
        ("de", "en"): 0.9,  # its order is not known
        ("xx", "en"): 0.9,
    }
    assert by_order(scores, ORDERS, "81A") == {
        ("SOV", "SVO"): (0.4, 1),
        ("SVO", "SOV"): (pytest.approx(0.55), 2),
        ("SVO", "SVO"): (0.8, 1),
    }
    assert by_order(scores, ORDERS, "87A") == {}
