#include "config.h"

#include "base/authority.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/paths.h"
#include "base/trust.h"

#define FOLDER	"authorities.d"
#define SUFFIX	".conf"

const struct setting authority_settings[] = {
#define AUTHORITY(s, k, t, field, d, w, low, high, m) { .section = s, .key = k, \
	.type = SETTING_##t, .offset = offsetof(struct authority, field), \
	.def = d, .words = w, .lo = low, .hi = high, .meaning = m },
#include "base/authority.def"
#undef AUTHORITY
};

const size_t nauthority_settings =
    sizeof(authority_settings) / sizeof(authority_settings[0]);

/* --- reading --------------------------------------------------------------- */

static void
authority_clear(struct authority *a)
{
	settings_clear(authority_settings, nauthority_settings, a);
	while (a->hashed_ids.n > 0)
		free(a->hashed_ids.v[--a->hashed_ids.n]);
	free(a->id);
	a->id = NULL;
}

void
authorities_clear(struct authorities *all)
{
	while (all->n > 0)
		authority_clear(&all->v[--all->n]);
	free(all->v);
	all->v = NULL;
}

/* The folder beside a configuration file. */
static char *
folder_beside(const char *conf)
{
	const char	*slash = strrchr(conf, '/');

	if (slash == NULL)
		return mem_strdup(FOLDER);
	return mem_printf("%.*s/%s", (int)(slash - conf), conf, FOLDER);
}

static int
is_conf(const struct dirent *entry)
{
	size_t	 len = strlen(entry->d_name), suffix = strlen(SUFFIX);

	/* Editors' and package managers' leftovers end differently or hide. */
	return len > suffix && entry->d_name[0] != '.' &&
	    strcmp(entry->d_name + len - suffix, SUFFIX) == 0;
}

/* Byte order: the same in every locale, as the order may decide. */
static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool
listed(const struct conf_list *list, const char *value, bool any_case)
{
	size_t	 i;

	for (i = 0; value != NULL && i < list->n; i++)
		if ((any_case ? strcasecmp : strcmp)(list->v[i], value) == 0)
			return true;
	return false;
}

/* A way to revoke needs what it is gone by. */
static void
check_channels(const struct authority *a, const char *path,
    struct conf_problems *problems)
{
	bool	 officer = a->cmp_certificate[0] != '\0' && a->cmp_key[0] != '\0';
	const struct {
		const char	*channel;
		bool		 has;
		const char	*missing;
	} needs[] = {
		{ "telephone", a->phone[0] != '\0',
		    N_("channel = telephone needs [telephone] number") },
		{ "form", a->form_email[0] != '\0' || a->form_address.n > 0,
		    N_("channel = form needs [form] email or address") },
		{ "cmp", a->cmp_url[0] != '\0',
		    N_("channel = cmp needs [cmp] url") },
		{ "cmp", officer || a->cmp_password,
		    N_("channel = cmp needs [cmp] certificate and key, or password = yes") },
		{ "ejbca", a->ejbca_url[0] != '\0',
		    N_("channel = ejbca needs [ejbca] url") },
		{ "ejbca", a->ejbca_certificate[0] != '\0' &&
		    a->ejbca_key[0] != '\0',
		    N_("channel = ejbca needs [ejbca] certificate and key") },
	};
	size_t	 i;

	for (i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (listed(&a->channels, needs[i].channel, false) &&
		    !needs[i].has)
			conf_problems_add(problems, path, 0, "%s",
			    _(needs[i].missing));
}

/* So does a way of requests to renew. */
static void
check_ways(const struct authority *a, const char *path,
    struct conf_problems *problems)
{
	const struct {
		const char	*way;
		bool		 has;
		const char	*missing;
	} needs[] = {
		{ "order", a->orders_url[0] != '\0',
		    N_("way = order needs [orders] url") },
		{ "cmp", a->cmp_url[0] != '\0',
		    N_("way = cmp needs [cmp] url") },
		{ "est", a->est_url[0] != '\0',
		    N_("way = est needs [est] url") },
	};
	size_t	 i;

	for (i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (listed(&a->renewal_ways, needs[i].way, false) &&
		    !needs[i].has)
			conf_problems_add(problems, path, 0, "%s",
			    _(needs[i].missing));
	if ((a->est_certificate[0] != '\0') != (a->est_key[0] != '\0'))
		conf_problems_add(problems, path, 0, "%s",
		    _("[est] certificate and key count only together"));
}

static void
check_addresses(const struct authority *a, const char *path,
    struct conf_problems *problems)
{
	const char *const	 urls[] = { a->ocsp, a->cdp, a->cmp_url,
				    a->ejbca_url, a->est_url };
	size_t			 i;

	for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		if (urls[i][0] != '\0' &&
		    strncasecmp(urls[i], "https://", 8) != 0 &&
		    strncasecmp(urls[i], "http://", 7) != 0)
			conf_problems_add(problems, path, 0,
			    _("%s is no address: it must begin with https:// or http://"),
			    urls[i]);
}

/* By whose servers are believed: whoever could write it could be one. */
static void
check_servers(const struct authority *a, const char *path,
    struct conf_problems *problems)
{
	const char *const files[] = { a->cmp_ca_file, a->est_ca_file,
		a->ejbca_ca_file, a->orders_ca_file };
	char	*real, text[512];

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct err	 why = ERR_INIT;

		if (files[i][0] == '\0')
			continue;
		if (trust_beside(files[i], a->asked_for, &real, &why) == -1)
			conf_problems_add(problems, path, 0, "%s",
			    err_sentence(&why, text, sizeof text));
		else
			free(real);
	}
}

/* What the table cannot say: keys that need each other. */
static void
check_whole(const struct authority *a, const char *path,
    struct conf_problems *problems)
{
	bool	 named = a->organization_id[0] != '\0' && a->common_names.n > 0;

	if (a->name[0] == '\0')
		conf_problems_add(problems, path, 0, "%s",
		    _("[authority] needs a name"));
	if (!named && (a->organization_id[0] != '\0' || a->common_names.n > 0))
		conf_problems_add(problems, path, 0, "%s",
		    _("organization_id and common_name count only together"));
	else if (!named && a->key_ids.n == 0 && a->key_sha256s.n == 0)
		conf_problems_add(problems, path, 0, "%s",
		    _("[recognise] says nothing by which to recognise it"));
	else if (!named && a->key_ids.n == 0 && a->ca_files.n == 0)
		conf_problems_add(problems, path, 0, "%s",
		    _("key_sha256 counts only together with [trust] certificate"));
	if (a->cmp_key_on_card &&
	    (a->cmp_key[0] != '\0' || a->cmp_certificate[0] == '\0'))
		conf_problems_add(problems, path, 0, "%s",
		    _("key_on_card needs the officer's certificate, and no key"));
	if (a->max_certificates != 0 && a->checked_on[0] == '\0')
		conf_problems_add(problems, path, 0, "%s",
		    _("max_certificates needs checked_on, the day it was looked up"));
	check_channels(a, path, problems);
	check_ways(a, path, problems);
	check_addresses(a, path, problems);
	check_servers(a, path, problems);
}

/* Whoever could write it could say who is believed, and whose key is used. */
static int
read_settings(struct authority *a, const char *path, bool named,
    struct conf_problems *problems, struct err *err)
{
	char	*real, text[512];
	int	 rc;

	if (trust_beside(path, named, &real, err) == -1) {
		conf_problems_add(problems, path, 0, "%s",
		    err_sentence(err, text, sizeof text));
		return -1;
	}
	rc = settings_read(authority_settings, nauthority_settings, a, real,
	    problems, err);
	if (rc == -1 && err->code != ERR_CONFIG)
		conf_problems_add(problems, path, 0, "%s",
		    _("the file cannot be read"));
	free(real);
	return rc;
}

static int
read_one(struct authorities *all, const char *folder, const char *file,
    bool named, struct conf_problems *problems, struct err *err)
{
	struct authority	 a = { 0 };
	char			*path = mem_printf("%s/%s", folder, file);
	struct err		 why = ERR_INIT;
	size_t			 before = problems->n;

	settings_init(authority_settings, nauthority_settings, &a);
	a.id = mem_strndup(file, strlen(file) - strlen(SUFFIX));
	a.asked_for = named;
	if (read_settings(&a, path, named, problems, &why) == 0)
		check_whole(&a, path, problems);
	if (problems->n > before && why.code == ERR_NONE)
		err_set(&why, ERR_CONFIG, path, "%s", problems->v[before].text);
	free(path);
	if (why.code == ERR_NONE) {
		all->v = mem_grow(all->v, all->n + 1, sizeof(*all->v));
		all->v[all->n++] = a;
		return 0;
	}
	authority_clear(&a);
	if (err->code == ERR_NONE)
		*err = why;
	return -1;
}

/* Read the sorted names; more than the bound is a mistake of the folder. */
static int
read_listed(struct authorities *all, const char *folder, bool named,
    struct dirent **list, int n, struct conf_problems *problems,
    struct err *err)
{
	int	 i, rc = 0;

	for (i = 0; i < n && i < AUTHORITIES_MAX; i++)
		if (read_one(all, folder, list[i]->d_name, named, problems,
		    err) == -1)
			rc = -1;
	if (n <= AUTHORITIES_MAX)
		return rc;
	conf_problems_add(problems, folder, 0,
	    _("more than %d files; the rest is left out"), AUTHORITIES_MAX);
	if (err->code == ERR_NONE)
		err_set(err, ERR_CONFIG, folder, "more than %d files",
		    AUTHORITIES_MAX);
	return -1;
}

int
authorities_load(struct authorities *all, const char *conf,
    struct conf_problems *problems, struct err *err)
{
	struct conf_problems	 own = { 0 };
	struct dirent		**list = NULL;
	char			*folder;
	int			 n, rc = 0;

	all->v = NULL;
	all->n = 0;
	folder = folder_beside(conf != NULL ? conf : paths_conf());
	n = scandir(folder, &list, is_conf, by_name);
	if (n == -1 && errno != ENOENT && errno != ENOTDIR) {
		rc = err_errno(err, ERR_IO, folder);
		if (problems != NULL)
			conf_problems_add(problems, folder, 0, "%s",
			    _("the folder cannot be read"));
	} else if (n > 0)
		rc = read_listed(all, folder, conf != NULL, list, n,
		    problems != NULL ? problems : &own, err);
	while (n > 0)
		free(list[--n]);
	free(list);
	free(folder);
	conf_problems_clear(&own);
	return rc;
}

/* --- whom it trusts --------------------------------------------------------- */

struct believing {
	const struct authority	*a;
	int			(*fn)(const char *, void *);
	void			*arg;
	struct err		*err;
};

static int
believe(const char *path, void *arg)
{
	const struct believing	*b = arg;
	struct err		 why = ERR_INIT;
	char			*real;
	int			 rc;

	if (trust_beside(path, b->a->asked_for, &real, &why) == -1) {
		if (b->err->code == ERR_NONE)
			*b->err = why;
		return 0;
	}
	rc = b->fn(real, b->arg);
	free(real);
	return rc;
}

int
authority_ca_files(const struct authority *a,
    int (*fn)(const char *, void *), void *arg, struct err *err)
{
	return conf_list_files(&a->ca_files, believe,
	    &(struct believing){ a, fn, arg, err });
}

/* --- recognising ----------------------------------------------------------- */

static bool
matches(const struct authority *a, const struct authority_issuer *issuer,
    enum authority_by by)
{
	switch (by) {
	case AUTHORITY_BY_KEY:
		return listed(&a->hashed_ids, issuer->key_id, true);
	case AUTHORITY_BY_KEY_ID:
		return listed(&a->key_ids, issuer->key_id, true);
	case AUTHORITY_BY_NAME:
		return issuer->organization_id != NULL &&
		    a->organization_id[0] != '\0' &&
		    strcmp(a->organization_id, issuer->organization_id) == 0 &&
		    listed(&a->common_names, issuer->common_name, false);
	}
	return false;
}

const struct authority *
authority_for(const struct authorities *all,
    const struct authority_issuer *issuer, enum authority_by *by)
{
	enum authority_by	 way;
	size_t			 i;

	for (way = AUTHORITY_BY_KEY; way <= AUTHORITY_BY_NAME; way++)
		for (i = 0; i < all->n; i++)
			if (matches(&all->v[i], issuer, way)) {
				if (by != NULL)
					*by = way;
				return &all->v[i];
			}
	return NULL;
}
