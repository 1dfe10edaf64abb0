#include "config.h"

#include "registry/index.h"

#include <string.h>
#include <strings.h>

#include "cert/der.h"

enum { STATUS, EXPIRY, REVOKED, SERIAL, FILE_NAME, SUBJECT, FIELDS };

static const char *const field_names[FIELDS] = {
	[STATUS] = "status",
	[EXPIRY] = "expiry",
	[REVOKED] = "revoked",
	[SERIAL] = "serial",
	[FILE_NAME] = "file",
	[SUBJECT] = "subject",
};

/* RFC 5280 5.3.1; 7 is not used. */
static const char *const reasons[] = {
	"unspecified", "keyCompromise", "cACompromise", "affiliationChanged",
	"superseded", "cessationOfOperation", "certificateHold", NULL,
	"removeFromCRL", "privilegeWithdrawn", "aACompromise",
};

#define NREASONS	((int)(sizeof reasons / sizeof *reasons))

/* Words that `openssl ca` has besides: they carry something more behind them. */
static const struct {
	const char	*word;
	int		 reason;
} more_reasons[] = {
	{ "holdInstruction", 6 },
	{ "keyTime", 1 },
	{ "CAkeyTime", 2 },
};

int
index_reason(const char *word)
{
	for (int i = 0; i < NREASONS; i++) {
		if (reasons[i] != NULL && strcasecmp(reasons[i], word) == 0)
			return i;
	}
	for (size_t i = 0; i < sizeof more_reasons / sizeof *more_reasons; i++)
		if (strcasecmp(more_reasons[i].word, word) == 0)
			return more_reasons[i].reason;
	return -1;
}

const char *
index_reason_word(int reason)
{
	return reason >= 0 && reason < NREASONS ? reasons[reason] : NULL;
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
index_serial(const char *hex, uint8_t out[static CERT_SERIAL_MAX], size_t *len)
{
	size_t digits, n = 0;
	int value = 0;

	while (hex[0] == '0' && hex[1] != '\0')
		hex++;
	digits = strlen(hex);
	if (digits == 0 || digits > 2 * CERT_SERIAL_MAX)
		return -1;
	for (size_t i = 0; i < digits; i++) {
		int d = nibble(hex[i]);

		if (d < 0)
			return -1;
		value = value << 4 | d;
		/* An odd count has its single digit in front. */
		if ((digits - i) % 2 == 1) {
			out[n++] = (uint8_t)value;
			value = 0;
		}
	}
	*len = n;
	return 0;
}

/* A tab with a backslash before it is part of a field. */
static size_t
split(char *line, char *fields[FIELDS])
{
	char *to = line;
	size_t n = 0;

	fields[n++] = line;
	for (const char *from = line; *from != '\0'; from++) {
		if (from[0] == '\\' && from[1] == '\t')
			*to++ = *++from;
		else if (*from != '\t')
			*to++ = *from;
		else if (n == FIELDS)
			return n + 1;
		else {
			*to++ = '\0';
			fields[n++] = to;
		}
	}
	*to = '\0';
	return n;
}

/* UTCTime has two digits of the year, GeneralizedTime four. */
static int
read_time(const char *s, size_t len, int64_t *out)
{
	return der_time(len == strlen("YYMMDDHHMMSSZ") ? DER_UTC_TIME :
	    DER_GENERAL_TIME, span_of(s, len), out);
}

/* "260101120000Z,keyCompromise" */
static int
read_revoked(char *s, struct index_line *out)
{
	char *reason = strchr(s, ',');
	size_t len = reason != NULL ? (size_t)(reason - s) : strlen(s);

	if (read_time(s, len, &out->revoked_at) != 0)
		return -1;
	if (reason == NULL)
		return 0;
	reason++;
	reason[strcspn(reason, ",")] = '\0';
	out->reason = index_reason(reason);
	return out->reason < 0 ? -1 : 0;
}

static int
read_status(const char *s, struct index_line *out)
{
	if (strlen(s) != 1 || strchr("VRE", s[0]) == NULL)
		return -1;
	/* What ended by its date alone had not been revoked. */
	out->status = s[0] == 'R' ? STATUS_REVOKED : STATUS_GOOD;
	return 0;
}

enum index_bad
index_read(char *line, struct index_line *out)
{
	char *f[FIELDS];
	int bad = -1;

	*out = (struct index_line){ .not_after = CERT_NO_TIME, .reason = -1 };
	if (split(line, f) != FIELDS)
		return INDEX_FIELDS;
	out->subject = f[SUBJECT];
	if (read_status(f[STATUS], out) != 0)
		bad = STATUS;
	else if (read_time(f[EXPIRY], strlen(f[EXPIRY]), &out->not_after) != 0)
		bad = EXPIRY;
	else if ((out->status == STATUS_REVOKED) != (f[REVOKED][0] != '\0') ||
	    (f[REVOKED][0] != '\0' && read_revoked(f[REVOKED], out) != 0))
		bad = REVOKED;
	else if (index_serial(f[SERIAL], out->serial, &out->serial_len) != 0)
		bad = SERIAL;
	if (bad >= 0) {
		out->bad = field_names[bad];
		return INDEX_VALUE;
	}
	if (out->reason == 6)		/* certificateHold */
		out->status = STATUS_SUSPENDED;
	return INDEX_GOOD;
}
