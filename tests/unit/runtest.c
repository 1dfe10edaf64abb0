#include "config.h"

#include <sys/wait.h>
#include <openssl/pem.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "registry/keep.h"
#include "tests/unit/faultvfs.h"
#include "tests/unit/renewrig.h"
#include "tests/unit/runtest.h"

#define BY	"test"
#define W	(rig_get())

static char ca_file[128];

/* --- beginning -------------------------------------------------------------------- */

static struct authority *
authority(void)
{
	static struct authority a;

	a = (struct authority){ .id = "przyklad", .name = "Urząd przykładowy",
	    .renewal_key = "", .renewal_chain = W->chain };
	a.ca_files.v[0] = ca_file;
	a.ca_files.n = 1;
	return &a;
}

static void
put_ca(struct regtest *t)
{
	const uint8_t *p = W->ca;
	X509 *x = d2i_X509(NULL, &p, (long)W->ca_len);
	FILE *f;

	snprintf(ca_file, sizeof ca_file, "%s/ca.pem", t->dir);
	f = fopen(ca_file, "w");
	assert_non_null(f);
	assert_int_equal(PEM_write_X509(f, x), 1);
	fclose(f);
	X509_free(x);
}

int64_t
begin_with(struct regtest *t, const char *way, struct renewal_plan plan)
{
	struct registry *reg = regtest_open(t, REGISTRY_CREATE);
	struct err err = ERR_INIT;
	struct card *card;
	bool existing;
	size_t token;
	int64_t id;

	put_ca(t);
	assert_int_equal(card_hand_card(NULL, RIG_TOKEN, RIG_MODULE, NULL, 0,
	    &card, &token, &err), 0);
	snprintf(plan.authority, sizeof plan.authority, "przyklad");
	snprintf(plan.way, sizeof plan.way, "%s", way);
	snprintf(plan.order, sizeof plan.order, "ZAM-1");
	snprintf(plan.module, sizeof plan.module, RIG_MODULE);
	snprintf(plan.token, sizeof plan.token, RIG_TOKEN);
	snprintf(plan.old_key, sizeof plan.old_key, "01");
	memcpy(plan.old_sha256, card->certs[0].sha256, 32);
	assert_int_equal(renewal_begin(reg, card, 0, &plan, clock_now(), &id,
	    &existing, &err), 0);
	assert_false(existing);
	card_free(card);
	registry_close(reg);
	W->calls = 0;
	W->known = regtest_sql_int(t->file, "SELECT count(*) FROM cert");
	return id;
}

int64_t
begin(struct regtest *t, const char *way, enum key_kind kind, bool by_old)
{
	return begin_with(t, way, (struct renewal_plan){ .key = kind,
	    .signed_by_old = by_old });
}

/* --- running ------------------------------------------------------------------------ */

static struct ran
run(struct registry *reg, int64_t id, struct span brought, bool alone)
{
	struct authorities all = { .v = authority(), .n = 1 };
	/* Anything that is not NULL: it is the rig's. */
	struct renewal_run run = { .registry = reg, .authorities = &all,
	    .hand = (struct card_hand *)&all, .people = &rig_people, .by = BY,
	    .brought = brought, .alone = alone };
	struct ran r = { .err = ERR_INIT };

	if (renewal_run(&run, id, &r.end, &r.next, &r.err) == -1)
		fail_msg("%s %s %s", err_id(r.err.code), r.err.what,
		    r.err.detail);
	return r;
}

struct ran
run_once(struct registry *reg, int64_t id, struct span brought)
{
	return run(reg, id, brought, false);
}

struct ran
run_alone(struct regtest *t, int64_t id)
{
	struct registry *reg = regtest_open(t, REGISTRY_WRITE);
	struct ran r = run(reg, id, span_of(NULL, 0), true);

	registry_close(reg);
	return r;
}

/* As long as it only waits for the authority. */
static struct ran
run_on(struct registry *reg, int64_t id)
{
	struct ran r;
	int n = 0;

	do
		r = run_once(reg, id, span_of(NULL, 0));
	while (r.end == RENEWAL_END_WAIT && ++n < 10);
	return r;
}

struct ran
run_here(struct regtest *t, int64_t id)
{
	struct registry *reg = regtest_open(t, REGISTRY_WRITE);
	struct ran r = run_on(reg, id);

	registry_close(reg);
	return r;
}

void
goes_to_its_end(struct regtest *t, int64_t id)
{
	struct ran r = run_here(t, id);

	if (r.end != RENEWAL_END_DONE)
		fail_msg("end %d: %s %s %s", (int)r.end, err_id(r.err.code),
		    r.err.what, r.err.detail);
}

/* In a child, which may be killed; true: it came to its end. */
bool
run_child(struct regtest *t, int64_t id, int write)
{
	pid_t pid = fork();
	int status;

	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		if (write > 0)
			fault_at(FAULT_KILL, write);
		(void)run_here(t, id);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		assert_int_equal(WTERMSIG(status), SIGKILL);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void
view_of(struct regtest *t, int64_t id, struct renewal_view *v)
{
	struct registry *reg = regtest_open(t, REGISTRY_WRITE);
	struct err err = ERR_INIT;
	struct renewal_row row;

	assert_int_equal(renewals_get(reg, id, &row, &err), 0);
	assert_int_equal(renewal_view(&row, v, &err), 0);
	renewal_row_clear(&row);
	registry_close(reg);
}

void
is_sound(struct regtest *t)
{
	struct registry *reg = regtest_open(t, REGISTRY_WRITE);
	struct err err = ERR_INIT;

	if (keep_check(reg, NULL, NULL, &err) == -1)
		fail_msg("%s %s", err_id(err.code), err.detail);
	registry_close(reg);
}

/* All that has to be so, however it came there. */
void
is_renewed(struct regtest *t, int64_t id, bool old_stays)
{
	struct renewal_view v;

	view_of(t, id, &v);
	assert_string_equal(renewal_state_id(v.state), "done");
	assert_int_equal(W->generated, 1);
	assert_int_equal(W->requests, 1);
	assert_int_equal(W->wrong, 0);
	assert_int_equal(rig_certs_of(v.new_key), 1);
	assert_int_equal(rig_certs_of("01"), old_stays);
	assert_true(v.tested != 0);
	assert_int_equal(v.old_kept, old_stays);
	renewal_view_clear(&v);
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT count(*) FROM renewal_part"), 0);
	assert_int_equal(regtest_sql_int(t->file,
	    "SELECT count(*) FROM cert"), W->known + 1);
}
