/*
 * usage: d2iload FOLDER FILE
 *
 * The importer that one writes first, as the peer of ours: every file of a
 * folder through d2i_X509, its fields through OpenSSL's functions, one row a
 * certificate with an index of the serial numbers, one transaction.  Prints
 * seconds, processor seconds, files and peak KiB.
 */
#include "config.h"

#include <sys/resource.h>
#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/x509v3.h>

#define DER_MAX	65536

static double
clock_s(clockid_t id)
{
	struct timespec t;

	(void)clock_gettime(id, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
execute(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
		fprintf(stderr, "d2iload: %s\n", sqlite3_errmsg(db));
		exit(1);
	}
}

static int64_t
utc(const ASN1_TIME *t)
{
	struct tm tm;

	return ASN1_TIME_to_tm(t, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

static void
put(sqlite3_stmt *st, X509 *x, const unsigned char *der, int len)
{
	char subject[1024], issuer[1024];
	const ASN1_INTEGER *serial = X509_get0_serialNumber(x);
	STACK_OF(POLICYINFO) *policies = X509_get_ext_d2i(x,
	    NID_certificate_policies, NULL, NULL);

	X509_NAME_oneline(X509_get_subject_name(x), subject, sizeof subject);
	X509_NAME_oneline(X509_get_issuer_name(x), issuer, sizeof issuer);
	sqlite3_bind_blob(st, 1, serial->data, serial->length, SQLITE_STATIC);
	sqlite3_bind_text(st, 2, subject, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 3, issuer, -1, SQLITE_STATIC);
	sqlite3_bind_int64(st, 4, utc(X509_get0_notBefore(x)));
	sqlite3_bind_int64(st, 5, utc(X509_get0_notAfter(x)));
	sqlite3_bind_int64(st, 6, X509_get_key_usage(x));
	sqlite3_bind_int64(st, 7, X509_get_extended_key_usage(x));
	sqlite3_bind_blob(st, 8, der, len, SQLITE_STATIC);
	if (sqlite3_step(st) != SQLITE_DONE)
		exit(1);
	sqlite3_reset(st);
	sk_POLICYINFO_pop_free(policies, POLICYINFO_free);
}

static int
take(sqlite3_stmt *st, int folder, const char *name)
{
	static unsigned char der[DER_MAX];
	const unsigned char *p = der;
	int fd = openat(folder, name, O_RDONLY);
	ssize_t n = fd == -1 ? -1 : read(fd, der, sizeof der);
	X509 *x;

	(void)close(fd);
	x = n > 0 ? d2i_X509(NULL, &p, n) : NULL;
	if (x == NULL)
		return 0;
	put(st, x, der, (int)n);
	X509_free(x);
	return 1;
}

int
main(int argc, char **argv)
{
	double wall = clock_s(CLOCK_MONOTONIC);
	struct rusage usage;
	struct dirent *entry;
	sqlite3_stmt *st;
	sqlite3 *db;
	long n = 0;
	DIR *dir;

	if (argc != 3 || (dir = opendir(argv[1])) == NULL ||
	    sqlite3_open(argv[2], &db) != SQLITE_OK) {
		fputs("usage: d2iload FOLDER FILE\n", stderr);
		return 2;
	}
	execute(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
	    "CREATE TABLE cert (id INTEGER PRIMARY KEY, serial BLOB,"
	    " subject TEXT, issuer TEXT, nb INT, na INT, ku INT, eku INT,"
	    " der BLOB); CREATE INDEX serial ON cert(serial); BEGIN");
	if (sqlite3_prepare_v2(db, "INSERT INTO cert (serial, subject, issuer,"
	    " nb, na, ku, eku, der) VALUES (?,?,?,?,?,?,?,?)", -1, &st, NULL) !=
	    SQLITE_OK)
		return 1;
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			n += take(st, dirfd(dir), entry->d_name);
	execute(db, "COMMIT");
	sqlite3_finalize(st);
	sqlite3_close(db);
	(void)closedir(dir);
	(void)getrusage(RUSAGE_SELF, &usage);
	printf("%.3f %.3f %ld %ld\n", clock_s(CLOCK_MONOTONIC) - wall,
	    clock_s(CLOCK_PROCESS_CPUTIME_ID), n, usage.ru_maxrss);
	return 0;
}
