/*
 * How this machine is set up, read from its files as systemd and others read
 * them, below a root that tests can put elsewhere.  No right is needed but to
 * read; nothing is started.  Any thread.
 */
#ifndef ANSWERS_MACHINE_H
#define ANSWERS_MACHINE_H

#include <sys/stat.h>

#include <stdbool.h>
#include <stddef.h>

#define MACHINE_TEXT_MAX	65536

/* "": the machine itself. */
struct machine {
	const char	*root;
};

enum unit_state { UNIT_ABSENT, UNIT_MASKED, UNIT_INSTALLED, UNIT_REPLACED };

/* A file's text, the caller's to free; NULL and errno: not to be had. */
char		*machine_text(const struct machine *, const char *path);
/* Whether the file holds this and nothing else but white space at its end. */
bool		 machine_says(const struct machine *, const char *path,
		    const char *value);
/* 0, or -1 and errno. */
int		 machine_stat(const struct machine *, const char *path,
		    struct stat *);

/*
 * Where systemd finds a unit, or a file in one of its folders ("logind.conf.d/
 * okienko.conf"): the administrator's before the packages'.  UNIT_REPLACED: it
 * lies in the administrator's folder.  path, if not NULL, is filled, without root.
 */
enum unit_state	 machine_unit(const struct machine *, const char *name,
		    char *path, size_t size);

/* A process of a service that runs; 0: it does not run, or that cannot be seen. */
int		 machine_service_pid(const struct machine *, const char *unit);

/* A line "key value" or "key = value" of a text, in any case; its value or NULL. */
const char	*machine_value(const char *text, const char *key, char *buf,
		    size_t size);

struct machine_account {
	unsigned	 uid, gid;
	char		 shell[64];
};

/* -1: there is none. */
int		 machine_account(const struct machine *, const char *name,
		    struct machine_account *);
/* The next member of a group after the n-th; false: no more. */
bool		 machine_member(const struct machine *, const char *group,
		    size_t n, char *name, size_t size);

#endif
