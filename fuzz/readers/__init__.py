"""Other programs' YAML readers, and whether they see the planned changes in whole streams. Not shipped.

kubectl reads YAML as Kubernetes does, with Go's library; the package `yaml` of npm and ruamel.yaml read YAML 1.2.
"""
