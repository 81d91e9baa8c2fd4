"""The command-line interface: arguments, standard streams, progress and timers. Each verb is a file in `commands`.

Only this package uses process-wide state: standard streams, exit statuses and signals. It does not interpret
manifests.
"""
