/*
 * The log: syslog (so the journal where there is one), levels, one line a
 * record, made printable by text_safe.  What identifies a person is masked by
 * the caller (text_mask); a PIN has no way in.  Any thread.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"

enum log_level { LOG_LV_ERROR, LOG_LV_WARN, LOG_LV_INFO, LOG_LV_DEBUG };

/* name is the program's; to_stderr is for helpers run by hand and for tests. */
void	log_open(const char *name, enum log_level, int to_stderr);

/* "error", "warn", "info", "debug"; -1 for another word. */
int	log_level_parse(const char *);

void	log_error(const char *, ...) __attribute__((format(printf, 1, 2)));
void	log_warn(const char *, ...) __attribute__((format(printf, 1, 2)));
void	log_info(const char *, ...) __attribute__((format(printf, 1, 2)));
void	log_debug(const char *, ...) __attribute__((format(printf, 1, 2)));

/* One line with id, object, number and detail of an error. */
void	log_err(const char *doing, const struct err *);

#endif
