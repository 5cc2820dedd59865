from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "yinling.assessment"
    label = "assessment"
    verbose_name = "评估"

    def ready(self) -> None:
        from yinling.assessment import handlers, panels  # noqa: F401 - handlers register themselves
        from yinling.assessment.own_copy import sheets
        from yinling.assessment.queries.lists import list_called_off
        from yinling.registry.consequences import tells_consequences
        from yinling.registry.own_copy import adds_to_copy

        panels.register()
        adds_to_copy(sheets)
        tells_consequences(list_called_off)
