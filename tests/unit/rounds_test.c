/*
 * Rounds over cases: what is queued is sent once in effect, whatever happens on
 * the way, and asked for until there is proof.  The registry and the cases are
 * real, and so are the processes that are killed; the authority is a few bytes
 * that they share.
 */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "revocation/rounds.h"

#define T0		INT64_C(1795348800)	/* 2026-11-22 12:00 UTC */
#define PASSES_MAX	60	/* that a case may take to its proof here */
#define DEADLINE	20000	/* ms that any wait here may take */

/* What happens to a sending or a question, and to who does it. */
enum fate {
	FATE_FINE, FATE_DOWN, FATE_LOST_THERE, FATE_LOST_BACK, FATE_REFUSED,
	FATE_WAITING, FATE_KILLED_BEFORE, FATE_KILLED_AFTER,
	FATE_KILLED_ASKING, FATE_CANCELLED, FATE_COUNT,
	FATE_UNSIGNED	/* the officer's card would not: nothing goes out */
};

/* The authority: shared with the processes that are killed. */
struct office {
	enum fate	 fate;		/* of the next; FINE again afterwards */
	bool		 published;	/* answers say what was done */
	bool		 done;
	int		 sends, effects, questions;
	int		 passwords;	/* sendings that brought one */
	char		 transaction[33];
	bool		 other_transaction;
};

static struct office *office;

static struct {
	bool		 no_authority, wants_password, wants_card;
	atomic_bool	 cancel;
	int		 timers;	/* that were set on a loop */
} here;

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

static void
send_it(const struct channel_job *job, struct case_result_of *r)
{
	enum fate fate = take_fate();

	*r = (struct case_result_of){ .result = RESULT_FAILED };
	assert_int_equal(32, strlen(job->transaction));
	office->other_transaction |= office->sends != 0 &&
	    strcmp(office->transaction, job->transaction) != 0;
	memcpy(office->transaction, job->transaction, 33);
	office->passwords += job->password != NULL;
	if (fate == FATE_DOWN) {
		failed(r, ERR_NET_CONNECT);
		return;
	}
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
static const struct channel people = { .id = "telephone",
	.name = "by telephone", .configured = always, .can = can };

const struct channel *const channels[] = { &machine, &people };
const size_t nchannels = 2;

const struct channel *
channel_by_id(const char *id)
{
	return strcmp(id, "cmp") == 0 ? &machine :
	    strcmp(id, "telephone") == 0 ? &people : NULL;
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
		by_phone[] = "telephone";
static struct authority	authority = { .id = empty, .name = office_name,
	.suspension = empty, .without_proof = empty, .publish_minutes = 30,
	.channels = { .v = { by_cmp }, .n = 1 } };
static const struct authorities	authorities = { .v = &authority, .n = 1 };

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

int
status_ask(struct net *net, struct registry *reg,
    const struct status_about *about, const struct status_options *o,
    int64_t now, struct status_report *r, struct err *err)
{
	static char url[] = "http://office.example/ocsp";

	(void)net;
	(void)about;
	assert_non_null(reg);
	assert_true(o->fresh);
	office->questions++;
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
	return 0;
}

/* --- one case ------------------------------------------------------------------- */

struct rig {
	char		 folder[64], path[128];
	struct registry	*reg;
	int64_t		 id, now, next;
	struct case_row	 row;
	struct case_view view;
};

static struct registry *
open_registry(const struct rig *g)
{
	const struct registry_options o = { .path = g->path, .point = "test" };
	struct registry *reg = NULL;
	struct err err = ERR_INIT;

	assert_int_equal(0, registry_open(&reg, REGISTRY_CREATE, &o, &err));
	return reg;
}

static void
look(struct rig *g)
{
	struct err err = ERR_INIT;

	case_view_clear(&g->view);
	case_row_clear(&g->row);
	assert_int_equal(0, cases_get(g->reg, g->id, &g->row, &err));
	assert_int_equal(0, case_view(&g->row,
	    here.no_authority ? NULL : &authority, &g->view, &err));
}

static void
start_case(struct rig *g)
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
	r.serial_len = 4;
	assert_int_equal(0, case_begin(g->reg, &r, CASE_REVOKE, g->now, &g->id,
	    &existing, &err));
	assert_int_equal(0, case_answer(g->reg, g->id, &answers, g->now, &err));
	assert_int_equal(0, case_confirm(g->reg, g->id, "ABCD",
	    here.no_authority ? NULL : &authority, g->now, &err));
	record_clear(&r);
	look(g);
	assert_int_equal(CASE_QUEUED, g->view.state);
}

static int
group_set_up(void **state)
{
	(void)state;
	office = mmap(NULL, sizeof *office, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return office == MAP_FAILED ? -1 : 0;
}

static int
set_up(void **state)
{
	struct rig *g = mem_alloc(sizeof *g);

	memset(office, 0, sizeof *office);
	memset(&here, 0, sizeof here);
	authority.channels.v[0] = by_cmp;
	snprintf(g->folder, sizeof g->folder, "/tmp/rounds.XXXXXX");
	assert_non_null(mkdtemp(g->folder));
	snprintf(g->path, sizeof g->path, "%s/r.db", g->folder);
	g->now = T0;
	g->reg = open_registry(g);
	*state = g;
	return 0;
}

static int
tear_down(void **state)
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

	o.authorities = &authorities;
	o.by = "test";
	o.cancel = &here.cancel;
	assert_int_equal(0, rounds_run(g->reg, NULL, &o, g->now, &g->next,
	    &err));
}

static void
pass_over(struct rig *g, int64_t only, const struct secret *password)
{
	run_with(g, (struct rounds_options){ .only = only,
	    .password = password });
}

/* One pass at a moment, and the case as it then stands. */
static void
pass(struct rig *g)
{
	pass_over(g, 0, NULL);
	look(g);
}

/* When the outbox wants to come again, it is. */
static void
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

/* --- tests ------------------------------------------------------------------------ */

static void
test_straight(void **state)
{
	struct rig *g = *state;

	start_case(g);
	pass(g);
	assert_int_equal(CASE_ACCEPTED, g->view.state);
	assert_int_equal(1, office->sends);
	assert_true(g->next > g->now);
	assert_true(g->next <= g->now + 60);
	for (int i = 0; i < 5; i++) {
		g->now = g->next;
		pass(g);
		assert_int_equal(CASE_ACCEPTED, g->view.state);
	}
	assert_int_equal(5, office->questions);
	office->published = true;
	until_proved(g);
	assert_int_equal(1, office->sends);
	assert_int_equal(HOW_OCSP, g->view.proved_by);
}

/* Nothing that is not due is touched. */
static void
test_not_due(void **state)
{
	struct rig *g = *state;

	start_case(g);
	pass(g);
	g->now = g->next - 1;
	pass(g);
	assert_int_equal(0, office->questions);
	g->now++;
	pass(g);
	assert_int_equal(1, office->questions);
}

/* Questions come ever more rarely, but once a publication. */
static void
test_questions(void **state)
{
	struct rig *g = *state;
	int64_t last = 0, pause;

	start_case(g);
	pass(g);		/* sent */
	g->now = g->next;
	pass(g);		/* asked at once, so to say */
	for (int i = 0; i < 30; i++) {
		pause = g->next - g->now;
		assert_true(pause <= 30 * 60);
		assert_true(pause >= last || pause >= 30 * 60 * 3 / 4);
		last = pause;
		g->now = g->next;
		pass(g);
	}
	assert_true(last >= 30 * 60 * 3 / 4);
}

/*
 * Whatever happens at the first sending and to whoever does it, there is one
 * effect, and what was sent again is the same transaction.
 */
static void
test_fates(void **state)
{
	static const enum fate fates[] = { FATE_DOWN, FATE_LOST_THERE,
	    FATE_LOST_BACK, FATE_WAITING, FATE_KILLED_BEFORE,
	    FATE_KILLED_AFTER };

	for (size_t i = 0; i < sizeof fates / sizeof *fates; i++) {
		for (int published = 0; published < 2; published++) {
			struct rig *g;
			pid_t child;
			int how;

			set_up(state);
			g = *state;
			start_case(g);
			registry_close(g->reg);
			office->fate = fates[i];
			office->published = published != 0;
			if ((child = fork()) == 0) {
				g->reg = open_registry(g);
				pass_over(g, 0, NULL);
				_exit(0);
			}
			assert_int_equal(child, waitpid(child, &how, 0));
			assert_int_equal(fates[i] >= FATE_KILLED_BEFORE,
			    WIFSIGNALED(how));
			g->reg = open_registry(g);
			office->fate = FATE_FINE;
			look(g);
			assert_int_not_equal(CASE_PUBLISHED, g->view.state);
			/* Of one that was killed the lease has to run out. */
			g->now += ROUNDS_LEASE;
			for (int n = 0; n < 3; n++) {
				pass(g);
				g->now = g->next > g->now ? g->next : g->now;
			}
			office->published = true;
			until_proved(g);
			assert_int_equal(1, office->effects);
			assert_false(office->other_transaction);
			if (i + 1 < sizeof fates / sizeof *fates ||
			    published == 0)
				tear_down(state);
		}
	}
}

/* The answer is lost, the effect is there: proof makes a second sending needless. */
static void
test_proof_instead(void **state)
{
	struct rig *g = *state;

	start_case(g);
	office->fate = FATE_LOST_BACK;
	office->published = true;
	pass(g);
	assert_int_equal(CASE_SENT, g->view.state);
	assert_int_equal(32, strlen(g->view.transaction));
	g->now = g->next;
	until_proved(g);
	assert_int_equal(1, office->sends);
}

static void
test_killed_asking(void **state)
{
	struct rig *g = *state;
	pid_t child;
	int how;

	start_case(g);
	pass(g);
	g->now = g->next;
	registry_close(g->reg);
	office->published = true;
	office->fate = FATE_KILLED_ASKING;
	if ((child = fork()) == 0) {
		g->reg = open_registry(g);
		pass_over(g, 0, NULL);
		_exit(0);
	}
	assert_int_equal(child, waitpid(child, &how, 0));
	assert_true(WIFSIGNALED(how));
	g->reg = open_registry(g);
	g->now += ROUNDS_LEASE;
	until_proved(g);
	assert_int_equal(1, office->sends);
}

/* Off line the case waits, longer each time; on line again it is sent once. */
static void
test_offline(void **state)
{
	struct rig *g = *state;
	int64_t last = 0;

	start_case(g);
	office->fate = FATE_DOWN;
	for (int i = 0; i < 8; i++) {
		pass(g);
		assert_true(g->next - g->now > last);
		last = g->next - g->now;
		g->now = g->next;
		assert_int_equal(ERR_NET_CONNECT, g->view.last_err.code);
	}
	assert_int_equal(0, office->sends);
	office->fate = FATE_FINE;
	office->published = true;
	until_proved(g);
	assert_int_equal(1, office->sends);
	assert_false(office->other_transaction);
}

static void
test_lease(void **state)
{
	struct rig *g = *state;
	struct err err = ERR_INIT;
	bool got;

	start_case(g);
	assert_int_equal(0, cases_lease(g->reg, g->id, "another desk", g->now,
	    g->now + ROUNDS_LEASE, &got, &err));
	assert_true(got);
	pass(g);
	assert_int_equal(0, office->sends);
	assert_int_equal(g->now + ROUNDS_LEASE, g->next);
	pass_over(g, g->id, NULL);
	assert_int_equal(0, office->sends);
	g->now += ROUNDS_LEASE;
	pass(g);
	assert_int_equal(1, office->sends);
	assert_null(g->row.lease_by);
}

/* A "no" is a person's to think about: no other channel is tried by itself. */
static void
test_refused(void **state)
{
	struct rig *g = *state;

	start_case(g);
	office->fate = FATE_REFUSED;
	pass(g);
	assert_int_equal(CASE_REFUSED, g->view.state);
	assert_int_equal(ERR_CHANNEL_AUTH, g->view.last_err.code);
	assert_int_equal(0, g->next);
	g->now += 86400;
	pass(g);
	assert_int_equal(1, office->sends);
	pass_over(g, g->id, NULL);	/* that person says: again */
	look(g);
	assert_int_equal(2, office->sends);
	assert_int_equal(CASE_ACCEPTED, g->view.state);
}

/* Nobody to ask: it stays queued, says so, and says it once. */
static void
test_no_authority(void **state)
{
	struct rig *g = *state;
	size_t events;

	here.no_authority = true;
	start_case(g);
	pass_over(g, g->id, NULL);
	look(g);
	assert_int_equal(CASE_QUEUED, g->view.state);
	assert_int_equal(ERR_NO_CHANNEL, g->view.last_err.code);
	events = g->row.nevents;
	for (int i = 0; i < 3; i++) {
		g->now += ROUNDS_LEASE;
		pass(g);
	}
	assert_int_equal(events, g->row.nevents);
	assert_int_equal(0, office->sends);
}

/* The telephone comes first here: nothing goes out by itself, proof is sought. */
static void
test_people(void **state)
{
	const struct case_told told = { .channel = "telephone",
	    .whom = "Anna", .outcome = -1 };
	struct rig *g = *state;
	struct err err = ERR_INIT;

	authority.channels.v[0] = by_phone;
	start_case(g);
	pass(g);
	assert_int_equal(0, g->next);
	pass_over(g, g->id, NULL);
	assert_int_equal(0, office->sends);
	assert_int_equal(0, case_told(g->reg, g->id, &told, g->now, &err));
	look(g);
	assert_int_equal(CASE_ON_PAPER, g->view.state);
	office->done = office->published = true;
	until_proved(g);
	assert_int_equal(0, office->sends);
}

/* The password comes with a person, for one sending. */
static void
test_password(void **state)
{
	struct rig *g = *state;
	struct secret *s = secret_new();

	secret_add(s, "tajne", 5);
	here.wants_password = true;
	start_case(g);
	pass(g);
	assert_int_equal(CASE_QUEUED, g->view.state);
	assert_int_equal(ERR_CHANNEL_PASSWORD, g->view.last_err.code);
	assert_int_equal(0, g->next);
	office->fate = FATE_LOST_THERE;
	pass_over(g, g->id, s);
	look(g);
	assert_int_equal(CASE_SENT, g->view.state);
	assert_int_equal(1, office->passwords);
	g->now = g->next;
	pass(g);
	assert_int_equal(CASE_SENT, g->view.state);
	assert_int_equal(ERR_CHANNEL_PASSWORD, g->view.last_err.code);
	assert_true(g->next > g->now);	/* the status is asked on */
	pass_over(g, g->id, s);
	look(g);
	assert_int_equal(CASE_ACCEPTED, g->view.state);
	assert_int_equal(2, office->passwords);
	assert_false(office->other_transaction);
	secret_free(s);
}

/* One sending with the officer's card, and the case as it then stands. */
static void
pass_signed(struct rig *g)
{
	struct officer_signer signer = { .sign = NULL };

	run_with(g, (struct rounds_options){ .only = g->id,
	    .signer = &signer });
	look(g);
}

/* The card comes with its officer, and what it will not sign was never sent. */
static void
test_card(void **state)
{
	struct rig *g = *state;

	here.wants_card = true;
	start_case(g);
	pass(g);
	assert_int_equal(CASE_QUEUED, g->view.state);
	assert_int_equal(ERR_OFFICER_CARD, g->view.last_err.code);
	assert_int_equal(0, g->next);
	office->fate = FATE_UNSIGNED;
	pass_signed(g);
	assert_int_equal(CASE_QUEUED, g->view.state);
	assert_int_equal(ERR_PIN_WRONG, g->view.last_err.code);
	assert_int_equal(0, g->next);	/* it waits for the officer */
	assert_int_equal(0, office->sends);
	office->fate = FATE_LOST_THERE;
	pass_signed(g);
	assert_int_equal(CASE_SENT, g->view.state);
	office->fate = FATE_UNSIGNED;
	pass_signed(g);
	assert_int_equal(CASE_SENT, g->view.state);
	assert_true(g->next > g->now);	/* what got there may have been done */
	pass_signed(g);
	assert_int_equal(CASE_ACCEPTED, g->view.state);
	office->published = true;
	until_proved(g);
	assert_int_equal(1, office->effects);
}

/* The desk is closed in the middle: as if it had been killed. */
static void
test_cancelled(void **state)
{
	struct rig *g = *state;

	start_case(g);
	office->fate = FATE_CANCELLED;
	pass(g);
	assert_int_equal(CASE_SENT, g->view.state);
	assert_int_equal(32, strlen(g->view.transaction));
	atomic_store(&here.cancel, false);
	office->published = true;
	g->now += ROUNDS_LEASE;
	until_proved(g);
	assert_int_equal(1, office->effects);
}

static void
test_pauses(void **state)
{
	char uid[CASES_UID_LEN + 1];
	int64_t last = 0, first = rounds_pause(8, "0");
	bool differ = false;

	(void)state;
	for (int i = 0; i < 64; i++) {
		int64_t pause = rounds_pause(i, "00112233445566778899aabb");

		assert_true(pause > last || pause >= ROUNDS_MAX * 3 / 4);
		assert_true(pause <= ROUNDS_MAX);
		last = pause;
	}
	assert_true(rounds_pause(0, "x") >= ROUNDS_FIRST * 3 / 4);
	for (int i = 0; i < 20; i++) {
		snprintf(uid, sizeof uid, "%d", i);
		differ = differ || rounds_pause(8, uid) != first;
	}
	assert_true(differ);
}

/* --- the thread ------------------------------------------------------------------- */

unsigned	__real_loop_timer(struct loop *, int64_t, loop_timer_fn *,
		    void *);
unsigned	__wrap_loop_timer(struct loop *, int64_t, loop_timer_fn *,
		    void *);

unsigned
__wrap_loop_timer(struct loop *l, int64_t ms, loop_timer_fn *f, void *arg)
{
	here.timers++;
	return __real_loop_timer(l, ms, f, arg);
}

static void
count_call(void *arg)
{
	++*(int *)arg;
}

static void
wait_until_idle(struct loop *loop, const struct rounds *r)
{
	int64_t end = clock_mono_ms() + DEADLINE;

	while (rounds_view(r)->busy) {
		assert_true(clock_mono_ms() < end);
		loop_once(loop, 1000);
	}
}

static void
test_thread(void **state)
{
	const struct net_options net = { .helper = "/nonexistent" };
	struct rig *g = *state;
	struct loop *loop = loop_new();
	struct rounds *r;
	char nowhere[160];
	int calls = 0;

	snprintf(nowhere, sizeof nowhere, "%s/none.db", g->folder);
	r = rounds_new(loop, nowhere, "test", &net, &authorities, count_call,
	    &calls);
	assert_true(rounds_view(r)->busy);
	wait_until_idle(loop, r);
	assert_int_equal(ERR_NONE, rounds_view(r)->err.code);
	assert_int_equal(0, rounds_view(r)->count.open);
	rounds_free(r);

	r = rounds_new(loop, g->path, "test", &net, &authorities, count_call,
	    &calls);
	wait_until_idle(loop, r);
	assert_int_equal(0, rounds_view(r)->count.open);
	assert_int_equal(0, here.timers);	/* nothing open, nothing wakes */
	g->now = clock_now();
	start_case(g);
	calls = 0;
	rounds_kick(r, 0, NULL, NULL);
	rounds_kick(r, 0, NULL, NULL);
	wait_until_idle(loop, r);
	assert_int_equal(1, rounds_view(r)->count.open);
	assert_int_equal(1, office->sends);
	assert_true(calls > 0);
	assert_true(here.timers > 0);
	office->published = true;
	rounds_kick(r, g->id, secret_new(), "ref");
	wait_until_idle(loop, r);
	look(g);
	assert_int_equal(CASE_PUBLISHED, g->view.state);
	assert_int_equal(1, office->sends);
	rounds_free(r);
	loop_free(loop);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_straight),
		T(test_not_due),
		T(test_questions),
		cmocka_unit_test_teardown(test_fates, tear_down),
		T(test_proof_instead),
		T(test_killed_asking),
		T(test_offline),
		T(test_lease),
		T(test_refused),
		T(test_no_authority),
		T(test_people),
		T(test_password),
		T(test_card),
		T(test_cancelled),
		cmocka_unit_test(test_pauses),
		T(test_thread),
	};

	return cmocka_run_group_tests(tests, group_set_up, NULL);
}
