"""Who signs in: a person at an organisation, with one role and one division as scope."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from yinling.core.access.permissions import Permission
from yinling.core.access.roles import PUBLIC_ROLES, ROLES, Reach, Role
from yinling.core.models.scope import ScopedQuerySet, path_index
from yinling.core.sealing import SealedTextField


class AccountManager(BaseUserManager.from_queryset(ScopedQuerySet)):
    def get_by_natural_key(self, username: str) -> "Account":
        return self.get(username=username)


class Account(AbstractBaseUser):
    """An actor. `division_path` is the scope of everything that `visible_to` shows."""

    username = models.CharField("账号", max_length=40, unique=True)
    full_name = models.CharField("姓名", max_length=40)
    role = models.CharField("角色", max_length=30, choices=[(r.value, ROLES[r].label) for r in Role])
    organisation = models.ForeignKey(
        "core.Organisation", models.PROTECT, null=True, blank=True, verbose_name="单位"
    )
    division = models.ForeignKey("core.Division", models.PROTECT, verbose_name="管辖区划")
    division_path = models.CharField("区划路径", max_length=40)
    phone = SealedTextField(verbose_name="联系电话")
    phone_digest = models.BinaryField(max_length=33, unique=True, null=True)  # of those who sign in by phone
    is_active = models.BooleanField("启用", default=True)
    password_changed_at = models.DateTimeField("密码更换时间", null=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)  # somebody else chose it
    is_machine = models.BooleanField("对接系统", default=False)  # acts by API keys only, never signs in

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]
    objects = AccountManager()

    class Meta:
        verbose_name = "账号"
        ordering = ["username"]
        indexes = [path_index("account_scope")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=sorted(PUBLIC_ROLES)) | models.Q(organisation__isnull=False),
                name="account_of_staff_has_organisation",
            )
        ]

    def __str__(self) -> str:
        return self.full_name

    # The rights of the API key by which the account acts at this moment; None when it acts by itself.
    narrowed_to: frozenset[str] | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the role (and the key in use) holds the permission; scope is a separate question."""
        if self.narrowed_to is not None and permission not in self.narrowed_to:
            return False
        return self.is_active and permission in ROLES[Role(self.role)].permissions

    @property
    def reach(self) -> Reach:
        """What the scope is: the division's rows, the own organisation's, or those of certain people."""
        return ROLES[Role(self.role)].reach

    @property
    def is_public(self) -> bool:
        """An elder or a family member: no staff, no unit, no page below /office/."""
        return Role(self.role) in PUBLIC_ROLES

    @property
    def role_label(self) -> str:
        return ROLES[Role(self.role)].label
