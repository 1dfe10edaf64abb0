#include "config.h"

#include "ui/numbered.h"

#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cert/file.h"
#include "registry/issuers.h"
#include "registry/query.h"
#include "registry/store.h"
#include "ui/whose.h"

#define ISSUERS_MAX	100000	/* that are gone through */

struct search {
	struct registry		*registry;
	const char		*issuer;
	struct record_issuer	 named;		/* by a file or in full */
	bool			 is_named;
	struct query		 query;
	uint8_t			 hex[CERT_SERIAL_MAX];
	size_t			 nhex;
	struct record		*out;
	int			 found;		/* certificates of that number */
	struct record_issuer	 only;		/* the last issuer that fits */
	int			 fitting;
	struct err		*err;
};

static bool
fits(const struct search *s, const struct record_issuer *i)
{
	if (s->is_named)
		return (i->key_len == s->named.key_len && memcmp(i->key,
		    s->named.key, i->key_len) == 0) || (i->line != NULL &&
		    s->named.line != NULL && strcmp(i->line,
		    s->named.line) == 0);
	return s->issuer == NULL || text_find(i->shown, s->issuer) ||
	    text_find(i->line, s->issuer);
}

/* By its natural key; what is not there is no failure. */
static int
look(struct search *s, const struct record_issuer *i, const uint8_t *serial,
    size_t len)
{
	struct err err = ERR_INIT;
	struct record r;

	if (len == 0)
		return 0;
	record_init(&r);
	if (store_get(s->registry, i, serial, len, &r, &err) == 0) {
		record_clear(s->out);
		*s->out = r;
		s->found++;
		return 0;
	}
	record_clear(&r);
	if (err.code == ERR_NOT_FOUND)
		return 0;
	*s->err = err;
	return -1;
}

static void
note_issuer(struct search *s, const struct record_issuer *i)
{
	if (s->fitting > 0 && s->only.key_len == i->key_len &&
	    memcmp(s->only.key, i->key, i->key_len) == 0)
		return;
	s->fitting++;
	record_issuer_clear(&s->only);
	record_issuer_copy(&s->only, i);
}

static int
take_issuer(const struct record_issuer *i, void *arg)
{
	struct search *s = arg;

	if (!fits(s, i))
		return 0;
	note_issuer(s, i);
	if (look(s, i, s->hex, s->nhex) == -1)
		return -1;
	if (s->query.ndecimal == s->nhex &&
	    memcmp(s->query.decimal, s->hex, s->nhex) == 0)
		return 0;
	return look(s, i, s->query.decimal, s->query.ndecimal);
}

/* Issuers that only the settings know. */
static int
take_configured(const struct record_issuer *issuer, void *arg)
{
	struct search *s = arg;

	if (fits(s, issuer))
		note_issuer(s, issuer);
	return 0;
}

/* A file of a certificate, or a whole name. */
static int
name_issuer(struct search *s, struct err *err)
{
	struct cert_list list;

	if (s->issuer == NULL)
		return 0;
	if (access(s->issuer, F_OK) == 0) {
		if (cert_file_read(s->issuer, NULL, &list, err) == -1)
			return -1;
		if (list.n > 0)
			whose_ca(&s->named, list.certs[0]);
		s->is_named = list.n > 0;
		cert_list_clear(&list);
		return s->is_named ? 0 : err_set(err, ERR_NOT_A_CERT,
		    s->issuer, NULL);
	}
	s->is_named = strchr(s->issuer, '=') != NULL &&
	    whose_named(&s->named, s->issuer) == 0;
	return 0;
}

/* Nothing remembered: issuer and number as they were given. */
static int
type_in(struct search *s, const char *number, struct err *err)
{
	const struct record_issuer *issuer = s->fitting == 1 ? &s->only :
	    s->is_named ? &s->named : NULL;
	bool hex = s->nhex > 0;

	if (s->issuer == NULL || issuer == NULL)
		return err_set(err, ERR_NOT_FOUND, number, NULL);
	record_issuer_copy(&s->out->issuer, issuer);
	s->out->serial_len = hex ? s->nhex : s->query.ndecimal;
	memcpy(s->out->serial, hex ? s->hex : s->query.decimal,
	    s->out->serial_len);
	s->out->how = HOW_TYPED;
	return 0;
}

int
numbered_find(struct registry *reg, const struct authorities *all,
    const char *number, const char *issuer, struct record *out, struct err *err)
{
	struct search s = { .registry = reg, .issuer = issuer, .out = out,
	    .err = err };
	int rc = -1;

	record_init(out);
	query_parse(&s.query, number);
	s.nhex = query_bytes(&s.query.hex, s.hex);
	if (s.nhex == 0 && s.query.ndecimal == 0) {
		err_set(err, ERR_USAGE, number, NULL);
		goto out;
	}
	if (name_issuer(&s, err) == -1)
		goto out;
	if (reg != NULL && (issuers_each(reg, ISSUERS_MAX, take_issuer, &s,
	    err) == -1 || err->code != ERR_NONE))
		goto out;
	for (size_t i = 0; s.found == 0 && i < all->n; i++)
		(void)whose_each(&all->v[i], take_configured, &s);
	if (s.found > 1)
		err_set(err, ERR_ISSUER_NEEDED, number, NULL);
	else
		rc = s.found == 1 ? 0 : type_in(&s, number, err);
out:
	if (rc == -1)
		record_clear(out);
	record_issuer_clear(&s.named);
	record_issuer_clear(&s.only);
	query_wipe(&s.query);
	return rc;
}
