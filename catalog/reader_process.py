"""The process that reads SQLite files for this one: started when first needed, ended with it."""

import atexit
import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from django.db import DatabaseError

PROGRAM = str(Path(__file__).with_name("column_reader.py"))
HEADER = struct.Struct("!?Q")
_lock = threading.Lock()
_started: dict[int, "subprocess.Popen[bytes]"] = {}  # by our own pid: a fork starts its own


def read_sqlite(path: str, sql: str, params: Sequence[object]) -> pa.Table:
    """The result of a query as an Arrow table; DatabaseError where SQLite or the process fails."""
    request = json.dumps({"path": path, "sql": sql, "params": params}, default=str)
    with _lock:
        is_good, body = _ask(request.encode() + b"\n")
    if not is_good:
        raise DatabaseError(body.decode())
    return pa.ipc.open_stream(body).read_all()


def _ask(line: bytes) -> tuple[bool, bytes]:
    process = _process()
    if process.stdin is None or process.stdout is None:
        raise DatabaseError("The column reader has no pipes.")
    try:
        process.stdin.write(line)
        process.stdin.flush()
    except BrokenPipeError as error:
        raise DatabaseError("The column reader ended.") from error
    header = process.stdout.read(HEADER.size)
    if len(header) < HEADER.size:
        process.wait()
        raise DatabaseError(f"The column reader ended with {process.returncode}.")
    is_good, size = HEADER.unpack(header)
    return is_good, process.stdout.read(size)


def _process() -> "subprocess.Popen[bytes]":
    process = _started.get(os.getpid())
    if process is None or process.poll() is not None:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        _started[os.getpid()] = process
    return process


@atexit.register
def end_reader() -> None:
    """End the process; the next read starts a new one."""
    process = _started.pop(os.getpid(), None)
    if process is not None:
        process.communicate()
