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

#define FILE_MAX	1024	/* bytes of a file with words */

static int
read_file(int fd, const char *path, char buf[static FILE_MAX],
    struct err *err)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		return err_errno(err, ERR_NO_FILE, path);
	if ((st.st_mode & 077) != 0)
		return err_set(err, ERR_LOOSE_MODE, path, "mode %04o",
		    (unsigned)(st.st_mode & 07777));
	n = read(fd, buf, FILE_MAX - 1);
	if (n <= 0)
		return err_errno(err, ERR_NO_FILE, path);
	buf[n] = '\0';
	return 0;
}

static struct secret *
word_of(const char *text, unsigned line)
{
	struct secret *s;
	size_t n;

	for (; line > 0 && text != NULL; line--) {
		text = strchr(text, '\n');
		text += text != NULL;
	}
	if (text == NULL || (n = strcspn(text, "\r\n")) == 0)
		return NULL;
	s = secret_new_long();
	if (secret_add(s, text, n) == 0)
		return s;
	secret_free(s);
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
	if (read_file(fd, path, buf, err) == 0 &&
	    (s = word_of(buf, line)) == NULL)
		(void)err_set(err, ERR_BAD_DATA, path, "no word in line %u",
		    line + 1);
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
