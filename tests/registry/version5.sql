-- What version 5 of the file's shape added to version4.sql, which goes first:
-- renewals, one of which has ended; and cards of a model, a card of two tokens,
-- and masks, as every version before had them.
BEGIN TRANSACTION;
CREATE TABLE renewals (id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL UNIQUE, year INTEGER NOT NULL, n INTEGER NOT NULL, cert INTEGER NOT NULL REFERENCES cert ON DELETE CASCADE, state TEXT NOT NULL, open INTEGER NOT NULL CHECK (open IN (0, 1)), due INTEGER NOT NULL, for_order TEXT, token TEXT, opened_at INTEGER NOT NULL, lease_by TEXT, lease_until INTEGER NOT NULL, changed INTEGER NOT NULL, UNIQUE (year, n)) STRICT;
INSERT INTO renewals VALUES(1,'0123456789abcdef0123456789abcdef',2026,1,1,'done',0,0,NULL,NULL,1795348800,NULL,0,1795348800009);
CREATE UNIQUE INDEX renewals_one ON renewals(cert) WHERE open = 1;
CREATE INDEX renewals_cert ON renewals(cert);
CREATE INDEX renewals_token ON renewals(token) WHERE open = 1;
CREATE TABLE renewal_event (renewal INTEGER NOT NULL REFERENCES renewals ON DELETE CASCADE, seq INTEGER NOT NULL, at INTEGER NOT NULL, origin INTEGER NOT NULL REFERENCES origin, kind TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (renewal, seq)) STRICT, WITHOUT ROWID;
INSERT INTO renewal_event VALUES(1,1,1795348800,1,'opened','{}');
CREATE TRIGGER renewal_event_stays BEFORE UPDATE ON renewal_event BEGIN SELECT RAISE(ABORT, 'a renewal is append-only'); END;
CREATE TRIGGER renewal_event_keeps BEFORE DELETE ON renewal_event WHEN EXISTS (SELECT 1 FROM renewals WHERE id = OLD.renewal) BEGIN SELECT RAISE(ABORT, 'a renewal is append-only'); END;
CREATE TRIGGER renewal_event_grows BEFORE INSERT ON renewal_event WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM renewal_event WHERE renewal = NEW.renewal) BEGIN SELECT RAISE(ABORT, 'a renewal is append-only'); END;
CREATE TABLE renewal_part (renewal INTEGER NOT NULL REFERENCES renewals ON DELETE CASCADE, part INTEGER NOT NULL CHECK (part BETWEEN 1 AND 4), sealed BLOB NOT NULL, PRIMARY KEY (renewal, part)) STRICT;
UPDATE card SET model='Karta przykładowa' WHERE id=2;
INSERT INTO token VALUES('TOKEN-2-BIS',2,'');
UPDATE cert SET id_mask='PESEL 440*****359',email_mask='j**@przyklad.pl' WHERE id=2;
PRAGMA user_version = 5;
COMMIT;
