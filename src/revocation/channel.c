/* The table of channels, and what they have in common. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "cert/nametext.h"
#include "revocation/channel_parts.h"
#include "revocation/status.h"

#define CRL_HOLD	6	/* certificateHold, RFC 5280 5.3.1 */
#define CRL_REMOVE	8	/* removeFromCRL */

/* --- with people: nothing is sent, so there is little to say here ----------- */

static bool
has_phone(const struct authority *a)
{
	return a->phone[0] != '\0';
}

static bool
has_form(const struct authority *a)
{
	return a->form_email[0] != '\0' || a->form_address.n != 0;
}

static const struct channel channel_form = {
	.id = "form",
	.name = N_("with a signed form"),
	.configured = has_form,
	.can = channel_acts,
};

static const struct channel channel_phone = {
	.id = "telephone",
	.name = N_("by telephone"),
	.configured = has_phone,
	.can = channel_acts,
};

const struct channel *const channels[] = {
	&channel_cmp,
	&channel_ejbca,
	&channel_form,
	&channel_phone,
};
const size_t nchannels = sizeof channels / sizeof *channels;

/* --- choosing ------------------------------------------------------------- */

const struct channel *
channel_by_id(const char *id)
{
	for (size_t i = 0; i < nchannels; i++) {
		if (strcmp(channels[i]->id, id) == 0)
			return channels[i];
	}
	return NULL;
}

/* A word that is none of ours is doctor's to tell of. */
size_t
channels_for(const struct authority *a, enum case_action action,
    const struct channel *out[], size_t max)
{
	size_t n = 0;

	for (size_t i = 0; a != NULL && i < a->channels.n && n < max; i++) {
		const struct channel *c = channel_by_id(a->channels.v[i]);

		if (c != NULL && c->configured(a) && c->can(a, action))
			out[n++] = c;
	}
	return n;
}

const struct authority *
channel_authority(const struct authorities *all,
    const struct record_issuer *issuer)
{
	char hex[2 * RECORD_KEY_MAX + 1];
	struct authority_issuer by = { .key_id = text_hex(issuer->key,
	    issuer->key_len, 0, hex, sizeof hex) };
	struct cert *named = issuer->line != NULL ?
	    nametext_issuer(issuer->line) : NULL;
	const struct authority *a;

	if (named != NULL) {
		by.organization_id = named->issuer.org_id;
		by.common_name = named->issuer.cn;
	}
	a = authority_for(all, &by, NULL);
	cert_free(named);
	return a;
}

/* --- what machines share ---------------------------------------------------- */

bool
channel_acts(const struct authority *a, enum case_action action)
{
	return action == CASE_REVOKE || strcmp(a->suspension, "no") != 0;
}

int
channel_issuer(const struct channel_job *job, uint8_t **der, size_t *len,
    struct err *err)
{
	struct status_about about = { .serial_len = 0 };
	int got;

	*der = NULL;
	*len = 0;
	status_about_record(&about, &job->row->cert);
	got = status_issuer(job->net, job->registry, &about, job->authority,
	    job->cancel, der, len, err);
	if (got == 0)
		err_set(err, ERR_NO_ISSUER, job->row->cert.issuer.shown, NULL);
	status_about_clear(&about);
	return got == 1 ? 0 : -1;
}

int
channel_reason(const struct case_view *v)
{
	switch (v->action) {
	case CASE_SUSPEND:
		return CRL_HOLD;
	case CASE_LIFT:
		return CRL_REMOVE;
	default:
		return case_reason_code(v->reason);
	}
}

void
channel_result(struct case_result_of *r, enum case_result result,
    const struct err *err, const char *words)
{
	r->result = result;
	if (err != NULL)
		r->err = *err;
	r->detail = NULL;
	if (words != NULL && words[0] != '\0') {
		size_t n = text_cut(words, sizeof r->words - 1);

		memcpy(r->words, words, n);
		r->words[n] = '\0';
		r->detail = r->words;
	}
}
