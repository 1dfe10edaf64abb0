#include "config.h"

#include <sys/stat.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/trust.h"

static bool
owner_ok(const struct stat *st, bool own_ok)
{
	return st->st_uid == 0 || (own_ok && st->st_uid == geteuid());
}

static bool
mode_ok(const struct stat *st, bool own_ok)
{
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) == 0)
		return true;
	return own_ok && S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX) != 0;
}

/* One step of the way to the file. */
static int
step_check(const char *step, const struct trust *t, struct err *err)
{
	struct stat st;

	if (lstat(step, &st) == -1)
		return err_errno(err, t->missing, step);
	if (!owner_ok(&st, t->own_ok))
		return err_set(err, t->bad, step, "belongs to user %u",
		    (unsigned)st.st_uid);
	if (!mode_ok(&st, t->own_ok))
		return err_set(err, t->bad, step,
		    "others may write to it (mode %o)",
		    (unsigned)st.st_mode & 07777);
	return 0;
}

int
trust_file(const char *path, const struct trust *t, char **resolved,
    struct err *err)
{
	char real[PATH_MAX];
	struct stat st;
	char *slash;

	*resolved = NULL;
	if (realpath(path, real) == NULL)
		return err_errno(err, errno == ENOENT || errno == ENOTDIR ?
		    t->missing : t->bad, path);
	if (stat(real, &st) == -1 || !S_ISREG(st.st_mode))
		return err_set(err, t->bad, path, "not an ordinary file");
	*resolved = mem_strdup(real);
	while (step_check(real, t, err) == 0) {
		if (strcmp(real, "/") == 0)
			return 0;
		slash = strrchr(real, '/');
		slash[slash == real ? 1 : 0] = '\0';
	}
	free(*resolved);
	*resolved = NULL;
	return -1;
}

bool
trust_is_strict(void)
{
	const char *mode = getenv("OKIENKO_MODE");

	return mode != NULL && strcmp(mode, "desk") != 0;
}

int
trust_conf(const char *path, struct err *err)
{
	const struct trust root = { .missing = ERR_NO_FILE,
		.bad = ERR_CONFIG_OWNER };
	char *resolved;
	int rc;

	if (!trust_is_strict() || access(path, F_OK) == -1)
		return 0;
	rc = trust_file(path, &root, &resolved, err);
	free(resolved);
	return rc;
}

int
trust_beside(const char *path, bool named, char **resolved, struct err *err)
{
	const struct trust t = { .own_ok = named, .missing = ERR_NO_FILE,
		.bad = ERR_CONFIG_OWNER };

	if (trust_is_strict())
		return trust_file(path, &t, resolved, err);
	*resolved = mem_strdup(path);
	return 0;
}
