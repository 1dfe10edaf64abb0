/* Removable media, by what the kernel says of mounts and of block devices. */
#include "config.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "extract/walk.h"

#define MOUNTS_MAX	(1u << 20)	/* bytes of a mountinfo file */
#define NUMBER_MAX	64		/* bytes of a file of sysfs that is read */
#define REMOVABLE_MAX	64		/* numbers of removable devices kept */

/* "8:17", of a disk or of one of its partitions, and its name. */
struct device {
	char	number[NUMBER_MAX];
	char	name[NUMBER_MAX];
};

struct devices {
	struct device	v[REMOVABLE_MAX];
	size_t		n;
};

/* --- which devices are removable ----------------------------------------------- */

/* The one line of a file of sysfs; "" where there is none. */
static void
read_line(const char *folder, const char *name, char line[static NUMBER_MAX])
{
	char *path = mem_printf("%s/%s", folder, name);
	struct err err = ERR_INIT;
	struct buf buf;

	line[0] = '\0';
	buf_init(&buf, NUMBER_MAX - 1);
	if (file_read(path, path, &buf, &err) == 0 && buf.len > 0) {
		memcpy(line, buf.data, buf.len);
		line[buf.len] = '\0';
		line[strcspn(line, "\n")] = '\0';
	}
	buf_clear(&buf);
	free(path);
}

static void
add_device(struct devices *devices, const char *folder, const char *name)
{
	struct device *d = &devices->v[devices->n];

	if (devices->n == REMOVABLE_MAX || strlen(name) >= NUMBER_MAX)
		return;
	read_line(folder, "dev", d->number);
	if (d->number[0] == '\0')
		return;
	(void)snprintf(d->name, sizeof(d->name), "%s", name);
	devices->n++;
}

/* A disk, and whatever below it has a number of its own. */
static void
add_disk(struct devices *devices, const char *folder, const char *name)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char *part;

	add_device(devices, folder, name);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (strncmp(entry->d_name, name, strlen(name)) != 0)
			continue;
		part = mem_printf("%s/%s", folder, entry->d_name);
		add_device(devices, part, entry->d_name);
		free(part);
	}
	if (dir != NULL)
		(void)closedir(dir);
}

static void
find_removable(const char *sys_block, struct devices *devices)
{
	DIR *dir = opendir(sys_block);
	struct dirent *entry;
	char line[NUMBER_MAX], *folder;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		folder = mem_printf("%s/%s", sys_block, entry->d_name);
		read_line(folder, "removable", line);
		if (strcmp(line, "1") == 0)
			add_disk(devices, folder, entry->d_name);
		free(folder);
	}
	if (dir != NULL)
		(void)closedir(dir);
}

/* --- where they are mounted ------------------------------------------------------ */

static bool
is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* Spaces and the like stand as \040: undo that where it stands. */
static void
unescape(char *s)
{
	char *to = s;

	while (*s != '\0') {
		if (s[0] == '\\' && is_octal(s[1]) && is_octal(s[2]) &&
		    is_octal(s[3])) {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 |
			    (s[3] - '0'));
			s += 4;
		} else
			*to++ = *s++;
	}
	*to = '\0';
}

static void
add_mount(struct usb_list *list, const struct device *d, const char *folder)
{
	const char *last = strrchr(folder, '/');

	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i].folder, folder) == 0)
			return;
	if (list->n == USB_LIST_MAX)
		return;
	list->v = mem_grow(list->v, list->n + 1, sizeof(*list->v));
	list->v[list->n++] = (struct usb){
		.device = mem_strdup(d->name),
		.folder = mem_strdup(folder),
		.label = mem_strdup(last != NULL && last[1] != '\0' ?
		    last + 1 : folder),
	};
}

/* proc(5): identifier, parent, number, root, mount point, ... */
static void
read_mount(char *line, const struct devices *devices, struct usb_list *list)
{
	char *save = NULL, *word = strtok_r(line, " ", &save);
	char *number = NULL;

	for (int i = 0; word != NULL && i < 4; i++) {
		if (i == 2)
			number = word;
		word = strtok_r(NULL, " ", &save);
	}
	if (word == NULL || number == NULL)
		return;
	unescape(word);
	for (size_t i = 0; i < devices->n; i++)
		if (strcmp(devices->v[i].number, number) == 0)
			add_mount(list, &devices->v[i], word);
}

int
extract_usb_list(const char *mountinfo, const char *sys_block,
    struct usb_list *list, struct err *err)
{
	struct devices devices = { .n = 0 };
	char *text, *save = NULL, *line;
	struct buf buf;
	int rc;

	memset(list, 0, sizeof(*list));
	if (mountinfo == NULL)
		mountinfo = "/proc/self/mountinfo";
	buf_init(&buf, MOUNTS_MAX);
	rc = file_read(mountinfo, mountinfo, &buf, err);
	if (rc == 0 && buf.len > 0) {
		find_removable(sys_block != NULL ? sys_block : "/sys/block",
		    &devices);
		text = mem_strndup((const char *)buf.data, buf.len);
		for (line = strtok_r(text, "\n", &save); line != NULL;
		    line = strtok_r(NULL, "\n", &save))
			read_mount(line, &devices, list);
		free(text);
	}
	buf_clear(&buf);
	return rc;
}

static bool
is_below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 &&
	    (path[n] == '/' || path[n] == '\0');
}

bool
usb_holds(const struct usb_list *list, const char *path)
{
	char *end = realpath(path, NULL);
	bool holds = false;

	for (size_t i = 0; end != NULL && i < list->n; i++)
		holds |= is_below(end, list->v[i].folder);
	free(end);
	return holds;
}

void
usb_list_clear(struct usb_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->v[i].device);
		free(list->v[i].folder);
		free(list->v[i].label);
	}
	free(list->v);
	memset(list, 0, sizeof(*list));
}
