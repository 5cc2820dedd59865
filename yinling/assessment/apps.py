from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "yinling.assessment"
    label = "assessment"
    verbose_name = "评估"

    def ready(self) -> None:
        from yinling.assessment import handlers, panels  # noqa: F401 - handlers register themselves

        panels.register()
