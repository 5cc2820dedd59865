"""What families see, smart homes, home visits, wishes of destitute people; and the views of schema `facts` made anew
with what this room knows."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
import yinling.core.models.scope
from django.conf import settings
from django.db import migrations, models

from yinling.residence.facts import registry_only_sql, remake_sql


class Migration(migrations.Migration):
    dependencies = [
        ("residence", "0005_care"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DayNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='日期')),
                ('mood', models.CharField(blank=True, choices=[('good', '高兴'), ('calm', '平静'), ('low', '低落'), ('upset', '烦躁')], max_length=10, verbose_name='心情')),
                ('appetite', models.CharField(blank=True, choices=[('all', '都吃完了'), ('most', '吃了大半'), ('little', '吃得少'), ('none', '没怎么吃')], max_length=10, verbose_name='吃饭')),
                ('sleep', models.CharField(blank=True, choices=[('good', '睡得好'), ('fair', '睡得一般'), ('poor', '睡得不好')], max_length=10, verbose_name='睡眠')),
                ('text', models.CharField(blank=True, max_length=200, verbose_name='说几句')),
                ('noted_at', models.DateTimeField(verbose_name='记录时间')),
                ('noted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='day_notes', to='residence.stay')),
            ],
            options={
                'verbose_name': '每日情况',
                'constraints': [models.UniqueConstraint(fields=('stay', 'on'), name='day_note_once_a_day'), models.CheckConstraint(condition=models.Q(('appetite', ''), ('mood', ''), ('sleep', ''), ('text', ''), _negated=True), name='day_note_says_something')],
            },
        ),
        migrations.CreateModel(
            name='FamilyRefusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decided_by', models.CharField(choices=[('self', '本人'), ('guardian', '监护人')], max_length=10, verbose_name='谁决定')),
                ('form', models.CharField(choices=[('written', '书面'), ('oral', '口头'), ('online', '线上')], max_length=10, verbose_name='形式')),
                ('witness', models.CharField(blank=True, max_length=60, verbose_name='见证人')),
                ('since', models.DateTimeField(verbose_name='起')),
                ('until', models.DateTimeField(null=True, verbose_name='止')),
                ('item', models.CharField(blank=True, choices=[('day_notes', '每天的情况'), ('meals', '吃饭'), ('leave', '请假和住院'), ('incidents', '意外和处理'), ('vitals', '血压体温等'), ('bills', '账单')], max_length=12, verbose_name='内容')),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('guardian', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.contact')),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='family_refusals', to='registry.person')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '不让家属看',
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='family_refusal_ends_after_start'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('person'), models.F('person'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.Func(models.F('item'), function='hashtext', output_field=models.IntegerField()), models.Func(models.F('item'), function='hashtext', output_field=models.IntegerField()), models.Value('[]'), function='int8range'), '&&'), (models.Func(django.db.models.functions.comparison.Coalesce(models.F('account'), models.Value(0)), django.db.models.functions.comparison.Coalesce(models.F('account'), models.Value(0)), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('since'), models.F('until'), function='tstzrange'), '&&')], name='family_refusal_once')],
            },
        ),
        migrations.CreateModel(
            name='FamilyShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decided_by', models.CharField(choices=[('self', '本人'), ('guardian', '监护人')], max_length=10, verbose_name='谁决定')),
                ('form', models.CharField(choices=[('written', '书面'), ('oral', '口头'), ('online', '线上')], max_length=10, verbose_name='形式')),
                ('witness', models.CharField(blank=True, max_length=60, verbose_name='见证人')),
                ('since', models.DateTimeField(verbose_name='起')),
                ('until', models.DateTimeField(null=True, verbose_name='止')),
                ('item', models.CharField(choices=[('day_notes', '每天的情况'), ('meals', '吃饭'), ('leave', '请假和住院'), ('incidents', '意外和处理'), ('vitals', '血压体温等'), ('bills', '账单')], max_length=12, verbose_name='内容')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('guardian', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.contact')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='family_shares', to='residence.stay')),
            ],
            options={
                'verbose_name': '家属可看内容',
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='family_share_ends_after_start'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('stay'), models.F('stay'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.Func(models.F('item'), function='hashtext', output_field=models.IntegerField()), models.Func(models.F('item'), function='hashtext', output_field=models.IntegerField()), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('since'), models.F('until'), function='tstzrange'), '&&')], name='family_share_once')],
            },
        ),
        migrations.CreateModel(
            name='HomeService',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='生效日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('kind', models.CharField(choices=[('meal', '助餐'), ('cleaning', '助洁'), ('bathing', '助浴'), ('mobility', '助行'), ('medical', '助医'), ('rehabilitation', '康复'), ('visiting', '探访'), ('other', '其他')], max_length=15, verbose_name='服务类别')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='home_services', to='registry.place')),
            ],
            options={
                'verbose_name': '上门服务项目',
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='home_service_ends_after_start'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('place'), models.F('place'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.Func(models.F('kind'), function='hashtext', output_field=models.IntegerField()), models.Func(models.F('kind'), function='hashtext', output_field=models.IntegerField()), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('valid_from'), models.F('valid_to'), function='daterange'), '&&')], name='home_service_once')],
            },
        ),
        migrations.CreateModel(
            name='HomeVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('kind', models.CharField(choices=[('meal', '助餐'), ('cleaning', '助洁'), ('bathing', '助浴'), ('mobility', '助行'), ('medical', '助医'), ('rehabilitation', '康复'), ('visiting', '探访'), ('other', '其他')], max_length=15, verbose_name='服务类别')),
                ('on', models.DateField(verbose_name='日期')),
                ('people', models.PositiveSmallIntegerField(default=1, verbose_name='人次')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='每次分钟数')),
                ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                ('withdrawn_on', models.DateField(null=True, verbose_name='作废日期')),
                ('withdrawn_reason', models.CharField(blank=True, max_length=200, verbose_name='作废理由')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='home_visits', to='registry.person')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='home_visits', to='registry.place')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('worker', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.careworker')),
            ],
            options={
                'verbose_name': '上门服务记录',
                'indexes': [models.Index(fields=['division_path', 'id'], name='home_visit_scope', opclasses=['varchar_pattern_ops', 'int8_ops']), models.Index(condition=models.Q(('withdrawn_on', None)), fields=['place', 'on'], name='home_visit_counting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('people__range', (1, 500))), name='home_visit_people'), models.CheckConstraint(condition=models.Q(('minutes__range', (1, 720))), name='home_visit_minutes'), models.CheckConstraint(condition=models.Q(('person', None), ('people', 1), _connector='OR'), name='home_visit_one_person')],
            },
        ),
        migrations.CreateModel(
            name='MenuMeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('on', models.DateField(verbose_name='日期')),
                ('meal', models.CharField(choices=[('breakfast', '早餐'), ('lunch', '午餐'), ('dinner', '晚餐')], max_length=10, verbose_name='餐次')),
                ('dishes', models.CharField(max_length=200, verbose_name='菜品')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='menu', to='registry.place')),
            ],
            options={
                'verbose_name': '食谱',
                'constraints': [models.UniqueConstraint(fields=('place', 'on', 'meal'), name='menu_meal_once')],
            },
        ),
        migrations.CreateModel(
            name='SmartHomeEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='生效日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('standard', models.CharField(max_length=40, verbose_name='标准')),
                ('item', models.CharField(max_length=40, verbose_name='条目')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('state', models.CharField(choices=[('waiting', '待审核'), ('accepted', '已通过'), ('returned', '已退回')], default='waiting', max_length=10, verbose_name='状态')),
                ('submitted_at', models.DateTimeField(verbose_name='提交时间')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='审核时间')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='审核意见')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='smart_home_evidence', to='registry.place')),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '智慧养老院佐证',
                'indexes': [models.Index(fields=['division_path', 'id'], name='smart_evidence_scope', opclasses=['varchar_pattern_ops', 'int8_ops']), models.Index(fields=['place', 'standard', 'item'], name='smart_evidence_item')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='smart_evidence_ends_after_start'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', False)), name='smart_evidence_has_term'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='smart_evidence_decided_with_state'), models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('place', 'standard', 'item'), name='smart_evidence_one_waiting')],
            },
        ),
        migrations.CreateModel(
            name='SmartHomeRecognition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='生效日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('standard', models.CharField(max_length=40, verbose_name='标准')),
                ('required', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None, verbose_name='必备条目')),
                ('decided_at', models.DateTimeField(verbose_name='认定时间')),
                ('revoked_reason', models.CharField(blank=True, max_length=200, verbose_name='撤销理由')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='smart_home_recognitions', to='registry.place')),
            ],
            options={
                'verbose_name': '智慧养老院认定',
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='smart_recognition_ends_after_start'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('place'), models.F('place'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('valid_from'), models.F('valid_to'), function='daterange'), '&&')], name='smart_recognition_once')],
            },
        ),
        migrations.CreateModel(
            name='SupportWish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='生效日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('kind', models.CharField(choices=[('in_home', '集中供养'), ('at_home', '分散供养')], max_length=10, verbose_name='供养意愿')),
                ('said_by', models.CharField(choices=[('self', '本人'), ('guardian', '监护人')], default='self', max_length=10, verbose_name='谁表示')),
                ('source', models.CharField(max_length=100, verbose_name='依据')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='support_wishes', to='registry.person')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '特困供养意愿',
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='support_wish_ends_after_start'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('person'), models.F('person'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('valid_from'), models.F('valid_to'), function='daterange'), '&&')], name='support_wish_once_at_a_time')],
            },
        ),
        migrations.RunSQL(remake_sql(), registry_only_sql()),
    ]
