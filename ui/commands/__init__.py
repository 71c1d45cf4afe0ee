"""The command line: what is written, and what each sub-command does; no Qt."""
