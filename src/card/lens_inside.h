/*
 * The lens, between its files alone: lens.c answers for a card that is read,
 * lens_write.c orders what is written to one.  One thread.
 */
#ifndef CARD_LENS_INSIDE_H
#define CARD_LENS_INSIDE_H

#include "card/lens.h"

#define SELECT_HEAD	5	/* CLA INS P1 P2 Lc */
#define READ_LEN	5	/* CLA INS P1 P2 Le */
#define BLOCK		256	/* what Le 00 asks for */

/* ISO 7816-4 11.2.2: P1 of a SELECT that depends on nothing before it. */
enum { BY_AID = 0x04, BY_PATH = 0x08 };

#define TELL_NOTHING	0x0c	/* P2 of one: the status alone */

enum { INS_VERIFY = 0x20, INS_SELECT = 0xa4, INS_READ = 0xb0,
	INS_UPDATE = 0xd6, INS_DELETE = 0xe4 };

/* A command, and where its answer goes. */
struct lens_asked {
	const uint8_t	*command;
	size_t		 command_len;
	uint8_t		*answer;
	size_t		*len, room;
	lens_send_fn	*send;
	void		*arg;
};

long	 lens_forward(const struct lens_asked *);
bool	 lens_is_ok(const uint8_t *answer, size_t len);
bool	 lens_is_select(const uint8_t *command, size_t len);
/* Of what is selected. */
bool	 lens_is_read(const uint8_t *command, size_t len);
bool	 lens_selects(const uint8_t *command, const struct lens_path *);
/* What a SELECT's answer says of a file; 0: nothing. */
size_t	 lens_told_size(const uint8_t *answer, size_t len);
const struct lens_rule	*lens_find_rule(const struct lens *,
	    const uint8_t *select);

/* The length of an entry with its head, if that is whole; 0: it is not. */
size_t	 lens_entry_length(const uint8_t *p, size_t n);

/* A command of a mode that writes. */
long	 lens_write(struct lens *, struct lens_link *,
	    const struct lens_asked *);

#endif
