/*
 * A renewal through the order service: the request there, the certificate back,
 * and word that it is on the card.  Nothing waits here: whoever has no answer
 * comes again with the same key.
 */
#include "config.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/jstring.h"
#include "base/mem.h"
#include "order/service_inside.h"

#define ADDRESS_MAX	256
#define BODY_MAX	((size_t)256 << 10)	/* of what is put, before base64 */
#define CERTIFICATE_MAX	((uint64_t)256 << 10)

/* What a certificate may come as, the fullest first. */
static const char certificate_types[] = "application/pkcs7-mime, "
    "application/pem-certificate-chain, application/pkix-cert";

/* --- the order, as an answer ------------------------------------------------------- */

static int
take_order(const struct authority *a, const char *number,
    const struct order_said *said, struct order *out, struct err *err)
{
	if (order_read(said->json, out, err) == 0 &&
	    strcmp(out->number, number) == 0)
		return 0;
	if (err->code == ERR_NONE)
		(void)err_set(err, ERR_ORDER_OTHER, number, "it says %s",
		    out->number);
	if (err->what[0] == '\0')
		snprintf(err->what, sizeof err->what, "%s", a->name);
	order_clear(out);
	return -1;
}

int
order_get(struct order_service *s, const struct authority *a,
    const char *number, const atomic_bool *cancel, struct order *out,
    struct err *err)
{
	char path[ADDRESS_MAX];
	const struct order_ask ask = { .authority = a, .method = NET_GET,
		.path = path, .accept = "application/json",
		.max = ORDER_JSON_MAX, .what = number, .cancel = cancel };
	struct order_said said;
	int rc;

	memset(out, 0, sizeof *out);
	order_path(path, sizeof path, number, "");
	rc = order_ask(s, &ask, &said, err);
	if (rc == 0)
		rc = take_order(a, number, &said, out, err);
	order_said_clear(&said);
	return rc;
}

/* --- what is put --------------------------------------------------------------------- */

static int
put(struct order_service *s, const struct authority *a, const char *number,
    const char *behind, const char *key, json_t *body,
    const atomic_bool *cancel, struct order *out, bool *sent, struct err *err)
{
	char path[ADDRESS_MAX];
	const struct order_ask ask = { .authority = a, .method = NET_POST,
		.path = path, .accept = "application/json", .body = body,
		.key = key, .max = ORDER_JSON_MAX, .what = number,
		.cancel = cancel };
	struct order_said said;
	int rc;

	order_path(path, sizeof path, number, behind);
	rc = order_ask(s, &ask, &said, err);
	*sent = said.sent;
	if (rc == 0)
		rc = take_order(a, number, &said, out, err);
	order_said_clear(&said);
	return rc;
}

static json_t *
base64(struct span bytes)
{
	char *text = mem_alloc((bytes.len + 2) / 3 * 4 + 1);
	json_t *s;

	EVP_EncodeBlock((unsigned char *)text, bytes.p, (int)bytes.len);
	s = jstring(text);
	free(text);
	return s;
}

int
order_put_request(struct order_service *s, const struct authority *a,
    const char *number, const char *key, struct span request,
    struct span signed_by_old, const atomic_bool *cancel, struct order *out,
    bool *sent, struct err *err)
{
	json_t *body;
	int rc;

	memset(out, 0, sizeof *out);
	*sent = false;
	if (request.len > BODY_MAX || signed_by_old.len > BODY_MAX)
		return err_set(err, ERR_TOO_BIG, number, NULL);
	body = json_object();
	json_object_set_new(body, "request", base64(request));
	if (signed_by_old.len > 0)
		json_object_set_new(body, "signed_by_old",
		    base64(signed_by_old));
	rc = put(s, a, number, "/request", key, body, cancel, out, sent, err);
	json_decref(body);
	return rc;
}

int
order_put_collected(struct order_service *s, const struct authority *a,
    const char *number, const char *key, const char *serial,
    const atomic_bool *cancel, struct err *err)
{
	json_t *body = json_object();
	struct order order = { .number = "" };
	bool sent;
	int rc;

	json_object_set_new(body, "serial", jstring(serial));
	rc = put(s, a, number, "/collected", key, body, cancel, &order, &sent,
	    err);
	order_clear(&order);
	json_decref(body);
	return rc;
}

/* --- the certificate --------------------------------------------------------------------- */

int
order_certificate(struct order_service *s, const struct authority *a,
    const char *number, const atomic_bool *cancel, struct buf *out,
    int64_t *retry_at, struct err *err)
{
	char path[ADDRESS_MAX];
	const struct order_ask ask = { .authority = a, .method = NET_GET,
		.path = path, .accept = certificate_types,
		.max = CERTIFICATE_MAX, .what = number, .cancel = cancel };
	struct order_said said;
	int rc;

	*retry_at = 0;
	order_path(path, sizeof path, number, "/certificate");
	rc = order_ask(s, &ask, &said, err);
	if (rc == -1 && said.retry_after > 0)
		*retry_at = clock_now() + said.retry_after;
	if (rc == 0 && said.body.len == 0)
		rc = err_set(err, ERR_ORDER_ANSWER, a->name, "empty");
	if (rc == 0) {
		buf_clear(out);
		*out = said.body;
		said.body = (struct buf){ .data = NULL };
	}
	order_said_clear(&said);
	return rc;
}
