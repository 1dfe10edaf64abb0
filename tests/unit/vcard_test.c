/*
 * What the virtual cards are made of: TLVs, command cases, chaining and GET
 * RESPONSE, images that come back as they were, faults that are understood or
 * refused.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/card/bytes.h"
#include "tests/card/card.h"
#include "tests/card/fault.h"
#include "tests/card/keys.h"
#include "tests/card/piv.h"

static struct buf
bytes(const char *hex)
{
	struct buf b;

	buf_init(&b, CARD_BUF_MAX);
	assert_int_equal(hex_read(&b, hex), 0);
	return b;
}

static void
tlv_lengths(void **state)
{
	static const size_t lengths[] = {
		0, 1, 127, 128, 255, 256, 65535, 65536
	};
	static uint8_t value[65536];
	struct span s, v;
	unsigned tag;

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct buf b;
		size_t opened;

		buf_init(&b, CARD_BUF_MAX);
		tlv_add(&b, 0x5f2f, value, lengths[i]);
		opened = tlv_open(&b, 0x53);
		bytes_add(&b, value, lengths[i]);
		tlv_close(&b, opened);
		s = span_of(b.data, b.len);
		assert_int_equal(tlv_next(&s, &tag, &v), 0);
		assert_int_equal(tag, 0x5f2f);
		assert_int_equal(v.len, lengths[i]);
		assert_int_equal(tlv_next(&s, &tag, &v), 0);
		assert_int_equal(tag, 0x53);
		assert_int_equal(v.len, lengths[i]);
		assert_int_equal(s.len, 0);
		assert_int_equal(tlv_next(&s, &tag, &v), -1);
		buf_clear(&b);
	}
}

static void
tlv_refused(void **state)
{
	static const char *const bad[] = {
		"", "53", "5302", "530201", "5381", "538103AABB", "5382FF",
		"5384FFFFFFFF", "5F", "5F2F", "538400000001",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct buf b = bytes(bad[i]);
		struct span s = span_of(b.data, b.len), v;
		unsigned tag;

		assert_int_equal(tlv_next(&s, &tag, &v), -1);
		assert_int_equal(s.len, b.len);
		buf_clear(&b);
	}
}

static void
apdu_cases(void **state)
{
	static const struct {
		const char *hex;
		int rc;
		size_t data, le;
	} cases[] = {
		{ "00A40400", 0, 0, 0 },
		{ "00B0000000", 0, 0, 256 },
		{ "00B0000010", 0, 0, 16 },
		{ "00B00000000000", 0, 0, 65536 },
		{ "00B00000000100", 0, 0, 256 },
		{ "00A4000C023F00", 0, 2, 0 },
		{ "00A40000023F0000", 0, 2, 256 },
		{ "00D6000000000201020000", 0, 2, 65536 },
		{ "00D60000000002AABB", 0, 2, 0 },
		{ "00A404", -1, 0, 0 },
		{ "00A4000C033F00", -1, 0, 0 },
		{ "00A40000023F000000", -1, 0, 0 },
		{ "00D60000000003AABB", -1, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf b = bytes(cases[i].hex);
		struct apdu a;

		assert_int_equal(apdu_parse(span_of(b.data, b.len), &a),
		    cases[i].rc);
		if (cases[i].rc == 0) {
			assert_int_equal(a.data.len, cases[i].data);
			assert_int_equal(a.le, cases[i].le);
		}
		buf_clear(&b);
	}
}

/* The answer to this, in hex. */
static void
expect(struct card *c, const char *command, const char *answer)
{
	struct buf in = bytes(command), want = bytes(answer), got;

	buf_init(&got, CARD_BUF_MAX);
	card_answer(c, span_of(in.data, in.len), &got);
	assert_int_equal(got.len, want.len);
	assert_memory_equal(got.data, want.data, want.len);
	buf_clear(&got);
	buf_clear(&want);
	buf_clear(&in);
}

static struct card *
piv_card(void)
{
	static const uint8_t tag[] = { 0x5f, 0xc1, 0x05 };
	static const uint8_t guid[PIV_GUID_LEN] = { 1 };
	struct store *s = store_new("piv", piv_type.atr);
	uint8_t object[600];

	memset(object, 0x5a, sizeof(object));
	piv_prepare(s, guid);
	piv_put(s, tag, sizeof(tag), object, sizeof(object));
	return card_new(&piv_type, s);
}

/* 600 bytes: 256, then 256 of which the card says "more than 255", then 88. */
static void
long_answers(void **state)
{
	struct card *c = piv_card();
	struct buf in = bytes("00CB3FFF055C035FC10500");
	struct buf more = bytes("00C0000000");
	struct buf out;

	(void)state;
	buf_init(&out, CARD_BUF_MAX);
	card_answer(c, span_of(in.data, in.len), &out);
	assert_int_equal(out.len, 258);
	assert_memory_equal(out.data + 256, "\x61\x00", 2);
	card_answer(c, span_of(more.data, more.len), &out);
	assert_int_equal(out.len, 258);
	assert_memory_equal(out.data + 256, "\x61\x58", 2);
	card_answer(c, span_of(more.data, more.len), &out);
	assert_int_equal(out.len, 90);
	assert_memory_equal(out.data + 88, "\x90\x00", 2);
	expect(c, "00C0000000", "6985");
	/* The same command in two chained parts. */
	expect(c, "10CB3FFF015C", "9000");
	expect(c, "00CB3FFF02017E00",
	    "7E124F0BA0000003080000100001005F2F0240009000");
	buf_clear(&out);
	buf_clear(&more);
	buf_clear(&in);
	card_free(c);
}

static void
pin_is_counted(void **state)
{
	struct card *c = piv_card();

	(void)state;
	expect(c, "00200080", "63C3");
	expect(c, "002000800839393939FFFFFFFF", "63C2");
	expect(c, "002000800839393939FFFFFFFF", "63C1");
	expect(c, "00200080", "63C1");
	expect(c, "002000800831323334FFFFFFFF", "9000");
	expect(c, "00200080", "9000");
	card_power_on(c);
	expect(c, "00200080", "63C3");
	for (int left = 2; left >= 0; left--)
		expect(c, "002000800839393939FFFFFFFF", left == 2 ? "63C2" :
		    left == 1 ? "63C1" : "63C0");
	expect(c, "002000800831323334FFFFFFFF", "6983");
	card_free(c);
}

static void
image_comes_back(void **state)
{
	static const uint8_t path[] = { 0x3f, 0x00, 0x2f, 0x00 };
	struct store *s = store_new("isoapplet", isoapplet_type.atr), *t;
	struct store_file *f = store_add_file(s, path, sizeof(path), false, 40);
	char name[] = "/tmp/vcard_test.XXXXXX";
	int fd = mkstemp(name);

	(void)state;
	assert_int_not_equal(fd, -1);
	close(fd);
	memcpy(f->data, "abc", 3);
	f->told = 65535;
	s->room = 77;
	store_set_pin(s, 1, 3, "1234", 4)->left = 2;
	store_set_key(s, 5, key_new_ec("prime256v1"));
	assert_int_equal(store_save(s, name), 0);
	t = store_load(name);
	assert_non_null(t);
	assert_int_equal(t->room, 77);
	assert_int_equal(store_pin(t, 1)->left, 2);
	assert_int_equal(EVP_PKEY_eq(store_key(t, 5), store_key(s, 5)), 1);
	f = store_file(t, path, sizeof(path));
	assert_non_null(f);
	assert_int_equal(f->size, 40);
	assert_int_equal(f->told, 65535);
	assert_memory_equal(f->data, "abc\0\0", 5);
	assert_int_equal(store_remove_file(t, path, 2), 40);
	assert_null(store_file(t, path, sizeof(path)));
	unlink(name);
	store_free(t);
	store_free(s);
}

static void
faults_understood(void **state)
{
	static const char *const bad[] = {
		"", "nothing", "slow", "slow=", "slow=x", "mute=3", "mute@0",
		"mute@", "mute@x", "silent", "silent=340Z", "badlen@3", "other=", "pull,", "sw=9000Z",
	};
	struct faults fs = { .n = 0 };
	struct buf b = bytes("01020304" "9000");

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(faults_add(&fs, bad[i]), -1);
		assert_int_equal(fs.n, 0);
	}
	assert_int_equal(faults_add(&fs, "slow=20@3,mute@5,pull@7,"
	    "badlen=-2@2,sw=6A82@4"), 0);
	assert_int_equal(faults_delay(&fs, 2), 0);
	assert_int_equal(faults_delay(&fs, 9), 20);
	assert_false(faults_mutes(&fs, 4, span_of(NULL, 0)));
	assert_true(faults_mutes(&fs, 6, span_of(NULL, 0)));
	assert_false(faults_pulls(&fs, 8));
	assert_true(faults_pulls(&fs, 7));
	assert_int_equal(faults_add(&fs, "bounce@3,nopower=2"), 0);
	assert_false(faults_bounces(&fs, 2));
	assert_true(faults_bounces(&fs, 3));
	assert_false(faults_bounces(&fs, 3));	/* once only */
	assert_true(faults_powerless(&fs));
	assert_true(faults_powerless(&fs));
	assert_false(faults_powerless(&fs));
	faults_spoil(&fs, 1, &b);
	assert_int_equal(b.len, 6);
	faults_spoil(&fs, 2, &b);
	assert_int_equal(b.len, 4);
	faults_spoil(&fs, 4, &b);
	assert_int_equal(b.len, 2);
	assert_memory_equal(b.data, "\x6a\x82", 2);
	faults_clear(&fs);
	buf_clear(&b);
}

/* The file may be named in a path; what is cut off names none. */
static void
silent_from_a_file_on(void **state)
{
	struct buf other = bytes("00A4080004" "50153403" "00"),
	    cut = bytes("00A4080004" "501534"),
	    path = bytes("00A4080004" "50153404" "00");
	struct faults fs = { .n = 0 };

	(void)state;
	assert_int_equal(faults_add(&fs, "silent=3404"), 0);
	assert_false(faults_mutes(&fs, 1, span_of(other.data, other.len)));
	assert_false(faults_mutes(&fs, 2, span_of(cut.data, cut.len)));
	assert_true(faults_mutes(&fs, 3, span_of(path.data, path.len)));
	assert_true(faults_mutes(&fs, 4, span_of(other.data, other.len)));
	faults_clear(&fs);
	buf_clear(&other);
	buf_clear(&cut);
	buf_clear(&path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tlv_lengths),
		cmocka_unit_test(tlv_refused),
		cmocka_unit_test(apdu_cases),
		cmocka_unit_test(long_answers),
		cmocka_unit_test(pin_is_counted),
		cmocka_unit_test(image_comes_back),
		cmocka_unit_test(faults_understood),
		cmocka_unit_test(silent_from_a_file_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
