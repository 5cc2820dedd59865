"""Accounts as Django's sign-in knows them."""

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db import connection
from django.db.models import Model

from yinling.core.models import Account, Division, Organisation
from yinling.core.ready import ready_cursor


class AccountBackend(ModelBackend):
    """Reads the account of a session with its unit and division, which every page names, in one query."""

    def get_user(self, user_id: int) -> Account | None:
        found = _account(user_id)
        return found if found is not None and self.user_can_authenticate(found) else None


def _account(user_id: int) -> Account | None:
    """As `select_related("organisation", "division")` would have it. Every request asks, so the statement is
    written once: for the ORM to write it anew takes longer than all the rest of the question."""
    statement, first, second = _statement()
    with ready_cursor() as cursor:
        cursor.execute(statement, [user_id])
        row = cursor.fetchone()
    if row is None:
        return None
    account: Account = _read(Account, row[:first])
    account.organisation = _read(Organisation, row[first:second]) if account.organisation_id else None
    account.division = _read(Division, row[second:])
    return account


@cache
def _statement() -> tuple[str, int, int]:
    """And where the columns of the unit and of the division begin."""
    tables: list[tuple[str, type[Model]]] = [("a", Account), ("o", Organisation), ("d", Division)]
    columns = [[f'{letter}."{f.column}"' for f in m._meta.concrete_fields] for letter, m in tables]
    account, unit, division = (f'"{model._meta.db_table}"' for _, model in tables)
    text = (
        f"SELECT {', '.join(chain.from_iterable(columns))} FROM {account} a LEFT JOIN {unit} o ON o.id = a.organisation_id "
        f"JOIN {division} d ON d.id = a.division_id WHERE a.id = %s"
    )
    return text, len(columns[0]), len(columns[0]) + len(columns[1])


def _read(model: type[Model], row: Sequence[Any]) -> Any:
    names, converters = _fields(model)
    values = list(row)
    for n, convert in converters:
        values[n] = convert(values[n], None, connection)
    return model.from_db(connection.alias, names, values)


@cache
def _fields(model: type[Model]) -> tuple[list[str], list[tuple[int, Any]]]:
    """Attribute names, and which values the fields want to change as they come."""
    fields = model._meta.concrete_fields
    converters = [(n, c) for n, f in enumerate(fields) for c in f.get_db_converters(connection)]
    return [f.attname for f in fields], converters
