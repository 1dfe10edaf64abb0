/*
 * usage: mkders FOLDER N
 *
 * N certificates as DER, a file each, that differ in their serial numbers
 * alone.  They are signed as their pattern was, which nothing that is timed
 * looks at.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/bench/population.h"
#include "tests/unit/certmake.h"

/* Sixteen octets that nothing else in the certificate will be. */
static const char mark[] = "\x51\x61\x71\x12\x22\x32\x42\x52\x62\x72\x13\x23"
    "\x33\x43\x53\x63";

#define MARK_LEN	(sizeof mark - 1)

static int
write_file(const char *path, const uint8_t *der, size_t len)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fwrite(der, 1, len, f) != len || fclose(f) != 0) {
		perror(path);
		return -1;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	struct make m;
	uint8_t *der, *serial;
	size_t len;
	long n;

	if (argc != 3) {
		fputs("usage: mkders FOLDER N\n", stderr);
		return 2;
	}
	n = strtol(argv[2], NULL, 10);
	m = *make_profile("qualified-full");
	m.serial = mark;
	m.serial_len = MARK_LEN;
	der = make_cert(&m, &len);
	serial = der != NULL ? memmem(der, len, mark, MARK_LEN) : NULL;
	if (serial == NULL) {
		fputs("mkders: no pattern\n", stderr);
		return 1;
	}
	(void)mkdir(argv[1], 0700);
	for (long i = 0; i < n; i++) {
		uint64_t s = pop_stream(0x64657273, (uint64_t)i);
		char path[4096];

		for (size_t k = 1; k < MARK_LEN; k++)
			serial[k] = (uint8_t)pop_next(&s);
		snprintf(path, sizeof path, "%s/%08ld.der", argv[1], i);
		if (write_file(path, der, len) == -1)
			return 1;
	}
	free(der);
	return 0;
}
