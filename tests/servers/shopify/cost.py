"""What a query costs in Shopify's points, by its published rules: an object 1, a connection its page, a mutation 10."""

from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_composite_type,
)

MOST = 1000
"""What one query may cost, on every plan."""


class Costs:
    """The cost of one document."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: dict[str, Any]) -> None:
        self._variables = variables
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
        changes = operation.operation == OperationType.MUTATION
        root = schema.mutation_type if changes else schema.query_type
        self.total = self._of(operation.selection_set, root) + (10 if changes else 0)

    def _of(self, selections: SelectionSetNode | None, parent: Any) -> int:
        total = 0
        for node in selections.selections if selections else ():
            if isinstance(node, FragmentSpreadNode):
                total += self._of(self._fragments[node.name.value].selection_set, parent)
            elif isinstance(node, FieldNode) and not node.name.value.startswith("__"):
                total += self._field(node, parent)
        return total

    def _field(self, node: FieldNode, parent: Any) -> int:
        kind = get_named_type(parent.fields[node.name.value].type)
        if not is_composite_type(kind):
            return 0
        below = self._of(node.selection_set, kind)
        if kind.name == "PageInfo":
            return 0
        size = self._size(node)
        if kind.name.endswith("Connection"):
            return below * size
        in_page = node.name.value == "nodes"
        return (1 + below) * (1 if in_page else size)

    def _size(self, node: FieldNode) -> int:
        """Return how many the call asks for; 1 where it doesn't say."""
        for argument in node.arguments or ():
            if argument.name.value == "first":
                value = argument.value
                if isinstance(value, VariableNode):
                    return int(self._variables[value.name.value])
                assert isinstance(value, IntValueNode)
                return int(value.value)
        return 1
