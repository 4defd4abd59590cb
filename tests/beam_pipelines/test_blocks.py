from hypothesis import given
from hypothesis import strategies as st

from beam_pipelines.transforms.blocks import pack, unpack

PATHS = st.sampled_from(["a.txt", "b\n.txt", "gs://x/ሰላም.gz:3"])
PLACES = st.tuples(*[st.integers(0, 2**40)] * 3)


def items(texts):
    one = st.tuples(
        st.binary(min_size=16, max_size=16),
        PATHS,
        PLACES,
        st.tuples(*[st.text(st.characters(exclude_categories=["Cs"]))] * texts),
    )
    return st.lists(st.lists(one, max_size=5), max_size=3)


@given(items(1) | items(2))
def test_unpacked_is_what_was_packed(parts):
    assert unpack(pack(parts)) == [item for part in parts for item in part]
