/*
 * What the commands about orders share: a way to the services, what is sent and
 * how that went.  On longwork's thread where it says so.
 */
#ifndef UI_ORDER_CMD_H
#define UI_ORDER_CMD_H

#include <jansson.h>

#include "order/service.h"
#include "ui/verb.h"

struct order_way {
	struct cmd		*cmd;
	struct net		*net;
	struct registry		*registry;	/* NULL: nothing is remembered */
	struct order_service	*service;
};

/*
 * Open it all.  A registry that is not there is made only when it must be: what
 * is sent has to be on disk first.
 */
int	order_way_open(struct order_way *, struct cmd *, bool must,
	    struct err *);
void	order_way_close(struct order_way *);

/* One that was put in: sent now if that can be, and how it stands then. */
int	order_way_send(struct order_way *, int64_t id, const atomic_bool *,
	    struct order_out *, struct err *);
/* Whatever else is due, once; what goes wrong waits. */
void	order_way_due(struct order_way *, const atomic_bool *);

/* The authority that --authority names, or the only one; ERR_USAGE. */
int	order_authority(struct cmd *, const struct authority **, struct err *);

/* How one stands: for people, for scripts, as an exit code. */
void	order_out_tell(struct cmd *, const struct order_out *);
json_t	*order_out_json(const struct order_out *);
enum exit_code	order_out_code(const struct order_out *);

#endif
