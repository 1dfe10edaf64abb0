/*
 * The chain of checks between a person and a signature: reader, service, session,
 * card, card software, PIN, certificate, key, ... network, clock.  One table of
 * links; a chain is a choice of them, gone through top down, each told as it is
 * looked at, until the first that is broken.  okienko doctor goes through all
 * and does not stop.
 */
#ifndef ANSWERS_CHAIN_H
#define ANSWERS_CHAIN_H

#include "answers/codes.h"
#include "answers/gather.h"

/*
 * "card-read-error", "email", "proxy-407", "client-does-not-start", "doctor",
 * "kiosk": the last two are gone through to their end.
 */
enum chain_id { CHAIN_CARD, CHAIN_EMAIL, CHAIN_NETWORK, CHAIN_CLIENT, CHAIN_ALL,
	CHAIN_KIOSK, CHAINS };

enum health { HEALTH_OK, HEALTH_WARNING, HEALTH_WRONG, HEALTH_UNKNOWN,
	HEALTH_NOT_NEEDED };

/* One finding of one link; a link may have several. */
struct finding {
	const char	*link;		/* its id, stable: "service" */
	const char	*title;		/* msgid */
	enum health	 health;
	enum turn	 turn;		/* whose, where it is broken */
	char		 saw[1024];	/* a sentence; personal data masked */
	char		 mend[512];	/* what to do, or "" */
	struct err	 err;		/* ERR_NONE, or what it is of */
	int64_t		 millis;
};

/* What came of it; the caller's to clear. */
struct chain_report {
	enum chain_id	 id;
	struct finding	*v;
	size_t		 n;
	size_t		 broken;	/* the first that is; SIZE_MAX: none */
};

/*
 * begins: a link is being looked at (finding NULL); then each of its findings,
 * and again one that turns out to be broken after all.  title is a msgid.
 */
typedef void	 chain_fn(const char *link, const char *title,
		    const struct finding *, void *arg);

/* What only the program that runs it can tell; all of it may be missing. */
struct chain_told {
	const char	*conf_path;	/* NULL: the usual one */
	const struct conf_problems *problems;	/* NULL: settings are not looked at */
	const char	*root;		/* of the kiosk's files; NULL: / */
	bool		 gave_up;	/* the world is from before all was read */
	const struct finding *v;	/* links it has looked at itself: "terminal" */
	size_t		 n;
};

/*
 * Go through it; what is lacking is gathered on the way.  Blocks.  -1:
 * ERR_CANCELLED, or the registry's.
 */
int		 chain_run(enum chain_id, struct gathered *,
		    const struct chain_told *, const atomic_bool *cancel,
		    chain_fn *, void *arg, struct chain_report *, struct err *);

/*
 * Whether anything of a kiosk is installed here (root as above): with none, all
 * of CHAIN_KIOSK would be wrong, and say little.
 */
bool		 chain_kiosk_here(const char *root);

/* The same by facts that were had before, for a check: no I/O, nothing asked. */
void		 chain_look(enum chain_id, const struct answer_facts *,
		    struct chain_report *);
void		 chain_report_clear(struct chain_report *);

const char	*chain_name(enum chain_id);	/* "card-read-error" */
/* CHAINS for none. */
enum chain_id	 chain_by_name(const char *);
/* Titles of its links in their order (msgids), for a column; how many. */
size_t		 chain_titles(enum chain_id, const char **, size_t max);

const char	*health_id(enum health);	/* "ok" */
const char	*health_word(enum health);	/* present language */
json_t		*chain_json(const struct chain_report *);

/* For second-line support, personal data masked: the caller's to free. */
char		*chain_text(const struct chain_report *, int64_t now);
/* The same as a page of PDF, with the font file (NULL: the usual ones). */
int		 chain_page(const struct chain_report *, int64_t now,
		    const char *font, struct buf *, struct err *);

#endif
