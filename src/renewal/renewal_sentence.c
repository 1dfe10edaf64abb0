/* Where a renewal stands, and who waits for whom, in one plain sentence. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "renewal/renewal_inside.h"

#define WHEN_MAX	32

/* Where nothing but the state decides; NULL: below. */
static const char *const plain[RENEWAL_STATES] = {
	[RENEWAL_STARTED] =
	    N_("The key pair is made next, on the card; nothing has been sent."),
	[RENEWAL_KEY_MADE] =
	    N_("The new key is on the card; the request is signed with it next."),
	[RENEWAL_WRITTEN] =
	    N_("The certificate is on the card; it is read back next."),
	[RENEWAL_READ_BACK] =
	    N_("The certificate is on the card as it came; a signature has to prove it yet."),
	[RENEWAL_REGISTERED] =
	    N_("The new certificate works. It remains to say whether the old one stays on the card."),
	[RENEWAL_OLD_DEALT] =
	    N_("The new certificate works, and the old one is dealt with."),
};

/* With these an answer has come, and was of no use. */
static const enum err_code answers[] = {
	ERR_NET_STATUS, ERR_NET_REDIRECT, ERR_NET_ANSWER, ERR_NET_VERSION,
	ERR_STATUS_FORGED, ERR_TOO_BIG, ERR_WAY_TALK, ERR_WAY_LOGIN,
};

static bool
is_answer(enum err_code code)
{
	size_t i;

	for (i = 0; i < sizeof answers / sizeof *answers; i++)
		if (answers[i] == code)
			return true;
	return false;
}

/* Not what the authority has issued, but it came. */
static bool
is_certificate(enum err_code code)
{
	return code == ERR_CERT_OTHER_KEY || code == ERR_CERT_OTHER_HOLDER ||
	    code == ERR_CERT_ENDED || code == ERR_CERT_NO_CHAIN;
}

static const char *
not_confirmed(bool later)
{
	return later ?
	    N_("The authority issued the certificate, but it is not confirmed yet; it is asked for again at %s.") :
	    N_("The authority issued the certificate, but it is not confirmed yet; it is asked for again.");
}

/* It has been tried; by EST each sending is a request of its own. */
static const char *
tried(const struct renewal_view *v, bool later)
{
	if (is_certificate(v->last_err.code))
		return N_("What the authority sent cannot be used; tell the authority, then ask again here.");
	if (v->last_err.code == ERR_WAY_UNCONFIRMED)
		return not_confirmed(later);
	if (v->unanswered == 0)
		return later ?
		    N_("The request is signed, but could not be sent yet; it is tried again at %s.") :
		    N_("The request is signed, but could not be sent yet; it is tried again.");
	if (is_answer(v->last_err.code))
		return later ?
		    N_("What the authority answered cannot be used; the request is sent again at %s.") :
		    N_("What the authority answered cannot be used; the request is sent again.");
	if (strcmp(v->plan.way, "est") == 0)
		return later ?
		    N_("The authority may have the request; its answer was lost. It is sent again at %s.") :
		    N_("The authority may have the request; its answer was lost. It is sent again.");
	return later ?
	    N_("The authority may have the request; its answer was lost. It is sent again at %s, and counts once.") :
	    N_("The authority may have the request; its answer was lost. It is sent again, and counts once.");
}

static void
say_signed(const struct renewal_view *v, int64_t now, char *buf, size_t size)
{
	char at[WHEN_MAX];

	if (strcmp(v->plan.way, "file") == 0)
		text_fill(buf, size, _("The request is signed: save it to a file and take it to the authority; bring the certificate back here."), "");
	else if (v->tries == 0)
		text_fill(buf, size, _("The request is signed; it is sent next."), "");
	else
		text_fill(buf, size, _(tried(v, v->next_try > now)),
		    clock_when(v->next_try, now, at, sizeof at));
}

static void
say_waiting(const struct renewal_view *v, int64_t now, char *buf, size_t size)
{
	const char *s = v->state == RENEWAL_SENT ?
	    N_("The authority has the request and has to check it; it is asked again at %s.") :
	    N_("The authority has checked the request and has to issue the certificate; it is asked again at %s.");
	char at[WHEN_MAX];

	if (strcmp(v->plan.way, "file") == 0)
		s = N_("The authority has the request; bring the certificate that it issues here.");
	else if (v->next_try == 0 && v->last_err.code != ERR_NONE)
		s = N_("What the authority sent cannot be used; tell the authority, then ask again here.");
	else if (v->last_err.code == ERR_WAY_UNCONFIRMED)
		s = not_confirmed(v->next_try > now);
	else if (v->next_try <= now)
		s = N_("The authority has the request; it is asked now how it goes on.");
	text_fill(buf, size, _(s), clock_when(v->next_try, now, at, sizeof at));
}

static void
say_issued(const struct renewal_view *v, int64_t now, char *buf, size_t size)
{
	char at[WHEN_MAX];

	if (v->new_from > now)
		text_fill(buf, size, _("The new certificate is here; it is valid from %s. It is written to the card next."),
		    clock_day(v->new_from, at, sizeof at));
	else
		text_fill(buf, size, _("The new certificate is here; it is written to the card next."), "");
}

static void
say_done(const struct renewal_view *v, int64_t now, char *buf, size_t size)
{
	char at[WHEN_MAX];

	if (v->new_from > now)
		text_fill(buf, size, _("Renewed. The new certificate is on the card and is valid from %s; use the old one until then."),
		    clock_day(v->new_from, at, sizeof at));
	else if (v->old_kept)
		text_fill(buf, size, _("Renewed: the new certificate works and is valid until %s. The old one is still on the card."),
		    clock_day(v->new_until, at, sizeof at));
	else
		text_fill(buf, size, _("Renewed: the new certificate works and is valid until %s."),
		    clock_day(v->new_until, at, sizeof at));
}

static void
say_stopped(const struct renewal_view *v, char *buf, size_t size)
{
	char why[512];

	if (v->last_err.code != ERR_NONE)
		text_fill(buf, size, _("Stopped: %s"), err_sentence(&v->last_err, why,
		    sizeof why));
	else if (v->why != NULL)
		text_fill(buf, size, _("Given up: %s"), v->why);
	else
		text_fill(buf, size, _("Given up; what is on the card stays there."), "");
}

const char *
renewal_sentence(const struct renewal_view *v, int64_t now, char *buf,
    size_t size)
{
	if (size == 0)
		return buf;
	buf[0] = '\0';
	switch (v->state) {
	case RENEWAL_REQUEST_SIGNED:
		say_signed(v, now, buf, size);
		break;
	case RENEWAL_SENT:
	case RENEWAL_VERIFIED:
		say_waiting(v, now, buf, size);
		break;
	case RENEWAL_ISSUED:
		say_issued(v, now, buf, size);
		break;
	case RENEWAL_TESTED:
		text_fill(buf, size, _(v->last_err.code == ERR_NONE ?
		    N_("The new certificate works; it is remembered here and the authority is told next.") :
		    N_("The new certificate works. The authority could not be told yet; that is tried again.")), "");
		break;
	case RENEWAL_DONE:
		say_done(v, now, buf, size);
		break;
	case RENEWAL_STOPPED:
		say_stopped(v, buf, size);
		break;
	default:
		text_fill(buf, size, v->plan.elsewhere &&
		    v->state <= RENEWAL_KEY_MADE ?
		    _("The certificate is fetched next, for the key that waits on the card.") :
		    _(plain[v->state]), "");
		break;
	}
	return buf;
}
