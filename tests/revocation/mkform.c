/*
 * mkform WHAT CASE ACTION LANGUAGE [FONT]: what is printed and said of a made
 * case, on standard output.  WHAT is form, form-pdf, receipt, receipt-pdf,
 * script, qr; CASE as madecase.h names them; ACTION revoke, suspend, lift.
 * Ends with 1 and an error's id on standard error.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "tests/revocation/madecase.h"
#include "revocation/channel.h"
#include "revocation/paper.h"

#define POINT	"stanowisko 2, Łódź"

static int
put_text(char *text)
{
	fputs(text, stdout);
	free(text);
	return 0;
}

static int
put_pdf(const struct made *m, const char *what, const char *font)
{
	struct err err = ERR_INIT;
	struct buf buf;
	int rc;

	buf_init(&buf, PAPER_PDF_MAX);
	rc = (strcmp(what, "form-pdf") == 0 ? form_pdf : receipt_pdf)(&m->row,
	    &m->view, &m->authority, POINT, font, &buf, &err);
	if (rc == 0)
		fwrite(buf.data, 1, buf.len, stdout);
	else
		fprintf(stderr, "%s %s\n", err_id(err.code), err.what);
	buf_clear(&buf);
	return rc;
}

static int
put(const struct made *m, const char *what, const char *language,
    const char *font)
{
	if (strcmp(what, "form") == 0)
		return put_text(form_text(&m->row, &m->view, &m->authority,
		    POINT));
	if (strcmp(what, "receipt") == 0)
		return put_text(receipt_text(&m->row, &m->view, &m->authority,
		    POINT));
	if (strcmp(what, "script") == 0)
		return put_text(phone_script(&m->row, &m->view, &m->authority,
		    language));
	if (strcmp(what, "qr") == 0)
		return put_text(receipt_qr(&m->row, &m->view));
	return put_pdf(m, what, font);
}

int
main(int argc, char **argv)
{
	struct made m;
	int action, rc;

	if (argc < 5 || (action = case_action_from_id(argv[3])) == -1) {
		fputs("usage: mkform WHAT CASE ACTION LANGUAGE [FONT]\n",
		    stderr);
		return 2;
	}
	i18n_init(argv[4]);
	rc = made_case(&m, argv[2], (enum case_action)action);
	if (rc == 0)
		rc = put(&m, argv[1], argv[4], argc > 5 ? argv[5] : NULL);
	made_clear(&m);
	return rc == 0 ? 0 : 1;
}
