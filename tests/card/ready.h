/*
 * The ready cards: a table of what is on each, and how an image is made of
 * it.  One thread; what cannot be made ends the program (panic).
 */
#ifndef TESTS_CARD_READY_H
#define TESTS_CARD_READY_H

#include "tests/card/mkcert.h"
#include "tests/card/p15.h"

#define READY_ITEMS_MAX	12

enum what {
	ITEM_END, BOTH, KEY_ONLY, CERT_ONLY, CERT_CA, CERT_DAMAGED,
	CERT_64K		/* its file claims to have 64 KiB */
};

struct item {
	enum what	 what;
	unsigned	 id;		/* or a PIV card's place */
	const char	*name;		/* of certificate, or key alone */
	const char	*label;
	enum p15_usage	 usage;
};

struct ready {
	const char	*name;
	const char	*about;
	const char	*type;
	const char	*label;		/* NULL: not initialised */
	const char	*serial;
	unsigned	 holes[P15_HOLES_MAX];
	unsigned	 many;
	struct item	 items[READY_ITEMS_MAX];
};

extern const struct ready ready_cards[];
extern const size_t ready_ncards;

/*
 * Write the image.  Certificates come from DIR/certs, and are made there if
 * they are not yet.  serial and out may be NULL: the table's, DIR/NAME.card.
 * -1 when the image cannot be written.
 */
int	ready_make(const struct ready *, const char *dir, const char *serial,
	    const char *out);

/* The certificate of that spec as DIR/certs/NAME.pem. */
void	ready_write_pem(const char *dir, const struct cert_spec *);

#endif
