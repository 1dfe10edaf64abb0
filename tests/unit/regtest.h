/*
 * A registry in a folder of its own under /tmp, for cmocka programs of the
 * registry: made by setup, removed by teardown with all that lies in it.
 */
#ifndef TESTS_UNIT_REGTEST_H
#define TESTS_UNIT_REGTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "registry/record.h"
#include "registry/registry.h"

#define REGTEST_NOW	INT64_C(1795348800)	/* 2026-11-22 12:00 UTC */

struct regtest {
	char	dir[64];
	char	file[96];	/* dir/registry.db */
};

int	regtest_setup(void **state);
int	regtest_teardown(void **state);

/* Another folder with a copy of a registry that nobody has open; the same. */
struct regtest	*regtest_copy(const struct regtest *);
void	regtest_remove(struct regtest *);

/* Opens dir/registry.db or fails the test; account "kasia", point "punkt 1". */
struct registry	*regtest_open(const struct regtest *, enum registry_mode);

/* "dir/name" in one of a few static buffers. */
const char	*regtest_path(const struct regtest *, const char *name);

/* A record: its serial ends in n; PESEL and mail may be NULL. */
void	regtest_record(struct record *, unsigned n, const char *holder,
	    const char *pesel, const char *email);

/* Store such a record; returns its row, 0 when a tombstone stands. */
int64_t	regtest_put(struct registry *, unsigned n, const char *holder,
	    const char *pesel, const char *email);

/*
 * How often needle stands in the files of the folder (case of ASCII letters
 * ignored); the key file and those ending in skip (NULL: none) are left out.
 */
size_t	regtest_grep(const struct regtest *, const void *needle, size_t len,
	    const char *skip);

/* Where it stands, what follows there in small letters; no needle over 128. */
typedef void regtest_found(const uint8_t *at, size_t left, void *arg);

size_t	regtest_find(const struct regtest *, const void *needle, size_t len,
	    const char *skip, regtest_found *, void *arg);

/* SQL by a connection of its own, without any of our pragmas; must succeed. */
void	regtest_sql(const char *file, const char *sql);

/* The same, but the file's own rules must refuse it. */
void	regtest_refuses(const char *file, const char *sql);

/* The first column of the first row, likewise. */
int64_t	regtest_sql_int(const char *file, const char *sql);

/* Several of these by one connection: making one costs more than asking. */
struct regtest_fact {
	const char	*sql;
	int64_t		 is;
};

void	regtest_facts(const char *file, const struct regtest_fact *, size_t n);

#endif
