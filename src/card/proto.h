/*
 * The contract of okienko-card's socket, both ways: events carry whole records
 * that replace what was known, so a lost or repeated one does no harm.
 *
 * helper -> desk
 *   {"ev":"hello","version":1}
 *   {"ev":"pcsc","state":"up|gone|starting","socket":"...","err":{...}}
 *   {"ev":"module","name":"...","path":"...","state":"...","err":{...}}
 *   {"ev":"card", ... one struct card whole ...}      a reader, with or without card
 *   {"ev":"gone","reader":"...","token":"..."}        reader unplugged / token gone
 *   {"ev":"settled"}                                   nothing more to read for now
 *   {"ev":"answer","id":N,"err":{...}}                err absent on success
 * desk -> helper
 *   {"req":"reread","id":N,"reader":"..."}
 *   {"req":"login","id":N,"reader":"...","module":"...","slot":N,
 *    "serial":"...","pinpad":bool}                     then a secret frame unless pinpad
 *   {"req":"restart","id":N}
 * Between okienko-card and its module processes the same frames are used.
 */
#ifndef CARD_PROTO_H
#define CARD_PROTO_H

#include <jansson.h>

#include "card/card.h"

#define PROTO_VERSION	1

json_t		*proto_card_to_json(const struct card *);
/* Trusts nothing: NULL and err when a field is missing, wrong or beyond its bound. */
struct card	*proto_card_from_json(const json_t *, struct err *);

json_t		*proto_err_to_json(const struct err *);
int		 proto_err_from_json(const json_t *, struct err *out, struct err *);

json_t		*proto_module_to_json(const struct module_view *);
int		 proto_module_from_json(const json_t *, struct module_view *,
		    struct err *);

/*
 * Apply one event to a world (the desk's side).  0; 1 when it was an answer
 * (id and result are set); -1 and err when it breaks the contract.
 */
int		 proto_apply(struct card_world *, const json_t *event,
		    uint64_t *id, struct err *result, struct err *);
void		 card_world_clear(struct card_world *);

/* The world as `okienko card --json` prints it. */
json_t		*proto_world_to_json(const struct card_world *);

#endif
