/*
 * Plain records to JSON and back by a table: one row a member.  Reading trusts
 * nothing: every member must be there (but the sparse ones), of its type and
 * within its bounds.
 * Any thread; no state.
 */
#ifndef CERT_FIELD_H
#define CERT_FIELD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_type {
	FIELD_TEXT,		/* char *, never null */
	FIELD_OPT_TEXT,		/* char *, NULL as null */
	FIELD_CHARS,		/* char[max + 1] */
	FIELD_BOOL,
	FIELD_INT,		/* int, min to max */
	FIELD_UINT,		/* unsigned, 0 to max */
	FIELD_INT64,		/* int64_t */
	FIELD_TIME,		/* int64_t, RFC 3339; CERT_NO_TIME as null */
	FIELD_SHA256,		/* uint8_t[32], hex */
	FIELD_TEXTS,		/* char ** with its size_t at count, up to max */
	FIELD_WORD,		/* an enum by its word */
	FIELD_BITS		/* unsigned: the words of the bits that are set */
};

#define FIELD_TEXT_MAX	(256u << 10)	/* bytes of one text that is read */

struct field {
	const char		*key;
	enum field_type		 type;
	size_t			 offset;
	size_t			 count;		/* FIELD_TEXTS: offset of the number */
	int64_t			 min, max;
	const char *const	*words;		/* FIELD_WORD, FIELD_BITS: ends in NULL */
	bool			 optional;	/* null unless the bool at has is set */
	size_t			 has;
	bool			 sparse;	/* may be left out, and is, while it is
						 * nothing: 0, NULL, "", an empty list */
};

/* A row: key, type without FIELD_, record, member, and what else it needs. */
#define FIELD(k, t, record, member, ...)	\
	{ .key = k, .type = FIELD_##t, .offset = offsetof(record, member), \
	  ##__VA_ARGS__ }
#define FIELD_END	{ .key = NULL }

/* A new object, or members added to one. */
json_t	*fields_to_json(const struct field *, const void *record);
void	 fields_add(json_t *, const struct field *, const void *record);

/*
 * Fill in a zeroed record.  -1 and *bad, the key at fault, for the first member
 * that is not as it should be; what was filled in is the caller's to free.
 */
int	 fields_from_json(const struct field *, const json_t *, void *record,
	    const char **bad);

/* Upper-case hex as at most max bytes. */
int	 field_hex(const json_t *, uint8_t *out, size_t max, size_t *len);

/* The word of a number, NULL for none of the table. */
const char *field_word(const char *const *words, unsigned);

#endif
