"""A call that the database undoes, since another was in its way, can be repeated as it was."""

import pytest

from tests.api.problems import refused
from tests.collisions import in_the_way
from webapp.models import IdempotentRequest, Shipment, Store, Supply


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "ship 1"}])
def test_it_is_a_problem_that_says_when_to_come_back_and_the_same_call_succeeds(logistics, shipment, cast, headers):
    def ship():
        return logistics("POST", f"/shippings/{shipment.id}/ship", headers=headers)

    logistics("GET", "/me")  # The key's last use is noted once a while, by a statement of its own.
    with in_the_way(Store.get_by_id(cast.store.id), shipment.order):
        answer = ship()
    assert refused(answer, 503, "collision")["retry_after"] == 1 and answer.headers["Retry-After"] == "1"
    assert Shipment.get().status == "draft" and not IdempotentRequest.select().exists()
    assert ship().status_code == 200
    assert Shipment.get().status == "shipped" and Supply.get(Supply.supplier == cast.logistics.id).quantity == 8
