"""What follows from a template and a row, without an office: formulas, clocks, states."""
