"""People: one file each; identity numbers sealed, found again and kept unique by a keyed digest."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Substr

from yinling.core.models.scope import DivisionPathField, path_index, seen_by
from yinling.core.sealing import SealedTextField
from yinling.registry.choices import (
    CategoryKind,
    IdentifierKind,
    InsuranceKind,
    LivingSituation,
    PersonState,
    ProofKind,
    Sex,
)
from yinling.registry.models.periods import (
    DatedModel,
    ends_after_start,
    ends_by_start,
    no_overlap,
    same_code,
    same_key,
)


class Person(models.Model):
    """An elder, a family member or a care worker: anyone with a file.

    `division` is the village or community of residence; `division_path` its path, for scope. The table is
    partitioned by `id`, so what must be unique about a person stands in PersonIdentifier.
    """

    file_number = models.CharField("档案号", max_length=20, db_index=True)  # ends with the id, so unique
    name = models.CharField("姓名", max_length=60)
    pinyin = models.CharField("姓名拼音", max_length=200, blank=True)
    sex = models.CharField("性别", max_length=6, choices=Sex)
    born_on = models.DateField("出生日期")
    phone = SealedTextField(verbose_name="联系电话")
    address = SealedTextField(verbose_name="居住地址")
    division = models.ForeignKey("core.Division", models.PROTECT, related_name="+", verbose_name="居住地")
    division_path = DivisionPathField()
    hukou_division = models.ForeignKey(
        "core.Division", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="户籍地"
    )
    hukou_elsewhere = models.CharField("市外户籍地", max_length=100, blank=True, db_default="")
    living = models.CharField(
        "居住状况", max_length=20, choices=LivingSituation, default=LivingSituation.WITH_FAMILY
    )
    insurance = models.CharField(
        "医疗保险", max_length=20, choices=InsuranceKind, default=InsuranceKind.UNKNOWN
    )
    state = models.CharField("状态", max_length=12, choices=PersonState, default=PersonState.ACTIVE)
    registered_on = models.DateField("建档日期")
    left_on = models.DateField("离册日期", null=True, blank=True)
    moved_to = models.CharField("迁往", max_length=100, blank=True, db_default="")
    anonymised_on = models.DateField("匿名化日期", null=True, blank=True)
    upload = models.ForeignKey(  # that opened the file; no database constraint, for the sake of bulk writing
        "registry.Upload", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )

    objects = seen_by("accesses").as_manager()

    class Meta:
        verbose_name = "人员"
        indexes = [
            path_index("person_scope", "id"),
            models.Index(
                fields=["name", "id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="person_name"
            ),
            models.Index(fields=["insurance"], name="person_insurance"),  # some kinds are rare
            models.Index(fields=["born_on"], name="person_born_on"),  # the oldest are few and far between
            models.Index(fields=["state"], condition=~Q(state="active"), name="person_not_active"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(id=Cast(Substr(F("file_number"), 5), models.BigIntegerField())),
                name="person_file_number_ends_with_id",
            ),
            models.CheckConstraint(
                condition=(Q(state="active") & Q(left_on=None))
                | (~Q(state="active") & Q(left_on__isnull=False)),
                name="person_left_on_with_state",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PersonIdentifier(models.Model):
    """A document that proves who somebody is. No number belongs to two people."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="identifiers")
    kind = models.CharField("证件类型", max_length=20, choices=IdentifierKind)
    number = SealedTextField(verbose_name="证件号码", null=False)
    digest = models.BinaryField(max_length=33, unique=True)  # keyed, of kind and number
    is_main = models.BooleanField("主要证件", default=True)

    class Meta:
        verbose_name = "证件"
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(is_main=True), name="identifier_one_main_each"
            )
        ]


class PersonToken(models.Model):
    """By which words a person is found: a keyed digest of each, so the table tells nothing by itself.

    There is no foreign key, for the sake of bulk writing; `registry/search` keeps both sides true.
    """

    pk = models.CompositePrimaryKey("token", "person_id")
    token = models.BigIntegerField()
    person_id = models.BigIntegerField()

    class Meta:
        verbose_name = "检索词"


class PersonAccess(DatedModel):
    """A public account (the elder, or family) that may see a person's file, on which ground."""

    account = models.ForeignKey("core.Account", models.CASCADE, related_name="people_seen")
    person = models.ForeignKey(Person, models.CASCADE, related_name="accesses")
    relation = models.CharField("与老年人关系", max_length=20)
    ground = models.CharField("依据", max_length=100)
    granted_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    proof_file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "查看授权"
        constraints = [
            ends_by_start("access_ends_after_start"),  # revoked on the day it was given
            no_overlap("access_once_at_a_time", same_key("account"), same_key("person")),
        ]


class PersonCategory(DatedModel):
    """A certified category of a person: what, since when, by which document, verified by whom."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="categories")
    kind = models.CharField("类别", max_length=30, choices=CategoryKind)
    source = models.CharField("认定来源", max_length=100)
    document = models.CharField("认定文书", max_length=100, blank=True)
    verified_by = models.ForeignKey("core.Account", models.PROTECT, null=True, verbose_name="核实人")
    proof_file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "人员类别"
        indexes = [
            models.Index(fields=["kind", "person"], name="category_kind"),
            models.Index(
                fields=["valid_to", "id"], condition=Q(valid_to__isnull=False), name="category_ending"
            ),
        ]
        constraints = [
            ends_after_start("category_ends_after_start"),
            no_overlap("category_once_at_a_time", same_key("person"), same_code("kind")),
        ]


class Contact(models.Model):
    """Family or guardian of a person; `valid_from` is null where nobody asked since when.

    Only one guardian at a time. Who stops being one keeps the row, with its end.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="contacts")
    name = models.CharField("姓名", max_length=60)
    relation = models.CharField("关系", max_length=20)
    phone = SealedTextField(verbose_name="电话")
    is_guardian = models.BooleanField("监护人", default=False)
    proof = models.CharField("证明", max_length=20, choices=ProofKind, blank=True, db_default="")
    proof_file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    verified_by = models.ForeignKey("core.Account", models.PROTECT, null=True, related_name="+")
    verified_on = models.DateField("核实日期", null=True, blank=True)
    valid_from = models.DateField("生效日期", null=True, blank=True)
    valid_to = models.DateField("失效日期", null=True, blank=True)

    class Meta:
        verbose_name = "联系人"
        constraints = [
            ends_by_start("contact_ends_after_start"),
            no_overlap("contact_one_guardian", same_key("person"), condition=Q(is_guardian=True)),
        ]
