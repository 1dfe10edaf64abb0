#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/net.h"
#include "ui/answering_state.h"

struct chaining {
	struct job		 job;
	struct answering	*answering;
	unsigned		 panel, round;
	enum chain_id		 id;
	struct answering_chain	 tells;
	struct answering_about	 about;
	char			 reader[CARD_KEY_MAX];
	struct gather_from	 from;
	struct gathered		*gathered;
	struct chain_report	 report;
	struct err		 err;
};

/* A link that is begun, or one of its findings, on its way to the panel. */
struct link_news {
	struct answering_news	 news;
	unsigned		 panel, round;
	struct answering_chain	 tells;
	const char		*title;
	bool			 found;
	struct finding		 finding;
};

static void
tell(struct answering *a, struct answering_news *news)
{
	struct link_news *n = (struct link_news *)news;
	struct panel *p = desk_find_panel(a->desk, n->panel);

	if (p == NULL)
		return;
	if (n->found)
		n->tells.found(p, n->round, &n->finding);
	else
		n->tells.begins(p, n->round, n->title);
	a->changed(a->arg);
}

static void
on_link(const char *link, const char *title, const struct finding *f, void *arg)
{
	struct chaining *c = arg;
	struct link_news *n = mem_alloc(sizeof *n);

	(void)link;
	n->news.tell = tell;
	n->panel = c->panel;
	n->round = c->round;
	n->tells = c->tells;
	n->title = title;
	n->found = f != NULL;
	if (f != NULL)
		n->finding = *f;
	relay_put(c->answering->relay, &n->news.item);
}

static void
run(struct job *j)
{
	struct chaining *c = (struct chaining *)j;
	const struct chain_told told = {
	    .conf_path = c->answering->setup->conf_path };

	(void)chain_run(c->id, c->gathered, &told, &j->cancel, on_link, c,
	    &c->report, &c->err);
	net_rest(c->answering->net);
}

static void
done(struct job *j)
{
	struct chaining *c = (struct chaining *)j;
	struct answering *a = c->answering;
	struct panel *p;

	relay_take(a->relay);
	if ((p = desk_find_panel(a->desk, c->panel)) == NULL)
		return;
	c->tells.ended(p, &c->report, &c->err);
	c->report = (struct chain_report){ .n = 0 };
	a->changed(a->arg);
}

static void
free_chaining(struct job *j)
{
	struct chaining *c = (struct chaining *)j;

	chain_report_clear(&c->report);
	gathered_free(c->gathered);
	answering_about_clear(&c->about);
	free(c);
}

unsigned
answering_chain(struct answering *a, struct panel *p, enum chain_id id,
    unsigned round, const struct answering_chain *tells)
{
	struct chaining *c = mem_alloc(sizeof *c);

	c->job = (struct job){ .run = run, .done = done,
	    .free = free_chaining };
	c->answering = a;
	c->panel = p->id;
	c->round = round;
	c->id = id;
	c->tells = *tells;
	answering_about_copy(&c->about, &a->about);
	c->from = answering_from(a, &c->about, c->reader);
	c->gathered = gathered_new(&c->from, desk_now(a->desk));
	return worker_post(a->worker, &c->job);
}

void
answering_cancel(struct answering *a, unsigned id)
{
	worker_cancel(a->worker, id);
}
