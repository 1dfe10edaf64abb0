/* What keeps a certificate from signing anything, whatever it is meant for. */
#include "config.h"

#include "answers/checks.h"
#include "base/i18n.h"

/* The step's action takes the certificate's hash, but for answers, named here. */
static const struct {
	const char	*reason;
	enum answer_verdict verdict;
	const char	*says, *brief;
	enum answer_action action;
	const char	*arg, *step;
} bars[] = {
	[BAR_NONE] = { "", ANSWER_YES, "", "", ACTION_NONE, NULL, "" },
	[BAR_DATES] = { "dates-bad", ANSWER_NO,
	    N_("The dates of this certificate make no sense, so no program takes it."),
	    N_("wrong dates"), ACTION_QUESTION, "",
	    N_("Ask its authority for a certificate with right dates.") },
	[BAR_EXPIRED] = { "expired", ANSWER_NO,
	    N_("This certificate has expired, so nothing can be signed with it any more."),
	    N_("expired"), ACTION_ANSWER, "expired-online",
	    N_("See whether it can still be renewed.") },
	[BAR_REVOKED] = { "revoked", ANSWER_NO,
	    N_("This certificate has been revoked, so nothing can be signed with it any more."),
	    N_("revoked"), ACTION_ANSWER, "obtain",
	    N_("See how to get a new certificate: a revoked one never comes back.") },
	[BAR_SUSPENDED] = { "suspended", ANSWER_NO,
	    N_("This certificate is suspended, so nothing can be signed with it now."),
	    N_("suspended"), ACTION_CERT, NULL,
	    N_("Look at the certificate: its suspension has to be lifted first.") },
	[BAR_KEY_MISSING] = { "key-missing", ANSWER_NO,
	    N_("The private key of this certificate is not on this card, so nothing can be signed with it here."),
	    N_("without its key"), ACTION_NONE, "",
	    N_("Put in the card on which this certificate was issued.") },
	[BAR_PIN_LOCKED] = { "pin-locked", ANSWER_NO,
	    N_("The PIN is locked, so nothing can be signed with this certificate now."),
	    N_("PIN locked"), ACTION_NONE, "",
	    N_("Unlock the PIN with the PUK in the issuer's program; if that is locked too, only a new card helps.") },
	[BAR_NOT_YET] = { "not-yet-valid", ANSWER_NOT_YET,
	    N_("This certificate is not valid yet."),
	    N_("not yet valid"), ACTION_CERT, NULL,
	    N_("See from which day it is valid.") },
};

enum check_bar
check_bar(const struct answer_facts *f, const struct card_cert *c)
{
	enum record_status status = check_status(f, c);

	if (c->cert->odd & ODD_DATES)
		return BAR_DATES;
	if (f->now > c->cert->not_after)
		return BAR_EXPIRED;
	if (status == STATUS_REVOKED || status == STATUS_SUSPENDED)
		return status == STATUS_REVOKED ? BAR_REVOKED : BAR_SUSPENDED;
	switch (check_key(f->card, c)) {
	case CHECK_KEY_MISSING:
		return BAR_KEY_MISSING;
	case CHECK_KEY_LOCKED:
		return BAR_PIN_LOCKED;
	case CHECK_KEY_HERE:
	case CHECK_KEY_UNSEEN:
		break;
	}
	return f->now < c->cert->not_before ? BAR_NOT_YET : BAR_NONE;
}

enum answer_verdict
check_bar_verdict(enum check_bar bar)
{
	return bars[bar].verdict;
}

bool
check_bar_passes(enum check_bar bar)
{
	return bar == BAR_SUSPENDED || bar == BAR_KEY_MISSING ||
	    bar == BAR_PIN_LOCKED || bar == BAR_NOT_YET;
}

const char *
check_bar_brief(enum check_bar bar)
{
	return _(bars[bar].brief);
}

void
check_say_bar(enum check_bar bar, const struct card_cert *c, struct answer *a)
{
	char hash[CHECK_HASH_HEX];

	answer_says(a, bars[bar].verdict, bars[bar].reason, "%s",
	    _(bars[bar].says));
	answer_badge(a, "%s", _(bars[bar].brief));
	answer_next(a, bars[bar].action, bars[bar].arg != NULL ?
	    bars[bar].arg : check_hash(c->sha256, hash), "%s",
	    _(bars[bar].step));
}
