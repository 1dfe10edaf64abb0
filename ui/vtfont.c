#include "config.h"

#include "ui/vtfont.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include <linux/kd.h>

#include "base/mem.h"

/* A bit for each character that is there; consoles know no others. */
#define CHARACTERS	0x10000u

struct vtfont {
	uint8_t	bits[CHARACTERS / CHAR_BIT];
};

static struct vtfont *
from(const struct unipair *pairs, size_t n)
{
	struct vtfont *f = mem_alloc(sizeof(*f));

	for (size_t i = 0; i < n; i++)
		f->bits[pairs[i].unicode / CHAR_BIT] |=
		    (uint8_t)(1u << pairs[i].unicode % CHAR_BIT);
	return f;
}

/* How many there are is told to whoever has no room for them. */
struct vtfont *
vtfont_of(int fd)
{
	struct unimapdesc map = { 0 };
	struct vtfont *f = NULL;
	unsigned short room;

	if (ioctl(fd, GIO_UNIMAP, &map) == 0 || errno != ENOMEM ||
	    map.entry_ct == 0)
		return NULL;
	room = map.entry_ct;
	map.entries = mem_alloc(room * sizeof(*map.entries));
	if (ioctl(fd, GIO_UNIMAP, &map) == 0 && map.entry_ct <= room)
		f = from(map.entries, map.entry_ct);
	free(map.entries);
	return f;
}

bool
vtfont_has(const struct vtfont *f, uint32_t cp)
{
	return f == NULL || (cp < CHARACTERS &&
	    (f->bits[cp / CHAR_BIT] >> cp % CHAR_BIT & 1) != 0);
}

void
vtfont_free(struct vtfont *f)
{
	free(f);
}
