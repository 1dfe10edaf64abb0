/*
 * Serial numbers held in memory, 20 bytes and a row's number each, for any
 * fragment of four or more hex digits anywhere in them: one pass over the bytes
 * answers for both alignments.  Made from the database, never the truth.  Not
 * locked: find.c does that.
 */
#ifndef REGISTRY_SERIALS_H
#define REGISTRY_SERIALS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERIALS_DIGITS_MIN	4
#define SERIALS_SLOT		20	/* RFC 5280 4.1.2.2: no longer */

struct serials;

struct serials	*serials_new(void);
void		 serials_free(struct serials *);

/* Magnitude without leading 00, up to CERT_SERIAL_MAX bytes. */
void	 serials_add(struct serials *, int64_t row, const uint8_t *, size_t len);
size_t	 serials_count(const struct serials *);
size_t	 serials_bytes(const struct serials *);	/* of memory */

/* Whether any is of so many bytes: short ones are few, if there are any. */
bool	 serials_have_length(const struct serials *, size_t len);

/* Where in the number it was met. */
enum serials_where {
	SERIALS_WHOLE,
	SERIALS_START,
	SERIALS_END,
	SERIALS_INSIDE
};

struct serials_hit {
	int64_t			row;
	enum serials_where	where;
};

/* What to look for. */
struct serials_query {
	const uint8_t	*digits;	/* each 0 to 15 */
	size_t		 n;
	bool		 look_alike;	/* B and 8 are one */
	const atomic_bool *cancel;	/* or NULL */
};

/*
 * Best hits first, at most max of them: by place, then the newest rows.  Returns
 * how many; *more when there are others.  A cancelled search finds nothing.
 */
size_t	 serials_find(const struct serials *, const struct serials_query *,
	    struct serials_hit *, size_t max, bool *more);

#endif
