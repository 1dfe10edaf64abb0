/*
 * Import and export by hand, for shell tests: askimport REGISTRY [-k KIND]
 * [-i ISSUER] [-m MAPPING] [-e ENCODING] FILE, or askimport REGISTRY -x csv|json.
 * Prints one line of counts, the notes, and a line for each record left out.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "registry/import.h"

static void
tell_bad(const struct import_bad *bad, void *arg)
{
	char sentence[512];

	(void)arg;
	printf("bad %lld %s %s\n", (long long)bad->line, err_id(bad->err.code),
	    err_sentence(&bad->err, sentence, sizeof sentence));
}

static void
tell(const struct import_progress *p)
{
	struct rusage usage;

	printf("records %lld added %lld changed %lld same %lld bad %lld"
	    " elsewhere %lld notes", (long long)p->records,
	    (long long)p->added, (long long)p->changed, (long long)p->same,
	    (long long)p->bad, (long long)p->elsewhere);
	for (unsigned bit = 1; bit < 1u << IMPORT_NOTES; bit <<= 1) {
		if (p->notes & bit)
			printf(" %s", import_note_id(bit));
	}
	(void)getrusage(RUSAGE_SELF, &usage);
	printf("\ntook %lld ms %ld KiB\n", (long long)p->millis,
	    usage.ru_maxrss);
}

static int
fail(const struct err *err)
{
	char sentence[512];

	printf("%s %s (%s)\n", err_id(err->code),
	    err_sentence(err, sentence, sizeof sentence), err->detail);
	return 1;
}

int
main(int argc, char **argv)
{
	struct import_options o = { .bad = tell_bad };
	struct registry_options ro = { .account = "test" };
	struct import_progress p;
	struct err err = ERR_INIT;
	struct registry *reg;
	const char *export = NULL;
	int opt, rc;

	if (argc < 3)
		return 2;
	ro.path = argv[1];
	optind = 2;
	while ((opt = getopt(argc, argv, "bk:i:m:e:x:")) != -1) {
		switch (opt) {
		case 'b':
			ro.bulk = true;
			break;
		case 'k':
			o.kind = import_kind_from_id(optarg);
			break;
		case 'i':
			o.issuer = optarg;
			break;
		case 'm':
			o.mapping = optarg;
			break;
		case 'e':
			o.encoding = optarg;
			break;
		case 'x':
			export = optarg;
			break;
		default:
			return 2;
		}
	}
	if (registry_open(&reg, REGISTRY_CREATE, &ro, &err) != 0)
		return fail(&err);
	rc = export != NULL ? export_run(reg, STDOUT_FILENO,
	    strcmp(export, "csv") == 0 ? EXPORT_CSV : EXPORT_JSON, "test",
	    NULL, &p, &err) : import_run(reg, argv[optind], &o, &p, &err);
	registry_close(reg);
	if (export == NULL)
		tell(&p);
	return rc == 0 ? 0 : fail(&err);
}
