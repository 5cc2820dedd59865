from django.db import migrations

import yinling.core.sealing


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="storedfile",
            name="key",
            field=yinling.core.sealing.SealedTextField(editable=False, null=True),
        ),
    ]
