from django.apps import AppConfig


class ResidenceConfig(AppConfig):
    name = "yinling.residence"
    label = "residence"
    verbose_name = "机构"

    def ready(self) -> None:
        from yinling.registry.own_copy import adds_to_copy
        from yinling.residence import (  # handlers register themselves
            family_copy,
            family_panels,
            handlers_family,  # noqa: F401
            handlers_fees,  # noqa: F401
            handlers_stays,  # noqa: F401
            interests,  # noqa: F401
            own_stay_panels,
            tasks_family,  # noqa: F401
        )

        own_stay_panels.register()
        family_panels.register()
        adds_to_copy(family_copy.sheets)

        from yinling.residence import handlers_waiting, tasks_waiting, waiting_panels  # noqa: F401

        waiting_panels.register()

        from yinling.residence import care_panel, handlers_care, tasks_care  # noqa: F401

        care_panel.register()

        from yinling.residence import fee_panels, tasks_fees  # noqa: F401

        fee_panels.register()
