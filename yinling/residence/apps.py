from importlib import import_module

from django.apps import AppConfig

# Each registers its event handlers, jobs or interests when it is imported.
REGISTERING = (
    "handlers_family",
    "handlers_fees",
    "handlers_stays",
    "handlers_waiting",
    "handlers_care",
    "interests",
    "tasks_family",
    "tasks_waiting",
    "tasks_care",
    "tasks_fees",
)


class ResidenceConfig(AppConfig):
    name = "yinling.residence"
    label = "residence"
    verbose_name = "机构"

    def ready(self) -> None:
        from yinling.registry.own_copy import adds_to_copy
        from yinling.residence import (
            care_panel,
            family_copy,
            family_panels,
            fee_panels,
            own_stay_panels,
            waiting_panels,
        )

        for module in REGISTERING:
            import_module(f"yinling.residence.{module}")
        for panels in (own_stay_panels, family_panels, waiting_panels, care_panel, fee_panels):
            panels.register()
        adds_to_copy(family_copy.sheets)
