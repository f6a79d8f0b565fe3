"""PostgreSQL and Redis of our own, on free ports: for tests, and to run a command against.

``python -m tests.servers -- COMMAND …`` runs a command with DATABASE_URL and REDIS_URL naming
servers started for it (or those already named in the environment).
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

START_SECONDS = 30.0


class UnavailableError(Exception):
    """The server's program is not on this machine; the message says which."""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Return when the port takes connections."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise UnavailableError(f"nothing answers on port {port}: exit code {process.poll()}")


class Server:
    """One server process in a folder of its own."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="zhanggui-"))
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def options(self) -> dict[str, object]:
        """More arguments of Popen."""
        return {}

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdout=log, stderr=log, cwd=self.folder, **self.options()
            )
        wait_for(self.port, self.process)

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait()
            self.process = None

    def remove(self) -> None:
        self.stop(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)


class Redis(Server):
    """Without persistence: whatever it held is gone with it."""

    def command(self) -> list[str]:
        program = shutil.which("redis-server")
        if program is None:
            raise UnavailableError("redis-server is not in PATH")
        return [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"


class Postgres(Server):
    """A cluster of its own; as root it runs as the user PostgreSQL asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.data = self.folder / "data"
        self.programs = self.find_programs()
        self.user = self.find_user()
        if self.user:
            shutil.chown(self.folder, self.user)
        subprocess.run(
            [
                *(str(self.programs / "initdb"), "-D", str(self.data), "-U", "zhanggui"),
                *("--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"),
            ],
            check=True,
            capture_output=True,
            cwd=self.folder,
            **self.options(),
        )

    @staticmethod
    def find_programs() -> Path:
        found = shutil.which("initdb")
        if found:
            return Path(found).resolve().parent
        installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not installed:
            raise UnavailableError("PostgreSQL's initdb is not in PATH or /usr/lib/postgresql")
        return installed[-1].parent

    @staticmethod
    def find_user() -> str | None:
        if os.geteuid() != 0:
            return None
        names = {entry.pw_name for entry in pwd.getpwall()}
        for name in ("postgres", "nobody"):
            if name in names:
                return name
        raise UnavailableError("PostgreSQL does not run as root, and no other user is here")

    def options(self) -> dict[str, object]:
        return {"user": self.user, "extra_groups": []} if self.user else {}

    def command(self) -> list[str]:
        return [
            *(str(self.programs / "postgres"), "-D", str(self.data), "-p", str(self.port)),
            *("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="),
            *("-c", "fsync=off", "-c", "max_connections=60"),
        ]

    def start(self) -> None:
        """The port opens before the database answers, so ask it."""
        super().start()
        asked = [str(self.programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        deadline = time.monotonic() + START_SECONDS
        while subprocess.run(asked, check=False).returncode != 0:
            if time.monotonic() > deadline:
                raise UnavailableError("PostgreSQL does not answer")
            time.sleep(0.05)

    def restart(self) -> None:
        """At once, as after a crash: every connection is cut."""
        self.stop(signal.SIGQUIT)
        self.start()

    @property
    def url(self) -> str:
        return f"postgres://zhanggui@127.0.0.1:{self.port}/postgres"


@contextmanager
def running(kind: type[Server]) -> Iterator[Server]:
    """A started server of a kind, removed afterwards; UnavailableError where it cannot be."""
    server = kind()
    try:
        server.start()
        yield server
    finally:
        server.remove()


def main(arguments: list[str]) -> int:
    """Run a command with both servers named in its environment."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    environment = dict(os.environ)
    with ExitStack() as stack:
        for name, kind in (("DATABASE_URL", Postgres), ("REDIS_URL", Redis)):
            if not environment.get(name):
                environment[name] = stack.enter_context(running(kind)).url
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
