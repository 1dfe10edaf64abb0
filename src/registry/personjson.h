/*
 * What is kept of a person as JSON, for art. 15 and art. 20; masked forms only,
 * nothing else is there.  Any thread.
 */
#ifndef REGISTRY_PERSONJSON_H
#define REGISTRY_PERSONJSON_H

#include <jansson.h>

#include "registry/person.h"

/* One certificate: all that a record has. */
json_t	*personjson_record(const struct record *);

/* "certificates" of a person; NULL and err. */
json_t	*personjson_certs(struct registry *, const struct person *,
	    struct err *);

/* "cards": where they were seen and when. */
json_t	*personjson_cards(struct registry *, const struct person *,
	    struct err *);

/* "cases": of revocation, open and closed, with all that was written of them. */
json_t	*personjson_cases(struct registry *, const struct person *,
	    struct err *);

/* "renewals" of their certificates, as cases. */
json_t	*personjson_renewals(struct registry *, const struct person *,
	    struct err *);

/* "journal": the entries about them, oldest first. */
json_t	*personjson_journal(struct registry *, const struct person *,
	    struct err *);

#endif
