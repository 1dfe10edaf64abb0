/*
 * The two languages.  Text inside the program is UTF-8 whatever the terminal
 * speaks; the language can change at any moment (F9), so nothing keeps a
 * translated string.  UI thread only.
 */
#ifndef BASE_I18N_H
#define BASE_I18N_H

#include <libintl.h>

#define _(s)		gettext(s)
#define N_(s)		(s)		/* marked here, translated where shown */
#define P_(one, many, n) ngettext(one, many, (unsigned long)(n))

/*
 * Take the locale of the environment for characters, bind our catalogue, and
 * choose the language: lang ("pl", "en"), or NULL for the environment's.
 */
void		 i18n_init(const char *lang);

/* Change the language of everything drawn from now on: "pl" or "en". */
void		 i18n_set(const char *lang);

/* The present one: "pl" or "en". Static. */
const char	*i18n_get(void);

#endif
