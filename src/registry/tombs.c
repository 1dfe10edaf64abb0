#include "config.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "registry/inside.h"
#include "registry/tombs.h"

/*
 * "+ep 0123456789ABCDEF0123456789ABCDEF 1795348800": set or lifted, which kind,
 * what the hash is of, the hash, when.  Desks pass over letters that they do not
 * know.
 */
#define HEX_LEN		(2 * IDENT_HASH_LEN)
#define LINE_MIN	(4 + HEX_LEN)
#define LINE_MAX_LEN	(LINE_MIN + 24)
#define SIDE_MAX	(256u << 20)
#define TIME_DIGITS	15

/* NUL: not in the file. */
static const char kind_letters[TOMB_KIND_COUNT] = {
	[TOMB_ERASED] = 'e',
	[TOMB_RESTRICTED] = 'r',
};

static const char of_letters[] = {
	[TOMB_OF_PERSON] = 'p',
	[TOMB_OF_CERT] = 'c',
	[TOMB_OF_ASKED] = 'a',
	[TOMB_OF_QUESTION] = 'q',
	[TOMB_OF_CONSENT] = 'w',
};

struct tombs_pen {
	int	 fd;
	off_t	 before;	/* its size when we came */
};

/* --- in the registry --------------------------------------------------------- */

bool
tombs_is_person(enum ident_kind kind)
{
	return kind == IDENT_PESEL || kind == IDENT_DOCUMENT ||
	    kind == IDENT_PERSON;
}

void
tombs_of_key(int64_t row_key, struct ident_hash *hash)
{
	uint64_t key = (uint64_t)row_key;
	int i;

	memset(hash, 0, sizeof *hash);
	for (i = 7; i >= 0; i--, key >>= 8)
		hash->b[i] = (uint8_t)key;
}

int
tombs_has(struct registry *reg, enum tomb_kind kind,
    const struct ident_hash *hash, struct err *err)
{
	int64_t one;

	return sql_int(reg->sql, "SELECT 1 FROM tomb WHERE kind = ?"
	    " AND hash = ?", &one, err, "ib", (int64_t)kind,
	    (const void *)hash->b, sizeof hash->b);
}

int
tombs_stand(struct registry *reg, enum tomb_kind kind, const struct record *r,
    struct err *err)
{
	char normal[IDENT_TEXT_MAX];
	struct ident_hash hash;
	enum ident_kind of;
	int64_t one;
	size_t i;
	int rc;

	if (reg->depth > 0 && (reg->no_tombs & 1u << kind) != 0)
		return 0;
	rc = sql_int(reg->sql, "SELECT 1 FROM tomb WHERE kind = ? LIMIT 1",
	    &one, err, "i", (int64_t)kind);
	if (rc == 0 && reg->depth > 0)
		reg->no_tombs |= 1u << kind;
	if (rc != 1)
		return rc;
	inside_cert_hash(reg, &r->issuer, r->serial, r->serial_len, &hash);
	rc = tombs_has(reg, kind, &hash, err);
	for (i = 0; rc == 0 && i < r->nidents; i++) {
		if (!ident_kind_of(&r->idents[i], &of) ||
		    !tombs_is_person(of) ||
		    ident_normal(of, r->idents[i].value, normal) == -1)
			continue;
		inside_hash(reg, of, normal, &hash);
		tombs_of_key(ident_row_key(&hash), &hash);
		rc = tombs_has(reg, kind, &hash, err);
	}
	explicit_bzero(normal, sizeof normal);
	return rc;
}

int
tombs_put(struct registry *reg, enum tomb_kind kind, bool on,
    const struct ident_hash *hash, struct err *err)
{
	int64_t stamp;

	if (!on)
		return sql_run(reg->sql, "DELETE FROM tomb WHERE kind = ?"
		    " AND hash = ?", err, "ib", (int64_t)kind,
		    (const void *)hash->b, sizeof hash->b);
	reg->no_tombs = 0;
	if (registry_stamp(reg, &stamp, err) == -1)
		return -1;
	return sql_run(reg->sql, "INSERT OR IGNORE INTO tomb VALUES"
	    " (?, ?, ?, ?)", err, "ibii", (int64_t)kind, (const void *)hash->b,
	    sizeof hash->b, clock_now(), stamp);
}

/* How much of the side file is in the tables. */
static int
get_known(struct registry *reg, int64_t *at, struct err *err)
{
	*at = 0;
	return sql_int(reg->sql, "SELECT value FROM meta WHERE name = 'erased'",
	    at, err, "") == -1 ? -1 : 0;
}

static int
set_known(struct registry *reg, int64_t at, struct err *err)
{
	return sql_run(reg->sql, "INSERT INTO meta VALUES ('erased', ?1)"
	    " ON CONFLICT (name) DO UPDATE SET value = ?1", err, "i", at);
}

/* --- the side file, written -------------------------------------------------- */

static char *
side_path(const struct registry *reg)
{
	return mem_printf("%s.erased", reg->path);
}

/* The name too is on disk, if the file is new. */
static int
settle_folder(const char *path)
{
	char *copy = mem_strdup(path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;

	free(copy);
	if (fd == -1)
		return -1;
	rc = fsync(fd);
	close(fd);
	return rc;
}

/* Open for adding, made with the registry's mode, and held against others. */
static int
side_open(const struct registry *reg, const char *path, struct tombs_pen *pen)
{
	struct stat st;
	mode_t mode = stat(reg->path, &st) == 0 ? st.st_mode & 0660 : 0600;

	pen->fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, mode);
	if (pen->fd != -1 && (fchmod(pen->fd, mode) == -1 ||
	    settle_folder(path) == -1))
		return -1;
	if (pen->fd == -1 && errno == EEXIST)
		pen->fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC |
		    O_NOFOLLOW | O_NONBLOCK);
	if (pen->fd == -1 || fstat(pen->fd, &st) == -1)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	/* Held by whoever holds the registry's own lock: never waited for long. */
	if (flock(pen->fd, LOCK_EX) == -1 || fstat(pen->fd, &st) == -1)
		return -1;
	pen->before = st.st_size;
	return 0;
}

static int
add_line(struct buf *buf, enum tomb_kind kind, bool on, const struct tomb *tomb)
{
	char hex[HEX_LEN + 1], line[LINE_MAX_LEN];
	int n = snprintf(line, sizeof line, "%c%c%c %s %lld\n", on ? '+' : '-',
	    kind_letters[kind], of_letters[tomb->of], text_hex(tomb->hash.b,
	    sizeof tomb->hash.b, 0, hex, sizeof hex), (long long)clock_now());

	return buf_add(buf, line, (size_t)n);
}

static int
write_all(int fd, const struct buf *buf)
{
	size_t at = 0;
	ssize_t n;

	while (at < buf->len) {
		n = write(fd, buf->data + at, buf->len - at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		at += (size_t)n;
	}
	return fsync(fd);
}

static void
put_back(struct tombs_pen *pen)
{
	if (ftruncate(pen->fd, pen->before) == 0)
		(void)fsync(pen->fd);
}

static int
side_add(struct tombs_pen *pen, enum tomb_kind kind, bool on,
    const struct tomb *tombs, size_t n)
{
	struct buf buf;
	char last = '\n';
	size_t i;
	int rc = 0;

	buf_init(&buf, SIDE_MAX);
	/* A line that was cut when a machine stopped spoils no other. */
	if (pen->before > 0 && pread(pen->fd, &last, 1, pen->before - 1) == 1 &&
	    last != '\n')
		rc = buf_add(&buf, "\n", 1);
	for (i = 0; rc == 0 && i < n; i++)
		rc = add_line(&buf, kind, on, &tombs[i]);
	if (rc == -1)
		errno = EFBIG;
	else if ((rc = write_all(pen->fd, &buf)) == -1) {
		int why = errno;

		put_back(pen);
		errno = why;
	}
	buf_clear(&buf);
	return rc;
}

static void
pen_free(struct tombs_pen *pen)
{
	if (pen->fd != -1)
		close(pen->fd);
	free(pen);
}

/* In the tables too, if it is a stone. */
static int
put_stone(struct registry *reg, enum tomb_kind kind, bool on,
    const struct tomb *tomb, struct err *err)
{
	return tomb->of != TOMB_OF_PERSON && tomb->of != TOMB_OF_CERT ? 0 :
	    tombs_put(reg, kind, on, &tomb->hash, err);
}

/* What the tables know grows with the file, unless they lag behind it already. */
static int
note_known(struct registry *reg, struct tombs_pen *pen, struct err *err)
{
	struct stat st;
	int64_t known;

	if (get_known(reg, &known, err) == -1)
		return -1;
	if (known != pen->before || fstat(pen->fd, &st) == -1)
		return 0;
	return set_known(reg, st.st_size, err);
}

int
tombs_write(struct registry *reg, enum tomb_kind kind, bool on,
    const struct tomb *tombs, size_t n, struct tombs_pen **out,
    struct err *err)
{
	struct tombs_pen *pen = mem_alloc(sizeof *pen);
	char *path = side_path(reg);
	size_t i;

	*out = NULL;
	if (side_open(reg, path, pen) == -1 ||
	    side_add(pen, kind, on, tombs, n) == -1) {
		(void)file_unwritten(path, err);
		free(path);
		pen_free(pen);
		return -1;
	}
	free(path);
	for (i = 0; i < n; i++)
		if (put_stone(reg, kind, on, &tombs[i], err) == -1)
			goto fail;
	if (note_known(reg, pen, err) == -1)
		goto fail;
	*out = pen;
	return 0;
fail:
	tombs_undo(pen);
	return -1;
}

void
tombs_keep(struct tombs_pen *pen)
{
	if (pen != NULL)
		pen_free(pen);
}

void
tombs_undo(struct tombs_pen *pen)
{
	if (pen == NULL)
		return;
	put_back(pen);
	pen_free(pen);
}

/*
 * A disk that breaks as it ends a transaction may have it nevertheless; the lines
 * stay then, and whoever opens the registry next finishes what was asked for.
 */
void
tombs_end(struct tombs_pen *pen, int rc, const struct err *err)
{
	if (rc == 0 || err->code == ERR_IO)
		tombs_keep(pen);
	else
		tombs_undo(pen);
}

/* --- the side file, read ----------------------------------------------------- */

/* Where reading goes on: behind what is known, or from its start if it shrank. */
static int64_t
start_of(int64_t known, int64_t size)
{
	return known > size ? 0 : known;
}

int
tombs_pending(struct registry *reg, bool *pending, struct err *err)
{
	char *path = side_path(reg);
	struct stat st;
	int64_t known;

	*pending = false;
	if (get_known(reg, &known, err) == -1) {
		free(path);
		return -1;
	}
	if (lstat(path, &st) == 0)
		*pending = st.st_size != known;
	free(path);
	return 0;
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The number behind the hash, up to the line's end; 0 when there is none. */
static int64_t
read_time(const char *s, size_t len)
{
	int64_t at = 0;

	if (len < 2 || len > 1 + TIME_DIGITS || s[0] != ' ')
		return 0;
	for (size_t i = 1; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return 0;
		at = 10 * at + (s[i] - '0');
	}
	return at;
}

/* False for a line that is none of ours: cut, or written by hand. */
static bool
read_line(const char *s, size_t len, struct tombs_news *news)
{
	const char *of;
	size_t i;

	if (len < LINE_MIN || (s[0] != '+' && s[0] != '-') || s[3] != ' ')
		return false;
	of = memchr(of_letters, s[2], sizeof of_letters);
	if (of == NULL)
		return false;
	for (i = 0; i < TOMB_KIND_COUNT; i++)
		if (kind_letters[i] != '\0' && kind_letters[i] == s[1])
			break;
	if (i == TOMB_KIND_COUNT)
		return false;
	news->kind = (enum tomb_kind)i;
	news->on = s[0] == '+';
	news->tomb.of = (enum tomb_of)(of - of_letters);
	news->at = read_time(s + LINE_MIN, len - LINE_MIN);
	for (i = 0; i < IDENT_HASH_LEN; i++) {
		int hi = nibble(s[4 + 2 * i]), lo = nibble(s[5 + 2 * i]);

		if (hi < 0 || lo < 0)
			return false;
		news->tomb.hash.b[i] = (uint8_t)(hi << 4 | lo);
	}
	return true;
}

/* The bytes from there to the end, which is *size then. */
static int
side_read(struct registry *reg, int64_t from, struct buf *buf, int64_t *size,
    struct err *err)
{
	char *path = side_path(reg);
	struct stat st;
	ssize_t n = -1;
	int64_t at;
	int fd, rc = -1;

	*size = 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd == -1 && errno == ENOENT) {
		free(path);
		return 0;
	}
	if (fd == -1 || fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		goto out;
	at = start_of(from, st.st_size);
	*size = st.st_size;
	if (buf_reserve(buf, (size_t)(st.st_size - at)) == -1)
		goto out;
	n = pread(fd, buf->data, (size_t)(st.st_size - at), at);
	if (n == st.st_size - at) {
		buf->len = (size_t)n;
		rc = 0;
	}
out:
	if (rc == -1)
		(void)file_unwritten(path, err);
	if (fd != -1)
		close(fd);
	free(path);
	return rc;
}

static int
take_lines(struct registry *reg, const struct buf *buf,
    struct tombs_news *news, size_t *n, struct err *err)
{
	const char *s = (const char *)buf->data, *end = s + buf->len, *line;

	for (; s < end; s = line + 1) {
		line = memchr(s, '\n', (size_t)(end - s));
		if (line == NULL)
			break;
		if (!read_line(s, (size_t)(line - s), &news[*n]))
			continue;
		if (put_stone(reg, news[*n].kind, news[*n].on,
		    &news[*n].tomb, err) == -1)
			return -1;
		(*n)++;
	}
	return 0;
}

int
tombs_take(struct registry *reg, struct tombs_news **out, size_t *n,
    struct err *err)
{
	struct tombs_news *news;
	struct buf buf;
	int64_t known, size;
	int rc = -1;

	*out = NULL;
	*n = 0;
	buf_init(&buf, SIDE_MAX);
	if (get_known(reg, &known, err) == -1 ||
	    side_read(reg, known, &buf, &size, err) == -1) {
		buf_clear(&buf);
		return -1;
	}
	news = mem_array(buf.len / LINE_MIN + 1, sizeof *news);
	if (take_lines(reg, &buf, news, n, err) == 0 &&
	    set_known(reg, size, err) == 0)
		rc = 0;
	buf_clear(&buf);
	if (rc == -1 || *n == 0) {
		free(news);
		*n = 0;
		return rc;
	}
	*out = news;
	return 0;
}

/* --- both compared ------------------------------------------------------------- */

static int
by_stone(const void *a, const void *b)
{
	const struct tombs_news *one = a, *two = b;
	int order = (int)one->kind - (int)two->kind;

	if (order == 0)
		order = memcmp(one->tomb.hash.b, two->tomb.hash.b,
		    IDENT_HASH_LEN);
	/* "at" is the line's number here. */
	return order != 0 ? order : one->at < two->at ? -1 : one->at > two->at;
}

/* Stones, in the order of their lines. */
static size_t
read_stones(const struct buf *buf, size_t len, struct tombs_news *news)
{
	const char *s = (const char *)buf->data, *end = s + len, *line;
	size_t n = 0;

	for (; s < end; s = line + 1) {
		line = memchr(s, '\n', (size_t)(end - s));
		if (line == NULL)
			break;
		if (!read_line(s, (size_t)(line - s), &news[n]) ||
		    (news[n].tomb.of != TOMB_OF_PERSON &&
		    news[n].tomb.of != TOMB_OF_CERT))
			continue;
		news[n].at = (int64_t)n;
		n++;
	}
	return n;
}

static bool
is_last(const struct tombs_news *news, size_t n, size_t i)
{
	return i + 1 == n || news[i].kind != news[i + 1].kind ||
	    memcmp(news[i].tomb.hash.b, news[i + 1].tomb.hash.b,
	    IDENT_HASH_LEN) != 0;
}

int
tombs_check(struct registry *reg, int64_t *missing, struct err *err)
{
	struct tombs_news *news = NULL;
	int64_t known, size;
	struct buf buf;
	size_t n = 0, i;
	int has = 0;

	*missing = 0;
	buf_init(&buf, SIDE_MAX);
	if (get_known(reg, &known, err) == -1 ||
	    side_read(reg, 0, &buf, &size, err) == -1)
		has = -1;
	/* What is behind that is still to be taken. */
	if (has == 0 && known > 0) {
		news = mem_array(buf.len / LINE_MIN + 1, sizeof *news);
		n = read_stones(&buf, (int64_t)buf.len > known ?
		    (size_t)known : buf.len, news);
		qsort(news, n, sizeof *news, by_stone);
	}
	for (i = 0; i < n && has != -1; i++) {
		if (!news[i].on || !is_last(news, n, i))
			continue;
		has = tombs_has(reg, news[i].kind, &news[i].tomb.hash, err);
		*missing += has == 0;
	}
	free(news);
	buf_clear(&buf);
	return has == -1 ? -1 : 0;
}
