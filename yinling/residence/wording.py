"""Residence's acts in the audit trail, in words (see `core/audit/wording`)."""

ACTS: dict[str, str] = {
    "admit": "办理入住",
    "confirm_stay": "转为长期入住",
    "extend_stay": "调整计划到期日",
    "transfer": "调床或转机构",
    "start_leave": "登记请假外出",
    "go_to_hospital": "登记住院",
    "return_from_absence": "登记返回",
    "expect_back": "调整预计返回日期",
    "end_stay": "办理退住",
    "reverse_admission": "撤销入住登记",
    "correct_since": "更正入住时间",
    "open_building": "登记楼栋",
    "open_rooms": "登记房间",
    "update_room": "更正房间",
    "close_room": "撤去房间",
    "place_beds": "安排床位到房间",
    "find_for_admission": "入住登记查找老年人",
    "export_residents": "导出住养名单",
}
SUBJECTS: dict[str, str] = {
    "residence.Stay": "入住",
    "residence.Building": "楼栋",
    "residence.Room": "房间",
}
