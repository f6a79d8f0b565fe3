"""The most memory this process has held, so that a run can say what each step cost."""

import resource
import sys
from contextlib import suppress
from pathlib import Path

_STATUS = Path("/proc/self/status")
_CLEAR_REFS = Path("/proc/self/clear_refs")


def forget_peak() -> None:
    """Start measuring afresh; where the system cannot (no /proc), the peak is the process' own."""
    with suppress(OSError):
        _CLEAR_REFS.write_text("5")


def peak_mib() -> float:
    """Peak resident memory in MiB since ``forget_peak``."""
    if _STATUS.exists():
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
