#include "config.h"

#include "net/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/address.h"
#include "net/net.h"

#define HTTP_PORT	80
#define HTTPS_PORT	443
#define SYSTEM_PORTS	1024
#define PORT_MAX	65535
#define MAPPED_BITS	96	/* of ::ffff:0:0/96, before an IPv4 address */

/* A block of addresses; those of IPv4 follow their ::ffff:0:0/96. */
struct block {
	uint8_t	 ip[GUARD_IP_LEN];
	unsigned bits;
};

#define V4(a, b, c, d, n) \
	{ { [10] = 0xff, 0xff, a, b, c, d }, MAPPED_BITS + (n) }

/* The registries of special addresses (RFC 6890 and what follows it). */
static const struct block special[] = {
	V4(0, 0, 0, 0, 8),		/* this network */
	V4(10, 0, 0, 0, 8),		/* private */
	V4(100, 64, 0, 0, 10),		/* behind a provider's NAT */
	V4(127, 0, 0, 0, 8),		/* loopback */
	V4(169, 254, 0, 0, 16),		/* link-local; clouds' metadata */
	V4(172, 16, 0, 0, 12),		/* private */
	V4(192, 0, 0, 0, 24),		/* protocols */
	V4(192, 0, 2, 0, 24),		/* documentation */
	V4(192, 88, 99, 0, 24),		/* 6to4 relays, given up */
	V4(192, 168, 0, 0, 16),		/* private */
	V4(198, 18, 0, 0, 15),		/* benchmarks */
	V4(198, 51, 100, 0, 24),	/* documentation */
	V4(203, 0, 113, 0, 24),		/* documentation */
	V4(224, 0, 0, 0, 4),		/* multicast */
	V4(240, 0, 0, 0, 4),		/* reserved, broadcast */
	{ { 0x20, 0x01 }, 23 },		/* protocols: Teredo, ORCHID */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },	/* documentation */
	{ { 0x3f, 0xff }, 20 },		/* documentation */
};

/* Of IPv6 only this is given out to the world. */
static const struct block world = { { 0x20 }, 3 };

/* Blocks that carry an IPv4 address, which is what is judged. */
static const struct block mapped = { { [10] = 0xff, 0xff }, MAPPED_BITS };
static const struct block nat64 = { { 0x00, 0x64, 0xff, 0x9b }, 96 };
static const struct block sixtofour = { { 0x20, 0x02 }, 16 };

static bool
within(const uint8_t *ip, const struct block *b)
{
	size_t whole = b->bits / 8;
	unsigned rest = b->bits % 8;
	uint8_t mask = (uint8_t)(0xff00u >> rest);

	return memcmp(ip, b->ip, whole) == 0 &&
	    (rest == 0 || ((ip[whole] ^ b->ip[whole]) & mask) == 0);
}

bool
guard_public(const uint8_t given[static GUARD_IP_LEN])
{
	uint8_t ip[GUARD_IP_LEN];

	memcpy(ip, given, sizeof(ip));
	if (within(given, &nat64))
		address_map(given + 12, ip);
	else if (within(given, &sixtofour))
		address_map(given + 2, ip);
	for (size_t i = 0; i < sizeof(special) / sizeof(*special); i++)
		if (within(ip, &special[i]))
			return false;
	return within(ip, &mapped) || within(ip, &world);
}

/* --- the list of what is allowed ------------------------------------------ */

static bool
usual_port(unsigned port, bool https)
{
	return port == (https ? HTTPS_PORT : HTTP_PORT) ||
	    (port >= SYSTEM_PORTS && port <= PORT_MAX);
}

bool
guard_port(const struct guard *g, unsigned port, bool https)
{
	uint8_t ip[GUARD_IP_LEN];
	unsigned named;

	if (usual_port(port, https))
		return true;
	for (size_t i = 0; i < g->nallow; i++)
		if (address_entry(g->allow[i], ip, &named) && named != 0 &&
		    named == port)
			return true;
	return false;
}

static bool
judge(const struct guard *g, const uint8_t ip[static GUARD_IP_LEN],
    unsigned port, bool https)
{
	uint8_t allowed[GUARD_IP_LEN];
	unsigned named;

	for (size_t i = 0; i < g->nallow; i++)
		if (address_entry(g->allow[i], allowed, &named) &&
		    memcmp(allowed, ip, GUARD_IP_LEN) == 0 &&
		    (named != 0 ? named == port : usual_port(port, https)))
			return true;
	return guard_public(ip) && usual_port(port, https);
}

bool
guard_address(const struct guard *g, const struct sockaddr *sa, bool https)
{
	struct sockaddr_in6 six;
	struct sockaddr_in four;
	uint8_t ip[GUARD_IP_LEN];

	switch (sa->sa_family) {
	case AF_INET:
		memcpy(&four, sa, sizeof(four));
		address_map((const uint8_t *)&four.sin_addr, ip);
		return judge(g, ip, ntohs(four.sin_port), https);
	case AF_INET6:
		memcpy(&six, sa, sizeof(six));
		return judge(g, six.sin6_addr.s6_addr, ntohs(six.sin6_port),
		    https);
	default:
		return false;
	}
}

/* "localhost", "x.localhost", with or without the root's dot. */
static bool
is_this_machine(const char *host)
{
	static const char name[] = "localhost";
	size_t n = strlen(host), len = sizeof(name) - 1;

	if (n > 0 && host[n - 1] == '.')
		n--;
	return n >= len && strncasecmp(host + n - len, name, len) == 0 &&
	    (n == len || host[n - len - 1] == '.');
}

bool
guard_host(const struct guard *g, const char *host, unsigned port, bool https)
{
	uint8_t ip[GUARD_IP_LEN];
	char bare[INET6_ADDRSTRLEN];
	size_t n = strlen(host);
	bool bracket = n > 2 && host[0] == '[' && host[n - 1] == ']';

	if (is_this_machine(host))
		host = "127.0.0.1";
	else if (bracket) {
		if (n - 2 >= sizeof(bare))
			return false;
		memcpy(bare, host + 1, n - 2);
		bare[n - 2] = '\0';
		host = bare;
	}
	if (address_ip(host, ip))
		return judge(g, ip, port, https);
	/* In brackets or with a zone it is no name either. */
	return !bracket && usual_port(port, https);
}

/* "[::1]" or "::1", "10.0.0.7". */
static bool
host_address(const char *host, uint8_t ip[static GUARD_IP_LEN])
{
	char bare[INET6_ADDRSTRLEN];
	size_t n = strlen(host);

	if (n > 2 && host[0] == '[' && host[n - 1] == ']') {
		host++;
		n -= 2;
	}
	if (n >= sizeof(bare))
		return false;
	memcpy(bare, host, n);
	bare[n] = '\0';
	return address_ip(bare, ip);
}

bool
guard_within(const char *host, const char *text)
{
	const char *slash = strchr(text, '/');
	char start[INET6_ADDRSTRLEN + 2];
	uint8_t ip[GUARD_IP_LEN];
	struct block b;
	size_t n = slash != NULL ? (size_t)(slash - text) : strlen(text);
	unsigned bits;

	if (n >= sizeof(start))
		return false;
	memcpy(start, text, n);
	start[n] = '\0';
	if (!host_address(host, ip) || !host_address(start, b.ip))
		return false;
	b.bits = GUARD_IP_LEN * 8;
	if (slash != NULL) {
		const char *figures = slash + 1;
		unsigned most = strchr(start, ':') != NULL ? b.bits :
		    b.bits - MAPPED_BITS;

		n = strspn(figures, "0123456789");
		if (n == 0 || n > 3 || figures[n] != '\0')
			return false;
		bits = (unsigned)strtoul(figures, NULL, 10);
		if (bits > most)
			return false;
		b.bits = b.bits - most + bits;
	}
	return within(ip, &b);
}

/* --- text ----------------------------------------------------------------- */

bool
guard_line(const char *s, size_t max)
{
	size_t n = 0;

	for (; s[n] != '\0'; n++)
		if (n == max || s[n] < ' ' || s[n] > '~')
			return false;
	return true;
}

bool
guard_url(const char *url)
{
	size_t scheme = strncasecmp(url, "http://", 7) == 0 ? 7 :
	    strncasecmp(url, "https://", 8) == 0 ? 8 : 0;

	/* Some forgive a missing host and take the path for one. */
	return scheme != 0 && url[scheme] != '\0' &&
	    strchr("/?#", url[scheme]) == NULL &&
	    strchr(url, ' ') == NULL && guard_line(url, NET_URL_MAX);
}

const char *
guard_text(const struct sockaddr *sa, char buf[static GUARD_TEXT_MAX])
{
	char host[INET6_ADDRSTRLEN] = "?";
	struct sockaddr_in6 six;
	struct sockaddr_in four;

	if (sa->sa_family == AF_INET) {
		memcpy(&four, sa, sizeof(four));
		(void)inet_ntop(AF_INET, &four.sin_addr, host, sizeof(host));
		(void)snprintf(buf, GUARD_TEXT_MAX, "%s:%u", host,
		    ntohs(four.sin_port));
	} else if (sa->sa_family == AF_INET6) {
		memcpy(&six, sa, sizeof(six));
		(void)inet_ntop(AF_INET6, &six.sin6_addr, host, sizeof(host));
		(void)snprintf(buf, GUARD_TEXT_MAX, "[%s]:%u", host,
		    ntohs(six.sin6_port));
	} else
		(void)snprintf(buf, GUARD_TEXT_MAX, "?");
	return buf;
}
