import django.db.models.deletion
import uuid
import yinling.core.models.scope
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_operations'),
        ('registry', '0003_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('receipt', models.CharField(max_length=20, null=True, unique=True, verbose_name='回执号')),
                ('file_name', models.CharField(max_length=200, verbose_name='文件名')),
                ('file_size', models.PositiveBigIntegerField(verbose_name='字节数')),
                ('file_sha256', models.CharField(max_length=64)),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('uploaded_at', models.DateTimeField(verbose_name='上传时间')),
                ('state', models.CharField(choices=[('received', '待对应列'), ('checking', '预检中'), ('checked', '待确认'), ('running', '导入中'), ('done', '已导入'), ('cancelled', '已取消'), ('failed', '无法读取')], default='received', max_length=12, verbose_name='状态')),
                ('layout', models.JSONField(default=dict)),
                ('columns', models.JSONField(default=list)),
                ('mapping', models.JSONField(default=list)),
                ('total_rows', models.PositiveIntegerField(null=True, verbose_name='行数')),
                ('checked_rows', models.PositiveIntegerField(default=0)),
                ('done_rows', models.PositiveIntegerField(default=0)),
                ('found', models.JSONField(default=dict)),
                ('counts', models.JSONField(default=dict)),
                ('failure', models.CharField(blank=True, max_length=300, verbose_name='无法读取的原因')),
                ('checked_at', models.DateTimeField(null=True, verbose_name='预检时间')),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='确认时间')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='完成时间')),
                ('file_deleted_at', models.DateTimeField(null=True, verbose_name='文件删除时间')),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '导入',
            },
        ),
        migrations.AddField(
            model_name='person',
            name='upload',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.upload'),
        ),
        migrations.CreateModel(
            name='UploadChunk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.PositiveIntegerField()),
                ('fates', models.TextField()),
                ('first_row', models.PositiveIntegerField()),
                ('last_row', models.PositiveIntegerField()),
                ('upload', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chunks', to='registry.upload')),
            ],
            options={
                'verbose_name': '导入分段',
            },
        ),
        migrations.CreateModel(
            name='UploadRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField(verbose_name='行号')),
                ('fate', models.CharField(choices=[('c', '新建'), ('u', '更新'), ('n', '无变化'), ('r', '未导入')], max_length=1, verbose_name='结果')),
                ('field', models.CharField(blank=True, max_length=20, verbose_name='列')),
                ('message', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('masked', models.CharField(blank=True, max_length=60, verbose_name='姓名（脱敏）')),
                ('person_id', models.BigIntegerField(null=True)),
                ('upload', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='registry.upload')),
            ],
            options={
                'verbose_name': '导入行',
            },
        ),
        migrations.CreateModel(
            name='PeopleExport',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('asked_at', models.DateTimeField(verbose_name='申请时间')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('filters', models.JSONField(default=dict)),
                ('wording', models.CharField(max_length=300, verbose_name='范围')),
                ('format', models.CharField(max_length=4, verbose_name='格式')),
                ('in_full', models.BooleanField(default=False, verbose_name='不脱敏')),
                ('purpose', models.CharField(blank=True, max_length=200, verbose_name='用途')),
                ('state', models.CharField(choices=[('waiting', '待批准'), ('queued', '生成中'), ('ready', '可下载'), ('refused', '未批准'), ('expired', '已过期')], default='queued', max_length=10, verbose_name='状态')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='批准时间')),
                ('row_count', models.PositiveIntegerField(null=True, verbose_name='行数')),
                ('expires_at', models.DateTimeField(null=True, verbose_name='下载期限')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
            ],
            options={
                'verbose_name': '名单导出',
                'indexes': [models.Index(fields=['division_path'], name='people_export_scope', opclasses=['varchar_pattern_ops']), models.Index(fields=['asked_by', 'asked_at'], name='people_export_mine')],
                'constraints': [models.CheckConstraint(condition=models.Q(('in_full', False), models.Q(('purpose', ''), _negated=True), _connector='OR'), name='people_export_in_full_says_why')],
            },
        ),
        migrations.AddIndex(
            model_name='upload',
            index=models.Index(fields=['division_path', 'id'], name='upload_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddConstraint(
            model_name='uploadchunk',
            constraint=models.UniqueConstraint(fields=('upload', 'start'), name='upload_chunk_once'),
        ),
        migrations.AddIndex(
            model_name='uploadrow',
            index=models.Index(fields=['upload', 'fate', 'row'], name='upload_row_fate'),
        ),
        migrations.AddConstraint(
            model_name='uploadrow',
            constraint=models.UniqueConstraint(fields=('upload', 'row'), name='upload_row_once'),
        ),
    ]
