from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "yinling.demo"
    label = "demo"
    verbose_name = "演示"

    def ready(self) -> None:
        from yinling.core.provenance import note_by
        from yinling.demo import doctor  # noqa: F401 - registers its check
        from yinling.demo.telling import demo_city, demo_remark
        from yinling.shell.context import tell_demo_by

        tell_demo_by(demo_city)
        note_by(demo_remark)
