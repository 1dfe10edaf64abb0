/*
 * okienko-net's side of its socket: questions one after the other until the
 * desk hangs up or has not asked for long.
 */
#ifndef NET_SERVE_H
#define NET_SERVE_H

#include "net/web.h"

/* 0 when it is over and all is well; -1 for a desk that breaks the contract. */
int	serve(struct web *, int fd, struct err *);

#endif
