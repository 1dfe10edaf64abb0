/* HMAC-SHA256 beside the standard's examples and OpenSSL's. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/text.h"
#include "registry/hmac.h"

/* RFC 4231, 4.2 and 4.3. */
static const struct {
	const char	*key, *text, *mac;
} examples[] = {
	{ "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
	  "\x0b\x0b\x0b\x0b", "Hi There",
	  "B0344C61D8DB38535CA8AFCEAF0BF12B881DC200C9833DA726E9376C2E32CFF7" },
	{ "Jefe", "what do ya want for nothing?",
	  "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843" },
};

static void
test_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		struct hmac *h = hmac_new(examples[i].key,
		    strlen(examples[i].key));
		uint8_t mac[HMAC_LEN];
		char hex[2 * HMAC_LEN + 1];

		hmac_begin(h);
		hmac_add(h, examples[i].text, strlen(examples[i].text));
		hmac_end(h, mac);
		text_hex(mac, sizeof mac, 0, hex, sizeof hex);
		assert_string_equal(hex, examples[i].mac);
		hmac_free(h);
	}
}

/* Keys and texts of every length about the digest's block; one key, many texts. */
static void
test_like_openssl(void **state)
{
	uint8_t bytes[200], ours[HMAC_LEN], theirs[HMAC_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 37 + 11);
	for (int key = 0; key <= HMAC_KEY_MAX; key += 8) {
		struct hmac *h = hmac_new(bytes, (size_t)key);

		for (size_t len = 0; len < sizeof bytes; len++) {
			hmac_begin(h);
			hmac_add(h, bytes, len / 3);
			hmac_add(h, bytes + len / 3, len - len / 3);
			hmac_end(h, ours);
			assert_non_null(HMAC(EVP_sha256(), bytes, key, bytes,
			    len, theirs, NULL));
			assert_memory_equal(ours, theirs, sizeof ours);
		}
		hmac_free(h);
	}
	hmac_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_like_openssl),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("hmac", tests, NULL, NULL);
}
