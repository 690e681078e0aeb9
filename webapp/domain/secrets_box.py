"""Seal what must be read back, such as a channel's password, with keys that can be rotated."""

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Box:
    """Encrypts with the first key and decrypts with any: put a new key in front, keep the old one behind it."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, secrets: dict[str, str]) -> str:
        """Return the secrets as one encrypted text; an empty dict gives an empty text."""
        return self._fernet.encrypt(orjson.dumps(secrets)).decode() if secrets else ""

    def open(self, sealed: str) -> dict[str, str]:
        """Return what was sealed; raise ValueError where no key fits or the text was changed."""
        if not sealed:
            return {}
        try:
            return dict(orjson.loads(self._fernet.decrypt(sealed.encode())))
        except InvalidToken as error:
            raise ValueError("No encryption key fits what is stored.") from error
