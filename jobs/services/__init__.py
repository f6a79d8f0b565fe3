"""Queue, claim, finish: every write to the ledger is one conditional statement."""

from jobs.services.attempting import attempt, report_progress
from jobs.services.claiming import claim, fail_attempt, give_back, refuse
from jobs.services.finishing import StaleAttemptError, finishing, record_scores
from jobs.services.queueing import queue_job, retry
from jobs.services.sweeping import Swept, sweep, wake
from jobs.services.working import run_job, run_next, unknown_kind

__all__ = [
    "StaleAttemptError",
    "Swept",
    "attempt",
    "claim",
    "fail_attempt",
    "finishing",
    "give_back",
    "queue_job",
    "record_scores",
    "refuse",
    "report_progress",
    "retry",
    "run_job",
    "run_next",
    "sweep",
    "unknown_kind",
    "wake",
]
