/*
 * The supervisor: one loop between the desk, the readers and the module
 * processes.  It holds what each module saw of each card, merges that into one
 * record a card, and tells the desk.  It maps no card software and sends no
 * command to a card.  One thread, beside the watch's own.
 *
 * super.c	its life, readers coming and going
 * super_read.c	who is to read what next, and what came of it
 * super_look.c	whether it is to be read once more
 * super_desk.c	what the desk asks and is told
 */
#ifndef CARD_SUPER_H
#define CARD_SUPER_H

#include "base/authority.h"
#include "base/conf.h"
#include "base/loop.h"
#include "base/wire.h"
#include "card/child.h"
#include "card/pcsc.h"
#include "card/proto.h"

struct super_options {
	int			 fd;		/* to the desk */
	const struct conf	*conf;
	const struct authorities *authorities;
	const char		*conf_path;	/* named by the user, or NULL */
	const char		*log_level;
	const char		*forwarded;	/* pcsc_watch_new() */
	bool			 fresh;		/* no card from before is read */
};

/* Runs until the desk hangs up; the process's exit status. */
int	super_main(const struct super_options *);

/* --- shared by the four files ------------------------------------------- */

#define LOOSE_MAX	(CARD_WORLD_MAX - CARD_READERS_MAX) /* tokens without a reader */
#define REREADS_MAX	CARD_READERS_MAX

/* What one module has to say of the card in one reader. */
struct part {
	struct card	*card;
	unsigned	 asked;		/* the reader's round it was asked in */
	bool		 done;		/* and has answered */
	bool		 afresh;	/* it is to forget what it read before */
	int		 losses;	/* times the module was lost over it */
};

struct reader {
	struct super	*super;
	struct card	*card;		/* what the desk is told */
	struct pcsc_reader seen;
	unsigned	 round;		/* another card, or the same afresh */
	bool		 readable;	/* a card is there, and answers */
	bool		 empty;		/* it has been seen without a card */
	bool		 dirty;		/* the desk is to be told */
	unsigned	 head_start;	/* timer: the preferred module is first */
	unsigned	 again;		/* timer: another look (super_look.c) */
	int		 looks;		/* of these, so far */
	struct part	 parts[CARD_MODULES_MAX];
};

struct loose {
	struct card	*card;
	size_t		 child;
	unsigned	 round;		/* last seen in */
	bool		 dirty;
};

/* What a child is being asked. */
struct task {
	enum proto_req	 req;
	uint64_t	 desk_id;	/* of what a PIN was typed for */
	struct reader	*reader;	/* NULL: loose, or the reader has gone */
	bool		 loose;
	bool		 writes;	/* to the card */
	unsigned	 round;
};

struct login {
	bool		 waiting;
	struct proto_request req;	/* a login, a sign or a change */
	struct secret	*secret;
	struct reader	*reader;
	unsigned	 round;
};

struct reread {
	uint64_t	 id;		/* 0: free */
	struct reader	*reader;	/* NULL: loose, or gone */
	bool		 loose;
	unsigned	 round;
};

struct super {
	struct loop	*loop;
	const struct conf *conf;
	const struct authorities *authorities;
	bool		 fresh;		/* super_options */
	struct wire	*desk;
	struct pcsc_watch *watch;
	int		 signal_fd;
	enum pcsc_state	 pcsc;
	struct err	 pcsc_err;
	unsigned	 contexts;	/* pcsc_view's, as last seen */
	bool		 pcsc_dirty;
	struct child	*children[CARD_MODULES_MAX];
	bool		 module_dirty[CARD_MODULES_MAX];
	struct task	 tasks[CARD_MODULES_MAX];
	struct login	 logins[CARD_MODULES_MAX];
	size_t		 nchildren;
	struct reader	*readers[CARD_READERS_MAX];
	size_t		 nreaders;
	struct loose	 loose[LOOSE_MAX];
	size_t		 nloose;
	unsigned	 loose_round;
	unsigned	 loose_asked[CARD_MODULES_MAX];
	struct reread	 rereads[REREADS_MAX];
	struct proto_request secret_for; /* whose secret is to come */
	bool		 wants_secret;
	unsigned	 desk_more;	/* timer: frames left unread */
	uint64_t	 last_id;
	unsigned	 last_round, last_serial;
	bool		 settled;	/* the desk knows that all is quiet */
};

/* super_read.c */
void	read_start(struct reader *);	/* a card came, or is to be read afresh */
void	read_repeat(struct reader *);	/* the same card: ask the modules again */
void	read_afresh(struct reader *);	/* they are to ask the card, not their memory */
void	read_forget(struct reader *);	/* drop what modules said of it */
void	read_work(struct super *);	/* hand out what there is to do */
void	read_rebuild(struct reader *);
bool	read_settled(const struct reader *);
bool	read_all_settled(const struct super *);
void	read_card(struct child *, struct card *, void *super);
void	read_answer(struct child *, const struct err *,
	    const struct proto_event *, void *super);

/* super_look.c */
bool	look_again(struct reader *);	/* all have answered; true: not enough */
void	look_forget(struct reader *);

/* super_desk.c */
void	desk_readable(int fd, short revents, void *super);
void	desk_tell(struct super *);	/* what has changed, if the desk keeps up */
void	desk_flush(void *super);	/* that, and that all is quiet if it is */
void	desk_gone(struct super *, const char *reader, const char *token);
/* With what came of it in a module's answer, or NULL. */
void	desk_answer(struct super *, uint64_t id, const struct err *,
	    const struct proto_event *);
void	desk_reread_check(struct super *);

/* super.c */
struct reader	*super_reader(struct super *, const char *name);
unsigned	 super_reread(struct reader *);	/* its new round */

#endif
