"""What actions, connectors and jobs say in English is read in Italian by those who chose it, wherever it is shown."""

import pytest
from markupsafe import Markup

from tests.web.imports.files import run, upload
from tests.web.orders import shop
from tests.web.page import Page
from webapp.actions import holds, order_task_state, suppliers
from webapp.actions.suppliers import SupplierDraft
from webapp.models import Event, Order, Push, User
from webapp.web.languages import texts
from webapp.web.sayings import CONTEXT, Saying, said

REASON = "<b>{0}</b> (.*) %s"


@pytest.fixture
def reader(as_user, cast):
    """The merchant, who reads Italian."""
    User.update(language="it").where(User.id == cast.merchant.id).execute()
    return as_user(cast.merchant)


@pytest.fixture
def in_italian(app):
    """Return what somebody reads whose browser asks for Italian."""

    def read(text):
        with app.test_request_context(headers={"Accept-Language": "it"}):
            return said(text)

    return read


@pytest.mark.parametrize(
    ("english", "italian"),
    [
        ("There is no such order.", "Questo ordine non esiste."),
        ("3 units assigned to Nord Logistica", "3 unità assegnate a Nord Logistica"),
        ("Carriers of Casa changed", "Corrieri di Casa modificati"),
        ("Payment accepted → On hold: Call first", "Pagamento accettato → In attesa: Call first"),
        ("Stays on hold: Call first, until 4 May 2027", "Resta in attesa: Call first, fino al 4 maggio 2027"),
        (
            "An order that is Shipped can't become On hold. Possible now: Delivered, Returned.",
            "Un ordine nello stato “Spedito” non può passare a “In attesa”. Possibile ora: Consegnato, Reso.",
        ),
        ("Only an admin manages users.", "Solo un amministratore può gestire gli utenti."),
        (
            "The channel can't be told: The shop answered 503.",
            "Non è possibile avvisare il canale: Il negozio ha risposto 503.",
        ),
        ("The shop refuses the key. Wrong [a-z]+ key", "Il negozio rifiuta la chiave. Wrong [a-z]+ key"),
        ("Put {code} where the tracking code belongs.", "Scrivi {code} dove va il codice di tracciamento."),
        ("2 of MUG", "2 di MUG"),
        ("API key Robot", "Chiave API Robot"),
        ("Imported from Sandbox shop", "Importato da Sandbox shop"),
        (
            "Order canceled here: 2 units canceled at once, 1 unit had left",
            "Ordine annullato qui: 2 unità subito, 1 unità già in viaggio",
        ),
        (f"Supplier {REASON} created", f"Fornitore {REASON} creato"),
    ],
)
def test_a_saying_is_recognised_and_keeps_its_values(in_italian, english, italian):
    assert in_italian(english) == italian


@pytest.mark.parametrize(
    "text", ["Access is denied at this place", "Out of order", "Name, title and none", "Nord, none", "", "…", "42"]
)
def test_what_is_no_saying_stays_as_it_is(in_italian, text):
    assert in_italian(text) == text


def test_a_sentence_beside_an_unknown_one_is_translated_alone(in_italian):
    assert in_italian("The shop refuses the key. Nix da.") == "Il negozio rifiuta la chiave. Nix da."


def test_markup_and_what_is_no_text_are_left_alone(in_italian):
    markup = Markup("There is no such order.")
    assert in_italian(markup) is markup and in_italian(None) is None


def test_english_stays_english(app):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert said("There is no such order.") == "There is no such order."


def test_a_form_takes_each_value_as_short_as_may_be():
    form = Saying.of("{0}: {1} → {2} of {{{3}}}", "")
    assert form.values("A: B: 1 → 2 of {M}") == ["A", "B: 1", "2", "M"]
    assert form.values("A: 1 → 2 of M") is None
    assert Saying.of("Ends{0}", "").values("Ends") == [""]


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ("{0} of {1}", "of"),
        ("Stock of {0}: none", "Stock"),
        ("{0}able. Unbear{1} it", "it"),
        ("{0}: {1}", ""),
        ("To{0}", ""),
    ],
)
def test_a_form_is_looked_up_by_a_word_that_all_its_texts_have(form, word):
    saying = Saying.of(form, "")
    assert saying.word == word and ({word} - {""}) <= set(form.format("x", "y").split())


def test_a_refusal_at_a_form_is_italian_and_its_values_stay_plain_text(reader, cast):
    suppliers.create(cast.viewer(cast.admin), SupplierDraft(REASON))
    typed = Page(reader.get("/suppliers/new")).typed | {"name": REASON, "min_days": "1", "max_days": "2"}
    answer = reader.post("/suppliers/", data=typed)
    assert Page(answer).errors["name"] == f"Hai già un fornitore chiamato {REASON}."
    assert "<b>" not in answer.text and "&lt;b&gt;{0}&lt;/b&gt;" in answer.text


def test_a_page_that_is_not_there_says_so_in_italian(reader):
    answer = reader.get("/orders/999999999")
    assert answer.status_code == 404 and "Questo ordine non esiste." in Page(answer).text


def test_a_refusal_that_is_shown_on_the_page_before_is_italian(reader, order):
    Order.update(status="shipped").where(Order.id == order.id).execute()
    answer = Page(reader.post(f"/orders/{order.id}/status", data={"status": "on_hold"}))
    assert "Un ordine nello stato “Spedito” non può passare a “In attesa”." in answer.text


def test_timeline_and_audit_are_italian_and_what_is_stored_stays_english(as_user, cast, order):
    User.update(language="it").where(User.id == cast.admin.id).execute()
    reader = as_user(cast.admin)
    holds.hold(cast.viewer(cast.merchant), order.id, REASON)
    for path in (f"/orders/{order.id}", "/audit/"):
        answer = reader.get(path)
        assert f"Pagamento accettato → In attesa: {REASON}" in Page(answer).text and "<b>{0}" not in answer.text
    assert Event.select().where(Event.message == f"Payment accepted → On hold: {REASON}").exists()
    exported = reader.get("/audit/export").text
    assert exported.startswith("\ufefftime,actor_kind,actor,event,message,")
    assert f",order.status,Pagamento accettato → In attesa: {REASON}," in exported
    User.update(language="en").where(User.id == cast.admin.id).execute()
    assert f",order.status,Payment accepted → On hold: {REASON}," in reader.get("/audit/export").text


def test_what_needs_action_is_italian(reader, order):
    order_task_state.leave(order, "cancel_refused", "Nord can't cancel 2 units of MUG any more")
    Push.create(
        store=order.store_id, channel=order.channel_id, order=order, kind="status", status="failed",
        last_error="The shop refuses the key.",
    )  # fmt: skip
    text = Page(reader.get("/tasks/")).main.text
    assert "Nord non può più annullare 2 unità di MUG" in text and "Il negozio rifiuta la chiave." in text


def test_an_import_says_in_italian_what_it_would_do(reader, cast):
    shop.stocked(cast.store, "MUG", cast.logistics, 5)
    text = "sku,fornitore,quantità\nMUG,Nord Logistica,8\nMUG,Nobody,x\nNIX,Nord Logistica,2\n"
    shown = Page(reader.get(upload(reader, text, "supplies").location)).main.text
    assert "Modificato: quantità 5 → 8." in shown
    assert "Quantità: “x” non è un numero intero da 0 in su." in shown
    assert "SKU: nessun prodotto ha NIX." in shown


def test_work_is_called_in_each_readers_own_language_whoever_started_it(reader, as_user, cast, order):
    asked = Page(reader.get(f"/orders/many/hold?order={order.id}"))
    assert "Metti in attesa 1 ordine?" in asked.text
    started = reader.post("/orders/many/hold", data=asked.typed | {"order": str(order.id), "reason": "x"}).location
    drafted = upload(reader, "sku,title\nA,B\n", "products", "Elenco di maggio.csv").location
    english = as_user(cast.admin)
    for client, hold, file in (
        (reader, "Metti in attesa 1 ordine", "Prodotti da Elenco di maggio.csv"),
        (english, "Put 1 order on hold", "Products from Elenco di maggio.csv"),
    ):
        for path in ("/batches/", started, drafted, "/imports/new/products"):
            told = hold if "batches" in path else file
            assert told in Page(client.get(path)).text
        for path in (started, drafted):
            assert Page(client.get(path)).whole.all("title")[0].text.startswith(hold if path == started else file)
    assert "Put 1 order on hold: started" in Page(english.get("/audit/")).text
    User.update(language="it").where(User.id == cast.admin.id).execute()
    assert "Metti in attesa 1 ordine: " in Page(english.get("/audit/")).text


def test_a_file_of_results_says_in_italian_what_became_of_each_row(reader, cast):
    shop.stocked(cast.store, "MUG", cast.logistics, 5)
    batch = run(reader, upload(reader, "sku,fornitore,quantità\nNIX,Nord Logistica,2\n", "supplies"))
    text = reader.get(f"/batches/{batch.id}/results.csv").text
    assert "refused,SKU: nessun prodotto ha NIX." in text and "status,result" in text


def test_a_kind_of_channel_is_described_in_italian(reader):
    assert "Un negozio Medusa 2, tramite la sua Admin API." in Page(reader.get("/channels/new")).main.text
    page = Page(reader.get("/channels/new/woocommerce"))
    assert "Chiave cliente" in page.main.text and "Mostrato là una sola volta, accanto alla chiave." in page.main.text


def test_somebody_who_reads_english_and_a_program_read_english(as_user, cast, order):
    holds.hold(cast.viewer(cast.merchant), order.id, "Call first")
    page = Page(as_user(cast.admin).get(f"/orders/{order.id}"))
    assert "Payment accepted → On hold: Call first" in page.text


def test_no_form_is_taken_for_another(in_italian):
    wrong = {}
    for message in texts("it"):
        if message.context == CONTEXT:
            values = [f"X{place}7" for place in range(9)]
            english, italian = message.id.format(*values), message.string.format(*values)
            if (read := in_italian(english)) != italian:
                wrong[english] = read
    assert wrong == {}
