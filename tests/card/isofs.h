/*
 * IsoApplet's file system: where in it the session stands, and the commands
 * that move, read and write there.  Every command is of the shape of
 * card_type.run; the session is the card's.
 */
#ifndef TESTS_CARD_ISOFS_H
#define TESTS_CARD_ISOFS_H

#include "tests/card/card.h"

struct isofs {
	uint8_t	 df[STORE_PATH_MAX];	/* path of the current DF */
	size_t	 df_len;
	uint8_t	 ef[STORE_PATH_MAX];	/* of the current EF */
	size_t	 ef_len;		/* 0: none */
	bool	 verified;
	uint8_t	 algorithm, key_ref;	/* set by MANAGE SECURITY ENVIRONMENT */
};

void	 isofs_power_on(struct card *);
unsigned isofs_select(struct card *, const struct apdu *, struct buf *);
unsigned isofs_read(struct card *, const struct apdu *, struct buf *);
unsigned isofs_update(struct card *, const struct apdu *, struct buf *);
unsigned isofs_create(struct card *, const struct apdu *, struct buf *);
unsigned isofs_delete(struct card *, const struct apdu *, struct buf *);

#endif
