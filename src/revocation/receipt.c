#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "revocation/channel.h"
#include "revocation/paper.h"
#include "revocation/wording.h"

#define QR_ISSUER_MAX	120	/* columns of the issuer's name in the code */

static const struct {
	const char	*title, *proved;
} words[CASE_ACTIONS] = {
	[CASE_REVOKE] = { N_("Receipt: revocation of a certificate"),
	    N_("Proved: the authority itself says that the certificate is revoked.") },
	[CASE_SUSPEND] = { N_("Receipt: suspension of a certificate"),
	    N_("Proved: the authority itself says that the certificate is suspended.") },
	[CASE_LIFT] = { N_("Receipt: lifting of a suspension"),
	    N_("Proved: the authority itself says that the certificate is valid again.") },
};

static bool
proved(const struct case_view *view)
{
	return (view->state == CASE_PUBLISHED || view->state == CASE_CLOSED) &&
	    view->proved_by != -1;
}

/* Given up: what may still come of it. */
static const char *
withdrawn(const struct case_view *view)
{
	if (view->sent == 0 && !view->told)
		return _("Withdrawn: nothing was sent to the authority.");
	if (case_only_form(view) || (view->form && view->refused))
		return _("Withdrawn: a form had been made; if it reaches the authority, it may still act on it.");
	/* One way's "no" is not that of people who were told as well. */
	return view->refused && !view->told ?
	    _("Withdrawn: the authority had refused the request.") :
	    _("Not followed any more: the request was withdrawn here after it had been sent, and the authority may still act on it.");
}

/* How it stands, in one sentence that nobody can take for more than it is. */
static const char *
standing(const struct case_view *view)
{
	if (proved(view))
		return _(words[view->action].proved);
	switch (view->state) {
	case CASE_DRAFT:
		return _("Not proved: the request is not complete, and nothing has been sent.");
	case CASE_QUEUED:
		return _("Not proved: the request has not reached the authority yet.");
	case CASE_ACCEPTED:
		return _("Not proved yet: the authority accepted the request, but has not published it.");
	case CASE_REFUSED:
		return view->refused ?
		    _("Not done: the authority refused the request.") :
		    _("Not done: the certificate is revoked already, and can be neither suspended nor restored.");
	case CASE_WITHDRAWN:
		return withdrawn(view);
	case CASE_ON_PAPER:
		return case_only_form(view) ?
		    _("Not proved yet: the form is made, and the request counts once the authority has it.") :
		    _("Not proved yet: the request was told or handed over, and the authority has not published anything.");
	default:
		return _("Not proved yet: the authority has been asked, and has not published anything.");
	}
}

static void
put_hold(struct paper *p, const struct case_view *view)
{
	char day[16], *s;

	if (view->action != CASE_SUSPEND || view->hold_ends == 0)
		return;
	s = mem_printf(_("Its last day is %s; if it is not lifted by then, the certificate is revoked."),
	    clock_day(view->hold_ends, day, sizeof day));
	paper_say(p, s);
	free(s);
}

static void
put_standing(struct paper *p, const struct case_view *view)
{
	char when[WORDING_TIME_MAX], *s;

	paper_strong(p, standing(view));
	if (!proved(view) && view->action != CASE_LIFT)
		paper_say(p, _("Until the authority publishes it, others take the certificate as it was before."));
	if (proved(view) && view->good_until != 0) {
		s = mem_printf(_("Older answers may be kept in caches until %s; who relies on one may not see this before."),
		    wording_time(view->good_until, when));
		paper_say(p, s);
		free(s);
	}
	put_hold(p, view);
}

static void
put_time(struct paper *p, const char *label, int64_t utc)
{
	char when[WORDING_TIME_MAX];

	paper_field(p, label, wording_time(utc, when));
}

static void
put_course(struct paper *p, const struct case_view *view)
{
	const char *way = view->channel[0] != '\0' ?
	    case_channel_name(view->channel) : NULL;

	paper_head(p, _("Course"));
	paper_field(p, _("Way to the authority"), way);
	put_time(p, _("Request received"), view->received);
	put_time(p, _("Request complete"), view->complete);
	put_time(p, case_only_form(view) ? _("Form made") :
	    _("Sent to the authority"), view->sent);
	put_time(p, view->refused ?
	    _("Refused by the authority") : _("Accepted by the authority"),
	    view->answered);
	put_time(p, _("Published, seen here"), view->published);
	if (!proved(view))
		put_time(p, _("To be published by"), view->deadline);
	if (view->already)
		paper_say(p, _("The authority answered that this had been done before it was asked from here."));
}

static void
put_proof(struct paper *p, const struct case_view *view)
{
	if (!proved(view))
		return;
	paper_head(p, _("Proof"));
	paper_field(p, _("Stated by"), view->proved_by == HOW_OCSP ?
	    _("an answer of the authority's status service (OCSP)") :
	    _("the authority's revocation list (CRL)"));
	put_time(p, _("State of (thisUpdate)"), view->proved_at);
	put_time(p, _("In force since"), view->revoked_at);
	paper_field(p, _("Asked at"), view->proof_where);
	paper_whole(p, _("SHA-256 of the answer"), view->proof_hash);
}

static void
make_receipt(struct paper *p, const struct case_row *row,
    const struct case_view *view, const struct authority *a, const char *point)
{
	char *number = mem_printf(_("Case %s"), row->number);
	char *qr = receipt_qr(row, view);

	paper_init(p, _(words[view->action].title), number);
	put_standing(p, view);
	wording_certificate(p, row, view, false);
	if (a != NULL)
		paper_field(p, _("Authority"), a->name);
	wording_request(p, row, view, point);
	put_course(p, view);
	put_proof(p, view);
	paper_qr(p, qr);
	wording_foot(p, row);
	free(qr);
	free(number);
}

char *
receipt_text(const struct case_row *row, const struct case_view *view,
    const struct authority *a, const char *point)
{
	struct paper p;
	char *text;

	make_receipt(&p, row, view, a, point);
	text = paper_plain(&p);
	paper_clear(&p);
	return text;
}

int
receipt_pdf(const struct case_row *row, const struct case_view *view,
    const struct authority *a, const char *point, const char *font,
    struct buf *buf, struct err *err)
{
	struct paper p;
	int rc;

	make_receipt(&p, row, view, a, point);
	rc = paper_pdf(&p, font, buf, err);
	paper_clear(&p);
	return rc;
}

/* The same in every language, for programs and for people with a camera. */
char *
receipt_qr(const struct case_row *row, const struct case_view *view)
{
	char hex[CERT_SERIAL_MAX * 2 + 1], at[32];
	struct safe_text issuer;
	char *proof, *all;

	text_safe_str(&issuer, row->cert.issuer.line != NULL ?
	    row->cert.issuer.line : row->cert.issuer.shown, QR_ISSUER_MAX);
	text_hex(row->cert.serial, row->cert.serial_len, 0, hex, sizeof hex);
	if (proved(view))
		proof = mem_printf("%s %s\nsha256 %s",
		    record_how_id((enum record_how)view->proved_by),
		    clock_rfc3339(view->proved_at, at, sizeof at),
		    view->proof_hash);
	else
		proof = mem_strdup("not proved");
	all = mem_printf("okienko %s %s\n%s %s\n%s\n%s", row->number, row->uid,
	    case_action_id(view->action), hex, issuer.s, proof);
	free(proof);
	return all;
}
