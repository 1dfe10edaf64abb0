/* okienko export: the registry as a list, deliberately, noted in the journal. */
#include "config.h"

#include <sys/stat.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/part.h"
#include "registry/import.h"
#include "ui/longwork.h"
#include "ui/rec_out.h"

struct taking {
	struct cmd		*cmd;
	const char		*reason;
	enum export_format	 format;
	int			 fd;
	char			*part;		/* FILE.part, or NULL */
	struct import_progress	 result;
};

static int
take(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct taking *t = arg;
	struct registry *reg = NULL;
	int rc;

	if (rec_open(t->cmd, REGISTRY_WRITE, &reg, err) == -1)
		return -1;
	rc = export_run(reg, t->fd, t->format, t->reason, cancel, &t->result,
	    err);
	registry_close(reg);
	return rc;
}

/*
 * A list of people is for its maker alone, and replaces nothing; it has its name
 * when it is whole, since half a list must not be taken for all of it.
 */
static int
open_file(struct taking *t, const char *path, struct err *err)
{
	struct stat st;

	if (lstat(path, &st) == 0)
		return err_set(err, ERR_EXISTS, path, NULL);
	t->part = mem_printf("%s.part", path);
	t->fd = part_make(t->part);
	return t->fd != -1 ? 0 : err_errno(err, errno == EEXIST ? ERR_EXISTS :
	    ERR_IO, t->part);
}

static int
close_file(struct taking *t, const char *path, int rc, struct err *err)
{
	if (rc == 0 && part_take(t->fd, t->part, path) == -1)
		rc = err_errno(err, errno == EEXIST ? ERR_EXISTS : ERR_IO,
		    path);
	if (rc == -1)
		(void)unlink(t->part);
	close(t->fd);
	return rc;
}

static int
understand(struct cmd *cmd, struct taking *t, struct err *err)
{
	const char *format = cmd_value(cmd, "format");

	t->reason = cmd_value(cmd, "reason");
	t->format = cmd->json ? EXPORT_JSON : EXPORT_CSV;
	if (t->reason == NULL || t->reason[0] == '\0')
		return err_set(err, ERR_REASON_NEEDED, _("the export"), NULL);
	if (format != NULL && strcmp(format, "json") == 0)
		t->format = EXPORT_JSON;
	else if (format != NULL && (cmd->json || strcmp(format, "csv") != 0))
		return err_set(err, ERR_USAGE, format, NULL);
	/* Names of strangers are in it as they are, whatever they do to one. */
	if (cmd->nargs == 0 && isatty(STDOUT_FILENO))
		return err_set(err, ERR_USAGE, _("a list is not written to a "
		    "terminal: give a FILE"), NULL);
	return 0;
}

/* On standard error: the list itself is only the list. */
static void
tell_left_out(struct cmd *cmd, int64_t n)
{
	if (n > 0)
		out_line(cmd->err, 2, P_("%lld certificate whose processing is "
		    "restricted was left out",
		    "%lld certificates whose processing is restricted were "
		    "left out", n), (long long)n);
}

static enum exit_code
run(struct cmd *cmd)
{
	struct taking t = { .cmd = cmd, .fd = STDOUT_FILENO };
	struct err err = ERR_INIT;
	int rc;

	if (understand(cmd, &t, &err) == -1 || (cmd->nargs == 1 &&
	    open_file(&t, cmd->args[0], &err) == -1)) {
		free(t.part);
		return cmd_fail(cmd, &err);
	}
	rc = longwork(cmd, take, NULL, &t, &err);
	if (cmd->nargs == 1)
		rc = close_file(&t, cmd->args[0], rc, &err);
	free(t.part);
	if (rc == -1)
		return cmd_fail(cmd, &err);
	if (cmd->nargs == 1 && !cmd->json)
		out_line(cmd->out, 2, P_("%s: %lld certificate written",
		    "%s: %lld certificates written", t.result.records),
		    cmd->args[0], (long long)t.result.records);
	tell_left_out(cmd, t.result.restricted);
	return EXIT_FINE;
}

const struct verb cmd_export = {
	.name = "export",
	.args = N_("[FILE]"),
	.max_args = 1,
	.summary = N_("write the registry out as a list; identifiers stay masked"),
	.options = {
		{ "format", "csv|json", N_("of the list; csv without it") },
		{ "reason", N_("TEXT"), N_("why, without anybody's name; it goes into the journal for good") },
	},
	.run = run,
};
