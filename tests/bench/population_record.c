/* What the registry would remember of a row of the population. */
#include "tests/bench/population.h"

#include <string.h>

#include "base/mem.h"
#include "registry/ident.h"

void
pop_issuer(unsigned issuer, struct record_issuer *out)
{
	uint64_t s = pop_stream(0x69, issuer);

	memset(out, 0, sizeof *out);
	out->key_len = 20;
	for (size_t i = 0; i < out->key_len; i++)
		out->key[i] = (uint8_t)pop_next(&s);
	out->line = mem_printf("C=PL, O=Urząd Wzorcowy %u, CN=Wzorcowe CA %02u",
	    issuer / 3 + 1, issuer + 1);
	out->shown = mem_printf("Wzorcowe CA %02u", issuer + 1);
}

static char *
some(const char *s)
{
	return s == NULL || s[0] == '\0' ? NULL : mem_strdup(s);
}

static void
add_ident(struct record *r, enum cert_id_kind kind, const char *country,
    const char *value, char **mask)
{
	struct record_ident *id = &r->idents[r->nidents];
	char normal[IDENT_TEXT_MAX], masked[IDENT_TEXT_MAX];
	enum ident_kind as;

	if (value[0] == '\0')
		return;
	id->kind = kind;
	memcpy(id->country, country, strlen(country) + 1);
	id->value = mem_strdup(value);
	r->nidents++;
	if (*mask == NULL && ident_kind_of(id, &as) &&
	    ident_normal(as, value, normal) == 0)
		*mask = mem_strdup(ident_mask(as, normal, masked,
		    sizeof masked));
}

void
pop_record(const struct pop_row *row, struct record *r)
{
	record_init(r);
	pop_issuer(row->issuer, &r->issuer);
	memcpy(r->serial, row->serial, row->serial_len);
	r->serial_len = row->serial_len;
	r->holder = mem_strdup(row->holder);
	r->org = some(row->org);
	r->not_before = row->not_before;
	r->not_after = row->not_after;
	r->uses = row->uses;
	r->qualified = row->qualified;
	r->ocsp = mem_printf("http://ocsp.ca%02u.example/", row->issuer + 1);
	r->cdp = mem_printf("http://crl.ca%02u.example/ca.crl", row->issuer + 1);
	r->order = some(row->order);
	add_ident(r, ID_PNO, "PL", row->pesel, &r->id_mask);
	add_ident(r, ID_PAS, row->country, row->document, &r->id_mask);
	add_ident(r, ID_VAT, "PL", row->nip, &r->id_mask);
	add_ident(r, ID_NONE, "", row->email, &r->email_mask);
	r->how = HOW_CARD;
	r->first_seen = row->not_before;
	r->last_seen = row->not_before < POP_NOW ? row->not_before : POP_NOW;
	r->card_token = some(row->card_token);
	r->card_number = some(row->card_number);
	r->card_model = some(row->card_model);
	r->status = row->status;
	r->status_by = row->status == STATUS_UNKNOWN ? HOW_TYPED : HOW_CRL;
	r->status_at = row->status_at;
	r->revoked_at = row->revoked_at;
	r->reason = row->reason;
}
