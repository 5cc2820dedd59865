from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "yinling.assessment"
    label = "assessment"
    verbose_name = "评估"
