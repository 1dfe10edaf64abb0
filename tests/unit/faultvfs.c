#include "config.h"

#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <sqlite3.h>

#include "tests/unit/faultvfs.h"

/*
 * A method table of the system's and ours, which differs in three places.  An
 * open file is the system's own; it only has our table.
 */
struct table {
	sqlite3_io_methods		 ours;
	const sqlite3_io_methods	*real;
};

static struct table tables[8];
static sqlite3_vfs vfs, *system_vfs;
static enum fault what;
static int left, writes;
static bool hit;

void
fault_at(enum fault fault, int n)
{
	what = fault;
	left = n;
	writes = 0;
	hit = false;
}

bool
fault_hit(void)
{
	return hit;
}

int
fault_writes(void)
{
	return writes;
}

int
fault_step(enum fault fault)
{
#ifdef SANITIZED
	return fault == FAULT_KILL ? 7 : 3;
#else
	(void)fault;
	return 1;
#endif
}

void
fault_tried(const char *deed, int last, int step)
{
	printf("# %s: from 1 up to %d in steps of %d\n", deed, last, step);
	fflush(stdout);
}

/* SQLITE_OK, or how this write goes wrong. */
static int
verdict(int broken)
{
	if (what == FAULT_NONE || (left > 0 && --left > 0))
		return SQLITE_OK;
	hit = true;
	if (what == FAULT_KILL)
		raise(SIGKILL);
	if (what == FAULT_BROKEN)
		return broken;
	what = FAULT_NONE;
	return SQLITE_FULL;
}

static const sqlite3_io_methods *
real_of(sqlite3_file *f)
{
	return ((const struct table *)f->pMethods)->real;
}

static int
file_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	int rc;

	/* Half of it is there, as when a disk is full or a process is killed. */
	if (what != FAULT_NONE && left == 1)
		(void)real_of(f)->xWrite(f, p, n / 2, at);
	rc = verdict(SQLITE_IOERR_WRITE);
	writes++;
	return rc != SQLITE_OK ? rc : real_of(f)->xWrite(f, p, n, at);
}

static int
file_sync(sqlite3_file *f, int flags)
{
	int rc = verdict(SQLITE_IOERR_FSYNC);

	return rc != SQLITE_OK ? rc : real_of(f)->xSync(f, flags);
}

static int
file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	int rc = verdict(SQLITE_IOERR_TRUNCATE);

	return rc != SQLITE_OK ? rc : real_of(f)->xTruncate(f, size);
}

static const sqlite3_io_methods *
table_of(const sqlite3_io_methods *real)
{
	size_t i;

	for (i = 0; i < sizeof tables / sizeof *tables; i++) {
		if (tables[i].real == real)
			return &tables[i].ours;
		if (tables[i].real != NULL)
			continue;
		tables[i].real = real;
		tables[i].ours = *real;
		tables[i].ours.xWrite = file_write;
		tables[i].ours.xSync = file_sync;
		tables[i].ours.xTruncate = file_truncate;
		return &tables[i].ours;
	}
	abort();
}

static int
vfs_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
	int rc = system_vfs->xOpen(system_vfs, name, f, flags, out);

	(void)v;
	if (f->pMethods != NULL)
		f->pMethods = table_of(f->pMethods);
	return rc;
}

void
fault_install(void)
{
	system_vfs = sqlite3_vfs_find(NULL);
	if (system_vfs == NULL)
		abort();
	vfs = *system_vfs;
	vfs.pNext = NULL;
	vfs.zName = "fault";
	vfs.xOpen = vfs_open;
	if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
		abort();
}
