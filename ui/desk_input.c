#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "ui/desk_state.h"
#include "ui/views.h"

enum action {
	ACT_ANSWERS = 1, ACT_HELP, ACT_FIND, ACT_REVOKE, ACT_CASES, ACT_RENEW, ACT_RENEWALS,
	ACT_MASK, ACT_LANGUAGE,
	ACT_QUIT, ACT_NEXT, ACT_PREVIOUS,
	ACT_NEXT_CARD, ACT_PREVIOUS_CARD, ACT_REDRAW, ACT_SUSPEND, ACT_CODE
};

/* "PL" is translated as "EN": the key offers the other language. */
static const struct key_binding desk_bindings[] = {
	{ .key = UK_TAB, .action = ACT_NEXT, .label = N_("Next panel"),
	  .spare = KEY_EARLY + 2,
	  .help = N_("Go to the next panel.") },
	{ .key = UK_BACKTAB, .action = ACT_PREVIOUS,
	  .help = N_("Go to the panel before.") },
	{ .key = UK_F1, .action = ACT_ANSWERS, .label = N_("Questions"),
	  .help = N_("The questions that people ask, answered for the card, the "
	  "order and the network at hand, at the one that fits what is on the "
	  "screen. Once more: this page."),
	  .modes = IN_KIOSK },
	{ .ch = '?', .action = ACT_HELP,
	  .help = N_("This page: all keys."),
	  .modes = IN_KIOSK },
	{ .key = UK_F3, .action = ACT_FIND, .label = N_("Search"), .spare = 2,
	  .help = N_("Find a certificate by whatever is left: half a name, part "
	  "of its serial number, PESEL, e-mail, order or card number.") },
	{ .key = UK_F5, .action = ACT_REVOKE, .label = N_("Revoke"), .spare = 1,
	  .help = N_("Revoke or suspend the certificate that is looked at, or "
	  "one whose issuer and serial number are typed.") },
	{ .key = UK_F6, .action = ACT_CASES, .label = N_("Cases"), .spare = 4,
	  .help = N_("Cases of revocation, what is due first on top.") },
	{ .key = UK_F7, .action = ACT_RENEW, .label = N_("Renew"), .spare = 2,
	  .help = N_("Renew the certificate that is looked at, on its card; with "
	  "none, or once more, all renewals.") },
	{ .key = UK_F7, .action = ACT_RENEWALS, .label = N_("Renewals"),
	  .spare = 2 },
	{ .key = UK_F8, .action = ACT_MASK, .label = N_("Data"), .spare = KEY_EARLY + 1,
	  .help = N_("Show or mask personal identifiers and e-mail addresses.") },
	{ .key = UK_F9, .action = ACT_LANGUAGE, .label = N_("PL"), .spare = 3,
	  .help = N_("Switch between English and Polish at once."),
	  .modes = IN_KIOSK },
	{ .key = UK_F10, .action = ACT_QUIT, .label = N_("Quit"),
	  .help = N_("Leave. Nothing is asked and nothing is lost.") },
	{ .key = UK_F11, .action = ACT_CODE, .label = N_("Code"), .spare = 1,
	  .help = N_("What is behind the error on the screen: what the library "
	  "or the card said, whose turn it is, the raw code.") },
	{ .ch = '!', .action = ACT_CODE },
	{ .ch = 'q', .action = ACT_QUIT },
	{ .key = UK_INTERRUPT, .action = ACT_QUIT },
	{ .key = UK_RIGHT, .action = ACT_NEXT_CARD,
	  .help = N_("Show the next reader or card.") },
	{ .ch = ']', .action = ACT_NEXT_CARD },
	{ .key = UK_LEFT, .action = ACT_PREVIOUS_CARD,
	  .help = N_("Show the reader or card before.") },
	{ .ch = '[', .action = ACT_PREVIOUS_CARD },
	{ .key = UK_REDRAW, .action = ACT_REDRAW,
	  .help = N_("Draw the screen anew, if another program wrote on it."),
	  .modes = IN_KIOSK },
	{ .key = UK_SUSPEND, .action = ACT_SUSPEND,
	  .help = N_("Stop and go back to the shell; fg continues."),
	  .modes = NOT_AGENT },
};

#define NDESK_BINDINGS	(sizeof(desk_bindings) / sizeof(desk_bindings[0]))

const struct key_binding *
desk_keys(size_t *n)
{
	*n = NDESK_BINDINGS;
	return desk_bindings;
}

static bool
in_mode(const void *arg, int action)
{
	const struct desk *d = arg;

	return keys_has(desk_bindings, NDESK_BINDINGS, action, d->setup.mode);
}

/* Of one certificate: from there F7 leads to all of them. */
static bool
is_renewal(const struct panel_ops *top)
{
	return top == &view_renew_ops || top == &view_renewal_ops;
}

/* The bar does not offer what leads to where one is. */
bool
desk_can(const void *arg, int action)
{
	const struct desk *d = arg;
	const struct panel_ops *top = d->nviews > 0 ?
	    d->views[d->nviews - 1]->ops : NULL;
	struct troubles troubles = { .n = 0 };

	if (!in_mode(arg, action))
		return false;
	switch (action) {
	case ACT_ANSWERS:
		return top != &view_answers_ops && top != &view_answer_ops &&
		    top != &view_help_ops;
	case ACT_FIND:
		return top != &view_find_ops;
	case ACT_REVOKE:
		return top != &view_revoke_ops;
	case ACT_CASES:
		return top != &view_cases_ops;
	case ACT_RENEW:
		return !is_renewal(top) && top != &view_renewals_ops;
	case ACT_RENEWALS:
		return is_renewal(top);
	case ACT_NEXT:
		return top == NULL;
	case ACT_CODE:
		desk_problems(d, &troubles);
		return top != &view_code_ops && troubles.n > 0;
	default:
		return true;
	}
}

enum desk_wish
desk_wish(struct desk *d)
{
	enum desk_wish w = d->wish;

	d->wish = DESK_GO_ON;
	return w;
}

/* A page beside the desk is one more stop on the way round. */
static void
step_focus(struct desk *d, bool back)
{
	bool page = d->nviews == 1 && d->layout.beside;
	size_t stops = NPANELS + (page ? 1 : 0);
	size_t at = desk_has_keys(d) ? d->focus : NPANELS;

	if (d->nviews > 0 && !page)
		return;
	at = (at + (back ? stops - 1 : 1)) % stops;
	d->on_desk = at < NPANELS;
	if (d->on_desk)
		d->focus = at;
}

/* Copied: what shows them may be closed by the time. */
static void
show_code(struct desk *d)
{
	struct troubles t = { .n = 0 };

	desk_problems(d, &t);
	if (t.n > 0)
		desk_open(d, &view_code_ops, &t);
}

static void
act(struct desk *d, int action)
{
	switch ((enum action)action) {
	case ACT_ANSWERS:
		desk_answers(d, NULL);
		break;
	case ACT_HELP:
		desk_open(d, &view_help_ops, desk_top(d));
		break;
	case ACT_FIND:
		view_find_open(d, NULL);
		break;
	case ACT_REVOKE:
		desk_revoke(d);
		break;
	case ACT_CASES:
		if (!desk_raise(d, &view_cases_ops))
			desk_open_top(d, &view_cases_ops, NULL);
		break;
	case ACT_RENEW:
	case ACT_RENEWALS:
		desk_renew(d);
		break;
	case ACT_MASK:
		d->unmasked = !d->unmasked;
		break;
	case ACT_LANGUAGE:
		i18n_set(strcmp(i18n_get(), "pl") == 0 ? "en" : "pl");
		desk_tell_panels(d);
		desk_tell_views(d);
		break;
	case ACT_QUIT:
		d->wish = DESK_QUIT;
		break;
	case ACT_NEXT:
	case ACT_PREVIOUS:
		step_focus(d, action == ACT_PREVIOUS);
		break;
	case ACT_NEXT_CARD:
	case ACT_PREVIOUS_CARD:
		if (desk_has_keys(d))
			desk_step_card(d, action == ACT_NEXT_CARD ? 1 :
			    desk_world(d)->ncards - 1);
		break;
	case ACT_REDRAW:
		d->wish = DESK_REDRAW;
		break;
	case ACT_SUSPEND:
		d->wish = DESK_SUSPEND;
		break;
	case ACT_CODE:
		show_code(d);
		break;
	}
}

static void
focus_at(struct desk *d, int y, int x)
{
	if (d->nviews > 0)
		d->on_desk = !rect_has(&d->layout.view, y, x);
	for (size_t i = 0; i < NPANELS; i++)
		if (rect_has(&d->panels[i]->at, y, x))
			d->focus = i;
}

/* True if the click was on something of the desk's own. */
static bool
take_click(struct desk *d, const struct input *in)
{
	const struct key_binding *k = bar_hit(&d->bar, in->y, in->x);
	bool panels = d->nviews == 0 || (d->nviews == 1 && d->layout.beside);
	int tab = tabs_hit(&d->tabs, in->y, in->x);
	int name = tabs_hit(&d->names, in->y, in->x);

	if (k != NULL) {
		struct input key = keys_input(k);

		desk_input(d, &key);
		return true;
	}
	if (!panels)
		return false;
	if (tab >= 0)
		desk_choose_card(d, (size_t)tab);
	else if (name >= 0)
		d->focus = (size_t)name;
	else
		focus_at(d, in->y, in->x);
	if (tab >= 0)
		desk_tell_panels(d);
	return tab >= 0 || name >= 0;
}

/*
 * A number that is typed or scanned on the desk, or what is pasted there, can only
 * be meant for the order's field.  Many begin with letters, which are large ones on
 * paper; a small one is as likely a slip of the finger.
 */
static bool
take_number(struct desk *d, const struct input *in)
{
	bool number = in->kind == INPUT_CHAR && (in->pasted ||
	    (in->ch >= '0' && in->ch <= '9') || (in->ch >= 'A' && in->ch <= 'Z'));

	for (size_t i = 0; number && desk_has_keys(d) && i < NPANELS; i++) {
		if (d->panels[i]->ops != &panel_order_ops || i == d->focus)
			continue;
		d->focus = i;
		return desk_obey(d, d->panels[i], panel_input(d->panels[i], in));
	}
	return false;
}

void
desk_input(struct desk *d, const struct input *in)
{
	struct panel *top;
	const struct key_binding *keys;
	size_t n;
	int action;

	if (d->visit != NULL && visit_input(d->visit, in))
		return;
	if (in->kind == INPUT_CLICK && take_click(d, in))
		return;
	top = desk_top(d);
	if ((in->kind == INPUT_CLICK || in->kind == INPUT_WHEEL) &&
	    !rect_has(&top->at, in->y, in->x))
		return;
	if (desk_obey(d, top, panel_input(top, in)) || take_number(d, in))
		return;
	keys = desk_keys(&n);
	action = keys_usable(keys, n, in_mode, d, in);
	if (action != 0)
		act(d, action);
	else if (in->kind == INPUT_KEY && in->key == UK_ESC && d->nviews > 0)
		desk_obey(d, d->views[d->nviews - 1], UI_CLOSE);
}
