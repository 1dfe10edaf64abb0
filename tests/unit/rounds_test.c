/*
 * Rounds over cases: what is queued is sent once in effect, whatever happens on
 * the way, and asked for until there is proof.  The registry and the cases are
 * real, and so are the processes that are killed.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "tests/unit/roundsrig.h"

static void
test_straight(void **state)
{
	struct rig *g = *state;
	int questions;

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
	/* Somebody wants to know whether it still is so. */
	questions = office->questions;
	pass(g);
	assert_int_equal(questions, office->questions);
	pass_over(g, g->id, NULL);
	look(g);
	assert_int_equal(questions + 1, office->questions);
	assert_int_equal(CASE_PUBLISHED, g->view.state);
	assert_int_equal(0, g->next);
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

/* What failed by a clock that ran ahead does not wait until that is the time. */
static void
test_clock_ahead(void **state)
{
	struct rig *g = *state;

	start_case(g);
	g->now = T0 + 30 * 86400;
	office->fate = FATE_DOWN;
	pass(g);
	assert_int_equal(0, office->effects);
	assert_true(g->next > g->now);
	office->fate = FATE_FINE;
	g->now = T0 + 60;
	pass(g);
	assert_int_equal(1, office->effects);
	assert_true(g->next > g->now);
	assert_true(g->next <= g->now + CASES_DUE_MAX);
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

			rounds_set_up(state);
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
				rounds_tear_down(state);
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

/*
 * On hold before, and OCSP says "revoked" without a reason: that is no proof of
 * what was asked for, which is lost on the way.
 */
static void
test_held(void **state)
{
	struct rig *g = *state;

	for (int i = 0; i < 2; i++) {
		memset(office, 0, sizeof *office);
		office->held = true;
		office->fate = FATE_LOST_THERE;
		/* Of which nothing was known, the list tells. */
		here.unknown = office->listed = i == 1;
		start_numbered(g, (uint8_t)(0x12 + i));
		pass(g);
		assert_int_equal(CASE_SENT, g->view.state);
		g->now = g->next;
		pass(g);
		assert_int_equal(CASE_ACCEPTED, g->view.state);
		assert_int_equal(2, office->sends);
		assert_false(office->other_transaction);
		g->now = g->next;
		pass(g);
		assert_int_equal(CASE_ACCEPTED, g->view.state);
		assert_int_equal(STATUS_SUSPENDED, g->view.status);
		office->published = office->listed = true;
		until_proved(g);
		assert_int_equal(HOW_CRL, g->view.proved_by);
	}
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
	struct rounds_options o = { .authorities = &rig_authorities,
	    .by = "test" };
	struct secret *s = secret_new();
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
	/* What somebody typed does not vanish without a word. */
	o.only = g->id;
	o.password = s;
	assert_int_equal(-1, rounds_run(g->reg, NULL, &o, g->now, &g->next,
	    &err));
	assert_int_equal(ERR_CASE_MOVED, err.code);
	assert_string_equal(g->row.number, err.what);
	secret_free(s);
	assert_int_equal(0, office->sends);
	g->now += ROUNDS_LEASE;
	pass(g);
	assert_int_equal(1, office->sends);
	assert_null(g->row.lease_by);
}

/* Of one that somebody waits for it is told when that one comes, not another. */
static void
test_own_next(void **state)
{
	struct rig *g = *state;
	int64_t first;

	start_case(g);
	first = g->id;
	pass(g);
	assert_true(g->next > g->now);
	start_numbered(g, 7);
	assert_int_equal(g->now, g->view.next_try);
	pass_over(g, first, NULL);
	g->id = first;
	look(g);
	assert_int_equal(g->row.sum.due, g->next);
	assert_true(g->next > g->now);
	office->published = true;
	pass_over(g, first, NULL);
	assert_int_equal(0, g->next);
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

/* Nobody to ask any more: it stays queued, says so, and says it once. */
static void
test_no_authority(void **state)
{
	struct rig *g = *state;
	size_t events;

	start_case(g);
	here.no_authority = true;
	pass_over(g, g->id, NULL);
	look(g);
	assert_int_equal(CASE_QUEUED, g->view.state);
	assert_int_equal(ERR_NO_CHANNEL, g->view.last_err.code);
	events = g->row.nevents;
	for (int i = 0; i < 3; i++) {
		g->now += ROUNDS_LEASE;
		pass(g);
		assert_int_equal(g->now + ROUNDS_LEASE, g->view.next_try);
		assert_int_equal(g->view.next_try, g->row.sum.due);
	}
	assert_int_equal(events, g->row.nevents);
	assert_int_equal(0, office->sends);
}

/* What was not to go by itself is not promised to be tried again. */
static void
test_no_way(void **state)
{
	struct rig *g = *state;
	size_t events;
	char text[512];

	prefer_phone();
	start_case(g);
	assert_int_equal(0, g->view.next_try);
	here.no_authority = true;
	pass_over(g, g->id, NULL);
	look(g);
	assert_int_equal(CASE_QUEUED, g->view.state);
	assert_int_equal(ERR_NO_CHANNEL, g->view.last_err.code);
	assert_int_equal(0, g->view.next_try);
	assert_int_equal(0, g->next);
	assert_null(strstr(case_sentence(&g->view, g->now, text, sizeof text),
	    "tried again"));
	events = g->row.nevents;
	pass_over(g, g->id, NULL);
	look(g);
	assert_int_equal(events, g->row.nevents);
}

/* The telephone comes first here: nothing goes out by itself, proof is sought. */
static void
test_people(void **state)
{
	const struct case_told told = { .channel = "telephone",
	    .whom = "Anna", .outcome = -1 };
	struct rig *g = *state;
	struct err err = ERR_INIT;

	prefer_phone();
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

/* It was to go by a machine, which the authority then has no longer. */
static void
test_no_machine(void **state)
{
	struct rig *g = *state;
	char words[256];
	size_t events;

	start_case(g);
	prefer_phone();
	pass(g);
	assert_int_equal(CASE_QUEUED, g->view.state);
	assert_int_equal(0, g->view.next_try);
	assert_int_equal(0, g->next);
	assert_non_null(strstr(case_sentence(&g->view, g->now, words,
	    sizeof words), "tell the authority now"));
	events = g->row.nevents;
	pass_over(g, g->id, NULL);
	look(g);
	assert_int_equal(events, g->row.nevents);
	assert_int_equal(0, office->sends);
}

static int
choose(struct rig *g, const char *way)
{
	struct err err = ERR_INIT;
	int rc = case_channel(g->reg, g->id, way, &rig_authorities.v[0], g->now,
	    &err);

	if (rc == -1)
		assert_int_equal(ERR_CASE_STATE, err.code);
	look(g);
	return rc;
}

/* The telephone comes first, a machine is chosen: it is sent there, once. */
static void
test_chosen(void **state)
{
	const struct case_told told = { .channel = "telephone", .outcome = -1 };
	struct rig *g = *state;
	struct err err = ERR_INIT;

	prefer("telephone");
	start_case(g);
	pass(g);
	assert_int_equal(0, office->sends);
	assert_int_equal(0, case_told(g->reg, g->id, &told, g->now, &err));
	assert_int_equal(0, choose(g, "ejbca"));
	assert_int_equal(CASE_QUEUED, g->view.state);
	office->fate = FATE_DOWN;
	pass(g);
	assert_int_equal(0, office->sends);
	assert_true(g->view.sent != 0);	/* people were told all the same */
	office->fate = FATE_FINE;
	office->published = true;
	until_proved(g);
	assert_int_equal(1, office->sends);
	assert_true(office->by_other > 0);
	assert_int_equal(-1, choose(g, "cmp"));
}

/*
 * Of what may have got there nothing is sent by another way, before there is an
 * answer; after a "no" it may be, as another transaction.
 */
static void
test_not_twice(void **state)
{
	struct rig *g = *state;

	prefer("cmp");
	start_case(g);
	office->fate = FATE_LOST_THERE;
	pass(g);
	assert_int_equal(CASE_SENT, g->view.state);
	assert_int_equal(-1, choose(g, "ejbca"));
	assert_int_equal(-1, choose(g, "telephone"));
	assert_string_equal("cmp", g->view.channel);
	g->now = g->next;
	office->fate = FATE_WAITING;
	pass(g);
	assert_int_equal(-1, choose(g, "ejbca"));
	g->now = g->next;
	office->fate = FATE_REFUSED;
	pass(g);
	assert_int_equal(CASE_REFUSED, g->view.state);
	assert_int_equal(0, office->by_other);
	assert_false(office->other_transaction);
	assert_int_equal(0, choose(g, "ejbca"));
	pass(g);
	assert_int_equal(CASE_ACCEPTED, g->view.state);
	assert_true(office->other_transaction);
	assert_int_equal(1, office->by_other);
	assert_int_equal(1, office->effects);
}

/* A page made to be safe does not keep the machine from its work. */
static void
test_printed(void **state)
{
	static const struct {
		enum fate	 fate;
		enum case_state	 state;
	} all[] = { { FATE_DOWN, CASE_QUEUED },
	    { FATE_LOST_THERE, CASE_SENT }, { FATE_LOST_BACK, CASE_SENT } };
	const struct case_told told = { .channel = "form", .outcome = -1,
	    .file = "/tmp/x.pdf" };
	struct rig *g = *state;
	struct err err = ERR_INIT;
	char words[256];

	prefer("cmp");
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		memset(office, 0, sizeof *office);
		start_numbered(g, (uint8_t)(0x12 + i));
		office->fate = all[i].fate;
		pass(g);
		assert_int_equal(0, case_told(g->reg, g->id, &told, g->now,
		    &err));
		look(g);
		assert_int_equal(all[i].state, g->view.state);
		assert_string_equal("cmp", g->view.channel);
		assert_true(g->view.told);
		assert_int_equal(g->view.state == CASE_SENT,
		    g->view.sent != 0);
		assert_string_equal("The form was saved, /tmp/x.pdf",
		    case_event_words(&g->row.events[g->row.nevents - 1], words,
		    sizeof words));
		if (g->view.state == CASE_SENT)
			assert_int_equal(-1, choose(g, "telephone"));
		office->fate = FATE_FINE;
		office->published = true;
		g->now = g->next;
		until_proved(g);
		assert_int_equal(1, office->effects);
		assert_false(office->other_transaction);
	}
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

/* The card comes with its officer, and what it will not sign was never sent. */
static void
test_card(void **state)
{
	struct rig *g = *state;
	size_t n;

	here.wants_card = true;
	start_case(g);
	pass(g);
	assert_int_equal(CASE_QUEUED, g->view.state);
	assert_int_equal(ERR_OFFICER_CARD, g->view.last_err.code);
	assert_int_equal(0, g->next);
	n = g->row.nevents;
	pass_over(g, g->id, NULL);
	look(g);
	assert_int_equal(n, g->row.nevents);	/* said once */
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
	assert_int_equal(ERR_NONE, g->view.last_err.code);
	atomic_store(&here.cancel, false);
	office->published = true;
	g->now += ROUNDS_LEASE;
	until_proved(g);
	assert_int_equal(1, office->effects);
}

/* It gets an event that no desk wrote. */
static void
damage(const struct rig *g, const char *data)
{
	sqlite3 *db;
	char sql[256];

	snprintf(sql, sizeof sql, "INSERT INTO case_event SELECT case_id,"
	    " seq + 1, at, origin, kind, '%s' FROM case_event WHERE"
	    " case_id = %lld ORDER BY seq DESC LIMIT 1", data,
	    (long long)g->id);
	assert_int_equal(SQLITE_OK, sqlite3_open(g->path, &db));
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, sql, NULL, NULL, NULL));
	assert_int_equal(1, sqlite3_changes(db));
	sqlite3_close(db);
}

/* A case that makes no sense is passed over, and keeps no other waiting. */
static void
test_damaged(void **state)
{
	static const char *const damages[] = { "{\"hold_days\": \"x\"}",
	    "no JSON" };
	struct rounds_options o = { .authorities = &rig_authorities,
	    .by = "test" };
	struct rig *g = *state;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
		start_numbered(g, (uint8_t)(i + 1));
		damage(g, damages[i]);
	}
	o.only = g->id;
	assert_int_equal(-1, rounds_run(g->reg, NULL, &o, g->now, &g->next,
	    &err));
	assert_int_equal(ERR_REGISTRY_BROKEN, err.code);
	start_numbered(g, 7);
	pass(g);
	assert_int_equal(CASE_ACCEPTED, g->view.state);
	assert_true(g->next > g->now);
	/* They are not due again at once, nor is any of them lost. */
	pass(g);
	assert_true(g->next > g->now);
	assert_int_equal(1, office->sends);
}

/* As many events as that, which tell nothing. */
static void
fill(struct rig *g, size_t events)
{
	static struct case_event notes[CASES_EVENTS_MAX];
	struct err err = ERR_INIT;
	size_t n = events - g->row.nevents;

	for (size_t i = 0; i < n; i++)
		notes[i] = (struct case_event){ .at = g->now, .kind = "note" };
	assert_int_equal(0, cases_append(g->reg, g->id,
	    (int64_t)g->row.nevents, notes, n, &g->row.sum, &err));
}

/* Nor does one that is full, or nearly: somebody is told, and the next is sent. */
static void
test_full(void **state)
{
	struct rig *g = *state;
	int64_t nearly, full, next;

	start_numbered(g, 1);
	fill(g, CASES_EVENTS_MAX - 100);
	nearly = g->id;
	start_numbered(g, 2);
	fill(g, CASES_EVENTS_MAX);
	full = g->id;
	start_numbered(g, 7);
	next = g->id;
	pass(g);
	assert_int_equal(CASE_ACCEPTED, g->view.state);
	assert_int_equal(1, office->sends);
	g->id = nearly;
	look(g);
	assert_int_equal(CASE_QUEUED, g->view.state);
	assert_int_equal(ERR_CASE_STATE, g->view.last_err.code);
	assert_int_equal(0, g->view.next_try);
	g->id = full;
	look(g);
	assert_in_range(g->row.sum.due, g->now + ROUNDS_MAX,
	    g->now + ROUNDS_MAX + 3600);	/* later by what the pass took */
	g->id = next;
	office->published = true;
	g->now = g->next;
	pass(g);
	assert_int_equal(CASE_PUBLISHED, g->view.state);
	assert_int_equal(1, office->sends);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(test_straight),
		RIG_TEST(test_not_due),
		RIG_TEST(test_clock_ahead),
		RIG_TEST(test_questions),
		cmocka_unit_test_teardown(test_fates, rounds_tear_down),
		RIG_TEST(test_proof_instead),
		RIG_TEST(test_held),
		RIG_TEST(test_killed_asking),
		RIG_TEST(test_offline),
		RIG_TEST(test_lease),
		RIG_TEST(test_own_next),
		RIG_TEST(test_refused),
		RIG_TEST(test_no_authority),
		RIG_TEST(test_no_way),
		RIG_TEST(test_people),
		RIG_TEST(test_no_machine),
		RIG_TEST(test_chosen),
		RIG_TEST(test_not_twice),
		RIG_TEST(test_printed),
		RIG_TEST(test_password),
		RIG_TEST(test_card),
		RIG_TEST(test_cancelled),
		RIG_TEST(test_damaged),
		RIG_TEST(test_full),
		cmocka_unit_test(test_pauses),
	};

	return cmocka_run_group_tests(tests, rounds_start, NULL);
}
