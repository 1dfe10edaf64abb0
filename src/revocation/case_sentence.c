/* What a case is waiting for, in one plain sentence; and its clock. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "revocation/case_inside.h"

#define DAY	INT64_C(86400)
#define WHEN_MAX	32

static void
say_draft(const struct case_view *v, char *buf, size_t size)
{
	const char *s = N_("All answers are there: type the last four digits of the serial number.");

	if (v->who == -1 || v->proof == -1 ||
	    (v->reason == -1 && v->action == CASE_REVOKE))
		s = N_("Questions are still open; nothing has been sent.");
	else if (v->action == CASE_LIFT &&
	    v->status_before != STATUS_SUSPENDED)
		s = N_("Whether this certificate is suspended is not known here; confirm with the last four digits of the serial number.");
	text_fill(buf, size, _(s), "");
}

static void
say_queued(const struct case_view *v, int64_t now, char *buf, size_t size)
{
	char at[WHEN_MAX];

	if (v->next_try == 0 && v->last_err.code != ERR_NONE)
		text_fill(buf, size, _("Complete, not sent yet; it waits for somebody at the desk."), "");
	else if (v->next_try == 0)
		text_fill(buf, size, _("Complete. Nothing is sent by itself: tell the authority now."), "");
	else if (v->last_err.code == ERR_NONE)
		text_fill(buf, size, _("Complete; it is being sent."), "");
	else
		text_fill(buf, size, _("Complete, not sent yet; tried again at %s."),
		    clock_when(v->next_try, now, at, sizeof at));
}

static void
say_sent(const struct case_view *v, int64_t now, char *buf, size_t size)
{
	char at[WHEN_MAX];

	if (v->last_err.code != ERR_NONE && v->next_try != 0)
		text_fill(buf, size, _("The authority may have the request; its answer was lost. It is asked again at %s."),
		    clock_when(v->next_try, now, at, sizeof at));
	else
		text_fill(buf, size, _("Sent to the authority; it has not answered yet."), "");
}

static void
say_accepted(const struct case_view *v, int64_t now, char *buf, size_t size)
{
	char at[WHEN_MAX];

	if (v->already)
		text_fill(buf, size, _("The authority says that it was done before; its status service does not show it yet."), "");
	else if (v->good_until > now)
		text_fill(buf, size, _("The authority said yes, but does not publish it yet; an old \"good\" may be believed until %s."),
		    clock_when(v->good_until, now, at, sizeof at));
	else
		text_fill(buf, size, _("The authority said yes; its status service does not show it yet."), "");
}

static void
say_published(const struct case_view *v, int64_t now, char *buf, size_t size)
{
	char at[WHEN_MAX];

	if (v->action == CASE_LIFT)
		text_fill(buf, size, _("The certificate is valid again: the authority's status service says so."), "");
	else if (v->action == CASE_SUSPEND && v->hold_ends != 0)
		text_fill(buf, size, _("The certificate is suspended; unless it is lifted, it counts as revoked after %s."),
		    clock_day(v->hold_ends, at, sizeof at));
	else if (v->action == CASE_SUSPEND)
		text_fill(buf, size, _("The certificate is suspended: the authority's status service says so."), "");
	else if (v->sent == 0)
		text_fill(buf, size, _("The certificate was revoked already; nothing had to be sent."), "");
	else if (v->good_until > now)
		text_fill(buf, size, _("The certificate is revoked; an old \"good\" may still be believed until %s."),
		    clock_when(v->good_until, now, at, sizeof at));
	else
		text_fill(buf, size, _("The certificate is revoked: the authority's status service says so."), "");
}

static void
say_refused(const struct case_view *v, char *buf, size_t size)
{
	char why[512];

	if (v->status == STATUS_REVOKED && v->action != CASE_REVOKE)
		text_fill(buf, size, _("The certificate is revoked already: it can be neither suspended nor restored."), "");
	else if (v->last_err.code != ERR_NONE)
		text_fill(buf, size, _("The authority said no: %s"),
		    err_sentence(&v->last_err, why, sizeof why));
	else
		text_fill(buf, size, _("The authority said no; choose another way or withdraw the case."), "");
}

static void
say_ended(const struct case_view *v, int64_t now, char *buf, size_t size)
{
	char at[WHEN_MAX];

	if (v->state == CASE_CLOSED)
		text_fill(buf, size, _("Proved, and closed on %s."),
		    clock_when(v->closed, now, at, sizeof at));
	else if (case_only_form(v) || (v->form && v->refused))
		text_fill(buf, size, _("Withdrawn here; if the form reaches the authority, it may still act on it."), "");
	else if (v->told || (v->sent != 0 && v->answered == 0))
		text_fill(buf, size, _("Withdrawn here, but the authority has the request and may still act on it."), "");
	else
		text_fill(buf, size, _("Withdrawn; nothing was done."), "");
}

static void
say_on_paper(const struct case_view *v, char *buf, size_t size)
{
	if (case_only_form(v))
		text_fill(buf, size, _("The form is made; the request counts once the authority has it."), "");
	else
		text_fill(buf, size, _("The authority was told (%s); its status service does not show it yet."),
		    case_channel_name(v->channel));
}

const char *
case_sentence(const struct case_view *v, int64_t now, char *buf, size_t size)
{
	switch (v->state) {
	case CASE_DRAFT:
		say_draft(v, buf, size);
		break;
	case CASE_QUEUED:
		say_queued(v, now, buf, size);
		break;
	case CASE_SENT:
		say_sent(v, now, buf, size);
		break;
	case CASE_ON_PAPER:
		say_on_paper(v, buf, size);
		break;
	case CASE_ACCEPTED:
		say_accepted(v, now, buf, size);
		break;
	case CASE_PUBLISHED:
		say_published(v, now, buf, size);
		break;
	case CASE_REFUSED:
		say_refused(v, buf, size);
		break;
	case CASE_CLOSED:
	case CASE_WITHDRAWN:
	case CASE_STATES:
		say_ended(v, now, buf, size);
		break;
	}
	return buf;
}

/* --- the clock ------------------------------------------------------------------- */

const char *
case_clock(const struct case_view *v, int64_t now, char *buf, size_t size)
{
	bool hold = v->deadline == 0 && v->state == CASE_PUBLISHED;
	int64_t end = hold ? v->hold_ends : v->deadline, left = end - now;
	int64_t s = left < 0 ? -left : left;
	int h = (int)(s / 3600), min = (int)(s % 3600 / 60);

	if (size > 0)
		buf[0] = '\0';
	if (end == 0)
		return buf;
	if (hold && left >= DAY)
		snprintf(buf, size, P_("%d day left", "%d days left", s / DAY),
		    (int)(s / DAY));
	else if (left < 0 && h > 0)
		snprintf(buf, size, _("overdue by %d h"), h);
	else if (left < 0)
		snprintf(buf, size, _("overdue by %d min"), min);
	else if (h > 0)
		snprintf(buf, size, _("%d h %d min left"), h, min);
	else
		snprintf(buf, size, _("%d min left"), min);
	return buf;
}
