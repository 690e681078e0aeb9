"""From a channel's row to the connector that speaks to it."""

from webapp.actions import credentials
from webapp.connectors import http
from webapp.connectors.channels import Connector, ConnectorError, open_channel
from webapp.jobs.line import Line
from webapp.models import Channel


def connector_for(channel: Channel, line: Line | None = None) -> Connector:
    """Return the channel's connector; a ConnectorError where its credentials can't be decrypted any more.

    All of its calls keep to the channel's limit; where a `line` is given, they can be read from it afterwards.
    """
    try:
        opened = credentials.opened(channel)
    except ValueError as error:
        told = "The credentials can't be read with the present encryption keys. Restore the key, or type them anew."
        raise ConnectorError(told, permanent=True) from error
    line = line or Line(channel, noting=False)
    line.hide(opened.values())
    with http.watched(line.watch()):
        return open_channel(channel.kind, channel.base_url, channel.settings, opened)
