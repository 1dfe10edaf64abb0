/*
 * The table of card models, kept as data (models/NAME.conf): what an ATR says
 * before anything is asked of the card.  Loaded once, then read only; load it
 * before threads start.
 */
#ifndef CARD_MODEL_H
#define CARD_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "card/card.h"

/* How the PIN counter can be asked for without spending a try. */
enum model_pin {
	MODEL_PIN_NONE,		/* no way known */
	MODEL_PIN_VERIFY	/* VERIFY without data, ISO 7816-4 11.6.6 */
};

/* Where a card tells its free memory. */
enum model_space {
	MODEL_SPACE_NONE,
	MODEL_SPACE_PKCS15,	/* EF(UnusedSpace), ISO 7816-15 */
	MODEL_SPACE_CARDOS	/* GET DATA 018A */
};

#define MODEL_AID_MAX	16

/* What to ask a model directly. */
struct model_probe {
	enum model_pin	 pin;
	uint8_t		 pin_ref;
	int		 pin_max;		/* tries of a fresh PIN; -1 unknown */
	enum model_space space;
	uint8_t		 aid[MODEL_AID_MAX];	/* application to select first */
	size_t		 aid_len;
};

struct model_table;

/* NULL folder: paths_models().  -1 and err on the first mistake in a file. */
int	 model_table_load(const char *folder, struct model_table **, struct err *);
void	 model_table_free(struct model_table *);

/*
 * The process's own table, loaded when first asked for; a table that cannot be
 * read is logged and counts as empty.
 */
const struct model_table *model_table(void);

/*
 * Find an ATR (at most CARD_ATR_MAX bytes) in model_table(): 1 and *model
 * filled in, or 0 and *model all empty.  Clear it with model_clear.
 */
int	 model_find(const uint8_t *atr, size_t len, struct card_model *);
int	 model_find_in(const struct model_table *, const uint8_t *atr, size_t len,
	    struct card_model *, struct model_probe *);
void	 model_clear(struct card_model *);

/* True when a module's file name is the one the model prefers. */
bool	 model_prefers(const struct card_model *, const char *module);

/* Call once for each ATR an OpenSC driver is known for: "3B:80", "FF:FF". */
typedef void model_driver_fn(const char *atr, const char *mask,
	    const char *driver, void *arg);
void	 model_each_driver(const struct model_table *, model_driver_fn *, void *);

/* "3B 80 01 81", with or without separators; the length, or 0. */
size_t	 atr_parse(const char *, uint8_t *, size_t max);

/*
 * Check an ATR's own structure (ISO 7816-3 8.2): its interface bytes, historical
 * bytes and TCK end where it ends.  The historical bytes, or an empty span.
 */
bool	 atr_valid(const uint8_t *, size_t len, size_t *hist, size_t *hist_len);

#endif
