"""Show a run while it runs; what is shown is what the ledger says."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from jobs.models import Job, Run

SECONDS_BETWEEN_LOOKS = 0.5


@contextmanager
def progress_bars(run: Run, console: Console) -> Iterator[None]:
    """A bar for each step, drawn by a thread of its own; nothing where no one looks on."""
    if not console.is_terminal:
        yield
        return
    stop = threading.Event()
    thread = threading.Thread(target=_draw, args=(run, console, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _draw(run: Run, console: Console, stop: threading.Event) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}", markup=False),
    )
    with Progress(*columns, console=console) as progress:
        bars = {
            job.pk: progress.add_task(job.kind, total=1.0, start=False, note="")
            for job in run.jobs.order_by("pk")
        }
        is_last_look = False
        while not is_last_look:
            is_last_look = stop.wait(SECONDS_BETWEEN_LOOKS)
            for job in _look(run):
                _update(progress, bars[job.pk], job)
    connection.close()


def _look(run: Run) -> list[Job]:
    try:
        return list(run.jobs.all())
    except DatabaseError:
        connection.close()
        return []


def _update(progress: Progress, bar: "object", job: Job) -> None:
    task = next(task for task in progress.tasks if task.id == bar)
    if job.state != Job.State.QUEUED and task.start_time is None:
        progress.start_task(task.id)
    has_ended = job.state in (Job.State.DONE, Job.State.FAILED)
    note = str(job.get_state_display()) if has_ended else job.note
    progress.update(task.id, completed=job.progress, note=note)
    if has_ended and task.stop_time is None:
        progress.stop_task(task.id)
