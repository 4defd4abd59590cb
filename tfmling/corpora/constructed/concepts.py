"""The concepts that can be talked about, by field; a name such as `animal7` means nothing itself.

Actions are bound to the field of what they are done to (one eats food, not tools), so that a word
tells something about its neighbours, as words do.
"""


def _numbered(name: str, count: int) -> tuple[str, ...]:
    return tuple(f"{name}{number}" for number in range(count))


NOUN_FIELDS = {
    name: _numbered(name, count)
    for name, count in {
        "person": 36,
        "animal": 30,
        "food": 28,
        "tool": 32,
        "plant": 20,
        "place": 28,
    }.items()
}
AGENT_FIELDS = ("person", "animal")
PLACE_FIELD = "place"

# field of the patient -> actions; None: nothing is acted upon
ACTIONS = {
    None: _numbered("act", 24),
    "person": _numbered("act_on_person", 14),
    "animal": _numbered("act_on_animal", 10),
    "food": _numbered("act_on_food", 10),
    "tool": _numbered("act_on_tool", 12),
    "plant": _numbered("act_on_plant", 8),
    "place": _numbered("act_on_place", 8),
}
QUALITIES = _numbered("quality", 44)
TIMES = _numbered("time", 14)

ALL_NOUNS = tuple(noun for nouns in NOUN_FIELDS.values() for noun in nouns)
ALL_ACTIONS = tuple(action for actions in ACTIONS.values() for action in actions)
FIELD_OF_NOUN = {noun: field for field, nouns in NOUN_FIELDS.items() for noun in nouns}
