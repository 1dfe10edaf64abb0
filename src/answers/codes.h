/*
 * Every code of a library or a card that the desk can meet: what happened, whose
 * turn it is, what to do, and the question that helps.  PKCS #11 CKR_*, PC/SC
 * SCARD_*, ISO 7816-4 status words, OpenSSL X509_V_ERR_*, libcurl CURLE_*, SQLite
 * (extended) results.  The raw number stays with the error (base/err.h).  The
 * present language.
 */
#ifndef ANSWERS_CODES_H
#define ANSWERS_CODES_H

#include <jansson.h>

#include "base/err.h"

enum turn { TURN_NOBODY, TURN_PERSON, TURN_DESK, TURN_KEEPER, TURN_AUTHORITY,
	TURN_UNKNOWN };

enum code_family { CODE_CKR, CODE_SCARD, CODE_SW, CODE_X509, CODE_CURL,
	CODE_SQLITE, CODE_FAMILIES };

struct code {
	enum code_family family;
	unsigned long	 number;
	const char	*name;		/* "CKR_PIN_INCORRECT", "6983" */
	const char	*happened;	/* msgid: a whole sentence */
	const char	*todo;		/* msgid: a whole sentence, or "" */
	enum turn	 turn;
	const char	*answer;	/* id of the question that helps, or "" */
};

/* All, a family after the other. */
extern const struct code codes[];
extern const size_t ncodes;

/* NULL where it is of no library, or not in the table. */
const struct code *code_of(const struct err *);
const struct code *code_by_number(enum code_family, unsigned long);
/* "CKR_PIN_INCORRECT", "0xA0" after a family, "6983", "SCARD-..."; NULL. */
const struct code *code_by_name(const char *);

/* The question that helps with an error of ours, by its raw code or its own; "". */
const char	*answer_for_err(const struct err *);
/* Whose turn an error of ours makes it. */
enum turn	 turn_of_err(const struct err *);

const char	*turn_id(enum turn);		/* "person" */
const char	*turn_words(enum turn);		/* "It is your turn." */
const char	*code_family_id(enum code_family);
json_t		*code_json(const struct code *);

#endif
