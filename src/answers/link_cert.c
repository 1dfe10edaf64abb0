/*
 * Links of the certificate in question: in date, with its key, what it is for,
 * its address, its issuer, its status.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "answers/chain_inside.h"
#include "answers/checks.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cert/rule.h"

/*
 * The certificate, or NULL after saying why there is none: on a card that could
 * be read and has none, nothing can be signed.
 */
static const struct card_cert *
cert_of(struct chain_walk *w)
{
	const struct card_cert *c = link_cert(w);
	const struct card *card = w->facts->card;

	if (c != NULL)
		return c;
	if (card == NULL)
		link_tell(w, HEALTH_NOT_NEEDED, TURN_NOBODY, "", "%s",
		    _("no card is in a reader"));
	else if (card->state != CARD_READY)
		link_tell(w, HEALTH_UNKNOWN, TURN_UNKNOWN, "", "%s",
		    _("the card has not been read"));
	else if (!check_all_read(card))
		link_tell(w, HEALTH_UNKNOWN, TURN_UNKNOWN, "", "%s",
		    _("no certificate of a person was seen, but not all of the card could be read"));
	else if (link_of_all(w))
		link_tell(w, HEALTH_NOT_NEEDED, TURN_NOBODY, "", "%s",
		    _("no certificate of a person is on the card"));
	else
		link_tell(w, HEALTH_WRONG, TURN_PERSON,
		    _("Put in the card that the certificate was issued on; if it was not put on it yet, collect it."),
		    "%s", _("no certificate of a person is on the card"));
	return NULL;
}

/* To doctor, who looks after the machine, what a person brings is no fault of it. */
static enum health
wrong(const struct chain_walk *w)
{
	return link_of_all(w) ? HEALTH_WARNING : HEALTH_WRONG;
}

/* --- in date ------------------------------------------------------------------------ */

int
link_validity(struct chain_walk *w, struct err *err)
{
	const struct card_cert *c = cert_of(w);
	struct validity_view v;
	char from[32], to[32];

	(void)err;
	if (c == NULL)
		return 0;
	check_validity(w->facts, c->cert, &v);
	clock_day(c->cert->not_before, from, sizeof from);
	clock_day(c->cert->not_after, to, sizeof to);
	switch (v.state) {
	case VALID_NOT_YET:
		link_tell(w, wrong(w), TURN_PERSON,
		    _("Wait until then; if it should be valid by now, check this machine's clock."),
		    _("the certificate is not valid before %s"), from);
		break;
	case VALID_EXPIRED:
		link_tell(w, wrong(w), TURN_PERSON,
		    _("Order a new one: after its end a certificate can usually not be renewed on line."),
		    _("the certificate expired on %s"), to);
		break;
	case VALID_BAD_DATES:
		link_tell(w, wrong(w), TURN_AUTHORITY,
		    _("Show it to whoever issued it."), "%s",
		    _("the dates of the certificate make no sense"));
		break;
	case VALID_ENDING:
		link_tell(w, HEALTH_WARNING, TURN_PERSON,
		    _("Renew it while it is valid."),
		    _("the certificate is valid until %s only"), to);
		break;
	case VALID_NOW:
		link_tell(w, HEALTH_OK, TURN_NOBODY, "",
		    _("the certificate is valid until %s"), to);
		break;
	}
	return 0;
}

/* --- its key -------------------------------------------------------------------------- */

int
link_key(struct chain_walk *w, struct err *err)
{
	const struct card_cert *c = cert_of(w);

	(void)err;
	if (c == NULL)
		return 0;
	if (c->key == KEY_MISSING)
		link_tell(w, wrong(w), TURN_PERSON,
		    _("Put in the card that the certificate was issued on."),
		    "%s", _("the private key of the certificate is not on this card, so nothing can be signed"));
	else if (c->key == KEY_PRIVATE)
		link_tell(w, HEALTH_OK, TURN_NOBODY, "", "%s",
		    _("the private key is on the card, beside its certificate"));
	else if (c->key == KEY_PUBLIC)
		link_tell(w, HEALTH_OK, TURN_NOBODY, "", "%s",
		    _("the public half of the key is on the card; the private one shows itself with the PIN"));
	else
		link_tell(w, HEALTH_UNKNOWN, TURN_PERSON,
		    _("Give the PIN to see keys."), "%s",
		    _("whether its key is on the card cannot be told without the PIN"));
	return 0;
}

/* --- what it is for -------------------------------------------------------------------- */

static enum health
health_of(enum verdict v)
{
	return v == VERDICT_YES ? HEALTH_OK :
	    v == VERDICT_MAYBE ? HEALTH_WARNING :
	    v == VERDICT_NO ? HEALTH_WRONG : HEALTH_UNKNOWN;
}

/* The rules of e-mail that the link is about, each by itself. */
static void
tell_rules(struct chain_walk *w, const struct cert *c,
    rule_fn *const *rules, size_t n)
{
	struct purpose_verdict out = { .purpose = PURPOSE_EMAIL };
	struct judging j = { .c = c, .now = w->facts->now,
		.worst = VERDICT_UNKNOWN, .out = &out };
	char sentence[512];

	for (size_t i = 0; i < n; i++)
		rules[i](&j);
	for (size_t i = 0; i < out.nreasons; i++) {
		const struct reason *r = &out.reasons[i];

		link_tell(w, health_of(r->verdict), TURN_PERSON,
		    r->verdict == VERDICT_NO ?
		    _("Use another certificate for e-mail: what stands in this one cannot be changed.") : "",
		    "%s", reason_sentence(r, sentence, sizeof sentence));
	}
}

/* Doctor asks of no purpose: it says what the certificate is for. */
int
link_usage(struct chain_walk *w, struct err *err)
{
	static rule_fn *const rules[] = { rule_usage_mail, rule_eku_mail,
		rule_readable, rule_critical };
	const struct card_cert *c = cert_of(w);
	char purpose[128];

	(void)err;
	if (c == NULL)
		return 0;
	if (link_of_all(w))
		link_tell(w, HEALTH_OK, TURN_NOBODY, "", "%s",
		    cert_list_purpose(c->cert, purpose, sizeof purpose));
	else
		tell_rules(w, c->cert, rules, sizeof rules / sizeof rules[0]);
	return 0;
}

/* --- its address -------------------------------------------------------------------------- */

static bool
is_same(const char *a, const char *b)
{
	return strcasecmp(a, b) == 0;
}

static bool
has_address(const struct cert *c, const char *email,
    bool same(const char *, const char *))
{
	for (size_t i = 0; i < c->nsan; i++) {
		if (c->san[i].kind == SAN_EMAIL &&
		    same(c->san[i].value, email))
			return true;
	}
	return c->subject.email != NULL && same(c->subject.email, email);
}

static void
tell_other(struct chain_walk *w, const struct cert *c, const char *own,
    const char *email)
{
	char a[160], b[160];

	if (has_address(c, email, check_may_be_same_mail)) {
		link_tell(w, HEALTH_UNKNOWN, TURN_PERSON,
		    _("Ask whoever runs the mail how the domain is written in its other way, and compare that with the certificate."),
		    _("the certificate is for the address %s, the mail comes from %s: national letters, or coded (xn--), so not compared"),
		    text_mask(own, a, sizeof a), text_mask(email, b, sizeof b));
		return;
	}
	link_tell(w, wrong(w), TURN_PERSON,
	    _("Send from the address in the certificate, or use a certificate that has this one."),
	    _("the certificate is for the address %s, the mail comes from %s"),
	    text_mask(own, a, sizeof a), text_mask(email, b, sizeof b));
}

int
link_address(struct chain_walk *w, struct err *err)
{
	const struct card_cert *c = cert_of(w);
	const char *own = c != NULL ? cert_email(c->cert) : NULL;
	const char *email = w->facts->email;
	char masked[160];

	(void)err;
	if (c == NULL)
		return 0;
	if (own == NULL && link_of_all(w))
		link_tell(w, HEALTH_NOT_NEEDED, TURN_NOBODY, "", "%s",
		    _("the certificate has no e-mail address; only mail needs one"));
	else if (own == NULL)
		link_tell(w, HEALTH_WARNING, TURN_PERSON,
		    _("If the mail program refuses it, use a certificate with your address."),
		    "%s", _("the certificate has no e-mail address; the standard allows that, many mail programs do not"));
	else if (email != NULL && !has_address(c->cert, email, is_same))
		tell_other(w, c->cert, own, email);
	else
		link_tell(w, HEALTH_OK, TURN_NOBODY, "",
		    _("the certificate is for the address %s"),
		    text_mask(own, masked, sizeof masked));
	return 0;
}

/* --- who issued it ------------------------------------------------------------------------ */

/* That a certificate is lacking here is no fault of the one in question. */
int
link_issuer(struct chain_walk *w, struct err *err)
{
	const struct card_cert *c = cert_of(w);
	char words[512];

	(void)err;
	if (c == NULL)
		return 0;
	switch (check_trust(w->facts, c, words, sizeof words)) {
	case VERDICT_YES:
		link_tell(w, HEALTH_OK, TURN_NOBODY, "", "%s", words);
		break;
	case VERDICT_NO:
		link_tell(w, wrong(w), TURN_AUTHORITY,
		    _("Do not rely on it, and ask the authority that issued it."),
		    "%s", words);
		break;
	case VERDICT_MAYBE:
		link_tell(w, link_of_all(w) ? HEALTH_UNKNOWN : HEALTH_WARNING,
		    TURN_KEEPER,
		    _("Put the certificates of that authority that this desk is to trust into its file: [trust] certificate."),
		    "%s", words);
		break;
	case VERDICT_UNKNOWN:
		link_tell(w, HEALTH_UNKNOWN, TURN_UNKNOWN, "", "%s", words);
		break;
	}
	return 0;
}

/* --- its status --------------------------------------------------------------------------- */

static void
tell_asked(struct chain_walk *w, const struct status_report *r)
{
	const char *by = r->by == HOW_CRL ? "CRL" : "OCSP";
	char at[40];

	clock_local(r->at, at, sizeof at);
	switch (r->status) {
	case STATUS_GOOD:
		link_tell(w, HEALTH_OK, TURN_NOBODY, "",
		    _("not revoked, %s says as of %s"), by, at);
		break;
	case STATUS_REVOKED:
		link_tell(w, wrong(w), TURN_PERSON,
		    _("Order a new one: a revoked certificate never becomes valid again."),
		    _("the certificate is revoked, %s says as of %s"), by, at);
		break;
	case STATUS_SUSPENDED:
		link_tell(w, wrong(w), TURN_PERSON,
		    _("Ask the authority to lift the suspension, while that is still possible."),
		    _("the certificate is suspended, %s says as of %s"), by, at);
		break;
	default:
		link_tell(w, HEALTH_UNKNOWN, TURN_AUTHORITY, "",
		    _("%s does not know the certificate"), by);
		break;
	}
}

/* Not to be reached is no fault of the certificate. */
int
link_status(struct chain_walk *w, struct err *err)
{
	const struct status_report *r = w->facts->status;

	(void)err;
	if (cert_of(w) == NULL)
		return 0;
	if (r == NULL)
		link_tell(w, HEALTH_UNKNOWN, TURN_UNKNOWN, "", "%s",
		    _("whether it is revoked was not asked"));
	else if (r->err.code != ERR_NONE)
		link_tell_err(w, link_of_all(w) ? HEALTH_UNKNOWN :
		    HEALTH_WARNING, &r->err);
	else
		tell_asked(w, r);
	return 0;
}
