"""Reads SQLite files in a process of its own: requests on standard input, Arrow streams out.

The Arrow driver brings a SQLite library of its own. Two such libraries in one process cancel each
other's file locks (sqlite.org, "How To Corrupt An SQLite Database File", 2.2.1), so a process that
holds a Django connection must never open the file through the driver itself.

``python column_reader.py`` answers each line ``{path, sql, params}`` with a header (whether it went
well, and the length) and an Arrow stream or the error's text, until its input ends.
"""

import json
import struct
import sys
from typing import Any

import adbc_driver_sqlite.dbapi
import pyarrow as pa

HEADER = struct.Struct("!?Q")
ALL_ROWS = 2**30


def answer(request: dict[str, Any]) -> pa.Buffer:
    """The result of one query as an Arrow stream."""
    with adbc_driver_sqlite.dbapi.connect(request["path"]) as source, source.cursor() as cursor:
        # Types are guessed from the first batch; a column may begin with NULLs for long.
        cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(ALL_ROWS)})
        cursor.execute(request["sql"], request["params"])
        reader = cursor.fetch_record_batch()
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, reader.schema) as stream:
            for batch in reader:
                stream.write_batch(batch)
    return sink.getvalue()


def main() -> None:
    """Serve until standard input ends, which it does when the asking process does."""
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        try:
            is_good, body = True, answer(json.loads(line))
        except Exception as error:  # noqa: BLE001
            is_good, body = False, pa.py_buffer(str(error).encode())
        out.write(HEADER.pack(is_good, body.size))
        out.write(body)
        out.flush()


if __name__ == "__main__":
    main()
