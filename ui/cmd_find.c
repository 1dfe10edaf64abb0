/*
 * okienko find: a certificate by whatever is left of it; with --in, by a
 * document that names it.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/jstring.h"
#include "base/mem.h"
#include "base/text.h"
#include "registry/store.h"
#include "ui/find_in.h"
#include "ui/longwork.h"
#include "ui/rec_out.h"
#include "ui/recwords.h"

struct search {
	struct cmd		*cmd;
	struct registry		*registry;
	struct finder		*finder;
	char			*line;
	struct find_options	 options;
	char			 issuer[256];	/* folded */
	struct find_answer	*answer;
};

static const struct {
	const char	*option;
	unsigned	 state;
} states[] = {
	{ "valid", FIND_VALID }, { "expired", FIND_EXPIRED },
	{ "revoked", FIND_REVOKED }, { "suspended", FIND_SUSPENDED },
};

static int
look(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct search *s = arg;
	enum registry_mode mode = s->options.reason != NULL ? REGISTRY_WRITE :
	    REGISTRY_READ;

	s->options.cancel = cancel;
	s->finder = finder_new();
	if (rec_open(s->cmd, mode, &s->registry, err) == -1 ||
	    finder_load(s->finder, s->registry, cancel, err) == -1)
		return -1;
	if (finder_ask(s->finder, s->registry, s->line, &s->options,
	    &s->answer, err) == -1)
		return -1;
	for (size_t i = 0; i < s->answer->nhits; i++)
		if (store_get_token(s->registry, &s->answer->hits[i].cert,
		    err) == -1)
			return -1;
	return 0;
}

/* --- telling ------------------------------------------------------------- */

static json_t *
kinds_json(unsigned kinds)
{
	static const char *const ids[] = { "serial", "pesel", "nip", "email",
		"order", "card", "name", "document" };
	json_t *a = json_array();

	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
		if (kinds & (1u << i))
			json_array_append_new(a, jstring(ids[i]));
	return a;
}

static json_t *
hit_json(const struct find_hit *hit, int64_t now)
{
	json_t *o = rec_json(&hit->cert, now);
	char why[FIND_WHY_MAX + 128];

	json_object_set_new(o, "why", jstring(find_why_id(hit->why)));
	json_object_set_new(o, "distance", json_integer(hit->distance));
	json_object_set_new(o, "because", out_string_json(
	    find_why_sentence(hit, why, sizeof why)));
	return o;
}

static void
tell_json(const struct search *s)
{
	const struct find_answer *a = s->answer;
	json_t *o = json_object(), *hits = json_array(), *notes = json_array();

	for (size_t i = 0; i < a->nhits; i++)
		json_array_append_new(hits, hit_json(&a->hits[i],
		    s->options.now));
	for (int i = 0; i < NOTE_COUNT; i++)
		if (a->notes & (1u << i))
			json_array_append_new(notes,
			    jstring(find_note_id((enum find_note)i)));
	json_object_set_new(o, "taken_for", kinds_json(a->kinds));
	json_object_set_new(o, "rows", json_integer(a->rows));
	json_object_set_new(o, "microseconds", json_integer(a->micros));
	json_object_set_new(o, "notes", notes);
	json_object_set_new(o, "hits", hits);
	out_json(s->cmd->out, o, false);
	json_decref(o);
}

static void __attribute__((format(printf, 3, 4)))
add(char *buf, size_t size, const char *fmt, ...)
{
	size_t len = strlen(buf);
	va_list ap;

	if (len > 0 && len + 2 < size) {
		memcpy(buf + len, ", ", 3);
		len += 2;
	}
	va_start(ap, fmt);
	vsnprintf(buf + len, size - len, fmt, ap);
	va_end(ap);
}

/* What left out whoever it did not fit; "" for nothing. */
static const char *
filters_words(const struct search *s, char *buf, size_t size)
{
	const char *issuer = cmd_value(s->cmd, "issuer");

	buf[0] = '\0';
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
		if (cmd_value(s->cmd, states[i].option) != NULL)
			add(buf, size, "--%s", states[i].option);
	if (s->options.qualified)
		add(buf, size, "--qualified");
	if (issuer != NULL)
		add(buf, size, "--issuer %s", issuer);
	if (s->answer->dated)
		add(buf, size, "%s", _("the date or year among the words"));
	return buf;
}

static void
tell_nothing(struct out *out, const struct search *s)
{
	const struct find_answer *a = s->answer;
	char kinds[256], filters[512];

	find_kinds_words(a->kinds, kinds, sizeof kinds);
	if (kinds[0] != '\0')
		out_line(out, 2, _("Nothing found. Looked for: %s."), kinds);
	else
		out_line(out, 2, "%s", _("Nothing found."));
	if (filters_words(s, filters, sizeof filters)[0] != '\0')
		out_line(out, 2, _("Only those were looked at that fit this: "
		    "%s. Without it there may be more."), filters);
	out_line(out, 2, "%s", _("A document that the person once signed, or a "
	    "mail, holds the certificate: okienko find --in FILE."));
	out_line(out, 2, "%s", _("The paper that came with the certificate has "
	    "its serial number."));
	out_line(out, 2, "%s", _("The mail program or browser shows and exports "
	    "it from its certificate list."));
}

static void
tell(const struct search *s)
{
	const struct find_answer *a = s->answer;
	struct out *out = s->cmd->out;
	char why[FIND_WHY_MAX + 128];

	rec_column(out);
	for (size_t i = 0; i < a->nhits; i++) {
		const struct record *r = &a->hits[i].cert;

		out_line(out, 2, "%zu. %s", i + 1,
		    r->holder != NULL ? r->holder : "?");
		rec_print(out, r, s->options.now);
		out_field(out, _("why"), "%s", find_why_sentence(&a->hits[i],
		    why, sizeof why));
		out_blank(out);
	}
	for (int i = 0; i < NOTE_COUNT; i++)
		if (a->notes & (1u << i))
			out_line(out, 2, "%s",
			    find_note_sentence((enum find_note)i));
	if (a->notes & (1u << NOTE_RESTRICTED))
		out_line(out, 2, "%s", _("With --reason TEXT they are shown; the "
		    "reason goes into the journal."));
	if (a->nhits == 0)
		tell_nothing(out, s);
}

static enum exit_code
search(struct cmd *cmd, struct search *s)
{
	struct err err = ERR_INIT;

	if (cmd_line(cmd, &s->line, &err) == -1 ||
	    longwork(cmd, look, NULL, s, &err) == -1)
		return cmd_fail(cmd, &err);
	if (cmd->json)
		tell_json(s);
	else
		tell(s);
	return s->answer->nhits > 0 ? EXIT_FINE : EXIT_ABSENT;
}

/* A filter that does nothing would be taken for one that found this. */
static int
check_options(const struct cmd *cmd, struct err *err)
{
	static const char *const filters[] = { "valid", "expired", "revoked",
		"suspended", "qualified", "issuer", "reason" };

	if (cmd_value(cmd, "in") == NULL)
		return cmd_value(cmd, "remember") == NULL ? 0 :
		    err_set(err, ERR_USAGE, _("--remember, without --in"),
		    NULL);
	for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
		if (cmd_value(cmd, filters[i]) != NULL)
			return err_set(err, ERR_USAGE,
			    _("a filter, with --in"), "--%s", filters[i]);
	return 0;
}

static enum exit_code
run(struct cmd *cmd)
{
	struct search s = { .cmd = cmd };
	struct err err = ERR_INIT;
	enum exit_code code;

	if (check_options(cmd, &err) == -1)
		return cmd_fail(cmd, &err);
	if (cmd_value(cmd, "in") != NULL)
		return find_in(cmd);
	s.options = (struct find_options){ .now = clock_now(),
	    .reason = cmd_value(cmd, "reason"),
	    .qualified = cmd_value(cmd, "qualified") != NULL };
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
		if (cmd_value(cmd, states[i].option) != NULL)
			s.options.states |= states[i].state;
	if (cmd_value(cmd, "issuer") != NULL &&
	    text_fold(cmd_value(cmd, "issuer"), s.issuer, sizeof s.issuer) > 0)
		s.options.issuer = s.issuer;
	code = search(cmd, &s);
	find_answer_free(s.answer);
	finder_free(s.finder);
	registry_close(s.registry);
	free(s.line);
	return code;
}

const struct verb cmd_find = {
	.name = "find",
	.args = N_("WORDS... | -"),
	.min_args = 1,
	.max_args = -1,
	.summary = N_("find a certificate by whatever is left: a name, part of a number, a document"),
	.options = {
		{ "in", NULL,
		    N_("the words are documents or folders to look into") },
		{ "valid", NULL, N_("only valid ones") },
		{ "expired", NULL, N_("only expired ones") },
		{ "revoked", NULL, N_("only revoked ones") },
		{ "suspended", NULL, N_("only suspended ones") },
		{ "qualified", NULL, N_("only qualified ones") },
		{ "issuer", N_("NAME"), N_("only of issuers with this in their name") },
		{ "reason", N_("TEXT"),
		    N_("find restricted ones too; the reason goes into the journal") },
		{ "remember", NULL, N_("with --in: remember what is found") },
	},
	.run = run,
};
