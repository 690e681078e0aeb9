"""Send the mails that wait, one after another, until none is due."""

import threading

import structlog

from webapp.actions import mails
from webapp.connectors import mail as post
from webapp.connectors.mail import Letter, MailError, MailSettings
from webapp.db import db, now
from webapp.models import Mail

log = structlog.get_logger()


class Postman:
    """Takes mails from the outbox to the mail server."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._stopping = threading.Event()

    def tick(self) -> None:
        """Send whatever is due."""
        with db.connection_context():
            while not self._stopping.is_set() and self.send_one():
                pass

    def close(self) -> None:
        """Let the mail that is under way end; begin no other."""
        self._stopping.set()

    def send_one(self) -> bool:
        """Claim one mail, send it, record it; return False where none was due."""
        mail = mails.claim()
        if mail is None:
            return False
        if mail.expires_at is not None and mail.expires_at <= now():
            mails.failed(mail, mail.last_error or "It came too late to be of use.", permanent=True)
            return True
        try:
            post.send(self._settings, _letter(mail))
        except MailError as error:
            log.warning("mail.failed", mail=mail.id, attempt=mail.attempts, reason=str(error))
            mails.failed(mail, str(error), error.permanent)
        except ValueError:
            told = "The mail's text can't be read with the present encryption keys."
            mails.failed(mail, told, permanent=True)
        else:
            mails.sent(mail)
        return True


def _letter(mail: Mail) -> Letter:
    name = f"crossdock-{mail.id}-{mail.created_at:%Y%m%d%H%M%S}"
    return Letter(mail.to_address, mail.subject, mails.text_of(mail), mail.created_at, name)
