"""The library page: its documents, what is being added to it, and what was taken out."""
