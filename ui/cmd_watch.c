/* okienko watch: a line for everything that happens to readers and cards. */
#include "config.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/jstring.h"
#include "base/mem.h"
#include "ui/card_out.h"
#include "ui/session.h"

enum happening {
	READER_ADDED, READER_REMOVED, CARD_IN, CARD_OUT, CARD_READ_WHOLE,
	CARD_TROUBLE, SERVICE_UP, SERVICE_TROUBLE, MODULE_UP, MODULE_TROUBLE,
	HELPER_TROUBLE
};

static const struct {
	const char	*id;		/* in JSON */
	const char	*sentence;	/* for people */
} happenings[] = {
	[READER_ADDED] = { "reader-added", N_("reader connected") },
	[READER_REMOVED] = { "reader-removed", N_("reader unplugged") },
	[CARD_IN] = { "card-inserted", N_("card put in") },
	[CARD_OUT] = { "card-removed", N_("card taken out") },
	[CARD_READ_WHOLE] = { "card-read", N_("card read") },
	[CARD_TROUBLE] = { "card-failed", N_("card not read") },
	[SERVICE_UP] = { "service-up", N_("card service found") },
	[SERVICE_TROUBLE] = { "service-gone", N_("card service missing") },
	[MODULE_UP] = { "module-ready", N_("card software ready") },
	[MODULE_TROUBLE] = { "module-stopped", N_("card software stopped") },
	[HELPER_TROUBLE] = { "helper-failed", N_("card process ended") },
};

/* What was last told of a place for cards. */
struct seen {
	char		 key[CARD_KEY_MAX];
	char		*place;		/* what it is called */
	bool		 reader;	/* not a token without one */
	enum card_state	 state;
	unsigned	 serial;
	bool		 here;		/* still there at this change */
};

struct watch {
	struct cmd		*cmd;
	struct session		*session;
	struct seen		 seen[CARD_WORLD_MAX];
	size_t			 nseen;
	enum pcsc_state		 pcsc;
	enum err_code		 pcsc_code, helper_code;
	enum module_state	 modules[CARD_MODULES_MAX];
};

/* --- telling ------------------------------------------------------------- */

static void
tell_json(struct watch *w, enum happening what, const char *where,
    const struct card *card, const struct err *err)
{
	json_t	*o = json_object();
	char	 now[40];

	json_object_set_new(o, "time",
	    jstring(clock_rfc3339(clock_now(), now, sizeof(now))));
	json_object_set_new(o, "event", jstring(happenings[what].id));
	json_object_set_new(o, "where", out_string_json(where));
	if (err != NULL)
		json_object_set_new(o, "error", out_error_json(err));
	if (card != NULL)
		json_object_set_new(o, "card", card_describe(w->cmd, card));
	out_json(w->cmd->out, o, true);
	json_decref(o);
}

static void
tell_text(struct watch *w, enum happening what, const char *where,
    const struct card *card, const struct err *err)
{
	char	 now[40], sentence[512];

	clock_local(clock_now(), now, sizeof(now));
	err_sentence(err != NULL ? err : &(struct err)ERR_INIT, sentence,
	    sizeof(sentence));
	out_line(w->cmd->out, 4, "%s  %s%s%s%s%s%s%s", now,
	    _(happenings[what].sentence), where[0] != '\0' ? " · " : "", where,
	    card != NULL ? " · " : "", card != NULL ? card_title(card) : "",
	    err != NULL ? " · " : "", err != NULL ? sentence : "");
}

static void
tell(struct watch *w, enum happening what, const char *where,
    const struct card *card, const struct err *err)
{
	if (w->cmd->json)
		tell_json(w, what, where, card, err);
	else
		tell_text(w, what, where, card, err);
	out_flush(w->cmd->out);
	/* Nobody reads any more: there is nobody to watch for. */
	if (out_failed(w->cmd->out))
		session_stop(w->session);
}

/* --- comparing ----------------------------------------------------------- */

static struct seen *
seen_at(struct watch *w, const struct card *card)
{
	struct seen	*s;
	char		 key[CARD_KEY_MAX];
	size_t		 i;

	card_key(card, key, sizeof(key));
	for (i = 0; i < w->nseen; i++)
		if (strcmp(w->seen[i].key, key) == 0)
			return &w->seen[i];
	if (w->nseen == CARD_WORLD_MAX)
		return NULL;
	s = &w->seen[w->nseen++];
	*s = (struct seen){ .place = mem_strdup(card_place(card)),
	    .reader = card->reader[0] != '\0', .state = CARD_ABSENT };
	card_key(card, s->key, sizeof(s->key));
	if (s->reader)
		tell(w, READER_ADDED, s->place, NULL, NULL);
	return s;
}

/* Another token in the same slot may be called otherwise. */
static void
call_anew(struct seen *s, const struct card *card)
{
	free(s->place);
	s->place = mem_strdup(card_place(card));
}

static void
compare_card(struct watch *w, const struct card *card)
{
	struct seen	*s = seen_at(w, card);
	bool		 swapped;

	if (s == NULL)
		return;
	s->here = true;
	swapped = s->state != CARD_ABSENT && (card->state == CARD_ABSENT ||
	    card->serial != s->serial);
	if (swapped)
		tell(w, CARD_OUT, s->place, NULL, NULL);
	call_anew(s, card);
	if (card->state != CARD_ABSENT && (s->state == CARD_ABSENT || swapped))
		tell(w, CARD_IN, s->place, NULL, NULL);
	if (card->state == CARD_READY && (s->state != CARD_READY || swapped))
		tell(w, CARD_READ_WHOLE, s->place, card, NULL);
	if (card->state == CARD_FAILED && (s->state != CARD_FAILED || swapped))
		tell(w, CARD_TROUBLE, s->place, NULL, &card->err);
	s->state = card->state;
	s->serial = card->serial;
}

/* Forget the places that are no longer there. */
static void
drop_gone(struct watch *w)
{
	size_t	 i, kept = 0;

	for (i = 0; i < w->nseen; i++) {
		if (w->seen[i].here) {
			w->seen[i].here = false;
			w->seen[kept++] = w->seen[i];
			continue;
		}
		if (w->seen[i].state != CARD_ABSENT)
			tell(w, CARD_OUT, w->seen[i].place, NULL, NULL);
		if (w->seen[i].reader)
			tell(w, READER_REMOVED, w->seen[i].place, NULL, NULL);
		free(w->seen[i].place);
	}
	w->nseen = kept;
}

static void
compare_service(struct watch *w, const struct card_world *world)
{
	const char	*socket = world->pcsc_socket;
	size_t		 i;

	if (socket == NULL)
		socket = "";
	if (world->pcsc == PCSC_UP && w->pcsc != PCSC_UP)
		tell(w, SERVICE_UP, socket, NULL, NULL);
	if (world->pcsc == PCSC_GONE && (w->pcsc != PCSC_GONE ||
	    w->pcsc_code != world->pcsc_err.code))
		tell(w, SERVICE_TROUBLE, socket, NULL, &world->pcsc_err);
	w->pcsc = world->pcsc;
	w->pcsc_code = world->pcsc_err.code;
	if (world->helper_err.code != w->helper_code &&
	    world->helper_err.code != ERR_NONE)
		tell(w, HELPER_TROUBLE, "", NULL, &world->helper_err);
	w->helper_code = world->helper_err.code;
	for (i = 0; i < world->nmodules; i++) {
		if (w->modules[i] != world->modules[i].state &&
		    world->modules[i].state != MODULE_STARTING)
			tell(w, world->modules[i].state == MODULE_READY ?
			    MODULE_UP : MODULE_TROUBLE, world->modules[i].name,
			    NULL, world->modules[i].state == MODULE_READY ?
			    NULL : &world->modules[i].err);
		w->modules[i] = world->modules[i].state;
	}
}

static void
on_change(const struct card_world *world, void *arg)
{
	struct watch	*w = arg;
	size_t		 i;

	compare_service(w, world);
	for (i = 0; i < world->ncards; i++)
		compare_card(w, world->cards[i]);
	drop_gone(w);
}

static enum exit_code
run(struct cmd *cmd)
{
	struct watch	 w = { .cmd = cmd };
	struct err	 err = ERR_INIT;
	size_t		 i;
	int		 sig;

	w.session = session_open(cmd, on_change, &w);
	on_change(session_world(w.session), &w);
	session_run(w.session, 0, &err);
	/* Ctrl-C is how watching ends; another signal is for the shell to know. */
	sig = session_signal(w.session);
	cmd->signal = sig == SIGINT ? 0 : sig;
	session_close(w.session);
	for (i = 0; i < w.nseen; i++)
		free(w.seen[i].place);
	return EXIT_FINE;
}

const struct verb cmd_watch = {
	.name = "watch",
	.args = "",
	.summary = N_("tell what happens to readers and cards, until Ctrl-C"),
	.run = run,
};
