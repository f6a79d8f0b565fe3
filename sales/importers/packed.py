"""A file's bytes, packed or not, with bounds on what they may grow to."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.utils.translation import gettext_noop

from sales.importers.refusals import FileRefusedError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST_BYTES = 4 * 2**30
MOST_INFLATION = 200
HARMLESS_BYTES = 64 * 2**20
BLOCK = 2**20  # no line may be longer than two of them

Advance = Callable[[int], object]


class _Counted(io.RawIOBase):
    """A raw file that tells how many bytes were read from it."""

    def __init__(self, raw: IO[bytes], advance: Advance) -> None:
        self._raw = raw
        self._advance = advance

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        data = self._raw.read(len(view))
        view[: len(data)] = data
        self._advance(len(data))
        return len(data)

    def close(self) -> None:
        self._raw.close()
        super().close()


def open_bytes(path: Path, advance: Advance) -> IO[bytes]:
    """The content, unpacked where it is; ``advance`` hears of the bytes read from disk."""
    raw = io.BufferedReader(_Counted(path.open("rb", buffering=0), advance), BLOCK)
    if raw.peek(2)[:2] == b"\x1f\x8b":
        return io.BufferedReader(gzip.GzipFile(fileobj=raw), BLOCK)
    return raw


def open_text(path: Path, encoding: str) -> io.TextIOWrapper:
    """The content as text, its line ends kept."""
    return io.TextIOWrapper(open_bytes(path, lambda _: None), encoding, newline="")


def file_digest(path: Path) -> str:
    """The digest of the file as it lies there."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def content_digest(path: Path) -> str:
    """The digest of what is in the file; refuses what is too large, damaged or no table."""
    digest = hashlib.sha256()
    size = 0
    try:
        with open_bytes(path, lambda _: None) as stream:
            while block := stream.read(BLOCK):
                size += len(block)
                check_size(size, path)
                if len(block) == BLOCK and b"\n" not in block and b"\r" not in block:
                    raise FileRefusedError(gettext_noop("A line is too long: is this a table?"))
                digest.update(block)
    except (EOFError, OSError, zlib.error) as error:
        raise FileRefusedError(gettext_noop("The file is damaged: pack it again.")) from error
    return digest.hexdigest()


def check_size(size: int, path: Path) -> None:
    """Refuse a file whose content is too large, or suspiciously larger than the file."""
    if size > MOST_BYTES:
        raise FileRefusedError(gettext_noop("The file is too large: split it."))
    if size > HARMLESS_BYTES and size > MOST_INFLATION * path.stat().st_size:
        raise FileRefusedError(gettext_noop("The packed file grows too much: unpack it first."))
