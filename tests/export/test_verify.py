"""What passes as equal, and what does not."""

import numpy as np
import pytest

from export.verify import VerificationError, compare, drop_padding, run_clean

EXPECTED = {"default": np.array([[0.5, 0.25]], np.float32)}


def both(array: np.ndarray, signature: np.ndarray | None = None) -> dict[str, np.ndarray]:
    signature = array if signature is None else signature
    return {"call/default": array, "signature/default": signature}


def test_reports_the_largest_difference():
    got = both(np.array([[0.5, 0.25]]), np.array([[0.5, 0.25 + 2**-20]]))
    report = compare(got, EXPECTED, 1e-5, model="encoder")
    assert report["max_difference"] == {"call/default": 0.0, "signature/default": 2**-20}
    assert report["rows"] == 1


def test_large_values_are_compared_by_their_own_measure():
    # 2^-10 of 512 is 2^-19 of the largest value
    got = both(np.array([[512 + 2**-10, 0.25]]))
    report = compare(got, {"default": np.array([[512.0, 0.25]])}, 1e-5, model="encoder")
    assert report["max_difference"]["call/default"] == 2**-19


def test_states_of_padding_are_ignored():
    mask = np.array([[True, False], [True, True]])
    arrays = {"call/sequence_output": np.arange(8.0).reshape(2, 2, 2), "call/default": mask}
    kept = drop_padding(arrays, mask)
    assert kept["call/sequence_output"].tolist() == [[0, 1], [4, 5], [6, 7]]
    assert kept["call/default"] is mask


@pytest.mark.parametrize(
    "got",
    [
        both(np.array([[0.5, 0.26]])),
        both(np.array([[0.5, 0.25]]), np.array([[0.5, 0.26]])),
        both(np.array([[0.5, 0.25]]), np.array([[0.5, np.nan]])),
        both(np.array([[0.5, 0.25], [0.5, 0.25]])),
    ],
    ids=["call", "signature", "nan", "shape"],
)
def test_differences_are_rejected(got):
    with pytest.raises(VerificationError, match=r"default differs .*; expected at most 1e-05"):
        compare(got, EXPECTED, 1e-5, model="encoder")


def test_a_missing_output_is_rejected():
    with pytest.raises(VerificationError, match=r"expected outputs .*signature/default.*got"):
        compare({"call/default": EXPECTED["default"]}, EXPECTED, 1e-5, model="encoder")


def test_a_model_that_does_not_load_is_an_error(tmp_path):
    with pytest.raises(VerificationError, match="to load and run in a clean process"):
        run_clean(str(tmp_path), {"encoder": {"text": ["a"]}})
