"""A YAML editor that preserves every byte that it was not asked to change, and proves its edits.

A stream is split into documents, changes become text edits at the parser's marks, and the result is parsed again and
compared with the plan. The editor knows neither Kubernetes nor SPK, and imports only errors, limits and records from
this project, so it could become a separate package.
"""
