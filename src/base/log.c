#include "config.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"

/* One log a process, as with syslog itself. */
static enum log_level threshold = LOG_LV_WARN;
static bool also_stderr;

static const struct {
	const char	*name;
	int		 priority;
} levels[] = {
	[LOG_LV_ERROR] = { "error", LOG_ERR },
	[LOG_LV_WARN] = { "warn", LOG_WARNING },
	[LOG_LV_INFO] = { "info", LOG_INFO },
	[LOG_LV_DEBUG] = { "debug", LOG_DEBUG },
};

void
log_open(const char *name, enum log_level level, int to_stderr)
{
	threshold = level;
	also_stderr = to_stderr != 0;
	openlog(name, LOG_PID, LOG_DAEMON);
}

int
log_level_parse(const char *s)
{
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		if (strcmp(levels[i].name, s) == 0)
			return (int)i;
	return -1;
}

/* The only way into the log: text is made printable here. */
static void
put(enum log_level level, const struct safe_text *t)
{
	syslog(levels[level].priority, "%s", t->s);
	if (also_stderr)
		(void)dprintf(STDERR_FILENO, "%s: %s\n", levels[level].name, t->s);
}

static void
record(enum log_level level, const char *fmt, va_list ap)
{
	char line[1024];
	struct safe_text t;

	if (level > threshold)
		return;
	(void)vsnprintf(line, sizeof line, fmt, ap);
	text_safe_str(&t, line, 0);
	put(level, &t);
}

#define RECORD(level, fmt) do {		\
	va_list ap;			\
	va_start(ap, fmt);		\
	record(level, fmt, ap);		\
	va_end(ap);			\
} while (0)

void
log_error(const char *fmt, ...)
{
	RECORD(LOG_LV_ERROR, fmt);
}

void
log_warn(const char *fmt, ...)
{
	RECORD(LOG_LV_WARN, fmt);
}

void
log_info(const char *fmt, ...)
{
	RECORD(LOG_LV_INFO, fmt);
}

void
log_debug(const char *fmt, ...)
{
	RECORD(LOG_LV_DEBUG, fmt);
}

void
log_err(const char *doing, const struct err *e)
{
	char technical[ERR_DETAIL_MAX + 64];

	log_warn("%s: %s %s (%s)", doing, err_id(e->code), e->what,
	    err_technical(e, technical, sizeof technical));
}
