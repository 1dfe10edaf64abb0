/*
 * The table of card models, kept as data (models/NAME.conf, one model a file):
 * what an ATR says before anything is asked of the card.  Loaded once, then
 * read only; load it before threads start.
 */
#ifndef CARD_MODEL_H
#define CARD_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/setting.h"
#include "card/card.h"
#include "card/lens.h"

#define MODELS_MAX	128	/* files of the folder that are looked at */
#define MODEL_AID_MAX	16	/* ISO 7816-4 12.2.3 */

/* Where a card tells its free memory. */
enum model_space {
	MODEL_SPACE_NONE,
	MODEL_SPACE_PKCS15,	/* EF(UnusedSpace), ISO 7816-15 8.9 */
	MODEL_SPACE_CARDOS	/* GET DATA 018A */
};

/* What to ask a card of a model directly, and how (card/probe.h). */
struct model_probe {
	uint8_t		 aid[MODEL_AID_MAX];	/* application to select first */
	size_t		 aid_len;		/* 0: the card is not asked */
	bool		 has_pin;		/* VERIFY without data tells tries left */
	uint8_t		 pin_ref;
	int		 pin_tries;		/* of a fresh PIN; -1 unknown */
	enum model_space space;
	const char	*key_directory;		/* EF(PrKDF) in hex, or ""; the table's */
	const char	*cert_directory;	/* EF(CDF), likewise */
};

struct model_table;

/*
 * Read a folder (NULL: paths_models()).  What is right is taken; every mistake
 * is added to problems.  -1 and ERR_NO_FILE when there is no such folder.
 */
int	 model_table_load(const char *folder, struct model_table **,
	    struct conf_problems *, struct err *);
void	 model_table_free(struct model_table *);	/* NULL is fine */

/*
 * The process's own table, loaded when first asked for; mistakes in it are
 * logged.  Static.
 */
const struct model_table *model_table(void);

/*
 * Look an ATR up in model_table(): 1 and *model filled in, or 0 and *model all
 * empty.  The most exact entry counts.  Clear it with model_clear; what *model
 * was is not looked at.
 */
int	 model_find(const uint8_t *atr, size_t len, struct card_model *);
int	 model_find_in(const struct model_table *, const uint8_t *atr, size_t len,
	    struct card_model *);
void	 model_clear(struct card_model *);

/* What may be asked of a card with this ATR; 0 when it is not known. */
int	 model_find_probe(const struct model_table *, const uint8_t *atr,
	    size_t len, struct model_probe *);

/* True when a module's file name is one the model prefers. */
bool	 model_prefers(const struct card_model *, const char *module);

/* Call for each ATR that an OpenSC driver is named for: "3b:80", "ff:f0". */
typedef void model_driver_fn(const char *atr, const char *mask,
	    const char *driver, void *arg);
void	 model_each_driver(const struct model_table *, model_driver_fn *, void *);

/* What OpenSC need not ask twice of cards that the table knows; how many. */
size_t	 model_lens_rules(const struct model_table *, struct lens_rule *,
	    size_t max);

/*
 * "3B 80 01 81", with or without blanks or colons between bytes, "." for a
 * digit that may be any.  The length, or 0 when it is none or over max.  mask
 * may be NULL: then dots are refused.
 */
size_t	 atr_parse(const char *, uint8_t *atr, uint8_t *mask, size_t max);

/*
 * An ATR's own structure (ISO 7816-3 8.2): true when interface bytes,
 * historical bytes and TCK end where it ends.  *hist is where the historical
 * bytes are, *hist_len how many.
 */
bool	 atr_valid(const uint8_t *, size_t len, size_t *hist, size_t *hist_len);

#endif
