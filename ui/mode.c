#include "config.h"

#include "ui/mode.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

static const struct {
	const char	*word;
	bool		 verbs;
} modes[] = {
	[MODE_DESK] = { "desk", true },
	[MODE_AGENT] = { "agent", false },
	[MODE_KIOSK] = { "kiosk", false },
};

int
mode_read(enum mode *mode, struct err *err)
{
	const char	*word = getenv("OKIENKO_MODE");
	char		*what;

	*mode = MODE_DESK;
	if (word == NULL)
		return 0;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(word, modes[i].word) == 0) {
			*mode = (enum mode)i;
			return 0;
		}
	what = mem_printf(_("OKIENKO_MODE is %.40s, which is no mode"), word);
	(void)err_set(err, ERR_USAGE, what, NULL);
	free(what);
	return -1;
}

const char *
mode_word(enum mode mode)
{
	return modes[mode].word;
}

bool
mode_has_verbs(enum mode mode)
{
	return modes[mode].verbs;
}

bool
mode_has(enum mode mode, unsigned has)
{
	switch (mode) {
	case MODE_DESK:
		return (has & NOT_DESK) == 0;
	case MODE_AGENT:
		return (has & NOT_AGENT) == 0;
	case MODE_KIOSK:
		return (has & IN_KIOSK) != 0;
	}
	return false;
}
