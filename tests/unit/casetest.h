/*
 * Cases brought to where a test needs them, on a registry of regtest.h.
 */
#ifndef TESTS_UNIT_CASETEST_H
#define TESTS_UNIT_CASETEST_H

#include "revocation/case.h"
#include "tests/unit/regtest.h"

#define CASETEST_TRANSACTION	"00112233445566778899AABBCCDDEEFF"

/* The last four digits of record n of regtest.h. */
const char	*casetest_last4(unsigned n);

/* A new case of record n, or the open one of it. */
int64_t		 casetest_begin(struct registry *, unsigned n,
		    enum case_action);

/* All answers; then confirmed. */
void		 casetest_answer(struct registry *, int64_t id);
void		 casetest_confirm(struct registry *, int64_t id, unsigned n);

/* A new revocation case of record n in that state. */
int64_t		 casetest_in(struct registry *, unsigned n, enum case_state);

/* The answer to a sending; a status that was asked. */
int		 casetest_result(struct registry *, int64_t id,
		    enum case_result, enum err_code, struct err *);
int		 casetest_status(struct registry *, int64_t id,
		    enum record_status, int64_t this_update, struct err *);

/* What the case is now; the caller clears. */
void		 casetest_view(struct registry *, int64_t id,
		    struct case_view *);
enum case_state	 casetest_state(struct registry *, int64_t id);
size_t		 casetest_events(struct registry *, int64_t id);

#endif
