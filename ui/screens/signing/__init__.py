"""The parts of the page 签批办结."""
