#include "config.h"

#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/paths.h"

#define DOMAIN "okienko"

/* glibc looks catalogues up again when this number changes. */
extern int _nl_msg_cat_cntr;

/* Which catalogue gettext reads is a property of the process, so is this. */
static bool polish;

static bool
is_polish(const char *s)
{
	return s != NULL && s[0] == 'p' && s[1] == 'l' &&
	    (s[2] == '\0' || s[2] == '_' || s[2] == '.' || s[2] == ':' ||
	    s[2] == '@');
}

/* What the environment asks for, in the order gettext(3) gives. */
static bool
environment_is_polish(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *s = getenv("LANGUAGE");

	if (s != NULL && s[0] != '\0')
		return is_polish(s);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		s = getenv(names[i]);
		if (s != NULL && s[0] != '\0')
			return is_polish(s);
	}
	return false;
}

void
i18n_init(const char *lang)
{
	if (setlocale(LC_ALL, "") == NULL && setlocale(LC_CTYPE, "") == NULL)
		(void)setlocale(LC_CTYPE, "C.UTF-8");
	/*
	 * The language is ours to choose whatever locales are installed:
	 * C.UTF-8 is always there, and unlike "C" lets LANGUAGE count.
	 */
	(void)setlocale(LC_MESSAGES, "C.UTF-8");
	(void)setlocale(LC_NUMERIC, "C");
	(void)bindtextdomain(DOMAIN, paths_locale());
	(void)bind_textdomain_codeset(DOMAIN, "UTF-8");
	(void)textdomain(DOMAIN);
	i18n_set(lang != NULL && lang[0] != '\0' ? lang :
	    environment_is_polish() ? "pl" : "en");
}

void
i18n_set(const char *lang)
{
	polish = is_polish(lang);
	(void)setenv("LANGUAGE", polish ? "pl" : "en", 1);
	_nl_msg_cat_cntr++;
}

const char *
i18n_get(void)
{
	return polish ? "pl" : "en";
}
