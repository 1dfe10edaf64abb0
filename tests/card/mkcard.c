/*
 * mkcard: the ready cards as image files, and their certificates beside.
 */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/card/ready.h"

static void
usage(int code)
{
	FILE *f = code ? stderr : stdout;

	fputs("usage: mkcard [--card NAME [--only ID,...] [--serial HEX] [--out FILE]]\n"
	    "              [--authority OFFICE] DIR\n\n"
	    "Makes DIR/NAME.card (see vcard --image), DIR/NAME.list with a line\n"
	    "\"id, what, file, label\" for each object, DIR/certs/*.pem, and keeps\n"
	    "keys in DIR/keys.  The PIN is 1234 on all cards; the PUK is\n"
	    "1234567890123456, on PIV cards 12345678.\n"
	    "--authority: the office with that folder issues the certificates.\n"
	    "--only: nothing but the objects with these ids, in hex.\n"
	    "Cards:\n\n", f);
	for (size_t i = 0; i < ready_ncards; i++)
		fprintf(f, "%-10s %s\n", ready_cards[i].name,
		    ready_cards[i].about);
	exit(code);
}

static const char *
what_name(enum what w)
{
	static const char *const names[] = {
		[BOTH] = "cert+key", [KEY_ONLY] = "key", [CERT_ONLY] = "cert",
		[CERT_CA] = "ca", [CERT_DAMAGED] = "damaged",
		[CERT_64K] = "cert",
	};

	return names[w];
}

static void
write_list(const struct ready *r, const char *dir)
{
	char *path = mem_printf("%s/%s.list", dir, r->name);
	FILE *f = fopen(path, "we");

	if (f == NULL)
		panic("%s: %s", path, strerror(errno));
	for (int i = 0; i < READY_ITEMS_MAX && r->items[i].what; i++)
		fprintf(f, "%02X\t%s\t%s\t%s\n", r->items[i].id,
		    what_name(r->items[i].what), r->items[i].name,
		    r->items[i].label ? r->items[i].label : "");
	if (fclose(f) != 0)
		panic("%s: %s", path, strerror(errno));
	free(path);
}

static void
folder(const char *dir, const char *name)
{
	char *path = mem_printf("%s%s", dir, name);

	if (mkdir(path, 0755) == -1 && errno != EEXIST)
		panic("%s: %s", path, strerror(errno));
	free(path);
}

/* From now on that office issues what is made in DIR; see mkcert.h. */
static void
use_authority(const char *dir, const char *office)
{
	char *path = mem_printf("%s/authority", dir);
	char *to = realpath(office, NULL);

	if (to == NULL || (unlink(path) == -1 && errno != ENOENT) ||
	    symlink(to, path) == -1)
		panic("%s: %s", office, strerror(errno));
	free(to);
	free(path);
}

/* Two that make the same cards take turns; the stamp is set last. */
static int
lock(const char *dir)
{
	char *path = mem_printf("%s/lock", dir);
	FILE *f = fopen(path, "we");

	if (f == NULL || flock(fileno(f), LOCK_EX) == -1)
		panic("%s: %s", path, strerror(errno));
	free(path);
	return fileno(f);	/* open until the end, and so is the lock */
}

static void
make_all(const char *dir)
{
	char *stamp = mem_printf("%s/made", dir);
	FILE *f;

	for (size_t i = 0; i < cert_nspecs; i++)
		ready_write_pem(dir, &cert_specs[i]);
	for (size_t i = 0; i < ready_ncards; i++) {
		if (ready_make(&ready_cards[i], dir, NULL, NULL) == -1)
			exit(1);
		write_list(&ready_cards[i], dir);
	}
	f = fopen(stamp, "we");
	if (f == NULL || fclose(f) != 0)
		panic("%s: %s", stamp, strerror(errno));
	free(stamp);
}

/* A card with nothing but those objects. */
static void
keep_only(struct ready *r, const char *ids)
{
	struct item kept[READY_ITEMS_MAX] = { { .what = ITEM_END } };
	int n = 0;

	while (*ids) {
		char *end;
		unsigned id = (unsigned)strtoul(ids, &end, 16);

		if (end == ids || (*end && *end != ','))
			usage(2);
		ids = *end ? end + 1 : end;
		for (int i = 0; i < READY_ITEMS_MAX && r->items[i].what; i++)
			if (r->items[i].id == id && n < READY_ITEMS_MAX)
				kept[n++] = r->items[i];
	}
	memcpy(r->items, kept, sizeof(kept));
}

static int
make_one(const char *name, const char *only, const char *dir,
    const char *serial, const char *out)
{
	for (size_t i = 0; i < ready_ncards; i++) {
		struct ready r = ready_cards[i];

		if (strcmp(r.name, name) != 0)
			continue;
		if (only)
			keep_only(&r, only);
		return ready_make(&r, dir, serial, out) == 0 ? 0 : 1;
	}
	usage(2);
	return 2;
}

static const struct option options[] = {
	{ "authority", required_argument, NULL, 'a' },
	{ "card", required_argument, NULL, 'c' },
	{ "help", no_argument, NULL, 'h' },
	{ "only", required_argument, NULL, 'O' },
	{ "out", required_argument, NULL, 'o' },
	{ "serial", required_argument, NULL, 's' },
	{ NULL, 0, NULL, 0 },
};

int
main(int argc, char **argv)
{
	const char *name = NULL, *only = NULL, *serial = NULL, *out = NULL,
	    *dir, *office = NULL;
	int o;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (o) {
		case 'a': office = optarg; break;
		case 'c': name = optarg; break;
		case 'h': usage(0); break;
		case 'O': only = optarg; break;
		case 'o': out = optarg; break;
		case 's': serial = optarg; break;
		default: usage(2);
		}
	if (optind + 1 != argc || (name == NULL && (only || serial || out)))
		usage(2);
	dir = argv[optind];
	folder(dir, "");
	folder(dir, "/keys");
	folder(dir, "/certs");
	lock(dir);
	if (office)
		use_authority(dir, office);
	if (name == NULL) {
		make_all(dir);
		return 0;
	}
	return make_one(name, only, dir, serial, out);
}
