"""Why the stock room refuses something; nothing has changed where one of these is raised."""


class RefusedError(Exception):
    """Bad input: the message names the remedy, ``field`` what is wrong."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class ConflictError(RefusedError):
    """The world is not as the caller thinks: a state moved on, a key was used for another thing."""


class PurchaseOrderStateError(ConflictError):
    """The order is not in the state this step starts from."""


class TransferStateError(ConflictError):
    """The transfer is not in the state this step starts from."""
