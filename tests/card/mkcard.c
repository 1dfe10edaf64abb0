/*
 * mkcard: the ready cards as image files, and their certificates beside.
 */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/card/card.h"
#include "tests/card/mkcert.h"
#include "tests/card/p15.h"
#include "tests/card/piv.h"

#define ITEMS_MAX	12
#define MANY		200
#define MANY_KEYS	4

enum what {
	ITEM_END, BOTH, KEY_ONLY, CERT_ONLY, CERT_CA, CERT_DAMAGED,
	CERT_64K		/* its file claims to have 64 KiB */
};

struct item {
	enum what	 what;
	unsigned	 id;		/* or a PIV card's place */
	const char	*name;		/* of certificate, or of the key alone */
	const char	*label;
	enum p15_usage	 usage;
};

struct ready {
	const char	*name;
	const char	*about;
	const char	*type;
	const char	*label;		/* NULL: not initialised */
	const char	*serial;
	unsigned	 holes[P15_HOLES_MAX];
	unsigned	 many;
	struct item	 items[ITEMS_MAX];
};

static const struct ready cards[] = {
	{
		.name = "ready", .about = "the card of the tests: a qualified "
		    "certificate and one of every state", .type = "isoapplet",
		.label = "Karta \u0141ucji \u017b.", .serial = "00A1B2C3D4E50001",
		.holes = { 16384, 8192 },
		.items = {
			{ BOTH, 0x01, "qualified", "Podpis kwalifikowany \u0141.",
			    P15_NON_REPUDIATION },
			{ BOTH, 0x02, "email", "Poczta i logowanie",
			    P15_SIGN_DECRYPT },
			{ BOTH, 0x03, "expired", "Podpis (stary)",
			    P15_NON_REPUDIATION },
			{ BOTH, 0x04, "future", "Podpis (nowy)",
			    P15_NON_REPUDIATION },
			{ CERT_CA, 0x05, "card-ca", "Urz\u0105d po\u015bredni", 0 },
			{ KEY_ONLY, 0x06, "orphan", "Klucz bez certyfikatu",
			    P15_SIGN },
			{ CERT_ONLY, 0x07, "keyless", "Certyfikat bez klucza", 0 },
		},
	},
	{
		.name = "other", .about = "another holder's, to swap with",
		.type = "isoapplet", .label = "Karta Stefana",
		.serial = "00A1B2C3D4E50002", .holes = { 12000 },
		.items = {
			{ BOTH, 0x01, "other-qualified", "Podpis kwalifikowany",
			    P15_NON_REPUDIATION },
			{ BOTH, 0x02, "other-email", "Poczta", P15_SIGN_DECRYPT },
		},
	},
	{
		.name = "full", .about = "600 bytes free: less than a certificate "
		    "needs", .type = "isoapplet", .label = "Karta pe\u0142na",
		.serial = "00A1B2C3D4E50003", .holes = { 400, 200 },
		.items = {
			{ BOTH, 0x01, "qualified", "Podpis kwalifikowany",
			    P15_NON_REPUDIATION },
			{ BOTH, 0x02, "expired", "Podpis (stary)",
			    P15_NON_REPUDIATION },
		},
	},
	{
		.name = "empty", .about = "initialised, nothing on it",
		.type = "isoapplet", .label = "Karta pusta",
		.serial = "00A1B2C3D4E50004", .holes = { 32000 },
	},
	{
		.name = "blank", .about = "not initialised",
		.type = "isoapplet",
	},
	{
		.name = "many", .about = "200 certificates, four of them with keys",
		.type = "isoapplet", .label = "Karta przepe\u0142niona",
		.serial = "00A1B2C3D4E50005", .holes = { 1000 }, .many = MANY,
	},
	{
		.name = "hostile", .about = "names and labels made to do harm",
		.type = "isoapplet", .label = "Karta \033[31mz\u0142a \u202etrawi\305",
		.serial = "00A1B2C3D4E50006", .holes = { 8192 },
		.items = {
			{ BOTH, 0x01, "hostile-escapes", "\033]0;etykieta\007\r\nx",
			    P15_SIGN },
			{ CERT_ONLY, 0x02, "hostile-bidi", "\u202eatekyte", 0 },
			{ CERT_ONLY, 0x03, "hostile-utf8",
			    "Etykieta urwana w \305", 0 },
			{ CERT_ONLY, 0x05, "hostile-nul", "Zero", 0 },
			{ CERT_ONLY, 0x04, "hostile-long", "D\u0142ugi", 0 },
		},
	},
	{
		.name = "damaged", .about = "a good certificate, one damaged, one "
		    "whose file claims to have 64 KiB", .type = "isoapplet",
		.label = "Karta uszkodzona", .serial = "00A1B2C3D4E50007",
		.holes = { 8192 },
		.items = {
			{ BOTH, 0x01, "other-email", "Dobry", P15_SIGN },
			{ CERT_DAMAGED, 0x02, "other-qualified", "Uszkodzony", 0 },
			{ CERT_64K, 0x03, "big", "Za du\u017cy", 0 },
		},
	},
	{
		.name = "piv", .about = "PIV: EC keys in 9A 9C 9E, RSA in 9D, three "
		    "retired", .type = "piv", .serial =
		    "00A1B2C3D4E54001800000000000000A",
		.items = {
			{ BOTH, 0, "piv-9a", NULL, 0 },
			{ BOTH, 1, "piv-9c", NULL, 0 },
			{ BOTH, 2, "piv-9d", NULL, 0 },
			{ BOTH, 3, "piv-9e", NULL, 0 },
			{ BOTH, 4, "piv-retired", NULL, 0 },
			{ CERT_ONLY, 5, "keyless", NULL, 0 },
			{ CERT_ONLY, 6, "card-ca", NULL, 0 },
		},
	},
	{
		.name = "piv-full", .about = "PIV: all 24 places taken",
		.type = "piv", .serial = "00A1B2C3D4E54001800000000000000B",
		.many = PIV_PLACES,
	},
	{
		.name = "piv-big", .about = "PIV: a true 64 KiB certificate in 9A, a "
		    "damaged one in 9D", .type = "piv",
		.serial = "00A1B2C3D4E54001800000000000000C",
		.items = {
			{ CERT_ONLY, 0, "big", NULL, 0 },
			{ CERT_DAMAGED, 2, "piv-9d", NULL, 0 },
			{ BOTH, 3, "piv-9e", NULL, 0 },
		},
	},
	{
		.name = "piv-empty", .about = "PIV: nothing on it",
		.type = "piv", .serial = "00A1B2C3D4E54001800000000000000D",
	},
};

#define NCARDS (sizeof(cards) / sizeof(cards[0]))

static void
usage(int code)
{
	FILE *f = code ? stderr : stdout;

	fputs("usage: mkcard [--card NAME [--serial HEX] [--out FILE]] DIR\n\n"
	    "Makes DIR/NAME.card (see vcard --image), DIR/NAME.list with a line\n"
	    "\"id, what, file, label\" for each object, DIR/certs/*.pem, and keeps\n"
	    "keys in DIR/keys.  The PIN is 1234 on all cards; the PUK is\n"
	    "1234567890123456, on PIV cards 12345678.  Cards:\n\n", f);
	for (size_t i = 0; i < NCARDS; i++)
		fprintf(f, "%-10s %s\n", cards[i].name, cards[i].about);
	exit(code);
}

/* --- one card ---------------------------------------------------------------- */

/* The outer length stays right; what is inside makes no sense any more. */
static void
damage(struct buf *der)
{
	for (size_t i = 12; i < der->len && i < 200; i += 3)
		der->data[i] ^= 0x5a;
}

static EVP_PKEY *
key_of(const char *dir, const struct item *it)
{
	return mkcert_key(dir, it->what == KEY_ONLY ? it->name :
	    cert_spec(it->name)->key);
}

static void
write_pem(const char *dir, const struct cert_spec *spec)
{
	char *path = mem_printf("%s/certs/%s.pem", dir, spec->name);
	FILE *f = fopen(path, "we");
	struct buf der;

	buf_init(&der, STORE_FILE_MAX);
	mkcert(dir, spec, &der);
	if (f == NULL || !PEM_write(f, PEM_STRING_X509, "", der.data,
	    (long)der.len) || fclose(f) != 0)
		panic("%s: %s", path, strerror(errno));
	buf_clear(&der);
	free(path);
}

/*
 * The certificate as it lies beside the cards, made if it does not yet: so
 * that what is on a card and what a test compares it with are the same bytes.
 */
static void
der_of(const char *dir, const struct cert_spec *spec, struct buf *der)
{
	char *path = mem_printf("%s/certs/%s.pem", dir, spec->name);
	char *name = NULL, *header = NULL;
	unsigned char *data = NULL;
	long n = 0;
	FILE *f;

	if (access(path, F_OK) == -1)
		write_pem(dir, spec);
	f = fopen(path, "re");
	if (f == NULL || PEM_read(f, &name, &header, &data, &n) != 1)
		panic("%s: not readable", path);
	bytes_set(der, data, (size_t)n);
	OPENSSL_free(name);
	OPENSSL_free(header);
	OPENSSL_free(data);
	fclose(f);
	free(path);
}

static void
fill_p15(struct p15 *p, const char *dir, const struct item *it)
{
	struct buf der;

	if (it->what == BOTH || it->what == KEY_ONLY)
		p15_key(p, it->id, it->label, key_of(dir, it), it->usage);
	if (it->what == KEY_ONLY)
		return;
	buf_init(&der, STORE_FILE_MAX);
	der_of(dir, cert_spec(it->name), &der);
	if (it->what == CERT_DAMAGED)
		damage(&der);
	p15_cert(p, it->id, it->label, it->what == CERT_CA,
	    span_of(der.data, der.len), it->what == CERT_64K ? 65535 : 0);
	buf_clear(&der);
}

static void
fill_many(struct p15 *p, const char *dir, unsigned n)
{
	const struct cert_spec *spec = cert_spec("many");
	struct buf der;

	buf_init(&der, STORE_FILE_MAX);
	for (unsigned id = 1; id <= n; id++) {
		char *label = mem_printf("Certyfikat %u", id);

		if (id <= MANY_KEYS)
			p15_key(p, id, label, mkcert_key(dir, spec->key),
			    P15_SIGN);
		mkcert_numbered(dir, spec, id, &der);
		p15_cert(p, id, label, false, span_of(der.data, der.len), 0);
		free(label);
	}
	buf_clear(&der);
}

static void
make_p15(const struct ready *r, const char *dir, const char *serial,
    struct store *s)
{
	struct p15 p;

	if (r->label == NULL)
		return;
	p15_begin(&p, s);
	for (int i = 0; i < ITEMS_MAX && r->items[i].what; i++)
		fill_p15(&p, dir, &r->items[i]);
	if (r->many)
		fill_many(&p, dir, r->many);
	p15_end(&p, r->label, serial, r->holes);
}

static void
make_piv(const struct ready *r, const char *dir, const char *serial,
    struct store *s)
{
	struct buf der, guid;

	buf_init(&der, STORE_FILE_MAX);
	buf_init(&guid, 64);
	if (hex_read(&guid, serial) == -1 || guid.len != PIV_GUID_LEN)
		panic("not 16 bytes in hex: %s", serial);
	piv_prepare(s, guid.data);
	for (int i = 0; i < ITEMS_MAX && r->items[i].what; i++) {
		const struct item *it = &r->items[i];

		der_of(dir, cert_spec(it->name), &der);
		if (it->what == CERT_DAMAGED)
			damage(&der);
		piv_fill(s, it->id, it->what == BOTH ? key_of(dir, it) : NULL,
		    der.data, der.len);
	}
	for (unsigned n = 0; n < r->many; n++) {
		mkcert_numbered(dir, cert_spec("piv-9a"), n, &der);
		piv_fill(s, n, mkcert_key(dir, cert_spec("piv-9a")->key),
		    der.data, der.len);
	}
	buf_clear(&guid);
	buf_clear(&der);
}

static void
make(const struct ready *r, const char *dir, const char *serial,
    const char *out)
{
	struct store *s = store_new(r->type, card_type(r->type)->atr);
	char *path = out ? mem_strdup(out) : mem_printf("%s/%s.card", dir,
	    r->name);

	if (serial == NULL)
		serial = r->serial;
	if (strcmp(r->type, "piv") == 0)
		make_piv(r, dir, serial, s);
	else
		make_p15(r, dir, serial, s);
	if (store_save(s, path) == -1)
		exit(1);
	store_free(s);
	free(path);
}

/* --- what lies beside -------------------------------------------------------- */

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
	for (int i = 0; i < ITEMS_MAX && r->items[i].what; i++)
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
		write_pem(dir, &cert_specs[i]);
	for (size_t i = 0; i < NCARDS; i++) {
		make(&cards[i], dir, NULL, NULL);
		write_list(&cards[i], dir);
	}
	f = fopen(stamp, "we");
	if (f == NULL || fclose(f) != 0)
		panic("%s: %s", stamp, strerror(errno));
	free(stamp);
}

static const struct option options[] = {
	{ "card", required_argument, NULL, 'c' },
	{ "help", no_argument, NULL, 'h' },
	{ "out", required_argument, NULL, 'o' },
	{ "serial", required_argument, NULL, 's' },
	{ NULL, 0, NULL, 0 },
};

int
main(int argc, char **argv)
{
	const char *name = NULL, *serial = NULL, *out = NULL, *dir;
	int o;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (o) {
		case 'c': name = optarg; break;
		case 'h': usage(0); break;
		case 'o': out = optarg; break;
		case 's': serial = optarg; break;
		default: usage(2);
		}
	if (optind + 1 != argc || (name == NULL && (serial || out)))
		usage(2);
	dir = argv[optind];
	folder(dir, "");
	folder(dir, "/keys");
	folder(dir, "/certs");
	lock(dir);
	if (name == NULL) {
		make_all(dir);
		return 0;
	}
	for (size_t i = 0; i < NCARDS; i++)
		if (strcmp(cards[i].name, name) == 0) {
			make(&cards[i], dir, serial, out);
			return 0;
		}
	usage(2);
}
