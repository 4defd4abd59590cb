import unicodedata

import hypothesis
import pytest
from hypothesis import strategies

from tfmling.text.normalise import normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  habari\t ya\u00a0\u3000leo\r\n", "habari ya leo"),
        ("e\u0301", "\u00e9"),
        ("\ufeffamani\u200e ya\u00adni\x00", "amani yani"),
        ("mstari\u2028mpya\x85tena", "mstari mpya tena"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("", ""),
    ],
)
def test_by_hand(text, expected):
    assert normalise(text) == expected


def test_nfkc_folds_what_nfc_keeps():
    assert (normalise("ﬁ"), normalise("ﬁ", "NFKC")) == ("ﬁ", "fi")


@hypothesis.given(strategies.text(), strategies.sampled_from(["NFC", "NFKC"]))
def test_twice_is_once_and_the_form_holds(text, form):
    once = normalise(text, form)
    assert normalise(once, form) == once
    assert unicodedata.is_normalized(form, once)
