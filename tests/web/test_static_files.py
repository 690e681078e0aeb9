"""Static files: kept for long under an address that names their content, and asked for anew where that has changed."""

import re

import pytest
from flask import Flask, url_for

from tests.web.page import Page
from webapp.web import static_files

LONG = "public, max-age=31536000, immutable"


def sources(page: Page) -> list[str]:
    """Return the addresses of everything that a page is made of."""
    found = [tag.attributes.get(name, "") for tag in page.whole.all() for name in ("src", "href")]
    return sorted({address.partition("#")[0] for address in found if address.startswith("/static/")})


@pytest.mark.parametrize("path", ["/", "/orders/", "/desk/", "/api/docs"])
def test_everything_that_a_page_is_made_of_may_be_kept(as_user, cast, path):
    client = as_user(cast.merchant)
    found = sources(Page(client.get(path)))
    assert [address for address in found if not re.search(r"\?v=[0-9a-f]{12}$|-\d+\.\d+", address)] == []
    for address in found:
        with client.get(address) as answer:
            assert (answer.status_code, answer.headers["Cache-Control"]) == (200, LONG), address


def test_fonts_are_asked_for_under_the_address_that_the_style_sheet_has(as_user, cast):
    client = as_user(cast.merchant)
    (font,) = (address for address in sources(Page(client.get("/"))) if "woff2" in address)
    with client.get("/static/css/app.css") as sheet:
        assert font.replace("/static/", "../") in sheet.text


def test_another_version_is_not_kept_and_none_at_all_for_a_day(client):
    for address, expected in (("?v=0123456789ab", "no-cache"), ("", "public, max-age=86400")):
        with client.get(f"/static/js/app.js{address}") as answer:
            cached = answer.headers["Cache-Control"]
            assert answer.status_code == 200 and set(cached.split(", ")) == set(expected.split(", "))


def test_what_has_not_changed_is_not_sent_again(client):
    with client.get("/static/js/app.js") as answer:
        known = {"If-None-Match": answer.headers["ETag"]}
    with client.get("/static/js/app.js", headers=known) as again:
        assert again.status_code == 304


def test_what_is_not_there_is_not_kept(client):
    assert "immutable" not in client.get("/static/nothing-1.2.3.js?v=1").headers.get("Cache-Control", "")


def test_the_address_follows_the_content(tmp_path):
    def address(folder: str, text: str) -> str:
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.js").write_text(text)
        made = Flask("app", static_folder=str(tmp_path / folder), static_url_path="/static")
        static_files.register(made)
        with made.test_request_context():
            return url_for("static", filename="a.js")

    assert address("one", "old") == address("other", "old") != address("next", "new")
