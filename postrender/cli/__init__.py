"""The program's edge: the command line, the standard streams, progress and timers. Each verb is a file in `commands`.

What belongs to the whole process is used here and in no room below: standard streams, exit statuses, signals. Nothing
here knows what a manifest says.
"""
