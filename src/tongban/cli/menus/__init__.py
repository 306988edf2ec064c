"""What may stand on the command line, by what it is about; loads nothing that a command needs."""
