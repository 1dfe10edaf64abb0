#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "card/keymake.h"
#include "card/pair.h"
#include "card/record.h"
#include "card/reading.h"
#include "card/token.h"

static unsigned
proves(const struct reading *r)
{
	unsigned p = r->p11->opensc ? 0 : PAIR_PUBLIC_PROVES;

	for (size_t i = 0; i < r->card->ntokens; i++) {
		const struct token *t = &r->card->tokens[i];

		/* Only a token without a user PIN hides nothing. */
		if (!t->pin.verified && (t->pin.set ||
		    (t->flags & CKF_LOGIN_REQUIRED) != 0))
			return p;
	}
	return p | PAIR_ALL_LISTED;
}

/* --- tokens -------------------------------------------------------------- */

int
token_info(const struct p11 *p, CK_SLOT_ID slot, const char *reader,
    CK_TOKEN_INFO *info, struct err *err)
{
	CK_RV rv;

	memset(info, 0, sizeof(*info));
	rv = p->fn->C_GetTokenInfo(slot, info);
	if (rv != CKR_OK)
		return p11_err(p, err, rv, "C_GetTokenInfo", reader);
	return 0;
}

static void
set_field(char **s, const unsigned char *field, size_t size)
{
	char *value = mem_strndup((const char *)field,
	    p11_field_len(field, size));

	card_set(s, value);
	free(value);
}

const char *
token_serial(const CK_TOKEN_INFO *info, char buf[static TOKEN_SERIAL_MAX])
{
	size_t n = p11_field_len(info->serialNumber,
	    sizeof(info->serialNumber)), i;

	for (i = 0; i < n && info->serialNumber[i] >= 0x20 &&
	    info->serialNumber[i] < 0x7f; i++)
		buf[i] = (char)info->serialNumber[i];
	buf[i] = '\0';
	if (i < n)
		(void)text_hex(info->serialNumber, n, 0, buf, TOKEN_SERIAL_MAX);
	return buf;
}

/*
 * CK_UNAVAILABLE_INFORMATION, also as a module built for 32 bits has it.  Of a
 * memory of no bytes nothing is told: some leave the figures at zero.
 */
static uint64_t
memory(CK_ULONG total, CK_ULONG n)
{
	if (total == 0 || n == CK_UNAVAILABLE_INFORMATION || n == UINT32_MAX)
		return CARD_NUMBER_UNKNOWN;
	return n;
}

static void
fill_pin(struct pin *pin, const CK_TOKEN_INFO *info)
{
	pin->set = (info->flags & CKF_USER_PIN_INITIALIZED) != 0;
	pin->low = (info->flags & CKF_USER_PIN_COUNT_LOW) != 0;
	pin->final = (info->flags & CKF_USER_PIN_FINAL_TRY) != 0;
	pin->locked = (info->flags & CKF_USER_PIN_LOCKED) != 0;
	pin->to_be_changed = (info->flags & CKF_USER_PIN_TO_BE_CHANGED) != 0;
	pin->pinpad = (info->flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0;
	pin->min = info->ulMinPinLen <= 255 ? (int)info->ulMinPinLen : 0;
	pin->max = info->ulMaxPinLen <= 255 ? (int)info->ulMaxPinLen : 0;
	if (pin->locked || pin->final) {
		pin->tries = pin->locked ? 0 : 1;
		pin->tries_by = KNOWN_TOKEN;
	}
}

static void
fill_token(const struct reading *r, struct token *t, CK_SLOT_ID slot,
    const CK_TOKEN_INFO *info)
{
	char serial[TOKEN_SERIAL_MAX];

	card_set(&t->module, r->p11->name);
	t->slot = slot;
	set_field(&t->label, info->label, sizeof(info->label));
	set_field(&t->manufacturer, info->manufacturerID,
	    sizeof(info->manufacturerID));
	set_field(&t->model, info->model, sizeof(info->model));
	card_set(&t->serial, token_serial(info, serial));
	t->flags = info->flags;
	t->read_only = (info->flags & CKF_WRITE_PROTECTED) != 0;
	t->total_public = memory(info->ulTotalPublicMemory,
	    info->ulTotalPublicMemory);
	t->free_public = memory(info->ulTotalPublicMemory,
	    info->ulFreePublicMemory);
	t->total_private = memory(info->ulTotalPrivateMemory,
	    info->ulTotalPrivateMemory);
	t->free_private = memory(info->ulTotalPrivateMemory,
	    info->ulFreePrivateMemory);
	t->makes = keymake_kinds(r->p11, slot);
	fill_pin(&t->pin, info);
	t->pin.verified = r->verified != NULL && *r->verified == slot;
}

/* Its tokens are at another machine, whose readers are none of this one. */
static bool
is_away(const struct p11 *p)
{
	return strcmp(p->name, "p11-kit-client.so") == 0;
}

/* Is this slot in the reader asked for, and a token in it? */
static bool
is_wanted(const struct p11 *p, CK_SLOT_ID slot, const char *reader)
{
	CK_SLOT_INFO info;

	memset(&info, 0, sizeof(info));
	if (p->fn->C_GetSlotInfo(slot, &info) != CKR_OK ||
	    (info.flags & CKF_TOKEN_PRESENT) == 0)
		return false;
	if (reader[0] == '\0')
		return is_away(p) || (info.flags & CKF_REMOVABLE_DEVICE) == 0;
	return !is_away(p) && p11_names_reader(info.slotDescription,
	    sizeof(info.slotDescription), reader);
}

size_t
token_slots(const struct p11 *p, const char *reader, CK_SLOT_ID *slots,
    size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < p->nslots && n < max; i++)
		if (is_wanted(p, p->slots[i], reader))
			slots[n++] = p->slots[i];
	return n;
}

static void
read_token(struct reading *r, CK_SLOT_ID slot)
{
	const char *reader = r->card->reader;
	struct err err = ERR_INIT;
	CK_TOKEN_INFO info;
	struct token *t;

	if (token_info(r->p11, slot, reader, &info, &err) == -1) {
		/* Not its card, says the module; another may know it. */
		if (err.code != ERR_CARD_UNKNOWN)
			card_add_problem(r->card, &err);
		return;
	}
	if ((info.flags & CKF_TOKEN_INITIALIZED) == 0) {
		/* Without a reader it is only room for one more token. */
		if (reader[0] != '\0') {
			err_set(&err, ERR_CARD_BLANK, reader, "slot %lu", slot);
			card_add_problem(r->card, &err);
		}
		return;
	}
	t = card_add_token(r->card);
	if (t != NULL)
		fill_token(r, t, slot, &info);
}

/* --- the whole ----------------------------------------------------------- */

/* Nothing of a card that has left, or of which nothing could be read, is shown
 * as if it were all. */
static void
settle(struct card *card, size_t failed, const struct err *first)
{
	if (failed > 0 && (failed == card->ntokens ||
	    first->code == ERR_CARD_REMOVED)) {
		card->state = CARD_FAILED;
		card->err = *first;
	} else if (card->ntokens == 0 && card->nproblems > 0) {
		card->state = CARD_FAILED;
		card->err = card->problems[0];
	} else
		card->state = CARD_READY;
}

void
token_read_card(const struct p11 *p, struct card *card, const CK_SLOT_ID *slots,
    size_t nslots, const CK_SLOT_ID *verified, token_report_fn *fn, void *arg)
{
	struct reading r = { .p11 = p, .card = card, .verified = verified,
	    .report = fn, .arg = arg };
	struct err first = ERR_INIT;
	size_t failed = 0;

	card->state = CARD_READING;
	for (size_t i = 0; i < nslots; i++)
		read_token(&r, slots[i]);
	if (card->ntokens > 0)
		reading_report(&r);
	for (size_t i = 0; i < card->ntokens; i++) {
		struct err err = ERR_INIT;

		if (reading_objects(&r, (unsigned)i, &err) == 0)
			continue;
		failed++;
		card_add_problem(card, &err);
		if (first.code == ERR_NONE || err.code == ERR_CARD_REMOVED)
			first = err;
	}
	card_pair(card, failed == 0 && !card->cut ? proves(&r) :
	    r.p11->opensc ? 0 : PAIR_PUBLIC_PROVES);
	settle(card, failed, &first);
}
