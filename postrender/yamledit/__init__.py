"""A YAML editor that preserves every byte that it was not asked to change, and checks its own edits.

It splits a stream into documents, turns changes into text edits at the positions that the parser reports, parses the
result again, and compares the result with the plan. The editor knows neither Kubernetes nor SPK, and imports only
`errors`, `limits` and `record` from this project, so it could become a separate package.
"""
