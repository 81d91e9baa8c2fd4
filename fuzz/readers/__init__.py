"""Checks that other programs' YAML readers see only the planned changes in whole streams; not packaged.

kubectl reads YAML as Kubernetes does, with Go's library; the npm package `yaml` and ruamel.yaml read YAML 1.2.
"""
