#include "config.h"

#include "ui/confine.h"

#include <stdlib.h>
#include <string.h>

#include "base/fence.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/paths.h"

/* The folder of a file, the caller's to free. */
static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return mem_strndup(path, slash != NULL ? (size_t)(slash - path) : 0);
}

/* Its helpers write too: the card process keeps what it reads for a session. */
int
confine(enum mode mode, const struct conf *conf, struct err *err)
{
	struct fence fence = { .n = 0 };
	char *file, *registry, *programs;
	int rc;

	if (mode == MODE_DESK)
		return 0;
	file = mem_strdup(conf->registry[0] != '\0' ? conf->registry :
	    paths_registry());
	/* Later it could not be made; where there is none, none is kept. */
	(void)file_folders(file);
	registry = folder_of(file);
	programs = folder_of(paths_card_helper());
	fence.writable[fence.n++] = registry;
	fence.writable[fence.n++] = mode == MODE_AGENT ? paths_session() : NULL;
	fence.writable[fence.n++] = paths_cache();
	fence.writable[fence.n++] = paths_runtime();
	for (size_t i = 0; i < conf->card_writes.n; i++)
		fence.writable[fence.n++] = conf->card_writes.v[i];
	fence.programs = programs;
	rc = fence_raise(&fence, err);
	free(programs);
	free(registry);
	free(file);
	return rc;
}
