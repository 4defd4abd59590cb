import collections
import subprocess
import sys

from tfmling.text import fingerprints


def test_known_value():
    # printf habari | b2sum -l 128
    assert fingerprints.fingerprint("habari").hex() == "5196a62484ef2068d2518652d01f2ecb"


def test_another_process_finds_the_same():
    code = "from tfmling.text import fingerprints as f; print(f.fingerprint('ሰላም').hex())"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == fingerprints.fingerprint("ሰላም").hex()


def test_loose_fingerprints_ignore_case_and_punctuation_only():
    loose = fingerprints.loose_fingerprint
    assert loose("Habari, ya leo?") == loose("habari ya LEO")
    assert loose("habari ya leo") != loose("habari ya jana")
    assert loose("\u0915\u093f") != loose("\u0915\u093e")  # vowel signs are no punctuation


def test_shards_are_in_range_and_even():
    shards = [fingerprints.shard_of(fingerprints.fingerprint(str(i)), 4) for i in range(4000)]
    counts = collections.Counter(shards)
    assert set(counts) == {0, 1, 2, 3}
    # binomial(4000, 1/4) has a standard deviation of 27
    assert all(abs(count - 1000) < 150 for count in counts.values())
