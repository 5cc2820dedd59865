"""The one base of every failure that a user can cause and mend."""


class DomainError(Exception):
    """An expected failure. `message` is shown to the user: it names the cause and what to do.

    Subclasses state the failure (`BedAlreadyTaken`) and stand beside the function that raises them.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    @property
    def code(self) -> str:
        """The failure's name for machines and tests, such as `BedAlreadyTaken`."""
        return type(self).__name__


class ReasonMissing(DomainError):
    """An act that must be explained came without a reason."""
