"""The model field for text that the database only ever sees sealed."""

from typing import Any

from django.db import models

from yinling.core.sealing.values import seal, unseal


class SealedTextField(models.BinaryField):
    """Text that the database only ever sees sealed. Empty text is stored as NULL."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _, args, kwargs = super().deconstruct()
        return name, "yinling.core.sealing.SealedTextField", args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str:
        return unseal(value) if value is not None else ""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        sealed = seal(value) if isinstance(value, str) and value else None
        return super().get_db_prep_value(sealed, connection, prepared)

    def value_to_string(self, obj: Any) -> str:
        return str(self.value_from_object(obj))
