/*
 * An error is a value its caller owns: a code for machines, what it happened
 * to, and the number the library underneath gave.  Setting one cannot fail, so
 * reporting works when nothing else does.  The sentences for people are made
 * from it when it is shown, in the language the screen has then.
 *
 * Functions that can fail return 0 or -1 and take a struct err * last, which
 * may not be NULL.  It is left alone on success.  Any thread.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stddef.h>

enum err_code {
#define ERR(symbol, id, sentence, next) ERR_##symbol,
#include "base/err.def"
#undef ERR
	ERR_COUNT
};

/* Whose number err.raw is. */
enum err_origin {
	ORIGIN_NONE,
	ORIGIN_ERRNO,		/* errno */
	ORIGIN_PCSC,		/* SCARD_* of winscard.h */
	ORIGIN_PKCS11,		/* CKR_* */
	ORIGIN_OPENSSL,		/* ERR_get_error() */
	ORIGIN_SW,		/* SW1SW2 of ISO 7816-4 */
	ORIGIN_SIGNAL,		/* the signal that ended a process */
	ORIGIN_SQLITE,		/* sqlite3_extended_errcode() */
	ORIGIN_CURL,		/* CURLcode */
	ORIGIN_HTTP,		/* status of an HTTP answer */
	ORIGIN_COUNT
};

#define ERR_WHAT_MAX	192
#define ERR_DETAIL_MAX	256

struct err {
	enum err_code	 code;
	enum err_origin	 origin;
	unsigned long	 raw;			/* the origin's own number */
	char		 what[ERR_WHAT_MAX];	/* to what: a file, a reader, a module */
	char		 detail[ERR_DETAIL_MAX];/* for the technician, in English */
};

#define ERR_INIT { .code = ERR_NONE }

/*
 * Fill in the first cause: what it happened to (NULL for nothing) and a
 * technician's detail (NULL for none).  Always returns -1, so that a function
 * can end with `return err_set(...)`.  An error already set is not overwritten.
 */
int	err_set(struct err *, enum err_code, const char *what,
	    const char *detail, ...) __attribute__((format(printf, 4, 5)));

/* As err_set, with the number of the library that failed. */
int	err_raw(struct err *, enum err_code, enum err_origin, unsigned long raw,
	    const char *what, const char *detail, ...)
	    __attribute__((format(printf, 6, 7)));

/* As err_raw for the present errno. */
int	err_errno(struct err *, enum err_code, const char *what);

void	err_clear(struct err *);

/* The id printed on screen, in logs and in JSON: "CARD-REMOVED". Static. */
const char	*err_id(enum err_code);

/* The code of such an id; ERR_UNKNOWN for none of ours. */
enum err_code	 err_from_id(const char *id);

/*
 * What happened, to what, as one sentence in the present language; and what to
 * do next (empty when there is nothing to do).  Both are written to the
 * caller's buffer, cut at a character's edge, and returned.
 */
const char	*err_sentence(const struct err *, char *buf, size_t size);
const char	*err_next(const struct err *, char *buf, size_t size);

/* "pkcs11 0x30 CKR_DEVICE_ERROR: detail", or "" where nothing is known. */
const char	*err_technical(const struct err *, char *buf, size_t size);

/* The short name of an origin in JSON: "pcsc". Static. */
const char	*err_origin_name(enum err_origin);
enum err_origin	 err_origin_from_name(const char *);

#endif
