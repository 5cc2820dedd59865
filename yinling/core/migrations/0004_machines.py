import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_signin'),
    ]

    operations = [
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hint', models.CharField(max_length=8, verbose_name='密钥开头')),
                ('digest', models.BinaryField(max_length=33, unique=True)),
                ('rights', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None, verbose_name='权限')),
                ('networks', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=43), default=list, size=None, verbose_name='允许的地址')),
                ('per_minute', models.PositiveIntegerField(default=600, verbose_name='每分钟次数上限')),
                ('valid_until', models.DateField(verbose_name='有效期至')),
                ('issued_at', models.DateTimeField(verbose_name='发放时间')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='收回时间')),
                ('last_used_on', models.DateField(null=True, verbose_name='最近使用')),
            ],
            options={
                'verbose_name': '对接密钥',
                'ordering': ['-id'],
            },
        ),
        migrations.AddField(
            model_name='account',
            name='is_machine',
            field=models.BooleanField(default=False, verbose_name='对接系统'),
        ),
        migrations.CreateModel(
            name='ApiAllowance',
            fields=[
                ('key', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='core.apikey')),
                ('minute', models.DateTimeField()),
                ('used', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name': '对接用量',
            },
        ),
        migrations.AddField(
            model_name='apikey',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='api_keys', to=settings.AUTH_USER_MODEL, verbose_name='接入系统'),
        ),
        migrations.AddField(
            model_name='apikey',
            name='issued_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='发放人'),
        ),
        migrations.CreateModel(
            name='ApiRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.BinaryField(max_length=33)),
                ('fingerprint', models.BinaryField(max_length=33)),
                ('subject_id', models.BigIntegerField(null=True)),
                ('asked_at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '对接请求',
                'indexes': [models.Index(fields=['asked_at'], name='api_request_age')],
                'constraints': [models.UniqueConstraint(fields=('account', 'token'), name='api_request_once')],
            },
        ),
        # Counters of a minute: no crash needs them back, and no request waits for the disk because of them.
        migrations.RunSQL("ALTER TABLE core_apiallowance SET UNLOGGED", "ALTER TABLE core_apiallowance SET LOGGED"),
    ]
