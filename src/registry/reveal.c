#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "registry/inside.h"
#include "registry/journal.h"
#include "registry/reveal.h"
#include "registry/scrub.h"

int
reveal_note(struct registry *reg, const struct record *r, const char *why,
    struct err *err)
{
	struct ident_hash hash;
	struct journal_entry e = { .action = JOURNAL_REVEAL, .whom = &hash,
	    .why = why };

	inside_cert_hash(reg, &r->issuer, r->serial, r->serial_len, &hash);
	return journal_add(reg, &e, err);
}

/* The reason outlives the row, so the holder's name is taken out of it. */
int
reveal_record(struct registry *reg, const struct record *r, const char *reason,
    struct err *err)
{
	const char *holder = r->holder;
	char hex[2 * CERT_SERIAL_MAX + 1];
	char *why;
	int rc;

	if (!r->restricted)
		return 0;
	if (reason == NULL || reason[0] == '\0')
		return err_set(err, ERR_RESTRICTED, text_hex(r->serial,
		    r->serial_len, 0, hex, sizeof hex), NULL);
	why = scrub_names(reason, &holder, 1);
	rc = reveal_note(reg, r, why, err);
	free(why);
	return rc;
}

void
reveal_hide(struct record *r)
{
	char **const texts[] = { &r->holder, &r->org, &r->order, &r->id_mask,
	    &r->email_mask, &r->point, &r->account, &r->card_token,
	    &r->card_number, &r->card_model };

	for (size_t i = 0; r->restricted && i < sizeof texts / sizeof *texts;
	    i++) {
		if (*texts[i] == NULL)
			continue;
		explicit_bzero(*texts[i], strlen(*texts[i]));
		free(*texts[i]);
		*texts[i] = NULL;
	}
}
