#include "config.h"

#include "ui/signing.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "revocation/officer.h"
#include "revocation/officer_card.h"
#include "ui/passage.h"
#include "ui/session.h"

#define READING_SECONDS	60

struct signing {
	struct session		*session;
	struct officer_card	*card;
};

/* --- the card and its PIN -------------------------------------------------- */

/* Where the card is, by the certificate that the authority's file names. */
static int
find_card(struct signing *s, struct cmd *cmd, const struct authority *a,
    struct err *err)
{
	const struct token *token = NULL;
	const struct card *card;
	struct secret *pin;
	uint8_t cert[32];

	if (officer_sha256(a->cmp_certificate, cert, err) == -1 ||
	    session_run(s->session, READING_SECONDS, err) == -1)
		return -1;
	card = officer_card_find(session_world(s->session), cert, &token);
	if (card == NULL)
		return err_set(err, ERR_OFFICER_CARD, a->name, NULL);
	if (passage_pin(cmd, token, &pin, err) == -1)
		return -1;
	s->card = officer_card_new(session_loop(s->session),
	    session_client(s->session), card->reader, token, pin);
	return 0;
}

int
signing_open(struct cmd *cmd, const struct authority *a, bool by_card,
    struct signing **out, struct err *err)
{
	struct signing *s;

	*out = NULL;
	if (cmd_value(cmd, "officer-card") == NULL)
		return 0;
	if (!by_card)
		return err_set(err, ERR_USAGE, _("--officer-card, for a case "
		    "that no officer's card signs"), NULL);
	s = mem_alloc(sizeof *s);
	s->session = session_open(cmd, NULL, NULL);
	if (find_card(s, cmd, a, err) == 0) {
		*out = s;
		return 0;
	}
	session_note_signal(s->session, cmd);
	signing_close(s);
	return -1;
}

void
signing_close(struct signing *s)
{
	if (s == NULL)
		return;
	officer_card_free(s->card);
	session_close(s->session);
	free(s);
}

/* --- the work ---------------------------------------------------------------- */

static void
shake(void *arg)
{
	officer_card_shake(arg);
}

int
signing_work(struct signing *s, struct cmd *cmd, longwork_fn *fn, void *arg,
    struct err *err)
{
	int rc;

	if (s == NULL)
		return longwork(cmd, fn, NULL, arg, err);
	rc = session_work(s->session, fn, arg, shake, s->card, err);
	session_note_signal(s->session, cmd);
	return rc;
}

struct officer_signer *
signing_signer(struct signing *s, const atomic_bool *cancel)
{
	return s == NULL ? NULL :
	    officer_card_signer(s->card, cancel, OFFICER_CARD_MS);
}
