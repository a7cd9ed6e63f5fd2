"""PDFs → a store: pages, layout, tables, passages, embeddings. Needed once per corpus, never at question time."""
