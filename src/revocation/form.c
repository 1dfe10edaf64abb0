#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "revocation/channel.h"
#include "revocation/paper.h"
#include "revocation/wording.h"

/* More than that to attach would leave no room for the request. */
#define ATTACH_MAX	12

static const char *const titles[CASE_ACTIONS] = {
	[CASE_REVOKE] = N_("Request to revoke a certificate"),
	[CASE_SUSPEND] = N_("Request to suspend a certificate"),
	[CASE_LIFT] = N_("Request to lift the suspension of a certificate"),
};

/* The lines of an address in one. */
static char *
joined(const struct conf_list *lines)
{
	char *all = mem_strdup(""), *longer;

	for (size_t i = 0; i < lines->n; i++) {
		longer = mem_printf("%s%s%s", all, i > 0 ? ", " : "",
		    lines->v[i]);
		free(all);
		all = longer;
	}
	return all;
}

static void
put_receiver(struct paper *p, const struct case_row *row,
    const struct authority *a)
{
	char *address;

	paper_head(p, _("To"));
	if (a == NULL) {
		paper_field(p, _("Authority"), row->cert.issuer.shown);
		paper_say(p, _("Where to send this is not known here: ask the authority."));
		return;
	}
	address = joined(&a->form_address);
	paper_field(p, _("Authority"), a->name);
	paper_field(p, _("Address"), address);
	paper_field(p, _("Send by e-mail to"), a->form_email);
	paper_field(p, _("Looked up on"), a->form_checked_on);
	if (wording_is_old(a->form_checked_on, clock_now()))
		paper_say(p, _("That is more than a year ago: make sure before it is sent."));
	free(address);
}

static void
put_attachments(struct paper *p, const struct case_view *view,
    const struct authority *a)
{
	size_t n = a != NULL ? a->form_attach.n : 0, i;
	char *more;

	paper_head(p, _("To attach"));
	paper_box(p, _("this request, signed"));
	if (view->who == WHO_ENTITY)
		paper_box(p, _("proof that the applicant may act for the entity that the certificate names"));
	for (i = 0; i < n && i < ATTACH_MAX; i++)
		paper_box(p, a->form_attach.v[i]);
	if (n > ATTACH_MAX) {
		more = mem_printf(P_("and %zu more: ask the authority",
		    "and %zu more: ask the authority", n - ATTACH_MAX),
		    n - ATTACH_MAX);
		paper_box(p, more);
		free(more);
	}
}

/* What follows from it, said before it is signed. */
static void
put_consequence(struct paper *p, const struct case_view *view,
    const struct authority *a)
{
	char *s;

	if (view->action == CASE_REVOKE)
		paper_say(p, _("A revoked certificate never becomes valid again."));
	else if (view->action == CASE_SUSPEND && a != NULL &&
	    a->suspension_days > 0) {
		s = mem_printf(P_("A suspension that is not lifted within %ld day becomes a revocation.",
		    "A suspension that is not lifted within %ld days becomes a revocation.",
		    a->suspension_days), a->suspension_days);
		paper_say(p, s);
		free(s);
	}
}

static void
put_times(struct paper *p, const struct case_view *view)
{
	char when[WORDING_TIME_MAX];

	paper_field(p, _("Request received"),
	    wording_time(view->received, when));
	paper_field(p, _("Request complete"),
	    wording_time(view->complete, when));
}

/* Nobody's telephone is kept here, so it is written by hand. */
static void
put_applicant(struct paper *p, const struct case_view *view)
{
	if (view->who != WHO_HOLDER)
		paper_blank(p, _("Applicant's name"));
	paper_blank(p, _("Applicant's telephone, e-mail"));
}

static void
make_form(struct paper *p, const struct case_row *row,
    const struct case_view *view, const struct authority *a, const char *point)
{
	char *number = mem_printf(_("Case %s"), row->number);

	paper_init(p, _(titles[view->action]), number);
	put_receiver(p, row, a);
	wording_certificate(p, row, view, true);
	wording_request(p, row, view, point);
	put_applicant(p, view);
	put_times(p, view);
	put_consequence(p, view, a);
	put_attachments(p, view, a);
	paper_sign(p, _("date and signature of the applicant"),
	    _("date, registration point's signature"));
	wording_foot(p, row);
	free(number);
}

char *
form_text(const struct case_row *row, const struct case_view *view,
    const struct authority *a, const char *point)
{
	struct paper p;
	char *text;

	make_form(&p, row, view, a, point);
	text = paper_plain(&p);
	paper_clear(&p);
	return text;
}

int
form_pdf(const struct case_row *row, const struct case_view *view,
    const struct authority *a, const char *point, const char *font,
    struct buf *buf, struct err *err)
{
	struct paper p;
	int rc;

	make_form(&p, row, view, a, point);
	rc = paper_pdf(&p, font, buf, err);
	paper_clear(&p);
	return rc;
}
