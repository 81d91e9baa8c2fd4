"""General Kubernetes code: objects in a stream, selectors and quantities. Nothing here depends on SPK."""

LABEL_LENGTH = 63  #: characters of a DNS label, such as the name of a namespace: RFC 1123
