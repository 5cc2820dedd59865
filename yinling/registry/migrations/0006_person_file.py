import django.contrib.postgres.constraints
import django.db.models.deletion
import yinling.core.sealing
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('core', '0005_operations'), ('registry', '0005_duplicates')]

    operations = [
        migrations.CreateModel(
            name='Anonymisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('proposed_at', models.DateTimeField(verbose_name='提出时间')),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='确认时间')),
            ],
            options={
                'verbose_name': '匿名化',
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='生效日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('purpose', models.CharField(max_length=40, verbose_name='目的')),
                ('scope', models.CharField(blank=True, max_length=200, verbose_name='范围')),
                ('given_by', models.CharField(choices=[('self', '本人'), ('guardian', '监护人')], max_length=10, verbose_name='由谁同意')),
                ('giver', models.CharField(blank=True, max_length=60, verbose_name='同意人姓名')),
                ('form', models.CharField(choices=[('written', '书面'), ('oral', '口头'), ('online', '线上')], max_length=10, verbose_name='形式')),
                ('withdrawn_on', models.DateField(blank=True, null=True, verbose_name='撤回日期')),
                ('withdrawn_reason', models.CharField(blank=True, max_length=200, verbose_name='撤回原因')),
            ],
            options={
                'verbose_name': '同意',
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(verbose_name='提出时间')),
                ('text', yinling.core.sealing.SealedTextField(editable=True, null=True, verbose_name='内容')),
                ('state', models.CharField(choices=[('asked', '待办理'), ('done', '已办理'), ('refused', '未同意')], default='asked', max_length=10, verbose_name='状态')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='答复时间')),
                ('answer', yinling.core.sealing.SealedTextField(editable=True, null=True, verbose_name='答复')),
            ],
            options={
                'verbose_name': '更正申请',
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_path', models.CharField(max_length=40, verbose_name='迁出地路径')),
                ('to_path', models.CharField(max_length=40, verbose_name='迁入地路径')),
                ('side', models.CharField(choices=[('receiving', '迁入地'), ('sending', '迁出地')], max_length=10, verbose_name='由谁提出')),
                ('reason', models.CharField(max_length=200, verbose_name='说明')),
                ('asked_at', models.DateTimeField(verbose_name='提出时间')),
                ('state', models.CharField(choices=[('asked', '待办理'), ('done', '已办理'), ('refused', '未同意')], default='asked', max_length=10, verbose_name='状态')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='办理时间')),
                ('answer', models.CharField(blank=True, max_length=200, verbose_name='意见')),
            ],
            options={
                'verbose_name': '市内迁移',
            },
        ),
        migrations.RemoveConstraint(
            model_name='contact',
            name='contact_one_guardian',
        ),
        migrations.RemoveConstraint(
            model_name='personaccess',
            name='access_ends_after_start',
        ),
        migrations.AddField(
            model_name='contact',
            name='proof',
            field=models.CharField(blank=True, choices=[('household_book', '户口簿'), ('marriage', '结婚证'), ('notarised', '公证书'), ('court', '法院判决或裁定'), ('agreement', '监护协议'), ('designated', '村（居）委会或民政部门指定文书'), ('other', '其他证明')], db_default='', max_length=20, verbose_name='证明'),
        ),
        migrations.AddField(
            model_name='contact',
            name='proof_file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile'),
        ),
        migrations.AddField(
            model_name='contact',
            name='valid_from',
            field=models.DateField(blank=True, null=True, verbose_name='生效日期'),
        ),
        migrations.AddField(
            model_name='contact',
            name='valid_to',
            field=models.DateField(blank=True, null=True, verbose_name='失效日期'),
        ),
        migrations.AddField(
            model_name='contact',
            name='verified_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='contact',
            name='verified_on',
            field=models.DateField(blank=True, null=True, verbose_name='核实日期'),
        ),
        migrations.AddField(
            model_name='person',
            name='anonymised_on',
            field=models.DateField(blank=True, null=True, verbose_name='匿名化日期'),
        ),
        migrations.AddField(
            model_name='person',
            name='hukou_elsewhere',
            field=models.CharField(blank=True, db_default='', max_length=100, verbose_name='市外户籍地'),
        ),
        migrations.AddField(
            model_name='person',
            name='moved_to',
            field=models.CharField(blank=True, db_default='', max_length=100, verbose_name='迁往'),
        ),
        migrations.AddField(
            model_name='personaccess',
            name='proof_file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile'),
        ),
        migrations.AddField(
            model_name='personcategory',
            name='proof_file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile'),
        ),
        migrations.AddIndex(
            model_name='personcategory',
            index=models.Index(condition=models.Q(('valid_to__isnull', False)), fields=['valid_to', 'id'], name='category_ending'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='contact_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('is_guardian', True)), expressions=[(models.Func(models.F('person'), models.F('person'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('valid_from'), models.F('valid_to'), function='daterange'), '&&')], name='contact_one_guardian'),
        ),
        migrations.AddConstraint(
            model_name='personaccess',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='access_ends_after_start'),
        ),
        migrations.AddField(
            model_name='anonymisation',
            name='confirmed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='anonymisation',
            name='person',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='anonymisation', to='registry.person'),
        ),
        migrations.AddField(
            model_name='anonymisation',
            name='proposed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='consent',
            name='evidence_file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile'),
        ),
        migrations.AddField(
            model_name='consent',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='registry.person'),
        ),
        migrations.AddField(
            model_name='consent',
            name='recorded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='correction',
            name='answered_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='correction',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='correction',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='registry.person'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='transfer',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='transfer',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='transfers', to='registry.person'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='to_division',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.division'),
        ),
        migrations.AddConstraint(
            model_name='anonymisation',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by', None), models.Q(('confirmed_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='anonymisation_by_two_people'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='consent_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('person'), models.F('person'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.Func(models.F('purpose'), function='hashtext', output_field=models.IntegerField()), models.Func(models.F('purpose'), function='hashtext', output_field=models.IntegerField()), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('valid_from'), models.F('valid_to'), function='daterange'), '&&')], name='consent_once_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='correction',
            index=models.Index(condition=models.Q(('state', 'asked')), fields=['id'], name='correction_waiting'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('person',), name='transfer_one_open_each'),
        ),
    ]
