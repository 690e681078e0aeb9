"""Send one mail: over SMTP, or where no server is set as a file that a person can open."""

import datetime as dt
import smtplib
import ssl
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

TIMEOUT = 20.0
"""Seconds that each step of the conversation with the server may take."""

LOCAL = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class MailSettings:
    """`smtp_url` is `smtp://user:password@host:port` (STARTTLS where offered) or `smtps://…`; empty uses `folder`."""

    smtp_url: str = field(repr=False)
    sender: str
    folder: str


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    text: str
    written_at: dt.datetime
    name: str
    """Tells this mail from every other; it stays when the mail is sent again."""


class MailError(Exception):
    """It wasn't taken. `permanent` where trying again can't help."""

    def __init__(self, message: str, permanent: bool = False) -> None:
        super().__init__(message[:300])
        self.permanent = permanent


def send(settings: MailSettings, letter: Letter) -> None:
    """Hand the mail over; raise MailError where that fails."""
    message = _message(settings, letter)
    if settings.smtp_url:
        _over_smtp(settings.smtp_url, message)
    else:
        _into_folder(Path(settings.folder), letter.name, message)


def _message(settings: MailSettings, letter: Letter) -> EmailMessage:
    name, address = parseaddr(settings.sender)
    message = EmailMessage()
    try:
        message["From"] = Address(name, addr_spec=address)
        message["To"] = letter.to
        message["Subject"] = " ".join(letter.subject.split())
    except (ValueError, HeaderParseError, IndexError) as error:
        raise MailError(f"This can't be written into a mail's head: {error}", permanent=True) from None
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{letter.name}@{address.rpartition('@')[2] or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: absence notes aren't sent back.
    # Whoever opens the file reads links whole; a server may not take eight bits.
    message.set_content(letter.text, cte=None if settings.smtp_url else "8bit")
    return message


def _over_smtp(url: str, message: EmailMessage) -> None:
    try:
        with _connected(url) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        code, told = next(iter(refused.recipients.values()), (553, b"There is no address."))
        raise MailError(f"The mail server refuses the address: {code} {_text(told)}", code >= 500) from None
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refused:
        permanent = refused.smtp_code >= 500
        raise MailError(f"The mail server answers {refused.smtp_code} {_text(refused.smtp_error)}", permanent) from None
    except smtplib.SMTPResponseException as refused:
        raise MailError(f"The mail server answers {refused.smtp_code} {_text(refused.smtp_error)}") from None
    except (smtplib.SMTPException, OSError) as error:
        raise MailError(f"The mail server can't be reached or broke off: {error}") from None


def _connected(url: str) -> smtplib.SMTP:
    """Return a conversation with the server, encrypted as far as it can be, and logged in where a name is given."""
    parts = urlsplit(url)
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if parts.scheme not in ("smtp", "smtps") or not host:
        raise MailError("SMTP_URL must look like smtp://user:password@host:587 or smtps://user:password@host.")
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(host, port or 587, timeout=TIMEOUT)
    try:
        _greet(server, parts.scheme == "smtps", context, host, parts.username, parts.password)
    except BaseException:
        server.close()
        raise
    return server


def _greet(
    server: smtplib.SMTP, safe: bool, context: ssl.SSLContext, host: str, name: str | None, password: str | None
) -> None:
    server.ehlo()
    if not safe and server.has_extn("starttls"):
        server.starttls(context=context)
        server.ehlo()
        safe = True
    if name:
        if not safe and host not in LOCAL:
            raise MailError("The mail server offers no encryption, so the password isn't sent to it.")
        server.login(unquote(name), unquote(password or ""))


def _into_folder(folder: Path, name: str, message: EmailMessage) -> None:
    """Write the mail whole or not at all, for its owner's eyes alone; sent again it is the same file."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = folder / f".{name}.new"
        fresh.touch(mode=0o600)
        fresh.write_bytes(bytes(message))
        fresh.replace(folder / f"{name}.eml")
    except OSError as error:
        raise MailError(f"The mail can't be written into {folder}: {error.strerror}") from None


def _text(told: bytes | str) -> str:
    return " ".join((told.decode(errors="replace") if isinstance(told, bytes) else told).split())
