#include "config.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/jstring.h"
#include "base/log.h"
#include "base/wire.h"
#include "card/changing.h"
#include "card/early.h"
#include "card/login.h"
#include "card/model.h"
#include "card/module.h"
#include "card/opensc.h"
#include "card/probe.h"
#include "card/proto.h"
#include "card/purge.h"
#include "card/record.h"
#include "card/sign.h"
#include "card/token.h"

struct module {
	struct wire	*wire;
	const char	*path;
	struct p11	*p11;
	json_t		*login;		/* a request that waits for its PIN */
	size_t		 shown;		/* certificates of the card being read */
	struct err	 refused;	/* why the module does not start */
	bool		 done;
};

/* --- talking ------------------------------------------------------------- */

/*
 * Send and see it off before going on: the next PKCS#11 call may take long, and
 * what has been read is to be seen meanwhile.
 */
static void
send_frame(struct module *m, json_t *frame)
{
	struct err err = ERR_INIT;
	struct pollfd p = { wire_fd(m->wire), POLLOUT, 0 };
	int rc = wire_send(m->wire, frame, &err);

	json_decref(frame);
	while (rc == 0 && wire_pending(m->wire)) {
		if (poll(&p, 1, -1) == -1 && errno != EINTR)
			break;
		rc = wire_flush(m->wire, &err);
	}
	if (rc == -1) {
		log_err("telling the supervisor", &err);
		m->done = true;
	}
}

static void
send_card(const struct card *card, void *arg)
{
	json_t *frame = proto_card_to_json(card);

	json_object_set_new(frame, "ev", jstring("card"));
	send_frame(arg, frame);
}

/* Half a card, unless more of it has been shown already. */
static void
send_progress(const struct card *card, void *arg)
{
	struct module *m = arg;

	if (card->ncerts < m->shown)
		return;
	m->shown = card->ncerts;
	send_card(card, m);
}

/* What came of a request: empty but for what was asked for. */
struct outcome {
	struct card_signature	 signature;
	struct card_changed	 changed;
};

static void
send_answer(struct module *m, const json_t *request, const struct err *err,
    const struct outcome *o)
{
	struct proto_event ev = { .ev = EV_ANSWER, .err = *err };
	json_t *frame;

	if (o != NULL && err->code == ERR_NONE) {
		ev.signature = o->signature;
		ev.der = o->changed.der;	/* borrowed */
	}
	frame = proto_event_to_json(&ev);
	/* Its own number, whatever it was. */
	json_object_set(frame, "id", json_object_get(request, "id"));
	send_frame(m, frame);
}

static void
send_module(struct module *m, const struct err *err)
{
	const char *slash = strrchr(m->path, '/');
	struct module_view view = {
		.name = (char *)(uintptr_t)(slash != NULL ? slash + 1 :
		    m->path),
		.path = (char *)(uintptr_t)m->path,
		.state = err->code == ERR_NONE ? MODULE_READY : MODULE_STOPPED,
		.err = *err,
	};
	json_t *frame = proto_module_to_json(&view);

	json_object_set_new(frame, "ev", jstring("module"));
	send_frame(m, frame);
}

/* --- reading ------------------------------------------------------------- */

static const char *
get_string(const json_t *request, const char *key)
{
	const char *s = json_string_value(json_object_get(request, key));

	return s != NULL ? s : "";
}

static struct card *
new_card(const json_t *request)
{
	struct card *card = card_new(get_string(request, "reader"));

	card->atr_len = atr_parse(get_string(request, "atr"), card->atr, NULL,
	    sizeof(card->atr));
	if (card->atr_len == 0)		/* a login names the reader alone */
		card->atr_len = probe_atr(card->reader, card->atr);
	return card;
}

/*
 * Read these slots as one card, and tell the outcome.  The session, or NULL, is
 * one that is logged in to a slot: it ends when the module has been read, since
 * asking the card directly would end it unseen.
 */
static void
read_slots(struct module *m, const json_t *request, const CK_SLOT_ID *slots,
    size_t n, const CK_SLOT_ID *verified, struct session *session)
{
	struct card *card = new_card(request);

	token_read_card(m->p11, card, slots, n, verified, send_progress, m);
	if (session != NULL)
		login_close(session);
	if (card->state == CARD_READY && card->ntokens == 0 &&
	    card->reader[0] != '\0' &&
	    probe_connect(card->reader, &card->err) == -1)
		card->state = CARD_FAILED;
	if (card->state == CARD_READY)
		probe_card(card, m->p11, session != NULL);
	/* Without a reader only a token makes a card. */
	if (card->reader[0] != '\0' || card->ntokens > 0)
		send_card(card, m);
	m->shown = 0;
	card_free(card);
}

/* A reader holds one card, however many tokens; else each token is one. */
static void
read_all(struct module *m, const json_t *request)
{
	const char *reader = get_string(request, "reader");
	CK_SLOT_ID slots[CARD_TOKENS_MAX];
	size_t n = token_slots(m->p11, reader, slots, CARD_TOKENS_MAX);

	if (reader[0] != '\0')
		read_slots(m, request, slots, n, NULL, NULL);
	else
		for (size_t i = 0; i < n; i++)
			read_slots(m, request, &slots[i], 1, NULL, NULL);
}

/* The card of a token that is logged in, private objects and all. */
static void
read_verified(struct module *m, const json_t *request, CK_SLOT_ID slot,
    struct session *session)
{
	const char *reader = get_string(request, "reader");
	CK_SLOT_ID slots[CARD_TOKENS_MAX] = { slot };
	size_t n = 1;

	if (reader[0] != '\0')
		n = token_slots(m->p11, reader, slots, CARD_TOKENS_MAX);
	read_slots(m, request, slots, n, &slot, session);
}

static void
fail_card(struct module *m, const json_t *request, const struct err *err)
{
	struct card *card = new_card(request);

	card->state = CARD_FAILED;
	card->err = *err;
	if (card->reader[0] != '\0')
		send_card(card, m);
	card_free(card);
}

/* Start it if that is still to be done, and have it look at its readers. */
static int
look(struct module *m, struct err *err)
{
	if (p11_start(m->p11, err) == -1) {
		m->refused = *err;
		return -1;
	}
	return p11_refresh(m->p11, err);
}

/*
 * The same while certificates are shown as they come.  OpenSC reads a new card
 * whole in here; while it does, the socket is the watching thread's.
 */
static int
refresh(struct module *m, const json_t *request, struct err *err)
{
	struct card *like = new_card(request);
	struct early *early = NULL;
	int rc;

	if (probe_is_only_card(like->reader))
		early = early_start(opensc_cache(), like, send_progress, m);
	rc = look(m, err);
	early_stop(early);
	card_free(like);
	return rc;
}

static void
do_read(struct module *m, const json_t *request)
{
	struct err err = ERR_INIT;

	/* Card software reads a card once while it stays in: it is to begin anew. */
	if (json_is_true(json_object_get(request, "afresh"))) {
		purge_card("");
		p11_stop(m->p11);
	}
	/*
	 * All of OpenSC's tokens are in readers.  Asked for others it would
	 * read a card that has just come, and nobody would see it doing so.
	 */
	if (opensc_cache() != NULL && get_string(request, "reader")[0] == '\0')
		;
	else if (refresh(m, request, &err) == -1)
		fail_card(m, request, &err);
	else
		read_all(m, request);
	send_answer(m, request, &err, NULL);
}

/* --- with a PIN ------------------------------------------------------------ */

/* What a typed PIN is used for, and its end; then the card as it shows itself. */
static void
use_pin(struct module *m, const json_t *request,
    const struct proto_request *req, struct secret *pin, struct outcome *o,
    struct err *err)
{
	const struct login login = { .reader = req->reader,
	    .slot = (CK_SLOT_ID)req->slot, .serial = req->serial,
	    .last = req->last, .writes = req->req == REQ_CHANGE &&
	    changing_writes(req->change.kind) };
	struct session session;
	int rc = login_open(m->p11, &login, pin, &session, err);
	int done = 0;

	if (rc == 0 && req->req == REQ_SIGN)
		(void)sign_digest(&session, pin, req->key, &req->digest,
		    &o->signature, err);
	else if (rc == 0 && req->req == REQ_CHANGE)
		done = (login.writes ? changing_do(&session, &req->change,
		    err) : changing_look(&session, &req->change, &o->changed,
		    err));
	secret_free(pin);
	if (rc == 0 && done == -1 && login.writes)
		login_close(&session);
	else if (rc == 0)
		read_verified(m, request, login.slot, &session);
	/* A try was spent, here or by another program: show it. */
	else if ((err->origin == ORIGIN_PKCS11 || err->code == ERR_PIN_LAST) &&
	    !login.writes)
		read_all(m, request);
}

/* A login, or a signature: that is a login with something done in it. */
static void
do_login(struct module *m, const json_t *request,
    const struct proto_request *req, struct secret *pin)
{
	struct outcome o = { .signature.len = 0 };
	struct err err = ERR_INIT;

	if (look(m, &err) == -1)
		secret_free(pin);
	else
		use_pin(m, request, req, pin, &o, &err);
	send_answer(m, request, &err, &o);
}

/* --- changing ---------------------------------------------------------------- */

/* In whichever slot the token lies now; of two with its number, its own. */
static int
find_token(struct module *m, const struct proto_request *req,
    CK_SLOT_ID *slot, struct err *err)
{
	struct err ignored = ERR_INIT;
	CK_SLOT_ID slots[CARD_TOKENS_MAX];
	size_t n = token_slots(m->p11, req->reader, slots, CARD_TOKENS_MAX);
	CK_TOKEN_INFO info;
	bool found = false;

	for (size_t i = 0; i < n; i++)
		if (token_info(m->p11, slots[i], req->reader, &info,
		    &ignored) == 0 && login_is_token(&info, req->serial)) {
			if (!found || slots[i] == (CK_SLOT_ID)req->slot)
				*slot = slots[i];
			found = true;
		}
	return found ? 0 :
	    err_set(err, ERR_CARD_REMOVED, req->reader, "no such token");
}

static int
look_without_pin(struct module *m, const struct proto_request *req,
    struct outcome *o, struct err *err)
{
	struct session s;
	CK_SLOT_ID slot;
	int rc;

	if (find_token(m, req, &slot, err) == -1 ||
	    session_open(m->p11, slot, req->reader, &s, err) == -1)
		return -1;
	rc = changing_look(&s, &req->change, &o->changed, err);
	session_close(&s);
	return rc;
}

static enum opensc_task
task_of(enum card_change_kind kind)
{
	switch (kind) {
	case CHANGE_WRITE:
		return OPENSC_WRITE_CERT;
	case CHANGE_REMOVE_CERT:
	case CHANGE_REMOVE_KEY:
		return OPENSC_REMOVE;
	default:
		return OPENSC_WRITE;
	}
}

/* What is cached of the card is not believed any more, however this ends. */
static void
prepare(struct module *m, const struct proto_request *req)
{
	purge_card(req->serial);
	if (opensc_cache() == NULL)
		return;
	p11_stop(m->p11);
	opensc_task(task_of(req->change.kind));
}

/* A fault of software whose card has gone is not its own. */
static void
blame_removal(struct module *m, const struct proto_request *req,
    struct err *err)
{
	struct err ignored = ERR_INIT, why = *err;
	CK_SLOT_ID slot;

	if ((why.code != ERR_MODULE_FAILED && why.code != ERR_CARD_READ &&
	    why.code != ERR_CARD_UNKNOWN) || req->reader[0] == '\0' ||
	    find_token(m, req, &slot, &ignored) == 0)
		return;
	err_clear(err);
	(void)err_raw(err, ERR_CARD_REMOVED, why.origin, why.raw, req->reader,
	    "%s", why.detail);
}

/*
 * What was done, by what the card says to software that remembers nothing of
 * it.  A change that went wrong is over when that software has seen what came
 * of it.
 */
static void
prove(struct module *m, const json_t *request, const struct proto_request *req,
    struct outcome *o, struct err *err)
{
	struct err ignored = ERR_INIT;
	bool done = err->code == ERR_NONE;

	p11_stop(m->p11);
	opensc_task(OPENSC_READ);
	purge_card(req->serial);
	if (look(m, done ? err : &ignored) == -1)
		return;
	if (!done)
		blame_removal(m, req, err);
	if (!done || look_without_pin(m, req, o, err) == -1)
		read_all(m, request);
}

static void
do_change(struct module *m, const json_t *request,
    const struct proto_request *req, struct secret *pin)
{
	bool writes = changing_writes(req->change.kind);
	struct outcome o = { .signature.len = 0 };
	struct err err = ERR_INIT;

	if (writes)
		prepare(m, req);
	if (look(m, &err) == -1)
		secret_free(pin);
	else if (pin == NULL && !writes)
		(void)look_without_pin(m, req, &o, &err);
	else
		use_pin(m, request, req, pin, &o, &err);
	if (writes)
		prove(m, request, req, &o, &err);
	send_answer(m, request, &err, &o);
	card_changed_clear(&o.changed);
}

/* --- requests ------------------------------------------------------------ */

/* With its PIN, or none: from here the request is read as a whole. */
static void
take_pin(struct module *m, const json_t *request, struct secret *pin)
{
	struct err err = ERR_INIT;
	struct proto_request req;

	if (proto_request_from_json(request, &req, &err) == -1) {
		secret_free(pin);
		send_answer(m, request, &err, NULL);
	} else if (req.req == REQ_CHANGE)
		do_change(m, request, &req, pin);
	else
		do_login(m, request, &req, pin);
	proto_request_clear(&req);
}

static void
want_login(struct module *m, json_t *request)
{
	if (json_is_true(json_object_get(request, "pinpad")))
		take_pin(m, request, NULL);
	else {
		json_decref(m->login);
		m->login = json_incref(request);
	}
}

static void
forget(struct module *m, json_t *request)
{
	struct err err = ERR_INIT;

	(void)request;
	/* Lets the module notice, and let go of what it kept of the card. */
	if (look(m, &err) == -1)
		log_err("forgetting a card", &err);
}

static void
read_request(struct module *m, json_t *request)
{
	do_read(m, request);
}

static const struct {
	const char	*name;
	void		(*run)(struct module *, json_t *);
} requests[] = {
	{ "read",	read_request },
	{ "forget",	forget },
	{ "login",	want_login },
	{ "sign",	want_login },
	{ "change",	want_login },
};

static void
on_request(struct module *m, json_t *request)
{
	const char *name = get_string(request, "req");

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (strcmp(requests[i].name, name) == 0) {
			requests[i].run(m, request);
			return;
		}
	log_warn("a request that is not known");
}

static void
on_secret(struct module *m, struct secret *pin)
{
	json_t *request = m->login;

	m->login = NULL;
	if (request == NULL) {
		secret_free(pin);
		return;
	}
	take_pin(m, request, pin);
	json_decref(request);
}

/* Every frame that has come; false at the end of the conversation. */
static bool
take_frames(struct module *m)
{
	struct err err = ERR_INIT;
	struct secret *pin;
	json_t *request;

	while (!m->done) {
		if (m->refused.code != ERR_NONE) {
			send_module(m, &m->refused);
			return false;
		}
		switch (wire_read(m->wire, &request, &pin, &err)) {
		case WIRE_NOTHING:
			return true;
		case WIRE_JSON:
			on_request(m, request);
			json_decref(request);
			break;
		case WIRE_SECRET:
			on_secret(m, pin);
			break;
		case WIRE_END:
			return false;
		case WIRE_BAD:
			log_err("listening to the supervisor", &err);
			return false;
		}
	}
	return false;
}

static void
serve(struct module *m)
{
	struct pollfd p = { wire_fd(m->wire), POLLIN, 0 };

	while (take_frames(m))
		if (poll(&p, 1, -1) == -1 && errno != EINTR)
			break;
}

int
module_process_main(const char *path, int fd, const struct conf *conf)
{
	struct module m = { .wire = wire_new(fd), .path = path };
	struct err err = ERR_INIT;
	int rc;

	if (conf->opensc_tuning)
		opensc_prepare(path);
	rc = p11_load(path, &m.p11, &err);
	/*
	 * OpenSC reads a card that is there, or comes just then, while it starts:
	 * that is seen only when it was asked for.
	 */
	if (rc == 0 && opensc_cache() == NULL)
		rc = p11_start(m.p11, &err);
	send_module(&m, &err);
	if (rc == 0)
		serve(&m);
	json_decref(m.login);
	p11_unload(m.p11);
	wire_free(m.wire);
	opensc_wipe();
	return rc == 0 ? 0 : 1;
}
