"""Benchmarks of spk-macvlan, beside kustomize with the same edits. Not packaged."""
