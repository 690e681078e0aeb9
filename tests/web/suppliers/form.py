"""What is typed into the supplier form."""

PLAIN = {"name": "Sud Magazzini", "min_days": "1", "max_days": "3"}

DROPSHIPPING = {
    "street": "Via Verdi 4",
    "postcode": "20121",
    "city": "Milano",
    "state": "MI",
    "country": "Italy",
    "morning_from": "08:30",
    "morning_to": "12:30",
    "afternoon_from": "14:00",
    "afternoon_to": "18:00",
    "collection_at": "17:15",
    "instructions": "Ring twice.\r\nLeave <nothing> outside.",
}
"""What the tick "dropshipping" unfolds."""

EMPTY = {"name": "", "min_days": "", "max_days": "", "logistics": False, "dropshipping": False}
EMPTY |= dict.fromkeys(DROPSHIPPING, "")
"""The form as it opens."""
