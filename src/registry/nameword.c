#include "config.h"

#include <string.h>

#include "base/text.h"
#include "registry/nameword.h"

/*
 * Titles and legal forms, folded, written with or without their stops: neither
 * a person nor an organisation is told from another by these.
 */
static const char *const titles[] = {
	"adw", "doc", "dr", "hab", "inz", "kpt", "lek", "lic", "med", "mgr",
	"pan", "pani", "prof", "rpr",
};

static const char *const forms[] = {
	"ag", "akcyjna", "co", "cywilna", "gmbh", "inc", "jawna",
	"komandytowa", "komandytowo", "llc", "ltd", "odpowiedzialnoscia",
	"ograniczona", "oo", "partnerska", "plc", "psa", "sa", "sc", "sj",
	"ska", "sp", "spj", "spk", "spolka", "spzoo", "srl", "sro", "zoo",
};

/* One letter says nothing in these places: "sp. z o.o.", "s.c.", "spółka z". */
static const char form_letters[] = "aceijkoszw";

struct splitter {
	struct name_word *out;
	size_t		 max, n;
	bool		 keep;		/* noise too */
	bool		 after_form;
};

enum noise { WORD, TITLE, FORM };

static bool
is_one_of(const char *s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (words[i][0] == s[0] && strcmp(words[i], s) == 0)
			return true;
	return false;
}

static enum noise
noise_of(const struct splitter *sp, const char *s)
{
	if (sp->keep)
		return WORD;
	if (s[1] == '\0')
		return sp->after_form && strchr(form_letters, s[0]) != NULL ?
		    FORM : WORD;
	if (is_one_of(s, titles, sizeof titles / sizeof *titles))
		return TITLE;
	return is_one_of(s, forms, sizeof forms / sizeof *forms) ? FORM : WORD;
}

static void
add_word(struct splitter *sp, const char *folded, bool joined)
{
	enum noise kind;
	struct name_word *w;
	size_t i;

	if (folded[0] == '\0' || sp->n == sp->max)
		return;
	kind = noise_of(sp, folded);
	sp->after_form = kind == FORM;
	if (kind != WORD)
		return;
	for (i = 0; i < sp->n; i++)
		if (strcmp(sp->out[i].s, folded) == 0)
			return;
	w = &sp->out[sp->n++];
	memset(w, 0, sizeof *w);
	w->len = text_cut(folded, NAME_WORD_MAX);
	memcpy(w->s, folded, w->len);
	w->initial = w->len == 1;
	w->joined = joined;
}

/* "S.A.", "o.o.", "J.K.": stops between single letters. */
static bool
is_abbreviation(const char *s, size_t len)
{
	size_t i;

	for (i = 1; i < len; i += 2)
		if (s[i] != '.')
			return false;
	return len >= 3;
}

/* Without its stops it may be a legal form that weighs nothing. */
static bool
is_form(const struct splitter *sp, const char *s, size_t len)
{
	char letters[NAME_WORD_MAX + 1], folded[NAME_WORD_MAX + 1];
	size_t n = 0, i;

	if (!is_abbreviation(s, len) || len > NAME_WORD_MAX)
		return false;
	for (i = 0; i < len; i += 2)
		letters[n++] = s[i];
	letters[n] = '\0';
	text_fold(letters, folded, sizeof folded);
	return folded[0] != '\0' && noise_of(sp, folded) == FORM;
}

/* A part between hyphens, spaces and other marks; folding may split it more. */
static void
add_part(struct splitter *sp, const char *s, size_t len, bool joined)
{
	char part[2 * NAME_WORD_MAX + 1], folded[2 * NAME_WORD_MAX + 1];
	char *rest = folded, *word;

	len = len < sizeof part ? len : sizeof part - 1;
	memcpy(part, s, len);
	part[len] = '\0';
	text_fold(part, folded, sizeof folded);
	while ((word = strsep(&rest, " ")) != NULL) {
		add_word(sp, word, joined);
		joined = false;
	}
}

static void
split(struct splitter *sp, const char *s)
{
	static const char between[] = " \t\n\r,;()\"/";

	while (*(s += strspn(s, between)) != '\0' && sp->n < sp->max) {
		size_t len = strcspn(s, between), part;
		const char *end = s + len;

		if (is_form(sp, s, len)) {
			sp->after_form = true;
			s = end;
		}
		for (bool joined = false; s < end; joined = true) {
			part = strcspn(s, "-");
			part = part < (size_t)(end - s) ? part :
			    (size_t)(end - s);
			add_part(sp, s, part, joined);
			s += part;
			s += s < end;
		}
	}
}

size_t
name_words(const char *text, struct name_word *out, size_t max)
{
	struct splitter sp = { .out = out, .max = max };

	if (text == NULL)
		return 0;
	split(&sp, text);
	if (sp.n == 0) {
		sp.keep = true;
		split(&sp, text);
	}
	return sp.n;
}
