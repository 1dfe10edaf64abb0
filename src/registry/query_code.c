/* Numbers, identifiers, addresses and codes out of a line. */
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "cert/ident.h"
#include "registry/query_parts.h"

#define DECIMAL_MAX	160	/* digits of 64 bytes: 155 */

/* Letters that stand for a digit in bad print or a quick hand. */
static const struct {
	char	letter;
	uint8_t	digit;
} alike[] = {
	{ 'O', 0 }, { 'Q', 0 }, { 'I', 1 }, { 'L', 1 }, { '|', 1 },
	{ 'Z', 2 }, { 'S', 5 }, { 'G', 6 },
};

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)toupper((unsigned char)c);
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int
alike_digit(char c)
{
	size_t i;

	for (i = 0; i < sizeof alike / sizeof *alike; i++)
		if (alike[i].letter == toupper((unsigned char)c))
			return alike[i].digit;
	return -1;
}

static void
add_digit(struct query_digits *digits, int d)
{
	if (digits->n < QUERY_HEX_MAX)
		digits->d[digits->n] = (uint8_t)d;
	digits->n++;		/* past the end: too many, seen by the caller */
}

/* "0x" where a number begins. */
static bool
is_prefix(const char *line, const char *s)
{
	return s[0] == '0' && (s[1] == 'x' || s[1] == 'X') &&
	    (s == line || strchr(" :,-", s[-1]) != NULL);
}

/* A number in decimal as it was typed, or with what looks like a digit. */
struct decimal {
	char	s[DECIMAL_MAX];
	size_t	n;
	bool	is;		/* nothing else was met */
};

static void
add_decimal(struct decimal *dec, int d)
{
	dec->is = dec->is && d >= 0 && d <= 9 && dec->n < DECIMAL_MAX;
	if (dec->is)
		dec->s[dec->n++] = (char)('0' + d);
}

static int
alike_decimal(char c)
{
	return c == 'B' || c == 'b' ? 8 : alike_digit(c);
}

/*
 * The digits of all readings, strict and lenient; false when a character is
 * neither digit nor separator nor like one.
 */
static bool
read_digits(struct query *q, const char *line, struct decimal *decimal,
    struct decimal *look)
{
	bool strict = true;
	size_t ndigits = 0;
	const char *s;

	for (s = line; *s != '\0'; s++) {
		int d = hex_digit(*s);

		if (is_prefix(line, s)) {
			decimal->is = look->is = false;
			s++;
			continue;
		}
		if (d == -1 && strchr(" :-.,", *s) != NULL)
			continue;
		add_decimal(decimal, d);
		add_decimal(look, d >= 0 && d <= 9 ? d : alike_decimal(*s));
		if (d == -1) {
			strict = false;
			d = alike_digit(*s);
		}
		if (d == -1)
			return false;
		ndigits += isdigit((unsigned char)*s) != 0;
		add_digit(&q->look, d);
	}
	if (strict)
		q->hex = q->look;
	/* "Bo 1" is no number: most of it has to be digits, and enough of them. */
	look->is = look->is && !decimal->is && ndigits >= QUERY_FRAGMENT_MIN &&
	    2 * ndigits >= look->n;
	/* "Zofia" is a name, whatever its letters look like. */
	return ndigits > 0 || strict;
}

void
query_take_serial(struct query *q, const char *line)
{
	struct decimal decimal = { .is = true }, look = { .is = true };
	bool whole;

	q->hex.n = q->look.n = 0;
	whole = read_digits(q, line, &decimal, &look);
	if (!whole)
		q->hex.n = 0;
	if (!whole || q->look.n > QUERY_HEX_MAX || q->look.n <
	    QUERY_FRAGMENT_MIN)
		q->look.n = 0;
	q->ndecimal = !whole || !decimal.is ? 0 :
	    query_decimal(decimal.s, decimal.n, q->decimal);
	q->nlook_decimal = !whole || !look.is ? 0 :
	    query_decimal(look.s, look.n, q->look_decimal);
	if (q->hex.n > QUERY_HEX_MAX && q->ndecimal == 0)
		q->notes |= 1u << NOTE_CUT;
	if (q->hex.n > QUERY_HEX_MAX)
		q->hex.n = q->ndecimal > 0 ? 0 : QUERY_HEX_MAX;
	/* Three letters alone are rather a name than a short number. */
	if (q->hex.n < QUERY_FRAGMENT_MIN && q->ndecimal == 0 &&
	    strpbrk(line, "0123456789") == NULL)
		q->hex.n = 0;
	if (q->hex.n > 0 || q->look.n > 0 || q->ndecimal > 0 ||
	    q->nlook_decimal > 0)
		q->kinds |= FIND_SERIAL;
	explicit_bzero(&decimal, sizeof decimal);
	explicit_bzero(&look, sizeof look);
}

size_t
query_zeros(const struct query_digits *digits)
{
	size_t n = 0;

	while (n < digits->n && digits->d[n] == 0)
		n++;
	return n;
}

size_t
query_bytes(const struct query_digits *digits,
    uint8_t out[static CERT_SERIAL_MAX])
{
	size_t from = query_zeros(digits), n = digits->n - from, i;

	if (n > 2 * CERT_SERIAL_MAX)
		return 0;
	memset(out, 0, CERT_SERIAL_MAX);
	for (i = 0; i < n; i++) {
		size_t at = (n + 1) / 2 * 2 - n + i;	/* an odd one begins low */

		out[at / 2] = (uint8_t)(out[at / 2] |
		    digits->d[from + i] << (at % 2 ? 0 : 4));
	}
	return (n + 1) / 2;
}

size_t
query_decimal(const char *digits, size_t n,
    uint8_t out[static CERT_SERIAL_MAX])
{
	uint8_t number[CERT_SERIAL_MAX] = { 0 };	/* lowest byte first */
	size_t len = 0, i, k;

	for (i = 0; i < n; i++) {
		unsigned carry = (unsigned)(digits[i] - '0');

		for (k = 0; k < len || carry != 0; k++) {
			if (k == CERT_SERIAL_MAX)
				return 0;
			carry += 10u * number[k];
			number[k] = (uint8_t)carry;
			carry >>= 8;
			len = k < len ? len : k + 1;
		}
	}
	for (i = 0; i < len; i++)
		out[i] = number[len - 1 - i];
	return len;
}

/* The digits of a line that has nothing else but spaces, hyphens and stops. */
static size_t
only_digits(const char *line, char *buf, size_t max)
{
	size_t n = 0;

	for (; *line != '\0'; line++) {
		if (strchr(" -.", *line) != NULL)
			continue;
		if (!isdigit((unsigned char)*line) || n == max)
			return 0;
		buf[n++] = *line;
	}
	buf[n] = '\0';
	return n;
}

void
query_take_ident(struct query *q, const char *line)
{
	char digits[sizeof q->digits];
	size_t n;

	if (strncasecmp(line, "PL", 2) == 0)
		line += 2;
	n = only_digits(line, digits, sizeof digits - 1);
	if (n != 10 && n != 11)
		return;
	memcpy(q->digits, digits, n + 1);
	if (n == 11) {
		q->kinds |= FIND_PESEL;
		q->pesel_ok = ident_pesel_ok(digits);
		q->notes |= q->pesel_ok ? 0 : 1u << NOTE_CHECKSUM_PESEL;
	} else {
		q->kinds |= FIND_NIP;
		q->nip_ok = ident_nip_ok(digits);
		q->notes |= q->nip_ok ? 0 : 1u << NOTE_CHECKSUM_NIP;
	}
	explicit_bzero(digits, sizeof digits);
}

/* "PASDE-C01X00T47": pass over what EN 319 412-1 5.1.3 puts before it. */
static const char *
pass_scheme(const char *s)
{
	static const char schemes[][4] = {
		"IDC", "NTR", "PAS", "PNO", "PSD", "TAX", "TIN", "VAT",
	};
	size_t i;

	for (i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (strncasecmp(s, schemes[i], 3) == 0 &&
		    isalpha((unsigned char)s[3]) &&
		    isalpha((unsigned char)s[4]) && s[5] == '-')
			return s + 6;
	return s;
}

void
query_take_document(struct query *q, const char *line)
{
	const char *s = pass_scheme(line);
	size_t n = 0, ndigits = 0;
	bool scheme = s != line;

	/* Groups of hex digits are a serial number. */
	if (is_prefix(line, s) || (!scheme && q->hex.n > 0 &&
	    strpbrk(line, " -.") != NULL))
		return;
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c >= 0x80 || !isalnum(c)) {
			if (strchr(" -/.", c) != NULL)
				continue;
			goto none;
		}
		if (n == sizeof q->document - 1)
			goto none;
		q->document[n++] = (char)toupper(c);
		ndigits += isdigit(c) != 0;
	}
	if (n >= 4 && (scheme || (n >= 7 && n <= 14 && ndigits * 2 >= n &&
	    ndigits < n) || (ndigits == n && n >= 7 && n <= 9))) {
		q->kinds |= FIND_DOCUMENT;
		return;
	}
none:
	explicit_bzero(q->document, sizeof q->document);
}

void
query_take_code(struct query *q, const char *line)
{
	size_t n = code_normal(line, q->code), ndigits = 0, i;

	for (i = 0; i < n; i++)
		ndigits += isdigit((unsigned char)q->code[i]) != 0;
	/* Words with a number after them are a name and a year. */
	if (n >= CODE_TAIL && ndigits > 0 && (strchr(line, ' ') == NULL ||
	    ndigits * 2 >= n))
		q->kinds |= FIND_ORDER | FIND_CARD;
	else
		explicit_bzero(q->code, sizeof q->code);
}

/* The address around an at sign, from start to end. */
static bool
address_at(const char *line, const char *at, const char **start,
    const char **end)
{
	static const char outside[] = " <>()[],;:\"'";
	const char *left = at, *right = at + 1;

	while (left > line && left[-1] == ' ')
		left--;
	while (left > line && strchr(outside, left[-1]) == NULL)
		left--;
	right += strspn(right, " ");
	right += strcspn(right, outside);
	*start = left;
	*end = right;
	return (size_t)(right - left) <= QUERY_ADDRESS_MAX &&
	    *left != '@' && *left != ' ' && right[-1] != '@';
}

void
query_take_address(struct query *q, char *line)
{
	char *at = strchr(line, '@');
	const char *start, *end;
	size_t n = 0;

	if (at == NULL || !address_at(line, at, &start, &end))
		return;
	for (const char *s = start; s < end; s++)
		if (*s != ' ')
			q->address[n++] = (char)((*s & 0x80) ? *s :
			    tolower((unsigned char)*s));
	q->kinds |= FIND_EMAIL;
	memset(line + (start - line), ' ', (size_t)(end - start));
}
