/* The lens between OpenSC and a card: what is asked once, and what goes through. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "card/lens.h"

#define AID		"00A4040002A001"
#define INFO		"00A40800045015503200"
#define READ_INFO	"00B0000010"
#define DIRECTORY	"00A40800045015440400"
#define OTHER		"00A40800022F0000"
#define FOLDER		"00A4080C025015"	/* of INFO and DIRECTORY */
#define VERIFY		"0020000102313200"

/* A card of three files; it counts what it is asked. */
struct fake {
	uint8_t	files[3][1024];
	int	selected;		/* 3: the application, 4: the folder */
	int	asked;
	long	fails;			/* every command from now on */
	size_t	cut;			/* bytes that are missing of a READ */
	int	verified_at;		/* what was selected then */
};

static struct lens_rule rule = { .aid = { 0xa0, 0x01 }, .aid_len = 2,
	.token_info = { { 0x50, 0x15, 0x50, 0x32 }, 4 },
	.directories = { { { 0x50, 0x15, 0x44, 0x04 }, 4 } },
	.ndirectories = 1 };

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

static size_t
file_size(const struct fake *f)
{
	return f->selected == 0 ? 16 : sizeof(f->files[0]);
}

static size_t
do_select(struct fake *f, const uint8_t *c, size_t len, uint8_t *answer)
{
	static const char *const selects[] = { INFO, DIRECTORY, OTHER, AID };
	uint8_t want[32];

	for (int i = 0; i < 4; i++)
		if (bytes(selects[i], want) == len && memcmp(want, c, len) == 0) {
			f->selected = i;
			memcpy(answer, (const uint8_t[]){ 0x6f, 4, 0x81, 2,
			    (uint8_t)(file_size(f) >> 8),
			    (uint8_t)file_size(f), 0x90, 0 }, 8);
			return 8;
		}
	if (bytes(FOLDER, want) == len && memcmp(want, c, len) == 0) {
		f->selected = 4;
		memcpy(answer, "\x90\x00", 2);
		return 2;
	}
	memcpy(answer, "\x6a\x82", 2);
	return 2;
}

static size_t
do_read(const struct fake *f, const uint8_t *c, uint8_t *answer)
{
	size_t offset = (size_t)c[2] << 8 | c[3], n = c[4] == 0 ? 256 : c[4];

	if (f->selected > 2 || offset + n > file_size(f)) {
		memcpy(answer, "\x6b\x00", 2);
		return 2;
	}
	memcpy(answer, f->files[f->selected] + offset, n);
	n -= f->cut;
	memcpy(answer + n, "\x90\x00", 2);
	return n + 2;
}

static long
send_fake(const uint8_t *c, size_t len, uint8_t *answer, size_t *answer_len,
    void *arg)
{
	struct fake *f = arg;

	f->asked++;
	if (f->fails != 0)
		return f->fails;
	assert_true(*answer_len >= LENS_ANSWER_MAX);
	if (c[1] == 0xa4)
		*answer_len = do_select(f, c, len, answer);
	else if (c[1] == 0xb0)
		*answer_len = do_read(f, c, answer);
	else {
		f->verified_at = f->selected;
		memcpy(answer, "\x90\x00", 2);
		*answer_len = 2;
	}
	return LENS_OK;
}

struct rig {
	struct lens	 lens;
	struct lens_link link;
	struct fake	 card;
	uint8_t		 answer[LENS_ANSWER_MAX];
	size_t		 len;
};

/* A card whose directory has one entry of 4 bytes at its front. */
static int
set_up(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	r->lens.rules = &rule;
	r->lens.nrules = 1;
	memset(r->card.files[0], 0x11, sizeof(r->card.files[0]));
	memset(r->card.files[2], 0x33, sizeof(r->card.files[2]));
	memcpy(r->card.files[1], "\x30\x02\xaa\xbb", 4);
	lens_link_init(&r->link);
	*state = r;
	return 0;
}

static int
tear_down(void **state)
{
	free(*state);
	return 0;
}

static long
ask(struct rig *r, const char *hex)
{
	uint8_t command[32];
	size_t n = bytes(hex, command);

	r->len = sizeof(r->answer);
	return lens_transmit(&r->lens, &r->link, command, n, r->answer,
	    &r->len, send_fake, &r->card);
}

/* Asked and answered; so many commands reached the card for it. */
static void
costs(struct rig *r, const char *hex, int commands)
{
	int before = r->card.asked;

	assert_int_equal(ask(r, hex), LENS_OK);
	assert_true(r->len >= 2);
	assert_int_equal(r->answer[r->len - 2], 0x90);
	assert_int_equal(r->card.asked - before, commands);
}

/* What OpenSC asks of a card that has just come, and what it is to cost. */
static void
bind_card(struct rig *r, int first, int other)
{
	lens_link_init(&r->link);
	costs(r, AID, first);
	costs(r, AID, 0);
	costs(r, OTHER, other);
	costs(r, "00B0000010", other);
	assert_int_equal(r->answer[0], r->card.files[2][0]);
	costs(r, INFO, 0);
	costs(r, READ_INFO, 0);
	assert_int_equal(r->answer[0], r->card.files[0][0]);
	costs(r, DIRECTORY, other);
}

static void
asks_once(void **state)
{
	struct rig *r = *state;

	bind_card(r, 3, 1);
	bind_card(r, 3, 0);
}

static void
a_written_card_is_read_anew(void **state)
{
	struct rig *r = *state;

	bind_card(r, 3, 1);
	r->card.files[0][9] = 0x12;
	r->card.files[2][0] = 0x44;
	bind_card(r, 3, 1);
}

static void
the_oldest_card_goes(void **state)
{
	struct rig *r = *state;

	for (uint8_t i = 0; i <= LENS_CARDS_MAX; i++) {
		r->card.files[0][9] = i;
		bind_card(r, 3, 1);
	}
	r->card.files[0][9] = 1;
	bind_card(r, 3, 0);
	r->card.files[0][9] = 0;
	bind_card(r, 3, 1);
}

static void
room_is_not_read(void **state)
{
	struct rig *r = *state;

	costs(r, AID, 3);
	costs(r, DIRECTORY, 1);
	costs(r, "00B0000000", 1);
	assert_memory_equal(r->answer, "\x30\x02\xaa\xbb\x00", 5);
	costs(r, "00B0010000", 0);
	assert_int_equal(r->len, 258);
	assert_int_equal(r->answer[0], 0);
	costs(r, "00B0030000", 0);
	/* Beyond the file's end it is the card that has to refuse. */
	assert_int_equal(ask(r, "00B0030100"), LENS_OK);
	assert_int_equal(r->answer[0], 0x6b);
}

static void
entries_are_read(void **state)
{
	struct rig *r = *state;
	uint8_t *d = r->card.files[1];

	/* One that goes on in the second block, then the end. */
	memset(d + 4, 0, 500);
	memcpy(d + 4, "\x30\x82\x01\x20", 4);
	costs(r, AID, 3);
	costs(r, DIRECTORY, 1);
	costs(r, "00B0000000", 1);
	costs(r, "00B0010000", 1);
	costs(r, "00B0020000", 0);
	/* A file that is no directory is read to its end. */
	costs(r, OTHER, 1);
	memset(r->card.files[2], 0, sizeof(r->card.files[2]));
	costs(r, "00B0000000", 1);
	costs(r, "00B0010000", 1);
}

static void
a_torn_entry_is_not_guessed(void **state)
{
	struct rig *r = *state;
	uint8_t *d = r->card.files[1];

	/* The block's end cuts the head of the second entry. */
	memcpy(d + 4, "\x30\x81\xf8", 3);
	d[255] = 0x30;
	costs(r, AID, 3);
	costs(r, DIRECTORY, 1);
	costs(r, "00B0000000", 1);
	costs(r, "00B0010000", 1);
	costs(r, "00B0020000", 1);
}

static void
a_pin_goes_where_it_belongs(void **state)
{
	struct rig *r = *state;

	bind_card(r, 3, 1);
	bind_card(r, 3, 0);
	/* OpenSC sees EF(TokenInfo) selected; so is the card to see it. */
	r->card.selected = 2;
	lens_link_shared(&r->link);
	costs(r, OTHER, 0);
	costs(r, INFO, 0);
	costs(r, VERIFY, 2);
	assert_int_equal(r->card.verified_at, 0);
	/* Nothing is answered from memory any more. */
	costs(r, AID, 1);
	costs(r, INFO, 1);
	costs(r, READ_INFO, 1);
}

/* Of a file that was selected; and the card is in it before anything is done. */
static void
a_folder_is_there(void **state)
{
	struct rig *r = *state;

	costs(r, AID, 3);
	costs(r, FOLDER, 0);
	assert_int_equal(r->len, 2);
	costs(r, FOLDER, 0);
	costs(r, DIRECTORY, 1);
	costs(r, FOLDER, 0);
	costs(r, VERIFY, 2);
	assert_int_equal(r->card.verified_at, 4);
}

/* One of which nothing is known, and one that is to be told of. */
static void
a_folder_may_not_be_there(void **state)
{
	struct rig *r = *state;
	int before;

	costs(r, AID, 3);
	before = r->card.asked;
	assert_int_equal(ask(r, "00A4080C025016"), LENS_OK);
	assert_int_equal(r->answer[0], 0x6a);
	assert_int_equal(r->card.asked - before, 1);
	lens_link_init(&r->link);
	costs(r, AID, 3);
	before = r->card.asked;
	assert_int_equal(ask(r, "00A4080002501500"), LENS_OK);
	assert_int_equal(r->answer[0], 0x6a);
	assert_int_equal(r->card.asked - before, 1);
}

static void
others_may_have_selected(void **state)
{
	struct rig *r = *state;

	bind_card(r, 3, 1);
	costs(r, OTHER, 0);
	costs(r, "00B0001010", 2);
	/* Another program's turn; then OpenSC selects again and reads on. */
	r->card.selected = 0;
	lens_link_shared(&r->link);
	costs(r, OTHER, 0);
	costs(r, "00B0003010", 2);
	assert_int_equal(r->answer[0], 0x33);
}

static void
a_changed_card_is_noticed(void **state)
{
	struct rig *r = *state;

	bind_card(r, 3, 1);
	lens_link_shared(&r->link);
	costs(r, INFO, 0);
	/* It has another file there now. */
	for (size_t i = 0; i < r->link.memory.n; i++)
		r->link.memory.exchanges[i].answer[0] ^= 1;
	assert_int_equal(ask(r, VERIFY), LENS_CHANGED);
	costs(r, INFO, 1);
}

/* An answer cut on its way is not believed the next time. */
static void
odd_answers_are_not_kept(void **state)
{
	struct rig *r = *state;

	costs(r, AID, 3);
	costs(r, OTHER, 1);
	r->card.cut = 3;
	costs(r, "00B0000010", 1);
	assert_int_equal(r->len, 15);
	r->card.cut = 0;
	costs(r, "00B0000010", 1);
	costs(r, DIRECTORY, 1);
	bind_card(r, 3, 1);
	/* Nor is the way of a card that led nowhere. */
	r->card.files[0][9] = 0x12;
	lens_link_init(&r->link);
	costs(r, AID, 3);
	costs(r, OTHER, 1);
	bind_card(r, 3, 1);
}

static void
unknown_cards_are_let_alone(void **state)
{
	struct rig *r = *state;

	rule.aid_len = 1;
	costs(r, AID, 1);
	costs(r, AID, 1);
	rule.aid_len = 2;
	lens_link_init(&r->link);
	costs(r, OTHER, 1);
	costs(r, OTHER, 1);
	costs(r, AID, 1);
	costs(r, AID, 1);
}

static void
failures_are_handed_on(void **state)
{
	struct rig *r = *state;

	r->card.fails = 77;
	assert_int_equal(ask(r, AID), 77);
	r->card.fails = 0;
	lens_link_init(&r->link);
	costs(r, AID, 3);
	r->card.fails = 78;
	assert_int_equal(ask(r, DIRECTORY), 78);
	r->card.fails = 0;
	costs(r, AID, 1);
	/* A file that is not there: the card's word, and nothing kept. */
	lens_link_init(&r->link);
	costs(r, AID, 3);
	assert_int_equal(ask(r, "00A40800041234123400"), LENS_OK);
	assert_int_equal(r->answer[0], 0x6a);
	costs(r, AID, 1);
}

int
main(void)
{
#define CASE(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(asks_once),
		CASE(a_written_card_is_read_anew),
		CASE(the_oldest_card_goes),
		CASE(room_is_not_read),
		CASE(entries_are_read),
		CASE(a_torn_entry_is_not_guessed),
		CASE(a_pin_goes_where_it_belongs),
		CASE(a_folder_is_there),
		CASE(a_folder_may_not_be_there),
		CASE(others_may_have_selected),
		CASE(a_changed_card_is_noticed),
		CASE(odd_answers_are_not_kept),
		CASE(unknown_cards_are_let_alone),
		CASE(failures_are_handed_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
