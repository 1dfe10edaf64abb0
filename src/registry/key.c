#include "config.h"

#include <sys/random.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "registry/key.h"

#define HEX_LEN	(2 * sizeof(((struct ident_key *)0)->b))

void
key_wipe(struct ident_key *key)
{
	explicit_bzero(key, sizeof *key);
}

static char *
key_path(const char *path, const char *file)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	char *credential;

	if (file != NULL)
		return mem_strdup(file);
	if (dir != NULL && dir[0] == '/') {
		credential = mem_printf("%s/%s", dir, KEY_CREDENTIAL);
		if (access(credential, F_OK) == 0)
			return credential;
		free(credential);
	}
	return mem_printf("%s.key", path);
}

static int
parse(struct ident_key *key, const char *hex)
{
	size_t i;

	for (i = 0; i < sizeof key->b; i++) {
		char pair[3] = { hex[2 * i], hex[2 * i + 1], '\0' }, *end;

		key->b[i] = (uint8_t)strtoul(pair, &end, 16);
		if (end != pair + 2)
			return -1;
	}
	return 0;
}

static int
read_key(struct ident_key *key, const char *file, struct err *err)
{
	char hex[HEX_LEN + 2] = "";
	struct stat st;
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ssize_t n = -1;

	if (fd == -1)
		return err_raw(err, ERR_REGISTRY_KEY, ORIGIN_ERRNO,
		    (unsigned long)errno, file, NULL);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & 07) == 0)
		n = read(fd, hex, sizeof hex - 1);
	close(fd);
	if (n < (ssize_t)HEX_LEN || (hex[HEX_LEN] != '\0' &&
	    hex[HEX_LEN] != '\n') || parse(key, hex) == -1) {
		explicit_bzero(hex, sizeof hex);
		return err_set(err, ERR_REGISTRY_KEY, file, n == -1 ?
		    "no regular file, or open to everybody" :
		    "not 64 hexadecimal digits");
	}
	explicit_bzero(hex, sizeof hex);
	return 0;
}

/* What is in a file and its name both are on disk when this returns. */
static int
settle(int fd, const char *file)
{
	char *copy = mem_strdup(file);
	int dir = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fsync(fd) == 0 && dir != -1 && fsync(dir) == 0 ? 0 : -1;

	if (dir != -1)
		close(dir);
	free(copy);
	return rc;
}

/*
 * Written under another name and linked, so that two desks, or two threads of
 * one, that begin at the same moment agree on one key, and nobody reads half of it.
 */
static int
make_key(const char *file, mode_t mode, struct err *err)
{
	char *part = mem_printf("%s.XXXXXX", file);
	char hex[HEX_LEN + 1];
	uint8_t bytes[HEX_LEN / 2];
	int fd, rc = -1;

	fd = mkostemp(part, O_CLOEXEC);	/* 0600 */
	if (fd == -1)
		goto out;
	if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
		goto out;
	text_hex(bytes, sizeof bytes, 0, hex, sizeof hex);
	if (fchmod(fd, mode) == 0 &&
	    write(fd, hex, HEX_LEN) == (ssize_t)HEX_LEN &&
	    fsync(fd) == 0 &&
	    (link(part, file) == 0 || errno == EEXIST) &&
	    settle(fd, file) == 0)
		rc = 0;
out:
	if (rc == -1)
		(void)file_unwritten(file, err);
	if (fd != -1) {
		close(fd);
		(void)unlink(part);
	}
	explicit_bzero(bytes, sizeof bytes);
	explicit_bzero(hex, sizeof hex);
	free(part);
	return rc;
}

int
key_load(struct ident_key *key, const char *path, const char *file, bool make,
    mode_t mode, struct err *err)
{
	char *where = key_path(path, file);
	int rc = 0;

	if (make && access(where, F_OK) == -1)
		rc = make_key(where, mode, err);
	if (rc == 0)
		rc = read_key(key, where, err);
	free(where);
	return rc;
}

/* A value that only this key gives. */
static void
check_value(const struct registry *reg, struct ident_hash *hash)
{
	ident_hash(&reg->key, IDENT_OTHER, "the key of this registry", hash);
}

int
key_seal(struct registry *reg, struct err *err)
{
	struct ident_hash hash;

	check_value(reg, &hash);
	return sql_run(reg->sql, "INSERT OR IGNORE INTO meta VALUES ('key', ?)",
	    err, "b", (const void *)hash.b, sizeof hash.b);
}

int
key_check(struct registry *reg, struct err *err)
{
	struct ident_hash hash;
	int64_t same;
	int rc;

	check_value(reg, &hash);
	rc = sql_int(reg->sql, "SELECT value = ? FROM meta WHERE name = 'key'",
	    &same, err, "b", (const void *)hash.b, sizeof hash.b);
	if (rc == -1)
		return -1;
	if (rc == 0 || !same)
		return err_set(err, ERR_REGISTRY_KEY, reg->path,
		    "the registry was made with another key");
	return 0;
}
