"""How the columns of the database are called when a difference is told, and which of them nothing proves."""

from __future__ import annotations

TABLES = {
    "office": ("条", "单位信息"),
    "clerk": ("位", "人员"),
    "setting": ("项", "设置"),
    "calendar_year": ("年", "放假安排"),
    "rest_day": ("个", "本地休息日"),
    "peer": ("张", "单位名片"),
    "outbox": ("次", "报送"),
    "inbox": ("次", "收件"),
    "ledger": ("本", "台账"),
    "tally": ("组", "台账数字"),
    "entry": ("行", "项目"),
    "item": ("个", "事项"),
    "link": ("处", "同一项目的关联"),
    "original": ("行", "导入原文"),
    "import_run": ("次", "导入"),
    "event": ("个", "增减事件"),
    "attachment": ("个", "附件"),
    "version": ("个", "打印版本"),
    "signature": ("个", "签字"),
    "seal": ("次", "确定"),
    "journal": ("条", "操作记录"),
}
"""The word that counts a row of the table, and what the row is."""

_ANY = {
    "id": "编号", "ledger_id": "所属台账", "on": "日期", "seq": "记录号", "name": "名称", "division": "区划", "digest": "摘要",
    "facts": "说明", "state": "状态", "kind": "种类", "source": "依据", "clerk": "经办人", "counts": "项目数和事项数",
    "root": "逐行摘要的总摘要", "stream": "记录流", "entry_id": "所属项目", "version_id": "所属版本", "unit": "责任单位",
    "number": "序号", "title": "标题", "standing": "在账状态", "added": "补录", "due": "到期日", "stage": "阶段",
    "holder": "卡在谁手里", "since": "等待起日", "cells": "内容", "deleted_seq": "撤回的记录号", "ledger": "台账",
    "head_seq": "末条记录号", "head_hash": "末条记录摘要", "sha256": "文件摘要", "file": "文件名", "to_name": "收件单位",
    "from_name": "来件单位", "row": "原表行号", "code": "代码", "role": "角色", "by": "签字人",
}  # fmt: skip
_OWN: dict[str, dict[str, str]] = {
    "office": {"name": "单位名称", "roles": "单位身份", "made_on": "建立日期"},
    "clerk": {
        "name": "姓名", "role": "身份", "phone": "电话", "since": "起始日期", "until": "停用日期", "former": "曾用姓名",
    },
    "setting": {"key": "名目", "value": "值"},
    "calendar_year": {"year": "年份", "text": "通知内容", "on": "导入日期"},
    "rest_day": {"day": "日期"},
    "peer": {"office_id": "单位编号", "name": "单位名称", "card": "名片", "trusted_on": "确认日期"},
    "outbox": {
        "bundle_id": "包编号", "to_office": "收件单位编号", "base_seq": "起始记录号", "to_seq": "截止记录号",
        "head": "截止记录摘要",
    },
    "inbox": {"bundle_id": "包编号", "from_office": "来件单位编号", "verdict": "结论", "receipt": "回执"},
    "ledger": {
        "template_id": "模板", "template_version": "模板版本", "template_digest": "模板摘要", "template_source": "模板内容",
        "unit": "填报单位", "owner_office": "报送单位编号", "owner_name": "报送单位", "own": "是否本单位的",
        "opened_on": "打开日期", "next_no": "下一个行号", "next_print": "下一个版号", "sealed_on": "确定日期",
        "sealed_version": "确定的版本", "purpose": "用途", "origin_ledger": "来源台账", "origin_office": "来源单位编号",
        "origin_name": "来源单位", "dept": "核查部门",
    },
    "tally": {
        "unit": "单位", "listed": "列入", "complete": "手续齐全", "excluded": "核查剔除", "base": "期初", "added": "新增",
        "restored": "恢复", "open": "在账", "approved": "核减", "started": "开工", "removed": "移除", "corrected": "更正",
    },
    "entry": {
        "no": "台账编号", "name_key": "名称检索字", "code_key": "代码检索字", "place": "建设地点", "build_state": "建设状态",
        "invest": "总投资", "resp_person": "责任人", "pinyin": "拼音首字母", "deadline": "完成时限", "n_items": "事项数",
        "n_open": "在账事项数", "n_stopped": "停表事项数", "n_unknown": "待补日历事项数", "n_accepted": "受理事项数",
        "rev": "次数", "source": "来源行",
    },
    "item": {
        "code": "事项代码", "state": "办理状态", "dept": "手续部门", "clock": "计时种类", "clock_state": "计时状态",
        "upper_due": "自治区时限到期日",
    },
    "link": {"field": "栏目", "no": "所跟随那一行的台账编号", "own": "本行自己的时限"},
    "original": {"import_id": "所属导入", "raw": "原文"},
    "import_run": {
        "counts": "行数", "sheet": "工作表", "not_secret": "声明不涉密的人", "report": "导入情况", "first_seq": "首条记录号",
        "last_seq": "末条记录号",
    },
    "event": {"item": "事项"},
    "attachment": {"name": "附件名", "size": "大小"},
    "version": {
        "label": "版号", "code": "版本码", "paper": "纸张", "pages": "页数", "pdf": "文件摘要", "gaps": "缺项数",
        "explain": "缺项情况说明",
    },
    "signature": {"behalf": "代签授权", "pen": "手改", "scan": "扫描件摘要"},
    "seal": {},
    "journal": {
        "at": "时刻", "verb": "做了什么", "subject": "对象", "rev": "次数", "body": "内容", "salt": "盐", "prev": "前一条摘要",
        "hash": "摘要",
    },
}  # fmt: skip
COLUMNS = {table: {**_ANY, **words} for table, words in _OWN.items()}

UNPROVED = {
    "setting.key": "不记账的习惯（导入版式、窗口）没有操作记录；记了账的设置逐项核对",
    "outbox.state": "“没写到盘上”“已写出”只说文件走到哪一步；有没有回执由操作记录核对",
}
"""Columns of which some values have no journal line, and why; of them only what the line says is compared."""
