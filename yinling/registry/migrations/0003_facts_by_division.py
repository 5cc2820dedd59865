"""The facts views again, with the number of the division beside its codes."""

from django.db import migrations

from yinling.registry.facts import DROP_SQL, create_sql


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_facts")]
    operations = [migrations.RunSQL(DROP_SQL + ";" + create_sql(), migrations.RunSQL.noop)]
