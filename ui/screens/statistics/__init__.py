"""The parts of 统计."""
