from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "yinling.demo"
    label = "demo"
    verbose_name = "演示"
