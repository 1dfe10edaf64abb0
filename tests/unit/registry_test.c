/*
 * The registry's core: made, opened again, one row for one certificate, the
 * better source wins, revocation is final, cards come again.
 */
#include "config.h"

#include <sys/stat.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "registry/code.h"
#include "registry/keep.h"
#include "registry/maskrow.h"
#include "registry/remembered.h"
#include "registry/scrub.h"
#include "registry/store.h"
#include "tests/unit/certmake.h"

#define NOW	INT64_C(1790000000)

struct place {
	char	dir[64], file[96];
};

static int
setup(void **state)
{
	struct place *p = mem_alloc(sizeof *p);

	snprintf(p->dir, sizeof p->dir, "/tmp/registry-test.XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->file, sizeof p->file, "%s/deep/registry.db", p->dir);
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct place *p = *state;
	static const char *const names[] = { "deep/registry.db",
	    "deep/registry.db-wal", "deep/registry.db-shm",
	    "deep/registry.db.key", "deep", "" };
	char path[192];
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "%s/%s", p->dir, names[i]);
		(void)remove(path);
	}
	free(p);
	return 0;
}

static struct registry *
open_here(struct place *p, enum registry_mode mode)
{
	struct registry_options o = { .path = p->file, .point = "punkt 1",
	    .account = "kasia" };
	struct registry *reg;
	struct err err = ERR_INIT;

	if (registry_open(&reg, mode, &o, &err) == -1)
		fail_msg("%s %s %s", err_id(err.code), err.what, err.detail);
	return reg;
}

/* A record by hand: serial's last byte and the holder's name differ. */
static void
make(struct record *r, uint8_t serial, const char *holder, enum record_how how)
{
	record_init(r);
	memset(r->issuer.key, 0xab, 20);
	r->issuer.key_len = 20;
	r->issuer.line = mem_strdup("C=PL, CN=Urz\304\205d");
	r->issuer.shown = mem_strdup("Urz\304\205d");
	memset(r->serial, 0x11, 16);
	r->serial[15] = serial;
	r->serial_len = 16;
	r->holder = mem_strdup(holder);
	r->not_before = NOW - 1000;
	r->not_after = NOW + 1000;
	r->how = how;
	r->first_seen = r->last_seen = NOW;
	r->idents[0].kind = ID_PNO;
	memcpy(r->idents[0].country, "PL", 3);
	r->idents[0].value = mem_strdup("44051401359");
	r->nidents = 1;
}

static enum store_did
put(struct registry *reg, uint8_t serial, const char *holder,
    enum record_how how)
{
	enum store_did did;
	struct record r;
	struct err err = ERR_INIT;

	make(&r, serial, holder, how);
	if (store_cert(reg, &r, &did, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
	record_clear(&r);
	return did;
}

static void
get(struct registry *reg, uint8_t serial, struct record *out)
{
	struct record r;
	struct err err = ERR_INIT;

	make(&r, serial, "", HOW_CARD);
	assert_int_equal(store_get(reg, &r.issuer, r.serial, r.serial_len, out,
	    &err), 0);
	record_clear(&r);
}

static void
makes_itself(void **state)
{
	struct place *p = *state;
	struct registry *reg = open_here(p, REGISTRY_CREATE);
	struct registry_info info;
	struct err err = ERR_INIT;
	struct stat st;
	char key[128];

	assert_int_equal(registry_info(reg, &info, &err), 0);
	assert_int_equal(info.certs, 0);
	assert_int_equal(strlen(info.id), 32);
	registry_close(reg);
	assert_int_equal(stat(p->file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	snprintf(key, sizeof key, "%s.key", p->file);
	assert_int_equal(stat(key, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
is_not_made_for_reading(void **state)
{
	struct place *p = *state;
	struct registry_options o = { .path = p->file };
	struct registry *reg;
	struct err err = ERR_INIT;

	assert_int_equal(registry_open(&reg, REGISTRY_READ, &o, &err), -1);
	assert_int_equal(err.code, ERR_NO_REGISTRY);
	assert_null(reg);
}

static void
wants_its_own_key(void **state)
{
	struct place *p = *state;
	struct registry_options o = { .path = p->file };
	struct registry *reg = open_here(p, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	char key[128];
	FILE *f;

	registry_close(reg);
	snprintf(key, sizeof key, "%s.key", p->file);
	assert_int_equal(unlink(key), 0);
	assert_int_equal(registry_open(&reg, REGISTRY_CREATE, &o, &err), -1);
	assert_int_equal(err.code, ERR_REGISTRY_KEY);
	f = fopen(key, "w");
	assert_non_null(f);
	assert_int_equal(fchmod(fileno(f), 0600), 0);
	fprintf(f, "%064d\n", 7);
	fclose(f);
	err_clear(&err);
	assert_int_equal(registry_open(&reg, REGISTRY_CREATE, &o, &err), -1);
	assert_int_equal(err.code, ERR_REGISTRY_KEY);
}

static void
keeps_one_row(void **state)
{
	struct registry *reg = open_here(*state, REGISTRY_CREATE);
	struct registry_info info;
	struct record r;
	struct err err = ERR_INIT;

	assert_int_equal(put(reg, 1, "Ewa \305\273\303\263\305\202\304\207",
	    HOW_CARD), STORE_NEW);
	assert_int_equal(put(reg, 1, "Ewa \305\273\303\263\305\202\304\207",
	    HOW_CARD), STORE_SAME);
	registry_close(reg);
	reg = open_here(*state, REGISTRY_WRITE);
	assert_int_equal(registry_info(reg, &info, &err), 0);
	assert_int_equal(info.certs, 1);
	get(reg, 1, &r);
	assert_string_equal(r.holder, "Ewa \305\273\303\263\305\202\304\207");
	assert_string_equal(r.point, "punkt 1");
	assert_string_equal(r.account, "kasia");
	assert_string_equal(r.issuer.line, "C=PL, CN=Urz\304\205d");
	assert_int_equal(r.not_after, NOW + 1000);
	assert_int_equal(r.nidents, 0);
	record_clear(&r);
	registry_close(reg);
}

static void
better_source_wins(void **state)
{
	struct registry *reg = open_here(*state, REGISTRY_CREATE);
	struct record r;

	assert_int_equal(put(reg, 2, "KOWALSKA E", HOW_IMPORT_TEXT), STORE_NEW);
	assert_int_equal(put(reg, 2, "Ewa Kowalska", HOW_CARD), STORE_CHANGED);
	assert_int_equal(put(reg, 2, "KOWALSKA E", HOW_IMPORT_TEXT),
	    STORE_SAME);
	get(reg, 2, &r);
	assert_string_equal(r.holder, "Ewa Kowalska");
	assert_int_equal(r.how, HOW_CARD);
	record_clear(&r);
	registry_close(reg);
}

static void
tell(struct registry *reg, uint8_t serial, struct store_status s)
{
	struct record r;
	struct err err = ERR_INIT;

	make(&r, serial, "", HOW_CARD);
	assert_int_equal(store_status(reg, &r.issuer, r.serial, r.serial_len,
	    &s, NULL, &err), 0);
	record_clear(&r);
}

static void
stands(struct registry *reg, uint8_t serial, struct store_status s)
{
	struct record r;

	get(reg, serial, &r);
	assert_int_equal(r.status, s.status);
	assert_int_equal(r.status_by, s.by);
	assert_int_equal(r.status_at, s.at);
	assert_int_equal(r.revoked_at, s.revoked_at);
	assert_int_equal(r.reason, s.reason);
	record_clear(&r);
}

#define WORD(status, by, ...) \
	((struct store_status){ STATUS_##status, HOW_##by, __VA_ARGS__ })

static void
revocation_is_final(void **state)
{
	struct registry *reg = open_here(*state, REGISTRY_CREATE);

	(void)put(reg, 3, "Jan Nowak", HOW_CARD);
	tell(reg, 3, WORD(SUSPENDED, CRL, NOW, NOW, 1));
	tell(reg, 3, WORD(GOOD, CRL, NOW - 5, 0, -1));
	stands(reg, 3, WORD(SUSPENDED, CRL, NOW, NOW, 1));
	tell(reg, 3, WORD(GOOD, CRL, NOW + 5, 0, -1));
	stands(reg, 3, WORD(GOOD, CRL, NOW + 5, 0, -1));
	tell(reg, 3, WORD(REVOKED, CRL, NOW + 1, NOW, -1));
	tell(reg, 3, WORD(GOOD, CRL, NOW + 10, 0, -1));
	stands(reg, 3, WORD(REVOKED, CRL, NOW + 5, NOW, -1));
	/* Whoever proves nothing adds nothing to what is proved. */
	tell(reg, 3, WORD(REVOKED, IMPORT_TEXT, NOW + 20, NOW + 1, 4));
	stands(reg, 3, WORD(REVOKED, CRL, NOW + 5, NOW, -1));
	/* What a newer word leaves out is known all the same. */
	tell(reg, 3, WORD(REVOKED, OCSP, NOW + 6, 0, 1));
	tell(reg, 3, WORD(REVOKED, CRL, NOW + 7, 0, -1));
	stands(reg, 3, WORD(REVOKED, CRL, NOW + 7, NOW, 1));
	registry_close(reg);
}

static void
stamps_grow(void **state)
{
	struct registry *reg = open_here(*state, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	int64_t last = 0, stamp;
	int i;

	for (i = 0; i < 20; i++) {
		assert_int_equal(registry_begin(reg, &err), 0);
		assert_int_equal(registry_stamp(reg, &stamp, &err), 0);
		assert_true(stamp > last);
		last = stamp;
		assert_int_equal(registry_commit(reg, &err), 0);
	}
	registry_close(reg);
}

static void
inner_rollback_undoes_all(void **state)
{
	struct registry *reg = open_here(*state, REGISTRY_CREATE);
	struct registry_info info;
	struct err err = ERR_INIT;

	assert_int_equal(registry_begin(reg, &err), 0);
	(void)put(reg, 4, "Jan Nowak", HOW_CARD);
	assert_int_equal(registry_begin(reg, &err), 0);
	registry_rollback(reg);
	assert_int_equal(registry_commit(reg, &err), -1);
	err_clear(&err);
	assert_int_equal(registry_info(reg, &info, &err), 0);
	assert_int_equal(info.certs, 0);
	assert_int_equal(info.words, 0);
	assert_int_equal(put(reg, 4, "Jan Nowak", HOW_CARD), STORE_NEW);
	registry_close(reg);
}

/* --- cards ------------------------------------------------------------------ */

static void
see(struct registry *reg, const struct cert *const *certs, size_t n, int64_t now,
    struct seen_change *change)
{
	const struct seen_token tokens[] = { { "T-1", "podpis" },
	    { "T-2", "zwyk\305\202y" } };
	struct seen_card seen = { .tokens = tokens, .ntokens = 2,
	    .number = "9021", .model = "Karta", .certs = certs, .ncerts = n,
	    .whole = true };
	struct err err = ERR_INIT;

	if (remembered_put(reg, &seen, now, change, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
}

static struct cert *
cert_named(const char *profile)
{
	struct cert *c;
	struct err err = ERR_INIT;
	size_t len;
	uint8_t *der = make_cert(make_profile(profile), &len);

	assert_int_equal(cert_parse(der, len, &c, &err), 0);
	free(der);
	return c;
}

static void
card_comes_again(void **state)
{
	struct registry *reg = open_here(*state, REGISTRY_CREATE);
	struct cert *a = cert_named("qualified"), *b = cert_named("email");
	const struct cert *both[] = { a, b };
	struct seen_change change;
	struct remembered *r;
	struct err err = ERR_INIT;

	see(reg, both, 2, NOW, &change);
	assert_true(change.first);
	see(reg, both, 2, NOW + 60, &change);
	assert_false(change.first);
	assert_int_equal(change.added + change.gone + change.renewed, 0);
	see(reg, both + 1, 1, NOW + 120, &change);
	assert_int_equal(change.gone, 1);
	assert_int_equal(remembered_get(reg, "T-2", &r, &err), 0);
	assert_int_equal(r->as_of, NOW + 120);
	assert_int_equal(r->ncerts, 1);
	assert_string_equal(r->certs[0].card_number, "9021");
	assert_string_equal(r->certs[0].holder, cert_holder(b));
	remembered_free(r);
	see(reg, both, 2, NOW + 180, &change);
	assert_int_equal(change.added, 1);
	assert_int_equal(remembered_get(reg, "T-3", &r, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	cert_free(a);
	cert_free(b);
	registry_close(reg);
}

/* What a list says of a card does not move what was read from one. */
static void
a_record_names_its_card(void **state)
{
	struct registry *reg = open_here(*state, REGISTRY_CREATE);
	struct cert *c = cert_named("qualified");
	const struct cert *one[] = { c };
	struct seen_change change;
	struct remembered *seen;
	struct record r, got;
	struct err err = ERR_INIT;

	record_of_cert(&r, c, HOW_IMPORT, NOW);
	r.card_token = mem_strdup("T-9");
	r.card_number = mem_strdup("9099");
	assert_int_equal(store_cert(reg, &r, NULL, &err), 0);
	assert_int_equal(store_get_row(reg, r.id, &got, &err), 0);
	assert_string_equal(got.card_token, "T-9");
	assert_string_equal(got.card_number, "9099");
	record_clear(&got);
	assert_int_equal(remembered_get(reg, "T-9", &seen, &err), 0);
	assert_int_equal(seen->ncerts, 1);
	remembered_free(seen);
	see(reg, one, 1, NOW + 60, &change);
	assert_int_equal(store_cert(reg, &r, NULL, &err), 0);
	assert_int_equal(store_get_row(reg, r.id, &got, &err), 0);
	assert_string_equal(got.card_number, "9021");
	record_clear(&got);
	record_clear(&r);
	cert_free(c);
	registry_close(reg);
}

/* What a list names and nobody here has does not undo the rest of it. */
static void
an_unknown_serial_undoes_nothing(void **state)
{
	static const uint8_t nobody[] = { 0x12, 0x34 };
	const struct store_status status = { .status = STATUS_REVOKED,
	    .by = HOW_CRL, .at = NOW, .revoked_at = NOW, .reason = 1 };
	struct registry *reg = open_here(*state, REGISTRY_CREATE);
	struct cert *c = cert_named("qualified");
	struct err err = ERR_INIT;
	struct record r, got;

	record_of_cert(&r, c, HOW_IMPORT, NOW);
	assert_int_equal(registry_begin(reg, &err), 0);
	assert_int_equal(store_cert(reg, &r, NULL, &err), 0);
	assert_int_equal(store_status(reg, &r.issuer, nobody, sizeof nobody,
	    &status, NULL, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	err_clear(&err);
	assert_int_equal(registry_commit(reg, &err), 0);
	assert_int_equal(store_get_row(reg, r.id, &got, &err), 0);
	record_clear(&got);
	record_clear(&r);
	cert_free(c);
	registry_close(reg);
}

static void
put_at(struct registry *reg, uint8_t serial, const char *ocsp)
{
	struct err err = ERR_INIT;
	struct record r;

	make(&r, serial, "Ewa Nowak", HOW_CARD);
	r.ocsp = mem_strdup(ocsp);
	assert_int_equal(store_cert(reg, &r, NULL, &err), 0);
	record_clear(&r);
}

static void
is_at(struct registry *reg, uint8_t serial, const char *ocsp)
{
	struct record r;

	get(reg, serial, &r);
	assert_string_equal(r.ocsp, ocsp);
	record_clear(&r);
}

static void
put_issuer_at(struct registry *reg, uint8_t serial, const char *url)
{
	struct err err = ERR_INIT;
	struct record r;

	make(&r, serial, "Ewa Nowak", HOW_CARD);
	r.aia = mem_strdup(url);
	assert_int_equal(store_cert(reg, &r, NULL, &err), 0);
	record_clear(&r);
}

static void
issuer_is_at(struct registry *reg, const char *url)
{
	struct record r;

	get(reg, 1, &r);
	assert_string_equal(r.aia, url);
	record_clear(&r);
}

/* Rows that many point to are remembered, until anybody changes the file. */
static void
what_many_point_to_is_as_it_stands(void **state)
{
	struct registry *reg = open_here(*state, REGISTRY_CREATE);
	struct registry *other = open_here(*state, REGISTRY_WRITE);
	struct err err = ERR_INIT;

	put_issuer_at(reg, 1, "http://a.example/1");
	issuer_is_at(reg, "http://a.example/1");
	put_issuer_at(other, 2, "http://a.example/2");
	issuer_is_at(reg, "http://a.example/2");
	put_issuer_at(reg, 3, "http://a.example/3");
	issuer_is_at(reg, "http://a.example/3");
	assert_int_equal(registry_begin(reg, &err), 0);
	put_issuer_at(reg, 4, "http://a.example/4");
	issuer_is_at(reg, "http://a.example/4");
	registry_rollback(reg);
	issuer_is_at(reg, "http://a.example/3");
	registry_close(other);
	registry_close(reg);
}

/* What is remembered of an issuer's last one is not said of the next. */
static void
each_is_asked_where_it_says(void **state)
{
	struct registry *reg = open_here(*state, REGISTRY_CREATE);
	struct err err = ERR_INIT;

	assert_int_equal(registry_begin(reg, &err), 0);
	put_at(reg, 1, "http://a.example/");
	put_at(reg, 2, "http://b.example/");
	registry_rollback(reg);
	put_at(reg, 3, "http://b.example/");
	put_at(reg, 4, "http://a.example/");
	put_at(reg, 5, "http://a.example/");
	put_at(reg, 6, "http://b.example/");
	is_at(reg, 3, "http://b.example/");
	is_at(reg, 4, "http://a.example/");
	is_at(reg, 5, "http://a.example/");
	is_at(reg, 6, "http://b.example/");
	registry_close(reg);
}

static void
same_text(const char *a, const char *b)
{
	assert_int_equal(a == NULL, b == NULL);
	if (a != NULL)
		assert_string_equal(a, b);
}

static void
compare_next(struct record_memo *memo, const struct make *profile)
{
	struct err err = ERR_INIT;
	struct record alone, next;
	struct cert *c;
	size_t len;
	uint8_t *der = make_cert(profile, &len);

	assert_non_null(der);
	if (cert_parse(der, len, &c, &err) == 0) {
		record_of_cert(&alone, c, HOW_IMPORT, NOW);
		record_of_next(memo, &next, c, HOW_IMPORT, NOW);
		scrub_record(&next);
		assert_int_equal(alone.issuer.key_len, next.issuer.key_len);
		assert_memory_equal(alone.issuer.key, next.issuer.key,
		    alone.issuer.key_len);
		same_text(alone.issuer.line, next.issuer.line);
		same_text(alone.issuer.shown, next.issuer.shown);
		same_text(alone.holder, next.holder);
		same_text(alone.cdp, next.cdp);
		assert_int_equal(alone.uses, next.uses);
		record_clear(&alone);
		record_clear(&next);
		cert_free(c);
	}
	err_clear(&err);
	free(der);
}

/* One among many is taken as it would be alone, whoever came before. */
static void
the_next_is_as_alone(void **state)
{
	struct record_memo memo = { 0 };

	(void)state;
	for (size_t i = 0; make_profile_at(i) != NULL; i++) {
		compare_next(&memo, make_profile_at(i));
		compare_next(&memo, make_profile("qualified"));
		compare_next(&memo, make_profile("qualified"));
	}
	record_memo_clear(&memo);
}

/* The key made ready hashes as the key does, time after time. */
static void
a_ready_key_hashes_the_same(void **state)
{
	struct ident_key key, other;
	struct ident_mac *mac;
	struct ident_hash a, b;

	(void)state;
	memset(&key, 7, sizeof key);
	memset(&other, 8, sizeof other);
	mac = ident_mac_new(&key);
	for (int i = 0; i < 3; i++) {
		ident_hash(&key, IDENT_PESEL, "44051401359", &a);
		ident_mac_hash(mac, IDENT_PESEL, "44051401359", &b);
		assert_memory_equal(&a, &b, sizeof a);
		ident_mac_hash(mac, IDENT_NIP, "44051401359", &b);
		assert_memory_not_equal(&a, &b, sizeof a);
		ident_hash(&other, IDENT_PESEL, "44051401359", &b);
		assert_memory_not_equal(&a, &b, sizeof a);
	}
	ident_mac_free(mac);
}

/*
 * Rows of one transaction, some of which wait together: who comes twice is one,
 * a card of two has one row, and whoever asks in between finds all of them.
 */
static void
rows_that_wait_are_there(void **state)
{
	struct registry *reg = open_here(*state, REGISTRY_CREATE);
	struct registry_info info;
	struct err err = ERR_INIT;
	enum store_did did;
	struct record r, back;

	assert_int_equal(registry_begin(reg, &err), 0);
	for (int i = 0; i < 200; i++) {
		/* each twice, the second time behind another */
		int number = i / 4 * 2 + i % 2;
		char token[16];

		make(&r, (uint8_t)number, "Ewa Nowak", HOW_CARD);
		snprintf(token, sizeof token, "T-%d", number / 3);
		r.card_token = mem_strdup(token);
		r.card_number = mem_strdup("6316 0001");
		assert_int_equal(store_cert(reg, &r, &did, &err), 0);
		assert_int_equal(did, i % 4 < 2 ? STORE_NEW : STORE_SAME);
		assert_int_equal(r.id, number + 1);
		if (i % 50 == 7) {
			assert_int_equal(store_get_row(reg, r.id, &back, &err),
			    0);
			assert_string_equal(back.card_token, token);
			record_clear(&back);
		}
		record_clear(&r);
	}
	assert_int_equal(registry_commit(reg, &err), 0);
	assert_int_equal(registry_info(reg, &info, &err), 0);
	assert_int_equal(info.certs, 100);
	assert_int_equal(info.cards, 34);
	assert_int_equal(keep_check(reg, NULL, NULL, &err), 0);

	/* Undone, none of them is there and their numbers are free. */
	assert_int_equal(registry_begin(reg, &err), 0);
	make(&r, 201, "Ewa Nowak", HOW_CARD);
	assert_int_equal(store_cert(reg, &r, &did, &err), 0);
	registry_rollback(reg);
	assert_int_equal(store_cert(reg, &r, &did, &err), 0);
	assert_int_equal(r.id, 101);
	record_clear(&r);
	registry_close(reg);
}

/* What SQLite makes of a text and hands to look, which frees it. */
static char *
through_sql(const char *query, const char *text,
    char *(*look)(sqlite3_stmt *, int))
{
	struct err err = ERR_INIT;
	sqlite3_stmt *st;
	struct sql *sql;
	char *out;

	assert_int_equal(sql_open(&sql, ":memory:", SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_CREATE, NULL, &err), 0);
	st = sql_bind(sql, query, &err, "t", text);
	assert_non_null(st);
	assert_int_equal(sql_step(sql, st, &err), 1);
	out = look(st, 0);
	sql_close(sql);
	return out;
}

static void
masks_come_back(void **state)
{
	static const struct {
		const char	*mask;
		size_t		 len;		/* in the file */
	} masks[] = {
		{ "PESEL 440*****359", 8 }, { "e***@przyklad.pl", 14 },
		{ "NIP 5*", 6 }, { "*", 1 }, { "PESEL ", 1 }, { "", 0 },
		{ "PESEL *******************************", 3 },
		{ "PESEL \t**", 10 }, { "\1\2", 3 }, { "\37", 2 },
		{ "*****************************" "***", 2 },
	};
	char buf[MASKROW_MAX], many[RECORD_TEXT_MAX + 9], *back;

	(void)state;
	for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
		assert_int_equal(strlen(maskrow_pack(masks[i].mask, buf)),
		    masks[i].len);
		back = through_sql("SELECT ?", buf, maskrow_text);
		assert_string_equal(back, masks[i].mask);
		free(back);
	}
	assert_null(maskrow_pack(NULL, buf));
	assert_null(through_sql("SELECT ?", NULL, maskrow_text));
	/* More than a text may be, and what somebody else wrote. */
	memset(many, 'x', sizeof many);
	many[sizeof many - 1] = '\0';
	assert_int_equal(strlen(maskrow_pack(many, buf)), RECORD_TEXT_MAX);
	memset(many, 29, sizeof many - 1);
	back = through_sql("SELECT ?", many, maskrow_text);
	assert_true(strlen(back) < MASKROW_MAX);
	free(back);
}

static void
codes_are_met_alike(void **state)
{
	static const char *const codes[] = {
		"6435000763394487", "ZAM/2026/00000001", "6316 0001", "A-1-B",
		"zam/2026", "Z 1/2-3", "Z.1_2:3", "", "-", "/ ", "ABC/ż",
		"-5", "+5", "007", "12345678901234567890123", "0", "5 ",
	};
	char normal[CODE_MAX], *sql;

	(void)state;
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		(void)code_normal(codes[i], normal);
		sql = through_sql("SELECT " CODE_SQL("x") " FROM (SELECT ? x)",
		    codes[i], sql_text);
		assert_string_equal(sql, normal);
		free(sql);
	}
}

/* Another name for a card's model takes the one before it along. */
static void
a_model_goes_with_its_last_card(void **state)
{
	static const char *const models[] = { "karta", "", "inna karta" };
	struct seen_token tokens[] = { { "T-1", "" }, { "T-2", "" } };
	struct seen_card card = { .tokens = tokens, .ntokens = 2,
	    .number = "6316 0001" };
	struct registry *reg = open_here(*state, REGISTRY_CREATE);
	struct remembered *known;
	struct seen_change change;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
		card.model = models[i];
		assert_int_equal(remembered_put(reg, &card, NOW, &change,
		    &err), 0);
		assert_int_equal(keep_check(reg, NULL, NULL, &err), 0);
		assert_int_equal(remembered_get(reg, "T-2", &known, &err), 0);
		assert_string_equal(known->model, i == 1 ? models[0] :
		    models[i]);
		remembered_free(known);
	}
	/* A token that is read from another card later. */
	card.tokens = (struct seen_token[]){ { "T-3", "" }, { "T-9", "" } };
	card.model = models[0];
	assert_int_equal(remembered_put(reg, &card, NOW, &change, &err), 0);
	card.tokens = (struct seen_token[]){ { "T-9", "" }, { "T-1", "" } };
	assert_int_equal(remembered_put(reg, &card, NOW, &change, &err), 0);
	assert_int_equal(remembered_get(reg, "T-1", &known, &err), 0);
	assert_string_equal(known->model, models[0]);
	remembered_free(known);
	assert_int_equal(keep_check(reg, NULL, NULL, &err), 0);
	registry_close(reg);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(makes_itself),
		T(is_not_made_for_reading),
		T(wants_its_own_key),
		T(keeps_one_row),
		T(better_source_wins),
		T(revocation_is_final),
		T(stamps_grow),
		T(inner_rollback_undoes_all),
		T(a_model_goes_with_its_last_card),
		T(card_comes_again),
		T(rows_that_wait_are_there),
		T(a_record_names_its_card),
		T(a_ready_key_hashes_the_same),
		cmocka_unit_test(codes_are_met_alike),
		cmocka_unit_test(masks_come_back),
		T(an_unknown_serial_undoes_nothing),
		T(each_is_asked_where_it_says),
		T(what_many_point_to_is_as_it_stands),
		T(the_next_is_as_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
