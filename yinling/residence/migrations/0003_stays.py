import django.db.models.deletion
from django.db import migrations, models

# Who has a home-care bed already has a bed: one bed for a person, of whatever kind.
TAKE_OVER = """
INSERT INTO residence_occupancy (person_id, kind, home_care_bed_id, since, until)
SELECT person_id, 'home_care', id, valid_from::timestamp AT TIME ZONE 'Asia/Shanghai',
    valid_to::timestamp AT TIME ZONE 'Asia/Shanghai'
FROM registry_homecarebed
"""
LIVING = [
    ("with_family", "与家人同住"),
    ("with_spouse", "与配偶同住"),
    ("alone", "独居"),
    ("institution", "入住机构"),
]
ENDS = [
    ("departed", "退住"),
    ("died", "去世"),
    ("trial_ended", "试住结束未入住"),
    ("respite_ended", "短期托养期满"),
    ("moved_home", "转往其他机构"),
    ("reversed", "登记有误，已撤销"),
]


def _ends_by_start(model: str, name: str) -> list:
    """An empty interval may remain of a mistake."""
    check = models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR")
    return [
        migrations.RemoveConstraint(model_name=model, name=name),
        migrations.AddConstraint(
            model_name=model, constraint=models.CheckConstraint(condition=check, name=name)
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("residence", "0002_waiting"), ("registry", "0006_person_file")]

    operations = [
        *_ends_by_start("absence", "absence_ends_after_start"),
        *_ends_by_start("occupancy", "occupancy_ends_after_start"),
        *_ends_by_start("stay", "stay_ends_after_start"),
        migrations.AddField(
            model_name="occupancy",
            name="home_care_bed",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="occupancy",
                to="registry.homecarebed",
            ),
        ),
        migrations.AddField(
            model_name="stay",
            name="came_from",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="went_on_to",
                to="residence.stay",
            ),
        ),
        migrations.AddField(
            model_name="stay",
            name="entered_at",
            field=models.DateTimeField(null=True, verbose_name="登记时间"),
        ),
        migrations.AddField(
            model_name="stay",
            name="lived_before",
            field=models.CharField(
                blank=True, choices=LIVING, db_default="", max_length=20, verbose_name="入住前居住状况"
            ),
        ),
        migrations.AlterField(
            model_name="occupancy",
            name="kind",
            field=models.CharField(
                choices=[("home", "养老机构床位"), ("home_care", "家庭养老床位")],
                default="home",
                max_length=12,
                verbose_name="床位类型",
            ),
        ),
        migrations.AlterField(
            model_name="stay",
            name="end",
            field=models.CharField(blank=True, choices=ENDS, max_length=15, verbose_name="离开方式"),
        ),
        migrations.AddConstraint(
            model_name="occupancy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("home_care_bed__isnull", False), ("kind", "home_care")),
                    models.Q(models.Q(("kind", "home_care"), _negated=True), ("home_care_bed", None)),
                    _connector="OR",
                ),
                name="occupancy_of_home_care_bed",
            ),
        ),
        migrations.RunSQL(TAKE_OVER, migrations.RunSQL.noop),
    ]
