from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0004_machines")]
    operations = [
        migrations.CreateModel(
            name='BackupRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('finished_at', models.DateTimeField(db_index=True, verbose_name='完成时间')),
                ('place', models.CharField(max_length=400, verbose_name='位置')),
                ('bytes', models.PositiveBigIntegerField(verbose_name='字节数')),
                ('rows', models.PositiveBigIntegerField(verbose_name='行数')),
                ('seconds', models.FloatField(verbose_name='用时（秒）')),
                ('is_proved', models.BooleanField(verbose_name='已试恢复')),
                ('manifest_sha256', models.CharField(max_length=64)),
            ],
            options={
                'verbose_name': '备份',
                'ordering': ['-finished_at'],
            },
        ),
    ]
