#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "card/opensc.h"
#include "card/purge.h"

/* "SERIAL_LASTUPDATE_PATH"; of a long serial number PKCS#11 tells 16 bytes. */
static bool
is_of(const char *name, const char *serial)
{
	size_t n = strlen(serial);

	return n == 0 || (strncasecmp(name, serial, n) == 0 &&
	    (name[n] == '_' || n >= 16));
}

void
purge_card(const char *serial)
{
	const char *cache = opensc_cache();
	DIR *dir = cache != NULL ? opendir(cache) : NULL;
	const struct dirent *e;

	if (dir == NULL)
		return;
	while ((e = readdir(dir)) != NULL)
		if (e->d_name[0] != '.' && is_of(e->d_name, serial))
			(void)unlinkat(dirfd(dir), e->d_name, 0);
	(void)closedir(dir);
}
