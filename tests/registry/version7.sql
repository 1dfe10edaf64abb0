-- What version 7 of the file's shape added to version6.sql, which goes first: what
-- a question is kept for; and an address with a +tag, by its mailbox.
BEGIN TRANSACTION;
CREATE TABLE asked (id INTEGER PRIMARY KEY REFERENCES outbox ON DELETE CASCADE, basis TEXT NOT NULL CHECK (basis IN ('consent', 'contract')), purpose TEXT NOT NULL, clause TEXT NOT NULL, agreed INTEGER NOT NULL, withdrawn INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO outbox VALUES(2,'100102030405060708090a0b0c0d0e0f','question','przyklad',NULL,NULL,NULL,7178,1,1,1795348800,1795348810,0,1,'PYT-2',0,NULL,NULL,NULL,0,NULL,NULL,0);
INSERT INTO asked VALUES(2,'contract','contract','wzór 3',1795348799,0);
INSERT INTO ident VALUES(1983290737350766808,2,6);
UPDATE cert SET idents=X'AA1BC9D1533485A95ABF0D8990D5A2F81B86106AEE1D70D8' WHERE id=2;
PRAGMA user_version = 7;
COMMIT;
