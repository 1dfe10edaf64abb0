/*
 * Cards made up for tests: records as a module process would send them.  What
 * goes wrong here ends the test.
 */
#ifndef TESTS_UNIT_CARDS_H
#define TESTS_UNIT_CARDS_H

#include "card/card.h"

#define DAY	((int64_t)86400)

/*
 * A token, a certificate and a key at the end of a card.  seed makes a
 * certificate and a key different from others and the same as each other's.
 */
struct token	*cards_token(struct card *, const char *module,
		    const char *serial, const char *label);
struct card_cert *cards_cert(struct card *, unsigned seed, const char *id,
		    unsigned tokens, int64_t not_after);
struct card_key	*cards_key(struct card *, unsigned seed, const char *id,
		    unsigned tokens, bool is_private);

#endif
