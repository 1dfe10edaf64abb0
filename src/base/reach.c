#include "config.h"

#include "base/reach.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/paths.h"
#include "base/trust.h"

char *
reach_name(const char *typed)
{
	bool strict = trust_is_strict();
	const char *own = strict ? paths_session() : getenv("HOME");

	if (own == NULL)
		return mem_strdup(typed);
	if (typed[0] == '~' && (typed[1] == '/' || typed[1] == '\0'))
		return mem_printf("%s%s", own, typed + 1);
	return strict && typed[0] != '/' ? mem_printf("%s/%s", own, typed) :
	    mem_strdup(typed);
}

static bool
is_within(const char *folder, const char *path)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 &&
	    (path[n] == '/' || path[n] == '\0');
}

/* The folder that a path is in, in place; false where it is in none. */
static bool
go_up(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash == NULL || slash[1] == '\0')
		return false;
	slash[slash == path] = '\0';
	return true;
}

/* A path as it was typed, or could have been. */
static int
refuse(enum err_code code, const char *path, const char *own, struct err *err)
{
	size_t n = strlen(own);
	char *typed = strncmp(path, own, n) == 0 && path[n] == '/' ?
	    mem_printf("~%s", path + n) : mem_strdup(path);

	(void)err_set(err, code, typed, NULL);
	free(typed);
	return -1;
}

/*
 * Where a path leads.  One that leads nowhere is told by the folder above it, or
 * what files there are outside could be found out by asking for them.
 */
static int
follow(const char *path, const char *asked, char real[PATH_MAX],
    struct err *err)
{
	const char *own = paths_session();
	char folder[PATH_MAX], *above;
	bool there, leads;

	if (own == NULL || realpath(own, folder) == NULL)
		return err_errno(err, ERR_IO, own != NULL ? own : asked);
	there = leads = realpath(path, real) != NULL;
	above = mem_strdup(path);
	while (!leads && go_up(above))
		leads = realpath(above, real) != NULL;
	free(above);
	if (!leads || !is_within(folder, real))
		return refuse(ERR_OUTSIDE, asked, own, err);
	return there ? 0 : refuse(ERR_NO_FILE, asked, own, err);
}

int
reach_old(const char *path, char **real, struct err *err)
{
	char to[PATH_MAX];

	*real = NULL;
	if (!trust_is_strict())
		*real = mem_strdup(path);
	else if (follow(path, path, to, err) == 0)
		*real = mem_strdup(to);
	return *real != NULL ? 0 : -1;
}

/* Whoever makes it follows no link in its last name. */
int
reach_new(const char *path, char **real, struct err *err)
{
	char *above = mem_strdup(path), to[PATH_MAX];
	const char *name = strrchr(path, '/');

	*real = NULL;
	if (!trust_is_strict())
		*real = mem_strdup(path);
	else if (name == NULL || !go_up(above) || strcmp(name, "/.") == 0 ||
	    strcmp(name, "/..") == 0)
		(void)err_set(err, ERR_OUTSIDE, path, NULL);
	else if (follow(above, path, to, err) == 0)
		*real = mem_printf("%s%s", to, name);
	free(above);
	return *real != NULL ? 0 : -1;
}
