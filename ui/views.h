/*
 * The views that can be opened over the desk, and what each is opened with.
 * Everything pointed to is copied by the view.  UI thread only.
 */
#ifndef UI_VIEWS_H
#define UI_VIEWS_H

#include "card/card.h"
#include "order/service.h"
#include "registry/record.h"
#include "revocation/status.h"
#include "ui/panel.h"
#include "ui/qr.h"

/* desk_open(d, &view_help_ops, the panel whose keys to explain) */
extern const struct panel_ops view_help_ops;

/*
 * Questions that people ask (the id of the one to stand at, or NULL), the answer
 * to one (its id), and a chain of checks (its name).
 */
extern const struct panel_ops view_answers_ops;
void	view_answers_came(struct panel *, bool top);	/* the list of questions */
extern const struct panel_ops view_answer_ops;
extern const struct panel_ops view_chain_ops;

/*
 * A kiosk's first screen, and what it leads to that the desk has on itself: the
 * customer's card, the order, and the card that is lost (no argument).
 */
extern const struct panel_ops view_kiosk_ops;
extern const struct panel_ops view_mycard_ops;
extern const struct panel_ops view_myorder_ops;
extern const struct panel_ops view_lost_ops;
/* What the reader's panel says, in that rectangle; the rows that it took. */
int	reader_say(const struct desk *, const struct rect *);

/* The PIN of a card of the staff, which opens the desk (no argument). */
extern const struct panel_ops view_unlock_ops;
void	view_unlock_open(struct desk *);
/* Whether the card in the tab is one. */
bool	view_unlock_can(const struct desk *);

/*
 * One sentence; title NULL: "Message".  Or an error instead (text NULL).  Said in
 * the language of the moment, but for what had to be put together.
 */
struct message {
	const char *title, *text;	/* msgids, or as they will be read */
	const struct err *err;
	bool by_itself;		/* no key asked for it, so no letter closes it */
};

extern const struct panel_ops view_message_ops;

/* What is behind errors: a code's own sentence, whose turn; a struct troubles. */
extern const struct panel_ops view_code_ops;

/* One certificate: of a card, or (card NULL) out of a document. */
struct cert_of_card {
	const struct card	*card;
	size_t			 index;		/* into card->certs */
	const struct cert	*cert;		/* without a card */
	const char		*place;		/* where in the document */
};

extern const struct panel_ops view_cert_ops;

/* The QR code of one certificate, on a page of its own. */
struct qr_of {
	struct qr_text	 text;
	const struct from_card *from;	/* of one on a card; else NULL */
};

extern const struct panel_ops view_qr_ops;

/* The registry's search: what to begin with, or NULL. */
extern const struct panel_ops view_find_ops;
void	view_find_open(struct desk *, const char *line);
/* The search has all in memory from now on. */
void	view_find_loaded(struct desk *);

/* Restricted ones too, for a reason, until its line is another; if it is there. */
void	view_find_reason(struct desk *, unsigned panel, const char *reason);

/*
 * What the law gives to whom the data is about: of the holder of a remembered
 * certificate, and (if find is a Find's number) finding those that are restricted.
 */
struct privacy_of {
	const struct record *cert;	/* NULL: of nobody */
	unsigned	 find;		/* 0: not from there */
	bool		 blank;		/* there nothing is typed yet */
};

extern const struct panel_ops view_privacy_ops;

/* A JSON document as a page; the title, then the document. */
struct told {
	const char	*title;
	const json_t	*json;
};

extern const struct panel_ops view_told_ops;

/* Documents that name certificates (no argument). */
extern const struct panel_ops view_document_ops;

/* One remembered certificate. */
struct record_of {
	int64_t		 row;
	const char	*reason;	/* to see it if it is restricted, or NULL */
};

extern const struct panel_ops view_record_ops;

/* Everything known of the card in the tab (no argument). */
extern const struct panel_ops view_card_ops;

/*
 * F5: the certificate to revoke or suspend.  One of row (remembered), cert (at
 * hand), typed (issuer and serial number by hand) and draft (a case whose
 * questions are still open).
 */
struct revoke_of {
	int64_t			 row, draft;
	const struct cert	*cert;
	enum record_how		 how;		/* of cert */
	const struct card	*card;		/* that cert is on, or NULL */
	const struct record	*typed;
};

extern const struct panel_ops view_revoke_ops;

/*
 * Issuer and serial number by hand, for F5 with nothing selected: NULL, or the
 * number as stands told it.
 */
extern const struct panel_ops view_typed_ops;

/* One case: a pointer to its number in the file, an int64_t; and all of them. */
extern const struct panel_ops view_case_ops;
extern const struct panel_ops view_cases_ops;

/* Whether it is revoked, asked now: taken over from whoever opens it. */
struct status_of {
	const char		*title;		/* the holder, or NULL */
	struct status_about	*about;
	unsigned		 from;		/* the panel that shows it, or 0 */
};

extern const struct panel_ops view_status_ops;

/* What is read aloud, signed or handed out, of a case. */
enum paper { PAPER_PHONE, PAPER_FORM, PAPER_RECEIPT };
struct paper_of {
	enum paper	 what;
	int64_t		 id;		/* of the case */
	const char	*number;
};

extern const struct panel_ops view_paper_ops;

/* The holder's revocation password for a case: a pointer to its int64_t. */
extern const struct panel_ops view_password_ops;

/*
 * The PIN of the officer's card for a case of this authority: asked for, or said
 * why it cannot be.
 */
struct officer_of {
	int64_t			 id;
	const struct card	*card;
	const struct token	*token;
};

extern const struct panel_ops view_officer_ops;
void	view_officer_open(struct panel *, int64_t id, const struct authority *);

/*
 * F7: a certificate of a card to renew, or what comes of an order: the renewal
 * that was begun by it, or the certificate that it renews.
 */
struct renew_of {
	const struct card	*card;
	size_t			 cert;		/* index into card->certs */
	const struct order_found *order;	/* without a card, what it renews */
};
extern const struct panel_ops view_renew_ops;

/* One renewal; go: carried on at once, as far as it can be.  And all of them. */
struct renewal_of {
	int64_t			 id;
	bool			 go;
	bool			 behind;	/* something else: nothing by itself */
	struct buf		*brought;	/* taken over; NULL */
};
extern const struct panel_ops view_renewal_ops;
extern const struct panel_ops view_renewals_ops;
void	view_renew_order(struct desk *, const struct order_found *);

/* The PIN that a renewal asks for (no argument). */
extern const struct panel_ops view_renewpin_ops;

/* A certificate on a card made known to programs: its SHA-256 and its module. */
struct register_of {
	const uint8_t	*sha256;
	const char	*module;	/* its name */
	const char	*token;		/* serial number */
	const char	*order;		/* or "" */
};
extern const struct panel_ops view_register_ops;

/* A line in the desk's panel of orders, as if typed there. */
void	panel_order_line(struct panel *, const char *);

/* One order (a struct order_found, copied), and several (struct order_answer). */
extern const struct panel_ops view_order_ops;
extern const struct panel_ops view_orders_ops;

/* Its form, to save or print. */
struct form_of {
	const struct authority	*authority;
	const char		*number;
};
extern const struct panel_ops view_form_ops;

/* A link out of a mail, put together and explained: the text that has it. */
extern const struct panel_ops view_link_ops;

/*
 * A question to an authority (NULL or a struct question_of: about what); the
 * clause is shown first.
 */
struct question_of {
	const struct authority	*authority;	/* NULL: the only one, or asked */
	const char		*number;	/* of an order, or NULL */
	const char		*written;	/* of the question already, or NULL */
};
extern const struct panel_ops view_question_ops;
void	view_question_open(struct desk *, const struct question_of *);
/* Whether there is anybody to put one to; the desk says how else. */
bool	view_question_can(const struct desk *);

/*
 * The user name and password for the proxy (no argument); and the same by itself
 * when a question that somebody asked failed for want of them: true then.
 */
extern const struct panel_ops view_proxy_ops;
void	view_proxy_open(struct desk *);
/* Where that is the error, but over nothing else than the panel that asked. */
bool	view_proxy_offer(struct desk *, const struct panel *asker,
	    const struct err *);

/* The way to an authority's order service; NULL: to all services set up. */
struct network_of {
	const struct authority	*authority;
};
extern const struct panel_ops view_network_ops;

/* One line from the person at the desk, handed to who asked, if still there. */
typedef void	 ask_fn(struct panel *, int what, const char *text);
struct ask_of {
	const char	*title, *question;	/* msgids */
	const char	*first;			/* to begin with, or NULL */
	bool		 may_be_empty;
	bool		 file;			/* Tab completes its name */
	struct panel	*asker;
	int		 what;			/* the asker's own number */
	ask_fn		*take;
};

extern const struct panel_ops view_ask_ops;

/* One of several, handed by its place to who asked, if still there. */
#define CHOOSE_MAX	8
typedef void	 choose_fn(struct panel *, size_t);
struct choose_of {
	const char	*title, *question;	/* msgids */
	const char	*names[CHOOSE_MAX];	/* msgids that stay */
	size_t		 n, first;		/* at least one; chosen at first */
	struct panel	*asker;
	choose_fn	*take;
};

extern const struct panel_ops view_choose_ops;

/* Whether something is to be done that cannot be taken back; the same way. */
struct sure_of {
	const char	*title;			/* msgid */
	const char	*text;			/* msgid, or as it will be read */
	struct panel	*asker;
	int		 what;
	ask_fn		*take;			/* text NULL */
	void		(*no)(struct desk *);	/* closed without a yes; or NULL */
};

extern const struct panel_ops view_sure_ops;

/* The PIN of a card: a struct card. */
extern const struct panel_ops view_pin_ops;

/* Asks for a PIN of the card in the tab, or says why there is none to ask for. */
void view_pin_open(struct desk *);


#endif
