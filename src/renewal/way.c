/* The table of ways, and what they have in common. */
#include "config.h"

#include <openssl/evp.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "renewal/way_parts.h"

const struct way *const ways[] = {
	&way_order,
	&way_cmp,
	&way_est,
	&way_file,
};
const size_t nways = sizeof ways / sizeof *ways;

const struct way *
way_by_id(const char *id)
{
	for (size_t i = 0; i < nways; i++) {
		if (strcmp(ways[i]->id, id) == 0)
			return ways[i];
	}
	return NULL;
}

static bool
is_among(const struct way *w, const struct way *const v[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (v[i] == w)
			return true;
	}
	return false;
}

/*
 * Where nothing is set, an order service may still take requests: each order says
 * so itself.  A word that is none of ours is doctor's to tell of.
 */
size_t
ways_of(const struct authority *a, const struct way *out[], size_t max)
{
	size_t n = 0;

	for (size_t i = 0; a != NULL && i < a->renewal_ways.n && n < max; i++) {
		const struct way *w = way_by_id(a->renewal_ways.v[i]);

		if (w != NULL && w->configured(a) && !is_among(w, out, n))
			out[n++] = w;
	}
	if (a != NULL && a->renewal_ways.n == 0 && n < max &&
	    way_order.configured(a))
		out[n++] = &way_order;
	if (n < max && !is_among(&way_file, out, n))
		out[n++] = &way_file;
	return n;
}

void
way_outcome_clear(struct way_outcome *o)
{
	buf_clear(&o->body);
	*o = (struct way_outcome){ .result = WAY_FAILED };
}

void
way_begin(struct way_outcome *o)
{
	*o = (struct way_outcome){ .result = WAY_FAILED };
	buf_init(&o->body, WAY_BODY_MAX);
}

void
way_words(struct way_outcome *o, const char *words)
{
	struct safe_text t;
	size_t n;

	text_safe_str(&t, words != NULL ? words : "", CASE_WORDS_MAX / 2);
	n = text_cut(t.s, sizeof o->words - 1);
	memcpy(o->words, t.s, n);
	o->words[n] = '\0';
}

static void
add_text(struct way_certs *c, const char *s)
{
	if (buf_add(c->out, s, strlen(s)) == -1)
		c->full = true;
}

void
way_add_cert(struct span der, void *arg)
{
	struct way_certs *c = arg;
	size_t before = c->out->len;
	char line[66];

	if (der.p == NULL || c->full)
		return;
	if (c->n++ == WAY_CERTS_MAX) {
		c->full = true;
		return;
	}
	add_text(c, "-----BEGIN CERTIFICATE-----\n");
	while (der.len > 0) {
		size_t n = der.len < 48 ? der.len : 48;
		int len = EVP_EncodeBlock((unsigned char *)line, der.p, (int)n);

		memcpy(line + len, "\n", 2);
		add_text(c, line);
		der = span_of(der.p + n, der.len - n);
	}
	add_text(c, "-----END CERTIFICATE-----\n");
	/* Half a certificate is none. */
	if (c->full)
		c->out->len = before;
}

/* --- a file that people carry ------------------------------------------------------- */

static bool
always(const struct authority *a)
{
	(void)a;
	return true;
}

/* It is out of the house when somebody has saved it; nobody here can ask. */
static void
carried(const struct way_job *job, struct way_outcome *o)
{
	(void)job;
	way_begin(o);
	o->result = WAY_SENT;
}

const struct way way_file = {
	.id = "file",
	.name = N_("by a file that is carried there"),
	.configured = always,
	.send = carried,
	.ask = carried,
};
