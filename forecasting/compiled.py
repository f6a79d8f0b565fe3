"""Just-in-time compilation that never fails for want of a writable cache folder."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile a numeric loop with numba, cached on disk where that is possible.

    The loops release the interpreter lock, so chunks of a panel can run in threads.
    """
    try:
        return cast("Function", numba.njit(function, cache=True, nogil=True))
    except RuntimeError:  # numba found no folder it may write its cache to
        return cast("Function", numba.njit(function, nogil=True))
