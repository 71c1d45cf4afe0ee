"""The parts of the page 汇总."""
