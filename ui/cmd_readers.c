/* okienko readers: which readers there are, and whether a card is in them. */
#include "config.h"

#include "base/i18n.h"
#include "base/jstring.h"
#include "ui/card_out.h"

static json_t *
reader_json(const struct card *card)
{
	json_t	*o = json_object();

	json_object_set_new(o, "reader", out_string_json(card->reader));
	/* Who tells is the software of a card. */
	json_object_set_new(o, "pinpad", card->ntokens == 0 ? json_null() :
	    json_boolean(card->reader_pinpad));
	json_object_set_new(o, "state", jstring(card_state_id(card->state)));
	json_object_set_new(o, "card", card->state == CARD_ABSENT ? json_null() :
	    out_string_json(card_title(card)));
	return o;
}

static enum exit_code
look(struct cmd *cmd, const struct card_world *world, void *arg)
{
	json_t		*answer = json_object(), *readers = json_array();
	struct err	 none = ERR_INIT;
	const struct card *card;
	size_t		 i;

	(void)arg;
	json_object_set_new(answer, "readers", readers);
	for (i = 0; i < world->ncards; i++) {
		card = world->cards[i];
		/* A token without a reader is a card, but no reader. */
		if (card->reader[0] == '\0')
			continue;
		json_array_append_new(readers, reader_json(card));
		if (!cmd->json)
			out_line(cmd->out, 4, "%s · %s%s", card->reader,
			    card_title(card),
			    card->reader_pinpad ? _(" · own keypad") : "");
	}
	if (cmd->json)
		out_json(cmd->out, answer, false);
	i = json_array_size(readers);
	json_decref(answer);
	if (i > 0)
		return EXIT_FINE;
	if (world->pcsc != PCSC_UP)
		return EXIT_SERVICE;
	err_set(&none, ERR_NO_READER, NULL, NULL);
	return cmd_fail(cmd, &none);
}

static enum exit_code
run(struct cmd *cmd)
{
	return card_look(cmd, look, NULL);
}

const struct verb cmd_readers = {
	.name = "readers",
	.args = "",
	.summary = N_("list the card readers"),
	.options = {
		{ "timeout", N_("SECONDS"),
		    N_("wait so long for readers and cards (60)") },
	},
	.run = run,
};
