#include "config.h"

#include "ui/card_out.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "card/proto.h"
#include "ui/cert_out.h"
#include "ui/words.h"

#define TEXT	512

/* --- words --------------------------------------------------------------- */

const char *
card_place(const struct card *card)
{
	if (card->reader[0] == '\0' && card->ntokens > 0)
		return card->tokens[0].label;
	return card->reader;
}

const char *
card_title(const struct card *card)
{
	if (card->state == CARD_ABSENT)
		return _("empty");
	if (card->model.name[0] != '\0')
		return card->model.name;
	if (card->ntokens > 0 && card->tokens[0].label[0] != '\0')
		return card->tokens[0].label;
	return _("unknown card");
}

bool
card_wanted(const struct card *card, const char *reader)
{
	return reader == NULL || text_find(card_place(card), reader);
}

enum exit_code
card_exit(const struct card *card)
{
	enum exit_code	 code = EXIT_FINE;
	size_t		 i;

	if (card->state == CARD_ABSENT)
		return EXIT_ABSENT;
	if (card->state == CARD_FAILED)
		code = exit_for(card->err.code);
	for (i = 0; i < card->nproblems; i++)
		code = exit_worse(code, exit_for(card->problems[i].code));
	return card->cut ? exit_worse(code, EXIT_WRONG) : code;
}

/* --- for people ---------------------------------------------------------- */

enum label {
	L_CARD, L_NUMBER, L_ATR, L_TOKEN, L_PIN, L_ROOM, L_MEMORY, L_TIDY,
	L_PROBLEM, L_COUNT
};

static const char *const labels[L_COUNT + 1] = {
	[L_CARD] = N_("card"),
	[L_NUMBER] = N_("card number"),
	[L_ATR] = N_("ATR"),
	[L_TOKEN] = N_("token"),
	[L_PIN] = N_("PIN"),
	[L_ROOM] = N_("room"),
	[L_MEMORY] = N_("memory"),
	[L_TIDY] = N_("to tidy up"),
	[L_PROBLEM] = N_("trouble"),
};

#define field(out, l, ...) out_field(out, _(labels[l]), __VA_ARGS__)

static void
print_tokens(struct out *out, const struct card *card)
{
	const struct token	*t;
	char			 pin[TEXT];

	for (t = card->tokens; t < card->tokens + card->ntokens; t++) {
		field(out, L_TOKEN, "%s · %s · %s", t->label, t->model,
		    t->module);
		field(out, L_PIN, "%s", words_pin(&t->pin, pin, sizeof(pin)));
	}
}

static void
print_capacity(struct out *out, const struct capacity *c)
{
	char	 text[TEXT];

	if (c->rule == CAPACITY_UNKNOWN)
		field(out, L_ROOM, "%s", words_capacity(c, text, sizeof(text)));
	else
		field(out, L_ROOM, "%s (%s; %s%s%s)",
		    words_capacity(c, text, sizeof(text)),
		    words_capacity_rule(c->rule), words_known_by(c->by),
		    c->source[0] != '\0' ? ": " : "", c->source);
	if (words_memory(c, text, sizeof(text))[0] != '\0')
		field(out, L_MEMORY, "%s", text);
	if (words_tidy(c, text, sizeof(text))[0] != '\0')
		field(out, L_TIDY, "%s", text);
}

/* Where on the card it is, and how its key stands if it should have one. */
static void
print_place(struct out *out, const struct card_cert *c)
{
	const char	*key = words_key_state(c->cert, c->key);

	if (key != NULL)
		out_line(out, 8, _("      %s · id %s · key %s"), c->label,
		    c->id, key);
	else
		out_line(out, 8, _("      %s · id %s"), c->label, c->id);
}

static void
print_certs(struct cmd *cmd, const struct card *card, bool details)
{
	const struct card_cert	*c;
	struct cert_standing	 standing;
	int64_t			 now = clock_now();

	if (card->ncerts > 0)
		out_line(cmd->out, 2, "  %s", _("certificates"));
	for (c = card->certs; c < card->certs + card->ncerts; c++) {
		if (c->cert == NULL) {
			out_line(cmd->out, 6,
			    _("    %s · damaged, no certificate"), c->label);
			continue;
		}
		cert_stand(cmd, c->cert, now, &standing);
		cert_print_line(cmd->out, c->cert, &standing);
		print_place(cmd->out, c);
		if (details)
			cert_print(cmd->out, c->cert, &standing, false);
	}
}

static void
print_orphans(struct out *out, const struct card *card)
{
	const struct card_key	*k;
	char			 type[TEXT];

	for (k = card->keys; k < card->keys + card->nkeys; k++)
		if (k->cert == -1)
			out_line(out, 6,
			    _("    key without a certificate · %s · %s · id %s"),
			    words_key_type(k->type, k->bits, NULL, type,
			    sizeof(type)), k->label, k->id);
}

static void
print_trouble(struct out *out, const struct err *err)
{
	char	 sentence[TEXT], next[TEXT];

	field(out, L_PROBLEM, "%s %s (%s)",
	    err_sentence(err, sentence, sizeof(sentence)),
	    err_next(err, next, sizeof(next)), err_id(err->code));
}

void
card_print(struct cmd *cmd, const struct card *card, bool details)
{
	struct out	*out = cmd->out;
	char		 atr[3 * CARD_ATR_MAX + 1];
	size_t		 i;

	out_column(out, labels);
	out_line(out, 2, "%s", card_place(card));
	field(out, L_CARD, "%s", card_title(card));
	if (card->number[0] != '\0')
		field(out, L_NUMBER, "%s", card->number);
	if (card->atr_len > 0)
		field(out, L_ATR, "%s", text_hex(card->atr, card->atr_len, 1,
		    atr, sizeof(atr)));
	if (card->state == CARD_FAILED)
		print_trouble(out, &card->err);
	for (i = 0; i < card->nproblems; i++)
		print_trouble(out, &card->problems[i]);
	if (card->state == CARD_ABSENT)
		return;
	print_tokens(out, card);
	if (card->state != CARD_FAILED || card->ntokens > 0)
		print_capacity(out, &card->capacity);
	print_certs(cmd, card, details);
	print_orphans(out, card);
	if (card->state == CARD_READING)
		out_line(out, 2, "  %s", _("(not all of it has been read)"));
	if (card->cut)
		out_line(out, 2, "  %s",
		    _("(there is more on it than could be read)"));
}

/* --- JSON ---------------------------------------------------------------- */

json_t *
card_describe(const struct cmd *cmd, const struct card *card)
{
	json_t			*o = proto_card_to_json(card), *certs, *one;
	struct cert_standing	 standing;
	int64_t			 now = clock_now();
	size_t			 i;

	certs = json_object_get(o, "certs");
	for (i = 0; i < card->ncerts; i++) {
		one = json_object_get(json_array_get(certs, i), "cert");
		if (card->certs[i].cert == NULL || !json_is_object(one))
			continue;
		cert_stand(cmd, card->certs[i].cert, now, &standing);
		cert_describe_into(one, card->certs[i].cert, &standing);
	}
	return o;
}
