"""Every setting, read once from the environment, typed, with its default."""

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parent


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


def _list(name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in os.environ.get(name, "").split(",") if part.strip())


@dataclass(frozen=True)
class Config:
    """What one process runs with. Field names are the environment variables' names in lower case."""

    database_url: str = "sqlite:///var/crossdock.db"
    secret_key: str = field(default="", repr=False)
    encryption_keys: tuple[str, ...] = field(default=(), repr=False)
    """Fernet keys, newest first: the first encrypts, all decrypt. Rotate by putting a new one in front."""
    outbound_allow: tuple[str, ...] = ()
    """Hosts, `host:port` pairs or networks that outbound calls may reach although they are not public."""
    behind_proxy: int = 0
    """How many trusted proxies set X-Forwarded-For in front of the web process."""
    secure_cookies: bool = False
    database_threads: int = 8
    """Threads of one process that may use the database at once; PostgreSQL's pool is two larger."""
    token_minutes: int = 60
    push_tick_seconds: float = 0.5
    """How often the worker looks for what must be told to a channel."""
    push_lease_seconds: float = 30.0
    """How long what a dead worker held stays with it. A living one renews its hold, however long a call takes."""
    sandbox_url: str = ""
    """Address of the sandbox shop that the connect form offers; empty where none runs."""
    base_url: str = "http://127.0.0.1:8000"
    """Where people reach the pages: what links in mails begin with. Never taken from a request, which may lie."""
    smtp_url: str = field(default="", repr=False)
    """`smtp://user:password@host:587` or `smtps://…`; empty writes mails into `mail_folder` instead."""
    mail_from: str = "Crossdock <crossdock@localhost>"
    mail_folder: str = "var/mail"
    log_level: str = "INFO"
    testing: bool = False


def _instance_secrets(folder: Path) -> dict[str, str]:
    """Return the secrets kept in `folder/instance.json`, created with mode 0600 on first use."""
    path = folder / "instance.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = {"secret_key": secrets.token_urlsafe(48), "encryption_key": Fernet.generate_key().decode()}
        candidate = folder / f".instance.{os.getpid()}.json"
        candidate.touch(mode=0o600)
        candidate.write_text(json.dumps(fresh))
        try:
            os.link(candidate, path)  # Two first starts at once: the first link wins, both read the same file.
        except FileExistsError:
            pass
        finally:
            candidate.unlink()
    return dict(json.loads(path.read_text()))


def from_environment() -> Config:
    """Read the settings. Secrets that the environment doesn't give come from `$INSTANCE_DIR/instance.json`."""
    secret_key = os.environ.get("SECRET_KEY", "")
    encryption_keys = _list("ENCRYPTION_KEYS")
    if not (secret_key and encryption_keys):
        kept = _instance_secrets(Path(os.environ.get("INSTANCE_DIR", ROOT / "var")))
        secret_key = secret_key or kept["secret_key"]
        encryption_keys = encryption_keys or (kept["encryption_key"],)
    return Config(
        database_url=os.environ.get("DATABASE_URL", Config.database_url),
        secret_key=secret_key,
        encryption_keys=encryption_keys,
        outbound_allow=_list("OUTBOUND_ALLOW"),
        behind_proxy=int(os.environ.get("BEHIND_PROXY", "0")),
        secure_cookies=_flag("SECURE_COOKIES", False),
        database_threads=int(os.environ.get("DATABASE_THREADS", "8")),
        token_minutes=int(os.environ.get("TOKEN_MINUTES", "60")),
        push_tick_seconds=float(os.environ.get("PUSH_TICK_SECONDS", "0.5")),
        push_lease_seconds=float(os.environ.get("PUSH_LEASE_SECONDS", "30")),
        sandbox_url=os.environ.get("SANDBOX_URL", ""),
        base_url=os.environ.get("BASE_URL", Config.base_url).rstrip("/"),
        smtp_url=os.environ.get("SMTP_URL", ""),
        mail_from=os.environ.get("MAIL_FROM", Config.mail_from),
        mail_folder=os.environ.get("MAIL_FOLDER", str(Path(os.environ.get("INSTANCE_DIR", ROOT / "var")) / "mail")),
        log_level=os.environ.get("LOG_LEVEL", "INFO").upper(),
    )
