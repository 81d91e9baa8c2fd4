"""Fuzzing of the whole conversion with streams that hold all of YAML. Not shipped; `python -m fuzz --help`."""
