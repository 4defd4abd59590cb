from beam_pipelines.summary import summary


def test_the_table():
    counts = {
        "sw": {
            "dropped": {"script": 2, "duplicate": 6},
            "kept": {"characters": 1200, "sentences": 12},
            "read": {"sentences": 20},
            "unusable": {"not_utf8": 1},
        }
    }
    assert summary(counts).splitlines() == [
        "language                        number  share",
        "sw        read      sentences       20",
        "sw        unusable  not_utf8         1",
        "sw        dropped   duplicate        6  30.0%",
        "sw        dropped   script           2  10.0%",
        "sw        kept      characters   1,200",
        "sw        kept      sentences       12  60.0%",
    ]
