#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/reach.h"
#include "cert/issued.h"
#include "ui/complete.h"
#include "ui/desk.h"
#include "ui/field.h"
#include "ui/keep_cert.h"
#include "ui/list.h"
#include "ui/pin.h"
#include "ui/reading.h"
#include "ui/views.h"
#include "ui/words.h"

enum { ACT_BACK = 1, ACT_GO_ON, ACT_COMPLETE, ACT_KEEP };

static const struct key_binding bindings[] = {
	{ .key = UK_ENTER, .action = ACT_GO_ON, .label = N_("Go on"),
	  .help = N_("Read the document or folder; open the certificate under "
	  "the cursor.") },
	{ .key = UK_TAB, .action = ACT_COMPLETE, .label = N_("Complete"),
	  .help = N_("Complete the name of the file or folder.") },
	{ .ch = 'r', .action = ACT_KEEP, .label = N_("Remember"),
	  .help = N_("In the list: put the certificate under the cursor into "
	  "the registry.") },
	{ .key = UK_ESC, .action = ACT_BACK, .label = N_("Back"),
	  .help = N_("From the list back to the name; from there back to where "
	  "you were.") },
};

enum stage {
	STAGE_PATH,		/* a name is typed, a stick is chosen */
	STAGE_LIST		/* what was found */
};

struct view {
	struct desk		*desk;
	enum stage		 stage;
	struct field		 field;
	struct pin_field	 password;
	struct reading		*reading;
	struct list		 list;		/* sticks, or certificates */
	bool			 stick;		/* on a kiosk: nothing else */
	unsigned		 job;		/* completing */
	char			**names;	/* what Tab found, when several */
	size_t			 nnames;
	char			**sticks;
	size_t			 nsticks;
	char			 said[512];	/* what remembering came to */
	enum style		 said_style;
};

/* --- names and sticks ---------------------------------------------------- */

static void
drop_names(struct view *v)
{
	for (size_t i = 0; i < v->nnames; i++)
		free(v->names[i]);
	for (size_t i = 0; i < v->nsticks; i++)
		free(v->sticks[i]);
	free(v->names);
	free(v->sticks);
	v->names = v->sticks = NULL;
	v->nnames = v->nsticks = 0;
}

static void
take_completion(const struct completion *c, void *arg)
{
	struct panel *p = arg;
	struct view *v = p->state;

	v->job = 0;
	drop_names(v);
	complete_field(c, &v->field);
	v->names = mem_array(c->n + 1, sizeof *v->names);
	for (size_t i = 0; c->n > 1 && i < c->n; i++)
		v->names[v->nnames++] = mem_strdup(c->names[i]);
	v->sticks = mem_array(c->usb.n + 1, sizeof *v->sticks);
	for (size_t i = 0; i < c->usb.n; i++)
		v->sticks[v->nsticks++] = mem_strdup(c->usb.v[i].folder);
	if (v->stage == STAGE_PATH)
		list_update(&v->list, v->nsticks);
	desk_dirty(p->desk);
}

static void
complete(struct panel *p)
{
	struct view *v = p->state;

	worker_cancel(desk_files(p->desk), v->job);
	v->job = complete_start(desk_files(p->desk), v->field.text, v->stick,
	    take_completion, p);
}

/* --- the view ------------------------------------------------------------ */

static void
read_changed(void *arg)
{
	struct panel *p = arg;
	struct view *v = p->state;
	const struct read_view *r = reading_view(v->reading);

	if (v->stage == STAGE_LIST)
		list_update(&v->list, r->n);
	desk_dirty(p->desk);
}

static const char *
text_of(void *arg, size_t row, char *buf, size_t size)
{
	(void)arg;
	(void)row;
	snprintf(buf, size, "%s", "");
	return buf;
}

static void
open_view(struct panel *p, const void *arg)
{
	struct view *v = p->state;

	(void)arg;
	v->desk = p->desk;
	list_init(&v->list, text_of, v);
	pin_field_init(&v->password);
	v->stick = desk_visit(p->desk) != NULL;
	v->reading = reading_new(desk_loop(p->desk), desk_files(p->desk),
	    v->stick, read_changed, p);
	complete(p);	/* which sticks there are */
}

static void
close_view(struct panel *p)
{
	struct view *v = p->state;

	worker_cancel(desk_files(p->desk), v->job);
	reading_free(v->reading);
	pin_field_clear(&v->password);
	list_clear(&v->list);
	drop_names(v);
}

/* --- drawing ------------------------------------------------------------- */

static void
draw_stick(void *arg, size_t row, const struct rect *line, enum style style,
    bool selected)
{
	struct view *v = arg;

	draw_textf(line, 0, 0, 0, style, "%s %s",
	    selected ? draw_glyph(GLYPH_SELECTED) : " ", v->sticks[row]);
}

static int
draw_names(const struct view *v, const struct rect *r, int row)
{
	char line[2048];
	size_t len = 0;

	if (v->nnames == 0)
		return row;
	line[0] = '\0';
	for (size_t i = 0; i < v->nnames && len < sizeof line; i++)
		len += (size_t)snprintf(line + len, sizeof line - len, "%s%s",
		    i > 0 ? "  " : "", v->names[i]);
	return row + draw_paragraph(r, row, 0, r->h / 2, STYLE_TEXT, line) + 1;
}

static void
draw_path(struct view *v, const struct rect *r, int row, bool focused)
{
	struct rect rest;

	row = draw_names(v, r, row);
	if (v->nsticks > 0 && row + 2 < r->h) {
		draw_text(r, row, 0, 0, STYLE_HEADING, _("Sticks that are in"));
		rest = (struct rect){ r->y + row + 1, r->x, (int)v->nsticks,
		    r->w };
		if (rest.h > r->h - row - 1)
			rest.h = r->h - row - 1;
		v->list.lines = 1;
		list_draw(&v->list, &rest, focused && v->field.text[0] == '\0',
		    draw_stick, v);
		row += rest.h + 2;
	}
	if (v->nnames > 0)
		return;
	draw_paragraph(r, row, 0, r->h - row, STYLE_DIM, _("Anything that the "
	    "person ever signed or exported names the certificate: PDF, XML, "
	    "ASiC, p7s, p7m, mail (.eml), PKCS#12 (.p12, .pfx), .cer, .pem; a "
	    "folder of such too. It is opened in a process of its own that "
	    "sees nothing else."));
}

static const char *
holder_of(const struct read_item *i, bool masked, char *buf, size_t size)
{
	return i->cert != NULL ? words_text(cert_holder(i->cert), masked, buf,
	    size) : _("holder not named");
}

static void
draw_item(void *arg, size_t row, const struct rect *line, enum style style,
    bool selected)
{
	struct view *v = arg;
	const struct read_item *i = &reading_view(v->reading)->items[row];
	const char *hex = i->hex;
	size_t len = strlen(hex);
	char state[64] = "", day[32], text[512];
	bool masked = desk_masked(v->desk);

	if (selected)
		draw_text(line, 0, 0, 1, style, draw_glyph(GLYPH_SELECTED));
	if (i->cert != NULL) {
		struct validity_view validity;
		const struct setup *s = desk_setup(v->desk);

		cert_validity_by(i->cert, desk_now(v->desk), s->conf,
		    cert_authority(i->cert, s->authorities, NULL), &validity);
		validity_word(&validity, state, sizeof state);
	}
	draw_text(line, 0, 2, line->w / 2 - 3, style == STYLE_TEXT ?
	    STYLE_STRONG : style, holder_of(i, masked, text, sizeof text));
	draw_textf(line, 0, line->w / 2, 0, style, "%s%s%s",
	    scrap_role_word(i->role), state[0] != '\0' ? ", " : "", state);
	if (style == STYLE_TEXT)
		style = STYLE_DIM;
	draw_textf(line, 1, 2, line->w / 2 - 3, style, "%s%s  %s",
	    len > 8 ? "…" : "", len > 8 ? hex + len - 8 : hex,
	    words_text(i->cert != NULL ? cert_issuer_name(i->cert) : i->issuer,
	    masked, text, sizeof text));
	if (i->when == SCRAP_NO_TIME)
		draw_text(line, 1, line->w / 2, 0, style, i->place);
	else
		draw_textf(line, 1, line->w / 2, 0, style, "%s  %s",
		    clock_day(i->time, day, sizeof day), i->place);
}

/* Whose certificate is valid may still be taken for one whose signature is. */
static bool
has_signer(const struct read_view *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->items[i].role == SCRAP_SIGNER)
			return true;
	return false;
}

static int
draw_progress(const struct view *v, const struct rect *r, int row)
{
	const struct read_view *b = reading_view(v->reading);
	char text[512];

	if (b->busy)
		draw_textf(r, row, 0, 0, STYLE_TEXT,
		    _("reading... files: %zu of %zu, certificates: %zu"), b->read,
		    b->files, b->n);
	else
		draw_textf(r, row, 0, 0, STYLE_DIM,
		    _("files: %zu of %zu, certificates: %zu"), b->read, b->files,
		    b->n);
	row++;
	if (has_signer(b))
		row += draw_paragraph(r, row, 0, 2, STYLE_DIM, _("Whether the "
		    "signatures themselves are right is not checked."));
	if (v->said[0] != '\0')
		row += draw_paragraph(r, row, 0, 2, v->said_style, v->said);
	if (b->problems == 0)
		return row;
	row += draw_paragraph(r, row, 0, 3, STYLE_BAD,
	    err_sentence(&b->problem[0], text, sizeof text));
	if (b->problems == 1)
		return row + draw_paragraph(r, row, 0, 2, STYLE_TEXT,
		    err_next(&b->problem[0], text, sizeof text));
	draw_textf(r, row, 0, 0, STYLE_WARN, P_("and %zu more that could not "
	    "be read whole", "and %zu more that could not be read whole",
	    b->problems - 1), b->problems - 1);
	return row + 1;
}

static void
draw_password(const struct view *v, const struct rect *r, int row,
    bool focused)
{
	const struct read_view *b = reading_view(v->reading);
	char text[512];
	int col;

	if (b->again)
		row += draw_paragraph(r, row, 0, 2, STYLE_BAD,
		    _("That password does not open it."));
	snprintf(text, sizeof text, _("%s is locked with a password."),
	    b->locked);
	row += draw_paragraph(r, row, 0, 2, STYLE_STRONG, text);
	col = draw_textf(r, row, 0, 0, STYLE_TEXT, "%s ", _("password:"));
	pin_field_draw(&v->password, r, row, col, focused);
	draw_text(r, row + 1, 0, 0, STYLE_DIM, _("Enter tries it, Esc goes on "
	    "without. Private keys in it are not touched."));
}

static void
draw(struct panel *p, const struct rect *r, bool focused)
{
	struct view *v = p->state;
	struct rect rest;
	int label = draw_textf(r, 0, 0, 0, STYLE_KEY, "%s ", _("document:"));
	int row = 2;

	field_draw(&v->field, r, 0, label, 0, focused && v->stage == STAGE_PATH);
	if (v->stage == STAGE_PATH) {
		draw_path(v, r, row, focused);
		if (focused)
			field_draw(&v->field, r, 0, label, 0, true);
		return;
	}
	row = draw_progress(v, r, 1);
	if (reading_view(v->reading)->locked != NULL) {
		draw_password(v, r, row + 1, focused);
		return;
	}
	rest = (struct rect){ r->y + row + 1, r->x, r->h - row - 1, r->w };
	v->list.lines = 2;
	list_draw(&v->list, &rest, focused, draw_item, v);
}

/* --- keys ---------------------------------------------------------------- */

static unsigned
back(struct panel *p)
{
	struct view *v = p->state;

	if (v->stage == STAGE_PATH)
		return UI_HANDLED | UI_CLOSE;
	reading_stop(v->reading);
	v->stage = STAGE_PATH;
	list_update(&v->list, v->nsticks);
	return UI_HANDLED;
}

static void
start(struct panel *p)
{
	struct view *v = p->state;
	size_t row;
	char *path;

	if (v->field.text[0] == '\0' && list_selected(&v->list, &row))
		field_set(&v->field, v->sticks[row]);
	if (v->field.text[0] == '\0')
		return;
	path = reach_name(v->field.text);
	v->stage = STAGE_LIST;
	v->said[0] = '\0';
	list_update(&v->list, 0);
	reading_start(v->reading, path);
	free(path);
}

static const struct read_item *
selected(const struct view *v)
{
	const struct read_view *r = reading_view(v->reading);
	size_t row;

	return v->stage == STAGE_LIST && list_selected(&v->list, &row) &&
	    row < r->n ? &r->items[row] : NULL;
}

/* What has no certificate in it is looked for in the registry instead. */
static void
open_selected(struct panel *p)
{
	const struct read_item *i = selected(p->state);
	struct cert_of_card c = { 0 };

	if (i == NULL)
		return;
	if (i->cert == NULL) {
		view_find_open(p->desk, i->hex);
		return;
	}
	c.cert = i->cert;
	c.place = i->place;
	desk_open(p->desk, &view_cert_ops, &c);
}

struct keep {
	struct request	 request;
	struct desk	*desk;
	unsigned	 panel;
	struct cert	*cert;
	enum store_did	 did;
};

static int
keep_run(struct request *r, const struct service_hand *hand, struct err *err)
{
	struct keep *k = (struct keep *)r;

	return keep_cert(hand->registry, k->cert, clock_now(), &k->did, NULL,
	    err);
}

static void
keep_done(struct request *r)
{
	struct keep *k = (struct keep *)r;
	struct panel *p = desk_find_panel(k->desk, k->panel);
	struct view *v;

	desk_kept(k->desk);
	if (p == NULL)
		return;
	v = p->state;
	v->said_style = r->err.code == ERR_NONE ? STYLE_GOOD : STYLE_BAD;
	if (r->err.code != ERR_NONE)
		err_sentence(&r->err, v->said, sizeof v->said);
	else
		snprintf(v->said, sizeof v->said, "%s",
		    k->did == STORE_ERASED ?
		    _("Not remembered: it was erased on request.") :
		    k->did == STORE_SAME ? _("It was remembered already.") :
		    _("Remembered."));
}

static void
keep_free(struct request *r)
{
	struct keep *k = (struct keep *)r;

	cert_free(k->cert);
	free(k);
}

static void
keep(struct panel *p)
{
	const struct read_item *i = selected(p->state);
	struct err err = ERR_INIT;
	struct keep *k;
	json_t *json;

	if (i == NULL || i->cert == NULL || desk_service(p->desk) == NULL)
		return;
	k = mem_alloc(sizeof *k);
	k->request.run = keep_run;
	k->request.done = keep_done;
	k->request.free = keep_free;
	k->desk = p->desk;
	k->panel = p->id;
	json = cert_to_json(i->cert);
	if (cert_from_json(json, &k->cert, &err) == -1)
		panic("okienko: a certificate could not be copied");
	json_decref(json);
	service_ask(desk_service(p->desk), SERVICE_KEEP, &k->request);
}

static unsigned
input_password(struct view *v, const struct input *in)
{
	if (pin_field_input(&v->password, in))
		return UI_HANDLED;
	if (in->kind != INPUT_KEY)
		return UI_IGNORED;
	if (in->key == UK_ENTER)
		reading_password(v->reading, pin_field_take(&v->password));
	else if (in->key == UK_ESC)
		reading_password(v->reading, NULL);
	else
		return UI_IGNORED;
	return UI_HANDLED;
}

static bool
nothing(const struct view *v)
{
	const struct read_view *r = reading_view(v->reading);

	return v->stage == STAGE_LIST && !r->busy && r->n == 0;
}

static unsigned
input(struct panel *p, const struct input *in)
{
	struct view *v = p->state;
	bool open = false;

	if (v->stage == STAGE_LIST && reading_view(v->reading)->locked != NULL)
		return input_password(v, in);
	/* Where nothing came of a name, the next letter mends it. */
	if ((v->stage == STAGE_PATH || nothing(v)) &&
	    field_input(&v->field, in)) {
		if (v->stage == STAGE_LIST)
			back(p);
		return UI_HANDLED;
	}
	if (!list_input(&v->list, in, &open))
		return UI_IGNORED;
	if (open && v->stage == STAGE_LIST)
		open_selected(p);
	return UI_HANDLED;
}

static unsigned
act(struct panel *p, int action)
{
	struct view *v = p->state;

	switch (action) {
	case ACT_BACK:
		return back(p);
	case ACT_GO_ON:
		if (v->stage == STAGE_PATH)
			start(p);
		else
			open_selected(p);
		break;
	case ACT_COMPLETE:
		if (v->stage == STAGE_PATH)
			complete(p);
		break;
	case ACT_KEEP:
		if (v->stage == STAGE_LIST)
			keep(p);
		break;
	}
	return UI_HANDLED;
}

static bool
can(struct panel *p, int action)
{
	const struct view *v = p->state;
	const struct read_item *i;

	switch (action) {
	case ACT_COMPLETE:
		return v->stage == STAGE_PATH;
	case ACT_KEEP:
		if (v->stage != STAGE_LIST ||
		    reading_view(v->reading)->locked != NULL)
			return false;
		i = selected(v);
		return i != NULL && i->cert != NULL;
	default:
		return true;
	}
}

/* It need not be remembered for that. */
static bool
subject(struct panel *p, struct revoke_of *of)
{
	const struct read_item *i = selected(p->state);

	if (i == NULL || i->cert == NULL)
		return false;
	of->cert = i->cert;
	of->how = HOW_DOCUMENT;
	return true;
}

static void
problems(struct panel *p, struct troubles *t)
{
	const struct view *v = p->state;
	const struct read_view *b = reading_view(v->reading);

	for (size_t i = 0; i < b->problems && i < TROUBLES_MAX; i++)
		trouble_add(t, &b->problem[i]);
}

const struct panel_ops view_document_ops = {
	.name = "document",
	.title = N_("Documents"),
	.about = N_("The certificates that a signed document, a mail or an "
	    "exported file names, with their serial numbers."),
	.place = PLACE_FULL,
	.size = sizeof(struct view),
	.keys = bindings,
	.nkeys = sizeof(bindings) / sizeof(bindings[0]),
	.open = open_view,
	.close = close_view,
	.draw = draw,
	.input = input,
	.act = act,
	.can = can,
	.subject = subject,
	.problems = problems,
};
