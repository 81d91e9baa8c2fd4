"""Facts about SPK and BIG-IP Next for Kubernetes: names, the TMM and its fields, its networks and variables."""
