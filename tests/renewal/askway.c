/*
 * askway: one sending of a request for renewal, or one question how it goes on,
 * by a way of the authority's in a desk's settings, for tests.  In the cards' place
 * stand keys in files; how often each has signed is said.
 */
#include "config.h"

#include <getopt.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/file.h"
#include "base/mem.h"
#include "renewal/way.h"

#define FILE_MAX	((size_t)1 << 20)

static const char usage_text[] =
"usage: askway --conf FILE --helper okienko-net [--order N] [--transaction HEX]\n"
"              [--reference HEX] [--serial HEX] [--request DER] [--cms DER]\n"
"              [--old DER --old-key PEM] [--new-key PEM] [--out FILE]\n"
"              WAY send|ask|told\n"
"\n"
"Says as JSON what came of it; what was issued goes to the file of --out.\n";

struct asked_way {
	const char	*conf, *helper, *out, *way, *what;
	struct renewal_view view;
	struct buf	 request, cms, old;
	struct key {
		EVP_PKEY *key;
		long	 signed_times;
	} by_old, by_new;
};

static void
fail(const struct err *err)
{
	char sentence[512], more[512];

	fprintf(stderr, "askway: %s %s\n", err_sentence(err, sentence,
	    sizeof sentence), err_technical(err, more, sizeof more));
	exit(1);
}

static void
usage(void)
{
	fputs(usage_text, stderr);
	exit(2);
}

/* --- in the card's place --------------------------------------------------------- */

static int
sign(void *arg, const uint8_t id[32], const struct card_digest *d,
    struct card_signature *s, struct err *err)
{
	static const char *const hashes[] = { "SHA256", "SHA384", "SHA512" };
	struct key *k = arg;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(k->key, NULL);

	(void)id;
	s->len = sizeof s->bytes;
	if (ctx == NULL || EVP_PKEY_sign_init(ctx) != 1 ||
	    EVP_PKEY_CTX_set_signature_md(ctx,
	    EVP_get_digestbyname(hashes[d->hash])) != 1 ||
	    EVP_PKEY_sign(ctx, s->bytes, &s->len, d->bytes, d->len) != 1)
		(void)err_set(err, ERR_CARD_KEY, NULL, NULL);
	EVP_PKEY_CTX_free(ctx);
	k->signed_times++;
	return err->code == ERR_NONE ? 0 : -1;
}

/* --- what is asked ------------------------------------------------------------------ */

static void
read_file(const char *path, struct buf *b)
{
	struct err err = ERR_INIT;

	buf_clear(b);
	buf_init(b, FILE_MAX);
	if (file_read(path, path, b, &err) == -1)
		fail(&err);
}

static void
read_key(const char *path, struct key *k)
{
	FILE *f = fopen(path, "re");

	k->key = f ? PEM_read_PrivateKey(f, NULL, NULL, NULL) : NULL;
	if (k->key == NULL)
		usage();
	fclose(f);
}

static void
copy(char *to, size_t size, const char *from)
{
	if ((size_t)snprintf(to, size, "%s", from) >= size)
		usage();
}

static const struct option options[] = {
	{ "cms", required_argument, NULL, 'm' },
	{ "conf", required_argument, NULL, 'c' },
	{ "helper", required_argument, NULL, 'h' },
	{ "new-key", required_argument, NULL, 'n' },
	{ "old", required_argument, NULL, 'o' },
	{ "old-key", required_argument, NULL, 'k' },
	{ "order", required_argument, NULL, 'r' },
	{ "out", required_argument, NULL, 'u' },
	{ "reference", required_argument, NULL, 'e' },
	{ "request", required_argument, NULL, 'q' },
	{ "serial", required_argument, NULL, 's' },
	{ "transaction", required_argument, NULL, 't' },
	{ NULL, 0, NULL, 0 },
};

static void
read_option(int o, const char *arg, struct asked_way *a)
{
	struct renewal_view *v = &a->view;

	switch (o) {
	case 'c': a->conf = arg; break;
	case 'e': copy(v->reference, sizeof v->reference, arg); break;
	case 'h': a->helper = arg; break;
	case 'k': read_key(arg, &a->by_old); break;
	case 'm': read_file(arg, &a->cms); break;
	case 'n': read_key(arg, &a->by_new); break;
	case 'o': read_file(arg, &a->old); break;
	case 'q': read_file(arg, &a->request); break;
	case 'r': copy(v->plan.order, sizeof v->plan.order, arg); break;
	case 's': copy(v->new_serial, sizeof v->new_serial, arg); break;
	case 't': copy(v->transaction, sizeof v->transaction, arg); break;
	case 'u': a->out = arg; break;
	default: usage();
	}
}

static void
read_options(int argc, char **argv, struct asked_way *a)
{
	int o;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1)
		read_option(o, optarg, a);
	if (a->conf == NULL || a->helper == NULL || argc - optind != 2)
		usage();
	a->way = argv[optind];
	a->what = argv[optind + 1];
}

/* --- what came of it ------------------------------------------------------------------ */

static const char *const results[] = {
	[WAY_SENT] = "sent", [WAY_VERIFIED] = "verified",
	[WAY_ISSUED] = "issued", [WAY_REFUSED] = "refused",
	[WAY_FAILED] = "failed",
};

static void
tell(const struct asked_way *a, const struct way_outcome *o, int64_t now)
{
	json_t *j = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I}",
	    "result", results[o->result], "error", o->err.code == ERR_NONE ?
	    "" : err_id(o->err.code), "detail", o->err.detail, "words",
	    o->words, "reference", o->reference, "retry",
	    (json_int_t)(o->retry_at == 0 ? 0 : o->retry_at - now), "by_old",
	    (json_int_t)a->by_old.signed_times, "by_new",
	    (json_int_t)a->by_new.signed_times);
	FILE *f = a->out && o->result == WAY_ISSUED ? fopen(a->out, "we") :
	    NULL;

	if (f && (fwrite(o->body.data, 1, o->body.len, f) != o->body.len ||
	    fclose(f) != 0))
		panic("askway: %s", a->out);
	if (j == NULL || json_dumpf(j, stdout, JSON_COMPACT) == -1)
		panic("askway: nothing can be said");
	putchar('\n');
	json_decref(j);
}

static void
ask(struct asked_way *a, const struct authorities *as, struct net *net)
{
	struct officer_signer by_old = { .sign = sign, .arg = &a->by_old,
		.err = ERR_INIT };
	struct officer_signer by_new = { .sign = sign, .arg = &a->by_new,
		.err = ERR_INIT };
	const struct way *w = way_by_id(a->way);
	struct order_service *orders = order_service_new(net, NULL, as);
	const struct way_job job = { .view = &a->view,
		.authority = &as->v[0], .net = net, .orders = orders,
		.request = span_of(a->request.data, a->request.len),
		.signed_by_old = span_of(a->cms.data, a->cms.len),
		.old = span_of(a->old.data, a->old.len),
		.by_old = a->by_old.key ? &by_old : NULL,
		.by_new = a->by_new.key ? &by_new : NULL,
		.now = clock_now() };
	struct way_outcome o;

	if (w == NULL)
		usage();
	if (strcmp(a->what, "send") == 0)
		w->send(&job, &o);
	else if (strcmp(a->what, "ask") == 0)
		w->ask(&job, &o);
	else if (strcmp(a->what, "told") == 0 && w->told)
		w->told(&job, &o);
	else
		usage();
	tell(a, &o, job.now);
	way_outcome_clear(&o);
	order_service_free(orders);
}

int
main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	struct asked_way a = { .conf = NULL };
	struct authorities as;
	struct conf conf;
	struct net *net;

	read_options(argc, argv, &a);
	if (conf_load(&conf, a.conf, NULL, &err) == -1 ||
	    authorities_load(&as, a.conf, NULL, &err) == -1)
		fail(&err);
	if (as.n != 1)
		usage();
	net = net_new(&(struct net_options){ .helper = a.helper,
	    .allow = &conf.net_allow });
	ask(&a, &as, net);
	net_free(net);
	EVP_PKEY_free(a.by_old.key);
	EVP_PKEY_free(a.by_new.key);
	buf_clear(&a.request);
	buf_clear(&a.cms);
	buf_clear(&a.old);
	authorities_clear(&as);
	conf_clear(&conf);
	return 0;
}
