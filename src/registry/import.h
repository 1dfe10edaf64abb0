/*
 * Bringing certificates and statuses in from files, and out again.  Streams:
 * memory does not grow with the file.  One transaction a batch, so whatever
 * interrupts it leaves a consistent file; the same import again goes on where it
 * stood, and importing the same thing twice changes nothing.
 */
#ifndef REGISTRY_IMPORT_H
#define REGISTRY_IMPORT_H

#include <stdatomic.h>

#include "base/err.h"
#include "registry/registry.h"

enum import_kind {
	IMPORT_AUTO,		/* by content */
	IMPORT_CERTS,		/* PEM, DER, PKCS#7; a folder of them */
	IMPORT_INDEX,		/* openssl ca's index.txt */
	IMPORT_CSV,
	IMPORT_LDIF,		/* userCertificate;binary */
	IMPORT_CRL,		/* marks what it revokes */
	IMPORT_KIND_COUNT
};

#define IMPORT_BATCH	10000	/* records in one transaction, at most */
#define IMPORT_BATCH_MS	250	/* and how long it keeps other desks waiting */
/* The first filling: nobody has much to do there yet, and it is a third faster. */
#define IMPORT_FIRST	50000
#define IMPORT_FIRST_MS	1000
#define IMPORT_DEPTH	16	/* folders inside folders that are gone into */

/* A record that was skipped: where (line or file) and why. */
struct import_bad {
	const char	*file;
	int64_t		 line;		/* from 1; 0: none */
	struct err	 err;
};

/* Something about the whole of it, to be said however it went; bits. */
enum import_note {
	IMPORT_VERIFIED = 0x01,		/* the list's signature is right */
	IMPORT_NOT_VERIFIED = 0x02,	/* it was not checked: no issuer given */
	IMPORT_ALGORITHM = 0x04,	/* it cannot be checked here */
	IMPORT_DELTA = 0x08,		/* a list of changes alone */
	IMPORT_INDIRECT = 0x10,		/* entries of other issuers were left out */
	IMPORT_OLD = 0x20,		/* a newer list should be out by now */
	IMPORT_DEEP = 0x40,		/* folders too deep were left out */
	IMPORT_RESUMED = 0x80,		/* it went on where it had stopped */
	IMPORT_AHEAD = 0x100		/* the list is of a time to come */
};

#define IMPORT_NOTES	9

struct import_progress {
	int64_t	 done, total;		/* bytes; total 0: not known */
	int64_t	 records;		/* looked at */
	int64_t	 added, changed, same, bad, erased;
	int64_t	 elsewhere;		/* CRL: entries of what is not in the registry */
	int64_t	 links;			/* in a folder, which are not followed */
	int64_t	 restricted;		/* export: rows left out */
	unsigned notes;			/* IMPORT_* */
	bool	 placed;		/* the same again would go on from here */
	int64_t	 millis;
};

struct import_options {
	enum import_kind	 kind;
	/*
	 * CSV: "serial=3,issuer=1,holder=Nazwa,..." columns by number or by the
	 * heading (columns.h has the names); NULL: the headings are those of our
	 * own export.  With numbers alone the first line is a record too.
	 */
	const char		*mapping;
	const char		*encoding;	/* CSV: NULL: UTF-8 or CP1250, seen by itself */
	/*
	 * File of the issuer's certificate; for index.txt and CSV also its name
	 * ("CN=..., C=PL"), for a CRL what its signature is verified by.
	 */
	const char		*issuer;
	bool			 restart;	/* do not go on where it stood */
	const atomic_bool	*cancel;
	void			(*progress)(const struct import_progress *, void *);
	void			(*bad)(const struct import_bad *, void *);
	void			*arg;
};

/*
 * path may be a folder, which is looked through from its beginning each time
 * (what is in already is only recognised), or "-" for standard input.  -1:
 * ERR_CANCELLED, ERR_ISSUER_NEEDED, ERR_SIGNATURE, ERR_NO_COLUMN, ERR_NO_FIELD or
 * ERR_NO_HEADING for a mapping that does not fit, what reading the file says, or as registry_open; whole batches
 * that were written before stay, and progress counts just those.
 */
int	import_run(struct registry *, const char *path,
	    const struct import_options *, struct import_progress *,
	    struct err *);

/*
 * Before the first, in a process that does nothing else: libcrypto's words for
 * its errors, which nobody reads then, take a third of a megabyte.
 */
void	import_alone(const struct import_options *);

enum export_format { EXPORT_CSV, EXPORT_JSON };

/* A sentence for one IMPORT_* bit in the present language; its word for JSON. */
const char	*import_note_sentence(unsigned bit);
const char	*import_note_id(unsigned bit);

/* "csv"; IMPORT_KIND_COUNT for none. */
const char	*import_kind_id(enum import_kind);
enum import_kind import_kind_from_id(const char *);

/*
 * Journalled with the reason; masked forms only, restricted rows left out and
 * counted.  fd is the caller's.  ERR_REASON_NEEDED, ERR_CANCELLED, or what
 * writing says.
 */
int	export_run(struct registry *, int fd, enum export_format,
	    const char *reason, const atomic_bool *cancel,
	    struct import_progress *, struct err *);

#endif
