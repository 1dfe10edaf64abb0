/*
 * Lists are large and change seldom: each is a file of the cache folder, named
 * after its address, and asked for with what the server said of it last.  What
 * comes lies beside it until it has been judged, so that a forged or cut list
 * never takes the place of a good one.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/paths.h"
#include "base/text.h"
#include "revocation/status_inside.h"

#define LIST_DEADLINE_MS	(5 * 60 * 1000)
#define NAME_BYTES		16	/* of the address's hash */
#define LIST_END		".crl"
#define PART_END		".part"
#define PART_AGE		(24 * 3600)	/* of one whose desk has ended */
#define LIST_AGE		(40 * 24 * 3600) /* of one that nobody fetched again */

/* --- the folder --------------------------------------------------------------- */

static void
name_list(const char *url, char *out, size_t size)
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	char hex[2 * NAME_BYTES + 1];

	if (EVP_Digest(url, strlen(url), hash, NULL, EVP_sha256(), NULL) != 1)
		panic("okienko: SHA-256 is not to be had");
	snprintf(out, size, "%s" LIST_END, text_hex(hash, NAME_BYTES, 0, hex,
	    sizeof hex));
}

static bool
ends(const char *s, const char *end)
{
	size_t len = strlen(s), n = strlen(end);

	return len > n && strcmp(s + len - n, end) == 0;
}

/* What a killed desk left half fetched, and what nobody asks for any more. */
static void
sweep(const char *folder, int64_t now)
{
	DIR *dir = opendir(folder);
	struct dirent *e;

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		int64_t age = ends(e->d_name, PART_END) ? PART_AGE :
		    ends(e->d_name, LIST_END) ? LIST_AGE : INT64_MAX;
		struct stat st;

		if (age != INT64_MAX && fstatat(dirfd(dir), e->d_name, &st,
		    AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
		    st.st_mtime + age < now)
			(void)unlinkat(dirfd(dir), e->d_name, 0);
	}
	if (dir != NULL)
		closedir(dir);
}

int
list_open(struct list_fetch *l, struct err *err)
{
	struct asking *a = l->asking;
	const char *folder = a->o->cache != NULL ? a->o->cache : paths_cache();
	struct err odd = ERR_INIT;
	char name[sizeof l->known.file];

	if (folder == NULL)
		return file_unwritten("cache", err);
	l->folder = mem_strdup(folder);
	name_list(l->url, name, sizeof name);
	l->path = mem_printf("%s/%s", folder, name);
	l->have = a->reg != NULL && fetched_get(a->reg, l->url, &l->known,
	    &odd) == 1 && strcmp(l->known.file, name) == 0 &&
	    access(l->path, R_OK) == 0;
	if (!l->have)
		memset(&l->known, 0, sizeof l->known);
	snprintf(l->known.file, sizeof l->known.file, "%s", name);
	return 0;
}

static void
drop_part(struct list_fetch *l)
{
	if (l->part != NULL)
		(void)unlink(l->part);
	free(l->part);
	l->part = NULL;
}

void
list_close(struct list_fetch *l)
{
	drop_part(l);
	net_answer_clear(&l->answer);
	free(l->folder);
	free(l->path);
}

bool
list_is_fresh(const struct list_fetch *l)
{
	const struct asking *a = l->asking;
	int64_t until = l->known.fresh_until;

	if (until > l->known.at + STATUS_KEPT_MAX)
		until = l->known.at + STATUS_KEPT_MAX;
	return l->have && !a->o->fresh && a->now >= l->known.at &&
	    a->now < until;
}

/* --- what comes ------------------------------------------------------------------- */

struct sink {
	int		 fd;
	EVP_MD_CTX	*md;
	const char	*path;
};

static int
write_all(int fd, struct span bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.p, bytes.len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		bytes = span_of(bytes.p + n, bytes.len - (size_t)n);
	}
	return 0;
}

/* Hashed on its way to the disk: the hash stands in what the desk proves. */
static int
sink(struct span bytes, void *arg, struct err *err)
{
	struct sink *s = arg;

	if (EVP_DigestUpdate(s->md, bytes.p, bytes.len) != 1)
		return err_set(err, ERR_UNKNOWN, "SHA-256", NULL);
	return write_all(s->fd, bytes) == 0 ? 0 : file_unwritten(s->path, err);
}

static int
open_sink(struct list_fetch *l, struct sink *s, struct err *err)
{
	sweep(l->folder, l->asking->now);
	l->part = mem_printf("%s/XXXXXX" PART_END, l->folder);
	s->path = l->part;
	s->fd = mkostemps(l->part, (int)strlen(PART_END), O_CLOEXEC);
	if (s->fd == -1) {
		(void)file_unwritten(l->folder, err);
		free(l->part);
		l->part = NULL;
		return -1;
	}
	s->md = EVP_MD_CTX_new();
	if (s->md == NULL || EVP_DigestInit_ex(s->md, EVP_sha256(), NULL) != 1)
		panic("okienko: SHA-256 is not to be had");
	return 0;
}

static int
close_sink(struct list_fetch *l, struct sink *s, struct err *err)
{
	int rc = EVP_DigestFinal_ex(s->md, l->sha256, NULL) == 1 ? 0 :
	    err_set(err, ERR_UNKNOWN, "SHA-256", NULL);

	EVP_MD_CTX_free(s->md);
	return close(s->fd) == 0 ? rc : file_unwritten(l->part, err);
}

/* Remember when it may be asked for again; the list itself is as it was. */
static void
note_kept(struct list_fetch *l)
{
	struct asking *a = l->asking;
	struct err err = ERR_INIT;

	l->known.at = a->now;
	l->known.fresh_until = l->answer.fresh_until;
	if (l->answer.etag[0] != '\0')
		snprintf(l->known.etag, sizeof l->known.etag, "%s",
		    l->answer.etag);
	/*
	 * A list that was made in the second in which it was sent may have been
	 * made twice in it: its date alone does not tell (RFC 9110 8.8.2.2).
	 */
	if (l->answer.last_modified != 0 &&
	    l->answer.last_modified + 1 < l->answer.date)
		l->known.last_modified = l->answer.last_modified;
	if (a->reg != NULL && fetched_put(a->reg, l->url, &l->known, &err) != 0)
		log_err("keeping a list's date", &err);
}

int
list_get(struct list_fetch *l, struct err *err)
{
	struct asking *a = l->asking;
	struct sink s;
	struct net_request ask = { .method = NET_GET, .source = l->source,
	    .url = l->url, .accept = "application/pkix-crl, */*", .sink = sink,
	    .arg = &s, .max = STATUS_CRL_MAX, .deadline_ms = LIST_DEADLINE_MS,
	    .cancel = a->o->cancel };
	int rc;

	if (l->have) {
		ask.etag = l->known.etag[0] != '\0' ? l->known.etag : NULL;
		ask.since = l->known.last_modified;
	}
	drop_part(l);
	net_answer_clear(&l->answer);
	memset(&l->answer, 0, sizeof l->answer);
	if (open_sink(l, &s, err) != 0)
		return -1;
	rc = net_ask(a->net, &ask, &l->answer, err);
	if (close_sink(l, &s, err) != 0)
		rc = -1;
	if (rc == 0 && l->answer.status == 200)
		return 1;
	drop_part(l);
	if (rc == 0 && l->have && l->answer.status == 304) {
		note_kept(l);
		return 0;
	}
	return rc == 0 ? net_refused(&ask, &l->answer, err) : -1;
}

int
list_keep(struct list_fetch *l, struct err *err)
{
	struct asking *a = l->asking;

	/* Nothing would know what it is. */
	if (a->reg == NULL)
		return 0;
	if (rename(l->part, l->path) != 0)
		return file_unwritten(l->path, err);
	free(l->part);
	l->part = NULL;
	l->have = true;
	memcpy(l->known.sha256, l->sha256, sizeof l->sha256);
	l->known.etag[0] = '\0';
	l->known.last_modified = 0;
	note_kept(l);
	return 0;
}
