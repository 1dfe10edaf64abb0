/*
 * Stands before libpcsclite, for fault injection: loaded in its place (its
 * folder in LD_LIBRARY_PATH), by us and by OpenSC alike, it hands every call on
 * to the real one, and does beside that what the files beside it ask for:
 *
 *	refuse		no connection to a card: pcscd where polkit does not
 *			grant access_card
 *	unplugged	the readers are gone, as when their plug is pulled
 *
 * Our pcscd does neither: Debian builds it without polkit, and it drops no
 * reader that a file of its own names.  A wait notices within SLICE_MS.
 */
#include "config.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <winscard.h>

#define SLICE_MS	50
#define NOTIFICATION	"\\\\?PnP?\\Notification"

const SCARD_IO_REQUEST g_rgSCardT0Pci = { SCARD_PROTOCOL_T0,
    sizeof(SCARD_IO_REQUEST) };
const SCARD_IO_REQUEST g_rgSCardT1Pci = { SCARD_PROTOCOL_T1,
    sizeof(SCARD_IO_REQUEST) };
const SCARD_IO_REQUEST g_rgSCardRawPci = { SCARD_PROTOCOL_RAW,
    sizeof(SCARD_IO_REQUEST) };

/* The real one's function; by its whole path, or it would be ourselves. */
static void *
real(const char *name)
{
	void *lib = dlopen(REAL_PCSCLITE, RTLD_NOW | RTLD_LOCAL);
	void *f = lib != NULL ? dlsym(lib, name) : NULL;

	if (f == NULL) {
		fprintf(stderr, "%s: %s\n", name, dlerror());
		_exit(99);
	}
	return f;
}

static bool
asked_for(const char *what)
{
	char path[500];
	Dl_info self;

	if (dladdr((void *)(size_t)asked_for, &self) == 0)
		return false;
	snprintf(path, sizeof(path), "%.*s/%s",
	    (int)(strrchr(self.dli_fname, '/') - self.dli_fname),
	    self.dli_fname, what);
	return access(path, F_OK) == 0;
}

/* Hand a call on: its parameters' types, and its arguments. */
#define ON(types, ...) \
	((LONG (*) types)(size_t)real(__func__))(__VA_ARGS__)

/* --- what can be spoilt ------------------------------------------------------ */

LONG
SCardConnect(SCARDCONTEXT ctx, LPCSTR reader, DWORD share, DWORD protocols,
    LPSCARDHANDLE card, LPDWORD protocol)
{
	if (asked_for("unplugged"))
		return SCARD_E_UNKNOWN_READER;
	if (asked_for("refuse"))
		return SCARD_W_SECURITY_VIOLATION;
	return ON((SCARDCONTEXT, LPCSTR, DWORD, DWORD, LPSCARDHANDLE, LPDWORD),
	    ctx, reader, share, protocols, card, protocol);
}

LONG
SCardTransmit(SCARDHANDLE card, const SCARD_IO_REQUEST *pci, LPCBYTE command,
    DWORD n, SCARD_IO_REQUEST *answer_pci, LPBYTE answer, LPDWORD len)
{
	/* pcscd takes a reader's handles and locks away with it. */
	if (asked_for("unplugged")) {
		(void)SCardDisconnect(card, SCARD_LEAVE_CARD);
		return SCARD_E_READER_UNAVAILABLE;
	}
	return ON((SCARDHANDLE, const SCARD_IO_REQUEST *, LPCBYTE, DWORD,
	    SCARD_IO_REQUEST *, LPBYTE, LPDWORD), card, pci, command, n,
	    answer_pci, answer, len);
}

LONG
SCardListReaders(SCARDCONTEXT ctx, LPCSTR groups, LPSTR readers, LPDWORD len)
{
	if (asked_for("unplugged"))
		return SCARD_E_NO_READERS_AVAILABLE;
	return ON((SCARDCONTEXT, LPCSTR, LPSTR, LPDWORD), ctx, groups, readers,
	    len);
}

/* The plug was pulled, or put back: whoever waits for readers is told. */
static LONG
plug_moved(SCARD_READERSTATE *states, DWORD n, bool gone)
{
	for (DWORD i = 0; i < n; i++) {
		states[i].dwEventState = states[i].dwCurrentState;
		if (strcmp(states[i].szReader, NOTIFICATION) == 0)
			states[i].dwEventState = SCARD_STATE_CHANGED;
		else if (gone)
			states[i].dwEventState = SCARD_STATE_CHANGED |
			    SCARD_STATE_UNKNOWN | SCARD_STATE_IGNORE;
	}
	return SCARD_S_SUCCESS;
}

LONG
SCardGetStatusChange(SCARDCONTEXT ctx, DWORD timeout, SCARD_READERSTATE *states,
    DWORD n)
{
	bool before = asked_for("unplugged");
	DWORD waited = 0, slice;
	LONG rv;

	for (DWORD i = 0; before && i < n; i++)
		if (strcmp(states[i].szReader, NOTIFICATION) != 0)
			return SCARD_E_UNKNOWN_READER;
	do {
		slice = timeout - waited < SLICE_MS ? timeout - waited :
		    SLICE_MS;
		rv = ON((SCARDCONTEXT, DWORD, SCARD_READERSTATE *, DWORD), ctx,
		    slice, states, n);
		if (asked_for("unplugged") != before)
			return plug_moved(states, n, !before);
		if (timeout != INFINITE)
			waited += slice;
	} while (rv == SCARD_E_TIMEOUT && waited < timeout);
	return rv;
}

/* --- the rest ------------------------------------------------------------------ */

LONG
SCardEstablishContext(DWORD scope, LPCVOID one, LPCVOID two, LPSCARDCONTEXT ctx)
{
	return ON((DWORD, LPCVOID, LPCVOID, LPSCARDCONTEXT), scope, one, two,
	    ctx);
}

LONG
SCardReleaseContext(SCARDCONTEXT ctx)
{
	return ON((SCARDCONTEXT), ctx);
}

LONG
SCardIsValidContext(SCARDCONTEXT ctx)
{
	return ON((SCARDCONTEXT), ctx);
}

LONG
SCardReconnect(SCARDHANDLE card, DWORD share, DWORD protocols, DWORD init,
    LPDWORD protocol)
{
	return ON((SCARDHANDLE, DWORD, DWORD, DWORD, LPDWORD), card, share,
	    protocols, init, protocol);
}

LONG
SCardDisconnect(SCARDHANDLE card, DWORD what)
{
	return ON((SCARDHANDLE, DWORD), card, what);
}

LONG
SCardBeginTransaction(SCARDHANDLE card)
{
	return ON((SCARDHANDLE), card);
}

LONG
SCardEndTransaction(SCARDHANDLE card, DWORD what)
{
	return ON((SCARDHANDLE, DWORD), card, what);
}

LONG
SCardStatus(SCARDHANDLE card, LPSTR name, LPDWORD name_len, LPDWORD state,
    LPDWORD protocol, LPBYTE atr, LPDWORD atr_len)
{
	return ON((SCARDHANDLE, LPSTR, LPDWORD, LPDWORD, LPDWORD, LPBYTE,
	    LPDWORD), card, name, name_len, state, protocol, atr, atr_len);
}

LONG
SCardControl(SCARDHANDLE card, DWORD code, LPCVOID in, DWORD n, LPVOID out,
    DWORD size, LPDWORD len)
{
	return ON((SCARDHANDLE, DWORD, LPCVOID, DWORD, LPVOID, DWORD, LPDWORD),
	    card, code, in, n, out, size, len);
}

LONG
SCardGetAttrib(SCARDHANDLE card, DWORD what, LPBYTE value, LPDWORD len)
{
	return ON((SCARDHANDLE, DWORD, LPBYTE, LPDWORD), card, what, value,
	    len);
}

LONG
SCardFreeMemory(SCARDCONTEXT ctx, LPCVOID memory)
{
	return ON((SCARDCONTEXT, LPCVOID), ctx, memory);
}

LONG
SCardCancel(SCARDCONTEXT ctx)
{
	return ON((SCARDCONTEXT), ctx);
}

const char *
pcsc_stringify_error(const LONG error)
{
	return ((const char *(*) (LONG))(size_t)real(__func__))(error);
}
