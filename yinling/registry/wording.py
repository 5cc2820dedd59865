"""Acts in the audit trail, in words. A test holds that every act in the house has its words here."""

from typing import Any, NamedTuple

ACTS = {
    "export_audit": "导出操作记录",
    "ask_audit_check": "发起操作记录核验",
    "retire_key": "停用旧密钥",
    "finish_rotation": "完成密钥更换",
    "rotate_keys": "更换密钥",
    "retry_job": "重做后台任务",
    "restore_backup": "从备份恢复",
    "make_partition": "建立年度分区",
    "make_backup": "备份",
    "accept_report": "审核通过填报",
    "acknowledge_task": "签收任务",
    "add_contact": "添加联系人",
    "add_identifier": "添加证件",
    "remove_identifier": "移除证件",
    "make_main_identifier": "设为主要证件",
    "replace_identifier": "更正证件号码",
    "replace_guardian": "更换监护人",
    "end_contact": "终止联系人",
    "correct_category": "更正人员类别",
    "record_consent": "登记同意",
    "withdraw_consent": "撤回同意",
    "grant_access": "授权家属查看",
    "revoke_access": "收回查看授权",
    "open_own_file": "本人或家属打开档案",
    "reveal_own_file": "本人或家属查看完整信息",
    "copy_own_file": "本人或家属下载档案副本",
    "ask_correction": "申请更正档案",
    "answer_correction": "答复更正申请",
    "open_proof": "查看证明材料",
    "open_correction": "查看更正申请",
    "propose_anonymisation": "提出匿名化",
    "withdraw_anonymisation": "撤回匿名化",
    "anonymise_person": "确认匿名化",
    "ask_transfer": "申请市内迁移",
    "accept_transfer": "同意市内迁移",
    "refuse_transfer": "不同意市内迁移",
    "add_evidence": "上传佐证材料",
    "assign_liaison": "指定联络员",
    "certify_bed": "认定床位",
    "certify_beds": "认定床位（批量）",
    "certify_category": "认定人员类别",
    "change_due_date": "调整完成时限",
    "change_password": "修改密码",
    "change_state": "变更人员状态",
    "close_bed": "停用床位",
    "close_home_care_bed": "终止家庭养老床位",
    "close_place": "停办机构或设施",
    "compute_month": "计算指标",
    "confirm_measure": "确认措施",
    "connect_system": "登记接入系统",
    "correct_measure": "更正措施",
    "create_account": "开通账号",
    "employ_worker": "登记任职",
    "end_category": "终止人员类别",
    "end_division_fact": "终止村居事项",
    "end_employment": "登记离职",
    "decide_pair": "核对疑似重复",
    "download_bulletin": "下载通报",
    "end_place_fact": "终止机构事项",
    "export_board": "导出指标看板",
    "export_places": "导出机构和设施",
    "export_round": "导出月调度",
    "export_rows": "导出指标明细",
    "export_tasks": "导出责任清单",
    "fill_report": "填写月调度",
    "find_duplicates": "全库查重",
    "import_document": "导入政策文件",
    "import_people": "批量导入人员",
    "receive_upload": "上传名单",
    "choose_sheet": "换工作表",
    "map_upload": "核对名单各列",
    "check_upload": "预检名单",
    "confirm_upload": "确认导入名单",
    "run_upload": "导入名单",
    "cancel_upload": "取消导入",
    "discard_upload_file": "删除到期的上传文件",
    "export_upload_rows": "下载名单各行结果",
    "ask_export": "申请导出老年人名单",
    "approve_export": "批准导出老年人名单",
    "refuse_export": "不批准导出老年人名单",
    "make_export": "生成老年人名单",
    "download_export": "下载老年人名单",
    "issue_key": "发放对接密钥",
    "load_divisions": "载入行政区划",
    "load_organisations": "载入单位",
    "lock_round": "锁定月调度",
    "make_tasks": "分解任务",
    "mark_late": "标记未报单位",
    "merge_people": "合并档案",
    "note_alike": "核对相似档案",
    "open_beds": "登记床位",
    "open_file": "打开人员档案",
    "open_home_care_bed": "建立家庭养老床位",
    "open_place": "登记机构或设施",
    "open_round": "开启月调度",
    "publish_bulletin": "发布通报",
    "publish_document": "公开政策文件",
    "record_certificate": "登记证书",
    "record_division_fact": "登记村居事项",
    "record_place_fact": "登记机构事项",
    "refine_targets": "细化指标",
    "register_organisation": "登记单位",
    "register_person": "建立人员档案",
    "remind_round": "催办月调度",
    "reopen_round": "重开月调度",
    "reread_document": "重新读取政策文件",
    "reset_password": "重置密码",
    "return_report": "退回填报",
    "revoke_key": "收回对接密钥",
    "search_number": "按完整证件号查找",
    "set_account_active": "启用或停用账号",
    "set_round_settings": "设置月调度",
    "sign_in": "登录",
    "split_task": "拆分任务",
    "submit_report": "提交填报",
    "take_snapshot": "固化快照",
    "unconfirm_measure": "取消确认措施",
    "unmerge_people": "撤销合并档案",
    "unmask_person": "查看完整个人信息",
    "update_person": "更正人员档案",
    "update_place": "更正机构信息",
    "withdraw_evidence": "撤回佐证材料",
    "withdraw_task": "撤销任务",
    "write_bulletin": "生成通报",
    "end_sessions": "退出其他设备",
    "link_elder": "手机登录核对档案",
    "lock_account": "输错过多暂停登录",
    "open_public_account": "开通公众账号",
    "remove_second_factor": "停用动态码",
    "second_factor_refused": "动态码输错",
    "set_up_second_factor": "启用动态码",
    "sign_in_refused": "登录输错",
    "sign_out": "退出登录",
    "unlock_account": "解除暂停登录",
    "update_account": "调整账号",
    "clear_sign_in_traces": "清理登录痕迹",
}
SUBJECTS = {
    "core.AuditCheck": "操作记录核验",
    "core.KeyVersion": "密钥版本",
    "procrastinate.ProcrastinateJob": "后台任务",
    "partition": "分区",
    "core.BackupRun": "备份",
    "core.Account": "账号",
    "core.Division": "区划",
    "core.Organisation": "单位",
    "core.StoredFile": "文件",
    "registry.Bed": "床位",
    "registry.CareWorker": "从业人员",
    "registry.DivisionFact": "村居事项",
    "registry.Person": "人员档案",
    "registry.PeopleExport": "名单导出",
    "registry.Place": "机构设施",
    "registry.Upload": "导入",
    "governance.Bulletin": "通报",
    "governance.Evidence": "佐证材料",
    "governance.LocalTarget": "细化指标",
    "governance.Measure": "措施",
    "governance.PolicyDocument": "政策文件",
    "governance.Report": "填报",
    "governance.Round": "月调度",
    "governance.RoundSettings": "调度设置",
    "governance.Snapshot": "快照",
    "governance.Task": "任务",
    "governance.TaskUnit": "任务单位",
}


def act_words(act: str) -> str:
    return ACTS.get(act, "其他事项")


def subject_words(subject_type: str) -> str:
    return SUBJECTS.get(subject_type, "记录")


class Change(NamedTuple):
    """One field of an event in words; `before` is empty for what is new."""

    name: str
    before: str
    after: str


def changes(before: Any, after: Any) -> list[Change]:
    """What an event changed, field by field. Only what was written with Chinese names is for people."""
    old = before if isinstance(before, dict) else {}
    new = after if isinstance(after, dict) else {}
    names = [name for name in dict.fromkeys([*old, *new]) if not str(name).isascii()]
    return [
        Change(
            name,
            _said(old[name]) if name in old else "",
            _said(new[name]) if name in new else "（已去掉）",
        )
        for name in names
    ]


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        value = "、".join(_said(item) for item in value)
    if isinstance(value, dict):
        value = "，".join(f"{name} {_said(held)}" for name, held in value.items())
    text = "" if value is None else str(value)
    return (text[:200] + "…" if len(text) > 200 else text) or "无"
