/*
 * The lens while a card is written to: at each command it may be taken away, and
 * its directory lists what it did or what it shall, never less.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "card/lens.h"

#define AID		"00A4040002A001"
#define KEYS		"00A40800045015440200"
#define CERTS		"00A40800045015440400"
#define CERTS_BARE	"00A4080C0450154404"
#define A_FILE		"00A40800045015340100"
#define DELETE		"00E40000023401"
#define VERIFY		"0020000102313200"

#define GONE		99L		/* the card has been taken away */
#define ENTRIES_MAX	64
#define CHUNK		255		/* as OpenSC writes */

/* A card of two directories and a file. */
struct fake {
	uint8_t	files[2][LENS_DIRECTORY_MAX + 1];
	size_t	size;			/* of each */
	int	selected;		/* 2: the file, 3: none of them */
	bool	deleted;
	long	left;			/* commands until it is taken away */
	int	updates;
	const char *refuses;		/* commands that begin so, in hex */
};

struct rig {
	struct lens	 lens;
	struct lens_link link;
	struct fake	 card;
	uint8_t		 answer[LENS_ANSWER_MAX];
	size_t		 len;
};

static struct lens_rule rule = { .aid = { 0xa0, 0x01 }, .aid_len = 2,
	.token_info = { { 0x50, 0x15, 0x50, 0x32 }, 4 }, .keys = 0,
	.directories = { { { 0x50, 0x15, 0x44, 0x02 }, 4 },
	{ { 0x50, 0x15, 0x44, 0x04 }, 4 } }, .ndirectories = 2 };

/* --- a card -------------------------------------------------------------------- */

static size_t
bytes(const char *hex, uint8_t *out)
{
	size_t n = strlen(hex) / 2;

	for (size_t i = 0; i < n; i++) {
		const char digits[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

		out[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return n;
}

static bool
begins(const uint8_t *c, size_t len, const char *hex)
{
	uint8_t want[64];
	size_t n = bytes(hex, want);

	return n <= len && memcmp(c, want, n) == 0;
}

static size_t
say(uint8_t *answer, size_t n, unsigned sw)
{
	answer[n] = (uint8_t)(sw >> 8);
	answer[n + 1] = (uint8_t)sw;
	return n + 2;
}

static size_t
do_select(struct fake *f, const uint8_t *c, size_t len, uint8_t *answer)
{
	static const char *const selects[] = { "00A408000450154402",
		"00A408000450154404", "00A408000450153401" };

	f->selected = 3;
	for (int i = 0; i < 3; i++)
		if (begins(c, len, selects[i]))
			f->selected = i;
	if (begins(c, len, CERTS_BARE)) {
		f->selected = 1;
		return say(answer, 0, 0x9000);
	}
	if (begins(c, len, AID))
		return say(answer, 0, 0x9000);
	if (f->selected == 3 || (f->selected == 2 && f->deleted))
		return say(answer, 0, 0x6a82);
	memcpy(answer, (const uint8_t[]){ 0x6f, 4, 0x81, 2,
	    (uint8_t)(f->size >> 8), (uint8_t)f->size }, 6);
	return say(answer, 6, 0x9000);
}

static size_t
do_bytes(struct fake *f, const uint8_t *c, uint8_t *answer)
{
	size_t at = (size_t)c[2] << 8 | c[3], n = c[4];

	if (f->selected > 1)
		return say(answer, 0, 0x6986);
	if (c[1] == 0xb0) {
		n = n == 0 ? 256 : n;
		assert_true(at + n <= f->size);
		memcpy(answer, f->files[f->selected] + at, n);
		return say(answer, n, 0x9000);
	}
	assert_true(at + n <= f->size);
	memcpy(f->files[f->selected] + at, c + 5, n);
	f->updates++;
	return say(answer, 0, 0x9000);
}

static long
send_fake(const uint8_t *c, size_t len, uint8_t *answer, size_t *answer_len,
    void *arg)
{
	struct fake *f = arg;

	if (f->left-- <= 0)
		return GONE;
	if (f->refuses != NULL && begins(c, len, f->refuses))
		*answer_len = say(answer, 0, 0x6982);
	else if (c[1] == 0xa4)
		*answer_len = do_select(f, c, len, answer);
	else if (c[1] == 0xb0 || c[1] == 0xd6)
		*answer_len = do_bytes(f, c, answer);
	else {
		f->deleted |= begins(c, len, DELETE) && f->selected == 2;
		*answer_len = say(answer, 0, 0x9000);
	}
	return LENS_OK;
}

/* --- what OpenSC does ------------------------------------------------------------ */

static void
begin(struct rig *r, size_t size)
{
	memset(r, 0, sizeof(*r));
	r->lens.mode = LENS_WRITING;
	r->lens.rules = &rule;
	r->lens.nrules = 1;
	r->card.size = size;
	r->card.left = 100000;
	lens_link_init(&r->link);
}

static struct rig *
new_rig(size_t size)
{
	struct rig *r = malloc(sizeof(*r));

	assert_non_null(r);
	begin(r, size);
	return r;
}

static long
transmit(struct rig *r, const uint8_t *command, size_t n)
{
	r->len = sizeof(r->answer);
	return lens_transmit(&r->lens, &r->link, command, n, r->answer,
	    &r->len, send_fake, &r->card);
}

static long
ask(struct rig *r, const char *hex)
{
	uint8_t command[32];

	return transmit(r, command, bytes(hex, command));
}

static unsigned
sw(const struct rig *r)
{
	return (unsigned)r->answer[r->len - 2] << 8 | r->answer[r->len - 1];
}

static void
end(struct rig *r)
{
	lens_transaction_ends(&r->lens, &r->link, send_fake, &r->card);
}

static long
update(struct rig *r, size_t at, const uint8_t *p, size_t n)
{
	uint8_t command[5 + CHUNK] = { 0x00, 0xd6, (uint8_t)(at >> 8),
	    (uint8_t)at, (uint8_t)n };

	memcpy(command + 5, p, n);
	return transmit(r, command, 5 + n);
}

/* The whole file, from front to back; whatever stops it ends it. */
static long
write_all(struct rig *r, const uint8_t *want)
{
	long rc = LENS_OK;

	for (size_t at = 0; at < r->card.size && rc == LENS_OK &&
	    (at == 0 || sw(r) == 0x9000); at += CHUNK)
		rc = update(r, at, want + at, r->card.size - at < CHUNK ?
		    r->card.size - at : CHUNK);
	return rc;
}

static long
rewrite(struct rig *r, const uint8_t *want)
{
	long rc;

	if ((rc = ask(r, AID)) != LENS_OK || (rc = ask(r, CERTS)) != LENS_OK ||
	    (rc = ask(r, VERIFY)) != LENS_OK ||
	    (rc = ask(r, CERTS_BARE)) != LENS_OK ||
	    (rc = write_all(r, want)) != LENS_OK)
		return rc;
	end(r);
	return LENS_OK;
}

/* --- directories ------------------------------------------------------------------- */

struct list {
	uint8_t	bytes[LENS_DIRECTORY_MAX + 1];
	size_t	len;
};

static void
add(struct list *l, uint8_t id, size_t inner)
{
	uint8_t *p = l->bytes + l->len;
	size_t head = inner < 0x80 ? 2 : 3;

	memcpy(p, (const uint8_t[]){ 0x30, head == 2 ? (uint8_t)inner : 0x81,
	    (uint8_t)inner }, 3);
	/* All bytes are told apart, and a zero is among them. */
	for (size_t i = 0; i < inner; i++)
		p[head + i] = i == 0 ? id : (uint8_t)(id * 7 + i * 31);
	l->len += head + inner;
}

/* Ids of entries in their order; "?" where they are not understood. */
static void
ids(const uint8_t *p, size_t size, char out[ENTRIES_MAX + 1])
{
	size_t n = 0, at = 0, head, inner;

	while (at < size && p[at] != 0 && n < ENTRIES_MAX) {
		if (p[at + 1] < 0x80)
			head = 2, inner = p[at + 1];
		else if (p[at + 1] == 0x81)
			head = 3, inner = p[at + 2];
		else
			head = 4, inner = (size_t)p[at + 2] << 8 | p[at + 3];
		if (p[at] != 0x30 || at + head + inner > size) {
			out[n++] = '?';
			break;
		}
		out[n++] = (char)p[at + head];
		at += head + inner;
	}
	out[n] = '\0';
}

/*
 * From one list to another: taken away at each command, what is listed is the
 * one or the other, and OpenSC was told of nothing that is not there.
 */
static void
changes(const struct list *from, const struct list *to, size_t size)
{
	struct rig *r = new_rig(size);
	char old[ENTRIES_MAX + 1], new[ENTRIES_MAX + 1], now[ENTRIES_MAX + 1];
	long rc = GONE;

	ids(from->bytes, size, old);
	ids(to->bytes, size, new);
	for (long left = 0; rc != LENS_OK; left++) {
		begin(r, size);
		memcpy(r->card.files[1], from->bytes, size);
		r->card.left = left;
		rc = rewrite(r, to->bytes);
		assert_true(rc == LENS_OK || rc == GONE);
		ids(r->card.files[1], size, now);
		if (strcmp(now, old) != 0 && strcmp(now, new) != 0)
			fail_msg("%s to %s, %ld commands: %s", old, new, left,
			    now);
	}
	assert_int_equal(sw(r), 0x9000);
	assert_memory_equal(r->card.files[1], to->bytes, size);
	free(r);
}

/* --- tests --------------------------------------------------------------------------- */

static unsigned
some(unsigned *seed, unsigned n)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 16 & 0x7fff ? (*seed >> 16 & 0x7fff) % n : 0;
}

/* Entries of lengths that the seed says, without the one at skip. */
static void
make(struct list *l, unsigned seed, unsigned n, unsigned skip)
{
	memset(l, 0, sizeof(*l));
	for (unsigned i = 0; i < n; i++) {
		size_t inner = 8 + some(&seed, 180);

		if (i != skip)
			add(l, (uint8_t)('a' + i), inner);
	}
}

static void
entries_come(void **state)
{
	static struct list from, to;

	(void)state;
	for (unsigned seed = 0; seed < 40; seed++) {
		make(&from, seed, seed % 9, 99);
		make(&to, seed, seed % 9 + 1, 99);
		changes(&from, &to, 2048);
		/* One that no command holds; what was left behind the end. */
		to = from;
		add(&to, 'z', 255);
		memset(from.bytes + from.len + 1, 0x30, 700);
		changes(&from, &to, 2048);
	}
}

static void
entries_go(void **state)
{
	static struct list from, to;

	(void)state;
	for (unsigned seed = 0; seed < 60; seed++)
		for (unsigned gone = 0; gone < seed % 9 + 1; gone++) {
			make(&from, seed, seed % 9 + 1, 99);
			make(&to, seed, seed % 9 + 1, gone);
			changes(&from, &to, 4000);
			memset(from.bytes + from.len + 1, 0x30, 1000);
			changes(&from, &to, 4000);
		}
	make(&to, 1, 5, 99);
	from = to;
	add(&from, 'z', 255);
	changes(&from, &to, 2000);
}

/* The last one gets longer: more than a block of zeros before is filled. */
static void
the_last_one_grows(void **state)
{
	static struct list from, to;

	(void)state;
	for (size_t inner = 10; inner < 127; inner += 13) {
		make(&from, 3, 4, 99);
		to = from;
		add(&from, 'z', inner);
		add(&to, 'z', inner + 128);
		changes(&from, &to, 1024);
	}
}

static void
what_is_there_is_not_written(void **state)
{
	static struct list l;
	struct rig *r = new_rig(1024);

	(void)state;
	make(&l, 5, 6, 99);
	memcpy(r->card.files[1], l.bytes, 1024);
	assert_int_equal(rewrite(r, l.bytes), LENS_OK);
	assert_int_equal(sw(r), 0x9000);
	assert_int_equal(r->card.updates, 0);
	free(r);
}

/* No room to do it well, or no list at all: done all the same. */
/* What comes behind one that goes is short: then it moves up at once. */
static void
a_short_rest_moves_at_once(void **state)
{
	static struct list from, to;
	struct rig *r = new_rig(2000);

	(void)state;
	make(&to, 7, 5, 99);
	from = to;
	add(&from, 'y', 200);
	add(&from, 'z', 100);
	add(&to, 'z', 100);
	memcpy(r->card.files[1], from.bytes, 2000);
	assert_int_equal(rewrite(r, to.bytes), LENS_OK);
	assert_int_equal(r->card.updates, 2);
	changes(&from, &to, 2000);
	free(r);
}

static void
done_as_well_as_it_can_be(void **state)
{
	static struct list from, to;
	struct rig *r;

	(void)state;
	for (int i = 0; i < 5; i++) {
		make(&from, 7, 8, 99);
		make(&to, 7, 8, 0);
		if (i == 1)
			from.bytes[1] = 0x85;
		if (i == 2)
			to.bytes[1] = 0x80;
		/* The one that goes is too long to be stretched. */
		if (i == 3) {
			memset(&from, 0, sizeof(from));
			memcpy(from.bytes, "\x30\x82\x01\x80z", 5);
			from.len = 4 + 0x180;
			memcpy(from.bytes + from.len, to.bytes, to.len);
		}
		while (i == 4 && from.len < LENS_DIRECTORY_MAX - 258) {
			add(&from, 'z', 250);
			add(&to, 'z', 250);
		}
		r = new_rig(i == 0 ? from.len + 2 : i == 4 ?
		    LENS_DIRECTORY_MAX : 3000);
		memcpy(r->card.files[1], from.bytes, r->card.size);
		assert_int_equal(rewrite(r, to.bytes), LENS_OK);
		assert_memory_equal(r->card.files[1], to.bytes, r->card.size);
		free(r);
	}
}

static void
refusals_are_told(void **state)
{
	static struct list from, to;
	struct rig *r = new_rig(1024);

	(void)state;
	make(&from, 9, 4, 99);
	make(&to, 9, 5, 99);
	memcpy(r->card.files[1], from.bytes, 1024);
	r->card.refuses = "00D6";
	assert_int_equal(rewrite(r, to.bytes), LENS_OK);
	assert_int_equal(sw(r), 0x6982);
	assert_memory_equal(r->card.files[1], from.bytes, 1024);
	/* What cannot be read is written as it came. */
	r->card.refuses = "00B0";
	assert_int_equal(rewrite(r, to.bytes), LENS_OK);
	assert_int_equal(sw(r), 0x9000);
	assert_memory_equal(r->card.files[1], to.bytes, 1024);
	free(r);
}

static void
half_of_one_is_written_as_it_came(void **state)
{
	static const uint8_t half[300] = { 0x30, 0x01, 0xaa };
	struct rig *r = new_rig(1024);

	(void)state;
	memset(r->card.files[1], 0x55, 1024);
	assert_int_equal(ask(r, AID), LENS_OK);
	assert_int_equal(ask(r, CERTS), LENS_OK);
	assert_int_equal(update(r, 0, half, 255), LENS_OK);
	assert_int_equal(r->card.updates, 0);
	assert_int_equal(ask(r, VERIFY), LENS_OK);
	assert_memory_equal(r->card.files[1], half, 255);
	assert_int_equal(r->card.files[1][255], 0x55);
	/* Nor is there a hole in it, and the transaction's end is one too. */
	assert_int_equal(update(r, 600, half, 10), LENS_OK);
	assert_memory_equal(r->card.files[1] + 600, half, 10);
	assert_int_equal(update(r, 0, half + 5, 5), LENS_OK);
	end(r);
	assert_memory_equal(r->card.files[1], half + 5, 5);
	/* A card that is begun anew with has nothing waiting. */
	assert_int_equal(update(r, 0, half, 5), LENS_OK);
	lens_link_ends(&r->lens, &r->link);
	assert_int_equal(ask(r, VERIFY), LENS_OK);
	end(r);
	assert_memory_equal(r->card.files[1], half + 5, 5);
	free(r);
}

static void
too_long_ones_go_through(void **state)
{
	static const uint8_t some_bytes[] = { 0x30, 0x01, 0xaa };
	struct rig *r = new_rig(LENS_DIRECTORY_MAX + 1);

	(void)state;
	assert_int_equal(ask(r, AID), LENS_OK);
	assert_int_equal(ask(r, CERTS), LENS_OK);
	assert_int_equal(update(r, 0, some_bytes, 3), LENS_OK);
	assert_int_equal(r->card.updates, 1);
	/* So does what is written to a file that is none. */
	assert_int_equal(ask(r, "00A40800045015509900"), LENS_OK);
	assert_int_equal(update(r, 0, some_bytes, 3), LENS_OK);
	assert_int_equal(sw(r), 0x6986);
	free(r);
}

/* --- a file and its entry -------------------------------------------------------------- */

static void
a_file_goes_after_its_entry(void **state)
{
	static struct list from, to;
	struct rig *r = new_rig(1024);
	char now[ENTRIES_MAX + 1];
	long rc = GONE;

	(void)state;
	make(&from, 11, 5, 99);
	make(&to, 11, 5, 2);
	for (long left = 0; rc != LENS_OK; left++) {
		begin(r, 1024);
		r->lens.mode = LENS_REMOVING;
		memcpy(r->card.files[1], from.bytes, 1024);
		r->card.left = left;
		if ((rc = ask(r, AID)) == LENS_OK &&
		    (rc = ask(r, A_FILE)) == LENS_OK &&
		    (rc = ask(r, DELETE)) == LENS_OK) {
			assert_int_equal(sw(r), 0x9000);
			assert_false(r->card.deleted);
			rc = rewrite(r, to.bytes);
		}
		ids(r->card.files[1], 1024, now);
		assert_true(!r->card.deleted || strcmp(now, "abde") == 0);
	}
	assert_true(r->card.deleted);
	assert_int_equal(r->card.selected, 1);
	free(r);
}

static void
it_goes_without_one_too(void **state)
{
	static const char *const after[] = { NULL, "00E00000026F00", DELETE,
	    A_FILE };
	struct rig *r = new_rig(1024);

	(void)state;
	for (size_t i = 0; i < sizeof(after) / sizeof(*after); i++) {
		begin(r, 1024);
		r->lens.mode = LENS_REMOVING;
		assert_int_equal(ask(r, AID), LENS_OK);
		assert_int_equal(ask(r, A_FILE), LENS_OK);
		assert_int_equal(ask(r, DELETE), LENS_OK);
		assert_false(r->card.deleted);
		if (after[i] == NULL)
			end(r);
		else
			assert_int_equal(ask(r, after[i]), LENS_OK);
		assert_true(r->card.deleted);
	}
	/* Something is written: then it may be to come again at once. */
	begin(r, 1024);
	assert_int_equal(ask(r, AID), LENS_OK);
	assert_int_equal(ask(r, A_FILE), LENS_OK);
	assert_int_equal(ask(r, DELETE), LENS_OK);
	assert_true(r->card.deleted);
	free(r);
}

static void
a_file_that_stays_is_told(void **state)
{
	static struct list from, to;
	struct rig *r = new_rig(1024);

	(void)state;
	make(&from, 11, 5, 99);
	make(&to, 11, 5, 2);
	memcpy(r->card.files[1], from.bytes, 1024);
	r->lens.mode = LENS_REMOVING;
	r->card.refuses = "00E4";
	assert_int_equal(ask(r, AID), LENS_OK);
	assert_int_equal(ask(r, A_FILE), LENS_OK);
	assert_int_equal(ask(r, DELETE), LENS_OK);
	assert_int_equal(ask(r, CERTS), LENS_OK);
	assert_int_equal(write_all(r, to.bytes), LENS_OK);
	assert_int_equal(sw(r), 0x6982);
	free(r);
}

/* --- storing a certificate -------------------------------------------------------------- */

static void
keys_stay_while_a_certificate_is_stored(void **state)
{
	static struct list l;
	struct rig *r = new_rig(1024);

	(void)state;
	make(&l, 13, 5, 99);
	r->lens.mode = LENS_STORING_CERT;
	assert_int_equal(ask(r, AID), LENS_OK);
	assert_int_equal(ask(r, KEYS), LENS_OK);
	assert_int_equal(ask(r, VERIFY), LENS_OK);
	assert_int_equal(write_all(r, l.bytes), LENS_OK);
	assert_int_equal(sw(r), 0x9000);
	end(r);
	assert_int_equal(r->card.updates, 0);
	/* That of certificates is written, and otherwise that of keys is. */
	assert_int_equal(ask(r, CERTS), LENS_OK);
	assert_int_equal(write_all(r, l.bytes), LENS_OK);
	assert_memory_equal(r->card.files[1], l.bytes, 1024);
	r->lens.mode = LENS_WRITING;
	assert_int_equal(ask(r, KEYS), LENS_OK);
	assert_int_equal(write_all(r, l.bytes), LENS_OK);
	assert_memory_equal(r->card.files[0], l.bytes, 1024);
	free(r);
}

/* Only what surely writes there is held back. */
static void
what_writes_elsewhere_goes_on(void **state)
{
	static const char *const away[] = { "00E0000000", "00A4000C023F00",
	    "00A40800041234123400", "80D600000299AA" };
	static const uint8_t two[] = { 0x99, 0xaa };
	struct rig *r = new_rig(1024);

	(void)state;
	r->lens.mode = LENS_STORING_CERT;
	/* Of an application that no rule is for. */
	assert_int_equal(ask(r, KEYS), LENS_OK);
	assert_int_equal(update(r, 0, two, 2), LENS_OK);
	assert_int_equal(r->card.updates, 1);
	assert_int_equal(ask(r, AID), LENS_OK);
	for (size_t i = 0; i < sizeof(away) / sizeof(*away); i++) {
		r->card.updates = 0;
		assert_int_equal(ask(r, KEYS), LENS_OK);
		assert_int_equal(update(r, 0, two, 2), LENS_OK);
		assert_int_equal(r->card.updates, 0);
		assert_int_equal(ask(r, away[i]), LENS_OK);
		r->card.selected = 0;
		r->card.updates = 0;
		assert_int_equal(update(r, 0, two, 2), LENS_OK);
		assert_int_equal(r->card.updates, 1);
	}
	/* A card whose keys nobody said where they are. */
	rule.keys = -1;
	assert_int_equal(ask(r, KEYS), LENS_OK);
	assert_int_equal(update(r, 0, two, 2), LENS_OK);
	end(r);
	assert_int_equal(r->card.updates, 2);
	rule.keys = 0;
	free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_come),
		cmocka_unit_test(entries_go),
		cmocka_unit_test(the_last_one_grows),
		cmocka_unit_test(what_is_there_is_not_written),
		cmocka_unit_test(a_short_rest_moves_at_once),
		cmocka_unit_test(done_as_well_as_it_can_be),
		cmocka_unit_test(refusals_are_told),
		cmocka_unit_test(half_of_one_is_written_as_it_came),
		cmocka_unit_test(too_long_ones_go_through),
		cmocka_unit_test(a_file_goes_after_its_entry),
		cmocka_unit_test(it_goes_without_one_too),
		cmocka_unit_test(a_file_that_stays_is_told),
		cmocka_unit_test(keys_stay_while_a_certificate_is_stored),
		cmocka_unit_test(what_writes_elsewhere_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
