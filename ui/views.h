/*
 * The views that can be opened over the desk, and what each is opened with.
 * Everything pointed to is copied by the view.  UI thread only.
 */
#ifndef UI_VIEWS_H
#define UI_VIEWS_H

#include "card/card.h"
#include "ui/panel.h"

/* desk_open(d, &view_help_ops, the panel whose keys to explain) */
extern const struct panel_ops view_help_ops;

/* One sentence; title NULL: "Message". */
struct message {
	const char *title, *text;
};

extern const struct panel_ops view_message_ops;

/* One certificate of a card. */
struct cert_of_card {
	const struct card	*card;
	size_t			 index;		/* into card->certs */
};

extern const struct panel_ops view_cert_ops;

/* The QR code of one struct cert, on a page of its own. */
extern const struct panel_ops view_qr_ops;

/* Everything known of the card in the tab (no argument). */
extern const struct panel_ops view_card_ops;

/* Asks for a PIN of the card in the tab, or says why there is none to ask for. */
void view_pin_open(struct desk *);


#endif
