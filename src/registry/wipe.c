#include "config.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <sqlite3.h>

#include "base/mem.h"
#include "registry/front.h"
#include "registry/walfile.h"
#include "registry/wipe.h"

#define PAGE_MIN	512
#define PAGE_MAX	65536
#define FILE_HEADER	100	/* before the b-tree of the first page */
#define AUTOVACUUM_AT	52	/* largest root b-tree: 0 without autovacuum */

/*
 * Pages of other sorts begin with a page number in four bytes, so their first
 * byte is 0 unless the file has more pages than this.  Then nothing is wiped.
 */
#define PAGES_MAX	(INT64_C(1) << 24)

/* --- pages ------------------------------------------------------------------ */

static size_t
be16(const uint8_t *p)
{
	return (size_t)p[0] << 8 | p[1];
}

/* Size of the header of a b-tree page of that type; 0: it is none. */
static size_t
header_size(uint8_t type)
{
	switch (type) {
	case 2:		/* interior, index */
	case 5:		/* interior, table */
		return 12;
	case 10:	/* leaf, index */
	case 13:	/* leaf, table */
		return 8;
	default:
		return 0;
	}
}

void
wipe_page(uint8_t *page, size_t size, int64_t number)
{
	uint8_t *header = number == 1 ? page + FILE_HEADER : page;
	size_t len = header_size(header[0]);
	size_t cells = be16(header + 3), content = be16(header + 5), from, i;

	if (len == 0)
		return;
	if (content == 0)
		content = 65536;
	from = (size_t)(header - page) + len + 2 * cells;
	if (from > content || content > size)
		return;
	for (i = from - 2 * cells; i < from; i += 2)
		if (be16(page + i) < content || be16(page + i) >= size)
			return;
	memset(page + from, 0, content - from);
}

/* --- one open database file -------------------------------------------------- */

struct file {
	struct front	 front;		/* first: what SQLite sees */
	uint8_t		*page;		/* a copy that may be changed */
	bool		 hands_off;	/* autovacuum, or too large */
	struct walfile_of log;
};

static struct file *
file_of(sqlite3_file *f)
{
	return (struct file *)f;
}

static int
file_close(sqlite3_file *f)
{
	struct file *file = file_of(f);
	int rc = FRONT_CALL(f)->xClose(FRONT_REAL(f));

	if (file->page != NULL)
		explicit_bzero(file->page, PAGE_MAX);
	free(file->page);
	file->page = NULL;
	return rc;
}

static bool
is_page(int n, sqlite3_int64 at)
{
	return n >= PAGE_MIN && n <= PAGE_MAX && (n & (n - 1)) == 0 &&
	    at % n == 0;
}

static int
file_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	struct file *file = file_of(f);
	const uint8_t *bytes = p;

	if (!is_page(n, at))
		return FRONT_CALL(f)->xWrite(FRONT_REAL(f), p, n, at);
	if (at == 0 && memcmp(bytes + AUTOVACUUM_AT, "\0\0\0\0", 4) != 0)
		file->hands_off = true;
	if (at / n >= PAGES_MAX)
		file->hands_off = true;
	if (file->hands_off)
		return FRONT_CALL(f)->xWrite(FRONT_REAL(f), p, n, at);
	if (file->page == NULL)
		file->page = mem_alloc(PAGE_MAX);
	memcpy(file->page, p, (size_t)n);
	wipe_page(file->page, (size_t)n, at / n + 1);
	return FRONT_CALL(f)->xWrite(FRONT_REAL(f), file->page, n, at);
}

/* PRAGMA synchronous, outside of a transaction, where it is not refused. */
static void
note_pragma(struct file *file, char *const *arg)
{
	if (strcasecmp(arg[1], "synchronous") == 0 && arg[2] != NULL)
		file->log.synced = strcasecmp(arg[2], "FULL") == 0;
}

static int
file_control(sqlite3_file *f, int op, void *arg)
{
	if (op == SQLITE_FCNTL_PRAGMA)
		note_pragma(file_of(f), arg);
	return front_control(f, op, arg);
}

static int
file_shm_map(sqlite3_file *f, int region, int size, int extend,
    void volatile **p)
{
	return FRONT_CALL(f)->xShmMap(FRONT_REAL(f), region, size, extend, p);
}

#define LOCK_WRITE	0	/* the first of a log's locks: who writes */

static int
file_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
	if (at == LOCK_WRITE &&
	    flags == (SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE))
		walfile_drop(&file_of(f)->log);
	return FRONT_CALL(f)->xShmLock(FRONT_REAL(f), at, n, flags);
}

static void
file_shm_barrier(sqlite3_file *f)
{
	FRONT_CALL(f)->xShmBarrier(FRONT_REAL(f));
}

static int
file_shm_unmap(sqlite3_file *f, int remove)
{
	return FRONT_CALL(f)->xShmUnmap(FRONT_REAL(f), remove);
}

static int
file_fetch(sqlite3_file *f, sqlite3_int64 at, int n, void **p)
{
	return FRONT_CALL(f)->xFetch(FRONT_REAL(f), at, n, p);
}

static int
file_unfetch(sqlite3_file *f, sqlite3_int64 at, void *p)
{
	return FRONT_CALL(f)->xUnfetch(FRONT_REAL(f), at, p);
}

static const sqlite3_io_methods methods = {
	.iVersion = 3,
	.xClose = file_close,
	.xRead = front_read,
	.xWrite = file_write,
	.xTruncate = front_truncate,
	.xSync = front_sync,
	.xFileSize = front_size,
	.xLock = front_lock,
	.xUnlock = front_unlock,
	.xCheckReservedLock = front_check_lock,
	.xFileControl = file_control,
	.xSectorSize = front_sector,
	.xDeviceCharacteristics = front_traits,
	.xShmMap = file_shm_map,
	.xShmLock = file_shm_lock,
	.xShmBarrier = file_shm_barrier,
	.xShmUnmap = file_shm_unmap,
	.xFetch = file_fetch,
	.xUnfetch = file_unfetch,
};

/* --- the VFS ---------------------------------------------------------------- */

static sqlite3_vfs *
real_of(sqlite3_vfs *vfs)
{
	return vfs->pAppData;
}

/* Whether pages may be there that look like a b-tree's and are none. */
static bool
is_odd(sqlite3_file *real)
{
	uint8_t header[FILE_HEADER] = { 0 };
	sqlite3_int64 size = 0;

	if (real->pMethods->xFileSize(real, &size) != SQLITE_OK ||
	    size < FILE_HEADER)
		return false;
	return real->pMethods->xRead(real, header, sizeof header, 0) !=
	    SQLITE_OK || size / PAGE_MIN >= PAGES_MAX * 16 ||
	    memcmp(header + AUTOVACUUM_AT, "\0\0\0\0", 4) != 0;
}

static int
open_log(sqlite3_vfs *real, const char *name, sqlite3_file *f, int flags,
    int *out)
{
	struct file *of = file_of(sqlite3_database_file_object(name));

	return walfile_open(real, name, f, flags, out, &of->log);
}

/* The database and its log; temporary files are the system's own. */
static int
vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags,
    int *out)
{
	struct file *file = file_of(f);
	int rc;

	if ((flags & SQLITE_OPEN_WAL) != 0)
		return open_log(real_of(vfs), name, f, flags, out);
	if ((flags & SQLITE_OPEN_MAIN_DB) == 0)
		return real_of(vfs)->xOpen(real_of(vfs), name, f, flags, out);
	memset(file, 0, sizeof *file);
	file->front.real = (sqlite3_file *)(file + 1);
	rc = real_of(vfs)->xOpen(real_of(vfs), name, file->front.real, flags, out);
	/* Methods are set even by an open that failed, if it is to be closed. */
	if (file->front.real->pMethods != NULL) {
		if (file->front.real->pMethods->iVersion < 3) {
			file->front.real->pMethods->xClose(file->front.real);
			return SQLITE_CANTOPEN;
		}
		file->front.base.pMethods = &methods;
		file->hands_off = rc == SQLITE_OK && is_odd(file->front.real);
	}
	return rc;
}

static int
vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	return real_of(vfs)->xDelete(real_of(vfs), name, sync);
}

static int
vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
	return real_of(vfs)->xAccess(real_of(vfs), name, flags, out);
}

static int
vfs_full(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
	return real_of(vfs)->xFullPathname(real_of(vfs), name, size, out);
}

static int
vfs_random(sqlite3_vfs *vfs, int n, char *out)
{
	return real_of(vfs)->xRandomness(real_of(vfs), n, out);
}

static int
vfs_sleep(sqlite3_vfs *vfs, int micros)
{
	return real_of(vfs)->xSleep(real_of(vfs), micros);
}

static int
vfs_time(sqlite3_vfs *vfs, double *out)
{
	return real_of(vfs)->xCurrentTime(real_of(vfs), out);
}

static int
vfs_last_error(sqlite3_vfs *vfs, int n, char *out)
{
	return real_of(vfs)->xGetLastError(real_of(vfs), n, out);
}

static int
vfs_time64(sqlite3_vfs *vfs, sqlite3_int64 *out)
{
	return real_of(vfs)->xCurrentTimeInt64(real_of(vfs), out);
}

/*
 * SQLite keeps what is registered in a list through this very structure, so it
 * cannot be constant; after that nobody changes it.  Extensions are not loaded
 * here: there are no methods for that.
 */
static sqlite3_vfs ours = {
	.iVersion = 2,
	.zName = "okienko",
	.xOpen = vfs_open,
	.xDelete = vfs_delete,
	.xAccess = vfs_access,
	.xFullPathname = vfs_full,
	.xRandomness = vfs_random,
	.xSleep = vfs_sleep,
	.xCurrentTime = vfs_time,
	.xGetLastError = vfs_last_error,
	.xCurrentTimeInt64 = vfs_time64,
};

static void
set_up(void)
{
	sqlite3_vfs *real;

	/*
	 * Nobody asks how much memory SQLite has; counting it locks a mutex for
	 * every piece.  Nor need a connection begin with a store of twenty pages:
	 * a desk has several that read a few.  Refused, and no harm, once
	 * somebody else began with it.
	 */
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	(void)sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
	real = sqlite3_vfs_find(NULL);
	if (real == NULL || real->iVersion < 2)
		panic("SQLite has no files to work with");
	ours.pAppData = real;
	ours.szOsFile = real->szOsFile + (int)(sizeof(struct file) >
	    walfile_size() ? sizeof(struct file) : walfile_size());
	ours.mxPathname = real->mxPathname;
	if (sqlite3_vfs_register(&ours, 0) != SQLITE_OK)
		panic("SQLite does not take the registry's VFS");
}

const char *
wipe_vfs(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	if (pthread_once(&once, set_up) != 0)
		panic("the registry's VFS cannot be set up");
	return ours.zName;
}
