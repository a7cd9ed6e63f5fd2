-- What a store remembers. Vectors are here too (float32, little endian), so that Chroma can be rebuilt without a PDF.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE documents (
    document_id TEXT PRIMARY KEY,
    file TEXT NOT NULL,
    path TEXT NOT NULL,
    title TEXT NOT NULL,
    publisher TEXT NOT NULL,
    year INTEGER,
    language TEXT NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,
    page_count INTEGER NOT NULL
);

CREATE TABLE pages (
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    number INTEGER NOT NULL,
    label TEXT NOT NULL,
    text TEXT NOT NULL,
    width REAL NOT NULL,
    height REAL NOT NULL,
    PRIMARY KEY (document_id, number)
);

CREATE TABLE passages (
    row INTEGER PRIMARY KEY,
    passage_id TEXT NOT NULL UNIQUE,
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    section TEXT NOT NULL,
    text TEXT NOT NULL,
    vector BLOB NOT NULL
);
CREATE INDEX passages_of_document ON passages (document_id);

-- The headings of each document in reading order, with the first passage under each.
CREATE TABLE headings (
    row INTEGER PRIMARY KEY,
    passage_id TEXT NOT NULL REFERENCES passages (passage_id) ON DELETE CASCADE,
    document_id TEXT NOT NULL,
    section TEXT NOT NULL,
    spans TEXT NOT NULL
);
CREATE INDEX headings_of_document ON headings (document_id);
CREATE INDEX headings_of_passage ON headings (passage_id);

-- The vectors of a passage's tokens, see `advisor.embedding.Tokens`, and to which of its sentences each belongs: the
-- number from 1, one byte each, 0 for the header and what stands between sentences.
CREATE TABLE passage_tokens (
    passage_id TEXT PRIMARY KEY REFERENCES passages (passage_id) ON DELETE CASCADE,
    owners BLOB NOT NULL,
    vectors BLOB NOT NULL
);

CREATE TABLE sentences (
    sentence_id TEXT PRIMARY KEY,
    passage_id TEXT NOT NULL REFERENCES passages (passage_id) ON DELETE CASCADE,
    document_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    "group" INTEGER NOT NULL,
    text TEXT NOT NULL,
    spans TEXT NOT NULL,
    borrowed TEXT NOT NULL,
    vector BLOB NOT NULL
);
CREATE INDEX sentences_of_passage ON sentences (passage_id);
CREATE INDEX sentences_of_group ON sentences (document_id, "group");

-- The words of each document as they are written, lower case, and what its abbreviations stand for.
CREATE TABLE words (
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    word TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (document_id, word)
) WITHOUT ROWID;
CREATE TABLE abbreviations (
    document_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    short TEXT NOT NULL,
    long TEXT NOT NULL,
    PRIMARY KEY (document_id, short, long)
) WITHOUT ROWID;

-- One line for each file that was ever offered and is still remembered: what became of it, and why.
CREATE TABLE ledger (
    path TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL,
    document_id TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    result TEXT NOT NULL
);

-- Search terms (stemmed, without stop words), not the words themselves: question and text go through the same function.
CREATE VIRTUAL TABLE passage_terms USING fts5 (text, section, title, tokenize = "unicode61 remove_diacritics 0 tokenchars '.'");
CREATE VIRTUAL TABLE term_counts USING fts5vocab (passage_terms, 'row');
