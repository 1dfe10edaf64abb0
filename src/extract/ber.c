#include "config.h"

#include "extract/ber.h"

#include <string.h>

#define CONSTRUCTED	0x20
#define HIGH_TAG	0x1f
#define LENGTH_BYTES	5	/* 0x84 and four more: as long as any is here */

struct element {
	uint8_t		tag;
	bool		indefinite;
	struct span	body;	/* up to the end of the whole where indefinite */
};

/* Tag and length, and the body as far as it is known; moves behind them. */
static int
open_element(struct span *in, struct element *el)
{
	uint8_t first;
	size_t len, n;

	if (in->len < 2 || (in->p[0] & HIGH_TAG) == HIGH_TAG)
		return -1;
	el->tag = in->p[0];
	first = in->p[1];
	*in = span_of(in->p + 2, in->len - 2);
	el->indefinite = first == 0x80;
	if (el->indefinite) {
		el->body = *in;
		return el->tag & CONSTRUCTED ? 0 : -1;
	}
	len = first;
	if (first > 0x80) {
		n = first & 0x7f;
		if (n > 4 || n > in->len)
			return -1;
		for (len = 0; n > 0; n--) {
			len = len << 8 | in->p[0];
			*in = span_of(in->p + 1, in->len - 1);
		}
	}
	if (len > in->len)
		return -1;
	el->body = span_of(in->p, len);
	return 0;
}

/* End-of-contents: what an indefinite element ends in. */
static bool
at_end(struct span *in)
{
	if (in->len < 2 || in->p[0] != 0 || in->p[1] != 0)
		return false;
	*in = span_of(in->p + 2, in->len - 2);
	return true;
}

/* --- what it is ------------------------------------------------------------ */

static enum ber_form
worse(enum ber_form a, enum ber_form b)
{
	return a > b ? a : b;
}

static enum ber_form
look(struct span *in, int depth)
{
	enum ber_form form = BER_DEFINITE, child;
	struct element el;
	struct span rest;

	if (depth == BER_DEPTH_MAX)
		return BER_DEEP;
	if (open_element(in, &el) == -1)
		return BER_DAMAGED;
	rest = el.body;
	if (el.indefinite)
		form = BER_INDEFINITE;
	while (el.tag & CONSTRUCTED) {
		if (el.indefinite ? at_end(&rest) : rest.len == 0)
			break;
		child = look(&rest, depth + 1);
		form = worse(form, child);
		if (form >= BER_DEEP)
			return form;
	}
	*in = el.indefinite ? rest :
	    span_of(in->p + el.body.len, in->len - el.body.len);
	return form;
}

enum ber_form
ber_form(struct span in)
{
	return look(&in, 0);
}

/* --- with lengths ---------------------------------------------------------- */

static void
put_length(uint8_t *at, size_t len)
{
	at[0] = 0x84;
	for (int i = 4; i > 0; i--) {
		at[i] = (uint8_t)len;
		len >>= 8;
	}
}

static int
define(struct span *in, struct buf *out, int depth)
{
	uint8_t head[1 + LENGTH_BYTES] = { 0 };
	struct element el;
	struct span rest;
	size_t start;

	if (depth == BER_DEPTH_MAX || open_element(in, &el) == -1)
		return -1;
	head[0] = el.tag;
	if (buf_add(out, head, sizeof(head)) == -1)
		return -1;
	start = out->len;
	rest = el.body;
	if ((el.tag & CONSTRUCTED) == 0 &&
	    buf_add(out, el.body.p, el.body.len) == -1)
		return -1;
	while (el.tag & CONSTRUCTED) {
		if (el.indefinite ? at_end(&rest) : rest.len == 0)
			break;
		if (define(&rest, out, depth + 1) == -1)
			return -1;
	}
	put_length(out->data + start - LENGTH_BYTES, out->len - start);
	*in = el.indefinite ? rest :
	    span_of(in->p + el.body.len, in->len - el.body.len);
	return 0;
}

int
ber_define(struct span in, struct buf *out)
{
	return define(&in, out, 0);
}
