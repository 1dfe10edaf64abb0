#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "ui/verb.h"

#define LABEL	40	/* bytes of "--name VALUE" */

/* A help text, or "" where there is none: gettext("") is the catalogue's head. */
static const char *
translated(const char *s)
{
	return s == NULL || s[0] == '\0' ? "" : _(s);
}

static const char *
option_label(const struct verb_option *option, char *buf, size_t size)
{
	snprintf(buf, size, "--%s%s%s", option->name,
	    option->arg != NULL ? " " : "", translated(option->arg));
	return buf;
}

static void
print_options(struct out *out, const struct verb_option *options)
{
	char	 label[LABEL];

	for (; options->name != NULL; options++)
		out_field(out, option_label(options, label, sizeof(label)),
		    "%s", _(options->help));
}

static void
column_for_options(struct out *out, const struct verb_option *own)
{
	const char	*labels[2 * VERB_OPTIONS_MAX + 1];
	char		 text[2 * VERB_OPTIONS_MAX][LABEL];
	size_t		 n = 0, i;

	for (i = 0; own != NULL && own[i].name != NULL; i++, n++)
		labels[n] = option_label(&own[i], text[n], LABEL);
	for (i = 0; common_options[i].name != NULL; i++, n++)
		labels[n] = option_label(&common_options[i], text[n], LABEL);
	labels[n] = NULL;
	out_column(out, labels);
}

static void
print_verb(struct out *out, const struct verb *verb)
{
	const char	*args = translated(verb->args);

	out_line(out, 4, _("usage: okienko %s%s%s [options]"), verb->name,
	    args[0] != '\0' ? " " : "", args);
	out_line(out, 0, "%s", _(verb->summary));
	out_blank(out);
	column_for_options(out, verb->options);
	print_options(out, verb->options);
	print_options(out, common_options);
}

static void
print_verbs(struct out *out)
{
	const char	*names[32];
	size_t		 i;

	out_line(out, 4, "%s", _("usage: okienko [options]"));
	out_line(out, 4, "%s", _("       okienko COMMAND [options]"));
	out_line(out, 0, "%s",
	    _("Without a command it opens the desk, a full screen."));
	out_blank(out);
	for (i = 0; i < nverbs; i++)
		names[i] = verbs[i]->name;
	names[i] = NULL;
	out_column(out, names);
	for (i = 0; i < nverbs; i++)
		out_field(out, verbs[i]->name, "%s", _(verbs[i]->summary));
	out_blank(out);
	column_for_options(out, NULL);
	print_options(out, common_options);
}

void
help_print(struct out *out, const struct verb *verb)
{
	if (verb != NULL)
		print_verb(out, verb);
	else
		print_verbs(out);
}
