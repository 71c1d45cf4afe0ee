"""The parts of 部门核对."""
