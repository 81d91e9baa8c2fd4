"""What every config starts with."""

from __future__ import annotations

HEAD = "apiVersion: spk-macvlan.internal/v1alpha1\nkind: MacvlanConversion\n"
