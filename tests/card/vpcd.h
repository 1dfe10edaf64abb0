/*
 * The line to a reader of vsmartcard's vpcd: the card connects to the reader,
 * and is in it for as long as the connection lives.  Frames are two bytes of
 * length, most significant first, and a payload; a payload of one byte is an
 * order.  One thread; sending and receiving a frame blocks until it is whole.
 */
#ifndef TESTS_CARD_VPCD_H
#define TESTS_CARD_VPCD_H

#include "base/buf.h"

#define VPCD_FRAME_MAX	65535

enum {
	VPCD_OFF = 0,
	VPCD_ON = 1,
	VPCD_RESET = 2,
	VPCD_ATR = 4		/* the only order that has an answer */
};

int	vpcd_open(unsigned port);		/* -1 and errno */
int	vpcd_receive(int fd, struct buf *);	/* replaces; -1 at the end */
int	vpcd_send(int fd, const void *, size_t);

#endif
