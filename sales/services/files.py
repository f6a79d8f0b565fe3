"""Load files and folders."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext_noop

from catalog.models import PriceChange
from sales.importers.batches import Account
from sales.importers.canonical import WRITERS
from sales.importers.checking import known_headers
from sales.importers.layouts import Origin, Writer
from sales.importers.loading import Load, Progress, Quiet, run
from sales.importers.online_retail import InvoiceWriter
from sales.importers.reading import open_source
from sales.importers.refusals import FileRefusedError
from sales.models import ImportBatch
from suggestions.actors import Actor

ONLINE_RETAIL = "online-retail-ii"
CANONICAL = "zhanggui"
LAYOUTS = (CANONICAL, ONLINE_RETAIL)
KINDS = tuple(WRITERS)
TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".csv.gz", ".tsv.gz")


@dataclass(frozen=True)
class LoadOptions:
    """How files are read. ``zone`` is that of times without one; ``kind`` what every file holds."""

    layout: str = CANONICAL
    kind: str = ""
    zone: tzinfo = field(default_factory=timezone.get_default_timezone)
    actor: Actor | None = None


def load_files(
    paths: Sequence[Path], options: LoadOptions, progress: Progress | None = None
) -> list[Account]:
    """Load files and folders, those others rest on first; one account per file.

    A file that cannot be read ends as FAILED with the reason in ``batch.error``; the others load.
    """
    chosen = [(path, _writer_for(path, options)) for path in _expand(paths)]
    order = list(WRITERS.values())
    chosen.sort(key=lambda pair: order.index(pair[1]) if pair[1] in order else -1)
    return [_load_file(path, writer, options, progress or Quiet()) for path, writer in chosen]


def _expand(paths: Sequence[Path]) -> list[Path]:
    """Files as they are; of a folder, the tables directly in it."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(
                child for child in path.iterdir() if child.name.lower().endswith(TABLES)
            )
        else:
            found.append(path)
    return found


def _writer_for(path: Path, options: LoadOptions) -> type[Writer] | None:
    """The layout a file is read in: the one asked for, or the one its name begins with."""
    if options.layout == ONLINE_RETAIL:
        return InvoiceWriter
    name = options.kind or path.name.lower()
    return next((writer for kind, writer in WRITERS.items() if name.startswith(kind)), None)


def _load_file(
    path: Path, writer: type[Writer] | None, options: LoadOptions, progress: Progress
) -> Account:
    account = Account(
        ImportBatch(
            file_name=path.name,
            layout=writer.name if writer else options.layout,
            actor_id=options.actor.user_id if options.actor else None,
        )
    )
    try:
        _run(path, writer, options, account, progress)
    except FileRefusedError as error:
        account.close(str(error))
    except Exception as error:
        account.close(f"{type(error).__name__}: {error}")
        raise
    else:
        account.close()
    return account


def _run(
    path: Path,
    writer: type[Writer] | None,
    options: LoadOptions,
    account: Account,
    progress: Progress,
) -> None:
    if not path.is_file():
        raise FileRefusedError(gettext_noop("There is no such file."))
    if writer is None:
        raise FileRefusedError(gettext_noop("Say with --kind what the file holds."))
    source = open_source(path, lambda header: known_headers([writer], header))
    account.batch.sha256 = source.sha256
    account.batch.save()
    origin = Origin(PriceChange.Source.IMPORT, timezone.now(), options.actor)
    run(Load(source, writer(origin), options.zone, progress), account)
