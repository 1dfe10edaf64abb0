#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "registry/front.h"
#include "registry/walfile.h"

#define FRAME_HEADER	24	/* file format, "WAL File Format" */
#define HELD_FIRST	16384
#define HELD_MAX	131072

struct log {
	struct front	 front;		/* first: what SQLite sees */
	struct walfile_of *of;
	uint8_t		*held;		/* what waits, and where it belongs */
	size_t		 len, room;
	sqlite3_int64	 at;
};

static struct log *
log_of(sqlite3_file *f)
{
	return (struct log *)f;
}

/* What could not be written is not kept: its transaction is undone. */
static int
flush(sqlite3_file *f)
{
	struct log *log = log_of(f);
	int n = (int)log->len;

	log->len = 0;
	return n == 0 ? SQLITE_OK :
	    FRONT_CALL(f)->xWrite(FRONT_REAL(f), log->held, n, log->at);
}

static void
hold(struct log *log, const void *p, size_t n, sqlite3_int64 at)
{
	size_t room = log->room == 0 ? HELD_FIRST : log->room;

	while (room < log->len + n)
		room *= 2;
	if (room > log->room) {
		uint8_t *larger = mem_alloc(room);

		if (log->len > 0)
			memcpy(larger, log->held, log->len);
		if (log->held != NULL)
			explicit_bzero(log->held, log->room);
		free(log->held);
		log->held = larger;
		log->room = room;
	}
	if (log->len == 0)
		log->at = at;
	memcpy(log->held + log->len, p, n);
	log->len += n;
}

static int
log_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	struct log *log = log_of(f);
	bool more = log->of->synced || n == FRAME_HEADER;
	int rc = SQLITE_OK;

	if (log->len + (size_t)n > HELD_MAX ||
	    at != log->at + (sqlite3_int64)log->len)
		rc = flush(f);
	if (rc != SQLITE_OK)
		return rc;
	if (n > HELD_MAX || (log->len == 0 && !more))
		return FRONT_CALL(f)->xWrite(FRONT_REAL(f), p, n, at);
	hold(log, p, (size_t)n, at);
	return more ? SQLITE_OK : flush(f);
}

/* What waits to the end was nobody's. */
static int
log_close(sqlite3_file *f)
{
	struct log *log = log_of(f);

	if (log->held != NULL)
		explicit_bzero(log->held, log->room);
	free(log->held);
	log->held = NULL;
	log->len = 0;
	log->of->log = NULL;
	return FRONT_CALL(f)->xClose(FRONT_REAL(f));
}

static int
log_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	int rc = flush(f);

	return rc != SQLITE_OK ? rc : front_read(f, p, n, at);
}

static int
log_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	int rc = flush(f);

	return rc != SQLITE_OK ? rc : front_truncate(f, size);
}

static int
log_sync(sqlite3_file *f, int flags)
{
	int rc = flush(f);

	return rc != SQLITE_OK ? rc : front_sync(f, flags);
}

static int
log_size(sqlite3_file *f, sqlite3_int64 *size)
{
	int rc = flush(f);

	return rc != SQLITE_OK ? rc : front_size(f, size);
}

/* A log has no shared memory, and is not mapped. */
static const sqlite3_io_methods methods = {
	.iVersion = 1,
	.xClose = log_close,
	.xRead = log_read,
	.xWrite = log_write,
	.xTruncate = log_truncate,
	.xSync = log_sync,
	.xFileSize = log_size,
	.xLock = front_lock,
	.xUnlock = front_unlock,
	.xCheckReservedLock = front_check_lock,
	.xFileControl = front_control,
	.xSectorSize = front_sector,
	.xDeviceCharacteristics = front_traits,
};

size_t
walfile_size(void)
{
	return sizeof(struct log);
}

int
walfile_open(sqlite3_vfs *real, const char *name, sqlite3_file *f, int flags,
    int *out, struct walfile_of *of)
{
	struct log *log = log_of(f);
	int rc;

	memset(log, 0, sizeof *log);
	log->front.real = (sqlite3_file *)(log + 1);
	log->of = of;
	rc = real->xOpen(real, name, log->front.real, flags, out);
	if (log->front.real->pMethods != NULL) {
		log->front.base.pMethods = &methods;
		of->log = f;
	}
	return rc;
}

void
walfile_drop(struct walfile_of *of)
{
	struct log *log = of->log != NULL ? log_of(of->log) : NULL;

	if (log == NULL || log->len == 0)
		return;
	explicit_bzero(log->held, log->len);
	log->len = 0;
}
