"""Formats changes, findings and differences: as text for people, and as JSON and annotations for programs."""
