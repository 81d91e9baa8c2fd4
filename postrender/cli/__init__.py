"""The command-line interface: arguments, standard streams, progress and timers. Each verb is a file in `commands`.

Only this package uses standard streams and exit statuses; `programs` also uses signals. No code here interprets
manifests.
"""
