import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("core", "0002_audit"),
    ]

    operations = [
        migrations.AlterField(
            model_name="auditevent",
            name="verb",
            field=models.CharField(choices=[("create", "新建"), ("change", "修改"), ("delete", "删除"), ("read", "查阅"), ("export", "导出"), ("sign_in", "登录"), ("sign_out", "退出"), ("refused", "被拒绝")], max_length=10, verbose_name="动作"),
        ),
        migrations.AddField(
            model_name="account",
            name="password_changed_at",
            field=models.DateTimeField(null=True, verbose_name="密码更换时间"),
        ),
        migrations.AddField(
            model_name="account",
            name="must_change_password",
            field=models.BooleanField(default=False, verbose_name="下次登录须改密码"),
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("key", models.BinaryField(max_length=33, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField()),
                ("since", models.DateTimeField()),
                ("blocked_until", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "尝试次数",
                "indexes": [models.Index(fields=["since"], name="attempt_since")],
            },
        ),
        migrations.CreateModel(
            name="FormerPassword",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("encoded", models.CharField(max_length=128)),
                ("replaced_at", models.DateTimeField()),
                ("account", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="former_passwords", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "用过的密码",
            },
        ),
        migrations.CreateModel(
            name="PhoneCode",
            fields=[
                ("phone_digest", models.BinaryField(max_length=33, primary_key=True, serialize=False)),
                ("code_digest", models.BinaryField(max_length=33)),
                ("sent_at", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name": "短信验证码",
            },
        ),
    ]
