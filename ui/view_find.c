#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "registry/find.h"
#include "ui/desk.h"
#include "ui/field.h"
#include "ui/filter.h"
#include "ui/hitrow.h"
#include "ui/list.h"
#include "ui/recwords.h"
#include "ui/rowcols.h"
#include "ui/views.h"

#define HITS_WANTED	100
#define TIME_COLS	12	/* of "12345 ms", with what parts it */
#define CARD_COLS	16	/* of a card's model, if it is to be read */
#define ASK_DEADLINE_MS	10000

enum { ACT_BACK = 1, ACT_OPEN, ACT_FILTER, ACT_FILTER_BACK, ACT_DOCUMENT,
	ACT_PRIVACY };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_OPEN, .label = N_("Open"),
	  .help = N_("Open what is remembered of the certificate.") },
	{ .key = UK_TAB, .action = ACT_FILTER, .label = N_("Filter"),
	  .spare = 1,
	  .help = N_("Show all, or only valid, expired, revoked, suspended or "
	  "qualified ones, or those of one issuer.") },
	{ .key = UK_BACKTAB, .action = ACT_FILTER_BACK },
	{ .key = UK_F4, .action = ACT_DOCUMENT, .label = N_("Document"),
	  .help = N_("Look into a document that the person once signed, or into "
	  "an exported certificate.") },
	{ .key = UK_F12, .action = ACT_PRIVACY, .label = N_("Privacy"),
	  .spare = KEY_EARLY + 1,
	  .help = N_("Show, export, correct, restrict or erase what is kept of "
	  "the person under the cursor; take a question back; find restricted "
	  "ones with a reason.") },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Go back to where you were.") },
};

struct view {
	struct desk		*desk;
	struct field		 field;
	struct list		 list;
	struct filter		 filter;
	struct find_answer	*answer;	/* to the last line that had one */
	struct err		 err;		/* why it had none */
	struct service_ticket	 ticket;	/* of the line that is there now */
	/* to see restricted ones of this very line, or NULL; which were seen */
	char			*reason;
	struct find_shown	*shown;
	size_t			 nshown;
	bool			 open_it;	/* Enter came before the answer */
	bool			 again;		/* the line that is shown, asked anew */
};

/* --- asking -------------------------------------------------------------- */

struct ask {
	struct request		 request;
	struct desk		*desk;
	unsigned		 panel;
	char			 line[FIELD_MAX];
	char			*reason, *issuer;
	struct find_shown	*shown;
	struct find_options	 options;
	struct find_answer	*answer;
};

static int
ask_run(struct request *r, const struct service_hand *hand, struct err *err)
{
	struct ask *a = (struct ask *)r;

	a->options.cancel = hand->cancel;
	return finder_ask(hand->finder, hand->registry, a->line, &a->options,
	    &a->answer, err);
}

static void	 open_selected(struct panel *);
static const struct find_hit *selected(const struct view *);

/* Asked for again by itself, what was shown is not written down once more. */
static void
note_shown(struct view *v, const struct record *r)
{
	struct find_shown *s;
	size_t i;

	for (i = 0; i < v->nshown && v->shown[i].id != r->id; i++)
		;
	if (i == v->nshown)
		v->shown = mem_grow(v->shown, ++v->nshown, sizeof *v->shown);
	s = &v->shown[i];
	s->id = r->id;
	memcpy(s->serial, r->serial, r->serial_len);
	s->serial_len = r->serial_len;
}

static void
forget_reason(struct view *v)
{
	free(v->reason);
	v->reason = NULL;
	free(v->shown);
	v->shown = NULL;
	v->nshown = 0;
}

static void
ask_done(struct request *r)
{
	struct ask *a = (struct ask *)r;
	struct panel *p = desk_find_panel(a->desk, a->panel);
	struct view *v;
	int64_t stay = 0;
	bool again;

	if (p == NULL)
		return;
	v = p->state;
	v->ticket.id = 0;
	again = v->again && selected(v) != NULL;
	if (again)
		stay = selected(v)->cert.id;
	v->again = false;
	find_answer_free(v->answer);
	v->answer = a->answer;
	a->answer = NULL;
	v->err = r->err;
	if (v->answer != NULL)
		filter_learn(&v->filter, v->answer);
	for (size_t i = 0; v->answer != NULL && i < v->answer->nhits; i++)
		if (v->answer->hits[i].cert.restricted)
			note_shown(v, &v->answer->hits[i].cert);
	list_update(&v->list, v->answer != NULL ? v->answer->nhits : 0);
	/* One that has gone leaves the cursor at its place. */
	if (!again)
		list_select(&v->list, 0);
	for (size_t i = 0; again && v->answer != NULL && i < v->answer->nhits; i++)
		if (v->answer->hits[i].cert.id == stay)
			list_select(&v->list, i);
	/* A barcode reader types the number and Enter faster than any answer. */
	if (v->open_it && v->answer != NULL && v->answer->nhits == 1 &&
	    desk_top(p->desk) == p)
		open_selected(p);
	v->open_it = false;
}

static void
ask_free(struct request *r)
{
	struct ask *a = (struct ask *)r;

	find_answer_free(a->answer);
	explicit_bzero(a->line, sizeof a->line);
	free(a->reason);
	free(a->shown);
	free(a->issuer);
	free(a);
}

static bool
is_blank(const struct view *v)
{
	return v->field.text[strspn(v->field.text, " ")] == '\0';
}

/* Each key asks anew, and nobody waits for the answer to the one before. */
static void
ask(struct panel *p)
{
	struct view *v = p->state;
	struct service *s = desk_service(p->desk);
	struct ask *a;

	v->open_it = v->again = false;
	if (s == NULL)
		return;
	service_cancel(s, &v->ticket);
	if (is_blank(v)) {
		find_answer_free(v->answer);
		v->answer = NULL;
		err_clear(&v->err);
		list_update(&v->list, 0);
		return;
	}
	a = mem_alloc(sizeof *a);
	a->request.run = ask_run;
	a->request.done = ask_done;
	a->request.free = ask_free;
	a->request.deadline_ms = ASK_DEADLINE_MS;
	a->desk = p->desk;
	a->panel = p->id;
	snprintf(a->line, sizeof a->line, "%s", v->field.text);
	a->options = (struct find_options){ .max = HITS_WANTED,
	    .now = desk_now(p->desk) };
	filter_options(&v->filter, &a->options);
	a->issuer = mem_strdup(a->options.issuer);
	a->options.issuer = a->issuer;
	a->reason = mem_strdup(v->reason);
	a->options.reason = a->reason;
	if (v->nshown > 0) {
		a->shown = mem_array(v->nshown, sizeof *a->shown);
		memcpy(a->shown, v->shown, v->nshown * sizeof *a->shown);
	}
	a->options.shown = a->shown;
	a->options.nshown = v->nshown;
	v->ticket = service_ask(s, SERVICE_LOOK, &a->request);
}

/* --- the view ------------------------------------------------------------ */

static const char *
text_of(void *arg, size_t row, char *buf, size_t size)
{
	struct view *v = arg;
	const char *holder = v->answer->hits[row].cert.holder;

	snprintf(buf, size, "%s", holder != NULL ? holder : "");
	return buf;
}

static void
open_view(struct panel *p, const void *arg)
{
	struct view *v = p->state;

	v->desk = p->desk;
	list_init(&v->list, text_of, v);
	if (arg != NULL) {
		field_set(&v->field, arg);
		ask(p);
	}
}

/*
 * Begun already, it is kept as it is unless there is something to look for.  A
 * reason is not: whoever comes to it anew may look for somebody else.
 */
void
view_find_open(struct desk *d, const char *line)
{
	/* Whose line it is may lie over the search, and is closed then. */
	char *copy = mem_strdup(line);
	struct view *v;

	if (!desk_raise(d, &view_find_ops)) {
		desk_open(d, &view_find_ops, copy);
	} else {
		v = desk_top(d)->state;
		if (copy != NULL)
			field_set(&v->field, copy);
		if (copy != NULL || v->reason != NULL) {
			forget_reason(v);
			ask(desk_top(d));
		}
	}
	free(copy);
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	if (desk_service(p->desk) != NULL)
		service_cancel(desk_service(p->desk), &v->ticket);
	find_answer_free(v->answer);
	list_clear(&v->list);
	filter_clear(&v->filter);
	forget_reason(v);
	explicit_bzero(&v->field, sizeof v->field);
}

void
view_find_reason(struct desk *d, unsigned panel, const char *reason)
{
	struct panel *p = desk_find_panel(d, panel);
	struct view *v;

	if (p == NULL || p->ops != &view_find_ops)
		return;
	v = p->state;
	if (is_blank(v))
		return;
	forget_reason(v);
	v->reason = mem_strdup(reason);
	ask(p);
}

static bool
stands(struct panel *p, char *buf, size_t size)
{
	const struct view *v = p->state;

	snprintf(buf, size, "%s", v->field.text);
	return buf[0] != '\0';
}

static const struct find_hit *
selected(const struct view *v)
{
	size_t row;

	if (v->answer == NULL || !list_selected(&v->list, &row))
		return NULL;
	return &v->answer->hits[row];
}

/*
 * While an answer is awaited the one that is shown is to another line, unless the
 * same line is asked anew.
 */
static const struct find_hit *
chosen(const struct view *v)
{
	return v->ticket.id != 0 && !v->again ? NULL : selected(v);
}

/*
 * What is in the registry has changed: the same line, the cursor where it is by
 * then.  If another line is awaited, what is shown is not an answer to it.
 */
static void
ask_again(struct panel *p)
{
	struct view *v = p->state;
	bool again = v->again || v->ticket.id == 0, open_it = v->open_it;

	ask(p);
	v->again = again;
	v->open_it = open_it;
}

/* What was asked of it before all was in memory may have more to find. */
void
view_find_loaded(struct desk *d)
{
	struct panel *p = desk_view(d, &view_find_ops);
	const struct view *v = p != NULL ? p->state : NULL;

	if (v != NULL && v->ticket.id == 0 && v->answer != NULL &&
	    ((v->answer->notes & 1u << NOTE_LOADING) != 0 ||
	    v->answer->nhits == 0))
		ask_again(p);
}

static void
open_selected(struct panel *p)
{
	const struct view *v = p->state;
	const struct find_hit *hit = selected(p->state);

	if (hit != NULL)
		desk_open(p->desk, &view_record_ops, &(struct record_of){
		    hit->cert.id, v->reason });
}

/* --- drawing ------------------------------------------------------------- */

/*
 * How many there are.  What search holds in memory still has those that are gone,
 * so the file's own count goes before it.
 */
static const char *
count_words(const struct view *v, char *buf, size_t size)
{
	const struct service *s = desk_service(v->desk);
	const struct service_view *sv = s != NULL ? service_view(s) : NULL;
	char count[32];

	if (sv != NULL && sv->state == SERVICE_OPEN)
		recwords_count(sv->info.certs, count, sizeof count);
	else if (v->answer != NULL)
		recwords_count(v->answer->rows, count, sizeof count);
	else
		snprintf(count, sizeof count, "?");
	snprintf(buf, size, _("%s in the registry"), count);
	return buf;
}

/* What the line was taken for, what is shown, of how many, in what time. */
static void
draw_taken(const struct view *v, const struct rect *r, int row)
{
	char kinds[256], what[512], shown[512];
	int used;

	count_words(v, what, sizeof what);
	if (v->answer == NULL) {
		draw_textf(r, row, 0, 0, STYLE_DIM, "%s %s %s",
		    filter_name(&v->filter, shown, sizeof shown),
		    draw_glyph(GLYPH_BULLET), what);
		return;
	}
	find_kinds_words(v->answer->kinds, kinds, sizeof kinds);
	used = draw_textf(r, row, 0, 0, STYLE_DIM, "%s %s %s %s %s",
	    kinds[0] != '\0' ? kinds : _("nothing that is known"),
	    draw_glyph(GLYPH_BULLET),
	    filter_name(&v->filter, shown, sizeof shown),
	    draw_glyph(GLYPH_BULLET), what);
	if (used + TIME_COLS <= r->w)
		draw_textf(r, row, used + 1, 0, STYLE_DIM, "%s %lld ms",
		    draw_glyph(GLYPH_BULLET),
		    (long long)((v->answer->micros + 999) / 1000));
}

/* What was noticed about the line; rows used. */
static int
draw_notes(const struct view *v, const struct rect *r, int row)
{
	int from = row;
	char text[512];

	for (int i = 0; v->answer != NULL && i < NOTE_COUNT; i++) {
		if ((v->answer->notes & (1u << i)) == 0)
			continue;
		/* The bar may have no room for the key. */
		snprintf(text, sizeof text, "%s%s%s",
		    find_note_sentence((enum find_note)i),
		    i == NOTE_RESTRICTED ? " " : "", i == NOTE_RESTRICTED ?
		    _("F12 shows them for a reason given.") : "");
		row += draw_paragraph(r, row, 0, r->h - row,
		    i == NOTE_LOADING || i == NOTE_MORE ? STYLE_DIM :
		    STYLE_WARN, text);
	}
	return row - from;
}

static const char *const hints[] = {
	N_("half a name, also misspelt, with a year: kowalski 2027"),
	N_("any four or more digits of the serial number in hex, or all of it in "
	    "decimal"),
	N_("PESEL, NIP, e-mail address, document number"),
	N_("order number, card number"),
};

static const char *const elsewhere[] = {
	N_("the paper that came with the certificate: it has the serial number"),
	N_("F4: a document that the person once signed, or a mail: it names the "
	    "certificate"),
	N_("the mail program or browser: its certificate list shows and exports "
	    "it"),
	N_("another point's registry, if the card was never seen here"),
};

static int
draw_items(const struct rect *r, int row, const char *const *items, size_t n)
{
	for (size_t i = 0; i < n && row < r->h; i++) {
		draw_text(r, row, 0, 1, STYLE_DIM, draw_glyph(GLYPH_BULLET));
		row += draw_paragraph(r, row, 2, r->h - row, STYLE_TEXT,
		    _(items[i]));
	}
	return row;
}

/* Why nothing can be found; ERR_NONE for no reason. */
static const struct err *
trouble(const struct view *v)
{
	const struct service *s = desk_service(v->desk);
	const struct service_view *sv = s != NULL ? service_view(s) : NULL;

	if (v->err.code == ERR_NONE && sv != NULL &&
	    sv->state == SERVICE_FAILED && v->answer == NULL)
		return &sv->err;
	return &v->err;
}

/* What is wrong and what to do. */
static void
draw_error(const struct rect *r, int row, const struct err *err)
{
	char buf[512];

	row += draw_paragraph(r, row, 0, r->h - row, STYLE_BAD,
	    err_sentence(err, buf, sizeof buf));
	draw_paragraph(r, row, 0, r->h - row, STYLE_TEXT,
	    err_next(err, buf, sizeof buf));
}

/* A registry that cannot be had. */
static bool
draw_trouble(const struct view *v, const struct rect *r, int row)
{
	const struct err *err = trouble(v);

	if (err->code == ERR_NONE)
		return false;
	draw_error(r, row, err);
	return true;
}

/* What the rule took away since the start, so that nobody looks in vain. */
static void
draw_retained(const struct view *v, const struct rect *r, int row)
{
	const struct service *s = desk_service(v->desk);
	char text[256];

	if (s == NULL || row >= r->h)
		return;
	if (service_view(s)->retain_err.code == ERR_RETENTION_HELD) {
		draw_error(r, row, &service_view(s)->retain_err);
		return;
	}
	if (service_view(s)->anew) {
		draw_paragraph(r, row, 0, r->h - row, STYLE_BAD,
		    recwords_anew());
		return;
	}
	if (service_view(s)->retained == 0)
		return;
	snprintf(text, sizeof text, P_("By the rule of retention %lld "
	    "certificate has been forgotten since the start.", "By the rule of "
	    "retention %lld certificates have been forgotten since the start.",
	    service_view(s)->retained), (long long)service_view(s)->retained);
	draw_paragraph(r, row, 0, r->h - row, STYLE_DIM, text);
}

static void
draw_nothing(const struct view *v, const struct rect *r, int row)
{
	char kinds[256], buf[512];

	if (draw_trouble(v, r, row))
		return;
	if (v->answer == NULL && v->ticket.id != 0)
		return;
	if (v->answer == NULL) {
		draw_text(r, row, 0, 0, STYLE_STRONG, _("Type what there is:"));
		row = draw_items(r, row + 1, hints,
		    sizeof hints / sizeof hints[0]);
		draw_retained(v, r, row + 1);
		return;
	}
	find_kinds_words(v->answer->kinds, kinds, sizeof kinds);
	if (kinds[0] != '\0')
		snprintf(buf, sizeof buf, v->filter.at == 0 ?
		    _("Nothing found. Looked for: %s.") :
		    _("Nothing found among those shown (Tab shows others). "
		    "Looked for: %s."), kinds);
	else
		snprintf(buf, sizeof buf, "%s", _("Nothing found."));
	row += draw_paragraph(r, row, 0, r->h - row, STYLE_STRONG, buf);
	if (v->answer->dated)
		row += draw_paragraph(r, row, 0, r->h - row, STYLE_TEXT,
		    _("Only certificates that begin or end at the date in the "
		    "line were looked at; without it there may be more."));
	row += draw_paragraph(r, row + 1, 0, r->h - row - 1, STYLE_TEXT,
	    _("What else could have it:")) + 1;
	draw_items(r, row, elsewhere, sizeof elsewhere / sizeof elsewhere[0]);
}

static void
draw_row(void *arg, size_t row, const struct rect *line, enum style style,
    bool is_selected)
{
	struct view *v = arg;

	hitrow_draw(&v->answer->hits[row].cert, desk_now(v->desk), line, style,
	    is_selected);
}

/* Why the row under the cursor is there, and what its own line has no room for. */
static void
draw_why(const struct find_hit *hit, const struct rect *r)
{
	char why[FIND_WHY_MAX + 128];
	int used = draw_textf(r, r->h - 1, 0, 0, STYLE_DIM, _("why: %s"),
	    find_why_sentence(hit, why, sizeof why));

	if (hit->cert.card_model != NULL && hit->cert.card_model[0] != '\0' &&
	    !hitrow_shows_card(r->w) && used + CARD_COLS <= r->w) {
		used += draw_textf(r, r->h - 1, used, 0, STYLE_DIM, " %s ",
		    draw_glyph(GLYPH_BULLET));
		draw_textf(r, r->h - 1, used, 0, STYLE_DIM, _("card %s"),
		    hit->cert.card_model);
	}
}

static void
draw_hits(struct view *v, const struct rect *r, int row, bool focused)
{
	struct rect at = { r->y + row, r->x, r->h - row - 1, r->w };
	const struct find_hit *hit = selected(v);

	if (at.h < 2)
		at.h++;
	else if (hit != NULL)
		draw_why(hit, r);
	if (hitrow_header(&at)) {
		at.y++;
		at.h--;
	}
	v->list.lines = rowcols_lines(r->w);
	list_draw(&v->list, &at, focused, draw_row, v);
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;
	int row = 2, label;

	label = draw_textf(r, 0, 0, 0, STYLE_KEY, "%s ", _("search:"));
	draw_taken(v, r, 1);
	if (v->reason != NULL)
		row += draw_paragraph(r, row, 0, r->h - row, STYLE_WARN,
		    _("Restricted entries are shown too: for the reason given, "
		    "for this line only."));
	row += draw_notes(v, r, row);
	if (r->h > 12)
		row++;
	if (v->answer != NULL && v->answer->nhits > 0)
		draw_hits(v, r, row, false);
	else
		draw_nothing(v, r, row);
	field_draw(&v->field, r, 0, label, 0, focused);
}

static const char *
corner(struct panel *p, char *buf, size_t size)
{
	const struct view *v = p->state;

	if (v->answer == NULL || v->answer->nhits == 0)
		return NULL;
	snprintf(buf, size, _("%zu of %zu"), v->list.at + 1, v->answer->nhits);
	return buf;
}

/* --- keys ---------------------------------------------------------------- */

static unsigned
enter(struct panel *p)
{
	struct view *v = p->state;

	if (v->ticket.id != 0 && chosen(v) == NULL)
		v->open_it = true;
	else
		open_selected(p);
	return UI_HANDLED;
}

/*
 * A line typed on after an Enter that nothing has come of yet was pasted from
 * several lines, on a terminal that does not say so.
 */
static void
join_lines(struct view *v, const struct input *in)
{
	static const struct input broken = { .kind = INPUT_BREAK };

	if (v->open_it && in->kind == INPUT_CHAR)
		field_input(&v->field, &broken);
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;
	struct field before = v->field;
	bool open = false, was_it;

	join_lines(v, in);
	was_it = field_input(&v->field, in);
	if (strcmp(before.text, v->field.text) != 0) {
		forget_reason(v);
		ask(p);
	}
	explicit_bzero(&before, sizeof before);
	if (was_it)
		return UI_HANDLED;
	if (!list_input(&v->list, in, &open))
		return UI_IGNORED;
	if (open)
		open_selected(p);
	return UI_HANDLED;
}

static void
open_privacy(struct panel *p)
{
	const struct find_hit *hit = chosen(p->state);
	struct privacy_of who = { hit != NULL ? &hit->cert : NULL, p->id,
	    is_blank(p->state) };

	desk_open(p->desk, &view_privacy_ops, &who);
}

static bool
subject(struct panel *p, struct revoke_of *of)
{
	const struct find_hit *hit = chosen(p->state);

	if (hit != NULL)
		of->row = hit->cert.id;
	return hit != NULL;
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;

	switch (action) {
	case ACT_BACK:
		return UI_HANDLED | UI_CLOSE;
	case ACT_OPEN:
		return enter(p);
	case ACT_DOCUMENT:
		desk_open(p->desk, &view_document_ops, NULL);
		break;
	case ACT_PRIVACY:
		open_privacy(p);
		break;
	case ACT_FILTER:
	case ACT_FILTER_BACK:
		filter_turn(&v->filter, action == ACT_FILTER ? 1 : -1);
		ask(p);
		break;
	}
	return UI_HANDLED;
}

static const struct err *
problem(struct panel *p)
{
	return trouble(p->state);
}

const struct panel_ops view_find_ops = {
	.name = "find",
	.title = N_("Search"),
	.about = N_("Certificates that were seen here or brought in: found by "
	    "whatever a person remembers. Results come while you type."),
	.place = PLACE_FULL,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.corner = corner,
	.draw = draw,
	.input = input,
	.act = act,
	.kept = ask_again,
	.subject = subject,
	.problem = problem,
	.stands = stands,
};
