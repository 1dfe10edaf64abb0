#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "answers/machine.h"
#include "base/mem.h"

/* In the order in which systemd looks; the first two are no package's. */
static const char *const folders[] = {
	"/etc/systemd", "/run/systemd", "/usr/local/lib/systemd",
	"/usr/lib/systemd", "/lib/systemd",
};
#define ADMINISTRATORS	2

static FILE *
open_file(const struct machine *m, const char *path)
{
	char *full = mem_printf("%s%s", m->root, path);
	int fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	FILE *f = fd != -1 ? fdopen(fd, "r") : NULL;

	if (f == NULL && fd != -1)
		(void)close(fd);
	free(full);
	return f;
}

char *
machine_text(const struct machine *m, const char *path)
{
	FILE *f = open_file(m, path);
	char *text;
	size_t n;

	if (f == NULL)
		return NULL;
	text = mem_alloc(MACHINE_TEXT_MAX + 1);
	n = fread(text, 1, MACHINE_TEXT_MAX, f);
	text[n] = '\0';
	(void)fclose(f);
	return text;
}

bool
machine_says(const struct machine *m, const char *path, const char *value)
{
	char *text = machine_text(m, path);
	size_t n = strlen(value);
	bool same;

	same = text != NULL && strncmp(text, value, n) == 0 &&
	    text[n + strspn(text + n, " \t\n")] == '\0';
	free(text);
	return same;
}

int
machine_stat(const struct machine *m, const char *path, struct stat *st)
{
	char *full = mem_printf("%s%s", m->root, path);
	int rc = lstat(full, st);

	free(full);
	return rc;
}

/* --- units --------------------------------------------------------------- */

/* A link to nothing, or an empty file, is how a unit is taken away. */
static bool
is_masked(const struct machine *m, const char *path, const struct stat *st)
{
	char *full, to[16];
	ssize_t n;

	if (S_ISREG(st->st_mode))
		return st->st_size == 0;
	if (!S_ISLNK(st->st_mode))
		return false;
	full = mem_printf("%s%s", m->root, path);
	n = readlink(full, to, sizeof to);
	free(full);
	return n == 9 && memcmp(to, "/dev/null", 9) == 0;
}

enum unit_state
machine_unit(const struct machine *m, const char *name, char *path,
    size_t size)
{
	/* Units have a folder of their own, and so have their drop-ins. */
	bool unit = strstr(name, ".conf.d/") == NULL;
	enum unit_state state = UNIT_ABSENT;
	struct stat st;
	char *found;

	for (size_t i = 0; state == UNIT_ABSENT &&
	    i < sizeof folders / sizeof folders[0]; i++) {
		found = mem_printf("%s/%s%s", folders[i],
		    unit ? "system/" : "", name);
		if (machine_stat(m, found, &st) == 0) {
			state = is_masked(m, found, &st) ? UNIT_MASKED :
			    i < ADMINISTRATORS ? UNIT_REPLACED : UNIT_INSTALLED;
			if (path != NULL)
				(void)snprintf(path, size, "%s", found);
		}
		free(found);
	}
	return state;
}

int
machine_service_pid(const struct machine *m, const char *unit)
{
	char *path = mem_printf("/sys/fs/cgroup/system.slice/%s/cgroup.procs",
	    unit);
	char *text = machine_text(m, path);
	int pid = text != NULL ? atoi(text) : 0;

	free(text);
	free(path);
	return pid;
}

const char *
machine_value(const char *text, const char *key, char *buf, size_t size)
{
	size_t n = strlen(key), len;

	for (const char *at = text; at != NULL && *at != '\0';
	    at = strchr(at, '\n'), at += at != NULL) {
		at += strspn(at, " \t");
		if (strncasecmp(at, key, n) != 0 ||
		    strchr(" \t=:", at[n]) == NULL || at[n] == '\0')
			continue;
		at += n + strspn(at + n, " \t=:");
		len = strcspn(at, "\n");
		(void)snprintf(buf, size, "%.*s", (int)(len < size ? len :
		    size - 1), at);
		return buf;
	}
	return NULL;
}

/* --- accounts ------------------------------------------------------------ */

int
machine_account(const struct machine *m, const char *name,
    struct machine_account *a)
{
	FILE *f = open_file(m, "/etc/passwd");
	char buf[1024];
	struct passwd pw, *found = NULL;
	int rc = -1;

	while (f != NULL && rc == -1 &&
	    fgetpwent_r(f, &pw, buf, sizeof buf, &found) == 0) {
		if (strcmp(pw.pw_name, name) != 0)
			continue;
		*a = (struct machine_account){ .uid = pw.pw_uid,
			.gid = pw.pw_gid };
		(void)snprintf(a->shell, sizeof a->shell, "%s", pw.pw_shell);
		rc = 0;
	}
	if (f != NULL)
		(void)fclose(f);
	return rc;
}

bool
machine_member(const struct machine *m, const char *group, size_t n,
    char *name, size_t size)
{
	FILE *f = open_file(m, "/etc/group");
	char buf[16384];
	struct group gr, *found = NULL;
	bool there = false;

	while (f != NULL && fgetgrent_r(f, &gr, buf, sizeof buf, &found) == 0) {
		if (strcmp(gr.gr_name, group) != 0)
			continue;
		for (size_t i = 0; gr.gr_mem[i] != NULL; i++) {
			if (i != n)
				continue;
			(void)snprintf(name, size, "%s", gr.gr_mem[i]);
			there = true;
		}
		break;
	}
	if (f != NULL)
		(void)fclose(f);
	return there;
}
