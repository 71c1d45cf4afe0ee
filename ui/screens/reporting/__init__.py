"""The parts of 进展报告."""
