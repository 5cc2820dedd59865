from django.apps import AppConfig


class ResidenceConfig(AppConfig):
    name = "yinling.residence"
    label = "residence"
    verbose_name = "机构"
