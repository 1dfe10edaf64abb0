/*
 * The views that can be opened over the desk, and what each is opened with.
 * Everything pointed to is copied by the view.  UI thread only.
 */
#ifndef UI_VIEWS_H
#define UI_VIEWS_H

#include "card/card.h"
#include "ui/panel.h"
#include "ui/qr.h"

/* desk_open(d, &view_help_ops, the panel whose keys to explain) */
extern const struct panel_ops view_help_ops;

/* One sentence; title NULL: "Message". */
struct message {
	const char *title, *text;
};

extern const struct panel_ops view_message_ops;

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
	const uint8_t	*sha256;	/* of one on a card; else NULL */
};

extern const struct panel_ops view_qr_ops;

/* The registry's search: what to begin with, or NULL. */
extern const struct panel_ops view_find_ops;
void	view_find_open(struct desk *, const char *line);

/* From now on restricted ones too, for a reason; if that view is still there. */
void	view_find_reason(struct desk *, unsigned panel, const char *reason);

/*
 * What the law gives to whom the data is about: of the person of a row, and (if
 * find is a Find's number) finding those that are restricted.
 */
struct privacy_of {
	int64_t		 row;		/* 0: of nobody */
	const char	*holder;
	const char	*hex;		/* the row's serial number */
	bool		 restricted;
	unsigned	 find;		/* 0: not from there */
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

/* One remembered certificate: a pointer to its row's number, an int64_t. */
extern const struct panel_ops view_record_ops;

/* Everything known of the card in the tab (no argument). */
extern const struct panel_ops view_card_ops;

/* Asks for a PIN of the card in the tab, or says why there is none to ask for. */
void view_pin_open(struct desk *);


#endif
