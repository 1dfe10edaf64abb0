#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/jstring.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/text.h"
#include "extract/client.h"
#include "extract/walk.h"
#include "ui/ask.h"
#include "ui/cert_out.h"
#include "ui/find_in.h"
#include "ui/keep_cert.h"
#include "ui/rec_out.h"
#include "ui/recwords.h"
#include "ui/words.h"

struct reading {
	struct cmd	*cmd;
	struct loop	*loop;
	struct extract	*extract;
	struct registry	*registry;	/* NULL: nothing is to be remembered */
	int64_t		 now;
	json_t		*files;		/* the answer */
	json_t		*troubles;	/* of no document: folders, names */
	json_t		*scraps, *problems; /* of the present document */
	size_t		 found;		/* in the present document */
	size_t		 certs, signers; /* in all of them */
	bool		 given_up;	/* at a question: it was the last */
	bool		 no_answer;	/* to the last one: none was wrong */
	enum exit_code	 code;
};

/* --- telling of one certificate ------------------------------------------ */

static json_t *
scrap_json(const struct scrap *s, const struct cert_standing *standing)
{
	json_t *o = json_object();
	char hex[2 * CERT_SERIAL_MAX + 1], when[40];

	json_object_set_new(o, "role", jstring(scrap_role_id(s->role)));
	json_object_set_new(o, "serial",
	    jstring(scrap_serial(s, hex, sizeof hex)));
	json_object_set_new(o, "issuer_name", out_string_json(s->issuer));
	json_object_set_new(o, "place", out_string_json(s->path));
	json_object_set_new(o, "signature", s->number == 0 ? json_null() :
	    json_integer(s->number));
	json_object_set_new(o, "field", out_string_json(s->field));
	json_object_set_new(o, "time_by", jstring(scrap_when_id(s->when)));
	json_object_set_new(o, "time", s->when == SCRAP_NO_TIME ? json_null() :
	    jstring(clock_rfc3339(s->time, when, sizeof when)));
	json_object_set_new(o, "damaged", json_boolean(s->damaged));
	json_object_set_new(o, "certificate", s->cert == NULL ? json_null() :
	    cert_describe(s->cert, standing));
	return o;
}

static void
print_cert(struct out *out, const struct cert *c,
    const struct cert_standing *standing)
{
	char text[512], from[32], to[32], id[128];

	out_field(out, _("issuer"), "%s", words_text(cert_issuer_name(c), true,
	    text, sizeof text));
	if (c->person.kind != ID_NONE)
		out_field(out, _("identifier"), "%s",
		    words_id(&c->person, true, id, sizeof id));
	validity_word(&standing->validity, text, sizeof text);
	out_field(out, _("validity"), _("%s: from %s to %s"), text,
	    recwords_day(c->not_before, from, sizeof from),
	    recwords_day(c->not_after, to, sizeof to));
	for (int i = 0; i < PURPOSE_COUNT; i++) {
		const struct purpose_verdict *v = &standing->purposes[i];

		if (v->verdict != VERDICT_NO && v->deciding < v->nreasons)
			out_field(out, purpose_brief((enum purpose)i), "%s",
			    reason_brief(&v->reasons[v->deciding], text,
			    sizeof text));
	}
}

static void
print_scrap(struct reading *r, const struct scrap *s,
    const struct cert_standing *standing)
{
	struct out *out = r->cmd->out;
	char hex[2 * CERT_SERIAL_MAX + 1], text[CERT_SERIAL_MAX * 4], when[40];
	char name[512];

	out_line(out, 2, "%zu. %s: %s", ++r->found, s->cert != NULL ?
	    words_text(cert_holder(s->cert), true, name, sizeof name) :
	    _("holder not named"),
	    scrap_role_word(s->role));
	out_field(out, _("serial number"), "%s", words_digits(scrap_serial(s,
	    hex, sizeof hex), 4, text, sizeof text));
	if (s->cert != NULL) {
		out_field(out, _("in decimal"), "%s", words_digits(
		    s->cert->serial_dec, 5, text, sizeof text));
		print_cert(out, s->cert, standing);
	} else {
		out_field(out, _("issuer"), "%s", words_text(s->issuer, true,
		    name, sizeof name));
	}
	out_field(out, _("place"), "%s", s->path);
	if (s->when != SCRAP_NO_TIME)
		out_field(out, _("signed"), s->when == SCRAP_CLAIMED ?
		    _("%s, says the signer's clock") :
		    _("%s, says a time stamp"),
		    clock_local(s->time, when, sizeof when));
	if (s->damaged)
		out_field(out, "", "%s", _("what holds the signature is damaged"));
}

static const struct {
	const char	*id, *sentence;
} outcomes[] = {
	[STORE_NEW] = { "new", N_("Remembered.") },
	[STORE_CHANGED] = { "changed", N_("Remembered.") },
	[STORE_SAME] = { "known", N_("It was remembered already.") },
	[STORE_ERASED] = { "refused",
	    N_("Not remembered: it was erased on request.") },
};

/* Into the registry, if it is asked for; o is what the answer says of it. */
static void
remember(struct reading *r, const struct scrap *s, json_t *o)
{
	char hex[2 * CERT_SERIAL_MAX + 1];
	struct err err = ERR_INIT;
	enum store_did did;

	json_object_set_new(o, "remembered", json_null());
	if (r->registry == NULL || s->cert == NULL ||
	    s->role > SCRAP_RECIPIENT)
		return;
	if (keep_cert(r->registry, s->cert, r->now, &did, NULL, &err) == -1) {
		json_object_set_new(o, "remembered", jstring("failed"));
		json_object_set_new(o, "error", out_error_json(&err));
		r->code = exit_worse(r->code, cmd_fail(r->cmd, &err));
		return;
	}
	if (did == STORE_ERASED) {
		(void)err_set(&err, ERR_ERASED, scrap_serial(s, hex,
		    sizeof hex), NULL);
		json_object_set_new(o, "error", out_error_json(&err));
	}
	json_object_set_new(o, "remembered", jstring(outcomes[did].id));
	if (!r->cmd->json)
		out_field(r->cmd->out, "", "%s", _(outcomes[did].sentence));
}

/* --- what the process says ----------------------------------------------- */

static void
on_found(const struct scrap *s, void *arg)
{
	struct reading *r = arg;
	struct cert_standing standing;
	json_t *o;

	r->certs += s->cert != NULL && s->role <= SCRAP_RECIPIENT;
	r->signers += s->role == SCRAP_SIGNER;
	if (s->cert != NULL)
		cert_stand(r->cmd, s->cert, r->now, &standing);
	o = scrap_json(s, &standing);
	json_array_append_new(r->scraps, o);
	if (!r->cmd->json)
		print_scrap(r, s, &standing);
	remember(r, s, o);
	if (!r->cmd->json)
		out_blank(r->cmd->out);
}

static void
on_problem(const struct err *err, void *arg)
{
	struct reading *r = arg;

	if (r->no_answer && err->code == ERR_WRONG_PASSWORD) {
		r->no_answer = false;
		return;
	}
	json_array_append_new(r->problems, out_error_json(err));
	r->code = exit_worse(r->code, cmd_fail(r->cmd, err));
}

static void
on_password(const char *name, bool again, void *arg)
{
	struct reading *r = arg;
	struct secret *password = NULL;
	struct safe_text safe;
	struct err err = ERR_INIT;
	char *question;

	text_safe_str(&safe, name, 60);
	question = mem_printf(again ?
	    _("That was wrong. Password for %s (not shown):") :
	    _("Password for %s (not shown):"), safe.s);
	r->no_answer = false;
	if (ask_password(question, name, &password, &err) == -1) {
		r->given_up = err.code == ERR_CANCELLED;
		on_problem(&err, r);
		r->no_answer = true;
	}
	free(question);
	extract_password(r->extract, password);
}

static void
on_done(const struct err *err, void *arg)
{
	struct reading *r = arg;

	r->extract = NULL;
	if (err->code != ERR_NONE)
		on_problem(err, r);
	loop_stop(r->loop);
}

static const struct extract_calls calls = { .found = on_found,
	.problem = on_problem, .password = on_password, .done = on_done };

/* --- files --------------------------------------------------------------- */

static void
look_into(struct reading *r, const char *path)
{
	json_t *o = json_object();
	const struct extract_options usual = { 0 };
	struct err err = ERR_INIT;
	int fd = -1;

	r->found = 0;
	r->scraps = json_array();
	r->problems = json_array();
	json_object_set_new(o, "file", out_string_json(path));
	json_object_set_new(o, "scraps", r->scraps);
	json_object_set_new(o, "problems", r->problems);
	json_array_append_new(r->files, o);
	if (!r->cmd->json)
		out_line(r->cmd->out, 2, "%s:", path);
	if (walk_open(path, &fd, &err) == -1) {
		on_problem(&err, r);
		return;
	}
	r->extract = extract_start(r->loop, &usual, fd, path, &calls, r);
	loop_run(r->loop);
}

/* What was not looked into is told to programs too. */
static void
trouble(struct reading *r, const struct err *err)
{
	json_array_append_new(r->troubles, out_error_json(err));
	r->code = exit_worse(r->code, cmd_fail(r->cmd, err));
}

static void
walk(struct reading *r, const char *path)
{
	struct walk_list list = { 0 };
	struct err err = ERR_INIT, gaps[WALK_GAPS_MAX];
	size_t ngaps;

	if (path[0] == '\0') {
		err_set(&err, ERR_NO_FILE, "\"\"", NULL);
		trouble(r, &err);
		return;
	}
	if (walk_files(path, NULL, &list, &err) == -1) {
		trouble(r, &err);
		return;
	}
	for (size_t i = 0; i < list.n && !r->given_up &&
	    !out_failed(r->cmd->out); i++)
		look_into(r, list.paths[i]);
	ngaps = walk_gaps(&list, path, gaps);
	for (size_t i = 0; i < ngaps; i++)
		trouble(r, &gaps[i]);
	walk_clear(&list);
}

/* What the verdicts are not about, and where it goes on from here. */
static void
tell_end(const struct reading *r)
{
	struct out *out = r->cmd->out;

	if (r->signers > 0)
		out_line(out, 2, "%s", _("The certificates were looked at; "
		    "whether the signatures themselves are right was not "
		    "checked."));
	if (r->certs > 0 && r->registry == NULL)
		out_line(out, 2, "%s", _("With --remember what was found is put "
		    "into the registry."));
	if (r->certs > 0)
		out_line(out, 2, "%s", _("A revocation begins with okienko "
		    "revoke and the serial number."));
}

enum exit_code
find_in(struct cmd *cmd)
{
	struct reading r = { .cmd = cmd, .now = clock_now(),
	    .files = json_array(), .troubles = json_array() };
	json_t *answer = json_object();
	struct err err = ERR_INIT;

	if (cmd_value(cmd, "remember") != NULL &&
	    rec_open(cmd, REGISTRY_CREATE, &r.registry, &err) == -1) {
		json_decref(r.files);
		json_decref(r.troubles);
		json_decref(answer);
		return cmd_fail(cmd, &err);
	}
	json_object_set_new(answer, "files", r.files);
	json_object_set_new(answer, "problems", r.troubles);
	r.loop = loop_new();
	rec_column(cmd->out);
	for (int i = 0; i < cmd->nargs && !r.given_up; i++)
		walk(&r, cmd->args[i]);
	if (cmd->json)
		out_json(cmd->out, answer, false);
	else
		tell_end(&r);
	json_decref(answer);
	loop_free(r.loop);
	registry_close(r.registry);
	return r.code;
}
