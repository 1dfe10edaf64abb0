/* okienko doctor network: the way to each service, or to one address. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/jstring.h"
#include "base/mem.h"
#include "net/diagnose.h"
#include "ui/doctor.h"
#include "ui/longwork.h"
#include "ui/setup.h"
#include "ui/whose.h"

#define SERVICES	5	/* of one authority */

struct target {
	struct diag_about about;
	const char	*service, *authority;	/* "" for an address by itself */
	struct diag_report report;
};

struct looking {
	struct cmd	*cmd;
	struct net	*net;
	struct target	*now;
	json_t		*ways;
	bool		 broken;
};

static const char *const step_ids[DIAG_STEPS] = { "name", "route", "proxy",
	"proxy-login", "tls", "http", "version", "clock" };

static const struct {
	const char	*id, *word;
} verdicts[] = {
	[DIAG_WAITS] = { "waits", N_("waits") },
	[DIAG_FINE] = { "ok", N_("ok") },
	[DIAG_WARNS] = { "warning", N_("warning") },
	[DIAG_BROKEN] = { "wrong", N_("wrong") },
	[DIAG_NOT_NEEDED] = { "not-needed", N_("not needed") },
	[DIAG_NOT_KNOWN] = { "unknown", N_("not known") },
};

/* --- what is looked at ---------------------------------------------------- */

static const char *
or_null(const char *s)
{
	return s[0] != '\0' ? s : NULL;
}

/* Of one authority; those that are not set up have "" for an address. */
static void
services_of(const struct authority *a, struct target out[static SERVICES])
{
	const struct target all[SERVICES] = {
		{ .service = "orders", .about = { .url = a->orders_url,
		    .ca_file = or_null(a->orders_ca_file),
		    .client_cert = or_null(a->orders_certificate),
		    .client_key = or_null(a->orders_key),
		    .order_service = true } },
		{ .service = "token", .about = { .url = a->orders_token_url,
		    .ca_file = or_null(a->orders_ca_file) } },
		{ .service = "cmp", .about = { .url = a->cmp_url,
		    .ca_file = or_null(a->cmp_ca_file) } },
		{ .service = "ejbca", .about = { .url = a->ejbca_url,
		    .ca_file = or_null(a->ejbca_ca_file),
		    .client_cert = or_null(a->ejbca_certificate),
		    .client_key = or_null(a->ejbca_key) } },
		{ .service = "est", .about = { .url = a->est_url,
		    .ca_file = or_null(a->est_ca_file),
		    .client_cert = or_null(a->est_certificate),
		    .client_key = or_null(a->est_key) } },
	};

	for (size_t i = 0; i < SERVICES; i++) {
		out[i] = all[i];
		out[i].authority = whose_name(a, &(struct record_issuer){ 0 });
	}
}

/* --- telling -------------------------------------------------------------- */

static const char *const tickets[] = {
	[NET_TICKET_NOT_ASKED] = "not-asked",
	[NET_TICKET_NONE] = "none",
	[NET_TICKET_OLD] = "old",
	[NET_TICKET_GOOD] = "good",
	[NET_TICKET_REFUSED] = "refused",
};

static json_t *
step_json(const struct diag_result *r)
{
	json_t *o = json_object();

	json_object_set_new(o, "step", jstring(step_ids[r->step]));
	json_object_set_new(o, "verdict", jstring(verdicts[r->verdict].id));
	json_object_set_new(o, "millis", json_integer(r->millis));
	json_object_set_new(o, "saw", out_string_json(r->saw));
	json_object_set_new(o, "inspected", json_boolean(r->inspected));
	json_object_set_new(o, "no_scheme", json_boolean(r->no_scheme));
	json_object_set_new(o, "ticket", jstring(tickets[r->ticket]));
	json_object_set_new(o, "portal", json_boolean(r->portal));
	json_object_set_new(o, "error", r->err.code != ERR_NONE ?
	    out_error_json(&r->err) : json_null());
	return o;
}

/* The first step that is broken, or NULL. */
static const struct diag_result *
first_broken(const struct diag_report *report)
{
	for (size_t i = 0; i < DIAG_STEPS; i++)
		if (report->v[i].verdict == DIAG_BROKEN)
			return &report->v[i];
	return NULL;
}

static void
tell_json(struct looking *l, const struct target *t)
{
	const struct diag_result *bad = first_broken(&t->report);
	json_t *o = json_object(), *steps = json_array();

	for (size_t i = 0; i < DIAG_STEPS; i++)
		json_array_append_new(steps, step_json(&t->report.v[i]));
	json_object_set_new(o, "url", out_string_json(t->about.url));
	json_object_set_new(o, "authority", out_string_json(t->authority));
	json_object_set_new(o, "service", jstring(t->service));
	json_object_set_new(o, "broken", bad != NULL ?
	    jstring(step_ids[bad->step]) : json_null());
	json_object_set_new(o, "clock_off", json_integer(t->report.clock_off));
	json_object_set_new(o, "steps", steps);
	json_array_append_new(l->ways, o);
}

static void
tell_step(struct out *out, const struct diag_result *r)
{
	const char *label = diag_step_name(r->step);
	const char *word = _(verdicts[r->verdict].word);
	char text[1024];

	if (r->verdict == DIAG_NOT_NEEDED || r->verdict == DIAG_NOT_KNOWN) {
		out_field(out, label, "%s", word);
		return;
	}
	if (r->saw[0] == '\0')
		out_field(out, label, "%s, %lld ms", word,
		    (long long)r->millis);
	else if (r->step == DIAG_TLS)
		out_field(out, label, _("%s, %lld ms: issued by %s"), word,
		    (long long)r->millis, r->saw);
	else
		out_field(out, label, "%s, %lld ms: %s", word,
		    (long long)r->millis, r->saw);
	if (r->inspected && r->verdict != DIAG_BROKEN)
		out_field(out, "", "%s", _("That authority was added to this "
		    "machine by hand: a TLS-inspecting proxy may read along."));
	if (r->err.code == ERR_NONE)
		return;
	out_field(out, "", "%s (%s)", err_sentence(&r->err, text,
	    sizeof(text)), err_id(r->err.code));
	if (r->no_scheme)
		out_field(out, "", "%s", _("None of these ways to log on works "
		    "here: no password helps."));
	if (net_ticket_words(r->ticket)[0] != '\0')
		out_field(out, "", "%s", net_ticket_words(r->ticket));
	out_field(out, "", "%s", err_next(&r->err, text, sizeof(text)));
}

static void
begin_plain(struct out *out, const struct target *t)
{
	const char *labels[DIAG_STEPS + 1];

	for (size_t i = 0; i < DIAG_STEPS; i++)
		labels[i] = diag_step_name((enum diag_step)i);
	labels[DIAG_STEPS] = NULL;
	out_column(out, labels);
	if (t->authority[0] != '\0')
		out_line(out, 2, "%s, %s: %s", t->authority, t->service,
		    t->about.url);
	else
		out_line(out, 2, "%s", t->about.url);
	out_flush(out);
}

/* --- looking -------------------------------------------------------------- */

/* From the thread that looks: the command's own does nothing but wait for it. */
static void
on_step(const struct diag_result *r, void *arg)
{
	struct looking *l = arg;

	tell_step(l->cmd->out, r);
	out_flush(l->cmd->out);
}

static int
look(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct looking *l = arg;

	return net_diagnose(l->net, &l->now->about, cancel,
	    l->cmd->json ? NULL : on_step, l, &l->now->report, err);
}

static int
look_at(struct looking *l, struct target *t, struct err *err)
{
	l->now = t;
	if (!l->cmd->json)
		begin_plain(l->cmd->out, t);
	if (longwork(l->cmd, look, NULL, l, err) == -1)
		return -1;
	l->broken = l->broken || first_broken(&t->report) != NULL;
	if (l->cmd->json)
		tell_json(l, t);
	else
		out_blank(l->cmd->out);
	return 0;
}

/* All that are configured; with url, those of them that have this address. */
static int
look_at_services(struct looking *l, const char *url, size_t *n,
    struct err *err)
{
	const struct authorities *as = &l->cmd->authorities;
	struct target t[SERVICES];

	*n = 0;
	for (size_t i = 0; i < as->n; i++) {
		services_of(&as->v[i], t);
		for (size_t k = 0; k < SERVICES; k++) {
			if (t[k].about.url[0] == '\0' || (url != NULL &&
			    strcmp(t[k].about.url, url) != 0))
				continue;
			(*n)++;
			if (look_at(l, &t[k], err) == -1)
				return -1;
		}
	}
	return 0;
}

static int
look_at_all(struct looking *l, const char *said, struct err *err)
{
	char *url = said == NULL ? NULL : mem_printf("%s%s",
	    strstr(said, "://") == NULL ? "https://" : "", said);
	struct target t = { .about = { .url = url }, .service = "",
		.authority = "" };
	size_t n;
	int rc = look_at_services(l, url, &n, err);

	if (rc == 0 && n == 0 && url != NULL)
		rc = look_at(l, &t, err);
	else if (rc == 0 && n == 0 && !l->cmd->json)
		out_line(l->cmd->out, 2, "%s", _("No service is set up in the "
		    "authorities' files; name an address to look at."));
	free(url);
	return rc;
}

static void
print_json(struct looking *l)
{
	json_t *answer = json_object();

	json_object_set(answer, "ways", l->ways);
	out_json(l->cmd->out, answer, false);
	json_decref(answer);
}

enum exit_code
doctor_network(struct cmd *cmd)
{
	const struct net_options o = setup_network(&cmd->conf, cmd->login);
	struct looking l = { .cmd = cmd, .net = net_new(&o),
		.ways = json_array() };
	struct err err = ERR_INIT;
	enum exit_code code;

	/* A file with a mistake is left out, and so are its services. */
	if (cmd->problems.n > 0)
		out_line(cmd->err, 0, "%s", _("The settings have mistakes; "
		    "okienko doctor shows them all."));
	if (look_at_all(&l, cmd->nargs > 1 ? cmd->args[1] : NULL,
	    &err) == -1)
		code = cmd_fail(cmd, &err);
	else {
		if (cmd->json)
			print_json(&l);
		code = l.broken ? EXIT_WRONG : EXIT_FINE;
	}
	json_decref(l.ways);
	net_free(l.net);
	return code;
}
