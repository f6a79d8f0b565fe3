"""A web process gets ready before it takes requests, not while the first visitor waits."""

import logging

from django.db import connections
from django.urls import get_resolver

from recommendations import warming

logger = logging.getLogger(__name__)


def warm() -> None:
    """Read all addresses and the live lists; what is wrong with those shows in their answers."""
    get_resolver().url_patterns  # noqa: B018 - a property that imports every view
    try:
        warming.warm()
    except Exception as error:  # noqa: BLE001
        logger.warning("No lists are at hand yet: %r", error)
    finally:
        connections.close_all()
