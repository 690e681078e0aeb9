"""Commands for operators: `flask --app wsgi …`."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import Flask

from webapp import serve
from webapp.actions import api_keys, users
from webapp.db import db, migrate, transaction
from webapp.domain.errors import Invalid, Refusal
from webapp.domain.viewer import Actor, Level, Viewer
from webapp.models import ApiKey, Store, Supplier


def register(app: Flask) -> None:
    """Give the flask command our commands."""
    for command in (migrate_command, users_group, keys_group, worker_command, serve_command):
        app.cli.add_command(command)


STORE = click.option("--store", help="Name or id of the store; may be left out where there is one.")
LEVELS = click.Choice(["none", "read", "write"])


def _told_plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command on an open connection; what an action refuses becomes one line and exit status 1."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            with db.connection_context():
                return command(*args, **kwargs)
        except Invalid as invalid:
            told = [f"{field}: {text}" for field, texts in invalid.errors.items() for text in texts]
            raise click.ClickException("\n".join(told)) from invalid
        except Refusal as refusal:
            raise click.ClickException(refusal.message) from refusal

    return wrapped


def _store(name: str | None) -> Store:
    """Return the store with this name or id; without one, the only store there is."""
    stores = list(Store.select().order_by(Store.id))
    if not stores:
        raise click.ClickException("There is no store yet: open the web pages once, which offer to create it.")
    if name is None and len(stores) > 1:
        raise click.ClickException(f"There are several stores: choose by --store one of {_names(stores)}.")
    found = stores if name is None else [row for row in stores if name in (row.name, str(row.id))]
    if len(found) != 1:
        told = "There is no store" if not found else "There are several stores"
        raise click.ClickException(f"{told} called {name!r}; there are {_names(stores)}.")
    store: Store = found[0]
    return store


def _supplier(store: Store, name: str | None) -> int | None:
    """Return the id of the store's active supplier with this name, in whatever case; None for no name."""
    if name is None:
        return None
    rows = list(Supplier.select().where(Supplier.store == store.id, Supplier.archived_at.is_null()))
    for row in rows:
        if row.name_key == name.strip().casefold():
            return int(row.id)
    raise click.ClickException(f"Store {store.name!r} has no supplier called {name!r}; it has {_names(rows)}.")


def _names(rows: list[Any]) -> str:
    return ", ".join(repr(row.name) for row in rows) or "none"


def _operator(store: Store) -> Viewer:
    full = Level.WRITE
    return Viewer(store.id, Actor("cli", None, "Command line"), "system", None, full, full, full)


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database up to date. Safe to repeat, and to run from several machines at once."""
    done = migrate()
    click.echo("\n".join(f"applied {name}" for name in done) or "The database is up to date already.")


@click.group("users")
def users_group() -> None:
    """People who log in."""


@users_group.command("create")
@click.option("--email", required=True, help="Address to log in with.")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", type=click.Choice(["admin", "merchant", "clerk"]), required=True)
@STORE
@click.option("--supplier", help="Name of the supplier that a clerk works for.")
@click.option(
    "--password",
    envvar="CROSSDOCK_PASSWORD",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="First password; asked for where neither this nor CROSSDOCK_PASSWORD is given.",
)
@_told_plainly
def create_user(email: str, name: str, role: str, store: str | None, supplier: str | None, password: str) -> None:
    """Add a person to a store."""
    where = _store(store)
    draft = users.UserDraft(name, email, role, _supplier(where, supplier), password)
    users.create(_operator(where), draft)
    click.echo(f"{name} can log in as {email.strip().lower()}, {role} of {where.name}.")


@click.group("keys")
def keys_group() -> None:
    """Keys with which programs use the API."""


@keys_group.command("issue")
@click.option("--name", required=True, help="What to call it, for example the logistics service's name.")
@STORE
@click.option("--supplier", help="Name of the supplier whose lines it sees; without it, the whole store's.")
@click.option("--orders", type=LEVELS, default="none", show_default=True)
@click.option("--products", type=LEVELS, default="none", show_default=True)
@click.option("--shipping", type=LEVELS, default="none", show_default=True)
@click.option("--hide-customer", is_flag=True, help="Hide who bought.")
@click.option("--hide-prices", is_flag=True, help="Hide every amount of money.")
@click.option("--enable", is_flag=True, help="Turn it on at once; otherwise an admin does it later.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with public_key and secret_key.")
@_told_plainly
def issue_key(
    name: str,
    store: str | None,
    supplier: str | None,
    orders: str,
    products: str,
    shipping: str,
    hide_customer: bool,
    hide_prices: bool,
    enable: bool,
    as_json: bool,
) -> None:
    """Create a key and print its secret, this once: nothing can show it again."""
    where = _store(store)
    viewer = _operator(where)
    bound = _supplier(where, supplier)
    draft = api_keys.KeyDraft(
        name,
        supplier_id=bound,
        orders=orders,
        products=products,
        shipping=shipping,
        hides_customer=hide_customer,
        hides_prices=hide_prices,
    )
    with transaction():
        issued = api_keys.issue(viewer, draft)
        key = api_keys.enable(viewer, issued.key.id) if enable else issued.key
    facts = {
        "id": key.id,
        "name": key.name,
        "store": where.name,
        "supplier": issued.key.supplier.name if issued.key.supplier else None,
        "enabled": key.enabled,
        "public_key": key.public_key,
        "secret_key": issued.secret_key,
    }
    click.echo(json.dumps(facts) if as_json else "\n".join(f"{word}: {value}" for word, value in facts.items()))


@keys_group.command("list")
@STORE
@_told_plainly
def list_keys(store: str | None) -> None:
    """Show the store's keys, without their secrets."""
    for key in ApiKey.select().where(ApiKey.store == _store(store).id).order_by(ApiKey.id):
        state = "revoked" if key.revoked_at else "enabled" if key.enabled else "disabled"
        click.echo(f"{key.public_key}  {state:8}  {key.name}")


@keys_group.command("enable")
@click.argument("public_key")
@STORE
@_told_plainly
def enable_key(public_key: str, store: str | None) -> None:
    """Turn a key on."""
    where = _store(store)
    click.echo(f"{api_keys.enable(_operator(where), _key(where, public_key)).name} is enabled.")


@keys_group.command("disable")
@click.argument("public_key")
@STORE
@_told_plainly
def disable_key(public_key: str, store: str | None) -> None:
    """Turn a key off, which counts from its next request on."""
    where = _store(store)
    click.echo(f"{api_keys.disable(_operator(where), _key(where, public_key)).name} is disabled.")


def _key(store: Store, public_key: str) -> int:
    found: ApiKey | None = ApiKey.select().where(ApiKey.store == store.id, ApiKey.public_key == public_key).first()
    if found is None:
        raise click.ClickException(f"Store {store.name!r} has no key {public_key!r}; see the command: keys list.")
    return int(found.id)


@click.command("worker")
def worker_command() -> None:
    """Read the channels and push to them, until told to stop."""
    from webapp.jobs import worker  # The other commands don't need the scheduler, and start faster without it.

    worker.run()


@click.command("serve")
@click.option("--port", type=click.IntRange(1, 65_535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--demo", is_flag=True, help="Fill a demo store first, and let a warehouse robot work for it.")
def serve_command(port: int, host: str, demo: bool) -> None:
    """Start everything that one machine needs: web, worker and a sandbox shop. Migrates the database first."""
    raise SystemExit(serve.run(host, port, demo))
