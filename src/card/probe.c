#include "config.h"

#include <string.h>

#include <winscard.h>

#include "base/log.h"
#include "card/model.h"
#include "card/opensc.h"
#include "card/p15.h"
#include "card/pair.h"
#include "card/probe.h"
#include "card/purge.h"

#define ANSWER_MAX	258	/* bytes of a short answer and its status */
#define OPENSC_OBJECTS	64	/* of one token; more it leaves out */

#define SW_OK		0x9000
#define SW_BLOCKED	0x6983	/* ISO 7816-4 table 6 */
#define SW_TRIES	0x63c0	/* and the number of tries */

struct asking {
	SCARDCONTEXT	 ctx;
	SCARDHANDLE	 card;
	DWORD		 protocol;
	uint8_t		 answer[ANSWER_MAX];
	size_t		 len;		/* without the status */
};

/* One command; its status word, or -1. */
static int
transmit(struct asking *a, const uint8_t *apdu, size_t len)
{
	const SCARD_IO_REQUEST *pci = a->protocol == SCARD_PROTOCOL_T0 ?
	    SCARD_PCI_T0 : SCARD_PCI_T1;
	DWORD got = sizeof(a->answer);
	LONG rc = SCardTransmit(a->card, pci, apdu, (DWORD)len, NULL,
	    a->answer, &got);

	if (rc != SCARD_S_SUCCESS || got < 2) {
		log_debug("asking the card: 0x%lx", (unsigned long)rc);
		return -1;
	}
	a->len = got - 2;
	return a->answer[got - 2] << 8 | a->answer[got - 1];
}

/* --- the PIN ---------------------------------------------------------------- */

/* Only with the right application selected does a reference mean our PIN. */
static int
select_application(struct asking *a, const struct model_probe *p)
{
	uint8_t apdu[5 + MODEL_AID_MAX + 1] = { 0x00, 0xa4, 0x04, 0x00,
	    (uint8_t)p->aid_len };
	int sw;

	memcpy(apdu + 5, p->aid, p->aid_len);
	sw = transmit(a, apdu, 5 + p->aid_len);
	/* 61xx: there is an answer to fetch, which nobody needs. */
	return sw == SW_OK || (sw & 0xff00) == 0x6100 ? 0 : -1;
}

/* VERIFY without data asks and spends nothing (ISO 7816-4 11.6.6). */
static void
ask_pin(struct asking *a, const struct model_probe *p, struct pin *pin)
{
	const uint8_t apdu[] = { 0x00, 0x20, 0x00, p->pin_ref };
	int sw = transmit(a, apdu, sizeof(apdu));

	if ((sw & 0xfff0) == SW_TRIES)
		pin->tries = sw & 0xf;
	else if (sw == SW_BLOCKED)
		pin->tries = 0;
	else
		return;		/* also 9000: verified by someone else now */
	pin->tries_by = KNOWN_CARD;
	pin->tries_max = p->pin_tries >= pin->tries ? p->pin_tries : -1;
	pin->locked = pin->locked || pin->tries == 0;
	pin->final = pin->final || pin->tries == 1;
}

/* --- free memory ---------------------------------------------------------- */

/* EF(UnusedSpace) of DF(PKCS15): its usual place, and its name as cached. */
static const uint8_t unused_path[] = { 0x50, 0x15, 0x50, 0x33 };
#define UNUSED_NAME	"50155033"

static int
read_unused(struct asking *a, uint8_t *out, size_t *len)
{
	uint8_t select[5 + sizeof(unused_path) + 1] = { 0x00, 0xa4, 0x08, 0x00,
	    sizeof(unused_path) };
	const uint8_t read[] = { 0x00, 0xb0, 0x00, 0x00, 0x00 };
	int sw;

	memcpy(select + 5, unused_path, sizeof(unused_path));
	sw = transmit(a, select, sizeof(select));
	if (sw != SW_OK && (sw & 0xff00) != 0x6100)
		return -1;
	if (transmit(a, read, sizeof(read)) != SW_OK)
		return -1;
	memcpy(out, a->answer, a->len);
	*len = a->len;
	return 0;
}

static void
ask_unused(struct asking *a, struct card *card, const char *key_directory)
{
	uint8_t data[ANSWER_MAX];
	size_t len = sizeof(data);
	int64_t free_bytes;
	bool kept = p15_recall(card, opensc_cache(), key_directory,
	    UNUSED_NAME, data, &len);

	if (!kept && read_unused(a, data, &len) == -1)
		return;
	free_bytes = p15_unused_bytes(data, len);
	if (free_bytes == -1)
		return;
	if (!kept)
		p15_keep(card, opensc_cache(), key_directory, UNUSED_NAME,
		    data, len);
	card->capacity.free_bytes = free_bytes;
	card->capacity.bytes_by = KNOWN_CARD;
}

/* Two bytes, four since CardOS 5. */
static void
ask_cardos(struct asking *a, struct card *card)
{
	const uint8_t get[] = { 0x00, 0xca, 0x01, 0x8a, 0x00 };
	int64_t n = 0;

	if (transmit(a, get, sizeof(get)) != SW_OK ||
	    (a->len != 2 && a->len != 4))
		return;
	for (size_t i = 0; i < a->len; i++)
		n = n << 8 | a->answer[i];
	card->capacity.free_bytes = n;
	card->capacity.bytes_by = KNOWN_CARD;
}

/* --- the card -------------------------------------------------------------- */

/*
 * A card may stay verified when its module has logged out: OpenSC has no
 * command for that on some.  A reset ends it for sure.
 */
static int
open_card(struct asking *a, const char *reader, bool reset)
{
	LONG rc;

	rc = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &a->ctx);
	if (rc != SCARD_S_SUCCESS)
		return -1;
	rc = SCardConnect(a->ctx, reader, SCARD_SHARE_SHARED,
	    SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &a->card, &a->protocol);
	if (rc == SCARD_S_SUCCESS) {
		if (reset)
			rc = SCardReconnect(a->card, SCARD_SHARE_SHARED,
			    SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
			    SCARD_RESET_CARD, &a->protocol);
		if (rc == SCARD_S_SUCCESS)
			rc = SCardBeginTransaction(a->card);
		if (rc == SCARD_S_SUCCESS)
			return 0;
		(void)SCardDisconnect(a->card, SCARD_LEAVE_CARD);
	}
	(void)SCardReleaseContext(a->ctx);
	return -1;
}

static void
close_card(struct asking *a)
{
	(void)SCardEndTransaction(a->card, SCARD_LEAVE_CARD);
	(void)SCardDisconnect(a->card, SCARD_LEAVE_CARD);
	(void)SCardReleaseContext(a->ctx);
}

/* The one token with a user PIN: with two, whose counter it is is not known. */
static struct pin *
only_pin(struct card *card)
{
	struct pin *found = NULL;

	for (size_t i = 0; i < card->ntokens; i++) {
		if (!card->tokens[i].pin.set)
			continue;
		if (found != NULL)
			return NULL;
		found = &card->tokens[i].pin;
	}
	return found;
}

static bool
is_ours_to_ask(const struct card *card, const struct p11 *p)
{
	struct card_model model;
	bool ours;

	(void)model_find(card->atr, card->atr_len, &model);
	ours = model.module[0] != '\0' ? model_prefers(&model, p->name) :
	    p->opensc;
	model_clear(&model);
	return ours;
}

static void
ask_all(struct asking *a, struct card *card, const struct model_probe *probe)
{
	struct pin *pin = only_pin(card);

	if (probe->aid_len > 0 && select_application(a, probe) == -1)
		return;
	if (pin != NULL && probe->has_pin && probe->aid_len > 0)
		ask_pin(a, probe, pin);
	if (probe->space == MODEL_SPACE_PKCS15)
		ask_unused(a, card, probe->key_directory);
	else if (probe->space == MODEL_SPACE_CARDOS)
		ask_cardos(a, card);
}

/* A certificate has up to three: itself and both halves of its key. */
static bool
is_beyond_opensc(const struct card *card)
{
	return 3 * card->ncerts >= OPENSC_OBJECTS;
}

/*
 * What was cached of a card that is shown short for no reason may be what is
 * wrong: next time the card itself is asked.  Where OpenSC is at its limit the
 * cache is right, and with a PIN the keys that it leaves out come from there.
 */
static void
purge_all(const struct card *card)
{
	for (size_t i = 0; i < card->ntokens; i++)
		purge_card(card->tokens[i].serial);
}

void
probe_card(struct card *card, const struct p11 *p, bool was_verified)
{
	struct model_probe probe;
	struct asking a = { .len = 0 };

	if (card->ntokens == 0 || card->reader[0] == '\0' ||
	    model_find_probe(model_table(), card->atr, card->atr_len,
	    &probe) == 0)
		return;
	if (p->opensc && p15_list_keys(card, opensc_cache(),
	    probe.key_directory))
		card_pair(card, PAIR_ALL_LISTED);
	if ((probe.has_pin || probe.space != MODEL_SPACE_NONE) &&
	    is_ours_to_ask(card, p) &&
	    open_card(&a, card->reader, was_verified) == 0) {
		ask_all(&a, card, &probe);
		close_card(&a);
	}
	/* Last, since a record that is cut is not looked up in the cache. */
	if (p->opensc && p15_lists_more(card, opensc_cache(),
	    probe.key_directory, probe.cert_directory)) {
		card->cut = true;
		if (!is_beyond_opensc(card))
			purge_all(card);
	}
}

/* --- the service, no card --------------------------------------------------- */

size_t
probe_atr(const char *reader, uint8_t atr[CARD_ATR_MAX])
{
	SCARD_READERSTATE state = { .szReader = reader };
	SCARDCONTEXT ctx;
	size_t len = 0;

	if (reader[0] == '\0' || SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL,
	    NULL, &ctx) != SCARD_S_SUCCESS)
		return 0;
	if (SCardGetStatusChange(ctx, 0, &state, 1) == SCARD_S_SUCCESS &&
	    state.cbAtr <= CARD_ATR_MAX) {
		len = state.cbAtr;
		memcpy(atr, state.rgbAtr, len);
	}
	(void)SCardReleaseContext(ctx);
	return len;
}

int
probe_connect(const char *reader, struct err *err)
{
	static const struct { LONG rv; enum err_code code; } reasons[] = {
		{ SCARD_W_SECURITY_VIOLATION,	ERR_CARD_REFUSED },
		{ SCARD_E_NO_ACCESS,		ERR_CARD_REFUSED },
		{ SCARD_E_SHARING_VIOLATION,	ERR_CARD_BUSY },
		{ SCARD_W_UNRESPONSIVE_CARD,	ERR_CARD_MUTE },
		{ SCARD_W_UNPOWERED_CARD,	ERR_CARD_MUTE },
	};
	SCARDCONTEXT ctx;
	SCARDHANDLE card;
	DWORD protocol;
	LONG rv;

	if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx) !=
	    SCARD_S_SUCCESS)
		return 0;
	rv = SCardConnect(ctx, reader, SCARD_SHARE_SHARED,
	    SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card, &protocol);
	if (rv == SCARD_S_SUCCESS)
		(void)SCardDisconnect(card, SCARD_LEAVE_CARD);
	(void)SCardReleaseContext(ctx);
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].rv == rv)
			return err_raw(err, reasons[i].code, ORIGIN_PCSC,
			    (unsigned long)rv & 0xffffffff, reader, NULL);
	return 0;
}

/*
 * How many readers but this one have a card in them, or cannot be asked; -1 when
 * the service cannot.
 */
static int
count_cards(const char *but)
{
	SCARDCONTEXT ctx;
	char *names = NULL;
	DWORD len = SCARD_AUTOALLOCATE;
	int n = -1;

	if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &ctx) !=
	    SCARD_S_SUCCESS)
		return -1;
	if (SCardListReaders(ctx, NULL, (LPSTR)&names, &len) ==
	    SCARD_S_SUCCESS) {
		n = 0;
		for (const char *s = names; *s != '\0'; s += strlen(s) + 1) {
			SCARD_READERSTATE state = { .szReader = s };

			if (strcmp(s, but) != 0 &&
			    (SCardGetStatusChange(ctx, 0, &state, 1) !=
			    SCARD_S_SUCCESS ||
			    (state.dwEventState & SCARD_STATE_PRESENT) != 0))
				n++;
		}
		(void)SCardFreeMemory(ctx, names);
	}
	(void)SCardReleaseContext(ctx);
	return n;
}

bool
probe_is_only_card(const char *reader)
{
	return reader[0] != '\0' && count_cards(reader) == 0;
}
