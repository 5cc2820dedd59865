from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "yinling.core"
    label = "core"
    verbose_name = "基础"

    def ready(self) -> None:
        from yinling.core import second_factor
        from yinling.core.phones import phone_digest, read_phone
        from yinling.core.sealing.registered import Derived, DigestColumn, register

        register(
            DigestColumn("core.Account", "phone_digest", ("phone",), lambda p: phone_digest(read_phone(p)))
        )
        register(
            Derived("second factors", second_factor.outdated, second_factor.reseal, second_factor.uses_key)
        )
        register(DigestColumn("core.ApiKey", "digest"))  # made again by its next use
