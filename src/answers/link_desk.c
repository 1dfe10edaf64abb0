/* Links of what the desk was told: settings, questions, authorities, characters. */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

#include "answers/chain_inside.h"
#include "answers/questions.h"
#include "base/i18n.h"
#include "base/paths.h"
#include "revocation/channel.h"

/* --- settings ------------------------------------------------------------ */

/* A file that others may change decides what code we load. */
static void
tell_if_open(struct chain_walk *w, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		link_tell(w, HEALTH_WRONG, TURN_KEEPER,
		    _("Take that right away: chmod go-w."),
		    _("%s can be changed by others"), path);
}

static void
tell_problems(struct chain_walk *w, const struct conf_problems *problems)
{
	const char *mend = _("Mend it there; okienko.conf(5) tells every key.");

	for (size_t i = 0; i < problems->n; i++) {
		const struct conf_problem *p = &problems->v[i];

		if (p->line > 0)
			link_tell(w, HEALTH_WRONG, TURN_KEEPER, mend,
			    "%s:%d: %s", p->file, p->line, p->text);
		else
			link_tell(w, HEALTH_WRONG, TURN_KEEPER, mend,
			    "%s: %s", p->file, p->text);
	}
}

static const char *
conf_path(const struct chain_walk *w)
{
	return w->told != NULL && w->told->conf_path != NULL ?
	    w->told->conf_path : paths_conf();
}

int
link_settings(struct chain_walk *w, struct err *err)
{
	const char *path = conf_path(w);
	const struct conf_problems *problems = w->told != NULL ?
	    w->told->problems : NULL;

	(void)err;
	if (problems != NULL)
		tell_problems(w, problems);
	tell_if_open(w, path);
	if (problems != NULL && problems->n > 0)
		return 0;
	if (access(path, R_OK) == 0)
		link_tell(w, problems != NULL ? HEALTH_OK : HEALTH_UNKNOWN,
		    TURN_NOBODY, "", problems != NULL ?
		    _("%s has no mistakes") : _("%s can be read"), path);
	else if (errno == ENOENT)
		link_tell(w, HEALTH_OK, TURN_NOBODY, "",
		    _("there is no %s, so all is by default"), path);
	else
		link_tell(w, HEALTH_WRONG, TURN_KEEPER, _("Make it readable."),
		    _("%s cannot be read: %s"), path, strerrordesc_np(errno));
	return 0;
}

/* The list of questions: what was written into it here and by authorities. */
int
link_questions(struct chain_walk *w, struct err *err)
{
	struct questions q = { .n = 0 };
	struct conf_problems problems = { .n = 0 };

	(void)err;
	(void)questions_load(&q, w->told != NULL ? w->told->conf_path : NULL,
	    w->facts->authorities, &problems, &(struct err)ERR_INIT);
	tell_problems(w, &problems);
	if (problems.n == 0)
		link_tell(w, HEALTH_OK, TURN_NOBODY, "", P_(
		    "%zu question can be answered",
		    "%zu questions can be answered", q.n), q.n);
	conf_problems_clear(&problems);
	questions_clear(&q);
	return 0;
}

int
link_authorities(struct chain_walk *w, struct err *err)
{
	const struct authorities *all = w->facts->authorities;

	(void)err;
	if (all == NULL || all->n == 0)
		link_tell(w, HEALTH_WARNING, TURN_KEEPER,
		    _("Describe one in authorities.d; see okienko.conf(5)."), "%s",
		    _("no certification authority is configured"));
	else
		link_tell(w, HEALTH_OK, TURN_NOBODY, "",
		    P_("%zu authority is configured",
		    "%zu authorities are configured", all->n), all->n);
	return 0;
}

/* --- ways to revoke -------------------------------------------------------- */

static const char *
name_of(const struct authority *a)
{
	return a->name[0] != '\0' ? a->name : a->id;
}

/* What the settings name has to be there when it is needed. */
static void
tell_files(struct chain_walk *w, const struct authority *a)
{
	const char *const files[] = { a->cmp_ca_file, a->cmp_trusted,
	    a->cmp_certificate, a->cmp_key, a->ejbca_ca_file,
	    a->ejbca_certificate, a->ejbca_key };

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		if (files[i][0] != '\0' && access(files[i], R_OK) == -1)
			link_tell(w, HEALTH_WRONG, TURN_KEEPER,
			    _("Put it there, or "
			    "correct the path in the authority's file."),
			    _("%s: %s cannot be read"), name_of(a), files[i]);
	if (a->ca_files.n == 0)
		link_tell(w, HEALTH_WARNING, TURN_KEEPER,
		    _("Put it into the authority's "
		    "file: [trust] certificate."), _("%s: without its own "
		    "certificate, answers can be checked only where "
		    "certificates say where that is"), name_of(a));
}

static void
tell_authority(struct chain_walk *w, const struct authority *a)
{
	const struct channel *found[CHANNELS_MAX];
	size_t n = channels_for(a, CASE_REVOKE, found, CHANNELS_MAX);

	for (size_t i = 0; i < n; i++)
		link_tell(w, HEALTH_OK, TURN_NOBODY, "", "%s: %s", name_of(a),
		    _(found[i]->name));
	if (n == 0)
		link_tell(w, HEALTH_WARNING, TURN_KEEPER,
		    _("Put its telephone, form or "
		    "service into its file: [revocation] channel."),
		    _("%s: no way to revoke is configured"), name_of(a));
	tell_files(w, a);
}

int
link_channels(struct chain_walk *w, struct err *err)
{
	const struct authorities *all = w->facts->authorities;

	(void)err;
	for (size_t i = 0; all != NULL && i < all->n; i++)
		tell_authority(w, &all->v[i]);
	return 0;
}

/* --- words and characters ------------------------------------------------- */

int
link_locale(struct chain_walk *w, struct err *err)
{
	const char *set = nl_langinfo(CODESET);
	const char *mend = _("Set LANG to a UTF-8 locale that is installed, such as C.UTF-8.");
	locale_t wanted = newlocale(LC_CTYPE_MASK, "", (locale_t)0);

	(void)err;
	if (wanted == (locale_t)0) {
		link_tell(w, HEALTH_WARNING, TURN_KEEPER, mend, "%s",
		    _("the environment names a locale that is not installed"));
		return 0;
	}
	freelocale(wanted);
	if (strcmp(set, "UTF-8") == 0 || strncmp(set, "ISO-8859-", 9) == 0)
		link_tell(w, HEALTH_OK, TURN_NOBODY, "",
		    _("the terminal is taken to speak %s"), set);
	else
		link_tell(w, HEALTH_WARNING, TURN_KEEPER, mend,
		    _("with %s Polish letters lose their marks"), set);
	return 0;
}

/* What only the program itself could look at; it may not have. */
int
link_told(struct chain_walk *w, struct err *err)
{
	(void)err;
	for (size_t i = 0; w->told != NULL && i < w->told->n; i++) {
		struct finding f = w->told->v[i];

		if (strcmp(f.link, w->now->id) != 0)
			continue;
		f.title = w->now->title;
		link_add(w, &f);
	}
	return 0;
}
