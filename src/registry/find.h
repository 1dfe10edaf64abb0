/*
 * One line in, ranked certificates out, each saying why.  The line's kind is
 * recognised by itself, more than one if it is ambiguous (query.h).  What is
 * held in memory (serial numbers packed in two planes, distinct folded words) is
 * made from the database and never the truth.
 *
 * A finder is filled by one thread (finder_load) and may be asked by others,
 * also meanwhile, each with a registry handle of its own.  Asked before it is
 * loaded it answers what the database alone can answer, and says so.
 */
#ifndef REGISTRY_FIND_H
#define REGISTRY_FIND_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "registry/record.h"
#include "registry/registry.h"

#define FIND_QUERY_MAX	1024	/* bytes of a line that are looked at */
#define FIND_HITS_MAX	200
#define FIND_WHY_MAX	160

/* Kinds a line can be of; a set of bits. */
#define FIND_SERIAL	0x001	/* hex or decimal, whole or a fragment */
#define FIND_PESEL	0x002
#define FIND_NIP	0x004
#define FIND_EMAIL	0x008
#define FIND_ORDER	0x010
#define FIND_CARD	0x020	/* printed number or token serial */
#define FIND_NAME	0x040	/* with or without a date */
#define FIND_DOCUMENT	0x080	/* passport or identity card number */

/* Why a row matched, best first; the order ranks. */
enum find_why {
	WHY_SERIAL,		/* the whole number */
	WHY_IDENT,		/* an identifier or address, exactly */
	WHY_ORDER,
	WHY_CARD,
	WHY_CARD_END,		/* its last four or more characters */
	WHY_NAME,		/* every word, exactly but for letters' marks */
	WHY_SERIAL_END,		/* its first or last digits */
	WHY_SERIAL_PART,
	WHY_NAME_PREFIX,	/* words begun, initials */
	WHY_NAME_PART,		/* half of a double name; a word too many */
	WHY_NAME_SOUND,		/* sounds the same */
	WHY_NAME_TYPO,		/* one or two typing errors */
	WHY_IDENT_NEAR,		/* one digit or one swap away, checksum right */
	WHY_SERIAL_LOOK,	/* O for 0, I for 1, B for 8, S for 5 */
	WHY_ORDER_NEAR,
	WHY_COUNT
};

struct find_hit {
	struct record	 cert;		/* in brief (store.h) */
	enum find_why	 why;
	int		 distance;		/* typing errors */
	char		 why_arg[FIND_WHY_MAX];	/* what of the line met what: "kowalsky ≈ kowalski" */
};

/* Something that was noticed about the line, to be said whatever was found. */
enum find_note {
	NOTE_CHECKSUM_PESEL,	/* looks like one, checksum wrong */
	NOTE_CHECKSUM_NIP,
	NOTE_SHORT,		/* too short to look for */
	NOTE_CUT,		/* longer than FIND_QUERY_MAX */
	NOTE_LOADING,		/* memory is not filled yet: not all was tried */
	NOTE_RESTRICTED,	/* rows were left out for want of a reason */
	NOTE_MORE,		/* more matched than are shown */
	NOTE_INVALID,		/* bytes that are no text were left out */
	NOTE_DECIMAL,		/* nothing found; may be part of a decimal number */
	NOTE_COUNT
};

/* Filters; 0 or NULL: none. */
#define FIND_VALID	0x1
#define FIND_EXPIRED	0x2
#define FIND_REVOKED	0x4
#define FIND_SUSPENDED	0x8

/* A restricted row that was shown already, as it was then. */
struct find_shown {
	int64_t		 id;
	uint8_t		 serial[CERT_SERIAL_MAX];
	size_t		 serial_len;
};

struct find_options {
	unsigned	 states;	/* FIND_VALID..., any of them */
	const char	*issuer;	/* folded part of its name */
	bool		 qualified;	/* only qualified ones */
	const char	*reason;	/* to see restricted rows; journalled */
	const struct find_shown *shown;	/* for it already: no second time */
	size_t		 nshown;
	size_t		 max;		/* hits wanted; 0: 50 */
	int64_t		 now;
	const atomic_bool *cancel;	/* looked at often; NULL */
};

struct find_answer {
	struct find_hit	*hits;
	size_t		 nhits;
	unsigned	 kinds;		/* FIND_*: what the line was taken for */
	unsigned	 notes;		/* 1 << NOTE_* */
	bool		 dated;		/* a date in the line was one more filter */
	int64_t		 rows;		/* certificates looked through; 0: not loaded */
	int64_t		 micros;	/* how long it took */
};

struct finder;

struct finder	*finder_new(void);
void		 finder_free(struct finder *);

/*
 * Read into memory what search needs; later calls read only what has been added
 * since, and are quick, but all of it again after a restore.  -1 as
 * registry_open, or ERR_CANCELLED.
 */
int	finder_load(struct finder *, struct registry *, const atomic_bool *cancel,
	    struct err *);

size_t	finder_bytes(const struct finder *);	/* of memory, once loaded */

/*
 * -1: ERR_CANCELLED, ERR_REASON_NEEDED for a blank one, or what the database
 * says.  The answer is the caller's.
 */
int	finder_ask(struct finder *, struct registry *, const char *line,
	    const struct find_options *, struct find_answer **, struct err *);
void	find_answer_free(struct find_answer *);

/* Present language: why a row is there; "typing error: kowalsky ≈ kowalski". */
const char	*find_why_sentence(const struct find_hit *, char *buf, size_t);
const char	*find_why_id(enum find_why);	/* "name-typo" */
/* What the line was taken for: "serial number, name". */
const char	*find_kinds_words(unsigned kinds, char *buf, size_t);
const char	*find_note_sentence(enum find_note);
const char	*find_note_id(enum find_note);

#endif
