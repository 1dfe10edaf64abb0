#include "config.h"

#include <string.h>

#include "card/login.h"
#include "card/token.h"

#define LABEL_SIZE	33	/* CK_TOKEN_INFO.label and a NUL */

static void
copy_label(char label[LABEL_SIZE], const CK_TOKEN_INFO *info)
{
	size_t n = p11_field_len(info->label, sizeof(info->label));

	memcpy(label, info->label, n);
	label[n] = '\0';
}

bool
login_is_token(const CK_TOKEN_INFO *info, const char *serial)
{
	char own[TOKEN_SERIAL_MAX];

	return strcmp(token_serial(info, own), serial) == 0;
}

/* A token that names no bounds, or bounds that make no sense, takes any PIN. */
static bool
length_fits(const CK_TOKEN_INFO *info, size_t len)
{
	if (info->ulMinPinLen <= SECRET_MAX && len < info->ulMinPinLen)
		return false;
	return info->ulMaxPinLen == 0 || len <= info->ulMaxPinLen;
}

/* What can be known to fail before a try is spent. */
static int
check(const CK_TOKEN_INFO *info, const struct login *l,
    const struct secret *pin, struct err *err)
{
	char label[LABEL_SIZE];

	copy_label(label, info);
	if (!login_is_token(info, l->serial))
		return err_set(err, ERR_PIN_CARD_CHANGED, l->reader,
		    "slot %lu", l->slot);
	if (l->writes && (info->flags & CKF_WRITE_PROTECTED) != 0)
		return err_set(err, ERR_CARD_READ_ONLY, l->reader,
		    "CKF_WRITE_PROTECTED");
	if ((info->flags & CKF_USER_PIN_LOCKED) != 0)
		return err_set(err, ERR_PIN_LOCKED, label,
		    "CKF_USER_PIN_LOCKED");
	/* Another program may have spent tries since it was asked for. */
	if ((info->flags & CKF_USER_PIN_FINAL_TRY) != 0 && !l->last)
		return err_set(err, ERR_PIN_LAST, label,
		    "CKF_USER_PIN_FINAL_TRY");
	if (pin == NULL && (info->flags & CKF_PROTECTED_AUTHENTICATION_PATH) == 0)
		return err_set(err, ERR_PIN_CANCELLED, label,
		    "no pinpad, and no PIN");
	if (pin != NULL && (secret_len(pin) == 0 ||
	    !length_fits(info, secret_len(pin))))
		return err_set(err, ERR_PIN_LENGTH, label,
		    "it takes %lu to %lu bytes", info->ulMinPinLen,
		    info->ulMaxPinLen);
	return 0;
}

/* The one C_Login a typed PIN gets. */
static int
log_in(const struct session *s, CK_USER_TYPE user, const struct secret *pin,
    const char *label, struct err *err)
{
	CK_UTF8CHAR *bytes = NULL;
	CK_ULONG len = 0;
	CK_RV rv;

	if (pin != NULL) {
		/* The parameter is not const; modules do not write to it. */
		bytes = (CK_UTF8CHAR *)(uintptr_t)secret_peek(pin);
		len = secret_len(pin);
	}
	rv = s->p11->fn->C_Login(s->handle, user, bytes, len);
	if (rv != CKR_OK)
		return p11_err(s->p11, err, rv, "C_Login", label);
	return 0;
}

int
login_open(const struct p11 *p, const struct login *l,
    const struct secret *pin, struct session *s, struct err *err)
{
	char label[LABEL_SIZE];
	CK_TOKEN_INFO info;
	int rc;

	if ((l->writes ? session_open_writing : session_open)(p, l->slot,
	    l->reader, s, err) == -1)
		return -1;
	rc = token_info(p, l->slot, l->reader, &info, err);
	if (rc == 0)
		rc = check(&info, l, pin, err);
	if (rc == 0) {
		copy_label(label, &info);
		/* Many a token has none, and no sentence is about "". */
		rc = log_in(s, CKU_USER, pin, label[0] != '\0' ? label :
		    session_place(s), err);
	}
	if (rc == -1)
		session_close(s);
	return rc;
}

int
login_again(const struct session *s, const struct secret *pin,
    struct err *err)
{
	return log_in(s, CKU_CONTEXT_SPECIFIC, pin, session_place(s), err);
}

void
login_close(struct session *s)
{
	(void)s->p11->fn->C_Logout(s->handle);
	session_close(s);
}
