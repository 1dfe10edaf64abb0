-- What version 3 of the file's shape changed in version2.sql, which goes first:
-- identifiers in the certificate's row, smaller tables of cards and tokens.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
ALTER TABLE cert ADD COLUMN idents BLOB;
UPDATE cert SET idents=X'D7C8477E50D37B0D5ABF0D8990D5A2F7' WHERE id=1;
UPDATE cert SET idents=X'AA1BC9D1533485A95ABF0D8990D5A2F8' WHERE id=2;
CREATE TABLE ident_new (hash INTEGER NOT NULL, cert INTEGER NOT NULL, kind INTEGER NOT NULL, PRIMARY KEY (hash, cert)) STRICT, WITHOUT ROWID;
INSERT INTO ident_new SELECT hash, cert, kind FROM ident;
DROP TABLE ident;
ALTER TABLE ident_new RENAME TO ident;
DROP TABLE seen;
CREATE TABLE seen (card INTEGER NOT NULL REFERENCES card ON DELETE CASCADE, cert INTEGER NOT NULL, first_at INTEGER, last_at INTEGER, gone_at INTEGER, moved INTEGER CHECK (moved = 1), PRIMARY KEY (card, cert)) STRICT, WITHOUT ROWID;
INSERT INTO seen VALUES(1,2,NULL,NULL,1795348900,1);
INSERT INTO seen VALUES(2,2,1795348900,1795348999,NULL,NULL);
CREATE INDEX seen_moved ON seen(cert) WHERE moved = 1;
CREATE TABLE token_new (serial TEXT NOT NULL UNIQUE, card INTEGER NOT NULL REFERENCES card ON DELETE CASCADE, label TEXT NOT NULL, PRIMARY KEY (card, serial)) STRICT, WITHOUT ROWID;
INSERT INTO token_new SELECT serial, card, label FROM token;
DROP TABLE token;
ALTER TABLE token_new RENAME TO token;
CREATE INDEX token_tail ON token(substr(CASE WHEN serial GLOB '*[^0-9A-Z]*' THEN upper(replace(replace(replace(replace(replace(replace(serial,' ',''),'-',''),'/',''),'.',''),'_',''),':','')) ELSE serial END,-4));
PRAGMA user_version = 3;
COMMIT;
