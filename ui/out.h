/*
 * The command line's one way to standard output and standard error.  Whatever
 * is said here is made safe to print first, line by line, and written in the
 * terminal's own character set; so no caller can forget it.  A write that fails
 * is remembered and told by out_close.  One thread.
 */
#ifndef UI_OUT_H
#define UI_OUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct out;

/*
 * fd stays the caller's.  Lines are folded at the terminal's width, or not at
 * all when fd is no terminal, so that other programs can read them.
 */
struct out	*out_open(int fd);

/* Write what is left; -1 and err if anything was lost on the way. */
int		 out_close(struct out *, struct err *);

/* True once a write has failed: nothing more needs to be said. */
bool		 out_failed(const struct out *);

/* Hand over what has been said so far, for those who read along. */
void		 out_flush(struct out *);

/* One line, or a paragraph if it has to be folded: later lines stand indent in. */
void		 out_line(struct out *, int indent, const char *, ...)
		    __attribute__((format(printf, 3, 4)));
/*
 * A paragraph as long as it is, all of it standing indent in: for what has to be
 * told whole.
 */
void		 out_text(struct out *, int indent, const char *, size_t);
void		 out_blank(struct out *);

/*
 * A label and what belongs to it, folded beside the label; below it where the
 * terminal is narrow.  The column is that of the last out_column, which takes
 * the widest of some labels, NULL at the end, each translated if it is not yet.
 */
void		 out_column(struct out *, const char *const *labels);
void		 out_field(struct out *, const char *label, const char *, ...)
		    __attribute__((format(printf, 3, 4)));

/*
 * JSON, readable or (compact) on one line.  Characters that must not reach a
 * terminal are escaped; other letters stay as they are.
 */
void		 out_json(struct out *, const json_t *, bool compact);

/* Bytes of our own making, as they are: for what other programs read. */
void		 out_raw(struct out *, const char *, size_t);

/* An error in sentences: what happened, its id, what to do, the details. */
void		 out_error(struct out *, const struct err *);

/*
 * The same for JSON: {"id", "sentence", "next", "detail", "turn", "answer"}, the
 * last two as okienko error has them.
 */
json_t		*out_error_json(const struct err *);

/* A string from outside as JSON, with what is not UTF-8 replaced. */
json_t		*out_string_json(const char *);

#endif
