/*
 * Identifiers of persons and organisations: EN 319 412-1 clause 5.1.3 and
 * 5.1.4, and what Polish certificates had before that.
 */
#include "cert/ident.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/parts.h"

#define PESEL_DIGITS	11
#define NIP_DIGITS	10

struct scheme {
	const char		*prefix;
	enum cert_id_kind	 kind;
};

static const struct scheme persons[] = {
	{ "PNO", ID_PNO }, { "PAS", ID_PAS }, { "IDC", ID_IDC },
	{ "TIN", ID_TIN }, { "TAX", ID_TAX },
};

static const struct scheme organisations[] = {
	{ "VAT", ID_VAT }, { "NTR", ID_NTR }, { "PSD", ID_PSD },
};

/* The number of an older Polish form follows one of " :-", or nothing. */
static const struct scheme old_forms[] = {
	{ "PESEL", ID_PNO }, { "NIP", ID_TIN },
};

/* Exactly n digits as numbers; false for anything else. */
static bool
take_digits(const char *s, int *digits, size_t n)
{
	size_t got = 0;

	for (; *s != '\0'; s++) {
		if (*s == '-' || *s == ' ')
			continue;
		if (!isdigit((unsigned char)*s) || got == n)
			return false;
		digits[got++] = *s - '0';
	}
	return got == n;
}

bool
ident_pesel_ok(const char *s)
{
	static const int weights[PESEL_DIGITS] =
	    { 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1 };
	int d[PESEL_DIGITS], sum = 0, month, day;

	if (!take_digits(s, d, PESEL_DIGITS))
		return false;
	for (int i = 0; i < PESEL_DIGITS; i++)
		sum += weights[i] * d[i];
	/* Twenties added to the month tell the century of birth. */
	month = (d[2] * 10 + d[3]) % 20;
	day = d[4] * 10 + d[5];
	return sum % 10 == 0 && month >= 1 && month <= 12 && day >= 1 &&
	    day <= 31;
}

bool
ident_nip_ok(const char *s)
{
	static const int weights[NIP_DIGITS - 1] = { 6, 5, 7, 2, 3, 4, 5, 6, 7 };
	int d[NIP_DIGITS], sum = 0;

	if (!take_digits(s, d, NIP_DIGITS))
		return false;
	for (int i = 0; i < NIP_DIGITS - 1; i++)
		sum += weights[i] * d[i];
	/* A remainder of ten is never given out; tax offices begin at 101. */
	return sum % 11 == d[NIP_DIGITS - 1] && d[0] != 0;
}

static int
checksum_of(enum cert_id_kind kind, const char *country, const char *value)
{
	if (strcmp(country, "PL") != 0)
		return -1;
	switch (kind) {
	case ID_PNO:
		return ident_pesel_ok(value);
	case ID_TIN:
	case ID_TAX:
	case ID_VAT:
		/* A person's tax number may be the PESEL as well. */
		return ident_nip_ok(value) ||
		    (kind != ID_VAT && ident_pesel_ok(value));
	default:
		return -1;
	}
}

static bool
is_country(const char *s)
{
	return isupper((unsigned char)s[0]) && isupper((unsigned char)s[1]);
}

static void
set_id(struct cert_id *id, enum cert_id_kind kind, const char *country,
    const char *value)
{
	id->kind = kind;
	if (*country != '\0')
		memcpy(id->country, country, 2);
	id->value = mem_strdup(value);
	id->checksum = checksum_of(kind, id->country, value);
}

/* "PNOPL-44051401359" */
static bool
read_scheme(const char *s, const struct scheme *table, size_t n,
    struct cert_id *id)
{
	for (size_t i = 0; i < n; i++) {
		if (strncmp(s, table[i].prefix, 3) == 0 && is_country(s + 3) &&
		    s[5] == '-') {
			set_id(id, table[i].kind, s + 3, s + 6);
			return true;
		}
	}
	return false;
}

/* "EI:SE-200007292386": a scheme that only its country knows. */
static bool
read_local(const char *s, struct cert_id *id)
{
	if (strlen(s) < 6 || !is_country(s) || s[2] != ':' ||
	    !is_country(s + 3) || s[5] != '-')
		return false;
	set_id(id, ID_LOCAL, s + 3, s + 6);
	return true;
}

static bool
read_old_form(const char *s, struct cert_id *id)
{
	for (size_t i = 0; i < sizeof(old_forms) / sizeof(old_forms[0]); i++) {
		size_t len = strlen(old_forms[i].prefix);

		if (strncmp(s, old_forms[i].prefix, len) != 0)
			continue;
		s += len + strspn(s + len, " :-");
		if (!isdigit((unsigned char)*s))
			return false;
		set_id(id, old_forms[i].kind, "PL", s);
		id->old_form = true;
		return true;
	}
	return false;
}

static void
reset(struct cert_id *id)
{
	free(id->value);
	*id = (struct cert_id){ .kind = ID_NONE, .checksum = -1 };
}

void
ident_person(const char *s, struct cert_id *id)
{
	reset(id);
	if (s == NULL)
		return;
	if (!read_scheme(s, persons, sizeof(persons) / sizeof(persons[0]), id) &&
	    !read_local(s, id) && !read_old_form(s, id))
		set_id(id, ID_OTHER, "", s);
}

void
ident_organisation(const char *s, struct cert_id *id)
{
	reset(id);
	if (s == NULL)
		return;
	if (!read_scheme(s, organisations,
	    sizeof(organisations) / sizeof(organisations[0]), id) &&
	    !read_local(s, id) && !read_old_form(s, id))
		set_id(id, ID_OTHER, "", s);
}
