"""Small signed files: receipts, slips, registers, remarks, documents; sending."""
