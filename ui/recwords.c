#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "ui/recwords.h"
#include "ui/words.h"

static const struct {
	const char	*id, *word;
} states[] = {
	[REC_VALID] = { "valid", N_("valid") },
	[REC_NOT_YET] = { "not-yet-valid", N_("not yet valid") },
	[REC_EXPIRED] = { "expired", N_("expired") },
	[REC_SUSPENDED] = { "suspended", N_("suspended") },
	[REC_REVOKED] = { "revoked", N_("revoked") },
	[REC_NO_DATES] = { "unknown", N_("dates not known") },
};

static const char *const hows[HOW_COUNT] = {
	[HOW_TYPED] = N_("typed in by hand"),
	[HOW_IMPORT_TEXT] = N_("a line of an imported list"),
	[HOW_IMPORT] = N_("imported from a file"),
	[HOW_DOCUMENT] = N_("out of a document"),
	[HOW_CARD] = N_("read from a card"),
	[HOW_CRL] = N_("a revocation list (CRL)"),
	[HOW_OCSP] = N_("an answer of the authority (OCSP)"),
};

/* CRLReason, RFC 5280 5.3.1. */
static const char *const reasons[] = {
	[1] = N_("key compromised"), [2] = N_("authority compromised"),
	[3] = N_("affiliation changed"), [4] = N_("superseded"),
	[5] = N_("no longer used"), [6] = N_("on hold"),
	[8] = N_("taken off the list"), [9] = N_("privilege withdrawn"),
	[10] = N_("attributes' authority compromised"),
};

/* What a certificate is listed under, the most telling first. */
static const enum purpose by_weight[] = { PURPOSE_QSIGN, PURPOSE_QSEAL,
	PURPOSE_CA, PURPOSE_EMAIL, PURPOSE_LOGON, PURPOSE_ENCRYPT };

#define NWEIGHTS	(sizeof by_weight / sizeof by_weight[0])

enum rec_state
rec_state(const struct record *r, int64_t now)
{
	return record_state(r->status, r->not_before, r->not_after, now);
}

const char *
rec_state_id(enum rec_state s)
{
	return states[s].id;
}

const char *
recwords_day(int64_t t, char *buf, size_t size)
{
	if (t == CERT_NO_TIME || t == 0)
		snprintf(buf, size, "?");
	else
		clock_day(t, buf, size);
	return buf;
}

const char *
recwords_state(const struct record *r, int64_t now, char *buf, size_t size)
{
	enum rec_state s = rec_state(r, now);
	int64_t when = r->revoked_at != 0 ? r->revoked_at : r->status_at;
	char day[32];

	if (s == REC_VALID && r->status == STATUS_UNKNOWN) {
		snprintf(buf, size, "%s", _("in date, not asked"));
		return buf;
	}
	if (s == REC_VALID)
		when = r->status_at;
	if (when == 0 || (s != REC_VALID && s != REC_REVOKED &&
	    s != REC_SUSPENDED))
		snprintf(buf, size, "%s", _(states[s].word));
	else
		snprintf(buf, size, "%s %s", _(states[s].word),
		    recwords_day(when, day, sizeof day));
	return buf;
}

const char *
recwords_state_brief(const struct record *r, int64_t now, char *buf, size_t size)
{
	snprintf(buf, size, "%s", _(states[rec_state(r, now)].word));
	return buf;
}

const char *
recwords_reason(int reason)
{
	if (reason < 0 || (size_t)reason >= sizeof reasons / sizeof reasons[0] ||
	    reasons[reason] == NULL)
		return NULL;
	return _(reasons[reason]);
}

static const char *const status_sentences[STATUS_COUNT] = {
	[STATUS_GOOD] = N_("valid on %s, says %s"),
	[STATUS_REVOKED] = N_("revoked, as of %s, says %s"),
	[STATUS_SUSPENDED] = N_("suspended, as of %s, says %s"),
};

const char *
recwords_status(const struct record *r, int64_t now, char *buf, size_t size)
{
	const char *why = recwords_reason(r->reason);
	char at[32], since[32] = "";

	(void)now;
	if (r->status == STATUS_UNKNOWN) {
		snprintf(buf, size, "%s", _("never asked, so not known"));
		return buf;
	}
	if (r->revoked_at != 0)
		clock_local(r->revoked_at, since, sizeof since);
	snprintf(buf, size, _(status_sentences[r->status]),
	    recwords_day(r->status_at, at, sizeof at), _(hows[r->status_by]));
	if (since[0] != '\0' && r->status != STATUS_GOOD) {
		size_t len = strlen(buf);

		snprintf(buf + len, size - len, _("; since %s"), since);
	}
	if (why != NULL && r->status != STATUS_GOOD) {
		size_t len = strlen(buf);

		snprintf(buf + len, size - len, " (%s)", why);
	}
	return buf;
}

const char *
recwords_use(const struct record *r)
{
	for (size_t i = 0; i < NWEIGHTS; i++)
		if (r->uses & (1u << by_weight[i]))
			return purpose_brief(by_weight[i]);
	return "";
}

const char *
recwords_uses(const struct record *r, char *buf, size_t size)
{
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < NWEIGHTS && len < size; i++)
		if (r->uses & (1u << by_weight[i]))
			len += (size_t)snprintf(buf + len, size - len, "%s%s",
			    len > 0 ? ", " : "", purpose_brief(by_weight[i]));
	return buf;
}

const char *
recwords_id(const struct record *r, char *buf, size_t size)
{
	snprintf(buf, size, "%s", r->id_mask != NULL ? r->id_mask :
	    r->email_mask != NULL ? r->email_mask : "");
	return buf;
}

const char *
recwords_serial_end(const struct record *r, char *buf, size_t size)
{
	size_t n = r->serial_len > 4 ? 4 : r->serial_len;
	char hex[16];

	text_hex(r->serial + r->serial_len - n, n, 2, hex, sizeof hex);
	snprintf(buf, size, "%s%s", n < r->serial_len ? "…" : "", hex);
	return buf;
}

const char *
recwords_serial(const struct record *r, char *buf, size_t size)
{
	return text_hex(r->serial, r->serial_len, 2, buf, size);
}

/* Long division of the number by ten, a digit a round from the end. */
const char *
recwords_decimal(const struct record *r, char *buf, size_t size)
{
	uint8_t n[CERT_SERIAL_MAX];
	char digits[RECWORDS_SERIAL_MAX];
	size_t at = sizeof digits - 1, from = 0;

	memcpy(n, r->serial, r->serial_len);
	digits[at] = '\0';
	do {
		unsigned rest = 0;

		for (size_t i = from; i < r->serial_len; i++) {
			rest = rest << 8 | n[i];
			n[i] = (uint8_t)(rest / 10);
			rest %= 10;
		}
		digits[--at] = (char)('0' + rest);
		while (from < r->serial_len && n[from] == 0)
			from++;
	} while (from < r->serial_len && at > 0);
	return words_digits(digits + at, 5, buf, size);
}

const char *
recwords_holder(const struct record *r)
{
	return r->holder == NULL && r->restricted ? _("not told: processing of "
	    "this person's data is restricted") : r->holder;
}

const char *
recwords_where(const struct record *r)
{
	if (r->point != NULL && r->point[0] != '\0')
		return r->point;
	return r->account != NULL ? r->account : "";
}

const char *
recwords_card(const char *model, const char *number, char *buf, size_t size)
{
	bool both = model != NULL && model[0] != '\0' && number != NULL &&
	    number[0] != '\0';

	snprintf(buf, size, "%s%s%s", model != NULL ? model : "",
	    both ? ", " : "", number != NULL ? number : "");
	return buf;
}

#define COPIES_NAMED	4

const char *
recwords_copies(const json_t *copies, char *buf, size_t size)
{
	char names[256] = "";
	size_t i, len = 0, n = json_array_size(copies);

	for (i = 0; i < n && i < COPIES_NAMED && len < sizeof names; i++)
		len += (size_t)snprintf(names + len, sizeof names - len, "%s%s",
		    i > 0 ? ", " : "",
		    json_string_value(json_array_get(copies, i)));
	buf[0] = '\0';
	if (n > 0)
		snprintf(buf, size, _("These earlier copies beside the registry "
		    "keep what is erased from it: %s%s. Delete them when they "
		    "are not needed any more."), names,
		    n > COPIES_NAMED ? ", ..." : "");
	return buf;
}

const char *
recwords_anew(void)
{
	return _("The registry was missing, though its key is here: a new one "
	    "was made with that key. If it should be there, put a backup back: "
	    "okienko registry restore FILE.");
}

const char *
recwords_how(enum record_how how)
{
	return _(hows[how]);
}

static void
add(char *buf, size_t size, const char *fmt, size_t n)
{
	size_t len = strlen(buf);

	if (n == 0)
		return;
	len += (size_t)snprintf(buf + len, size - len, "%s",
	    len > 0 ? ", " : "");
	snprintf(buf + len, size - len, fmt, n);
}

const char *
recwords_change(const struct seen_change *c, char *buf, size_t size)
{
	buf[0] = '\0';
	if (c->first) {
		snprintf(buf, size, "%s", _("new here"));
		return buf;
	}
	add(buf, size, _("%zu renewed"), c->renewed);
	add(buf, size, _("%zu added"), c->added);
	add(buf, size, _("%zu gone"), c->gone);
	return buf;
}

const char *
recwords_clock(int64_t t, char *buf, size_t size)
{
	char all[32];

	/* The hour and minute of "2027-03-14 09:14:02". */
	clock_local(t, all, sizeof all);
	snprintf(buf, size, "%.5s", strlen(all) > 11 ? all + 11 : all);
	return buf;
}

const char *
recwords_count(int64_t n, char *buf, size_t size)
{
	char digits[24];
	size_t len = (size_t)snprintf(digits, sizeof digits, "%lld",
	    (long long)n), out = 0;

	for (size_t i = 0; i < len && out + 2 < size; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			buf[out++] = ' ';
		buf[out++] = digits[i];
	}
	buf[out] = '\0';
	return buf;
}
