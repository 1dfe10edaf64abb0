/*
 * Which files to look into: a file, or all of a folder, and the removable media
 * that are mounted.  Links are not followed and only regular files are opened,
 * so what a stick holds cannot lead anywhere else.  Nothing is read; any thread.
 */
#ifndef EXTRACT_WALK_H
#define EXTRACT_WALK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define WALK_DEPTH_MAX	16		/* folders in folders */
#define WALK_FILES_MAX	10000		/* files of one walk */
#define WALK_FOLDERS_MAX 10000		/* folders of one, empty ones too */
#define WALK_FILE_MAX	(192u << 20)	/* bytes of one file */

/*
 * Open one file for extract_start.  -1 and err: ERR_NO_FILE, ERR_IO,
 * ERR_TOO_BIG, or ERR_BAD_DATA for what is no regular file.
 */
int	walk_open(const char *path, int *fd, struct err *);

struct walk_list {
	char	**paths;
	size_t	  n;
	bool	  cut;		/* more, or deeper, than is looked at */
	size_t	  unread;	/* folders that could not be opened */

	/* The walk's own. */
	size_t	  folders;
	const atomic_bool *cancel;
};

/*
 * The files of path, in order of their names: path itself if it is a file.  A
 * link is followed in path itself and nowhere below; hidden files and folders
 * are passed by.  With cancel (or NULL) set it ends soon, with what it has.
 */
int	walk_files(const char *path, const atomic_bool *cancel,
	    struct walk_list *, struct err *);

/* What of the folder path was not looked into, as errors: how many, and they. */
#define WALK_GAPS_MAX	2
size_t	walk_gaps(const struct walk_list *, const char *path,
	    struct err gaps[static WALK_GAPS_MAX]);

void	walk_clear(struct walk_list *);

/* --- removable media ----------------------------------------------------- */

struct usb {
	char	*device;	/* "sdb1" */
	char	*folder;	/* where it is mounted */
	char	*label;		/* its folder's last name */
};

struct usb_list {
	struct usb	*v;
	size_t		 n;
};

#define USB_LIST_MAX	16

/*
 * What is mounted from removable media, by a mountinfo file and a folder of
 * block devices as proc(5) and sysfs have them (NULL: /proc/self/mountinfo and
 * /sys/block).
 */
int	extract_usb_list(const char *mountinfo, const char *sys_block,
	    struct usb_list *, struct err *);
void	usb_list_clear(struct usb_list *);

/* Whether a path ends on one of them, its links followed; what is not there not. */
bool	usb_holds(const struct usb_list *, const char *path);

#endif
