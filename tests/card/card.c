#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/card/card.h"

static const struct card_type *const types[] = { &isoapplet_type, &piv_type };

static const struct {
	uint8_t ins;
	const char *name;
} names[] = {
	{ 0x20, "VERIFY" }, { 0x22, "MSE" }, { 0x24, "CHANGE" },
	{ 0x2a, "PSO" }, { 0x2c, "UNBLOCK" }, { 0x46, "GENERATE" },
	{ 0x47, "GENERATE" }, { 0x84, "CHALLENGE" }, { 0x87, "AUTHENTICATE" },
	{ 0xa4, "SELECT" }, { 0xb0, "READ" }, { 0xc0, "MORE" },
	{ 0xca, "GET" }, { 0xcb, "GET" }, { 0xd6, "UPDATE" },
	{ 0xdb, "PUT" }, { 0xe0, "CREATE" }, { 0xe4, "DELETE" },
};

const char *
apdu_name(struct span s)
{
	if (s.len < 4)
		return "BAD";
	if (s.p[1] == 0x20 && s.len <= 5)
		return "ASK";
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].ins == s.p[1])
			return names[i].name;
	return "OTHER";
}

static size_t
le_of(unsigned le, size_t none)
{
	return le ? le : none;
}

/* After the five bytes of header and first length: extended, or short. */
static int
parse_body(struct span s, struct apdu *a)
{
	bool ext = s.p[0] == 0 && s.len >= 3;
	size_t full = ext ? 65536 : 256;
	uint16_t wide = 0;
	uint8_t one = 0;

	span_u8(&s, &one);
	if (ext) {
		span_be16(&s, &wide);
		if (s.len == 0) {			/* case 2E */
			a->le = le_of(wide, full);
			return 0;
		}
	} else if (s.len == 0) {			/* case 2S */
		a->le = le_of(one, full);
		return 0;
	}
	if (span_take(&s, ext ? wide : one, &a->data) == -1)
		return -1;
	if (s.len == 0)					/* case 3 */
		return 0;
	if (s.len != (ext ? 2u : 1u))			/* case 4 */
		return -1;
	if (ext)
		span_be16(&s, &wide);
	else
		span_u8(&s, &one);
	a->le = le_of(ext ? wide : one, full);
	return 0;
}

int
apdu_parse(struct span s, struct apdu *a)
{
	*a = (struct apdu){ .data = span_of("", 0) };
	if (span_u8(&s, &a->cla) == -1 || span_u8(&s, &a->ins) == -1 ||
	    span_u8(&s, &a->p1) == -1 || span_u8(&s, &a->p2) == -1)
		return -1;
	return s.len == 0 ? 0 : parse_body(s, a);
}

const struct card_type *
card_type(const char *name)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i]->name, name) == 0)
			return types[i];
	return NULL;
}

struct card *
card_new(const struct card_type *type, struct store *store)
{
	struct card *c = mem_alloc(sizeof(*c));

	c->type = type;
	c->store = store;
	c->session = mem_alloc(type->session_size);
	buf_init(&c->chain, CARD_BUF_MAX);
	buf_init(&c->more, CARD_BUF_MAX);
	card_power_on(c);
	return c;
}

void
card_free(struct card *c)
{
	if (c == NULL)
		return;
	buf_clear(&c->more);
	buf_clear(&c->chain);
	free(c->session);
	store_free(c->store);
	free(c);
}

void
card_power_on(struct card *c)
{
	memset(c->session, 0, c->type->session_size);
	c->chain.len = c->more.len = 0;
	if (c->type->power_on)
		c->type->power_on(c);
}

/* As much as was asked for, the rest kept for GET RESPONSE. */
static unsigned
hand_out(struct card *c, size_t le, struct buf *out)
{
	size_t limit = le ? le : 256, n = c->more.len;

	if (n > limit)
		n = limit;
	bytes_add(out, c->more.data, n);
	buf_drop(&c->more, n);
	if (c->more.len == 0)
		return SW_OK;
	return SW_MORE | (c->more.len > 255 ? 0 : (unsigned)c->more.len);
}

static unsigned
answer(struct card *c, struct apdu *a, struct buf *out)
{
	unsigned sw;

	if (a->ins == 0xc0)
		return c->more.len ? hand_out(c, a->le, out) : SW_CONDITIONS;
	c->more.len = 0;
	if (a->cla & 0x10) {
		if (c->chain.len + a->data.len > c->chain.max)
			return SW_WRONG_LENGTH;
		bytes_add(&c->chain, a->data.p, a->data.len);
		return SW_OK;
	}
	if (c->chain.len) {
		if (c->chain.len + a->data.len > c->chain.max)
			return SW_WRONG_LENGTH;
		bytes_add(&c->chain, a->data.p, a->data.len);
		a->data = span_of(c->chain.data, c->chain.len);
	}
	sw = c->type->run(c, a, &c->more);
	c->chain.len = 0;
	if (sw != SW_OK)
		return sw;
	return hand_out(c, a->le, out);
}

void
card_answer(struct card *c, struct span command, struct buf *out)
{
	struct apdu a;

	out->len = 0;
	bytes_be16(out, apdu_parse(command, &a) == -1 ? SW_WRONG_LENGTH :
	    answer(c, &a, out));
}

unsigned
card_check_pin(struct card *c, unsigned ref, struct span value)
{
	struct store_pin *p = store_pin(c->store, ref);

	if (p == NULL)
		return SW_NO_REFERENCE;
	if (p->left == 0)
		return SW_LOCKED;
	if (!span_equal(value, p->value, p->len)) {
		p->left--;
		c->store->dirty = true;
		return SW_TRIES | p->left;
	}
	if (p->left != p->max) {
		p->left = p->max;
		c->store->dirty = true;
	}
	return SW_OK;
}
