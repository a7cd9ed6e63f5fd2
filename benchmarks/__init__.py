"""Question sets, results, and the scripts that measure."""
