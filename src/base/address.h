/*
 * Network addresses in figures, as settings write them: who reads the file can
 * say what is wrong in which line, who decides reads them the same way.
 * No state; any thread.
 */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#define ADDRESS_LEN	16	/* an IPv4 address is ::ffff:a.b.c.d */

/* The sixteen bytes of an IPv4 address. */
void	address_map(const uint8_t four[static 4],
	    uint8_t ip[static ADDRESS_LEN]);

/* "10.0.0.7", "::1"; false for anything else. */
bool	address_ip(const char *, uint8_t ip[static ADDRESS_LEN]);

/* "10.0.0.7", "10.0.0.7:8080", "::1", "[::1]", "[::1]:80"; port 0 for none. */
bool	address_entry(const char *, uint8_t ip[static ADDRESS_LEN],
	    unsigned *port);

#endif
