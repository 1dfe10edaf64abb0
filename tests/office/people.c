/*
 * Who ordered what: one order for everything that a desk may be asked about.
 * Names are made up and say so; the numbers of persons and firms are valid in
 * form and belong to nobody.  Renewals are of the ready cards' certificates
 * (tests/card/ready.c), which this office issues.
 */
#include "config.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/office/orders.h"

#define PREFIX		"ZP"
#define FIGURES		1000000	/* orders that are possible */
#define CROWD		60	/* orders of one firm: more than one answer holds */
#define LOST_MAX	4

static const struct person lucja = {
	.name = "\u0141ucja Przyk\u0142adowa-\u017b\u00f3\u0142\u0107",
	.id = "PNOPL-85010112345", .email = "lucja@poczta.example",
};
static const struct person stefan = {
	.name = "Stefan Pr\u00f3bny-\u0179d\u017ab\u0142o",
	.id = "PNOPL-77030355556", .email = "stefan@poczta.example",
	.organization = "Przyk\u0142adowa Fabryka Dzwon\u00f3w",
	.nip = "5260001246",
};
static const struct person zofia = {
	.name = "Zofia Pr\u00f3bna-Je\u017cyna", .id = "PNOPL-02271409867",
	.email = "zofia@poczta.example",
	.organization = "Sp\u00f3\u0142dzielnia Wzorcowa", .nip = "1060000062",
};

#define FIRST_CARD	"00A1B2C3D4E50001"
#define OTHER_CARD	"00A1B2C3D4E50002"

/* What an order is a renewal of: a ready card's certificate. */
struct renewed {
	const char	*cert;		/* its name there */
	int		 to;		/* days from the office's first start */
	const char	*card;
};

static const struct plan {
	const char	*name;
	const struct person *who;
	const char	*kind;
	bool		 qualified;
	int		 months;
	const char	*state;
	int		 days;		/* ago; the steps before, a day each */
	const char	*reason;
	struct renewed	 renews;
	const char	*card;
	const char	*missing[LOST_MAX];
	bool		 late;		/* its link ran out */
	bool		 takes;		/* a request, while it is confirmed */
	bool		 by_old;	/* the old certificate has to sign it */
	bool		 no_form, pdf_form;
} plans[] = {
	{ .name = "placed", .who = &zofia,
	    .kind = "signature", .qualified = true, .months = 24,
	    .state = "placed", .days = 6,
	    .missing = { "form", "identity", "payment" } },
	{ .name = "confirmed",
	    .who = &lucja, .kind = "email", .months = 12, .state = "confirmed",
	    .days = 1 },
	{ .name = "late",
	    .who = &zofia, .kind = "logon", .months = 12, .state = "confirmed",
	    .days = 20, .late = true },
	{ .name = "request", .who = &zofia,
	    .kind = "signature", .qualified = true, .months = 24,
	    .state = "request-made", .days = 1 },
	{ .name = "verified", .who = &zofia, .kind = "seal", .qualified = true,
	    .months = 24, .state = "verified", .days = 1 },
	{ .name = "issued", .who = &stefan, .kind = "signature",
	    .qualified = true, .months = 36, .state = "issued", .days = 1 },
	{ .name = "ready",
	    .who = &lucja, .kind = "signature", .qualified = true, .months = 24,
	    .state = "ready", .card = FIRST_CARD,
	    .renews = { "qualified", 430, FIRST_CARD } },
	{ .name = "collected", .who = &zofia,
	    .kind = "encryption", .months = 24, .state = "collected",
	    .days = 9 },
	{ .name = "cancelled", .who = &stefan, .kind = "website", .months = 12,
	    .state = "cancelled", .days = 3, .reason =
	    "Odwo\u0142ane na pro\u015bb\u0119 zamawiaj\u0105cego." },
	{ .name = "expired", .who = &zofia, .kind = "signature",
	    .qualified = true, .months = 24, .state = "expired", .days = 2,
	    .reason = "Nie op\u0142acono w terminie." },
	{ .name = "rejected", .who = &stefan, .kind = "seal", .qualified = true,
	    .months = 24, .state = "rejected", .days = 4, .reason =
	    "Podpis na zam\u00f3wieniu nie zgadza si\u0119 z dokumentem.",
	    .missing = { "contract", "representation" } },
	{ .name = "strange",
	    .who = &zofia, .kind = "moon-landing", .state = "weighed-and-found",
	    .days = 1, .missing = { "a-leaf" } },
	{ .name = "renewal",
	    .who = &lucja, .kind = "email", .months = 12, .state = "confirmed",
	    .days = 2, .card = FIRST_CARD,
	    .renews = { "email", 10, FIRST_CARD }, .takes = true },
	{ .name = "renewal-signed",
	    .who = &stefan, .kind = "email", .months = 12, .state = "confirmed",
	    .days = 2, .card = OTHER_CARD, .takes = true, .by_old = true,
	    .renews = { "other-email", 335, OTHER_CARD } },
	{ .name = "other-card",
	    .who = &stefan, .kind = "signature", .qualified = true,
	    .months = 24, .state = "ready", .days = 1, .card = OTHER_CARD,
	    .renews = { "other-qualified", 700, OTHER_CARD }, .pdf_form = true },
	{ .name = "other-holder",
	    .who = &stefan, .kind = "signature", .qualified = true,
	    .months = 24, .state = "ready", .days = 1, .card = FIRST_CARD },
	{ .name = "other-serial", .who = &lucja, .kind = "signature",
	    .qualified = true, .months = 24, .state = "ready", .days = 1,
	    .card = FIRST_CARD, .renews = { "gone", 40, FIRST_CARD } },
	{ .name = "too-late",
	    .who = &lucja, .kind = "signature", .qualified = true,
	    .months = 24, .state = "confirmed", .days = 3, .card = FIRST_CARD,
	    .renews = { "expired", -70, FIRST_CARD } },
	{ .name = "no-form", .who = &stefan, .kind = "logon", .months = 12,
	    .state = "confirmed", .days = 1, .no_form = true },
};

/* The usual way, and from where the others leave it. */
static const char *const way[] = {
	"placed", "confirmed", "request-made", "verified", "issued", "ready",
	"collected",
};

/* --- numbers ------------------------------------------------------------------------ */

/* ISO 7064, MOD 97-10: letters are 10 to 35, and the whole is 1 modulo 97. */
static unsigned
rest_of(const char *s)
{
	unsigned r = 0;

	for (; *s; s++)
		if (*s >= 'A')
			r = (r * 100 + (unsigned)(*s - 'A') + 10) % 97;
		else
			r = (r * 10 + (unsigned)(*s - '0')) % 97;
	return r;
}

static void
number_of(unsigned seed, const char *name, char out[ORDERS_NUMBER_MAX + 1])
{
	char *text = mem_printf("%u %s", seed, name);
	unsigned char h[EVP_MAX_MD_SIZE];
	char begun[16];

	if (EVP_Digest(text, strlen(text), h, NULL, EVP_sha256(), NULL) != 1)
		panic("orders: no digest");
	snprintf(begun, sizeof(begun), PREFIX "%06u",
	    ((unsigned)h[0] << 16 | (unsigned)h[1] << 8 | h[2]) % FIGURES);
	snprintf(out, ORDERS_NUMBER_MAX + 1, "%s00", begun);
	snprintf(out, ORDERS_NUMBER_MAX + 1, "%s%02u", begun,
	    98 - rest_of(out));
	free(text);
}

/* --- one of them ----------------------------------------------------------------------- */

static struct order *
add(struct orders *all, unsigned seed, const char *name,
    const struct person *who)
{
	struct order *o;

	all->v = mem_grow(all->v, all->n + 1, sizeof(*all->v));
	o = &all->v[all->n];
	memset(o, 0, sizeof(*o));
	number_of(seed, name, o->number);
	if (orders_find(all, o->number))
		panic("orders: the seed %u gives two the same number", seed);
	all->n++;
	snprintf(o->name, sizeof(o->name), "%s", name);
	o->who = who;
	o->told = told_new(o->number, who);
	return o;
}

static void
set_product(json_t *o, const char *kind, bool qualified, int months)
{
	json_t *p = json_object_get(o, "product");

	json_object_set_new(p, "kind", json_string(kind));
	json_object_set_new(p, "qualified", json_boolean(qualified));
	if (months)
		json_object_set_new(p, "months", json_integer(months));
}

/* Along the usual way as far as it goes there, then the last step. */
static void
walk(json_t *o, const struct plan *p, int64_t begun)
{
	int64_t last = begun - 3600 - p->days * DAY;
	int n = 0, steps = 1;

	for (int i = 0; i < (int)(sizeof(way) / sizeof(way[0])); i++)
		if (strcmp(way[i], p->state) == 0)
			steps = i;
	for (; n < steps; n++)
		told_move(o, way[n], last - (steps - n) * DAY, NULL);
	told_move(o, p->state, last, p->reason);
}

static void
set_renewed(json_t *o, const struct renewed *r, int64_t begun)
{
	char *serial = told_serial(r->cert);

	json_object_set_new(o, "renews", json_pack("{s:s, s:s, s:o, s:s}",
	    "serial", serial, "issuer", "Urz\u0105d Pr\u00f3bny - po\u015bredni",
	    "not_after", told_time(begun + r->to * DAY), "card", r->card));
	free(serial);
}

/* As mail certificates are here: what they are for, and by which keys. */
static json_t *
wanted(bool by_old)
{
	return json_pack("{s:b, s:[s, s, s, s], s:[s, s], s:[s, s]}",
	    "signed_by_old", by_old, "keys", "rsa2048", "rsa3072", "p256",
	    "p384", "key_usage", "digitalSignature", "keyEncipherment",
	    "extended_key_usage", "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.2");
}

static void
let_links_run_out(json_t *o, int64_t at)
{
	json_t *l = json_array_get(json_object_get(o, "links"), 0);

	json_object_set_new(l, "state", json_string("expired"));
	json_object_set_new(l, "until", told_time(at));
}

static void
add_plan(struct orders *all, unsigned seed, const struct plan *p)
{
	struct order *o = add(all, seed, p->name, p->who);
	int64_t since = all->begun - p->days * DAY;

	set_product(o->told, p->kind, p->qualified, p->months);
	walk(o->told, p, all->begun);
	o->card = p->card;
	if (p->card)
		json_object_set_new(o->told, "card", json_string(p->card));
	if (p->renews.cert)
		set_renewed(o->told, &p->renews, all->begun);
	for (int i = 0; i < LOST_MAX && p->missing[i]; i++)
		told_add(o->told, "missing", json_pack("{s:s, s:o}", "what",
		    p->missing[i], "since", told_time(since - DAY)));
	if (p->late)
		let_links_run_out(o->told, all->begun - 6 * DAY);
	if (p->takes) {
		o->wants = wanted(p->by_old);
		json_object_set(o->told, "request", o->wants);
	}
	o->pdf_only = p->pdf_form;
	if (p->no_form)
		json_object_set_new(o->told, "form", json_false());
}

/* --- those that do harm ---------------------------------------------------------------- */

static const struct person harm = {
	.name = "Z\033]0;harm\007 \u202eawalsoreiM", .id = "PNOPL-00000000000",
	.email = "harm@poczta.example",
	.organization = "Firma\033[2J\r\n\u2066\u200f\007",
};

/* Everything as bad as the contract's schema lets it be. */
static void
add_hostile(struct orders *all, unsigned seed)
{
	struct order *o = add(all, seed, "hostile", &harm);
	char reason[401];

	memset(reason, 'x', sizeof(reason) - 1);
	memcpy(reason, "\033[31m\033[2J\u202e", 12);
	reason[sizeof(reason) - 1] = '\0';
	set_product(o->told, "signature", true, 120);
	json_object_set_new(json_object_get(o->told, "product"), "name",
	    json_string("\033]52;c;aGFybQ==\007 Podpis\n\n\nPodpis"));
	told_move(o->told, "placed", all->begun - 9 * DAY,
	    "\u202e\u2067 \033[5A");
	told_move(o->told, "confirmed", all->begun - 8 * DAY, reason);
	told_add(o->told, "missing", json_pack("{s:s, s:s}", "what", "contract",
	    "since", "0001-01-01T00:00:00Z"));
	told_add(o->told, "deadlines", json_pack("{s:s, s:s}", "what", "collect",
	    "by", "9999-12-31T23:59:59Z"));
	told_add(o->told, "deadlines", json_pack("{s:s, s:s}", "what", "pay",
	    "by", "0000-01-01T00:00:00Z"));
	told_add(o->told, "links", json_pack("{s:s, s:s, s:s, s:s}", "what",
	    "collect", "state", "live", "id", "--------", "until",
	    "0001-01-01T00:00:00+23:59"));
	json_object_set_new(o->told, "email", json_string(
	    "\033[1mharm@\u202epoczta.example"));
	json_object_set_new(o->told, "card", json_string(
	    "\033[7m00A1B2C3D4E50001\t\u2028"));
}

/* --- all of them -------------------------------------------------------------------------- */

/* A firm that ordered more than one answer may hold. */
static const struct person crowd = {
	.name = "Kadry Liczne", .id = "PNOPL-90120100003",
	.email = "kadry@firma.example", .organization = "Liczne Kadry",
	.nip = "7740001454",
};

static void
add_crowd(struct orders *all, unsigned seed)
{
	for (int i = 0; i < CROWD; i++) {
		char *name = mem_printf("crowd-%d", i);
		struct order *o = add(all, seed, name, &crowd);

		free(name);
		set_product(o->told, "logon", false, 12);
		told_move(o->told, "placed", all->begun - (i + 1) * DAY, NULL);
	}
}

void
people_make(struct orders *all, unsigned seed)
{
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++)
		add_plan(all, seed, &plans[i]);
	add_hostile(all, seed);
	add_crowd(all, seed);
}
