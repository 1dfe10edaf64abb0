/*
 * okienko collect: a certificate put on its card, beside the key that is its:
 * of a renewal, or for a key that waits there, from a file or as an order has it.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/jstring.h"
#include "renewal/intake.h"
#include "ui/rec_out.h"
#include "ui/recwords.h"
#include "ui/renew_cmd.h"
#include "ui/words.h"

#define RENEWALS_MAX	10000	/* open ones that are looked through */
#define SAME_MAX	16	/* of them by orders of one number */

struct collecting {
	struct renew_cmd	 renew;		/* first: work is handed it */
	const char		*what, *file;
	const struct authority	*authority;	/* whose; NULL: not known yet */
	int64_t			 same[SAME_MAX];	/* renewals by that number */
	size_t			 nsame;
	char			 names[ERR_WHAT_MAX];	/* who has that number */
	size_t			 nnames;
	struct order_answer	 orders;	/* of that number */
	struct renewlook_about	 about;		/* where no renewal was begun */
	struct renewlook	 look;
	bool			 looked;
	struct intake		 intake;
};

/* --- on the thread ---------------------------------------------------------------- */

static int
by_order(const struct renewal_row *row, void *arg)
{
	struct collecting *c = arg;

	if (c->nsame < SAME_MAX && row->order != NULL &&
	    strcmp(row->order, c->what) == 0)
		c->same[c->nsame++] = row->id;
	return 0;
}

static const struct authority *
authority_of(const struct collecting *c, const char *id)
{
	const struct authorities *all = &c->renew.cmd->authorities;

	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->v[i].id, id) == 0)
			return &all->v[i];
	return NULL;
}

/* "R2026/0012: Name (id)", or without a renewal. */
static void
add_name(struct collecting *c, const char *renewal, const char *name,
    const char *id)
{
	size_t at = strlen(c->names);

	snprintf(c->names + at, sizeof c->names - at, "%s%s%s%s (%s)",
	    c->nnames++ > 0 ? ", " : "", renewal,
	    renewal[0] != '\0' ? ": " : "", name, id);
}

static int
only_one(const struct collecting *c, struct err *err)
{
	return c->nnames < 2 ? 0 :
	    err_set(err, ERR_ORDER_AMBIGUOUS, c->names, NULL);
}

/* One of those, unless it is another authority's than was named. */
static int
take_renewal(struct collecting *c, int64_t id, struct err *err)
{
	struct renew_cmd *r = &c->renew;
	const struct authority *a;
	struct renew_now now = { 0 };
	const char *whose;

	if (renew_now_read(r->registry, id, &now, err) == -1)
		return -1;
	whose = now.view.plan.authority;
	a = authority_of(c, whose);
	if (c->authority == NULL || c->authority == a) {
		r->id = id;
		add_name(c, now.row.number, a != NULL ? a->name : whose, whose);
	}
	renew_now_clear(&now);
	return 0;
}

/* Of orders of that number, those that no such renewal is of. */
static int
find_orders(struct collecting *c, const char *but, struct err *err)
{
	struct renew_cmd *r = &c->renew;
	struct order_query q[2];
	size_t n = order_query_read(c->what, &r->cmd->authorities, q, 2);

	if (n == 0 || q[0].by != ORDER_BY_NUMBER)
		return 0;
	q[0].authority = c->authority;
	q[0].each = true;
	if (order_look(r->orders, &q[0], r->run.cancel, &c->orders, err) == -1)
		return -1;
	for (size_t i = 0; i < c->orders.n; i++) {
		const struct authority *a = c->orders.v[i].authority;

		if (but == NULL || strcmp(a->id, but) != 0)
			add_name(c, "", a->name, a->id);
	}
	return only_one(c, err);
}

/* Another authority may have an order of the number too, of another person. */
static int
elsewhere_too(struct collecting *c, struct err *err)
{
	struct renew_cmd *r = &c->renew;
	int rc;

	if (only_one(c, err) == -1 || renew_read(r, err) == -1)
		return -1;
	if (c->authority != NULL ||
	    order_services(&r->cmd->authorities) < 2)
		return 0;
	rc = find_orders(c, r->now.view.plan.authority, err);
	order_answer_clear(&c->orders);
	return rc;
}

/* By its own number, or that of its order: then there may be none. */
static int
find(struct renew_cmd *r, struct err *err)
{
	struct collecting *c = (struct collecting *)r;
	int64_t id;

	if (renew_is_number(c->what)) {
		if (renew_find(r, c->what, err) == -1)
			return -1;
		id = r->id;
		r->id = 0;
		if (take_renewal(c, id, err) == -1)
			return -1;
		return r->id != 0 ? 0 :
		    err_set(err, ERR_NO_RENEWAL, c->what, NULL);
	}
	if (r->registry != NULL && renewals_each(r->registry, false,
	    RENEWALS_MAX, by_order, c, err) == -1)
		return -1;
	for (size_t i = 0; i < c->nsame; i++)
		if (take_renewal(c, c->same[i], err) == -1)
			return -1;
	return r->id != 0 ? elsewhere_too(c, err) : 0;
}

/* What is no certificate's serial number can be an order's. */
static int
find_order(struct renew_cmd *r, struct err *err)
{
	struct collecting *c = (struct collecting *)r;

	if (find_orders(c, NULL, err) == -1)
		return -1;
	if (c->orders.n > 0)
		c->authority = c->orders.v[0].authority;
	else if (c->orders.err.code != ERR_NONE) {
		*err = c->orders.err;
		return -1;
	}
	return 0;
}

/* What it is, whether it is the one; nothing is written. */
static int
look(struct collecting *c, struct err *err)
{
	struct intake_wanted wanted = { .now = clock_now(),
	    .spki_sha256 = c->renew.now.view.new_spki,
	    .authority = authority_of(c,
	    c->renew.now.view.plan.authority) };
	struct buf old;
	int rc;

	buf_init(&old, RENEWALS_PART_MAX);
	rc = renewals_part(c->renew.registry, c->renew.id, RENEWAL_OLD, &old,
	    err);
	wanted.old = span_of(old.data, old.len);
	if (rc != -1)
		rc = intake(span_of(c->renew.brought.data,
		    c->renew.brought.len), c->file, &wanted, &c->intake, err);
	c->looked = rc == 0;
	buf_clear(&old);
	return rc == -1 ? -1 : 0;
}

/* The key that a file is for tells of which kind it is. */
static int
look_again(struct collecting *c, struct err *err)
{
	struct renew_cmd *r = &c->renew;

	return intake_key(span_of(r->brought.data, r->brought.len), c->file,
	    c->look.card, &c->about.key, err) == NULL ? -1 :
	    renewlook(&r->run, &c->about, &c->look, err);
}

/* Only what has been issued is collected: the rest is for okienko renew. */
static bool
is_there(const struct collecting *c)
{
	return c->look.flight.go && (c->file != NULL ||
	    c->look.flight.plan.elsewhere);
}

/* Whose request was made elsewhere: a renewal that begins with its end. */
static int
begin(struct collecting *c, struct err *err)
{
	struct renew_cmd *r = &c->renew;
	bool existing;

	if (c->file != NULL) {
		snprintf(c->about.way, sizeof c->about.way, "%s", way_file.id);
		c->about.order[0] = '\0';
	}
	if (renewlook(&r->run, &c->about, &c->look, err) == -1)
		return -1;
	/* Another authority's certificate may have the same serial number. */
	if (c->authority != NULL && c->look.authority != c->authority)
		return err_set(err, ERR_NO_RENEWAL, c->what, NULL);
	r->id = c->look.existing;
	if (r->id != 0)
		return 0;
	if (c->file != NULL && look_again(c, err) == -1)
		return -1;
	if (c->look.flight.go && !is_there(c))
		return err_set(err, ERR_NO_RENEWAL, c->what, NULL);
	return is_there(c) && r->confirm ? renewlook_begin(r->registry,
	    &c->look, &r->id, &existing, err) : 0;
}

static int
collect(struct renew_cmd *r, struct err *err)
{
	struct collecting *c = (struct collecting *)r;

	if (r->id == 0 && begin(c, err) == -1)
		return -1;
	if (r->id == 0)
		return 0;
	if (renew_read(r, err) == -1)
		return -1;
	if (r->confirm)
		return renew_carry(r, err);
	return c->file != NULL ? look(c, err) : 0;
}

/* --- telling ---------------------------------------------------------------------------- */

static void
print_look(struct out *out, const struct intake *in)
{
	const struct cert *c = in->cert;
	char from[32], until[32], holder[256];

	out_line(out, 2, _("It is the certificate of this renewal: %s, %s, "
	    "valid from %s to %s."), words_text(cert_holder(c), true, holder,
	    sizeof holder), c->serial_hex,
	    recwords_day(c->not_before, from, sizeof from),
	    recwords_day(c->not_after, until, sizeof until));
	for (size_t i = 0; i < in->nchanges; i++)
		out_line(out, 4, "- %s", intake_change_words(in->changes[i]));
	out_line(out, 2, "%s", _("Nothing has been written. To put it on the "
	    "card, add --confirm."));
}

static enum exit_code
tell_look(struct collecting *c)
{
	json_t *o, *changes;

	if (!c->renew.cmd->json) {
		print_look(c->renew.cmd->out, &c->intake);
		return EXIT_FINE;
	}
	o = json_object();
	changes = json_array();
	for (size_t i = 0; i < c->intake.nchanges; i++)
		json_array_append_new(changes, out_string_json(
		    intake_change_words(c->intake.changes[i])));
	json_object_set_new(o, "dry", json_true());
	json_object_set_new(o, "renewal", jstring(c->renew.now.row.number));
	json_object_set_new(o, "serial",
	    jstring(c->intake.cert->serial_hex));
	json_object_set_new(o, "not_before",
	    rec_time_json(c->intake.cert->not_before));
	json_object_set_new(o, "not_after",
	    rec_time_json(c->intake.cert->not_after));
	json_object_set_new(o, "changes", changes);
	out_json(c->renew.cmd->out, o, false);
	json_decref(o);
	return EXIT_FINE;
}

/* Which certificate it replaces: by its serial number, or as the order says. */
static int
find_on_card(struct collecting *c, struct err *err)
{
	struct renew_cmd *r = &c->renew;
	struct err none = ERR_INIT;

	if (renew_open_cards(r, err) == -1)
		return -1;
	if (renew_on_card(r, c->what, &c->about, &none) == 0)
		return 0;
	if (renew_work(r, find_order, err) == -1)
		return -1;
	return c->orders.n == 0 ? err_set(err, ERR_NO_RENEWAL, c->what, NULL) :
	    renew_of_order(r, &c->orders.v[0].order, &c->about, err);
}

static int
take_authority(struct collecting *c, struct err *err)
{
	const char *id = cmd_value(c->renew.cmd, "authority");

	c->authority = id != NULL ? authority_of(c, id) : NULL;
	return id == NULL || c->authority != NULL ? 0 : err_set(err, ERR_USAGE,
	    "--authority", "no authority is called that");
}

static int
collect_it(struct collecting *c, struct err *err)
{
	struct renew_cmd *r = &c->renew;

	if (renew_work(r, find, err) == -1 ||
	    (r->id == 0 && find_on_card(c, err) == -1) ||
	    (r->confirm && renew_open_cards(r, err) == -1))
		return -1;
	return renew_work(r, collect, err);
}

static enum exit_code
run(struct cmd *cmd)
{
	struct collecting c = { .what = cmd->args[0],
	    .file = cmd->nargs > 1 ? cmd->args[1] : NULL };
	struct renew_cmd *r = &c.renew;
	struct err err = ERR_INIT;
	enum exit_code code;

	if (renew_card_options(r, cmd, &err) == -1 ||
	    take_authority(&c, &err) == -1)
		return cmd_fail(cmd, &err);
	if (renew_open(r, cmd, false, r->confirm, &err) == -1 ||
	    (c.file != NULL && file_read(c.file, strcmp(c.file, "-") == 0 ?
	    _("standard input") : c.file, &r->brought, &err) == -1) ||
	    collect_it(&c, &err) == -1)
		code = cmd_fail(cmd, &err);
	else if (r->id == 0)
		code = renew_tell_look(r, &c.look);
	else
		code = c.looked ? tell_look(&c) : renew_tell(r);
	renewlook_clear(&c.look);
	order_answer_clear(&c.orders);
	if (c.looked)
		intake_clear(&c.intake);
	renew_close(r);
	return code;
}

const struct verb cmd_collect = {
	.name = "collect",
	.args = N_("RENEWAL | ORDER | SERIAL [FILE]"),
	.min_args = 1,
	.max_args = 2,
	.summary = N_("put a certificate on its card, beside its key: of a renewal, of an order or out of a file; a dry run without --confirm"),
	.options = {
		{ "authority", N_("ID"), N_("whose, where several have an order of that number") },
		RENEW_CARD_OPTIONS,
	},
	.run = run,
};
