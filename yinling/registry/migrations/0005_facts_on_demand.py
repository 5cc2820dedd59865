"""The facts views again: the same columns, categories of few people found by the index."""

from django.db import migrations

from yinling.registry.facts import DROP_SQL, create_sql


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_person_indexes")]
    operations = [migrations.RunSQL(DROP_SQL + ";" + create_sql(), migrations.RunSQL.noop)]
