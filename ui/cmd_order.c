/*
 * okienko order: where an order stands, whether it fits the card in the reader,
 * its form, a link sent again.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/jstring.h"
#include "base/mem.h"
#include "ui/card_out.h"
#include "ui/longwork.h"
#include "ui/order_cmd.h"
#include "ui/orderpage.h"
#include "ui/pageout.h"
#include "ui/rec_out.h"
#include "ui/session.h"
#include "ui/span.h"

#define QUERIES_MAX	6

struct asking {
	struct cmd		*cmd;
	struct order_way	 way;
	char			*line;
	struct order_query	 queries[QUERIES_MAX];
	size_t			 n, asked;	/* which of them was answered */
	struct order_answer	 answer;
	const char		*resend;	/* "request", or NULL */
	bool			 sent;
	struct order_out	 out;
	const struct card_world	*world;		/* NULL: no card is asked for */
	size_t			 ncards;	/* in the readers that are meant */
	bool			 misfits;	/* something does not fit one */
};

static const char *const bys[] = {
	[ORDER_BY_NUMBER] = "number",
	[ORDER_BY_EMAIL] = "email",
	[ORDER_BY_NIP] = "nip",
	[ORDER_BY_PESEL] = "pesel",
	[ORDER_BY_CARD] = "card",
	[ORDER_BY_SERIAL] = "serial",
};

/* --- what is asked --------------------------------------------------------------- */

/* Only those of one kind, where that was said. */
static int
keep_by(struct asking *a, struct err *err)
{
	const char *by = cmd_value(a->cmd, "by");
	size_t n = 0;

	for (size_t i = 0; by != NULL && i < a->n; i++) {
		if (strcmp(bys[a->queries[i].by], by) == 0)
			a->queries[n++] = a->queries[i];
	}
	if (by != NULL)
		a->n = n;
	return a->n > 0 ? 0 : err_set(err, ERR_USAGE, a->cmd->nargs > 0 ?
	    by != NULL ? by : "order" : "order",
	    "nothing in it can be looked up");
}

static int
take_query(struct asking *a, struct err *err)
{
	const char *resend = cmd_value(a->cmd, "resend");

	if (resend != NULL && strcmp(resend, "request") != 0 &&
	    strcmp(resend, "collect") != 0)
		return err_set(err, ERR_USAGE, resend, "--resend");
	a->resend = resend;
	if (cmd_line(a->cmd, &a->line, err) == -1)
		return -1;
	a->n = order_query_read(a->line, &a->cmd->authorities, a->queries,
	    QUERIES_MAX);
	return keep_by(a, err);
}

/* --- on the thread ------------------------------------------------------------------ */

static int
one_of(const struct asking *a, struct err *err)
{
	if (a->answer.n == 1)
		return 0;
	return err_set(err, a->answer.n == 0 ? ERR_ORDER_UNKNOWN : ERR_USAGE,
	    a->queries[a->asked].value, "%zu orders", a->answer.n);
}

static int
save_form(struct asking *a, const char *file, const atomic_bool *cancel,
    struct err *err)
{
	const struct order_found *f = &a->answer.v[0];
	struct buf pdf;
	int rc;

	buf_init(&pdf, ORDER_FORM_MAX);
	rc = order_form(a->way.service, f->authority, f->order.number, cancel,
	    &pdf, err);
	if (rc == 0)
		rc = pageout_save(file, &pdf, err);
	buf_clear(&pdf);
	return rc;
}

static int
send_again(struct asking *a, const atomic_bool *cancel, struct err *err)
{
	const struct order_found *f = &a->answer.v[0];
	int64_t id;

	if (order_put_resend(a->way.registry, f->authority, f->order.number,
	    a->resend, &id, err) == -1)
		return -1;
	a->sent = true;
	return order_way_send(&a->way, id, cancel, &a->out, err);
}

/* Where nobody knows it, the likeliest meaning's answer tells why. */
static int
look_in_turn(struct asking *a, const atomic_bool *cancel, struct err *err)
{
	for (size_t i = 0; i < a->n; i++) {
		struct order_answer answer;

		if (order_look(a->way.service, &a->queries[i], cancel, &answer,
		    err) == -1)
			return -1;
		if (i == 0 || order_answer_rather(&a->answer, &answer)) {
			order_answer_clear(&a->answer);
			a->answer = answer;
			a->asked = i;
		} else
			order_answer_clear(&answer);
		/* The next kind would only hide what is known of this one. */
		if (a->answer.n > 0 || a->answer.nnear > 0 ||
		    a->answer.why != ORDER_WHY_UNKNOWN)
			break;
	}
	return 0;
}

static int
look(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct asking *a = arg;
	const char *form = cmd_value(a->cmd, "form");
	bool confirmed = cmd_value(a->cmd, "confirm") != NULL;

	if (order_way_open(&a->way, a->cmd, a->resend != NULL && confirmed,
	    err) == -1)
		return -1;
	if (look_in_turn(a, cancel, err) == -1)
		return -1;
	if ((form != NULL || a->resend != NULL) && one_of(a, err) == -1)
		return -1;
	if (form != NULL && save_form(a, form, cancel, err) == -1)
		return -1;
	if (a->resend != NULL && confirmed &&
	    send_again(a, cancel, err) == -1)
		return -1;
	order_way_due(&a->way, cancel);
	return 0;
}

/* --- the cards ---------------------------------------------------------------------- */

static const struct {
	enum order_mismatch is;
	const char	*id;
} mismatches[] = {
	{ ORDER_OTHER_CARD, "other-card" },
	{ ORDER_OTHER_HOLDER, "other-holder" },
	{ ORDER_OTHER_SERIAL, "other-serial" },
	{ ORDER_NO_ROOM, "no-room" },
	{ ORDER_RENEWED_EXPIRED, "renewed-expired" },
	{ ORDER_CANNOT_TELL, "cannot-tell" },
};

#define NMISMATCHES	(sizeof mismatches / sizeof *mismatches)

typedef void	 beside_fn(struct asking *, const struct card *,
		    const struct order_meaning *, void *arg);

/* Each card that is meant, with what the order means beside it. */
static void
each_card(struct asking *a, const struct order_found *f, int64_t now,
    beside_fn *fn, void *arg)
{
	for (size_t i = 0; a->world != NULL && i < a->world->ncards; i++) {
		const struct card *c = a->world->cards[i];
		struct order_beside beside;
		struct order_meaning m;

		if (!card_wanted(c, cmd_value(a->cmd, "reader")) ||
		    orderpage_beside(c, &beside) == NULL)
			continue;
		order_mean(&f->order, &beside.card, f->authority, now, &m);
		a->misfits = a->misfits ||
		    (m.mismatch & ~(unsigned)ORDER_CANNOT_TELL) != 0;
		fn(a, c, &m, arg);
	}
}

static void
card_json(struct asking *a, const struct card *c,
    const struct order_meaning *m, void *arg)
{
	json_t *o = json_object(), *list = json_array();

	(void)a;
	for (size_t i = 0; i < NMISMATCHES; i++)
		if (m->mismatch & mismatches[i].is)
			json_array_append_new(list,
			    jstring(mismatches[i].id));
	json_object_set_new(o, "reader", out_string_json(card_place(c)));
	json_object_set_new(o, "fits", json_boolean(m->mismatch == 0));
	json_object_set_new(o, "differences", list);
	json_array_append_new(arg, o);
}

static void
tell_card(struct asking *a, const struct card *c,
    const struct order_meaning *m, void *arg)
{
	struct out *out = a->cmd->out;

	(void)arg;
	out_line(out, 2, _("Beside the card in %s:"), card_place(c));
	if (m->mismatch == 0)
		out_line(out, 4, "%s", _("The order fits this card."));
	for (size_t i = 0; i < NMISMATCHES; i++)
		if (m->mismatch & mismatches[i].is)
			out_line(out, 4, "%s",
			    order_mismatch_words(mismatches[i].is));
}

/* --- telling ------------------------------------------------------------------------- */

static json_t *
found_json(struct asking *a, const struct order_found *f, int64_t now)
{
	static const char *const turns[] = { "nobody", "person", "authority",
		"desk", "unknown" };
	json_t *o = json_object(), *cards = json_array();
	struct order_meaning m;
	char buf[2048];

	each_card(a, f, now, card_json, cards);
	order_mean(&f->order, NULL, f->authority, now, &m);
	json_object_set_new(o, "authority", out_string_json(f->authority->id));
	json_object_set_new(o, "as_of", rec_time_json(f->as_of));
	json_object_set_new(o, "kept", json_boolean(f->kept));
	json_object_set_new(o, "clock_off", json_integer(f->clock_off));
	json_object_set_new(o, "stands", out_string_json(order_stands(
	    &f->order, &m, buf, sizeof buf)));
	json_object_set_new(o, "next", out_string_json(order_next(&f->order,
	    &m, NULL, buf, sizeof buf)));
	json_object_set_new(o, "turn", jstring(turns[m.turn]));
	json_object_set_new(o, "by", rec_time_json(m.by));
	json_object_set_new(o, "by_is_estimate",
	    json_boolean(m.by_is_estimate));
	json_object_set_new(o, "late", json_boolean(m.late));
	json_object_set_new(o, "cards", cards);
	json_object_set_new(o, "order", order_json(&f->order));
	return o;
}

static void
tell_json(struct asking *a)
{
	static const char *const whys[] = { "found", "no-service", "unknown",
		"check-digit", "not-asked" };
	const struct order_answer *answer = &a->answer;
	json_t *o = json_object(), *orders = json_array(), *near =
	    json_array();
	int64_t now = clock_now();

	for (size_t i = 0; i < answer->n; i++)
		json_array_append_new(orders, found_json(a, &answer->v[i], now));
	for (size_t i = 0; i < answer->nnear; i++)
		json_array_append_new(near, jstring(answer->near[i]));
	json_object_set_new(o, "by", jstring(bys[a->queries[a->asked].by]));
	json_object_set_new(o, "why", jstring(whys[answer->why]));
	json_object_set_new(o, "orders", orders);
	json_object_set_new(o, "more", json_boolean(answer->more));
	json_object_set_new(o, "near", near);
	json_object_set_new(o, "sent", a->sent ? order_out_json(&a->out) :
	    json_null());
	json_object_set_new(o, "error", answer->err.code != ERR_NONE ?
	    out_error_json(&answer->err) : json_null());
	json_object_set_new(o, "again_at", rec_time_json(answer->again_at));
	out_json(a->cmd->out, o, false);
	json_decref(o);
}

static void
field(struct out *out, const char *label, const char *value)
{
	if (value != NULL && value[0] != '\0')
		out_field(out, label, "%s", value);
}

static void
tell_found(struct asking *a, const struct order_found *f, int64_t now)
{
	struct out *out = a->cmd->out;
	const struct order *o = &f->order;
	struct order_meaning m;
	char buf[2048];

	order_mean(o, NULL, f->authority, now, &m);
	out_line(out, 2, "%s: %s", o->number, order_state_word(o));
	out_line(out, 2, "%s", order_stands(o, &m, buf, sizeof buf));
	if (order_next(o, &m, NULL, buf, sizeof buf)[0] != '\0')
		out_line(out, 2, "%s", buf);
	if (!o->summary)
		field(out, _("ordered"), order_kind_words(o, buf,
		    sizeof buf));
	field(out, _("holder"), o->name);
	field(out, _("identifier"), o->ident);
	field(out, _("organisation"), o->organization);
	field(out, _("e-mail"), o->email);
	field(out, _("card"), o->card);
	field(out, _("authority"), f->authority->name);
	for (size_t i = 0; i < o->nlinks; i++)
		out_line(out, 2, "%s", order_link_words(&o->links[i], now,
		    buf, sizeof buf));
	each_card(a, f, now, tell_card, NULL);
	if (f->clock_off != 0)
		out_line(out, 2, "%s %s", span_clock(f->clock_off, buf,
		    sizeof buf), _("Days and deadlines are reckoned by it: "
		    "set it right first."));
	if (f->kept)
		out_line(out, 2, "%s", orderpage_doubt(f, buf, sizeof buf));
	out_blank(out);
}

static void
tell(struct asking *a)
{
	static const char *const labels[] = { N_("ordered"), N_("holder"),
		N_("identifier"), N_("organisation"), N_("e-mail"),
		N_("card"), N_("authority"), NULL };
	const struct order_answer *answer = &a->answer;
	struct out *out = a->cmd->out;
	char buf[1024];

	out_column(out, labels);
	for (size_t i = 0; i < answer->n; i++)
		tell_found(a, &answer->v[i], clock_now());
	if (answer->more)
		out_line(out, 2, "%s", _("There are more than are told."));
	if (answer->n == 0) {
		out_line(out, 2, "%s", orderpage_why(answer,
		    a->queries[a->asked].value, buf, sizeof buf));
		out_line(out, 2, "%s", orderpage_try(answer, buf, sizeof buf));
	}
	if (a->sent)
		order_out_tell(a->cmd, &a->out);
	else if (a->resend != NULL)
		out_line(out, 2, _("Nothing was sent: with --confirm the link "
		    "goes again to %s."), answer->v[0].order.email != NULL ?
		    answer->v[0].order.email : _("the address in the order"));
	/* What was found is told, and who was not heard beside it. */
	if (answer->n > 0 && answer->err.code != ERR_NONE)
		(void)cmd_fail(a->cmd, &answer->err);
}

static enum exit_code
code_of(const struct asking *a)
{
	const struct order_answer *answer = &a->answer;

	if (a->sent)
		return order_out_code(&a->out);
	if (answer->n == 0)
		return answer->err.code != ERR_NONE ?
		    exit_for(answer->err.code) : EXIT_ABSENT;
	for (size_t i = 0; i < answer->n; i++) {
		if (answer->v[i].order.state < ORDER_CANCELLED)
			return a->misfits ? EXIT_WRONG : EXIT_FINE;
	}
	return EXIT_WRONG;
}

static enum exit_code
look_and_tell(struct asking *a)
{
	struct err err = ERR_INIT;

	if (longwork(a->cmd, look, NULL, a, &err) == -1)
		return cmd_fail(a->cmd, &err);
	if (a->cmd->json)
		tell_json(a);
	else
		tell(a);
	return code_of(a);
}

/* What keeps the cards from being compared is told beside the order. */
static enum exit_code
with_cards(struct cmd *cmd, const struct card_world *world, void *arg)
{
	struct asking *a = arg;
	const char *reader = cmd_value(cmd, "reader");
	enum exit_code code = EXIT_FINE;
	struct err err = ERR_INIT;
	bool any = false;

	for (size_t i = 0; i < world->ncards; i++) {
		const struct card *c = world->cards[i];

		if (!card_wanted(c, reader))
			continue;
		any = true;
		a->ncards += c->state != CARD_ABSENT;
	}
	if (!any && world->pcsc == PCSC_UP) {
		(void)err_set(&err, reader != NULL && world->ncards > 0 ?
		    ERR_NO_SUCH_READER : ERR_NO_READER, reader, NULL);
		code = cmd_fail(cmd, &err);
	} else if (any && a->ncards == 0) {
		out_line(cmd->err, 0, "%s", _("There is no card in the reader "
		    "to compare the order with."));
		code = EXIT_ABSENT;
	}
	a->world = world;
	return exit_worse(code, look_and_tell(a));
}

static enum exit_code
run(struct cmd *cmd)
{
	struct asking a = { .cmd = cmd };
	struct err err = ERR_INIT;
	enum exit_code code;

	if (take_query(&a, &err) == -1)
		code = cmd_fail(cmd, &err);
	else if (cmd_value(cmd, "card") != NULL ||
	    cmd_value(cmd, "reader") != NULL)
		code = card_look(cmd, with_cards, &a);
	else
		code = look_and_tell(&a);
	order_way_close(&a.way);
	order_answer_clear(&a.answer);
	order_out_clear(&a.out);
	if (a.line != NULL)
		explicit_bzero(a.line, strlen(a.line));
	free(a.line);
	explicit_bzero(a.queries, sizeof a.queries);
	return code;
}

const struct verb cmd_order = {
	.name = "order",
	.args = N_("NUMBER | E-MAIL | NIP | -"),
	.min_args = 1,
	.max_args = -1,
	.summary = N_("where an order stands and what is next; its form; a link sent again"),
	.options = {
		{ "by", N_("WHAT"),
		    N_("look by number, email, nip, pesel, card or serial alone") },
		{ "card", NULL, N_("compare it with the card in the reader") },
		{ "reader", N_("NAME"),
		    N_("only with cards in readers whose name has this in it") },
		{ "timeout", N_("SECONDS"),
		    N_("wait so long for readers and cards (60)") },
		{ "form", N_("FILE"), N_("save the order's form there, a PDF") },
		{ "resend", N_("LINK"),
		    N_("send the link request or collect again, to the address in the order") },
		{ "confirm", NULL, N_("really send it; else nothing is sent") },
	},
	.run = run,
};
