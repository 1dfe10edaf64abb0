#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/office/ledger.h"

#define LINE_MAX_LEN	512

static char *
ledger_path(const char *dir)
{
	return mem_printf("%s/ledger", dir);
}

/* One write, at the end, whoever else writes: lines never mix. */
static void
add_line(const char *dir, const char *line)
{
	char *path = ledger_path(dir);
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	size_t n = strlen(line);

	if (fd == -1 || write(fd, line, n) != (ssize_t)n || close(fd) == -1)
		panic("%s: %s", path, strerror(errno));
	free(path);
}

void
ledger_issued(const char *dir, const char *serial, const char *password)
{
	char *line = mem_printf("cert\t%s\t%s\n", serial, password);

	add_line(dir, line);
	free(line);
}

void
ledger_keyed(const char *dir, const char *serial, const char *spki,
    const char *ski)
{
	char *line = mem_printf("key\t%s\t%s\t%s\n", serial, spki, ski);

	add_line(dir, line);
	free(line);
}

void
ledger_answered(const char *dir, const char *word, const char *serial)
{
	char *line = mem_printf("asked\t%s\t%s\n", word, serial);

	add_line(dir, line);
	free(line);
}

static void
read_asked(struct ledger *l, const char *word, const char *serial)
{
	struct ledger_asked *a = NULL;

	for (size_t i = 0; i < l->nasked; i++)
		if (strcmp(l->asked[i].word, word) == 0)
			a = &l->asked[i];
	if (a == NULL) {
		l->asked = mem_grow(l->asked, l->nasked + 1,
		    sizeof(*l->asked));
		a = &l->asked[l->nasked++];
		memset(a, 0, sizeof(*a));
		snprintf(a->word, sizeof(a->word), "%s", word);
	}
	snprintf(a->serial, sizeof(a->serial), "%s", serial);
	a->times++;
}

static void
read_cert(struct ledger *l, const char *serial, const char *password)
{
	struct ledger_cert *c;

	if (ledger_find(l, serial))
		return;
	l->certs = mem_grow(l->certs, l->ncerts + 1, sizeof(*l->certs));
	c = &l->certs[l->ncerts++];
	memset(c, 0, sizeof(*c));
	snprintf(c->serial, sizeof(c->serial), "%s", serial);
	snprintf(c->password, sizeof(c->password), "%s", password);
}

static void
read_change(struct ledger_cert *c, int64_t at, int reason, const char *tx)
{
	struct ledger_change *ch;

	c->changes = mem_grow(c->changes, c->nchanges + 1,
	    sizeof(*c->changes));
	ch = &c->changes[c->nchanges++];
	memset(ch, 0, sizeof(*ch));
	ch->at = at;
	ch->reason = reason;
	snprintf(ch->transaction, sizeof(ch->transaction), "%s", tx);
}

static void
read_line(struct ledger *l, const char *line)
{
	char serial[LEDGER_SERIAL_MAX], word[LEDGER_WORD_MAX];
	char ski[LEDGER_SKI_MAX];
	struct ledger_cert *c;
	long long at;
	int reason;

	if (sscanf(line, "cert\t%40[^\t]\t%64[^\t\n]", serial, word) == 2)
		read_cert(l, serial, word);
	else if (sscanf(line, "asked\t%64[^\t]\t%40[^\t\n]", word,
	    serial) == 2)
		read_asked(l, word, serial);
	else if (sscanf(line, "key\t%40[^\t]\t%64[^\t]\t%40[^\t\n]", serial,
	    word, ski) == 3 && (c = ledger_find(l, serial)) != NULL) {
		memcpy(c->spki, word, sizeof(c->spki));
		memcpy(c->ski, ski, sizeof(c->ski));
	} else if (sscanf(line, "change\t%40[^\t]\t%lld\t%d\t%64[^\t\n]", serial,
	    &at, &reason, word) == 4 && (c = ledger_find(l, serial)) != NULL)
		read_change(c, at, reason, word);
	else
		panic("ledger: not understood: %s", line);
}

/* As far as there are whole lines. */
void
ledger_refresh(struct ledger *l)
{
	char line[LINE_MAX_LEN];
	long at;

	clearerr(l->f);
	for (;;) {
		at = ftell(l->f);
		if (fgets(line, sizeof(line), l->f) == NULL)
			return;
		if (strchr(line, '\n') == NULL) {
			fseek(l->f, at, SEEK_SET);
			return;
		}
		read_line(l, line);
	}
}

struct ledger *
ledger_open(const char *dir)
{
	struct ledger *l = mem_alloc(sizeof(*l));
	char *path = ledger_path(dir);

	add_line(dir, "");
	l->f = fopen(path, "re");
	if (l->f == NULL)
		panic("%s: %s", path, strerror(errno));
	free(path);
	ledger_refresh(l);
	return l;
}

void
ledger_free(struct ledger *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < l->ncerts; i++)
		free(l->certs[i].changes);
	free(l->asked);
	free(l->certs);
	fclose(l->f);
	free(l);
}

struct ledger_cert *
ledger_find(struct ledger *l, const char *serial)
{
	for (size_t i = 0; i < l->ncerts; i++)
		if (strcmp(l->certs[i].serial, serial) == 0)
			return &l->certs[i];
	return NULL;
}

const struct ledger_cert *
ledger_key(const struct ledger *l, const char *spki)
{
	for (size_t i = l->ncerts; i > 0; i--)
		if (strcmp(l->certs[i - 1].spki, spki) == 0)
			return &l->certs[i - 1];
	return NULL;
}

const struct ledger_cert *
ledger_ski(const struct ledger *l, struct span ski)
{
	char hex[LEDGER_SKI_MAX];

	if (ski.len == 0 || ski.len > (sizeof(hex) - 1) / 2)
		return NULL;
	for (size_t i = 0; i < ski.len; i++)
		snprintf(hex + 2 * i, 3, "%02X", ski.p[i]);
	for (size_t i = l->ncerts; i > 0; i--)
		if (strcmp(l->certs[i - 1].ski, hex) == 0)
			return &l->certs[i - 1];
	return NULL;
}

const struct ledger_asked *
ledger_asked(const struct ledger *l, const char *word)
{
	for (size_t i = 0; i < l->nasked; i++)
		if (strcmp(l->asked[i].word, word) == 0)
			return &l->asked[i];
	return NULL;
}

/* A revocation that follows a suspension counts from the suspension. */
void
ledger_standing(const struct ledger_cert *c, int64_t at, struct standing *s)
{
	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < c->nchanges && c->changes[i].at <= at; i++) {
		const struct ledger_change *ch = &c->changes[i];

		if (ch->reason != REASON_LIFT && !s->revoked)
			s->since = ch->at;
		s->revoked = ch->reason != REASON_LIFT;
		s->reason = s->revoked ? ch->reason : 0;
	}
}

const struct ledger_change *
ledger_done(const struct ledger_cert *c, const char *transaction)
{
	for (size_t i = 0; i < c->nchanges; i++)
		if (strcmp(c->changes[i].transaction, transaction) == 0)
			return &c->changes[i];
	return NULL;
}

/* Written to the file and read back from there, as after a restart. */
static void
write_change(struct ledger *l, const char *serial, int64_t now, int reason,
    const char *tx)
{
	char line[LINE_MAX_LEN];
	int n = snprintf(line, sizeof(line), "change\t%s\t%lld\t%d\t%.64s\n",
	    serial, (long long)now, reason, tx);
	char *path = mem_printf("/proc/self/fd/%d", fileno(l->f));
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);

	if (fd == -1 || write(fd, line, (size_t)n) != n || fsync(fd) == -1)
		panic("ledger: %s", strerror(errno));
	close(fd);
	free(path);
	ledger_refresh(l);
}

enum ledger_outcome
ledger_change(struct ledger *l, struct ledger_cert *c, int reason,
    const char *transaction, int64_t now)
{
	struct standing s;

	ledger_standing(c, now, &s);
	if (reason == REASON_LIFT && !s.revoked)
		return LEDGER_NOT_HELD;
	if (s.revoked && (s.reason != REASON_HOLD || reason == REASON_HOLD))
		return LEDGER_ALREADY;
	write_change(l, c->serial, now, reason, transaction);
	return LEDGER_DONE;
}

void
ledger_serial(const ASN1_INTEGER *n, char out[LEDGER_SERIAL_MAX])
{
	BIGNUM *bn = ASN1_INTEGER_to_BN(n, NULL);
	char *hex = bn ? BN_bn2hex(bn) : NULL;
	const char *p = hex ? hex : "0";

	while (p[0] == '0' && p[1] != '\0')
		p++;
	snprintf(out, LEDGER_SERIAL_MAX, "%s", p);
	OPENSSL_free(hex);
	BN_free(bn);
}
