"""Database constraints are the last word; here their violation becomes a sentence that a user can act on."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError

from yinling.kernel.errors import DomainError

P = ParamSpec("P")
R = TypeVar("R")


class WrongDates(DomainError):
    """A period ends before it begins, or begins in the future."""


def explains(refusals: dict[str, DomainError]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Raise the DomainError given for the violated constraint's name; stands above `@transaction.atomic`,
    so that only this operation is undone. A violation not listed is a bug and stays an IntegrityError."""

    def decorate(operation: Callable[P, R]) -> Callable[P, R]:
        @wraps(operation)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return operation(*args, **kwargs)
            except IntegrityError as error:
                refusal = refusals.get(constraint_of(error))
                if refusal is None:
                    raise
                raise type(refusal)(refusal.message) from None

        return run

    return decorate


def constraint_of(error: IntegrityError) -> str:
    """Name of the violated constraint, empty when the driver does not say."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""
