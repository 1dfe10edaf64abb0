#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/i18n.h"
#include "ui/card_out.h"
#include "ui/session.h"

/* What is in the way of every card, told once. */
enum exit_code
world_troubles(struct cmd *cmd, const struct card_world *world)
{
	enum exit_code	 code = EXIT_FINE;
	size_t		 i;

	if (world->helper_err.code != ERR_NONE)
		code = exit_worse(code, cmd_fail(cmd, &world->helper_err));
	if (world->pcsc == PCSC_GONE && world->pcsc_err.code != ERR_NONE)
		code = exit_worse(code, cmd_fail(cmd, &world->pcsc_err));
	for (i = 0; i < world->nmodules; i++)
		if (world->modules[i].state == MODULE_STOPPED &&
		    world->modules[i].err.code != ERR_NONE)
			code = exit_worse(code,
			    cmd_fail(cmd, &world->modules[i].err));
	return code;
}

int
card_seconds(const struct cmd *cmd, long *seconds, struct err *err)
{
	const char	*word = cmd_value(cmd, "timeout");
	char		*end;

	*seconds = CARD_WAIT_DEFAULT;
	if (word == NULL)
		return 0;
	errno = 0;
	*seconds = strtol(word, &end, 10);
	if (errno != 0 || end == word || *end != '\0' || *seconds < 1 ||
	    *seconds > CARD_WAIT_MAX)
		return err_set(err, ERR_USAGE,
		    _("--timeout takes seconds, from 1 to 3600"), NULL);
	return 0;
}

enum exit_code
card_look(struct cmd *cmd, enum exit_code (*look)(struct cmd *,
    const struct card_world *, void *), void *arg)
{
	struct session	*session;
	struct err	 err = ERR_INIT;
	enum exit_code	 code = EXIT_FINE;
	long		 seconds;

	if (card_seconds(cmd, &seconds, &err) == -1)
		return cmd_fail(cmd, &err);
	session = session_open(cmd, NULL, NULL);
	if (session_run(session, seconds, &err) == -1) {
		cmd->signal = session_signal(session);
		code = cmd_fail(cmd, &err);
	}
	/* After Ctrl-C nobody wants an answer; after a timeout what there is. */
	if (cmd->signal == 0) {
		code = exit_worse(code,
		    world_troubles(cmd, session_world(session)));
		code = exit_worse(code, look(cmd, session_world(session), arg));
	}
	session_close(session);
	return code;
}
