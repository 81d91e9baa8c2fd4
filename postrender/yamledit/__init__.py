"""A YAML editor that keeps every byte it was not asked to change, and proves its edits.

A stream is split into documents, changes become text edits at the parser's marks, and what was written is parsed again
and compared with the plan. It knows neither Kubernetes nor SPK, and imports nothing of ours but errors, limits and
records, so it could be a package of its own.
"""
