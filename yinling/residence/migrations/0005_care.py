from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("residence", "0004_fees")]
    operations: list = []
