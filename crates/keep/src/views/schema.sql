-- The views: what the journal comes to, in tables. Rebuilt at will; encrypted page by page.
-- Nothing here is nominal: identifiers are random, and `said` holds what can be counted, no text.

CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

-- One line for each act: who did what, when, about which dossier or which of those who work here.
-- `session` is null for what was done at the console; `cause` says why something was refused.
CREATE TABLE act (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    actor BLOB,
    role TEXT NOT NULL,
    purpose TEXT NOT NULL,
    dossier BLOB,
    subject BLOB,
    session BLOB,
    cause TEXT
);

CREATE TABLE agency (agency BLOB PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL)
WITHOUT ROWID;

-- `sign_in` is a keyed digest of the name that somebody signs in with.
CREATE TABLE staff (
    staff BLOB PRIMARY KEY,
    roles TEXT NOT NULL,
    key INTEGER NOT NULL,
    agency BLOB NOT NULL,
    supervisor BLOB,
    sign_in BLOB UNIQUE,
    added_act INTEGER NOT NULL,
    ended_act INTEGER,
    suspended_act INTEGER
) WITHOUT ROWID;

-- One-time codes; a later one of the same person ends those before it.
CREATE TABLE code (
    act INTEGER PRIMARY KEY,
    staff BLOB NOT NULL,
    until_ms INTEGER NOT NULL,
    used_act INTEGER
);

-- What a credential is verified with stands in the act, under the person's own key.
CREATE TABLE credential (
    credential BLOB PRIMARY KEY,
    staff BLOB NOT NULL,
    kind TEXT NOT NULL,
    set_act INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    ended_act INTEGER,
    step INTEGER
) WITHOUT ROWID;
CREATE INDEX credential_by_staff ON credential (staff) WHERE ended_act IS NULL;

CREATE TABLE session (
    session BLOB PRIMARY KEY,
    staff BLOB NOT NULL,
    opened_ms INTEGER NOT NULL,
    fresh_ms INTEGER NOT NULL,
    ended_act INTEGER
) WITHOUT ROWID;
CREATE INDEX session_by_staff ON session (staff) WHERE ended_act IS NULL;

CREATE TABLE reset (
    reset BLOB PRIMARY KEY,
    staff BLOB NOT NULL,
    requested_by BLOB,
    requested_act INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    confirmed_act INTEGER
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
    epoch INTEGER,
    ordinal INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX dossier_by_state ON dossier (state) WHERE state > 0;

-- In whose care a dossier is.
CREATE TABLE caseload (dossier BLOB, staff BLOB, PRIMARY KEY (dossier, staff)) WITHOUT ROWID;
CREATE INDEX caseload_by_staff ON caseload (staff);

-- Emergency openings.
CREATE TABLE glass (
    glass BLOB PRIMARY KEY,
    dossier BLOB NOT NULL,
    staff BLOB,
    at_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    ended_act INTEGER,
    seen_act INTEGER
) WITHOUT ROWID;
CREATE INDEX glass_by_dossier ON glass (dossier);

CREATE TABLE consent (
    consent BLOB PRIMARY KEY,
    dossier BLOB NOT NULL,
    subject TEXT NOT NULL,
    purpose TEXT NOT NULL,
    recipient BLOB,
    at_ms INTEGER NOT NULL,
    until_ms INTEGER,
    withdrawn_act INTEGER
) WITHOUT ROWID;
CREATE INDEX consent_by_dossier ON consent (dossier);

CREATE TABLE export (
    export BLOB PRIMARY KEY,
    dossier BLOB NOT NULL,
    purpose TEXT NOT NULL,
    recipient BLOB,
    ground TEXT NOT NULL,
    requested_by BLOB,
    requested_ms INTEGER NOT NULL,
    approved_ms INTEGER,
    taken_ms INTEGER
) WITHOUT ROWID;

CREATE TABLE matter (
    matter BLOB PRIMARY KEY,
    dossier BLOB NOT NULL,
    kind TEXT NOT NULL,
    opened_act INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    outcome TEXT
) WITHOUT ROWID;
CREATE INDEX matter_by_dossier ON matter (dossier);

-- `chunk`, `position` and `length` say where the act lies when it came in with an import.
CREATE TABLE record (
    record BLOB PRIMARY KEY,
    dossier BLOB NOT NULL,
    entered_act INTEGER NOT NULL,
    chunk BLOB,
    position INTEGER,
    length INTEGER,
    replaced_act INTEGER,
    said INTEGER NOT NULL
) WITHOUT ROWID;

-- Dossiers in the order in which they were opened, so that what can be counted is read in one go.
CREATE TABLE subject (
    ordinal INTEGER PRIMARY KEY,
    dossier BLOB NOT NULL,
    role TEXT NOT NULL,
    custodian BLOB NOT NULL
);

-- What each record says that can be counted, in the order of entry; null once its dossier is closed.
CREATE TABLE said (
    number INTEGER PRIMARY KEY,
    ordinal INTEGER NOT NULL,
    entered_act INTEGER NOT NULL,
    replaced_act INTEGER,
    coded BLOB
);

-- The last act that changed what can be counted of a run of dossiers.
CREATE TABLE segment (segment INTEGER PRIMARY KEY, last_act INTEGER NOT NULL);

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

-- How the columns of a list of cases are read that an agency gets: columns, concepts and codes.
CREATE TABLE map (
    agency BLOB,
    name TEXT,
    text TEXT NOT NULL,
    kept_act INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (agency, name)
) WITHOUT ROWID;

-- Counted tables that were brought in; the counts stand in the act, under a key of their own.
CREATE TABLE draft (
    draft BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    population TEXT NOT NULL,
    vintage TEXT NOT NULL,
    cells INTEGER NOT NULL,
    agency BLOB NOT NULL,
    key INTEGER NOT NULL,
    brought_by BLOB,
    brought_act INTEGER NOT NULL,
    at_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- Drafts that were counted of this node's own dossiers, and how.
CREATE TABLE counting (
    draft BLOB PRIMARY KEY,
    counted_act INTEGER NOT NULL,
    line TEXT NOT NULL,
    up_to_act INTEGER NOT NULL,
    rules INTEGER NOT NULL,
    agency BLOB
) WITHOUT ROWID;

-- What was released, withdrawn releases included. `setting` is what it was made under, `content`
-- what was released.
CREATE TABLE release (
    release TEXT PRIMARY KEY,
    draft BLOB NOT NULL,
    audience TEXT NOT NULL,
    rule TEXT NOT NULL,
    setting BLOB NOT NULL,
    supersedes TEXT,
    content BLOB NOT NULL,
    signed_by BLOB,
    signed_act INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    withdrawn_act INTEGER,
    withdrawn_ms INTEGER,
    reason TEXT
) WITHOUT ROWID;

-- Publications of others, against which releases are held.
CREATE TABLE publication (
    publication BLOB PRIMARY KEY,
    content BLOB NOT NULL,
    listed_act INTEGER NOT NULL,
    at_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- What each party sees besides what is public: codes of audiences.
CREATE TABLE party (party TEXT PRIMARY KEY, sees BLOB NOT NULL) WITHOUT ROWID;
