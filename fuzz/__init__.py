"""Fuzzing of the whole conversion with streams that use all features of YAML (`python -m fuzz`); not packaged."""
