/*
 * The registry's service: it makes and opens the file off the loop's thread,
 * fills the search meanwhile, answers the last of many questions, and says what
 * is wrong with a file that cannot be had.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "registry/privacy.h"
#include "registry/service.h"
#include "registry/store.h"

#define DEADLINE	20000	/* ms that any wait here may take */
#define HOUR		3600
#define DAY		(24 * HOUR)
#define RETAIN_DAYS	30
#define DAYS		22	/* on each of which one is to go */

int64_t	__real_clock_mono_ms(void);
int64_t	__real_clock_now(void);
int64_t	__wrap_clock_mono_ms(void);
int64_t	__wrap_clock_now(void);
int	__real_registry_open(struct registry **, enum registry_mode,
	    const struct registry_options *, struct err *);
int	__wrap_registry_open(struct registry **, enum registry_mode,
	    const struct registry_options *, struct err *);
int	__real_finder_load(struct finder *, struct registry *,
	    const atomic_bool *, struct err *);
int	__wrap_finder_load(struct finder *, struct registry *,
	    const atomic_bool *, struct err *);
int	__real_privacy_retain(struct registry *, int, int64_t, bool, int64_t *,
	    struct err *);
int	__wrap_privacy_retain(struct registry *, int, int64_t, bool, int64_t *,
	    struct err *);

/* By how much the clocks are ahead, in seconds; the one on the wall while the
 * machine sleeps too. */
static _Atomic int64_t ahead, slept;
static _Atomic int busy;		/* so often another desk is writing */
static _Atomic int unsettled;		/* so often it looks at what has gone */
static _Atomic int unopened, unread;	/* so often it makes all wait too long */

int64_t
__wrap_clock_mono_ms(void)
{
	return __real_clock_mono_ms() + ahead * 1000;
}

int64_t
__wrap_clock_now(void)
{
	return __real_clock_now() + ahead + slept;
}

int
__wrap_registry_open(struct registry **reg, enum registry_mode mode,
    const struct registry_options *o, struct err *err)
{
	if (unopened > 0) {
		unopened--;
		return err_set(err, ERR_REGISTRY_BUSY, o->path, NULL);
	}
	return __real_registry_open(reg, mode, o, err);
}

int
__wrap_finder_load(struct finder *f, struct registry *reg,
    const atomic_bool *cancel, struct err *err)
{
	if (unread > 0) {
		unread--;
		return err_set(err, ERR_REGISTRY_BUSY, registry_path(reg),
		    NULL);
	}
	return __real_finder_load(f, reg, cancel, err);
}

int
__wrap_privacy_retain(struct registry *reg, int days, int64_t now, bool dry,
    int64_t *n, struct err *err)
{
	if (busy > 0) {
		busy--;
		return err_set(err, ERR_REGISTRY_BUSY, registry_path(reg),
		    NULL);
	}
	if (__real_privacy_retain(reg, days, now, dry, n, err) == -1)
		return -1;
	if (*n > 0 && unsettled > 0) {
		unsettled--;
		return err_set(err, ERR_ERASE_PENDING, registry_path(reg),
		    NULL);
	}
	return 0;
}

struct rig {
	struct loop	*loop;
	struct service	*service;
	char		 folder[64], path[128];
	int		 answers, last;
	struct err	 err;
};

struct question {
	struct request		 request;
	struct rig		*rig;
	int			 number;
	bool			 store;		/* a certificate, else find it */
	int64_t			 ends;		/* when that ends; 0: never */
	struct find_answer	*answer;
	size_t			 hits;
};

static void
changed(void *arg)
{
	(void)arg;
}

static void
start(struct rig *r, enum registry_mode mode)
{
	const struct service_options o = { .path = r->path, .mode = mode,
	    .retain_days = RETAIN_DAYS };

	r->service = service_new(r->loop, &o, changed, NULL);
}

static int
set_up(void **state)
{
	struct rig *r = mem_alloc(sizeof *r);

	snprintf(r->folder, sizeof r->folder, "/tmp/service.XXXXXX");
	assert_non_null(mkdtemp(r->folder));
	snprintf(r->path, sizeof r->path, "%s/r.db", r->folder);
	r->loop = loop_new();
	*state = r;
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm", ".key" };
	struct rig *r = *state;
	char path[160];

	service_free(r->service);
	loop_free(r->loop);
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		snprintf(path, sizeof path, "%s%s", r->path, ends[i]);
		unlink(path);
	}
	rmdir(r->folder);
	free(r);
	return 0;
}

static int
run(struct request *request, const struct service_hand *hand, struct err *err)
{
	struct question *q = (struct question *)request;
	const struct find_options o = { .now = clock_now(),
	    .cancel = hand->cancel };
	struct record rec;
	int rc;

	if (!q->store)
		return finder_ask(hand->finder, hand->registry, "kowalski", &o,
		    &q->answer, err);
	record_init(&rec);
	rec.issuer.key_len = 1;
	rec.issuer.line = mem_strdup("CN=Sample");
	rec.issuer.shown = mem_strdup("Sample");
	rec.serial[0] = (uint8_t)(7 + q->number);
	rec.serial_len = 1;
	rec.not_after = q->ends != 0 ? q->ends : CERT_NO_TIME;
	rec.holder = mem_strdup("Jan Kowalski");
	rec.how = HOW_IMPORT;
	rc = store_cert(hand->registry, &rec, NULL, err);
	record_clear(&rec);
	return rc;
}

static void
done(struct request *request)
{
	struct question *q = (struct question *)request;

	q->rig->answers++;
	q->rig->err = request->err;
	q->rig->last = q->answer != NULL ? (int)q->answer->nhits : q->number;
}

static void
finish(struct request *request)
{
	struct question *q = (struct question *)request;

	find_answer_free(q->answer);
	free(q);
}

static struct question *
question(struct rig *r, int number, bool store)
{
	struct question *q = mem_alloc(sizeof *q);

	q->request.run = run;
	q->request.done = done;
	q->request.free = finish;
	q->request.deadline_ms = DEADLINE;
	q->rig = r;
	q->number = number;
	q->store = store;
	return q;
}

static struct service_ticket
ask(struct rig *r, enum service_lane lane, int number, bool store)
{
	return service_ask(r->service, lane, &question(r, number,
	    store)->request);
}

static void
until_answered(struct rig *r, int n)
{
	int64_t end = clock_mono_ms() + DEADLINE;

	while (r->answers < n && clock_mono_ms() < end)
		loop_once(r->loop, 100);
	assert_int_equal(r->answers, n);
}

static void
until_loaded(struct rig *r)
{
	int64_t end = clock_mono_ms() + DEADLINE;

	while (!service_view(r->service)->loaded && clock_mono_ms() < end)
		loop_once(r->loop, 100);
	assert_true(service_view(r->service)->loaded);
}

/* What one lane wrote is found by another, before and after it is loaded. */
static void
written_and_found(void **state)
{
	struct rig *r = *state;

	start(r, REGISTRY_CREATE);
	assert_int_equal(service_view(r->service)->state, SERVICE_OPENING);
	ask(r, SERVICE_KEEP, 0, true);
	until_answered(r, 1);
	assert_int_equal(r->err.code, ERR_NONE);
	ask(r, SERVICE_LOOK, 0, false);
	until_answered(r, 2);
	assert_int_equal(r->err.code, ERR_NONE);
	assert_int_equal(r->last, 1);
	until_loaded(r);
	assert_int_equal(service_view(r->service)->state, SERVICE_OPEN);
	ask(r, SERVICE_LOOK, 0, false);
	until_answered(r, 3);
	assert_int_equal(r->last, 1);
}

/* Each key asks anew; the last question is answered, whatever came of others. */
static void
typed_fast(void **state)
{
	struct rig *r = *state;
	struct service_ticket t = { SERVICE_LOOK, 0 };
	int before;

	start(r, REGISTRY_CREATE);
	ask(r, SERVICE_KEEP, 0, true);
	until_answered(r, 1);
	until_loaded(r);
	for (int i = 0; i < 300; i++) {
		service_cancel(r->service, &t);
		t = ask(r, SERVICE_LOOK, i, false);
		loop_once(r->loop, i % 7 == 0 ? 5 : 0);
	}
	service_cancel(r->service, &t);
	assert_int_equal(t.id, 0);
	before = r->answers;
	ask(r, SERVICE_LOOK, 0, false);
	until_answered(r, before + 1);
	assert_int_equal(r->last, 1);
}

static void
not_there(void **state)
{
	struct rig *r = *state;

	start(r, REGISTRY_WRITE);
	ask(r, SERVICE_LOOK, 0, false);
	until_answered(r, 1);
	assert_int_equal(r->err.code, ERR_NO_REGISTRY);
	assert_int_equal(access(r->path, F_OK), -1);
}

/* The program ends while all of it is under way. */
static void
ended(void **state)
{
	struct rig *r = *state;

	start(r, REGISTRY_CREATE);
	for (int i = 0; i < 20; i++)
		ask(r, i % 2 == 0 ? SERVICE_KEEP : SERVICE_LOOK, i, i % 2 == 0);
	service_free(r->service);
	r->service = NULL;
	assert_int_equal(r->answers, 0);
}

static void
until_state(struct rig *r, enum service_state state)
{
	int64_t end = clock_mono_ms() + DEADLINE;

	while (service_view(r->service)->state != state &&
	    clock_mono_ms() < end)
		loop_once(r->loop, 100);
	assert_int_equal(service_view(r->service)->state, state);
}

/* Another desk writes while it is opened, and while it is read: both are done later. */
static void
busy_at_first(void **state)
{
	struct rig *r = *state;

	start(r, REGISTRY_CREATE);
	ask(r, SERVICE_KEEP, 0, true);
	until_answered(r, 1);
	service_free(r->service);

	unopened = 1;
	start(r, REGISTRY_CREATE);
	until_state(r, SERVICE_FAILED);
	assert_int_equal(service_view(r->service)->err.code, ERR_REGISTRY_BUSY);
	unread = 1;
	ask(r, SERVICE_LOOK, 0, false);
	until_answered(r, 2);
	assert_int_equal(r->last, 1);
	until_state(r, SERVICE_OPEN);
	for (int i = 0; i < 200 && !service_view(r->service)->loaded; i++) {
		ahead += 60;
		loop_once(r->loop, 100);
	}
	assert_int_equal(unread, 0);
	assert_true(service_view(r->service)->loaded);
}

/* --- what goes by rule, in a desk that runs for weeks ------------------------- */

static int
run_count(struct request *request, const struct service_hand *hand,
    struct err *err)
{
	struct question *q = (struct question *)request;
	struct registry_info info;

	if (registry_info(hand->registry, &info, err) == -1)
		return -1;
	q->number = (int)info.certs;
	return 0;
}

/* How many are kept, when all that was due before has been done. */
static int
kept(struct rig *r)
{
	struct question *q = question(r, 0, false);
	int before = r->answers;

	loop_once(r->loop, 0);
	q->request.run = run_count;
	service_ask(r->service, SERVICE_KEEP, &q->request);
	until_answered(r, before + 1);
	assert_int_equal(r->err.code, ERR_NONE);
	return r->last;
}

/* One that is to go when so many seconds have passed. */
static void
keep_until(struct rig *r, int number, int64_t when)
{
	struct question *q = question(r, number, true);
	int before = r->answers;

	q->ends = when - RETAIN_DAYS * DAY;
	service_ask(r->service, SERVICE_KEEP, &q->request);
	until_answered(r, before + 1);
	assert_int_equal(r->err.code, ERR_NONE);
}

/* Never before it is due, and within a day of that; and what went is counted. */
static void
goes_within_a_day(void **state)
{
	struct rig *r = *state;
	int64_t due[DAYS];

	start(r, REGISTRY_CREATE);
	for (int i = 0; i < DAYS; i++) {
		due[i] = clock_now() + i * DAY + (i * 7 % 24 + 1) * HOUR - 60;
		keep_until(r, i, due[i]);
	}
	assert_int_equal(kept(r), DAYS);
	unsettled = 2;
	for (int hour = 0; hour < (DAYS + 2) * 24; hour++) {
		int left, least = 0, most = 0;

		ahead += HOUR;
		left = kept(r);
		for (int i = 0; i < DAYS; i++) {
			least += due[i] > clock_now();
			most += due[i] + DAY > clock_now();
		}
		assert_in_range(left, least, most);
	}
	assert_int_equal(kept(r), 0);
	assert_int_equal(unsettled, 0);
	assert_int_equal(service_view(r->service)->retained, DAYS);
}

/* Whether the machine slept, its clock was set, or another desk was writing. */
static void
goes_whatever_happens(void **state)
{
	struct rig *r = *state;

	start(r, REGISTRY_CREATE);
	keep_until(r, 0, clock_now() + 2 * DAY);
	assert_int_equal(kept(r), 1);
	slept += 3 * DAY;
	ahead += HOUR;
	assert_int_equal(kept(r), 0);

	slept -= 60 * DAY;
	ahead += HOUR;
	keep_until(r, 1, clock_now() + HOUR);
	assert_int_equal(kept(r), 1);
	for (int hour = 0; hour < 24; hour++) {
		ahead += HOUR;
		(void)kept(r);
	}
	assert_int_equal(kept(r), 0);

	keep_until(r, 2, clock_now() + HOUR);
	ahead += 2 * HOUR;
	busy = 1;
	for (int hour = 0; hour < 23; hour++) {
		ahead += HOUR;
		(void)kept(r);
	}
	assert_int_equal(busy, 0);
	ahead += HOUR;
	assert_int_equal(kept(r), 0);
}

/* A clock that is years ahead, from the start or later. */
static void
waits_for_a_likely_clock(void **state)
{
	struct rig *r = *state;

	start(r, REGISTRY_CREATE);
	keep_until(r, 0, clock_now() + 2 * DAY);
	slept += 40 * 365 * DAY;
	ahead += HOUR;
	assert_int_equal(kept(r), 1);
	assert_int_equal(service_view(r->service)->retain_err.code,
	    ERR_RETENTION_HELD);
	assert_int_equal(service_view(r->service)->retained, 0);
	/* Put right, and when it is due. */
	slept -= 40 * 365 * DAY;
	ahead += HOUR;
	assert_int_equal(kept(r), 1);
	assert_int_equal(service_view(r->service)->retain_err.code, ERR_NONE);
	slept += 3 * DAY;
	ahead += HOUR;
	assert_int_equal(kept(r), 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(written_and_found), TEST(typed_fast), TEST(not_there),
		TEST(ended), TEST(busy_at_first), TEST(goes_within_a_day),
		TEST(goes_whatever_happens), TEST(waits_for_a_likely_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
