#include "config.h"

#include <linux/landlock.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <unistd.h>

#include "base/fence.h"

/* What newer kernels know and the headers here may not. */
#define CAN_REFER	0x2000ull	/* 2 */
#define CAN_TRUNCATE	0x4000ull	/* 3 */
#define NET_BIND	0x1ull		/* 4 */
#define NET_CONNECT	0x2ull		/* 4 */
#define SCOPE_SIGNAL	0x2ull		/* 6 */

/* struct landlock_ruleset_attr, as its sixth version has it. */
struct rules {
	uint64_t	fs, net, scoped;
};

#define WRITES	(LANDLOCK_ACCESS_FS_WRITE_FILE |			\
	LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |	\
	LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |	\
	LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |	\
	LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |	\
	LANDLOCK_ACCESS_FS_MAKE_SYM)

/* What can be allowed of a thing that is no folder. */
#define OF_FILES	(LANDLOCK_ACCESS_FS_WRITE_FILE |		\
	LANDLOCK_ACCESS_FS_EXECUTE | CAN_TRUNCATE)

int
fence_version(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	return version > 0 ? (int)version : 0;
}

/* What a kernel of that version can be asked to hold. */
static struct rules
rules_for(int version, const struct fence *f)
{
	struct rules r = { .fs = WRITES };

	if (version >= 2)
		r.fs |= CAN_REFER;
	if (version >= 3)
		r.fs |= CAN_TRUNCATE;
	if (f->programs != NULL)
		r.fs |= LANDLOCK_ACCESS_FS_EXECUTE;
	if (f->alone && version >= 4)
		r.net = NET_BIND | NET_CONNECT;
	if (f->alone && version >= 6)
		r.scoped = SCOPE_SIGNAL;
	return r;
}

static int
allow(int rules, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = access };
	int rc;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd == -1)	/* what is not there needs none */
		return 0;
	rc = (int)syscall(SYS_landlock_add_rule, rules,
	    LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	(void)close(rule.parent_fd);
	return rc;
}

/* What the kernel starts to start one of our programs, as ours names it. */
static const char *
interpreter(void)
{
	const ElfW(Phdr) *h = (const void *)getauxval(AT_PHDR);
	const unsigned long n = getauxval(AT_PHNUM);
	ElfW(Addr) base = 0;

	for (unsigned long i = 0; h != NULL && i < n; i++)
		if (h[i].p_type == PT_PHDR)
			base = (ElfW(Addr))h - h[i].p_vaddr;
	for (unsigned long i = 0; h != NULL && i < n; i++)
		if (h[i].p_type == PT_INTERP)
			return (const char *)(base + h[i].p_vaddr);
	return NULL;
}

static int
fill(int rules, const struct fence *f, uint64_t writes)
{
	const char *loader = interpreter();
	int rc = allow(rules, "/dev/null", writes & OF_FILES);

	for (size_t i = 0; rc == 0 && i < f->n; i++)
		if (f->writable[i] != NULL)
			rc = allow(rules, f->writable[i], writes);
	if (rc == 0 && f->programs != NULL)
		rc = allow(rules, f->programs, LANDLOCK_ACCESS_FS_EXECUTE);
	if (rc == 0 && f->programs != NULL && loader != NULL)
		rc = allow(rules, loader, LANDLOCK_ACCESS_FS_EXECUTE);
	return rc;
}

int
fence_raise(const struct fence *f, struct err *err)
{
	const struct rules want = rules_for(fence_version(), f);
	int rules, rc = 0;

#ifdef SANITIZED	/* what watches programs run in these builds writes files */
	return 0;
#endif
	if (fence_version() == 0)
		return 0;
	rules = (int)syscall(SYS_landlock_create_ruleset, &want, sizeof want,
	    0);
	if (rules == -1)
		return err_errno(err, ERR_FENCE, "landlock_create_ruleset");
	if (fill(rules, f, want.fs & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE) == -1)
		rc = err_errno(err, ERR_FENCE, "landlock_add_rule");
	else if (syscall(SYS_landlock_restrict_self, rules, 0) == -1)
		rc = err_errno(err, ERR_FENCE, "landlock_restrict_self");
	(void)close(rules);
	return rc;
}
