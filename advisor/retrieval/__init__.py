"""A query → the passages that bear on it: dense and lexical search, fused."""
