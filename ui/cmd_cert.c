/* okienko cert: what certificates in files are, and what they are good for. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cert/file.h"
#include "ui/ask.h"
#include "ui/cert_out.h"

#define PASSWORD_TRIES	3

/* What a file is called to people. */
static const char *
file_name(const char *path)
{
	if (strcmp(path, "-") == 0)
		return _("standard input");
	return path[0] != '\0' ? path : "\"\"";
}

/* Ask for the password and try it. */
static int
parse_with_password(const struct buf *file, const char *name,
    struct cert_list *list, struct err *err)
{
	struct safe_text	 safe;
	struct secret		*password;
	char			*question;
	int			 rc;

	text_safe_str(&safe, name, 60);
	question = mem_printf(_("Password for %s (not shown):"), safe.s);
	rc = ask_password(question, name, &password, err);
	free(question);
	if (rc == -1)
		return -1;
	rc = cert_file_parse(file->data, file->len, name, password, list, err);
	secret_free(password);
	return rc;
}

/*
 * The file is read once and parsed as often as the password is wrong, since
 * standard input cannot be read again.
 */
static int
read_certs(const char *path, struct cert_list *list, struct err *err)
{
	const char	*name = file_name(path);
	struct buf	 file;
	int		 rc, tries;

	buf_init(&file, CERT_FILE_MAX);
	if ((rc = file_read(path, name, &file, err)) == 0)
		rc = cert_file_parse(file.data, file.len, name, NULL, list, err);
	for (tries = 0; rc == -1 && err->code == ERR_WRONG_PASSWORD &&
	    tries < PASSWORD_TRIES; tries++) {
		err_clear(err);
		rc = parse_with_password(&file, name, list, err);
	}
	buf_clear(&file);
	return rc;
}

static void
print_list(struct cmd *cmd, const char *path, const struct cert_list *list,
    const struct cert_standing *standing)
{
	const char	*name = file_name(path);
	bool		 whole = cmd_value(cmd, "whole") != NULL;
	size_t		 i;

	for (i = 0; i < list->n; i++) {
		out_line(cmd->out, 2, _("%s, certificate %zu of %zu"), name,
		    i + 1, list->n);
		cert_print(cmd->out, list->certs[i], &standing[i], whole);
		out_blank(cmd->out);
	}
	if (list->damaged > 0)
		out_line(cmd->out, 2, P_("%s: %zu entry is damaged.",
		    "%s: %zu entries are damaged.", list->damaged), name,
		    list->damaged);
	if (list->cut)
		out_line(cmd->out, 2, _("%s: there are more certificates than "
		    "this desk reads from one file."), name);
}

static json_t *
list_json(const struct cert_list *list, const struct cert_standing *standing)
{
	json_t	*certs = json_array();
	size_t	 i;

	for (i = 0; i < list->n; i++)
		json_array_append_new(certs,
		    cert_describe(list->certs[i], &standing[i]));
	return certs;
}

/* One file, to standard output or into the answer's array. */
static enum exit_code
look_at(struct cmd *cmd, const char *path, int64_t now, json_t *files)
{
	struct cert_list	 list = { 0 };
	struct cert_standing	*standing;
	struct err		 err = ERR_INIT;
	enum exit_code		 code = EXIT_FINE;
	json_t			*o = json_object();
	size_t			 i;

	json_object_set_new(o, "file", out_string_json(path));
	if (read_certs(path, &list, &err) == -1) {
		code = cmd_fail(cmd, &err);
		json_object_set_new(o, "error", out_error_json(&err));
	}
	standing = mem_array(list.n + 1, sizeof(*standing));
	for (i = 0; i < list.n; i++) {
		cert_stand(cmd, list.certs[i], now, &standing[i]);
		code = exit_worse(code, cert_exit(list.certs[i], &standing[i]));
	}
	if (list.damaged > 0 || list.cut)
		code = exit_worse(code, EXIT_WRONG);
	json_object_set_new(o, "damaged", json_integer((json_int_t)list.damaged));
	json_object_set_new(o, "cut", json_boolean(list.cut));
	json_object_set_new(o, "certificates", list_json(&list, standing));
	if (cmd->json)
		json_array_append(files, o);
	else
		print_list(cmd, path, &list, standing);
	json_decref(o);
	free(standing);
	cert_list_clear(&list);
	return code;
}

static enum exit_code
run(struct cmd *cmd)
{
	json_t		*answer = json_object(), *files = json_array();
	enum exit_code	 code = EXIT_FINE;
	int64_t		 now = clock_now();
	int		 i;

	json_object_set_new(answer, "files", files);
	for (i = 0; i < cmd->nargs && !out_failed(cmd->out); i++)
		code = exit_worse(code, look_at(cmd, cmd->args[i], now, files));
	if (cmd->json)
		out_json(cmd->out, answer, false);
	json_decref(answer);
	return code;
}

const struct verb cmd_cert = {
	.name = "cert",
	.args = N_("FILE..."),
	.min_args = 1,
	.max_args = -1,
	.summary = N_("show the certificates in files: PEM, DER, PKCS#7, PKCS#12"),
	.options = {
		{ "whole", NULL,
		    N_("do not mask the identifiers of persons") },
	},
	.run = run,
};
