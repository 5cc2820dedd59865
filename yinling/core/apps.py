from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "yinling.core"
    label = "core"
    verbose_name = "基础"
