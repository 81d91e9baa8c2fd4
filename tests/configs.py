"""What every config starts with, and what the TMM is called where a config does not say it."""

from __future__ import annotations

HEAD = "apiVersion: spk-macvlan.internal/v1alpha1\nkind: MacvlanConversion\n"
TMM_NAME = "f5-tmm"  #: for code that looks for the TMM; texts of manifests have the name as a user would read it
