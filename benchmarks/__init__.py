"""Benchmarks that compare spk-macvlan with kustomize; not packaged."""
