#include "config.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/text.h"
#include "ui/keys.h"

static const char *const names[] = {
	[UK_UP] = N_("Up"), [UK_DOWN] = N_("Down"),
	[UK_LEFT] = N_("Left"), [UK_RIGHT] = N_("Right"),
	[UK_HOME] = "Home", [UK_END] = "End",
	[UK_PAGE_UP] = "PgUp", [UK_PAGE_DOWN] = "PgDn",
	[UK_ENTER] = "Enter", [UK_ESC] = "Esc",
	[UK_TAB] = "Tab", [UK_BACKTAB] = "Shift-Tab",
	[UK_BACKSPACE] = "Backspace", [UK_DELETE] = "Del",
	[UK_KILL_LINE] = "Ctrl-U", [UK_REDRAW] = "Ctrl-L",
	[UK_SUSPEND] = "Ctrl-Z", [UK_INTERRUPT] = "Ctrl-C",
};

static bool
matches(const struct key_binding *k, const struct input *in)
{
	if (in->kind == INPUT_KEY)
		return k->key != UK_NONE && k->key == in->key;
	return in->kind == INPUT_CHAR && k->key == UK_NONE && k->ch == in->ch;
}

int
keys_usable(const struct key_binding *k, size_t n, keys_can_fn *can,
    const void *arg, const struct input *in)
{
	/* Pasted letters are text: where none is wanted they do nothing. */
	if (in->pasted)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (matches(&k[i], in) && (can == NULL || can(arg, k[i].action)))
			return k[i].action;
	return 0;
}

bool
keys_has(const struct key_binding *k, size_t n, int action, enum mode mode)
{
	for (size_t i = 0; i < n; i++)
		if (k[i].action == action)
			return mode_has(mode, k[i].modes);
	return false;
}

const char *
keys_name(const struct key_binding *k, char *buf, size_t size)
{
	char ch[4];
	size_t n;

	if (k->key >= UK_F1)
		snprintf(buf, size, "F%d", (int)(k->key - UK_F1) + 1);
	else if (k->key != UK_NONE)
		snprintf(buf, size, "%s", _(names[k->key]));
	else {
		n = text_encode(k->ch, ch);
		snprintf(buf, size, "%.*s", (int)n, ch);
	}
	return buf;
}

struct input
keys_input(const struct key_binding *k)
{
	return (struct input){
		.kind = k->key != UK_NONE ? INPUT_KEY : INPUT_CHAR,
		.key = k->key, .ch = k->ch,
	};
}
