#include "cert/crl.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/crlpart.h"
#include "cert/der.h"
#include "cert/parts.h"

/* Longest head of an element here: a tag, and a length of up to eight octets. */
#define HEAD_MAX	10

struct walk {
	struct stream	*in;
	const struct crl_walk *to;
	struct crl	*crl;
	struct err	*err;
	bool		 hashed;	/* what is gone past is of the signed part */
	bool		 foreign;	/* entries are of another issuer from here on */
	int64_t		 left;		/* of the signed part */
	uint8_t		 odd[CERT_SERIAL_MAX];	/* a number that is not as it stands */
};

static int
bad(struct walk *w, const char *why)
{
	return err_set(w->err, ERR_BAD_DATA, stream_name(w->in),
	    "revocation list: %s at byte %lld", why,
	    (long long)stream_at(w->in));
}

/* --- elements larger than any window ---------------------------------------- */

struct head {
	uint8_t	 tag;
	size_t	 len;
	int64_t	 body;
};

static int
read_head(struct span in, struct head *h)
{
	uint64_t body = 0;
	size_t n;

	if (in.len < 2)
		return -1;
	h->tag = in.p[0];
	h->len = 2;
	h->body = in.p[1];
	if (in.p[1] < 0x80)
		return 0;
	n = in.p[1] & 0x7f;
	if (n == 0 || n > sizeof body || in.len < 2 + n)
		return -1;
	for (size_t i = 0; i < n; i++)
		body = body << 8 | in.p[2 + i];
	if (body > INT64_MAX - HEAD_MAX)
		return -1;
	h->len += n;
	h->body = (int64_t)body;
	return 0;
}

static int
peek_head(struct walk *w, struct head *h)
{
	struct span seen;

	if (stream_peek(w->in, HEAD_MAX, &seen, w->err) != 0)
		return -1;
	if (read_head(seen, h) != 0)
		return bad(w, "an element without a length");
	return 0;
}

/* Go past what has been looked at, giving it to the hash when it is signed. */
static int
pass(struct walk *w, struct span seen)
{
	if (w->hashed) {
		w->left -= (int64_t)seen.len;
		if (w->left < 0)
			return bad(w, "an element longer than its list");
		if (w->to->bytes != NULL)
			w->to->bytes(seen, w->to->arg);
	}
	stream_skip(w->in, seen.len);
	return 0;
}

static int
pass_body(struct walk *w, int64_t n)
{
	struct span seen;

	while (n > 0) {
		if (stream_peek(w->in, 1, &seen, w->err) != 0)
			return -1;
		if (seen.len == 0)
			return bad(w, "the file ends");
		if ((int64_t)seen.len > n)
			seen.len = (size_t)n;
		if (pass(w, seen) != 0)
			return -1;
		n -= (int64_t)seen.len;
	}
	return 0;
}

/* Past what nobody wants to see, as far as the file goes. */
static int
leap(struct walk *w, int64_t n)
{
	int64_t size = stream_size(w->in);

	if (!stream_can_seek(w->in))
		return pass_body(w, n);
	if (n > size - stream_at(w->in))
		return bad(w, "the file ends");
	w->left -= n;
	return stream_seek(w->in, stream_at(w->in) + n, w->err);
}

/* Into an element: past its head alone. */
static int
enter(struct walk *w, uint8_t tag, int64_t *body)
{
	struct span seen;
	struct head h;

	if (peek_head(w, &h) != 0)
		return -1;
	if (h.tag != tag)
		return bad(w, "another element than there should be");
	if (stream_peek(w->in, h.len, &seen, w->err) != 0)
		return -1;
	seen.len = h.len;
	*body = h.body;
	return pass(w, seen);
}

/* A small element whole; it is still to be passed. */
static int
peek_part(struct walk *w, struct der *part)
{
	struct head h;
	struct span seen;

	if (peek_head(w, &h) != 0)
		return -1;
	if (h.body > (int64_t)CRL_PART_MAX)
		return bad(w, "a part that is too long");
	if (stream_peek(w->in, h.len + (size_t)h.body, &seen, w->err) != 0)
		return -1;
	if (der_next(&seen, part) != 0)
		return bad(w, "the file ends");
	return 0;
}

/* --- entries ------------------------------------------------------------------ */

/*
 * A negative number's magnitude, or one cut to what is kept.  Apart, since what
 * is large on the stack costs each entry of a million.
 */
static __attribute__((noinline)) void
odd_serial(struct span body, struct crl_entry *entry,
    uint8_t out[static CERT_SERIAL_MAX])
{
	struct cert odd;

	odd.odd = 0;
	(void)serial_parse(body, &odd);
	memcpy(out, odd.serial, odd.serial_len);
	entry->serial = span_of(out, odd.serial_len);
}

/* Whether the element that begins there is whole, and of less than 128 octets. */
static inline bool
is_short(const uint8_t *p, size_t len)
{
	return len >= 2 && p[1] < 0x80 && (size_t)p[1] + 2 <= len;
}

/* The octets of its number, and what stands behind that; der_next, but quicker. */
static inline const uint8_t *
split_entry(struct span body, size_t *len, struct span *rest)
{
	struct span number;

	if (is_short(body.p, body.len) && body.p[0] == DER_INTEGER) {
		*len = body.p[1];
		rest->p = body.p + 2 + *len;
		rest->len = body.len - 2 - *len;
		return body.p + 2;
	}
	*rest = body;
	if (der_enter(rest, DER_INTEGER, &number) != 0)
		return NULL;
	*len = number.len;
	return number.p;
}

static int
going(struct walk *w)
{
	return w->to->going != NULL ? w->to->going(w->to->arg) : 0;
}

/* One entry, whole in a span. */
static int
give_entry(struct walk *w, struct span body)
{
	struct crl_entry entry = { .foreign = w->foreign };
	size_t len = 0, zeros = 0;
	const uint8_t *number = split_entry(body, &len, &entry.rest);
	bool odd;

	if (number == NULL || len == 0) {
		w->crl->odd++;
		return 0;
	}
	/* Its date is looked at closely only when somebody asks for it. */
	if (entry.rest.len == 0 || (entry.rest.p[0] != DER_UTC_TIME &&
	    entry.rest.p[0] != DER_GENERAL_TIME))
		w->crl->odd++;
	while (zeros + 1 < len && number[zeros] == 0)
		zeros++;
	entry.serial.p = number + zeros;
	entry.serial.len = len - zeros;
	odd = (number[0] & 0x80) != 0 || entry.serial.len > CERT_SERIAL_MAX;
	if (odd)
		odd_serial(span_of(number, len), &entry, w->odd);
	if (w->to->indirect) {
		crl_entry_issuer(&entry, w->to->of, &w->foreign);
		entry.foreign = w->foreign;
	}
	if (w->to->entry(&entry, w->to->arg) != 0)
		return -1;
	/* There is room for one odd number. */
	return odd ? going(w) : 0;
}

/* The entries that lie whole in a span; *used is how much of it they are. */
static int
give_entries(struct walk *w, struct span seen, size_t *used)
{
	const uint8_t *p = seen.p, *end = seen.p + seen.len;
	struct head h;

	while (p < end) {
		size_t left = (size_t)(end - p), head = 2, body = 0;

		if (is_short(p, left))
			body = p[1];
		else if (read_head(span_of(p, left), &h) == 0 &&
		    h.body <= (int64_t)(left - h.len)) {
			head = h.len;
			body = (size_t)h.body;
		} else
			break;
		w->crl->entries++;
		if (p[0] != DER_SEQUENCE)
			w->crl->odd++;
		else if (give_entry(w, span_of(p + head, body)) != 0)
			return -1;
		p += head + body;
	}
	*used = (size_t)(p - seen.p);
	return 0;
}

static int
walk_entries(struct walk *w, int64_t left)
{
	struct span seen;
	size_t used;

	while (left > 0) {
		if (stream_peek(w->in, CRL_ENTRY_MAX, &seen, w->err) != 0)
			return -1;
		if ((int64_t)seen.len > left)
			seen.len = (size_t)left;
		if (give_entries(w, seen, &used) != 0 || going(w) != 0)
			return -1;
		if (used == 0)
			return bad(w, "an entry that is cut or too long");
		seen.len = used;
		left -= (int64_t)used;
		if (pass(w, seen) != 0)
			return -1;
	}
	return 0;
}

/* --- the list ------------------------------------------------------------------- */

static int
keep(struct walk *w, struct buf *buf, struct span bytes)
{
	buf->len = 0;
	if (bytes.len == 0 || buf_add(buf, bytes.p, bytes.len) != 0)
		return bad(w, "a part that is empty or too long");
	return 0;
}

static int
read_name(struct walk *w, struct span body)
{
	struct cert *c = w->crl->issuer;

	if (name_parse(body, &c->issuer, &c->odd) != 0)
		c->odd |= ODD_NAME_ENCODING;
	return 0;
}

/*
 * version, signature, issuer, thisUpdate, nextUpdate: told apart by their tags
 * and how many there have been, up to what is none of them.
 */
static int
read_front(struct walk *w)
{
	struct der part;
	int sequences = 0, times = 0;

	while (w->left > 0) {
		if (peek_part(w, &part) != 0)
			return -1;
		if (part.tag == DER_SEQUENCE && sequences == 0) {
			if (keep(w, &w->crl->algorithm, part.whole) != 0)
				return -1;
			sequences++;
		} else if (part.tag == DER_SEQUENCE && sequences == 1) {
			(void)read_name(w, part.body);
			sequences++;
		} else if ((part.tag == DER_UTC_TIME ||
		    part.tag == DER_GENERAL_TIME) && times < 2) {
			(void)der_time(part.tag, part.body, times == 0 ?
			    &w->crl->this_update : &w->crl->next_update);
			times++;
		} else if (part.tag != DER_INTEGER || sequences > 0)
			return bad(w, "another element than there should be");
		if (pass(w, part.whole) != 0)
			return -1;
		/* What follows may be larger than any part: look at its tag. */
		if (times > 0 && w->left > 0) {
			struct head h;

			if (peek_head(w, &h) != 0)
				return -1;
			if (h.tag != DER_UTC_TIME && h.tag != DER_GENERAL_TIME)
				break;
		}
	}
	return sequences == 2 && times > 0 ? 0 :
	    bad(w, "the end of the list before its beginning");
}

/* The entries, if there are any; then the extensions, if there are any. */
static int
read_back(struct walk *w)
{
	struct span list, seq;
	struct der part;
	struct head h;
	int64_t body;

	if (w->left > 0 && peek_head(w, &h) != 0)
		return -1;
	if (w->left > 0 && h.tag == DER_SEQUENCE) {
		if (enter(w, DER_SEQUENCE, &body) != 0)
			return -1;
		if (body > w->left)
			return bad(w, "more entries than the list is long");
		if ((w->to->entry != NULL ? walk_entries(w, body) :
		    w->to->bytes != NULL ? pass_body(w, body) :
		    leap(w, body)) != 0)
			return -1;
	}
	while (w->left > 0) {
		if (peek_part(w, &part) != 0)
			return -1;
		list = part.body;
		if (part.tag == DER_CONTEXT_CONS(0) &&
		    der_enter(&list, DER_SEQUENCE, &seq) == 0)
			crl_extensions(seq, w->crl);
		if (pass(w, part.whole) != 0)
			return -1;
	}
	return 0;
}

static int
read_signature(struct walk *w)
{
	const struct buf *inside = &w->crl->algorithm;
	struct span octets;
	struct der part;

	if (peek_part(w, &part) != 0)
		return -1;
	w->crl->same_algorithm = part.whole.len == inside->len &&
	    memcmp(part.whole.p, inside->data, inside->len) == 0;
	if (pass(w, part.whole) != 0 || peek_part(w, &part) != 0)
		return -1;
	if (part.tag != DER_BIT_STRING ||
	    der_bit_octets(part.body, &octets) != 0 ||
	    keep(w, &w->crl->signature, octets) != 0)
		return bad(w, "no signature");
	return pass(w, part.whole);
}

int
crl_read(struct stream *in, const struct crl_walk *to, struct crl *crl,
    struct err *err)
{
	struct walk w = { .in = in, .to = to, .crl = crl, .err = err,
	    .foreign = to->others };
	int64_t outer, signed_part;

	memset(crl, 0, sizeof *crl);
	crl->this_update = crl->next_update = CERT_NO_TIME;
	buf_init(&crl->algorithm, CRL_PART_MAX);
	buf_init(&crl->signature, CRL_PART_MAX);
	crl->issuer = mem_alloc(sizeof *crl->issuer);
	crl->issuer->serial_len = 1;
	if (enter(&w, DER_SEQUENCE, &outer) != 0)
		return -1;
	w.hashed = true;
	w.left = INT64_MAX;
	if (enter(&w, DER_SEQUENCE, &signed_part) != 0)
		return -1;
	w.left = signed_part;
	if (read_front(&w) != 0 || read_back(&w) != 0)
		return -1;
	w.hashed = false;
	if (read_signature(&w) != 0)
		return -1;
	return cert_derive(crl->issuer) == 0 ? 0 : bad(&w, "no name");
}

void
crl_clear(struct crl *crl)
{
	cert_free(crl->issuer);
	buf_clear(&crl->algorithm);
	buf_clear(&crl->signature);
	for (size_t i = 0; i < crl->npoints; i++)
		free(crl->points[i]);
	free(crl->freshest);
	crl->issuer = NULL;
	crl->freshest = NULL;
	crl->npoints = 0;
}
