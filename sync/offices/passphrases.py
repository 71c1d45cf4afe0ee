"""The passphrase of an office's keys: set, changed, taken away, and tried."""

from __future__ import annotations

from app.change import Change
from app.office import Office
from app.problem import Problem
from sync import exchange
from sync.peers import keys

SHORTEST, LONGEST = 8, 200


def put(office: Office, wanted: str, again: str, *, now: str = "") -> Change:
    """Put the keys under the passphrase `wanted`, typed twice, or with '' under none; `now` is the one that holds.

    This office stays unlocked. Raises Problem E_PASSPHRASE (the one that holds is wrong or missing),
    E_PASSPHRASE_SHORT, E_PASSPHRASE_TWICE and those of writing.
    """
    wanted, again = keys.spelt(wanted), keys.spelt(again)
    if wanted != again:
        raise Problem("E_PASSPHRASE_TWICE", "两次输入的口令不一样，请重新输入", field="again")
    if wanted and not SHORTEST <= len(wanted) <= LONGEST:
        raise Problem("E_PASSPHRASE_SHORT", f"口令要 {SHORTEST} 到 {LONGEST} 个字，请换一个", field="wanted")
    folder = office.folder / "keys"
    before = False
    if keys.exist(folder):
        before = keys.locked(folder)
        if before and not now:
            raise Problem("E_PASSPHRASE", "请先输入现在的口令", field="now")
        keys.rewrap(folder, now if before else "", wanted)
    else:
        exchange.make_keys(office, wanted)
    own = keys.own_card(folder)
    office.unlock(wanted)
    with office.write("改密钥口令") as work:
        work.office_line("passphrase", office.id, {"set": bool(wanted), "fingerprint": own.fingerprint})
    word = "已换密钥口令" if before and wanted else "已设密钥口令" if wanted else "已取消密钥口令"
    return Change(f"{word}，密钥和名片没有变", facts={"set": bool(wanted)})


def unlock(office: Office, passphrase: str) -> None:
    """Keep this office unlocked while the program runs. Raises Problem E_PASSPHRASE, E_NO_KEYS, E_KEYS_DAMAGED."""
    keys.load(office.folder / "keys", passphrase)
    office.unlock(passphrase)


def held(office: Office) -> bool:
    """Whether the keys, if there are any, stand under a passphrase."""
    folder = office.folder / "keys"
    return keys.exist(folder) and keys.locked(folder)
