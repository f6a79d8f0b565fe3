"""The schedule of the admin, run without a broker: what is due is put in the ledger right here."""

import logging

from django.db import DatabaseError, models
from django_celery_beat.schedulers import DatabaseScheduler, ModelEntry

logger = logging.getLogger(__name__)


class LedgerScheduler(DatabaseScheduler):  # type: ignore[misc]
    """django-celery-beat's scheduler, for the embedded worker and for ``celery beat`` alike.

    Scheduled tasks only queue jobs, so they run in this process and a broker that is away
    cannot lose them. After a database error the caller must make a new scheduler, which
    finds the entry due again.
    """

    producer = None

    def setup_schedule(self) -> None:
        """Add the entries of the settings that are new; what staff changed stays."""
        for name, entry in self.app.conf.beat_schedule.items():
            if not self.Model.objects.filter(name=name).exists():
                self.Entry.from_entry(name, app=self.app, **entry)

    def enabled_models_qs(self) -> "models.QuerySet[models.Model]":
        """Every enabled entry: one missed while the machine was off runs when it is on again."""
        found: models.QuerySet[models.Model] = self.Model.objects.enabled()
        return found

    def apply_entry(self, entry: ModelEntry, producer: object = None) -> None:
        """Run a due task; a failing one is logged and waits for its next time."""
        task = self.app.tasks.get(entry.task)
        try:
            if task is None:
                logger.error("The schedule names a task nobody knows: %s", entry.task)
            else:
                task(*entry.args, **entry.kwargs)
        except DatabaseError:
            raise
        except Exception:
            logger.exception("Scheduled task %s failed", entry.task)
        self.sync()
