"""Look at large files before they are imported: bring their rows into the batch, and find out what each would do."""

from collections.abc import Callable

import peewee as pw
import structlog

from webapp.actions import file_looks, imports, viewers
from webapp.domain.errors import Refusal
from webapp.models import Batch, FileLook

log = structlog.get_logger()


def work(batch_id: int, enough: Callable[[], bool] = lambda: False) -> None:
    """Look at a file until that is done, it is no draft any more, or it is `enough` for now.

    It isn't interrupted for the sake of others, since checking begins anew each time; a look takes seconds.
    """
    look = file_looks.claim(batch_id)
    if look is None:
        return
    try:
        _look(look, Batch.get_by_id(batch_id), enough)
    except (pw.OperationalError, pw.InterfaceError):
        raise
    except Refusal as refusal:
        file_looks.fail(look, refusal.message)
    except Exception as error:
        log.exception("look.broke", batch=batch_id)
        file_looks.fail(look, f"Something broke on our side ({type(error).__name__}).")
    finally:
        file_looks.release(look)


def _look(look: FileLook, batch: Batch, enough: Callable[[], bool]) -> None:
    while file_looks.keep_part(look, batch):
        if enough():
            return None
    viewer = viewers.present(batch.store_id, batch.user_id)
    if viewer is None:
        return file_looks.fail(look, f"{batch.actor_label} no longer works in this store.")
    seen = imports.Preview()
    for number in imports.look(viewer, batch, seen):
        if not file_looks.renew(look, looked=number) or enough():
            return None
    return file_looks.finish(look, seen.found())
