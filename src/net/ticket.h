/*
 * Kerberos for a proxy that offers Negotiate: whether there is a ticket, and what
 * is wrong with it.  libcurl itself makes use of it; this looks.  The process may
 * do no more for that than it may anyway: the file is read and never written, so
 * what a realm's server hands out for a proxy is asked for anew with each
 * connection.  okienko-net alone; the only door to GSSAPI.
 */
#ifndef NET_TICKET_H
#define NET_TICKET_H

#include <stddef.h>

#include "net/login.h"

/*
 * From now on, for libcurl too: tickets are in this file, and realms and their
 * servers are told of in that one (NULL: /etc/krb5.conf).
 */
void	ticket_use(const char *file, const char *conf);

/* NONE, OLD or GOOD; reads the file, asks nobody. */
enum net_ticket ticket_look(void);

/*
 * In Kerberos' own words, why a proxy of that host cannot be shown the ticket,
 * printable; "" when it can, and so the proxy has refused it.  Asks the realm's
 * server.
 */
void	ticket_why(const char *host, char *out, size_t size);

#endif
