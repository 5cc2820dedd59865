from django.apps import AppConfig


class ResidenceConfig(AppConfig):
    name = "yinling.residence"
    label = "residence"
    verbose_name = "机构"

    def ready(self) -> None:
        from yinling.residence import family_panels, handlers_fees, handlers_stays, own_stay_panels  # noqa: F401 - they register

        own_stay_panels.register()

        family_panels.register()
