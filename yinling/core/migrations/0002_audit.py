import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import yinling.core.sealing

# The version in which new digests are made, held to the end of the transaction: changing it waits for those
# who hold it. A function, so that the version is read after the lock is there, in one query.
HOLD_KEY = """
CREATE FUNCTION core_hold_key() RETURNS integer LANGUAGE plpgsql VOLATILE AS $$
DECLARE held integer;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(907001);
    SELECT version INTO held FROM core_keyversion WHERE is_current;
    RETURN held;
END $$;
"""
APPEND_ONLY = """
CREATE FUNCTION core_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is only ever added to';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON core_auditevent
    FOR EACH ROW EXECUTE FUNCTION core_audit_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="storedfile",
            name="key",
            field=yinling.core.sealing.SealedTextField(editable=True, null=True),
        ),
        migrations.CreateModel(
            name="KeyVersion",
            fields=[
                ("version", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("provider", models.CharField(max_length=10, verbose_name="算法")),
                ("is_current", models.BooleanField(default=False)),
                ("added_at", models.DateTimeField(verbose_name="启用时间")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="重新加密完成时间")),
                ("retired_at", models.DateTimeField(null=True, verbose_name="停用时间")),
            ],
            options={
                "verbose_name": "密钥版本",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True)), fields=("is_current",), name="key_one_current"
                    )
                ],
            },
        ),
        migrations.RunSQL(HOLD_KEY, "DROP FUNCTION core_hold_key"),
        migrations.CreateModel(
            name="AuditCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField(verbose_name="发起时间")),
                ("state", models.CharField(choices=[("waiting", "等待中"), ("running", "核验中"), ("done", "已完成"), ("failed", "未完成")], default="waiting", max_length=10, verbose_name="状态")),
                ("events", models.BigIntegerField(default=0, verbose_name="已核对记录数")),
                ("expected", models.BigIntegerField(default=0, verbose_name="应核对记录数")),
                ("anchors", models.IntegerField(default=0, verbose_name="已核对锚点数")),
                ("break_count", models.IntegerField(default=0, verbose_name="问题数")),
                ("breaks", models.JSONField(default=list, verbose_name="问题")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="完成时间")),
                ("asked_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name="发起人")),
            ],
            options={
                "verbose_name": "操作记录核验",
                "indexes": [models.Index(fields=["-asked_at"], name="audit_check_latest")],
            },
        ),
        migrations.AlterField(
            model_name="auditevent",
            name="at",
            field=models.DateTimeField(verbose_name="时间"),
        ),
        migrations.AlterField(
            model_name="auditevent",
            name="actor",
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name="操作人"),
        ),
        migrations.AlterField("auditevent", "lane", models.IntegerField()),
        migrations.AlterField("auditlane", "id", models.IntegerField(primary_key=True, serialize=False)),
        migrations.RunSQL("CREATE SEQUENCE core_auditlane_number", "DROP SEQUENCE core_auditlane_number"),
        migrations.AddIndex("auditevent", models.Index(fields=["at", "id"], name="audit_at")),
        migrations.AddIndex("auditevent", models.Index(fields=["actor", "at"], name="audit_actor")),
        migrations.AddIndex("auditevent", models.Index(fields=["act", "at"], name="audit_act")),
        migrations.AddIndex("auditevent", models.Index(fields=["verb", "at"], name="audit_verb")),
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER audit_append_only ON core_auditevent; DROP FUNCTION core_audit_append_only",
        ),
    ]
