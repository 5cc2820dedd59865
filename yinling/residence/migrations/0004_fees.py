import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.expressions
import uuid
import yinling.core.models.scope
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0006_ledger'),
        ('residence', '0003_stays'),
    ]

    operations = [
        migrations.CreateModel(
            name='Bill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('month', models.DateField(verbose_name='月份')),
                ('sequence', models.PositiveSmallIntegerField(default=1, verbose_name='次序')),
                ('kind', models.CharField(choices=[('monthly', '月度账单'), ('supplement', '补充账单'), ('final', '离院账单')], max_length=10, verbose_name='类别')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('issued', '已开出')], default='draft', max_length=8, verbose_name='状态')),
                ('amount_fen', models.BigIntegerField(verbose_name='金额（分）')),
                ('paid_fen', models.BigIntegerField(default=0, verbose_name='已付（分）')),
                ('inputs', models.JSONField(verbose_name='计算依据')),
                ('made_at', models.DateTimeField(verbose_name='生成时间')),
                ('issued_at', models.DateTimeField(null=True, verbose_name='开出时间')),
                ('due_on', models.DateField(null=True, verbose_name='付款期限')),
                ('entry', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.ledgerentry')),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bills', to='registry.place')),
                ('stay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bills', to='residence.stay')),
            ],
            options={
                'verbose_name': '账单',
            },
        ),
        migrations.CreateModel(
            name='BillRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('month', models.DateField(verbose_name='月份')),
                ('state', models.CharField(choices=[('waiting', '等待中'), ('running', '正在生成'), ('done', '已完成')], default='waiting', max_length=10, verbose_name='状态')),
                ('total', models.PositiveIntegerField(default=0, verbose_name='应出账人数')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='已处理人数')),
                ('changed', models.PositiveIntegerField(default=0, verbose_name='新生成或更新')),
                ('problems', models.JSONField(default=list, verbose_name='没有出账的')),
                ('asked_at', models.DateTimeField(verbose_name='发起时间')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='完成时间')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bill_runs', to='registry.place')),
            ],
            options={
                'verbose_name': '月度出账',
            },
        ),
        migrations.CreateModel(
            name='Contract',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('number', models.CharField(max_length=30, null=True, unique=True, verbose_name='合同编号')),
                ('template', models.CharField(max_length=40, verbose_name='合同文本')),
                ('template_version', models.CharField(max_length=20, verbose_name='文本版次')),
                ('deposit_fen', models.BigIntegerField(default=0, verbose_name='约定押金（分）')),
                ('signed_on', models.DateField(verbose_name='签订日期')),
                ('signed_by', models.CharField(max_length=60, verbose_name='老年人一方签字人')),
                ('signer_relation', models.CharField(max_length=20, verbose_name='与老年人关系')),
                ('made_at', models.DateTimeField(verbose_name='登记时间')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stay', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='contract', to='residence.stay')),
            ],
            options={
                'verbose_name': '服务合同',
            },
        ),
        migrations.CreateModel(
            name='HomeStanding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('unfinished', models.BooleanField(default=False, verbose_name='尚未建成')),
                ('dishonest', models.BooleanField(default=False, verbose_name='列入失信名单')),
                ('net_fixed_assets_fen', models.BigIntegerField(null=True, verbose_name='未抵押的固定资产净额（分）')),
                ('source', models.CharField(max_length=100, verbose_name='依据')),
                ('noted_at', models.DateTimeField(verbose_name='登记时间')),
                ('noted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standings', to='registry.place')),
            ],
            options={
                'verbose_name': '机构财务和信用',
            },
        ),
        migrations.CreateModel(
            name='PriceDeclaration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('state', models.CharField(choices=[('declared', '待核定'), ('approved', '已核定'), ('refused', '退回')], default='declared', max_length=10, verbose_name='状态')),
                ('valid_from', models.DateField(verbose_name='执行日期')),
                ('rules', models.CharField(max_length=40, verbose_name='上限依据')),
                ('declared_at', models.DateTimeField(verbose_name='申报时间')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='核定时间')),
                ('decision', models.CharField(blank=True, max_length=200, verbose_name='核定意见')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('declared_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='price_declarations', to='registry.place')),
            ],
            options={
                'verbose_name': '普惠价格申报',
            },
        ),
        migrations.CreateModel(
            name='DeclaredPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bed_kind', models.CharField(choices=[('ordinary', '普通床位'), ('nursing', '护理型床位'), ('dementia', '认知障碍照护床位'), ('hospice', '安宁疗护床位')], max_length=10, verbose_name='床位类型')),
                ('price_fen', models.BigIntegerField(verbose_name='申报月价（分）')),
                ('cap_fen', models.BigIntegerField(verbose_name='月价上限（分）')),
                ('declaration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='residence.pricedeclaration')),
            ],
            options={
                'verbose_name': '申报价格',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='DeclaredAid',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('construction', '建设补助'), ('operation', '运营补助'), ('premises', '无偿或低偿使用场地'), ('other', '其他扶持')], max_length=14, verbose_name='扶持方式')),
                ('source', models.CharField(max_length=100, verbose_name='来源')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('amount_fen', models.BigIntegerField(verbose_name='金额或折算金额（分）')),
                ('declaration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aids', to='residence.pricedeclaration')),
            ],
            options={
                'verbose_name': '所获扶持',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='PriceVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('number', models.PositiveSmallIntegerField(verbose_name='版次')),
                ('valid_from', models.DateField(verbose_name='执行日期')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='调整说明')),
                ('published_at', models.DateTimeField(verbose_name='公布时间')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='撤回时间')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='price_versions', to='registry.place')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '价目表',
            },
        ),
        migrations.CreateModel(
            name='PriceItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('bed', '床位费'), ('care', '护理费'), ('meals', '餐费')], max_length=6, verbose_name='项目')),
                ('code', models.CharField(max_length=20, verbose_name='名称')),
                ('per', models.CharField(choices=[('day', '元/天'), ('month', '元/月')], max_length=6, verbose_name='计价')),
                ('amount_fen', models.BigIntegerField(verbose_name='单价（分）')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='residence.priceversion')),
            ],
            options={
                'verbose_name': '价目',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ContractVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='版次')),
                ('valid_from', models.DateField(verbose_name='起始日期')),
                ('care_level', models.CharField(max_length=20, verbose_name='护理等级')),
                ('meal_plan', models.CharField(blank=True, max_length=20, verbose_name='餐食')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='变更原因')),
                ('signed_on', models.DateField(verbose_name='签字日期')),
                ('signed_by', models.CharField(max_length=60, verbose_name='签字人')),
                ('made_at', models.DateTimeField(verbose_name='登记时间')),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='residence.contract')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('prices', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='residence.priceversion')),
            ],
            options={
                'verbose_name': '合同版次',
            },
        ),
        migrations.CreateModel(
            name='BillLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('bed', '床位费'), ('care', '护理费'), ('meals', '餐费')], max_length=6, verbose_name='项目')),
                ('code', models.CharField(max_length=20, verbose_name='名称')),
                ('presence', models.CharField(choices=[('present', '在院'), ('leave', '请假'), ('hospital', '住院')], max_length=10, verbose_name='情形')),
                ('first_on', models.DateField(verbose_name='起')),
                ('last_on', models.DateField(verbose_name='止')),
                ('per', models.CharField(max_length=6, verbose_name='计价')),
                ('price_fen', models.BigIntegerField(verbose_name='单价（分）')),
                ('percent', models.PositiveSmallIntegerField(verbose_name='比例')),
                ('amount_fen', models.BigIntegerField(verbose_name='金额（分）')),
                ('in_force', models.BooleanField(default=True)),
                ('bill', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='residence.bill')),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='residence.billline')),
                ('stay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='residence.stay')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='residence.priceversion')),
            ],
            options={
                'verbose_name': '账单明细',
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='AwayTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('presence', models.CharField(choices=[('present', '在院'), ('leave', '请假'), ('hospital', '住院')], max_length=10, verbose_name='情形')),
                ('kind', models.CharField(choices=[('bed', '床位费'), ('care', '护理费'), ('meals', '餐费')], max_length=6, verbose_name='项目')),
                ('from_day', models.PositiveSmallIntegerField(verbose_name='从第几天起')),
                ('percent', models.PositiveSmallIntegerField(verbose_name='按单价的百分之几收')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='away_terms', to='residence.priceversion')),
            ],
            options={
                'verbose_name': '离院期间收费',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('kind', models.CharField(choices=[('bill', '账单'), ('service_fee', '预收服务费'), ('deposit', '押金'), ('membership', '会员费')], max_length=12, verbose_name='款项')),
                ('method', models.CharField(choices=[('cash', '现金'), ('transfer', '转账'), ('prepaid', '从预存中扣'), ('offset', '退费时抵扣')], max_length=10, verbose_name='收款方式')),
                ('amount_fen', models.BigIntegerField(verbose_name='金额（分）')),
                ('received_on', models.DateField(verbose_name='收款日期')),
                ('payer', models.CharField(blank=True, max_length=60, verbose_name='付款人')),
                ('rules', models.CharField(blank=True, max_length=40, verbose_name='预收费规则')),
                ('breaches', models.JSONField(default=list, verbose_name='提醒')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('credited_on', models.DateField(null=True, verbose_name='存入专户日期')),
                ('made_at', models.DateTimeField(verbose_name='登记时间')),
                ('voided_at', models.DateTimeField(null=True, verbose_name='作废时间')),
                ('void_reason', models.CharField(blank=True, max_length=200, verbose_name='作废原因')),
                ('bill', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='residence.bill')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.ledgerentry')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='registry.place')),
                ('stay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='residence.stay')),
            ],
            options={
                'verbose_name': '收款',
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('cause', models.CharField(choices=[('left', '退住'), ('closed', '机构停办'), ('asked', '老年人申请'), ('overpaid', '多收')], max_length=10, verbose_name='事由')),
                ('state', models.CharField(choices=[('asked', '待审批'), ('approved', '待付款'), ('paid', '已退款'), ('refused', '不予退款')], default='asked', max_length=10, verbose_name='状态')),
                ('whole', models.BooleanField(default=True, verbose_name='全部结清')),
                ('service_fee_fen', models.BigIntegerField(default=0, verbose_name='预收服务费（分）')),
                ('deposit_fen', models.BigIntegerField(default=0, verbose_name='押金（分）')),
                ('membership_fen', models.BigIntegerField(default=0, verbose_name='会员费（分）')),
                ('offset_fen', models.BigIntegerField(default=0, verbose_name='抵扣欠费（分）')),
                ('amount_fen', models.BigIntegerField(default=0, verbose_name='应退（分）')),
                ('due_on', models.DateField(verbose_name='最迟退款日期')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('asked_at', models.DateTimeField(verbose_name='提出时间')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='审批时间')),
                ('decision', models.CharField(blank=True, max_length=200, verbose_name='审批意见')),
                ('paid_on', models.DateField(null=True, verbose_name='付款日期')),
                ('payee', models.CharField(blank=True, max_length=60, verbose_name='收款人')),
                ('approval_entry', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.ledgerentry')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('paid_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('payment_entry', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.ledgerentry')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='registry.place')),
                ('stay', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='residence.stay')),
            ],
            options={
                'verbose_name': '退费',
            },
        ),
        migrations.CreateModel(
            name='ReserveMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('amount_fen', models.BigIntegerField(verbose_name='金额（分）')),
                ('moved_on', models.DateField(verbose_name='日期')),
                ('reason', models.CharField(max_length=200, verbose_name='说明')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.ledgerentry')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reserve_moves', to='registry.place')),
            ],
            options={
                'verbose_name': '风险保证金变动',
            },
        ),
        migrations.AddIndex(
            model_name='bill',
            index=models.Index(fields=['place', 'month', 'id'], name='bill_of_place'),
        ),
        migrations.AddIndex(
            model_name='bill',
            index=models.Index(fields=['division_path', 'id'], name='bill_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='bill',
            index=models.Index(condition=models.Q(('amount_fen__gt', models.F('paid_fen')), ('state', 'issued')), fields=['stay', 'id'], name='bill_open'),
        ),
        migrations.AddConstraint(
            model_name='bill',
            constraint=models.UniqueConstraint(fields=('stay', 'month', 'sequence'), name='bill_sequence_once'),
        ),
        migrations.AddConstraint(
            model_name='bill',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('stay', 'month'), name='bill_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='bill',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_fen__gte', 0), ('paid_fen__gte', 0), ('paid_fen__lte', models.F('amount_fen'))), models.Q(('amount_fen__lt', 0), ('paid_fen__gte', models.F('amount_fen')), ('paid_fen__lte', 0)), _connector='OR'), name='bill_paid_within_amount'),
        ),
        migrations.AddConstraint(
            model_name='bill',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('issued_at', None), ('paid_fen', 0), ('state', 'draft')), models.Q(('due_on__isnull', False), ('issued_at__isnull', False), ('state', 'issued')), _connector='OR'), name='bill_issued_says_when'),
        ),
        migrations.AddConstraint(
            model_name='billrun',
            constraint=models.UniqueConstraint(fields=('place', 'month'), name='bill_run_once'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(('deposit_fen__gte', 0)), name='contract_deposit_not_negative'),
        ),
        migrations.AddIndex(
            model_name='homestanding',
            index=models.Index(fields=['place', '-id'], name='home_standing_latest'),
        ),
        migrations.AddIndex(
            model_name='pricedeclaration',
            index=models.Index(fields=['division_path', 'id'], name='price_declaration_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddConstraint(
            model_name='pricedeclaration',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'declared')), fields=('place',), name='price_declaration_one_open'),
        ),
        migrations.AddConstraint(
            model_name='pricedeclaration',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'approved')), fields=('place', 'valid_from'), name='price_declaration_day_once'),
        ),
        migrations.AddConstraint(
            model_name='declaredprice',
            constraint=models.UniqueConstraint(fields=('declaration', 'bed_kind'), name='declared_price_once'),
        ),
        migrations.AddConstraint(
            model_name='declaredprice',
            constraint=models.CheckConstraint(condition=models.Q(('price_fen__gt', 0), ('price_fen__lte', models.F('cap_fen'))), name='declared_price_within_cap'),
        ),
        migrations.AddConstraint(
            model_name='declaredaid',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen__gte', 0)), name='declared_aid_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='priceversion',
            constraint=models.UniqueConstraint(fields=('place', 'number'), name='price_version_number_once'),
        ),
        migrations.AddConstraint(
            model_name='priceversion',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('place', 'valid_from'), name='price_version_day_once'),
        ),
        migrations.AddConstraint(
            model_name='priceitem',
            constraint=models.UniqueConstraint(fields=('version', 'kind', 'code'), name='price_item_once'),
        ),
        migrations.AddConstraint(
            model_name='priceitem',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen__range', (0, 10000000))), name='price_item_sensible'),
        ),
        migrations.AddConstraint(
            model_name='contractversion',
            constraint=models.UniqueConstraint(fields=('contract', 'number'), name='contract_version_number_once'),
        ),
        migrations.AddConstraint(
            model_name='contractversion',
            constraint=models.UniqueConstraint(fields=('contract', 'valid_from'), name='contract_version_day_once'),
        ),
        migrations.AddConstraint(
            model_name='billline',
            constraint=models.UniqueConstraint(fields=('bill', 'position'), name='bill_line_position_once'),
        ),
        migrations.AddConstraint(
            model_name='billline',
            constraint=models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on'))), name='bill_line_days_in_order'),
        ),
        migrations.AddConstraint(
            model_name='billline',
            constraint=models.CheckConstraint(condition=models.Q(('reverses', None), ('in_force', False), _connector='OR'), name='bill_line_reversal_not_in_force'),
        ),
        migrations.AddConstraint(
            model_name='billline',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('in_force', True)), expressions=[(models.Func(models.F('stay'), models.F('stay'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.Func(models.F('kind'), function='hashtext', output_field=models.IntegerField()), models.Func(models.F('kind'), function='hashtext', output_field=models.IntegerField()), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('first_on'), models.F('last_on'), models.Value('[]'), function='daterange'), '&&')], name='bill_line_day_once'),
        ),
        migrations.AddConstraint(
            model_name='awayterm',
            constraint=models.UniqueConstraint(fields=('version', 'presence', 'kind', 'from_day'), name='away_term_once'),
        ),
        migrations.AddConstraint(
            model_name='awayterm',
            constraint=models.CheckConstraint(condition=models.Q(('from_day__range', (1, 366)), ('percent__lte', 100), ('presence__in', ['leave', 'hospital'])), name='away_term_sensible'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(fields=['place', 'id'], name='receipt_of_place'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(fields=['division_path', 'id'], name='receipt_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(condition=models.Q(('credited_on', None), ('kind__in', ['deposit', 'membership']), ('voided_at', None)), fields=['place', 'received_on'], name='receipt_not_in_custody'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0)), name='receipt_above_nought'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bill__isnull', False), ('kind', 'bill')), models.Q(models.Q(('kind', 'bill'), _negated=True), ('bill', None)), _connector='OR'), name='receipt_bill_named'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('method__in', ['prepaid', 'offset']), _negated=True), ('kind', 'bill'), _connector='OR'), name='receipt_prepaid_pays_bills'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(('credited_on', None), ('credited_on__gte', models.F('received_on')), _connector='OR'), name='receipt_credited_after_received'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(fields=['place', 'state', 'due_on'], name='refund_of_place'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(fields=['division_path', 'id'], name='refund_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['asked', 'approved'])), fields=('stay',), name='refund_one_open'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), ('asked_by', None), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='refund_two_people'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('service_fee_fen'), '+', models.F('deposit_fen')), '+', models.F('membership_fen')), '-', models.F('offset_fen'))), ('amount_fen__gte', 0), ('deposit_fen__gte', 0), ('membership_fen__gte', 0), ('offset_fen__gte', 0), ('service_fee_fen__gte', 0)), name='refund_adds_up'),
        ),
        migrations.AddConstraint(
            model_name='reservemove',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen', 0), _negated=True), name='reserve_move_not_nought'),
        ),
    ]
