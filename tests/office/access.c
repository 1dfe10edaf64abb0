/*
 * Who may ask the order service: whoever has its API key, a token that it gave
 * for the desk's name and secret (RFC 6749 4.4), or the officer's certificate.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/office/office.h"

#define CREDENTIALS_MAX	256
#define TOKEN_SECONDS	300

static const struct { const char *name; unsigned way; } ways_known[] = {
	{ "key", ACCESS_KEY }, { "token", ACCESS_TOKEN },
	{ "certificate", ACCESS_CERTIFICATE },
};

static void
make_word(char out[ACCESS_WORD_LEN + 1])
{
	unsigned char bytes[ACCESS_WORD_LEN / 2];

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		panic("no random numbers");
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

/* The word in that file, which only its owner reads; made if it is not there. */
static void
keep_word(const char *dir, const char *name, char word[ACCESS_WORD_LEN + 1])
{
	char *path = mem_printf("%s/%s", dir, name);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	ssize_t n = fd == -1 ? -1 : read(fd, word, ACCESS_WORD_LEN);

	if (n == 0) {
		make_word(word);
		n = write(fd, word, ACCESS_WORD_LEN);
	}
	if (n != ACCESS_WORD_LEN || close(fd) == -1)
		panic("%s: %s", path, strerror(errno));
	free(path);
}

/* Name and word, a line each. */
static void
write_login(const char *dir, const char *word)
{
	char *path = mem_printf("%s/est.login", dir);
	char *text = mem_printf("%s\n%s\n", ACCESS_CLIENT, word);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t n = (ssize_t)strlen(text);

	if (fd == -1 || write(fd, text, (size_t)n) != n || close(fd) == -1)
		panic("%s: %s", path, strerror(errno));
	free(text);
	free(path);
}

void
access_open(struct access *x, const char *dir, const char *ways, long seconds)
{
	for (size_t i = 0; i < sizeof(ways_known) / sizeof(ways_known[0]); i++)
		if (ways == NULL || strstr(ways, ways_known[i].name))
			x->ways |= ways_known[i].way;
	x->seconds = seconds ? seconds : TOKEN_SECONDS;
	keep_word(dir, "api.key", x->key);
	keep_word(dir, "client.secret", x->secret);
	keep_word(dir, "est.word", x->est);
	write_login(dir, x->est);
}

/* --- may it? --------------------------------------------------------------------- */

static bool
is_token(const struct access *x, const char *word)
{
	int64_t now = office_now();

	for (int i = 0; i < ACCESS_TOKENS; i++)
		if (x->tokens[i].until > now &&
		    strcmp(x->tokens[i].word, word) == 0)
			return true;
	return false;
}

bool
access_is_given(struct office *o, const struct ask *a, struct answer *answer)
{
	static const char bearer[] = "Bearer ";
	struct access *x = &o->access;
	const char *key = a->header(a, "X-API-Key");
	const char *token = a->header(a, "Authorization");

	if (token && strncmp(token, bearer, strlen(bearer)) == 0)
		token += strlen(bearer);
	if ((x->ways & ACCESS_KEY && key && strcmp(key, x->key) == 0) ||
	    (x->ways & ACCESS_TOKEN && token && is_token(x, token)) ||
	    (x->ways & ACCESS_CERTIFICATE && a->peer &&
	    X509_cmp(a->peer, o->officer) == 0))
		return true;
	answer_problem(answer, token == NULL && (key || a->peer) ? 403 : 401,
	    "not-allowed", "This desk may not ask here.");
	if (answer->status == 401)
		answer->wants = token ? "Bearer error=\"invalid_token\"" :
		    "Bearer";
	return false;
}

/* --- tokens ------------------------------------------------------------------------ */

/* A field of what a form sent, decoded; false without it (or it is too long). */
static bool
field(struct span body, const char *name, char out[CREDENTIALS_MAX])
{
	size_t n = strlen(name), len = 0;
	char *text = mem_strndup((const char *)body.p, body.len), *at = text;

	while (at && (strncmp(at, name, n) != 0 || at[n] != '='))
		at = (at = strchr(at, '&')) ? at + 1 : NULL;
	for (at = at ? at + n + 1 : NULL; at && *at && *at != '&' &&
	    len + 1 < CREDENTIALS_MAX; at++) {
		unsigned c = (unsigned char)*at;

		if (c == '+')
			c = ' ';
		else if (c == '%' && sscanf(at + 1, "%2x", &c) == 1)
			at += 2;
		out[len++] = (char)c;
	}
	out[len] = '\0';
	free(text);
	return len != 0;
}

/* "Basic ..." as "name:secret", or "". */
static void
read_basic(const char *header, char out[CREDENTIALS_MAX])
{
	static const char basic[] = "Basic ";
	unsigned char bytes[CREDENTIALS_MAX];
	size_t n = header ? strlen(header) : 0;
	int len;

	out[0] = '\0';
	if (n <= strlen(basic) || strncmp(header, basic, strlen(basic)) != 0 ||
	    n > CREDENTIALS_MAX)
		return;
	len = EVP_DecodeBlock(bytes, (const unsigned char *)header +
	    strlen(basic), (int)(n - strlen(basic)));
	if (len > 0)
		snprintf(out, CREDENTIALS_MAX, "%.*s", len, (char *)bytes);
}

bool
access_is_basic(const char *header, const char *name, const char *word)
{
	char got[CREDENTIALS_MAX], *right = mem_printf("%s:%s", name, word);
	bool is;

	read_basic(header, got);
	is = strcmp(got, right) == 0;
	free(right);
	return is;
}

/* By header or in the body (RFC 6749 2.3.1). */
static bool
is_client(const struct access *x, const struct ask *a)
{
	char got[CREDENTIALS_MAX], secret[CREDENTIALS_MAX];
	char *right = mem_printf("%s:%s", ACCESS_CLIENT, x->secret);
	bool is;

	read_basic(a->header(a, "Authorization"), got);
	is = strcmp(got, right) == 0 ||
	    (field(a->body, "client_id", got) && strcmp(got, ACCESS_CLIENT) == 0 &&
	    field(a->body, "client_secret", secret) &&
	    strcmp(secret, x->secret) == 0);
	free(right);
	return is;
}

static void
refuse(struct answer *answer, unsigned status, const char *error)
{
	answer_json(answer, status, json_pack("{s:s}", "error", error));
}

void
token_serve(struct office *o, const struct ask *a, struct answer *answer)
{
	struct access *x = &o->access;
	unsigned at = x->given % ACCESS_TOKENS;
	char grant[CREDENTIALS_MAX];

	if (!is_client(x, a) || !(x->ways & ACCESS_TOKEN)) {
		refuse(answer, 401, "invalid_client");
		answer->wants = "Basic";
	} else if (!field(a->body, "grant_type", grant))
		refuse(answer, 400, "invalid_request");
	else if (strcmp(grant, "client_credentials") != 0)
		refuse(answer, 400, "unsupported_grant_type");
	else {
		x->given++;
		make_word(x->tokens[at].word);
		x->tokens[at].until = office_now() + x->seconds * 1000;
		answer_json(answer, 200, json_pack("{s:s, s:s, s:I, s:s}",
		    "access_token", a->fault == FAULT_HARM ? "a\001b" :
		    x->tokens[at].word, "token_type", "Bearer",
		    "expires_in", (json_int_t)x->seconds, "scope", "orders"));
	}
}
