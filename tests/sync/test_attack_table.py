"""Every line of the table of attacks and faults has its tests, and each code it promises is asked for in them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
TABLE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "1 truncated, empty, zero-filled": (
        ("E_INCOMPLETE_COPY",),
        ("sync/test_faults::test_every_cut_copy_is_called_incomplete_with_its_bytes",
         "sync/test_faults::test_a_zero_filled_tail_is_an_incomplete_copy"),
    ),
    "2 any bit flip": (("E_DAMAGED",), ("sync/test_faults::test_any_flipped_bit_is_damage",)),
    "3 for another office": (
        ("E_NOT_FOR_US", "E_WRONG_ADDRESSEE"),
        ("sync/test_faults::test_for_another_office", "sync/test_faults::test_re_encrypted_to_us",
         "sync/test_hostile_parts::test_a_part_for_another_office_is_not_opened"),
    ),
    "4 unknown or revoked key, older register": (
        ("E_UNKNOWN_SENDER", "E_REVOKED", "E_REGISTRY_ROLLBACK"),
        ("sync/test_faults::test_an_unknown_sender",
         "sync/test_faults::test_from_a_revoked_key_only_receipted_history_is_accepted",
         "sync/test_registers::test_a_lower_version_is_refused_and_the_same_again_is_harmless"),
    ),
    "5 a valid key claiming to be another": (
        ("E_SENDER_MISMATCH", "E_NOT_ALLOWED"),
        ("sync/test_faults::test_signed_by_another_trusted_office",
         "sync/test_hostile_parts::test_nobody_but_its_sponsor_pushes_into_a_part"),
    ),
    "6 the same bundle twice": (
        ("E_ID_REUSED",),
        ("sync/test_exchange::test_the_same_bundle_twice_gives_the_same_receipt",
         "sync/test_hostile_sender::test_the_same_id_with_other_bytes"),
    ),
    "7 restored backup": (
        ("E_FORK", "E_OLDER_PART"),
        ("sync/test_exchange::test_a_sender_restored_from_an_old_backup_is_a_fork",
         "sync/test_hostile_parts::test_an_older_part_never_takes_back_what_a_later_one_brought",
         "sync/test_hostile_returns::test_a_mirror_does_not_change_its_kind"),
    ),
    "8 sealed item missing": (
        ("E_SEALED_MISSING",), ("sync/test_hostile_leaving::test_a_sealed_row_that_goes_missing_is_named",),
    ),
    "9 hostile zips": (
        ("E_NAME", "E_TYPE", "E_DUP", "E_LIMIT", "E_ZIP"),
        ("sync/test_archive::test_a_hostile_zip_is_refused_with_its_code",
         "sync/test_archive::test_over_a_gigabyte_in_all_is_refused_by_the_headers_alone",
         "sync/test_bundle::test_opening_writes_nothing_outside_its_folder_and_leaves_the_file_alone",
         "sync/test_hostile_parts::test_a_hundred_megabyte_part_is_refused_before_it_is_unpacked"),
    ),
    "10 journal lines": (
        ("E_CONTENT",),
        ("sync/test_lines::test_a_body_of_another_form_is_refused_by_its_line",
         "sync/test_lines::test_a_hundred_megabyte_line_costs_no_memory",
         "sync/test_hostile_parts::test_a_part_that_does_not_fit_is_refused",
         "sync/test_hostile_returns::test_odd_lines_about_rounds_are_refused_or_harmless"),
    ),
    "11 attachments": (
        ("E_ATTACHMENT", "E_ATTACHMENT_ACTIVE"),
        ("sync/test_faults::test_an_attachment_whose_name_is_not_its_digest",
         "app/test_inspecting::test_a_pdf_that_does_something_is_refused",
         "app/test_inspecting::test_an_image_bomb_is_refused",
         "sync/test_attacks::test_an_active_or_endless_file_in_a_bundle_is_never_kept"),
    ),
    "12 workbooks": (
        ("E_FOREIGN_RETURN",),
        ("app/imports/test_imports_reading::test_a_cell_in_the_far_corner_is_named",
         "app/imports/test_imports_reading::test_a_lying_dimension_loses_nothing",
         "app/imports/test_imports_reading::test_entities_are_not_unfolded",
         "app/imports/test_imports_reading::test_an_encrypted_workbook_is_said_to_be_locked",
         "app/imports/test_imports_reading::test_the_name_does_not_matter",
         "journeys/test_bad_input::test_a_bad_workbook_is_named_and_nothing_is_written",
         "sync/test_hostile_returns::test_a_workbook_with_a_forged_mark_is_not_merged",
         "sync/test_hostile_returns::test_a_workbook_with_forged_row_ids_reaches_no_other_row"),
    ),
    "13 exports": (
        (),
        ("app/exports/test_ledger_xlsx::test_no_cell_is_a_formula_and_all_text_is_kept",
         "app/exports/test_ledger_xlsx::test_csv_has_a_bom_and_no_formula",
         "app/exports/test_check_xlsx::test_nothing_is_a_formula"),
    ),
    "14 the database": (
        ("E_DB_DAMAGED",),
        ("app/test_office::test_a_damaged_database_is_said",
         "app/test_office::test_a_lost_tail_is_noticed_at_start",
         "journeys/test_faults::test_a_spoiled_page_is_found_by_verify",
         "sync/test_attacks::test_a_database_without_its_header_is_said",
         "sync/test_attacks::test_a_database_whose_last_writes_were_deleted_is_noticed",
         "app/test_recovery::test_a_damaged_office_comes_back_and_the_damaged_one_is_kept"),
    ),
    "15 clock set back": (
        (),
        ("app/test_clock_back::test_a_day_before_the_last_deed_is_said",
         "app/test_clock_back::test_the_order_stays_by_sequence"),
    ),
    "16 the stick": (
        ("E_CANNOT_WRITE", "E_DISK_FULL"),
        ("sync/test_exchange::test_a_stick_that_cannot_be_written_is_said",
         "sync/test_exchange_mishaps::test_a_file_that_cannot_grow_while_sending_leaves_no_half_bundle",
         "sync/test_attacks::test_a_stick_taken_away_while_it_is_written_gets_no_bundle",
         "sync/test_attacks::test_two_sticks_carry_the_same",
         "ui/test_sending_journey::test_of_two_sticks_the_clerk_chooses_and_a_locked_one_cannot_be",
         "ui/test_sending_journey::test_a_full_stick_says_how_much_is_lacking_and_the_same_is_tried_again"),
    ),
    "17 two programs": (
        (),
        ("ui/test_raising::test_the_open_window_comes_each_time_it_is_called",
         "journeys/test_faults::test_two_programs_on_one_folder"),
    ),
}  # fmt: skip


def functions(module: str) -> dict[str, ast.FunctionDef]:
    tree = ast.parse((TESTS / f"{module}.py").read_text("utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("line", TABLE)
def test_the_line_has_its_tests(line: str) -> None:
    codes, tests = TABLE[line]
    assert tests
    told = ""
    for named in tests:
        module, _, name = named.partition("::")
        assert name in functions(module), named
        told += (TESTS / f"{module}.py").read_text("utf-8")
    for code in codes:
        assert f'"{code}"' in told or f"{code[2:]}" in told, code


def test_all_seventeen_lines_are_there() -> None:
    assert [int(line.split()[0]) for line in TABLE] == list(range(1, 18))
