#include "config.h"

#include "base/inifile.h"

#include <ctype.h>
#include <ini.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/setting.h"
#include "base/text.h"

#define SHOWN	40	/* columns of a name that is quoted in a complaint */

/*
 * Whether a line may go to the parser.  Lines that may not become an empty one
 * or, for a broken section header, a section that nobody knows: the keys below
 * must not be taken for keys of the section above.
 */
static const char *
admit(struct inifile *ini, const char *line, size_t len, size_t room)
{
	struct safe_text	 safe;
	const char		*close;
	bool			 header = line[0] == '[' && !ini->more;

	if (len > room) {
		inifile_complain(ini, _("the line is longer than %zu bytes"),
		    room);
		return header ? "[?]" : "";
	}
	if (text_flags(line, len) & (TEXT_HIDDEN | TEXT_INVALID)) {
		inifile_complain(ini, "%s",
		    _("the line holds bytes that are not text in UTF-8"));
		return header ? "[?]" : "";
	}
	if (header) {
		close = memchr(line, ']', len);
		if (close == NULL) {
			inifile_complain(ini, "%s",
			    _("a section has no closing bracket"));
			return "[?]";
		}
		if (!ini->section(ini->arg, line + 1,
		    (size_t)(close - line) - 1)) {
			text_safe(&safe, line, len, SHOWN);
			inifile_complain(ini, _("there is no section %s"),
			    safe.s);
			return "[?]";
		}
	} else if (!ini->more && memchr(line, '=', len) == NULL &&
	    memchr(line, ':', len) == NULL) {
		inifile_complain(ini, "%s",
		    _("this is neither a [section] nor key = value"));
		return "";
	}
	return NULL;
}

/* The next line of the text, without blanks around; false after the last. */
static bool
cut_line(struct inifile *ini, const char **line, size_t *len)
{
	const char	*nl;

	if (ini->p == ini->end)
		return false;
	*line = ini->p;
	nl = memchr(*line, '\n', (size_t)(ini->end - *line));
	*len = (size_t)((nl != NULL ? nl : ini->end) - *line);
	ini->p = nl != NULL ? nl + 1 : ini->end;
	ini->line++;
	ini->more = ini->goes_on && ini->after != AFTER_NOTHING &&
	    *len > 0 && isspace((unsigned char)**line);
	for (; *len > 0 && isspace((unsigned char)**line); ++*line)
		--*len;
	while (*len > 0 && isspace((unsigned char)(*line)[*len - 1]))
		--*len;
	return true;
}

/* Behind a semicolon that stands behind a blank. */
static const char *
comment_of(const char *line)
{
	for (const char *p = line; *p != '\0'; p++)
		if (*p == ';' && p > line && isspace((unsigned char)p[-1]))
			return p + 1;
	return NULL;
}

/* inih's fgets: the next line, without what it would trip over. */
static char *
next_line(char *out, int size, void *stream)
{
	struct inifile	*ini = stream;
	const char	*line, *other = "";
	size_t		 len, lead, room = (size_t)size - 3;

	if (!cut_line(ini, &line, &len))
		return NULL;
	if (len == 0)
		ini->gap = true;
	/* What goes on with a line that was refused is refused with it. */
	if (len > 0 && line[0] != '#' && line[0] != ';' &&
	    !(ini->more && ini->after == AFTER_REFUSED)) {
		other = admit(ini, line, len, room);
		if (!ini->more)
			ini->after = line[0] == '[' ? AFTER_NOTHING :
			    other == NULL ? AFTER_KEY : AFTER_REFUSED;
	}
	if (other != NULL) {
		line = other;
		len = strlen(other);
	}
	/* A leading blank makes it more of the value before. */
	lead = ini->more && len > 0;
	out[0] = ' ';
	memcpy(out + lead, line, len);
	memcpy(out + lead + len, "\n", 2);
	ini->comment = comment_of(out);
	return out;
}

/* inih's callback: one key and its value. */
static int
take_key(void *user, const char *section, const char *key, const char *value)
{
	struct inifile		*ini = user;
	struct safe_text	 safe;

	if (ini->section(ini->arg, section, strlen(section)))
		ini->key(ini->arg, ini, section, key, value);
	else if (section[0] == '\0' && !ini->more) {
		text_safe_str(&safe, key, SHOWN);
		inifile_complain(ini, _("%s stands before any [section]"),
		    safe.s);
	}
	ini->gap = false;
	return 1;
}

int
inifile_read(struct inifile *ini, struct err *err)
{
	size_t		 before = ini->problems->n;
	struct buf	 text;

	buf_init(&text, SETTING_FILE_MAX);
	if (file_read(ini->path, ini->path, &text, err) == -1) {
		buf_clear(&text);
		return -1;
	}
	ini->p = text.len > 0 ? (const char *)text.data : "";
	ini->end = ini->p + text.len;
	ini->line = 0;
	ini->more = ini->gap = false;
	ini->comment = NULL;
	ini->after = AFTER_NOTHING;
	ini_parse_stream(next_line, ini, take_key, ini);
	buf_clear(&text);
	if (ini->problems->n > before)
		return conf_problem_err(&ini->problems->v[before], err);
	return 0;
}
