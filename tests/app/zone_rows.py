"""A row of each ledger of 59号 as a clerk types it, and how it is closed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.ledger import closing, entries
from app.office import Office
from tests.app.ledger_life import ON, Close

DUTY = {
    "resp_unit": "示范产业园管委会", "resp_person": "责任人甲", "resp_tel": "13800000000", "due_date": "2022-12-30",
    "case_reform": "阶段性办结", "problem": "企业暂无接手意向",
}  # fmt: skip
LAND = {
    "place": "示范产业园", "doc": "内政土发〔2018〕12号", "date": "2018-05-04", "organ": "自治区人民政府",
    "parcel_no": "152529-2018-07", "location": "园区二路以北", "landuse": "工业",
}  # fmt: skip
STOPPED = {
    "place": "示范产业园", "uscc": "91152529MATEXT01X2", "parcel_no": "152529-2015-03", "industry_group": "冶金",
    "stop_date": "2018-03-01", "reason": "资金短缺、工艺落后", "land": "120", "plant": "20000", "energy": "3500.5",
    "water": "12", "revived": "40", "taker": "某新材料公司", "method": "转让",
}  # fmt: skip
ROWS: dict[str, dict[str, str]] = {
    "idle-funds": {
        "name": "基本户存量资金", "budget_unit": "示范产业园管委会", "place": "示范产业园", "bank": "某银行",
        "acct_name": "示范产业园管委会", "acct_no": "150012345678901234", "acct_type": "基本户", "fund_class": "J1",
        "fund_source": "自治区", "fund_nature": "一般公共预算", "fund_year": "2019", "balance": "1250000",
        "plan_return": "1000000", "returned": "1000000", "returned_on": "2022-08-20", "keep": "150000",
        "keep_reason": "在建项目尾款", "plan_spend": "100000", "spent": "40000", "acct_action": "撤销", "method": "缴回",
        **DUTY,
    },
    "unsupplied-land": {
        "name": "园区二期地块", **LAND, "area_ok": "300", "supplied": "180", "unsupplied": "120", "situation": "未供即用",
        "method": "完善供地手续", "task": "40", "done": "50", "verified_on": "2022-08-10",
        "verified_by": "自治区自然资源厅", **DUTY,
    },
    "idle-land": {
        "name": "某机械公司用地", **LAND, "e_no": "1525292018B00123", "owner_org": "某机械公司", "supply_way": "招拍挂",
        "contract_no": "152529-2018-C-07", "total": "90", "idle": "90", "start_by": "2019-09-01", "situation": "企业原因",
        "method": "动工开发", "task": "60", "done": "30", "verified_on": "2022-08-12", "verified_by": "盟自然资源局", **DUTY,
    },
    "zone-assets": {
        "name": "示范产业园污水处理厂", "facility": "污水处理厂", "place": "示范产业园", "owner_org": "园区建设公司",
        "design": "10000",
        "design_unit": "吨/日", "used": "1500", "invest": "8600", "asset_state": "低效", "method": "租赁", **DUTY,
    },
    "stopped-firms": {"name": "某冶炼公司", **STOPPED, "stop_kind": "僵尸企业", **DUTY},
    "stopped-projects": {
        "name": "某铸造项目", "owner_org": "某铸造公司", **STOPPED, "stop_kind": "停建", "invest": "9000",
        "done_invest": "2700", **DUTY,
    },
    "land-yield": {
        "name": "某新材料项目", "place": "示范产业园", "industry_group": "新型化工", "indicator_year": "2021", "land_mu": "100",
        "fai": "20000", "output": "30000", "tax": "-120", "gfa": "40000", "lim_fai": "180", "lim_output": "320.5",
        "lim_tax": "15", "lim_far": "0.8", "method": "限期提升", "measures": "扩产技改", **DUTY,
    },
    "zone-profile": {
        "name": "示范产业园", "indicator_year": "2021", "firms": "24", "projects": "31", "planned": "800", "built_area": "420",
        "idle_area": "35", "output": "560000", "output_yoy": "-3.2", "tax": "12600", "invest": "900000", "staff": "2100",
        "limits_on": "2022-08-01", "limits_doc": "某园发〔2022〕3号", "method": "动态管理", **DUTY,
    },
    "zone-pending": {
        "name": "某储能项目", "owner_org": "某能源公司", "place": "示范产业园", "approval_type": "备案", "invest": "12000",
        "build_state": "在建", "method": "限时审批", **DUTY,
    },
}  # fmt: skip
ITEMS = {
    "zone-pending": {
        "M03": {"state": "在办", "dept": "生态环境分局"},
        **{f"M0{n}": {"state": "不需办"} for n in (1, 2, 4, 5, 6, 7, 8)},
    }
}
BASES = {
    "idle-funds": "缴入国库", "unsupplied-land": "供地手续已完善", "idle-land": "已动工开发", "zone-assets": "已租赁",
    "stopped-firms": "已转让", "stopped-projects": "已转让", "land-yield": "指标已达标", "zone-profile": "已优化调整",
    "zone-pending": "批复",
}  # fmt: skip

REST = {
    "idle-funds": {"spent": "100000", "acct_done_on": "2022-08-21"}, "unsupplied-land": {"done": "120"},
    "idle-land": {"done": "90"},
}  # fmt: skip
"""What is still to be done of a row before its closing may be registered."""


def closed_by(template: str) -> Close:
    """The ledger's own way out of 在账, by a document with its scan, after what was left has been done."""

    def close(office: Office, row: str, scan: Path) -> Any:
        if template in REST:
            entries.amend(office, row, REST[template])
        item = "M03" if template == "zone-pending" else ""
        return closing.close(
            office, [(row, item)], basis=BASES[template], doc="某发〔2022〕9号", on=ON, scan=scan
        )

    return close
