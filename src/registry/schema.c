#include "config.h"

#include <stdio.h>

#include "registry/code.h"
#include "registry/identrow.h"
#include "registry/maskrow.h"
#include "registry/record.h"
#include "registry/schema.h"

/* CODE_SQL as it was until version 6. */
#define CODE_BEFORE(column) \
	"CASE WHEN " column " GLOB '*[^0-9A-Z]*' THEN upper(replace(replace(" \
	"replace(replace(replace(replace(" column \
	",' ',''),'-',''),'/',''),'.',''),'_',''),':','')) ELSE " column " END"
#define CODE_BEFORE_TAIL(column) "substr(" CODE_BEFORE(column) ",-4)"

/*
 * Times are seconds of UTC, but for the columns named changed, which hold
 * change stamps (milliseconds, always growing).  Natural keys stand in every
 * table that two registries could both have: issuer.key + cert.serial,
 * token.serial, cert.order_no, journal.hash; id columns mean nothing outside of
 * the file.
 */
static const char first[] =
"CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;"

/* Whose certificates: key identifier, or digest of the name (record.h). */
"CREATE TABLE issuer (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE,"
" line TEXT NOT NULL, shown TEXT NOT NULL, changed INTEGER NOT NULL) STRICT;"
"CREATE INDEX issuer_line ON issuer(line);"

/* Where to ask for a status; few, and shared by many certificates. */
"CREATE TABLE source (id INTEGER PRIMARY KEY, ocsp TEXT NOT NULL,"
" cdp TEXT NOT NULL, UNIQUE (ocsp, cdp)) STRICT;"

/* Who wrote: registration point and account. */
"CREATE TABLE origin (id INTEGER PRIMARY KEY, point TEXT NOT NULL,"
" account TEXT NOT NULL, UNIQUE (point, account)) STRICT;"

/* Cards; their natural key is any of their tokens' serial numbers. */
"CREATE TABLE card (id INTEGER PRIMARY KEY AUTOINCREMENT,"
" number TEXT NOT NULL, model TEXT NOT NULL,"
" origin INTEGER NOT NULL REFERENCES origin,"
" first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,"
" changed INTEGER NOT NULL) STRICT;"
"CREATE INDEX card_code ON card(" CODE_BEFORE("number") ") WHERE number <> '';"
"CREATE INDEX card_tail ON card(" CODE_BEFORE_TAIL("number") ")"
" WHERE number <> '';"
"CREATE TABLE token (serial TEXT NOT NULL PRIMARY KEY,"
" card INTEGER NOT NULL REFERENCES card ON DELETE CASCADE,"
" label TEXT NOT NULL) STRICT, WITHOUT ROWID;"
"CREATE INDEX token_card ON token(card);"
"CREATE INDEX token_tail ON token(" CODE_BEFORE_TAIL("serial") ");"

/*
 * status, how, status_by: enums of record.h; uses: bits of enum purpose.  card
 * has no foreign key: without an index, which would cost more than it is worth,
 * each card that goes would cost a pass over the whole table.  Table seen has
 * the pair too, and registry check compares them.
 */
"CREATE TABLE cert (id INTEGER PRIMARY KEY AUTOINCREMENT,"
" issuer INTEGER NOT NULL REFERENCES issuer, serial BLOB NOT NULL,"
" holder TEXT NOT NULL, org TEXT, not_before INTEGER, not_after INTEGER,"
" uses INTEGER NOT NULL, qualified INTEGER NOT NULL,"
" source INTEGER REFERENCES source,"
" card INTEGER, order_no TEXT,"
" id_mask TEXT, email_mask TEXT, how INTEGER NOT NULL,"
" origin INTEGER NOT NULL REFERENCES origin,"
" first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,"
" status INTEGER NOT NULL, status_by INTEGER NOT NULL, status_at INTEGER,"
" revoked_at INTEGER, reason INTEGER, restricted INTEGER NOT NULL,"
" changed INTEGER NOT NULL) STRICT;"
/* Few: those that the next revocation list may lift (STATUS_SUSPENDED). */
"CREATE INDEX cert_held ON cert(issuer) WHERE status = 3;"
"CREATE UNIQUE INDEX cert_serial ON cert(serial, issuer);"
"CREATE INDEX cert_order ON cert(" CODE_BEFORE("order_no") ")"
" WHERE order_no IS NOT NULL;"

/*
 * Identifiers, hashed under the registry's key: the first 64 bits (ident.h),
 * which at twenty million rows meet by chance once in a million million look-ups
 * and cost half the room.  The reference is looked at when a transaction ends:
 * many rows are written by one statement, which then need not be undone alone.
 */
"CREATE TABLE ident (hash INTEGER NOT NULL,"
" cert INTEGER NOT NULL REFERENCES cert ON DELETE CASCADE"
" DEFERRABLE INITIALLY DEFERRED,"
" kind INTEGER NOT NULL, PRIMARY KEY (hash, cert)) STRICT, WITHOUT ROWID;"
"CREATE INDEX ident_cert ON ident(cert);"

/* Which certificates were on which card, and until when. */
"CREATE TABLE seen (card INTEGER NOT NULL REFERENCES card ON DELETE CASCADE,"
" cert INTEGER NOT NULL REFERENCES cert ON DELETE CASCADE,"
" first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, gone_at INTEGER,"
" PRIMARY KEY (card, cert)) STRICT, WITHOUT ROWID;"
"CREATE INDEX seen_cert ON seen(cert);"

/* Search: distinct folded words, and which names have them (names.h). */
"CREATE TABLE word (id INTEGER PRIMARY KEY AUTOINCREMENT,"
" word TEXT NOT NULL UNIQUE, n INTEGER NOT NULL) STRICT;"
"CREATE TABLE name_ix (a INTEGER NOT NULL, b INTEGER NOT NULL,"
" cert INTEGER NOT NULL, PRIMARY KEY (a, b, cert)) STRICT, WITHOUT ROWID;"

/* What was erased, and what is restricted, by hash alone (tombs.h). */
"CREATE TABLE tomb (kind INTEGER NOT NULL, hash BLOB NOT NULL,"
" at INTEGER NOT NULL, changed INTEGER NOT NULL,"
" PRIMARY KEY (kind, hash)) STRICT, WITHOUT ROWID;"

/* How far an import got, by a digest of what it reads. */
"CREATE TABLE import (source BLOB PRIMARY KEY, position INTEGER NOT NULL,"
" line INTEGER NOT NULL, records INTEGER NOT NULL, at INTEGER NOT NULL)"
" STRICT, WITHOUT ROWID;"

"CREATE TABLE journal (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL,"
" origin INTEGER NOT NULL REFERENCES origin, action INTEGER NOT NULL,"
" whom BLOB, why TEXT, what TEXT, hash BLOB NOT NULL UNIQUE) STRICT;"
"CREATE INDEX journal_whom ON journal(whom) WHERE whom IS NOT NULL;"
"CREATE TRIGGER journal_stays BEFORE UPDATE ON journal"
" BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"
"CREATE TRIGGER journal_keeps BEFORE DELETE ON journal"
" BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"
/* INSERT OR REPLACE takes rows out without asking the trigger above. */
"CREATE TRIGGER journal_grows BEFORE INSERT ON journal"
" WHEN NEW.seq <= (SELECT max(seq) FROM journal)"
" OR NEW.hash IN (SELECT hash FROM journal)"
" BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;";

/*
 * Revocation cases (cases.h), whom an issuer's certificate is had from, and what
 * was fetched.  Columns named changed are change stamps as above.  A case's row
 * says again what its events add up to, so that lists need not read them.
 */
static const char second[] =
/* Where an issuer's certificates say its own is (AIA caIssuers). */
"CREATE TABLE issuer_url (issuer INTEGER PRIMARY KEY"
" REFERENCES issuer ON DELETE CASCADE, url TEXT NOT NULL) STRICT;"

/* Certificates of authorities, by the key that their certificates name. */
"CREATE TABLE ca (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE,"
" proof INTEGER NOT NULL, at INTEGER NOT NULL, der BLOB NOT NULL) STRICT;"

"CREATE TABLE fetched (url TEXT NOT NULL PRIMARY KEY, etag TEXT NOT NULL,"
" last_modified INTEGER NOT NULL, fresh_until INTEGER NOT NULL,"
" at INTEGER NOT NULL, file TEXT NOT NULL, sha256 BLOB NOT NULL)"
" STRICT, WITHOUT ROWID;"

"CREATE TABLE cases (id INTEGER PRIMARY KEY AUTOINCREMENT,"
" uid TEXT NOT NULL UNIQUE, year INTEGER NOT NULL, n INTEGER NOT NULL,"
" cert INTEGER NOT NULL REFERENCES cert ON DELETE CASCADE,"
" action TEXT NOT NULL, state TEXT NOT NULL,"
" open INTEGER NOT NULL CHECK (open IN (0, 1)),"
" due INTEGER NOT NULL, deadline INTEGER NOT NULL,"
" opened_at INTEGER NOT NULL, lease_by TEXT, lease_until INTEGER NOT NULL,"
" changed INTEGER NOT NULL, UNIQUE (year, n)) STRICT;"
/* Two open cases of one certificate would be two requests for one thing. */
"CREATE UNIQUE INDEX cases_one ON cases(cert) WHERE open = 1;"
"CREATE INDEX cases_cert ON cases(cert);"
"CREATE INDEX cases_due ON cases(due) WHERE open = 1;"

"CREATE TABLE case_event (case_id INTEGER NOT NULL"
" REFERENCES cases ON DELETE CASCADE, seq INTEGER NOT NULL,"
" at INTEGER NOT NULL, origin INTEGER NOT NULL REFERENCES origin,"
" kind TEXT NOT NULL, data TEXT NOT NULL,"
" PRIMARY KEY (case_id, seq)) STRICT, WITHOUT ROWID;"
"CREATE TRIGGER case_event_stays BEFORE UPDATE ON case_event"
" BEGIN SELECT RAISE(ABORT, 'a case is append-only'); END;"
/* Its case has gone before, when that is why it goes. */
"CREATE TRIGGER case_event_keeps BEFORE DELETE ON case_event"
" WHEN EXISTS (SELECT 1 FROM cases WHERE id = OLD.case_id)"
" BEGIN SELECT RAISE(ABORT, 'a case is append-only'); END;"
"CREATE TRIGGER case_event_grows BEFORE INSERT ON case_event"
" WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM case_event"
" WHERE case_id = NEW.case_id)"
" BEGIN SELECT RAISE(ABORT, 'a case is append-only'); END;";

/*
 * Fewer and smaller indexes.  What a certificate's identifiers are stands in its
 * own row (identrow.h), not in an index back from table ident.  Table seen has an
 * index only over rows whose certificate names another card (cardrow.h), and no
 * times that the certificate has already: first_at NULL is cert.first_seen,
 * last_at NULL is first_at.  Tokens lie in the order of their cards.  Rows of
 * both tables go with their certificate in forget.c, for want of an index that
 * a foreign key could use; registry check looks for what was left behind.
 */
static const char third[] =
"ALTER TABLE cert ADD COLUMN idents BLOB;"

"CREATE TABLE ident_new (hash INTEGER NOT NULL, cert INTEGER NOT NULL,"
" kind INTEGER NOT NULL, PRIMARY KEY (hash, cert)) STRICT, WITHOUT ROWID;"
"INSERT INTO ident_new SELECT hash, cert, kind FROM ident ORDER BY 1, 2;"

"CREATE TABLE seen_new (card INTEGER NOT NULL REFERENCES card"
" ON DELETE CASCADE, cert INTEGER NOT NULL, first_at INTEGER,"
" last_at INTEGER, gone_at INTEGER, moved INTEGER CHECK (moved = 1),"
" PRIMARY KEY (card, cert)) STRICT, WITHOUT ROWID;"
"INSERT INTO seen_new SELECT seen.card, cert, nullif(first_at, first_seen),"
" nullif(last_at, first_at), gone_at, iif(cert.card IS seen.card, NULL, 1)"
" FROM seen JOIN cert ON cert.id = seen.cert ORDER BY 1, 2;"

"CREATE TABLE token_new (serial TEXT NOT NULL UNIQUE, card INTEGER NOT NULL"
" REFERENCES card ON DELETE CASCADE, label TEXT NOT NULL,"
" PRIMARY KEY (card, serial)) STRICT, WITHOUT ROWID;"
"INSERT INTO token_new SELECT serial, card, label FROM token ORDER BY 2, 1;";

/* When the C in between has read the old tables. */
static const char third_end[] =
"DROP TABLE ident; ALTER TABLE ident_new RENAME TO ident;"
"DROP TABLE seen; ALTER TABLE seen_new RENAME TO seen;"
"DROP TABLE token; ALTER TABLE token_new RENAME TO token;"
"CREATE INDEX seen_moved ON seen(cert) WHERE moved = 1;"
"CREATE INDEX token_tail ON token(" CODE_BEFORE_TAIL("serial") ");";

static int
finish_third(struct sql *sql, struct err *err)
{
	return identrow_fill(sql, err) == -1 ? -1 :
	    sql_exec(sql, third_end, err);
}

/*
 * What order services said (orders.h), found again by hashed keys, and what is
 * still to be sent to them (outbox.h); a body is sealed and goes when it is sent.
 */
static const char orders[] =
"CREATE TABLE orders (id INTEGER PRIMARY KEY AUTOINCREMENT,"
" authority TEXT NOT NULL, number TEXT NOT NULL, json TEXT NOT NULL,"
" etag TEXT NOT NULL, as_of INTEGER NOT NULL, asked INTEGER NOT NULL,"
" UNIQUE (authority, number)) STRICT;"
"CREATE INDEX orders_asked ON orders(asked);"
"CREATE TABLE order_key (hash INTEGER NOT NULL,"
" id INTEGER NOT NULL REFERENCES orders ON DELETE CASCADE,"
" kind INTEGER NOT NULL, PRIMARY KEY (hash, id, kind))"
" STRICT, WITHOUT ROWID;"
"CREATE INDEX order_key_id ON order_key(id);"

"CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT,"
" key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, authority TEXT NOT NULL,"
" number TEXT, what TEXT, body BLOB, whom INTEGER,"
" origin INTEGER NOT NULL REFERENCES origin,"
" state INTEGER NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2)),"
" at INTEGER NOT NULL, tried INTEGER NOT NULL DEFAULT 0,"
" next INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0,"
" reference TEXT, answer_by INTEGER NOT NULL DEFAULT 0, email TEXT,"
" err TEXT, err_origin TEXT, err_raw INTEGER NOT NULL DEFAULT 0,"
" err_what TEXT, lease_by TEXT, lease_until INTEGER NOT NULL DEFAULT 0,"
" CHECK (state = 0 OR body IS NULL)) STRICT;"
"CREATE INDEX outbox_next ON outbox(next) WHERE state = 0;"
"CREATE INDEX outbox_whom ON outbox(whom) WHERE whom IS NOT NULL;";

/*
 * Renewals (renewals.h): as cases, and what has to be sent again or written to a
 * card later, sealed; it goes when the renewal ends.
 */
static const char renewals[] =
"CREATE TABLE renewals (id INTEGER PRIMARY KEY AUTOINCREMENT,"
" uid TEXT NOT NULL UNIQUE, year INTEGER NOT NULL, n INTEGER NOT NULL,"
" cert INTEGER NOT NULL REFERENCES cert ON DELETE CASCADE,"
" state TEXT NOT NULL, open INTEGER NOT NULL CHECK (open IN (0, 1)),"
" due INTEGER NOT NULL, for_order TEXT, token TEXT,"
" opened_at INTEGER NOT NULL, lease_by TEXT, lease_until INTEGER NOT NULL,"
" changed INTEGER NOT NULL, UNIQUE (year, n)) STRICT;"
/* Two of one certificate would make two keys for one thing. */
"CREATE UNIQUE INDEX renewals_one ON renewals(cert) WHERE open = 1;"
"CREATE INDEX renewals_cert ON renewals(cert);"
"CREATE INDEX renewals_token ON renewals(token) WHERE open = 1;"

"CREATE TABLE renewal_event (renewal INTEGER NOT NULL"
" REFERENCES renewals ON DELETE CASCADE, seq INTEGER NOT NULL,"
" at INTEGER NOT NULL, origin INTEGER NOT NULL REFERENCES origin,"
" kind TEXT NOT NULL, data TEXT NOT NULL,"
" PRIMARY KEY (renewal, seq)) STRICT, WITHOUT ROWID;"
"CREATE TRIGGER renewal_event_stays BEFORE UPDATE ON renewal_event"
" BEGIN SELECT RAISE(ABORT, 'a renewal is append-only'); END;"
/* Its renewal has gone before, when that is why it goes. */
"CREATE TRIGGER renewal_event_keeps BEFORE DELETE ON renewal_event"
" WHEN EXISTS (SELECT 1 FROM renewals WHERE id = OLD.renewal)"
" BEGIN SELECT RAISE(ABORT, 'a renewal is append-only'); END;"
"CREATE TRIGGER renewal_event_grows BEFORE INSERT ON renewal_event"
" WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM renewal_event"
" WHERE renewal = NEW.renewal)"
" BEGIN SELECT RAISE(ABORT, 'a renewal is append-only'); END;"

"CREATE TABLE renewal_part (renewal INTEGER NOT NULL"
" REFERENCES renewals ON DELETE CASCADE,"
" part INTEGER NOT NULL CHECK (part BETWEEN 1 AND 4),"
" sealed BLOB NOT NULL, PRIMARY KEY (renewal, part)) STRICT;";

/*
 * Less of what repeats.  A card's model is a number of table model (cardrow.h);
 * a token's own number is short where its serial number stood in each index; of
 * a mask stands what is not known without (maskrow.h).  Codes whose separators
 * are of one sort become normal in one step, where each had taken seven.
 *
 * References are looked at when a transaction ends: many rows are written by one
 * statement (putoff.h), which then need not be undone alone.
 */
static const char sixth[] =
"DROP INDEX card_code; DROP INDEX IF EXISTS card_tail;"
"DROP INDEX IF EXISTS cert_order;"

"CREATE TABLE model (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)"
" STRICT;"
"INSERT INTO model (name) SELECT DISTINCT model FROM card;"
"ALTER TABLE card ADD COLUMN model_id INTEGER REFERENCES model"
" DEFERRABLE INITIALLY DEFERRED;"
"UPDATE card SET model_id = (SELECT id FROM model WHERE name = card.model);"
"ALTER TABLE card DROP COLUMN model;"
"ALTER TABLE card RENAME COLUMN model_id TO model;"

"CREATE TABLE token_new (card INTEGER NOT NULL REFERENCES card"
" ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, n INTEGER NOT NULL,"
" serial TEXT NOT NULL UNIQUE, label TEXT NOT NULL,"
" PRIMARY KEY (card, n)) STRICT, WITHOUT ROWID;"
"INSERT INTO token_new SELECT card, row_number() OVER (PARTITION BY card"
" ORDER BY serial) - 1, serial, label FROM token ORDER BY 1, 2;"
"DROP TABLE token; ALTER TABLE token_new RENAME TO token;"

"CREATE INDEX card_code ON card(" CODE_SQL("number") ") WHERE number <> '';"
"CREATE INDEX card_tail ON card(" CODE_SQL_TAIL("number") ")"
" WHERE number <> '';"
"CREATE INDEX token_tail ON token(" CODE_SQL_TAIL("serial") ");"
"CREATE INDEX cert_order ON cert(" CODE_SQL("order_no") ")"
" WHERE order_no IS NOT NULL;";

/*
 * What SQLite's manual says of constraints that are changed without a copy of
 * the table (ALTER TABLE, "other kinds of schema changes"): its text alone.
 */
static const char deferred[] =
"PRAGMA writable_schema = ON;"
"UPDATE sqlite_schema SET sql = replace(replace(replace(replace(sql,"
" 'REFERENCES issuer', 'REFERENCES issuer DEFERRABLE INITIALLY DEFERRED'),"
" 'REFERENCES source', 'REFERENCES source DEFERRABLE INITIALLY DEFERRED'),"
" 'REFERENCES origin', 'REFERENCES origin DEFERRABLE INITIALLY DEFERRED'),"
" 'ON DELETE CASCADE', 'ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED')"
" WHERE type = 'table' AND name IN ('cert', 'card', 'seen');"
"PRAGMA writable_schema = RESET;";

static int
finish_sixth(struct sql *sql, struct err *err)
{
	sqlite3 *db = sql_handle(sql);
	int was = 0, rc;

	if (maskrow_fill(sql, err) == -1)
		return -1;
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, -1, &was);
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
	rc = sql_exec(sql, deferred, err);
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, was, NULL);
	return rc;
}

/*
 * What a question of the outbox is kept for, on what basis and under which
 * clause (asked.h); it goes with it.
 */
static const char asked[] =
"CREATE TABLE asked (id INTEGER PRIMARY KEY"
" REFERENCES outbox ON DELETE CASCADE, basis TEXT NOT NULL"
" CHECK (basis IN ('consent', 'contract')), purpose TEXT NOT NULL,"
" clause TEXT NOT NULL, agreed INTEGER NOT NULL,"
" withdrawn INTEGER NOT NULL DEFAULT 0) STRICT;";

/*
 * Addresses without their +tag, which hardly anybody has: whoever asks for one
 * need not look among all identifiers.  6 is IDENT_MAILBOX.
 */
#define MAILBOXES	"ident(hash) WHERE kind = 6"

static const char mailboxes[] = "CREATE INDEX ident_mailbox ON " MAILBOXES;

_Static_assert(IDENT_EMAIL == 5 && IDENT_MAILBOX == 6, "as the file has them");

/*
 * Those that nobody signed for, which a later list that is proved may lift: a pass
 * over all certificates would take longer than the list itself.
 */
static const char told[] = "CREATE INDEX cert_told ON cert(issuer)"
" WHERE status = 2 AND status_by = 1;"
/* Addresses that no certificate names are looked for once (forget.h). */
"INSERT OR IGNORE INTO meta VALUES ('unsourced', 1);";

_Static_assert(STATUS_REVOKED == 2 && HOW_IMPORT_TEXT == 1,
    "as the file has them");

const struct schema_step schema_steps[] = {
	{ .sql = first },
	{ .sql = second },
	{ .sql = third, .finish = finish_third },
	{ .sql = orders },
	{ .sql = renewals },
	{ .sql = sixth, .finish = finish_sixth },
	{ .sql = asked },
	{ .sql = mailboxes },
	{ .sql = told },
};

const size_t schema_nsteps = sizeof schema_steps / sizeof *schema_steps;

#define LATE(name, on)							\
	{ name, "CREATE INDEX IF NOT EXISTS " name " ON " on,		\
	    "DROP INDEX IF EXISTS " name }

/* As the steps make them. */
const struct schema_late schema_late[] = {
	[SCHEMA_LATE_CODES] = LATE("card_code", "card(" CODE_SQL("number") ")"
	    " WHERE number <> ''"),
	LATE("cert_order", "cert(" CODE_SQL("order_no") ")"
	    " WHERE order_no IS NOT NULL"),
	LATE("card_tail", "card(" CODE_SQL_TAIL("number") ")"
	    " WHERE number <> ''"),
	LATE("ident_mailbox", MAILBOXES),
	LATE("token_tail", "token(" CODE_SQL_TAIL("serial") ")"),
};

const size_t schema_nlate = sizeof schema_late / sizeof *schema_late;

/* -1 unless it is empty or ours, and not newer than we are. */
static int
version_of(struct sql *sql, size_t nsteps, int64_t *version, struct err *err)
{
	int64_t app, tables;

	/* The tables first: who makes them in between says whose they are. */
	if (sql_int(sql, "SELECT count(*) FROM sqlite_schema", &tables, err,
	    "") == -1 ||
	    sql_int(sql, "PRAGMA application_id", &app, err, "") == -1 ||
	    sql_int(sql, "PRAGMA user_version", version, err, "") == -1)
		return -1;
	if (app != SCHEMA_APPLICATION && (app != 0 || tables != 0))
		return err_set(err, ERR_REGISTRY_BROKEN, sql_path(sql),
		    "another program's database, application_id %lld",
		    (long long)app);
	if (*version < 0 || *version > (int64_t)nsteps)
		return err_set(err, ERR_REGISTRY_NEWER, sql_path(sql),
		    "version %lld, known up to %zu", (long long)*version,
		    nsteps);
	return 0;
}

static int
take_step(struct sql *sql, const struct schema_step *step, int64_t version,
    struct err *err)
{
	char pragma[96];

	snprintf(pragma, sizeof pragma, "PRAGMA application_id = %d;"
	    "PRAGMA user_version = %d", SCHEMA_APPLICATION, (int)version + 1);
	if (sql_exec(sql, step->sql, err) == -1 ||
	    (step->finish != NULL && step->finish(sql, err) == -1))
		return -1;
	return sql_exec(sql, pragma, err);
}

/*
 * A step in a transaction, of a new file all of them; the version is looked at
 * again inside it, since another desk may have got there first.
 */
static int
take_steps(struct sql *sql, const struct schema_step *steps, size_t nsteps,
    struct err *err)
{
	int64_t version, n;

	if (sql_exec(sql, "BEGIN IMMEDIATE", err) == -1)
		return -1;
	if (version_of(sql, nsteps, &version, err) == -1)
		goto fail;
	n = version == 0 ? (int64_t)nsteps : version + 1;
	for (; version < n && version < (int64_t)nsteps; version++)
		if (take_step(sql, &steps[version], version, err) == -1)
			goto fail;
	if (sql_exec(sql, "COMMIT", err) == 0)
		return 0;
fail:
	(void)sql_exec(sql, "ROLLBACK", &(struct err)ERR_INIT);
	return -1;
}

int
schema_migrate(struct sql *sql, const struct schema_step *steps, size_t nsteps,
    int *from, struct err *err)
{
	int64_t version;

	if (version_of(sql, nsteps, &version, err) == -1)
		return -1;
	*from = (int)version;
	while (version < (int64_t)nsteps) {
		if (take_steps(sql, steps, nsteps, err) == -1 ||
		    version_of(sql, nsteps, &version, err) == -1)
			return -1;
	}
	return 0;
}
