/*
 * Where a stranger may send us: every block of IPv4 against a list of its own,
 * the edges of those of IPv6, and what an administrator allows.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "net/guard.h"

/* First and last address of what is not public; in order, without overlap. */
static const char *const closed[][2] = {
	{ "0.0.0.0", "0.255.255.255" },
	{ "10.0.0.0", "10.255.255.255" },
	{ "100.64.0.0", "100.127.255.255" },
	{ "127.0.0.0", "127.255.255.255" },
	{ "169.254.0.0", "169.254.255.255" },
	{ "172.16.0.0", "172.31.255.255" },
	{ "192.0.0.0", "192.0.0.255" },
	{ "192.0.2.0", "192.0.2.255" },
	{ "192.88.99.0", "192.88.99.255" },
	{ "192.168.0.0", "192.168.255.255" },
	{ "198.18.0.0", "198.19.255.255" },
	{ "198.51.100.0", "198.51.100.255" },
	{ "203.0.113.0", "203.0.113.255" },
	{ "224.0.0.0", "255.255.255.255" },
};

static uint32_t
four(const char *text)
{
	uint32_t n;

	assert_int_equal(inet_pton(AF_INET, text, &n), 1);
	return ntohl(n);
}

static void
map(uint32_t n, uint8_t ip[GUARD_IP_LEN])
{
	memset(ip, 0, GUARD_IP_LEN);
	ip[10] = ip[11] = 0xff;
	n = htonl(n);
	memcpy(ip + 12, &n, 4);
}

static bool
is_closed(uint32_t a)
{
	for (size_t i = 0; i < sizeof(closed) / sizeof(*closed); i++)
		if (a >= four(closed[i][0]) && a <= four(closed[i][1]))
			return true;
	return false;
}

static void
judge(uint32_t a)
{
	uint8_t ip[GUARD_IP_LEN];

	map(a, ip);
	if (guard_public(ip) == is_closed(a))
		fail_msg("%08x", a);
}

/* The ends of each of the 2^16 blocks, and both sides of every edge. */
static void
test_every_ipv4_block(void **state)
{
	(void)state;
	for (uint32_t block = 0; block <= UINT16_MAX; block++) {
		judge(block << 16);
		judge(block << 16 | 0xffff);
	}
	for (size_t i = 0; i < sizeof(closed) / sizeof(*closed); i++) {
		judge(four(closed[i][0]) - 1);
		judge(four(closed[i][0]));
		judge(four(closed[i][1]));
		judge(four(closed[i][1]) + 1);
	}
}

static void
test_ipv6_blocks(void **state)
{
	static const struct {
		const char *ip;
		bool open;
	} cases[] = {
		{ "::", false },
		{ "::1", false },
		{ "::7f00:1", false },		/* 127.0.0.1, compatible */
		{ "::808:808", false },
		{ "::ffff:127.0.0.1", false },
		{ "::ffff:10.1.2.3", false },
		{ "::ffff:169.254.169.254", false },
		{ "::ffff:8.8.8.8", true },
		{ "::fffe:8.8.8.8", false },
		{ "::ffff:0:8.8.8.8", false },	/* translated, RFC 2765 */
		{ "64:ff9b::8.8.8.8", true },
		{ "64:ff9b::10.0.0.1", false },
		{ "64:ff9b::127.0.0.1", false },
		{ "64:ff9b:0:0:0:1:808:808", false },
		{ "64:ff9b:1::8.8.8.8", false },
		{ "100::1", false },
		{ "1fff:ffff::", false },
		{ "2000::", true },
		{ "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true },
		{ "2001::1", false },		/* Teredo */
		{ "2001:1ff:ffff::", false },
		{ "2001:200::", true },
		{ "2001:db7:ffff::", true },
		{ "2001:db8::1", false },
		{ "2001:db9::", true },
		{ "2001:4860:4860::8888", true },
		{ "2002:7f00:1::", false },	/* 6to4 of 127.0.0.1 */
		{ "2002:a00:1::1", false },
		{ "2002:808:808::1", true },
		{ "2003::", true },
		{ "2a00:1450:4000::1", true },
		{ "3ffe:ffff::", true },
		{ "3fff::", false },
		{ "3fff:fff:ffff::", false },
		{ "3fff:1000::", true },
		{ "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true },
		{ "4000::", false },
		{ "fbff:ffff::", false },
		{ "fc00::1", false },
		{ "fd12:3456:789a::1", false },
		{ "fe80::1", false },
		{ "febf::1", false },
		{ "fec0::1", false },
		{ "ff02::1", false },
	};
	uint8_t ip[GUARD_IP_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(inet_pton(AF_INET6, cases[i].ip, ip), 1);
		if (guard_public(ip) != cases[i].open)
			fail_msg("%s", cases[i].ip);
	}
}

/* --- connecting ----------------------------------------------------------- */

static bool
may(const struct guard *g, const char *host, unsigned port, bool https)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6,
		.sin6_port = htons((uint16_t)port) };
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port) };

	if (inet_pton(AF_INET, host, &sin.sin_addr) == 1)
		return guard_address(g, (const struct sockaddr *)&sin, https);
	assert_int_equal(inet_pton(AF_INET6, host, &six.sin6_addr), 1);
	return guard_address(g, (const struct sockaddr *)&six, https);
}

static void
test_ports(void **state)
{
	static const struct {
		unsigned port;
		bool http, https;
	} cases[] = {
		{ 0, false, false }, { 1, false, false }, { 22, false, false },
		{ 25, false, false }, { 79, false, false }, { 80, true, false },
		{ 81, false, false }, { 443, false, true },
		{ 1023, false, false }, { 1024, true, true },
		{ 8080, true, true }, { 65535, true, true },
	};
	const struct guard none = { .nallow = 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		unsigned p = cases[i].port;

		assert_int_equal(guard_port(&none, p, false), cases[i].http);
		assert_int_equal(guard_port(&none, p, true), cases[i].https);
		assert_int_equal(may(&none, "8.8.8.8", p, false),
		    cases[i].http);
		assert_int_equal(may(&none, "2a00::1", p, true),
		    cases[i].https);
		assert_false(may(&none, "10.0.0.1", p, false));
		assert_false(may(&none, "::1", p, true));
	}
	assert_false(guard_port(&none, 65536, false));
}

static void
test_what_is_allowed(void **state)
{
	char *allow[] = { (char *)"127.0.0.1", (char *)"10.0.0.7:8080",
		(char *)"[::1]:81", (char *)"fd00::5", (char *)"nonsense",
		(char *)"10.0.0.9:" };
	const struct guard g = { .allow = allow, .nallow = 6 };

	(void)state;
	assert_true(may(&g, "127.0.0.1", 80, false));
	assert_true(may(&g, "::ffff:127.0.0.1", 80, false));
	assert_true(may(&g, "127.0.0.1", 8080, false));
	assert_false(may(&g, "127.0.0.1", 22, false));
	assert_false(may(&g, "127.0.0.2", 80, false));
	assert_true(may(&g, "10.0.0.7", 8080, false));
	assert_true(may(&g, "10.0.0.7", 8080, true));
	assert_false(may(&g, "10.0.0.7", 80, false));
	assert_false(may(&g, "10.0.0.8", 8080, false));
	assert_false(may(&g, "10.0.0.9", 80, false));
	assert_true(may(&g, "::1", 81, false));
	assert_false(may(&g, "::1", 80, false));
	assert_true(may(&g, "fd00::5", 443, true));
	assert_false(may(&g, "fd00::5", 443, false));
	/* A port that is meant for one address opens no other. */
	assert_true(guard_port(&g, 81, false));
	assert_false(may(&g, "8.8.8.8", 81, false));
	assert_false(guard_port(&g, 82, false));
}

static void
test_entries(void **state)
{
	static const char *const good[] = { "127.0.0.1", "10.0.0.7:8080",
		"[::1]", "[::1]:80", "::1", "fd00::5", "10.0.0.7:1",
		"10.0.0.7:65535" };
	static const char *const bad[] = { "", ":", ":80", "[", "]", "[]:80",
		"localhost", "example.org:80", "10.0.0.7:", "10.0.0.7:0",
		"10.0.0.7:65536", "10.0.0.7:99999999", "10.0.0.7:80x",
		"10.0.0.7: 80", "10.0.0.7:-1", "10.0.0", "010.0.0.1.1", "[::1",
		"[::1]80", "[::1]:", "[10.0.0.7]:80", "::1:99999", "10.0.0.0/8",
		"[fe80::1%lo]:80", "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17:80",
		"0x7f.0.0.1" };
	uint8_t ip[ADDRESS_LEN];
	unsigned port;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		if (!address_entry(good[i], ip, &port))
			fail_msg("%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (address_entry(bad[i], ip, &port))
			fail_msg("%s", bad[i]);
}

static void
test_hosts_for_a_proxy(void **state)
{
	char *allow[] = { (char *)"127.0.0.1:8080" };
	const struct guard none = { .nallow = 0 };
	const struct guard one = { .allow = allow, .nallow = 1 };

	(void)state;
	assert_true(guard_host(&none, "ocsp.example.org", 80, false));
	assert_true(guard_host(&none, "notlocalhost", 80, false));
	assert_true(guard_host(&none, "8.8.8.8", 80, false));
	assert_true(guard_host(&none, "[2a00::1]", 80, false));
	assert_false(guard_host(&none, "ocsp.example.org", 25, false));
	assert_false(guard_host(&none, "127.0.0.1", 80, false));
	assert_false(guard_host(&none, "[::1]", 80, false));
	assert_false(guard_host(&none, "[::ffff:10.0.0.1]", 80, false));
	assert_false(guard_host(&none, "[fe80::1%lo]", 80, false));
	assert_false(guard_host(&none, "[x]", 80, false));
	assert_false(guard_host(&none, "localhost", 80, false));
	assert_false(guard_host(&none, "LOCALHOST.", 80, false));
	assert_false(guard_host(&none, "a.localhost", 80, false));
	assert_true(guard_host(&one, "127.0.0.1", 8080, false));
	assert_true(guard_host(&one, "localhost", 8080, false));
	assert_false(guard_host(&one, "localhost", 8081, false));
}

/* --- text ----------------------------------------------------------------- */

static void
test_urls(void **state)
{
	static const char *const good[] = { "http://a", "HTTPS://a/b?c#d",
		"http://[::1]:80/" };
	static const char *const bad[] = { "", "http:/a", "ftp://a",
		"file:///etc/passwd", "gopher://a", "javascript:1", " http://a",
		"http://a b", "http://a\r\nX: y", "http://a\n", "http://\x7f",
		"http://ż.pl", "httpx://a", "ldap://a",
		"http://", "http:///a", "https://?a", "http://#" };
	char *longest = mem_printf("http://%0*d", 2048 - 7, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_true(guard_url(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (guard_url(bad[i]))
			fail_msg("%s", bad[i]);
	assert_true(guard_url(longest));
	free(longest);
	longest = mem_printf("http://%0*d", 2048 - 6, 0);
	assert_false(guard_url(longest));
	free(longest);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_ipv4_block),
		cmocka_unit_test(test_ipv6_blocks),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_what_is_allowed),
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_hosts_for_a_proxy),
		cmocka_unit_test(test_urls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
