from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "yinling.registry"
    label = "registry"
    verbose_name = "档案"
