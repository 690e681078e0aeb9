"""One mail reaches a real mail server, or a file; what goes wrong says whether trying again can help."""

import datetime as dt
import ipaddress
import ssl
import stat
from email import message_from_bytes, policy

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers.smtp import MailServer
from webapp.connectors import mail
from webapp.connectors.mail import Letter, MailError, MailSettings

MOMENT = dt.datetime(2026, 11, 26, 8, 0, tzinfo=dt.UTC)
LETTER = Letter("ada@example.com", "Città è bella", "Hello Ada,\n.\nThis is “it”.\n", MOMENT, "crossdock-7")


@pytest.fixture
def serve():
    """Start a mail server; all of them are stopped after the test."""
    started = []

    def start(**wanted) -> MailServer:
        started.append(MailServer(**wanted))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def certificate(tmp_path, monkeypatch) -> ssl.SSLContext:
    """A certificate of 127.0.0.1 that this process trusts, for servers."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "mail.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def send(url: str = "", letter: Letter = LETTER, folder: str = "") -> None:
    mail.send(MailSettings(url, "Crossdock <no-reply@shop.example>", folder), letter)


def test_the_server_gets_it_whole(serve):
    server = serve()
    send(server.url)
    (got,) = server.mails
    assert (got["From"], got["To"], got["Subject"]) == (
        "Crossdock <no-reply@shop.example>",
        "ada@example.com",
        "Città è bella",
    )
    assert got["Message-ID"] == "<crossdock-7@shop.example>" and got["Auto-Submitted"] == "auto-generated"
    assert got["Date"] == "Thu, 26 Nov 2026 08:00:00 +0000"
    assert server.text().replace("\r\n", "\n") == LETTER.text and server.recipients == ["ada@example.com"]


def test_it_logs_in_where_a_name_is_given(serve):
    server = serve(login=("ada", "secret"))
    send(server.url)
    assert len(server.mails) == 1


def test_a_wrong_password_may_be_mended_and_is_not_told(serve):
    server = serve(login=("ada", "secret"))
    with pytest.raises(MailError, match="535") as caught:
        send(server.url.replace("secret", "guessed-wrong"))
    assert not caught.value.permanent and "guessed-wrong" not in str(caught.value) and server.mails == []


def test_a_conversation_is_encrypted_where_the_server_offers_it(serve, certificate):
    server = serve(context=certificate, login=("ada", "secret"))
    send(server.url)
    said = [line.split(" ")[0] for line in server.said]
    assert len(server.mails) == 1 and said.index("STARTTLS") < said.index("AUTH")


def test_it_can_be_encrypted_from_the_start(serve, certificate):
    server = serve(context=certificate, at_once=True, login=("ada", "secret"))
    send(server.url)
    assert len(server.mails) == 1 and "STARTTLS" not in server.said


def test_a_server_that_nobody_vouches_for_gets_nothing(serve, certificate, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    server = serve(context=certificate, login=("ada", "secret"))
    with pytest.raises(MailError) as caught:
        send(server.url)
    assert not caught.value.permanent and server.mails == []
    assert not any(line.startswith("AUTH") for line in server.said)


@pytest.mark.parametrize(
    ("verb", "answer", "permanent"),
    [
        ("RCPT", "550 No such person", True),
        ("RCPT", "451 Try later", False),
        ("MAIL", "553 Not yours", True),
        ("DATA", "554 Spam", True),
        ("DATA", "452 Full", False),
        ("EHLO", "", False),
        ("DATA", "", False),
    ],
)
def test_a_refusal_says_whether_trying_again_can_help(serve, verb, answer, permanent):
    server = serve(refusals={verb: [answer, answer]})
    with pytest.raises(MailError) as caught:
        send(server.url)
    assert caught.value.permanent is permanent and server.mails == []
    assert not answer or answer in str(caught.value)


def test_a_server_that_is_away_is_tried_again(serve):
    server = serve()
    url = server.url
    server.stop()
    with pytest.raises(MailError) as caught:
        send(url)
    assert not caught.value.permanent


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "smtp://host:port", "mail.example:25"])
def test_an_address_of_no_mail_server_says_how_one_looks(url):
    with pytest.raises(MailError, match="SMTP_URL must look like"):
        send(url)


@pytest.mark.parametrize("to", ["ada@example.com\nBcc: all@example.com", "", "no address"])
def test_no_address_adds_a_head_of_its_own(serve, to):
    server = serve(refusals={"RCPT": ["550 No"]})
    with pytest.raises(MailError) as caught:
        send(server.url, Letter(to, "Hello", "Text", MOMENT, "crossdock-8"))
    assert caught.value.permanent and server.mails == []


def test_a_subject_of_two_lines_is_one(serve):
    server = serve()
    send(server.url, Letter("ada@example.com", "Hello\r\nBcc: all@example.com", "Text", MOMENT, "crossdock-9"))
    assert server.mails[0]["Subject"] == "Hello Bcc: all@example.com" and server.mails[0]["Bcc"] is None


def test_without_a_server_it_is_a_file_for_its_owner_alone(tmp_path):
    for _ in range(2):
        send(folder=str(tmp_path / "mail"))
    (path,) = (tmp_path / "mail").iterdir()
    got = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert "This is “it”.\n".encode() in path.read_bytes()
    assert path.name == "crossdock-7.eml" and got["To"] == "ada@example.com" and "This is “it”." in got.get_content()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_folder_that_can_not_be_written_says_so(tmp_path):
    (tmp_path / "mail").write_text("in the way")
    with pytest.raises(MailError, match="can't be written"):
        send(folder=str(tmp_path / "mail"))
