"""The program's edge: the command line, the standard streams, progress and timers. Each verb is a file in `commands`.

Only this package uses what belongs to the whole process: standard streams, exit statuses and signals. Nothing here
interprets manifests.
"""
