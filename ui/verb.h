/*
 * The command line by tables: a verb is one file with one struct verb, and one
 * line of verbs.def.  Usage, help, completion and the manual's check all come
 * from here.
 */
#ifndef UI_VERB_H
#define UI_VERB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/authority.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/log.h"
#include "ui/out.h"

enum exit_code {
#define EXIT(symbol, number, meaning) EXIT_##symbol = number,
#include "ui/exit.def"
#undef EXIT
};

struct exit_view {
	int		 number;
	const char	*meaning;	/* to be translated */
};
extern const struct exit_view	exit_codes[];
extern const size_t		nexit_codes;

/* The exit code that goes with an error. */
enum exit_code	exit_for(enum err_code);

/* The worse of two. */
enum exit_code	exit_worse(enum exit_code, enum exit_code);

#define VERB_OPTIONS_MAX	20

/* --name, with a value where arg is not NULL. */
struct verb_option {
	const char	*name;
	const char	*arg;		/* to be translated; NULL: no value */
	const char	*help;		/* to be translated */
};

struct cmd;

struct verb {
	const char	*name;
	const char	*args;		/* as in usage, to be translated; "" for none */
	int		 min_args, max_args;	/* -1: any number */
	const char	*summary;	/* one line, to be translated */
	bool		 tells_settings;	/* mistakes in settings are its subject */
	struct verb_option options[VERB_OPTIONS_MAX];	/* name NULL ends */
	enum exit_code	(*run)(struct cmd *);
};

/* One command line, understood. */
struct cmd {
	const struct verb	*verb;		/* NULL: the desk itself */
	char			**args;
	int			 nargs;
	const char		*values[VERB_OPTIONS_MAX]; /* "" for a bare option */
	/* Options of every verb. */
	bool			 json, help, version;
	const char		*lang, *conf_path, *log_word;
	/* Made from them. */
	enum log_level		 log_level;
	struct conf		 conf;
	struct conf_problems	 problems;	/* of all configuration files */
	struct authorities	 authorities;
	struct net_login	*login;		/* for a proxy; NULL before settings */
	struct out		*out, *err;	/* standard output and error */
	int			 signal;	/* that ended the verb; 0 */
};

/* The value of one of the verb's own options; NULL if it was not given. */
const char	*cmd_value(const struct cmd *, const char *name);

/*
 * The words behind the verb as one line, the caller's to free; "-" is standard
 * input, which ps does not show.  ERR_TOO_BIG above CMD_LINE_MAX bytes.
 */
#define CMD_LINE_MAX	16384
int		 cmd_line(const struct cmd *, char **line, struct err *);

/* Say what is wrong on standard error; returns the exit code that goes with it. */
enum exit_code	 cmd_fail(struct cmd *, const struct err *);

/* All verbs, in the order of help; and one by its name, or NULL. */
extern const struct verb *const	verbs[];
extern const size_t		nverbs;
const struct verb		*verb_find(const char *name);

/* Options that every verb has; name NULL ends. */
extern const struct verb_option	common_options[];

/*
 * Understand argv into cmd, which is zeroed: -1 and ERR_USAGE.  Options may
 * stand anywhere up to "--"; args point into argv.
 */
int	cmd_parse(struct cmd *, int argc, char **argv, struct err *);

/* Help for one verb, or for all with verb NULL. */
void	help_print(struct out *, const struct verb *);

#endif
