"""One file a command: the only place that knows flags, exit codes and what is printed."""
