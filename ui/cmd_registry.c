/* okienko registry: the file itself: checked, told of, copied, put back. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/jstring.h"
#include "base/paths.h"
#include "base/text.h"
#include "registry/cases.h"
#include "registry/journal.h"
#include "registry/keep.h"
#include "ui/longwork.h"
#include "ui/personwords.h"
#include "ui/progress.h"
#include "ui/rec_out.h"
#include "ui/recwords.h"

#define JOURNAL_SHOWN	50

/* One run of it; what its parts need on their thread. */
struct order {
	struct cmd		*cmd;
	const char		*file;		/* backup, restore */
	struct registry_info	 info;
	struct cases_count	 cases;
	const char		*path;
	char			*kept;		/* what was there before */
	struct registry		*registry;
	json_t			*list;		/* findings, entries */
	int64_t			 max;		/* of entries */
	size_t			 told;
	struct progress		 progress;
	const atomic_bool	*cancel;
};

/* --- check --------------------------------------------------------------- */

static const struct {
	const char	*id, *word;
} findings[] = {
	{ "integrity", N_("the file as a whole") },
	{ "foreign-keys", N_("rows that belong together") },
	{ "index", N_("what search goes by") },
	{ "journal", N_("the journal's chain") },
};

static const char *
finding_word(const char *id)
{
	for (size_t i = 0; i < sizeof findings / sizeof findings[0]; i++)
		if (strcmp(findings[i].id, id) == 0)
			return _(findings[i].word);
	return id;
}

/* Nobody else writes meanwhile: the command waits for this thread. */
static void
take_finding(const char *what, bool good, const char *detail, void *arg)
{
	struct order *o = arg;
	json_t *f = json_object();

	json_object_set_new(f, "check", jstring(what));
	json_object_set_new(f, "good", json_boolean(good));
	json_object_set_new(f, "detail", out_string_json(detail));
	json_array_append_new(o->list, f);
	if (!o->cmd->json)
		out_line(o->cmd->out, 2, detail != NULL && detail[0] != '\0' ?
		    "%s: %s (%s)" : "%s: %s", finding_word(what),
		    good ? _("good") : _("WRONG"), detail);
}

static int
check(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct order *o = arg;

	(void)cancel;
	if (rec_open(o->cmd, REGISTRY_READ, &o->registry, err) == -1)
		return -1;
	return keep_check(o->registry, take_finding, o, err);
}

/* --- info ---------------------------------------------------------------- */

static int
info(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct order *o = arg;

	(void)cancel;
	if (rec_open(o->cmd, REGISTRY_READ, &o->registry, err) == -1)
		return -1;
	o->path = registry_path(o->registry);
	if (cases_count(o->registry, &o->cases, err) == -1)
		return -1;
	return registry_info(o->registry, &o->info, err);
}

/* Under the name "copies", and as a sentence when there are any. */
static void
tell_copies(struct order *o, const char *path, json_t *j)
{
	json_t *copies = keep_copies(path);
	char text[512];

	if (!o->cmd->json && json_array_size(copies) > 0)
		out_line(o->cmd->out, 2, "%s",
		    recwords_copies(copies, text, sizeof text));
	json_object_set_new(j, "copies", copies);
}

static void
tell_info(struct order *o)
{
	const struct registry_info *i = &o->info;
	const struct {
		const char	*name, *label;
		int64_t		 n;
	} numbers[] = {
		{ "certificates", N_("certificates"), i->certs },
		{ "cards", N_("cards"), i->cards },
		{ "issuers", N_("issuers"), i->issuers },
		{ "open_cases", N_("open cases"), o->cases.open },
		{ "words", N_("words of names"), i->words },
		{ "restricted", N_("restricted"), i->restricted },
		{ "erased", N_("erased"), i->erased },
		{ "orders", N_("orders remembered"), i->orders },
		{ "waiting", N_("waiting to be sent"), i->waiting },
		{ "journal", N_("journal entries"), i->journal },
		{ "bytes", N_("bytes"), i->bytes },
	};
	static const char *const labels[] = { N_("journal entries"),
		N_("words of names"), N_("certificates"),
		N_("orders remembered"), N_("waiting to be sent"), NULL };
	json_t *j = json_object();
	char count[32];

	json_object_set_new(j, "path", out_string_json(o->path));
	json_object_set_new(j, "id", jstring(i->id));
	json_object_set_new(j, "version", json_integer(i->version));
	out_column(o->cmd->out, labels);
	if (!o->cmd->json) {
		out_field(o->cmd->out, _("file"), "%s", o->path);
		out_field(o->cmd->out, _("its id"), "%s", i->id);
		out_field(o->cmd->out, _("version"), "%d", i->version);
	}
	for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
		json_object_set_new(j, numbers[k].name,
		    json_integer(numbers[k].n));
		if (!o->cmd->json)
			out_field(o->cmd->out, _(numbers[k].label), "%s",
			    recwords_count(numbers[k].n, count, sizeof count));
	}
	tell_copies(o, o->path, j);
	if (o->cmd->json)
		out_json(o->cmd->out, j, false);
	json_decref(j);
}

/* --- backup, restore ----------------------------------------------------- */

static int
take_progress(int64_t done, int64_t total, void *arg)
{
	struct order *o = arg;

	progress_set(&o->progress, done, total, done);
	return atomic_load(o->cancel);
}

static int
backup(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct order *o = arg;

	o->cancel = cancel;
	if (rec_open(o->cmd, REGISTRY_WRITE, &o->registry, err) == -1)
		return -1;
	return keep_backup(o->registry, o->file,
	    cmd_value(o->cmd, "with-key") != NULL, take_progress, o, err);
}

static int
restore(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct order *o = arg;
	const struct registry_options options = rec_options(o->cmd);

	(void)cancel;
	return keep_restore(&options, o->file, &o->kept, err);
}

static void
tell_done(struct order *o)
{
	const struct registry_options options = rec_options(o->cmd);
	json_t *j = json_object();

	json_object_set_new(j, "file", out_string_json(o->file));
	json_object_set_new(j, "kept", out_string_json(o->kept));
	if (!o->cmd->json)
		out_line(o->cmd->out, 2, strcmp(o->cmd->args[0], "backup") == 0 ?
		    _("%s is a whole and checked copy of the registry.") :
		    _("The registry is again what %s holds; what was erased "
		    "since has been erased again."), o->file);
	if (!o->cmd->json && o->kept != NULL)
		out_line(o->cmd->out, 2, _("What was there before is in %s."),
		    o->kept);
	if (strcmp(o->cmd->args[0], "restore") == 0)
		tell_copies(o, options.path != NULL ? options.path :
		    paths_registry(), j);
	if (o->cmd->json)
		out_json(o->cmd->out, j, false);
	json_decref(j);
}

/* --- journal ------------------------------------------------------------- */

static int
take_entry(int64_t seq, const struct journal_entry *e, void *arg)
{
	struct order *o = arg;
	json_t *j = json_object();
	char at[40], whom[2 * IDENT_HASH_LEN + 1] = "";

	if (e->whom != NULL)
		text_hex(e->whom->b, IDENT_HASH_LEN, 0, whom, sizeof whom);
	json_object_set_new(j, "entry", json_integer(seq));
	json_object_set_new(j, "at",
	    jstring(clock_rfc3339(e->at, at, sizeof at)));
	json_object_set_new(j, "action",
	    jstring(journal_action_id(e->action)));
	json_object_set_new(j, "whom", whom[0] == '\0' ? json_null() :
	    jstring(whom));
	json_object_set_new(j, "what", out_string_json(e->what));
	json_object_set_new(j, "why", out_string_json(e->why));
	json_object_set_new(j, "account", out_string_json(e->account));
	json_object_set_new(j, "point", out_string_json(e->point));
	json_array_append_new(o->list, j);
	if (!o->cmd->json)
		out_line(o->cmd->out, 6, "%lld  %s  %s  %s%s%s  %s%s%s%s%s",
		    (long long)seq, clock_local(e->at, at, sizeof at),
		    personwords_action(journal_action_id(e->action)),
		    e->account != NULL ? e->account : "",
		    e->point != NULL && e->point[0] != '\0' ? "@" : "",
		    e->point != NULL ? e->point : "",
		    whom, whom[0] != '\0' ? "  " : "",
		    e->what != NULL ? e->what : "",
		    e->why != NULL ? ": " : "", e->why != NULL ? e->why : "");
	return 0;
}

static int
journal(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct order *o = arg;

	(void)cancel;
	if (rec_open(o->cmd, REGISTRY_READ, &o->registry, err) == -1)
		return -1;
	return journal_each(o->registry, o->max, take_entry, o, err);
}

static void
tell_list(struct order *o)
{
	json_t *j = json_object();

	json_object_set(j, strcmp(o->cmd->args[0], "journal") == 0 ? "entries" :
	    "findings", o->list);
	if (o->cmd->json)
		out_json(o->cmd->out, j, false);
	json_decref(j);
}

static int
take_max(struct order *o, struct err *err)
{
	const char *word = cmd_value(o->cmd, "max");
	char *end;

	o->max = JOURNAL_SHOWN;
	if (word == NULL)
		return 0;
	errno = 0;
	o->max = strtoll(word, &end, 10);
	return errno == 0 && end != word && *end == '\0' && o->max > 0 ? 0 :
	    err_set(err, ERR_USAGE, word, "--max");
}

/* --- the command --------------------------------------------------------- */

static void
tick(void *arg)
{
	progress_show(&((struct order *)arg)->progress);
}

/* What may stand behind it, and whether that names a file. */
static const struct {
	const char		*name;
	bool			 file, always;	/* always: tell although it failed */
	longwork_fn		*work;
	longwork_tick_fn	*tick;
	void			(*tell)(struct order *);
} parts[] = {
	{ "check", false, true, check, NULL, tell_list },
	{ "info", false, false, info, NULL, tell_info },
	{ "backup", true, false, backup, tick, tell_done },
	{ "restore", true, false, restore, NULL, tell_done },
	{ "journal", false, false, journal, NULL, tell_list },
};

static enum exit_code
run(struct cmd *cmd)
{
	struct order o = { .cmd = cmd, .list = json_array(),
	    .file = cmd->nargs > 1 ? cmd->args[1] : NULL };
	enum exit_code code = EXIT_FINE;
	struct err err = ERR_INIT;
	size_t i = 0;
	int rc;

	while (i < sizeof parts / sizeof parts[0] &&
	    strcmp(parts[i].name, cmd->args[0]) != 0)
		i++;
	if (i == sizeof parts / sizeof parts[0] ||
	    parts[i].file != (o.file != NULL))
		err_set(&err, ERR_USAGE, cmd->args[0], NULL);
	if (err.code != ERR_NONE || take_max(&o, &err) == -1) {
		json_decref(o.list);
		return cmd_fail(cmd, &err);
	}
	progress_init(&o.progress, cmd->err, !cmd->json);
	rc = longwork(cmd, parts[i].work, parts[i].tick, &o, &err);
	progress_end(&o.progress);
	if (rc == 0 || parts[i].always)
		parts[i].tell(&o);
	if (rc == -1)
		code = cmd_fail(cmd, &err);
	registry_close(o.registry);
	free(o.kept);
	json_decref(o.list);
	return code;
}

const struct verb cmd_registry = {
	.name = "registry",
	.args = N_("check | info | backup FILE | restore FILE | journal"),
	.min_args = 1,
	.max_args = 2,
	.summary = N_("look after the registry: check it, copy it, put a copy back"),
	.options = {
		{ "with-key", NULL,
		    N_("backup: the key that hides identifiers too, into FILE.key") },
		{ "max", N_("N"), N_("journal: how many entries, newest first; 50") },
	},
	.run = run,
};
