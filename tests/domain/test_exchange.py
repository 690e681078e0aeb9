"""What was said to a shop can be read without any secret in it."""

import pytest

from webapp.domain.exchange import HIDDEN, LONGEST, readable


def test_the_channels_own_secrets_are_taken_out_wherever_they_stand():
    assert readable('{"a": "cs_12345", "b": "x-cs_12345-y"}', ["cs_12345"]) == '{"a": "•••", "b": "x-•••-y"}'


def test_a_secret_of_a_letter_or_two_is_no_reason_to_spoil_every_word():
    assert readable("a cab", ["a", ""]) == "a cab"


@pytest.mark.parametrize(
    "told",
    [
        '{"access_token": "S3CRET", "expires_in": 86399}',
        '{"accessToken" : "S3CRET"}',
        '{"password": "S3\\"CRET"}',
        '{"client_secret":"S3CRET"}',
        "/orders?consumer_secret=S3CRET&page=2",
        "grant_type=x&client_secret=S3CRET",
        "Authorization: S3CRET",
        '{"apiKey": "S3CRET"}',
        "API_KEY=S3CRET",
        "X-Signature: S3CRET",
        "DB_PASSWD: S3CRET",
        "\u017fecret=S3CRET",  # Letters that count as s, k and i where case doesn't.
        "to\u212aen=S3CRET",
        "author\u0131zation: S3CRET",
    ],
)
def test_what_calls_itself_a_secret_is_taken_out(told):
    text = readable(told, [])
    assert "S3" not in text and "CRET" not in text.replace("SECRET", "") and HIDDEN in text


def test_what_is_no_secret_stays():
    told = '{"tracking_number": "BRT1", "note": "Leave at the door", "quantity": 2}'
    assert readable(told, ["cs_12345"]) == told


def test_a_long_text_is_cut():
    assert readable("x" * 9_999, []) == "x" * LONGEST + "…"


@pytest.mark.parametrize("word", ["a", "token", "token-", "secret_", '"token', "a-"])
def test_a_page_full_of_one_word_is_read_in_no_time(word):
    text = readable(word * 20_000, ["cs_12345"])
    assert len(text) <= LONGEST + 1


def test_a_secret_at_the_edge_of_what_is_kept_is_taken_out_whole():
    for place in range(LONGEST - 12, LONGEST + 2):
        assert "cs_" not in readable("." * place + "cs_1234567890", ["cs_1234567890"])
