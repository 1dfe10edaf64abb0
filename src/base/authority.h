/*
 * What the counter knows of certification authorities: one settings file each
 * in authorities.d beside okienko.conf, read once at start.  No authority's name
 * stands in the code.  Plain strings only, so that any room can ask.
 */
#ifndef BASE_AUTHORITY_H
#define BASE_AUTHORITY_H

#include <stddef.h>

#include "base/err.h"
#include "base/setting.h"

#define AUTHORITIES_MAX	64	/* files of one folder */

struct authority {
	char		*id;		/* file's name without ".conf" */
	/* [authority] */
	char		*name;
	/* [recognise] */
	struct conf_list key_ids;	/* upper-case hex */
	struct conf_list key_sha256s;	/* upper-case hex */
	char		*organization_id;
	struct conf_list common_names;
	/* [renewal] */
	long		 renew_days;	/* 0: okienko.conf's */
	long		 working_days;	/* 0: okienko.conf's */
	/* [card] */
	long		 max_certificates; /* on one card; 0: not known */
	char		*checked_on;	/* "2026-10-01", or "" */
};

struct authorities {
	struct authority	*v;
	size_t			 n;
};

/*
 * Read all *.conf of a folder in the order of their names (NULL: authorities.d
 * beside paths_conf(), or beside conf if that is given).  No folder is no
 * authority and no mistake.  -1 and err for the first mistake; with problems not
 * NULL, all are added there.  A file with a mistake is left out whole: half of
 * an authority's rules would be worse than none.
 */
int	authorities_load(struct authorities *, const char *conf,
	    struct conf_problems *, struct err *);
void	authorities_clear(struct authorities *);

/* What a certificate says of who issued it; each NULL where it says nothing. */
struct authority_issuer {
	const char	*key_id;	/* authorityKeyIdentifier, hex */
	const char	*key_sha256;	/* of the issuer's key, where it is at hand */
	const char	*organization_id; /* of the issuer's name */
	const char	*common_name;
};

/* How an authority was recognised, the surest first. */
enum authority_by {
	AUTHORITY_BY_KEY,		/* hash of its key */
	AUTHORITY_BY_KEY_ID,		/* key identifier */
	AUTHORITY_BY_NAME		/* its name alone: anybody can write that */
};

/*
 * Whose certificate it is, or NULL; the surest way of recognising wins over the
 * order of the files.  by may be NULL.
 */
const struct authority *authority_for(const struct authorities *,
	    const struct authority_issuer *, enum authority_by *by);

/* The table, for the manual's check. */
extern const struct setting	authority_settings[];
extern const size_t		nauthority_settings;

#endif
