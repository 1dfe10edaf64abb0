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
	struct ledger_cert *c;
	long long at;
	int reason;

	if (sscanf(line, "cert\t%40[^\t]\t%64[^\t\n]", serial, word) == 2)
		read_cert(l, serial, word);
	else if (sscanf(line, "change\t%40[^\t]\t%lld\t%d\t%64[^\t\n]", serial,
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
