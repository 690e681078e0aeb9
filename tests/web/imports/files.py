"""Files as people bring them: uploaded, their columns chosen, imported by the worker."""

import io

from tests.web.page import Page
from webapp.jobs.batches import work
from webapp.models import Batch, BatchRow

FILE = """SKU;Nome prodotto;Prezzo;Giacenza;EAN;Note
MUG-BLUE;"Blue mug,
large";12,50;40;4006381333931;x
MOKA-3;=Moka;24;7;;
;No SKU;1;1;;
BAD;Bad;cheap;many;123;
NEW;;1;;;
"""


def upload(client, text: str | bytes = FILE, kind: str = "products", name: str = "list.csv"):
    content = text.encode() if isinstance(text, str) else text
    sent = {"file": (io.BytesIO(content), name)}
    return client.post(f"/imports/new/{kind}", data=sent, content_type="multipart/form-data")


def run(client, answer) -> Batch:
    """Run what was uploaded, and let the worker do it."""
    assert answer.status_code == 303, Page(answer).text
    client.post(f"{answer.location}/run")
    batch = Batch.select().order_by(Batch.id.desc()).get()
    work(batch.id)
    return Batch.get_by_id(batch.id)


def took(client, kind: str, text: str, **options) -> list[tuple[str, str]]:
    """Import the file with these options; return what became of each row."""
    answer = upload(client, text, kind)
    if options:
        fields = {**Page(client.get(answer.location)).typed, **options}
        assert client.post(f"{answer.location}/columns", data=fields).status_code == 303
    batch = run(client, answer)
    rows = BatchRow.select(BatchRow.status, BatchRow.message).where(BatchRow.batch == batch.id)
    return list(rows.order_by(BatchRow.number).tuples())
