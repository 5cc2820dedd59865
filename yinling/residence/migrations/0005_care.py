import django.db.models.deletion
import yinling.core.models.scope
from django.conf import settings
from django.db import migrations, models


# A closed round is evidence: neither it nor its lines change, whatever program asks. Corrections are rows of their own.
CLOSED_ROUNDS_STAY = """
CREATE FUNCTION residence_line_of_closed_round() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE closed boolean;
BEGIN
    SELECT state = 'closed' INTO closed FROM residence_medicationround
        WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.round_id ELSE OLD.round_id END FOR SHARE;
    IF closed THEN
        RAISE EXCEPTION 'the round is closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'medication_round_closed';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER closed_round_lines BEFORE INSERT OR UPDATE OR DELETE ON residence_medicationline
    FOR EACH ROW EXECUTE FUNCTION residence_line_of_closed_round();
CREATE FUNCTION residence_closed_round() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'closed' THEN
        RAISE EXCEPTION 'the round is closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'medication_round_closed';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER closed_round BEFORE UPDATE OR DELETE ON residence_medicationround
    FOR EACH ROW EXECUTE FUNCTION residence_closed_round();
"""
DROP = """
DROP TRIGGER closed_round_lines ON residence_medicationline;
DROP FUNCTION residence_line_of_closed_round();
DROP TRIGGER closed_round ON residence_medicationround;
DROP FUNCTION residence_closed_round();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('assessment', '0001_initial'),
        ('residence', '0004_fees'),
    ]

    operations = [
        migrations.CreateModel(
            name='CarePlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('version', models.PositiveSmallIntegerField(verbose_name='版本')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('active', '执行中'), ('ended', '已停用')], default='draft', max_length=10, verbose_name='状态')),
                ('level', models.PositiveSmallIntegerField(null=True, verbose_name='等级')),
                ('drafted_at', models.DateTimeField(verbose_name='拟定时间')),
                ('approved_at', models.DateTimeField(null=True, verbose_name='审核时间')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='停用时间')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('assessment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessment.assessment')),
                ('drafted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='care_plans', to='residence.stay')),
            ],
            options={
                'verbose_name': '照护计划',
            },
        ),
        migrations.CreateModel(
            name='CarePlanItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='次序')),
                ('code', models.CharField(blank=True, max_length=30, verbose_name='规则')),
                ('title', models.CharField(max_length=60, verbose_name='照护项目')),
                ('category', models.CharField(blank=True, max_length=20, verbose_name='类别')),
                ('how', models.CharField(blank=True, max_length=300, verbose_name='做法')),
                ('times', models.JSONField(verbose_name='时间')),
                ('every_days', models.PositiveSmallIntegerField(default=1, verbose_name='每几天')),
                ('window', models.PositiveSmallIntegerField(default=60, verbose_name='时限（分钟）')),
                ('reasons', models.JSONField(default=list, verbose_name='依据')),
                ('dropped_why', models.CharField(blank=True, max_length=200, verbose_name='不采用的原因')),
                ('adjusted', models.BooleanField(default=False, verbose_name='人工调整')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='residence.careplan')),
            ],
            options={
                'verbose_name': '照护计划项目',
            },
        ),
        migrations.CreateModel(
            name='CareTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('due_at', models.DateTimeField(verbose_name='应做时间')),
                ('until', models.DateTimeField(verbose_name='时限')),
                ('state', models.CharField(choices=[('due', '待做'), ('done', '已做'), ('missed', '未做'), ('unfinished', '未完成'), ('cancelled', '已取消')], default='due', max_length=10, verbose_name='状态')),
                ('outcome', models.CharField(blank=True, choices=[('done', '做完了'), ('partly', '做了一部分'), ('refused', '老人不愿意'), ('asleep', '老人睡着了'), ('unwell', '身体不舒服'), ('short', '人手不够'), ('other', '其他原因')], max_length=10, verbose_name='结果')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('done_at', models.DateTimeField(null=True, verbose_name='实际时间')),
                ('settled_at', models.DateTimeField(null=True, verbose_name='记录时间')),
                ('absence', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='residence.absence')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='residence.careplanitem')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='care_tasks', to='residence.stay')),
            ],
            options={
                'verbose_name': '照护任务',
            },
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('kind', models.CharField(choices=[('choking', '噎食'), ('ingestion', '食品药品误食'), ('pressure', '压疮'), ('scald', '烫伤'), ('bed_fall', '坠床'), ('fall', '跌倒'), ('wandering', '走失'), ('harm', '他伤和自伤'), ('activity', '文娱活动意外'), ('medication', '用药差错'), ('sudden', '突发疾病'), ('fire', '火情'), ('other', '其他')], max_length=12, verbose_name='类别')),
                ('severity', models.CharField(choices=[('slight', '一般'), ('serious', '较重'), ('severe', '严重')], max_length=8, verbose_name='程度')),
                ('happened_at', models.DateTimeField(verbose_name='发生时间')),
                ('where', models.CharField(max_length=100, verbose_name='地点')),
                ('what', models.TextField(max_length=2000, verbose_name='经过')),
                ('state', models.CharField(choices=[('open', '处理中'), ('closed', '已办结')], default='open', max_length=8, verbose_name='状态')),
                ('reported_at', models.DateTimeField(verbose_name='登记时间')),
                ('family_told_at', models.DateTimeField(null=True, verbose_name='告知家属时间')),
                ('bureau_due_at', models.DateTimeField(null=True, verbose_name='报告民政部门期限')),
                ('bureau_told_at', models.DateTimeField(null=True, verbose_name='报告民政部门时间')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='办结时间')),
                ('reported_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='incidents', to='residence.stay')),
            ],
            options={
                'verbose_name': '意外事件',
            },
        ),
        migrations.CreateModel(
            name='IncidentEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('done', '现场处理'), ('family', '告知家属'), ('bureau', '报告民政部门'), ('follow_up', '后续跟进'), ('closed', '办结')], max_length=10, verbose_name='类型')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('text', models.CharField(blank=True, max_length=1000, verbose_name='内容')),
                ('told_who', models.CharField(blank=True, max_length=60, verbose_name='告知对象')),
                ('told_how', models.CharField(blank=True, choices=[('phone', '电话'), ('in_person', '当面'), ('message', '短信或微信'), ('written', '书面'), ('no_family', '无家属，已告知监护单位或村居')], max_length=12, verbose_name='告知方式')),
                ('entered_at', models.DateTimeField(verbose_name='登记时间')),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='residence.incident')),
            ],
            options={
                'verbose_name': '事件记录',
            },
        ),
        migrations.CreateModel(
            name='MedicationLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('needs_check', models.BooleanField(default=False, verbose_name='须双人核对')),
                ('checked_at', models.DateTimeField(null=True, verbose_name='核对时间')),
                ('outcome', models.CharField(blank=True, choices=[('given', '已服用'), ('refused', '拒服'), ('withheld', '暂停未给'), ('absent', '外出或住院'), ('vomited', '服后呕吐'), ('unavailable', '缺药')], max_length=12, verbose_name='结果')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('recorded_at', models.DateTimeField(null=True, verbose_name='记录时间')),
                ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='medication_lines', to='residence.stay')),
            ],
            options={
                'verbose_name': '用药记录',
            },
        ),
        migrations.CreateModel(
            name='MedicationCorrection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('given', '已服用'), ('refused', '拒服'), ('withheld', '暂停未给'), ('absent', '外出或住院'), ('vomited', '服后呕吐'), ('unavailable', '缺药')], max_length=12, verbose_name='更正为')),
                ('why', models.CharField(max_length=200, verbose_name='更正原因')),
                ('at', models.DateTimeField(verbose_name='更正时间')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='residence.medicationline')),
            ],
            options={
                'verbose_name': '用药更正',
            },
        ),
        migrations.CreateModel(
            name='MedicationOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('drug', models.CharField(max_length=80, verbose_name='药名')),
                ('dose', models.CharField(max_length=40, verbose_name='剂量')),
                ('route', models.CharField(max_length=40, verbose_name='用法')),
                ('times', models.JSONField(verbose_name='时间')),
                ('since', models.DateField(verbose_name='开始日期')),
                ('until', models.DateField(null=True, verbose_name='停止日期')),
                ('prescriber', models.CharField(max_length=60, verbose_name='开方医师')),
                ('source', models.CharField(max_length=120, verbose_name='依据')),
                ('high_risk', models.BooleanField(default=False, verbose_name='高危药品')),
                ('state', models.CharField(choices=[('active', '执行中'), ('stopped', '已停用')], default='active', max_length=8, verbose_name='状态')),
                ('entered_at', models.DateTimeField(verbose_name='登记时间')),
                ('stopped_at', models.DateTimeField(null=True, verbose_name='停用时间')),
                ('stopped_why', models.CharField(blank=True, max_length=200, verbose_name='停用原因')),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='medication_orders', to='residence.stay')),
            ],
            options={
                'verbose_name': '用药医嘱',
            },
        ),
        migrations.AddField(
            model_name='medicationline',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='residence.medicationorder'),
        ),
        migrations.CreateModel(
            name='MedicationRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('due_at', models.DateTimeField(verbose_name='发药时间')),
                ('state', models.CharField(choices=[('open', '发药中'), ('closed', '已关闭')], default='open', max_length=8, verbose_name='状态')),
                ('opened_at', models.DateTimeField(verbose_name='开始时间')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='关闭时间')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='medication_rounds', to='registry.place')),
            ],
            options={
                'verbose_name': '发药轮次',
            },
        ),
        migrations.AddField(
            model_name='medicationline',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='residence.medicationround'),
        ),
        migrations.CreateModel(
            name='ResidentSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('drill', models.BooleanField(default=False, verbose_name='演练')),
                ('last_seen_at', models.DateTimeField(verbose_name='最后看到的时间')),
                ('last_seen_where', models.CharField(max_length=100, verbose_name='最后看到的地点')),
                ('wearing', models.CharField(blank=True, max_length=200, verbose_name='衣着和特征')),
                ('started_at', models.DateTimeField(verbose_name='开始时间')),
                ('state', models.CharField(choices=[('open', '查找中'), ('found', '已找到')], default='open', max_length=6, verbose_name='状态')),
                ('found_at', models.DateTimeField(null=True, verbose_name='找到时间')),
                ('found_where', models.CharField(blank=True, max_length=100, verbose_name='找到的地点')),
                ('condition', models.CharField(blank=True, max_length=200, verbose_name='身体情况')),
                ('incident', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='searches', to='residence.incident')),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='searches', to='residence.stay')),
            ],
            options={
                'verbose_name': '走失查找',
            },
        ),
        migrations.CreateModel(
            name='RiskProtection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('kind', models.CharField(choices=[('choking', '噎食'), ('ingestion', '食品药品误食'), ('pressure', '压疮'), ('scald', '烫伤'), ('bed_fall', '坠床'), ('fall', '跌倒'), ('wandering', '走失'), ('harm', '他伤和自伤'), ('activity', '文娱活动意外')], max_length=12, verbose_name='防护项目')),
                ('level', models.CharField(choices=[('low', '低风险'), ('medium', '需防护'), ('high', '高风险')], max_length=8, verbose_name='风险等级')),
                ('suggested', models.CharField(blank=True, choices=[('low', '低风险'), ('medium', '需防护'), ('high', '高风险')], max_length=8, verbose_name='规则建议')),
                ('reasons', models.JSONField(default=list, verbose_name='依据')),
                ('measures', models.CharField(blank=True, max_length=500, verbose_name='防护措施')),
                ('responsible', models.CharField(max_length=60, verbose_name='责任人')),
                ('assessed_at', models.DateTimeField(verbose_name='评估时间')),
                ('review_on', models.DateField(verbose_name='复评日期')),
                ('replaced_at', models.DateTimeField(null=True, verbose_name='被替代时间')),
                ('assessed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='risks', to='residence.stay')),
            ],
            options={
                'verbose_name': '风险防护',
            },
        ),
        migrations.CreateModel(
            name='SearchStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, verbose_name='步骤')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='情况')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('search', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='residence.residentsearch')),
            ],
            options={
                'verbose_name': '查找步骤',
            },
        ),
        migrations.CreateModel(
            name='ShiftHandover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('on', models.DateField(verbose_name='班次日期')),
                ('shift', models.CharField(max_length=10, verbose_name='班次')),
                ('since', models.DateTimeField(verbose_name='起')),
                ('until', models.DateTimeField(verbose_name='止')),
                ('state', models.CharField(choices=[('handed', '待接班'), ('received', '已接班')], default='handed', max_length=10, verbose_name='状态')),
                ('residents', models.PositiveIntegerField(verbose_name='在住人数')),
                ('away', models.PositiveIntegerField(verbose_name='外出和住院人数')),
                ('note', models.TextField(blank=True, max_length=2000, verbose_name='交班说明')),
                ('handed_at', models.DateTimeField(verbose_name='交班时间')),
                ('received_at', models.DateTimeField(null=True, verbose_name='接班时间')),
                ('received_note', models.CharField(blank=True, max_length=500, verbose_name='接班说明')),
                ('handed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='registry.place')),
                ('received_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '交接班',
            },
        ),
        migrations.CreateModel(
            name='HandoverLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('incident', '意外事件'), ('search', '走失查找'), ('vital', '生命体征异常'), ('dose', '用药未给'), ('round', '发药未关闭'), ('task', '照护未做'), ('admission', '新入住'), ('absence', '请假和住院'), ('left', '离开')], max_length=10, verbose_name='类别')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('text', models.CharField(max_length=400, verbose_name='内容')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='备注')),
                ('stay', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='residence.stay')),
                ('handover', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='residence.shifthandover')),
            ],
            options={
                'verbose_name': '交接班事项',
            },
        ),
        migrations.CreateModel(
            name='VitalSign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('kind', models.CharField(max_length=12, verbose_name='项目')),
                ('value', models.DecimalField(decimal_places=1, max_digits=6, verbose_name='数值')),
                ('second', models.DecimalField(decimal_places=1, max_digits=6, null=True, verbose_name='第二数值')),
                ('unusual', models.BooleanField(default=False, verbose_name='超出参考范围')),
                ('taken_at', models.DateTimeField(verbose_name='测量时间')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('entered_at', models.DateTimeField(verbose_name='登记时间')),
                ('struck_at', models.DateTimeField(null=True, verbose_name='作废时间')),
                ('struck_why', models.CharField(blank=True, max_length=200, verbose_name='作废原因')),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='vitals', to='residence.stay')),
            ],
            options={
                'verbose_name': '生命体征',
            },
        ),
        migrations.CreateModel(
            name='CareDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='日期')),
                ('made_at', models.DateTimeField(verbose_name='生成时间')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='registry.place')),
            ],
            options={
                'verbose_name': '照护日',
                'constraints': [models.UniqueConstraint(fields=('place', 'on'), name='care_day_once')],
            },
        ),
        migrations.CreateModel(
            name='CareLabel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('token', models.CharField(max_length=32, unique=True, verbose_name='码')),
                ('made_at', models.DateTimeField(verbose_name='制作时间')),
                ('retired_at', models.DateTimeField(null=True, verbose_name='停用时间')),
                ('bed', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='care_labels', to='registry.bed')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.place')),
                ('stay', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='care_labels', to='residence.stay')),
            ],
            options={
                'verbose_name': '照护标签',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('bed', None), ('stay__isnull', False)), models.Q(('bed__isnull', False), ('stay', None)), _connector='OR'), name='care_label_of_bed_or_resident'), models.UniqueConstraint(condition=models.Q(('bed__isnull', False), ('retired_at', None)), fields=('bed',), name='care_label_one_of_bed'), models.UniqueConstraint(condition=models.Q(('retired_at', None), ('stay__isnull', False)), fields=('stay',), name='care_label_one_of_stay')],
            },
        ),
        migrations.AddIndex(
            model_name='careplan',
            index=models.Index(fields=['division_path', 'id'], name='care_plan_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddConstraint(
            model_name='careplan',
            constraint=models.UniqueConstraint(fields=('stay', 'version'), name='care_plan_version_once'),
        ),
        migrations.AddConstraint(
            model_name='careplan',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('stay',), name='care_plan_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='careplan',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'active')), fields=('stay',), name='care_plan_one_in_force'),
        ),
        migrations.AddConstraint(
            model_name='careplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at', None), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('approved_at__isnull', False)), _connector='OR'), name='care_plan_in_force_is_approved'),
        ),
        migrations.AddConstraint(
            model_name='careplanitem',
            constraint=models.UniqueConstraint(fields=('plan', 'position'), name='care_item_position_once'),
        ),
        migrations.AddConstraint(
            model_name='careplanitem',
            constraint=models.CheckConstraint(condition=models.Q(('every_days__range', (1, 60))), name='care_item_every_days'),
        ),
        migrations.AddConstraint(
            model_name='careplanitem',
            constraint=models.CheckConstraint(condition=models.Q(('window__range', (15, 720))), name='care_item_window'),
        ),
        migrations.AddIndex(
            model_name='caretask',
            index=models.Index(fields=['stay', 'due_at'], name='care_task_of_stay'),
        ),
        migrations.AddIndex(
            model_name='caretask',
            index=models.Index(condition=models.Q(('state', 'due')), fields=['due_at'], name='care_task_open'),
        ),
        migrations.AddIndex(
            model_name='caretask',
            index=models.Index(fields=['division_path', 'id'], name='care_task_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddConstraint(
            model_name='caretask',
            constraint=models.UniqueConstraint(fields=('item', 'due_at'), name='care_task_once'),
        ),
        migrations.AddConstraint(
            model_name='caretask',
            constraint=models.CheckConstraint(condition=models.Q(('until__gt', models.F('due_at'))), name='care_task_has_time'),
        ),
        migrations.AddConstraint(
            model_name='caretask',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('settled_at', None), ('state', 'due')), models.Q(('settled_at__isnull', False), ('state__in', ['done', 'missed']), models.Q(('outcome', ''), _negated=True)), models.Q(('settled_at__isnull', False), ('state__in', ['unfinished', 'cancelled'])), _connector='OR'), name='care_task_settled_says_how'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['division_path', 'id'], name='incident_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['stay', '-happened_at'], name='incident_of_stay'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('happened_at__lte', models.F('reported_at'))), name='incident_has_happened'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state', 'open')), models.Q(('closed_at__isnull', False), ('family_told_at__isnull', False), ('state', 'closed')), _connector='OR'), name='incident_closed_when_family_knows'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'open'), models.Q(('severity', 'severe'), _negated=True), ('bureau_told_at__isnull', False), _connector='OR'), name='incident_closed_when_bureau_knows'),
        ),
        migrations.AddConstraint(
            model_name='incidententry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['family', 'bureau']), _negated=True), models.Q(models.Q(('told_who', ''), _negated=True), models.Q(('told_how', ''), _negated=True)), _connector='OR'), name='incident_told_says_whom'),
        ),
        migrations.AddIndex(
            model_name='medicationorder',
            index=models.Index(fields=['division_path', 'id'], name='medication_order_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='medicationorder',
            index=models.Index(condition=models.Q(('state', 'active')), fields=['stay'], name='medication_order_active'),
        ),
        migrations.AddConstraint(
            model_name='medicationorder',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), _connector='OR'), name='order_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='medicationorder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'active'), ('stopped_at', None)), models.Q(('state', 'stopped'), ('stopped_at__isnull', False), models.Q(('stopped_why', ''), _negated=True)), _connector='OR'), name='order_stopped_says_why'),
        ),
        migrations.AddIndex(
            model_name='medicationround',
            index=models.Index(fields=['division_path', 'id'], name='medication_round_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddConstraint(
            model_name='medicationround',
            constraint=models.UniqueConstraint(fields=('place', 'due_at'), name='medication_round_once'),
        ),
        migrations.AddConstraint(
            model_name='medicationround',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state', 'open')), models.Q(('closed_at__isnull', False), ('state', 'closed')), _connector='OR'), name='medication_round_closed_when'),
        ),
        migrations.AddIndex(
            model_name='medicationline',
            index=models.Index(fields=['division_path', 'id'], name='medication_line_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='medicationline',
            index=models.Index(fields=['stay', '-recorded_at'], name='medication_line_of_stay'),
        ),
        migrations.AddConstraint(
            model_name='medicationline',
            constraint=models.UniqueConstraint(fields=('round', 'order'), name='medication_line_once'),
        ),
        migrations.AddConstraint(
            model_name='medicationline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('recorded_at', None)), models.Q(models.Q(('outcome', ''), _negated=True), ('recorded_at__isnull', False)), _connector='OR'), name='medication_line_outcome_when'),
        ),
        migrations.AddConstraint(
            model_name='medicationline',
            constraint=models.CheckConstraint(condition=models.Q(('needs_check', False), models.Q(('outcome__in', ['given', 'vomited']), _negated=True), models.Q(('checked_by__isnull', False), models.Q(('checked_by', models.F('recorded_by')), _negated=True)), _connector='OR'), name='medication_line_checked_by_another'),
        ),
        migrations.AddIndex(
            model_name='residentsearch',
            index=models.Index(fields=['division_path', 'id'], name='resident_search_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddConstraint(
            model_name='residentsearch',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('stay',), name='search_open_once'),
        ),
        migrations.AddConstraint(
            model_name='residentsearch',
            constraint=models.CheckConstraint(condition=models.Q(('last_seen_at__lte', models.F('started_at'))), name='search_after_last_seen'),
        ),
        migrations.AddConstraint(
            model_name='residentsearch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('found_at', None), ('state', 'open')), models.Q(('found_at__gte', models.F('started_at')), ('state', 'found')), _connector='OR'), name='search_found_after_start'),
        ),
        migrations.AddIndex(
            model_name='riskprotection',
            index=models.Index(fields=['division_path', 'id'], name='risk_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='riskprotection',
            index=models.Index(condition=models.Q(('replaced_at', None)), fields=['review_on'], name='risk_due'),
        ),
        migrations.AddConstraint(
            model_name='riskprotection',
            constraint=models.UniqueConstraint(condition=models.Q(('replaced_at', None)), fields=('stay', 'kind'), name='risk_once_in_force'),
        ),
        migrations.AddConstraint(
            model_name='riskprotection',
            constraint=models.CheckConstraint(condition=models.Q(('level', 'low'), models.Q(('measures', ''), _negated=True), _connector='OR'), name='risk_has_measures'),
        ),
        migrations.AddConstraint(
            model_name='searchstep',
            constraint=models.UniqueConstraint(fields=('search', 'code'), name='search_step_once'),
        ),
        migrations.AddIndex(
            model_name='shifthandover',
            index=models.Index(fields=['division_path', 'id'], name='handover_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddConstraint(
            model_name='shifthandover',
            constraint=models.UniqueConstraint(fields=('place', 'on', 'shift'), name='handover_once'),
        ),
        migrations.AddConstraint(
            model_name='shifthandover',
            constraint=models.CheckConstraint(condition=models.Q(('received_by', None), models.Q(('received_by', models.F('handed_by')), _negated=True), _connector='OR'), name='handover_by_two'),
        ),
        migrations.AddConstraint(
            model_name='shifthandover',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('received_at', None), ('received_by', None), ('state', 'handed')), models.Q(('received_at__isnull', False), ('received_by__isnull', False), ('state', 'received')), _connector='OR'), name='handover_received_by_whom'),
        ),
        migrations.AddIndex(
            model_name='vitalsign',
            index=models.Index(fields=['division_path', 'id'], name='vital_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='vitalsign',
            index=models.Index(fields=['stay', '-taken_at'], name='vital_of_stay'),
        ),
        migrations.AddConstraint(
            model_name='vitalsign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('struck_at', None), ('struck_why', '')), models.Q(('struck_at__isnull', False), models.Q(('struck_why', ''), _negated=True)), _connector='OR'), name='vital_struck_says_why'),
        ),
        migrations.RunSQL(CLOSED_ROUNDS_STAY, DROP),
    ]
