/*
 * office: a pretend certification authority on loopback, which really revokes.
 * It keeps a folder: keys, certificates, ledger; started on it again, it is the
 * same authority at the same address.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/office/office.h"

#define LIFETIME	600	/* seconds, of answers that are never late */
#define ISSUE_SECONDS	2
#define BIND_TRIES	100	/* for an address that it had before */
#define BIND_PAUSE_MS	50

static const char usage_text[] =
"usage: office --dir DIR [--keys DIR] [--port N --tls-port N]\n"
"              [--publish-seconds N] [--lifetime N] [--freshest] [--tied]\n"
"              [--seed N] [--access WAYS] [--token-seconds N]\n"
"              [--record FILE] [--tls-cert NAME] [--issue-seconds N]\n"
"       office --dir DIR --issue NAME\n"
"\n"
"A pretend authority in DIR, made there if it is not yet, until SIGTERM.  When\n"
"it answers, DIR/env is there: lines for a shell, OFFICE_URL and others.\n"
"On the plain port: /ocsp /ca.crl /delta.crl /ca.cer /control; by TLS: /cmp\n"
"and /ejbca/ejbca-rest-api/v1/certificate/ISSUER/SERIAL/revoke; EST\n"
"/.well-known/est; the order service /v1 with /oauth2/token.  DIR/orders.list has a line for each order:\n"
"number, the name that tests call it, its state when the office started.\n"
"--keys: a folder that keeps keys, as making them takes time.\n"
"--publish-seconds: answers and lists change at multiples of that only.\n"
"--lifetime: seconds from an answer to its nextUpdate.\n"
"--freshest: certificates name the delta list as well.\n"
"--issue: a certificate DIR/issued/NAME.pem with its key; says the serial\n"
"number and the holder's revocation password.  The office may run meanwhile.\n"
"--issue-seconds: from a request for renewal to its certificate (2), verified\n"
"half-way; never: only when a test says so.\n"
"--seed: of the population of orders; other numbers with another (1).\n"
"--access: how the order service lets a desk ask: key, token, certificate,\n"
"several with a comma; without it all of them.\n"
"--token-seconds: after which its tokens are good no more (300).\n"
"--record: what the order service was asked and said, a line of JSON each.\n"
"--tls-cert: the server's: tls, tls-expired, tls-other (another host's) or\n"
"tls-strange (of no authority).\n"
"--tied: ends when the parent process does.\n"
"SIGUSR1 cuts the line: nobody gets through, until SIGUSR2.\n";

int64_t
office_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
office_published(const struct office *o)
{
	int64_t now = office_now();

	return o->publish ? now - now % (o->publish * 1000) : now;
}

/* --- where it listens ------------------------------------------------------------ */

static int
try_listen(unsigned port)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (fd != -1 && (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on,
	    sizeof(on)) == -1 || bind(fd, (struct sockaddr *)&a,
	    sizeof(a)) == -1 || listen(fd, SOMAXCONN) == -1)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* A port that it had before may be somebody's for a moment. */
static int
listen_on(unsigned port)
{
	int fd = try_listen(port);

	for (int i = 0; fd == -1 && port && i < BIND_TRIES; i++) {
		poll(NULL, 0, BIND_PAUSE_MS);
		fd = try_listen(port);
	}
	if (fd == -1)
		panic("office: port %u: %s", port, strerror(errno));
	return fd;
}

static unsigned
port_of(int fd)
{
	struct sockaddr_in a;
	socklen_t len = sizeof(a);

	if (getsockname(fd, (struct sockaddr *)&a, &len) == -1)
		panic("office: %s", strerror(errno));
	return ntohs(a.sin_port);
}

/* As the certificates name it: kept beside them. */
static void
ports(const char *dir, bool write, unsigned *plain, unsigned *tls)
{
	char *path = mem_printf("%s/ports", dir);
	FILE *f = fopen(path, write ? "we" : "re");

	if (f && write)
		fprintf(f, "%u %u\n", *plain, *tls);
	else if (f && fscanf(f, "%u %u", plain, tls) != 2)
		panic("%s: not understood", path);
	if ((f == NULL && write) || (f && fclose(f) != 0))
		panic("%s: %s", path, strerror(errno));
	free(path);
}

/* --- what it says of itself -------------------------------------------------------- */

static void
write_key_id(FILE *f, X509 *x)
{
	const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(x);
	const unsigned char *p = ASN1_STRING_get0_data(id);

	fputs("OFFICE_KEY_ID=", f);
	for (int i = 0; i < ASN1_STRING_length(id); i++)
		fprintf(f, "%02X", p[i]);
	fputc('\n', f);
}

static void
write_env(const struct office *o, unsigned tls)
{
	static const struct { const char *name, *file; } files[] = {
		{ "ROOT", "root.pem" }, { "CA", "ca.pem" },
		{ "CHAIN", "chain.pem" }, { "CMP_CERT", "cmp.pem" },
		{ "OFFICER", "officer.pem" },
		{ "OFFICER_KEY", "officer.key" },
		{ "EXPIRED", "expired.pem" }, { "EXPIRED_KEY", "expired.key" },
		{ "FORGER", "forger.pem" }, { "FORGER_KEY", "forger.key" },
		{ "API_KEY", "api.key" }, { "CLIENT_SECRET", "client.secret" },
		{ "EST_LOGIN", "est.login" }, { "LIST", "orders.list" },
	};
	const char *dir = o->ca->dir, *url = o->ca->url;
	char *path = mem_printf("%s/env", dir), *temp = mem_printf("%s/env.new",
	    dir);
	FILE *f = fopen(temp, "we");

	if (f == NULL)
		panic("%s: %s", temp, strerror(errno));
	fprintf(f, "OFFICE_PID=%ld\nOFFICE_DIR='%s'\nOFFICE_URL=%s\n"
	    "OFFICE_TLS_URL=https://127.0.0.1:%u\nOFFICE_TLS_PORT=%u\n",
	    (long)getpid(), dir, url, tls, tls);
	fprintf(f, "OFFICE_OCSP=%s/ocsp\nOFFICE_CRL=%s/ca.crl\n"
	    "OFFICE_DELTA=%s/delta.crl\nOFFICE_CER=%s/ca.cer\n"
	    "OFFICE_CMP=https://127.0.0.1:%u/cmp\n"
	    "OFFICE_EJBCA=https://127.0.0.1:%u/ejbca/ejbca-rest-api/v1\n",
	    url, url, url, url, tls, tls);
	fprintf(f, "OFFICE_EST=https://127.0.0.1:%u/.well-known/est\n", tls);
	fprintf(f, "OFFICE_ORDERS=https://127.0.0.1:%u/v1\n"
	    "OFFICE_TOKEN=https://127.0.0.1:%u/oauth2/token\n"
	    "OFFICE_CLIENT=%s\n", tls, tls, ACCESS_CLIENT);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		fprintf(f, "OFFICE_%s='%s/%s'\n", files[i].name, dir,
		    files[i].file);
	write_key_id(f, o->ca->cert);
	if (fclose(f) != 0 || rename(temp, path) == -1)
		panic("%s: %s", path, strerror(errno));
	free(temp);
	free(path);
}

/* --- its life ------------------------------------------------------------------------ */

struct wish {
	const char	*dir, *keys, *issue, *access, *record, *tls_cert;
	unsigned	 plain, tls, seed;
	long		 publish, lifetime, token_seconds, issue_seconds;
	bool		 freshest;
};

static void
open_office(struct office *o, const struct wish *w, const char *dir,
    unsigned port)
{
	char *url = mem_printf("http://127.0.0.1:%u", port);

	ca_set_url(dir, url, w->freshest);
	o->ca = ca_open(dir);
	o->ledger = ledger_open(dir);
	o->orders = orders_open(dir, w->seed);
	o->record = w->record ? fopen(w->record, "ae") : NULL;
	if (w->record && o->record == NULL)
		panic("%s: %s", w->record, strerror(errno));
	access_open(&o->access, dir, w->access, w->token_seconds);
	o->officer = ca_cert(dir, "officer");
	o->issue_seconds = w->issue_seconds;
	o->publish = w->publish;
	o->lifetime = w->lifetime ? w->lifetime :
	    w->publish ? 2 * w->publish : LIFETIME;
	o->started = office_published(o);
	pthread_mutex_init(&o->lock, NULL);
	buf_init(&o->crl.der, SIZE_MAX);
	buf_init(&o->aside, SIZE_MAX);
	free(url);
}

static void
close_office(struct office *o)
{
	buf_clear(&o->crl.der);
	buf_clear(&o->aside);
	cmp_close(o);
	pthread_mutex_destroy(&o->lock);
	X509_free(o->officer);
	if (o->record)
		fclose(o->record);
	orders_free(o->orders);
	ledger_free(o->ledger);
	ca_free(o->ca);
}

/* A file in its folder tells that it is so. */
static void
cut(struct office *o, const char *sign, bool now)
{
	int fd;

	pthread_mutex_lock(&o->lock);
	o->cut = now;
	pthread_mutex_unlock(&o->lock);
	if (!now)
		unlink(sign);
	else if ((fd = open(sign, O_WRONLY | O_CREAT, 0600)) != -1)
		close(fd);
}

static void
run(const struct wish *w, const char *dir, const sigset_t *set)
{
	struct office o = { 0 };
	unsigned plain = w->plain, tls = w->tls;
	char *env = mem_printf("%s/env", dir);
	char *sign = mem_printf("%s/cut", dir);
	struct http *h;
	int plain_fd, tls_fd, sig;

	unlink(env);
	unlink(sign);
	if (plain == 0 && tls == 0)
		ports(dir, false, &plain, &tls);
	plain_fd = listen_on(plain);
	tls_fd = listen_on(tls);
	plain = port_of(plain_fd);
	tls = port_of(tls_fd);
	ports(dir, true, &plain, &tls);
	open_office(&o, w, dir, plain);
	h = http_start(&o, plain_fd, tls_fd, w->tls_cert ? w->tls_cert : "tls");
	write_env(&o, tls);
	while (sigwait(set, &sig) == 0 && (sig == SIGUSR1 || sig == SIGUSR2))
		cut(&o, sign, sig == SIGUSR1);
	unlink(env);
	http_stop(h);
	close_office(&o);
	free(sign);
	free(env);
}

static void
usage(int code)
{
	fputs(usage_text, code ? stderr : stdout);
	exit(code);
}

static long
number(const char *s, long max)
{
	char *end;
	long n = strtol(s, &end, 10);

	if (*s == '\0' || *end != '\0' || n < 0 || n > max)
		usage(2);
	return n;
}

enum { OPT_TIED = 256, OPT_TLS, OPT_TOKEN, OPT_ISSUE };

static const struct option options[] = {
	{ "access", required_argument, NULL, 'a' },
	{ "dir", required_argument, NULL, 'd' },
	{ "freshest", no_argument, NULL, 'f' },
	{ "help", no_argument, NULL, 'h' },
	{ "issue", required_argument, NULL, 'i' },
	{ "issue-seconds", required_argument, NULL, OPT_ISSUE },
	{ "keys", required_argument, NULL, 'k' },
	{ "lifetime", required_argument, NULL, 'l' },
	{ "port", required_argument, NULL, 'p' },
	{ "publish-seconds", required_argument, NULL, 's' },
	{ "record", required_argument, NULL, 'r' },
	{ "seed", required_argument, NULL, 'e' },
	{ "tied", no_argument, NULL, OPT_TIED },
	{ "tls-cert", required_argument, NULL, 't' },
	{ "tls-port", required_argument, NULL, OPT_TLS },
	{ "token-seconds", required_argument, NULL, OPT_TOKEN },
	{ NULL, 0, NULL, 0 },
};

static void
read_options(int argc, char **argv, struct wish *w)
{
	int o;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (o) {
		case 'a': w->access = optarg; break;
		case 'd': w->dir = optarg; break;
		case 'e': w->seed = (unsigned)number(optarg, 65535); break;
		case 'f': w->freshest = true; break;
		case 'h': usage(0); break;
		case 'i': w->issue = optarg; break;
		case 'k': w->keys = optarg; break;
		case 'l': w->lifetime = number(optarg, 86400 * 365); break;
		case 'p': w->plain = (unsigned)number(optarg, 65535); break;
		case 'r': w->record = optarg; break;
		case 's': w->publish = number(optarg, 86400); break;
		case 't': w->tls_cert = optarg; break;
		case OPT_ISSUE:
			w->issue_seconds = strcmp(optarg, "never") == 0 ? -1 :
			    number(optarg, 86400);
			break;
		case OPT_TIED: prctl(PR_SET_PDEATHSIG, SIGTERM); break;
		case OPT_TLS: w->tls = (unsigned)number(optarg, 65535); break;
		case OPT_TOKEN:
			w->token_seconds = number(optarg, 86400);
			break;
		default: usage(2);
		}
	if (w->dir == NULL || optind != argc)
		usage(2);
}

int
main(int argc, char **argv)
{
	static const int watched[] = {
		SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2
	};
	struct wish w = { .seed = 1, .issue_seconds = ISSUE_SECONDS };
	sigset_t set;
	char *dir;

	read_options(argc, argv, &w);
	if (w.issue) {
		struct ca *ca = ca_open(w.dir);

		ca_issue_named(ca, w.issue);
		ca_free(ca);
		return 0;
	}
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(watched) / sizeof(watched[0]); i++)
		sigaddset(&set, watched[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	ca_make(w.dir, w.keys);
	dir = realpath(w.dir, NULL);
	if (dir == NULL)
		panic("%s: %s", w.dir, strerror(errno));
	run(&w, dir, &set);
	free(dir);
	return 0;
}
