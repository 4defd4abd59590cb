"""Read and write tf.train.Example with protobuf only, without TensorFlow.

The messages are those of tensorflow/core/example/{example,feature}.proto, with the same bytes.
Features are a string, an integer or strings.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format

_SCHEMA = """
name: "tfmling/records/example.proto" package: "tensorflow" syntax: "proto3"
message_type {
  name: "BytesList"
  field { name: "value" number: 1 label: LABEL_REPEATED type: TYPE_BYTES }
}
message_type {
  name: "Int64List"
  field { name: "value" number: 1 label: LABEL_REPEATED type: TYPE_INT64 }
}
message_type {
  name: "Feature"
  field { name: "bytes_list" number: 1 label: LABEL_OPTIONAL type: TYPE_MESSAGE
          type_name: ".tensorflow.BytesList" oneof_index: 0 }
  field { name: "int64_list" number: 3 label: LABEL_OPTIONAL type: TYPE_MESSAGE
          type_name: ".tensorflow.Int64List" oneof_index: 0 }
  oneof_decl { name: "kind" }
}
message_type {
  name: "Features"
  field { name: "feature" number: 1 label: LABEL_REPEATED type: TYPE_MESSAGE
          type_name: ".tensorflow.Features.FeatureEntry" }
  nested_type {
    name: "FeatureEntry"
    options { map_entry: true }
    field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
    field { name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE
            type_name: ".tensorflow.Feature" }
  }
}
message_type {
  name: "Example"
  field { name: "features" number: 1 label: LABEL_OPTIONAL type: TYPE_MESSAGE
          type_name: ".tensorflow.Features" }
}
"""

# a separate pool, because TensorFlow registers the same names in the default one
_POOL = descriptor_pool.DescriptorPool()
_POOL.AddSerializedFile(
    text_format.Parse(_SCHEMA, descriptor_pb2.FileDescriptorProto()).SerializeToString()
)
_Example = message_factory.GetMessageClass(_POOL.FindMessageTypeByName("tensorflow.Example"))


def serialize(features: Mapping[str, str | int | Sequence[str]]) -> bytes:
    """Return a serialized tf.train.Example; equal features give equal bytes.

    Example:
        >>> features = {"text": "Habari", "is_next": 1}
        >>> deserialize(serialize(features)) == features
        True
    """
    example = _Example()
    for name, value in features.items():
        feature = example.features.feature[name]
        if isinstance(value, int):
            feature.int64_list.value.append(value)
        else:
            texts = [value] if isinstance(value, str) else value
            feature.bytes_list.value.extend(text.encode() for text in texts)
    return example.SerializeToString(deterministic=True)


def deserialize(serialized: bytes) -> dict[str, str | int]:
    """Return the features of an Example that have one value each.

    Example:
        >>> deserialize(serialize({"text": "Habari", "language": "sw"}))["text"]
        'Habari'
    """
    return {name: values[0] for name, values in deserialize_lists(serialized).items()}


def deserialize_lists(serialized: bytes) -> dict[str, list[str] | list[int]]:
    """Return the features of an Example as lists.

    Example:
        >>> deserialize_lists(serialize({"negatives": ["Maji", "Moto"]}))
        {'negatives': ['Maji', 'Moto']}
    """
    features = _Example.FromString(serialized).features.feature
    return {name: _values(feature) for name, feature in features.items()}


def _values(feature: Any) -> list[str] | list[int]:
    if feature.WhichOneof("kind") == "bytes_list":
        return [value.decode() for value in feature.bytes_list.value]
    return list(feature.int64_list.value)
