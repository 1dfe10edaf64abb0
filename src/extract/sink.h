/*
 * Where the readers of documents put what they find, and what bounds them all:
 * how deep documents may lie in documents, how much may be unpacked, how many
 * certificates are told.  One document, one sink, one thread.
 */
#ifndef EXTRACT_SINK_H
#define EXTRACT_SINK_H

#include "base/buf.h"
#include "base/secret.h"
#include "extract/scrap.h"

#define SINK_DEPTH_MAX	8		/* documents inside documents */
#define SINK_CONTAINERS_MAX 3		/* of them, zips and what has files attached */
#define SINK_PARTS_MAX	20000		/* of them, all in all */
#define SINK_UNPACK_MAX	(256u << 20)	/* bytes unpacked or decoded in all */
#define SINK_SCRAPS_MAX	4096		/* certificates told, repeats not counted */
#define SINK_PROBLEMS_MAX 64		/* more of them help nobody */

/* Who hears of it. */
struct sink_calls {
	void		(*scrap)(const struct scrap *, void *arg);
	void		(*problem)(const struct err *, void *arg);
	/* A password for what is at this place; NULL: there is none. */
	struct secret	*(*password)(const char *place, bool again, void *arg);
	void		*arg;
};

struct sink;

struct sink	*sink_new(const struct sink_calls *, const char *name);
void		 sink_free(struct sink *);

/* "umowa.zip/META-INF/signatures.xml": where the present document is. */
const char	*sink_place(const struct sink *);

/* How many scraps and problems have been told. */
size_t		 sink_told(const struct sink *);

/* What is known of a certificate besides itself. */
struct mark {
	enum scrap_role	 role;
	unsigned	 number;
	const char	*field;		/* UTF-8 or not; or NULL */
	enum scrap_when	 when;
	int64_t		 time;
	bool		 damaged;
};

/*
 * A certificate in DER; one that is none becomes a problem.  A role of
 * SCRAP_HOLDER becomes SCRAP_ISSUER for an authority's certificate.
 */
void		 sink_cert(struct sink *, struct span der, const struct mark *);

/* The same, parsed already; borrowed. */
void		 sink_parsed(struct sink *, const struct cert *,
		    const struct mark *);

/* One known by its issuer's line and its serial number's bytes alone. */
void		 sink_named(struct sink *, const char *issuer,
		    struct span serial, const struct mark *);

/*
 * Say that something here was locked, cut or damaged.  The same sentence of the
 * same place is said once.
 */
void		 sink_problem(struct sink *, enum err_code, const char *detail,
		    ...) __attribute__((format(printf, 3, 4)));

/*
 * Account for n bytes about to be unpacked.  -1 when that is more than one
 * document may cost; the problem has been told then.
 */
int		 sink_charge(struct sink *, size_t n);

/*
 * The present document is a container in which others are packed: -1 when too
 * many around it are, too; the problem has been told then.
 */
int		 sink_enter_container(struct sink *);
void		 sink_leave_container(struct sink *);

/* A password for the present document. */
struct secret	*sink_password(struct sink *, bool again);

/* A document inside this one, by its name there: read as any other. */
void		 sink_document(struct sink *, const char *name, struct span);

#endif
