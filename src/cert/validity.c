#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "cert/cert.h"

static enum validity
state_of(const struct cert *c, int64_t now, int64_t days_left, int renew_days)
{
	if (c->odd & ODD_DATES)
		return VALID_BAD_DATES;
	if (now < c->not_before)
		return VALID_NOT_YET;
	/* RFC 5280 4.1.2.5: both ends are inside. */
	if (now > c->not_after)
		return VALID_EXPIRED;
	return days_left <= renew_days ? VALID_ENDING : VALID_NOW;
}

void
cert_validity(const struct cert *c, int64_t now, int renew_days,
    int working_days, struct validity_view *v)
{
	struct date end;

	memset(v, 0, sizeof(*v));
	if (renew_days <= 0)
		renew_days = RENEW_OPEN_DAYS;
	if (working_days < 0)
		working_days = RENEW_WORKING_DAYS;
	if (c->odd & ODD_DATES) {
		v->state = VALID_BAD_DATES;
		return;
	}
	end = date_local(c->not_after);
	v->days_left = date_to_days(end) - date_to_days(date_local(now));
	v->state = state_of(c, now, v->days_left, renew_days);
	v->renew_from = date_add(end, -renew_days);
	v->last_safe = date_working_days_before(end, working_days);
	v->renewable = v->state == VALID_NOW || v->state == VALID_ENDING;
}

const char *
validity_word(const struct validity_view *v, char *buf, size_t size)
{
	int days = v->days_left > 0 ? (int)v->days_left : 0;
	const char *word = "";

	switch (v->state) {
	case VALID_NOT_YET:
		word = _("not yet valid");
		break;
	case VALID_NOW:
		word = _("valid");
		break;
	case VALID_ENDING:
		if (days > 0) {
			(void)snprintf(buf, size,
			    P_("%d day left", "%d days left", days), days);
			return buf;
		}
		word = _("ends today");
		break;
	case VALID_EXPIRED:
		word = _("expired");
		break;
	case VALID_BAD_DATES:
		word = _("wrong dates");
		break;
	}
	(void)snprintf(buf, size, "%s", word);
	return buf;
}

const char *
validity_id(enum validity state)
{
	static const char *const ids[] = {
		[VALID_NOT_YET] = "not-yet-valid", [VALID_NOW] = "valid",
		[VALID_ENDING] = "ending", [VALID_EXPIRED] = "expired",
		[VALID_BAD_DATES] = "bad-dates",
	};

	return ids[state];
}
