"""How offices enrol, answer each other and keep their keys."""
