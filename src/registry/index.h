/*
 * A line of the file in which `openssl ca` keeps what it issued (index.txt): six
 * fields with tabs between.  Any thread; no state.
 */
#ifndef REGISTRY_INDEX_H
#define REGISTRY_INDEX_H

#include "registry/record.h"

#define INDEX_LINE_MAX	((size_t)16 << 10)

/* What was wrong with a line: the name of the field; INDEX_FIELDS for a count. */
enum index_bad { INDEX_GOOD, INDEX_FIELDS, INDEX_VALUE };

struct index_line {
	enum record_status status;
	int64_t		 not_after, revoked_at;	/* CERT_NO_TIME; 0 */
	int		 reason;		/* CRLReason, -1 none */
	uint8_t		 serial[CERT_SERIAL_MAX];
	size_t		 serial_len;
	const char	*subject;		/* inside the line */
	const char	*bad;			/* the field that INDEX_VALUE means */
};

/* Read a line, which is cut into its fields where it lies. */
enum index_bad	 index_read(char *line, struct index_line *);

/* A serial number in hex, as a magnitude; -1 when it is none. */
int		 index_serial(const char *hex, uint8_t out[static CERT_SERIAL_MAX],
		    size_t *len);

/* The CRLReason of a word of RFC 5280 or of OpenSSL's; -1. */
int		 index_reason(const char *word);

/* The word of RFC 5280 for a CRLReason; NULL for none. */
const char	*index_reason_word(int);

#endif
