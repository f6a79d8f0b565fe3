"""The stock room asks for units to be sold off; what they will cost is decided elsewhere."""

from datetime import date

from django.utils import timezone

from catalog.models import Clearance
from suggestions.actors import Actor
from suggestions.models import Suggestion


def ask_clearance(
    *,
    product_id: int,
    units: int,
    clear_by: date,
    actor: Actor,
    suggestion: Suggestion | None = None,
) -> Clearance:
    """Ask for ``units`` to be sold off by a day; a second wish of the day replaces the first.

    Raises ValueError where no unit is to be sold.
    """
    if units < 1:
        raise ValueError("units must be at least 1")
    clearance, _is_new = Clearance.objects.update_or_create(
        product_id=product_id,
        asked_on=timezone.localdate(),
        defaults={
            "units": units,
            "clear_by": clear_by,
            "asked_by": actor.name,
            "suggestion": suggestion,
        },
    )
    return clearance
