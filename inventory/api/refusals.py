"""What the stock room refuses, as problem details."""

from collections.abc import Iterator
from contextlib import contextmanager

from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError

from inventory.services import ConflictError, RefusedError


class Conflict(APIException):
    """A state moved on, or a key stands for another thing."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


@contextmanager
def told() -> Iterator[None]:
    """409 for a conflict, 400 with the field for other refusals."""
    try:
        yield
    except ConflictError as error:
        raise Conflict(str(error)) from error
    except RefusedError as error:
        raise ValidationError({error.field or "non_field_errors": [str(error)]}) from error
