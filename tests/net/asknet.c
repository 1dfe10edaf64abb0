/*
 * The desk's way out by hand, for shell tests: asks one address as often as it is
 * named and prints, for each, a line
 *
 *   STATUS type etag date modified fresh retry bytes
 *   ID what detail                           for an error
 *   VmHWM, NoNewPrivs, Seccomp               with -M: of the process, at the end
 *
 * on standard error, and bodies on standard output.
 *
 * asknet [-Ms] [-p PROXY] [-a ALLOWED]... [-m MAX] [-d DEADLINE-MS] [-C CA]
 *        [-c CERT] [-k KEY] [-e ETAG] [-t SINCE] [-T TYPE] [-A ACCEPT]
 *        [-P BODY | -U BODY] [-D HOST]... [-F] [-H "NAME: VALUE"]...
 *        [-L FILE] [-K FILE] [-R FILE] [-l] [-S "NAME: FILE"] [-V] URL...
 *
 * -s: the addresses come from a stranger, as does one that is written
 * "stranger:URL" without it; -P, -U: POST or PUT this file.
 * -D: asked without the proxy; -F: redirects are followed; -L: the proxy's login;
 * -K, -R: Kerberos' ticket and its configuration; -l: as in a kiosk;
 * -S: a header whose value, a whole file, is secret; -V: at the end, what is known
 * of the login ("login proxy realm offers can wanted given refused user ticket",
 * the last one as what is wrong with it is said).
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "net/net.h"

static int
print_piece(struct span s, void *arg, struct err *err)
{
	(void)arg;
	return fwrite(s.p, 1, s.len, stdout) == s.len ? 0 :
	    err_errno(err, ERR_IO, "stdout");
}

static int
ask(struct net *net, const struct net_request *req)
{
	struct net_answer a;
	struct err err = ERR_INIT;
	char said[512];
	int rc = net_ask(net, req, &a, &err);

	if (rc == 0)
		fprintf(stderr, "%d\t%s\t%s\t%" PRId64 "\t%" PRId64 "\t%" PRId64
		    "\t%d\t%" PRIu64 "\n", a.status, a.type, a.etag, a.date,
		    a.last_modified, a.fresh_until, a.retry_after, a.bytes);
	else
		fprintf(stderr, "%s\t%s\t%s\n", err_id(err.code), err.what,
		    err_technical(&err, said, sizeof(said)));
	net_answer_clear(&a);
	return rc;
}

/* What the process has come to, by the kernel's own words. */
static void
print_process(int pid)
{
	static const char *const words[] = { "VmHWM:", "NoNewPrivs:",
		"Seccomp:" };
	char path[64], line[256];
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
			if (strncmp(line, words[i], strlen(words[i])) == 0)
				fputs(line, stderr);
	if (f != NULL)
		(void)fclose(f);
}

/* 0, or -1 for a letter that is none of ours. */
static int
option(int c, char *arg, struct net_request *req, struct net_options *o,
    struct conf_list *allow, const char **body)
{
	switch (c) {
	case 's': req->source = NET_STRANGER; break;
	case 'p': o->proxy = arg; break;
	case 'a': if (allow->n < SETTING_LIST_MAX) allow->v[allow->n++] = arg;
		break;
	case 'm': req->max = strtoull(arg, NULL, 10); break;
	case 'd': req->deadline_ms = strtoll(arg, NULL, 10); break;
	case 'C': req->ca_file = arg; break;
	case 'c': req->client_cert = arg; break;
	case 'k': req->client_key = arg; break;
	case 'e': req->etag = arg; break;
	case 't': req->since = strtoll(arg, NULL, 10); break;
	case 'T': req->type = arg; break;
	case 'A': req->accept = arg; break;
	case 'P': req->method = NET_POST; *body = arg; break;
	case 'U': req->method = NET_PUT; *body = arg; break;
	default: return -1;
	}
	return 0;
}

/* What a question has besides: hosts asked without the proxy, headers. */
struct more {
	struct conf_list direct;
	struct net_header headers[8];
	size_t		 n;
	struct net_secret_header secret;
	struct secret	*value;
	bool		 view;
};

/* "Name: value" becomes its two parts. */
static const char *
split(char *line)
{
	char *colon = strstr(line, ": ");

	if (colon == NULL)
		return "";
	*colon = '\0';
	return colon + 2;
}

/* The value, which is a whole file, never stands on a command line. */
static int
take_secret(char *line, struct net_request *req, struct more *m)
{
	const char *path = split(line);
	struct err err = ERR_INIT;
	struct buf bytes;
	int rc;

	buf_init(&bytes, SECRET_LONG_MAX);
	m->value = secret_new_long();
	m->secret = (struct net_secret_header){ line, m->value };
	req->secrets = &m->secret;
	req->nsecrets = 1;
	rc = file_read(path, path, &bytes, &err) == 0 &&
	    secret_add(m->value, bytes.data, bytes.len) == 0 ? 0 : -1;
	buf_clear(&bytes);
	return rc;
}

/* The same for what came later. */
static int
option_more(int c, char *arg, struct net_request *req, struct net_options *o,
    struct more *m)
{
	struct err err = ERR_INIT;

	switch (c) {
	case 'D': if (m->direct.n < SETTING_LIST_MAX)
			m->direct.v[m->direct.n++] = arg;
		break;
	case 'F': req->follow = true; break;
	case 'H': if (m->n == 8) return -1;
		m->headers[m->n].value = split(arg);
		m->headers[m->n++].name = arg;
		req->headers = m->headers;
		req->nheaders = m->n;
		break;
	case 'L': o->login = net_login_new();
		if (net_login_load(o->login, arg, &err) == -1)
			fprintf(stderr, "%s\t%s\t\n", err_id(err.code),
			    err.what);
		break;
	case 'S': return take_secret(arg, req, m);
	case 'K': o->ticket = arg; break;
	case 'R': o->kerberos = arg; break;
	case 'l': o->locked = true; break;
	case 'V': m->view = true; break;
	default: return -1;
	}
	return 0;
}

static void
print_view(struct net_login *login)
{
	struct net_login_view v = { .given = false };

	if (login != NULL)
		net_login_view(login, &v);
	fprintf(stderr, "login\t%s\t%s\t%x\t%x\t%s\t%s\t%d\t%s\t%s\n",
	    v.proxy, v.realm, v.offers, v.can, v.wanted ? "wanted" : "-",
	    v.given ? "given" : "-", v.refused, v.user,
	    net_ticket_words(v.ticket));
}

static int
ask_all(struct net *net, struct net_request req, char **urls)
{
	static const char mark[] = "stranger:";
	const enum net_source source = req.source;
	const size_t n = sizeof(mark) - 1;
	int rc = 0;

	for (; *urls != NULL; urls++) {
		bool stranger = strncmp(*urls, mark, n) == 0;

		req.source = stranger ? NET_STRANGER : source;
		req.url = *urls + (stranger ? n : 0);
		if (ask(net, &req) == -1)
			rc = 1;
	}
	return rc;
}

int
main(int argc, char **argv)
{
	struct net_request req = { .method = NET_GET, .sink = print_piece };
	struct conf_list allow = { .n = 0 };
	struct more more = { .n = 0 };
	struct net_options o = { .allow = &allow, .direct = &more.direct };
	struct err err = ERR_INIT;
	const char *body = NULL;
	struct buf bytes;
	struct net *net;
	bool process = false;
	int c, rc;

	while ((c = getopt(argc, argv, "Mlsp:a:m:d:C:c:k:e:t:T:A:P:U:D:FH:L:K:R:S:V")) != -1)
		if (c == 'M')
			process = true;
		else if (option_more(c, optarg, &req, &o, &more) == 0)
			continue;
		else if (option(c, optarg, &req, &o, &allow, &body) == -1)
			return 2;
	buf_init(&bytes, NET_BODY_MAX);
	if (optind == argc || (body != NULL &&
	    file_read(body, body, &bytes, &err) == -1))
		return 2;
	req.body = span_of(bytes.data, bytes.len);
	if (more.view && o.login == NULL)
		o.login = net_login_new();
	net = net_new(&o);
	rc = ask_all(net, req, argv + optind);
	if (process)
		print_process(net_pid(net));
	if (more.view)
		print_view(o.login);
	net_free(net);
	net_login_free(o.login);
	secret_free(more.value);
	buf_clear(&bytes);
	return rc;
}
