#include "config.h"

#include <sys/stat.h>

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cert/ident.h"
#include "ui/stand.h"

#define PESEL_LEN	11

#define SUFFIX	".stand-"

char *
stand_path(const char *registry)
{
	return mem_printf("%s" SUFFIX "%lu", registry, (unsigned long)geteuid());
}

static int
write_all(int fd, const struct stand *s)
{
	char line[sizeof *s + 2];
	int n = snprintf(line, sizeof line, "%s %s\n", s->view, s->text);

	return n > 0 && (size_t)n < sizeof line && write(fd, line,
	    (size_t)n) == n && fsync(fd) == 0 ? 0 : -1;
}

/* Whole or not at all; what is there is nobody's any more. */
int
stand_save(const char *path, const struct stand *s, struct err *err)
{
	int fd;

	(void)unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    0600);
	if (fd == -1)
		return err_errno(err, ERR_IO, path);
	if (write_all(fd, s) == -1) {
		(void)err_errno(err, ERR_IO, path);
		(void)close(fd);
		(void)unlink(path);
		return -1;
	}
	(void)close(fd);
	return 0;
}

/* A folder that a group shares may hold anything: only our own file counts. */
static bool
is_ours(int fd, int64_t now)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_uid == geteuid() && (st.st_mode & 077) == 0 &&
	    st.st_nlink == 1 && st.st_mtime <= now &&
	    now - st.st_mtime < STAND_KEPT;
}

static bool
parse(char *line, struct stand *s)
{
	char *space = strchr(line, ' '), *end = strrchr(line, '\n');

	if (space == NULL || end == NULL || end[1] != '\0' || space > end ||
	    (size_t)(space - line) >= sizeof s->view ||
	    (size_t)(end - space) > sizeof s->text)
		return false;
	*space = *end = '\0';
	memcpy(s->view, line, (size_t)(space - line) + 1);
	memcpy(s->text, space + 1, (size_t)(end - space));
	return true;
}

bool
stand_take(const char *path, int64_t now, struct stand *s)
{
	char line[sizeof *s + 2];
	ssize_t n = -1;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd == -1)
		return false;
	if (is_ours(fd, now))
		n = read(fd, line, sizeof line - 1);
	(void)close(fd);
	(void)unlink(path);
	if (n <= 0)
		return false;
	line[n] = '\0';
	return strlen(line) == (size_t)n && parse(line, s);
}

/* --- what is left ------------------------------------------------------------- */

void
stand_sweep(const char *registry, int64_t now)
{
	const char *slash = strrchr(registry, '/');
	char *folder = slash != NULL ? mem_strndup(registry,
	    (size_t)(slash - registry) + 1) : mem_strdup("."), *begins;
	DIR *d = opendir(folder);
	struct dirent *e;
	struct stat st;

	begins = mem_printf("%s" SUFFIX, slash != NULL ? slash + 1 : registry);
	while (d != NULL && (e = readdir(d)) != NULL)
		if (strncmp(e->d_name, begins, strlen(begins)) == 0 &&
		    fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) ==
		    0 && S_ISREG(st.st_mode) && now - st.st_mtime >= STAND_KEPT)
			(void)unlinkat(dirfd(d), e->d_name, 0);
	if (d != NULL)
		(void)closedir(d);
	free(begins);
	free(folder);
}

/*
 * As many digits as a PESEL has, one after the other or parted by one blank or
 * stroke, and no digit after them; the length of all that, or 0.
 */
static size_t
number_at(const char *s, char digits[static PESEL_LEN + 1])
{
	size_t i = 0, n = 0;

	while (n < PESEL_LEN && isdigit((unsigned char)s[i])) {
		digits[n++] = s[i++];
		if (n < PESEL_LEN && (s[i] == ' ' || s[i] == '-'))
			i++;
	}
	digits[n] = '\0';
	return n == PESEL_LEN && !isdigit((unsigned char)s[i]) ? i : 0;
}

static size_t
skip_number(const char *s)
{
	size_t i = 0;

	while (isdigit((unsigned char)s[i]))
		i++;
	return i;
}

bool
stand_hide(char *text)
{
	char digits[PESEL_LEN + 1];
	bool had = false;
	size_t n;

	for (char *s = text; *s != '\0'; s += n > 0 ? n : 1) {
		n = number_at(s, digits);
		if (n == 0 || !ident_pesel_ok(digits)) {
			n = skip_number(s);
			continue;
		}
		memset(s, '*', n);
		had = true;
	}
	explicit_bzero(digits, sizeof digits);
	return had;
}
