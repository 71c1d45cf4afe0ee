"""What goes upward, for the pictures: two sponsors, their lead office, the league above it, and remarks coming down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

OFFICES = {
    "dev": ("正镶白旗发展和改革局", "sponsor", "152529"),
    "ind": ("正镶白旗工业和信息化局", "sponsor", "152529"),
    "lead": ("正镶白旗发展和改革委员会", "lead", "152529"),
    "league": ("锡林郭勒盟发展和改革委员会", "superior", "152500"),
}
ABOVE = {"dev": "lead", "ind": "lead", "lead": "league"}
TEMPLATE = "pending-approval"
SCAN = "纪要扫描件.png"
NAMES = ("示范水库除险加固", "示范牧场危房改造", "示范物流园", "示范教学楼加固维修")


def play(nest: Path, today: Any) -> None:
    """One sponsor's ledger gathered and changed on both sides since, the other's just come; nothing sealed yet."""
    from PIL import Image

    from app import office as offices
    from app.ledger import entries, ledgers
    from app.listing import lists
    from sync import exchange
    from sync.upward import lower_ledgers

    made = {
        key: offices.create(
            nest / key, division=division, name=name, roles=[role], clerk="经办人甲", today=today
        )
        for key, (name, role, division) in OFFICES.items()
    }
    for low, high in ABOVE.items():
        for giver, taker in ((made[low], made[high]), (made[high], made[low])):
            card = Path(exchange.card(giver, nest / f"{giver.id}.qidi-card").facts["file"])
            exchange.trust(taker, card, confirmed=True)
    Image.effect_noise((600, 800), 60).save(nest / SCAN)
    own = {key: str(ledgers.open_template(made[key], TEMPLATE).subject) for key in ("dev", "ind")}
    for key, ledger in own.items():
        for at in range(6 if key == "dev" else 4):
            cells = {"name": f"{NAMES[at % 4]}{at + 1}", "build_state": "在建", "invest": "1200"}
            items = {f"M0{n}": {"state": "在办" if n % 3 == at % 3 else "不需办"} for n in range(1, 9)}
            entries.add(made[key], ledger, cells, not_secret="经办人甲", items=items)
    mirror = _report(made["dev"], own["dev"], made["lead"], nest)
    target = str(lower_ledgers.gather(made["lead"], TEMPLATE, [mirror], {}).facts["target"])
    here, there = (
        lists.ids(made[k], x, lists.Query())[0] for k, x in (("lead", target), ("dev", own["dev"]))
    )
    entries.amend(made["lead"], here, {"resp_person": "责任人丁"})
    entries.amend(made["dev"], there, {"resp_person": "责任人甲"})
    for key, ledger in own.items():
        _report(made[key], ledger, made["lead"], nest)
    for office in made.values():
        office.close()


def _report(low: Any, ledger: str, high: Any, nest: Path) -> str:
    from sync import exchange

    sent = exchange.send(low, ledger, high.id, nest / "上报").facts["file"]
    return str(exchange.receive(high, Path(sent)).facts["ledger"])


def _nest(window: Any) -> Path:
    return Path(window.desk.office.folder).parent


def _wait(window: Any) -> None:
    from PySide6.QtWidgets import QApplication

    QApplication.processEvents()
    while window.desk.busy:
        QApplication.processEvents()
    QApplication.processEvents()


class Other:
    """The window of another office of the play, kept from picture to picture."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.window: Any = None

    def open(self, window: Any, page: str) -> Any:
        """Its page, as large as the window of the sample."""
        from app import office as offices
        from ui.desk import Desk
        from ui.main_window import MainWindow

        if self.window is None:
            office = offices.open_folder(_nest(window) / self.key, today=window.desk.office.today())
            self.window = MainWindow(Desk(office))
            self.window.resize(window.size())
        self.window.show()
        self.inside().show()  # what was drawn was closed
        self.window.show_page(page)
        _wait(self.window)
        return self.window.screen()

    def inside(self) -> Any:
        return self.window.centralWidget()


class Walk:
    """One picture a method, each going on from the one before it."""

    def __init__(self) -> None:
        self.lead, self.league = Other("lead"), Other("league")

    def lower(self, window: Any) -> Any:
        self.lead.open(window, "gather")
        return self.lead.inside()

    def plan(self, window: Any) -> Any:
        self.lead.open(window, "gather").came.gather_all.click()
        _wait(self.lead.window)
        return self.lead.inside()

    def clash(self, window: Any) -> Any:
        self.lead.open(window, "gather").plan.deed.click()
        return self.lead.inside()

    def done(self, window: Any) -> Any:
        page = self.lead.open(window, "gather")
        page.clash.rest("theirs")
        page.clash.merge.click()
        _wait(self.lead.window)
        return self.lead.inside()

    def rollup(self, window: Any) -> Any:
        page = self.lead.open(window, "gather")
        page.leave()
        page.views.chip("rollup").click()
        return self.lead.inside()

    def systems(self, window: Any) -> Any:
        page = self.lead.open(window, "gather")
        page.views.chip("rollup").click()
        page.rollup.ways.chip("system").click()
        _wait(self.lead.window)
        return self.lead.inside()

    def proof(self, window: Any) -> Any:
        page = self.lead.open(window, "gather")
        page.views.chip("proof").click()
        page.proof.all.click()
        _wait(self.lead.window)
        return self.lead.inside()

    def study(self, window: Any) -> Any:
        page = self.lead.open(window, "sign")
        page.gaps.tick.setChecked(True)
        page.gaps.text.setPlainText("有关事项正在核对，月底前补齐。")
        page.printing.deed.click()
        _wait(self.lead.window)
        page.take_scan(_nest(window) / SCAN)
        return page.steps.dialog

    def reported(self, window: Any) -> Any:
        page = self.lead.open(window, "sign")
        page.take_scan(_nest(window) / SCAN)
        for key, text in (("meeting", "旗人民政府第12次常务会议"), ("minutes_no", "白政纪〔2022〕12号")):
            page.steps.dialog.inputs[key].setText(text)
        page.steps.dialog.primary.click()
        _wait(self.lead.window)
        page.sealing.deed.click()
        page.seal_dialog.read.click()
        page.seal_dialog.primary.click()
        _wait(self.lead.window)
        page.reporting.deed.click()
        page.steps.dialog.inputs["doc_no"].setText("白政发〔2022〕35号")
        page.steps.dialog.primary.click()
        _wait(self.lead.window)
        return self.lead.inside()

    def mirror(self, window: Any) -> Any:
        """At the league: the ledger of the banner, read only, with a remark on its first row."""
        page = self.league.open(window, "gather")
        office, line = self.lead.window.desk.office, self.lead.window.screen().papers.line
        _report(office, line.id, page.desk.office, _nest(window))
        page.refresh()
        page.came.see.click()
        _wait(self.league.window)
        strip = self.league.window.screen().remarking.strip
        strip.deed.click()
        asked = self.league.window.screen().remarking.dialog
        asked.text.setPlainText("总投资与批复不符，请核对")
        asked.back.setChecked(True)
        asked.annotate.click()
        asked.accept()
        return self.league.inside()

    def remark(self, window: Any) -> Any:
        """At the lead: the remark that came down, about to be answered."""
        from sync import exchange

        file = next((self.league.window.desk.office.folder / "outbox").glob("*.qidi-remarks"))
        exchange.receive(self.lead.window.desk.office, file)
        page = self.lead.open(window, "ledger")
        page.refresh()
        page.remarking.strip.answer.click()
        page.remarking.dialog.text.setPlainText("已按批复改正，见附件")
        return page.remarking.dialog

    def issue(self, window: Any) -> Any:
        """下发模板: file, offices, stick."""
        page = self.league.open(window, "down")
        page.issue("template")
        page.asked.take(_newer_template(window))
        return page.asked

    def upgrade(self, window: Any) -> Any:
        """升级台账: what a template that came down would change."""
        from sync import exchange
        from sync.letters import documents

        league, lead = self.league.window.desk.office, self.lead.window.desk.office
        keys = exchange.own_keys(league, "")
        made = documents.issue(league, keys, "template", _newer_template(window), _nest(window) / "下发")
        exchange.receive(lead, Path(made.facts["file"]))
        page = self.lead.open(window, "down")
        page.go({"view": "templates"})
        page.templates.upgrade.click()
        return page.asked


def _newer_template(window: Any) -> Path:
    """The campaign's template as the league might issue it next."""
    from app.storage.paths import RESOURCES

    text = (RESOURCES / "templates" / f"{TEMPLATE}.toml").read_text("utf-8")
    version = next(line for line in text.splitlines() if line.startswith("version = "))
    text = text.replace(version, 'version = "2022.9"', 1).replace(
        'title = "异议理由"', 'title = "异议的理由"', 1
    )
    file = _nest(window) / "待批项目台账模板（盟发改委新版）.toml"
    file.write_text(text, "utf-8")
    return file


STEPS = (
    "lower",
    "plan",
    "clash",
    "done",
    "rollup",
    "systems",
    "proof",
    "study",
    "reported",
    "mirror",
    "remark",
    "issue",
    "upgrade",
)


def poses() -> dict[str, Any]:
    """name -> what to do, in this order."""
    walk = Walk()
    return {f"upward-{name}": getattr(walk, name) for name in STEPS}


POSES = poses()
