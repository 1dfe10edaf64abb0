/*
 * Cases that nobody had, for what is printed and said: filled in by hand, so
 * that every field is there whatever a real case would have.
 */
#ifndef TESTS_REVOCATION_MADECASE_H
#define TESTS_REVOCATION_MADECASE_H

#include "base/authority.h"
#include "revocation/case.h"

#define MADE_HOLDER	"Łucja Przykładowa-Żółć"
#define MADE_SERIAL	"2129AFF24BF8E36A"
#define MADE_DECIMAL	"2389634532488307562"
#define MADE_HASH	"00112233445566778899aabbccddeeff" \
			"ffeeddccbbaa99887766554433221100"
#define MADE_RECEIVED	1795338842	/* 2026-11-22 10:14:02 in Warsaw */

struct made {
	struct case_row	 row;
	struct case_view view;
	struct authority authority;
};

/* How it stands: "sent" without a proof, "proved", or "long": all at its limit. */
int	made_case(struct made *, const char *how, enum case_action);
void	made_clear(struct made *);

#endif
