#include "config.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cert/ident.h"
#include "registry/ident.h"
#include "registry/scrub.h"
#include "registry/scrubpart.h"

#define PESEL_DIGITS	11
#define NIP_DIGITS	10
#define FEWEST_DIGITS	6	/* of a document's number */
#define OWN_MIN		5	/* letters and digits of an identifier, at least */
#define NAME_MIN	3	/* letters */
#define ENDING_MAX	3	/* of a name's ending */
#define PORT_LEN	6	/* ":65535" */
#define MASK		"*****"	/* for what is left out of an address */
#define MASK_LEN	(sizeof MASK - 1)

/* --- identifiers of the certificate itself --------------------------------- */

bool
scrub_separates(char c)
{
	return c != '\0' && strchr(" -./:\\_", c) != NULL;
}

/* Bytes of s, from its first letter or digit, that say value; 0 if it does not. */
static size_t
says(const char *s, const char *value)
{
	size_t at = 0;

	for (; *value != '\0'; value++) {
		if (!scrub_alnum(*value))
			continue;
		while (at > 0 && scrub_separates(s[at]))
			at++;
		if (!scrub_alnum(s[at]) || toupper((unsigned char)s[at]) !=
		    toupper((unsigned char)*value))
			return 0;
		at++;
	}
	return at;
}

/* Long enough and with a digit: not a name or a country that happens to match. */
static bool
is_telling(const char *value)
{
	size_t n = 0;
	bool digit = false;

	for (; *value != '\0'; value++) {
		n += scrub_alnum(*value);
		digit |= isdigit((unsigned char)*value) != 0;
	}
	return digit && n >= OWN_MIN;
}

/* Wherever value stands; it is telling, so it has a letter or digit to begin. */
static void
mark_value(const char *s, const char *value, uint8_t *fate)
{
	char first[3] = "";
	size_t at;

	while (!scrub_alnum(*value))
		value++;
	first[0] = (char)toupper((unsigned char)*value);
	first[1] = (char)tolower((unsigned char)*value);
	for (at = strcspn(s, first); s[at] != '\0';
	    at += 1 + strcspn(s + at + 1, first))
		memset(fate + at, STAR, says(s + at, value));
}

static void
mark_own(const char *s, const struct record_ident *ids, size_t n, uint8_t *fate)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (ids[i].value != NULL && is_telling(ids[i].value))
			mark_value(s, ids[i].value, fate);
}

/* --- numbers ---------------------------------------------------------------- */

#define DIGITS	"0123456789"


static bool
is_number(const char *s, size_t n)
{
	char digits[PESEL_DIGITS + 1];

	memcpy(digits, s, n);
	digits[n] = '\0';
	return n == PESEL_DIGITS ? ident_pesel_ok(digits) :
	    n == NIP_DIGITS && ident_nip_ok(digits);
}

/*
 * A run without a break.  Eleven digits are a PESEL even when it was mistyped;
 * inside a longer run only the check digit can tell.
 */
static void
mark_run(const char *s, size_t len, uint8_t *fate)
{
	size_t at;

	if (len == PESEL_DIGITS ||
	    (len == NIP_DIGITS && is_number(s, NIP_DIGITS)))
		memset(fate, STAR, len);
	for (at = 0; at + PESEL_DIGITS < len + 1; at++)
		if (is_number(s + at, PESEL_DIGITS))
			memset(fate + at, STAR, PESEL_DIGITS);
}

/*
 * "440514-01359", "123-456-32-18": n digits from here, one separator at a time,
 * up to where the digits end.  Bytes, or 0.
 */
static size_t
broken_number(const char *s, size_t n)
{
	char digits[PESEL_DIGITS + 1];
	size_t at = 0, got = 0;

	while (got < n) {
		if (isdigit((unsigned char)s[at]))
			digits[got++] = s[at++];
		else if (got > 0 && scrub_separates(s[at]) &&
		    isdigit((unsigned char)s[at + 1]))
			at++;
		else
			return 0;
	}
	return !isdigit((unsigned char)s[at]) && is_number(digits, n) ? at : 0;
}

/* What is taken for a number of a person. */
enum numbers {
	NUMBERS_ALL,
	NUMBERS_URL,		/* no NIP */
	NUMBERS_ORDER		/* a PESEL alone, and not a mistyped one */
};

static void
mark_all_numbers(const char *s, bool nips, uint8_t *fate)
{
	size_t at = strcspn(s, DIGITS), len;

	for (; s[at] != '\0'; at += strcspn(s + at, DIGITS)) {
		len = strspn(s + at, DIGITS);
		if (nips || len != NIP_DIGITS)
			mark_run(s + at, len, fate + at);
		memset(fate + at, STAR, broken_number(s + at, PESEL_DIGITS));
		if (nips)
			memset(fate + at, STAR,
			    broken_number(s + at, NIP_DIGITS));
		at += len;
	}
}

static void
mark_pesels(const char *s, uint8_t *fate)
{
	size_t at = strcspn(s, DIGITS);

	for (; s[at] != '\0'; at += strcspn(s + at, DIGITS)) {
		memset(fate + at, STAR, broken_number(s + at, PESEL_DIGITS));
		at += strspn(s + at, DIGITS);
	}
}

static void
mark_numbers(const char *s, enum numbers which, uint8_t *fate)
{
	if (which == NUMBERS_ORDER)
		mark_pesels(s, fate);
	else
		mark_all_numbers(s, which == NUMBERS_ALL, fate);
}

/* --- addresses -------------------------------------------------------------- */

/* Characters of a local part; RFC 5322's atext but those that separate here. */
static bool
is_local(char c)
{
	return scrub_alnum(c) || (unsigned char)c >= 0x80 ||
	    (c != '\0' && strchr(".!#$%&'*+-?^_`{|}~\\", c) != NULL);
}

/* Where the local part before s[at] begins; at itself when there is none. */
static size_t
local_start(const char *s, size_t at)
{
	size_t from = at;

	if (from > 1 && s[from - 1] == '"') {
		from--;
		while (from > 0 && s[from - 1] != '"')
			from--;
		return from > 0 ? from - 1 : at;
	}
	while (from > 0 && is_local(s[from - 1]))
		from--;
	return from;
}

/* Bytes of the first character. */
static size_t
character(const char *s)
{
	size_t n = 1;

	while (((unsigned char)s[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* Masked before? Then it stays as it is. */
static bool
is_masked(const char *s, size_t at)
{
	return at >= MASK_LEN && memcmp(s + at - MASK_LEN, MASK,
	    MASK_LEN) == 0;
}

/* Whether mark_addresses may find one. */
static bool
has_address(const char *s)
{
	size_t at = strcspn(s, "@");

	while (s[at] != '\0' && is_masked(s, at))
		at += 1 + strcspn(s + at + 1, "@");
	return s[at] != '\0';
}

static void
mark_addresses(const char *s, uint8_t *fate)
{
	size_t at, from, first;

	for (at = strcspn(s, "@"); s[at] != '\0';
	    at += 1 + strcspn(s + at + 1, "@")) {
		if (at == 0 || (!scrub_alnum(s[at + 1]) &&
		    (unsigned char)s[at + 1] < 0x80 && s[at + 1] != '['))
			continue;
		from = local_start(s, at);
		if (from == at || is_masked(s, at))
			continue;
		memset(fate + from, DROP, at - from);
		first = s[from] == '"' ? 0 : character(s + from);
		memset(fate + from, KEEP, first);
		/* Of a single letter nothing stays. */
		if (from + first >= at) {
			memset(fate + from, DROP, first);
			first = 0;
		}
		fate[from + first] = FIVE_STARS;
	}
}

/* --- what is masked, to be found by ----------------------------------------- */

/* Unless it is among the record's already, or there is no room; value is taken. */
static void
add_found(struct record *r, enum cert_id_kind kind, const char *country,
    char *value)
{
	struct record_ident *id = r->idents;

	while (id < r->idents + r->nidents && (id->kind != kind ||
	    strcasecmp(id->value, value) != 0))
		id++;
	if (id == r->idents + RECORD_IDENTS_MAX ||
	    id < r->idents + r->nidents) {
		explicit_bzero(value, strlen(value));
		free(value);
		return;
	}
	r->nidents++;
	id->kind = kind;
	memcpy(id->country, country, strlen(country) + 1);
	id->value = value;
}

static void
find_addresses(struct record *r, const char *s)
{
	size_t at, from, end;

	for (at = strcspn(s, "@"); s[at] != '\0';
	    at += 1 + strcspn(s + at + 1, "@")) {
		from = local_start(s, at);
		for (end = at + 1; scrub_alnum(s[end]) || s[end] == '.' ||
		    s[end] == '-' || (unsigned char)s[end] >= 0x80; end++)
			;
		while (end > at + 1 && !scrub_alnum(s[end - 1]) &&
		    (unsigned char)s[end - 1] < 0x80)
			end--;
		if (from < at && end > at + 1 && !is_masked(s, at))
			add_found(r, ID_NONE, "", mem_strndup(s + from,
			    end - from));
	}
}

static void
find_pesels(struct record *r, const char *s)
{
	size_t at = strcspn(s, DIGITS), len;

	for (; s[at] != '\0'; at += strcspn(s + at, DIGITS)) {
		len = broken_number(s + at, PESEL_DIGITS);
		if (len > 0)
			add_found(r, ID_PNO, "PL", mem_strndup(s + at, len));
		at += len > 0 ? len : strspn(s + at, DIGITS);
	}
}

static void
find_plain(struct record *r, const char *s)
{
	find_addresses(r, s);
	find_pesels(r, s);
}

void
scrub_find_idents(struct record *r, const char *text)
{
	struct scrub_plain plain;

	if (text == NULL)
		return;
	if (!scrub_is_disguised(text)) {
		find_plain(r, text);
		return;
	}
	scrub_plain_make(&plain, text);
	find_plain(r, plain.s);
	scrub_plain_clear(&plain);
}

/* --- putting it together ---------------------------------------------------- */

static size_t
count_digits(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += *s >= '0' && *s <= '9';
	return n;
}

/* Of the identifiers that can tell anything (is_telling): the fewest digits. */
static size_t
fewest_digits(const struct record_ident *ids, size_t n)
{
	size_t fewest = FEWEST_DIGITS;

	for (size_t i = 0; i < n; i++) {
		size_t own = ids[i].value != NULL ?
		    count_digits(ids[i].value) : 0;

		if (own > 0 && own < fewest)
			fewest = own;
	}
	return fewest;
}

/*
 * Whether there is anything to look for: most texts have neither an address nor
 * as many digits as a number of a person or an identifier of the certificate's,
 * and nothing that may pass for one of their characters.
 */
static bool
may_tell(const char *s, size_t fewest)
{
	return count_digits(s) >= fewest || has_address(s) ||
	    scrub_is_disguised(s);
}

static void
mark_plain(const char *s, const struct record_ident *ids, size_t n,
    enum numbers which, uint8_t *fate)
{
	mark_own(s, ids, n, fate);
	mark_numbers(s, which, fate);
	if (which == NUMBERS_ALL)
		scrub_documents(s, fate);
	mark_addresses(s, fate);
}

static void
mark(const char *s, const struct record_ident *ids, size_t n,
    enum numbers which, uint8_t *fate)
{
	struct scrub_plain plain;
	uint8_t *seen;

	if (!scrub_is_disguised(s)) {
		mark_plain(s, ids, n, which, fate);
		return;
	}
	scrub_plain_make(&plain, s);
	seen = mem_alloc(plain.len + 1);
	mark_plain(plain.s, ids, n, which, seen);
	scrub_plain_spread(&plain, seen, fate);
	scrub_plain_clear(&plain);
	free(seen);
}

static char *
rewritten(const char *s, const uint8_t *fate)
{
	char *out = mem_alloc(MASK_LEN * strlen(s) + 1);
	size_t n = 0;

	for (; *s != '\0'; s++, fate++) {
		if (*fate == KEEP)
			out[n++] = *s;
		else if (*fate == FIVE_STARS) {
			memcpy(out + n, MASK, MASK_LEN);
			n += MASK_LEN;
		} else if (*fate == STAR && ((unsigned char)*s & 0xc0) != 0x80)
			out[n++] = '*';
	}
	out[n] = '\0';
	return out;
}

/* What may tell something, as it may stand in the file. */
static char *
marked(const char *text, const struct record_ident *ids, size_t n)
{
	uint8_t *fate = mem_alloc(strlen(text) + 1);
	char *out;

	mark(text, ids, n, NUMBERS_ALL, fate);
	out = rewritten(text, fate);
	free(fate);
	return out;
}

char *
scrub_text(const char *text, const struct record_ident *ids, size_t n)
{
	if (text == NULL)
		return NULL;
	return may_tell(text, fewest_digits(ids, n)) ? marked(text, ids, n) :
	    mem_strdup(text);
}

/* %40 is an @ to whoever is asked. */
static char *
unescaped(const char *url)
{
	char *out = mem_alloc(strlen(url) + 1), pair[3] = "";
	size_t n = 0;

	for (; *url != '\0'; url++) {
		if (url[0] == '%' && isxdigit((unsigned char)url[1]) &&
		    isxdigit((unsigned char)url[2])) {
			memcpy(pair, url + 1, 2);
			out[n++] = (char)strtoul(pair, NULL, 16);
			url += 2;
		} else
			out[n++] = *url;
	}
	out[n] = '\0';
	return out;
}

/*
 * An IPv4 address and its port are a machine, though eleven digits together, one
 * in ten of which would pass for a PESEL.
 */
static void
blank_machine(char *url)
{
	char host[INET_ADDRSTRLEN], *at = strstr(url, "://");
	struct in_addr ip;
	size_t len, port;

	if (at == NULL)
		return;
	at += strlen("://");
	len = strspn(at, DIGITS ".");
	port = at[len] == ':' ? 1 + strspn(at + len + 1, DIGITS) : 0;
	if (len >= sizeof host || port > PORT_LEN || (at[len + port] != '\0' &&
	    strchr("/?#", at[len + port]) == NULL))
		return;
	memcpy(host, at, len);
	host[len] = '\0';
	if (inet_pton(AF_INET, host, &ip) == 1)
		memset(at, '-', len + port);
}

/*
 * One number in twelve of ten digits passes for a NIP, and lists are numbered:
 * so in an address only a NIP that is the holder's own counts.
 */
static bool
tells(const char *url, const struct record_ident *ids, size_t n,
    enum numbers which)
{
	char *plain = unescaped(url);
	size_t len = strlen(plain), i;
	uint8_t *fate = mem_alloc(len + 1);
	bool found = false;

	blank_machine(plain);
	mark(plain, ids, n, which, fate);
	for (i = 0; i < len; i++)
		found |= fate[i] != KEEP;
	explicit_bzero(plain, len);
	free(plain);
	free(fate);
	return found;
}

/* An escape may stand for anything. */
static bool
url_may_tell(const char *url, size_t fewest)
{
	return may_tell(url, fewest) || strchr(url, '%') != NULL;
}

bool
scrub_url_tells(const char *url, const struct record_ident *ids, size_t n)
{
	return url_may_tell(url, fewest_digits(ids, n)) &&
	    tells(url, ids, n, NUMBERS_URL);
}

/* --- names ------------------------------------------------------------------ */

/* Of len bytes of UTF-8. */
static size_t
letters(const char *s, size_t len)
{
	size_t n = 0;

	for (; len > 0; len--, s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/*
 * Names are declined: Kowalskiego, Janowi, Ewy.  A form of one begins as it does
 * and is not much longer; what only looks like one is masked too.
 */
static bool
is_form(const char *word, size_t len, const char *name, size_t name_len)
{
	size_t n = letters(name, name_len), stem = NAME_MIN, i;

	if (n < NAME_MIN || letters(word, len) > n + ENDING_MAX)
		return false;
	if (n > NAME_MIN + ENDING_MAX)
		stem = n - ENDING_MAX;
	else if (n == NAME_MIN && name[name_len - 1] == 'a')
		stem--;
	for (i = 0; i < name_len && i < len && word[i] == name[i]; i++)
		;
	return letters(word, i) > stem || (letters(word, i) == stem &&
	    ((unsigned char)word[i] & 0xc0) != 0x80);
}

/* A form of any word of a name, both folded. */
static bool
is_among(const char *word, size_t len, const char *name)
{
	size_t n;

	for (; *name != '\0'; name += n + (name[n] == ' ')) {
		n = strcspn(name, " ");
		if (is_form(word, len, name, n))
			return true;
	}
	return false;
}

static bool
is_name(const char *s, size_t len, char *const *names, size_t n)
{
	char *word = mem_strndup(s, len), folded[2 * RECORD_TEXT_MAX];
	const char *at = folded;
	bool found = false;
	size_t i, one;

	text_fold(word, folded, sizeof folded);
	/* Several where no plain space parts them. */
	for (; *at != '\0'; at += one + (at[one] == ' ')) {
		one = strcspn(at, " ");
		for (i = 0; i < n; i++)
			found |= is_among(at, one, names[i]);
	}
	free(word);
	return found;
}

char *
scrub_names(const char *text, const char *const *names, size_t n)
{
	char **folded = mem_array(n + 1, sizeof *folded), *out;
	uint8_t *fate;
	size_t i, at = 0, len;

	if (text == NULL) {
		free(folded);
		return NULL;
	}
	fate = mem_alloc(strlen(text) + 1);
	for (i = 0; i < n; i++) {
		folded[i] = mem_alloc(2 * RECORD_TEXT_MAX);
		text_fold(names[i] != NULL ? names[i] : "", folded[i],
		    2 * RECORD_TEXT_MAX);
	}
	while (text[at] != '\0') {
		for (len = 0; scrub_word(text[at + len]); len++)
			;
		if (len > 0 && is_name(text + at, len, folded, n))
			memset(fate + at, STAR, len);
		at += len > 0 ? len : 1;
	}
	out = rewritten(text, fate);
	for (i = 0; i < n; i++)
		free(folded[i]);
	free(folded);
	free(fate);
	return out;
}

/* --- records ---------------------------------------------------------------- */

/* What is looked for in each of a record's texts. */
struct own {
	const struct record_ident *ids;
	size_t		 n, fewest;	/* fewest_digits */
};

static void
replace(char **text, const struct own *own)
{
	char *scrubbed;

	if (*text != NULL && may_tell(*text, own->fewest)) {
		scrubbed = marked(*text, own->ids, own->n);
		explicit_bzero(*text, strlen(*text));
		free(*text);
		*text = scrubbed;
	}
	if (*text != NULL)
		scrub_cut(*text);
}

/* One that is longer than what is kept could not be asked either. */
static void
drop_if_tells(char **url, const struct own *own, enum numbers which)
{
	if (*url == NULL || (strlen(*url) <= RECORD_TEXT_MAX &&
	    (!url_may_tell(*url, own->fewest) ||
	    !tells(*url, own->ids, own->n, which))))
		return;
	free(*url);
	*url = NULL;
}

/* A list may call masked what is not. */
static void
drop_if_clear(char **mask)
{
	if (*mask != NULL && strchr(*mask, '*') == NULL) {
		explicit_bzero(*mask, strlen(*mask));
		free(*mask);
		*mask = NULL;
	}
}

/*
 * Not the card's number: it is looked up as it is.  Nor the order's, unless it
 * is an identifier of the holder's or a whole PESEL; one of ten digits in twelve
 * would pass for a NIP.
 */
void
scrub_record(struct record *r)
{
	const struct own own = { r->idents, r->nidents,
	    fewest_digits(r->idents, r->nidents) };
	const struct own nobody = { NULL, 0, fewest_digits(NULL, 0) };

	replace(&r->holder, &own);
	replace(&r->org, &own);
	/* The same for all of an issuer's certificates: by no holder's numbers. */
	replace(&r->issuer.line, &nobody);
	replace(&r->issuer.shown, &nobody);
	drop_if_tells(&r->ocsp, &own, NUMBERS_URL);
	drop_if_tells(&r->cdp, &own, NUMBERS_URL);
	drop_if_tells(&r->aia, &own, NUMBERS_URL);
	drop_if_tells(&r->order, &own, NUMBERS_ORDER);
	drop_if_clear(&r->id_mask);
	drop_if_clear(&r->email_mask);
	replace(&r->id_mask, &own);
	replace(&r->email_mask, &own);
}

void
scrub_cut(char *s)
{
	s[text_cut(s, RECORD_TEXT_MAX)] = '\0';
}
