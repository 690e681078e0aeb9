"""The mails that wait, read as who gets them reads them."""

import re

from webapp.actions import mails
from webapp.models import Mail


def waiting() -> list[Mail]:
    """Return the mails in the outbox, the oldest first."""
    return list(Mail.select().order_by(Mail.id))


def link(mail: Mail | None = None) -> str:
    """Return the path of the link in a mail, by default in the last one."""
    text = mails.text_of(mail or waiting()[-1])
    (found,) = re.findall(r"http://127\.0\.0\.1:8000(/\S+)", text)
    return found
