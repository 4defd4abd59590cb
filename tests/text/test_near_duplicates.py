import json
import os
import random
import subprocess
import sys

import numpy as np
import pydantic
import pytest

from tfmling.text.fingerprints import fingerprint
from tfmling.text.near_duplicates import (
    NearDuplicates,
    band_keys,
    band_records,
    find_near_duplicates,
    resemblance,
    shingle_hashes,
    signatures,
)

SETTINGS = NearDuplicates()


def shingles(text, length):
    return {text[i : i + length] for i in range(len(text) - length + 1)}


def jaccard(a, b, length):
    a, b = shingles(a, length), shingles(b, length)
    return len(a & b) / len(a | b)


def edited_pairs(count, seed):
    """Pairs of random texts of 120 letters, the second with 0 to 40 letters changed."""
    rng = random.Random(seed)
    for _ in range(count):
        text = [chr(rng.randrange(0x1200, 0x1290)) for _ in range(120)]
        other = list(text)
        for place in rng.sample(range(120), rng.randrange(40)):
            other[place] = chr(rng.randrange(0x1200, 0x1290))
        yield "".join(text), "".join(other)


def test_a_hash_for_every_run_of_letters():
    hashes, offsets = shingle_hashes(["abcd", "x", "ZBCDE", ""], 3)
    assert offsets.tolist() == [0, 2, 3, 6, 7]
    abc, bcd, x, zbc, bcd_again, cde, nothing = hashes.tolist()
    assert bcd == bcd_again  # at any position and in any case
    assert len({abc, bcd, x, zbc, cde, nothing}) == 6


def test_every_bit_of_a_hash_is_as_good_as_random():
    hashes, _ = shingle_hashes(["".join(map(chr, range(0x4E00, 0x4E00 + 5000)))], 2)
    ones = [np.mean((hashes >> np.uint64(bit)) & np.uint64(1)) for bit in range(64)]
    assert np.abs(np.array(ones) - 0.5).max() < 0.04  # 5.7 standard errors of 5,000 coins


def test_estimates_scatter_around_the_truth_as_theory_says():
    pairs = list(edited_pairs(300, seed=1))
    truth = np.array([jaccard(a, b, SETTINGS.shingle) for a, b in pairs])
    found = signatures([text for pair in pairs for text in pair], SETTINGS).astype(np.uint8)
    errors = [resemblance(found[2 * n][None], found[2 * n + 1])[0] for n in range(300)] - truth
    expected = np.sqrt(np.mean(truth * (1 - truth)) / SETTINGS.num_hashes)
    assert abs(errors.mean()) < 4 * expected / np.sqrt(300)
    assert np.sqrt(np.mean(errors**2)) < 1.25 * expected


def test_texts_share_a_band_as_often_as_theory_says():
    pairs = list(edited_pairs(600, seed=2))
    keys = band_keys(signatures([t for pair in pairs for t in pair], SETTINGS), SETTINGS.bands)
    shared = np.array([bool(set(keys[2 * n]) & set(keys[2 * n + 1])) for n in range(600)])
    truth = np.array([jaccard(a, b, SETTINGS.shingle) for a, b in pairs])
    rows = SETTINGS.num_hashes // SETTINGS.bands
    expected = 1 - (1 - truth**rows) ** SETTINGS.bands
    error = np.sqrt(np.sum(expected * (1 - expected)))
    assert abs(shared.sum() - expected.sum()) < 4 * error


def test_no_two_near_duplicates_stay_and_what_is_dropped_resembles_something():
    rng = random.Random(3)
    texts = [text for pair in edited_pairs(100, seed=3) for text in pair]
    texts += [text[:-2] for text in texts[:50]]
    by_digest = {fingerprint(text): text for text in texts}
    records = band_records(list(by_digest.values()), list(by_digest), SETTINGS)
    dropped = find_near_duplicates(records, SETTINGS.threshold)
    staying = [text for digest, text in by_digest.items() if digest not in dropped]
    assert 40 < len(dropped) < 130
    for text in (by_digest[digest] for digest in dropped):
        assert max(jaccard(text, other, 5) for other in texts if other != text) > 0.6
    close = [(a, b) for a in staying for b in staying if a < b and jaccard(a, b, 5) >= 0.95]
    assert not close
    assert find_near_duplicates(rng_shuffled(records, rng), SETTINGS.threshold) == dropped


def rng_shuffled(records, rng):
    order = list(range(len(records)))
    rng.shuffle(order)
    return records[order]


def test_the_lowest_fingerprint_stays():
    text = "Habari ya leo, nzuri sana, asante sana rafiki yangu."
    digests = sorted(fingerprint(str(n)) for n in range(3))
    for order in ([0, 1, 2], [2, 0, 1]):
        records = band_records([text] * 3, [digests[n] for n in order], SETTINGS)
        assert find_near_duplicates(records, 1.0) == digests[1:]


def test_equal_texts_of_one_fingerprint_are_no_near_duplicates():
    digest = fingerprint("a")
    records = band_records(["Habari ya leo"] * 2, [digest] * 2, SETTINGS)
    assert find_near_duplicates(records, 0.5) == []
    assert find_near_duplicates(records[:0], 0.5) == []


def test_chance_is_taken_off_the_estimate():
    rng = np.random.default_rng(1)
    sketches = rng.integers(0, 256, (200, 1024), dtype=np.uint8)
    assert abs(resemblance(sketches[1:], sketches[0]).mean()) < 5e-4
    assert resemblance(sketches[:1], sketches[0]) == [1.0]


def test_signatures_are_the_same_in_every_process():
    code = (
        "from tfmling.text.near_duplicates import *; "
        "print(signatures(['Habari ya leo', 'ሰላም'], NearDuplicates()).tolist())"
    )
    found = [
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed, "RAYON_NUM_THREADS": threads},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed, threads in (("1", "1"), ("2", "2"))
    ]
    assert found[0] == found[1]
    assert json.loads(found[0]) == signatures(["Habari ya leo", "ሰላም"], SETTINGS).tolist()


def test_bands_divide_the_hashes():
    with pytest.raises(pydantic.ValidationError, match="expected a divisor of num_hashes, got 7"):
        NearDuplicates(num_hashes=60, bands=7)
