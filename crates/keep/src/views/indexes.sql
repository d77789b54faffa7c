-- Indexes that questions need and acts do not: they are left out while a whole journal is taken in,
-- and made at once at its end.

CREATE INDEX act_by_dossier ON act (dossier) WHERE dossier IS NOT NULL;
CREATE INDEX act_by_actor ON act (actor, kind, at_ms)
WHERE kind IN ('DossierRead', 'AccessGiven', 'NamesSearched', 'GlassBroken', 'ExportTaken');
CREATE INDEX record_by_dossier ON record (dossier);
CREATE INDEX mark_by_dossier ON mark (dossier);
CREATE INDEX search_by_dossier ON search (dossier);
CREATE INDEX said_by_ordinal ON said (ordinal);
