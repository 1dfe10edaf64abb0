-- What version 2 of the file's shape had beside version1.sql, which goes first:
-- its tables, a case, and a certificate that was on two cards.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE issuer_url (issuer INTEGER PRIMARY KEY REFERENCES issuer ON DELETE CASCADE, url TEXT NOT NULL) STRICT;
CREATE TABLE ca (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, proof INTEGER NOT NULL, at INTEGER NOT NULL, der BLOB NOT NULL) STRICT;
CREATE TABLE fetched (url TEXT NOT NULL PRIMARY KEY, etag TEXT NOT NULL, last_modified INTEGER NOT NULL, fresh_until INTEGER NOT NULL, at INTEGER NOT NULL, file TEXT NOT NULL, sha256 BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE cases (id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL UNIQUE, year INTEGER NOT NULL, n INTEGER NOT NULL, cert INTEGER NOT NULL REFERENCES cert ON DELETE CASCADE, action TEXT NOT NULL, state TEXT NOT NULL, open INTEGER NOT NULL CHECK (open IN (0, 1)), due INTEGER NOT NULL, deadline INTEGER NOT NULL, opened_at INTEGER NOT NULL, lease_by TEXT, lease_until INTEGER NOT NULL, changed INTEGER NOT NULL, UNIQUE (year, n)) STRICT;
CREATE UNIQUE INDEX cases_one ON cases(cert) WHERE open = 1;
CREATE INDEX cases_cert ON cases(cert);
CREATE INDEX cases_due ON cases(due) WHERE open = 1;
CREATE TABLE case_event (case_id INTEGER NOT NULL REFERENCES cases ON DELETE CASCADE, seq INTEGER NOT NULL, at INTEGER NOT NULL, origin INTEGER NOT NULL REFERENCES origin, kind TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (case_id, seq)) STRICT, WITHOUT ROWID;
CREATE TRIGGER case_event_stays BEFORE UPDATE ON case_event BEGIN SELECT RAISE(ABORT, 'a case is append-only'); END;
CREATE TRIGGER case_event_keeps BEFORE DELETE ON case_event WHEN EXISTS (SELECT 1 FROM cases WHERE id = OLD.case_id) BEGIN SELECT RAISE(ABORT, 'a case is append-only'); END;
CREATE TRIGGER case_event_grows BEFORE INSERT ON case_event WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM case_event WHERE case_id = NEW.case_id) BEGIN SELECT RAISE(ABORT, 'a case is append-only'); END;
INSERT INTO issuer_url VALUES(1,'http://ca.example.org/ca.cer');
INSERT INTO fetched VALUES('http://crl.example.org/1.crl','',0,0,1795348800,'1.crl',zeroblob(32));
INSERT INTO cases VALUES(1,'6f3d0f8a','2026',1,2,'revoke','closed',0,0,0,1795348800,NULL,0,1795348800008);
INSERT INTO case_event VALUES(1,1,1795348800,1,'opened','{}');
INSERT INTO card VALUES(2,'6316 0002','karta',1,1795348900,1795348999,1795348800009);
INSERT INTO token VALUES('TOKEN-2',2,'');
INSERT INTO seen VALUES(2,2,1795348900,1795348999,NULL);
UPDATE seen SET gone_at=1795348900 WHERE card=1;
UPDATE cert SET card=2 WHERE id=2;
INSERT INTO ident VALUES(6538960068456850168,2,5);
UPDATE sqlite_sequence SET seq=2 WHERE name='card';
PRAGMA user_version = 2;
COMMIT;
