"""In which encoding a file's text is: UTF-8, UTF-16 or GB18030."""

import codecs
from pathlib import Path

import numpy as np
from django.utils.translation import gettext_noop

from sales.importers.packed import BLOCK, open_bytes
from sales.importers.refusals import FileRefusedError


def encoding_of(path: Path) -> str:
    """The encoding of a file; FileRefusedError where it is none we read."""
    for encoding in _candidates(path):
        try:
            pairs = _decode(path, encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "gb18030" or pairs.look_chinese:
            return encoding
    raise FileRefusedError(gettext_noop("The text encoding is unknown: save it as UTF-8."))


def _candidates(path: Path) -> list[str]:
    with open_bytes(path, lambda _: None) as stream:
        start = stream.read(4)
    if start.startswith(codecs.BOM_UTF8):
        return ["utf-8-sig"]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    return ["utf-8", "gb18030"]


def _decode(path: Path, encoding: str) -> "_Pairs":
    decoder = codecs.getincrementaldecoder(encoding)()
    pairs = _Pairs()
    with open_bytes(path, lambda _: None) as stream:
        while block := stream.read(BLOCK):
            decoder.decode(block)
            if encoding == "gb18030":
                pairs.count(block)
    decoder.decode(b"", final=True)
    return pairs


class _Pairs:
    """Whether bytes beyond ASCII come in the pairs of Chinese text.

    Western text in a one-byte encoding often decodes as GB18030 without an error, into nonsense.
    """

    def __init__(self) -> None:
        self._runs = 0
        self._alone = 0

    def count(self, block: bytes) -> None:
        beyond = np.frombuffer(block, dtype=np.uint8) >= 0x81
        edges = np.flatnonzero(np.diff(np.concatenate(([False], beyond, [False]))))
        lengths = edges[1::2] - edges[::2]
        self._runs += len(lengths)
        self._alone += int((lengths == 1).sum())

    @property
    def look_chinese(self) -> bool:
        return self._alone * 2 < self._runs
