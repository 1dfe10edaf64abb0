#include "config.h"

#include "base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define PORT_MAX	65535

void
address_map(const uint8_t four[static 4], uint8_t ip[static ADDRESS_LEN])
{
	static const uint8_t mapped[ADDRESS_LEN - 4] = { [10] = 0xff, 0xff };

	memcpy(ip, mapped, sizeof(mapped));
	memcpy(ip + sizeof(mapped), four, 4);
}

bool
address_ip(const char *text, uint8_t ip[static ADDRESS_LEN])
{
	uint8_t four[4];

	if (inet_pton(AF_INET, text, four) == 1) {
		address_map(four, ip);
		return true;
	}
	return inet_pton(AF_INET6, text, ip) == 1;
}

/* A port of at most five figures; 0 for none. */
static unsigned
port_of(const char *s)
{
	size_t n = strspn(s, "0123456789");
	unsigned long port;

	if (n == 0 || n > 5 || s[n] != '\0')
		return 0;
	port = strtoul(s, NULL, 10);
	return port <= PORT_MAX ? (unsigned)port : 0;
}

bool
address_entry(const char *entry, uint8_t ip[static ADDRESS_LEN],
    unsigned *port)
{
	char host[INET6_ADDRSTRLEN];
	const char *start = entry, *end, *rest;

	*port = 0;
	if (address_ip(entry, ip))
		return true;
	if (*entry == '[') {
		start = entry + 1;
		end = strchr(start, ']');
		rest = end != NULL ? end + 1 : NULL;
	} else
		rest = end = strchr(start, ':');
	if (end == NULL || (size_t)(end - start) >= sizeof(host))
		return false;
	memcpy(host, start, (size_t)(end - start));
	host[end - start] = '\0';
	if (!address_ip(host, ip) || (*entry == '[') !=
	    (strchr(host, ':') != NULL))
		return false;
	if (*rest == '\0')
		return *entry == '[';
	return *rest == ':' && (*port = port_of(rest + 1)) != 0;
}
