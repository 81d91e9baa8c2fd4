"""General Kubernetes code: objects in a stream, selectors and quantities. Nothing here depends on SPK."""
