/*
 * A case on the command line, for people; case_json (revocation/case.h) is for
 * programs.  One thread.
 */
#ifndef UI_CASE_OUT_H
#define UI_CASE_OUT_H

#include "revocation/case.h"
#include "ui/verb.h"

void	case_column(struct out *);

/* All of it: what it waits for, who, why, how far, history. */
void	case_print(struct out *, const struct case_row *,
	    const struct case_view *, int64_t now);

/* What a list says of one, as an object. */
json_t	*case_brief_json(const struct case_row *);

/* Lines of a text of our own making. */
void	case_print_text(struct out *, const char *);

/* The case and what it adds up to; case_row_clear and case_view_clear them. */
int	case_read(struct registry *, const struct authorities *, int64_t id,
	    struct case_row *, struct case_view *, struct err *);

/* What it ends with: proved, or something still to be done. */
enum exit_code	case_exit(const struct case_view *);

#endif
