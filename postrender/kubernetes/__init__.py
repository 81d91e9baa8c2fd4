"""What any Kubernetes tool knows: selectors and quantities. Nothing here knows SPK."""
