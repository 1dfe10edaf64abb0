/*
 * A directory is a list of entries that ends where a zero stands for the next
 * one's tag (ISO 7816-15 7.5).  One command writes its bytes as a whole; what
 * lies between two commands a card may be left with for good.  What is behind
 * the list's end nobody reads, nor what is inside an entry behind its parts.
 */
#include "config.h"

#include <string.h>

#include "card/lens_inside.h"

#define UPDATE_HEAD	5	/* CLA INS P1 P2 Lc */
#define UPDATE_MAX	255	/* bytes that one command writes */
#define STRETCHED_HEAD	4	/* of an entry: its tag, 82, two bytes of length */
#define STOPPED		(-2L)	/* the card said no: its word is in sw */

/* A directory that is being written. */
struct putting {
	lens_send_fn	*send;
	void		*arg;
	size_t		 size;
	uint8_t		 card[LENS_DIRECTORY_MAX];	/* as it is there now */
	uint8_t		 next[LENS_DIRECTORY_MAX];	/* as it is to be next */
	const uint8_t	*want;				/* at last */
	uint8_t		 sw[2];
};

/* --- one command ---------------------------------------------------------- */

static long
send_own(lens_send_fn *send, void *arg, const uint8_t *command, size_t len,
    uint8_t *answer, size_t *answer_len, size_t room)
{
	*answer_len = room;
	return send(command, len, answer, answer_len, arg);
}

static void
take_sw(uint8_t sw[2], const uint8_t *answer, size_t len)
{
	/* Too short to be one: ISO 7816-4 5.6, no precise diagnosis. */
	memcpy(sw, len >= 2 ? answer + len - 2 : (const uint8_t *)"\x6f\x00",
	    2);
}

static long
update(struct putting *p, size_t at, size_t n)
{
	uint8_t command[UPDATE_HEAD + UPDATE_MAX] = { 0x00, INS_UPDATE,
	    (uint8_t)(at >> 8), (uint8_t)at, (uint8_t)n };
	uint8_t answer[LENS_ANSWER_MAX];
	size_t len;
	long rc;

	memcpy(command + UPDATE_HEAD, p->next + at, n);
	rc = send_own(p->send, p->arg, command, UPDATE_HEAD + n, answer, &len,
	    sizeof(answer));
	if (rc != LENS_OK)
		return rc;
	if (!lens_is_ok(answer, len)) {
		take_sw(p->sw, answer, len);
		return STOPPED;
	}
	memcpy(p->card + at, p->next + at, n);
	return LENS_OK;
}

/*
 * What is to be next between two places, from front to back; what is there
 * already is not written.
 */
static long
put(struct putting *p, size_t from, size_t to)
{
	long rc = LENS_OK;

	while (rc == LENS_OK) {
		size_t n;

		while (from < to && p->card[from] == p->next[from])
			from++;
		if (from >= to)
			break;
		n = to - from < UPDATE_MAX ? to - from : UPDATE_MAX;
		while (p->card[from + n - 1] == p->next[from + n - 1])
			n--;
		rc = update(p, from, n);
	}
	return rc;
}

/* The same without knowing what is there. */
static long
put_blind(struct putting *p)
{
	long rc = LENS_OK;

	memcpy(p->next, p->want, p->size);
	for (size_t at = 0; at < p->size && rc == LENS_OK; at += UPDATE_MAX)
		rc = update(p, at, p->size - at < UPDATE_MAX ? p->size - at :
		    UPDATE_MAX);
	return rc;
}

static long
put_wanted(struct putting *p, size_t from, size_t to)
{
	if (from >= to)
		return LENS_OK;
	memcpy(p->next + from, p->want + from, to - from);
	return put(p, from, to);
}

static long
read_old(struct putting *p)
{
	for (size_t at = 0; at < p->size; at += BLOCK) {
		size_t n = p->size - at < BLOCK ? p->size - at : BLOCK, len;
		const uint8_t command[READ_LEN] = { 0x00, INS_READ,
		    (uint8_t)(at >> 8), (uint8_t)at, (uint8_t)n };
		uint8_t answer[LENS_ANSWER_MAX];
		long rc = send_own(p->send, p->arg, command, sizeof(command),
		    answer, &len, sizeof(answer));

		if (rc != LENS_OK)
			return rc;
		if (!lens_is_ok(answer, len) || len != n + 2)
			return STOPPED;
		memcpy(p->card + at, answer, n);
	}
	memcpy(p->next, p->card, p->size);
	return LENS_OK;
}

/* --- the order of commands ------------------------------------------------- */

/* Where the zero stands, or the file ends; false: it is not understood. */
static bool
list_end(const uint8_t *list, size_t size, size_t *end)
{
	size_t at = 0, n;

	while (at < size && list[at] != 0) {
		n = lens_entry_length(list + at, size - at);
		if (n == 0 || n > size - at)
			return false;
		at += n;
	}
	*end = at;
	return true;
}

/* The entry that a place is in, which is before the list's end. */
static size_t
entry_at(const uint8_t *list, size_t size, size_t place, size_t *n)
{
	size_t at = 0;

	*n = lens_entry_length(list, size);
	while (at + *n <= place) {
		at += *n;
		*n = lens_entry_length(list + at, size - at);
	}
	return at;
}

/*
 * An entry goes, and what comes behind it moves up by more than one command can.
 * That is copied behind the list's end, where nobody sees it; then the entry is
 * stretched to where the copy begins, by a command: it is there, and so is all
 * else, once.  Inside it the rest is written where it belongs, and a last
 * command puts the new beginning over the stretched one's.
 */
static long
move_up(struct putting *p, size_t at, size_t n, size_t end)
{
	size_t head = p->card[at + 1] < 0x80 ? 2 :
	    (size_t)2 + (p->card[at + 1] & 0x7f);
	size_t inner = n - head, moved = end - (at + n), copy = end + 1;
	size_t over = STRETCHED_HEAD + inner, length = copy - at -
	    STRETCHED_HEAD;
	uint8_t parts[UPDATE_MAX];
	long rc;

	memcpy(parts, p->card + at + head, inner);
	memcpy(p->next + copy, p->card + at + n, moved);
	if (copy + moved < p->size)
		p->next[copy + moved] = 0;
	if ((rc = put(p, copy, p->size)) != LENS_OK)
		return rc;
	p->next[at + 1] = 0x82;
	p->next[at + 2] = (uint8_t)(length >> 8);
	p->next[at + 3] = (uint8_t)length;
	memcpy(p->next + at + STRETCHED_HEAD, parts, inner);
	if ((rc = put(p, at, at + over)) != LENS_OK ||
	    (rc = put_wanted(p, at + over, copy)) != LENS_OK ||
	    (rc = put_wanted(p, at, at + over)) != LENS_OK)
		return rc;
	return put_wanted(p, copy, p->size);
}

/* Whether one entry goes and nothing else changes, and there is room to do it so. */
static bool
goes(const struct putting *p, size_t first, size_t old_end, size_t new_end,
    size_t *at, size_t *n)
{
	if (first >= old_end)
		return false;
	*at = entry_at(p->card, p->size, first, n);
	return old_end - new_end == *n && memcmp(p->want + *at,
	    p->card + *at + *n, new_end - *at) == 0 &&
	    *n + STRETCHED_HEAD <= UPDATE_MAX &&
	    STRETCHED_HEAD + *n <= old_end - *at &&
	    old_end + 1 + (new_end - *at) <= p->size;
}

static long
put_list(struct putting *p)
{
	size_t first = 0, last = p->size, old_end, new_end, at, n;
	long rc;

	while (first < last && p->card[first] == p->want[first])
		first++;
	while (last > first && p->card[last - 1] == p->want[last - 1])
		last--;
	if (last - first <= UPDATE_MAX ||
	    !list_end(p->card, p->size, &old_end) ||
	    !list_end(p->want, p->size, &new_end))
		return put_wanted(p, first, last);
	if (new_end < old_end && new_end - first < UPDATE_MAX) {
		/* The new end first: what is behind it is gone at once. */
		if ((rc = put_wanted(p, first, new_end + 1)) != LENS_OK)
			return rc;
		return put_wanted(p, new_end + 1, p->size);
	}
	if (new_end < old_end && goes(p, first, old_end, new_end, &at, &n))
		return move_up(p, at, n, old_end);
	/* What is behind the old end is seen when that goes, last of all. */
	if (old_end < p->size && (rc = put_wanted(p, old_end + 1,
	    p->size)) != LENS_OK)
		return rc;
	return put_wanted(p, first, old_end < p->size ? old_end + 1 : p->size);
}

/* --- what was put off ------------------------------------------------------- */

static void
answer_sw(const struct lens_asked *q, const uint8_t sw[2])
{
	memcpy(q->answer, sw, 2);
	*q->len = 2;
}

static const uint8_t well[2] = { 0x90, 0x00 };

/* The file whose entry has gone; afterwards what was selected is again. */
static long
delete_file(struct lens_work *w, const struct lens_link *k, lens_send_fn *send,
    void *arg, uint8_t sw[2])
{
	uint8_t answer[LENS_ANSWER_MAX];
	size_t len;
	long rc = LENS_OK;

	if (w->delete_len == 0)
		return LENS_OK;
	if (w->select_len > 0)
		rc = send_own(send, arg, w->select, w->select_len, answer,
		    &len, sizeof(answer));
	if (rc == LENS_OK)
		rc = send_own(send, arg, w->delete, w->delete_len, answer,
		    &len, sizeof(answer));
	w->delete_len = 0;
	if (rc != LENS_OK)
		return rc;
	if (!lens_is_ok(answer, len)) {
		take_sw(sw, answer, len);
		return STOPPED;
	}
	return k->select_len == 0 ? LENS_OK : send_own(send, arg, k->select,
	    k->select_len, answer, &len, sizeof(answer));
}

/* All of it has come: the card's word is that to the last command. */
static long
commit(struct lens_work *w, const struct lens_link *k,
    const struct lens_asked *q)
{
	struct putting p = { .send = q->send, .arg = q->arg, .size = w->size,
	    .want = w->want, .sw = { 0x90, 0x00 } };
	long rc = read_old(&p);

	w->have = 0;
	if (rc == LENS_OK)
		rc = put_list(&p);
	else if (rc == STOPPED)
		rc = put_blind(&p);
	if (rc == LENS_OK)
		rc = delete_file(w, k, q->send, q->arg, p.sw);
	if (rc != LENS_OK && rc != STOPPED)
		return rc;
	answer_sw(q, p.sw);
	return LENS_OK;
}

/* Not all of a directory: as it came, and as far as it came. */
static long
spill(struct lens_work *w, lens_send_fn *send, void *arg)
{
	struct putting p = { .send = send, .arg = arg, .size = w->have,
	    .want = w->want };
	long rc = put_blind(&p);

	w->have = 0;
	return rc == STOPPED ? LENS_CHANGED : rc;
}

/* --- a command --------------------------------------------------------------- */

/* UPDATE BINARY of what is selected, in its short form. */
static bool
is_update(const uint8_t *c, size_t len)
{
	return len > UPDATE_HEAD && c[0] == 0 && c[1] == INS_UPDATE &&
	    (c[2] & 0x80) == 0 && c[4] > 0 &&
	    len == UPDATE_HEAD + (size_t)c[4];
}

/* DELETE FILE by its two bytes. */
static bool
is_delete(const uint8_t *c, size_t len)
{
	return len == UPDATE_HEAD + 2 && c[0] == 0 && c[1] == INS_DELETE;
}

/* What leaves selected what is, and does not look at what was put off. */
static bool
stays(const uint8_t *c, size_t len)
{
	return lens_is_read(c, len) || is_update(c, len) ||
	    (len > 1 && c[0] == 0 && c[1] == INS_VERIFY);
}

static long
collect(struct lens_work *w, struct lens_link *k, const struct lens_asked *q)
{
	const uint8_t *c = q->command;
	size_t at = (size_t)c[2] << 8 | c[3], n = c[4];
	long rc;

	if (w->have == 0) {
		w->link = k;
		w->size = k->sizes[k->which];
	}
	if (at != w->have || n > w->size - w->have || q->room < 2) {
		if ((rc = spill(w, q->send, q->arg)) != LENS_OK)
			return rc;
		return lens_forward(q);
	}
	memcpy(w->want + at, c + UPDATE_HEAD, n);
	w->have += n;
	if (w->have == w->size)
		return commit(w, k, q);
	answer_sw(q, well);
	return LENS_OK;
}

/* Which directory is selected now, and how long it is. */
static void
enter(struct lens_link *k, const struct lens_asked *q)
{
	size_t size = lens_told_size(q->answer, *q->len);

	memcpy(k->select, q->command, q->command_len);
	k->select_len = q->command_len;
	for (size_t i = 0; i < k->rule->ndirectories; i++)
		if (lens_selects(q->command, &k->rule->directories[i])) {
			k->which = (int)i;
			if (size > 0)
				k->sizes[i] = size;
		}
}

static long
go_through(const struct lens *l, struct lens_link *k,
    const struct lens_asked *q)
{
	const uint8_t *c = q->command;
	bool selects = lens_is_select(c, q->command_len);
	long rc;

	if (!stays(c, q->command_len)) {
		k->which = -1;
		k->select_len = 0;
	}
	if (!stays(c, q->command_len) && !selects)
		memset(k->sizes, 0, sizeof(k->sizes));
	rc = lens_forward(q);
	if (rc != LENS_OK || !selects || !lens_is_ok(q->answer, *q->len))
		return rc;
	if (c[2] == BY_AID)
		k->rule = lens_find_rule(l, c);
	else if (k->rule != NULL)
		enter(k, q);
	return LENS_OK;
}

/* A file of an application that a rule is for; one at a time. */
static bool
can_wait(const struct lens *l, const struct lens_link *k,
    const struct lens_asked *q)
{
	return l->mode == LENS_REMOVING && k->select_len > 0 &&
	    l->work.delete_len == 0 && q->room >= 2 &&
	    is_delete(q->command, q->command_len);
}

static long
put_off(struct lens_work *w, const struct lens_link *k,
    const struct lens_asked *q)
{
	w->link = k;
	memcpy(w->select, k->select, k->select_len);
	w->select_len = k->select_len;
	memcpy(w->delete, q->command, q->command_len);
	w->delete_len = q->command_len;
	answer_sw(q, well);
	return LENS_OK;
}

static long
do_now(struct lens_work *w, const struct lens_link *k, lens_send_fn *send,
    void *arg)
{
	uint8_t sw[2];
	long rc = spill(w, send, arg);

	if (rc == LENS_OK)
		rc = delete_file(w, k, send, arg, sw);
	return rc == STOPPED ? LENS_CHANGED : rc;
}

/* Whether a command may look at the file that is to go, or takes its place. */
static bool
asks_for_it(const struct lens_work *w, const struct lens_asked *q)
{
	const uint8_t *c = q->command;
	size_t end;

	if (stays(c, q->command_len))
		return false;
	if (!lens_is_select(c, q->command_len) || c[4] < 2)
		return true;
	end = SELECT_HEAD + (size_t)c[4];
	return memcmp(c + end - 2, w->delete + UPDATE_HEAD, 2) == 0;
}

long
lens_write(struct lens *l, struct lens_link *k, const struct lens_asked *q)
{
	struct lens_work *w = &l->work;
	const uint8_t *c = q->command;
	bool written = k->which != -1 && is_update(c, q->command_len);
	long rc = LENS_OK;

	if (w->link != NULL && w->link != k)
		return go_through(l, k, q);
	if (written && l->mode == LENS_STORING_CERT &&
	    k->which == k->rule->keys && q->room >= 2) {
		answer_sw(q, well);
		return LENS_OK;
	}
	if (written && k->sizes[k->which] > 0 &&
	    k->sizes[k->which] <= LENS_DIRECTORY_MAX)
		return collect(w, k, q);
	if (can_wait(l, k, q))
		return put_off(w, k, q);
	if (w->have > 0)
		rc = spill(w, q->send, q->arg);
	if (rc == LENS_OK && w->delete_len > 0 && asks_for_it(w, q))
		rc = do_now(w, k, q->send, q->arg);
	return rc == LENS_OK ? go_through(l, k, q) : rc;
}

void
lens_link_ends(struct lens *l, const struct lens_link *k)
{
	if (l->work.link != k)
		return;
	l->work.link = NULL;
	l->work.have = l->work.delete_len = 0;
}

void
lens_transaction_ends(struct lens *l, struct lens_link *k, lens_send_fn *send,
    void *arg)
{
	if (l->work.link == k)
		(void)do_now(&l->work, k, send, arg);
	lens_link_ends(l, k);
}
