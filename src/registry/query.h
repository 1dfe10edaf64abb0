/*
 * One line of text, taken for whatever it can be: a serial number, an
 * identifier, an address, a code, a name with or without a date; more than one
 * when it is ambiguous.  Pure, bounded by FIND_QUERY_MAX, any bytes; nothing is
 * looked up.  It holds what was typed, so it is wiped after use.  Any thread.
 */
#ifndef REGISTRY_QUERY_H
#define REGISTRY_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cert/cert.h"
#include "registry/code.h"
#include "registry/find.h"
#include "registry/nameword.h"

#define QUERY_WORDS_MAX		8
#define QUERY_HEX_MAX		(2 * CERT_SERIAL_MAX)
#define QUERY_FRAGMENT_MIN	4	/* hex digits that are looked for inside */
#define QUERY_ADDRESS_MAX	254	/* RFC 5321 4.5.3.1.3 */

/* Hex digits, each 0 to 15, from the left as they were typed. */
struct query_digits {
	uint8_t	d[QUERY_HEX_MAX];
	size_t	n;
};

struct query {
	unsigned	 kinds;		/* FIND_* */
	unsigned	 notes;		/* 1 << NOTE_*: of the line alone */
	struct query_digits hex;	/* FIND_SERIAL: its hex digits, or none */
	struct query_digits look;	/* the same with what looks like a digit */
	uint8_t		 decimal[CERT_SERIAL_MAX]; /* as a whole decimal number */
	size_t		 ndecimal;	/* bytes without leading 00; 0: it is none */
	uint8_t		 look_decimal[CERT_SERIAL_MAX]; /* as look is to hex */
	size_t		 nlook_decimal;
	char		 digits[12];	/* of a PESEL or NIP, or "" */
	bool		 pesel_ok, nip_ok;
	char		 address[QUERY_ADDRESS_MAX + 1]; /* lower case, or "" */
	char		 document[32];	/* letters and digits of one, or "" */
	char		 code[CODE_MAX];	/* order and card number, or "" */
	char		 typed[FIND_WHY_MAX];	/* the line, valid and cut, spaces single */
	struct name_word words[QUERY_WORDS_MAX];
	size_t		 nwords;
	bool		 monogram;	/* "JK" alone: may be initials */
	bool		 apart;		/* the number was taken out of the line */
	bool		 both;		/* names count whose serial has hex in it */
	/* with a name: an instant between from and until, or both 0 */
	int64_t		 from, until;
};

void	query_parse(struct query *, const char *line);

/*
 * For when nothing was found: the longest number of a line that has words too,
 * and the words as a name beside it.  False: there is none.
 */
bool	query_parse_apart(struct query *, const char *line);
void	query_wipe(struct query *);

/* Leading zeros, which make no difference to a whole number. */
size_t	query_zeros(const struct query_digits *);

/* The whole number as bytes without leading 00; 0 if it is too long. */
size_t	query_bytes(const struct query_digits *,
	    uint8_t out[static CERT_SERIAL_MAX]);

/* The same of n decimal digits. */
size_t	query_decimal(const char *digits, size_t n,
	    uint8_t out[static CERT_SERIAL_MAX]);

#endif
