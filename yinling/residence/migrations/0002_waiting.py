import django.contrib.postgres.fields
import django.db.models.deletion
import yinling.core.models.scope
import yinling.core.sealing
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("residence", "0001_initial"), ("registry", "0006_person_file"), ("assessment", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('number', models.CharField(max_length=9, unique=True, verbose_name='申请编号')),
                ('bed_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, size=None, verbose_name='希望的床位类型')),
                ('channel', models.CharField(choices=[('counter', '窗口'), ('phone', '电话'), ('village', '村（居）代办'), ('online', '网上')], max_length=10, verbose_name='申请渠道')),
                ('asked_by', models.CharField(blank=True, max_length=40, verbose_name='申请人')),
                ('relation', models.CharField(blank=True, max_length=20, verbose_name='与老年人关系')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('state', models.CharField(choices=[('applied', '待核实'), ('assessing', '待评估'), ('queued', '轮候中'), ('assured', '应养尽养，待安排'), ('offered', '已通知，待答复'), ('accepted', '已接受，待办入住'), ('trial', '试住中'), ('admitted', '已入住'), ('ended', '已退出')], default='applied', max_length=10, verbose_name='状态')),
                ('applied_at', models.DateTimeField(verbose_name='申请时间')),
                ('verify_by', models.DateField(verbose_name='核实期限')),
                ('verified_at', models.DateTimeField(null=True, verbose_name='核实时间')),
                ('class_code', models.CharField(blank=True, max_length=30, verbose_name='优先类别')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='结束时间')),
                ('end', models.CharField(blank=True, choices=[('withdrawn', '本人撤回'), ('not_eligible', '核实不符合条件'), ('refused_twice', '多次放弃，轮候终止'), ('died', '去世'), ('moved_away', '迁出本市'), ('trial_ended', '试住结束未入住'), ('housed_elsewhere', '已入住其他机构')], max_length=20, verbose_name='退出方式')),
                ('end_reason', models.CharField(blank=True, max_length=200, verbose_name='退出说明')),
                ('barred_until', models.DateField(null=True, verbose_name='此日前不能再申请')),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='registry.person')),
                ('stay', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='residence.stay')),
                ('verified_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '轮候申请',
            },
        ),
        migrations.CreateModel(
            name='BedReserve',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('beds', models.PositiveSmallIntegerField(verbose_name='预留床位')),
                ('source', models.CharField(max_length=100, verbose_name='依据')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bed_reserves', to='registry.place')),
            ],
            options={
                'verbose_name': '特困预留床位',
            },
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('ground', models.CharField(choices=[('queue', '按轮候次序'), ('assured', '特困人员应养尽养')], default='queue', max_length=10, verbose_name='依据')),
                ('state', models.CharField(choices=[('open', '待答复'), ('accepted', '已接受'), ('refused', '已放弃'), ('expired', '逾期未答复'), ('lapsed', '接受后未入住'), ('withdrawn', '通知已收回'), ('used', '已入住')], default='open', max_length=10, verbose_name='状态')),
                ('offered_at', models.DateTimeField(verbose_name='通知时间')),
                ('answer_by', models.DateField(verbose_name='答复期限')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='答复时间')),
                ('answer_channel', models.CharField(blank=True, choices=[('counter', '窗口'), ('phone', '电话'), ('village', '村（居）代办'), ('online', '网上')], max_length=10, verbose_name='答复渠道')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('move_in_by', models.DateField(null=True, verbose_name='入住期限')),
                ('trace', models.JSONField(default=dict, verbose_name='选定过程')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='residence.application')),
                ('bed', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='registry.bed')),
                ('offered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.place')),
            ],
            options={
                'verbose_name': '入住通知',
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('published_at', models.DateTimeField(verbose_name='公示时间')),
                ('objections_until', models.DateField(verbose_name='异议期止')),
                ('policy', models.CharField(max_length=60, verbose_name='轮候规则')),
                ('count', models.PositiveIntegerField(verbose_name='人数')),
                ('rows', models.JSONField(default=list, verbose_name='名单')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '轮候名单公示',
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('name', models.CharField(max_length=40, verbose_name='提出人')),
                ('phone', yinling.core.sealing.SealedTextField(editable=True, null=True, verbose_name='联系电话')),
                ('text', models.TextField(max_length=1000, verbose_name='异议内容')),
                ('channel', models.CharField(choices=[('counter', '窗口'), ('phone', '电话'), ('village', '村（居）代办'), ('online', '网上')], max_length=10, verbose_name='渠道')),
                ('received_at', models.DateTimeField(verbose_name='提出时间')),
                ('answer_by', models.DateField(verbose_name='答复期限')),
                ('state', models.CharField(choices=[('received', '待答复'), ('upheld', '属实，已更正'), ('dismissed', '经核查次序无误')], default='received', max_length=10, verbose_name='状态')),
                ('answer', models.TextField(blank=True, max_length=1000, verbose_name='答复')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='答复时间')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('application', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='residence.application')),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='residence.publication')),
            ],
            options={
                'verbose_name': '轮候名单异议',
            },
        ),
        migrations.CreateModel(
            name='QueueRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='核对时间')),
                ('policy', models.CharField(max_length=60, verbose_name='轮候规则')),
                ('count', models.PositiveIntegerField(verbose_name='轮候人数')),
                ('changed', models.PositiveIntegerField(verbose_name='次序依据变化人数')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '轮候次序核对',
                'indexes': [models.Index(fields=['-at'], name='queue_run_latest')],
            },
        ),
        migrations.CreateModel(
            name='QueueMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('cause', models.CharField(choices=[('joined', '核实、评估后进入轮候'), ('accepted', '接受床位'), ('returned', '接受后未入住，回到轮候'), ('reopened', '退出有误，恢复轮候'), ('admitted', '入住'), ('ended', '退出轮候'), ('assured', '改为应养尽养，不再排队'), ('category', '认定的类别变化'), ('level', '评估等级变化'), ('age', '年龄段变化'), ('policy', '轮候规则变化')], max_length=10, verbose_name='原因')),
                ('rank_before', models.SmallIntegerField(null=True)),
                ('need_before', models.SmallIntegerField(null=True)),
                ('band_before', models.SmallIntegerField(null=True)),
                ('rank_after', models.SmallIntegerField(null=True)),
                ('need_after', models.SmallIntegerField(null=True)),
                ('band_after', models.SmallIntegerField(null=True)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='residence.application')),
            ],
            options={
                'verbose_name': '轮候次序变动',
            },
        ),
        migrations.CreateModel(
            name='Skip',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('ground', models.CharField(choices=[('in_hospital', '正在住院，暂不能入住'), ('unreachable', '多次联系不上'), ('unfit_bed', '照护需要与空出的床位不符'), ('asked_later', '本人要求暂缓通知'), ('other', '其他原因')], max_length=15, verbose_name='理由')),
                ('particulars', models.CharField(max_length=200, verbose_name='具体情况')),
                ('until', models.DateField(verbose_name='暂缓至')),
                ('state', models.CharField(choices=[('proposed', '待复核'), ('approved', '已同意'), ('refused', '未同意'), ('lifted', '已解除')], default='proposed', max_length=10, verbose_name='状态')),
                ('proposed_at', models.DateTimeField(verbose_name='提出时间')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='复核时间')),
                ('decision_note', models.CharField(blank=True, max_length=200, verbose_name='复核意见')),
                ('lifted_at', models.DateTimeField(null=True, verbose_name='解除时间')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='skips', to='residence.application')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('place', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.place')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '暂缓通知',
            },
        ),
        migrations.CreateModel(
            name='Wish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rank', models.PositiveSmallIntegerField(verbose_name='志愿次序')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wishes', to='residence.application')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.place')),
            ],
            options={
                'verbose_name': '希望入住的机构',
            },
        ),
        migrations.CreateModel(
            name='QueuePlace',
            fields=[
                ('application', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='place_in_queue', serialize=False, to='residence.application')),
                ('rank', models.SmallIntegerField(verbose_name='类别次序')),
                ('need', models.SmallIntegerField(verbose_name='失能程度')),
                ('band', models.SmallIntegerField(verbose_name='年龄段')),
                ('applied_at', models.DateTimeField(verbose_name='申请时间')),
                ('number', models.CharField(db_collation='C', max_length=9, verbose_name='申请编号')),
                ('class_code', models.CharField(max_length=30, verbose_name='优先类别')),
                ('facts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), default=list, size=None, verbose_name='据以分类的事实')),
                ('age', models.PositiveSmallIntegerField(verbose_name='年龄')),
                ('sex', models.CharField(max_length=6, verbose_name='性别')),
                ('assessed_until', models.DateField(null=True, verbose_name='评估有效期止')),
                ('policy', models.CharField(max_length=60, verbose_name='轮候规则')),
                ('joined_at', models.DateTimeField(verbose_name='进入轮候时间')),
                ('computed_at', models.DateTimeField(verbose_name='核对次序时间')),
            ],
            options={
                'verbose_name': '轮候次序',
                'indexes': [models.Index(fields=['rank', 'need', 'band', 'applied_at', 'number'], name='queue_order')],
            },
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['division_path', 'id'], name='application_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['state', 'id'], name='application_state'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['applied_at'], name='application_applied'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('barred_until__isnull', False)), fields=['barred_until'], name='application_bars'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['applied', 'assessing', 'queued', 'assured', 'offered', 'accepted', 'trial'])), fields=('person',), name='application_open_once'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end', ''), ('ended_at', None), ('state__in', ['applied', 'assessing', 'queued', 'assured', 'offered', 'accepted', 'trial'])), models.Q(('end', ''), ('ended_at__isnull', False), ('state', 'admitted')), models.Q(('ended_at__isnull', False), ('state', 'ended'), models.Q(('end', ''), _negated=True)), _connector='OR'), name='application_end_says_how'),
        ),
        migrations.AddConstraint(
            model_name='bedreserve',
            constraint=models.UniqueConstraint(fields=('place', 'year'), name='reserve_once_a_year'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(fields=['division_path', 'id'], name='offer_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(fields=['application', '-id'], name='offer_of_application'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['answer_by'], name='offer_open_until'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(fields=['offered_at'], name='offer_offered'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'accepted'])), fields=('bed',), name='offer_open_once_per_bed'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'accepted'])), fields=('application',), name='offer_open_once_per_application'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='offer_answered_when_closed'),
        ),
        migrations.AddIndex(
            model_name='publication',
            index=models.Index(fields=['-published_at'], name='publication_latest'),
        ),
        migrations.AddIndex(
            model_name='objection',
            index=models.Index(fields=['division_path', 'id'], name='objection_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='queuemove',
            index=models.Index(fields=['-at', '-id'], name='queue_move_at'),
        ),
        migrations.AddConstraint(
            model_name='queuemove',
            constraint=models.CheckConstraint(condition=models.Q(('rank_before__isnull', False), ('rank_after__isnull', False), _connector='OR'), name='queue_move_moves'),
        ),
        migrations.AddIndex(
            model_name='skip',
            index=models.Index(fields=['division_path', 'id'], name='skip_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddConstraint(
            model_name='skip',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['proposed', 'approved'])), fields=('application',), name='skip_open_once'),
        ),
        migrations.AddConstraint(
            model_name='skip',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='skip_two_people'),
        ),
        migrations.AddConstraint(
            model_name='skip',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='skip_approved_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='wish',
            constraint=models.UniqueConstraint(fields=('application', 'place'), name='wish_home_once'),
        ),
        migrations.AddConstraint(
            model_name='wish',
            constraint=models.UniqueConstraint(fields=('application', 'rank'), name='wish_rank_once'),
        ),
        migrations.RunSQL(
            "CREATE SEQUENCE residence_application_number", "DROP SEQUENCE residence_application_number"
        ),
    ]
