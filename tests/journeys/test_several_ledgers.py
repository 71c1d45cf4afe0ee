"""One office with several ledgers and registers: opened in one deed, each filled, listed, printed, backed up, proved."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.clerk import LEDGER, NOT_SECRET, done, office, refused

OPENED = (LEDGER, "pending-region", "semi-finished", "supervision", "complaints", "contacts")


def test_every_ledger_lives_beside_the_others(tmp_path: Path) -> None:
    """A row in each; the counts, lists and numbers of one never reach into another."""
    folder = office(tmp_path / "office")
    told = {t["id"]: t for t in done(folder, "templates")}
    assert set(told) >= set(OPENED) and told["supervision"]["nature"] == "register"
    assert told[LEDGER]["campaign"] == "待批项目大起底" and told[LEDGER]["clause"]
    opened = done(folder, "open", *OPENED)
    assert len(opened["ledgers"]) == len(OPENED) and "《督办登记》" in opened["said"]
    problem = refused(folder, "open", "recheck", "supervision")  # all of them or none
    assert problem["code"] == "E_LEDGER_OPEN"
    for each in OPENED:
        done(folder, "add", each, f"name={each}甲", *NOT_SECRET)
    lines = done(folder, "ledgers")
    assert [x["rows"] for x in lines] == [1] * len(OPENED) and {x["template"] for x in lines} == set(OPENED)
    assert [x["nature"] for x in lines] == ["campaign"] * 3 + ["register"] * 3
    assert [row["name"] for row in done(folder, "list", "complaints")] == ["complaints甲"]
    entry = done(folder, "list", "contacts")[0]["id"]
    done(folder, "set", entry, "promised_on=2022-08-19")
    assert [row["id"] for row in done(folder, "list", "contacts", "--light", "red")] == [entry]
    done(folder, "print", "complaints", "-o", tmp_path / "c.pdf")
    done(folder, "backup", "-o", tmp_path / "b.zip")
    assert done(folder, "verify")["ok"]
