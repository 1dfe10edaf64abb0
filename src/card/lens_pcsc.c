/*
 * okienko-lens.so: what OpenSC is told to load instead of libpcsclite
 * (opensc.c).  Six calls are here; OpenSC finds all others in libpcsclite,
 * which this needs.  In a module's process alone, OpenSC's, on its thread.
 */
#include "config.h"

#include <dlfcn.h>
#include <string.h>
#include <winscard.h>

#include "card/lens.h"

#define LINKS_MAX	16	/* one a card; others go through */

#define PUBLIC		__attribute__((visibility("default")))

/* libpcsclite's own, the next one after this. */
#define REAL(name)	((__typeof__(name) *)dlsym(RTLD_NEXT, #name))

PUBLIC lens_rules_fn okienko_lens_rules;

/* What OpenSC's calls share: they are libpcsclite's, nothing is handed in. */
static struct {
	struct lens	lens;
	SCARD_IO_REQUEST	pci;	/* of the last command; 0: there was none */
	struct {
		SCARDHANDLE		handle;
		bool			used;
		struct lens_link	link;
	} links[LINKS_MAX];
} own;

PUBLIC void
okienko_lens_rules(enum lens_mode mode, struct lens_rule *rules, size_t n)
{
	memset(&own, 0, sizeof(own));
	own.lens.mode = mode;
	own.lens.rules = rules;
	own.lens.nrules = n;
}

static struct lens_link *
find_link(SCARDHANDLE handle)
{
	for (size_t i = 0; i < LINKS_MAX; i++)
		if (own.links[i].used && own.links[i].handle == handle)
			return &own.links[i].link;
	return NULL;
}

/* A connection begins, or begins anew. */
static void
begin_link(SCARDHANDLE handle)
{
	struct lens_link *link = find_link(handle);

	for (size_t i = 0; link == NULL && i < LINKS_MAX; i++)
		if (!own.links[i].used) {
			own.links[i].used = true;
			own.links[i].handle = handle;
			link = &own.links[i].link;
		}
	if (link != NULL) {
		lens_link_ends(&own.lens, link);
		lens_link_init(link);
	}
}

static void
end_link(SCARDHANDLE handle)
{
	for (size_t i = 0; i < LINKS_MAX; i++)
		if (own.links[i].used && own.links[i].handle == handle) {
			lens_link_ends(&own.lens, &own.links[i].link);
			own.links[i].used = false;
		}
}

PUBLIC LONG
SCardConnect(SCARDCONTEXT context, LPCSTR reader, DWORD share, DWORD protocols,
    LPSCARDHANDLE handle, LPDWORD protocol)
{
	__typeof__(SCardConnect) *real = REAL(SCardConnect);
	LONG rc = real == NULL ? SCARD_E_NO_SERVICE :
	    real(context, reader, share, protocols, handle, protocol);

	if (rc == SCARD_S_SUCCESS)
		begin_link(*handle);
	return rc;
}

PUBLIC LONG
SCardReconnect(SCARDHANDLE handle, DWORD share, DWORD protocols, DWORD how,
    LPDWORD protocol)
{
	__typeof__(SCardReconnect) *real = REAL(SCardReconnect);

	if (find_link(handle) != NULL)
		begin_link(handle);
	return real == NULL ? SCARD_E_NO_SERVICE :
	    real(handle, share, protocols, how, protocol);
}

PUBLIC LONG
SCardDisconnect(SCARDHANDLE handle, DWORD how)
{
	__typeof__(SCardDisconnect) *real = REAL(SCardDisconnect);

	end_link(handle);
	return real == NULL ? SCARD_E_NO_SERVICE : real(handle, how);
}

PUBLIC LONG
SCardBeginTransaction(SCARDHANDLE handle)
{
	__typeof__(SCardBeginTransaction) *real = REAL(SCardBeginTransaction);
	struct lens_link *link = find_link(handle);

	if (link != NULL)
		lens_link_shared(link);
	return real == NULL ? SCARD_E_NO_SERVICE : real(handle);
}

/* --- a command ------------------------------------------------------------ */

struct call {
	__typeof__(SCardTransmit) *real;
	SCARDHANDLE		 handle;
	const SCARD_IO_REQUEST	*send;
	SCARD_IO_REQUEST	*recv;
};

static long
send_real(const uint8_t *command, size_t command_len, uint8_t *answer,
    size_t *len, void *arg)
{
	const struct call *c = arg;
	DWORD got = (DWORD)*len;
	LONG rc = c->real(c->handle, c->send, command, (DWORD)command_len,
	    c->recv, answer, &got);

	*len = (size_t)got;
	return rc;
}

PUBLIC LONG
SCardEndTransaction(SCARDHANDLE handle, DWORD how)
{
	__typeof__(SCardEndTransaction) *real = REAL(SCardEndTransaction);
	struct call c = { REAL(SCardTransmit), handle, &own.pci, NULL };
	struct lens_link *link = find_link(handle);

	if (link != NULL && c.real != NULL && own.pci.dwProtocol != 0)
		lens_transaction_ends(&own.lens, link, send_real, &c);
	return real == NULL ? SCARD_E_NO_SERVICE : real(handle, how);
}

PUBLIC LONG
SCardTransmit(SCARDHANDLE handle, const SCARD_IO_REQUEST *send, LPCBYTE command,
    DWORD command_len, SCARD_IO_REQUEST *recv, LPBYTE answer,
    LPDWORD answer_len)
{
	struct call c = { REAL(SCardTransmit), handle, send, recv };
	struct lens_link *link = find_link(handle);
	size_t len = *answer_len;
	long rc;

	if (c.real == NULL)
		return SCARD_E_NO_SERVICE;
	if (link == NULL)
		return c.real(handle, send, command, command_len, recv, answer,
		    answer_len);
	own.pci = *send;
	rc = lens_transmit(&own.lens, link, command, command_len, answer, &len,
	    send_real, &c);
	*answer_len = (DWORD)len;
	return rc == LENS_CHANGED ? SCARD_F_COMM_ERROR : rc;
}
