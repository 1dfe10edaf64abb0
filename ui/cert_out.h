/*
 * One certificate on the command line, for people and as JSON, with what this
 * counter's configuration says of its authority.  One thread.
 */
#ifndef UI_CERT_OUT_H
#define UI_CERT_OUT_H

#include <jansson.h>
#include <stdbool.h>

#include "cert/cert.h"
#include "ui/verb.h"

/* What a certificate is worth at one moment, by this configuration. */
struct cert_standing {
	const struct authority	*authority;	/* NULL: none configured */
	enum authority_by	 by;
	struct validity_view	 validity;
	struct purpose_verdict	 purposes[PURPOSE_COUNT];
};

void	 cert_stand(const struct cmd *, const struct cert *, int64_t now,
	    struct cert_standing *);

/* EXIT_WRONG for one that is not valid at that moment, or oddly made. */
enum exit_code	 cert_exit(const struct cert *, const struct cert_standing *);

/* All of it; whole: identifiers of persons are not masked. */
void	 cert_print(struct out *, const struct cert *,
	    const struct cert_standing *, bool whole);

/* The one line of a list: purpose, holder, last day, state. */
void	 cert_print_line(struct out *, const struct cert *,
	    const struct cert_standing *);

/* cert_to_json and, beside it, listed_as, validity, purposes, authority. */
json_t	*cert_describe(const struct cert *, const struct cert_standing *);

/* Add those four to an object that cert_to_json made before. */
void	 cert_describe_into(json_t *, const struct cert *,
	    const struct cert_standing *);

#endif
