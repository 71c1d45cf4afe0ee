"""The parts of 上报导出, 收件 and the office cards."""
