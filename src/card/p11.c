#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/err.h>

#include "base/mem.h"
#include "card/ckr.h"
#include "card/p11.h"

int
p11_err(const struct p11 *p, struct err *err, CK_RV rv, const char *call,
    const char *reader)
{
	return ckr_err(err, rv, call, p->name, reader);
}

/*
 * The function list, by our own handle: libp11 keeps its to itself.  The
 * library is loaded once however many handles there are.
 */
static int
open_library(struct p11 *p, struct err *err)
{
	CK_C_GetFunctionList get;
	struct stat st;
	void *symbol;

	if (stat(p->path, &st) == -1)
		return err_errno(err, ERR_MODULE_MISSING, p->path);
	p->library = dlopen(p->path, RTLD_NOW | RTLD_LOCAL);
	if (p->library == NULL)
		return err_set(err, ERR_MODULE_BAD, p->path, "%s", dlerror());
	symbol = dlsym(p->library, "C_GetFunctionList");
	if (symbol == NULL)
		return err_set(err, ERR_MODULE_BAD, p->path,
		    "no C_GetFunctionList");
	memcpy(&get, &symbol, sizeof(get));	/* ISO C has no such cast */
	if (get(&p->fn) != CKR_OK || p->fn == NULL)
		return err_set(err, ERR_MODULE_BAD, p->path,
		    "C_GetFunctionList failed");
	return 0;
}

/* What libp11 left in OpenSSL's queue; PKCS#11's values are its reasons. */
static int
libp11_err(const struct p11 *p, struct err *err, const char *call)
{
	unsigned long e = ERR_peek_last_error();
	int reason = ERR_GET_REASON(e);
	bool is_ckr = e != 0 && ERR_GET_LIB(e) == ERR_get_CKR_code();

	ERR_clear_error();
	/* A reason has 23 bits: of a vendor's value the first is lost. */
	if (is_ckr)
		return p11_err(p, err, reason > 0 ? (CK_RV)reason :
		    CKR_VENDOR_DEFINED, call, NULL);
	return err_raw(err, ERR_MODULE_FAILED, ORIGIN_OPENSSL, e, p->name,
	    "%s", call);
}

/* p11-kit's client is to whoever asks for its functions one of their own. */
static CK_RV
start_own(struct p11 *p, CK_INFO *info)
{
	CK_RV rv;

	memset(info, 0, sizeof(*info));
	rv = p->fn->C_GetInfo(info);
	if (rv != CKR_CRYPTOKI_NOT_INITIALIZED)
		return rv;
	p->own = p->fn->C_Initialize(NULL) == CKR_OK;
	return p->fn->C_GetInfo(info);
}

int
p11_start(struct p11 *p, struct err *err)
{
	struct err why = ERR_INIT;
	CK_INFO info;

	if (p->ctx != NULL)
		return 0;
	p->ctx = PKCS11_CTX_new();
	if (p->ctx == NULL || PKCS11_CTX_load(p->ctx, p->path) != 0) {
		libp11_err(p, &why, "C_Initialize");
		if (p->ctx != NULL)
			PKCS11_CTX_free(p->ctx);
		p->ctx = NULL;
		return err_raw(err, ERR_MODULE_REFUSED, why.origin, why.raw,
		    p->name, "%s", why.detail);
	}
	if (start_own(p, &info) == CKR_OK)
		p->opensc = memmem(info.libraryDescription,
		    sizeof(info.libraryDescription), "OpenSC", 6) != NULL ||
		    memmem(info.manufacturerID, sizeof(info.manufacturerID),
		    "OpenSC", 6) != NULL;
	return 0;
}

int
p11_load(const char *path, struct p11 **out, struct err *err)
{
	struct p11 *p = mem_alloc(sizeof(*p));
	const char *slash;

	*out = NULL;
	p->path = mem_strdup(path);
	slash = strrchr(p->path, '/');
	p->name = slash != NULL ? slash + 1 : p->path;
	if (open_library(p, err) == -1) {
		p11_unload(p);
		return -1;
	}
	*out = p;
	return 0;
}

void
p11_stop(struct p11 *p)
{
	if (p->ctx == NULL)
		return;
	if (p->own)
		(void)p->fn->C_Finalize(NULL);
	p->own = false;
	PKCS11_CTX_unload(p->ctx);
	PKCS11_CTX_free(p->ctx);
	p->ctx = NULL;
	p->nslots = 0;
}

void
p11_unload(struct p11 *p)
{
	if (p == NULL)
		return;
	p11_stop(p);
	if (p->library != NULL)
		(void)dlclose(p->library);
	free(p->path);
	free(p);
}

int
p11_refresh(struct p11 *p, struct err *err)
{
	CK_ULONG n = 0;
	CK_RV rv;

	p->nslots = 0;
	/* Modules look for readers when they are asked how many there are. */
	rv = p->fn->C_GetSlotList(CK_FALSE, NULL, &n);
	if (rv == CKR_OK) {
		n = P11_SLOTS_MAX;
		rv = p->fn->C_GetSlotList(CK_FALSE, p->slots, &n);
	}
	if (rv != CKR_OK)
		return p11_err(p, err, rv, "C_GetSlotList", NULL);
	p->nslots = n <= P11_SLOTS_MAX ? n : P11_SLOTS_MAX;
	return 0;
}

size_t
p11_field_len(const unsigned char *field, size_t size)
{
	const unsigned char *nul = memchr(field, '\0', size);

	if (nul != NULL)
		size = (size_t)(nul - field);
	while (size > 0 && field[size - 1] == ' ')
		size--;
	return size;
}

/* OpenSC ends a name that did not fit in three dots, others just end. */
static size_t
without_dots(const unsigned char *description, size_t size)
{
	static const char dots[] = "...";
	size_t n = strlen(dots);

	return size > n && memcmp(description + size - n, dots, n) == 0 ?
	    size - n : size;
}

bool
p11_names_reader(const unsigned char *description, size_t size,
    const char *reader)
{
	size_t n = p11_field_len(description, size);
	size_t want = strlen(reader);

	if (n == want)
		return memcmp(description, reader, n) == 0;
	/*
	 * A name that did not fit: the field is full, or was so before its
	 * last blanks were taken for padding.
	 */
	if (want <= n || want <= size)
		return false;
	if (memcmp(description, reader, without_dots(description, size)) == 0)
		return true;
	return memcmp(description, reader, n) == 0 &&
	    strspn(reader + n, " ") >= size - n;
}
