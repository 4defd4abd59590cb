"""A traced step as a function without state: variables come in as tensors and go out changed.

TensorFlow lowers a function for a TPU that is not there only if nothing of it lives on a device,
and a variable does. So the traced graph is walked, operation by operation in the order in which it
was traced: a variable's read gives its present value, an assignment makes a new one, and every
other operation is copied as it is. This is what becomes of variables in a TPU program anyway:
parameters that are among the results.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import tensorflow as tf


class StateError(ValueError):
    """An operation uses a variable in a way that is not known here."""


@dataclass(frozen=True)
class Slot:
    """Stands for a variable's handle: the place of its value among the values."""

    number: int


Given: TypeAlias = "tf.Tensor | Slot"
Values: TypeAlias = list[tf.Tensor]


class Stateless:
    """A concrete function as `(arguments, values) -> (results, new values)`.

    Args:
        concrete: what was traced; its arguments and captured tensors are of static shape.
        others: variables that it may use by their handles only, as fused optimizers use moments.

    Attributes:
        concrete: what was traced.
        arguments: a TensorSpec for each argument.
        variables: what the function reads or writes, in the order of their values.
    """

    def __init__(
        self,
        concrete: "tf.types.experimental.ConcreteFunction",
        others: Sequence[tf.Variable] = (),
    ):
        self.concrete = concrete  # keeps the functions that its graph calls
        captured = len(concrete.captured_inputs)
        inputs = concrete.inputs[: len(concrete.inputs) - captured]
        self.arguments = [tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in inputs]
        self._captured, self.variables = _slots(concrete, others)

    @property
    def specs(self) -> list[tf.TensorSpec]:
        """Shape and type of all that goes in: arguments, then values."""
        values = [tf.TensorSpec(variable.shape, variable.dtype) for variable in self.variables]
        return [*self.arguments, *values]

    def __call__(self, *tensors: tf.Tensor) -> tuple[Values, Values]:
        """Runs in the current graph: arguments first, then a value for each variable."""
        arguments, values = tensors[: len(self.arguments)], list(tensors[len(self.arguments) :])
        captured = [c if isinstance(c, Slot) else tf.constant(c.numpy()) for c in self._captured]
        return run_graph(self.concrete.graph, [*arguments, *captured], values), values


def _slots(
    concrete: "tf.types.experimental.ConcreteFunction", others: Sequence[tf.Variable]
) -> tuple[list[Given], list[tf.Variable]]:
    captured: list[Given] = []
    variables: list[tf.Variable] = []
    known = [*concrete.graph.variables, *others]
    by_handle = {id(variable.handle): variable for variable in known}
    for tensor in concrete.captured_inputs:
        if tensor.dtype != tf.resource:
            captured.append(tensor)
            continue
        if id(tensor) not in by_handle:
            raise StateError(
                "expected a variable, got another resource (a table, a "
                "dataset). Do it in the objective's `prepare`, which runs on the host"
            )
        captured.append(Slot(len(variables)))
        variables.append(by_handle[id(tensor)])
    return captured, variables


def run_graph(graph: tf.Graph, inputs: Sequence[Given], values: Values) -> list[Given]:
    """Copies a function's operations into the current graph.

    Args:
        graph: of the function.
        inputs: a tensor or a slot for each of its inputs.
        values: of the variables; changed in place by what the function assigns.

    Returns:
        what stands for each of its outputs.
    """
    found = {tensor.ref(): given for tensor, given in zip(graph.inputs, inputs, strict=True)}
    for operation in graph.get_operations():
        if operation.outputs and operation.outputs[0].ref() in found:
            continue  # a placeholder of an input
        operands = [found[tensor.ref()] for tensor in operation.inputs]
        results = _HANDLERS.get(operation.type, _copy)(operation, operands, values)
        found |= zip((t.ref() for t in operation.outputs), results, strict=True)
    return [found[tensor.ref()] for tensor in graph.outputs]


def _copy(operation: tf.Operation, operands: Sequence[Given], values: Values) -> list[Given]:
    if any(isinstance(operand, Slot) for operand in operands):
        raise StateError(
            f"{operation.name}: {operation.type} uses a variable; expected one of "
            f"{sorted(_HANDLERS)}"
        )
    attributes = operation.node_def.attr
    copied = tf.compat.v1.get_default_graph().create_op(
        operation.type,
        list(operands),
        [tensor.dtype for tensor in operation.outputs],
        attrs={name: attributes[name] for name in attributes if not name.startswith("_")},
    )
    return list(copied.outputs)


def _read(operation: tf.Operation, operands: Sequence[Given], values: Values) -> list[Given]:
    return [tf.identity(values[operands[0].number])]


def _shape(operation: tf.Operation, operands: Sequence[Given], values: Values) -> list[Given]:
    return [tf.shape(values[operands[0].number], out_type=operation.outputs[0].dtype)]


def _gather(operation: tf.Operation, operands: Sequence[Given], values: Values) -> list[Given]:
    slot, indices = operands
    batch_dims = operation.get_attr("batch_dims")
    return [tf.gather(values[slot.number], indices, batch_dims=batch_dims)]


def _assign(change: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]) -> Callable[..., list[Given]]:
    def assign(operation: tf.Operation, operands: Sequence[Given], values: Values) -> list[Given]:
        slot, operand = operands
        values[slot.number] = change(values[slot.number], operand)
        return []

    return assign


def _scatter(change: Callable[..., tf.Tensor]) -> Callable[..., list[Given]]:
    def scatter(operation: tf.Operation, operands: Sequence[Given], values: Values) -> list[Given]:
        (slot,) = _slots_among(operands)
        rows, updates = _tensors(operands)
        values[slot.number] = change(values[slot.number], rows[..., tf.newaxis], updates)
        return []

    return scatter


def _adam(operation: tf.Operation, operands: Sequence[Given], values: Values) -> list[Given]:
    """TensorFlow's one operation for Adam, by its own formula."""
    weight, first, second = _slots_among(operands)
    power_1, power_2, rate, beta_1, beta_2, epsilon, slope = _tensors(operands)
    moved = values[first.number] + (slope - values[first.number]) * (1.0 - beta_1)
    spread = values[second.number] + (tf.square(slope) - values[second.number]) * (1.0 - beta_2)
    rate *= tf.sqrt(1.0 - power_2) / (1.0 - power_1)
    values[first.number], values[second.number] = moved, spread
    values[weight.number] -= rate * moved / (tf.sqrt(spread) + epsilon)
    return []


def _slots_among(operands: Sequence[Given]) -> list[Slot]:
    return [operand for operand in operands if isinstance(operand, Slot)]


def _tensors(operands: Sequence[Given]) -> list[tf.Tensor]:
    return [operand for operand in operands if not isinstance(operand, Slot)]


def _pass_on(operation: tf.Operation, operands: Sequence[Given], values: Values) -> list[Given]:
    return [o if isinstance(o, Slot) else tf.identity(o) for o in operands]


def _nothing(operation: tf.Operation, operands: Sequence[Given], values: Values) -> list[Given]:
    return []


def _called(operation: tf.Operation, attribute: str) -> tf.Graph:
    name, graph = operation.get_attr(attribute).name, operation.graph
    while graph is not None:
        if (function := graph._get_function(name)) is not None:
            return function.graph
        graph = getattr(graph, "outer_graph", None)
    raise StateError(f"{operation.name} calls {name}, which is in none of its graphs")


def _call(operation: tf.Operation, operands: Sequence[Given], values: Values) -> list[Given]:
    return run_graph(_called(operation, "f"), operands, values)


def _while(operation: tf.Operation, operands: Sequence[Given], values: Values) -> list[Given]:
    """A loop whose variables' values go round with what went round before."""
    slots = _slots_among(operands)
    if not slots:
        return _copy(operation, operands, values)
    condition, body = _called(operation, "cond"), _called(operation, "body")

    def unpack(going: Sequence[tf.Tensor]) -> tuple[list[Given], Values]:
        tensors, held = iter(going), list(values)
        given = [o if isinstance(o, Slot) else next(tensors) for o in operands]
        for slot in slots:
            held[slot.number] = next(tensors)
        return given, held

    def pack(given: Sequence[Given], held: Values) -> list[tf.Tensor]:
        return [*_tensors(given), *(held[slot.number] for slot in slots)]

    def again(*going: tf.Tensor) -> tf.Tensor:
        return run_graph(condition, *unpack(going))[0]

    def once(*going: tf.Tensor) -> list[tf.Tensor]:
        given, held = unpack(going)
        return pack(run_graph(body, given, held), held)

    given, held = unpack(tf.while_loop(again, once, pack(operands, values)))
    values[:] = held
    return given


_HANDLERS: dict[str, Callable[..., list[Given]]] = {
    "ReadVariableOp": _read,
    "VariableShape": _shape,
    "ResourceGather": _gather,
    "AssignVariableOp": _assign(lambda old, new: tf.identity(new)),
    "AssignAddVariableOp": _assign(tf.add),
    "AssignSubVariableOp": _assign(tf.subtract),
    "ResourceScatterAdd": _scatter(tf.tensor_scatter_nd_add),
    "ResourceScatterSub": _scatter(tf.tensor_scatter_nd_sub),
    "ResourceApplyAdam": _adam,
    "Identity": _pass_on,
    "NoOp": _nothing,
    "DisableCopyOnRead": _nothing,
    "PartitionedCall": _call,
    "StatefulPartitionedCall": _call,
    "While": _while,
    "StatelessWhile": _while,
}
