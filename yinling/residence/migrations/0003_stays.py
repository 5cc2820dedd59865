from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("residence", "0002_waiting")]
    operations: list = []
