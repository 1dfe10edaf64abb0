/* Numbers and codes: whole, in part, and a slip away from what was typed. */
#include "config.h"

#include <string.h>

#include "cert/ident.h"
#include "registry/find_work.h"
#include "registry/linked.h"

#define NEAR_ORDER_MAX	24	/* letters of a code that is varied */

/*
 * Found and read by one statement; the card that a row names is not always the
 * one it was found by.
 */
#define FOUND		"SELECT " LINKED_COLUMNS("NULL") " FROM "
#define ON_CARD(id)	" CROSS JOIN seen ON seen.card = " id \
	" CROSS JOIN cert ON cert.id = seen.cert" LINKED_CARD

/* Every row of a statement of LINKED_COLUMNS, up to max. */
static int
pick_some(struct find_work *w, sqlite3_stmt *st, size_t max, enum find_why why,
    const char *arg, struct err *err)
{
	size_t n = 0;
	int rc;

	if (st == NULL)
		return -1;
	while ((rc = sql_step(w->reg->sql, st, err)) == 1) {
		if (n++ == max)
			w->notes |= 1u << NOTE_MORE;
		else if (find_pick_row(w, st, why, arg, err) == 0)
			continue;
		else
			rc = -1;
		sqlite3_reset(st);
		break;
	}
	return rc == -1 ? -1 : 0;
}

static int
pick_all(struct find_work *w, sqlite3_stmt *st, enum find_why why,
    const char *arg, struct err *err)
{
	return pick_some(w, st, w->max, why, arg, err);
}

/* --- serial numbers ---------------------------------------------------------- */

static int
whole_serial(struct find_work *w, const uint8_t *number, size_t len,
    enum find_why why, struct err *err)
{
	if (len == 0 || (w->serials != NULL &&
	    !serials_have_length(w->serials, len)))
		return 0;
	return pick_all(w, sql_bind(w->reg->sql,
	    FOUND "cert" LINKED_CARD " WHERE cert.serial = ?", err, "b",
	    (const void *)number, len), why, "", err);
}

static int
find_serial(struct find_work *w, struct err *err)
{
	uint8_t number[CERT_SERIAL_MAX];

	if ((w->q->kinds & FIND_SERIAL) == 0)
		return 0;
	if (w->q->hex.n > 0 && whole_serial(w, number,
	    query_bytes(&w->q->hex, number), WHY_SERIAL, err) == -1)
		return -1;
	return whole_serial(w, w->q->decimal, w->q->ndecimal, WHY_SERIAL, err);
}

/* Digits as they are printed, for the reason. */
static void
print_digits(const uint8_t *d, size_t n, char buf[static QUERY_HEX_MAX + 1])
{
	size_t i;

	for (i = 0; i < n; i++)
		buf[i] = "0123456789ABCDEF"[d[i]];
	buf[n] = '\0';
}

/*
 * A fragment anywhere.  Zeros that were typed before it may stand for the
 * number's beginning, where it has none: then only beginnings count.
 */
static void
fragment(struct find_work *w, const struct query_digits *digits, size_t zeros,
    bool alike)
{
	struct serials_hit hits[FIND_HITS_MAX];
	struct serials_query sq = {
		.digits = digits->d + zeros, .n = digits->n - zeros,
		.look_alike = alike, .cancel = w->o->cancel,
	};
	static const enum find_why whys[] = {
		[SERIALS_WHOLE] = WHY_SERIAL, [SERIALS_START] = WHY_SERIAL_END,
		[SERIALS_END] = WHY_SERIAL_END,
		[SERIALS_INSIDE] = WHY_SERIAL_PART,
	};
	char arg[QUERY_HEX_MAX + 1];
	bool more;
	size_t n, i;

	n = serials_find(w->serials, &sq, hits, w->max, &more);
	if (more && zeros == 0)
		w->notes |= 1u << NOTE_MORE;
	print_digits(sq.digits, sq.n, arg);
	for (i = 0; i < n; i++) {
		bool start = hits[i].where == SERIALS_START ||
		    hits[i].where == SERIALS_WHOLE;

		if (zeros == 0 || start)
			(void)find_pick(w, hits[i].row, alike ?
			    WHY_SERIAL_LOOK : whys[hits[i].where],
			    hits[i].where, arg);
	}
}

static void
find_fragment(struct find_work *w, const struct query_digits *digits,
    bool alike)
{
	size_t zeros = query_zeros(digits);

	if (digits->n < QUERY_FRAGMENT_MIN)
		return;
	fragment(w, digits, 0, alike);
	if (zeros >= 2 && digits->n - zeros >= QUERY_FRAGMENT_MIN)
		fragment(w, digits, zeros, alike);
}

/* --- identifiers -------------------------------------------------------------- */

/* What a value is stored under; false: it cannot be of that kind. */
static bool
row_key(struct find_work *w, enum ident_kind kind, const char *value,
    int64_t *key)
{
	char normal[IDENT_TEXT_MAX];
	struct ident_hash hash;

	if (ident_normal(kind, value, normal) == -1)
		return false;
	inside_hash(w->reg, kind, normal, &hash);
	explicit_bzero(normal, sizeof normal);
	*key = ident_row_key(&hash);
	return true;
}

static int
by_ident(struct find_work *w, enum ident_kind kind, const char *value,
    enum find_why why, struct err *err)
{
	int64_t key;

	if (!row_key(w, kind, value, &key))
		return 0;
	return pick_all(w, sql_bind(w->reg->sql, FOUND "ident CROSS JOIN cert"
	    " ON cert.id = ident.cert" LINKED_CARD " WHERE ident.hash = ?"
	    " AND ident.kind = ?", err, "ii", key, (int64_t)kind), why,
	    ident_kind_id(kind), err);
}

/* The address as it was typed, and those stored with a +tag behind the plain one. */
static int
by_mailbox(struct find_work *w, struct err *err)
{
	int64_t whole, box;

	if (!row_key(w, IDENT_EMAIL, w->q->address, &whole) ||
	    !row_key(w, IDENT_MAILBOX, w->q->address, &box))
		return 0;
	/*
	 * In numbers (schema.c), and with a hint, or the second would not use its
	 * own index; while many are imported there is none.
	 */
	return pick_some(w, sql_bind(w->reg->sql, FOUND
	    "(SELECT cert FROM ident WHERE hash = ? AND kind = 5 UNION ALL"
	    " SELECT cert FROM ident WHERE likely(hash = ?) AND kind = 6) AS i"
	    " CROSS JOIN cert ON cert.id = i.cert" LINKED_CARD, err, "ii",
	    whole, box), 2 * w->max, WHY_IDENT, ident_kind_id(IDENT_EMAIL),
	    err);
}

/*
 * Met whether the +tag was typed, stored, both or neither; the address as it
 * was typed comes first.
 */
static int
by_address(struct find_work *w, struct err *err)
{
	char plain[IDENT_TEXT_MAX];
	int rc;

	if (ident_normal(IDENT_MAILBOX, w->q->address, plain) == -1)
		return 0;
	rc = by_mailbox(w, err);
	if (rc == 0 && strcmp(plain, w->q->address) != 0)
		rc = by_ident(w, IDENT_EMAIL, plain, WHY_IDENT, err);
	explicit_bzero(plain, sizeof plain);
	return rc;
}

static int
find_ident(struct find_work *w, struct err *err)
{
	if ((w->q->kinds & FIND_PESEL) && by_ident(w, IDENT_PESEL,
	    w->q->digits, WHY_IDENT, err) == -1)
		return -1;
	if ((w->q->kinds & FIND_NIP) && by_ident(w, IDENT_NIP, w->q->digits,
	    WHY_IDENT, err) == -1)
		return -1;
	return w->q->kinds & FIND_EMAIL ? by_address(w, err) : 0;
}

static int
find_document(struct find_work *w, struct err *err)
{
	static const enum ident_kind kinds[] = {
		IDENT_DOCUMENT, IDENT_PERSON, IDENT_ORGANISATION, IDENT_OTHER,
	};
	size_t i;

	for (i = 0; (w->q->kinds & FIND_DOCUMENT) &&
	    i < sizeof kinds / sizeof *kinds; i++)
		if (by_ident(w, kinds[i], w->q->document, WHY_IDENT,
		    err) == -1)
			return -1;
	return 0;
}

/* One digit another or two neighbours swapped, so that the checksum is right. */
static int
near_ident(struct find_work *w, enum ident_kind kind,
    bool (*right)(const char *), struct err *err)
{
	char s[sizeof w->q->digits];
	size_t len = strlen(w->q->digits), at, k;
	int rc = 0;

	for (at = 0; rc == 0 && at < len; at++) {
		memcpy(s, w->q->digits, sizeof s);
		for (k = 0; rc == 0 && k < 10; k++) {
			s[at] = (char)('0' + k);
			if (s[at] != w->q->digits[at] && right(s))
				rc = by_ident(w, kind, s, WHY_IDENT_NEAR, err);
		}
		if (at + 1 == len)
			break;
		s[at] = w->q->digits[at + 1];
		s[at + 1] = w->q->digits[at];
		if (rc == 0 && s[at] != s[at + 1] && right(s))
			rc = by_ident(w, kind, s, WHY_IDENT_NEAR, err);
	}
	explicit_bzero(s, sizeof s);
	return rc;
}

/* --- codes -------------------------------------------------------------------- */

static int
by_order(struct find_work *w, const char *code, enum find_why why,
    const char *arg, struct err *err)
{
	return pick_all(w, sql_bind(w->reg->sql, FOUND "cert" LINKED_CARD
	    " WHERE " CODE_SQL("order_no") " = ? AND order_no IS NOT NULL", err,
	    "t", code), why, arg, err);
}

/* The line as it was typed too: tokens are stored as they are written. */
static int
by_card(struct find_work *w, struct err *err)
{
	return pick_all(w, sql_bind(w->reg->sql, FOUND "(SELECT id FROM card"
	    " WHERE " CODE_SQL("number") " = ?1 AND number <> '' UNION ALL"
	    " SELECT card FROM token WHERE serial = ?1 UNION ALL"
	    " SELECT card FROM token WHERE serial = ?2 AND ?1 <> ?2) AS c"
	    ON_CARD("c.id"), err, "tt", w->q->code, w->q->typed), WHY_CARD, "",
	    err);
}

/* Both: what is two things at once is shown as two. */
static int
find_code(struct find_work *w, struct err *err)
{
	if ((w->q->kinds & FIND_ORDER) && by_order(w, w->q->code, WHY_ORDER,
	    "", err) == -1)
		return -1;
	return w->q->kinds & FIND_CARD ? by_card(w, err) : 0;
}

/* The last four or more characters of a card's number or a token's. */
static int
find_tail(struct find_work *w, struct err *err)
{
	const char *code = w->q->code;
	size_t len = strlen(code);
	const char *tail = code + len - CODE_TAIL;
	int64_t from = -(int64_t)len;

	if ((w->q->kinds & FIND_CARD) == 0 || len < CODE_TAIL)
		return 0;
	if (pick_all(w, sql_bind(w->reg->sql, FOUND "card AS c"
	    ON_CARD("c.id") " WHERE " CODE_SQL_TAIL("c.number") " = ?1"
	    " AND c.number <> '' AND substr(" CODE_SQL("c.number") ", ?2) = ?3",
	    err, "tit", tail, from, code), WHY_CARD_END, code, err) == -1)
		return -1;
	return pick_all(w, sql_bind(w->reg->sql, FOUND "token AS t"
	    ON_CARD("t.card") " WHERE " CODE_SQL_TAIL("t.serial") " = ?1"
	    " AND substr(" CODE_SQL("t.serial") ", ?2) = ?3", err, "tit", tail,
	    from, code), WHY_CARD_END, code, err);
}

static int
near_order(struct find_work *w, struct err *err)
{
	char code[CODE_MAX];
	unsigned at = 0;

	if ((w->q->kinds & FIND_ORDER) == 0 ||
	    strlen(w->q->code) > NEAR_ORDER_MAX)
		return 0;
	while (!find_cancelled(w) && code_near(w->q->code, &at, code) > 0)
		if (by_order(w, code, WHY_ORDER_NEAR, code, err) == -1)
			return -1;
	return 0;
}

/* --- all of them ---------------------------------------------------------------- */

int
find_exact(struct find_work *w, struct err *err)
{
	static int (*const steps[])(struct find_work *, struct err *) = {
		find_serial, find_ident, find_code, find_document,
	};
	size_t i;

	for (i = 0; i < sizeof steps / sizeof *steps; i++)
		if (!find_certain(w) && steps[i](w, err) == -1)
			return -1;
	return 0;
}

int
find_parts(struct find_work *w, struct err *err)
{
	if (find_tail(w, err) == -1)
		return -1;
	if ((w->q->kinds & FIND_SERIAL) == 0)
		return 0;
	if (w->serials == NULL)
		w->notes |= 1u << NOTE_LOADING;
	else
		find_fragment(w, &w->q->hex, false);
	return 0;
}

int
find_near(struct find_work *w, struct err *err)
{
	if ((w->q->kinds & FIND_PESEL) && !w->q->pesel_ok &&
	    near_ident(w, IDENT_PESEL, ident_pesel_ok, err) == -1)
		return -1;
	if ((w->q->kinds & FIND_NIP) && !w->q->nip_ok &&
	    near_ident(w, IDENT_NIP, ident_nip_ok, err) == -1)
		return -1;
	if (w->npicks > 0)
		return 0;
	if ((w->q->kinds & FIND_SERIAL) && w->serials != NULL)
		find_fragment(w, &w->q->look, true);
	if ((w->q->kinds & FIND_SERIAL) && whole_serial(w, w->q->look_decimal,
	    w->q->nlook_decimal, WHY_SERIAL_LOOK, err) == -1)
		return -1;
	return w->npicks > 0 ? 0 : near_order(w, err);
}
