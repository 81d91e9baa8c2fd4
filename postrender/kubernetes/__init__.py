"""What any Kubernetes tool knows: objects in a stream, selectors and quantities. Nothing here knows SPK."""
