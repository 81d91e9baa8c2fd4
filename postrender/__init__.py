"""spk-macvlan: run F5's SPK on macvlan, by editing the rendered manifests and nothing else."""

__version__ = "0.1.0"
