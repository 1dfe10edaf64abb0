#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "registry/columns.h"
#include "registry/ident.h"
#include "registry/index.h"

static const char *
some(const char *s)
{
	return s != NULL ? s : "";
}

static void
put(char **field, const char *s)
{
	free(*field);
	*field = mem_strndup(s, text_cut(s, RECORD_TEXT_MAX));
}

/* --- texts: one getter and one setter for each ---------------------------------- */

#define GET(name, field)						\
static const char *							\
get_##name(const struct record *r, char buf[static COLUMNS_TEXT_MAX])	\
{									\
	(void)buf;							\
	return some(r->field);						\
}

#define TEXT(name, field)						\
GET(name, field)							\
									\
static int								\
set_##name(struct record *r, const char *s)				\
{									\
	put(&r->field, s);						\
	return 0;							\
}

TEXT(issuer, issuer.line)
TEXT(issuer_name, issuer.shown)
TEXT(holder, holder)
TEXT(organisation, org)
TEXT(ocsp, ocsp)
TEXT(crl, cdp)
TEXT(ca_issuers, aia)
TEXT(order, order)
GET(point, point)
GET(account, account)
TEXT(card, card_token)
TEXT(card_number, card_number)
TEXT(card_model, card_model)

/* --- names in two halves ---------------------------------------------------------- */

/* Whichever comes first: given name before surname. */
static int
join(struct record *r, const char *first, const char *second)
{
	char *both = mem_printf("%s%s%s", first,
	    *first != '\0' && *second != '\0' ? " " : "", second);

	put(&r->holder, both);
	free(both);
	return 0;
}

static int
set_given(struct record *r, const char *s)
{
	return join(r, s, some(r->holder));
}

static int
set_surname(struct record *r, const char *s)
{
	return join(r, some(r->holder), s);
}

/* --- numbers in hex ----------------------------------------------------------------- */

static const char *
get_issuer_key(const struct record *r, char buf[static COLUMNS_TEXT_MAX])
{
	return text_hex(r->issuer.key, r->issuer.key_len, 0, buf,
	    COLUMNS_TEXT_MAX);
}

/* Without what people and spreadsheets put between the digits. */
static int
plain_hex(const char *s, char *out, size_t size)
{
	size_t n = 0;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		s += 2;
	for (; *s != '\0'; s++) {
		if (strchr(" :-", *s) != NULL)
			continue;
		if (!isxdigit((unsigned char)*s) || n + 1 == size)
			return -1;
		out[n++] = *s;
	}
	out[n] = '\0';
	return n > 0 ? 0 : -1;
}

static int
set_issuer_key(struct record *r, const char *s)
{
	char hex[2 * RECORD_KEY_MAX + 1];
	size_t n;

	if (plain_hex(s, hex, sizeof hex) != 0 || (n = strlen(hex)) % 2 != 0)
		return -1;
	for (size_t i = 0; i < n; i += 2) {
		char byte[3] = { hex[i], hex[i + 1], '\0' };

		r->issuer.key[i / 2] = (uint8_t)strtoul(byte, NULL, 16);
	}
	r->issuer.key_len = n / 2;
	return 0;
}

static const char *
get_serial(const struct record *r, char buf[static COLUMNS_TEXT_MAX])
{
	return text_hex(r->serial, r->serial_len, 0, buf, COLUMNS_TEXT_MAX);
}

static int
set_serial(struct record *r, const char *s)
{
	char hex[2 * CERT_SERIAL_MAX + 1];

	return plain_hex(s, hex, sizeof hex) == 0 ?
	    index_serial(hex, r->serial, &r->serial_len) : -1;
}

/* A decimal number as bytes: times ten, plus the next digit. */
static int
set_serial_dec(struct record *r, const char *s)
{
	uint8_t n[CERT_SERIAL_MAX] = { 0 };
	size_t first = 0, digits = 0;

	for (; *s != '\0'; s++) {
		unsigned carry;

		if (*s == ' ')
			continue;
		if (!isdigit((unsigned char)*s))
			return -1;
		carry = (unsigned)(*s - '0');
		for (size_t i = sizeof n; i-- > 0;) {
			carry += n[i] * 10u;
			n[i] = (uint8_t)carry;
			carry >>= 8;
		}
		if (carry != 0)
			return -1;
		digits++;
	}
	while (first + 1 < sizeof n && n[first] == 0)
		first++;
	r->serial_len = sizeof n - first;
	memcpy(r->serial, n + first, r->serial_len);
	return digits > 0 ? 0 : -1;
}

/* --- times: RFC 3339; a day alone (2027-03-14, 14.03.2027) is its first second ---------------------------------- */

static int
read_time(const char *s, int64_t *out)
{
	int year, month, day, used = 0;

	if (clock_parse_rfc3339(s, out) == 0)
		return 0;
	if ((sscanf(s, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 &&
	    sscanf(s, "%2d.%2d.%4d%n", &day, &month, &year, &used) != 3) ||
	    (size_t)used != strlen(s))
		return -1;
	return clock_from_utc(year, month, day, 0, 0, 0, out);
}

#define TIME(name, field, none)						\
static const char *							\
get_##name(const struct record *r, char buf[static COLUMNS_TEXT_MAX])	\
{									\
	return r->field == (none) ? "" :				\
	    clock_rfc3339(r->field, buf, COLUMNS_TEXT_MAX);		\
}									\
									\
static int								\
set_##name(struct record *r, const char *s)				\
{									\
	return read_time(s, &r->field);					\
}

TIME(not_before, not_before, CERT_NO_TIME)
TIME(not_after, not_after, CERT_NO_TIME)
TIME(first_seen, first_seen, 0)
TIME(last_seen, last_seen, 0)
TIME(status_at, status_at, 0)
TIME(revoked_at, revoked_at, 0)

/* --- words out of lists ------------------------------------------------------------------ */

static const char *
get_uses(const struct record *r, char buf[static COLUMNS_TEXT_MAX])
{
	size_t n = 0;

	buf[0] = '\0';
	for (int p = 0; p < PURPOSE_COUNT; p++) {
		if (r->uses & 1u << p)
			n += (size_t)snprintf(buf + n, COLUMNS_TEXT_MAX - n,
			    "%s%s", n > 0 ? " " : "",
			    purpose_id((enum purpose)p));
	}
	return buf;
}

static int
set_uses(struct record *r, const char *s)
{
	while (*s != '\0') {
		size_t n = strcspn(s, " ");
		int p;

		for (p = 0; p < PURPOSE_COUNT; p++) {
			const char *id = purpose_id((enum purpose)p);

			if (strlen(id) == n && strncmp(id, s, n) == 0)
				break;
		}
		if (p == PURPOSE_COUNT)
			return -1;
		r->uses |= 1u << p;
		s += n + strspn(s + n, " ");
	}
	return 0;
}

static const char *
get_qualified(const struct record *r, char buf[static COLUMNS_TEXT_MAX])
{
	(void)buf;
	return r->qualified ? "yes" : "no";
}

static int
set_qualified(struct record *r, const char *s)
{
	r->qualified = strcmp(s, "yes") == 0;
	return r->qualified || strcmp(s, "no") == 0 ? 0 : -1;
}

static int
how_of(const char *s, enum record_how *how)
{
	for (int i = 0; i < HOW_COUNT; i++) {
		if (strcmp(record_how_id((enum record_how)i), s) == 0) {
			*how = (enum record_how)i;
			return 0;
		}
	}
	return -1;
}

static const char *
get_how(const struct record *r, char buf[static COLUMNS_TEXT_MAX])
{
	(void)buf;
	return record_how_id(r->how);
}

static int
set_how(struct record *r, const char *s)
{
	return how_of(s, &r->how);
}

static const char *
get_status(const struct record *r, char buf[static COLUMNS_TEXT_MAX])
{
	(void)buf;
	return record_status_id(r->status);
}

static int
set_status(struct record *r, const char *s)
{
	for (int i = 0; i < STATUS_COUNT; i++) {
		if (strcmp(record_status_id((enum record_status)i), s) == 0) {
			r->status = (enum record_status)i;
			return 0;
		}
	}
	return -1;
}

static const char *
get_status_by(const struct record *r, char buf[static COLUMNS_TEXT_MAX])
{
	(void)buf;
	return r->status == STATUS_UNKNOWN ? "" : record_how_id(r->status_by);
}

static int
set_status_by(struct record *r, const char *s)
{
	return how_of(s, &r->status_by);
}

static const char *
get_reason(const struct record *r, char buf[static COLUMNS_TEXT_MAX])
{
	(void)buf;
	return some(index_reason_word(r->reason));
}

static int
set_reason(struct record *r, const char *s)
{
	r->reason = index_reason(s);
	return r->reason < 0 ? -1 : 0;
}

/* --- identifiers: masked on the way out, hashed on the way in ------------------------------ */

static const char *
get_identifier(const struct record *r, char buf[static COLUMNS_TEXT_MAX])
{
	(void)buf;
	return some(r->id_mask);
}

static const char *
get_email(const struct record *r, char buf[static COLUMNS_TEXT_MAX])
{
	(void)buf;
	return some(r->email_mask);
}

/* Masked it must be: nothing in clear is stored, whatever a list's heading says. */
static bool
is_masked(const char *s, bool email)
{
	const char *at = strchr(s, '@');
	size_t shown = 0, hidden = 0;

	for (; *s != '\0' && (!email || s != at); s++) {
		hidden += *s == '*';
		shown += isdigit((unsigned char)*s) != 0;
	}
	return hidden >= 3 && shown <= 5;
}

static int
set_identifier_mask(struct record *r, const char *s)
{
	if (!is_masked(s, false))
		return -1;
	put(&r->id_mask, s);
	return 0;
}

static int
set_email_mask(struct record *r, const char *s)
{
	if (!is_masked(s, true) || s[0] == '\0' || s[1] != '*')
		return -1;
	put(&r->email_mask, s);
	return 0;
}

/* An identifier in clear, as if it stood in a Polish certificate. */
static int
add_ident(struct record *r, enum cert_id_kind kind, const char *value)
{
	struct record_ident id = { .kind = kind, .country = "PL" };
	char normal[IDENT_TEXT_MAX], mask[IDENT_TEXT_MAX];
	enum ident_kind as;
	char **field = kind == ID_NONE ? &r->email_mask : &r->id_mask;

	id.value = mem_strdup(value);
	if (r->nidents == RECORD_IDENTS_MAX || !ident_kind_of(&id, &as) ||
	    ident_normal(as, value, normal) == -1) {
		free(id.value);
		return -1;
	}
	if (*field == NULL)
		put(field, ident_mask(as, normal, mask, sizeof mask));
	explicit_bzero(normal, sizeof normal);
	r->idents[r->nidents++] = id;
	return 0;
}

static int
set_pesel(struct record *r, const char *s)
{
	return add_ident(r, ID_PNO, s);
}

static int
set_nip(struct record *r, const char *s)
{
	return add_ident(r, ID_TIN, s);
}

static int
set_document(struct record *r, const char *s)
{
	return add_ident(r, ID_PAS, s);
}

static int
set_email(struct record *r, const char *s)
{
	return add_ident(r, ID_NONE, s);
}

/* --- the table --------------------------------------------------------------------------------- */

#define BOTH(name)	{ #name, COLUMN_TEXT, get_##name, set_##name }
#define OUT(name)	{ #name, COLUMN_TEXT, get_##name, NULL }
#define IN(name)	{ #name, COLUMN_TEXT, NULL, set_##name }

/* In the order of our export.  Who wrote a row is said by who writes it. */
const struct column columns[] = {
	BOTH(serial),
	BOTH(issuer),
	BOTH(issuer_name),
	BOTH(issuer_key),
	BOTH(holder),
	BOTH(organisation),
	BOTH(not_before),
	BOTH(not_after),
	BOTH(uses),
	{ "qualified", COLUMN_FLAG, get_qualified, set_qualified },
	{ "identifier_masked", COLUMN_TEXT, get_identifier,
	    set_identifier_mask },
	{ "email_masked", COLUMN_TEXT, get_email, set_email_mask },
	BOTH(order),
	BOTH(card),
	BOTH(card_number),
	BOTH(card_model),
	BOTH(ocsp),
	BOTH(crl),
	BOTH(ca_issuers),
	BOTH(status),
	BOTH(status_by),
	BOTH(status_at),
	BOTH(revoked_at),
	BOTH(reason),
	BOTH(how),
	BOTH(first_seen),
	BOTH(last_seen),
	OUT(point),
	OUT(account),
	IN(serial_dec),
	IN(given),
	IN(surname),
	IN(pesel),
	IN(nip),
	IN(document),
	IN(email),
};

const size_t columns_n = sizeof columns / sizeof *columns;

const struct column *
column_by_name(const char *name)
{
	for (size_t i = 0; i < columns_n; i++) {
		if (strcmp(columns[i].name, name) == 0)
			return &columns[i];
	}
	return NULL;
}
