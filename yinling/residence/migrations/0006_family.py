from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("residence", "0005_care")]
    operations: list = []
