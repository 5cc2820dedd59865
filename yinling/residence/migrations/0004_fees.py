from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("residence", "0003_stays")]
    operations: list = []
