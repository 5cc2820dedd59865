import django.db.models.deletion
import yinling.core.models.scope
from django.conf import settings
from django.db import migrations, models

# An entry has exactly `line_count` lines and balances in each unit when its transaction commits; a line has a
# position of that entry, so none can join it later; nothing is changed or deleted.
GUARDS = """
CREATE FUNCTION core_ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is only ever added to';
END $$;
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON core_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION core_ledger_append_only();
CREATE TRIGGER ledger_line_append_only BEFORE UPDATE OR DELETE ON core_ledgerline
    FOR EACH ROW EXECUTE FUNCTION core_ledger_append_only();
CREATE TRIGGER ledger_account_keeps_what_it_counts BEFORE UPDATE OF book, code, party, unit ON core_ledgeraccount
    FOR EACH ROW EXECUTE FUNCTION core_ledger_append_only();

CREATE FUNCTION core_ledger_line_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE entry core_ledgerentry%ROWTYPE;
BEGIN
    SELECT * INTO entry FROM core_ledgerentry WHERE id = NEW.entry_id;
    IF entry.id IS NULL OR NEW.position < 1 OR NEW.position > entry.line_count THEN
        RAISE EXCEPTION 'this ledger entry has no such line';
    END IF;
    NEW."on" := entry."on";
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_line_fits BEFORE INSERT ON core_ledgerline
    FOR EACH ROW EXECUTE FUNCTION core_ledger_line_fits();

CREATE FUNCTION core_ledger_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found integer; unbalanced integer;
BEGIN
    SELECT count(*) INTO found FROM core_ledgerline WHERE entry_id = NEW.id;
    SELECT count(*) INTO unbalanced FROM (
        SELECT 1 FROM core_ledgerline l JOIN core_ledgeraccount a ON a.id = l.account_id
        WHERE l.entry_id = NEW.id GROUP BY a.unit HAVING sum(l.amount) <> 0) AS units;
    IF found <> NEW.line_count OR unbalanced > 0 THEN
        RAISE EXCEPTION 'ledger entry % does not balance', NEW.id USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ledger_entry_balances';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entry_balances AFTER INSERT ON core_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION core_ledger_entry_balances();
"""
UNGUARD = """
DROP TRIGGER ledger_entry_balances ON core_ledgerentry;
DROP TRIGGER ledger_line_fits ON core_ledgerline;
DROP TRIGGER ledger_account_keeps_what_it_counts ON core_ledgeraccount;
DROP TRIGGER ledger_line_append_only ON core_ledgerline;
DROP TRIGGER ledger_entry_append_only ON core_ledgerentry;
DROP FUNCTION core_ledger_entry_balances;
DROP FUNCTION core_ledger_line_fits;
DROP FUNCTION core_ledger_append_only;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0005_operations")]
    operations = [
        migrations.CreateModel(
            name='LedgerAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division_path', yinling.core.models.scope.DivisionPathField(max_length=40, verbose_name='区划路径')),
                ('book', models.CharField(max_length=40, verbose_name='账簿')),
                ('code', models.CharField(max_length=40, verbose_name='科目')),
                ('party', models.CharField(blank=True, max_length=40, verbose_name='往来对象')),
                ('name', models.CharField(max_length=60, verbose_name='科目名称')),
                ('kind', models.CharField(choices=[('asset', '资产'), ('liability', '负债'), ('income', '收入'), ('expense', '支出')], max_length=10, verbose_name='性质')),
                ('unit', models.CharField(choices=[('fen', '分（人民币）'), ('minute', '分钟')], default='fen', max_length=8, verbose_name='计量单位')),
                ('opened_at', models.DateTimeField(verbose_name='开立时间')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ledger_accounts', to='core.organisation', verbose_name='单位')),
            ],
            options={
                'verbose_name': '账户',
            },
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=160, unique=True, verbose_name='唯一标识')),
                ('what', models.CharField(max_length=200, verbose_name='摘要')),
                ('room', models.CharField(max_length=20)),
                ('act', models.CharField(max_length=60)),
                ('about', models.CharField(blank=True, max_length=60)),
                ('division_path', yinling.core.models.scope.DivisionPathField(blank=True, max_length=40, verbose_name='区划路径')),
                ('on', models.DateField(verbose_name='记账日期')),
                ('at', models.DateTimeField(verbose_name='登记时间')),
                ('line_count', models.PositiveSmallIntegerField(verbose_name='分录行数')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='core.ledgerentry', verbose_name='冲销')),
            ],
            options={
                'verbose_name': '记账凭证',
            },
        ),
        migrations.CreateModel(
            name='LedgerLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('amount', models.BigIntegerField(verbose_name='金额（分）或时长（分钟）')),
                ('on', models.DateField(verbose_name='记账日期')),
                ('note', models.CharField(blank=True, max_length=100, verbose_name='说明')),
                ('first_on', models.DateField(null=True, verbose_name='服务起')),
                ('last_on', models.DateField(null=True, verbose_name='服务止')),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='core.ledgeraccount')),
                ('entry', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='core.ledgerentry')),
            ],
            options={
                'verbose_name': '分录',
            },
        ),
        migrations.AddIndex(
            model_name='ledgeraccount',
            index=models.Index(fields=['division_path', 'id'], name='ledger_account_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddConstraint(
            model_name='ledgeraccount',
            constraint=models.UniqueConstraint(fields=('book', 'code', 'party'), name='ledger_account_once'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(fields=['room', 'act', 'about'], name='ledger_entry_about'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(fields=['division_path', 'id'], name='ledger_entry_scope', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('line_count__gte', 2)), name='ledger_entry_two_sides'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(('reverses', models.F('id')), _negated=True), name='ledger_entry_not_own_reversal'),
        ),
        migrations.AddIndex(
            model_name='ledgerline',
            index=models.Index(fields=['account', 'on', 'id'], include=('amount',), name='ledger_line_account'),
        ),
        migrations.AddConstraint(
            model_name='ledgerline',
            constraint=models.UniqueConstraint(fields=('entry', 'position'), name='ledger_line_position_once'),
        ),
        migrations.AddConstraint(
            model_name='ledgerline',
            constraint=models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='ledger_line_not_nought'),
        ),
        migrations.AddConstraint(
            model_name='ledgerline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('first_on', None), ('last_on', None)), ('last_on__gte', models.F('first_on')), _connector='OR'), name='ledger_line_days_in_order'),
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
