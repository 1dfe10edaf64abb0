-- What version 4 of the file's shape added to version3.sql, which goes first:
-- orders that services told of, and what is still to be sent to them.
BEGIN TRANSACTION;
CREATE TABLE orders (id INTEGER PRIMARY KEY AUTOINCREMENT, authority TEXT NOT NULL, number TEXT NOT NULL, json TEXT NOT NULL, etag TEXT NOT NULL, as_of INTEGER NOT NULL, asked INTEGER NOT NULL, UNIQUE (authority, number)) STRICT;
INSERT INTO orders VALUES(1,'przyklad','ZAM-2026-001','{"number":"ZAM-2026-001","state":"confirmed"}','"1"',1795348800,1795348800);
CREATE INDEX orders_asked ON orders(asked);
CREATE TABLE order_key (hash INTEGER NOT NULL, id INTEGER NOT NULL REFERENCES orders ON DELETE CASCADE, kind INTEGER NOT NULL, PRIMARY KEY (hash, id, kind)) STRICT, WITHOUT ROWID;
INSERT INTO order_key VALUES(7177,1,0);
CREATE INDEX order_key_id ON order_key(id);
CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, authority TEXT NOT NULL, number TEXT, what TEXT, body BLOB, whom INTEGER, origin INTEGER NOT NULL REFERENCES origin, state INTEGER NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2)), at INTEGER NOT NULL, tried INTEGER NOT NULL DEFAULT 0, next INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, reference TEXT, answer_by INTEGER NOT NULL DEFAULT 0, email TEXT, err TEXT, err_origin TEXT, err_raw INTEGER NOT NULL DEFAULT 0, err_what TEXT, lease_by TEXT, lease_until INTEGER NOT NULL DEFAULT 0, CHECK (state = 0 OR body IS NULL)) STRICT;
CREATE INDEX outbox_next ON outbox(next) WHERE state = 0;
CREATE INDEX outbox_whom ON outbox(whom) WHERE whom IS NOT NULL;
PRAGMA user_version = 4;
COMMIT;
