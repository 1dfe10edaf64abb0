#include "config.h"

#include <sys/stat.h>
#include <fcntl.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "registry/importing.h"
#include "registry/journal.h"

#define TELL_MS		100	/* between two words on the progress */
#define LOOK_EVERY	64	/* records between two looks at the clock */
#define LOOK_BYTES	4096	/* of each end of a file, to know it again */
#define BREATH_NS	10000000	/* for other desks between two batches */

static const char *const kind_ids[IMPORT_KIND_COUNT] = {
	[IMPORT_AUTO] = "auto",
	[IMPORT_CERTS] = "certificates",
	[IMPORT_INDEX] = "index",
	[IMPORT_CSV] = "csv",
	[IMPORT_LDIF] = "ldif",
	[IMPORT_CRL] = "crl",
};

static int (*const readers[IMPORT_KIND_COUNT])(struct importing *) = {
	[IMPORT_CERTS] = importing_certs,
	[IMPORT_INDEX] = importing_index,
	[IMPORT_CSV] = importing_csv,
	[IMPORT_LDIF] = importing_ldif,
	[IMPORT_CRL] = importing_crl,
};

static const struct {
	const char	*id, *sentence;
} notes[IMPORT_NOTES] = {
	{ "verified", N_("The signature of the list is right.") },
	{ "not-verified", N_("The signature of the list was not checked, since "
	    "its issuer's certificate was not given.") },
	{ "algorithm", N_("The signature of the list cannot be checked here; "
	    "it is taken as not checked.") },
	{ "delta", N_("The list holds only what changed since another one.") },
	{ "indirect", N_("The list speaks of other issuers' certificates too; "
	    "those were left out.") },
	{ "old", N_("A newer list should be out by now.") },
	{ "deep", N_("Some folders lie too deep and were left out.") },
	{ "resumed", N_("It went on where it had stopped.") },
	{ "ahead", N_("The list is from the future: look at this machine's "
	    "clock.") },
};

const char *
import_note_sentence(unsigned bit)
{
	for (size_t i = 0; i < IMPORT_NOTES; i++) {
		if (bit == 1u << i)
			return _(notes[i].sentence);
	}
	return "";
}

const char *
import_note_id(unsigned bit)
{
	for (size_t i = 0; i < IMPORT_NOTES; i++) {
		if (bit == 1u << i)
			return notes[i].id;
	}
	return "";
}

const char *
import_kind_id(enum import_kind kind)
{
	return kind_ids[kind];
}

enum import_kind
import_kind_from_id(const char *id)
{
	int i;

	for (i = 0; i < IMPORT_KIND_COUNT; i++) {
		if (strcmp(kind_ids[i], id) == 0)
			break;
	}
	return (enum import_kind)i;
}

/* --- progress -------------------------------------------------------------- */

static void
tell(struct importing *imp, bool now)
{
	int64_t ms = clock_mono_ms();

	if (!now && ms - imp->told < TELL_MS)
		return;
	imp->told = ms;
	imp->p->millis = ms - imp->began;
	if (imp->in != NULL)
		imp->p->done = imp->before + stream_at(imp->in);
	if (imp->o->progress != NULL)
		imp->o->progress(imp->p, imp->o->arg);
}

void
importing_bad_err(struct importing *imp, int64_t line, const struct err *why)
{
	struct import_bad bad = { imp->file, line, *why };

	imp->p->bad++;
	if (imp->o->bad != NULL)
		imp->o->bad(&bad, imp->o->arg);
}

void
importing_bad(struct importing *imp, int64_t line, enum err_code code,
    const char *what, const char *detail)
{
	struct err why = ERR_INIT;

	(void)err_set(&why, code, what, "%s", detail != NULL ? detail : "");
	importing_bad_err(imp, line, &why);
}

/* --- batches ----------------------------------------------------------------- */

int
importing_batch(struct importing *imp)
{
	if (imp->open)
		return 0;
	if (registry_begin(imp->reg, imp->err) != 0)
		return -1;
	imp->open = true;
	imp->in_batch = 0;
	imp->batch_began = clock_mono_ms();
	return 0;
}

/* What was not written is not counted either. */
static void
drop_batch(struct importing *imp)
{
	if (!imp->open)
		return;
	registry_rollback(imp->reg);
	imp->open = false;
	imp->kept.bad = imp->p->bad;
	imp->kept.notes = imp->p->notes;
	imp->kept.links = imp->p->links;
	*imp->p = imp->kept;
}

/* position -1: the file is done with, and nothing is left to go on with. */
static int
put_position(struct importing *imp, int64_t position, int64_t line)
{
	if (!imp->resumable)
		return 0;
	imp->p->placed = position > 0;
	if (position < 0)
		return sql_run(imp->reg->sql, "DELETE FROM import"
		    " WHERE source = ?", imp->err, "b",
		    (const void *)imp->source, sizeof imp->source);
	imp->placed = true;
	return sql_run(imp->reg->sql, "INSERT OR REPLACE INTO import"
	    " VALUES (?, ?, ?, ?, ?)", imp->err, "biiii",
	    (const void *)imp->source, sizeof imp->source, position, line,
	    imp->p->records, imp->now);
}

static int
write_batch(struct importing *imp, int64_t position, int64_t line)
{
	if (!imp->open)
		return 0;
	if (put_position(imp, position, line) != 0) {
		drop_batch(imp);
		return -1;
	}
	if (registry_commit(imp->reg, imp->err) != 0) {
		/* It has rolled back by itself. */
		imp->open = false;
		*imp->p = imp->kept;
		return -1;
	}
	imp->open = false;
	imp->kept = *imp->p;
	return 0;
}

/*
 * Others wait for the lock by looking again and again, so a writer that takes it
 * back at once would keep them out for good.
 */
static void
let_others(void)
{
	(void)nanosleep(&(struct timespec){ .tv_nsec = BREATH_NS }, NULL);
}

static bool
is_old(const struct importing *imp)
{
	return clock_mono_ms() - imp->batch_began >= (imp->reg->late ?
	    IMPORT_FIRST_MS : IMPORT_BATCH_MS);
}

int
importing_go_on(struct importing *imp)
{
	struct err ignored = ERR_INIT, *err = imp->err;

	if (imp->o->cancel == NULL || !atomic_load(imp->o->cancel))
		return 0;
	imp->err = &ignored;
	(void)write_batch(imp, imp->position, imp->line);
	imp->err = err;
	return err_set(imp->err, ERR_CANCELLED, imp->file, NULL);
}

/*
 * While a line without an end is read or a pipe says nothing, others must not
 * have to wait for a batch that was begun.
 */
static int
while_reading(void *arg)
{
	struct importing *imp = arg;

	tell(imp, false);
	if (importing_go_on(imp) != 0)
		return -1;
	return imp->open && is_old(imp) ?
	    write_batch(imp, imp->position, imp->line) : 0;
}

int
importing_next(struct importing *imp, int64_t position, int64_t line)
{
	bool full;

	imp->position = position;
	imp->line = line;
	imp->p->records++;
	imp->in_batch++;
	if (imp->p->records % LOOK_EVERY == 0)
		tell(imp, false);
	full = imp->open && (imp->in_batch >= (imp->reg->late ? IMPORT_FIRST :
	    IMPORT_BATCH) ||
	    (imp->in_batch % LOOK_EVERY == 0 && is_old(imp)));
	if (importing_go_on(imp) != 0)
		return -1;
	if (!full)
		return 0;
	if (write_batch(imp, position, line) != 0)
		return -1;
	let_others();
	return 0;
}

/* --- the journal -------------------------------------------------------------- */

static enum journal_action
action_of(enum import_kind kind)
{
	return kind == IMPORT_CRL ? JOURNAL_STATUS : JOURNAL_IMPORT;
}

/*
 * The first change says in its own batch that an import has begun, so that one
 * which is killed stands in the journal too; a file's name is left out, since
 * people name files after people.
 */
static int
journal_begun(struct importing *imp)
{
	const struct journal_entry entry = {
		.action = action_of(imp->kind), .what = kind_ids[imp->kind],
	};

	if (imp->journalled || imp->p->added + imp->p->changed == 0)
		return 0;
	imp->journalled = true;
	return journal_add(imp->reg, &entry, imp->err);
}

/* What came of it; nothing when nothing changed. */
static int
journal_ended(struct importing *imp, struct err *err)
{
	char what[128];
	const struct journal_entry entry = {
		.action = action_of(imp->kind), .what = what,
	};

	if (imp->p->added + imp->p->changed == 0)
		return 0;
	snprintf(what, sizeof what, "%s: %lld new, %lld changed, %lld left out",
	    kind_ids[imp->kind], (long long)imp->p->added,
	    (long long)imp->p->changed, (long long)imp->p->bad);
	return journal_add(imp->reg, &entry, err);
}

/* --- what goes in ------------------------------------------------------------ */

int64_t
importing_written_at(const struct importing *imp)
{
	int64_t at = stream_mtime(imp->in);

	return at > 0 && at <= imp->now ? at : imp->now;
}

static void
count(struct importing *imp, enum store_did did)
{
	switch (did) {
	case STORE_NEW:
		imp->p->added++;
		break;
	case STORE_CHANGED:
		imp->p->changed++;
		break;
	case STORE_SAME:
		imp->p->same++;
		break;
	case STORE_ERASED:
		imp->p->erased++;
		break;
	}
}

int
importing_store(struct importing *imp, struct record *r)
{
	const struct store_status status = { r->status, r->status_by,
	    r->status_at, r->revoked_at, r->reason };
	enum store_did did, marked = STORE_SAME;

	if (importing_batch(imp) != 0 ||
	    store_cert(imp->reg, r, &did, imp->err) != 0)
		return -1;
	/* A new row has its status; one that was there keeps the later word. */
	if ((did == STORE_SAME || did == STORE_CHANGED) &&
	    status.status != STATUS_UNKNOWN && store_status(imp->reg,
	    &r->issuer, r->serial, r->serial_len, &status, &marked,
	    imp->err) != 0)
		return -1;
	count(imp, marked == STORE_CHANGED ? marked : did);
	return journal_begun(imp);
}

int
importing_status(struct importing *imp, const struct record_issuer *issuer,
    const uint8_t *serial, size_t len, const struct store_status *status)
{
	struct err why = ERR_INIT;
	enum store_did did;

	if (importing_batch(imp) != 0)
		return -1;
	if (store_status(imp->reg, issuer, serial, len, status, &did,
	    &why) != 0) {
		if (why.code == ERR_NOT_FOUND) {
			imp->p->elsewhere++;
			return 0;
		}
		*imp->err = why;
		return -1;
	}
	count(imp, did);
	return journal_begun(imp);
}

/* --- going on where it stopped ------------------------------------------------ */

/*
 * What a file is known again by: kind, how it is read, length, date, and bytes
 * of both its ends.  Its name is not among them.
 */
static int
name_source(struct importing *imp, enum import_kind kind)
{
	const char *mapping = imp->o->mapping != NULL ? imp->o->mapping : "";
	const char *issuer = imp->o->issuer != NULL ? imp->o->issuer : "";
	const char *page = imp->o->encoding != NULL ? imp->o->encoding : "";
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int64_t numbers[3] = { kind, stream_size(imp->in),
	    stream_mtime(imp->in) };
	struct span seen;
	int rc = -1;

	if (ctx == NULL)
		panic("okienko: out of memory");
	EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);
	EVP_DigestUpdate(ctx, numbers, sizeof numbers);
	EVP_DigestUpdate(ctx, mapping, strlen(mapping) + 1);
	EVP_DigestUpdate(ctx, issuer, strlen(issuer) + 1);
	EVP_DigestUpdate(ctx, page, strlen(page) + 1);
	for (int end = 0; end < 2; end++) {
		int64_t at = end == 0 ? 0 : numbers[1] - LOOK_BYTES;

		if (stream_seek(imp->in, at > 0 ? at : 0, imp->err) != 0 ||
		    stream_peek(imp->in, LOOK_BYTES, &seen, imp->err) != 0)
			goto out;
		EVP_DigestUpdate(ctx, seen.p, seen.len < LOOK_BYTES ?
		    seen.len : LOOK_BYTES);
	}
	EVP_DigestFinal_ex(ctx, imp->source, NULL);
	rc = stream_seek(imp->in, 0, imp->err);
out:
	EVP_MD_CTX_free(ctx);
	return rc;
}

int
importing_resume(struct importing *imp, int64_t *position, int64_t *line,
    bool *go_on)
{
	sqlite3_stmt *st;
	int rc;

	*go_on = false;
	if (!imp->resumable || imp->o->restart)
		return 0;
	st = sql_bind(imp->reg->sql, "SELECT position, line FROM import"
	    " WHERE source = ?", imp->err, "b", (const void *)imp->source,
	    sizeof imp->source);
	rc = st == NULL ? -1 : sql_step(imp->reg->sql, st, imp->err);
	if (rc != 1)
		return rc;
	*position = sqlite3_column_int64(st, 0);
	*line = sqlite3_column_int64(st, 1);
	sqlite3_reset(st);
	*go_on = *position > 0 && *position <= stream_size(imp->in);
	imp->placed = true;
	if (*go_on)
		imp->p->notes |= IMPORT_RESUMED;
	imp->p->placed = imp->kept.placed = *go_on;
	return 0;
}

/* --- a run ---------------------------------------------------------------------- */

/* Taken for what it is not, it must not look as if it were in now. */
static void
tell_if_nothing(struct importing *imp)
{
	if (imp->p->records == 0 && imp->p->bad == 0 && !imp->understood &&
	    !(imp->p->notes & IMPORT_RESUMED) && stream_at(imp->in) > 0)
		importing_bad(imp, 0, ERR_NOTHING_READ, imp->file, NULL);
}

static int
read_file(struct importing *imp, const char *path)
{
	enum import_kind kind = imp->o->kind;
	struct span first;
	int rc = -1;

	if (stream_open(&imp->in, path, imp->err) != 0)
		return -1;
	stream_ask(imp->in, while_reading, imp);
	imp->p->total = stream_size(imp->in);
	imp->resumable = stream_can_seek(imp->in) && imp->p->total > 0;
	if (stream_peek(imp->in, STREAM_WINDOW, &first, imp->err) != 0)
		goto out;
	if (kind == IMPORT_AUTO)
		kind = importing_kind(first);
	if (imp->resumable && name_source(imp, kind) != 0)
		goto out;
	imp->kind = kind;
	rc = readers[kind](imp);
	if (rc == 0)
		tell_if_nothing(imp);
	tell(imp, true);
out:
	stream_close(imp->in);
	imp->in = NULL;
	return rc;
}

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/*
 * The last batch, with nothing left to go on with.  The one before may have ended
 * with the file.
 */
static int
finish(struct importing *imp)
{
	if ((imp->journalled || imp->placed) && importing_batch(imp) != 0)
		return -1;
	if (imp->journalled && journal_ended(imp, imp->err) != 0)
		return -1;
	return write_batch(imp, -1, 0);
}

/* It was cancelled or failed: what is in all the same is said. */
static void
stop(struct importing *imp)
{
	struct err ignored = ERR_INIT;

	drop_batch(imp);
	(void)journal_ended(imp, &ignored);
}

void
import_alone(const struct import_options *o)
{
	(void)mallopt(M_ARENA_MAX, 1);
	if (o->issuer != NULL)
		(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS,
		    NULL);
}

int
import_run(struct registry *reg, const char *path,
    const struct import_options *o, struct import_progress *p, struct err *err)
{
	struct import_progress none;
	struct importing imp = {
		.reg = reg, .o = o, .p = p != NULL ? p : &none, .err = err,
		.file = path, .now = clock_now(), .began = clock_mono_ms(),
		.kind = IMPORT_CERTS,
	};
	int rc;

	memset(imp.p, 0, sizeof *imp.p);
	rc = is_folder(path) ? importing_folder(&imp, path) :
	    read_file(&imp, path);
	if (rc == 0)
		rc = finish(&imp);
	if (rc != 0)
		stop(&imp);
	record_memo_clear(&imp.memo);
	imp.p->millis = clock_mono_ms() - imp.began;
	if (o->progress != NULL)
		o->progress(imp.p, o->arg);
	return rc;
}
