"""Number fields that say precisely what they can't take, and keep what was typed."""

import re
from typing import Any

from flask_babel import gettext as _
from wtforms import StringField, ValidationError

from webapp.domain import money

_WHOLE = re.compile(r"[+-]?[0-9]+", re.ASCII)


class WholeNumber(StringField):
    """A whole number between two bounds; an empty field gives None where it is optional."""

    def __init__(
        self, label: Any, low: int = 0, high: int = 1_000_000_000, optional: bool = False, **kwargs: Any
    ) -> None:
        kwargs.setdefault("render_kw", {"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(label, **kwargs)
        self.low, self.high, self.optional = low, high, optional
        self.number: int | None = None
        if not optional:
            self.flags.required = True

    def pre_validate(self, form: Any) -> None:
        text = str(self.data if self.data is not None else "").strip()
        if not text and self.optional:
            return
        if not text:
            raise ValidationError(_("Type a whole number."))
        if not _WHOLE.fullmatch(text):
            raise ValidationError(_("Type a whole number: digits alone, no fraction."))
        if text.startswith("-") and self.low >= 0 and text.strip("-0"):
            raise ValidationError(_("This can't be below zero."))
        if len(text.lstrip("+-0")) > 12 or not self.low <= int(text) <= self.high:
            raise ValidationError(
                _("Type a number from %(low)s to %(high)s.", low=f"{self.low:,}", high=f"{self.high:,}")
            )
        self.number = int(text)


class Amount(StringField):
    """An amount of money, as minor units in `cents`; an empty field gives None where it is optional."""

    def __init__(self, label: Any, optional: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(label, **kwargs)
        self.optional = optional
        self.cents: int | None = None
        if not optional:
            self.flags.required = True

    def pre_validate(self, form: Any) -> None:
        text = (self.data or "").strip()
        if not text and self.optional:
            return
        if not text:
            raise ValidationError(_("Type an amount such as 12.50."))
        try:
            self.cents = money.parse(text)
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from None
