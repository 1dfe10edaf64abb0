/*
 * Records to JSON and back by tables: a row names a field, where it lies, its
 * type and its bound, and serves both directions, so they cannot part ways.
 * Private to the card protocol.  No state; any thread.
 */
#ifndef CARD_FIELDS_H
#define CARD_FIELDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum field_kind {
	FIELD_TEXT,	/* char *, never NULL; max: bytes */
	FIELD_BOOL,	/* bool */
	FIELD_INT,	/* int, min..max; -1 stands as null where min is -1 */
	FIELD_UINT,	/* unsigned, up to max */
	FIELD_SIZE,	/* size_t, up to max */
	FIELD_I64,	/* int64_t, -1 stands as null */
	FIELD_U64,	/* uint64_t, UINT64_MAX stands as null */
	FIELD_WORD,	/* enum, by its place in words */
	FIELD_SHORT,	/* char[max + 1] inside the record */
	FIELD_HASH,	/* uint8_t[32], upper-case hex */
	FIELD_HEX,	/* uint8_t[max], min..max of them by the size_t at len_at;
			   where min is -1, none at all is absent */
	FIELD_BYTES,	/* struct buf, its max set anew: at most max bytes of hex;
			   none at all is absent */
	FIELD_ERR	/* struct err; absent when there is none */
};

struct field {
	const char	*name;
	enum field_kind	 kind;
	size_t		 at, len_at;		/* offsetof in the record */
	int64_t		 min, max;
	const char *const *words;		/* NULL at the end */
};

struct fields {
	const char		*record;	/* for complaints: "token" */
	const struct field	*v;
	size_t			 n;
};

#define FIELDS(record, table) { record, table, sizeof(table) / sizeof(*(table)) }

/* Add every field of a record to an object. */
void	fields_write(const struct fields *, const void *record, json_t *obj);

/*
 * Fill in every field of a record.  0, or -1 and err at the first that is
 * missing, of another type or out of bounds; strings already read are the
 * record's, to be freed with it.
 */
int	fields_read(const struct fields *, const json_t *obj, void *record,
	    struct err *);

/* A breach of the contract: "token: label is missing or wrong".  Always -1. */
int	fields_bad(const char *record, const char *field, struct err *);

/* An array of at most max elements, or NULL and err. */
const json_t	*fields_array(const json_t *obj, const char *record,
		    const char *name, size_t max, struct err *);

/*
 * Text as a JSON string of at most max bytes: JSON has no way to carry broken
 * UTF-8, so each byte that is none becomes U+FFFD here.
 */
json_t	*fields_text(const char *, size_t max);

/* The string itself, borrowed: at most max bytes and no NUL among them; or NULL. */
const char *fields_string(const json_t *, size_t max);

/* Upper-case hex: the bytes of exactly an even number of digits, or -1. */
int	fields_hex(const json_t *, uint8_t *out, size_t max, size_t *len);

#endif
