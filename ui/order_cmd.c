#include "config.h"

#include "ui/order_cmd.h"

#include <string.h>

#include "base/i18n.h"
#include "base/jstring.h"
#include "ui/orderpage.h"
#include "ui/rec_out.h"
#include "ui/setup.h"

int
order_way_open(struct order_way *w, struct cmd *cmd, bool must,
    struct err *err)
{
	const struct net_options o = setup_network(&cmd->conf, cmd->login);
	bool remember = cmd->conf.remember;

	w->cmd = cmd;
	if ((must || remember) && rec_open(cmd, REGISTRY_CREATE, &w->registry,
	    err) == -1)
		return -1;
	w->net = net_new(&o);
	w->service = order_service_new(w->net, w->registry,
	    &cmd->authorities);
	return 0;
}

void
order_way_close(struct order_way *w)
{
	order_service_free(w->service);
	net_free(w->net);
	registry_close(w->registry);
	memset(w, 0, sizeof *w);
}

int
order_way_send(struct order_way *w, int64_t id, const atomic_bool *cancel,
    struct order_out *out, struct err *err)
{
	struct err later = ERR_INIT;
	int64_t next;

	/* It is on disk: what goes wrong from here on is tried again. */
	(void)order_send(w->service, id, cancel, &next, &later);
	return order_out_get(w->registry, id, out, err);
}

void
order_way_due(struct order_way *w, const atomic_bool *cancel)
{
	struct err later = ERR_INIT;
	int64_t next;

	if (w->registry != NULL)
		(void)order_send(w->service, 0, cancel, &next, &later);
}

int
order_authority(struct cmd *cmd, const struct authority **out,
    struct err *err)
{
	const char *id = cmd_value(cmd, "authority");
	size_t n = 0;

	for (size_t i = 0; i < cmd->authorities.n; i++) {
		const struct authority *a = &cmd->authorities.v[i];

		if (a->orders_url[0] == '\0' ||
		    (id != NULL && strcmp(a->id, id) != 0))
			continue;
		*out = a;
		n++;
	}
	if (n == 1)
		return 0;
	if (order_services(&cmd->authorities) == 0)
		return err_set(err, ERR_NO_ORDER_SERVICE, NULL, NULL);
	return err_set(err, ERR_USAGE, "--authority", "%s", id != NULL ?
	    "no authority with an order service is called that" :
	    "several authorities have order services");
}

/* --- how it stands -------------------------------------------------------------- */

void
order_out_tell(struct cmd *cmd, const struct order_out *o)
{
	char buf[1024];

	out_line(cmd->out, 2, "%lld. %s", (long long)o->id,
	    orderpage_out(o, buf, sizeof buf));
}

/* What is kept of it, and why. */
static json_t *
question_json(const struct order_out *o)
{
	const struct asked *a = &o->asked;
	json_t *j = json_object();

	json_object_set_new(j, "number", jstring(o->own));
	json_object_set_new(j, "paper", json_boolean(o->paper));
	json_object_set_new(j, "purpose", o->why_known ?
	    jstring(asked_purpose_id(a->basis)) : json_null());
	json_object_set_new(j, "basis", o->why_known ?
	    jstring(asked_basis_id(a->basis)) : json_null());
	json_object_set_new(j, "clause", o->why_known ?
	    out_string_json(a->clause) : json_null());
	json_object_set_new(j, "agreed", rec_time_json(a->agreed));
	json_object_set_new(j, "withdrawn", rec_time_json(a->withdrawn));
	json_object_set_new(j, "kept_until", rec_time_json(o->until));
	return j;
}

json_t *
order_out_json(const struct order_out *o)
{
	static const char *const whats[] = { "resend", "question" };
	static const char *const states[] = { "waiting", "done", "refused" };
	json_t *j = json_object();

	json_object_set_new(j, "id", json_integer(o->id));
	json_object_set_new(j, "what", jstring(whats[o->what]));
	json_object_set_new(j, "state", jstring(states[o->state]));
	json_object_set_new(j, "authority", out_string_json(o->authority));
	json_object_set_new(j, "order", o->number != NULL ?
	    out_string_json(o->number) : json_null());
	json_object_set_new(j, "at", rec_time_json(o->at));
	json_object_set_new(j, "tried", rec_time_json(o->tried));
	json_object_set_new(j, "next", rec_time_json(o->next));
	json_object_set_new(j, "reference", o->reference != NULL ?
	    out_string_json(o->reference) : json_null());
	json_object_set_new(j, "answer_by", rec_time_json(o->answer_by));
	json_object_set_new(j, "email", o->email != NULL ?
	    out_string_json(o->email) : json_null());
	json_object_set_new(j, "error", o->err.code != ERR_NONE ?
	    out_error_json(&o->err) : json_null());
	if (o->what == ORDER_QUESTION)
		json_object_set_new(j, "question", question_json(o));
	return j;
}

/* What waits is safe on disk, but whoever asked wanted it sent. */
enum exit_code
order_out_code(const struct order_out *o)
{
	return o->state == ORDER_OUT_DONE ? EXIT_FINE :
	    o->state == ORDER_OUT_REFUSED ? EXIT_WRONG : EXIT_SERVICE;
}
