/*
 * What the readers of each kind of file share with the driver (import.c):
 * batches, counts, what was bad, and where to go on.  One thread.
 */
#ifndef REGISTRY_IMPORTING_H
#define REGISTRY_IMPORTING_H

#include "base/stream.h"
#include "registry/import.h"
#include "registry/inside.h"
#include "registry/store.h"

#define IMPORTING_SOURCE	32	/* bytes of the digest a file is known by */

struct importing {
	struct registry	*reg;
	const struct import_options *o;
	struct import_progress *p;
	struct import_progress kept;	/* as of the last batch that was written */
	struct err	*err;
	const char	*file;		/* as the user named it, or found in a folder */
	struct stream	*in;
	int64_t		 now;		/* seconds of UTC at the beginning */
	int64_t		 began, told, batch_began;	/* monotonic milliseconds */
	int64_t		 before;	/* bytes of files that are finished */
	int64_t		 position, line;	/* behind the last record */
	size_t		 in_batch;
	bool		 open;		/* a transaction is */
	bool		 resumable;
	bool		 placed;	/* the file holds a place to go on at */
	bool		 journalled;	/* that it has begun */
	bool		 understood;	/* though it may hold no record */
	enum import_kind kind;
	struct record_memo memo;	/* the last certificate's issuer */
	uint8_t		 source[IMPORTING_SOURCE];
};

/* Each reader: the whole of imp->in.  0 at its end, -1 and *imp->err. */
int	importing_certs(struct importing *);
int	importing_folder(struct importing *, const char *path);
int	importing_bytes(struct importing *, struct span);	/* a file's, in DER */
int	importing_index(struct importing *);
int	importing_csv(struct importing *);
int	importing_ldif(struct importing *);
int	importing_crl(struct importing *);

/* What the first bytes of a file say it is. */
enum import_kind importing_kind(struct span first);

/*
 * Where an earlier run stopped: position and line, or false to begin at the
 * beginning.  A file that has changed since is another one.
 */
int	importing_resume(struct importing *, int64_t *position, int64_t *line,
	    bool *go_on);

/*
 * Whether to go on: -1 and ERR_CANCELLED when the user has had enough; what has
 * been read so far is kept then.
 */
int	importing_go_on(struct importing *);

/*
 * A line's word on a status is as old as its file: it was written then.  Nobody
 * knows what will be: now at the latest.
 */
int64_t	importing_written_at(const struct importing *);

/* One record into the registry; it is not cleared. */
int	importing_store(struct importing *, struct record *);

/* The same for the last word on a status; what is not there is counted. */
int	importing_status(struct importing *, const struct record_issuer *,
	    const uint8_t *serial, size_t len, const struct store_status *);

/*
 * What comes behind each record, good or bad: count it, write the batch if it
 * is full.  position and line are where to go on; line 0: nowhere.
 */
int	importing_next(struct importing *, int64_t position, int64_t line);

/* Tell of a record that is left out; what may be NULL. */
void	importing_bad(struct importing *, int64_t line, enum err_code,
	    const char *what, const char *detail);
void	importing_bad_err(struct importing *, int64_t line, const struct err *);

/* Inside a batch, which is begun if none is. */
int	importing_batch(struct importing *);

/* --- import_proof.c: a revocation list's signature ------------------------- */

struct crl;
struct importing_proof;

/*
 * Begin to check it by the certificate that the options name, in another
 * thread; the file is gone back in, and is where one likes afterwards.
 */
int	importing_proof_begin(struct importing *, struct importing_proof **);

/* Whether that can be checked at all, as far as is known before it is. */
bool	importing_proof_hopes(const struct importing_proof *);

/*
 * Wait for that.  crl: what the list was taken for meanwhile.  -1 when it is not
 * that issuer's, cannot be read, or was changed.
 */
int	importing_proof_end(struct importing *, struct importing_proof *,
	    const struct crl *, bool *verified);
void	importing_proof_free(struct importing_proof *);	/* waits; NULL is fine */

/* -1: that the file was written to while it was read. */
int	importing_changed(struct importing *);

/* --- import_issuer.c ----------------------------------------------------- */

/* A certificate out of a file, PEM or DER, with its bytes (der is set up). */
int	importing_read_issuer(const char *path, struct buf *der, struct cert **,
	    struct err *);

/*
 * Who issued what the file names, from the options: 1, 0 when they do not say,
 * -1.
 */
int	importing_issuer(struct importing *, struct record_issuer *);

/* What an issuer's own certificate makes it known by. */
void	importing_issuer_of_ca(struct record_issuer *, const struct cert *ca);

/*
 * An issuer that is only named: the one of that name if the registry knows just
 * one, else a new one known by its name.  -1 when the text is no name.
 */
int	importing_issuer_named(struct importing *, const char *name,
	    struct record_issuer *);

#endif
