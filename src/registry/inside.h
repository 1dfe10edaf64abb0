/*
 * What the files of this room know of a handle and nobody else does.
 */
#ifndef REGISTRY_INSIDE_H
#define REGISTRY_INSIDE_H

#include "registry/ident.h"
#include "registry/pending.h"
#include "registry/putoff.h"
#include "registry/registry.h"
#include "registry/sql.h"

#define INSIDE_ISSUERS	64	/* issuers remembered by a handle; a power of two */
#define INSIDE_MODELS	16	/* models of cards, as well */

struct bloom;
struct linked;

struct registry {
	struct sql	*sql;
	char		*path;
	struct ident_key key;
	struct ident_mac *mac;	/* that key made ready, or NULL yet */
	char		*point, *account;
	int64_t		 origin;	/* row of point and account; 0: not looked up */
	int		 depth;		/* of nested transactions */
	bool		 broken;	/* an inner one was rolled back */
	int64_t		 stamp;		/* last change stamp; 0: not read in this transaction */
	/* Bit n: enum tomb_kind n stands nowhere, as this transaction saw. */
	unsigned	 no_tombs;
	bool		 read_only;
	bool		 anew;		/* made where another had been */
	bool		 late;		/* indexes are put off: bulk.h */
	bool		 coded;		/* but that of cards' numbers */
	int64_t		 last_row;	/* that was inserted */
	int64_t		 seen_version;	/* PRAGMA data_version when we last wrote */
	struct pending	*pending;	/* what commit has still to write, or NULL */
	struct putoff	*putoff;	/* as well, and whoever asks before */
	int64_t		 last_id[PUTOFF_TABLES];	/* 0: not looked up */
	/*
	 * Issuers met lately, so that an import does not ask for each row; what
	 * their last certificate said, the next one mostly says too.
	 */
	struct inside_issuer {
		uint8_t	 key[RECORD_KEY_MAX];
		size_t	 key_len;
		int64_t	 id;		/* 0: nobody here */
		char	*url;		/* as stored in issuer_url, or NULL */
		char	*ocsp, *cdp;	/* NULL: no source met yet */
		int64_t	 source;	/* row of that pair */
	} issuers[INSIDE_ISSUERS];
	struct inside_model {
		char	*name;		/* NULL: nobody here */
		int64_t	 id;
	} models[INSIDE_MODELS];
	struct linked	*linked;	/* rows that many point to, or NULL */
	struct bloom	*fresh;		/* putoff_fresh; NULL: not known */
};

/* Row of who writes here, made if need be; within a transaction. -1. */
int	 inside_origin(struct registry *, int64_t *id, struct err *);

/* As ident_hash under the registry's own key. */
void	 inside_hash(struct registry *, enum ident_kind, const char *normal,
	    struct ident_hash *);

/* The hash that a certificate is named by in journal and tombstones. */
void	 inside_cert_hash(struct registry *, const struct record_issuer *,
	    const uint8_t *serial, size_t serial_len, struct ident_hash *);

/* Forget what was cached; after a rollback or when another desk wrote. */
void	 inside_forget(struct registry *);
void	 inside_forget_issuer(struct inside_issuer *);

#endif
