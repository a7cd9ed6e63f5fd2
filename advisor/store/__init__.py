"""The store: SQLite holds what is true, Chroma holds vectors and can be rebuilt from it, one folder per version."""
