"""A question about tables → the rows that answer it."""
