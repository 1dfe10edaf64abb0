/*
 * fillreg FILE [renewal | due]: a small registry of made-up people, for tests of the
 * screen and of the command line; the names say what is special about each.  And
 * a renewal of the first one's certificate, whose request is signed; or one whose
 * certificate has come and another's, whose request is signed, both of which are due.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "registry/renewals.h"
#include "registry/store.h"
#include "tests/tui/canned.h"

#define DAY	INT64_C(86400)

struct plan {
	const char	*holder, *org, *serial, *pesel, *email, *issuer, *order;
	int		 from, to;		/* days from CANNED_NOW */
	enum purpose	 use;
	bool		 qualified;
	enum record_how	 how;
	enum record_status status;
	int		 status_day, reason;
};

/* Two of one name, apart by identifier; one of each state. */
static const struct plan plans[] = {
	{ .holder = "Jan Kowalski", .serial = "2129AFF24BF8E36A598C842576823911",
	  .pesel = "72030485113", .email = "jan@przyklad.example",
	  .issuer = "COPE PRZYKŁAD", .order = "ZAM-2026-0147", .from = -300,
	  .to = 69, .use = PURPOSE_QSIGN, .qualified = true, .how = HOW_CARD,
	  .status = STATUS_GOOD, .status_day = -1, .reason = -1 },
	{ .holder = "Jan Kowalski", .serial = "0D3177F0AA01", .pesel =
	  "90090515836", .issuer = "COPE PRZYKŁAD", .from = -700, .to = 30,
	  .use = PURPOSE_QSIGN, .qualified = true, .how = HOW_IMPORT,
	  .reason = -1 },
	{ .holder = "Anna Kowalska-Gdynia", .org = "Przykładowa Spółka",
	  .serial = "19C20E44", .email = "anna@przyklad.example", .issuer =
	  "Urząd Inny", .from = -900, .to = -285, .use = PURPOSE_EMAIL,
	  .how = HOW_DOCUMENT, .reason = -1 },
	{ .holder = "Łukasz Żółć", .serial = "77F0C0FFEE", .pesel =
	  "02271409862", .issuer = "Urząd Inny", .from = -100, .to = 600,
	  .use = PURPOSE_QSIGN, .qualified = true, .how = HOW_CARD,
	  .status = STATUS_REVOKED, .status_day = -8, .reason = 1 },
	{ .holder = "Ewa Zawieszona", .serial = "A1B2C3D4E5F6", .issuer =
	  "Urząd Inny", .from = -10, .to = 700, .use = PURPOSE_LOGON,
	  .how = HOW_IMPORT, .status = STATUS_SUSPENDED, .status_day = -3,
	  .reason = 6 },
	{ .holder = "\033[31mObcy\033[0m \xe2\x80\xaeowtsjepen",
	  .serial = "66", .issuer = "A\tB \x1b]0;title\x07", .from = -1,
	  .to = 9, .use = PURPOSE_EMAIL, .how = HOW_DOCUMENT, .reason = -1 },
};

static void
add_ident(struct record *r, enum cert_id_kind kind, const char *country,
    const char *value)
{
	struct record_ident *id = &r->idents[r->nidents++];

	id->kind = kind;
	snprintf(id->country, sizeof id->country, "%s", country);
	id->value = mem_strdup(value);
}

static void
issue(struct record *r, const char *issuer)
{
	size_t len = strlen(issuer);

	r->issuer.key_len = 20;
	memcpy(r->issuer.key, issuer, len > 20 ? 20 : len);
	r->issuer.line = mem_printf("C=PL, CN=%s", issuer);
	r->issuer.shown = mem_strdup(issuer);
}

static void
make(struct record *r, const struct plan *p)
{
	char mask[IDENT_TEXT_MAX];

	record_init(r);
	issue(r, p->issuer);
	for (size_t i = 0; p->serial[i] != '\0'; i += 2) {
		const char byte[] = { p->serial[i], p->serial[i + 1], '\0' };

		r->serial[r->serial_len++] = (uint8_t)strtoul(byte, NULL, 16);
	}
	r->holder = mem_strdup(p->holder);
	r->org = mem_strdup(p->org);
	r->not_before = CANNED_NOW + p->from * DAY;
	r->not_after = CANNED_NOW + p->to * DAY;
	r->uses = 1u << p->use;
	r->qualified = p->qualified;
	r->order = mem_strdup(p->order);
	r->how = p->how;
	r->first_seen = r->last_seen = CANNED_NOW - 2 * DAY;
	if (p->pesel != NULL) {
		add_ident(r, ID_PNO, "PL", p->pesel);
		r->id_mask = mem_strdup(ident_mask(IDENT_PESEL, p->pesel, mask,
		    sizeof mask));
	}
	if (p->email != NULL) {
		add_ident(r, ID_NONE, "", p->email);
		r->email_mask = mem_strdup(ident_mask(IDENT_EMAIL, p->email,
		    mask, sizeof mask));
	}
}

static int
put(struct registry *reg, const struct plan *p, struct err *err)
{
	const struct store_status s = { .status = p->status, .by = HOW_CRL,
	    .at = CANNED_NOW + p->status_day * DAY, .reason = p->reason,
	    .revoked_at = p->status > STATUS_GOOD ?
	    CANNED_NOW + p->status_day * DAY : 0 };
	struct record r;
	int rc;

	make(&r, p);
	rc = store_cert(reg, &r, NULL, err);
	if (rc == 0 && p->status != STATUS_UNKNOWN)
		rc = store_status(reg, &r.issuer, r.serial, r.serial_len, &s,
		    NULL, err);
	record_clear(&r);
	return rc;
}

#define NONE32	"00000000000000000000000000000000" \
	"00000000000000000000000000000000"

enum { SIGNED = 4, ISSUED };

static const struct {
	const char	*kind, *data;
} steps[] = {
	{ "started", "{\"way\":\"order\",\"module\":\"sample\",\"kind\":"
	  "\"rsa2048\",\"old\":{\"sha256\":\"" NONE32 "\",\"key\":\"01\"}}" },
	{ "key", "{\"key\":\"02\"}" },
	{ "key-made", "{\"spki\":{\"sha256\":\"" NONE32 "\"}}" },
	{ "request-signed", "{\"request\":{\"sha256\":\"" NONE32 "\"}}" },
	{ "issued", "{\"new\":{\"sha256\":\"" NONE32 "\"},\"serial\":\"1\"}" },
};

/* Up to its nth step. */
static int
renew(struct registry *reg, const struct plan *p, size_t n, int64_t due,
    struct err *err)
{
	struct renewal_summary sum = { .open = true, .due = due };
	struct case_event e[sizeof steps / sizeof steps[0]] = { 0 };
	struct record r;
	bool existing;
	int64_t id;
	int rc;

	snprintf(sum.state, sizeof sum.state, "%s", steps[n - 1].kind);
	for (size_t i = 0; i < n; i++) {
		e[i].at = CANNED_NOW;
		snprintf(e[i].kind, sizeof e[i].kind, "%s", steps[i].kind);
		e[i].data = json_loads(steps[i].data, 0, NULL);
	}
	make(&r, p);
	rc = renewals_open(reg, &r, NULL, "0001", &e[0], &sum, &id, &existing,
	    err);
	if (rc == 0)
		rc = renewals_append(reg, id, 1, &e[1], n - 1, &sum, err);
	/* Kept, so that no card is needed to look at what is brought. */
	if (rc == 0)
		rc = renewals_put_part(reg, id, RENEWAL_OLD,
		    span_of((const uint8_t *)"old", 3), err);
	record_clear(&r);
	for (size_t i = 0; i < n; i++)
		json_decref(e[i].data);
	return rc;
}

int
main(int argc, char **argv)
{
	struct registry_options o = { .path = argc > 1 ? argv[1] : NULL,
	    .point = "Point 17", .account = "sample" };
	struct registry *reg = NULL;
	struct err err = ERR_INIT;
	char text[1024];
	int rc;

	rc = registry_open(&reg, REGISTRY_CREATE, &o, &err);
	for (size_t i = 0; rc == 0 && i < sizeof plans / sizeof plans[0]; i++)
		rc = put(reg, &plans[i], &err);
	if (rc == 0 && argc > 2)
		rc = strcmp(argv[2], "due") == 0 ?
		    renew(reg, &plans[0], ISSUED, 1, &err) :
		    renew(reg, &plans[0], SIGNED, 0, &err);
	if (rc == 0 && argc > 2 && strcmp(argv[2], "due") == 0)
		rc = renew(reg, &plans[1], SIGNED, 2, &err);
	registry_close(reg);
	if (rc == -1)
		fprintf(stderr, "%s\n%s\n", err_sentence(&err, text, 512),
		    err_technical(&err, text + 512, 512));
	return rc == 0 ? 0 : 1;
}
