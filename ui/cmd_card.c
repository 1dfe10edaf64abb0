/* okienko card: what the cards in the readers are and what is on them. */
#include "config.h"

#include "base/i18n.h"
#include "card/proto.h"
#include "ui/card_out.h"

/* The world as it crossed the socket, its cards replaced by those asked for. */
static void
print_json(struct cmd *cmd, const struct card_world *world, const char *reader)
{
	json_t	*answer = proto_world_to_json(world), *cards = json_array();
	size_t	 i;

	for (i = 0; i < world->ncards; i++)
		if (card_wanted(world->cards[i], reader))
			json_array_append_new(cards,
			    card_describe(cmd, world->cards[i]));
	json_object_set_new(answer, "cards", cards);
	out_json(cmd->out, answer, false);
	json_decref(answer);
}

/* Nothing matched: say which of the reasons it was. */
static enum exit_code
nothing(struct cmd *cmd, const struct card_world *world, const char *reader)
{
	struct err	 err = ERR_INIT;

	if (world->pcsc != PCSC_UP)
		return EXIT_SERVICE;
	if (world->ncards > 0 && reader != NULL)
		err_set(&err, ERR_NO_SUCH_READER, reader, NULL);
	else
		err_set(&err, ERR_NO_READER, NULL, NULL);
	return cmd_fail(cmd, &err);
}

static enum exit_code
look(struct cmd *cmd, const struct card_world *world, void *arg)
{
	const char	*reader = cmd_value(cmd, "reader");
	bool		 details = cmd_value(cmd, "details") != NULL;
	enum exit_code	 code = EXIT_FINE;
	size_t		 i, shown = 0, cards = 0;

	(void)arg;
	if (cmd->json)
		print_json(cmd, world, reader);
	for (i = 0; i < world->ncards; i++) {
		if (!card_wanted(world->cards[i], reader))
			continue;
		if (!cmd->json && shown > 0)
			out_blank(cmd->out);
		if (!cmd->json)
			card_print(cmd, world->cards[i], details);
		shown++;
		if (world->cards[i]->state == CARD_ABSENT)
			continue;
		cards++;
		code = exit_worse(code, card_exit(world->cards[i]));
	}
	if (shown == 0)
		return nothing(cmd, world, reader);
	return cards == 0 ? EXIT_ABSENT : code;
}

static enum exit_code
run(struct cmd *cmd)
{
	return card_look(cmd, look, NULL);
}

const struct verb cmd_card = {
	.name = "card",
	.args = "",
	.summary = N_("show what the card in the reader is and what is on it"),
	.options = {
		{ "reader", N_("NAME"),
		    N_("only readers whose name has this in it") },
		{ "details", NULL, N_("every field of each certificate") },
		{ "timeout", N_("SECONDS"),
		    N_("wait so long for readers and cards (60)") },
	},
	.run = run,
};
