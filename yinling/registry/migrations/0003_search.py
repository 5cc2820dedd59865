from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_facts")]
    operations = [
        migrations.CreateModel(
            name="SearchRebuild",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("upto", models.BigIntegerField(default=0)),
                ("started_at", models.DateTimeField(verbose_name="开始时间")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="完成时间")),
            ],
            options={"verbose_name": "检索词重建"},
        ),
    ]
