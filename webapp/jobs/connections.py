"""From a channel's row to the connector that speaks to it."""

from webapp.actions import credentials
from webapp.connectors.channels import Connector, ConnectorError, open_channel
from webapp.models import Channel


def connector_for(channel: Channel) -> Connector:
    """Return the channel's connector; a ConnectorError where its credentials can't be decrypted any more."""
    try:
        opened = credentials.opened(channel)
    except ValueError as error:
        told = "The credentials can't be read with the present encryption keys. Restore the key, or type them anew."
        raise ConnectorError(told, permanent=True) from error
    return open_channel(channel.kind, channel.base_url, channel.settings, opened)
