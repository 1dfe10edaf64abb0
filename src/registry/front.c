#include "config.h"

#include "registry/front.h"

int
front_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return FRONT_CALL(f)->xRead(FRONT_REAL(f), p, n, at);
}

int
front_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	return FRONT_CALL(f)->xTruncate(FRONT_REAL(f), size);
}

int
front_sync(sqlite3_file *f, int flags)
{
	return FRONT_CALL(f)->xSync(FRONT_REAL(f), flags);
}

int
front_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return FRONT_CALL(f)->xFileSize(FRONT_REAL(f), size);
}

int
front_lock(sqlite3_file *f, int level)
{
	return FRONT_CALL(f)->xLock(FRONT_REAL(f), level);
}

int
front_unlock(sqlite3_file *f, int level)
{
	return FRONT_CALL(f)->xUnlock(FRONT_REAL(f), level);
}

int
front_check_lock(sqlite3_file *f, int *out)
{
	return FRONT_CALL(f)->xCheckReservedLock(FRONT_REAL(f), out);
}

int
front_control(sqlite3_file *f, int op, void *arg)
{
	return FRONT_CALL(f)->xFileControl(FRONT_REAL(f), op, arg);
}

int
front_sector(sqlite3_file *f)
{
	return FRONT_CALL(f)->xSectorSize(FRONT_REAL(f));
}

int
front_traits(sqlite3_file *f)
{
	return FRONT_CALL(f)->xDeviceCharacteristics(FRONT_REAL(f));
}
