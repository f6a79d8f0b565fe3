"""Fail where a string is missing from the Chinese catalogue, untranslated or fuzzy."""

import shutil
import subprocess
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

PO = Path("locale/zh_Hans/LC_MESSAGES/django.po")


def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file)


def collected() -> set[object]:
    """The strings in the source; the catalogue is left as it was."""
    before = PO.read_bytes()
    make = [sys.executable, "manage.py", "makemessages", "--locale", "zh_Hans", "--no-wrap"]
    ignore = ["--no-location", "--ignore", "var", "--ignore", "tests"]
    try:
        subprocess.run([*make, *ignore], check=True, capture_output=True)  # noqa: S603
        return {message.id for message in catalogue() if message.id}
    finally:
        PO.write_bytes(before)


def main() -> int:
    messages = [message for message in catalogue() if message.id]
    wanting = [m.id for m in messages if m.fuzzy or not all(_texts(m.string))]
    if shutil.which("xgettext"):
        wanting += sorted(map(str, collected() - {m.id for m in messages}))
    for text in wanting:
        sys.stdout.write(f"not translated: {text!r}\n")
    sys.stdout.write(f"{len(messages)} strings, {len(wanting)} not translated\n")
    return 1 if wanting else 0


def _texts(string: object) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (str(string),)


if __name__ == "__main__":
    sys.exit(main())
