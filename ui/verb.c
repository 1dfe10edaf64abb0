#include "config.h"

#include "ui/verb.h"

#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"

#define VERB(name) extern const struct verb cmd_##name;
#include "ui/verbs.def"
#undef VERB

const struct verb *const verbs[] = {
#define VERB(name) &cmd_##name,
#include "ui/verbs.def"
#undef VERB
};
const size_t nverbs = sizeof(verbs) / sizeof(verbs[0]);

/* In the order of common_place below. */
const struct verb_option common_options[] = {
	{ "json", NULL, N_("answer in JSON, for programs") },
	{ "lang", "pl|en", N_("language of the answer") },
	{ "conf", N_("FILE"), N_("read this instead of the usual okienko.conf") },
	{ "log", N_("LEVEL"),
	    N_("log to standard error too: error, warn, info or debug") },
	{ "help", NULL, N_("say how the command is used") },
	{ "version", NULL, N_("say which version this is") },
	{ NULL, NULL, NULL }
};

const struct exit_view exit_codes[] = {
#define EXIT(symbol, number, meaning) { number, meaning },
#include "ui/exit.def"
#undef EXIT
};
const size_t nexit_codes = sizeof(exit_codes) / sizeof(exit_codes[0]);

/* --- exit codes ---------------------------------------------------------- */

/* Errors of cards and their services not named here are EXIT_SERVICE. */
static const struct {
	enum err_code	code;
	enum exit_code	exit;
} exits[] = {
	{ ERR_NONE,		EXIT_FINE },
	{ ERR_UNKNOWN,		EXIT_SERVICE },
	{ ERR_IO,		EXIT_IO },
	{ ERR_NO_FILE,		EXIT_ABSENT },
	{ ERR_TOO_BIG,		EXIT_WRONG },
	{ ERR_BAD_DATA,		EXIT_WRONG },
	{ ERR_NOT_A_CERT,	EXIT_WRONG },
	{ ERR_PRIVATE_KEY,	EXIT_WRONG },
	{ ERR_WRONG_PASSWORD,	EXIT_PASSWORD },
	{ ERR_PASSWORD_NEEDED,	EXIT_PASSWORD },
	{ ERR_CANCELLED,	EXIT_PASSWORD },
	{ ERR_PIN_WRONG,	EXIT_PASSWORD },
	{ ERR_PIN_LOCKED,	EXIT_PASSWORD },
	{ ERR_PIN_EXPIRED,	EXIT_PASSWORD },
	{ ERR_PIN_LENGTH,	EXIT_PASSWORD },
	{ ERR_PIN_LETTERS,	EXIT_PASSWORD },
	{ ERR_PIN_LAST,		EXIT_PASSWORD },
	{ ERR_PIN_CANCELLED,	EXIT_PASSWORD },
	{ ERR_USAGE,		EXIT_USAGE },
	{ ERR_CONFIG,		EXIT_WRONG },
	{ ERR_CONFIG_OWNER,	EXIT_WRONG },
	{ ERR_FENCE,		EXIT_SERVICE },
	{ ERR_NO_KIOSK,		EXIT_ABSENT },
	{ ERR_TERMINAL,		EXIT_IO },
	{ ERR_NO_QUESTION,	EXIT_ABSENT },
	{ ERR_NO_READER,	EXIT_ABSENT },
	{ ERR_NO_SUCH_READER,	EXIT_ABSENT },
	{ ERR_READER_GONE,	EXIT_ABSENT },
	{ ERR_CARD_REMOVED,	EXIT_ABSENT },
	{ ERR_RENEWED_AWAY,	EXIT_ABSENT },
	{ ERR_RENEWS_NOTHING,	EXIT_WRONG },
	{ ERR_CARD_MUTE,	EXIT_WRONG },
	{ ERR_CARD_LEFT,	EXIT_WRONG },
	{ ERR_CARD_UNKNOWN,	EXIT_WRONG },
	{ ERR_CARD_BLANK,	EXIT_WRONG },
	{ ERR_NO_SCRAP,		EXIT_WRONG },
	{ ERR_PART_LOCKED,	EXIT_WRONG },
	{ ERR_PART_LEFT_OUT,	EXIT_WRONG },
	{ ERR_EXISTS,		EXIT_IO },
	{ ERR_NOT_NOTED,	EXIT_IO },
	{ ERR_DISK_FULL,	EXIT_IO },
	{ ERR_READ_ONLY,	EXIT_IO },
	{ ERR_NOT_FOUND,	EXIT_ABSENT },
	{ ERR_NO_REGISTRY,	EXIT_ABSENT },
	{ ERR_REGISTRY_BROKEN,	EXIT_WRONG },
	{ ERR_REGISTRY_NEWER,	EXIT_IO },
	{ ERR_REGISTRY_BUSY,	EXIT_IO },
	{ ERR_REGISTRY_KEY,	EXIT_IO },
	{ ERR_REGISTRY_JOURNAL,	EXIT_WRONG },
	{ ERR_REASON_NEEDED,	EXIT_USAGE },
	{ ERR_RESTRICTED,	EXIT_WRONG },
	{ ERR_ISSUER_NEEDED,	EXIT_USAGE },
	{ ERR_NO_COLUMN,	EXIT_USAGE },
	{ ERR_NO_FIELD,		EXIT_USAGE },
	{ ERR_NO_HEADING,	EXIT_USAGE },
	{ ERR_NOTHING_READ,	EXIT_WRONG },
	{ ERR_SIGNATURE,	EXIT_WRONG },
	{ ERR_PERSON_AMBIGUOUS,	EXIT_WRONG },
	{ ERR_RETENTION_HELD,	EXIT_WRONG },
	{ ERR_ERASE_PENDING,	EXIT_WRONG },
	{ ERR_STATUS_FORGED,	EXIT_WRONG },
	{ ERR_STATUS_OTHER,	EXIT_WRONG },
	{ ERR_STATUS_OLD,	EXIT_WRONG },
	{ ERR_STATUS_CLOCK,	EXIT_WRONG },
	{ ERR_NO_STATUS,	EXIT_WRONG },
	{ ERR_NO_ISSUER,	EXIT_WRONG },
	{ ERR_CASE_OPEN,	EXIT_WRONG },
	{ ERR_CASE_MOVED,	EXIT_WRONG },
	{ ERR_CASE_STATE,	EXIT_WRONG },
	{ ERR_NO_CASE,		EXIT_ABSENT },
	{ ERR_NO_CODE,		EXIT_ABSENT },
	{ ERR_NO_ORDER_SERVICE,	EXIT_ABSENT },
	{ ERR_ORDER_UNKNOWN,	EXIT_ABSENT },
	{ ERR_ORDER_AMBIGUOUS,	EXIT_WRONG },
	{ ERR_ORDER_NO_FORM,	EXIT_ABSENT },
	{ ERR_ORDER_STATE,	EXIT_WRONG },
	{ ERR_ORDER_WRONG,	EXIT_WRONG },
	{ ERR_ORDER_SENT,	EXIT_WRONG },
	{ ERR_NO_CLAUSE,	EXIT_ABSENT },
	{ ERR_LOOSE_MODE,	EXIT_IO },
	{ ERR_NOT_A_REQUEST,	EXIT_WRONG },
	{ ERR_NO_RENEWAL,	EXIT_ABSENT },
	{ ERR_RENEWAL_OPEN,	EXIT_WRONG },
	{ ERR_RENEWAL_STATE,	EXIT_WRONG },
	{ ERR_RENEWAL_STOPS,	EXIT_WRONG },
	{ ERR_CERT_OTHER_KEY,	EXIT_WRONG },
	{ ERR_CERT_KEY_TAKEN,	EXIT_WRONG },
	{ ERR_CERT_OTHER_HOLDER, EXIT_WRONG },
	{ ERR_CERT_NO_CHAIN,	EXIT_WRONG },
	{ ERR_CERT_ENDED,	EXIT_WRONG },
	{ ERR_CERT_NOT_PROVED,	EXIT_WRONG },
	{ ERR_CARD_FULL,	EXIT_WRONG },
	{ ERR_CARD_READ_ONLY,	EXIT_WRONG },
	{ ERR_CARD_KEY_KIND,	EXIT_WRONG },
	{ ERR_CARD_HASH,	EXIT_WRONG },
	{ ERR_CARD_ID_TAKEN,	EXIT_WRONG },
	{ ERR_CARD_READ_BACK,	EXIT_WRONG },
	{ ERR_CARD_IN_USE,	EXIT_WRONG },
	{ ERR_WAY_REFUSED,	EXIT_WRONG },
	{ ERR_LAST_FOUR,	EXIT_USAGE },
	{ ERR_PROOF_NEEDED,	EXIT_WRONG },
	{ ERR_NO_CHANNEL,	EXIT_WRONG },
	{ ERR_FONT,		EXIT_ABSENT },
	{ ERR_PRINT_NONE,	EXIT_ABSENT },
};

enum exit_code
exit_for(enum err_code code)
{
	size_t	 i;

	for (i = 0; i < sizeof(exits) / sizeof(exits[0]); i++)
		if (exits[i].code == code)
			return exits[i].exit;
	return EXIT_SERVICE;
}

enum exit_code
exit_worse(enum exit_code a, enum exit_code b)
{
	return a > b ? a : b;
}

/* --- the command line ---------------------------------------------------- */

const struct verb *
verb_find(const char *name)
{
	size_t	 i;

	for (i = 0; i < nverbs; i++)
		if (strcmp(verbs[i]->name, name) == 0)
			return verbs[i];
	return NULL;
}

int
cmd_line(const struct cmd *cmd, char **line, struct err *err)
{
	struct buf text;
	int rc = 0;

	buf_init(&text, CMD_LINE_MAX);
	if (cmd->nargs == 1 && strcmp(cmd->args[0], "-") == 0)
		rc = file_read("-", _("standard input"), &text, err);
	else
		for (int i = 0; i < cmd->nargs && rc == 0; i++)
			if ((i > 0 && buf_add(&text, " ", 1) == -1) ||
			    buf_add(&text, cmd->args[i],
			    strlen(cmd->args[i])) == -1)
				rc = err_set(err, ERR_TOO_BIG,
				    _("what was asked for"), NULL);
	if (rc == 0)
		*line = mem_strndup((const char *)text.data, text.len);
	buf_clear(&text);
	return rc;
}

const char *
cmd_value(const struct cmd *cmd, const char *name)
{
	size_t	 i;

	for (i = 0; cmd->verb->options[i].name != NULL; i++)
		if (strcmp(cmd->verb->options[i].name, name) == 0)
			return cmd->values[i];
	panic("%s has no option %s", cmd->verb->name, name);
}

enum exit_code
cmd_fail(struct cmd *cmd, const struct err *err)
{
	out_flush(cmd->out);
	out_error(cmd->err, err);
	return exit_for(err->code);
}

static int
usage_error(struct err *err, const char *fmt, const char *arg)
{
	char	*what = mem_printf(fmt, arg);

	err_set(err, ERR_USAGE, what, NULL);
	free(what);
	return -1;
}

/* The option that len bytes of name are, and where it stands; NULL for none. */
static const struct verb_option *
find_option(const struct verb_option *table, const char *name, size_t len,
    size_t *at)
{
	for (*at = 0; table[*at].name != NULL; (*at)++)
		if (strlen(table[*at].name) == len &&
		    strncmp(table[*at].name, name, len) == 0)
			return &table[*at];
	return NULL;
}

/* Note an option of every verb. */
static void
take_common(struct cmd *cmd, const char *name, const char *value)
{
	if (strcmp(name, "json") == 0)
		cmd->json = true;
	else if (strcmp(name, "help") == 0)
		cmd->help = true;
	else if (strcmp(name, "version") == 0)
		cmd->version = true;
	else if (strcmp(name, "lang") == 0)
		cmd->lang = value;
	else if (strcmp(name, "conf") == 0)
		cmd->conf_path = value;
	else if (strcmp(name, "log") == 0)
		cmd->log_word = value;
}

/* "--name", "--name=value" or "--name value"; returns words used, or -1. */
static int
take_option(struct cmd *cmd, char **argv, struct err *err)
{
	const struct verb_option	*option = NULL;
	const char			*name = argv[0] + 2, *value;
	size_t				 at, len = strcspn(name, "=");
	bool				 own;
	int				 used = 1;

	if (cmd->verb != NULL)
		option = find_option(cmd->verb->options, name, len, &at);
	own = option != NULL;
	if (!own && (option = find_option(common_options, name, len, &at)) == NULL)
		return usage_error(err, _("there is no option %s"), argv[0]);
	value = name[len] == '=' ? name + len + 1 : NULL;
	if (option->arg == NULL && value != NULL)
		return usage_error(err, _("--%s takes no value"), option->name);
	if (option->arg != NULL && value == NULL) {
		if (argv[1] == NULL)
			return usage_error(err, _("--%s needs a value"),
			    option->name);
		value = argv[1];
		used = 2;
	}
	if (own)
		cmd->values[at] = value != NULL ? value : "";
	else
		take_common(cmd, option->name, value);
	return used;
}

/* What the tables cannot say of the values. */
static int
check_values(const struct cmd *cmd, struct err *err)
{
	if (cmd->lang != NULL && strcmp(cmd->lang, "pl") != 0 &&
	    strcmp(cmd->lang, "en") != 0)
		return usage_error(err, _("%s is not a language of this desk"),
		    cmd->lang);
	if (cmd->log_word != NULL && log_level_parse(cmd->log_word) == -1)
		return usage_error(err, _("%s is not a level of the log"),
		    cmd->log_word);
	if (cmd->verb == NULL || cmd->help || cmd->version)
		return 0;
	if (cmd->nargs < cmd->verb->min_args)
		return usage_error(err, _("%s needs to be told more"),
		    cmd->verb->name);
	if (cmd->verb->max_args != -1 && cmd->nargs > cmd->verb->max_args)
		return usage_error(err, _("%s is one word too many"),
		    cmd->args[cmd->verb->max_args]);
	return 0;
}

int
cmd_parse(struct cmd *cmd, int argc, char **argv, struct err *err)
{
	bool	 options = true;
	int	 i, used;

	/* Arguments are gathered at the front of argv, in their order. */
	cmd->args = argv;
	for (i = 1; i < argc; i += used) {
		used = 1;
		if (options && strcmp(argv[i], "--") == 0) {
			options = false;
		} else if (options && argv[i][0] == '-' && argv[i][1] == '-') {
			if ((used = take_option(cmd, argv + i, err)) == -1)
				return -1;
		} else if (options && argv[i][0] == '-' && argv[i][1] != '\0') {
			return usage_error(err, _("there is no option %s"),
			    argv[i]);
		} else if (cmd->verb != NULL) {
			cmd->args[cmd->nargs++] = argv[i];
		} else if ((cmd->verb = verb_find(argv[i])) == NULL) {
			return usage_error(err, _("there is no command %s"),
			    argv[i]);
		}
	}
	return check_values(cmd, err);
}
