"""How long the tool takes, side by side with kustomize doing the same edits."""
