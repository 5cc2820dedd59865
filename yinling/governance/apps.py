from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "yinling.governance"
    label = "governance"
    verbose_name = "落实"
