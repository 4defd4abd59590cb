"""The fields of SentencePiece's model file that are read here, as a Protocol Buffers message.

The Python class in `sentencepiece` requires one version of protobuf, which TensorFlow may not have.
The fields are declared here by their permanent numbers; other fields are preserved.
https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto
"""

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

NORMAL, UNKNOWN, CONTROL = 1, 2, 3  # types of a piece

_PACKAGE = "tfmling.sentence_piece"
_Field = descriptor_pb2.FieldDescriptorProto
# message -> (field, number, type, whether it is a list)
_MESSAGES: dict[str, list[tuple[str, int, "int | str", bool]]] = {
    "Piece": [
        ("piece", 1, _Field.TYPE_STRING, False),
        ("score", 2, _Field.TYPE_FLOAT, False),
        ("type", 3, _Field.TYPE_INT32, False),
    ],
    "Normalizer": [
        ("name", 1, _Field.TYPE_STRING, False),
        ("precompiled_charsmap", 2, _Field.TYPE_BYTES, False),
    ],
    "Model": [
        ("pieces", 1, "Piece", True),
        ("trainer_spec", 2, _Field.TYPE_BYTES, False),  # a message, kept as bytes
        ("normalizer_spec", 3, "Normalizer", False),
    ],
}


def _model_class() -> Any:
    file = descriptor_pb2.FileDescriptorProto(name="sentence_piece.proto", package=_PACKAGE)
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, number, kind, is_list in fields:
            label = _Field.LABEL_REPEATED if is_list else _Field.LABEL_OPTIONAL
            added = message.field.add(name=field, number=number, label=label)
            if isinstance(kind, str):
                added.type, added.type_name = _Field.TYPE_MESSAGE, f".{_PACKAGE}.{kind}"
            else:
                added.type = kind
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.Model"))


SentencePieceModel = _model_class()
