/*
 * A bounded reader of DER (X.690): one tag, length and value after another out
 * of a span.  Nothing is copied or allocated, nothing recurses, every length is
 * checked against the bytes there are.  Lengths may be longer than they need be
 * and INTEGERs padded, because real certificates have both.  Any thread.
 */
#ifndef CERT_DER_H
#define CERT_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum {
	DER_BOOLEAN	= 0x01,
	DER_INTEGER	= 0x02,
	DER_BIT_STRING	= 0x03,
	DER_OCTET_STRING = 0x04,
	DER_NULL	= 0x05,
	DER_OID		= 0x06,
	DER_UTF8	= 0x0c,
	DER_NUMERIC	= 0x12,
	DER_PRINTABLE	= 0x13,
	DER_T61		= 0x14,
	DER_IA5		= 0x16,
	DER_UTC_TIME	= 0x17,
	DER_GENERAL_TIME = 0x18,
	DER_VISIBLE	= 0x1a,
	DER_UNIVERSAL	= 0x1c,
	DER_BMP		= 0x1e,
	DER_SEQUENCE	= 0x30,
	DER_SET		= 0x31
};

/* Context tag n, primitive and constructed. */
#define DER_CONTEXT(n)		((uint8_t)(0x80 | (n)))
#define DER_CONTEXT_CONS(n)	((uint8_t)(0xa0 | (n)))

/* The years 0 to 9999, all that two or four digits can say. */
#define DER_TIME_MIN		INT64_C(-62167219200)
#define DER_TIME_MAX		INT64_C(253402300799)

/* Room for any object identifier that is read; longer ones are not. */
#define DER_OID_TEXT_MAX	128

struct der {
	uint8_t		tag;
	struct span	body;
	struct span	whole;		/* with tag and length */
};

/*
 * The next element.  -1 at the end of the span, for a tag number above 30, an
 * indefinite length, or a length that runs out of the span; it is left as it was.
 */
int	der_next(struct span *, struct der *);

/* The next element, which must have this tag; *body is set. */
int	der_enter(struct span *, uint8_t tag, struct span *body);

/* 1 and *body if the next element has this tag; 0 if not; -1 if it is damaged. */
int	der_maybe(struct span *, uint8_t tag, struct span *body);

/* The values, from a body.  0, or -1 when it is no such value or too large. */
int	der_int64(struct span, int64_t *);
int	der_bool(struct span, bool *);

/* A named BIT STRING: bit n of it as 1 << n; bits beyond 15 are left out. */
int	der_bits(struct span, unsigned *);

/* The octets of a BIT STRING that has no unused bits. */
int	der_bit_octets(struct span, struct span *);

/*
 * UTCTime or GeneralizedTime as UTC seconds.  Seconds may be missing and the
 * zone be an offset, against RFC 5280, since both are met.
 */
int	der_time(uint8_t tag, struct span, int64_t *);

/* An object identifier in dots; -1 and "?" when it is none or too long. */
int	der_oid(struct span, char buf[static DER_OID_TEXT_MAX]);

#endif
