"""The views of schema `facts`. When a view changes later, a new migration drops and makes them all again."""

from django.db import migrations

from yinling.registry.facts import DROP_SQL, create_sql


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial"), ("core", "0001_initial")]
    operations = [migrations.RunSQL(create_sql(), DROP_SQL)]
