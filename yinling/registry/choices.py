"""Closed lists of the registry. Labels are the legal Chinese terms."""

from django.db.models import TextChoices


class Sex(TextChoices):
    MALE = "male", "男"
    FEMALE = "female", "女"


class PersonState(TextChoices):
    ACTIVE = "active", "在册"
    DECEASED = "deceased", "已去世"
    MOVED_AWAY = "moved_away", "已迁出"
    MISSING = "missing", "失联"
    MERGED = "merged", "已并入"  # a second file of somebody: all that was in it stands in the other


class LivingSituation(TextChoices):
    WITH_FAMILY = "with_family", "与家人同住"
    WITH_SPOUSE = "with_spouse", "与配偶同住"
    ALONE = "alone", "独居"
    INSTITUTION = "institution", "入住机构"


class IdentifierKind(TextChoices):
    """Documents of identity. The first three have 18 characters by GB 11643, with birth date and sex."""

    ID_CARD = "id_card", "居民身份证"
    RESIDENCE_PERMIT = "residence_permit", "港澳台居民居住证"
    FOREIGN_PERMANENT = "foreign_permanent", "外国人永久居留身份证"
    PASSPORT = "passport", "护照"
    TRAVEL_PERMIT = "travel_permit", "港澳台居民来往内地（大陆）通行证"


class InsuranceKind(TextChoices):
    EMPLOYEE = "employee", "职工基本医疗保险"
    RESIDENT = "resident", "居民基本医疗保险"
    OTHER = "other", "其他医疗保障"
    NONE = "none", "未参保"
    UNKNOWN = "unknown", "未登记"


class ProofKind(TextChoices):
    """By what a relation or a guardianship was shown."""

    HOUSEHOLD_BOOK = "household_book", "户口簿"
    MARRIAGE = "marriage", "结婚证"
    NOTARISED = "notarised", "公证书"
    COURT = "court", "法院判决或裁定"
    AGREEMENT = "agreement", "监护协议"
    DESIGNATED = "designated", "村（居）委会或民政部门指定文书"
    OTHER = "other", "其他证明"


class ConsentGiver(TextChoices):
    SELF = "self", "本人"
    GUARDIAN = "guardian", "监护人"


class ConsentForm(TextChoices):
    WRITTEN = "written", "书面"
    ORAL = "oral", "口头"
    ONLINE = "online", "线上"


class Side(TextChoices):
    """Which side of a move inside the city asked for it."""

    RECEIVING = "receiving", "迁入地"
    SENDING = "sending", "迁出地"


class RequestState(TextChoices):
    """Of a transfer or a correction that was asked for."""

    ASKED = "asked", "待办理"
    DONE = "done", "已办理"
    REFUSED = "refused", "未同意"


class CategoryKind(TextChoices):
    """Certified categories that decide rights."""

    DESTITUTE = "destitute", "特困人员"
    LOW_INCOME = "low_income", "低保"
    LOW_INCOME_MARGINAL = "low_income_marginal", "低保边缘"
    LIVING_ALONE = "living_alone", "独居"
    EMPTY_NEST = "empty_nest", "空巢"
    LEFT_BEHIND = "left_behind", "留守"
    DISABLED_ELDER = "disabled_elder", "失能"
    DEMENTIA = "dementia", "失智"
    SEVERE_DISABILITY = "severe_disability", "重度残疾"
    ADVANCED_AGE = "advanced_age", "高龄"
    FAMILY_PLANNING_SPECIAL = "family_planning_special", "计划生育特殊家庭"
    ENTITLED_GROUP = "entitled_group", "优抚对象"


class PlaceKind(TextChoices):
    """Places of every kind that the two documents count."""

    HOME = "home", "养老机构"
    EMBEDDED_HOME = "embedded_home", "社区嵌入式小型养老机构"
    TOWN_CENTRE = "town_centre", "镇街综合养老服务中心"
    MEAL_SITE = "meal_site", "老年助餐场所"
    DAY_CARE = "day_care", "社区日间照料中心"
    RURAL_HOUSE = "rural_house", "农村幸福院"
    RENTAL_POINT = "rental_point", "康复辅具体验租赁点"
    HOSPITAL = "hospital", "医院"
    COMMUNITY_CLINIC = "community_clinic", "社区卫生服务中心（站）"
    TOWNSHIP_HOSPITAL = "township_hospital", "镇卫生院"


class Ownership(TextChoices):
    PUBLIC = "public", "公办公营"
    PUBLIC_BUILT = "public_built", "公建民营"
    PRIVATE = "private", "民办"


class PlaceFactKind(TextChoices):
    """Dated facts of a place: certificates, grades, services offered, departments."""

    STAR = "star", "等级评定"  # grade 1 to 5
    DESTITUTE_HOME = "destitute_home", "特困人员供养服务机构（敬老院）"
    SMART_HOME = "smart_home", "智慧养老院"
    HOME_VISITS = "home_visits", "开展居家上门服务"
    LTCI_DESIGNATED = "ltci_designated", "长期护理保险定点"
    QUALITY_NORM = "quality_norm", "《养老机构服务质量基本规范》达标"  # GB/T 35796
    SAFETY_NORM = "safety_norm", "《养老机构服务安全基本规范》达标"  # GB 38600
    SMART_FIRE = "smart_fire", "智慧消防"
    SMART_GAS = "smart_gas", "智慧燃气"
    BRIGHT_KITCHEN = "bright_kitchen", "互联网+明厨亮灶"
    MEDICAL_CARE_COMBINED = "medical_care_combined", "医养结合机构"
    HOSPICE_SERVICE = "hospice_service", "提供安宁疗护服务"
    HOSPICE_DEPARTMENT = "hospice_department", "设置安宁疗护科"
    HOSPICE_WARD = "hospice_ward", "设置安宁疗护病区"
    GENERAL_HOSPITAL_GRADE2 = "general_hospital_grade2", "二级以上公立综合医院"
    TCM_HOSPITAL_GRADE2 = "tcm_hospital_grade2", "二级以上中医医院"
    GERIATRICS = "geriatrics", "设置老年医学科"
    REHABILITATION = "rehabilitation", "设置康复科"
    ONLINE_NURSING = "online_nursing", "开展“互联网+护理服务”"
    MEAL_STAR = "meal_star", "老年餐桌星级"  # grade 1 to 5


class DivisionFactKind(TextChoices):
    """Dated facts of a village, community, town or district."""

    AGE_FRIENDLY_COMMUNITY = "age_friendly_community", "全国示范性老年友好型社区"
    ELDER_ASSOCIATION = "elder_association", "成立老年协会"


class BedKind(TextChoices):
    ORDINARY = "ordinary", "普通床位"
    NURSING = "nursing", "护理型床位"
    DEMENTIA = "dementia", "认知障碍照护床位"
    HOSPICE = "hospice", "安宁疗护床位"


class Post(TextChoices):
    CARE_WORKER = "care_worker", "养老护理员"
    NURSE = "nurse", "护士"
    DOCTOR = "doctor", "医师"
    REHABILITATION = "rehabilitation", "康复治疗人员"
    FIRE_SAFETY = "fire_safety", "消防管理人员"
    MANAGER = "manager", "管理人员"
    OTHER = "other", "其他人员"


class CertificateKind(TextChoices):
    CARE_WORKER_SKILL = "care_worker_skill", "养老护理员职业技能等级证书"
    LONG_TERM_CARER = "long_term_carer", "长期照护师职业技能等级证书"
    PROFESSIONAL = "professional", "岗位执业（职业）资格证书"
    INDUCTION = "induction", "上岗培训合格证"


class UploadState(TextChoices):
    """Where a file of people stands: mapped and checked first, then confirmed by a person, then imported."""

    RECEIVED = "received", "待对应列"
    CHECKING = "checking", "预检中"
    CHECKED = "checked", "待确认"
    RUNNING = "running", "导入中"
    DONE = "done", "已导入"
    CANCELLED = "cancelled", "已取消"
    FAILED = "failed", "无法读取"


class RowFate(TextChoices):
    """What became of a row; the value is the one letter that a chunk keeps of each row."""

    CREATED = "c", "新建"
    CHANGED = "u", "更新"
    UNCHANGED = "n", "无变化"
    REFUSED = "r", "未导入"


class ExportState(TextChoices):
    """Where an export of people stands; full numbers wait for a second person's approval."""

    WAITING = "waiting", "待批准"
    QUEUED = "queued", "生成中"
    READY = "ready", "可下载"
    REFUSED = "refused", "未批准"
    EXPIRED = "expired", "已过期"


class PairState(TextChoices):
    """What was decided about two files that may be of one person."""

    OPEN = "open", "待核对"
    LATER = "later", "暂缓"
    MERGED = "merged", "已合并"
    DIFFERENT = "different", "不是同一人"


class PairSource(TextChoices):
    """How two files came to be compared."""

    BATCH = "batch", "全库查重"
    ENTRY = "entry", "建档时发现"
