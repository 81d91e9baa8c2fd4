"""The text with which every config starts, and the default name of the TMM."""

from __future__ import annotations

HEAD = "apiVersion: spk-macvlan.internal/v1alpha1\nkind: MacvlanConversion\n"
TMM_NAME = "f5-tmm"  #: for code that searches for the TMM; manifests in tests spell out the name
