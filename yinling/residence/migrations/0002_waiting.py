from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("residence", "0001_initial")]
    operations: list = []
