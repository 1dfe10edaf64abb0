#include "config.h"

#include "ui/terminfo.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/trust.h"

/* Where a folder has a terminal: by its first letter, or that letter's number. */
static char *
entry_of(const char *folder, size_t len, const char *name, bool by_number)
{
	return by_number ? mem_printf("%.*s/%02x/%s", (int)len, folder,
	    (unsigned char)name[0], name) : mem_printf("%.*s/%c/%s", (int)len,
	    folder, name[0], name);
}

static int
judge(const char *folder, size_t len, const char *name, struct err *err)
{
	const struct trust t = { .own_ok = !trust_is_strict(),
	    .missing = ERR_TERMINAL, .bad = ERR_TERMINAL };
	int rc = 0;

	for (int form = 0; form < 2 && rc == 0; form++) {
		char *path = entry_of(folder, len, name, form == 1);
		char *real = NULL;
		struct err why = ERR_INIT;

		if (access(path, F_OK) == 0 &&
		    trust_file(path, &t, &real, &why) == -1)
			rc = err_set(err, ERR_TERMINAL, "what describes it "
			    "could have been written by somebody else", "%s",
			    path);
		free(real);
		free(path);
	}
	return rc;
}

/* A folder, or since ncurses 6.1 the description itself. */
static int
judge_terminfo(const char *value, const char *name, struct err *err)
{
	if (strncmp(value, "hex:", 4) == 0 || strncmp(value, "b64:", 4) == 0)
		return err_set(err, ERR_TERMINAL, "the environment describes it",
		    "TERMINFO=%.4s", value);
	return judge(value, strlen(value), name, err);
}

/* As terminfo(5) has it: these are asked before the system's own. */
int
terminfo_trusted(const char *name, struct err *err)
{
	const char *terminfo = getenv("TERMINFO"), *home = getenv("HOME");
	const char *dirs = getenv("TERMINFO_DIRS");
	int rc = terminfo != NULL ? judge_terminfo(terminfo, name, err) : 0;

	if (rc == 0 && home != NULL) {
		char *folder = mem_printf("%s/.terminfo", home);

		rc = judge(folder, strlen(folder), name, err);
		free(folder);
	}
	/* An empty one of the list is the system's. */
	while (rc == 0 && dirs != NULL && *dirs != '\0') {
		size_t n = strcspn(dirs, ":");

		if (n > 0)
			rc = judge(dirs, n, name, err);
		dirs += n + (dirs[n] == ':');
	}
	return rc;
}
