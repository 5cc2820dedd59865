
import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import yinling.core.models.scope
import yinling.core.sealing
from django.conf import settings
from django.db import migrations, models

from yinling.core.partitions import CreatePartitionedModel, hash_partitions


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PersonToken',
            fields=[
                ('pk', models.CompositePrimaryKey('token', 'person_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('token', models.BigIntegerField()),
                ('person_id', models.BigIntegerField()),
            ],
            options={
                'verbose_name': '检索词',
            },
        ),
        CreatePartitionedModel(
            by="HASH (id)",
            # Two are enough for a city: every partition is planned anew in each question about people.
            partitions=hash_partitions("registry_person", 2),
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_number', models.CharField(db_index=True, max_length=20, verbose_name='档案号')),
                ('name', models.CharField(max_length=60, verbose_name='姓名')),
                ('pinyin', models.CharField(blank=True, max_length=200, verbose_name='姓名拼音')),
                ('sex', models.CharField(choices=[('male', '男'), ('female', '女')], max_length=6, verbose_name='性别')),
                ('born_on', models.DateField(verbose_name='出生日期')),
                ('phone', yinling.core.sealing.SealedTextField(editable=True, null=True, verbose_name='联系电话')),
                ('address', yinling.core.sealing.SealedTextField(editable=True, null=True, verbose_name='居住地址')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('living', models.CharField(choices=[('with_family', '与家人同住'), ('with_spouse', '与配偶同住'), ('alone', '独居'), ('institution', '入住机构')], default='with_family', max_length=20, verbose_name='居住状况')),
                ('insurance', models.CharField(choices=[('employee', '职工基本医疗保险'), ('resident', '居民基本医疗保险'), ('other', '其他医疗保障'), ('none', '未参保'), ('unknown', '未登记')], default='unknown', max_length=20, verbose_name='医疗保险')),
                ('state', models.CharField(choices=[('active', '在册'), ('deceased', '已去世'), ('moved_away', '已迁出'), ('missing', '失联')], default='active', max_length=12, verbose_name='状态')),
                ('registered_on', models.DateField(verbose_name='建档日期')),
                ('left_on', models.DateField(blank=True, null=True, verbose_name='离册日期')),
                ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.division', verbose_name='居住地')),
                ('hukou_division', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.division', verbose_name='户籍地')),
            ],
            options={
                'verbose_name': '人员',
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='姓名')),
                ('relation', models.CharField(max_length=20, verbose_name='关系')),
                ('phone', yinling.core.sealing.SealedTextField(editable=True, null=True, verbose_name='电话')),
                ('is_guardian', models.BooleanField(default=False, verbose_name='监护人')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='registry.person')),
            ],
            options={
                'verbose_name': '联系人',
            },
        ),
        migrations.CreateModel(
            name='PersonAccess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='生效日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('relation', models.CharField(max_length=20, verbose_name='与老年人关系')),
                ('ground', models.CharField(max_length=100, verbose_name='依据')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='people_seen', to=settings.AUTH_USER_MODEL)),
                ('granted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='accesses', to='registry.person')),
            ],
            options={
                'verbose_name': '查看授权',
            },
        ),
        migrations.CreateModel(
            name='PersonCategory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='生效日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('kind', models.CharField(choices=[('destitute', '特困人员'), ('low_income', '低保'), ('low_income_marginal', '低保边缘'), ('living_alone', '独居'), ('empty_nest', '空巢'), ('left_behind', '留守'), ('disabled_elder', '失能'), ('dementia', '失智'), ('severe_disability', '重度残疾'), ('advanced_age', '高龄'), ('family_planning_special', '计划生育特殊家庭'), ('entitled_group', '优抚对象')], max_length=30, verbose_name='类别')),
                ('source', models.CharField(max_length=100, verbose_name='认定来源')),
                ('document', models.CharField(blank=True, max_length=100, verbose_name='认定文书')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='categories', to='registry.person')),
                ('verified_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='核实人')),
            ],
            options={
                'verbose_name': '人员类别',
            },
        ),
        migrations.CreateModel(
            name='PersonIdentifier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('id_card', '居民身份证'), ('residence_permit', '港澳台居民居住证'), ('foreign_permanent', '外国人永久居留身份证'), ('passport', '护照'), ('travel_permit', '港澳台居民来往内地（大陆）通行证')], max_length=20, verbose_name='证件类型')),
                ('number', yinling.core.sealing.SealedTextField(editable=True, null=True, verbose_name='证件号码')),
                ('digest', models.BinaryField(max_length=33, unique=True)),
                ('is_main', models.BooleanField(default=True, verbose_name='主要证件')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identifiers', to='registry.person')),
            ],
            options={
                'verbose_name': '证件',
            },
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='生效日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('name', models.CharField(max_length=100, verbose_name='名称')),
                ('kind', models.CharField(choices=[('home', '养老机构'), ('embedded_home', '社区嵌入式小型养老机构'), ('town_centre', '镇街综合养老服务中心'), ('meal_site', '老年助餐场所'), ('day_care', '社区日间照料中心'), ('rural_house', '农村幸福院'), ('rental_point', '康复辅具体验租赁点'), ('hospital', '医院'), ('community_clinic', '社区卫生服务中心（站）'), ('township_hospital', '镇卫生院')], max_length=30, verbose_name='类别')),
                ('ownership', models.CharField(choices=[('public', '公办公营'), ('public_built', '公建民营'), ('private', '民办')], max_length=20, verbose_name='兴办与运营')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='地址')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='电话')),
                ('longitude', models.FloatField(blank=True, null=True, verbose_name='经度')),
                ('latitude', models.FloatField(blank=True, null=True, verbose_name='纬度')),
                ('floor_area_m2', models.PositiveIntegerField(blank=True, null=True, verbose_name='建筑面积（平方米）')),
                ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.division', verbose_name='所在地')),
                ('operator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='core.organisation', verbose_name='运营单位')),
            ],
            options={
                'verbose_name': '机构和设施',
            },
        ),
        migrations.CreateModel(
            name='HomeCareBed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='生效日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='home_care_beds', to='registry.person')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='home_care_beds', to='registry.place', verbose_name='服务机构')),
            ],
            options={
                'verbose_name': '家庭养老床位',
            },
        ),
        migrations.CreateModel(
            name='CareWorker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='生效日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('post', models.CharField(choices=[('care_worker', '养老护理员'), ('nurse', '护士'), ('doctor', '医师'), ('rehabilitation', '康复治疗人员'), ('fire_safety', '消防管理人员'), ('manager', '管理人员'), ('other', '其他人员')], max_length=20, verbose_name='岗位')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='employments', to='registry.person')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='workers', to='registry.place')),
            ],
            options={
                'verbose_name': '从业人员',
            },
        ),
        migrations.CreateModel(
            name='Bed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='生效日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('code', models.CharField(max_length=20, verbose_name='床号')),
                ('kind', models.CharField(choices=[('ordinary', '普通床位'), ('nursing', '护理型床位'), ('dementia', '认知障碍照护床位'), ('hospice', '安宁疗护床位')], default='ordinary', max_length=10, verbose_name='类型')),
                ('certified_on', models.DateField(blank=True, null=True, verbose_name='认定日期')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='beds', to='registry.place')),
            ],
            options={
                'verbose_name': '床位',
            },
        ),
        migrations.CreateModel(
            name='PlaceFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='生效日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('kind', models.CharField(choices=[('star', '等级评定'), ('destitute_home', '特困人员供养服务机构（敬老院）'), ('smart_home', '智慧养老院'), ('home_visits', '开展居家上门服务'), ('ltci_designated', '长期护理保险定点'), ('quality_norm', '《养老机构服务质量基本规范》达标'), ('safety_norm', '《养老机构服务安全基本规范》达标'), ('smart_fire', '智慧消防'), ('smart_gas', '智慧燃气'), ('bright_kitchen', '互联网+明厨亮灶'), ('medical_care_combined', '医养结合机构'), ('hospice_service', '提供安宁疗护服务'), ('hospice_department', '设置安宁疗护科'), ('hospice_ward', '设置安宁疗护病区'), ('general_hospital_grade2', '二级以上公立综合医院'), ('tcm_hospital_grade2', '二级以上中医医院'), ('geriatrics', '设置老年医学科'), ('rehabilitation', '设置康复科'), ('online_nursing', '开展“互联网+护理服务”'), ('meal_star', '老年餐桌星级')], max_length=30, verbose_name='事项')),
                ('grade', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='等级')),
                ('source', models.CharField(max_length=100, verbose_name='依据')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='facts', to='registry.place')),
            ],
            options={
                'verbose_name': '机构事项',
            },
        ),
        migrations.CreateModel(
            name='WorkerCertificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('care_worker_skill', '养老护理员职业技能等级证书'), ('long_term_carer', '长期照护师职业技能等级证书'), ('professional', '岗位执业（职业）资格证书'), ('induction', '上岗培训合格证')], max_length=30, verbose_name='证书')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='证书编号')),
                ('level', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='等级')),
                ('issued_on', models.DateField(verbose_name='发证日期')),
                ('expires_on', models.DateField(blank=True, null=True, verbose_name='有效期至')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='certificates', to='registry.person')),
            ],
            options={
                'verbose_name': '证书',
            },
        ),
        migrations.CreateModel(
            name='DivisionFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='生效日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('kind', models.CharField(choices=[('age_friendly_community', '全国示范性老年友好型社区'), ('elder_association', '成立老年协会')], max_length=30, verbose_name='事项')),
                ('source', models.CharField(max_length=100, verbose_name='依据')),
                ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='facts', to='core.division')),
            ],
            options={
                'verbose_name': '区划事项',
                'indexes': [models.Index(fields=['division_path'], name='division_fact_scope', opclasses=['varchar_pattern_ops'])],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='division_fact_ends_after_start'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('division'), models.F('division'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.Func(models.F('kind'), function='hashtext', output_field=models.IntegerField()), models.Func(models.F('kind'), function='hashtext', output_field=models.IntegerField()), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('valid_from'), models.F('valid_to'), function='daterange'), '&&')], name='division_fact_once_at_a_time')],
            },
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['division_path', 'id'], name='person_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['name', 'id'], name='person_name', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['insurance'], name='person_insurance'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['born_on'], name='person_born_on'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('state', 'active'), _negated=True), fields=['state'], name='person_not_active'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('id', django.db.models.functions.comparison.Cast(django.db.models.functions.text.Substr(models.F('file_number'), 5), models.BigIntegerField()))), name='person_file_number_ends_with_id'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'active'), ('left_on', None)), models.Q(models.Q(('state', 'active'), _negated=True), ('left_on__isnull', False)), _connector='OR'), name='person_left_on_with_state'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.UniqueConstraint(condition=models.Q(('is_guardian', True)), fields=('person',), name='contact_one_guardian'),
        ),
        migrations.AddConstraint(
            model_name='personaccess',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='access_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='personaccess',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('account'), models.F('account'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('person'), models.F('person'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('valid_from'), models.F('valid_to'), function='daterange'), '&&')], name='access_once_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='personcategory',
            index=models.Index(fields=['kind', 'person'], name='category_kind'),
        ),
        migrations.AddConstraint(
            model_name='personcategory',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='category_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='personcategory',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('person'), models.F('person'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.Func(models.F('kind'), function='hashtext', output_field=models.IntegerField()), models.Func(models.F('kind'), function='hashtext', output_field=models.IntegerField()), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('valid_from'), models.F('valid_to'), function='daterange'), '&&')], name='category_once_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='personidentifier',
            constraint=models.UniqueConstraint(condition=models.Q(('is_main', True)), fields=('person',), name='identifier_one_main_each'),
        ),
        migrations.AddIndex(
            model_name='place',
            index=models.Index(fields=['division_path', 'id'], name='place_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='place',
            index=models.Index(fields=['kind', 'id'], name='place_kind'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='place_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.UniqueConstraint(condition=models.Q(('valid_to', None)), fields=('name', 'kind', 'division'), name='place_open_once'),
        ),
        migrations.AddIndex(
            model_name='homecarebed',
            index=models.Index(fields=['division_path', 'id'], name='home_care_bed_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddConstraint(
            model_name='homecarebed',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='home_care_bed_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='homecarebed',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('person'), models.F('person'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('valid_from'), models.F('valid_to'), function='daterange'), '&&')], name='home_care_bed_one_per_person'),
        ),
        migrations.AddIndex(
            model_name='careworker',
            index=models.Index(fields=['division_path', 'id'], name='care_worker_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddConstraint(
            model_name='careworker',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='care_worker_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='careworker',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('person'), models.F('person'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('valid_from'), models.F('valid_to'), function='daterange'), '&&')], name='care_worker_one_post_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='bed',
            index=models.Index(fields=['division_path', 'id'], name='bed_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddConstraint(
            model_name='bed',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='bed_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='bed',
            constraint=models.UniqueConstraint(condition=models.Q(('valid_to', None)), fields=('place', 'code'), name='bed_code_once'),
        ),
        migrations.AddConstraint(
            model_name='bed',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('certified_on', None), ('kind', 'ordinary')), models.Q(models.Q(('kind', 'ordinary'), _negated=True), ('certified_on__gte', models.F('valid_from'))), _connector='OR'), name='bed_special_kind_is_certified'),
        ),
        migrations.AddIndex(
            model_name='placefact',
            index=models.Index(fields=['kind', 'place'], name='place_fact_kind'),
        ),
        migrations.AddConstraint(
            model_name='placefact',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='place_fact_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='placefact',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('place'), models.F('place'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.Func(models.F('kind'), function='hashtext', output_field=models.IntegerField()), models.Func(models.F('kind'), function='hashtext', output_field=models.IntegerField()), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('valid_from'), models.F('valid_to'), function='daterange'), '&&')], name='place_fact_once_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='placefact',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('grade__range', (1, 5)), ('kind__in', ['star', 'meal_star'])), models.Q(models.Q(('kind__in', ['star', 'meal_star']), _negated=True), ('grade', None)), _connector='OR'), name='place_fact_grade_for_stars'),
        ),
        migrations.AddIndex(
            model_name='workercertificate',
            index=models.Index(fields=['person', 'kind'], name='certificate_person_kind'),
        ),
        migrations.AddConstraint(
            model_name='workercertificate',
            constraint=models.CheckConstraint(condition=models.Q(('expires_on', None), ('expires_on__gt', models.F('issued_on')), _connector='OR'), name='certificate_ends_after_issue'),
        ),
    ]
