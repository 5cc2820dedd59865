from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "yinling.registry"
    label = "registry"
    verbose_name = "档案"

    def ready(self) -> None:
        from yinling.registry import handlers, own_panels  # noqa: F401 - handlers register themselves
        from yinling.registry.consequences import tells_consequences
        from yinling.registry.keys import register_all
        from yinling.registry.merging import panel as merging_panel
        from yinling.registry.queries.alike import hint_at_namesakes
        from yinling.registry.queries.states import list_ending, list_telling
        from yinling.registry.uploads.hints import finds_likely_same

        finds_likely_same(hint_at_namesakes)
        own_panels.register()
        merging_panel.register()
        register_all()
        tells_consequences(list_ending)
        tells_consequences(list_telling)
