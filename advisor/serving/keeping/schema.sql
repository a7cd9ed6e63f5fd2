-- What is kept for browsers. A browser stands here as the SHA-256 of its name, so that nobody who reads this file can
-- pass for it. Moments are microseconds since 1970, in UTC.

CREATE TABLE IF NOT EXISTS conversations (
    row INTEGER PRIMARY KEY,
    browser TEXT NOT NULL,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    begun INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    UNIQUE (browser, id)
);
CREATE INDEX IF NOT EXISTS conversations_by_change ON conversations (browser, changed);

-- A turn as JSON in UTF-8, in which halves of surrogate pairs stand as they are (hence no TEXT). `settled` is 0 for a
-- turn that was stopped, or still running, when it was saved.
CREATE TABLE IF NOT EXISTS turns (
    conversation INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
    number INTEGER NOT NULL,
    asked INTEGER NOT NULL,
    settled INTEGER NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (conversation, number)
);

-- A link keeps its own copy of the answer: it leads to that one, also when the question is asked again in its place.
CREATE TABLE IF NOT EXISTS links (
    token TEXT PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
    number INTEGER NOT NULL,
    asked INTEGER NOT NULL,
    value BLOB NOT NULL,
    UNIQUE (conversation, number, asked)
);

CREATE TABLE IF NOT EXISTS ratings (
    conversation INTEGER NOT NULL,
    number INTEGER NOT NULL,
    good INTEGER NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (conversation, number),
    FOREIGN KEY (conversation, number) REFERENCES turns ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS preferences (
    browser TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (browser, name)
);
