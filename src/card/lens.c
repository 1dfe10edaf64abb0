#include "config.h"

#include <string.h>

#include "card/lens_inside.h"

void
lens_link_init(struct lens_link *k)
{
	memset(k, 0, sizeof(*k));
	k->at = k->real = k->which = -1;
}

void
lens_link_shared(struct lens_link *k)
{
	k->shared = true;
}

bool
lens_is_ok(const uint8_t *answer, size_t len)
{
	return len >= 2 && answer[len - 2] == 0x90 && answer[len - 1] == 0;
}

long
lens_forward(const struct lens_asked *q)
{
	*q->len = q->room;
	return q->send(q->command, q->command_len, q->answer, q->len, q->arg);
}

/* --- commands ------------------------------------------------------------- */

bool
lens_is_select(const uint8_t *c, size_t len)
{
	return len > SELECT_HEAD && len <= LENS_COMMAND_MAX && c[0] == 0 &&
	    c[1] == INS_SELECT && (c[2] == BY_AID || c[2] == BY_PATH) &&
	    c[4] > 0 && (len == SELECT_HEAD + (size_t)c[4] ||
	    len == SELECT_HEAD + (size_t)c[4] + 1);
}

/* Of what is selected; P1's first bit would name another file. */
bool
lens_is_read(const uint8_t *c, size_t len)
{
	return len == READ_LEN && c[0] == 0 && c[1] == INS_READ &&
	    (c[2] & 0x80) == 0;
}

static size_t
read_offset(const uint8_t *c)
{
	return (size_t)c[2] << 8 | c[3];
}

static size_t
read_length(const uint8_t *c)
{
	return c[4] == 0 ? BLOCK : c[4];
}

bool
lens_selects(const uint8_t *c, const struct lens_path *p)
{
	return c[2] == BY_PATH && c[4] == p->len &&
	    memcmp(c + SELECT_HEAD, p->bytes, p->len) == 0;
}

/* The size that a SELECT's answer tells: 6F { ... 81 02 size ... }; 0: none. */
size_t
lens_told_size(const uint8_t *a, size_t len)
{
	size_t end = len - 2;

	if (len < 4 || a[0] != 0x6f || a[1] != len - 4)
		return 0;
	for (size_t i = 2; i + 2 <= end; i += 2 + (size_t)a[i + 1])
		if (a[i] == 0x81 && a[i + 1] == 2 && i + 4 <= end)
			return (size_t)a[i + 2] << 8 | a[i + 3];
	return 0;
}

/*
 * An answer to be sure of: a length that was asked for, or a file's size, or
 * the status alone.  What an application says of itself is its own affair.
 */
static bool
is_whole(const struct lens_asked *q)
{
	if (!lens_is_ok(q->answer, *q->len))
		return false;
	if (q->command[1] == INS_READ)
		return *q->len == read_length(q->command) + 2;
	return q->command[2] == BY_AID || *q->len == 2 ||
	    lens_told_size(q->answer, *q->len) > 0;
}

/* --- what was answered ---------------------------------------------------- */

static int
find(const struct lens_memory *m, int under, const uint8_t *command, size_t len)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->exchanges[i].under == under &&
		    m->exchanges[i].command_len == len &&
		    memcmp(m->exchanges[i].command, command, len) == 0)
			return (int)i;
	return -1;
}

/* Its place, or -1 when there is no room or it is too long to be kept. */
static int
keep(struct lens_memory *m, int under, const struct lens_asked *q)
{
	struct lens_exchange *e = &m->exchanges[m->n];

	if (m->n == LENS_EXCHANGES_MAX || *q->len > sizeof(e->answer) ||
	    q->command_len > sizeof(e->command))
		return -1;
	memcpy(e->command, q->command, q->command_len);
	memcpy(e->answer, q->answer, *q->len);
	e->command_len = q->command_len;
	e->answer_len = *q->len;
	e->under = under;
	return (int)m->n++;
}

static bool
same_exchange(const struct lens_exchange *a, const struct lens_exchange *b)
{
	return a->under == b->under && a->command_len == b->command_len &&
	    a->answer_len == b->answer_len &&
	    memcmp(a->command, b->command, a->command_len) == 0 &&
	    memcmp(a->answer, b->answer, a->answer_len) == 0;
}

/* The first three: the application, and EF(TokenInfo) with all its bytes. */
#define IDENTITY	3

static bool
same_card(const struct lens_memory *a, const struct lens_memory *b)
{
	if (a->n < IDENTITY || b->n < IDENTITY)
		return false;
	for (size_t i = 0; i < IDENTITY; i++)
		if (!same_exchange(&a->exchanges[i], &b->exchanges[i]))
			return false;
	return true;
}

static struct lens_memory *
find_card(struct lens *l, const struct lens_memory *m)
{
	for (size_t i = 0; i < LENS_CARDS_MAX; i++)
		if (same_card(&l->cards[i], m))
			return &l->cards[i];
	return NULL;
}

static void
remember(struct lens *l, const struct lens_memory *m)
{
	struct lens_memory *place;

	place = find_card(l, m);
	if (place == NULL) {
		place = &l->cards[l->next];
		l->next = (l->next + 1) % LENS_CARDS_MAX;
	}
	*place = *m;
}

/* --- which card it is ----------------------------------------------------- */

const struct lens_rule *
lens_find_rule(const struct lens *l, const uint8_t *c)
{
	for (size_t i = 0; i < l->nrules; i++)
		if (c[2] == BY_AID && c[4] == l->rules[i].aid_len &&
		    memcmp(c + SELECT_HEAD, l->rules[i].aid, c[4]) == 0)
			return &l->rules[i];
	return NULL;
}

/*
 * EF(TokenInfo) before OpenSC asks for it, in the very words it will use, so
 * that nothing is asked in vain: its serial number and time of last update tell
 * whether the card is one that was read before.
 */
static long
recognise(struct lens *l, struct lens_link *k, const struct lens_asked *q)
{
	uint8_t command[LENS_COMMAND_MAX] = { 0x00, INS_SELECT, BY_PATH, 0x00 };
	const struct lens_path *path = &k->rule->token_info;
	uint8_t answer[LENS_ANSWER_MAX];
	size_t len, size;
	struct lens_asked own = { command, SELECT_HEAD + path->len + 1, answer,
	    &len, sizeof(answer), q->send, q->arg };
	const struct lens_memory *known;
	long rc;

	command[4] = (uint8_t)path->len;
	memcpy(command + SELECT_HEAD, path->bytes, path->len);
	if ((rc = lens_forward(&own)) != LENS_OK)
		return rc;
	size = lens_told_size(answer, len);
	if (!is_whole(&own) || size == 0 || size > BLOCK)
		return LENS_OK;
	k->real = keep(&k->memory, -1, &own);
	memcpy(command, (const uint8_t[]){ 0x00, INS_READ, 0x00, 0x00,
	    (uint8_t)size }, READ_LEN);
	own.command_len = READ_LEN;
	if ((rc = lens_forward(&own)) != LENS_OK)
		return rc;
	if (!is_whole(&own) || keep(&k->memory, k->real, &own) == -1)
		return LENS_OK;
	k->known = true;
	known = find_card(l, &k->memory);
	if (known != NULL)
		k->memory = *known;
	return LENS_OK;
}

/* --- directories ---------------------------------------------------------- */

static void
enter(struct lens_link *k, const uint8_t *command, const uint8_t *answer,
    size_t len)
{
	k->directory = k->ended = false;
	k->entry = 0;
	k->size = lens_told_size(answer, len);
	for (size_t i = 0; i < k->rule->ndirectories; i++)
		if (lens_selects(command, &k->rule->directories[i]))
			k->directory = true;
}

/* The length of an entry with its head, if that is whole; 0: it is not. */
size_t
lens_entry_length(const uint8_t *p, size_t n)
{
	if (n >= 2 && p[1] < 0x80)
		return 2 + (size_t)p[1];
	if (n >= 3 && p[1] == 0x81)
		return 3 + (size_t)p[2];
	if (n >= 4 && p[1] == 0x82)
		return 4 + ((size_t)p[2] << 8 | p[3]);
	return 0;
}

/* A zero where an entry would begin ends the list (ISO 7816-15 7.5). */
static void
follow(struct lens_link *k, size_t offset, const uint8_t *p, size_t n)
{
	while (k->directory && !k->ended && k->entry < offset + n) {
		size_t i = k->entry - offset, length;

		if (k->entry < offset)		/* read out of order */
			k->directory = false;
		else if (p[i] == 0)
			k->ended = true;
		else if ((length = lens_entry_length(p + i, n - i)) == 0)
			k->directory = false;
		else
			k->entry += length;
	}
}

/* The room left after the last entry: nobody looks at what is in there. */
static bool
is_room(const struct lens_link *k, const struct lens_asked *q)
{
	size_t offset = read_offset(q->command), n = read_length(q->command);

	return k->directory && k->ended && offset > k->entry &&
	    offset + n <= k->size && q->room >= n + 2;
}

static void
answer_room(const struct lens_asked *q)
{
	size_t n = read_length(q->command);

	memset(q->answer, 0, n + 2);
	q->answer[n] = 0x90;
	*q->len = n + 2;
}

/* --- a command ------------------------------------------------------------ */

/* The card is to have selected what OpenSC was told is. */
static long
catch_up(struct lens_link *k, const struct lens_asked *q)
{
	uint8_t answer[LENS_ANSWER_MAX];
	size_t len = sizeof(answer);
	const struct lens_exchange *e;
	long rc;

	if (k->at == -1 || k->at == k->real)
		return LENS_OK;
	e = &k->memory.exchanges[k->at];
	rc = q->send(e->command, e->command_len, answer, &len, q->arg);
	if (rc != LENS_OK)
		return rc;
	if (len != e->answer_len || memcmp(answer, e->answer, len) != 0)
		return LENS_CHANGED;
	k->real = k->at;
	k->shared = false;
	return LENS_OK;
}

static bool
answer_again(const struct lens_exchange *e, const struct lens_asked *q)
{
	if (q->room < e->answer_len)
		return false;
	memcpy(q->answer, e->answer, e->answer_len);
	*q->len = e->answer_len;
	return true;
}

/*
 * A folder, asked for with no word of what it is: it is there, since a file in it
 * was selected by its whole path.  The card is told of it when that matters.
 * Where it is kept, or -1: the card has to say.
 */
static int
known_folder(struct lens_memory *m, const struct lens_asked *q)
{
	const uint8_t *c = q->command;

	if (c[2] != BY_PATH || c[3] != TELL_NOTHING || c[4] % 2 != 0 ||
	    q->room < 2)
		return -1;
	for (size_t i = 0; i < m->n; i++) {
		const uint8_t *e = m->exchanges[i].command;

		if (m->exchanges[i].under != -1 || e[2] != BY_PATH ||
		    e[4] <= c[4] ||
		    memcmp(e + SELECT_HEAD, c + SELECT_HEAD, c[4]) != 0)
			continue;
		q->answer[0] = 0x90;
		q->answer[1] = 0;
		*q->len = 2;
		return keep(m, -1, q);
	}
	return -1;
}

static long
do_select(struct lens *l, struct lens_link *k, const struct lens_asked *q)
{
	int i = find(&k->memory, -1, q->command, q->command_len);
	long rc;

	if (i == -1 && k->rule != NULL)
		i = known_folder(&k->memory, q);
	if (i != -1 && answer_again(&k->memory.exchanges[i], q)) {
		k->at = i;
		if (k->shared)
			k->real = -1;
	} else {
		if ((rc = lens_forward(q)) != LENS_OK)
			return rc;
		if (!is_whole(q)) {
			k->clear = true;
			return LENS_OK;
		}
		k->at = k->real = keep(&k->memory, -1, q);
		k->shared = false;
	}
	if (k->rule == NULL && (k->rule = lens_find_rule(l, q->command)) == NULL) {
		k->clear = true;
		return LENS_OK;
	}
	enter(k, q->command, q->answer, *q->len);
	/* OpenSC found its way here: what told it how is worth keeping. */
	if (k->directory && k->known)
		remember(l, &k->memory);
	if (k->asked)
		return LENS_OK;
	k->asked = true;
	k->real = -1;
	return recognise(l, k, q);
}

static long
do_read(struct lens_link *k, const struct lens_asked *q)
{
	int i = k->at == -1 ? -1 :
	    find(&k->memory, k->at, q->command, q->command_len);
	long rc;

	if (i != -1 && answer_again(&k->memory.exchanges[i], q))
		return LENS_OK;
	if (is_room(k, q)) {
		answer_room(q);
		return LENS_OK;
	}
	if ((rc = catch_up(k, q)) != LENS_OK || (rc = lens_forward(q)) != LENS_OK)
		return rc;
	if (!is_whole(q)) {
		k->clear = true;
		return LENS_OK;
	}
	follow(k, read_offset(q->command), q->answer, *q->len - 2);
	if (k->at != -1)
		(void)keep(&k->memory, k->at, q);
	return LENS_OK;
}

long
lens_transmit(struct lens *l, struct lens_link *k, const uint8_t *command,
    size_t command_len, uint8_t *answer, size_t *len, lens_send_fn *send,
    void *arg)
{
	const struct lens_asked q = { command, command_len, answer, len, *len, send,
	    arg };
	long rc = LENS_OK;

	if (l->mode != LENS_READING)
		return lens_write(l, k, &q);
	if (k->clear)
		return lens_forward(&q);
	if (lens_is_select(command, command_len))
		rc = do_select(l, k, &q);
	else if (k->rule != NULL && lens_is_read(command, command_len))
		rc = do_read(k, &q);
	else {
		k->clear = true;
		if ((rc = catch_up(k, &q)) == LENS_OK)
			rc = lens_forward(&q);
	}
	if (rc != LENS_OK)
		k->clear = true;
	return rc;
}
