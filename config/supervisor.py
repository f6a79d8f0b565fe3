"""Several processes as one: start them, start a dead one again, stop all together."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

PATIENCE_SECONDS = 15.0
YOUNG_SECONDS = 5.0


@dataclass
class Service:
    """One child process, in a process group of its own."""

    name: str
    command: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = field(default=0.0)

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            self.command, start_new_session=True, env=os.environ | {"REMAP_SIGTERM": "SIGQUIT"}
        )
        self.started = time.monotonic()

    @property
    def exit_code(self) -> int | None:
        """None while it runs or was never started."""
        return None if self.process is None else self.process.poll()

    @property
    def died_young(self) -> bool:
        """It could not even start, such as on a port in use: again would be in vain."""
        return time.monotonic() - self.started < YOUNG_SECONDS

    def tell(self, number: signal.Signals) -> None:
        if self.process is not None and self.exit_code is None:
            self.process.send_signal(number)

    def kill_group(self) -> None:
        """Whatever the process left behind goes with it."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return
            self.process.wait()


@dataclass
class Supervisor:
    """Keeps services running until told to stop, or until one cannot be kept."""

    services: Sequence[Service]
    say: Callable[[str], object]
    is_stopping: bool = False

    def run(self) -> int:
        """Run all services; returns the exit code: 0 after a signal, else of the one that died."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        try:
            for service in self.services:
                service.start()
            return self._watch()
        finally:
            self._stop_all()

    def _stop(self, _number: int, _frame: object) -> None:
        self.is_stopping = True

    def _watch(self) -> int:
        while not self.is_stopping:
            for service in self.services:
                code = service.exit_code
                if code is None:
                    continue
                if service.died_young:
                    self.say(f"{service.name} ended with {code}; stopping")
                    return code or 1
                self.say(f"{service.name} ended with {code}; starting it again")
                service.kill_group()
                service.start()
            time.sleep(0.2)
        return 0

    def _stop_all(self) -> None:
        for service in self.services:
            service.tell(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and any(
            service.process is not None and service.exit_code is None for service in self.services
        ):
            time.sleep(0.1)
        for service in self.services:
            service.kill_group()
