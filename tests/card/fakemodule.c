/*
 * A PKCS#11 module for fault injection, never installed: it is as bad as the
 * file beside it says, MODULE.conf, one "key value" a line, read at C_Initialize
 * (and when loaded, for what happens there):
 *
 *	crash CALL	die of SIGSEGV in that call
 *	hang CALL	never return from it
 *	fail CALL RV	return RV (hex) from it
 *	reader NAME	the tokens are in this reader; else in none
 *	tokens N	how many (1)
 *	cert FILE	a DER file: the certificate there is; repeated
 *	certs N		each as often as this (1), made different in its last byte
 *	claim N		bytes that a certificate claims to have
 *	modulus N	there is a public key, whose modulus claims so many
 *	free N		free public memory; total as much again
 *	flags HEX	CK_TOKEN_INFO.flags beside initialised, login, PIN set
 *	blank		the token is not initialised
 *	label TEXT	of the first token; of others with their number behind
 *	serial TEXT	the tokens' serial number (FA4E)
 *	pin TEXT	the user PIN (1234)
 *	tries FOLDER	try to get out of the process, and to write to the file
 *			"file" there; a line to standard error tells of each
 *	count FILE	a line is added for every C_Login that carries a PIN
 *	spent FILE	a byte in it is a wrong PIN, of which the third locks; whoever
 *			knows the file knows of them
 *	removes		what is destroyed is gone from its FILE
 *
 * Calls are named as PKCS#11 names them.
 */
#include "config.h"

#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <p11-kit/pkcs11.h>

#define FILES_MAX	8
#define TOKENS_MAX	8
#define DER_MAX		(1 << 17)
#define FIRST_CERT	1000	/* object handles */
#define PUBLIC_KEY	999

static struct {
	char		 crash[40], hang[40], fail[40];
	CK_RV		 rv;
	char		 reader[200], label[40], serial[17], pin[40], count[400];
	char		 tries[400], spent[400];
	unsigned long	 tokens, certs, claim, modulus, free_bytes;
	CK_FLAGS	 flags;
	int		 blank, removes;
	char		 der_path[FILES_MAX][400];
	unsigned char	 der[FILES_MAX][DER_MAX];
	size_t		 der_len[FILES_MAX];
	size_t		 nder;
} fake;

static struct {
	CK_SLOT_ID	 slot;
	CK_OBJECT_HANDLE first;		/* of the search under way */
	CK_ULONG	 at, n;
} session;
static int logged_in;

/* --- its orders ------------------------------------------------------------ */

static void
read_der(const char *path)
{
	FILE *f = fopen(path, "rb");

	if (f == NULL)
		return;
	if (fake.nder < FILES_MAX) {
		size_t n = fread(fake.der[fake.nder], 1, DER_MAX, f);

		snprintf(fake.der_path[fake.nder], sizeof(fake.der_path[0]),
		    "%s", path);
		fake.der_len[fake.nder] = n;
		fake.nder += n > 0;
	}
	fclose(f);
}

static void
take_order(const char *key, char *value)
{
	static const struct { const char *key; char *to; size_t size; } texts[] = {
		{ "crash", fake.crash, sizeof(fake.crash) },
		{ "hang", fake.hang, sizeof(fake.hang) },
		{ "reader", fake.reader, sizeof(fake.reader) },
		{ "label", fake.label, sizeof(fake.label) },
		{ "serial", fake.serial, sizeof(fake.serial) },
		{ "pin", fake.pin, sizeof(fake.pin) },
		{ "count", fake.count, sizeof(fake.count) },
		{ "tries", fake.tries, sizeof(fake.tries) },
		{ "spent", fake.spent, sizeof(fake.spent) },
	};
	static const struct { const char *key; unsigned long *to; int base; }
	numbers[] = {
		{ "tokens", &fake.tokens, 10 }, { "certs", &fake.certs, 10 },
		{ "claim", &fake.claim, 10 }, { "free", &fake.free_bytes, 10 },
		{ "modulus", &fake.modulus, 10 }, { "flags", &fake.flags, 16 },
	};
	char *space;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcmp(texts[i].key, key) == 0)
			snprintf(texts[i].to, texts[i].size, "%s", value);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (strcmp(numbers[i].key, key) == 0)
			*numbers[i].to = strtoul(value, NULL, numbers[i].base);
	if (strcmp(key, "fail") == 0 && (space = strchr(value, ' ')) != NULL) {
		*space = '\0';
		snprintf(fake.fail, sizeof(fake.fail), "%s", value);
		fake.rv = strtoul(space + 1, NULL, 16);
	}
	if (strcmp(key, "cert") == 0)
		read_der(value);
	if (strcmp(key, "blank") == 0)
		fake.blank = 1;
	if (strcmp(key, "removes") == 0)
		fake.removes = 1;
}

static void
read_orders(void)
{
	char path[500], line[500];
	Dl_info self;
	FILE *f;

	memset(&fake, 0, sizeof(fake));
	fake.tokens = fake.certs = 1;
	fake.free_bytes = CK_UNAVAILABLE_INFORMATION;
	strncpy(fake.label, "Fake", sizeof(fake.label) - 1);
	strncpy(fake.serial, "FA4E", sizeof(fake.serial) - 1);
	strncpy(fake.pin, "1234", sizeof(fake.pin) - 1);
	if (dladdr((void *)(size_t)read_orders, &self) == 0)
		return;
	snprintf(path, sizeof(path), "%s.conf", self.dli_fname);
	if ((f = fopen(path, "r")) == NULL)
		return;
	while (fgets(line, sizeof(line), f) != NULL) {
		char *value = strchr(line, ' ');

		line[strcspn(line, "\n")] = '\0';
		if (value != NULL)
			*value++ = '\0';
		take_order(line, value != NULL ? value : line + strlen(line));
	}
	fclose(f);
	if (fake.tokens > TOKENS_MAX)
		fake.tokens = TOKENS_MAX;
}

static void
tell_try(const char *what, long rc)
{
	(void)fprintf(stderr, "tries %s %s\n", what, rc != -1 ? "OK" :
	    strerrorname_np(errno));
}

/* Nothing of it may change anything where it is not held back. */
static void
try_calls(void)
{
	char byte;
	struct iovec io = { &byte, 1 };

	tell_try("inet", socket(AF_INET, SOCK_STREAM, 0));
	tell_try("inet6", socket(AF_INET6, SOCK_DGRAM, 0));
	tell_try("netlink", socket(AF_NETLINK, SOCK_RAW, 0));
	tell_try("packet", socket(AF_PACKET, SOCK_RAW, 0));
	tell_try("unix", socket(AF_UNIX, SOCK_STREAM, 0));
	tell_try("ptrace", ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
	tell_try("memory", process_vm_readv(getppid(), &io, 1, &io, 1, 0));
	tell_try("unshare", unshare(CLONE_NEWUSER));
	tell_try("mount", mount("none", "/nowhere", "tmpfs", 0, NULL));
	tell_try("bpf", syscall(SYS_bpf, 0, NULL, 0));
	tell_try("uring", syscall(SYS_io_uring_setup, 0, NULL));
	tell_try("keys", syscall(SYS_keyctl, 0, 0, 0, 0, 0));
	tell_try("terminal", ioctl(0, TIOCSTI, "x"));
	tell_try("signal", kill(1, 0));
}

static void
try_files(const char *folder)
{
	char in[500], other[500];

	(void)snprintf(in, sizeof(in), "%s/file", folder);
	(void)snprintf(other, sizeof(other), "%s/other", folder);
	tell_try("read", open(in, O_RDONLY));
	tell_try("write", open(in, O_WRONLY));
	tell_try("truncate", truncate(in, 0));
	tell_try("create", open(other, O_WRONLY | O_CREAT, 0600));
	tell_try("folder", mkdir(other, 0700));
	tell_try("rename", rename(in, other));
	tell_try("link", symlink("file", other));
	tell_try("remove", unlink(in));
	/* The last, since it does not come back where it is allowed. */
	tell_try("exec", execl("/bin/true", "true", (char *)NULL));
}

/* Do what the orders say of a call; CKR_OK: what it is there for. */
static CK_RV
enter(const char *call)
{
	if (strcmp(fake.crash, call) == 0) {
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
	}
	while (strcmp(fake.hang, call) == 0)
		pause();
	return strcmp(fake.fail, call) == 0 ? fake.rv : CKR_OK;
}

#define ENTER()	do {						\
	CK_RV ordered = enter(__func__);			\
								\
	if (ordered != CKR_OK)					\
		return ordered;					\
} while (0)

static void
pad(unsigned char *field, size_t size, const char *s)
{
	size_t n = strlen(s);

	memset(field, ' ', size);
	memcpy(field, s, n < size ? n : size);
}

/* --- the module -------------------------------------------------------------- */

CK_RV
C_Initialize(void *args)
{
	(void)args;
	read_orders();
	if (fake.tries[0] != '\0') {
		try_calls();
		try_files(fake.tries);
	}
	ENTER();
	return CKR_OK;
}

CK_RV
C_Finalize(void *reserved)
{
	(void)reserved;
	ENTER();
	return CKR_OK;
}

CK_RV
C_GetInfo(CK_INFO *info)
{
	ENTER();
	memset(info, 0, sizeof(*info));
	info->cryptokiVersion.major = 2;
	info->cryptokiVersion.minor = 40;
	pad(info->manufacturerID, sizeof(info->manufacturerID), "Nobody");
	pad(info->libraryDescription, sizeof(info->libraryDescription),
	    "A module that misbehaves");
	return CKR_OK;
}

CK_RV
C_GetSlotList(unsigned char present, CK_SLOT_ID *slots, CK_ULONG *n)
{
	(void)present;
	ENTER();
	if (slots != NULL) {
		if (*n < fake.tokens)
			return CKR_BUFFER_TOO_SMALL;
		for (CK_ULONG i = 0; i < fake.tokens; i++)
			slots[i] = i;
	}
	*n = fake.tokens;
	return CKR_OK;
}

CK_RV
C_GetSlotInfo(CK_SLOT_ID slot, CK_SLOT_INFO *info)
{
	(void)slot;
	ENTER();
	memset(info, 0, sizeof(*info));
	pad(info->slotDescription, sizeof(info->slotDescription),
	    fake.reader[0] != '\0' ? fake.reader : "No reader");
	pad(info->manufacturerID, sizeof(info->manufacturerID), "Nobody");
	info->flags = CKF_TOKEN_PRESENT;
	if (fake.reader[0] != '\0')
		info->flags |= CKF_REMOVABLE_DEVICE | CKF_HW_SLOT;
	return CKR_OK;
}

/* One more wrong PIN, or none any more. */
static void
spend(int wrong)
{
	int fd = fake.spent[0] != '\0' ? open(fake.spent, O_WRONLY | O_CREAT |
	    (wrong ? O_APPEND : O_TRUNC), 0600) : -1;

	if (fd == -1)
		return;
	if (wrong && write(fd, "x", 1) == -1)
		abort();
	close(fd);
}

static CK_FLAGS
spent_flags(void)
{
	static const CK_FLAGS flags[] = { 0, CKF_USER_PIN_COUNT_LOW,
	    CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY,
	    CKF_USER_PIN_LOCKED };
	struct stat st;

	if (fake.spent[0] == '\0' || stat(fake.spent, &st) == -1)
		return 0;
	return flags[st.st_size < 3 ? st.st_size : 3];
}

CK_RV
C_GetTokenInfo(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	char label[60];

	ENTER();
	memset(info, 0, sizeof(*info));
	snprintf(label, sizeof(label), slot > 0 ? "%s %lu" : "%s", fake.label,
	    slot);
	pad(info->label, sizeof(info->label), label);
	pad(info->manufacturerID, sizeof(info->manufacturerID), "Nobody");
	pad(info->model, sizeof(info->model), "None");
	pad(info->serialNumber, sizeof(info->serialNumber), fake.serial);
	info->flags = fake.flags | CKF_LOGIN_REQUIRED | CKF_USER_PIN_INITIALIZED;
	info->flags |= spent_flags();
	if (!fake.blank)
		info->flags |= CKF_TOKEN_INITIALIZED;
	info->ulMinPinLen = 4;
	info->ulMaxPinLen = 8;
	info->ulTotalPublicMemory = info->ulTotalPrivateMemory =
	    info->ulFreePrivateMemory = CK_UNAVAILABLE_INFORMATION;
	info->ulFreePublicMemory = fake.free_bytes;
	if (fake.free_bytes != CK_UNAVAILABLE_INFORMATION)
		info->ulTotalPublicMemory = 2 * fake.free_bytes;
	return CKR_OK;
}

CK_RV
C_OpenSession(CK_SLOT_ID slot, CK_FLAGS flags, void *app, CK_NOTIFY notify,
    CK_SESSION_HANDLE *handle)
{
	(void)flags;
	(void)app;
	(void)notify;
	ENTER();
	session.slot = slot;
	*handle = 1;
	return CKR_OK;
}

CK_RV
C_CloseSession(CK_SESSION_HANDLE handle)
{
	(void)handle;
	ENTER();
	return CKR_OK;
}

CK_RV
C_CloseAllSessions(CK_SLOT_ID slot)
{
	(void)slot;
	ENTER();
	return CKR_OK;
}

CK_RV
C_Login(CK_SESSION_HANDLE handle, CK_USER_TYPE user, unsigned char *pin,
    CK_ULONG len)
{
	int fd;

	(void)handle;
	(void)user;
	if (fake.count[0] != '\0' &&
	    (fd = open(fake.count, O_WRONLY | O_CREAT | O_APPEND, 0600)) != -1) {
		if (write(fd, "login\n", 6) == -1)
			abort();
		close(fd);
	}
	ENTER();
	if (pin == NULL) {
		if ((fake.flags & CKF_PROTECTED_AUTHENTICATION_PATH) == 0)
			return CKR_ARGUMENTS_BAD;
	} else if (len != strlen(fake.pin) || memcmp(pin, fake.pin, len) != 0) {
		spend(1);
		return CKR_PIN_INCORRECT;
	}
	spend(0);
	logged_in = 1;
	return CKR_OK;
}

CK_RV
C_Logout(CK_SESSION_HANDLE handle)
{
	(void)handle;
	ENTER();
	logged_in = 0;
	return CKR_OK;
}

CK_RV
C_FindObjectsInit(CK_SESSION_HANDLE handle, CK_ATTRIBUTE *want, CK_ULONG n)
{
	CK_OBJECT_CLASS class = CKO_DATA;

	(void)handle;
	ENTER();
	if (n == 1 && want->type == CKA_CLASS)
		memcpy(&class, want->pValue, sizeof(class));
	session.at = 0;
	session.first = class == CKO_PUBLIC_KEY ? PUBLIC_KEY : FIRST_CERT;
	session.n = class == CKO_CERTIFICATE ? fake.nder * fake.certs :
	    class == CKO_PUBLIC_KEY ? fake.modulus != 0 : 0;
	return CKR_OK;
}

CK_RV
C_FindObjects(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE *objects, CK_ULONG max,
    CK_ULONG *n)
{
	(void)handle;
	ENTER();
	for (*n = 0; *n < max && session.at < session.n; session.at++)
		objects[(*n)++] = session.first + session.at;
	return CKR_OK;
}

CK_RV
C_FindObjectsFinal(CK_SESSION_HANDLE handle)
{
	(void)handle;
	ENTER();
	return CKR_OK;
}

/* A value into an attribute, as the length-first rule wants it. */
static CK_RV
give(CK_ATTRIBUTE *a, const void *value, size_t len)
{
	CK_ULONG room = a->ulValueLen;

	a->ulValueLen = len;
	if (a->pValue == NULL)
		return CKR_OK;
	if (room < len)
		return CKR_BUFFER_TOO_SMALL;
	memcpy(a->pValue, value, len);
	return CKR_OK;
}

static CK_RV
give_cert(CK_ATTRIBUTE *a, CK_ULONG i)
{
	size_t file = i / fake.certs;
	CK_RV rv;

	if (fake.claim != 0 && a->pValue == NULL) {
		a->ulValueLen = fake.claim;
		return CKR_OK;
	}
	rv = give(a, fake.der[file], fake.der_len[file]);
	/* The last byte is of the signature: still a certificate. */
	if (rv == CKR_OK && a->pValue != NULL && a->ulValueLen > 0)
		((unsigned char *)a->pValue)[a->ulValueLen - 1] ^=
		    (unsigned char)(i % fake.certs);
	return rv;
}

static CK_RV
give_key(CK_ATTRIBUTE *a)
{
	CK_KEY_TYPE type = CKK_RSA;

	switch (a->type) {
	case CKA_KEY_TYPE:
		return give(a, &type, sizeof(type));
	case CKA_ID:
		return give(a, "key", 3);
	case CKA_MODULUS:
		if (a->pValue != NULL)
			return CKR_BUFFER_TOO_SMALL;
		a->ulValueLen = fake.modulus;
		return CKR_OK;
	default:
		a->ulValueLen = CK_UNAVAILABLE_INFORMATION;
		return CKR_ATTRIBUTE_TYPE_INVALID;
	}
}

CK_RV
C_GetAttributeValue(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE *a, CK_ULONG n)
{
	CK_ULONG i = object - FIRST_CERT;
	unsigned char id[2] = { (unsigned char)(i >> 8), (unsigned char)i };

	(void)handle;
	ENTER();
	if (n == 1 && object == PUBLIC_KEY)
		return give_key(a);
	if (n != 1 || i >= fake.nder * fake.certs)
		return CKR_OBJECT_HANDLE_INVALID;
	switch (a->type) {
	case CKA_VALUE:
		return give_cert(a, i);
	case CKA_ID:
		return give(a, id, sizeof(id));
	case CKA_LABEL:
		return give(a, "fake", 4);
	default:
		a->ulValueLen = CK_UNAVAILABLE_INFORMATION;
		return CKR_ATTRIBUTE_TYPE_INVALID;
	}
}

/* --- what is made, and is not there afterwards ------------------------------ */

CK_RV
C_GetMechanismInfo(CK_SLOT_ID slot, CK_MECHANISM_TYPE how,
    CK_MECHANISM_INFO *info)
{
	(void)slot;
	(void)how;
	ENTER();
	memset(info, 0, sizeof(*info));
	info->flags = CKF_SIGN | CKF_GENERATE_KEY_PAIR;
	return CKR_OK;
}

CK_RV
C_CreateObject(CK_SESSION_HANDLE handle, CK_ATTRIBUTE *a, CK_ULONG n,
    CK_OBJECT_HANDLE *object)
{
	(void)handle;
	(void)a;
	(void)n;
	ENTER();
	*object = FIRST_CERT;
	return CKR_OK;
}

CK_RV
C_DestroyObject(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object)
{
	size_t file = (object - FIRST_CERT) / fake.certs;

	(void)handle;
	ENTER();
	if (!fake.removes || object < FIRST_CERT || file >= fake.nder)
		return CKR_OK;
	if (truncate(fake.der_path[file], 0) == -1)
		return CKR_DEVICE_ERROR;
	read_orders();
	return CKR_OK;
}

CK_RV
C_GenerateKeyPair(CK_SESSION_HANDLE handle, CK_MECHANISM *how,
    CK_ATTRIBUTE *public, CK_ULONG npublic, CK_ATTRIBUTE *private,
    CK_ULONG nprivate, CK_OBJECT_HANDLE *made, CK_OBJECT_HANDLE *other)
{
	(void)handle;
	(void)how;
	(void)public;
	(void)npublic;
	(void)private;
	(void)nprivate;
	ENTER();
	*made = *other = FIRST_CERT;
	return CKR_OK;
}

CK_RV
C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list)
{
	static CK_FUNCTION_LIST functions = {
		.version = { 2, 40 },
		.C_Initialize = C_Initialize,
		.C_Finalize = C_Finalize,
		.C_GetInfo = C_GetInfo,
		.C_GetFunctionList = C_GetFunctionList,
		.C_GetSlotList = C_GetSlotList,
		.C_GetSlotInfo = C_GetSlotInfo,
		.C_GetMechanismInfo = C_GetMechanismInfo,
		.C_CreateObject = C_CreateObject,
		.C_DestroyObject = C_DestroyObject,
		.C_GenerateKeyPair = C_GenerateKeyPair,
		.C_GetTokenInfo = C_GetTokenInfo,
		.C_OpenSession = C_OpenSession,
		.C_CloseSession = C_CloseSession,
		.C_CloseAllSessions = C_CloseAllSessions,
		.C_Login = C_Login,
		.C_Logout = C_Logout,
		.C_FindObjectsInit = C_FindObjectsInit,
		.C_FindObjects = C_FindObjects,
		.C_FindObjectsFinal = C_FindObjectsFinal,
		.C_GetAttributeValue = C_GetAttributeValue,
	};

	read_orders();
	ENTER();
	*list = &functions;
	return CKR_OK;
}
