#include "config.h"

#include "revocation/wording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

#define PESEL_DIGITS	11
#define PESEL_MASK	"PESEL "	/* how a masked one begins (registry/ident.h) */

/* CRLReason, RFC 5280 5.3.1; the standard's own words in every language. */
static const char *const reasons[] = {
	"unspecified", "keyCompromise", "cACompromise", "affiliationChanged",
	"superseded", "cessationOfOperation", "certificateHold", NULL,
	"removeFromCRL", "privilegeWithdrawn", "aACompromise",
};

#define NREASONS	(int)(sizeof reasons / sizeof reasons[0])
#define REASON_HOLD	6
#define REASON_REMOVE	8

/* --- numbers ----------------------------------------------------------------- */

char *
wording_serial(const struct record *r)
{
	char hex[CERT_SERIAL_MAX * 3];

	return mem_strdup(text_hex(r->serial, r->serial_len, 2, hex,
	    sizeof hex));
}

/* By dividing the whole number by ten, digit by digit. */
char *
wording_decimal(const struct record *r)
{
	uint8_t left[CERT_SERIAL_MAX];
	char digits[CERT_SERIAL_MAX * 3 + 1];
	size_t at = sizeof digits - 1, i, len = r->serial_len;
	unsigned rest;
	bool more;

	memcpy(left, r->serial, len);
	digits[at] = '\0';
	do {
		rest = 0;
		more = false;
		for (i = 0; i < len; i++) {
			rest = rest << 8 | left[i];
			left[i] = (uint8_t)(rest / 10);
			rest %= 10;
			more = more || left[i] != 0;
		}
		digits[--at] = (char)('0' + rest);
	} while (more);
	return mem_strdup(digits + at);
}

char *
wording_code(const struct case_view *view)
{
	int code = view->action == CASE_SUSPEND ? REASON_HOLD :
	    view->action == CASE_LIFT ? REASON_REMOVE :
	    case_reason_code(view->reason);

	if (code < 0 || code >= NREASONS || reasons[code] == NULL)
		code = 0;
	return mem_printf("%s (%d)", reasons[code], code);
}

/* --- times ------------------------------------------------------------------- */

const char *
wording_time(int64_t utc, char buf[static WORDING_TIME_MAX])
{
	char local[32], there[32];
	struct tm here, gmt;
	time_t t = (time_t)utc;
	bool same;

	buf[0] = '\0';
	if (utc == 0 || localtime_r(&t, &here) == NULL ||
	    gmtime_r(&t, &gmt) == NULL)
		return buf;
	same = here.tm_mday == gmt.tm_mday;
	if (strftime(local, sizeof local, "%Y-%m-%d %H:%M:%S %Z", &here) == 0)
		return buf;
	if (strcmp(here.tm_zone, "UTC") == 0)
		(void)snprintf(buf, WORDING_TIME_MAX, "%s", local);
	else if (strftime(there, sizeof there, same ? "%H:%M:%S UTC" :
	    "%Y-%m-%d %H:%M:%S UTC", &gmt) > 0)
		(void)snprintf(buf, WORDING_TIME_MAX, "%s (%s)", local, there);
	return buf;
}

bool
wording_is_old(const char *day, int64_t now)
{
	struct date d;

	return sscanf(day, "%4d-%2d-%2d", &d.year, &d.month, &d.day) == 3 &&
	    date_cmp(date_add(d, WORDING_OLD), date_local(now)) < 0;
}

/* --- parts of a page ----------------------------------------------------------- */

static void
put_validity(struct paper *p, const struct record *r)
{
	char from[16], to[16], *both;

	if (r->not_before == CERT_NO_TIME || r->not_after == CERT_NO_TIME)
		return;
	both = mem_printf(_("from %s to %s"),
	    clock_day(r->not_before, from, sizeof from),
	    clock_day(r->not_after, to, sizeof to));
	paper_field(p, _("Valid"), both);
	free(both);
}

static void
put_identifier(struct paper *p, const struct record *r, bool complete)
{
	bool pesel = r->id_mask == NULL ||
	    strncmp(r->id_mask, PESEL_MASK, strlen(PESEL_MASK)) == 0;

	paper_field(p, _("Identifier, masked"), r->id_mask);
	if (complete && pesel)
		paper_cells(p, _("PESEL in full, by hand"), PESEL_DIGITS);
	else if (complete)
		paper_blank(p, _("The same in full, by hand"));
}

void
wording_certificate(struct paper *p, const struct case_row *row,
    const struct case_view *view, bool complete)
{
	const struct record *r = &row->cert;
	char *hex = wording_serial(r), *decimal = wording_decimal(r);

	paper_head(p, _("Certificate"));
	if (r->holder != NULL || !complete)
		paper_field(p, _("Holder"), r->holder != NULL ? r->holder :
		    _("not known"));
	else
		paper_blank(p, _("Holder"));
	paper_field(p, _("Organisation"), r->org);
	put_identifier(p, r, complete);
	paper_field(p, _("E-mail, masked"), r->email_mask);
	paper_whole(p, _("Serial number"), hex);
	paper_whole(p, _("The same in decimal"), decimal);
	paper_field(p, _("Issuer"), r->issuer.line != NULL ? r->issuer.line :
	    r->issuer.shown);
	put_validity(p, r);
	if (view->typed)
		paper_say(p, _("Issuer and serial number were typed in by hand; the certificate itself was not seen here."));
	free(hex);
	free(decimal);
}

/* Who asks and how that was checked, in one line. */
static void
put_who(struct paper *p, const struct case_view *view)
{
	if (view->who != -1)
		paper_field(p, _("Asked for by"), case_who_name(view->who));
	if (view->proof != -1)
		paper_field(p, _("Identity checked by"),
		    case_proof_name(view->proof));
}

const struct case_event *
wording_last(const struct case_row *row)
{
	for (size_t i = row->nevents; i > 0; i--)
		if (row->events[i - 1].point != NULL)
			return &row->events[i - 1];
	return NULL;
}

/* A day that was told without a time begins at midnight. */
static void
put_lost(struct paper *p, int64_t at)
{
	char buf[WORDING_TIME_MAX];
	struct tm tm;
	time_t t = (time_t)at;

	if (at == 0)
		return;
	if (localtime_r(&t, &tm) != NULL &&
	    (tm.tm_hour != 0 || tm.tm_min != 0 || tm.tm_sec != 0))
		paper_field(p, _("When it happened"), wording_time(at, buf));
	else
		paper_field(p, _("When it happened"),
		    clock_day(at, buf, sizeof buf));
}

void
wording_request(struct paper *p, const struct case_row *row,
    const struct case_view *view, const char *point)
{
	const struct case_event *last = wording_last(row);
	char *code = wording_code(view);

	paper_head(p, _("Request"));
	paper_field(p, _("What is asked for"), case_action_name(view->action));
	if (view->reason != -1)
		paper_field(p, _("Reason"), case_reason_name(view->reason));
	paper_field(p, "CRLReason", code);
	put_lost(p, view->lost_at);
	put_who(p, view);
	paper_field(p, _("Registration point"), point);
	paper_field(p, _("Operator"), last != NULL ? last->account : NULL);
	paper_field(p, _("Note"), view->note);
	free(code);
}

void
wording_foot(struct paper *p, const struct case_row *row)
{
	char *foot = mem_printf(_("okienko, case %s, %s"), row->number,
	    row->uid);

	paper_foot(p, foot);
	free(foot);
}
