-- What version 8 of the file's shape added to version7.sql, which goes first: an
-- index of addresses without their +tag.
BEGIN TRANSACTION;
CREATE INDEX ident_mailbox ON ident(hash) WHERE kind = 6;
PRAGMA user_version = 8;
COMMIT;
