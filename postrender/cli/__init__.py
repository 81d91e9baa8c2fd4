"""The command-line interface: arguments, standard streams, progress and timers. Each verb is a file in `commands`.

Only this package uses standard streams and exit statuses; only it and `programs` use signals. No code here interprets
manifests.
"""
