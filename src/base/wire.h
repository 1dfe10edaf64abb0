/*
 * What crosses the socket between the desk and its helpers: JSON objects, one a
 * line, and secrets in frames of their own (byte 0x01, one byte of length, the
 * bytes), so that a PIN never stands inside JSON.  One owner, one thread.
 */
#ifndef BASE_WIRE_H
#define BASE_WIRE_H

#include <jansson.h>

#include "base/err.h"
#include "base/secret.h"

#define WIRE_LINE_MAX	(8u << 20)	/* bytes of one JSON line */
#define WIRE_DEPTH_MAX	24		/* nesting of one JSON object */

struct wire;

/* Takes over fd, which becomes non-blocking. */
struct wire	*wire_new(int fd);
void		 wire_free(struct wire *);	/* closes fd; NULL is fine */
int		 wire_fd(const struct wire *);

enum wire_got {
	WIRE_NOTHING,		/* no whole frame yet: poll again */
	WIRE_JSON,		/* *obj is the caller's to json_decref */
	WIRE_SECRET,		/* *secret is the caller's to free */
	WIRE_END,		/* the other end has closed */
	WIRE_BAD		/* err says what broke the contract; close it */
};

/*
 * The next frame, reading from the socket as needed; never blocks.  Call until
 * WIRE_NOTHING.
 */
enum wire_got	 wire_read(struct wire *, json_t **obj, struct secret **,
		    struct err *);

/*
 * Queue a frame and write what can be written without blocking.  obj is
 * borrowed; the secret is consumed, whatever happens.
 */
int		 wire_send(struct wire *, const json_t *obj, struct err *);
int		 wire_send_secret(struct wire *, struct secret *, struct err *);

/* True while queued bytes wait for POLLOUT; then call wire_flush. */
bool		 wire_pending(const struct wire *);
int		 wire_flush(struct wire *, struct err *);

/*
 * The parser alone, for tests and the fuzzer: an object from one line, with
 * duplicate keys refused and depth bounded.  NULL and err when it is not one.
 */
json_t		*wire_parse(const char *line, size_t len, struct err *);

#endif
