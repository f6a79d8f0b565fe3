"""Who acts: a member of staff, an API key, a rule or the schedule."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


@dataclass(frozen=True)
class Actor:
    """``name`` is what histories show; ``user_id`` is set for members of staff."""

    name: str
    user_id: int | None = None

    @classmethod
    def of_user(cls, user: "AbstractBaseUser | AnonymousUser") -> Self:
        return cls(name=user.get_username(), user_id=user.pk)
