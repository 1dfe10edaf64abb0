/*
 * One request to an order service and what it answered: the right type, JSON
 * within bounds, a problem (RFC 9457) as one of our errors.
 */
#include "config.h"

#include <sys/random.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "order/service_inside.h"

#define DEPTH_MAX	16	/* of an answer's JSON */
#define PROBLEM_TYPE	"application/problem+json"

/* Too deep to be an answer; strings are stepped over. */
static bool
is_deep(const char *s, size_t len)
{
	int depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		if (quoted) {
			if (s[i] == '\\')
				i++;
			else if (s[i] == '"')
				quoted = false;
		} else if (s[i] == '"')
			quoted = true;
		else if ((s[i] == '{' || s[i] == '[') && ++depth > DEPTH_MAX)
			return true;
		else if (s[i] == '}' || s[i] == ']')
			depth--;
	}
	return false;
}

json_t *
order_load(struct span body, struct err *err)
{
	json_error_t why = { .text = "nested too deeply" };
	json_t *o = NULL;

	if (body.len > ORDER_JSON_MAX)
		(void)snprintf(why.text, sizeof why.text, "too long");
	else if (body.len > 0 && !is_deep((const char *)body.p, body.len))
		o = json_loadb((const char *)body.p, body.len,
		    JSON_REJECT_DUPLICATES, &why);
	if (o != NULL && json_is_object(o))
		return o;
	(void)err_set(err, ERR_ORDER_ANSWER, NULL, "%s",
	    body.len == 0 ? "empty" : o != NULL ? "no object" : why.text);
	json_decref(o);
	return NULL;
}

/* --- addresses ------------------------------------------------------------------ */

int
order_url(const char *base, const char *path, char *buf, size_t size,
    struct err *err)
{
	size_t n = strlen(base);

	while (n > 0 && base[n - 1] == '/')
		n--;
	if (snprintf(buf, size, "%.*s%s", (int)n, base, path) >= (int)size)
		return err_set(err, ERR_NET_URL, base, "too long");
	return 0;
}

/* Of what a number is made of only the slash has to be escaped. */
void
order_path(char *buf, size_t size, const char *number,
    const char *behind)
{
	size_t n = (size_t)snprintf(buf, size, "/orders/");

	for (; *number != '\0' && n + 4 < size; number++) {
		if (*number == '/') {
			memcpy(buf + n, "%2F", 3);
			n += 3;
		} else
			buf[n++] = *number;
	}
	snprintf(buf + n, size - n, "%s", behind);
}

/* --- problems ---------------------------------------------------------------------- */

static const struct {
	const char	*type;
	enum err_code	 code;
} problems[] = {
	{ "no-order", ERR_ORDER_UNKNOWN },
	{ "not-allowed", ERR_ORDER_REFUSED },
	{ "wrong-state", ERR_ORDER_STATE },
	{ "wrong-request", ERR_WAY_REFUSED },
	{ "no-form", ERR_ORDER_NO_FORM },
	{ "no-link", ERR_ORDER_STATE },
	{ "too-many", ERR_ORDER_BUSY },
	{ "closed", ERR_ORDER_BUSY },
};

static const struct {
	int		 status;
	enum err_code	 code;
} statuses[] = {
	{ 401, ERR_ORDER_REFUSED }, { 403, ERR_ORDER_REFUSED },
	{ 404, ERR_ORDER_UNKNOWN }, { 409, ERR_ORDER_STATE },
	{ 429, ERR_ORDER_BUSY }, { 503, ERR_ORDER_BUSY },
};

/* The type's last part: it is relative to wherever the service says. */
static enum err_code
code_of_type(const json_t *problem)
{
	const char *s = json_string_value(json_object_get(problem, "type"));
	const char *last = s != NULL ? strrchr(s, '/') : NULL;

	s = last != NULL ? last + 1 : s;
	for (size_t i = 0; s != NULL && i < sizeof problems / sizeof *problems;
	    i++) {
		if (strcmp(problems[i].type, s) == 0)
			return problems[i].code;
	}
	return ERR_NONE;
}

static enum err_code
code_of_status(int status)
{
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
		if (statuses[i].status == status)
			return statuses[i].code;
	}
	return ERR_NONE;
}

/* What the service itself will not have, whatever it calls that; not its haste. */
static bool
is_turned_down(const json_t *problem, int status)
{
	return problem != NULL && status >= 400 && status <= 499 &&
	    status != 408 && status != 425;
}

static const char *
what_of(const struct order_ask *ask, enum err_code code)
{
	return (code == ERR_ORDER_UNKNOWN || code == ERR_ORDER_STATE ||
	    code == ERR_ORDER_NO_FORM) && ask->what != NULL ? ask->what :
	    ask->authority->name;
}

/* A status that is not what was asked for; always -1. */
static int
refused(const struct order_ask *ask, const struct net_request *request,
    const struct net_answer *answer, struct err *err)
{
	struct err ignored = ERR_INIT;
	json_t *problem = strcmp(answer->type, PROBLEM_TYPE) != 0 ? NULL :
	    order_load(span_of(answer->body.data, answer->body.len),
	    &ignored);
	enum err_code code = code_of_type(problem);
	const char *title = json_string_value(json_object_get(problem,
	    "title"));
	struct safe_text t;

	/* An apology of some other server is no word about an order. */
	if (code == ERR_NONE && (problem != NULL || answer->status != 404))
		code = code_of_status(answer->status);
	if (code == ERR_NONE && is_turned_down(problem, answer->status))
		code = ERR_ORDER_WRONG;
	text_safe_str(&t, title != NULL ? title : "", 160);
	if (code != ERR_NONE)
		(void)err_raw(err, code, ORIGIN_HTTP,
		    (unsigned long)answer->status, what_of(ask, code), "%s",
		    t.s);
	else
		(void)net_refused(request, answer, err);
	json_decref(problem);
	return -1;
}

/* --- asking ------------------------------------------------------------------------ */

struct wire {			/* what a request borrows */
	char	 url[NET_URL_MAX];
	char	 key[33];
	char	*body;
	struct net_header headers[2];
	struct net_secret_header secrets[SERVICE_SECRETS];
	struct net_request request;
};

static int
make_key(char key[static 33], struct err *err)
{
	static const char hex[] = "0123456789abcdef";
	uint8_t bytes[16];

	if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
		return err_errno(err, ERR_IO, "getrandom");
	for (size_t i = 0; i < sizeof bytes; i++) {
		key[2 * i] = hex[bytes[i] >> 4];
		key[2 * i + 1] = hex[bytes[i] & 15];
	}
	key[32] = '\0';
	return 0;
}

static int
prepare(struct order_service *s, const struct order_ask *ask,
    struct wire *w, struct order_said *said, struct err *err)
{
	const struct authority *a = ask->authority;
	struct net_request *r = &w->request;

	if (order_url(a->orders_url, ask->path, w->url, sizeof w->url,
	    err) == -1)
		return -1;
	*r = (struct net_request){ .method = ask->method,
		.source = NET_CONFIGURED, .url = w->url,
		.accept = ask->accept, .etag = order_or_null(ask->etag),
		.headers = w->headers, .secrets = w->secrets,
		.follow = ask->method == NET_GET,
		.ca_file = order_or_null(a->orders_ca_file),
		.client_cert = order_or_null(a->orders_certificate),
		.client_key = order_or_null(a->orders_key),
		.max = ask->max, .cancel = ask->cancel };
	w->headers[r->nheaders++] = (struct net_header){ "Accept-Language",
		s->polish ? "pl, en;q=0.5" :
		"en, pl;q=0.5" };
	if (ask->method == NET_POST) {
		if (ask->key == NULL && make_key(w->key, err) == -1)
			return -1;
		w->headers[r->nheaders++] = (struct net_header){
			"Idempotency-Key", ask->key != NULL ? ask->key :
			w->key };
		r->type = "application/json";
		if (ask->body != NULL)
			w->body = json_dumps(ask->body, JSON_COMPACT);
		r->body = ask->body == NULL ? ask->bytes :
		    span_of(w->body, strlen(w->body));
	}
	return order_let_in(s, a, ask->cancel, w->secrets, &r->nsecrets,
	    &said->retry_after, err);
}

/* Whether a list of types, as a request has it, names this one. */
static bool
is_accepted(const char *list, const char *type)
{
	size_t n = strlen(type);

	for (const char *at = list; n > 0 && (at = strstr(at, type)) != NULL;
	    at += n) {
		if ((at == list || at[-1] == ' ') &&
		    (at[n] == '\0' || at[n] == ','))
			return true;
	}
	return false;
}

static int
take(const struct order_ask *ask, const struct net_request *request,
    struct net_answer *answer, struct order_said *said, struct err *err)
{
	bool unchanged = answer->status == 304 && request->etag != NULL;

	said->status = answer->status;
	said->retry_after = answer->retry_after;
	said->date = answer->date;
	memcpy(said->etag, answer->etag, sizeof said->etag);
	if (unchanged)
		return 0;
	if (answer->status < 200 || answer->status > 299)
		return refused(ask, request, answer, err);
	if (!is_accepted(ask->accept, answer->type))
		return err_set(err, ERR_ORDER_ANSWER, ask->authority->name,
		    "it is of the type %s, not %s", answer->type[0] != '\0' ?
		    answer->type : "(none)", ask->accept);
	said->body = answer->body;
	answer->body = (struct buf){ .data = NULL };
	if (strcmp(ask->accept, "application/json") != 0)
		return 0;
	said->json = order_load(span_of(said->body.data, said->body.len),
	    err);
	return said->json != NULL ? 0 : -1;
}

static int
ask_once(struct order_service *s, const struct order_ask *ask,
    struct order_said *said, struct err *err)
{
	struct wire *w = mem_alloc(sizeof *w);
	struct net_answer answer = { .status = 0 };
	int rc = prepare(s, ask, w, said, err);

	if (rc == 0) {
		said->sent = true;
		rc = net_ask(s->net, &w->request, &answer, err);
	}
	if (rc == 0)
		rc = take(ask, &w->request, &answer, said, err);
	net_answer_clear(&answer);
	if (w->body != NULL)
		explicit_bzero(w->body, strlen(w->body));
	free(w->body);
	free(w);
	if (rc == -1 && err->what[0] == '\0')
		snprintf(err->what, sizeof err->what, "%s",
		    ask->authority->name);
	return rc;
}

int
order_ask(struct order_service *s, const struct order_ask *ask,
    struct order_said *said, struct err *err)
{
	*said = (struct order_said){ .status = 0 };
	if (ask_once(s, ask, said, err) == 0)
		return 0;
	/* A token may have been taken back before its time: once more. */
	if (said->status != 401 || !order_token_failed(s, ask->authority))
		return -1;
	err_clear(err);
	order_said_clear(said);
	return ask_once(s, ask, said, err);
}

void
order_said_clear(struct order_said *said)
{
	buf_clear(&said->body);
	json_decref(said->json);
	*said = (struct order_said){ .status = 0 };
}
