/*
 * Any line asked of a small registry, loaded or not yet: it is answered, and
 * what is answered is in order; parts that take it for something stay within
 * their bounds.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "registry/find.h"
#include "registry/query.h"
#include "registry/store.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define ROWS	64

/* Made once and used for every line: opening one costs more than asking. */
struct bed {
	struct registry	*reg;
	struct finder	*loaded, *empty;
};

static void
require(int truth)
{
	if (!truth)
		abort();
}

static void
put(struct registry *reg, unsigned i)
{
	static const char *const holders[] = {
		"Jan Kowalski", "Anna Nowak-Kowalska", "Łukasz Żółć",
		"PRZYKŁADOWA SPÓŁKA Z O.O.", "J", "", "Ółą \xff kot", "A B C D E F G",
	};
	struct record r;
	struct err err = ERR_INIT;

	record_init(&r);
	memset(r.issuer.key, 1, 20);
	r.issuer.key_len = 20;
	r.issuer.line = mem_strdup("CN=Urząd");
	r.issuer.shown = mem_strdup("Urząd");
	for (r.serial_len = 0; r.serial_len < 1 + i % 30; r.serial_len++)
		r.serial[r.serial_len] = (uint8_t)(i * 37 + r.serial_len + 1);
	r.holder = mem_strdup(holders[i % 8]);
	r.org = mem_strdup(i % 3 == 0 ? "Dom 24 sp. k." : NULL);
	r.order = mem_printf("ZAM/%u", i);
	r.card_number = mem_printf("6375 0000 %04u", i);
	r.card_token = mem_printf("0A1B%08X", i);
	r.how = HOW_CARD;
	require(store_cert(reg, &r, NULL, &err) == 0);
	record_clear(&r);
}

/* The folder goes at once: the file lives on behind its descriptors. */
static void
make(struct bed *bed)
{
	static const char *const names[] = { "r.db", "r.db-wal", "r.db-shm",
	    "r.db.key" };
	char dir[] = "/tmp/query-fuzz.XXXXXX", path[64];
	struct registry_options o = { .path = path, .bulk = true,
	    .point = "punkt", .account = "konto" };
	struct err err = ERR_INIT;

	require(mkdtemp(dir) != NULL);
	snprintf(path, sizeof path, "%s/r.db", dir);
	require(registry_open(&bed->reg, REGISTRY_CREATE, &o, &err) == 0);
	for (unsigned i = 0; i < ROWS; i++)
		put(bed->reg, i);
	/* With its indexes: what is asked of is what people have. */
	require(registry_settle(bed->reg, &err) == 0);
	bed->empty = finder_new();
	bed->loaded = finder_new();
	require(finder_load(bed->loaded, bed->reg, NULL, &err) == 0);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(dir);
}

static void
check_query(struct query *query)
{
	uint8_t number[CERT_SERIAL_MAX];
	struct query q = *query;

	require(q.hex.n <= QUERY_HEX_MAX && q.look.n <= QUERY_HEX_MAX);
	require(query_bytes(&q.hex, number) <= CERT_SERIAL_MAX);
	require(q.ndecimal <= CERT_SERIAL_MAX);
	require(q.nwords <= QUERY_WORDS_MAX && q.from <= q.until);
	for (size_t i = 0; i < q.nwords; i++)
		require(q.words[i].len > 0 &&
		    q.words[i].s[q.words[i].len] == '\0');
	require(strlen(q.typed) < sizeof q.typed &&
	    strlen(q.address) < sizeof q.address &&
	    strlen(q.document) < sizeof q.document);
	query_wipe(&q);
	query_wipe(query);
}

static void
ask(struct bed *bed, struct finder *f, const char *line)
{
	struct find_options o = { .max = 20, .now = 1 };
	struct find_answer *a;
	struct err err = ERR_INIT;
	char buf[400];

	require(finder_ask(f, bed->reg, line, &o, &a, &err) == 0);
	require(a->nhits <= 20 && (a->notes >> NOTE_COUNT) == 0);
	for (size_t i = 0; i < a->nhits; i++) {
		require(a->hits[i].cert.id > 0 && a->hits[i].why < WHY_COUNT);
		(void)find_why_sentence(&a->hits[i], buf, sizeof buf);
		for (size_t k = 0; k < i; k++)
			require(a->hits[k].cert.id != a->hits[i].cert.id);
	}
	(void)find_kinds_words(a->kinds, buf, sizeof buf);
	find_answer_free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct bed bed;	/* libFuzzer has no place for it */
	char *line = malloc(len + 1);
	struct query q;

	require(line != NULL);
	if (bed.reg == NULL)
		make(&bed);
	memcpy(line, data, len);
	line[len] = '\0';
	query_parse(&q, line);
	check_query(&q);
	if (query_parse_apart(&q, line))
		check_query(&q);
	/* Both would take twice as long; the fuzzer comes to both soon enough. */
	ask(&bed, len % 2 ? bed.loaded : bed.empty, line);
	free(line);
	return 0;
}
