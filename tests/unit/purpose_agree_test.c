/*
 * What our rules allow, as OpenSSL's purposes see it: `openssl x509 -purpose` for
 * every profile, and for e-mail every finding of its verification, rule by rule,
 * and what `openssl verify -purpose smimesign` itself says.  Where we differ is a
 * line of a table, with why.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/answerrig.h"
#include "tests/unit/regtest.h"

#define ADDRESS	"ewa@example.org"

/* --- purposes --------------------------------------------------------------------- */

static const struct {
	enum purpose	 ours;
	int		 theirs;
	const char	*name;
} purposes[] = {
	{ PURPOSE_EMAIL, X509_PURPOSE_SMIME_SIGN, "smimesign" },
	{ PURPOSE_ENCRYPT, X509_PURPOSE_SMIME_ENCRYPT, "smimeencrypt" },
	{ PURPOSE_LOGON, X509_PURPOSE_SSL_CLIENT, "sslclient" },
};

/* Where OpenSSL is stricter or laxer than the standards that we follow. */
static const struct {
	const char	*profile;
	enum purpose	 purpose;
	bool		 ours;
	const char	*why;
} differences[] = {
	{ "email-any", PURPOSE_EMAIL, true,
	  "RFC 8550 4.4.4 lets anyExtendedKeyUsage do, OpenSSL does not" },
	{ "email-any", PURPOSE_LOGON, true, "the same of RFC 5280 4.2.1.12" },
	{ "email-ec", PURPOSE_ENCRYPT, true,
	  "EC keys agree on a key (RFC 8551 2.3), OpenSSL wants keyEncipherment" },
	{ "files", PURPOSE_ENCRYPT, true,
	  "files are meant too (msEFS), OpenSSL means mail alone" },
	{ "logon-card", PURPOSE_LOGON, true,
	  "log-on by card is meant too, OpenSSL means TLS alone" },
	{ "logon-card-no-name", PURPOSE_LOGON, true, "the same" },
	{ "size-64k", PURPOSE_ENCRYPT, false,
	  "an Ed25519 key encrypts nothing; OpenSSL looks at no key" },
};

/* Key usage and extended key usage alone: what a purpose is to OpenSSL. */
static bool
we_allow(const struct cert *c, enum purpose purpose)
{
	struct purpose_verdict v;
	bool allowed = true;

	cert_judge(c, purpose, MAKE_NOW, &v);
	for (size_t i = 0; i < v.nreasons; i++) {
		const char *id = reason_id(&v.reasons[i]);

		if (strcmp(id, "netscape-type") == 0)
			allowed = false;
		if (strncmp(id, "key-", 4) == 0 ||
		    strncmp(id, "extended-key-usage", 18) == 0)
			allowed &= v.reasons[i].verdict != VERDICT_NO;
	}
	return allowed;
}

static bool
is_known(const char *profile, enum purpose purpose, bool ours)
{
	for (size_t i = 0; i < sizeof differences / sizeof *differences; i++)
		if (strcmp(differences[i].profile, profile) == 0 &&
		    differences[i].purpose == purpose &&
		    differences[i].ours == ours)
			return true;
	return false;
}

static X509 *
theirs_of(const uint8_t *der, size_t len)
{
	const unsigned char *at = der;

	return d2i_X509(NULL, &at, (long)len);
}

static void
test_purposes(void **state)
{
	const struct make *m;
	size_t compared = 0;

	(void)state;
	for (size_t i = 0; (m = make_profile_at(i)) != NULL; i++) {
		size_t len;
		uint8_t *der = make_cert(m, &len);
		X509 *x = theirs_of(der, len);
		struct err err = ERR_INIT;
		struct cert *c;

		assert_int_equal(cert_parse(der, len, &c, &err), 0);
		for (size_t k = 0; x != NULL && k < sizeof purposes /
		    sizeof *purposes; k++) {
			bool ours = we_allow(c, purposes[k].ours);
			int says = X509_check_purpose(x, purposes[k].theirs, 0);

			if (says == -1)
				continue;	/* it cannot read it */
			compared++;
			if (ours == (says != 0))
				continue;
			print_message("# %s %s: %d %d\n", m->name,
			    purposes[k].name, ours, says);
			assert_true(is_known(m->name, purposes[k].ours, ours));
		}
		X509_free(x);
		cert_free(c);
		free(der);
	}
	assert_true(compared > 150);
}

/* --- e-mail, rule by rule ----------------------------------------------------------- */

struct findings {
	bool	 purpose, dates, unread, address, critical, other;
};

static int
note(int ok, X509_STORE_CTX *ctx)
{
	struct findings *f = X509_STORE_CTX_get_app_data(ctx);

	if (ok)
		return 1;
	switch (X509_STORE_CTX_get_error(ctx)) {
	case X509_V_ERR_INVALID_PURPOSE:
		f->purpose = true;
		break;
	case X509_V_ERR_CERT_HAS_EXPIRED:
	case X509_V_ERR_CERT_NOT_YET_VALID:
		f->dates = true;
		break;
	case X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD:
	case X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD:
		f->unread = true;
		break;
	case X509_V_ERR_EMAIL_MISMATCH:
		f->address = true;
		break;
	case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
		f->critical = true;
		break;
	default:
		f->other = true;
	}
	return 1;
}

/* As the command does, told to trust the certificate itself. */
static void
verify(X509 *x, struct findings *f)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;

	memset(f, 0, sizeof *f);
	assert_int_equal(X509_STORE_add_cert(store, x), 1);
	assert_int_equal(X509_STORE_CTX_init(ctx, store, x, NULL), 1);
	X509_STORE_CTX_set_app_data(ctx, f);
	X509_STORE_CTX_set_verify_cb(ctx, note);
	param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SMIME_SIGN);
	X509_VERIFY_PARAM_set_time(param, MAKE_NOW);
	X509_VERIFY_PARAM_set1_email(param, ADDRESS, 0);
	(void)X509_verify_cert(ctx);
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
}

static enum verdict
mark_of(const struct answer *a, const char *what)
{
	const struct answer_look *l = rig_look(a, what);

	return l != NULL ? l->mark : VERDICT_UNKNOWN;
}

static void
agree(const char *profile, const struct answer *a, const struct findings *f,
    const struct cert *c)
{
	bool use = mark_of(a, "key usage") == VERDICT_NO ||
	    mark_of(a, "extended key usage") == VERDICT_NO ||
	    mark_of(a, "old mark") == VERDICT_MAYBE;
	bool any = is_known(profile, PURPOSE_EMAIL, true);

	assert_int_equal(f->purpose, use || any);
	/* Where OpenSSL is stricter, so is Thunderbird, and that is said. */
	if (any)
		assert_int_equal(mark_of(a, "Thunderbird"), VERDICT_NO);
	/* A time without seconds is read here; a date that is none nowhere. */
	if (f->unread)
		assert_true(c->odd & ODD_DATES ||
		    strcmp(profile, "date-no-seconds") == 0);
	else
		assert_int_equal(f->dates || c->odd & ODD_DATES,
		    mark_of(a, "validity") == VERDICT_NO);
	assert_int_equal(f->address, mark_of(a, "address") != VERDICT_YES);
	assert_int_equal(f->critical,
	    mark_of(a, "unknown demands") == VERDICT_MAYBE);
	if (!f->purpose && !f->dates && !f->unread && !f->address &&
	    !f->critical && !(c->odd & (ODD_EXTENSION | ODD_DATES)))
		assert_int_equal(a->verdict, ANSWER_YES);
	if (f->purpose || f->dates || f->address || f->critical)
		assert_int_not_equal(a->verdict, ANSWER_YES);
}

static void
test_mail_rules(void **state)
{
	const struct make *m;
	size_t compared = 0;

	(void)state;
	for (size_t i = 0; (m = make_profile_at(i)) != NULL; i++) {
		size_t len;
		uint8_t *der = make_cert(m, &len);
		X509 *x = theirs_of(der, len);
		struct findings f;
		struct answerrig r;
		struct answer a;

		rig_up(&r);
		rig_cert(&r, m->name, KEY_PRIVATE);
		r.facts.email = ADDRESS;
		if (x != NULL && X509_check_purpose(x, -1, 0) == 1 &&
		    !r.card->certs[0].cert->is_ca) {
			print_message("# %s\n", m->name);
			verify(x, &f);
			rig_ask(&r, "email", &a);
			agree(m->name, &a, &f, r.card->certs[0].cert);
			compared++;
		}
		rig_down(&r);
		X509_free(x);
		free(der);
	}
	assert_true(compared > 40);
}

/* --- the command itself ---------------------------------------------------------------- */

#define PROFILES_MAX	128
#define CODES_MAX	8	/* errors that are told of one certificate */

/* One profile: what the command says of it, without and with an address. */
struct said {
	const char	*profile;
	bool		 ok[2];
	int		 code[2][CODES_MAX];
	size_t		 ncodes[2];
};

struct command {
	const char	*dir;
	char		 path[PROFILES_MAX][160];
	struct said	 all[PROFILES_MAX];
	size_t		 n;
};

/* Of those only that it can read itself; an authority's is not asked about. */
static void
write_profiles(struct command *c)
{
	char path[160];
	const struct make *m;
	FILE *one, *all;

	snprintf(path, sizeof path, "%s/all.pem", c->dir);
	all = fopen(path, "w");
	assert_non_null(all);
	for (size_t i = 0; (m = make_profile_at(i)) != NULL; i++) {
		size_t len;
		uint8_t *der = make_cert(m, &len);
		X509 *x = theirs_of(der, len);
		struct err err = ERR_INIT;
		struct cert *ours;
		bool skipped;

		assert_int_equal(cert_parse(der, len, &ours, &err), 0);
		skipped = x == NULL || ours->is_ca;
		cert_free(ours);
		free(der);
		if (skipped) {
			X509_free(x);
			continue;
		}
		assert_true(c->n < PROFILES_MAX);
		c->all[c->n].profile = m->name;
		snprintf(c->path[c->n], sizeof c->path[c->n], "%s/%s.pem",
		    c->dir, m->name);
		one = fopen(c->path[c->n++], "w");
		assert_non_null(one);
		assert_int_equal(PEM_write_X509(one, x), 1);
		assert_int_equal(PEM_write_X509(all, x), 1);
		assert_int_equal(fclose(one), 0);
		X509_free(x);
	}
	assert_int_equal(fclose(all), 0);
}

/* All of them in one run, each trusted by itself; what it says goes to a file. */
static void
run_verify(struct command *c, bool address, const char *said)
{
	char trusted[160], now[24];
	const char *argv[PROFILES_MAX + 16] = { "openssl", "verify",
		"-partial_chain", "-purpose", "smimesign", "-no-CApath",
		"-no-CAstore", "-attime", now, "-trusted", trusted };
	size_t n = 11;
	int status = -1, fd;
	pid_t pid;

	snprintf(trusted, sizeof trusted, "%s/all.pem", c->dir);
	snprintf(now, sizeof now, "%lld", (long long)MAKE_NOW);
	if (address) {
		argv[n++] = "-verify_email";
		argv[n++] = ADDRESS;
	}
	for (size_t i = 0; i < c->n; i++)
		argv[n++] = c->path[i];
	pid = fork();
	if (pid == 0) {
		fd = open(said, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		if (fd != -1 && dup2(fd, 1) != -1 && dup2(fd, 2) != -1)
			execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	assert_true(pid > 0 && waitpid(pid, &status, 0) == pid);
	/* 2: one at least does not verify. */
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 2);
}

static struct said *
said_of(struct command *c, const char *path, size_t len)
{
	for (size_t i = 0; i < c->n; i++)
		if (strlen(c->path[i]) == len &&
		    memcmp(c->path[i], path, len) == 0)
			return &c->all[i];
	fail_msg("openssl speaks of %.*s", (int)len, path);
	return NULL;
}

/* "error 26 at 0 depth lookup: ..." each, then "error FILE: verification failed". */
static void
read_said(struct command *c, const char *path, int run)
{
	static const char good[] = ": OK\n", bad[] = ": verification failed\n";
	int code, depth, codes[CODES_MAX];
	size_t n = 0, told = 0, len;
	char line[1024];
	FILE *in = fopen(path, "r");

	assert_non_null(in);
	while (fgets(line, sizeof line, in) != NULL) {
		len = strlen(line);
		if (sscanf(line, "error %d at %d depth", &code, &depth) == 2) {
			assert_true(depth == 0 && n < CODES_MAX);
			codes[n++] = code;
		} else if (len > sizeof bad && strncmp(line, "error ", 6) == 0 &&
		    strcmp(line + len - (sizeof bad - 1), bad) == 0) {
			struct said *s = said_of(c, line + 6,
			    len - 6 - (sizeof bad - 1));

			memcpy(s->code[run], codes, n * sizeof *codes);
			s->ncodes[run] = n;
			n = 0;
			told++;
		} else if (len > sizeof good && line[0] == '/' &&
		    strcmp(line + len - (sizeof good - 1), good) == 0) {
			said_of(c, line, len - (sizeof good - 1))->ok[run] =
			    true;
			told++;
		}
	}
	assert_int_equal(fclose(in), 0);
	assert_int_equal(told, c->n);
}

/* The rule of ours that an error of the command is about. */
static const struct {
	int		 code;
	const char	*looks[3];
} about[] = {
	{ X509_V_ERR_INVALID_PURPOSE, { "key usage", "extended key usage",
	  "old mark" } },
	{ X509_V_ERR_CERT_HAS_EXPIRED, { "validity" } },
	{ X509_V_ERR_CERT_NOT_YET_VALID, { "validity" } },
	{ X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, { "validity" } },
	{ X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD, { "validity" } },
	{ X509_V_ERR_EMAIL_MISMATCH, { "address" } },
	{ X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, { "unknown demands" } },
};

/* Where the command and we differ: our reason, its error. */
static const struct {
	const char	*profile;	/* NULL: whichever */
	const char	*reason;
	int		 code;		/* X509_V_OK: it takes it */
	const char	*why;
} apart[] = {
	{ NULL, "no-address", X509_V_OK,
	  "RFC 8550 3 wants none; OpenSSL looks for one only where it is told which, mail programs always" },
	{ NULL, "part-unread", X509_V_OK,
	  "OpenSSL passes over what it does not look for; what a mail program does is not known" },
	{ "email-any", "any-use-only", X509_V_ERR_INVALID_PURPOSE,
	  "RFC 8550 4.4.4 lets anyExtendedKeyUsage do; that programs differ is said" },
	{ "date-no-seconds", "no-address",
	  X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD,
	  "RFC 5280 4.1.2.5 forbids a time without seconds; what it says is plain, and it is read" },
	{ "date-no-seconds", "other-address",
	  X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, "the same" },
};

static bool
is_apart(const char *profile, const char *reason, int code)
{
	for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
		if ((apart[i].profile == NULL ||
		    strcmp(apart[i].profile, profile) == 0) &&
		    strcmp(apart[i].reason, reason) == 0 &&
		    apart[i].code == code)
			return true;
	return false;
}

/* What it complains of, one of our rules complains of. */
static bool
is_ours_too(const struct answer *a, int code)
{
	for (size_t i = 0; i < sizeof about / sizeof *about; i++)
		for (size_t k = 0; about[i].code == code && k < 3 &&
		    about[i].looks[k] != NULL; k++) {
			enum verdict v = mark_of(a, about[i].looks[k]);

			if (v == VERDICT_NO || v == VERDICT_MAYBE)
				return true;
		}
	return false;
}

static void
agree_with(const struct said *s, int run)
{
	struct answerrig r;
	struct answer a;

	rig_up(&r);
	rig_cert(&r, s->profile, KEY_PRIVATE);
	if (run == 1)
		r.facts.email = ADDRESS;
	rig_ask(&r, "email", &a);
	print_message("# %s: %s\n", s->profile, a.reason);
	if (s->ok[run])
		assert_true(a.verdict == ANSWER_YES ||
		    is_apart(s->profile, a.reason, X509_V_OK));
	else
		assert_int_not_equal(a.verdict, ANSWER_YES);
	for (size_t i = 0; i < s->ncodes[run]; i++)
		assert_true(is_ours_too(&a, s->code[run][i]) ||
		    is_apart(s->profile, a.reason, s->code[run][i]));
	rig_down(&r);
}

static void
test_command(void **state)
{
	const struct regtest *t = *state;
	struct command *c = calloc(1, sizeof *c);
	char said[96];

	c->dir = t->dir;
	snprintf(said, sizeof said, "%s", regtest_path(t, "said"));
	write_profiles(c);
	for (int run = 0; run < 2; run++) {
		run_verify(c, run == 1, said);
		read_said(c, said, run);
		for (size_t i = 0; i < c->n; i++)
			agree_with(&c->all[i], run);
	}
	assert_true(c->n > 60);
	free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_purposes),
		cmocka_unit_test(test_mail_rules),
		cmocka_unit_test_setup_teardown(test_command, regtest_setup,
		    regtest_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
