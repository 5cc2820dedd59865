from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "yinling.shell"
    label = "shell"
    verbose_name = "外壳"
