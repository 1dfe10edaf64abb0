#include "config.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "answers/codes.h"
#include "answers/codes_next.h"
#include "base/i18n.h"
#include "base/jstring.h"

#define CODE(family, name, number, turn, answer, happened, todo) \
	{ CODE_##family, number, name, happened, todo, TURN_##turn, answer },

const struct code codes[] = {
#include "answers/codes_ckr.def"
#include "answers/codes_scard.def"
#include "answers/codes_sw.def"
#include "answers/codes_x509.def"
#include "answers/codes_curl.def"
#include "answers/codes_sqlite.def"
};

#undef CODE

const size_t ncodes = sizeof(codes) / sizeof(codes[0]);

/* What an error of ours leads to; vague: the library's number says more. */
static const struct of_ours {
	enum turn	 turn;
	const char	*answer;
	bool		 vague;
} ours[ERR_COUNT] = {
#define OURS(symbol, turn, answer)	[ERR_##symbol] = { TURN_##turn, answer, false },
#define VAGUE(symbol, turn, answer)	[ERR_##symbol] = { TURN_##turn, answer, true },
#include "answers/errs.def"
#undef OURS
#undef VAGUE
};

/* None is forgotten, and none is there twice. */
enum {
#define OURS(symbol, turn, answer)	OURS_##symbol,
#define VAGUE(symbol, turn, answer)	OURS_##symbol,
#include "answers/errs.def"
#undef OURS
#undef VAGUE
	OURS_COUNT
};
_Static_assert((int)OURS_COUNT == (int)ERR_COUNT, "errs.def is not err.def");

static const char *const turns[] = {
	[TURN_NOBODY] = "nobody",
	[TURN_PERSON] = "person",
	[TURN_DESK] = "desk",
	[TURN_KEEPER] = "keeper",
	[TURN_AUTHORITY] = "authority",
	[TURN_UNKNOWN] = "unknown",
};

static const char *const turn_sentences[] = {
	[TURN_NOBODY] = N_("Nobody has to do anything."),
	[TURN_PERSON] = N_("It is your turn."),
	[TURN_DESK] = N_("The desk sees to it by itself."),
	[TURN_KEEPER] = N_("It is the turn of whoever looks after this desk."),
	[TURN_AUTHORITY] = N_("It is the authority's turn."),
	[TURN_UNKNOWN] = N_("Nobody can tell yet whose turn it is."),
};

#define NTURNS	(sizeof(turns) / sizeof(turns[0]))

/* The second word is what a number is often called by. */
static const struct {
	enum err_origin	 origin;
	const char	*id, *also;
} families[CODE_FAMILIES] = {
	[CODE_CKR] = { ORIGIN_PKCS11, "pkcs11", "CKR" },
	[CODE_SCARD] = { ORIGIN_PCSC, "pcsc", "SCARD" },
	[CODE_SW] = { ORIGIN_SW, "sw", "APDU" },
	[CODE_X509] = { ORIGIN_COUNT, "x509", "X509_V_ERR" },
	[CODE_CURL] = { ORIGIN_CURL, "curl", "CURLE" },
	[CODE_SQLITE] = { ORIGIN_SQLITE, "sqlite", "SQLITE3" },
};

static const struct code *
exactly(enum code_family family, unsigned long number)
{
	for (size_t i = 0; i < ncodes; i++)
		if (codes[i].family == family && codes[i].number == number)
			return &codes[i];
	return NULL;
}

/*
 * What a number that is not listed is one of: a library lets vendors, cards and
 * newer versions of itself have their own beside the known ones.
 */
static unsigned long
kind_of(enum code_family family, unsigned long number)
{
	switch (family) {
	case CODE_CKR:
		/* p11-kit before 0.25 numbered five of them in its own way. */
		return number >= 0x1c0 && number <= 0x1c4 ? number - 0x1c0 +
		    0x1b5 : number & 0x80000000UL;
	case CODE_SW:
		return (number & 0xfff0) == 0x63c0 ? 0x63c0 : number & 0xff00;
	case CODE_SQLITE:
		return number & 0xff;
	default:
		return 0;
	}
}

const struct code *
code_by_number(enum code_family family, unsigned long number)
{
	const struct code *c;
	unsigned long kind;

	/* PC/SC's numbers are of 32 bits, and signed in a wider long. */
	if (family == CODE_SCARD)
		number &= 0xffffffffUL;
	c = exactly(family, number);
	kind = kind_of(family, number);
	return c == NULL && kind != 0 ? exactly(family, kind) : c;
}

const struct code *
code_of(const struct err *err)
{
	for (unsigned i = 0; i < CODE_FAMILIES; i++)
		if (families[i].origin == err->origin)
			return code_by_number((enum code_family)i, err->raw);
	return NULL;
}

/* --- names, as people type them -------------------------------------------- */

/* In capitals, with _ for what stands between words; false: too long. */
static bool
tidy(const char *s, char *buf, size_t size)
{
	size_t n = 0;

	for (s += strspn(s, " \t"); *s != '\0'; s++) {
		char c = *s == '-' || *s == ' ' || *s == '\t' || *s == ':' ?
		    '_' : *s;

		if (c == '_' && n > 0 && buf[n - 1] == '_')
			continue;
		if (n + 1 == size)
			return false;
		buf[n++] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
	}
	while (n > 0 && buf[n - 1] == '_')
		n--;
	buf[n] = '\0';
	return n > 0;
}

static bool
number_of(const char *s, int base, unsigned long *number)
{
	char *end;

	if (strspn(s, "0123456789ABCDEFX") != strlen(s))
		return false;
	errno = 0;
	*number = strtoul(s, &end, base);
	return errno == 0 && end != s && *end == '\0';
}

/* "PKCS11_0X30", as err_technical() writes it; "SW_6983". */
static const struct code *
by_family(const char *s)
{
	char id[32];
	unsigned long number;

	for (unsigned i = 0; i < CODE_FAMILIES; i++) {
		const char *const words[] = { families[i].id, families[i].also };

		for (size_t k = 0; k < 2; k++) {
			size_t n = strlen(words[k]);

			if (!tidy(words[k], id, sizeof id) ||
			    strncmp(s, id, n) != 0 || s[n] != '_' ||
			    !number_of(s + n + 1, i == CODE_SW ||
			    strncmp(s + n + 1, "0X", 2) == 0 ? 16 : 10, &number))
				continue;
			return code_by_number((enum code_family)i, number);
		}
	}
	return NULL;
}

/* A number whose very look says whose it is: SW1SW2, or one of PC/SC. */
static const struct code *
by_look(const char *s)
{
	char digits[16];
	unsigned long number;
	size_t n = 0;

	if (strncmp(s, "0X", 2) == 0)
		s += 2;
	for (; *s != '\0' && n + 1 < sizeof digits; s++)
		if (*s != '_')
			digits[n++] = *s;
	digits[n] = '\0';
	if (*s != '\0' || !number_of(digits, 16, &number))
		return NULL;
	if (n == 4)
		return code_by_number(CODE_SW, number);
	return n == 8 ? code_by_number(CODE_SCARD, number) : NULL;
}

/* "PIN_INCORRECT" where one name alone ends in it. */
static const struct code *
by_end(const char *s)
{
	const struct code *found = NULL;
	size_t n = strlen(s);

	for (size_t i = 0; i < ncodes; i++) {
		size_t len = strlen(codes[i].name);

		if (len <= n || codes[i].name[len - n - 1] != '_' ||
		    strcmp(codes[i].name + len - n, s) != 0)
			continue;
		if (found != NULL)
			return NULL;
		found = &codes[i];
	}
	return found;
}

const struct code *
code_by_name(const char *name)
{
	const struct code *c;
	char s[80];

	if (!tidy(name, s, sizeof s))
		return NULL;
	for (size_t i = 0; i < ncodes; i++)
		if (strcmp(codes[i].name, s) == 0)
			return &codes[i];
	if ((c = by_family(s)) == NULL && (c = by_look(s)) == NULL)
		c = by_end(s);
	return c;
}

/* --- errors of ours ----------------------------------------------------------- */

static const struct of_ours *
of_ours(const struct err *err)
{
	return &ours[(unsigned)err->code < ERR_COUNT ? err->code : ERR_UNKNOWN];
}

const char *
answer_for_err(const struct err *err)
{
	const struct of_ours *o = of_ours(err);
	const struct code *c = o->vague ? code_of(err) : NULL;

	return c != NULL && c->answer[0] != '\0' ? c->answer : o->answer;
}

enum turn
turn_of_err(const struct err *err)
{
	const struct of_ours *o = of_ours(err);
	const struct code *c = o->vague ? code_of(err) : NULL;

	return c != NULL && c->turn != TURN_UNKNOWN ? c->turn : o->turn;
}

/* --- words ---------------------------------------------------------------------- */

const char *
turn_id(enum turn turn)
{
	return turns[(unsigned)turn < NTURNS ? turn : TURN_UNKNOWN];
}

const char *
turn_words(enum turn turn)
{
	return gettext(turn_sentences[(unsigned)turn < NTURNS ? turn :
	    TURN_UNKNOWN]);
}

const char *
code_family_id(enum code_family family)
{
	return (unsigned)family < CODE_FAMILIES ? families[family].id : "";
}

json_t *
code_json(const struct code *c)
{
	json_t *o = json_object();

	json_object_set_new(o, "family", jstring(families[c->family].id));
	json_object_set_new(o, "number", json_integer((json_int_t)c->number));
	json_object_set_new(o, "name", jstring(c->name));
	json_object_set_new(o, "happened", jstring(gettext(c->happened)));
	json_object_set_new(o, "todo", jstring(c->todo[0] != '\0' ?
	    gettext(c->todo) : ""));
	json_object_set_new(o, "turn", jstring(turn_id(c->turn)));
	json_object_set_new(o, "answer", jstring(c->answer));
	return o;
}
