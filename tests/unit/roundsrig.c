#include "config.h"

#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/unit/roundsrig.h"

struct office	*office;
struct here	 here;

/* --- in place of the channels and of what asks for a status ------------------ */

static bool
always(const struct authority *a)
{
	(void)a;
	return true;
}

static bool
can(const struct authority *a, enum case_action action)
{
	(void)a;
	(void)action;
	return true;
}

static int
ready(const struct channel_job *job, struct err *err)
{
	if (here.wants_password && job->password == NULL)
		return err_set(err, ERR_CHANNEL_PASSWORD, "Office", NULL);
	if (here.wants_card && job->signer == NULL)
		return err_set(err, ERR_OFFICER_CARD, "Office", NULL);
	return 0;
}

static enum fate
take_fate(void)
{
	enum fate fate = office->fate;

	if (fate != FATE_DOWN)
		office->fate = FATE_FINE;
	return fate;
}

static void
die(void)
{
	kill(getpid(), SIGKILL);
}

static void
failed(struct case_result_of *r, enum err_code code)
{
	r->result = RESULT_FAILED;
	err_set(&r->err, code, "office", NULL);
}

/* The authority acts: a second time it is not an effect. */
static void
act(struct case_result_of *r)
{
	r->result = office->done ? RESULT_ALREADY : RESULT_ACCEPTED;
	office->effects += office->done ? 0 : 1;
	office->done = true;
}

/* Where a real card is to be asked, it is; nothing goes out without it. */
static bool
is_signed(const struct channel_job *job, struct case_result_of *r)
{
	static const uint8_t cert[32];
	const struct card_digest d = { .by = SIGN_ECDSA, .len = 32 };
	struct officer_signer *by = job->signer;
	struct card_signature s;

	if (by == NULL || by->sign == NULL ||
	    by->sign(by->arg, cert, &d, &s, &r->err) == 0)
		return true;
	r->unsent = true;
	return false;
}

static void
send_it(const struct channel_job *job, struct case_result_of *r)
{
	enum fate fate = take_fate();

	*r = (struct case_result_of){ .result = RESULT_FAILED };
	office->by_other += job->view->channel[0] == 'e';
	assert_int_equal(32, strlen(job->transaction));
	office->other_transaction |= office->sends != 0 &&
	    strcmp(office->transaction, job->transaction) != 0;
	memcpy(office->transaction, job->transaction, 33);
	office->passwords += job->password != NULL;
	if (fate == FATE_DOWN) {
		failed(r, ERR_NET_CONNECT);
		return;
	}
	if (!is_signed(job, r))
		return;
	if (fate == FATE_UNSIGNED) {
		failed(r, ERR_PIN_WRONG);
		r->unsent = true;
		return;
	}
	if (fate == FATE_KILLED_BEFORE)
		die();
	office->sends++;
	if (fate == FATE_REFUSED) {
		r->result = RESULT_REFUSED;
		err_set(&r->err, ERR_CHANNEL_AUTH, "Office", NULL);
		return;
	}
	if (fate == FATE_WAITING) {
		r->result = RESULT_WAITING;
		r->retry_at = job->now + 60;
		return;
	}
	if (fate != FATE_LOST_THERE)
		act(r);
	if (fate == FATE_KILLED_AFTER)
		die();
	if (fate == FATE_CANCELLED) {
		atomic_store(&here.cancel, true);
		failed(r, ERR_CANCELLED);
	}
	if (fate == FATE_LOST_THERE || fate == FATE_LOST_BACK)
		failed(r, ERR_NET_CUT);
}

static const struct channel machine = { .id = "cmp", .name = "by machine",
	.machine = true, .configured = always, .can = can, .ready = ready,
	.send = send_it };
static const struct channel other = { .id = "ejbca", .name = "by another",
	.machine = true, .configured = always, .can = can, .ready = ready,
	.send = send_it };
static const struct channel people = { .id = "telephone",
	.name = "by telephone", .configured = always, .can = can };

const struct channel *const channels[] = { &machine, &other, &people };
const size_t nchannels = 3;

const struct channel *
channel_by_id(const char *id)
{
	for (size_t i = 0; i < nchannels; i++)
		if (strcmp(channels[i]->id, id) == 0)
			return channels[i];
	return NULL;
}

size_t
channels_for(const struct authority *a, enum case_action action,
    const struct channel *out[], size_t max)
{
	size_t n = 0;

	(void)action;
	if (a == NULL)
		return 0;
	for (size_t i = 0; i < a->channels.n && n < max; i++)
		out[n++] = channel_by_id(a->channels.v[i]);
	return n;
}

static char	empty[] = "", office_name[] = "Office", by_cmp[] = "cmp",
		by_other[] = "ejbca", by_phone[] = "telephone";
static struct authority	authority = { .id = empty, .name = office_name,
	.suspension = empty, .without_proof = empty, .publish_minutes = 30,
	.channels = { .v = { by_cmp }, .n = 1 } };
const struct authorities	rig_authorities = { .v = &authority, .n = 1 };

const struct authority *
channel_authority(const struct authorities *all,
    const struct record_issuer *issuer)
{
	assert_non_null(issuer->line);
	return here.no_authority ? NULL : &all->v[0];
}

void
status_about_record(struct status_about *about, const struct record *r)
{
	(void)r;
	memset(about, 0, sizeof *about);
}

void
status_about_clear(struct status_about *about)
{
	(void)about;
}

void
status_report_clear(struct status_report *r)
{
	(void)r;
}

/* On hold before it is revoked, which OCSP calls the same. */
static void
answer_held(struct status_report *r)
{
	bool revoked = r->status == STATUS_REVOKED;

	r->status = r->ocsp.status = STATUS_REVOKED;
	r->ocsp.revoked_at = T0 - 86400;
	r->crl = r->ocsp;
	r->crl.answered = office->listed;
	if (!office->listed)
		err_set(&r->crl.err, ERR_NET_CONNECT, r->crl.url, NULL);
	r->crl.revoked_at++;
	if (!revoked) {
		r->crl.status = STATUS_SUSPENDED;
		r->crl.reason = 6;
	} else if (office->listed)
		r->by = HOW_CRL;
}

int
status_ask(struct net *net, struct registry *reg,
    const struct status_about *about, const struct status_options *o,
    int64_t now, struct status_report *r, struct err *err)
{
	static char url[] = "http://office.example/ocsp";

	(void)net;
	(void)about;
	assert_non_null(reg);
	assert_true(o->fresh && o->silent != NULL);
	office->questions++;
	if (atomic_load(&here.silent)) {
		while (!atomic_load(o->cancel))
			sched_yield();
		return err_set(err, ERR_CANCELLED, url, NULL);
	}
	if (office->fate == FATE_KILLED_ASKING) {
		office->fate = FATE_FINE;
		die();
	}
	if (office->fate == FATE_DOWN)
		return err_set(err, ERR_NET_CONNECT, url, NULL);
	r->by = HOW_OCSP;
	r->status = office->done && office->published ? STATUS_REVOKED :
	    STATUS_GOOD;
	r->at = now;
	r->ocsp = (struct status_way){ .tried = true, .url = url,
	    .answered = true, .status = r->status, .this_update = now,
	    .next_update = now + 600, .reason = -1,
	    .revoked_at = r->status == STATUS_REVOKED ? now : 0 };
	if (office->held)
		answer_held(r);
	return 0;
}

/* --- one case ------------------------------------------------------------------- */

struct registry *
open_registry(const struct rig *g)
{
	const struct registry_options o = { .path = g->path, .point = "test" };
	struct registry *reg = NULL;
	struct err err = ERR_INIT;

	assert_int_equal(0, registry_open(&reg, REGISTRY_CREATE, &o, &err));
	return reg;
}

void
look(struct rig *g)
{
	struct err err = ERR_INIT;

	case_view_clear(&g->view);
	case_row_clear(&g->row);
	assert_int_equal(0, cases_get(g->reg, g->id, &g->row, &err));
	assert_int_equal(0, case_view(&g->row,
	    here.no_authority ? NULL : &authority, &g->view, &err));
}

void
start_case(struct rig *g)
{
	start_numbered(g, 0x12);
}

void
start_numbered(struct rig *g, uint8_t number)
{
	const struct case_answers answers = { .who = WHO_HOLDER,
	    .proof = PROOF_DOCUMENT, .reason = REASON_LOST };
	struct err err = ERR_INIT;
	struct record r;
	bool existing;

	record_init(&r);
	r.issuer.line = mem_strdup("C=PL, CN=Office CA");
	r.issuer.shown = mem_strdup("Office CA");
	record_issuer_key_of_line(&r.issuer, r.issuer.line);
	memcpy(r.serial, "\x12\x34\xab\xcd", 4);
	r.serial[0] = number;
	r.serial_len = 4;
	if (office->held)
		r.status = here.unknown ? STATUS_UNKNOWN : STATUS_SUSPENDED;
	assert_int_equal(0, case_begin(g->reg, &r, CASE_REVOKE, g->now, &g->id,
	    &existing, &err));
	assert_int_equal(0, case_answer(g->reg, g->id, &answers, g->now, &err));
	assert_int_equal(0, case_confirm(g->reg, g->id, "ABCD",
	    here.no_authority ? NULL : &authority, g->now, &err));
	record_clear(&r);
	look(g);
	assert_int_equal(CASE_QUEUED, g->view.state);
}

int
rounds_start(void **state)
{
	(void)state;
	office = mmap(NULL, sizeof *office, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return office == MAP_FAILED ? -1 : 0;
}

int
rounds_set_up(void **state)
{
	struct rig *g = mem_alloc(sizeof *g);

	memset(office, 0, sizeof *office);
	memset(&here, 0, sizeof here);
	authority.channels.v[0] = by_cmp;
	authority.channels.n = 1;
	snprintf(g->folder, sizeof g->folder, "/tmp/rounds.XXXXXX");
	assert_non_null(mkdtemp(g->folder));
	snprintf(g->path, sizeof g->path, "%s/r.db", g->folder);
	g->now = T0;
	g->reg = open_registry(g);
	*state = g;
	return 0;
}

int
rounds_tear_down(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm", ".key" };
	struct rig *g = *state;
	char path[160];

	case_view_clear(&g->view);
	case_row_clear(&g->row);
	registry_close(g->reg);
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		snprintf(path, sizeof path, "%s%s", g->path, ends[i]);
		unlink(path);
	}
	rmdir(g->folder);
	free(g);
	return 0;
}

static void
run_with(struct rig *g, struct rounds_options o)
{
	struct err err = ERR_INIT;

	o.authorities = &rig_authorities;
	o.by = "test";
	o.cancel = &here.cancel;
	assert_int_equal(0, rounds_run(g->reg, NULL, &o, g->now, &g->next,
	    &err));
}

void
pass_over(struct rig *g, int64_t only, const struct secret *password)
{
	run_with(g, (struct rounds_options){ .only = only,
	    .password = password });
}

void
pass_signed(struct rig *g)
{
	struct officer_signer signer = { .sign = NULL };

	run_with(g, (struct rounds_options){ .only = g->id,
	    .signer = &signer });
	look(g);
}

/* One pass at a moment, and the case as it then stands. */
void
pass(struct rig *g)
{
	pass_over(g, 0, NULL);
	look(g);
}

/* When the outbox wants to come again, it is. */
void
until_proved(struct rig *g)
{
	for (int i = 0; i < PASSES_MAX && g->view.state != CASE_PUBLISHED;
	    i++) {
		pass(g);
		assert_true(g->view.state == CASE_PUBLISHED ||
		    g->next > g->now);
		if (g->next > g->now)
			g->now = g->next;
	}
	assert_int_equal(CASE_PUBLISHED, g->view.state);
	assert_int_equal(0, g->next);
}

void
prefer_phone(void)
{
	authority.channels.v[0] = by_phone;
}

void
prefer(const char *first)
{
	prefer_phone();
	authority.channels.v[1] = by_cmp;
	authority.channels.v[2] = by_other;
	authority.channels.n = 3;
	if (strcmp(first, "cmp") == 0) {
		authority.channels.v[0] = by_cmp;
		authority.channels.v[1] = by_phone;
	}
}
