/*
 * What is deleted from a page is gone from the disk.  PRAGMA secure_delete
 * overwrites what it deletes, but SQLite also moves rows between pages, and
 * when it does, the old bytes stay behind in the part of a page that nothing
 * uses: erase the row then, and its name is still in the file (seen with 3.40:
 * one word in two hundred).  So the registry is opened through a VFS that hands
 * everything on to the system's, and clears that part of each page as it is
 * written to the database file.  What is in the write-ahead log stays as it is, its
 * pages have checksums (it is emptied after an erasure); how it is written is
 * walfile.h.
 *
 * Registered once a process, by whichever thread comes first.
 */
#ifndef REGISTRY_WIPE_H
#define REGISTRY_WIPE_H

#include <stddef.h>
#include <stdint.h>

/* The VFS to open the registry with.  Static. */
const char	*wipe_vfs(void);

/*
 * Clear the unused part between the cell pointers and the cells of a b-tree
 * page, page number from 1; leave anything that is not wholly such a page as it
 * is (file format, "B-tree Pages").
 */
void	 wipe_page(uint8_t *page, size_t size, int64_t number);

#endif
