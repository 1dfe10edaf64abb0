#include "config.h"

#include "ui/answeract.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/reach.h"
#include "ui/desk.h"
#include "ui/views.h"
#include "ui/words.h"

/* What a step does, and which modes have it: mode.h. */
static const unsigned modes[ACTION_COUNT] = {
	[ACTION_NONE] = IN_KIOSK,
	[ACTION_CARD] = IN_KIOSK,
	[ACTION_CERT] = IN_KIOSK,
	[ACTION_PIN] = IN_KIOSK,
	[ACTION_REVOKE] = IN_KIOSK,	/* of a lost card */
	[ACTION_STATUS] = IN_KIOSK,
	[ACTION_ORDER] = IN_KIOSK,
	[ACTION_QUESTION] = IN_KIOSK,
	[ACTION_ANSWER] = IN_KIOSK,
	[ACTION_REGISTER] = NOT_AGENT,
};

bool
answeract_has(enum answer_action action, enum mode mode)
{
	return mode_has(mode, modes[action]);
}

/* --- the line that is lacking -------------------------------------------------- */

static void
take(struct panel *p, int what, const char *text)
{
	struct answering *a = desk_answering(p->desk);
	/* "-" would be this terminal. */
	char *path = what != ABOUT_FILE ? NULL :
	    reach_name(strcmp(text, "-") == 0 ? "./-" : text);

	/* It is one thing or the other that somebody brought. */
	if (what == ABOUT_FILE)
		answering_tell(a, ABOUT_TEXT, NULL);
	else if (what == ABOUT_TEXT)
		answering_tell(a, ABOUT_FILE, NULL);
	answering_tell(a, (enum answering_what)what,
	    path != NULL ? path : text);
	if (what == ABOUT_ORDER)
		answering_want(a, NEED_ORDER);
	else if (what != ABOUT_EMAIL)
		answering_want(a, NEED_FILE);
	free(path);
}

void
answeract_ask(struct panel *p, enum answering_what what)
{
	static const struct {
		const char	*title, *question;
	} words[ABOUT_COUNT] = {
		[ABOUT_ORDER] = { N_("Order"), N_("Which order: its number, an "
		    "e-mail address or a NIP.") },
		[ABOUT_EMAIL] = { N_("E-mail address"), N_("From which address "
		    "is the mail sent? The certificate is compared with it.") },
		[ABOUT_FILE] = { N_("File"), N_("Which file is it about (a "
		    "request, a certificate, a mail); Tab completes:") },
		[ABOUT_TEXT] = { N_("Link"), N_("Paste the link, or the mail "
		    "that it is in:") },
	};
	const struct answering *a = desk_answering(p->desk);
	bool number = what == ABOUT_ORDER &&
	    desk_setup(p->desk)->mode == MODE_KIOSK;
	const struct ask_of of = { .title = words[what].title,
	    .question = number ? N_("Which order: its number, from the mail or "
	    "the form.") : words[what].question,
	    .first = answering_told(a, what)[0] != '\0' ?
	    answering_told(a, what) : NULL, .may_be_empty = true,
	    .file = what == ABOUT_FILE, .asker = p, .what = (int)what,
	    .take = take };

	desk_open(p->desk, &view_ask_ops, &of);
}

/* --- of a card ------------------------------------------------------------------- */

/* Where a certificate is, by its SHA-256 in hex. */
static const struct card *
find_cert(struct desk *d, const char *hex, size_t *at)
{
	const struct card_world *w = desk_world(d);
	char buf[65];

	for (size_t i = 0; i < w->ncards; i++)
		for (*at = 0; *at < w->cards[i]->ncerts; ++*at) {
			const struct card_cert *c = &w->cards[i]->certs[*at];

			if (c->cert != NULL && strcmp(hex, text_hex(c->sha256,
			    sizeof c->sha256, 0, buf, sizeof buf)) == 0)
				return w->cards[i];
		}
	return NULL;
}

/* Of a card that is lost, the file that was brought has it. */
static const struct cert *
cert_of_file(const struct answer_facts *f, const char *hex)
{
	char buf[65];

	for (size_t i = 0; f != NULL && f->file != NULL &&
	    i < f->file->ncerts; i++)
		if (strcmp(hex, text_hex(f->file->certs[i]->sha256, 32, 0, buf,
		    sizeof buf)) == 0)
			return f->file->certs[i];
	return NULL;
}

static void
revoke_of_file(struct desk *d, struct answering *a, const char *hex)
{
	const struct answer_facts *f = answering_facts(a);
	const struct cert *c = cert_of_file(f, hex);

	if (c != NULL)
		desk_open_top(d, &view_revoke_ops, &(struct revoke_of){
		    .cert = c, .how = HOW_DOCUMENT });
	else if (f == NULL)
		desk_message(d, NULL, N_("Something is still being looked at. "
		    "Try again in a moment."));
	else
		desk_message(d, NULL, N_("That certificate is neither on a "
		    "card in a reader nor in the file any more."));
}

static void
ask_status(struct desk *d, const struct card_cert *c)
{
	struct status_about about = { 0 };
	char holder[256];
	const struct status_of of = { words_text(cert_holder(c->cert), true,
	    holder, sizeof holder), &about, 0 };

	status_about_cert(&about, c->cert, c->der.data, c->der.len);
	desk_open_top(d, &view_status_ops, &of);
	status_about_clear(&about);
}

/* On the first token that has it. */
static void
make_known(struct desk *d, const struct card *c, size_t at)
{
	for (size_t i = 0; i < c->ntokens; i++)
		if ((c->certs[at].tokens & 1u << i) != 0) {
			desk_open_top(d, &view_register_ops,
			    &(struct register_of){
			    .sha256 = c->certs[at].sha256,
			    .module = c->tokens[i].module,
			    .token = c->tokens[i].serial, .order = "" });
			return;
		}
}

static void
do_cert(struct panel *p, struct answering *a, const struct answer_step *s)
{
	struct desk *d = p->desk;
	const struct cert *cert;
	const struct card *c;
	size_t at;

	/* A customer's own card is not lost while it is in the reader. */
	if (s->action == ACTION_REVOKE &&
	    desk_setup(d)->mode == MODE_KIOSK) {
		desk_open_top(d, &view_lost_ops, NULL);
		return;
	}
	if (s->action == ACTION_REVOKE && s->arg[0] == '\0') {
		view_find_open(d, NULL);
		return;
	}
	c = find_cert(d, s->arg, &at);
	if (c == NULL && s->action == ACTION_REVOKE) {
		revoke_of_file(d, a, s->arg);
		return;
	}
	if (c == NULL) {
		desk_message(d, NULL, N_("The card with that certificate is in "
		    "no reader any more. Put it in and look again."));
		return;
	}
	cert = c->certs[at].cert;
	switch (s->action) {
	case ACTION_RENEW:
		desk_open_top(d, &view_renew_ops, &(struct renew_of){
		    .card = c, .cert = at });
		break;
	case ACTION_REVOKE:
		desk_open_top(d, &view_revoke_ops, &(struct revoke_of){
		    .cert = cert, .how = HOW_CARD, .card = c });
		break;
	case ACTION_STATUS:
		ask_status(d, &c->certs[at]);
		break;
	case ACTION_REGISTER:
		make_known(d, c, at);
		break;
	default:
		desk_open_top(d, &view_cert_ops, &(struct cert_of_card){
		    .card = c, .index = at });
	}
}

/* --- of an order ------------------------------------------------------------------- */

/* The renewal of whichever certificate the card has, by that order or none. */
static bool
open_beside(struct desk *d, const struct order_found *order)
{
	const struct card *c = desk_card(d);

	for (size_t i = 0; c != NULL && i < c->ncerts; i++)
		if (c->certs[i].cert != NULL && !c->certs[i].cert->is_ca) {
			desk_open_top(d, &view_renew_ops, &(struct renew_of){
			    .card = c, .cert = i, .order = order });
			return true;
		}
	return false;
}

/*
 * A certificate that came in a file: the page of a renewal takes it, whichever
 * of the card's certificates that is opened for.
 */
static void
take_brought(struct panel *p)
{
	if (!open_beside(p->desk, NULL))
		desk_message(p->desk, NULL, N_("There is no certificate on the "
		    "card that it could stand beside. On the command line "
		    "okienko collect puts it on the card."));
}

static void
do_order(struct panel *p, struct answering *a, const struct answer_step *s)
{
	const struct order_found *found = answering_order_of(a, s->arg);
	struct desk *d = p->desk;

	if (s->action == ACTION_COLLECT && s->arg[0] == '\0') {
		take_brought(p);
		return;
	}
	if (found == NULL) {
		answeract_ask(p, ABOUT_ORDER);
		return;
	}
	switch (s->action) {
	case ACTION_COLLECT:
		/* One that renews nothing is collected beside what is there. */
		if (found->order.renews_len > 0)
			view_renew_order(d, found);
		else if (!open_beside(d, found))
			desk_open_top(d, &view_order_ops, found);
		break;
	case ACTION_FORM:
		desk_open_top(d, &view_form_ops, &(struct form_of){
		    .authority = found->authority,
		    .number = found->order.number });
		break;
	default:
		/* A mail is sent again from there, once somebody is sure. */
		desk_open_top(d, &view_order_ops, found);
	}
}

/* Of the order in question where there is one. */
static void
write_question(struct panel *p, struct answering *a)
{
	const struct order_found *o = answering_order(a);

	view_question_open(p->desk, &(struct question_of){
	    .authority = o != NULL ? o->authority : NULL,
	    .number = o != NULL ? o->order.number : NULL });
}

/* What was pasted already is shown; else it is asked for. */
static void
show_link(struct panel *p, struct answering *a)
{
	const char *text = answering_told(a, ABOUT_TEXT);

	if (text[0] != '\0')
		desk_open_top(p->desk, &view_link_ops, text);
	else
		answeract_ask(p, ABOUT_TEXT);
}

static void
show_network(struct panel *p, struct answering *a)
{
	const struct authority *of = answering_authority(a);

	if (of != NULL && of->orders_url[0] == '\0')
		of = NULL;
	desk_open_top(p->desk, &view_network_ops, &(struct network_of){
	    .authority = of });
}

void
answeract_do(struct panel *p, struct answering *a, const struct answer_step *s)
{
	struct desk *d = p->desk;

	if (!answeract_has(s->action, desk_setup(d)->mode))
		return;
	switch (s->action) {
	case ACTION_CARD:
		desk_open_top(d, &view_card_ops, NULL);
		break;
	case ACTION_PIN:
		view_pin_open(d);
		break;
	case ACTION_CERT:
	case ACTION_RENEW:
	case ACTION_REVOKE:
	case ACTION_STATUS:
	case ACTION_REGISTER:
		do_cert(p, a, s);
		break;
	case ACTION_ORDER:
	case ACTION_COLLECT:
	case ACTION_FORM:
	case ACTION_RESEND:
		do_order(p, a, s);
		break;
	case ACTION_REQUEST:
		answeract_ask(p, ABOUT_FILE);
		break;
	case ACTION_FIND:
		view_find_open(d, s->arg[0] != '\0' ? s->arg : NULL);
		break;
	case ACTION_DOCUMENT:
		desk_open_top(d, &view_document_ops, NULL);
		break;
	case ACTION_LINK:
		show_link(p, a);
		break;
	case ACTION_NETWORK:
		show_network(p, a);
		break;
	case ACTION_PROXY:
		view_proxy_open(d);
		break;
	case ACTION_CHAIN:
		desk_open_top(d, &view_chain_ops, s->arg);
		break;
	case ACTION_QUESTION:
		write_question(p, a);
		break;
	case ACTION_ANSWER:
		desk_answer(d, s->arg);
		break;
	case ACTION_NONE:
	case ACTION_COUNT:
		break;
	}
}
