/*
 * walk: a case step by step against a running authority, for tests; dies by
 * SIGKILL at a step that is asked for.
 */
#include "config.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/mem.h"
#include "base/text.h"
#include "cert/file.h"
#include "revocation/rounds.h"

#define PASSES_MAX	8

static const char usage_text[] =
"usage: walk --conf FILE --registry FILE begin ACTION CERTIFICATE [SERIAL]\n"
"       walk --conf FILE --registry FILE --helper okienko-net [--password P]\n"
"            [--by NAME] [--passes N] go CASE\n"
"       walk --conf FILE --registry FILE show CASE\n"
"\n"
"begin: a case of that certificate, or of another serial number of the same\n"
"issuer, confirmed; prints its row.  go: rounds over it until it is proved or\n"
"refused, N at most; then as show: state, error, tries, proof.\n"
"KILL_AT=N in the environment: dies at the Nth step, before or after one of\n"
"leasing, writing an event, asking over the network, letting go.\n";

struct walk {
	const char	*conf_file, *registry_file, *helper, *by, *password;
	long		 passes;
	struct conf	 conf;
	struct authorities authorities;
	struct registry	*reg;
};

static void
fail(const struct err *err)
{
	char sentence[512], more[512];

	fprintf(stderr, "walk: %s %s\n", err_sentence(err, sentence,
	    sizeof sentence), err_technical(err, more, sizeof more));
	exit(1);
}

/* --- where it dies --------------------------------------------------------------- */

static void
step(void)
{
	static long at = -1;

	if (at == -1)
		at = getenv("KILL_AT") != NULL ?
		    strtol(getenv("KILL_AT"), NULL, 10) : 0;
	if (at != 0 && --at == 0)
		kill(getpid(), SIGKILL);
}

int	__real_cases_append(struct registry *, int64_t, int64_t,
	    const struct case_event *, size_t, const struct case_summary *,
	    struct err *);
int	__wrap_cases_append(struct registry *, int64_t, int64_t,
	    const struct case_event *, size_t, const struct case_summary *,
	    struct err *);
int	__real_cases_lease(struct registry *, int64_t, const char *, int64_t,
	    int64_t, bool *, struct err *);
int	__wrap_cases_lease(struct registry *, int64_t, const char *, int64_t,
	    int64_t, bool *, struct err *);
int	__real_cases_release(struct registry *, int64_t, const char *,
	    struct err *);
int	__wrap_cases_release(struct registry *, int64_t, const char *,
	    struct err *);
int	__real_net_ask(struct net *, const struct net_request *,
	    struct net_answer *, struct err *);
int	__wrap_net_ask(struct net *, const struct net_request *,
	    struct net_answer *, struct err *);

int
__wrap_cases_append(struct registry *reg, int64_t id, int64_t after,
    const struct case_event *e, size_t n, const struct case_summary *sum,
    struct err *err)
{
	int rc;

	step();
	rc = __real_cases_append(reg, id, after, e, n, sum, err);
	step();
	return rc;
}

int
__wrap_cases_lease(struct registry *reg, int64_t id, const char *by,
    int64_t now, int64_t until, bool *got, struct err *err)
{
	int rc;

	step();
	rc = __real_cases_lease(reg, id, by, now, until, got, err);
	step();
	return rc;
}

int
__wrap_cases_release(struct registry *reg, int64_t id, const char *by,
    struct err *err)
{
	int rc;

	step();
	rc = __real_cases_release(reg, id, by, err);
	step();
	return rc;
}

int
__wrap_net_ask(struct net *net, const struct net_request *r,
    struct net_answer *a, struct err *err)
{
	int rc;

	step();
	rc = __real_net_ask(net, r, a, err);
	step();
	return rc;
}

/* --- verbs ------------------------------------------------------------------------- */

static void
begin(struct walk *w, const char *action, const char *file, const char *serial)
{
	const struct case_answers answers = { .who = WHO_HOLDER,
	    .proof = PROOF_DOCUMENT, .reason = REASON_LOST };
	char hex[2 * CERT_SERIAL_MAX + 1];
	struct err err = ERR_INIT;
	struct cert_list list = { 0 };
	struct record r;
	int64_t id, now = clock_now();
	bool existing;

	if (cert_file_read(file, NULL, &list, &err) == -1)
		fail(&err);
	record_of_cert(&r, list.certs[0], HOW_CARD, now);
	if (serial != NULL)
		r.serial[r.serial_len - 1] ^= 1;
	text_hex(r.serial, r.serial_len, 0, hex, sizeof hex);
	if (case_begin(w->reg, &r, (enum case_action)
	    case_action_from_id(action), now, &id, &existing, &err) == -1 ||
	    case_answer(w->reg, id, &answers, now, &err) == -1 ||
	    case_confirm(w->reg, id, hex + strlen(hex) - 4,
	    channel_authority(&w->authorities, &r.issuer), now, &err) == -1)
		fail(&err);
	printf("%lld\n", (long long)id);
	record_clear(&r);
	cert_list_clear(&list);
}

static enum case_state
look(struct walk *w, int64_t id, bool print)
{
	struct err err = ERR_INIT;
	struct case_row row;
	struct case_view v;
	enum case_state state;

	if (cases_get(w->reg, id, &row, &err) == -1 || case_view(&row,
	    channel_authority(&w->authorities, &row.cert.issuer), &v,
	    &err) == -1)
		fail(&err);
	state = v.state;
	if (print)
		printf("%s %s %d %s\n", case_state_id(v.state),
		    err_id(v.last_err.code), v.tries, v.proved_by == -1 ?
		    "-" : record_how_id((enum record_how)v.proved_by));
	case_view_clear(&v);
	case_row_clear(&row);
	return state;
}

static void
go(struct walk *w, int64_t id)
{
	const struct net_options no = { .helper = w->helper,
	    .allow = &w->conf.net_allow };
	struct rounds_options o = { .authorities = &w->authorities,
	    .by = w->by, .only = id };
	struct secret *password = NULL;
	struct net *net = net_new(&no);
	struct err err = ERR_INIT;
	int64_t next;

	if (w->password != NULL) {
		password = secret_new();
		secret_add(password, w->password, strlen(w->password));
		o.password = password;
	}
	for (long i = 0; i < w->passes; i++) {
		enum case_state s = look(w, id, false);

		if (s == CASE_PUBLISHED || (i > 0 && s == CASE_REFUSED))
			break;
		if (rounds_run(w->reg, net, &o, clock_now(), &next, &err) ==
		    -1)
			fail(&err);
	}
	look(w, id, true);
	secret_free(password);
	net_free(net);
}

static void
usage(void)
{
	fputs(usage_text, stderr);
	exit(2);
}

static void
run(struct walk *w, char **v, int n)
{
	int64_t id = n > 1 ? strtoll(v[1], NULL, 10) : 0;

	if (n >= 3 && strcmp(v[0], "begin") == 0)
		begin(w, v[1], v[2], n > 3 ? v[3] : NULL);
	else if (n == 2 && strcmp(v[0], "go") == 0)
		go(w, id);
	else if (n == 2 && strcmp(v[0], "show") == 0)
		(void)look(w, id, true);
	else
		usage();
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "by", required_argument, NULL, 'b' },
		{ "conf", required_argument, NULL, 'c' },
		{ "helper", required_argument, NULL, 'h' },
		{ "passes", required_argument, NULL, 'n' },
		{ "password", required_argument, NULL, 'p' },
		{ "registry", required_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	struct walk w = { .by = "walk", .passes = PASSES_MAX };
	struct registry_options o = { .point = "test" };
	struct err err = ERR_INIT;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'b': w.by = optarg; break;
		case 'c': w.conf_file = optarg; break;
		case 'h': w.helper = optarg; break;
		case 'n': w.passes = strtol(optarg, NULL, 10); break;
		case 'p': w.password = optarg; break;
		case 'r': w.registry_file = optarg; break;
		default: usage();
		}
	}
	o.path = w.registry_file;
	if (conf_load(&w.conf, w.conf_file, NULL, &err) == -1 ||
	    authorities_load(&w.authorities, w.conf_file, NULL, &err) == -1 ||
	    registry_open(&w.reg, REGISTRY_CREATE, &o, &err) == -1)
		fail(&err);
	run(&w, argv + optind, argc - optind);
	registry_close(w.reg);
	authorities_clear(&w.authorities);
	conf_clear(&w.conf);
	return 0;
}
