#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/reach.h"
#include "base/text.h"
#include "registry/asked.h"
#include "registry/keep.h"
#include "registry/privacy.h"
#include "ui/desk.h"
#include "ui/field.h"
#include "ui/pageout.h"
#include "ui/recwords.h"
#include "ui/views.h"

#define BOX_COLS	64
#define EXPORT_MAX	(16u << 20)	/* bytes that are kept of one person */
#define DIGITS		4	/* of the serial number, typed before an erasure */

enum { ACT_BACK = 1, ACT_ENTER, ACT_UP, ACT_DOWN };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_ENTER, .label = N_("Go on"),
	  .help = N_("Choose; take what was typed.") },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("Give up; nothing has been done.") },
	{ .key = UK_UP, .action = ACT_UP },
	{ .key = UK_DOWN, .action = ACT_DOWN },
};

/* What may be asked before anything is done. */
enum question { Q_NONE, Q_NAME, Q_FILE, Q_NUMBER, Q_REASON, Q_DIGITS, Q_COUNT };

static const char *const questions[Q_COUNT] = {
	[Q_NAME] = N_("The name as it should be:"),
	[Q_FILE] = N_("Into which new file:"),
	[Q_NUMBER] = N_("The question's number, as it was shown when it was "
	    "asked:"),
	[Q_REASON] = N_("Reason, without names (it goes into the journal):"),
	[Q_DIGITS] = N_("This cannot be undone. Type the last four digits of "
	    "the serial number:"),
};

struct deed;

static int	 do_access(struct deed *, struct registry *, struct err *);
static int	 do_export(struct deed *, struct registry *, struct err *);
static int	 do_rectify(struct deed *, struct registry *, struct err *);
static int	 do_restrict(struct deed *, struct registry *, struct err *);
static int	 do_unrestrict(struct deed *, struct registry *, struct err *);
static int	 do_erase(struct deed *, struct registry *, struct err *);

static int	 do_withdraw(struct deed *, struct registry *, struct err *);
static int	 do_erase_question(struct deed *, struct registry *, struct err *);

enum when { WHEN_ROW, WHEN_OPEN, WHEN_RESTRICTED, WHEN_FIND, WHEN_EVER };

/* NULL: it is Find's to do. */
static const struct action {
	const char	*name;
	enum when	 when;
	enum question	 asks[3];
	int		(*act)(struct deed *, struct registry *, struct err *);
} actions[] = {
	{ N_("show what is kept of this person"), WHEN_ROW,
	    { Q_REASON }, do_access },
	{ N_("export it to a file"), WHEN_ROW,
	    { Q_FILE, Q_REASON }, do_export },
	{ N_("put the name right"), WHEN_ROW,
	    { Q_NAME, Q_REASON }, do_rectify },
	{ N_("restrict processing"), WHEN_OPEN,
	    { Q_REASON }, do_restrict },
	{ N_("lift the restriction"), WHEN_RESTRICTED,
	    { Q_REASON }, do_unrestrict },
	{ N_("erase everything kept of this person"), WHEN_ROW,
	    { Q_REASON, Q_DIGITS }, do_erase },
	{ N_("withdraw the consent to a question"), WHEN_EVER,
	    { Q_NUMBER, Q_REASON }, do_withdraw },
	{ N_("erase a question that was asked"), WHEN_EVER,
	    { Q_NUMBER, Q_REASON }, do_erase_question },
	{ N_("find restricted ones too"), WHEN_FIND,
	    { Q_REASON }, NULL },
};

#define NACTIONS	(sizeof actions / sizeof actions[0])

struct view {
	struct privacy_person	 person;	/* row 0: nobody */
	char			*holder;
	char			 hex[2 * CERT_SERIAL_MAX + 1];
	bool			 restricted;
	unsigned		 find;
	bool			 blank, tell_blank;
	size_t			 offered[NACTIONS];
	size_t			 noffered, at;
	const struct action	*action;	/* NULL: choosing */
	size_t			 step;		/* which of its questions */
	struct field		 field;
	char			*answers[Q_COUNT];
	bool			 waiting;
	struct err		 err;
};

/* --- on the registry's thread -------------------------------------------- */

struct deed {
	struct request		 request;
	struct desk		*desk;
	unsigned		 panel;
	const struct action	*action;
	struct privacy_person	 person;
	char			*answers[Q_COUNT];
	int64_t			 n;
	bool			 sent;		/* the authority has it too */
	json_t			*json, *copies;	/* or NULL */
};

static int
do_access(struct deed *d, struct registry *reg, struct err *err)
{
	return privacy_access(reg, &d->person, d->answers[Q_REASON], &d->json,
	    err);
}

/* For the person alone: nobody else may read it, and nothing is replaced. */
static int
write_json(const char *path, const json_t *json, struct err *err)
{
	char *text = json_dumps(json, JSON_INDENT(2));
	size_t len = text != NULL ? strlen(text) : 0;
	struct buf page;
	int rc;

	buf_init(&page, EXPORT_MAX);
	rc = text == NULL || buf_add(&page, text, len) == -1 ?
	    err_set(err, ERR_TOO_BIG, path, NULL) :
	    pageout_save(path, &page, err);
	buf_clear(&page);
	if (text != NULL)
		explicit_bzero(text, len);
	free(text);
	return rc;
}

static int
do_export(struct deed *d, struct registry *reg, struct err *err)
{
	char *path;
	int rc;

	if (privacy_export(reg, &d->person, d->answers[Q_REASON], &d->json,
	    err) == -1)
		return -1;
	path = reach_name(d->answers[Q_FILE]);
	rc = write_json(path, d->json, err);
	free(path);
	return rc;
}

static int
do_rectify(struct deed *d, struct registry *reg, struct err *err)
{
	return privacy_rectify(reg, &d->person, d->answers[Q_NAME], NULL,
	    d->answers[Q_REASON], err);
}

static int
do_restrict(struct deed *d, struct registry *reg, struct err *err)
{
	return privacy_restrict(reg, &d->person, true, d->answers[Q_REASON],
	    &d->n, err);
}

static int
do_unrestrict(struct deed *d, struct registry *reg, struct err *err)
{
	return privacy_restrict(reg, &d->person, false, d->answers[Q_REASON],
	    &d->n, err);
}

static int
do_erase(struct deed *d, struct registry *reg, struct err *err)
{
	if (privacy_erase(reg, &d->person, d->answers[Q_REASON], &d->n,
	    err) == -1)
		return -1;
	d->copies = keep_copies(registry_path(reg));
	return 0;
}

/* Not the person of the row: whoever brings the number. */
static int
do_withdraw(struct deed *d, struct registry *reg, struct err *err)
{
	int64_t id;

	return asked_find(reg, d->answers[Q_NUMBER], &id, err) == -1 ? -1 :
	    asked_withdraw(reg, id, d->answers[Q_REASON], clock_now(),
	    &d->sent, err);
}

static int
do_erase_question(struct deed *d, struct registry *reg, struct err *err)
{
	int64_t id;

	return asked_find(reg, d->answers[Q_NUMBER], &id, err) == -1 ? -1 :
	    asked_erase(reg, id, d->answers[Q_REASON], clock_now(), &d->sent,
	    err);
}

static int
deed_run(struct request *r, const struct service_hand *hand, struct err *err)
{
	struct deed *d = (struct deed *)r;

	return d->action->act(d, hand->registry, err);
}

static void
deed_words(const struct deed *d, char *text, size_t size)
{
	char copies[512];

	if (d->n > 0)
		snprintf(text, size, P_("Done, and noted in the journal: "
		    "%lld certificate.", "Done, and noted in the journal: %lld "
		    "certificates.", d->n), (long long)d->n);
	else if (d->sent)
		snprintf(text, size, "%s %s",
		    _("Done, and noted in the journal."),
		    _("The question was sent before that: the authority has "
		    "to be told the same."));
	else
		snprintf(text, size, "%s",
		    N_("Done, and noted in the journal."));
	if (json_array_size(d->copies) == 0)
		return;
	recwords_copies(d->copies, copies, sizeof copies);
	snprintf(text + strlen(text), size - strlen(text), " %s", copies);
}

/* What was done is said although the box may have been put away meanwhile. */
static void
deed_done(struct request *r)
{
	struct deed *d = (struct deed *)r;
	struct panel *p = desk_find_panel(d->desk, d->panel);
	struct told told = { d->action->name, d->json };
	char text[1024];

	desk_kept(d->desk);
	if (r->err.code != ERR_NONE) {
		if (p == NULL) {
			desk_tell_error(d->desk, &r->err);
			return;
		}
		((struct view *)p->state)->err = r->err;
		((struct view *)p->state)->waiting = false;
		return;
	}
	if (d->action->act == do_access && p != NULL) {
		desk_replace(p, &view_told_ops, &told);
		return;
	}
	/* Under what is said of it, so that no letter is a command there. */
	if (d->action->act == do_access)
		desk_open(d->desk, &view_told_ops, &told);
	deed_words(d, text, sizeof text);
	if (p == NULL)
		desk_tell(d->desk, d->action->name, text);
	else
		desk_replace(p, &view_message_ops, &(struct message){
		    .title = d->action->name, .text = text });
}

static void
deed_free(struct request *r)
{
	struct deed *d = (struct deed *)r;

	for (int i = 0; i < Q_COUNT; i++)
		free(d->answers[i]);
	json_decref(d->json);
	json_decref(d->copies);
	free(d);
}

/* --- the view ------------------------------------------------------------ */

static bool
offered(const struct view *v, enum when when)
{
	switch (when) {
	case WHEN_ROW:
		return v->person.row != 0;
	case WHEN_OPEN:
		return v->person.row != 0 && !v->restricted;
	case WHEN_RESTRICTED:
		return v->person.row != 0 && v->restricted;
	case WHEN_FIND:
		return v->find != 0;
	case WHEN_EVER:
		return true;
	}
	return false;
}

static void
open_view(struct panel *p, const void *arg)
{
	const struct privacy_of *of = arg;
	struct view *v = p->state;

	if (of->cert != NULL) {
		v->person = privacy_holder(of->cert);
		v->restricted = of->cert->restricted;
		text_hex(of->cert->serial, of->cert->serial_len, 0, v->hex,
		    sizeof v->hex);
	}
	v->holder = mem_strdup(of->cert != NULL && of->cert->holder != NULL ?
	    of->cert->holder : "");
	v->find = of->find;
	v->blank = of->blank;
	for (size_t i = 0; i < NACTIONS; i++)
		if (offered(v, actions[i].when))
			v->offered[v->noffered++] = i;
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	for (int i = 0; i < Q_COUNT; i++)
		free(v->answers[i]);
	free(v->holder);
	explicit_bzero(&v->field, sizeof v->field);
}

static void
box(struct panel *p, int *rows, int *cols)
{
	const struct view *v = p->state;
	struct rect screen = draw_screen();

	*cols = screen.w - 4 < BOX_COLS ? screen.w - 4 : BOX_COLS;
	*rows = 2 + (v->action == NULL ? (int)v->noffered : 6);
	if (v->err.code != ERR_NONE)
		*rows += 3;
	if (v->tell_blank)
		*rows += 2;
}

static void
draw_choice(const struct view *v, const struct rect *r, int row)
{
	for (size_t i = 0; i < v->noffered && row < r->h; i++, row++) {
		struct rect line = { r->y + row, r->x, 1, r->w };
		enum style style = i == v->at ? STYLE_SELECTED : STYLE_TEXT;

		draw_fill(&line, 0, 0, 0, style);
		draw_textf(&line, 0, 0, 0, style, "%s %s", i == v->at ?
		    draw_glyph(GLYPH_SELECTED) : " ",
		    _(actions[v->offered[i]].name));
		if (i == v->at)
			draw_cursor(&line, 0, 0);
	}
	if (v->tell_blank)
		draw_paragraph(r, row + 1, 0, r->h - row - 1, STYLE_WARN,
		    _("First type whom you look for."));
}

static enum question
question(const struct view *v)
{
	return v->step < sizeof v->action->asks / sizeof v->action->asks[0] ?
	    v->action->asks[v->step] : Q_NONE;
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	const struct view *v = p->state;
	char text[512];
	int row = 0;

	if (v->holder[0] != '\0')
		row += draw_paragraph(r, row, 0, 2, STYLE_STRONG, v->holder);
	if (v->action == NULL) {
		draw_choice(v, r, row + 1);
		return;
	}
	row += draw_paragraph(r, row, 0, 2, STYLE_HEADING, _(v->action->name));
	if (v->err.code != ERR_NONE) {
		row += draw_paragraph(r, row, 0, 3, STYLE_BAD,
		    err_sentence(&v->err, text, sizeof text));
		row += draw_paragraph(r, row, 0, 2, STYLE_TEXT,
		    err_next(&v->err, text, sizeof text));
	}
	if (v->waiting || question(v) == Q_NONE) {
		draw_text(r, row, 0, 0, STYLE_TEXT, _("being done..."));
		return;
	}
	row += draw_paragraph(r, row, 0, 3, question(v) == Q_DIGITS ?
	    STYLE_BAD : STYLE_TEXT, _(questions[question(v)]));
	field_draw(&v->field, r, row, 0, 0, focused);
}

/* --- keys ---------------------------------------------------------------- */

static unsigned
perform(struct panel *p)
{
	struct view *v = p->state;
	struct deed *d;

	if (v->action->act == NULL) {
		view_find_reason(p->desk, v->find, v->answers[Q_REASON]);
		return UI_HANDLED | UI_CLOSE;
	}
	d = mem_alloc(sizeof *d);
	d->request.run = deed_run;
	d->request.done = deed_done;
	d->request.free = deed_free;
	d->desk = p->desk;
	d->panel = p->id;
	d->action = v->action;
	d->person = v->person;
	for (int i = 0; i < Q_COUNT; i++) {
		d->answers[i] = v->answers[i];
		v->answers[i] = NULL;
	}
	v->waiting = true;
	v->step = 0;
	service_ask(desk_service(p->desk), SERVICE_KEEP, &d->request);
	return UI_HANDLED;
}

/* Of the right number: what stands on the screen or the paper, read again. */
static bool
digits_fit(const struct view *v)
{
	size_t len = strlen(v->hex);

	return strlen(v->field.text) == DIGITS && len >= DIGITS &&
	    strcasecmp(v->hex + len - DIGITS, v->field.text) == 0;
}

/* For whom, or where that is nobody, for what. */
static void
lack_reason(struct view *v)
{
	char what[128];

	snprintf(what, sizeof what, _("\"%s\""), _(v->action->name));
	err_set(&v->err, ERR_REASON_NEEDED, v->holder[0] != '\0' ? v->holder :
	    what, NULL);
}

static unsigned
take_answer(struct panel *p)
{
	struct view *v = p->state;
	enum question q = question(v);

	err_clear(&v->err);
	if (v->field.text[strspn(v->field.text, " ")] == '\0') {
		if (q == Q_REASON)
			lack_reason(v);
		return UI_HANDLED;
	}
	if (q == Q_DIGITS && !digits_fit(v)) {
		err_set(&v->err, ERR_USAGE, _("these are not the last four "
		    "digits of its serial number"), NULL);
		field_set(&v->field, "");
		return UI_HANDLED;
	}
	free(v->answers[q]);
	v->answers[q] = mem_strdup(v->field.text);
	field_set(&v->field, "");
	v->step++;
	return question(v) == Q_NONE ? perform(p) : UI_HANDLED;
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;

	if (v->action != NULL && !v->waiting && field_input(&v->field, in))
		return UI_HANDLED;
	/* No letter typed here may ever mean something else. */
	return in->kind == INPUT_CHAR ? UI_HANDLED : UI_IGNORED;
}

/* A reason is for whom one looks for, and not for whoever comes after. */
static void
choose(struct view *v)
{
	const struct action *a = &actions[v->offered[v->at]];

	v->tell_blank = a->when == WHEN_FIND && v->blank;
	if (!v->tell_blank)
		v->action = a;
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;

	if (action == ACT_BACK)
		return UI_HANDLED | UI_CLOSE;
	if (v->waiting || v->noffered == 0)
		return UI_HANDLED;
	if (action == ACT_ENTER && v->action != NULL)
		return take_answer(p);
	if (action == ACT_ENTER)
		choose(v);
	else if (v->action == NULL) {
		v->tell_blank = false;
		v->at = (v->at + (action == ACT_DOWN ? 1 : v->noffered - 1)) %
		    v->noffered;
	}
	return UI_HANDLED;
}

static const struct err *
problem(struct panel *p)
{
	return &((struct view *)p->state)->err;
}

const struct panel_ops view_privacy_ops = {
	.name = "privacy",
	.title = N_("Personal data"),
	.about = N_("What the law gives to whom the data is about: access, "
	    "export, correction, restriction, erasure; each with a reason that "
	    "goes into the journal."),
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
	.problem = problem,
};
