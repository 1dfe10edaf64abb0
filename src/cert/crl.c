#include "cert/crl.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/crlpart.h"
#include "cert/der.h"
#include "cert/parts.h"

/* Longest head of an element here: a tag, and a length of up to eight octets. */
#define HEAD_MAX	10
#define PLAIN_MAX	(2 + 127)	/* of an entry whose length is one octet */

_Static_assert(HEAD_MAX + CRL_PART_MAX <= STREAM_WINDOW, "stream.h says why");

struct walk {
	struct stream	*in;
	const struct crl_walk *to;
	struct crl	*crl;
	struct err	*err;
	bool		 hashed;	/* what is gone past is of the signed part */
	bool		 foreign;	/* entries are of another issuer from here on */
	int64_t		 left;		/* of the signed part */
	uint8_t		 odd[CERT_SERIAL_MAX];	/* a number that is not as it stands */
	struct crl_entry entries[CRL_TOGETHER];	/* that wait to be looked at */
	size_t		 n;
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

/* A negative number's magnitude, or one cut to what is kept. */
static void
odd_serial(struct span body, struct crl_entry *entry,
    uint8_t out[static CERT_SERIAL_MAX])
{
	struct cert odd;

	odd.odd = 0;
	(void)serial_parse(body, &odd);
	memcpy(out, odd.serial, odd.serial_len);
	entry->serial = span_of(out, odd.serial_len);
}

/* Those that wait are looked at before what they point to goes. */
static int
give(struct walk *w)
{
	size_t n = w->n;

	w->n = 0;
	return n == 0 ? 0 : w->to->entries(w->entries, n, w->to->arg);
}

/* It has been read where it is to wait. */
static int
add_entry(struct walk *w)
{
	struct crl_entry *entry = &w->entries[w->n];

	entry->foreign = w->foreign;
	if (w->to->indirect) {
		crl_entry_issuer(entry, w->to->of, &w->foreign);
		entry->foreign = w->foreign;
	}
	return ++w->n < CRL_TOGETHER ? 0 : give(w);
}

/*
 * An entry of a few dozen octets, with a number as it should be and what looks
 * like a date behind it: nearly all are, and what one costs is multiplied by a
 * million, so what must hold is asked in as few branches as there can be.  Its
 * length, or 0 when it is another.  There are PLAIN_MAX octets to look at.
 */
static inline size_t
plain_entry(const uint8_t *p, struct crl_entry *entry)
{
	size_t len = (size_t)p[1] + 2, number = p[3], zero = p[4] == 0;
	uint8_t behind;

	/* Lengths of one octet, and a number that is not negative. */
	if (((p[0] ^ DER_SEQUENCE) | (p[2] ^ DER_INTEGER) |
	    ((p[1] | p[4]) & 0x80)) != 0)
		return 0;
	/* A zero is in front of half of them: nothing to be guessed at. */
	if (number - 1 >= CERT_SERIAL_MAX || number + 4 >= len ||
	    (zero & (p[5] == 0 || number == 1)) != 0)
		return 0;
	behind = p[4 + number];
	if (behind != DER_UTC_TIME && behind != DER_GENERAL_TIME)
		return 0;
	entry->serial = span_of(p + 4 + zero, number - zero);
	entry->rest = span_of(p + 4 + number, len - 4 - number);
	return len;
}

/* Those from there on, up to another or as many as there is room for. */
static const uint8_t *
plain_entries(struct walk *w, const uint8_t *p, const uint8_t *end)
{
	bool foreign = w->foreign;
	size_t n = w->n, len;

	for (; n < CRL_TOGETHER && end - p >= PLAIN_MAX &&
	    (len = plain_entry(p, &w->entries[n])) != 0; p += len)
		w->entries[n++].foreign = foreign;
	w->crl->entries += (int64_t)(n - w->n);
	w->n = n;
	return p;
}

/* Any other, whole in a span. */
static int
odd_entry(struct walk *w, struct span body)
{
	struct crl_entry *entry = &w->entries[w->n];
	struct span number;
	size_t zeros = 0;

	if (der_enter(&body, DER_INTEGER, &number) != 0 || number.len == 0) {
		w->crl->odd++;
		return 0;
	}
	/* Its date is looked at closely only when somebody asks for it. */
	if (body.len == 0 || (body.p[0] != DER_UTC_TIME &&
	    body.p[0] != DER_GENERAL_TIME))
		w->crl->odd++;
	while (zeros + 1 < number.len && number.p[zeros] == 0)
		zeros++;
	entry->rest = body;
	entry->serial = span_of(number.p + zeros, number.len - zeros);
	if ((number.p[0] & 0x80) == 0 && entry->serial.len <= CERT_SERIAL_MAX)
		return add_entry(w);
	odd_serial(number, entry, w->odd);
	if (add_entry(w) != 0)
		return -1;
	/* There is room for one odd number. */
	return give(w);
}

/* The entries that lie whole in a span; *used is how much of it they are. */
static int
give_entries(struct walk *w, struct span seen, size_t *used)
{
	const uint8_t *p = seen.p, *end = seen.p + seen.len;
	struct head h;

	while (p < end) {
		/* Or else it has to be looked for in each whose it is. */
		if (!w->to->indirect)
			p = plain_entries(w, p, end);
		if (w->n == CRL_TOGETHER) {
			if (give(w) != 0)
				return -1;
			continue;
		}
		if (read_head(span_of(p, (size_t)(end - p)), &h) != 0 ||
		    h.body > (int64_t)((size_t)(end - p) - h.len))
			break;
		w->crl->entries++;
		if (p[0] != DER_SEQUENCE)
			w->crl->odd++;
		else if (odd_entry(w, span_of(p + h.len,
		    (size_t)h.body)) != 0)
			return -1;
		p += h.len + (size_t)h.body;
	}
	*used = (size_t)(p - seen.p);
	return give(w);
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
		if (give_entries(w, seen, &used) != 0)
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
		if ((w->to->entries != NULL ? walk_entries(w, body) :
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
