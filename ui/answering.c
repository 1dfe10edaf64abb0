#include "config.h"

#include "ui/answering_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/paths.h"

/* What others know is true for a while only. */
#define FRESH_SECONDS	300
#define MINUTE		60	/* that an answer may be behind the clock */
#define OTHERS		(NEED_ORDER | NEED_STATUS | NEED_NETWORK)

/* What is got together, the cheapest first: each has its result shown at once. */
static const unsigned rounds[] = {
	NEED_CARD | NEED_TRUST | NEED_REGISTRY, NEED_FILE, NEED_ORDER,
	NEED_STATUS, NEED_NETWORK };

struct getting {
	struct job		 job;
	struct answering	*answering;
	struct gathered		*gathered;
	unsigned		 needs;		/* 0: only the list is read */
	struct err		 err;
};

static void	 go_on(struct answering *);

/* --- what it is about ------------------------------------------------------- */

/* What somebody typed is theirs: nothing of it stays in memory. */
static void
forget(char **s)
{
	if (*s != NULL)
		explicit_bzero(*s, strlen(*s));
	free(*s);
	*s = NULL;
}

void
answering_about_clear(struct answering_about *a)
{
	for (int i = 0; i < ABOUT_COUNT; i++)
		forget(&a->what[i]);
	a->cert = false;
}

void
answering_about_copy(struct answering_about *to,
    const struct answering_about *from)
{
	*to = *from;
	for (int i = 0; i < ABOUT_COUNT; i++)
		to->what[i] = mem_strdup(from->what[i]);
}

struct gather_from
answering_from(struct answering *a, const struct answering_about *about,
    char *reader)
{
	const struct card *c = desk_card(a->desk);

	return (struct gather_from){ .conf = a->setup->conf,
	    .authorities = a->setup->authorities,
	    .world = desk_world(a->desk),
	    .reader = c != NULL ? card_key(c, reader, CARD_KEY_MAX) : NULL,
	    .cert = about->cert ? about->sha256 : NULL,
	    .order = about->what[ABOUT_ORDER],
	    .email = about->what[ABOUT_EMAIL],
	    .path = about->what[ABOUT_FILE],
	    .text = about->what[ABOUT_TEXT], .net = a->net,
	    /* Before the list is there they may still be on their way. */
	    .orders = a->have_list ? a->service : NULL,
	    .registry = a->have_list ? a->registry : NULL,
	    .cache = a->cache, .kiosk = !setup_keeps(a->setup) };
}

/* --- the thread ------------------------------------------------------------- */

/* What is learnt is remembered, where there is a registry to do it in. */
void
answering_open(struct answering *a)
{
	const char *point = a->setup->conf->point;
	const struct registry_options o = { .path = a->path,
	    .point = point[0] != '\0' ? point : NULL };
	struct err none = ERR_INIT;

	if (a->service != NULL)
		return;
	if (!setup_keeps(a->setup) ||
	    registry_open(&a->registry, a->setup->conf->remember ?
	    REGISTRY_CREATE : REGISTRY_WRITE, &o, &none) == -1)
		a->registry = NULL;
	a->service = order_service_new(a->net, a->registry,
	    a->setup->authorities);
}

static void
read_list(struct answering *a)
{
	struct conf_problems problems = { .n = 0 };
	struct err none = ERR_INIT;

	(void)questions_load(&a->questions, a->setup->conf_path,
	    a->setup->authorities, &problems, &none);
	conf_problems_clear(&problems);
}

struct step_news {
	struct answering_news	 news;
	enum diag_step		 step;
};

static void
tell_step(struct answering *a, struct answering_news *n)
{
	a->looking = true;
	a->step = ((struct step_news *)n)->step;
	a->changed(a->arg);
}

static void
on_step(const struct diag_result *step, void *arg)
{
	struct answering *a = arg;
	struct step_news *n = mem_alloc(sizeof *n);

	n->news.tell = tell_step;
	n->step = step->step;
	relay_put(a->relay, &n->news.item);
}

static void
run(struct job *j)
{
	struct getting *g = (struct getting *)j;
	struct answering *a = g->answering;

	answering_open(a);
	if (g->needs == 0)
		read_list(a);
	else
		gather(g->gathered, g->needs, &j->cancel, on_step, a, &g->err);
	net_rest(a->net);
}

/* --- the loop's ------------------------------------------------------------- */

/* Only when the facts are this thread's. */
static void
say(struct answering *a, struct said *s)
{
	const struct check *c = check_by_id(a->questions.v[s - a->said].check);

	if (c == NULL || a->gathered == NULL)
		return;
	if (s->answer == NULL)
		s->answer = mem_alloc(sizeof *s->answer);
	answer_look_at(c, gathered_facts(a->gathered), s->answer);
	snprintf(s->language, sizeof s->language, "%s", i18n_get());
}

static void
tell(struct relay_item *item, void *arg)
{
	struct answering_news *n = (struct answering_news *)item;

	n->tell(arg, n);
}

static void
done(struct job *j)
{
	struct getting *g = (struct getting *)j;
	struct answering *a = g->answering;

	relay_take(a->relay);
	if (g->needs == 0) {
		a->have_list = true;
		a->said = mem_alloc((a->questions.n + 1) * sizeof *a->said);
	}
	if ((g->needs & OTHERS) != 0)
		a->asked_at = desk_now(a->desk);
	a->tried |= g->needs;
}

static bool
is_behind(const struct answering *a)
{
	return a->gathered != NULL && desk_now(a->desk) -
	    gathered_facts(a->gathered)->now >= MINUTE;
}

/* The status of another certificate than is meant now has to be asked. */
static void
catch_up(struct answering *a)
{
	unsigned had = a->had;

	gathered_later(a->gathered, desk_now(a->desk));
	a->had = gathered_facts(a->gathered)->had;
	a->tried &= ~(had & ~a->had);
}

/* The checks whose answers are shown, on what is known by now. */
static void
look_again(struct answering *a)
{
	if (is_behind(a))
		catch_up(a);
	for (size_t i = 0; a->said != NULL && i < a->questions.n; i++)
		if (a->said[i].asked)
			say(a, &a->said[i]);
}

/* Also of one that was given up: only now are the facts the loop's again. */
static void
free_getting(struct job *j)
{
	struct answering *a = ((struct getting *)j)->answering;

	free(j);
	a->job = 0;
	a->getting = 0;
	a->looking = false;
	if (a->closing)
		return;
	if (a->gathered != NULL)
		a->had = gathered_facts(a->gathered)->had;
	look_again(a);
	go_on(a);
	a->changed(a->arg);
}

static void
begin(struct answering *a, unsigned needs)
{
	struct getting *g = mem_alloc(sizeof *g);

	g->job = (struct job){ .run = run, .done = done,
	    .free = free_getting };
	g->answering = a;
	g->gathered = a->gathered;
	g->needs = needs;
	a->getting = needs;
	if (a->gathered != NULL)
		answering_keep(a);
	a->job = worker_post(a->worker, &g->job);
}

/* It is about the same order still: what was shown of it may stay. */
static bool
is_same(const struct answering *a)
{
	static const enum answering_what those[] = { ABOUT_ORDER, ABOUT_FILE,
		ABOUT_TEXT };

	for (size_t i = 0; i < sizeof those / sizeof those[0]; i++) {
		const char *was = a->given.what[those[i]];
		const char *is = a->about.what[those[i]];

		if (strcmp(was != NULL ? was : "", is != NULL ? is : "") != 0)
			return false;
	}
	return true;
}

/* From other things, keeping what does not hang on them. */
static void
renew(struct answering *a)
{
	struct answering_about about;
	char reader[CARD_KEY_MAX];
	struct gather_from from;

	if (a->gathered != NULL && is_same(a))
		answering_keep(a);
	else
		answering_kept_clear(&a->kept);
	answering_about_copy(&about, &a->about);
	from = answering_from(a, &about, reader);
	if (from.reader != NULL) {
		snprintf(a->reader, sizeof a->reader, "%s", from.reader);
		from.reader = a->reader;
	}
	if (about.cert) {
		memcpy(a->given.sha256, about.sha256, sizeof about.sha256);
		from.cert = a->given.sha256;
	}
	if (a->gathered == NULL)
		a->gathered = gathered_new(&from, desk_now(a->desk));
	else
		gathered_again(a->gathered, &from, ~a->stale,
		    desk_now(a->desk));
	answering_about_clear(&a->given);
	a->given = about;
	/* What is told of certificates goes with the copy of the card. */
	a->tried &= ~(a->stale | NEED_TRUST);
	a->stale = 0;
	a->had = gathered_facts(a->gathered)->had;
	look_again(a);
}

/* What cannot be had is not asked for again and again. */
static unsigned
lacks(const struct answering *a)
{
	return a->wanted & (~(a->had | a->tried) | a->stale);
}

/* One thing after another, until all that is wanted is had. */
static void
go_on(struct answering *a)
{
	unsigned lack;

	if (a->job != 0 || !a->have_list || a->wanted == 0)
		return;
	if (a->gathered == NULL || a->stale != 0)
		renew(a);
	lack = lacks(a);
	for (size_t i = 0; i < sizeof rounds / sizeof rounds[0]; i++)
		if ((lack & rounds[i]) != 0) {
			begin(a, lack & rounds[i]);
			return;
		}
}

/*
 * Something of it is not so any more: what is got for it is got in vain.  Nothing
 * but its own figures hangs on the registry.
 */
void
answering_outdated(struct answering *a, unsigned needs)
{
	a->stale |= needs;
	if (a->job == 0)
		go_on(a);
	else if (a->have_list && (needs & (a->getting | ~(unsigned)NEED_REGISTRY)) != 0)
		worker_cancel(a->worker, a->job);
}

/* What hangs on what is told. */
static const unsigned hangs[ABOUT_COUNT] = {
	[ABOUT_ORDER] = NEED_ORDER,
	[ABOUT_FILE] = NEED_FILE,
	[ABOUT_TEXT] = NEED_FILE,
	[ABOUT_EMAIL] = NEED_CARD,
};

void
answering_tell(struct answering *a, enum answering_what what, const char *s)
{
	if (s != NULL && s[0] == '\0')
		s = NULL;
	forget(&a->about.what[what]);
	a->about.what[what] = mem_strdup(s);
	answering_outdated(a, hangs[what]);
}

const char *
answering_told(const struct answering *a, enum answering_what what)
{
	return a->about.what[what] != NULL ? a->about.what[what] : "";
}

void
answering_cert(struct answering *a, const uint8_t *sha256)
{
	if (a->about.cert == (sha256 != NULL) && (sha256 == NULL ||
	    memcmp(sha256, a->about.sha256, sizeof a->about.sha256) == 0))
		return;
	a->about.cert = sha256 != NULL;
	if (sha256 != NULL)
		memcpy(a->about.sha256, sha256, sizeof a->about.sha256);
	answering_outdated(a, NEED_CARD | NEED_STATUS);
}

void
answering_later(struct answering *a)
{
	if (a->job != 0 || !is_behind(a))
		return;
	look_again(a);
	go_on(a);
}

void
answering_want(struct answering *a, unsigned needs)
{
	answering_later(a);
	a->wanted |= needs;
	if (((a->had | a->tried) & OTHERS) != 0 &&
	    desk_now(a->desk) - a->asked_at > FRESH_SECONDS)
		answering_outdated(a, OTHERS);
	else
		go_on(a);
}

void
answering_again(struct answering *a, unsigned needs)
{
	a->wanted |= needs;
	answering_outdated(a, needs);
}

void
answering_rest(struct answering *a)
{
	a->wanted = 0;
	answering_kept_clear(&a->kept);
	for (int i = 0; i < ABOUT_COUNT; i++) {
		if (a->about.what[i] != NULL)
			a->stale |= hangs[i];
		forget(&a->about.what[i]);
	}
	for (size_t i = 0; a->said != NULL && i < a->questions.n; i++) {
		free(a->said[i].answer);
		a->said[i] = (struct said){ .asked = false };
	}
	if (a->job != 0 && a->have_list)
		worker_cancel(a->worker, a->job);
}

void
answering_cards(struct answering *a)
{
	const struct card *c = desk_card(a->desk);

	/* It is shown whole, or as it was before. */
	if (c != NULL && c->state == CARD_READING)
		return;
	answering_outdated(a, NEED_CARD | NEED_STATUS | NEED_REGISTRY);
}

unsigned
answering_waits(const struct answering *a)
{
	return a->job == 0 ? 0 : a->getting | lacks(a);
}

const char *
answering_doing(const struct answering *a, char *buf, size_t size)
{
	static const struct {
		unsigned	 need;
		const char	*words;
	} doing[] = {
		{ NEED_CARD | NEED_TRUST, N_("Looking at the card...") },
		{ NEED_FILE, N_("Reading what was brought...") },
		{ NEED_ORDER, N_("Asking where the order stands...") },
		{ NEED_STATUS, N_("Asking about the certificate's status...") },
		{ NEED_NETWORK, N_("Looking at the way to the service...") },
		{ NEED_REGISTRY, N_("Looking into the registry...") },
	};

	buf[0] = '\0';
	for (size_t i = 0; i < sizeof doing / sizeof doing[0]; i++)
		if ((a->getting & doing[i].need) != 0) {
			snprintf(buf, size, "%s", _(doing[i].words));
			if (a->looking)
				snprintf(buf, size, "%s (%s)",
				    _(doing[i].words),
				    diag_step_name(a->step));
			break;
		}
	return buf;
}

/* --- answers ------------------------------------------------------------------ */

const struct questions *
answering_questions(const struct answering *a)
{
	return a->have_list ? &a->questions : NULL;
}

const struct answer_facts *
answering_facts(const struct answering *a)
{
	return a->job != 0 || a->gathered == NULL ? NULL :
	    gathered_facts(a->gathered);
}

/* While something is being got the answer stays as it was. */
const struct answer *
answering_answer(struct answering *a, const struct question *q)
{
	struct said *s = &a->said[q - a->questions.v];

	s->asked = true;
	if (a->job == 0 && (s->answer == NULL ||
	    strcmp(s->language, i18n_get()) != 0))
		say(a, s);
	return s->answer;
}

/* --- its life ------------------------------------------------------------------ */

struct answering *
answering_new(struct desk *d, void (*changed)(void *), void *arg)
{
	struct answering *a = mem_alloc(sizeof *a);
	const struct setup *s = desk_setup(d);
	const struct net_options o = setup_way(s);

	a->desk = d;
	a->setup = s;
	a->changed = changed;
	a->arg = arg;
	/* Looked up here: the usual paths are made once, for one thread. */
	a->path = setup_registry(s);
	a->cache = setup_keeps(s) ? NULL : paths_runtime();
	a->net = net_new(&o);
	a->relay = relay_new(desk_loop(d), tell, a);
	a->worker = worker_new(desk_loop(d));
	begin(a, 0);
	return a;
}

void
answering_free(struct answering *a)
{
	if (a == NULL)
		return;
	a->closing = true;
	worker_free(a->worker);
	relay_free(a->relay);
	gathered_free(a->gathered);
	for (size_t i = 0; a->said != NULL && i < a->questions.n; i++)
		free(a->said[i].answer);
	free(a->said);
	questions_clear(&a->questions);
	answering_about_clear(&a->about);
	answering_about_clear(&a->given);
	answering_kept_clear(&a->kept);
	order_service_free(a->service);
	registry_close(a->registry);
	net_free(a->net);
	free(a);
}
