/* F11: what stands behind the errors on the screen, one after the other. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "answers/codes.h"
#include "base/i18n.h"
#include "base/text.h"
#include "ui/views.h"

#define BOX_COLS	64

/* The code's sentence, whose turn, what to do, the raw code, the detail. */
#define PARTS		5

enum { ACT_BACK = 1, ACT_NEXT, ACT_PREVIOUS };

static const struct key_binding bindings[] = {
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Put the code away.") },
	{ .key = UK_F11, .action = ACT_NEXT, .label = N_("Next error"),
	  .help = N_("What is behind the next error on the screen.") },
	{ .key = UK_ENTER, .action = ACT_BACK },
	{ .ch = '!', .action = ACT_NEXT },
	{ .key = UK_DOWN, .action = ACT_NEXT },
	{ .key = UK_RIGHT, .action = ACT_NEXT },
	{ .key = UK_UP, .action = ACT_PREVIOUS },
	{ .key = UK_LEFT, .action = ACT_PREVIOUS },
};

struct state {
	struct troubles	 all;
	size_t		 at;
};

struct part {
	enum style	 style;
	bool		 gap;		/* a free line above */
	char		 text[512];
};

static void
open_code(struct panel *p, const void *arg)
{
	((struct state *)p->state)->all = *(const struct troubles *)arg;
}

static const struct err *
shown(struct panel *p)
{
	const struct state *s = p->state;

	return &s->all.v[s->at];
}

static const char *
corner(struct panel *p, char *buf, size_t size)
{
	const struct state *s = p->state;

	if (s->all.n < 2)
		return NULL;
	snprintf(buf, size, _("%zu of %zu"), s->at + 1, s->all.n);
	return buf;
}

/* "CARD-READ · CKR_DEVICE_ERROR · pkcs11 0x30", in ASCII */
static void
raw(const struct err *err, const struct code *c, char *buf, size_t size)
{
	struct err bare = *err;
	char number[64];

	bare.detail[0] = '\0';
	err_technical(&bare, number, sizeof number);
	snprintf(buf, size, "%s%s%s%s%s", err_id(err->code),
	    c != NULL ? "  " : "", c != NULL ? c->name : "",
	    number[0] != '\0' ? "  " : "", number);
}

/* What was meant for a technician may have come from a card or a server. */
static void
detail(const struct err *err, char *buf, size_t size)
{
	struct safe_text t;
	size_t n;

	text_safe_str(&t, err->detail, 0);
	n = text_cut(t.s, size - 1);
	memcpy(buf, t.s, n);
	buf[n] = '\0';
}

/* As shown now, in the present language. */
static void
say(const struct err *err, struct part part[PARTS])
{
	const struct code *c = code_of(err);

	for (int i = 0; i < PARTS; i++)
		part[i] = (struct part){ .style = i < 3 ? STYLE_TEXT :
		    STYLE_DIM, .gap = i == 3 };
	part[0].style = STYLE_STRONG;
	if (c != NULL)
		snprintf(part[0].text, sizeof part[0].text, "%s",
		    gettext(c->happened));
	else
		err_sentence(err, part[0].text, sizeof part[0].text);
	snprintf(part[1].text, sizeof part[1].text, "%s",
	    turn_words(turn_of_err(err)));
	if (c != NULL && c->todo[0] != '\0')
		snprintf(part[2].text, sizeof part[2].text, "%s",
		    gettext(c->todo));
	else
		err_next(err, part[2].text, sizeof part[2].text);
	raw(err, c, part[3].text, sizeof part[3].text);
	detail(err, part[4].text, sizeof part[4].text);
}

static int
rows_of(const struct part *part, int cols)
{
	return part->text[0] == '\0' ? 0 :
	    draw_lines(part->text, cols) + (part->gap ? 1 : 0);
}

static void
box(struct panel *p, int *rows, int *cols)
{
	struct rect screen = draw_screen();
	struct part part[PARTS];

	say(shown(p), part);
	*cols = screen.w - 4 < BOX_COLS ? screen.w - 4 : BOX_COLS;
	*rows = 0;
	for (int i = 0; i < PARTS; i++)
		*rows += rows_of(&part[i], *cols);
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct part part[PARTS];
	int row = 0;

	say(shown(p), part);
	for (int i = 0; i < PARTS; i++) {
		int above = part[i].gap ? 1 : 0;

		if (part[i].text[0] != '\0' && row + above < r->h)
			draw_paragraph(r, row + above, 0, r->h - row - above,
			    part[i].style, part[i].text);
		row += rows_of(&part[i], r->w);
	}
	if (focused)
		draw_cursor(r, 0, 0);
}

static unsigned
act(struct panel *p, int action)
{
	struct state *s = p->state;

	if (action == ACT_BACK)
		return UI_HANDLED | UI_CLOSE;
	s->at = (s->at + (action == ACT_NEXT ? 1 : s->all.n - 1)) % s->all.n;
	return UI_HANDLED;
}

static bool
can(struct panel *p, int action)
{
	return action == ACT_BACK || ((struct state *)p->state)->all.n > 1;
}

const struct panel_ops view_code_ops = {
	.name = "code",
	.title = N_("What is behind it"),
	.about = N_("What the library or the card said, whose turn it is now, "
	    "and what to do; of several errors one after the other."),
	.place = PLACE_BOX,
	.size = sizeof(struct state),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_code,
	.box = box,
	.corner = corner,
	.draw = draw,
	.act = act,
	.can = can,
	.problem = shown,
};
