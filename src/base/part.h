/*
 * A new file that takes its name when it is whole: until then it is FILE.part,
 * locked by whoever writes it.  Any thread; no state.
 */
#ifndef BASE_PART_H
#define BASE_PART_H

/*
 * Make part for us alone, to be read and written; one that nobody holds was left
 * by somebody who was killed, and goes.  -1 and errno: EEXIST when it is being
 * written, or is none of ours.
 */
int	part_make(const char *part);

/*
 * Its own name and all of it on disk, never over a file that has that name.  -1
 * and errno; the descriptor stays the caller's.
 */
int	part_take(int fd, const char *part, const char *file);

/* The name alone: never over a file that has it; -1 and errno. */
int	part_name(const char *part, const char *file);

/* The folder of a file, so that its name is on disk too; -1 and errno. */
int	part_settle(const char *file);

#endif
