"""Turn a traced step into a function without state: variables become inputs and outputs.

TensorFlow can lower a function for an absent TPU only if no part of it lives on a device, and
variables do. So the traced graph is copied, operation by operation in tracing order: reading a
variable returns its current value, an assignment replaces that value, and every other operation is
copied unchanged. TPU programs treat variables in the same way, as parameters that are also results.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import tensorflow as tf


class StateError(ValueError):
    """An operation uses a variable in an unsupported way.

    Example:
        >>> raise StateError("expected a variable, got a table")
        Traceback (most recent call last):
            ...
        tfmling.tpu.stateless.StateError: expected a variable, got a table
    """


@dataclass(frozen=True)
class Handle:
    """Stands for a variable's handle: the index of its value.

    Example:
        >>> values = [tf.constant(1.0), tf.constant(2.0)]
        >>> float(values[Handle(1).index])
        2.0
    """

    index: int


Operand: TypeAlias = "tf.Tensor | Handle"
Values: TypeAlias = list[tf.Tensor]


class StatelessFunction:
    """A concrete function as `(arguments, values) -> (results, new values)`.

    Args:
        concrete: traced function, with arguments and captured tensors of static shape.
        others: variables that it may use by their handles only, as fused optimizers use moments.

    Attributes:
        concrete: traced function.
        arguments: a TensorSpec for each argument.
        variables: that the function reads or writes, in the order of their values.

    Example:
        >>> total = tf.Variable(1.0)
        >>> add = tf.function(total.assign_add).get_concrete_function(tf.TensorSpec([]))
        >>> _, values = tf.function(StatelessFunction(add))(tf.constant(2.0), tf.constant(5.0))
        >>> float(values[0])
        7.0
    """

    def __init__(
        self,
        concrete: "tf.types.experimental.ConcreteFunction",
        others: Sequence[tf.Variable] = (),
    ):
        self.concrete = concrete  # keeps the functions that its graph calls alive
        captured = len(concrete.captured_inputs)
        inputs = concrete.inputs[: len(concrete.inputs) - captured]
        self.arguments = [tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in inputs]
        self._captured, self.variables = _find_variables(concrete, others)

    @property
    def specs(self) -> list[tf.TensorSpec]:
        """Shape and dtype of all inputs: arguments, then values."""
        values = [tf.TensorSpec(variable.shape, variable.dtype) for variable in self.variables]
        return [*self.arguments, *values]

    def __call__(self, *tensors: tf.Tensor) -> tuple[Values, Values]:
        """Run in the current graph.

        Args:
            *tensors: the arguments, then a value for each variable.

        Returns:
            Results and new values.
        """
        arguments, values = tensors[: len(self.arguments)], list(tensors[len(self.arguments) :])
        captured = [c if isinstance(c, Handle) else tf.constant(c.numpy()) for c in self._captured]
        return copy_graph(self.concrete.graph, [*arguments, *captured], values), values


def _find_variables(
    concrete: "tf.types.experimental.ConcreteFunction", others: Sequence[tf.Variable]
) -> tuple[list[Operand], list[tf.Variable]]:
    captured: list[Operand] = []
    variables: list[tf.Variable] = []
    known = [*concrete.graph.variables, *others]
    by_handle = {id(variable.handle): variable for variable in known}
    for tensor in concrete.captured_inputs:
        if tensor.dtype != tf.resource:
            captured.append(tensor)
            continue
        if id(tensor) not in by_handle:
            raise StateError(
                "expected a variable, got another resource (a table, a dataset). Move it into the "
                "objective's `prepare`, which runs on the host"
            )
        captured.append(Handle(len(variables)))
        variables.append(by_handle[id(tensor)])
    return captured, variables


def copy_graph(graph: tf.Graph, inputs: Sequence[Operand], values: Values) -> list[Operand]:
    """Copy a function's operations into the current graph.

    Args:
        graph: of the function.
        inputs: a tensor or handle for each of its inputs.
        values: of the variables; assignments change them in place.

    Returns:
        A tensor or handle for each of its outputs.

    Example:
        >>> double = tf.function(lambda x: 2.0 * x).get_concrete_function(tf.TensorSpec([]))
        >>> copied = tf.function(lambda x: copy_graph(double.graph, [x], values=[]))
        >>> [float(result) for result in copied(tf.constant(3.0))]
        [6.0]
    """
    copies = {tensor.ref(): operand for tensor, operand in zip(graph.inputs, inputs, strict=True)}
    for operation in graph.get_operations():
        if operation.outputs and operation.outputs[0].ref() in copies:
            continue  # the placeholder of an input
        operands = [copies[tensor.ref()] for tensor in operation.inputs]
        results = _HANDLERS.get(operation.type, _copy)(operation, operands, values)
        copies |= zip((t.ref() for t in operation.outputs), results, strict=True)
    return [copies[tensor.ref()] for tensor in graph.outputs]


def _copy(operation: tf.Operation, operands: Sequence[Operand], values: Values) -> list[Operand]:
    if _handles(operands):
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


def _handles(operands: Sequence[Operand]) -> list[Handle]:
    return [operand for operand in operands if isinstance(operand, Handle)]


def _tensors(operands: Sequence[Operand]) -> list[tf.Tensor]:
    return [operand for operand in operands if not isinstance(operand, Handle)]


def _gather(operation: tf.Operation, operands: Sequence[Operand], values: Values) -> list[Operand]:
    handle, indices = operands
    batch_dims = operation.get_attr("batch_dims")
    return [tf.gather(values[handle.index], indices, batch_dims=batch_dims)]


def _assign(update: Callable[..., tf.Tensor]) -> Callable[..., list[Operand]]:
    """Handles an operation on (variable, tensors) that assigns update(value, *tensors)."""

    def assign(_: tf.Operation, operands: Sequence[Operand], values: Values) -> list[Operand]:
        (handle,) = _handles(operands)
        values[handle.index] = update(values[handle.index], *_tensors(operands))
        return []

    return assign


def _scatter(update: Callable[..., tf.Tensor]) -> Callable[..., list[Operand]]:
    return _assign(lambda value, rows, updates: update(value, rows[..., tf.newaxis], updates))


def _adam(_: tf.Operation, operands: Sequence[Operand], values: Values) -> list[Operand]:
    """The formula of TensorFlow's fused Adam."""
    weight, first, second = (handle.index for handle in _handles(operands))
    power_1, power_2, rate, beta_1, beta_2, epsilon, grad = _tensors(operands)
    values[first] += (grad - values[first]) * (1.0 - beta_1)
    values[second] += (tf.square(grad) - values[second]) * (1.0 - beta_2)
    rate *= tf.sqrt(1.0 - power_2) / (1.0 - power_1)
    values[weight] -= rate * values[first] / (tf.sqrt(values[second]) + epsilon)
    return []


def _called_graph(operation: tf.Operation, attribute: str) -> tf.Graph:
    name, graph = operation.get_attr(attribute).name, operation.graph
    while graph is not None:
        if (function := graph._get_function(name)) is not None:
            return function.graph
        graph = getattr(graph, "outer_graph", None)
    raise StateError(f"{operation.name} calls {name}, which none of its graphs defines")


def _call(operation: tf.Operation, operands: Sequence[Operand], values: Values) -> list[Operand]:
    return copy_graph(_called_graph(operation, "f"), operands, values)


def _while(operation: tf.Operation, operands: Sequence[Operand], values: Values) -> list[Operand]:
    """A loop that carries the values of its variables along with its own loop variables."""
    handles = _handles(operands)
    if not handles:
        return _copy(operation, operands, values)
    condition, body = _called_graph(operation, "cond"), _called_graph(operation, "body")

    def unpack(carried: Sequence[tf.Tensor]) -> tuple[list[Operand], Values]:
        tensors, own_values = iter(carried), list(values)
        own_operands = [o if isinstance(o, Handle) else next(tensors) for o in operands]
        for handle in handles:
            own_values[handle.index] = next(tensors)
        return own_operands, own_values

    def pack(own_operands: Sequence[Operand], own_values: Values) -> list[tf.Tensor]:
        return [*_tensors(own_operands), *(own_values[handle.index] for handle in handles)]

    def run_condition(*carried: tf.Tensor) -> tf.Tensor:
        return copy_graph(condition, *unpack(carried))[0]

    def run_body(*carried: tf.Tensor) -> list[tf.Tensor]:
        own_operands, own_values = unpack(carried)
        return pack(copy_graph(body, own_operands, own_values), own_values)

    results, new_values = unpack(tf.while_loop(run_condition, run_body, pack(operands, values)))
    values[:] = new_values
    return results


_HANDLERS: dict[str, Callable[..., list[Operand]]] = {
    "ReadVariableOp": lambda _, operands, values: [tf.identity(values[operands[0].index])],
    "VariableShape": lambda operation, operands, values: [
        tf.shape(values[operands[0].index], out_type=operation.outputs[0].dtype)
    ],
    "ResourceGather": _gather,
    "AssignVariableOp": _assign(lambda old, new: tf.identity(new)),
    "AssignAddVariableOp": _assign(tf.add),
    "AssignSubVariableOp": _assign(tf.subtract),
    "ResourceScatterAdd": _scatter(tf.tensor_scatter_nd_add),
    "ResourceScatterSub": _scatter(tf.tensor_scatter_nd_sub),
    "ResourceApplyAdam": _adam,
    "Identity": lambda _, operands, values: [
        o if isinstance(o, Handle) else tf.identity(o) for o in operands
    ],
    "NoOp": lambda *_: [],
    "DisableCopyOnRead": lambda *_: [],
    "PartitionedCall": _call,
    "StatefulPartitionedCall": _call,
    "While": _while,
    "StatelessWhile": _while,
}
