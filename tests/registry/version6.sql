-- What version 6 of the file's shape made of version5.sql, which goes first: a
-- card's model is a number, tokens have one of their own, masks are short,
-- references are looked at late; and a question that was sent.
BEGIN TRANSACTION;
DROP INDEX card_code;
DROP INDEX card_tail;
DROP INDEX cert_order;
CREATE TABLE model (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO model VALUES(1,'');
INSERT INTO model VALUES(2,'Karta przykładowa');
ALTER TABLE card ADD COLUMN model_id INTEGER REFERENCES model DEFERRABLE INITIALLY DEFERRED;
UPDATE card SET model_id = id;
ALTER TABLE card DROP COLUMN model;
ALTER TABLE card RENAME COLUMN model_id TO model;
DROP TABLE token;
CREATE TABLE token (card INTEGER NOT NULL REFERENCES card ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, n INTEGER NOT NULL, serial TEXT NOT NULL UNIQUE, label TEXT NOT NULL, PRIMARY KEY (card, n)) STRICT, WITHOUT ROWID;
INSERT INTO token VALUES(1,0,'TOKEN-1','');
INSERT INTO token VALUES(2,0,'TOKEN-2','');
INSERT INTO token VALUES(2,1,'TOKEN-2-BIS','');
CREATE INDEX card_code ON card(CASE WHEN CAST(number AS INTEGER) > 0 AND number = CAST(CAST(number AS INTEGER) AS TEXT) THEN number WHEN number NOT GLOB '*[^0-9A-Z]*' THEN number WHEN number NOT GLOB '*[^0-9A-Z/]*' THEN replace(number,'/','') WHEN number NOT GLOB '*[^0-9A-Z ]*' THEN replace(number,' ','') WHEN number NOT GLOB '*[^0-9A-Z-]*' THEN replace(number,'-','') ELSE upper(replace(replace(replace(replace(replace(replace(number,' ',''),'-',''),'/',''),'.',''),'_',''),':','')) END) WHERE number <> '';
CREATE INDEX card_tail ON card(substr(CASE WHEN CAST(number AS INTEGER) > 0 AND number = CAST(CAST(number AS INTEGER) AS TEXT) THEN number WHEN number NOT GLOB '*[^0-9A-Z]*' THEN number WHEN number NOT GLOB '*[^0-9A-Z/]*' THEN replace(number,'/','') WHEN number NOT GLOB '*[^0-9A-Z ]*' THEN replace(number,' ','') WHEN number NOT GLOB '*[^0-9A-Z-]*' THEN replace(number,'-','') ELSE upper(replace(replace(replace(replace(replace(replace(number,' ',''),'-',''),'/',''),'.',''),'_',''),':','')) END,-4)) WHERE number <> '';
CREATE INDEX token_tail ON token(substr(CASE WHEN CAST(serial AS INTEGER) > 0 AND serial = CAST(CAST(serial AS INTEGER) AS TEXT) THEN serial WHEN serial NOT GLOB '*[^0-9A-Z]*' THEN serial WHEN serial NOT GLOB '*[^0-9A-Z/]*' THEN replace(serial,'/','') WHEN serial NOT GLOB '*[^0-9A-Z ]*' THEN replace(serial,' ','') WHEN serial NOT GLOB '*[^0-9A-Z-]*' THEN replace(serial,'-','') ELSE upper(replace(replace(replace(replace(replace(replace(serial,' ',''),'-',''),'/',''),'.',''),'_',''),':','')) END,-4));
CREATE INDEX cert_order ON cert(CASE WHEN CAST(order_no AS INTEGER) > 0 AND order_no = CAST(CAST(order_no AS INTEGER) AS TEXT) THEN order_no WHEN order_no NOT GLOB '*[^0-9A-Z]*' THEN order_no WHEN order_no NOT GLOB '*[^0-9A-Z/]*' THEN replace(order_no,'/','') WHEN order_no NOT GLOB '*[^0-9A-Z ]*' THEN replace(order_no,' ','') WHEN order_no NOT GLOB '*[^0-9A-Z-]*' THEN replace(order_no,'-','') ELSE upper(replace(replace(replace(replace(replace(replace(order_no,' ',''),'-',''),'/',''),'.',''),'_',''),':','')) END) WHERE order_no IS NOT NULL;
UPDATE cert SET id_mask=CAST(X'0134343005333539' AS TEXT),email_mask=CAST(X'6A024070727A796B6C61642E706C' AS TEXT) WHERE id=2;
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(replace(replace(replace(sql, 'REFERENCES issuer', 'REFERENCES issuer DEFERRABLE INITIALLY DEFERRED'), 'REFERENCES source', 'REFERENCES source DEFERRABLE INITIALLY DEFERRED'), 'REFERENCES origin', 'REFERENCES origin DEFERRABLE INITIALLY DEFERRED'), 'ON DELETE CASCADE', 'ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED') WHERE type = 'table' AND name IN ('cert', 'card', 'seen');
PRAGMA writable_schema = RESET;
INSERT INTO outbox VALUES(1,'000102030405060708090a0b0c0d0e0f','question','przyklad',NULL,NULL,NULL,7178,1,1,1795348800,1795348810,0,1,'PYT-1',0,NULL,NULL,NULL,0,NULL,NULL,0);
PRAGMA user_version = 6;
COMMIT;
