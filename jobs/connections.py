"""The database connection of a process that outlives its database's restarts."""

from django.db import connection


def drop_if_broken() -> None:
    """Close a connection that is broken or old; the next query opens another."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def drop() -> None:
    """Close the connection: a query may have been cut off half-way."""
    if not connection.in_atomic_block:
        connection.close()
