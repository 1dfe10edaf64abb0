/*
 * Links as people paste them out of mails: put together, taken out of mail
 * filters' wrappings, and said whose they are.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "order/link.h"

#define HOME	"https://authority.example/o/"
#define ID	"AbCd1234_-efGH"
#define LINK	HOME ID
#define SAFE	"https://eur02.safelinks.protection.outlook.com/?url="
#define BROKEN	LINK_BROKEN_LINES
#define MAILED	LINK_ENTITIES
#define TAIL	LINK_TRAILING
#define WRAPPED	LINK_REWRITTEN
#define OTHER	LINK_OTHER_HOST
#define ALIKE	LINK_LOOKALIKE
#define CODED	LINK_CODED

static struct authority authority = {
	.id = (char []){ "one" },
	.name = (char []){ "One" },
	.orders_url = (char []){ "https://orders.office.test:8443/v1" },
	.orders_number = (char []){ "[A-Z]{2}[0-9]{8}" },
	.orders_check_digit = (char []){ "" },
	.orders_link_hosts = { .v = { (char []){ "authority.example" } },
	    .n = 1 },
};

static const struct authorities all = { .v = &authority, .n = 1 };

struct row {
	const char	*text;
	const char	*url;
	unsigned	 faults;
};

static void
check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct link l;
		struct err err = { .code = 0 };

		if (link_read(rows[i].text, &all, &l, &err) != 0)
			fail_msg("no link in \"%s\"", rows[i].text);
		if (strcmp(l.url, rows[i].url) != 0 ||
		    l.faults != rows[i].faults)
			fail_msg("\"%s\":\n%s, 0x%x instead of\n%s, 0x%x",
			    rows[i].text, l.url, l.faults, rows[i].url,
			    rows[i].faults);
		assert_true((l.authority != NULL) ==
		    ((l.faults & (OTHER | ALIKE | CODED)) == 0 && !l.opaque));
	}
}

#define CHECK(rows)	check_rows(rows, sizeof(rows) / sizeof(rows)[0])

static void
finds_it_in_a_text(void **state)
{
	static const struct row rows[] = {
		{ LINK, LINK, 0 },
		{ "  " LINK "  ", LINK, 0 },
		{ "<" LINK ">", LINK, 0 },
		{ "\"" LINK "\"", LINK, 0 },
		{ "'" LINK "'", LINK, TAIL },
		{ "<a href=\"" LINK "\">here</a>", LINK, 0 },
		{ "\xe2\x80\x9e" LINK "\xe2\x80\x9d", LINK, 0 },
		{ LINK "\xc2\xa0tak", LINK, 0 },
		{ "Open " LINK " today.", LINK, 0 },
		{ "Open it:" LINK ", please", LINK, TAIL },
		{ "See " LINK ".", LINK, TAIL },
		{ "Was it " LINK "?", LINK, TAIL },
		{ "(" LINK ")", LINK, TAIL },
		{ "[" LINK "].", LINK, TAIL },
		{ "*" LINK "*", LINK, TAIL },
		{ HOME "(a)/" ID, HOME "(a)/" ID, 0 },
		{ "(" HOME "(a)/" ID ")", HOME "(a)/" ID, TAIL },
		{ "\"" LINK " is the link\"", LINK, 0 },
		{ LINK "\tnext column", LINK, 0 },
		{ LINK "\001\033[31m", LINK, 0 },
		{ "HTTPS://Authority.Example/o/" ID,
		  "HTTPS://Authority.Example/o/" ID, 0 },
		{ "hxxps://authority[.]example/o/" ID, LINK, 0 },
		{ "https:// " LINK, LINK, 0 },
		{ LINK "#top", LINK "#top", 0 },
		{ HOME "?t=" ID, HOME "?t=" ID, 0 },
	};

	(void)state;
	CHECK(rows);
}

static void
puts_lines_together(void **state)
{
	static const struct row rows[] = {
		{ "https://\nauthority.example/o/" ID, LINK, BROKEN },
		{ "https://authority.example\n/o/" ID, LINK, BROKEN },
		{ HOME "\n" ID, LINK, BROKEN },
		{ HOME "\r\n" ID "\r\n", LINK, BROKEN },
		{ HOME "AbCd\n1234_-efGH", LINK, BROKEN },
		{ HOME "AbCd1234_-\nefGH", LINK, BROKEN },
		{ "https://authority.example/\no/AbCd1\n234_-efGH", LINK,
		  BROKEN },
		{ "https://authority.\nexample/o/" ID, LINK, BROKEN },
		{ "> " HOME "\n> " ID "\n> ", LINK, BROKEN },
		{ "> > " HOME "AbCd\n> > 1234_-efGH", LINK, BROKEN },
		{ "| " HOME "\n| " ID, LINK, BROKEN },
		{ "<" HOME "AbCd\n> 1234_-efGH>", LINK, BROKEN },
		{ "<" HOME "\n  AbCd1234_-ef\n  GH> now", LINK, BROKEN },
		{ "\"" HOME "AbCd1234_-ef\r\nGH\"", LINK, BROKEN },
		{ HOME "AbCd=\r\n1234_-efGH", LINK, BROKEN },
		{ HOME "?t=3DAbCd=\r\n1234_-efGH", HOME "?t=AbCd1234_-efGH",
		  BROKEN | MAILED },
		{ HOME "?t=\r\n" ID, HOME "?t=" ID, BROKEN },
		{ HOME "?a=1&\nt=" ID, HOME "?a=1&t=" ID, BROKEN },
		{ LINK "=\r\n is it", LINK, BROKEN },
		{ HOME "AbCd\xe2\x80\x8b" "1234_-efGH", LINK, 0 },
		/* What stands on the next line and is no part of it. */
		{ LINK "\nPlease open it today.", LINK, 0 },
		{ LINK "\nThanks", LINK, 0 },
		{ LINK "\nRegards,\nthe office", LINK, 0 },
		{ LINK "\n-- \nthe office", LINK, 0 },
		{ LINK "\n--\nthe office", LINK, 0 },
		{ LINK "\n----------", LINK, 0 },
		{ LINK "\n\n12345678", LINK, 0 },
		{ LINK "\noffice1@authority.example", LINK, 0 },
		{ LINK "\nhttps://other.example/", LINK, 0 },
		{ LINK ".\n2026", LINK, TAIL },
		{ LINK "\n2 days are left", LINK, 0 },
		{ "https://authority.example/\nPlease open it",
		  "https://authority.example/", LINK_CUT },
	};

	(void)state;
	CHECK(rows);
}

static void
undoes_the_mails_coding(void **state)
{
	static const struct row rows[] = {
		{ HOME "?a=1&amp;t=" ID, HOME "?a=1&t=" ID, MAILED },
		{ HOME "?a=1&amp;amp;t=" ID, HOME "?a=1&t=" ID, MAILED },
		{ HOME "?a&#61;1&#38;t&equals;" ID, HOME "?a=1&t=" ID, MAILED },
		{ HOME "?a=3D1&t=3D" ID, HOME "?a=1&t=" ID, MAILED },
		{ HOME "?a=1&t=3D" ID, HOME "?a=1&t=3D" ID, 0 },
		{ HOME "\xc5\x82/" ID, HOME "%C5%82/" ID, 0 },
		{ HOME "\xff/" ID, HOME "%FF/" ID, 0 },
	};

	(void)state;
	CHECK(rows);
}

static void
takes_filters_off(void **state)
{
	static const struct row rows[] = {
		{ SAFE "https%3A%2F%2Fauthority.example%2Fo%2F" ID
		  "&data=05%7C02%7C&reserved=0", LINK, WRAPPED },
		{ SAFE "https%3A%2F%2Fauthority.example%2Fo%2F" ID
		  "&amp;data=05&amp;reserved=0", LINK, WRAPPED | MAILED },
		{ "https://urldefense.proofpoint.com/v1/url?u=https%3A%2F%2F"
		  "authority.example%2Fo%2F" ID "&k=1", LINK, WRAPPED },
		{ "https://urldefense.proofpoint.com/v2/url?u=https-3A__"
		  "authority.example_o_AbCd1234-5F-2DefGH&d=D", LINK, WRAPPED },
		{ "https://urldefense.com/v3/__" LINK "__;!!abc!xy$", LINK,
		  WRAPPED },
		{ "https://urldefense.com/v3/__https:/authority.example/o/" ID
		  "__;!!abc!xy$", LINK, WRAPPED },
		/* One * for "#", **B for "?=%". */
		{ "https://urldefense.com/v3/__" HOME "**Bt/" ID "*a__;Pz0lIw!!"
		  "abc!xy$", HOME "?=%t/" ID "#a", WRAPPED },
		{ "https://urldefense.us/v3/__" HOME "*/" ID "__;xYI!!a$",
		  HOME "%C5%82/" ID, WRAPPED },
		{ "https://www.google.com/url?sa=D&q=https://authority.example"
		  "/o/" ID "&ust=1", LINK, WRAPPED },
		{ "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2f"
		  "authority.example%2fo%2f" ID "&c=E", LINK, WRAPPED },
		{ SAFE "https%3A%2F%2Furldefense.com%2Fv3%2F__https%3A%2F%2F"
		  "authority.example%2Fo%2F" ID "__%3B!!abc!xy%24&data=0",
		  LINK, WRAPPED },
		{ SAFE "https%3A%2F%2Fother.example%2F%0A%22a&data=0",
		  "https://other.example/%0A%22a", WRAPPED | OTHER },
		{ SAFE "javascript%3Aalert%281%29&data=0",
		  SAFE "javascript%3Aalert%281%29&data=0",
		  WRAPPED | LINK_CUT },
		{ "https://urldefense.com/v3/__https://authority.exam",
		  "https://urldefense.com/v3/__https://authority.exam",
		  WRAPPED | LINK_CUT },
		{ "https://protect-eu.mimecast.com/s/AbCdEfGh",
		  "https://protect-eu.mimecast.com/s/AbCdEfGh", WRAPPED },
		{ "https://secure-web.cisco.com/1AbC/" LINK,
		  "https://secure-web.cisco.com/1AbC/" LINK, WRAPPED },
	};

	(void)state;
	CHECK(rows);
}

static void
says_whose_it_is(void **state)
{
	static const struct row rows[] = {
		{ "https://www.authority.example/o/" ID,
		  "https://www.authority.example/o/" ID, 0 },
		{ "https://authority.example:8443/o/" ID,
		  "https://authority.example:8443/o/" ID, 0 },
		{ "https://authority.example./o/" ID,
		  "https://authority.example./o/" ID, 0 },
		{ "https://orders.office.test/o/" ID,
		  "https://orders.office.test/o/" ID, 0 },
		{ "http://authority.example/o/" ID,
		  "http://authority.example/o/" ID, LINK_NOT_HTTPS },
		{ "https://x@authority.example/o/" ID,
		  "https://x@authority.example/o/" ID, 0 },
		{ "https://authority.example", "https://authority.example",
		  LINK_CUT },
		{ HOME, HOME, LINK_CUT },
		{ HOME "AbCd123", HOME "AbCd123", LINK_CUT },
		{ HOME "?t=", HOME "?t=", LINK_CUT },
		{ "https://other.test/" ID, "https://other.test/" ID, OTHER },
		{ "https://192.0.2.1/o/" ID, "https://192.0.2.1/o/" ID, OTHER },
		{ "https://[2001:db8::1]:443/o/" ID,
		  "https://[2001:db8::1]:443/o/" ID, OTHER },
		{ "https://other.test/authority.example/" ID,
		  "https://other.test/authority.example/" ID, OTHER },
		{ "https://authority.example@evil.test/" ID,
		  "https://authority.example@evil.test/" ID, ALIKE },
		{ "https://authority.example:443@evil.test/" ID,
		  "https://authority.example:443@evil.test/" ID, ALIKE },
		{ "https://authority.example.evil.test/" ID,
		  "https://authority.example.evil.test/" ID, ALIKE },
		{ "https://authority-example.evil.test/" ID,
		  "https://authority-example.evil.test/" ID, ALIKE },
		{ "https://notauthority.example/" ID,
		  "https://notauthority.example/" ID, ALIKE },
		{ "https://authority.test/" ID, "https://authority.test/" ID,
		  ALIKE },
		{ "https://autority.example/" ID,
		  "https://autority.example/" ID, ALIKE },
		{ "https://www.authoritty.example/" ID,
		  "https://www.authoritty.example/" ID, ALIKE },
		{ "https://autohrity.example/" ID,
		  "https://autohrity.example/" ID, ALIKE },
		{ "https://auth0r1ty.example/" ID,
		  "https://auth0r1ty.example/" ID, ALIKE },
		{ "https://0rders.0ff1ce.test/" ID,
		  "https://0rders.0ff1ce.test/" ID, ALIKE },
		{ "https://auth\xc3\xb3rity.example/" ID,
		  "https://auth%C3%B3rity.example/" ID, ALIKE },
		{ "https://auth%6frity.example/" ID,
		  "https://auth%6frity.example/" ID, ALIKE },
		{ "https://evil.test%2f.authority.example/" ID,
		  "https://evil.test%2f.authority.example/" ID, ALIKE },
		{ "https://www.xn--uthority-2fh.example/" ID,
		  "https://www.xn--uthority-2fh.example/" ID, ALIKE },
		{ "https://www.xn--kgbechtv.example/" ID,
		  "https://www.xn--kgbechtv.example/" ID, CODED },
		{ "https://logo.test/a.png https://xn--kgbechtv.example/" ID,
		  "https://xn--kgbechtv.example/" ID, CODED },
		/* Several: an authority's, or what pretends to be. */
		{ "https://logo.test/a.png " LINK, LINK, 0 },
		{ LINK " https://logo.test/a.png", LINK, 0 },
		{ "https://logo.test/a.png https://page.test/",
		  "https://logo.test/a.png", OTHER },
		{ "https://autority.example/" ID " " LINK,
		  "https://autority.example/" ID, ALIKE },
		{ "https://protect-eu.mimecast.com/s/AbCdEfGh\n\n" LINK, LINK,
		  0 },
	};

	(void)state;
	CHECK(rows);
}

/* "rn" passes for m: asked of another authority. */
static void
knows_two_letters_for_one(void **state)
{
	char minister[] = "sign.minister.com.pl";
	struct authority a = authority;
	const struct authorities two = { .v = &a, .n = 1 };
	struct link l;
	struct err err = { .code = 0 };

	(void)state;
	a.orders_link_hosts.v[0] = minister;
	assert_int_equal(link_read("https://sign.rninister.com.pl/" ID, &two,
	    &l, &err), 0);
	assert_int_equal(l.faults, ALIKE);
	assert_int_equal(link_read("https://sign.other.com.pl/" ID, &two, &l,
	    &err), 0);
	assert_int_equal(l.faults, OTHER);
	assert_int_equal(link_read("https://minister.com.pl/" ID, &two, &l,
	    &err), 0);
	assert_int_equal(l.faults, ALIKE);
}

static void
tells_its_parts(void **state)
{
	struct link l;
	struct err err = { .code = 0 };

	(void)state;
	assert_int_equal(link_read("https://x@Authority.Example:1/AB12345678/"
	    ID, &all, &l, &err), 0);
	assert_string_equal(l.host, "authority.example");
	assert_string_equal(l.id, ID);
	assert_string_equal(l.number, "AB12345678");
	assert_ptr_equal(l.authority, &authority);
	assert_null(l.filter);
	assert_int_equal(link_read(SAFE "https%3A%2F%2Fa.test%2F", &all, &l,
	    &err), 0);
	assert_string_equal(l.filter, "Safe Links");
	assert_false(l.opaque);
	assert_int_equal(link_read("https://secure-web.cisco.com/1/a", &all,
	    &l, &err), 0);
	assert_true(l.opaque);
	assert_string_equal(l.host, "secure-web.cisco.com");
	for (unsigned bit = 1; bit <= LINK_CODED; bit <<= 1)
		assert_string_not_equal(link_fault_words(bit), "");
}

static void
refuses_what_is_none(void **state)
{
	static const char *const none[] = { "", " ", "Order AB12345678",
	    "authority.example/o/" ID, "https://", "https:///o/" ID,
	    "https:// authority.example", "https://.", "<https://>",
	    "mailto:office@authority.example", "ftp://authority.example/" };
	static char text[LINK_TEXT_MAX + 2];
	struct link l;
	struct err err = { .code = 0 };

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
		err = (struct err){ .code = 0 };
		assert_int_equal(link_read(none[i], &all, &l, &err), -1);
		assert_int_equal(err.code, ERR_LINK_NONE);
		assert_string_equal(l.url, "");
	}
	memset(text, ' ', LINK_TEXT_MAX);
	memcpy(text + LINK_TEXT_MAX - strlen(LINK), LINK, strlen(LINK));
	assert_int_equal(link_read(text, &all, &l, &err), 0);
	assert_string_equal(l.url, LINK);
	text[LINK_TEXT_MAX] = 'a';
	err = (struct err){ .code = 0 };
	assert_int_equal(link_read(text, &all, &l, &err), -1);
	assert_int_equal(err.code, ERR_TOO_BIG);
	/* Longer than an address may be: what there is room for, and it says so. */
	memset(text, 'a', LINK_TEXT_MAX);
	text[LINK_TEXT_MAX] = '\0';
	memcpy(text, HOME, strlen(HOME));
	assert_int_equal(link_read(text, &all, &l, &err), 0);
	assert_int_equal(strlen(l.url), LINK_URL_MAX - 1);
	assert_int_equal(l.faults, LINK_CUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_it_in_a_text),
		cmocka_unit_test(puts_lines_together),
		cmocka_unit_test(undoes_the_mails_coding),
		cmocka_unit_test(takes_filters_off),
		cmocka_unit_test(says_whose_it_is),
		cmocka_unit_test(knows_two_letters_for_one),
		cmocka_unit_test(tells_its_parts),
		cmocka_unit_test(refuses_what_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
