"""A file of orders to upload, and the same file again once its preview was looked at."""

import base64
import binascii
import datetime as dt
import zlib
from dataclasses import dataclass
from typing import Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField

from webapp.actions import credentials
from webapp.connectors.channels.generic.order_file import MOST_BYTES
from webapp.db import now
from webapp.domain.viewer import Viewer
from webapp.forms.fields import SelectChoice

LONGEST = 900_000
"""Characters that a file may need in a page: a form takes up to a million."""


@dataclass(frozen=True)
class Upload:
    """A file, when it was uploaded, and how its dates are written."""

    content: bytes
    moment: dt.datetime
    day_first: bool


class OrderFileForm(FlaskForm):
    file = FileField(lazy_gettext("File of orders"))
    dates = SelectField(
        lazy_gettext("A date such as 03/04/2026 means"),
        choices=[
            SelectChoice("day", lazy_gettext("3 April 2026")),
            SelectChoice("month", lazy_gettext("4 March 2026")),
        ],
    )

    def upload(self) -> Upload | None:
        """Return what was chosen; None, with the reason at the field, where nothing was. Call it on a valid form."""
        given = self.file.data
        if not given:
            self.file.errors = [*self.file.errors, _("Choose a file.")]
            return None
        content: bytes = given.read(MOST_BYTES + 1)
        given.close()
        return Upload(content, now(), self.dates.data != "month")


class TakeForm(FlaskForm):
    """Carries the file that was looked at, sealed: it is neither stored nor sent again."""

    kept = HiddenField()

    @classmethod
    def carrying(cls, viewer: Viewer, channel_id: int, upload: Upload) -> Self | None:
        """Return the form with the file in it; None where it is too much for a page."""
        packed = {
            "channel": str(channel_id),
            "content": base64.b64encode(zlib.compress(upload.content, 9)).decode(),
            "moment": upload.moment.isoformat(),
            "dates": "day" if upload.day_first else "month",
        }
        sealed = credentials.lend(viewer, packed)
        form = cls(formdata=None, data={"kept": sealed})
        return form if len(sealed) <= LONGEST else None

    def upload(self, viewer: Viewer, channel_id: int) -> Upload | None:
        """Return the file that this person looked at for this channel; None for anything else."""
        packed = credentials.lent(viewer, self.kept.data or "")
        if packed.get("channel") != str(channel_id):
            return None
        try:
            content = zlib.decompress(base64.b64decode(packed["content"]))
        except (binascii.Error, zlib.error):
            return None
        return Upload(content, dt.datetime.fromisoformat(packed["moment"]), packed["dates"] == "day")
