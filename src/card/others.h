/*
 * Which programs are connected to the smart card service besides this one: who
 * may be holding a card.  The kernel is asked whose socket is at the other end;
 * of other accounts' programs it tells nothing, but to root.  Any thread.
 */
#ifndef CARD_OTHERS_H
#define CARD_OTHERS_H

#include <stddef.h>

#define OTHERS_MAX	8	/* that are named */

/*
 * Names of those connected to the service's socket, "firefox, soffice.bin", as
 * the kernel has them, into buf; how many.  0: none, or none that can be seen.
 */
size_t	card_others(const char *socket, char *buf, size_t size);

#endif
