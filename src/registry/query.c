#include "config.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "registry/query_parts.h"

/* Characters that people and programs put where a space or hyphen is meant. */
static const struct {
	uint32_t	first, last;
	char		as;		/* '\0': nothing at all */
} plain[] = {
	{ 0x0000, 0x0020, ' ' }, { 0x007f, 0x00a0, ' ' },
	{ 0x00ad, 0x00ad, '\0' }, { 0x1680, 0x1680, ' ' },
	{ 0x2000, 0x200a, ' ' }, { 0x200b, 0x200f, '\0' },
	{ 0x2010, 0x2015, '-' }, { 0x2026, 0x2026, ' ' },
	{ 0x2028, 0x2029, ' ' },
	{ 0x202a, 0x202e, '\0' }, { 0x202f, 0x202f, ' ' },
	{ 0x205f, 0x205f, ' ' }, { 0x2060, 0x2069, '\0' },
	{ 0x2212, 0x2212, '-' }, { 0x3000, 0x3000, ' ' },
	{ 0xfeff, 0xfeff, '\0' },
};

#define NUMBERS		(FIND_SERIAL | FIND_PESEL | FIND_NIP | FIND_ORDER | \
	    FIND_CARD | FIND_DOCUMENT)

/* Words before a number that say what it is; folded. */
static const struct {
	const char	*word;
	unsigned	 kinds;
} labels[] = {
	{ "card", FIND_CARD }, { "card no", FIND_CARD },
	{ "card number", FIND_CARD }, { "certificate", FIND_SERIAL },
	{ "certificate no", FIND_SERIAL }, { "certificate number", FIND_SERIAL },
	{ "certyfikat", FIND_SERIAL }, { "certyfikat nr", FIND_SERIAL },
	{ "certyfikat numer", FIND_SERIAL }, { "certyfikatu", FIND_SERIAL },
	{ "decimal", FIND_SERIAL }, { "dziesietnie", FIND_SERIAL },
	{ "e mail", FIND_EMAIL }, { "email", FIND_EMAIL },
	{ "hex", FIND_SERIAL }, { "in decimal", FIND_SERIAL },
	{ "karta", FIND_CARD }, { "karta nr", FIND_CARD },
	{ "karta numer", FIND_CARD }, { "mailto", FIND_EMAIL },
	{ "nip", FIND_NIP }, { "nip nr", FIND_NIP },
	{ "nr", NUMBERS }, { "nr certyfikatu", FIND_SERIAL },
	{ "nr karty", FIND_CARD }, { "nr nip", FIND_NIP },
	{ "nr pesel", FIND_PESEL }, { "nr seryjny", FIND_SERIAL },
	{ "nr seryjny certyfikatu", FIND_SERIAL },
	{ "nr zamowienia", FIND_ORDER }, { "numer", NUMBERS },
	{ "numer certyfikatu", FIND_SERIAL },
	{ "numer karty", FIND_CARD }, { "numer nip", FIND_NIP },
	{ "numer pesel", FIND_PESEL }, { "numer seryjny", FIND_SERIAL },
	{ "numer seryjny certyfikatu", FIND_SERIAL },
	{ "numer zamowienia", FIND_ORDER }, { "order", FIND_ORDER },
	{ "order no", FIND_ORDER }, { "order number", FIND_ORDER },
	{ "paszport", FIND_DOCUMENT }, { "passport", FIND_DOCUMENT },
	{ "pesel", FIND_PESEL }, { "pesel nr", FIND_PESEL },
	{ "pnopl", FIND_PESEL },
	{ "s n", FIND_SERIAL }, { "serial", FIND_SERIAL },
	{ "serial no", FIND_SERIAL }, { "serial number", FIND_SERIAL },
	{ "serial number hex", FIND_SERIAL }, { "sn", FIND_SERIAL },
	{ "szesnastkowo", FIND_SERIAL }, { "tinpl", FIND_NIP | FIND_PESEL },
	{ "token", FIND_CARD }, { "vatpl", FIND_NIP },
	{ "zamowienie", FIND_ORDER }, { "zamowienie nr", FIND_ORDER },
};

static bool
put_plain(uint32_t c, char *as)
{
	size_t i;

	for (i = 0; i < sizeof plain / sizeof *plain; i++) {
		if (c >= plain[i].first && c <= plain[i].last) {
			*as = plain[i].as;
			return true;
		}
	}
	return false;
}

/* Valid UTF-8 with single spaces, none at either end. */
static unsigned
clean(const char *s, char out[static FIND_QUERY_MAX + 1])
{
	size_t len = strnlen(s, FIND_QUERY_MAX), n = 0, i, used;
	unsigned notes = s[len] != '\0' ? 1u << NOTE_CUT : 0;
	uint32_t c;
	char as;

	for (i = 0; i < len; i += used) {
		if (s[i] > ' ' && s[i] < 0x7f) {
			out[n++] = s[i];
			used = 1;
			continue;
		}
		used = text_decode(s + i, len - i, &c);
		if (used == 0 && (notes & 1u << NOTE_CUT) && len - i < 4)
			break;		/* a character that was cut */
		if (used == 0) {
			notes |= 1u << NOTE_INVALID;
			used = 1;
			as = ' ';
		} else if (!put_plain(c, &as)) {
			memcpy(out + n, s + i, used);
			n += used;
			continue;
		}
		if (as != '\0' && !(as == ' ' && (n == 0 || out[n - 1] == ' ')))
			out[n++] = as;
	}
	if (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return notes;
}

unsigned
query_label(const char *s, size_t len)
{
	char raw[QUERY_LABEL_MAX + 1], folded[QUERY_LABEL_MAX + 1];
	size_t i;

	memcpy(raw, s, len);
	raw[len] = '\0';
	text_fold(raw, folded, sizeof folded);
	for (i = 0; i < sizeof labels / sizeof *labels; i++)
		if (labels[i].word[0] == folded[0] &&
		    strcmp(labels[i].word, folded) == 0)
			return labels[i].kinds;
	return 0;
}

/*
 * Pass over a label.  It has to be followed by something with a digit or an
 * address in it, so that nobody named Karta is lost.
 */
static const char *
pass_label(const char *s, unsigned *kinds)
{
	static const char ends[] = " :=-.";
	const char *rest = s;
	size_t i;

	*kinds = ~0u;
	for (i = s[0] != '\0'; s[i] != '\0'; i++) {
		unsigned found;

		i += strcspn(s + i, ends);
		if (i > QUERY_LABEL_MAX || s[i] == '\0')
			break;
		if ((found = query_label(s, i)) == 0 ||
		    strpbrk(s + i, "0123456789@") == NULL)
			continue;
		*kinds = found;
		rest = s + i + strspn(s + i, ends);
	}
	return rest;
}

void
query_take_number(struct query *q, const char *line, unsigned kinds)
{
	unsigned before = q->kinds;

	q->kinds = 0;
	if (kinds & FIND_SERIAL)
		query_take_serial(q, line);
	if (kinds & (FIND_PESEL | FIND_NIP))
		query_take_ident(q, line);
	if (kinds & FIND_DOCUMENT)
		query_take_document(q, line);
	if (kinds & (FIND_ORDER | FIND_CARD))
		query_take_code(q, line);
	q->kinds = before | (q->kinds & kinds);
}

static void
take(struct query *q, char *rest, unsigned only)
{
	query_take_number(q, rest, only & NUMBERS);
	if (only & (FIND_PESEL | FIND_NIP))
		query_take_inner(q, rest, only);
	if (only & FIND_EMAIL)
		query_take_address(q, rest);
	if (only == ~0u)
		query_take_name(q, rest);
	q->kinds &= only;
}

/* Nothing but its meaning yet: the line, cleaned, and behind its label. */
static char *
begin(struct query *q, const char *line, char text[static FIND_QUERY_MAX + 1],
    unsigned *only)
{
	size_t n;

	memset(q, 0, sizeof *q);
	q->notes = clean(line, text);
	n = text_cut(text, sizeof q->typed - 1);
	memcpy(q->typed, text, n);
	return text + (pass_label(text, only) - text);
}

/* Fewer letters and digits than a number has at least. */
static bool
is_short(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += isalnum((unsigned char)*s) || (*s & 0xc0) == 0xc0;
	return n < QUERY_FRAGMENT_MIN;
}

void
query_parse(struct query *q, const char *line)
{
	char text[FIND_QUERY_MAX + 1], *rest;
	unsigned only;

	rest = begin(q, line, text, &only);
	take(q, rest, only);
	/* What follows is not what was announced: all of it may be anything. */
	if (q->kinds == 0 && only != ~0u) {
		(void)begin(q, line, text, &only);
		take(q, text, ~0u);
	}
	if (q->kinds == 0 && text[0] != '\0' && is_short(text))
		q->notes |= 1u << NOTE_SHORT;
	explicit_bzero(text, sizeof text);
}

void
query_wipe(struct query *q)
{
	explicit_bzero(q, sizeof *q);
}

bool
query_parse_apart(struct query *q, const char *line)
{
	char text[FIND_QUERY_MAX + 1], *rest;
	unsigned only;
	bool found;

	rest = begin(q, line, text, &only);
	found = query_take_apart(q, rest, only & NUMBERS);
	/* Behind a PESEL stands whose it is. */
	if (found && (only == ~0u || only == FIND_PESEL))
		query_take_name(q, rest);
	q->both = q->nwords > 0 && q->hex.n > 0;
	explicit_bzero(text, sizeof text);
	if (!found)
		query_wipe(q);
	return found;
}
