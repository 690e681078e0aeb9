"""The cost of a list: its number of SQL statements doesn't grow with its rows."""

import pytest

from webapp.actions import shipments
from webapp.actions.shipments import ShipmentDraft


def ask(call, sql_count, path: str) -> tuple[int, list[str]]:
    """Return the rows of an answer and the statements it took; noting when a key was used isn't one of them."""
    call("GET", "/me")
    with sql_count() as seen:
        answer = call("GET", path)
    return len(answer.json["data"]), [statement for statement in seen if "SELECT" in statement]


@pytest.mark.parametrize("who", ["logistics", "whole"])
def test_the_lists_take_as_many_statements_for_many_rows_as_for_one(request, world, sql_count, who):
    call = request.getfixturevalue(who)
    world.product("MUG", logistics=1000)
    world.product("POT", rival=1000)

    def make(number):
        order = world.order(("MUG", 2), ("POT", 1), external_id=str(number))
        for source in (world.cast.logistics.id, world.cast.rival.id):
            shipments.create(world.viewer, order.id, ShipmentDraft(source=source))

    make(0)
    paths = ("/orders?max=100", "/shippings?max=100", "/orders?max=100&updated_after=2020-01-01&q=MUG")
    few = {path: ask(call, sql_count, path) for path in paths}
    for number in range(1, 15):
        make(number)
    for path in paths:
        rows, statements = ask(call, sql_count, path)
        assert rows >= 15 > few[path][0]
        assert len(statements) == len(few[path][1]), "\n".join(statements)
        assert 3 <= len(statements) <= 12
