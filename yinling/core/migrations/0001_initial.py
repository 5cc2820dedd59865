
import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
import yinling.core.access.roles
import yinling.core.models.scope
import yinling.core.sealing
from django.conf import settings
from django.db import migrations, models

from yinling.core.partitions import CreatePartitionedModel, year_partitions


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='AuditLane',
            fields=[
                ('id', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ('length', models.BigIntegerField(default=0)),
                ('seal', models.BinaryField(max_length=33)),
            ],
            options={
                'verbose_name': '操作记录链',
            },
        ),
        migrations.CreateModel(
            name='Division',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('level', models.CharField(choices=[('city', '市'), ('district', '区市、开发区'), ('town', '镇街'), ('village', '村居')], max_length=10, verbose_name='级别')),
                ('kind', models.CharField(blank=True, max_length=10, verbose_name='类别')),
                ('path', models.CharField(max_length=40, unique=True, verbose_name='路径')),
                ('nbs_code', models.CharField(max_length=12, null=True, unique=True, verbose_name='统计用区划代码')),
                ('gb_code', models.CharField(db_index=True, max_length=12, null=True, verbose_name='民政区划代码')),
                ('longitude', models.FloatField(null=True, verbose_name='经度')),
                ('latitude', models.FloatField(null=True, verbose_name='纬度')),
                ('point_source', models.CharField(blank=True, max_length=60, verbose_name='坐标来源')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='core.division')),
            ],
            options={
                'verbose_name': '行政区划',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(max_length=40, unique=True, verbose_name='账号')),
                ('full_name', models.CharField(max_length=40, verbose_name='姓名')),
                ('role', models.CharField(choices=[('city_bureau', '市民政局'), ('leader', '市领导'), ('department_liaison', '部门联络员'), ('district_bureau', '区市民政部门'), ('town_officer', '镇街工作人员'), ('village_worker', '村居工作人员'), ('institution_manager', '机构负责人'), ('care_worker', '护理人员'), ('assessor', '评估员'), ('inspector', '检查员'), ('insurance_handler', '长护险经办人员'), ('auditor', '审计员'), ('administrator', '系统管理员'), ('family', '家属'), ('elder', '老年人')], max_length=30, verbose_name='角色')),
                ('division_path', models.CharField(max_length=40, verbose_name='区划路径')),
                ('phone', yinling.core.sealing.SealedTextField(editable=True, null=True, verbose_name='联系电话')),
                ('phone_digest', models.BinaryField(max_length=33, null=True, unique=True)),
                ('is_active', models.BooleanField(default=True, verbose_name='启用')),
                ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='core.division', verbose_name='管辖区划')),
            ],
            options={
                'verbose_name': '账号',
                'ordering': ['username'],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120)),
                ('title', models.CharField(max_length=120, verbose_name='标题')),
                ('url', models.CharField(blank=True, max_length=200, verbose_name='链接')),
                ('sent_at', models.DateTimeField(verbose_name='时间')),
                ('read_at', models.DateTimeField(null=True, verbose_name='已读时间')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '提醒',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='名称')),
                ('kind', models.CharField(choices=[('department', '市直部门'), ('district_government', '区市政府、开发区管委'), ('district_bureau', '区市民政部门'), ('town_office', '镇街'), ('village_committee', '村居委会'), ('operator', '服务机构'), ('other', '其他单位')], max_length=20, verbose_name='类别')),
                ('credit_code', models.CharField(blank=True, max_length=18, null=True, unique=True, verbose_name='统一社会信用代码')),
                ('aliases', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None, verbose_name='别名')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='core.division', verbose_name='所在区划')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='core.organisation')),
            ],
            options={
                'verbose_name': '单位',
                'ordering': ['kind', 'id'],
            },
        ),
        migrations.AddField(
            model_name='account',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='core.organisation', verbose_name='单位'),
        ),
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200, verbose_name='文件名')),
                ('content_type', models.CharField(max_length=100, verbose_name='类型')),
                ('size', models.PositiveBigIntegerField(verbose_name='字节数')),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('stored_at', models.DateTimeField(verbose_name='存入时间')),
                ('division_path', models.CharField(blank=True, max_length=40, verbose_name='区划路径')),
                ('stored_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='存入人')),
            ],
            options={
                'verbose_name': '文件',
            },
        ),
        CreatePartitionedModel(
            by="RANGE (at)",
            key="id, at",
            partitions=year_partitions("core_auditevent", 2024, 2030),
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, verbose_name='时间')),
                ('verb', models.CharField(choices=[('create', '新建'), ('change', '修改'), ('delete', '删除'), ('read', '查阅'), ('export', '导出'), ('sign_in', '登录'), ('refused', '被拒绝')], max_length=10, verbose_name='动作')),
                ('act', models.CharField(max_length=60, verbose_name='事项')),
                ('subject_type', models.CharField(max_length=60, verbose_name='对象类型')),
                ('subject_id', models.CharField(max_length=60, verbose_name='对象编号')),
                ('division_path', models.CharField(blank=True, max_length=40, verbose_name='区划路径')),
                ('before', models.JSONField(null=True, verbose_name='变更前')),
                ('after', models.JSONField(null=True, verbose_name='变更后')),
                ('reason', models.TextField(blank=True, verbose_name='原因')),
                ('lane', models.PositiveSmallIntegerField()),
                ('sequence', models.BigIntegerField()),
                ('seal', models.BinaryField(max_length=33)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='操作人')),
            ],
            options={
                'verbose_name': '操作记录',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['subject_type', 'subject_id'], name='audit_subject'), models.Index(fields=['lane', 'sequence'], name='audit_chain'), models.Index(fields=['division_path', 'id'], name='audit_scope', opclasses=['varchar_pattern_ops', 'int8_ops'])],
            },
        ),
        migrations.AddIndex(
            model_name='division',
            index=models.Index(fields=['path'], name='division_below', opclasses=['varchar_pattern_ops']),
        ),
        migrations.AddConstraint(
            model_name='division',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('level', 'city'), ('parent', None)), ('parent__isnull', False), _connector='OR'), name='division_only_city_has_no_parent'),
        ),
        migrations.AddConstraint(
            model_name='division',
            constraint=models.UniqueConstraint(fields=('parent', 'name'), name='division_name_once_under_parent'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['account', 'read_at'], name='notice_unread'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('account', 'key'), name='notice_sent_once'),
        ),
        migrations.AddIndex(
            model_name='organisation',
            index=models.Index(fields=['division_path'], name='organisation_scope', opclasses=['varchar_pattern_ops']),
        ),
        migrations.AddIndex(
            model_name='account',
            index=models.Index(fields=['division_path'], name='account_scope', opclasses=['varchar_pattern_ops']),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', [yinling.core.access.roles.Role['ELDER'], yinling.core.access.roles.Role['FAMILY']]), ('organisation__isnull', False), _connector='OR'), name='account_of_staff_has_organisation'),
        ),
    ]
