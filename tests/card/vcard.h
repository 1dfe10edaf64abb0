/*
 * One virtual card and the reader it goes into.  It is in the reader while it
 * is connected to it, so it can be pulled and put back.  One thread.
 */
#ifndef TESTS_CARD_VCARD_H
#define TESTS_CARD_VCARD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "tests/card/card.h"
#include "tests/card/fault.h"

struct vcard {
	/* as told */
	unsigned	 port;
	char		*image;		/* NULL: nothing is kept */
	const char	*type, *atr;
	FILE		*log;
	unsigned long	 delay;
	struct faults	 faults;
	/* as it is */
	struct card	*card;
	int		 fd;		/* to the reader; -1 while out of it */
	bool		 wanted;	/* shall be in the reader */
	uint64_t	 not_before;	/* but not earlier than that */
	unsigned long	 apdus;		/* since it went in */
	unsigned long	 power_ups;	/* since it went in */
	unsigned long	 all, verifies;	/* since the program began */
	struct buf	 command, answer;
	bool		 pending;	/* answer waits for its time */
	uint64_t	 due;
};

uint64_t vcard_now(void);		/* milliseconds, monotonic */

/* Puts an image into the card's place (NULL: a blank card, kept nowhere). */
int	 vcard_load(struct vcard *, const char *image);
/* The same, and further changes are kept in it. */
int	 vcard_take_image(struct vcard *, const char *image);

void	 vcard_try_insert(struct vcard *);	/* v->fd is -1 if it failed */
void	 vcard_pull(struct vcard *);
void	 vcard_frame(struct vcard *);		/* one frame is there to read */
void	 vcard_send_answer(struct vcard *);	/* the pending one */

/* Does what the line orders.  The answer to it, or NULL: quit. */
const char *vcard_obey(struct vcard *, char *line);

#endif
