"""Assessment's acts in the audit trail, in words (see `core/audit/wording`)."""

ACTS = {
    "request_assessment": "申请能力评估",
    "accept_request": "受理评估申请",
    "refuse_request": "不予受理评估申请",
    "withdraw_request": "撤回评估申请",
    "object_to_result": "对评估结论提出异议",
    "register_assessor": "登记评估员",
    "end_assessor": "评估员退出名册",
    "appoint_assessment": "预约和指派评估",
    "change_appointment": "评估改约",
    "cancel_appointment": "取消评估",
    "save_answers": "填写评估表",
    "sign_assessment": "评估签名",
    "withdraw_signatures": "撤回评估签名",
    "conclude_assessment": "出具评估结论",
    "deliver_notice": "送达评估告知书",
    "open_sheet": "查看评估表",
    "download_notice": "下载评估告知书",
    "accept_result": "采信评估结论",
    "withdraw_acceptance": "撤销采信",
    "record_outside_result": "登记外部评估结论",
    "export_due_assessments": "导出评估到期名单",
}
SUBJECTS = {
    "assessment.Assessment": "能力评估",
    "assessment.AssessmentRequest": "评估申请",
    "assessment.Assessor": "评估员",
    "assessment.ResultAcceptance": "评估采信",
}
