/*
 * What the counter knows of certification authorities: one settings file each
 * in authorities.d beside okienko.conf, read once at start.  No authority's name
 * stands in the code.  Plain strings only, so that any room can ask.
 */
#ifndef BASE_AUTHORITY_H
#define BASE_AUTHORITY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/setting.h"

#define AUTHORITIES_MAX	64	/* files of one folder */

struct authority {
	char		*id;		/* file's name without ".conf" */
	bool		 asked_for;	/* beside a configuration asked for by name */
	/* [authority] */
	char		*name;
	/* [recognise] */
	struct conf_list key_ids;	/* upper-case hex */
	struct conf_list key_sha256s;	/* upper-case hex */
	struct conf_list hashed_ids;	/* key identifiers of those (cert/issued.h) */
	char		*organization_id;
	struct conf_list common_names;
	/* [renewal] */
	long		 renew_days;	/* 0: okienko.conf's */
	long		 working_days;	/* 0: okienko.conf's */
	struct conf_list renewal_ways;	/* "order", "cmp" ..., the best first */
	char		*renewal_key;	/* "rsa2048", "" as the old one */
	bool		 renewal_signed_by_old, renewal_chain;
	/* [card] */
	long		 max_certificates; /* on one card; 0: not known */
	char		*checked_on;	/* "2026-10-01", or "" */
	/* [trust] */
	struct conf_list ca_files;	/* issuing certificates, PEM or DER */
	/* [status] */
	char		*ocsp, *cdp;	/* instead of what certificates name, or "" */
	long		 publish_minutes; /* between two lists; 0: not known */
	/* [revocation] */
	struct conf_list channels;	/* "cmp", "telephone" ..., the best first */
	char		*suspension;	/* "yes", "no", "" not known */
	long		 suspension_days; /* then it is a revocation; 0: not known */
	char		*without_proof;	/* "suspend", "revoke", "refuse", "" not known */
	/* [telephone] */
	char		*phone, *phone_hours, *phone_checked_on;
	struct conf_list phone_say;
	/* [form] */
	char		*form_email, *form_checked_on;
	struct conf_list form_address, form_attach;
	/* [cmp] */
	char		*cmp_url, *cmp_ca_file, *cmp_trusted, *cmp_certificate,
			*cmp_key, *cmp_recipient;
	bool		 cmp_key_on_card; /* instead of cmp_key */
	bool		 cmp_password;
	char		*cmp_renewal;	/* "kur", "p10cr" */
	/* [est] */
	char		*est_url, *est_ca_file, *est_certificate, *est_key,
			*est_login;
	/* [ejbca] */
	char		*ejbca_url, *ejbca_ca_file, *ejbca_certificate, *ejbca_key;
	/* [orders] */
	char		*orders_url, *orders_ca_file, *orders_certificate,
			*orders_key, *orders_api_key, *orders_token_url,
			*orders_client_id, *orders_client_secret,
			*orders_number, *orders_check_digit, *orders_checked_on;
	long		 orders_confirm_days, orders_issue_days; /* 0: not known */
	struct conf_list orders_link_hosts;
	/* [answers] */
	char		*answers_file;
	/* [question] */
	char		*question_clause, *question_clause_version;
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

/*
 * fn for each of its ca_files that may be believed (base/trust.h), as
 * conf_list_files.  Another one is left out: the first is err, where that is
 * empty.
 */
int	authority_ca_files(const struct authority *,
	    int (*fn)(const char *path, void *arg), void *arg, struct err *err);

/* What a certificate says of who issued it; each NULL where it says nothing. */
struct authority_issuer {
	const char	*key_id;	/* authorityKeyIdentifier, hex */
	const char	*organization_id; /* of the issuer's name */
	const char	*common_name;
};

/* How an authority was recognised, the surest first. */
enum authority_by {
	AUTHORITY_BY_KEY,		/* identifier of a key whose hash is known */
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
