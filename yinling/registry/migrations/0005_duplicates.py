import django.db.models.deletion
import yinling.core.models.scope
import yinling.core.sealing
from django.conf import settings
from django.db import migrations, models

from yinling.registry.facts import DROP_SQL, create_sql


class Migration(migrations.Migration):

    dependencies = [
        ("registry", "0004_uploads"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='person',
            name='state',
            field=models.CharField(choices=[('active', '在册'), ('deceased', '已去世'), ('moved_away', '已迁出'), ('missing', '失联'), ('merged', '已并入')], default='active', max_length=12, verbose_name='状态'),
        ),
        migrations.CreateModel(
            name='DuplicatePair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('weight', models.FloatField(verbose_name='相似度')),
                ('evidence', models.JSONField(verbose_name='依据')),
                ('source', models.CharField(choices=[('batch', '全库查重'), ('entry', '建档时发现')], max_length=10, verbose_name='来源')),
                ('model_version', models.CharField(max_length=20, verbose_name='模型版本')),
                ('found_at', models.DateTimeField(verbose_name='发现时间')),
                ('state', models.CharField(choices=[('open', '待核对'), ('later', '暂缓'), ('merged', '已合并'), ('different', '不是同一人')], default='open', max_length=10, verbose_name='状态')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='核对时间')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('left', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='registry.person')),
                ('right', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='registry.person')),
            ],
            options={
                'verbose_name': '疑似重复',
            },
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('journal', yinling.core.sealing.SealedTextField(editable=True, null=True)),
                ('moved', models.PositiveIntegerField(verbose_name='转移的记录')),
                ('made_at', models.DateTimeField(verbose_name='合并时间')),
                ('reason', models.CharField(max_length=200, verbose_name='说明')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='撤销时间')),
                ('undone_reason', models.CharField(blank=True, max_length=200, verbose_name='撤销原因')),
                ('left_over', models.JSONField(default=list, verbose_name='未能还原')),
                ('gone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.person')),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.person')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pair', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='merges', to='registry.duplicatepair')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '档案合并',
            },
        ),
        migrations.AddIndex(
            model_name='duplicatepair',
            index=models.Index(fields=['division_path', 'id'], name='duplicate_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='duplicatepair',
            index=models.Index(models.F('state'), models.OrderBy(models.F('weight'), descending=True), models.F('id'), name='duplicate_queue'),
        ),
        migrations.AddConstraint(
            model_name='duplicatepair',
            constraint=models.UniqueConstraint(fields=('left', 'right'), name='duplicate_pair_once'),
        ),
        migrations.AddConstraint(
            model_name='duplicatepair',
            constraint=models.CheckConstraint(condition=models.Q(('left__lt', models.F('right'))), name='duplicate_pair_ordered'),
        ),
        migrations.AddIndex(
            model_name='merge',
            index=models.Index(fields=['division_path', 'id'], name='merge_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='merge',
            index=models.Index(fields=['kept', 'id'], name='merge_kept'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('gone',), name='merge_gone_once_at_a_time'),
        ),
        # The person view leaves out files that were merged into others.
        migrations.RunSQL(f"{DROP_SQL};\n{create_sql()}", migrations.RunSQL.noop),
    ]
