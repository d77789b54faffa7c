-- The views: what the journal comes to, in tables. Rebuilt at will; encrypted page by page.
-- Nothing here is nominal: identifiers are random, and `coded` holds coded answers only.

CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

-- One line for each act: who did what, when, about which dossier.
CREATE TABLE act (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    actor BLOB,
    role TEXT NOT NULL,
    purpose TEXT NOT NULL,
    dossier BLOB
);

CREATE TABLE staff (
    staff BLOB PRIMARY KEY,
    roles TEXT NOT NULL,
    key INTEGER NOT NULL,
    added_act INTEGER NOT NULL,
    ended_act INTEGER
) WITHOUT ROWID;

-- state: 0 open, 1 erasure confirmed, 2 key destroyed.
CREATE TABLE dossier (
    dossier BLOB PRIMARY KEY,
    role TEXT NOT NULL,
    custodian BLOB NOT NULL,
    key INTEGER NOT NULL,
    opened_act INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    state INTEGER NOT NULL DEFAULT 0,
    erased_act INTEGER,
    epoch INTEGER
) WITHOUT ROWID;
CREATE INDEX dossier_by_state ON dossier (state) WHERE state > 0;

-- `chunk`, `position` and `length` say where the act lies when it came in with an import.
CREATE TABLE record (
    record BLOB PRIMARY KEY,
    dossier BLOB NOT NULL,
    entered_act INTEGER NOT NULL,
    chunk BLOB,
    position INTEGER,
    length INTEGER,
    replaced_act INTEGER,
    coded BLOB
) WITHOUT ROWID;

-- Keyed digests of sources; they stay after an erasure, so that the same source does not bring
-- the person back.
CREATE TABLE mark (mark BLOB PRIMARY KEY, dossier BLOB NOT NULL) WITHOUT ROWID;

-- Searches by name that found a dossier: their words go with it.
CREATE TABLE search (act INTEGER, dossier BLOB, key INTEGER NOT NULL, PRIMARY KEY (act, dossier))
WITHOUT ROWID;

CREATE TABLE deposit (act INTEGER PRIMARY KEY, taken_act INTEGER, record BLOB);
CREATE INDEX deposit_waiting ON deposit (act) WHERE taken_act IS NULL;

CREATE TABLE hold (
    hold BLOB PRIMARY KEY,
    dossier BLOB NOT NULL,
    placed_act INTEGER NOT NULL,
    lifted_act INTEGER
) WITHOUT ROWID;

CREATE TABLE erasure (
    erasure BLOB PRIMARY KEY,
    dossier BLOB NOT NULL,
    ground TEXT NOT NULL,
    requested_by BLOB,
    requested_act INTEGER NOT NULL,
    confirmed_act INTEGER
) WITHOUT ROWID;

CREATE TABLE saved_keyring (place TEXT PRIMARY KEY, epoch INTEGER NOT NULL, at_ms INTEGER NOT NULL)
WITHOUT ROWID;

CREATE TABLE backup (act INTEGER PRIMARY KEY, batch INTEGER NOT NULL, place TEXT NOT NULL);

CREATE TABLE figure (
    figure BLOB PRIMARY KEY,
    kept_act INTEGER NOT NULL,
    up_to_act INTEGER NOT NULL,
    concepts BLOB NOT NULL,
    cells BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE retention (role TEXT PRIMARY KEY, days INTEGER) WITHOUT ROWID;

CREATE TABLE import (
    import BLOB PRIMARY KEY,
    act INTEGER NOT NULL,
    chunks INTEGER NOT NULL,
    acts INTEGER NOT NULL
) WITHOUT ROWID;
