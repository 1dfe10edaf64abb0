#include "config.h"

#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/basic.h"

#define FILE_MAX	(SECRET_LONG_MAX + 256)	/* bytes: a name beside it */

/* Whole or not at all: half a key would only be refused elsewhere. */
static int
read_all(int fd, const char *path, char buf[static FILE_MAX], struct err *err)
{
	size_t len = 0;
	ssize_t n = 1;

	while (len < FILE_MAX && n != 0) {
		n = read(fd, buf + len, FILE_MAX - len);
		if (n == -1 && errno != EINTR)
			return err_errno(err, ERR_IO, path);
		len += n > 0 ? (size_t)n : 0;
	}
	if (len == FILE_MAX)
		return err_set(err, ERR_TOO_BIG, path, NULL);
	if (len == 0 || memchr(buf, '\0', len) != NULL)
		return err_set(err, ERR_BAD_DATA, path, "%s", len == 0 ?
		    "empty" : "no text");
	buf[len] = '\0';
	return 0;
}

static int
read_file(int fd, const char *path, char buf[static FILE_MAX],
    struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return err_errno(err, ERR_NO_FILE, path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_NO_FILE, path, "no regular file");
	if ((st.st_mode & 077) != 0)
		return err_set(err, ERR_LOOSE_MODE, path, "mode %04o",
		    (unsigned)(st.st_mode & 07777));
	return read_all(fd, path, buf, err);
}

/* NULL and why: there is none, or it is too long. */
static struct secret *
word_of(const char *text, const char *path, unsigned line, struct err *err)
{
	unsigned left = line;
	struct secret *s;
	size_t n;

	for (; left > 0 && text != NULL; left--) {
		text = strchr(text, '\n');
		text += text != NULL;
	}
	if (text == NULL || (n = strcspn(text, "\r\n")) == 0) {
		(void)err_set(err, ERR_BAD_DATA, path, "no word in line %u",
		    line + 1);
		return NULL;
	}
	s = secret_new_long();
	if (secret_add(s, text, n) == 0)
		return s;
	secret_free(s);
	(void)err_set(err, ERR_TOO_BIG, path, NULL);
	return NULL;
}

struct secret *
basic_word(const char *path, unsigned line, struct err *err)
{
	char buf[FILE_MAX] = "";
	struct secret *s = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd == -1) {
		(void)err_errno(err, ERR_NO_FILE, path);
		return NULL;
	}
	if (read_file(fd, path, buf, err) == 0)
		s = word_of(buf, path, line, err);
	explicit_bzero(buf, sizeof buf);
	close(fd);
	return s;
}

struct secret *
basic_header(struct span pair)
{
	size_t size = 4 * (pair.len / 3 + 2);
	char *text = mem_alloc(size);
	struct secret *out = secret_new_long();

	EVP_EncodeBlock((unsigned char *)text, pair.p, (int)pair.len);
	(void)secret_add(out, "Basic ", 6);
	if (secret_add(out, text, strlen(text)) == -1) {
		secret_free(out);
		out = NULL;
	}
	explicit_bzero(text, size);
	free(text);
	return out;
}
