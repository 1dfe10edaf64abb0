#include "config.h"

#include <stdbool.h>
#include <string.h>

#include "registry/sound.h"

/*
 * What is written in several ways for one sound, longest first; the words are
 * folded already, so that rz meets ż as z and ó meets u as o.  The nasal vowels
 * fold to a and e, and are heard as a vowel with n or m before a consonant.
 * Where a rule loses more than a sound (o and u are one), ranking makes up.
 */
#define SOUND(from, to)		{ from, to, sizeof from - 1, false }
#define NASAL(from, to)		{ from, to, sizeof from - 1, true }

static const struct {
	const char	*from, *to;
	size_t		 n;		/* letters of from */
	bool		 before_consonant;
} sounds[] = {
	SOUND("sch", "s"), SOUND("tsch", "c"),
	SOUND("cz", "c"), SOUND("sz", "s"), SOUND("rz", "z"),
	SOUND("ch", "h"), SOUND("dz", "z"), SOUND("th", "t"),
	SOUND("ph", "f"), SOUND("ck", "k"), SOUND("ts", "c"),
	SOUND("tz", "c"), SOUND("qu", "kw"), SOUND("ks", "x"),
	NASAL("om", "a"), NASAL("on", "a"),
	NASAL("em", "e"), NASAL("en", "e"),
	SOUND("ii", "i"), SOUND("ij", "i"), SOUND("ji", "i"),
	SOUND("ia", "a"), SOUND("ie", "e"), SOUND("io", "u"),
	SOUND("iu", "u"), SOUND("ja", "a"), SOUND("je", "e"),
	SOUND("ya", "a"), SOUND("ye", "e"),
	SOUND("v", "w"), SOUND("y", "i"), SOUND("j", "i"),
	SOUND("o", "u"), SOUND("q", "k"),
};

/* Endings of one family name: brother's, sister's, wife's, daughter's. */
static const struct {
	const char	*from, *to;
} endings[] = {
	{ "owna", "" }, { "owa", "" },
	{ "ska", "ski" }, { "cka", "cki" }, { "zka", "zki" },
	{ "skiego", "ski" }, { "ckiego", "cki" },
	{ "skiej", "ski" }, { "ckiej", "cki" },
};

static bool
is_vowel(char c)
{
	return c != '\0' && strchr("aeiouy", c) != NULL;
}

/* The family name's own form; shorter, so it fits where the word did. */
static void
plain_ending(char *word)
{
	size_t len = strlen(word), i;

	for (i = 0; i < sizeof endings / sizeof *endings; i++) {
		size_t n = strlen(endings[i].from);

		if (len >= n + 3 && strcmp(word + len - n,
		    endings[i].from) == 0) {
			memcpy(word + len - n, endings[i].to,
			    strlen(endings[i].to) + 1);
			return;
		}
	}
}

static size_t
rule_at(const char *s)
{
	size_t i;

	for (i = 0; i < sizeof sounds / sizeof *sounds; i++) {
		size_t n = sounds[i].n;

		/* Words are many, and few letters begin a rule. */
		if (sounds[i].from[0] == s[0] &&
		    strncmp(s, sounds[i].from, n) == 0 &&
		    (!sounds[i].before_consonant || (s[n] != '\0' &&
		    !is_vowel(s[n]))))
			return i;
	}
	return i;
}

size_t
sound_key(const char *word, char buf[static SOUND_MAX])
{
	char plain[SOUND_MAX], one[2] = "";
	size_t n = 0, i, len = strnlen(word, sizeof plain - 1);
	const char *s, *to;

	memcpy(plain, word, len);
	plain[len] = '\0';
	plain_ending(plain);
	for (s = plain; *s != '\0'; ) {
		i = rule_at(s);
		one[0] = *s;
		to = i < sizeof sounds / sizeof *sounds ? sounds[i].to : one;
		s += i < sizeof sounds / sizeof *sounds ? sounds[i].n : 1;
		/* A double letter is heard once. */
		for (; *to != '\0' && n < SOUND_MAX - 1; to++)
			if (n == 0 || buf[n - 1] != *to)
				buf[n++] = *to;
	}
	buf[n] = '\0';
	return n;
}
