/* okienko import: certificates and statuses out of files into the registry. */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/jstring.h"
#include "registry/import.h"
#include "ui/longwork.h"
#include "ui/progress.h"
#include "ui/rec_out.h"
#include "ui/recwords.h"

#define BAD_LISTED	1000	/* skipped records that the JSON answer lists */

struct bringing {
	struct cmd		*cmd;
	const char		*path;
	struct registry		*registry;
	struct import_options	 options;
	struct import_progress	 result;
	struct progress		 progress;
	json_t			*bad;
	bool			 worse;		/* something was left out */
};

static const struct {
	const char		*name;
	enum import_kind	 kind;
} kinds[] = {
	{ "auto", IMPORT_AUTO }, { "certificates", IMPORT_CERTS },
	{ "index", IMPORT_INDEX }, { "csv", IMPORT_CSV },
	{ "ldif", IMPORT_LDIF }, { "crl", IMPORT_CRL },
};

static int
take_kind(const struct cmd *cmd, enum import_kind *kind, struct err *err)
{
	const char *name = cmd_value(cmd, "kind");

	*kind = IMPORT_AUTO;
	if (name == NULL)
		return 0;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(kinds[i].name, name) == 0) {
			*kind = kinds[i].kind;
			return 0;
		}
	return err_set(err, ERR_USAGE, name, NULL);
}

/* --- on the worker's thread ---------------------------------------------- */

static void
take_progress(const struct import_progress *p, void *arg)
{
	struct bringing *b = arg;

	progress_set(&b->progress, p->done, p->total, p->records);
}

static json_t *
bad_json(const struct import_bad *bad)
{
	json_t *o = json_object();

	json_object_set_new(o, "file", out_string_json(bad->file));
	json_object_set_new(o, "line", bad->line == 0 ? json_null() :
	    json_integer(bad->line));
	json_object_set_new(o, "error", out_error_json(&bad->err));
	return o;
}

/* "list.csv:12: sentence (ID)", as compilers say it. */
static void
take_bad(const struct import_bad *bad, void *arg)
{
	struct bringing *b = arg;
	char text[1024];

	b->worse = true;
	if (json_array_size(b->bad) < BAD_LISTED)
		json_array_append_new(b->bad, bad_json(bad));
	err_sentence(&bad->err, text, sizeof text);
	progress_pause(&b->progress);
	if (bad->line > 0)
		out_line(b->cmd->err, 2, "%s:%lld: %s (%s)", bad->file,
		    (long long)bad->line, text, err_id(bad->err.code));
	else
		out_line(b->cmd->err, 2, "%s: %s (%s)", bad->file, text,
		    err_id(bad->err.code));
	progress_resume(&b->progress);
}

static int
bring(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct bringing *b = arg;

	b->options.cancel = cancel;
	return import_run(b->registry, b->path, &b->options, &b->result, err);
}

/* --- on the command's ---------------------------------------------------- */

static void
tick(void *arg)
{
	progress_show(&((struct bringing *)arg)->progress);
}

static json_t *
result_json(const struct bringing *b)
{
	const struct import_progress *p = &b->result;
	json_t *notes = json_array();

	for (unsigned bit = 1; bit < 1u << IMPORT_NOTES; bit <<= 1)
		if (p->notes & bit)
			json_array_append_new(notes,
			    jstring(import_note_id(bit)));
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I,"
	    " s:o}",
	    "records", (json_int_t)p->records, "added", (json_int_t)p->added,
	    "changed", (json_int_t)p->changed, "same", (json_int_t)p->same,
	    "skipped", (json_int_t)p->bad, "erased", (json_int_t)p->erased,
	    "elsewhere", (json_int_t)p->elsewhere,
	    "links", (json_int_t)p->links,
	    "bytes", (json_int_t)p->done, "milliseconds",
	    (json_int_t)p->millis, "notes", notes);
}

/* What was left out is said where skipped records are, to programs too. */
static void
tell_notes(const struct bringing *b)
{
	for (unsigned bit = 1; bit < 1u << IMPORT_NOTES; bit <<= 1) {
		bool fault = bit == IMPORT_DEEP;

		if ((b->result.notes & bit) != 0 && (fault || !b->cmd->json))
			out_line(fault ? b->cmd->err : b->cmd->out, 2,
			    "%s: %s", b->path, import_note_sentence(bit));
	}
	if (b->result.links > 0)
		out_line(b->cmd->err, 2, P_("%s: %lld link was left out; links "
		    "in a folder are not followed", "%s: %lld links were left "
		    "out; links in a folder are not followed",
		    b->result.links), b->path, (long long)b->result.links);
}

static void
tell(const struct bringing *b)
{
	const struct import_progress *p = &b->result;

	if (b->cmd->json)
		return;
	out_line(b->cmd->out, 2, _("%s: %lld read; %lld new, %lld changed, "
	    "%lld as before, %lld skipped"), b->path, (long long)p->records,
	    (long long)p->added, (long long)p->changed, (long long)p->same,
	    (long long)p->bad);
	if (p->erased > 0)
		out_line(b->cmd->out, 2, P_("%s: %lld was left out, because it "
		    "has been erased on request", "%s: %lld were left out, "
		    "because they have been erased on request", p->erased),
		    b->path, (long long)p->erased);
	if (p->elsewhere > 0)
		out_line(b->cmd->out, 2, P_("%s: %lld entry concerns nothing "
		    "in the registry", "%s: %lld entries concern nothing in "
		    "the registry", p->elsewhere), b->path,
		    (long long)p->elsewhere);
}

/* Pipes, folders, single certificates and revocation lists begin anew. */
static void
tell_kept(const struct bringing *b)
{
	out_line(b->cmd->err, 2, "%s", b->result.placed &&
	    !b->options.restart ? _("What was read so far is kept. The same "
	    "command goes on where it stood.") : _("What was read so far is "
	    "kept."));
}

static enum exit_code
import_file(struct bringing *b, json_t *files)
{
	enum exit_code code = EXIT_FINE;
	struct err err = ERR_INIT;
	json_t *o;
	int rc;

	b->bad = json_array();
	b->worse = false;
	memset(&b->result, 0, sizeof b->result);
	progress_init(&b->progress, b->cmd->err, !b->cmd->json);
	rc = longwork(b->cmd, bring, tick, b, &err);
	progress_end(&b->progress);
	o = result_json(b);
	json_object_set_new(o, "file", out_string_json(b->path));
	json_object_set_new(o, "bad", b->bad);
	tell(b);
	tell_notes(b);
	b->worse |= (b->result.notes & IMPORT_DEEP) != 0 ||
	    b->result.links > 0;
	if (rc == -1) {
		code = cmd_fail(b->cmd, &err);
		json_object_set_new(o, "error", out_error_json(&err));
		if (err.code == ERR_CANCELLED)
			tell_kept(b);
	}
	json_array_append_new(files, o);
	return b->worse ? exit_worse(code, EXIT_WRONG) : code;
}

static enum exit_code
run(struct cmd *cmd)
{
	struct bringing b = { .cmd = cmd, .options = {
	    .mapping = cmd_value(cmd, "mapping"),
	    .encoding = cmd_value(cmd, "encoding"),
	    .issuer = cmd_value(cmd, "issuer"),
	    .restart = cmd_value(cmd, "restart") != NULL,
	    .progress = take_progress, .bad = take_bad } };
	struct registry_options options = rec_options(cmd);
	json_t *answer = json_object(), *files = json_array();
	enum exit_code code = EXIT_FINE;
	struct err err = ERR_INIT;

	options.bulk = true;
	b.options.arg = &b;
	import_alone(&b.options);
	json_object_set_new(answer, "files", files);
	if (take_kind(cmd, &b.options.kind, &err) == -1 ||
	    registry_open(&b.registry, REGISTRY_CREATE, &options, &err) == -1)
		code = cmd_fail(cmd, &err);
	if (b.registry != NULL && registry_is_anew(b.registry))
		out_line(cmd->err, 2, "%s", recwords_anew());
	for (int i = 0; b.registry != NULL && i < cmd->nargs &&
	    cmd->signal == 0; i++) {
		b.path = cmd->args[i];
		code = exit_worse(code, import_file(&b, files));
	}
	if (cmd->json)
		out_json(cmd->out, answer, false);
	registry_close(b.registry);
	json_decref(answer);
	return code;
}

const struct verb cmd_import = {
	.name = "import",
	.args = N_("FILE..."),
	.min_args = 1,
	.max_args = -1,
	.summary = N_("bring certificates, lists and revocation lists into the registry"),
	.options = {
		{ "kind", N_("KIND"), N_("auto, certificates, index, csv, ldif or crl; by content without it") },
		{ "mapping", N_("COLUMNS"), N_("csv: which column is what: serial=3,issuer=1,holder=Name") },
		{ "encoding", N_("NAME"), N_("csv: UTF-8 or CP1250; seen by itself without it") },
		{ "issuer", N_("FILE"), N_("index: the issuer's certificate; crl: to verify it by") },
		{ "restart", NULL, N_("begin anew instead of going on where it stood") },
	},
	.run = run,
};
