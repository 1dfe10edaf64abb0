/*
 * What lets the desk in at an order service: the key that the service gave it, or
 * a token got for the desk's name and secret (RFC 6749 4.4).  Both lie in locked
 * memory alone and go to the network as whole values of headers.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/basic.h"
#include "order/service_inside.h"

#define TOKEN_JSON_MAX	((uint64_t)16 << 10)
#define TOKEN_SECONDS	300	/* of one that does not say how long it lives */
#define TOKEN_SPARE	30	/* it is asked for anew so long before its end */

static struct order_access *
access_of(struct order_service *s, const struct authority *a)
{
	return &s->access[a - s->as->v];
}

/* --- tokens ------------------------------------------------------------------- */

/* "Basic ..." of name and secret, form-encoded first (RFC 6749 2.3.1). */
static int
add_encoded(struct buf *b, const char *s)
{
	static const char hex[] = "0123456789ABCDEF";
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;
		char one[3] = { '%', hex[c >> 4], hex[c & 15] };

		if (strchr(plain, *s) != NULL ? buf_add(b, s, 1) == -1 :
		    buf_add(b, one, sizeof one) == -1)
			return -1;
	}
	return 0;
}

static struct secret *
basic_of(const struct authority *a, struct err *err)
{
	struct secret *word = basic_word(a->orders_client_secret, 0, err);
	struct secret *out = NULL;
	struct buf b;

	if (word == NULL)
		return NULL;
	buf_init(&b, SECRET_LONG_MAX / 2);
	/* Room first: a buffer that grows would leave copies behind. */
	if (buf_reserve(&b, SECRET_LONG_MAX / 2) == 0 &&
	    add_encoded(&b, a->orders_client_id) == 0 &&
	    buf_add(&b, ":", 1) == 0 &&
	    add_encoded(&b, secret_peek(word)) == 0)
		out = basic_header(span_of(b.data, b.len));
	buf_clear(&b);
	secret_free(word);
	if (out == NULL)
		(void)err_set(err, ERR_TOO_BIG, a->orders_client_secret, NULL);
	return out;
}

static int
keep_token(struct order_access *x, const struct net_answer *answer,
    const char *url, struct err *err)
{
	json_t *o = order_load(span_of(answer->body.data, answer->body.len),
	    err);
	const char *token = json_string_value(json_object_get(o,
	    "access_token"));
	const json_t *life = json_object_get(o, "expires_in");
	int64_t seconds = json_is_integer(life) ? json_integer_value(life) :
	    TOKEN_SECONDS;
	int rc = -1;

	if (o == NULL)
		return -1;
	secret_free(x->token);
	x->token = secret_new_long();
	/* What cannot stand in a header would fail each question that has it. */
	if (token == NULL || token[0] == '\0' ||
	    secret_add(x->token, "Bearer ", 7) == -1 ||
	    secret_add(x->token, token, strlen(token)) == -1 ||
	    !secret_plain(x->token)) {
		secret_free(x->token);
		x->token = NULL;
		(void)err_set(err, ERR_ORDER_ANSWER, url, "no token in it");
	} else {
		if (seconds < 0 || seconds > 86400)
			seconds = TOKEN_SECONDS;
		x->until = clock_mono_ms() / 1000 + seconds - TOKEN_SPARE;
		rc = 0;
	}
	/* jansson's own copy of it. */
	if (token != NULL) {
		char *copy = (char *)(uintptr_t)token;

		explicit_bzero(copy, strlen(copy));
	}
	json_decref(o);
	return rc;
}

/* Nothing of this is a word about what was to be asked; always -1. */
static int
no_token(const struct authority *a, const struct net_request *request,
    const struct net_answer *answer, struct err *err)
{
	int status = answer->status;
	enum err_code code = status == 429 || status == 503 ? ERR_ORDER_BUSY :
	    status >= 400 && status <= 499 && status != 408 ?
	    ERR_ORDER_REFUSED : ERR_NONE;

	return code == ERR_NONE ? net_refused(request, answer, err) :
	    err_raw(err, code, ORIGIN_HTTP, (unsigned long)status, a->name,
	    "no token was given");
}

static int
get_token(struct order_service *s, const struct authority *a,
    const atomic_bool *cancel, int64_t *retry_after, struct err *err)
{
	static const char form[] =
	    "grant_type=client_credentials&scope=orders";
	struct net_answer answer = { .status = 0 };
	struct secret *basic = basic_of(a, err);
	struct net_secret_header header = { "Authorization", basic };
	struct net_request request = {
		.method = NET_POST,
		.source = NET_CONFIGURED,
		.url = a->orders_token_url,
		.accept = "application/json",
		.type = "application/x-www-form-urlencoded",
		.body = span_of(form, sizeof form - 1),
		.secrets = &header,
		.nsecrets = 1,
		.ca_file = order_or_null(a->orders_ca_file),
		.max = TOKEN_JSON_MAX,
		.cancel = cancel,
	};
	int rc = -1;

	if (basic == NULL)
		return -1;
	if (net_ask(s->net, &request, &answer, err) == 0) {
		*retry_after = answer.retry_after;
		rc = answer.status != 200 ? no_token(a, &request, &answer,
		    err) : keep_token(access_of(s, a), &answer,
		    a->orders_token_url, err);
	}
	net_answer_clear(&answer);
	secret_free(basic);
	return rc;
}

/* --- headers ------------------------------------------------------------------- */

int
order_let_in(struct order_service *s, const struct authority *a,
    const atomic_bool *cancel, struct net_secret_header *v, size_t *n,
    int64_t *retry_after, struct err *err)
{
	struct order_access *x = access_of(s, a);

	*n = 0;
	if (order_or_null(a->orders_api_key) != NULL) {
		if (x->key == NULL && (x->key = basic_word(
		    a->orders_api_key, 0, err)) == NULL)
			return -1;
		v[(*n)++] = (struct net_secret_header){ "X-API-Key", x->key };
	}
	if (order_or_null(a->orders_token_url) != NULL) {
		if ((x->token == NULL || x->until <= clock_mono_ms() / 1000) &&
		    get_token(s, a, cancel, retry_after, err) == -1)
			return -1;
		v[(*n)++] = (struct net_secret_header){ "Authorization",
			x->token };
	}
	return 0;
}

bool
order_token_failed(struct order_service *s, const struct authority *a)
{
	struct order_access *x = access_of(s, a);
	bool had = x->token != NULL;

	secret_free(x->token);
	x->token = NULL;
	return had;
}
