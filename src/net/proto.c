#include "config.h"

#include "net/proto.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/jstring.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/wire.h"
#include "cert/field.h"
#include "net/guard.h"

#define STATUS_MIN	100
#define STATUS_MAX	599
#define SHORT_MAX	2048	/* bytes that a question has as a rule */

struct hello {
	unsigned	 version;
};

static const char *const method_words[] = { "get", "post", "put", NULL };
static const char *const source_words[] = { "configured", "stranger", NULL };
static const char *const scheme_words[] = { "basic", "digest", "ntlm",
	"negotiate", "other", NULL };
static const char *const ticket_words[] = { "not-asked", "none", "old", "good",
	"refused", NULL };

/* What libcurl or we say ourselves, or what would change whom is spoken to. */
static const char *const own_headers[] = { "Accept", "Accept-Encoding",
	"Connection", "Content-Encoding", "Content-Length", "Content-Type",
	"Expect", "Host", "If-Modified-Since", "If-None-Match", "Keep-Alive",
	"Proxy-Authorization", "Proxy-Connection", "TE", "Trailer",
	"Transfer-Encoding", "Upgrade", "User-Agent" };

static const struct field hello_fields[] = {
	FIELD("version", UINT, struct hello, version, .max = 1000),
	FIELD_END
};

/*
 * What is left out is most of a question and of a head: a look-up is to cost
 * little beside what it asks.
 */
#define A(k, t, ...)	FIELD(k, t, struct proto_ask, __VA_ARGS__, .sparse = true)

static const struct field ask_fields[] = {
	A("method", WORD, method, .words = method_words),
	A("source", WORD, source, .words = source_words),
	FIELD("url", TEXT, struct proto_ask, url),
	A("accept", OPT_TEXT, accept),
	A("type", OPT_TEXT, type),
	A("etag", OPT_TEXT, etag),
	A("since", INT64, since),
	A("ca", OPT_TEXT, ca_file),
	A("cert", OPT_TEXT, client_cert),
	A("key", OPT_TEXT, client_key),
	A("headers", TEXTS, headers,
	    .count = offsetof(struct proto_ask, nheaders),
	    .max = PROTO_HEADERS_MAX),
	A("follow", BOOL, follow),
	A("watched", BOOL, watched),
	A("proxy", OPT_TEXT, proxy),
	A("proxy_tls", OPT_TEXT, proxy_tls),
	A("direct", TEXTS, direct, .count = offsetof(struct proto_ask, ndirect),
	    .max = SETTING_LIST_MAX),
	A("ticket", OPT_TEXT, ticket),
	A("kerberos", OPT_TEXT, kerberos),
	A("schemes", BITS, schemes, .words = scheme_words),
	A("proved", BOOL, proved),
	A("allow", TEXTS, allow, .count = offsetof(struct proto_ask, nallow),
	    .max = SETTING_LIST_MAX),
	A("max", INT64, max),
	A("ms", INT64, ms),
	A("secrets", UINT, nsecrets, .max = PROTO_SECRETS_MAX),
	FIELD_END
};

#define H(k, t, ...)	FIELD(k, t, struct head, __VA_ARGS__, .sparse = true)

static const struct field head_fields[] = {
	FIELD("status", INT, struct head, status, .min = STATUS_MIN,
	    .max = STATUS_MAX),
	H("type", CHARS, type, .max = HEAD_TYPE_MAX),
	H("etag", CHARS, etag, .max = HEAD_ETAG_MAX),
	H("date", INT64, date),
	H("modified", INT64, last_modified),
	H("fresh", INT64, fresh_until),
	H("retry", UINT, retry_after, .max = HEAD_RETRY_MAX),
	FIELD_END
};

static const struct field end_fields[] = {
	FIELD("bytes", INT64, struct proto_end, bytes),
	FIELD("millis", INT64, struct proto_end, millis),
	FIELD("taken", BOOL, struct proto_end, taken, .sparse = true),
	FIELD_END
};

static const struct field print_fields[] = {
	FIELD("title", TEXT, struct proto_print, title),
	FIELD("printer", OPT_TEXT, struct proto_print, printer),
	FIELD("server", OPT_TEXT, struct proto_print, server),
	FIELD_END
};

#define W(k, t, ...)	FIELD(k, t, struct login_want, __VA_ARGS__)

static const struct field want_fields[] = {
	W("proxy", CHARS, proxy, .max = LOGIN_PROXY_MAX),
	W("realm", CHARS, realm, .max = LOGIN_REALM_MAX),
	W("offers", BITS, offers, .words = scheme_words),
	W("can", BITS, can, .words = scheme_words),
	W("ticket", WORD, ticket, .words = ticket_words),
	W("refused", BOOL, refused),
	W("passed", BOOL, passed),
	FIELD_END
};

#define Y(k, t, ...)	FIELD(k, t, struct net_way, __VA_ARGS__)
#define Y_TIME(m)	Y(#m, INT64, m)

static const struct field way_fields[] = {
	Y("proxy", CHARS, proxy, .max = LOGIN_PROXY_MAX),
	Y("tried", CHARS, tried, .max = WAY_TRIED_MAX),
	Y("ip", CHARS, ip, .max = GUARD_TEXT_MAX - 1),
	Y("dead", CHARS, dead, .max = GUARD_TEXT_MAX - 1),
	Y("issuer", CHARS, issuer, .max = WAY_NAME_MAX),
	Y("unknown", BOOL, unknown),
	Y("local", BOOL, local),
	Y("login", BOOL, login),
	Y("offers", BITS, offers, .words = scheme_words),
	Y("can", BITS, can, .words = scheme_words),
	Y("ticket", WORD, ticket, .words = ticket_words),
	Y("connected", INT, connected, .max = STATUS_MAX),
	Y("status", INT, status, .max = STATUS_MAX),
	Y("type", CHARS, type, .max = HEAD_TYPE_MAX),
	Y("onward", CHARS, onward, .max = WAY_NAME_MAX),
	Y("date", INT64, date),
	Y_TIME(name),
	Y_TIME(connect),
	Y_TIME(hello),
	Y_TIME(tls),
	Y_TIME(first),
	FIELD_END
};

static const struct field err_fields[] = {
	FIELD("what", CHARS, struct err, what, .max = ERR_WHAT_MAX - 1),
	FIELD("detail", CHARS, struct err, detail, .max = ERR_DETAIL_MAX - 1),
	FIELD_END
};

static int
breach(struct err *err, const char *record, const char *member)
{
	return err_set(err, ERR_NET_TALK, NULL, "%s: %s is missing or wrong",
	    record, member);
}

/* --- out ------------------------------------------------------------------ */

/* Takes obj over. */
static int
send_json(struct frames *f, enum proto_kind kind, json_t *obj, struct err *err)
{
	char here[SHORT_MAX], *text = here;
	size_t n = json_dumpb(obj, here, sizeof(here), JSON_COMPACT);
	int rc = -1;

	if (n > sizeof(here)) {
		text = mem_alloc(n);
		n = json_dumpb(obj, text, n, JSON_COMPACT);
	}
	json_decref(obj);
	if (n == 0)
		(void)err_set(err, ERR_NET_TALK, NULL, "not sendable");
	else
		rc = frames_put(f, (uint8_t)kind, span_of(text, n), err);
	if (text != here)
		free(text);
	return rc;
}

int
proto_send_hello(struct frames *f, struct err *err)
{
	const struct hello hello = { .version = PROTO_VERSION };

	return send_json(f, PROTO_HELLO, fields_to_json(hello_fields, &hello),
	    err);
}

int
proto_send_ask(struct frames *f, const struct proto_ask *ask, struct err *err)
{
	return send_json(f, PROTO_ASK, fields_to_json(ask_fields, ask), err);
}

int
proto_send_head(struct frames *f, const struct head *head, struct err *err)
{
	return send_json(f, PROTO_HEAD, fields_to_json(head_fields, head), err);
}

int
proto_send_end(struct frames *f, const struct proto_end *end, struct err *err)
{
	return send_json(f, PROTO_END, fields_to_json(end_fields, end), err);
}

int
proto_send_print(struct frames *f, const struct proto_print *print,
    struct err *err)
{
	return send_json(f, PROTO_PRINT, fields_to_json(print_fields, print),
	    err);
}

int
proto_send_want(struct frames *f, const struct login_want *want,
    struct err *err)
{
	return send_json(f, PROTO_WANT, fields_to_json(want_fields, want), err);
}

int
proto_send_way(struct frames *f, const struct net_way *way, struct err *err)
{
	return send_json(f, PROTO_WAY, fields_to_json(way_fields, way), err);
}

int
proto_send_secret(struct frames *f, enum proto_secret_what what,
    const char *name, const struct secret *value, struct err *err)
{
	const struct span parts[] = {
		span_of(what == PROTO_SECRET_LOGIN ? "l" : "h", 1),
		span_of(name, strlen(name) + 1),
		span_of(secret_peek(value), secret_len(value)) };

	return frames_put_parts(f, PROTO_SECRET, parts,
	    sizeof(parts) / sizeof(*parts), err);
}

/* A library's complaint may quote the server, whatever that sent. */
static void
make_sendable(char *text, size_t size)
{
	struct safe_text safe;
	size_t n;

	text_safe_str(&safe, text, 0);
	n = text_cut(safe.s, size - 1);
	memcpy(text, safe.s, n);
	text[n] = '\0';
}

int
proto_send_error(struct frames *f, const struct err *told, struct err *err)
{
	struct err e = *told;
	json_t *obj;

	make_sendable(e.what, sizeof(e.what));
	make_sendable(e.detail, sizeof(e.detail));
	obj = fields_to_json(err_fields, &e);
	json_object_set_new(obj, "id", jstring(err_id(e.code)));
	json_object_set_new(obj, "origin",
	    jstring(err_origin_name(e.origin)));
	json_object_set_new(obj, "raw", json_integer((json_int_t)e.raw));
	return send_json(f, PROTO_ERROR, obj, err);
}

int
proto_send_pieces(struct frames *f, struct span s, struct err *err)
{
	while (s.len > 0) {
		struct span piece = s;

		if (piece.len > FRAME_MAX)
			piece.len = FRAME_MAX;
		if (frames_put(f, PROTO_PIECE, piece, err) == -1)
			return -1;
		s.p += piece.len;
		s.len -= piece.len;
	}
	return 0;
}

/* --- in ------------------------------------------------------------------- */

/* Into a zeroed record. */
static int
read_fields(const char *record, const struct field *fields, struct span s,
    void *out, struct err *err)
{
	struct err why = ERR_INIT;
	json_t *obj = wire_parse((const char *)s.p, s.len, &why);
	const char *bad = "";
	int rc;

	if (obj == NULL)
		return err_set(err, ERR_NET_TALK, NULL, "%s", why.detail);
	rc = fields_from_json(fields, obj, out, &bad);
	json_decref(obj);
	return rc == 0 ? 0 : breach(err, record, bad);
}

int
proto_hello(struct span s, struct err *err)
{
	struct hello hello = { .version = 0 };

	if (read_fields("hello", hello_fields, s, &hello, err) == -1)
		return -1;
	return hello.version == PROTO_VERSION ? 0 :
	    breach(err, "hello", "version");
}

static bool
is_path(const char *s)
{
	return s == NULL || (s[0] == '/' && strlen(s) <= PROTO_PATH_MAX);
}

static bool
is_line(const char *s, size_t max)
{
	return s == NULL || guard_line(s, max);
}

/* A token of RFC 9110; none of those that are ours to say. */
static bool
is_header_name(const char *name, size_t len)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

	if (len == 0 || len > PROTO_NAME_MAX || strspn(name, letters) < len)
		return false;
	for (size_t i = 0; i < sizeof(own_headers) / sizeof(*own_headers); i++)
		if (strlen(own_headers[i]) == len &&
		    strncasecmp(own_headers[i], name, len) == 0)
			return false;
	return true;
}

static bool
are_headers(char *const *headers, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *colon = strchr(headers[i], ':');

		if (colon == NULL || colon[1] != ' ' ||
		    !is_header_name(headers[i], (size_t)(colon - headers[i])) ||
		    !guard_line(headers[i], PROTO_LINE_MAX))
			return false;
	}
	return true;
}

int
proto_secret_check(const char *name, const struct secret *value,
    struct err *err)
{
	return is_header_name(name, strlen(name)) &&
	    guard_line(secret_peek(value), SECRET_LONG_MAX) ? 0 :
	    breach(err, "ask", "a secret header");
}

static bool
are_hosts(char *const *hosts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!guard_line(hosts[i], PROTO_LINE_MAX))
			return false;
	return true;
}

int
proto_ask_check(const struct proto_ask *a, struct err *err)
{
	if (!guard_url(a->url))
		return breach(err, "ask", "url");
	if (!is_line(a->accept, PROTO_LINE_MAX) ||
	    !is_line(a->type, PROTO_LINE_MAX) ||
	    !is_line(a->etag, HEAD_ETAG_MAX) || a->since < 0)
		return breach(err, "ask", "a header");
	if (!is_path(a->ca_file) || !is_path(a->client_cert) ||
	    !is_path(a->client_key) ||
	    (a->client_key != NULL && a->client_cert == NULL))
		return breach(err, "ask", "a file");
	if (!are_headers(a->headers, a->nheaders))
		return breach(err, "ask", "headers");
	if (a->follow && (a->method != NET_GET || a->source != NET_CONFIGURED))
		return breach(err, "ask", "follow");
	if (!is_line(a->proxy, PROTO_LINE_MAX) ||
	    !is_line(a->proxy_tls, PROTO_LINE_MAX) ||
	    !are_hosts(a->direct, a->ndirect) || !is_path(a->ticket) ||
	    !is_path(a->kerberos))
		return breach(err, "ask", "proxy, direct or ticket");
	if (a->nsecrets > PROTO_SECRETS_MAX)
		return breach(err, "ask", "secrets");
	if (a->max <= 0 || a->ms <= 0 || a->ms > PROTO_MS_MAX)
		return breach(err, "ask", "max or ms");
	return 0;
}

int
proto_ask(struct span s, struct proto_ask *a, struct err *err)
{
	memset(a, 0, sizeof(*a));
	if (read_fields("ask", ask_fields, s, a, err) == -1)
		return -1;
	return proto_ask_check(a, err);
}

int
proto_head(struct span s, struct head *head, struct err *err)
{
	memset(head, 0, sizeof(*head));
	if (read_fields("head", head_fields, s, head, err) == -1)
		return -1;
	if (!guard_line(head->type, HEAD_TYPE_MAX) ||
	    !guard_line(head->etag, HEAD_ETAG_MAX))
		return breach(err, "head", "type or etag");
	if (head->date < 0 || head->last_modified < 0 || head->fresh_until < 0)
		return breach(err, "head", "a time");
	return 0;
}

int
proto_end(struct span s, struct proto_end *end, struct err *err)
{
	memset(end, 0, sizeof(*end));
	if (read_fields("end", end_fields, s, end, err) == -1)
		return -1;
	return end->bytes >= 0 && end->millis >= 0 ? 0 :
	    breach(err, "end", "a number");
}

int
proto_want(struct span s, struct login_want *want, struct err *err)
{
	memset(want, 0, sizeof(*want));
	if (read_fields("want", want_fields, s, want, err) == -1)
		return -1;
	return text_flags(want->realm, strlen(want->realm)) == 0 &&
	    guard_line(want->proxy, LOGIN_PROXY_MAX) ? 0 :
	    breach(err, "want", "proxy or realm");
}

static bool
is_time(int64_t ms)
{
	return ms >= -1 && ms <= PROTO_MS_MAX;
}

int
proto_way(struct span s, struct net_way *w, struct err *err)
{
	memset(w, 0, sizeof(*w));
	if (read_fields("way", way_fields, s, w, err) == -1)
		return -1;
	if (!guard_line(w->proxy, LOGIN_PROXY_MAX) ||
	    !guard_line(w->tried, WAY_TRIED_MAX) ||
	    !guard_line(w->ip, GUARD_TEXT_MAX) ||
	    !guard_line(w->dead, GUARD_TEXT_MAX) ||
	    !guard_line(w->type, HEAD_TYPE_MAX) ||
	    text_flags(w->issuer, strlen(w->issuer)) != 0 ||
	    text_flags(w->onward, strlen(w->onward)) != 0)
		return breach(err, "way", "a text");
	return w->date >= 0 && is_time(w->name) && is_time(w->connect) &&
	    is_time(w->hello) && is_time(w->tls) && is_time(w->first) ? 0 :
	    breach(err, "way", "a time");
}

int
proto_secret(struct span s, struct proto_secret *out, struct err *err)
{
	const uint8_t *nul = s.len > 1 ? memchr(s.p + 1, '\0', s.len - 1) :
	    NULL;
	size_t n = nul != NULL ? (size_t)(nul - s.p) - 1 : 0, used = n + 2;

	if (out->value == NULL)
		out->value = secret_new_long();
	proto_secret_wipe(out);
	if (nul == NULL || n >= sizeof(out->name) ||
	    (s.p[0] != 'h' && s.p[0] != 'l'))
		return breach(err, "secret", "name");
	out->what = s.p[0] == 'l' ? PROTO_SECRET_LOGIN : PROTO_SECRET_HEADER;
	memcpy(out->name, s.p + 1, n + 1);
	if (secret_add(out->value, s.p + used, s.len - used) == 0 &&
	    (out->what == PROTO_SECRET_LOGIN ||
	    proto_secret_check(out->name, out->value, err) == 0))
		return 0;
	proto_secret_wipe(out);
	return breach(err, "secret", "value");
}

void
proto_secret_wipe(struct proto_secret *s)
{
	if (s->value != NULL)
		secret_wipe(s->value);
	explicit_bzero(s->name, sizeof(s->name));
}

void
proto_secret_clear(struct proto_secret *s)
{
	secret_free(s->value);
	explicit_bzero(s, sizeof(*s));
}

int
proto_print(struct span s, struct proto_print *print, struct err *err)
{
	memset(print, 0, sizeof(*print));
	if (read_fields("print", print_fields, s, print, err) == -1)
		return -1;
	return strlen(print->title) <= PROTO_TITLE_MAX &&
	    is_line(print->printer, PROTO_LINE_MAX) &&
	    is_line(print->server, PROTO_PATH_MAX) ? 0 :
	    breach(err, "print", "a text");
}

/* Of all errors there are, what such a process can have run into. */
static bool
is_ours(enum err_code code)
{
	const char *id = err_id(code);

	return strncmp(id, "NET-", 4) == 0 || strncmp(id, "PRINT-", 6) == 0 ||
	    code == ERR_TOO_BIG || code == ERR_NO_FILE;
}

static int
read_error(const json_t *obj, struct err *out, struct err *err)
{
	const char *id = json_string_value(json_object_get(obj, "id"));
	const char *origin = json_string_value(json_object_get(obj, "origin"));
	const json_t *raw = json_object_get(obj, "raw");
	const char *bad = "";

	if (fields_from_json(err_fields, obj, out, &bad) != 0)
		return breach(err, "error", bad);
	if (id == NULL || origin == NULL || !json_is_integer(raw))
		return breach(err, "error", "id, origin or raw");
	out->code = err_from_id(id);
	out->origin = err_origin_from_name(origin);
	out->raw = (unsigned long)json_integer_value(raw);
	return is_ours(out->code) ? 0 : breach(err, "error", "id");
}

int
proto_error(struct span s, struct err *out, struct err *err)
{
	struct err why = ERR_INIT;
	json_t *obj = wire_parse((const char *)s.p, s.len, &why);
	int rc;

	memset(out, 0, sizeof(*out));
	if (obj == NULL)
		return err_set(err, ERR_NET_TALK, NULL, "%s", why.detail);
	rc = read_error(obj, out, err);
	json_decref(obj);
	return rc;
}

static void
free_texts(char **list, size_t n)
{
	for (size_t i = 0; list != NULL && i < n; i++)
		free(list[i]);
	free(list);
}

void
proto_ask_clear(struct proto_ask *a)
{
	free(a->url);
	free(a->accept);
	free(a->type);
	free(a->etag);
	free(a->ca_file);
	free(a->client_cert);
	free(a->client_key);
	free(a->proxy);
	free(a->proxy_tls);
	free(a->ticket);
	free(a->kerberos);
	free_texts(a->headers, a->nheaders);
	free_texts(a->direct, a->ndirect);
	free_texts(a->allow, a->nallow);
	memset(a, 0, sizeof(*a));
}

void
proto_print_clear(struct proto_print *print)
{
	free(print->title);
	free(print->printer);
	free(print->server);
	memset(print, 0, sizeof(*print));
}
