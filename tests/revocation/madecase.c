#include "config.h"

#include "tests/revocation/madecase.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define DAY		86400
#define LONG_TEXT	10000

static const uint8_t serial[] = { 0x21, 0x29, 0xaf, 0xf2, 0x4b, 0xf8, 0xe3,
	0x6a };

static void
add(struct conf_list *list, const char *s)
{
	list->v[list->n++] = mem_strdup(s);
}

static void
make_authority(struct authority *a)
{
	a->id = mem_strdup("made");
	a->name = mem_strdup("Urząd Przykładowy");
	a->organization_id = mem_strdup("");
	a->phone = mem_strdup("000 000 000");
	a->phone_hours = mem_strdup("Mon-Fri 08:00-18:00");
	a->phone_checked_on = mem_strdup("2001-10-01");
	add(&a->phone_say, "imię i nazwisko posiadacza");
	a->form_email = mem_strdup("uniewaznienia@przyklad.pl");
	a->form_checked_on = mem_strdup("2001-10-01");
	add(&a->form_address, "ul. Źdźbła 1");
	add(&a->form_address, "00-000 Warszawa");
	add(&a->form_attach, "kopia pełnomocnictwa, jeśli podpisuje kto inny");
	a->suspension_days = 7;
}

static void
make_record(struct record *r)
{
	record_init(r);
	memcpy(r->serial, serial, sizeof serial);
	r->serial_len = sizeof serial;
	r->holder = mem_strdup(MADE_HOLDER);
	r->issuer.line = mem_strdup("C=PL, O=Urząd Przykładowy, CN=Urząd 1");
	r->issuer.shown = mem_strdup("Urząd 1");
	r->not_before = MADE_RECEIVED - 300 * DAY;
	r->not_after = MADE_RECEIVED + 430 * DAY;
	r->id_mask = mem_strdup("PESEL 440*****359");
	r->email_mask = mem_strdup("l***@przyklad.pl");
}

static void
make_view(struct case_view *v, enum case_action action)
{
	v->action = action;
	v->state = CASE_SENT;
	v->who = WHO_HOLDER;
	v->proof = PROOF_DOCUMENT;
	v->reason = REASON_LOST;
	v->lost_at = MADE_RECEIVED - 9 * 3600;
	v->note = mem_strdup("zgubiona w tramwaju");
	v->received = MADE_RECEIVED;
	v->complete = MADE_RECEIVED + 158;
	v->sent = MADE_RECEIVED + 159;
	v->deadline = MADE_RECEIVED + DAY;
	strncpy(v->channel, "telephone", sizeof v->channel - 1);
	v->proved_by = v->status = -1;
}

static void
prove(struct case_view *v)
{
	v->state = CASE_PUBLISHED;
	v->answered = MADE_RECEIVED + 160;
	v->published = MADE_RECEIVED + 1900;
	v->deadline = 0;
	v->proved_by = HOW_OCSP;
	v->proved_at = MADE_RECEIVED + 1880;
	v->revoked_at = MADE_RECEIVED + 160;
	v->good_until = MADE_RECEIVED + 3600;
	memcpy(v->proof_hash, MADE_HASH, sizeof MADE_HASH);
	v->proof_where = mem_strdup("http://ocsp.przyklad.pl/");
}

/* What a stranger may send: endless, and with all that a terminal obeys. */
static void
lengthen(char **s)
{
	static const char bad[] = "\x1b[2J\x1b]0;x\a"
	    "\xe2\x80\xae" "\xe2\x80\x8f" "\r\n\x9b"
	    "Zażółć gęślą jaźń (\\) \xff\xfe 漢字 😀 ";
	char *text = mem_alloc(LONG_TEXT + 1);

	for (size_t i = 0; i < LONG_TEXT; i++)
		text[i] = i < 2000 ? bad[i % (sizeof bad - 1)] : 'W';
	free(*s);
	*s = text;
}

static void
make_long(struct made *m)
{
	struct authority *a = &m->authority;
	struct record *r = &m->row.cert;
	char **texts[] = { &a->name, &a->phone, &a->phone_hours, &a->form_email,
	    &r->holder, &r->org, &r->issuer.line, &r->issuer.shown, &r->id_mask,
	    &r->email_mask, &m->view.note, &m->view.proof_where };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		lengthen(texts[i]);
	while (a->form_attach.n < SETTING_LIST_MAX) {
		add(&a->form_attach, "");
		lengthen(&a->form_attach.v[a->form_attach.n - 1]);
	}
	while (a->form_address.n < SETTING_LIST_MAX) {
		add(&a->form_address, "");
		lengthen(&a->form_address.v[a->form_address.n - 1]);
	}
	while (a->phone_say.n < SETTING_LIST_MAX) {
		add(&a->phone_say, "");
		lengthen(&a->phone_say.v[a->phone_say.n - 1]);
	}
	memset(r->serial, 0xfe, sizeof r->serial);
	r->serial_len = sizeof r->serial;
	m->view.who = WHO_ENTITY;
	m->view.typed = true;
	m->view.hold_ends = MADE_RECEIVED + 7 * DAY;
}

int
made_case(struct made *m, const char *how, enum case_action action)
{
	memset(m, 0, sizeof *m);
	make_authority(&m->authority);
	make_record(&m->row.cert);
	make_view(&m->view, action);
	memcpy(m->row.uid, "0123456789abcdef0123456789abcdef",
	    sizeof m->row.uid);
	memcpy(m->row.number, "2026/0147", sizeof "2026/0147");
	if (strcmp(how, "sent") == 0)
		return 0;
	prove(&m->view);
	if (strcmp(how, "proved") == 0)
		return 0;
	make_long(m);
	return strcmp(how, "long") == 0 ? 0 : -1;
}

static void
drop(struct conf_list *list)
{
	while (list->n > 0)
		free(list->v[--list->n]);
}

void
made_clear(struct made *m)
{
	struct authority *a = &m->authority;

	free(a->id);
	free(a->name);
	free(a->organization_id);
	free(a->phone);
	free(a->phone_hours);
	free(a->phone_checked_on);
	free(a->form_email);
	free(a->form_checked_on);
	drop(&a->phone_say);
	drop(&a->form_address);
	drop(&a->form_attach);
	record_clear(&m->row.cert);
	free(m->view.note);
	free(m->view.proof_where);
	memset(m, 0, sizeof *m);
}
