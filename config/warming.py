"""A web process gets ready before it takes requests, not while the first visitor waits."""

import logging

from django.db import DatabaseError, connections
from django.urls import get_resolver

from recommendations import warming
from recommendations.algorithms.artefact import ArtefactError

logger = logging.getLogger(__name__)


def warm() -> None:
    """Read all addresses and the live lists; without a database there is nothing to read."""
    get_resolver().url_patterns  # noqa: B018 - a property that imports every view
    try:
        warming.warm()
    except (DatabaseError, ArtefactError) as error:
        logger.warning("No lists are at hand yet: %s", error)
    finally:
        connections.close_all()
