/* okienko status: whether a certificate is revoked, asked of its authority. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cert/der.h"
#include "cert/pem.h"
#include "revocation/channel.h"
#include "revocation/status.h"
#include "ui/longwork.h"
#include "ui/numbered.h"
#include "ui/rec_out.h"
#include "ui/recwords.h"
#include "ui/setup.h"
#include "ui/statuspage.h"

struct asking_for {
	struct cmd		*cmd;
	struct registry		*registry;	/* NULL: nothing is remembered */
	struct status_about	 about;
	struct status_report	 report;
	const struct authority	*authority;
	int64_t			 now;
};

/* --- whose, on the worker's thread --------------------------------------- */

/* The first block that is a certificate. */
static int
read_armoured(struct stream *in, struct buf *der, struct err *err)
{
	enum pem_got got = PEM_END;
	struct pem pem;
	int rc;

	pem_open(&pem, in, CERT_DER_MAX);
	while ((rc = pem_next(&pem, &got, err)) == 0 && got != PEM_END &&
	    (got != PEM_BLOCK || strcmp(pem.label, "CERTIFICATE") != 0))
		;
	if (rc == 0 && (got != PEM_BLOCK || buf_add(der, pem.der.data,
	    pem.der.len) == -1))
		rc = err_set(err, ERR_NOT_A_CERT, stream_name(in), NULL);
	pem_close(&pem);
	return rc;
}

static int
read_der(const char *path, struct buf *der, struct err *err)
{
	struct stream *in;
	struct span seen;
	int rc;

	if (stream_open(&in, path, err) == -1)
		return -1;
	rc = stream_peek(in, CERT_DER_MAX + 1, &seen, err);
	if (rc == 0 && seen.len > 0 && seen.p[0] == DER_SEQUENCE)
		rc = buf_add(der, seen.p, seen.len) == 0 ? 0 :
		    err_set(err, ERR_TOO_BIG, path, NULL);
	else if (rc == 0)
		rc = read_armoured(in, der, err);
	stream_close(in);
	return rc;
}

static int
about_file(struct asking_for *a, const char *path, struct err *err)
{
	struct cert *c = NULL;
	struct buf der;
	int rc;

	buf_init(&der, CERT_DER_MAX);
	rc = read_der(path, &der, err);
	if (rc == 0 && cert_parse(der.data, der.len, &c,
	    &(struct err)ERR_INIT) == -1)
		rc = err_set(err, ERR_NOT_A_CERT, path, NULL);
	if (rc == 0)
		status_about_cert(&a->about, c, der.data, der.len);
	cert_free(c);
	buf_clear(&der);
	return rc;
}

static int
about_number(struct asking_for *a, struct err *err)
{
	struct cmd *cmd = a->cmd;
	char *number = mem_strdup(cmd->args[0]);
	struct record r;
	int rc;

	for (int i = 1; i < cmd->nargs; i++) {
		char *more = mem_printf("%s %s", number, cmd->args[i]);

		free(number);
		number = more;
	}
	rc = numbered_find(a->registry, &cmd->authorities, number,
	    cmd_value(cmd, "issuer"), &r, err);
	if (rc == 0)
		status_about_record(&a->about, &r);
	record_clear(&r);
	free(number);
	return rc;
}

static int
work(void *arg, const atomic_bool *cancel, struct err *err)
{
	struct asking_for *a = arg;
	struct cmd *cmd = a->cmd;
	const struct net_options no = setup_network(&cmd->conf, cmd->login);
	struct status_options o = { .cancel = cancel,
	    .both = cmd_value(cmd, "list") != NULL,
	    .fresh = cmd_value(cmd, "fresh") != NULL };
	bool file = cmd->nargs == 1 && access(cmd->args[0], F_OK) == 0;
	struct err why = ERR_INIT;
	struct net *net;
	int rc;

	/*
	 * What is learnt is remembered where a registry is; none is made.  One
	 * that cannot be opened may well know the number.
	 */
	if (rec_open(cmd, REGISTRY_WRITE, &a->registry, &why) == -1 &&
	    why.code == ERR_READ_ONLY) {
		err_clear(&why);
		(void)rec_open(cmd, REGISTRY_READ, &a->registry, &why);
	}
	if (a->registry == NULL && !file && why.code != ERR_NO_REGISTRY) {
		*err = why;
		return -1;
	}
	rc = file ? about_file(a, cmd->args[0], err) : about_number(a, err);
	if (rc == -1)
		return -1;
	a->authority = o.authority = channel_authority(&cmd->authorities,
	    &a->about.issuer);
	net = net_new(&no);
	rc = status_ask(net, a->registry, &a->about, &o, a->now, &a->report,
	    err);
	net_free(net);
	return rc;
}

/* --- telling ------------------------------------------------------------- */

static void
field_time(struct out *out, const char *label, int64_t at)
{
	char when[32];

	if (at != 0)
		out_field(out, label, "%s", clock_local(at, when, sizeof when));
}

static void
tell_way(struct out *out, const char *title, const struct status_way *w)
{
	char text[512];

	if (!w->tried)
		return;
	out_blank(out);
	out_line(out, 2, "%s", title);
	if (w->url != NULL)
		out_field(out, _("asked at"), "%s", w->url);
	if (!w->answered) {
		out_field(out, _("says"), "%s", err_sentence(&w->err, text,
		    sizeof text));
		return;
	}
	field_time(out, _("since"), w->revoked_at);
	field_time(out, _("as of"), w->this_update);
	field_time(out, _("holds until"), w->next_update);
	if (w->responder[0] != '\0')
		out_field(out, _("signed by"), "%s", w->responder);
	out_field(out, _("took"), "%lld ms", (long long)w->millis);
}

static void
tell(const struct asking_for *a)
{
	static const char *const labels[] = { N_("asked at"), N_("says"),
		N_("holds until"), N_("signed by"), NULL };
	struct out *out = a->cmd->out;
	char text[512];

	out_column(out, labels);
	out_line(out, 2, "%s", status_sentence(&a->report, text, sizeof text));
	if (status_clock(&a->report, text, sizeof text)[0] != '\0')
		out_line(out, 2, "%s", text);
	tell_way(out, "OCSP", &a->report.ocsp);
	tell_way(out, _("Revocation list (CRL)"), &a->report.crl);
	tell_way(out, _("Newest changes (delta CRL)"), &a->report.delta);
}

static enum exit_code
run(struct cmd *cmd)
{
	struct asking_for a = { .cmd = cmd, .now = clock_now() };
	enum exit_code code;
	struct err err = ERR_INIT;
	json_t *o;
	int rc = longwork(cmd, work, NULL, &a, &err);

	if (rc == -1 && !a.report.ocsp.tried && !a.report.crl.tried)
		code = cmd_fail(cmd, &err);
	else {
		if (cmd->json) {
			o = status_json(&a.about, &a.report);
			out_json(cmd->out, o, false);
			json_decref(o);
		} else
			tell(&a);
		code = rc == -1 ? cmd_fail(cmd, &err) :
		    a.report.status == STATUS_GOOD ? EXIT_FINE : EXIT_WRONG;
	}
	status_report_clear(&a.report);
	status_about_clear(&a.about);
	registry_close(a.registry);
	return code;
}

const struct verb cmd_status = {
	.name = "status",
	.args = N_("SERIAL | FILE"),
	.min_args = 1,
	.max_args = -1,
	.summary = N_("ask the authority whether a certificate is revoked"),
	.options = {
		{ "issuer", N_("FILE|NAME"), N_("whose number it is: a certificate's file, a part of the name, or all of it") },
		{ "list", NULL, N_("ask the revocation list too when OCSP has answered") },
		{ "fresh", NULL, N_("fetch the list anew, though the one kept still holds") },
	},
	.run = run,
};
