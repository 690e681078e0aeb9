"""A real Chromium before a real server, with CSRF and the content policy on; every page that it meets is examined."""

import dataclasses
import shutil
import threading

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.journeys.conftest import channel, shop, stocked
from webapp.actions import shipments
from webapp.actions.shipments import ShipmentDraft
from webapp.jobs import import_orders
from webapp.models import Order

__all__ = ["channel", "shop", "stocked"]

expect.set_options(timeout=15_000)  # Two cores may have a whole suite to run beside.

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", ({violatedDirective, blockedURI, sourceFile, lineNumber}) =>
  console.error(`CSP: ${violatedDirective} refused ${blockedURI} in ${sourceFile}:${lineNumber}`));
"""


class Quiet(WSGIRequestHandler):
    def log_request(self, *args):
        """Say nothing: the test tells what went wrong."""


@pytest.fixture(scope="session")
def chromium():
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert path, "No Chromium on the PATH: `make test` installs it, or tests/browser/install.sh."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def server(database, settings):
    """The application as it runs in production, answering on a free port; its address."""
    from webapp import create_app, extensions

    app = create_app(dataclasses.replace(settings, testing=False), database=database)
    extensions.limiter.enabled = False  # One address logs in more often here than people do.
    listener = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    listener.daemon_threads = False  # So that closing waits for requests that are under way.
    thread = threading.Thread(target=listener.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.server_port}"
    listener.shutdown()
    thread.join()
    listener.server_close()
    app.extensions["request_log"].write()  # Now, and not by its thread into the next test's database.


@pytest.fixture
def window(chromium, server):
    """Open a browser window of its own for each person: `window()`. What goes wrong in any of them fails the test.

    `window.refusals` are the statuses that are no fault: a refused form's, and what else a test expects.
    """
    wrong: list[str] = []
    contexts = []

    def note(message):
        if message.type == "error" and not any(f"status of {one}" in message.text for one in open_window.refusals):
            wrong.append(f"{message.text} ({message.location.get('url', '')})")

    def open_window(**options) -> Page:
        context = chromium.new_context(base_url=server, **options)
        context.set_default_timeout(15_000)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        context.add_init_script(REPORT_VIOLATIONS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: wrong.append(f"{error} on {page.url}"))
        page.on("response", lambda answer: wrong.append(f"{answer.status} {answer.url}") if answer.status >= 500 else 0)
        return page

    open_window.refusals = {422}
    yield open_window
    for context in contexts:
        context.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def enter(window, cast):
    """Log a member of the cast in, in a window of its own; return the page, which shows the start page."""

    def log_in(user, **options) -> Page:
        page = window(**options)
        page.goto("/")
        page.get_by_label("E-mail").fill(user.email)
        page.get_by_label("Password").fill(cast.password)
        page.get_by_role("button", name="Log in").click()
        expect(page).to_have_title("Home · Crossdock")
        return page

    return log_in


def check(page: Page) -> None:
    """Assert that axe finds nothing wrong with the page as it stands, neither light nor dark."""
    page.evaluate(AXE_SCRIPT)
    for scheme, rules in (("light", {}), ("dark", {"runOnly": ["color-contrast"]})):  # The theme changes colours alone.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = AxeResults(page.evaluate("options => axe.run(options)", {"resultTypes": ["violations"], **rules}))
        assert not found.response["violations"], f"{page.url}, {scheme}:\n{found.generate_report()}"
    page.emulate_media(color_scheme="light")


@pytest.fixture
def shipped(channel, shop, cast):
    """A shipment of the logistics service's only order, handed over; the shop isn't told yet."""
    shop.sell(("MUG-BLUE", 1))
    import_orders.read_due(channel.id)
    viewer = cast.viewer(cast.clerk)
    made = shipments.create(viewer, Order.get().id, ShipmentDraft(carrier="GLS", tracking_code="TRACK-1"))
    return shipments.ship(viewer, made.id)
