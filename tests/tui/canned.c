#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cert/parts.h"
#include "tests/tui/canned.h"

#define DAY	INT64_C(86400)

/* What differs between the made-up certificates. */
struct plan {
	const char	*cn, *serial, *email, *pesel, *issuer;
	const char	*aki, *org_id;		/* of its issuer */
	int		 from, to;		/* days from CANNED_NOW */
	unsigned	 ku;
	const char	*eku;
	bool		 qualified, ca;
	enum key_state	 key;
};

#define SIGNING	(CERT_KU_DIGITAL_SIGNATURE | \
		 CERT_KU_NON_REPUDIATION)

static const struct plan full[] = {
	{ .cn = "Ewa Żółć-Łęcka", .serial = "2129AFF24BF8E36A598C8425768239D1",
	  .pesel = "44051401359", .issuer = "COPE PRZYKŁAD - Kwalifikowany",
	  .aki = "00112233445566778899AABBCCDDEEFF00112233",
	  .from = -600, .to = 112, .ku = CERT_KU_NON_REPUDIATION, .qualified = true,
	  .key = KEY_PRIVATE },
	{ .cn = "Ewa Żółć-Łęcka", .serial = "0A7701", .email =
	  "ewa.zolc@example.org", .issuer = "COPE PRZYKŁAD - Zwykły",
	  .org_id = "VATPL-0000000000", .from = -355, .to = 10, .ku = SIGNING | CERT_KU_KEY_ENCIPHERMENT,
	  .eku = "emailProtection", .key = KEY_PUBLIC },
	{ .cn = "Ewa Żółć-Łęcka", .serial = "1777C0FFEE", .pesel =
	  "44051401359", .issuer = "COPE PRZYKŁAD - Kwalifikowany",
	  .from = -1300, .to = -618, .ku = CERT_KU_NON_REPUDIATION,
	  .qualified = true, .key = KEY_PRIVATE },
	{ .cn = "Ewa Żółć-Łęcka", .serial = "33AA55", .issuer =
	  "COPE PRZYKŁAD - Kwalifikowany", .from = 9, .to = 740,
	  .ku = CERT_KU_NON_REPUDIATION, .qualified = true, .key = KEY_MISSING },
	{ .cn = "Urząd Przykładowy", .serial = "01", .issuer =
	  "Urząd Przykładowy", .from = -1000, .to = 2232,
	  .ku = CERT_KU_CERT_SIGN | CERT_KU_CRL_SIGN, .ca = true, .key = KEY_MISSING },
};

/* What the card has instead of its expired one when it comes back. */
static const struct plan renewed[] = {
	{ .cn = "Ewa Żółć-Łęcka", .serial = "0A7702", .email =
	  "ewa.zolc@example.org", .issuer = "COPE PRZYKŁAD - Zwykły",
	  .org_id = "VATPL-0000000000", .from = -1, .to = 364,
	  .ku = SIGNING | CERT_KU_KEY_ENCIPHERMENT,
	  .eku = "emailProtection", .key = KEY_PUBLIC },
};

static const struct plan hostile[] = {
	{ .cn = "\033[31mRed\033[0m \xe2\x80\xaeobrócony \xef\xbf\xbd\nwiersz",
	  .serial = "66", .issuer = "A\tB\rC \x1b]0;title\x07",
	  .from = -1, .to = 100, .ku = SIGNING, .key = KEY_NOT_SEEN },
	{ .cn = "Коwalski Jan", .serial = "67", .issuer =
	  "漢字 e\xcc\x81\xcc\x81\xcc\x81\xcc\x81 łódź", .from = -1, .to = 100,
	  .ku = SIGNING, .key = KEY_NOT_SEEN },
	{ .cn = "", .serial = "68", .issuer = "", .from = 5, .to = -5,
	  .ku = 0, .key = KEY_NOT_SEEN },
};

static void
name_add(struct cert_name *n, const char *oid, const char *name,
    const char *value)
{
	n->attrs = mem_grow(n->attrs, n->nattrs + 1, sizeof(*n->attrs));
	n->attrs[n->nattrs++] = (struct cert_attr){ .oid = mem_strdup(oid),
	    .name = mem_strdup(name), .value = mem_strdup(value) };
}

static void
serial_from(struct cert *c, const char *hex)
{
	for (size_t i = 0; hex[i] != '\0'; i += 2) {
		const char byte[] = { hex[i], hex[i + 1], '\0' };

		c->serial[c->serial_len++] = (uint8_t)strtoul(byte, NULL, 16);
	}
}

static void
qualify(struct cert *c)
{
	c->qc.present = c->qc.compliance = c->qc.sscd = true;
	c->qc.types = QC_TYPE_ESIGN;
	c->qc.retention_years = 20;
}

static void
identify(struct cert *c, const char *pesel)
{
	char id[64];

	snprintf(id, sizeof(id), "PNOPL-%s", pesel);
	name_add(&c->subject, "2.5.4.5", "serialNumber", id);
}

static void
name_both(struct cert *c, const struct plan *p)
{
	name_add(&c->subject, "2.5.4.6", "C", "PL");
	name_add(&c->subject, "2.5.4.3", "CN", p->cn);
	if (p->pesel != NULL)
		identify(c, p->pesel);
	name_add(&c->issuer, "2.5.4.6", "C", "PL");
	name_add(&c->issuer, "2.5.4.3", "CN", p->issuer);
	if (p->org_id != NULL)
		name_add(&c->issuer, "2.5.4.97", "organizationIdentifier",
		    p->org_id);
}

static struct cert *
make_cert(const struct plan *p)
{
	struct cert *c = mem_alloc(sizeof(*c));

	serial_from(c, p->serial);
	name_both(c, p);
	c->version = 3;
	c->not_before = CANNED_NOW + p->from * DAY;
	c->not_after = CANNED_NOW + p->to * DAY;
	c->aki = p->aki != NULL ? mem_strdup(p->aki) : NULL;
	c->signature_alg = mem_strdup("sha256WithRSAEncryption");
	c->key_type = KEY_RSA;
	c->key_bits = 2048;
	c->has_ku = c->ku_critical = true;
	c->ku = p->ku;
	c->has_bc = c->is_ca = p->ca;
	c->path_len = c->qc.retention_years = -1;
	if (p->email != NULL) {
		c->san = mem_alloc(sizeof(*c->san));
		c->san[c->nsan++] = (struct cert_san){ SAN_EMAIL,
		    mem_strdup(p->email) };
	}
	if (p->eku != NULL) {
		c->has_eku = true;
		c->eku = mem_alloc(sizeof(*c->eku));
		c->eku[c->neku++] = mem_strdup(p->eku);
	}
	if (p->qualified)
		qualify(c);
	if (p->to < p->from)
		c->odd |= ODD_DATES;
	if (cert_derive(c) == -1)
		panic("a made-up certificate has too long a name");
	return c;
}

static void
add_cert(struct card *card, const struct plan *p)
{
	struct card_cert *c;
	size_t len = strlen(p->serial);

	card->certs = mem_grow(card->certs, card->ncerts + 1,
	    sizeof(*card->certs));
	c = &card->certs[card->ncerts];
	memset(c, 0, sizeof(*c));
	c->cert = make_cert(p);
	c->id = mem_printf("%02zX", card->ncerts + 1);
	c->label = mem_printf("Certyfikat %zu", card->ncerts + 1);
	c->tokens = 1;
	c->key = p->key;
	c->size = 1047;
	/* Not a real fingerprint; only sameness is looked at. */
	memcpy(c->sha256, p->serial, len > 31 ? 31 : len);
	c->sha256[31] = (uint8_t)card->ncerts;
	memcpy(c->cert->sha256, c->sha256, sizeof(c->cert->sha256));
	card->ncerts++;
}

static void
add_certs(struct card *card, const struct plan *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_cert(card, &p[i]);
}

static void
add_orphan(struct card *card)
{
	card->keys = mem_grow(card->keys, card->nkeys + 1, sizeof(*card->keys));
	card->keys[card->nkeys++] = (struct card_key){
		.id = mem_strdup("45"), .label = mem_strdup("Klucz 5"),
		.tokens = 1, .type = KEY_RSA, .bits = 2048, .cert = -1,
	};
}

static struct token *
add_token(struct card *card, const char *label, int tries)
{
	struct token *t;

	card->tokens = mem_grow(card->tokens, card->ntokens + 1,
	    sizeof(*card->tokens));
	t = &card->tokens[card->ntokens++];
	*t = (struct token){ .module = mem_strdup("sample-pkcs11.so"),
	    .slot = card->ntokens, .label = mem_strdup(label),
	    .manufacturer = mem_strdup("Sample"), .model = mem_strdup("S1"),
	    .serial = mem_printf("0000%zu", card->ntokens),
	    .total_public = CARD_NUMBER_UNKNOWN,
	    .free_public = CARD_NUMBER_UNKNOWN,
	    .total_private = CARD_NUMBER_UNKNOWN,
	    .free_private = CARD_NUMBER_UNKNOWN,
	    .pin = { .tries = tries, .tries_max = 3, .tries_by = KNOWN_CARD,
		.set = true, .min = 4, .max = 8 } };
	return t;
}

static void
set(char **s, const char *value)
{
	free(*s);
	*s = mem_strdup(value);
}

static void
know_model(struct card *card)
{
	static const uint8_t atr[] = { 0x3b, 0x80, 0x01, 0x81 };

	memcpy(card->atr, atr, sizeof(atr));
	card->atr_len = sizeof(atr);
	set(&card->model.name, "SampleCard S1");
	set(&card->model.source, "sample table");
	card->model.sure = true;
	set(&card->number, "9021 4410 0372 1186");
	card->capacity = (struct capacity){ .more = 2, .rule = CAPACITY_ISSUER,
	    .by = KNOWN_CONFIG, .free_bytes = -1, .total_bytes = -1,
	    .used = 5, .places = 7, .orphan_keys = 1, .expired = 1,
	    .expired_bytes = 1047 };
	snprintf(card->capacity.source, sizeof(card->capacity.source),
	    "Sample Authority, 2026-10-01");
}

static void
know_no_room(struct card *card)
{
	card->capacity = (struct capacity){ .more = -1, .free_bytes = -1,
	    .total_bytes = -1 };
}

/* Being read: what tokens it has is known, and nothing of what is on them. */
static void
fill_again(struct card *card)
{
	know_model(card);
	add_token(card, "Sample (User PIN)", 3);
	card->state = CARD_READING;
}

static void
fill_full(struct card *card)
{
	know_model(card);
	add_token(card, "Sample (User PIN)", 3);
	add_certs(card, full, sizeof(full) / sizeof(full[0]));
	add_orphan(card);
}

/* The second of its certificates is none any more. */
static void
fill_worn(struct card *card)
{
	fill_full(card);
	cert_free(card->certs[1].cert);
	card->certs[1].cert = NULL;
}

/* A card that tells its free bytes and no total. */
static void
fill_memory(struct card *card)
{
	fill_full(card);
	card->capacity = (struct capacity){ .more = 8, .rule = CAPACITY_MEMORY,
	    .by = KNOWN_CARD, .free_bytes = 24576, .total_bytes = -1,
	    .bytes_by = KNOWN_CARD, .used = 7, .orphan_keys = 1,
	    .orphan_certs = 1, .expired = 1, .expired_bytes = 1047 };
}

static void
fill_reading(struct card *card)
{
	know_model(card);
	card->state = CARD_READING;
	add_token(card, "Sample (User PIN)", 3);
	add_certs(card, full, 1);
}

/* The second of them alone, so far. */
static void
fill_second(struct card *card)
{
	fill_reading(card);
	add_certs(card, &full[1], 1);
	cert_free(card->certs[0].cert);
	free(card->certs[0].id);
	free(card->certs[0].label);
	card->certs[0] = card->certs[1];
	card->ncerts = 1;
}

static void
fill_empty(struct card *card)
{
	know_model(card);
	know_no_room(card);
	add_token(card, "Sample (User PIN)", -1);
}

static void
fill_unknown(struct card *card)
{
	know_model(card);
	know_no_room(card);
	set(&card->model.name, "");
	set(&card->number, "");
	card->state = CARD_FAILED;
	err_set(&card->err, ERR_CARD_UNKNOWN, card->reader, NULL);
}

static void
fill_locked(struct card *card)
{
	fill_full(card);
	card->tokens[0].pin.tries = 0;
	card->tokens[0].pin.locked = true;
	card->capacity.more = 0;
	card->capacity.used = 7;
}

static void
fill_last(struct card *card)
{
	fill_full(card);
	card->tokens[0].pin.tries = 1;
}

static void
fill_renewed(struct card *card)
{
	know_model(card);
	add_token(card, "Sample (User PIN)", 3);
	add_certs(card, full, 2);
	add_certs(card, renewed, sizeof(renewed) / sizeof(renewed[0]));
}

/* Another model, with a certificate of its own. */
static void
fill_other(struct card *card)
{
	know_model(card);
	set(&card->model.name, "OtherCard T9");
	set(&card->number, "7000 1111");
	set(&add_token(card, "Other (User PIN)", 3)->serial, "00009");
	add_certs(card, renewed, sizeof(renewed) / sizeof(renewed[0]));
}

/* Half of it was read, and then no more. */
static void
fill_half(struct card *card)
{
	fill_reading(card);
	card->state = CARD_FAILED;
	err_set(&card->err, ERR_MODULE_HUNG, "sample-pkcs11.so", NULL);
}

/* One of two modules could not read its part. */
static void
fill_partly(struct card *card)
{
	fill_full(card);
	know_no_room(card);
	card->cut = true;
}

static void
fill_two(struct card *card)
{
	fill_full(card);
	add_token(card, "Sample (QSCD PIN)", 2)->read_only = true;
}

/* The same when a module that tells of more tokens has had its say. */
static void
fill_front(struct card *card)
{
	struct token first;

	fill_two(card);
	first = card->tokens[0];
	card->tokens[0] = card->tokens[1];
	card->tokens[1] = first;
}

static void
fill_hostile(struct card *card)
{
	know_model(card);
	add_token(card, "\033[2J\xe2\x80\xaeToken\xff", 3);
	add_certs(card, hostile, sizeof(hostile) / sizeof(hostile[0]));
}

/*
 * What curses would pass on, what printf would obey, what is no UTF-8, and what
 * has no end.
 */
static void
fill_worse(struct card *card)
{
	static const char cn[] = "%s%n%99999d \xe2\x80\xae\xe2\x81\xa6"
	    "odwr\xe2\x80\x8b\xef\xbb\xbf\xef\xbf\xb9"
	    "\x1b[2J\x1b]52;c;cm0=\x07\xc2\x9b" "5n\xf3\xa0\x81\x81\n\r\ttail"
	    "\xff\xfe\xc0\xaf\xed\xa0\x80\xe2\x82";
	char *endless = mem_alloc(4001);
	struct plan p = { .cn = cn, .serial = "69", .issuer = cn,
	    .email = cn, .pesel = cn, .from = -1, .to = 100, .ku = SIGNING,
	    .key = KEY_NOT_SEEN };

	know_model(card);
	add_token(card, cn, 3);
	add_certs(card, &p, 1);
	memset(endless, 'W', 4000);
	p.cn = p.issuer = endless;
	add_certs(card, &p, 1);
	free(endless);
	free(card->number);
	card->number = mem_strdup(cn);
}

static void
fill_many(struct card *card)
{
	know_model(card);
	add_token(card, "Sample (User PIN)", 3);
	for (int i = 0; i < 40; i++)
		add_certs(card, full, sizeof(full) / sizeof(full[0]));
}

static void
fill_mute(struct card *card)
{
	know_no_room(card);
	card->state = CARD_FAILED;
	err_raw(&card->err, ERR_CARD_MUTE, ORIGIN_PCSC, 0x80100066,
	    card->reader, "SCardConnect");
}

static void
fill_left(struct card *card)
{
	card->state = CARD_FAILED;
	err_set(&card->err, ERR_CARD_LEFT, card->reader, NULL);
}

static const struct {
	const char	*name;
	void		(*fill)(struct card *);
} kinds[] = {
	{ "again", fill_again },
	{ "empty", fill_empty }, { "front", fill_front }, { "full", fill_full },
	{ "half", fill_half },
	{ "hostile", fill_hostile }, { "last", fill_last },
	{ "left", fill_left },
	{ "locked", fill_locked }, { "many", fill_many },
	{ "memory", fill_memory }, { "mute", fill_mute },
	{ "other", fill_other },
	{ "partly", fill_partly },
	{ "reading", fill_reading }, { "renewed", fill_renewed },
	{ "second", fill_second }, { "two", fill_two },
	{ "unknown", fill_unknown }, { "worn", fill_worn },
	{ "worse", fill_worse },
};

bool
canned_fill(struct card *card, const char *kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, kind) == 0) {
			card->state = CARD_READY;
			kinds[i].fill(card);
			return true;
		}
	return false;
}
