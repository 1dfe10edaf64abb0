#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "card/hand.h"
#include "revocation/officer_card.h"

/* The hand's, but for what the signer goes by, which does not change meanwhile. */
struct officer_card {
	struct card_hand	*hand;
	char			*reader;
	struct token		 token;		/* module, slot, serial, PIN */
	struct secret		*pin;		/* the worker's while it runs */
	bool			 used;
	struct officer_signer	 signer;
	const atomic_bool	*cancel;
	atomic_bool		 stopped;
};

/* --- the worker's side ------------------------------------------------------- */

static int
sign_on(struct officer_card *c, const uint8_t cert[32],
    const struct card_digest *digest, struct card_signature *out,
    struct err *err)
{
	const struct card at = { .reader = c->reader };
	struct err why = ERR_INIT;
	char *key;
	int rc = card_hand_key(c->hand, &at, &c->token, cert, &key, &why);

	if (rc == 0)
		rc = card_hand_sign(c->hand, &at, &c->token, key, digest,
		    c->pin, out, err);
	else if (why.code == ERR_CARD_KEY)
		(void)err_set(err, ERR_OFFICER_CARD, c->reader,
		    "the certificate is not on that card");
	else if (err->code == ERR_NONE)
		*err = why;
	free(key);
	return rc;
}

static int
sign(void *arg, const uint8_t cert[32], const struct card_digest *digest,
    struct card_signature *out, struct err *err)
{
	struct officer_card *c = arg;
	int rc;

	if (c->used)
		return err_set(err, ERR_OFFICER_CARD, c->reader,
		    "the PIN has been used");
	c->used = true;
	if (c->cancel != NULL && atomic_load(c->cancel))
		return err_set(err, ERR_CANCELLED, c->reader, NULL);
	rc = sign_on(c, cert, digest, out, err);
	secret_free(c->pin);
	c->pin = NULL;
	return rc;
}

/* --- the loop's --------------------------------------------------------------- */

struct officer_card *
officer_card_new(struct loop *loop, struct card_client *client,
    const char *reader, const struct token *token, struct secret *pin)
{
	struct officer_card *c = mem_alloc(sizeof *c);

	c->hand = card_hand_new(loop, client, &c->stopped);
	c->reader = mem_strdup(reader);
	c->token.module = mem_strdup(token->module);
	c->token.slot = token->slot;
	c->token.serial = mem_strdup(token->serial);
	c->token.pin = token->pin;
	c->pin = pin;
	return c;
}

void
officer_card_free(struct officer_card *c)
{
	if (c == NULL)
		return;
	card_hand_free(c->hand);
	secret_free(c->pin);
	free(c->token.module);
	free(c->token.serial);
	free(c->reader);
	free(c);
}

struct officer_signer *
officer_card_signer(struct officer_card *c, const atomic_bool *cancel,
    int64_t deadline_ms)
{
	c->signer = (struct officer_signer){ .sign = sign, .arg = c };
	c->cancel = cancel;
	card_hand_patience(c->hand, deadline_ms);
	return &c->signer;
}

void
officer_card_shake(struct officer_card *c)
{
	atomic_store(&c->stopped, true);
	card_hand_shake(c->hand);
}

const struct card *
officer_card_find(const struct card_world *w, const uint8_t cert[32],
    const struct token **token)
{
	for (size_t i = 0; i < w->ncards; i++) {
		const struct card *card = w->cards[i];

		for (size_t j = 0; j < card->ncerts; j++) {
			const struct card_cert *c = &card->certs[j];

			if (memcmp(c->sha256, cert, sizeof c->sha256) != 0 ||
			    c->key == KEY_MISSING || c->tokens == 0)
				continue;
			*token = &card->tokens[__builtin_ctz(c->tokens)];
			return card;
		}
	}
	return NULL;
}
