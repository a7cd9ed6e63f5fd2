"""What proves an answer: its file, the sources it cites, and one check a module."""
