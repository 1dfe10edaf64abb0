/*
 * Objects of a token through the module's own function list, with a bound on
 * everything: a module is asked for a length first and believed only below it.
 * Module processes only.
 */
#ifndef CARD_OBJECT_H
#define CARD_OBJECT_H

#include "base/err.h"
#include "card/p11.h"

#define OBJECT_ID_MAX		255	/* bytes of CKA_ID kept */
#define OBJECT_LABEL_MAX	1024	/* bytes of CKA_LABEL kept */
#define OBJECT_PART_MAX		8192	/* bytes of a public key's part */

/* A session of ours; libp11 knows nothing of it. */
struct session {
	const struct p11	*p11;
	CK_SLOT_ID		 slot;
	CK_SESSION_HANDLE	 handle;
	const char		*reader;	/* for errors */
};

int	session_open(const struct p11 *, CK_SLOT_ID, const char *reader,
	    struct session *, struct err *);
/* One that may write too; ERR_CARD_READ_ONLY. */
int	session_open_writing(const struct p11 *, CK_SLOT_ID, const char *reader,
	    struct session *, struct err *);
void	session_close(struct session *);

/* Where its token is, for sentences: the reader, or the module without one. */
const char *session_place(const struct session *);

/*
 * Handles of a class, at most max; *cut when there were more.  Private ones
 * appear only while logged in.
 */
int	session_find(const struct session *, CK_OBJECT_CLASS,
	    CK_OBJECT_HANDLE *handles, size_t max, size_t *n, bool *cut,
	    struct err *);

enum object_got {
	OBJECT_GOT,		/* *data is the caller's to free, may be empty */
	OBJECT_NONE,		/* the object has no such attribute, or hides it */
	OBJECT_TOO_BIG,		/* *len says what was claimed */
	OBJECT_ERROR		/* err says what */
};

enum object_got	object_get(const struct session *, CK_OBJECT_HANDLE,
	    CK_ATTRIBUTE_TYPE, size_t max, uint8_t **data, size_t *len,
	    struct err *);

/* An attribute that is one number; fallback when it is not there. */
CK_ULONG	object_number(const struct session *, CK_OBJECT_HANDLE,
		    CK_ATTRIBUTE_TYPE, CK_ULONG fallback);

/* Whether its CKA_ID is this one, in upper-case hex. */
bool		object_has_id(const struct session *, CK_OBJECT_HANDLE,
		    const char *id);

/* CKA_ID as upper-case hex and CKA_LABEL, "" where absent; replaces both. */
void		object_names(const struct session *, CK_OBJECT_HANDLE, char **id,
		    char **label);

#endif
