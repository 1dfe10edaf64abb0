/*
 * Settings files (INI) read by table: a line of the table says which section
 * and key, of what type, within what bounds, where in a record it goes and what
 * it means.  okienko.conf and the authorities' files are each one such table,
 * and the manual is checked against it.  Any thread; problems are worded in the
 * present language.
 */
#ifndef BASE_SETTING_H
#define BASE_SETTING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define SETTING_FILE_MAX	(256u << 10)	/* bytes of one file */
#define SETTING_LIST_MAX	32	/* values of a key that may be repeated */
#define SETTING_PROBLEMS_MAX	100	/* complaints about one folder of files */

/* Values of a key that may be repeated, in the order of the file. */
struct conf_list {
	char	*v[SETTING_LIST_MAX];
	size_t	 n;
};

#define CONF_FILES_MAX		256	/* that one glob may name */

/*
 * fn for each file that absolute paths and globs name; one that matches nothing
 * is given as it stands, so that opening it tells.  Ends with the first result
 * that is not 0, and returns it.
 */
int	conf_list_files(const struct conf_list *,
	    int (*fn)(const char *path, void *arg), void *arg);

enum setting_type {
	SETTING_TEXT,		/* char *, at most hi characters */
	SETTING_WORD,		/* char *, one of words */
	SETTING_BOOL,		/* bool: yes, no */
	SETTING_NUMBER,		/* long, lo..hi */
	SETTING_DATE,		/* char *, "2026-10-01" */
	SETTING_PATH,		/* char *, absolute */
	SETTING_PATHS,		/* struct conf_list of absolute paths or globs */
	SETTING_TEXTS,		/* struct conf_list, each at most hi characters */
	SETTING_HEXES,		/* struct conf_list, upper-case, lo..hi bytes each */
	SETTING_WORDS,		/* struct conf_list, each one of words, once */
	SETTING_ADDRESSES,	/* struct conf_list, each as base/address.h reads it */
	SETTING_HOURS		/* char *, as base/hours.h reads it, at most hi characters */
};

struct setting {
	const char		*section, *key;
	enum setting_type	 type;
	size_t			 offset;	/* of the field in the record */
	const char		*def;		/* as it would be written; "" for none */
	const char		*words;		/* SETTING_WORD: "terminal mono" */
	long			 lo, hi;
	const char		*meaning;	/* one line, for people */
};

/* One complaint about a file. */
struct conf_problem {
	char	file[96];		/* its path, cut if need be; safe to print */
	int	line;			/* 0: the file as a whole */
	char	text[200];		/* in the present language; safe to print */
};

struct conf_problems {
	struct conf_problem	*v;
	size_t			 n;
};

void	conf_problems_clear(struct conf_problems *);
void	conf_problems_add(struct conf_problems *, const char *file, int line,
	    const char *, ...) __attribute__((format(printf, 4, 5)));

/* A complaint as the error ERR_CONFIG; -1. */
int	conf_problem_err(const struct conf_problem *, struct err *);

/* Set every field of the record to its default; whatever was there is lost. */
void	settings_init(const struct setting *, size_t n, void *record);
void	settings_clear(const struct setting *, size_t n, void *record);

/*
 * Put a value, already known to be printable UTF-8, into its field; NULL, or
 * what is wrong with it (a msgid) and the field stays.
 */
const char *setting_take(const struct setting *, const char *value,
	    void *record);

/*
 * Read path over the record.  What is right is taken, also from a file with
 * mistakes, and each mistake is added to problems: then -1 and ERR_CONFIG for
 * the first.  A file that cannot be read is ERR_NO_FILE, ERR_IO or ERR_TOO_BIG
 * and no problem of the list.
 */
int	settings_read(const struct setting *, size_t n, void *record,
	    const char *path, struct conf_problems *, struct err *);

#endif
