"""How the program itself goes: measurements, traces and log lines. Off it costs nothing; on it names nobody."""
