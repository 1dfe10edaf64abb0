#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "ui/desk.h"
#include "ui/field.h"
#include "ui/pin.h"
#include "ui/views.h"

#define BOX_COLS	72
#define BOX_ROWS	16

enum { ACT_BACK = 1, ACT_ENTER, ACT_OTHER };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_ENTER, .label = N_("Use"),
	  .help = N_("Use this user name and password from now on.") },
	{ .key = UK_TAB, .action = ACT_OTHER, .label = N_("Other field"),
	  .help = N_("Go to the next field.") },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Give up; whatever needs the proxy waits.") },
};

#define FIELD_ROWS	2	/* and two more for where it is kept */

/* Which has the keys. */
enum at { AT_USER, AT_PASSWORD, AT_KEEP, AT_COUNT };

struct view {
	struct net_login_view	 login;
	const char		*path;		/* where it may be kept; NULL */
	enum at			 at;
	bool			 keep;
	struct field		 user;
	struct pin_field	 password;
};

static const struct {
	unsigned	 bit;
	const char	*name;
} schemes[] = {
	{ PROXY_BASIC, "Basic" },
	{ PROXY_DIGEST, "Digest" },
	{ PROXY_NTLM, "NTLM" },
	{ PROXY_NEGOTIATE, "Negotiate" },
	{ PROXY_OTHER, N_("another one") },
};

static void
open_view(struct panel *p, const void *arg)
{
	const struct setup *s = desk_setup(p->desk);
	struct view *v = p->state;

	(void)arg;
	net_login_view(s->login, &v->login);
	v->path = s->conf->proxy_login[0] != '\0' ? s->conf->proxy_login :
	    NULL;
	field_set(&v->user, v->login.user);
	v->at = v->login.user[0] != '\0' ? AT_PASSWORD : AT_USER;
	pin_field_init(&v->password);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	pin_field_clear(&v->password);
	explicit_bzero(&v->user, sizeof v->user);
}

static void
box(struct panel *p, int *rows, int *cols)
{
	struct rect screen = draw_screen();

	(void)p;
	*cols = screen.w - 4 < BOX_COLS ? screen.w - 4 : BOX_COLS;
	*rows = screen.h - 4 < BOX_ROWS ? screen.h - 4 : BOX_ROWS;
}

/* --- what is known of it ------------------------------------------------- */

static const char *
names_of(unsigned bits, char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if ((bits & schemes[i].bit) && n < size)
			n += (size_t)snprintf(buf + n, size - n, "%s%s",
			    n > 0 ? ", " : "", _(schemes[i].name));
	return buf;
}

static int
say(const struct rect *r, int row, enum style style, const char *text)
{
	return row + draw_paragraph(r, row, 0, 3, style, text);
}

static int
draw_schemes(const struct view *v, const struct rect *r, int row)
{
	char names[96], text[512];

	if (v->login.offers == 0)
		return row;
	snprintf(text, sizeof text, _("It offers: %s."),
	    names_of(v->login.offers, names, sizeof names));
	row = say(r, row, STYLE_TEXT, text);
	if (v->login.can == v->login.offers)
		return row;
	if (v->login.can != 0)
		snprintf(text, sizeof text, _("Of these, works here: %s."),
		    names_of(v->login.can, names, sizeof names));
	row = say(r, row, v->login.can != 0 ? STYLE_TEXT : STYLE_STRONG,
	    v->login.can != 0 ? text : _("None of these works here; ask who "
	    "runs the network for another."));
	snprintf(text, sizeof text, "%s", net_ticket_words(v->login.ticket));
	return text[0] != '\0' ? say(r, row, STYLE_TEXT, text) : row;
}

static int
draw_known(const struct view *v, const struct rect *r)
{
	struct safe_text proxy, realm;
	char text[1024];
	int row;

	text_safe_str(&proxy, v->login.proxy, 0);
	text_safe_str(&realm, v->login.realm, 0);
	if (v->login.proxy[0] == '\0')
		snprintf(text, sizeof text, "%s", _("No proxy has asked for a "
		    "user name and password yet."));
	else if (v->login.offers == PROXY_NEGOTIATE)
		snprintf(text, sizeof text, _("The proxy %s wants a Kerberos "
		    "ticket."), proxy.s);
	else if (v->login.realm[0] != '\0')
		snprintf(text, sizeof text, _("The proxy %s (\"%s\") wants a "
		    "user name and password."), proxy.s, realm.s);
	else
		snprintf(text, sizeof text, _("The proxy %s wants a user name "
		    "and password."), proxy.s);
	row = say(r, 0, STYLE_TEXT, text);
	row = draw_schemes(v, r, row);
	if (v->login.refused == 0)
		return row + 1;
	snprintf(text, sizeof text, P_("It refused what was typed %d time: "
	    "after a few a network locks the account.",
	    "It refused what was typed, %d times in a row: after a few a "
	    "network locks the account.", v->login.refused),
	    v->login.refused);
	return say(r, row, STYLE_STRONG, text) + 1;
}

/* --- the fields ---------------------------------------------------------- */

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;
	/* However much there is to say, there is room for what is typed. */
	int fields = v->path != NULL ? FIELD_ROWS + 2 : FIELD_ROWS;
	struct rect above = { r->y, r->x, r->h > fields ? r->h - fields : 0,
	    r->w };
	int said = draw_known(v, &above);
	int row = said < above.h ? said : above.h;
	int col = draw_text(r, row, 0, 0, STYLE_TEXT, _("user name:")) + 1;
	int other = draw_text(r, row + 1, 0, 0, STYLE_TEXT,
	    _("password:")) + 1;

	if (other > col)
		col = other;
	field_draw(&v->user, r, row, col, 0, focused && v->at == AT_USER);
	pin_field_draw(&v->password, r, row + 1, col,
	    focused && v->at == AT_PASSWORD);
	if (v->path == NULL) {
		say(r, row + 3, STYLE_TEXT, _("It is kept in memory only, "
		    "until the desk ends."));
		return;
	}
	draw_textf(r, row + 3, 0, 0, v->at == AT_KEEP ? STYLE_STRONG :
	    STYLE_TEXT, "[%c] %s", v->keep ? 'x' : ' ',
	    _("keep it in a file that only this account can read (space)"));
	if (focused && v->at == AT_KEEP)
		draw_cursor(r, row + 3, 1);
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;
	bool taken = false;

	switch (v->at) {
	case AT_USER:
		taken = field_input(&v->user, in);
		break;
	case AT_PASSWORD:
		taken = pin_field_input(&v->password, in);
		break;
	default:
		if (in->kind == INPUT_CHAR && in->ch == ' ')
			v->keep = !v->keep;
	}
	/* No letter typed here may ever mean something else. */
	return taken || in->kind == INPUT_CHAR ? UI_HANDLED : UI_IGNORED;
}

/* Whatever waited for it goes on. */
static void
use(struct panel *p, struct view *v)
{
	const struct setup *s = desk_setup(p->desk);
	struct desk *d = p->desk;
	struct err err = ERR_INIT;

	net_login_set(s->login, v->user.text, pin_field_take(&v->password));
	if (v->keep && v->path != NULL &&
	    net_login_save(s->login, v->path, &err) == -1)
		desk_error(d, &err);
	desk_case_moved(d, 0, NULL, NULL);
	desk_orders_kick(d);
	desk_way_changed(d);
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;

	switch (action) {
	case ACT_BACK:
		return UI_HANDLED | UI_CLOSE;
	case ACT_OTHER:
		v->at = (v->at + 1) % (v->path != NULL ? AT_COUNT : AT_KEEP);
		return UI_HANDLED;
	}
	if (v->user.text[0] == '\0' ||
	    strlen(v->user.text) > LOGIN_USER_MAX) {
		v->at = AT_USER;
		return UI_HANDLED;
	}
	if (secret_len(v->password.secret) == 0) {
		v->at = AT_PASSWORD;
		return UI_HANDLED;
	}
	use(p, v);
	return UI_HANDLED | UI_CLOSE;
}

const struct panel_ops view_proxy_ops = {
	.name = "proxy",
	.title = N_("Proxy"),
	.about = N_("The user name and password by which the network's proxy "
	    "lets this desk out; kept in memory unless you choose the file."),
	.place = PLACE_BOX,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.box = box,
	.draw = draw,
	.input = input,
	.act = act,
};

void
view_proxy_open(struct desk *d)
{
	if (desk_setup(d)->login != NULL)
		desk_open_top(d, &view_proxy_ops, NULL);
}

bool
view_proxy_offer(struct desk *d, const struct panel *asker,
    const struct err *err)
{
	if (desk_top(d) != asker)
		return false;
	if (err->code != ERR_NET_PROXY_LOGIN &&
	    err->code != ERR_NET_PROXY_REFUSED &&
	    err->code != ERR_NET_PROXY_TICKET)
		return false;
	view_proxy_open(d);
	return true;
}
