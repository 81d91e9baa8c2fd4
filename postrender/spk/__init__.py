"""What SPK and BIG-IP Next for Kubernetes are: names, the TMM and where its fields are, its networks and variables."""
