"""The program's edge: the command line, the standard streams, progress, and what each verb does."""
