/*
 * A terminal that takes itself for a Linux console with the font that a kernel
 * brings along: letters without marks but one, lines, and a full block.
 */
#include <linux/kd.h>

#include <errno.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ASCII	('~' - ' ' + 1)

static const unsigned short others[] = { 0xf3, 0xb7, 0x2500, 0x2502, 0x250c,
	0x2510, 0x2514, 0x2518, 0x2588 };
#define OTHERS	(sizeof others / sizeof others[0])

int	ioctl(int, unsigned long, ...);

static int
tell(struct unimapdesc *map)
{
	unsigned short room = map->entry_ct;

	map->entry_ct = ASCII + OTHERS;
	if (room < map->entry_ct) {
		errno = ENOMEM;
		return -1;
	}
	for (unsigned i = 0; i < ASCII; i++)
		map->entries[i].unicode = (unsigned short)(' ' + i);
	for (unsigned i = 0; i < OTHERS; i++)
		map->entries[ASCII + i].unicode = others[i];
	return 0;
}

int
ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *p;

	va_start(ap, request);
	p = va_arg(ap, void *);
	va_end(ap);
	return request == GIO_UNIMAP ? tell(p) :
	    (int)syscall(SYS_ioctl, fd, request, p);
}
