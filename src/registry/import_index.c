#include "config.h"

#include <string.h>

#include "cert/nametext.h"
#include "registry/importing.h"
#include "registry/index.h"

static void
make_record(struct importing *imp, const struct record_issuer *issuer,
    const struct index_line *line, const struct cert *subject,
    struct record *r)
{
	record_of_cert(r, subject, HOW_IMPORT_TEXT, imp->now);
	record_issuer_clear(&r->issuer);
	record_issuer_copy(&r->issuer, issuer);
	memcpy(r->serial, line->serial, line->serial_len);
	r->serial_len = line->serial_len;
	r->not_after = line->not_after;
	r->uses = 0;			/* a name says nothing of them */
	r->status = line->status;
	r->status_by = HOW_IMPORT_TEXT;
	r->status_at = importing_written_at(imp);
	if (r->status == STATUS_GOOD && r->not_after < r->status_at)
		r->status_at = r->not_after;
	r->revoked_at = line->revoked_at;
	r->reason = line->reason;
}

static int
take_line(struct importing *imp, const struct record_issuer *issuer,
    char *text, int64_t number)
{
	struct index_line line;
	struct cert *subject;
	struct record r;
	int rc;

	switch (index_read(text, &line)) {
	case INDEX_FIELDS:
		importing_bad(imp, number, ERR_RECORD_FIELDS, NULL, NULL);
		return 0;
	case INDEX_VALUE:
		importing_bad(imp, number, ERR_RECORD_VALUE, line.bad, NULL);
		return 0;
	case INDEX_GOOD:
		break;
	}
	subject = nametext_subject(line.subject);
	if (subject == NULL) {
		importing_bad(imp, number, ERR_RECORD_VALUE, "subject", NULL);
		return 0;
	}
	make_record(imp, issuer, &line, subject, &r);
	rc = importing_store(imp, &r);
	record_clear(&r);
	cert_free(subject);
	return rc;
}

static int
read_lines(struct importing *imp, const struct record_issuer *issuer,
    struct buf *text, int64_t number)
{
	for (;;) {
		bool cut = false;
		int got, rc = 0;

		text->len = 0;
		got = stream_line(imp->in, text, &cut, imp->err);
		if (got != 1)
			return got;
		if (text->len == 0)
			rc = 0;
		else if (cut || buf_add(text, "", 1) != 0)
			importing_bad(imp, number, ERR_RECORD_LONG, NULL,
			    NULL);
		else if (strlen((char *)text->data) + 1 != text->len)
			importing_bad(imp, number, ERR_RECORD_VALUE, "status",
			    "a zero byte");
		else
			rc = take_line(imp, issuer, (char *)text->data,
			    number);
		number++;
		if (rc != 0 || importing_next(imp, stream_at(imp->in),
		    number) != 0)
			return -1;
	}
}

int
importing_index(struct importing *imp)
{
	struct record_issuer issuer;
	int64_t position = 0, line = 1;
	struct buf text;
	bool go_on;
	int rc = importing_issuer(imp, &issuer);

	if (rc == 0)
		return err_set(imp->err, ERR_ISSUER_NEEDED, imp->file, NULL);
	if (rc == -1)
		return -1;
	buf_init(&text, INDEX_LINE_MAX);
	rc = importing_resume(imp, &position, &line, &go_on);
	if (rc == 0 && go_on)
		rc = stream_seek(imp->in, position, imp->err);
	if (rc == 0)
		rc = read_lines(imp, &issuer, &text, go_on ? line : 1);
	buf_clear(&text);
	record_issuer_clear(&issuer);
	return rc;
}
