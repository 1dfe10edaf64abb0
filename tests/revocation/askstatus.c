/*
 * usage: askstatus [-bfs] REGISTRY CACHE CERTIFICATE [CONF]
 *
 * A status by hand, for shell tests: remember the certificate in that registry,
 * ask, and print a line of what came out and one for each way that was tried:
 *
 *   STATUS BY REASON registry STATUS clock SECONDS
 *   WAY ANSWERED STATUS|ERROR-ID kept KEPT entries N URL
 *
 * -b: the list too, whatever OCSP says; -f: no kept list; -s: as one who has no
 * certificate but its row.  CONF: the authorities beside that okienko.conf; only
 * 127.0.0.1 is allowed inside.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cert/file.h"
#include "cert/issued.h"
#include "registry/store.h"
#include "revocation/status.h"

struct run {
	struct registry		*reg;
	struct net		*net;
	struct cert_list	 list;
	struct record		 row;
	struct status_about	 about;
	struct authorities	 auths;
	struct status_options	 o;
	struct err		 err;
};

static int
fail(const struct run *r)
{
	char said[512];

	fprintf(stderr, "askstatus: %s %s\n", err_sentence(&r->err, said,
	    sizeof said), r->err.detail);
	return 2;
}

static void
say_way(const char *name, const struct status_way *w)
{
	if (!w->tried)
		return;
	printf("%s %s %s kept %d entries %lld %s\n", name,
	    w->answered ? "answered" : "refused", w->answered ?
	    record_status_id(w->status) : err_id(w->err.code), w->kept,
	    (long long)w->entries, w->url);
}

static int
say(struct run *r, const struct status_report *report)
{
	const struct status_way *w = report->by == HOW_OCSP ? &report->ocsp :
	    report->delta.answered ? &report->delta : &report->crl;

	record_clear(&r->row);
	if (store_get(r->reg, &r->about.issuer, r->about.serial,
	    r->about.serial_len, &r->row, &r->err) != 0)
		return fail(r);
	printf("%s %s %d registry %s clock %lld\n",
	    record_status_id(report->status), report->err.code != ERR_NONE ?
	    err_id(report->err.code) : record_how_id(report->by), w->reason,
	    record_status_id(r->row.status), (long long)report->clock_off);
	say_way("ocsp", &report->ocsp);
	say_way("crl", &report->crl);
	say_way("delta", &report->delta);
	return 0;
}

static int
prepare(struct run *r, char **argv, bool row)
{
	static char *allowed[] = { "127.0.0.1" };
	static struct conf_list allow = { .n = 1 };
	struct registry_options where = { .path = argv[0] };
	struct net_options net = { .allow = &allow };

	allow.v[0] = allowed[0];
	r->net = net_new(&net);
	r->o.cache = argv[1];
	if (registry_open(&r->reg, REGISTRY_CREATE, &where, &r->err) != 0 ||
	    cert_file_read(argv[2], NULL, &r->list, &r->err) != 0)
		return fail(r);
	record_of_cert(&r->row, r->list.certs[0], HOW_CARD, clock_now());
	if (store_cert(r->reg, &r->row, NULL, &r->err) != 0)
		return fail(r);
	if (row)
		status_about_record(&r->about, &r->row);
	else
		status_about_cert(&r->about, r->list.certs[0],
		    r->list.ders[0].p, r->list.ders[0].len);
	if (argv[3] == NULL)
		return 0;
	if (authorities_load(&r->auths, argv[3], NULL, &r->err) != 0)
		return fail(r);
	r->o.authority = cert_authority(r->list.certs[0], &r->auths, NULL);
	return 0;
}

int
main(int argc, char **argv)
{
	struct run r = { .err = ERR_INIT };
	struct status_report report;
	struct err ignored = ERR_INIT;
	bool row = false;
	int c, rc;

	while ((c = getopt(argc, argv, "bfs")) != -1) {
		r.o.both |= c == 'b';
		r.o.fresh |= c == 'f';
		row |= c == 's';
		if (c == '?')
			return 2;
	}
	if (argc - optind < 3) {
		fputs("usage: askstatus [-bfs] REGISTRY CACHE CERTIFICATE "
		    "[CONF]\n", stderr);
		return 2;
	}
	rc = prepare(&r, argv + optind, row);
	if (rc == 0) {
		(void)status_ask(r.net, r.reg, &r.about, &r.o, clock_now(),
		    &report, &ignored);
		rc = say(&r, &report);
		status_report_clear(&report);
	}
	status_about_clear(&r.about);
	record_clear(&r.row);
	cert_list_clear(&r.list);
	authorities_clear(&r.auths);
	registry_close(r.reg);
	net_free(r.net);
	return rc;
}
