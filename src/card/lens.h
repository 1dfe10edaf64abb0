/*
 * What OpenSC need not ask a card twice.  Each time a card comes it selects the
 * application two times and reads again where things lie (EF(DIR), EF(ODF)),
 * and it reads directories to the end of their files, which is mostly zeros.  A
 * lens stands between it and the card (lens_pcsc.c) and answers such a command
 * with what this very card has answered before.  Bytes are compared, never
 * believed: no length of a card's is followed out of what it sent.
 *
 * Only for cards that a rule is for, and only until the first command that is
 * neither SELECT nor READ BINARY, or that fails or is answered oddly: from there
 * on every command goes through as it is.  Nothing but those two is ever kept,
 * and for the card's next coming only what led to a directory.
 *
 * While a card is written to it does something else, and only that: it sees to
 * it that a directory is whole whenever the card is taken away.  OpenSC writes
 * one anew from its first byte to its last, in several commands, and cut off
 * between two of them an entry is torn: then nobody finds its key any more, nor
 * what comes behind it.  So the new content is collected, compared with the old
 * and written in an order in which each command leaves a directory that lists
 * either what it did or what it shall.  While something is removed a file goes
 * after its entry has: an entry without a file makes OpenSC crash.  And while a
 * certificate is stored the directory of the keys stays as it is: OpenSC would
 * copy the certificate's name there, which is optional (ISO 7816-15 8.3).  One
 * thread.
 */
#ifndef CARD_LENS_H
#define CARD_LENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LENS_COMMAND_MAX	24	/* bytes: SELECT with an AID of 16 */
#define LENS_ANSWER_MAX		258	/* bytes of a short answer and its status */
#define LENS_EXCHANGES_MAX	10	/* before OpenSC's own cache takes over */
#define LENS_CARDS_MAX		8	/* remembered; then the oldest goes */
#define LENS_DIRECTORIES_MAX	3
#define LENS_PATH_MAX		8

#define LENS_OK			0
#define LENS_CHANGED		(-1)	/* the card is not as it answered before */

struct lens_path {
	uint8_t	bytes[LENS_PATH_MAX];	/* from the MF, without it */
	size_t	len;
};

enum lens_mode { LENS_READING, LENS_WRITING, LENS_STORING_CERT,
	LENS_REMOVING };

/* A card application, by the names of the model table. */
struct lens_rule {
	uint8_t		 aid[16];
	size_t		 aid_len;
	struct lens_path token_info;	/* changes with every writing */
	int		 keys;		/* that of private ones; -1: none */
	struct lens_path directories[LENS_DIRECTORIES_MAX];
	size_t		 ndirectories;
};

struct lens_exchange {
	uint8_t	command[LENS_COMMAND_MAX], answer[LENS_ANSWER_MAX];
	size_t	command_len, answer_len;
	int	under;			/* the SELECT a READ is under; -1: it is one */
};

/* Of one card in one state: the application, EF(TokenInfo), then the rest. */
struct lens_memory {
	struct lens_exchange	exchanges[LENS_EXCHANGES_MAX];
	size_t			n;
};

#define LENS_DIRECTORY_MAX	4096	/* bytes; longer ones go through */

/* What is to be written, until it is all there. */
struct lens_work {
	const struct lens_link *link;	/* whose; NULL: nobody's */
	size_t	size, have;		/* bytes of it so far */
	uint8_t	want[LENS_DIRECTORY_MAX];
	/* A file to be deleted when its entry has gone, and what was selected. */
	uint8_t	select[LENS_COMMAND_MAX], delete[LENS_COMMAND_MAX];
	size_t	select_len, delete_len;
};

struct lens {
	enum lens_mode		 mode;
	struct lens_rule	*rules;
	size_t			 nrules;
	struct lens_memory	 cards[LENS_CARDS_MAX];
	size_t			 next;	/* the place to fill next */
	struct lens_work	 work;
};

/* One connection to a card. */
struct lens_link {
	const struct lens_rule	*rule;	/* NULL: not known yet */
	bool			 clear;	/* everything goes through */
	bool			 asked, known;	/* which card it is */
	struct lens_memory	 memory;
	int			 at;	/* the SELECT that OpenSC sees; -1: not kept */
	int			 real;	/* and the card, likewise */
	bool			 shared;	/* since the card was told so */
	/* While it is written to: the SELECT before, and which directory it is of. */
	uint8_t			 select[LENS_COMMAND_MAX];
	size_t			 select_len;
	int			 which;	/* -1: none */
	size_t			 sizes[LENS_DIRECTORIES_MAX];	/* 0: not told */
	/* The directory being read, and where its next entry is to begin. */
	bool			 directory, ended;
	size_t			 size, entry;
};

/*
 * One command to the card; *len is the room in the answer, then its length.
 * What it returns goes to lens_transmit's caller when it is not LENS_OK.
 */
typedef long lens_send_fn(const uint8_t *command, size_t command_len,
	    uint8_t *answer, size_t *len, void *arg);

void	 lens_link_init(struct lens_link *);

/* The card may have been used by others since: a new transaction begins. */
void	 lens_link_shared(struct lens_link *);

long	 lens_transmit(struct lens *, struct lens_link *,
	    const uint8_t *command, size_t command_len, uint8_t *answer,
	    size_t *len, lens_send_fn *, void *arg);

/* The card has gone, or is begun anew with: what was put off is forgotten. */
void	 lens_link_ends(struct lens *, const struct lens_link *);

/* OpenSC lets others at the card: what was put off is done. */
void	 lens_transaction_ends(struct lens *, struct lens_link *,
	    lens_send_fn *, void *arg);

/*
 * What lens_pcsc.c is told before OpenSC opens it: rules, which stay.  Told again,
 * it forgets every card: one may have been written to meanwhile.
 */
typedef void lens_rules_fn(enum lens_mode, struct lens_rule *, size_t n);
#define LENS_RULES_SYMBOL	"okienko_lens_rules"

#endif
