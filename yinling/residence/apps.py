from django.apps import AppConfig


class ResidenceConfig(AppConfig):
    name = "yinling.residence"
    label = "residence"
    verbose_name = "机构"

    def ready(self) -> None:
        from yinling.residence import handlers_fees, handlers_stays  # noqa: F401 - handlers register themselves
